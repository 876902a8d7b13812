//! What is in the fields of forms.

use web_sys::{HtmlInputElement, HtmlSelectElement, HtmlTextAreaElement};
use yew::{Callback, Event, InputEvent, NodeRef, SubmitEvent, TargetCast};

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

/// Shows a place of a textarea and gives it the focus.
pub fn show_place(area: &NodeRef, utf16_offset: u32) {
    if let Some(area) = area.cast::<HtmlTextAreaElement>() {
        // Both fail only for an element that can't take them.
        drop(area.focus());
        drop(area.set_selection_range(utf16_offset, utf16_offset));
    }
}
