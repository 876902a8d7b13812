//! The ReplicaSet controller (spec: RS), which is the ReplicationController too (RS-40): compares desired with active Pods, creates or deletes the difference, publishes
//! the counts. Upstream: `pkg/controller/replicaset/replica_set.go`.

mod victims;

use super::resource_quota::Room;
use super::{Decision, View};
use crate::api::{
    Condition, ConditionStatus, Key, Kind, Labels, Name, Object, OwnerReference, Pod, PodStatus, ReplicaSet,
    ReplicaSetStatus, Uid,
};
use crate::cluster::{DeleteOptions, Write};
use crate::event::Note;
use crate::index::{Crew, State};
use crate::names::Names;
use crate::reason::ReplicaSetReason;
use crate::time::Time;
use std::borrow::Cow;
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

/// The Pods that belong to the set, nearly always those that are filed: adopts matching orphans, releases those that no
/// longer match (RS-04).
fn claim_pods<'a>(view: &View<'a>, set: &Rc<ReplicaSet>, kind: Kind, decision: &mut Decision) -> Cow<'a, Crew> {
    let selector = &set.spec.selector;
    let orphans = view.cluster.pods_of(Uid(0)).filter(|pod| {
        pod.is_active() && pod.meta.namespace == set.meta.namespace && selector.matches(&pod.meta.labels)
    });
    let wants_orphans = !set.meta.is_terminating() && !selector.is_empty();
    let mut orphans = orphans.filter(|_| wants_orphans).peekable();
    let crew = view.index.crew(set.meta.uid);
    if orphans.peek().is_none() && crew.is_none_or(|crew| crew.is_regular(selector)) {
        return crew.map_or(Cow::Owned(Crew::default()), Cow::Borrowed);
    }
    let mut pods = Crew::default();
    for pod in view.cluster.pods_of(set.meta.uid) {
        if selector.matches(&pod.meta.labels) {
            pods.add(-1, pod);
        } else if pod.is_active() && !set.meta.is_terminating() {
            let mut released = (**pod).clone();
            released.meta.owner_references.retain(|owner| owner.uid != set.meta.uid);
            let reason = ReplicaSetReason::Release {
                name: pod.meta.name.clone(),
            };
            decision.write(Write::Update(Object::Pod(Rc::new(released))), reason);
        }
    }
    for pod in orphans {
        let mut adopted = (**pod).clone();
        adopted.meta.owner_references.push(owner_reference(set, kind));
        let adopted = Rc::new(adopted);
        let reason = ReplicaSetReason::Adopt {
            name: pod.meta.name.clone(),
        };
        decision.write(Write::Update(Object::Pod(adopted.clone())), reason);
        pods.add(-1, &adopted);
    }
    Cow::Owned(pods)
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
    pods: &Crew,
    decision: &mut Decision,
) -> Option<Rc<str>> {
    let active = pods.count(all, State::is_active);
    let desired = set.spec.replicas;
    if active < desired {
        let missing = usize::try_from(desired - active).unwrap_or(0).min(BURST_REPLICAS);
        let counts = (active, terminating(pods));
        return create_pods(view, set, kind, counts, missing, decision);
    }
    if active > desired {
        let surplus = usize::try_from(active - desired).unwrap_or(0).min(BURST_REPLICAS);
        for (key, victim) in victims::choose(view, set, pods, surplus) {
            decision.notes.push(Note::DeletedPod(key.name.clone()));
            let reason = ReplicaSetReason::TooMany {
                desired,
                active,
                victim,
            };
            decision.write(Write::Delete(key, DeleteOptions::default()), reason);
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
    (active, terminating): (i64, i64),
    missing: usize,
    decision: &mut Decision,
) -> Option<Rc<str>> {
    let mut room = Room::new(view, &set.meta.namespace);
    let mut names = Names::new(view, Kind::Pod, &set.meta.namespace);
    let base = format!("{}-", set.meta.name);
    let model = new_pod(set, kind);
    let mut error = None;
    let (mut ahead, mut batch) = (0, 1);
    while ahead < missing && error.is_none() {
        for _ in 0..batch.min(missing - ahead) {
            let mut pod = model.clone();
            pod.meta.name = names.next(&base);
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

/// A Pod stamped from the template, still without a name (RS-07). Upstream: `GetPodFromTemplate`.
fn new_pod(set: &ReplicaSet, kind: Kind) -> Pod {
    let template = &set.spec.template;
    let mut meta = crate::api::ObjectMeta::named(&set.meta.namespace, Name::default());
    let mut labels = template.labels.clone();
    if let Some(hash) = &set.spec.template_hash {
        Rc::make_mut(&mut labels).insert("pod-template-hash".into(), hash.clone());
    }
    meta.labels = labels;
    meta.annotations = template.annotations.clone();
    meta.owner_references = vec![owner_reference(set, kind)].into();
    Pod {
        meta: meta.into(),
        template: template.clone(),
        claims: Vec::new().into(),
        target_node: None,
        node_name: None,
        status: PodStatus::default().into(),
    }
}

/// Pods told to go and not finished: reported, but neither counted nor waited for (RS-02).
fn terminating(pods: &Crew) -> i64 {
    pods.count(all, |state| state.terminating && !state.is_finished())
}

fn all(_: &Labels) -> bool {
    true
}

/// The counts of the Pods as they were before this pass created or deleted any (RS-30, RS-32).
fn calculate_status(view: &View<'_>, set: &ReplicaSet, pods: &Crew) -> ReplicaSetStatus {
    let template = &set.spec.template.labels;
    let hash = set.spec.template_hash.as_ref();
    let fully_labeled = |labels: &Labels| {
        let is_own = |(key, text): (&Name, &Name)| &**key == "pod-template-hash" || labels.get(&**key) == Some(text);
        let hash = hash.or(template.get("pod-template-hash"));
        let is_hash = |hash| labels.get("pod-template-hash") == Some(hash);
        template.iter().all(is_own) && hash.is_none_or(is_hash)
    };
    let is_ready = |state: State| state.is_active() && state.ready;
    let ready_replicas = pods.count(all, is_ready);
    let young = pods.young(set.spec.min_ready_seconds, view.now);
    let unavailable = young.filter(|(_, pod)| pod.is_active()).count();
    ReplicaSetStatus {
        observed_generation: set.meta.generation,
        replicas: pods.count(all, State::is_active),
        fully_labeled_replicas: pods.count(fully_labeled, State::is_active),
        ready_replicas,
        available_replicas: ready_replicas - i64::try_from(unavailable).unwrap_or(i64::MAX),
        terminating_replicas: view
            .gates
            .deployment_replica_set_terminating_replicas
            .then(|| terminating(pods)),
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
fn wake_for_availability(view: &View<'_>, set: &ReplicaSet, pods: &Crew, decision: &mut Decision) {
    let min_ready_seconds = set.spec.min_ready_seconds;
    let young = pods.young(min_ready_seconds, view.now);
    let next = young.filter(|(_, pod)| pod.is_active()).last();
    if let Some(next) = next.and_then(|(_, pod)| pod.available_at(min_ready_seconds)) {
        decision.wake(next);
    }
}
