//! Changes of the text that mend what beginners run into most: one click in the page.

use super::diagnostic::{Edit, Fix, Span};
use super::tree::{Entry, Node};
use super::validate::Invalid;
use crate::value::Value;

/// The change that mends a broken rule, where there is an obvious one. `span`: the place of the finding.
pub fn find(document: &Node, object: &Value, broken: &Invalid, span: Span) -> Option<Fix> {
    if broken.message.ends_with("may not be 0 when `maxSurge` is 0") {
        return Some(Fix::replace(span, "1"));
    }
    if broken.message.ends_with("`selector` does not match template `labels`") {
        return same_labels(document, object);
    }
    if broken.message == "spec.selector: Required value" {
        return add_selector(document, object);
    }
    None
}

/// Text put in front of the first member of a block map: `members` as YAML at the same indentation.
pub fn insert(map: &Node, members: &Value) -> Option<Edit> {
    // A flow map starts with its brace, a block map with its first key; only the latter can be added to like this.
    let Entry { key_span, .. } = map.entries().first()?;
    if map.span.start != key_span.start {
        return None;
    }
    let at = key_span.start;
    let indent = format!("\n{}", " ".repeat(at.column as usize - 1));
    let text = super::to_yaml(members).replace('\n', &indent);
    Some(Edit {
        span: Span { start: at, end: at },
        text,
    })
}

/// The template's labels made what the selector wants.
fn same_labels(document: &Node, object: &Value) -> Option<Fix> {
    let wanted = object.at(&["spec", "selector", "matchLabels"])?.as_map()?;
    let labels = document.at(&["spec", "template", "metadata", "labels"])?;
    let mut edits = Vec::new();
    let mut missing = Value::default();
    for (key, value) in wanted {
        match labels.entry(key).map(|entry| &entry.value) {
            Some(label) if label.as_str() == value.as_str() => {}
            Some(label) => {
                let text = super::to_yaml(value).trim_end().to_owned();
                edits.push(Edit { span: label.span, text });
            }
            None => *missing.entry(key) = value.clone(),
        }
    }
    if missing != Value::Null {
        edits.push(insert(labels, &missing)?);
    }
    let title = "Give the Pods the selector's labels".to_owned();
    (!edits.is_empty()).then(|| Fix::new(title, edits))
}

/// A selector made of the template's labels.
fn add_selector(document: &Node, object: &Value) -> Option<Fix> {
    let labels = object.at(&["spec", "template", "metadata", "labels"])?;
    let mut members = Value::default();
    *members.entry("selector").entry("matchLabels") = labels.clone();
    let edits = vec![insert(document.get("spec")?, &members)?];
    Some(Fix {
        title: "Add a selector for the template's labels".to_owned(),
        edits,
    })
}
