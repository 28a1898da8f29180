//! From a plan to files.

use crate::catalog::options::Choices;
use crate::output::fileset::{File, FileSet};
use crate::output::hash::sha256;
use crate::output::manifest::{MANIFEST, Recorded, line_marks, manifest_file, manifest_of};
use crate::output::templates::{Template, called_for};
use crate::plan::files::FileSpec;
use crate::plan::model::Plan;

/// Renders every file that the plan calls for, and the manifest of `choices`.
pub fn render(plan: &Plan, choices: &Choices) -> FileSet {
    let mut files = render_some(plan, |_| true);
    let recorded =
        files.iter().map(|(path, file)| Recorded { path, sha256: sha256(&file.text), marks: line_marks(&file.text) });
    let manifest = manifest_of(choices, &recorded.collect::<Vec<_>>());
    files.insert(MANIFEST.to_owned(), manifest_file(manifest));
    files
}

/// Renders the files that the plan calls for and `wanted` says yes to, without the manifest.
pub fn render_some(plan: &Plan, wanted: impl Fn(&FileSpec) -> bool) -> FileSet {
    let mut files = FileSet::default();
    for (_, spec, _, template) in called_for(plan).filter(|(_, spec, ..)| wanted(spec)) {
        files.insert(spec.path(plan), file(spec, text(template, plan)));
    }
    files
}

/// A file of the table with its text.
pub(super) fn file(spec: &FileSpec, text: String) -> File {
    File { text, executable: spec.executable, why: spec.why }
}

/// What a template writes for a plan, with one final newline.
pub(super) fn text(template: Template, plan: &Plan) -> String {
    // Most files fit, so that the text need not grow again and again.
    let mut text = String::with_capacity(4096);
    template(plan, &mut text);
    // The one exit for text: one final newline. Templates have line feeds only, and so has every name in a plan.
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}
