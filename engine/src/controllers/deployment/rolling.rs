//! RollingUpdate: grow the new ReplicaSet; only if that could not grow, shrink the old ones (DEP-30).
//! Upstream: `pkg/controller/deployment/rolling.go`.

use super::{Pass, util};
use crate::reason::DeploymentReason;

impl Pass<'_> {
    /// One pass of a rolling update. Upstream: `rolloutRolling`.
    pub(super) fn rollout_rolling(&mut self) {
        if !self.refresh_new_replica_set() && !self.create_new_replica_set() {
            return;
        }
        if self.reconcile_new_replica_set() || self.reconcile_old_replica_sets() {
            return self.sync_rollout_status();
        }
        self.explain_standstill();
        if self.is_complete(&self.stored.status) {
            self.cleanup_deployment();
        }
        self.sync_rollout_status();
    }

    /// Grows the new ReplicaSet as far as the ceiling allows (DEP-31). Upstream: `reconcileNewReplicaSet`.
    fn reconcile_new_replica_set(&mut self) -> bool {
        let Some(index) = self.new_index() else { return false };
        let (bounds, new, old) = (self.bounds, self.new_size(), self.old_total());
        if new == bounds.desired {
            return false;
        }
        if new > bounds.desired {
            let reason = DeploymentReason::ShrinkNew {
                desired: bounds.desired,
                new,
            };
            return self.scale_replica_set(index, bounds.desired, false, reason);
        }
        let size = util::new_rs_new_replicas(bounds, self.total(), new);
        let reason = DeploymentReason::GrowNew {
            bounds: bounds.into(),
            old,
            new,
            by: size - new,
        };
        self.scale_replica_set(index, size, false, reason)
    }

    /// Removes old Pods as far as the floor allows (DEP-32). Upstream: `reconcileOldReplicaSets`.
    fn reconcile_old_replica_sets(&mut self) -> bool {
        let budget = self.max_scaled_down();
        if self.old_total() == 0 || budget <= 0 {
            return false;
        }
        let Some(unhealthy) = self.cleanup_unhealthy_replicas(budget) else {
            return false;
        };
        unhealthy + self.scale_down_old_replica_sets() > 0
    }

    /// `total − floor − new not available`: as many old Pods may go without breaking the promise.
    fn max_scaled_down(&self) -> i64 {
        self.total() - self.bounds.floor() - (self.new_size() - self.new_available())
    }

    fn new_available(&self) -> i64 {
        self.new_set().map_or(0, |set| set.status.available_replicas)
    }

    /// Broken old Pods first: that costs no availability (DEP-33). `None` if a status lags behind so far that the
    /// arithmetic fails; then nothing more is done in this pass. Upstream: `cleanupUnhealthyReplicas`.
    fn cleanup_unhealthy_replicas(&mut self, budget: i64) -> Option<i64> {
        let (total, new) = (self.total(), self.new_size());
        let waiting = new - self.new_available();
        let mut removed = 0;
        for index in self.active_old() {
            if removed >= budget {
                break;
            }
            let set = &self.sets[index];
            let unhealthy = set.spec.replicas - set.status.available_replicas;
            if unhealthy == 0 {
                continue;
            }
            let by = unhealthy.min(budget - removed);
            if by < 0 {
                return None;
            }
            let size = set.spec.replicas - by;
            let bounds = self.bounds;
            let reason = DeploymentReason::RemoveUnhealthy {
                bounds: bounds.into(),
                total,
                waiting,
                budget,
                unhealthy,
                by,
            };
            self.scale_replica_set(index, size, false, reason);
            removed += by;
        }
        Some(removed)
    }

    /// Then as many as are available above the floor, oldest ReplicaSet first (DEP-34).
    /// Upstream: `scaleDownOldReplicaSetsForRollingUpdate`.
    fn scale_down_old_replica_sets(&mut self) -> i64 {
        let available = self.total_available();
        let budget = available - self.bounds.floor();
        let mut removed = 0;
        for index in self.active_old() {
            let by = self.sets[index].spec.replicas.min(budget - removed);
            if by <= 0 {
                break;
            }
            let size = self.sets[index].spec.replicas - by;
            let reason = DeploymentReason::RemoveAvailable {
                bounds: self.bounds.into(),
                available,
                by,
            };
            self.scale_replica_set(index, size, false, reason);
            removed += by;
        }
        removed
    }

    /// Says why neither side moved.
    fn explain_standstill(&mut self) {
        let (bounds, total) = (self.bounds, self.total());
        let (old, new, available) = (self.old_total(), self.new_size(), self.new_available());
        if new < bounds.desired {
            self.decision.block(DeploymentReason::NoRoom {
                bounds: bounds.into(),
                old,
                new,
            });
        }
        if old > 0 && self.max_scaled_down() <= 0 {
            self.decision.block(DeploymentReason::FloorReached {
                bounds: bounds.into(),
                total,
                new,
                available,
            });
        } else if old > 0 {
            self.decision.block(DeploymentReason::AvailableAtFloor {
                bounds: bounds.into(),
                available: self.total_available(),
            });
        } else if new == bounds.desired && available < bounds.desired {
            self.decision.block(DeploymentReason::WaitsForAvailable {
                desired: bounds.desired,
                available,
            });
        }
    }
}
