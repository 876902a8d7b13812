//! API versions that are gone and still stand in tutorials: what their servers filled in, made explicit in the current
//! version.

use super::diagnostic::{Edit, Fix};
use super::fixes;
use super::metrics;
use super::tree::Node;
use crate::value::Value;

/// A version of a kind that current servers no longer know.
pub struct Version {
    written: &'static str,
    kind: &'static str,
    /// The version that replaced it.
    pub current: &'static str,
    /// Old defaults that differ from the current ones: path below `spec` and value.
    defaults: &'static [(&'static str, &'static str)],
    /// Whether the selector was taken from the template's labels.
    selector: bool,
}

const UNLIMITED: &str = "2147483647";
/// Where metrics had other fields.
const OLD_METRICS: &str = "autoscaling/v2beta1";

const fn version(
    written: &'static str,
    kind: &'static str,
    selector: bool,
    defaults: &'static [(&'static str, &'static str)],
) -> Version {
    Version {
        written,
        kind,
        current: "apps/v1",
        defaults,
        selector,
    }
}

const VERSIONS: [Version; 12] = [
    version(
        "extensions/v1beta1",
        "Deployment",
        true,
        &[
            ("strategy.rollingUpdate.maxSurge", "1"),
            ("strategy.rollingUpdate.maxUnavailable", "1"),
            ("revisionHistoryLimit", UNLIMITED),
            ("progressDeadlineSeconds", UNLIMITED),
        ],
    ),
    version("extensions/v1beta1", "ReplicaSet", true, &[]),
    version(
        "extensions/v1beta1",
        "DaemonSet",
        true,
        &[("updateStrategy.type", "OnDelete")],
    ),
    version("apps/v1beta1", "Deployment", true, &[("revisionHistoryLimit", "2")]),
    version(
        "apps/v1beta1",
        "StatefulSet",
        true,
        &[("updateStrategy.type", "OnDelete")],
    ),
    version("apps/v1beta2", "Deployment", false, &[]),
    version("apps/v1beta2", "ReplicaSet", false, &[]),
    version("apps/v1beta2", "StatefulSet", false, &[]),
    version("apps/v1beta2", "DaemonSet", false, &[]),
    Version {
        current: "policy/v1",
        ..version("policy/v1beta1", "PodDisruptionBudget", false, &[])
    },
    Version {
        current: "autoscaling/v2",
        ..version("autoscaling/v2beta2", "HorizontalPodAutoscaler", false, &[])
    },
    Version {
        current: "autoscaling/v2",
        ..version(OLD_METRICS, "HorizontalPodAutoscaler", false, &[])
    },
];

/// The legacy version that `api_version` is for this kind, if it is one.
pub fn find(api_version: &str, kind: &str) -> Option<&'static Version> {
    VERSIONS
        .iter()
        .find(|version| version.written == api_version && version.kind == kind)
}

impl Version {
    /// The document with the current names of its fields, and the same change in the text, if it can be made there.
    pub fn renamed(&self, node: &Node) -> Option<(Node, Option<Vec<Edit>>)> {
        (self.written == OLD_METRICS).then(|| metrics::modernise(node))
    }

    /// Whether the old version had this field, which the current one refuses and which meant nothing for long.
    pub fn drops(&self, field: &str) -> bool {
        matches!(field, "spec.rollbackTo" | "spec.templateGeneration")
    }

    /// Turns a decoded object into the current version, and says what was made explicit.
    pub fn modernise(&self, object: &mut Value) -> Vec<&'static str> {
        *object.entry("apiVersion") = Value::from(self.current);
        let mut said = Vec::new();
        if self.selector {
            let labels = object.at(&["spec", "template", "metadata", "labels"]).cloned();
            if let Some(labels) = labels {
                if object.at(&["spec", "selector"]).is_none() {
                    *object.entry("spec").entry("selector").entry("matchLabels") = labels.clone();
                    said.push("selector");
                }
                if object.at(&["metadata", "labels"]).is_none() {
                    *object.entry("metadata").entry("labels") = labels;
                }
            }
        }
        let recreate = object.at(&["spec", "strategy", "type"]).and_then(Value::as_str) == Some("Recreate");
        for (path, text) in self.defaults {
            let in_rolling_update = path.starts_with("strategy.");
            let keys: Vec<&str> = std::iter::once("spec").chain(path.split('.')).collect();
            if object.at(&keys).is_some() || recreate && in_rolling_update {
                continue;
            }
            let slot = keys.iter().fold(&mut *object, |value, key| value.entry(key));
            *slot = text.parse::<i64>().map_or_else(|_| Value::from(*text), Value::Int);
            said.push(path);
        }
        said
    }

    /// What the current server answers, and what was done about it.
    pub fn note(&self, kind: &str, said: &[&str]) -> String {
        let Version { written, current, .. } = self;
        let explicit = if said.is_empty() {
            String::new()
        } else {
            format!(", with the old defaults made explicit: {}", said.join(", "))
        };
        format!("no matches for kind \"{kind}\" in version \"{written}\"; read as {current}{explicit}")
    }

    /// The same change in the text: the version, and what was made explicit at the start of `spec`.
    pub fn fix(&self, node: &Node, modern: &Value, renamed: Option<Vec<Edit>>) -> Option<Fix> {
        let title = format!("Rewrite for {}", self.current);
        let mut edits = vec![Edit {
            span: node.get("apiVersion")?.span,
            text: self.current.to_owned(),
        }];
        let spec = node.get("spec")?;
        let written = spec.to_value();
        let mut added = Value::default();
        for (key, value) in modern.get("spec").and_then(Value::as_map).into_iter().flatten() {
            // A block that is partly written can't be completed by an insertion in front; leave it to the user.
            if written.get(key).is_none() {
                *added.entry(key) = value.clone();
            }
        }
        edits.extend(renamed?);
        // Renamed fields are no additions.
        if added != Value::Null && self.written != OLD_METRICS {
            edits.extend(fixes::insert(spec, &added));
        }
        Some(Fix::new(title, edits))
    }
}
