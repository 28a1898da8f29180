//! From choices to files: the one function that every face calls.

use crate::catalog::date::Date;
use crate::catalog::options::Choices;
use crate::catalog::rules::{self, Finding};
use crate::output::fileset::FileSet;
use crate::output::incremental::Memory;
use crate::output::render::render;
use crate::plan::model::Plan;
use crate::plan::resolve::plan_of;

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
    let effective = rules::effective(choices);
    let plan = plan_of(&effective);
    let files = render(&plan, choices);
    Generated { effective, plan, findings: rules::check(choices, today), files }
}

/// The same, quicker where little has changed since the last time that this memory was used, and without the text of
/// the manifest, which the memory has ([`Memory::manifest`]).
pub fn generate_again(memory: &mut Memory, choices: &Choices, today: Date) -> Generated {
    let effective = rules::effective(choices);
    let plan = plan_of(&effective);
    let files = memory.render_unrecorded(&plan);
    Generated { effective, plan, findings: rules::check(choices, today), files }
}
