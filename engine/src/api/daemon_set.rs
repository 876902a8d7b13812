//! DaemonSet.

use super::meta::{Name, ObjectMeta};
use super::selector::LabelSelector;
use super::template::{IntOrPercent, PodTemplate};
use crate::ordered::Ordered;
use crate::shared::Shared;
use crate::time::{Duration, Time};
use crate::value::Value;
use std::rc::Rc;

/// A DaemonSet.
#[derive(Clone, Debug, PartialEq)]
pub struct DaemonSet {
    /// Metadata; with what is asked for shared by all versions of the set that only report.
    pub meta: Shared<ObjectMeta>,
    /// What is asked for.
    pub spec: Shared<DaemonSetSpec>,
    /// What the controller saw.
    pub status: DaemonSetStatus,
}

/// What is asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct DaemonSetSpec {
    /// Which Pods belong to it.
    pub selector: LabelSelector,
    /// The Pods' template.
    pub template: Rc<PodTemplate>,
    /// How Pods get a new template.
    pub update_strategy: DaemonSetUpdateStrategy,
    /// Seconds a Pod must be Ready before it counts as available.
    pub min_ready_seconds: i64,
    /// Old revisions kept for undo.
    pub revision_history_limit: i64,
}

/// How Pods get a new template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DaemonSetUpdateStrategy {
    /// When the user deletes them.
    OnDelete,
    /// Node by node between two bounds, of which one is zero (DS-20).
    RollingUpdate {
        /// Nodes that may have a second Pod for a while.
        max_surge: IntOrPercent,
        /// Nodes that may be without a working Pod.
        max_unavailable: IntOrPercent,
    },
}

/// What the controller saw.
#[derive(Clone, Debug, Default, PartialEq)]
#[expect(missing_docs, reason = "the API's own names")]
pub struct DaemonSetStatus {
    pub observed_generation: i64,
    pub desired_number_scheduled: i64,
    pub current_number_scheduled: i64,
    pub number_misscheduled: i64,
    pub number_ready: i64,
    pub updated_number_scheduled: i64,
    pub number_available: i64,
    pub number_unavailable: i64,
    /// The controller's own memory of failed Pods, by generation and node: the pause that was noted, and when (DS-30).
    pub failures: Rc<Ordered<(i64, Name), (Duration, Time)>>,
}

impl DaemonSet {
    /// Reads a whole, defaulted object.
    pub fn from_value(object: &Value) -> DaemonSet {
        let spec = object.get("spec").unwrap_or(&Value::Null);
        let number = |key: &str, absent: i64| spec.int(key).unwrap_or(absent);
        DaemonSet {
            meta: ObjectMeta::from_value(object).into(),
            spec: DaemonSetSpec {
                selector: LabelSelector::from_value(spec.get("selector")),
                template: Rc::new(PodTemplate::from_value(spec.get("template")).0),
                update_strategy: DaemonSetUpdateStrategy::from_value(spec.get("updateStrategy")),
                min_ready_seconds: number("minReadySeconds", 0),
                revision_history_limit: number("revisionHistoryLimit", 10),
            }
            .into(),
            status: DaemonSetStatus::default(),
        }
    }

    pub(super) fn to_value(&self) -> Value {
        let spec = Value::from([
            ("selector", self.spec.selector.to_value()),
            ("template", self.spec.template.value.clone()),
            ("updateStrategy", self.spec.update_strategy.to_value()),
            ("revisionHistoryLimit", self.spec.revision_history_limit.into()),
            ("minReadySeconds", Value::unless_zero(self.spec.min_ready_seconds)),
        ]);
        let mut object = Value::default();
        *object.entry("spec") = spec;
        *object.entry("status") = self.status.to_value();
        object
    }
}

impl DaemonSetUpdateStrategy {
    fn from_value(value: Option<&Value>) -> DaemonSetUpdateStrategy {
        let kind = value.and_then(|value| value.get("type")).and_then(Value::as_str);
        if kind == Some("OnDelete") {
            return DaemonSetUpdateStrategy::OnDelete;
        }
        let bound = |key: &str, absent: i64| {
            let value = value.and_then(|value| value.at(&["rollingUpdate", key]));
            IntOrPercent::from_value(value).unwrap_or(IntOrPercent::Int(absent))
        };
        DaemonSetUpdateStrategy::RollingUpdate {
            max_surge: bound("maxSurge", 0),
            max_unavailable: bound("maxUnavailable", 1),
        }
    }

    fn to_value(self) -> Value {
        let mut value = Value::default();
        match self {
            DaemonSetUpdateStrategy::OnDelete => *value.entry("type") = "OnDelete".into(),
            DaemonSetUpdateStrategy::RollingUpdate {
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

impl DaemonSetStatus {
    /// The status as the API shows it; four counters are always there.
    pub fn to_value(&self) -> Value {
        Value::from([
            ("observedGeneration", Value::unless_zero(self.observed_generation)),
            ("desiredNumberScheduled", self.desired_number_scheduled.into()),
            ("currentNumberScheduled", self.current_number_scheduled.into()),
            (
                "updatedNumberScheduled",
                Value::unless_zero(self.updated_number_scheduled),
            ),
            ("numberMisscheduled", self.number_misscheduled.into()),
            ("numberReady", self.number_ready.into()),
            ("numberAvailable", Value::unless_zero(self.number_available)),
            ("numberUnavailable", Value::unless_zero(self.number_unavailable)),
        ])
    }
}
