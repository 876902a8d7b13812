//! On which ports the Pods behind a Service listen (SVC-05). Upstream: `getEndpointPorts`, `FindPort`.

use crate::api::{Pod, Service};
use crate::value::Value;
use std::rc::Rc;

/// A Service's ports: the same for all Pods, unless one is named and looked up in each.
pub struct Ports<'a> {
    wanted: &'a [Value],
    shared: Option<Rc<Value>>,
}

impl Ports<'_> {
    pub fn of(service: &Service) -> Ports<'_> {
        let wanted = service.spec.list("ports");
        let is_named = |port: &Value| matches!(port.get("targetPort"), Some(Value::String(_)));
        let shared = (!wanted.iter().any(is_named)).then(|| Rc::new(listed(wanted, |_| None)));
        Ports { wanted, shared }
    }

    /// A Pod that lacks a named port is listed without it.
    pub fn of_pod(&self, pod: &Pod) -> Rc<Value> {
        let of_pod = || Rc::new(listed(self.wanted, |port| find(pod, port)));
        self.shared.clone().unwrap_or_else(of_pod)
    }
}

fn listed(wanted: &[Value], named: impl Fn(&Value) -> Option<i64>) -> Value {
    let port = |port: &Value| {
        let number = match port.get("targetPort") {
            Some(Value::Int(number)) => *number,
            _ => named(port)?,
        };
        let mut listed = Value::from([
            ("name", port.text("name").into()),
            ("port", Value::Int(number)),
            ("protocol", port.text("protocol").into()),
        ]);
        if let Some(protocol) = port.get("appProtocol") {
            *listed.entry("appProtocol") = protocol.clone();
        }
        Some(listed)
    };
    Value::List(wanted.iter().filter_map(port).collect())
}

/// The container port of that name, in the containers and then in the sidecars.
fn find(pod: &Pod, wanted: &Value) -> Option<i64> {
    let spec = pod.template.value.get("spec")?;
    let containers = spec.list("containers").iter();
    let sidecars = spec.list("initContainers").iter();
    let sidecars = sidecars.filter(|container| container.text("restartPolicy") == "Always");
    let mut ports = containers.chain(sidecars).flat_map(|container| container.list("ports"));
    let is_it = |port: &&Value| {
        port.text("name") == wanted.text("targetPort") && port.text("protocol") == wanted.text("protocol")
    };
    ports.find(is_it)?.int("containerPort")
}
