//! What stands around the options and the files: the actions, the rail of steps, and the tabs of a narrow screen.

use leptos::prelude::*;

use crate::catalog::options::FormStep;
use crate::catalog::rules::Severity;
use crate::messages::{Message, msg, plural};
use crate::page::command::{Command, keys_of};
use crate::ui::browser;
use crate::ui::kit::button::{action, icon};
use crate::ui::kit::dom::{El, el, el_class, watch};
use crate::ui::wizard::state::{Toast, ToastOffer, Wizard, options_of};

/// The buttons of the top bar.
pub fn actions(wizard: Wizard) -> AnyView {
    let problems = Memo::new(move |_| {
        let (refused, tally) =
            wizard.after_paint(|| (wizard.refused(), wizard.outcome.with(|outcome| outcome.tally())));
        let refused = plural(refused, "1 field rejected", "{0} fields rejected");
        tally.into_iter().chain(refused).collect::<Vec<_>>()
    });
    let [undo, redo] =
        [0, 1].map(|way| Memo::new(move |_| wizard.after_paint(|| <[bool; 2]>::from(wizard.can())[way])));
    let history = el_class("div", "bar__group")
        .child(
            button(wizard, msg!("Undo"), "undo", "button--icon", Wizard::undo)
                .attr("aria-keyshortcuts", keys_of(&Command::Undo).unwrap_or_default())
                .prop_flag("disabled", move || !undo.get()),
        )
        .child(
            button(wizard, msg!("Redo"), "redo", "button--icon", Wizard::redo)
                .attr("aria-keyshortcuts", keys_of(&Command::Redo).unwrap_or_default())
                .prop_flag("disabled", move || !redo.get()),
        )
        .child(button(wizard, msg!("Start over"), "reset", "button--icon", Wizard::start_over));
    let tally = el_class("button", "tally")
        .attr("type", "button")
        .said("title", msg!("Go to the first one"))
        .flag("hidden", move || problems.with(Vec::is_empty))
        .on("click", move |_| wizard.go_to_problem())
        .child(icon("alert"))
        .child(el("span").text_live(move || msg!("{0}", problems.get())));
    let toast = el_class("div", "toast")
        .flag("data-empty", move || wizard.toast.with(|toast| toast.text.is_empty()))
        .child(el("p").attr("role", "status").raw_live(move || wizard.toast.get().text))
        .child(
            el_class("button", "toast__undo")
                .attr("type", "button")
                .said("aria-label", msg!("Undo this change"))
                .flag("hidden", move || wizard.toast.with(|toast| toast.offer != Some(ToastOffer::Undo)))
                .on("click", move |_| {
                    wizard.toast.set(Toast::default());
                    wizard.undo();
                })
                .text(msg!("Undo")),
        )
        .child(
            el_class("button", "toast__save")
                .attr("type", "button")
                .flag("hidden", move || wizard.toast.with(|toast| toast.offer != Some(ToastOffer::SaveYaml)))
                .on("click", move |_| wizard.save_yaml())
                .text(msg!("Save as YAML")),
        );
    // One element around them, which the style sheet looks through.
    el_class("div", "bar__all")
        .child(tally)
        .child(history)
        .child(keys(button(wizard, msg!("Copy link"), "link", "button--quiet", Wizard::copy_link), &Command::CopyLink))
        .child(keys(
            button(wizard, msg!("Download zip"), "zip", "button--primary", Wizard::download_zip),
            &Command::DownloadZip,
        ))
        .child(toast)
        .done()
}

/// A button with a place for its shortcut, which `web/shortcuts.js` answers and prints.
fn keys(button: El, command: &Command) -> El {
    button.attr("aria-keyshortcuts", keys_of(command).unwrap_or_default()).child(el("kbd").attr("aria-hidden", "true"))
}

/// The command that writes the set, whatever is looked at.
pub fn strip(wizard: Wizard) -> AnyView {
    el_class("div", "strip__all")
        .child(el_class("code", "strip__command").raw_live(move || wizard.after_paint(|| wizard.command())))
        .child(button(wizard, msg!("Copy command"), "copy", "button--icon", Wizard::copy_command))
        .child(
            el_class("button", "strip__more")
                .attr("type", "button")
                .attr("data-show", "terminal")
                .text(msg!("No installation required")),
        )
        .done()
}

/// A button of the wizard's, whose name is its tooltip as well.
pub fn button(wizard: Wizard, name: Message, picture: &'static str, class: &str, act: fn(Wizard)) -> El {
    action(&name, picture, class, move || act(wizard)).said("title", name)
}

/// The steps, with what was changed in each and what is wrong with it.
pub fn rail(wizard: Wizard) -> AnyView {
    // The first one stands where it should, and to look would have the browser lay out a page that is not whole.
    Effect::new(move |before: Option<()>| {
        let step = wizard.step.get();
        if before.is_some() {
            browser::center("rail-steps", step);
        }
    });
    let back = |wizard: Wizard| wizard.go(wizard.step.get_untracked().saturating_sub(1));
    let next = |wizard: Wizard| wizard.go(wizard.step.get_untracked() + 1);
    let statuses = wizard.follow(move || FormStep::ALL.map(|step| StepStatus::of(wizard, step)).into());
    let stops =
        (0..).zip(FormStep::ALL).zip(statuses).map(|((number, step), status)| stop(wizard, number, step, status));
    el_class("div", "rail__all")
        .child(el_class("ol", "rail__steps").attr("id", "rail-steps").views(stops))
        .child(
            button(wizard, msg!("Back"), "back", "button--quiet rail__back", back)
                .prop_flag("disabled", move || wizard.step.get() == 0),
        )
        .child(
            button(wizard, msg!("Next"), "next", "button--quiet rail__next", next)
                .prop_flag("disabled", move || wizard.step.get() + 1 == FormStep::ALL.len()),
        )
        .done()
}

/// What the rail says of a step.
#[derive(PartialEq, Eq)]
struct StepStatus {
    /// How many of its options were changed.
    changed: usize,
    /// The worst of what the rules say of them.
    worst: Option<&'static str>,
}

impl StepStatus {
    fn of(wizard: Wizard, step: FormStep) -> Self {
        let changed = wizard.with(|choices| options_of(step).filter(|spec| spec.is_changed(choices)).count());
        let worst = wizard.outcome.with(|outcome| {
            let here = |option: &str| options_of(step).any(|spec| spec.id == option);
            let findings = outcome.findings.iter().filter(|finding| here(finding.option));
            findings.map(|finding| finding.severity).min().map(Severity::id)
        });
        Self { changed, worst }
    }
}

/// One step on the rail.
fn stop(wizard: Wizard, number: usize, step: FormStep, status: RwSignal<StepStatus>) -> AnyView {
    let changed = move || status.with(|status| status.changed);
    let tally = el_class("span", "stop__count")
        .flag("hidden", move || changed() == 0)
        .child(el("span").raw_live(move || changed().to_string()))
        .child(el_class("span", "sr").raw(" ").text(msg!("changed")));
    let button = el_class("button", "stop")
        .attr("type", "button")
        .flag("data-changed", move || changed() != 0)
        .attr_live("data-severity", move || status.with(|status| status.worst))
        .attr_live("aria-current", move || (wizard.step.get() == number).then_some("step"))
        .on("click", move |_| wizard.go(number))
        .child(el_class("span", "stop__dot"))
        .child(el("span").text(step.label()))
        .child(tally);
    el("li").child(button).done()
}

/// The two tabs of a narrow screen; the style sheet hides them where both panes have room.
pub fn tabs(wizard: Wizard) -> AnyView {
    watch(move || browser::mark_page("data-tab", if wizard.pane.get() == 0 { "options" } else { "files" }));
    el_class("div", "tabs__all")
        .child(tab(wizard, msg!("Options"), "options-pane", 0))
        .child(tab(wizard, msg!("Files"), "files-pane", 1))
        .done()
}

fn tab(wizard: Wizard, name: Message, pane: &str, number: usize) -> El {
    el_class("button", "tab")
        .attr("type", "button")
        .attr("role", "tab")
        .attr("aria-controls", pane)
        .truth("aria-selected", move || wizard.pane.get() == number)
        .on("click", move |_| wizard.pane.set(number))
        .text(name)
}
