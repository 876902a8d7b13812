//! What stands around the workloads, in one quiet line each: budgets, quotas, and the nodes and claims that the user
//! brought.

use rollscope_engine::api::{
    HorizontalPodAutoscaler, Kind, MetricTarget, Node, Object, PodDisruptionBudget, ResourceQuota,
};
use rollscope_engine::cluster::Cluster;

/// The lines, in the order of kinds and names.
pub(super) fn lines(cluster: &Cluster) -> Vec<String> {
    let around = cluster.of_kinds(Kind::PersistentVolumeClaim, Kind::Node);
    around.filter_map(line).collect()
}

/// Whether there are some.
pub fn is_there(cluster: &Cluster) -> bool {
    let is_plain = |object: &Object| match object {
        Object::Node(node) => !node.unschedulable && node.taints.is_empty() && node.meta.applied.is_none(),
        Object::PersistentVolumeClaim(claim) => claim.meta.applied.is_none(),
        Object::PodDisruptionBudget(_) | Object::HorizontalPodAutoscaler(_) | Object::ResourceQuota(_) => false,
        _ => true,
    };
    !cluster.of_kinds(Kind::PersistentVolumeClaim, Kind::Node).all(is_plain)
}

fn line(object: &Object) -> Option<String> {
    let (word, text) = match object {
        Object::PodDisruptionBudget(budget) => ("budget", allowed(budget)),
        Object::HorizontalPodAutoscaler(autoscaler) => ("autoscaler", sized(autoscaler)),
        Object::ResourceQuota(quota) => ("quota", used(quota)),
        Object::Node(node) if node.unschedulable || !node.taints.is_empty() => ("node", kept_free(node)),
        Object::Node(node) if node.meta.applied.is_some() => ("node", "takes any Pod".to_owned()),
        Object::PersistentVolumeClaim(claim) if claim.meta.applied.is_some() => {
            ("claim", if claim.bound { "bound" } else { "pending" }.to_owned())
        }
        _ => return None,
    };
    Some(format!("{word} {}: {text}", object.meta().name))
}

fn allowed(budget: &PodDisruptionBudget) -> String {
    let status = &budget.status;
    if status.observed_generation == 0 {
        return "not counted yet".to_owned();
    }
    format!(
        "{} {} allowed · {} healthy of {}, at least {}",
        status.disruptions_allowed,
        if status.disruptions_allowed == 1 {
            "disruption"
        } else {
            "disruptions"
        },
        status.current_healthy,
        status.expected_pods,
        status.desired_healthy
    )
}

/// `2 to 20 replicas · cpu 56 %, to be 50 %`.
fn sized(autoscaler: &HorizontalPodAutoscaler) -> String {
    let spec = &autoscaler.spec;
    let bounds = format!("{} to {} replicas", spec.min_replicas, spec.max_replicas);
    let measured = autoscaler.status.current_metrics.iter().chain(std::iter::repeat(&None));
    let metrics = spec.metrics.iter().zip(measured).map(|(metric, current)| {
        let (unit, target) = match metric.target {
            MetricTarget::Utilization(percent) => (" %", percent),
            MetricTarget::AverageValue(milli) | MetricTarget::Value(milli) => ("m", milli),
        };
        match current {
            Some(current) => format!("{} {current}{unit}, to be {target}{unit}", metric.name()),
            None => format!("{} to be {target}{unit}", metric.name()),
        }
    });
    std::iter::once(bounds).chain(metrics).collect::<Vec<_>>().join(" · ")
}

fn used(quota: &ResourceQuota) -> String {
    match (quota.limit(), quota.used_pods) {
        (None, _) => "Pods are not limited".to_owned(),
        (Some(limit), None) => format!("{limit} Pods at most"),
        (Some(limit), Some(used)) => format!("{used} of {limit} Pods used"),
    }
}

/// `cordoned · taint dedicated=db:NoSchedule`.
fn kept_free(node: &Node) -> String {
    let cordoned = node.unschedulable.then(|| "cordoned".to_owned());
    let taints = node.taints.iter().map(|taint| match &*taint.value {
        "" => format!("taint {}:{}", taint.key, taint.effect),
        value => format!("taint {}={value}:{}", taint.key, taint.effect),
    });
    cordoned.into_iter().chain(taints).collect::<Vec<_>>().join(" · ")
}
