//! A JSON Schema as TypeScript, as far as serde's structs and enums without contents go.

use serde_json::{Map, Value};
use std::fmt::Write;

/// An interface or a union for each definition.
pub(super) fn interfaces(schema: &Value) -> String {
    let definitions = schema["$defs"].as_object().expect("definitions");
    let mut text = String::new();
    for (name, definition) in definitions {
        text += "\n";
        comment(&mut text, "", definition);
        // The document is titled otherwise than its struct.
        let name = definition["title"].as_str().unwrap_or(name);
        match variants(definition) {
            Some(variants) => writeln!(text, "export type {name} = {};", variants.join(" | ")),
            None => writeln!(text, "export interface {name} {{\n{}}}", members(definition)),
        }
        .expect("text can be written");
    }
    text
}

fn comment(text: &mut String, indent: &str, schema: &Value) {
    if let Some(description) = schema["description"].as_str() {
        let description = description.replace('\n', " ");
        writeln!(text, "{indent}/** {description} */").expect("text can be written");
    }
}

/// The values of an enum, be they described or not.
fn variants(schema: &Value) -> Option<Vec<String>> {
    let described = schema["oneOf"].as_array();
    let described = described.map(|all| all.iter().map(|one| one["const"].to_string()).collect());
    let bare = schema["enum"].as_array();
    described.or_else(|| bare.map(|all| all.iter().map(Value::to_string).collect()))
}

fn members(schema: &Value) -> String {
    let empty = Map::new();
    let properties = schema["properties"].as_object().unwrap_or(&empty);
    let required = schema["required"].as_array().cloned().unwrap_or_default();
    let mut text = String::new();
    for (name, property) in properties {
        comment(&mut text, "  ", property);
        let mark = if required.contains(&Value::from(name.as_str())) {
            ""
        } else {
            "?"
        };
        writeln!(text, "  {name}{mark}: {};", type_of(property)).expect("text can be written");
    }
    if schema
        .get("additionalProperties")
        .is_some_and(|rest| *rest != Value::Bool(false))
    {
        text += "  [member: string]: any;\n";
    }
    text
}

fn type_of(schema: &Value) -> String {
    if let Some(reference) = schema["$ref"].as_str() {
        let name = reference.rsplit('/').next().unwrap_or_default();
        return if name == "Document" { "History" } else { name }.to_owned();
    }
    // What may be left out is never null.
    if let Some(choices) = schema["anyOf"].as_array() {
        let choices = choices.iter().filter(|choice| choice["type"] != "null");
        return choices.map(type_of).collect::<Vec<_>>().join(" | ");
    }
    let named = match &schema["type"] {
        Value::Array(names) => names.iter().find(|name| *name != "null").and_then(Value::as_str),
        name => name.as_str(),
    };
    match named {
        Some("string") => "string".to_owned(),
        Some("boolean") => "boolean".to_owned(),
        Some("integer" | "number") => "number".to_owned(),
        Some("array") => format!("{}[]", type_of(&schema["items"])),
        Some("object") => format!("Record<string, {}>", type_of(&schema["additionalProperties"])),
        _ => "any".to_owned(),
    }
}
