//! Golden directories: each preset whole, as real files that linters can open.
//!
//! `DUNNAGE_UPDATE=1 cargo test golden` writes them anew; the diff is the review.

use std::fs;

use dunnage::catalog::options::Choices;
use dunnage::catalog::presets::{presets, problems};

use crate::support::{files_below, rendered, root};

/// Golden directories: name and choices. Each preset, and the two systems of the comparison as running projects.
fn cases() -> Vec<(String, Choices)> {
    let mut cases: Vec<(String, Choices)> =
        presets().iter().map(|preset| (preset.id.to_owned(), preset.choices.clone())).collect();
    for id in ["senex", "reference"] {
        let mut choices = presets().iter().find(|preset| preset.id == id).expect("a preset").choices.clone();
        choices.start = dunnage::catalog::options::Start::New;
        cases.push((format!("{id}-new"), choices));
    }
    cases
}

#[test]
fn the_presets_parse() {
    assert_eq!(problems(), Vec::<String>::new());
    for preset in presets() {
        assert!(!preset.title.is_empty() && preset.blurb.starts_with("For ") && preset.blurb.ends_with('.'));
        assert!(!preset.sets.is_empty(), "{}", preset.id);
        assert!(preset.is_lit(&preset.choices));
    }
}

#[test]
fn a_preset_is_lit_only_while_the_choices_equal_it() {
    for preset in presets() {
        let mut choices = preset.apply(&Choices::default());
        assert!(preset.is_lit(&choices), "{}", preset.id);
        choices.backups = !choices.backups;
        assert!(!preset.is_lit(&choices), "{}", preset.id);
        for other in presets().iter().filter(|other| other.id != preset.id) {
            assert!(!other.is_lit(&preset.choices), "{} and {} are the same", preset.id, other.id);
        }
    }
}

#[test]
fn a_preset_keeps_the_names_of_the_project() {
    let mut mine = Choices::default();
    dunnage::catalog::codec::set(&mut mine, "project-name", "shop").expect("a name");
    dunnage::catalog::codec::set(&mut mine, "domain", "shop.example.org").expect("a name");
    let minimal = dunnage::catalog::presets::preset("minimal").expect("a preset").apply(&mine);
    assert_eq!(
        (minimal.project_name.to_string(), minimal.domain.to_string()),
        ("shop".into(), "shop.example.org".into())
    );
    let senex = dunnage::catalog::presets::preset("senex").expect("a preset").apply(&mine);
    assert_eq!(
        (senex.project_name.to_string(), senex.domain.to_string()),
        ("senex-trader".into(), "shop.example.org".into())
    );
}

#[test]
fn the_presets_render_as_before() {
    let update = std::env::var("DUNNAGE_UPDATE").as_deref() == Ok("1");
    let golden = root().join("tests/golden");
    if update && golden.exists() {
        fs::remove_dir_all(&golden).expect("removable");
    }
    let mut differing = Vec::new();
    for (name, choices) in cases() {
        let directory = golden.join(&name);
        let files = rendered(&choices).files;
        if update {
            for (path, file) in files.iter() {
                let target = directory.join(path);
                fs::create_dir_all(target.parent().expect("a parent")).expect("writable");
                fs::write(&target, &file.text).expect("writable");
            }
            continue;
        }
        let expected = files_below(&directory);
        assert_eq!(
            files.iter().map(|(path, _)| path.to_owned()).collect::<Vec<_>>(),
            expected,
            "{name}: other files than in tests/golden; DUNNAGE_UPDATE=1 writes them anew"
        );
        for (path, file) in files.iter() {
            let before = fs::read_to_string(directory.join(path)).expect("readable");
            if before != file.text {
                let line = before.lines().zip(file.text.lines()).position(|(old, new)| old != new);
                differing.push(format!("{name}/{path}: first in line {}", line.map_or(0, |line| line + 1)));
            }
        }
    }
    let names: Vec<String> = cases().into_iter().map(|(name, _)| name).collect();
    let mut present: Vec<String> = fs::read_dir(&golden)
        .expect("golden directories")
        .map(|entry| entry.expect("readable").file_name().to_string_lossy().into_owned())
        .collect();
    present.sort();
    let mut expected = names;
    expected.sort();
    assert_eq!(present, expected, "a golden directory without a case");
    assert!(differing.is_empty(), "DUNNAGE_UPDATE=1 writes them anew:\n{}", differing.join("\n"));
}
