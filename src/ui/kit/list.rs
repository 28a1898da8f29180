//! Lists that are long or that change often: lines of code, rows of a tree.
//!
//! They are kept up to date entry by entry rather than made anew, because what a change costs is what the browser lays
//! out and paints again; and an element that stays keeps its focus, and a click that has begun on it.

use std::sync::Arc;

use leptos::prelude::*;
use web_sys::Element;

use crate::page::highlight::CodeLine;
use crate::text::lines::kept;
use crate::ui::browser;

/// An entry, which one element shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListEntry {
    /// What it is known by when the list changes; `None` where that is its text.
    pub key: Option<String>,
    /// The attributes that may change, always the same ones in the same order; an empty one is not there. No value has
    /// a quotation mark.
    pub attributes: Vec<(&'static str, String)>,
    /// What stands inside.
    pub line: CodeLine,
}

/// Fills an element with entries, and keeps them up to date. `tag` is that of an entry, `fixed` its attributes that
/// never change. Returns the entries, for what depends on them.
pub fn list(
    id: &'static str,
    tag: &'static str,
    fixed: &'static str,
    entries: impl Fn() -> Vec<ListEntry> + Send + Sync + 'static,
) -> Memo<Arc<Vec<ListEntry>>> {
    // Boxed, so that there is one such function for all lists.
    let entries: Box<dyn Fn() -> Vec<ListEntry> + Send + Sync> = Box::new(entries);
    let entries = Memo::new(move |_| Arc::new(entries()));
    Effect::new(move |last: Option<Arc<Vec<ListEntry>>>| {
        let now = entries.get();
        if let Some(place) = browser::place(id) {
            patch(&place, last.as_deref().map_or(&[], Vec::as_slice), &now, tag, fixed);
        }
        now
    });
    entries
}

fn patch(place: &Element, last: &[ListEntry], now: &[ListEntry], tag: &str, fixed: &str) {
    let html = |entries: &[ListEntry]| entries.iter().map(|entry| entry.html(tag, fixed)).collect::<String>();
    if last.is_empty() {
        place.set_inner_html(&html(now));
        return;
    }
    let kept = kept(&keys(last), &keys(now));
    let children = place.children();
    let child = |number: usize| children.item(u32::try_from(number).ok()?);
    // From the end to the beginning, so that the numbers of the elements before stay as they are.
    let (mut old_end, mut new_end) = (last.len(), now.len());
    let begins = [(0, 0)].into_iter().chain(kept.iter().map(|&(old, new)| (old + 1, new + 1)));
    for (old, new) in begins.rev() {
        // Between two that are kept, the others are written over; then some are too many, or more are needed.
        let both = (old_end - old).min(new_end - new);
        for _ in old + both..old_end {
            if let Some(element) = child(old + both) {
                element.remove();
            }
        }
        if new + both < new_end {
            let html = html(&now[new + both..new_end]);
            let _ = match child(old + both) {
                Some(next) => next.insert_adjacent_html("beforebegin", &html),
                None => place.insert_adjacent_html("beforeend", &html),
            };
        }
        let kept_before = usize::from(new > 0);
        (old_end, new_end) = (old - kept_before, new - kept_before);
        for number in 0..both + kept_before {
            let (before, entry) = (&last[old_end + number], &now[new_end + number]);
            if let Some(element) = child(old_end + number).filter(|_| before != entry) {
                entry.update(before, &element);
            }
        }
    }
}

fn keys(entries: &[ListEntry]) -> Vec<&str> {
    entries.iter().map(|entry| entry.key.as_deref().unwrap_or(entry.line.text())).collect()
}

impl ListEntry {
    fn html(&self, tag: &str, fixed: &str) -> String {
        let mut html = ["<", tag, " ", fixed].concat();
        for (name, value) in self.attributes.iter().filter(|(_, value)| !value.is_empty()) {
            html.extend([" ", name, "=\"", value, "\""]);
        }
        html.extend([">", &self.line.html(), "</", tag, ">"]);
        html
    }

    fn update(&self, before: &Self, element: &Element) {
        for ((name, value), (_, old)) in self.attributes.iter().zip(&before.attributes) {
            if value != old {
                browser::set_attribute(element, name, value);
            }
        }
        if self.line != before.line && !rewrite(&before.line, &self.line, element) {
            element.set_inner_html(&self.line.html());
        }
    }
}

/// Writes what is new into the texts that are there; false where the line is cut otherwise.
fn rewrite(before: &CodeLine, now: &CodeLine, element: &Element) -> bool {
    let tokens = |line: &CodeLine| line.pieces().map(|(token, _)| token).collect::<Vec<_>>();
    if tokens(before) != tokens(now) {
        return false;
    }
    let texts = element.child_nodes();
    for (number, ((_, old), (_, new))) in (0..).zip(before.pieces().zip(now.pieces())) {
        if old != new {
            let Some(node) = texts.item(number) else { return false };
            // A plain piece is a text, any other one an element around it.
            node.first_child().unwrap_or(node).set_node_value(Some(new));
        }
    }
    true
}
