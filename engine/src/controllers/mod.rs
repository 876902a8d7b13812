//! The controllers: each a pure function `reconcile(view, key) -> Decision`, named and ordered as upstream's files and
//! functions are, so that both can be read side by side. They decide and never mutate.

pub mod daemon_set;
pub mod deployment;
pub mod disruption;
pub mod endpoint_slice;
pub mod garbage_collector;
mod history;
pub mod podautoscaler;
pub mod replica_set;
pub mod resource_quota;
pub mod stateful_set;

use crate::api::Name;
use crate::cluster::{Cluster, Write};
use crate::event::Note;
use crate::index::Index;
use crate::reason::{Blocked, Reason};
use crate::release::Gates;
use crate::time::Time;
use crate::world::World;

/// What a controller sees. Handed in, so that a stale cache can be modelled by one caller.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    /// The objects.
    pub cluster: &'a Cluster,
    /// What would else be counted from them.
    pub index: &'a Index,
    /// The feature gates.
    pub gates: Gates,
    /// What surrounds the cluster: its load.
    pub world: &'a World,
    /// The present, with full precision.
    pub now: Time,
    /// Among Pods that only chance would separate, these go first.
    pub preferred_victims: &'a [Name],
}

/// What a controller decided in one pass.
#[derive(Clone, Debug, Default)]
pub struct Decision {
    /// What it writes, in order, each with its reason.
    pub writes: Vec<(Write, Reason)>,
    /// The Events that it emits about its object, in order.
    pub notes: Vec<Note>,
    /// Why it does not do what it would have to do.
    pub blocked: Vec<Blocked>,
    /// When it wants to look again, whatever happens.
    pub wake_at: Option<Time>,
    /// Whether that will come to nothing by itself, so that a run need not wait for it.
    pub idle: bool,
    /// Whether the pass failed and is to be retried with back-off.
    pub retry: bool,
}

impl Decision {
    /// Adds a write with its reason.
    pub fn write(&mut self, write: Write, reason: impl Into<Reason>) {
        self.writes.push((write, reason.into()));
    }

    /// Adds a reason for not acting.
    pub fn block(&mut self, reason: impl Into<Reason>) {
        self.blocked.push(Blocked {
            reason: reason.into(),
            until: None,
        });
    }

    /// Adds a reason for not acting that ends by itself at `until`.
    pub fn block_until(&mut self, reason: impl Into<Reason>, until: Time) {
        self.blocked.push(Blocked {
            reason: reason.into(),
            until: Some(until),
        });
    }

    /// Asks to be woken at `time`, or earlier if that was asked already.
    pub fn wake(&mut self, time: Time) {
        self.wake_at = Some(self.wake_at.map_or(time, |earlier| earlier.min(time)));
    }
}
