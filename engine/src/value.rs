//! A JSON-like value: the form in which whole objects are merged, patched, compared, hashed and printed.
//!
//! Controllers work on the typed objects of [`crate::api`]; everything that must treat all fields alike (server-side
//! apply, merge patches, template equality, YAML views) works on a `Value`, so that fields which the engine does not
//! model are kept. Maps are ordered by key, as `kubectl get -o yaml` prints them.

use crate::ordered::Ordered;
use serde::ser::{Serialize, SerializeMap, Serializer};

/// An ordered map from field name to value.
pub type Map = Ordered<String, Value>;

/// One JSON value. Numbers keep whether they were written as integers.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Value {
    /// `null`; in manifests the same as an absent field.
    #[default]
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// An integer.
    Int(i64),
    /// A number with a fraction or exponent.
    Float(f64),
    /// Text.
    String(String),
    /// A list.
    List(Vec<Value>),
    /// An object.
    Map(Map),
}

impl Value {
    /// The number, or nothing where it is 0: the API leaves such counts out.
    pub fn unless_zero(number: i64) -> Value {
        if number == 0 { Value::Null } else { Value::Int(number) }
    }

    /// The list, or nothing where it is empty.
    pub fn unless_empty(items: impl IntoIterator<Item = Value>) -> Value {
        let items: Vec<Value> = items.into_iter().collect();
        if items.is_empty() {
            Value::Null
        } else {
            Value::List(items)
        }
    }

    /// A map of these members; what is `Null` is left out.
    fn of_members(members: &mut [(&str, Value)]) -> Value {
        let present = members.iter_mut().filter(|(_, value)| *value != Value::Null);
        Value::Map(
            present
                .map(|(key, value)| ((*key).to_owned(), std::mem::take(value)))
                .collect(),
        )
    }

    /// The member `key` of a map; `None` when absent, `null`, or when this is not a map.
    pub fn get(&self, key: &str) -> Option<&Value> {
        match self {
            Value::Map(map) => map.get(key).filter(|value| **value != Value::Null),
            _ => None,
        }
    }

    /// The value at a path of member names, as [`Value::get`] step by step.
    pub fn at(&self, path: &[&str]) -> Option<&Value> {
        path.iter().try_fold(self, |value, key| value.get(key))
    }

    /// The text of the member `key`; empty where there is none.
    pub fn text(&self, key: &str) -> &str {
        self.get(key).and_then(Value::as_str).unwrap_or_default()
    }

    /// The number of the member `key`, if it is an integer.
    pub fn int(&self, key: &str) -> Option<i64> {
        self.get(key).and_then(Value::as_int)
    }

    /// The elements of the member `key`; none where it is no list.
    pub fn list(&self, key: &str) -> &[Value] {
        self.get(key).map_or(&[], Value::items)
    }

    /// The member `key` of a map, made on demand; a value that is no map becomes one.
    pub fn entry(&mut self, key: &str) -> &mut Value {
        if !matches!(self, Value::Map(_)) {
            *self = Value::Map(Map::new());
        }
        match self {
            Value::Map(map) => map.or_default(key.to_owned()),
            _ => unreachable!("just made a map"),
        }
    }

    /// Text, if this is text.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// The number, if this is an integer.
    pub fn as_int(&self) -> Option<i64> {
        match self {
            Value::Int(number) => Some(*number),
            _ => None,
        }
    }

    /// The truth value, if this is one.
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Value::Bool(value) => Some(*value),
            _ => None,
        }
    }

    /// The elements, if this is a list; else none.
    pub fn items(&self) -> &[Value] {
        match self {
            Value::List(items) => items,
            _ => &[],
        }
    }

    /// The members, if this is a map.
    pub fn as_map(&self) -> Option<&Map> {
        match self {
            Value::Map(map) => Some(map),
            _ => None,
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Value::String(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Value::String(text)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Value::Int(number)
    }
}

impl From<Option<i64>> for Value {
    fn from(number: Option<i64>) -> Self {
        number.map_or(Value::Null, Value::Int)
    }
}

/// A map; what is `Null` is left out.
impl<const N: usize> From<[(&str, Value); N]> for Value {
    fn from(mut members: [(&str, Value); N]) -> Self {
        Value::of_members(&mut members)
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Value::Bool(value)
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Value::Null => serializer.serialize_unit(),
            Value::Bool(value) => serializer.serialize_bool(*value),
            Value::Int(number) => serializer.serialize_i64(*number),
            Value::Float(number) => serializer.serialize_f64(*number),
            Value::String(text) => serializer.serialize_str(text),
            Value::List(items) => serializer.collect_seq(items),
            Value::Map(map) => {
                let mut out = serializer.serialize_map(Some(map.len()))?;
                for (key, value) in map {
                    out.serialize_entry(key, value)?;
                }
                out.end()
            }
        }
    }
}
