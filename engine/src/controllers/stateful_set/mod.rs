//! The StatefulSet controller (spec: STS): Pods with a number each, made and removed in order, updated from the top.
//! Upstream: `pkg/controller/statefulset/stateful_set_control.go`; files are named after upstream's.

mod claims;
mod revisions;
mod slots;
mod status;
mod update;

use super::resource_quota::Room;
use super::{Decision, View};
use crate::api::{
    Key, Labels, Name, Object, ObjectMeta, OwnerReference, Pod, PodManagementPolicy, PodStatus, PodTemplate,
    StatefulSet, StatefulSetStatus, Uid,
};
use crate::cluster::{DeleteOptions, Write};
use crate::event::Note;
use crate::index::{Crew, POD_INDEX_LABEL, POD_NAME_LABEL};
use crate::ordered::Ordered;
use crate::reason::StatefulSetReason;
use revisions::Revisions;
use slots::condemned;
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::rc::Rc;

/// The label that names a Pod's revision.
pub const REVISION_LABEL: &str = "controller-revision-hash";

thread_local! {
    /// The keys of the labels that make a Pod what it is, which all such Pods share.
    static IDENTITY: [Name; 3] = [POD_NAME_LABEL, POD_INDEX_LABEL, REVISION_LABEL].map(Name::from);
}

/// One look at one StatefulSet: `UpdateStatefulSet` (section 2 of the rules).
pub fn reconcile(view: &View<'_>, key: &Key) -> Decision {
    let Some(set) = view.cluster.stateful_set(&key.namespace, &key.name) else {
        return Decision::default();
    };
    let mut decision = Decision::default();
    let pods = claim_pods(view, set, &mut decision);
    let revisions = Revisions::find(view, set, &mut decision);
    let mut pass = Pass::new(view, set, &pods, &revisions, decision);
    pass.run();
    let mut decision = pass.finish();
    revisions.truncate_history(set, &pods.listed, &mut decision);
    decision
}

/// The Pods of a set as a pass finds them: nearly always those that are filed.
struct Pods<'a> {
    /// All.
    listed: Cow<'a, Crew>,
    /// Those that have a number, by it.
    numbered: Cow<'a, Crew>,
}

/// The Pods of the set: adopts orphans with a fitting name, releases those that no longer match (STS-04).
fn claim_pods<'a>(view: &View<'a>, set: &Rc<StatefulSet>, decision: &mut Decision) -> Pods<'a> {
    let selector = &set.spec.selector;
    let orphans = view.cluster.pods_of(Uid(0)).filter(|pod| {
        let ours = pod.meta.namespace == set.meta.namespace && selector.matches(&pod.meta.labels);
        ours && !pod.is_terminating() && set.ordinal_of(&pod.meta.name).is_some()
    });
    let wants_orphans = !set.meta.is_terminating() && !selector.is_empty();
    let mut orphans = orphans.filter(|_| wants_orphans).peekable();
    let crew = view.index.crew(set.meta.uid);
    if orphans.peek().is_none() && crew.is_none_or(|crew| crew.is_regular(selector)) {
        let crew = || crew.map_or(Cow::Owned(Crew::default()), Cow::Borrowed);
        return Pods {
            listed: crew(),
            numbered: crew(),
        };
    }
    let mut pods = Vec::new();
    for pod in view.cluster.pods_of(set.meta.uid) {
        if selector.matches(&pod.meta.labels) {
            pods.push(pod.clone());
        } else if !set.meta.is_terminating() {
            let mut released = (**pod).clone();
            released.meta.owner_references.retain(|owner| owner.uid != set.meta.uid);
            let reason = StatefulSetReason::Release {
                name: pod.meta.name.clone(),
            };
            decision.write(Write::Update(Object::Pod(Rc::new(released))), reason);
        }
    }
    for pod in orphans {
        let mut adopted = (**pod).clone();
        adopted.meta.owner_references.push(owner_reference(set));
        let adopted = Rc::new(adopted);
        let reason = StatefulSetReason::Adopt {
            name: pod.meta.name.clone(),
        };
        decision.write(Write::Update(Object::Pod(adopted.clone())), reason);
        pods.push(adopted);
    }
    file(set, &pods)
}

/// Of two names with the same number the last is taken.
fn file<'a>(set: &StatefulSet, pods: &[Rc<Pod>]) -> Pods<'a> {
    let (mut listed, mut numbered) = (Crew::default(), Crew::default());
    let mut by_number = Ordered::new();
    for pod in pods {
        listed.add(-1, pod);
        if let Some(number) = set.ordinal_of(&pod.meta.name) {
            by_number.insert(number, pod);
        }
    }
    for (number, pod) in by_number {
        numbered.add(number, pod);
    }
    Pods {
        listed: Cow::Owned(listed),
        numbered: Cow::Owned(numbered),
    }
}

fn owner_reference(set: &StatefulSet) -> OwnerReference {
    OwnerReference {
        kind: "StatefulSet",
        name: set.meta.name.clone(),
        uid: set.meta.uid,
        controller: true,
    }
}

/// The revision that a Pod's label names.
pub fn pod_revision(pod: &Pod) -> &str {
    labelled_revision(&pod.meta.labels)
}

fn labelled_revision(labels: &Labels) -> &str {
    labels.get(REVISION_LABEL).map_or("", |text| text)
}

/// One number's place in this pass.
#[derive(Clone, Debug)]
struct Slot {
    ordinal: i64,
    pod: Rc<Pod>,
    /// Whether the Pod is stored; if not, it was built in this pass and counts nowhere yet.
    created: bool,
}

/// The state of one pass.
struct Pass<'a> {
    view: &'a View<'a>,
    set: &'a Rc<StatefulSet>,
    revisions: &'a Revisions,
    listed: &'a Crew,
    /// The Pods by their numbers: the wanted ones, and those that are not.
    crew: &'a Crew,
    /// The numbers of the Pods that are ready, but not yet available.
    young: BTreeSet<i64>,
    /// How many Pods are missing, once somebody has asked.
    missing: Option<i64>,
    /// The finished Pods that this pass has deleted already.
    deleted: BTreeSet<Name>,
    status: StatefulSetStatus,
    /// What the namespace's quota still admits.
    room: Room<'a>,
    decision: Decision,
}

impl<'a> Pass<'a> {
    fn new(
        view: &'a View<'a>,
        set: &'a Rc<StatefulSet>,
        pods: &'a Pods<'a>,
        revisions: &'a Revisions,
        decision: Decision,
    ) -> Pass<'a> {
        let crew = &*pods.numbered;
        let young = crew.young(set.spec.min_ready_seconds, view.now);
        Pass {
            view,
            set,
            revisions,
            listed: &pods.listed,
            crew,
            young: young.map(|(number, _)| number).collect(),
            missing: None,
            deleted: BTreeSet::new(),
            status: StatefulSetStatus::default(),
            room: Room::new(view, &set.meta.namespace),
            decision,
        }
    }

    fn is_available(&self, slot: &Slot) -> bool {
        slot.created && slot.pod.is_available(self.set.spec.min_ready_seconds, self.view.now)
    }

    fn is_unavailable(&self, slot: &Slot) -> bool {
        !self.is_available(slot) || slot.pod.is_terminating()
    }

    fn is_ordered(&self) -> bool {
        self.set.spec.pod_management_policy == PodManagementPolicy::OrderedReady
    }

    /// Steps 3 to 14; the status is as the last step left it.
    fn run(&mut self) {
        self.status = self.count(self.listed);
        if self.set.meta.is_terminating() {
            return;
        }
        let done = self.process_replicas() && self.process_condemned();
        // What this pass created is not counted yet, what it deleted still is.
        self.status = self.count(self.crew);
        if done {
            self.update();
        }
    }

    /// Step 9: one after the other, or in batches of 1, 2, 4, ... of which one with an error is the last. Tells whether
    /// the pass may go on. Upstream: `runForAll`, `slowStartBatch`.
    fn process_replicas(&mut self) -> bool {
        let wanted = self.wanted();
        let mut last_of_batch = wanted.start;
        let mut next = self.next_to_process(wanted.start);
        while let Some(ordinal) = next {
            while ordinal > last_of_batch {
                if self.decision.retry {
                    return false;
                }
                last_of_batch = wanted.start + (last_of_batch - wanted.start) * 2 + 2;
            }
            if !self.process_replica(ordinal) && self.is_ordered() {
                return false;
            }
            next = self.next_to_process(ordinal + 1);
        }
        !self.decision.retry
    }

    /// One wanted slot: makes it, waits for it, or repairs it (STS-20). Tells whether an ordered pass may go on.
    fn process_replica(&mut self, ordinal: i64) -> bool {
        let slot = self.slot(ordinal);
        let pod = &slot.pod;
        if slot.created && pod.is_finished() {
            if !pod.is_terminating() {
                self.delete_pod(pod, StatefulSetReason::ReplaceFinished { ordinal: slot.ordinal });
            }
            return false;
        }
        if !slot.created {
            self.create_slot(&slot);
            return false;
        }
        if pod.status.phase == crate::api::Phase::Pending {
            self.create_missing_claims(&slot);
        }
        if self.is_ordered() && !self.is_healthy_or_explain(&slot) {
            return false;
        }
        self.repair(&slot);
        true
    }

    /// Whether the next number may be looked at; if not, says what is waited for (STS-20 to STS-22).
    fn is_healthy_or_explain(&mut self, slot: &Slot) -> bool {
        let pod = &slot.pod;
        let name = pod.meta.name.clone();
        if pod.is_terminating() {
            self.decision.block(StatefulSetReason::WaitsForGone { pod: name });
        } else if !pod.is_running_and_ready() {
            let behind = self.any_behind(self.wanted());
            let outdated = pod_revision(pod) != &*self.revisions.update.meta.name;
            let broken = outdated && slot.ordinal >= self.set.spec.update_boundary();
            self.decision.block(StatefulSetReason::WaitsForReady {
                pod: name,
                broken,
                updating: behind,
            });
        } else if !self.is_available(slot) {
            let until = pod.available_at(self.set.spec.min_ready_seconds);
            let reason = StatefulSetReason::WaitsForAvailable(Box::new((name, until)));
            match until {
                Some(until) => self.decision.block_until(reason, until),
                None => self.decision.block(reason),
            }
        } else {
            return true;
        }
        false
    }

    fn create_slot(&mut self, slot: &Slot) {
        if !self.create_missing_claims(slot) {
            return;
        }
        let name = slot.pod.meta.name.clone();
        if let Err(error) = self.admit(&name) {
            self.decision.block(StatefulSetReason::CreateRefused { error });
            self.decision.retry = true;
            return;
        }
        let reason = self.create_reason(slot.ordinal);
        self.decision.notes.push(Note::CreatePodInSet(name));
        self.decision
            .write(Write::Create(Object::Pod(slot.pod.clone())), reason);
        self.repair_claims(slot);
    }

    /// Whether the server takes a new Pod of this name: not if there is one that is not the set's, of which no Event
    /// tells, and not beyond a quota (STS-73).
    fn admit(&mut self, pod: &Name) -> Result<(), Rc<str>> {
        if self.view.cluster.pod(&self.set.meta.namespace, pod).is_some() {
            return Err(format!("pods \"{pod}\" already exists").into());
        }
        let admitted = self.room.admit(pod);
        if let Err(error) = &admitted {
            let set = self.set.meta.name.clone();
            self.decision
                .notes
                .push(Note::CreatePodInSetFailed(Box::new((pod.clone(), set, error.clone()))));
        }
        admitted
    }

    fn create_reason(&mut self, ordinal: i64) -> StatefulSetReason {
        let boundary = self.set.spec.update_boundary();
        if self.revisions.current.meta.name != self.revisions.update.meta.name {
            let updated = !self.takes_current(ordinal);
            StatefulSetReason::CreateAtRevision {
                ordinal,
                boundary,
                updated,
            }
        } else if self.is_ordered() {
            StatefulSetReason::CreateOrdered {
                ordinal,
                before: ordinal - self.set.spec.start,
            }
        } else {
            let missing = self.count_missing();
            StatefulSetReason::CreateParallel { ordinal, missing }
        }
    }

    /// Step 11: removes what is not wanted, highest number first (STS-24). Tells whether the pass may go on.
    fn process_condemned(&mut self) -> bool {
        self.repair_condemned_claims();
        for slot in condemned(self.crew, self.wanted()) {
            let pod = &slot.pod;
            if pod.is_terminating() {
                if self.is_ordered() {
                    self.decision.block(StatefulSetReason::WaitsForGone {
                        pod: pod.meta.name.clone(),
                    });
                    return false;
                }
                continue;
            }
            let healthy = pod.is_running_and_ready() && self.is_available(&slot);
            if self.is_ordered()
                && !healthy
                && let Some(first) = self.first_unhealthy().filter(|first| *first != pod.meta.name)
            {
                let pod = pod.meta.name.clone();
                self.decision
                    .block(StatefulSetReason::CondemnedBlocked(Box::new((pod, first))));
                return false;
            }
            let last = self.set.spec.start + self.set.spec.replicas - 1;
            let parallel = !self.is_ordered();
            self.delete_pod(
                pod,
                StatefulSetReason::RemoveCondemned {
                    ordinal: slot.ordinal,
                    last,
                    parallel,
                },
            );
            if self.is_ordered() {
                return false;
            }
        }
        true
    }

    /// A finished Pod is gone as soon as it is deleted, so that the update of the same pass finds it no more (STS-73).
    fn delete_pod(&mut self, pod: &Rc<Pod>, reason: StatefulSetReason) {
        let (name, set) = (pod.meta.name.clone(), self.set.meta.name.clone());
        let write = Write::Delete(Object::Pod(pod.clone()).key(), DeleteOptions::default());
        if !self.deleted.insert(name.clone()) {
            let error = format!("pods \"{name}\" not found").into();
            return self
                .decision
                .notes
                .push(Note::DeletePodInSetFailed(Box::new((name, set, error))));
        }
        self.decision.notes.push(Note::DeletePodInSet(name));
        self.decision.write(write, reason);
    }

    /// Puts back identity and claims' owners where they are not as they should be (STS-02, STS-62).
    fn repair(&mut self, slot: &Slot) {
        let claims_repaired = self.repair_claims(slot);
        let pod = &slot.pod;
        let label = pod.meta.labels.get(POD_NAME_LABEL);
        let is_itself = label.is_some_and(|label| **label == *pod.meta.name);
        if claims_repaired || !is_itself {
            let name = pod.meta.name.clone();
            self.decision.notes.push(Note::UpdatePodInSet(name));
        }
        if !is_itself {
            let mut repaired = (**pod).clone();
            Rc::make_mut(&mut repaired.meta.labels).insert(POD_NAME_LABEL.into(), pod.meta.name.clone());
            let write = Write::Update(Object::Pod(Rc::new(repaired)));
            self.decision.write(write, StatefulSetReason::Repair);
        }
    }

    /// Which revision a missing Pod is made at (STS-30).
    fn takes_current(&self, ordinal: i64) -> bool {
        ordinal < self.end_of_current()
    }

    /// Numbers from this one on are made at the update revision.
    fn end_of_current(&self) -> i64 {
        use crate::api::UpdateStrategy::{OnDelete, RollingUpdate};
        match self.set.spec.update_strategy {
            OnDelete => i64::MIN,
            RollingUpdate(Some(bounds)) => self.set.spec.start + bounds.partition,
            RollingUpdate(None) => self.set.spec.start + self.set.status.current_replicas,
        }
    }

    /// The Pod of a missing number. Upstream: `newVersionedStatefulSetPod`.
    fn new_versioned_pod(&self, ordinal: i64) -> Pod {
        let revision = if self.takes_current(ordinal) {
            &self.revisions.current
        } else {
            &self.revisions.update
        };
        let template: &Rc<PodTemplate> = &revision.template;
        let name = format!("{}-{ordinal}", self.set.meta.name);
        let mut meta = ObjectMeta::named(&self.set.meta.namespace, name);
        meta.labels = identity_labels(&template.labels, &meta.name, ordinal, &revision.meta.name);
        meta.annotations = template.annotations.clone();
        meta.owner_references = vec![owner_reference(self.set)].into();
        let claims = claims::names(self.set, ordinal);
        Pod {
            meta: meta.into(),
            template: template.clone(),
            claims: claims.into(),
            target_node: None,
            node_name: None,
            status: PodStatus::default().into(),
        }
    }

    /// Writes the status if it differs (STS-51) and asks to be woken for the next availability.
    fn finish(mut self) -> Decision {
        let completes = self.complete_rolling_update();
        if status::is_inconsistent(&self.set.status, &self.status) {
            let mut reported = (**self.set).clone();
            reported.status = self.status.clone();
            let reason = match completes {
                true => StatefulSetReason::Complete {
                    replicas: self.set.spec.replicas,
                },
                false => StatefulSetReason::Report,
            };
            self.decision
                .write(Write::UpdateStatus(Object::StatefulSet(Rc::new(reported))), reason);
        }
        let min_ready_seconds = self.set.spec.min_ready_seconds;
        let first = self.listed.young(min_ready_seconds, self.view.now).last();
        if let Some(next) = first.and_then(|(_, pod)| pod.available_at(min_ready_seconds)) {
            self.decision.wake(next);
        }
        self.decision
    }
}

/// The template's labels and those that make the Pod what it is (STS-02).
fn identity_labels(template: &Labels, name: &Name, ordinal: i64, revision: &Name) -> Labels {
    let values = [name.clone(), ordinal.to_string().into(), revision.clone()];
    let own = IDENTITY.with(Clone::clone).into_iter().zip(values);
    let others = template.iter().map(|(key, text)| (key.clone(), text.clone()));
    Rc::new(others.chain(own).collect())
}
