//! Where a field path of the API server stands in the text.

use super::diagnostic::Span;
use super::tree::{Data, Entry, Node};

/// The place of the value at `field`; for one that is missing the key of its nearest parent. `message` helps where the
/// server names a whole map and the culprit is one member.
pub fn locate(document: &Node, field: &str, message: &str) -> Span {
    let mut node = document;
    let mut span = head(document);
    for segment in segments(field) {
        match step(node, &segment) {
            Some(Step::Member(entry)) => {
                node = &entry.value;
                span = entry.key_span;
            }
            Some(Step::Item(item)) => {
                node = item;
                span = head(item);
            }
            None => return span,
        }
    }
    match &node.data {
        Data::Map(entries) => culprit(entries, message).unwrap_or(span),
        Data::List(_) => span,
        _ if node.span.start == node.span.end => span,
        _ => node.span,
    }
}

enum Step<'a> {
    Member(&'a Entry),
    Item(&'a Node),
}

fn step<'a>(node: &'a Node, segment: &str) -> Option<Step<'a>> {
    if let Data::List(items) = &node.data {
        return items.get(segment.parse::<usize>().ok()?).map(Step::Item);
    }
    // Where the server's path is not the manifest's.
    let inner = match segment {
        "labels" | "annotations" => "metadata",
        "storage" => "requests",
        _ => "",
    };
    let direct = node.entry(segment);
    let nested = || node.entry(inner).and_then(|entry| entry.value.entry(segment));
    let singular = || {
        if segment == "clusterIPs" {
            node.entry("clusterIP")
        } else {
            None
        }
    };
    direct.or_else(nested).or_else(singular).map(Step::Member)
}

/// The member of a map that a message is about: the one whose key or value it quotes, or `type`.
fn culprit(entries: &[Entry], message: &str) -> Option<Span> {
    let (_, rest) = message.split_once("value: ")?;
    if rest.starts_with("{\"Type\":") {
        return entries
            .iter()
            .find(|entry| entry.key == "type")
            .map(|entry| entry.value.span);
    }
    let quoted = rest.strip_prefix('"')?;
    let is_quoted = |text: &str| quoted.strip_prefix(text).is_some_and(|rest| rest.starts_with('"'));
    entries.iter().find_map(|entry| match &entry.value.data {
        _ if is_quoted(&entry.key) => Some(entry.key_span),
        Data::String(text) if is_quoted(text) => Some(entry.value.span),
        _ => None,
    })
}

/// The first member of a map, which is what stands in its first line; else the node.
pub fn head(node: &Node) -> Span {
    match &node.data {
        Data::Map(entries) if !entries.is_empty() => {
            let Entry { key_span, value, .. } = &entries[0];
            match &value.data {
                Data::Map(_) | Data::List(_) | Data::Null => *key_span,
                _ => Span {
                    start: key_span.start,
                    end: value.span.end.max(key_span.end),
                },
            }
        }
        _ => node.span,
    }
}

/// `a.b[0].c[x.y]` as `a`, `b`, `0`, `c`, `x.y`.
fn segments(field: &str) -> Vec<String> {
    let mut out = vec![String::new()];
    let mut bracket = false;
    for char in field.chars() {
        match char {
            '.' if !bracket => out.push(String::new()),
            '[' if !bracket => {
                bracket = true;
                out.push(String::new());
            }
            ']' if bracket => bracket = false,
            _ => out.last_mut().map_or((), |last| last.push(char)),
        }
    }
    out.retain(|segment| !segment.is_empty());
    out
}
