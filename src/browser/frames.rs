//! The browser's frames: what is to be done when the next one begins.

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::Window;

/// Does something before the browser draws the next time. `false` where it does not draw.
pub fn next(act: impl FnOnce() + 'static) -> bool {
    let Some(window) = web_sys::window().filter(is_seen) else {
        return false;
    };
    let act = Closure::once_into_js(act);
    window.request_animation_frame(act.unchecked_ref()).is_ok()
}

/// Whether the browser draws the page: only where somebody can see it.
pub fn are_drawn() -> bool {
    web_sys::window().is_some_and(|window| is_seen(&window))
}

fn is_seen(window: &Window) -> bool {
    window.document().is_some_and(|document| !document.hidden())
}
