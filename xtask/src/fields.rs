//! `cargo xtask fields`: what the editor completes and explains, anew from the engine's field table.

use crate::process::{Outcome, command, run};

/// Writes `editor/fields.json`; the test that does it also checks it in every other run.
pub fn fields() -> Outcome {
    let test = ["test", "--quiet", "--locked", "--test", "editor_fields"];
    run(command("cargo", &test).env("BLESS", "1"))
}
