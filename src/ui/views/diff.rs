//! What the current choices make of another set: the options that differ, and the files, line by line.

use std::sync::Arc;

use leptos::prelude::*;
use wasm_bindgen::JsCast as _;

use super::{ViewsState, bridge};
use crate::catalog::codec::{self, Problem};
use crate::catalog::options::{Choices, OPTIONS};
use crate::catalog::presets::{preset, presets};
use crate::engine::Generated;
use crate::engine::generate;
use crate::messages::{Message, msg, plural};
use crate::output::diff::{self, ChangeKind, FileRow, Version};
use crate::output::manifest::MANIFEST;
use crate::page::command::Command;
use crate::page::highlight::escape;
use crate::ui::browser;
use crate::ui::kit::button::action;
use crate::ui::kit::dom::{El, el, el_class, live, nothing};
use crate::ui::kit::language::t;
use crate::ui::views::saved::Shelf;

/// A value of a field, and its name.
type Named = (&'static str, fn() -> Message);

/// What is compared with, by the value of the field: a preset's id after `preset:`, else one of these.
const KINDS: &[Named] = &[
    ("defaults", || msg!("The defaults")),
    ("before", || msg!("The previous step")),
    ("download", || msg!("The last download")),
    ("link", || msg!("Another link")),
];

/// Path of the row that stands for all files.
const ALL: &str = "";

/// What the view works with.
#[derive(Clone, Copy)]
struct Diff {
    state: ViewsState,
    /// What is compared with.
    with: RwSignal<String>,
    /// The link that was pasted.
    link: RwSignal<String>,
    /// Path of the file that was chosen; [`ALL`] for every one.
    path: RwSignal<String>,
    /// The path that is shown: the chosen one while it differs, else all.
    shown: Memo<String>,
    /// Old and new beside each other.
    sides: RwSignal<bool>,
    /// The choices that are compared with, and what could not be read of them.
    base: Memo<Option<(Choices, Vec<Problem>)>>,
    /// The files that differ.
    rows: Memo<Arc<Vec<FileRow>>>,
}

/// The view.
pub(super) fn view(state: ViewsState) -> AnyView {
    browser::rewind("stage");
    let stored = browser::stored("diff");
    let with = RwSignal::new(if is_known(&stored) { stored } else { "defaults".to_owned() });
    let link = RwSignal::new(String::new());
    let base =
        Memo::new(move |_| with.with(|with| link.with(|link| state.choices.with(|now| base(state, with, link, now)))));
    let rows = Memo::new(move |_| {
        state
            .choices
            .with(|now| base.with(|base| Arc::new(base.as_ref().map(|base| rows(&base.0, now)).unwrap_or_default())))
    });
    let path = RwSignal::new(ALL.to_owned());
    let shown = Memo::new(move |_| {
        let path = path.get();
        if rows.with(|rows| rows.iter().any(|row| row.file.path == path)) { path } else { ALL.to_owned() }
    });
    let diff = Diff { state, with, link, path, shown, sides: RwSignal::default(), base, rows };
    // Whether both are the same; everything below is made anew only when that changes.
    let state =
        Memo::new(move |_| base.with(|base| base.as_ref().map(|base| state.choices.with(|now| base.0 == *now))));
    el_class("div", "diffs").child(head(diff)).view(live(move || body(diff, state.get()))).done()
}

fn is_known(value: &str) -> bool {
    KINDS.iter().any(|(id, _)| *id == value) || value.strip_prefix("preset:").is_some_and(|id| preset(id).is_some())
}

/// The choices to compare with.
fn base(state: ViewsState, with: &str, link: &str, now: &Choices) -> Option<(Choices, Vec<Problem>)> {
    let read = |link: &str| (!link.is_empty()).then(|| codec::from_link(link));
    match with {
        "defaults" => Some((Choices::default(), Vec::new())),
        "before" => read(&bridge::marked("data-before")),
        "download" => state.saved.entries(Shelf::Downloads).first().and_then(|newest| read(&newest.link)),
        "link" => read(fragment(link)),
        _ => with.strip_prefix("preset:").and_then(preset).map(|preset| (preset.apply(now), Vec::new())),
    }
}

/// What stands behind `#` of a link, or the whole text where there is none.
fn fragment(link: &str) -> &str {
    let link = link.trim();
    link.split_once('#').map_or(link, |(_, fragment)| fragment)
}

/// The files that differ, the manifest last.
fn rows(base: &Choices, now: &Choices) -> Vec<FileRow> {
    fn text(made: &Generated, path: &str) -> Option<String> {
        made.files.get(path).map(|file| file.text.clone())
    }
    let today = browser::today();
    let (old, new) = (generate(base, today), generate(now, today));
    let mut rows = diff::files((&old.plan, &|path| text(&old, path)), (&new.plan, &|path| text(&new, path)));
    let (before, after) = (text(&old, MANIFEST), text(&new, MANIFEST));
    let why = new.files.get(MANIFEST).map_or("", |file| file.why);
    let named = |text: &Option<String>| text.clone().unwrap_or_default();
    let (before, after) = (named(&before), named(&after));
    let side = |text| Some(Version { path: MANIFEST, text, executable: false });
    rows.extend(FileRow::new(side(&before), side(&after), why));
    rows.retain(|row| row.change != ChangeKind::Keep);
    rows
}

fn head(diff: Diff) -> El {
    let chosen = move |value: &str| diff.with.with(|with| with == value);
    let option = |value: String, label: Message| {
        let own = value.clone();
        el("option").attr("value", &value).prop_flag("selected", move || chosen(&own)).text(label).done()
    };
    let kinds = KINDS.iter().map(|(id, label)| option((*id).to_owned(), label()));
    let presets = presets().iter().map(|preset| option(["preset:", preset.id].concat(), preset.title.into()));
    let select = el("select")
        .attr("id", "diff-with")
        .on("change", move |event| {
            let value = event_target_value(&event);
            browser::store("diff", &value);
            diff.with.set(value);
        })
        .views(kinds)
        .child(el("optgroup").said("label", msg!("Presets")).views(presets));
    let link = el_class("div", "diffs__link")
        .flag("hidden", move || !chosen("link"))
        .child(el("label").attr("for", "diff-link").text(msg!("Link, or the part after #")))
        .child(
            el_class("input", "input")
                .attr("id", "diff-link")
                .attr("type", "text")
                .attr("autocomplete", "off")
                .attr("spellcheck", "false")
                .attr("aria-describedby", "diff-problems")
                .prop("value", move || diff.link.get())
                .on("input", move |event| diff.link.set(event_target_value(&event))),
        );
    let problems = move || {
        let problems = diff.base.with(|base| base.as_ref().map(|base| base.1.clone()).unwrap_or_default());
        if problems.is_empty() {
            return nothing();
        }
        let items = problems.iter().map(|problem| el("li").text(problem.said()).done());
        el_class("div", "notice diffs__problems")
            .attr("role", "alert")
            .child(el("p").text(msg!("Some of it could not be read, and the defaults are used instead:")))
            .child(el("ul").views(items))
            .done()
    };
    el_class("header", "diffs__head")
        .child(el("h2").text(msg!("Differences")))
        .child(
            el_class("div", "diffs__with")
                .child(el("label").attr("for", "diff-with").text(msg!("Your choices compared with")))
                .child(el_class("div", "select").child(select)),
        )
        .child(link)
        .child(el_class("div", "diffs__what").attr("id", "diff-problems").view(live(problems)))
}

/// Everything below the head.
fn body(diff: Diff, same: Option<bool>) -> AnyView {
    let said = |text: Message| el_class("p", "diffs__none").attr("role", "status").text(text).done();
    match same {
        None => said(match diff.with.get().as_str() {
            "before" => msg!("Nothing has been changed yet, so there is no previous step."),
            "download" => msg!("No downloads in this browser yet."),
            _ => msg!("Paste a link to this page, or its part after #, to see the differences."),
        }),
        Some(true) => said(msg!("Identical: no options or files differ.")),
        Some(false) => el_class("div", "diffs__body").view(live(move || options(diff))).child(files(diff)).done(),
    }
}

/// The options that differ, with both values.
fn options(diff: Diff) -> AnyView {
    let Some((base, _)) = diff.base.get() else { return nothing() };
    let now = diff.state.choices.get();
    let differing: Vec<_> = OPTIONS.iter().filter(|spec| spec.wish(&base) != spec.wish(&now)).collect();
    if differing.is_empty() {
        return nothing();
    }
    let rows = differing.iter().map(|spec| {
        let mut taken = now.clone();
        let could = spec.set(&mut taken, &spec.wish(&base)).is_ok();
        let command = Command::Choose(codec::to_link(&taken));
        let (theirs, ours) = (spec.value_label(&spec.get(&base)), spec.value_label(&spec.get(&now)));
        let mut last = el("td");
        if could {
            last = last.child(
                el_class("button", "button button--quiet")
                    .attr("type", "button")
                    .attr("data-option", spec.id)
                    .on("click", move |_| {
                        bridge::run(&command);
                        // The row is gone, and the focus with it.
                        browser::after(0, || ["diff-with", "diff-options"].iter().for_each(|id| browser::focus(id)));
                    })
                    .child(el("span").text(msg!("Revert this")))
                    .child(el_class("span", "sr").text(spec.label)),
            );
        }
        el("tr")
            .child(el("th").attr("scope", "row").text(spec.label))
            .child(el("td").attr("data-side", "old").child(el("del").text(theirs)))
            .child(el("td").attr("data-side", "new").child(el("ins").text(ours)))
            .child(last)
            .done()
    });
    let heads = [msg!("Option"), msg!("Compared with"), msg!("Yours")]
        .map(|head| el("th").attr("scope", "col").text(head).done());
    let head = el("tr").views(heads.into_iter()).child(el("td"));
    let title = msg!("Options that differ: {0}", differing.len());
    el_class("details", "diffs__options")
        .attr("open", "")
        .child(el("summary").attr("id", "diff-options").text(title))
        .child(el("table").child(el("thead").child(head)).child(el("tbody").views(rows)))
        .done()
}

fn files(diff: Diff) -> El {
    let list = move || {
        let rows = diff.rows.get();
        let counts = rows.iter().map(|row| row.file.counts());
        let sum = counts.fold((0, 0), |sum, (added, removed)| (sum.0 + added, sum.1 + removed));
        let all = entry(diff, ALL, "", Message::default(), sum);
        let each = rows.iter().map(|row| {
            let (kind, word) = match row.change {
                ChangeKind::Add => ("new", msg!("new")),
                ChangeKind::Remove => ("removed", msg!("removed")),
                ChangeKind::Edit if row.file.from.is_some() => ("moved", msg!("moved")),
                ChangeKind::Edit | ChangeKind::Keep => ("changed", msg!("changed")),
            };
            entry(diff, &row.file.path, kind, word, row.file.counts())
        });
        el_class("ul", "dfiles")
            .said("aria-label", msg!("Files that differ"))
            .on("keydown", |event| walk(&event))
            .views([all].into_iter().chain(each))
            .done()
    };
    let html = move || {
        let current = diff.shown.get();
        let sides = diff.sides.get();
        diff.rows.with(|rows| {
            let mut html = String::new();
            for row in rows.iter().filter(|row| current.is_empty() || row.file.path == current) {
                file_html(row, sides, &mut html);
            }
            html
        })
    };
    let patch = move || {
        let current = diff.shown.get_untracked();
        diff.rows.with_untracked(|rows| {
            let files = rows.iter().map(|row| &row.file);
            diff::to_patch(files.filter(|file| current.is_empty() || file.path == current))
        })
    };
    let tally = move || {
        let files = diff.rows.with(|rows| rows.len());
        plural(files, "1 file differs", "{0} files differ").unwrap_or_else(|| msg!("{0} files differ", files))
    };
    let bar = el_class("div", "diffs__bar")
        .child(el_class("p", "diffs__tally").attr("role", "status").text_live(tally))
        .child(
            el_class("button", "button button--quiet diffs__sides")
                .attr("type", "button")
                .truth("aria-pressed", move || diff.sides.get())
                .on("click", move |_| diff.sides.update(|sides| *sides = !*sides))
                .text(msg!("Side by side")),
        )
        .child(
            action(msg!("Copy as patch"), "copy", "button--quiet", move || {
                bridge::copy(&patch(), msg!("The patch was copied to the clipboard. Apply it with git apply."));
            })
            .said("title", msg!("Copy these changes as a patch for git apply")),
        )
        .child(
            action(msg!("Download the patch"), "file", "button--icon button--quiet", move || {
                browser::download("changes.patch", "text/x-patch;charset=utf-8", patch().as_bytes());
            })
            .said("title", msg!("Download the patch")),
        );
    el_class("section", "diffs__files").said("aria-label", msg!("Files that differ")).child(bar).child(
        el_class("div", "diffs__panes")
            .child(el("nav").said("aria-label", msg!("Files that differ")).view(live(list)))
            .child(el_class("div", "dtexts").attr("id", "diff-text").html(html)),
    )
}

fn entry(diff: Diff, path: &str, kind: &str, word: Message, lines: (usize, usize)) -> AnyView {
    let (to, own) = (path.to_owned(), path.to_owned());
    let number =
        |sign: &str, number: usize| if number == 0 { String::new() } else { [sign, &number.to_string()].concat() };
    let name = if path.is_empty() { el("span").text(msg!("All files")) } else { el("code").raw(path) };
    let button = el_class("button", "dfile")
        .attr("type", "button")
        .attr("data-path", path)
        .attr("data-word", kind)
        .attr_live("aria-current", move || diff.shown.with(|shown| *shown == own).then_some("true"))
        .on("click", move |_| diff.path.set(to.clone()))
        .child(name)
        .child(
            el_class("span", "dfile__more")
                .child(el_class("span", "dfile__word").text(word))
                .child(el_class("span", "dfile__in").raw(&number("+", lines.0)))
                .child(el_class("span", "dfile__out").raw(&number("−", lines.1))),
        );
    el("li").child(button).done()
}

/// Arrows lead from file to file.
fn walk(event: &web_sys::Event) {
    let Some(key) = browser::key(event) else { return };
    let button = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    let Some(item) = button.and_then(|button| button.parent_element()) else { return };
    let list = item.parent_element();
    let target = match key.as_str() {
        "ArrowDown" => item.next_element_sibling(),
        "ArrowUp" => item.previous_element_sibling(),
        "Home" => list.and_then(|list| list.first_element_child()),
        "End" => list.and_then(|list| list.last_element_child()),
        _ => return,
    };
    event.prevent_default();
    let button = target.and_then(|item| item.first_element_child());
    if let Some(button) = button.and_then(|button| button.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _ = button.focus();
        button.click();
    }
}

/// A file with its diff, as markup.
fn file_html(row: &FileRow, sides: bool, html: &mut String) {
    html.push_str("<section class=\"dtext\"><h3 translate=no>");
    if let Some(from) = &row.file.from {
        escape(from, html);
        html.push_str(" → ");
    }
    escape(&row.file.path, html);
    html.push_str("</h3><p>");
    escape(&t(row.why), html);
    html.push_str("</p>");
    if row.file.diff().is_empty() {
        html.push_str("<p class=\"dtext__moved\">");
        escape(&t(msg!("The same text at a different path.")), html);
        html.push_str("</p></section>");
        return;
    }
    html.push_str("<pre tabindex=\"0\" class=\"");
    html.push_str(if sides { "dlines dlines--sides" } else { "dlines" });
    html.push_str("\"><code>");
    for part in diff::parts(row.file.diff()) {
        html.push_str("<span class=\"dplace\">");
        escape(&part.place, html);
        html.push_str("\n</span>");
        if sides {
            sides_html(&part.lines, html);
        } else {
            for line in &part.lines {
                line_html(Some(line), true, true, html);
            }
        }
    }
    html.push_str("</code></pre></section>");
}

/// What goes on the left, what comes on the right, line beside line.
fn sides_html(lines: &[diff::DiffLine], html: &mut String) {
    let mut at = 0;
    while at < lines.len() {
        let gone = lines[at..].iter().take_while(|line| line.new.is_none()).count();
        let come = lines[at + gone..].iter().take_while(|line| line.old.is_none()).count();
        let pair = |left, right, html: &mut String| {
            html.push_str("<span class=\"dpair\">");
            line_html(left, true, false, html);
            line_html(right, false, true, html);
            html.push_str("</span>");
        };
        if gone + come == 0 {
            pair(Some(&lines[at]), Some(&lines[at]), html);
            at += 1;
            continue;
        }
        let (old, new) = (&lines[at..at + gone], &lines[at + gone..at + gone + come]);
        for number in 0..gone.max(come) {
            pair(old.get(number), new.get(number), html);
        }
        at += gone + come;
    }
}

/// A line with its numbers, those of the sides that are asked for.
fn line_html(line: Option<&diff::DiffLine>, left: bool, right: bool, html: &mut String) {
    let Some(line) = line else {
        html.push_str("<span class=\"dline dline--none\">\n</span>");
        return;
    };
    let (kind, tag, sign) = match (line.old, line.new) {
        (Some(_), None) => ("out", "del", "-"),
        (None, Some(_)) => ("in", "ins", "+"),
        _ => ("same", "span", " "),
    };
    html.push_str("<span class=\"dline dline--");
    html.push_str(kind);
    html.push_str("\">");
    for (asked, number) in [(left, line.old), (right, line.new)] {
        if asked {
            html.push_str("<i data-n=\"");
            html.push_str(&number.map(|number| number.to_string()).unwrap_or_default());
            html.push_str("\"></i>");
        }
    }
    for part in ["<", tag, ">", sign] {
        html.push_str(part);
    }
    for (text, differs) in &line.pieces {
        html.push_str(if *differs { "<mark>" } else { "" });
        escape(text, html);
        html.push_str(if *differs { "</mark>" } else { "" });
    }
    for part in ["</", tag, ">\n</span>"] {
        html.push_str(part);
    }
}
