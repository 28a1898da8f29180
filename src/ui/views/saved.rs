//! What the browser keeps for the user: bookmarks and the history of downloads.
//!
//! Each is a list in local storage, an entry a line: when, the link, and the name, which may be empty. The list is read
//! again at the moment of writing, so that two tabs do not overwrite each other. `web/shortcuts.js` writes downloads in
//! the same way, because that must work before this module is there.

use leptos::prelude::*;

use crate::ui::browser;
use crate::ui::views::bridge;

/// Most entries that a list keeps.
const MOST: usize = 100;

/// Longest name of a bookmark, in characters.
pub(super) const LONGEST_NAME: usize = 60;

/// Something that is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    /// When, in the form of ISO 8601.
    pub(super) at: String,
    /// The choices, as a link has them.
    pub(super) link: String,
    /// What the user calls it; empty for a download.
    pub(super) name: String,
}

/// One of the two lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shelf {
    /// Choices that were given a name.
    Bookmarks,
    /// Every zip that was downloaded.
    Downloads,
}

impl Shelf {
    const fn key(self) -> &'static str {
        match self {
            Self::Bookmarks => "bookmarks",
            Self::Downloads => "downloads",
        }
    }

    fn read(self) -> Vec<Entry> {
        let entry = |line: &str| {
            let mut parts = line.splitn(3, ' ');
            let (at, link) = (parts.next()?, parts.next()?);
            let name = parts.next().unwrap_or_default();
            // Whatever else stands there is left alone.
            link.starts_with("v=").then(|| Entry { at: at.to_owned(), link: link.to_owned(), name: name.to_owned() })
        };
        browser::stored(self.key()).lines().filter_map(entry).take(MOST).collect()
    }
}

/// Both lists, as they were last read.
#[derive(Debug, Clone, Copy)]
pub(in crate::ui) struct Memory {
    bookmarks: RwSignal<Vec<Entry>>,
    downloads: RwSignal<Vec<Entry>>,
}

impl Memory {
    /// Reads both lists, and again whenever another tab or `web/shortcuts.js` has written.
    pub(super) fn begin() -> Self {
        let memory = Self { bookmarks: RwSignal::default(), downloads: RwSignal::default() };
        memory.read();
        browser::listen("storage", move || memory.read());
        browser::on("kept", move |_| memory.read());
        memory
    }

    fn signal(self, list: Shelf) -> RwSignal<Vec<Entry>> {
        match list {
            Shelf::Bookmarks => self.bookmarks,
            Shelf::Downloads => self.downloads,
        }
    }

    fn read(self) {
        for list in [Shelf::Bookmarks, Shelf::Downloads] {
            let now = list.read();
            if self.signal(list).with_untracked(|before| *before != now) {
                self.signal(list).set(now);
            }
        }
    }

    /// The entries of a list, newest first.
    pub(super) fn entries(self, list: Shelf) -> Vec<Entry> {
        self.signal(list).get()
    }

    /// Changes a list; says whether the browser kept it.
    pub(super) fn change(self, list: Shelf, act: impl FnOnce(&mut Vec<Entry>)) -> bool {
        let mut entries = list.read();
        act(&mut entries);
        entries.truncate(MOST);
        let lines: Vec<String> =
            entries.iter().map(|entry| [&entry.at, " ", &entry.link, " ", &entry.name].concat()).collect();
        let kept = browser::store(list.key(), &lines.join("\n"));
        self.read();
        kept
    }

    /// Gives choices a name. A bookmark of the same name is replaced.
    pub(super) fn bookmark(self, name: &str, link: &str) -> bool {
        let entry = Entry { at: bridge::now(), link: link.to_owned(), name: name.to_owned() };
        self.change(Shelf::Bookmarks, |entries| {
            entries.retain(|other| other.name != entry.name);
            entries.insert(0, entry);
        })
    }
}

/// A name as it is kept: one line, no spaces around it, not endless.
pub(super) fn name_of(typed: &str) -> String {
    let words: Vec<&str> =
        typed.split(|c: char| c.is_whitespace() || c.is_control()).filter(|w| !w.is_empty()).collect();
    words.join(" ").chars().take(LONGEST_NAME).collect()
}
