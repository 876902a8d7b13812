//! The help: what one sees, drawn as it is on the page, and the keys.

use super::click;
use super::still::still;
use crate::browser::dialog;
use crate::state::Action;
use yew::prelude::*;

const KEYS: [(&str, &str); 12] = [
    ("→  ←", "one step on, one step back"),
    ("Shift → ←", "a single write, also of mere counts"),
    ("Space", "play, pause"),
    ("Home  End", "to the start, to the end"),
    ("+  −  0", "see time more closely, less closely, all of it"),
    ("Ctrl Enter", "run the manifests from the start (⌘ on a Mac)"),
    ("Tab", "in the editor: indent"),
    ("Esc, Tab", "leave the editor"),
    ("Tab  ↑  ↓", "at the kubectl prompt: complete, earlier lines"),
    (
        "→  ←  ↑  ↓",
        "in blocks of a hundred Pods: from one to the next, Enter opens it",
    ),
    ("N", "the stage by workloads, by nodes"),
    ("?", "this help"),
];

/// Tiles: the class of each, what is in it, and what it stands for.
const TILES: [(&str, &str, &str); 6] = [
    ("available", "", "available"),
    ("not-yet", "4s", "runs, not available yet; the seconds still to wait"),
    ("pending", "pull", "pending: no node or no image yet"),
    ("broken", "!", "failed; nothing else is red"),
    ("leaving", "", "terminating: outside the count, still there"),
    ("available ringed", "", "ringed: what this step wrote"),
];

/// What is drawn of time: the class of a sample, its name, and what it tells.
const LINES: [(&str, &str, &str); 5] = [
    (
        "band",
        "floor to ceiling",
        "the fewest Pods that must be available, the most that may be there: desired − unavailable, desired + surge",
    ),
    ("ok", "available", "thick and green: Pods that are available"),
    ("total", "total", "thin and grey: Pods that are counted"),
    ("updated", "updated", "dashed: Pods of the newest revision"),
    ("cut", "// 5 min", "a wait that is drawn shorter than it is"),
];

/// The signs above the strip.
const SIGNS: [(&str, &str); 4] = [
    ("done", "you did something"),
    ("complete", "a rollout is complete"),
    ("stall", "somebody begins to wait in vain"),
    ("differs", "from here on the compared run is different"),
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
        <dialog ref={dialog.clone()} class="help more-below" aria-labelledby="help-title" {onclose}>
            { still(words, on) }
        </dialog>
    }
}

fn words(on: &Callback<Action>) -> Html {
    html! {
        <>
            <button class="close" onclick={click(on, Action::Help(false))}>{ "Close" }</button>
            <h2 id="help-title">{ "What this is" }</h2>
            <p>
                { "Paste manifests, run them, and step through everything that Kubernetes' controllers would do: who \
                   acted, what was written, and which rule with which numbers led to it. Nothing leaves your browser." }
            </p>
            <h2>{ "Pods" }</h2>
            <p>{ "Colour tells the revision, form the state. A row that wants 4 is a ReplicaSet with 4 replicas in its spec. \
                   More than 300 Pods are small squares: full, half full, hollow, and with a bar where they are terminating." }</p>
            <ul class="legend tiles">
                { for TILES.iter().map(|(class, text, means)| html! {
                    <li><i class={classes!("tile", "hue0", *class)} aria-hidden="true">{ text }</i>{ means }</li>
                }) }
            </ul>
            <h2>{ "Time" }</h2>
            <p>{ "One lane for each Pod, above them the counts. What lies ahead of the cursor is pale." }</p>
            <ul class="legend">
                { for LINES.iter().map(|(class, name, means)| html! {
                    <li><i class={classes!("line", *class)} aria-hidden="true" /><span><b>{ name }</b>{ " " }{ means }</span></li>
                }) }
                { for SIGNS.iter().map(|(class, means)| html! {
                    <li><i class={classes!("flag", *class)} aria-hidden="true"><i /></i>{ means }</li>
                }) }
            </ul>
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
        </>
    }
}
