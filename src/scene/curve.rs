//! A workload's counts over time, with the bounds that it has to keep.

use super::scale::Scale;
use super::sums::Sums;
use rollscope_engine::api::{DeploymentStrategy, Object};
use rollscope_engine::controllers::{daemon_set, deployment::util};

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
    pub(super) fn of(scale: &Scale, sums: &Sums) -> Curve {
        let (counts, bands) = (sums.counts(), &sums.bands);
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
        Curve {
            updated: scale.placed(&sums.updated),
            top: high,
            bottom: low.map_or(0, |floor| (2 * floor - high - 1).max(0)),
            counts: scale.placed(&counts),
            bounds: scale.placed(bands),
        }
    }
}

/// What the status of a workload reports as updated.
pub(super) fn reported(object: &Object) -> Option<i64> {
    match object {
        Object::Deployment(deployment) => Some(deployment.status.updated_replicas),
        Object::StatefulSet(set) => Some(set.status.updated_replicas),
        Object::DaemonSet(set) => Some(set.status.updated_number_scheduled),
        _ => None,
    }
}

/// What there should be, now that the workload is so.
pub(super) fn band(object: Option<&Object>) -> Option<Band> {
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
