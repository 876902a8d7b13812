//! A run in somebody else's page: the stage, why, and the transport with a line to drag. What can be styled from outside has
//! a `part`; `docs/embedding.md` lists them.

use super::{stage, strip, transport, why};
use crate::app::spoken;
use crate::browser::{outside, site};
use crate::scene::limit;
use crate::scene::stage::Stage;
use crate::scene::strip::{Flag, Strip};
use crate::scene::why::Why;
use crate::state::embedded::Embedded;
use crate::state::{Action, State};
use crate::turns::Picture;
use crate::view::strip::Frame;
use rollscope_engine::traffic::Traffic;
use std::cell::Cell;
use std::rc::Rc;
use yew::prelude::*;

/// What a widget shows.
#[derive(Debug)]
pub struct Widget<'a> {
    /// The run, and where one looks at it.
    pub embedded: &'a Embedded,
    /// The whole run as a strip.
    pub strip: &'a Rc<Strip>,
    /// What becomes of connections.
    pub traffic: &'a [Traffic],
    /// Whether the rest of the program was missing when this was drawn.
    pub lacks: Cell<bool>,
}

/// What is drawn of all Pods.
pub fn picture(widget: &Widget<'_>, on: &Callback<Action>) -> Picture {
    let state = &widget.embedded.state;
    Picture {
        stage: on_stage(widget, on),
        others: state
            .later
            .map_or_else(Html::default, |later| (later.others)(state, on)),
    }
}

/// All of it; `keys` gets what is pressed inside.
pub fn view(widget: &Widget<'_>, picture: Picture, keys: Callback<KeyboardEvent>, on: &Callback<Action>) -> Html {
    let state = &widget.embedded.state;
    html! {
        <section class="rollout" tabindex="-1" onkeydown={keys}>
            <div class="stage" part="stage" role="group" aria-label={title(state)} tabindex="0">{ picture.stage }</div>
            if let Some(later) = state.later.filter(|_| state.pod.is_some()) {
                <div class="panel" part="pod">{ (later.pod)(state, on) }</div>
            }
            <div class="why" part="why" role="group" aria-label="Why" tabindex="0">
                { why::view(&Why::of(&state.run.cursor)) }
                { picture.others }
            </div>
            <div class="time" part="time" role="group" aria-label="Time">
                <div class="controls" part="transport">{ transport::of(state, on) }{ link(widget.embedded) }</div>
                { whole(widget, on) }
            </div>
            <p class="announced" aria-live="polite">{ spoken(state) }</p>
        </section>
    }
}

/// The way to the page, with this run, at this step; if there is a page.
fn link(embedded: &Embedded) -> Html {
    let Some(page) = site::address("index.html") else {
        return Html::default();
    };
    let end = embedded.link();
    let address = move || site::address(&end()?);
    let (on_press, on_click) = (outside::aimed(address.clone()), outside::aimed(address));
    html! {
        <a
            class="open"
            part="link"
            href={page}
            target="_blank"
            rel="noopener"
            title="Opens this run at this step, where it can be changed"
            onpointerdown={on_press}
            onclick={on_click}
        >
            { "Open in Rollscope" }
        </a>
    }
}

fn title(state: &State) -> String {
    let title = state.run.title.as_deref();
    title.map_or("Stage".to_owned(), |title| format!("Stage: {title}"))
}

fn on_stage(widget: &Widget<'_>, on: &Callback<Action>) -> Html {
    let state = &widget.embedded.state;
    let (cursor, pod) = (&state.run.cursor, state.pod.as_ref());
    let more = state.later.map(|later| later.more);
    let kept = state.later.and_then(|later| (later.kept)(&state.run, pod));
    let drawn = Stage::with(cursor, &state.run.look, pod, more, kept).with_traffic(widget.traffic, cursor.time());
    let choose = on.reform(|pod| Action::ChoosePod(Some(pod)));
    let Some(later) = state.later else {
        if limit::is_there(cursor.cluster()) {
            widget.lacks.set(true);
        }
        // Of what can't be drawn yet, there is nothing to see for a moment.
        let missing = || {
            widget.lacks.set(true);
            Html::default()
        };
        return stage::view(&drawn, &|_, _| missing(), &|_, _, _| missing(), choose);
    };
    if state.staging.nodes {
        return (later.by_node)(&drawn, cursor, &choose);
    }
    let draw_slots = |kind, scene: &_| (later.draw_slots)(state, kind, scene, on);
    stage::view(&drawn, &draw_slots, &later.crowd, choose)
}

/// The whole run: as a strip, or as a line with the flags of what was done.
fn whole(widget: &Widget<'_>, on: &Callback<Action>) -> Html {
    let (strip, state) = (widget.strip, &widget.embedded.state);
    let (position, moment) = (state.position(), state.now().to_string());
    let on_seek = on.reform(Action::Seek);
    if widget.embedded.has_strip {
        return html! {
            <div class="full" part="strip">{ strip::view(strip, position, &moment, Frame::default(), on_seek) }</div>
        };
    }
    let flag = |flag: &Flag| {
        let style = format!("left:{}", super::place(flag.place));
        html! { <i key={flag.position} class={classes!("done", flag.sign.class())} {style} title={flag.label.clone()} /> }
    };
    html! {
        <div class="slim" part="strip">
            <i class="past" style={format!("width:{}", super::place(strip.scale.place(position)))} />
            { for strip.flags.iter().map(flag) }
            { strip::scrubber(strip, position, &moment, &on_seek) }
        </div>
    }
}
