//! The transport: step, play, the clock, and the verdict on the run.

use crate::scene::verdict::{Outcome, Verdict};
use crate::state::{Action, State};
use rollscope_engine::time::Time;
use yew::prelude::*;

/// What the transport shows.
#[derive(Clone, PartialEq, Debug)]
pub struct Transport<'a> {
    /// Steps before the cursor.
    pub position: usize,
    /// Steps in all.
    pub len: usize,
    /// The time at the cursor.
    pub time: Time,
    /// Whether steps follow each other by themselves.
    pub playing: bool,
    /// How fast: `1×`.
    pub speed: &'a str,
    /// Whether steps that only publish counts are stopped at as well.
    pub show_reports: bool,
}

/// What the transport's controls do.
#[derive(Clone, PartialEq, Debug)]
pub struct Controls {
    /// To the start.
    pub start: Callback<()>,
    /// One step back.
    pub back: Callback<()>,
    /// Play or pause.
    pub toggle: Callback<()>,
    /// One step forward.
    pub forward: Callback<()>,
    /// To the end.
    pub end: Callback<()>,
    /// The next speed.
    pub speed: Callback<()>,
    /// Shows reports, or skips them.
    pub reports: Callback<()>,
}

/// The row with what it shows of a state.
pub fn of(state: &State, on: &Callback<Action>) -> Html {
    let (speed, every_write) = (state.speed.next(), !state.every_write);
    let transport = Transport {
        position: state.position(),
        len: state.len(),
        time: state.now(),
        playing: state.playing,
        speed: state.speed.label(),
        show_reports: state.every_write,
    };
    let controls = Controls {
        start: on.reform(|()| Action::Seek(0)),
        back: on.reform(|()| Action::Previous(false)),
        toggle: on.reform(|()| Action::Play),
        forward: on.reform(|()| Action::Next(false)),
        end: on.reform(|()| Action::Seek(usize::MAX)),
        speed: on.reform(move |()| Action::SetSpeed(speed)),
        reports: on.reform(move |()| Action::ShowEveryWrite(every_write)),
    };
    view(&transport, &controls)
}

/// The row above the strip.
pub fn view(transport: &Transport<'_>, controls: &Controls) -> Html {
    let (at_start, at_end) = (transport.position == 0, transport.position >= transport.len);
    let (play, path) = if transport.playing {
        ("Pause", "M3 2h3.5v12H3zM9.5 2H13v12H9.5z")
    } else {
        ("Play", "M4 2l10 6-10 6z")
    };
    html! {
        <div class="transport">
            <div class="buttons" role="group" aria-label="Steps">
                { button("To the start", "Home", "M3 3h2v10H3zM14 3v10L6 8z", at_start, &controls.start, "") }
                { button("One step back", "←", "M12 3v10L4 8z", at_start, &controls.back, "") }
                { button(play, "Space", path, at_end && !transport.playing, &controls.toggle, "play") }
                { button("One step forward", "→", "M4 3v10l8-5z", at_end, &controls.forward, "") }
                { button("To the end", "End", "M11 3h2v10h-2zM2 3v10l8-5z", at_end, &controls.end, "") }
            </div>
            <span class="clock" title="Virtual time">{ transport.time.to_string() }</span>
            <button class="quiet" title="Speed" aria-label={format!("Speed {}", transport.speed)} onclick={on(&controls.speed)}>
                { transport.speed }
            </button>
            <button
                class="quiet reports"
                aria-pressed={transport.show_reports.to_string()}
                title="Also stop where a controller only publishes counts"
                onclick={on(&controls.reports)}
            >
                { "every write" }
            </button>
        </div>
    }
}

fn button(
    name: &'static str,
    key: &str,
    path: &'static str,
    off: bool,
    act: &Callback<()>,
    class: &'static str,
) -> Html {
    html! {
        <button class={classes!("icon", class)} aria-label={name} title={format!("{name} ({key})")} disabled={off} onclick={on(act)}>
            <svg width="16" height="16" viewBox="0 0 16 16" fill="currentColor" aria-hidden="true"><path d={path} /></svg>
        </button>
    }
}

fn on(act: &Callback<()>) -> Callback<MouseEvent> {
    act.reform(|_| ())
}

/// How the run went, in one line.
pub fn verdict(verdict: &Verdict) -> Html {
    let class = class(verdict.outcome);
    html! { <p class={classes!("verdict", class)} title={verdict.text.clone()}>{ &verdict.text }</p> }
}

/// The class of an outcome.
pub fn class(outcome: Outcome) -> Option<&'static str> {
    match outcome {
        Outcome::Nothing => None,
        Outcome::Completes => Some("completes"),
        Outcome::Waits => Some("waits"),
        Outcome::Stalls | Outcome::CutOff => Some("stalls"),
    }
}
