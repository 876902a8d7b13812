//! `cargo xtask bench`: what the engine costs at several sizes; the native section of `docs/performance.md` is written anew.
//!
//! The work is done by a program of its own, `benches/`, optimised for speed.

use crate::process::{Outcome, command, run};

/// Measures, prints and writes. Takes minutes, and wants a quiet machine.
pub fn bench() -> Outcome {
    let words = "run --quiet --locked --profile fast --package rollscope-bench -- --page docs/performance.md";
    let words: Vec<&str> = words.split(' ').collect();
    run(&mut command("cargo", &words))
}
