//! The shared first step of the other chores: gets what is missing, and is quiet when nothing is.
//!
//! Not looked for: cargo and a C linker, without which this program would not exist.

use crate::process::{Outcome, command, output_of, run};
use crate::tools;
use std::fs;
use std::path::Path;
use std::time::SystemTime;

const TARGET: &str = "wasm32-unknown-unknown";
const OLDEST_NODE: u32 = 20;

/// Makes sure that the page can be built.
pub fn setup() -> Outcome {
    check_node()?;
    add_wasm_target()?;
    tools::install_wasm_bindgen()?;
    tools::install_trunk()?;
    install_npm_packages(".", "npm packages")
}

fn check_node() -> Outcome {
    let hint = how_to_get_node();
    let version = output_of("node", &["--version"]).ok_or(format!("Node is missing: {hint}"))?;
    if major(&version) < OLDEST_NODE {
        return Err(format!(
            "Node {OLDEST_NODE} or newer is needed, this is {version}: {hint}"
        ));
    }
    output_of("npm", &["--version"])
        .map(drop)
        .ok_or(format!("npm is missing: {hint}"))
}

fn how_to_get_node() -> &'static str {
    match std::env::consts::OS {
        "macos" => "brew install node",
        "windows" => "winget install OpenJS.NodeJS.LTS",
        _ => "sudo apt-get install nodejs npm (or, where that is too old, see nodejs.org)",
    }
}

/// The 20 of `v20.19.2`.
fn major(version: &str) -> u32 {
    version
        .trim_start_matches('v')
        .split('.')
        .next()
        .and_then(|number| number.parse().ok())
        .unwrap_or(0)
}

fn add_wasm_target() -> Outcome {
    let libraries = output_of("rustc", &["--print", "target-libdir", "--target", TARGET]);
    if libraries.is_some_and(|folder| Path::new(&folder).is_dir()) {
        return Ok(());
    }
    if output_of("rustup", &["--version"]).is_none() {
        return Err(format!(
            "the Rust target {TARGET} is missing, and rustup to get it: see rustup.rs, then try again"
        ));
    }
    println!("setup: adding the Rust target {TARGET}");
    run(&mut command("rustup", &["target", "add", TARGET]))
}

/// Installs what the lock file of a folder pins, unless it is there.
pub fn install_npm_packages(folder: &str, name: &str) -> Outcome {
    let installed = modified(&format!("{folder}/node_modules/.package-lock.json"));
    if installed.is_some() && installed >= modified(&format!("{folder}/package-lock.json")) {
        return Ok(());
    }
    println!("setup: installing {name}");
    let mut npm = command("npm", &["ci", "--no-audit", "--no-fund", "--loglevel=error"]);
    run(npm.current_dir(folder))
}

fn modified(file: &str) -> Option<SystemTime> {
    fs::metadata(file).and_then(|metadata| metadata.modified()).ok()
}

#[cfg(test)]
mod tests {
    use super::major;

    #[test]
    fn reads_nodes_version() {
        let check = |version, expect| assert_eq!(major(version), expect, "{version}");
        check("v20.19.2", 20);
        check("v9.0.0", 9);
        check("nonsense", 0);
    }
}
