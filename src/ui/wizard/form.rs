//! The left pane: what was dropped from a link, the presets, and the steps with their fields.

use leptos::prelude::*;

use crate::catalog::options::FormStep;
use crate::catalog::presets::{Preset, presets};
use crate::messages::msg;
use crate::ui::kit::button::icon;
use crate::ui::kit::dom::{el, el_class, live, nothing};
use crate::ui::wizard::field::field;
use crate::ui::wizard::state::{Wizard, options_of};

/// The beginning of the form: what is in view at first. The steps follow by [`section`], so that the page can be used
/// before they are there.
pub fn form(wizard: Wizard) -> AnyView {
    let lit =
        wizard.follow(move || wizard.with(|choices| presets().iter().map(|preset| preset.is_lit(choices)).collect()));
    let cards = presets().iter().zip(lit).map(|(preset, lit)| card(wizard, preset, lit));
    let presets = el_class("section", "presets")
        .attr("aria-labelledby", "presets-heading")
        .child(el("h2").attr("id", "presets-heading").text(msg!("Start from a preset")))
        .child(el_class("div", "presets__cards").views(cards));
    el("div").view(live(move || notice(wizard))).child(presets).done()
}

/// What could not be read, until it is dismissed.
fn notice(wizard: Wizard) -> AnyView {
    let lines = wizard.notice.get();
    let mut parts = lines.iter();
    let Some(title) = parts.next() else {
        return nothing();
    };
    let close = el_class("button", "notice__close")
        .attr("type", "button")
        .said("title", msg!("Dismiss"))
        .on("click", move |_| wizard.notice.set(Vec::new()))
        .child(icon("close"))
        .child(el_class("span", "sr").text(msg!("Dismiss")));
    el_class("div", "notice")
        .attr("role", "alert")
        .child(el("p").text(title))
        .child(el("ul").views(parts.map(|part| el("li").text(part).done())))
        .child(close)
        .done()
}

/// A preset: lit while the choices equal it. The button's name is the title alone; the style sheet stretches it over
/// the whole card.
fn card(wizard: Wizard, preset: &'static Preset, lit: RwSignal<bool>) -> AnyView {
    let blurb = ["preset-", preset.id].concat();
    let button = el_class("button", "preset__title")
        .attr("type", "button")
        .attr("aria-describedby", &blurb)
        .truth("aria-pressed", move || lit.get())
        .on("click", move |_| wizard.apply(preset))
        .text(preset.title);
    let blurb = el_class("p", "preset__blurb").attr("id", &blurb).text(preset.blurb);
    el_class("div", "preset").flag("data-lit", move || lit.get()).child(button).child(blurb).done()
}

/// A step with its fields, by its place among the steps.
pub fn section(wizard: Wizard, place: usize) -> AnyView {
    let step = FormStep::ALL[place];
    let number = (place + 1).to_string();
    let zero = if number.len() < 2 { "0" } else { "" };
    let head = el_class("header", "step__head")
        .child(el_class("span", "step__number").attr("aria-hidden", "true").raw(&[zero, &number].concat()))
        .child(el("h2").text(step.label()))
        .child(el("p").text(step.intro()));
    el_class("section", "step")
        .attr("id", step.anchor())
        .child(head)
        .views(options_of(step).map(|spec| field(wizard, spec)))
        .done()
}
