//! ResourceQuota. The engine counts Pods; other resources are kept and not counted.

use super::meta::ObjectMeta;
use crate::value::{Map, Value};
use std::rc::Rc;

/// A ResourceQuota.
#[derive(Clone, Debug, PartialEq)]
pub struct ResourceQuota {
    /// Metadata.
    pub meta: ObjectMeta,
    /// The whole spec.
    pub spec: Rc<Value>,
    /// `status.hard.pods`: the limit that the controller has seen.
    pub hard_pods: Option<i64>,
    /// `status.used.pods`.
    pub used_pods: Option<i64>,
}

impl ResourceQuota {
    /// Reads a whole, defaulted object.
    pub fn from_value(object: &Value) -> ResourceQuota {
        ResourceQuota {
            meta: ObjectMeta::from_value(object),
            spec: Rc::new(object.get("spec").cloned().unwrap_or_default()),
            hard_pods: None,
            used_pods: None,
        }
    }

    pub(super) fn to_value(&self) -> Value {
        let mut object = Value::default();
        *object.entry("spec") = (*self.spec).clone();
        *object.entry("status") = self.status();
        object
    }

    /// The limit that is asked for.
    pub fn limit(&self) -> Option<i64> {
        match self.spec.at(&["hard", "pods"])? {
            Value::Int(limit) => Some(*limit),
            other => other.as_str()?.parse().ok(),
        }
    }

    /// The status as the API shows it.
    pub fn status(&self) -> Value {
        let mut status = Value::Map(Map::new());
        for (key, count) in [("hard", self.hard_pods), ("used", self.used_pods)] {
            if let Some(count) = count {
                *status.entry(key).entry("pods") = count.to_string().into();
            }
        }
        status
    }
}
