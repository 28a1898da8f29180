//! Every shortcut, and the switch for those of a single key.

use leptos::prelude::*;

use super::Desk;
use crate::ui::browser;
use crate::ui::kit::dom::{div, el};
use crate::ui::views::dialog::dialog;

/// Keys and what they do, as `web/shortcuts.js` has them; `Ctrl` is the command key on a Mac.
const SHORTCUTS: &[(&str, &str)] = &[
    ("Ctrl K", "Search options, values, files and actions"),
    ("/", "Search options, values, files and actions"),
    ("Ctrl Enter", "Download zip"),
    ("Ctrl Z", "Undo"),
    ("Ctrl Shift Z", "Redo"),
    ("L", "Copy link"),
    ("C", "Show only what the last change changed"),
    ("1 … 5", "Files, picture, next steps, differences, terminal"),
    ("Enter", "In the code: why this line is here; then ↑ and ↓"),
    ("?", "This list"),
];

/// The dialog.
pub(super) fn view(desk: Desk) -> AnyView {
    let rows = SHORTCUTS.iter().map(|(keys, what)| {
        let keys =
            keys.split(' ').map(|key| if key == "…" { el("span").raw(" … ") } else { el("kbd").text(key) }.done());
        el("tr").child(el("td").views(keys)).child(el("td").text(what)).done()
    });
    let single = el("input")
        .attr("type", "checkbox")
        .attr("id", "desk-keys")
        .attr("class", "switch")
        .prop_flag("checked", || browser::stored("keys") != "off")
        .on("change", |event| {
            browser::store("keys", if event_target_checked(&event) { "on" } else { "off" });
        });
    let content =
        div("div", "desk__body").child(el("table").attr("class", "keys").child(el("tbody").views(rows))).child(
            div("p", "desk__switch")
                .child(single)
                .child(el("label").attr("for", "desk-keys").text("Shortcuts of a single key")),
        );
    dialog(desk, "Shortcuts", "desk--narrow", content)
}
