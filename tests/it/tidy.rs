//! What the repository promises about itself.

use std::collections::BTreeSet;
use std::fs;

use dunnage::output::templates::TEMPLATES;
use dunnage::plan::files::FILES;

use crate::support::{files_below, root};

#[test]
fn every_template_is_a_file_of_the_table_and_the_other_way_round() {
    let templates: BTreeSet<&str> = TEMPLATES.iter().map(|(name, ..)| *name).collect();
    let files: BTreeSet<&str> = FILES.iter().map(|spec| spec.template).collect();
    assert_eq!(templates, files);
    assert_eq!(files.len(), FILES.len(), "a template stands twice");
    let on_disk: BTreeSet<String> = files_below(&root().join("templates"))
        .into_iter()
        .map(|path| path.strip_suffix(".j2").unwrap_or_else(|| panic!("{path} is no template")).to_owned())
        .collect();
    assert_eq!(on_disk, templates.iter().map(|name| (*name).to_owned()).collect());
}

#[test]
fn every_file_says_what_it_is_for() {
    for spec in FILES {
        assert!(spec.why.ends_with('.') && spec.why.len() > 20, "{}", spec.template);
    }
}

#[test]
fn the_program_knows_no_template_engine() {
    for path in files_below(&root().join("src")).iter().filter(|path| path.ends_with(".rs")) {
        let text = fs::read_to_string(root().join("src").join(path)).expect("readable");
        assert!(!text.contains("minijinja"), "src/{path}");
    }
}

#[test]
fn only_the_faces_lift_the_ban_on_input_and_output() {
    for path in files_below(&root().join("src")).iter().filter(|path| path.ends_with(".rs")) {
        let text = fs::read_to_string(root().join("src").join(path)).expect("readable");
        let face = path.starts_with("bin/") || path.starts_with("ui/") || path == "main.rs";
        assert!(face || !text.contains("disallowed_"), "src/{path} lifts the ban of clippy.toml");
    }
}

/// Who may use whom: a folder of `src`, and the folders that its modules may name. ARCHITECTURE.md has the same table.
const LAYERS: &[(&str, &[&str])] = &[
    ("text", &[]),
    ("catalog", &["text"]),
    ("plan", &["text", "catalog"]),
    ("output", &["text", "catalog", "plan"]),
    ("exchange", &["text", "catalog", "plan", "output"]),
    ("page", &["text", "catalog", "plan", "output", "exchange"]),
    ("project", &["text", "catalog", "plan", "output", "exchange"]),
    ("messages", &["text", "catalog", "plan", "output", "exchange", "page", "project"]),
    ("ui", &["text", "catalog", "plan", "output", "exchange", "page", "project", "messages"]),
];

/// The top-level modules of the crate that a source file names, by `crate::name` outside of its comments.
fn used_modules(source: &str) -> BTreeSet<&str> {
    let code = source.lines().filter(|line| !line.trim_start().starts_with("//"));
    let names = code.flat_map(|line| line.split("crate::").skip(1)).map(|rest| {
        let end = rest.find(|c: char| !c.is_ascii_lowercase() && c != '_').unwrap_or(rest.len());
        &rest[..end]
    });
    names.filter(|name| !name.is_empty()).collect()
}

#[test]
fn no_folder_uses_one_above_it() {
    let folders: BTreeSet<&str> = LAYERS.iter().map(|(folder, _)| *folder).collect();
    let mut seen = BTreeSet::new();
    let sources = files_below(&root().join("src"));
    for path in sources.iter().filter(|path| path.ends_with(".rs") && !path.starts_with("bin/")) {
        let Some((folder, _)) = path.split_once('/') else { continue };
        let (_, allowed) =
            LAYERS.iter().find(|(name, _)| *name == folder).unwrap_or_else(|| panic!("{folder} has no row"));
        seen.insert(folder);
        let text = fs::read_to_string(root().join("src").join(path)).expect("readable");
        // A module's own tests may start from the whole engine.
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        for used in used_modules(code).into_iter().filter(|used| *used != folder) {
            let engine = used == "engine" && ["page", "project", "messages", "ui"].contains(&folder);
            let common = used == "version" || engine;
            assert!(common || allowed.contains(&used), "src/{path} uses {used}, which {folder} may not");
        }
    }
    assert_eq!(seen, folders);
    assert_eq!(
        used_modules("use crate::plan::model;\n// crate::ui\nlet a = crate::text::quote::md(b);"),
        ["plan", "text"].into()
    );
}

#[test]
fn the_architecture_lists_who_may_use_whom() {
    let architecture = fs::read_to_string(root().join("ARCHITECTURE.md")).expect("readable");
    for (folder, allowed) in LAYERS {
        let uses = if allowed.is_empty() {
            "nothing".to_owned()
        } else {
            allowed.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
        };
        let row = format!("| `src/{folder}/` | {uses} |");
        assert!(architecture.contains(&row), "ARCHITECTURE.md lacks: {row}");
    }
}

#[test]
fn features_decide_which_modules_exist_and_nothing_else() {
    for path in files_below(&root().join("src")).iter().filter(|path| path.ends_with(".rs")) {
        let text = fs::read_to_string(root().join("src").join(path)).expect("readable");
        let lines: Vec<&str> = text.lines().map(str::trim).collect();
        for (number, line) in lines.iter().enumerate() {
            assert!(!line.contains("cfg!(feature"), "src/{path}:{} asks for a feature inside a function", number + 1);
            if line.starts_with("#[cfg(feature") {
                let next = lines.get(number + 1).copied().unwrap_or_default();
                assert!(
                    next.contains("mod ") && next.ends_with(';'),
                    "src/{path}:{}: only a `mod` line may have a feature",
                    number + 1
                );
            }
        }
    }
}

/// The first text between double quotes after a key at the start of a line.
fn stated(path: &str, key: &str) -> String {
    let text = fs::read_to_string(root().join(path)).expect("readable");
    let line = text.lines().find(|line| line.split(" =").next() == Some(key));
    let line = line.unwrap_or_else(|| panic!("{path} has no {key}"));
    line.split('"').nth(1).unwrap_or_else(|| panic!("{path}: {line}")).to_owned()
}

#[test]
fn the_toolchain_is_the_oldest_supported() {
    let oldest = stated("Cargo.toml", "rust-version");
    assert_eq!(stated("rust-toolchain.toml", "channel"), format!("{oldest}.0"));
    let readme = fs::read_to_string(root().join("README.md")).expect("readable");
    assert!(readme.contains(&format!("Rust {oldest} or newer")), "README.md states another version than {oldest}");
    // Clippy takes the version from Cargo.toml; one of its own would only be able to differ.
    let clippy = fs::read_to_string(root().join("clippy.toml")).expect("readable");
    assert!(!clippy.lines().any(|line| line.starts_with("msrv")), "clippy.toml states a version of its own");
}

#[test]
fn the_licenses_are_those_that_cargo_toml_names() {
    assert_eq!(stated("Cargo.toml", "license"), "MIT OR Apache-2.0");
    for (path, words) in [("LICENSE-MIT", "The Dunnage developers"), ("LICENSE-APACHE", "Version 2.0, January 2004")] {
        let text = fs::read_to_string(root().join(path)).expect("readable");
        assert!(text.contains(words), "{path}");
    }
}
