//! The manifests: the place of the editor, a textarea that stands in for it, and what to do with the text.

use super::{click, diagnostics};
use crate::browser::fields;
use crate::state::{Action, State};
use yew::prelude::*;

/// Where the editor is, or will be.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Place {
    /// The element that the editor is put into.
    pub editor: NodeRef,
    /// The stand-in.
    pub area: NodeRef,
}

/// The panel. `loaded` says whether the real editor is there.
pub fn view(state: &State, place: &Place, loaded: bool, on: &Callback<Action>) -> Html {
    html! {
        <section class="edit" aria-label="Manifests">
            <div class="code" ref={place.editor.clone()} hidden={!loaded} />
            if !loaded {
                <textarea
                    ref={place.area.clone()}
                    class="code mono"
                    aria-label="Manifests"
                    spellcheck="false"
                    autocomplete="off"
                    value={state.text.to_string()}
                    oninput={fields::typed(on.reform(Action::Type))}
                />
            }
            { diagnostics::view(state, on) }
            <div class="run">
                <button class="main" title="Run the manifests from the start (Ctrl Enter)" onclick={click(on, Action::Run)}>
                    { "Run from start" }
                </button>
                <button
                    title="kubectl apply, at the moment that the stage shows"
                    onclick={click(on, Action::Apply)}
                >
                    { "Apply at cursor" }
                </button>
            </div>
        </section>
    }
}
