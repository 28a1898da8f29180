//! What the browser keeps: for the next visit, and for this tab until it is closed.

use web_sys::Storage;

use super::window;

fn storage() -> Option<Storage> {
    window()?.local_storage().ok()?
}

/// What is stored under a name, which gets the prefix `dunnage.`; nothing where nothing is.
pub fn stored(name: &str) -> String {
    storage().and_then(|storage| storage.get_item(&key_of(name)).ok()?).unwrap_or_default()
}

/// Stores a text under a name for the next time, and says whether the browser did: a storage may be full or forbidden.
pub fn store(name: &str, text: &str) -> bool {
    storage().is_some_and(|storage| storage.set_item(&key_of(name), text).is_ok())
}

/// What was noted for this tab under a name, until it is closed.
pub fn noted(name: &str) -> Option<String> {
    window()?.session_storage().ok()??.get_item(&key_of(name)).ok()?
}

/// Notes a text for this tab under a name, until it is closed; `None` forgets it.
pub fn note(name: &str, text: Option<&str>) {
    if let Some(storage) = window().and_then(|window| window.session_storage().ok()?) {
        let _ = match text {
            Some(text) => storage.set_item(&key_of(name), text),
            None => storage.remove_item(&key_of(name)),
        };
    }
}

fn key_of(name: &str) -> String {
    ["dunnage.", name].concat()
}
