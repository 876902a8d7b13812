//! How containers stop (spec: POD-60 to POD-65): the hook, SIGTERM, and SIGKILL when the grace is over; sidecars last.
//! Upstream: `kuberuntime_container.go › killContainer`, `kuberuntime_termination_order.go`.

use super::{Surroundings, container, count, init_count, status};
use crate::api::{ContainerState, Pod};
use crate::time::{Duration, Time};

/// However little grace is left, a process gets this long after SIGTERM.
const LEAST: Duration = Duration(2_000);

/// When a container has stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stop {
    /// When.
    pub(super) at: Time,
    /// What the hook took of the grace.
    pub(super) hook: Duration,
    /// Whether it takes SIGKILL.
    pub(super) forced: bool,
}

/// When the kubelet learnt that a Pod is to go, and the grace that it has: the whole of it, however late that was
/// (POD-92).
pub(super) fn told(around: &Surroundings<'_>, pod: &Pod) -> (Time, Duration) {
    let grace = Duration::seconds(pod.meta.deletion_grace_period_seconds.unwrap_or(0));
    let asked = pod.meta.deletion_timestamp.unwrap_or_default() - grace;
    let node = pod.node_name.as_ref().and_then(|name| around.cluster.node(name));
    (asked.max(node.map_or(Time::ZERO, |node| node.heard_at)), grace)
}

/// A container that is told to stop at `told`, and gets SIGTERM no earlier than `turn`.
pub(super) fn of(
    around: &Surroundings<'_>,
    pod: &Pod,
    index: usize,
    (told, turn): (Time, Time),
    grace: Duration,
) -> Stop {
    let container = container(pod, index);
    let behavior = around.behavior_of(pod, container);
    let hook = container.pre_stop.min(grace);
    let term = (told + hook).max(turn);
    let left = Duration(
        (told + grace)
            .since(term)
            .0
            .max(if grace == Duration::ZERO && hook == Duration::ZERO {
                0
            } else {
                LEAST.0
            }),
    );
    let forced = !behavior.heeds_sigterm || behavior.stop > left;
    let takes = if forced { left } else { behavior.stop };
    let mut at = term + takes;
    if let (ContainerState::Running { started_at }, Some(exit)) = (status(pod, index).state, behavior.exits)
        && i64::from(status(pod, index).restart_count) < exit.times
    {
        at = at.min((started_at + exit.after).max(told));
    }
    // A probe may have ended it already.
    if let Some(kill) = status(pod, index).memory.kill {
        at = at.min(kill.ends.max(told));
    }
    Stop { at, hook, forced }
}

/// When the containers of a Pod that goes stop, in this order: the app's all at once, then sidecars, last to first.
pub(super) fn all(around: &Surroundings<'_>, pod: &Pod, told: Time, grace: Duration) -> Vec<(usize, Stop)> {
    let inits = init_count(pod);
    let mut stops = Vec::new();
    let mut turn = told;
    let runs = |index: &usize| status(pod, *index).is_running();
    for index in (inits..count(pod)).filter(runs) {
        stops.push((index, of(around, pod, index, (told, told), grace)));
    }
    for status in pod.status.init_containers.iter().chain(&pod.status.containers) {
        if let ContainerState::Terminated(ended) = status.state {
            turn = turn.max(ended.at);
        }
    }
    turn = stops.iter().map(|(_, stop)| stop.at).fold(turn, Time::max);
    for index in (0..inits).rev().filter(runs) {
        let stop = of(around, pod, index, (told, turn), grace);
        turn = turn.max(stop.at);
        stops.push((index, stop));
    }
    crate::order::sort_by_key(&mut stops, |(_, stop)| stop.at);
    stops
}
