//! What is drawn once and never changes.

use crate::state::Action;
use yew::prelude::*;

type Draw = fn(&Callback<Action>) -> Html;

/// Takes no part in a step; `on` is told what is done there.
pub fn still(draw: Draw, on: &Callback<Action>) -> Html {
    html! { <Still {draw} on={on.clone()} /> }
}

#[derive(Properties)]
struct StillProps {
    draw: Draw,
    on: Callback<Action>,
}

/// Always the same.
impl PartialEq for StillProps {
    fn eq(&self, _: &StillProps) -> bool {
        true
    }
}

#[component]
fn Still(props: &StillProps) -> Html {
    (props.draw)(&props.on)
}
