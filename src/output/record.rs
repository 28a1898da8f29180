//! `dunnage.yaml` read back: what was chosen, and what was written then.

use std::collections::BTreeMap;

use serde_yaml::Value;

use crate::catalog::codec::Problem;
use crate::catalog::options::Choices;
use crate::catalog::yaml;
use crate::catalog::yaml::MAX_YAML;
use crate::messages::{Message, msg};
use crate::output::manifest::MARK_LENGTH;

/// What a manifest says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Record {
    /// Version of the program that wrote the set; empty where the manifest does not say.
    pub version: String,
    /// The choices, as they stand there now.
    pub choices: Choices,
    /// The files as they were written, by path.
    pub files: BTreeMap<String, Written>,
    /// Full-line comments that somebody added.
    pub comments: Vec<String>,
}

/// What is known of a file as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// SHA-256 in lower-case hexadecimal, line ends counted as line feeds.
    pub sha256: String,
    /// A mark for each line of the text as it was generated; `None` where the manifest has no whole marks.
    pub marks: Option<Vec<String>>,
}

/// Reads a manifest, and names what in it could not be taken.
///
/// # Errors
/// A [`Problem`] when this is no manifest: no YAML, or without a list of files.
pub fn read(text: &str) -> Result<(Record, Vec<Problem>), Problem> {
    let broken =
        |place: &str, message: Message| Problem { place: Message::raw(place), message, suggestion: None, usage: true };
    if text.len() > MAX_YAML {
        return Err(broken("YAML", msg!("Too large ({0} bytes): the limit is {1}.", text.len(), MAX_YAML)));
    }
    let (choices, mut problems) = yaml::from_yaml(text);
    let value: Value = serde_yaml::from_str(text.trim_start_matches('\u{feff}')).map_err(|error| {
        // The reader of the choices has said it with its place.
        problems.pop().unwrap_or_else(|| broken("YAML", msg!("this is not YAML: {0}.", error.to_string())))
    })?;
    let Some(files) = value.get("files").and_then(Value::as_mapping) else {
        return Err(broken(
            "files",
            msg!("it has no list of written files, so this is not the dunnage.yaml of a set."),
        ));
    };
    let mut record = Record {
        version: value.get("dunnage").and_then(Value::as_str).unwrap_or_default().to_owned(),
        choices,
        files: BTreeMap::new(),
        comments: comments(text),
    };
    for (path, hash) in files {
        let (Some(path), Some(sha256)) = (path.as_str(), hash.as_str()) else {
            problems.push(broken("files", msg!("a path and its SHA-256 were expected, both as text.")));
            continue;
        };
        if !is_inside(path) {
            problems
                .push(broken("files", msg!("“{0}” points outside the directory.", path.escape_debug().to_string())));
            continue;
        }
        let marks = value.get("lines").and_then(|lines| lines.get(path)).and_then(Value::as_str).and_then(marks);
        record.files.insert(path.to_owned(), Written { sha256: sha256.to_owned(), marks });
    }
    Ok((record, problems))
}

/// Whether a path stays below the directory that it is relative to, spelled as a set spells its paths.
pub fn is_inside(path: &str) -> bool {
    let plain = |part: &str| !part.is_empty() && part != "." && part != ".." && !part.contains(['\\', ':', '\0', '\n']);
    path.split('/').all(plain)
}

/// Marks as the manifest has them, in rows; `None` where a part of one is missing.
fn marks(rows: &str) -> Option<Vec<String>> {
    let digits: Vec<char> = rows.chars().filter(|c| !c.is_whitespace()).collect();
    let whole = !digits.is_empty() && digits.len().is_multiple_of(MARK_LENGTH);
    whole.then(|| digits.chunks(MARK_LENGTH).map(|mark| mark.iter().collect()).collect())
}

/// How the comments begin that this program writes itself.
const OWN: [&str; 5] = [
    "# What the project is made of",
    "# Written by Dunnage",
    "#   dunnage render --choices",
    "# SHA-256 of every",
    "# A mark per generated",
];

fn comments(text: &str) -> Vec<String> {
    let foreign = |line: &&str| line.starts_with('#') && !OWN.iter().any(|own| line.starts_with(own));
    text.lines().map(str::trim).filter(foreign).map(str::to_owned).collect()
}

/// A manifest's text with the comments that somebody had added to the one before, below its own first lines.
pub fn with_comments(manifest: &str, comments: &[String]) -> String {
    let own = manifest.lines().take_while(|line| line.starts_with('#')).count();
    let mut text = String::with_capacity(manifest.len());
    for (index, line) in manifest.lines().enumerate() {
        if index == own {
            for comment in comments {
                text.push_str(comment);
                text.push('\n');
            }
        }
        text.push_str(line);
        text.push('\n');
    }
    text
}
