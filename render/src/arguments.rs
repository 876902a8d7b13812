//! What was asked for.

use rollscope::picture::{Options, Theme};

const USAGE: &str = "\
usage: cargo xtask render SCENARIO [--step N] [options] -o FILE [-o FILE]...

  SCENARIO          manifests, with or without a document of kind Scenario; a *.rollscope.json; or - for standard input
  --step N          the moment after N steps; without it one that tells most, or for texts the end
  -o FILE           what to write; the extension says what it is:
                      .svg   a picture of the moment
                      .md    the steps as a table, with the rules that they cite
                      .txt   a session with kubectl
                      .cast  kubectl get pods -w, for asciinema
                      .json  the whole run as data, as docs/history.schema.json says
                      .run   the whole run, recorded for <rollout-view>: it begins at --step
  -o -.md           the same to standard output
  --animated        pictures play the whole run, and show the moment where nothing may move
  --theme THEME     auto (as the reader has it), light or dark
  --width PIXELS    of pictures, 480 to 1600; 840 without it
  --title TEXT      instead of the scenario's own";

/// What was asked for.
#[derive(Debug)]
pub struct Arguments {
    /// Its path, or `-`.
    pub scenario: String,
    /// After how many steps.
    pub step: Option<usize>,
    /// What is to be written.
    pub outputs: Vec<Output>,
    /// Whether pictures play.
    pub animated: bool,
    /// Light, dark, or as the reader has it.
    pub theme: Theme,
    /// The width of pictures.
    pub width: u32,
    /// What stands above.
    pub title: Option<String>,
}

/// A file to be written.
#[derive(Debug)]
pub struct Output {
    /// Where; `-` is standard output.
    pub path: String,
    /// As what.
    pub format: Format,
}

/// What a file can be.
#[derive(Clone, Copy, Debug)]
pub enum Format {
    /// A picture.
    Svg,
    /// A table of steps.
    Markdown,
    /// A session with kubectl.
    Transcript,
    /// A recording of a terminal.
    Cast,
    /// Data.
    Json,
    /// A run that a widget plays without the engine.
    Run,
}

impl Arguments {
    /// Reads a command line. The error says what was not understood, and what could be.
    pub fn read(mut words: impl Iterator<Item = String>) -> Result<Arguments, String> {
        let mut scenario: Option<String> = None;
        let mut read = Arguments {
            scenario: String::new(),
            step: None,
            outputs: Vec::new(),
            animated: false,
            theme: Theme::Auto,
            width: Options::default().width,
            title: None,
        };
        while let Some(word) = words.next() {
            let mut value = || words.next().ok_or_else(|| wrong(&format!("{word} needs a value")));
            match word.as_str() {
                "--step" => read.step = Some(number(&word, &value()?)?),
                "--width" => read.width = width(&value()?)?,
                "--title" => read.title = Some(value()?),
                "--theme" => read.theme = theme(&value()?)?,
                "--animated" => read.animated = true,
                "-o" => read.outputs.push(Output::of(value()?)?),
                "-h" | "--help" => return Err(USAGE.to_owned()),
                path if scenario.is_none() && (path == "-" || !path.starts_with('-')) => scenario = Some(word),
                _ => return Err(wrong(&format!("{word} is not understood"))),
            }
        }
        read.scenario = scenario.ok_or_else(|| wrong("which scenario?"))?;
        match read.outputs.is_empty() {
            true => Err(wrong("-o FILE says what to write")),
            false => Ok(read),
        }
    }
}

impl Output {
    fn of(path: String) -> Result<Output, String> {
        let (stem, extension) = path.rsplit_once('.').unwrap_or((&path, ""));
        let format = match extension {
            "svg" => Format::Svg,
            "md" => Format::Markdown,
            "txt" => Format::Transcript,
            "cast" => Format::Cast,
            "json" => Format::Json,
            "run" => Format::Run,
            _ => {
                let known = ".svg, .md, .txt, .cast, .json, .run";
                return Err(wrong(&format!("{path}: the extension has to be one of {known}")));
            }
        };
        let path = if stem == "-" { stem.to_owned() } else { path };
        Ok(Output { path, format })
    }
}

fn wrong(what: &str) -> String {
    format!("{what}\n\n{USAGE}")
}

fn number(option: &str, value: &str) -> Result<usize, String> {
    value
        .parse()
        .map_err(|_| wrong(&format!("{option} {value}: expected a number of steps")))
}

fn width(value: &str) -> Result<u32, String> {
    let width = value.parse().ok().filter(|width| (480..=1600).contains(width));
    width.ok_or_else(|| wrong(&format!("--width {value}: expected 480 to 1600")))
}

fn theme(value: &str) -> Result<Theme, String> {
    match value {
        "auto" => Ok(Theme::Auto),
        "light" => Ok(Theme::Light),
        "dark" => Ok(Theme::Dark),
        _ => Err(wrong(&format!("--theme {value}: expected auto, light or dark"))),
    }
}
