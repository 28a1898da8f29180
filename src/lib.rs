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
//! The browser (`src/ui`), the command line (`src/bin/dunnage.rs`) and the tests are its faces.
//!
//! Reading order: [`names`], [`options`], [`versions`], [`rules`], [`plan`], [`files`], [`quote`], [`render`],
//! [`fileset`], [`archive`], [`takeaway`], [`codec`], [`presets`]; for the page [`highlight`], [`tree`], [`changes`],
//! [`history`], [`search`], [`explain`], [`stack`], [`steps`], [`env_file`] and, behind the feature `diff`, `difference`;
//! for what is already there, behind the feature of that name, `adapt`.

pub mod catalog;
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

use crate::catalog::options::Choices;
use crate::catalog::rules::Finding;
use crate::catalog::versions::Date;
use crate::output::fileset::FileSet;
use crate::output::incremental::Memory;
use crate::plan::Plan;

/// Version of this program, as the outputs state it.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Everything that follows from given choices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Generated {
    /// The choices as they take effect.
    pub effective: Choices,
    /// What the templates saw.
    pub plan: Plan,
    /// What the rules have to say.
    pub findings: Vec<Finding>,
    /// The files.
    pub files: FileSet,
}

/// From wishes to files: resolve, then render.
pub fn generate(choices: &Choices, today: Date) -> Generated {
    let effective = crate::catalog::rules::effective(choices);
    let plan = crate::plan::of(&effective);
    let files = crate::output::render::render(&plan, choices);
    Generated { effective, plan, findings: crate::catalog::rules::check(choices, today), files }
}

/// The same, quicker where little has changed since the last time that this memory was used, and without the text of
/// the manifest, which the memory has ([`Memory::manifest`]).
pub fn generate_again(memory: &mut Memory, choices: &Choices, today: Date) -> Generated {
    let effective = crate::catalog::rules::effective(choices);
    let plan = crate::plan::of(&effective);
    let files = memory.render_unrecorded(&plan);
    Generated { effective, plan, findings: crate::catalog::rules::check(choices, today), files }
}
