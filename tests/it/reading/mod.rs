//! Existing projects read, kind by kind: small projects, and what is expected of each.

mod cases;
mod frontend;
mod ignored;
mod packages;
mod place;
mod settings;
mod static_files;
mod system;

use dunnage::catalog::rules::effective;
use dunnage::project::inspect::{Inspection, inspect, is_listed, is_read};
use dunnage::project::migrate::Migration;
use dunnage::project::update::Tree;

use crate::migrate::planned_for;

/// Files by path and text.
fn tree(files: &[(&str, &str)]) -> Tree {
    files.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect()
}

/// What is found in the files that a face would read; of some, it only tells that they are there.
fn found(tree: &Tree) -> Inspection {
    let read = tree.iter().filter(|(path, _)| is_read(path)).map(|(path, bytes)| (path.clone(), bytes.clone()));
    let listed = tree.keys().filter(|path| is_listed(path) && !is_read(path)).map(|path| (path.clone(), Vec::new()));
    inspect(&read.chain(listed).collect())
}

/// What was found of an option; empty where nothing was.
fn value(found: &Inspection, id: &str) -> String {
    found.inferred.iter().find(|row| row.option == id).map(|row| row.value.clone()).unwrap_or_default()
}

/// A migration to what the project tells.
fn migrated(tree: &Tree) -> Migration {
    let found = found(tree);
    planned_for(tree, &found, &effective(&found.choices))
}

/// The text of a file after a migration.
fn text<'a>(plan: &'a Migration, path: &str) -> &'a str {
    let row = plan.files.iter().find(|row| row.file.path == path).unwrap_or_else(|| panic!("no {path}"));
    row.file.after.as_deref().expect("a text")
}

const MANAGE: (&str, &str) =
    ("manage.py", "import os\nos.environ.setdefault(\"DJANGO_SETTINGS_MODULE\", \"shop.settings\")\n");

const SETTINGS: &str = "from pathlib import Path\n\nBASE_DIR = Path(__file__).resolve().parent.parent\n\
    INSTALLED_APPS = [\"django.contrib.auth\", \"django.contrib.staticfiles\"]\nMIDDLEWARE = []\n";

/// Settings with more at their end.
fn settings(more: &str) -> String {
    format!("{SETTINGS}{more}")
}
