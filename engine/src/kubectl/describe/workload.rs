//! `describe` of what keeps Pods (spec: CTL-71, CTL-73).

use super::super::clock::date;
use super::super::row::{or_none, pairs, replica_sets, storage};
use super::super::template::pod_template;
use super::{Scope, annotations, conditions, controlled_by, head, labels};
use crate::api::{
    DaemonSet, Deployment, DeploymentStrategy, IntOrPercent, Object, ObjectMeta, Phase, ReplicaSet, StatefulSet,
    UpdateStrategy, labels as read_labels,
};
use crate::value::Value;

pub(super) fn deployment(scope: Scope<'_>, deployment: &Deployment) -> String {
    let (meta, spec, status) = (&deployment.meta, &deployment.spec, &deployment.status);
    let mut text = head(meta);
    text += &format!("CreationTimestamp:\t{}\n", date(meta.creation_timestamp));
    labels(&mut text, "Labels", &meta.labels);
    annotations(&mut text, meta);
    text += &format!("Selector:\t{}\n", spec.selector);
    text += &format!(
        "Replicas:\t{} desired | {} updated | {} total | {} available | {} unavailable\n",
        spec.replicas, status.updated_replicas, status.replicas, status.available_replicas, status.unavailable_replicas
    );
    let (kind, bounds) = match spec.strategy {
        DeploymentStrategy::Recreate => ("Recreate", None),
        DeploymentStrategy::RollingUpdate {
            max_surge,
            max_unavailable,
        } => ("RollingUpdate", Some((written(max_unavailable), written(max_surge)))),
    };
    text += &format!("StrategyType:\t{kind}\nMinReadySeconds:\t{}\n", spec.min_ready_seconds);
    if let Some((unavailable, surge)) = bounds {
        text += &format!("RollingUpdateStrategy:\t{unavailable} max unavailable, {surge} max surge\n");
    }
    text += &pod_template(&spec.template.value);
    conditions(&mut text, &status.conditions);
    let (old, new) = replica_sets(scope, deployment);
    if !old.is_empty() || !new.is_empty() {
        text += &format!("OldReplicaSets:\t{}\n", or_none(old.join(", ")));
        text += &format!("NewReplicaSet:\t{}\n", or_none(new.join(", ")));
    }
    text
}

/// A bound as it was written.
pub(super) fn written(bound: IntOrPercent) -> String {
    match bound {
        IntOrPercent::Int(count) => count.to_string(),
        IntOrPercent::Percent(share) => format!("{share}%"),
    }
}

pub(super) fn replica_set(scope: Scope<'_>, object: &Object, set: &ReplicaSet) -> String {
    let mut text = head(&set.meta);
    let selector = match object {
        Object::ReplicationController(_) => pairs(&set.spec.selector.match_labels),
        _ => set.spec.selector.to_string(),
    };
    text += &format!("Selector:\t{}\n", or_none(selector));
    labels(&mut text, "Labels", &set.meta.labels);
    annotations(&mut text, &set.meta);
    controlled_by(&mut text, &set.meta);
    let (current, desired) = (set.status.replicas, set.spec.replicas);
    text += &format!("Replicas:\t{current} current / {desired} desired\n");
    text += &pods(scope, &set.meta);
    text += &pod_template(&set.labelled_template());
    conditions(&mut text, &set.status.conditions);
    text
}

pub(super) fn stateful_set(scope: Scope<'_>, set: &StatefulSet) -> String {
    let mut text = head(&set.meta);
    text += &format!("CreationTimestamp:\t{}\n", date(set.meta.creation_timestamp));
    text += &format!("Selector:\t{}\n", set.spec.selector);
    labels(&mut text, "Labels", &set.meta.labels);
    annotations(&mut text, &set.meta);
    text += &format!(
        "Replicas:\t{} desired | {} total\n",
        set.spec.replicas, set.status.replicas
    );
    match set.spec.update_strategy {
        UpdateStrategy::OnDelete => text += "Update Strategy:\tOnDelete\n",
        UpdateStrategy::RollingUpdate(bounds) => {
            text += "Update Strategy:\tRollingUpdate\n";
            if let Some(bounds) = bounds {
                text += &format!("  Partition:\t{}\n", bounds.partition);
                if let Some(bound) = bounds.max_unavailable {
                    text += &format!("  MaxUnavailable:\t{}\n", written(bound));
                }
            }
        }
    }
    text += &pods(scope, &set.meta);
    text += &pod_template(&set.spec.template.value);
    claims(&mut text, &set.spec.volume_claim_templates);
    text
}

/// Upstream: `describeVolumeClaimTemplates`.
fn claims(text: &mut String, templates: &[Value]) {
    *text += if templates.is_empty() {
        "Volume Claims:\t<none>\n"
    } else {
        "Volume Claims:\n"
    };
    for claim in templates {
        let (none, spec) = (Value::Null, claim.get("spec"));
        let (metadata, spec) = (claim.get("metadata").unwrap_or(&none), spec.unwrap_or(&none));
        *text += &format!("  Name:\t{}\n", metadata.text("name"));
        *text += &format!("  StorageClass:\t{}\n", spec.text("storageClassName"));
        labels(text, "  Labels", &read_labels(metadata.get("labels")));
        labels(text, "  Annotations", &read_labels(metadata.get("annotations")));
        let capacity = match storage(spec) {
            asked if asked.is_empty() => "<default>".to_owned(),
            asked => asked,
        };
        let modes: Vec<&str> = spec.list("accessModes").iter().filter_map(Value::as_str).collect();
        *text += &format!("  Capacity:\t{capacity}\n  Access Modes:\t[{}]\n", modes.join(" "));
    }
}

pub(super) fn daemon_set(scope: Scope<'_>, set: &DaemonSet) -> String {
    let status = &set.status;
    let mut text = head(&set.meta);
    text += &format!("Selector:\t{}\n", set.spec.selector);
    text += &format!(
        "Node-Selector:\t{}\n",
        or_none(pairs(&set.spec.template.needs().node_selector))
    );
    labels(&mut text, "Labels", &set.meta.labels);
    annotations(&mut text, &set.meta);
    for (title, count) in [
        ("Desired Number of Nodes Scheduled", status.desired_number_scheduled),
        ("Current Number of Nodes Scheduled", status.current_number_scheduled),
        (
            "Number of Nodes Scheduled with Up-to-date Pods",
            status.updated_number_scheduled,
        ),
        ("Number of Nodes Scheduled with Available Pods", status.number_available),
        ("Number of Nodes Misscheduled", status.number_misscheduled),
    ] {
        text += &format!("{title}: {count}\n");
    }
    text += &pods(scope, &set.meta);
    text += &pod_template(&set.spec.template.value);
    text
}

/// Its Pods by phase.
fn pods(scope: Scope<'_>, owner: &ObjectMeta) -> String {
    let count = |phase: Phase| {
        scope
            .cluster
            .pods_of(owner.uid)
            .filter(|pod| pod.status.phase == phase)
            .count()
    };
    format!(
        "Pods Status:\t{} Running / {} Waiting / {} Succeeded / {} Failed\n",
        count(Phase::Running),
        count(Phase::Pending),
        count(Phase::Succeeded),
        count(Phase::Failed)
    )
}
