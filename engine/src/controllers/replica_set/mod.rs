//! The ReplicaSet controller (spec: RS), which is the ReplicationController too (RS-40): compares desired with active Pods, creates or deletes the difference, publishes
//! the counts. Upstream: `pkg/controller/replicaset/replica_set.go`.

mod victims;

use super::resource_quota::Room;
use super::{Decision, View};
use crate::api::{
    Condition, ConditionStatus, Key, Kind, Object, OwnerReference, Pod, PodStatus, ReplicaSet, ReplicaSetStatus, Uid,
};
use crate::cluster::{DeleteOptions, Write};
use crate::event::Note;
use crate::reason::ReplicaSetReason;
use crate::time::Time;
use std::rc::Rc;

/// The most Pods that one pass creates or deletes (RS-07).
const BURST_REPLICAS: usize = 500;

/// One look at one ReplicaSet: `syncReplicaSet` (RS-06).
pub fn reconcile(view: &View<'_>, key: &Key) -> Decision {
    let mut decision = Decision::default();
    let Some(set) = view.cluster.replicas(key) else {
        return decision;
    };
    let pods = claim_pods(view, set, key.kind, &mut decision);
    let mut error = None;
    if !set.meta.is_terminating() {
        error = manage_replicas(view, set, key.kind, &pods, &mut decision);
    }
    decision.retry = error.is_some();
    let mut status = calculate_status(view, set, &pods);
    set_failure(&mut status, error, view.now);
    if key.kind == Kind::ReplicationController {
        status.terminating_replicas = None;
    }
    wake_for_availability(view, set, &pods, &mut decision);
    if status != set.status {
        let mut reported = (**set).clone();
        reported.status = status;
        let reported = Rc::new(reported);
        let object = match key.kind {
            Kind::ReplicationController => Object::ReplicationController(reported),
            _ => Object::ReplicaSet(reported),
        };
        decision.write(Write::UpdateStatus(object), ReplicaSetReason::Report);
    }
    decision
}

/// The active Pods that belong to the set: adopts matching orphans, releases those that no longer match (RS-04).
fn claim_pods(view: &View<'_>, set: &Rc<ReplicaSet>, kind: Kind, decision: &mut Decision) -> Vec<Rc<Pod>> {
    let selector = &set.spec.selector;
    let mut pods = Vec::new();
    for pod in view.cluster.pods_of(set.meta.uid).filter(|pod| pod.is_active()) {
        if selector.matches(&pod.meta.labels) {
            pods.push(pod.clone());
        } else if !set.meta.is_terminating() {
            let mut released = (**pod).clone();
            released.meta.owner_references.retain(|owner| owner.uid != set.meta.uid);
            let reason = ReplicaSetReason::Release {
                name: pod.meta.name.clone(),
            };
            decision.write(Write::Update(Object::Pod(Rc::new(released))), reason);
        }
    }
    let orphans = view.cluster.pods_of(Uid(0)).filter(|pod| {
        pod.is_active() && pod.meta.namespace == set.meta.namespace && selector.matches(&pod.meta.labels)
    });
    for pod in orphans.filter(|_| !set.meta.is_terminating() && !selector.is_empty()) {
        let mut adopted = (**pod).clone();
        adopted.meta.owner_references.push(owner_reference(set, kind));
        let adopted = Rc::new(adopted);
        let reason = ReplicaSetReason::Adopt {
            name: pod.meta.name.clone(),
        };
        decision.write(Write::Update(Object::Pod(adopted.clone())), reason);
        pods.push(adopted);
    }
    pods
}

fn owner_reference(set: &ReplicaSet, kind: Kind) -> OwnerReference {
    OwnerReference {
        kind: kind.name(),
        name: set.meta.name.clone(),
        uid: set.meta.uid,
        controller: true,
    }
}

/// Creates what is missing or deletes what is too many; the error if not all of it could be done.
/// Upstream: `manageReplicas`.
fn manage_replicas(
    view: &View<'_>,
    set: &Rc<ReplicaSet>,
    kind: Kind,
    pods: &[Rc<Pod>],
    decision: &mut Decision,
) -> Option<Rc<str>> {
    let active = count(pods.len());
    let desired = set.spec.replicas;
    if active < desired {
        let missing = usize::try_from(desired - active).unwrap_or(0).min(BURST_REPLICAS);
        return create_pods(view, set, kind, active, missing, decision);
    }
    if active > desired {
        let surplus = usize::try_from(active - desired).unwrap_or(0).min(BURST_REPLICAS);
        for (pod, victim) in victims::choose(view, set, pods, surplus) {
            decision.notes.push(Note::DeletedPod(pod.meta.name.clone()));
            let reason = ReplicaSetReason::TooMany {
                desired,
                active,
                victim,
            };
            decision.write(Write::Delete(Object::Pod(pod).key(), DeleteOptions::default()), reason);
        }
    }
    None
}

/// Creates Pods in batches of 1, 2, 4, ...; a batch in which one fails is the last of the pass (RS-08).
/// Upstream: `slowStartBatch`.
fn create_pods(
    view: &View<'_>,
    set: &Rc<ReplicaSet>,
    kind: Kind,
    active: i64,
    missing: usize,
    decision: &mut Decision,
) -> Option<Rc<str>> {
    let terminating = terminating(view, set);
    let mut room = Room::new(view.cluster, &set.meta.namespace);
    let mut error = None;
    let (mut ahead, mut batch) = (0, 1);
    while ahead < missing && error.is_none() {
        for _ in 0..batch.min(missing - ahead) {
            let pod = new_pod(view, set, kind, u64::try_from(ahead).unwrap_or(0));
            ahead += 1;
            if let Err(refusal) = room.admit(&pod.meta.name) {
                decision.notes.push(Note::CreatePodFailed(refusal.clone()));
                error = error.or(Some(refusal));
                continue;
            }
            decision.notes.push(Note::CreatedPod(pod.meta.name.clone()));
            let reason = ReplicaSetReason::TooFew {
                desired: set.spec.replicas,
                active,
                terminating,
            };
            decision.write(Write::Create(Object::Pod(Rc::new(pod))), reason);
        }
        batch *= 2;
    }
    error
}

/// A Pod stamped from the template (RS-07). Upstream: `GetPodFromTemplate`.
fn new_pod(view: &View<'_>, set: &ReplicaSet, kind: Kind, ahead: u64) -> Pod {
    let template = &set.spec.template;
    let name = format!("{}-{}", set.meta.name, view.cluster.name_suffix(ahead));
    let mut meta = crate::api::ObjectMeta::named(&set.meta.namespace, name);
    let mut labels = template.labels.clone();
    if let Some(hash) = &set.spec.template_hash {
        Rc::make_mut(&mut labels).insert("pod-template-hash".into(), hash.to_string());
    }
    meta.labels = labels;
    meta.annotations = template.annotations.clone();
    meta.owner_references = vec![owner_reference(set, kind)];
    Pod {
        meta,
        template: template.clone(),
        claims: Rc::from([]),
        target_node: None,
        node_name: None,
        status: PodStatus::default(),
    }
}

/// Pods told to go and not finished: reported, but neither counted nor waited for (RS-02).
fn terminating(view: &View<'_>, set: &ReplicaSet) -> i64 {
    let pods = view.cluster.pods_of(set.meta.uid);
    let leaving = pods.filter(|pod| pod.is_terminating() && !pod.is_finished());
    count(
        leaving
            .filter(|pod| set.spec.selector.matches(&pod.meta.labels))
            .count(),
    )
}

/// The counts of the Pods as they were before this pass created or deleted any (RS-30, RS-32).
fn calculate_status(view: &View<'_>, set: &ReplicaSet, pods: &[Rc<Pod>]) -> ReplicaSetStatus {
    let mut labels = (*set.spec.template.labels).clone();
    if let Some(hash) = &set.spec.template_hash {
        labels.insert("pod-template-hash".into(), hash.to_string());
    }
    let fully_labeled = |pod: &Pod| labels.iter().all(|(key, text)| pod.meta.labels.get(key) == Some(text));
    let number = |test: &dyn Fn(&Pod) -> bool| count(pods.iter().filter(|pod| test(pod)).count());
    ReplicaSetStatus {
        observed_generation: set.meta.generation,
        replicas: count(pods.len()),
        fully_labeled_replicas: number(&fully_labeled),
        ready_replicas: number(&Pod::is_ready),
        available_replicas: number(&|pod| pod.is_available(set.spec.min_ready_seconds, view.now)),
        terminating_replicas: view
            .gates
            .deployment_replica_set_terminating_replicas
            .then(|| terminating(view, set)),
        conditions: set.status.conditions.clone(),
    }
}

/// The first error since all went well is shown until all goes well again (RS-33).
fn set_failure(status: &mut ReplicaSetStatus, error: Option<Rc<str>>, now: Time) {
    match error {
        None => status.conditions.clear(),
        Some(message) if status.conditions.is_empty() => status.conditions.push(Condition {
            r#type: "ReplicaFailure",
            status: ConditionStatus::True,
            reason: "FailedCreate",
            message,
            last_update_time: now.truncated(),
            last_transition_time: now.truncated(),
        }),
        Some(_) => {}
    }
}

/// Asks to be woken when the next ready Pod becomes available (RS-31). Upstream: `FindMinNextPodAvailabilityCheck`.
fn wake_for_availability(view: &View<'_>, set: &ReplicaSet, pods: &[Rc<Pod>], decision: &mut Decision) {
    let moments = pods
        .iter()
        .filter_map(|pod| pod.available_at(set.spec.min_ready_seconds));
    if let Some(next) = moments.filter(|moment| *moment > view.now).min() {
        decision.wake(next);
    }
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
