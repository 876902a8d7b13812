//! What is wrong with a text, or worth knowing, as plain data.

use rollscope_engine::manifest::{Diagnostic, Position, Severity, Span};
use serde::Serialize;

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Finding {
    /// How much it matters.
    pub severity: Weight,
    /// Where.
    #[serde(flatten)]
    pub span: Stretch,
    /// The path of the field as the API server writes it, or empty.
    pub field: String,
    /// One sentence, in the API server's words where it has words for it.
    pub message: String,
    /// A sentence for beginners, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// A change of the text that mends it, where one is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fix: Option<Fix>,
}

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum Weight {
    /// Nothing runs until it is mended.
    Error,
    /// Accepted, but worth a second look.
    Warning,
    /// Information.
    Note,
}

/// A place in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Place {
    /// The line, from 1.
    pub line: u32,
    /// The column in characters, from 1.
    pub column: u32,
}

/// A stretch of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Stretch {
    /// Its first character.
    pub start: Place,
    /// One past its last character.
    pub end: Place,
}

/// A change of the text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Fix {
    /// What it does, in a few words.
    pub title: String,
    /// The replacements, in the order of the text; none overlap.
    pub edits: Vec<Edit>,
}

/// One replacement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Edit {
    /// What to replace; empty: insert here.
    #[serde(flatten)]
    pub span: Stretch,
    /// The new text.
    pub text: String,
}

impl From<&Diagnostic> for Finding {
    fn from(diagnostic: &Diagnostic) -> Finding {
        let fix = diagnostic.fix.as_ref().map(|fix| Fix {
            title: fix.title.clone(),
            edits: fix
                .edits
                .iter()
                .map(|edit| Edit {
                    span: edit.span.into(),
                    text: edit.text.clone(),
                })
                .collect(),
        });
        Finding {
            severity: match diagnostic.severity {
                Severity::Error => Weight::Error,
                Severity::Warning => Weight::Warning,
                Severity::Note => Weight::Note,
            },
            span: diagnostic.span.into(),
            field: diagnostic.field.clone(),
            message: diagnostic.message.clone(),
            help: diagnostic.help.map(|help| help.sentence.to_owned()),
            fix,
        }
    }
}

impl From<Span> for Stretch {
    fn from(span: Span) -> Stretch {
        Stretch {
            start: span.start.into(),
            end: span.end.into(),
        }
    }
}

impl From<Position> for Place {
    fn from(position: Position) -> Place {
        Place {
            line: position.line,
            column: position.column,
        }
    }
}
