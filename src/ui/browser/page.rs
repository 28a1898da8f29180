//! Elements of the page that `index.html` holds ready, and their attributes.

use wasm_bindgen::JsCast as _;
use web_sys::{Element, HtmlElement};

use super::document;

/// An element of the page that `index.html` holds ready.
pub fn place(id: &str) -> Option<HtmlElement> {
    document()?.get_element_by_id(id)?.dyn_into().ok()
}

/// Writes the numbers of the lines of code beside them, where the style sheet shows them. There are more of them than
/// lines, and what is too much is cut off, so that few changes touch them.
pub fn number_lines(id: &str, lines: usize) {
    const AT_ONCE: usize = 250;
    let Some(place) = place(id) else { return };
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

/// Shows the page that `index.html` holds ready for the worst. It makes no element and calls no code of the views,
/// because it runs inside a panic.
pub fn crash(message: &str) {
    mark_page("data-crashed", "");
    if let Some(page) = place("crash") {
        page.set_hidden(false);
        let _ = page.focus();
    }
    if let Some(place) = place("crash-message") {
        place.set_text_content(Some(message));
    }
    report(message);
}

/// Puts the choices into the page of [`crash`].
pub fn crash_choices(yaml: &str) {
    if let Some(place) = place("crash-choices") {
        place.set_text_content(Some(yaml));
    }
}

/// Reports a mistake of this program on the console, where it disturbs nobody.
pub fn report(message: &str) {
    web_sys::console::error_1(&message.into());
}
