//! The search palette: options, values, files, presets, steps, actions and bookmarks, found by typing.

use std::collections::BTreeMap;

use leptos::prelude::*;
use web_sys::Event;

use super::{ViewsState, bridge, library};
use crate::catalog::codec;
use crate::catalog::options::{Choices, FormStep, OPTIONS, OptionSpec, ValueKind, option};
use crate::catalog::presets::presets;
use crate::messages::{Message, msg, plural};
use crate::page::command::{Command, Dialog, View, key_names, keys_of};
use crate::page::search::Haystack;
use crate::ui::browser;
use crate::ui::kit::button::{action, icon};
use crate::ui::kit::dom::{El, el, el_class, live, nothing, watch};
use crate::ui::kit::language::t;
use crate::ui::views::saved::Shelf;
use crate::ui::views::terminal::files_of;

const DIALOG: &str = "dialog";
const FIELD: &str = "palette-field";
const LIST: &str = "palette-list";

/// Most results of a kind, and of all kinds.
const MOST_OF_A_KIND: usize = 8;
const MOST: usize = 40;

/// Most results that are remembered for the next time.
const MOST_RECENT: usize = 6;

/// What a result is; the order is that of kinds that fit equally well.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Sort {
    Recent,
    Action,
    View,
    Option,
    Value,
    Preset,
    Bookmark,
    File,
    Step,
}

impl Sort {
    fn heading(self) -> Message {
        match self {
            Self::Recent => msg!("Recent"),
            Self::Action => msg!("Actions"),
            Self::View => msg!("Views"),
            Self::Option => msg!("Options"),
            Self::Value => msg!("Values"),
            Self::Preset => msg!("Presets"),
            Self::Bookmark => msg!("Bookmarks"),
            Self::File => msg!("Files"),
            Self::Step => msg!("Steps"),
        }
    }

    fn word(self) -> Message {
        match self {
            Self::Recent => Message::default(),
            Self::Action => msg!("Action"),
            Self::View => msg!("View"),
            Self::Option => msg!("Option"),
            Self::Value => msg!("Value"),
            Self::Preset => msg!("Preset"),
            Self::Bookmark => msg!("Bookmark"),
            Self::File => msg!("File"),
            Self::Step => msg!("Step"),
        }
    }
}

/// What a result does.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Act {
    /// Asks the wizard to do something.
    Run(Command),
    /// Shows a view beside the files.
    View(View),
    /// Shows a file.
    File(String),
    /// Gives an option a value.
    Set(&'static str, String),
    /// Takes whole choices, as a link has them.
    Choose(String),
    /// Opens a dialog.
    Open(Dialog),
    /// Presses a button of the page.
    Press(&'static str),
    SaveChoices,
    CopyAll,
    Print,
}

/// What can be found.
#[derive(Debug, Clone, PartialEq, Eq)]
struct PaletteEntry {
    sort: Sort,
    /// By which it is remembered; empty for what is not.
    id: String,
    /// In the page's language.
    title: String,
    /// What else is said of it, in the page's language.
    about: String,
    /// Its value now.
    value: String,
    /// Its shortcut.
    keys: Option<&'static str>,
    act: Act,
    hay: Haystack,
}

impl PaletteEntry {
    fn new(sort: Sort, id: &str, name: impl Into<Message>, about: impl Into<Message>, act: Act) -> Self {
        let (name, about) = (name.into(), about.into());
        let (english, of_it) = (name.to_string(), about.to_string());
        let (title, said) = (t(name), t(about));
        let hay = Haystack::new([title.as_str(), &english], [said.as_str(), &of_it]);
        Self { sort, id: id.to_owned(), title, about: said, value: String::new(), keys: None, act, hay }
    }

    fn keys(self, keys: Option<&'static str>) -> Self {
        Self { keys, ..self }
    }
}

/// Every action: what it is called, and what it does.
fn actions() -> Vec<PaletteEntry> {
    let run = |command: Command| Act::Run(command);
    let listed = [
        ("undo", msg!("Undo"), run(Command::Undo)),
        ("redo", msg!("Redo"), run(Command::Redo)),
        ("zip", msg!("Download zip"), run(Command::DownloadZip)),
        ("link", msg!("Copy link"), run(Command::CopyLink)),
        ("copy", msg!("Copy file"), run(Command::CopyFile)),
        ("save", msg!("Download file"), run(Command::DownloadFile)),
        ("copy-all", msg!("Copy all files"), Act::CopyAll),
        ("changed", msg!("Show only the changes from the last edit"), run(Command::ToggleOnlyChanged)),
        ("save-choices", msg!("Save choices as a file"), Act::SaveChoices),
        ("open-choices", msg!("Open a choices file"), Act::Open(Dialog::Library)),
        ("bookmark", msg!("Bookmarks and downloads"), Act::Open(Dialog::Library)),
        ("print", msg!("Print"), Act::Print),
        ("shortcuts", msg!("Shortcuts"), Act::Open(Dialog::Shortcuts)),
        ("reset", msg!("Start over"), run(Command::Reset)),
    ];
    let listed = listed.into_iter().map(|(id, name, act)| {
        let keys = match &act {
            Act::Run(command) => keys_of(command),
            // Two entries lead to the library, which has no keys.
            Act::Open(dialog) => keys_of(&Command::Open(*dialog)),
            _ => None,
        };
        PaletteEntry::new(Sort::Action, id, name, "", act).keys(keys)
    });
    let buttons = [
        ("theme", "#theme"),
        ("language", "#language"),
        ("project", "[data-bring='Project']"),
        ("compare", "[data-bring='Compare']"),
    ];
    let buttons = buttons.into_iter().filter_map(|(id, selector)| {
        // The page says what the button does now.
        let name = bridge::name_of(selector)?;
        let words = if id == "language" { msg!("Language") } else { Message::default() };
        Some(PaletteEntry::new(Sort::Action, id, Message::raw(name), words, Act::Press(selector)))
    });
    listed.chain(buttons).collect()
}

fn views() -> impl Iterator<Item = PaletteEntry> {
    View::ALL.into_iter().map(|view| {
        let entry = PaletteEntry::new(Sort::View, &["view-", view.id()].concat(), view.label(), "", Act::View(view));
        entry.keys(keys_of(&Command::ShowView(view)))
    })
}

/// “Set Python version to 3.13”.
fn value_of(choices: &Choices, spec: &'static OptionSpec, value: &str, help: &'static str) -> PaletteEntry {
    let label = spec.value_label(value);
    let name = msg!("Set {0} to {1}", Message::from(spec.label), &label);
    let (english, plain) = (name.to_string(), label.to_string());
    let id = [spec.id, "=", value].concat();
    let mut entry = PaletteEntry::new(Sort::Value, &id, name, help, Act::Set(spec.id, value.to_owned()));
    // The label alone as well, so that a value is found by its own beginning.
    entry.hay = Haystack::new([entry.title.as_str(), &english, &t(label), &plain], [entry.about.as_str(), help, &id]);
    if spec.get(choices) == value {
        entry.value = t(msg!("current"));
    }
    entry
}

fn values(choices: &Choices, spec: &'static OptionSpec) -> Vec<PaletteEntry> {
    match spec.kind {
        ValueKind::Switch => ["true", "false"].iter().map(|value| value_of(choices, spec, value, spec.help)).collect(),
        ValueKind::Set(values) => values.iter().map(|value| value_of(choices, spec, value.id, value.help)).collect(),
        ValueKind::Number { .. } | ValueKind::Text { .. } | ValueKind::List { .. } => Vec::new(),
    }
}

/// Everything that can be found, as it is now.
fn everything(state: ViewsState) -> Vec<PaletteEntry> {
    let choices = state.choices.get_untracked();
    let mut all = actions();
    all.extend(views());
    for spec in OPTIONS {
        let mut entry = PaletteEntry::new(
            Sort::Option,
            spec.id,
            spec.label,
            spec.help,
            Act::Run(Command::ShowOption(spec.id.to_owned())),
        );
        entry.hay = Haystack::new([entry.title.as_str(), spec.label, spec.id], [entry.about.as_str(), spec.help]);
        entry.value = t(spec.value_label(&spec.get(&choices)));
        all.push(entry);
        all.extend(values(&choices, spec));
    }
    all.extend(presets().iter().map(|preset| {
        let act = Act::Choose(codec::to_link(&preset.apply(&choices)));
        let mut entry = PaletteEntry::new(Sort::Preset, preset.id, preset.title, preset.blurb, act);
        if preset.is_lit(&choices) {
            entry.value = t(msg!("current"));
        }
        entry
    }));
    let bookmarks = untrack(|| state.saved.entries(Shelf::Bookmarks));
    all.extend(bookmarks.into_iter().map(|kept| PaletteEntry {
        title: kept.name.clone(),
        about: String::new(),
        hay: Haystack::new([kept.name.as_str()], []),
        ..PaletteEntry::new(Sort::Bookmark, "", "", "", Act::Choose(kept.link))
    }));
    all.extend(files_of(&choices).iter().map(|(path, file)| {
        let about = t(file.why);
        let name = path.rsplit('/').next().unwrap_or_default();
        PaletteEntry {
            title: path.to_owned(),
            hay: Haystack::new([name, path], [about.as_str(), file.why]),
            about,
            ..PaletteEntry::new(Sort::File, path, "", "", Act::File(path.to_owned()))
        }
    }));
    all.extend(FormStep::ALL.iter().filter_map(|step| {
        let first = OPTIONS.iter().find(|spec| spec.step == *step)?;
        let act = Act::Run(Command::ShowOption(first.id.to_owned()));
        Some(PaletteEntry::new(Sort::Step, step.anchor(), step.label(), step.intro(), act))
    }));
    all
}

/// What is typed may itself be a value: “workers 4”, “project name shop”.
fn typed(choices: &Choices, query: &str) -> Option<PaletteEntry> {
    let (name, value) = query.trim().rsplit_once([' ', '='])?;
    let open = OPTIONS
        .iter()
        .filter(|spec| matches!(spec.kind, ValueKind::Number { .. } | ValueKind::Text { .. } | ValueKind::List { .. }));
    let fitting = open.filter_map(|spec| {
        let hay = Haystack::new([t(spec.label).as_str(), spec.label, spec.id], []);
        let score = hay.score(name).filter(|score| *score >= 85)?;
        let mut tried = choices.clone();
        (spec.set(&mut tried, value).is_ok() && tried != *choices).then_some((score, spec))
    });
    let (_, spec) = fitting.max_by_key(|(score, _)| *score)?;
    // What somebody types into a field is not kept beyond it.
    Some(PaletteEntry { id: String::new(), ..value_of(choices, spec, value, spec.help) })
}

/// The results in groups, the best group first.
fn found(all: &[PaletteEntry], choices: &Choices, query: &str) -> Vec<(Sort, Vec<PaletteEntry>)> {
    if query.trim().is_empty() {
        return at_first(all);
    }
    let mut groups: BTreeMap<Sort, Vec<(u32, PaletteEntry)>> = BTreeMap::new();
    for entry in all {
        if let Some(score) = entry.hay.score(query) {
            groups.entry(entry.sort).or_default().push((score, entry.clone()));
        }
    }
    if let Some(entry) = typed(choices, query) {
        groups.entry(Sort::Value).or_default().push((110, entry));
    }
    let mut groups: Vec<(u32, Sort, Vec<PaletteEntry>)> = groups
        .into_iter()
        .map(|(sort, mut entries)| {
            // Stable: what fits equally well stays in the order of the tables.
            entries.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
            let best = entries.first().map_or(0, |(score, _)| *score);
            // A faint likeness is no news beside a good one.
            let good = entries.into_iter().filter(|(score, _)| *score * 3 >= best).take(MOST_OF_A_KIND);
            (best, sort, good.map(|(_, entry)| entry).collect())
        })
        .collect();
    groups.sort_by_key(|(best, sort, _)| (std::cmp::Reverse(*best), *sort));
    let mut room = MOST;
    for (_, _, entries) in &mut groups {
        entries.truncate(room);
        room -= entries.len();
    }
    groups.into_iter().map(|(_, sort, entries)| (sort, entries)).filter(|(_, entries)| !entries.is_empty()).collect()
}

/// What is offered before anything is typed: what was used last, then what there is to do.
fn at_first(all: &[PaletteEntry]) -> Vec<(Sort, Vec<PaletteEntry>)> {
    let recent = browser::stored("recent");
    let recent: Vec<PaletteEntry> =
        recent.lines().filter_map(|id| all.iter().find(|entry| entry.id == id)).take(MOST_RECENT).cloned().collect();
    let of = |sort| -> Vec<PaletteEntry> { all.iter().filter(|entry| entry.sort == sort).cloned().collect() };
    let groups = [
        (Sort::Recent, recent),
        (Sort::Bookmark, of(Sort::Bookmark)),
        (Sort::Action, of(Sort::Action)),
        (Sort::View, of(Sort::View)),
        (Sort::Preset, of(Sort::Preset)),
    ];
    groups.into_iter().filter(|(_, entries)| !entries.is_empty()).collect()
}

/// Remembers what was used.
fn remember(id: &str) {
    if id.is_empty() {
        return;
    }
    let before = browser::stored("recent");
    let rest = before.lines().filter(|other| *other != id).take(MOST_RECENT - 1);
    let lines: Vec<&str> = std::iter::once(id).chain(rest).collect();
    // A storage that is full or forbidden costs this list, nothing else.
    browser::store("recent", &lines.join("\n"));
}

/// What can be done while the palette is closing: a copy must follow the key at once, or the browser forbids it.
fn act_at_once(state: ViewsState, act: &Act) {
    match act {
        Act::Run(command) => bridge::run(command),
        Act::View(view) => show(state, *view),
        Act::File(path) => {
            bridge::show(View::Files);
            bridge::run(&Command::ShowFile(path.clone()));
        }
        Act::Set(id, value) => {
            let mut choices = state.choices.get_untracked();
            if option(id).is_some_and(|spec| spec.set(&mut choices, value).is_ok()) {
                bridge::run(&Command::Choose(codec::to_link(&choices)));
            }
        }
        Act::Choose(link) => bridge::run(&Command::Choose(link.clone())),
        Act::SaveChoices => library::save_choices(state),
        Act::CopyAll => library::copy_all(state),
        Act::Open(_) | Act::Press(_) | Act::Print => {}
    }
}

/// What must wait until the palette has closed.
fn act_after(state: ViewsState, act: &Act) {
    match act {
        Act::Open(dialog) => state.dialog.set(Some(*dialog)),
        Act::Press(selector) => bridge::press(selector),
        Act::Print => bridge::print(),
        _ => {}
    }
}

/// Shows a view; on a phone the pane that it stands in comes first.
fn show(state: ViewsState, view: View) {
    bridge::run(&Command::ShowFile(state.file.get_untracked()));
    bridge::show(view);
}

fn hit(number: usize) -> String {
    ["palette-hit-", &number.to_string()].concat()
}

/// The dialog.
pub(super) fn view(state: ViewsState) -> AnyView {
    let all = StoredValue::new(everything(state));
    let choices = state.choices.get_untracked();
    let query = RwSignal::new(String::new());
    let active = RwSignal::new(0_usize);
    let chosen: RwSignal<Option<Act>> = RwSignal::new(None);
    let groups = Memo::new(move |_| all.with_value(|all| found(all, &choices, &query.get())));
    let count =
        Memo::new(move |_| groups.with(|groups| groups.iter().map(|(_, entries)| entries.len()).sum::<usize>()));
    let take = move |number: usize| {
        let entry = groups.with_untracked(|groups| groups.iter().flat_map(|(_, entries)| entries).nth(number).cloned());
        if let Some(entry) = entry {
            remember(&entry.id);
            chosen.set(Some(entry.act.clone()));
            bridge::close_dialog(DIALOG);
            act_at_once(state, &entry.act);
        }
    };
    let on_key = move |event: Event| {
        let (now, last) = (active.get_untracked(), count.get_untracked().saturating_sub(1));
        let next = match browser::key(&event).as_deref() {
            Some("ArrowDown") => {
                if now >= last {
                    0
                } else {
                    now + 1
                }
            }
            Some("ArrowUp") => {
                if now == 0 {
                    last
                } else {
                    now - 1
                }
            }
            Some("PageDown") => (now + 8).min(last),
            Some("PageUp") => now.saturating_sub(8),
            Some("Enter") => {
                event.prevent_default();
                return take(now);
            }
            _ => return,
        };
        event.prevent_default();
        active.set(next);
        bridge::bring_into_view(&hit(next));
    };
    watch(move || {
        let id = (count.get() > 0).then(|| hit(active.get()));
        // The list is drawn before it is pointed into.
        browser::after(0, move || bridge::set_attribute(FIELD, "aria-activedescendant", id.as_deref()));
    });
    browser::after(0, || bridge::open_dialog(DIALOG));
    let field = el_class("input", "palette__field")
        .attr("id", FIELD)
        .attr("type", "text")
        .attr("role", "combobox")
        .attr("autofocus", "")
        .attr("autocomplete", "off")
        .attr("autocapitalize", "none")
        .attr("spellcheck", "false")
        .attr("enterkeyhint", "go")
        .attr("aria-autocomplete", "list")
        .attr("aria-haspopup", "listbox")
        .attr("aria-controls", LIST)
        .said("aria-label", msg!("Search options, values, files and actions"))
        .said("placeholder", msg!("Search options, values, files and actions"))
        .truth("aria-expanded", move || count.get() > 0)
        .on("input", move |event| {
            active.set(0);
            query.set(event_target_value(&event));
            bridge::bring_into_view("palette-top");
        })
        .on("keydown", on_key);
    let close =
        action(msg!("Close"), "close", "button--icon", || bridge::close_dialog(DIALOG)).said("title", msg!("Close"));
    let list = el_class("div", "palette__list")
        .attr("id", LIST)
        .attr("role", "listbox")
        .said("aria-label", msg!("Results"))
        // The field keeps the focus.
        .on("mousedown", |event| event.prevent_default())
        .view(live(move || results(groups, active, take)));
    let news = move || plural(count.get(), "1 result", "{0} results").unwrap_or_default();
    let none = move || match count.get() {
        0 => msg!("No match for “{0}”. Try a different word, or part of one.", query.get().trim()),
        _ => Message::default(),
    };
    let hints =
        [("↑ ↓", msg!("choose")), ("Enter", msg!("run")), ("Esc", msg!("close"))].into_iter().map(|(keys, what)| {
            let keys = keys.split(' ').map(|key| el("kbd").raw(key).done());
            el("span").views(keys).child(el("span").text(what)).done()
        });
    el_class("dialog", "dialog palette")
        .attr("id", DIALOG)
        .said("aria-label", msg!("Search"))
        .on("close", move |_| {
            let act = chosen.get_untracked();
            state.dialog.set(None);
            browser::after(0, bridge::refocus);
            if let Some(act) = act {
                act_after(state, &act);
            }
        })
        .on("click", |event| {
            // Beside it, on the backdrop: the dialog itself has no place of its own to press.
            if bridge::is_dialog(&event) {
                bridge::close_dialog(DIALOG);
            }
        })
        .child(el_class("div", "palette__head").child(icon("search")).child(field).child(close))
        .child(
            el_class("div", "palette__scroll")
                .attr("tabindex", "0")
                .child(el_class("div", "palette__top").attr("id", "palette-top"))
                .child(list)
                .child(
                    el_class("p", "palette__none")
                        .attr("role", "status")
                        .flag("hidden", move || count.get() > 0)
                        .text_live(none),
                ),
        )
        .child(el_class("footer", "palette__foot").attr("aria-hidden", "true").views(hints))
        .child(el_class("p", "sr").attr("role", "status").text_live(news))
        .done()
}

/// The results in their groups.
fn results(
    groups: Memo<Vec<(Sort, Vec<PaletteEntry>)>>,
    active: RwSignal<usize>,
    take: impl Fn(usize) + Copy + Send + Sync + 'static,
) -> AnyView {
    let groups = groups.get();
    if groups.is_empty() {
        return nothing();
    }
    let mut number = 0;
    let mut views = Vec::new();
    for (at, (sort, entries)) in (0..).zip(&groups) {
        let at: usize = at;
        let id = ["palette-group-", &at.to_string()].concat();
        let mut group = el_class("div", "palette__group")
            .attr("role", "group")
            .attr("aria-labelledby", &id)
            .child(el_class("div", "palette__kind").attr("id", &id).attr("role", "presentation").text(sort.heading()));
        for entry in entries {
            group = group.child(result(entry, *sort, number, active, take));
            number += 1;
        }
        views.push(group.done());
    }
    el("div").attr("role", "presentation").views(views.into_iter()).done()
}

fn result(
    entry: &PaletteEntry,
    group: Sort,
    number: usize,
    active: RwSignal<usize>,
    take: impl Fn(usize) + Copy + Send + Sync + 'static,
) -> El {
    let keys = entry.keys.into_iter().flat_map(key_names).map(|key| el("kbd").raw(key).done());
    let kind = if group == Sort::Recent { entry.sort.word() } else { Message::default() };
    let side = el_class("span", "palette__side")
        .child(el_class("span", "palette__word").text(kind))
        .child(el_class("span", "palette__value").raw(&entry.value))
        .views(keys);
    let class = if entry.sort == Sort::File { "palette__title palette__title--path" } else { "palette__title" };
    el_class("div", "palette__hit")
        .attr("id", &hit(number))
        .attr("role", "option")
        .truth("aria-selected", move || active.get() == number)
        .on("click", move |_| take(number))
        .on("pointermove", move |_| {
            if active.get_untracked() != number {
                active.set(number);
            }
        })
        .child(
            el_class("span", "palette__main")
                .child(el_class("span", class).raw(&entry.title))
                .child(el_class("span", "palette__about").raw(&entry.about)),
        )
        .child(side)
}
