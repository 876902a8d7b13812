//! Who stands still besides the controllers that say so themselves: what is held up, and everybody else.

use super::why::{link, wait};
use crate::scene::idle::{Idle, idle};
use crate::scene::stuck::stuck;
use rollscope_engine::Cursor;
use yew::prelude::*;

/// The end of the panel.
pub fn view(cursor: &Cursor) -> Html {
    let (stuck, idle) = (stuck(cursor), idle(cursor));
    if stuck.is_empty() && idle.is_empty() {
        return Html::default();
    }
    html! {
        <div class="waits others">
            if !stuck.is_empty() {
                <h3>{ "Held up" }</h3>
                { for stuck.iter().map(wait) }
            }
            if !idle.is_empty() {
                <details>
                    <summary>{ "Everybody else" }</summary>
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
