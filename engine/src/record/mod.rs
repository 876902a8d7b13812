//! A [`History`] as bytes: to be shown where there is no engine. The page begins with one, and a widget can have one as its
//! source. What only other runs have (StatefulSets, their reasons and so on) can't be written; [`write`] says so. Variants that
//! are skipped stand last in their enums, since the others are known by their places.
//!
//! The bytes are those of this program's own structs. So they begin with [`LAYOUT`], which tells these from those of another
//! version, and with the moment of the run as a link: that can be read for ever, and computed anew.

mod bytes;
mod fields;
#[cfg(test)]
mod layout;

pub(crate) use fields::{shared_value, value, word, word_if_any};

use crate::api::{Key, Object};
use crate::cluster::{Change, Cluster, Waiting};
use crate::event::Event;
use crate::history::{Answer, CHECKPOINT_EVERY, End, History};
use crate::moment::Moment;
use crate::reason::{Blocked, Reason};
use crate::release::Release;
use crate::scenario::{Intervention, Scenario, Timed};
use crate::step::{Actor, Step};
use crate::time::Time;
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::rc::Rc;

/// What each begins with. No text does.
const MAGIC: &[u8] = b"\0rollscope run";
/// The version of all that stands before the run itself.
const VERSION: u8 = 1;
/// The layout of the run itself: the sum of all its types, which a test knows (`layout.rs`).
pub const LAYOUT: u32 = 0x61d3_c4c7;
/// The most that is read.
const MOST: usize = 8 << 20;

/// What stands before the run itself.
#[derive(Serialize, Deserialize)]
struct Head {
    layout: u32,
    /// Of all that follows, this and the layout left out.
    sum: u32,
}

/// A run with its title. Objects are written once and then named by their places in the list.
#[derive(Serialize, Deserialize)]
struct Record {
    title: String,
    release: Release,
    step: Option<u32>,
    interventions: Vec<Timed>,
    objects: Vec<Object>,
    start: Vec<u32>,
    events: Vec<Event>,
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
    told: u32,
    writes: Vec<(ChangeRecord, Rc<Reason>)>,
    waits: Vec<WaitingRecord>,
}

/// What was before, the cluster knows.
#[derive(Serialize, Deserialize)]
enum ChangeRecord {
    Stored(u32),
    Gone(u32),
}

/// Who waits, and for what from then on.
#[derive(Serialize, Deserialize)]
struct WaitingRecord((Actor, Key), Option<Rc<[Blocked]>>);

/// What was read.
#[derive(Debug)]
pub struct Recorded {
    /// The moment as the end of a link, without a step; empty where the run has the texts itself.
    pub link: String,
    /// The run, unless it was written by another version.
    pub run: Option<Run>,
}

/// A run that was read. Where there is a link, its scenario has only what is to be shown of it.
#[derive(Debug)]
pub struct Run {
    /// The title that the scenario gives itself.
    pub title: Option<String>,
    /// After how many steps it is to be shown.
    pub step: Option<usize>,
    /// What happened.
    pub history: History,
}

/// Writes a run for others, to be shown after so many steps. The error says why it can't be recorded.
pub fn write(title: Option<&str>, history: &History, step: Option<usize>) -> Result<Vec<u8>, String> {
    let moment = Moment::of(&history.scenario, 0).ok_or("It did not begin with a text.")?;
    let link = Moment { step: None, ..moment }.to_hash();
    write_with(title, history, step, &link)
}

/// Writes a run that is shown by a program which knows its text.
pub fn write_for_page(title: Option<&str>, history: &History) -> Result<Vec<u8>, String> {
    write_with(title, history, None, "")
}

fn write_with(title: Option<&str>, history: &History, step: Option<usize>, link: &str) -> Result<Vec<u8>, String> {
    let record = Record::of(title, history, step, link.is_empty())?;
    let refused = |error: postcard::Error| error.to_string();
    let mut after = postcard::to_allocvec(link).map_err(refused)?;
    after.extend(postcard::to_allocvec(&record).map_err(|_| ONLY_THESE)?);
    let head = Head {
        layout: LAYOUT,
        sum: sum(&after),
    };
    let mut bytes = [MAGIC, &[VERSION]].concat();
    bytes.extend(postcard::to_allocvec(&head).map_err(refused)?);
    bytes.extend(after);
    let read = read(&bytes).ok().and_then(|read| read.run);
    // Numbers beyond all measure are not read.
    let is_same = read.is_some_and(|read| format!("{:?}", read.history.steps) == format!("{:?}", history.steps));
    is_same.then_some(bytes).ok_or_else(|| TOO_LARGE.to_owned())
}

const ONLY_THESE: &str = "Only runs of Deployments, ReplicaSets, Pods and Services can be recorded.";
const TOO_LARGE: &str = "It is too large, too long, or has too large numbers to be recorded.";

/// Whether these are the bytes of a recorded run, perhaps damaged ones.
pub fn is_record(bytes: &[u8]) -> bool {
    bytes.starts_with(MAGIC)
}

/// Reads what [`write`] wrote. The error goes on a sentence that ends with a colon; nothing that somebody may have put there does
/// harm.
pub fn read(bytes: &[u8]) -> Result<Recorded, &'static str> {
    const DAMAGED: &str = "it is damaged or incomplete";
    let (version, rest) = bytes.strip_prefix(MAGIC).and_then(<[u8]>::split_first).ok_or(DAMAGED)?;
    if *version != VERSION {
        return Err("it was recorded by a newer Rollscope than this");
    }
    let mut bytes = Bytes::of(rest);
    let head: Head = bytes.read();
    if rest.len() > MOST || head.sum != sum(bytes.rest()) {
        return Err(DAMAGED);
    }
    let link = bytes.read();
    if head.layout != LAYOUT {
        return Ok(Recorded { link, run: None });
    }
    let record: Record = bytes.read();
    let run = bytes.is_right().then(|| record.run()).flatten().ok_or(DAMAGED)?;
    Ok(Recorded { link, run: Some(run) })
}

/// FNV-1a.
fn sum(bytes: &[u8]) -> u32 {
    let add = |sum: u32, byte: &u8| (sum ^ u32::from(*byte)).wrapping_mul(0x0100_0193);
    bytes.iter().fold(0x811c_9dc5, add)
}

impl Record {
    fn of(title: Option<&str>, history: &History, step: Option<usize>, texts: bool) -> Result<Record, &'static str> {
        let mut objects = Objects::default();
        let start = history
            .checkpoints
            .first()
            .into_iter()
            .flat_map(|(_, start)| start.objects());
        let start = start.map(|object| objects.place(object)).collect();
        let steps = history.steps.iter().zip(0..);
        let steps = steps.map(|(step, index)| StepRecord::of(step, history.waits_of(index), &mut objects));
        let steps = steps.collect::<Option<_>>().ok_or(ONLY_THESE)?;
        let told = |timed: &Timed| if texts { timed.clone() } else { without_text(timed) };
        Ok(Record {
            title: title.unwrap_or_default().to_owned(),
            release: history.scenario.release,
            step: step.and_then(|step| step.try_into().ok()),
            interventions: history.scenario.interventions.iter().map(told).collect(),
            objects: objects.list,
            start,
            events: history.events().to_vec(),
            steps,
            end: history.end,
            answers: history.answers.clone(),
        })
    }

    /// `None` if it does not fit together.
    fn run(self) -> Option<Run> {
        let scenario = Scenario {
            release: self.release,
            interventions: self.interventions,
            ..Scenario::default()
        };
        let (objects, interventions, len) = (self.objects, scenario.interventions.len(), self.steps.len());
        let mut history = History::begun(scenario);
        let mut cluster = Cluster::new(history.scenario.seed);
        let events = u32::try_from(self.events.len()).ok()?;
        cluster.foresee(self.events);
        for at in self.start {
            cluster.redo(&ChangeRecord::Stored(at).change(&objects, &cluster)?);
        }
        history.checkpoints = vec![(0, cluster.checkpoint())];
        for step in self.steps {
            let step = step.step(&objects, &mut cluster, &mut history.waits)?;
            let told = history.steps.last().map_or(0, |last| last.told);
            if history.steps.last().is_some_and(|last| step.at <= last.at) || !(told..=events).contains(&step.told) {
                return None;
            }
            history.steps.push(step);
            if history.steps.len().is_multiple_of(CHECKPOINT_EVERY) {
                history.checkpoints.push((history.steps.len(), cluster.checkpoint()));
            }
        }
        cluster.share_events(&mut history.checkpoints);
        let fits = |answer: &Answer| answer.intervention < interventions && answer.position <= len;
        if !self.answers.iter().all(fits) {
            return None;
        }
        (history.end, history.answers) = (self.end, self.answers);
        Some(Run {
            title: Some(self.title).filter(|title| !title.is_empty()),
            step: self.step.map(|step| step as usize),
            history,
        })
    }
}

/// The link has the texts.
fn without_text(timed: &Timed) -> Timed {
    let what = match &timed.what {
        Intervention::Apply(_) => Intervention::Apply("".into()),
        Intervention::ServerSideApply(_) => Intervention::ServerSideApply("".into()),
        other => other.clone(),
    };
    Timed { at: timed.at, what }
}

/// Every object that there ever was, once.
#[derive(Default)]
struct Objects {
    list: Vec<Object>,
    places: BTreeMap<Key, Vec<u32>>,
}

impl Objects {
    /// Where an object is in the list; it is put there if it is new.
    fn place(&mut self, object: &Object) -> u32 {
        let places = self.places.entry(object.key()).or_default();
        let same = |at: &&u32| self.list.get(**at as usize) == Some(object);
        places.iter().rev().find(same).copied().unwrap_or_else(|| {
            // So many objects would be too large to be written.
            let at = self.list.len().try_into().unwrap_or(u32::MAX);
            self.list.push(object.clone());
            places.push(at);
            at
        })
    }
}

impl StepRecord {
    fn of(step: &Step, waits: &[Waiting], objects: &mut Objects) -> Option<StepRecord> {
        let writes = step
            .writes
            .iter()
            .map(|(change, reason)| Some((ChangeRecord::of(change, objects)?, reason.clone())));
        let writes = writes.collect::<Option<_>>()?;
        let waits = waits
            .iter()
            .map(|waiting| WaitingRecord(waiting.waiter.clone(), waiting.after.clone()));
        Some(StepRecord {
            at: step.at,
            actor: step.actor,
            subject: step.subject.clone(),
            command: step.command.clone(),
            told: step.told,
            writes,
            waits: waits.collect(),
        })
    }

    /// The step, which is carried out.
    fn step(self, objects: &[Object], cluster: &mut Cluster, waits: &mut Vec<Waiting>) -> Option<Step> {
        let mut writes = Vec::with_capacity(self.writes.len());
        for (change, reason) in self.writes {
            let change = change.change(objects, cluster)?;
            cluster.redo(&change);
            writes.push((change, reason));
        }
        for WaitingRecord(waiter, after) in self.waits {
            let before = cluster.waiting().get(&waiter).cloned();
            let waiting = Waiting { waiter, before, after };
            cluster.redo_waiting(&waiting);
            waits.push(waiting);
        }
        cluster.tell(self.told);
        Some(Step {
            at: self.at,
            actor: self.actor,
            subject: self.subject,
            command: self.command,
            told: self.told,
            waited: u32::try_from(waits.len()).ok()?,
            writes: writes.into(),
        })
    }
}

impl ChangeRecord {
    fn of(change: &Change, objects: &mut Objects) -> Option<ChangeRecord> {
        Some(match &change.after {
            Some(after) => ChangeRecord::Stored(objects.place(after)),
            None => ChangeRecord::Gone(objects.place(change.before.as_ref()?)),
        })
    }

    fn change(self, objects: &[Object], cluster: &Cluster) -> Option<Change> {
        let (ChangeRecord::Stored(at) | ChangeRecord::Gone(at)) = self;
        let object = objects.get(at as usize)?;
        let key = object.key();
        let before = cluster.get(&key).cloned();
        let after = matches!(self, ChangeRecord::Stored(_)).then(|| object.clone());
        Some(Change { key, before, after })
    }
}
