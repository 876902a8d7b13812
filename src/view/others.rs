//! Who stands still besides the controllers that say so themselves: what is held up, and everybody else.

use super::why::{link, wait};
use crate::scene::idle::{Idle, idle};
use crate::scene::stuck::stuck;
use crate::state::staging::Act;
use crate::state::{Action, State};
use rollscope_engine::api::Kind;
use yew::prelude::*;

/// The end of the panel. To find out about everybody takes a look at everything, so it is done when somebody asks.
pub fn view(state: &State, on: &Callback<Action>) -> Html {
    let cursor = &state.run.cursor;
    let open = state.staging.others;
    let kept = state.run.brought(state.pod.as_ref());
    let stuck = kept.map_or_else(|| stuck(cursor), |kept| kept.stuck(cursor));
    let idle = if open { idle(cursor) } else { Vec::new() };
    let nobody = cursor.cluster().objects().all(|object| object.kind() == Kind::Node);
    let toggle = on.reform(move |event: MouseEvent| {
        event.prevent_default();
        Action::Look(Act::Others(!open))
    });
    if stuck.is_empty() && nobody {
        return Html::default();
    }
    html! {
        <div class="waits others">
            if !stuck.is_empty() {
                <h3>{ "Held up" }</h3>
                { for stuck.iter().map(wait) }
            }
            if !nobody {
                <details {open}>
                    <summary onclick={toggle}>{ "Everybody else" }</summary>
                    <ul>{ for idle.iter().map(line) }</ul>
                </details>
            }
        </div>
    }
}

fn line(idle: &Idle) -> Html {
    html! {
        <li>
            <b>{ &idle.who }</b>{ " " }{ &idle.why }
            if let Some(rule) = idle.rule { { " " }{ link(rule.id, rule.sentence.to_owned()) } }
        </li>
    }
}
