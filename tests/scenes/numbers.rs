//! Numbers that stand beside each other say where they come from.

use crate::told::{at, run, scenario, web};
use rollscope::scene::deployment::DeploymentScene;
use rollscope::scene::nodes::Nodes;
use rollscope::scene::stage::{Body, Stage};
use rollscope::scene::strip::Strip;
use rollscope::scene::verdict::Verdict;
use rollscope_engine::traffic::Traffic;
use rollscope_engine::{Cursor, History};
use std::rc::Rc;

fn deployment(cursor: &Cursor) -> Rc<DeploymentScene> {
    match &Stage::of(cursor).workloads[0].body {
        Body::Deployment(scene) => scene.clone(),
        _ => panic!("a Deployment"),
    }
}

/// Deployments of two Pods each with a Service, by name.
fn several(names: &[&str], commands: &str) -> Rc<History> {
    let one = |name: &&str| {
        format!(
            "---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: {name}}}
spec:
  replicas: 4
  selector: {{matchLabels: {{app: {name}}}}}
  template:
    metadata: {{labels: {{app: {name}}}}}
    spec: {{containers: [{{name: c, image: 'nginx:1'}}]}}
---
apiVersion: v1
kind: Service
metadata: {{name: {name}}}
spec: {{selector: {{app: {name}}}, ports: [{{port: 80}}]}}
"
        )
    };
    let all: String = names.iter().map(one).collect();
    run(&format!("{}{all}", scenario(commands)))
}

#[test]
fn the_verdict_names_the_workload_that_fared_worst() {
    let check = |commands: &str, expect: &str| {
        let text = Verdict::of(&several(&["a", "b"], commands)).text;
        assert!(text.contains(expect), "{text}");
    };
    check(
        "20 set image deployment/b c=nginx:2",
        "b: never below 3 of 4 available · peak 11 Pods",
    );
    check(
        "20 set image deployment/a c=nginx:2\n20 set image deployment/b c=nginx:2",
        "· each never below 3 of 4 available",
    );
}

#[test]
fn a_row_tells_what_the_step_changes_and_why_more_are_allowed_than_the_bar_has_room_for() {
    let history = web(4, "", "20 set image deployment/web c=nginx:2");
    let scene = deployment(&at(&history, 21, "Scaled ReplicaSet"));
    let told: Vec<_> = scene
        .rows
        .iter()
        .map(|row| (row.was, row.size, row.hint.as_deref()))
        .collect();
    assert_eq!(
        told,
        [
            (Some(3), 2, None),
            (None, 2, Some("1 more allowed: only 4 of 5 are wanted")),
        ]
    );
    let created = deployment(&at(&history, 20, "Created ReplicaSet"));
    assert_eq!(created.rows[1].was, Some(0));
}

#[test]
fn connections_that_fail_say_of_how_many_and_why() {
    let history = several(&["a"], "20 set image deployment/a c=nginx:2");
    let traffic = Traffic::of(&history);
    let mut told: Vec<(String, String)> = Vec::new();
    for position in 1..=history.len() {
        let mut cursor = Cursor::new(history.clone());
        cursor.seek(position);
        let stage = Stage::of(&cursor).with_traffic(&traffic, cursor.time());
        let Some(line) = stage.workloads[0].services.first() else {
            continue;
        };
        let now = (line.failing.clone(), line.because.clone());
        if !now.0.is_empty() && !told.contains(&now) {
            told.push(now);
        }
    }
    let of_four = (
        "1 of 4 new connections fails".to_owned(),
        "proxies know 4 addresses, 1 does not listen".to_owned(),
    );
    assert!(told.contains(&of_four), "{told:?}");
}

#[test]
fn on_a_node_the_workloads_are_told_apart_where_there_are_several() {
    let crews = |names: &[&str]| {
        let history = several(names, "");
        let mut cursor = Cursor::new(history.clone());
        cursor.seek(history.len());
        let nodes = Nodes::of(&cursor, &Stage::of(&cursor)).nodes;
        nodes[0].crews.iter().map(|crew| crew.name.clone()).collect::<Vec<_>>()
    };
    assert_eq!(crews(&["a"]), [""]);
    assert_eq!(crews(&["a", "b"]), ["a", "b"]);
}

#[test]
fn a_flag_leaves_out_the_registry() {
    let history = web(2, "", "20 set image deployment/web c=registry.k8s.io/nginx-slim:0.24");
    let labels: Vec<String> = Strip::of(&history).flags.into_iter().map(|flag| flag.label).collect();
    assert_eq!(labels, ["apply", "image nginx-slim:0.24"]);
}
