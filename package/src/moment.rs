//! The cluster at one position of a run, as plain data: objects as `kubectl get -o json` shows them, Events, who waits, and
//! kubectl itself.

use crate::history::{Event, Wait, tell_event, tell_wait};
use rollscope_engine::Cursor;
use rollscope_engine::api::{Key, Kind, Object};
use rollscope_engine::kubectl::{self, Command};
use rollscope_engine::value::Value;
use serde::Serialize;

/// What kubectl printed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Printed {
    /// Standard output.
    pub stdout: String,
    /// Standard error; empty if all went well.
    pub stderr: String,
}

/// The objects there, of one kind and namespace if these are given. The error names a kind that isn't simulated.
pub fn objects(at: &Cursor, kind: Option<&str>, namespace: Option<&str>) -> Result<Vec<Value>, String> {
    let kind = kind.map(known).transpose()?;
    let is_asked = |object: &&Object| {
        let key = object.key();
        kind.is_none_or(|kind| key.kind == kind) && namespace.is_none_or(|namespace| *key.namespace == *namespace)
    };
    let asked = at.cluster().objects().filter(is_asked);
    Ok(asked.map(kubectl::object).collect())
}

/// One object, if it is there.
pub fn object(at: &Cursor, kind: &str, namespace: &str, name: &str) -> Result<Option<Value>, String> {
    let kind = known(kind)?;
    let namespace = if kind.is_cluster_wide() { "" } else { namespace };
    let key = Key::new(kind, &namespace.into(), &name.into());
    Ok(at.cluster().get(&key).map(kubectl::object))
}

/// The Events so far, in their order.
pub fn events(at: &Cursor) -> Vec<Event> {
    at.cluster().events().iter().map(tell_event).collect()
}

/// Who waits there, and what for.
pub fn waiting(at: &Cursor) -> Vec<Wait> {
    let waiting = at.cluster().waiting().iter();
    waiting.map(|(waiter, blocked)| tell_wait(waiter, blocked)).collect()
}

/// What a command line that asks prints there. One that changes something belongs into a run of its own.
pub fn answer(at: &Cursor, line: &str) -> Printed {
    let (lines, errors) = match kubectl::read(line) {
        Ok(Command::Ask(query)) => {
            let printed = kubectl::answer(&query, at, at.time());
            (printed.lines, printed.errors)
        }
        Ok(Command::Do(_) | Command::Apply) => {
            let error = "error: this would change the run: use fork";
            (Vec::new(), vec![error.to_owned()])
        }
        Err(error) => (Vec::new(), vec![error]),
    };
    let text = |lines: Vec<String>| lines.into_iter().map(|line| line + "\n").collect();
    Printed {
        stdout: text(lines),
        stderr: text(errors),
    }
}

fn known(kind: &str) -> Result<Kind, String> {
    Kind::from_name(kind).ok_or_else(|| format!("not a kind that is simulated: \"{kind}\""))
}
