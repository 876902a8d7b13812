//! Node: where Pods run.

use super::meta::ObjectMeta;
use crate::value::{Map, Value};

/// A node.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Metadata; the namespace is empty.
    pub meta: ObjectMeta,
    /// Whether it is cordoned: no new Pods are bound to it.
    pub unschedulable: bool,
    /// What keeps Pods away that do not tolerate it.
    pub taints: Vec<Taint>,
}

/// Something that keeps Pods away.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Taint {
    /// What it is about.
    pub key: String,
    /// More about it.
    pub value: String,
    /// `NoSchedule`, `PreferNoSchedule` or `NoExecute`.
    pub effect: String,
}

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
}

impl Node {
    /// A node with a name and nothing special.
    pub fn named(name: &str) -> Node {
        let mut labels = crate::ordered::Ordered::new();
        labels.insert("kubernetes.io/hostname".to_owned(), name.to_owned());
        let mut meta = ObjectMeta::named(&"".into(), name);
        meta.labels = labels.into();
        Node {
            meta,
            unschedulable: false,
            taints: Vec::new(),
        }
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
        object
    }
}

fn text(value: &Value, key: &str) -> String {
    value.text(key).to_owned()
}

impl Taint {
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
        }
    }

    pub(super) fn from_value(value: &Value) -> Toleration {
        Toleration {
            key: text(value, "key"),
            exists: text(value, "operator") == "Exists",
            value: text(value, "value"),
            effect: text(value, "effect"),
        }
    }

    /// Whether it puts up with this taint.
    pub fn tolerates(&self, taint: &Taint) -> bool {
        (self.effect.is_empty() || self.effect == taint.effect)
            && (self.key == taint.key || (self.key.is_empty() && self.exists))
            && (self.exists || self.value == taint.value)
    }
}
