//! From plain structs to Html. A view is a function of what it shows and of callbacks; it keeps nothing.

pub mod actions;
pub mod answers;
pub mod budget;
pub mod curves;
pub mod diagnostics;
pub mod editor;
pub mod examples;
pub mod help;
pub mod lanes;
pub mod pod;
pub mod stage;
pub mod stateful_set;
pub mod strip;
pub mod tile;
pub mod top;
pub mod transport;
pub mod why;

use crate::state::Action;
use yew::{Callback, MouseEvent};

/// What a click does.
fn click(on: &Callback<Action>, action: Action) -> Callback<MouseEvent> {
    on.reform(move |_| action.clone())
}

/// `part` of `whole` in percent, for style sheets.
#[expect(clippy::cast_precision_loss, reason = "counts of Pods are small")]
fn percent(part: i64, whole: i64) -> f64 {
    part as f64 * 100.0 / whole as f64
}
