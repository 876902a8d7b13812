//! The time strip: curves and lanes, drawn once per history; above them what depends on the cursor, which is little.

use crate::browser::geometry;
use crate::scene::strip::Strip;
use std::rc::Rc;
use yew::prelude::*;

use super::lanes::Picture;

/// How far Page Up and Page Down go.
const PAGE: usize = 10;

/// Which part of the strip is seen.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Frame {
    /// A class and a style of the strip.
    pub look: Option<(&'static str, String)>,
    /// What lies over the strip.
    pub over: Html,
}

/// What stands around the strip.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Around {
    /// Above it, beside the transport.
    pub head: Html,
    /// The strip's frame.
    pub frame: Frame,
    /// Below it.
    pub foot: Html,
    /// The report.
    pub report: Html,
    /// A run beside that on the stage.
    pub beside: Html,
}

/// The strip with the cursor at a position; `on_seek` is told where the user wants it.
#[expect(clippy::needless_pass_by_value, reason = "callbacks are handed over, as Yew does")]
pub fn view(strip: &Rc<Strip>, position: usize, moment: &str, frame: Frame, on_seek: Callback<usize>) -> Html {
    let place = super::place(strip.scale.place(position));
    let (class, style) = frame.look.unzip();
    html! {
        <div class={classes!("strip", class)} {style}>
            <div class="whole">
                <Picture strip={strip.clone()} on_seek={on_seek.clone()} />
                <div class="over">
                    <i class="future" style={format!("left:{place}")} />
                    <i class="cursor" style={format!("left:{place}")} />
                    { scrubber(strip, position, moment, &on_seek) }
                    { frame.over }
                </div>
            </div>
        </div>
    }
}

/// What is dragged, and what the arrows move.
pub fn scrubber(strip: &Rc<Strip>, position: usize, moment: &str, on_seek: &Callback<usize>) -> Html {
    html! {
        <div
            class="scrub"
            role="slider"
            tabindex="0"
            aria-label="Time"
            aria-valuemin="0"
            aria-valuemax={strip.len.to_string()}
            aria-valuenow={position.to_string()}
            aria-valuetext={format!("step {position} of {}, {moment}", strip.len)}
            onpointerdown={drag(strip, position, on_seek, true)}
            onpointermove={drag(strip, position, on_seek, false)}
            onkeydown={keys(strip.len, position, on_seek)}
        />
    }
}

fn drag(strip: &Rc<Strip>, position: usize, on_seek: &Callback<usize>, begins: bool) -> Callback<PointerEvent> {
    let (strip, on_seek) = (strip.clone(), on_seek.clone());
    Callback::from(move |event: PointerEvent| {
        if !geometry::is_pressed(&event) {
            return;
        }
        if begins {
            geometry::capture(&event);
        }
        let wanted = geometry::fraction(&event).map(|place| strip.scale.position_at(place));
        if let Some(wanted) = wanted.filter(|wanted| *wanted != position) {
            on_seek.emit(wanted);
        }
    })
}

/// The arrows are the page's own keys, also while this has the focus.
fn keys(len: usize, position: usize, on_seek: &Callback<usize>) -> Callback<KeyboardEvent> {
    let on_seek = on_seek.clone();
    Callback::from(move |event: KeyboardEvent| {
        let wanted = match event.key().as_str() {
            "PageUp" => position.saturating_sub(PAGE),
            "PageDown" => (position + PAGE).min(len),
            _ => return,
        };
        event.prevent_default();
        on_seek.emit(wanted);
    })
}
