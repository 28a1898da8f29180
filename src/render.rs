//! From a plan to files: the only module that knows the template engine.

use std::sync::OnceLock;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Serde, Value};
use minijinja::{AutoEscape, Environment, ErrorKind, UndefinedBehavior};

use crate::codec;
use crate::files::{FILES, FileSpec};
use crate::fileset::{File, FileSet};
use crate::options::Choices;
use crate::plan::Plan;
use crate::quote;

/// The embedded templates: name without `.j2`, source. Written by `build.rs`.
pub const TEMPLATES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/templates.rs"));

/// A template did not render: always a mistake of this program, never of the user's choices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenderError {
    /// Template that failed.
    pub template: String,
    /// What the template engine says.
    pub message: String,
}

impl std::fmt::Display for RenderError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "template {}: {} (a mistake in Dunnage; please report it)", self.template, self.message)
    }
}

impl std::error::Error for RenderError {}

/// Name of the manifest that every set carries.
pub const MANIFEST: &str = "dunnage.yaml";

/// Renders every file that the plan calls for, and the manifest of `choices`.
///
/// # Errors
/// [`RenderError`] when a template is at fault.
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
/// [`RenderError`] when a template is at fault.
pub fn render_some(plan: &Plan, wanted: impl Fn(&FileSpec) -> bool) -> Result<FileSet, RenderError> {
    let mut files = FileSet::default();
    // The plan becomes the engine's own value once, not once per template.
    let context = Value::from(Serde(plan));
    for spec in FILES.iter().filter(|spec| (spec.when)(plan) && wanted(spec)) {
        let text = render_template(spec, &context)?;
        files.insert(spec.path(plan), File { text, executable: spec.executable, why: spec.why });
    }
    Ok(files)
}

fn render_template(spec: &FileSpec, context: &Value) -> Result<String, RenderError> {
    let failed =
        |error: minijinja::Error| RenderError { template: spec.template.to_owned(), message: format!("{error}") };
    let template = environment().get_template(spec.template).map_err(failed)?;
    template.render(context.clone()).map(|text| clean(&text)).map_err(failed)
}

/// The one exit for text: line feeds only, one final newline.
fn clean(text: &str) -> String {
    let mut text = text.replace("\r\n", "\n");
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}

fn environment() -> &'static Environment<'static> {
    static ENVIRONMENT: OnceLock<Environment<'static>> = OnceLock::new();
    ENVIRONMENT.get_or_init(|| {
        let mut environment = Environment::new();
        if let Ok(syntax) =
            SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).keep_trailing_newline(true).build()
        {
            environment.set_syntax(syntax);
        }
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_auto_escape_callback(|_| AutoEscape::None);
        for (name, filter) in FILTERS {
            environment.add_filter(*name, |text: &str| filter(text));
        }
        environment.add_filter("join", join);
        for (name, source) in TEMPLATES {
            // A template that does not compile is missing afterwards, and `get_template` says so.
            let _ = environment.add_template(name, source);
        }
        environment
    })
}

type Filter = fn(&str) -> String;

/// Quoting filters by name.
const FILTERS: &[(&str, Filter)] = &[
    ("yaml", quote::yaml),
    ("sh", quote::sh),
    ("py", quote::py),
    ("nginx", quote::nginx),
    ("docker", quote::docker),
    ("env", quote::env),
    ("md", quote::md),
];

fn join(list: &Value, separator: &str) -> Result<String, minijinja::Error> {
    let mut parts = Vec::new();
    for item in list.try_iter()? {
        let text = item.as_str().ok_or_else(|| minijinja::Error::new(ErrorKind::InvalidOperation, "not a text"))?;
        parts.push(text.to_owned());
    }
    Ok(parts.join(separator))
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
