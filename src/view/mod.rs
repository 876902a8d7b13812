//! From plain structs to Html. A view is a function of what it shows and of callbacks; it keeps nothing.

pub mod actions;
pub mod answers;
pub mod budget;
pub mod compare;
pub mod crowd;
pub mod curves;
pub mod diagnostics;
pub mod dots;
pub mod editor;
pub mod examples;
pub mod help;
pub mod kubectl;
pub mod lanes;
pub mod nodes;
pub mod others;
pub mod partition;
pub mod pod;
pub mod report;
pub mod share;
pub mod slots;
pub mod stage;
pub mod still;
pub mod strip;
pub mod tile;
pub mod time;
pub mod top;
pub mod transport;
pub mod why;
pub mod widget;
pub mod work;

use crate::state::Action;
use yew::{Callback, Html, MouseEvent, html};

/// What a click does.
fn click(on: &Callback<Action>, action: Action) -> Callback<MouseEvent> {
    on.reform(move |_| action.clone())
}

/// A text whose long words may be broken where one would: after a slash, a dot, an equals sign.
fn breaking(text: &str) -> Html {
    let parts = text.split_inclusive(['/', '.', '=', ':', ',', '_']);
    html! { <>{ for parts.map(|part| html! { <>{ part }<wbr /></> }) }</> }
}

/// `part` of `whole` for style sheets. Printing whole numbers spares the code that prints fractions.
fn percent(part: i64, whole: i64) -> String {
    thousandths(part * 100_000 / whole.max(1))
}

/// A place between 0 and 1 for style sheets.
fn place(place: f64) -> String {
    thousandths(units(place))
}

fn thousandths(number: i64) -> String {
    format!("{}.{:03}%", number / 1000, number % 1000)
}

/// A place between 0 and 1 in a drawing that is 100,000 units wide: enough to be looked at closely.
#[expect(clippy::cast_possible_truncation, reason = "places lie between 0 and 1")]
fn units(place: f64) -> i64 {
    (place * 100_000.0).round() as i64
}

/// The class that gives an element a revision's colours.
fn hue(hue: u8) -> &'static str {
    ["hue0", "hue1", "hue2", "hue3"][usize::from(hue % 4)]
}
