//! The reference pages under `docs/` are made from the tables; a stale one fails here.
//!
//! `DUNNAGE_UPDATE=1 cargo test docs` writes them anew.

use std::fmt::Write as _;
use std::fs;

use dunnage::catalog::costs::{COSTS, cost_of};
use dunnage::catalog::options::{Choices, FormStep, OPTIONS, ValueKind};
use dunnage::catalog::presets::presets;
use dunnage::catalog::rules::{RULES, WARN_DAYS};
use dunnage::catalog::versions::VERSIONS;
use dunnage::text::quote::md;

use crate::support::root;

const HEADER: &str = "<!-- Made from the tables in src/ by `DUNNAGE_UPDATE=1 cargo test docs`; edit those. -->\n";

fn options_page() -> String {
    let mut page = format!("{HEADER}\n# Options\n");
    for step in FormStep::ALL {
        let _ = write!(page, "\n## {}\n\n{}\n", step.label(), step.intro());
        for spec in OPTIONS.iter().filter(|spec| spec.step == step) {
            let cost = cost_of(spec.id).expect("a row per option");
            let (help, why, text) = (md(spec.help), md(spec.why), md(cost.text));
            let _ = write!(page, "\n### `{}`: {}\n\n{help}\n{why}\n", spec.id, spec.label);
            let _ = write!(page, "What it costs: {text}\nRead on: [{}]({}).\n\n", md(cost.source), cost.url);
            match spec.kind {
                ValueKind::Set(values) => {
                    for value in values {
                        let default = if value.id == spec.default_wish() { " (default)" } else { "" };
                        let help = if value.help.is_empty() { String::new() } else { format!(" {}", md(value.help)) };
                        let _ = writeln!(page, "- `{}`{default}: {}.{help}", value.id, md(value.label));
                    }
                }
                ValueKind::Switch => {
                    let _ = writeln!(page, "- `true` or `false`; default `{}`.", spec.default_wish());
                }
                ValueKind::Number { min, max, auto } => {
                    let auto = auto.map_or_else(String::new, |auto| format!("`{auto}`, or "));
                    let _ = writeln!(
                        page,
                        "- {auto}a whole number from {min} to {max}; default `{}`.",
                        spec.default_wish()
                    );
                }
                ValueKind::Text { max } => {
                    let default = match spec.follows {
                        Some(follows) => format!("follows {follows}, e.g. `{}`", spec.get(&Choices::default())),
                        None => format!("default `{}`", spec.default_wish()),
                    };
                    let default = if spec.follows.is_none() && spec.default_wish().is_empty() {
                        "empty by default".into()
                    } else {
                        default
                    };
                    let _ = writeln!(page, "- A text of up to {max} characters; {default}.");
                }
                ValueKind::List { .. } => {
                    let _ = writeln!(page, "- Any number of texts with spaces between; none by default.");
                }
            }
        }
    }
    page
}

fn rules_page() -> String {
    let mut page = format!(
        "{HEADER}\n# Rules\n\nA rule never blanks the preview. \
         An error is a wish that cannot be met; something else holds until it is fixed, and the wish stays.\n\n\
         | rule | beside | severity | reason | ways out |\n|---|---|---|---|---|\n"
    );
    for rule in RULES {
        let fixes: Vec<String> = rule
            .fixes
            .iter()
            .map(|(label, changes)| {
                let sets: Vec<String> = changes.iter().map(|(id, value)| format!("`{id}={value}`")).collect();
                format!("{} ({})", md(label), sets.join(", "))
            })
            .collect();
        let _ = writeln!(
            page,
            "| {} | `{}` | {} | {} | {} |",
            rule.id,
            rule.option,
            rule.severity.id(),
            md(rule.reason),
            fixes.join("; ")
        );
    }
    let _ = write!(
        page,
        "\n## Versions\n\nA chosen version that has ended, or ends within {WARN_DAYS} days, is warned about.\n\n"
    );
    page.push_str(
        "| product | series | released | end of support | default tag or pin | source |\n|---|---|---|---|---|---|\n",
    );
    for version in VERSIONS {
        let end = version.ended.map_or_else(|| "not announced".to_owned(), |end| end.to_string());
        let _ = writeln!(
            page,
            "| {} | {} | {} | {end} | `{}` | {} |",
            version.product.name(),
            version.series,
            version.released,
            version.tag_or_pin,
            version.source
        );
    }
    page
}

fn presets_page() -> String {
    let mut page = format!("{HEADER}\n# Presets\n\nEverything that a preset does not name is at its default.\n");
    for preset in presets() {
        let _ = write!(page, "\n## `{}`: {}\n\n{}\n\n", preset.id, md(preset.title), md(preset.blurb));
        for id in &preset.sets {
            let spec = dunnage::catalog::options::option(id).expect("an option");
            let _ = writeln!(page, "- `{id}`: `{}`", spec.wish(&preset.choices));
        }
    }
    page
}

#[test]
fn every_option_has_a_cost() {
    let options: Vec<&str> = OPTIONS.iter().map(|spec| spec.id).collect();
    let costs: Vec<&str> = COSTS.iter().map(|cost| cost.option).collect();
    assert_eq!(costs, options);
    for cost in COSTS {
        assert!(cost.text.ends_with('.') && cost.url.starts_with("https://"), "{}", cost.option);
    }
}

#[test]
fn the_reference_pages_are_up_to_date() {
    let update = std::env::var("DUNNAGE_UPDATE").as_deref() == Ok("1");
    for (name, page) in [("options.md", options_page()), ("rules.md", rules_page()), ("presets.md", presets_page())] {
        let path = root().join("docs").join(name);
        if update {
            fs::create_dir_all(root().join("docs")).expect("writable");
            fs::write(&path, page).expect("writable");
        } else {
            let before = fs::read_to_string(&path).unwrap_or_default();
            assert!(before == page, "docs/{name} is stale; DUNNAGE_UPDATE=1 cargo test docs writes it anew");
        }
    }
}
