//! The clipboard, where the browser lets a page have it: not on sites without encryption.

use wasm_bindgen::JsValue;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use yew::Callback;

/// Copies a text, and tells whether that could be done.
pub fn copy(text: String, told: Callback<bool>) {
    spawn_local(async move {
        let clipboard = web_sys::window().map(|window| window.navigator().clipboard());
        let clipboard = clipboard.filter(|clipboard| !AsRef::<JsValue>::as_ref(clipboard).is_undefined());
        told.emit(match clipboard {
            Some(clipboard) => JsFuture::from(clipboard.write_text(&text)).await.is_ok(),
            None => false,
        });
    });
}
