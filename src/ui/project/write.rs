//! A plan written into the folder: what will happen and the question, then the account of it.
//!
//! The script does the writing (`web/project/write.js`), because the browser's interface for it is one of promises; it
//! listens for the buttons that are marked here.

use leptos::prelude::*;

use crate::messages::{Message, msg, plural};
use crate::project::update::{Checked, State};
use crate::project::writes::{Act, Write, leftovers};
use crate::ui::kit::button::action;
use crate::ui::kit::dom::{El, el, el_class};
use crate::ui::project::bridge;
use crate::ui::project::parts::{diff, inline, lines, mark, part, path};
use crate::ui::project::state::{Account, ProjectState, VIEWS, Writing};

/// The button that begins it, where the browser can and there is more than one pasted file.
pub(super) fn begin(project_state: ProjectState, ways: El, view: usize) -> El {
    let pasted = project_state.project.with(|project| project.as_ref().is_some_and(|project| project.pasted));
    if bridge::can_write() && !pasted { ways.child(ask(msg!("Write to a folder …"), view)) } else { ways }
}

fn ask(name: Message, view: usize) -> El {
    action(name, "file", "button--quiet", || {}).attr("data-write", VIEWS[view].0)
}

/// What a zip cannot do, in words; nothing where it can do everything.
pub(super) fn zip_lacks(head: El, writes: &[Write]) -> El {
    let gone = leftovers(writes);
    if gone.is_empty() {
        return head;
    }
    head.child(el("p").child(inline(
        "",
        msg!(
            "A zip cannot delete files: after unpacking, delete {0} yourself. The patch does it for you.",
            named(&gone)
        ),
    )))
}

/// Paths as code, with commas between them.
fn named(paths: &[&str]) -> String {
    let quoted: Vec<String> = paths.iter().map(|path| ["`", path, "`"].concat()).collect();
    quoted.join(", ")
}

/// What a tab shows while its plan is on the way into the folder.
pub(super) fn view(project_state: ProjectState, writing: &Writing) -> AnyView {
    match &writing.account {
        None => question(project_state, writing),
        Some(account) => result(project_state, writing, account),
    }
}

fn heading(text: Message) -> El {
    el("h3").attr("id", "project-writing").attr("tabindex", "-1").text(text)
}

fn warning(text: Message) -> El {
    el_class("div", "finding").attr("data-severity", "warning").child(inline("", text))
}

fn question(project_state: ProjectState, writing: &Writing) -> AnyView {
    let head = el_class("div", "project__head")
        .child(heading(msg!("Write to the folder “{0}”?", &writing.folder)))
        .child(el("p").text(msg!(
            "This plan is based on the current contents of the folder. A file that changes before it is written is not \
             overwritten."
        )))
        .child(
            el_class("div", "project__ways")
                .child(action(msg!("Write now"), "next", "button--primary", || {}).attr("id", "project-write"))
                .child(leave(project_state, writing.view, msg!("Don't write"))),
        );
    let mut view = el("div").child(head);
    let conflicts = writing.writes.iter().filter(|write| write.act == Act::Conflict);
    let conflicts: Vec<&str> = conflicts.map(|write| write.file.path.as_str()).collect();
    if !conflicts.is_empty() {
        view = view.child(warning(msg!(
            "Conflicts in {0}: the file will contain both versions, between <<<<<<< and >>>>>>>.",
            named(&conflicts)
        )));
    }
    let rows = writing.writes.iter().map(row);
    view.child(part(msg!("What changes")).child(el_class("ul", "tasks").views(rows)))
        .views(runs(&writing.writes))
        .done()
}

fn row(write: &Write) -> AnyView {
    let head = el_class("p", "task__file")
        .child(mark(write.act.id(), write.act.id()))
        .child(path(&write.file))
        .child(lines(&write.file))
        .child(inline("tasks__why", &write.note));
    el_class("li", "task task--still").child(head).views(diff(msg!("Show the change"), &write.file)).done()
}

/// What the browser cannot do: files that are run.
fn runs<'a>(writes: impl IntoIterator<Item = &'a Write>) -> std::option::IntoIter<AnyView> {
    let files = writes.into_iter().map(|write| &write.file);
    let run = files.filter(|file| file.executable && file.written().is_some());
    let paths: Vec<&str> = run.map(|file| file.path.as_str()).collect();
    let said = msg!("Browsers cannot make files executable. After writing, run this in the folder:");
    let view = (!paths.is_empty()).then(|| {
        let command = el("code").raw(&["chmod +x ", &paths.join(" ")].concat());
        el_class("div", "project__part")
            .child(el("p").text(said))
            .child(el_class("p", "project__command").child(command))
            .done()
    });
    view.into_iter()
}

/// The button that goes back to the tab.
fn leave(project_state: ProjectState, view: usize, name: Message) -> El {
    action(name, "back", "button--quiet", move || {
        project_state.writing.set(None);
        project_state.go(view);
    })
}

fn result(project_state: ProjectState, writing: &Writing, account: &Account) -> AnyView {
    let is_written = |write: &&Write| account.written.contains(&write.file.path);
    let left: Vec<&str> =
        writing.writes.iter().filter(|write| !is_written(write)).map(|write| write.file.path.as_str()).collect();
    let title = match (account.written.is_empty(), left.is_empty()) {
        (true, _) => msg!("Nothing was written"),
        (_, true) => msg!("All files were written"),
        _ => msg!("Some files were not written"),
    };
    let mut ways = el_class("div", "project__ways");
    if !left.is_empty() {
        ways = ways.child(ask(msg!("Re-read the folder …"), writing.view));
    }
    let head = el_class("div", "project__head")
        .child(heading(title))
        .child(el("p").text(msg!("Folder: {0}", &writing.folder)))
        .child(ways.child(leave(project_state, writing.view, msg!("Done"))));
    let mut view = el("div").child(head);
    if !account.changed.is_empty() {
        let paths: Vec<&str> = account.changed.iter().map(String::as_str).collect();
        view = view.child(
            warning(msg!("Changed since the plan was made, and therefore left alone: {0}.", named(&paths)))
                .attr("role", "alert"),
        );
    }
    let paths = |paths: &[String]| {
        el_class("ul", "project__list")
            .views(paths.iter().map(|path| el("li").raw(path).done()).collect::<Vec<_>>().into_iter())
    };
    if !account.failed.is_empty() {
        view = view.child(part(msg!("What failed")).attr("role", "alert").child(paths(&account.failed)));
    }
    view = view.views(runs(writing.writes.iter().filter(is_written)));
    let checked = match &account.check {
        Some(rows) if rows.is_empty() => Some(el("p").text(msg!("All files are unmodified and up to date."))),
        Some(rows) => Some(el_class("ul", "project__list").views(rows.iter().map(checked))),
        None if account.written.is_empty() => None,
        None => Some(el("p").text(msg!("The folder has no readable dunnage.yaml, so nothing could be checked."))),
    };
    if let Some(checked) = checked {
        view = view.child(part(msg!("Check of the folder after writing")).attr("id", "project-checked").child(checked));
    }
    if !account.written.is_empty() {
        let files = plural(account.written.len(), "1 file", "{0} files").unwrap_or_default();
        view = view.child(part(msg!("Done: {0}", files)).child(paths(&account.written)));
    }
    if !left.is_empty() {
        let left: Vec<String> = left.into_iter().map(str::to_owned).collect();
        view = view.child(part(msg!("Not done")).child(paths(&left)));
    }
    view.done()
}

fn checked(row: &Checked) -> AnyView {
    let states: Vec<Message> = row.states.iter().map(|state: &State| state.label()).collect();
    el("li").child(el("code").raw(&row.path)).raw(" ").text(msg!("{0}", states)).done()
}
