//! A StatefulSet: numbered slots with their claims, the partition between them, and which way the controller walks.

use super::deployment::{count, image};
use super::pod::{Context, Form, Tile};
use super::stage::Scope;
use super::table::Table;
use rollscope_engine::api::{
    ControllerRevision, Key, Kind, Name, Object, Pod, PodManagementPolicy, StatefulSet, UpdateStrategy,
};
use rollscope_engine::controllers::stateful_set::pod_revision;
use rollscope_engine::order;
use rollscope_engine::reason::{Blocked, Reason, StatefulSetReason};
use rollscope_engine::step::Actor;
use rollscope_engine::value::Value;
use std::cmp::Ordering;
use std::rc::Rc;

/// A StatefulSet.
#[derive(Clone, PartialEq, Debug)]
pub struct StatefulSetScene {
    /// Its name.
    pub name: String,
    /// `5 desired · OrderedReady`.
    pub asked: String,
    /// `updated 3 · available 4 · total 5`.
    pub counted: String,
    /// `updates 4 → 0 · waits for db-4`.
    pub walk: Option<String>,
    /// Whether it is being deleted.
    pub terminating: bool,
    /// The revisions that are in use, oldest first.
    pub revisions: Vec<RevisionTag>,
    /// The numbers, ascending: those wanted, and those that are still there.
    pub slots: Vec<Slot>,
    /// Where the new version stops.
    pub partition: Option<Partition>,
    /// Claims that stayed when their Pods went.
    pub kept: Vec<String>,
}

/// A stored template that Pods have, or are to have.
#[derive(Clone, PartialEq, Debug)]
pub struct RevisionTag {
    /// Its hue.
    pub hue: u8,
    /// Its number.
    pub number: i64,
    /// Its image.
    pub image: String,
    /// Whether it is the one to be rolled out, while another is still current.
    pub is_target: bool,
}

/// One number's place.
#[derive(Clone, PartialEq, Debug)]
pub struct Slot {
    /// The number.
    pub ordinal: i64,
    /// The name that its Pod has.
    pub name: String,
    /// Its Pod, if it is there.
    pub tile: Option<Tile>,
    /// The number of the Pod's revision; 0 if there is none.
    pub revision: i64,
    /// Whether the number is within the wanted range.
    pub wanted: bool,
    /// Its claims.
    pub claims: Vec<Claim>,
}

/// A claim of a slot.
#[derive(Clone, PartialEq, Debug)]
pub struct Claim {
    /// Its name.
    pub name: String,
    /// Its state.
    pub state: ClaimState,
    /// Whether the step at the cursor wrote it.
    pub ringed: bool,
}

/// A claim's state.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ClaimState {
    /// It does not exist yet.
    Missing,
    /// It has no volume yet.
    Pending,
    /// It has a volume.
    Bound,
    /// It has been told to go.
    Leaving,
}

/// The line between numbers that keep the old version and those that get the new one.
#[derive(Clone, PartialEq, Debug)]
pub struct Partition {
    /// The index of the slot before which it stands; past the last, it stands at the end.
    pub before: usize,
    /// `partition 3`.
    pub label: String,
}

impl StatefulSetScene {
    pub(super) fn of(scope: &Scope<'_>, set: &Rc<StatefulSet>) -> StatefulSetScene {
        let mut revisions: Vec<_> = scope.cluster.revisions_of(set.meta.uid).cloned().collect();
        order::sort_by_key(&mut revisions, |stored| stored.revision);
        let slots = slots(scope, set, &revisions);
        StatefulSetScene {
            name: set.meta.name.to_string(),
            asked: asked(set),
            counted: counted(set, &slots, &revisions),
            walk: walk(scope, set, &slots),
            terminating: set.meta.is_terminating(),
            revisions: tags(scope, set, &revisions, &slots),
            partition: partition(set, &slots),
            kept: kept(scope, set, &slots),
            slots,
        }
    }
}

fn asked(set: &StatefulSet) -> String {
    let policy = match set.spec.pod_management_policy {
        PodManagementPolicy::OrderedReady => "OrderedReady",
        PodManagementPolicy::Parallel => "Parallel",
    };
    let strategy = match set.spec.update_strategy {
        UpdateStrategy::OnDelete => " · OnDelete",
        UpdateStrategy::RollingUpdate(_) => "",
    };
    format!("{} desired · {policy}{strategy}", set.spec.replicas)
}

fn counted(set: &StatefulSet, slots: &[Slot], revisions: &[Rc<ControllerRevision>]) -> String {
    let target = revisions
        .iter()
        .find(|stored| stored.meta.name == set.status.update_revision);
    let target = target.map_or(-1, |stored| stored.revision);
    let tiles = |wanted: &dyn Fn(&Slot, Form) -> bool| {
        let matching = slots
            .iter()
            .filter(|slot| slot.tile.as_ref().is_some_and(|tile| wanted(slot, tile.form)));
        matching.count()
    };
    let updated = tiles(&|slot, form| slot.revision == target && form.is_counted());
    let available = tiles(&|_, form| form == Form::Available);
    let total = tiles(&|_, form| form.is_counted());
    format!("updated {updated} · available {available} · total {total}")
}

/// Every wanted number, and every other that still has a Pod.
fn slots(scope: &Scope<'_>, set: &Rc<StatefulSet>, revisions: &[Rc<ControllerRevision>]) -> Vec<Slot> {
    let mut pods: Table<i64, &Rc<Pod>> = Table::default();
    for pod in scope.cluster.pods_of(set.meta.uid) {
        if let Some(ordinal) = set.ordinal_of(&pod.meta.name) {
            pods.insert(&ordinal, pod);
        }
    }
    let wanted = set.spec.start..set.spec.start + set.spec.replicas;
    let mut ordinals: Vec<i64> = wanted.chain(pods.rows().iter().map(|(ordinal, _)| *ordinal)).collect();
    order::sort_by_key(&mut ordinals, |ordinal| *ordinal);
    ordinals.dedup();
    let slot = |ordinal| {
        let pod = pods.get(&ordinal).copied();
        let stored = pod.and_then(|pod| revisions.iter().find(|stored| *stored.meta.name == *pod_revision(pod)));
        Slot {
            ordinal,
            name: format!("{}-{ordinal}", set.meta.name),
            tile: pod.map(|pod| tile(scope, set, pod, stored)),
            revision: stored.map_or(0, |stored| stored.revision),
            wanted: set.spec.in_range(ordinal) && !set.meta.is_terminating(),
            claims: claims(scope, set, ordinal),
        }
    };
    ordinals.into_iter().map(slot).collect()
}

fn tile(scope: &Scope<'_>, set: &StatefulSet, pod: &Pod, stored: Option<&Rc<ControllerRevision>>) -> Tile {
    let revision = stored.map_or(String::new(), |stored| format!("revision {}", stored.revision));
    let context = Context {
        now: scope.now,
        min_ready_seconds: set.spec.min_ready_seconds,
        hue: stored.map_or(0, |stored| hue(scope, stored)),
        revision: &revision,
    };
    scope.tile(pod, context)
}

fn hue(scope: &Scope<'_>, stored: &ControllerRevision) -> u8 {
    let meta = &stored.meta;
    scope
        .hues
        .hue(&Key::new(Kind::ControllerRevision, &meta.namespace, &meta.name))
}

fn claims(scope: &Scope<'_>, set: &StatefulSet, ordinal: i64) -> Vec<Claim> {
    let names = template_names(set).map(|template| format!("{template}-{}-{ordinal}", set.meta.name));
    names
        .map(|name| {
            let key = Key::new(
                Kind::PersistentVolumeClaim,
                &set.meta.namespace,
                &Name::from(name.as_str()),
            );
            let state = match scope.cluster.claim(&key.namespace, &key.name) {
                None => ClaimState::Missing,
                Some(claim) if claim.meta.is_terminating() => ClaimState::Leaving,
                Some(claim) if claim.bound => ClaimState::Bound,
                Some(_) => ClaimState::Pending,
            };
            let ringed = scope.is_touched(&key);
            Claim { name, state, ringed }
        })
        .collect()
}

fn template_names(set: &StatefulSet) -> impl Iterator<Item = &str> {
    let templates = set.spec.volume_claim_templates.iter();
    templates.filter_map(|template| template.at(&["metadata", "name"]).and_then(Value::as_str))
}

/// Claims with this set's names whose number has no slot.
fn kept(scope: &Scope<'_>, set: &StatefulSet, slots: &[Slot]) -> Vec<String> {
    let prefixes: Vec<String> = template_names(set)
        .map(|template| format!("{template}-{}-", set.meta.name))
        .collect();
    let is_kept = |name: &str| {
        let ordinal = prefixes
            .iter()
            .find_map(|prefix| name.strip_prefix(prefix.as_str())?.parse::<i64>().ok());
        ordinal.is_some_and(|ordinal| slots.iter().all(|slot| slot.ordinal != ordinal))
    };
    let claims = scope.cluster.of_kind(Kind::PersistentVolumeClaim);
    let ours = claims.filter(|claim| claim.meta().namespace == set.meta.namespace);
    ours.map(|claim| claim.meta().name.to_string())
        .filter(|name| is_kept(name))
        .collect()
}

fn tags(
    scope: &Scope<'_>,
    set: &StatefulSet,
    revisions: &[Rc<ControllerRevision>],
    slots: &[Slot],
) -> Vec<RevisionTag> {
    let rolling = set.status.current_revision != set.status.update_revision;
    let in_use = |stored: &&Rc<ControllerRevision>| {
        let is_target = stored.meta.name == set.status.update_revision;
        is_target || slots.iter().any(|slot| slot.revision == stored.revision)
    };
    let tag = |stored: &Rc<ControllerRevision>| RevisionTag {
        hue: hue(scope, stored),
        number: stored.revision,
        image: image(&stored.template),
        is_target: rolling && stored.meta.name == set.status.update_revision,
    };
    revisions.iter().filter(in_use).map(tag).collect()
}

fn partition(set: &StatefulSet, slots: &[Slot]) -> Option<Partition> {
    let UpdateStrategy::RollingUpdate(Some(bounds)) = set.spec.update_strategy else {
        return None;
    };
    let boundary = set.spec.update_boundary();
    (bounds.partition > 0).then(|| Partition {
        before: slots
            .iter()
            .position(|slot| slot.ordinal >= boundary)
            .unwrap_or(slots.len()),
        label: format!("partition {}", bounds.partition),
    })
}

/// Which way the controller walks, and for whom it waits.
fn walk(scope: &Scope<'_>, set: &Rc<StatefulSet>, slots: &[Slot]) -> Option<String> {
    let key = Object::StatefulSet(set.clone()).key();
    let blocked = scope.cluster.waiting().get(&(Actor::StatefulSetController, key));
    let waits = blocked.and_then(|blocked| blocked.iter().find_map(awaited));
    let (first, last) = (set.spec.start, set.spec.start + set.spec.replicas - 1);
    let condemned = slots.iter().rev().find(|slot| !slot.wanted && slot.ordinal > last);
    let behind = |slot: &&Slot| {
        let tile = slot.tile.as_ref();
        slot.wanted && tile.is_none_or(|tile| tile.form != Form::Available)
    };
    let missing = slots.iter().filter(|slot| slot.wanted && slot.tile.is_none()).count();
    let direction = match (condemned, slots.iter().find(behind)) {
        (Some(top), None) => Some(format!("removes {} → {}", top.ordinal, last + 1)),
        // An update takes away one Pod at a time; where more are missing, they are still to be made.
        _ if missing < 2 && set.status.current_revision != set.status.update_revision => {
            let boundary = set.spec.update_boundary().max(first);
            match boundary.cmp(&last) {
                Ordering::Less => Some(format!("updates {last} → {boundary}")),
                Ordering::Equal => Some(format!("updates {last}")),
                Ordering::Greater => None,
            }
        }
        (_, Some(_)) if last > first => Some(match set.spec.pod_management_policy {
            PodManagementPolicy::OrderedReady => format!("creates {first} → {last}"),
            PodManagementPolicy::Parallel => "creates all at once".to_owned(),
        }),
        _ => None,
    };
    let waits = waits.map(|pod| format!("waits for {pod}"));
    let parts: Vec<String> = direction
        .filter(|_| waits.is_some() || condemned.is_some() || slots.iter().any(|slot| behind(&slot)))
        .into_iter()
        .chain(waits)
        .collect();
    (!parts.is_empty()).then(|| parts.join(" · "))
}

/// The Pod or claim that is waited for.
fn awaited(blocked: &Blocked) -> Option<Name> {
    let Reason::StatefulSet(reason) = &blocked.reason else {
        return None;
    };
    match reason {
        StatefulSetReason::WaitsForGone { pod }
        | StatefulSetReason::WaitsForReady { pod, .. }
        | StatefulSetReason::WaitsForAvailable { pod, .. }
        | StatefulSetReason::UpdateWaits { pod, .. } => Some(pod.clone()),
        StatefulSetReason::CondemnedBlocked { first, .. } => Some(first.clone()),
        StatefulSetReason::ClaimDeleted { claim } => Some(claim.clone()),
        _ => None,
    }
}

impl StatefulSetScene {
    /// Pods that are told apart at a glance, or so many that only their forms are.
    pub fn is_dense(&self) -> bool {
        count(self.slots.len()) > 24
    }
}
