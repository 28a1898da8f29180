//! The one file that touches the browser: address, storage, clipboard, downloads, scrolling, focus.
//!
//! Everything here may be missing or forbidden (private windows, embedded pages, old browsers), so nothing here
//! fails: what cannot be done is not done, and what the user asked for and did not get is reported back.

use gloo::events::{EventListener, EventListenerOptions};
use gloo::timers::callback::Timeout;
use js_sys::{Function, Reflect};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{
    Blob, BlobPropertyBag, Document, Element, HtmlAnchorElement, HtmlElement, KeyboardEvent, ScrollIntoViewOptions,
    ScrollLogicalPosition, Storage, Url, Window,
};

use crate::catalog::date::Date;

fn window() -> Option<Window> {
    web_sys::window()
}

fn document() -> Option<Document> {
    window()?.document()
}

fn by_id(id: &str) -> Option<HtmlElement> {
    document()?.get_element_by_id(id)?.dyn_into().ok()
}

/// An element of the page that `index.html` holds ready.
pub fn place(id: &str) -> Option<HtmlElement> {
    by_id(id)
}

/// Today, as the user's calendar has it.
pub fn today() -> Date {
    let now = js_sys::Date::new_0();
    Date::new(
        u16::try_from(now.get_full_year()).unwrap_or(2026),
        u8::try_from(now.get_month() + 1).unwrap_or(1),
        u8::try_from(now.get_date()).unwrap_or(1),
    )
}

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

fn key_of(name: &str) -> String {
    ["dunnage.", name].concat()
}

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

/// Lets the other scripts of the page know that an attribute of [`mark_page`] has changed.
pub fn tell() {
    if let (Some(document), Ok(event)) = (document(), web_sys::Event::new("wizard")) {
        let _ = document.dispatch_event(&event);
    }
}

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

/// Whether the page was loaded anew by the user, a script or the browser, rather than come to.
pub fn is_reload() -> bool {
    let entries = window().and_then(|window| window.performance()).map(|here| here.get_entries_by_type("navigation"));
    let kind = entries.and_then(|entries| Reflect::get(&entries.get(0), &"type".into()).ok());
    kind.and_then(|kind| kind.as_string()).is_some_and(|kind| kind == "reload")
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

/// Puts a text on the clipboard and says whether that worked.
pub fn copy(text: &str, then: impl Fn(bool) + 'static) {
    let clipboard = window().map(|window| window.navigator().clipboard());
    // Pages that are not served securely have no clipboard, whatever its type says.
    let Some(clipboard) = clipboard.filter(|clipboard| clipboard.is_object()) else {
        return then(false);
    };
    // The browser says nothing about what it wrote, and an error about what it did not.
    let done = Closure::<dyn FnMut(JsValue)>::new(move |answer: JsValue| then(answer.is_undefined()));
    let _ = clipboard.write_text(text).then2(&done, &done);
    done.forget();
}

/// The name of the key of an event, unless another key is held with it.
pub fn key(event: &web_sys::Event) -> Option<String> {
    let event: &KeyboardEvent = event.dyn_ref()?;
    (!(event.ctrl_key() || event.meta_key() || event.alt_key())).then(|| event.key())
}

/// Hands a file to the user.
pub fn download(name: &str, kind: &str, bytes: &[u8]) {
    let save = || -> Result<(), JsValue> {
        let parts = js_sys::Array::of1(&js_sys::Uint8Array::from(bytes));
        let properties = BlobPropertyBag::new();
        properties.set_type(kind);
        let blob = Blob::new_with_u8_array_sequence_and_options(&parts, &properties)?;
        let url = Url::create_object_url_with_blob(&blob)?;
        if let Some(anchor) = document().and_then(|document| document.create_element("a").ok()) {
            let anchor: HtmlAnchorElement = anchor.unchecked_into();
            anchor.set_href(&url);
            anchor.set_download(name);
            anchor.click();
        }
        // Long enough for the browser to have taken it.
        after(10_000, move || {
            let _ = Url::revoke_object_url(&url);
        });
        Ok(())
    };
    let _ = save();
}

fn top(element: &Element) -> f64 {
    element.get_bounding_client_rect().top()
}

fn scroll(element: &Element, block: ScrollLogicalPosition) {
    let options = ScrollIntoViewOptions::new();
    options.set_block(block);
    element.scroll_into_view_with_scroll_into_view_options(&options);
}

/// Scrolls to the beginning of an element; smoothly or not is the style sheet's business.
pub fn scroll_to(id: &str) {
    if let Some(element) = by_id(id) {
        scroll(&element, ScrollLogicalPosition::Start);
    }
}

/// Puts the focus on a control, or on what is chosen in a group, and into the middle of the view.
pub fn reveal(id: &str) {
    let Some(element) = by_id(id) else { return };
    let chosen = element.query_selector("input:checked").ok().flatten();
    let target = chosen.map_or(element, wasm_bindgen::JsCast::unchecked_into);
    let _ = target.focus();
    scroll(&target, ScrollLogicalPosition::Center);
}

/// Puts the focus on an element.
pub fn focus(id: &str) {
    if let Some(element) = by_id(id) {
        let _ = element.focus();
    }
}

/// The last of these elements whose beginning has been scrolled into the upper part of the view.
pub fn reached<'a>(ids: impl Iterator<Item = &'a str>) -> usize {
    let height = window().and_then(|window| window.inner_height().ok()?.as_f64()).unwrap_or(0.0);
    ids.map(by_id)
        .take_while(|element| element.as_ref().is_some_and(|element| top(element) < height * 0.4))
        .count()
        .saturating_sub(1)
}

/// Scrolls an element, where it scrolls, back to its beginning.
pub fn rewind(id: &str) {
    if let Some(element) = by_id(id) {
        element.set_scroll_top(0);
        element.set_scroll_left(0);
    }
}

/// Writes the numbers of the lines of code beside them, where the style sheet shows them. There are more of them than
/// lines, and what is too much is cut off, so that few changes touch them.
pub fn number_lines(id: &str, lines: usize) {
    const AT_ONCE: usize = 250;
    let Some(place) = by_id(id) else { return };
    let last = lines.next_multiple_of(AT_ONCE);
    if place.get_attribute("data-last") != Some(last.to_string()) {
        set_attribute(&place, "data-last", &last.to_string());
        set_attribute(&place, "data-numbers", &(1..=last).map(|number| number.to_string() + "\n").collect::<String>());
    }
}

/// Sets an attribute of an element; an empty one is taken away.
pub fn set_attribute(element: &Element, name: &str, value: &str) {
    let _ = if value.is_empty() { element.remove_attribute(name) } else { element.set_attribute(name, value) };
}

/// Sets a `data-` attribute of the whole page, for the style sheet.
pub fn mark_page(name: &str, value: &str) {
    if let Some(root) = document().and_then(|document| document.document_element()) {
        let _ = root.set_attribute(name, value);
    }
}

/// The nearest element around what an event came from that a selector fits.
pub fn around(event: &web_sys::Event, selector: &str) -> Option<Element> {
    event.target()?.dyn_into::<Element>().ok()?.closest(selector).ok()?
}

/// An attribute of the row of a tree that an event came from.
pub fn row_attribute(event: &web_sys::Event, name: &str) -> Option<String> {
    around(event, "[role=treeitem]")?.get_attribute(name)
}

/// Puts the focus on the row of a tree that can have it.
pub fn focus_row() {
    let row = document().and_then(|document| document.query_selector("[role=treeitem][tabindex='0']").ok()?);
    if let Some(row) = row.and_then(|row| row.dyn_into::<HtmlElement>().ok()) {
        let _ = row.focus();
    }
}

/// Shows the page that `index.html` holds ready for the worst. It makes no element and calls no code of the views,
/// because it runs inside a panic.
pub fn crash(message: &str) {
    mark_page("data-crashed", "");
    if let Some(page) = by_id("crash") {
        page.set_hidden(false);
        let _ = page.focus();
    }
    if let Some(place) = by_id("crash-message") {
        place.set_text_content(Some(message));
    }
    report(message);
}

/// Puts the choices into the page of [`crash`].
pub fn crash_choices(yaml: &str) {
    if let Some(place) = by_id("crash-choices") {
        place.set_text_content(Some(yaml));
    }
}

/// Scrolls a row of things sideways so that one of them stands in the middle; the page itself stays.
pub fn center(id: &str, number: usize) {
    let Some(row) = by_id(id) else { return };
    let item = u32::try_from(number).ok().and_then(|number| row.children().item(number));
    if let Some(item) = item.and_then(|item| item.dyn_into::<HtmlElement>().ok()) {
        row.set_scroll_left(item.offset_left() - row.offset_left() - (row.client_width() - item.offset_width()) / 2);
    }
}

/// Reports a mistake of this program on the console, where it disturbs nobody.
pub fn report(message: &str) {
    web_sys::console::error_1(&message.into());
}
