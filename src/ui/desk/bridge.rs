//! What this module asks of the page beyond [`browser`]: the wizard, by events and attributes.

use gloo::events::{EventListener, EventListenerOptions};
use js_sys::Reflect;
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::Element;

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

/// Shows a view beside the files, or the files.
pub(super) fn show(view: &str) {
    send("wizard-show", view);
}

/// Shows or hides a place of the page.
pub(super) fn show_place(id: &str, shown: bool) {
    if let Some(place) = browser::place(id) {
        place.set_hidden(!shown);
    }
}

/// The lines of the code that is shown.
fn lines() -> Vec<Element> {
    let found = document().and_then(|document| document.query_selector_all("#code .l").ok());
    let Some(found) = found else { return Vec::new() };
    (0..found.length()).filter_map(|number| found.item(number)?.dyn_into().ok()).collect()
}

/// How many lines the code has that is shown.
pub(super) fn count_lines() -> usize {
    lines().len()
}

/// Marks lines of the code, both ends included, counted from 1; the marks before go. It may bring them into view.
pub(super) fn mark_lines(first: usize, last: usize, into_view: bool) {
    for (number, line) in (1..).zip(lines()) {
        let _ = line.class_list().toggle_with_force("on", (first..=last).contains(&number));
        if into_view && number == first {
            let options = web_sys::ScrollIntoViewOptions::new();
            options.set_block(web_sys::ScrollLogicalPosition::Nearest);
            line.scroll_into_view_with_scroll_into_view_options(&options);
        }
    }
}

/// Marks the lines that an option has a part in.
pub(super) fn touch_lines(touched: &[bool]) {
    for (number, line) in lines().iter().enumerate() {
        let _ = line.class_list().toggle_with_force("t", touched.get(number) == Some(&true));
    }
}

/// Calls `then` with the number and the element of a line of the code that an event comes from.
pub(super) fn on_line(name: &'static str, then: impl Fn(usize, &Element) + 'static) {
    on_document(name, move |event| {
        let target: Option<Element> = event.target().and_then(|target| target.dyn_into().ok());
        let line = target.and_then(|target| target.closest("#code .l").ok()?);
        if let Some(line) = line {
            let number = lines().iter().position(|other| *other == line);
            then(number.map_or(0, |number| number + 1), &line);
        }
    });
}

/// Calls `then` with every key pressed in the element of an id; what it takes is not done otherwise.
pub(super) fn on_key(id: &'static str, then: impl Fn(&str) -> bool + 'static) {
    on_document("keydown", move |event| {
        let target: Option<Element> = event.target().and_then(|target| target.dyn_into().ok());
        if target.is_some_and(|target| target.id() == id) && browser::key(event).is_some_and(|key| then(&key)) {
            event.prevent_default();
        }
    });
}

/// Calls `then` with the id of the option whose field has got the focus, and with nothing when the focus leaves them.
pub(super) fn on_focus(then: impl Fn(&str) + 'static) {
    on_document("focusin", move |event| {
        let target: Option<Element> = event.target().and_then(|target| target.dyn_into().ok());
        let field = target.and_then(|target| target.closest(".field").ok()?);
        let help = field.and_then(|field| field.query_selector(".field__help").ok()?);
        let id = help.map(|help| help.id()).unwrap_or_default();
        then(id.strip_suffix("-help").unwrap_or_default());
    });
}

/// The service of the picture that an event comes from.
pub(super) fn service(event: &web_sys::Event) -> Option<String> {
    let target: Element = event.target()?.dyn_into().ok()?;
    target.closest("[data-service]").ok()??.get_attribute("data-service")
}

fn on_document(name: &'static str, then: impl Fn(&web_sys::Event) + 'static) {
    if let Some(document) = document() {
        let options = EventListenerOptions::enable_prevent_default();
        EventListener::new_with_options(&document, name, options, move |event| then(event)).forget();
    }
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
