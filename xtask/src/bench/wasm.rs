//! The engine as wasm beside the same engine natively: CPU time of the standard runs, and how long it takes to go to a step.

use super::ask;
use super::section::{self, median, member, number};
use crate::package;
use crate::process::{Outcome, command};
use std::io::Write;
use std::process::Stdio;

/// Where the builds of the engine lie: compiled for speed as in the npm package, and for size as in the page.
const BUILDS: [(&str, &str); 2] = [
    ("headless", "target/bench/headless"),
    ("release", "target/bench/release"),
];
const RUNS: [(&str, &str, usize); 6] = [
    ("deployment", "Deployment: create, update", 1_000),
    ("deployment", "Deployment: create, update", 10_000),
    ("parallel", "Parallel StatefulSet: create, update", 10_000),
    (
        "ordered",
        "OrderedReady StatefulSet: create, update, scale to 0",
        10_000,
    ),
    ("daemon", "DaemonSet: create, update (nodes)", 100),
    ("surrounded", "Deployment with Service, budget and autoscaler", 300),
];
/// How often a run is repeated in one process.
const TIMES: usize = 6;

/// Measures and writes the section.
pub fn wasm() -> Outcome {
    for (profile, folder) in BUILDS {
        package::build(profile, folder)?;
    }
    let mut text = format!(
        "## The engine as wasm, beside the same natively\n\n{} CPU time of one run, the median of {} in a process that has run it before; \
         \"for speed\" is the build of the npm package, \"for size\" that of the page. Going to a step means the time until the cluster at \
         a random position is there, in Node, 200 times.\n\n\
         | run | size | native | wasm for speed | ratio | wasm for size | ratio | going to a step, for size: median | worst |\n\
         |---|---|---|---|---|---|---|---|---|\n",
        section::conditions(),
        TIMES - 1
    );
    for (name, title, size) in RUNS {
        let scenario = ask(&["text", name, &size.to_string()])?;
        let native = native(name, size)?;
        let [fast, small] = BUILDS.map(|(_, folder)| in_node(folder, &scenario, TIMES));
        let (fast, small) = (fast?, small?);
        text += &format!(
            "| {title} | {} | {} ms | {} ms | {:.1} | {} ms | {:.1} | {:.2} ms | {:.1} ms |\n",
            number(size as f64),
            number(native),
            number(fast.warm),
            fast.warm / native,
            number(small.warm),
            small.warm / native,
            small.seek,
            small.worst
        );
    }
    section::write("wasm", &text)
}

/// CPU milliseconds of a run, the median of three processes.
fn native(name: &str, size: usize) -> Result<f64, String> {
    let mut times = Vec::new();
    for _ in 0..3 {
        let printed = ask(&["one", name, &size.to_string()])?;
        let first = printed.split_whitespace().next();
        let nanoseconds: Option<f64> = first.and_then(|word| word.parse().ok());
        times.push(nanoseconds.ok_or(format!("not a time: {printed}"))? / 1e6);
    }
    Ok(median(&times))
}

/// What was measured in Node, in milliseconds and bytes.
pub struct InNode {
    /// The first run in its process.
    pub first: f64,
    /// The median of those that followed.
    pub warm: f64,
    /// The most memory that the process held.
    pub memory: f64,
    /// Going to a step: the median, and the worst.
    pub seek: f64,
    pub worst: f64,
}

/// Runs a text several times in a process of its own.
pub fn in_node(folder: &str, scenario: &str, times: usize) -> Result<InNode, String> {
    let folder = format!("../../{folder}");
    let mut node = command("node", &["benches/peer/ours.mjs", &folder, &times.to_string()])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| format!("node: {error}"))?;
    if let Some(mut input) = node.stdin.take() {
        input
            .write_all(scenario.as_bytes())
            .map_err(|error| error.to_string())?;
    }
    let output = node.wait_with_output().map_err(|error| error.to_string())?;
    let printed = String::from_utf8_lossy(&output.stdout);
    let read = |name| member(&printed, name).ok_or(format!("not measured: {name} in {printed}"));
    Ok(InNode {
        first: read("first")?,
        warm: read("warm")?,
        memory: read("memory")?,
        seek: read("seek")?,
        worst: read("worst")?,
    })
}
