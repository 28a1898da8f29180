//! The wizard: the first load.
//!
//! `index.html` is the page's frame and is readable before any of this arrives; [`run`] fills the places that it
//! holds ready, so that nothing moves when the program starts.

pub mod bar;
pub mod field;
pub mod form;
pub mod preview;
pub mod state;

use leptos::prelude::*;
use state::Wizard;

use crate::catalog::options::FormStep;
use crate::page::command::shortcuts_text;
use crate::ui::browser;

/// Starts the wizard in the page.
pub fn run() {
    std::panic::set_hook(Box::new(|info| {
        // First what cannot fail, then what might: a panic inside the engine must not lose the page for it.
        browser::crash(&info.to_string());
        browser::crash_choices(&crate::catalog::codec::to_yaml(&state::last_choices()));
        state::settle();
    }));
    let places: [(&str, View); 5] = [
        ("rail", bar::rail),
        ("tabs", bar::tabs),
        ("form", form::form),
        ("files", preview::preview),
        ("strip", bar::strip),
    ];
    // The first mount brings the runtime that everything else needs, so the wizard begins inside it.
    mount("bar-actions", move || {
        browser::mark_page("data-shortcuts", &shortcuts_text());
        let wizard = Wizard::begin();
        for (id, view) in places {
            mount(id, move || view(wizard));
        }
        browser::after_paint(move || add_steps(wizard, 0));
        bar::actions(wizard)
    });
}

/// Adds the steps from one on, each in a turn of its own, between which the browser paints and hears.
fn add_steps(wizard: Wizard, place: usize) {
    if place < FormStep::ALL.len() {
        add("form", move || form::section(wizard, place));
        browser::after(0, move || add_steps(wizard, place + 1));
    } else {
        browser::mark_page("data-form", "whole");
    }
}

/// Fills a place of the page, for as long as the page lives.
fn mount(id: &str, view: impl FnOnce() -> AnyView + 'static) {
    if let Some(place) = browser::place(id) {
        // What stood there until now was for the time before.
        place.set_inner_html("");
        add(id, view);
    }
}

/// Adds to a place of the page, for as long as the page lives.
fn add(id: &str, view: impl FnOnce() -> AnyView + 'static) {
    if let Some(place) = browser::place(id) {
        leptos::mount::mount_to(place, view).forget();
    }
}

/// A view: a piece of the page made from what the page knows.
type View = fn(Wizard) -> AnyView;
