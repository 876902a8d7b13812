//! Slots: Pods that have a place of their own, a StatefulSet's by number and a DaemonSet's by node, with what belongs to
//! the place.

use super::blocks::{Blocks, Item, Span};
use super::deployment::image;
use super::partition::Partition;
use super::pod::{Context, Form, Seen, Tile};
use super::stage::Scope;
use super::{daemon_set, stateful_set};
use rollscope_engine::api::{ControllerRevision, Key, Kind, Name, Object, Pod, Uid};
use rollscope_engine::controllers::stateful_set::pod_revision;
use rollscope_engine::order;
use rollscope_engine::time::Time;
use smallvec::SmallVec;
use std::cmp::Ordering;
use std::rc::Rc;

/// More slots than this have no room for words.
pub(super) const MANY: usize = 24;

/// A StatefulSet or a DaemonSet.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Slots {
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
    /// The places: those wanted, and those where something still is.
    pub slots: Blocks<Slot>,
    /// Where the new version stops.
    pub partition: Option<Partition>,
    /// What has no slot: `claims kept: data-db-2`.
    pub aside: Option<String>,
    /// Whether there are too many Pods to be told apart one by one.
    pub crowded: bool,
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
    /// Whether it is the one to be rolled out, while another is still in use.
    pub is_target: bool,
}

/// One place.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Slot {
    /// The number of the Pod that belongs there, or of the node in their order.
    pub ordinal: i64,
    /// The name: of the Pod that belongs there, or of the node.
    pub name: String,
    /// Its Pods: one as a rule, on a node for a while also an old and a new one.
    pub sitters: SmallVec<[Sitter; 1]>,
    /// Why no Pod should be there; `None` if one should.
    pub unwanted: Option<&'static str>,
    /// Its claims.
    pub claims: Vec<Claim>,
    /// The name that its Pod has of its own.
    pub dns: Option<DnsName>,
    /// Whether the controller waits for its Pod.
    pub awaited: bool,
}

/// What is to be known of places.
#[derive(Clone, Default)]
pub struct SlotSum {
    /// How many show each form, and how many show nobody.
    pub forms: [usize; Form::ALL.len() + 1],
    /// Where the Pod is whose panel is open.
    pub chosen: Option<usize>,
    /// How many Pods are available, and how many are counted by their owner.
    available: usize,
    counted: usize,
    /// Of each revision the Pods, and those of them that are counted.
    revisions: Vec<(i64, usize)>,
    /// Places where a Pod should be and none is.
    missing: usize,
    /// Whether a Pod should be available somewhere and is not.
    behind: bool,
    /// The last number that is not wanted.
    unwanted: Option<i64>,
    lasts: Span,
}

impl Item for Slot {
    type Sum = SlotSum;

    fn add_to(&self, sum: &mut SlotSum, index: usize) {
        let shown = self.sitters.last().map(|sitter| &sitter.tile);
        sum.forms[shown.map_or(Form::ALL.len(), |tile| tile.form as usize)] += 1;
        if shown.is_some_and(|tile| tile.chosen) {
            sum.chosen = Some(index);
        }
        for sitter in &self.sitters {
            sum.lasts.with(&sitter.tile);
            let counted = usize::from(sitter.tile.form.is_counted());
            sum.available += usize::from(sitter.tile.form == Form::Available);
            sum.counted += counted;
            match sum.revisions.iter_mut().find(|(number, _)| *number == sitter.revision) {
                Some((_, sum)) => *sum += counted,
                None => sum.revisions.push((sitter.revision, counted)),
            }
        }
        sum.missing += usize::from(self.unwanted.is_none() && self.sitters.is_empty());
        sum.behind |= self.is_behind();
        if self.unwanted.is_some() {
            sum.unwanted = Some(self.ordinal);
        }
    }

    fn order(&self, other: &Slot) -> Ordering {
        self.ordinal.cmp(&other.ordinal)
    }

    fn lasts(sum: &SlotSum) -> Span {
        sum.lasts
    }

    fn at(&self, now: Time) -> Slot {
        let mut slot = self.clone();
        slot.sitters
            .iter_mut()
            .for_each(|sitter| sitter.tile = sitter.tile.at(now));
        slot
    }
}

impl Blocks<Slot> {
    /// How many Pods are available, and how many are counted.
    pub(super) fn pods(&self) -> (usize, usize) {
        let both = self.sums().map(|sum| (sum.available, sum.counted));
        both.fold((0, 0), |(all, more), (available, counted)| {
            (all + available, more + counted)
        })
    }

    /// How many counted Pods have a revision; `None` if no Pod has it.
    pub(super) fn of_revision(&self, number: i64) -> Option<usize> {
        let revisions = self.sums().flat_map(|sum| &sum.revisions);
        let counted = revisions
            .filter(|(other, _)| *other == number)
            .map(|(_, counted)| *counted);
        counted.reduce(|all, counted| all + counted)
    }

    /// Whether some Pod has another revision.
    pub(super) fn has_other_than(&self, number: i64) -> bool {
        let mut revisions = self.sums().flat_map(|sum| &sum.revisions);
        revisions.any(|(other, _)| *other != number)
    }

    /// Places where a Pod should be and none is.
    pub(super) fn missing(&self) -> usize {
        self.sums().map(|sum| sum.missing).sum()
    }

    /// Whether a Pod should be available somewhere and is not.
    pub(super) fn is_behind(&self) -> bool {
        self.sums().any(|sum| sum.behind)
    }

    /// The last number that is not wanted.
    pub(super) fn unwanted(&self) -> Option<i64> {
        self.sums().rev().find_map(|sum| sum.unwanted)
    }
}

/// A name of the cluster's name server.
#[derive(Clone, PartialEq, Debug)]
pub struct DnsName {
    /// `db-0.db`
    pub short: String,
    /// `db-0.db.default.svc.cluster.local`
    pub full: String,
    /// Whether it resolves now.
    pub resolves: bool,
}

/// A Pod in its place.
#[derive(Clone, PartialEq, Debug)]
pub struct Sitter {
    /// The Pod.
    pub tile: Tile,
    /// The number of its revision; 0 if there is none.
    pub revision: i64,
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

/// The slots of a workload that has them.
pub fn of(scope: &Scope<'_>, object: &Object) -> Option<Slots> {
    match object {
        Object::StatefulSet(set) => Some(stateful_set::slots(scope, set)),
        Object::DaemonSet(set) => Some(daemon_set::slots(scope, set)),
        _ => None,
    }
}

impl Slots {
    /// Pods that are told apart at a glance, or so many that only their forms are.
    pub fn is_dense(&self) -> bool {
        self.slots.len() > MANY
    }
}

impl Slot {
    /// Whether one of its Pods is available.
    pub(super) fn is_available(&self) -> bool {
        self.sitters.iter().any(|sitter| sitter.tile.form == Form::Available)
    }

    /// Whether a Pod should be there and none is available.
    pub(super) fn is_behind(&self) -> bool {
        self.unwanted.is_none() && !self.is_available()
    }
}

/// The revision that a Pod was made of, where its owner stores revisions. A DaemonSet's Pods have only the hash of it.
pub(super) fn stored_revision(pod: &Pod) -> Option<Key> {
    let owner = pod.meta.controller()?;
    let name: Name = match owner.kind {
        "StatefulSet" => pod_revision(pod).into(),
        "DaemonSet" => format!("{}-{}", owner.name, pod_revision(pod)).into(),
        _ => return None,
    };
    Some(Key::new(Kind::ControllerRevision, &pod.meta.namespace, &name))
}

/// The stored templates of one owner.
pub(super) struct Revisions<'a, 'b> {
    scope: &'a Scope<'b>,
    min_ready_seconds: i64,
    all: Vec<Known>,
}

/// A stored template.
struct Known {
    stored: Rc<ControllerRevision>,
    hue: u8,
    /// What Pods made of it have in their label.
    hash: Option<String>,
}

impl<'a, 'b> Revisions<'a, 'b> {
    /// Those of an owner; `prefix` is what their names have before the hash that Pods are labelled with.
    pub(super) fn of(scope: &'a Scope<'b>, owner: Uid, prefix: &str, min_ready_seconds: i64) -> Revisions<'a, 'b> {
        let known = |stored: &Rc<ControllerRevision>| Known {
            hue: hue(scope, stored),
            hash: stored.meta.name.strip_prefix(prefix).map(str::to_owned),
            stored: stored.clone(),
        };
        let mut all: Vec<Known> = scope.cluster.revisions_of(owner).map(known).collect();
        order::sort_by_key(&mut all, |known| known.stored.revision);
        Revisions {
            scope,
            min_ready_seconds,
            all,
        }
    }

    /// What of them a tile shows, by their names.
    pub(super) fn shown(&self) -> Vec<(Name, i64, u8)> {
        let shown = |known: &Known| (known.stored.meta.name.clone(), known.stored.revision, known.hue);
        self.all.iter().map(shown).collect()
    }

    /// The newest one that is meant; 0 if there is none.
    pub(super) fn number(&self, is_meant: impl Fn(&ControllerRevision) -> bool) -> i64 {
        let meant = self.all.iter().rfind(|known| is_meant(&known.stored));
        meant.map_or(0, |known| known.stored.revision)
    }

    /// One of the owner's Pods, in its place.
    pub(super) fn sitter(&self, seen: Seen) -> Sitter {
        let hash = match &seen.known {
            Some((_, hash)) => hash,
            None => pod_revision(seen.who.pod()),
        };
        let known = self.all.iter().find(|known| known.hash.as_deref() == Some(hash));
        let (revision, hue) = known.map_or((0, 0), |known| (known.stored.revision, known.hue));
        let context = Context {
            now: self.scope.now,
            min_ready_seconds: self.min_ready_seconds,
            hue,
            revision,
        };
        let tile = self.scope.tile(seen, context);
        Sitter { tile, revision }
    }

    /// The ones in use. `target` is the number of the one that Pods are to have, `rolling` whether others still have
    /// another.
    pub(super) fn tags(&self, target: i64, rolling: bool, slots: &Blocks<Slot>) -> Vec<RevisionTag> {
        let has = |number| slots.of_revision(number).is_some();
        let in_use = |known: &&Known| known.stored.revision == target || has(known.stored.revision);
        let tag = |known: &Known| RevisionTag {
            hue: known.hue,
            number: known.stored.revision,
            image: image(&known.stored.template),
            is_target: rolling && known.stored.revision == target,
        };
        self.all.iter().filter(in_use).map(tag).collect()
    }
}

fn hue(scope: &Scope<'_>, stored: &ControllerRevision) -> u8 {
    let meta = &stored.meta;
    let key = Key::new(Kind::ControllerRevision, &meta.namespace, &meta.name);
    scope.look.hues.hue(&key)
}

/// Names as far as there is room for them: `a, b, c, d and 12 more`.
pub(super) fn some(names: &[&str]) -> String {
    const NAMED: usize = 4;
    match names.len().checked_sub(NAMED).filter(|more| *more > 1) {
        Some(more) => format!("{} and {more} more", names[..NAMED].join(", ")),
        None => names.join(", "),
    }
}
