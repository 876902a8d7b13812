//! The part of the time strip that does not depend on the cursor.

use super::curves;
use crate::scene::density::{Block, Layer};
use crate::scene::pod::Form;
use crate::scene::strip::{Bar, Flag, Lane, Section, Strip};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::rc::Rc;
use yew::prelude::*;

/// The width of the drawing's own coordinates.
pub const WIDTH: f64 = 1000.0;
/// The height that all lanes share, in pixels.
const LANES: f64 = 124.0;
/// A lane lower than this has no room for a dashed outline, in pixels.
const LINE: f64 = 5.0;
/// The height that a label needs, in pixels.
const LABEL: f64 = 11.0;
/// The height of a workload whose Pods are drawn as sums, in pixels.
const SUMS: f64 = 72.0;

/// What is drawn.
#[derive(Properties)]
pub struct PictureProps {
    /// A whole history.
    pub strip: Rc<Strip>,
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
            <div class="flags line">{ for strip.flags.iter().map(flag) }</div>
            { for strip.sections.iter().map(|each| section(each, pitch)) }
            { axis(strip) }
        </div>
    }
}

/// The height of a lane, with the gap below it.
fn pitch(lanes: usize) -> f64 {
    let lanes = u32::try_from(lanes.max(1)).unwrap_or(u32::MAX);
    (LANES / f64::from(lanes)).clamp(1.0, 9.0)
}

fn flag(flag: &Flag) -> Html {
    let style = format!("left:{:.2}%;--room:{:.4}", flag.place * 100.0, flag.room);
    html! {
        <span class={classes!("flag", flag.refused.then_some("refused"))} {style} title={flag.label.clone()}>
            <i />{ &flag.label }
        </span>
    }
}

fn section(section: &Section, pitch: f64) -> Html {
    html! {
        <div class="section">
            { curves::view(section.name(), &section.curve) }
            { for section.groups.iter().map(|group| {
                lanes(&group.label, &group.lanes, pitch)
            }) }
            if !section.layers.is_empty() { { sums(section) } }
        </div>
    }
}

fn lanes(label: &str, lanes: &[Lane], pitch: f64) -> Html {
    let count = u32::try_from(lanes.len()).unwrap_or(u32::MAX);
    let height = (f64::from(count) * pitch).max(if label.is_empty() { pitch } else { LABEL });
    let named = pitch >= 8.0 && lanes.iter().all(|lane| !lane.name.is_empty());
    html! {
        <div class="group line" style={format!("height:{height}px")}>
            if named {
                <div class="gutter names">
                    { for lanes.iter().map(|lane| html! { <span style={format!("height:{pitch}px")}>{ &lane.name }</span> }) }
                </div>
            } else {
                <div class="gutter"><span>{ label }</span></div>
            }
            <svg width="100%" height={height.to_string()} viewBox={format!("0 0 {WIDTH} {height}")} preserveAspectRatio="none" aria-hidden="true">
                { for paths(lanes, pitch).into_iter().map(|((form, hue), d)| html! {
                    <path class={classes!("state", form.class(), format!("hue{hue}"))} {d} />
                }) }
            </svg>
        </div>
    }
}

/// One path for all bars that look alike: a thousand Pods are a handful of elements.
fn paths(lanes: &[Lane], pitch: f64) -> BTreeMap<(Form, u8), String> {
    let mut paths: BTreeMap<(Form, u8), String> = BTreeMap::new();
    let gap = match pitch {
        7.0.. => 2.0,
        3.0.. => 1.0,
        _ => 0.0,
    };
    let mut top = 0.0;
    for lane in lanes {
        for bar in &lane.bars {
            rectangle(paths.entry((bar.form, bar.hue)).or_default(), bar, top, pitch - gap);
        }
        top += pitch;
    }
    paths
}

fn sums(section: &Section) -> Html {
    let height = |block: &Block| block.base + block.count;
    let blocks = section.layers.iter().flat_map(|layer| &layer.blocks);
    let top = blocks.map(height).max().unwrap_or(1);
    let scale = |count: i64| super::percent(count, top) / 100.0 * SUMS;
    let path = |layer: &Layer| {
        let rectangle = |block: &Block| {
            let (left, width) = (block.from * WIDTH, (block.to - block.from) * WIDTH);
            let (above, high) = (SUMS - scale(height(block)), scale(block.count));
            format!("M{left:.2} {above:.1}h{width:.2}v{high:.1}h-{width:.2}z")
        };
        layer.blocks.iter().map(rectangle).collect::<String>()
    };
    html! {
        <div class="group line" style={format!("height:{SUMS}px")}>
            <div class="gutter"><span>{ "Pods" }</span><i style="top:6px">{ top }</i></div>
            <svg width="100%" height={SUMS.to_string()} viewBox={format!("0 0 {WIDTH} {SUMS}")} preserveAspectRatio="none" aria-hidden="true">
                { for section.layers.iter().map(|layer| html! {
                    <path class={classes!("state", "sum", layer.form.class(), format!("hue{}", layer.hue))} d={path(layer)} />
                }) }
            </svg>
        </div>
    }
}

fn rectangle(path: &mut String, bar: &Bar, top: f64, height: f64) {
    // Two dashed lines so close to each other would be a blur.
    if height < LINE && matches!(bar.form, Form::Pending | Form::Leaving) {
        let (from, to, middle) = (bar.from * WIDTH, bar.to * WIDTH, top + height / 2.0);
        let written = write!(path, "M{from:.2} {middle:.1}H{to:.2}");
        debug_assert!(written.is_ok(), "a String takes all that is written");
        return;
    }
    // Outlines are drawn half inside: without the inset they would touch their neighbours.
    let inset = if matches!(bar.form, Form::Available) { 0.0 } else { 0.5 };
    let (left, width) = (bar.from * WIDTH, (bar.to - bar.from) * WIDTH);
    let (top, height) = (top + inset, (height - 2.0 * inset).max(0.5));
    let written = write!(path, "M{left:.2} {top:.1}h{width:.2}v{height:.1}h-{width:.2}z");
    debug_assert!(written.is_ok(), "a String takes all that is written");
}

fn axis(strip: &Strip) -> Html {
    // The last label ends at its place, so that it does not stick out.
    let style = |place: f64| {
        let shift = if place > 0.96 {
            ";transform:translateX(-100%)"
        } else {
            ""
        };
        format!("left:{:.2}%{shift}", place * 100.0)
    };
    html! {
        <div class="axis line">
            { for strip.scale.ticks.iter().map(|tick| html! { <span style={style(tick.place)}>{ &tick.label }</span> }) }
            { for strip.scale.breaks.iter().map(|cut| html! {
                <span class="cut" style={style(cut.place)} title={format!("{} of waiting, cut short", cut.label)} />
            }) }
        </div>
    }
}
