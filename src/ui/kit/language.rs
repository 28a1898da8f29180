//! The page's language: English, unless `web/locale.js` has brought another one.

use crate::catalog::options::{Kind, OptionSpec};
use crate::ui::browser;

/// A message in the page's language; what is no message stays as it is.
pub fn t(english: &str) -> String {
    browser::said(english).unwrap_or_else(|| english.to_owned())
}

/// A message around a text that is none, as somebody's own name; that stays as it is, whatever it looks like.
pub fn around(before: &str, own: &str, after: &str) -> String {
    // A character that no message has.
    const PLACE: &str = "\u{fffc}";
    t(&[before, PLACE, after].concat()).replace(PLACE, own)
}

/// The label of an option's value in the page's language. What somebody types is no message.
pub fn value_label(spec: &OptionSpec, value: &str) -> String {
    match spec.kind {
        Kind::Text { .. } => value.to_owned(),
        Kind::Switch | Kind::Set(_) | Kind::Number { .. } => t(&spec.value_label(value)),
    }
}
