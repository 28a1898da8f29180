//! View models of the page, pure and tested natively: what it shows, without a browser.
//! `ui` wires signals and elements to them.

pub mod highlight;
pub mod history;
pub mod search;
pub mod stack_svg;
pub mod tree;
