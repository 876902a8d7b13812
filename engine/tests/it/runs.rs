//! Runs and what is asked about them, for tests of single rules.

use rollscope_engine::api::Kind;
use rollscope_engine::cluster::Cluster;
use rollscope_engine::scenario::{Intervention, Timed};
use rollscope_engine::time::Time;
use rollscope_engine::{Cursor, History, Scenario, simulate};
use std::rc::Rc;

const TEMPLATE: &str = "  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n    spec: \
                        {containers: [{name: app, image: a}]}\n";

/// A workload named `web` of one container, with this spec besides.
pub fn workload(kind: &str, spec: &str) -> String {
    format!("apiVersion: apps/v1\nkind: {kind}\nmetadata: {{name: web}}\nspec:\n{spec}{TEMPLATE}")
}

/// Jumps from the end to one position after another; the first that is not as if one had walked there.
pub fn first_wrong_seek(history: &Rc<History>, positions: impl IntoIterator<Item = usize>) -> Option<usize> {
    let mut jumping = Cursor::new(history.clone());
    jumping.seek(usize::MAX);
    positions.into_iter().find(|&position| {
        let mut walking = Cursor::new(history.clone());
        (0..=position).for_each(|position| {
            walking.seek(position);
        });
        jumping.seek(position) != walking.cluster()
    })
}

/// The cluster as the run leaves it.
pub fn end(history: &History) -> Cluster {
    let mut cursor = Cursor::new(Rc::new(history.clone()));
    cursor.seek(history.len()).clone()
}

/// A run of these manifests, with interventions at these seconds.
pub fn run(text: &str, acts: Vec<(u64, Intervention)>) -> History {
    let reading = Scenario::read(text);
    assert!(reading.is_runnable(), "{:?}\n{text}", reading.diagnostics);
    let mut scenario = reading.scenario;
    let timed = acts.into_iter().map(|(second, what)| Timed {
        at: Time(second * 1000),
        what,
    });
    scenario.interventions.extend(timed);
    simulate(&scenario)
}

/// The messages of an object's Events with this reason, in order.
pub fn messages(history: &History, kind: Kind, reason: &str) -> Vec<String> {
    let end = end(history);
    let events = end.events().iter();
    let ours = events.filter(|event| event.object.kind == kind && event.note.reason() == reason);
    ours.map(|event| event.to_string()).collect()
}

/// The names of the Pods that are left.
pub fn pods(history: &History) -> Vec<String> {
    let end = end(history);
    end.of_kind(Kind::Pod).map(|pod| pod.meta().name.to_string()).collect()
}

/// A command line.
pub fn command(text: &str) -> Intervention {
    text.parse().expect("a command")
}
