//! Every shortcut, and the switch for those of a single key.

use leptos::prelude::*;

use super::ViewsState;
use crate::messages::{Message, msg};
use crate::page::command::{key_names, shortcuts};
use crate::ui::browser;
use crate::ui::kit::dom::{el, el_class};
use crate::ui::views::dialog::dialog;

/// The name of a key; some are words.
fn named(key: &str) -> Message {
    match key {
        "Ctrl" => msg!("Ctrl"),
        "Shift" => msg!("Shift"),
        "Enter" => msg!("Enter"),
        _ => Message::raw(key),
    }
}

/// The dialog.
pub(super) fn view(state: ViewsState) -> AnyView {
    let rows = shortcuts().into_iter().map(|shortcut| {
        let keys = key_names(shortcut.keys).map(|key| el("kbd").text(named(key)).done());
        el("tr").child(el("td").views(keys)).child(el("td").text(shortcut.help)).done()
    });
    let single = el("input")
        .attr("type", "checkbox")
        .attr("id", "single-keys")
        .attr("class", "switch")
        .prop_flag("checked", || browser::stored("keys") != "off")
        .on("change", |event| {
            browser::store("keys", if event_target_checked(&event) { "on" } else { "off" });
        });
    let content =
        el_class("div", "dialog__body").child(el("table").attr("class", "keys").child(el("tbody").views(rows))).child(
            el_class("p", "dialog__switch")
                .child(single)
                .child(el("label").attr("for", "single-keys").text(msg!("Single-key shortcuts"))),
        );
    dialog(state, msg!("Shortcuts"), "dialog--narrow", content)
}
