//! The head of the page: its name, what is on the stage, and the few things that concern the whole page.

use super::{click, examples};
use crate::browser::fields;
use crate::scene::difference::Difference;
use crate::state::share::Act;
use crate::state::{Action, State, Tab};
use rollscope_engine::release::{Gates, Release};
use yew::prelude::*;

/// The releases that one can choose: the minor ones, and one more where a patch changed a default.
pub const RELEASES: [(&str, Release); 6] = [
    ("1.33", Release { minor: 33, patch: 0 }),
    ("1.34", Release { minor: 34, patch: 0 }),
    ("1.35.0", Release { minor: 35, patch: 0 }),
    ("1.35.4", Release { minor: 35, patch: 4 }),
    ("1.36", Release::DEFAULT),
    ("1.37", Release { minor: 37, patch: 0 }),
];

/// The head, and below it, on a narrow screen, the choice between rollout and manifests.
pub fn view(state: &State, difference: Option<&Difference>, on: &Callback<Action>) -> Html {
    let theme = format!("{} colours", capitalised(state.theme.other().name()));
    html! {
        <header class="top">
            <h1>{ "Rollscope" }</h1>
            <span class="title">{ state.name_of_run() }</span>
            { examples::view(state, on) }
            { releases(state.branches.changes, state.run.history().scenario.release, on) }
            <button onclick={click(on, Action::share(Act::Show(true)))}>{ "Share" }</button>
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
                if state.later.is_some() { { tab(state, on, Tab::Kubectl, "kubectl") } }
            </nav>
            if let Some(difference) = difference { { compared(difference, on) } }
        </header>
    }
}

/// The choice of a release. Of patch releases only those are told apart that differ. Once somebody has chosen, browsers no
/// longer look at `selected`: each run of another text gets a list of its own.
fn releases(run: usize, current: Release, on: &Callback<Action>) -> Html {
    let option = |(index, (label, release)): (usize, &(&'static str, Release))| {
        let selected = release.minor == current.minor && Gates::of(*release) == Gates::of(current);
        html! { <option value={index.to_string()} {selected}>{ label }</option> }
    };
    let on = on.clone();
    let choose = Callback::from(move |index: String| {
        if let Some((_, release)) = index.parse().ok().and_then(|index: usize| RELEASES.get(index)) {
            on.emit(Action::ChooseRelease(*release));
        }
    });
    html! {
        <label class="release" title="The behaviour of this release is simulated">
            <span>{ "Kubernetes" }</span>
            <select key={run} aria-label="Kubernetes release" onchange={fields::chosen(choose)}>
                { for RELEASES.iter().enumerate().map(option) }
            </select>
        </label>
    }
}

/// What is different on this release, and the way there.
fn compared(difference: &Difference, on: &Callback<Action>) -> Html {
    let text = difference.text.clone();
    match difference.first {
        None => html! { <span class="difference" role="status">{ text }</span> },
        Some(position) => html! {
            <button class="difference" title="Go to that step" onclick={click(on, Action::Seek(position))}>{ text }</button>
        },
    }
}

fn tab(state: &State, on: &Callback<Action>, tab: Tab, name: &str) -> Html {
    let pressed = (state.tab == tab).to_string();
    html! { <button aria-pressed={pressed} onclick={click(on, Action::Show(tab))}>{ name }</button> }
}

fn capitalised(word: &str) -> String {
    let mut word = word.to_owned();
    if let Some(first) = word.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    word
}
