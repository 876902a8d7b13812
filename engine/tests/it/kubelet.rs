//! The kubelet by the second: the tables of POD-39, POD-50, POD-52, POD-56 and POD-60, row by row, and what containers do
//! after one another.

use rollscope_engine::api::{ContainerState, Object, Phase, Pod};
use rollscope_engine::cluster::Change;
use rollscope_engine::{Cursor, History, Scenario, simulate};
use std::rc::Rc;

/// A Pod `web` whose only container has these further lines, with this behaviour of its image. Pulls take no time, so
/// that the beat of its probes begins with the container.
fn run(container: &str, behavior: &str, rest: &str) -> History {
    let (spec, own) = match rest.split_once("---\n") {
        Some((spec, own)) => (spec, own),
        None => (rest, ""),
    };
    run_pod(
        &format!("  containers:\n  - name: app\n    image: app:1\n{container}{spec}"),
        behavior,
        own,
    )
}

fn run_pod(spec: &str, behavior: &str, own: &str) -> History {
    let text = format!(
        "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\n  labels: {{app: web}}\nspec:\n{spec}---\napiVersion: \
         rollscope.dev/v1\nkind: Scenario\nworld:\n  default: {{pull: 0, start: 0, stop: 0}}\n  images:\n    app:1: \
         {behavior}\n{own}"
    );
    let reading = Scenario::read(&text);
    assert!(reading.is_runnable(), "{:?}\n{text}", reading.diagnostics);
    simulate(&reading.scenario)
}

/// The seconds at which something happens to the Pod.
fn seconds(history: &History, happens: impl Fn(&Pod, &Pod) -> bool) -> Vec<u64> {
    let mut found = Vec::new();
    for step in &history.steps {
        for (change, _) in &step.writes {
            if let Change {
                before: Some(Object::Pod(was)),
                after: Some(Object::Pod(is)),
                ..
            } = change
                && happens(was, is)
            {
                found.push(step.at.seconds());
            }
        }
    }
    found
}

pub(crate) fn ready(history: &History) -> Vec<u64> {
    seconds(history, |was, is| !was.is_ready() && is.is_ready())
}

fn unready(history: &History) -> Vec<u64> {
    seconds(history, |was, is| was.is_ready() && !is.is_ready())
}

/// When a probe ended the first container.
fn killed(history: &History) -> Vec<u64> {
    let kill = |pod: &Pod| pod.status.containers.first().and_then(|status| status.memory.kill);
    seconds(history, |was, is| kill(was).is_none() && kill(is).is_some())
}

/// When its first container was started again.
fn restarted(history: &History) -> Vec<u64> {
    seconds(history, |was, is| is.max_restarts() > was.max_restarts())
}

fn gone(history: &History) -> Option<u64> {
    let last = history
        .steps
        .iter()
        .rev()
        .find(|step| step.writes.iter().any(|(change, _)| change.after.is_none()));
    last.map(|step| step.at.seconds())
}

fn pod(history: &History) -> Rc<Pod> {
    let mut cursor = Cursor::new(Rc::new(history.clone()));
    cursor.seek(usize::MAX);
    cursor
        .cluster()
        .pod(&"default".into(), &"web".into())
        .expect("the Pod")
        .clone()
}

/// `readiness P5 S3` as the lines of a probe.
fn probes(text: &str) -> String {
    let mut lines = String::new();
    for probe in text.split(" + ").filter(|probe| !probe.is_empty()) {
        let mut words = probe.split(' ');
        lines += &format!(
            "    {}Probe:\n      tcpSocket: {{port: 80}}\n",
            words.next().unwrap_or_default()
        );
        for word in words {
            let number = word.trim_start_matches(char::is_alphabetic);
            let field = match &word[..word.len() - number.len()] {
                "ID" => "initialDelaySeconds",
                "P" => "periodSeconds",
                "F" => "failureThreshold",
                "S" => "successThreshold",
                "T" => "timeoutSeconds",
                other => panic!("{other} in {probe}"),
            };
            lines += &format!("      {field}: {number}\n");
        }
    }
    lines
}

#[test]
fn the_table_of_pod_39() {
    let ready_at = |text: &str, behavior: &str, expect: u64| {
        let history = run(&probes(text), behavior, "");
        assert_eq!(ready(&history).first(), Some(&expect), "{text}, {behavior}");
    };
    ready_at("readiness ID0 P10", "{start: 0}", 0);
    ready_at("readiness ID5 P10", "{start: 3}", 10);
    ready_at("readiness ID5 P5", "{start: 7}", 10);
    ready_at("readiness ID0 P10", "{start: 12}", 20);
    ready_at("readiness ID0 P1", "{start: 12}", 12);
    ready_at("readiness ID0 P5 S3", "{start: 0}", 10);
    ready_at("readiness ID20 P10 F3", "{start: 0}", 20);
    ready_at("startup P10 F30 + readiness P5", "{start: 42}", 50);
    ready_at("startup P5 F6 + readiness ID60 P10", "{start: 12}", 65);
    ready_at("", "{start: 45}", 0);
    ready_at("liveness ID0 P10 F3", "{live: never}", 0);

    let history = run(&probes("readiness P10 F3"), "{fails: 41}", "");
    assert_eq!(
        (ready(&history), unready(&history)),
        (vec![0], vec![70]),
        "breaks at 41"
    );
    assert_eq!(
        pod(&history).max_restarts(),
        0,
        "a failed readiness probe restarts nothing (POD-37)"
    );

    let killed_at = |text: &str, behavior: &str, expect: u64| {
        let history = run(&probes(text), behavior, "");
        assert_eq!(killed(&history).first(), Some(&expect), "{text}, {behavior}");
    };
    killed_at("startup ID0 P10 F3", "{start: 9999}", 20);
    killed_at("startup ID0 P10 F30", "{start: 9999}", 290);
    killed_at("liveness ID0 P10 F3", "{live: never}", 20);
    killed_at("liveness ID10 P10 F3", "{live: never}", 30);
    killed_at("liveness ID15 P20 F1", "{live: never}", 20);
    killed_at("liveness ID0 P10 F3 T5", "{live: never, hangs: true}", 25);
    killed_at("liveness P10 F3", "{fails: 33}", 60);
    killed_at("liveness ID0 P10 F3", "{start: 45}", 20);

    let history = run(&probes("startup P10 F6 + liveness P10 F3"), "{start: 45}", "");
    assert_eq!(
        (ready(&history), killed(&history)),
        (vec![50], vec![]),
        "the startup probe waits for a slow start"
    );
}

#[test]
fn liveness_keeps_the_beat_of_the_pod_and_readiness_that_of_the_start() {
    // The image takes 3 s, and the beats are at 0, 10, 20.
    let history = run(&probes("liveness P10 F3"), "{pull: 3, live: never}", "");
    assert_eq!(killed(&history).first(), Some(&30));
    let history = run(&probes("readiness P10"), "{pull: 3, start: 4}", "");
    assert_eq!(ready(&history), [13]);
}

#[test]
fn pauses_between_restarts_double() {
    let history = run("", "{exits: 1}", "");
    assert_eq!(restarted(&history)[..6], [1, 12, 33, 74, 155, 316], "POD-50");
    let waiting = seconds(&history, |_, is| is.waiting_reason() == Some("CrashLoopBackOff"));
    assert_eq!(
        waiting[..3],
        [2, 13, 34],
        "CrashLoopBackOff is first seen after the second crash (POD-12)"
    );
    let pod = pod(&history);
    assert_eq!(
        (pod.status.phase, pod.is_ready()),
        (Phase::Running, false),
        "POD-01, row 6"
    );
}

#[test]
fn the_pause_is_capped_and_forgotten() {
    // A deadline keeps the run going.
    let rest = "---\ninterventions:\n- {at: 1300, run: kubectl cordon node-1}\n";
    let history = run("", "{exits: 1}", rest);
    assert_eq!(restarted(&history)[5..], [316, 617, 918, 1219]);
    let history = run("", "{exits: 601}", "");
    assert_eq!(restarted(&history)[..3], [601, 1202, 1803], "POD-51: more than 600 s");
    let history = run("", "{exits: 599}", "");
    assert_eq!(restarted(&history)[..3], [599, 1208, 1827]);
}

#[test]
fn liveness_kills_back_off_later() {
    let history = run(&probes("liveness ID0 P10 F3"), "{live: never}", "");
    assert_eq!(restarted(&history)[..6], [20, 40, 60, 80, 140, 240], "POD-52");
    let waits = seconds(&history, |_, is| is.waiting_reason() == Some("CrashLoopBackOff"));
    assert_eq!(waits.first(), Some(&100), "after the fifth kill");
}

#[test]
fn failed_pulls_are_tried_again() {
    let rest = "---\ninterventions:\n- {at: 1000, run: kubectl cordon node-1}\n";
    let history = run("", "{pull: fails}", rest);
    let attempts = seconds(&history, |was, is| {
        was.waiting_reason() != Some("ErrImagePull") && is.waiting_reason() == Some("ErrImagePull")
    });
    // `fails` keeps the default's pull time: none.
    assert_eq!(attempts, [0, 10, 30, 70, 150, 310, 610, 910], "POD-56");
    assert_eq!(pod(&history).status.phase, Phase::Pending);
    let history = run("    imagePullPolicy: Never\n", "{pull: fails}", "");
    assert_eq!(pod(&history).waiting_reason(), Some("ErrImageNeverPull"), "POD-57");
}

#[test]
fn the_table_of_pod_60() {
    let takes = |grace: i64, hook: i64, stop: &str, expect: u64| {
        let hook = match hook {
            0 => String::new(),
            hook => format!("    lifecycle: {{preStop: {{exec: {{command: [sh, -c, \"sleep {hook}\"]}}}}}}\n"),
        };
        let rest = format!(
            "  terminationGracePeriodSeconds: {grace}\n---\ninterventions:\n- {{at: 100, run: kubectl delete pod/web}}\n"
        );
        let history = run(&hook, &format!("{{stop: {stop}}}"), &rest);
        assert_eq!(gone(&history), Some(100 + expect), "grace {grace}, {hook}, stop {stop}");
    };
    takes(30, 0, "0", 0);
    takes(30, 0, "12", 12);
    takes(30, 0, "never", 30);
    takes(30, 5, "10", 15);
    takes(30, 20, "15", 30);
    takes(30, 40, "5", 32);
    takes(1, 5, "5", 3);
    let rest = "---\ninterventions:\n- {at: 100, run: kubectl delete pod/web --force --grace-period=0}\n";
    assert_eq!(gone(&run("", "{stop: 9}", rest)), Some(100));
}

#[test]
fn a_second_delete_only_shortens() {
    let rest =
        "---\ninterventions:\n- {at: 10, run: kubectl delete pod/web}\n- {at: 15, run: kubectl delete pod/web}\n";
    assert_eq!(gone(&run("", "{stop: 12}", rest)), Some(22), "POD-64");
}

#[test]
fn a_finalizer_keeps_a_pod_whose_containers_have_stopped() {
    let text = "apiVersion: v1\nkind: Pod\nmetadata: {name: web, finalizers: [a.example/keep]}\nspec: {containers: [{name: \
                app, image: a}]}\n---\napiVersion: rollscope.dev/v1\nkind: Scenario\ninterventions:\n- {at: 10, run: \
                kubectl delete pod/web}\n";
    let history = simulate(&Scenario::read(text).scenario);
    let pod = pod(&history);
    assert!(
        pod.is_terminating() && pod.is_finished() && !pod.is_ready(),
        "POD-66: {:?}",
        pod.status
    );
}

#[test]
fn restart_policies() {
    let ends = |policy: &str, behavior: &str| {
        let pod = pod(&run("", behavior, &format!("  restartPolicy: {policy}\n")));
        (pod.status.phase, pod.max_restarts() > 0)
    };
    assert_eq!(ends("Never", "{exits: 5, code: 3}"), (Phase::Failed, false));
    assert_eq!(ends("Never", "{exits: 5, code: 0}"), (Phase::Succeeded, false));
    assert_eq!(ends("OnFailure", "{exits: 5, code: 0}"), (Phase::Succeeded, false));
    assert_eq!(ends("OnFailure", "{exits: 5, times: 2}"), (Phase::Running, true));
    assert_eq!(ends("Always", "{exits: 5, code: 0}"), (Phase::Running, true));
}

#[test]
fn memory_and_exit_codes_are_told() {
    let history = run("", "{oom: 5, times: 1}", "");
    let status = pod(&history).status.containers[0].clone();
    let last = status.memory.last.expect("an end");
    assert_eq!(
        (last.reason, last.exit_code, status.restart_count),
        ("OOMKilled", 137, 1),
        "POD-72"
    );
    assert!(status.is_running() && status.ready);
}

const INITS: &str = "  initContainers:\n  - {name: one, image: one}\n  - {name: beside, image: beside, restartPolicy: \
                     Always, startupProbe: {tcpSocket: {port: 1}, periodSeconds: 5}}\n  - {name: two, image: two}\n  \
                     containers: [{name: app, image: app:1}, {name: more, image: more}]\n";

#[test]
fn containers_come_one_after_the_other() {
    let images = "    one: {pull: 1, start: 3}\n    beside: {pull: 2, start: 6}\n    two: {pull: 1, start: 2}\n    more: \
                  {pull: 4}\n";
    let history = run_pod(INITS, "{pull: 2}", images);
    let state = |index: usize, runs: bool| {
        seconds(&history, |was, is| {
            let find = |pod: &Pod| {
                let all = pod.status.init_containers.iter().chain(&pod.status.containers);
                all.map(|status| status.is_running()).nth(index).unwrap_or(false)
            };
            find(was) != runs && find(is) == runs
        })
    };
    // one: pulled at 1, done at 4. beside: pulled at 6, its probe beats at 5, 10, 15 and succeeds at 15, for it answers
    // from 12 on. two: pulled at 16, done at 18. app: 20; more: 24.
    assert_eq!((state(0, true), state(0, false)), (vec![1], vec![4]));
    assert_eq!((state(1, true), state(1, false)), (vec![6], vec![]));
    assert_eq!((state(2, true), state(2, false)), (vec![16], vec![18]));
    assert_eq!((state(3, true), state(4, true)), (vec![20], vec![24]));
    assert_eq!(ready(&history), [24]);
}

#[test]
fn sidecars_stop_last() {
    let own = "interventions:\n- {at: 100, run: kubectl delete pod/web}\n";
    let images = "    beside: {stop: 3}\n    more: {stop: 7}\n";
    let history = run_pod(INITS, "{stop: 5}", &format!("{images}{own}"));
    let stops = seconds(&history, |was, is| {
        let running = |pod: &Pod| {
            pod.status
                .containers
                .iter()
                .filter(|status| status.is_running())
                .count()
        };
        running(was) > running(is)
    });
    assert_eq!((stops, gone(&history)), (vec![105, 107], Some(110)), "POD-62");
}

#[test]
fn a_pod_is_done_when_its_app_is_and_then_its_sidecars_stop() {
    let spec = format!("{INITS}  restartPolicy: Never\n").replace(", {name: more, image: more}", "");
    let history = run_pod(&spec, "{exits: 20, code: 0}", "    beside: {stop: 3}\n");
    let done = seconds(&history, |was, is| !was.is_finished() && is.is_finished());
    assert_eq!(
        (done, pod(&history).status.phase),
        (vec![23], Phase::Succeeded),
        "POD-22"
    );
}

#[test]
fn a_failing_init_container_is_tried_again() {
    let spec = "  initContainers: [{name: one, image: one}]\n  containers: [{name: app, image: app:1}]\n";
    let history = run_pod(spec, "{}", "    one: {exits: 4, times: 2}\n");
    // Ends at 4, again at 8; waits 10 s; then ends well at once.
    assert_eq!(ready(&history), [18], "POD-21");
    let never = run_pod(
        &format!("{spec}  restartPolicy: Never\n"),
        "{}",
        "    one: {exits: 4}\n",
    );
    assert_eq!(pod(&never).status.phase, Phase::Failed, "POD-01, row 1");
}

#[test]
fn ready_only_while_a_service_has_an_endpoint() {
    let text = "apiVersion: v1\nkind: Service\nmetadata: {name: db}\nspec: {selector: {app: db}, ports: [{port: 1}]}\n---\n\
                apiVersion: v1\nkind: Pod\nmetadata: {name: db, labels: {app: db}}\nspec: {containers: [{name: db, image: \
                db:1}]}\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n  - {name: app, image: \
                app:1, readinessProbe: {tcpSocket: {port: 1}, periodSeconds: 5, failureThreshold: 2}}\n---\n\
                apiVersion: rollscope.dev/v1\nkind: Scenario\nworld:\n  default: {pull: 0, start: 0, stop: 0}\n  images:\n    \
                db:1: {pull: 7}\n    app:1: {needs: db}\ninterventions:\n- {at: 31, run: kubectl delete pod/db}\n";
    let reading = Scenario::read(text);
    assert!(reading.is_runnable(), "{:?}", reading.diagnostics);
    let history = simulate(&reading.scenario);
    let web =
        |happens: &dyn Fn(&Pod, &Pod) -> bool| seconds(&history, |was, is| &*is.meta.name == "web" && happens(was, is));
    assert_eq!(
        web(&|was, is| !was.is_ready() && is.is_ready()),
        [10],
        "db has an endpoint from 7 s on"
    );
    assert_eq!(
        web(&|was, is| was.is_ready() && !is.is_ready()),
        [40],
        "two failures, at 35 and 40 s"
    );
}

#[test]
fn a_container_that_is_not_there_for_its_probe_leaves_its_count_behind() {
    // Beats at 0, 10, 20: it stops answering at 5, fails at 10 and 20, and ends by itself at 25; the next instance is
    // ended by its first failure, at 30 (POD-34).
    let history = run(&probes("liveness P10 F3"), "{fails: 5, exits: 25}", "");
    assert_eq!(killed(&history).first(), Some(&30));
}

#[test]
fn states_show_what_the_api_shows() {
    let object = Object::Pod(pod(&run("", "{exits: 1, code: 7}", "")));
    let value = object.to_value();
    let status = &value.at(&["status", "containerStatuses"]).expect("statuses").items()[0];
    let code = status
        .at(&["lastState", "terminated", "exitCode"])
        .and_then(|code| code.as_int());
    assert_eq!(code, Some(7));
    assert!(status.at(&["state", "waiting"]).is_some(), "{status:?}");
    let Object::Pod(pod) = object else {
        unreachable!("a Pod")
    };
    assert!(
        !pod.status
            .containers
            .iter()
            .any(|status| matches!(status.state, ContainerState::Running { .. }))
    );
}

#[test]
fn quality_of_service() {
    let class = |containers: &str| {
        let text = format!("  containers:\n{containers}");
        let object = Object::Pod(pod(&run_pod(&text, "{}", "")));
        let value = object.to_value();
        value
            .at(&["status", "qosClass"])
            .and_then(|class| class.as_str())
            .unwrap_or_default()
            .to_owned()
    };
    let limited = "  - {name: a, image: a, resources: {limits: {cpu: 1, memory: 1Gi}}}\n";
    assert_eq!(class(limited), "Guaranteed", "requests default to limits");
    assert_eq!(
        class(&format!("{limited}  - {{name: b, image: a}}\n")),
        "Burstable",
        "one without limits"
    );
    assert_eq!(class("  - {name: a, image: a}\n"), "BestEffort");
    assert_eq!(
        class("  - {name: a, image: a, resources: {requests: {cpu: 100m}}}\n"),
        "Burstable"
    );
}

#[test]
fn conditions_name_what_is_missing() {
    let history = run_pod(INITS, "{pull: 2}", "    two: {start: 500}\n");
    let mut cursor = Cursor::new(Rc::new(history.clone()));
    let find = |cursor: &mut Cursor, second: u64| {
        cursor.seek(history.position_at(rollscope_engine::time::Time(second * 1000)));
        let cluster = cursor.cluster();
        let pod = cluster.pod(&"default".into(), &"web".into()).expect("the Pod");
        let text = |condition: &rollscope_engine::api::PodCondition| {
            format!("{}={} {}", condition.kind, condition.is_true, condition.message)
        };
        pod.conditions().iter().map(text).collect::<Vec<_>>()
    };
    assert_eq!(
        find(&mut cursor, 100),
        [
            "PodScheduled=true ",
            "PodReadyToStartContainers=true ",
            "Initialized=false containers with incomplete status: [two]",
            "ContainersReady=false containers with unready status: [app more]",
            "Ready=false containers with unready status: [app more]",
        ]
    );
    assert!(
        find(&mut cursor, 600)
            .iter()
            .all(|condition| condition.contains("=true"))
    );
}
