//! Scenes as data: small histories, at the moments that matter, told in a few lines each.

mod counted;
mod crowd;
mod differing;
mod kept;
mod nodes;
mod numbers;
mod overview;
mod pods;
mod report;
mod still;
mod told;

use rollscope::scene::limit;
use rollscope::scene::pod::Form;
use rollscope::scene::stage::{Body, Stage};
use rollscope::scene::strip::Strip;
use rollscope::scene::verdict::{Outcome, Verdict};
use rollscope::scene::why::{Next, Why};
use rollscope_engine::{Cursor, History};
use std::rc::Rc;
use told::{agent, at, check, db, end, run, web};

#[test]
fn a_rolling_update_between_its_bounds() {
    let history = web(4, "", "20 set image deployment/web c=nginx:2");
    check(&Cursor::new(history.clone()), "");
    check(
        &at(&history, 0, "4 Pods ready"),
        "4 desired · surge 1 · unavailable 1 | updated 4 · available 4 · total 4
         4 available | Some(3) 4 Some(5) | 0 leaving
         1 hue 0 nginx:1: AAAA",
    );
    check(
        &at(&history, 20, "Deleted Pod"),
        "4 desired · surge 1 · unavailable 1 | updated 1 · available 3 · total 4
         3 old, available; 1 new, not yet | Some(3) 4 Some(5) | 1 leaving
         1 hue 0 nginx:1: aaaL
         2 hue 1 nginx:2: p (1 more allowed now)",
    );
    check(
        &end(&history),
        "4 desired · surge 1 · unavailable 1 | updated 4 · available 4 · total 4
         4 available | Some(3) 4 Some(5) | 0 leaving
         2 hue 1 nginx:2: aaaa
         idle [1]",
    );
}

#[test]
fn an_undo_keeps_the_hue_and_changes_the_number() {
    let history = web(
        2,
        "",
        "20 set image deployment/web c=nope:1\n40 rollout undo deployment/web",
    );
    check(
        &at(&history, 20, "ErrImagePull"),
        "2 desired · surge 1 · unavailable 0 | updated 1 · available 2 · total 3
         2 old, available; 1 new, not yet | Some(2) 2 Some(3) | 0 leaving
         1 hue 0 nginx:1: aa
         2 hue 1 nope:1: B",
    );
    check(
        &end(&history),
        "2 desired · surge 1 · unavailable 0 | updated 2 · available 2 · total 2
         2 available | Some(2) 2 Some(3) | 0 leaving
         3 hue 0 nginx:1: aa
         idle [2]",
    );
}

#[test]
fn recreate_has_no_bounds_and_waiting_pods_say_how_long() {
    let history = web(
        2,
        "strategy: {type: Recreate}\n  minReadySeconds: 5",
        "20 rollout pause deployment/web",
    );
    let cursor = at(&history, 0, "2 Pods ready");
    check(
        &cursor,
        "2 desired · Recreate | updated 2 · available 0 · total 2
         2 not yet | None 2 None | 0 leaving
         1 hue 0 nginx:1: NN",
    );
    let Body::Deployment(scene) = &Stage::of(&cursor).workloads[0].body else {
        panic!("a Deployment")
    };
    let tile = &scene.rows[0].tiles[0];
    assert_eq!(tile.brief(), "5s");
    assert!(
        tile.name().ends_with(", revision 1, Running, ready, available in 5 s"),
        "{}",
        tile.name()
    );
    let Body::Deployment(scene) = &Stage::of(&end(&history)).workloads[0].body else {
        panic!("a Deployment")
    };
    assert!(scene.paused);
}

#[test]
fn a_stateful_set_in_order_and_by_partition() {
    let partition = "updateStrategy: {type: RollingUpdate, rollingUpdate: {partition: 2}}";
    let history = db(
        3,
        partition,
        "30 set image statefulset/db c=pg:2\n60 scale statefulset/db --replicas=1",
    );
    check(
        &at(&history, 0, "Created Pod db-1"),
        "3 desired · OrderedReady | updated 2 · available 1 · total 2
         creates 0 → 2
         0 a1+ 1 P1? | 2 _0-",
    );
    check(
        &at(&history, 30, "Created Pod db-2"),
        "3 desired · OrderedReady | updated 1 · available 2 · total 3
         updates 2
         0 a1+ 1 a1+ | 2 P2+",
    );
    check(
        &at(&history, 60, "Deleted Pod db-2"),
        "1 desired · OrderedReady | updated 0 · available 2 · total 2
         removes 2 → 1
         0 a1+ 1! a1+ | 2! L2+",
    );
    check(
        &end(&history),
        "1 desired · OrderedReady | updated 0 · available 1 · total 1
         0 a1+
         claims kept: data-db-1, data-db-2",
    );
}

#[test]
fn a_daemon_set_node_by_node() {
    let broken = "20 set image daemonset/agent c=nope:1\n60 rollout undo daemonset/agent";
    let history = agent("minReadySeconds: 3", "", broken);
    check(
        &at(&history, 20, "Deleted Pod"),
        "a Pod per node · unavailable 1 | desired 3 · ready 2 · up to date 0 · available 2
         2 nodes to update · waits for node-1
         1 L1 2 a1 3 a1",
    );
    check(
        &at(&history, 20, "ErrImagePull"),
        "a Pod per node · unavailable 1 | desired 3 · ready 2 · up to date 1 · available 2
         2 nodes to update · waits for node-1
         1 B2 2 a1 3 a1",
    );
    let why = Why::of(&at(&history, 20, "ErrImagePull"));
    assert_eq!(why.waits[0].who, "daemonset agent");
    assert_eq!(
        why.waits[0].command.as_deref(),
        Some("kubectl rollout undo daemonset/agent")
    );
    check(
        &end(&history),
        "a Pod per node · unavailable 1 | desired 3 · ready 3 · up to date 3 · available 3
         1 a3 2 a3 3 a3",
    );
    let strip = Strip::of(&history);
    let lanes = &strip.sections[0].groups[0].lanes;
    let names: Vec<&str> = lanes.iter().map(|lane| lane.name.as_str()).collect();
    assert_eq!(names, ["node-1", "node-2", "node-3"]);
    let mut hues: Vec<u8> = lanes[0].bars.iter().map(|bar| bar.hue).collect();
    hues.dedup();
    assert_eq!(hues, [0, 1, 0], "the undo has the first hue again");
}

#[test]
fn nodes_with_two_pods_with_none_and_with_one_too_many() {
    let surge = "updateStrategy: {rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}";
    let tainted = "apiVersion: v1
kind: Node
metadata: {name: node-4}
spec: {taints: [{key: gpu, effect: NoSchedule}]}
---
";
    let history = agent(surge, tainted, "20 set image daemonset/agent c=agent:2");
    check(
        &at(&history, 20, "scheduled"),
        "a Pod per node · surge 1 | desired 3 · ready 3 · up to date 1 · available 3
         2 nodes to update · waits for node-1
         1 a1P2 2 a1 3 a1
         no Pod wanted on node-4
         node node-4: taint gpu:NoSchedule",
    );
    let names: Vec<String> = Strip::of(&history).sections[0].groups[0]
        .lanes
        .iter()
        .map(|lane| lane.name.clone())
        .collect();
    assert_eq!(names, ["node-1", "node-1", "node-2", "node-2", "node-3", "node-3"]);
}

#[test]
fn what_stands_around_the_workloads() {
    let controller = "apiVersion: v1
kind: ReplicationController
metadata: {name: old}
spec: {replicas: 2, template: {metadata: {labels: {app: old}}, spec: {containers: [{name: c, image: 'nginx:1'}]}}}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: pdb}
spec: {minAvailable: 1, selector: {matchLabels: {app: old}}}
---
apiVersion: v1
kind: ResourceQuota
metadata: {name: few}
spec: {hard: {pods: 4}}
";
    check(
        &end(&run(controller)),
        "0 hue 0 nginx:1: aa
         budget pdb: 1 disruption allowed · 2 healthy of 2, at least 1
         quota few: 2 of 4 Pods used",
    );
}

#[test]
fn why_gives_the_command_where_only_the_user_can_help() {
    let history = db(
        2,
        "",
        "20 set image statefulset/db c=nope:1\n40 set image statefulset/db c=pg:3",
    );
    let why = Why::of(&end(&history));
    assert_eq!(why.next, Some(Next::Rest));
    let [wait] = &why.waits[..] else {
        panic!("one waits: {:?}", why.waits)
    };
    assert_eq!(wait.who, "statefulset db");
    assert_eq!(wait.because[0].0.id, "STS-46");
    assert_eq!(wait.command.as_deref(), Some("kubectl delete pod db-1"));
}

#[test]
fn why_gives_no_command_where_waiting_helps() {
    let scaled = web(2, "", "20 scale deployment/web --replicas=4");
    let why = Why::of(&at(&scaled, 20, "2 Pods scheduled"));
    let until: Vec<&str> = why.waits.iter().map(|wait| wait.until.as_str()).collect();
    assert!(
        matches!(until[..], [one] if one.starts_with("moves on at 00:22")),
        "{until:?}"
    );
    assert_eq!(why.waits[0].command, None);
    let held = "updateStrategy: {type: RollingUpdate, rollingUpdate: {partition: 1}}";
    let history = db(2, held, "20 set image statefulset/db c=pg:2");
    let why = Why::of(&at(&history, 20, "Pod db-1 scheduled"));
    assert!(why.waits.iter().all(|wait| wait.command.is_none()), "{:?}", why.waits);
}

#[test]
fn why_says_that_a_changed_config_map_moves_nothing() {
    let config =
        |mode: &str| format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: app}}\ndata: {{mode: {mode}}}\n");
    let applied = |mode: &str| -> String { config(mode).lines().map(|line| format!("    {line}\n")).collect() };
    let (never, again) = (applied("even"), applied("slow"));
    let history = run(&format!(
        "apiVersion: rollscope.dev/v1\nkind: Scenario\ninterventions:\n- at: 0\n  apply: |\n{never}- at: 20\n  apply: |\n{again}---\n{}---\napiVersion: apps/v1\n\
         kind: Deployment\nmetadata: {{name: web}}\nspec:\n  selector: {{matchLabels: {{app: web}}}}\n  template:\n    metadata: {{labels: \
         {{app: web}}}}\n    spec: {{containers: [{{name: c, image: 'web:1', envFrom: [{{configMapRef: {{name: app}}}}]}}]}}\n",
        config("fast")
    ));
    let unmoved = |second| {
        Why::of(&at(&history, second, "kubectl apply"))
            .step
            .expect("a step")
            .unmoved
    };
    assert_eq!(unmoved(0), [""; 0]);
    let mut cursor = Cursor::new(history.clone());
    cursor.seek(2);
    let step = Why::of(&cursor).step.expect("the second apply");
    assert_eq!(
        (&*step.did[0].phrase, step.unmoved.len()),
        ("Updated ConfigMap app", 0),
        "nothing runs yet"
    );
    assert_eq!(unmoved(20), ["kubectl rollout restart deployment/web"]);
}

/// SVC-40: a canary's share is its share of the ready Pods; SVC-31: a headless name only resolves.
#[test]
fn services_tell_who_gets_their_connections() {
    let deployment = |name: &str, replicas: i64| {
        format!(
            "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}}}\nspec:\n  replicas: {replicas}\n  selector: {{matchLabels: \
             {{track: {name}}}}}\n  template:\n    metadata: {{labels: {{app: web, track: {name}}}}}\n    spec: {{containers: [{{name: c, image: \
             'web:1'}}]}}\n"
        )
    };
    let service =
        "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec:\n  selector: {app: web}\n  ports: [{port: 80}]\n";
    let text = |service: &str| {
        let history = run(&format!(
            "{service}{}{}",
            deployment("stable", 9),
            deployment("canary", 1)
        ));
        let stage = Stage::of(&end(&history));
        let lines = stage.workloads.iter().flat_map(|workload| &workload.services);
        lines.map(|line| line.text.clone()).collect::<Vec<_>>()
    };
    let shares = "10 ready endpoints · 1 of canary revision 1 (10 %), 9 of stable revision 1 (90 %)";
    assert_eq!(text(service), [shares]);
    let headless = service.replace("spec:\n", "spec:\n  clusterIP: None\n");
    assert_eq!(
        text(&headless),
        [shares.replace("10 ready endpoints", "resolves to 10 Pods")]
    );
}

#[test]
fn why_tells_rule_numbers_and_what_comes_next() {
    let history = web(4, "", "20 set image deployment/web c=nginx:2");
    let why = Why::of(&at(&history, 22, "Scaled ReplicaSet"));
    let step = why.step.expect("a step");
    assert_eq!(step.actor, "deployment-controller");
    let rule = step.rule.expect("a rule");
    assert_eq!(rule.id, "DEP-34");
    assert!(rule.formula.is_some_and(|formula| formula.contains("available")));
    assert!(
        matches!(
            why.next,
            Some(Next::Step {
                actor: "replicaset-controller",
                ..
            })
        ),
        "{:?}",
        why.next
    );
    assert!(Why::of(&Cursor::new(history)).step.is_none());
}

#[test]
fn the_strip_reaches_every_step_and_cuts_long_waits() {
    let history = db(2, "", "700 set image statefulset/db c=pg:2");
    let strip = Strip::of(&history);
    for position in 0..=history.len() {
        assert_eq!(strip.scale.position_at(strip.scale.place(position)), position);
    }
    assert_eq!(strip.scale.breaks.len(), 1, "{:?}", strip.scale.breaks);
    let labels: Vec<&str> = strip.flags.iter().map(|flag| flag.label.as_str()).collect();
    assert_eq!(labels, ["apply", "image pg:2"]);
    let lanes = &strip.sections[0].groups[0].lanes;
    let names: Vec<&str> = lanes.iter().map(|lane| lane.name.as_str()).collect();
    assert_eq!(names, ["db-0", "db-1"]);
    let hues: Vec<u8> = lanes[0].bars.iter().map(|bar| bar.hue).collect();
    assert_eq!(
        (hues.first(), hues.last()),
        (Some(&0), Some(&1)),
        "an old incarnation and a new one"
    );
}

#[test]
fn many_pods_are_sums() {
    let strip = Strip::of(&web(120, "", ""));
    assert_eq!(strip.lanes(), 0);
    let available = strip.sections[0]
        .layers
        .iter()
        .find(|layer| layer.form == Form::Available);
    assert_eq!(
        available.and_then(|layer| layer.blocks.last()).map(|block| block.count),
        Some(120)
    );
}

/// What a Deployment's status says of its newest template, from its creation through an update.
#[test]
fn the_curve_of_what_is_updated_starts_again_with_a_new_template() {
    let history = web(4, "", "20 set image deployment/web c=nginx:2");
    let updated: Vec<i64> = Strip::of(&history).sections[0]
        .curve
        .updated
        .iter()
        .map(|(_, count)| *count)
        .collect();
    assert_eq!(updated, [0, 4, 0, 1, 2, 3, 4]);
}

#[test]
fn verdicts() {
    let verdict = |history: &Rc<History>, outcome, words: &str| {
        let verdict = Verdict::of(history);
        assert_eq!(verdict.outcome, outcome, "{}", verdict.text);
        assert!(verdict.text.contains(words), "{}", verdict.text);
    };
    let updated = web(4, "", "20 set image deployment/web c=nginx:2");
    verdict(
        &updated,
        Outcome::Completes,
        "never below 3 of 4 available · peak 7 Pods with terminating",
    );
    let stuck = web(4, "", "20 set image deployment/web c=nope:1");
    verdict(&stuck, Outcome::Stalls, "stalls at step");
    let ordered = db(3, "", "30 set image statefulset/db c=pg:2");
    verdict(&ordered, Outcome::Completes, "never below 2 of 3 available");
    let nodes = agent("", "", "20 set image daemonset/agent c=agent:2");
    verdict(&nodes, Outcome::Completes, "never below 2 of 3 available · peak 3 Pods");
    let on_delete = "updateStrategy: {type: OnDelete}";
    let asked = agent(on_delete, "", "20 set image daemonset/agent c=agent:2");
    verdict(&asked, Outcome::Waits, "3 Pods updated when you delete them");
    let never = agent("", "", "0 set image daemonset/agent c=nope:1");
    verdict(&never, Outcome::Stalls, "ends with 3 Pods that can’t run");
    let paused = web(
        4,
        "",
        "20 rollout pause deployment/web\n21 set image deployment/web c=nginx:2",
    );
    verdict(&paused, Outcome::Waits, "paused · never below 4 of 4 available");
    let outage = db(1, "", "30 set image statefulset/db c=pg:2");
    verdict(&outage, Outcome::Completes, "at worst 0 of 1 available");
    // The worst is what is missing the most, not the smallest number.
    let grown = web(
        4,
        "",
        "20 set image deployment/web c=nginx:2\n21 scale deployment/web --replicas=9",
    );
    verdict(&grown, Outcome::Completes, "never below 3 of 9 available");
}

/// Who can't draw it yet knows whether something stands around the workloads.
#[test]
fn what_stands_around_is_known_without_its_words() {
    let mut seen = [0, 0];
    for entry in std::fs::read_dir("static/examples").expect("the examples") {
        let text = std::fs::read_to_string(entry.expect("an example").path()).expect("a text");
        let mut cursor = Cursor::new(run(&text));
        for position in 0..=cursor.history().len() {
            cursor.seek(position);
            let is_there = limit::is_there(cursor.cluster());
            assert_eq!(is_there, !Stage::of(&cursor).limits.is_empty());
            seen[usize::from(is_there)] += 1;
        }
    }
    assert!(seen.iter().all(|times| *times > 100), "{seen:?}");
}
