//! The Pod that was clicked on: what one would ask `kubectl get pod` for, and the two ways to delete it.

use super::click;
use crate::state::{Action, State};
use rollscope_engine::api::{Key, Object, Pod};
use rollscope_engine::cluster::Propagation;
use rollscope_engine::dns;
use rollscope_engine::scenario::Intervention;
use std::rc::Rc;
use yew::prelude::*;

/// The panel; nothing while no Pod is chosen.
pub fn view(state: &State, on: &Callback<Action>) -> Html {
    let Some(key) = &state.pod else { return Html::default() };
    let pod = match state.run.cursor.cluster().get(key) {
        Some(Object::Pod(pod)) => Some(pod),
        _ => None,
    };
    html! {
        <section class="pod" aria-label={format!("Pod {}", key.name)}>
            <div class="name">
                <b class="mono">{ key.name.as_ref() }</b>
                <button class="icon" aria-label="Close" onclick={click(on, Action::ChoosePod(None))}>{ "✕" }</button>
            </div>
            if let Some(pod) = pod {
                { facts(state, pod) }
                { deletion(key, on) }
            } else {
                <p>{ "There is no such Pod at this moment." }</p>
            }
        </section>
    }
}

fn facts(state: &State, pod: &Rc<Pod>) -> Html {
    let now = state.run.cursor.time();
    let node = pod.node_name.as_deref().unwrap_or("none yet");
    let images: Vec<&str> = pod
        .template
        .containers
        .iter()
        .map(|container| &*container.image)
        .collect();
    let dns = dns::name_of(state.run.cursor.cluster(), pod).map(|(name, resolves)| match resolves {
        true => name,
        false => format!("{name}, not now"),
    });
    let rows = [
        ("Status", status(pod)),
        ("Ready", if pod.is_ready() { "yes" } else { "no" }.to_owned()),
        ("Image", images.join(", ")),
        ("Revision", revision(pod)),
        ("Node", node.to_owned()),
        ("Restarts", pod.max_restarts().to_string()),
        ("Age", now.since(pod.meta.creation_timestamp).to_string()),
    ];
    let rows = rows.into_iter().chain(dns.map(|name| ("DNS", name)));
    html! {
        <dl>{ for rows.map(|(name, fact)| html! { <div><dt>{ name }</dt><dd>{ fact }</dd></div> }) }</dl>
    }
}

/// The word that `kubectl get pods` would show.
fn status(pod: &Pod) -> String {
    let phase = pod.status.phase.name();
    match (pod.is_terminating(), pod.waiting_reason()) {
        (true, _) => "Terminating".to_owned(),
        (false, Some(reason)) => reason.to_owned(),
        (false, None) => pod.status.reason.unwrap_or(phase).to_owned(),
    }
}

/// The label that tells the revisions' Pods apart.
fn revision(pod: &Pod) -> String {
    let label = |name: &str| pod.meta.labels.get(name).cloned();
    label("pod-template-hash")
        .or_else(|| label("controller-revision-hash"))
        .unwrap_or_else(|| "none".to_owned())
}

fn deletion(key: &Key, on: &Callback<Action>) -> Html {
    let delete = Intervention::Delete(key.clone(), Propagation::Background);
    let force = Intervention::ForceDelete(key.clone());
    html! {
        <div class="buttons">
            <button onclick={click(on, Action::Intervene(delete, None))}>{ "Delete" }</button>
            <button
                title="Removes the object at once, whatever still runs on the node"
                onclick={click(on, Action::Intervene(force, None))}
            >
                { "Force delete" }
            </button>
        </div>
    }
}
