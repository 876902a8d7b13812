//! The files that pictures and texts are held against.

use std::collections::BTreeMap;
use std::path::Path;
use std::{env, fs};

/// What was written, by its file's path from the top folder.
#[derive(Default)]
pub struct Files(BTreeMap<String, String>);

impl Files {
    /// Something that has a file of its own.
    pub fn take(&mut self, path: &str, text: String) {
        assert!(self.0.insert(path.to_owned(), text).is_none(), "{path} is taken twice");
    }

    /// Holds all of it against the files, or writes them.
    pub fn check(self) {
        if env::var_os("BLESS").is_some() {
            for (name, text) in &self.0 {
                fs::write(top().join(name), text).expect(name);
            }
        }
        let complaints: Vec<String> = self.0.iter().filter_map(|(name, text)| complaint(name, text)).collect();
        assert!(
            complaints.is_empty(),
            "\n{}\n\nif this is meant: BLESS=1 cargo test --test pictures",
            complaints.join("\n")
        );
        let left_over: Vec<String> = names().into_iter().filter(|name| !self.0.contains_key(name)).collect();
        assert!(left_over.is_empty(), "nothing is written to {left_over:?}");
    }
}

/// The first line that differs.
fn complaint(name: &str, is: &str) -> Option<String> {
    let was = fs::read_to_string(top().join(name)).unwrap_or_default();
    if was == is {
        return None;
    }
    let lines = (1..).zip(was.lines().zip(is.lines()));
    let mut differing = lines.filter(|(_, (was, is))| was != is);
    let shown = |line: &str| line.chars().take(200).collect::<String>();
    Some(match differing.next() {
        Some((number, (was, is))) => format!("{name}:{number}\n  was {}\n  is  {}", shown(was), shown(is)),
        None => format!("{name}: {} lines, now {}", was.lines().count(), is.lines().count()),
    })
}

fn top() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The files that are there, but for this program's own.
fn names() -> Vec<String> {
    let names = |folder: &'static str| {
        let entries = fs::read_dir(top().join(folder)).expect(folder);
        entries.map(move |entry| format!("{folder}/{}", entry.expect("an entry").file_name().display()))
    };
    let all = names("tests/pictures").chain(names("docs/pictures"));
    all.filter(|name| !name.ends_with(".rs")).collect()
}
