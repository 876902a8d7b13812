//! What one can do to a workload at the cursor: a bar of kubectl's verbs, a form where one needs an answer, and the
//! answer itself.

use super::click;
use crate::browser::fields;
use crate::state::{Action, Said, State, Tool, workload};
use rollscope_engine::api::{Key, Name, Object};
use rollscope_engine::scenario::Intervention;
use yew::prelude::*;

/// The bar; nothing while there's no workload and nothing to say.
pub fn view(state: &State, on: &Callback<Action>) -> Html {
    html! {
        <div class="actions">
            if let Some(said) = state.said.as_ref().filter(|_| !state.kubectl.asked) {
                { answer(said, on) }
            }
            if let Some(workload) = state.workload() {
                { form(state, workload, on) }
                { bar(state, workload, on) }
            }
        </div>
    }
}

fn answer(said: &Said, on: &Callback<Action>) -> Html {
    html! {
        <div class={classes!("said", (!said.accepted).then_some("refused"))} role="status">
            <code>{ format!("$ {}", said.command) }</code>
            <button class="icon" aria-label="Put the answer away" onclick={click(on, Action::Dismiss)}>{ "✕" }</button>
            <pre>{ said.text.trim_end() }</pre>
        </div>
    }
}

fn bar(state: &State, workload: &Object, on: &Callback<Action>) -> Html {
    let key = workload.key();
    let intervene = |what| click(on, Action::Intervene(what, None));
    html! {
        <div class="bar" role="group" aria-label="Actions at the cursor">
            { chooser(state, &key, on) }
            if let Some(replicas) = workload.replicas() {
                { opener(state, on, Tool::Scale(replicas.to_string()), "Scale") }
            }
            if let Some(tool) = image_tool(workload) {
                { opener(state, on, tool, "Set image") }
            }
            if let Some(paused) = workload::is_paused(workload) {
                if paused {
                    <button onclick={intervene(Intervention::Resume(key.clone()))}>{ "Resume" }</button>
                } else {
                    <button onclick={intervene(Intervention::Pause(key.clone()))}>{ "Pause rollout" }</button>
                }
            }
            if workload::rolls_out(workload) {
                { opener(state, on, Tool::Undo, "Undo") }
                <button onclick={intervene(Intervention::Restart(key.clone()))}>{ "Restart" }</button>
            }
        </div>
    }
}

/// Which workload it is about; a choice only where there is one.
fn chooser(state: &State, current: &Key, on: &Callback<Action>) -> Html {
    let keys: Vec<Key> = state.workloads().into_iter().map(Object::key).collect();
    if keys.len() < 2 {
        return html! { <b class="workload">{ name(current) }</b> };
    }
    let option = |(index, key): (usize, &Key)| {
        html! { <option value={index.to_string()} selected={key == current}>{ name(key) }</option> }
    };
    let options: Vec<Html> = keys.iter().enumerate().map(option).collect();
    let on = on.clone();
    let choose = Callback::from(move |index: String| {
        if let Some(key) = index.parse().ok().and_then(|index: usize| keys.get(index)) {
            on.emit(Action::ChooseWorkload(key.clone()));
        }
    });
    html! { <select aria-label="Workload" onchange={fields::chosen(choose)}>{ options }</select> }
}

fn name(key: &Key) -> String {
    format!("{}/{}", key.kind.name().to_ascii_lowercase(), key.name)
}

fn image_tool(workload: &Object) -> Option<Tool> {
    let first = workload::template(workload)?.containers.first()?;
    Some(Tool::Image(first.name.clone(), first.image.to_string()))
}

/// A button that opens a form, and closes it again.
fn opener(state: &State, on: &Callback<Action>, tool: Tool, label: &str) -> Html {
    let same = |open: &Tool| std::mem::discriminant(open) == std::mem::discriminant(&tool);
    let is_open = state.tool.as_ref().is_some_and(same);
    let action = Action::Use((!is_open).then_some(tool));
    html! { <button aria-expanded={is_open.to_string()} onclick={click(on, action)}>{ label }</button> }
}

fn form(state: &State, workload: &Object, on: &Callback<Action>) -> Html {
    let key = workload.key();
    match &state.tool {
        Some(Tool::Scale(replicas)) => scale_form(&key, replicas, on),
        Some(Tool::Image(container, image)) => image_form(workload, container, image, on),
        Some(Tool::Undo) => undo_form(state, workload, on),
        None => Html::default(),
    }
}

fn scale_form(key: &Key, replicas: &str, on: &Callback<Action>) -> Html {
    let number = replicas.trim().parse().ok();
    let (on_sent, key) = (on.clone(), key.clone());
    let sent = Callback::from(move |()| {
        if let Some(number) = number {
            on_sent.emit(Action::Intervene(Intervention::Scale(key.clone(), number), None));
        }
    });
    let typed = on.reform(|text| Action::Use(Some(Tool::Scale(text))));
    html! {
        <form class="tool" aria-label="Scale" onsubmit={fields::sent(sent)}>
            <label>
                { "Replicas" }
                <input type="number" min="0" step="1" required=true value={replicas.to_owned()} oninput={fields::typed(typed)} />
            </label>
            <button class="main">{ "Scale" }</button>
        </form>
    }
}

fn image_form(workload: &Object, container: &Name, image: &str, on: &Callback<Action>) -> Html {
    let key = workload.key();
    let set = |image: Name, broken| {
        let what = Intervention::SetImage(key.clone(), container.clone(), image.clone());
        Action::Intervene(what, if broken { Some(image) } else { None })
    };
    let wanted = set(image.trim().into(), false);
    let missing = workload::missing_image(image.trim());
    let is_empty = image.trim().is_empty();
    let sent = on.reform(move |()| wanted.clone());
    let of_container = container.clone();
    let typed = on.reform(move |text| Action::Use(Some(Tool::Image(of_container.clone(), text))));
    html! {
        <form class="tool" aria-label="Set image" onsubmit={fields::sent(sent)}>
            { containers(workload, container, on) }
            <label class="wide">
                { "Image" }
                <input
                    class="mono"
                    required=true
                    pattern="\\S+"
                    spellcheck="false"
                    autocomplete="off"
                    value={image.to_owned()}
                    oninput={fields::typed(typed)}
                />
            </label>
            <button class="main">{ "Set image" }</button>
            <button
                type="button"
                disabled={is_empty}
                title={format!("Sets {missing}, which nobody can pull")}
                onclick={click(on, set(missing, true))}
            >
                { "One that can’t be pulled" }
            </button>
        </form>
    }
}

/// The choice of a container, where there are several.
fn containers(workload: &Object, current: &Name, on: &Callback<Action>) -> Html {
    let all = workload::template(workload)
        .map(|template| template.containers.clone())
        .unwrap_or_default();
    if all.len() < 2 {
        return Html::default();
    }
    let option = |name: &Name| {
        html! { <option value={name.to_string()} selected={name == current}>{ name.as_ref() }</option> }
    };
    let options: Vec<Html> = all.iter().map(|container| option(&container.name)).collect();
    let choose = on.reform(move |chosen: String| {
        let found = all.iter().find(|container| *container.name == *chosen);
        Action::Use(found.map(|container| Tool::Image(container.name.clone(), container.image.to_string())))
    });
    html! { <label>{ "Container" }<select onchange={fields::chosen(choose)}>{ options }</select></label> }
}

fn undo_form(state: &State, workload: &Object, on: &Callback<Action>) -> Html {
    let key = workload.key();
    let revisions = workload::earlier_revisions(state.run.cursor.cluster(), workload);
    let choice = |revision: &workload::Revision| {
        let undo = Intervention::Undo(key.clone(), revision.number);
        html! {
            <button onclick={click(on, Action::Intervene(undo, None))}>
                { format!("Revision {} ", revision.number) }
                <span class="mono">{ revision.images.join(", ") }</span>
            </button>
        }
    };
    html! {
        <div class="tool" role="group" aria-label="Undo">
            if revisions.is_empty() {
                <span>{ "There is no earlier revision at this moment." }</span>
            } else {
                <span>{ "Back to" }</span>
                { for revisions.iter().map(choice) }
            }
        </div>
    }
}
