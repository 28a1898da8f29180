//! Why a line is there: below the code, the choices that it depends on and what it would be under others; and the other
//! way round, what an option in focus touches.

use std::sync::Arc;

use leptos::prelude::*;

use super::{ViewsState, bridge};
use crate::catalog::codec::to_link;
use crate::catalog::options::option;
use crate::messages::{Message, msg};
use crate::output::explain::{Alternative, Becomes, Dependence, Explained, Explanation, Presence, touched};
use crate::page::command::Command;
use crate::ui::browser;
use crate::ui::kit::button::action;
use crate::ui::kit::dom::{El, el, el_class, live, nothing, watch};
use crate::ui::kit::language::t;

/// Lines of an alternative that are shown at once.
const SHOWN: usize = 8;

type File = Memo<Option<Arc<Explained>>>;

/// The panel, and what the pointer and the keyboard do in the code.
pub(super) fn view(state: ViewsState) -> AnyView {
    let file: File = Memo::new_with_compare(
        move |_| {
            let path = state.file.get();
            state.choices.with(|choices| Explained::of(choices, &path)).map(Arc::new)
        },
        |_, _| true,
    );
    watch(move || {
        let line = state.line.get();
        // The code is drawn anew at every change, and the mark with it.
        state.choices.track();
        bridge::show_place("explain", line != 0);
        browser::after(0, move || bridge::mark_lines(line, line, false));
    });
    follow_pointer(file);
    follow_keys(state);
    follow_focus(state);
    live(move || match state.line.get() {
        0 => nothing(),
        line => panel(state, line, file.get().and_then(|file| file.line(line))),
    })
}

/// The choices of a line are its tooltip, so that pointing at it is enough.
fn follow_pointer(file: File) {
    bridge::on_line("pointerover", move |line, element| {
        let names = file.with_untracked(|file| {
            let explanation = file.as_ref()?.line(line)?;
            let names: Vec<String> = explanation.depends.iter().map(|depends| t(depends.option.label)).collect();
            (!names.is_empty()).then(|| names.join(", "))
        });
        let text = names.map_or_else(
            || t(msg!("Always the same.")),
            |names| [&t(msg!("It depends on:")), " ", &names, "."].concat(),
        );
        let _ = element.set_attribute("title", &text);
    });
}

/// While a line is explained, the arrows lead to its neighbours.
fn follow_keys(state: ViewsState) {
    bridge::on_key("code", move |key| {
        let line = state.line.get_untracked();
        let target = match key {
            _ if line == 0 => return false,
            "ArrowDown" => (line + 1).min(bridge::count_lines()),
            "ArrowUp" => line - 1,
            "Escape" => 0,
            _ => return false,
        };
        state.line.set(target.max(usize::from(key != "Escape")));
        bridge::mark_lines(state.line.get_untracked(), state.line.get_untracked(), true);
        true
    });
}

/// What the option in focus touches is marked in the tree and in the code.
fn follow_focus(state: ViewsState) {
    bridge::on_focus(move |id| {
        let found = option(id).map(|spec| state.choices.with_untracked(|choices| touched(choices, spec)));
        let found = found.unwrap_or_default();
        let there = found.iter().filter(|touched| touched.presence != Presence::Comes);
        let paths: Vec<&str> = there.map(|touched| touched.path.as_str()).collect();
        bridge::run(&Command::MarkFiles(paths.into_iter().map(str::to_owned).collect()));
        let file = state.file.get_untracked();
        let lines = found.into_iter().find(|touched| touched.path == file).map(|touched| touched.lines);
        bridge::touch_lines(&lines.unwrap_or_default());
    });
}

fn panel(state: ViewsState, line: usize, explanation: Option<Explanation>) -> AnyView {
    let close = action(msg!("Close"), "close", "button--icon", move || state.line.set(0)).said("title", msg!("Close"));
    let heading = msg!("Why line {0} is here", line);
    let head = el_class("header", "explain__head").child(el("h3").text(heading)).child(close);
    let depends = explanation.map(|explanation| explanation.depends).unwrap_or_default();
    let body = if depends.is_empty() {
        el("p").text(msg!("Always the same: changing any single option leaves this line as it is."))
    } else {
        el_class("div", "explain__all").views(depends.iter().map(|depends| dependence(state, depends)))
    };
    el_class("div", "explain")
        .child(head)
        .child(el_class("div", "explain__body").attr("role", "status").child(body))
        .done()
}

fn dependence(state: ViewsState, depends: &Dependence) -> AnyView {
    let spec = depends.option;
    let name = el_class("button", "explain__option")
        .attr("type", "button")
        .on("click", move |_| bridge::run(&Command::ShowOption(spec.id.to_owned())))
        .text(spec.label);
    let label = if depends.label.is_empty() { spec.value_label(&depends.value) } else { depends.label.clone() };
    let head = el("h4").child(name).child(el_class("span", "explain__value").text(label));
    let holds = depends.holds.then(|| el("p").text(msg!("The line contains this value.")).done());
    let blocked_by =
        depends.blocked.as_ref().and_then(|blocked| blocked.reason).map(|reason| el("p").text(reason).done());
    let (same, other): (Vec<_>, Vec<_>) =
        depends.alternatives.iter().partition(|alternative| alternative.becomes == Becomes::Same);
    let same = (!same.is_empty()).then(|| {
        let names: Vec<Message> = same.iter().map(|alternative| alternative.label.clone()).collect();
        el("p").child(el("span").text(msg!("The same with:"))).raw(" ").text(msg!("{0}", names)).done()
    });
    el_class("article", "explain__one")
        .child(head)
        .views(holds.into_iter())
        .views(blocked_by.into_iter())
        .views(other.into_iter().map(|alternative| alternative_view(state, spec.id, alternative)))
        .views(same.into_iter())
        .done()
}

fn alternative_view(state: ViewsState, id: &'static str, alternative: &Alternative) -> AnyView {
    let (what, lines): (Message, &[String]) = match &alternative.becomes {
        Becomes::Same => (Message::default(), &[]),
        Becomes::FileGone => (msg!("the file does not exist"), &[]),
        Becomes::Gone { block } if block.first == block.last => (msg!("the line is removed"), &[]),
        Becomes::Gone { block } => (msg!("lines {0} to {1} are removed", block.first, block.last), &[]),
        Becomes::Lines { block, lines } if block.first == block.last => (msg!("it becomes"), lines),
        Becomes::Lines { block, lines } => (msg!("lines {0} to {1} become", block.first, block.last), lines),
    };
    let value = alternative.value.clone();
    let take = el_class("button", "fix").attr("type", "button").text(msg!("Use this value")).on("click", move |_| {
        let mut choices = state.choices.get_untracked();
        if option(id).is_some_and(|spec| spec.set(&mut choices, &value).is_ok()) {
            bridge::run(&Command::Choose(to_link(&choices)));
        }
    });
    let name = if alternative.label.is_empty() { msg!("the default") } else { alternative.label.clone() };
    let mut head = el("p")
        .child(el("span").text(if alternative.example {
            msg!("With a different value, such as")
        } else {
            msg!("With")
        }))
        .raw(" ")
        .child(el("strong").text(name))
        .raw(" ")
        .child(el("span").text(what));
    if let Some(path) = &alternative.path {
        head = head.raw(" ").child(el("span").text(msg!("and the file is named"))).raw(" ").child(el("code").raw(path));
    }
    let blocked_by =
        alternative.blocked.as_ref().and_then(|blocked| blocked.reason).map(|reason| el("p").text(reason).done());
    let side_effects = alternative.side_effects.iter().filter_map(|effect| {
        let spec = option(effect.option)?;
        let text = [&t(spec.label), ": ", &t(&effect.from), " → ", &t(&effect.to)].concat();
        Some(el_class("p", "explain__side-effect").raw(&text).done())
    });
    el_class("div", "explain__other")
        .child(el_class("div", "explain__with").child(head).child(take))
        .views(code(lines).into_iter())
        .views(blocked_by.into_iter())
        .views(side_effects)
        .done()
}

fn code(lines: &[String]) -> Option<AnyView> {
    let more = lines.len().saturating_sub(SHOWN);
    let mut text = lines.iter().take(SHOWN).map(String::as_str).collect::<Vec<_>>().join("\n");
    if more > 0 {
        text = [&text, "\n… +", &more.to_string()].concat();
    }
    let pre: El = el_class("pre", "explain__code").attr("tabindex", "0").raw(&text);
    (!lines.is_empty()).then(|| pre.done())
}
