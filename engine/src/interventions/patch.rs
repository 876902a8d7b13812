//! `kubectl patch`: the patch as it was typed, read when it is carried out.

use super::{Outcome, answered, edit};
use crate::api::Object;
use crate::kubectl;
use crate::manifest;
use crate::release::Gates;
use crate::scenario::Patch;
use crate::value::Value;

pub(super) fn patch(gates: Gates, object: &Object, patch: &Patch) -> Outcome {
    let wanted = match patch.value() {
        Ok(wanted) => wanted,
        Err(text) => return Outcome::refused(text),
    };
    let mut refusal = None;
    let edited = edit(gates, object, |value| {
        let before = value.clone();
        if patch.strategic {
            refusal = manifest::strategic_merge_patch(value, &wanted).err();
        } else {
            manifest::json_merge_patch(value, &wanted);
        }
        refusal = refusal.take().or_else(|| misfit(value));
        // Nothing is stored of what is refused.
        if refusal.is_some() {
            *value = before;
        }
    });
    match refusal {
        Some(refusal) => Outcome::refused(format!("The request is invalid: patch: {refusal}")),
        None => answered(object, edited, "patched"),
    }
}

/// The first field that does not exist or has a wrong type.
fn misfit(value: &Value) -> Option<String> {
    let mut written = value.clone();
    if let Value::Map(members) = &mut written {
        members.remove("status");
    }
    let found = manifest::read(&kubectl::yaml(&written)).diagnostics;
    let decoding = |message: &&String| message.starts_with("json: ") || message.starts_with("strict decoding error");
    let mut messages = found.iter().map(|diagnostic| &diagnostic.message).filter(decoding);
    messages.next().cloned()
}

impl Patch {
    /// What it says. The error is kubectl's, but for what follows its second colon.
    pub fn value(&self) -> Result<Value, String> {
        let (node, findings) = manifest::parse(&self.text);
        let value = node.to_patch();
        let wrong = findings.first().map(|finding| finding.message.as_str());
        match (wrong, &value) {
            (None, Value::Map(_)) => Ok(value),
            (wrong, _) => Err(format!(
                "error: unable to parse {:?}: {}",
                self.text,
                wrong.unwrap_or("expected a map")
            )),
        }
    }
}
