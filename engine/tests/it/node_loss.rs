//! What becomes of the Pods of a node that is lost, by the second (NODE-20 to NODE-29, POD-90 to POD-92).

use rollscope_engine::api::{Kind, Object, Pod};
use rollscope_engine::event::Note;
use rollscope_engine::history::Cursor;
use rollscope_engine::time::Time;
use rollscope_engine::{History, Scenario, simulate};
use std::rc::Rc;

/// A workload of three, one Pod on each node; node-2 is lost at 60 s.
fn run(kind: &str, spec: &str, own: &str) -> History {
    let service = if kind == "StatefulSet" {
        "  serviceName: web\n"
    } else {
        ""
    };
    let replicas = if kind == "DaemonSet" { "" } else { "  replicas: 3\n" };
    let text = format!(
        "apiVersion: apps/v1\nkind: {kind}\nmetadata: {{name: web}}\nspec:\n{replicas}{service}  selector: {{matchLabels: {{app: \
         web}}}}\n  template:\n    metadata: {{labels: {{app: web}}}}\n    spec:\n      containers: [{{name: app, image: \
         \"app:1\"}}]\n{spec}---\napiVersion: rollscope.dev/v1\nkind: Scenario\ninterventions:\n- {{at: 60, run: node lost \
         node-2}}\n{own}"
    );
    let reading = Scenario::read(&text);
    assert!(reading.diagnostics.is_empty(), "{:?}\n{text}", reading.diagnostics);
    simulate(&reading.scenario)
}

/// The Pods at a second: where, ready or not, going or not; in the order of nodes.
fn at(history: &History, second: u64) -> Vec<String> {
    let mut cursor = Cursor::new(Rc::new(history.clone()));
    cursor.seek(history.position_at(Time(second * 1000)));
    let pods = cursor.cluster().of_kind(Kind::Pod).filter_map(|object| match object {
        Object::Pod(pod) => Some(tell(pod)),
        _ => None,
    });
    let mut told: Vec<String> = pods.collect();
    told.sort();
    told
}

fn tell(pod: &Pod) -> String {
    let node = pod.node_name.as_deref().unwrap_or("nowhere");
    let state = match (pod.is_terminating(), pod.is_ready()) {
        (true, _) => "going",
        (false, true) => "ready",
        (false, false) => "not ready",
    };
    format!("{node} {state} {}", pod.max_restarts())
}

const FINE: [&str; 3] = ["node-1 ready 0", "node-2 ready 0", "node-3 ready 0"];
const UNREADY: [&str; 3] = ["node-1 ready 0", "node-2 not ready 0", "node-3 ready 0"];

#[test]
fn a_deployment_replaces_a_lost_pod_after_almost_six_minutes() {
    let history = run("Deployment", "", "");
    assert_eq!(at(&history, 114), FINE, "nobody knows yet");
    assert_eq!(at(&history, 115), UNREADY, "NODE-20: noticed between 50 and 55 s later");
    assert_eq!(at(&history, 414), UNREADY, "NODE-22: not ready, and still counted");
    let replaced = ["node-1 ready 0", "node-2 going 0", "node-3 ready 0"];
    let after = at(&history, 420);
    assert_eq!(
        after.len(),
        4,
        "NODE-25: told to go after 300 s, and replaced: {after:?}"
    );
    assert!(
        replaced.iter().all(|pod| after.iter().any(|other| other == pod)),
        "{after:?}"
    );
    assert_eq!(at(&history, 9999), after, "nothing vanishes by itself");
}

#[test]
fn a_stateful_set_waits_for_a_human() {
    let history = run("StatefulSet", "", "");
    assert_eq!(
        at(&history, 9999),
        ["node-1 ready 0", "node-2 going 0", "node-3 ready 0"],
        "NODE-28"
    );
}

#[test]
fn tolerations_decide_how_long() {
    let tolerates = |seconds: &str| {
        let spec = format!(
            "      tolerations: [{{key: node.kubernetes.io/unreachable, operator: Exists, effect: NoExecute{seconds}}}]\n"
        );
        run("Deployment", &spec, "")
    };
    let history = tolerates(", tolerationSeconds: 30");
    assert_eq!((at(&history, 144).len(), at(&history, 150).len()), (3, 4));
    assert_eq!(at(&tolerates(""), 9999), UNREADY, "for ever");
    assert_eq!(at(&run("DaemonSet", "", ""), 9999), UNREADY, "DS-03");
}

#[test]
fn a_node_that_returns_in_time_goes_on_as_if_nothing_had_been() {
    let history = run("Deployment", "", "- {at: 200, run: node back node-2}\n");
    assert_eq!(at(&history, 199), UNREADY);
    assert_eq!(at(&history, 201), FINE, "POD-91");
    assert_eq!(at(&history, 9999), FINE);
    let mut events = history.events().iter();
    let cancelled = events.any(|event| matches!(event.note, Note::EvictionCancelled(_)));
    assert!(cancelled, "the taint manager says so");
    let unnoticed = run("Deployment", "", "- {at: 100, run: node back node-2}\n");
    assert_eq!(at(&unnoticed, 9999), FINE);
}

#[test]
fn after_a_reboot_the_same_pods_start_again() {
    let history = run("Deployment", "", "- {at: 200, run: node reboot node-2}\n");
    assert_eq!(
        at(&history, 9999),
        ["node-1 ready 0", "node-2 ready 1", "node-3 ready 0"],
        "NODE-33"
    );
}

#[test]
fn a_node_that_returns_too_late_shuts_its_pods_down() {
    let history = run("StatefulSet", "", "- {at: 600, run: node back node-2}\n");
    assert_eq!(at(&history, 9999), FINE, "POD-92: and the set makes the Pod again");
    assert_eq!(
        at(&history, 601),
        ["node-1 ready 0", "node-2 going 0", "node-3 ready 0"]
    );
}

#[test]
fn removing_the_node_frees_its_pods() {
    let history = run("StatefulSet", "", "- {at: 500, run: kubectl delete node/node-2}\n");
    assert_eq!(at(&history, 539).len(), 3);
    let freed = at(&history, 545);
    assert!(
        freed
            .iter()
            .all(|pod| pod.ends_with("ready 0") && !pod.starts_with("node-2")),
        "NODE-26: {freed:?}"
    );
}

#[test]
fn the_taint_out_of_service_frees_them_too() {
    let taint =
        "- {at: 500, run: \"kubectl taint nodes node-2 node.kubernetes.io/out-of-service=nodeshutdown:NoExecute\"}\n";
    let history = run("StatefulSet", "", taint);
    let freed = at(&history, 523);
    assert!(
        freed
            .iter()
            .all(|pod| pod.ends_with("ready 0") && !pod.starts_with("node-2")),
        "NODE-27: {freed:?}"
    );
    // Before the eviction, too: it evicts at once.
    let history = run("StatefulSet", "", &taint.replace("500", "205"));
    let freed = at(&history, 225);
    assert!(
        freed
            .iter()
            .all(|pod| pod.ends_with("ready 0") && !pod.starts_with("node-2")),
        "{freed:?}"
    );
}

#[test]
fn force_deletion_frees_one_pod() {
    let history = run(
        "StatefulSet",
        "",
        "- {at: 500, run: kubectl delete pod/web-1 --force --grace-period=0}\n",
    );
    assert_eq!(
        at(&history, 505).iter().filter(|pod| pod.contains(" ready ")).count(),
        3,
        "NODE-28"
    );
}

#[test]
fn nothing_is_evicted_while_all_nodes_are_silent() {
    let own = "- {at: 61, run: node lost node-1}\n- {at: 62, run: node lost node-3}\n";
    let history = run("Deployment", "", own);
    assert_eq!(
        at(&history, 9999),
        ["node-1 not ready 0", "node-2 not ready 0", "node-3 not ready 0"],
        "NODE-29"
    );
    let back = format!("{own}- {{at: 1000, run: node back node-3}}\n");
    let history = run("Deployment", "", &back);
    assert_eq!(at(&history, 1290).len(), 3);
    let after = at(&history, 1400);
    assert_eq!(
        after.iter().filter(|pod| pod.contains("going")).count(),
        2,
        "timers begin anew: {after:?}"
    );
    assert_eq!(
        after.iter().filter(|pod| pod.starts_with("node-3 ready")).count(),
        3,
        "{after:?}"
    );
}

#[test]
fn a_taint_by_hand_evicts_at_once() {
    let history = run(
        "Deployment",
        "",
        "- {at: 70, run: \"kubectl taint nodes node-3 a.b/c=d:NoExecute\"}\n",
    );
    let after = at(&history, 80);
    assert_eq!(after, ["node-1 ready 0", "node-1 ready 0", "node-2 ready 0"]);
}

#[test]
fn a_daemon_set_is_blocked_by_one_dead_node() {
    let own = "- {at: 500, run: kubectl set image daemonset/web app=app:2}\n";
    let history = run("DaemonSet", "", own);
    let mut cursor = Cursor::new(Rc::new(history.clone()));
    cursor.seek(usize::MAX);
    let set = cursor
        .cluster()
        .daemon_set(&"default".into(), &"web".into())
        .expect("the set")
        .clone();
    assert_eq!(
        set.status.updated_number_scheduled, 0,
        "its one unavailable Pod uses up maxUnavailable"
    );
}
