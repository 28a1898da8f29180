//! Dunnage: the packing material that a Django project ships in.
//!
//! ```text
//! link ────┐
//! YAML ────┤                      rules: findings with fixes
//! preset ──┼─► codec ─► Choices ─┤
//! flags ───┤                      resolve: Plan, total
//! form ────┘                         │
//!                                    ▼ render: one template per output path
//!                                 FileSet ─► preview · zip · directory · tests
//! ```
//!
//! The engine is pure: it reads no file, clock, environment or randomness, and `clippy.toml` enforces that.
//! The browser (`src/ui`), the command line (`src/bin/dunnage/`) and the tests are its faces.
//!
//! Reading order, which is also who may know whom (`tests/it/tidy.rs` checks it): [`text`], [`messages`], [`catalog`],
//! [`plan`], [`output`], [`engine`], [`exchange`]; for the page [`page`] and, behind the feature `web`, `ui`; for
//! an existing project, behind the feature of that name, `project`.

pub mod catalog;
pub mod engine;
pub mod exchange;
pub mod messages;
pub mod output;
pub mod page;
pub mod plan;
#[cfg(feature = "project")]
pub mod project;
pub mod text;
#[cfg(feature = "web")]
pub mod ui;
mod version;

pub use catalog::options::Choices;
pub use engine::{Generated, generate, generate_again};
pub use output::fileset::FileSet;
pub use version::VERSION;
