//! `cargo xtask browser`: the tests in `tests/browser`, and the browser that they drive.

use crate::process::{Outcome, command, find_on_path, output_of, run};
use crate::{setup, tools};
use std::env;
use std::path::{Path, PathBuf};

/// What `npx playwright` would run, at once.
const PLAYWRIGHT: &str = "node_modules/@playwright/test/cli.js";

/// The tests embed a rollout in sites made by this folder's packages.
const SITES: &str = "tests/sites";

const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const MAC: &str = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome";

/// Playwright against `dist/`; its own options narrow down what runs (`--grep editor`).
pub fn test(options: &[&str]) -> Outcome {
    tools::install_mdbook()?;
    setup::install_npm_packages(SITES, "Eleventy")?;
    let mut playwright = command(
        "node",
        &[PLAYWRIGHT, "test", "--config", "tests/browser/playwright.config.js"],
    );
    if let Some(program) = find_or_install()? {
        playwright.env("CHROMIUM", program);
    }
    run(playwright.args(options))
}

/// A browser's program file, or `None` for the one that Playwright keeps for itself; gets one where there's none.
pub fn find_or_install() -> Result<Option<PathBuf>, String> {
    if let Some(found) = find() {
        return Ok(Some(found));
    }
    if install_debian_package().is_ok() {
        return Ok(find());
    }
    println!("setup: installing Chromium for Playwright");
    let installed = run(&mut command("node", &[PLAYWRIGHT, "install", "chromium"]));
    let hint = "Chromium is missing: install it with your package manager, or set CHROMIUM to its program file";
    installed.map(|()| None).map_err(|_| hint.to_owned())
}

fn find() -> Option<PathBuf> {
    let named = env::var_os("CHROMIUM").map(PathBuf::from);
    let on_path = || NAMES.iter().find_map(|name| find_on_path(name));
    let on_mac = || Some(PathBuf::from(MAC)).filter(|file| file.is_file());
    named.or_else(on_path).or_else(on_mac)
}

/// Only where it needs no questions: on a Debian-like system, as root.
fn install_debian_package() -> Outcome {
    let is_root = output_of("id", &["-u"]).is_some_and(|user| user == "0");
    if !is_root || !Path::new("/etc/debian_version").exists() {
        return Err("not Debian, or not root".to_owned());
    }
    println!("setup: installing the package chromium");
    run(&mut command("apt-get", &["update", "-qq"]))?;
    let install = ["install", "-y", "-qq", "--no-install-recommends", "chromium"];
    run(command("apt-get", &install).env("DEBIAN_FRONTEND", "noninteractive"))
}
