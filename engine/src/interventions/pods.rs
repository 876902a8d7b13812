//! What is said to happen to one Pod: a lockstep run drives the kubelet this way, and a teacher says "this Pod becomes
//! ready now".

use super::Outcome;
use crate::api::{ContainerState, ContainerStatus, Ended, Key, Name, Object, Phase, Pod};
use crate::cluster::{Cluster, DeleteOptions, Write};
use crate::controllers::disruption::eviction;
use crate::scenario::PodMove;
use crate::time::Time;
use std::rc::Rc;

pub(super) fn carry_out(cluster: &Cluster, key: &Key, what: &PodMove, now: Time) -> Outcome {
    let Some(Object::Pod(pod)) = cluster.get(key) else {
        return Outcome::refused(format!("Error from server (NotFound): pods \"{}\" not found", key.name));
    };
    if *what == PodMove::Gone {
        let options = DeleteOptions {
            grace_period_seconds: Some(0),
            ..DeleteOptions::default()
        };
        return Outcome::done(String::new(), vec![Write::Delete(key.clone(), options)]);
    }
    if *what == PodMove::Evict {
        return match eviction::evict(cluster, pod, now) {
            Ok(writes) => Outcome::done(format!("pod/{} evicted", key.name), writes),
            Err(refusal) => Outcome::refused(refusal.to_string()),
        };
    }
    let mut moved = (**pod).clone();
    if let PodMove::Label(_) | PodMove::Annotate(..) = what {
        mark(&mut moved, what);
        return Outcome::done(String::new(), vec![Write::Update(Object::Pod(Rc::new(moved)))]);
    }
    set_state(&mut moved, what, now);
    Outcome::done(String::new(), vec![Write::UpdateStatus(Object::Pod(Rc::new(moved)))])
}

fn mark(pod: &mut Pod, what: &PodMove) {
    match what {
        PodMove::Label(labels) => {
            let all = Rc::make_mut(&mut pod.meta.labels);
            for (key, text) in labels {
                match text {
                    Some(text) => all.insert(key.as_str().into(), text.as_str().into()),
                    None => all.remove(key.as_str()),
                };
            }
        }
        PodMove::Annotate(key, text) => {
            Rc::make_mut(&mut pod.meta.annotations).insert(key.as_str().into(), text.as_str().into());
        }
        _ => {}
    }
}

/// The status is written whole: what an earlier eviction noted in it is gone.
fn set_state(pod: &mut Pod, what: &PodMove, now: Time) {
    if !matches!(what, PodMove::Scheduled(_)) {
        pod.status.trouble.change(|trouble| trouble.disruption_target = None);
    }
    pod.status.held = !matches!(what, PodMove::Scheduled(_));
    match what {
        PodMove::Scheduled(node) => bind(pod, Some(node)),
        PodMove::Ready(node) => {
            bind(pod, node.as_ref());
            pod.status.phase = Phase::Running;
            set_containers(pod, ContainerState::Running { started_at: now }, true);
            pod.status.ready_since = pod.status.ready_since.or(Some(now));
        }
        PodMove::NotReady(node) => {
            bind(pod, node.as_ref());
            pod.status.phase = Phase::Running;
            set_containers(pod, ContainerState::Running { started_at: now }, false);
            pod.status.ready_since = None;
        }
        PodMove::CrashLoop(restarts) => {
            pod.status.phase = Phase::Running;
            set_containers(
                pod,
                ContainerState::Waiting {
                    reason: "CrashLoopBackOff",
                },
                false,
            );
            pod.status
                .containers
                .iter_mut()
                .for_each(|status| status.restart_count = i32::try_from(*restarts).unwrap_or(i32::MAX));
            pod.status.ready_since = None;
        }
        PodMove::ImagePullError => {
            pod.status.phase = Phase::Pending;
            set_containers(
                pod,
                ContainerState::Waiting {
                    reason: "ImagePullBackOff",
                },
                false,
            );
            pod.status.ready_since = None;
        }
        PodMove::Fail | PodMove::Succeed => {
            let (phase, reason, exit_code) = match what {
                PodMove::Fail => (Phase::Failed, "Error", 1),
                _ => (Phase::Succeeded, "Completed", 0),
            };
            pod.status.phase = phase;
            let ended = Ended {
                reason,
                exit_code,
                at: now,
            };
            set_containers(pod, ContainerState::Terminated(ended), false);
            pod.status.ready_since = None;
        }
        PodMove::Evict | PodMove::Gone | PodMove::Label(_) | PodMove::Annotate(..) => {}
    }
}

fn bind(pod: &mut Pod, node: Option<&Name>) {
    if pod.node_name.is_none() {
        pod.node_name = node.cloned();
    }
}

/// All app containers get the same state; init containers are done.
fn set_containers(pod: &mut Pod, state: ContainerState, ready: bool) {
    let restarts = pod.max_restarts();
    let status = ContainerStatus {
        ready,
        started: ready,
        restart_count: i32::try_from(restarts).unwrap_or(i32::MAX),
        ..ContainerStatus::in_state(state)
    };
    pod.status.containers = vec![status; pod.template.containers.len()].into();
    let done = Ended::well(Time::ZERO);
    let init = ContainerStatus {
        ready: true,
        ..ContainerStatus::in_state(ContainerState::Terminated(done))
    };
    pod.status.init_containers = vec![init; pod.template.init_containers.len()].into();
}
