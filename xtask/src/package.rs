//! `cargo xtask package`: the npm package in `target/package`, packed as npm would publish it.
//!
//! How the engine is compiled says `[profile.headless]` in Cargo.toml; the modules around it are those of `package/js`. The
//! element is that of the page in `dist/`, with all that it loads.

use crate::process::{Outcome, command, output_of, run};
use crate::size;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

/// Where the package is put together.
const FOLDER: &str = "target/package";
/// Where the element is, in the package.
const ELEMENT: &str = "target/package/element";
const TESTS: &str = "package/tests";
const TARGET: &str = "wasm32-unknown-unknown";
/// What is taken as it is: from where, and under which name.
const FILES: [(&str, &str); 10] = [
    ("package/package.json", "package.json"),
    ("package/README.md", "README.md"),
    ("LICENSE-APACHE", "LICENSE-APACHE"),
    ("LICENSE-MIT", "LICENSE-MIT"),
    ("docs/history.schema.json", "history.schema.json"),
    ("package/js/api.js", "api.js"),
    ("package/js/node.js", "node.js"),
    ("package/js/browser.js", "browser.js"),
    ("package/js/index.d.ts", "index.d.ts"),
    ("package/js/data.d.ts", "data.d.ts"),
];

/// Puts the package together in a folder, with the engine as a profile compiles it.
pub fn build(profile: &str, folder: &str) -> Outcome {
    let words = format!(
        "build --quiet --locked --profile {profile} --package rollscope-package --bin rollscope-headless --target {TARGET}"
    );
    run(&mut command("cargo", &words.split_whitespace().collect::<Vec<_>>()))?;
    if Path::new(folder).exists() {
        fs::remove_dir_all(folder).map_err(|error| format!("{folder}: {error}"))?;
    }
    bind(profile, folder)?;
    for (from, to) in FILES {
        fs::copy(from, format!("{folder}/{to}")).map_err(|error| format!("{from}: {error}"))?;
    }
    Ok(())
}

/// Takes the element from the page's build, with its types.
fn add_element() -> Outcome {
    run(&mut command("node", &["element/package.mjs", "dist", ELEMENT]))?;
    let types = "package/js/rollout-view.d.ts";
    let copied = fs::copy(types, format!("{ELEMENT}/rollout-view.d.ts"));
    copied.map(drop).map_err(|error| format!("{types}: {error}"))
}

/// Builds and packs, with the element of the page in `dist/`; prints what it weighs.
pub fn package() -> Outcome {
    build("headless", FOLDER)?;
    add_element()?;
    let packed = output_of(
        "npm",
        &["pack", "--silent", &format!("./{FOLDER}"), "--pack-destination", FOLDER],
    );
    let packed = packed.ok_or("npm can't pack the package")?;
    size::print_sizes(
        "the npm package",
        FOLDER,
        &[&packed, "engine.wasm", "engine.js", "api.js"],
    )?;
    let element = size::files_below(Path::new(ELEMENT)).map_err(|error| format!("{ELEMENT}: {error}"))?;
    let element: Vec<&str> = element.iter().map(String::as_str).collect();
    size::print_sizes("the element in it", ELEMENT, &element)?;
    println!("\n{FOLDER}/{packed}");
    Ok(())
}

/// wasm-bindgen is part of this program.
fn bind(profile: &str, folder: &str) -> Outcome {
    let wasm = format!("target/{TARGET}/{profile}/rollscope-headless.wasm");
    let words = "wasm-bindgen --target web --no-typescript --omit-default-module-path --remove-name-section \
                 --remove-producers-section --out-name engine --out-dir";
    let args = words.split_whitespace().chain([folder, &wasm]).map(OsString::from);
    wasm_bindgen_cli::wasm_bindgen::run_cli_with_args(args).map_err(|error| format!("wasm-bindgen: {error:?}"))?;
    let renamed = fs::rename(format!("{folder}/engine_bg.wasm"), format!("{folder}/engine.wasm"));
    renamed.map_err(|error| format!("wasm-bindgen wrote no module: {error}"))
}

/// Named one by one: from release to release Node understands folders otherwise.
fn test_files() -> Result<Vec<PathBuf>, String> {
    let entries = fs::read_dir(TESTS).map_err(|error| format!("{TESTS}: {error}"))?;
    let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
    let mut tests: Vec<PathBuf> = paths
        .filter(|path| path.to_string_lossy().ends_with(".test.mjs"))
        .collect();
    tests.sort();
    Ok(tests)
}

/// The tests of `package/tests`, against what was packed: it is installed as anybody would install it.
pub fn test() -> Outcome {
    package()?;
    let mut tests = command("node", &["--test", "--test-reporter=spec"]);
    tests.args(test_files()?);
    if let Some(program) = crate::browser::find_or_install()? {
        tests.env("CHROMIUM", program);
    }
    run(&mut tests)
}
