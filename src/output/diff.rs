//! Differences between texts and between sets: unified diffs, as `diff -u` and `git diff` write them.
//!
//! Behind the feature `diff`, because the page's first load does without.

use std::fmt::Write as _;

use diffy::{DiffOptions, Line, Patch};
use serde::Serialize;

use crate::plan::files::FILES;
use crate::plan::model::Plan;

/// A unified diff of two texts; empty where they are equal. A side that is `None` does not exist.
///
/// Paths are relative to the project's root and get git's `a/` and `b/`; they hold no line feed.
pub fn unified(old: Option<(&str, &str)>, new: Option<(&str, &str)>) -> String {
    let name = |side: Option<(&str, &str)>, prefix: &str| {
        side.map_or_else(|| "/dev/null".to_owned(), |(path, _)| format!("{prefix}/{path}"))
    };
    let (before, after) = (old.map_or("", |(_, text)| text), new.map_or("", |(_, text)| text));
    if before == after {
        return String::new();
    }
    DiffOptions::new()
        .set_original_filename(name(old, "a"))
        .set_modified_filename(name(new, "b"))
        .create_patch(before, after)
        .to_string()
}

/// Number of lines that a unified diff adds and removes.
pub fn counts(diff: &str) -> (usize, usize) {
    let mut counts = (0, 0);
    for line in diff.lines().skip(2) {
        match line.as_bytes().first() {
            Some(b'+') => counts.0 += 1,
            Some(b'-') => counts.1 += 1,
            _ => {}
        }
    }
    counts
}

/// What becomes of a file on the way from left to right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Change {
    /// Only the right side has it.
    Add,
    /// Both have it, with different texts or under different paths.
    Change,
    /// Both have the same.
    Keep,
    /// Only the left side has it.
    Remove,
}

impl Change {
    /// The word shown to people and in JSON.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Add => "add",
            Self::Change => "change",
            Self::Keep => "keep",
            Self::Remove => "remove",
        }
    }
}

/// One file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FileRow {
    /// Path on the right side; of a removed file on the left.
    pub path: String,
    /// Path on the left side where it is another one.
    pub from: Option<String>,
    /// What becomes of it.
    pub change: Change,
    /// What the file is for, one sentence.
    pub why: &'static str,
    /// Lines that come in.
    pub added: usize,
    /// Lines that go.
    pub removed: usize,
    /// Unified diff from left to right; empty for a kept file.
    pub diff: String,
    /// The file is run.
    #[serde(skip)]
    pub executable: bool,
}

impl FileRow {
    /// The way from one path and text to another; `None` where neither side has the file.
    pub fn new(
        old: Option<(&str, &str)>,
        new: Option<(&str, &str)>,
        why: &'static str,
        executable: bool,
    ) -> Option<Self> {
        let (path, change) = match (old, new) {
            (None, None) => return None,
            (None, Some((path, _))) => (path, Change::Add),
            (Some((path, _)), None) => (path, Change::Remove),
            (Some(old), Some(new)) => (new.0, if old == new { Change::Keep } else { Change::Change }),
        };
        let diff = unified(old, new);
        let (added, removed) = counts(&diff);
        let from = old.map(|(from, _)| from.to_owned()).filter(|from| from != path);
        Some(Self { path: path.to_owned(), from, change, why, added, removed, diff, executable })
    }
}

/// A side of a comparison: its plan, and the text of each path that it has.
pub type Side<'a> = (&'a Plan, &'a dyn Fn(&str) -> Option<String>);

/// Every file of either side, but for the manifest; a file whose path follows a name is found again by its purpose.
pub fn files(left: Side<'_>, right: Side<'_>) -> Vec<FileRow> {
    fn borrowed(side: Option<&(String, String)>) -> Option<(&str, &str)> {
        side.map(|(path, text)| (path.as_str(), text.as_str()))
    }
    let rows = FILES.iter().map(|spec| {
        let of = |(plan, text): Side<'_>| {
            let path = (spec.when)(plan).then(|| spec.path(plan))?;
            text(&path).map(|text| (path, text))
        };
        let (old, new) = (of(left), of(right));
        FileRow::new(borrowed(old.as_ref()), borrowed(new.as_ref()), spec.why, spec.executable)
    });
    rows.flatten().collect()
}

/// Rows as one patch that `git apply` takes, with the names and modes of files that come, go and move.
pub fn to_patch<'a>(rows: impl IntoIterator<Item = &'a FileRow>) -> String {
    let mut patch = String::new();
    for row in rows {
        let (name, from) = (&row.path, row.from.as_ref().unwrap_or(&row.path));
        let mode = if row.executable { "100755" } else { "100644" };
        // Writing into a String does not fail.
        let _ = match row.change {
            Change::Keep => continue,
            Change::Add => writeln!(patch, "diff --git a/{name} b/{name}\nnew file mode {mode}"),
            Change::Remove => writeln!(patch, "diff --git a/{name} b/{name}\ndeleted file mode {mode}"),
            Change::Change if from == name => writeln!(patch, "diff --git a/{name} b/{name}"),
            Change::Change => {
                let same = if row.diff.is_empty() { "similarity index 100%\n" } else { "" };
                writeln!(patch, "diff --git a/{from} b/{name}\n{same}rename from {from}\nrename to {name}")
            }
        };
        patch.push_str(&row.diff);
        if !patch.ends_with('\n') {
            patch.push('\n');
        }
    }
    patch
}

/// A part of a diff: where it stands, and its lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Its place as a diff writes it, e.g. `@@ -1,3 +1,4 @@`.
    pub place: String,
    /// Its lines.
    pub lines: Vec<DiffLine>,
}

/// A line of a diff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiffLine {
    /// Number in the left text; `None` for a line that comes in.
    pub old: Option<usize>,
    /// Number in the right text; `None` for a line that goes.
    pub new: Option<usize>,
    /// Its text in pieces, each with whether it differs within a line that is otherwise alike.
    pub pieces: Vec<(String, bool)>,
}

/// The parts of a unified diff, with numbered lines and the words that differ.
pub fn parts(diff: &str) -> Vec<Part> {
    let Ok(patch) = Patch::from_str(diff) else { return Vec::new() };
    let parts = patch.hunks().iter().map(|hunk| {
        let place = format!("@@ -{} +{} @@", hunk.old_range(), hunk.new_range());
        let (mut old, mut new) = (hunk.old_range().start(), hunk.new_range().start());
        let lines = hunk.lines().iter().map(|line| {
            let (text, goes, comes) = match line {
                Line::Context(text) => (text, true, true),
                Line::Delete(text) => (text, true, false),
                Line::Insert(text) => (text, false, true),
            };
            let line = DiffLine {
                old: goes.then_some(old),
                new: comes.then_some(new),
                pieces: vec![(text.trim_end_matches('\n').to_owned(), false)],
            };
            old += usize::from(goes);
            new += usize::from(comes);
            line
        });
        let mut lines: Vec<DiffLine> = lines.collect();
        mark_words(&mut lines);
        Part { place, lines }
    });
    parts.collect()
}

/// Marks what differs between the lines that go and those that come in their place, pair by pair.
fn mark_words(lines: &mut [DiffLine]) {
    let mut at = 0;
    while at < lines.len() {
        let gone = lines[at..].iter().take_while(|line| line.new.is_none()).count();
        let come = lines[at + gone..].iter().take_while(|line| line.old.is_none()).count();
        for pair in 0..gone.min(come) {
            let (left, right) = (at + pair, at + gone + pair);
            if let Some((old, new)) = words(&lines[left].pieces[0].0, &lines[right].pieces[0].0) {
                lines[left].pieces = old;
                lines[right].pieces = new;
            }
        }
        at += (gone + come).max(1);
    }
}

type Pieces = Vec<(String, bool)>;

/// Two lines in pieces that are common or differ; `None` where they have too little in common for that to help.
fn words(old: &str, new: &str) -> Option<(Pieces, Pieces)> {
    fn push(pieces: &mut Pieces, word: &str, differs: bool) {
        match pieces.last_mut() {
            Some((text, last)) if *last == differs => text.push_str(word),
            _ => pieces.push((word.to_owned(), differs)),
        }
    }
    // A word a line, so that the differences of lines are those of words.
    let (before, after) = (spread(old), spread(new));
    let patch = DiffOptions::new().set_context_len(before.len()).create_patch(&before, &after);
    let (mut left, mut right, mut common) = (Vec::new(), Vec::new(), 0);
    for line in patch.hunks().iter().flat_map(diffy::Hunk::lines) {
        match line {
            Line::Context(word) => {
                let word = word.trim_end_matches('\n');
                common += word.trim().chars().count();
                push(&mut left, word, false);
                push(&mut right, word, false);
            }
            Line::Delete(word) => push(&mut left, word.trim_end_matches('\n'), true),
            Line::Insert(word) => push(&mut right, word.trim_end_matches('\n'), true),
        }
    }
    let longest = old.trim().chars().count().max(new.trim().chars().count());
    (common * 3 >= longest).then_some((left, right))
}

/// A line with every word and every other character on a line of its own.
fn spread(line: &str) -> String {
    let mut text = String::with_capacity(line.len() * 2);
    let mut letters = line.chars().peekable();
    while let Some(letter) = letters.next() {
        text.push(letter);
        let part = |c: char| c.is_alphanumeric() || c == '_';
        if !(part(letter) && letters.peek().is_some_and(|&next| part(next))) {
            text.push('\n');
        }
    }
    text
}
