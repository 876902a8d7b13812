//! What is in the fields of forms.

use super::keyboard::Press;
use web_sys::{HtmlInputElement, HtmlSelectElement, HtmlTextAreaElement};
use yew::{Callback, Event, InputEvent, KeyboardEvent, MouseEvent, NodeRef, SubmitEvent, TargetCast};

/// Tells the text of a field whenever it changes.
pub fn typed(tell: Callback<String>) -> Callback<InputEvent> {
    Callback::from(move |event: InputEvent| {
        let input = event.target_dyn_into::<HtmlInputElement>().map(|field| field.value());
        let area = || {
            event
                .target_dyn_into::<HtmlTextAreaElement>()
                .map(|field| field.value())
        };
        tell.emit(input.or_else(area).unwrap_or_default());
    })
}

/// Tells the value of the option that is chosen.
pub fn chosen(tell: Callback<String>) -> Callback<Event> {
    Callback::from(move |event: Event| {
        if let Some(field) = event.target_dyn_into::<HtmlSelectElement>() {
            tell.emit(field.value());
        }
    })
}

/// Tells that a form was sent, which then stays in the page.
pub fn sent(tell: Callback<()>) -> Callback<SubmitEvent> {
    Callback::from(move |event: SubmitEvent| {
        event.prevent_default();
        tell.emit(());
    })
}

/// What becomes of a key that was pressed in a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// The browser does with it what it always does.
    Not,
    /// It has been used.
    Yes,
    /// The field is left.
    Leave,
}

/// Tells the keys that are pressed in a field, but for those that compose a letter.
pub fn pressed(take: impl Fn(&Press) -> Taken + 'static) -> Callback<KeyboardEvent> {
    Callback::from(move |event: KeyboardEvent| {
        if event.is_composing() || event.alt_key() {
            return;
        }
        match take(&Press::of(&event)) {
            Taken::Not => {}
            Taken::Yes => event.prevent_default(),
            Taken::Leave => {
                event.prevent_default();
                if let Some(field) = event.target_dyn_into::<HtmlInputElement>() {
                    // It fails only for an element that can't lose the focus.
                    drop(field.blur());
                }
            }
        }
    })
}

/// Lets a press of the mouse leave the focus where it is.
pub fn unfocused() -> Callback<MouseEvent> {
    Callback::from(|event: MouseEvent| event.prevent_default())
}

/// Shows a place of a textarea and gives it the focus.
pub fn show_place(area: &NodeRef, utf16_offset: u32) {
    if let Some(area) = area.cast::<HtmlTextAreaElement>() {
        // Both fail only for an element that can't take them.
        drop(area.focus());
        drop(area.set_selection_range(utf16_offset, utf16_offset));
    }
}
