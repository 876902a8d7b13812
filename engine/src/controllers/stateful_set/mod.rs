//! The StatefulSet controller (spec: STS): Pods with a number each, made and removed in order, updated from the top.
//! Upstream: `pkg/controller/statefulset/stateful_set_control.go`; files are named after upstream's.

mod claims;
mod revisions;
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
use crate::reason::StatefulSetReason;
use revisions::Revisions;
use std::rc::Rc;

/// The label that names a Pod's revision.
pub const REVISION_LABEL: &str = "controller-revision-hash";
/// The label that names the Pod itself.
const POD_NAME_LABEL: &str = "statefulset.kubernetes.io/pod-name";
/// The label with the Pod's number.
const POD_INDEX_LABEL: &str = "apps.kubernetes.io/pod-index";

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
    revisions.truncate_history(set, &pods, &mut decision);
    decision
}

/// The Pods of the set: adopts orphans with a fitting name, releases those that no longer match (STS-04).
fn claim_pods(view: &View<'_>, set: &Rc<StatefulSet>, decision: &mut Decision) -> Vec<Rc<Pod>> {
    let selector = &set.spec.selector;
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
    let orphans = view.cluster.pods_of(Uid(0)).filter(|pod| {
        let ours = pod.meta.namespace == set.meta.namespace && selector.matches(&pod.meta.labels);
        ours && !pod.is_terminating() && set.ordinal_of(&pod.meta.name).is_some()
    });
    for pod in orphans.filter(|_| !set.meta.is_terminating() && !selector.is_empty()) {
        let mut adopted = (**pod).clone();
        adopted.meta.owner_references.push(owner_reference(set));
        let adopted = Rc::new(adopted);
        let reason = StatefulSetReason::Adopt {
            name: pod.meta.name.clone(),
        };
        decision.write(Write::Update(Object::Pod(adopted.clone())), reason);
        pods.push(adopted);
    }
    pods
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
    pod.meta.labels.get(REVISION_LABEL).map_or("", String::as_str)
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
    listed: &'a [Rc<Pod>],
    /// Numbers that are wanted, ascending.
    replicas: Vec<Slot>,
    /// Numbers that are not, highest first.
    condemned: Vec<Slot>,
    /// The first that is not available: ascending among the wanted, else the lowest of the others.
    first_unhealthy: Option<Rc<Pod>>,
    status: StatefulSetStatus,
    /// What the namespace's quota still admits.
    room: Room<'a>,
    decision: Decision,
}

impl<'a> Pass<'a> {
    fn new(
        view: &'a View<'a>,
        set: &'a Rc<StatefulSet>,
        listed: &'a [Rc<Pod>],
        revisions: &'a Revisions,
        decision: Decision,
    ) -> Pass<'a> {
        let mut pass = Pass {
            view,
            set,
            revisions,
            listed,
            replicas: Vec::new(),
            condemned: Vec::new(),
            first_unhealthy: None,
            status: StatefulSetStatus::default(),
            room: Room::new(view.cluster, &set.meta.namespace),
            decision,
        };
        pass.split(listed);
        pass
    }

    /// Sorts the Pods into wanted slots and condemned ones, and builds the missing (steps 4 to 7).
    fn split(&mut self, pods: &[Rc<Pod>]) {
        let spec = &self.set.spec;
        let mut present = crate::ordered::Ordered::new();
        for pod in pods {
            match self.set.ordinal_of(&pod.meta.name) {
                Some(ordinal) if spec.in_range(ordinal) => {
                    present.insert(ordinal, pod.clone());
                }
                Some(ordinal) => self.condemned.push(Slot {
                    ordinal,
                    pod: pod.clone(),
                    created: true,
                }),
                None => {}
            }
        }
        crate::order::sort_by_key(&mut self.condemned, |slot| -slot.ordinal);
        for ordinal in spec.start..spec.start + spec.replicas {
            let (pod, created) = match present.remove(&ordinal) {
                Some(pod) => (pod, true),
                None => (Rc::new(self.new_versioned_pod(ordinal)), false),
            };
            self.replicas.push(Slot { ordinal, pod, created });
        }
        let unhealthy = self
            .replicas
            .iter()
            .chain(self.condemned.iter().rev())
            .find(|slot| self.is_unavailable(slot));
        self.first_unhealthy = unhealthy.map(|slot| slot.pod.clone());
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
        self.count_listed();
        if self.set.meta.is_terminating() {
            return;
        }
        let done = self.process_replicas() && self.process_condemned();
        self.count_slots();
        if done {
            self.update();
        }
    }

    /// Step 9: one after the other, or in batches of 1, 2, 4, ... of which one with an error is the last. Tells whether
    /// the pass may go on. Upstream: `runForAll`, `slowStartBatch`.
    fn process_replicas(&mut self) -> bool {
        let mut last_of_batch = 0;
        for index in 0..self.replicas.len() {
            if index > last_of_batch {
                if self.decision.retry {
                    return false;
                }
                last_of_batch = last_of_batch * 2 + 2;
            }
            if !self.process_replica(index) && self.is_ordered() {
                return false;
            }
        }
        !self.decision.retry
    }

    /// One wanted slot: makes it, waits for it, or repairs it (STS-20). Tells whether an ordered pass may go on.
    fn process_replica(&mut self, index: usize) -> bool {
        let slot = self.replicas[index].clone();
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
            let behind = self
                .replicas
                .iter()
                .any(|slot| pod_revision(&slot.pod) != &*self.revisions.update.meta.name);
            let outdated = pod_revision(pod) != &*self.revisions.update.meta.name;
            let broken = outdated && slot.ordinal >= self.set.spec.update_boundary();
            self.decision.block(StatefulSetReason::WaitsForReady {
                pod: name,
                broken,
                updating: behind,
            });
        } else if !self.is_available(slot) {
            let until = pod.available_at(self.set.spec.min_ready_seconds);
            let reason = StatefulSetReason::WaitsForAvailable { pod: name, until };
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
        self.decision
            .notes
            .push(Note::CreatePodInSet(name, self.set.meta.name.clone()));
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
                .push(Note::CreatePodInSetFailed(pod.clone(), set, error.clone()));
        }
        admitted
    }

    fn create_reason(&self, ordinal: i64) -> StatefulSetReason {
        let missing = i64::try_from(self.replicas.iter().filter(|slot| !slot.created).count()).unwrap_or(i64::MAX);
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
            StatefulSetReason::CreateParallel { ordinal, missing }
        }
    }

    /// Step 11: removes what is not wanted, highest number first (STS-24). Tells whether the pass may go on.
    fn process_condemned(&mut self) -> bool {
        self.repair_condemned_claims();
        for slot in self.condemned.clone() {
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
            let first = self
                .first_unhealthy
                .as_ref()
                .filter(|first| first.meta.name != pod.meta.name)
                .cloned();
            let healthy = pod.is_running_and_ready() && self.is_available(&slot);
            if let (true, false, Some(first)) = (self.is_ordered(), healthy, first) {
                let (pod, first) = (pod.meta.name.clone(), first.meta.name.clone());
                self.decision.block(StatefulSetReason::CondemnedBlocked { pod, first });
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
        if self.decision.writes.iter().any(|(other, _)| *other == write) {
            let error = format!("pods \"{name}\" not found").into();
            return self.decision.notes.push(Note::DeletePodInSetFailed(name, set, error));
        }
        self.decision.notes.push(Note::DeletePodInSet(name, set));
        self.decision.write(write, reason);
    }

    /// Puts back identity and claims' owners where they are not as they should be (STS-02, STS-62).
    fn repair(&mut self, slot: &Slot) {
        let claims_repaired = self.repair_claims(slot);
        let pod = &slot.pod;
        let label = pod.meta.labels.get(POD_NAME_LABEL);
        let is_itself = label.is_some_and(|label| **label == *pod.meta.name);
        if claims_repaired || !is_itself {
            let (name, set) = (pod.meta.name.clone(), self.set.meta.name.clone());
            self.decision.notes.push(Note::UpdatePodInSet(name, set));
        }
        if !is_itself {
            let mut repaired = (**pod).clone();
            Rc::make_mut(&mut repaired.meta.labels).insert(POD_NAME_LABEL.into(), pod.meta.name.to_string());
            let write = Write::Update(Object::Pod(Rc::new(repaired)));
            self.decision.write(write, StatefulSetReason::Repair);
        }
    }

    /// Which revision a missing Pod is made at (STS-30).
    fn takes_current(&self, ordinal: i64) -> bool {
        use crate::api::UpdateStrategy::{OnDelete, RollingUpdate};
        match self.set.spec.update_strategy {
            OnDelete => false,
            RollingUpdate(Some(bounds)) => ordinal < self.set.spec.start + bounds.partition,
            RollingUpdate(None) => ordinal < self.set.spec.start + self.set.status.current_replicas,
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
        let mut meta = ObjectMeta::named(&self.set.meta.namespace, name.as_str());
        meta.labels = identity_labels(&template.labels, &name, ordinal, &revision.meta.name);
        meta.annotations = template.annotations.clone();
        meta.owner_references = vec![owner_reference(self.set)];
        let claims = claims::names(self.set, ordinal);
        Pod {
            meta,
            template: template.clone(),
            claims,
            target_node: None,
            node_name: None,
            status: PodStatus::default(),
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
        let moments = self
            .listed
            .iter()
            .filter_map(|pod| pod.available_at(self.set.spec.min_ready_seconds));
        if let Some(next) = moments.filter(|moment| *moment > self.view.now).min() {
            self.decision.wake(next);
        }
        self.decision
    }
}

/// The template's labels and those that make the Pod what it is (STS-02).
fn identity_labels(template: &Labels, name: &str, ordinal: i64, revision: &str) -> Labels {
    let mut labels = (**template).clone();
    labels.insert(POD_NAME_LABEL.into(), name.to_owned());
    labels.insert(POD_INDEX_LABEL.into(), ordinal.to_string());
    labels.insert(REVISION_LABEL.into(), revision.to_owned());
    Rc::new(labels)
}
