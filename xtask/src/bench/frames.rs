//! How long the page works on a frame, at several sizes, in Chromium.
//!
//! The work is done by `benches/frames/frames.js`, which prints what the section says.

use super::section;
use crate::process::{Outcome, command};
use crate::{browser, build};
use std::process::Stdio;

const SAYS: &str = "Script, style and layout of one frame on the page's main thread, in time on the processor: median / worst / share of \
                    frames over 16.7 ms. Where a move is shown in several frames, its longest one counts.";

/// Builds and measures the page, prints and writes. Takes minutes.
pub fn frames() -> Outcome {
    build::build()?;
    let mut node = command("node", &["benches/frames/frames.js"]);
    if let Some(program) = browser::find_or_install()? {
        node.env("CHROMIUM", program);
    }
    let output = node
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| format!("node: {error}"))?;
    if !output.status.success() {
        return Err("benches/frames/frames.js failed".to_owned());
    }
    let told = String::from_utf8_lossy(&output.stdout);
    section::write("frames", &format!("## The page, frame by frame\n\n{SAYS} {told}"))
}
