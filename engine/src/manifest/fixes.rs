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
    let mut text = String::new();
    write_members(members, at.column as usize - 1, &mut text);
    Some(Edit {
        span: Span { start: at, end: at },
        text,
    })
}

/// Takes a member out of a block map, with its line; not the last one, after which a line of another map may stand.
pub fn remove(text: &str, map: &Node, key: &str) -> Option<Edit> {
    let start = map.entry(key)?.key_span.start;
    let next = map.entries().iter().map(|entry| entry.key_span.start);
    let end = next.filter(|next| *next > start).min()?;
    let between = text.get(start.offset as usize..end.offset as usize)?;
    let is_own = start.column == end.column && !between.contains('#');
    is_own.then(|| Edit {
        span: Span { start, end },
        text: String::new(),
    })
}

/// Maps of scalars as block YAML, each line followed by the indentation of the next. The whole of YAML is not needed here,
/// and the library that prints it would be a tenth of what a visitor downloads.
fn write_members(members: &Value, indent: usize, text: &mut String) {
    for (key, value) in members.as_map().into_iter().flatten() {
        text.push_str(&plain_or_quoted(key));
        text.push(':');
        match value {
            Value::Map(_) => {
                text.push_str(&format!("\n{}", " ".repeat(indent + 2)));
                write_members(value, indent + 2, text);
                text.truncate(text.len() - 2);
            }
            value => {
                let value = scalar_text(value);
                text.push_str(&format!(" {value}\n{}", " ".repeat(indent)));
            }
        }
    }
}

fn scalar_text(value: &Value) -> String {
    match value {
        Value::Int(number) => number.to_string(),
        Value::Bool(value) => value.to_string(),
        value => plain_or_quoted(value.as_str().unwrap_or_default()),
    }
}

/// Text that reads back as the same text.
fn plain_or_quoted(text: &str) -> String {
    let harmless = |byte: u8| byte.is_ascii_alphanumeric() || b"-._/".contains(&byte);
    let starts_well = text.starts_with(|first: char| first.is_ascii_alphabetic());
    let is_text = matches!(super::scalar::resolve(text), super::tree::Data::String(_));
    if starts_well && is_text && text.bytes().all(harmless) {
        text.to_owned()
    } else {
        format!("{text:?}")
    }
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
                let text = scalar_text(value);
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
