//! Counters and completion (STS-50 to STS-52). Upstream: `computeReplicaStatus`, `completeRollingUpdate`.

use super::{Pass, labelled_revision};
use crate::api::{Labels, Seen, StatefulSetStatus, UpdateStrategy};
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
        let seen = Seen {
            observed_generation: self.set.meta.generation,
            current_revision: current.clone(),
            update_revision: update.clone(),
            collision_count: Some(self.set.status.seen.collision_count.unwrap_or(0)),
        };
        let known = &self.set.status.seen;
        StatefulSetStatus {
            replicas: pods.count(all, |_| true),
            ready_replicas,
            available_replicas: ready_replicas - i64::try_from(unavailable).unwrap_or(i64::MAX),
            current_replicas: at(current),
            updated_replicas: at(update),
            seen: if **known == seen { known.clone() } else { seen.into() },
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
        let news = complete && status.seen.current_revision != status.seen.update_revision;
        if complete {
            status.current_replicas = status.updated_replicas;
        }
        if news {
            status.seen.current_revision = status.seen.update_revision.clone();
        }
        news
    }
}

/// Whether the status has to be written (STS-51). Upstream: `inconsistentStatus`.
pub(super) fn is_inconsistent(stored: &StatefulSetStatus, new: &StatefulSetStatus) -> bool {
    let (was, is) = (&stored.seen, &new.seen);
    let revisions_differ = was.current_revision != is.current_revision || was.update_revision != is.update_revision;
    let same_counts = StatefulSetStatus {
        seen: was.clone(),
        ..new.clone()
    };
    is.observed_generation > was.observed_generation || revisions_differ || same_counts != *stored
}
