//! Two set-ups side by side: the aspects, the files, and the reasons.
//!
//! Everything is written from the tables: the aspects from [`comparison`], the files from [`crate::plan::files::FILES`], the reasons from the
//! options' own words and from the rules that would speak if the left side's value were kept on the right.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Serialize;

use crate::catalog::date::Date;
use crate::catalog::options::{Choices, FormStep, OPTIONS, OptionSpec, ValueKind};
use crate::catalog::rules;
use crate::engine::Generated;
use crate::engine::generate;
use crate::messages::{Message, msg};
use crate::output::diff;
use crate::output::diff::FileChange;
pub use crate::output::diff::{ChangeKind, FileRow};
use crate::plan::comparison::{COVERED, comparison};
use crate::plan::model::{Mark, Plan};
use crate::text::quote::md;

/// One side of a comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Side {
    /// What it is called: a preset's id, or the path of a file or directory.
    pub name: String,
    /// Its choices.
    pub choices: Choices,
    /// Its files as they really are, where the side is a directory; otherwise they are rendered. Bytes that are not
    /// UTF-8 are compared with replacement characters.
    pub files: Option<BTreeMap<String, Vec<u8>>>,
}

/// What a comparison says, in the order in which it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Comparison {
    /// Name of the left side.
    pub left: String,
    /// Name of the right side.
    pub right: String,
    /// The thirteen aspects, then every other option that differs.
    pub aspects: Vec<AspectRow>,
    /// Every file of either side, but for the manifest.
    pub files: Vec<FileRow>,
    /// A reason for each difference that is a decision rather than a name.
    pub reasons: Vec<Reason>,
}

/// One aspect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AspectRow {
    /// Name of the aspect, or label of an option.
    pub aspect: &'static str,
    /// The left side's value.
    pub left: Message,
    /// The right side's value.
    pub right: Message,
    /// What it asks for.
    pub mark: Mark,
    /// What to adapt, or why it differs; empty where both are the same.
    pub note: Message,
}

/// Why an option differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reason {
    /// Option id.
    pub option: &'static str,
    /// Option label.
    pub label: &'static str,
    /// The left side's value, with what it means.
    pub left: Message,
    /// The right side's value, with what it means.
    pub right: Message,
    /// The reasons, a sentence or two each: what the aspect asks for, what the rules say about keeping the left
    /// side's value, why one would choose.
    pub because: Vec<Message>,
}

/// Compares two sides. `today` only decides which versions are called ended.
pub fn compare(left: &Side, right: &Side, today: Date) -> Comparison {
    let (one, other) = (generate(&left.choices, today), generate(&right.choices, today));
    let (old, new) = (rules::effective(&left.choices), rules::effective(&right.choices));
    Comparison {
        left: left.name.clone(),
        right: right.name.clone(),
        aspects: aspects(&one.plan, &other.plan, &old, &new),
        files: files((left, &one), (right, &other)),
        reasons: reasons((&one.plan, &old), (&other.plan, &new), today),
    }
}

fn aspects(left: &Plan, right: &Plan, old: &Choices, new: &Choices) -> Vec<AspectRow> {
    let mut rows: Vec<AspectRow> = comparison(left, right)
        .into_iter()
        .map(|row| AspectRow { aspect: row.aspect, left: row.left, right: row.right, mark: row.mark, note: row.note })
        .collect();
    let covered = |id: &str| COVERED.iter().any(|options| options.contains(&id));
    for spec in OPTIONS.iter().filter(|spec| !covered(spec.id)) {
        let (before, after) = (spec.get(old), spec.get(new));
        // A fact that nobody stated follows from what the rows above say.
        let follows = spec.step == FormStep::Existing && spec.wish(old).is_empty() && spec.wish(new).is_empty();
        if before != after && !follows {
            rows.push(AspectRow {
                aspect: spec.label,
                left: spec.value_label(&before),
                right: spec.value_label(&after),
                mark: if does_without(spec, &after) { Mark::OnPurpose } else { Mark::Adapt },
                note: meaning(spec, &after).into(),
            });
        }
    }
    rows
}

/// Whether a value says that something is left out.
fn does_without(spec: &OptionSpec, value: &str) -> bool {
    match spec.kind {
        ValueKind::Switch => value == "false",
        ValueKind::Set(_) => value == "none",
        ValueKind::Number { .. } | ValueKind::Text { .. } => false,
        ValueKind::List { .. } => value.is_empty(),
    }
}

/// What a value means: its own help, else the option's.
fn meaning(spec: &OptionSpec, value: &str) -> &'static str {
    let own = match spec.kind {
        ValueKind::Set(values) => values.iter().find(|known| known.id == value).map_or("", |known| known.help),
        _ => "",
    };
    if own.is_empty() { spec.help } else { own }
}

/// A value as a reason shows it: its label, and its help where it has one of its own.
fn explained(spec: &OptionSpec, value: &str) -> Message {
    let label = spec.value_label(value);
    match spec.kind {
        ValueKind::Set(values) => match values.iter().find(|known| known.id == value) {
            Some(known) if !known.help.is_empty() => msg!("{0}: {1}", label, Message::from(known.help)),
            _ => label,
        },
        _ => label,
    }
}

fn files(left: (&Side, &Generated), right: (&Side, &Generated)) -> Vec<FileRow> {
    fn text(side: (&Side, &Generated), path: &str) -> Option<String> {
        match &side.0.files {
            Some(files) => files.get(path).map(|bytes| String::from_utf8_lossy(bytes).into_owned()),
            None => side.1.files.get(path).map(|file| file.text.clone()),
        }
    }
    diff::files((&left.1.plan, &|path| text(left, path)), (&right.1.plan, &|path| text(right, path)))
}

fn reasons(left: (&Plan, &Choices), right: (&Plan, &Choices), today: Date) -> Vec<Reason> {
    let rows = comparison(left.0, right.0);
    let settled = rules::check(right.1, today);
    let mut reasons = Vec::new();
    for spec in OPTIONS.iter().filter(|spec| !matches!(spec.kind, ValueKind::Text { .. } | ValueKind::List { .. })) {
        let (before, after) = (spec.get(left.1), spec.get(right.1));
        if before == after {
            continue;
        }
        let mut because: Vec<Message> = Vec::new();
        for (options, row) in COVERED.iter().zip(&rows) {
            if options.first() == Some(&spec.id) && row.mark != Mark::Same {
                because.push(msg!("{0}: {1}", Message::from(row.mark.label()), &row.note));
            }
        }
        // What would be said if this one value stayed as it is on the left.
        let mut kept = right.1.clone();
        let taken = spec.set(&mut kept, &before);
        debug_assert!(taken.is_ok(), "{}={before}", spec.id);
        for finding in rules::check(&kept, today) {
            if !settled.iter().any(|known| known.rule == finding.rule) {
                because.push(msg!("If it were still {0}: {1}", spec.value_label(&before), finding.reason));
            }
        }
        because.push(spec.why.into());
        because.dedup();
        reasons.push(Reason {
            option: spec.id,
            label: spec.label,
            left: explained(spec, &before),
            right: explained(spec, &after),
            because,
        });
    }
    reasons
}

impl Comparison {
    /// The whole comparison as Markdown, diffs of changed files included.
    pub fn to_markdown(&self) -> String {
        let (left, right) = (md(&self.left), md(&self.right));
        let mut text = format!(
            "# {left} and {right}\n\n## Side by side\n\n| Aspect | {left} | {right} | Mark | Adaptation notes \
             |\n|---|---|---|---|---|\n"
        );
        // Writing into a String does not fail.
        for row in &self.aspects {
            let cells = [md(row.aspect), md(&row.left.to_string()), md(&row.right.to_string())];
            let _ = write!(text, "| **{}** | {} | {} | {} |", cells[0], cells[1], cells[2], row.mark.label());
            let _ = writeln!(
                text,
                "{}{} |",
                if row.note.is_empty() { "" } else { " " },
                md(&sentence(&row.note.to_string()))
            );
        }
        text.push_str("\n## Files\n\n| File | Change | Lines | What it is for |\n|---|---|---|---|\n");
        for row in &self.files {
            let to = code(&row.file.path);
            let path = row.file.from.as_ref().map_or_else(|| to.clone(), |from| format!("{} → {to}", code(from)));
            let (change, why) = (row.change.id(), md(row.why));
            let _ = writeln!(text, "| {path} | {change} | {} | {why} |", lines(&row.file));
        }
        text.push_str("\n## Differences and reasons\n");
        if self.reasons.is_empty() {
            text.push_str("\nNone.\n");
        }
        for reason in &self.reasons {
            let _ = write!(text, "\n### {}\n\n- **{left}**: {}\n", md(reason.label), md(&reason.left.to_string()));
            let _ = write!(text, "- **{right}**: {}\n\nWhy:\n\n", md(&reason.right.to_string()));
            for because in &reason.because {
                let _ = writeln!(text, "- {}", md(&because.to_string()));
            }
        }
        text.push_str("\n## Changes, file by file\n");
        let changed: Vec<&FileRow> = self.files.iter().filter(|row| row.change == ChangeKind::Edit).collect();
        if changed.is_empty() {
            text.push_str("\nNone.\n");
        }
        for row in changed {
            let (file, diff) = (&row.file, row.file.diff());
            let fence = fence(diff);
            let end = if diff.is_empty() || diff.ends_with('\n') { "" } else { "\n" };
            let _ = write!(text, "\n### {}\n\n", code(&file.path));
            if diff.is_empty() {
                let _ = writeln!(text, "The same text, moved from {}.", code(file.from.as_deref().unwrap_or_default()));
            } else {
                let _ = write!(text, "{fence}diff\n{diff}{end}{fence}\n");
            }
        }
        text
    }

    /// The comparison as columns for a terminal, without the diffs.
    pub fn to_table(&self) -> String {
        let mut rows = vec![["ASPECT", &self.left, &self.right, "MARK", ""].map(str::to_owned)];
        rows.extend(self.aspects.iter().map(|row| {
            [
                row.aspect.to_owned(),
                row.left.to_string(),
                row.right.to_string(),
                row.mark.label().to_owned(),
                sentence(&row.note.to_string()),
            ]
        }));
        let mut text = columns(&rows);
        text.push('\n');
        let mut rows = vec![["FILE", "CHANGE", "LINES", "", ""].map(str::to_owned)];
        rows.extend(self.files.iter().map(|row| {
            let from = row.file.from.as_ref().map_or_else(String::new, |from| format!("was {from}"));
            [row.file.path.clone(), row.change.id().to_owned(), lines(&row.file), from, String::new()]
        }));
        text.push_str(&columns(&rows));
        text.push_str("\nREASONS\n");
        for reason in &self.reasons {
            let _ = writeln!(text, "{}: {} -> {}", reason.label, reason.left, reason.right);
            for because in &reason.because {
                let _ = writeln!(text, "  - {because}");
            }
        }
        text
    }
}

/// A clause as a sentence of its own. Names of settings and files keep their case.
pub(crate) fn sentence(note: &str) -> String {
    let first = note.split_whitespace().next().unwrap_or_default();
    if first.contains(['/', '.', '_']) {
        return note.to_owned();
    }
    let mut letters = note.chars();
    letters.next().map_or_else(String::new, |letter| letter.to_uppercase().chain(letters).collect())
}

/// A path as Markdown code; a path of a set holds no backtick.
fn code(path: &str) -> String {
    format!("`{}`", path.replace('`', "'"))
}

fn lines(file: &FileChange) -> String {
    match file.counts() {
        (0, 0) => String::new(),
        (added, removed) => format!("+{added} −{removed}"),
    }
}

/// A fence longer than any run of backticks at the start of a line of the text.
pub(super) fn fence(text: &str) -> String {
    let longest = text
        .lines()
        .map(|line| line.trim_start_matches(['+', '-', ' ']))
        .map(|line| line.len() - line.trim_start_matches('`').len())
        .max();
    "`".repeat(longest.unwrap_or(0).max(2) + 1)
}

/// Left-aligned columns; the last one of a row is as long as it is.
fn columns(rows: &[[String; 5]]) -> String {
    let mut widths = [0; 5];
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let mut text = String::new();
    for row in rows {
        let mut line = String::new();
        for (width, cell) in widths.iter().zip(row) {
            let _ = write!(line, "{cell:<width$}  ");
        }
        let _ = writeln!(text, "{}", line.trim_end());
    }
    text
}
