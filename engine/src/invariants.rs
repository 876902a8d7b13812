//! What is true of every run: named predicates over a step and the states around it. Tests hold random runs against
//! them; whoever explores runs can do the same.

mod environment;

pub use environment::ENVIRONMENT;

use crate::api::{Deployment, DeploymentStrategy, Kind, Object, Pod, PodManagementPolicy, ReplicaSet, StatefulSet};
use crate::cluster::{Change, Cluster};
use crate::controllers::deployment::util;
use crate::history::{Cursor, History};
use crate::step::{Actor, Step};
use std::rc::Rc;

/// A step and the states around it.
#[derive(Clone, Copy, Debug)]
pub struct Transition<'a> {
    /// The state before.
    pub before: &'a Cluster,
    /// What happened.
    pub step: &'a Step,
    /// The state after.
    pub after: &'a Cluster,
}

/// A predicate that holds of every transition.
#[derive(Clone, Copy)]
pub struct Invariant {
    /// What it promises, in a few words.
    pub name: &'static str,
    /// What is wrong with this transition, if anything is.
    pub violation: fn(&Transition<'_>) -> Option<String>,
}

/// A broken promise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The number of the step, from 1.
    pub step: usize,
    /// Which promise.
    pub name: &'static str,
    /// With what numbers.
    pub detail: String,
}

/// What holds of every run, whatever the user does.
pub const ALWAYS: &[Invariant] = &[
    Invariant {
        name: "a rollout never asks for more than desired + surge",
        violation: over_the_ceiling,
    },
    Invariant {
        name: "an ordered StatefulSet creates a Pod only when all before it are available",
        violation: out_of_order,
    },
    Invariant {
        name: "a StatefulSet never has two Pods of one number",
        violation: doubled_number,
    },
    Invariant {
        name: "a Pod's end is final",
        violation: back_from_the_end,
    },
];

/// What holds in addition while the user changes nothing but templates and no Pod fails: the floor.
pub const UNDISTURBED: &[Invariant] = &[
    Invariant {
        name: "a rolling update keeps desired - unavailable Pods available",
        violation: under_the_floor,
    },
    Invariant {
        name: "an ordered StatefulSet takes down one Pod at a time",
        violation: two_at_a_time,
    },
];

/// All broken promises of a history.
pub fn violations(history: &Rc<History>, invariants: &[Invariant]) -> Vec<Violation> {
    let (mut before, mut after) = (Cursor::new(history.clone()), Cursor::new(history.clone()));
    let mut found = Vec::new();
    for (index, step) in history.steps.iter().enumerate() {
        before.seek(index);
        after.seek(index + 1);
        let (before, after) = (before.cluster(), after.cluster());
        let transition = Transition { before, step, after };
        for invariant in invariants {
            if let Some(detail) = (invariant.violation)(&transition) {
                let (step, name) = (index + 1, invariant.name);
                found.push(Violation { step, name, detail });
            }
        }
    }
    found
}

fn deployments(cluster: &Cluster) -> impl Iterator<Item = &Rc<Deployment>> {
    cluster.of_kind(Kind::Deployment).filter_map(|object| match object {
        Object::Deployment(deployment) => Some(deployment),
        _ => None,
    })
}

fn stateful_sets(cluster: &Cluster) -> impl Iterator<Item = &Rc<StatefulSet>> {
    cluster.of_kind(Kind::StatefulSet).filter_map(|object| match object {
        Object::StatefulSet(set) => Some(set),
        _ => None,
    })
}

/// Σ spec.replicas; DEP-31 never lets a pass of the controller's raise it above the ceiling. A ReplicaSet that is adopted
/// (DEP-05) brings its own number.
fn over_the_ceiling(transition: &Transition<'_>) -> Option<String> {
    if transition.step.actor != Actor::DeploymentController {
        return None;
    }
    let replicas_before =
        |set: &ReplicaSet| match transition
            .before
            .named(Kind::ReplicaSet, &set.meta.namespace, &set.meta.name)
        {
            Some(Object::ReplicaSet(set)) => set.spec.replicas,
            _ => 0,
        };
    deployments(transition.after).find_map(|deployment| {
        let sets = || transition.after.replica_sets_of(deployment.meta.uid);
        let was: i64 = sets().map(|set| replicas_before(set)).sum();
        let is: i64 = sets().map(|set| set.spec.replicas).sum();
        let ceiling = util::bounds(&deployment.spec).ceiling();
        (is > was && is > ceiling).then(|| format!("{is} > {ceiling}"))
    })
}

/// Available, counted Pods; DEP-32 keeps them at the floor once they have reached it. With minReadySeconds nobody
/// promises that: told to lose as many Pods as are ready but not yet available (DEP-33), a ReplicaSet looks at crowded
/// nodes before it looks at age (RS-20), and may take an available one.
fn under_the_floor(transition: &Transition<'_>) -> Option<String> {
    let available = |cluster: &Cluster, deployment: &Deployment| -> i64 {
        let sets = cluster.replica_sets_of(deployment.meta.uid);
        let ready =
            |pod: &&Rc<Pod>| pod.is_active() && pod.is_available(deployment.spec.min_ready_seconds, transition.step.at);
        let counts = sets.map(|set| cluster.pods_of(set.meta.uid).filter(ready).count());
        i64::try_from(counts.sum::<usize>()).unwrap_or(i64::MAX)
    };
    deployments(transition.after).find_map(|deployment| {
        let rolling = matches!(deployment.spec.strategy, DeploymentStrategy::RollingUpdate { .. })
            && deployment.spec.min_ready_seconds == 0;
        let floor = util::bounds(&deployment.spec).floor();
        let (was, is) = (
            available(transition.before, deployment),
            available(transition.after, deployment),
        );
        (rolling && was >= floor && is < floor).then(|| format!("{is} < {floor}"))
    })
}

/// The Pods of a set by number, those of foreign names left out.
fn numbered<'a>(cluster: &'a Cluster, set: &'a StatefulSet) -> impl Iterator<Item = (i64, &'a Rc<Pod>)> {
    let pods = cluster.pods_of(set.meta.uid);
    pods.filter_map(|pod| Some((set.ordinal_of(&pod.meta.name)?, pod)))
}

fn created(step: &Step) -> impl Iterator<Item = &Rc<Pod>> {
    step.writes.iter().filter_map(|(change, _)| match change {
        Change {
            before: None,
            after: Some(Object::Pod(pod)),
            ..
        } => Some(pod),
        _ => None,
    })
}

fn out_of_order(transition: &Transition<'_>) -> Option<String> {
    for set in stateful_sets(transition.before) {
        if set.spec.pod_management_policy == PodManagementPolicy::Parallel {
            continue;
        }
        let created = created(transition.step).filter_map(|pod| set.ordinal_of(&pod.meta.name));
        for ordinal in created.filter(|ordinal| set.spec.in_range(*ordinal)) {
            // A pass may adopt a Pod and go on to the next number.
            let ready = |wanted: i64| {
                numbered(transition.after, set).any(|(number, pod)| {
                    let now = transition.step.at;
                    number == wanted && pod.is_available(set.spec.min_ready_seconds, now) && !pod.is_terminating()
                })
            };
            if let Some(missing) = (set.spec.start..ordinal).find(|number| !ready(*number)) {
                return Some(format!("number {ordinal} before number {missing} is available"));
            }
        }
    }
    None
}

fn doubled_number(transition: &Transition<'_>) -> Option<String> {
    stateful_sets(transition.after).find_map(|set| {
        let mut numbers: Vec<i64> = numbered(transition.after, set).map(|(number, _)| number).collect();
        numbers.sort_unstable();
        let double = numbers.windows(2).find(|pair| pair[0] == pair[1])?;
        Some(format!("number {}", double[0]))
    })
}

fn two_at_a_time(transition: &Transition<'_>) -> Option<String> {
    if transition.step.actor != Actor::StatefulSetController {
        return None;
    }
    let terminating = |cluster: &Cluster, set: &StatefulSet| {
        let pods = numbered(cluster, set);
        pods.filter(|(number, pod)| set.spec.in_range(*number) && pod.is_terminating())
            .count()
    };
    let ordered = |set: &&Rc<StatefulSet>| set.spec.pod_management_policy == PodManagementPolicy::OrderedReady;
    stateful_sets(transition.after).filter(ordered).find_map(|set| {
        let (was, is) = (terminating(transition.before, set), terminating(transition.after, set));
        (is > was && is > 1).then(|| format!("{is} Pods terminating"))
    })
}

fn back_from_the_end(transition: &Transition<'_>) -> Option<String> {
    transition.step.writes.iter().find_map(|(change, _)| match change {
        Change {
            key,
            before: Some(Object::Pod(was)),
            after: Some(Object::Pod(is)),
        } if was.is_finished() && !is.is_finished() => Some(format!("{key} was {}", was.status.phase.name())),
        _ => None,
    })
}
