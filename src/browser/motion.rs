//! Motion: a tile that stands somewhere else than before travels there, so that one sees what a step has moved.

use super::site;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::js_sys::{Array, Function, Object, Reflect};
use web_sys::{Element, HtmlElement};

/// With more tiles than these, nobody could follow.
const MOST: u32 = 60;
/// How long a tile is under way, in milliseconds.
const TRAVEL: f64 = 200.0;

/// Where the tiles stood when the page was last drawn.
#[derive(Debug, Default)]
pub struct Motion {
    places: Vec<(String, [i32; 2])>,
    /// In milliseconds since the page was opened.
    drawn: f64,
}

/// The page was drawn: sends off what has moved. Nothing moves for who wants stillness, or steps faster than one can follow.
pub fn follow(motion: &mut Motion) {
    let now = site::now();
    let is_calm = now - motion.drawn > TRAVEL && !site::prefers_stillness();
    let tiles = tiles();
    let places: Vec<_> = tiles.iter().map(|(pod, tile)| (pod.clone(), place(tile))).collect();
    for ((pod, tile), (_, place)) in tiles.iter().zip(&places).filter(|_| is_calm) {
        let before = motion.places.iter().find(|(other, _)| other == pod);
        if let Some((_, before)) = before.filter(|(_, before)| before != place) {
            travel(tile, [before[0] - place[0], before[1] - place[1]]);
        }
    }
    *motion = Motion { places, drawn: now };
}

/// The tiles on the stage with their Pods' names; none if they are too many.
fn tiles() -> Vec<(String, HtmlElement)> {
    let document = web_sys::window().and_then(|window| window.document());
    let stage = document.and_then(|document| document.query_selector(".stage > .workloads.roomy").ok()?);
    let found = stage.and_then(|stage| stage.query_selector_all(".tile[data-pod]").ok());
    let Some(found) = found.filter(|found| found.length() <= MOST) else {
        return Vec::new();
    };
    let tile = |index| {
        let tile: HtmlElement = found.get(index)?.dyn_into().ok()?;
        Some((tile.get_attribute("data-pod")?, tile))
    };
    (0..found.length()).filter_map(tile).collect()
}

/// Where it stands, whatever is scrolled or under way.
fn place(tile: &HtmlElement) -> [i32; 2] {
    let mut place = [tile.offset_left(), tile.offset_top()];
    let mut around = tile.offset_parent();
    while let Some(element) = around.and_then(|element: Element| element.dyn_into::<HtmlElement>().ok()) {
        place = [place[0] + element.offset_left(), place[1] + element.offset_top()];
        around = element.offset_parent();
    }
    place
}

fn travel(tile: &HtmlElement, [x, y]: [i32; 2]) {
    let frames = Object::new();
    let path = Array::of2(&format!("translate({x}px, {y}px)").into(), &"none".into());
    let set = |name: &str, value: &JsValue| Reflect::set(&frames, &name.into(), value).is_ok();
    let animate = Reflect::get(tile, &"animate".into()).ok();
    let animate = animate.and_then(|animate| animate.dyn_into::<Function>().ok());
    if let (true, true, Some(animate)) = (set("transform", &path), set("easing", &"ease-out".into()), animate) {
        // A browser that can't do it shows the tile where it belongs.
        drop(animate.call2(tile, &frames, &TRAVEL.into()));
    }
}
