//! Counters and completion (STS-50 to STS-52). Upstream: `computeReplicaStatus`, `completeRollingUpdate`.

use super::{Pass, labelled_revision};
use crate::api::{Labels, StatefulSetStatus, UpdateStrategy};
use crate::index::{Crew, State};

impl Pass<'_> {
    /// Steps 3 and 12: counts the Pods.
    pub(super) fn count(&self, pods: &Crew) -> StatefulSetStatus {
        let (current, update) = (&self.revisions.current.meta.name, &self.revisions.update.meta.name);
        let all = |_: &Labels| true;
        let at = |revision: &str| {
            pods.count(
                |labels| labelled_revision(labels) == revision,
                |state| !state.terminating,
            )
        };
        let ready_replicas = pods.count(all, State::is_running_and_ready);
        let young = pods.young(self.set.spec.min_ready_seconds, self.view.now);
        let unavailable = young.filter(|(_, pod)| pod.is_running_and_ready()).count();
        StatefulSetStatus {
            observed_generation: self.set.meta.generation,
            replicas: pods.count(all, |_| true),
            ready_replicas,
            available_replicas: ready_replicas - i64::try_from(unavailable).unwrap_or(i64::MAX),
            current_replicas: at(current),
            updated_replicas: at(update),
            current_revision: current.clone(),
            update_revision: update.clone(),
            collision_count: Some(self.set.status.collision_count.unwrap_or(0)),
        }
    }

    /// Once every Pod exists, is ready and has the update revision, that becomes the current one (STS-52).
    pub(super) fn complete_rolling_update(&mut self) -> bool {
        let replicas = self.set.spec.replicas;
        let status = &mut self.status;
        let complete = matches!(self.set.spec.update_strategy, UpdateStrategy::RollingUpdate(_))
            && status.updated_replicas == replicas
            && status.ready_replicas == replicas
            && status.replicas == replicas;
        let news = complete && status.current_revision != status.update_revision;
        if complete {
            status.current_replicas = status.updated_replicas;
            status.current_revision = status.update_revision.clone();
        }
        news
    }
}

/// Whether the status has to be written (STS-51). Upstream: `inconsistentStatus`.
pub(super) fn is_inconsistent(stored: &StatefulSetStatus, new: &StatefulSetStatus) -> bool {
    new.observed_generation > stored.observed_generation || {
        let same = StatefulSetStatus {
            observed_generation: stored.observed_generation,
            collision_count: stored.collision_count,
            ..new.clone()
        };
        same != *stored
    }
}
