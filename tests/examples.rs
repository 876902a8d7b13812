//! Every example plays by itself: it reads without an error, every command in it is accepted, and it comes to rest.

use rollscope::examples::{Example, FIRST, FIRST_RUN, QUESTIONS, TUTORIALS};
use rollscope_engine::history::End;
use rollscope_engine::manifest::{Diagnostic, Severity};
use rollscope_engine::{Cursor, Scenario, record, simulate};
use std::fs;
use std::rc::Rc;

/// These show traps that are warned of.
const WARNED_OF: [&str; 2] = ["autoscaler-and-apply.yaml", "drain-hangs.yaml"];
/// In these, something happens in the midst of something else.
const IN_THE_MIDST: [&str; 5] = [
    "scale-in-mid-rollout.yaml",
    "pause-and-scale.yaml",
    "stuck-after-the-fix.yaml",
    "drain-hangs.yaml",
    "slow-starter.yaml",
];

fn all() -> impl Iterator<Item = &'static Example> {
    TUTORIALS.iter().chain(&QUESTIONS)
}

fn text(file: &str) -> String {
    fs::read_to_string(format!("static/examples/{file}")).expect(file)
}

#[test]
fn every_example_plays() {
    for example in all() {
        let reading = Scenario::read(&text(example.file));
        assert!(reading.is_runnable(), "{}: {:?}", example.file, reading.diagnostics);
        let is_warning = |found: &&Diagnostic| found.severity == Severity::Warning;
        let warnings = reading.diagnostics.iter().filter(is_warning).count();
        assert_eq!(
            warnings,
            usize::from(WARNED_OF.contains(&example.file)),
            "{}",
            example.file
        );
        assert!(reading.title.is_some(), "{} has no title", example.file);
        let history = simulate(&reading.scenario);
        assert_eq!(history.end, End::Rest, "{}", example.file);
        assert!(history.answers.len() > 1, "{}: nothing is done in it", example.file);
        for answer in &history.answers {
            assert!(answer.accepted, "{}: {}", example.file, answer.text);
        }
    }
}

/// An intervention that comes before the last one's work is done would hide what that shows.
#[test]
fn every_change_finds_the_cluster_at_rest() {
    for example in all().filter(|example| !IN_THE_MIDST.contains(&example.file)) {
        let scenario = Scenario::read(&text(example.file)).scenario;
        let history = simulate(&scenario);
        for answer in &history.answers[1..] {
            let [before, at] = [answer.position, answer.position + 1].map(|position| history.time_at(position));
            println!("{}: {} after {before}, at {at}", example.file, answer.text.trim());
            assert!(
                at.since(before).0 >= 1000,
                "{}: {} at {at} comes right after {before}",
                example.file,
                answer.text
            );
        }
    }
}

#[test]
fn the_list_is_that_of_the_folder_and_the_first_is_among_them() {
    let mut files: Vec<String> = fs::read_dir("static/examples")
        .expect("the folder")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    files.sort();
    let mut listed: Vec<&str> = all().map(|example| example.file).collect();
    listed.sort_unstable();
    assert_eq!(files, listed);
    assert!(all().any(|example| text(example.file) == FIRST));
}

/// Before the page has the engine, it shows a run that was written down; it is what the engine makes of the text.
#[test]
fn the_run_that_is_written_down_is_that_of_the_engine() {
    let reading = Scenario::read(FIRST);
    let history = simulate(&reading.scenario);
    let run = record::write_for_page(reading.title.as_deref(), &history).expect("a run that can be written down");
    if std::env::var_os("BLESS").is_some() {
        fs::write("src/first.run", &run).expect("src/first.run");
        return;
    }
    assert!(
        run == FIRST_RUN,
        "src/first.run is out of date: BLESS=1 cargo test --test examples"
    );

    let read = record::read(FIRST_RUN).expect("a record").run.expect("a run");
    let told = read.history;
    assert_eq!((&told.scenario, &read.title), (&reading.scenario, &reading.title));
    assert_eq!(told.answers, history.answers);
    assert_eq!(told.end, history.end);
    assert_eq!(format!("{:?}", told.steps), format!("{:?}", history.steps));
    let mut cursors = [told, history].map(|history| Cursor::new(Rc::new(history)));
    for position in [usize::MAX, 40, 0] {
        let [told, expected] = &mut cursors;
        assert!(told.seek(position) == expected.seek(position), "{position}");
    }
}

/// What the documentation shows plays as it is recorded.
#[test]
fn the_recorded_run_of_the_documentation_is_that_of_the_engine() {
    const FILE: &str = "static/recorded/rolling-update.run";
    let reading = Scenario::read(FIRST);
    let run = record::write(reading.title.as_deref(), &simulate(&reading.scenario), None).expect("a run");
    if std::env::var_os("BLESS").is_some() {
        fs::write(FILE, &run).expect(FILE);
        return;
    }
    let is_same = fs::read(FILE).is_ok_and(|recorded| recorded == run);
    assert!(is_same, "{FILE} is out of date: BLESS=1 cargo test --test examples");
}

/// What the documentation shows is understood, to the last key.
#[test]
fn texts_in_the_documentation_are_understood() {
    for file in ["README.md", "docs/scenario.md"] {
        let page = fs::read_to_string(file).expect(file);
        let blocks = page
            .split("```yaml\n")
            .skip(1)
            .filter_map(|rest| rest.split_once("```"));
        let texts: Vec<&str> = blocks.map(|(text, _)| text).collect();
        assert!(!texts.is_empty(), "{file}");
        for text in texts {
            let reading = Scenario::read(text);
            assert!(reading.is_runnable(), "{file}: {:?}", reading.diagnostics);
        }
    }
}
