//! Values as YAML, through `serde_yaml` in its maintained form.

use crate::value::Value;
use serde::ser::{Serialize, SerializeMap, Serializer};

/// Prints a value as YAML, keys in order.
pub fn to_yaml(value: &Value) -> String {
    // Values hold nothing that YAML could not express.
    serde_yaml::to_string(&Printed(value)).unwrap_or_default()
}

/// A value on its way to the printer.
///
/// No field of a kind that is simulated has a fraction, and the tables behind printing floats would cost every visitor
/// 10 kB; so a fraction is printed as text.
struct Printed<'a>(&'a Value);

impl Serialize for Printed<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Null => serializer.serialize_unit(),
            Value::Bool(value) => serializer.serialize_bool(*value),
            Value::Int(number) => serializer.serialize_i64(*number),
            Value::Float(number) => serializer.serialize_str(&super::scalar::json_number(*number)),
            Value::String(text) => serializer.serialize_str(text),
            Value::List(items) => serializer.collect_seq(items.iter().map(Printed)),
            Value::Map(members) => {
                let mut out = serializer.serialize_map(Some(members.len()))?;
                for (key, member) in members {
                    out.serialize_entry(key, &Printed(member))?;
                }
                out.end()
            }
        }
    }
}
