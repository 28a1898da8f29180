//! The page's language: English, unless `public/locale.js` has brought another one.

use crate::ui::browser;

/// A message in the page's language; what is no message stays as it is.
pub fn t(english: &str) -> String {
    browser::said(english).unwrap_or_else(|| english.to_owned())
}
