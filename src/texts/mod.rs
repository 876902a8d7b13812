//! A run as text: what happened as a list, a session with kubectl, and a recording of one that a terminal plays. Plain strings,
//! the same to the byte for the same history.

mod cast;
mod markdown;
mod transcript;

pub use cast::cast;
pub use markdown::markdown;
pub use transcript::transcript;

use rollscope_engine::api::{Key, Kind};
use rollscope_engine::history::History;
use rollscope_engine::kubectl::{Command, Get, Query, read};

/// What a run is called that has no title.
const UNTITLED: &str = "A rollout, step by step";

/// A line of text, whatever was in it.
fn one_line(text: &str) -> String {
    let words: Vec<&str> = text.split(|c: char| c.is_whitespace() || c.is_control()).collect();
    words
        .into_iter()
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// The option that is needed to see the Pods of a run: none where all are in the namespace that kubectl asks for.
fn everywhere(history: &History) -> &'static str {
    let mut touched = history.steps.iter().flat_map(|step| step.touched());
    let is_elsewhere = |key: &Key| key.kind == Kind::Pod && &*key.namespace != "default";
    if touched.any(is_elsewhere) { " -A" } else { "" }
}

/// The question of a `kubectl get` that is known to be one.
fn question(line: &str) -> Option<Get> {
    match read(line) {
        Ok(Command::Ask(Query::Get(get))) => Some(get),
        _ => None,
    }
}
