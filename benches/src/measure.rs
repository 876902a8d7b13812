//! One measurement, in the process that it is made in: CPU time from the kernel's books where there are any.

use rollscope_engine::{Cursor, History, Scenario, simulate};
use std::fmt;
use std::fs;
use std::rc::Rc;
use std::str::FromStr;
use std::time::Instant;

/// How long a run is repeated at least, in nanoseconds: the kernel counts in milliseconds.
const LEAST: f64 = 2e8;
/// A history of so many changes is measured by itself.
const LARGE: usize = 200_000;
/// How many steps are sought.
const SEEKS: usize = 200;

/// The figures of one run at one size.
#[derive(Clone, Copy, Debug)]
pub struct Measured {
    /// CPU time of one run.
    pub cpu_ns: f64,
    /// Steps of the run.
    pub steps: f64,
    /// Changes that it records: writes, Events, and who waits for what.
    pub changes: f64,
    /// Memory that one history more takes, in bytes.
    pub memory: f64,
    /// What the process grew by with its first history, in bytes: what only the run needed is among it.
    pub grown: f64,
    /// CPU time of going to a random step: the median.
    pub seek_ns: f64,
    /// The same, the longest.
    pub worst_seek_ns: f64,
}

impl fmt::Display for Measured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all = [
            self.cpu_ns,
            self.steps,
            self.changes,
            self.memory,
            self.grown,
            self.seek_ns,
            self.worst_seek_ns,
        ];
        let words: Vec<String> = all.iter().map(f64::to_string).collect();
        f.write_str(&words.join(" "))
    }
}

impl FromStr for Measured {
    type Err = ();
    fn from_str(text: &str) -> Result<Measured, ()> {
        let numbers: Result<Vec<f64>, _> = text.split_whitespace().map(str::parse).collect();
        match numbers.map_err(|_| ())?[..] {
            [cpu_ns, steps, changes, memory, grown, seek_ns, worst_seek_ns] => Ok(Measured {
                cpu_ns,
                steps,
                changes,
                memory,
                grown,
                seek_ns,
                worst_seek_ns,
            }),
            _ => Err(()),
        }
    }
}

/// Runs a text and measures.
pub fn measure(text: &str) -> Result<Measured, String> {
    let reading = Scenario::read(text);
    if !reading.is_runnable() {
        return Err(format!("{:?}", reading.diagnostics));
    }
    let (before, start) = (resident(), Clock::now());
    let history = simulate(&reading.scenario);
    let mut runs = 1.0;
    let grown = resident() - before;
    while start.elapsed() < LEAST {
        simulate(&reading.scenario);
        runs += 1.0;
    }
    let cpu_ns = start.elapsed() / runs;
    if let Some(refused) = history.answers.iter().find(|answer| !answer.accepted) {
        return Err(refused.text.clone());
    }
    let (steps, changes) = (history.len(), history.changes());
    let memory = one_more(&reading.scenario, changes);
    let (seek_ns, worst_seek_ns) = seeks(history);
    Ok(Measured {
        cpu_ns,
        steps: steps as f64,
        changes: changes as f64,
        memory,
        grown,
        seek_ns,
        worst_seek_ns,
    })
}

/// What the process grows by with one history more, while others are held: its run finds the memory that theirs needed for
/// themselves and gave back. What the allocator adds to each piece is among it. Of small histories, the mean of several.
fn one_more(scenario: &Scenario, changes: usize) -> f64 {
    let times = (LARGE / changes.max(1)).max(1);
    let _held = simulate(scenario);
    let before = resident();
    let _more: Vec<History> = (0..times).map(|_| simulate(scenario)).collect();
    (resident() - before) / times as f64
}

/// Runs a text once, for who counts what that takes; the number of its steps.
pub fn steps(text: &str) -> usize {
    simulate(&Scenario::read(text).scenario).len()
}

/// Goes to steps here and there: the median time, and the longest.
fn seeks(history: History) -> (f64, f64) {
    let steps = history.len() as u64;
    let mut cursor = Cursor::new(Rc::new(history));
    let mut random: u64 = 1;
    let mut times: Vec<f64> = (0..SEEKS)
        .map(|_| {
            random = random
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            let position = (random >> 33) % (steps + 1);
            let start = Instant::now();
            cursor.seek(usize::try_from(position).unwrap_or(0));
            start.elapsed().as_nanos() as f64
        })
        .collect();
    times.sort_by(f64::total_cmp);
    (times[SEEKS / 2], times[SEEKS - 1])
}

/// CPU time of this process where the kernel tells it, else the time that passes.
struct Clock {
    cpu: Option<f64>,
    wall: Instant,
}

impl Clock {
    fn now() -> Clock {
        Clock {
            cpu: cpu(),
            wall: Instant::now(),
        }
    }

    fn elapsed(&self) -> f64 {
        let passed = cpu().zip(self.cpu).map(|(now, then)| now - then);
        passed.unwrap_or_else(|| self.wall.elapsed().as_nanos() as f64)
    }
}

fn cpu() -> Option<f64> {
    let text = fs::read_to_string("/proc/self/schedstat").ok()?;
    text.split_whitespace().next()?.parse().ok()
}

/// Memory that this process holds, in bytes; 0 where nobody tells.
fn resident() -> f64 {
    let text = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.trim().trim_end_matches("kB").trim().parse::<f64>().ok());
    kilobytes.unwrap_or(0.0) * 1024.0
}
