//! The third tab: any two set-ups side by side.

use leptos::prelude::*;

use crate::catalog::presets::preset;
use crate::messages::{Message, msg};
use crate::plan::model::Mark;
use crate::project::compare::{AspectRow, ChangeKind, Comparison, FileRow, Reason, sentence};
use crate::ui::kit::button::action;
use crate::ui::kit::dom::{El, el, el_class, live};
use crate::ui::kit::language::t;
use crate::ui::project::bridge;
use crate::ui::project::parts::{cell, diff, lack, lines, mark, named, part, path, table};
use crate::ui::project::state::{PROJECT, ProjectState, download_text};

/// The tab.
pub(super) fn view(project_state: ProjectState) -> AnyView {
    let answer = move || match project_state.comparison.get() {
        Ok(found) => result(&found, &names(project_state, &found)),
        Err(why) => lack(project_state, &why),
    };
    el_class("div", "project__compare")
        .child(
            el_class("div", "sides")
                .child(side(project_state, msg!("Left side"), "project-left", |sides| &mut sides.0))
                .child(side(project_state, msg!("Right side"), "project-right", |sides| &mut sides.1)),
        )
        .view(live(answer))
        .done()
}

type Sides = (String, String);

fn side(project_state: ProjectState, name: Message, id: &str, which: fn(&mut Sides) -> &mut String) -> El {
    let chosen = move || which(&mut project_state.sides.get()).clone();
    let options = project_state.choosable().into_iter().map(|(value, label)| {
        el("option").attr("value", value).prop_flag("selected", move || chosen() == value).text(label).done()
    });
    let choose = move |event: web_sys::Event| {
        if let Some(value) = bridge::property(&event, "value").as_string() {
            project_state.sides.update(|sides| *which(sides) = value);
        }
    };
    el_class("div", "side")
        .child(el("label").attr("for", id).text(name))
        .child(el("select").attr("id", id).on("change", choose).views(options))
}

/// What the sides are called on the page; a project is called as it is.
fn names(project_state: ProjectState, found: &Comparison) -> (Message, Message) {
    let (left, right) = project_state.sides.get();
    let said = |side: &str, name: &str| match preset(side) {
        _ if side == PROJECT => Message::raw(name),
        Some(preset) => preset.title.into(),
        None => msg!("Your choices"),
    };
    (said(&left, &found.left), said(&right, &found.right))
}

fn result(found: &Comparison, names: &(Message, Message)) -> AnyView {
    let markdown = found.to_markdown();
    let differing = found.aspects.iter().filter(|row| row.mark != Mark::Same).count();
    let changing = found.files.iter().filter(|row| row.change != ChangeKind::Keep).count();
    let summary = msg!(
        "{0} of {1} aspects and {2} of {3} files differ.",
        differing,
        found.aspects.len(),
        changing,
        found.files.len()
    );
    let head = el_class("div", "project__head")
        .child(el("h3").text(msg!("{0} and {1}", &names.0, &names.1)))
        .child(el("p").text(summary))
        .child(el_class("div", "project__ways").child(action(
            msg!("Download as Markdown"),
            "file",
            "button--primary",
            move || {
                download_text(&markdown, "comparison.md");
            },
        )));
    let heads =
        [msg!("Aspect"), names.0.clone(), names.1.clone(), msg!("Status"), msg!("What to adapt, or why it differs")];
    let rows = found.aspects.iter().map(|row| aspect(row, names));
    let files = found.files.iter().map(file);
    let mut view = el("div")
        .child(head)
        .child(part(msg!("Side by side")).child(table(msg!("Aspects side by side"), heads, rows)))
        .child(part(msg!("Files")).child(el_class("ul", "tasks").views(files)));
    if !found.reasons.is_empty() {
        let reasons = found.reasons.iter().map(|row| reason(row, names));
        view = view.child(part(msg!("Differences and reasons")).child(el_class("div", "reasons").views(reasons)));
    }
    view.done()
}

fn aspect(row: &AspectRow, names: &(Message, Message)) -> AnyView {
    let kind = match row.mark {
        Mark::Same => "same",
        Mark::Adapt => "adapt",
        Mark::OnPurpose => "purpose",
    };
    let cell_of = |name: &Message, value: &Message| named(cell(name), value);
    el("tr")
        .child(el("th").attr("scope", "row").text(row.aspect))
        .child(cell_of(&names.0, &row.left))
        .child(cell_of(&names.1, &row.right))
        .child(cell(msg!("Status")).child(mark(kind, row.mark.label())))
        .child(cell(msg!("Note")).raw(&sentence(&t(&row.note))))
        .done()
}

fn file(row: &FileRow) -> AnyView {
    let head = el_class("p", "task__file")
        .child(mark(row.change.id(), row.change.id()))
        .child(path(&row.file))
        .child(lines(&row.file))
        .child(el_class("span", "tasks__why").text(row.why));
    el_class("li", "task task--still").child(head).views(diff(msg!("Show the differences"), &row.file)).done()
}

fn reason(row: &Reason, names: &(Message, Message)) -> AnyView {
    let side = |name: &Message, value: &Message| el("div").child(el("dt").text(name)).child(named(el("dd"), value));
    let because = row.because.iter().map(|because| named(el("li"), because).done());
    el_class("article", "reason")
        .child(el("h4").text(row.label))
        .child(el("dl").child(side(&names.0, &row.left)).child(side(&names.1, &row.right)))
        .child(el_class("ul", "project__list").views(because))
        .done()
}
