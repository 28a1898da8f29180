//! The picture of the stack, and the same as a list.

use leptos::prelude::*;

use super::{ViewsState, bridge};
use crate::catalog::options::Choices;
use crate::catalog::rules::effective;
use crate::messages::msg;
use crate::output::render::render_some;
use crate::page::command::{Command, View};
use crate::page::stack_svg::{Look, Piece, svg, words};
use crate::plan::resolve::plan_of;
use crate::plan::stack::Stack;
use crate::ui::browser;
use crate::ui::kit::button::action;
use crate::ui::kit::dom::{el, el_class, live};
use crate::ui::kit::language::t;

const COMPOSE: &str = "docker-compose.yml";

/// The view.
pub(super) fn view(state: ViewsState) -> AnyView {
    // The stack, and the services that the last change of the choices has changed.
    let stack = Memo::new(move |last: Option<&(Stack, Vec<&'static str>)>| {
        let stack = state.choices.with(|choices| plan_of(&effective(choices)).stack);
        let changed = last.map(|(earlier, _)| stack.changed_since(earlier)).unwrap_or_default();
        (stack, changed)
    });
    let title = move || state.choices.with(|choices| choices.project_name.to_string());
    let picture = move || {
        stack.with(|(stack, changed)| svg(stack, &Look { standalone: false, changed, title: &title(), say: &t }))
    };
    let save = move || {
        let text = stack.with_untracked(|(stack, _)| {
            let title = state.choices.get_untracked().project_name.to_string();
            svg(stack, &Look { standalone: true, changed: &[], title: &title, say: &t })
        });
        browser::download("stack.svg", "image/svg+xml", text.as_bytes());
    };
    let save = action(msg!("Save as SVG"), "file", "button--quiet", save);
    let go = move |event: web_sys::Event| {
        if let Some(service) = bridge::service(&event) {
            open(state, &service);
        }
    };
    let list = move || {
        let items = stack.with(|(stack, changed)| {
            let item = |service: &crate::plan::stack::Service| {
                let name = service.name;
                let link = el_class("button", "stack__open")
                    .attr("type", "button")
                    .attr("translate", "no")
                    .on("click", move |_| open(state, name))
                    .raw(name);
                let rest = words(service, &t).into_iter().map(|piece| match piece {
                    Piece::Text(text) => el("span").raw(&text).done(),
                    Piece::Name(text) => el("span").attr("translate", "no").raw(&text).done(),
                });
                let mark = if changed.contains(&name) { "true" } else { "false" };
                el("li").attr("data-changed", mark).child(link).raw(": ").views(rest).raw(".").done()
            };
            stack.services.iter().map(item).collect::<Vec<_>>()
        });
        el("ul").views(items.into_iter()).done()
    };
    el_class("div", "stage stack-view")
        .child(
            el_class("header", "stage__head")
                .child(el("h2").text(msg!("What runs, and what depends on what")))
                .child(save),
        )
        .child(el("p").attr("class", "stage__lead").text(msg!(
            "Each box is a service inside its networks. Dashed ones start only with a profile; arrows point to the \
             services that a service waits for. Select a service to see its lines."
        )))
        .child(
            el_class("div", "stack__picture")
                .attr("data-scrolls", "")
                .attr("tabindex", "0")
                .attr("role", "region")
                .said("aria-label", msg!("Diagram of the stack"))
                .on("click", go)
                .on("keydown", move |event| {
                    if matches!(browser::key(&event).as_deref(), Some("Enter" | " "))
                        && let Some(service) = bridge::service(&event)
                    {
                        event.prevent_default();
                        open(state, &service);
                    }
                })
                .child(el_class("div", "stack__drawing").html(picture)),
        )
        .child(el("h3").text(msg!("As a list")))
        .child(el_class("div", "stack__list").view(live(list)))
        .done()
}

/// Shows a service's lines in the compose file.
fn open(state: ViewsState, service: &str) {
    let text = state.choices.with_untracked(compose);
    let Some((first, last)) = crate::plan::stack::lines_of(&text, service) else { return };
    bridge::run(&Command::ShowFile(COMPOSE.to_owned()));
    bridge::show(View::Files);
    // The file has to be drawn first.
    browser::after(50, move || bridge::mark_lines(first, last, true));
}

fn compose(choices: &Choices) -> String {
    let files = render_some(&plan_of(&effective(choices)), |spec| spec.template == COMPOSE);
    files.get(COMPOSE).map(|file| file.text.clone()).unwrap_or_default()
}
