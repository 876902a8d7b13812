//! Recordings with other numbers, in another order, with operations left out or made twice: nobody recorded what the real
//! thing does then, but the engine's promises hold, and nothing panics.

use rollscope_conformance::{RecordedStep, Recording, rehearse};
use rollscope_engine::invariants::{ALWAYS, violations};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::rc::Rc;

/// How often each recording is changed.
const VARIATIONS: u64 = 12;

/// A small generator (splitmix64): the same variations everywhere.
struct Chance(u64);

impl Chance {
    /// A number below `end`.
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % end
    }
}

fn vary(recording: &Recording, seed: u64) -> Recording {
    let mut chance = Chance(seed);
    let mut varied = recording.clone();
    let operations: Vec<Value> = recording.steps.iter().map(|step| step.operation.clone()).collect();
    for (index, step) in varied.steps.iter_mut().enumerate() {
        step.operation = match chance.below(8) {
            0 if index > 0 => serde_json::json!({ "op": "observe" }),
            1 if index > 0 => operations[usize::try_from(chance.below(index as u64)).unwrap_or(0)].clone(),
            2 if index > 1 => operations[index - 1].clone(),
            _ => step.operation.clone(),
        };
        other_numbers(&mut step.operation, &mut chance);
        hurry(step, &mut chance);
    }
    varied
}

/// Sometimes the next operation does not wait until all has settled.
fn hurry(step: &mut RecordedStep, chance: &mut Chance) {
    if chance.below(3) == 0 {
        step.captured = step.at;
    }
}

/// Replaces the numbers of sizes and bounds.
fn other_numbers(operation: &mut Value, chance: &mut Chance) {
    if operation["replicas"].is_number() && chance.below(3) == 0 {
        operation["replicas"] = chance.below(12).into();
    }
    let Some(text) = operation["yaml"].as_str() else { return };
    let fields = [
        "replicas:",
        "maxSurge:",
        "maxUnavailable:",
        "minReadySeconds:",
        "partition:",
        "revisionHistoryLimit:",
        "minAvailable:",
        "start:",
    ];
    let mut lines = Vec::new();
    for line in text.lines() {
        let field = fields.into_iter().find(|field| line.trim_start().starts_with(field));
        lines.push(match field.filter(|_| chance.below(3) == 0) {
            Some(field) => {
                let indent = &line[..line.len() - line.trim_start().len()];
                format!("{indent}{field} {}", chance.below(9))
            }
            None => line.to_owned(),
        });
    }
    operation["yaml"] = (lines.join("\n") + "\n").into();
}

/// The folder that is named by the environment, or the recordings kept here.
fn recordings() -> Vec<PathBuf> {
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/recordings");
    let folder = std::env::var_os("RECORDINGS").map_or(kept, PathBuf::from);
    let entries = std::fs::read_dir(folder).expect("a folder");
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    files.sort();
    files
}

#[test]
fn whatever_is_done_the_promises_hold() {
    let mut broken = Vec::new();
    for file in recordings() {
        let recording = Recording::read(&file).expect("a recording");
        for seed in 0..VARIATIONS {
            let history = Rc::new(rehearse(&vary(&recording, seed)));
            // A Pod that has ended may be told by hand to run.
            let found = violations(&history, ALWAYS).into_iter();
            for violation in found.filter(|found| found.name != "a Pod's end is final") {
                broken.push(format!("{} variation {seed}: {violation:?}", recording.name));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}
