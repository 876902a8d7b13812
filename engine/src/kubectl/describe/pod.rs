//! `describe` of a Pod.

use super::super::clock::{ago, date};
use super::super::template::{containers, placement, spread, volumes};
use super::super::{Scope, address};
use super::{annotations, controlled_by, head, labels};
use crate::api::{Kind, Object, Pod, PodCondition};
use crate::value::Value;

/// The order in which the kubelet reports conditions.
const CONDITIONS: [&str; 6] = [
    "DisruptionTarget",
    "PodReadyToStartContainers",
    "Initialized",
    "Ready",
    "ContainersReady",
    "PodScheduled",
];

pub(super) fn pod(scope: Scope<'_>, object: &Object, pod: &Pod) -> String {
    // With the volumes that its StatefulSet adds.
    let whole = super::super::object(object);
    let spec = whole.get("spec").unwrap_or(&Value::Null);
    let mut text = head(&pod.meta);
    text += &format!("Priority:\t{}\n", spec.int("priority").unwrap_or(0));
    for (title, key) in [
        ("Priority Class Name", "priorityClassName"),
        ("Service Account", "serviceAccountName"),
    ] {
        if let Some(name) = spec.get(key).and_then(Value::as_str) {
            text += &format!("{title}:\t{name}\n");
        }
    }
    text += &format!("Node:\t{}\n", node(scope, pod));
    if let Some(begun) = pod.status.begun {
        text += &format!("Start Time:\t{}\n", date(begun));
    }
    labels(&mut text, "Labels", &pod.meta.labels);
    annotations(&mut text, &pod.meta);
    match pod.meta.deletion_timestamp.filter(|_| !pod.is_finished()) {
        Some(deadline) => {
            let grace = pod.meta.deletion_grace_period_seconds.unwrap_or(0);
            text += &format!("Status:\tTerminating (lasts {})\n", ago(deadline, scope.now));
            text += &format!("Termination Grace Period:\t{grace}s\n");
        }
        None => text += &format!("Status:\t{}\n", pod.status.phase.name()),
    }
    if let Some(reason) = pod.status.trouble.reason {
        text += &format!("Reason:\t{reason}\n");
    }
    match address::of_pod(pod) {
        Some(address) => text += &format!("IP:\t{address}\nIPs:\n  IP:\t{address}\n"),
        None => text += "IP:\t\nIPs:\t<none>\n",
    }
    controlled_by(&mut text, &pod.meta);
    let states = [&pod.status.init_containers, &pod.status.containers];
    for ((title, key), states) in [("Init Containers", "initContainers"), ("Containers", "containers")]
        .into_iter()
        .zip(states)
    {
        containers(&mut text, title, spec.list(key), Some(states), "");
    }
    conditions(&mut text, pod.conditions());
    volumes(&mut text, spec.list("volumes"), "");
    text += &format!("QoS Class:\t{}\n", pod.template.qos_class());
    placement(&mut text, spec, "");
    spread(&mut text, spec, "");
    text
}

fn node(scope: Scope<'_>, pod: &Pod) -> String {
    let Some(name) = &pod.node_name else {
        return "<none>".to_owned();
    };
    let address = match scope.cluster.named(Kind::Node, "", name) {
        Some(Object::Node(node)) => address::of_node(&node.meta),
        _ => String::new(),
    };
    format!("{name}/{address}")
}

fn conditions(text: &mut String, mut conditions: Vec<PodCondition>) {
    if !conditions.is_empty() {
        *text += "Conditions:\n  Type\tStatus\n";
    }
    crate::order::sort_by_key(&mut conditions, |condition| {
        CONDITIONS.iter().position(|kind| *kind == condition.kind)
    });
    for condition in conditions {
        let status = if condition.is_true { "True" } else { "False" };
        *text += &format!("  {} \t{status} \n", condition.kind);
    }
}
