//! The overview of a whole history is the same whether it is made at once or in pieces while the history is computed, and says what
//! is in the clusters. No piece reads more than it may.

use crate::told::{db, run, scenario, web};
use rollscope::scene::making::{Making, overview};
use rollscope::scene::overview::Overview;
use rollscope::scene::strip::Strip;
use rollscope_engine::api::Kind;
use rollscope_engine::simulation::Computation;
use rollscope_engine::{Cursor, History, Scenario, simulate};
use std::fs;
use std::path::Path;
use std::rc::Rc;

/// The texts of all examples and of all scenarios that the engine is tested with.
fn texts() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let files = |folder: &str| {
        fs::read_dir(root.join(folder))
            .expect("a folder")
            .map(|file| file.expect("a file").path())
    };
    let scenarios = files("engine/tests/scenarios").map(|folder| folder.join("scenario.yaml"));
    let mut paths: Vec<_> = files("static/examples")
        .chain(scenarios)
        .filter(|path| path.is_file())
        .collect();
    paths.sort();
    assert!(paths.len() > 40);
    let read = |path: &std::path::PathBuf| (path.display().to_string(), fs::read_to_string(path).expect("a text"));
    paths.iter().map(read).collect()
}

fn told(overview: &Overview) -> String {
    format!("{:?} {:?} {:?}", overview.strip, overview.verdict, overview.traffic)
}

/// Computed by so much at a time, of which each time so many changes may be read.
fn in_pieces(scenario: &Scenario, work: usize, changes: usize) -> (Rc<History>, Overview) {
    let (mut computation, mut making) = (Computation::new(scenario), Making::default());
    while !computation.go_on(work) {
        making.read(&computation.scenario().world, computation.steps(), &mut changes.clone());
    }
    let history = Rc::new(computation.into_history());
    loop {
        if let Some((_, overview)) = making.go_on(&history, &mut changes.clone()) {
            return (history, overview);
        }
    }
}

#[test]
fn pieces_come_to_the_same_as_the_whole() {
    for (name, text) in texts() {
        let reading = Scenario::read(&text);
        let whole = overview(&Rc::new(simulate(&reading.scenario)));
        for (work, changes) in [(1, 1), (7, 3), (40, 1_000)] {
            let (history, pieces) = in_pieces(&reading.scenario, work, changes);
            assert_eq!(told(&pieces), told(&whole), "{name} by {work} and {changes}");
            assert_eq!(pieces.strip.len, history.len());
        }
    }
}

#[test]
fn the_curves_count_the_pods_that_are_in_the_cluster() {
    for (name, text) in texts() {
        let history = Rc::new(simulate(&Scenario::read(&text).scenario));
        let strip = Strip::of(&history);
        let mut cursor = Cursor::new(history.clone());
        // What is removed last of a workload stays in its picture.
        let [section] = &strip.sections[..] else { continue };
        for position in 1..history.len() {
            let there = cursor.seek(position).of_kind(Kind::Pod).count();
            let place = strip.scale.place(position);
            let counts = section.curve.counts.iter().rev().find(|(at, _)| *at <= place);
            let drawn = counts.map_or(0, |(_, counts)| counts.present);
            let is_over = there == 0
                && history.steps[position..]
                    .iter()
                    .flat_map(|step| step.touched())
                    .all(|key| key.kind != Kind::Pod);
            assert!(
                is_over || usize::try_from(drawn) == Ok(there),
                "{name} at {position}: {drawn} of {there}"
            );
        }
    }
}

/// What ripens by itself is available from then on, also when something else becomes of it later.
#[test]
fn a_pod_that_became_available_and_then_failed_was_available() {
    let world = "world: {images: {'c:1': {fails: 60}}}";
    let text = scenario("").replace("world: {images: {'nope:1': {pull: fails}}}", world);
    let spec = "minReadySeconds: 10";
    let history = run(&format!("{text}---\n{}", workload(spec)));
    let strip = Strip::of(&history);
    let most = strip.sections[0]
        .curve
        .counts
        .iter()
        .map(|(_, counts)| counts.available)
        .max();
    assert_eq!(most, Some(2));
}

fn workload(spec: &str) -> String {
    format!(
        "apiVersion: apps/v1
kind: Deployment
metadata: {{name: web}}
spec:
  replicas: 2
  {spec}
  selector: {{matchLabels: {{app: web}}}}
  template:
    metadata: {{labels: {{app: web}}}}
    spec:
      containers:
      - name: c
        image: 'c:1'
        readinessProbe: {{httpGet: {{port: 80}}, periodSeconds: 1}}
"
    )
}

/// A step is read as a whole, so that one piece goes over by one step at most.
#[test]
fn no_piece_reads_more_than_it_may() {
    const ROOM: usize = 50;
    for history in [
        web(200, "", "20 set image deployment/web c=nginx:2"),
        db(60, "", "200 set image statefulset/db c=nginx:2"),
    ] {
        let largest = history
            .steps
            .iter()
            .map(|step| 1 + step.writes.len())
            .max()
            .unwrap_or(0);
        let all: usize = history.steps.iter().map(|step| 1 + step.writes.len()).sum();
        let (mut making, mut pieces) = (Making::default(), 0);
        loop {
            let mut left = ROOM;
            let before = making.looked_at();
            let is_all = making.read(&history.scenario.world, &history.steps, &mut left);
            assert!(making.looked_at() - before < ROOM + largest);
            if is_all {
                break;
            }
            pieces += 1;
        }
        assert_eq!(making.looked_at(), all, "each step once");
        assert!(pieces > all / (ROOM + largest), "{pieces}");
    }
}
