//! The right pane: the tree of files and the text of one of them.

use std::iter;

use leptos::prelude::*;
use web_sys::Event;

use crate::messages::{Message, msg, plural};
use crate::page::highlight::{CodeLine, lines};
use crate::page::tree::TreeRow;
use crate::ui::browser;
use crate::ui::kit::dom::{el, el_class, truth, watch};
use crate::ui::kit::language::t;
use crate::ui::kit::list::{ListEntry, list};
use crate::ui::wizard::bar::button;
use crate::ui::wizard::state::{Outcome, Wizard};

/// The tree and the code.
pub fn preview(wizard: Wizard) -> AnyView {
    let shown = Memo::new(move |_| wizard.shown());
    el_class("div", "files__panes")
        .view(tree(wizard, shown))
        .view(code(wizard, shown))
        .child(
            el_class("p", "sr")
                .attr("role", "status")
                .text_live(move || wizard.after_paint(|| wizard.outcome.with(|outcome| news(outcome)))),
        )
        .done()
}

/// What the last change did, for people who do not see it.
fn news(outcome: &Outcome) -> Message {
    let changed = plural(changed(outcome), "1 file changed.", "{0} files changed.");
    let tally = outcome.tally();
    match (changed, tally.is_empty()) {
        (Some(changed), true) => changed,
        (Some(changed), false) => msg!("{0} {1}", changed, tally),
        (None, _) => msg!("{0}", tally),
    }
}

fn changed(outcome: &Outcome) -> usize {
    outcome.files.iter().filter(|(path, _)| outcome.is_changed(path)).count()
}

fn tree(wizard: Wizard, shown: Memo<String>) -> AnyView {
    list("tree", "div", "class=row role=treeitem", move || {
        let rows = wizard.rows();
        let shown = shown.get();
        let current = wizard.row(&rows, &shown);
        let touched = wizard.touched.get();
        // As soon as the rows follow it.
        wizard.outcome.with_untracked(|outcome| {
            let entry = |row: &TreeRow| {
                let open = row.folder.then(|| wizard.is_open(&row.path));
                let executable = outcome.files.get(&row.path).is_some_and(|file| file.executable);
                let changed = outcome.is_changed(&row.path);
                let title = if changed { t(msg!("Changed by the last edit")) } else { String::new() };
                let attributes = [
                    ("data-path", row.path.as_str()),
                    ("data-mark", if changed { "changed" } else { "" }),
                    ("title", &title),
                    ("data-touched", if touched.contains(&row.path) { "true" } else { "" }),
                    ("data-mode", if executable { "executable" } else { "" }),
                    ("aria-level", &row.level.to_string()),
                    ("aria-selected", truth(row.path == shown)),
                    ("tabindex", if row.path == current { "0" } else { "-1" }),
                    ("aria-expanded", open.map_or("", truth)),
                ];
                ListEntry {
                    key: Some(row.path.clone()),
                    attributes: attributes.map(|(name, value)| (name, value.to_owned())).into(),
                    line: CodeLine::plain(&row.name),
                }
            };
            rows.iter().map(entry).collect()
        })
    });
    let on_click = move |event: Event| {
        if let Some(path) = browser::row_attribute(&event, "data-path") {
            wizard.open_row(&path, browser::row_attribute(&event, "aria-expanded").is_some());
        }
    };
    let on_key = move |event: Event| {
        let rows = wizard.rows();
        let current = wizard.row(&rows, &shown.get_untracked());
        let at = rows.iter().position(|row| row.path == current).unwrap_or_default();
        let Some(target) = browser::key(&event).and_then(|name| key(wizard, &rows, at, &name)) else {
            return;
        };
        event.prevent_default();
        if let Some(row) = rows.get(target) {
            wizard.move_to(&row.path, row.folder);
        }
        // The row can have the focus once the tree has been drawn again.
        browser::after(0, browser::focus_row);
    };
    let number = move || {
        let number = wizard.after_paint(|| wizard.outcome.with(|outcome| outcome.files.len()));
        plural(number, "1 file", "{0} files").unwrap_or_default()
    };
    let changed = move || wizard.after_paint(|| wizard.outcome.with(|outcome| changed(outcome)));
    let only = el_class("button", "only")
        .attr("type", "button")
        .said("title", msg!("Show only the changes from the last edit"))
        .truth("aria-pressed", move || wizard.only_changed.get())
        .flag("data-none", move || changed() == 0)
        .on("click", move |_| wizard.only_changed.update(|only| *only = !*only))
        .text_live(move || msg!("{0} changed", changed()));
    let rows = el_class("div", "tree__rows")
        .attr("id", "tree")
        .attr("role", "tree")
        .said("aria-label", msg!("Generated files"))
        .on("click", on_click)
        .on("keydown", on_key);
    el_class("div", "tree")
        .child(el_class("div", "tree__head").child(el("span").text_live(number)).child(only))
        .child(el_class("div", "frame").child(rows))
        .done()
}

/// What a key does in the tree: the row it leads to, or `None` for a key that means nothing here.
fn key(wizard: Wizard, rows: &[TreeRow], at: usize, key: &str) -> Option<usize> {
    let row = rows.get(at)?;
    let open = row.folder && wizard.is_open(&row.path);
    let last = rows.len() - 1;
    match key {
        "ArrowDown" => Some((at + 1).min(last)),
        "ArrowUp" => Some(at.saturating_sub(1)),
        "Home" => Some(0),
        "End" => Some(last),
        "ArrowRight" if open => Some((at + 1).min(last)),
        "ArrowLeft" if !open => Some(rows[..at].iter().rposition(|other| other.level < row.level).unwrap_or(at)),
        "ArrowRight" | "ArrowLeft" | "Enter" | " " => {
            if row.folder {
                wizard.toggle(&row.path);
            }
            Some(at)
        }
        // A letter leads to the next row that begins with it.
        letter if letter.len() == 1 => (1..=rows.len()).map(|step| (at + step) % rows.len()).find(|&other| {
            let name = rows[other].name.trim_start_matches('.');
            name.get(..1).is_some_and(|first| first.eq_ignore_ascii_case(letter))
        }),
        _ => None,
    }
}

fn code(wizard: Wizard, shown: Memo<String>) -> AnyView {
    Effect::new(move |before: Option<()>| {
        browser::mark_page("data-file", &shown.get());
        if before.is_some() {
            browser::rewind("code");
        }
        browser::tell();
    });
    let entries = list("lines", "span", "class=l", move || {
        let path = shown.get();
        let marks = wizard.outcome.with(|outcome| outcome.changed_lines(&path));
        let marks = marks.into_iter().chain(iter::repeat(false));
        let entry = |(line, marked): (CodeLine, bool)| ListEntry {
            key: None,
            attributes: vec![("data-mark", if marked { "changed" } else { "" }.to_owned())],
            line,
        };
        lines(&path, &wizard.text(&path)).into_iter().zip(marks).map(entry).collect()
    });
    watch(move || browser::number_lines("lines", entries.with(|lines| lines.len())));
    let about = move || wizard.file(&shown.get(), |file| Message::from(file.why)).unwrap_or_default();
    let plain = move || !wizard.file(&shown.get(), |file| file.executable).unwrap_or_default();
    let title = el_class("div", "preview__title")
        .child(
            el("h2")
                .child(el("span").raw_live(move || shown.get()))
                .child(el_class("span", "badge").flag("hidden", plain).text(msg!("executable"))),
        )
        .child(el("p").text_live(about));
    let head = el_class("header", "preview__head")
        .child(title)
        .child(button(wizard, msg!("Download file"), "file", "button--icon", Wizard::download_file))
        .child(button(wizard, msg!("Copy file"), "copy", "button--quiet", Wizard::copy_file));
    let code = el_class("pre", "code").attr("id", "code").attr("tabindex", "0").child(el("code").attr("id", "lines"));
    el_class("section", "preview")
        .said("aria-label", msg!("Preview"))
        .child(head)
        .child(el_class("div", "frame").child(code))
        .done()
}
