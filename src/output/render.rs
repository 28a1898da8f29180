//! From a plan to files.
//!
//! Templates are compiled: `build.rs` makes a function of each, and the compiler sees to it that they name nothing but
//! fields of the plan.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::catalog::codec;
use crate::catalog::options::Choices;
use crate::output::fileset::{File, FileSet};
use crate::plan::files::{FILES, FileSpec};
use crate::plan::{Mark, Plan};
use crate::text::quote;

/// A compiled template: appends its text.
pub type Template = fn(&Plan, &mut String);

/// Fields of the plan, a bit for each; those beyond the last bit share it.
pub type FieldSet = u128;

/// Every template: name without `.j2`, the fields that it reads, and what it was compiled to. Written by `build.rs`.
#[allow(clippy::all, clippy::pedantic, unused_parens, unused_variables, reason = "compiled, not written")]
pub const TEMPLATES: &[(&str, FieldSet, Template)] = include!(concat!(env!("OUT_DIR"), "/templates.rs"));

/// The fields that differ between two plans, as far as any template reads them. Written by `build.rs`.
#[allow(clippy::all, clippy::pedantic, reason = "compiled, not written")]
const DIFFERING: fn(&Plan, &Plan) -> FieldSet = include!(concat!(env!("OUT_DIR"), "/differing.rs"));

/// Name of the manifest that every set carries.
pub const MANIFEST: &str = "dunnage.yaml";

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
    for spec in FILES.iter().filter(|spec| (spec.when)(plan) && wanted(spec)) {
        files.insert(spec.path(plan), file(spec, text(spec.render, plan)));
    }
    files
}

fn file(spec: &FileSpec, text: String) -> File {
    File { text, executable: spec.executable, why: spec.why }
}

fn text(template: Template, plan: &Plan) -> String {
    // Most files fit, so that the text need not grow again and again.
    let mut text = String::with_capacity(4096);
    template(plan, &mut text);
    // The one exit for text: one final newline. Templates have line feeds only, and so has every name in a plan.
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}

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
        let mut marks = earlier.marks[..head * MARK].to_owned();
        push_marks(&mut marks, &lines[head..lines.len() - tail]);
        marks.push_str(&earlier.marks[earlier.marks.len() - tail * MARK..]);
        Self { sha256: sha256(text), text: text.to_owned(), marks }
    }
}

impl Memory {
    /// The same as [`render`], quicker where little has changed since the last time, but for the text of the manifest,
    /// which is empty: it needs the hash of every line, and that takes longer than all the rest. [`Self::manifest`] has
    /// it.
    pub fn render_unrecorded(&mut self, plan: &Plan) -> FileSet {
        let changed = self.last.as_ref().map_or(FieldSet::MAX, |last| DIFFERING(last, plan));
        let mut earlier = std::mem::take(&mut self.kept);
        let mut files = FileSet::default();
        for (index, spec) in FILES.iter().enumerate().filter(|(_, spec)| (spec.when)(plan)) {
            let kept = match earlier.remove(&index) {
                Some(kept) if spec.reads & changed == 0 => kept,
                earlier => Kept {
                    file: Arc::new(file(spec, text(spec.render, plan))),
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

/// The manifest as a file.
pub fn manifest_file(text: String) -> File {
    File {
        text,
        executable: false,
        why: "The choices behind this set and a hash per file, so that a later run knows what was edited by hand.",
    }
}

/// Every template with an invisible character at the beginning of each line, which tells the line. Written by
/// `build.rs`; only what explains lines reads it.
#[allow(clippy::all, clippy::pedantic, unused_parens, unused_variables, reason = "compiled, not written")]
const TRACED: &[(&str, Template)] = include!(concat!(env!("OUT_DIR"), "/traced.rs"));

/// The first of the characters that mark lines, and how many there are.
#[allow(clippy::unreadable_literal, reason = "compiled, not written")]
const MARKS: (u32, u32) = include!(concat!(env!("OUT_DIR"), "/marks.rs"));

/// A line of a file, and the number of the template's line that it came from, counted from 1; 0 where the line begins
/// in none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TracedLine {
    /// Line of the template.
    pub source: usize,
    /// The line, without its line feed.
    pub text: String,
}

/// The lines of a file that the plan calls for, each with the line of the template that it came from.
pub fn trace(spec: &FileSpec, plan: &Plan) -> Vec<TracedLine> {
    let template = TRACED.iter().find(|(name, _)| *name == spec.template);
    let text = template.map(|(_, template)| text(*template, plan)).unwrap_or_default();
    let (first_mark, count) = MARKS;
    let mut source = 0;
    let lines = text.lines().map(|line| {
        let mut unmarked = String::with_capacity(line.len());
        let mut first = true;
        for character in line.chars() {
            let number = u32::from(character).wrapping_sub(first_mark);
            if number >= count {
                unmarked.push(character);
            } else if first {
                source = number as usize + 1;
                first = false;
            }
        }
        TracedLine { source, text: unmarked }
    });
    let mut lines: Vec<TracedLine> = lines.collect();
    // What is white once the marks are gone is no end of a file, as in `text`.
    while lines.len() > 1 && lines.last().is_some_and(|line| line.text.trim_end().is_empty()) {
        lines.pop();
    }
    if let Some(last) = lines.last_mut() {
        last.text.truncate(last.text.trim_end().len());
    }
    lines
}

/// The fields that differ between two plans. A file whose template [reads](FileSpec::reads) none of them is the same.
pub fn differing(one: &Plan, other: &Plan) -> FieldSet {
    DIFFERING(one, other)
}

// What the compiled templates are made of. These are functions of their own, and stay such, because there are some
// thousand calls of them.

/// Appends a text.
#[inline(never)]
fn put(out: &mut String, text: &str) {
    out.push_str(text);
}

/// Puts what was appended since `start` through a quoting filter.
#[inline(never)]
fn quoted(out: &mut String, start: usize, quote: fn(&str) -> String) {
    let quoted = quote(&out[start..]);
    out.truncate(start);
    out.push_str(&quoted);
}

/// Appends texts with something between them.
#[inline(never)]
fn join(out: &mut String, texts: &[String], separator: &str) {
    out.push_str(&texts.join(separator));
}

/// A value that templates write.
trait Write {
    fn write(&self, out: &mut String);
}

impl Write for str {
    fn write(&self, out: &mut String) {
        put(out, self);
    }
}

impl Write for u32 {
    #[inline(never)]
    fn write(&self, out: &mut String) {
        put(out, &self.to_string());
    }
}

impl Write for Mark {
    fn write(&self, out: &mut String) {
        put(out, self.label());
    }
}

/// A value that templates ask about.
trait Holds {
    fn holds(&self) -> bool;
}

impl Holds for bool {
    fn holds(&self) -> bool {
        *self
    }
}

impl Holds for str {
    fn holds(&self) -> bool {
        !self.is_empty()
    }
}

impl<T> Holds for [T] {
    fn holds(&self) -> bool {
        !self.is_empty()
    }
}

/// What `dunnage.yaml` keeps of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded<'a> {
    /// Path in the set.
    pub path: &'a str,
    /// SHA-256 of the file as it was written, in hexadecimal.
    pub sha256: String,
    /// [`line_marks`] of the text as it was generated; that is another one where edits were merged in.
    pub marks: String,
}

/// `dunnage.yaml`: version, choices, and per file a SHA-256 and a mark for each line.
pub fn manifest_of(choices: &Choices, files: &[Recorded]) -> String {
    use std::fmt::Write as _;
    let version = crate::VERSION;
    let mut yaml = format!(
        "# Written by Dunnage {version}. The choices can be rendered again:\n\
         #   dunnage render --choices {MANIFEST} --out .\n\
         dunnage: {}\nchoices:\n",
        quote::yaml(version)
    );
    for line in codec::to_yaml(choices).lines() {
        // Writing into a String does not fail.
        let _ = writeln!(yaml, "  {line}");
    }
    yaml.push_str("# SHA-256 of every file as it was written.\nfiles:\n");
    for file in files {
        let _ = writeln!(yaml, "  {}: \"{}\"", quote::yaml(file.path), file.sha256);
    }
    yaml.push_str("# A mark per generated line: with them an update tells your edits from its own.\nlines:\n");
    for file in files {
        let _ = writeln!(yaml, "  {}: >-", quote::yaml(file.path));
        let mut rest = file.marks.as_str();
        while !rest.is_empty() {
            let (row, next) = rest.split_at(rest.len().min(MARKS_A_ROW * MARK));
            let _ = writeln!(yaml, "    {row}");
            rest = next;
        }
    }
    yaml
}

/// Characters of a line's mark.
pub const MARK: usize = 6;

/// Marks in a row of the manifest, so that no row is longer than 120 characters.
const MARKS_A_ROW: usize = 19;

/// The marks of a text's lines, one after the other: the first 36 bits of a line's SHA-256, six bits a character.
///
/// A merge only has to know which lines are still the ones that were generated; so this is all it needs of that text.
pub fn line_marks(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let mut marks = String::with_capacity(lines.len() * MARK);
    push_marks(&mut marks, &lines);
    marks
}

/// The mark of an empty line, and one line in six is empty.
const EMPTY: &str = "47DEQp";

fn push_marks(marks: &mut String, lines: &[&str]) {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for line in lines {
        if line.is_empty() {
            marks.push_str(EMPTY);
            continue;
        }
        let hash = hash(line.as_bytes());
        let bits = hash[..5].iter().fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte)) >> 4;
        for digit in (0..MARK).rev() {
            marks.push(char::from(DIGITS[(bits >> (6 * digit) & 63) as usize]));
        }
    }
}

/// SHA-256: small in the page, quick elsewhere.
fn hash(bytes: &[u8]) -> [u8; 32] {
    #[cfg(target_family = "wasm")]
    return hmac_sha256::Hash::hash(bytes);
    #[cfg(not(target_family = "wasm"))]
    return <sha2::Sha256 as sha2::Digest>::digest(bytes).into();
}

/// SHA-256 of a text or of bytes, in lower-case hexadecimal.
pub fn sha256(text: impl AsRef<[u8]>) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digits = |byte: u8| [byte >> 4, byte & 15].map(|half| char::from(DIGITS[usize::from(half)]));
    hash(text.as_ref()).into_iter().flat_map(digits).collect()
}
