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
