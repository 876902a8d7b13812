//! `cargo xtask build`: the page as it's published, in `dist/`, with URLs that work in any folder of any site.

use crate::process::{Outcome, command, run};

/// Makes the release build.
pub fn build() -> Outcome {
    let args = [
        "build",
        "--release",
        "--public-url",
        "./",
        "--dist",
        "dist",
        "--skip-version-check",
    ];
    run(&mut command("trunk", &args))
}
