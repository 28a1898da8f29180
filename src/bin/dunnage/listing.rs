//! `dunnage options` and `dunnage presets`.

use std::fmt::Write as _;

use dunnage::catalog::codec;
use dunnage::catalog::costs::cost_of;
use dunnage::catalog::options::{Choices, FormStep, OPTIONS, OptionSpec, ValueKind};
use dunnage::catalog::presets::presets;
use serde_json::{Map, Value, json};

/// The option table as JSON: an array in the wizard's order. The keys are stable; new ones may be added.
pub(crate) fn options_json() -> String {
    pretty(&OPTIONS.iter().map(option_json).collect::<Vec<_>>())
}

fn option_json(spec: &OptionSpec) -> Value {
    let mut row = Map::new();
    row.insert("id".into(), spec.id.into());
    row.insert("aliases".into(), spec.aliases.into());
    row.insert("step".into(), spec.step.label().into());
    row.insert("label".into(), spec.label.into());
    row.insert("help".into(), spec.help.into());
    row.insert("why".into(), spec.why.into());
    if let Some(cost) = cost_of(spec.id) {
        row.insert("cost".into(), cost.text.into());
        row.insert("source".into(), cost.url.into());
    }
    match spec.kind {
        ValueKind::Switch => {
            row.insert("kind".into(), "switch".into());
        }
        ValueKind::Set(values) => {
            row.insert("kind".into(), "set".into());
            let values: Vec<Value> =
                values.iter().map(|value| json!({"id": value.id, "label": value.label, "help": value.help})).collect();
            row.insert("values".into(), values.into());
        }
        ValueKind::Number { min, max, auto } => {
            row.insert("kind".into(), "number".into());
            row.insert("min".into(), min.into());
            row.insert("max".into(), max.into());
            row.insert("auto".into(), auto.into());
        }
        ValueKind::Text { max } => {
            row.insert("kind".into(), "text".into());
            row.insert("max".into(), max.into());
        }
        ValueKind::List { max } => {
            row.insert("kind".into(), "list".into());
            row.insert("max".into(), max.into());
        }
    }
    row.insert("default".into(), spec.get(&Choices::default()).into());
    row.insert("follows".into(), spec.follows.into());
    row.into()
}

/// The option table for reading.
pub(crate) fn options_text() -> String {
    let mut text = String::new();
    for step in FormStep::ALL {
        // Writing into a String does not fail.
        let _ = writeln!(text, "{}", step.label().to_uppercase());
        for spec in OPTIONS.iter().filter(|spec| spec.step == step) {
            let values = match spec.kind {
                ValueKind::Switch => "true | false".to_owned(),
                ValueKind::Set(values) => values.iter().map(|value| value.id).collect::<Vec<_>>().join(" | "),
                ValueKind::Number { min, max, auto: None } => format!("{min} to {max}"),
                ValueKind::Number { min, max, auto: Some(auto) } => format!("{auto} | {min} to {max}"),
                ValueKind::Text { max } => format!("text of up to {max} characters"),
                ValueKind::List { .. } => "texts with spaces between".to_owned(),
            };
            let _ = writeln!(text, "  {:<18}{}", spec.id, spec.help);
            let _ = writeln!(text, "  {:<18}{values}", "");
            let default = spec.get(&Choices::default());
            match spec.follows {
                Some(follows) => {
                    let _ = writeln!(text, "  {:<18}default: {default} (follows {follows})", "");
                }
                None => {
                    let _ = writeln!(text, "  {:<18}default: {default}", "");
                }
            }
        }
        text.push('\n');
    }
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}

/// The presets as JSON: an array with the choices that differ from the defaults.
pub(crate) fn presets_json() -> String {
    let rows: Vec<Value> = presets()
        .iter()
        .map(|preset| {
            let choices: Map<String, Value> = codec::changed(&preset.choices)
                .map(|spec| (spec.id.to_owned(), spec.wish(&preset.choices).into()))
                .collect();
            json!({"id": preset.id, "title": preset.title, "blurb": preset.blurb, "choices": choices})
        })
        .collect();
    pretty(&rows)
}

/// The presets for reading.
pub(crate) fn presets_text() -> String {
    presets().iter().fold(String::new(), |mut text, preset| {
        let _ = writeln!(text, "{:<16}{}", preset.id, preset.blurb);
        text
    })
}

/// JSON as every `--json` prints it.
pub(crate) fn pretty(value: &impl serde::Serialize) -> String {
    let mut text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.push('\n');
    text
}
