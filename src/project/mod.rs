//! What meets something that is already there: two set-ups compared, a set checked and updated.
//!
//! Pure like the rest of the engine: files come in as paths and bytes, and go out as plans of what to write.
//! Behind the feature `project`, because the page's first load does without.

pub mod compare;
mod ignore;
pub mod inspect;
pub mod migrate;
mod paths;
mod python;
pub mod requirements;
mod settings;
pub mod system_packages;
pub mod update;
pub mod writes;
