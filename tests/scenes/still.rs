//! Who stands still, and what helps: what the page says beside the controllers' own waits, in the runs that people ask about.

use crate::told::{at, db, end, run, web};
use rollscope::scene::idle::idle;
use rollscope::scene::stuck::stuck;
use rollscope::scene::why::Why;
use rollscope_engine::time::Time;
use rollscope_engine::{Cursor, History};
use std::fs;
use std::rc::Rc;

fn text(path: &str) -> Rc<History> {
    run(&fs::read_to_string(path).expect(path))
}

fn at_second(history: &Rc<History>, second: u64) -> Cursor {
    let mut cursor = Cursor::new(history.clone());
    cursor.seek(history.position_at(Time(second * 1000)));
    cursor
}

/// Every wait at a moment: who, by which rule, when it moves on, and the command.
fn standing(cursor: &Cursor) -> Vec<String> {
    let waits = Why::of(cursor).waits.into_iter().chain(stuck(cursor));
    let told = waits.map(|wait| {
        let rule = wait.because[0].0.id;
        let command = wait.command.map(|command| format!(": {command}")).unwrap_or_default();
        format!("{} {rule} {}{command}", wait.who, wait.until)
    });
    told.collect()
}

/// Whoever is told at this second of a run; each line up to where `expect` ends.
fn check(path: &str, second: u64, expect: &[&str]) {
    let is = standing(&at_second(&text(path), second));
    assert_eq!(is.len(), expect.len(), "{path} at {second} s: {is:#?}");
    for (is, expect) in is.iter().zip(expect) {
        assert!(is.starts_with(expect), "{path} at {second} s:\n{is}\n{expect}");
    }
}

#[test]
fn every_stall_has_its_command() {
    let bounds = r#"{"spec":{"strategy":{"rollingUpdate":{"maxSurge":0,"maxUnavailable":1}}}}"#;
    let recreate = r#"{"spec":{"strategy":{"type":"Recreate","rollingUpdate":null}}}"#;
    check(
        "static/examples/stuck-and-undone.yaml",
        30,
        &[
            "deployment nginx-deployment DEP-31 moves on at 01:00.0 (step 38), after your next command: kubectl rollout undo",
            "pod nginx-deployment-56b5f96c59-869ph and 1 more POD-56 moves on at 01:00.0 (step 39), after your next command: \
             kubectl rollout undo deployment/nginx-deployment",
        ],
    );
    check(
        "engine/tests/scenarios/full-cluster/scenario.yaml",
        700,
        &[
            "deployment web DEP-32 does not move on by itself: kubectl rollout undo deployment/web",
            &format!(
                "pod web-6ff7d448ff-6jxmd NODE-03 does not move on by itself: kubectl patch deployment/web -p '{bounds}'"
            ),
        ],
    );
    check(
        "engine/tests/scenarios/multi-attach/scenario.yaml",
        700,
        &[
            "deployment web DEP-32 does not move on by itself: kubectl rollout undo deployment/web",
            &format!(
                "pod web-ddf8c67b5-w5l54 PVC-31 does not move on by itself: kubectl patch deployment/web -p '{recreate}'"
            ),
        ],
    );
    check(
        "engine/tests/scenarios/missing-config-map/scenario.yaml",
        20,
        &[
            "deployment web DEP-85 moves on at 01:02.0 (step 12), after your next command",
            "pod web-695c6c9f88-6jxmd PVC-41 moves on at 01:00.0 (step 9), after your next command: kubectl create configmap \
             settings --from-literal=KEY=VALUE",
        ],
    );
    check(
        "engine/tests/scenarios/quota-full/scenario.yaml",
        20,
        &[
            "deployment web DEP-85",
            r#"replicaset web-5d866784d6 RS-08 moves on at 01:14.2 (step 15), after your next command: kubectl patch resourcequota few -p '{"spec":{"hard":{"pods":"4"}}}'"#,
        ],
    );
    check(
        "engine/tests/scenarios/drain-stuck/scenario.yaml",
        60,
        &[
            "pod web-5d866784d6-8wzh8 PDB-22",
            "pod web-5d866784d6-jdt75 PDB-22",
            r#"poddisruptionbudget web PDB-03 does not move on by itself: kubectl patch poddisruptionbudget web -p '{"spec":{"maxUnavailable":1}}'"#,
        ],
    );
    check(
        "static/examples/drain-hangs.yaml",
        70,
        &[
            "pod broken-",
            "deployment broken DEP-85",
            r#"poddisruptionbudget broken PDB-03 does not move on by itself: kubectl patch poddisruptionbudget broken -p '{"spec":{"unhealthyPodEvictionPolicy":"AlwaysAllow"}}'"#,
        ],
    );
    check(
        "engine/tests/scenarios/claims-of-all-classes/scenario.yaml",
        100,
        &["persistentvolumeclaim odd PVC-02 does not move on by itself: kubectl delete persistentvolumeclaim/odd"],
    );
    check(
        "static/examples/pause-and-scale.yaml",
        29,
        &["deployment web DEP-60 moves on at"],
    );
    check(
        "static/examples/canary.yaml",
        40,
        &[
            r#"statefulset web STS-41 moves on at 01:00.0 (step 47), after your next command: kubectl patch statefulset/web"#,
        ],
    );
}

/// Paths, seconds, and who waits; the command that is told there is given there.
const HELPED: [(&str, u64, &str); 7] = [
    (
        "engine/tests/scenarios/deployment-proportional-scaling/scenario.yaml",
        700,
        "deployment web",
    ),
    (
        "engine/tests/scenarios/full-cluster/scenario.yaml",
        700,
        "deployment web",
    ),
    ("static/examples/pause-and-scale.yaml", 29, "deployment web"),
    ("static/examples/on-delete.yaml", 100, "statefulset db"),
    ("static/examples/stuck-after-the-fix.yaml", 59, "statefulset ordered"),
    ("static/examples/dead-node.yaml", 200, "node node-2"),
    ("static/examples/agent-and-dead-node.yaml", 100, "node node-2"),
];

#[test]
fn the_command_helps() {
    for (path, second, who) in HELPED {
        let history = text(path);
        let cursor = at_second(&history, second);
        let wait = Why::of(&cursor)
            .waits
            .into_iter()
            .chain(stuck(&cursor))
            .find(|wait| wait.who == who);
        let wait = wait.unwrap_or_else(|| panic!("{path}: {:#?}", standing(&cursor)));
        let told = wait.command.expect(path);
        let command = told.parse().expect(&told);
        let mut scenario = history.fork(cursor.position(), command);
        let at = history.moment_after(cursor.position());
        scenario.interventions.retain(|timed| timed.at <= at);
        let helped = end(&Rc::new(rollscope_engine::simulate(&scenario)));
        let rule = wait.because[0].0.id;
        let still = format!("{who} {rule} ");
        let left: Vec<String> = standing(&helped)
            .into_iter()
            .filter(|line| line.starts_with(&still))
            .collect();
        assert_eq!(left, [""; 0], "{path}: {told}");
    }
}

#[test]
fn a_lost_node_is_not_undone() {
    check(
        "static/examples/dead-node.yaml",
        200,
        &[
            "deployment web DEP-85 moves on at 06:17.0",
            "statefulset db STS-20 moves on at 08:00.0 (step 41), after your next command",
            "node node-2 NODE-22 moves on at 08:00.0 (step 39), after your next command: kubectl taint nodes node-2 \
             node.kubernetes.io/out-of-service=nodeshutdown:NoExecute",
        ],
    );
    let waits = Why::of(&at_second(&text("static/examples/dead-node.yaml"), 200)).waits;
    assert!(waits.iter().all(|wait| wait.command.is_none()), "{waits:#?}");
}

/// `who: why [rule]`, in lines.
fn others(cursor: &Cursor) -> String {
    let lines = idle(cursor).into_iter().map(|idle| {
        let rule = idle.rule.map(|rule| format!(" [{}]", rule.id)).unwrap_or_default();
        format!("{}: {}{rule}", idle.who, idle.why)
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn everybody_else_says_why() {
    let history = web(4, "", "20 set image deployment/web c=nginx:2");
    assert_eq!(others(&Cursor::new(history.clone())), "");
    let halfway = others(&at_second(&history, 21));
    assert!(
        halfway.starts_with("replicaset web-"),
        "the Deployment waits: {halfway}"
    );
    assert!(halfway.contains("kubelets: next in 1"), "{halfway}");
    let done = others(&end(&history));
    let lines: Vec<&str> = done.lines().collect();
    assert_eq!(
        lines[0],
        "deployment web: 4 of 4 updated and available: nothing to do [DEP-85]"
    );
    assert!(lines[1].ends_with(": has the 4 Pods it wants [RS-07]"), "{done}");
    assert_eq!(
        lines[2..],
        [
            "scheduler: no Pod waits for a node [POD-05]",
            "kubelets: no container to start, to stop or to find ready",
            "garbage collector: everything that is owned has its owner [DEP-93]"
        ]
    );
}

#[test]
fn who_acts_in_this_moment_says_so() {
    let history = web(4, "", "20 set image deployment/web c=nginx:2");
    let applied = others(&at(&history, 20, "kubectl set image"));
    assert!(applied.starts_with("deployment web: acts next\n"), "{applied}");
    let grown = others(&at(&history, 20, "Created ReplicaSet"));
    assert!(
        grown.contains("acts next") || grown.contains("acts in this same moment"),
        "{grown}"
    );
}

#[test]
fn nobody_says_twice_why_it_waits_and_nobody_done_goes_on_by_itself() {
    for entry in fs::read_dir("static/examples").expect("examples") {
        let path = entry.expect("entry").path();
        let history = text(path.to_str().expect("a name"));
        let mut cursor = Cursor::new(history.clone());
        for position in 0..=history.len() {
            cursor.seek(position);
            let waits: Vec<String> = Why::of(&cursor).waits.into_iter().map(|wait| wait.who).collect();
            let idle = idle(&cursor);
            for line in &idle {
                assert!(
                    !waits.contains(&line.who),
                    "{} at {position}: {}",
                    path.display(),
                    line.who
                );
            }
            let next = history.steps.get(position).filter(|step| !step.is_report());
            let Some(next) = next else { continue };
            let subject = next.subject.to_string().to_ascii_lowercase().replace('/', " ");
            let is_done = |why: &str| why.contains("nothing to do") || why.contains("it wants");
            let wrong = idle.iter().find(|line| line.who == subject && is_done(&line.why));
            let by_itself = wrong.filter(|_| next.actor.name().ends_with("set-controller"));
            assert_eq!(by_itself, None, "{} at {position}: {}", path.display(), next.title());
        }
    }
}

/// A Pod has become ready, and its controller has not looked since: what it waits for is not what is.
#[test]
fn a_wait_that_is_over_in_a_moment_is_told_as_what_was_seen_last() {
    let history = db(2, "", "");
    let cursor = at(&history, 0, "Pod db-0 ready");
    let waits = Why::of(&cursor).waits;
    let [wait] = &waits[..] else { panic!("{waits:?}") };
    assert!(wait.because[0].1.starts_with("db-0 is not ready"), "{wait:?}");
    assert!(
        wait.is_past && wait.until.starts_with("looks again at once (step "),
        "{wait:?}"
    );
}
