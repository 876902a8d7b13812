//! Every example plays by itself: it reads without an error, every command in it is accepted, and it comes to rest.

use rollscope::examples::{ALL, FIRST};
use rollscope_engine::engine::{Engine, Rehearsal};
use rollscope_engine::history::End;
use rollscope_engine::manifest::{Diagnostic, Severity};
use rollscope_engine::{Scenario, simulate};
use std::fs;

fn text(file: &str) -> String {
    fs::read_to_string(format!("static/examples/{file}")).expect(file)
}

#[test]
fn every_example_plays() {
    for example in &ALL {
        let reading = Scenario::read(&text(example.file));
        assert!(reading.is_runnable(), "{}: {:?}", example.file, reading.diagnostics);
        let is_warning = |found: &&Diagnostic| found.severity == Severity::Warning;
        let warning = reading.diagnostics.iter().find(is_warning);
        assert_eq!(warning, None, "{}", example.file);
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
    for example in ALL.iter().filter(|example| example.file != "scale-in-mid-rollout.yaml") {
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
    let mut listed: Vec<&str> = ALL.iter().map(|example| example.file).collect();
    listed.sort_unstable();
    assert_eq!(files, listed);
    assert!(ALL.iter().any(|example| text(example.file) == FIRST.text));
}

/// The page opens with a part of the engine that can't read manifests; it shows what the whole engine would.
#[test]
fn the_first_part_of_the_engine_tells_the_same_of_the_first_example() {
    let whole = Engine::WHOLE
        .read(FIRST.text)
        .expect("the whole engine reads everything");
    let answers = Rehearsal::of(&whole).expect("an example that can be rehearsed");
    if std::env::var_os("BLESS").is_some() {
        fs::write("src/first.rehearsal", &answers).expect("src/first.rehearsal");
        return;
    }
    assert!(
        answers == FIRST.answers,
        "src/first.rehearsal is out of date: BLESS=1 cargo test --test examples"
    );

    let part = Engine::first(FIRST);
    assert!(part.read("kind: Deployment").is_none());
    let reading = part.read(FIRST.text).expect("the rehearsed text");
    assert_eq!(reading.scenario, whole.scenario);
    assert_eq!(reading.title, whole.title);
    let [told, expected] = [part, Engine::WHOLE].map(|engine| engine.simulate(&reading.scenario));
    assert_eq!(told.answers, expected.answers);
    assert_eq!(told.len(), expected.len());
    for (step, other) in told.steps.iter().zip(&expected.steps) {
        assert_eq!(step.at, other.at);
        assert_eq!(format!("{:?}", step.deeds()), format!("{:?}", other.deeds()));
        let objects = |step: &rollscope_engine::step::Step| format!("{:?}", step.touched().collect::<Vec<_>>());
        assert_eq!(objects(step), objects(other));
    }
}
