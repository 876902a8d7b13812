//! Which nodes a DaemonSet's Pods belong on (DS-01, DS-03). Upstream: `NodeShouldRunDaemonPod`.

use crate::api::{DaemonSet, LabelSelector, Node, PodTemplate, Taint, Toleration};
use crate::value::Value;

/// Whether a Pod should be started on the node, and whether one that is there may stay.
pub fn node_should_run(node: &Node, set: &DaemonSet) -> (bool, bool) {
    let template = &set.spec.template;
    let pinned = template.value.at(&["spec", "nodeName"]).and_then(Value::as_str);
    let elsewhere = pinned.is_some_and(|name| name != &*node.meta.name);
    if elsewhere || !matches_labels(node, template) {
        return (false, false);
    }
    let untolerated = |effect: &str| {
        node.taints
            .iter()
            .any(|taint| taint.effect == effect && !tolerates(template, taint))
    };
    let evicts = untolerated("NoExecute");
    (!evicts && !untolerated("NoSchedule"), !evicts)
}

fn matches_labels(node: &Node, template: &PodTemplate) -> bool {
    let labels = &node.meta.labels;
    let selected = template
        .node_selector
        .iter()
        .all(|(key, text)| labels.get(key) == Some(text));
    let affinity = [
        "spec",
        "affinity",
        "nodeAffinity",
        "requiredDuringSchedulingIgnoredDuringExecution",
        "nodeSelectorTerms",
    ];
    // Terms are alternatives; `matchExpressions` read like a label selector's, but for `Gt` and `Lt`, which match nothing.
    let terms = template.value.at(&affinity).map_or(&[][..], Value::items);
    let fits = terms
        .iter()
        .any(|term| LabelSelector::from_value(Some(term)).matches(labels));
    selected && (terms.is_empty() || fits)
}

/// The template's own tolerations and those that every DaemonSet Pod gets.
fn tolerates(template: &PodTemplate, taint: &Taint) -> bool {
    const AUTOMATIC: [(&str, &str); 6] = [
        ("node.kubernetes.io/not-ready", "NoExecute"),
        ("node.kubernetes.io/unreachable", "NoExecute"),
        ("node.kubernetes.io/disk-pressure", "NoSchedule"),
        ("node.kubernetes.io/memory-pressure", "NoSchedule"),
        ("node.kubernetes.io/pid-pressure", "NoSchedule"),
        ("node.kubernetes.io/unschedulable", "NoSchedule"),
    ];
    let automatic = AUTOMATIC
        .iter()
        .any(|(key, effect)| Toleration::exists(key, effect).tolerates(taint));
    automatic
        || template
            .tolerations
            .iter()
            .any(|toleration| toleration.tolerates(taint))
}
