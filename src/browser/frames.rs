//! The browser's frames: what is to be done when the next one begins.

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::Window;

/// Does something before the browser draws the next time. `false` where nobody sees the page: then it is not drawn.
pub fn next(act: impl FnOnce() + 'static) -> bool {
    let is_seen = |window: &Window| window.document().is_some_and(|document| !document.hidden());
    let Some(window) = web_sys::window().filter(is_seen) else {
        return false;
    };
    let act = Closure::once_into_js(act);
    window.request_animation_frame(act.unchecked_ref()).is_ok()
}
