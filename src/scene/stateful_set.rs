//! A StatefulSet: numbered slots with their claims, the partition between them, and which way the controller walks.

use super::blocks::Blocks;
use super::partition::Partition;
use super::pod::Seen;
use super::slots::{Claim, ClaimState, DnsName, MANY, Revisions, Slot, Slots, some};
use super::stage::Scope;
use super::table::Table;
use rollscope_engine::api::{Key, Kind, Name, Object, PodManagementPolicy, StatefulSet, UpdateStrategy};
use rollscope_engine::dns::{self, Answer};
use rollscope_engine::reason::{Blocked, Reason, StatefulSetReason};
use rollscope_engine::step::Actor;
use rollscope_engine::value::Value;
use std::cmp::Ordering;
use std::rc::Rc;

/// A StatefulSet's slots.
pub(super) fn slots(scope: &Scope<'_>, set: &Rc<StatefulSet>) -> Slots {
    let revisions = Revisions::of(scope, set.meta.uid, "", set.spec.min_ready_seconds);
    let waits = waits(scope, set);
    let awaited = waits.as_ref().and_then(|name| set.ordinal_of(name));
    let places = Places {
        scope,
        set,
        revisions: &revisions,
        awaited,
    };
    let slots = match scope.kept {
        Some(kept) if set.spec.replicas > MANY_PLACES => kept.slots(&places),
        _ => places.all(scope.pods_of(set.meta.uid).to_vec()),
    };
    let target = revisions.number(|stored| stored.meta.name == set.status.seen.update_revision);
    let rolling = set.status.seen.current_revision != set.status.seen.update_revision;
    let kept = kept(scope, set, &slots);
    let kept: Vec<&str> = kept.iter().map(String::as_str).collect();
    Slots {
        name: set.meta.name.to_string(),
        asked: asked(set),
        counted: counted(target, &slots),
        walk: walk(set, &slots, waits),
        terminating: set.meta.is_terminating(),
        revisions: revisions.tags(target, rolling, &slots),
        partition: Partition::of(set, target),
        aside: (!kept.is_empty()).then(|| format!("claims kept: {}", some(&kept))),
        crowded: scope.look.is_crowded(),
        slots,
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

fn counted(target: i64, slots: &Blocks<Slot>) -> String {
    let updated = slots.of_revision(target).unwrap_or(0);
    let (available, total) = slots.pods();
    format!("updated {updated} · available {available} · total {total}")
}

/// With more Pods than these wanted, places are kept from moment to moment.
const MANY_PLACES: i64 = 100;

/// What is needed to know who is in a place.
pub struct Places<'a, 'b> {
    pub(super) scope: &'a Scope<'b>,
    pub(super) set: &'a StatefulSet,
    pub(super) revisions: &'a Revisions<'a, 'b>,
    /// The number for which the controller waits.
    pub(super) awaited: Option<i64>,
}

impl Places<'_, '_> {
    /// Every wanted number, and every other that still has one of these Pods, ascending.
    pub(super) fn all(&self, pods: Vec<Seen>) -> Blocks<Slot> {
        let set = self.set;
        let start = set.spec.start;
        // Names are in another order than numbers: each Pod is put in its place at once.
        let mut wanted: Vec<Option<Seen>> = vec![None; usize::try_from(set.spec.replicas).unwrap_or(0)];
        let mut others = Vec::new();
        for seen in pods {
            let known = seen.known.as_ref().map(|(ordinal, _)| *ordinal);
            let Some(ordinal) = known.or_else(|| set.ordinal_of(seen.who.name())) else {
                continue;
            };
            let place = usize::try_from(ordinal - start).ok();
            match place.and_then(|place| wanted.get_mut(place)) {
                Some(place) => *place = Some(seen),
                None => others.push((ordinal, seen)),
            }
        }
        let few = wanted.len() + others.len() <= MANY;
        let others = Table::of(others);
        let (below, above) = others
            .rows()
            .split_at(others.rows().partition_point(|(ordinal, _)| *ordinal < start));
        let other = |(ordinal, seen): &(i64, Seen)| self.slot(*ordinal, Some(seen.clone()), few);
        let wanted = (start..)
            .zip(wanted)
            .map(|(ordinal, seen)| self.slot(ordinal, seen, few));
        Blocks::of(below.iter().map(other).chain(wanted).chain(above.iter().map(other)))
    }

    /// The place of a number, with who is there; only of few the name that it has is told.
    pub(super) fn slot(&self, ordinal: i64, seen: Option<Seen>, few: bool) -> Slot {
        let Places { scope, set, .. } = self;
        let wanted = set.spec.in_range(ordinal) && !set.meta.is_terminating();
        let crowded = scope.look.is_crowded();
        Slot {
            ordinal,
            name: if crowded {
                String::new()
            } else {
                format!("{}-{ordinal}", set.meta.name)
            },
            sitters: seen.into_iter().map(|seen| self.revisions.sitter(seen)).collect(),
            unwanted: (!wanted).then_some("not wanted any more"),
            claims: if crowded {
                Vec::new()
            } else {
                claims(scope, set, ordinal)
            },
            dns: few.then(|| dns_name(scope, set, ordinal)).flatten(),
            awaited: self.awaited == Some(ordinal),
        }
    }
}

/// A place of which nothing but the number is known.
pub(super) fn numbered(ordinal: i64) -> Slot {
    Slot {
        ordinal,
        ..Slot::default()
    }
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

/// The name that the Service gives to the Pod of this number, there or not (SVC-32).
fn dns_name(scope: &Scope<'_>, set: &StatefulSet, ordinal: i64) -> Option<DnsName> {
    let service = Some(&set.spec.service_name).filter(|name| !name.is_empty())?;
    let short = format!("{}-{ordinal}.{service}", set.meta.name);
    let full = format!("{short}.{}.svc.cluster.local", set.meta.namespace);
    let resolves = dns::lookup(scope.cluster, &set.meta.namespace, &full) != Answer::NotFound;
    Some(DnsName { short, full, resolves })
}

/// Claims with this set's names whose number has no slot.
fn kept(scope: &Scope<'_>, set: &StatefulSet, slots: &Blocks<Slot>) -> Vec<String> {
    let prefixes: Vec<String> = template_names(set)
        .map(|template| format!("{template}-{}-", set.meta.name))
        .collect();
    let is_kept = |name: &str| {
        let ordinal = prefixes
            .iter()
            .find_map(|prefix| name.strip_prefix(prefix.as_str())?.parse::<i64>().ok());
        ordinal.is_some_and(|ordinal| slots.find(&numbered(ordinal)).is_err())
    };
    let claims = scope.cluster.of_kind(Kind::PersistentVolumeClaim);
    let ours = claims.filter(|claim| claim.meta().namespace == set.meta.namespace);
    ours.map(|claim| claim.meta().name.to_string())
        .filter(|name| is_kept(name))
        .collect()
}

/// Which way the controller walks, and for whom it waits.
fn walk(set: &StatefulSet, slots: &Blocks<Slot>, waits: Option<Name>) -> Option<String> {
    let (first, last) = (set.spec.start, set.spec.start + set.spec.replicas - 1);
    let condemned = slots.unwanted().filter(|ordinal| *ordinal > last);
    let behind = slots.is_behind();
    let missing = slots.missing();
    let direction = match (condemned, behind) {
        (Some(top), false) => Some(format!("removes {top} → {}", last + 1)),
        // An update takes away one Pod at a time; where more are missing, they are still to be made.
        _ if missing < 2 && set.status.seen.current_revision != set.status.seen.update_revision => {
            let boundary = set.spec.update_boundary().max(first);
            match boundary.cmp(&last) {
                Ordering::Less => Some(format!("updates {last} → {boundary}")),
                Ordering::Equal => Some(format!("updates {last}")),
                Ordering::Greater => None,
            }
        }
        (_, true) if last > first => Some(match set.spec.pod_management_policy {
            PodManagementPolicy::OrderedReady => format!("creates {first} → {last}"),
            PodManagementPolicy::Parallel => "creates all at once".to_owned(),
        }),
        _ => None,
    };
    let waits = waits.map(|pod| format!("waits for {pod}"));
    let parts: Vec<String> = direction
        .filter(|_| waits.is_some() || condemned.is_some() || behind)
        .into_iter()
        .chain(waits)
        .collect();
    (!parts.is_empty()).then(|| parts.join(" · "))
}

fn waits(scope: &Scope<'_>, set: &Rc<StatefulSet>) -> Option<Name> {
    let key = Object::StatefulSet(set.clone()).key();
    let blocked = scope.cluster.waiting().get(&(Actor::StatefulSetController, key))?;
    blocked.iter().find_map(awaited)
}

/// The Pod or claim that is waited for.
fn awaited(blocked: &Blocked) -> Option<Name> {
    let Reason::StatefulSet(reason) = &blocked.reason else {
        return None;
    };
    match reason {
        StatefulSetReason::WaitsForGone { pod }
        | StatefulSetReason::WaitsForReady { pod, .. }
        | StatefulSetReason::UpdateWaits { pod, .. } => Some(pod.clone()),
        StatefulSetReason::WaitsForAvailable(wait) => Some(wait.0.clone()),
        StatefulSetReason::CondemnedBlocked(pods) => Some(pods.1.clone()),
        StatefulSetReason::ClaimDeleted { claim } => Some(claim.clone()),
        _ => None,
    }
}
