//! A workload's counts over time, with the bounds that it has to keep.

use super::pod::Form;
use super::scale::Scale;
use super::tracks::Track;
use rollscope_engine::History;
use rollscope_engine::api::{DeploymentStrategy, Key, Object};
use rollscope_engine::cluster::Change;
use rollscope_engine::controllers::{daemon_set, deployment::util};
use rollscope_engine::order;
use rollscope_engine::time::Time;

/// Counts from place to place; each holds until the next.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Curve {
    /// Counts that changed, and where.
    pub counts: Vec<(f64, Counts)>,
    /// Bounds that changed, and where.
    pub bounds: Vec<(f64, Band)>,
    /// How many Pods the workload's status reports as updated, whenever that changes.
    pub updated: Vec<(f64, i64)>,
    /// The highest value in the picture.
    pub top: i64,
    /// The value at its bottom: the room around the bounds is what one has to see.
    pub bottom: i64,
}

/// What there is at a moment.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Counts {
    /// Pods that are available.
    pub available: i64,
    /// Pods that are counted.
    pub total: i64,
    /// Pods that are there, leaving ones too.
    pub present: i64,
}

/// What there should be at a moment.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Band {
    /// Pods wanted.
    pub desired: i64,
    /// The fewest that must be available.
    pub floor: Option<i64>,
    /// The most that may be counted.
    pub ceiling: Option<i64>,
}

impl Curve {
    pub(super) fn of(history: &History, scale: &Scale, key: &Key, tracks: &[&Track]) -> Curve {
        let counts = counts(tracks);
        let bands = bands(history, key);
        let top = counts
            .iter()
            .map(|(_, counts)| counts.total)
            .chain(bands.iter().map(|(_, band)| band.ceiling.unwrap_or(band.desired)))
            .max();
        let low = bands
            .iter()
            .filter_map(|(_, band)| band.floor)
            .filter(|floor| *floor > 0)
            .min();
        let high = top.unwrap_or(0);
        let placed = |time: Time| scale.place_of(time);
        Curve {
            updated: updated(history, key)
                .into_iter()
                .map(|(time, updated)| (placed(time), updated))
                .collect(),
            top: high,
            bottom: low.map_or(0, |floor| (2 * floor - high - 1).max(0)),
            counts: counts
                .into_iter()
                .map(|(time, counts)| (placed(time), counts))
                .collect(),
            bounds: bands.into_iter().map(|(time, band)| (placed(time), band)).collect(),
        }
    }
}

/// The counts whenever one of them changes.
pub(super) fn counts(tracks: &[&Track]) -> Vec<(Time, Counts)> {
    let mut changes: Vec<(Time, Form, i64)> = Vec::new();
    for span in tracks.iter().flat_map(|track| &track.spans) {
        changes.push((span.from, span.form, 1));
        changes.push((span.to, span.form, -1));
    }
    order::sort_by_key(&mut changes, |(time, ..)| *time);
    let end = tracks.iter().map(|track| track.ends()).max().unwrap_or_default();
    let mut now = Counts::default();
    let mut sums: Vec<(Time, Counts)> = Vec::new();
    // What is still there at the end does not vanish with it.
    for (time, form, by) in changes.into_iter().take_while(|(time, ..)| *time < end) {
        now.present += by;
        now.total += if form.is_counted() { by } else { 0 };
        now.available += if form == Form::Available { by } else { 0 };
        match sums.last_mut() {
            Some(last) if last.0 == time => last.1 = now,
            _ => sums.push((time, now)),
        }
    }
    sums.dedup_by_key(|(_, counts)| *counts);
    sums
}

/// What the status reports as updated, whenever that changes.
fn updated(history: &History, workload: &Key) -> Vec<(Time, i64)> {
    let reported = |object: &Object| match object {
        Object::Deployment(deployment) => Some(deployment.status.updated_replicas),
        Object::StatefulSet(set) => Some(set.status.updated_replicas),
        Object::DaemonSet(set) => Some(set.status.updated_number_scheduled),
        _ => None,
    };
    let mut all: Vec<(Time, i64)> = Vec::new();
    for step in &history.steps {
        for (change, _) in &step.writes {
            if let Change {
                key,
                after: Some(after),
                ..
            } = change
                && key == workload
                && let Some(updated) = reported(after)
                && all.last().is_none_or(|(_, last)| *last != updated)
            {
                all.push((step.at, updated));
            }
        }
    }
    all
}

/// The bounds whenever one of them changes.
pub(super) fn bands(history: &History, workload: &Key) -> Vec<(Time, Band)> {
    let mut bands: Vec<(Time, Band)> = Vec::new();
    for step in &history.steps {
        for (change, _) in &step.writes {
            if change.key == *workload
                && let Some(band) = band(change.after.as_ref())
                && bands.last().is_none_or(|(_, last)| *last != band)
            {
                bands.push((step.at, band));
            }
        }
    }
    bands
}

fn band(object: Option<&Object>) -> Option<Band> {
    let plain = |desired| Band {
        desired,
        ..Band::default()
    };
    match object {
        None => Some(Band::default()),
        Some(Object::Deployment(deployment)) => {
            let bounds = util::bounds(&deployment.spec);
            Some(match deployment.spec.strategy {
                DeploymentStrategy::Recreate => plain(bounds.desired),
                DeploymentStrategy::RollingUpdate { .. } => Band {
                    desired: bounds.desired,
                    floor: Some(bounds.floor()),
                    ceiling: Some(bounds.ceiling()),
                },
            })
        }
        Some(Object::StatefulSet(set)) => Some(plain(set.spec.replicas)),
        Some(Object::ReplicaSet(set) | Object::ReplicationController(set)) => Some(plain(set.spec.replicas)),
        Some(Object::DaemonSet(set)) => {
            let desired = set.status.desired_number_scheduled;
            // Before the nodes are counted there is nothing to keep.
            let bounds = daemon_set::bounds(set, desired).filter(|_| desired > 0);
            Some(Band {
                desired,
                floor: bounds.map(|(_, unavailable)| (desired - unavailable).max(0)),
                ceiling: bounds.map(|(surge, _)| desired + surge),
            })
        }
        Some(_) => None,
    }
}
