//! One recording, from its first operation to its last state.

use crate::compare::{self, Difference};
use crate::events::Spoken;
use crate::names::Names;
use crate::operation;
use crate::recording::{RecordedStep, Recording};
use crate::state::State;
use crate::timing::{BETWEEN, Timing};
use crate::{events, render};
use rollscope_engine::api::{DeploymentStrategy, Kind, Object};
use rollscope_engine::cluster::Change;
use rollscope_engine::release::Gates;
use rollscope_engine::time::Time;
use rollscope_engine::world::World;
use rollscope_engine::{History, Scenario, Simulation};
use serde_json::Value;
use std::collections::BTreeSet;

/// What is left out of the comparison; nothing, but while the engine is being built.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Kinds whose objects are not compared.
    pub ignored_kinds: Vec<String>,
    /// Whether to go on after the first step that differs.
    pub all_steps: bool,
}

/// A step whose state is not as recorded.
#[derive(Clone, Debug)]
pub struct Failure {
    /// The step's number.
    pub step: usize,
    /// The operation, as recorded.
    pub operation: Value,
    /// What differs.
    pub differences: Vec<Difference>,
}

/// Replays a recording; the steps that differ, at most the first one unless all were asked for.
pub fn replay(recording: &Recording, options: &Options) -> Vec<Failure> {
    let mut failures = Vec::new();
    let mut run = Run::new(recording);
    let mut expected = State::default();
    for (index, step) in recording.steps.iter().enumerate() {
        let before = expected.clone();
        expected.advance(step);
        let task = Task {
            recording,
            step,
            before: &before,
            next: recording.steps.get(index + 1),
            expected: &expected,
            options,
        };
        let differences = run.step(&task);
        if !differences.is_empty() {
            failures.push(Failure {
                step: step.index,
                operation: step.operation.clone(),
                differences,
            });
            if !options.all_steps {
                break;
            }
        }
    }
    failures
}

/// Makes the operations of a recording and compares nothing: what became of it, for promises that hold of every run.
/// Operations that make no sense in it are left out, so that a recording may have been changed.
pub fn rehearse(recording: &Recording) -> History {
    let mut run = Run::new(recording);
    for step in &recording.steps {
        run.prefer_victims(step);
        run.run_before(step.at, step.index);
        let documents = operation::documents(&step.operation);
        // What is refused is refused, and what is not there can't be changed.
        let _ = operation::carry_out(&mut run.simulation, &run.names, step.at, documents, &step.operation);
        run.run_before(step.captured, step.index);
    }
    run.simulation.run_to_rest();
    run.simulation.into_history(Scenario::default())
}

/// One step to be replayed.
#[derive(Clone, Copy, Debug)]
struct Task<'a> {
    recording: &'a Recording,
    step: &'a RecordedStep,
    next: Option<&'a RecordedStep>,
    /// The state before.
    before: &'a State,
    /// The state to be reached.
    expected: &'a State,
    options: &'a Options,
}

/// The engine's side.
#[derive(Clone, Debug)]
struct Run {
    simulation: Simulation,
    names: Names,
    /// Steps of the simulation whose creations have been learnt.
    learnt: usize,
    /// Events that have been compared.
    heard: usize,
    /// Later events that have been compared as well, counted from there.
    claimed: BTreeSet<usize>,
}

impl Run {
    fn new(recording: &Recording) -> Run {
        let mut gates = Gates::default();
        for (name, on) in &recording.gates {
            if let Some(gate) = gates.by_name(name) {
                *gate = *on;
            }
        }
        let world = World {
            automatic: false,
            ..World::default()
        };
        let scenario = Scenario {
            world,
            gates,
            ..Scenario::default()
        };
        Run {
            simulation: Simulation::new(&scenario),
            names: Names::default(),
            learnt: 0,
            heard: 0,
            claimed: BTreeSet::new(),
        }
    }

    /// Does the step, with the first timing that leads to the recorded state; if none does, with the likely one.
    fn step(&mut self, task: &Task<'_>) -> Vec<Difference> {
        let mut likely = None;
        for timing in Timing::all(task.step) {
            let mut run = self.clone();
            let differences = run.attempt(task, timing);
            if differences.is_empty() {
                *self = run;
                return differences;
            }
            likely.get_or_insert((run, differences));
        }
        let Some((run, differences)) = likely else {
            return Vec::new();
        };
        *self = run;
        differences
    }

    fn attempt(&mut self, task: &Task<'_>, timing: Timing) -> Vec<Difference> {
        let step = task.step;
        let result = self.carry_out(step, timing);
        self.run_before(timing.capture(step), step.index);
        self.rename_gone(step, task.expected);
        let mut differences = Vec::new();
        match result {
            Err(complaint) => differences.push(Difference {
                place: format!("operation: {complaint}"),
                expected: Some(step.operation.clone()),
                got: None,
            }),
            Ok(result) if !result.is_null() || !step.result.is_null() => {
                compare::values("answer", &step.result, &result, &mut differences);
            }
            Ok(_) => {}
        }
        differences.extend(self.compare_state(task));
        differences.extend(self.compare_events(task));
        differences
    }

    fn carry_out(&mut self, step: &RecordedStep, timing: Timing) -> Result<Value, String> {
        self.prefer_victims(step);
        self.run_before(step.at - timing.lead, step.index);
        let result = operation::carry_out(&mut self.simulation, &self.names, step.at, timing.seen, &step.operation);
        self.simulation.hold_until(step.at + timing.delay);
        result
    }

    /// Tells the engine which way the ties of a step went (rules 1 and 2).
    fn prefer_victims(&mut self, step: &RecordedStep) {
        let pods = step.choices();
        let pods = pods.iter().map(|alias| operation::real_name(&self.names, alias));
        self.simulation.prefer_victims(pods.collect());
    }

    fn run_before(&mut self, end: Time, step: usize) {
        self.learn(step);
        self.simulation.run_before(end);
        self.learn(step);
    }

    /// Names what has been created since.
    fn learn(&mut self, step: usize) {
        for past in &self.simulation.steps()[self.learnt..] {
            for change in past.changes() {
                if let Change {
                    before: None,
                    after: Some(object),
                    ..
                } = change
                {
                    self.names.learn(object, step);
                }
            }
        }
        self.learnt = self.simulation.steps().len();
    }

    fn rename_gone(&mut self, step: &RecordedStep, expected: &State) {
        let born = self.names.pods_born_in(step.index);
        let stays = |alias: &str| expected.objects.contains_key(&format!("Pod/{alias}"));
        self.names.rename_gone(self.simulation.cluster(), &born, stays);
    }

    fn compare_state(&self, task: &Task<'_>) -> Vec<Difference> {
        let cluster = self.simulation.cluster();
        let mut want = task.expected.clone();
        let mut got = State {
            objects: render::state(cluster, &self.names),
            rows: render::rows(cluster, &self.names, &task.recording.row_kinds),
        };
        for state in [&mut want, &mut got] {
            state.forget_kinds(&task.options.ignored_kinds);
            state.forget_undetermined(task.recording);
        }
        let mut before = task.before.clone();
        before.forget_undetermined(task.recording);
        for deployment in self.recreating() {
            want.allow_previous_progress(&deployment, &before, &got);
        }
        let mut differences = compare::states(&want.objects, &got.objects);
        let rows = compare::states(&want.rows, &got.rows);
        differences.extend(rows.into_iter().map(|row| Difference {
            place: format!("row {}", row.place),
            ..row
        }));
        differences
    }

    /// Deployments with the strategy Recreate that have stopped the old version and not started the new one.
    fn recreating(&self) -> Vec<String> {
        let cluster = self.simulation.cluster();
        let between = |object: &Object| match object {
            Object::Deployment(deployment) => {
                let mut sets = cluster.replica_sets_of(deployment.meta.uid);
                deployment.spec.strategy == DeploymentStrategy::Recreate && sets.all(|set| !set.is_active())
            }
            _ => false,
        };
        let deployments = cluster.of_kind(Kind::Deployment).filter(|object| between(object));
        deployments.map(|object| self.names.path(&object.key())).collect()
    }

    fn compare_events(&mut self, task: &Task<'_>) -> Vec<Difference> {
        let own = self.emitted();
        let late = self.emitted_before_next(task);
        let recorded: Vec<Spoken> = task.step.events.iter().map(Spoken::recorded).collect();
        let lossy_from = &task.recording.lossy_from;
        let is_lossy = |object: &str| lossy_from.get(object).is_some_and(|from| *from <= task.step.index);
        let heard = events::compare(&recorded, &own, &late, is_lossy);
        self.heard = self.simulation.cluster().events().len();
        self.claimed = heard.claimed;
        heard.differences
    }

    /// Events that have not been compared yet.
    fn emitted(&self) -> Vec<Spoken> {
        let events = self.simulation.cluster().events()[self.heard..].iter();
        let mine = events.enumerate().filter(|(index, _)| !self.claimed.contains(index));
        mine.map(|(_, event)| Spoken::emitted(event, &self.names)).collect()
    }

    /// Events that a timer will bring before the next operation.
    fn emitted_before_next(&self, task: &Task<'_>) -> Vec<Spoken> {
        // Whatever is emitted before the next operation was recorded; one more could not have come sooner than this.
        let end = task.next.map_or(task.step.captured + BETWEEN, |next| next.at);
        if self.simulation.next_due().is_none_or(|due| due >= end) {
            return Vec::new();
        }
        let mut ahead = self.clone();
        ahead.heard = self.simulation.cluster().events().len();
        ahead.claimed = BTreeSet::new();
        let mut expected = task.expected.clone();
        ahead.prefer_victims(task.next.unwrap_or(task.step));
        if let Some(next) = task.next {
            expected.advance(next);
        }
        let step = task.next.unwrap_or(task.step);
        ahead.run_before(end, step.index);
        ahead.rename_gone(step, &expected);
        ahead.emitted()
    }
}
