//! What every object has: metadata, owners, labels; and the conditions that several kinds report.

use crate::ordered::Ordered;
use crate::shared::Shared;
use crate::time::Time;
use crate::value::Value;
use std::rc::Rc;

/// A word of the API's own.
pub type Word = &'static str;

/// A name, shared by all that mention it.
pub type Name = Rc<str>;

/// Labels or annotations, shared by all objects stamped from one template; those who have others share the texts.
pub type Labels = Rc<Ordered<Name, Name>>;

/// Tells two objects of the same name apart. Seeded, so that "random" ties repeat from run to run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(from = "(u32, u32)", into = "(u32, u32)")]
pub struct Uid(pub u64);

/// Recorded numbers are no larger (`record/bytes.rs`).
impl From<(u32, u32)> for Uid {
    fn from((high, low): (u32, u32)) -> Uid {
        Uid(u64::from(high) << 32 | u64::from(low))
    }
}

impl From<Uid> for (u32, u32) {
    fn from(uid: Uid) -> (u32, u32) {
        ((uid.0 >> 32) as u32, uid.0 as u32)
    }
}

/// Object metadata.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
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
    pub owner_references: Shared<Vec<OwnerReference>>,
    /// What must be done before the object may vanish.
    pub finalizers: Vec<Name>,
    /// What was last applied.
    pub applied: Option<Rc<Applied>>,
}

/// What the two ways to apply remember of the last time.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Applied {
    /// What is still the applier's alone; server-side apply removes what a later manifest omits of it.
    #[serde(with = "crate::record::value")]
    pub owned: Value,
    /// The whole manifest (the annotation `last-applied-configuration`), whatever became of it since.
    #[serde(with = "crate::record::shared_value")]
    pub manifest: Rc<Value>,
}

/// A reference to an owner.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct OwnerReference {
    /// The owner's kind.
    #[serde(with = "crate::record::word")]
    pub kind: Word,
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
        let owners = self.owner_references.iter().map(OwnerReference::to_value);
        let finalizers = self.finalizers.iter().map(|name| name.as_ref().into());
        Value::from([
            ("name", self.name.as_ref().into()),
            ("namespace", self.namespace.as_ref().into()),
            ("generation", Value::unless_zero(self.generation)),
            ("labels", label_value(&self.labels)),
            ("annotations", label_value(&self.annotations)),
            ("ownerReferences", Value::unless_empty(owners)),
            ("finalizers", Value::unless_empty(finalizers)),
            ("deletionGracePeriodSeconds", self.deletion_grace_period_seconds.into()),
        ])
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
        self.annotations.get(key).map(|text| &**text)
    }
}

impl OwnerReference {
    fn to_value(&self) -> Value {
        let version = super::Kind::from_name(self.kind).map_or("v1", super::Kind::api_version);
        Value::from([
            ("apiVersion", version.into()),
            ("kind", self.kind.into()),
            ("name", self.name.as_ref().into()),
            ("uid", format!("{:016x}", self.uid.0).into()),
            ("controller", self.controller.into()),
        ])
    }
}

/// Reads a map of texts.
pub fn labels(value: Option<&Value>) -> Labels {
    let map = value.and_then(Value::as_map);
    let texts = map
        .into_iter()
        .flatten()
        .filter_map(|(key, text)| Some((key.as_str().into(), text.as_str()?.into())));
    Rc::new(texts.collect())
}

/// Writes a map of texts; left out where there are none.
pub(super) fn label_value(labels: &Ordered<Name, Name>) -> Value {
    if labels.is_empty() {
        return Value::Null;
    }
    let members = labels.iter().map(|(key, text)| (key.to_string(), text.as_ref().into()));
    Value::Map(members.collect())
}

/// A condition's truth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the API's own names")]
#[derive(serde::Serialize, serde::Deserialize)]
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
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Condition {
    /// Its type, such as `Available`.
    #[serde(with = "crate::record::word")]
    pub r#type: Word,
    /// Its truth.
    pub status: ConditionStatus,
    /// One word why.
    #[serde(with = "crate::record::word")]
    pub reason: Word,
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
        Value::from([
            ("type", self.r#type.into()),
            ("status", self.status.name().into()),
            ("reason", self.reason.into()),
            ("message", self.message.as_ref().into()),
        ])
    }

    /// Conditions as the API shows them; left out where there are none.
    pub(super) fn list(conditions: &[Condition]) -> Value {
        Value::unless_empty(conditions.iter().map(Condition::to_value))
    }
}
