//! `cargo xtask lighthouse`: the scores that Lighthouse gives the release build, each held at its bar
//! (`tests/lighthouse/check.js`). Its packages are apart from the page's: they are large, and only this needs them.

use crate::browser;
use crate::process::{Outcome, command, run};
use crate::setup;

const FOLDER: &str = "tests/lighthouse";

/// Lighthouse against `dist/`.
pub fn lighthouse() -> Outcome {
    setup::install_npm_packages(FOLDER, "Lighthouse")?;
    let mut check = command("node", &[&format!("{FOLDER}/check.js")]);
    if let Some(program) = browser::find_or_install()? {
        check.env("CHROMIUM", program);
    }
    run(&mut check)
}
