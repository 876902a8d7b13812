//! `cargo xtask rules`: the page that explains every rule, anew from the catalogue and from what the examples do.

use crate::process::{Outcome, command, run};

/// Writes `static/rules.html` and `rules.css`; the test that does it also checks it in every other run.
pub fn rules() -> Outcome {
    let test = ["test", "--quiet", "--locked", "--test", "rules"];
    run(command("cargo", &test).env("BLESS", "1"))
}
