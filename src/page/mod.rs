//! View models of the page, pure and tested natively: what it shows, without a browser.
//! `ui` wires signals and elements to them.

pub mod command;
pub mod drafts;
pub mod evidence;
pub mod highlight;
pub mod history;
pub mod saved;
pub mod search;
pub mod selection;
pub mod session;
pub mod stack_svg;
pub mod tree;
