//! What stands around the time strip: the tools above it, the verdict that opens the report, and, where the strip shows
//! only a part, its own axis and a bar that shows which.

use super::strip::{Around, Frame};
use super::{click, compare, report, transport};
use crate::browser::geometry;
use crate::browser::gestures::{Gesture, Gestures};
use crate::scene::strip::Strip;
use crate::scene::verdict::{Outcome, Verdict};
use crate::scene::window::{Window, told};
use crate::state::time::Act;
use crate::state::{Action, State};
use std::rc::Rc;
use yew::prelude::*;

/// All of it.
pub fn around(state: &State, strip: &Rc<Strip>, verdict: &Verdict, on: &Callback<Action>) -> Around {
    let window = state.time.window;
    Around {
        head: html! { <>{ tools(state, on) }{ opener(state, verdict, on) }{ compare::names(state, on) }</> },
        beside: compare::beside(state, on),
        frame: Frame {
            look: Some((if window.is_whole() { "fitted" } else { "zoomed" }, style(window))),
            over: html! { <>{ axis(window, strip) }<Zooming on={on.reform(zoomed)} /></> },
        },
        foot: foot(state, strip, on),
        report: html! { if state.time.report { { report::view(state, on) } } },
    }
}

fn zoomed(gesture: Gesture) -> Action {
    Action::Time(match gesture {
        Gesture::Zoom(factor, place) => Act::Zoom(factor, Some(place)),
        Gesture::Pan(by) => Act::Pan(by),
    })
}

/// Both in hundred-thousandths: printing whole numbers spares the code that prints fractions.
fn style(window: Window) -> String {
    format!(
        "--zoom:{};--start:{}",
        super::units(window.zoom),
        super::units(window.from)
    )
}

fn tools(state: &State, on: &Callback<Action>) -> Html {
    let window = state.time.window;
    let button = |name: &'static str, key: &str, sign: &'static str, off: bool, act: Act| {
        html! {
            <button class="icon" aria-label={name} title={format!("{name} ({key})")} disabled={off} onclick={click(on, Action::Time(act))}>
                { sign }
            </button>
        }
    };
    html! {
        <div class="tools" role="group" aria-label="Zoom and comparison">
            { button("Zoom out", "-", "−", window.is_whole(), Act::Zoom(0.5, None)) }
            { button("Zoom in", "+", "+", false, Act::Zoom(2.0, None)) }
            if !window.is_whole() {
                <button class="quiet" title="See the whole run (0)" onclick={click(on, Action::Time(Act::Fit))}>{ "fit" }</button>
            }
            { compare::chooser(state, on) }
        </div>
    }
}

/// The verdict, which opens the report.
fn opener(state: &State, verdict: &Verdict, on: &Callback<Action>) -> Html {
    if verdict.outcome == Outcome::Nothing {
        return Html::default();
    }
    let open = state.time.report;
    html! {
        <button
            class={classes!("verdict", transport::class(verdict.outcome))}
            title={verdict.text.clone()}
            aria-expanded={open.to_string()}
            aria-label={format!("Report: {}", verdict.text)}
            onclick={click(on, Action::Time(Act::Report(!open)))}
        >
            { &verdict.text }
        </button>
    }
}

/// The axis of what is seen, in place of that of the whole.
fn axis(window: Window, strip: &Strip) -> Html {
    if window.is_whole() {
        return Html::default();
    }
    let tick = |tick: crate::scene::scale::Tick| {
        html! { <span key={tick.label.clone()} style={format!("left:{}", super::place(tick.place))}>{ tick.label }</span> }
    };
    html! { <div class="fine" aria-hidden="true">{ for window.ticks(&strip.scale).into_iter().map(tick) }</div> }
}

/// Which part is seen; a drag, a click or the arrows show another.
fn foot(state: &State, strip: &Rc<Strip>, on: &Callback<Action>) -> Html {
    let window = state.time.window;
    if window.is_whole() {
        return Html::default();
    }
    let left = super::place(window.from);
    let width = super::place(1.0 / window.zoom);
    let cursor = super::place(strip.scale.place(state.position()));
    html! {
        <div
            class="overview"
            role="slider"
            tabindex="0"
            aria-label="Part of the time that is shown"
            aria-valuemin="0"
            aria-valuemax="100000"
            aria-valuenow={super::units(window.from).to_string()}
            aria-valuetext={told(window, &strip.scale)}
            onpointerdown={drag(on, true)}
            onpointermove={drag(on, false)}
            onkeydown={keys(on)}
        >
            <i class="part" style={format!("left:{left};width:{width}")} />
            <i class="here" style={format!("left:{cursor}")} />
        </div>
    }
}

fn drag(on: &Callback<Action>, begins: bool) -> Callback<PointerEvent> {
    let on = on.clone();
    Callback::from(move |event: PointerEvent| {
        if !geometry::is_pressed(&event) {
            return;
        }
        if begins {
            geometry::capture(&event);
        }
        if let Some(place) = geometry::fraction(&event) {
            on.emit(Action::Time(Act::Center(place)));
        }
    })
}

fn keys(on: &Callback<Action>) -> Callback<KeyboardEvent> {
    let on = on.clone();
    Callback::from(move |event: KeyboardEvent| {
        let by = match event.key().as_str() {
            "ArrowLeft" => -0.25,
            "ArrowRight" => 0.25,
            "PageUp" => -1.0,
            "PageDown" => 1.0,
            "Home" => f64::MIN,
            "End" => f64::MAX,
            _ => return,
        };
        event.prevent_default();
        on.emit(Action::Time(Act::Pan(by)));
    })
}

/// To whom gestures are told.
#[derive(Clone, PartialEq, Properties)]
struct ZoomingProps {
    on: Callback<Gesture>,
}

/// Wheel and fingers on the strip, while it is in the page.
#[component]
fn Zooming(props: &ZoomingProps) -> Html {
    let place = use_node_ref();
    let (strip, on) = (place.clone(), props.on.clone());
    use_effect_with((), move |()| {
        let gestures = Gestures::listen(&strip, &on);
        move || drop(gestures)
    });
    html! { <i ref={place} /> }
}
