//! What is wrong (or worth knowing) about a manifest, and where: the form in which a user's mistakes travel to the page.

use super::help::{self, Help};
use crate::order;
use std::fmt;

/// A place in the text. Lines and columns count from 1, columns in characters; `offset` counts bytes from 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// Byte offset from the start of the text.
    pub offset: u32,
}

/// A stretch of the text, end exclusive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    /// First character.
    pub start: Position,
    /// One past the last character.
    pub end: Position,
}

/// How much a diagnostic matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The document can't be used; nothing runs until it is mended.
    Error,
    /// Accepted, but worth a second look.
    Warning,
    /// Information: a kind that is not simulated, a legacy version that was modernised.
    Note,
}

/// One finding about a manifest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// How much it matters.
    pub severity: Severity,
    /// Where; for a missing field, its parent's key.
    pub span: Span,
    /// The field path as the API server writes it (`spec.template.spec.containers[0].name`), or empty.
    pub field: String,
    /// One sentence, in the API server's words where it has words for it.
    pub message: String,
    /// A sentence for beginners, with its rule.
    pub help: Option<Help>,
    /// A change of the text that mends it, where one is known.
    pub fix: Option<Fix>,
}

/// A change of the text that a user can accept with one click.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What it does, in a few words.
    pub title: String,
    /// The replacements, in the order of the text; none overlap.
    pub edits: Vec<Edit>,
}

/// One replacement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// What to replace; empty: insert here.
    pub span: Span,
    /// The new text.
    pub text: String,
}

impl Diagnostic {
    /// A finding in the server's words.
    pub fn new(severity: Severity, span: Span, field: String, message: String) -> Diagnostic {
        Diagnostic {
            severity,
            span,
            field,
            help: (severity != Severity::Warning).then(|| help::find(&message)).flatten(),
            message,
            fix: None,
        }
    }
}

impl Fix {
    /// Several changes, in any order.
    pub fn new(title: String, mut edits: Vec<Edit>) -> Fix {
        order::sort_by_key(&mut edits, |edit| edit.span.start);
        Fix { title, edits }
    }

    /// The change of one place.
    pub fn replace(span: Span, text: &str) -> Fix {
        Fix {
            title: format!("Change to {text}"),
            edits: vec![Edit {
                span,
                text: text.to_owned(),
            }],
        }
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = match self.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        };
        let Position { line, column, .. } = self.span.start;
        write!(f, "{line}:{column}: {severity}: {}", self.message)
    }
}
