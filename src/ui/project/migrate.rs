//! The second tab: what is left to do until the project runs as the wizard's choices say.

use leptos::prelude::*;

use super::{bridge, write};
use crate::messages::{Message, msg};
use crate::output::fileset::{File, FileSet};
use crate::project::migrate::{MigratedFile, Migration, MigrationStep};
use crate::project::requirements::Split;
use crate::project::update::Tree;
use crate::project::writes::of_migration;
use crate::ui::kit::button::action;
use crate::ui::kit::dom::{El, el, el_class, live, nothing};
use crate::ui::project::parts::{cell, clause, diff, inline, lack, lines, part, path, table};
use crate::ui::project::read::progress;
use crate::ui::project::state::{Lack, ProjectState, download_text, download_zip};

/// The tab.
pub(super) fn view(project_state: ProjectState) -> AnyView {
    let shown = live(move || {
        if let Some(writing) = project_state.writing.get().filter(|writing| writing.view == 1) {
            return write::view(project_state, &writing);
        }
        match project_state.migration.get() {
            Ok(planned) => checklist(project_state, &planned),
            Err(why @ Lack::Other(_)) if project_state.is_helped() => {
                el("div").view(lack(project_state, &why)).child(el("p").child(use_projects(project_state))).done()
            }
            Err(why) => lack(project_state, &why),
        }
    });
    el("div").view(progress(project_state)).view(shown).done()
}

/// Has the wizard use what the project says, and stays here.
fn use_projects(project_state: ProjectState) -> El {
    el_class("button", "fix")
        .attr("type", "button")
        .on("click", move |_| {
            project_state.apply();
            project_state.go(1);
        })
        .text(msg!("Use the project's choices"))
}

fn checklist(project_state: ProjectState, planned: &Migration) -> AnyView {
    let differs = move || {
        if project_state.is_applied() {
            return nothing();
        }
        el_class("div", "finding")
            .attr("data-severity", "warning")
            .child(el("p").text(msg!("This leads to the wizard's current choices; the project's differ.")))
            .child(use_projects(project_state))
            .done()
    };
    let mut view = el_class("div", "project__migrate").view(live(differs)).child(head(project_state, planned));
    for (title, step) in [
        (msg!("Files to create"), MigrationStep::Create),
        (msg!("Files to change"), MigrationStep::Change),
        (msg!("Files to delete"), MigrationStep::Delete),
        (msg!("Files that need no change"), MigrationStep::Done),
    ] {
        let rows = planned.files.iter().filter(|file| file.step == step);
        let rows: Vec<AnyView> = rows.map(|file| touched(project_state, file)).collect();
        if !rows.is_empty() {
            view = view.child(part(title).child(el_class("ul", "tasks").views(rows.into_iter())));
        }
    }
    for section in &planned.tasks {
        let rows = section.tasks.iter().map(|task| {
            let said = el("span").child(clause(&task.text)).raw(".");
            item(project_state, task.text.to_string(), said, &task.check).done()
        });
        view = view.child(
            el_class("section", "project__part")
                .child(el("h3").text(section.title.label()))
                .child(el_class("ul", "tasks").views(rows)),
        );
    }
    if !planned.troubles.is_empty() {
        let rows = planned.troubles.iter().map(|trouble| {
            let line = trouble.line.map(|line| [":", &line.to_string()].concat()).unwrap_or_default();
            el("li").child(el("code").raw(&(trouble.file.clone() + &line))).raw(" ").text(&trouble.message).done()
        });
        view = view.child(part(msg!("Needs attention")).child(el_class("ul", "project__list").views(rows)));
    }
    if let Some(split) = &planned.requirements {
        view = view.child(requirements(split));
    }
    view.done()
}

/// What it comes to, and everything to take away.
fn head(project_state: ProjectState, planned: &Migration) -> El {
    let tasks: Vec<String> = (planned.files.iter().filter(|row| row.step != MigrationStep::Done))
        .map(|row| row.file.path.clone())
        .chain(planned.tasks.iter().flat_map(|section| section.tasks.iter().map(|task| task.text.to_string())))
        .collect();
    let tally = move || {
        let done = project_state.ticked.with(|ticked| tasks.iter().filter(|task| ticked.contains(*task)).count());
        msg!("{0} of {1} done", done, tasks.len())
    };
    let name = planned.project.clone();
    let file = |end: &str| [name.as_str(), end].concat();
    let (root, all, changed) = (name.clone(), everything(planned), planned.to_files());
    let (patch, list) = (planned.to_patch(), planned.to_markdown());
    let (all_name, changed_name) = (file("-migration.zip"), file("-changes.zip"));
    let (patch_name, list_name) = (file(".patch"), file("-migration.md"));
    let other_root = root.clone();
    let ways = el_class("div", "project__ways")
        .child(action(msg!("Patch for git apply"), "file", "button--primary", move || {
            download_text(&patch, &patch_name);
        }))
        .child(action(msg!("Zip of new and changed files"), "zip", "button--quiet", move || {
            download_zip(&changed, &root, &changed_name);
        }))
        .child(action(msg!("Zip of all files"), "zip", "button--quiet", move || {
            download_zip(&all, &other_root, &all_name);
        }))
        .child(action(msg!("Checklist as Markdown"), "file", "button--quiet", move || {
            download_text(&list, &list_name);
        }));
    let head = el_class("div", "project__head")
        .child(el("h3").text(msg!("From your project to these choices")))
        .child(el("p").attr("id", "project-tally").text_live(tally))
        .child(write::begin(project_state, ways, 1));
    write::zip_lacks(head, &of_migration(planned, &Tree::new()))
}

/// The whole set as it will be, with what of the project's own changes.
fn everything(planned: &Migration) -> FileSet {
    let mut files = FileSet::default();
    for row in &planned.files {
        if let Some(text) = &row.file.after {
            let file = File { text: text.clone(), executable: row.file.executable, why: "" };
            files.insert(row.file.path.clone(), file);
        }
    }
    files
}

fn touched(project_state: ProjectState, row: &MigratedFile) -> AnyView {
    let said = el("span").child(path(&row.file)).child(lines(&row.file)).child(inline("tasks__why", &row.why));
    if row.step == MigrationStep::Done {
        return el_class("li", "task task--still").child(said).done();
    }
    let title = match row.step {
        MigrationStep::Create => msg!("Show the file"),
        MigrationStep::Change | MigrationStep::Delete | MigrationStep::Done => msg!("Show the change"),
    };
    item(project_state, row.file.path.clone(), said, &row.check).views(diff(title, &row.file)).done()
}

/// Something to tick.
fn item(project_state: ProjectState, task: String, said: El, check: &Message) -> El {
    let (known, ticked) = (task.clone(), move |event: web_sys::Event| {
        project_state.tick(&task, bridge::property(&event, "checked").is_truthy());
    });
    let tick = el("input")
        .attr("type", "checkbox")
        .prop_flag("checked", move || project_state.ticked.with(|ticked| ticked.contains(&known)))
        .on("change", ticked);
    el_class("li", "task")
        .child(el("label").child(tick).child(said))
        .child(el_class("p", "task__check").text(msg!("Done when:")).raw(" ").child(inline("", check)).raw("."))
}

/// Where every line of the user's requirements went.
fn requirements(split: &Split) -> El {
    let rows =
        split.lines.iter().map(|line| {
            let first = line.text.lines().next().unwrap_or_default().trim_end_matches('\\').trim();
            el("tr")
                .child(cell(msg!("From")).child(
                    el_class("span", "place").raw(&[line.path.as_str(), ":", &line.number.to_string()].concat()),
                ))
                .child(cell(msg!("Line")).child(el("code").raw(first)))
                .child(cell(msg!("To")).text(line.fate.id()))
                .child(cell(msg!("Note")).text(&line.note))
                .done()
        });
    let added = split.added.iter().map(|line| {
        el("tr")
            .child(cell(msg!("From")).attr("translate", "no").raw("Dunnage"))
            .child(cell(msg!("Line")).child(el("code").raw(&line.line)))
            .child(cell(msg!("To")).child(el_class("span", "place").raw(&line.path)))
            .child(cell(msg!("Note")).text(&line.why))
            .done()
    });
    let mut view = part(msg!("Your requirements, line by line")).child(table(
        msg!("Your requirements, line by line"),
        [msg!("From"), msg!("Line"), msg!("To"), msg!("Note")],
        rows.chain(added),
    ));
    if !split.unknown.is_empty() {
        view = view
            .child(el("p").text(msg!("Not known to Dunnage, so installed everywhere: {0}.", split.unknown.join(", "))));
    }
    view.views(split.notes.iter().map(|note| el("p").text(note).done()))
}
