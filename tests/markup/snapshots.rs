//! Files of markup, one element a line, and how what is rendered is held against them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{env, fs};
use tokio::runtime::Builder;
use tokio::task::LocalSet;
use yew::{Html, LocalServerRenderer, Properties, component};

/// All files together: more than this is read by nobody.
const MOST_BYTES: usize = 250_000;

/// What was rendered, by the files' names below `tests/markup`.
#[derive(Default)]
pub struct Snapshots(BTreeMap<String, String>);

/// Markup that is there already.
#[derive(PartialEq, Properties)]
struct ShownProps {
    html: Html,
}

/// A component, which is what Yew renders.
#[component]
fn Shown(props: &ShownProps) -> Html {
    props.html.clone()
}

impl Snapshots {
    /// Renders a view of a case.
    pub fn take(&mut self, case: &str, view: &str, html: Html) {
        let runtime = Builder::new_current_thread().build().expect("a runtime");
        let renderer = LocalServerRenderer::<Shown>::with_props(ShownProps { html }).hydratable(false);
        let markup = LocalSet::new().block_on(&runtime, renderer.render());
        let known = self.0.insert(format!("{case}/{view}.html"), lines(&markup));
        assert!(known.is_none(), "{case}/{view} is taken twice");
    }

    /// Holds it against the files, or writes them.
    pub fn check(self) {
        let bytes: usize = self.0.values().map(String::len).sum();
        assert!(bytes <= MOST_BYTES, "{bytes} bytes of markup");
        if env::var_os("BLESS").is_some() {
            self.write();
        }
        let complaints: Vec<String> = self.complaints();
        assert!(
            complaints.is_empty(),
            "\n{}\n\nif this is meant: BLESS=1 cargo test --test markup",
            complaints.join("\n")
        );
    }

    fn write(&self) {
        files()
            .iter()
            .for_each(|file| fs::remove_file(folder().join(file)).expect(file));
        for (file, markup) in &self.0 {
            let path = folder().join(file);
            fs::create_dir_all(path.parent().expect("a folder")).expect(file);
            fs::write(path, markup).expect(file);
        }
    }

    fn complaints(&self) -> Vec<String> {
        let differs = |(file, is): (&String, &String)| {
            let was = fs::read_to_string(folder().join(file)).unwrap_or_default();
            difference(&was, is).map(|difference| format!("tests/markup/{file}:{difference}"))
        };
        let left_over = files().into_iter().filter(|file| !self.0.contains_key(file));
        let left_over = left_over.map(|file| format!("tests/markup/{file}: no view is written there"));
        self.0.iter().filter_map(differs).chain(left_over).collect()
    }
}

/// A line for each element; in texts, `<` is escaped.
fn lines(markup: &str) -> String {
    let mut lines = String::new();
    let mut rest = markup.char_indices().peekable();
    while let Some((at, c)) = rest.next() {
        let opens = c == '<' && rest.peek().is_some_and(|(_, next)| next.is_ascii_alphabetic());
        if opens && at > 0 && !lines.ends_with('\n') {
            lines.push('\n');
        }
        lines.push(c);
    }
    if !lines.is_empty() {
        lines.push('\n');
    }
    lines
}

/// The first line that differs: its number, as it was, as it is.
fn difference(was: &str, is: &str) -> Option<String> {
    if was == is {
        return None;
    }
    let (mut before, mut after) = (was.lines(), is.lines());
    let differing = (1..).map(|number| (number, before.next(), after.next()));
    let mut differing = differing.filter(|(_, was, is)| was != is || was.is_none());
    let (number, was, is) = differing.next()?;
    let shown = |line: Option<&str>| line.unwrap_or("(nothing)").to_owned();
    Some(format!("{number}\n  was {}\n  is  {}", shown(was), shown(is)))
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/markup")
}

/// The files of markup that are there.
fn files() -> Vec<String> {
    let entries = |path: &Path| {
        let entries = fs::read_dir(path).expect("a folder");
        entries.map(|entry| entry.expect("an entry").path()).collect::<Vec<_>>()
    };
    let folders = entries(&folder()).into_iter().filter(|path| path.is_dir());
    let files = folders.flat_map(|path| entries(&path));
    let name = |path: PathBuf| {
        let name = path.strip_prefix(folder()).expect("a file below the folder");
        name.display().to_string().replace('\\', "/")
    };
    files.map(name).collect()
}

#[test]
fn a_line_is_an_element() {
    assert_eq!(
        lines("<p>a &lt; b<b class=\"c\">d</b></p><p></p>"),
        "<p>a &lt; b\n<b class=\"c\">d</b></p>\n<p></p>\n"
    );
    assert_eq!(lines(""), "");
}

#[test]
fn the_first_difference_is_told() {
    let told = |was, is| difference(was, is).unwrap_or_default();
    assert_eq!(told("<p>a\n", "<p>a\n"), "");
    assert_eq!(told("<p>a\n<b>b\n", "<p>a\n<b>c\n"), "2\n  was <b>b\n  is  <b>c");
    assert_eq!(told("", "<p>a\n"), "1\n  was (nothing)\n  is  <p>a");
    assert_eq!(told("<p>a\n<b>b\n", "<p>a\n"), "2\n  was <b>b\n  is  (nothing)");
}
