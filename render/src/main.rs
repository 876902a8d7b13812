//! The command behind `cargo xtask render`: reads a scenario, runs it, writes pictures and texts of it. What each file is to be
//! its extension says.

mod arguments;

use arguments::{Arguments, Format, Output};
use rollscope::{picture, scene, texts};
use rollscope_engine::manifest::Severity;
use rollscope_engine::moment::Moment;
use rollscope_engine::{History, record, simulate};
use std::io::{Read, Write};
use std::process::ExitCode;
use std::rc::Rc;

/// The exit status of a call that was not understood.
const USAGE: u8 = 2;

fn main() -> ExitCode {
    let arguments = match Arguments::read(std::env::args().skip(1)) {
        Ok(arguments) => arguments,
        Err(message) => {
            eprintln!("{message}");
            return ExitCode::from(USAGE);
        }
    };
    match render(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

fn render(arguments: &Arguments) -> Result<(), String> {
    let name = match arguments.scenario.as_str() {
        "-" => "standard input",
        path => path,
    };
    let content = content(&arguments.scenario).map_err(|error| format!("{name}: {error}"))?;
    let moment = Moment::from_file(&content).map_err(|error| format!("{name}: {error}"))?;
    let run = Run::of(name, &moment)?;
    for output in &arguments.outputs {
        let content = run.written(arguments, output, moment.step)?;
        write(output, &content).map_err(|error| format!("{}: {error}", output.path))?;
    }
    Ok(())
}

fn content(path: &str) -> std::io::Result<String> {
    if path == "-" {
        let mut content = String::new();
        std::io::stdin().read_to_string(&mut content)?;
        return Ok(content);
    }
    std::fs::read_to_string(path)
}

fn write(output: &Output, content: &[u8]) -> std::io::Result<()> {
    match output.path.as_str() {
        "-" => std::io::stdout().write_all(content),
        path => std::fs::write(path, content),
    }
}

/// All of it: data has no moment.
fn json(history: &Rc<History>, title: Option<&str>) -> Result<String, String> {
    let document = rollscope_package::history::document(history, title, false);
    let text = serde_json::to_string_pretty(&document).map_err(|error| error.to_string())?;
    Ok(text + "\n")
}

/// A scenario that was run.
struct Run {
    title: Option<String>,
    history: Rc<History>,
}

impl Run {
    /// The error has a line for each thing that must be mended, with its place in the text.
    fn of(name: &str, moment: &Moment) -> Result<Run, String> {
        let reading = moment.reading();
        let errors = reading
            .diagnostics
            .iter()
            .filter(|found| found.severity == Severity::Error);
        let errors: Vec<String> = errors.map(|error| format!("{name}:{error}")).collect();
        if !errors.is_empty() {
            return Err(errors.join("\n"));
        }
        let history = simulate(&reading.scenario);
        match history.answers.first().filter(|answer| !answer.accepted) {
            Some(refused) => Err(format!("{name}: {}", refused.text.trim())),
            None => Ok(Run {
                title: reading.title,
                history: Rc::new(history),
            }),
        }
    }

    /// What is to be in a file. Pictures are of the step that was asked for, else of the file's own, else of one that tells
    /// most; texts go up to a step, or to the end.
    fn written(&self, arguments: &Arguments, output: &Output, own: Option<usize>) -> Result<Vec<u8>, String> {
        let (history, len) = (&self.history, self.history.len());
        if let Some(step) = arguments.step.filter(|step| *step > len) {
            return Err(format!("--step {step}: the run has {len} steps"));
        }
        let title = arguments.title.as_deref().or(self.title.as_deref());
        let options = picture::Options {
            title: title.map(str::to_owned),
            theme: arguments.theme,
            width: arguments.width,
        };
        let until = arguments.step.unwrap_or(len);
        let named = arguments.step.or(own);
        let step = named.unwrap_or_else(|| scene::telling::position(history));
        Ok(match output.format {
            Format::Run => {
                let refused = |error| format!("{}: {error}", output.path);
                return record::write(title, history, named).map_err(refused);
            }
            Format::Svg if arguments.animated => picture::animated(history, step, &options),
            Format::Svg => picture::svg(history, step, &options),
            Format::Markdown => texts::markdown(history, until, title),
            Format::Transcript => texts::transcript(history, until, title),
            Format::Cast => texts::cast(history, until, title),
            Format::Json => json(history, title)?,
        }
        .into_bytes())
    }
}
