//! What the keys do while nobody is typing.

use super::{Action, staging, time};

/// The action of a key, by the browser's name for it, with or without Shift and Ctrl (or Cmd).
pub fn action_for(key: &str, shift: bool, command: bool) -> Option<Action> {
    Some(match (key, command) {
        ("Enter", true) => Action::Run,
        (_, true) => return None,
        ("ArrowRight", _) => Action::Next(shift),
        ("ArrowLeft", _) => Action::Previous(shift),
        ("Home", _) => Action::Seek(0),
        ("End", _) => Action::Seek(usize::MAX),
        (" ", _) => Action::Play,
        ("+" | "=", _) => Action::Time(time::Act::Zoom(2.0, None)),
        ("-", _) => Action::Time(time::Act::Zoom(0.5, None)),
        ("0", _) => Action::Time(time::Act::Fit),
        ("n", _) => Action::Look(staging::Act::Switch),
        ("?", _) => Action::Help(true),
        ("Escape", _) => Action::Cancel,
        _ => return None,
    })
}
