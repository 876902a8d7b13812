//! `describe` of a node: what it offers, and which Pods take it.

use super::super::clock::{ago, date};
use super::super::row::roles;
use super::super::{Scope, address};
use super::{annotations, head, labels};
use crate::api::{ConditionStatus, Kind, Node, Object, Pod, Resources, Taint, add, amount_text, resources};
use crate::value::Value;
use std::rc::Rc;

pub(super) fn node(scope: Scope<'_>, node: &Node) -> String {
    let mut text = head(&node.meta);
    text += &format!("Roles:\t{}\n", roles(node));
    labels(&mut text, "Labels", &node.meta.labels);
    annotations(&mut text, &node.meta);
    text += &format!("CreationTimestamp:\t{}\n", date(node.meta.creation_timestamp));
    let taints: Vec<String> = node.taints.iter().map(Taint::to_string).collect();
    super::lines(&mut text, "Taints", &taints, true);
    text += &format!("Unschedulable:\t{}\n", node.unschedulable);
    condition(&mut text, node);
    text += &format!(
        "Addresses:\n  InternalIP:\t{}\n  Hostname:\t{}\n",
        address::of_node(&node.meta),
        node.meta.name
    );
    for title in ["Capacity", "Allocatable"] {
        if !node.allocatable.is_empty() {
            text += &format!("{title}:\n");
        }
        for (name, amount) in &node.allocatable {
            text += &format!("  {name}:\t{}\n", shown(name, *amount));
        }
    }
    text += &format!("System Info:\n  Kubelet Version:\tv{}\n", scope.release);
    pods(&mut text, scope, node);
    text
}

/// The one condition that is simulated.
fn condition(text: &mut String, node: &Node) {
    let (status, reason, message) = match node.ready {
        ConditionStatus::True => ("True", "KubeletReady", "kubelet is posting ready status"),
        ConditionStatus::False => ("False", "KubeletNotReady", "container runtime is down"),
        ConditionStatus::Unknown => ("Unknown", "NodeStatusUnknown", "Kubelet stopped posting node status."),
    };
    *text += "Conditions:\n  Type\tStatus\tReason\tMessage\n  ----\t------\t------\t-------\n";
    *text += &format!("  Ready \t{status} \t{reason} \t{message}\n");
}

/// Upstream: `describeNodeResource`.
fn pods(text: &mut String, scope: Scope<'_>, node: &Node) {
    let on_it = scope.cluster.of_kind(Kind::Pod).filter_map(|object| match object {
        Object::Pod(pod) if pod.node_name.as_ref() == Some(&node.meta.name) && !pod.is_finished() => Some(pod),
        _ => None,
    });
    let all: Vec<&Rc<Pod>> = on_it.collect();
    *text += &format!("Non-terminated Pods:\t({} in total)\n", all.len());
    *text += "  Namespace\tName\t\tCPU Requests\tCPU Limits\tMemory Requests\tMemory Limits\tAge\n";
    *text += "  ---------\t----\t\t------------\t----------\t---------------\t-------------\t---\n";
    let (mut requests, mut limits) = (Resources::new(), Resources::new());
    for pod in all {
        let limit = limits_of(pod);
        let cell = |of: &Resources, name: &str| share(of, node, name);
        *text += &format!(
            "  {}\t{}\t\t{}\t{}\t{}\t{}\t{}\n",
            pod.meta.namespace,
            pod.meta.name,
            cell(&pod.template.requests, "cpu"),
            cell(&limit, "cpu"),
            cell(&pod.template.requests, "memory"),
            cell(&limit, "memory"),
            ago(pod.meta.creation_timestamp, scope.now)
        );
        add(&mut requests, &pod.template.requests);
        add(&mut limits, &limit);
    }
    *text += "Allocated resources:\n  (Total limits may be over 100 percent, i.e., overcommitted.)\n";
    *text += "  Resource\tRequests\tLimits\n  --------\t--------\t------\n";
    for name in ["cpu", "memory", "ephemeral-storage"] {
        *text += &format!(
            "  {name}\t{}\t{}\n",
            share(&requests, node, name),
            share(&limits, node, name)
        );
    }
}

fn limits_of(pod: &Pod) -> Resources {
    let mut all = Resources::new();
    for container in pod
        .template
        .value
        .at(&["spec", "containers"])
        .map_or(&[][..], Value::items)
    {
        add(&mut all, &resources(container.at(&["resources", "limits"])));
    }
    all
}

/// `250m (12%)`; a node of which nothing was said has no end.
fn share(of: &Resources, node: &Node, name: &str) -> String {
    let amount = of.get(name).copied().unwrap_or(0);
    let there = node.allocatable.get(name).copied().unwrap_or(0);
    let percent = match there {
        0 => 0,
        there => i128::from(amount) * 100 / i128::from(there),
    };
    format!("{} ({percent}%)", shown(name, amount))
}

/// An amount in the largest unit that leaves no rest.
fn shown(name: &str, milli: i64) -> String {
    const UNITS: [(&str, i64); 3] = [("Gi", 1 << 30), ("Mi", 1 << 20), ("Ki", 1 << 10)];
    let whole = milli / 1000;
    let unit = UNITS.iter().find(|(_, size)| whole > 0 && whole % size == 0);
    match unit {
        Some((unit, size)) if milli % 1000 == 0 && matches!(name, "memory" | "ephemeral-storage") => {
            format!("{}{unit}", whole / size)
        }
        _ => amount_text(milli),
    }
}
