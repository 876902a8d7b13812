//! Whole runs: manifests and what is done to them, made of random numbers or read from a text, stepped for a while. No
//! panic, no standstill, times that increase, seeking that is exact, and every promise of `invariants` kept.
//!
//! `cargo fuzz run scenario` (see ARCHITECTURE.md, Tests)

#![no_main]

use arbitrary::{Arbitrary, Unstructured};
use libfuzzer_sys::fuzz_target;
use rollscope_engine::invariants::{ALWAYS, violations};
use rollscope_engine::scenario::{Intervention, Scenario, Timed};
use rollscope_engine::time::{Duration, Time};
use rollscope_engine::{Cursor, Simulation};
use std::fmt::Write;
use std::rc::Rc;

/// Runs are followed this far; a bug shows early or hardly ever.
const STEPS: usize = 600;
/// No more Pods than this in a run that is read from a text.
const PODS: i64 = 30;

fuzz_target!(|data: &[u8]| {
    let Some(scenario) = scenario(data) else { return };
    let history = Rc::new(run(&scenario));
    assert!(history.steps.is_sorted_by(|a, b| a.at < b.at), "times increase");
    let broken = violations(&history, ALWAYS);
    assert!(broken.is_empty(), "{broken:?}\n{:#?}", scenario.interventions);
    let middle = history.len() / 2;
    let (mut there, mut back) = (Cursor::new(history.clone()), Cursor::new(history));
    there.seek(middle);
    back.seek(usize::MAX);
    back.seek(middle);
    assert!(there.cluster() == back.cluster(), "seeking back is exact");
});

/// As `simulate`, but not for longer than anybody would wait.
fn run(scenario: &Scenario) -> rollscope_engine::History {
    let mut simulation = Simulation::new(scenario);
    for timed in &scenario.interventions {
        follow(&mut simulation, Some(timed.at));
        let (_, text) = simulation.intervene(timed.at, &timed.what);
        assert!(
            !text.is_empty() || !simulation.steps().is_empty(),
            "an intervention is answered"
        );
    }
    follow(&mut simulation, None);
    simulation.into_history(scenario.clone())
}

fn follow(simulation: &mut Simulation, until: Option<Time>) {
    // Retries that change nothing are no steps, so the rounds are counted as well.
    for _ in 0..STEPS {
        let Some(due) = simulation
            .next_due()
            .filter(|due| until.is_none_or(|until| *due < until))
        else {
            return;
        };
        if simulation.steps().len() >= STEPS {
            return;
        }
        simulation.run_before(due + Duration(1));
    }
}

/// A text if it looks like one, else whatever the bytes make.
fn scenario(data: &[u8]) -> Option<Scenario> {
    match std::str::from_utf8(data) {
        Ok(text) if text.starts_with("apiVersion") || text.starts_with('#') => {
            let reading = Scenario::read(text);
            let pods: i64 = text.lines().filter_map(replicas).sum();
            (reading.is_runnable() && pods <= PODS).then_some(reading.scenario)
        }
        _ => {
            let made = Made::arbitrary(&mut Unstructured::new(data)).ok()?;
            Some(made.scenario())
        }
    }
}

/// The number that a line of a manifest or a command asks for.
fn replicas(line: &str) -> Option<i64> {
    let (_, number) = line.split_once("replicas")?;
    number.trim_matches([':', '=', ' ']).parse().ok()
}

#[derive(Arbitrary, Debug)]
struct Made {
    seed: u64,
    workloads: [Option<Workload>; 3],
    extras: u8,
    bound: u8,
    images: [Behaviour; 3],
    deeds: Vec<(u16, Deed)>,
}

#[derive(Arbitrary, Debug, Clone, Copy)]
enum Kind {
    Deployment,
    StatefulSet,
    DaemonSet,
    ReplicaSet,
}

#[derive(Arbitrary, Debug)]
struct Workload {
    kind: Kind,
    replicas: u8,
    min_ready: u8,
    surge: Bound,
    unavailable: Bound,
    partition: u8,
    start: u8,
    deadline: u8,
    history: u8,
    grace: u8,
    flags: u8,
    image: u8,
}

#[derive(Arbitrary, Debug)]
enum Bound {
    Count(u8),
    Percent(u8),
}

#[derive(Arbitrary, Debug)]
struct Behaviour {
    pull: u8,
    start: u8,
    stop: u8,
    flags: u8,
}

#[derive(Arbitrary, Debug)]
struct Deed {
    verb: u8,
    workload: u8,
    number: u8,
}

impl std::fmt::Display for Bound {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Bound::Count(count) => write!(f, "{}", count % 6),
            Bound::Percent(percent) => write!(f, "{}%", percent % 101),
        }
    }
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Kind::Deployment => "Deployment",
            Kind::StatefulSet => "StatefulSet",
            Kind::DaemonSet => "DaemonSet",
            Kind::ReplicaSet => "ReplicaSet",
        }
    }
}

impl Workload {
    fn write(&self, name: usize, image: u8, text: &mut String) {
        let Workload {
            kind,
            min_ready,
            surge,
            unavailable,
            partition,
            start,
            deadline,
            history,
            flags,
            ..
        } = self;
        let flag = |bit: u8| flags >> bit & 1 == 1;
        let _ = write!(
            text,
            "---\napiVersion: apps/v1\nkind: {}\nmetadata: {{name: w{name}}}\nspec:\n  minReadySeconds: {}\n  selector: \
             {{matchLabels: {{app: w{}}}}}\n",
            kind.name(),
            min_ready % 12,
            // Two workloads that select each other's Pods.
            if flag(7) { 0 } else { name },
        );
        if !matches!(kind, Kind::DaemonSet) {
            let _ = writeln!(text, "  replicas: {}", self.replicas % 12);
        }
        match kind {
            Kind::Deployment if flag(0) => text.push_str("  strategy: {type: Recreate}\n"),
            Kind::Deployment => {
                let _ = writeln!(
                    text,
                    "  strategy: {{rollingUpdate: {{maxSurge: {surge}, maxUnavailable: {unavailable}}}}}\n  \
                     progressDeadlineSeconds: {}\n  paused: {}\n  revisionHistoryLimit: {}",
                    u32::from(*deadline) + 20,
                    flag(1),
                    history % 4
                );
            }
            Kind::StatefulSet => {
                let policy = if flag(0) { "Parallel" } else { "OrderedReady" };
                let strategy = if flag(1) {
                    "{type: OnDelete}".to_owned()
                } else {
                    format!(
                        "{{rollingUpdate: {{partition: {}, maxUnavailable: {}}}}}",
                        partition % 8,
                        history % 4 + 1
                    )
                };
                let _ = writeln!(
                    text,
                    "  serviceName: w{name}\n  podManagementPolicy: {policy}\n  updateStrategy: {strategy}\n  ordinals: \
                     {{start: {}}}\n  revisionHistoryLimit: {}",
                    start % 4,
                    history % 4
                );
                if flag(2) {
                    let _ = writeln!(
                        text,
                        "  persistentVolumeClaimRetentionPolicy: {{whenDeleted: Delete, whenScaled: Delete}}\n  \
                         volumeClaimTemplates: [{{metadata: {{name: data}}, spec: {{accessModes: [ReadWriteOnce], resources: \
                         {{requests: {{storage: 1Gi}}}}}}}}]"
                    );
                }
            }
            Kind::DaemonSet => {
                let (surge, unavailable) = if flag(0) { ("1", "0") } else { ("0", "2") };
                let _ = writeln!(
                    text,
                    "  updateStrategy: {{rollingUpdate: {{maxSurge: {surge}, maxUnavailable: {unavailable}}}}}"
                );
            }
            Kind::ReplicaSet => {}
        }
        let probe = if flag(3) {
            ", readinessProbe: {tcpSocket: {port: 80}, periodSeconds: 2}"
        } else {
            ""
        };
        let init = if flag(4) {
            "initContainers: [{name: init, image: \"app:0\"}], "
        } else {
            ""
        };
        let _ = writeln!(
            text,
            "  template:\n    metadata: {{labels: {{app: w{}}}}}\n    spec: {{{init}terminationGracePeriodSeconds: {}, \
             containers: [{{name: app, image: \"app:{}\"{probe}}}]}}",
            if flag(7) { 0 } else { name },
            self.grace % 40,
            image % 3
        );
    }
}

impl Made {
    fn manifests(&self, image: u8) -> String {
        let mut text = String::new();
        for (index, workload) in self.workloads.iter().enumerate() {
            if let Some(workload) = workload {
                workload.write(index, workload.image.wrapping_add(image), &mut text);
            }
        }
        let flag = |bit: u8| self.extras >> bit & 1 == 1;
        if flag(0) {
            let field = if flag(1) { "minAvailable" } else { "maxUnavailable" };
            let _ = writeln!(
                text,
                "---\napiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {{name: b}}\nspec: {{{field}: {}, selector: \
                 {{matchLabels: {{app: w0}}}}}}",
                self.bound % 8
            );
        }
        if flag(2) {
            text.push_str(
                "---\napiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec: {selector: {app: w0}, ports: [{port: 80}]}\n",
            );
        }
        if flag(3) {
            let _ = writeln!(
                text,
                "---\napiVersion: v1\nkind: ResourceQuota\nmetadata: {{name: q}}\nspec: {{hard: {{pods: {}}}}}",
                self.bound % 16
            );
        }
        for node in 0..u8::from(flag(4)) * 3 {
            let _ = writeln!(text, "---\napiVersion: v1\nkind: Node\nmetadata: {{name: node-{node}}}");
        }
        text
    }

    fn scenario(&self) -> Scenario {
        let mut text = self.manifests(0);
        text.push_str("---\napiVersion: rollscope.dev/v1\nkind: Scenario\nworld:\n  images:\n");
        for (
            index,
            Behaviour {
                pull,
                start,
                stop,
                flags,
            },
        ) in self.images.iter().enumerate()
        {
            let pull = if flags & 3 == 3 {
                "fails".to_owned()
            } else {
                format!("{}", f32::from(*pull) / 8.0)
            };
            let ready = if flags >> 2 & 3 == 3 { ", ready: never" } else { "" };
            let (start, stop) = (f32::from(*start) / 8.0, f32::from(*stop) / 4.0);
            let _ = writeln!(
                text,
                "    app:{index}: {{pull: {pull}, start: {start}, stop: {stop}{ready}}}"
            );
        }
        let mut scenario = Scenario::read(&text).scenario;
        scenario.seed = self.seed;
        let mut at = Time::ZERO;
        for (wait, deed) in self.deeds.iter().take(12) {
            at = at + Duration(u64::from(*wait));
            if let Some(what) = self.intervention(deed) {
                scenario.interventions.push(Timed { at, what });
            }
        }
        scenario
    }

    fn intervention(&self, deed: &Deed) -> Option<Intervention> {
        let Deed { verb, workload, number } = deed;
        let index = usize::from(workload % 3);
        let kind = self.workloads[index].as_ref()?.kind;
        let object = format!("{}/w{index}", kind.name().to_ascii_lowercase());
        let node = number % 3;
        // Pods of StatefulSets have names that can be known; those of others are met by luck.
        let pod = format!("w{index}-{}", number % 12);
        let line = match verb % 25 {
            0 => return Some(Intervention::Apply(self.manifests(*number).into())),
            24 => return Some(Intervention::ServerSideApply(self.manifests(*number).into())),
            1 => format!("scale {object} --replicas={}", number % 16),
            2 => format!("set image {object} app=app:{}", number % 3),
            3 => format!("set image {object} *=app:{}", number % 3),
            4 => format!("rollout undo {object}"),
            5 => format!("rollout undo {object} --to-revision={}", number % 6),
            6 => format!("rollout restart {object}"),
            7 => format!("rollout pause {object}"),
            8 => format!("rollout resume {object}"),
            9 => format!("delete {object}"),
            10 => format!("delete {object} --cascade=orphan"),
            11 => format!("delete {object} --cascade=foreground"),
            12 => format!("delete pod/{pod}"),
            13 => format!("delete pod/{pod} --grace-period=0 --force"),
            14 => format!("cordon node-{node}"),
            15 => format!("uncordon node-{node}"),
            16 => format!("drain node-{node} --ignore-daemonsets --delete-emptydir-data --force"),
            17 => format!("pod ready {pod}"),
            18 => format!("pod not-ready {pod}"),
            19 => format!("pod crash-loop {pod} --restarts={number}"),
            20 => format!("pod fail {pod}"),
            21 => format!("pod evict {pod}"),
            22 => format!("pod image-pull-error {pod}"),
            _ => format!("pod gone {pod}"),
        };
        Some(line.parse().unwrap_or_else(|error| panic!("{line}: {error}")))
    }
}
