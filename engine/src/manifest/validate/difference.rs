//! The difference that the server appends when an immutable claim was changed: its internal type as JSON, before and
//! after.

use super::shown;
use crate::value::Value;

/// The fields of a claim's spec as Go names them, in Go's order.
const CLAIM: [(&str, &str); 9] = [
    ("AccessModes", "accessModes"),
    ("Selector", "selector"),
    ("Resources", "resources"),
    ("VolumeName", "volumeName"),
    ("StorageClassName", "storageClassName"),
    ("VolumeMode", "volumeMode"),
    ("DataSource", "dataSource"),
    ("DataSourceRef", "dataSourceRef"),
    ("VolumeAttributesClassName", "volumeAttributesClassName"),
];
/// Unchanged lines around a change.
const CONTEXT: usize = 3;

/// The changed lines between two claims' specs, with their surroundings.
pub fn of_claims(old: &Value, new: &Value) -> String {
    let (old, new) = (claim_lines(old), claim_lines(new));
    let same = |(a, b): &(&String, &String)| a == b;
    let head = old.iter().zip(&new).take_while(same).count();
    let most = old.len().min(new.len()) - head;
    let tail = old
        .iter()
        .rev()
        .zip(new.iter().rev())
        .take(most)
        .take_while(same)
        .count();
    let start = head.saturating_sub(CONTEXT);
    let end = |lines: &[String]| (lines.len() - tail + CONTEXT).min(lines.len());
    let mut out = format!(
        "@@ -{},{} +{},{} @@\n",
        start + 1,
        end(&old) - start,
        start + 1,
        end(&new) - start
    );
    let mut put = |sign: char, lines: &[String]| lines.iter().for_each(|line| out.push_str(&format!("{sign}{line}\n")));
    put(' ', &old[start..head]);
    put('-', &old[head..old.len() - tail]);
    put('+', &new[head..new.len() - tail]);
    put(' ', &old[old.len() - tail..end(&old)]);
    out
}

fn claim_lines(spec: &Value) -> Vec<String> {
    let mut lines = vec!["{".to_owned()];
    for (index, (name, key)) in CLAIM.iter().enumerate() {
        let empty = if *key == "volumeName" {
            Value::from("")
        } else {
            Value::Null
        };
        let value = spec.get(key).unwrap_or(&empty);
        let mut body = Vec::new();
        match *key {
            "resources" => {
                body.push("{".to_owned());
                for (name, key, comma) in [("Limits", "limits", ","), ("Requests", "requests", "")] {
                    member(name, value.get(key).unwrap_or(&Value::Null), 2, comma, &mut body);
                }
                body.push(" }".to_owned());
            }
            _ => pretty(value, 1, &mut body),
        }
        body[0] = format!(" \"{name}\": {}", body[0].trim_start());
        if let (Some(last), true) = (body.last_mut(), index + 1 < CLAIM.len()) {
            last.push(',');
        }
        lines.append(&mut body);
    }
    lines.push("}".to_owned());
    lines
}

fn member(name: &str, value: &Value, depth: usize, comma: &str, lines: &mut Vec<String>) {
    let mut body = Vec::new();
    pretty(value, depth, &mut body);
    body[0] = format!("{}\"{name}\": {}", " ".repeat(depth), body[0].trim_start());
    if let Some(last) = body.last_mut() {
        last.push_str(comma);
    }
    lines.append(&mut body);
}

/// JSON with one blank per level, as Go's MarshalIndent writes it.
fn pretty(value: &Value, depth: usize, lines: &mut Vec<String>) {
    let indent = " ".repeat(depth);
    match value {
        Value::Map(members) if !members.is_empty() => {
            lines.push(format!("{indent}{{"));
            for (index, (key, value)) in members.iter().enumerate() {
                member(
                    key,
                    value,
                    depth + 1,
                    if index + 1 < members.len() { "," } else { "" },
                    lines,
                );
            }
            lines.push(format!("{indent}}}"));
        }
        Value::List(items) if !items.is_empty() => {
            lines.push(format!("{indent}["));
            for (index, item) in items.iter().enumerate() {
                pretty(item, depth + 1, lines);
                if let (Some(last), true) = (lines.last_mut(), index + 1 < items.len()) {
                    last.push(',');
                }
            }
            lines.push(format!("{indent}]"));
        }
        _ => lines.push(format!("{indent}{}", shown(value))),
    }
}
