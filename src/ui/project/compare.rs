//! The third tab: any two set-ups side by side.

use leptos::prelude::*;

use crate::catalog::options::{Kind, OPTIONS};
use crate::plan::model::Mark;
use crate::project::compare::{Change, Comparison, FileRow, Reason, Row, sentence};
use crate::ui::kit::dom::{El, div, el, live};
use crate::ui::kit::language::t;
use crate::ui::project::bridge;
use crate::ui::project::parts::{cell, diff, english, lack, lines, mark, named, part, path, said_cell, said_table};
use crate::ui::project::state::{Bench, PROJECT, download_text};
use crate::ui::wizard::bar::action;

/// The tab.
pub(super) fn view(bench: Bench) -> AnyView {
    let answer = move || match bench.comparison.get() {
        Ok(found) => result(&found, &names(bench, &found)),
        Err(why) => lack(bench, &why),
    };
    div("div", "adapt__compare")
        .child(div("div", "sides").child(side(bench, "Left side", "adapt-left", |sides| &mut sides.0)).child(side(
            bench,
            "Right side",
            "adapt-right",
            |sides| &mut sides.1,
        )))
        .view(live(answer))
        .done()
}

type Sides = (String, String);

fn side(bench: Bench, name: &str, id: &str, which: fn(&mut Sides) -> &mut String) -> El {
    let chosen = move || which(&mut bench.sides.get()).clone();
    let options = bench.choosable().into_iter().map(|(value, label)| {
        el("option").attr("value", value).prop_flag("selected", move || chosen() == value).text(&label).done()
    });
    let choose = move |event: web_sys::Event| {
        if let Some(value) = bridge::property(&event, "value").as_string() {
            bench.sides.update(|sides| *which(sides) = value);
        }
    };
    div("div", "side")
        .child(el("label").attr("for", id).text(name))
        .child(el("select").attr("id", id).on("change", choose).views(options))
}

/// What the sides are called on the page; a project is called as it is.
fn names(bench: Bench, found: &Comparison) -> Sides {
    let (left, right) = bench.sides.get();
    let said = |side: &str, name: &str| if side == PROJECT { name.to_owned() } else { t(name) };
    (said(&left, &found.left), said(&right, &found.right))
}

fn result(found: &Comparison, names: &Sides) -> AnyView {
    let markdown = found.to_markdown();
    let differing = found.aspects.iter().filter(|row| row.mark != Mark::Same).count();
    let changing = found.files.iter().filter(|row| row.change != Change::Keep).count();
    let summary = [
        differing.to_string().as_str(),
        " of ",
        &found.aspects.len().to_string(),
        " aspects and ",
        &changing.to_string(),
        " of ",
        &found.files.len().to_string(),
        " files differ.",
    ]
    .concat();
    let head = div("div", "adapt__head")
        .child(el("h3").raw(&names.0).text(" and ").raw(&names.1))
        .child(el("p").text(&summary))
        .child(div("div", "adapt__ways").child(action("Download as Markdown", "file", "button--primary", move || {
            download_text(&markdown, "comparison.md");
        })));
    let heads = [t("Aspect"), names.0.clone(), names.1.clone(), t("Mark"), t("What to adapt, or why it differs")];
    let rows = found.aspects.iter().map(|row| aspect(row, names));
    let files = found.files.iter().map(file);
    let mut view = el("div")
        .child(head)
        .child(part("Side by side").child(said_table("Aspects side by side", heads.into_iter(), rows)))
        .child(part("Files").child(div("ul", "tasks").views(files)));
    if !found.reasons.is_empty() {
        let reasons = found.reasons.iter().map(|row| reason(row, names));
        view = view.child(part("Differences and reasons").child(div("div", "reasons").views(reasons)));
    }
    view.done()
}

fn aspect(row: &Row, names: &Sides) -> AnyView {
    let kind = match row.mark {
        Mark::Same => "same",
        Mark::Adapt => "adapt",
        Mark::OnPurpose => "purpose",
    };
    // What somebody typed is no message.
    let typed = OPTIONS.iter().any(|spec| spec.label == row.aspect && matches!(spec.kind, Kind::Text { .. }));
    let cell_of = |name: &str, value: &str| {
        if typed { english(said_cell(name)).raw(value) } else { named(said_cell(name), value) }
    };
    el("tr")
        .child(el("th").attr("scope", "row").text(&row.aspect))
        .child(cell_of(&names.0, &row.left))
        .child(cell_of(&names.1, &row.right))
        .child(cell("Mark").child(mark(kind, row.mark.label())))
        .child(cell("Note").raw(&sentence(&t(&row.note))))
        .done()
}

fn file(row: &FileRow) -> AnyView {
    let head = div("p", "task__file")
        .child(mark(row.change.id(), row.change.id()))
        .child(path(&row.file))
        .child(lines(&row.file))
        .child(div("span", "tasks__why").text(row.why));
    div("li", "task task--still").child(head).views(diff("Show the difference", &row.file)).done()
}

fn reason(row: &Reason, names: &Sides) -> AnyView {
    let side = |name: &str, value: &str| el("div").child(el("dt").raw(name)).child(named(el("dd"), value));
    let because = row.because.iter().map(|because| named(el("li"), because).done());
    div("article", "reason")
        .child(el("h4").text(row.label))
        .child(el("dl").child(side(&names.0, &row.left)).child(side(&names.1, &row.right)))
        .child(div("ul", "adapt__list").views(because))
        .done()
}
