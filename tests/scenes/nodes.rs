//! The stage by nodes: who stands where, what is requested of what is offered, and who waits with which reason.

use crate::told::{at, end, run, web};
use rollscope::scene::nodes::Nodes;
use rollscope::scene::stage::Stage;
use rollscope_engine::{Cursor, History};
use std::rc::Rc;

/// `node-1 zone-a [cordoned] cpu 0.7 of 1, pods 1: web(2)`, a line for each node and for each reason to wait.
fn told(cursor: &Cursor) -> String {
    let nodes = Nodes::of(cursor, &Stage::of(cursor));
    let mut lines = Vec::new();
    for node in &nodes.nodes {
        let marks: Vec<String> = node
            .marks
            .iter()
            .map(|mark| format!("{}{}", mark.word, if mark.is_failure { "!" } else { "" }))
            .collect();
        let meters: Vec<String> = node
            .meters
            .iter()
            .map(|meter| format!("{} {}", meter.resource, meter.text))
            .collect();
        let forms: Vec<&str> = node
            .crews
            .iter()
            .flat_map(|crew| crew.tiles.iter())
            .map(|tile| tile.form.class())
            .collect();
        let ringed = if node.ringed { "*" } else { "" };
        let line = format!(
            "{}{ringed} {} [{}] {}: {}",
            node.name,
            node.zone,
            marks.join(", "),
            meters.join(", "),
            forms.join(" ")
        );
        lines.push(line.trim_end().to_owned());
    }
    for group in &nodes.waiting {
        lines.push(format!(
            "waiting {}: {}",
            group.crews.iter().map(|crew| crew.tiles.len()).sum::<usize>(),
            group.reason
        ));
    }
    lines.join("\n")
}

fn check(cursor: &Cursor, expect: &str) {
    let expect: Vec<&str> = expect.lines().map(str::trim).collect();
    assert_eq!(told(cursor), expect.join("\n"));
}

/// A Deployment of Pods that each request 700m and 1 Gi.
fn requesting(world: &str, replicas: i64, commands: &str) -> Rc<History> {
    run(&format!(
        "apiVersion: rollscope.dev/v1
kind: Scenario
world: {{nodes: {world}}}
interventions: [{commands}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: web}}
spec:
  replicas: {replicas}
  selector: {{matchLabels: {{app: web}}}}
  template:
    metadata: {{labels: {{app: web}}}}
    spec: {{containers: [{{name: c, image: 'nginx:1', resources: {{requests: {{cpu: 700m, memory: 1Gi}}}}}}]}}
"
    ))
}

#[test]
fn pods_stand_on_their_nodes_and_a_drain_moves_them() {
    let history = web(4, "", "20 cordon node-1\n30 drain node-1");
    check(
        &at(&history, 20, "kubectl cordon"),
        "node-1* zone-a [cordoned] pods 2: available available
         node-2 zone-b [] pods 1: available
         node-3 zone-c [] pods 1: available",
    );
    check(
        &end(&history),
        "node-1 zone-a [cordoned] pods 0:
         node-2 zone-b [] pods 2: available available
         node-3 zone-c [] pods 2: available available",
    );
}

#[test]
fn a_full_cluster_says_why_pods_wait() {
    let history = requesting("{a: {cpu: 1, memory: 2Gi}, b: {cpu: 1, memory: 2Gi, pods: 10}}", 4, "");
    check(
        &end(&history),
        "a  [] cpu 0.7 of 1, memory 1 Gi of 2 Gi, pods 1: available
         b  [] cpu 0.7 of 1, memory 1 Gi of 2 Gi, pods 1 of 10: available
         waiting 2: 0/2 nodes are available: 2 Insufficient cpu.",
    );
}

#[test]
fn a_dead_node_is_silent_then_unreachable() {
    let history = requesting("{a: {cpu: 4}, b: {cpu: 4}}", 2, "{at: 20, run: node lost a}");
    check(
        &at(&history, 20, "node lost"),
        "a*  [silent!] cpu 0.7 of 4, memory 1 Gi, pods 1: available
         b  [] cpu 0.7 of 4, memory 1 Gi, pods 1: available",
    );
    let told = told(&end(&history));
    assert!(told.starts_with("a  [unreachable!] cpu 0.7 of 4"), "{told}");
    assert!(
        told.contains("a  [unreachable!] cpu 0.7 of 4, memory 1 Gi, pods 1: leaving\n"),
        "{told}"
    );
}

#[test]
fn every_pod_of_the_stage_stands_somewhere() {
    let history = requesting("{a: {cpu: 300}, b: {cpu: 300}}", 1000, "");
    let cursor = end(&history);
    let nodes = Nodes::of(&cursor, &Stage::of(&cursor));
    let placed: usize = nodes
        .nodes
        .iter()
        .flat_map(|node| &node.crews)
        .map(|crew| crew.tiles.len())
        .sum();
    let waiting: usize = nodes
        .waiting
        .iter()
        .flat_map(|group| &group.crews)
        .map(|crew| crew.tiles.len())
        .sum();
    assert_eq!((placed, waiting, nodes.pods), (856, 144, 1000));
}
