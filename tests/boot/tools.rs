//! Projects as they are, with their own package tools and layouts: one of each kind, the others are in `make verify`.

use crate::harness::boxes::{project, runs_in_development, runs_in_production};
use crate::harness::engine;

#[test]
fn requirements_with_a_local_package_run() {
    if engine("tools::requirements_with_a_local_package_run") {
        runs_in_production(&project("requirements-lists"));
    }
}

#[test]
fn a_uv_workspace_runs_and_its_changes_are_live() {
    if engine("tools::a_uv_workspace_runs_and_its_changes_are_live") {
        runs_in_production(&project("uv"));
        runs_in_development(&project("uv"));
    }
}

#[test]
fn a_source_layout_with_poetry_runs() {
    if engine("tools::a_source_layout_with_poetry_runs") {
        runs_in_production(&project("poetry"));
    }
}

#[test]
fn a_front_end_built_by_npm_runs() {
    if engine("tools::a_front_end_built_by_npm_runs") {
        runs_in_production(&project("npm"));
    }
}
