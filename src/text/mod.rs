//! Text without any knowledge of Django: quoting for each target, and which lines two texts share.

pub mod lines;
pub mod quote;
