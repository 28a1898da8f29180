//! How a set gets in and out: the zip archive, the filled-in .env, and the set as a command, a script or Markdown.

pub mod archive;
pub mod env_file;
pub mod script;
#[cfg(feature = "web-views")]
pub mod tar;
