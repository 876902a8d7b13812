//! What one sees while a long run is computed: that something happens, how far it is, and the way out.

use super::click;
use crate::state::{Action, State};
use yew::prelude::*;

/// A line over the page, which still shows what was there before.
pub fn view(state: &State, on: &Callback<Action>) -> Html {
    let Some(work) = &state.work else {
        return Html::default();
    };
    let progress = work.progress;
    html! {
        <div class="work">
            <progress aria-label="Computing the run" />
            <span>{ format!("{}: {} steps, {}", progress.doing, progress.steps, progress.now) }</span>
            <button title="Cancel (Esc)" onclick={click(on, Action::Cancel)}>{ "Cancel" }</button>
        </div>
    }
}
