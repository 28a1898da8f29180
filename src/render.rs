//! From a plan to files.
//!
//! Templates are compiled: `build.rs` makes a function of each, and the compiler sees to it that they name nothing but
//! fields of the plan.

use std::convert::Infallible;

use crate::codec;
use crate::files::{FILES, FileSpec};
use crate::fileset::{File, FileSet};
use crate::options::Choices;
use crate::plan::{Mark, Plan};
use crate::quote;

/// A compiled template: appends its text.
pub type Template = fn(&Plan, &mut String);

/// Every template: name without `.j2`, and what it was compiled to. Written by `build.rs`.
#[allow(clippy::all, clippy::pedantic, unused_parens, unused_variables, reason = "compiled, not written")]
pub const TEMPLATES: &[(&str, Template)] = include!(concat!(env!("OUT_DIR"), "/templates.rs"));

/// Rendering fails with this, that is never: a compiled template cannot fail.
pub type RenderError = Infallible;

/// Name of the manifest that every set carries.
pub const MANIFEST: &str = "dunnage.yaml";

/// Renders every file that the plan calls for, and the manifest of `choices`.
///
/// # Errors
/// None, see [`RenderError`].
pub fn render(plan: &Plan, choices: &Choices) -> Result<FileSet, RenderError> {
    let mut files = render_some(plan, |_| true)?;
    let manifest = manifest(choices, &files);
    files.insert(
        MANIFEST.to_owned(),
        File {
            text: manifest,
            executable: false,
            why: "The choices behind this set and a hash per file, so that a later run knows what was edited by hand.",
        },
    );
    Ok(files)
}

/// Renders the files that the plan calls for and `wanted` says yes to, without the manifest.
///
/// # Errors
/// None, see [`RenderError`].
pub fn render_some(plan: &Plan, wanted: impl Fn(&FileSpec) -> bool) -> Result<FileSet, RenderError> {
    let mut files = FileSet::default();
    for spec in FILES.iter().filter(|spec| (spec.when)(plan) && wanted(spec)) {
        let mut text = String::new();
        (spec.render)(plan, &mut text);
        // The one exit for text: one final newline. Templates have line feeds only, and so has every name in a plan.
        text.truncate(text.trim_end().len());
        text.push('\n');
        files.insert(spec.path(plan), File { text, executable: spec.executable, why: spec.why });
    }
    Ok(files)
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

/// `dunnage.yaml` of a set whose files are all as they were rendered.
fn manifest(choices: &Choices, files: &FileSet) -> String {
    let rows: Vec<Recorded> = files
        .iter()
        .map(|(path, file)| Recorded { path, sha256: sha256(&file.text), marks: line_marks(&file.text) })
        .collect();
    manifest_of(choices, &rows)
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
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut marks = String::new();
    for line in text.lines() {
        let hash = hmac_sha256::Hash::hash(line.as_bytes());
        let bits = hash[..5].iter().fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte)) >> 4;
        for digit in (0..MARK).rev() {
            marks.push(char::from(DIGITS[(bits >> (6 * digit) & 63) as usize]));
        }
    }
    marks
}

/// SHA-256 of a text or of bytes, in lower-case hexadecimal.
pub fn sha256(text: impl AsRef<[u8]>) -> String {
    use std::fmt::Write as _;
    hmac_sha256::Hash::hash(text.as_ref()).iter().fold(String::with_capacity(64), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
