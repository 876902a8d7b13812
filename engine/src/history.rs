//! Time travel: the log of a run, and cursors that move through it exactly.
//!
//! The log is reversible, so one step back costs what one step forward costs; checkpoints bound the way to anywhere. What
//! has not changed between them they share.

use crate::cluster::{Cluster, Waiting};
use crate::event::Event;
use crate::scenario::{Intervention, Scenario};
use crate::step::Step;
use crate::time::Time;
use std::rc::Rc;

/// The most steps between two checkpoints.
pub const CHECKPOINT_EVERY: usize = 1024;
/// How many changes make a checkpoint worth while, be they of fewer steps; but no fewer than a tenth of the objects, most of
/// which such a checkpoint has for itself.
const MANY_CHANGES: usize = 1024;
/// Of more objects, a checkpoint needs changes of a fourth: going to a step takes longer than a frame there in any case, and it
/// is memory that is short.
const MANY_OBJECTS: usize = 20_000;

/// Whether a run needs a checkpoint after so many steps and changes since the last one.
pub(crate) fn needs_checkpoint(steps: usize, changes: usize, cluster: &Cluster) -> bool {
    let objects = cluster.size();
    let share = if objects > MANY_OBJECTS { 4 } else { 10 };
    steps >= CHECKPOINT_EVERY || changes >= MANY_CHANGES.max(objects / share)
}

/// A run from its start to its end.
#[derive(Clone, Debug)]
pub struct History {
    /// What was simulated.
    pub scenario: Scenario,
    /// Everything that happened, in order; times strictly increase.
    pub steps: Vec<Step>,
    /// Who waited for what from when on, in order; each step knows how many there were.
    pub waits: Vec<Waiting>,
    /// How it ended.
    pub end: End,
    /// What was answered to each intervention, and after how many steps it was carried out.
    pub answers: Vec<Answer>,
    /// Clusters on the way, the first of them at the start, and after how many steps they are.
    pub(crate) checkpoints: Vec<(usize, Cluster)>,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum End {
    /// Nothing is left that would happen by itself, but for endless retries.
    Rest,
    /// The step limit was reached; more would have happened.
    StepLimit(usize),
}

/// What was answered to an intervention.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Answer {
    /// Index of the intervention in the scenario.
    pub intervention: usize,
    /// Steps that had happened before it.
    pub position: usize,
    /// Whether it was carried out.
    pub accepted: bool,
    /// What kubectl prints: standard output, or standard error if it was refused.
    pub text: String,
}

/// A position in a history and the cluster at that position. Position `p` is the state after the first `p` steps.
#[derive(Clone, Debug)]
pub struct Cursor {
    history: Rc<History>,
    position: usize,
    cluster: Cluster,
}

impl History {
    /// Of a scenario of which nothing has happened yet.
    pub fn begun(scenario: Scenario) -> History {
        History {
            checkpoints: vec![(0, Cluster::new(scenario.seed))],
            scenario,
            steps: Vec::new(),
            waits: Vec::new(),
            end: End::Rest,
            answers: Vec::new(),
        }
    }

    /// The number of steps.
    pub fn len(&self) -> usize {
        self.steps.len()
    }

    /// Whether nothing happened at all.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// The time at a position: that of the last step before it.
    pub fn time_at(&self, position: usize) -> Time {
        position
            .checked_sub(1)
            .and_then(|index| self.steps.get(index))
            .map_or(Time::ZERO, |step| step.at)
    }

    /// The last position whose time is not after `time`.
    pub fn position_at(&self, time: Time) -> usize {
        self.steps.partition_point(|step| step.at <= time)
    }

    /// The moment at which an intervention has to be timed to come right after the step before this position.
    pub fn moment_after(&self, position: usize) -> Time {
        Time(self.time_at(position).0 + u64::from(position > 0))
    }

    /// The checkpoint from which there is less to be made again or taken back than from where one is.
    fn checkpoint_on_the_way(&self, from: usize, to: usize) -> Option<&(usize, Cluster)> {
        let above = self.checkpoints.partition_point(|(at, _)| *at <= to);
        let around = &self.checkpoints[above.saturating_sub(1)..self.checkpoints.len().min(above + 1)];
        // Nearer than both of them one can only be between them.
        let least = around.first().map_or(0, |(at, _)| *at);
        let most = around.last().map_or(usize::MAX, |(at, _)| *at);
        let here = if (least..=most.max(to)).contains(&from) {
            self.changes_between(from, to)
        } else {
            usize::MAX
        };
        let nearest = around.iter().map(|pair| (self.changes_between(pair.0, to), pair));
        let nearest = nearest.min_by_key(|(changes, _)| *changes);
        nearest.filter(|(changes, _)| *changes < here).map(|(_, pair)| pair)
    }

    /// Whether at most so many changes lie between two positions, in whichever order. Events are none.
    pub fn is_near(&self, one: usize, other: usize, changes: usize) -> bool {
        let mut steps = self.steps[one.min(other)..one.max(other)].iter();
        let waits = self.waits_between(one, other).len();
        let left = changes.checked_sub(waits);
        left.and_then(|left| steps.try_fold(left, |left, step| left.checked_sub(step.writes.len())))
            .is_some()
    }

    /// How many changes lie between two positions, in whichever order. Events are none: they need not be made again.
    fn changes_between(&self, one: usize, other: usize) -> usize {
        let steps = &self.steps[one.min(other)..one.max(other)];
        steps.iter().map(|step| step.writes.len()).sum::<usize>() + self.waits_between(one, other).len()
    }

    /// How many Events were recorded before a position.
    fn told_before(&self, position: usize) -> u32 {
        position.checked_sub(1).map_or(0, |last| self.steps[last].told)
    }

    /// The waits that were noted between two positions, in whichever order.
    fn waits_between(&self, one: usize, other: usize) -> &[Waiting] {
        let noted = |position: usize| position.checked_sub(1).map_or(0, |last| self.steps[last].waited) as usize;
        &self.waits[noted(one.min(other))..noted(one.max(other))]
    }

    /// Who waits for what from the step at an index on.
    pub fn waits_of(&self, index: usize) -> &[Waiting] {
        self.waits_between(index, index + 1)
    }

    /// The Events of the whole run, oldest first.
    pub fn events(&self) -> &[Event] {
        self.checkpoints.first().map_or(&[], |(_, start)| start.all_events())
    }

    /// The Events that came with the step at an index.
    pub fn events_of(&self, index: usize) -> &[Event] {
        let range = self.told_before(index) as usize..self.told_before(index + 1) as usize;
        self.events().get(range).unwrap_or_default()
    }

    /// How many changes it records: writes, Events, and who waits for what.
    pub fn changes(&self) -> usize {
        self.changes_between(0, self.len()) + self.events().len()
    }

    /// The scenario of what has happened up to this position, what was planned later, and `what` in between.
    pub fn fork(&self, position: usize, what: Intervention) -> Scenario {
        let mut scenario = self.scenario.clone();
        let at = self.moment_after(position);
        let index = scenario.interventions.partition_point(|timed| timed.at <= at);
        scenario
            .interventions
            .insert(index, crate::scenario::Timed { at, what });
        scenario
    }
}

impl Cursor {
    /// A cursor at the start of a history.
    pub fn new(history: Rc<History>) -> Cursor {
        let cluster = history
            .checkpoints
            .first()
            .map_or_else(Cluster::default, |(_, start)| start.clone());
        Cursor {
            history,
            position: 0,
            cluster,
        }
    }

    /// The history that it moves through.
    pub fn history(&self) -> &Rc<History> {
        &self.history
    }

    /// Where it is: 0 to the number of steps.
    pub fn position(&self) -> usize {
        self.position
    }

    /// The cluster there.
    pub fn cluster(&self) -> &Cluster {
        &self.cluster
    }

    /// The time there.
    pub fn time(&self) -> Time {
        self.history.time_at(self.position)
    }

    /// The step that led there; `None` at the start.
    pub fn step(&self) -> Option<&Step> {
        self.position
            .checked_sub(1)
            .and_then(|index| self.history.steps.get(index))
    }

    /// Moves to a position, past the end counts as the end, and gives the cluster there.
    pub fn seek(&mut self, position: usize) -> &Cluster {
        let history = self.history.clone();
        let position = position.min(history.len());
        if let Some((at, checkpoint)) = history.checkpoint_on_the_way(self.position, position) {
            self.cluster = checkpoint.clone();
            self.position = *at;
        }
        while self.position < position {
            let step = &history.steps[self.position];
            step.changes().for_each(|change| self.cluster.redo(change));
            let waits = history.waits_of(self.position).iter();
            waits.for_each(|waiting| self.cluster.redo_waiting(waiting));
            self.position += 1;
        }
        while self.position > position {
            self.position -= 1;
            let step = &history.steps[self.position];
            let waits = history.waits_of(self.position).iter().rev();
            waits.for_each(|waiting| self.cluster.undo_waiting(waiting));
            step.changes().rev().for_each(|change| self.cluster.undo(change));
        }
        self.cluster.tell(history.told_before(position));
        &self.cluster
    }
}
