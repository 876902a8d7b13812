//! What happened in a run, step by step, as the JSON that `docs/history.schema.json` describes. Words are made here: a program
//! that reads them needs neither the engine nor its catalogue of rules.

mod patch;
mod tell;

pub use tell::{document, step};
pub(crate) use tell::{tell_event, tell_wait};

use rollscope_engine::value::Value;
use serde::Serialize;
use std::collections::BTreeMap;

/// The number of the format. Members may be added to it; a change of another kind raises it.
pub const FORMAT: u32 = 1;

/// A run from its start to its end.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(title = "History"))]
pub struct Document {
    /// The number of this format: 1.
    pub format: u32,
    /// The title that the scenario gives itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The Kubernetes release, such as "1.36.2".
    pub release: String,
    /// The feature gates that decide something here, and whether they are on.
    pub gates: BTreeMap<String, bool>,
    /// How the run ended.
    pub end: End,
    /// What was done from outside, in its order, and what was answered.
    pub interventions: Vec<Intervention>,
    /// The objects that were there before the first step; only with patches.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(with = "Option<Vec<crate::schema::Shown>>"))]
    pub start: Option<Vec<Value>>,
    /// Everything that happened, in order. Times strictly increase.
    pub steps: Vec<Step>,
    /// The sentence of each rule that applied, by its id.
    pub rules: BTreeMap<String, String>,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum End {
    /// Nothing is left that would happen by itself, but for endless retries.
    Rest,
    /// The limit of steps was reached; more would have happened.
    StepLimit,
}

/// Something that was done from outside.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Intervention {
    /// When it was planned, in seconds since the start.
    pub at: f64,
    /// How many steps had happened before it.
    pub position: usize,
    /// The command line that does it.
    pub command: String,
    /// Whether it was carried out.
    pub accepted: bool,
    /// What kubectl prints.
    pub answer: String,
}

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Step {
    /// The number of steps up to and with this one: the position at which it has just happened.
    pub position: usize,
    /// When, in seconds since the start.
    pub at: f64,
    /// Who acted: upstream's name of the component, or "you".
    pub actor: String,
    /// For the sake of which object.
    pub subject: Reference,
    /// What happened, in a few words.
    pub title: String,
    /// The command line, if somebody acted from outside.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub command: Option<String>,
    /// Whether it only publishes counts and conditions, and decides nothing.
    pub report: bool,
    /// The writes in their order, each with its reason.
    pub writes: Vec<Write>,
    /// The Events that were recorded.
    pub events: Vec<Event>,
    /// Whose waiting began, changed or ended.
    pub waits: Vec<Wait>,
}

/// What names an object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Reference {
    /// Its kind, such as "ReplicaSet".
    pub kind: String,
    /// Its namespace; empty for objects that are in none.
    pub namespace: String,
    /// Its name.
    pub name: String,
}

/// One request to the API server that changed something.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Write {
    /// What was done.
    pub verb: Verb,
    /// To which object.
    pub object: Reference,
    /// Why.
    pub why: Why,
    /// What changed, as an RFC 7386 merge patch of the object as `kubectl get -o json` shows it: the whole object where it was
    /// created, null where it is gone. Only with patches.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(with = "Option<serde_json::Value>"))]
    pub patch: Option<Value>,
}

/// What a write did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum Verb {
    /// The object was not there before.
    Create,
    /// It was, and is.
    Update,
    /// It is gone.
    Delete,
}

/// Why something was written, or was not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Why {
    /// The id of the rule that applied; its sentence is in `rules` of the history.
    pub rule: String,
    /// What was seen, in one sentence with the numbers.
    pub saw: String,
    /// The rule's inequality with the numbers put in, if the rule has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub formula: Option<String>,
}

/// A Kubernetes Event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Event {
    /// "Normal" or "Warning".
    #[serde(rename = "type")]
    pub severity: String,
    /// One word.
    pub reason: String,
    /// The object that it is about.
    pub object: Reference,
    /// The component that tells it.
    pub source: String,
    /// What it tells.
    pub message: String,
}

/// Somebody who would have to act and does not.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Wait {
    /// Who waits.
    pub actor: String,
    /// For the sake of which object.
    pub object: Reference,
    /// What for; empty where the waiting has ended.
    pub blocked: Vec<Blocked>,
}

/// One thing that is waited for.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Blocked {
    /// Which rule holds it up.
    pub why: Why,
    /// When it will be looked at again by itself, in seconds since the start, if it will.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<f64>,
}
