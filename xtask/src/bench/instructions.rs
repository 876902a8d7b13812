//! How many instructions a step takes, counted by valgrind's callgrind: no other program on the machine changes that. What was
//! counted last is kept in `benches/instructions.txt`; `cargo xtask test` prints what has changed since.

use super::section::number;
use crate::process::{Outcome, command, find_on_path, run};
use std::fs;
use std::path::Path;

/// What was counted last: run, size, steps, instructions for each step.
const BOOK: &str = "benches/instructions.txt";
const HEAD: &str = "\
# Instructions for each step of the standard runs, from the text to the history, as callgrind counts them on x86-64. Written by
# `cargo xtask bench instructions`; `cargo xtask test` prints the change. A rise above 5 % is explained in its commit.
";
const RUNS: [(&str, usize); 5] = [
    ("deployment", 300),
    ("parallel", 300),
    ("ordered", 100),
    ("daemon", 50),
    ("surrounded", 100),
];
const PROGRAM: &str = "target/fast/rollscope-bench";
/// What a run's text takes to be read, and the program to start, is in the count; so is nothing else.
const FOLDER: &str = "target/bench";

/// A run as it was counted.
struct Counted {
    run: String,
    size: usize,
    steps: f64,
    each: f64,
}

/// Counts and writes the book.
pub fn record() -> Outcome {
    let counted = count()?;
    let lines: Vec<String> = counted
        .iter()
        .map(|it| format!("{} {} {} {:.0}\n", it.run, it.size, it.steps, it.each))
        .collect();
    print_all(&counted, &read());
    fs::write(BOOK, format!("{HEAD}{}", lines.concat())).map_err(|error| format!("{BOOK}: {error}"))
}

/// Counts, and prints what has changed. It's no failure: a rise may have its reason.
pub fn compare() -> Outcome {
    if find_on_path("valgrind").is_none() {
        println!("valgrind is missing, so instructions are not counted (apt-get install valgrind)");
        return Ok(());
    }
    print_all(&count()?, &read());
    Ok(())
}

fn read() -> Vec<Counted> {
    let book = fs::read_to_string(BOOK).unwrap_or_default();
    book.lines().filter_map(parse).collect()
}

fn parse(line: &str) -> Option<Counted> {
    let mut words = line.split(' ');
    Some(Counted {
        run: words.next().filter(|word| *word != "#")?.to_owned(),
        size: words.next()?.parse().ok()?,
        steps: words.next()?.parse().ok()?,
        each: words.next()?.parse().ok()?,
    })
}

fn print_all(now: &[Counted], before: &[Counted]) {
    for it in now {
        let old = before.iter().find(|old| old.run == it.run && old.size == it.size);
        println!("{}", told(it, old));
    }
}

fn told(now: &Counted, before: Option<&Counted>) -> String {
    let steps = number(now.steps);
    let line = format!(
        "{} {}: {} instructions a step, {steps} steps",
        now.run,
        now.size,
        number(now.each)
    );
    let Some(before) = before else {
        return format!("{line}, counted for the first time");
    };
    let change = (now.each / before.each - 1.0) * 100.0;
    let mark = if change > 5.0 { ": more than 5 % more" } else { "" };
    let moved = if now.steps == before.steps {
        String::new()
    } else {
        format!(" (before: {} steps)", number(before.steps))
    };
    format!("{line}{moved}, {change:+.1} %{mark}")
}

fn count() -> Result<Vec<Counted>, String> {
    let build = "build --quiet --locked --profile fast --package rollscope-bench";
    run(&mut command("cargo", &build.split(' ').collect::<Vec<_>>()))?;
    fs::create_dir_all(FOLDER).map_err(|error| format!("{FOLDER}: {error}"))?;
    RUNS.iter().map(|(name, size)| count_one(name, *size)).collect()
}

fn count_one(name: &str, size: usize) -> Result<Counted, String> {
    let out = format!("--callgrind-out-file={FOLDER}/callgrind.out");
    let args = ["--tool=callgrind", &out, PROGRAM, "once", name, &size.to_string()];
    let output = command("valgrind", &args)
        .output()
        .map_err(|error| format!("valgrind: {error}"))?;
    let (steps, told) = (
        String::from_utf8_lossy(&output.stdout).into_owned(),
        String::from_utf8_lossy(&output.stderr).into_owned(),
    );
    let steps: f64 = steps.trim().parse().map_err(|_| format!("{name} {size}: {told}"))?;
    let all = told
        .lines()
        .find_map(|line| line.split_once("Collected : ")?.1.trim().parse::<f64>().ok());
    let all = all.ok_or(format!("callgrind counted nothing: {told}"))?;
    let _ = fs::remove_file(Path::new(FOLDER).join("callgrind.out"));
    Ok(Counted {
        run: name.to_owned(),
        size,
        steps,
        each: all / steps,
    })
}

#[cfg(test)]
mod tests {
    use super::{Counted, parse, told};

    #[test]
    fn a_rise_is_seen() {
        let before = parse("ordered 100 1306 20000").expect("a line of the book");
        assert!(parse("# a comment of some words").is_none());
        let check = |each: f64, steps: f64, expect: &str| {
            let now = Counted {
                run: "ordered".into(),
                size: 100,
                steps,
                each,
            };
            assert_eq!(told(&now, Some(&before)), expect);
        };
        check(
            20_000.0,
            1_306.0,
            "ordered 100: 20,000 instructions a step, 1,306 steps, +0.0 %",
        );
        check(
            22_000.0,
            1_306.0,
            "ordered 100: 22,000 instructions a step, 1,306 steps, +10.0 %: more than 5 % more",
        );
        check(
            18_000.0,
            1_300.0,
            "ordered 100: 18,000 instructions a step, 1,300 steps (before: 1,306 steps), -10.0 %",
        );
    }
}
