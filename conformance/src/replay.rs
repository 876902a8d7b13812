//! One recording, from its first operation to its last state.

use crate::compare::{self, Difference};
use crate::events::Spoken;
use crate::names::Names;
use crate::operation;
use crate::recording::{RecordedStep, Recording};
use crate::{events, render};
use rollscope_engine::cluster::Change;
use rollscope_engine::release::Gates;
use rollscope_engine::time::{Duration, Time};
use rollscope_engine::world::World;
use rollscope_engine::{Scenario, Simulation};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

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
    let mut expected = Expected::default();
    for (index, step) in recording.steps.iter().enumerate() {
        expected.advance(step);
        let task = Task {
            recording,
            step,
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

/// The recorded state, put together from the differences.
#[derive(Clone, Debug, Default)]
struct Expected {
    objects: BTreeMap<String, Value>,
    rows: BTreeMap<String, Value>,
}

impl Expected {
    fn advance(&mut self, step: &RecordedStep) {
        for path in &step.deleted {
            self.objects.remove(path);
            self.rows.remove(path);
        }
        let objects = step.set.iter().map(|(path, object)| (path.clone(), object.clone()));
        self.objects.extend(objects);
        let rows = step.rows.iter().map(|(path, cells)| (path.clone(), cells.clone()));
        self.rows.extend(rows);
    }
}

/// One step to be replayed.
#[derive(Clone, Copy, Debug)]
struct Task<'a> {
    recording: &'a Recording,
    step: &'a RecordedStep,
    next: Option<&'a RecordedStep>,
    /// The state to be reached.
    expected: &'a Expected,
    options: &'a Options,
}

/// When exactly things happened, as far as a recording leaves that open.
#[derive(Clone, Copy, Debug, Default)]
struct Timing {
    /// A timer that expires this close before the operation may have been late for it.
    lead: Duration,
    /// Controllers acted this long after the operation (rule 1: their present lies between operation and capture).
    delay: Duration,
    /// Whether what waits to be tried again is tried after the capture only (rule 5: pauses are not determined).
    late_retries: bool,
    /// The state was captured this much earlier or later, seen from a timer that expires close to it (rule 9).
    capture: Shift,
}

#[derive(Clone, Copy, Debug, Default)]
enum Shift {
    #[default]
    None,
    Earlier,
    Later,
}

/// A capture within this of a timer's expiry may go either way.
const BORDER: Duration = Duration(300);
/// The recorder waited until nothing had changed for this long.
const SETTLED: Duration = Duration(800);

impl Timing {
    /// The likely one first.
    fn all(step: &RecordedStep, under_quota: bool) -> impl Iterator<Item = Timing> {
        let latest = (step.captured - SETTLED).since(step.at);
        let delays = (1..8_u64).map(move |part| Duration(latest.0 * part / 7));
        let delayed = delays.map(|delay| Timing {
            delay,
            ..Timing::default()
        });
        let borders = [
            (Duration::ZERO, Shift::Earlier),
            (Duration::ZERO, Shift::Later),
            (BORDER, Shift::None),
            (BORDER, Shift::Earlier),
            (BORDER, Shift::Later),
        ];
        let borders = borders.map(|(lead, capture)| Timing {
            lead,
            capture,
            ..Timing::default()
        });
        let late_retries = Timing {
            late_retries: true,
            ..Timing::default()
        };
        let retries = under_quota.then_some(late_retries);
        std::iter::once(Timing::default())
            .chain(retries)
            .chain(borders)
            .chain(delayed)
    }

    fn capture(self, step: &RecordedStep) -> Time {
        match self.capture {
            Shift::None => step.captured,
            Shift::Earlier => step.captured - BORDER,
            Shift::Later => step.captured + BORDER,
        }
    }
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
        for timing in Timing::all(task.step, task.recording.is_under_quota()) {
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
        if timing.late_retries {
            self.simulation.delay_retries(step.captured);
        }
        self.run_before(step.at - timing.lead, step.index);
        let result = operation::carry_out(&mut self.simulation, &self.names, step.at, &step.operation);
        self.simulation.hold_until(step.at + timing.delay);
        if timing.late_retries {
            self.simulation.delay_retries(step.captured);
        }
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
                if let Change::Object {
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

    fn rename_gone(&mut self, step: &RecordedStep, expected: &Expected) {
        let born = self.names.pods_born_in(step.index);
        let stays = |alias: &str| expected.objects.contains_key(&format!("Pod/{alias}"));
        self.names.rename_gone(self.simulation.cluster(), &born, stays);
    }

    fn compare_state(&self, task: &Task<'_>) -> Vec<Difference> {
        let cluster = self.simulation.cluster();
        let mut want = task.expected.clone();
        let mut got = Expected {
            objects: render::state(cluster, &self.names),
            rows: render::rows(cluster, &self.names, &task.recording.row_kinds),
        };
        for state in [&mut want, &mut got] {
            state.forget_kinds(&task.options.ignored_kinds);
            state.forget_undetermined(task.recording);
        }
        let mut differences = compare::states(&want.objects, &got.objects);
        let rows = compare::states(&want.rows, &got.rows);
        differences.extend(rows.into_iter().map(|row| Difference {
            place: format!("row {}", row.place),
            ..row
        }));
        differences
    }

    fn compare_events(&mut self, task: &Task<'_>) -> Vec<Difference> {
        let own = self.emitted();
        let late = self.emitted_before_next(task);
        let recorded: Vec<Spoken> = task.step.events.iter().map(Spoken::recorded).collect();
        // A budget that comes with its Pods may be looked at before or after these: recorded both ways.
        let races = task
            .step
            .set
            .keys()
            .any(|path| path.starts_with("PodDisruptionBudget/"))
            && task.step.operation["op"] == "apply";
        // The removal of a Pod is two changes; a budget may be looked at in between.
        let removes = task.step.operation["op"] == "gone";
        let heeds = |spoken: &Spoken| {
            let unsure = (races && spoken.is_about_budgets()) || (removes && spoken.is_failed_count());
            !unsure && !spoken.is_conflict()
        };
        let (own, recorded): (Vec<_>, Vec<_>) = (
            own.into_iter().filter(heeds).collect(),
            recorded.into_iter().filter(heeds).collect(),
        );
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
        // After the last capture the recorder listens for another while.
        let end = task.next.map_or(task.step.captured + SETTLED, |next| next.at);
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

impl Expected {
    fn forget_kinds(&mut self, kinds: &[String]) {
        let keeps = |path: &str| !kinds.iter().any(|kind| path.split('/').next() == Some(kind));
        self.objects.retain(|path, _| keeps(path));
        self.rows.retain(|path, _| keeps(path));
    }

    /// Leaves out what the format says is not determined.
    fn forget_undetermined(&mut self, recording: &Recording) {
        for object in self.objects.values_mut() {
            let Value::Object(members) = object else { continue };
            for clock in ["created", "readySince"] {
                members.remove(clock);
            }
            if recording.is_under_quota() {
                members.remove("createdStep");
            }
            if let Some(Value::Array(conditions)) = members.get_mut("conditions") {
                conditions.iter_mut().for_each(forget_racing_reason);
            }
        }
        if recording.topic == "pdb/multiple" {
            self.objects.retain(|path, _| !path.starts_with("PodDisruptionBudget/"));
            self.rows.retain(|path, _| !path.starts_with("PodDisruptionBudget/"));
        }
        self.forget_restored_revisions();
    }

    /// While a StatefulSet is deleted in the foreground, its revisions are removed and made again (rule 8).
    fn forget_restored_revisions(&mut self) {
        let going = self
            .objects
            .iter()
            .filter(|(path, object)| path.starts_with("StatefulSet/") && object["deleting"] == true);
        let going: Vec<String> = going.map(|(path, _)| path.clone()).collect();
        if going.is_empty() {
            return;
        }
        self.objects.retain(|path, _| !path.starts_with("ControllerRevision/"));
        for (path, object) in &mut self.objects {
            if going.contains(path) {
                object["status"]["currentRevision"] = Value::Null;
                object["status"]["updateRevision"] = Value::Null;
            } else if going.iter().any(|set| object["owner"] == set.as_str()) {
                object["rev"] = Value::Null;
            }
        }
    }
}

/// While a rollout runs, three reasons of Progressing race with each other (rule 3).
fn forget_racing_reason(condition: &mut Value) {
    let races = matches!(
        condition["reason"].as_str(),
        Some("NewReplicaSetCreated" | "FoundNewReplicaSet" | "ReplicaSetUpdated")
    );
    if races && condition["type"] == "Progressing" {
        condition["reason"] = "(progressing)".into();
        condition["message"] = "(progressing)".into();
    }
}
