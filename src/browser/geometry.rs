//! Where on an element a pointer is, and whether an element is in sight.

use wasm_bindgen::JsCast;
use web_sys::Element;
use yew::{MouseEvent, NodeRef, PointerEvent};

/// How far to the right the pointer is on the event's target: 0 at its left edge, 1 at its right.
pub fn fraction(event: &PointerEvent) -> Option<f64> {
    let place = target(event)?.get_bounding_client_rect();
    let share = (f64::from(event.client_x()) - place.left()) / place.width();
    share.is_finite().then(|| share.clamp(0.0, 1.0))
}

/// How many of the `items` that the target's closest `list` has lie before the pointer, as one reads.
pub fn passed(event: &PointerEvent, list: &str, items: &str) -> Option<usize> {
    let list = target(event)?.closest(list).ok()??;
    let items = list.query_selector_all(items).ok()?;
    let (x, y) = (f64::from(event.client_x()), f64::from(event.client_y()));
    let items = (0..items.length()).filter_map(|index| items.get(index)?.dyn_into::<Element>().ok());
    // What names a row stands above it.
    const ABOVE: f64 = 30.0;
    let is_before = |item: &Element| {
        let place = item.get_bounding_client_rect();
        let above = y < place.top() - ABOVE;
        y > place.bottom() || (!above && x > place.left() + place.width() / 2.0)
    };
    Some(items.filter(is_before).count())
}

/// In which block of a board the pointer is, and on which of its cells, as one reads. A row has so many cells, and there are
/// as many rows.
pub fn cell(event: &MouseEvent, row: u32) -> Option<(usize, u32)> {
    let block = block(event)?;
    let grid = block.query_selector("svg").ok()?;
    let place = grid.as_ref().unwrap_or(&block).get_bounding_client_rect();
    let index = |from: f64, length: f64, at: i32| {
        let share = (f64::from(at) - from) / length * f64::from(row);
        (1..row).filter(|index| f64::from(*index) <= share).max().unwrap_or(0)
    };
    let column = index(place.left(), place.width(), event.client_x());
    let cell = index(place.top(), place.height(), event.client_y()) * row + column;
    Some((block.get_attribute("data-block")?.parse().ok()?, cell))
}

/// The block of a board in which the pointer is.
pub fn block(event: &MouseEvent) -> Option<Element> {
    let target: Element = event.target()?.dyn_into().ok()?;
    target.closest(".block").ok()?
}

/// Whether the main button, or the first finger, is down.
pub fn is_pressed(event: &PointerEvent) -> bool {
    event.is_primary() && event.buttons() & 1 == 1
}

/// Lets the target follow the pointer until it is released, also where it leaves the target.
pub fn capture(event: &PointerEvent) {
    if let Some(target) = target(event) {
        // A pointer that is gone already can't be followed, and need not be.
        let _ = target.set_pointer_capture(event.pointer_id());
    }
}

/// Scrolls to the panel in which an element is, if a part of it is out of sight: on a narrow screen they stand below each other.
pub fn bring_panel_into_sight(element: &NodeRef) {
    let panel = element.cast::<Element>().and_then(|element| element.parent_element());
    let Some(element) = panel else { return };
    let place = element.get_bounding_client_rect();
    let page = element
        .owner_document()
        .and_then(|document| document.document_element());
    let height = page.map_or(f64::MAX, |page| f64::from(page.client_height()));
    if place.top() < 0.0 || place.bottom() > height {
        element.scroll_into_view_with_bool(true);
    }
}

fn target(event: &PointerEvent) -> Option<Element> {
    event.target()?.dyn_into().ok()
}
