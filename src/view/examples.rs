//! The menu of examples. The browser opens and closes it (`popover`), so that nobody has to remember whether it's open.

use super::click;
use crate::examples::{ALL, Example};
use crate::state::Action;
use yew::prelude::*;

/// The button and its menu.
pub fn view(on: &Callback<Action>) -> Html {
    html! {
        <>
            <button popovertarget="examples">{ "Examples" }</button>
            <div id="examples" class="menu" popover="auto">
                <ul aria-label="Examples">{ for ALL.iter().map(|example| item(example, on)) }</ul>
            </div>
        </>
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
