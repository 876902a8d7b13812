//! `cargo xtask bench`: what the engine's standard runs cost at several sizes, and by which power of the size that grows.
//!
//! Each measurement is a process of its own, so that none finds memory or caches as another left them. CPU time counts, not
//! the time that passes: other programs may be at work.

mod fit;
mod measure;
mod page;
mod runs;

use measure::Measured;
use runs::{RUNS, Run};
use std::process::{Command, ExitCode};

/// How often a run is measured at each size.
const TIMES: usize = 3;

/// What was measured of one run: its sizes and figures.
type Row = (&'static Run, Vec<(usize, Measured)>);

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    let outcome = match words.as_slice() {
        ["one", name, size] => measure_here(name, size),
        ["text", name, size] => text_of(name, size).map(|text| print!("{text}")),
        ["once", name, size] => text_of(name, size).map(|text| println!("{}", measure::steps(&text))),
        [] => measure_all().map(|rows| println!("{}", page::tables(&rows))),
        ["--page", path] => measure_all().and_then(|rows| page::write(path, &rows)),
        _ => Err("usage: rollscope-bench [--page FILE]".to_owned()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

fn measure_here(name: &str, size: &str) -> Result<(), String> {
    println!("{}", measure::measure(&text_of(name, size)?)?);
    Ok(())
}

/// The text of a standard run.
fn text_of(name: &str, size: &str) -> Result<String, String> {
    let run = RUNS.iter().find(|run| run.name == name).ok_or("no such run")?;
    let size = size.parse().map_err(|_| format!("not a size: {size}"))?;
    Ok((run.text)(size))
}

fn measure_all() -> Result<Vec<Row>, String> {
    let mut rows = Vec::new();
    for run in &RUNS {
        let mut row = Vec::new();
        for size in run.sizes {
            let measured = measure_apart(run, *size)?;
            eprintln!("{} {size}: {:.1} ms", run.title, measured.cpu_ns / 1e6);
            row.push((*size, measured));
        }
        rows.push((run, row));
    }
    Ok(rows)
}

/// The best of a few: what disturbs a measurement only makes it longer.
fn measure_apart(run: &Run, size: usize) -> Result<Measured, String> {
    let mut best: Option<Measured> = None;
    for _ in 0..TIMES {
        let program = std::env::current_exe().map_err(|error| error.to_string())?;
        let output = Command::new(program)
            .args(["one", run.name, &size.to_string()])
            .output()
            .map_err(|error| error.to_string())?;
        let text = String::from_utf8_lossy(&output.stdout);
        let measured: Measured = text.parse().map_err(|()| {
            let error = String::from_utf8_lossy(&output.stderr);
            format!("{} {size}: {error}", run.name)
        })?;
        if best.as_ref().is_none_or(|best| measured.cpu_ns < best.cpu_ns) {
            best = Some(measured);
        }
    }
    best.ok_or_else(|| "nothing measured".to_owned())
}
