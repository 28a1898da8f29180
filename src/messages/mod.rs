//! Messages: what people read, as values that can be put together in any language.
//!
//! A message is an English sentence with places for its values, `{0}`, `{1}` …, and the values. The sentence is the
//! key by which another language finds its own; English needs no catalog. Messages are written where they are said,
//! with [`msg!`](crate::msg), and become text at the edge: [`Display`](fmt::Display) puts them together in English, for
//! the command line and for files, and [`Message::render`] in the page's language.
//!
//! Names, paths and whatever else comes from users are [`Arg::Raw`]; they are never translated, whatever they look like.
//! The other languages are `public/locale/*.json`; tests hold them to the messages in the sources.

use std::fmt;

use serde::{Serialize, Serializer};

pub use crate::msg;

/// Something to say: a sentence with places, and the values for them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Message {
    key: &'static str,
    args: Vec<Arg>,
}

/// The value of a place in a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Arg {
    /// A text that is the same in every language: a name, a path, code, a version.
    Raw(String),
    /// A whole number, which each language writes in its own way.
    Number(u64),
    /// A day, as `2026-11-27`, which each language writes in its own way.
    Day(String),
    /// Another message.
    Message(Message),
    /// Messages with commas between them.
    List(Vec<Message>),
}

/// How a language says messages.
pub trait Language {
    /// The language's own sentence for an English one; `None` for one that it does not have.
    fn find(&self, key: &str) -> Option<String>;
    /// A number.
    fn number(&self, number: u64) -> String;
    /// A day, from the form `2026-11-27`.
    fn day(&self, day: &str) -> String;
}

/// English, which is what messages are written in.
struct English;

impl Language for English {
    fn find(&self, _: &str) -> Option<String> {
        None
    }

    fn number(&self, number: u64) -> String {
        number.to_string()
    }

    fn day(&self, day: &str) -> String {
        day.to_owned()
    }
}

/// A message: an English sentence, and a value for each of its places in their order. Texts are taken as they are;
/// numbers, days, messages and lists of messages are said in the page's language.
#[macro_export]
macro_rules! msg {
    ($key:literal $(,)?) => {{
        const { assert!($crate::messages::places($key) == 0, "a message has as many values as places") };
        $crate::messages::Message::from($key)
    }};
    ($key:literal, $($arg:expr),+ $(,)?) => {{
        const {
            assert!(
                $crate::messages::places($key) == [$(stringify!($arg)),+].len(),
                "a message has as many values as places"
            );
        }
        $crate::messages::Message::new($key, vec![$($crate::messages::Arg::from($arg)),+])
    }};
}

/// The number of places in a message: the highest `{number}`, and one.
pub const fn places(key: &str) -> usize {
    let bytes = key.as_bytes();
    let (mut at, mut places) = (0, 0);
    while at + 2 < bytes.len() {
        if bytes[at] == b'{' && bytes[at + 1].is_ascii_digit() && bytes[at + 2] == b'}' {
            let place = (bytes[at + 1] - b'0') as usize + 1;
            if place > places {
                places = place;
            }
        }
        at += 1;
    }
    places
}

/// One message for one, another for any other number; `None` for nothing. The second has a place for the number.
pub fn plural(number: usize, one: &'static str, more: &'static str) -> Option<Message> {
    match number {
        0 => None,
        1 => Some(one.into()),
        _ => Some(Message::new(more, vec![number.into()])),
    }
}

impl Message {
    /// A message with its values; [`msg!`](crate::msg) also checks their number.
    pub const fn new(key: &'static str, args: Vec<Arg>) -> Self {
        Self { key, args }
    }

    /// A text that is not a message, where a message is expected.
    pub fn raw(text: impl Into<String>) -> Self {
        Self::new("{0}", vec![Arg::Raw(text.into())])
    }

    /// The English sentence with its places.
    pub const fn key(&self) -> &'static str {
        self.key
    }

    /// The values of the places.
    pub fn args(&self) -> &[Arg] {
        &self.args
    }

    /// Whether there is nothing to say.
    pub const fn is_empty(&self) -> bool {
        self.key.is_empty()
    }

    /// The text in a language; a sentence that the language does not have stays English.
    pub fn render(&self, language: &dyn Language) -> String {
        let mut out = String::new();
        self.write(language, &mut out);
        out
    }

    fn write(&self, language: &dyn Language, out: &mut String) {
        let found = language.find(self.key);
        let mut rest = found.as_deref().unwrap_or(self.key);
        if self.args.is_empty() {
            out.push_str(rest);
            return;
        }
        while let Some(at) = rest.find('{') {
            let place = rest.as_bytes().get(at + 1).map_or(usize::MAX, |digit| usize::from(digit.wrapping_sub(b'0')));
            if let Some(arg) = self.args.get(place).filter(|_| rest.as_bytes().get(at + 2) == Some(&b'}')) {
                out.push_str(&rest[..at]);
                arg.write(language, out);
                rest = &rest[at + 3..];
            } else {
                // Somebody else's brace.
                out.push_str(&rest[..=at]);
                rest = &rest[at + 1..];
            }
        }
        out.push_str(rest);
    }
}

impl Arg {
    fn write(&self, language: &dyn Language, out: &mut String) {
        match self {
            Self::Raw(text) => out.push_str(text),
            Self::Number(number) => out.push_str(&language.number(*number)),
            Self::Day(day) => out.push_str(&language.day(day)),
            Self::Message(message) => message.write(language, out),
            Self::List(messages) => {
                for (number, message) in messages.iter().enumerate() {
                    if number > 0 {
                        out.push_str(", ");
                    }
                    message.write(language, out);
                }
            }
        }
    }
}

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(&English))
    }
}

impl Serialize for Message {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.render(&English))
    }
}

impl From<&'static str> for Message {
    fn from(key: &'static str) -> Self {
        Self::new(key, Vec::new())
    }
}

impl From<&Message> for Message {
    fn from(message: &Message) -> Self {
        message.clone()
    }
}

impl From<&str> for Arg {
    fn from(text: &str) -> Self {
        Self::Raw(text.to_owned())
    }
}

impl From<String> for Arg {
    fn from(text: String) -> Self {
        Self::Raw(text)
    }
}

impl From<&String> for Arg {
    fn from(text: &String) -> Self {
        Self::Raw(text.clone())
    }
}

impl From<usize> for Arg {
    fn from(number: usize) -> Self {
        Self::Number(number as u64)
    }
}

impl From<u64> for Arg {
    fn from(number: u64) -> Self {
        Self::Number(number)
    }
}

impl From<u32> for Arg {
    fn from(number: u32) -> Self {
        Self::Number(number.into())
    }
}

impl From<Message> for Arg {
    fn from(message: Message) -> Self {
        Self::Message(message)
    }
}

impl From<&Message> for Arg {
    fn from(message: &Message) -> Self {
        Self::Message(message.clone())
    }
}

impl From<Vec<Message>> for Arg {
    fn from(messages: Vec<Message>) -> Self {
        Self::List(messages)
    }
}

#[cfg(test)]
mod tests {
    use super::{Arg, Language, Message, places, plural};

    /// A language that puts values in another order, and has few words.
    struct Other;

    impl Language for Other {
        fn find(&self, key: &str) -> Option<String> {
            let known = [
                ("Written by {0}, updated to {1}.", "Nach {1}, von {0}."),
                ("{0} files", "{0} Dateien"),
                ("production", "Produktion"),
                ("off", "aus"),
            ];
            known.iter().find(|(english, _)| *english == key).map(|(_, said)| (*said).to_owned())
        }

        fn number(&self, number: u64) -> String {
            format!("#{number}")
        }

        fn day(&self, day: &str) -> String {
            format!("am {day}")
        }
    }

    #[test]
    fn a_message_is_put_together_in_any_language() {
        let message = msg!("Written by {0}, updated to {1}.", "0.1", "0.2");
        assert_eq!(message.to_string(), "Written by 0.1, updated to 0.2.");
        assert_eq!(message.render(&Other), "Nach 0.2, von 0.1.");
        assert_eq!(msg!("{0} files", 12_usize).render(&Other), "#12 Dateien");
        assert_eq!(msg!("{0} files", 12_usize).to_string(), "12 files");
        assert_eq!(msg!("until {0}", Arg::Day("2026-03-09".to_owned())).render(&Other), "until am 2026-03-09");
        assert_eq!(msg!("not known").render(&Other), "not known", "what a language lacks stays English");
    }

    #[test]
    fn what_a_user_named_is_never_translated() {
        assert_eq!(msg!("production").render(&Other), "Produktion");
        assert_eq!(msg!("Folder: {0}", "production").render(&Other), "Folder: production");
        assert_eq!(msg!("Folder: {0}", "{0} files").render(&Other), "Folder: {0} files");
        assert_eq!(Message::raw("production").render(&Other), "production");
        assert_eq!(Message::raw("{0} files").to_string(), "{0} files");
    }

    #[test]
    fn messages_stand_in_messages() {
        let list = vec![msg!("production"), msg!("off"), Message::raw("off")];
        let message = msg!("{0}: {1}", msg!("{0} files", 2_usize), list);
        assert_eq!(message.render(&Other), "#2 Dateien: Produktion, aus, off");
        assert_eq!(message.to_string(), "2 files: production, off, off");
    }

    #[test]
    fn places_are_counted_and_braces_of_others_stay() {
        assert_eq!(places("a {0} b {1}"), 2);
        assert_eq!(places("{x} { {0"), 0);
        assert_eq!(msg!("a {x} {0} {", "b").to_string(), "a {x} b {");
        assert_eq!(msg!("{{0}}", "b").to_string(), "{b}");
    }

    #[test]
    fn one_and_more_are_messages_of_their_own() {
        let said = |number| plural(number, "1 file", "{0} files").map(|message| message.to_string());
        assert_eq!([said(0), said(1), said(7)], [None, Some("1 file".to_owned()), Some("7 files".to_owned())]);
    }
}
