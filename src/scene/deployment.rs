//! A Deployment: its ReplicaSets as rows of Pods, and the budget that decides what may come and go.

use super::blocks::Blocks;
use super::pod::{Context, Form, Seen, Tile};
use super::stage::Scope;
use rollscope_engine::api::{Deployment, DeploymentStrategy, Key, Kind, PodTemplate, ReplicaSet};
use rollscope_engine::controllers::deployment::util::{self, by_creation};
use rollscope_engine::order;
use std::rc::Rc;

/// A Deployment.
#[derive(Clone, PartialEq, Debug)]
pub struct DeploymentScene {
    /// Its name.
    pub name: String,
    /// `10 desired · surge 3 · unavailable 2`.
    pub asked: String,
    /// `updated 3 · available 8 · total 11`.
    pub counted: String,
    /// Whether rolling out is suspended.
    pub paused: bool,
    /// Whether it is being deleted.
    pub terminating: bool,
    /// The arithmetic.
    pub budget: Budget,
    /// The ReplicaSets with Pods or the newest template, oldest first.
    pub rows: Vec<Rc<ReplicaSetRow>>,
    /// The numbers of old revisions without Pods.
    pub idle: Vec<i64>,
}

/// A ReplicaSet.
#[derive(Clone, PartialEq, Debug)]
pub struct ReplicaSetRow {
    /// Which.
    pub key: Key,
    /// Its hue.
    pub hue: u8,
    /// Its revision's number; 0 if it has none.
    pub revision: i64,
    /// Its image.
    pub image: String,
    /// The Pods it should have.
    pub size: i64,
    /// The same before the step at the cursor, if that changed it.
    pub was: Option<i64>,
    /// Its Pods: the oldest first, those that leave last.
    pub tiles: Blocks<Tile>,
    /// Pods that it should have and that are not there yet.
    pub missing: i64,
    /// What its owner may do with it now.
    pub hint: Option<String>,
    /// Whether the step at the cursor wrote it.
    pub ringed: bool,
}

impl ReplicaSetRow {
    /// `wants 4`; in the step that changes it, `wants 3 → 4`.
    pub fn wants(&self) -> String {
        match self.was {
            Some(was) => format!("wants {was} → {}", self.size),
            None => format!("wants {}", self.size),
        }
    }
}

/// One axis: how many Pods there are, and between which bounds.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Budget {
    /// Pods that must be available; `None` if nobody promises any.
    pub floor: Option<i64>,
    /// Pods wanted.
    pub desired: i64,
    /// The most Pods that may be counted; `None` if nothing is added beforehand.
    pub ceiling: Option<i64>,
    /// What is counted, from the left; empty parts are left out.
    pub parts: Vec<Part>,
    /// Pods that leave; they stand outside the count.
    pub leaving: i64,
    /// The end of the axis.
    pub end: i64,
}

/// Pods that are counted together.
#[derive(Clone, PartialEq, Debug)]
pub struct Part {
    /// How many.
    pub count: i64,
    /// Their hue.
    pub hue: u8,
    /// Whether they are available.
    pub available: bool,
    /// `old, available`.
    pub label: String,
}

impl DeploymentScene {
    pub(super) fn of(scope: &Scope<'_>, deployment: &Rc<Deployment>) -> DeploymentScene {
        let mut sets: Vec<_> = scope.cluster.replica_sets_of(deployment.meta.uid).collect();
        order::sort_by(&mut sets, |a, b| by_creation(a, b));
        let newest = sets
            .iter()
            .position(|set| set.spec.template == deployment.spec.template);
        // The row that grows comes last, also when an undo made it of an old one.
        if let Some(index) = newest {
            let set = sets.remove(index);
            sets.push(set);
        }
        let mut rows: Vec<ReplicaSetRow> = sets
            .iter()
            .map(|set| ReplicaSetRow::of(scope, Kind::ReplicaSet, set))
            .collect();
        let new = newest.and_then(|_| rows.len().checked_sub(1));
        hint(deployment, &mut rows, new);
        let budget = Budget::of(deployment, &rows, new);
        let is_idle = |index: usize, row: &ReplicaSetRow| {
            Some(index) != new && row.tiles.is_empty() && row.size == 0 && !row.ringed
        };
        let (mut idle, mut shown) = (Vec::new(), Vec::new());
        for (index, row) in rows.iter().enumerate() {
            match is_idle(index, row) {
                true => idle.push(row.revision),
                false => shown.push(Rc::new(row.clone())),
            }
        }
        order::sort_by_key(&mut idle, |number| *number);
        DeploymentScene {
            name: deployment.meta.name.to_string(),
            asked: asked(deployment),
            counted: counted(&rows, new),
            paused: deployment.spec.paused,
            terminating: deployment.meta.is_terminating(),
            budget,
            rows: shown,
            idle,
        }
    }
}

fn asked(deployment: &Deployment) -> String {
    let bounds = util::bounds(&deployment.spec);
    match deployment.spec.strategy {
        DeploymentStrategy::Recreate => format!("{} desired · Recreate", bounds.desired),
        DeploymentStrategy::RollingUpdate { .. } => {
            let (surge, unavailable) = (bounds.surge, bounds.unavailable);
            format!("{} desired · surge {surge} · unavailable {unavailable}", bounds.desired)
        }
    }
}

fn counted(rows: &[ReplicaSetRow], new: Option<usize>) -> String {
    let updated = new.map_or(0, |index| rows[index].counted());
    let available: i64 = rows.iter().map(ReplicaSetRow::available).sum();
    let total: i64 = rows.iter().map(ReplicaSetRow::counted).sum();
    format!("updated {updated} · available {available} · total {total}")
}

/// What the two rules of a rolling update would allow at this moment (DEP-31, DEP-32).
fn hint(deployment: &Deployment, rows: &mut [ReplicaSetRow], new: Option<usize>) {
    let rolling = matches!(deployment.spec.strategy, DeploymentStrategy::RollingUpdate { .. });
    let Some(new) = new.filter(|_| rolling && !deployment.spec.paused) else {
        return;
    };
    let bounds = util::bounds(&deployment.spec);
    let total: i64 = rows.iter().map(|row| row.size).sum();
    let available: i64 = rows.iter().map(ReplicaSetRow::available).sum();
    let (size, waiting) = (rows[new].size, rows[new].size - rows[new].available());
    let grow = (bounds.ceiling() - total).min(bounds.desired - size);
    if grow > 0 {
        // What counts is how many are wanted; Pods that are to go may still be there.
        let there: i64 = rows.iter().map(ReplicaSetRow::counted).sum();
        rows[new].hint = Some(match there > total {
            true => format!("{grow} more allowed: only {total} of {} are wanted", bounds.ceiling()),
            false => format!("{grow} more allowed now"),
        });
    }
    let broken: i64 = rows[..new].iter().map(|row| row.size - row.available()).sum();
    let budget = total - bounds.floor() - waiting;
    let shrink = budget
        .min(broken + (available - bounds.floor()).max(0))
        .min(total - size);
    if let (true, Some(row)) = (shrink > 0, rows[..new].iter_mut().find(|row| row.size > 0)) {
        row.hint = Some(format!("{shrink} may go now"));
    }
}

impl ReplicaSetRow {
    /// `kind` is the older or the newer name of it.
    pub(super) fn of(scope: &Scope<'_>, kind: Kind, set: &Rc<ReplicaSet>) -> ReplicaSetRow {
        let key = Key::new(kind, &set.meta.namespace, &set.meta.name);
        let (hue, revision) = (scope.look.hues.hue(&key), util::revision(set));
        let context = Context {
            now: scope.now,
            min_ready_seconds: set.spec.min_ready_seconds,
            hue,
            revision,
        };
        let tiles = match scope.kept {
            Some(kept) => kept.tiles(scope, set.meta.uid, context),
            None => scope.tiles(scope.pods_of(set.meta.uid).to_vec(), context),
        };
        let active = count(tiles.sums().map(|sum| sum.active).sum());
        ReplicaSetRow {
            hue,
            revision,
            image: image(&set.spec.template),
            size: set.spec.replicas,
            was: scope.size_before(&key).filter(|was| *was != set.spec.replicas),
            missing: (set.spec.replicas - active).max(0),
            hint: None,
            ringed: scope.is_touched(&key),
            key,
            tiles,
        }
    }

    fn available(&self) -> i64 {
        count(self.tiles.with(|form| form == Form::Available))
    }

    /// Pods that are neither leaving nor finished.
    fn counted(&self) -> i64 {
        count(self.tiles.with(Form::is_counted))
    }
}

impl Scope<'_> {
    /// The Pods of a ReplicaSet, which come by name.
    pub(super) fn tiles(&self, mut pods: Vec<Seen>, context: Context) -> Blocks<Tile> {
        order::sort_by_key(&mut pods, Seen::age);
        Blocks::of(pods.into_iter().map(|seen| self.tile(seen, context)))
    }

    pub(super) fn tile(&self, seen: Seen, context: Context) -> Tile {
        let mut tile = match self.look.is_crowded() {
            true => seen.wordless(context),
            false => seen.tile(context),
        };
        tile.ringed = self.touched_pods.get(&tile.who.uid).is_some();
        tile.chosen = self.chosen == Some(tile.who.uid);
        tile
    }
}

impl Budget {
    fn of(deployment: &Deployment, rows: &[ReplicaSetRow], new: Option<usize>) -> Budget {
        let bounds = util::bounds(&deployment.spec);
        let rolling = matches!(deployment.spec.strategy, DeploymentStrategy::RollingUpdate { .. });
        let mut parts = Vec::new();
        let age = |index| if Some(index) == new { "new" } else { "old" };
        let alone = rows.iter().filter(|row| row.counted() > 0).count() < 2;
        let label = |index, word: &str| match alone {
            true => word.to_owned(),
            false => format!("{}, {word}", age(index)),
        };
        for (index, row) in rows.iter().enumerate() {
            parts.push(Part {
                count: row.available(),
                hue: row.hue,
                available: true,
                label: label(index, "available"),
            });
        }
        for (index, row) in rows.iter().enumerate() {
            parts.push(Part {
                count: row.counted() - row.available(),
                hue: row.hue,
                available: false,
                label: label(index, "not yet"),
            });
        }
        parts.retain(|part| part.count > 0);
        let total: i64 = parts.iter().map(|part| part.count).sum();
        let leaving = |row: &ReplicaSetRow| row.tiles.with(|form| form == Form::Leaving);
        Budget {
            floor: rolling.then(|| bounds.floor()),
            desired: bounds.desired,
            ceiling: rolling.then(|| bounds.ceiling()),
            leaving: count(rows.iter().map(leaving).sum()),
            end: bounds.ceiling().max(total).max(1),
            parts,
        }
    }
}

/// The first container's image, and how many more there are.
pub(super) fn image(template: &PodTemplate) -> String {
    match &template.containers[..] {
        [] => String::new(),
        [only] => only.image.to_string(),
        [first, others @ ..] => format!("{} +{}", first.image, others.len()),
    }
}

pub(super) fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
