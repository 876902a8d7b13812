//! A YAML document as a tree in which every node and key knows its place in the text; built by `events`.

use super::diagnostic::Span;
use crate::value::{Map, Value};

/// A value and where it stands.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Node {
    /// Its place; empty for a value that is not written (`key:` and nothing after it).
    pub span: Span,
    /// The value.
    pub data: Data,
}

/// What a node holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Data {
    /// `null`, or nothing.
    #[default]
    Null,
    /// A truth value.
    Bool(bool),
    /// An integer.
    Int(i64),
    /// A number that is no `i64`.
    Float(f64),
    /// Text.
    String(String),
    /// A list.
    List(Vec<Node>),
    /// A map, in the order of the text; no key twice.
    Map(Vec<Entry>),
}

/// A member of a map.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The key; keys that are no text are turned into text as the server does.
    pub key: String,
    /// Where the key stands.
    pub key_span: Span,
    /// The value.
    pub value: Node,
}

impl Node {
    /// The member of a map, unless absent or null.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key)
            .map(|entry| &entry.value)
            .filter(|node| node.data != Data::Null)
    }

    /// The member of a map with its key, even when null.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries().iter().find(|entry| entry.key == key)
    }

    /// The node at a path of keys; list items by their number (`["spec", "nodes", "0"]`).
    pub fn at(&self, path: &[&str]) -> Option<&Node> {
        path.iter().try_fold(self, |node, key| match &node.data {
            Data::List(items) => key.parse::<usize>().ok().and_then(|index| items.get(index)),
            _ => node.get(key),
        })
    }

    /// The members of a map, else none.
    pub fn entries(&self) -> &[Entry] {
        match &self.data {
            Data::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The items of a list, else none.
    pub fn items(&self) -> &[Node] {
        match &self.data {
            Data::List(items) => items,
            _ => &[],
        }
    }

    /// The text, if it is text.
    pub fn as_str(&self) -> Option<&str> {
        match &self.data {
            Data::String(text) => Some(text),
            _ => None,
        }
    }

    /// The value without places; null members are dropped.
    pub fn to_value(&self) -> Value {
        self.value(false)
    }

    /// The value without places, with members that are null: a patch removes by them.
    pub fn to_patch(&self) -> Value {
        self.value(true)
    }

    fn value(&self, with_null: bool) -> Value {
        match &self.data {
            Data::Null => Value::Null,
            Data::Bool(value) => Value::Bool(*value),
            Data::Int(number) => Value::Int(*number),
            Data::Float(number) => Value::Float(*number),
            Data::String(text) => Value::String(text.clone()),
            Data::List(items) => Value::List(items.iter().map(|item| item.value(with_null)).collect()),
            Data::Map(entries) => {
                let members = entries
                    .iter()
                    .filter(|entry| with_null || entry.value.data != Data::Null);
                let mut map = Map::new();
                // Not `collect`: that sorts first, with a sort of its own for every type.
                map.extend(members.map(|entry| (entry.key.clone(), entry.value.value(with_null))));
                Value::Map(map)
            }
        }
    }
}
