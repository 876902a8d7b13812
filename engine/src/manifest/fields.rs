//! The table of API fields (`fields.txt`), parsed once: what every kind's fields are called, of which type they are, how
//! lists merge and which defaults need no thought.
//!
//! One table instead of a struct per object: decoding, defaults, merging, validation and the editor's completion all
//! walk it, and a byte of table costs a visitor far less than a derived implementation.

use crate::order;
use std::sync::OnceLock;

/// The whole table.
#[derive(Debug)]
pub struct Table {
    structs: Vec<Struct>,
    enums: Vec<Enum>,
    /// apiVersion, kind and the index of its struct; of several versions the newest first.
    kinds: Vec<(&'static str, &'static str, usize)>,
    /// Kinds that exist and are not simulated.
    known: Vec<(&'static str, &'static str)>,
}

/// One API struct.
#[derive(Debug)]
pub struct Struct {
    /// Its Go name.
    pub name: &'static str,
    /// Its Go package, for the server's messages about wrong types.
    pub package: &'static str,
    /// Server-side apply replaces it whole.
    pub atomic: bool,
    /// Its fields, those of embedded structs included, sorted by name.
    pub fields: Vec<Field>,
}

/// One field of a struct.
#[derive(Clone, Debug)]
pub struct Field {
    /// Its name in manifests.
    pub name: &'static str,
    /// The embedded Go struct that declares it, or empty.
    pub embedded: &'static str,
    /// Its type.
    pub kind: Type,
    /// Must be there and not empty.
    pub required: bool,
    /// It's a rule of its own that requires it, in its own words.
    pub has_own_words: bool,
    /// Must not be negative.
    pub not_negative: bool,
    /// A Go pointer: a written zero is kept.
    pub pointer: bool,
    /// What the server fills in, as text.
    pub default: Option<&'static str>,
}

/// Type of a field.
#[derive(Clone, Debug, PartialEq)]
pub enum Type {
    /// Any text.
    Text,
    /// Text that must be a DNS label.
    Label,
    /// Text that must be a DNS subdomain.
    Subdomain,
    /// Text of a named Go type; its values are [`Table::values`].
    Enum(usize),
    /// A 32-bit integer.
    Int32,
    /// A 64-bit integer.
    Int64,
    /// A truth value.
    Bool,
    /// A number or a percentage.
    IntOrString,
    /// An amount such as `500m`.
    Quantity,
    /// Anything, kept as written.
    Any,
    /// A struct of the table.
    Struct(usize),
    /// A list.
    List(Box<Type>, ListKind),
    /// A map from text; `true`: replaced whole by server-side apply.
    Map(Box<Type>, bool),
}

/// How server-side apply merges a list.
#[derive(Clone, Debug, PartialEq)]
pub enum ListKind {
    /// Replaced whole.
    Atomic,
    /// Each value once.
    Set,
    /// Items are told apart by these fields.
    Keyed(Vec<&'static str>),
}

#[derive(Debug)]
struct Enum {
    name: &'static str,
    values: Vec<&'static str>,
}

/// The table.
pub fn table() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| Table::parse(include_str!("fields.txt")))
}

impl Table {
    /// The struct of a kind with a full table.
    pub fn kind(&self, api_version: &str, kind: &str) -> Option<&Struct> {
        self.kind_index(api_version, kind).map(|index| &self.structs[index])
    }

    /// The same as an index for [`Table::structure`].
    pub fn kind_index(&self, api_version: &str, kind: &str) -> Option<usize> {
        {
            let mut kinds = self.kinds.iter();
            kinds
                .find(|(version, name, _)| *version == api_version && *name == kind)
                .map(|(.., index)| *index)
        }
    }

    /// Whether the kind exists in current Kubernetes, modelled here or not.
    pub fn is_known(&self, api_version: &str, kind: &str) -> bool {
        self.all().any(|(version, name)| version == api_version && name == kind)
    }

    /// Whether Kubernetes itself owns this version's group, now or in former times, so that a kind that it lacks is a
    /// mistake and not somebody's extension. Groups without a dot can't be anybody else's.
    pub fn is_built_in(&self, api_version: &str) -> bool {
        let group = |version: &'static str| version.split_once('/').map_or("", |(group, _)| group);
        match api_version.split_once('/') {
            Some((name, _)) if name.contains('.') => self.all().any(|(version, _)| group(version) == name),
            _ => true,
        }
    }

    /// The newest version in which a kind exists.
    pub fn version(&self, kind: &str) -> Option<&'static str> {
        self.all().find(|(_, name)| *name == kind).map(|(version, _)| version)
    }

    /// All kinds with a full table, as (apiVersion, kind).
    pub fn kinds(&self) -> impl Iterator<Item = (&'static str, &'static str)> + '_ {
        self.kinds.iter().map(|(version, kind, _)| (*version, *kind))
    }

    fn all(&self) -> impl Iterator<Item = (&'static str, &'static str)> + '_ {
        self.kinds().chain(self.known.iter().copied())
    }

    /// The struct that a type of the table refers to.
    pub fn structure(&self, index: usize) -> &Struct {
        &self.structs[index]
    }

    /// The Go name of an enum.
    pub fn enum_name(&self, index: usize) -> &'static str {
        self.enums[index].name
    }

    /// The allowed values of an enum in the server's order; empty: any.
    pub fn values(&self, index: usize) -> &[&'static str] {
        &self.enums[index].values
    }

    /// The Go name of a type, as the server's messages about wrong types write it.
    pub fn go_name(&self, kind: &Type, package: &str) -> String {
        match kind {
            Type::Text | Type::Label | Type::Subdomain | Type::Quantity | Type::Any => "string".to_owned(),
            Type::Enum(index) => format!("{package}.{}", self.enums[*index].name),
            Type::Int32 | Type::IntOrString => "int32".to_owned(),
            Type::Int64 => "int64".to_owned(),
            Type::Bool => "bool".to_owned(),
            Type::Struct(index) => {
                let Struct { name, package, .. } = &self.structs[*index];
                format!("{package}.{name}")
            }
            Type::List(item, _) => format!("[]{}", self.go_name(item, package)),
            Type::Map(item, _) if **item == Type::Quantity => "v1.ResourceList".to_owned(),
            Type::Map(item, _) => format!("map[string]{}", self.go_name(item, package)),
        }
    }

    fn parse(text: &'static str) -> Table {
        let lines = statements(text);
        let names: Vec<&str> = lines.iter().filter_map(|line| struct_name(line)).collect();
        let enums: Vec<Enum> = lines.iter().filter_map(|line| parse_enum(line)).collect();
        let mut package = "v1";
        let mut table = Table {
            structs: Vec::with_capacity(names.len()),
            enums,
            kinds: Vec::new(),
            known: Vec::new(),
        };
        for line in &lines {
            let rest = &line[1..];
            match line[0] {
                "package" => package = rest[0],
                "kind" => {
                    let name = rest.last().copied().unwrap_or_default();
                    let index = names
                        .iter()
                        .position(|other| *other == name)
                        .unwrap_or_else(|| missing(name));
                    table.kinds.push((rest[0], rest[1], index));
                }
                "known" => table.known.extend(rest[1..].iter().map(|kind| (rest[0], *kind))),
                _ => {
                    let Some(name) = struct_name(line) else {
                        continue;
                    };
                    let fields = rest
                        .iter()
                        .map(|field| parse_field(field, &names, &table.enums))
                        .collect();
                    table.structs.push(Struct {
                        name,
                        package,
                        atomic: line[0].ends_with("!:"),
                        fields,
                    });
                }
            }
        }
        // A struct may embed one that itself embeds; innermost ones come first only by luck, so repeat.
        for _ in 0..2 {
            for index in 0..table.structs.len() {
                let fields = table.with_embedded(index);
                table.structs[index].fields = fields;
            }
        }
        for structure in &mut table.structs {
            order::sort_by_key(&mut structure.fields, |field| field.name);
        }
        table
    }

    fn with_embedded(&self, index: usize) -> Vec<Field> {
        let mut fields = Vec::new();
        for field in &self.structs[index].fields {
            match (&field.kind, field.name) {
                (Type::Struct(inner), "") => {
                    let inner = &self.structs[*inner];
                    fields.extend(inner.fields.iter().cloned().map(|field| Field {
                        embedded: inner.name,
                        ..field
                    }));
                }
                _ => fields.push(field.clone()),
            }
        }
        fields
    }
}

impl Struct {
    /// The field of that name.
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields
            .binary_search_by_key(&name, |field| field.name)
            .ok()
            .map(|index| &self.fields[index])
    }
}

impl Type {
    /// The struct type behind lists and maps, if any.
    pub fn leaf(&self) -> &Type {
        match self {
            Type::List(item, _) | Type::Map(item, _) => item.leaf(),
            other => other,
        }
    }
}

/// The table's lines, cut into words; a line that starts with blanks continues the one before.
fn statements(text: &'static str) -> Vec<Vec<&'static str>> {
    let mut out: Vec<Vec<&str>> = Vec::new();
    for line in text.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
        match out.last_mut() {
            Some(last) if line.starts_with(' ') => last.extend(line.split_whitespace()),
            _ => out.push(line.split_whitespace().collect()),
        }
    }
    out
}

fn struct_name(line: &[&'static str]) -> Option<&'static str> {
    line[0].strip_suffix(':').map(|name| name.trim_end_matches('!'))
}

fn parse_enum(line: &[&'static str]) -> Option<Enum> {
    match line {
        [name, "=", values @ ..] => Some(Enum {
            name,
            values: values.to_vec(),
        }),
        _ => None,
    }
}

fn parse_field(text: &'static str, structs: &[&str], enums: &[Enum]) -> Field {
    if let Some(name) = text.strip_prefix('@') {
        let kind = parse_type(name, structs, enums);
        let embedded = "";
        return Field {
            name: "",
            embedded,
            kind,
            required: false,
            has_own_words: false,
            not_negative: false,
            pointer: false,
            default: None,
        };
    }
    let (head, default) = match text.split_once('=') {
        Some((head, default)) => (head, Some(default)),
        None => (text, None),
    };
    let (head, kind) = head.split_once(':').unwrap_or((head, "str"));
    let name = head.trim_end_matches(['*', '^', '+', '?']);
    let flags = &head[name.len()..];
    Field {
        name,
        embedded: "",
        kind: parse_type(kind, structs, enums),
        required: flags.contains(['*', '^']),
        has_own_words: flags.contains('^'),
        not_negative: flags.contains('+'),
        pointer: flags.contains('?'),
        default,
    }
}

fn parse_type(text: &'static str, structs: &[&str], enums: &[Enum]) -> Type {
    if let Some(inner) = text.strip_prefix('{') {
        let atomic = inner.ends_with('!');
        return Type::Map(
            Box::new(parse_type(inner.trim_end_matches(['}', '!']), structs, enums)),
            atomic,
        );
    }
    if let Some(inner) = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        let (item, kind) = match inner.split_once('/') {
            None => (inner, ListKind::Atomic),
            Some((item, "")) => (item, ListKind::Set),
            Some((item, keys)) => (item, ListKind::Keyed(keys.split(',').collect())),
        };
        return Type::List(Box::new(parse_type(item, structs, enums)), kind);
    }
    match text {
        "str" => Type::Text,
        "label" => Type::Label,
        "subdomain" => Type::Subdomain,
        "int32" => Type::Int32,
        "int64" => Type::Int64,
        "bool" => Type::Bool,
        "intstr" => Type::IntOrString,
        "quantity" => Type::Quantity,
        "any" => Type::Any,
        name => match structs.iter().position(|other| *other == name) {
            Some(index) => Type::Struct(index),
            None => Type::Enum(
                enums
                    .iter()
                    .position(|other| other.name == name)
                    .unwrap_or_else(|| missing(name)),
            ),
        },
    }
}

/// The table is part of the program: a hole in it is a bug, found by the first test that reads a manifest.
fn missing(name: &str) -> usize {
    panic!("fields.txt does not define {name}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn embedded_fields_are_found_under_their_own_names() {
        let container = table()
            .kind("v1", "Pod")
            .and_then(|pod| pod.field("spec"))
            .map(|field| &field.kind);
        let Some(Type::Struct(spec)) = container else {
            panic!("Pod.spec is a struct")
        };
        let volumes = table()
            .structure(*spec)
            .field("volumes")
            .map(|field| field.kind.leaf().clone());
        let Some(Type::Struct(volume)) = volumes else {
            panic!("volumes are structs")
        };
        let secret = table().structure(volume).field("secret");
        assert_eq!(secret.map(|field| field.embedded), Some("VolumeSource"));
    }

    #[test]
    fn every_list_key_is_a_field_of_the_item() {
        for structure in &table().structs {
            for field in &structure.fields {
                if let Type::List(item, ListKind::Keyed(keys)) = &field.kind {
                    let Type::Struct(item) = **item else {
                        panic!("{}.{}", structure.name, field.name)
                    };
                    assert!(
                        keys.iter().all(|key| table().structure(item).field(key).is_some()),
                        "{}",
                        field.name
                    );
                }
            }
        }
    }
}
