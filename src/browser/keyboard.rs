//! Keys that work anywhere in the page, but where somebody types or where a key means something else.

use gloo_events::{EventListener, EventListenerOptions};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, HtmlInputElement, KeyboardEvent};
use yew::Callback;

/// Listens while it lives.
pub struct Keyboard {
    _listener: EventListener,
}

/// A key with its modifiers.
#[derive(Clone, Debug)]
pub struct Press {
    /// The browser's name for it.
    pub key: String,
    /// With Shift.
    pub shift: bool,
    /// With Ctrl or Cmd.
    pub command: bool,
}

impl Press {
    /// The key of an event.
    pub fn of(event: &KeyboardEvent) -> Press {
        Press {
            key: event.key(),
            shift: event.shift_key(),
            command: event.ctrl_key() || event.meta_key(),
        }
    }
}

impl Keyboard {
    /// `tell` gets every key that is free, and returns whether it made use of it.
    pub fn listen(tell: impl Fn(&Press) -> bool + 'static) -> Option<Keyboard> {
        let document = web_sys::window()?.document()?;
        let options = EventListenerOptions::enable_prevent_default();
        let _listener = EventListener::new_with_options(&document, "keydown", options, move |event| {
            let Some(event) = event.dyn_ref::<KeyboardEvent>() else {
                return;
            };
            offer(event, &tell);
        });
        Some(Keyboard { _listener })
    }
}

/// The keys that are free among those pressed inside an element; `tell` returns whether it made use of one.
pub fn inside(tell: impl Fn(&Press) -> bool + 'static) -> Callback<KeyboardEvent> {
    Callback::from(move |event: KeyboardEvent| offer(&event, &tell))
}

fn offer(event: &KeyboardEvent, tell: &impl Fn(&Press) -> bool) {
    let press = Press::of(event);
    if is_free(event, &press) && tell(&press) {
        event.prevent_default();
    }
}

/// Whether a key is nobody else's.
pub(crate) fn is_free(event: &KeyboardEvent, press: &Press) -> bool {
    if event.default_prevented() || event.alt_key() {
        return false;
    }
    // Inside a shadow root the target is only named by the path.
    let target = event.composed_path().get(0).dyn_into::<Element>();
    let Ok(element) = target else { return true };
    let in_dialog = matches!(element.closest("dialog"), Ok(Some(_)));
    let on_button = press.key == " " && matches!(element.closest("button, summary, a"), Ok(Some(_)));
    let typing = is_field(&element) && !press.command;
    !in_dialog && !on_button && !typing
}

fn is_field(element: &Element) -> bool {
    if let Some(input) = element.dyn_ref::<HtmlInputElement>() {
        return !matches!(input.type_().as_str(), "range" | "checkbox" | "radio" | "button");
    }
    let editable = element
        .dyn_ref::<HtmlElement>()
        .is_some_and(HtmlElement::is_content_editable);
    editable || matches!(element.tag_name().as_str(), "TEXTAREA" | "SELECT")
}
