//! Counters and completion (STS-50 to STS-52). Upstream: `computeReplicaStatus`, `completeRollingUpdate`.

use super::{Pass, Slot, pod_revision};
use crate::api::{StatefulSetStatus, UpdateStrategy};

impl Pass<'_> {
    /// Step 3: counts the Pods as listed.
    pub(super) fn count_listed(&mut self) {
        let slots: Vec<Slot> = self
            .listed
            .iter()
            .map(|pod| Slot {
                ordinal: 0,
                pod: pod.clone(),
                created: true,
            })
            .collect();
        self.status = self.count(&slots);
    }

    /// Step 12: counts the slots. What this pass created is not counted yet, what it deleted still is.
    pub(super) fn count_slots(&mut self) {
        let slots: Vec<Slot> = self.replicas.iter().chain(&self.condemned).cloned().collect();
        self.status = self.count(&slots);
    }

    fn count(&self, slots: &[Slot]) -> StatefulSetStatus {
        let (current, update) = (&self.revisions.current.meta.name, &self.revisions.update.meta.name);
        let number = |test: &dyn Fn(&Slot) -> bool| {
            i64::try_from(slots.iter().filter(|slot| slot.created && test(slot)).count()).unwrap_or(i64::MAX)
        };
        let at = |slot: &Slot, revision: &str| !slot.pod.is_terminating() && pod_revision(&slot.pod) == revision;
        StatefulSetStatus {
            observed_generation: self.set.meta.generation,
            replicas: number(&|_| true),
            ready_replicas: number(&|slot| slot.pod.is_running_and_ready()),
            available_replicas: number(&|slot| slot.pod.is_running_and_ready() && self.is_available(slot)),
            current_replicas: number(&|slot| at(slot, current)),
            updated_replicas: number(&|slot| at(slot, update)),
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
