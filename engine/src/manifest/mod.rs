//! Text to objects: YAML as kubectl and the API server read it, with a position for every finding.
//!
//! `text -> events (granit-parser) -> spanned tree -> strict decoding by field tables -> defaults -> validation`.
//! Reading never fails as a whole: every document yields what could be read and diagnostics for the rest.

mod diagnostic;

pub use diagnostic::{Diagnostic, Position, Severity, Span};
