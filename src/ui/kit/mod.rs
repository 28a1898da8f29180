//! What every view is made of: elements, keyed lists, and the page's language.

pub mod dom;
pub mod language;
pub mod list;
