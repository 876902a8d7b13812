//! Deployment.

use super::meta::{Condition, ObjectMeta};
use super::selector::LabelSelector;
use super::template::{IntOrPercent, PodTemplate};
use crate::value::Value;
use std::rc::Rc;

/// A Deployment.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Deployment {
    /// Metadata.
    pub meta: ObjectMeta,
    /// What is asked for.
    pub spec: DeploymentSpec,
    /// What the controller saw.
    pub status: DeploymentStatus,
}

/// What is asked for.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct DeploymentSpec {
    /// Pods wanted.
    pub replicas: i64,
    /// Which ReplicaSets and Pods belong to it.
    pub selector: LabelSelector,
    /// The Pods' template.
    pub template: Rc<PodTemplate>,
    /// How old Pods make room for new ones.
    pub strategy: DeploymentStrategy,
    /// Seconds a Pod must be Ready before it counts as available.
    pub min_ready_seconds: i64,
    /// Old ReplicaSets kept for undo.
    pub revision_history_limit: i64,
    /// Whether rolling out is suspended.
    pub paused: bool,
    /// Seconds without progress after which the rollout is reported as failed; `i32::MAX` means never.
    pub progress_deadline_seconds: i64,
}

/// How old Pods make room for new ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum DeploymentStrategy {
    /// Stop all, then start all.
    Recreate,
    /// Step by step between two bounds.
    RollingUpdate {
        /// Pods allowed above `replicas`.
        max_surge: IntOrPercent,
        /// Pods allowed to be unavailable below `replicas`.
        max_unavailable: IntOrPercent,
    },
}

/// What the controller saw.
#[derive(Clone, Debug, Default, PartialEq)]
#[expect(missing_docs, reason = "the API's own names")]
#[derive(serde::Serialize, serde::Deserialize)]
pub struct DeploymentStatus {
    pub observed_generation: i64,
    pub replicas: i64,
    pub updated_replicas: i64,
    pub ready_replicas: i64,
    pub available_replicas: i64,
    pub unavailable_replicas: i64,
    /// Absent while some ReplicaSet does not report it.
    pub terminating_replicas: Option<i64>,
    /// How often the name of a new ReplicaSet was taken (DEP-13); absent at first.
    pub collision_count: Option<i64>,
    /// In the order in which `kubectl describe` lists them: the last changed comes last (DEP-83).
    pub conditions: Vec<Condition>,
}

impl Deployment {
    /// Reads a whole, defaulted object.
    pub fn from_value(object: &Value) -> Deployment {
        Deployment {
            meta: ObjectMeta::from_value(object),
            spec: DeploymentSpec::from_value(object.get("spec").unwrap_or(&Value::Null)),
            status: DeploymentStatus::default(),
        }
    }

    pub(super) fn to_value(&self) -> Value {
        let mut object = Value::default();
        *object.entry("spec") = self.spec.to_value();
        *object.entry("status") = self.status.to_value();
        object
    }
}

impl DeploymentSpec {
    fn from_value(spec: &Value) -> DeploymentSpec {
        let number = |key: &str, absent: i64| spec.int(key).unwrap_or(absent);
        DeploymentSpec {
            replicas: number("replicas", 1),
            selector: LabelSelector::from_value(spec.get("selector")),
            template: Rc::new(PodTemplate::from_value(spec.get("template")).0),
            strategy: DeploymentStrategy::from_value(spec.get("strategy")),
            min_ready_seconds: number("minReadySeconds", 0),
            revision_history_limit: number("revisionHistoryLimit", 10),
            paused: spec.get("paused").and_then(Value::as_bool).unwrap_or(false),
            progress_deadline_seconds: number("progressDeadlineSeconds", 600),
        }
    }

    fn to_value(&self) -> Value {
        Value::from([
            ("replicas", self.replicas.into()),
            ("selector", self.selector.to_value()),
            ("template", self.template.value.clone()),
            ("strategy", self.strategy.to_value()),
            ("minReadySeconds", Value::unless_zero(self.min_ready_seconds)),
            ("revisionHistoryLimit", self.revision_history_limit.into()),
            ("paused", if self.paused { true.into() } else { Value::Null }),
            ("progressDeadlineSeconds", self.progress_deadline_seconds.into()),
        ])
    }

    /// Whether a deadline is set at all.
    pub fn has_progress_deadline(&self) -> bool {
        self.progress_deadline_seconds != i64::from(i32::MAX)
    }
}

impl DeploymentStrategy {
    fn from_value(value: Option<&Value>) -> DeploymentStrategy {
        let kind = value.and_then(|value| value.get("type")).and_then(Value::as_str);
        if kind == Some("Recreate") {
            return DeploymentStrategy::Recreate;
        }
        let bound = |key: &str| {
            let value = value.and_then(|value| value.at(&["rollingUpdate", key]));
            IntOrPercent::from_value(value).unwrap_or(IntOrPercent::Percent(25))
        };
        DeploymentStrategy::RollingUpdate {
            max_surge: bound("maxSurge"),
            max_unavailable: bound("maxUnavailable"),
        }
    }

    fn to_value(self) -> Value {
        let mut value = Value::default();
        match self {
            DeploymentStrategy::Recreate => *value.entry("type") = "Recreate".into(),
            DeploymentStrategy::RollingUpdate {
                max_surge,
                max_unavailable,
            } => {
                *value.entry("type") = "RollingUpdate".into();
                let bounds = value.entry("rollingUpdate");
                *bounds.entry("maxSurge") = max_surge.to_value();
                *bounds.entry("maxUnavailable") = max_unavailable.to_value();
            }
        }
        value
    }
}

impl DeploymentStatus {
    /// The condition of this type, if it is there.
    pub fn condition(&self, r#type: &str) -> Option<&Condition> {
        self.conditions.iter().find(|condition| condition.r#type == r#type)
    }

    /// The counters and conditions as the API shows them.
    pub fn to_value(&self) -> Value {
        Value::from([
            ("observedGeneration", Value::unless_zero(self.observed_generation)),
            ("replicas", Value::unless_zero(self.replicas)),
            ("updatedReplicas", Value::unless_zero(self.updated_replicas)),
            ("readyReplicas", Value::unless_zero(self.ready_replicas)),
            ("availableReplicas", Value::unless_zero(self.available_replicas)),
            ("unavailableReplicas", Value::unless_zero(self.unavailable_replicas)),
            ("terminatingReplicas", self.terminating_replicas.into()),
            ("collisionCount", self.collision_count.into()),
            ("conditions", Condition::list(&self.conditions)),
        ])
    }
}
