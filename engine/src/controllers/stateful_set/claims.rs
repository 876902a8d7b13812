//! Claims from templates, and who owns them (STS-60 to STS-66). Upstream: `stateful_pod_control.go`.

use super::{Pass, Slot, condemned, owner_reference};
use crate::api::{Name, Object, ObjectMeta, OwnerReference, PersistentVolumeClaim, Pod, StatefulSet, labels};
use crate::cluster::Write;
use crate::event::Note;
use crate::reason::StatefulSetReason;
use crate::value::Value;
use std::rc::Rc;

/// The names of the claims of a number: `<template>-<set>-<number>`, in the templates' order.
pub(super) fn names(set: &StatefulSet, ordinal: i64) -> Vec<Name> {
    let templates = set.spec.volume_claim_templates.iter();
    templates.map(|template| claim_name(template, set, ordinal)).collect()
}

fn claim_name(template: &Value, set: &StatefulSet, ordinal: i64) -> Name {
    let name = template
        .at(&["metadata", "name"])
        .and_then(Value::as_str)
        .unwrap_or_default();
    format!("{name}-{}-{ordinal}", set.meta.name).into()
}

impl Pass<'_> {
    /// Creates the claims that a Pod lacks (STS-60). `false` if the Pod must not be created now, because a claim is
    /// being deleted or still belongs to a former Pod of this name (STS-66).
    pub(super) fn create_missing_claims(&mut self, slot: &Slot) -> bool {
        let namespace = &self.set.meta.namespace;
        for template in self.set.spec.volume_claim_templates.clone().iter() {
            let name = claim_name(template, self.set, slot.ordinal);
            match self.view.cluster.claim(namespace, &name).cloned() {
                None => self.create_claim(template, name, slot),
                Some(claim) if !slot.created && self.is_stale(&claim, &slot.pod) => {
                    self.decision.block(StatefulSetReason::ClaimDeleted { claim: name });
                    return false;
                }
                Some(claim) if claim.meta.is_terminating() && !slot.created => {
                    let (pod, set) = (slot.pod.meta.name.clone(), self.set.meta.name.clone());
                    let error: Rc<str> = format!("pvc {name} is being deleted").into();
                    self.decision
                        .notes
                        .push(Note::CreatePodInSetFailed(Box::new((pod, set, error))));
                    self.decision.block(StatefulSetReason::ClaimDeleted { claim: name });
                    self.decision.retry = true;
                    return false;
                }
                Some(_) => {}
            }
        }
        true
    }

    fn create_claim(&mut self, template: &Value, name: Name, slot: &Slot) {
        let mut meta = ObjectMeta::named(&self.set.meta.namespace, name.clone());
        let mut all = (*labels(template.at(&["metadata", "labels"]))).clone();
        all.extend(
            self.set
                .spec
                .selector
                .match_labels
                .iter()
                .map(|(key, text)| (key.clone(), text.clone())),
        );
        meta.labels = Rc::new(all);
        meta.annotations = labels(template.at(&["metadata", "annotations"]));
        if self.set.spec.retention_policy.when_deleted {
            meta.owner_references = vec![owner_reference(self.set)].into();
        }
        let spec = Rc::new(template.get("spec").cloned().unwrap_or_default());
        let claim = PersistentVolumeClaim::new(meta, spec);
        let (pod, set) = (slot.pod.meta.name.clone(), self.set.meta.name.clone());
        self.decision
            .notes
            .push(Note::CreateClaim(Box::new((name.clone(), pod, set))));
        let reason = StatefulSetReason::CreateClaim { claim: name };
        self.decision
            .write(Write::Create(Object::PersistentVolumeClaim(Rc::new(claim))), reason);
    }

    /// Whether the claim belongs to a former Pod of this name, and so is about to go.
    fn is_stale(&self, claim: &PersistentVolumeClaim, pod: &Pod) -> bool {
        let former =
            |owner: &OwnerReference| owner.kind == "Pod" && owner.name == pod.meta.name && owner.uid != pod.meta.uid;
        self.set.spec.retention_policy.when_scaled && claim.meta.owner_references.iter().any(former)
    }

    /// Step 7 of a wanted slot: owners follow the retention policy (STS-62).
    /// Tells whether there was anything to do.
    pub(super) fn repair_claims(&mut self, slot: &Slot) -> bool {
        self.repair_owners(slot, false)
    }

    /// Step 10: claims of Pods that are to go belong to those Pods, if the policy says so.
    pub(super) fn repair_condemned_claims(&mut self) {
        if self.set.spec.volume_claim_templates.is_empty() {
            return;
        }
        let wanted = self.wanted();
        if self.set.spec.retention_policy.when_scaled {
            for slot in condemned(self.crew, wanted) {
                self.repair_owners(&slot, true);
            }
            return;
        }
        // They are to have the owners that those of wanted Pods have.
        let Some(claims) = self.view.index.claims(self.set.meta.uid) else {
            return;
        };
        let above = claims.odd(wanted.end..i64::MAX).rev();
        let mut numbers: Vec<i64> = above.chain(claims.odd(0..wanted.start).rev()).collect();
        numbers.dedup();
        for number in numbers {
            let slot = self.slot(number);
            if slot.created {
                self.repair_owners(&slot, true);
            }
        }
    }

    fn repair_owners(&mut self, slot: &Slot, condemned: bool) -> bool {
        let policy = self.set.spec.retention_policy;
        let by_pod = policy.when_scaled && condemned;
        let by_set = policy.when_deleted && !by_pod;
        let mut repaired = false;
        for name in names(self.set, slot.ordinal).iter() {
            let Some(claim) = self.view.cluster.claim(&self.set.meta.namespace, name) else {
                continue;
            };
            let mut owners = claim.meta.owner_references.clone();
            let (set, pod) = (owner_reference(self.set), pod_reference(&slot.pod));
            let foreign =
                (policy.when_deleted || policy.when_scaled) && owners.iter().any(|owner| is_foreign(owner, &set, &pod));
            set_owner(&mut owners, set, by_set && !foreign);
            set_owner(&mut owners, pod, by_pod && !foreign);
            if owners != claim.meta.owner_references {
                repaired = true;
                if foreign {
                    self.decision.notes.push(Note::ConflictingController(name.clone()));
                }
                let mut owned = (**claim).clone();
                owned.meta.owner_references = owners;
                let write = Write::Update(Object::PersistentVolumeClaim(Rc::new(owned)));
                self.decision.write(write, StatefulSetReason::Repair);
            }
        }
        repaired
    }
}

fn pod_reference(pod: &Pod) -> OwnerReference {
    OwnerReference {
        kind: "Pod",
        name: pod.meta.name.clone(),
        uid: pod.meta.uid,
        controller: true,
    }
}

/// Whether a reference is to another controller; one of the same name and another identity is another, too. Then the
/// claim is left alone (STS-65). Upstream: `hasUnexpectedController`.
fn is_foreign(reference: &OwnerReference, set: &OwnerReference, pod: &OwnerReference) -> bool {
    let is_ours = reference.uid == set.uid || reference.uid == pod.uid;
    !is_ours && (reference.controller || is_named(reference, set) || is_named(reference, pod))
}

fn is_named(reference: &OwnerReference, owner: &OwnerReference) -> bool {
    reference.kind == owner.kind && reference.name == owner.name
}

/// Adds or removes one reference.
fn set_owner(owners: &mut Vec<OwnerReference>, owner: OwnerReference, wanted: bool) {
    let present = owners.iter().any(|other| other.uid == owner.uid);
    if !wanted {
        owners.retain(|other| !is_named(other, &owner));
    } else if !present {
        owners.push(owner);
    }
}
