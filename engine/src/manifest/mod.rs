//! Text to objects: YAML as kubectl and the API server read it, with a position for every finding.
//!
//! `text -> events (granit-parser) -> spanned tree -> strict decoding by field tables -> defaults -> validation`.
//! Reading never fails as a whole: every document yields what could be read and diagnostics for the rest.
//!
//! | file | what it knows |
//! |---|---|
//! | `fields.txt`, `fields` | names, types, list keys and simple defaults of all fields, in one table |
//! | `events`, `scalar`, `tree` | YAML 1.1 and where everything stands |
//! | `document` | documents, lists, kinds, legacy versions |
//! | `decode`, `spelling` | strictness: unknown fields, wrong types |
//! | `defaults`, `quantity` | what the server fills in |
//! | `validate` | the server's rules |
//! | `admission` | what one cluster refuses and another accepts |
//! | `merge`, `strategic` | client-side and server-side apply, and patches |
//! | `legacy`, `metrics` | API versions that are gone |
//! | `diagnostic`, `locate`, `help`, `fixes` | findings, their places, what they mean, and what mends them |

mod admission;
mod decode;
mod defaults;
mod diagnostic;
mod document;
mod events;
mod fields;
mod fixes;
mod help;
mod legacy;
mod locate;
mod merge;
mod metrics;
mod print;
mod quantity;
mod scalar;
mod seen;
mod spelling;
mod strategic;
#[cfg(test)]
mod tests;
mod tree;
mod validate;

pub use admission::Settings;
pub use defaults::{default, drop_disabled};
pub use diagnostic::{Diagnostic, Edit, Fix, Position, Severity, Span};
pub use document::{Document, Manifest, read, read_for};
pub use fields::{Field, ListKind, Struct, Table, Type, table};
pub(crate) use fixes::remove;
pub use help::{Help, help};
pub(crate) use locate::locate;
pub use merge::{client_side_apply, json_merge_patch, owned_alone, server_side_apply, still_owned};
pub use print::to_yaml;
pub use quantity::Quantity;
pub(crate) use scalar::json_number;
pub(crate) use spelling::nearest;
pub use strategic::strategic_merge_patch;
pub use tree::{Data, Entry, Node};
pub use validate::{Invalid, validate, validate_update};

/// A YAML text that is no manifest: its first document, and what is wrong with it.
pub fn parse(text: &str) -> (Node, Vec<Diagnostic>) {
    let mut findings = Vec::new();
    let nodes = events::parse(
        text,
        Position {
            line: 1,
            column: 1,
            offset: 0,
        },
        &mut findings,
    );
    (nodes.into_iter().next().unwrap_or_default(), findings)
}
