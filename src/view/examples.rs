//! The menu of examples. The browser opens and closes it (`popover`), so that nobody has to remember whether it's open.

use super::click;
use super::still::still;
use crate::examples::{Example, QUESTIONS, TUTORIALS};
use crate::state::{Action, State};
use yew::prelude::*;

/// The button and its menu, in which there is something as soon as all of the page is there.
pub fn view(state: &State, on: &Callback<Action>) -> Html {
    html! {
        <>
            <button popovertarget="examples">{ "Examples" }</button>
            <div id="examples" class="menu more-below" popover="auto">
                if let Some(later) = state.later { { (later.examples)(on) } }
            </div>
        </>
    }
}

/// What is in the menu.
pub fn lists(on: &Callback<Action>) -> Html {
    let draw = |on: &Callback<Action>| {
        html! {
            <>
                { list("Tutorials", &TUTORIALS, on) }
                { list("Questions", &QUESTIONS, on) }
            </>
        }
    };
    still(draw, on)
}

fn list(title: &'static str, examples: &'static [Example], on: &Callback<Action>) -> Html {
    html! {
        <section>
            <h2>{ title }</h2>
            <ul aria-label={title}>{ for examples.iter().map(|example| item(example, on)) }</ul>
        </section>
    }
}

fn item(example: &'static Example, on: &Callback<Action>) -> Html {
    html! {
        <li>
            <button popovertarget="examples" popovertargetaction="hide" onclick={click(on, Action::Load(example))}>
                <b>{ example.title }</b>
                <span>{ example.about }</span>
            </button>
        </li>
    }
}
