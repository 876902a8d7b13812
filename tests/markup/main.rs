//! The markup of every view that shows something of a run, for four small runs: a change of markup is seen in review, and
//! one that nobody meant is seen at once. `BLESS=1 cargo test --test markup` writes it anew.

mod snapshots;
mod views;

use rollscope::examples::FIRST_RUN;
use rollscope::later::Later;
use rollscope::state::{Action, Kept, State, Theme};
use snapshots::Snapshots;

/// A run, and where one looks at it.
struct Case {
    name: &'static str,
    text: &'static str,
    at: At,
}

/// A position in a run.
#[derive(Clone, Copy)]
enum At {
    /// In the midst of the update.
    Midst,
    /// When nothing happens any more.
    End,
}

const CASES: [Case; 4] = [
    Case {
        name: "deployment",
        text: include_str!("deployment.yaml"),
        at: At::Midst,
    },
    Case {
        name: "stateful-set",
        text: include_str!("stateful-set.yaml"),
        at: At::Midst,
    },
    Case {
        name: "stalled",
        text: include_str!("stalled.yaml"),
        at: At::End,
    },
    Case {
        name: "daemon-set",
        text: include_str!("daemon-set.yaml"),
        at: At::Midst,
    },
];

/// The page with this text, as it opens.
fn page(case: &Case) -> State {
    let kept = Kept {
        text: Some(case.text.to_owned()),
        ..Kept::default()
    };
    let mut state = State::new(Some(Later::LINKED), FIRST_RUN, &kept, Theme::Light);
    finish(&mut state);
    let position = match case.at {
        At::Midst => state.run.telling_position(),
        At::End => usize::MAX,
    };
    act(&mut state, [Action::Seek(position)]);
    state
}

/// Does this, and waits for what has to be computed.
fn act(state: &mut State, actions: impl IntoIterator<Item = Action>) {
    for action in actions {
        state.reduce(action);
        finish(state);
    }
}

fn finish(state: &mut State) {
    while state.work.is_some() {
        state.reduce(Action::GoOn);
    }
}

#[test]
fn the_markup_of_every_view_is_as_it_was() {
    let mut snapshots = Snapshots::default();
    for case in &CASES {
        views::of_a_run(case, &mut snapshots);
    }
    snapshots.check();
}
