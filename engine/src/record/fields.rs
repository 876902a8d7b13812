//! How single fields are written.

use crate::api::{PodTemplate, Word};
use crate::value::Value;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::rc::Rc;

/// The words of the API are few, and stay.
pub(crate) mod word {
    use super::{Deserialize, Deserializer, Serialize, Serializer, Word};

    pub(crate) fn serialize<S: Serializer>(word: &Word, serializer: S) -> Result<S::Ok, S::Error> {
        word.serialize(serializer)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Word, D::Error> {
        Ok(String::deserialize(deserializer)?.leak())
    }
}

pub(crate) mod word_if_any {
    use super::{Deserialize, Deserializer, Serialize, Serializer, Word};

    pub(crate) fn serialize<S: Serializer>(word: &Option<Word>, serializer: S) -> Result<S::Ok, S::Error> {
        word.serialize(serializer)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Word>, D::Error> {
        let word = Option::<String>::deserialize(deserializer)?;
        Ok(word.map(|word| &*word.leak()))
    }
}

/// A value with the kind of each of its parts, as a format without names needs it.
#[derive(Serialize, Deserialize)]
enum Tagged {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    String(String),
    List(Vec<Tagged>),
    Map(Vec<(String, Tagged)>),
}

impl From<&Value> for Tagged {
    fn from(value: &Value) -> Tagged {
        match value {
            Value::Null => Tagged::Null,
            Value::Bool(truth) => Tagged::Bool(*truth),
            Value::Int(number) => Tagged::Int(*number),
            Value::Float(number) => Tagged::Float(*number),
            Value::String(text) => Tagged::String(text.clone()),
            Value::List(items) => Tagged::List(items.iter().map(Tagged::from).collect()),
            Value::Map(map) => Tagged::Map(map.iter().map(|(key, value)| (key.clone(), value.into())).collect()),
        }
    }
}

impl From<Tagged> for Value {
    fn from(value: Tagged) -> Value {
        match value {
            Tagged::Null => Value::Null,
            Tagged::Bool(truth) => Value::Bool(truth),
            Tagged::Int(number) => Value::Int(number),
            Tagged::Float(number) => Value::Float(number),
            Tagged::String(text) => Value::String(text),
            Tagged::List(items) => Value::List(items.into_iter().map(Value::from).collect()),
            Tagged::Map(map) => Value::Map(map.into_iter().map(|(key, value)| (key, value.into())).collect()),
        }
    }
}

pub(crate) mod value {
    use super::{Deserialize, Deserializer, Serialize, Serializer, Tagged, Value};

    pub(crate) fn serialize<S: Serializer>(value: &Value, serializer: S) -> Result<S::Ok, S::Error> {
        Tagged::from(value).serialize(serializer)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Value, D::Error> {
        Ok(Tagged::deserialize(deserializer)?.into())
    }
}

pub(crate) mod shared_value {
    use super::{Deserializer, Rc, Serializer, Value, value};

    pub(crate) fn serialize<S: Serializer>(shared: &Rc<Value>, serializer: S) -> Result<S::Ok, S::Error> {
        value::serialize(shared, serializer)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Rc<Value>, D::Error> {
        Ok(Rc::new(value::deserialize(deserializer)?))
    }
}

impl Serialize for PodTemplate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        value::serialize(&self.value, serializer)
    }
}

impl<'de> Deserialize<'de> for PodTemplate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<PodTemplate, D::Error> {
        Ok(PodTemplate::from_value(Some(&value::deserialize(deserializer)?)).0)
    }
}
