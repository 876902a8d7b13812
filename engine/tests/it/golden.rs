//! Golden traces of StatefulSets: derived from the rules by an independent model, then run in real time against a real
//! 1.36.2 control plane with a scripted kubelet. A healthy Pod is Ready 5 s after its creation and gone 2 s after its
//! deletion. `second:+number(revision)` created, `Rn` Ready, `-n(revision)` deletion asked for, `xn` gone; what happens in
//! the same second may come in any order.

use rollscope_engine::api::{Object, Pod};
use rollscope_engine::scenario::{Intervention, Timed};
use rollscope_engine::time::{Duration, Time};
use rollscope_engine::world::{Behavior, World};
use rollscope_engine::{History, Scenario, simulate};
use std::collections::BTreeMap;

/// Something done at a second.
#[derive(Clone)]
enum Act {
    Image(&'static str),
    Scale(i64),
    Partition(i64),
    Start(i64),
    ScaleAndImage(i64, &'static str),
    Delete(&'static str),
    Break(&'static str),
    Undo,
}
use Act::{Break, Delete, Image, Partition, Scale, ScaleAndImage, Start, Undo};

/// Runs a set of `replicas` with these lines of spec, does this, and compares what follows the first act.
fn check(name: &str, replicas: i64, spec: &str, gate: bool, acts: &[(u64, Act)], expect: &str) {
    let from = acts.first().map_or(0, |(second, _)| *second);
    let history = run(replicas, spec, gate, acts);
    assert_eq!(trace(&history, from), normal(expect), "{name}");
}

fn run(replicas: i64, spec: &str, gate: bool, acts: &[(u64, Act)]) -> History {
    let text = format!(
        "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {{name: web}}\nspec:\n  replicas: {replicas}\n{spec}  \
         serviceName: web\n  selector: {{matchLabels: {{app: web}}}}\n  template:\n    metadata: {{labels: {{app: web}}}}\n    \
         spec: {{containers: [{{name: app, image: a, readinessProbe: {{tcpSocket: {{port: 80}}, periodSeconds: 1}}}}]}}\n"
    );
    let reading = Scenario::read(&text);
    assert!(reading.is_runnable(), "{:?}\n{text}", reading.diagnostics);
    let mut scenario = reading.scenario;
    scenario.gates.max_unavailable_stateful_set = gate;
    prepare(&mut scenario.world);
    scenario.interventions.extend(acts.iter().map(|(second, act)| Timed {
        at: Time(second * 1000),
        what: intervention(act),
    }));
    simulate(&scenario)
}

/// The world of all golden traces; the image `b-broken` can't be pulled.
pub(crate) fn prepare(world: &mut World) {
    let (pull, stop) = (Duration::seconds(5), Duration::seconds(2));
    world.default_behavior = Behavior {
        pull,
        start: Duration::ZERO,
        stop,
        ..Behavior::default()
    };
    let broken = Behavior {
        becomes_ready: false,
        ..world.default_behavior.clone()
    };
    world.images.insert("b-broken".into(), broken);
}

fn intervention(act: &Act) -> Intervention {
    let patch = |spec: String| format!("kubectl patch statefulset/web --type=merge -p '{{spec: {spec}}}'");
    let line = match act {
        Image(image) => format!("kubectl set image statefulset/web app={image}"),
        Scale(replicas) => format!("kubectl scale statefulset/web --replicas={replicas}"),
        Delete(pod) => format!("kubectl delete pod/{pod}"),
        Break(pod) => format!("pod not-ready {pod}"),
        Undo => "kubectl rollout undo statefulset/web".into(),
        Partition(partition) => patch(format!(
            "{{updateStrategy: {{rollingUpdate: {{partition: {partition}}}}}}}"
        )),
        Start(start) => patch(format!("{{ordinals: {{start: {start}}}}}")),
        ScaleAndImage(replicas, image) => {
            let template = format!("{{spec: {{containers: [{{name: app, image: \"{image}\"}}]}}}}");
            patch(format!("{{replicas: {replicas}, template: {template}}}"))
        }
    };
    line.parse().expect("a command")
}

/// What happened to the Pods, by second.
pub(crate) fn trace(history: &History, from: u64) -> BTreeMap<u64, Vec<String>> {
    let mut trace: BTreeMap<u64, Vec<String>> = BTreeMap::new();
    for step in &history.steps {
        for (change, _) in &step.writes {
            let token = token(change.before.as_ref(), change.after.as_ref());
            if let Some(token) = token.filter(|_| step.at.seconds() >= from) {
                trace.entry(step.at.seconds()).or_default().push(token);
            }
        }
    }
    trace.values_mut().for_each(|tokens| tokens.sort());
    trace
}

fn token(before: Option<&Object>, after: Option<&Object>) -> Option<String> {
    let pod = |object: Option<&Object>| match object {
        Some(Object::Pod(pod)) => Some(pod.clone()),
        _ => None,
    };
    // A DaemonSet's Pod has its node's number.
    let number = |pod: &Pod| {
        let name = pod.target_node.as_deref().unwrap_or(&pod.meta.name);
        name.rsplit_once('-').map_or("", |(_, number)| number).to_owned()
    };
    let revision = |pod: &Pod| {
        pod.template.containers[0]
            .image
            .split('-')
            .next()
            .unwrap_or("")
            .to_uppercase()
    };
    match (pod(before), pod(after)) {
        (None, Some(pod)) => Some(format!("+{}({})", number(&pod), revision(&pod))),
        (Some(pod), None) => Some(format!("x{}", number(&pod))),
        (Some(was), Some(is)) if !was.is_terminating() && is.is_terminating() => {
            Some(format!("-{}({})", number(&is), revision(&is)))
        }
        (Some(was), Some(is)) if !was.is_ready() && is.is_ready() => Some(format!("R{}", number(&is))),
        _ => None,
    }
}

/// `30:-2(A) 32:x2 +2(B)` by second.
pub(crate) fn normal(text: &str) -> BTreeMap<u64, Vec<String>> {
    let (mut trace, mut second): (BTreeMap<u64, Vec<String>>, u64) = (BTreeMap::new(), 0);
    for word in text.split_whitespace() {
        let token = match word.split_once(':') {
            Some((time, token)) => {
                second = time.parse().expect("a second");
                token
            }
            None => word,
        };
        trace.entry(second).or_default().push(token.to_owned());
    }
    trace.values_mut().for_each(|tokens| tokens.sort());
    trace
}

const PARALLEL: &str = "  podManagementPolicy: Parallel\n";
/// Only the type, without the block: other rules for re-created Pods (STS-30).
const NO_BLOCK: &str = "  updateStrategy: {type: RollingUpdate}\n";

#[test]
fn starting_and_scaling() {
    let slow = "  minReadySeconds: 10\n";
    check("T1", 3, slow, false, &[], "0:+0(A) 5:R0 15:+1(A) 20:R1 30:+2(A) 35:R2");
    check("T2", 3, PARALLEL, false, &[], "0:+0(A) +1(A) +2(A) 5:R0 R1 R2");
    check(
        "T10",
        5,
        "",
        false,
        &[(40, Scale(2))],
        "40:-4(A) 42:x4 -3(A) 44:x3 -2(A) 46:x2",
    );
    let broken = [(40, Break("web-4")), (40, Scale(3))];
    check("T11", 5, "", false, &broken, "40:-4(A) 42:x4 -3(A) 44:x3");
    let both = [
        (40, Break("web-3")),
        (40, Break("web-4")),
        (40, Scale(3)),
        (55, Delete("web-3")),
    ];
    check("T12", 5, "", false, &both, "55:-3(A) 57:x3 -4(A) 59:x4");
    let moved = "20:+5(A) 25:R5 +6(A) 30:R6 +7(A) 35:R7 -2(A) 37:x2 -1(A) 39:x1 -0(A) 41:x0";
    check("T17", 3, "", false, &[(20, Start(5))], moved);
    let emptied = [(30, Scale(0)), (40, Image("b")), (45, Scale(2))];
    let refilled = "30:-2(A) 32:x2 -1(A) 34:x1 -0(A) 36:x0 45:+0(B) 50:R0 +1(B) 55:R1";
    check("T28", 3, "", false, &emptied, refilled);
}

#[test]
fn rolling_from_the_top() {
    let all = "30:-2(A) 32:x2 +2(B) 37:R2 -1(A) 39:x1 +1(B) 44:R1 -0(A) 46:x0 +0(B) 51:R0";
    check("T3", 3, "", false, &[(30, Image("b"))], all);
    let slowly = "60:-2(A) 62:x2 +2(B) 67:R2 77:-1(A) 79:x1 +1(B) 84:R1 94:-0(A) 96:x0 +0(B) 101:R0";
    check("T4", 3, "  minReadySeconds: 10\n", false, &[(60, Image("b"))], slowly);
    let twice = "30:-2(A) 32:x2 +2(B) 37:R2 -1(A) 39:x1 +1(C) 44:R1 -2(B) 46:x2 +2(C) 51:R2 -0(A) 53:x0 +0(C) 58:R0";
    check("T15", 3, "", false, &[(30, Image("b")), (38, Image("c"))], twice);
    let grown = "30:+3(B) 35:R3 +4(B) 40:R4 -2(A) 42:x2 +2(B) 47:R2 -1(A) 49:x1 +1(B) 54:R1 -0(A) 56:x0 +0(B) 61:R0";
    check("T16", 3, "", false, &[(30, ScaleAndImage(5, "b"))], grown);
    let deleted = "30:-1(A) 32:x1 +1(B) 37:R1 -2(A) 39:x2 +2(B) 44:R2 -0(A) 46:x0 +0(B) 51:R0";
    check("T27", 3, "", false, &[(30, Delete("web-1")), (31, Image("b"))], deleted);
}

#[test]
fn partitions_and_recreated_pods() {
    let block = "  updateStrategy: {rollingUpdate: {partition: 2}}\n";
    let acts = [(30, Image("b")), (50, Delete("web-0")), (70, Partition(0))];
    let canary =
        "30:-2(A) 32:x2 +2(B) 37:R2 50:-0(A) 52:x0 +0(A) 57:R0 70:-1(A) 72:x1 +1(B) 77:R1 -0(A) 79:x0 +0(B) 84:R0";
    check("T5", 3, block, false, &acts, canary);
    let on_delete = "  updateStrategy: {type: OnDelete}\n";
    let acts = [(30, Image("b")), (40, Delete("web-1"))];
    check("T18", 3, on_delete, false, &acts, "40:-1(A) 42:x1 +1(B) 47:R1");
    let acts = [(30, Image("b")), (34, Delete("web-0"))];
    let zero = "30:-2(A) 32:x2 +2(B) 34:-0(A) 36:x0 +0(B) 37:R2 41:R0 -1(A) 43:x1 +1(B) 48:R1";
    check(
        "T19",
        3,
        "  updateStrategy: {rollingUpdate: {partition: 0}}\n",
        false,
        &acts,
        zero,
    );
    let without =
        "30:-2(A) 32:x2 +2(B) 34:-0(A) 36:x0 +0(A) 37:R2 41:R0 -1(A) 43:x1 +1(B) 48:R1 -0(A) 50:x0 +0(B) 55:R0";
    check("T20", 3, NO_BLOCK, false, &acts, without);
    let acts = [(30, Image("b")), (38, Delete("web-0"))];
    let late = "30:-2(A) 32:x2 +2(B) 37:R2 -1(A) 38:-0(A) 39:x1 40:x0 +0(B) 45:R0 +1(B) 50:R1";
    check("T23", 3, NO_BLOCK, false, &acts, late);
    let five = "  updateStrategy: {rollingUpdate: {partition: 5}}\n";
    let acts = [
        (20, Image("b")),
        (25, Partition(1)),
        (45, Partition(2)),
        (47, Delete("web-1")),
    ];
    let raised = "25:-2(A) 27:x2 +2(B) 32:R2 -1(A) 34:x1 +1(B) 39:R1 47:-1(B) 49:x1 +1(A) 54:R1";
    check("T29", 3, five, false, &acts, raised);
}

#[test]
fn stuck_and_healed() {
    let acts = [(30, Image("b-broken")), (50, Image("c"))];
    check("T6", 3, "", false, &acts, "30:-2(A) 32:x2 +2(B)");
    let freed = [(30, Image("b-broken")), (50, Image("c")), (60, Delete("web-2"))];
    let trace = "30:-2(A) 32:x2 +2(B) 60:-2(B) 62:x2 +2(C) 67:R2 -1(A) 69:x1 +1(C) 74:R1 -0(A) 76:x0 +0(C) 81:R0";
    check("T7", 3, "", false, &freed, trace);
    let acts = [(30, Image("b-broken")), (50, Undo)];
    check(
        "T8",
        3,
        PARALLEL,
        false,
        &acts,
        "30:-2(A) 32:x2 +2(B) 50:-2(B) 52:x2 +2(A) 57:R2",
    );
    check("T9", 3, PARALLEL, true, &acts, "30:-2(A) 32:x2 +2(B)");
    let acts = [(40, Break("web-1")), (40, Image("b"))];
    check("T13", 3, "", false, &acts, "");
    let heals = "40:-2(A) 42:x2 +2(B) 47:R2 -1(A) 49:x1 +1(B) 54:R1 -0(A) 56:x0 +0(B) 61:R0";
    check("T14", 3, PARALLEL, false, &acts, heals);
    let acts = [(10, Image("b-broken")), (20, Image("c"))];
    check(
        "T24",
        1,
        PARALLEL,
        false,
        &acts,
        "10:-0(A) 12:x0 +0(B) 20:-0(B) 22:x0 +0(C) 27:R0",
    );
    let acts = [(30, Image("b-broken")), (50, Image("c"))];
    let healed = "30:-2(A) 32:x2 +2(B) 50:-2(B) 52:x2 +2(C) 57:R2 -1(A) 59:x1 +1(C) 64:R1 -0(A) 66:x0 +0(C) 71:R0";
    check("T25", 3, PARALLEL, false, &acts, healed);
    let acts = [(30, Image("b-broken")), (50, Image("c")), (56, Delete("web-2"))];
    let by_hand = "30:-2(A) 32:x2 +2(B) 56:-2(B) 58:x2 +2(C) 63:R2 -1(A) 65:x1 +1(C) 70:R1 -0(A) 72:x0 +0(C) 77:R0";
    check("T26", 3, PARALLEL, true, &acts, by_hand);
}

#[test]
fn more_than_one_at_a_time() {
    let two = "  updateStrategy: {rollingUpdate: {maxUnavailable: 2}}\n";
    let parallel = format!("{PARALLEL}{two}");
    let ordered = "40:-4(A) -3(A) 42:x3 x4 +3(B) 47:R3 +4(B) 52:R4 -2(A) -1(A) 54:x1 x2 +1(B) 59:R1 +2(B) 64:R2 -0(A) \
                   66:x0 +0(B) 71:R0";
    check("T21", 5, two, true, &[(40, Image("b"))], ordered);
    let at_once = "40:-4(A) -3(A) 42:x3 x4 +3(B) +4(B) 47:R3 R4 -2(A) -1(A) 49:x1 x2 +1(B) +2(B) 54:R1 R2 -0(A) 56:x0 \
                   +0(B) 61:R0";
    check("T22", 5, &parallel, true, &[(40, Image("b"))], at_once);
    let acts = [(10, Break("web-0")), (12, Image("b"))];
    let one_broken = "12:-2(A) 14:x2 +2(B) 19:R2 -1(A) 21:x1 +1(B) 26:R1 -0(A) 28:x0 +0(B) 33:R0";
    check("T30", 3, &parallel, true, &acts, one_broken);
    let slow = format!("  minReadySeconds: 6\n{parallel}");
    let waits = "20:-2(A) -1(A) 22:x2 x1 +2(B) +1(B) 27:R2 R1 33:-0(A) 35:x0 +0(B) 40:R0";
    check("T31", 3, &slow, true, &[(20, Image("b"))], waits);
}
