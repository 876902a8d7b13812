//! `kubectl get`: the columns of each kind, without name and age (spec: CTL-50, CTL-60 to CTL-62).

use crate::api::{
    ContainerState, DaemonSet, HorizontalPodAutoscaler, IntOrPercent, Kind, MetricSource, MetricTarget, Object, Pod,
    amount_text,
};
use crate::value::Value;

/// The headers of the cells.
pub fn columns(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Deployment => &["READY", "UP-TO-DATE", "AVAILABLE"],
        Kind::ReplicaSet | Kind::ReplicationController => &["DESIRED", "CURRENT", "READY"],
        Kind::StatefulSet => &["READY"],
        Kind::DaemonSet => &[
            "DESIRED",
            "CURRENT",
            "READY",
            "UP-TO-DATE",
            "AVAILABLE",
            "NODE SELECTOR",
        ],
        Kind::PodDisruptionBudget => &["MIN AVAILABLE", "MAX UNAVAILABLE", "ALLOWED DISRUPTIONS"],
        Kind::HorizontalPodAutoscaler => &["REFERENCE", "TARGETS", "MINPODS", "MAXPODS", "REPLICAS"],
        Kind::Pod => &["READY", "STATUS", "RESTARTS"],
        Kind::PersistentVolumeClaim => &[
            "STATUS",
            "VOLUME",
            "CAPACITY",
            "ACCESS MODES",
            "STORAGECLASS",
            "VOLUMEATTRIBUTESCLASS",
        ],
        _ => &[],
    }
}

/// The cells between name and age.
pub fn cells(object: &Object) -> Vec<String> {
    let texts = |numbers: &[i64]| numbers.iter().map(i64::to_string).collect();
    match object {
        Object::Deployment(deployment) => {
            let status = &deployment.status;
            let ready = format!("{}/{}", status.ready_replicas, deployment.spec.replicas);
            vec![
                ready,
                status.updated_replicas.to_string(),
                status.available_replicas.to_string(),
            ]
        }
        Object::ReplicaSet(set) | Object::ReplicationController(set) => {
            texts(&[set.spec.replicas, set.status.replicas, set.status.ready_replicas])
        }
        Object::StatefulSet(set) => vec![format!("{}/{}", set.status.ready_replicas, set.spec.replicas)],
        Object::DaemonSet(set) => daemon_set(set),
        Object::PodDisruptionBudget(budget) => {
            let bound = |bound: Option<IntOrPercent>| match bound {
                Some(IntOrPercent::Int(count)) => count.to_string(),
                Some(IntOrPercent::Percent(share)) => format!("{share}%"),
                None => "N/A".to_owned(),
            };
            let allowed = budget.status.disruptions_allowed.to_string();
            vec![bound(budget.min_available), bound(budget.max_unavailable), allowed]
        }
        Object::HorizontalPodAutoscaler(autoscaler) => self::autoscaler(autoscaler),
        Object::Pod(pod) => self::pod(pod),
        Object::PersistentVolumeClaim(claim) => {
            let status = match claim.bound {
                _ if claim.meta.is_terminating() => "Terminating",
                true => "Bound",
                false => "Pending",
            };
            [status, "", "", "", "", "<unset>"].map(str::to_owned).to_vec()
        }
        _ => Vec::new(),
    }
}

/// Upstream: `pkg/printers/internalversion › formatHPAMetrics`, which names at most two metrics.
fn autoscaler(autoscaler: &HorizontalPodAutoscaler) -> Vec<String> {
    let spec = &autoscaler.spec;
    let measured = autoscaler.status.current_metrics.iter().chain(std::iter::repeat(&None));
    let targets = spec.metrics.iter().zip(measured).map(|(metric, current)| {
        let name = match metric.source {
            MetricSource::Resource(_) | MetricSource::ContainerResource { .. } => format!("{}: ", metric.name()),
            _ => String::new(),
        };
        let (target, show, average): (i64, fn(i64) -> String, &str) = match metric.target {
            MetricTarget::Utilization(percent) => (percent, |percent| format!("{percent}%"), ""),
            MetricTarget::AverageValue(amount) => (amount, amount_text, " (avg)"),
            MetricTarget::Value(amount) => (amount, amount_text, ""),
        };
        let average = if name.is_empty() { average } else { "" };
        let current = current.map_or("<unknown>".to_owned(), show);
        format!("{name}{current}/{}{average}", show(target))
    });
    let mut targets: Vec<String> = targets.collect();
    let more = targets.len().saturating_sub(2);
    targets.truncate(2);
    let mut text = targets.join(", ");
    if more > 0 {
        text += &format!(" + {more} more...");
    }
    vec![
        autoscaler.target(),
        text,
        spec.min_replicas.to_string(),
        spec.max_replicas.to_string(),
        autoscaler.status.current_replicas.to_string(),
    ]
}

fn daemon_set(set: &DaemonSet) -> Vec<String> {
    let status = &set.status;
    let selector = set
        .spec
        .template
        .value
        .at(&["spec", "nodeSelector"])
        .and_then(Value::as_map);
    let pairs = selector
        .into_iter()
        .flatten()
        .map(|(key, text)| format!("{key}={}", text.as_str().unwrap_or_default()));
    let pairs = pairs.collect::<Vec<_>>().join(",");
    let counts = [
        status.desired_number_scheduled,
        status.current_number_scheduled,
        status.number_ready,
        status.updated_number_scheduled,
        status.number_available,
    ];
    let mut cells: Vec<String> = counts.iter().map(i64::to_string).collect();
    cells.push(if pairs.is_empty() { "<none>".to_owned() } else { pairs });
    cells
}

pub(super) fn pod(pod: &Pod) -> Vec<String> {
    let statuses = &pod.status.containers;
    let running = |state: &ContainerState| matches!(state, ContainerState::Running { .. });
    let sidecars = pod.template.init_containers.iter().zip(&pod.status.init_containers);
    let sidecars = sidecars
        .filter(|(container, _)| container.sidecar)
        .map(|(_, status)| status);
    let ready = statuses
        .iter()
        .chain(sidecars)
        .filter(|status| status.ready && running(&status.state))
        .count();
    let total = pod.template.containers.len() + pod.template.init_containers.iter().filter(|c| c.sidecar).count();
    let restarts: i64 = statuses.iter().map(|status| i64::from(status.restart_count)).sum();
    vec![format!("{ready}/{total}"), pod_status(pod), restarts.to_string()]
}

/// STATUS is derived from phase, containers and deletion, in a fixed order (CTL-61).
fn pod_status(pod: &Pod) -> String {
    if pod.is_terminating() && !pod.is_finished() {
        return "Terminating".to_owned();
    }
    let reason = pod.status.trouble.reason.unwrap_or(pod.status.phase.name());
    match initializing(pod) {
        Some(reason) => reason,
        None => containers_reason(pod, reason).to_owned(),
    }
}

/// The first init container that is not done decides.
pub(super) fn initializing(pod: &Pod) -> Option<String> {
    let all = pod.template.init_containers.iter().zip(&pod.status.init_containers);
    let (index, (_, status)) = all.enumerate().find(|(_, (container, status))| match status.state {
        ContainerState::Terminated(ended) => ended.exit_code != 0,
        ContainerState::Running { .. } => !container.sidecar,
        ContainerState::Waiting { .. } => true,
    })?;
    Some(match status.state {
        ContainerState::Terminated(ended) => format!("Init:{}", ended.reason),
        ContainerState::Waiting { reason } if reason != "PodInitializing" => format!("Init:{reason}"),
        _ => format!("Init:{index}/{}", pod.template.init_containers.len()),
    })
}

/// The first container that has something to say has the last word.
fn containers_reason(pod: &Pod, phase: &'static str) -> &'static str {
    let (mut reason, mut error, mut has_running) = (phase, None, false);
    for status in pod.status.containers.iter().rev() {
        match status.state {
            ContainerState::Waiting { reason: why } => reason = why,
            ContainerState::Terminated(ended) => {
                reason = ended.reason;
                if ended.exit_code != 0 {
                    error = Some(reason);
                }
            }
            ContainerState::Running { .. } => has_running |= status.ready,
        }
    }
    match (reason, error) {
        ("Completed", _) if has_running && pod.is_ready() => "Running",
        ("Completed", Some(error)) => error,
        ("Completed", None) if has_running => "NotReady",
        _ => reason,
    }
}
