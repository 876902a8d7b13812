//! One Pod in full at the cursor: what one would ask `kubectl get` and `kubectl describe` for, a part at a time.

use super::pod::failure;
use rollscope_engine::api::{Container, ContainerState, ContainerStatus, Ended, Key, Object, Pod, Probe, Uid};
use rollscope_engine::cluster::{Change, Cluster};
use rollscope_engine::time::Time;
use rollscope_engine::{Cursor, ProbeKind, dns, kubectl, standing};
use std::rc::Rc;

/// A condition.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ConditionRow {
    /// Its type.
    pub name: &'static str,
    /// Its truth.
    pub is_true: bool,
    /// Since when.
    pub since: Time,
    /// Why it is not True.
    pub why: String,
}

/// A container.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ContainerRow {
    /// Its name.
    pub name: Rc<str>,
    /// `init`, `sidecar`, or nothing.
    pub role: &'static str,
    /// What it does.
    pub state: String,
    /// Whether that is a failure.
    pub is_failure: bool,
    /// Further facts, each with its name.
    pub facts: Vec<(&'static str, String)>,
    /// Its probes.
    pub probes: Vec<ProbeRow>,
}

/// A probe.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ProbeRow {
    /// Which.
    pub name: &'static str,
    /// `every 10 s, fails after 3`.
    pub rule: String,
    /// `next at 00:30.0 · 2 successes in a row`.
    pub standing: String,
}

/// Events that say the same.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EventRow {
    /// Whether it is a warning.
    pub is_warning: bool,
    /// The first time.
    pub first: Time,
    /// The last time.
    pub last: Time,
    /// How often.
    pub count: usize,
    /// One word.
    pub reason: &'static str,
    /// Who said it.
    pub from: &'static str,
    /// What it says.
    pub message: String,
}

/// The Pod of this key.
pub fn pod<'a>(cluster: &'a Cluster, key: &Key) -> Option<&'a Rc<Pod>> {
    match cluster.get(key) {
        Some(Object::Pod(pod)) => Some(pod),
        _ => None,
    }
}

/// What is to be known first, each with its name.
pub fn facts(cursor: &Cursor, pod: &Pod) -> Vec<(&'static str, String)> {
    let images: Vec<&str> = pod
        .template
        .containers
        .iter()
        .map(|container| &*container.image)
        .collect();
    let name = dns::name_of(cursor.cluster(), pod).map(|(name, resolves)| match resolves {
        true => name,
        false => format!("{name}, not now"),
    });
    let age = cursor.time().since(pod.meta.creation_timestamp).to_string();
    let mut facts = vec![
        ("Status", status(pod)),
        ("Image", images.join(", ")),
        ("Revision", revision(pod)),
        ("Node", pod.node_name.as_deref().unwrap_or("none yet").to_owned()),
        ("Restarts", pod.max_restarts().to_string()),
        ("Age", age),
        ("QoS class", pod.template.qos_class().to_owned()),
    ];
    facts.extend(
        pod.meta
            .controller()
            .map(|owner| ("Owner", format!("{} {}", owner.kind, owner.name))),
    );
    facts.extend(
        pod.meta
            .deletion_timestamp
            .map(|end| ("To be gone at", end.to_string())),
    );
    facts.extend(name.map(|name| ("DNS", name)));
    let claims: Vec<&str> = pod.claim_names().map(|name| &**name).collect();
    facts.extend((!claims.is_empty()).then(|| ("Claims", claims.join(", "))));
    facts
}

/// The word that `kubectl get pods` would show.
fn status(pod: &Pod) -> String {
    let phase = pod.status.phase.name();
    match (pod.is_terminating(), pod.waiting_reason()) {
        (true, _) => "Terminating".to_owned(),
        (false, Some(reason)) => reason.to_owned(),
        (false, None) => pod.status.trouble.reason.unwrap_or(phase).to_owned(),
    }
}

/// The label that tells the revisions' Pods apart.
fn revision(pod: &Pod) -> String {
    let label = |name: &str| pod.meta.labels.get(name).map(ToString::to_string);
    label("pod-template-hash")
        .or_else(|| label("controller-revision-hash"))
        .unwrap_or_else(|| "none".to_owned())
}

/// Its conditions with the times of their last change, which the history knows.
pub fn conditions(cursor: &Cursor, pod: &Pod) -> Vec<ConditionRow> {
    let mut since: Vec<(&'static str, bool, Time)> = Vec::new();
    let now = states(cursor, pod.meta.uid);
    for (at, earlier) in &now {
        for condition in earlier.conditions() {
            match since.iter_mut().find(|(kind, ..)| *kind == condition.kind) {
                Some((_, is_true, _)) if *is_true == condition.is_true => {}
                Some(known) => (known.1, known.2) = (condition.is_true, *at),
                None => since.push((condition.kind, condition.is_true, *at)),
            }
        }
    }
    let row = |condition: rollscope_engine::api::PodCondition| {
        let known = since.iter().find(|(kind, ..)| *kind == condition.kind);
        let why = [condition.reason, &condition.message]
            .into_iter()
            .filter(|text| !text.is_empty());
        ConditionRow {
            name: condition.kind,
            is_true: condition.is_true,
            since: known.map_or(pod.meta.creation_timestamp, |(.., at)| *at),
            why: why.collect::<Vec<_>>().join(": "),
        }
    };
    pod.conditions().into_iter().map(row).collect()
}

/// All that has been stored of a Pod up to the cursor, and when.
fn states(cursor: &Cursor, uid: Uid) -> Vec<(Time, Rc<Pod>)> {
    let steps = cursor.history().steps.iter().take(cursor.position());
    let states = steps.flat_map(|step| {
        step.writes.iter().filter_map(move |(change, _)| match change {
            Change {
                after: Some(Object::Pod(pod)),
                ..
            } if pod.meta.uid == uid => Some((step.at, pod.clone())),
            _ => None,
        })
    });
    states.collect()
}

/// Its containers, init containers first.
pub fn containers(cursor: &Cursor, pod: &Pod) -> Vec<ContainerRow> {
    let inits = pod.template.init_containers.len();
    let all = pod.template.init_containers.iter().chain(&pod.template.containers);
    let statuses = pod
        .status
        .init_containers
        .iter()
        .chain(&pod.status.containers)
        .map(Some);
    let statuses = statuses.chain(std::iter::repeat(None));
    let rows = all.zip(statuses).enumerate().map(|(index, (container, status))| {
        let role = match container.sidecar {
            true => "sidecar",
            false if index < inits => "init",
            false => "",
        };
        ContainerRow {
            name: container.name.clone(),
            role,
            state: status.map_or_else(|| "not created yet".to_owned(), state),
            is_failure: status.is_some_and(|status| is_failure(pod, status)),
            facts: container_facts(container, status),
            probes: probes(cursor, pod, index, container),
        }
    });
    rows.collect()
}

fn state(status: &ContainerStatus) -> String {
    match status.state {
        ContainerState::Waiting { reason } => format!("waiting: {reason}"),
        ContainerState::Running { started_at } => format!("running since {started_at}"),
        ContainerState::Terminated(ended) => format!("ended: {}", end(ended)),
    }
}

fn end(ended: Ended) -> String {
    format!("{}, exit code {}, at {}", ended.reason, ended.exit_code, ended.at)
}

fn is_failure(pod: &Pod, status: &ContainerStatus) -> bool {
    match status.state {
        ContainerState::Waiting { reason } => failure(pod) == Some(reason),
        ContainerState::Terminated(ended) => ended.exit_code != 0,
        ContainerState::Running { .. } => false,
    }
}

fn container_facts(container: &Container, status: Option<&ContainerStatus>) -> Vec<(&'static str, String)> {
    let mut facts = vec![("Image", container.image.to_string())];
    let Some(status) = status else { return facts };
    facts.push(("Ready", if status.ready { "yes" } else { "no" }.to_owned()));
    facts.push(("Restarts", status.restart_count.to_string()));
    facts.extend(status.memory.last.map(|ended| ("Before", end(ended))));
    facts.extend(
        status
            .memory
            .kill
            .map(|kill| ("Stopped by", format!("{}, a probe has ended it", kill.ends))),
    );
    facts
}

fn probes(cursor: &Cursor, pod: &Pod, index: usize, container: &Container) -> Vec<ProbeRow> {
    let all = [
        (ProbeKind::Startup, container.startup_probe),
        (ProbeKind::Liveness, container.liveness_probe),
        (ProbeKind::Readiness, container.readiness_probe),
    ];
    let rows = all.into_iter().filter_map(|(kind, probe)| {
        let probe = probe?;
        let world = &cursor.history().scenario.world;
        let has_status = index < pod.status.init_containers.len() + pod.status.containers.len();
        let standing = has_status
            .then(|| standing(cursor.cluster(), world, pod, index, kind, cursor.time()))
            .flatten();
        let standing = standing.map(|standing| {
            let results = standing.results.map(|(count, ok)| {
                let (one, more) = if ok {
                    ("success", "successes")
                } else {
                    ("failure", "failures")
                };
                format!(" · {count} {} in a row", if count == 1 { one } else { more })
            });
            format!("next at {}{}", standing.next, results.unwrap_or_default())
        });
        Some(ProbeRow {
            name: kind.name(),
            rule: rule(kind, probe),
            standing: standing.unwrap_or_else(|| on_hold(pod, index, kind).to_owned()),
        })
    });
    rows.collect()
}

/// Why a probe is not carried out now.
fn on_hold(pod: &Pod, index: usize, kind: ProbeKind) -> &'static str {
    let mut statuses = pod.status.init_containers.iter().chain(&pod.status.containers);
    match statuses.nth(index) {
        Some(status) if !status.is_running() => "not while it does not run",
        Some(status) if status.memory.kill.is_some() => "not while it is being stopped",
        Some(status) if status.started && kind == ProbeKind::Startup => "has succeeded",
        Some(_) => "waits for the startup probe",
        None => "not before it runs",
    }
}

fn rule(kind: ProbeKind, probe: Probe) -> String {
    let delay = match probe.initial_delay_seconds {
        0 => String::new(),
        seconds => format!("after {seconds} s "),
    };
    let successes = match (kind, probe.success_threshold) {
        (ProbeKind::Readiness, 2..) => format!(", {} successes make it ready", probe.success_threshold),
        _ => String::new(),
    };
    let failures = match (kind, probe.failure_threshold) {
        (ProbeKind::Readiness, 1) => "1 failure makes it unready".to_owned(),
        (ProbeKind::Readiness, count) => format!("{count} failures make it unready"),
        (_, 1) => "1 failure restarts it".to_owned(),
        (_, count) => format!("{count} failures restart it"),
    };
    format!("{delay}every {} s{successes}, {failures}", probe.period_seconds)
}

/// What has been told of it so far; what was told several times is one row, where it was told last.
pub fn events(cluster: &Cluster, key: &Key, pod: &Pod) -> Vec<EventRow> {
    let own = cluster.events().iter().filter(|event| event.object == *key);
    let mut rows: Vec<EventRow> = Vec::new();
    // A Pod of the same name may have been there before.
    for event in own.filter(|event| event.at >= pod.meta.creation_timestamp) {
        let mut row = EventRow {
            is_warning: event.note.is_warning(),
            first: event.at,
            last: event.at,
            count: 1,
            reason: event.note.reason(),
            from: event.component().name(),
            message: event.to_string(),
        };
        let same = |other: &EventRow| (other.reason, &other.message) == (row.reason, &row.message);
        if let Some(index) = rows.iter().position(same) {
            let before = rows.remove(index);
            (row.first, row.count) = (before.first, before.count + 1);
        }
        rows.push(row);
    }
    rows
}

/// What `kubectl get pod -o yaml` prints.
pub fn yaml(pod: &Rc<Pod>) -> String {
    kubectl::yaml(&kubectl::object(&Object::Pod(pod.clone())))
}
