//! Events of the page, and where they come from.

use gloo::events::{EventListener, EventListenerOptions};
use js_sys::Reflect;
use wasm_bindgen::JsCast as _;
use web_sys::{Element, Event, KeyboardEvent};

use super::{document, window};

/// Calls `then` on every event of a name that reaches the window, on the way down, as long as the page lives.
pub fn listen(name: &'static str, then: impl Fn() + 'static) {
    if let Some(window) = window() {
        let options = EventListenerOptions::run_in_capture_phase();
        EventListener::new_with_options(&window, name, options, move |_| then()).forget();
    }
}

/// Calls `then` with the detail of every event of a name, as long as the page lives: so the scripts of the page speak to
/// each other.
pub fn on(name: &'static str, then: impl Fn(&str) + 'static) {
    if let Some(document) = document() {
        let listener = EventListener::new(&document, name, move |event| {
            let detail = Reflect::get(event, &"detail".into()).ok().and_then(|detail| detail.as_string());
            then(&detail.unwrap_or_default());
        });
        listener.forget();
    }
}

/// Sends an event of a name with a detail, which another program of the page hears by [`on`].
pub fn send(name: &str, detail: &str) {
    let init = web_sys::CustomEventInit::new();
    init.set_detail(&wasm_bindgen::JsValue::from_str(detail));
    let event = web_sys::CustomEvent::new_with_event_init_dict(name, &init);
    if let (Some(document), Ok(event)) = (document(), event) {
        let _ = document.dispatch_event(&event);
    }
}

/// Lets the other scripts of the page know that an attribute of [`mark_page`](super::mark_page) has changed.
pub fn tell() {
    if let (Some(document), Ok(event)) = (document(), Event::new("wizard")) {
        let _ = document.dispatch_event(&event);
    }
}

/// The name of the key of an event, unless another key is held with it.
pub fn key(event: &Event) -> Option<String> {
    let event: &KeyboardEvent = event.dyn_ref()?;
    (!(event.ctrl_key() || event.meta_key() || event.alt_key())).then(|| event.key())
}

/// The nearest element around what an event came from that a selector fits.
pub fn around(event: &Event, selector: &str) -> Option<Element> {
    event.target()?.dyn_into::<Element>().ok()?.closest(selector).ok()?
}

/// An attribute of the row of a tree that an event came from.
pub fn row_attribute(event: &Event, name: &str) -> Option<String> {
    around(event, "[role=treeitem]")?.get_attribute(name)
}
