//! A DaemonSet: a slot for each node that is to have a Pod or has one, and what holds an update up.

use super::blocks::Blocks;
use super::deployment::count;
use super::pod::Seen;
use super::slots::{Revisions, Slot, Slots, some};
use super::stage::Scope;
use super::table::Table;
use rollscope_engine::api::{DaemonSet, Name, Object, Pod};
use rollscope_engine::controllers::daemon_set::{bounds, node_should_run};
use rollscope_engine::reason::{Blocked, DaemonSetReason, Reason};
use rollscope_engine::step::Actor;
use std::rc::Rc;

/// A node, as far as the DaemonSet is concerned.
struct Place<'a> {
    node: Name,
    fits: bool,
    pods: Vec<&'a Seen>,
}

/// A DaemonSet's slots.
pub(super) fn slots(scope: &Scope<'_>, set: &Rc<DaemonSet>) -> Slots {
    let prefix = format!("{}-", set.meta.name);
    let revisions = Revisions::of(scope, set.meta.uid, &prefix, set.spec.min_ready_seconds);
    let target = revisions.number(|stored| stored.template == set.spec.template);
    let (places, others): (Vec<_>, Vec<_>) = places(scope, set)
        .into_iter()
        .partition(|place| place.fits || !place.pods.is_empty());
    let others: Vec<&str> = others.iter().map(|place| &*place.node).collect();
    let slot = |(place, ordinal): (&Place<'_>, i64)| Slot {
        ordinal,
        name: place.node.to_string(),
        sitters: place
            .pods
            .iter()
            .map(|seen| revisions.sitter((*seen).clone()))
            .collect(),
        unwanted: match place.fits {
            _ if set.meta.is_terminating() => Some("not wanted any more"),
            true => None,
            false => Some("misscheduled"),
        },
        ..Slot::default()
    };
    let slots = Blocks::of(places.iter().zip(1..).map(slot));
    let rolling = slots.has_other_than(target);
    let desired = count(places.iter().filter(|place| place.fits).count());
    Slots {
        name: set.meta.name.to_string(),
        asked: asked(set, desired),
        counted: counted(&places, &slots, target),
        walk: walk(scope, set, &slots),
        terminating: set.meta.is_terminating(),
        revisions: revisions.tags(target, rolling, &slots),
        partition: None,
        aside: (!others.is_empty()).then(|| format!("no Pod wanted on {}", some(&others))),
        crowded: scope.look.is_crowded(),
        slots,
    }
}

/// All nodes, and those that are gone but that Pods still name.
fn places<'a>(scope: &'a Scope<'_>, set: &DaemonSet) -> Vec<Place<'a>> {
    let place = |node: &Name, fits| Place {
        node: node.clone(),
        fits,
        pods: Vec::new(),
    };
    let known = scope.cluster.nodes();
    let mut places: Vec<Place<'a>> = known
        .map(|node| place(&node.meta.name, node_should_run(node, set).0))
        .collect();
    let mut at = Table::of(places.iter().map(|place| place.node.clone()).zip(0..).collect());
    for seen in scope.pods_of(set.meta.uid) {
        let node = node_of(seen.who.pod());
        let index = *at.entry(&node, || {
            places.push(place(&node, false));
            places.len() - 1
        });
        // The older one stands on the left.
        let pods = &mut places[index].pods;
        let is_older = |other: &&&Seen| other.created <= seen.created;
        pods.insert(pods.iter().take_while(is_older).count(), seen);
    }
    places
}

/// The node that a Pod is on or meant for.
pub(super) fn node_of(pod: &Pod) -> Name {
    let node = pod.node_name.as_ref().or(pod.target_node.as_deref());
    node.cloned().unwrap_or_default()
}

fn asked(set: &DaemonSet, desired: i64) -> String {
    match bounds(set, desired) {
        None => "a Pod per node · OnDelete".to_owned(),
        Some((0, unavailable)) => format!("a Pod per node · unavailable {unavailable}"),
        Some((surge, _)) => format!("a Pod per node · surge {surge}"),
    }
}

/// Nodes as the status counts them, but without Pods that leave.
fn counted(places: &[Place<'_>], slots: &Blocks<Slot>, target: i64) -> String {
    let fits = || places.iter().zip(slots.iter()).filter(|(place, _)| place.fits);
    let ready = |place: &Place<'_>| {
        let mut pods = place.pods.iter().map(|seen| seen.who.pod());
        pods.any(|pod| pod.is_ready() && !pod.is_terminating())
    };
    let updated = |slot: &Slot| {
        let mut sitters = slot.sitters.iter();
        sitters.any(|sitter| sitter.revision == target && sitter.tile.form.is_counted())
    };
    let misscheduled = places.len() - fits().count();
    format!(
        "desired {} · ready {} · up to date {} · available {}{}",
        fits().count(),
        fits().filter(|(place, _)| ready(place)).count(),
        fits().filter(|(_, slot)| updated(slot)).count(),
        fits().filter(|(_, slot)| slot.is_available()).count(),
        match misscheduled {
            0 => String::new(),
            _ => format!(" · misscheduled {misscheduled}"),
        }
    )
}

/// How much is left to be updated, and which nodes are waited for.
fn walk(scope: &Scope<'_>, set: &Rc<DaemonSet>, slots: &Blocks<Slot>) -> Option<String> {
    let key = Object::DaemonSet(set.clone()).key();
    let blocked = scope.cluster.waiting().get(&(Actor::DaemonSetController, key))?;
    let left = blocked.iter().find_map(left)?;
    // A second Pod is waited for as well, though the first still works.
    let busy = |slot: &&Slot| slot.is_behind() || (slot.unwanted.is_none() && slot.sitters.len() > 1);
    let busy: Vec<&str> = slots.iter().filter(busy).map(|slot| slot.name.as_str()).collect();
    Some(match busy[..] {
        [] => left,
        _ => format!("{left} · waits for {}", some(&busy)),
    })
}

fn left(blocked: &Blocked) -> Option<String> {
    use DaemonSetReason as R;
    match &blocked.reason {
        Reason::DaemonSet(R::UnavailableLimit { waiting, .. } | R::SurgeLimit { waiting, .. }) => Some(format!(
            "{waiting} {} to update",
            if *waiting == 1 { "node" } else { "nodes" }
        )),
        Reason::DaemonSet(R::OnDelete { behind }) => Some(format!("{behind} updated when you delete them")),
        Reason::DaemonSet(R::BacksOff { node, .. }) => Some(format!("backs off on {node}")),
        _ => None,
    }
}
