//! Replacing Pods that have an old revision, from the highest number down (STS-40 to STS-45).
//! Upstream: the end of `updateStatefulSet`, and `updateStatefulSetAfterInvariantEstablished`.

use super::Pass;
use crate::api::{IntOrPercent, UpdateStrategy};
use crate::reason::StatefulSetReason;

impl Pass<'_> {
    /// Step 14.
    pub(super) fn update(&mut self) {
        match self.set.spec.update_strategy {
            UpdateStrategy::OnDelete => self.explain_on_delete(),
            UpdateStrategy::RollingUpdate(bounds) if self.view.gates.max_unavailable_stateful_set => {
                self.update_some(bounds.and_then(|bounds| bounds.max_unavailable));
            }
            UpdateStrategy::RollingUpdate(_) => self.update_one(),
        }
    }

    /// One at a time, each waiting for the one above it to be available (STS-40).
    fn update_one(&mut self) {
        let boundary = self.set.spec.update_boundary();
        let wanted = self.wanted();
        let subject = boundary.max(wanted.start)..wanted.end;
        let mut next = self.last_to_update(subject.clone());
        while let Some(ordinal) = next {
            let slot = self.slot(ordinal);
            if self.is_behind(&slot) && !slot.pod.is_terminating() {
                self.delete_pod(&slot.pod, StatefulSetReason::Update { ordinal, boundary });
                // The API server refuses a negative count; the retry writes 0.
                self.status.current_replicas = (self.status.current_replicas - 1).max(0);
                return;
            }
            if self.is_unavailable(&slot) {
                let pod = slot.pod.meta.name.clone();
                if self.any_behind(subject) {
                    let terminating = slot.pod.is_terminating();
                    self.decision.block(StatefulSetReason::UpdateWaits { pod, terminating });
                }
                return;
            }
            next = self.last_to_update(subject.start..ordinal);
        }
        self.explain_partition(boundary);
    }

    /// Up to `maxUnavailable` at once, whatever state the victims are in (STS-44).
    fn update_some(&mut self, bound: Option<IntOrPercent>) {
        let replicas = self.set.spec.replicas;
        let limit = bound.map_or(1, |bound| bound.round_down(replicas)).max(1);
        let boundary = self.set.spec.update_boundary();
        let wanted = self.wanted();
        let subject = boundary.max(wanted.start)..wanted.end;
        let unavailable = self.count_unavailable();
        // One at the limit is enough to say why it waits.
        let room = usize::try_from(limit - unavailable).unwrap_or(0);
        let behind = self.last_behind(subject, room.max(1));
        if unavailable >= limit && !behind.is_empty() {
            self.decision.block(StatefulSetReason::UnavailableLimit {
                unavailable,
                max_unavailable: limit,
            });
            return;
        }
        for (slot, already) in behind.into_iter().take(room).zip(0..) {
            let unavailable = unavailable + already;
            let reason = StatefulSetReason::UpdateSome {
                ordinal: slot.ordinal,
                unavailable,
                max_unavailable: limit,
            };
            self.delete_pod(&slot.pod, reason);
            self.status.current_replicas = (self.status.current_replicas - 1).max(0);
        }
        self.explain_partition(boundary);
    }

    fn explain_partition(&mut self, boundary: i64) {
        let wanted = self.wanted();
        let behind = self.count_behind(wanted.start..boundary.min(wanted.end));
        if behind > 0 {
            self.decision.block(StatefulSetReason::Partition { boundary, behind });
        }
    }

    fn explain_on_delete(&mut self) {
        let behind = self.count_behind(self.wanted());
        if behind > 0 {
            self.decision.block(StatefulSetReason::OnDelete { behind });
        }
    }
}
