//! EndpointSlice: which Pods get a Service's traffic.

use super::meta::{Name, ObjectMeta};
use crate::value::Value;
use std::rc::Rc;

/// An EndpointSlice.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct EndpointSlice {
    /// Metadata.
    pub meta: ObjectMeta,
    /// Where its Pods listen: a list, the same for all of them (SVC-05).
    #[serde(with = "crate::record::shared_value")]
    pub ports: Rc<Value>,
    /// The Pods, by name.
    pub endpoints: Vec<Endpoint>,
}

/// One Pod behind a Service (SVC-02).
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Endpoint {
    /// The Pod.
    pub pod: Name,
    /// Whether it may receive new traffic.
    pub ready: bool,
    /// Whether its readiness probe passes.
    pub serving: bool,
    /// Whether it is shutting down.
    pub terminating: bool,
}

impl EndpointSlice {
    pub(super) fn to_value(&self) -> Value {
        let mut object = Value::default();
        *object.entry("addressType") = "IPv4".into();
        *object.entry("ports") = (*self.ports).clone();
        *object.entry("endpoints") = Value::List(self.endpoints.iter().map(Endpoint::to_value).collect());
        object
    }
}

impl Endpoint {
    fn to_value(&self) -> Value {
        let conditions = Value::from([
            ("ready", self.ready.into()),
            ("serving", self.serving.into()),
            ("terminating", self.terminating.into()),
        ]);
        let target = Value::from([("kind", "Pod".into()), ("name", self.pod.as_ref().into())]);
        Value::from([("conditions", conditions), ("targetRef", target)])
    }
}
