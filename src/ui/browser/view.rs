//! Scrolling and focus.

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, ScrollIntoViewOptions, ScrollLogicalPosition};

use super::{document, place, window};

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
    if let Some(element) = place(id) {
        scroll(&element, ScrollLogicalPosition::Start);
    }
}

/// Puts the focus on a control, or on what is chosen in a group, and into the middle of the view.
pub fn reveal(id: &str) {
    let Some(element) = place(id) else { return };
    let chosen = element.query_selector("input:checked").ok().flatten();
    let target = chosen.map_or(element, JsCast::unchecked_into);
    let _ = target.focus();
    scroll(&target, ScrollLogicalPosition::Center);
}

/// Puts the focus on an element.
pub fn focus(id: &str) {
    if let Some(element) = place(id) {
        let _ = element.focus();
    }
}

/// Puts the focus on the row of a tree that can have it.
pub fn focus_row() {
    let row = document().and_then(|document| document.query_selector("[role=treeitem][tabindex='0']").ok()?);
    if let Some(row) = row.and_then(|row| row.dyn_into::<HtmlElement>().ok()) {
        let _ = row.focus();
    }
}

/// The last of these elements whose beginning has been scrolled into the upper part of the view.
pub fn reached<'a>(ids: impl Iterator<Item = &'a str>) -> usize {
    let height = window().and_then(|window| window.inner_height().ok()?.as_f64()).unwrap_or(0.0);
    ids.map(place)
        .take_while(|element| element.as_ref().is_some_and(|element| top(element) < height * 0.4))
        .count()
        .saturating_sub(1)
}

/// Scrolls an element, where it scrolls, back to its beginning.
pub fn rewind(id: &str) {
    if let Some(element) = place(id) {
        element.set_scroll_top(0);
        element.set_scroll_left(0);
    }
}

/// Scrolls a row of things sideways so that one of them stands in the middle; the page itself stays.
pub fn center(id: &str, number: usize) {
    let Some(row) = place(id) else { return };
    let item = u32::try_from(number).ok().and_then(|number| row.children().item(number));
    if let Some(item) = item.and_then(|item| item.dyn_into::<HtmlElement>().ok()) {
        row.set_scroll_left(item.offset_left() - row.offset_left() - (row.client_width() - item.offset_width()) / 2);
    }
}
