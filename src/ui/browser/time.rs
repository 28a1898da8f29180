//! The calendar, timers and frames.

use gloo::timers::callback::Timeout;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast as _, JsValue};

use super::window;
use crate::catalog::date::Date;

/// Today, as the user's calendar has it.
pub fn today() -> Date {
    let now = js_sys::Date::new_0();
    Date::new(
        u16::try_from(now.get_full_year()).unwrap_or(2026),
        u8::try_from(now.get_month() + 1).unwrap_or(1),
        u8::try_from(now.get_date()).unwrap_or(1),
    )
}

/// Calls `then` after some milliseconds.
pub fn after(milliseconds: u32, then: impl FnOnce() + 'static) {
    Timeout::new(milliseconds, then).forget();
}

/// Calls `then` once what has been done to the page so far is painted.
pub fn after_paint(then: impl FnOnce() + 'static) {
    // The next frame is asked for before it is painted; when the one after it is, it has been.
    before_paint(&Closure::once_into_js(move || before_paint(&Closure::once_into_js(then))));
}

fn before_paint(then: &JsValue) {
    if let Some(window) = window() {
        let _ = window.request_animation_frame(then.unchecked_ref());
    }
}
