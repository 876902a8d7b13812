//! Behaviour annotations in the text: what is wrong in them, at its place, and behaviours that nobody will ever show.

use super::Intervention;
use crate::api::Object;
use crate::behavior::{ANNOTATION, Behavior};
use crate::manifest::{self, Data, Diagnostic, Document, Node, Position, Severity, Span};
use crate::scenario::Scenario;
use crate::value::Value;

/// Looks at the annotations of all documents, and at what the world says of images (`images`, as written).
pub(super) fn check(
    text: &str,
    documents: &[Document],
    (scenario, images): (&Scenario, Option<&Node>),
    out: &mut Vec<Diagnostic>,
) {
    let used = Used::of(documents, scenario);
    let mut report = |severity: Severity, span: Span, message: String| {
        out.push(Diagnostic::new(severity, span, String::new(), message));
    };
    for entry in images.map(Node::entries).unwrap_or_default() {
        if !used.has(&entry.key) {
            report(Severity::Warning, entry.key_span, unused(&entry.key));
        }
    }
    for node in documents.iter().filter_map(annotation) {
        let place = Place::of(text, node);
        let (settings, findings) = manifest::parse(node.as_str().unwrap_or_default());
        for finding in findings {
            report(Severity::Error, place.span(finding.span), finding.message);
        }
        if !matches!(settings.data, Data::Map(_) | Data::Null) {
            let message = format!("{ANNOTATION}: expected a map from images to what they do");
            report(Severity::Error, node.span, message);
        }
        for entry in settings.entries() {
            if !matches!(entry.value.data, Data::Map(_)) {
                let message = format!("{}: expected a map such as {{ready: never}}", entry.key);
                report(Severity::Error, place.span(entry.key_span), message);
            }
            let _ = Behavior::default().with(&entry.value, &mut |span, message| {
                report(Severity::Error, place.span(span), message);
            });
            if !used.has(&entry.key) {
                report(Severity::Warning, place.span(entry.key_span), unused(&entry.key));
            }
        }
    }
}

fn unused(image: &str) -> String {
    format!("no manifest and no command uses the image {image}")
}

/// The annotation of a Pod or of a workload's template.
fn annotation(document: &Document) -> Option<&Node> {
    let own = ["metadata", "annotations", ANNOTATION];
    let template = ["spec", "template", "metadata", "annotations", ANNOTATION];
    let path = if document.kind == "Pod" { &own[..] } else { &template };
    document.node.at(path)
}

/// The images that Pods will have.
struct Used(Vec<String>);

impl Used {
    fn of(documents: &[Document], scenario: &Scenario) -> Used {
        let mut used = Used(Vec::new());
        documents.iter().for_each(|document| used.add(document));
        // The first applies the text itself.
        for timed in scenario.interventions.iter().skip(1) {
            match &timed.what {
                Intervention::SetImage(_, _, image) => used.0.push(image.to_string()),
                Intervention::Apply(text) | Intervention::ServerSideApply(text) => {
                    manifest::read(text)
                        .documents
                        .iter()
                        .for_each(|document| used.add(document));
                }
                Intervention::Patch(_, patch) => used.add_all(&patch.value().unwrap_or_default()),
                _ => {}
            }
        }
        used
    }

    fn add(&mut self, document: &Document) {
        if let Some(value) = document
            .object
            .as_ref()
            .filter(|value| Object::from_value(value).is_some())
        {
            self.add_all(value);
        }
    }

    /// Every `image` in it.
    fn add_all(&mut self, value: &Value) {
        for (key, member) in value.as_map().into_iter().flatten() {
            match member {
                Value::String(image) if key == "image" => self.0.push(image.clone()),
                Value::List(items) => items.iter().for_each(|item| self.add_all(item)),
                member => self.add_all(member),
            }
        }
    }

    fn has(&self, image: &str) -> bool {
        self.0.iter().any(|used| used == image)
    }
}

/// Where a text inside the text stands.
struct Place<'a> {
    text: &'a str,
    whole: Span,
    /// The column at which its lines begin; `None` where it is wrapped or escaped.
    column: Option<u32>,
}

impl<'a> Place<'a> {
    fn of(text: &'a str, node: &Node) -> Place<'a> {
        let Span { start, .. } = node.span;
        let inner = node.as_str().unwrap_or_default();
        let quote = u32::from(
            text.get(start.offset as usize..)
                .is_some_and(|rest| rest.starts_with(['"', '\''])),
        );
        let column = start.column + quote;
        let lines = text.lines().skip(start.line as usize - 1);
        let as_written = |(inner, line): (&str, &str)| {
            inner.is_empty()
                || line
                    .get(column as usize - 1..)
                    .is_some_and(|rest| rest.starts_with(inner))
        };
        let is_verbatim = inner.lines().zip(lines).all(as_written);
        Place {
            text,
            whole: node.span,
            column: is_verbatim.then_some(column),
        }
    }

    fn span(&self, inner: Span) -> Span {
        let Some(column) = self.column else { return self.whole };
        let moved = |position: Position| {
            let line = self.whole.start.line + position.line - 1;
            let column = column + position.column - 1;
            let before: usize = self
                .text
                .split_inclusive('\n')
                .take(line as usize - 1)
                .map(str::len)
                .sum();
            Position {
                line,
                column,
                offset: u32::try_from(before).unwrap_or(0) + column - 1,
            }
        };
        Span {
            start: moved(inner.start),
            end: moved(inner.end),
        }
    }
}
