//! The conditions of a Pod, as its status shows them (spec: POD-05 to POD-10). They follow from the containers' states.
//! Upstream: `pkg/kubelet/status/generate.go`.

use super::pod::{ContainerState, Phase, Pod};
use crate::value::Value;

/// One condition of a Pod.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PodCondition {
    /// Its type.
    pub kind: &'static str,
    /// Whether it is True; else False.
    pub is_true: bool,
    /// One word; may be empty.
    pub reason: &'static str,
    /// More words; may be empty.
    pub message: String,
}

impl PodCondition {
    fn new(kind: &'static str, is_true: bool) -> PodCondition {
        PodCondition {
            kind,
            is_true,
            reason: "",
            message: String::new(),
        }
    }

    /// False for this reason, unless it is True.
    fn or(self, reason: &'static str, message: String) -> PodCondition {
        match self.is_true {
            true => self,
            false => PodCondition {
                reason,
                message,
                ..self
            },
        }
    }

    pub(super) fn to_value(&self) -> Value {
        let status = if self.is_true { "True" } else { "False" };
        let text = |text: &str| if text.is_empty() { Value::Null } else { text.into() };
        Value::from([
            ("type", self.kind.into()),
            ("status", status.into()),
            ("reason", text(self.reason)),
            ("message", text(&self.message)),
        ])
    }
}

impl Pod {
    /// Its conditions, those first that come first in its life.
    pub fn conditions(&self) -> Vec<PodCondition> {
        let mut all = Vec::new();
        if let Some(reason) = self.status.trouble.disruption_target {
            let target = PodCondition::new("DisruptionTarget", true);
            all.push(PodCondition { reason, ..target });
        }
        if self.node_name.is_none() {
            let refused = self.status.trouble.unschedulable.as_deref();
            let unbound = PodCondition::new("PodScheduled", false);
            all.extend(refused.map(|message| unbound.or("Unschedulable", message.to_owned())));
            return all;
        }
        all.push(PodCondition::new("PodScheduled", true));
        if self.status.containers.is_empty() {
            return all;
        }
        all.push(PodCondition::new("PodReadyToStartContainers", !self.is_finished()));
        let incomplete = self.incomplete();
        let message = format!("containers with incomplete status: [{}]", incomplete.join(" "));
        let initialized = PodCondition::new("Initialized", incomplete.is_empty());
        all.push(initialized.or("ContainersNotInitialized", message));
        let unready = self.unready();
        let ready = unready.is_empty() && !self.is_finished();
        let (reason, message) = match self.status.phase {
            Phase::Succeeded => ("PodCompleted", String::new()),
            Phase::Failed => ("PodFailed", String::new()),
            _ => (
                "ContainersNotReady",
                format!("containers with unready status: [{}]", unready.join(" ")),
            ),
        };
        all.push(PodCondition::new("ContainersReady", ready).or(reason, message.clone()));
        // A node that is lost takes Ready from its Pods, and gives no reason.
        let (reason, message) = if ready { ("", String::new()) } else { (reason, message) };
        all.push(PodCondition::new("Ready", self.is_ready()).or(reason, message));
        all
    }

    /// Init containers that have not passed, unless an app container has been started already.
    fn incomplete(&self) -> Vec<&str> {
        let has_run = self
            .status
            .containers
            .iter()
            .any(|status| status.is_running() || status.newest_end().is_some());
        if has_run {
            return Vec::new();
        }
        let all = self.template.init_containers.iter().zip(&self.status.init_containers);
        let open = all.filter(|(container, status)| match status.state {
            ContainerState::Terminated(ended) => ended.exit_code != 0 || container.sidecar,
            ContainerState::Running { .. } => !container.sidecar || !status.started,
            ContainerState::Waiting { .. } => true,
        });
        open.map(|(container, _)| &*container.name).collect()
    }

    /// App containers and sidecars that are not ready.
    fn unready(&self) -> Vec<&str> {
        let sidecars = self.template.init_containers.iter().zip(&self.status.init_containers);
        let sidecars = sidecars.filter(|(container, _)| container.sidecar);
        let apps = self.template.containers.iter().zip(&self.status.containers);
        let open = sidecars.chain(apps).filter(|(_, status)| !status.ready);
        open.map(|(container, _)| &*container.name).collect()
    }
}
