//! The help: what one sees, and the keys.

use super::click;
use crate::browser::dialog;
use crate::state::Action;
use yew::prelude::*;

const KEYS: [(&str, &str); 11] = [
    ("→  ←", "one step on, one step back"),
    ("Shift → ←", "a single write, also of mere counts"),
    ("Space", "play, pause"),
    ("Home  End", "to the start, to the end"),
    ("+  −  0", "see time more closely, less closely, all of it"),
    ("Ctrl Enter", "run the manifests from the start (⌘ on a Mac)"),
    ("Tab", "in the editor: indent"),
    ("Esc, Tab", "leave the editor"),
    ("Tab  ↑  ↓", "at the kubectl prompt: complete, earlier lines"),
    ("N", "the stage by workloads, by nodes"),
    ("?", "this help"),
];

/// The dialog; whoever owns `dialog` opens it.
pub fn view(dialog: &NodeRef, on: &Callback<Action>) -> Html {
    let onclose = {
        let (dialog, on) = (dialog.clone(), on.clone());
        move |_| {
            if dialog::is_closed(&dialog) {
                on.emit(Action::Help(false));
            }
        }
    };
    html! {
        <dialog ref={dialog.clone()} class="help" aria-labelledby="help-title" {onclose}>
            <h2 id="help-title">{ "What this is" }</h2>
            <p>
                { "Paste manifests, run them, and step through everything that Kubernetes' controllers would do: who \
                   acted, what was written, and which rule with which numbers led to it. Nothing leaves your browser." }
            </p>
            <p>
                { "Colour tells the revision, form tells the state: solid is available, hatched is not available yet, \
                   dashed is pending, struck through is terminating. Red is for failures only." }
            </p>
            <p>
                { "Time is simulated: where nothing happens it is skipped. How long an image takes to pull and an \
                   application to start is assumed, or said by a document of kind Scenario among the manifests; the \
                   examples have one." }
            </p>
            <h2>{ "Keys" }</h2>
            <table>
                <tbody>
                    { for KEYS.iter().map(|(key, does)| html! { <tr><th scope="row">{ key }</th><td>{ does }</td></tr> }) }
                </tbody>
            </table>
            <button class="main" onclick={click(on, Action::Help(false))}>{ "Close" }</button>
        </dialog>
    }
}
