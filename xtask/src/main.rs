//! `cargo xtask`: the project's chores. One file per chore; this one only finds out which is meant.
//!
//! Copied to `target/tools/bin/wasm-bindgen`, the same program is wasm-bindgen (see `tools`).

mod bench;
mod browser;
mod build;
mod conformance;
mod fields;
mod lighthouse;
mod package;
mod process;
mod publish;
mod render;
mod rules;
mod serve;
mod setup;
mod size;
mod split;
mod test;
mod tools;

use process::Outcome;
use std::path::Path;
use std::process::ExitCode;

const USAGE: &str = "\
usage: cargo xtask <chore>

  serve [--release] [--port 8080]  set up, build and serve the page, rebuilding when a file changes
  build                            set up and make the release build in dist/
  test                             set up and run every check and test
  browser [playwright's options]   build, then run only the browser tests
  lighthouse                       build, then hold Lighthouse's scores at their bars
  conformance [DIR] [--only PATTERN] [-v]
                                   the engine against recordings of the real control plane, state by state
  bench [native|wasm|peer|instructions|frames]
                                   what the engine and the page cost, and its sections of docs/performance.md anew
  package [--test]                 build, then the npm package in target/package, packed; with --test, installed and tried as well
  fields                           the editor's field list anew, from the engine's table and editor/words.txt
  render SCENARIO [--step N] -o FILE
                                   a picture (.svg), a text (.md, .txt, .cast) or the data (.json) of a run; more with --help
  rules                            the page of rules anew, from the catalogue and the runs of all examples
  size [--why]                     build, then what a visitor downloads, in bytes; with --why, what these are spent on
  setup                            only get the tools that the other chores need
  help                             this text";

fn main() -> ExitCode {
    if let Some(code) = tools::run_as_wasm_bindgen() {
        return code;
    }
    let args: Vec<String> = std::env::args().skip(1).collect();
    let here = std::env::current_dir().unwrap_or_default();
    match enter_project().and_then(|()| run(&args, &here)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

/// All chores but `render` name files relative to the project's top folder, wherever they were called.
fn enter_project() -> Outcome {
    let top = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("xtask lies in the project");
    std::env::set_current_dir(top).map_err(|error| format!("{}: {error}", top.display()))
}

fn run(args: &[String], here: &Path) -> Outcome {
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["serve", options @ ..] => serve::serve(&serve::Options::parse(options)?),
        ["build"] => set_up_and_build(),
        ["test"] => test::test(),
        ["browser", options @ ..] => set_up_and_build().and_then(|()| browser::test(options)),
        ["lighthouse"] => set_up_and_build().and_then(|()| lighthouse::lighthouse()),
        ["conformance", options @ ..] => conformance::conformance(options),
        ["bench", sections @ ..] => bench::bench(sections),
        ["package"] => set_up_and_build().and_then(|()| package::package()),
        ["package", "--test"] => set_up_and_build().and_then(|()| package::test()),
        ["fields"] => fields::fields(),
        ["render", options @ ..] => render::render(options, here),
        ["rules"] => rules::rules(),
        ["size", "--why"] => set_up_and_build().and_then(|()| size::why::why()),
        ["size"] => set_up_and_build().and_then(|()| size::size()),
        ["setup"] => setup::setup(),
        [] | ["help" | "-h" | "--help"] => {
            println!("{USAGE}");
            Ok(())
        }
        _ => Err(format!("no such chore: {}\n\n{USAGE}", words.join(" "))),
    }
}

fn set_up_and_build() -> Outcome {
    setup::setup().and_then(|()| build::build())
}
