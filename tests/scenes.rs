//! Scenes as data: small histories, at the moments that matter, told in a few lines each.

use rollscope::scene::deployment::{DeploymentScene, ReplicaSetRow};
use rollscope::scene::pod::{Form, Tile};
use rollscope::scene::stage::{Body, Stage};
use rollscope::scene::stateful_set::{ClaimState, StatefulSetScene};
use rollscope::scene::strip::Strip;
use rollscope::scene::verdict::{Outcome, Verdict};
use rollscope::scene::why::{Next, Why};
use rollscope_engine::{Cursor, History, Scenario, simulate};
use std::rc::Rc;

/// A Deployment `web` of nginx:1, and what is done to it.
fn web(replicas: i64, spec: &str, commands: &str) -> Rc<History> {
    run(&format!(
        "{}---\n{}",
        scenario(commands),
        format_args!(
            "apiVersion: apps/v1
kind: Deployment
metadata: {{name: web}}
spec:
  replicas: {replicas}
  {spec}
  selector: {{matchLabels: {{app: web}}}}
  template:
    metadata: {{labels: {{app: web}}}}
    spec: {{containers: [{{name: c, image: 'nginx:1'}}]}}
"
        )
    ))
}

/// A StatefulSet `db` with claims, and what is done to it.
fn db(replicas: i64, spec: &str, commands: &str) -> Rc<History> {
    run(&format!(
        "{}---\n{}",
        scenario(commands),
        format_args!(
            "apiVersion: apps/v1
kind: StatefulSet
metadata: {{name: db}}
spec:
  serviceName: db
  replicas: {replicas}
  {spec}
  selector: {{matchLabels: {{app: db}}}}
  template:
    metadata: {{labels: {{app: db}}}}
    spec: {{containers: [{{name: c, image: 'pg:1'}}]}}
  volumeClaimTemplates:
  - metadata: {{name: data}}
    spec: {{accessModes: [ReadWriteOnce], resources: {{requests: {{storage: 1Gi}}}}}}
"
        )
    ))
}

/// One command a line, each with its second; images named `nope` can't be pulled.
fn scenario(commands: &str) -> String {
    let head = "apiVersion: rollscope.dev/v1\nkind: Scenario\nworld: {images: {'nope:1': {pull: fails}}}\n";
    let lines = commands.lines().filter_map(|line| line.trim().split_once(' '));
    let items: String = lines
        .map(|(second, command)| format!("- at: {second}\n  run: kubectl {command}\n"))
        .collect();
    let interventions = if items.is_empty() { "" } else { "interventions:\n" };
    format!("{head}{interventions}{items}")
}

fn run(text: &str) -> Rc<History> {
    let reading = Scenario::read(text);
    assert!(reading.is_runnable(), "{:?}\n{text}", reading.diagnostics);
    Rc::new(simulate(&reading.scenario))
}

/// A cursor right after the first step from `second` on whose title has these words.
fn at(history: &Rc<History>, second: u64, words: &str) -> Cursor {
    let is_it = |step: &rollscope_engine::step::Step| step.at.seconds() >= second && step.title().contains(words);
    let index = history.steps.iter().position(is_it);
    let mut cursor = Cursor::new(history.clone());
    cursor.seek(index.unwrap_or_else(|| panic!("no step {words:?} from {second} s on")) + 1);
    cursor
}

fn end(history: &Rc<History>) -> Cursor {
    let mut cursor = Cursor::new(history.clone());
    cursor.seek(history.len());
    cursor
}

/// What the stage shows, in lines.
fn check(cursor: &Cursor, expect: &str) {
    let told = tell(&Stage::of(cursor));
    let lines: Vec<&str> = expect.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    assert_eq!(told, lines.join("\n"), "at step {}", cursor.position());
}

fn tell(stage: &Stage) -> String {
    let mut lines = Vec::new();
    for workload in &stage.workloads {
        match &workload.body {
            Body::Deployment(scene) => tell_deployment(scene, &mut lines),
            Body::StatefulSet(scene) => tell_stateful_set(scene, &mut lines),
            Body::ReplicaSet(row) => lines.push(tell_row(row)),
            Body::Pods(tiles) => lines.push(tiles.iter().map(letter).collect()),
        }
        lines.extend(
            workload
                .services
                .iter()
                .map(|service| format!("{}: {}", service.name, service.text)),
        );
    }
    lines.join("\n")
}

fn tell_deployment(scene: &DeploymentScene, lines: &mut Vec<String>) {
    lines.push(format!("{} | {}", scene.asked, scene.counted));
    let budget = &scene.budget;
    let parts = budget.parts.iter().map(|part| format!("{} {}", part.count, part.label));
    lines.push(format!(
        "{} | {:?} {} {:?} | {} leaving",
        parts.collect::<Vec<_>>().join("; "),
        budget.floor,
        budget.desired,
        budget.ceiling,
        budget.leaving
    ));
    lines.extend(scene.rows.iter().map(|row| tell_row(row)));
    if !scene.idle.is_empty() {
        lines.push(format!("idle {:?}", scene.idle));
    }
    if scene.paused {
        lines.push("paused".to_owned());
    }
}

fn tell_row(row: &ReplicaSetRow) -> String {
    let tiles: String = row.tiles.iter().map(letter).collect();
    let missing = "_".repeat(usize::try_from(row.missing).unwrap_or(0));
    let hint = row.hint.as_ref().map(|hint| format!(" ({hint})")).unwrap_or_default();
    format!("{} hue {} {}: {tiles}{missing}{hint}", row.revision, row.hue, row.image)
}

/// A letter for each form: capital if the step at the cursor wrote the Pod.
fn letter(tile: &Tile) -> char {
    let letter = match tile.form {
        Form::Available => 'a',
        Form::NotYet => 'n',
        Form::Pending => 'p',
        Form::Broken => 'b',
        Form::Ended => 'e',
        Form::Leaving => 'l',
    };
    if tile.ringed {
        letter.to_ascii_uppercase()
    } else {
        letter
    }
}

fn tell_stateful_set(scene: &StatefulSetScene, lines: &mut Vec<String>) {
    lines.push(format!("{} | {}", scene.asked, scene.counted));
    lines.extend(scene.walk.clone());
    let slots = scene.slots.iter().enumerate().map(|(index, slot)| {
        let line = if scene.partition.as_ref().is_some_and(|line| line.before == index) {
            "| "
        } else {
            ""
        };
        let pod = slot.tile.as_ref().map_or('_', letter);
        let claims: String = slot
            .claims
            .iter()
            .map(|claim| match claim.state {
                ClaimState::Missing => '-',
                ClaimState::Pending => '?',
                ClaimState::Bound => '+',
                ClaimState::Leaving => 'x',
            })
            .collect();
        let condemned = if slot.wanted { "" } else { "!" };
        format!("{line}{}{condemned} {pod}{}{claims}", slot.ordinal, slot.revision)
    });
    lines.push(slots.collect::<Vec<_>>().join(" "));
    if !scene.kept.is_empty() {
        lines.push(format!("kept {}", scene.kept.join(" ")));
    }
}

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
    assert_eq!(tile.brief, "5s");
    assert!(
        tile.name.ends_with(", revision 1, Running, ready, available in 5 s"),
        "{}",
        tile.name
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
         kept data-db-1 data-db-2",
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
        "never below 3 available · peak 7 Pods with terminating",
    );
    let stuck = web(4, "", "20 set image deployment/web c=nope:1");
    verdict(&stuck, Outcome::Stalls, "stalls at step");
    let ordered = db(3, "", "30 set image statefulset/db c=pg:2");
    verdict(&ordered, Outcome::Completes, "never below 2 available");
    let paused = web(
        4,
        "",
        "20 rollout pause deployment/web\n21 set image deployment/web c=nginx:2",
    );
    verdict(&paused, Outcome::Waits, "paused · never below 4 available");
}
