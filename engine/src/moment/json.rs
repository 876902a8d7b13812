//! A [`Moment`] as the content of a file. Whatever is written today must be readable forever: a new version gets a reader of its
//! own beside the old ones, and a frozen example in `engine/tests/it/moment.rs`.

use super::Moment;
use crate::release::Gates;
use crate::scenario::{Intervention, Timed};
use crate::time::Time;
use serde::{Deserialize, Serialize};
use serde_json::Number;
use std::collections::BTreeMap;

/// The version of the format that is written, and the newest that is read.
pub const VERSION: u64 = 1;

/// The most that is read: twice as much as the longest text that the engine takes.
pub(super) const MOST: usize = 4 << 20;

/// An intervention can't be timed later: about 300 years.
const LATEST: u64 = 10_000_000_000_000;

/// What every version begins with.
#[derive(Deserialize)]
struct Head {
    rollscope: u64,
}

/// Version 1. What it does not know may decide the run, so it is refused.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct File {
    rollscope: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    release: Option<String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    gates: BTreeMap<String, bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    step: Option<usize>,
    text: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    interventions: Option<Vec<Item>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    broken_images: Vec<String>,
}

/// One intervention: a command line, or manifests.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Item {
    /// In seconds.
    at: Number,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    run: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    apply: Option<String>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    server_side: bool,
}

/// Whether a text claims to be a moment rather than manifests.
pub(super) fn is_moment(content: &str) -> bool {
    let content = content.trim_start_matches('\u{feff}').trim_start();
    let is_object = content.strip_prefix('{').map(str::trim_start);
    is_object.is_some_and(|members| members.starts_with("\"rollscope\""))
}

impl Moment {
    /// The content of a file `*.rollscope.json`.
    pub fn to_json(&self) -> String {
        let written = serde_json::to_string_pretty(&File::of(self));
        written.expect("text, numbers and lists can be written") + "\n"
    }

    /// The same without a space too many.
    pub(super) fn to_short_json(&self) -> String {
        serde_json::to_string(&File::of(self)).expect("text, numbers and lists can be written")
    }

    /// Reads what any version has written. The error says what is wrong with it.
    pub fn from_json(content: &str) -> Result<Moment, String> {
        if content.len() > MOST {
            return Err(format!("it is too large: more than {} MB", MOST >> 20));
        }
        let content = content.trim_start_matches('\u{feff}');
        let head: Head = serde_json::from_str(content).map_err(|error| damaged(&error))?;
        match head.rollscope {
            1 => File::read(content)?.into_moment(),
            version => Err(newer(version)),
        }
    }
}

fn damaged(error: &serde_json::Error) -> String {
    format!("it is no Rollscope file, or damaged: {error}")
}

/// What is said of a version that nobody here knows.
pub(super) fn newer(version: impl std::fmt::Display) -> String {
    format!(
        "its format is version {version}, and only versions up to {VERSION} are known here: reload, or use a newer Rollscope"
    )
}

impl File {
    fn of(moment: &Moment) -> File {
        File {
            rollscope: VERSION,
            release: moment.release.map(|release| release.to_string()),
            gates: moment.gates.iter().cloned().collect(),
            step: moment.step,
            text: moment.text.clone(),
            interventions: moment
                .interventions
                .as_ref()
                .map(|list| list.iter().map(Item::of).collect()),
            broken_images: moment.broken_images.clone(),
        }
    }

    fn read(content: &str) -> Result<File, String> {
        serde_json::from_str(content).map_err(|error| damaged(&error))
    }

    fn into_moment(self) -> Result<Moment, String> {
        if let Some(unknown) = self.gates.keys().find(|name| Gates::default().by_name(name).is_none()) {
            return Err(format!("the gate {unknown} changes nothing here"));
        }
        let release = self.release.map(|release| release.parse()).transpose()?;
        let interventions = self
            .interventions
            .map(|list| list.into_iter().map(Item::read).collect());
        Ok(Moment {
            text: self.text,
            release,
            gates: self.gates.into_iter().collect(),
            interventions: interventions.transpose()?,
            broken_images: self.broken_images,
            step: self.step,
        })
    }
}

impl Item {
    fn of(timed: &Timed) -> Item {
        let (run, apply) = match &timed.what {
            Intervention::Apply(text) | Intervention::ServerSideApply(text) => (None, Some(text.to_string())),
            other => (Some(other.to_string()), None),
        };
        Item {
            at: seconds(timed.at),
            run,
            apply,
            server_side: matches!(timed.what, Intervention::ServerSideApply(_)),
        }
    }

    fn read(self) -> Result<Timed, String> {
        let what = match (self.run, self.apply, self.server_side) {
            (Some(line), None, false) => line.parse().map_err(|error| format!("`{line}`: {error}"))?,
            (None, Some(text), false) => Intervention::Apply(text.into()),
            (None, Some(text), true) => Intervention::ServerSideApply(text.into()),
            _ => return Err("an intervention needs \"run\", a kubectl command, or \"apply\", manifests".to_owned()),
        };
        Ok(Timed {
            at: time(&self.at)?,
            what,
        })
    }
}

fn seconds(time: Time) -> Number {
    let exact = time.0.is_multiple_of(1000).then(|| Number::from(time.0 / 1000));
    let number = exact.or_else(|| Number::from_f64(time.0 as f64 / 1000.0));
    number.expect("a number of milliseconds is finite")
}

fn time(seconds: &Number) -> Result<Time, String> {
    let milliseconds = seconds.as_f64().map(|seconds| (seconds * 1000.0).round());
    let known = milliseconds.filter(|time| (0.0..=LATEST as f64).contains(time));
    known
        .map(|time| Time(time as u64))
        .ok_or_else(|| format!("an intervention can't be at {seconds}: expected seconds from the start of the run"))
}
