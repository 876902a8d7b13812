//! Storage (spec: PVC-01 to PVC-51): classes, the volume that is made for a claim, the node that it is attached to, and what
//! becomes of it when its claim is gone.
//! Upstream: `pkg/controller/volume/persistentvolume`, `pkg/controller/volume/attachdetach`.

use super::config;
use super::node_lifecycle::{Look, Scope};
use crate::api::{
    ConditionStatus, Key, Kind, Name, OUT_OF_SERVICE, Object, ObjectMeta, Other, PersistentVolume,
    PersistentVolumeClaim, Pod, ZONE,
};
use crate::cluster::{Cluster, DeleteOptions, Write};
use crate::event::Note;
use crate::reason::EnvironmentReason as Why;
use crate::step::Actor;
use crate::time::{Duration, Time};
use crate::value::Value;
use std::rc::Rc;

/// The class of claims that name none, in a cluster whose text brings no other default.
const STANDARD: &str = "standard";
const IS_DEFAULT: &str = "storageclass.kubernetes.io/is-default-class";
/// A volume is torn from a node that is not healthy after this time.
const TEAR_OFF: Duration = Duration(360_000);

/// What is due for a claim, a volume or a Pod.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum StorageDue {
    /// A volume is made for a claim, if its class allows that now.
    Bind,
    /// A volume whose claim is gone is deleted, or kept.
    Reclaim,
    /// A volume that no Pod of its node uses any more comes free; if by force, once the time for that has come.
    Detach,
    /// A Pod that waits for a volume looks again.
    Attach,
}

/// What is known of a claim's class.
enum Class {
    /// It waits for one that does not exist.
    Missing(Name),
    /// It wants none.
    None,
    Found {
        name: Name,
        waits: bool,
        retain: bool,
    },
}

fn class_object<'a>(cluster: &'a Cluster, name: &Name) -> Option<&'a Other> {
    match cluster.named(Kind::StorageClass, &Name::default(), name)? {
        Object::Other(class) => Some(class),
        _ => None,
    }
}

fn class(cluster: &Cluster, claim: &PersistentVolumeClaim) -> Class {
    let defaults = cluster.of_kind(Kind::StorageClass).filter(|class| {
        let marked = class.meta().annotations.get(IS_DEFAULT);
        marked.is_some_and(|text| &**text == "true")
    });
    // Of several the newest (PVC-02).
    let default = defaults.max_by_key(|class| class.meta().creation_timestamp);
    let name: Name = match claim.spec.get("storageClassName").and_then(Value::as_str) {
        Some("") => return Class::None,
        Some(name) => name.into(),
        None => default.map_or(STANDARD.into(), |class| class.meta().name.clone()),
    };
    match class_object(cluster, &name) {
        Some(class) => Class::Found {
            waits: class.value.text("volumeBindingMode") == "WaitForFirstConsumer",
            retain: class.value.text("reclaimPolicy") == "Retain",
            name,
        },
        None if &*name == STANDARD => Class::Found {
            name,
            waits: false,
            retain: false,
        },
        None => Class::Missing(name),
    }
}

/// The claims of a Pod: those of its set's templates and those that its volumes name.
pub fn claims<'a>(
    cluster: &'a Cluster,
    pod: &'a Pod,
) -> impl Iterator<Item = (&'a Name, Option<&'a Rc<PersistentVolumeClaim>>)> {
    pod.claim_names()
        .map(|name| (name, cluster.claim(&pod.meta.namespace, name)))
}

fn volume<'a>(cluster: &'a Cluster, name: &Name) -> Option<&'a Rc<PersistentVolume>> {
    match cluster.named(Kind::PersistentVolume, &Name::default(), name)? {
        Object::PersistentVolume(volume) => Some(volume),
        _ => None,
    }
}

/// The volumes of a Pod.
pub fn volumes<'a>(cluster: &'a Cluster, pod: &'a Pod) -> impl Iterator<Item = &'a Rc<PersistentVolume>> {
    claims(cluster, pod).filter_map(|(_, claim)| volume(cluster, claim?.volume.as_ref()?))
}

/// Why no node can take a Pod for the sake of its claims, in the scheduler's words (PVC-20 to PVC-24).
pub fn obstacle(cluster: &Cluster, pod: &Pod) -> Option<String> {
    for (name, claim) in claims(cluster, pod) {
        let Some(claim) = claim else {
            return Some(format!("persistentvolumeclaim \"{name}\" not found"));
        };
        if claim.meta.is_terminating() {
            return Some(format!("persistentvolumeclaim \"{name}\" is being deleted"));
        }
        let later = || matches!(class(cluster, claim), Class::Found { waits: true, .. });
        if !claim.bound && !later() {
            return Some("pod has unbound immediate PersistentVolumeClaims".to_owned());
        }
    }
    None
}

/// The unbound claims of a Pod, told to make their volumes near a node; `None` if there are none (PVC-11).
pub fn select_node(cluster: &Cluster, pod: &Pod, node: &Name) -> Option<Vec<(Write, Why)>> {
    let unbound = claims(cluster, pod).filter_map(|(_, claim)| claim.filter(|claim| !claim.bound));
    let writes: Vec<_> = unbound
        .map(|claim| {
            let mut told = (**claim).clone();
            told.selected_node = Some(node.clone());
            let write = Write::Update(Object::PersistentVolumeClaim(Rc::new(told)));
            (write, Why::NodeSelected { node: node.clone() })
        })
        .collect();
    (!writes.is_empty()).then_some(writes)
}

/// A volume that keeps a Pod from starting on its node: it is attached elsewhere (PVC-31).
pub fn taken<'a>(cluster: &'a Cluster, pod: &'a Pod) -> Option<(&'a Rc<PersistentVolume>, &'a Name)> {
    let exclusive = volumes(cluster, pod).filter(|volume| volume.exclusive);
    let mut others = exclusive.filter_map(|volume| Some((volume, volume.attached.as_ref()?)));
    others.find(|(_, node)| Some(*node) != pod.node_name.as_ref())
}

/// The writes that attach a Pod's volumes to its node; `None` if something is in the way.
pub fn attach(cluster: &Cluster, pod: &Pod, node: &Name) -> Option<Vec<(Write, Why)>> {
    can_attach(cluster, pod, node).then(|| attach_free(cluster, pod, node))
}

fn attach_free(cluster: &Cluster, pod: &Pod, node: &Name) -> Vec<(Write, Why)> {
    let free = volumes(cluster, pod).filter(|volume| volume.attached.is_none() && volume.exclusive);
    free.map(|volume| {
        let mut attached = (**volume).clone();
        attached.attached = Some(node.clone());
        let write = Write::Update(Object::PersistentVolume(Rc::new(attached)));
        (write, Why::Attached { node: node.clone() })
    })
    .collect()
}

/// Whether a bound Pod has all its volumes on its node.
pub fn has_volumes(cluster: &Cluster, pod: &Pod) -> bool {
    if !config::mounted(cluster, pod) {
        return false;
    }
    let claims_bound = claims(cluster, pod).all(|(_, claim)| claim.is_some_and(|claim| claim.bound));
    claims_bound && volumes(cluster, pod).all(|volume| !volume.exclusive || volume.attached == pod.node_name)
}

/// Whether a Pod that is bound to this node would have all its volumes there at once.
fn can_attach(cluster: &Cluster, pod: &Pod, node: &Name) -> bool {
    let mut exclusive = volumes(cluster, pod).filter(|volume| volume.exclusive);
    config::mounted(cluster, pod) && exclusive.all(|volume| volume.attached.as_ref().is_none_or(|at| at == node))
}

/// What follows from a change of a claim, a class, a node or a Pod.
pub fn changed(scope: Scope<'_>, before: Option<&Object>, after: Option<&Object>) -> Look {
    let mut look = Look::of(Actor::VolumeBinder);
    match (before, after) {
        (_, Some(Object::PersistentVolumeClaim(claim))) if !claim.bound => {
            let selected = |object: Option<&Object>| match object {
                Some(Object::PersistentVolumeClaim(claim)) => Some(claim.selected_node.clone()),
                _ => None,
            };
            if selected(before) != selected(after) {
                look.storage.push((
                    scope.now,
                    StorageDue::Bind,
                    Object::PersistentVolumeClaim(claim.clone()).key(),
                ));
            }
        }
        (Some(Object::PersistentVolumeClaim(claim)), None) => {
            if let Some(volume) = &claim.volume {
                let key = Key::new(Kind::PersistentVolume, &Name::default(), volume);
                look.storage.push((scope.now, StorageDue::Reclaim, key));
            }
        }
        (None, Some(Object::Other(class))) if class.kind == Kind::StorageClass => {
            for object in scope.cluster.of_kind(Kind::PersistentVolumeClaim) {
                if matches!(object, Object::PersistentVolumeClaim(claim) if !claim.bound) {
                    look.storage.push((scope.now, StorageDue::Bind, object.key()));
                }
            }
        }
        (Some(Object::Node(was)), after) => {
            let state = |node: &Rc<crate::api::Node>| (node.silent_since, node.taints.len(), node.ready);
            let is_same = matches!(after, Some(Object::Node(is)) if state(is) == state(was));
            for object in scope.cluster.of_kind(Kind::PersistentVolume).filter(|_| !is_same) {
                if let Object::PersistentVolume(volume) = object
                    && volume.attached.as_ref() == Some(&was.meta.name)
                {
                    look.storage.extend(detach_due(scope, volume));
                }
            }
        }
        (Some(Object::Pod(pod)), after) => {
            let uses = |object: &Object| matches!(object, Object::Pod(pod) if pod.node_name.is_some());
            if pod.node_name.is_some() && !after.is_some_and(uses) {
                for volume in volumes(scope.cluster, pod) {
                    look.storage.extend(detach_due(scope, volume));
                }
            }
        }
        _ => {}
    }
    look
}

/// When a volume comes free that none of its node's Pods uses any more: at once if the node can confirm that or is certified
/// to be dead, else after six minutes (PVC-40).
fn detach_due(scope: Scope<'_>, volume: &PersistentVolume) -> Option<(Time, StorageDue, Key)> {
    let name = volume.attached.as_ref()?;
    let mut users = scope.pods_on(name).flat_map(|pod| volumes(scope.cluster, pod));
    if users.any(|used| used.meta.name == volume.meta.name) {
        return None;
    }
    let node = scope.cluster.node(name);
    let silent = node.is_some_and(|node| node.silent_since.is_some() || node.ready != ConditionStatus::True);
    let certified = node.is_none_or(|node| node.taints.iter().any(|taint| taint.key == OUT_OF_SERVICE));
    let wait = if silent && !certified { TEAR_OFF } else { Duration::ZERO };
    let key = Key::new(Kind::PersistentVolume, &Name::default(), &volume.meta.name);
    Some((scope.now + wait, StorageDue::Detach, key))
}

/// What is due for a claim, a volume or a Pod now.
pub fn look(scope: Scope<'_>, provision: Duration, due: StorageDue, key: &Key) -> Look {
    match (due, scope.cluster.get(key)) {
        (StorageDue::Bind, Some(Object::PersistentVolumeClaim(claim))) => bind(scope, provision, claim),
        (StorageDue::Reclaim, Some(Object::PersistentVolume(volume))) => reclaim(volume),
        (StorageDue::Detach, Some(Object::PersistentVolume(volume))) => detach(scope, volume),
        (StorageDue::Attach, Some(Object::Pod(pod))) => wait_for_volume(scope, pod),
        _ => Look::of(Actor::VolumeBinder),
    }
}

fn bind(scope: Scope<'_>, provision: Duration, claim: &Rc<PersistentVolumeClaim>) -> Look {
    let mut look = Look::of(Actor::VolumeBinder);
    if claim.bound || claim.meta.is_terminating() {
        return look;
    }
    let node = claim.selected_node.as_ref().and_then(|name| scope.cluster.node(name));
    let (name, waits, retain) = match class(scope.cluster, claim) {
        Class::Missing(name) => {
            let message = format!("storageclass.storage.k8s.io \"{name}\" not found");
            return wait(
                look,
                claim,
                message,
                Note::ProvisioningFailed,
                Why::ClassMissing { class: name },
            );
        }
        Class::None => {
            let message = "no persistent volumes available for this claim and no storage class is set";
            return wait(look, claim, message.into(), Note::FailedBinding, Why::NoClass);
        }
        Class::Found { waits: true, .. } if node.is_none() => {
            let message = "waiting for first consumer to be created before binding";
            return wait(
                look,
                claim,
                message.into(),
                Note::WaitForFirstConsumer,
                Why::WaitsForConsumer,
            );
        }
        Class::Found { name, waits, retain } => (name, waits, retain),
    };
    let key = Object::PersistentVolumeClaim(claim.clone()).key();
    const PROVISIONING: &str = "Waiting for a volume to be created";
    if provision > Duration::ZERO && claim.waits.as_deref() != Some(PROVISIONING) {
        look.storage.push((scope.now + provision, StorageDue::Bind, key));
        return wait(
            look,
            claim,
            PROVISIONING.into(),
            Note::Provisioning,
            Why::Provisioning { takes: provision },
        );
    }
    let volume: Name = format!("pvc-{:016x}", claim.meta.uid.0).into();
    let zone = node.filter(|_| waits).and_then(|node| node.meta.labels.get(ZONE));
    let made = PersistentVolume {
        meta: ObjectMeta::named(&Name::default(), volume.clone()),
        claim: (claim.meta.namespace.clone(), claim.meta.name.clone(), claim.meta.uid),
        class: name,
        retain,
        zone: zone.cloned(),
        exclusive: claim.has_mode("ReadWriteOnce") || claim.has_mode("ReadWriteOncePod"),
        attached: None,
        released: false,
    };
    let why = |zone: Option<&Name>| match zone {
        Some(zone) => Why::BoundNear { zone: zone.clone() },
        None => Why::Bound,
    };
    look.writes
        .push((Write::Create(Object::PersistentVolume(Rc::new(made))), why(zone)));
    let mut bound = (**claim).clone();
    (bound.bound, bound.volume, bound.waits) = (true, Some(volume), None);
    look.writes.push((
        Write::UpdateStatus(Object::PersistentVolumeClaim(Rc::new(bound))),
        why(zone),
    ));
    look
}

/// The claim stays Pending; that is told once.
fn wait(
    mut look: Look,
    claim: &Rc<PersistentVolumeClaim>,
    message: String,
    note: fn(Rc<str>) -> Note,
    why: Why,
) -> Look {
    let message: Rc<str> = message.into();
    let mut waiting = (**claim).clone();
    waiting.waits = Some(message.clone());
    if waiting.waits != claim.waits {
        look.notes
            .push((Object::PersistentVolumeClaim(claim.clone()).key(), note(message)));
        look.writes.push((
            Write::UpdateStatus(Object::PersistentVolumeClaim(Rc::new(waiting))),
            why,
        ));
    }
    look
}

fn reclaim(volume: &Rc<PersistentVolume>) -> Look {
    let mut look = Look::of(Actor::VolumeBinder);
    let key = Object::PersistentVolume(volume.clone()).key();
    let write = if volume.retain {
        let mut released = (**volume).clone();
        released.released = true;
        Write::Update(Object::PersistentVolume(Rc::new(released)))
    } else {
        Write::Delete(key, DeleteOptions::default())
    };
    look.writes.push((write, Why::Reclaimed { retain: volume.retain }));
    look
}

fn detach(scope: Scope<'_>, volume: &Rc<PersistentVolume>) -> Look {
    let mut look = Look::of(Actor::AttachDetachController);
    // Somebody may use it again, or its node may have come back meanwhile.
    let Some((due, what, key)) = detach_due(scope, volume) else {
        return look;
    };
    let waited = volume.attached.as_ref().and_then(|name| scope.cluster.node(name));
    let forced = due > scope.now;
    let for_long = |since: Time| since + TEAR_OFF <= scope.now;
    if forced && !waited.and_then(|node| node.silent_since).is_some_and(for_long) {
        look.storage.push((due, what, key));
        return look;
    }
    let node = volume.attached.clone().unwrap_or_default();
    let mut free = (**volume).clone();
    free.attached = None;
    look.writes.push((
        Write::Update(Object::PersistentVolume(Rc::new(free))),
        Why::Detached { node, forced },
    ));
    look
}

/// A Pod whose volume is attached to another node (PVC-31), or free at last.
fn wait_for_volume(scope: Scope<'_>, pod: &Rc<Pod>) -> Look {
    let mut look = Look::of(Actor::AttachDetachController);
    let Some(node) = pod
        .node_name
        .as_ref()
        .filter(|_| pod.status.begun.is_none() && !pod.is_terminating())
    else {
        return look;
    };
    if let Some(message) = config::missing_volume(scope.cluster, pod) {
        return tell(look, pod, message, Note::FailedMount, Why::ConfigMissing);
    }
    let Some((volume, other)) = taken(scope.cluster, pod) else {
        look.writes = attach_free(scope.cluster, pod, node);
        return look;
    };
    let users = scope.pods_on(other).filter(|user| {
        let mut used = volumes(scope.cluster, user);
        used.any(|used| used.meta.name == volume.meta.name)
    });
    let users: Vec<String> = users.map(|user| user.meta.name.to_string()).collect();
    let message = match users.is_empty() {
        true => format!(
            "Multi-Attach error for volume \"{}\" Volume is already exclusively attached to one node and can't be attached to \
             another",
            volume.meta.name
        ),
        false => format!(
            "Multi-Attach error for volume \"{}\" Volume is already used by pod(s) {}",
            volume.meta.name,
            users.join(", ")
        ),
    };
    let (volume, node) = (volume.meta.name.clone(), other.clone());
    tell(look, pod, message, Note::FailedAttachVolume, |_| Why::MultiAttach {
        volume,
        node,
    })
}

/// The Pod stays as it is; that is told once.
fn tell(
    mut look: Look,
    pod: &Rc<Pod>,
    message: String,
    note: fn(Rc<str>) -> Note,
    why: impl FnOnce(Rc<str>) -> Why,
) -> Look {
    let message: Rc<str> = message.into();
    if pod.status.trouble.mounts.as_ref() != Some(&message) {
        let mut waiting = (**pod).clone();
        waiting.status.trouble.mounts = Some(message.clone());
        look.notes.push((Object::Pod(pod.clone()).key(), note(message.clone())));
        look.writes
            .push((Write::UpdateStatus(Object::Pod(Rc::new(waiting))), why(message)));
    }
    look
}
