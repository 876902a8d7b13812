//! The differences between a recorded state and the engine's, field by field.

use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt;

/// One field that is not as recorded.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// Where: `Deployment/web status.replicas`.
    pub place: String,
    /// What was recorded; `None`: nothing.
    pub expected: Option<Value>,
    /// What the engine has; `None`: nothing.
    pub got: Option<Value>,
}

impl Difference {
    /// A difference that says itself what was expected and what came.
    pub(crate) fn told(text: String) -> Difference {
        Difference {
            place: text,
            expected: None,
            got: None,
        }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.expected.is_none() && self.got.is_none() {
            return f.write_str(&self.place);
        }
        let show = |value: &Option<Value>| value.as_ref().map_or_else(|| "nothing".to_owned(), shorten);
        write!(
            f,
            "{}: expected {}, got {}",
            self.place,
            show(&self.expected),
            show(&self.got)
        )
    }
}

fn shorten(value: &Value) -> String {
    const MOST: usize = 400;
    let text = value.to_string();
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

/// The differences between two states.
pub fn states(expected: &BTreeMap<String, Value>, got: &BTreeMap<String, Value>) -> Vec<Difference> {
    let mut differences = Vec::new();
    for (path, recorded) in expected {
        match got.get(path) {
            Some(ours) => values(path, recorded, ours, &mut differences),
            None => differences.push(missing(path, Some(recorded), None)),
        }
    }
    let extra = got.iter().filter(|(path, _)| !expected.contains_key(*path));
    differences.extend(extra.map(|(path, ours)| missing(path, None, Some(ours))));
    differences
}

fn missing(path: &str, expected: Option<&Value>, got: Option<&Value>) -> Difference {
    Difference {
        place: path.to_owned(),
        expected: expected.cloned(),
        got: got.cloned(),
    }
}

/// Adds the differences between two values at a place.
pub fn values(place: &str, expected: &Value, got: &Value, differences: &mut Vec<Difference>) {
    if expected == got {
        return;
    }
    let (Value::Object(recorded), Value::Object(ours)) = (expected, got) else {
        let lists_of_conditions = (expected.as_array(), got.as_array());
        if let (Some(recorded), Some(ours)) = lists_of_conditions
            && recorded.len() == ours.len()
            && recorded.iter().all(Value::is_object)
        {
            for (index, (recorded, ours)) in recorded.iter().zip(ours).enumerate() {
                values(&format!("{place}[{index}]"), recorded, ours, differences);
            }
            return;
        }
        differences.push(missing(place, Some(expected), Some(got)));
        return;
    };
    for (key, recorded) in recorded {
        let place = inner(place, key);
        match ours.get(key) {
            Some(ours) => values(&place, recorded, ours, differences),
            None => differences.push(missing(&place, Some(recorded), None)),
        }
    }
    for (key, ours) in ours.iter().filter(|(key, _)| !recorded.contains_key(*key)) {
        differences.push(missing(&inner(place, key), None, Some(ours)));
    }
}

fn inner(place: &str, key: &str) -> String {
    let sign = if place.contains(' ') { '.' } else { ' ' };
    format!("{place}{sign}{key}")
}
