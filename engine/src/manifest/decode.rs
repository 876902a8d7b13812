//! Tree to object, strictly by the field table: unknown fields and wrong types are found here, with their places.
//!
//! The server decodes in two passes (types, then unknown fields) and reports only the first wrong type; here everything
//! is reported, each finding in the words the server would have for it.

use super::diagnostic::{Diagnostic, Edit, Fix, Severity, Span};
use super::fields::{Field, Struct, Table, Type};
use super::quantity;
use super::scalar::json_number;
use super::spelling;
use super::tree::{Data, Node};
use super::validate::MOST;
use crate::value::{Map, Value};

/// An object as far as it could be decoded, and what was wrong.
pub struct Decoded {
    /// Fields that could not be decoded are left out.
    pub value: Value,
    /// One finding per mistake.
    pub diagnostics: Vec<Diagnostic>,
}

/// Decodes a document of a kind with a table.
pub fn decode(table: &Table, structure: &Struct, node: &Node) -> Decoded {
    let mut decoder = Decoder {
        table,
        diagnostics: Vec::new(),
        path: String::new(),
        go_path: String::new(),
        key_span: node.span,
    };
    let value = decoder.structure(structure, node);
    Decoded {
        value,
        diagnostics: decoder.diagnostics,
    }
}

struct Decoder<'a> {
    table: &'a Table,
    diagnostics: Vec<Diagnostic>,
    /// `spec.containers[0].name`
    path: String,
    /// The same as Go's decoder writes it: no indexes, embedded structs named.
    go_path: String,
    /// The key in front of the value at hand, for values that are not written.
    key_span: Span,
}

impl Decoder<'_> {
    fn structure(&mut self, structure: &Struct, node: &Node) -> Value {
        let mut map = Map::new();
        let (path, go_path) = (self.path.len(), self.go_path.len());
        for entry in node.entries() {
            push(&mut self.path, &entry.key);
            self.key_span = entry.key_span;
            match structure.field(&entry.key) {
                None => self.unknown_field(structure, &entry.key),
                Some(_) if entry.value.data == Data::Null => {}
                Some(field) => {
                    if !field.embedded.is_empty() {
                        push(&mut self.go_path, field.embedded);
                    }
                    push(&mut self.go_path, field.name);
                    if let Some(value) = self.value(structure, field, &field.kind, &entry.value) {
                        map.insert(entry.key.clone(), value);
                    }
                }
            }
            self.path.truncate(path);
            self.go_path.truncate(go_path);
        }
        Value::Map(map)
    }

    /// `None`: not decodable, and reported.
    fn value(&mut self, owner: &Struct, field: &Field, kind: &Type, node: &Node) -> Option<Value> {
        match (kind, &node.data) {
            (_, Data::Null) => Some(zero(kind)),
            (Type::Any, _) => Some(node.to_value()),
            (Type::Text | Type::Label | Type::Subdomain | Type::Enum(_) | Type::IntOrString, Data::String(text)) => {
                Some(Value::String(text.clone()))
            }
            (Type::Bool, Data::Bool(value)) => Some(Value::Bool(*value)),
            (Type::Int32 | Type::Int64 | Type::IntOrString, Data::Int(_) | Data::Float(_)) => {
                self.integer(owner, kind, node)
            }
            (Type::Quantity, _) => self.quantity(field, node),
            (Type::Struct(index), Data::Map(_)) => {
                let table = self.table;
                Some(self.structure(table.structure(*index), node))
            }
            (Type::List(item, _), Data::List(items)) => {
                let length = self.path.len();
                let mut values = Vec::with_capacity(items.len());
                for (index, node) in items.iter().enumerate() {
                    self.path.push_str(&format!("[{index}]"));
                    values.extend(self.value(owner, field, item, node));
                    self.path.truncate(length);
                }
                Some(Value::List(values))
            }
            (Type::Map(item, _), Data::Map(entries)) => {
                let length = self.path.len();
                let mut map = Map::new();
                for entry in entries {
                    push(&mut self.path, &entry.key);
                    self.key_span = entry.key_span;
                    let value = self.value(owner, field, item, &entry.value);
                    map.extend(value.map(|value| (entry.key.clone(), value)));
                    self.path.truncate(length);
                }
                Some(Value::Map(map))
            }
            _ => self.wrong_type(owner, kind, node, ""),
        }
    }

    fn integer(&mut self, owner: &Struct, kind: &Type, node: &Node) -> Option<Value> {
        let (number, written) = match node.data {
            Data::Int(number) => (Some(number), number.to_string()),
            Data::Float(number) => {
                // Beyond 2^53 a float says nothing exact; no field of the API is that large.
                let whole = number.fract() == 0.0 && number.abs() < 9_007_199_254_740_992.0;
                (whole.then_some(number as i64), json_number(number))
            }
            _ => (None, String::new()),
        };
        match number {
            Some(number) if *kind == Type::Int64 || i32::try_from(number).is_ok() => Some(Value::Int(number)),
            _ => self.wrong_type(owner, kind, node, &format!(" {written}")),
        }
    }

    fn quantity(&mut self, field: &Field, node: &Node) -> Option<Value> {
        let text = match &node.data {
            Data::String(text) => text.clone(),
            Data::Int(number) => number.to_string(),
            Data::Float(number) => json_number(*number),
            _ => "?".to_owned(),
        };
        match quantity::stored(&text, matches!(field.kind, Type::Map(..))) {
            Ok(text) => Some(Value::String(text)),
            Err(why) => {
                self.report(node.span, why.0.to_owned(), None);
                None
            }
        }
    }

    fn wrong_type(&mut self, owner: &Struct, kind: &Type, node: &Node, number: &str) -> Option<Value> {
        let found = match node.data {
            Data::Null => "null",
            Data::Bool(_) => "bool",
            Data::Int(_) | Data::Float(_) => "number",
            Data::String(_) => "string",
            Data::List(_) => "array",
            Data::Map(_) => "object",
        };
        let wanted = self.table.go_name(kind, owner.package);
        let Self { go_path, .. } = self;
        let message = format!(
            "json: cannot unmarshal {found}{number} into Go struct field {}.{go_path} of type {wanted}",
            owner.name
        );
        let fix = quoted(kind, node);
        self.report(node.span, message, fix);
        None
    }

    fn unknown_field(&mut self, structure: &Struct, key: &str) {
        if self.diagnostics.len() >= MOST {
            return;
        }
        let message = format!("strict decoding error: unknown field \"{}\"", self.path);
        let near = spelling::nearest(key, structure.fields.iter().map(|field| field.name));
        let span = self.key_span;
        let fix = near.map(|name| Fix::replace(span, name));
        self.report(span, message, fix);
    }

    fn report(&mut self, span: Span, message: String, fix: Option<Fix>) {
        if self.diagnostics.len() >= MOST {
            return;
        }
        let span = if span.start == span.end { self.key_span } else { span };
        let found = Diagnostic::new(Severity::Error, span, self.path.clone(), message);
        self.diagnostics.push(Diagnostic { fix, ..found });
    }
}

/// What Go makes of a `null` in a list or map.
fn zero(kind: &Type) -> Value {
    match kind {
        Type::Int32 | Type::Int64 | Type::IntOrString => Value::Int(0),
        Type::Bool => Value::Bool(false),
        Type::Struct(_) | Type::Map(..) => Value::Map(Map::new()),
        Type::List(..) => Value::List(Vec::new()),
        Type::Quantity => Value::from("0"),
        Type::Any => Value::Null,
        _ => Value::from(""),
    }
}

/// A number or truth value where text is wanted: quotes mend it.
fn quoted(kind: &Type, node: &Node) -> Option<Fix> {
    let text = match (kind, &node.data) {
        (Type::Text | Type::Label | Type::Subdomain | Type::Enum(_), Data::Bool(_) | Data::Int(_) | Data::Float(_)) => {
            "\""
        }
        _ => return None,
    };
    let Span { start, end } = node.span;
    let edit = |at| Edit {
        span: Span { start: at, end: at },
        text: text.to_owned(),
    };
    Some(Fix {
        title: "Put it in quotes".to_owned(),
        edits: vec![edit(start), edit(end)],
    })
}

fn push(path: &mut String, name: &str) {
    if !path.is_empty() {
        path.push('.');
    }
    path.push_str(name);
}
