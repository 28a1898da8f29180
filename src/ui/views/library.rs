//! What else can be done with the choices: kept as a file, bookmarked, printed, and found again in the downloads.

use leptos::prelude::*;
use web_sys::Event;

use super::{ViewsState, bridge};
use crate::catalog::codec::{self, Problem};
use crate::catalog::options::Choices;
use crate::catalog::yaml;
use crate::catalog::yaml::MAX_YAML;
use crate::exchange::script;
use crate::messages::{Message, msg, plural};
use crate::page::command::{Command, Dialog};
use crate::page::saved::{LONGEST_NAME, Saved, clean_name};
use crate::ui::browser;
use crate::ui::kit::button::action;
use crate::ui::kit::dom::{El, el, el_class, live, nothing};
use crate::ui::views::dialog::{close, dialog};
use crate::ui::views::saved::Shelf;
use crate::ui::views::terminal::files_of;

const NAME: &str = "more-name";
const RENAME: &str = "more-rename";
const FILE: &str = "more-file";

/// What just happened in the dialog, which the wizard's own messages stand behind.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct News {
    /// A sentence; empty for none.
    text: Message,
    /// What was not taken of a file.
    problems: Vec<Message>,
    /// What was taken off a list, and can be put back.
    gone: Vec<(usize, Saved)>,
    shelf: Option<Shelf>,
}

/// Hands out the choices as a file.
pub(super) fn save_choices(state: ViewsState) {
    let text = state.choices.with_untracked(script::choices_file);
    browser::download("choices.yaml", "application/yaml", text.as_bytes());
}

/// Copies all files as one block.
pub(super) fn copy_all(state: ViewsState) {
    let text = script::markdown(&state.choices.with_untracked(files_of));
    bridge::copy(&text, msg!("All files were copied to the clipboard as one Markdown block."));
}

/// What stands in a text with choices; `None` where nothing could be read at all.
fn read(text: &str) -> (Option<Choices>, Vec<Problem>) {
    let (choices, problems) = yaml::from_yaml(text);
    // These places say that the text is no mapping of options as a whole.
    let is_broken = |problem: &Problem| {
        let place = problem.place.to_string();
        matches!(place.as_str(), "YAML" | "choices") || place.starts_with("line ")
    };
    let is_empty = text.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with('#'));
    let nothing_known =
        choices == Choices::default() && !problems.is_empty() && problems.iter().all(|problem| problem.usage);
    if problems.iter().any(is_broken) || is_empty || nothing_known {
        (None, problems)
    } else {
        (Some(choices), problems)
    }
}

/// Takes the choices of a file as one step.
fn take_file(state: ViewsState, news: RwSignal<News>, name: &str, text: Option<&str>) {
    let say = |text: Message, problems: &[Problem]| {
        news.set(News { text, problems: problems.iter().map(Problem::said).collect(), ..News::default() });
    };
    let Some(text) = text else {
        return say(
            msg!("“{0}” is too large for a choices file, or could not be read. Nothing was changed.", name),
            &[],
        );
    };
    match read(text) {
        (None, problems) => {
            say(msg!("“{0}” contains no readable choices. Nothing was changed.", name), &problems);
        }
        (Some(choices), problems) => {
            let link = codec::to_link(&choices);
            let same = state.choices.with_untracked(|now| *now == choices);
            bridge::run(&Command::Choose(link));
            if problems.is_empty() && !same {
                close();
            } else if problems.is_empty() {
                say(msg!("“{0}” matches your current choices.", name), &[]);
            } else {
                say(msg!("The readable parts of “{0}” were applied. These were not:", name), &problems);
            }
        }
    }
}

/// The dialog.
pub(super) fn view(state: ViewsState) -> AnyView {
    let news: RwSignal<News> = RwSignal::default();
    let renamed: RwSignal<Option<Saved>> = RwSignal::new(None);
    let content = el_class("div", "dialog__body more")
        .child(el_class("div", "more__news").attr("role", "status").view(live(move || news_view(state, news))))
        .child(choices_part(state, news))
        .child(bookmarks_part(state, news, renamed))
        .view(live(move || downloads_part(state, news)))
        .child(take_part(state))
        .on("dragover", |event| event.prevent_default())
        .on("drop", move |event: Event| {
            event.prevent_default();
            open_file(state, news, &event);
        });
    dialog(state, msg!("More"), "more__dialog", content)
}

#[allow(clippy::cast_precision_loss, reason = "one MiB is exact")]
fn open_file(state: ViewsState, news: RwSignal<News>, event: &Event) {
    bridge::file_text(event, MAX_YAML as f64, move |name, text| take_file(state, news, &name, text.as_deref()));
}

fn news_view(state: ViewsState, news: RwSignal<News>) -> AnyView {
    let News { text, problems, gone, shelf } = news.get();
    if text.is_empty() {
        return nothing();
    }
    let problems = problems.iter().map(|problem| el("li").text(problem).done());
    let mut view = el_class("div", "more__said").child(el("p").text(text)).child(el("ul").views(problems));
    if let Some(shelf) = shelf.filter(|_| !gone.is_empty()) {
        let back = move |_| {
            let kept = state.saved.change(shelf, |entries| {
                for (at, entry) in &gone {
                    if !entries.contains(entry) {
                        entries.insert((*at).min(entries.len()), entry.clone());
                    }
                }
            });
            news.set(if kept { News::default() } else { not_kept() });
        };
        view = view.child(el_class("button", "fix").attr("type", "button").on("click", back).text(msg!("Undo")));
    }
    view.done()
}

fn not_kept() -> News {
    said(msg!("The browser could not save that: its storage is full or disabled."))
}

fn said(text: Message) -> News {
    News { text, ..News::default() }
}

fn part(heading: Message, about: Message) -> El {
    el_class("section", "more__part").child(el("h3").text(heading)).child(el_class("p", "more__about").text(about))
}

/// A button without a picture.
fn plain(name: Message, act: impl Fn() + 'static) -> El {
    el_class("button", "button button--quiet").attr("type", "button").on("click", move |_| act()).text(name)
}

fn choices_part(state: ViewsState, news: RwSignal<News>) -> El {
    let input = el_class("input", "sr")
        .attr("type", "file")
        .attr("id", FILE)
        .attr("tabindex", "-1")
        .attr("accept", ".yaml,.yml,application/yaml,text/yaml")
        .said("aria-label", msg!("Choices file"))
        .on("change", move |event| open_file(state, news, &event));
    part(
        msg!("Choices as a file"),
        msg!(
            "A choices.yaml to commit or share; the command line reads it too. You can also open the dunnage.yaml of a \
             set: choose it, or drop it here."
        ),
    )
    .child(
        el_class("div", "more__row")
            .child(action(msg!("Save choices"), "file", "button--quiet", move || save_choices(state)))
            .child(plain(msg!("Open choices"), || bridge::press(&["#", FILE].concat())))
            .child(input),
    )
}

fn take_part(state: ViewsState) -> El {
    part(msg!("Export"), msg!("All files as one Markdown block, or a printout of the choices and the open file."))
        .child(
            el_class("div", "more__row")
                .child(action(msg!("Copy all files"), "copy", "button--quiet", move || {
                    copy_all(state);
                    close();
                }))
                .child(plain(msg!("Print"), || {
                    close();
                    // The dialog is no part of what is printed.
                    browser::after(100, bridge::print);
                }))
                .child(plain(msg!("Shortcuts"), move || {
                    close();
                    browser::after(100, move || state.dialog.set(Some(Dialog::Shortcuts)));
                })),
        )
}

fn bookmarks_part(state: ViewsState, news: RwSignal<News>, renamed: RwSignal<Option<Saved>>) -> El {
    let name = RwSignal::new(String::new());
    let save = move || {
        let wanted = clean_name(&name.get_untracked());
        if wanted.is_empty() {
            news.set(said(msg!("Name the bookmark first.")));
            browser::focus(NAME);
            return;
        }
        let link = state.choices.with_untracked(codec::to_link);
        if state.saved.bookmark(&wanted, &link) {
            news.set(said(msg!("“{0}” was saved in this browser.", &wanted)));
            name.set(String::new());
        } else {
            news.set(not_kept());
        }
    };
    let field = el_class("input", "input")
        .attr("id", NAME)
        .attr("type", "text")
        .attr("maxlength", &LONGEST_NAME.to_string())
        .attr("autocomplete", "off")
        .prop("value", move || name.get())
        .on("input", move |event| name.set(event_target_value(&event)))
        .on("keydown", move |event| {
            if browser::key(&event).as_deref() == Some("Enter") {
                event.prevent_default();
                save();
            }
        });
    let row = el_class("div", "more__row")
        .child(el_class("label", "more__label").attr("for", NAME).text(msg!("Name for these choices")))
        .child(field)
        .child(plain(msg!("Bookmark"), save));
    part(
        msg!("Bookmarks"),
        msg!("Choices you want to return to. They stay in this browser; to share them, use a link."),
    )
    .child(row)
    .view(live(move || bookmarks(state, news, renamed)))
}

fn bookmarks(state: ViewsState, news: RwSignal<News>, renamed: RwSignal<Option<Saved>>) -> AnyView {
    let entries = state.saved.entries(Shelf::Bookmarks);
    if entries.is_empty() {
        return nothing();
    }
    let in_hand = renamed.get();
    let rows = entries.iter().map(|entry| {
        if in_hand.as_ref() == Some(entry) {
            return renaming(state, news, renamed, entry);
        }
        let other = entry.clone();
        let rename = el_class("button", "fix")
            .attr("type", "button")
            .said("aria-label", msg!("Rename “{0}”", &entry.name))
            .on("click", move |_| {
                renamed.set(Some(other.clone()));
                browser::after(0, || browser::focus(RENAME));
            })
            .text(msg!("Rename"));
        let name = el_class("span", "kept__name").raw(&entry.name);
        row(state, news, Shelf::Bookmarks, entry, &entry.name, name, rename)
    });
    el_class("ul", "kept").said("aria-label", msg!("Bookmarks")).views(rows).done()
}

/// A bookmark whose name is being changed.
fn renaming(state: ViewsState, news: RwSignal<News>, renamed: RwSignal<Option<Saved>>, entry: &Saved) -> AnyView {
    let name = StoredValue::new(entry.name.clone());
    let before = entry.clone();
    let save = move || {
        let wanted = clean_name(&name.get_value());
        renamed.set(None);
        browser::after(0, || browser::focus(NAME));
        if wanted.is_empty() || wanted == before.name {
            return;
        }
        let kept = state.saved.change(Shelf::Bookmarks, |entries| {
            entries.retain(|other| other.name != wanted);
            for other in entries.iter_mut().filter(|other| **other == before) {
                other.name.clone_from(&wanted);
            }
        });
        news.set(if kept { said(msg!("Renamed to “{0}”.", &wanted)) } else { not_kept() });
    };
    let (on_enter, old) = (save.clone(), entry.name.clone());
    let field = el_class("input", "input")
        .attr("id", RENAME)
        .attr("type", "text")
        .attr("maxlength", &LONGEST_NAME.to_string())
        .attr("autocomplete", "off")
        .said("aria-label", msg!("New name of “{0}”", &entry.name))
        .prop("value", move || old.clone())
        .on("input", move |event| name.set_value(event_target_value(&event)))
        .on("keydown", move |event| match browser::key(&event).as_deref() {
            Some("Enter") => {
                event.prevent_default();
                on_enter();
            }
            Some("Escape") => {
                // It ends the renaming, not the dialog.
                event.prevent_default();
                renamed.set(None);
                browser::after(0, || browser::focus(NAME));
            }
            _ => {}
        });
    el_class("li", "kept__entry").child(field).child(plain(msg!("Save name"), save)).done()
}

/// The downloads, once there are any.
fn downloads_part(state: ViewsState, news: RwSignal<News>) -> AnyView {
    let entries = state.saved.entries(Shelf::Downloads);
    if entries.is_empty() {
        return nothing();
    }
    let rows = entries.iter().map(|entry| {
        let when = bridge::when(&entry.at);
        let project = codec::from_link(&entry.link).0.project_name.to_string();
        let called = [project.as_str(), ", ", &when].concat();
        let kept = entry.clone();
        let promote = el_class("button", "fix")
            .attr("type", "button")
            .said("aria-label", msg!("Bookmark “{0}”", &called))
            .on("click", {
                let called = called.clone();
                move |_| {
                    let kept = state.saved.bookmark(&clean_name(&called), &kept.link);
                    news.set(if kept {
                        said(msg!("“{0}” was saved in this browser.", &called))
                    } else {
                        not_kept()
                    });
                }
            })
            .text(msg!("Bookmark"));
        let name =
            el_class("span", "kept__name").raw(&project).child(el("time").attr("datetime", &entry.at).raw(&when));
        row(state, news, Shelf::Downloads, entry, &called, name, promote)
    });
    let forget = plain(msg!("Clear the downloads"), move || {
        let mut gone = Vec::new();
        let kept = state.saved.change(Shelf::Downloads, |entries| {
            gone = std::mem::take(entries).into_iter().enumerate().collect();
        });
        let text = msg!("The downloads were cleared.");
        news.set(if kept { News { text, gone, shelf: Some(Shelf::Downloads), ..News::default() } } else { not_kept() });
    });
    part(msg!("Downloads"), msg!("All sets downloaded as a zip in this browser, newest first."))
        .child(el_class("ul", "kept").said("aria-label", msg!("Downloads")).views(rows))
        .child(el_class("div", "more__row").child(forget))
        .done()
}

/// A row of a list: what it is, and what can be done with it.
fn row(
    state: ViewsState,
    news: RwSignal<News>,
    shelf: Shelf,
    entry: &Saved,
    called: &str,
    name: El,
    own: El,
) -> AnyView {
    let changed = codec::changed(&codec::from_link(&entry.link).0).count();
    let changed = plural(changed, "1 option changed", "{0} options changed")
        .unwrap_or_else(|| msg!("{0} options changed", changed));
    let is_now = state.choices.with(|now| codec::to_link(now) == entry.link);
    let note = if is_now { msg!("{0}", vec![changed, msg!("these choices")]) } else { changed };
    let link = entry.link.clone();
    let apply = el_class("button", "fix")
        .attr("type", "button")
        .said("aria-label", msg!("Apply “{0}”", called))
        .on("click", move |_| {
            bridge::run(&Command::Choose(link.clone()));
            close();
        })
        .text(msg!("Apply"));
    let (lost, name_of_lost) = (entry.clone(), called.to_owned());
    let delete = el_class("button", "fix")
        .attr("type", "button")
        .said("aria-label", msg!("Delete “{0}”", called))
        .on("click", move |_| {
            let mut gone = Vec::new();
            let kept = state.saved.change(shelf, |entries| {
                gone = entries
                    .iter()
                    .position(|other| *other == lost)
                    .map(|at| (at, entries.remove(at)))
                    .into_iter()
                    .collect();
            });
            let text = msg!("“{0}” was deleted.", &name_of_lost);
            news.set(if kept { News { text, gone, shelf: Some(shelf), ..News::default() } } else { not_kept() });
            browser::focus(NAME);
        })
        .text(msg!("Delete"));
    el_class("li", "kept__entry")
        .child(el_class("span", "kept__what").child(name).child(el_class("span", "kept__note").text(note)))
        .child(el_class("span", "kept__ways").child(apply).child(own).child(delete))
        .done()
}
