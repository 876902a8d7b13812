//! Who is woken by which change: upstream's event handlers (DEP-01, RS-05, and section 2 of STS).

use super::bystanders;
use crate::api::{
    DeploymentStrategy, Key, Kind, LabelSelector, Labels, Name, Object, ObjectMeta, OwnerReference, Pod, ReplicaSet,
    Uid,
};
use crate::cluster::Cluster;
use crate::index::Index;
use crate::step::Actor;
use crate::time::Duration;

/// The controllers that must look again, and at which object, after `key` changed from `before` to `after`.
pub(super) fn concerned(
    (cluster, index): (&Cluster, &Index),
    key: &Key,
    before: Option<&Object>,
    after: Option<&Object>,
) -> Vec<(Actor, Key)> {
    let mut woken = Vec::new();
    bystanders::concerned((cluster, index), key, before, after, &mut woken);
    match after.or(before) {
        Some(Object::Deployment(_)) => woken.push((Actor::DeploymentController, key.clone())),
        Some(Object::ReplicaSet(set)) => {
            woken.push((Actor::ReplicaSetController, key.clone()));
            replica_set_changed(cluster, set, &mut woken);
        }
        Some(Object::ReplicationController(_) | Object::StatefulSet(_) | Object::DaemonSet(_)) => {
            woken.extend(controller_key(key.kind.name(), &key.namespace, &key.name));
        }
        Some(Object::Pod(pod)) => pod_changed(cluster, pod, before, after, &mut woken),
        _ => {}
    }
    former_owner_changed(before, after, &mut woken);
    garbage(cluster, key, before, after, &mut woken);
    woken
}

/// The owner looks again; an orphan wakes every Deployment that could adopt it.
fn replica_set_changed(cluster: &Cluster, set: &ReplicaSet, woken: &mut Vec<(Actor, Key)>) {
    if let Some(owner) = set.meta.controller() {
        woken.push((
            Actor::DeploymentController,
            Key::new(Kind::Deployment, &set.meta.namespace, &owner.name),
        ));
        return;
    }
    for object in cluster.of_kind(Kind::Deployment) {
        if let Object::Deployment(deployment) = object
            && selects(&deployment.meta, &deployment.spec.selector, &set.meta)
        {
            woken.push((Actor::DeploymentController, object.key()));
        }
    }
}

/// A DaemonSet looks again a second after a Pod that became ready would be available: its only timer for that.
pub(super) fn daemon_pod_became_ready(
    cluster: &Cluster,
    before: Option<&Object>,
    after: Option<&Object>,
) -> Option<(Key, Duration)> {
    let (Some(Object::Pod(was)), Some(Object::Pod(is))) = (before, after) else {
        return None;
    };
    let owner = is.meta.controller().filter(|owner| owner.kind == "DaemonSet")?;
    let set = cluster.daemon_set(&is.meta.namespace, &owner.name)?;
    let wait = Duration::seconds(set.spec.min_ready_seconds);
    let became_ready = !was.is_ready() && is.is_ready() && wait > Duration::ZERO;
    became_ready.then(|| (Object::DaemonSet(set.clone()).key(), wait + Duration::seconds(1)))
}

fn pod_changed(
    cluster: &Cluster,
    pod: &Pod,
    before: Option<&Object>,
    after: Option<&Object>,
    woken: &mut Vec<(Actor, Key)>,
) {
    match pod.meta.controller() {
        Some(owner) => woken.extend(controller_key(owner.kind, &pod.meta.namespace, &owner.name)),
        None => orphan_changed(cluster, pod, before, after, woken),
    }
    if after.is_none() {
        last_pod_of_recreate(cluster, pod, woken);
    }
}

/// An orphan that appears, or whose labels or owners change, wakes every set that could adopt it.
fn orphan_changed(
    cluster: &Cluster,
    pod: &Pod,
    before: Option<&Object>,
    after: Option<&Object>,
    woken: &mut Vec<(Actor, Key)>,
) {
    fn traits(object: &Object) -> (&Labels, &[OwnerReference]) {
        (&object.meta().labels, &object.meta().owner_references)
    }
    if after.is_none() || before.map(traits) == after.map(traits) {
        return;
    }
    let kinds = [
        Kind::ReplicaSet,
        Kind::ReplicationController,
        Kind::StatefulSet,
        Kind::DaemonSet,
    ];
    for object in kinds.into_iter().flat_map(|kind| cluster.of_kind(kind)) {
        let selector = match object {
            Object::ReplicaSet(set) | Object::ReplicationController(set) => &set.spec.selector,
            Object::StatefulSet(set) => &set.spec.selector,
            Object::DaemonSet(set) => &set.spec.selector,
            _ => continue,
        };
        if selects(object.meta(), selector, &pod.meta) {
            let meta = object.meta();
            woken.extend(controller_key(object.kind().name(), &meta.namespace, &meta.name));
        }
    }
}

fn selects(owner: &ObjectMeta, selector: &LabelSelector, object: &ObjectMeta) -> bool {
    owner.namespace == object.namespace && !selector.is_empty() && selector.matches(&object.labels)
}

/// With Recreate, the Deployment is woken when the last Pod under any of its ReplicaSets is gone.
fn last_pod_of_recreate(cluster: &Cluster, pod: &Pod, woken: &mut Vec<(Actor, Key)>) {
    let set = pod
        .meta
        .controller()
        .and_then(|owner| cluster.replica_set(&pod.meta.namespace, &owner.name));
    let Some(owner) = set.and_then(|set| set.meta.controller()) else {
        return;
    };
    let Some(deployment) = cluster.deployment(&pod.meta.namespace, &owner.name) else {
        return;
    };
    let sets = cluster.replica_sets_of(deployment.meta.uid);
    let is_last = sets.flat_map(|set| cluster.pods_of(set.meta.uid)).next().is_none();
    if deployment.spec.strategy == DeploymentStrategy::Recreate && is_last {
        woken.push((
            Actor::DeploymentController,
            Object::Deployment(deployment.clone()).key(),
        ));
    }
}

/// Whoever owned it before looks again, too.
fn former_owner_changed(before: Option<&Object>, after: Option<&Object>, woken: &mut Vec<(Actor, Key)>) {
    fn owner(object: Option<&Object>) -> Option<&OwnerReference> {
        object.and_then(|object| object.meta().controller())
    }
    let old = owner(before);
    if let (Some(old), Some(object), true) = (old, before, after.is_some() && old != owner(after)) {
        woken.extend(controller_key(old.kind, &object.meta().namespace, &old.name));
    }
}

fn controller_key(kind: &str, namespace: &Name, name: &Name) -> Option<(Actor, Key)> {
    let kind = Kind::from_name(kind)?;
    let actor = match kind {
        Kind::Deployment => Actor::DeploymentController,
        Kind::ReplicaSet => Actor::ReplicaSetController,
        Kind::ReplicationController => Actor::ReplicationController,
        Kind::StatefulSet => Actor::StatefulSetController,
        Kind::DaemonSet => Actor::DaemonSetController,
        _ => return None,
    };
    Some((actor, Key::new(kind, namespace, name)))
}

/// The garbage collector looks at what is going, at dependents of what is gone, and at owners that wait for them.
fn garbage(
    cluster: &Cluster,
    key: &Key,
    before: Option<&Object>,
    after: Option<&Object>,
    woken: &mut Vec<(Actor, Key)>,
) {
    let mut collect = |key: Key| woken.push((Actor::GarbageCollector, key));
    let terminating = |object: Option<&Object>| object.is_some_and(|object| object.meta().is_terminating());
    let uid = before.or(after).map_or(Uid(0), |object| object.meta().uid);
    if after.is_none() || (terminating(after) && !terminating(before)) {
        cluster.keys_of(uid).cloned().for_each(&mut collect);
    }
    if terminating(after) && !after.is_some_and(|object| object.meta().finalizers.is_empty()) {
        collect(key.clone());
    }
    let Some(gone) = before.filter(|_| after.is_none()) else {
        return;
    };
    for owner in gone.meta().owner_references.iter() {
        if let Some(kind) = Kind::from_name(owner.kind) {
            let owner = Key::new(kind, &gone.meta().namespace, &owner.name);
            if terminating(cluster.get(&owner)) {
                collect(owner);
            }
        }
    }
    if let Object::Pod(pod) = gone {
        pod.claim_names().for_each(|claim| {
            collect(Key::new(Kind::PersistentVolumeClaim, &pod.meta.namespace, claim));
        });
    }
}
