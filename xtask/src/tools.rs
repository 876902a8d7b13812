//! The two tools that build the page, both pinned: trunk and wasm-bindgen. A third, mdBook, builds a book for a test.
//!
//! trunk and mdBook are programs only, so they're compiled once into `target/tools`, quickly rather than well. wasm-bindgen is
//! also a library, so it's part of this program: a copy of ourselves under its name, which trunk finds on the path.

use crate::process::{Outcome, TOOLS, command, output_of, run};
use crate::split;
use std::env;
use std::ffi::OsStr;
use std::fs;
use std::path::Path;
use std::process::ExitCode;

/// Newer ones want a newer Rust than the one in rust-toolchain.toml.
const TRUNK: &str = "0.21.14";

/// With this one the tests build a book in which a rollout is embedded.
const MDBOOK: &str = "0.5.4";

/// A quick compilation: trunk spends its time waiting for cargo, and the book has a page.
const QUICK: [(&str, &str); 4] = [
    ("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0"),
    ("CARGO_PROFILE_RELEASE_LTO", "off"),
    ("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16"),
    ("CARGO_PROFILE_RELEASE_DEBUG", "false"),
];

/// Where this program was called by the name wasm-bindgen, does that tool's work.
pub fn run_as_wasm_bindgen() -> Option<ExitCode> {
    let name = env::args_os().next()?;
    if Path::new(&name).file_stem() != Some(OsStr::new("wasm-bindgen")) {
        return None;
    }
    match split::bindgen() {
        Ok(()) => Some(ExitCode::SUCCESS),
        Err(error) => {
            eprintln!("wasm-bindgen: {error:?}");
            Some(ExitCode::FAILURE)
        }
    }
}

/// Copies this program to the tools, under the name wasm-bindgen, unless the copy there is as new. Done by renaming, since
/// another `serve` may be running the old one.
pub fn install_wasm_bindgen() -> Outcome {
    let copy = Path::new(TOOLS).join(format!("wasm-bindgen{}", env::consts::EXE_SUFFIX));
    copy_if_newer(&copy).map_err(|error| format!("can't copy xtask to {}: {error}", copy.display()))
}

fn copy_if_newer(copy: &Path) -> std::io::Result<()> {
    let this = env::current_exe()?;
    let built = fs::metadata(&this)?.modified()?;
    if fs::metadata(copy)
        .and_then(|metadata| metadata.modified())
        .is_ok_and(|copied| copied >= built)
    {
        return Ok(());
    }
    fs::create_dir_all(TOOLS)?;
    let unfinished = copy.with_extension("new");
    fs::copy(this, &unfinished)?;
    fs::rename(unfinished, copy)
}

/// Compiles the pinned trunk, unless it's there or the path has one of that version.
pub fn install_trunk() -> Outcome {
    let without_tls_choice = ["--no-default-features", "--features", "rustls"];
    install("trunk", TRUNK, "two to five minutes", &without_tls_choice)
}

/// Compiles the pinned mdBook, unless it's there or the path has one of that version.
pub fn install_mdbook() -> Outcome {
    install("mdbook", MDBOOK, "one to three minutes", &["--no-default-features"])
}

fn install(program: &str, version: &str, takes: &str, features: &[&str]) -> Outcome {
    let is_it = |printed: String| printed.trim_start_matches(program).trim_start_matches([' ', 'v']) == version;
    if output_of(program, &["--version"]).is_some_and(is_it) {
        return Ok(());
    }
    println!("setup: compiling {program} {version} into target/tools, once ({takes})");
    let args = [
        "install",
        "--quiet",
        "--locked",
        program,
        "--version",
        version,
        "--root",
        "target/tools",
        "--force",
    ];
    run(command("cargo", &args).args(features).envs(QUICK))
}
