//! Metrics as autoscaling/v2beta1 wrote them, turned into those of autoscaling/v2 (ADM-124): in the tree that is decoded,
//! and in the text.

use super::diagnostic::{Edit, Span};
use super::tree::{Data, Entry, Node};

/// Old name, the struct that holds the value now, its type there (if it has one), and the value's name in it.
const RENAMED: [(&str, &str, &str, &str); 7] = [
    (
        "targetAverageUtilization",
        "target",
        "Utilization",
        "averageUtilization",
    ),
    ("targetAverageValue", "target", "AverageValue", "averageValue"),
    ("averageValue", "target", "AverageValue", "averageValue"),
    ("targetValue", "target", "Value", "value"),
    ("metricName", "metric", "", "name"),
    ("metricSelector", "metric", "", "selector"),
    ("selector", "metric", "", "selector"),
];

/// The document with its metrics renamed, and the same in the text; `None` where a line can't say it.
pub fn modernise(document: &Node) -> (Node, Option<Vec<Edit>>) {
    let (mut document, mut edits) = (document.clone(), Some(Vec::new()));
    let metrics = member(&mut document, "spec").and_then(|spec| member(spec, "metrics"));
    if let Some(Data::List(metrics)) = metrics.map(|metrics| &mut metrics.data) {
        for metric in metrics {
            let Data::Map(sources) = &mut metric.data else { continue };
            for source in sources {
                if let Data::Map(members) = &mut source.value.data {
                    rename(members, &mut edits);
                }
            }
        }
    }
    (document, edits)
}

fn member<'a>(node: &'a mut Node, key: &str) -> Option<&'a mut Node> {
    match &mut node.data {
        Data::Map(entries) => entries
            .iter_mut()
            .find(|entry| entry.key == key)
            .map(|entry| &mut entry.value),
        _ => None,
    }
}

/// Renames the members of one metric's source.
fn rename(members: &mut Vec<Entry>, edits: &mut Option<Vec<Edit>>) {
    let mut out: Vec<Entry> = Vec::with_capacity(members.len());
    for mut entry in std::mem::take(members) {
        // The target of an Object metric was the object.
        if entry.key == "target" && entry.value.get("name").is_some() {
            entry.key = "describedObject".to_owned();
            replace(edits, entry.key_span, Some(entry.key.clone()));
            out.push(entry);
            continue;
        }
        let Some((_, holder, kind, name)) = RENAMED.iter().find(|(old, ..)| *old == entry.key) else {
            out.push(entry);
            continue;
        };
        let Entry { key_span, value, .. } = entry;
        let span = Span {
            start: key_span.start,
            end: value.span.end,
        };
        let is_second = out.iter().any(|other| other.key == *holder);
        let text = match &value.data {
            _ if is_second => None,
            Data::Int(number) => Some(number.to_string()),
            Data::String(text) => Some(format!("{text:?}")),
            _ => None,
        };
        let of = |key: &str, value| Entry {
            key: key.to_owned(),
            key_span,
            value,
        };
        let mut inner = Vec::new();
        let mut line = String::new();
        if !kind.is_empty() {
            let data = Data::String((*kind).to_owned());
            inner.push(of("type", Node { span, data }));
            line = format!("type: {kind}, ");
        }
        inner.push(of(name, value));
        replace(
            edits,
            span,
            text.map(|text| format!("{holder}: {{{line}{name}: {text}}}")),
        );
        match out
            .iter_mut()
            .find(|other| other.key == *holder)
            .map(|other| &mut other.value.data)
        {
            Some(Data::Map(held)) => held.extend(inner),
            _ => out.push(of(
                holder,
                Node {
                    span,
                    data: Data::Map(inner),
                },
            )),
        }
    }
    *members = out;
}

fn replace(edits: &mut Option<Vec<Edit>>, span: Span, text: Option<String>) {
    match (edits.as_mut(), text) {
        (Some(edits), Some(text)) => edits.push(Edit { span, text }),
        _ => *edits = None,
    }
}
