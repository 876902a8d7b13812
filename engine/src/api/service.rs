//! Service: kept whole, with what the engine acts on read out.

use super::Pod;
use super::meta::{Labels, Name, ObjectMeta, labels};
use crate::value::Value;
use std::rc::Rc;

/// A Service.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Service {
    /// Metadata.
    pub meta: ObjectMeta,
    /// Labels of the Pods that get its traffic; empty selects none.
    pub selector: Labels,
    /// The whole spec.
    #[serde(with = "crate::record::shared_value")]
    pub spec: Rc<Value>,
}

impl Service {
    /// Reads a whole, defaulted object.
    pub fn from_value(object: &Value) -> Service {
        Service {
            meta: ObjectMeta::from_value(object),
            selector: labels(object.at(&["spec", "selector"])),
            spec: Rc::new(object.get("spec").cloned().unwrap_or_default()),
        }
    }

    pub(super) fn to_value(&self) -> Value {
        let mut object = Value::default();
        *object.entry("spec") = (*self.spec).clone();
        object
    }

    /// Whether the Pod gets its traffic, as far as labels decide that.
    pub fn selects(&self, pod: &Pod) -> bool {
        let is_wanted = |(key, text): (&Name, &Name)| pod.meta.labels.get(&**key) == Some(text);
        self.meta.namespace == pod.meta.namespace && !self.selector.is_empty() && self.selector.iter().all(is_wanted)
    }

    /// Whether it only gives its Pods names, without an address of its own.
    pub fn is_headless(&self) -> bool {
        self.spec.get("clusterIP").and_then(Value::as_str) == Some("None")
    }
}
