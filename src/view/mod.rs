//! From plain structs to Html. A view is a function of what it shows and of callbacks; it keeps nothing.

pub mod actions;
pub mod answers;
pub mod diagnostics;
pub mod editor;
pub mod examples;
pub mod help;
pub mod pod;
pub mod top;

use crate::state::Action;
use yew::{Callback, MouseEvent};

/// What a click does.
fn click(on: &Callback<Action>, action: Action) -> Callback<MouseEvent> {
    on.reform(move |_| action.clone())
}
