//! PodDisruptionBudget.

use super::meta::{Condition, Name, ObjectMeta};
use super::selector::LabelSelector;
use super::template::IntOrPercent;
use crate::ordered::Ordered;
use crate::time::Time;
use crate::value::Value;

/// A PodDisruptionBudget.
#[derive(Clone, Debug, PartialEq)]
pub struct PodDisruptionBudget {
    /// Metadata.
    pub meta: ObjectMeta,
    /// Which Pods it guards; `None`: none, empty: all of the namespace (PDB-01).
    pub selector: Option<LabelSelector>,
    /// How many must stay.
    pub min_available: Option<IntOrPercent>,
    /// How many may be missing.
    pub max_unavailable: Option<IntOrPercent>,
    /// `unhealthyPodEvictionPolicy: AlwaysAllow`.
    pub always_allow_unhealthy: bool,
    /// What the controller saw.
    pub status: PodDisruptionBudgetStatus,
}

/// What the controller saw.
#[derive(Clone, Debug, Default, PartialEq)]
#[expect(missing_docs, reason = "the API's own names")]
pub struct PodDisruptionBudgetStatus {
    pub observed_generation: i64,
    pub disruptions_allowed: i64,
    pub current_healthy: i64,
    pub desired_healthy: i64,
    pub expected_pods: i64,
    /// Evictions that were granted and not seen yet.
    pub disrupted_pods: Ordered<Name, Time>,
    pub conditions: Vec<Condition>,
}

impl PodDisruptionBudget {
    /// Reads a whole, defaulted object.
    pub fn from_value(object: &Value) -> PodDisruptionBudget {
        let spec = object.get("spec").unwrap_or(&Value::Null);
        let selector = spec.get("selector");
        PodDisruptionBudget {
            meta: ObjectMeta::from_value(object),
            selector: selector.map(|selector| LabelSelector::from_value(Some(selector))),
            min_available: IntOrPercent::from_value(spec.get("minAvailable")),
            max_unavailable: IntOrPercent::from_value(spec.get("maxUnavailable")),
            always_allow_unhealthy: spec.get("unhealthyPodEvictionPolicy").and_then(Value::as_str)
                == Some("AlwaysAllow"),
            status: PodDisruptionBudgetStatus::default(),
        }
    }

    pub(super) fn to_value(&self) -> Value {
        let bound = |bound: Option<IntOrPercent>| bound.map_or(Value::Null, IntOrPercent::to_value);
        let policy = self.always_allow_unhealthy.then_some("AlwaysAllow");
        let spec = Value::from([
            (
                "selector",
                self.selector.as_ref().map_or(Value::Null, LabelSelector::to_value),
            ),
            ("minAvailable", bound(self.min_available)),
            ("maxUnavailable", bound(self.max_unavailable)),
            ("unhealthyPodEvictionPolicy", policy.map_or(Value::Null, Value::from)),
        ]);
        Value::from([("spec", spec), ("status", self.status.to_value())])
    }

    /// Whether both bounds and the selector are the same.
    pub(super) fn same_spec(&self, other: &PodDisruptionBudget) -> bool {
        self.selector == other.selector
            && self.min_available == other.min_available
            && self.max_unavailable == other.max_unavailable
            && self.always_allow_unhealthy == other.always_allow_unhealthy
    }
}

impl PodDisruptionBudgetStatus {
    /// The status as the API shows it; the four counts are always there.
    pub fn to_value(&self) -> Value {
        Value::from([
            ("observedGeneration", Value::unless_zero(self.observed_generation)),
            ("disruptionsAllowed", self.disruptions_allowed.into()),
            ("currentHealthy", self.current_healthy.into()),
            ("desiredHealthy", self.desired_healthy.into()),
            ("expectedPods", self.expected_pods.into()),
            ("conditions", Condition::list(&self.conditions)),
        ])
    }
}
