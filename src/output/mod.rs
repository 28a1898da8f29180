//! What is written: templates rendered, the manifest, sets of files, their differences, and why a line is there.

#[cfg(feature = "diff")]
pub mod diff;
pub mod explain;
pub mod fileset;
pub mod hash;
pub mod incremental;
pub mod manifest;
#[cfg(feature = "project")]
pub mod record;
pub mod render;
pub mod templates;
pub mod trace;
