//! A dialog above the page.

use leptos::prelude::*;

use super::{ViewsState, bridge};
use crate::messages::{Message, msg};
use crate::ui::browser;
use crate::ui::kit::button::action;
use crate::ui::kit::dom::{El, el, el_class};

/// Id of the one dialog that is open.
const ID: &str = "dialog";

/// A dialog with a heading and a way to close it. It is opened as soon as it stands in the page.
pub(super) fn dialog(state: ViewsState, heading: Message, class: &str, content: El) -> AnyView {
    browser::after(0, || bridge::open_dialog(ID));
    let close = action(msg!("Close"), "close", "button--icon", close).said("title", msg!("Close"));
    el_class("dialog", &["dialog ", class].concat())
        .attr("id", ID)
        .attr("aria-labelledby", "dialog-heading")
        .on("close", move |_| {
            state.dialog.set(None);
            browser::after(0, bridge::refocus);
        })
        .child(
            el_class("header", "dialog__bar").child(el("h2").attr("id", "dialog-heading").text(heading)).child(close),
        )
        .child(content)
        .done()
}

/// Closes what is open.
pub(super) fn close() {
    bridge::close_dialog(ID);
}
