//! What the page remembers of time beyond the cursor: which part of the strip is shown, and whether the report is open.
//! Only what is loaded later changes any of it.

use super::{Effect, State};
use crate::scene::scale::Scale;
use crate::scene::window::Window;

/// Time beyond the cursor.
#[derive(Clone, Debug, Default)]
pub struct Time {
    /// What is seen of the strip.
    pub window: Window,
    /// Whether the report is open.
    pub report: bool,
    /// The cursor's position and place when the window was put there.
    seen: (usize, f64),
}

/// What one can do with it.
#[derive(Clone, Copy, Debug)]
pub enum Act {
    /// Closer by a factor, around a place or else the cursor.
    Zoom(f64, Option<f64>),
    /// Sideways, by a share of what is seen.
    Pan(f64),
    /// A place into the middle.
    Center(f64),
    /// See all of it again.
    Fit,
    /// Open or close the report.
    Report(bool),
}

/// Carries it out.
pub(super) fn act(state: &mut State, act: Act) -> Vec<Effect> {
    let len = state.len();
    let time = &mut state.time;
    let cursor = time.seen.1;
    match act {
        Act::Zoom(factor, around) => {
            let middle = f64::midpoint(time.window.from, time.window.to());
            let around = around.unwrap_or(if time.window.contains(cursor) { cursor } else { middle });
            time.window = time.window.zoomed(factor, around, len);
        }
        Act::Pan(by) => time.window = time.window.panned(by),
        Act::Center(place) => time.window = time.window.centered(place),
        Act::Fit => time.window = Window::WHOLE,
        Act::Report(open) => time.report = open,
    }
    Vec::new()
}

/// Where the cursor has moved, the window moves after it; where one looked elsewhere, it stays.
pub fn follow(state: &mut State, scale: &Scale) {
    state.keep_in_step();
    let position = state.position();
    let seen = (position, scale.place(position));
    if state.time.seen != seen {
        state.time.seen = seen;
        state.time.window = state.time.window.showing(seen.1);
    }
}
