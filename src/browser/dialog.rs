//! Modal dialogs: the browser's own, which keeps the focus inside and closes on Escape.

use web_sys::HtmlDialogElement;
use yew::NodeRef;

/// Opens or closes a `<dialog>`.
pub fn set_open(dialog: &NodeRef, open: bool) {
    let Some(dialog) = dialog.cast::<HtmlDialogElement>() else {
        return;
    };
    match (open, dialog.open()) {
        // It fails only for an element that is not in the page, and then there's nothing to see.
        (true, false) => drop(dialog.show_modal()),
        (false, true) => dialog.close(),
        _ => {}
    }
}

/// What a dialog's `close` event says: whether it is closed. The event comes a moment after Escape; in between the dialog may
/// have been opened again.
pub fn is_closed(dialog: &NodeRef) -> bool {
    !dialog.cast::<HtmlDialogElement>().is_some_and(|dialog| dialog.open())
}
