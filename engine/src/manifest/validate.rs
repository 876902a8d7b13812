//! The server's rules.

use crate::value::Value;

/// One broken rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invalid {
    /// The field path as the API server writes it.
    pub field: String,
    /// The server's reason: `FieldValueInvalid`, `FieldValueRequired`, ...
    pub reason: &'static str,
    /// `{field}: {detail}` in the server's words.
    pub message: String,
}

/// Validates a defaulted object.
pub fn validate(_object: &Value) -> Vec<Invalid> {
    Vec::new()
}

/// What the server accepts with a warning, as (field, message).
pub fn warnings(_object: &Value) -> Vec<(String, String)> {
    Vec::new()
}

/// Validates an update.
pub fn validate_update(_new: &Value, _old: &Value) -> Vec<Invalid> {
    Vec::new()
}
