//! From text to documents: cutting, lists, kinds, and the findings of every stage in one order.

use super::admission::{Admission, Settings};
use super::decode::decode;
use super::defaults::{default, drop_disabled};
use super::diagnostic::{Diagnostic, Fix, Position, Severity, Span};
use super::events;
use super::fields::{Table, table};
use super::fixes;
use super::legacy;
use super::locate::{head, locate};
use super::tree::{Data, Node};
use super::validate::{Invalid, MOST, validate, warnings};
use crate::value::Value;

/// Everything that a text says.
#[derive(Clone, Debug, Default)]
pub struct Manifest {
    /// The documents in order; items of lists are documents of their own, empty documents are none.
    pub documents: Vec<Document>,
    /// All findings, by position.
    pub diagnostics: Vec<Diagnostic>,
}

/// One object of a text.
#[derive(Clone, Debug, Default)]
pub struct Document {
    /// `apiVersion`; for a legacy version the current one.
    pub api_version: String,
    /// `kind`.
    pub kind: String,
    /// The namespace, `default` when none is written.
    pub namespace: String,
    /// The name.
    pub name: String,
    /// The place of the document or list item.
    pub span: Span,
    /// The object as written: decoded, legacy versions modernised, without what only the server writes (status, uid, ...).
    pub written: Value,
    /// `written` with the server's defaults; `None` when there are errors or the kind has no table.
    pub object: Option<Value>,
    /// Whether the engine simulates this kind.
    pub simulated: bool,
    /// The tree, for documents that another module decodes.
    pub node: Node,
}

/// The `apiVersion` of the project's own documents; they are left to [`crate`]'s other rooms.
const OWN_VERSION: &str = "rollscope.dev/v1";
/// More text than this is not read.
const MOST_BYTES: usize = 2 << 20;
/// More documents than this are not read.
const MOST_DOCUMENTS: usize = 10_000;

/// Reads all documents of `text`. Never fails as a whole.
pub fn read(text: &str) -> Manifest {
    read_for(text, &Settings::default())
}

/// Reads all documents of `text` as a cluster with these settings would.
pub fn read_for(text: &str, settings: &Settings) -> Manifest {
    let mut manifest = Manifest::default();
    if text.len() > MOST_BYTES {
        let message = format!("the text is too large: {} bytes, the limit is {MOST_BYTES}", text.len());
        manifest
            .diagnostics
            .push(finding(Severity::Error, Span::default(), message));
        return manifest;
    }
    let mut nodes = Vec::new();
    for (chunk, base) in chunks(text) {
        if nodes.len() >= MOST_DOCUMENTS {
            let message = format!("more than {MOST_DOCUMENTS} documents are not read");
            let span = Span { start: base, end: base };
            manifest.diagnostics.push(finding(Severity::Error, span, message));
        }
        if nodes.len() >= MOST_DOCUMENTS || manifest.is_full() {
            break;
        }
        nodes.extend(events::parse(chunk, base, &mut manifest.diagnostics));
    }
    let admission = Admission::new(settings, &nodes);
    for node in nodes {
        manifest.add(node, &admission);
    }
    crate::order::sort_by_key(&mut manifest.diagnostics, |diagnostic| {
        (diagnostic.span.start, diagnostic.severity)
    });
    manifest.diagnostics.truncate(MOST);
    manifest
}

impl Manifest {
    /// Whether there are so many findings that more of them help nobody.
    fn is_full(&self) -> bool {
        self.diagnostics.len() >= MOST
    }

    fn add(&mut self, node: Node, admission: &Admission) {
        let is_list = node
            .get("kind")
            .and_then(Node::as_str)
            .is_some_and(|kind| kind.ends_with("List"));
        match node.data {
            _ if self.is_full() => {}
            Data::Null => {}
            Data::Map(entries) if is_list && entries.iter().any(|entry| entry.key == "items") => {
                let items = entries
                    .into_iter()
                    .find(|entry| entry.key == "items")
                    .map(|entry| entry.value.data);
                if let Some(Data::List(items)) = items {
                    items.into_iter().for_each(|item| self.add(item, admission));
                }
            }
            Data::Map(_) => {
                let document = Reader {
                    node: &node,
                    admission,
                    diagnostics: &mut self.diagnostics,
                }
                .document();
                self.documents
                    .extend(document.map(|document| Document { node, ..document }));
            }
            _ => {
                let message = "a document must be a map with apiVersion, kind and metadata".to_owned();
                self.diagnostics.push(finding(Severity::Error, node.span, message));
            }
        }
    }
}

/// Makes a document of one tree.
struct Reader<'a> {
    node: &'a Node,
    admission: &'a Admission<'a>,
    diagnostics: &'a mut Vec<Diagnostic>,
}

impl Reader<'_> {
    fn document(&mut self) -> Option<Document> {
        let node = self.node;
        let text = |key: &str| node.get(key).and_then(Node::as_str).unwrap_or_default().to_owned();
        let (api_version, kind) = (text("apiVersion"), text("kind"));
        if api_version.is_empty() || kind.is_empty() {
            let missing = match (api_version.is_empty(), kind.is_empty()) {
                (true, true) => "[apiVersion not set, kind not set]",
                (true, false) => "apiVersion not set",
                _ => "kind not set",
            };
            self.error(head(node), format!("error validating data: {missing}"));
            return None;
        }
        let metadata = |key: &str| {
            node.at(&["metadata", key])
                .and_then(Node::as_str)
                .unwrap_or_default()
                .to_owned()
        };
        let namespace = metadata("namespace");
        let document = Document {
            namespace: if namespace.is_empty() {
                "default".to_owned()
            } else {
                namespace
            },
            name: metadata("name"),
            span: node.span,
            api_version,
            kind,
            ..Document::default()
        };
        Some(match legacy::find(&document.api_version, &document.kind) {
            Some(legacy) => {
                let version = Document {
                    api_version: legacy.current.to_owned(),
                    ..document
                };
                self.known(version, Some(legacy))
            }
            None if table().kind(&document.api_version, &document.kind).is_some() => self.known(document, None),
            None => self.other(document),
        })
    }

    /// A kind with a table.
    fn known(&mut self, mut document: Document, legacy: Option<&legacy::Version>) -> Document {
        let table = table();
        let Some(structure) = table.kind(&document.api_version, &document.kind) else {
            return document;
        };
        let renamed = legacy.and_then(|legacy| legacy.renamed(self.node));
        let (node, edits) = match &renamed {
            Some((node, edits)) => (node, edits.clone()),
            None => (self.node, Some(Vec::new())),
        };
        let decoded = decode(table, structure, node);
        document.written = decoded.value;
        strip_server_fields(&mut document.written);
        let mut decoding: Vec<Diagnostic> = decoded.diagnostics;
        if let Some(legacy) = legacy {
            let span = self.node.get("apiVersion").map(|node| node.span).unwrap_or_default();
            decoding.retain(|diagnostic| !legacy.drops(&diagnostic.field));
            let said = legacy.modernise(&mut document.written);
            let fix = legacy.fix(self.node, &document.written, edits);
            let note = finding(Severity::Note, span, legacy.note(&document.kind, &said));
            self.diagnostics.push(Diagnostic { fix, ..note });
        }
        let generated = document
            .written
            .at(&["metadata", "generateName"])
            .and_then(Value::as_str);
        if let (true, Some(stem)) = (document.name.is_empty(), generated) {
            // The server would append five random letters; a simulation must not.
            document.name = format!("{stem}x{:04}", self.node.span.start.line);
            *document.written.entry("metadata").entry("name") = Value::from(document.name.clone());
        }
        let mut object = document.written.clone();
        default(&mut object);
        self.admission.complete(&mut object);
        self.report(&object, decoding);
        document.simulated = true;
        document.object = (!self.has_errors()).then_some(object);
        document
    }

    /// Puts the findings of decoding and validation in one list, without echoes of one mistake in both.
    fn report(&mut self, object: &Value, decoding: Vec<Diagnostic>) {
        let refused = self.admission.refusals(object);
        // What a gate drops is gone before the server looks.
        let mut kept = object.clone();
        drop_disabled(&mut kept, false);
        for broken in validate(&kept).into_iter().chain(refused) {
            let Invalid { field, reason, message } = &broken;
            let is_echo = |found: &Diagnostic| {
                let parent = found.field.rsplit_once('.').map_or("", |(parent, _)| parent);
                let is_missing = *reason == "FieldValueRequired" || message.contains("Invalid value: null");
                field.starts_with(&found.field) || is_missing && field.starts_with(parent)
            };
            if !decoding.iter().any(is_echo) {
                let mut span = locate(self.node, field, message);
                let fix = fixes::find(self.node, object, &broken, span);
                if let Some(edit) = fix.as_ref().and_then(|fix| fix.edits.first())
                    && edit.span.start != edit.span.end
                {
                    // What has to be replaced is more exactly the culprit.
                    span = edit.span;
                }
                let Invalid { field, message, .. } = broken;
                self.diagnostics.push(Diagnostic {
                    field,
                    fix,
                    ..finding(Severity::Error, span, message)
                });
            }
        }
        self.diagnostics.extend(decoding);
        if self.has_errors() {
            return;
        }
        for (field, message) in warnings(object) {
            let span = locate(self.node, &field, &message);
            self.diagnostics.push(Diagnostic {
                field,
                ..finding(Severity::Warning, span, message)
            });
        }
    }

    /// A kind without a table: listed, not simulated; refused when Kubernetes itself would not know it.
    fn other(&mut self, mut document: Document) -> Document {
        document.written = self.node.to_value();
        strip_server_fields(&mut document.written);
        let Document {
            api_version,
            kind,
            name,
            ..
        } = &document;
        if api_version == OWN_VERSION {
            return document;
        }
        let table = table();
        let place = |key: &str| self.node.get(key).map(|node| node.span).unwrap_or_default();
        let no_matches = format!("no matches for kind \"{kind}\" in version \"{api_version}\"");
        let (severity, span, message) = if table.is_known(api_version, kind) {
            (
                Severity::Note,
                place("kind"),
                format!("{kind} is accepted and not simulated"),
            )
        } else if !table.is_built_in(api_version) {
            // Others have a Service or a StatefulSet of their own.
            let message = format!("{kind} in {api_version} is not simulated");
            (Severity::Note, place("kind"), message)
        } else if modelled_version(table, kind).is_some() {
            (Severity::Error, place("apiVersion"), no_matches)
        } else {
            let message = unknown_kind(table, api_version, kind).unwrap_or(no_matches);
            (Severity::Error, place("kind"), message)
        };
        let nameless = name.is_empty() && self.node.at(&["metadata", "generateName"]).is_none();
        let fix = match severity {
            Severity::Error => kind_fix(self.node, table, api_version, kind),
            _ => None,
        };
        self.diagnostics.push(Diagnostic {
            fix,
            ..finding(severity, span, message)
        });
        if nameless {
            let field = "metadata.name";
            let message = format!("{field}: Required value: name or generateName is required");
            let span = locate(self.node, field, &message);
            self.diagnostics.push(Diagnostic {
                field: field.to_owned(),
                ..finding(Severity::Error, span, message)
            });
        }
        document
    }

    fn has_errors(&self) -> bool {
        let Span { start, end } = self.node.span;
        let inside = |span: &Span| start <= span.start && span.start <= end;
        self.diagnostics
            .iter()
            .any(|found| found.severity == Severity::Error && inside(&found.span))
    }

    fn error(&mut self, span: Span, message: String) {
        self.diagnostics.push(finding(Severity::Error, span, message));
    }
}

/// The version of a kind with a full table, when the written one does not exist.
fn modelled_version(table: &Table, kind: &str) -> Option<&'static str> {
    table.version(kind)
}

/// The server's answer for a kind that differs only in upper and lower case, which kubectl takes for the right one.
fn unknown_kind(table: &Table, api_version: &str, kind: &str) -> Option<String> {
    let mut kinds = table
        .kinds()
        .filter(|(version, _)| *version == api_version)
        .map(|(_, kind)| kind);
    let meant = kinds.find(|other| other.eq_ignore_ascii_case(kind))?;
    let version = api_version.rsplit('/').next().unwrap_or_default();
    Some(format!(
        "{kind} in version \"{version}\" cannot be handled as a {meant}: no kind \"{kind}\" is registered for version \
         \"{api_version}\" in scheme \"k8s.io/kubernetes/pkg/api/legacyscheme/scheme.go:30\""
    ))
}

/// A near kind in the same version, or the version in which the kind exists.
fn kind_fix(node: &Node, table: &Table, api_version: &str, kind: &str) -> Option<Fix> {
    let replace = |key: &str, text: &'static str| {
        let span = node.get(key)?.span;
        Some(Fix::replace(span, text))
    };
    if let Some(version) = modelled_version(table, kind) {
        return replace("apiVersion", version);
    }
    let kinds = table
        .kinds()
        .filter(|(version, _)| *version == api_version)
        .map(|(_, kind)| kind);
    replace("kind", super::spelling::nearest(kind, kinds)?)
}

/// Takes out what only the server writes, so that printed objects can be applied again.
fn strip_server_fields(object: &mut Value) {
    let is_node = object.get("kind").and_then(Value::as_str) == Some("Node");
    let Value::Map(members) = object else { return };
    // The server keeps a Node's status: it is how a Node says what it has room for.
    if !is_node {
        members.remove("status");
    }
    if let Some(Value::Map(metadata)) = members.get_mut("metadata") {
        let kept = |key: &str| {
            !matches!(
                key,
                "uid"
                    | "resourceVersion"
                    | "generation"
                    | "creationTimestamp"
                    | "managedFields"
                    | "selfLink"
                    | "deletionTimestamp"
                    | "deletionGracePeriodSeconds"
            )
        };
        metadata.retain(|key, _| kept(key));
    }
}

/// The text cut at `---` lines, as kubectl cuts it: a syntax error stays in its document.
fn chunks(text: &str) -> Vec<(&str, Position)> {
    let mut out = Vec::new();
    let text_start = if text.starts_with('\u{feff}') {
        '\u{feff}'.len_utf8()
    } else {
        0
    };
    let mut start = Position {
        line: 1,
        column: 1,
        offset: text_start as u32,
    };
    let mut offset = text_start;
    let mut only_directives = true;
    // Such documents are many in a hostile text, and say nothing.
    let mut is_empty = true;
    for (index, line) in text[text_start..].split_inclusive('\n').enumerate() {
        let is_separator = line
            .strip_prefix("---")
            .is_some_and(|rest| rest.trim_start() != rest || rest.is_empty());
        // `%YAML` lines belong to the document that the separator opens.
        if is_separator && !only_directives {
            if !is_empty {
                out.push((&text[start.offset as usize..offset], start));
            }
            is_empty = true;
            start = Position {
                line: index as u32 + 1,
                column: 1,
                offset: offset as u32,
            };
        }
        let content = if is_separator { &line[3..] } else { line }.trim_ascii_start();
        is_empty &= content.is_empty() || content.starts_with('#');
        only_directives = (only_directives && !is_separator) && (content.is_empty() || line.starts_with(['%', '#']));
        offset += line.len();
    }
    if !is_empty {
        out.push((&text[start.offset as usize..], start));
    }
    out
}

fn finding(severity: Severity, span: Span, message: String) -> Diagnostic {
    Diagnostic::new(severity, span, String::new(), message)
}
