//! `cargo xtask test`: every check there is. All run, so that one call tells all that is wrong, except those that
//! need a page that could not be built.

use crate::process::{Outcome, command, run};
use crate::{bench, browser, build, conformance, lighthouse, package, setup, size};
use std::time::Instant;

/// Sets up, runs every phase, and ends with a count of those that passed and failed.
pub fn test() -> Outcome {
    setup::setup()?;
    let mut report = Report::default();
    report.phase("formatting", || cargo(&["fmt", "--all", "--check"]));
    report.phase("lints", || {
        cargo(&[
            "clippy",
            "--quiet",
            "--locked",
            "--workspace",
            "--all-targets",
            "--",
            "-D",
            "warnings",
        ])
    });
    report.phase("Rust tests", || cargo(&["test", "--quiet", "--locked", "--workspace"]));
    if conformance::has_recordings() {
        report.phase("conformance", || conformance::conformance(&[]));
    }
    if report.phase("release build", build::build) {
        report.phase("download size", size::size);
        report.phase("browser tests", || browser::test(&[]));
        report.phase("lighthouse", lighthouse::lighthouse);
        report.phase("npm package", package::test);
    } else {
        report.skip("download size");
        report.skip("lighthouse");
        report.skip("browser tests");
        report.skip("npm package");
    }
    report.phase("instructions for each step", bench::instructions::compare);
    report.conclude()
}

fn cargo(args: &[&str]) -> Outcome {
    run(&mut command("cargo", args))
}

#[derive(Default)]
struct Report {
    passed: usize,
    failed: Vec<&'static str>,
}

impl Report {
    /// Runs one phase under a heading; whether it passed.
    fn phase(&mut self, name: &'static str, work: impl FnOnce() -> Outcome) -> bool {
        println!("\n== {name}");
        let start = Instant::now();
        let outcome = work();
        let seconds = start.elapsed().as_secs_f32();
        match &outcome {
            Ok(()) => println!("== {name}: passed in {seconds:.1} s"),
            Err(message) => println!("{message}\n== {name}: FAILED in {seconds:.1} s"),
        }
        self.count(name, outcome.is_ok());
        outcome.is_ok()
    }

    /// A phase that can't run has not passed.
    fn skip(&mut self, name: &'static str) {
        println!("\n== {name}: FAILED, the page was not built");
        self.count(name, false);
    }

    fn count(&mut self, name: &'static str, passed: bool) {
        if passed {
            self.passed += 1;
        } else {
            self.failed.push(name);
        }
    }

    fn conclude(&self) -> Outcome {
        println!("\n{} passed, {} failed", self.passed, self.failed.len());
        if self.failed.is_empty() {
            Ok(())
        } else {
            Err(format!("failed: {}", self.failed.join(", ")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Report;

    #[test]
    fn one_failed_phase_fails_the_whole() {
        let mut report = Report::default();
        assert!(report.phase("good", || Ok(())));
        assert!(report.conclude().is_ok());
        assert!(!report.phase("bad", || Err("because".to_owned())));
        report.skip("later");
        assert_eq!((report.passed, report.failed.len()), (1, 2));
        assert_eq!(report.conclude(), Err("failed: bad, later".to_owned()));
    }
}
