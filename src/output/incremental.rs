//! Rendering again only what has changed.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::catalog::options::Choices;
use crate::output::fileset::{File, FileSet};
use crate::output::hash::sha256;
use crate::output::manifest::{MANIFEST, MARK_LENGTH, Recorded, line_marks, manifest_file, manifest_of, push_marks};
use crate::output::render::{file, text};
use crate::output::templates::{FieldSet, called_for, differing};
use crate::plan::files::FILES;
use crate::plan::model::Plan;

/// What was rendered last, so that the next rendering does anew only what reads a field that has changed since.
///
/// A template reads nothing but the plan: while the fields that it reads are the same, so is its text.
#[derive(Debug, Clone, Default)]
pub struct Memory {
    last: Option<Plan>,
    /// By the place in the file table.
    kept: BTreeMap<usize, Kept>,
}

/// A file as it was rendered, and what the manifest says of it as far as that was asked for.
#[derive(Debug, Clone)]
struct Kept {
    file: Arc<File>,
    hashed: Option<Hashed>,
}

/// A text with what the manifest says of it.
#[derive(Debug, Clone)]
struct Hashed {
    text: String,
    sha256: String,
    marks: String,
}

impl Hashed {
    /// Of a text. Marks of lines at both ends that are as they were earlier are taken over, as they are what takes
    /// longest.
    fn new(text: &str, earlier: Option<Self>) -> Self {
        let Some(earlier) = earlier else {
            return Self { sha256: sha256(text), marks: line_marks(text), text: text.to_owned() };
        };
        if earlier.text == text {
            return earlier;
        }
        let lines: Vec<&str> = text.lines().collect();
        let old: Vec<&str> = earlier.text.lines().collect();
        let same = |(a, b): &(&&str, &&str)| a == b;
        let head = old.iter().zip(&lines).take_while(same).count();
        let tail = old[head..].iter().rev().zip(lines[head..].iter().rev()).take_while(same).count();
        let mut marks = earlier.marks[..head * MARK_LENGTH].to_owned();
        push_marks(&mut marks, &lines[head..lines.len() - tail]);
        marks.push_str(&earlier.marks[earlier.marks.len() - tail * MARK_LENGTH..]);
        Self { sha256: sha256(text), text: text.to_owned(), marks }
    }
}

impl Memory {
    /// The same as [`render`](super::render::render), quicker where little has changed since the last time, but for the text of the manifest,
    /// which is empty: it needs the hash of every line, and that takes longer than all the rest. [`Self::manifest`] has
    /// it.
    pub fn render_unrecorded(&mut self, plan: &Plan) -> FileSet {
        let changed = self.last.as_ref().map_or(FieldSet::MAX, |last| differing(last, plan));
        let mut earlier = std::mem::take(&mut self.kept);
        let mut files = FileSet::default();
        for (index, spec, reads, template) in called_for(plan) {
            let kept = match earlier.remove(&index) {
                Some(kept) if reads & changed == 0 => kept,
                earlier => Kept {
                    file: Arc::new(file(spec, text(template, plan))),
                    hashed: earlier.and_then(|kept| kept.hashed),
                },
            };
            files.insert(spec.path(plan), Arc::clone(&kept.file));
            self.kept.insert(index, kept);
        }
        files.insert(MANIFEST.to_owned(), manifest_file(String::new()));
        self.last = Some(plan.clone());
        files
    }

    /// The text of the manifest for the files that were rendered last, and the choices behind them.
    pub fn manifest(&mut self, choices: &Choices) -> String {
        let Some(plan) = &self.last else { return String::new() };
        let mut rows = BTreeMap::new();
        for (index, kept) in &mut self.kept {
            let hashed = Hashed::new(&kept.file.text, kept.hashed.take());
            rows.insert(FILES[*index].path(plan), &*kept.hashed.insert(hashed));
        }
        let rows = rows.iter().map(|(path, hashed)| Recorded {
            path,
            sha256: hashed.sha256.clone(),
            marks: hashed.marks.clone(),
        });
        manifest_of(choices, &rows.collect::<Vec<_>>())
    }
}
