//! The life of a Pod on its node (spec: POD): bound, images pulled, init containers, started, probed, restarted; its end.
//!
//! [`plan`] says what a Pod does next and when, from its present state and the world around it alone; [`decide`] makes the
//! write when that time has come. A move that is no longer planned by then is dropped. Moments are those that were planned:
//! that a step takes a millisecond does not shift the beat of a probe.
//!
//! | file | what it knows |
//! |---|---|
//! | `binding` | how a Pod comes to its node |
//! | `act` | what each move does to the Pod |
//! | `probes` | the three probes on their beat |
//! | `back_off` | pauses before the next start or pull |
//! | `stop` | hook, SIGTERM, SIGKILL, and in which order |
//! | `phase` | the summary of the containers' states |

mod act;
mod back_off;
mod binding;
mod phase;
mod probes;
mod stop;

pub use act::{Deed, decide};
pub use binding::{bind, bind_only, refuse};
pub(crate) use probes::ready_after;
pub use probes::{Kind as ProbeKind, Standing, standing};

use super::applications::Applications;
use super::services::Services;
use super::{config, storage};
use crate::api::{Container, ContainerState, ContainerStatus, Ended, Pod};
use crate::behavior::Behavior;
use crate::cluster::Cluster;
use crate::step::Actor;
use crate::time::{Duration, Time};
use crate::world::World;

/// How long a failed pull is shown before the wait for the next.
const LOOK_AGAIN: Duration = Duration(1_000);
/// A container that was started again so often may go on like that for ever.
const HOPEFUL_RESTARTS: i32 = 6;

/// What a Pod does next. Containers go by number: init containers first, in the template's order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Move {
    /// The scheduler binds it to a node.
    Schedule,
    /// The kubelet finds it bound and begins.
    Begin,
    /// A container's image turns out not to be there.
    FailPull(usize),
    /// The kubelet waits before the next pull.
    BackOff(usize),
    /// The next pull fails too.
    RetryPull(usize),
    /// A container can't be created: what its environment refers to is missing.
    Misconfigured(usize),
    /// A container runs.
    Start(usize),
    /// A container ends by itself.
    End(usize),
    /// A container that ended has to wait before it is started again.
    CrashLoop(usize),
    /// A container that ended is started again.
    Restart(usize),
    /// A probe has come to a verdict.
    Probe(usize, ProbeKind, bool),
    /// A container that a probe has ended has stopped.
    Killed(usize),
    /// All its containers are ready, and it is told so.
    BecomeReady,
    /// One of its containers has stopped for good; others still run.
    Stopped(usize),
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

    /// The container that it is about.
    fn container(self) -> Option<usize> {
        match self {
            Move::FailPull(index)
            | Move::BackOff(index)
            | Move::RetryPull(index)
            | Move::Misconfigured(index)
            | Move::Start(index)
            | Move::End(index)
            | Move::CrashLoop(index)
            | Move::Restart(index)
            | Move::Probe(index, ..)
            | Move::Killed(index)
            | Move::Stopped(index) => Some(index),
            Move::Schedule | Move::Begin | Move::BecomeReady | Move::Vanish => None,
        }
    }
}

/// A move and when it is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Planned {
    /// What.
    pub next: Move,
    /// When.
    pub due: Time,
    /// Whether it goes on for ever and so must not keep a run from ending.
    pub endless: bool,
}

/// What the kubelet acts upon beside the Pod itself.
#[derive(Clone, Copy, Debug)]
pub struct Surroundings<'a> {
    /// What is stored.
    pub cluster: &'a Cluster,
    /// How applications behave.
    pub world: &'a World,
    /// What annotations say of that.
    pub applications: &'a Applications,
    /// Which Services had endpoints, and when.
    pub services: &'a Services,
    /// The present.
    pub now: Time,
}

impl<'a> Surroundings<'a> {
    /// How the application in a container of this Pod behaves.
    fn behavior_of(&self, pod: &Pod, container: &Container) -> &'a Behavior {
        self.applications.behavior(self.world, pod, container)
    }
}

/// The next move of a Pod in its present state. `None`: it stays so.
pub fn plan(around: &Surroundings<'_>, pod: &Pod) -> Option<Planned> {
    let (next, due) = next_move(around, pod)?;
    // Crash loops of several Pods must not keep one another going.
    let hope = HOPEFUL_RESTARTS + i32::from(!matches!(next, Move::Restart(_)));
    let is_hopeless = |index: usize| index < count(pod) && status(pod, index).restart_count >= hope;
    Some(Planned {
        next,
        due,
        endless: matches!(next, Move::RetryPull(_))
            || (!pod.is_terminating() && next.container().is_some_and(is_hopeless)),
    })
}

fn next_move(around: &Surroundings<'_>, pod: &Pod) -> Option<(Move, Time)> {
    // A kubelet that is cut off reports nothing; what it does shows when it is heard again.
    let node = pod.node_name.as_ref().and_then(|name| around.cluster.node(name));
    if node.is_some_and(|node| node.silent_since.is_some()) {
        return None;
    }
    if pod.is_terminating() {
        return Some(next_stop(around, pod));
    }
    if pod.is_finished() || pod.status.held {
        return None;
    }
    if pod.node_name.is_none() {
        // One that no node took is tried again when something changes.
        if pod.status.trouble.unschedulable.is_some() {
            return None;
        }
        return Some((Move::Schedule, around.now));
    }
    if pod.status.begun.is_none() {
        return storage::has_volumes(around.cluster, pod).then_some((Move::Begin, around.now));
    }
    let all = (0..count(pod)).filter_map(|index| next_of_container(around, pod, index));
    let first = all.min_by_key(|(_, due)| *due);
    let last = || (phase::are_containers_ready(pod) && !pod.is_ready()).then_some((Move::BecomeReady, around.now));
    let sidecars = phase::is_done(pod).then(|| stop_sidecar(around, pod)).flatten();
    first
        .into_iter()
        .chain(sidecars)
        .min_by_key(|(_, due)| *due)
        .or_else(last)
}

/// What a Pod that is to go does next.
fn next_stop(around: &Surroundings<'_>, pod: &Pod) -> (Move, Time) {
    let (told, grace) = stop::told(around, pod);
    let stops = stop::all(around, pod, told, grace);
    let Some((_, last)) = stops.last() else {
        return (Move::Vanish, around.now);
    };
    let end = (Move::Vanish, last.at);
    let earlier = stops.first().filter(|(_, stop)| stop.at < last.at);
    let stopped = earlier.map(|(index, stop)| (Move::Stopped(*index), stop.at));
    let verdicts = (0..count(pod)).filter_map(|index| verdict(around, pod, index, ProbeKind::Readiness));
    verdicts
        .chain(stopped)
        .filter(|(_, due)| *due < last.at)
        .min_by_key(|(_, due)| *due)
        .unwrap_or(end)
}

/// When the app is done its sidecars stop, the last of them first (POD-22).
fn stop_sidecar(around: &Surroundings<'_>, pod: &Pod) -> Option<(Move, Time)> {
    let all = pod.status.init_containers.iter().chain(&pod.status.containers);
    let done = all.filter_map(|status| match status.state {
        ContainerState::Terminated(ended) => Some(ended.at),
        _ => None,
    });
    let told = done.max()?;
    let index = (0..init_count(pod))
        .rev()
        .find(|index| status(pod, *index).is_running())?;
    let grace = Duration::seconds(pod.template.termination_grace_period_seconds);
    Some((
        Move::Stopped(index),
        stop::of(around, pod, index, (told, told), grace).at,
    ))
}

fn next_of_container(around: &Surroundings<'_>, pod: &Pod, index: usize) -> Option<(Move, Time)> {
    let status = status(pod, index);
    match status.state {
        ContainerState::Waiting { reason } => next_of_waiting(around, pod, index, reason),
        ContainerState::Running { started_at } => {
            let exit = around.behavior_of(pod, container(pod, index));
            let ends = ending(pod, index, exit).map(|(after, _)| (Move::End(index), started_at + after));
            let killed = status.memory.kill.map(|kill| (Move::Killed(index), kill.ends));
            let kinds = [ProbeKind::Startup, ProbeKind::Liveness, ProbeKind::Readiness];
            let verdicts = kinds.into_iter().filter_map(|kind| verdict(around, pod, index, kind));
            verdicts.chain(ends).chain(killed).min_by_key(|(_, due)| *due)
        }
        ContainerState::Terminated(ended) => {
            if !phase::restarts(pod, index, ended.exit_code) || phase::is_done(pod) {
                return None;
            }
            let waits = back_off::of_restart(&status.memory, ended.at) > Duration::ZERO;
            let next = if waits {
                Move::CrashLoop(index)
            } else {
                Move::Restart(index)
            };
            Some((next, ended.at))
        }
    }
}

fn next_of_waiting(around: &Surroundings<'_>, pod: &Pod, index: usize, reason: &'static str) -> Option<(Move, Time)> {
    let status = status(pod, index);
    let memory = &status.memory;
    if reason == "CrashLoopBackOff" {
        let ended = memory.last?;
        return Some((Move::Restart(index), ended.at + back_off::of_restart(memory, ended.at)));
    }
    let since = status.since?;
    let behavior = around.behavior_of(pod, container(pod, index));
    Some(match reason {
        "ErrImagePull" => (Move::BackOff(index), since + LOOK_AGAIN),
        "ImagePullBackOff" => {
            let pause = back_off::of_pull(memory.failed_pulls);
            (Move::RetryPull(index), since + pause + behavior.pull)
        }
        "ErrImageNeverPull" => return None,
        "CreateContainerConfigError" if lacks(around, pod, index) => return None,
        "CreateContainerConfigError" => (Move::Start(index), around.now),
        _ if !behavior.pullable && container(pod, index).never_pull => (Move::FailPull(index), since),
        _ if !behavior.pullable => (Move::FailPull(index), since + behavior.pull),
        _ if lacks(around, pod, index) => (Move::Misconfigured(index), since + behavior.pull),
        _ => (Move::Start(index), since + behavior.pull),
    })
}

fn lacks(around: &Surroundings<'_>, pod: &Pod, index: usize) -> bool {
    config::missing_environment(around.cluster, pod, container(pod, index)).is_some()
}

fn verdict(around: &Surroundings<'_>, pod: &Pod, index: usize, kind: ProbeKind) -> Option<(Move, Time)> {
    let verdict = probes::next_verdict(around, pod, index, kind)?;
    Some((Move::Probe(index, kind, verdict.ok), verdict.at))
}

/// After what time a running container ends by itself, and how; init containers do by nature.
fn ending(pod: &Pod, index: usize, behavior: &Behavior) -> Option<(Duration, Ended)> {
    let ended = |reason, exit_code| Ended {
        reason,
        exit_code,
        at: Time::ZERO,
    };
    let again = i64::from(status(pod, index).restart_count);
    let by_nature = index < init_count(pod) && !container(pod, index).sidecar;
    match behavior.exits.filter(|exit| again < exit.times) {
        Some(exit) if exit.oom => Some((exit.after, ended("OOMKilled", exit.code))),
        Some(exit) if exit.code != 0 => Some((exit.after, ended("Error", exit.code))),
        Some(exit) => Some((exit.after, ended("Completed", 0))),
        None if by_nature => Some((behavior.start, ended("Completed", 0))),
        None => None,
    }
}

fn init_count(pod: &Pod) -> usize {
    pod.status.init_containers.len()
}

fn count(pod: &Pod) -> usize {
    init_count(pod) + pod.status.containers.len()
}

fn container(pod: &Pod, index: usize) -> &Container {
    let inits = &pod.template.init_containers;
    inits
        .get(index)
        .unwrap_or_else(|| &pod.template.containers[index - inits.len()])
}

fn status(pod: &Pod, index: usize) -> &ContainerStatus {
    let inits = &pod.status.init_containers;
    inits
        .get(index)
        .unwrap_or_else(|| &pod.status.containers[index - inits.len()])
}

fn status_mut(pod: &mut Pod, index: usize) -> &mut ContainerStatus {
    let inits = pod.status.init_containers.len();
    if index < inits {
        &mut pod.status.init_containers[index]
    } else {
        &mut pod.status.containers[index - inits]
    }
}

/// Whether an init container lets the next one begin: it ended well, or is a sidecar that has started (POD-22).
fn is_passed(pod: &Pod, index: usize) -> bool {
    match status(pod, index).state {
        ContainerState::Terminated(ended) => ended.exit_code == 0 && !container(pod, index).sidecar,
        ContainerState::Running { .. } => status(pod, index).started && container(pod, index).sidecar,
        ContainerState::Waiting { .. } => false,
    }
}

/// The condition Initialized. Once an app container has been started it stays (POD-07).
fn is_initialized(pod: &Pod) -> bool {
    let inits = init_count(pod);
    let has_run = |index: usize| status(pod, index).is_running() || status(pod, index).newest_end().is_some();
    (0..inits).all(|index| is_passed(pod, index)) || (inits..count(pod)).any(has_run)
}
