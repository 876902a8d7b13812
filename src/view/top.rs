//! The head of the page: its name, what is on the stage, and the few things that concern the whole page.

use super::{click, examples};
use crate::state::{Action, State, Tab};
use rollscope_engine::api::Object;
use yew::prelude::*;

/// The head, and below it, on a narrow screen, the choice between rollout and manifests.
pub fn view(state: &State, on: &Callback<Action>) -> Html {
    let release = state.run.history().scenario.release;
    let theme = format!("{} colours", capitalised(state.theme.other().name()));
    html! {
        <header class="top">
            <h1>{ "Rollscope" }</h1>
            <span class="title">{ title(state) }</span>
            <span class="space" />
            { examples::view(on) }
            <span class="release" title="The behaviour of this release is simulated">
                { format!("Kubernetes 1.{}", release.minor) }
            </span>
            <button class="icon" aria-label={theme.clone()} title={theme} onclick={click(on, Action::SwitchTheme)}>
                <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">
                    <circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" stroke-width="1.5" />
                    <path d="M8 2a6 6 0 0 1 0 12z" fill="currentColor" />
                </svg>
            </button>
            <button class="icon" aria-label="Help" title="Help (?)" onclick={click(on, Action::Help(true))}>{ "?" }</button>
            <nav class="tabs" aria-label="What is shown">
                { tab(state, on, Tab::Rollout, "Rollout") }
                { tab(state, on, Tab::Manifests, "Manifests") }
            </nav>
        </header>
    }
}

fn tab(state: &State, on: &Callback<Action>, tab: Tab, name: &str) -> Html {
    let pressed = (state.tab == tab).to_string();
    html! { <button aria-pressed={pressed} onclick={click(on, Action::Show(tab))}>{ name }</button> }
}

/// The scenario's own title, or what it has.
fn title(state: &State) -> String {
    let names = || {
        let workloads = state.workloads();
        let name = |object: &&Object| format!("{} {}", object.kind().name(), object.meta().name);
        workloads.iter().map(name).collect::<Vec<_>>().join(", ")
    };
    state.run.title.clone().unwrap_or_else(names)
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).collect()
}
