//! What this module asks of the page beyond [`browser`]: the wizard, by events and attributes.

use gloo::events::{EventListener, EventListenerOptions};
use js_sys::Reflect;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::Element;

use crate::messages::{Message, msg};
use crate::page::command::{Command, View};
use crate::ui::browser;
use crate::ui::kit::language::t;

fn document() -> Option<web_sys::Document> {
    web_sys::window()?.document()
}

/// An attribute of the whole page.
pub(super) fn marked(name: &str) -> String {
    let root = document().and_then(|document| document.document_element());
    root.and_then(|root| root.get_attribute(name)).unwrap_or_default()
}

/// The place in an option's field that waits for what it costs.
pub(super) fn place_of_cost(option: &str) -> Option<web_sys::HtmlElement> {
    document()?.query_selector(&["[data-cost='", option, "']:empty"].concat()).ok()??.dyn_into().ok()
}

/// Asks the wizard to do something.
pub(super) fn run(command: &Command) {
    browser::send("wizard-do", &command.to_string());
}

/// Shows a message in the wizard for a moment.
pub(super) fn say(message: Message) {
    run(&Command::Say(t(message)));
}

/// Puts a text on the clipboard; says so, or what to do instead.
pub(super) fn copy(text: &str, said: Message) {
    browser::copy(text, move |copied| {
        let no = msg!("The browser blocked the clipboard. Select the text and copy it by hand.");
        say(if copied { said.clone() } else { no });
    });
}

/// Shows a view beside the files, or the files.
pub(super) fn show(view: View) {
    browser::send("wizard-show", view.id());
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
        if let Some(line) = browser::around(event, "#code .l") {
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
        let field = browser::around(event, ".field");
        let help = field.and_then(|field| field.query_selector(".field__help").ok()?);
        let id = help.map(|help| help.id()).unwrap_or_default();
        then(id.strip_suffix("-help").unwrap_or_default());
    });
}

/// The service of the picture that an event comes from.
pub(super) fn service(event: &web_sys::Event) -> Option<String> {
    browser::around(event, "[data-service]")?.get_attribute("data-service")
}

fn on_document(name: &'static str, then: impl Fn(&web_sys::Event) + 'static) {
    if let Some(document) = document() {
        let options = EventListenerOptions::enable_prevent_default();
        EventListener::new_with_options(&document, name, options, move |event| then(event)).forget();
    }
}

/// Fills bytes from the browser's source for secrets, and says whether it could.
pub(super) fn random(bytes: &mut [u8]) -> bool {
    let crypto = web_sys::window().and_then(|window| window.crypto().ok());
    crypto.is_some_and(|crypto| crypto.get_random_values_with_u8_array(bytes).is_ok())
}

fn dialog(id: &str) -> Option<web_sys::HtmlDialogElement> {
    browser::place(id)?.dyn_into().ok()
}

/// Opens the dialog of an id, above everything else and with the focus in it.
pub(super) fn open_dialog(id: &str) {
    if let Some(dialog) = dialog(id).filter(|dialog| !dialog.open()) {
        let _ = dialog.show_modal();
    }
}

/// Closes the dialog of an id; the browser gives the focus back to where it was.
pub(super) fn close_dialog(id: &str) {
    if let Some(dialog) = dialog(id) {
        dialog.close();
    }
}

/// Says that this module has broken down. The wizard is another program and has not.
pub(super) fn crash(message: &str) {
    say(msg!("This part has crashed; your choices are unchanged. Reload the page to use it again."));
    browser::report(message);
}

/// Sets an attribute of an element, or takes it away.
pub(super) fn set_attribute(id: &str, name: &str, value: Option<&str>) {
    if let Some(element) = browser::place(id) {
        let _ = match value {
            Some(value) => element.set_attribute(name, value),
            None => element.remove_attribute(name),
        };
    }
}

/// Scrolls as little as shows an element.
pub(super) fn bring_into_view(id: &str) {
    if let Some(element) = browser::place(id) {
        let options = web_sys::ScrollIntoViewOptions::new();
        options.set_block(web_sys::ScrollLogicalPosition::Nearest);
        element.scroll_into_view_with_scroll_into_view_options(&options);
    }
}

fn button(selector: &str) -> Option<web_sys::HtmlElement> {
    document()?.query_selector(selector).ok()??.dyn_into().ok()
}

/// The name of a button of the page, unless it is not there or hidden.
pub(super) fn name_of(selector: &str) -> Option<String> {
    button(selector).filter(|button| !button.hidden()).map(|button| {
        let title = button.title();
        if title.is_empty() { button.text_content().unwrap_or_default() } else { title }
    })
}

/// Presses a button of the page.
pub(super) fn press(selector: &str) {
    if let Some(button) = button(selector) {
        button.click();
    }
}

/// Has the browser print the page.
pub(super) fn print() {
    if let Some(window) = web_sys::window() {
        let _ = window.print();
    }
}

/// Now, as text that sorts by time.
pub(super) fn now() -> String {
    String::from(js_sys::Date::new_0().to_iso_string())
}

/// A time as people write it in the page's language.
pub(super) fn when(iso: &str) -> String {
    let language = document().and_then(|document| document.document_element());
    let language = language.and_then(|root| root.get_attribute("lang")).unwrap_or_default();
    let options = js_sys::Object::new();
    for name in ["dateStyle", "timeStyle"] {
        let _ = Reflect::set(&options, &name.into(), &"short".into());
    }
    let date = js_sys::Date::new(&iso.into());
    if date.get_time().is_nan() { String::new() } else { date.to_locale_string(&language, &options).into() }
}

/// Text as base64 of bytes.
pub(super) fn base64(bytes: &[u8]) -> String {
    let latin: String = bytes.iter().map(|byte| char::from(*byte)).collect();
    web_sys::window().and_then(|window| window.btoa(&latin).ok()).unwrap_or_default()
}

/// Compresses bytes with gzip and hands them on; `None` where the browser cannot.
pub(super) fn gzip(bytes: &[u8], then: impl Fn(Option<Vec<u8>>) + 'static) {
    let start = || -> Result<js_sys::Promise, JsValue> {
        let window = web_sys::window().ok_or(JsValue::NULL)?;
        let maker: js_sys::Function = Reflect::get(&window, &"CompressionStream".into())?.dyn_into()?;
        let compressor = Reflect::construct(&maker, &js_sys::Array::of1(&"gzip".into()))?;
        let parts = js_sys::Array::of1(&js_sys::Uint8Array::from(bytes));
        let stream = web_sys::Blob::new_with_u8_array_sequence(&parts)?.stream();
        let packed = stream.pipe_through(compressor.unchecked_ref());
        web_sys::Response::new_with_opt_readable_stream(Some(&packed))?.array_buffer()
    };
    let Ok(promise) = start() else {
        return then(None);
    };
    let done = Closure::<dyn FnMut(JsValue)>::new(move |answer: JsValue| {
        let buffer = answer.dyn_into::<js_sys::ArrayBuffer>().ok();
        then(buffer.map(|buffer| js_sys::Uint8Array::new(&buffer).to_vec()));
    });
    let _ = promise.then2(&done, &done);
    done.forget();
}

/// The first file that was chosen in a field, or dropped, with its name and text; `None` for its text when it is larger
/// than `most` or cannot be read.
pub(super) fn file_text(event: &web_sys::Event, most: f64, then: impl Fn(String, Option<String>) + 'static) {
    let chosen = event.target().and_then(|target| target.dyn_into::<web_sys::HtmlInputElement>().ok());
    let chosen = chosen.and_then(|input| input.files());
    let dropped = || event.dyn_ref::<web_sys::DragEvent>()?.data_transfer()?.files();
    let Some(file) = chosen.or_else(dropped).and_then(|files| files.get(0)) else {
        return;
    };
    let name = file.name();
    if file.size() > most {
        return then(name, None);
    }
    let done = Closure::<dyn FnMut(JsValue)>::new(move |answer: JsValue| then(name.clone(), answer.as_string()));
    let _ = file.text().then2(&done, &done);
    done.forget();
    // The same file can be chosen again.
    if let Some(input) = event.target().and_then(|target| target.dyn_into::<web_sys::HtmlInputElement>().ok()) {
        input.set_value("");
    }
}

/// Whether an event comes from a dialog itself, rather than from what stands in it.
pub(super) fn is_dialog(event: &web_sys::Event) -> bool {
    event.target().is_some_and(|target| target.is_instance_of::<web_sys::HtmlDialogElement>())
}

/// Gives the focus to where it is once more. A field that the focus came back to from a field of a dialog takes no key
/// in Chromium, because the place for typing went away with the dialog.
pub(super) fn refocus() {
    let active = document().and_then(|document| document.active_element());
    if let Some(field) = active.and_then(|active| active.dyn_into::<web_sys::HtmlInputElement>().ok()) {
        let _ = field.blur();
        let _ = field.focus();
    }
}
