//! The native section of `docs/performance.md`: written by the command, so that it says what was measured.

use crate::fit::exponent;
use crate::measure::Measured;
use crate::{Row, runs::Run};
use std::fmt::Write;
use std::fs;
use std::process::Command;

const BEGIN: &str = "<!-- native: written by `cargo xtask bench` -->";
const END: &str = "<!-- end of native -->";
const OPENING: &str = "# How fast it is\n\n";

/// Replaces the native section of the page; what else is there stays.
pub fn write(path: &str, rows: &[Row]) -> Result<(), String> {
    let old = fs::read_to_string(path).unwrap_or_else(|_| format!("{OPENING}{BEGIN}\n{END}\n"));
    let section = format!(
        "{BEGIN}\n## The engine, native\n\n{}\n{}\n{END}",
        conditions(),
        tables(rows)
    );
    let (before, rest) = old.split_once(BEGIN).ok_or("the page has no native section")?;
    let (_, after) = rest.split_once(END).ok_or("the native section has no end")?;
    fs::write(path, format!("{before}{section}{after}")).map_err(|error| format!("{path}: {error}"))
}

fn conditions() -> String {
    let cpu = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpu
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(':'));
    let model = model.map_or("an unknown processor", |(_, name)| name.trim());
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split_whitespace().next().unwrap_or("unknown").to_owned();
    format!(
        "Measured on {} by `cargo xtask bench`: {model}, {cores} cores, load {load} from other programs; {}, profile `fast`. CPU time of one \
         run, the best of three. The texts are in `benches/src/runs.rs`.\n",
        said_by("date", "+%Y-%m-%d"),
        said_by("rustc", "--version")
    )
}

fn said_by(program: &str, argument: &str) -> String {
    let output = Command::new(program).arg(argument).output();
    let text = output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
    text.unwrap_or_default()
}

/// The tables: growth, then what a history takes.
pub fn tables(rows: &[Row]) -> String {
    let mut text = String::from(
        "| run | size: CPU time | grows by the power of, from 1,000 on (from 100 where no more is measured) |\n|---|---|---|\n",
    );
    for (run, row) in rows {
        let cells: Vec<String> = row.iter().map(|(size, measured)| cell(run, *size, measured)).collect();
        let largest = row.iter().map(|(size, _)| *size).max().unwrap_or(0);
        let least = if largest > 1_000 { 1_000 } else { 100 };
        let large = row.iter().filter(|(size, _)| *size >= least);
        let points: Vec<(f64, f64)> = large.map(|(size, measured)| (*size as f64, measured.cpu_ns)).collect();
        let power = exponent(&points).map_or("-".to_owned(), |power| format!("{power:.2}"));
        let _ = writeln!(text, "| {} | {} | {power} |", run.title, cells.join(", "));
    }
    text += "\nMemory per change is what the process grows by with one history more, its checkpoints and what the allocator adds included; behind \
             it what it grew by with the first, for which the run needed memory of its own.\n\n\
             | run, at its size | steps | changes | memory per change | with what the run needed | seek, median | seek, worst |\n\
             |---|---|---|---|---|---|---|\n";
    for (run, row) in rows {
        let usual = row.iter().filter(|(size, _)| *size <= 10_000);
        if let Some((size, measured)) = usual.max_by_key(|(size, _)| *size) {
            let _ = writeln!(
                text,
                "| {}, {} {} | {} | {} | {:.0} bytes | {:.0} bytes | {:.2} ms | {:.2} ms |",
                run.title,
                grouped(*size as f64),
                run.unit,
                grouped(measured.steps),
                grouped(measured.changes),
                measured.memory / measured.changes,
                measured.grown / measured.changes,
                measured.seek_ns / 1e6,
                measured.worst_seek_ns / 1e6
            );
        }
    }
    text
}

fn cell(run: &Run, size: usize, measured: &Measured) -> String {
    let milliseconds = measured.cpu_ns / 1e6;
    let digits = if milliseconds < 10.0 { 1 } else { 0 };
    format!("{} {}: {milliseconds:.digits$} ms", grouped(size as f64), run.unit)
}

/// `130,006`.
fn grouped(number: f64) -> String {
    let digits = format!("{number:.0}");
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
