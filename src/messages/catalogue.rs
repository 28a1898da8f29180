//! Every message of every build, for the tests that hold the other languages to it.

use std::collections::BTreeSet;

use crate::catalog::costs::GROUNDS;
use crate::catalog::options::{Kind, OPTIONS, Step};
use crate::catalog::presets::presets;
use crate::catalog::rules::RULES;
use crate::messages::WORDS;
use crate::plan::files::FILES;
use crate::plan::steps::{Phase, STEPS};

/// Every message, in English.
pub fn catalogue() -> BTreeSet<&'static str> {
    let mut all: BTreeSet<&'static str> = WORDS.iter().copied().collect();
    for step in Step::ALL {
        all.extend([step.label(), step.intro()]);
    }
    for spec in OPTIONS {
        all.extend([spec.label, spec.help, spec.why]);
        all.extend(spec.follows);
        if let Kind::Set(values) = spec.kind {
            all.extend(values.iter().flat_map(|value| [value.label, value.help]));
        }
    }
    for preset in presets() {
        all.extend([preset.title, preset.blurb]);
    }
    for rule in RULES {
        all.insert(rule.reason);
        all.extend(rule.fixes.iter().map(|(label, _)| *label));
    }
    all.extend(FILES.iter().map(|file| file.why));
    all.extend(GROUNDS.iter().map(|ground| ground.cost));
    all.extend(crate::page::stack_svg::WORDS);
    all.extend(crate::project::migrate::CHECKS.iter().map(|(_, check)| *check));
    all.extend(Phase::ALL.iter().flat_map(|phase| [phase.title(), phase.intro()]));
    all.extend(STEPS.iter().flat_map(|step| [step.title, step.why]));
    all.remove("");
    all
}
