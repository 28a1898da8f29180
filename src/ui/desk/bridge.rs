//! What this module asks of the page beyond [`browser`]: the wizard, by events and attributes.

use gloo::events::EventListener;
use js_sys::Reflect;
use wasm_bindgen::{JsCast as _, JsValue};

use crate::ui::browser;

fn document() -> Option<web_sys::Document> {
    web_sys::window()?.document()
}

/// An attribute of the whole page.
pub(super) fn marked(name: &str) -> String {
    let root = document().and_then(|document| document.document_element());
    root.and_then(|root| root.get_attribute(name)).unwrap_or_default()
}

/// Calls `then` with the detail of every event of a name, as long as the page lives.
pub(super) fn on(name: &'static str, then: impl Fn(&str) + 'static) {
    if let Some(document) = document() {
        let listener = EventListener::new(&document, name, move |event| {
            let detail = Reflect::get(event, &"detail".into()).ok().and_then(|detail| detail.as_string());
            then(&detail.unwrap_or_default());
        });
        listener.forget();
    }
}

/// The place in an option's field that waits for what it costs.
pub(super) fn place_of_ground(option: &str) -> Option<web_sys::HtmlElement> {
    document()?.query_selector(&["[data-ground='", option, "']:empty"].concat()).ok()??.dyn_into().ok()
}

fn send(name: &str, detail: &str) {
    let init = web_sys::CustomEventInit::new();
    init.set_detail(&JsValue::from_str(detail));
    let event = web_sys::CustomEvent::new_with_event_init_dict(name, &init);
    if let (Some(document), Ok(event)) = (document(), event) {
        let _ = document.dispatch_event(&event);
    }
}

/// Has the wizard do something: a word and what it is about, as its `obey` reads it.
pub(super) fn wizard(command: &str) {
    send("wizard-do", command);
}

/// Opens the dialog of an id, above everything else and with the focus in it.
pub(super) fn open_dialog(id: &str) {
    let dialog: Option<web_sys::HtmlDialogElement> = browser::place(id).and_then(|dialog| dialog.dyn_into().ok());
    if let Some(dialog) = dialog.filter(|dialog| !dialog.open()) {
        let _ = dialog.show_modal();
    }
}

/// Closes the dialog of an id; the browser gives the focus back to where it was.
pub(super) fn close_dialog(id: &str) {
    let dialog: Option<web_sys::HtmlDialogElement> = browser::place(id).and_then(|dialog| dialog.dyn_into().ok());
    if let Some(dialog) = dialog {
        dialog.close();
    }
}

fn storage() -> Option<web_sys::Storage> {
    web_sys::window()?.local_storage().ok()?
}

/// What is stored under a name, which gets the prefix `dunnage.`.
pub(super) fn stored(name: &str) -> String {
    storage().and_then(|storage| storage.get_item(&["dunnage.", name].concat()).ok()?).unwrap_or_default()
}

/// Stores a text under a name; says whether the browser did.
pub(super) fn store(name: &str, text: &str) -> bool {
    storage().is_some_and(|storage| storage.set_item(&["dunnage.", name].concat(), text).is_ok())
}

/// Says that this module has broken down. The wizard is another program and has not.
pub(super) fn crash(message: &str) {
    wizard("say This part has broken down; your choices are as they were. Reload the page to use it again.");
    web_sys::console::error_1(&message.into());
}
