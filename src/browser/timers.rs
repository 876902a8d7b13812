//! Timers, and turns; each runs while it is held.

pub use gloo_timers::callback::{Interval, Timeout};

use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{MessageChannel, MessagePort};
use yew::Callback;

/// What goes on as soon as the browser had its turn. A timer would wait for some milliseconds longer where several follow each other.
pub struct Soon {
    port: MessagePort,
    _go_on: Closure<dyn FnMut()>,
}

impl Soon {
    /// Calls once.
    pub fn new(go_on: Callback<()>) -> Option<Soon> {
        let channel = MessageChannel::new().ok()?;
        let port = channel.port1();
        let go_on: Closure<dyn FnMut()> = Closure::new(move || go_on.emit(()));
        port.set_onmessage(Some(go_on.as_ref().unchecked_ref()));
        channel.port2().post_message(&JsValue::NULL).ok()?;
        Some(Soon { port, _go_on: go_on })
    }
}

impl Drop for Soon {
    fn drop(&mut self) {
        self.port.set_onmessage(None);
        self.port.close();
    }
}
