//! Text without any knowledge of Django: quoting for each target, which lines two texts share, and what a build context
//! leaves out.

pub mod ignore;
pub mod lines;
pub mod quote;
