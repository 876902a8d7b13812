//! Pod.

use super::conditions::PodCondition;
use super::meta::{Name, ObjectMeta, Word};
use super::template::PodTemplate;
use crate::rare::{Rare, Usual};
use crate::shared::Shared;
use crate::time::{Duration, Time};
use crate::value::{Map, Value};
use std::rc::Rc;

/// The annotation that makes a Pod cheaper or dearer to delete.
const DELETION_COST: &str = "controller.kubernetes.io/pod-deletion-cost";

/// A Pod.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Pod {
    /// Metadata; shared by all versions of the Pod between which it does not change.
    pub meta: Shared<ObjectMeta>,
    /// What it runs.
    pub template: Rc<PodTemplate>,
    /// Claims that it mounts, by name.
    pub claims: Shared<Vec<Name>>,
    /// The only node it may be bound to, if it is a DaemonSet's (DS-02).
    pub target_node: Option<Shared<Name>>,
    /// The node it is bound to.
    pub node_name: Option<Name>,
    /// What the kubelet reported; shared by all Pods of which it reported the same at the same time.
    pub status: Shared<PodStatus>,
}

/// What the kubelet reported.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct PodStatus {
    /// The coarse summary.
    pub phase: Phase,
    /// Since when the condition Ready is True; `None` while it is not (full precision).
    pub ready_since: Option<Time>,
    /// Init containers, in the template's order; empty before the kubelet saw the Pod.
    pub init_containers: Box<[ContainerStatus]>,
    /// App containers, in the template's order; empty before the kubelet saw the Pod.
    pub containers: Box<[ContainerStatus]>,
    /// Somebody said what state it is in; the kubelet leaves it at that until it is told to go.
    pub held: bool,
    /// When the kubelet had the Pod's volumes and began with its containers; the beat of its probes counts from here
    /// (POD-31). `None` before.
    pub begun: Option<Time>,
    /// What is not as it should be.
    pub trouble: Rare<Trouble>,
}

/// What is not as it should be with a Pod.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Trouble {
    /// One word when the whole Pod was ended from outside: `Evicted`.
    #[serde(with = "crate::record::word_if_any")]
    pub reason: Option<Word>,
    /// Why the system, not the application, is ending this Pod: the reason of the condition DisruptionTarget.
    #[serde(with = "crate::record::word_if_any")]
    pub disruption_target: Option<Word>,
    /// Why no node takes it: the message of the condition PodScheduled while that is False.
    pub unschedulable: Option<Rc<str>>,
    /// What keeps its volumes from being mounted, in the words of the last Event.
    pub mounts: Option<Rc<str>>,
}

impl Usual for Trouble {
    const USUAL: &'static Trouble = &Trouble {
        reason: None,
        disruption_target: None,
        unschedulable: None,
        mounts: None,
    };
}

/// The coarse summary of a Pod's containers (POD-01).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the API's own names")]
#[derive(serde::Serialize, serde::Deserialize)]
pub enum Phase {
    #[default]
    Pending,
    Running,
    Succeeded,
    Failed,
}

/// One container's state.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct ContainerStatus {
    /// What it is doing.
    pub state: ContainerState,
    /// Since when its image is being pulled, or when the last pull failed; `None` before its turn.
    pub since: Option<Time>,
    /// Whether it is ready.
    pub ready: bool,
    /// Whether it runs and its startup probe, if it has one, has succeeded (POD-11).
    pub started: bool,
    /// How often it was started again.
    pub restart_count: i32,
    /// What else the kubelet remembers of it.
    pub memory: Rare<Memory>,
}

/// How a container's instance ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Ended {
    /// `Completed`, `Error` or `OOMKilled`.
    #[serde(with = "crate::record::word")]
    pub reason: Word,
    /// What the process returned.
    pub exit_code: i64,
    /// When.
    pub at: Time,
}

/// What the kubelet remembers of a container. The API shows no more of it than how the last instance ended; its next moves follow
/// from it.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Memory {
    /// How the instance before this one ended.
    pub last: Option<Ended>,
    /// Pulls that failed so far (POD-56).
    pub failed_pulls: u32,
    /// The pause before the next restart; zero before any was noted (POD-50).
    pub pause: Duration,
    /// When the last restart was decided (POD-51).
    pub decided: Time,
    /// A probe has ended it: it is being stopped.
    pub kill: Option<Kill>,
    /// Of its liveness probe.
    pub liveness: Beats,
    /// Of its readiness probe.
    pub readiness: Beats,
    /// Of its startup probe.
    pub startup: Beats,
}

impl Usual for Memory {
    const USUAL: &'static Memory = &Memory {
        last: None,
        failed_pulls: 0,
        pause: Duration::ZERO,
        decided: Time::ZERO,
        kill: None,
        liveness: Beats::NONE,
        readiness: Beats::NONE,
        startup: Beats::NONE,
    };
}

/// A container is being stopped because of a probe.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Kill {
    /// When it will have stopped.
    pub ends: Time,
    /// Whether it takes SIGKILL.
    pub forced: bool,
    /// Whether its restart was granted when it was killed (POD-52).
    pub granted: bool,
}

/// Where a probe is: its beat and the results in a row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Beats {
    /// A moment of the beat.
    pub anchor: Time,
    /// Beats before this moment are counted.
    pub counted: Time,
    /// How many results in a row were alike.
    pub run: u64,
    /// Whether those were successes.
    pub ok: bool,
}

/// What a container is doing.
#[derive(Clone, Copy, Debug, PartialEq)]
#[expect(missing_docs, reason = "the API's own names")]
#[derive(serde::Serialize, serde::Deserialize)]
pub enum ContainerState {
    Waiting {
        #[serde(with = "crate::record::word")]
        reason: Word,
    },
    Running {
        started_at: Time,
    },
    Terminated(Ended),
}

impl Phase {
    /// As the API spells it.
    pub fn name(self) -> &'static str {
        match self {
            Phase::Pending => "Pending",
            Phase::Running => "Running",
            Phase::Succeeded => "Succeeded",
            Phase::Failed => "Failed",
        }
    }
}

impl ContainerStatus {
    /// Waiting for this reason, never started.
    pub fn waiting(reason: &'static str) -> ContainerStatus {
        ContainerStatus::in_state(ContainerState::Waiting { reason })
    }

    /// In this state, not ready, never restarted.
    pub fn in_state(state: ContainerState) -> ContainerStatus {
        ContainerStatus {
            state,
            since: None,
            ready: false,
            started: false,
            restart_count: 0,
            memory: Rare::default(),
        }
    }

    /// Whether its process runs.
    pub fn is_running(&self) -> bool {
        matches!(self.state, ContainerState::Running { .. })
    }

    /// How its newest dead instance ended, unless it runs and none was before.
    pub fn newest_end(&self) -> Option<Ended> {
        match self.state {
            ContainerState::Terminated(ended) => Some(ended),
            _ => self.memory.last,
        }
    }
}

impl Beats {
    /// Of a probe that has not begun.
    const NONE: Beats = Beats {
        anchor: Time::ZERO,
        counted: Time::ZERO,
        run: 0,
        ok: false,
    };
}

impl Ended {
    /// Well, by itself.
    pub fn well(at: Time) -> Ended {
        Ended {
            reason: "Completed",
            exit_code: 0,
            at,
        }
    }
}

/// From when on counts as available what is ready since a moment.
pub fn available_from(ready_since: Time, min_ready_seconds: i64) -> Time {
    if min_ready_seconds == 0 {
        ready_since
    } else {
        ready_since.truncated() + Duration::seconds(min_ready_seconds)
    }
}

impl Pod {
    /// Reads a whole, defaulted object.
    pub fn from_value(object: &Value) -> Pod {
        let meta = ObjectMeta::from_value(object);
        let mut template = Value::default();
        for part in ["labels", "annotations"] {
            if let Some(value) = object.at(&["metadata", part]) {
                *template.entry("metadata").entry(part) = value.clone();
            }
        }
        *template.entry("spec") = object.get("spec").cloned().unwrap_or_default();
        Pod {
            meta: meta.into(),
            template: Rc::new(PodTemplate::from_value(Some(&template)).0),
            claims: Shared::default(),
            target_node: None,
            node_name: object.at(&["spec", "nodeName"]).and_then(Value::as_str).map(Name::from),
            status: Shared::default(),
        }
    }

    pub(super) fn to_value(&self) -> Value {
        let mut object = Value::default();
        *object.entry("spec") = self.template.value.get("spec").cloned().unwrap_or_default();
        if let Some(node) = &self.node_name {
            *object.entry("spec").entry("nodeName") = node.as_ref().into();
        }
        *object.entry("status") = self.status_value();
        object
    }

    fn status_value(&self) -> Value {
        let status = &self.status;
        let conditions = self.conditions();
        let statuses = |of: &[ContainerStatus]| Value::unless_empty(of.iter().map(ContainerStatus::to_value));
        Value::from([
            ("phase", status.phase.name().into()),
            (
                "conditions",
                Value::unless_empty(conditions.iter().map(PodCondition::to_value)),
            ),
            ("initContainerStatuses", statuses(&status.init_containers)),
            ("containerStatuses", statuses(&status.containers)),
            ("qosClass", self.template.qos_class().into()),
            ("reason", status.trouble.reason.map_or(Value::Null, Value::from)),
        ])
    }

    /// The claims that it mounts: those of its set's templates and those that its volumes name.
    pub fn claim_names(&self) -> impl Iterator<Item = &Name> {
        self.claims.iter().chain(&self.template.claims)
    }

    /// Told to go, whether or not it still runs.
    pub fn is_terminating(&self) -> bool {
        self.meta.is_terminating()
    }

    /// Ended for good.
    pub fn is_finished(&self) -> bool {
        matches!(self.status.phase, Phase::Succeeded | Phase::Failed)
    }

    /// Counted by its owner: not finished and not told to go (RS-01).
    pub fn is_active(&self) -> bool {
        !self.is_finished() && !self.is_terminating()
    }

    /// Whether it has an address: the kubelet has made its sandbox.
    pub fn has_address(&self) -> bool {
        let waits = |status: &ContainerStatus| {
            matches!(
                status.state,
                ContainerState::Waiting {
                    reason: "ContainerCreating"
                }
            )
        };
        self.node_name.is_some() && self.status.containers.iter().any(|status| !waits(status))
    }

    /// The condition Ready.
    pub fn is_ready(&self) -> bool {
        self.status.ready_since.is_some()
    }

    /// Phase Running and Ready, whether or not it has been told to go.
    pub fn is_running_and_ready(&self) -> bool {
        self.status.phase == Phase::Running && self.is_ready()
    }

    /// Ready for at least `min_ready_seconds`, counted from the stored, truncated time (DEP-81).
    pub fn is_available(&self, min_ready_seconds: i64, now: Time) -> bool {
        self.available_at(min_ready_seconds).is_some_and(|moment| moment <= now)
    }

    /// From when on it counts as available, if it stays Ready.
    pub fn available_at(&self, min_ready_seconds: i64) -> Option<Time> {
        Some(available_from(self.status.ready_since?, min_ready_seconds))
    }

    /// The highest restart count of any container.
    pub fn max_restarts(&self) -> i64 {
        self.status
            .containers
            .iter()
            .map(|container| container.restart_count.into())
            .max()
            .unwrap_or(0)
    }

    /// The highest restart count of a sidecar. Upstream: `maxContainerRestarts`.
    pub fn sidecar_restarts(&self) -> i64 {
        let containers = self.template.init_containers.iter().zip(&self.status.init_containers);
        let sidecars = containers.filter(|(container, _)| container.sidecar);
        sidecars
            .map(|(_, status)| status.restart_count.into())
            .max()
            .unwrap_or(0)
    }

    /// What an annotation says of how dear its deletion is: an int32; `+5`, `007` and other odd spellings count as 0
    /// (RS-20), but only the first character is looked at.
    pub fn deletion_cost(&self) -> i64 {
        let Some(text) = self.meta.annotation(DELETION_COST) else {
            return 0;
        };
        let odd = text.starts_with('+') || (text.len() > 1 && text.starts_with('0'));
        if odd {
            0
        } else {
            text.parse::<i32>().map_or(0, i64::from)
        }
    }

    /// Why a container is waiting, if one is: the word that kubectl shows.
    pub fn waiting_reason(&self) -> Option<&'static str> {
        let containers = self.status.init_containers.iter().chain(&self.status.containers);
        containers.into_iter().find_map(|container| match container.state {
            ContainerState::Waiting { reason } => Some(reason),
            _ => None,
        })
    }
}

impl ContainerStatus {
    fn to_value(&self) -> Value {
        let mut value = Value::default();
        *value.entry("ready") = self.ready.into();
        *value.entry("restartCount") = i64::from(self.restart_count).into();
        let state = value.entry("state");
        match self.state {
            ContainerState::Waiting { reason } => *state.entry("waiting").entry("reason") = reason.into(),
            ContainerState::Running { .. } => *state.entry("running") = Value::Map(Map::new()),
            ContainerState::Terminated(ended) => *state.entry("terminated") = ended.to_value(),
        }
        if let Some(last) = self.memory.last {
            *value.entry("lastState").entry("terminated") = last.to_value();
        }
        if self.started {
            *value.entry("started") = true.into();
        }
        value
    }
}

impl Ended {
    fn to_value(self) -> Value {
        Value::from([("reason", self.reason.into()), ("exitCode", self.exit_code.into())])
    }
}
