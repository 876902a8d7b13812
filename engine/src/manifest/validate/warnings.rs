//! What the server accepts and warns of.

use super::super::seen::Seen;
use super::names;
use crate::value::Value;

/// Volume types that are gone: name, deprecated in, without function since.
const GONE: [(&str, &str, &str); 8] = [
    ("gitRepo", "v1.11", ""),
    ("flocker", "v1.22", "v1.25"),
    ("quobyte", "v1.22", "v1.25"),
    ("storageos", "v1.22", "v1.25"),
    ("scaleIO", "v1.16", "v1.22"),
    ("glusterfs", "v1.25", "v1.26"),
    ("cephfs", "v1.28", "v1.31"),
    ("rbd", "v1.28", "v1.31"),
];

/// What the server accepts with a warning, as (field, message).
pub fn warnings(object: &Value) -> Vec<(String, String)> {
    let mut out = Vec::new();
    let kind = object.text("kind");
    let name = object
        .at(&["metadata", "name"])
        .and_then(Value::as_str)
        .unwrap_or_default();
    let surprising = names::label(name);
    if matches!(kind, "Deployment" | "ReplicaSet" | "ReplicationController" | "Pod")
        && !surprising.is_empty()
        && !name.is_empty()
    {
        let text = "this is used in Pod names and hostnames, which can result in surprising behavior; a DNS label is \
                    recommended";
        let text = if kind == "Pod" {
            text.replace("in Pod names and hostnames", "in the Pod's hostname")
        } else {
            text.to_owned()
        };
        out.push((
            "metadata.name".to_owned(),
            format!("{text}: [{}]", surprising.join(" ")),
        ));
    }
    match kind {
        "Pod" => pod("spec", object.get("spec"), &mut out),
        "PersistentVolumeClaim" => claim(object, &mut out),
        _ => pod("spec.template.spec", object.at(&["spec", "template", "spec"]), &mut out),
    }
    let limit = object.at(&["spec", "revisionHistoryLimit"]).and_then(Value::as_int);
    if kind == "StatefulSet" && limit.is_some_and(|limit| limit < 0) {
        let text = "a negative value retains all historical revisions; a value >= 0 is recommended";
        out.push(("spec.revisionHistoryLimit".to_owned(), text.to_owned()));
    }
    for (field, message) in &mut out {
        *message = format!("{field}: {message}");
    }
    out
}

fn claim(object: &Value, out: &mut Vec<(String, String)>) {
    let old = "volume.beta.kubernetes.io/storage-class";
    if object.at(&["metadata", "annotations", old]).is_some() {
        let text = "deprecated since v1.8; use \"storageClassName\" attribute instead".to_owned();
        out.push((format!("metadata.annotations[{old}]"), text));
    }
}

fn pod(path: &str, spec: Option<&Value>, out: &mut Vec<(String, String)>) {
    let Some(spec) = spec else { return };
    for (index, volume) in spec.list("volumes").iter().enumerate() {
        for (source, since, gone) in GONE.iter().filter(|(source, ..)| volume.get(source).is_some()) {
            let tail = if gone.is_empty() {
                String::new()
            } else {
                format!(", non-functional in {gone}+")
            };
            out.push((
                format!("{path}.volumes[{index}].{source}"),
                format!("deprecated in {since}{tail}"),
            ));
        }
    }
    let grace = spec.int("terminationGracePeriodSeconds").unwrap_or_default();
    if grace < 0 {
        let text = "must be >= 0; negative values are invalid and will be treated as 1".to_owned();
        out.push((format!("{path}.terminationGracePeriodSeconds"), text));
    }
    for list in ["initContainers", "containers"] {
        for (index, container) in spec.list(list).iter().enumerate() {
            self::container(&format!("{path}.{list}[{index}]"), container, out);
        }
    }
}

fn container(path: &str, container: &Value, out: &mut Vec<(String, String)>) {
    let list = |key| container.list(key);
    let mut ports = Seen::default();
    for (index, port) in list("ports").iter().enumerate() {
        let parts = ["containerPort", "protocol", "hostPort", "hostIP"].map(|key| port.get(key).map(super::shown));
        let id = parts.map(Option::unwrap_or_default).join(" ");
        if !ports.is_new(&id, index) {
            let first = ports.get(&id).unwrap_or_default();
            let text = format!("duplicate port definition with {path}.ports[{first}]");
            out.push((format!("{path}.ports[{index}]"), text));
        }
    }
    let mut names = Seen::default();
    for (index, variable) in list("env").iter().enumerate() {
        let name = variable.text("name");
        let hides = !names.is_new(name, index);
        let value = variable.text("value");
        if hides && !value.contains(&format!("$({name})")) {
            let text = format!("hides previous definition of {name:?}, which may be dropped when using apply");
            out.push((format!("{path}.env[{index}]"), text));
        }
    }
    for kind in ["limits", "requests"] {
        for resource in ["memory", "ephemeral-storage"] {
            let Some(amount) = container.at(&["resources", kind, resource]) else {
                continue;
            };
            if super::amount_of(amount).is_some_and(|amount| !amount.is_whole()) {
                let text = format!(
                    "fractional byte value {} is invalid, must be an integer",
                    super::shown(amount)
                );
                out.push((format!("{path}.resources.{kind}[{resource}]"), text));
            }
        }
    }
}
