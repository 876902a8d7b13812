//! ReplicaSet; and ReplicationController, which is the same under an older name.

use super::meta::{Condition, Name, ObjectMeta, labels};
use super::selector::LabelSelector;
use super::template::{POD_TEMPLATE_HASH, PodTemplate};
use crate::value::Value;
use std::rc::Rc;

/// A ReplicaSet.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct ReplicaSet {
    /// Metadata.
    pub meta: ObjectMeta,
    /// What is asked for.
    pub spec: ReplicaSetSpec,
    /// What the controller saw.
    pub status: ReplicaSetStatus,
}

/// What is asked for.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct ReplicaSetSpec {
    /// Pods wanted.
    pub replicas: i64,
    /// Seconds a Pod must be Ready before it counts as available.
    pub min_ready_seconds: i64,
    /// Which Pods belong to it.
    pub selector: LabelSelector,
    /// The Pods' template.
    pub template: Rc<PodTemplate>,
    /// The template's label `pod-template-hash`, if a Deployment made this ReplicaSet.
    pub template_hash: Option<Name>,
}

/// What the controller saw.
#[derive(Clone, Debug, Default, PartialEq)]
#[expect(missing_docs, reason = "the API's own names")]
#[derive(serde::Serialize, serde::Deserialize)]
pub struct ReplicaSetStatus {
    pub observed_generation: i64,
    pub replicas: i64,
    pub fully_labeled_replicas: i64,
    pub ready_replicas: i64,
    pub available_replicas: i64,
    /// Absent before the first look.
    pub terminating_replicas: Option<i64>,
    pub conditions: Vec<Condition>,
}

impl ReplicaSet {
    /// Reads a whole, defaulted object.
    pub fn from_value(object: &Value) -> ReplicaSet {
        let spec = object.get("spec").unwrap_or(&Value::Null);
        let number = |key: &str, absent: i64| spec.int(key).unwrap_or(absent);
        let (template, template_hash) = PodTemplate::from_value(spec.get("template"));
        ReplicaSet {
            meta: ObjectMeta::from_value(object),
            spec: ReplicaSetSpec {
                replicas: number("replicas", 1),
                min_ready_seconds: number("minReadySeconds", 0),
                selector: ReplicaSet::selector(object),
                template: Rc::new(template),
                template_hash,
            },
            status: ReplicaSetStatus::default(),
        }
    }

    /// A ReplicationController's selector is a plain map (RS-40).
    fn selector(object: &Value) -> LabelSelector {
        let selector = object.at(&["spec", "selector"]);
        if object.get("kind").and_then(Value::as_str) != Some("ReplicationController") {
            return LabelSelector::from_value(selector);
        }
        LabelSelector {
            match_labels: labels(selector),
            match_expressions: Vec::new(),
        }
    }

    pub(super) fn to_value(&self) -> Value {
        let spec = Value::from([
            ("replicas", self.spec.replicas.into()),
            ("selector", self.spec.selector.to_value()),
            ("template", self.labelled_template()),
            ("minReadySeconds", Value::unless_zero(self.spec.min_ready_seconds)),
        ]);
        let mut object = Value::default();
        *object.entry("spec") = spec;
        *object.entry("status") = self.status.to_value();
        object
    }

    /// The template with the label that tells its Pods apart.
    pub fn labelled_template(&self) -> Value {
        let mut template = self.spec.template.value.clone();
        if let Some(hash) = &self.spec.template_hash {
            *template.entry("metadata").entry("labels").entry(POD_TEMPLATE_HASH) = hash.as_ref().into();
        }
        template
    }

    /// Whether it is meant to have Pods.
    pub fn is_active(&self) -> bool {
        self.spec.replicas > 0
    }
}

impl ReplicaSetStatus {
    /// The condition of this type, if it is there.
    pub fn condition(&self, r#type: &str) -> Option<&Condition> {
        self.conditions.iter().find(|condition| condition.r#type == r#type)
    }

    /// The counters and conditions as the API shows them; `replicas` is always there.
    pub fn to_value(&self) -> Value {
        Value::from([
            ("observedGeneration", Value::unless_zero(self.observed_generation)),
            ("replicas", self.replicas.into()),
            ("fullyLabeledReplicas", Value::unless_zero(self.fully_labeled_replicas)),
            ("readyReplicas", Value::unless_zero(self.ready_replicas)),
            ("availableReplicas", Value::unless_zero(self.available_replicas)),
            ("terminatingReplicas", self.terminating_replicas.into()),
            ("conditions", Condition::list(&self.conditions)),
        ])
    }
}
