//! Ways to take a set away as text: the command that writes it, a text that unpacks it, and one block to read.

use std::iter;
use std::sync::OnceLock;

use crate::catalog::codec::changed;
use crate::catalog::options::{Choices, OPTIONS};
use crate::catalog::presets::presets;
use crate::output::fileset::FileSet;
use crate::text::quote;

/// What a command may begin with, and the wishes that it brings, in the order of [`OPTIONS`].
struct Base {
    first: Option<String>,
    wishes: Vec<String>,
}

fn wishes(choices: &Choices) -> Vec<String> {
    OPTIONS.iter().map(|spec| spec.wish(choices)).collect()
}

/// The defaults, and every preset on top of them.
fn bases() -> &'static [Base] {
    static BASES: OnceLock<Vec<Base>> = OnceLock::new();
    BASES.get_or_init(|| {
        let defaults = Choices::default();
        let plain = Base { first: None, wishes: wishes(&defaults) };
        let with_preset = presets().iter().map(|preset| Base {
            first: Some(["--preset ", preset.id].concat()),
            wishes: wishes(&preset.apply(&defaults)),
        });
        iter::once(plain).chain(with_preset).collect()
    })
}

/// The shortest `dunnage render` that gives these choices, in parts that a shell reads as they are; a part has no line
/// break, and a line may end after each.
pub fn command(choices: &Choices) -> Vec<String> {
    let wishes = wishes(choices);
    let from = |base: &Base| {
        let differing = OPTIONS.iter().zip(wishes.iter().zip(&base.wishes)).filter(|(_, (wish, held))| wish != held);
        let sets = differing.map(|(spec, (wish, _))| ["--set ", spec.id, "=", &quote::sh(wish)].concat());
        base.first.clone().into_iter().chain(sets).collect::<Vec<_>>()
    };
    let length = |parts: &Vec<String>| parts.iter().map(|part| part.len() + 1).sum::<usize>();
    let mut parts = vec!["dunnage render".to_owned()];
    parts.extend(bases().iter().map(from).min_by_key(length).unwrap_or_default());
    parts.push(["--out ", &quote::sh(&choices.project_name.to_string())].concat());
    parts
}

/// Joins the parts of a command; one that is long gets a line a part.
pub fn joined(parts: &[String]) -> String {
    let line = parts.join(" ");
    if line.len() <= 80 { line } else { parts.join(" \\\n  ") }
}

/// A packed set as a text for `sh`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Packed<'a> {
    /// The directory that the archive holds.
    pub root: &'a str,
    /// How many files are in it.
    pub count: usize,
    /// The tar archive in base64, without line breaks.
    pub base64: &'a str,
    /// SHA-256 of the archive, in hexadecimal digits.
    pub sha256: &'a str,
    /// The archive is compressed with gzip.
    pub gzip: bool,
}

/// A text that unpacks a set where it is pasted or run.
///
/// It is for any POSIX shell with base64, tar and sha256sum or shasum. The archive stands in a here-document, because
/// an argument may have no more than 128 kB on Linux; in lines of 76 characters, because a terminal takes no more than
/// 1,024 at a time on macOS. All of it is one group: a text that breaks off runs nothing. There is no comment in it
/// and no exclamation mark, which an interactive shell may take for something else.
pub fn script(packed: Packed) -> String {
    let root = quote::sh(packed.root);
    let mut text = String::from("(\nf=$(mktemp) || exit\n{ base64 -d || base64 -D; } 2>/dev/null >\"$f\" <<'END'\n");
    for line in packed.base64.as_bytes().chunks(76) {
        text.extend(line.iter().map(|byte| char::from(*byte)));
        text.push('\n');
    }
    let flags = if packed.gzip { "-xpmzf" } else { "-xpmf" };
    let count = packed.count.to_string();
    for part in [
        "END\nif [ -e ",
        &root,
        " ]; then\n  echo ",
        &quote::sh(&[packed.root, ": already exists; nothing was unpacked."].concat()),
        " >&2\n  false\nelif echo \"",
        packed.sha256,
        "  $f\" | { sha256sum -c || shasum -a 256 -c; } >/dev/null 2>&1; then\n  tar ",
        flags,
        " \"$f\" && echo ",
        &quote::sh(&["Unpacked ", &count, " files into ", packed.root, "."].concat()),
        "\nelse\n  echo 'This script is damaged; nothing was unpacked.' >&2\n  false\nfi\n",
        "s=$?\nrm -f \"$f\"\nexit $s\n)\n",
    ] {
        text.push_str(part);
    }
    text
}

/// All files as one Markdown text: a heading and a fence for each.
pub fn markdown(files: &FileSet) -> String {
    let mut text = String::new();
    for (path, file) in files.iter() {
        // A fence is longer than any run of backticks inside.
        let longest = file.text.split(|c| c != '`').map(str::len).max().unwrap_or_default();
        let fence = "`".repeat(longest.max(2) + 1);
        let mode = if file.executable { " (executable)" } else { "" };
        for part in ["## `", path, "`", mode, "\n\n", &fence, language(path), "\n", &file.text] {
            text.push_str(part);
        }
        if !file.text.ends_with('\n') {
            text.push('\n');
        }
        text.push_str(&fence);
        text.push_str("\n\n");
    }
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}

/// The word that Markdown readers know the language of a file by.
fn language(path: &str) -> &'static str {
    let name = path.rsplit('/').next().unwrap_or_default();
    match name.rsplit_once('.').map_or(name, |(_, ending)| ending) {
        "yml" | "yaml" => "yaml",
        "py" => "python",
        "sh" => "sh",
        "md" => "markdown",
        "toml" => "toml",
        "json" => "json",
        "conf" => "nginx",
        _ if name.contains("Dockerfile") => "dockerfile",
        _ if name == "Makefile" => "makefile",
        _ => "text",
    }
}

/// A choices file: a line that says what to do with it, then an option a line.
pub fn choices_file(choices: &Choices) -> String {
    let count = changed(choices).count().to_string();
    [
        "# Choices for Dunnage ",
        crate::version::VERSION,
        ", ",
        &count,
        " of them changed. Open it in the wizard, or:\n# dunnage render --choices choices.yaml --out ",
        &quote::sh(&choices.project_name.to_string()),
        "\n",
        &crate::catalog::codec::to_yaml(choices),
    ]
    .concat()
}
