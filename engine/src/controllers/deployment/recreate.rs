//! Recreate: stop every old Pod, wait until all are gone, start the new version (DEP-40).
//! Upstream: `pkg/controller/deployment/recreate.go`.

use super::Pass;
use crate::reason::DeploymentReason;

impl Pass<'_> {
    /// One pass. Upstream: `rolloutRecreate`.
    pub(super) fn rollout_recreate(&mut self) {
        let exists = self.refresh_new_replica_set();
        let old = self.old_total();
        for index in self.active_old() {
            self.scale_replica_set(index, 0, false, DeploymentReason::StopAll { old });
        }
        if old > 0 {
            return self.sync_rollout_status();
        }
        let running = self.old_pods_running();
        if running > 0 {
            self.decision
                .block(DeploymentReason::WaitsForTermination { pods: running });
            return self.sync_rollout_status();
        }
        if !exists && !self.create_new_replica_set() {
            return;
        }
        self.grow_to_desired();
        if self.is_complete(&self.stored.status) {
            self.cleanup_deployment();
        }
        self.sync_rollout_status();
    }

    fn grow_to_desired(&mut self) {
        let desired = self.bounds.desired;
        if let Some(index) = self.new_index() {
            self.scale_replica_set(index, desired, false, DeploymentReason::GrowAfterRecreate { desired });
            let available = self.sets[index].status.available_replicas;
            if available < desired {
                self.decision
                    .block(DeploymentReason::WaitsForAvailable { desired, available });
            }
        }
    }

    /// Old Pods that are counted or still terminating; finished ones do not block (DEP-41). Upstream: `oldPodsRunning`.
    fn old_pods_running(&self) -> i64 {
        let old = self.old_indices();
        let counted: i64 = old.iter().map(|index| self.sets[*index].status.replicas).sum();
        if counted > 0 {
            return counted;
        }
        let pods = old
            .iter()
            .flat_map(|index| self.view.cluster.pods_of(self.sets[*index].meta.uid));
        i64::try_from(pods.filter(|pod| !pod.is_finished()).count()).unwrap_or(i64::MAX)
    }
}
