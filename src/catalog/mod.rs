//! What can be chosen: every table that the form, the command line, the link, the documentation and the tests read.
//! The options, the names that users type, the rules between options, the versions, the costs, the presets, and the codec
//! that turns choices into text and back.

pub mod codec;
pub mod costs;
pub mod date;
pub mod debian;
pub mod names;
pub mod options;
pub mod presets;
pub mod rules;
pub mod versions;
#[cfg(feature = "yaml")]
pub mod yaml;
