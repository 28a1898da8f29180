//! Presets: named sets of choices, each with one sentence on whom it is for.

use std::sync::OnceLock;

use serde_yaml::Value;

use crate::codec;
use crate::options::{Choices, option};

/// A named set of choices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preset {
    /// Id as in `--preset`.
    pub id: &'static str,
    /// Short title.
    pub title: String,
    /// Whom it is for, one sentence.
    pub blurb: String,
    /// Ids of the options that it sets.
    pub sets: Vec<&'static str>,
    /// The choices on top of the defaults.
    pub choices: Choices,
}

/// The sources, in the order in which they are offered.
const SOURCES: &[(&str, &str)] = &[
    ("new-project", include_str!("presets/new-project.yaml")),
    ("minimal", include_str!("presets/minimal.yaml")),
    ("websockets", include_str!("presets/websockets.yaml")),
    ("single-server", include_str!("presets/single-server.yaml")),
    ("behind-a-proxy", include_str!("presets/behind-a-proxy.yaml")),
    ("senex", include_str!("presets/senex.yaml")),
    ("reference", include_str!("presets/reference.yaml")),
];

/// Options that say what a project is called rather than how it runs; a preset that does not name them keeps them.
const IDENTITY: &[&str] = &["project-name", "django-module", "settings-module", "app-user", "domain"];

/// All presets in the order in which they are offered.
pub fn presets() -> &'static [Preset] {
    static PRESETS: OnceLock<Vec<Preset>> = OnceLock::new();
    PRESETS.get_or_init(|| SOURCES.iter().map(|(id, source)| parse(id, source)).collect())
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
        for id in IDENTITY.iter().filter(|id| !self.sets.contains(id)) {
            if let Some(spec) = option(id) {
                let kept = spec.set(&mut applied, &spec.wish(choices));
                debug_assert!(kept.is_ok(), "{id}");
            }
        }
        applied
    }

    /// Whether the choices still equal this preset.
    pub fn is_lit(&self, choices: &Choices) -> bool {
        self.apply(choices) == *choices
    }
}

fn parse(id: &'static str, source: &str) -> Preset {
    // The sources are embedded and a test reads each of them, so that what is missing here is missing there.
    let value: Value = serde_yaml::from_str(source).unwrap_or(Value::Null);
    let text = |key: &str| value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let sets = value
        .get("choices")
        .and_then(Value::as_mapping)
        .into_iter()
        .flat_map(|mapping| mapping.keys())
        .filter_map(|key| key.as_str().and_then(option))
        .map(|spec| spec.id)
        .collect();
    let (choices, problems) = codec::from_yaml(source);
    debug_assert!(problems.is_empty(), "preset {id}: {problems:?}");
    Preset { id, title: text("title"), blurb: text("blurb"), sets, choices }
}

/// Problems in the embedded sources; empty unless somebody broke one.
pub fn problems() -> Vec<String> {
    SOURCES
        .iter()
        .flat_map(|(id, source)| codec::from_yaml(source).1.into_iter().map(move |problem| format!("{id}: {problem}")))
        .collect()
}
