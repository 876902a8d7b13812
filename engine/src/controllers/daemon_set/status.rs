//! Counters (DS-50). Upstream: `updateDaemonSetStatus`.

use super::Pass;
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
        status.desired_number_scheduled = self.fleet.wanted();
        for (plain, nodes) in self.fleet.plain() {
            let number = i64::try_from(nodes.len()).unwrap_or(i64::MAX);
            let counted = |it: bool| if it { number } else { 0 };
            status.current_number_scheduled += number;
            status.number_ready += counted(plain.ready);
            status.number_available += counted(plain.ready);
            status.updated_number_scheduled += counted(self.is_hash(plain.revision.as_ref()));
        }
        status.number_available -= i64::try_from(self.young.len()).unwrap_or(i64::MAX);
        for spot in self.fleet.odd().filter_map(|name| self.fleet.spot(name)) {
            let Some(pod) = spot.pods().next().filter(|_| spot.node.is_some()) else {
                continue;
            };
            if !spot.should_run() {
                status.number_misscheduled += 1;
                continue;
            }
            status.current_number_scheduled += 1;
            status.number_ready += i64::from(pod.is_ready());
            status.number_available += i64::from(self.is_available(pod));
            status.updated_number_scheduled += i64::from(self.is_new(pod));
        }
        status.number_unavailable = status.desired_number_scheduled - status.number_available;
        status
    }
}
