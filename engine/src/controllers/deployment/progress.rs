//! The condition Progressing and its deadline. Upstream: `pkg/controller/deployment/progress.go`.

use super::{Pass, util};
use crate::api::{Condition, ConditionStatus, DeploymentStatus};
use crate::reason::DeploymentReason;
use crate::time::Duration;

impl Pass<'_> {
    /// Publishes counters and conditions at the end of a rollout pass (DEP-84). Upstream: `syncRolloutStatus`.
    pub(super) fn sync_rollout_status(&mut self) {
        let mut status = self.calculate_status();
        let mut reason = DeploymentReason::Report;
        if !self.stored.spec.has_progress_deadline() {
            util::remove_condition(&mut status, "Progressing");
        } else if !is_finished_rollout(&status) {
            reason = self.update_progressing(&mut status);
        }
        self.copy_replica_failure(&mut status);
        self.status = status;
        if !self.write_status(reason.into()) {
            self.requeue_stuck_deployment();
        }
    }

    fn update_progressing(&self, status: &mut DeploymentStatus) -> DeploymentReason {
        let now = self.view.now;
        let subject = match self.new_set() {
            Some(set) => format!("ReplicaSet \"{}\"", set.meta.name),
            None => format!("Deployment \"{}\"", self.stored.meta.name),
        };
        let progressing = |status, reason, tail: &str| {
            util::condition("Progressing", status, reason, format!("{subject} {tail}"), now)
        };
        if self.is_complete(status) {
            let tail = "has successfully progressed.";
            util::set_condition(
                status,
                progressing(ConditionStatus::True, "NewReplicaSetAvailable", tail),
            );
            return DeploymentReason::Complete {
                desired: self.bounds.desired,
            };
        }
        if self.has_progressed(status) {
            let mut condition = progressing(ConditionStatus::True, "ReplicaSetUpdated", "is progressing.");
            if let Some(current) = status
                .condition("Progressing")
                .filter(|c| c.status == ConditionStatus::True)
            {
                condition.last_transition_time = current.last_transition_time;
            }
            util::remove_condition(status, "Progressing");
            util::set_condition(status, condition);
        } else if let Some(since) = self.timed_out(status) {
            let tail = "has timed out progressing.";
            util::set_condition(
                status,
                progressing(ConditionStatus::False, "ProgressDeadlineExceeded", tail),
            );
            let deadline = self.stored.spec.progress_deadline_seconds;
            return DeploymentReason::DeadlinePassed { deadline, since };
        }
        DeploymentReason::Report
    }

    /// Upstream: `DeploymentComplete` (DEP-85).
    pub(super) fn is_complete(&self, status: &DeploymentStatus) -> bool {
        let desired = self.bounds.desired;
        status.updated_replicas == desired
            && status.replicas == desired
            && status.available_replicas == desired
            && status.observed_generation >= self.stored.meta.generation
    }

    /// Upstream: `DeploymentProgressing`: more new, fewer old, more ready or more available than stored.
    fn has_progressed(&self, status: &DeploymentStatus) -> bool {
        let stored = &self.stored.status;
        status.updated_replicas > stored.updated_replicas
            || status.replicas - status.updated_replicas < stored.replicas - stored.updated_replicas
            || status.ready_replicas > stored.ready_replicas
            || status.available_replicas > stored.available_replicas
    }

    /// Since when nothing has moved, if that is longer than the deadline (DEP-87). Upstream: `DeploymentTimedOut`.
    fn timed_out(&self, status: &DeploymentStatus) -> Option<crate::time::Time> {
        let condition = status.condition("Progressing")?;
        let since = condition.last_update_time;
        let late = since + Duration::seconds(self.stored.spec.progress_deadline_seconds) < self.view.now;
        match condition.reason {
            "NewReplicaSetAvailable" => None,
            "ProgressDeadlineExceeded" => Some(since),
            _ => late.then_some(since),
        }
    }

    /// Asks to be woken when the deadline will have passed (DEP-88). Upstream: `requeueStuckDeployment`.
    fn requeue_stuck_deployment(&mut self) {
        let Some(condition) = self.status.condition("Progressing") else {
            return;
        };
        let done = self.is_complete(&self.status) || self.timed_out(&self.status).is_some();
        if !self.stored.spec.has_progress_deadline() || done || condition.reason == "NewReplicaSetAvailable" {
            return;
        }
        let deadline = condition.last_update_time + Duration::seconds(self.stored.spec.progress_deadline_seconds);
        let left = deadline.since(self.view.now);
        let wait = if left < Duration::seconds(1) {
            Duration(5)
        } else {
            left + Duration::seconds(1)
        };
        self.decision.wake(self.view.now + wait);
    }

    /// A ReplicaSet that can't create Pods shows on the Deployment (DEP-90). Upstream: `getReplicaFailures`.
    fn copy_replica_failure(&self, status: &mut DeploymentStatus) {
        let new = self.new_set().into_iter();
        let all = new.chain(self.sets.iter());
        let failure: Option<Condition> = all
            .filter_map(|set| set.status.condition("ReplicaFailure"))
            .next()
            .cloned();
        match failure {
            Some(condition) => util::set_condition(status, condition),
            None => util::remove_condition(status, "ReplicaFailure"),
        }
    }
}

/// The last rollout has finished and nothing is rolling: Progressing is left alone.
fn is_finished_rollout(status: &DeploymentStatus) -> bool {
    let reason = status.condition("Progressing").map(|condition| condition.reason);
    status.replicas == status.updated_replicas && reason == Some("NewReplicaSetAvailable")
}
