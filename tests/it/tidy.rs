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
