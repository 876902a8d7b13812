//! The browser's frames: what is to be done when the next one begins.

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::Window;

/// What is to be done then; where this is dropped before, nothing is.
#[derive(Debug)]
pub struct Frame {
    window: Window,
    number: i32,
    _act: Closure<dyn FnMut()>,
}

/// Does something before the browser draws the next time. `None` where nobody sees the page: then it is not drawn.
pub fn next(act: impl FnOnce() + 'static) -> Option<Frame> {
    let window = web_sys::window().filter(|window| window.document().is_some_and(|document| !document.hidden()))?;
    let act = Closure::once(act);
    let number = window.request_animation_frame(act.as_ref().unchecked_ref()).ok()?;
    Some(Frame {
        window,
        number,
        _act: act,
    })
}

impl Drop for Frame {
    fn drop(&mut self) {
        // It fails for no number.
        let _ = self.window.cancel_animation_frame(self.number);
    }
}
