//! The part of the time strip that does not depend on the cursor.

use super::{curves, place, units};
use crate::scene::density::{Block, Layer};
use crate::scene::pod::Form;
use crate::scene::strip::{Bar, Flag, Lane, Section, Strip};
use std::rc::Rc;
use yew::prelude::*;

/// The width of the drawing's own coordinates; its height is in tenths of a pixel.
pub const WIDTH: i64 = 100_000;
/// The height that all lanes share.
const LANES: i64 = 1240;
/// The height of a workload whose Pods are drawn as sums.
const SUMS: i64 = 720;
/// A lane lower than this has no room for a dashed outline.
const LINE: i64 = 50;
/// The height that a label needs.
const LABEL: i64 = 110;

/// What is drawn.
#[derive(Properties)]
pub struct PictureProps {
    /// A whole history.
    pub strip: Rc<Strip>,
    /// Is told the position of a flag.
    pub on_seek: Callback<usize>,
}

/// A strip is computed once, so that it is the same exactly if it is the same allocation.
impl PartialEq for PictureProps {
    fn eq(&self, other: &PictureProps) -> bool {
        Rc::ptr_eq(&self.strip, &other.strip)
    }
}

/// Flags, curves, lanes, axis.
#[component]
pub fn Picture(props: &PictureProps) -> Html {
    let strip = &props.strip;
    let pitch = pitch(strip.lanes());
    html! {
        <div class="picture">
            { flags(&strip.flags, &props.on_seek) }
            if !strip.marks.is_empty() { { flags(&strip.marks, &props.on_seek) } }
            { for strip.sections.iter().map(|each| section(each, pitch)) }
            { axis(strip) }
        </div>
    }
}

/// The height of a lane, with the gap below it.
fn pitch(lanes: usize) -> i64 {
    (LANES / count(lanes).max(1)).clamp(10, 90)
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// Tenths of a pixel as a length for style sheets.
fn pixels(tenths: i64) -> String {
    format!("{}.{}px", tenths / 10, tenths % 10)
}

fn flags(flags: &[Flag], on_seek: &Callback<usize>) -> Html {
    html! { <div class="flags line">{ for flags.iter().map(|each| flag(each, on_seek)) }</div> }
}

fn flag(flag: &Flag, on_seek: &Callback<usize>) -> Html {
    let style = format!("--at:{};--room:{}", place(flag.place), units(flag.room));
    let position = flag.position;
    let before = flag.before.then_some("before");
    html! {
        <button
            class={classes!("flag", flag.sign.class(), before)}
            {style}
            title={flag.label.clone()}
            onclick={on_seek.reform(move |_| position)}
        >
            <i /><span>{ &flag.label }</span>
        </button>
    }
}

fn section(section: &Section, pitch: i64) -> Html {
    html! {
        <div class="section">
            { curves::view(section.name(), &section.curve) }
            if let Some((name, curve)) = &section.under { { curves::view(name, curve) } }
            { for section.groups.iter().map(|group| lanes(&group.label, &group.lanes, pitch)) }
            if !section.layers.is_empty() { { sums(&section.layers) } }
        </div>
    }
}

fn lanes(label: &str, lanes: &[Lane], pitch: i64) -> Html {
    let least = if label.is_empty() { pitch } else { LABEL };
    let height = (count(lanes.len()) * pitch).max(least);
    let named = pitch >= 80 && lanes.iter().all(|lane| !lane.name.is_empty());
    let gutter = if named {
        let name = |lane: &Lane| html! { <span style={format!("height:{}", pixels(pitch))}>{ &lane.name }</span> };
        html! { <div class="gutter names">{ for lanes.iter().map(name) }</div> }
    } else {
        html! { <div class="gutter"><span>{ label }</span></div> }
    };
    drawing(gutter, height, paths(lanes, pitch))
}

/// A label and a drawing beside it.
fn drawing(gutter: Html, height: i64, paths: Vec<(Form, u8, String)>) -> Html {
    let path = |(form, hue, d): (Form, u8, String)| {
        html! { <path class={classes!("state", form.class(), super::hue(hue))} {d} /> }
    };
    html! {
        <div class="group line" style={format!("height:{}", pixels(height))}>
            { gutter }
            <svg width="100%" height="100%" viewBox={format!("0 0 {WIDTH} {height}")} preserveAspectRatio="none" aria-hidden="true">
                { for paths.into_iter().map(path) }
            </svg>
        </div>
    }
}

/// One path for all bars that look alike: a thousand Pods are a handful of elements.
fn paths(lanes: &[Lane], pitch: i64) -> Vec<(Form, u8, String)> {
    let mut paths: Vec<(Form, u8, String)> = Vec::new();
    let gap = match pitch {
        70.. => 20,
        30.. => 10,
        _ => 0,
    };
    for (lane, top) in lanes.iter().zip((0..).map(|index| index * pitch)) {
        for bar in &lane.bars {
            let known = paths
                .iter()
                .position(|(form, hue, _)| (*form, *hue) == (bar.form, bar.hue));
            let index = known.unwrap_or_else(|| {
                paths.push((bar.form, bar.hue, String::new()));
                paths.len() - 1
            });
            draw(&mut paths[index].2, bar, top, pitch - gap);
        }
    }
    paths
}

fn draw(path: &mut String, bar: &Bar, top: i64, height: i64) {
    let (from, to) = (units(bar.from), units(bar.to));
    // Two dashed lines so close to each other would be a blur.
    if height < LINE && matches!(bar.form, Form::Pending | Form::Leaving) {
        path.push_str(&format!("M{from} {}H{to}", top + height / 2));
        return;
    }
    // Outlines are drawn half inside: without the inset they would touch their neighbours.
    let inset = if bar.form == Form::Available { 0 } else { 5 };
    rectangle(path, from, to, top + inset, (height - 2 * inset).max(5));
}

fn rectangle(path: &mut String, from: i64, to: i64, top: i64, height: i64) {
    path.push_str(&format!("M{from} {top}H{to}v{height}H{from}z"));
}

fn sums(layers: &[Layer]) -> Html {
    let height = |block: &Block| block.base + block.count;
    let top = layers
        .iter()
        .flat_map(|layer| &layer.blocks)
        .map(height)
        .max()
        .unwrap_or(1);
    let scaled = |count: i64| count * SUMS / top;
    let path = |layer: &Layer| {
        let mut path = String::new();
        for block in &layer.blocks {
            let (above, below) = (SUMS - scaled(height(block)), SUMS - scaled(block.base));
            rectangle(&mut path, units(block.from), units(block.to), above, below - above);
        }
        (layer.form, layer.hue, path)
    };
    let gutter = html! { <div class="gutter"><span>{ "Pods" }</span><i style="top:6px">{ top }</i></div> };
    drawing(gutter, SUMS, layers.iter().map(path).collect())
}

fn axis(strip: &Strip) -> Html {
    // The last label ends at its place, so that it does not stick out.
    let style = |at: f64| {
        let shift = if at > 0.96 { ";transform:translateX(-100%)" } else { "" };
        format!("left:{}{shift}", place(at))
    };
    html! {
        <div class="axis line">
            { for strip.scale.ticks.iter().map(|tick| html! { <span style={style(tick.place)}>{ &tick.label }</span> }) }
            { for strip.scale.breaks.iter().map(|cut| html! {
                <span class="cut" style={style(cut.place)} title={format!("{} of waiting, drawn shorter", cut.label)}>
                    <i />{ &cut.label }
                </span>
            }) }
        </div>
    }
}
