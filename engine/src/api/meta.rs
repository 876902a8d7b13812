//! What every object has: metadata, owners, labels; and the conditions that several kinds report.

use crate::ordered::Ordered;
use crate::time::Time;
use crate::value::{Map, Value};
use std::rc::Rc;

/// A name, shared by all that mention it.
pub type Name = Rc<str>;

/// Labels or annotations, shared by all objects stamped from one template.
pub type Labels = Rc<Ordered<String, String>>;

/// Tells two objects of the same name apart. Seeded, so that "random" ties repeat from run to run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Uid(pub u64);

/// Object metadata.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ObjectMeta {
    /// Namespace; never empty.
    pub namespace: Name,
    /// Name.
    pub name: Name,
    /// Identity; set by the API server.
    pub uid: Uid,
    /// Counts changes of what the user asks for.
    pub generation: i64,
    /// When the object was stored (full precision; the API shows whole seconds).
    pub creation_timestamp: Time,
    /// When a graceful deletion will be over; set means: terminating.
    pub deletion_timestamp: Option<Time>,
    /// The grace of that deletion, in seconds.
    pub deletion_grace_period_seconds: Option<i64>,
    /// Labels.
    pub labels: Labels,
    /// Annotations.
    pub annotations: Labels,
    /// Owners; at most one of them is the controller.
    pub owner_references: Vec<OwnerReference>,
    /// What must be done before the object may vanish.
    pub finalizers: Vec<Name>,
    /// What `kubectl apply` last set and still owns; server-side apply removes what a later manifest omits.
    pub applied: Option<Rc<Value>>,
}

/// A reference to an owner.
#[derive(Clone, Debug, PartialEq)]
pub struct OwnerReference {
    /// The owner's kind.
    pub kind: &'static str,
    /// The owner's name.
    pub name: Name,
    /// The owner's identity.
    pub uid: Uid,
    /// Whether the owner is the managing controller.
    pub controller: bool,
}

impl ObjectMeta {
    /// Metadata for a new object with nothing but a name.
    pub fn named(namespace: &Name, name: impl Into<Name>) -> ObjectMeta {
        ObjectMeta {
            namespace: namespace.clone(),
            name: name.into(),
            ..ObjectMeta::default()
        }
    }

    /// The user's part of `metadata`.
    pub fn from_value(object: &Value) -> ObjectMeta {
        let text = |key: &str| object.at(&["metadata", key]).and_then(Value::as_str);
        ObjectMeta {
            namespace: text("namespace").unwrap_or("default").into(),
            name: text("name").unwrap_or_default().into(),
            labels: labels(object.at(&["metadata", "labels"])),
            annotations: labels(object.at(&["metadata", "annotations"])),
            finalizers: object
                .at(&["metadata", "finalizers"])
                .map_or(&[][..], Value::items)
                .iter()
                .filter_map(|item| item.as_str().map(Name::from))
                .collect(),
            ..ObjectMeta::default()
        }
    }

    /// `metadata` as the API shows it; times as seconds of the virtual clock.
    pub fn to_value(&self) -> Value {
        let mut map = Map::new();
        map.insert("name".into(), self.name.as_ref().into());
        map.insert("namespace".into(), self.namespace.as_ref().into());
        if self.generation > 0 {
            map.insert("generation".into(), self.generation.into());
        }
        for (key, labels) in [("labels", &self.labels), ("annotations", &self.annotations)] {
            if !labels.is_empty() {
                map.insert(key.into(), label_value(labels));
            }
        }
        if !self.owner_references.is_empty() {
            let owners = self.owner_references.iter().map(OwnerReference::to_value).collect();
            map.insert("ownerReferences".into(), Value::List(owners));
        }
        if !self.finalizers.is_empty() {
            let finalizers = self.finalizers.iter().map(|name| name.as_ref().into()).collect();
            map.insert("finalizers".into(), Value::List(finalizers));
        }
        if let Some(grace) = self.deletion_grace_period_seconds {
            map.insert("deletionGracePeriodSeconds".into(), grace.into());
        }
        Value::Map(map)
    }

    /// The reference to the managing controller, if there is one.
    pub fn controller(&self) -> Option<&OwnerReference> {
        self.owner_references.iter().find(|owner| owner.controller)
    }

    /// Whether the object has been told to go.
    pub fn is_terminating(&self) -> bool {
        self.deletion_timestamp.is_some()
    }

    /// An annotation's text.
    pub fn annotation(&self, key: &str) -> Option<&str> {
        self.annotations.get(key).map(String::as_str)
    }
}

impl OwnerReference {
    fn to_value(&self) -> Value {
        Value::Map(Map::from([
            ("kind".into(), self.kind.into()),
            ("name".into(), self.name.as_ref().into()),
            ("controller".into(), self.controller.into()),
        ]))
    }
}

/// Reads a map of texts.
pub fn labels(value: Option<&Value>) -> Labels {
    let map = value.and_then(Value::as_map);
    let texts = map
        .into_iter()
        .flatten()
        .filter_map(|(key, text)| Some((key.clone(), text.as_str()?.to_owned())));
    Rc::new(texts.collect())
}

/// Writes a map of texts.
pub(super) fn label_value(labels: &Ordered<String, String>) -> Value {
    Value::Map(
        labels
            .iter()
            .map(|(key, text)| (key.clone(), text.as_str().into()))
            .collect(),
    )
}

/// A condition's truth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the API's own names")]
pub enum ConditionStatus {
    True,
    False,
    Unknown,
}

impl ConditionStatus {
    /// As the API spells it.
    pub fn name(self) -> &'static str {
        match self {
            ConditionStatus::True => "True",
            ConditionStatus::False => "False",
            ConditionStatus::Unknown => "Unknown",
        }
    }
}

/// A condition in a status.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    /// Its type, such as `Available`.
    pub r#type: &'static str,
    /// Its truth.
    pub status: ConditionStatus,
    /// One word why.
    pub reason: &'static str,
    /// One sentence why.
    pub message: Rc<str>,
    /// When it was last confirmed (whole seconds).
    pub last_update_time: Time,
    /// When its truth last changed (whole seconds).
    pub last_transition_time: Time,
}

impl Condition {
    /// The condition as the API shows it, without times.
    pub fn to_value(&self) -> Value {
        Value::Map(Map::from([
            ("type".into(), self.r#type.into()),
            ("status".into(), self.status.name().into()),
            ("reason".into(), self.reason.into()),
            ("message".into(), self.message.as_ref().into()),
        ]))
    }
}

/// Counters as the API shows them: zeros are absent.
pub(super) fn counters<const N: usize>(counters: [(&str, i64); N]) -> Map {
    let present = counters.into_iter().filter(|(_, count)| *count != 0);
    present
        .map(|(name, count)| (name.to_owned(), Value::Int(count)))
        .collect()
}
