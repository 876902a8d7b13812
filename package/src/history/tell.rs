//! A history in words: from the engine's facts to [`Document`].

use super::{
    Blocked, Document, End, Event, FORMAT, Intervention, Reference, Step, Verb, Wait, Why, Write, patch::between,
};
use rollscope_engine::api::{Key, Object};
use rollscope_engine::cluster::{Change, Waiting};
use rollscope_engine::reason::Reason;
use rollscope_engine::release::Gates;
use rollscope_engine::time::Time;
use rollscope_engine::{Cursor, History, event, history, kubectl, step};
use std::collections::BTreeMap;
use std::rc::Rc;

/// The whole of a history; with what each write changed, if `patches` are asked for.
pub fn document(history: &Rc<History>, title: Option<&str>, patches: bool) -> Document {
    let scenario = &history.scenario;
    let start = || {
        let start = Cursor::new(history.clone());
        start.cluster().objects().map(kubectl::object).collect()
    };
    let steps: Vec<Step> = (0..history.len())
        .filter_map(|index| step(history, index, patches))
        .collect();
    Document {
        format: FORMAT,
        title: title.map(str::to_owned),
        release: scenario.release.to_string(),
        gates: gates(scenario.gates),
        end: match history.end {
            history::End::Rest => End::Rest,
            history::End::StepLimit(_) => End::StepLimit,
        },
        interventions: interventions(history),
        start: patches.then(start),
        rules: rules(history),
        steps,
    }
}

/// The step at an index, from 0; `None` past the last.
pub fn step(history: &History, index: usize, patches: bool) -> Option<Step> {
    let step = history.steps.get(index)?;
    let writes = step.writes.iter();
    Some(Step {
        position: index + 1,
        at: seconds(step.at),
        actor: step.actor.name().to_owned(),
        subject: reference(&step.subject),
        title: step.title(),
        command: step.command.as_ref().map(|line| line.to_string()),
        report: step.is_report(),
        writes: writes.map(|(change, reason)| write(change, reason, patches)).collect(),
        events: history.events_of(index).iter().map(tell_event).collect(),
        waits: history.waits_of(index).iter().map(wait).collect(),
    })
}

fn gates(mut gates: Gates) -> BTreeMap<String, bool> {
    let named = Gates::NAMES
        .into_iter()
        .filter_map(|name| Some((name.to_owned(), *gates.by_name(name)?)));
    named.collect()
}

pub(crate) fn seconds(time: Time) -> f64 {
    time.0 as f64 / 1000.0
}

pub(crate) fn reference(key: &Key) -> Reference {
    Reference {
        kind: key.kind.name().to_owned(),
        namespace: key.namespace.to_string(),
        name: key.name.to_string(),
    }
}

fn interventions(history: &History) -> Vec<Intervention> {
    let told = history.answers.iter().filter_map(|answer| {
        let timed = history.scenario.interventions.get(answer.intervention)?;
        Some(Intervention {
            at: seconds(timed.at),
            position: answer.position,
            command: timed.what.to_string(),
            accepted: answer.accepted,
            answer: answer.text.clone(),
        })
    });
    told.collect()
}

/// Every rule that applied, once.
fn rules(history: &History) -> BTreeMap<String, String> {
    let mut rules = BTreeMap::new();
    let mut note = |reason: &Reason| {
        let rule = reason.rule();
        rules
            .entry(rule.id.to_owned())
            .or_insert_with(|| rule.sentence.to_owned());
    };
    for step in &history.steps {
        step.writes.iter().for_each(|(_, reason)| note(reason));
    }
    for waiting in &history.waits {
        let waits = waiting.after.as_deref().unwrap_or_default();
        waits.iter().for_each(|blocked| note(&blocked.reason));
    }
    rules
}

fn why(reason: &Reason) -> Why {
    Why {
        rule: reason.rule().id.to_owned(),
        saw: reason.saw(),
        formula: reason.formula(),
    }
}

fn write(Change { key, before, after }: &Change, reason: &Reason, patches: bool) -> Write {
    Write {
        verb: match (before, after) {
            (None, _) => Verb::Create,
            (_, None) => Verb::Delete,
            _ => Verb::Update,
        },
        object: reference(key),
        why: why(reason),
        patch: patches.then(|| patch(before.as_ref(), after.as_ref())),
    }
}

/// What isn't shown of an object may have changed as well: then there is nothing to patch.
fn patch(before: Option<&Object>, after: Option<&Object>) -> rollscope_engine::value::Value {
    use rollscope_engine::value::{Map, Value};
    match (before.map(kubectl::object), after.map(kubectl::object)) {
        (Some(before), Some(after)) => between(&before, &after).unwrap_or(Value::Map(Map::new())),
        (None, Some(after)) => after,
        (_, None) => Value::Null,
    }
}

pub(crate) fn tell_event(event: &event::Event) -> Event {
    Event {
        severity: if event.note.is_warning() { "Warning" } else { "Normal" }.to_owned(),
        reason: event.note.reason().to_owned(),
        object: reference(&event.object),
        source: event.component().name().to_owned(),
        message: event.to_string(),
    }
}

fn wait(waiting: &Waiting) -> Wait {
    tell_wait(&waiting.waiter, waiting.after.as_deref().unwrap_or_default())
}

pub(crate) fn tell_wait(waiter: &(step::Actor, Key), blocked: &[rollscope_engine::reason::Blocked]) -> Wait {
    Wait {
        actor: waiter.0.name().to_owned(),
        object: reference(&waiter.1),
        blocked: blocked
            .iter()
            .map(|blocked| Blocked {
                why: why(&blocked.reason),
                until: blocked.until.map(seconds),
            })
            .collect(),
    }
}
