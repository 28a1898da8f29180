//! The first tab: a project comes in, and what it says about the options goes out.

use leptos::prelude::*;

use crate::catalog::options::option;
use crate::messages::{Message, msg, plural};
use crate::project::inspect::{Evidence, Inferred, is_listed};
use crate::ui::kit::button::action;
use crate::ui::kit::dom::{El, el, el_class, live, nothing};
use crate::ui::kit::language::t;
use crate::ui::project::bridge;
use crate::ui::project::parts::{cell, mark, part, table};
use crate::ui::project::state::{Project, ProjectState};

/// Names that a pasted file may have; what it is called decides how it is read.
const PASTED: &[&str] = &[
    "docker-compose.yml",
    "Dockerfile",
    "requirements.txt",
    "pyproject.toml",
    "settings.py",
    "Procfile",
    "nginx.conf",
    "entrypoint.sh",
];

/// The tab.
pub(super) fn view(project_state: ProjectState) -> AnyView {
    let found = move || match project_state.project.get() {
        Some(project) => result(project_state, &project),
        None => nothing(),
    };
    el_class("div", "project__reading")
        .child(entrance())
        .child(paste(project_state))
        .view(progress(project_state))
        .view(live(found))
        .done()
}

/// Where a folder or zip is dropped or picked. The script listens to both inputs and to the drop.
fn entrance() -> El {
    // The button's look is the label's; the input in it has the focus and the name.
    let input = |id: &str, name: Message| {
        let input = el_class("input", "sr").attr("type", "file").attr("id", id);
        (el_class("label", "button button--quiet project__pick"), input, name)
    };
    let (folder, folder_input, folder_name) = input("project-folder", msg!("Choose a folder"));
    let (zip, zip_input, zip_name) = input("project-files", msg!("Choose a zip or files"));
    el_class("div", "drop")
        .attr("id", "project-drop")
        .child(el_class("p", "drop__title").text(msg!("Drop your project here: a folder or a zip")))
        .child(el("p").text(msg!(
            "The files are read only in your browser: nothing is uploaded. Dunnage opens only files that are relevant \
             to the options; from environment files it reads only the variable names."
        )))
        .child(
            el_class("div", "drop__ways")
                .child(folder.child(folder_input.attr("webkitdirectory", "")).text(folder_name))
                .child(zip.child(zip_input.attr("multiple", "")).text(zip_name)),
        )
}

/// One file as text.
fn paste(project_state: ProjectState) -> El {
    let read = move || {
        let (name, text) = (bridge::typed("project-paste-name"), bridge::typed("project-paste"));
        if text.trim().is_empty() {
            project_state.problem.set(t(msg!("The field is empty.")));
        } else {
            project_state.take(name.clone(), [(name, text.into_bytes())].into(), Vec::new(), true);
        }
    };
    let names = PASTED.iter().map(|name| el("option").raw(name).done());
    el_class("details", "project__paste")
        .child(el("summary").text(msg!("Or paste one file")))
        .child(el("label").attr("for", "project-paste-name").text(msg!("This is a")))
        .child(el("select").attr("id", "project-paste-name").views(names))
        .child(
            el_class("textarea", "input")
                .attr("id", "project-paste")
                .said("aria-label", msg!("Text of the file"))
                .attr("rows", "8")
                .attr("spellcheck", "false"),
        )
        .child(action(msg!("Read file"), "next", "button--quiet", read))
}

/// What the reading is at, or why it came to nothing.
pub(super) fn progress(project_state: ProjectState) -> AnyView {
    // The script listens for the button, which stays while the text beside it changes.
    let cancel = el_class("button", "button button--quiet")
        .attr("type", "button")
        .attr("id", "project-cancel")
        .text(msg!("Cancel"));
    el_class("div", "project__state")
        .child(
            el_class("div", "project__progress")
                .flag("hidden", move || project_state.progress.with(String::is_empty))
                .child(el("p").attr("role", "status").raw_live(move || project_state.progress.get()))
                .child(cancel),
        )
        .child(
            el_class("p", "failure")
                .attr("role", "alert")
                .flag("hidden", move || project_state.problem.with(String::is_empty))
                .raw_live(move || project_state.problem.get()),
        )
        .done()
}

/// What the project says.
fn result(project_state: ProjectState, project: &Project) -> AnyView {
    let found = &project.found;
    let summary = msg!(
        "{0} found in {1}; {2} not found and left at the default.",
        plural(found.inferred.len(), "1 option", "{0} options").unwrap_or_else(|| msg!("No option")),
        plural(project.tree.keys().filter(|path| !is_listed(path)).count(), "1 file", "{0} files").unwrap_or_default(),
        found.not_found.len()
    );
    let head = el_class("div", "project__head")
        .child(
            el("h3").attr("id", "project-found").attr("tabindex", "-1").text(msg!("Findings in “{0}”", &project.name)),
        )
        .child(action(msg!("Use these choices"), "next", "button--primary", move || project_state.apply()))
        .child(el("p").text(summary));
    let rows = found.inferred.iter().map(inferred);
    let mut view = el_class("section", "project__part").attr("aria-labelledby", "project-found").child(head);
    if !found.inferred.is_empty() {
        view = view.child(table(
            msg!("Options found in the project"),
            [msg!("Option"), msg!("Value"), msg!("Confidence"), msg!("Evidence")],
            rows,
        ));
    }
    let troubles = found.troubles.iter().map(|trouble| {
        let place = place(&trouble.file, trouble.line);
        el("li").child(el("code").raw(&place)).raw(" ").text(&trouble.message).done()
    });
    let notes = project.notes.iter().map(|note| el("li").raw(note).done());
    let troubles: Vec<AnyView> = troubles.chain(notes).collect();
    if !troubles.is_empty() {
        view = view
            .child(part(msg!("Needs attention")).child(el_class("ul", "project__list").views(troubles.into_iter())));
    }
    let labels = |ids: &[&'static str]| {
        let labels: Vec<Message> = ids.iter().filter_map(|id| option(id)).map(|spec| spec.label.into()).collect();
        msg!("{0}", labels)
    };
    if !found.not_found.is_empty() {
        view = view.child(part(msg!("Not found")).child(el("p").text(labels(&found.not_found))));
    }
    if !found.variables.is_empty() {
        let names = found.variables.iter().map(|name| el("code").raw(name).done());
        view = view.child(
            part(msg!("Variables in environment files, names only"))
                .child(el_class("p", "project__names").views(names)),
        );
    }
    view.done()
}

fn place(file: &str, line: Option<usize>) -> String {
    match line {
        Some(line) => [file, ":", &line.to_string()].concat(),
        None => file.to_owned(),
    }
}

fn inferred(row: &Inferred) -> AnyView {
    let spec = option(row.option);
    let label = |value: &str| spec.map_or_else(|| Message::raw(value), |spec| spec.value_label(value));
    let line = |evidence: &Evidence| {
        el("li")
            .child(el_class("span", "place").raw(&place(&evidence.file, Some(evidence.line))))
            .raw(" ")
            .child(el("code").raw(&evidence.text))
    };
    let evidence: Vec<AnyView> = if row.items.is_empty() {
        row.evidence.iter().map(|one| line(one).done()).collect()
    } else {
        row.items.iter().map(|(name, one)| line(one).child(el_class("strong", "but").raw(name)).done()).collect()
    };
    let otherwise = row.otherwise.iter().map(|(value, evidence)| {
        line(evidence).child(el_class("strong", "but").text(msg!("specifies {0}", label(value)))).done()
    });
    el("tr")
        .attr("data-option", row.option)
        .child(el("th").attr("scope", "row").text(spec.map_or(row.option, |spec| spec.label)))
        .child(cell(msg!("Value")).text(label(&row.value)))
        .child(cell(msg!("Confidence")).child(mark(row.confidence.id(), row.confidence.id())))
        .child(cell(msg!("Evidence")).child(el_class("ul", "evidence").views(evidence.into_iter()).views(otherwise)))
        .done()
}
