//! Node: where Pods run.

use super::meta::{ConditionStatus, ObjectMeta};
use super::resources::{Resources, resource_value, resources};
use crate::time::Time;
use crate::value::{Map, Value};
use std::fmt;
use std::str::FromStr;

/// A node.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Node {
    /// Metadata; the namespace is empty.
    pub meta: ObjectMeta,
    /// Whether it is cordoned: no new Pods are bound to it.
    pub unschedulable: bool,
    /// What keeps Pods away that do not tolerate it.
    pub taints: Vec<Taint>,
    /// What it offers to Pods, `pods` among it; what is not named is there without limit.
    pub allocatable: Resources,
    /// The condition Ready, as the control plane knows it.
    pub ready: ConditionStatus,
    /// Since when its kubelet has been silent, whether or not anybody knows.
    pub silent_since: Option<Time>,
    /// When its kubelet was heard again after it had been silent.
    pub heard_at: Time,
}

/// Something that keeps Pods away.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Taint {
    /// What it is about.
    pub key: String,
    /// More about it.
    pub value: String,
    /// `NoSchedule`, `PreferNoSchedule` or `NoExecute`.
    pub effect: String,
}

/// The taint of a node whose kubelet says that it is not ready.
pub const NOT_READY: &str = "node.kubernetes.io/not-ready";
/// The taint of a node whose kubelet says nothing.
pub const UNREACHABLE: &str = "node.kubernetes.io/unreachable";
/// The taint by which an admin certifies that a node is dead (NODE-27).
pub const OUT_OF_SERVICE: &str = "node.kubernetes.io/out-of-service";
/// The label that names a node's zone.
pub const ZONE: &str = "topology.kubernetes.io/zone";

/// Which taints a Pod puts up with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Toleration {
    /// The taint's key; empty, with `exists`, for all.
    pub key: String,
    /// Whether any value will do (`operator: Exists`).
    pub exists: bool,
    /// The taint's value.
    pub value: String,
    /// The taint's effect; empty for all.
    pub effect: String,
    /// How long it puts up with a taint that evicts; `None`: for ever.
    pub seconds: Option<i64>,
}

impl Node {
    /// A node with a name and nothing special.
    pub fn named(name: &str) -> Node {
        let mut labels = crate::ordered::Ordered::new();
        let mut meta = ObjectMeta::named(&"".into(), name);
        labels.insert("kubernetes.io/hostname".into(), meta.name.clone());
        meta.labels = labels.into();
        Node {
            meta,
            unschedulable: false,
            taints: Vec::new(),
            allocatable: Resources::new(),
            ready: ConditionStatus::True,
            silent_since: None,
            heard_at: Time::ZERO,
        }
    }

    /// Its zone; empty for none.
    pub fn zone(&self) -> &str {
        self.meta.labels.get(ZONE).map_or("", |zone| zone)
    }

    /// Whether it has a taint of this key and effect.
    pub fn has_taint(&self, key: &str, effect: &str) -> bool {
        self.taints
            .iter()
            .any(|taint| taint.key == key && taint.effect == effect)
    }

    /// Reads a whole object.
    pub fn from_value(object: &Value) -> Node {
        let mut meta = ObjectMeta::from_value(object);
        meta.namespace = "".into();
        let taints = object.at(&["spec", "taints"]).map_or(&[][..], Value::items);
        Node {
            meta,
            unschedulable: object.at(&["spec", "unschedulable"]).and_then(Value::as_bool) == Some(true),
            taints: taints.iter().map(Taint::from_value).collect(),
            allocatable: resources(
                object
                    .at(&["status", "allocatable"])
                    .or_else(|| object.at(&["status", "capacity"])),
            ),
            ready: ConditionStatus::True,
            silent_since: None,
            heard_at: Time::ZERO,
        }
    }

    pub(super) fn to_value(&self) -> Value {
        let mut object = Value::default();
        let spec = object.entry("spec");
        *spec = Value::Map(Map::new());
        if self.unschedulable {
            *spec.entry("unschedulable") = true.into();
        }
        if !self.taints.is_empty() {
            *spec.entry("taints") = Value::List(self.taints.iter().map(Taint::to_value).collect());
        }
        if !self.allocatable.is_empty() {
            *object.entry("status").entry("allocatable") = resource_value(&self.allocatable);
        }
        object
    }
}

fn text(value: &Value, key: &str) -> String {
    value.text(key).to_owned()
}

impl Taint {
    /// A taint without a value.
    pub fn new(key: &str, effect: &str) -> Taint {
        Taint {
            key: key.to_owned(),
            value: String::new(),
            effect: effect.to_owned(),
        }
    }

    fn from_value(value: &Value) -> Taint {
        Taint {
            key: text(value, "key"),
            value: text(value, "value"),
            effect: text(value, "effect"),
        }
    }

    fn to_value(&self) -> Value {
        let members = [("key", &self.key), ("value", &self.value), ("effect", &self.effect)];
        let written = members.into_iter().filter(|(_, text)| !text.is_empty());
        Value::Map(
            written
                .map(|(key, text)| (key.to_owned(), text.as_str().into()))
                .collect(),
        )
    }
}

impl Toleration {
    /// Any taint of this key and effect.
    pub fn exists(key: &str, effect: &str) -> Toleration {
        Toleration {
            key: key.to_owned(),
            exists: true,
            value: String::new(),
            effect: effect.to_owned(),
            seconds: None,
        }
    }

    pub(super) fn from_value(value: &Value) -> Toleration {
        Toleration {
            key: text(value, "key"),
            exists: text(value, "operator") == "Exists",
            value: text(value, "value"),
            effect: text(value, "effect"),
            seconds: value.int("tolerationSeconds"),
        }
    }

    /// Whether it puts up with this taint.
    pub fn tolerates(&self, taint: &Taint) -> bool {
        (self.effect.is_empty() || self.effect == taint.effect)
            && (self.key == taint.key || (self.key.is_empty() && self.exists))
            && (self.exists || self.value == taint.value)
    }
}

/// `key=value:Effect`, or `key:Effect`.
impl fmt::Display for Taint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let equals = if self.value.is_empty() { "" } else { "=" };
        write!(f, "{}{equals}{}:{}", self.key, self.value, self.effect)
    }
}

/// Reads what [`Taint`] writes. The error is kubectl's.
impl FromStr for Taint {
    type Err = String;
    fn from_str(text: &str) -> Result<Taint, String> {
        let Some((pair, effect)) = text.rsplit_once(':') else {
            return Err(format!("invalid taint spec: {text}"));
        };
        if !matches!(effect, "NoSchedule" | "PreferNoSchedule" | "NoExecute") {
            return Err(format!("invalid taint effect: {effect}, unsupported taint effect"));
        }
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        Ok(Taint {
            value: value.to_owned(),
            ..Taint::new(key, effect)
        })
    }
}
