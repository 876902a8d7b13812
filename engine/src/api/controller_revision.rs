//! ControllerRevision: a stored Pod template of a StatefulSet or DaemonSet.

use super::meta::ObjectMeta;
use super::template::PodTemplate;
use crate::value::Value;
use std::rc::Rc;

/// A stored Pod template.
#[derive(Clone, Debug, PartialEq)]
pub struct ControllerRevision {
    /// Metadata.
    pub meta: ObjectMeta,
    /// Its place in the history; the newest has the highest.
    pub revision: i64,
    /// The template.
    pub template: Rc<PodTemplate>,
}

impl ControllerRevision {
    pub(super) fn to_value(&self) -> Value {
        let spec = Value::from([("template", self.template.value.clone())]);
        let mut object = Value::default();
        *object.entry("revision") = self.revision.into();
        *object.entry("data").entry("spec") = spec;
        object
    }
}
