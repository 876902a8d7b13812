//! The command behind `cargo xtask conformance`: replays a folder of recordings and reports what differs.

use rollscope_conformance::{Options, Outcome, page, report, run};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

const USAGE: &str = "\
usage: cargo xtask conformance [DIR] [--only PATTERN] [-v] [--page FILE] [--ignore-kinds KIND,...]

  DIR                  a folder of recordings (default ../shared/conformance)
  --only PATTERN       only recordings whose name or topic contains this
  -v                   every step that differs, not only the first of each recording
  --page FILE          write the parity report, too
  --ignore-kinds LIST  leave these kinds out of the comparison";

/// What was asked for.
#[derive(Default)]
struct Arguments {
    folder: Option<PathBuf>,
    pattern: String,
    page: Option<PathBuf>,
    options: Options,
}

fn main() -> ExitCode {
    match Arguments::read(std::env::args().skip(1)).and_then(|arguments| replay_all(&arguments)) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

/// Prints the report; tells whether all passed.
fn replay_all(arguments: &Arguments) -> Result<bool, String> {
    let start = Instant::now();
    let folder = arguments
        .folder
        .clone()
        .unwrap_or_else(|| "../shared/conformance".into());
    let outcomes = run(&folder, &arguments.pattern, &arguments.options)?;
    let seconds = start.elapsed().as_secs_f64();
    let text = report(&outcomes).map_err(|error| error.to_string())?;
    let (body, last) = text.trim_end().rsplit_once('\n').unwrap_or_default();
    println!("{body} in {seconds:.1} s\n{last}");
    if let Some(file) = &arguments.page {
        let text = page(&outcomes).map_err(|error| error.to_string())?;
        std::fs::write(file, text).map_err(|error| format!("{}: {error}", file.display()))?;
    }
    Ok(outcomes.iter().all(Outcome::has_passed))
}

impl Arguments {
    fn read(mut words: impl Iterator<Item = String>) -> Result<Arguments, String> {
        let mut read = Arguments::default();
        while let Some(word) = words.next() {
            let mut value = || words.next().ok_or_else(|| format!("{word} needs a value\n\n{USAGE}"));
            match word.as_str() {
                "--only" => read.pattern = value()?,
                "--page" => read.page = Some(value()?.into()),
                "--ignore-kinds" => {
                    read.options.ignored_kinds = value()?.split(',').map(str::to_owned).collect();
                }
                "-v" => read.options.all_steps = true,
                path if !path.starts_with('-') && read.folder.is_none() => read.folder = Some(PathBuf::from(path)),
                _ => return Err(format!("{word} is not understood\n\n{USAGE}")),
            }
        }
        Ok(read)
    }
}
