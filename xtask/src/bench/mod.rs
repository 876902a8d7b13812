//! `cargo xtask bench`: what the engine costs, each subject in a section of `docs/performance.md` that is written anew.
//!
//! What is measured natively is the work of a program of its own, `benches/`, optimised for speed.

mod frames;
pub mod instructions;
mod peer;
mod section;
mod wasm;

use crate::process::{Outcome, command, run};
use crate::setup;

/// A section: its name on the command line, and what measures and writes it.
type Section = (&'static str, fn() -> Outcome);

const SECTIONS: [Section; 5] = [
    ("native", native),
    ("wasm", wasm::wasm),
    ("peer", peer::peer),
    ("instructions", instructions::record),
    ("frames", frames::frames),
];

/// Measures, prints and writes the sections that are named, or all. Takes minutes, and wants a quiet machine.
pub fn bench(names: &[&str]) -> Outcome {
    setup::setup()?;
    for name in names {
        if !SECTIONS.iter().any(|(known, _)| known == name) {
            let known = SECTIONS.map(|(known, _)| known).join(", ");
            return Err(format!("no such section: {name}; there are {known}"));
        }
    }
    let mut asked = SECTIONS
        .iter()
        .filter(|(name, _)| names.is_empty() || names.contains(name));
    asked.try_for_each(|(_, measure)| measure())
}

fn native() -> Outcome {
    run(&mut command(
        "cargo",
        &[&PROGRAM[..], &["--page", section::PAGE]].concat(),
    ))
}

/// The native program; what follows is its own.
const PROGRAM: [&str; 8] = [
    "run",
    "--quiet",
    "--locked",
    "--profile",
    "fast",
    "--package",
    "rollscope-bench",
    "--",
];

/// What the native program prints.
fn ask(arguments: &[&str]) -> Result<String, String> {
    let output = command("cargo", &[&PROGRAM[..], arguments].concat())
        .output()
        .map_err(|error| error.to_string())?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        Err(String::from_utf8_lossy(&output.stderr).into_owned())
    }
}
