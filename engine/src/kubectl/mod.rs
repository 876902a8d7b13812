//! What kubectl prints when it is asked: `get`, `describe`, `rollout status`, `rollout history`, whole objects. Changing verbs
//! are interventions and answer for themselves.

mod address;
mod align;
mod clock;
mod complete;
mod describe;
mod events;
mod get;
mod history;
mod object;
mod query;
mod row;
mod status;
mod table;
mod template;
mod yaml;

pub use complete::{Completion, complete};
pub use get::watched;
pub use history::rollout_history;
pub use object::object;
pub use query::{Command, Get, Output, Query, Target, read};
pub use status::rollout_status;
pub use table::{cells, columns};
pub use yaml::yaml;

use crate::api::{Key, Object};
use crate::cluster::Cluster;
use crate::history::Cursor;
use crate::release::Release;
use crate::time::Time;

/// What was printed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Printed {
    /// Standard output, line by line.
    pub lines: Vec<String>,
    /// How many lines of a long watch were left out before those.
    pub left_out: usize,
    /// Standard error.
    pub errors: Vec<String>,
}

/// What there is to print of: a cluster, at a moment.
#[derive(Clone, Copy, Debug)]
struct Scope<'a> {
    cluster: &'a Cluster,
    now: Time,
    release: Release,
}

impl<'a> Scope<'a> {
    fn of(at: &'a Cursor, now: Time) -> Scope<'a> {
        Scope {
            cluster: at.cluster(),
            now,
            release: at.history().scenario.release,
        }
    }
}

/// Answers a question at a cursor; ages are counted up to `now`.
pub fn answer(query: &Query, at: &Cursor, now: Time) -> Printed {
    let scope = Scope::of(at, now);
    match query {
        Query::Get(get) if get.watch => get::watch(get, at),
        Query::Get(get) => get::get(get, scope),
        Query::Describe(targets, namespace, selector) => {
            describe::describe(targets, namespace.as_ref(), selector, scope)
        }
        Query::Status(key, true) => status::transcript(key, at),
        Query::Status(key, false) => rollout_status(at.cluster(), key).into(),
        Query::History(key, revision) => rollout_history(at.cluster(), key, *revision).into(),
    }
}

impl From<Result<String, String>> for Printed {
    fn from(outcome: Result<String, String>) -> Printed {
        let lines = |text: String| text.lines().map(str::to_owned).collect();
        match outcome {
            Ok(text) => Printed {
                lines: lines(text),
                ..Printed::default()
            },
            Err(text) => Printed {
                errors: lines(text),
                ..Printed::default()
            },
        }
    }
}

/// The object, or kubectl's complaint that there is none.
fn find<'a>(cluster: &'a Cluster, key: &Key) -> Result<&'a Object, String> {
    cluster.get(key).ok_or_else(|| not_found(key))
}

fn not_found(key: &Key) -> String {
    let (resource, name) = (key.kind.resource(), &key.name);
    format!("Error from server (NotFound): {resource} \"{name}\" not found")
}
