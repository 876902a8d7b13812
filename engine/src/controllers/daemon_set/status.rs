//! Counters (DS-50). Upstream: `updateDaemonSetStatus`.

use super::{Pass, placement};
use crate::api::{DaemonSetStatus, Object};
use crate::cluster::Write;
use crate::reason::DaemonSetReason;
use crate::time::Duration;
use std::rc::Rc;

impl Pass<'_> {
    /// Writes the status if it differs, and asks to look again if a ready Pod is not available yet.
    pub(super) fn report(&mut self) {
        let status = self.calculate_status();
        if self.set.spec.min_ready_seconds > 0 && status.number_ready != status.number_available {
            let wait = Duration::seconds(self.set.spec.min_ready_seconds);
            self.decision.wake(self.view.now + wait);
        }
        if status != self.set.status {
            let mut reported = (**self.set).clone();
            reported.status = status;
            let write = Write::UpdateStatus(Object::DaemonSet(Rc::new(reported)));
            self.decision.write(write, DaemonSetReason::Report);
        }
    }

    fn calculate_status(&self) -> DaemonSetStatus {
        let mut status = DaemonSetStatus {
            observed_generation: self.set.meta.generation,
            failures: self.status.failures.clone(),
            ..DaemonSetStatus::default()
        };
        for node in &self.nodes {
            let pod = self.by_node.get(&node.meta.name).and_then(|pods| pods.first());
            if !placement::node_should_run(node, self.set).0 {
                status.number_misscheduled += i64::from(pod.is_some());
                continue;
            }
            status.desired_number_scheduled += 1;
            let Some(pod) = pod else { continue };
            status.current_number_scheduled += 1;
            status.number_ready += i64::from(pod.is_ready());
            status.number_available += i64::from(self.is_available(pod));
            status.updated_number_scheduled += i64::from(self.is_new(pod));
        }
        status.number_unavailable = status.desired_number_scheduled - status.number_available;
        status
    }
}
