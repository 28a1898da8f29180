//! The project module: a project is read, compared, migrated and updated.
//!
//! It is fetched when somebody opens it (`web/project/`, which also reads the files), stands in a dialog above
//! the wizard, and shares nothing with the first module but the address: there it finds the choices, and there it puts
//! new ones, which the wizard takes as one step that can be undone.

mod bridge;
mod compare;
mod migrate;
mod parts;
mod read;
mod state;
mod update;
mod write;

use leptos::prelude::*;
use state::{ProjectState, VIEWS};

use crate::messages::msg;
use crate::ui::browser;
use crate::ui::kit::dom::{el_class, live, watch};

/// Starts the module in its dialog.
pub fn run() {
    std::panic::set_hook(Box::new(|info| bridge::crash(&info.to_string())));
    if let Some(place) = browser::place(bridge::HOST) {
        leptos::mount::mount_to(place, || frame(ProjectState::begin())).forget();
    }
}

/// The tabs, and what the chosen one shows.
fn frame(project_state: ProjectState) -> AnyView {
    let tabs = VIEWS.iter().enumerate().map(|(number, (_, name))| {
        el_class("button", "project__tab")
            .attr("type", "button")
            .attr("role", "tab")
            .attr("id", tab_id(number))
            .attr("aria-controls", "project-panel")
            .truth("aria-selected", move || project_state.view.get() == number)
            .attr_live("tabindex", move || Some(if project_state.view.get() == number { "0" } else { "-1" }))
            .on("click", move |_| project_state.view.set(number))
            .text(name())
            .done()
    });
    let on_key = move |event: web_sys::Event| {
        let (at, last) = (project_state.view.get_untracked(), VIEWS.len() - 1);
        let target = match browser::key(&event).as_deref() {
            Some("ArrowRight") => (at + 1) % VIEWS.len(),
            Some("ArrowLeft") => at.checked_sub(1).unwrap_or(last),
            Some("Home") => 0,
            Some("End") => last,
            _ => return,
        };
        event.prevent_default();
        project_state.view.set(target);
        browser::focus(tab_id(target));
    };
    let panel = move || match project_state.view.get() {
        0 => read::view(project_state),
        1 => migrate::view(project_state),
        2 => compare::view(project_state),
        _ => update::view(project_state),
    };
    watch(move || {
        // Another tab begins at its top, and what was said belongs to the last one.
        let view = project_state.view.get();
        project_state.message.set(String::new());
        browser::rewind("project-panel");
        if view == 1 {
            project_state.adopt();
        }
    });
    el_class("div", "project__frame")
        .child(
            el_class("div", "project__tabs")
                .attr("role", "tablist")
                .said("aria-label", msg!("What to do with the project"))
                .on("keydown", on_key)
                .views(tabs),
        )
        .child(
            el_class("div", "project__panel")
                .attr("id", "project-panel")
                .attr("role", "tabpanel")
                .attr_live("aria-labelledby", move || Some(tab_id(project_state.view.get())))
                .view(live(panel)),
        )
        .child(el_class("p", "project__said").attr("role", "status").raw_live(move || project_state.message.get()))
        .done()
}

const fn tab_id(number: usize) -> &'static str {
    match number {
        0 => "project-tab-project",
        1 => "project-tab-migrate",
        2 => "project-tab-compare",
        _ => "project-tab-update",
    }
}
