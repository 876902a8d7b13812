//! What kubectl prints at moments of the page's examples: whole screens in `tests/kubectl/<name>.txt`; `BLESS=1` writes those
//! anew. And what can be typed, and completed.

use rollscope_engine::cluster::Cluster;
use rollscope_engine::kubectl::{Command, Printed, Query, answer, complete, read, watched};
use rollscope_engine::time::Time;
use rollscope_engine::{Cursor, Scenario, simulate};
use std::fs;
use std::path::Path;
use std::rc::Rc;

fn run(name: &str) -> Cursor {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = fs::read_to_string(here.join(format!("../static/examples/{name}.yaml"))).expect(name);
    Cursor::new(Rc::new(simulate(&Scenario::read(&text).scenario)))
}

fn ask(cursor: &Cursor, line: &str) -> Printed {
    match read(line) {
        Ok(Command::Ask(query)) => answer(&query, cursor, cursor.time()),
        other => panic!("{line}: {other:?}"),
    }
}

/// Asks at these seconds, and compares the session with its file.
fn check(name: &str, session: &[(u64, &[&str])]) {
    let mut cursor = run(name);
    let mut is = String::new();
    for (second, lines) in session {
        let position = cursor.history().position_at(Time(second * 1000));
        cursor.seek(position);
        for line in *lines {
            let printed = ask(&cursor, line);
            is += &format!("# {second} s\n$ kubectl {line}\n");
            let errors = printed.errors.iter().map(|error| format!("! {error}"));
            for line in printed.lines.iter().cloned().chain(errors) {
                is += &line;
                is.push('\n');
            }
            is.push('\n');
        }
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/kubectl/{name}.txt"));
    if std::env::var_os("BLESS").is_some() {
        fs::create_dir_all(path.parent().expect("a folder")).expect("the folder");
        fs::write(&path, &is).expect("the session");
    }
    let was = fs::read_to_string(&path).unwrap_or_default();
    let differs = is.lines().zip(was.lines()).find(|(is, was)| is != was);
    assert!(is == was, "{name}: {differs:?}");
}

#[test]
fn a_deployment_that_is_stuck_and_undone() {
    check(
        "stuck-and-undone",
        &[
            (0, &["get pods", "get deploy,rs,pods"]),
            (
                45,
                &[
                    "get deploy,rs,sts,pods,pvc",
                    "get pods -w",
                    "rollout status deploy/nginx-deployment",
                    "rollout status deploy/nginx-deployment --watch=false",
                    "rollout history deploy/nginx-deployment",
                    "describe deployment nginx-deployment",
                ],
            ),
            (
                62,
                &[
                    "get pods -o wide --show-labels",
                    "get rs -o wide",
                    "rollout status deploy/nginx-deployment",
                ],
            ),
            (
                120,
                &[
                    "rollout history deploy/nginx-deployment --revision=2",
                    "get all -o name",
                    "get deployment/nginx-deployment rs/nothing",
                    "get pods nothing",
                    "rollout status deploy/nothing",
                ],
            ),
        ],
    );
}

#[test]
fn a_stateful_set_with_its_claims_and_service() {
    check(
        "canary",
        &[
            (
                12,
                &[
                    "get sts,pods,pvc,pv",
                    "get pods -w",
                    "describe pvc",
                    "rollout status sts/web",
                ],
            ),
            (
                45,
                &[
                    "describe sts/web",
                    "describe pod web-2",
                    "describe svc nginx",
                    "get svc,endpointslices,controllerrevisions",
                    "get events",
                    "get pod web-2 -o yaml",
                ],
            ),
        ],
    );
}

#[test]
fn an_autoscaler_a_daemon_set_and_nodes() {
    check(
        "autoscaler-and-apply",
        &[(100, &["get hpa", "describe hpa web", "describe rs", "get deploy -A"])],
    );
    check(
        "node-agent",
        &[(
            80,
            &[
                "get ds,nodes",
                "get ds -o wide",
                "describe ds/log-agent",
                "describe node control-plane",
                "rollout status ds/log-agent",
            ],
        )],
    );
    check(
        "drain-hangs",
        &[(
            200,
            &[
                "get pdb,nodes",
                "describe pdb",
                "get nodes -o wide",
                "get nodes -w",
                "get events -w",
            ],
        )],
    );
    check(
        "mysql",
        &[(30, &["get cm,pods,sts", "describe pod mysql-1", "describe cm"])],
    );
}

/// The lines of an answer that shows the past: as steps go by, lines are added and none changes.
#[test]
fn a_watch_only_grows() {
    let mut cursor = run("canary");
    let mut before = Vec::new();
    for position in 0..=cursor.history().len() {
        cursor.seek(position);
        let now = ask(&cursor, "get pods -w").lines;
        assert!(now.starts_with(&before), "position {position}");
        before = now;
    }
    assert!(before.len() > 30, "{}", before.len());
}

/// Each line of a watch has its time, and is there once that has come.
#[test]
fn a_watch_knows_when() {
    let mut cursor = run("canary");
    let end = cursor.history().len();
    cursor.seek(end);
    let Ok(Command::Ask(Query::Get(get))) = read("get pods -w") else {
        panic!("a question")
    };
    let all = watched(&get, &cursor);
    assert!(all.is_sorted_by_key(|(time, _)| *time));
    for position in [0, 1, 10, end / 2, end] {
        cursor.seek(position);
        let until = all.iter().take_while(|(time, _)| *time <= cursor.time());
        let lines: Vec<String> = until.map(|(_, line)| line.clone()).collect();
        assert_eq!(ask(&cursor, "get pods -w").lines, lines, "position {position}");
    }
}

/// As after `kubectl ` at a prompt: the word that is there, and what it could become.
fn completes(cluster: &Cluster, line: &str, expect: &[&str]) {
    let is = complete(cluster, line);
    assert_eq!(is.candidates, expect, "{line}");
    assert!(line.is_char_boundary(is.start));
}

#[test]
fn what_exists_is_offered() {
    let mut cursor = run("canary");
    cursor.seek(usize::MAX);
    let there = cursor.cluster();
    completes(there, "g", &["get "]);
    completes(there, "kubectl sc", &["scale "]);
    completes(there, "get po", &["pods ", "poddisruptionbudgets "]);
    completes(there, "get pods,sta", &["pods,statefulsets "]);
    completes(
        there,
        "get pods web-",
        &["web-0 ", "web-1 ", "web-2 ", "web-3 ", "web-4 "],
    );
    completes(there, "get pod/web-1", &["pod/web-1 "]);
    completes(
        there,
        "delete pod web-0 web-",
        &["web-1 ", "web-2 ", "web-3 ", "web-4 "],
    );
    completes(there, "rollout un", &["undo "]);
    completes(there, "rollout undo ", &["statefulset/web "]);
    completes(there, "rollout undo sts/", &["sts/web "]);
    completes(
        there,
        "rollout undo sts/web --",
        &["--to-revision=1 ", "--to-revision=2 "],
    );
    completes(there, "scale sts w", &["web "]);
    completes(there, "scale sts/web ", &["--replicas="]);
    completes(there, "set image sts/web ", &["nginx="]);
    completes(
        there,
        "set image sts/web nginx=r",
        &["nginx=registry.k8s.io/nginx-slim:0.24"],
    );
    completes(there, "drain node-1 --ig", &["--ignore-daemonsets "]);
    completes(there, "drain ", &["node-1 ", "node-2 ", "node-3 "]);
    completes(there, "get pods -o ", &["wide ", "yaml ", "name "]);
    completes(there, "get pods -n d", &["default "]);
    completes(there, "apply ", &["-f "]);
    completes(there, "apply -f ", &["manifests.yaml "]);
    for line in [
        "",
        "nothing ",
        "get pods nothing",
        "get é",
        "é ü ö",
        "get ,,",
        "rollout undo //",
        "'",
        "get ' ",
        "set image a/b/c d",
    ] {
        let is = complete(there, line);
        assert!(line.is_char_boundary(is.start), "{line}");
    }
}
