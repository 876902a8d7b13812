//! Why: each write and each wait carries a [`Reason`], which is a rule's id with the facts that made it apply.
//! Facts are numbers and names; sentences are made only when somebody reads them, here and nowhere else.
//!
//! One file per controller: the facts, their rule, and how they read. The rules' own sentences are in [`catalogue`].

mod autoscaler;
pub mod catalogue;
mod daemon_set;
mod deployment;
mod disruption;
mod environment;
pub mod formulas;
mod replica_set;
mod stateful_set;
pub mod upstream;

pub use autoscaler::AutoscalerReason;
pub use catalogue::Rule;
pub use daemon_set::DaemonSetReason;
pub use deployment::{Bounds, DeploymentReason};
pub use disruption::{DisruptionReason, EndpointReason};
pub use environment::EnvironmentReason;
pub use replica_set::{ReplicaSetReason, Victim};
pub use stateful_set::StatefulSetReason;

use crate::time::Time;
use std::fmt;

/// Why a write was made, or why it was not.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub enum Reason {
    /// The Deployment controller's.
    Deployment(Box<DeploymentReason>),
    /// The ReplicaSet controller's.
    ReplicaSet(ReplicaSetReason),
    /// The EndpointSlice controller's.
    Endpoint(EndpointReason),
    /// Users', and what is not a controller: scheduler, kubelet, volume binder, garbage collector.
    Environment(EnvironmentReason),
    /// The DaemonSet controller's.
    #[serde(skip)]
    DaemonSet(DaemonSetReason),
    /// The StatefulSet controller's.
    #[serde(skip)]
    StatefulSet(StatefulSetReason),
    /// The disruption controller's.
    #[serde(skip)]
    Disruption(DisruptionReason),
    /// The HorizontalPodAutoscaler controller's.
    #[serde(skip)]
    Autoscaler(Box<AutoscalerReason>),
}

/// Why a controller that would have to act does not.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Blocked {
    /// The rule and its numbers.
    pub reason: Reason,
    /// When it will be looked at again by itself, if it will.
    pub until: Option<Time>,
}

impl Reason {
    /// The rule that applied.
    pub fn rule(&self) -> &'static Rule {
        catalogue::rule(match self {
            Reason::Deployment(reason) => reason.rule(),
            Reason::ReplicaSet(reason) => reason.rule(),
            Reason::StatefulSet(reason) => reason.rule(),
            Reason::DaemonSet(reason) => reason.rule(),
            Reason::Disruption(reason) => reason.rule(),
            Reason::Autoscaler(reason) => reason.rule(),
            Reason::Endpoint(reason) => reason.rule(),
            Reason::Environment(reason) => reason.rule(),
        })
    }

    /// What was seen, in one sentence with the numbers.
    pub fn saw(&self) -> String {
        match self {
            Reason::Deployment(reason) => reason.to_string(),
            Reason::ReplicaSet(reason) => reason.to_string(),
            Reason::StatefulSet(reason) => reason.to_string(),
            Reason::DaemonSet(reason) => reason.to_string(),
            Reason::Disruption(reason) => reason.to_string(),
            Reason::Autoscaler(reason) => reason.to_string(),
            Reason::Endpoint(reason) => reason.to_string(),
            Reason::Environment(reason) => reason.to_string(),
        }
    }

    /// The rule's inequality with the numbers put in, if the rule has one.
    pub fn formula(&self) -> Option<String> {
        match self {
            Reason::Deployment(reason) => reason.formula(),
            Reason::ReplicaSet(reason) => reason.formula(),
            Reason::StatefulSet(reason) => reason.formula(),
            Reason::DaemonSet(reason) => reason.formula(),
            Reason::Disruption(reason) => reason.formula(),
            Reason::Autoscaler(reason) => reason.formula(),
            Reason::Endpoint(_) | Reason::Environment(_) => None,
        }
    }

    /// Whether it only publishes counts and conditions, or repeats an attempt; such steps decide nothing.
    pub fn is_report(&self) -> bool {
        match self {
            Reason::Deployment(reason) => reason.is_report(),
            Reason::ReplicaSet(reason) => reason.is_report(),
            Reason::StatefulSet(reason) => reason.is_report(),
            Reason::DaemonSet(reason) => reason.is_report(),
            Reason::Autoscaler(reason) => reason.is_report(),
            Reason::Disruption(_) | Reason::Endpoint(_) => true,
            Reason::Environment(reason) => reason.is_report(),
        }
    }
}

impl From<DeploymentReason> for Reason {
    fn from(reason: DeploymentReason) -> Reason {
        Reason::Deployment(Box::new(reason))
    }
}

impl From<ReplicaSetReason> for Reason {
    fn from(reason: ReplicaSetReason) -> Reason {
        Reason::ReplicaSet(reason)
    }
}

impl From<StatefulSetReason> for Reason {
    fn from(reason: StatefulSetReason) -> Reason {
        Reason::StatefulSet(reason)
    }
}

impl From<DaemonSetReason> for Reason {
    fn from(reason: DaemonSetReason) -> Reason {
        Reason::DaemonSet(reason)
    }
}

impl From<DisruptionReason> for Reason {
    fn from(reason: DisruptionReason) -> Reason {
        Reason::Disruption(reason)
    }
}

impl From<AutoscalerReason> for Reason {
    fn from(reason: AutoscalerReason) -> Reason {
        Reason::Autoscaler(Box::new(reason))
    }
}

impl From<EndpointReason> for Reason {
    fn from(reason: EndpointReason) -> Reason {
        Reason::Endpoint(reason)
    }
}

impl From<EnvironmentReason> for Reason {
    fn from(reason: EnvironmentReason) -> Reason {
        Reason::Environment(reason)
    }
}

/// `1 Pod`, `2 Pods`.
pub(crate) struct Pods(pub i64);

impl fmt::Display for Pods {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.0, if self.0 == 1 { "Pod" } else { "Pods" })
    }
}
