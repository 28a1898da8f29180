//! The fourth tab: a set of this program, brought up to date.

use leptos::prelude::*;

use super::{bridge, write};
use crate::messages::{Message, msg};
use crate::project::update::{Planned, Tree, Update};
use crate::project::writes::of_update;
use crate::ui::kit::button::action;
use crate::ui::kit::dom::{El, el, el_class, live};
use crate::ui::project::parts::{diff, lack, lines, mark, part, path};
use crate::ui::project::read::progress;
use crate::ui::project::state::{Lack, ProjectState, download_text, download_zip};

/// The tab.
pub(super) fn view(project_state: ProjectState) -> AnyView {
    let shown = live(move || {
        if let Some(writing) = project_state.writing.get().filter(|writing| writing.view == 3) {
            return write::view(project_state, &writing);
        }
        let answer = project_state.update.get();
        let view = el("div");
        match answer {
            Err(why @ (Lack::Project | Lack::IsSet | Lack::IsNoSet)) => lack(project_state, &why),
            Err(why) => view.child(target(project_state)).view(lack(project_state, &why)).done(),
            Ok(planned) => view.child(target(project_state)).view(result(project_state, &planned)).done(),
        }
    });
    el("div").view(progress(project_state)).view(shown).done()
}

/// Which choices the set is brought to.
fn target(project_state: ProjectState) -> El {
    let option = |value: &'static str, own: bool, name: Message| {
        el("option").attr("value", value).prop_flag("selected", move || project_state.own.get() == own).text(name)
    };
    let choose = move |event: web_sys::Event| {
        project_state.own.set(bridge::property(&event, "value").as_string().as_deref() != Some("wizard"));
    };
    el_class("div", "side").child(el("label").attr("for", "project-target").text(msg!("Update it with"))).child(
        el("select")
            .attr("id", "project-target")
            .on("change", choose)
            .child(option("own", true, msg!("its own choices")))
            .child(option("wizard", false, msg!("the choices in the wizard"))),
    )
}

fn result(project_state: ProjectState, planned: &Update) -> AnyView {
    let name = project_state.project.get().map(|project| project.name.clone()).unwrap_or_default();
    let written = if planned.before.is_empty() {
        msg!("Written by an unknown version, updated to {0}.", planned.after)
    } else {
        msg!("Written by {0}, updated to {1}.", &planned.before, planned.after)
    };
    let head = el_class("div", "project__head")
        .child(el("h3").text(msg!("Effects of updating “{0}”", &name)))
        .child(el("p").text(written));
    let head = if planned.is_empty() {
        head.child(el("p").attr("role", "status").text(msg!("Everything is up to date: nothing needs to be written.")))
    } else {
        let (files, patch) = (planned.to_files(), planned.to_patch());
        let (zip_name, patch_name) =
            ([name.as_str(), "-update.zip"].concat(), [name.as_str(), "-update.patch"].concat());
        let ways = el_class("div", "project__ways")
            .child(action(msg!("Patch for git apply"), "file", "button--primary", move || {
                download_text(&patch, &patch_name);
            }))
            .child(action(msg!("Zip of new and changed files"), "zip", "button--quiet", move || {
                download_zip(&files, &name, &zip_name);
            }));
        write::zip_lacks(head.child(write::begin(project_state, ways, 3)), &of_update(planned, &Tree::new()))
    };
    let mut view = el("div").child(head);
    if planned.conflicts() {
        view = view.child(el_class("div", "finding").attr("data-severity", "warning").text(msg!(
            "There are conflicts: these files contain both versions, between <<<<<<< and >>>>>>>. Resolve each of them."
        )));
    }
    for (title, acts) in [(msg!("What changes"), true), (msg!("What stays the same"), false)] {
        let rows = planned.files.iter().filter(|row| row.file.is_change() == acts);
        let rows: Vec<AnyView> = rows.map(row).collect();
        if !rows.is_empty() {
            view = view.child(part(title).child(el_class("ul", "tasks").views(rows.into_iter())));
        }
    }
    view.done()
}

fn row(row: &Planned) -> AnyView {
    let head = el_class("p", "task__file")
        .child(mark(row.action.id(), row.action.id()))
        .child(path(&row.file))
        .child(lines(&row.file))
        .child(el_class("span", "tasks__why").text(&row.note));
    el_class("li", "task task--still").child(head).views(diff(msg!("Show the change"), &row.file)).done()
}
