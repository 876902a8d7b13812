//! What is kept from visit to visit. Where there is no storage (a private window, a full disk, a forbidding setting)
//! nothing is kept, and nothing else happens. That's why it isn't gloo's, which panics without one.

use web_sys::Storage;

/// What was kept under this name.
pub fn get(name: &str) -> Option<String> {
    storage()?.get_item(name).ok()?
}

/// Keeps something.
pub fn set(name: &str, text: &str) {
    if let Some(storage) = storage() {
        // A full storage is no reason to disturb anybody.
        drop(storage.set_item(name, text));
    }
}

fn storage() -> Option<Storage> {
    web_sys::window()?.local_storage().ok()?
}
