//! `dunnage.yaml`, the manifest that every set carries: its choices, and what each file was when it was written.

use crate::catalog::codec;
use crate::catalog::options::Choices;
use crate::output::fileset::File;
use crate::output::hash::hash;
use crate::text::quote;

/// Name of the manifest that every set carries.
pub const MANIFEST: &str = "dunnage.yaml";

/// The manifest as a file.
pub fn manifest_file(text: String) -> File {
    File {
        text,
        executable: false,
        why: "The choices of this set and a hash of each file, so a later run can detect manual edits.",
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
    let version = crate::version::VERSION;
    let mut yaml = format!(
        "# Written by Dunnage {version}. The choices can be rendered again:\n\
         #   dunnage render --choices {MANIFEST} --out .\n\
         dunnage: {}\nchoices:\n",
        quote::yaml(version)
    );
    for line in codec::options_to_yaml(choices).lines() {
        // Writing into a String does not fail.
        let _ = writeln!(yaml, "  {line}");
    }
    let facts = codec::facts_to_yaml(choices);
    if !facts.is_empty() {
        yaml.push_str("# What the project is made of.\nproject:\n");
        for line in facts.lines() {
            let _ = writeln!(yaml, "  {line}");
        }
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
            let (row, next) = rest.split_at(rest.len().min(MARKS_A_ROW * MARK_LENGTH));
            let _ = writeln!(yaml, "    {row}");
            rest = next;
        }
    }
    yaml
}

/// Characters of a line's mark.
pub const MARK_LENGTH: usize = 6;

/// Marks in a row of the manifest, so that no row is longer than 120 characters.
const MARKS_A_ROW: usize = 19;

/// The marks of a text's lines, one after the other: the first 36 bits of a line's SHA-256, six bits a character.
///
/// A merge only has to know which lines are still the ones that were generated; so this is all it needs of that text.
pub fn line_marks(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let mut marks = String::with_capacity(lines.len() * MARK_LENGTH);
    push_marks(&mut marks, &lines);
    marks
}

/// The mark of an empty line, and one line in six is empty.
const EMPTY: &str = "47DEQp";

/// Appends the marks of lines.
pub(super) fn push_marks(marks: &mut String, lines: &[&str]) {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for line in lines {
        if line.is_empty() {
            marks.push_str(EMPTY);
            continue;
        }
        let hash = hash(line.as_bytes());
        let bits = hash[..5].iter().fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte)) >> 4;
        for digit in (0..MARK_LENGTH).rev() {
            marks.push(char::from(DIGITS[(bits >> (6 * digit) & 63) as usize]));
        }
    }
}
