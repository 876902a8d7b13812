//! The garbage collector: dependents of a deleted owner go too, or are let go (spec: DEP-93, STS-62, STS-64).
//! Upstream: `pkg/controller/garbagecollector`.

use super::{Decision, View};
use crate::api::{Key, Name, Object, ObjectMeta, Uid};
use crate::cluster::{Cluster, DeleteOptions, FOREGROUND, ORPHAN, PVC_PROTECTION, Propagation, Write};
use crate::reason::EnvironmentReason;

/// One look at one object: does its owner still exist, and if it is going itself, may it go?
pub fn reconcile(view: &View<'_>, key: &Key) -> Decision {
    let mut decision = Decision::default();
    let Some(object) = view.cluster.get(key) else {
        return decision;
    };
    if object.meta().is_terminating() {
        finish(view.cluster, object, &mut decision);
    } else if let Some(owner) = absent_owner(view.cluster, object.meta()) {
        let options = DeleteOptions {
            propagation: Propagation::Background,
            ..DeleteOptions::default()
        };
        decision.write(
            Write::Delete(key.clone(), options),
            EnvironmentReason::OwnerGone { owner },
        );
    } else if let Some(owner) = foreground_owner(view.cluster, object.meta()) {
        let options = DeleteOptions {
            propagation: Propagation::Foreground,
            ..DeleteOptions::default()
        };
        decision.write(
            Write::Delete(key.clone(), options),
            EnvironmentReason::OwnerGone { owner },
        );
    }
    decision
}

/// The first owner, if none of the owners exists any more.
fn absent_owner(cluster: &Cluster, meta: &ObjectMeta) -> Option<Name> {
    let exists = |uid: Uid| {
        meta.owner_references
            .iter()
            .any(|owner| owner.uid == uid && owner_object(cluster, meta, uid).is_some())
    };
    let none = meta.owner_references.iter().all(|owner| !exists(owner.uid));
    meta.owner_references
        .first()
        .filter(|_| none)
        .map(|owner| owner.name.clone())
}

/// An owner that waits for its dependents to go first.
fn foreground_owner(cluster: &Cluster, meta: &ObjectMeta) -> Option<Name> {
    let waiting =
        |uid: Uid| owner_object(cluster, meta, uid).is_some_and(|owner| has_finalizer(owner.meta(), FOREGROUND));
    meta.owner_references
        .iter()
        .find(|owner| waiting(owner.uid))
        .map(|owner| owner.name.clone())
}

fn owner_object<'a>(cluster: &'a Cluster, meta: &ObjectMeta, uid: Uid) -> Option<&'a Object> {
    let reference = meta.owner_references.iter().find(|owner| owner.uid == uid)?;
    let kind = crate::api::Kind::from_name(reference.kind)?;
    cluster
        .named(kind, &meta.namespace, &reference.name)
        .filter(|owner| owner.meta().uid == uid)
}

/// Takes away the finalizers of an object that is going, once what they stand for is done.
fn finish(cluster: &Cluster, object: &Object, decision: &mut Decision) {
    let meta = object.meta();
    if has_finalizer(meta, ORPHAN) {
        orphan_dependents(cluster, object, decision);
        release(object, ORPHAN, EnvironmentReason::DependentsGone, decision);
    } else if has_finalizer(meta, FOREGROUND) {
        delete_dependents(cluster, object, decision);
    } else if has_finalizer(meta, PVC_PROTECTION) && !is_mounted(cluster, object) {
        release(object, PVC_PROTECTION, EnvironmentReason::ClaimFree, decision);
    }
}

/// Those that are not going yet are told to, such as those that came later; the owner goes when none is left.
/// Upstream: `processDeletingDependentsItem`.
fn delete_dependents(cluster: &Cluster, owner: &Object, decision: &mut Decision) {
    let mut all = dependents(cluster, owner.meta().uid).peekable();
    if all.peek().is_none() {
        return release(owner, FOREGROUND, EnvironmentReason::DependentsGone, decision);
    }
    let options = DeleteOptions {
        propagation: Propagation::Foreground,
        ..DeleteOptions::default()
    };
    for dependent in all.filter(|dependent| !dependent.meta().is_terminating()) {
        let owner = owner.meta().name.clone();
        let write = Write::Delete(dependent.key(), options);
        decision.write(write, EnvironmentReason::OwnerGone { owner });
    }
}

fn has_finalizer(meta: &ObjectMeta, name: &str) -> bool {
    meta.finalizers.iter().any(|finalizer| &**finalizer == name)
}

/// Objects that name this owner, whether or not it is their controller.
fn dependents(cluster: &Cluster, uid: Uid) -> impl Iterator<Item = &Object> {
    cluster
        .objects()
        .filter(move |object| object.meta().owner_references.iter().any(|owner| owner.uid == uid))
}

fn orphan_dependents(cluster: &Cluster, owner: &Object, decision: &mut Decision) {
    let uid = owner.meta().uid;
    for dependent in dependents(cluster, uid) {
        let mut orphan = dependent.clone();
        orphan
            .meta_mut()
            .owner_references
            .retain(|reference| reference.uid != uid);
        let reason = EnvironmentReason::Orphaned {
            owner: owner.meta().name.clone(),
        };
        decision.write(Write::Update(orphan), reason);
    }
}

fn release(object: &Object, finalizer: &str, reason: EnvironmentReason, decision: &mut Decision) {
    let mut freed = object.clone();
    freed.meta_mut().finalizers.retain(|name| &**name != finalizer);
    decision.write(Write::Update(freed), reason);
}

/// Whether a Pod that is bound to a node mounts the claim, be it finished or going (PVC-50).
/// Upstream: `pvcprotection › podUsesPVCForDeletion`.
fn is_mounted(cluster: &Cluster, claim: &Object) -> bool {
    let name = &claim.meta().name;
    cluster.of_kind(crate::api::Kind::Pod).any(|object| match object {
        Object::Pod(pod) => {
            pod.node_name.is_some()
                && pod.meta.namespace == claim.meta().namespace
                && pod.claim_names().any(|claim| claim == name)
        }
        _ => false,
    })
}
