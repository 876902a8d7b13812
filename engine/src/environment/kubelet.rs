//! The life of a Pod on its node (spec: POD): bound, images pulled, init containers, started, ready; and its end.
//!
//! [`plan`] says what a Pod does next and when, from its present state alone; [`decide`] makes the write when that time
//! has come. A move whose Pod has meanwhile changed course is no longer planned, and so is dropped.

use super::probes;
use crate::api::{ContainerState, ContainerStatus, Name, Object, Phase, Pod};
use crate::cluster::{Cluster, DeleteOptions, Write};
use crate::event::Note;
use crate::reason::EnvironmentReason;
use crate::step::Actor;
use crate::time::{Duration, Time};
use crate::world::{Behavior, World};
use std::rc::Rc;

/// What a Pod does next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Move {
    /// The scheduler binds it to a node.
    Schedule,
    /// Its image turns out not to be there.
    FailPull,
    /// The kubelet waits before the next pull.
    BackOff,
    /// The next pull fails too.
    RetryPull,
    /// Init container number so-and-so ends well.
    EndInit(usize),
    /// Its app containers run.
    Start,
    /// It becomes Ready.
    BecomeReady,
    /// Its containers have stopped: it is gone.
    Vanish,
}

impl Move {
    /// Who makes the move.
    pub fn actor(self) -> Actor {
        if self == Move::Schedule {
            Actor::Scheduler
        } else {
            Actor::Kubelet
        }
    }

    /// Whether it goes on for ever and so must not keep a run from ending.
    pub fn is_endless(self) -> bool {
        self == Move::RetryPull
    }
}

/// The next move of a Pod that has just got into its present state at `now`, and when it is due. `None`: it stays so.
pub fn plan(cluster: &Cluster, world: &World, pod: &Pod, now: Time) -> Option<(Move, Time)> {
    if pod.is_terminating() {
        let grace = pod.meta.deletion_timestamp.map_or(Duration::ZERO, |end| end.since(now));
        return Some((Move::Vanish, now + stop_time(world, pod).min(grace)));
    }
    if pod.is_finished() || pod.status.held {
        return None;
    }
    if pod.node_name.is_none() {
        return claims_are_bound(cluster, pod).then_some((Move::Schedule, now));
    }
    match pod.status.phase {
        Phase::Pending => plan_start(world, pod, now),
        Phase::Running if !pod.is_ready() => ready_after(world, pod).map(|wait| (Move::BecomeReady, now + wait)),
        _ => None,
    }
}

fn plan_start(world: &World, pod: &Pod, now: Time) -> Option<(Move, Time)> {
    let init = pod.status.init_containers.iter().position(|status| !is_done(status));
    let (image, next) = match init {
        Some(index) => (&pod.template.init_containers[index].image, Move::EndInit(index)),
        None => (
            &unpullable(world, pod).or(pod.template.containers.first())?.image,
            Move::Start,
        ),
    };
    let behavior = world.behavior(image);
    let waits = pod.waiting_reason();
    if !behavior.pullable {
        return Some(match waits {
            Some("ErrImagePull") => (Move::BackOff, now + Duration::seconds(1)),
            Some("ImagePullBackOff") => (Move::RetryPull, now + pull_back_off(pod)),
            _ => (Move::FailPull, now + behavior.pull),
        });
    }
    let wait = if init.is_some() {
        behavior.pull + behavior.start
    } else {
        pull_time(world, pod)
    };
    Some((next, now + wait))
}

/// The pause after the last failed pull: 10 s, doubled each time up to 300 s (POD-56).
fn pull_back_off(pod: &Pod) -> Duration {
    let doubled = pod.status.failed_pulls.saturating_sub(1).min(5);
    Duration::seconds((10 << doubled).min(300))
}

fn is_done(status: &ContainerStatus) -> bool {
    matches!(
        status.state,
        ContainerState::Terminated { exit_code: 0, .. } | ContainerState::Running { .. }
    )
}

fn unpullable<'a>(world: &World, pod: &'a Pod) -> Option<&'a crate::api::Container> {
    pod.template
        .containers
        .iter()
        .find(|container| !world.behavior(&container.image).pullable)
}

/// Images are pulled one after the other.
fn pull_time(world: &World, pod: &Pod) -> Duration {
    let pulls = pod
        .template
        .containers
        .iter()
        .map(|container| world.behavior(&container.image).pull);
    pulls.fold(Duration::ZERO, |sum, pull| sum + pull)
}

/// The slowest container decides.
fn ready_after(world: &World, pod: &Pod) -> Option<Duration> {
    let waits = pod
        .template
        .containers
        .iter()
        .map(|container| probes::ready_after(container, world.behavior(&container.image)));
    waits
        .collect::<Option<Vec<_>>>()
        .map(|waits| waits.into_iter().max().unwrap_or(Duration::ZERO))
}

/// The slowest container decides; one that never ran needs no time.
fn stop_time(world: &World, pod: &Pod) -> Duration {
    let runs = pod
        .status
        .containers
        .iter()
        .any(|status| matches!(status.state, ContainerState::Running { .. }));
    let stops = pod
        .template
        .containers
        .iter()
        .map(|container| world.behavior(&container.image).stop);
    stops.max().filter(|_| runs).unwrap_or(Duration::ZERO)
}

fn claims_are_bound(cluster: &Cluster, pod: &Pod) -> bool {
    pod.claims.iter().all(|name| {
        cluster
            .claim(&pod.meta.namespace, name)
            .is_some_and(|claim| claim.bound)
    })
}

/// The write of a move that is due now, its reason, and the Events that go with it; `node` is where it is bound to.
pub fn decide(
    world: &World,
    node: Name,
    pod: &Rc<Pod>,
    next: Move,
    now: Time,
) -> (Write, EnvironmentReason, Vec<Note>) {
    if next == Move::Vanish {
        return vanish(world, pod);
    }
    let mut moved = (**pod).clone();
    let image = unpullable(world, pod)
        .or(pod.template.containers.first())
        .map(|container| container.image.clone());
    let image = image.unwrap_or_default();
    let (reason, notes) = match next {
        Move::Schedule => {
            schedule(&mut moved, &node);
            (
                EnvironmentReason::Scheduled,
                vec![Note::Scheduled(pod.meta.name.clone(), node), Note::Pulling(image)],
            )
        }
        Move::FailPull | Move::RetryPull => {
            set_waiting(&mut moved, world, "ErrImagePull");
            moved.status.failed_pulls += 1;
            (
                EnvironmentReason::PullFailed {
                    retry_in: pull_back_off(&moved),
                },
                vec![Note::PullFailed(image)],
            )
        }
        Move::BackOff => {
            set_waiting(&mut moved, world, "ImagePullBackOff");
            (
                EnvironmentReason::BackOff {
                    retry_in: pull_back_off(pod),
                },
                vec![Note::PullBackOff(image)],
            )
        }
        Move::EndInit(index) => {
            let container = &pod.template.init_containers[index];
            end_init(&mut moved, index, now);
            let Behavior { pull, start, .. } = world.behavior(&container.image);
            let (name, took): (Name, Duration) = (container.name.clone(), pull + start);
            (EnvironmentReason::InitRunning { name, took }, vec![Note::Started])
        }
        Move::Start => {
            start(&mut moved, world, now);
            let notes = vec![Note::Pulled(image), Note::Started];
            (started_reason(world, &moved), notes)
        }
        Move::BecomeReady | Move::Vanish => {
            let took = ready_after(world, pod).unwrap_or_default();
            become_ready(&mut moved, now);
            (EnvironmentReason::Ready { took, probed: true }, Vec::new())
        }
    };
    (Write::UpdateStatus(Object::Pod(Rc::new(moved))), reason, notes)
}

/// Started means ready, unless a probe has a say.
fn started_reason(world: &World, pod: &Pod) -> EnvironmentReason {
    let took = pull_time(world, pod);
    if pod.is_ready() {
        EnvironmentReason::Ready { took, probed: false }
    } else {
        EnvironmentReason::Started { took }
    }
}

fn vanish(world: &World, pod: &Rc<Pod>) -> (Write, EnvironmentReason, Vec<Note>) {
    let wanted = stop_time(world, pod);
    let grace = Duration::seconds(pod.meta.deletion_grace_period_seconds.unwrap_or(0));
    let reason = EnvironmentReason::Stopped {
        took: wanted.min(grace),
        killed: wanted > grace,
    };
    let options = DeleteOptions {
        grace_period_seconds: Some(0),
        ..DeleteOptions::default()
    };
    (
        Write::Delete(Object::Pod(pod.clone()).key(), options),
        reason,
        Vec::new(),
    )
}

/// Binds the Pod; the kubelet sees it and begins.
fn schedule(pod: &mut Pod, node: &Name) {
    pod.node_name = Some(node.clone());
    let has_init = !pod.template.init_containers.is_empty();
    let reason = if has_init {
        "PodInitializing"
    } else {
        "ContainerCreating"
    };
    pod.status.init_containers = vec![ContainerStatus::waiting("PodInitializing"); pod.template.init_containers.len()];
    pod.status.containers = vec![ContainerStatus::waiting(reason); pod.template.containers.len()];
}

/// Marks the container whose image is missing.
fn set_waiting(pod: &mut Pod, world: &World, reason: &'static str) {
    let missing = |container: &crate::api::Container| !world.behavior(&container.image).pullable;
    let template = pod.template.clone();
    let init = template.init_containers.iter().zip(&mut pod.status.init_containers);
    let app = template.containers.iter().zip(&mut pod.status.containers);
    if let Some((_, status)) = init
        .chain(app)
        .find(|(container, status)| missing(container) && !is_done(status))
    {
        *status = ContainerStatus::waiting(reason);
    }
}

fn end_init(pod: &mut Pod, index: usize, now: Time) {
    let sidecar = pod.template.init_containers[index].sidecar;
    let state = match sidecar {
        true => ContainerState::Running { started_at: now },
        false => ContainerState::Terminated {
            reason: "Completed",
            exit_code: 0,
        },
    };
    pod.status.init_containers[index] = ContainerStatus {
        state,
        ready: true,
        restart_count: 0,
    };
}

/// All app containers run; those without probes are ready at once (POD-11).
fn start(pod: &mut Pod, world: &World, now: Time) {
    pod.status.phase = Phase::Running;
    for (status, container) in pod.status.containers.iter_mut().zip(&pod.template.containers) {
        let ready = probes::ready_after(container, world.behavior(&container.image)) == Some(Duration::ZERO);
        status.state = ContainerState::Running { started_at: now };
        status.ready = ready;
    }
    if pod.status.containers.iter().all(|status| status.ready) {
        pod.status.ready_since = Some(now);
    }
}

fn become_ready(pod: &mut Pod, now: Time) {
    pod.status.containers.iter_mut().for_each(|status| status.ready = true);
    pod.status.ready_since = Some(now);
}
