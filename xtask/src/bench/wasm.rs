//! The engine as wasm beside the same engine natively: CPU time of the standard runs, how long it takes to go to a step, and
//! what a history takes.

use super::ask;
use super::section::{self, median, member, number};
use crate::package;
use crate::process::{Outcome, command};
use std::io::Write;
use std::process::Stdio;

/// Where the builds of the engine lie: as in the npm package, and as in the page, which is compiled for the least size.
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
/// The runs of which the memory is measured.
const LARGE: [(&str, &str, usize); 5] = [
    RUNS[1],
    RUNS[2],
    RUNS[3],
    ("daemon", RUNS[4].1, 500),
    ("surrounded", RUNS[5].1, 1_000),
];
/// How often a run is repeated in one process at least; short ones more often, for seconds.
const TIMES: usize = 6;

/// Measures and writes the section.
pub fn wasm() -> Outcome {
    for (profile, folder) in BUILDS {
        package::build(profile, folder)?;
    }
    let mut text = format!(
        "## The engine as wasm, beside the same natively\n\n{} CPU time of one run, the median in a process that has run it before: of {} runs, or \
         of as many as take four seconds, by when the JavaScript engine has compiled in full what is run often. The first run in its process, \
         during which it compiles, is told beside it. The page is compiled for the least size, the package for somewhat more speed. Going to a step means the time until the cluster at \
         a random position is there, in Node, 200 times.\n\n\
         | run | size | native | as in the package | ratio | as in the page | ratio | its first | going to a step, in the page: median | worst |\n\
         |---|---|---|---|---|---|---|---|---|---|\n",
        section::conditions(),
        TIMES - 1
    );
    for (name, title, size) in RUNS {
        let scenario = ask(&["text", name, &size.to_string()])?;
        let native = native(name, size)?;
        let [fast, small] = BUILDS.map(|(_, folder)| in_node(folder, &scenario, TIMES));
        let (fast, small) = (fast?, small?);
        text += &format!(
            "| {title} | {} | {} ms | {} ms | {:.1} | {} ms | {:.1} | {} ms | {:.2} ms | {:.1} ms |\n",
            number(size as f64),
            number(native),
            number(fast.warm),
            fast.warm / native,
            number(small.warm),
            small.warm / native,
            number(small.first),
            small.seek,
            small.worst
        );
    }
    section::write("wasm", &(text + &memory()?))
}

/// CPU milliseconds of a run, the median of three processes.
fn native(name: &str, size: usize) -> Result<f64, String> {
    let mut times = Vec::new();
    for _ in 0..3 {
        times.push(natively(name, size)?[0] / 1e6);
    }
    Ok(median(&times))
}

/// The figures of a run in a process of its own: nanoseconds, steps, changes, bytes of one history more, bytes of the first with what the
/// run needed.
fn natively(name: &str, size: usize) -> Result<[f64; 5], String> {
    let printed = ask(&["one", name, &size.to_string()])?;
    let numbers: Vec<f64> = printed
        .split_whitespace()
        .filter_map(|word| word.parse().ok())
        .collect();
    let figures = numbers.first_chunk().copied();
    figures.ok_or(format!("not measured: {printed}"))
}

/// What a history takes for each of its changes, natively and as the page has it.
fn memory() -> Result<String, String> {
    let mut text = String::from(
        "\nMemory for each recorded change: what one history more adds, with its checkpoints and what the allocator adds to each piece; wasm's \
         memory is counted in its pages. Behind it what the memory grew by altogether for one run: what only the run needed stays with the \
         module, which finds it again for the next.\n\n\
         | run | size | changes | native | as in the page | as in the page, with what the run needed |\n|---|---|---|---|---|---|\n",
    );
    for (name, title, size) in LARGE {
        let [_, _, changes, native, _] = natively(name, size)?;
        let wasm = in_node(BUILDS[1].1, &ask(&["text", name, &size.to_string()])?, 1)?;
        let each = |bytes: f64| format!("{:.0} bytes", bytes / changes);
        text += &format!(
            "| {title} | {} | {} | {} | {} | {} |\n",
            number(size as f64),
            number(changes),
            each(native),
            each(wasm.history),
            each(wasm.grown)
        );
    }
    Ok(text)
}

/// What was measured in Node, in milliseconds and bytes.
pub struct InNode {
    /// The first run in its process.
    pub first: f64,
    /// The median of those that followed.
    pub warm: f64,
    /// The most memory that the process held.
    pub memory: f64,
    /// Wasm's memory that one history more takes, and by how much it grew for one after the other.
    pub history: f64,
    pub grown: f64,
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
        history: read("history")?,
        grown: read("grown")?,
        seek: read("seek")?,
        worst: read("worst")?,
    })
}
