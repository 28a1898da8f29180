//! The message catalogue: every word of the page.
//!
//! A message is looked up by its English text, so that English needs no catalogue and costs nothing. Messages come from
//! the tables (options, rules, presets, files, steps), which are their own catalogue, and from [`WORDS`] for everything
//! else. A message with a value in it has `{0}`, `{1}` in its place, and is found by what stands around them.
//! The other languages are `public/locale/*.json`, which `public/locale.js` reads and tests hold to [`catalogue`].

use std::collections::BTreeSet;

use crate::files::FILES;
use crate::options::{Kind, OPTIONS, Step};
use crate::presets::presets;
use crate::rules::RULES;

/// Every message that stands in no table.
pub const WORDS: &[&str] = &[];

/// Every message, in English.
pub fn catalogue() -> BTreeSet<&'static str> {
    let mut all: BTreeSet<&'static str> = WORDS.iter().copied().collect();
    for step in Step::ALL {
        all.extend([step.label(), step.intro()]);
    }
    for spec in OPTIONS {
        all.extend([spec.label, spec.help, spec.why]);
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
    all.remove("");
    all
}
