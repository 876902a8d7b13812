//! Golden traces of DaemonSets (daemonset.md, section 10), written as those of StatefulSets: a Pod's number is its node's.
//! Those with a lost node are left out, for here every node answers.

use crate::golden::{normal, prepare, trace};
use rollscope_engine::api::{Kind, Object};
use rollscope_engine::scenario::Timed;
use rollscope_engine::time::Time;
use rollscope_engine::{Cursor, Scenario, simulate};
use std::rc::Rc;

/// Runs a set on so many nodes, gives these commands, and compares what follows the first.
fn check(name: &str, nodes: u32, strategy: &str, commands: &[(u64, &str)], expect: &str) {
    let from = commands.first().map_or(0, |(second, _)| *second);
    let history = simulate(&scenario(nodes, strategy, commands));
    assert_eq!(trace(&history, from), normal(expect), "{name}");
}

fn scenario(nodes: u32, strategy: &str, commands: &[(u64, &str)]) -> Scenario {
    let mut text = format!(
        "apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {{name: web}}\nspec:\n  updateStrategy: {strategy}\n  selector: \
         {{matchLabels: {{app: web}}}}\n  template:\n    metadata: {{labels: {{app: web}}}}\n    spec: {{containers: \
         [{{name: app, image: a, readinessProbe: {{tcpSocket: {{port: 80}}, periodSeconds: 1}}}}]}}\n"
    );
    for node in 4..=nodes {
        text += &format!("---\napiVersion: v1\nkind: Node\nmetadata: {{name: node-{node}}}\n");
    }
    let reading = Scenario::read(&text);
    assert!(reading.is_runnable(), "{:?}\n{text}", reading.diagnostics);
    let mut scenario = reading.scenario;
    prepare(&mut scenario.world);
    scenario
        .interventions
        .extend(commands.iter().map(|(second, command)| Timed {
            at: Time(second * 1000),
            what: command.parse().expect("a command"),
        }));
    scenario
}

const B: (u64, &str) = (30, "kubectl set image daemonset/web app=b");
const BROKEN: (u64, &str) = (30, "kubectl set image daemonset/web app=b-broken");

#[test]
fn without_surge() {
    let two = "{rollingUpdate: {maxUnavailable: 2}}";
    let d1 = "30:-1(A) -2(A) 32:x1 x2 +1(B) +2(B) 37:R1 R2 -3(A) -4(A) 39:x3 x4 +3(B) +4(B) 44:R3 R4 -5(A) 46:x5 +5(B) 51:R5";
    check("D1", 5, two, &[B], d1);
    let d2 = "30:-1(A) -2(A) 32:x1 x2 +1(B) +2(B) 50:-1(B) -2(B) 52:x1 x2 +1(C) +2(C) 57:R1 R2 -3(A) -4(A) 59:x3 x4 +3(C) \
              +4(C) 64:R3 R4 -5(A) 66:x5 +5(C) 71:R5";
    check(
        "D2",
        5,
        two,
        &[BROKEN, (50, "kubectl set image daemonset/web app=c")],
        d2,
    );
    let d8 = "30:-1(A) -2(A) -3(A) 32:x1 x2 x3 +1(B) +2(B) +3(B) 37:R1 R2 R3 -4(A) -5(A) -6(A) 39:x4 x5 x6 +4(B) +5(B) +6(B) \
              44:R4 R5 R6 -7(A) 46:x7 +7(B) 51:R7";
    check("D8", 7, "{rollingUpdate: {maxUnavailable: \"30%\"}}", &[B], d8);
}

#[test]
fn with_surge() {
    let one = "{rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}";
    let d5 = "30:+1(B) 35:R1 -1(A) +2(B) 37:x1 40:R2 -2(A) +3(B) 42:x2 45:R3 -3(A) 47:x3";
    check("D5", 3, one, &[B], d5);
    let d6 = "30:+1(B) 45:-1(B) +1(C) 47:x1 50:R1 -1(A) +2(C) 52:x1 55:R2 -2(A) +3(C) 57:x2 60:R3 -3(A) 62:x3";
    check(
        "D6",
        3,
        one,
        &[BROKEN, (45, "kubectl set image daemonset/web app=c")],
        d6,
    );
    let share = "{rollingUpdate: {maxSurge: \"30%\", maxUnavailable: 0}}";
    let d9 = "30:+1(B) +2(B) 35:R1 R2 -1(A) -2(A) +3(B) +4(B) 37:x1 x2 40:R3 R4 -3(A) -4(A) +5(B) 42:x3 x4 45:R5 -5(A) 47:x5";
    check("D9", 5, share, &[B], d9);
}

#[test]
fn on_delete() {
    let strategy = "{type: OnDelete}";
    let mut cursor = Cursor::new(Rc::new(simulate(&scenario(3, strategy, &[]))));
    let mut pods = cursor.seek(usize::MAX).of_kind(Kind::Pod);
    let second = pods.find(|object| matches!(object, Object::Pod(pod) if pod.node_name.as_deref() == Some("node-2")));
    let delete = format!("kubectl delete pod/{}", second.expect("the Pod of node-2").meta().name);
    check("D7", 3, strategy, &[B, (40, &delete)], "40:-2(A) 42:x2 +2(B) 47:R2");
}
