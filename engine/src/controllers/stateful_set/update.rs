//! Replacing Pods that have an old revision, from the highest number down (STS-40 to STS-45).
//! Upstream: the end of `updateStatefulSet`, and `updateStatefulSetAfterInvariantEstablished`.

use super::{Pass, pod_revision};
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
        for slot in self
            .replicas
            .clone()
            .iter()
            .rev()
            .take_while(|slot| slot.ordinal >= boundary)
        {
            if self.is_behind(slot) && !slot.pod.is_terminating() {
                self.delete_pod(
                    &slot.pod,
                    StatefulSetReason::Update {
                        ordinal: slot.ordinal,
                        boundary,
                    },
                );
                // The API server refuses a negative count; the retry writes 0.
                self.status.current_replicas = (self.status.current_replicas - 1).max(0);
                return;
            }
            if self.is_unavailable(slot) {
                let pod = slot.pod.meta.name.clone();
                if self
                    .replicas
                    .iter()
                    .any(|slot| slot.ordinal >= boundary && self.is_behind(slot))
                {
                    let terminating = slot.pod.is_terminating();
                    self.decision.block(StatefulSetReason::UpdateWaits { pod, terminating });
                }
                return;
            }
        }
        self.explain_partition(boundary);
    }

    /// Up to `maxUnavailable` at once, whatever state the victims are in (STS-44).
    fn update_some(&mut self, bound: Option<IntOrPercent>) {
        let replicas = self.set.spec.replicas;
        let limit = bound.map_or(1, |bound| bound.round_down(replicas)).max(1);
        let boundary = self.set.spec.update_boundary();
        let unavailable = count(self.replicas.iter().filter(|slot| self.is_unavailable(slot)).count());
        let behind: Vec<_> = self
            .replicas
            .iter()
            .rev()
            .filter(|slot| slot.ordinal >= boundary)
            .cloned()
            .collect();
        let behind: Vec<_> = behind
            .into_iter()
            .filter(|slot| self.is_behind(slot) && !slot.pod.is_terminating())
            .collect();
        if unavailable >= limit && !behind.is_empty() {
            self.decision.block(StatefulSetReason::UnavailableLimit {
                unavailable,
                max_unavailable: limit,
            });
            return;
        }
        let room = usize::try_from(limit - unavailable).unwrap_or(0);
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

    fn is_behind(&self, slot: &super::Slot) -> bool {
        pod_revision(&slot.pod) != &*self.revisions.update.meta.name
    }

    fn explain_partition(&mut self, boundary: i64) {
        let behind = count(
            self.replicas
                .iter()
                .filter(|slot| slot.ordinal < boundary && self.is_behind(slot))
                .count(),
        );
        if behind > 0 {
            self.decision.block(StatefulSetReason::Partition { boundary, behind });
        }
    }

    fn explain_on_delete(&mut self) {
        let behind = count(self.replicas.iter().filter(|slot| self.is_behind(slot)).count());
        if behind > 0 {
            self.decision.block(StatefulSetReason::OnDelete { behind });
        }
    }
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
