//! `cargo xtask conformance`: the engine against recordings of the real control plane.
//!
//! The work is done by a program of its own, optimised for speed: `[profile.fast]` in Cargo.toml.

use crate::process::{Outcome, command, run};
use std::path::Path;

/// Whether the recordings are at hand; a chosen few of them are among the tests in any case.
pub fn has_recordings() -> bool {
    Path::new("../shared/conformance/rollouts").is_dir()
}

/// Replays the recordings; the options are the program's own.
pub fn conformance(options: &[&str]) -> Outcome {
    let build = [
        "run",
        "--quiet",
        "--locked",
        "--profile",
        "fast",
        "--package",
        "rollscope-conformance",
        "--",
    ];
    run(&mut command("cargo", &[&build[..], options].concat()))
}
