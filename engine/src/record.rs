//! A [`History`] as bytes: for a page that shows one before the engine itself has been loaded. What only other runs have
//! (StatefulSets, their reasons and so on) can't be written; [`write`] says so. Variants that are skipped stand last in their enums, since
//! the others are known by their places.

use crate::api::{Key, Object, PodTemplate, Word};
use crate::cluster::{Change, Cluster};
use crate::event::Event;
use crate::history::{Answer, CHECKPOINT_EVERY, End, History};
use crate::reason::{Blocked, Reason};
use crate::scenario::{Reading, Scenario, Timed};
use crate::step::{Actor, Step};
use crate::time::Time;
use crate::value::Value;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::rc::Rc;

/// A run with its title. Objects are written once and then named by their places in the list.
#[derive(Serialize, Deserialize)]
struct Record {
    title: String,
    interventions: Vec<Timed>,
    objects: Vec<Object>,
    start: Vec<usize>,
    steps: Vec<StepRecord>,
    end: End,
    answers: Vec<Answer>,
}

#[derive(Serialize, Deserialize)]
struct StepRecord {
    at: Time,
    actor: Actor,
    subject: Key,
    command: Option<Rc<str>>,
    writes: Vec<(ChangeRecord, Reason)>,
    echoes: Vec<ChangeRecord>,
}

#[derive(Serialize, Deserialize)]
enum ChangeRecord {
    Object(Option<usize>, Option<usize>),
    Event(Rc<Event>),
    Waiting((Actor, Key), Option<Rc<[Blocked]>>, Option<Rc<[Blocked]>>),
}

/// Writes what a text asks for and what came of it. The error names what can't be written; only scenarios in the default world
/// can.
pub fn write(reading: &Reading, history: &History) -> Result<Vec<u8>, String> {
    let bare = Scenario {
        interventions: reading.scenario.interventions.clone(),
        ..Scenario::default()
    };
    if bare != reading.scenario || !reading.diagnostics.is_empty() {
        return Err("it has a world of its own, or findings".to_owned());
    }
    let mut objects = Vec::new();
    let start = history
        .checkpoints
        .first()
        .into_iter()
        .flat_map(|(_, start)| start.objects());
    let start = start.map(|object| place(&mut objects, object)).collect();
    let steps = history
        .steps
        .iter()
        .map(|step| StepRecord::of(step, &mut objects))
        .collect();
    let record = Record {
        title: reading.title.clone().unwrap_or_default(),
        interventions: bare.interventions,
        objects,
        start,
        steps,
        end: history.end,
        answers: history.answers.clone(),
    };
    postcard::to_allocvec(&record).map_err(|error| error.to_string())
}

/// Reads what [`write`] wrote. `None` for anything else.
pub fn read(bytes: &[u8]) -> Option<(Reading, History)> {
    let record: Record = postcard::from_bytes(bytes).ok()?;
    let scenario = Scenario {
        interventions: record.interventions,
        ..Scenario::default()
    };
    let mut cluster = Cluster::new(scenario.seed);
    let objects = record.objects;
    for object in record.start.into_iter().map(|place| objects.get(place).cloned()) {
        cluster.redo(&change(None, object)?);
    }
    let mut checkpoints = vec![(0, cluster.clone())];
    let mut steps = Vec::new();
    for step in record.steps {
        let step = step.step(&objects)?;
        step.changes().for_each(|change| cluster.redo(change));
        steps.push(step);
        if steps.len() % CHECKPOINT_EVERY == 0 {
            checkpoints.push((steps.len(), cluster.checkpoint()));
        }
    }
    cluster.share_events(&mut checkpoints);
    let history = History {
        scenario: scenario.clone(),
        steps,
        end: record.end,
        answers: record.answers,
        checkpoints,
    };
    let reading = Reading {
        scenario,
        title: Some(record.title),
        release: None,
        gates: Vec::new(),
        diagnostics: Vec::new(),
    };
    Some((reading, history))
}

/// Where an object is in the list; it is put there if it is new.
fn place(objects: &mut Vec<Object>, object: &Object) -> usize {
    let found = objects.iter().rposition(|other| other == object);
    found.unwrap_or_else(|| {
        objects.push(object.clone());
        objects.len() - 1
    })
}

fn change(before: Option<Object>, after: Option<Object>) -> Option<Change> {
    let key = after.as_ref().or(before.as_ref())?.key();
    Some(Change::Object { key, before, after })
}

impl StepRecord {
    fn of(step: &Step, objects: &mut Vec<Object>) -> StepRecord {
        StepRecord {
            at: step.at,
            actor: step.actor,
            subject: step.subject.clone(),
            command: step.command.clone(),
            writes: step
                .writes
                .iter()
                .map(|(change, reason)| (ChangeRecord::of(change, objects), reason.clone()))
                .collect(),
            echoes: step
                .echoes
                .iter()
                .map(|change| ChangeRecord::of(change, objects))
                .collect(),
        }
    }

    fn step(self, objects: &[Object]) -> Option<Step> {
        let mut step = Step {
            at: self.at,
            actor: self.actor,
            subject: self.subject,
            command: self.command,
            writes: Vec::new(),
            echoes: Vec::new(),
        };
        for (change, reason) in self.writes {
            step.writes.push((change.change(objects)?, reason));
        }
        for change in self.echoes {
            step.echoes.push(change.change(objects)?);
        }
        Some(step)
    }
}

impl ChangeRecord {
    fn of(change: &Change, objects: &mut Vec<Object>) -> ChangeRecord {
        let mut place = |object: &Option<Object>| object.as_ref().map(|object| place(objects, object));
        match change {
            Change::Object { before, after, .. } => ChangeRecord::Object(place(before), place(after)),
            Change::Event(event) => ChangeRecord::Event(event.clone()),
            Change::Waiting { waiter, before, after } => {
                ChangeRecord::Waiting(waiter.clone(), before.clone(), after.clone())
            }
        }
    }

    fn change(self, objects: &[Object]) -> Option<Change> {
        let object = |place: Option<usize>| place.and_then(|place| objects.get(place)).cloned();
        match self {
            ChangeRecord::Object(before, after) => change(object(before), object(after)),
            ChangeRecord::Event(event) => Some(Change::Event(event)),
            ChangeRecord::Waiting(waiter, before, after) => Some(Change::Waiting { waiter, before, after }),
        }
    }
}

/// The words of the API are few, and stay.
pub(crate) mod word {
    use super::{Deserialize, Deserializer, Serialize, Serializer, Word};

    pub(crate) fn serialize<S: Serializer>(word: &Word, serializer: S) -> Result<S::Ok, S::Error> {
        word.serialize(serializer)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Word, D::Error> {
        Ok(String::deserialize(deserializer)?.leak())
    }
}

pub(crate) mod word_if_any {
    use super::{Deserialize, Deserializer, Serialize, Serializer, Word};

    pub(crate) fn serialize<S: Serializer>(word: &Option<Word>, serializer: S) -> Result<S::Ok, S::Error> {
        word.serialize(serializer)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Word>, D::Error> {
        let word = Option::<String>::deserialize(deserializer)?;
        Ok(word.map(|word| &*word.leak()))
    }
}

/// A value with the kind of each of its parts, as a format without names needs it.
#[derive(Serialize, Deserialize)]
enum Tagged {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    String(String),
    List(Vec<Tagged>),
    Map(Vec<(String, Tagged)>),
}

impl From<&Value> for Tagged {
    fn from(value: &Value) -> Tagged {
        match value {
            Value::Null => Tagged::Null,
            Value::Bool(truth) => Tagged::Bool(*truth),
            Value::Int(number) => Tagged::Int(*number),
            Value::Float(number) => Tagged::Float(*number),
            Value::String(text) => Tagged::String(text.clone()),
            Value::List(items) => Tagged::List(items.iter().map(Tagged::from).collect()),
            Value::Map(map) => Tagged::Map(map.iter().map(|(key, value)| (key.clone(), value.into())).collect()),
        }
    }
}

impl From<Tagged> for Value {
    fn from(value: Tagged) -> Value {
        match value {
            Tagged::Null => Value::Null,
            Tagged::Bool(truth) => Value::Bool(truth),
            Tagged::Int(number) => Value::Int(number),
            Tagged::Float(number) => Value::Float(number),
            Tagged::String(text) => Value::String(text),
            Tagged::List(items) => Value::List(items.into_iter().map(Value::from).collect()),
            Tagged::Map(map) => Value::Map(map.into_iter().map(|(key, value)| (key, value.into())).collect()),
        }
    }
}

pub(crate) mod value {
    use super::{Deserialize, Deserializer, Serialize, Serializer, Tagged, Value};

    pub(crate) fn serialize<S: Serializer>(value: &Value, serializer: S) -> Result<S::Ok, S::Error> {
        Tagged::from(value).serialize(serializer)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Value, D::Error> {
        Ok(Tagged::deserialize(deserializer)?.into())
    }
}

pub(crate) mod shared_value {
    use super::{Deserializer, Rc, Serializer, Value, value};

    pub(crate) fn serialize<S: Serializer>(shared: &Rc<Value>, serializer: S) -> Result<S::Ok, S::Error> {
        value::serialize(shared, serializer)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Rc<Value>, D::Error> {
        Ok(Rc::new(value::deserialize(deserializer)?))
    }
}

impl Serialize for PodTemplate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        value::serialize(&self.value, serializer)
    }
}

impl<'de> Deserialize<'de> for PodTemplate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<PodTemplate, D::Error> {
        Ok(PodTemplate::from_value(Some(&value::deserialize(deserializer)?)).0)
    }
}
