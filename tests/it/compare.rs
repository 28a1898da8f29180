//! Comparing two set-ups.
//!
//! `DUNNAGE_UPDATE=1 cargo test compare` writes the golden comparison anew.

use std::fs;

use dunnage::catalog::options::{Choices, FormStep, OPTIONS};
use dunnage::catalog::presets::{preset, presets};
use dunnage::plan::model::Mark;
use dunnage::project::compare::{ChangeKind, Comparison, Side, compare};

use crate::matrix::rows;
use crate::support::{TODAY, choices, rendered, root};

fn side(name: &str, choices: &Choices) -> Side {
    Side { name: name.to_owned(), choices: choices.clone(), files: None }
}

fn compared(left: &Choices, right: &Choices) -> Comparison {
    compare(&side("left", left), &side("right", right), TODAY)
}

fn named(left: &str, right: &str) -> Comparison {
    let side = |id: &str| side(id, &preset(id).expect("a preset").choices);
    compare(&side(left), &side(right), TODAY)
}

#[test]
fn reference_and_senex_give_the_table_that_the_program_grew_out_of() {
    let found = named("reference", "senex");
    let table: Vec<(&str, Mark)> = found.aspects.iter().map(|row| (row.aspect, row.mark)).collect();
    // The thirteen rows with their marks: ✅ the same, ⚠️ to adapt, and what Senex leaves out on purpose.
    assert_eq!(
        table[..13],
        [
            ("Django Version", Mark::Same),
            ("Python Version", Mark::Adapt),
            ("Base Image", Mark::Adapt),
            ("ASGI Server", Mark::Adapt),
            ("WSGI Server", Mark::OnPurpose),
            ("Celery", Mark::Same),
            ("PostgreSQL", Mark::Adapt),
            ("Redis", Mark::Same),
            ("Static Files", Mark::Same),
            ("User Management", Mark::OnPurpose),
            ("Nginx", Mark::OnPurpose),
            ("SSL/TLS", Mark::OnPurpose),
            ("Logging", Mark::Adapt),
        ]
    );
    assert!(found.aspects[13..].iter().any(|row| (row.aspect, row.mark) == ("Flower", Mark::OnPurpose)));
    // The decisions of “Key Differences and Rationale”, each with its reason.
    for (option, words) in [
        ("user-management", "rootless engines map the IDs anyway"),
        ("reverse-proxy", "one fewer service"),
        ("server", "as WebSockets require"),
        ("server", "Plain Gunicorn serves WSGI, which does not support WebSockets"),
        ("flower", "only when you need to look at the workers"),
        ("postgres", "newer; move the data by dump and restore"),
    ] {
        let reason = found.reasons.iter().find(|reason| reason.option == option);
        let because = &reason.unwrap_or_else(|| panic!("no reason for {option}")).because;
        assert!(because.iter().any(|because| because.to_string().contains(words)), "{option}: {because:?}");
    }
    let change = |path: &str| found.files.iter().find(|row| row.file.path == path).map(|row| row.change);
    assert_eq!(change("docker/Dockerfile"), Some(ChangeKind::Edit));
    assert_eq!(change("nginx/nginx.conf"), Some(ChangeKind::Remove));
    assert_eq!(change("deploy/nginx/senex-trader.conf"), Some(ChangeKind::Add));
    assert_eq!(change(".gitattributes"), Some(ChangeKind::Keep));
}

#[test]
fn the_comparison_as_markdown_is_as_before() {
    let golden = root().join("tests/compare/reference-senex.md");
    let markdown = named("reference", "senex").to_markdown();
    if std::env::var("DUNNAGE_UPDATE").as_deref() == Ok("1") {
        fs::create_dir_all(golden.parent().expect("a parent")).expect("writable");
        fs::write(&golden, &markdown).expect("writable");
    }
    let before = fs::read_to_string(&golden).unwrap_or_default();
    let line = before.lines().zip(markdown.lines()).position(|(old, new)| old != new);
    assert!(before == markdown, "first in line {line:?}; DUNNAGE_UPDATE=1 writes it anew");
}

/// Every diff of a comparison, applied to the left file, gives the right one.
#[test]
fn the_diffs_lead_from_one_set_to_the_other() {
    for left in presets() {
        for right in presets() {
            let (old, new) = (rendered(&left.choices).files, rendered(&right.choices).files);
            for row in compared(&left.choices, &right.choices).files {
                let file = &row.file;
                let before = old.get(file.from.as_deref().unwrap_or(&file.path)).map_or("", |file| &file.text);
                let before = if row.change == ChangeKind::Add { "" } else { before };
                let after =
                    if row.change == ChangeKind::Remove { "" } else { &new.get(&file.path).expect("there").text };
                assert_eq!(file.diff().is_empty(), before == after, "{} {}", left.id, file.path);
                if file.diff().is_empty() {
                    continue;
                }
                let patch = diffy::Patch::from_str(file.diff()).expect("a patch");
                assert_eq!(
                    diffy::apply(before, &patch).ok().as_deref(),
                    Some(after),
                    "{} to {}: {}",
                    left.id,
                    right.id,
                    file.path
                );
                let lines = |text: &str| isize::try_from(text.lines().count()).expect("few");
                assert_eq!(
                    file.counts().0.cast_signed() - file.counts().1.cast_signed(),
                    lines(after) - lines(before),
                    "{}",
                    file.path
                );
            }
        }
    }
}

#[test]
fn a_set_compared_with_itself_is_the_same() {
    for row in rows() {
        let found = compared(row, row);
        assert!(found.aspects.iter().all(|aspect| aspect.mark == Mark::Same && aspect.left == aspect.right));
        assert!(found.files.iter().all(|file| file.change == ChangeKind::Keep && file.file.diff().is_empty()));
        assert_eq!(found.reasons, []);
    }
}

#[test]
fn every_difference_is_said() {
    for pair in rows().windows(2) {
        let found = compared(&pair[0], &pair[1]);
        let (old, new) = (dunnage::catalog::rules::effective(&pair[0]), dunnage::catalog::rules::effective(&pair[1]));
        for spec in OPTIONS.iter().filter(|spec| spec.get(&old) != spec.get(&new)) {
            let rows = dunnage::plan::comparison::COVERED.iter().zip(&found.aspects);
            let covered = rows.filter(|(options, _)| options.contains(&spec.id));
            let names: Vec<&str> = covered.map(|(_, row)| row.aspect).collect();
            let said = |aspect: &str| aspect == spec.label || names.contains(&aspect);
            // A fact that nobody stated follows from another row.
            if spec.follows.is_some() && spec.step == FormStep::Existing && spec.wish(&old) == spec.wish(&new) {
                continue;
            }
            assert!(
                found.aspects.iter().any(|row| row.mark != Mark::Same && said(row.aspect)),
                "{}: {} and {}",
                spec.id,
                spec.get(&old),
                spec.get(&new)
            );
        }
        for row in &found.aspects {
            assert_eq!(row.note.is_empty(), row.mark == Mark::Same, "{row:?}");
        }
        assert!(found.reasons.iter().all(|reason| !reason.because.is_empty()));
    }
}

#[test]
fn files_of_a_directory_are_compared_as_they_are() {
    let choices = choices(&[("project-name", "shop")]);
    let mut files = rendered(&choices)
        .files
        .iter()
        .map(|(path, file)| (path.to_owned(), file.text.clone().into_bytes()))
        .collect::<std::collections::BTreeMap<_, _>>();
    files.get_mut("docker-compose.yml").expect("there").extend(b"# mine\n");
    files.remove(".dockerignore");
    let left = Side { name: "shop".to_owned(), choices: choices.clone(), files: Some(files) };
    let found = compare(&left, &side("right", &choices), TODAY);
    let changes: Vec<(&str, ChangeKind)> = found
        .files
        .iter()
        .filter(|row| row.change != ChangeKind::Keep)
        .map(|row| (row.file.path.as_str(), row.change))
        .collect();
    assert_eq!(changes, [("docker-compose.yml", ChangeKind::Edit), (".dockerignore", ChangeKind::Add)]);
    let compose = found.files.iter().find(|row| row.file.path == "docker-compose.yml").expect("a row");
    assert!(compose.file.diff().contains("\n-# mine\n"), "{}", compose.file.diff());
}
