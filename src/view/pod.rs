//! The Pod that was clicked on, a part at a time, and the two ways to delete it.

use super::click;
use crate::browser::geometry;
use crate::scene::pod_panel::{self as panel, ConditionRow, ContainerRow, EventRow};
use crate::state::staging::{Act, Part};
use crate::state::{Action, State};
use rollscope_engine::api::{Key, Pod};
use rollscope_engine::cluster::Propagation;
use rollscope_engine::scenario::Intervention;
use std::rc::Rc;
use yew::prelude::*;

const PARTS: [(Part, &str); 4] = [
    (Part::Status, "Status"),
    (Part::Containers, "Containers"),
    (Part::Events, "Events"),
    (Part::Yaml, "YAML"),
];

/// The panel; nothing while no Pod is chosen.
pub fn view(state: &State, on: &Callback<Action>) -> Html {
    let Some(key) = &state.pod else { return Html::default() };
    let part = state.staging.part;
    let button = |(each, label): &(Part, &'static str)| {
        let action = Action::Look(Act::Show(*each));
        html! { <button aria-pressed={(*each == part).to_string()} onclick={click(on, action)}>{ label }</button> }
    };
    html! {
        <section class="pod" aria-label={format!("Pod {}", key.name)}>
            <InSight pod={key.clone()} />
            <header>
                <b class="mono">{ key.name.as_ref() }</b>
                <div class="parts" role="group" aria-label="Part of the Pod">{ for PARTS.iter().map(button) }</div>
                <button class="icon" aria-label="Close" onclick={click(on, Action::ChoosePod(None))}>{ "✕" }</button>
            </header>
            <div class="body" tabindex="0" role="group" aria-label={label(part)} key={label(part)}>
                if let Some(pod) = panel::pod(state.run.cursor.cluster(), key) {
                    { body(state, key, pod, on) }
                } else {
                    <p>{ "There is no such Pod at this moment." }</p>
                }
            </div>
        </section>
    }
}

/// Which Pod is to be seen.
#[derive(Clone, PartialEq, Properties)]
struct InSightProps {
    pod: Key,
}

/// When another Pod is chosen, its panel comes into sight.
#[component]
fn InSight(props: &InSightProps) -> Html {
    let place = use_node_ref();
    let panel = place.clone();
    use_effect_with(props.pod.clone(), move |_| geometry::bring_panel_into_sight(&panel));
    html! { <i ref={place} /> }
}

fn label(part: Part) -> &'static str {
    PARTS
        .iter()
        .find(|(each, _)| *each == part)
        .map_or("", |(_, label)| label)
}

fn body(state: &State, key: &Key, pod: &Rc<Pod>, on: &Callback<Action>) -> Html {
    let cursor = &state.run.cursor;
    match state.staging.part {
        Part::Status => html! {
            <>
                { facts(&panel::facts(cursor, pod)) }
                { conditions(&panel::conditions(cursor, pod)) }
                if !state.staging.fixed { { deletion(key, on) } }
            </>
        },
        Part::Containers => html! { { for panel::containers(cursor, pod).iter().map(container) } },
        Part::Events => events(&panel::events(cursor.cluster(), key, pod)),
        Part::Yaml => html! { <pre>{ panel::yaml(pod) }</pre> },
    }
}

fn facts(facts: &[(&'static str, String)]) -> Html {
    html! {
        <dl>{ for facts.iter().map(|(name, fact)| html! { <div><dt>{ name }</dt><dd>{ fact }</dd></div> }) }</dl>
    }
}

fn conditions(rows: &[ConditionRow]) -> Html {
    let row = |row: &ConditionRow| {
        let truth = if row.is_true { "True" } else { "False" };
        html! {
            <tr class={classes!((!row.is_true).then_some("false"))}>
                <th scope="row">{ row.name }</th>
                <td>{ truth }</td>
                <td>{ row.since.to_string() }</td>
                <td class="why">{ &row.why }</td>
            </tr>
        }
    };
    html! {
        if rows.is_empty() {
            <p>{ "No conditions yet." }</p>
        } else {
            <table><caption>{ "Conditions, and since when" }</caption><tbody>{ for rows.iter().map(row) }</tbody></table>
        }
    }
}

fn container(row: &ContainerRow) -> Html {
    html! {
        <section class="container" key={&*row.name} aria-label={format!("Container {}", row.name)}>
            <h3><span class="mono">{ &*row.name }</span><span class="role">{ row.role }</span></h3>
            <p class={classes!("state", row.is_failure.then_some("failure"))}>{ &row.state }</p>
            { facts(&row.facts) }
            { for row.probes.iter().map(|probe| html! {
                <p class="probe"><b>{ format!("{} probe", probe.name) }</b>{ format!(" {}", probe.rule) }<br />{ &probe.standing }</p>
            }) }
        </section>
    }
}

fn events(rows: &[EventRow]) -> Html {
    let row = |row: &EventRow| {
        let times = match row.count {
            1 => row.last.to_string(),
            count => format!("{} ×{count}", row.last),
        };
        html! {
            <li class={classes!(row.is_warning.then_some("warning"))}>
                <span class="when">{ times }</span>
                <b>{ row.reason }</b>
                <span class="from">{ row.from }</span>
                <p>{ &row.message }</p>
            </li>
        }
    };
    html! {
        if rows.is_empty() {
            <p>{ "No Events yet." }</p>
        } else {
            <ol>{ for rows.iter().map(row) }</ol>
        }
    }
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
