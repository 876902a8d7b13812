//! Moves while a picture is being made of the moment at the cursor.

use super::{WEB, act, long, page};
use crate::state::{Action, State};

#[test]
fn while_the_cursor_is_held_one_moves_on_without_it() {
    let mut state = page(WEB);
    act(&mut state, [Action::Run, Action::Seek(3)]);
    state.held = true;
    let at = |state: &State| (state.run.position(), state.position(), state.now());
    let time = |state: &State, position| state.run.history().time_at(position);
    act(&mut state, [Action::Seek(6), Action::Next(true)]);
    assert_eq!(at(&state), (3, 7, time(&state, 7)));
    act(
        &mut state,
        [Action::Previous(true), Action::Previous(true), Action::Play],
    );
    assert_eq!((at(&state), state.playing), ((3, 5, time(&state, 5)), true));
    act(&mut state, [Action::Tick, Action::Seek(usize::MAX)]);
    assert_eq!(
        (state.run.position(), state.position(), state.playing),
        (3, state.len(), false)
    );
    state.catch_up();
    assert_eq!(at(&state), (state.len(), state.len(), time(&state, state.len())));
    state.held = true;
    act(&mut state, [Action::Seek(5)]);
    state.held = false;
    // What is no move is done where one has moved to.
    act(&mut state, [Action::ChoosePod(None)]);
    assert_eq!(at(&state), (5, 5, time(&state, 5)));
}

#[test]
fn what_is_computed_meanwhile_goes_on_without_the_cursor() {
    let mut state = page(WEB);
    act(
        &mut state,
        [Action::Run, Action::Seek(3), Action::Type(long()), Action::Run],
    );
    state.held = true;
    act(&mut state, [Action::Seek(6), Action::GoOn]);
    assert!(state.work.is_some(), "it takes longer");
    assert_eq!((state.run.position(), state.position()), (3, 6));
    while state.work.is_some() {
        act(&mut state, [Action::GoOn]);
    }
    // Another run is on the stage, and nothing holds its cursor.
    assert!(!state.held && !state.is_ahead());
    assert_eq!(state.position(), state.run.position());
}
