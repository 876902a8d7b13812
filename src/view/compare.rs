//! The runs of a text: a row of names to choose from, and two of them beside each other.

use super::{click, nodes, stage};
use crate::browser::fields;
use crate::scene::nodes::Nodes;
use crate::scene::stage::{More, Stage};
use crate::state::branches::{Act, BEFORE_EDIT, MOST, With};
use crate::state::{Action, State};
use crate::view::top::RELEASES;
use rollscope_engine::Cursor;
use rollscope_engine::time::Time;
use std::rc::Rc;
use yew::prelude::*;

/// The choice of what to compare with.
pub fn chooser(state: &State, on: &Callback<Action>) -> Html {
    let branches = &state.branches;
    let second = branches.second.as_ref().map(|second| second.name.clone());
    let mut choices: Vec<(String, Act)> = Vec::new();
    for (index, branch) in branches.kept.iter().enumerate() {
        if index != branches.current {
            choices.push((branch.name.to_string(), Act::Compare(With::Kept(index))));
        }
    }
    if branches.former.is_some() {
        choices.push((BEFORE_EDIT.to_owned(), Act::Compare(With::Former)));
    }
    let current = state.run.history().scenario.release;
    let others = RELEASES.into_iter().filter(|(_, release)| *release != current);
    choices.extend(others.map(|(_, release)| (format!("Kubernetes {release}"), Act::Compare(With::Release(release)))));
    let options: Vec<Html> = choices
        .iter()
        .enumerate()
        .map(|(index, (name, _))| {
            let selected = second.as_deref() == Some(name.as_str());
            html! { <option value={index.to_string()} {selected}>{ name }</option> }
        })
        .collect();
    let on = on.clone();
    let choose = Callback::from(move |index: String| {
        let chosen = index.parse().ok().and_then(|index: usize| choices.get(index));
        on.emit(Action::Branch(chosen.map_or(Act::Alone, |(_, act)| *act)));
    });
    html! {
        <select class="compare" aria-label="Compare with" title="See another run beside this one" onchange={fields::chosen(choose)}>
            <option value="" selected={second.is_none()}>{ if second.is_none() { "Compare with …" } else { "Nothing else" } }</option>
            { options }
        </select>
    }
}

/// The names of all runs, if there are several.
pub fn names(state: &State, on: &Callback<Action>) -> Html {
    let branches = &state.branches;
    if branches.kept.len() < 2 {
        return Html::default();
    }
    let chip = |(index, branch): (usize, &crate::state::branches::Branch)| {
        let name = branch.name.to_string();
        html! {
            <span class="chip" key={name.clone()}>
                <button
                    aria-pressed={(index == branches.current).to_string()}
                    onclick={click(on, Action::Branch(Act::Switch(index)))}
                >
                    { &name }
                </button>
                <button
                    class="close"
                    aria-label={format!("Forget the run {name}")}
                    title="Forget this run"
                    onclick={click(on, Action::Branch(Act::Close(index)))}
                >
                    { "✕" }
                </button>
            </span>
        }
    };
    html! {
        <div class="runs" role="group" aria-label="Runs of this text" title={format!("The last {MOST} runs are kept")}>
            { for branches.kept.iter().enumerate().map(chip) }
            if branches.kept.len() == MOST { <span class="limit">{ format!("the last {MOST} are kept") }</span> }
        </div>
    }
}

/// The other run, beside that on the stage.
pub fn beside(state: &State, on: &Callback<Action>) -> Html {
    let Some(second) = &state.branches.second else {
        return Html::default();
    };
    let cursor = &second.run.cursor;
    let stage = Stage::with(
        cursor,
        &second.run.look,
        None,
        Some(More::ALL),
        second.run.brought(None),
    );
    // Who acts, acts on the run on the stage.
    let draw_slots = |kind, slots: &_| super::slots::view(state, kind, slots, &Callback::noop());
    let scene = match state.staging.nodes {
        true => nodes::by_node(&Nodes::of(cursor, &stage), &Callback::noop()),
        false => stage::view(&stage, &draw_slots, &super::crowd::rows, Callback::noop()),
    };
    let difference = &second.difference;
    html! {
        <>
            <header class="side one">
                { name(&state.run_name(), &state.run.cursor, state.now()) }
                if let Some(first) = difference.first {
                    <button class="differs" title={difference.text.clone()} onclick={click(on, Action::Seek(first))}>
                        { format!("first difference at {}", state.run.history().time_at(first)) }
                    </button>
                } else {
                    <span class="alike">{ &difference.text }</span>
                }
            </header>
            <header class="side two">
                { name(&second.name, cursor, state.now()) }
                <button class="swap" title="To act on this run: put it on the stage, and the other one here" onclick={click(on, Action::Branch(Act::Swap))}>
                    { "⇄ swap" }
                </button>
                <button class="icon" aria-label="Compare no longer" title="Compare no longer" onclick={click(on, Action::Branch(Act::Alone))}>
                    { "✕" }
                </button>
            </header>
            <section class="beside" aria-label={format!("Compared with {}", second.name)}>
                { scene }
            </section>
        </>
    }
}

/// A run's name and its time. What has ended stands still.
fn name(name: &Rc<str>, cursor: &Cursor, now: Time) -> Html {
    let time = cursor.time();
    let has_ended = cursor.position() == cursor.history().len() && time < now;
    let word = if has_ended { "ended " } else { "" };
    html! { <><b>{ &**name }</b><span class="mono">{ format!("{word}{time}") }</span></> }
}
