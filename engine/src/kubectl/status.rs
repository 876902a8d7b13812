//! `kubectl rollout status` (spec: CTL-10 to CTL-13, CTL-42).

use super::{Printed, find};
use crate::api::{DaemonSet, DaemonSetUpdateStrategy, Deployment, Key, Object, StatefulSet, UpdateStrategy};
use crate::cluster::{Change, Cluster};
use crate::history::Cursor;

const ONLY_ROLLING: &str = "error: rollout status is only available for RollingUpdate strategy type";

/// The line of the moment; the error for those that have none or have failed.
pub fn rollout_status(cluster: &Cluster, key: &Key) -> Result<String, String> {
    line(find(cluster, key)?)
}

/// What one who has watched since the last thing that was done to the object has read so far: a line for each of its
/// changes, until the rollout is done.
pub(super) fn transcript(key: &Key, at: &Cursor) -> Printed {
    let steps = &at.history().steps[..at.position()];
    let by_hand = steps
        .iter()
        .rposition(|step| step.command.is_some() && step.touched().any(|touched| touched == key));
    let (mut printed, mut is_done) = (Printed::default(), false);
    let changes = steps[by_hand.unwrap_or(0)..].iter().flat_map(|step| step.changes());
    for Change { after, .. } in changes.filter(|change| change.key == *key) {
        let line = match after {
            Some(object) => line(object),
            None => Err("error: object has been deleted".to_owned()),
        };
        let was_done = std::mem::replace(&mut is_done, line.as_ref().is_ok_and(|line| tells_the_end(line)));
        match (was_done, is_done) {
            (true, true) => continue,
            // The next rollout began by itself: it is another transcript.
            (true, false) => printed = Printed::default(),
            (false, _) => {}
        }
        match line {
            Ok(line) => {
                printed.errors.clear();
                printed.lines.push(line);
            }
            Err(error) => printed.errors = vec![error],
        }
    }
    match printed.lines.is_empty() && printed.errors.is_empty() {
        true => rollout_status(at.cluster(), key).into(),
        false => printed,
    }
}

fn tells_the_end(line: &str) -> bool {
    [
        "successfully rolled out",
        "roll out complete",
        "rolling update complete",
    ]
    .iter()
    .any(|end| line.contains(end))
}

fn line(object: &Object) -> Result<String, String> {
    match object {
        Object::Deployment(deployment) => self::deployment(deployment),
        Object::StatefulSet(set) => stateful_set(set),
        Object::DaemonSet(set) => daemon_set(set),
        _ => Err(format!(
            "error: no status viewer has been implemented for {}",
            object.kind().qualified()
        )),
    }
}

fn deployment(deployment: &Deployment) -> Result<String, String> {
    let (name, desired, status) = (&deployment.meta.name, deployment.spec.replicas, &deployment.status);
    let (updated, available) = (status.updated_replicas, status.available_replicas);
    let waiting = |what: String| {
        Ok(format!(
            "Waiting for deployment \"{name}\" rollout to finish: {what}..."
        ))
    };
    if deployment.meta.generation > status.observed_generation {
        return Ok("Waiting for deployment spec update to be observed...".to_owned());
    }
    if status
        .condition("Progressing")
        .is_some_and(|condition| condition.reason == "ProgressDeadlineExceeded")
    {
        return Err(format!("error: deployment \"{name}\" exceeded its progress deadline"));
    }
    if updated < desired {
        return waiting(format!("{updated} out of {desired} new replicas have been updated"));
    }
    if status.replicas > updated {
        return waiting(format!(
            "{} old replicas are pending termination",
            status.replicas - updated
        ));
    }
    if available < updated {
        return waiting(format!("{available} of {updated} updated replicas are available"));
    }
    Ok(format!("deployment \"{name}\" successfully rolled out"))
}

fn daemon_set(set: &DaemonSet) -> Result<String, String> {
    let (name, status) = (&set.meta.name, &set.status);
    let (desired, updated) = (status.desired_number_scheduled, status.updated_number_scheduled);
    let available = status.number_available;
    if set.spec.update_strategy == DaemonSetUpdateStrategy::OnDelete {
        return Err(ONLY_ROLLING.to_owned());
    }
    if set.meta.generation > status.observed_generation {
        return Ok("Waiting for daemon set spec update to be observed...".to_owned());
    }
    let waiting = |what: String| {
        Ok(format!(
            "Waiting for daemon set \"{name}\" rollout to finish: {what}..."
        ))
    };
    if updated < desired {
        return waiting(format!("{updated} out of {desired} new pods have been updated"));
    }
    if available < desired {
        return waiting(format!("{available} of {desired} updated pods are available"));
    }
    Ok(format!("daemon set \"{name}\" successfully rolled out"))
}

fn stateful_set(set: &StatefulSet) -> Result<String, String> {
    let (desired, status) = (set.spec.replicas, &set.status);
    let updated = status.updated_replicas;
    let UpdateStrategy::RollingUpdate(bounds) = set.spec.update_strategy else {
        return Err(ONLY_ROLLING.to_owned());
    };
    if status.seen.observed_generation == 0 || set.meta.generation > status.seen.observed_generation {
        return Ok("Waiting for statefulset spec update to be observed...".to_owned());
    }
    if status.ready_replicas < desired {
        return Ok(format!(
            "Waiting for {} pods to be ready...",
            desired - status.ready_replicas
        ));
    }
    Ok(match bounds {
        Some(bounds) if updated < desired - bounds.partition => {
            let wanted = desired - bounds.partition;
            format!(
                "Waiting for partitioned roll out to finish: {updated} out of {wanted} new pods have been updated..."
            )
        }
        Some(_) => format!("partitioned roll out complete: {updated} new pods have been updated..."),
        None if status.seen.update_revision != status.seen.current_revision => {
            let revision = &status.seen.update_revision;
            format!("waiting for statefulset rolling update to complete {updated} pods at revision {revision}...")
        }
        None => {
            let (current, revision) = (status.current_replicas, &status.seen.current_revision);
            format!("statefulset rolling update complete {current} pods at revision {revision}...")
        }
    })
}
