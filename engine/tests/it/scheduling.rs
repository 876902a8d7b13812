//! Where Pods go, and what the scheduler says when they can go nowhere (NODE-01 to NODE-10).

use rollscope_engine::api::{Kind, Object, Pod};
use rollscope_engine::history::Cursor;
use rollscope_engine::{History, Scenario, simulate};
use std::rc::Rc;

/// A Deployment `web` of so many replicas, with these further lines in the Pods' spec, in this world.
fn run(replicas: usize, requests: &str, spec: &str, own: &str) -> History {
    let text = format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web}}\nspec:\n  replicas: {replicas}\n  selector: \
         {{matchLabels: {{app: web}}}}\n  template:\n    metadata: {{labels: {{app: web}}}}\n    spec:\n      containers: \
         [{{name: app, image: \"app:1\", resources: {{requests: {requests}}}}}]\n{spec}---\napiVersion: \
         rollscope.dev/v1\nkind: Scenario\n{own}"
    );
    let reading = Scenario::read(&text);
    assert!(reading.is_runnable(), "{:?}\n{text}", reading.diagnostics);
    simulate(&reading.scenario)
}

fn pods(history: &History) -> Vec<Rc<Pod>> {
    let mut cursor = Cursor::new(Rc::new(history.clone()));
    cursor.seek(usize::MAX);
    let all = cursor.cluster().of_kind(Kind::Pod);
    all.filter_map(|object| match object {
        Object::Pod(pod) => Some(pod.clone()),
        _ => None,
    })
    .collect()
}

/// How many Pods each node has in the end, and what is said of the rest.
fn placed(history: &History) -> (Vec<(String, usize)>, Vec<String>) {
    let mut counts = std::collections::BTreeMap::new();
    let mut refused = Vec::new();
    for pod in pods(history) {
        match (&pod.node_name, &pod.status.trouble.unschedulable) {
            (Some(node), _) => *counts.entry(node.to_string()).or_insert(0) += 1,
            (None, Some(message)) => refused.push(message.to_string()),
            (None, None) => refused.push("never tried".to_owned()),
        }
    }
    (counts.into_iter().collect(), refused)
}

fn check(history: &History, counts: &[(&str, usize)], refused: &[&str]) {
    let (is, why) = placed(history);
    let is: Vec<(&str, usize)> = is.iter().map(|(node, count)| (node.as_str(), *count)).collect();
    assert_eq!(
        (is.as_slice(), why),
        (counts, refused.iter().map(ToString::to_string).collect())
    );
}

const NO_VICTIMS: &str = "No preemption victims found for incoming pod";

#[test]
fn ordinary_pods_are_spread_over_three_nodes() {
    check(
        &run(5, "{}", "", ""),
        &[("node-1", 2), ("node-2", 2), ("node-3", 1)],
        &[],
    );
}

#[test]
fn a_node_is_full_when_the_requests_reach_what_it_offers() {
    let own = "world: {nodes: {only: {cpu: 2}}}\n";
    let message =
        format!("0/1 nodes are available: 1 Insufficient cpu. preemption: 0/1 nodes are available: 1 {NO_VICTIMS}.");
    check(&run(4, "{cpu: 600m}", "", own), &[("only", 3)], &[&message]);
    let own = "world: {nodes: {only: {cpu: 2, memory: 1Gi, pods: 2}}}\n";
    let message = format!(
        "0/1 nodes are available: 1 Insufficient memory, 1 Too many pods. preemption: 0/1 nodes are available: 1 {NO_VICTIMS}."
    );
    check(
        &run(3, "{cpu: 100m, memory: 512Mi}", "", own),
        &[("only", 2)],
        &[&message],
    );
    let hopeless = "0/1 nodes are available: 1 Insufficient cpu. preemption: 0/1 nodes are available: 1 Preemption is not \
                    helpful for scheduling.";
    check(&run(1, "{cpu: 3}", "", own), &[], &[hopeless]);
}

#[test]
fn reasons_are_counted_and_sorted() {
    let own = "world:\n  nodes:\n    a: {taints: [\"gpu=yes:NoSchedule\"]}\n    b: {labels: {disk: hdd}}\n    c: {labels: \
               {disk: ssd}, cpu: 1}\n    d: {labels: {disk: ssd}}\ninterventions:\n- {at: 0, run: kubectl cordon d}\n";
    let spec = "      nodeSelector: {disk: ssd}\n";
    let message = format!(
        "0/4 nodes are available: 1 Insufficient cpu, 1 node(s) didn't match Pod's node affinity/selector, 1 node(s) had \
         untolerated taint(s), 1 node(s) were unschedulable. preemption: 0/4 nodes are available: 1 {NO_VICTIMS}, 3 \
         Preemption is not helpful for scheduling."
    );
    let text = run(2, "{cpu: 600m}", spec, own);
    check(&text, &[("c", 1)], &[&message]);
    let last = pods(&text)
        .into_iter()
        .find(|pod| pod.node_name.is_none())
        .expect("a Pending Pod");
    let condition = &last.conditions()[0];
    assert_eq!(
        (condition.kind, condition.is_true, condition.reason),
        ("PodScheduled", false, "Unschedulable")
    );
    let value = Object::Pod(last).to_value();
    assert!(value.at(&["status", "conditions"]).is_some());
}

#[test]
fn no_nodes_at_all() {
    check(
        &run(1, "{}", "", "world: {nodes: 0}\n"),
        &[],
        &["no nodes available to schedule pods"],
    );
}

#[test]
fn tolerations_and_affinity_let_in() {
    let own = "world:\n  nodes:\n    a: {taints: [\"gpu=yes:NoSchedule\"], labels: {disk: ssd}}\n    b: {labels: {disk: hdd}}\n";
    let spec = "      tolerations: [{key: gpu, operator: Exists}]\n      affinity: {nodeAffinity: \
                {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: disk, \
                operator: In, values: [ssd]}]}]}}}\n";
    check(&run(2, "{}", spec, own), &[("a", 2)], &[]);
}

#[test]
fn a_pending_pod_is_tried_again_when_something_changes() {
    let own = "world: {nodes: {only: {cpu: 1}}}\ninterventions:\n- {at: 30, run: kubectl scale deployment/web \
               --replicas=1}\n- {at: 60, run: kubectl scale deployment/web --replicas=2}\n- at: 90\n  apply: |\n    {apiVersion: \
               v1, kind: Node, metadata: {name: another}, status: {allocatable: {cpu: \"1\", pods: \"10\"}}}\n";
    check(&run(3, "{cpu: 600m}", "", own), &[("another", 1), ("only", 1)], &[]);
}

#[test]
fn a_rollout_that_may_not_lose_a_pod_waits_for_room() {
    let own = "world: {nodes: {only: {cpu: 2}}}\ninterventions:\n- {at: 30, run: kubectl set image deployment/web \
               app=app:2}\n";
    let history = run(3, "{cpu: 600m}", "", own);
    let (counts, refused) = placed(&history);
    assert_eq!((counts, refused.len()), (vec![("only".to_owned(), 3)], 1), "NODE-02");
    let told: Vec<&str> = history
        .steps
        .iter()
        .filter_map(|step| step.main())
        .map(|(_, reason)| reason.rule().id)
        .collect();
    assert!(told.contains(&"NODE-03"), "{told:?}");
}

#[test]
fn a_hard_spread_refuses_the_fuller_zone() {
    let nodes = "world:\n  nodes:\n    a: {zone: a}\n    b: {zone: b}\n    c: {zone: c}\n";
    let spec = |more: &str| {
        format!(
            "      topologySpreadConstraints: [{{maxSkew: 1, topologyKey: topology.kubernetes.io/zone, whenUnsatisfiable: \
             DoNotSchedule, labelSelector: {{matchLabels: {{app: web}}}}{more}}}]\n"
        )
    };
    check(&run(6, "{}", &spec(""), nodes), &[("a", 2), ("b", 2), ("c", 2)], &[]);
    let cordoned = format!("{nodes}interventions:\n- {{at: 0, run: kubectl cordon c}}\n");
    let message = format!(
        "0/3 nodes are available: 1 node(s) were unschedulable, 2 node(s) didn't match pod topology spread constraints. \
         preemption: 0/3 nodes are available: 1 Preemption is not helpful for scheduling, 2 {NO_VICTIMS}."
    );
    // The empty zone that can't take anything still pulls the least to 0 (NODE-10).
    check(&run(3, "{}", &spec(""), &cordoned), &[("a", 1), ("b", 1)], &[&message]);
    check(
        &run(3, "{}", &spec(", nodeTaintsPolicy: Honor"), &cordoned),
        &[("a", 2), ("b", 1)],
        &[],
    );
    let missing = "0/1 nodes are available: 1 node(s) didn't match pod topology spread constraints (missing required \
                   label). preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.";
    check(&run(1, "{}", &spec(""), "world: {nodes: {a: {}}}\n"), &[], &[missing]);
}

#[test]
fn anti_affinity_lets_one_pod_on_a_node() {
    let spec = "      affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: \
                kubernetes.io/hostname, labelSelector: {matchLabels: {app: web}}}]}}\n";
    let message = format!(
        "0/2 nodes are available: 2 node(s) didn't match pod anti-affinity rules. preemption: 0/2 nodes are available: 2 \
         {NO_VICTIMS}."
    );
    check(
        &run(3, "{}", spec, "world: {nodes: 2}\n"),
        &[("node-1", 1), ("node-2", 1)],
        &[&message],
    );
}

#[test]
fn mistakes_about_nodes_have_a_place() {
    let found = |own: &str| {
        let text = format!("apiVersion: rollscope.dev/v1\nkind: Scenario\n{own}");
        let found = Scenario::read(&text).diagnostics;
        found.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(
        found(
            "world:\n  nodes:\n    a: {cpu: -1, colour: red, taints: [x]}\ninterventions:\n- {at: 0, run: kubectl cordon b}\n"
        ),
        [
            "5:14: error: cpu: expected an amount such as 4 or 500m or 8Gi",
            "5:18: error: unknown field \"colour\": expected one of cpu, memory, pods, ephemeral-storage, zone, labels, taints",
            "5:40: error: invalid taint spec: x",
            "7:16: warning: no node b: there are a",
        ]
    );
    assert_eq!(
        found("world: {nodes: many}\n"),
        ["3:16: error: nodes: expected their number, at most 500, or a map from names to what they offer"]
    );
}

#[test]
fn what_is_told_without_a_change_is_part_of_the_run_as_well() {
    let own = "world: {nodes: {only: {cpu: 1}}}\ninterventions:\n- {at: 60, run: kubectl taint node only gone=soon:PreferNoSchedule}\n- \
               {at: 90, run: kubectl scale deployment/web --replicas=0}\n";
    let history = run(1, "{cpu: 2}", "", own);
    let refusals = history
        .events()
        .iter()
        .filter(|event| event.note.reason() == "FailedScheduling");
    assert_eq!(
        refusals.count(),
        2,
        "tried again when the node changed, with the same outcome"
    );
    let mut cursor = Cursor::new(Rc::new(history.clone()));
    let mut told = 0;
    for index in 0..history.len() {
        told += history.events_of(index).len();
        assert_eq!(cursor.seek(index + 1).events(), &history.events()[..told]);
    }
    assert_eq!(told, history.events().len());
}
