//! Security contexts of Pods and containers.

use super::pod::local_path;
use super::{Check, shown, text_of};
use crate::value::Value;

/// A container's context as Go prints its internal type; in brackets what a nested struct prints.
const CONTEXT: [(&str, &[&str]); 12] = [
    ("capabilities", &["add", "drop"]),
    ("privileged", &[]),
    ("seLinuxOptions", &["user", "role", "type", "level"]),
    (
        "windowsOptions",
        &[
            "gmsaCredentialSpecName",
            "gmsaCredentialSpec",
            "runAsUserName",
            "hostProcess",
        ],
    ),
    ("runAsUser", &[]),
    ("runAsGroup", &[]),
    ("runAsNonRoot", &[]),
    ("readOnlyRootFilesystem", &[]),
    ("allowPrivilegeEscalation", &[]),
    ("procMount", &[]),
    ("seccompProfile", &["type", "localhostProfile"]),
    ("appArmorProfile", &["type", "localhostProfile"]),
];

impl Check {
    pub(super) fn security(&mut self, context: &Value) {
        self.identities(context);
        let is = |key: &str, wanted: bool| context.get(key).and_then(Value::as_bool) == Some(wanted);
        if let Some(mount) = context.get("procMount") {
            match mount.as_str() {
                Some("Default" | "Unmasked") => {}
                _ => self.unsupported("procMount", mount, &["Default", "Unmasked"]),
            }
        }
        if is("allowPrivilegeEscalation", false) {
            if is("privileged", true) {
                self.no_escalation(context, "`privileged` to true");
            }
            let added = context
                .at(&["capabilities", "add"])
                .map(Value::items)
                .unwrap_or_default();
            if added
                .iter()
                .any(|capability| capability.as_str() == Some("CAP_SYS_ADMIN"))
            {
                self.no_escalation(context, "`capabilities.Add` CAP_SYS_ADMIN");
            }
        }
    }

    fn no_escalation(&mut self, context: &Value, what: &str) {
        let parts = CONTEXT.map(|(key, inner)| format!("{:?}:{}", go_name(key), go(context.get(key), inner)));
        let detail = format!("cannot set `allowPrivilegeEscalation` to false and {what}");
        let detail = format!("Invalid value: {{{}}}: {detail}", parts.join(","));
        self.report("", "FieldValueInvalid", &detail);
    }

    /// Numbers of users and groups.
    pub(super) fn identities(&mut self, context: &Value) {
        let mut number = |segment: &str, id: &Value| {
            if id.as_int().is_some_and(|id| i32::try_from(id).is_err() || id < 0) {
                self.invalid(segment, id, "must be between 0 and 2147483647, inclusive");
            }
        };
        for key in ["runAsUser", "runAsGroup", "fsGroup"] {
            if let Some(id) = context.get(key) {
                number(key, id);
            }
        }
        for (index, id) in context.list("supplementalGroups").iter().enumerate() {
            number(&format!("supplementalGroups[{index}]"), id);
        }
    }

    /// What the kernel lets a container do; `kind` is the mechanism as the server calls it.
    pub(super) fn profile(&mut self, kind: &str, profile: &Value) {
        let path = profile.get("localhostProfile");
        let of_node = profile.text("type") == "Localhost";
        if profile.text("type").is_empty() {
            let field = if kind == "seccomp" {
                "seccompProfile"
            } else {
                "appArmorProfile"
            };
            self.required("type", &format!("type is required when {field} is set"));
        }
        match path {
            None if of_node => {
                self.required(
                    "localhostProfile",
                    &format!("must be set when {kind} type is Localhost"),
                );
            }
            Some(path) if of_node && kind == "seccomp" => self.form("localhostProfile", path, local_path),
            Some(path) if !of_node => {
                let value = if kind == "seccomp" {
                    go(Some(profile), &["type", "localhostProfile"])
                } else {
                    shown(path)
                };
                let detail = format!("Invalid value: {value}: can only be set when {kind} type is Localhost");
                self.report("localhostProfile", "FieldValueInvalid", &detail);
            }
            _ => {}
        }
    }
}

/// A pointer, or a struct with these members, as Go prints it.
fn go(value: Option<&Value>, members: &[&str]) -> String {
    let Some(value) = value else { return "null".to_owned() };
    if members.is_empty() {
        return shown(value);
    }
    let member = |key: &&str| {
        let is_text = matches!(*key, "user" | "role" | "type" | "level");
        let value = if is_text {
            text_of(value, key)
        } else {
            value.get(key).cloned().unwrap_or_default()
        };
        format!("{:?}:{}", go_name(key), shown(&value))
    };
    format!("{{{}}}", members.iter().map(member).collect::<Vec<_>>().join(","))
}

fn go_name(key: &str) -> String {
    match key.strip_prefix("gmsa").or(key.strip_prefix("se")) {
        Some(rest) if rest.starts_with(|char: char| char.is_ascii_uppercase()) => {
            format!("{}{rest}", key[..key.len() - rest.len()].to_ascii_uppercase())
        }
        _ => format!("{}{}", key[..1].to_ascii_uppercase(), &key[1..]),
    }
}
