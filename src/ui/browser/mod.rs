//! What the views ask of the browser: address, storage, events, clipboard, downloads, scrolling, focus.
//!
//! Everything here may be missing or forbidden (private windows, embedded pages, old browsers), so nothing here
//! fails: what cannot be done is not done, and what the user asked for and did not get is reported back.

mod address;
mod events;
mod export;
mod language;
mod page;
mod storage;
mod time;
mod view;

use web_sys::{Document, Window};

pub use address::{fragment, is_reload, link, set_fragment};
pub use events::{around, key, listen, on, row_attribute, send, tell};
pub use export::{copy, download};
pub use language::{said, said_value};
pub use page::{crash, crash_choices, mark_page, number_lines, place, report, set_attribute};
pub use storage::{note, noted, store, stored};
pub use time::{after, after_paint, today};
pub use view::{center, focus, focus_row, reached, reveal, rewind, scroll_to};

fn window() -> Option<Window> {
    web_sys::window()
}

fn document() -> Option<Document> {
    window()?.document()
}
