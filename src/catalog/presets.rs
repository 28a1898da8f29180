//! Presets: named sets of choices, each with one sentence on whom it is for.

use std::sync::OnceLock;

use crate::catalog::codec;
use crate::catalog::options::{Choices, OPTIONS, option};

/// A named set of choices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preset {
    /// Id as in `--preset`.
    pub id: &'static str,
    /// Short title.
    pub title: &'static str,
    /// Whom it is for, one sentence.
    pub blurb: &'static str,
    /// Ids of the options that it sets.
    pub sets: Vec<&'static str>,
    /// The choices on top of the defaults.
    pub choices: Choices,
}

/// A preset as its YAML file has it.
struct Source {
    id: &'static str,
    title: &'static str,
    blurb: &'static str,
    choices: &'static [(&'static str, &'static str)],
}

/// `src/catalog/presets/*.yaml`, by id; `build.rs` reads them.
const SOURCES: &[Source] = include!(concat!(env!("OUT_DIR"), "/presets.rs"));

/// The order in which presets are offered.
const ORDER: &[&str] =
    &["new-project", "minimal", "websockets", "single-server", "behind-a-proxy", "senex", "reference"];

/// Options that say what a project is called rather than how it runs; a preset that does not name them keeps them.
const IDENTITY: &[&str] = &["project-name", "django-module", "settings-module", "app-user", "domain"];

/// All presets in the order in which they are offered.
pub fn presets() -> &'static [Preset] {
    static PRESETS: OnceLock<Vec<Preset>> = OnceLock::new();
    PRESETS.get_or_init(|| {
        let source = |id: &&str| SOURCES.iter().find(|source| source.id == *id);
        ORDER.iter().filter_map(source).map(|source| read(source).0).collect()
    })
}

/// The preset of an id.
pub fn preset(id: &str) -> Option<&'static Preset> {
    presets().iter().find(|preset| preset.id == id)
}

impl Preset {
    /// The choices with this preset applied: everything is the preset's, but the names of the project stay
    /// unless the preset brings its own.
    pub fn apply(&self, choices: &Choices) -> Choices {
        let mut applied = self.choices.clone();
        for id in IDENTITY.iter().filter(|id| self.keeps(id)) {
            if let Some(spec) = option(id) {
                let kept = spec.set(&mut applied, &spec.wish(choices));
                debug_assert!(kept.is_ok(), "{id}");
            }
        }
        applied
    }

    /// Whether an option is left as it is, because it names the project and the preset brings no name of its own.
    fn keeps(&self, id: &str) -> bool {
        IDENTITY.contains(&id) && !self.sets.contains(&id)
    }

    /// Whether the choices still equal this preset.
    pub fn is_lit(&self, choices: &Choices) -> bool {
        // Most differ in one of the first options that are looked at.
        OPTIONS.iter().all(|spec| self.keeps(spec.id) || spec.wish(&self.choices) == spec.wish(choices))
    }
}

/// A preset, and what was wrong with its source.
fn read(source: &'static Source) -> (Preset, Vec<String>) {
    let mut choices = Choices::default();
    let mut sets = Vec::new();
    let mut problems = Vec::new();
    for (id, value) in source.choices {
        match (option(id), codec::set(&mut choices, id, value)) {
            (Some(spec), Ok(())) => sets.push(spec.id),
            (_, result) => problems.push(format!("{}: {id}: {result:?}", source.id)),
        }
    }
    let preset = Preset { id: source.id, title: source.title, blurb: source.blurb, sets, choices };
    (preset, problems)
}

/// What is wrong with the embedded sources; nothing unless somebody broke one.
pub fn problems() -> Vec<String> {
    let unlisted = SOURCES.iter().filter(|source| !ORDER.contains(&source.id));
    SOURCES
        .iter()
        .flat_map(|source| read(source).1)
        .chain(unlisted.map(|source| format!("{} has no place in the order", source.id)))
        .collect()
}
