//! The address of the page: the choices stand behind its `#`.

use js_sys::Reflect;
use wasm_bindgen::JsValue;

use super::window;

/// What stands behind `#` in the address, without it.
pub fn fragment() -> String {
    let hash = window().and_then(|window| window.location().hash().ok());
    hash.unwrap_or_default().trim_start_matches('#').to_owned()
}

/// Puts a fragment into the address without a new step in the browser's history.
pub fn set_fragment(fragment: &str) {
    let Some(history) = window().and_then(|window| window.history().ok()) else {
        return;
    };
    // Some browsers limit how often this may be done; the next change brings the address up to date.
    let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&["#", fragment].concat()));
}

/// The address of this page with another fragment.
pub fn link(fragment: &str) -> String {
    let href = window().and_then(|window| window.location().href().ok());
    let href = href.unwrap_or_default();
    [href.split('#').next().unwrap_or_default(), "#", fragment].concat()
}

/// Whether the page was loaded anew by the user, a script or the browser, rather than come to.
pub fn is_reload() -> bool {
    let entries = window().and_then(|window| window.performance()).map(|here| here.get_entries_by_type("navigation"));
    let kind = entries.and_then(|entries| Reflect::get(&entries.get(0), &"type".into()).ok());
    kind.and_then(|kind| kind.as_string()).is_some_and(|kind| kind == "reload")
}
