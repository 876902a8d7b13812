//! StatefulSet.

use super::meta::{Name, ObjectMeta};
use super::selector::LabelSelector;
use super::template::{IntOrPercent, PodTemplate};
use crate::shared::Shared;
use crate::value::Value;
use std::rc::Rc;

/// A StatefulSet.
#[derive(Clone, Debug, PartialEq)]
pub struct StatefulSet {
    /// Metadata; with what is asked for shared by all versions of the set that only report.
    pub meta: Shared<ObjectMeta>,
    /// What is asked for.
    pub spec: Shared<StatefulSetSpec>,
    /// What the controller saw.
    pub status: StatefulSetStatus,
}

/// What is asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct StatefulSetSpec {
    /// Pods wanted.
    pub replicas: i64,
    /// The first Pod's number (`spec.ordinals.start`).
    pub start: i64,
    /// Which Pods belong to it.
    pub selector: LabelSelector,
    /// The Pods' template.
    pub template: Rc<PodTemplate>,
    /// The headless Service that names the Pods; may be empty.
    pub service_name: Name,
    /// Claims that each Pod gets, as written.
    pub volume_claim_templates: Rc<[Value]>,
    /// Whether Pods are created and removed in order.
    pub pod_management_policy: PodManagementPolicy,
    /// How Pods get a new template.
    pub update_strategy: UpdateStrategy,
    /// Old revisions kept for undo.
    pub revision_history_limit: i64,
    /// Seconds a Pod must be Ready before it counts as available.
    pub min_ready_seconds: i64,
    /// What becomes of the claims.
    pub retention_policy: RetentionPolicy,
}

/// Whether Pods are created and removed in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PodManagementPolicy {
    /// One after the other, each waiting for its predecessors.
    OrderedReady,
    /// All at once.
    Parallel,
}

/// How Pods get a new template.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum UpdateStrategy {
    /// When the user deletes them.
    OnDelete,
    /// From the highest number down. Whether the block `rollingUpdate` is there matters (STS-30).
    RollingUpdate(Option<RollingUpdate>),
}

/// The bounds of a rolling update.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RollingUpdate {
    /// Pods numbered below it keep the old template.
    pub partition: i64,
    /// Pods that may be out of service at once; acted upon with the gate `MaxUnavailableStatefulSet`.
    pub max_unavailable: Option<IntOrPercent>,
}

/// What becomes of the claims; `true` stands for `Delete`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RetentionPolicy {
    /// When the StatefulSet is deleted.
    pub when_deleted: bool,
    /// When a Pod is removed by scaling down.
    pub when_scaled: bool,
}

/// What the controller saw.
#[derive(Clone, Debug, Default, PartialEq)]
#[expect(missing_docs, reason = "the API's own names")]
pub struct StatefulSetStatus {
    pub replicas: i64,
    pub ready_replicas: i64,
    pub current_replicas: i64,
    pub updated_replicas: i64,
    pub available_replicas: i64,
    /// What changes less often than the counts; shared by all versions between which it does not.
    pub seen: Shared<Seen>,
}

/// What the controller saw beside the counts of Pods.
#[derive(Clone, Debug, Default, PartialEq)]
#[expect(missing_docs, reason = "the API's own names")]
pub struct Seen {
    pub observed_generation: i64,
    /// Name of the revision that Pods below the partition have; empty before the first look.
    pub current_revision: Name,
    /// Name of the template's revision; empty before the first look.
    pub update_revision: Name,
    pub collision_count: Option<i64>,
}

impl StatefulSet {
    /// Reads a whole, defaulted object.
    pub fn from_value(object: &Value) -> StatefulSet {
        StatefulSet {
            meta: ObjectMeta::from_value(object).into(),
            spec: StatefulSetSpec::from_value(object.get("spec").unwrap_or(&Value::Null)).into(),
            status: StatefulSetStatus::default(),
        }
    }

    pub(super) fn to_value(&self) -> Value {
        let mut object = Value::default();
        *object.entry("spec") = self.spec.to_value();
        *object.entry("status") = self.status.to_value();
        object
    }

    /// The number of the Pod with this name: `None` if it is not one of this set's names (STS-04).
    pub fn ordinal_of(&self, pod_name: &str) -> Option<i64> {
        ordinal_of(&self.meta.name, pod_name)
    }
}

/// The same for a set of this name.
pub fn ordinal_of(set: &str, pod_name: &str) -> Option<i64> {
    let number = pod_name.strip_prefix(set)?.strip_prefix('-')?;
    let digits = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| number.parse::<i32>().ok()).flatten().map(i64::from)
}

impl StatefulSetSpec {
    fn from_value(spec: &Value) -> StatefulSetSpec {
        let number = |key: &str, absent: i64| spec.int(key).unwrap_or(absent);
        StatefulSetSpec {
            replicas: number("replicas", 1),
            start: spec.at(&["ordinals", "start"]).and_then(Value::as_int).unwrap_or(0),
            selector: LabelSelector::from_value(spec.get("selector")),
            template: Rc::new(PodTemplate::from_value(spec.get("template")).0),
            service_name: spec.text("serviceName").into(),
            volume_claim_templates: spec.list("volumeClaimTemplates").into(),
            pod_management_policy: match spec.text("podManagementPolicy") {
                "Parallel" => PodManagementPolicy::Parallel,
                _ => PodManagementPolicy::OrderedReady,
            },
            update_strategy: UpdateStrategy::from_value(spec.get("updateStrategy")),
            revision_history_limit: number("revisionHistoryLimit", 10),
            min_ready_seconds: number("minReadySeconds", 0),
            retention_policy: RetentionPolicy::from_value(spec.get("persistentVolumeClaimRetentionPolicy")),
        }
    }

    fn to_value(&self) -> Value {
        let policy = match self.pod_management_policy {
            PodManagementPolicy::OrderedReady => "OrderedReady",
            PodManagementPolicy::Parallel => "Parallel",
        };
        let ordinals = match self.start {
            0 => Value::Null,
            start => Value::from([("start", start.into())]),
        };
        Value::from([
            ("replicas", self.replicas.into()),
            ("ordinals", ordinals),
            ("selector", self.selector.to_value()),
            ("template", self.template.value.clone()),
            ("serviceName", self.service_name.as_ref().into()),
            (
                "volumeClaimTemplates",
                Value::unless_empty(self.volume_claim_templates.to_vec()),
            ),
            ("podManagementPolicy", policy.into()),
            ("updateStrategy", self.update_strategy.to_value()),
            ("revisionHistoryLimit", self.revision_history_limit.into()),
            ("minReadySeconds", Value::unless_zero(self.min_ready_seconds)),
            ("persistentVolumeClaimRetentionPolicy", self.retention_policy.to_value()),
        ])
    }

    /// The number of the first Pod that gets the new template: start + partition (STS-41).
    pub fn update_boundary(&self) -> i64 {
        match self.update_strategy {
            UpdateStrategy::RollingUpdate(Some(bounds)) => self.start + bounds.partition,
            _ => self.start,
        }
    }

    /// Whether the number belongs to a wanted Pod.
    pub fn in_range(&self, ordinal: i64) -> bool {
        (self.start..self.start + self.replicas).contains(&ordinal)
    }
}

impl UpdateStrategy {
    fn from_value(value: Option<&Value>) -> UpdateStrategy {
        let kind = value.and_then(|value| value.get("type")).and_then(Value::as_str);
        if kind == Some("OnDelete") {
            return UpdateStrategy::OnDelete;
        }
        let block = value.and_then(|value| value.get("rollingUpdate"));
        UpdateStrategy::RollingUpdate(block.map(|block| RollingUpdate {
            partition: block.int("partition").unwrap_or(0),
            max_unavailable: IntOrPercent::from_value(block.get("maxUnavailable")),
        }))
    }

    /// The strategy as the API shows it.
    pub fn to_value(self) -> Value {
        let mut value = Value::default();
        match self {
            UpdateStrategy::OnDelete => *value.entry("type") = "OnDelete".into(),
            UpdateStrategy::RollingUpdate(bounds) => {
                *value.entry("type") = "RollingUpdate".into();
                if let Some(bounds) = bounds {
                    let block = value.entry("rollingUpdate");
                    *block.entry("partition") = bounds.partition.into();
                    if let Some(bound) = bounds.max_unavailable {
                        *block.entry("maxUnavailable") = bound.to_value();
                    }
                }
            }
        }
        value
    }
}

impl RetentionPolicy {
    fn from_value(value: Option<&Value>) -> RetentionPolicy {
        let deletes = |key: &str| value.and_then(|value| value.get(key)).and_then(Value::as_str) == Some("Delete");
        RetentionPolicy {
            when_deleted: deletes("whenDeleted"),
            when_scaled: deletes("whenScaled"),
        }
    }

    fn to_value(self) -> Value {
        let name = |delete: bool| Value::from(if delete { "Delete" } else { "Retain" });
        Value::from([
            ("whenDeleted", name(self.when_deleted)),
            ("whenScaled", name(self.when_scaled)),
        ])
    }
}

impl StatefulSetStatus {
    /// The status as the API shows it; `replicas` and `availableReplicas` are always there.
    pub fn to_value(&self) -> Value {
        let name = |revision: &Name| match &**revision {
            "" => Value::Null,
            name => name.into(),
        };
        Value::from([
            ("observedGeneration", Value::unless_zero(self.seen.observed_generation)),
            ("replicas", self.replicas.into()),
            ("readyReplicas", Value::unless_zero(self.ready_replicas)),
            ("currentReplicas", Value::unless_zero(self.current_replicas)),
            ("updatedReplicas", Value::unless_zero(self.updated_replicas)),
            ("availableReplicas", self.available_replicas.into()),
            ("currentRevision", name(&self.seen.current_revision)),
            ("updateRevision", name(&self.seen.update_revision)),
            ("collisionCount", self.seen.collision_count.into()),
        ])
    }
}
