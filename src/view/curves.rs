//! A workload's counts over time, above its lanes.

use super::lanes::WIDTH;
use super::units;
use crate::scene::curve::{Band, Counts, Curve};
use std::fmt::Write;
use yew::prelude::*;

/// The height of the drawing, in pixels.
const HEIGHT: i64 = 36;
/// The height of a label.
const LETTER: i64 = 11;
/// What is left free above and below.
const MARGIN: i64 = 3;

/// Band, total, updated, available; the workload's name beside it.
pub fn view(name: &str, curve: &Curve) -> Html {
    let of = |value: fn(&Counts) -> i64| {
        line(
            curve.counts.iter().map(|(place, counts)| (*place, value(counts))),
            curve,
        )
    };
    html! {
        <div class="curve line" style={format!("height:{HEIGHT}px")}>
            <div class="gutter">
                <b title={name.to_owned()}>{ name }</b>
                if let Some((_, first)) = curve.bounds.first() { { bounds(first, curve) } }
            </div>
            { for curve.bounds.iter().skip(1).map(|(place, band)| html! {
                <span class="bounds" style={format!("left:{}", super::place(*place))}>{ bounds(band, curve) }</span>
            }) }
            <svg width="100%" height={HEIGHT.to_string()} viewBox={format!("0 0 {WIDTH} {}", 10 * HEIGHT)} preserveAspectRatio="none" aria-hidden="true">
                <path class="band" d={band(curve)} />
                <path class="desired" d={line(curve.bounds.iter().map(|(place, band)| (*place, band.desired)), curve)} />
                <path class="total" d={of(|counts| counts.total)} />
                <path class="present" d={of(|counts| counts.present)} />
                <path class="updated" d={line(curve.updated.iter().copied(), curve)} />
                <path class="available" d={of(|counts| counts.available)} />
            </svg>
        </div>
    }
}

/// The bounds at the start, each at its height; where they change, the band does.
fn bounds(band: &Band, curve: &Curve) -> Html {
    let bound = |name: &str, value: i64, top: i64| {
        html! { <i key={name.to_owned()} title={format!("{name} {value}")} style={format!("top:{top}px")}>{ value }</i> }
    };
    let top = |value| (height(value, curve) / 10).clamp(LETTER / 2, HEIGHT - LETTER / 2);
    match (band.ceiling, band.floor) {
        (Some(ceiling), Some(floor)) if ceiling > floor => {
            let (above, below) = apart(top(ceiling), top(floor));
            html! { <>{ bound("ceiling", ceiling, above) }{ bound("floor", floor, below) }</> }
        }
        _ => bound("desired", band.desired, top(band.desired)),
    }
}

/// Two labels, one above the other, moved just so far apart that both can be read.
fn apart(above: i64, below: i64) -> (i64, i64) {
    let missing = (LETTER - (below - above)).max(0);
    let above = (above - missing / 2).max(LETTER / 2);
    (above, below.max(above + LETTER).min(HEIGHT - LETTER / 2))
}

/// A count's height in the drawing, in tenths of a pixel.
fn height(value: i64, curve: &Curve) -> i64 {
    let (above, whole) = ((value - curve.bottom).max(0), (curve.top - curve.bottom).max(1));
    10 * (HEIGHT - MARGIN) - above * 10 * (HEIGHT - 2 * MARGIN) / whole
}

/// A line that keeps its value until the next.
fn line(values: impl Iterator<Item = (f64, i64)>, curve: &Curve) -> String {
    let mut path = String::new();
    let mut last = None;
    for (place, value) in values {
        // The counts of a curve change one by one.
        if last.replace(value) == Some(value) {
            continue;
        }
        let (x, y) = (units(place), height(value, curve));
        let written = if path.is_empty() {
            write!(path, "M{x} {y}")
        } else {
            write!(path, "H{x}V{y}")
        };
        debug_assert!(written.is_ok(), "a String takes all that is written");
    }
    if !path.is_empty() {
        path.push_str("H100000");
    }
    path
}

/// What lies between floor and ceiling.
fn band(curve: &Curve) -> String {
    let ends = curve.bounds.iter().skip(1).map(|(place, _)| *place).chain([1.0]);
    let mut path = String::new();
    for ((from, band), to) in curve.bounds.iter().zip(ends) {
        if let Band {
            floor: Some(floor),
            ceiling: Some(ceiling),
            ..
        } = band
        {
            let (left, width) = (units(*from), units(to) - units(*from));
            let (above, below) = (height(*ceiling, curve), height(*floor, curve));
            let written = write!(path, "M{left} {above}h{width}V{below}h-{width}z");
            debug_assert!(written.is_ok(), "a String takes all that is written");
        }
    }
    path
}
