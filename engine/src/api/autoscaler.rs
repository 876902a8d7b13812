//! HorizontalPodAutoscaler.

use super::kind::{Key, Kind};
use super::meta::{Condition, Name, ObjectMeta};
use super::resources::{amount, amount_text};
use super::selector::LabelSelector;
use crate::time::Time;
use crate::value::Value;
use std::rc::Rc;

/// A HorizontalPodAutoscaler, in its form `autoscaling/v2`.
#[derive(Clone, Debug, PartialEq)]
pub struct HorizontalPodAutoscaler {
    /// Metadata.
    pub meta: ObjectMeta,
    /// The whole of `spec`, defaulted.
    pub value: Rc<Value>,
    /// What the engine acts on in it.
    pub spec: HorizontalPodAutoscalerSpec,
    /// What the controller saw.
    pub status: HorizontalPodAutoscalerStatus,
}

/// What is asked for.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the API's own names")]
pub struct HorizontalPodAutoscalerSpec {
    pub scale_target_ref: ScaleTarget,
    pub min_replicas: i64,
    pub max_replicas: i64,
    pub metrics: Vec<MetricSpec>,
    pub behavior: Option<ScalingBehavior>,
}

/// Whose size is set.
#[derive(Clone, Debug, PartialEq)]
pub struct ScaleTarget {
    /// Its kind; `None` if nothing here of that kind has a size.
    pub kind: Option<Kind>,
    /// Its name.
    pub name: Name,
}

/// One metric and its target.
#[derive(Clone, Debug, PartialEq)]
pub struct MetricSpec {
    /// What is measured.
    pub source: MetricSource,
    /// What it should be.
    pub target: MetricTarget,
}

/// What is measured.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the API's own names")]
pub enum MetricSource {
    Resource(Name),
    ContainerResource {
        name: Name,
        container: Name,
    },
    Pods(Name),
    Object {
        kind: Name,
        metric: Name,
    },
    External {
        metric: Name,
        selector: Option<LabelSelector>,
    },
}

/// What a metric should be; amounts in thousandths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MetricTarget {
    /// Percent of what the Pods request.
    Utilization(i64),
    /// For each Pod.
    AverageValue(i64),
    /// In all.
    Value(i64),
}

/// How fast the size may change (HPA-01).
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the API's own names")]
pub struct ScalingBehavior {
    pub scale_up: ScalingRules,
    pub scale_down: ScalingRules,
}

/// How fast it may change in one direction.
#[derive(Clone, Debug, PartialEq)]
pub struct ScalingRules {
    /// Seconds; for scaling down, `None` is the controller's own five minutes.
    pub stabilization_window_seconds: Option<i64>,
    /// Which of several policies counts.
    pub select_policy: SelectPolicy,
    /// The policies.
    pub policies: Vec<ScalingPolicy>,
    /// Thousandths by which a metric may miss its target; `None`: 100.
    pub tolerance: Option<i64>,
}

/// Which of several policies counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the API's own names")]
pub enum SelectPolicy {
    Max,
    Min,
    Disabled,
}

/// At most so much in so many seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the API's own names")]
pub struct ScalingPolicy {
    /// Whether `value` is percent; else Pods.
    pub percent: bool,
    pub value: i64,
    pub period_seconds: i64,
}

/// What the controller saw, and what it remembers.
#[derive(Clone, Debug, Default, PartialEq)]
#[expect(missing_docs, reason = "the API's own names")]
pub struct HorizontalPodAutoscalerStatus {
    pub observed_generation: i64,
    pub last_scale_time: Option<Time>,
    pub current_replicas: i64,
    pub desired_replicas: i64,
    /// The value of each metric, in the unit of its target; `None` if it could not be had.
    pub current_metrics: Vec<Option<i64>>,
    pub conditions: Vec<Condition>,
    /// Upstream keeps it in memory; the API does not show it.
    pub memory: Recommendations,
}

/// What the controller remembers between two evaluations.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recommendations {
    /// The tick that was evaluated last, if that wrote anything.
    pub evaluated: Option<Time>,
    /// The recommendations (HPA-30), runs of equal ones together.
    pub recommendations: Vec<Recommendation>,
    /// When it added or removed how many replicas (HPA-34).
    pub scalings: Vec<(Time, i64)>,
    /// Which sizes it has set how often since the load changed.
    pub sizes: Vec<(i64, u32)>,
}

/// The same recommendation, tick after tick.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recommendation {
    /// Replicas.
    pub replicas: i64,
    /// The first time.
    pub first: Time,
    /// The last time; `None`: it is the present one.
    pub last: Option<Time>,
}

impl HorizontalPodAutoscaler {
    /// Reads a whole, defaulted object of version 1 or 2.
    pub fn from_value(object: &Value) -> HorizontalPodAutoscaler {
        let mut spec = object.get("spec").cloned().unwrap_or_default();
        if object.text("apiVersion") == "autoscaling/v1" {
            modernize(&mut spec);
        }
        HorizontalPodAutoscaler {
            meta: ObjectMeta::from_value(object),
            spec: HorizontalPodAutoscalerSpec::from_value(&spec),
            value: Rc::new(spec),
            status: HorizontalPodAutoscalerStatus::default(),
        }
    }

    pub(super) fn to_value(&self) -> Value {
        Value::from([("spec", (*self.value).clone()), ("status", self.status_value())])
    }

    /// Where that whose size is set is stored, if anything of its kind has a size.
    pub fn scale_key(&self) -> Option<Key> {
        let target = &self.spec.scale_target_ref;
        Some(Key::new(target.kind?, &self.meta.namespace, &target.name))
    }

    /// `Deployment/web`.
    pub fn target(&self) -> String {
        let target = self.value.get("scaleTargetRef").unwrap_or(&Value::Null);
        format!("{}/{}", target.text("kind"), target.text("name"))
    }

    fn status_value(&self) -> Value {
        let status = &self.status;
        let metrics = self.spec.metrics.iter().zip(&status.current_metrics);
        let current = metrics.filter_map(|(metric, value)| Some(metric.current((*value)?)));
        Value::from([
            ("observedGeneration", Value::unless_zero(status.observed_generation)),
            ("currentReplicas", Value::unless_zero(status.current_replicas)),
            ("desiredReplicas", status.desired_replicas.into()),
            ("currentMetrics", Value::unless_empty(current)),
            ("conditions", Condition::list(&status.conditions)),
        ])
    }
}

/// Version 1 knows one metric.
fn modernize(spec: &mut Value) {
    let percent = spec.int("targetCPUUtilizationPercentage").unwrap_or(80);
    if let Value::Map(map) = &mut *spec {
        map.remove("targetCPUUtilizationPercentage");
    }
    let target = Value::from([("type", "Utilization".into()), ("averageUtilization", percent.into())]);
    let resource = Value::from([("name", "cpu".into()), ("target", target)]);
    *spec.entry("metrics") = Value::List(vec![Value::from([("type", "Resource".into()), ("resource", resource)])]);
}

impl HorizontalPodAutoscalerSpec {
    fn from_value(spec: &Value) -> HorizontalPodAutoscalerSpec {
        let target = spec.get("scaleTargetRef").unwrap_or(&Value::Null);
        let has_size = |kind: &Kind| {
            matches!(
                kind,
                Kind::Deployment | Kind::ReplicaSet | Kind::ReplicationController | Kind::StatefulSet
            )
        };
        HorizontalPodAutoscalerSpec {
            scale_target_ref: ScaleTarget {
                kind: Kind::from_name(target.text("kind")).filter(has_size),
                name: target.text("name").into(),
            },
            min_replicas: spec.int("minReplicas").unwrap_or(1),
            max_replicas: spec.int("maxReplicas").unwrap_or(1),
            metrics: spec.list("metrics").iter().filter_map(MetricSpec::from_value).collect(),
            behavior: spec.get("behavior").map(|behavior| ScalingBehavior {
                scale_up: ScalingRules::from_value(behavior.get("scaleUp")),
                scale_down: ScalingRules::from_value(behavior.get("scaleDown")),
            }),
        }
    }
}

impl MetricSpec {
    fn from_value(metric: &Value) -> Option<MetricSpec> {
        let kind = metric.text("type");
        let of = metric.get(match kind {
            "Resource" => "resource",
            "ContainerResource" => "containerResource",
            "Pods" => "pods",
            "Object" => "object",
            "External" => "external",
            _ => return None,
        })?;
        let name = || of.at(&["metric"]).map_or("", |metric| metric.text("name")).into();
        let source = match kind {
            "Resource" => MetricSource::Resource(of.text("name").into()),
            "ContainerResource" => MetricSource::ContainerResource {
                name: of.text("name").into(),
                container: of.text("container").into(),
            },
            "Pods" => MetricSource::Pods(name()),
            "Object" => MetricSource::Object {
                kind: of
                    .get("describedObject")
                    .map_or("", |object| object.text("kind"))
                    .into(),
                metric: name(),
            },
            "External" => MetricSource::External {
                metric: name(),
                selector: of
                    .at(&["metric", "selector"])
                    .map(|selector| LabelSelector::from_value(Some(selector))),
            },
            _ => return None,
        };
        let target = of.get("target")?;
        let each = || Some(MetricTarget::AverageValue(amount(target.get("averageValue")?)?));
        let all = || Some(MetricTarget::Value(amount(target.get("value")?)?));
        // Only for an object does the type decide; else it is what is given.
        let target = match kind {
            "Object" if target.text("type") == "AverageValue" => each(),
            "Object" => all(),
            "External" => each().or_else(all),
            "Pods" => each(),
            _ => each().or_else(|| Some(MetricTarget::Utilization(target.int("averageUtilization")?))),
        };
        Some(MetricSpec {
            source,
            target: target?,
        })
    }

    /// The name of what is measured, as a load curve calls it.
    pub fn name(&self) -> &Name {
        match &self.source {
            MetricSource::Resource(name) | MetricSource::ContainerResource { name, .. } => name,
            MetricSource::Pods(metric)
            | MetricSource::Object { metric, .. }
            | MetricSource::External { metric, .. } => metric,
        }
    }

    /// An item of `status.currentMetrics`.
    fn current(&self, value: i64) -> Value {
        let current = match self.target {
            MetricTarget::Utilization(_) => ("averageUtilization", Value::Int(value)),
            MetricTarget::AverageValue(_) => ("averageValue", amount_text(value).into()),
            MetricTarget::Value(_) => ("value", amount_text(value).into()),
        };
        let current = ("current", Value::from([current]));
        let metric = |name: &Name| ("metric", Value::from([("name", name.as_ref().into())]));
        let (kind, field, of) = match &self.source {
            MetricSource::Resource(name) => {
                let of = Value::from([("name", name.as_ref().into()), current]);
                ("Resource", "resource", of)
            }
            MetricSource::ContainerResource { name, container } => {
                let names = [("name", name.as_ref().into()), ("container", container.as_ref().into())];
                let [name, container] = names;
                (
                    "ContainerResource",
                    "containerResource",
                    Value::from([name, container, current]),
                )
            }
            MetricSource::Pods(name) => ("Pods", "pods", Value::from([metric(name), current])),
            MetricSource::Object { metric: name, .. } => ("Object", "object", Value::from([metric(name), current])),
            MetricSource::External { metric: name, .. } => {
                ("External", "external", Value::from([metric(name), current]))
            }
        };
        Value::from([("type", kind.into()), (field, of)])
    }
}

impl ScalingRules {
    fn from_value(rules: Option<&Value>) -> ScalingRules {
        let rules = rules.unwrap_or(&Value::Null);
        ScalingRules {
            stabilization_window_seconds: rules.int("stabilizationWindowSeconds"),
            select_policy: match rules.text("selectPolicy") {
                "Min" => SelectPolicy::Min,
                "Disabled" => SelectPolicy::Disabled,
                _ => SelectPolicy::Max,
            },
            policies: rules
                .list("policies")
                .iter()
                .map(|policy| ScalingPolicy {
                    percent: policy.text("type") == "Percent",
                    value: policy.int("value").unwrap_or_default(),
                    period_seconds: policy.int("periodSeconds").unwrap_or_default(),
                })
                .collect(),
            tolerance: rules.get("tolerance").and_then(amount),
        }
    }
}
