//! Releases and feature gates: each gate's branch, on and off.

use rollscope_engine::api::{Kind, Object, Pod};
use rollscope_engine::release::Gates;
use rollscope_engine::scenario::{Intervention, PodMove, Timed};
use rollscope_engine::time::Time;
use rollscope_engine::value::Value;
use rollscope_engine::{Cursor, Scenario, simulate};
use std::rc::Rc;

const REPLICA_SET: &str = "apiVersion: apps/v1\nkind: ReplicaSet\nmetadata: {name: web}\nspec:\n  replicas: 3\n  \
                           selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n    \
                           spec: {containers: [{name: app, image: \"app:1\"}]}\n";

/// The objects after a run in which these things are done.
fn objects(release: &str, gate: impl FnOnce(&mut Gates), text: &str, acts: Vec<(u64, Intervention)>) -> Vec<Object> {
    let mut scenario = Scenario::read(text).scenario;
    scenario.release = release.parse().expect("a release");
    scenario.gates = Gates::of(scenario.release);
    gate(&mut scenario.gates);
    scenario
        .interventions
        .extend(acts.into_iter().map(|(second, what)| Timed {
            at: Time(second * 1000),
            what,
        }));
    let mut cursor = Cursor::new(Rc::new(simulate(&scenario)));
    cursor.seek(usize::MAX).objects().cloned().collect()
}

fn pods(objects: &[Object]) -> Vec<&Rc<Pod>> {
    let pods = objects.iter().filter_map(|object| match object {
        Object::Pod(pod) if !pod.is_terminating() => Some(pod),
        _ => None,
    });
    pods.collect()
}

fn run(line: &str) -> Intervention {
    line.parse().expect("a command")
}

#[test]
fn terminating_replicas_are_reported_since_1_35() {
    for (release, reported) in [("1.34", false), ("1.35.0", true), ("1.36.2", true)] {
        let objects = objects(release, |_| {}, REPLICA_SET, vec![]);
        let set = objects
            .iter()
            .find(|object| object.kind() == Kind::ReplicaSet)
            .expect("the set");
        let count = set
            .to_value()
            .at(&["status", "terminatingReplicas"])
            .and_then(Value::as_int);
        assert_eq!(count, reported.then_some(0), "{release}");
    }
}

/// The names of the Pods of a fresh run, by name; names repeat from run to run.
fn names() -> Vec<String> {
    let objects = objects("1.36.2", |_| {}, REPLICA_SET, vec![]);
    pods(&objects).iter().map(|pod| pod.meta.name.to_string()).collect()
}

#[test]
fn a_dear_pod_survives_only_while_the_gate_heeds_its_cost() {
    for dear in names() {
        let survivor = |heeded: bool| {
            let key = objects("1.36.2", |_| {}, REPLICA_SET, vec![])
                .iter()
                .find(|object| *object.meta().name == *dear)
                .expect("the Pod")
                .key();
            let cost = PodMove::Annotate("controller.kubernetes.io/pod-deletion-cost".into(), "100".into());
            let acts = vec![
                (10, Intervention::Pod(key, cost)),
                (20, run("kubectl scale replicaset/web --replicas=1")),
            ];
            let objects = objects("1.36.2", |gates| gates.pod_deletion_cost = heeded, REPLICA_SET, acts);
            pods(&objects)[0].meta.name.to_string()
        };
        assert_eq!(survivor(true), dear, "the dearest stays");
        if survivor(false) != dear {
            return;
        }
    }
    panic!("without the gate, the cost must not decide");
}

/// Whether the youngest of three Pods, made 14 s after the others, outlives a scale-down at this second.
fn youngest_survives(seed: u64, roughly: bool, scaled_at: u64) -> bool {
    let text = format!("{REPLICA_SET}---\napiVersion: rollscope.dev/v1\nkind: Scenario\nseed: {seed}\n");
    let run_with = |acts| objects("1.36.2", |gates| gates.logarithmic_scale_down = roughly, &text, acts);
    let first = pods(&run_with(vec![]))[0].meta.name.clone();
    let mut acts = vec![(14, run(&format!("kubectl delete pod/{first}")))];
    let before = run_with(acts.clone());
    let youngest = pods(&before)
        .into_iter()
        .max_by_key(|pod| pod.meta.creation_timestamp)
        .expect("a Pod");
    acts.push((scaled_at, run("kubectl scale replicaset/web --replicas=2")));
    pods(&run_with(acts))
        .iter()
        .any(|pod| pod.meta.name == youngest.meta.name)
}

#[test]
fn ages_are_compared_roughly_only_with_the_gate() {
    let seeds = 1..20;
    let lucky = |roughly, at| {
        seeds
            .clone()
            .filter(|seed| youngest_survives(*seed, roughly, at))
            .count()
    };
    assert_eq!(lucky(false, 32), 0, "exactly compared, the youngest goes");
    // At 32 s they have been ready for 16 s and 30 s: two buckets. At 34.5 s and later, for 18 s and 32 s: one bucket.
    assert_eq!(lucky(true, 32), 0, "in another bucket, the youngest goes");
    assert!(lucky(true, 35) > 0, "in the same bucket, chance decides");
}

#[test]
fn max_unavailable_of_a_stateful_set_follows_its_history() {
    let text = "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: web}\nspec:\n  replicas: 4\n  serviceName: web\n  \
                podManagementPolicy: Parallel\n  updateStrategy: {rollingUpdate: {maxUnavailable: 2}}\n  selector: \
                {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n    spec: {containers: [{name: \
                app, image: \"app:1\"}]}\n";
    for (release, at_once) in [("1.34", 1), ("1.35.0", 2), ("1.35.4", 1), ("1.36.2", 1), ("1.37", 2)] {
        let mut scenario = Scenario::of_manifests(text);
        scenario.release = release.parse().expect("a release");
        scenario.gates = Gates::of(scenario.release);
        let what = run("kubectl set image statefulset/web app=app:2");
        scenario.interventions.push(Timed { at: Time(20_000), what });
        let mut cursor = Cursor::new(Rc::new(simulate(&scenario)));
        let most = (0..=cursor.history().len()).map(|position| {
            let pods = cursor.seek(position).of_kind(Kind::Pod);
            pods.filter(|object| object.meta().is_terminating()).count()
        });
        assert_eq!(most.max(), Some(at_once), "{release}");
    }
}
