//! Where on an element a pointer is.

use wasm_bindgen::JsCast;
use web_sys::Element;
use yew::PointerEvent;

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

fn target(event: &PointerEvent) -> Option<Element> {
    event.target()?.dyn_into().ok()
}
