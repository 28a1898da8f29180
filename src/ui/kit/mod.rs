//! What every view is made of: elements, buttons, keyed lists, and the page's language.

pub mod button;
pub mod dom;
pub mod language;
pub mod list;
