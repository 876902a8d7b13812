//! Environment variables, and what they and volumes take from the Pod itself.

use super::{Check, is_zero, names, text_of};
use crate::value::Value;

const ENV_FIELDS: [&str; 9] = [
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
    "spec.nodeName",
    "spec.serviceAccountName",
    "status.hostIP",
    "status.hostIPs",
    "status.podIP",
    "status.podIPs",
];
/// What a file may hold.
pub(super) const FILE_FIELDS: [&str; 5] = [
    "metadata.annotations",
    "metadata.labels",
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
];
const AMOUNTS: [&str; 6] = [
    "limits.cpu",
    "limits.ephemeral-storage",
    "limits.memory",
    "requests.cpu",
    "requests.ephemeral-storage",
    "requests.memory",
];
const SOURCES: [&str; 5] = [
    "fieldRef",
    "resourceFieldRef",
    "configMapKeyRef",
    "secretKeyRef",
    "fileKeyRef",
];

impl Check {
    pub(super) fn variable(&mut self, variable: &Value) {
        if let Some(name) = variable.get("name") {
            self.form("name", name, names::variable);
        }
        let Some(source) = variable.get("valueFrom") else {
            return;
        };
        let given = SOURCES.iter().filter(|key| source.get(key).is_some()).count();
        let nothing = Value::from("");
        if variable.get("value").is_some_and(|value| !is_zero(value)) {
            if given > 0 {
                self.invalid("valueFrom", &nothing, "may not be specified when `value` is not empty");
            }
        } else if given > 1 {
            self.invalid(
                "valueFrom",
                &nothing,
                "may not have more than one field specified at a time",
            );
        }
        if given == 0 {
            let detail = "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`";
            self.invalid("valueFrom", &nothing, detail);
        }
        self.below("valueFrom", |check| {
            check.of_pod(source, &ENV_FIELDS, false);
            for key in ["configMapKeyRef", "secretKeyRef"] {
                let Some(reference) = source.get(key) else { continue };
                check.form(&format!("{key}.name"), &text_of(reference, "name"), names::subdomain);
                if let Some(entry) = reference.get("key").filter(|entry| !is_zero(entry)) {
                    check.form(&format!("{key}.key"), entry, names::config_key);
                }
            }
        });
    }

    /// Variables of a whole ConfigMap or Secret.
    pub(super) fn variables_from(&mut self, source: &Value) {
        if let Some(prefix) = source.get("prefix") {
            self.form("prefix", prefix, names::variable);
        }
        let mut given = 0;
        for key in ["configMapRef", "secretRef"] {
            let Some(reference) = source.get(key) else { continue };
            given += 1;
            let (segment, name) = (format!("{key}.name"), text_of(reference, "name"));
            if is_zero(&name) {
                self.required(&segment, "");
            } else {
                self.form(&segment, &name, names::subdomain);
            }
        }
        let detail = match given {
            0 => "must specify one of: `configMapRef` or `secretRef`",
            1 => return,
            _ => "may not have more than one field specified at a time",
        };
        // The server names the list.
        let length = self.path.rfind('[').unwrap_or(self.path.len());
        let whole = self.path.split_off(length);
        self.invalid("", &Value::from(""), detail);
        self.path.push_str(&whole);
    }

    /// What is taken from the Pod itself; a file must name the container, a variable means its own.
    pub(super) fn of_pod(&mut self, source: &Value, fields: &[&str], is_file: bool) {
        if let Some(field) = source.at(&["fieldRef", "fieldPath"]) {
            self.field_path(field, fields);
        }
        let Some(reference) = source.get("resourceFieldRef") else {
            return;
        };
        let (resource, name) = (text_of(reference, "resource"), reference.text("resource"));
        if is_file && reference.text("containerName").is_empty() {
            self.required("resourceFieldRef.containerName", "");
        } else if !is_zero(&resource)
            && !AMOUNTS.contains(&name)
            && !name.starts_with("requests.hugepages-")
            && !name.starts_with("limits.hugepages-")
        {
            self.unsupported("resourceFieldRef.resource", &resource, &AMOUNTS);
        }
        let what = match name.split_once('.') {
            Some((_, "cpu")) => "cpu",
            Some((_, "memory")) => "memory",
            Some((_, "ephemeral-storage")) => "local ephemeral storage",
            Some((_, huge)) if huge.starts_with("hugepages-") => "hugepages",
            _ => return,
        };
        let known = if what == "cpu" {
            "1m and 1"
        } else {
            "1, 1k, 1M, 1G, 1T, 1P, 1E, 1Ki, 1Mi, 1Gi, 1Ti, 1Pi, 1Ei"
        };
        let divisor = reference.text("divisor");
        if !matches!(divisor, "" | "0") && !known.split([' ', ',']).any(|known| known == divisor) {
            let detail = format!("only divisor's values {known} are supported with the {what} resource");
            self.invalid("resourceFieldRef.divisor", &resource, &detail);
        }
    }

    fn field_path(&mut self, field: &Value, fields: &[&str]) {
        let text = field.as_str().unwrap_or_default();
        let subscript = text.strip_suffix("']").and_then(|text| text.split_once("['"));
        if let Some((of, key)) = subscript.filter(|(of, _)| !of.is_empty()) {
            let key = match of {
                "metadata.labels" => key.to_owned(),
                "metadata.annotations" => key.to_ascii_lowercase(),
                _ => {
                    let detail = format!("error converting fieldPath: field label does not support subscript: {text}");
                    return self.invalid("fieldRef.fieldPath", field, &detail);
                }
            };
            return self.form("fieldRef", &Value::from(key), names::key);
        }
        if text.is_empty() || fields.contains(&text) {
            return;
        }
        let others = ["spec.restartPolicy", "spec.schedulerName", "status.phase"];
        if others.contains(&text) || ENV_FIELDS.contains(&text) || FILE_FIELDS.contains(&text) {
            self.unsupported("fieldRef.fieldPath", field, fields);
        } else {
            let detail = format!("error converting fieldPath: field label not supported: {text}");
            self.invalid("fieldRef.fieldPath", field, &detail);
        }
    }
}
