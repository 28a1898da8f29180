//! The page's language: English, unless `web/locale.js` has loaded a different one.

use crate::messages::{Language, Message};
use crate::ui::browser;

/// The page's language, as the browser has it.
struct Page;

impl Language for Page {
    fn find(&self, key: &str) -> Option<String> {
        browser::said(key)
    }

    fn number(&self, number: u64) -> String {
        let number = number.to_string();
        browser::said_value(&number).unwrap_or(number)
    }

    fn day(&self, day: &str) -> String {
        browser::said_value(day).unwrap_or_else(|| day.to_owned())
    }
}

/// A message in the page's language.
pub fn t(message: impl Into<Message>) -> String {
    message.into().render(&Page)
}

/// Messages in the page's language, with commas between them.
pub fn list(messages: impl Iterator<Item = Message>) -> Message {
    Message::new("{0}", vec![messages.collect::<Vec<_>>().into()])
}
