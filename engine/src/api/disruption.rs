//! PodDisruptionBudget.

use super::meta::{Condition, Name, ObjectMeta, counters};
use super::selector::LabelSelector;
use super::template::IntOrPercent;
use crate::ordered::Ordered;
use crate::time::Time;
use crate::value::{Map, Value};

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
        let mut object = Value::default();
        let spec = object.entry("spec");
        *spec = Value::Map(Map::new());
        if let Some(selector) = &self.selector {
            *spec.entry("selector") = selector.to_value();
        }
        for (key, bound) in [
            ("minAvailable", self.min_available),
            ("maxUnavailable", self.max_unavailable),
        ] {
            if let Some(bound) = bound {
                *spec.entry(key) = bound.to_value();
            }
        }
        if self.always_allow_unhealthy {
            *spec.entry("unhealthyPodEvictionPolicy") = "AlwaysAllow".into();
        }
        *object.entry("status") = self.status.to_value();
        object
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
        let mut map = counters([("observedGeneration", self.observed_generation)]);
        for (key, count) in [
            ("disruptionsAllowed", self.disruptions_allowed),
            ("currentHealthy", self.current_healthy),
            ("desiredHealthy", self.desired_healthy),
            ("expectedPods", self.expected_pods),
        ] {
            map.insert(key.into(), count.into());
        }
        if !self.conditions.is_empty() {
            let conditions = self.conditions.iter().map(Condition::to_value).collect();
            map.insert("conditions".into(), Value::List(conditions));
        }
        Value::Map(map)
    }
}
