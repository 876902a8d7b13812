//! The summary of a Pod's containers: its phase, and whether it is ready (spec: POD-01, POD-08, POD-23).
//! Upstream: `pkg/kubelet/kubelet_pods.go › getPhase`.

use super::{container, count, init_count, is_initialized, status};
use crate::api::{ContainerState, Phase, Pod, RestartPolicy};

/// Whether a container that ended with this code is started again.
pub(super) fn restarts(pod: &Pod, index: usize, exit_code: i64) -> bool {
    let is_init = index < init_count(pod);
    match pod.template.restart_policy {
        _ if pod.is_terminating() => false,
        _ if container(pod, index).sidecar => true,
        RestartPolicy::Always => !is_init || exit_code != 0,
        RestartPolicy::OnFailure => exit_code != 0,
        RestartPolicy::Never => false,
    }
}

/// Whether all app containers have ended for good.
pub(super) fn is_done(pod: &Pod) -> bool {
    is_initialized(pod)
        && (init_count(pod)..count(pod)).all(|index| match status(pod, index).state {
            ContainerState::Terminated(ended) => !restarts(pod, index, ended.exit_code),
            _ => false,
        })
}

/// The phase that the containers' states amount to.
pub(super) fn phase(pod: &Pod) -> Phase {
    let (inits, all) = (init_count(pod), count(pod));
    let ended = |index: usize| match status(pod, index).state {
        ContainerState::Terminated(ended) => Some(ended.exit_code),
        _ => None,
    };
    let is_sidecar = |index: usize| container(pod, index).sidecar;
    let failed_for_good =
        |index: usize| ended(index).is_some_and(|code| code != 0 && !restarts(pod, index, code)) && !is_sidecar(index);
    if (0..inits).any(failed_for_good) {
        return Phase::Failed;
    }
    let has_run = |index: usize| {
        let status = status(pod, index);
        status.is_running() || status.newest_end().is_some()
    };
    if !is_initialized(pod) && !(inits..all).any(has_run) {
        return Phase::Pending;
    }
    let apps_and_sidecars = || (0..all).filter(|index| *index >= inits || is_sidecar(*index));
    if apps_and_sidecars().any(|index| !has_run(index)) {
        return Phase::Pending;
    }
    if is_done(pod) && !apps_and_sidecars().any(|index| status(pod, index).is_running()) {
        let good = (inits..all).all(|index| ended(index) == Some(0));
        return if good { Phase::Succeeded } else { Phase::Failed };
    }
    Phase::Running
}

/// The condition ContainersReady: every app container and sidecar is.
pub(super) fn are_containers_ready(pod: &Pod) -> bool {
    let inits = init_count(pod);
    is_initialized(pod)
        && (0..count(pod))
            .filter(|index| *index >= inits || container(pod, *index).sidecar)
            .all(|index| status(pod, index).ready)
}
