//! The command behind `cargo xtask conformance`: replays a folder of recordings and reports what differs.

use rollscope_conformance::{Options, Outcome, report, run};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

const USAGE: &str = "\
usage: cargo xtask conformance [DIR] [--only PATTERN] [-v] [--ignore-kinds KIND,...]

  DIR                  a folder of recordings (default ../shared/conformance)
  --only PATTERN       only recordings whose name or topic contains this
  -v                   every step that differs, not only the first of each recording
  --ignore-kinds LIST  leave these kinds out of the comparison";

fn main() -> ExitCode {
    let start = Instant::now();
    let outcomes =
        arguments(std::env::args().skip(1)).and_then(|(folder, pattern, options)| run(&folder, &pattern, &options));
    match outcomes {
        Ok(outcomes) => {
            let seconds = start.elapsed().as_secs_f64();
            let all_passed = outcomes.iter().all(Outcome::has_passed);
            let text = report(&outcomes).unwrap_or_default();
            let (body, last) = text.trim_end().rsplit_once('\n').unwrap_or_default();
            println!("{body} in {seconds:.1} s\n{last}");
            if all_passed {
                ExitCode::SUCCESS
            } else {
                ExitCode::FAILURE
            }
        }
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

fn arguments(mut words: impl Iterator<Item = String>) -> Result<(PathBuf, String, Options), String> {
    let (mut folder, mut pattern, mut options) = (None, String::new(), Options::default());
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or_else(|| format!("{word} needs a value\n\n{USAGE}"));
        match word.as_str() {
            "--only" => pattern = value()?,
            "--ignore-kinds" => options.ignored_kinds = value()?.split(',').map(str::to_owned).collect(),
            "-v" => options.all_steps = true,
            path if !path.starts_with('-') && folder.is_none() => folder = Some(PathBuf::from(path)),
            _ => return Err(format!("{word} is not understood\n\n{USAGE}")),
        }
    }
    Ok((
        folder.unwrap_or_else(|| "../shared/conformance".into()),
        pattern,
        options,
    ))
}
