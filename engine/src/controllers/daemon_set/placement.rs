//! Which nodes a DaemonSet's Pods belong on (DS-01, DS-03). Upstream: `NodeShouldRunDaemonPod`.

use crate::api::{DaemonSet, Node, PodTemplate, Taint, Toleration};
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

/// Whether the node has the labels that the template's selector and required affinity demand (NODE-07).
pub(crate) fn matches_labels(node: &Node, template: &PodTemplate) -> bool {
    let labels = &node.meta.labels;
    let selected = template
        .needs()
        .node_selector
        .iter()
        .all(|(key, text)| labels.get(key) == Some(text));
    // Terms are alternatives.
    let terms = &template.needs().node_terms;
    selected && (terms.is_empty() || terms.iter().any(|term| fits(node, term)))
}

/// Whether a node satisfies a term; an empty one fits none. Fields know only the node's name.
/// Upstream: `component-helpers/scheduling/corev1/nodeaffinity`.
fn fits(node: &Node, term: &Value) -> bool {
    let requirements = |part: &str, holds: &dyn Fn(&Value) -> bool| {
        let all = term.list(part);
        (all.is_empty(), all.iter().all(holds))
    };
    let (no_labels, labels) = requirements("matchExpressions", &|requirement| {
        let key = requirement.text("key");
        holds(requirement, node.meta.labels.get(key).map(|text| &**text))
    });
    let (no_fields, fields) = requirements("matchFields", &|requirement| {
        requirement.text("key") == "metadata.name" && holds(requirement, Some(&node.meta.name))
    });
    labels && fields && !(no_labels && no_fields)
}

fn holds(requirement: &Value, text: Option<&str>) -> bool {
    let values = requirement.list("values");
    let listed = || text.is_some() && values.iter().any(|value| value.as_str() == text);
    let number = |text: Option<&str>| text.and_then(|text| text.parse::<i64>().ok());
    let bound = number(values.first().and_then(Value::as_str));
    let (is, bound) = (number(text), bound);
    match requirement.text("operator") {
        "In" => listed(),
        "NotIn" => !listed(),
        "Exists" => text.is_some(),
        "DoesNotExist" => text.is_none(),
        "Gt" => bound.is_some() && is > bound,
        "Lt" => is.is_some() && is < bound,
        _ => false,
    }
}

/// The template's own tolerations and those that every DaemonSet Pod gets (DS-03).
pub(crate) fn tolerates(template: &PodTemplate, taint: &Taint) -> bool {
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
    let on_host = template.value.at(&["spec", "hostNetwork"]).and_then(Value::as_bool) == Some(true);
    let network = Toleration::exists("node.kubernetes.io/network-unavailable", "NoSchedule");
    automatic
        || (on_host && network.tolerates(taint))
        || template
            .needs()
            .tolerations
            .iter()
            .any(|toleration| toleration.tolerates(taint))
}
