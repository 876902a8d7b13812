//! Random runs: the same scenario gives the same history, seeking is exact, and no promise is broken.

use crate::log::log;
use crate::runs::first_wrong_seek;
use proptest::prelude::*;
use rollscope_engine::api::{Kind, Object};
use rollscope_engine::cluster::{Change, Propagation};
use rollscope_engine::invariants::{ALWAYS, Invariant, UNDISTURBED, violations};
use rollscope_engine::scenario::{Intervention, Timed};
use rollscope_engine::step::Actor;
use rollscope_engine::time::Time;
use rollscope_engine::{Cursor, History, Scenario, simulate};
use std::rc::Rc;

/// A workload with random sizes, bounds and timing.
fn manifests() -> impl Strategy<Value = String> {
    let bound = prop_oneof![
        (0..=4_i64).prop_map(|count| count.to_string()),
        (0..=100_i64).prop_map(|percent| format!("{percent}%")),
    ];
    let deployment = (0..9_i64, bound.clone(), bound, 0..4_i64).prop_map(|(replicas, surge, unavailable, ready)| {
        let zero = |text: &str| text == "0" || text == "0%";
        let surge = if zero(&surge) && zero(&unavailable) {
            "1"
        } else {
            &surge
        };
        format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web}}\nspec:\n  replicas: {replicas}\n  \
             minReadySeconds: {ready}\n  strategy: {{rollingUpdate: {{maxSurge: {surge}, maxUnavailable: \
             {unavailable}}}}}\n{TEMPLATE}"
        )
    });
    let set = (0..6_i64, any::<bool>(), 0..4_i64, 0..3_i64).prop_map(|(replicas, parallel, partition, ready)| {
        let policy = if parallel { "Parallel" } else { "OrderedReady" };
        format!(
            "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {{name: web}}\nspec:\n  replicas: {replicas}\n  \
             minReadySeconds: {ready}\n  podManagementPolicy: {policy}\n  serviceName: web\n  updateStrategy: \
             {{rollingUpdate: {{partition: {partition}}}}}\n{TEMPLATE}"
        )
    });
    prop_oneof![deployment, set]
}

const TEMPLATE: &str = "  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n    \
                        spec: {containers: [{name: app, image: \"app:1\"}]}\n";

/// A command for whichever workload there is.
fn command(kind: &str, verb: usize, number: i64) -> String {
    match verb {
        0 => format!("kubectl set image {kind}/web app=app:{number}"),
        1 => format!("kubectl rollout undo {kind}/web"),
        2 => format!("kubectl rollout restart {kind}/web"),
        3 => format!("kubectl scale {kind}/web --replicas={number}"),
        4 => format!("kubectl set image {kind}/web app=broken:{number}"),
        5 => format!("kubectl rollout pause {kind}/web"),
        6 => format!("kubectl rollout resume {kind}/web"),
        _ => format!("kubectl delete pod/web-{number}"),
    }
}

/// A scenario in which the user does `verbs` at random times.
fn scenario(verbs: std::ops::Range<usize>) -> impl Strategy<Value = Scenario> {
    scenario_at(verbs, 0..40_000_u64)
}

/// A scenario in which the user acts only while the controllers are at rest. In the middle of a chain of reactions the
/// real controller, too, acts on counts that lag behind (DEP-34), and may fall below the floor for a moment.
fn calm_scenario(verbs: std::ops::Range<usize>) -> impl Strategy<Value = Scenario> {
    scenario_at(verbs, (0..40_u64).prop_map(|second| second * 1000 + 777))
}

fn scenario_at(verbs: std::ops::Range<usize>, times: impl Strategy<Value = u64>) -> impl Strategy<Value = Scenario> {
    let interventions = prop::collection::vec((times, verbs, 0..9_i64), 0..6);
    (manifests(), interventions, any::<u64>()).prop_map(|(text, interventions, seed)| {
        let kind = if text.contains("kind: Deployment") { "deployment" } else { "statefulset" };
        let world = "---\napiVersion: rollscope.dev/v1\nkind: Scenario\nworld:\n  images:\n    broken:1: {pull: fails}\n    \
                     broken:2: {pull: fails}\n    app:3: {pull: 0.2, stop: 7}\n";
        let reading = Scenario::read(&format!("{text}{world}"));
        assert!(reading.is_runnable(), "{:?}\n{text}", reading.diagnostics);
        let mut scenario = reading.scenario;
        scenario.seed = seed;
        let timed = interventions.into_iter().map(|(at, verb, number)| Timed {
            at: Time(at),
            what: command(kind, verb, number).parse::<Intervention>().expect("a command"),
        });
        scenario.interventions.extend(timed);
        scenario.interventions.sort_by_key(|timed| timed.at);
        scenario
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn same_scenario_same_history(scenario in scenario(0..8)) {
        let (once, again) = (simulate(&scenario), simulate(&scenario));
        prop_assert_eq!(format!("{:?}", once.steps), format!("{:?}", again.steps));
        prop_assert_eq!(log(&once), log(&again));
    }

    #[test]
    fn times_strictly_increase(scenario in scenario(0..8)) {
        let history = simulate(&scenario);
        prop_assert!(history.steps.is_sorted_by(|a, b| a.at < b.at));
    }

    #[test]
    fn seeking_equals_replaying(scenario in scenario(0..8), places in prop::collection::vec(any::<prop::sample::Index>(), 8)) {
        let history = Rc::new(simulate(&scenario));
        let positions = places.iter().map(|place| place.index(history.len() + 1));
        prop_assert_eq!(first_wrong_seek(&history, positions), None);
    }

    #[test]
    fn an_intervention_changes_nothing_before_it(scenario in scenario(0..8), place in any::<prop::sample::Index>()) {
        let history = simulate(&scenario);
        let position = place.index(history.len() + 1);
        let undo = "kubectl scale deployment/none --replicas=1".parse().expect("a command");
        let forked = simulate(&history.fork(position, undo));
        let before = |history: &History| format!("{:?}", &history.steps[..position]);
        prop_assert_eq!(before(&history), before(&forked));
    }

    #[test]
    fn promises_hold_whatever_the_user_does(scenario in scenario(0..8)) {
        prop_assert_eq!(violations(&Rc::new(simulate(&scenario)), ALWAYS), vec![]);
    }

    #[test]
    fn an_undisturbed_update_keeps_the_floor(scenario in calm_scenario(0..3)) {
        let history = Rc::new(simulate(&scenario));
        let broken = violations(&history, UNDISTURBED);
        prop_assert!(broken.is_empty(), "{broken:?}\n{}", log(&history));
    }
}

/// What fuzzing found: an adopted ReplicaSet brings more Pods than its new Deployment may ask for.
#[test]
fn an_adopted_set_brings_its_own_number() {
    let text = |name: &str, replicas: i64| {
        format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}}}\nspec:\n  replicas: {replicas}\n{TEMPLATE}---\n"
        )
    };
    let mut scenario = Scenario::of_manifests(&(text("web", 1) + &text("other", 5)));
    let what = "kubectl delete deployment/other --cascade=orphan"
        .parse()
        .expect("a command");
    scenario.interventions.push(Timed { at: Time(30_000), what });
    let history = Rc::new(simulate(&scenario));
    assert_eq!(violations(&history, ALWAYS), vec![]);
    let mut cursor = Cursor::new(history);
    cursor.seek(usize::MAX);
    assert_eq!(cursor.cluster().of_kind(Kind::Pod).count(), 1);
}

/// A promise that can't be broken in a test proves nothing: runs that break one are found out.
#[test]
fn broken_promises_are_found() {
    let mut history = updated();
    let pods = Cursor::new(Rc::new(history.clone()))
        .seek(9)
        .of_kind(Kind::Pod)
        .map(Object::key)
        .collect::<Vec<_>>();
    let mut disturbed = history.scenario.clone();
    let deletes = pods
        .iter()
        .take(2)
        .map(|pod| Intervention::Delete(pod.clone(), Propagation::Background));
    disturbed
        .interventions
        .splice(1..1, deletes.map(|what| Timed { at: Time(10_000), what }));
    assert_found(
        &simulate(&disturbed),
        UNDISTURBED,
        "a rolling update keeps desired - unavailable Pods available",
    );

    let grown = history
        .steps
        .iter_mut()
        .flat_map(|step| &mut step.writes)
        .find_map(|(change, _)| match change {
            Change {
                before: Some(Object::ReplicaSet(_)),
                after: Some(Object::ReplicaSet(set)),
                ..
            } => Some(set),
            _ => None,
        });
    Rc::make_mut(grown.expect("a resized ReplicaSet")).spec.replicas = 50;
    history
        .steps
        .iter_mut()
        .for_each(|step| step.actor = Actor::DeploymentController);
    assert_found(&history, ALWAYS, "a rollout never asks for more than desired + surge");
}

fn assert_found(history: &History, invariants: &[Invariant], name: &str) {
    let found = violations(&Rc::new(history.clone()), invariants);
    assert!(
        found.iter().any(|violation| violation.name == name),
        "{name} not among {found:?}"
    );
}

/// Four Pods, updated after twenty seconds.
fn updated() -> History {
    let text =
        format!("apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web}}\nspec:\n  replicas: 4\n{TEMPLATE}");
    let mut scenario = Scenario::of_manifests(&text);
    let what = "kubectl set image deployment/web app=app:2".parse().expect("a command");
    scenario.interventions.push(Timed { at: Time(20_000), what });
    simulate(&scenario)
}
