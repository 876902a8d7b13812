//! What a whole run came to, what the strip flags, and two runs beside each other.

use crate::told::{db, run, scenario, web};
use rollscope::scene::making::overview;
use rollscope::scene::report::{Report, side_by_side};
use rollscope::scene::strip::{Flag, Sign, Strip};
use rollscope::scene::window::Window;
use rollscope_engine::History;
use rollscope_engine::traffic::Traffic;
use std::rc::Rc;

fn report(history: &Rc<History>) -> Report {
    Report::of(history, &Traffic::of(history))
}

/// A section a paragraph, a figure a line: `name: value (note) @moment`.
fn check(history: &Rc<History>, expect: &str) {
    let mut lines = Vec::new();
    for section in report(history).sections {
        lines.extend(Some(section.title).filter(|title| !title.is_empty()));
        for line in section.lines {
            let note = if line.note.is_empty() {
                String::new()
            } else {
                format!(" ({})", line.note)
            };
            let moment = line.moment.map_or(String::new(), |moment| format!(" @{moment}"));
            lines.push(format!("{}: {}{note}{moment}", line.name, line.value));
        }
    }
    let expect: Vec<&str> = expect.lines().map(str::trim).collect();
    assert_eq!(lines, expect, "\n{}", lines.join("\n"));
}

#[test]
fn a_completed_update() {
    check(
        &web(4, "", "20 set image deployment/web c=nginx:2"),
        "Duration: 24.0 s (61 steps) @00:24.0
         Deployment web
         Lowest available: 3 of 4 @00:20.0
         Below desired: 4.0 s
         Peak Pods: 7 (3 more than wanted) @00:22.0
         Restarts: 0",
    );
}

#[test]
fn a_stalled_one_says_what_it_waits_for() {
    check(&web(4, "", "20 set image deployment/web c=nope:1"), "Duration: no end (49 steps)
         Deployment web
         Stalls: at step 18 (2 of 4 new Pods; the total is at its ceiling 5; 0 of 2 new are available; at least 3 must be in all) @00:20.0
         Lowest available: 3 of 4 @00:20.0
         Below desired: 601.0 s
         Peak Pods: 6 (2 more than wanted) @00:20.0
         Restarts: 0",
    );
}

#[test]
fn a_stall_that_was_undone_is_told_as_well() {
    check(
        &web(
            4,
            "",
            "20 set image deployment/web c=nope:1\n60 rollout undo deployment/web",
        ),
        "Duration: 62.0 s (50 steps) @01:02.0
         Deployment web
         Stalled: 40.0 s (2 of 4 new Pods; the total is at its ceiling 5; 0 of 2 new are available; at least 3 must be in all) @00:20.0
         Lowest available: 3 of 4 @00:20.0
         Below desired: 42.0 s
         Peak Pods: 6 (2 more than wanted) @00:20.0
         Restarts: 0",
    );
}

#[test]
fn claims_that_a_stateful_set_left_behind() {
    check(
        &db(3, "", "30 scale statefulset/db --replicas=1"),
        "Duration: 32.0 s (27 steps) @00:32.0
         Claims left behind: 2 (data-db-1, data-db-2)
         StatefulSet db
         Lowest available: 3 of 3
         Below desired: 0.0 s
         Peak Pods: 3
         Restarts: 0",
    );
}

/// Two Deployments with a Service each; only one is careful about what it loses, and what it requests is known.
fn two() -> Rc<History> {
    let one = |name: &str, more: &str| {
        format!(
            "---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: {name}}}
spec:
  replicas: 2
  selector: {{matchLabels: {{app: {name}}}}}
  template:
    metadata: {{labels: {{app: {name}}}}}
    spec:
      containers:
      - name: c
        image: 'nginx:1'
        resources: {{requests: {{cpu: 250m, memory: 512Mi}}}}
{more}---
apiVersion: v1
kind: Service
metadata: {{name: {name}}}
spec: {{selector: {{app: {name}}}, ports: [{{port: 80}}]}}
"
        )
    };
    let careful = "        readinessProbe: {tcpSocket: {port: 80}, periodSeconds: 1}
        lifecycle: {preStop: {sleep: {seconds: 3}}}
";
    let head = scenario("20 set image deployment/a c=nginx:2\n20 set image deployment/b c=nginx:2");
    run(&format!("{head}{}{}", one("a", ""), one("b", careful)))
}

#[test]
fn every_workload_and_every_service_is_told_of() {
    check(
        &two(),
        "Duration: 26.0 s (97 steps) @00:26.0
         Requests lost, a: 1.0 s (of all traffic) @00:22.0
         Requests lost, b: 0.0 s
         Deployment a
         Lowest available: 2 of 2
         Below desired: 0.0 s
         Peak Pods: 4 (2 more than wanted) @00:22.0
         Peak CPU: 1 (500m more than at the end) @00:22.0
         Peak memory: 2Gi (1Gi more than at the end) @00:22.0
         Restarts: 0
         Deployment b
         Lowest available: 2 of 2
         Below desired: 0.0 s
         Peak Pods: 4 (2 more than wanted) @00:23.0
         Peak CPU: 1 (500m more than at the end) @00:23.0
         Peak memory: 2Gi (1Gi more than at the end) @00:23.0
         Restarts: 0",
    );
}

/// The flags of a history: `place label`, those to the left of their place with `<`.
fn flagged(history: &Rc<History>, expect: &[(&str, Sign)]) {
    let strip = overview(history).strip;
    let told: Vec<(String, Sign)> = strip
        .marks
        .iter()
        .map(|flag| {
            let time = history.time_at(flag.position);
            (format!("{} {}", &time.to_string()[..5], flag.label), flag.sign)
        })
        .collect();
    let told: Vec<(&str, Sign)> = told.iter().map(|(text, sign)| (text.as_str(), *sign)).collect();
    assert_eq!(told, expect);
    apart(&strip.flags);
    apart(&strip.marks);
}

/// No label gets room that another one has.
fn apart(flags: &[Flag]) {
    let mut taken = 0.0;
    for flag in flags {
        let from = if flag.before {
            flag.place - flag.room
        } else {
            flag.place
        };
        assert!(from >= taken - 1e-9, "{flag:?} runs into {taken}");
        taken = if flag.before {
            flag.place
        } else {
            flag.place + flag.room
        };
        assert!(taken <= 1.0 + 1e-9, "{flag:?}");
    }
}

#[test]
fn milestones_and_stalls_are_flagged() {
    let complete = ("00:02 complete", Sign::Complete);
    flagged(
        &web(4, "", "20 set image deployment/web c=nginx:2"),
        &[complete, ("00:24 complete", Sign::Complete)],
    );
    let stalls = ("00:20 web stalls", Sign::Stall);
    let exceeds = ("10:21 exceeds its deadline", Sign::Stall);
    flagged(
        &web(4, "", "20 set image deployment/web c=nope:1"),
        &[complete, stalls, exceeds],
    );
    let undone = "20 set image deployment/web c=nope:1\n60 rollout undo deployment/web";
    flagged(
        &web(4, "", undone),
        &[complete, stalls, ("01:02 complete", Sign::Complete)],
    );
    flagged(
        &two(),
        &[
            ("00:02 a complete", Sign::Complete),
            ("00:03 b complete", Sign::Complete),
            ("00:24 a complete", Sign::Complete),
            ("00:26 b complete", Sign::Complete),
        ],
    );
}

#[test]
fn seen_closely_the_strip_has_labels_of_its_own() {
    let history = web(4, "", "20 set image deployment/web c=nginx:2");
    let strip = Strip::of(&history);
    let window = Window::WHOLE.zoomed(
        8.0,
        strip
            .scale
            .place(history.position_at(rollscope_engine::time::Time(20_500))),
        1000,
    );
    let ticks = window.ticks(&strip.scale);
    assert!(ticks.len() > 3, "{ticks:?}");
    assert!(ticks.iter().all(|tick| window.contains(tick.place)), "{ticks:?}");
    assert!(
        ticks.is_sorted_by(|a, b| b.place - a.place > 0.08 / window.zoom),
        "{ticks:?}"
    );
}

#[test]
fn of_two_runs_the_better_figure_is_known() {
    let update = "20 set image deployment/web c=nginx:2";
    let unavailable = web(4, "strategy: {rollingUpdate: {maxSurge: 0, maxUnavailable: 2}}", update);
    let surging = web(4, "strategy: {rollingUpdate: {maxSurge: 2, maxUnavailable: 0}}", update);
    let rows = side_by_side(&[&report(&unavailable), &report(&surging)]);
    let told: Vec<String> = rows
        .iter()
        .flat_map(|(_, rows)| rows)
        .map(|row| {
            let value = |index: usize| row.cells[index].as_ref().map_or("–", |line| &line.value).to_owned();
            format!("{}: {} | {} {:?}", row.name, value(0), value(1), row.better)
        })
        .collect();
    assert_eq!(
        told,
        [
            "Duration: 24.0 s | 24.0 s None",
            "Lowest available: 2 of 4 | 4 of 4 Some(1)",
            "Below desired: 4.0 s | 0.0 s Some(1)",
            "Peak Pods: 6 | 8 Some(0)",
            "Restarts: 0 | 0 None",
        ]
    );
}
