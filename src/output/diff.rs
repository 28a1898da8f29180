//! Differences between texts and between sets: unified diffs, as `diff -u` and `git diff` write them.
//!
//! Behind the feature `diff`, because the page's first load does without.

use std::fmt::Write as _;

use diffy::{DiffOptions, Line, Patch};
use serde::{Serialize, Serializer};

use crate::plan::files::FILES;
use crate::plan::model::Plan;

/// A unified diff of two texts; empty where they are equal. A side that is `None` does not exist.
///
/// Paths are relative to the project's root and get git's `a/` and `b/`; they hold no line feed.
fn unified(old: Option<(&str, &str)>, new: Option<(&str, &str)>) -> String {
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
fn counts(diff: &str) -> (usize, usize) {
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
pub enum ChangeKind {
    /// Only the right side has it.
    Add,
    /// Both have it, with different texts or under different paths.
    #[serde(rename = "change")]
    Edit,
    /// Both have the same.
    Keep,
    /// Only the left side has it.
    Remove,
}

impl ChangeKind {
    /// The word shown to people and in JSON.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Add => "add",
            Self::Edit => "change",
            Self::Keep => "keep",
            Self::Remove => "remove",
        }
    }
}

/// A file as it is at one point of its way: where, what, and whether it is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Version<'a> {
    /// Path relative to the project's root, `/` between parts.
    pub path: &'a str,
    /// The whole text.
    pub text: &'a str,
    /// The file is run (mode 0755).
    pub executable: bool,
}

/// One file on its way from one text to another: what every plan is a list of, and what a patch is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileChange {
    /// Path afterwards; of a file that is deleted, its path before.
    pub path: String,
    /// Path before, where the file moves.
    pub from: Option<String>,
    /// Text before; `None` where the file is not there, or where nothing is known of it.
    pub before: Option<String>,
    /// Text afterwards; `None` where the file is deleted, or where it is not touched and nothing is known of it.
    pub after: Option<String>,
    /// The file was run before (mode 0755).
    pub was_executable: bool,
    /// The file is run afterwards (mode 0755).
    pub executable: bool,
    diff: String,
}

impl FileChange {
    /// The way from one version to another; `None` where neither side has the file.
    pub fn new(before: Option<Version<'_>>, after: Option<Version<'_>>) -> Option<Self> {
        let path = after.or(before)?.path;
        // What a side that is not there says of modes is what the other says.
        let (old, new) = (before.or(after)?, after.or(before)?);
        let sides = [before, after].map(|side| side.map(|side| (side.path, side.text)));
        Some(Self {
            path: path.to_owned(),
            from: (old.path != path).then(|| old.path.to_owned()),
            before: before.map(|side| side.text.to_owned()),
            after: after.map(|side| side.text.to_owned()),
            was_executable: old.executable,
            executable: new.executable,
            diff: unified(sides[0], sides[1]),
        })
    }

    /// A file to which nothing happens, whatever is in it.
    pub fn untouched(path: &str, from: Option<&str>) -> Self {
        Self {
            path: path.to_owned(),
            from: from.map(str::to_owned),
            before: None,
            after: None,
            was_executable: false,
            executable: false,
            diff: String::new(),
        }
    }

    /// Unified diff of the two texts; empty where they are equal.
    pub fn diff(&self) -> &str {
        &self.diff
    }

    /// Number of lines that come in and that go.
    pub fn counts(&self) -> (usize, usize) {
        counts(&self.diff)
    }

    /// Whether anything happens to the file.
    pub fn is_change(&self) -> bool {
        self.before != self.after
            || self.after.is_some() && (self.from.is_some() || self.was_executable != self.executable)
    }

    /// Whether the file is deleted.
    pub fn is_deletion(&self) -> bool {
        self.before.is_some() && self.after.is_none()
    }

    /// The text that is written; `None` where nothing is, and where the file is deleted.
    pub fn written(&self) -> Option<&str> {
        self.after.as_deref().filter(|_| self.is_change())
    }
}

/// Changes as one patch that `git apply` takes, with the names and modes of files that come, go, move and change.
pub fn to_patch<'a>(changes: impl IntoIterator<Item = &'a FileChange>) -> String {
    let mut patch = String::new();
    for file in changes.into_iter().filter(|file| file.is_change()) {
        let mode = |executable| if executable { "100755" } else { "100644" };
        let (old, new) = (mode(file.was_executable), mode(file.executable));
        let from = file.from.as_ref().unwrap_or(&file.path);
        let (a, b) = (quoted("a/", from), quoted("b/", &file.path));
        // Writing into a String does not fail.
        let _ = writeln!(patch, "diff --git {a} {b}");
        let _ = match (&file.before, &file.after) {
            (None, _) => writeln!(patch, "new file mode {new}"),
            (_, None) => writeln!(patch, "deleted file mode {old}"),
            _ if old == new => Ok(()),
            _ => writeln!(patch, "old mode {old}\nnew mode {new}"),
        };
        if file.from.is_some() {
            let same = if file.diff.is_empty() { "similarity index 100%\n" } else { "" };
            let (from, to) = (quoted("", from), quoted("", &file.path));
            let _ = writeln!(patch, "{same}rename from {from}\nrename to {to}");
        }
        patch.push_str(&file.diff);
        if !patch.ends_with('\n') {
            patch.push('\n');
        }
    }
    patch
}

/// A path as git writes it: in quotes where it holds a quote, a backslash or a control character.
fn quoted(side: &str, path: &str) -> String {
    if !path.contains(|c: char| c == '"' || c == '\\' || c.is_ascii_control()) {
        return format!("{side}{path}");
    }
    let mut text = format!("\"{side}");
    for c in path.chars() {
        match c {
            '"' | '\\' => text.extend(['\\', c]),
            c if c.is_ascii_control() => {
                // Writing into a String does not fail.
                let _ = write!(text, "\\{:03o}", u32::from(c));
            }
            c => text.push(c),
        }
    }
    text + "\""
}

/// A file of a comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileRow {
    /// The file from left to right; of one that is kept, the same on both sides.
    pub file: FileChange,
    /// What becomes of it.
    pub change: ChangeKind,
    /// What the file is for, one sentence.
    pub why: &'static str,
}

impl FileRow {
    /// The way from one version to another; `None` where neither side has the file.
    pub fn new(old: Option<Version<'_>>, new: Option<Version<'_>>, why: &'static str) -> Option<Self> {
        let file = FileChange::new(old, new)?;
        let change = match (old, new) {
            (None, _) => ChangeKind::Add,
            (_, None) => ChangeKind::Remove,
            _ if file.is_change() => ChangeKind::Edit,
            _ => ChangeKind::Keep,
        };
        Some(Self { file, change, why })
    }
}

impl Serialize for FileRow {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Shown<'a> {
            path: &'a str,
            from: Option<&'a str>,
            change: ChangeKind,
            why: &'a str,
            added: usize,
            removed: usize,
            diff: &'a str,
        }
        let file = &self.file;
        let (added, removed) = file.counts();
        Shown {
            path: &file.path,
            from: file.from.as_deref(),
            change: self.change,
            why: self.why,
            added,
            removed,
            diff: file.diff(),
        }
        .serialize(serializer)
    }
}

/// A set to compare: its plan, and the text of each path that it has.
pub type SetTexts<'a> = (&'a Plan, &'a dyn Fn(&str) -> Option<String>);

/// Every file of either side, but for the manifest; a file whose path follows a name is found again by its purpose.
pub fn files(left: SetTexts<'_>, right: SetTexts<'_>) -> Vec<FileRow> {
    fn version(side: Option<&(String, String)>, executable: bool) -> Option<Version<'_>> {
        side.map(|(path, text)| Version { path, text, executable })
    }
    let rows = FILES.iter().map(|spec| {
        let of = |(plan, text): SetTexts<'_>| {
            let path = (spec.when)(plan).then(|| spec.path(plan))?;
            text(&path).map(|text| (path, text))
        };
        let (old, new) = (of(left), of(right));
        FileRow::new(version(old.as_ref(), spec.executable), version(new.as_ref(), spec.executable), spec.why)
    });
    rows.flatten().collect()
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
