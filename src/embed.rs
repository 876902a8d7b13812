//! The handle of a widget: what `<rollout-view>` (`element/rollout-view.js`) calls in this program. A page has one program for
//! all its widgets. Everything but the handle is loaded later, with the engine that a widget needs anyway.

use crate::browser::site;
use crate::later::{self, Later};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::Element;
use web_sys::js_sys::Function;

/// Where a widget is put: an element of its own.
pub type Place = Element;
/// What it calls with the name of each piece of news, and what is to be said.
pub type Tell = Function;
/// What an order says beside its name.
pub type Value = JsValue;
/// Puts a widget into a page.
pub type Mount = fn(Place, Tell) -> Box<dyn Mounted>;

/// A widget in a page.
pub trait Mounted {
    /// Does what the page around asks for; `browser/outside.rs` knows what there is.
    fn order(&self, name: &str, value: &Value);
}

/// The program, ready for widgets.
#[wasm_bindgen]
pub struct Widgets(Later);

/// A widget in a page.
#[wasm_bindgen]
pub struct Widget(Box<dyn Mounted>);

/// Loads what widgets need. `base` is the folder of this site, for what they link to. Nothing if it can't be had.
#[wasm_bindgen]
pub async fn widgets(base: String) -> Option<Widgets> {
    site::set_base(base);
    later::load().await.map(Widgets)
}

#[wasm_bindgen]
impl Widgets {
    /// Their looks, beside those of the page.
    pub fn style(&self) -> String {
        self.0.style.to_owned()
    }

    /// A widget in an empty element.
    pub fn mount(&self, place: Place, tell: Tell) -> Widget {
        Widget((self.0.widget)(place, tell))
    }
}

#[wasm_bindgen]
impl Widget {
    /// Does what the page around asks for.
    pub fn order(&self, name: &str, value: &Value) {
        self.0.order(name, value);
    }
}
