//! Our engine as wasm beside `@ngrok/webernetes`, the other Kubernetes for browsers: the same rollout, in Node, in turn.
//!
//! The peer is installed into `target/` and bundled, as a page would have it. Its clock is stepped as fast as it goes
//! (`benches/peer/peer.mjs`).

use super::ask;
use super::section::{self, median, member, number};
use super::wasm::{InNode, in_node};
use crate::package;
use crate::process::{Outcome, command, output_of, run};
use std::fs;

const PEER: &str = "@ngrok/webernetes@0.3.5";
const FOLDER: &str = "target/bench/peer";
const OURS: &str = "target/bench/headless";
const SIZES: [usize; 3] = [10, 100, 300];
/// How often both are measured, in turn.
const TURNS: usize = 3;
/// How often ours is repeated in one process; the first time counts apart.
const TIMES: usize = 21;

/// By the bundler that the editor needs anyway.
const BUNDLE: &str = "\
import { buildSync } from 'esbuild';
const [script, outfile] = process.argv.slice(1);
buildSync({ entryPoints: [script], outfile, bundle: true, minify: true, platform: 'node', format: 'esm' });";

/// A file's bytes after brotli.
const COMPRESSED: &str = "\
import { readFileSync } from 'node:fs';
import { brotliCompressSync } from 'node:zlib';
console.log(brotliCompressSync(readFileSync(process.argv[1])).length);";

/// Measures and writes the section.
pub fn peer() -> Outcome {
    install()?;
    package::build("headless", OURS)?;
    let mut text = format!(
        "## Beside webernetes\n\n{} The same Deployment is created and then updated, 25 % surge and 25 % unavailable, by `{PEER}` with its clock \
         stepped as fast as it goes, and by our engine as wasm; both in Node, in turn, {TURNS} times, each in a process of its own. CPU time \
         of all threads, from the first apply to the end of the update; medians. Ours is told twice: the first run in its process, in which \
         wasm is still being compiled, and the median of those that follow, at least {}, for four seconds. A run of the peer is long enough to be compiled on the way. \
         What the peer does beside a rollout (networking, DNS) it does here as well, idle; what ours does (recording every step with its reason) too.\n\n\
         | replicas | webernetes | ours, first | ratio | ours, then | ratio | memory of the process: webernetes | ours |\n\
         |---|---|---|---|---|---|---|---|\n",
        section::conditions(),
        TIMES - 1
    );
    for size in SIZES {
        let scenario = ask(&["text", "deployment", &size.to_string()])?;
        let (mut theirs, mut ours) = (Vec::new(), Vec::new());
        for turn in 1..=TURNS {
            theirs.push(one_of_theirs(size)?);
            ours.push(in_node(OURS, &scenario, TIMES)?);
            eprintln!("{size} replicas: turn {turn} of {TURNS}");
        }
        text += &row(size, &theirs, &ours);
    }
    text += &format!(
        "\nBundled and minified, the peer alone is {} bytes after brotli. `cargo xtask size` prints ours: the whole page before it is usable, \
         and what comes later.\n",
        number(bundled()?)
    );
    section::write("peer", &text)
}

/// How large the peer is, compressed.
fn bundled() -> Result<f64, String> {
    let bundle = format!("{FOLDER}/bundle.mjs");
    let printed = output_of("node", &["--input-type=module", "-e", COMPRESSED, "--", &bundle]);
    let bytes = printed.and_then(|bytes| bytes.trim().parse().ok());
    bytes.ok_or(format!("{bundle} can't be compressed"))
}

fn row(size: usize, theirs: &[(f64, f64)], ours: &[InNode]) -> String {
    let of_theirs = |part: fn(&(f64, f64)) -> f64| median(&theirs.iter().map(part).collect::<Vec<_>>());
    let of_ours = |part: fn(&InNode) -> f64| median(&ours.iter().map(part).collect::<Vec<_>>());
    let (cpu, first, warm) = (of_theirs(|it| it.0), of_ours(|it| it.first), of_ours(|it| it.warm));
    let megabytes = |bytes: f64| format!("{:.0} MB", bytes / 1e6);
    format!(
        "| {size} | {} ms | {} ms | {} | {} ms | {} | {} | {} |\n",
        number(cpu),
        number(first),
        number(cpu / first),
        number(warm),
        number(cpu / warm),
        megabytes(of_theirs(|it| it.1)),
        megabytes(of_ours(|it| it.memory)),
    )
}

fn install() -> Outcome {
    fs::create_dir_all(FOLDER).map_err(|error| format!("{FOLDER}: {error}"))?;
    let manifest = format!("{FOLDER}/package.json");
    fs::write(&manifest, "{\"private\": true, \"type\": \"module\"}\n")
        .map_err(|error| format!("{manifest}: {error}"))?;
    run(command("npm", &["install", "--loglevel=error", PEER]).current_dir(FOLDER))?;
    let script = format!("{FOLDER}/peer.mjs");
    fs::copy("benches/peer/peer.mjs", &script).map_err(|error| format!("{script}: {error}"))?;
    let args = [
        "--input-type=module",
        "-e",
        BUNDLE,
        "--",
        &script,
        &format!("{FOLDER}/bundle.mjs"),
    ];
    run(&mut command("node", &args))
}

/// CPU milliseconds of one rollout, and the memory of its process.
fn one_of_theirs(size: usize) -> Result<(f64, f64), String> {
    let printed = output_of("node", &[&format!("{FOLDER}/bundle.mjs"), &size.to_string()]);
    let printed = printed.ok_or(format!("webernetes has not come to the end of {size} replicas"))?;
    let numbers = member(&printed, "cpu").zip(member(&printed, "memory"));
    numbers.ok_or(format!("not measured: {printed}"))
}
