//! The words of these tests: small histories, moments in them, and what the stage shows there as a few lines of text.

use rollscope::scene::deployment::{DeploymentScene, ReplicaSetRow};
use rollscope::scene::pod::{Form, Tile};
use rollscope::scene::slots::{ClaimState, Slots};
use rollscope::scene::stage::{Body, Stage};
use rollscope_engine::{Cursor, History, Scenario, simulate};
use std::rc::Rc;

/// A Deployment `web` of nginx:1, and what is done to it.
pub fn web(replicas: i64, spec: &str, commands: &str) -> Rc<History> {
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
pub fn db(replicas: i64, spec: &str, commands: &str) -> Rc<History> {
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

/// A DaemonSet `agent` on three nodes, other manifests before it, and what is done to it.
pub fn agent(spec: &str, others: &str, commands: &str) -> Rc<History> {
    run(&format!(
        "{}---\n{others}apiVersion: apps/v1
kind: DaemonSet
metadata: {{name: agent}}
spec:
  {spec}
  selector: {{matchLabels: {{app: agent}}}}
  template:
    metadata: {{labels: {{app: agent}}}}
    spec: {{containers: [{{name: c, image: 'agent:1'}}]}}
",
        scenario(commands)
    ))
}

/// One command a line, each with its second; images named `nope` can't be pulled.
pub fn scenario(commands: &str) -> String {
    let head = "apiVersion: rollscope.dev/v1\nkind: Scenario\nworld: {images: {'nope:1': {pull: fails}}}\n";
    let lines = commands.lines().filter_map(|line| line.trim().split_once(' '));
    let items: String = lines
        .map(|(second, command)| format!("- at: {second}\n  run: kubectl {command}\n"))
        .collect();
    let interventions = if items.is_empty() { "" } else { "interventions:\n" };
    format!("{head}{interventions}{items}")
}

pub fn run(text: &str) -> Rc<History> {
    let reading = Scenario::read(text);
    assert!(reading.is_runnable(), "{:?}\n{text}", reading.diagnostics);
    Rc::new(simulate(&reading.scenario))
}

/// A cursor right after the first step from `second` on whose title has these words.
pub fn at(history: &Rc<History>, second: u64, words: &str) -> Cursor {
    let is_it = |step: &rollscope_engine::step::Step| step.at.seconds() >= second && step.title().contains(words);
    let index = history.steps.iter().position(is_it);
    let mut cursor = Cursor::new(history.clone());
    cursor.seek(index.unwrap_or_else(|| panic!("no step {words:?} from {second} s on")) + 1);
    cursor
}

pub fn end(history: &Rc<History>) -> Cursor {
    let mut cursor = Cursor::new(history.clone());
    cursor.seek(history.len());
    cursor
}

/// What the stage shows, in lines.
pub fn check(cursor: &Cursor, expect: &str) {
    let told = tell(&Stage::of(cursor));
    let lines: Vec<&str> = expect.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    assert_eq!(told, lines.join("\n"), "at step {}", cursor.position());
}

fn tell(stage: &Stage) -> String {
    let mut lines = Vec::new();
    for workload in &stage.workloads {
        match &workload.body {
            Body::Deployment(scene) => tell_deployment(scene, &mut lines),
            Body::Slots(scene) => tell_slots(scene, &mut lines),
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
    lines.extend(stage.limits.iter().cloned());
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

fn tell_slots(scene: &Slots, lines: &mut Vec<String>) {
    lines.push(format!("{} | {}", scene.asked, scene.counted));
    lines.extend(scene.walk.clone());
    let slots = scene.slots.iter().enumerate().map(|(index, slot)| {
        let line = if scene
            .partition
            .as_ref()
            .is_some_and(|line| line.before(line.value, &scene.slots) == index && line.value > 0)
        {
            "| "
        } else {
            ""
        };
        let pods: String = match &slot.sitters[..] {
            [] => "_0".to_owned(),
            sitters => sitters
                .iter()
                .map(|each| format!("{}{}", letter(&each.tile), each.revision))
                .collect(),
        };
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
        let condemned = slot.unwanted.map_or("", |_| "!");
        format!("{line}{}{condemned} {pods}{claims}", slot.ordinal)
    });
    lines.push(slots.collect::<Vec<_>>().join(" "));
    lines.extend(scene.aside.clone());
}
