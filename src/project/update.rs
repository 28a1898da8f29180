//! A set that was written earlier, checked and brought up to date.
//!
//! Three texts meet for each file: what was generated then (known by the marks of its lines), what is there now, and
//! what is generated now. What only we changed is taken, what only the user changed stays, what both changed becomes
//! a conflict with git's markers; nothing of the user's is ever lost in silence.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use diffy::{ConflictStyle, IncompleteHunkStyle, MergeOptions};
use serde::{Serialize, Serializer};

use crate::catalog::date::Date;
use crate::catalog::options::Choices;
use crate::engine::generate;
use crate::messages::{Message, msg};
use crate::output::diff::{FileChange, Version, to_patch};
use crate::output::fileset::{File, FileSet};
use crate::output::hash::sha256;
use crate::output::manifest::{MANIFEST, MARK_LENGTH, Recorded, line_marks, manifest_of};
use crate::output::record::{Record, Written, with_comments};
use crate::plan::files::{FILES, RENAMED};
use crate::plan::model::Plan;
use crate::plan::resolve::resolve;
use crate::version::VERSION;

/// Files of a project by path relative to its root, `/` between parts.
pub type Tree = BTreeMap<String, Vec<u8>>;

/// What is the matter with a file of a set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// It differs from what was written.
    Edited,
    /// This program and these choices would generate something else than was generated then.
    OutOfDate,
    /// It belongs to the set and is not there.
    Missing,
    /// It was written, and does not belong to the set any more.
    Extra,
    /// It has a conflict that nobody has resolved.
    Conflict,
}

impl State {
    /// The words shown to people.
    pub fn label(self) -> Message {
        match self {
            Self::Edited => msg!("edited by hand"),
            Self::OutOfDate => msg!("out of date"),
            Self::Missing => msg!("missing"),
            Self::Extra => msg!("extra"),
            Self::Conflict => msg!("unresolved conflict"),
        }
    }
}

/// A file that is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Checked {
    /// Path in the set.
    pub path: String,
    /// What is the matter; not empty.
    pub states: Vec<State>,
}

/// What becomes of a file in an update.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// Nothing: it is as it should be, or only its user changed it.
    Keep,
    /// It is not there and gets written.
    Create,
    /// Nobody edited it: the new text takes its place.
    Replace,
    /// Both changed it, in different places: it gets both.
    Merge,
    /// Both changed it in the same place: both texts stand in it between git's markers, or it has such markers from
    /// before and stays as it is.
    Conflict,
    /// It does not belong to the set any more, and nobody edited it.
    Delete,
    /// It does not belong to the set any more, but it was edited, so it stays; or it is no text that could be merged.
    Leave,
}

impl Action {
    /// The word shown to people and in JSON.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Keep => "keep",
            Self::Create => "create",
            Self::Replace => "replace",
            Self::Merge => "merge",
            Self::Conflict => "conflict",
            Self::Delete => "delete",
            Self::Leave => "leave",
        }
    }
}

/// One file of an update.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// The file as it is and as it will be.
    pub file: FileChange,
    /// What becomes of it.
    pub action: Action,
    /// What its user should know; empty where the action says it all.
    pub note: Message,
}

impl Serialize for Planned {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Shown<'a> {
            path: &'a str,
            from: Option<&'a str>,
            action: Action,
            note: &'a Message,
            added: usize,
            removed: usize,
            diff: &'a str,
        }
        let file = &self.file;
        let (added, removed) = file.counts();
        Shown {
            path: &file.path,
            from: file.from.as_deref(),
            action: self.action,
            note: &self.note,
            added,
            removed,
            diff: file.diff(),
        }
        .serialize(serializer)
    }
}

/// An update, planned and not yet carried out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Update {
    /// Version of the program that wrote the set.
    pub before: String,
    /// Version of this one.
    pub after: &'static str,
    /// Every file of the set as it was and as it will be, by path; the manifest last.
    pub files: Vec<Planned>,
}

impl Update {
    /// Whether there is nothing to write or delete.
    pub fn is_empty(&self) -> bool {
        !self.files.iter().any(|row| row.file.is_change())
    }

    /// Whether a conflict is left for the user.
    pub fn conflicts(&self) -> bool {
        self.files.iter().any(|file| file.action == Action::Conflict)
    }

    /// Everything that is written, moved or deleted, as one patch that `git apply` takes.
    pub fn to_patch(&self) -> String {
        to_patch(self.files.iter().map(|row| &row.file))
    }

    /// The files that are written, whole.
    pub fn to_files(&self) -> FileSet {
        let mut files = FileSet::default();
        for row in &self.files {
            if let Some(text) = row.file.written() {
                let file = File { text: text.to_owned(), executable: row.file.executable, why: "Updated." };
                files.insert(row.file.path.clone(), file);
            }
        }
        files
    }
}

/// The paths that [`check`] and [`update`] look at, for a face that has to read them first.
pub fn paths(record: &Record, choices: &Choices, today: Date) -> BTreeSet<String> {
    let mut paths: BTreeSet<String> = record.files.keys().cloned().collect();
    paths.extend(generate(choices, today).files.iter().map(|(path, _)| path.to_owned()));
    paths
}

/// One file as it was, as it is, and as it is generated now.
struct MergeInput<'a> {
    path: String,
    /// Where it is now, where that is another path.
    from: Option<String>,
    written: Option<&'a Written>,
    present: Option<Present>,
    generated: Option<&'a str>,
    was_executable: bool,
    executable: bool,
}

/// A file that is there.
enum Present {
    /// Text, with line feeds only; and whether it had carriage returns before each of them.
    Text { text: String, crlf: bool },
    /// Something else.
    Binary { sha256: String },
}

impl Present {
    fn read(bytes: &[u8]) -> Self {
        match std::str::from_utf8(bytes) {
            Ok(text) => {
                let breaks = text.matches('\n').count();
                let crlf = breaks > 0 && text.matches("\r\n").count() == breaks;
                Self::Text { text: if crlf { text.replace("\r\n", "\n") } else { text.to_owned() }, crlf }
            }
            Err(_) => Self::Binary { sha256: sha256(bytes) },
        }
    }

    fn sha256(&self) -> String {
        match self {
            Self::Text { text, .. } => sha256(text),
            Self::Binary { sha256 } => sha256.clone(),
        }
    }
}

/// The marks of a text as a list.
fn marks_of(text: &str) -> Vec<String> {
    let digits: Vec<char> = line_marks(text).chars().collect();
    digits.chunks(MARK_LENGTH).map(|mark| mark.iter().collect()).collect()
}

impl MergeInput<'_> {
    /// Whether the generated text is what was generated then.
    fn is_current(&self) -> bool {
        match (self.written, self.generated) {
            (Some(written), Some(generated)) => self.is_as_generated_then(written, generated),
            (None, None) => true,
            _ => false,
        }
    }

    /// Whether a text is the one that was generated then.
    #[allow(clippy::unused_self, reason = "reads as a question about the file")]
    fn is_as_generated_then(&self, written: &Written, text: &str) -> bool {
        match &written.marks {
            Some(marks) => text.ends_with('\n') && *marks == marks_of(text),
            None => written.sha256 == sha256(text),
        }
    }

    /// Whether the file that is there is the one that was generated then.
    fn is_untouched(&self) -> bool {
        match (self.written, &self.present) {
            (Some(written), Some(Present::Text { text, .. })) => self.is_as_generated_then(written, text),
            _ => false,
        }
    }

    /// What was generated then, as far as a merge has to know it: the lines that one of the other two still has, and
    /// a line that neither can have for each of the others. `None` where nothing is known.
    fn base(&self, ours: &str, theirs: &str) -> Option<String> {
        let written = self.written?;
        let Some(marks) = &written.marks else {
            return [ours, theirs].into_iter().find(|text| sha256(text) == written.sha256).map(str::to_owned);
        };
        let mut known: BTreeMap<String, &str> = BTreeMap::new();
        for text in [theirs, ours] {
            known.extend(marks_of(text).into_iter().zip(text.lines()));
        }
        let mut base = String::new();
        for (index, mark) in marks.iter().enumerate() {
            match known.get(mark) {
                Some(line) => base.push_str(line),
                // No text file has this character in it, and none of ours ever will.
                None => {
                    // Writing into a String does not fail.
                    let _ = write!(base, "\0{index}");
                }
            }
            base.push('\n');
        }
        Some(base)
    }
}

/// What the table of files said when the set was written.
#[derive(Default)]
struct Then {
    /// The path then of each file that has another one now, by the path now.
    moved: BTreeMap<String, String>,
    /// The paths then of the files that are run.
    scripts: BTreeSet<String>,
}

impl Then {
    fn new(before: &Plan, now: &Plan) -> Self {
        let paths = FILES.iter().map(|spec| (spec.path(now), spec.path(before)));
        let scripts = FILES.iter().filter(|spec| spec.executable);
        let renamed = RENAMED.iter().map(|(now, before)| ((*now).to_owned(), (*before).to_owned()));
        Self {
            moved: paths.filter(|(now, before)| now != before).chain(renamed).collect(),
            scripts: scripts.map(|spec| spec.path(before)).collect(),
        }
    }
}

/// Whether a file belongs to the user although the set has one of its name: nothing under `.github/` that somebody else
/// wrote is ever changed.
fn is_users_own(record: &Record, tree: &Tree, path: &str, generated: &str) -> bool {
    path.starts_with(".github/")
        && !record.files.contains_key(path)
        && tree.get(path).is_some_and(|bytes| bytes != generated.as_bytes())
}

fn merge_inputs<'a>(record: &'a Record, tree: &Tree, then: &Then, files: &'a FileSet) -> Vec<MergeInput<'a>> {
    let present = |path: &str| tree.get(path).map(|bytes| Present::read(bytes));
    let mut merge_inputs = Vec::new();
    let mut taken = BTreeSet::new();
    for (path, file) in files.iter().filter(|(path, _)| *path != MANIFEST) {
        if is_users_own(record, tree, path, &file.text) {
            continue;
        }
        let mut input = MergeInput {
            path: path.to_owned(),
            from: None,
            written: record.files.get(path),
            present: present(path),
            generated: Some(&file.text),
            was_executable: file.executable,
            executable: file.executable,
        };
        if let (None, None, Some(old)) = (input.written, &input.present, then.moved.get(path))
            && files.get(old).is_none()
            && record.files.contains_key(old)
            && tree.contains_key(old)
        {
            input.written = record.files.get(old);
            input.present = present(old);
            input.was_executable = then.scripts.contains(old);
            input.from = Some(old.clone());
            taken.insert(old.as_str());
        } else if input.written.is_some() {
            input.was_executable = then.scripts.contains(path);
        }
        taken.insert(path);
        merge_inputs.push(input);
    }
    for (path, written) in record.files.iter().filter(|(path, _)| *path != MANIFEST) {
        if !taken.contains(path.as_str()) {
            let executable = then.scripts.contains(path);
            merge_inputs.push(MergeInput {
                path: path.clone(),
                from: None,
                written: Some(written),
                present: present(path),
                generated: None,
                was_executable: executable,
                executable,
            });
        }
    }
    merge_inputs.sort_by(|a, b| a.path.cmp(&b.path));
    merge_inputs
}

/// Whether a text has conflict markers in it, as git and this program leave them.
fn has_markers(text: &str) -> bool {
    ["<<<<<<< ", ">>>>>>> "].iter().all(|marker| text.lines().any(|line| line.starts_with(marker)))
}

/// What of a set is not as this program and the manifest's own choices would have it; nothing where all is well.
pub fn check(record: &Record, tree: &Tree, today: Date) -> Vec<Checked> {
    let generated = generate(&record.choices, today);
    let mut rows = Vec::new();
    for input in merge_inputs(record, tree, &Then::default(), &generated.files) {
        let mut states = Vec::new();
        match (&input.present, input.generated) {
            (None, None) => states.push(State::OutOfDate),
            (None, Some(_)) => states.push(State::Missing),
            (Some(_), None) => states.push(State::Extra),
            (Some(_), Some(_)) if !input.is_current() => states.push(State::OutOfDate),
            (Some(_), Some(_)) => {}
        }
        if let (Some(present), Some(written)) = (&input.present, input.written)
            && present.sha256() != written.sha256
        {
            states.push(State::Edited);
        }
        if matches!(&input.present, Some(Present::Text { text, .. }) if has_markers(text)) {
            states.push(State::Conflict);
        }
        if !states.is_empty() {
            states.sort();
            rows.push(Checked { path: input.path, states });
        }
    }
    if record.version != VERSION || record.files.values().any(|written| written.marks.is_none()) {
        rows.push(Checked { path: MANIFEST.to_owned(), states: vec![State::OutOfDate] });
    }
    rows
}

/// Plans an update to `choices`; `manifest` is the present text of `dunnage.yaml`, which `record` was read from.
pub fn update(record: &Record, manifest: &str, tree: &Tree, choices: &Choices, today: Date) -> Update {
    let generated = generate(choices, today);
    let then = Then::new(&resolve(&record.choices, today).0, &generated.plan);
    let mut files = Vec::new();
    let mut recorded = Vec::new();
    for input in merge_inputs(record, tree, &then, &generated.files) {
        let (planned, row) = plan_file(&input, tree);
        recorded.extend(row.map(|(sha256, marks)| (planned.file.path.clone(), sha256, marks)));
        files.push(planned);
    }
    let rows: Vec<Recorded> = recorded
        .into_iter()
        .filter_map(|(path, sha256, marks)| {
            let (path, _) = generated.files.iter().find(|(known, _)| *known == path)?;
            Some(Recorded { path, sha256, marks })
        })
        .collect();
    let text = with_comments(&manifest_of(choices, &rows), &record.comments);
    // Only what it says counts: line ends, order and quoting are its user's.
    let same = crate::output::record::read(&text).map(|(new, _)| new).as_ref() == Ok(record);
    let side = |text| Some(Version { path: MANIFEST, text, executable: false });
    let (action, after) = if same { (Action::Keep, manifest) } else { (Action::Replace, text.as_str()) };
    files.extend(FileChange::new(side(manifest), side(after)).map(|file| Planned {
        file,
        action,
        note: Message::default(),
    }));
    Update { before: record.version.clone(), after: VERSION, files }
}

/// What becomes of one file, and what the manifest says of it afterwards: SHA-256 and marks.
fn plan_file(input: &MergeInput, tree: &Tree) -> (Planned, Option<(String, String)>) {
    let at = input.from.as_deref().unwrap_or(&input.path);
    // The text as it is, with the line ends that it has.
    let present = match &input.present {
        Some(Present::Text { .. }) => tree.get(at).map(|bytes| String::from_utf8_lossy(bytes)),
        Some(Present::Binary { .. }) | None => None,
    };
    let before = present.as_deref().map(|text| Version { path: at, text, executable: input.was_executable });
    let row = |action, note, after: Option<&str>| {
        let after = after.map(|text| Version { path: &input.path, text, executable: input.executable });
        let file =
            FileChange::new(before, after).unwrap_or_else(|| FileChange::untouched(&input.path, input.from.as_deref()));
        Planned { file, action, note }
    };
    // It stays what it is, even in another place.
    let keep = |action, note| row(action, note, present.as_deref());
    // The manifest goes on saying what it said.
    let old = || {
        let marks = |written: &Written| written.marks.as_ref().map(|marks| marks.concat()).unwrap_or_default();
        input.written.map(|written| (written.sha256.clone(), marks(written)))
    };
    let none = Message::default();
    let Some(theirs) = input.generated else {
        return match &input.present {
            None => (keep(Action::Keep, msg!("It was deleted, and is no longer part of the set.")), None),
            Some(Present::Text { .. }) if input.is_untouched() => (row(Action::Delete, none, None), None),
            Some(_) => (
                keep(Action::Leave, msg!("It is no longer part of the set, but was edited: delete it yourself.")),
                None,
            ),
        };
    };
    let now = line_marks(theirs);
    let (ours, crlf) = match &input.present {
        None => return (row(Action::Create, none, Some(theirs)), Some((sha256(theirs), now))),
        Some(Present::Binary { .. }) => {
            return (
                keep(Action::Leave, msg!("This is not UTF-8 text, so nothing can be merged into it.")),
                old().filter(|_| input.from.is_none()),
            );
        }
        Some(Present::Text { text, crlf }) => (text, *crlf),
    };
    let written = |action, note, text: &str| {
        if crlf { row(action, note, Some(&text.replace('\n', "\r\n"))) } else { row(action, note, Some(text)) }
    };
    if has_markers(ours) {
        return (keep(Action::Conflict, msg!("It contains conflict markers: resolve the conflicts first.")), old());
    }
    if ours == theirs {
        return (keep(Action::Keep, none), Some((sha256(ours), now)));
    }
    if input.is_current() {
        return (keep(Action::Keep, msg!("Edited by hand; the update leaves it as it is.")), Some((sha256(ours), now)));
    }
    if input.is_untouched() {
        return (written(Action::Replace, none, theirs), Some((sha256(theirs), now)));
    }
    let base = input.base(ours, theirs);
    let taken = || msg!("A file with this name already existed, and Dunnage did not write it.");
    let said = if base.is_some() { none } else { taken() };
    let (action, text) = merge(&base.unwrap_or_default(), ours, theirs);
    (written(action, said, &text), Some((sha256(&text), now)))
}

/// Both texts in one, or with markers where they cannot be.
fn merge(base: &str, ours: &str, theirs: &str) -> (Action, String) {
    let mut options = MergeOptions::new();
    options.set_conflict_style(ConflictStyle::Merge).set_incomplete_hunk_style(IncompleteHunkStyle::Git);
    match options.merge(base, ours, theirs) {
        Ok(text) if keeps_edits(base, ours, &text) => (Action::Merge, text),
        Err(text) if keeps_edits(base, ours, &text) => (Action::Conflict, text),
        // Rather all of both than a line too few.
        Ok(_) | Err(_) => {
            let end = |text: &str| if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
            let (a, b) = (end(ours), end(theirs));
            (Action::Conflict, format!("<<<<<<< ours\n{ours}{a}=======\n{theirs}{b}>>>>>>> theirs\n"))
        }
    }
}

/// Whether every line that is in `ours` and not in `base` is in `merged` as well, as often.
fn keeps_edits(base: &str, ours: &str, merged: &str) -> bool {
    let mut left: BTreeMap<&str, isize> = BTreeMap::new();
    for (text, step) in [(ours, 1), (base, -1), (merged, -1)] {
        for line in text.lines() {
            *left.entry(line).or_default() += step;
        }
    }
    let in_base: BTreeSet<&str> = base.lines().collect();
    left.iter().all(|(line, count)| *count <= 0 || in_base.contains(line)) && !merged.contains('\0')
}
