//! The handle of a widget: what `<rollout-view>` (`element/rollout-view.js`) calls in this program. A page has one program for
//! all its widgets. Everything but the handle is loaded later; the engine only if a widget needs it.

use crate::browser::site;
use crate::later;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen_futures::spawn_local;
use web_sys::Element;
use web_sys::js_sys::Function;

/// Where a widget is put: an element of its own.
pub type Place = Element;
/// What it calls with the name of each piece of news, and what is to be said.
pub type Tell = Function;
/// What an order says beside its name.
pub type Value = JsValue;
/// Puts a widget into a page.
pub type Mount = fn(Place, Tell) -> Rc<dyn Mounted>;

/// A widget in a page.
pub trait Mounted {
    /// Does what the page around asks for; `browser/outside.rs` knows what there is.
    fn order(&self, name: &str, value: &Value);
}

thread_local! {
    /// What makes them, once it is there.
    static MOUNT: Cell<Option<Mount>> = const { Cell::new(None) };
    /// Who gets the style of the rest, until it has come.
    static STYLED: Cell<Option<Tell>> = const { Cell::new(None) };
    /// All widgets of the page. An element that is gone leaves its own to the next one (`element/program.js`).
    static WIDGETS: RefCell<Vec<Rc<dyn Mounted>>> = const { RefCell::new(Vec::new()) };
}

/// Loads what widgets need, and hands over their style, or nothing if they can't be had; once more with the style of the rest, when
/// that has come. `base` is the folder of the site with the page, for what they link to; without it they have no links. These are
/// functions and numbers, since classes and promises would be so much more to download for everybody.
#[wasm_bindgen]
pub fn widgets(base: Option<String>, then: Tell) {
    site::set_base(base);
    spawn_local(async move {
        let embedding = later::embedding().await;
        MOUNT.set(embedding.map(|embedding| embedding.mount));
        hand_over(&then, embedding.map(|embedding| embedding.style));
        STYLED.set(Some(then));
    });
}

/// The rest has come, and has a style.
pub fn dress(style: &str) {
    if let Some(then) = STYLED.take() {
        hand_over(&then, Some(style));
    }
}

fn hand_over(then: &Tell, style: Option<&str>) {
    let style = style.map_or(JsValue::UNDEFINED, JsValue::from);
    // What goes wrong with it there is told there.
    drop(then.call1(&JsValue::UNDEFINED, &style));
}

/// Puts a widget into an empty element; its number. The style was handed over before.
#[wasm_bindgen]
pub fn widget(place: Place, tell: Tell) -> usize {
    WIDGETS.with_borrow_mut(|widgets| {
        widgets.extend(MOUNT.get().map(|mount| mount(place, tell)));
        widgets.len().wrapping_sub(1)
    })
}

/// Gives an order to a widget.
#[wasm_bindgen]
pub fn order(widget: usize, name: &str, value: &Value) {
    let widget = WIDGETS.with_borrow(|widgets| widgets.get(widget).cloned());
    widget.iter().for_each(|widget| widget.order(name, value));
}
