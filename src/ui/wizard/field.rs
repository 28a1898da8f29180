//! One option as a field: its name, what it is, why one would change it, its control, and what the rules say.
//!
//! The control follows from the option's [`ValueKind`] alone, so that a new option needs no line here.

use leptos::prelude::*;

use crate::catalog::names::Refusal;
use crate::catalog::options::{OptionSpec, ValueKind, ValueSpec};
use crate::catalog::rules::{Finding, Severity};
use crate::messages::{Message, msg};
use crate::page::evidence::{EvidenceNote, ListItem, list_items};
use crate::ui::browser;
use crate::ui::kit::button::icon;
use crate::ui::kit::dom::{El, el, el_class, live, nothing};
use crate::ui::kit::language::t;
use crate::ui::wizard::state::{Reading, Wizard};

/// Up to this many values stand side by side; more go into a list that opens.
const SIDE_BY_SIDE: usize = 4;

/// The field of an option.
pub fn field(wizard: Wizard, spec: &'static OptionSpec) -> AnyView {
    let reading = wizard.reading(spec);
    let remarks = Memo::new(move |_| reading.with(|reading| Remarks::of(wizard, spec, reading)));
    let (kind, control) = match spec.kind {
        ValueKind::Switch => ("switch", switch(wizard, spec, reading)),
        ValueKind::Set(values) if values.len() <= SIDE_BY_SIDE => ("group", group(wizard, spec, values, reading)),
        ValueKind::Set(values) => ("select", select(wizard, spec, values, reading)),
        ValueKind::Number { .. } => ("number", text(wizard, spec, reading)),
        ValueKind::List { .. } => ("list", list(wizard, spec, reading)),
        ValueKind::Text { .. } => ("text", text(wizard, spec, reading)),
    };
    let name = if kind == "group" {
        el_class("span", "field__name").attr("id", &part(spec, "name"))
    } else {
        el_class("label", "field__name").attr("for", spec.id)
    };
    let reset = el_class("button", "reset")
        .attr("type", "button")
        .said("aria-label", msg!("Reset {0}", Message::from(spec.label)))
        .said("title", msg!("Reset to the default: {0}", default_of(spec)))
        .flag("hidden", move || reading.with(|reading| !reading.changed))
        .on("click", move |_| {
            wizard.reset(spec);
            browser::focus(spec.id);
        })
        .text(msg!("reset"));
    let blocked = el_class("span", "blocked")
        .flag("hidden", move || reading.with(|reading| reading.blocked.is_none()))
        .text_live(move || reading.with(fallback_note));
    let why = el_class("details", "why")
        .child(
            el("summary")
                .text(msg!("Why"))
                .child(el_class("span", "sr").raw(" ").text(msg!("change: {0}", Message::from(spec.label)))),
        )
        .child(el("p").text(spec.why))
        .child(el_class("p", "why__more").attr("data-cost", spec.id));
    el_class("div", "field")
        .attr("data-kind", kind)
        .flag("hidden", move || reading.with(|reading| !reading.applies && !reading.changed))
        .flag("data-blocked", move || reading.with(|reading| reading.blocked.is_some()))
        .flag("data-changed", move || reading.with(|reading| reading.changed))
        .child(el_class("div", "field__head").child(name.text(spec.label)).child(reset).child(blocked))
        .child(el_class("p", "field__help").attr("id", &part(spec, "help")).text(spec.help))
        .child(why)
        .child(control)
        .view(live(move || remarks.with(|remarks| notes(wizard, spec, remarks))))
        .done()
}

/// The id of a part of a field.
fn part(spec: &OptionSpec, name: &str) -> String {
    [spec.id, "-", name].concat()
}

/// A control with the parts that describe it.
fn control(tag: &'static str, class: &str, spec: &OptionSpec) -> El {
    el_class(tag, class).attr("id", spec.id).attr("aria-describedby", &[spec.id, "-help ", spec.id, "-notes"].concat())
}

/// The default as a word for people.
fn default_of(spec: &OptionSpec) -> Message {
    match (spec.follows, spec.default_wish()) {
        (Some(source), wish) if wish.is_empty() => msg!("follows {0}", Message::from(source)),
        (_, wish) => spec.value_label(&wish),
    }
}

fn switch(wizard: Wizard, spec: &'static OptionSpec, reading: RwSignal<Reading>) -> El {
    control("input", "switch", spec)
        .attr("type", "checkbox")
        .prop_flag("checked", move || reading.with(|reading| reading.wish == "true"))
        .on("change", move |event| {
            wizard.set(spec, if event_target_checked(&event) { "true" } else { "false" });
        })
}

fn group(wizard: Wizard, spec: &'static OptionSpec, values: &'static [ValueSpec], reading: RwSignal<Reading>) -> El {
    let bare = values.iter().all(|value| value.help.is_empty());
    control("div", if bare { "group group--bare" } else { "group" }, spec)
        .attr("role", "radiogroup")
        .attr("aria-labelledby", &part(spec, "name"))
        .views(values.iter().map(|value| tile(wizard, spec, value, reading)))
}

fn tile(wizard: Wizard, spec: &'static OptionSpec, value: &'static ValueSpec, reading: RwSignal<Reading>) -> AnyView {
    let id = part(spec, value.id);
    let label = [&id, "-label"].concat();
    let help = [&id, "-help"].concat();
    let chosen = move || reading.with(|reading| reading.wish == value.id);
    let radio = el("input")
        .attr("type", "radio")
        .attr("id", &id)
        .attr("name", spec.id)
        .attr("value", value.id)
        .attr("aria-labelledby", &label)
        .attr("aria-describedby", &help)
        .prop_flag("checked", chosen)
        .on("change", move |_| wizard.set(spec, value.id));
    el_class("label", "tile")
        .flag("data-chosen", chosen)
        .child(radio)
        .child(el_class("span", "tile__label").attr("id", &label).text(value.label))
        .child(el_class("span", "tile__help").attr("id", &help).text(value.help))
        .done()
}

fn select(wizard: Wizard, spec: &'static OptionSpec, values: &'static [ValueSpec], reading: RwSignal<Reading>) -> El {
    // The choice is kept on each entry rather than on the list, because the list is there before its entries.
    let entry = |value: &'static ValueSpec| {
        el("option")
            .attr("value", value.id)
            .prop_flag("selected", move || reading.with(|reading| reading.wish == value.id))
            .text(value.label)
            .done()
    };
    let help = move || {
        reading.with(|reading| {
            let chosen = values.iter().find(|value| value.id == reading.wish);
            chosen.map_or("", |value| value.help).into()
        })
    };
    let list = control("select", "", spec)
        .on("change", move |event| wizard.set(spec, &event_target_value(&event)))
        .views(values.iter().map(entry));
    el_class("div", "select").child(list).child(el_class("span", "select__help").text_live(help))
}

fn text(wizard: Wizard, spec: &'static OptionSpec, reading: RwSignal<Reading>) -> El {
    // What holds while nothing is typed. A memo, because a browser lays out a placeholder even if it is told the same.
    let holds = |reading: &Reading| if reading.text().is_empty() { reading.value.clone() } else { String::new() };
    let holds = Memo::new(move |_| reading.with(holds));
    let number = matches!(spec.kind, ValueKind::Number { auto: None, .. });
    typed(spec, reading)
        .attr("inputmode", if number { "numeric" } else { "text" })
        .prop("placeholder", move || holds.get())
        .prop("value", move || reading.with(|reading| reading.text().to_owned()))
        .on("input", move |event| wizard.set(spec, &event_target_value(&event)))
        .on("change", move |_| wizard.leave(spec))
}

/// A list: a row an entry, and a field that adds more.
fn list(wizard: Wizard, spec: &'static OptionSpec, reading: RwSignal<Reading>) -> El {
    let items = Memo::new(move |_| {
        let found = wizard.project_value(spec);
        reading.with(|reading| list_items(&reading.value, found.as_ref()))
    });
    let rows = live(move || {
        let items = items.get();
        if items.is_empty() {
            return nothing();
        }
        let rows = items.into_iter().enumerate().map(|(number, item)| list_row(wizard, spec, number, item));
        el_class("ul", "entries").said("aria-label", msg!("{0}: entries", Message::from(spec.label))).views(rows).done()
    });
    let add = move || {
        wizard.add_typed(spec);
        browser::focus(spec.id);
    };
    let field = typed(spec, reading)
        .prop("value", move || {
            reading.with(|reading| reading.draft.as_ref().map_or_else(String::new, |draft| draft.text.clone()))
        })
        .on("input", move |event| wizard.type_beside(spec, &event_target_value(&event)))
        .on("change", move |_| wizard.add_typed(spec));
    let button = el_class("button", "button button--quiet")
        .attr("type", "button")
        .said("aria-label", msg!("Add to {0}", Message::from(spec.label)))
        .on("click", move |_| add())
        .text(msg!("Add"));
    el("div").view(rows).child(el_class("div", "entries__add").child(field).child(button))
}

/// An entry of a list. A row that goes leaves the focus to the one that comes in its place, else to the field.
fn list_row(wizard: Wizard, spec: &'static OptionSpec, number: usize, item: ListItem) -> AnyView {
    let id = move |number: usize| part(spec, &number.to_string());
    let place = if item.by_hand {
        el_class("span", "entries__place").text(msg!("added by hand"))
    } else {
        el_class("span", "entries__place place").raw(&item.place.unwrap_or_default())
    };
    let name = item.name;
    let remove = el_class("button", "entries__remove")
        .attr("type", "button")
        .attr("id", &id(number))
        .said("aria-label", msg!("Remove {0}", &name));
    el("li")
        .child(el("span").child(el("code").raw(&name)).child(place))
        .child(
            remove
                .on("click", move |_| {
                    wizard.remove_entry(spec, &name);
                    // After the rows are redrawn.
                    browser::after_paint(move || {
                        browser::after(0, move || {
                            browser::focus(spec.id);
                            browser::focus(&id(number));
                        });
                    });
                })
                .child(icon("close")),
        )
        .done()
}

/// A field for typing.
fn typed(spec: &OptionSpec, reading: RwSignal<Reading>) -> El {
    control("input", "input", spec)
        .attr("type", "text")
        .attr("autocomplete", "off")
        .attr("autocapitalize", "none")
        .attr("spellcheck", "false")
        .attr_live("aria-invalid", move || reading.with(|reading| reading.refusal().map(|_| "true")))
}

/// The badge of a wish that is off for now.
fn fallback_note(reading: &Reading) -> Message {
    match reading.blocked.as_ref().map(|blocked| &blocked.fallback) {
        None => Message::default(),
        Some(_) if !reading.applies => msg!("not used"),
        Some(fallback) if *fallback == msg!("off") => msg!("off for now"),
        Some(fallback) => msg!("for now: {0}", fallback),
    }
}

/// What stands below a control.
#[derive(PartialEq, Eq)]
struct Remarks {
    refusal: Option<Refusal>,
    blocked: Option<&'static str>,
    findings: Vec<Finding>,
    evidence: Option<EvidenceNote>,
}

impl Remarks {
    fn of(wizard: Wizard, spec: &OptionSpec, reading: &Reading) -> Self {
        Self {
            evidence: wizard.project_value(spec).map(|found| found.note(spec, &reading.value)),
            refusal: reading.refusal().cloned(),
            blocked: reading.blocked.as_ref().and_then(|blocked| blocked.reason),
            findings: reading.findings.clone(),
        }
    }
}

/// Why a text is not taken, and everything that the rules have to say beside an option.
fn notes(wizard: Wizard, spec: &'static OptionSpec, remarks: &Remarks) -> AnyView {
    let refusal = remarks.refusal.as_ref().map(|refusal| {
        let suggestion = refusal.suggestion.clone().map(|text| {
            fix(msg!("Use “{0}”", &text), move || {
                wizard.set(spec, &text);
                wizard.leave(spec);
                browser::focus(spec.id);
            })
        });
        note("error", None, &refusal.reason).views(suggestion.into_iter()).done()
    });
    let reason = remarks.blocked.map(|reason| note("note", None, reason).done());
    let findings = remarks.findings.iter().map(|found| finding(wizard, spec, found));
    let evidence = remarks.evidence.as_ref().map(|found| evidence(wizard, spec, found));
    el_class("div", "field__notes")
        .attr("id", &part(spec, "notes"))
        .views(refusal.into_iter())
        .views(evidence.into_iter())
        .views(reason.into_iter())
        .views(findings)
        .done()
}

/// Where the value comes from, or what the project says instead.
fn evidence(wizard: Wizard, spec: &'static OptionSpec, found: &EvidenceNote) -> AnyView {
    let back = found.instead.clone().map(|value| {
        fix(msg!("Use what the project says"), move || {
            wizard.choose(spec, &value);
            browser::focus(spec.id);
        })
    });
    let class = if found.instead.is_some() { "source source--other" } else { "source" };
    el_class("div", class).child(el("p").text(&found.text)).views(back.into_iter()).done()
}

fn finding(wizard: Wizard, spec: &'static OptionSpec, finding: &Finding) -> AnyView {
    let word = match finding.severity {
        Severity::Error => msg!("Not possible:"),
        Severity::Warning => msg!("Warning:"),
        Severity::Note => msg!("Note:"),
    };
    let fixes = finding.fixes.iter().cloned().map(|way_out| {
        let name = way_out.label.clone();
        fix(name, move || {
            wizard.replace(wizard.with(|choices| way_out.apply(choices)));
            browser::focus(spec.id);
        })
    });
    note(finding.severity.id(), Some(word), &finding.reason).views(fixes).done()
}

fn note(severity: &str, word: Option<Message>, reason: impl Into<Message>) -> El {
    let word = word.map(|word| [t(word).as_str(), " "].concat()).unwrap_or_default();
    el_class("div", "finding")
        .attr("data-severity", severity)
        .child(el("p").child(el("strong").raw(&word)).text(reason))
}

/// A button that puts something right.
fn fix(name: Message, take: impl Fn() + 'static) -> AnyView {
    el_class("button", "fix").attr("type", "button").on("click", move |_| take()).text(name).done()
}
