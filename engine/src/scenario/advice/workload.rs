//! Traps of one workload: numbers that round away, deadlines that can't be met, disks that two Pods want.

use super::{Accepted, Advisor, POD};
use crate::api::{DeploymentStrategy, Object, PodTemplate, UpdateStrategy};
use crate::behavior::{ANNOTATION, Behavior, as_said};
use crate::controllers::deployment::util;
use crate::environment::ready_after;
use crate::time::Duration;
use crate::value::Value;

impl Advisor<'_> {
    fn behavior(&self, template: &PodTemplate, image: &str) -> Behavior {
        let otherwise = self.world.behavior(image).clone();
        match template.annotations.get(ANNOTATION) {
            Some(said) => as_said(said, image, otherwise),
            None => otherwise,
        }
    }

    /// What is asked to stop, and how long that may take.
    pub(super) fn shutdown(&mut self, it: &Accepted<'_>, template: &PodTemplate) {
        let field = format!("{POD}.terminationGracePeriodSeconds");
        let grace = template.termination_grace_period_seconds;
        let stop = template
            .containers
            .iter()
            .map(|container| self.behavior(template, &container.image).stop)
            // How long it takes by itself is nobody's statement.
            .filter(|stop| *stop != Behavior::default().stop)
            .max();
        if let Some(stop) = stop.filter(|stop| *stop > Duration::seconds(grace.max(1))) {
            let rule = (
                "POD-60",
                "The grace period covers the preStop hook and the shutdown together.",
            );
            self.warn(
                it,
                &field,
                rule,
                format!("killed after {grace} s, and needs {stop} to stop"),
            );
        }
        let (waits, limit, rule) = match &it.object {
            Some(Object::Deployment(deployment)) => {
                let waits = deployment.spec.strategy == DeploymentStrategy::Recreate;
                let rule = ("DEP-40", "Recreate waits until every old Pod is really gone.");
                (waits, deployment.spec.progress_deadline_seconds, rule)
            }
            Some(Object::StatefulSet(_)) => (
                true,
                600,
                ("STS-40", "A Pod of a StatefulSet is replaced only when it is gone."),
            ),
            _ => return,
        };
        if waits && grace > limit {
            self.warn(
                it,
                &field,
                rule,
                format!("a Pod may take {grace} s to end, and its successor waits for it"),
            );
        }
    }

    pub(super) fn deployment(&mut self, it: &Accepted<'_>) {
        let Some(Object::Deployment(deployment)) = &it.object else {
            return;
        };
        let spec = &deployment.spec;
        let bounds = util::bounds(spec);
        if let DeploymentStrategy::RollingUpdate {
            max_surge,
            max_unavailable,
        } = spec.strategy
        {
            let field = "spec.strategy.rollingUpdate.maxUnavailable";
            let desired = spec.replicas;
            let rounded = max_unavailable.round_down(desired);
            if desired > 0 && rounded == 0 && max_surge.round_up(desired) == 0 {
                let rule = (
                    "DEP-21",
                    "If rounding leaves both at 0, one Pod may be unavailable, so the rollout can move.",
                );
                let share = max_unavailable.to_value();
                let share = share.as_str().unwrap_or("0");
                self.warn(
                    it,
                    field,
                    rule,
                    format!("{share} of {desired} rounds down to 0 and nothing may surge: 1 is taken"),
                );
            } else if desired > 0 && bounds.unavailable >= desired {
                let rule = ("DEP-22", "At least replicas minus maxUnavailable Pods stay available.");
                self.warn(
                    it,
                    field,
                    rule,
                    format!("all {desired} Pods may be unavailable at once during an update"),
                );
            }
            self.shared_disk(it, max_surge.round_up(desired));
        }
        if spec.paused {
            let rule = ("DEP-60", "A paused Deployment records edits but starts no rollout.");
            self.warn(
                it,
                "spec.paused",
                rule,
                "nothing is rolled out before kubectl rollout resume".to_owned(),
            );
        }
        if spec.revision_history_limit == 0 {
            let rule = (
                "DEP-66",
                "Old, empty ReplicaSets beyond revisionHistoryLimit are deleted.",
            );
            self.warn(
                it,
                "spec.revisionHistoryLimit",
                rule,
                "nothing is kept that kubectl rollout undo could go back to".to_owned(),
            );
        }
        self.deadline(it, &spec.template, spec.progress_deadline_seconds);
    }

    /// Whether a Pod can be ready before the rollout is reported as failed.
    fn deadline(&mut self, it: &Accepted<'_>, template: &PodTemplate, deadline: i64) {
        if deadline == i64::from(i32::MAX) {
            return;
        }
        for (index, container) in template.containers.iter().enumerate() {
            let behavior = self.behavior(template, &container.image);
            let ready = ready_after(template, index, &behavior).filter(|_| behavior.pullable);
            let ready = ready.map(|ready| Duration(ready.0 + behavior.pull.0));
            let says = match ready {
                Some(ready) if ready <= Duration::seconds(deadline) => continue,
                Some(ready) => format!("ready after {ready} at the earliest"),
                None => "never ready".to_owned(),
            };
            let probe = format!("{POD}.containers[{index}].readinessProbe");
            let field = if it.document.node.at(&["spec", "progressDeadlineSeconds"]).is_some() {
                "spec.progressDeadlineSeconds"
            } else {
                &probe
            };
            let rule = (
                "DEP-87",
                "If nothing moves forward for progressDeadlineSeconds, the rollout is reported as failed.",
            );
            self.warn(
                it,
                field,
                rule,
                format!("{} is {says}, and the deadline is {deadline} s", container.name),
            );
        }
    }

    /// A new Pod that wants the disk of an old one, which waits for the new one.
    fn shared_disk(&mut self, it: &Accepted<'_>, surge: i64) {
        let pod = it.value.at(&["spec", "template", "spec"]).unwrap_or(&Value::Null);
        for (index, volume) in pod.list("volumes").iter().enumerate() {
            let Some(claim) = volume
                .at(&["persistentVolumeClaim", "claimName"])
                .and_then(Value::as_str)
            else {
                continue;
            };
            let is_single = |other: &Accepted<'_>| {
                let modes = other
                    .value
                    .get("spec")
                    .map(|spec| spec.list("accessModes"))
                    .unwrap_or_default();
                other.document.kind == "PersistentVolumeClaim"
                    && other.document.name == claim
                    && other.is_near(it)
                    && modes
                        .iter()
                        .all(|mode| mode.as_str().is_some_and(|mode| mode.starts_with("ReadWriteOnce")))
            };
            if surge > 0 && self.objects.iter().any(is_single) {
                let rule = (
                    "PVC-31",
                    "The new Pod waits for the disk, the old Pod waits for the new one to be Ready.",
                );
                let message = format!("{claim} can be used on one node only: a rolling update may hang");
                self.warn(
                    it,
                    &format!("{POD}.volumes[{index}].persistentVolumeClaim.claimName"),
                    rule,
                    message,
                );
            }
        }
    }

    pub(super) fn stateful_set(&mut self, it: &Accepted<'_>) {
        let Some(Object::StatefulSet(set)) = &it.object else {
            return;
        };
        let spec = &set.spec;
        if let UpdateStrategy::RollingUpdate(Some(update)) = &spec.update_strategy {
            let partition = update.partition;
            if partition > 0 && partition >= spec.replicas && spec.replicas > 0 {
                let rule = ("STS-41", "Pods numbered below the partition keep the old version.");
                let message = format!(
                    "all {} Pods are below {partition}: an update touches none of them",
                    spec.replicas
                );
                self.warn(it, "spec.updateStrategy.rollingUpdate.partition", rule, message);
            }
            if update.max_unavailable.is_some() && !self.gates.max_unavailable_stateful_set {
                let rule = (
                    "STS-43",
                    "Here maxUnavailable needs the gate MaxUnavailableStatefulSet, which is off.",
                );
                self.warn(
                    it,
                    "spec.updateStrategy.rollingUpdate.maxUnavailable",
                    rule,
                    "ignored: one Pod at a time is replaced".to_owned(),
                );
            }
        }
        let services = || {
            self.objects.iter().filter_map(|other| match &other.object {
                Some(Object::Service(service)) if other.is_near(it) => Some(service),
                _ => None,
            })
        };
        if spec.service_name.is_empty() || services().next().is_none() {
            return;
        }
        let named = services().find(|service| service.meta.name == spec.service_name);
        if !named.is_some_and(|service| service.is_headless()) {
            let what = if named.is_some() {
                "is not headless (clusterIP: None)"
            } else {
                "is not in this text"
            };
            let rule = (
                "STS-03",
                "Pods have names of their own if the headless Service exists; nobody checks that.",
            );
            self.warn(
                it,
                "spec.serviceName",
                rule,
                format!("the Service {} {what}: its Pods get no names", spec.service_name),
            );
        }
    }
}
