//! `cargo xtask render`: pictures and texts of a run, as files, for build pipelines.
//!
//! The work is done by a program of its own, which has the engine and the page's scenes inside. It is not optimised: to
//! compile that would take longer than all it has to do.

use crate::process::{Outcome, command};
use std::path::Path;

/// Renders; files are named relative to `here`, from where this was called. The program has said itself what went wrong: its
/// exit status is passed on.
pub fn render(options: &[&str], here: &Path) -> Outcome {
    let build = "run --quiet --locked --package rollscope-render --manifest-path";
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.toml");
    let manifest = manifest.display().to_string();
    let build: Vec<&str> = build.split(' ').chain([manifest.as_str(), "--"]).collect();
    let status = command("cargo", &[&build[..], options].concat())
        .current_dir(here)
        .status();
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => std::process::exit(status.code().unwrap_or(1)),
        Err(error) => Err(format!("can't run cargo: {error}")),
    }
}
