//! What was done to the cluster, as a session of kubectl: each command with its answer, each leading to its moment.

use super::click;
use crate::state::{Action, State};
use rollscope_engine::history::Answer;
use rollscope_engine::scenario::Timed;
use yew::prelude::*;

/// The list of interventions.
pub fn view(state: &State, on: &Callback<Action>) -> Html {
    let history = state.run.history();
    let all = history.answers.iter().filter_map(|answer| {
        let timed = history.scenario.interventions.get(answer.intervention)?;
        Some(item(state, answer, timed, on))
    });
    html! {
        <section class="answers" aria-label="What was done">
            <ol>{ for all }</ol>
        </section>
    }
}

fn item(state: &State, answer: &Answer, timed: &Timed, on: &Callback<Action>) -> Html {
    let position = answer.position + 1;
    let command = timed.what.to_string();
    let time = state.run.history().time_at(position);
    let ahead = state.run.position() < position;
    let class = classes!(ahead.then_some("ahead"), (!answer.accepted).then_some("refused"));
    let take_back = format!("Take back {command}");
    html! {
        <li {class} key={answer.intervention}>
            <div class="command">
                <button class="moment mono" title="Go to this moment" onclick={click(on, Action::Seek(position))}>
                    { time.to_string() }
                </button>
                <code>{ format!("$ {command}") }</code>
                if answer.intervention > 0 {
                    <button
                        class="icon"
                        aria-label={take_back}
                        title="Take back"
                        onclick={click(on, Action::TakeBack(answer.intervention))}
                    >
                        { "✕" }
                    </button>
                }
            </div>
            <pre tabindex="0">{ answer.text.trim_end() }</pre>
        </li>
    }
}
