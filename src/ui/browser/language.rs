//! The translation that `web/locale.js` has loaded.

use js_sys::{Function, Reflect};
use wasm_bindgen::{JsCast as _, JsValue};

use super::window;

thread_local! {
    /// What `web/locale.js` left: a function from an English message to another language.
    static SAY: Option<Function> = {
        let window = window();
        window.and_then(|window| Reflect::get(&window, &"dunnageSay".into()).ok()?.dyn_into().ok())
    };
}

/// A message in a language other than English; `None` in English, and for what is no message.
pub fn said(english: &str) -> Option<String> {
    SAY.with(|say| say.as_ref()?.call1(&JsValue::NULL, &english.into()).ok()?.as_string())
}

/// A number or a day as a language other than English writes it.
pub fn said_value(value: &str) -> Option<String> {
    let said = |say: &Function| -> Result<JsValue, JsValue> {
        let write: Function = Reflect::get(say, &"value".into())?.dyn_into()?;
        write.call1(&JsValue::NULL, &value.into())
    };
    SAY.with(|say| said(say.as_ref()?).ok()?.as_string())
}
