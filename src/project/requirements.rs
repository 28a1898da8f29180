//! The user's own requirements, brought into the files of a set.
//!
//! Every logical line of every input is accounted for: it is in one output, word for word, or the account says why
//! not. What this program adds is listed as well. A line is never interpreted beyond the name it starts with: pins,
//! extras, markers, hashes and comments are text that is carried along.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::messages::{Message, msg};
use crate::output::fileset::FileSet;
use crate::plan::model::{Plan, Requirement};
use crate::project::paths::beside;

/// Largest requirements file that is read, in bytes; one with hashes for hundreds of packages has about 500 kB.
pub const MAX_BYTES: usize = 4 << 20;

/// One of the user's files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    /// Path relative to the project's root, `/` between parts.
    pub path: String,
    /// Its text, with line feeds only.
    pub text: String,
}

/// Where a line of the user's went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fate {
    /// Into the list for everywhere; with `requirements=single` into the one list.
    Base,
    /// Into the list for production.
    Production,
    /// Into the list for development.
    Development,
    /// Nowhere: it includes a file whose lines are here themselves.
    Followed,
}

impl Fate {
    /// The word shown to people and in JSON.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Base => "base",
            Self::Production => "production",
            Self::Development => "development",
            Self::Followed => "followed",
        }
    }
}

/// One logical line of an input: with its continuations, and the comments and empty lines above it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RequirementLine {
    /// File that it comes from.
    pub path: String,
    /// Number of its first line there, counted from 1, without the comments above.
    pub number: usize,
    /// The line as it stood there, continuations included.
    pub text: String,
    /// Name of the package, normalised, where the line names one.
    pub package: Option<String>,
    /// Where it went.
    pub fate: Fate,
    /// What its user should know; empty where there is nothing to say.
    pub note: Message,
}

/// A line that this program adds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Added {
    /// File that it goes to.
    pub path: String,
    /// The line without its comment.
    pub line: String,
    /// Why it is there.
    pub why: Message,
}

/// The user's requirements in the files of the set, and the account of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Split {
    /// The files by path.
    pub files: BTreeMap<String, String>,
    /// Every logical line of the inputs, in order.
    pub lines: Vec<RequirementLine>,
    /// Every line that is this program's, in the order of the files.
    pub added: Vec<Added>,
    /// Packages that this program does not know and that went to base because of it.
    pub unknown: Vec<String>,
    /// What concerns the whole.
    pub notes: Vec<Message>,
}

/// Text of a requirements file from its bytes: UTF-8 or, with a byte order mark, UTF-16, as PowerShell writes it.
///
/// # Errors
/// What is wrong with the bytes, as a sentence.
pub fn decode(bytes: &[u8]) -> Result<String, Message> {
    if bytes.len() > MAX_BYTES {
        return Err(msg!("Too large ({0} bytes): the limit is {1}.", bytes.len(), MAX_BYTES));
    }
    let wide = |from: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = bytes[2..].chunks_exact(2).map(|pair| from([pair[0], pair[1]])).collect();
        String::from_utf16(&units).map_err(|_| msg!("this is neither UTF-8 nor UTF-16 text."))
    };
    let text = match bytes {
        [0xff, 0xfe, ..] => wide(u16::from_le_bytes)?,
        [0xfe, 0xff, ..] => wide(u16::from_be_bytes)?,
        _ => String::from_utf8(bytes.to_vec()).map_err(|error| {
            let line = String::from_utf8_lossy(&bytes[..error.utf8_error().valid_up_to()]).matches('\n').count() + 1;
            msg!("{0}: {1}", msg!("line {0}", line), msg!("this is neither UTF-8 nor UTF-16 text."))
        })?,
    };
    Ok(text.trim_start_matches('\u{feff}').replace("\r\n", "\n").replace('\r', "\n"))
}

/// What the packages are for that are known.
const PACKAGES: &str = include_str!("packages.txt");

/// What a package is for, by its normalised name; `None` for one that is not known.
fn purpose(package: &str) -> Option<Fate> {
    let mut fate = None;
    for line in PACKAGES.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        match line {
            "[production]" => fate = Some(Fate::Production),
            "[development]" => fate = Some(Fate::Development),
            "[base]" => fate = Some(Fate::Base),
            name if name == package => return fate,
            name if name.strip_suffix('*').is_some_and(|start| package.starts_with(start)) => return fate,
            _ => {}
        }
    }
    None
}

/// The modules that a distribution brings, where their names are not its own.
const MODULES: &[(&str, &[&str])] = &[
    ("beautifulsoup4", &["bs4"]),
    ("django-debug-toolbar", &["debug_toolbar"]),
    ("django-silk", &["silk"]),
    ("django-stubs", &["django_stubs_ext"]),
    ("factory-boy", &["factory"]),
    ("model-bakery", &["model_bakery"]),
    ("mypy-extensions", &["mypy_extensions"]),
    ("pep8", &["pep8"]),
    ("time-machine", &["time_machine"]),
];

/// The modules that a distribution brings, by its normalised name.
fn modules_of(package: &str) -> Vec<String> {
    if let Some((_, modules)) = MODULES.iter().find(|(name, _)| *name == package) {
        return modules.iter().map(|module| (*module).to_owned()).collect();
    }
    let own = package.replace('-', "_");
    let bare = own.strip_prefix("django_").or_else(|| own.strip_prefix("python_")).map(str::to_owned);
    [Some(own), bare].into_iter().flatten().collect()
}

/// The files of constraints that a file names, from the root of the project.
pub(super) fn constraints(input: &Input) -> Vec<String> {
    let entries = entries(&input.text).into_iter();
    let named = entries.filter_map(|(_, _, entry)| match entry {
        Entry::Constraint(path) => beside(&input.path, &path),
        _ => None,
    });
    named.collect()
}

/// What a file is for, by its name; `None` where the name does not say.
pub(super) fn purpose_of_file(path: &str) -> Option<Fate> {
    let stem = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    let words: Vec<&str> = stem.split(|c: char| !c.is_ascii_alphanumeric()).collect();
    let has = |known: &[&str]| words.iter().any(|word| known.contains(word));
    if has(&["dev", "devel", "development", "local", "test", "tests", "testing", "ci", "docs", "lint"]) {
        Some(Fate::Development)
    } else if has(&["prod", "production", "deploy", "live", "server"]) {
        Some(Fate::Production)
    } else {
        None
    }
}

/// A package's name as the packaging specifications compare it.
pub fn normalise(name: &str) -> String {
    let mut normal = String::with_capacity(name.len());
    for c in name.chars() {
        match c {
            '-' | '_' | '.' if normal.ends_with('-') => {}
            '-' | '_' | '.' => normal.push('-'),
            c => normal.push(c.to_ascii_lowercase()),
        }
    }
    normal
}

/// A logical line before anything is decided.
struct Read {
    number: usize,
    /// Comments and empty lines above it, each with its line feed.
    above: String,
    /// The line with its continuations, without the final line feed.
    text: String,
}

/// The logical lines of a text, as pip joins them; what is left at the end are comments without a line below.
fn read(text: &str) -> (Vec<Read>, String) {
    let mut lines = Vec::new();
    let mut above = String::new();
    let mut open: Option<Read> = None;
    for (index, line) in text.lines().enumerate() {
        let bare = line.trim();
        let mut read = match open.take() {
            Some(mut read) => {
                read.text.push('\n');
                read.text.push_str(line);
                read
            }
            None if bare.is_empty() || bare.starts_with('#') => {
                above.push_str(line);
                above.push('\n');
                continue;
            }
            None => Read { number: index + 1, above: std::mem::take(&mut above), text: line.to_owned() },
        };
        // A comment ends a joined line even when it ends in a backslash.
        if line.ends_with('\\') && !bare.starts_with('#') {
            open = Some(read);
        } else {
            read.text.truncate(read.text.trim_end().len());
            lines.push(read);
        }
    }
    lines.extend(open);
    (lines, above)
}

/// What a logical line is.
#[derive(Debug, PartialEq, Eq)]
enum LineKind<'a> {
    /// It includes a file: flag and path.
    Include(&'a str),
    /// It names a file of constraints.
    Constraint(&'a str),
    /// Another option of pip's.
    Option,
    /// A package, by name where it can be told, and by the spelling of the name.
    Package(Option<String>),
}

fn line_kind(text: &str) -> LineKind<'_> {
    let text = text.trim_start();
    let argument = |long: &str, short: &str| {
        let rest = text.strip_prefix(long).or_else(|| text.strip_prefix(short))?;
        let rest = rest.strip_prefix('=').unwrap_or(rest);
        (rest.len() < text.len()).then(|| rest.split(" #").next().unwrap_or_default().trim())
    };
    if let Some(path) = argument("--requirement", "-r") {
        return LineKind::Include(path);
    }
    if let Some(path) = argument("--constraint", "-c") {
        return LineKind::Constraint(path);
    }
    if let Some(place) = argument("--editable", "-e") {
        return LineKind::Package(name_in_url(place));
    }
    if text.starts_with('-') {
        return LineKind::Option;
    }
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || "-_.".contains(c))).unwrap_or(text.len());
    let rest = &text[end..];
    // A URL with its scheme, with the name of a version control system before it or not, or a path.
    if text.starts_with('.') || rest.starts_with(['/', ':', '\\']) || rest.starts_with('+') && rest.contains("://") {
        return LineKind::Package(name_in_url(text.split_whitespace().next().unwrap_or_default()));
    }
    let name = normalise(&text[..end]);
    LineKind::Package(Some(name).filter(|name| !name.trim_matches('-').is_empty()))
}

/// The package that a URL or a path brings, where it says so.
fn name_in_url(place: &str) -> Option<String> {
    if let Some((_, fragment)) = place.split_once('#') {
        let egg = fragment.split('&').find_map(|part| part.strip_prefix("egg="));
        if let Some(egg) = egg {
            return Some(normalise(egg.split('[').next().unwrap_or(egg)));
        }
    }
    let file = place.split(['#', '?']).next()?.rsplit('/').next()?;
    file.strip_suffix(".whl").and_then(|wheel| wheel.split('-').next()).map(normalise)
}

/// Every line of a requirements file that names a package: number of the line, the line, the normalised name.
pub fn package_of(text: &str) -> Vec<(usize, String, String)> {
    let named = |row: Read| match line_kind(&row.text) {
        LineKind::Package(Some(name)) => Some((row.number, row.text, name)),
        _ => None,
    };
    read(text).0.into_iter().filter_map(named).collect()
}

/// What a line of a requirements file refers to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Entry {
    /// A file whose lines count as well, relative to this one.
    Include(String),
    /// A file of constraints, relative to this one.
    Constraint(String),
    /// A directory or file of the project, relative to where pip runs.
    Local(String),
    /// Another option of pip's.
    Option,
    /// A package from an index or a URL.
    Package,
}

/// The logical lines of a requirements file: number, text, and what each refers to.
pub(super) fn entries(text: &str) -> Vec<(usize, String, Entry)> {
    let entry = |row: Read| {
        let entry = match line_kind(&row.text) {
            LineKind::Include(path) => Entry::Include(path.to_owned()),
            LineKind::Constraint(path) => Entry::Constraint(path.to_owned()),
            LineKind::Option => Entry::Option,
            LineKind::Package(_) => local(&row.text).map_or(Entry::Package, Entry::Local),
        };
        (row.number, row.text, entry)
    };
    read(text).0.into_iter().map(entry).collect()
}

/// The path that a line names instead of a package from an index.
fn local(line: &str) -> Option<String> {
    let line = line.trim();
    let line = line.strip_prefix("--editable").or_else(|| line.strip_prefix("-e")).unwrap_or(line);
    let line = line.trim_start_matches(['=', ' ']).split(" #").next().unwrap_or_default();
    let line = line.split(" ;").next().unwrap_or_default().split(" --").next().unwrap_or_default();
    let place = line.split_once(" @ ").map_or(line, |(_, place)| place).trim().trim_matches(['"', '\'']);
    let bare = place.strip_prefix("file:").map(|path| path.strip_prefix("//").unwrap_or(path));
    let path = match bare {
        Some(path) => path,
        None if place.contains("://") || !(place.starts_with('.') || place.contains('/')) => return None,
        None => place,
    };
    let path = path.split(['#', '[']).next().unwrap_or_default();
    Some(path.replace("${PROJECT_ROOT}/", "").trim_end_matches('/').to_owned())
}

/// Name and line of every requirement of a plan, with the file that it stands in.
fn pinned(plan: &Plan) -> Vec<(Fate, &Requirement, String)> {
    let lists = [
        (Fate::Base, &plan.packages.base),
        (Fate::Production, &plan.packages.production),
        (Fate::Development, &plan.packages.development),
    ];
    let name = |line: &str| normalise(line.split(['=', '[']).next().unwrap_or_default());
    lists.into_iter().flat_map(|(fate, list)| list.iter().map(move |row| (fate, row, name(&row.line)))).collect()
}

/// Path of a list in the set.
fn path_of(plan: &Plan, fate: Fate) -> &'static str {
    match fate {
        _ if !plan.requirements_split => "requirements.txt",
        Fate::Production => "requirements/production.txt",
        Fate::Development => "requirements/development.txt",
        Fate::Base | Fate::Followed => "requirements/base.txt",
    }
}

/// Brings the user's requirements into the lists of a set: `generated` are its files as they are rendered.
///
/// A package that both name keeps the user's line, and this program's goes.
pub fn split(inputs: &[Input], plan: &Plan, generated: &FileSet) -> Split {
    split_for(inputs, plan, generated, &BTreeSet::new())
}

/// The same for code that is known: `imported` are the modules that production imports, and what brings one of them
/// stays in production.
pub fn split_for(inputs: &[Input], plan: &Plan, generated: &FileSet, imported: &BTreeSet<String>) -> Split {
    let pinned = pinned(plan);
    let mut lines = Vec::new();
    let mut notes = Vec::new();
    let mut unknown = BTreeSet::new();
    let mut bodies: BTreeMap<&'static str, String> = BTreeMap::new();
    let mut theirs = BTreeSet::new();
    let mut hashes = false;
    for input in inputs {
        let (read, below) = read(&input.text);
        for row in read {
            let line = decide(input, &row, inputs, plan, &pinned, imported);
            hashes |= line.text.contains("--hash=");
            if let Some(package) = &line.package
                && purpose(package).is_none()
                && !pinned.iter().any(|(_, _, name)| name == package)
            {
                unknown.insert(package.clone());
            }
            theirs.extend(line.package.clone());
            if line.fate == Fate::Followed {
                // Its comments stay with what comes next.
                bodies.entry(path_of(plan, Fate::Base)).or_default().push_str(&row.above);
            } else {
                let body = bodies.entry(path_of(plan, line.fate)).or_default();
                body.push_str(&row.above);
                body.push_str(&carried(&line, &row, plan, &mut notes));
                body.push('\n');
            }
            lines.push(line);
        }
        if !below.trim().is_empty() {
            bodies.entry(path_of(plan, Fate::Base)).or_default().push_str(&below);
        }
    }
    let mut added = Vec::new();
    let mut files = BTreeMap::new();
    let paths: BTreeSet<&str> =
        [Fate::Base, Fate::Production, Fate::Development].map(|fate| path_of(plan, fate)).into();
    for path in paths {
        let Some(file) = generated.get(path) else { continue };
        let mut text = String::new();
        for line in file.text.lines() {
            let bare = line.split("  #").next().unwrap_or(line).trim_end();
            // One package may be in two lists, each with a reason of its own.
            match pinned.iter().find(|(fate, row, _)| row.line == bare && path_of(plan, *fate) == path) {
                // The same driver under its other name.
                Some((_, _, name)) if name == "psycopg2-binary" && theirs.contains("psycopg2") => continue,
                Some((_, _, name)) if theirs.contains(name) => continue,
                Some((_, row, _)) => {
                    added.push(Added { path: path.to_owned(), line: row.line.clone(), why: row.why.clone() });
                }
                None => {}
            }
            text.push_str(line);
            text.push('\n');
        }
        if let Some(body) = bodies.get(path) {
            text.push_str("\n# Yours.\n");
            text.push_str(body);
            text.truncate(text.trim_end().len());
            text.push('\n');
        }
        files.insert(path.to_owned(), text);
    }
    if hashes && !added.is_empty() {
        notes.push(msg!(
            "Your lines have hashes, so pip requires one for every package, and the added lines have none. Pin the \
             packages again with pip-compile or uv, or remove the hashes."
        ));
    }
    Split { files, lines, added, unknown: unknown.into_iter().collect(), notes }
}

/// Where a line goes, and what to say of it.
fn decide(
    input: &Input,
    row: &Read,
    inputs: &[Input],
    plan: &Plan,
    pinned: &[(Fate, &Requirement, String)],
    imported: &BTreeSet<String>,
) -> RequirementLine {
    let mut line = RequirementLine {
        path: input.path.clone(),
        number: row.number,
        text: row.text.clone(),
        package: None,
        fate: purpose_of_file(&input.path).unwrap_or(Fate::Base),
        note: Message::default(),
    };
    match line_kind(&row.text) {
        LineKind::Include(path) => {
            let path = beside(&input.path, path);
            if inputs.iter().any(|other| path.as_ref() == Some(&other.path)) {
                line.fate = Fate::Followed;
                line.note = msg!("Its lines were copied here.");
            } else {
                line.note = msg!("This file was not provided, so pip still reads it.");
            }
        }
        LineKind::Constraint(_) | LineKind::Option => {}
        LineKind::Package(None) => line.note = msg!("The line does not identify its package."),
        LineKind::Package(Some(package)) => {
            let ours: Vec<_> = pinned.iter().filter(|(_, _, name)| *name == package).collect();
            let was = line.fate;
            line.fate = match (&ours[..], purpose(&package)) {
                ([], Some(known)) if line.fate == Fate::Base => known,
                ([], _) => line.fate,
                ([(fate, _, _)], _) => *fate,
                // It is wanted in production and in development.
                _ => Fate::Base,
            };
            let used = modules_of(&package).into_iter().find(|module| imported.contains(module));
            if let Some(module) = used
                && was != Fate::Development
                && line.fate == Fate::Development
            {
                line.fate = was;
                line.note = msg!("Your code imports {0}, so production installs it as well.", module);
            } else if let Some((_, row, _)) = ours.first() {
                line.note = said_of_pin(&line.text, &row.line, &package, plan);
            } else if line.fate == Fate::Development && package.starts_with("django-") {
                line.note = msg!("If INSTALLED_APPS lists it, list it only in development.");
            }
            line.package = Some(package);
        }
    }
    if !plan.requirements_split && line.fate != Fate::Followed {
        line.fate = Fate::Base;
    }
    line
}

/// What to say where the user has a line for a package that this program would pin itself.
fn said_of_pin(theirs: &str, ours: &str, package: &str, plan: &Plan) -> Message {
    let extras = ours.split_once('[').and_then(|(_, rest)| rest.split_once(']')).map_or("", |(extras, _)| extras);
    let head = theirs.split([';', '#']).next().unwrap_or_default();
    let has = |extra: &str| {
        let given = head.split_once('[').and_then(|(_, rest)| rest.split_once(']')).map_or("", |(given, _)| given);
        given.split(',').any(|given| given.trim() == extra)
    };
    let lacking: Vec<&str> = extras.split(',').filter(|extra| !extra.is_empty() && !has(extra)).collect();
    let mut note = msg!("Your line instead of {0}.", ours);
    if !lacking.is_empty() {
        note = msg!("{0} It lacks the extra {1}, which the set needs.", note, lacking.join(" and "));
    }
    let pin = head.split_once("==").map(|(_, version)| version.trim());
    if package == "django"
        && let Some(version) = pin
        && version != plan.django
        && !version.starts_with(&format!("{}.", plan.django))
    {
        note = msg!("{0} The choices specify Django {1}.", note, plan.django);
    }
    note
}

/// A line as it stands in its new file: word for word, but for the path of a file that it names, which pip looks for
/// beside the file that names it.
fn carried(line: &RequirementLine, row: &Read, plan: &Plan, notes: &mut Vec<Message>) -> String {
    let (LineKind::Include(path) | LineKind::Constraint(path)) = line_kind(&row.text) else {
        return row.text.clone();
    };
    let target = path_of(plan, line.fate);
    let Some(root) = beside(&line.path, path).filter(|_| !path.contains("://")) else {
        return row.text.clone();
    };
    let up = "../".repeat(target.matches('/').count());
    let same = target.rsplit_once('/').and_then(|(folder, _)| root.strip_prefix(&format!("{folder}/")));
    let new = same.map_or_else(|| format!("{up}{root}"), str::to_owned);
    if new == path {
        return row.text.clone();
    }
    let place = format!("{}:{}", line.path, line.number);
    notes.push(msg!("{0}: {1}", place, msg!("“{0}” is “{1}” relative to {2}.", path, &new, target)));
    row.text.replacen(path, &new, 1)
}
