//! What the browser keeps for the user: bookmarks and the history of downloads.
//!
//! Each is a list in local storage, an entry a line: when, the link, and the name, which may be empty. The list is read
//! again at the moment of writing, so that two tabs do not overwrite each other. `web/shortcuts.js` writes downloads in
//! the same way, because that must work before this module is there.

use leptos::prelude::*;

use crate::page::saved::{self, Saved};
use crate::ui::browser;
use crate::ui::views::bridge;

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

    fn read(self) -> Vec<Saved> {
        saved::read(&browser::stored(self.key()))
    }
}

/// Both lists, as they were last read.
#[derive(Debug, Clone, Copy)]
pub(in crate::ui) struct SavedLists {
    bookmarks: RwSignal<Vec<Saved>>,
    downloads: RwSignal<Vec<Saved>>,
}

impl SavedLists {
    /// Reads both lists, and again whenever another tab or `web/shortcuts.js` has written.
    pub(super) fn begin() -> Self {
        let saved = Self { bookmarks: RwSignal::default(), downloads: RwSignal::default() };
        saved.read();
        browser::listen("storage", move || saved.read());
        browser::on("kept", move |_| saved.read());
        saved
    }

    fn signal(self, list: Shelf) -> RwSignal<Vec<Saved>> {
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
    pub(super) fn entries(self, list: Shelf) -> Vec<Saved> {
        self.signal(list).get()
    }

    /// Changes a list; says whether the browser kept it.
    pub(super) fn change(self, list: Shelf, act: impl FnOnce(&mut Vec<Saved>)) -> bool {
        let mut entries = list.read();
        act(&mut entries);
        let kept = browser::store(list.key(), &saved::write(&entries));
        self.read();
        kept
    }

    /// Gives choices a name. A bookmark of the same name is replaced.
    pub(super) fn bookmark(self, name: &str, link: &str) -> bool {
        let entry = Saved { at: bridge::now(), link: link.to_owned(), name: name.to_owned() };
        self.change(Shelf::Bookmarks, |entries| saved::add(entries, entry))
    }
}
