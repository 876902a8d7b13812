//! What is true of nodes, volumes and containers, whatever happens to them.

use super::{Invariant, Transition};
use crate::api::{ContainerState, ContainerStatus, Kind, Name, Object, PersistentVolume, Pod, Resources, add};
use crate::cluster::{Change, Cluster};
use crate::step::Actor;
use crate::time::{Duration, Time};
use std::rc::Rc;

/// What holds of every run in which nobody says what becomes of single Pods.
pub const ENVIRONMENT: &[Invariant] = &[
    Invariant {
        name: "no Pod is bound to a node without room",
        violation: crowded,
    },
    Invariant {
        name: "no volume of one node is used on two",
        violation: two_nodes,
    },
    Invariant {
        name: "no container runs on after SIGKILL",
        violation: undead,
    },
    Invariant {
        name: "no time is later than the present",
        violation: ahead_of_time,
    },
];

fn pods(cluster: &Cluster) -> impl Iterator<Item = &Rc<Pod>> {
    cluster.of_kind(Kind::Pod).filter_map(|object| match object {
        Object::Pod(pod) => Some(pod),
        _ => None,
    })
}

/// The Pods that a step wrote, as they are after it.
fn written<'a>(transition: &Transition<'a>) -> impl Iterator<Item = &'a Rc<Pod>> {
    transition.step.writes.iter().filter_map(|(change, _)| match change {
        Change {
            after: Some(Object::Pod(pod)),
            ..
        } => Some(pod),
        _ => None,
    })
}

/// The requests of what runs on a node fit into what it offers, whenever the scheduler adds to them (NODE-02).
fn crowded(transition: &Transition<'_>) -> Option<String> {
    if transition.step.actor != Actor::Scheduler {
        return None;
    }
    written(transition)
        .filter_map(|pod| pod.node_name.as_ref())
        .find_map(|name| {
            let node = transition.after.node(name)?;
            let on_node =
                || pods(transition.after).filter(|pod| pod.node_name.as_ref() == Some(name) && !pod.is_finished());
            let mut requested = Resources::new();
            on_node().for_each(|pod| add(&mut requested, &pod.template.requests));
            let count = i64::try_from(on_node().count())
                .unwrap_or(i64::MAX)
                .saturating_mul(1000);
            requested.insert("pods".to_owned(), count);
            let over = requested.iter().find(|(resource, amount)| {
                let most = node.allocatable.get(resource.as_str());
                most.is_some_and(|most| *amount > most)
            });
            over.map(|(resource, amount)| format!("{name}: {amount} of {resource}, in thousandths"))
        })
}

fn running(pod: &Pod) -> impl Iterator<Item = &ContainerStatus> {
    let all = pod.status.init_containers.iter().chain(&pod.status.containers);
    all.filter(|status| status.is_running())
}

/// What runs with an exclusive volume runs on the node to which that is attached (PVC-30). A node that is cut off does not
/// count: a volume may be torn from it (PVC-40).
fn two_nodes(transition: &Transition<'_>) -> Option<String> {
    let cluster = transition.after;
    let volume = |pod: &Pod, claim: &Name| -> Option<Rc<PersistentVolume>> {
        let name = cluster.claim(&pod.meta.namespace, claim)?.volume.clone()?;
        let found = cluster
            .of_kind(Kind::PersistentVolume)
            .find(|object| object.meta().name == name)?;
        match found {
            Object::PersistentVolume(volume) => Some(volume.clone()),
            _ => None,
        }
    };
    pods(cluster)
        .filter(|pod| running(pod).next().is_some() && is_heard(cluster, pod))
        .find_map(|pod| {
            let volumes = pod.claim_names().filter_map(|claim| volume(pod, claim));
            let mut elsewhere = volumes.filter(|volume| volume.exclusive && volume.attached != pod.node_name);
            let volume = elsewhere.next()?;
            Some(format!(
                "{} runs with {}, attached to {:?}",
                pod.meta.name, volume.meta.name, volume.attached
            ))
        })
}

fn is_heard(cluster: &Cluster, pod: &Pod) -> bool {
    let node = pod.node_name.as_ref().and_then(|name| cluster.node(name));
    node.is_some_and(|node| node.silent_since.is_none())
}

/// A container that was told to stop has stopped when its grace is over, or two seconds after (POD-60), sidecars one after
/// the other.
fn undead(transition: &Transition<'_>) -> Option<String> {
    let (cluster, now) = (transition.after, transition.step.at);
    // Steps take a millisecond each, so what is due may be a little late.
    let late = |due: Time, turns: usize| due + Duration(2_000 * turns as u64 + 1_000) < now;
    pods(cluster).filter(|pod| is_heard(cluster, pod)).find_map(|pod| {
        let heard = pod.node_name.as_ref().and_then(|name| cluster.node(name));
        let heard = heard.map_or(Time::ZERO, |node| node.heard_at);
        let grace = Duration::seconds(pod.meta.deletion_grace_period_seconds.unwrap_or(0));
        let end = pod.meta.deletion_timestamp.map(|end| end.max(heard + grace));
        let turns = 1 + pod.template.init_containers.len();
        let gone = end.is_some_and(|end| late(end, turns)) && running(pod).next().is_some();
        let killed = running(pod).any(|status| status.memory.kill.is_some_and(|kill| late(kill.ends.max(heard), 0)));
        (gone || killed).then(|| format!("a container of {} still runs", pod.meta.name))
    })
}

/// What was started, ended or became ready did so by now.
fn ahead_of_time(transition: &Transition<'_>) -> Option<String> {
    let now = transition.step.at;
    let mut wrong = written(transition).filter(|pod| {
        let all = pod.status.init_containers.iter().chain(&pod.status.containers);
        let mut times = all.filter_map(|status| match status.state {
            ContainerState::Running { started_at } => Some(started_at),
            ContainerState::Terminated(ended) => Some(ended.at),
            ContainerState::Waiting { .. } => None,
        });
        pod.meta.creation_timestamp > now || pod.status.ready_since > Some(now) || times.any(|time| time > now)
    });
    wrong.next().map(|pod| pod.meta.name.to_string())
}
