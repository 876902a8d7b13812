//! What the API server answers to the interventions of one scenario, written down beforehand.

use crate::api::{Deployment, Key, Kind, Object, Service};
use crate::cluster::{Change, Cluster, Write};
use crate::interventions::Outcome;
use crate::scenario::{Intervention, Reading, Scenario, Timed};
use crate::simulation::Simulation;
use crate::time::Time;
use crate::value::{Map, Value};
use std::rc::Rc;
use std::str::Lines;

/// A text and what the API server answers to it. Made by [`Rehearsal::of`].
#[derive(Clone, Copy, Debug)]
pub struct Rehearsal {
    /// The text of manifests.
    pub text: &'static str,
    /// The title, and each intervention with what it writes and what kubectl prints.
    pub answers: &'static str,
}

impl Rehearsal {
    /// Knows no text.
    pub(super) const NONE: Rehearsal = Rehearsal { text: "", answers: "" };

    /// Writes down what happens to the API server in a scenario. `None` if it has more than a rehearsal can hold: another
    /// world, other gates, an intervention that is neither an apply nor `kubectl set image`, or a refusal.
    pub fn of(reading: &Reading) -> Option<String> {
        let mut simulation = Simulation::new(&reading.scenario);
        let mut interventions = Vec::new();
        for timed in &reading.scenario.interventions {
            simulation.run_before(timed.at);
            let steps = simulation.steps().len();
            let (accepted, text) = simulation.intervene(timed.at, &timed.what);
            let step = simulation.steps().get(steps).filter(|_| accepted)?;
            let written = step.writes.iter().filter_map(|(change, _)| match change {
                Change::Object { after, .. } => after.as_ref().map(Object::to_value),
                _ => None,
            });
            let mut answer = Value::from([
                ("at", i64::try_from(timed.at.0).ok()?.into()),
                ("text", text.into()),
                ("objects", Value::List(written.collect())),
            ]);
            match &timed.what {
                Intervention::Apply(_) => {}
                Intervention::SetImage(key, container, image) => {
                    *answer.entry("kind") = key.kind.name().into();
                    *answer.entry("name") = (&*key.name).into();
                    *answer.entry("container") = (&**container).into();
                    *answer.entry("image") = (&**image).into();
                }
                _ => return None,
            }
            interventions.push(answer);
        }
        let bare = Scenario {
            interventions: reading.scenario.interventions.clone(),
            ..Scenario::default()
        };
        (bare == reading.scenario && reading.diagnostics.is_empty()).then(|| {
            let title = reading.title.clone().unwrap_or_default();
            let answers = Value::from([("title", title.into()), ("interventions", Value::List(interventions))]);
            let mut lines = String::new();
            to_lines(&answers, &mut lines);
            lines
        })
    }

    /// The text, as the engine would read it.
    pub(super) fn read(&self, text: &str) -> Option<Reading> {
        let answers = from_lines(&mut self.answers.lines()).filter(|_| text == self.text)?;
        let mut scenario = Scenario {
            interventions: Vec::new(),
            ..Scenario::default()
        };
        for answer in answers.list("interventions") {
            scenario.interventions.push(Timed {
                at: Time(answer.int("at")?.unsigned_abs()),
                what: match answer.get("image") {
                    None => Intervention::Apply(text.into()),
                    Some(image) => {
                        let kind = Kind::from_name(answer.text("kind"))?;
                        let key = Key::new(kind, &"default".into(), &answer.text("name").into());
                        Intervention::SetImage(key, answer.text("container").into(), image.as_str()?.into())
                    }
                },
            });
        }
        Some(Reading {
            scenario,
            title: Some(answers.text("title").to_owned()),
            release: None,
            gates: Vec::new(),
            diagnostics: Vec::new(),
        })
    }

    pub(super) fn carry_out(&self, cluster: &Cluster, what: &Intervention) -> Outcome {
        let answers = from_lines(&mut self.answers.lines()).unwrap_or_default();
        let is_apply = matches!(what, Intervention::Apply(_));
        let mut known = answers.list("interventions").iter();
        let answer = known.find(|answer| match what {
            Intervention::SetImage(_, _, image) => answer.text("image") == &**image,
            _ => is_apply && answer.get("image").is_none(),
        });
        let mut outcome = Outcome::default();
        if let Some(answer) = answer {
            outcome.accepted = true;
            outcome.text = answer.text("text").to_owned();
            let objects = answer.list("objects").iter().filter_map(object);
            outcome.writes = objects.map(|object| written(cluster, object)).collect();
        }
        outcome
    }
}

/// An object of the kinds that a rehearsal may have.
fn object(value: &Value) -> Option<Object> {
    match Kind::from_name(value.text("kind"))? {
        Kind::Deployment => Some(Object::Deployment(Rc::new(Deployment::from_value(value)))),
        Kind::Service => Some(Object::Service(Rc::new(Service::from_value(value)))),
        _ => None,
    }
}

fn written(cluster: &Cluster, mut object: Object) -> Write {
    match cluster.get(&object.key()) {
        None => Write::Create(object),
        Some(stored) => {
            object.keep_system_fields(stored);
            Write::Update(object)
        }
    }
}

/// Writes a value, a token on each line: what a reader of a few lines needs, and no parser has to be downloaded for it.
fn to_lines(value: &Value, out: &mut String) {
    match value {
        Value::Map(map) => {
            out.push_str("{\n");
            for (key, value) in map {
                *out += &format!("{key}\n");
                to_lines(value, out);
            }
            out.push_str("}\n");
        }
        Value::List(items) => {
            out.push_str("[\n");
            items.iter().for_each(|item| to_lines(item, out));
            out.push_str("]\n");
        }
        Value::String(text) => *out += &format!("\"{}\n", text.replace('\n', "\\n")),
        Value::Bool(value) => *out += &format!("{value}\n"),
        Value::Int(number) => *out += &format!("{number}\n"),
        Value::Null | Value::Float(_) => out.push_str("null\n"),
    }
}

/// Reads what [`to_lines`] wrote. `None` at the end of a list, and where nothing is left.
fn from_lines(lines: &mut Lines) -> Option<Value> {
    Some(match lines.next()? {
        "{" => {
            let mut map = Map::new();
            while let Some(key) = lines.next().filter(|key| *key != "}") {
                map.insert(key.to_owned(), from_lines(lines)?);
            }
            Value::Map(map)
        }
        "[" => Value::List(std::iter::from_fn(|| from_lines(lines)).collect()),
        "]" => return None,
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        "null" => Value::Null,
        word => match word.strip_prefix('"') {
            Some(text) => Value::String(text.replace("\\n", "\n")),
            None => Value::Int(word.parse().ok()?),
        },
    })
}
