//! `kubectl rollout undo | pause | resume | restart` (spec: CTL-30 to CTL-42).

use super::{Outcome, answered, edit, resource};
use crate::api::{ControllerRevision, Deployment, Object, PodTemplate};
use crate::cluster::Cluster;
use crate::controllers::deployment::util;
use crate::release::Gates;
use crate::time::Time;
use crate::value::{Map, Value};
use std::rc::Rc;

/// Pausing and resuming exist for Deployments only (CTL-40).
pub(super) fn pause(gates: Gates, object: &Object, pause: bool) -> Outcome {
    let (verb, done) = if pause {
        ("pausing", "paused")
    } else {
        ("resuming", "resumed")
    };
    let Object::Deployment(deployment) = object else {
        return not_supported(object, verb);
    };
    if deployment.spec.paused == pause {
        let state = if pause { "already paused" } else { "not paused" };
        let name = &deployment.meta.name;
        return Outcome::refused(format!("error: deployments.apps \"{name}\" is {state}"));
    }
    answered(
        object,
        edit(gates, object, |value| {
            *value.entry("spec").entry("paused") = pause.into();
        }),
        done,
    )
}

/// Deployments, StatefulSets and DaemonSets (CTL-42).
fn has_rollouts(object: &Object) -> bool {
    matches!(
        object,
        Object::Deployment(_) | Object::StatefulSet(_) | Object::DaemonSet(_)
    )
}

fn not_supported(object: &Object, verb: &str) -> Outcome {
    let (resource, name) = (object.kind().resource(), &object.meta().name);
    Outcome::refused(format!("error: {resource} \"{name}\" {verb} is not supported"))
}

/// A new timestamp in the template makes a new revision (CTL-41).
pub(super) fn restart(gates: Gates, object: &Object, now: Time) -> Outcome {
    if let Object::Deployment(deployment) = object
        && deployment.spec.paused
    {
        let name = &deployment.meta.name;
        let text =
            format!("error: deployments.apps \"{name}\" can't restart paused deployment (run rollout resume first)");
        return Outcome::refused(text);
    }
    if !has_rollouts(object) {
        return not_supported(object, "restarting");
    }
    let edited = edit(gates, object, |value| {
        let metadata = value.entry("spec").entry("template").entry("metadata");
        *metadata.entry("annotations").entry("kubectl.kubernetes.io/restartedAt") = now.date().into();
    });
    match edited {
        Ok(None) => Outcome::refused(format!(
            "error: failed to create patch for {}: if restart has already been triggered within the past second, please \
             wait before attempting to trigger another",
            object.meta().name
        )),
        edited => answered(object, edited, "restarted"),
    }
}

/// Puts an old template back (CTL-30 to CTL-33); revision 0 means the last but one.
pub(super) fn undo(cluster: &Cluster, gates: Gates, object: &Object, revision: i64) -> Outcome {
    match object {
        Object::Deployment(deployment) => undo_deployment(cluster, gates, object, deployment, revision),
        Object::StatefulSet(set) => {
            let mut revisions: Vec<_> = cluster.revisions_of(set.meta.uid).collect();
            crate::order::sort_by_key(&mut revisions, |stored| stored.revision);
            undo_set(gates, object, &revisions, revision)
        }
        Object::DaemonSet(set) => {
            let mut revisions: Vec<_> = cluster.revisions_of(set.meta.uid).collect();
            crate::order::sort_by_key(&mut revisions, |stored| stored.revision);
            undo_set(gates, object, &revisions, revision)
        }
        _ => {
            let kind = object.kind().qualified();
            let text = format!("error: no rollbacker has been implemented for \"{kind}\"");
            Outcome::refused(text)
        }
    }
}

fn undo_deployment(
    cluster: &Cluster,
    gates: Gates,
    object: &Object,
    deployment: &Deployment,
    revision: i64,
) -> Outcome {
    let name = &deployment.meta.name;
    let mut sets: Vec<_> = cluster.replica_sets_of(deployment.meta.uid).collect();
    crate::order::sort_by_key(&mut sets, |set| util::revision(set));
    let target = match revision {
        0 => sets.len().checked_sub(2).map(|index| sets[index]),
        wanted => sets.into_iter().find(|set| util::revision(set) == wanted),
    };
    let Some(target) = target else {
        return Outcome::refused(match revision {
            0 => format!("error: no rollout history found for deployment \"{name}\""),
            _ => format!("error: unable to find specified revision {revision} in history"),
        });
    };
    if deployment.spec.paused {
        let text = "error: you cannot rollback a paused deployment; resume it first with 'kubectl rollout resume' and try again";
        return Outcome::refused(text.to_owned());
    }
    if target.spec.template == deployment.spec.template {
        return skipped(object, revision);
    }
    let edited = edit(gates, object, |value| {
        put_back(value, &target.spec.template);
        let annotations = util::restored_annotations(&deployment.meta, target);
        let annotations = annotations
            .iter()
            .map(|(key, text)| (key.to_string(), text.as_ref().into()));
        *value.entry("metadata").entry("annotations") = Value::Map(annotations.collect::<Map>());
    });
    answered(object, edited, "rolled back")
}

fn undo_set(gates: Gates, object: &Object, revisions: &[&Rc<ControllerRevision>], revision: i64) -> Outcome {
    let target = match revision {
        0 => revisions.len().checked_sub(2).map(|index| revisions[index]),
        wanted => revisions.iter().find(|stored| stored.revision == wanted).copied(),
    };
    let Some(target) = target else {
        return Outcome::refused(match revision {
            0 => "error: no last revision to roll back to".to_owned(),
            _ => format!("error: unable to find specified revision {revision} in history"),
        });
    };
    match edit(gates, object, |value| put_back(value, &target.template)) {
        Ok(None) => skipped(object, revision),
        edited => answered(object, edited, "rolled back"),
    }
}

fn put_back(value: &mut Value, template: &PodTemplate) {
    *value.entry("spec").entry("template") = template.value.clone();
}

fn skipped(object: &Object, revision: i64) -> Outcome {
    let line = format!("{}/{}", resource(object), object.meta().name);
    let text = format!("{line} skipped rollback (current template already matches revision {revision})");
    Outcome::done(text, Vec::new())
}
