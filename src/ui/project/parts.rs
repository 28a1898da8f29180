//! Pieces that more than one view is made of.

use leptos::prelude::*;

use crate::messages::{Arg, Message, msg};
use crate::output::diff::FileChange;
use crate::page::highlight::escape;
use crate::ui::browser;
use crate::ui::kit::dom::{El, el, el_class};
use crate::ui::kit::language::t;
use crate::ui::project::state::{Lack, ProjectState};

/// A message with backticks around code. One that the page's language does not have is in English, as it stands in the
/// files that are written.
pub(super) fn inline(class: &str, message: impl Into<Message>) -> El {
    let message = message.into();
    with_code(class, &t(&message), is_said(&message))
}

/// The same without a full stop at the end, for a list in which every row gets one.
pub(super) fn clause(message: &Message) -> El {
    with_code("", t(message).trim_end_matches('.'), is_said(message))
}

fn with_code(class: &str, text: &str, is_said: bool) -> El {
    let parts = text.split('`').enumerate().filter(|(_, part)| !part.is_empty());
    let views: Vec<_> =
        parts.map(|(number, part)| el(if number % 2 == 1 { "code" } else { "span" }).raw(part).done()).collect();
    let element = el_class("span", class).attr("data-sentence", "");
    (if is_said { element } else { english(element) }).views(views.into_iter())
}

/// Whether the page's language is another one and has a message; of a join, what it joins. A name or a version is none.
fn is_said(message: &Message) -> bool {
    let inside = |arg: &Arg| match arg {
        Arg::Message(message) => is_said(message),
        Arg::List(messages) => messages.iter().any(is_said),
        Arg::Raw(_) | Arg::Number(_) | Arg::Day(_) => false,
    };
    browser::said(message.key()).is_some()
        || !message.key().contains(char::is_alphabetic) && message.args().iter().any(inside)
}

/// An element around a text of the engine: in the page's language where it is a message, else as it is, a name or a
/// version.
pub(super) fn named(element: El, message: &Message) -> El {
    (if is_said(message) { element } else { english(element) }).text(message)
}

/// Marks an element whose text stays English, because the engine writes the same into files.
pub(super) fn english(element: El) -> El {
    element.attr("lang", "en")
}

/// A heading with what it stands above.
pub(super) fn part(title: impl Into<Message>) -> El {
    el_class("section", "project__part").child(el("h3").text(title))
}

/// A table with a caption for people who do not see it.
pub(super) fn table(
    caption: Message,
    heads: impl IntoIterator<Item = Message>,
    rows: impl Iterator<Item = AnyView>,
) -> El {
    let heads = heads.into_iter().map(|head| el("th").attr("scope", "col").text(head).done());
    let head = el("thead").child(el("tr").views(heads));
    el_class("table", "facts").child(el_class("caption", "sr").text(caption)).child(head).child(el("tbody").views(rows))
}

/// A cell; a narrow screen shows the column's name before it.
pub(super) fn cell(head: impl Into<Message>) -> El {
    el("td").said("data-head", head)
}

/// A small mark with a word in it.
pub(super) fn mark(kind: &str, word: impl Into<Message>) -> El {
    el_class("span", "mark").attr("data-kind", kind).text(word)
}

/// The path of a file, and where it moves from.
pub(super) fn path(file: &FileChange) -> El {
    let from = file.from.as_ref().map(|from| [from.as_str(), " → "].concat()).unwrap_or_default();
    el("code").raw(&(from + &file.path))
}

/// Lines that come and go.
pub(super) fn lines(file: &FileChange) -> El {
    let tally = |sign: &str, number: usize, class: &str| {
        el_class("span", class).raw(&if number == 0 { String::new() } else { [sign, &number.to_string()].concat() })
    };
    let (added, removed) = file.counts();
    el_class("span", "lines").child(tally("+", added, "lines__in")).child(tally("−", removed, "lines__out"))
}

/// A diff that unfolds, where there is one; it is drawn when that happens. Where lines come and go it can be seen side
/// by side as well.
pub(super) fn diff(title: Message, file: &FileChange) -> std::option::IntoIter<AnyView> {
    if file.diff().is_empty() {
        return None.into_iter();
    }
    let (open, sides) = (RwSignal::new(false), RwSignal::new(false));
    let (added, removed) = file.counts();
    let text = file.diff().to_owned();
    let html = move || match (open.get(), sides.get()) {
        (false, _) => String::new(),
        (true, false) => unified(&text),
        (true, true) => side_by_side(&text),
    };
    let mut view = el_class("details", "diff").on("toggle", move |_| open.set(true)).child(el("summary").text(title));
    if added > 0 && removed > 0 {
        view = view.child(
            el_class("button", "diff__sides")
                .attr("type", "button")
                .truth("aria-pressed", move || sides.get())
                .on("click", move |_| sides.update(|sides| *sides = !*sides))
                .text(msg!("Side by side")),
        );
    }
    let view = view.child(el_class("pre", "diff__text").attr("tabindex", "0").child(el("code").html(html)));
    Some(view.done()).into_iter()
}

/// The lines of a diff, without the two with the names, which say what stands above already.
fn body(diff: &str) -> impl Iterator<Item = &str> {
    diff.lines().skip_while(|line| !line.starts_with("@@"))
}

/// A line as an element, by what it does.
fn line_of(kind: &str, text: &str, html: &mut String) {
    html.push_str("<span class=\"d d--");
    html.push_str(kind);
    html.push_str("\">");
    escape(text, html);
    html.push_str("\n</span>");
}

/// A line per element.
fn unified(diff: &str) -> String {
    let mut html = String::new();
    for line in body(diff) {
        let kind = match line.as_bytes().first() {
            Some(b'+') => "in",
            Some(b'-') => "out",
            Some(b'@') => "place",
            _ => "same",
        };
        line_of(kind, line, &mut html);
    }
    html
}

/// What goes on the left, what comes on the right, line beside line.
fn side_by_side(diff: &str) -> String {
    fn flush(left: &mut Vec<&str>, right: &mut Vec<&str>, html: &mut String) {
        for at in 0..left.len().max(right.len()) {
            html.push_str("<span class=pair>");
            for (kind, line) in [("out", left.get(at)), ("in", right.get(at))] {
                line_of(if line.is_some() { kind } else { "none" }, line.copied().unwrap_or_default(), html);
            }
            html.push_str("</span>");
        }
        left.clear();
        right.clear();
    }
    let mut html = String::new();
    let (mut left, mut right) = (Vec::new(), Vec::new());
    for line in body(diff) {
        match (line.get(..1), line.get(1..).unwrap_or_default()) {
            (Some("-"), text) => left.push(text),
            (Some("+"), text) => right.push(text),
            (Some("\\"), _) => {}
            (sign, text) => {
                flush(&mut left, &mut right, &mut html);
                if sign == Some("@") {
                    line_of("place", line, &mut html);
                } else {
                    html.push_str("<span class=pair>");
                    line_of("same", text, &mut html);
                    line_of("same", text, &mut html);
                    html.push_str("</span>");
                }
            }
        }
    }
    flush(&mut left, &mut right, &mut html);
    html
}

/// Why there is nothing to see, and where to go instead.
pub(super) fn lack(project_state: ProjectState, lack: &Lack) -> AnyView {
    let to = |view: usize, name: Message| {
        el_class("button", "button button--quiet")
            .attr("type", "button")
            .on("click", move |_| project_state.go(view))
            .text(name)
    };
    let said = |text: Message| el_class("div", "project__lack").child(el("p").text(text));
    match lack {
        Lack::Project => said(msg!("No project has been read yet.")).child(to(0, msg!("Open a project"))),
        Lack::IsSet => said(msg!(
            "This project contains a dunnage.yaml: it already has a set written by Dunnage, which can be updated."
        ))
        .child(to(3, msg!("Update it"))),
        Lack::IsNoSet => said(msg!("This project has no dunnage.yaml, so Dunnage did not write its files."))
            .child(to(1, msg!("Migrate it"))),
        Lack::Other(text) => el_class("p", "failure").attr("role", "alert").text(text),
    }
    .done()
}
