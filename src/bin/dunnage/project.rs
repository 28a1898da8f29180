//! `dunnage inspect`, `migrate`, `compare`, `check`, `update`, `requirements`, `link` and `open`.

use std::fmt::Write as _;
use std::fs;
use std::io::{self, Read as _};
use std::path::Path;

use dunnage::catalog::codec::{from_link, to_link, to_yaml, too_long};
use dunnage::catalog::date::Date;
use dunnage::catalog::options::Choices;
use dunnage::catalog::rules::{self, Severity};
use dunnage::exchange::archive;
use dunnage::generate;
use dunnage::output::diff::FileChange;
use dunnage::output::fileset::{File, FileSet};
use dunnage::output::manifest::MANIFEST;
use dunnage::output::record::{self, Record};
use dunnage::project::compare::compare as compare_sides;
use dunnage::project::inspect::inspect_with;
use dunnage::project::migrate::{self, Migration};
use dunnage::project::requirements::{self as split, Input, MAX_BYTES, Split};
use dunnage::project::update::{self, Action, Planned, Tree};
use dunnage::project::writes::{leftovers, of_migration};
use serde_json::json;

use crate::args::{Check, Compare, Format, Inspect, Migrate, Requirements, Update, Wish};
use crate::input::{choices, choices_from, files_below, hints, project, set_all, side, tell_problems, today};
use crate::listing::pretty;
use crate::render::{report, write_directory, write_file, write_one};
use crate::{Outcome, message, print, print_bytes};

/// Reads a project and says what it tells.
pub(crate) fn inspect(args: &Inspect) -> Outcome {
    let tree = match project(&args.directory) {
        Ok(tree) => tree,
        Err(outcome) => return outcome,
    };
    let found = inspect_with(&tree, &hints(&args.directory, args.project.as_deref()));
    print(&if args.json {
        pretty(&found)
    } else if args.yaml {
        to_yaml(&found.choices)
    } else {
        found.to_text()
    })
}

/// Plans a migration and shows it.
pub(crate) fn migrate(args: &Migrate) -> Outcome {
    let today = args.today.unwrap_or_else(today);
    let (planned, tree) = match planned(args, today) {
        Ok(planned) => planned,
        Err(outcome) => return outcome,
    };
    let (target, bytes) = match (&args.patch, &args.zip) {
        (Some(path), _) => (path, planned.to_patch().into_bytes()),
        (None, Some(path)) => {
            let planned = if has_history(&args.directory) { planned } else { planned.with_copies(&tree) };
            let writes = of_migration(&planned, &Tree::new());
            let gone = leftovers(&writes);
            if !gone.is_empty() {
                message(&format!("A zip cannot delete files; after unpacking, delete: {}.", gone.join(", ")));
            }
            (path, archive::zip(&planned.to_files(), &planned.project))
        }
        (None, None) if args.json => return print(&pretty(&planned)),
        (None, None) => return print(&planned.to_markdown()),
    };
    if target.as_os_str() == "-" { print_bytes(&bytes) } else { write_one(target, &bytes, args.force) }
}

/// Whether Git keeps what a directory had.
fn has_history(directory: &Path) -> bool {
    directory.canonicalize().is_ok_and(|path| path.ancestors().any(|above| above.join(".git").exists()))
}

fn planned(args: &Migrate, today: Date) -> Result<(Migration, Tree), Outcome> {
    if args.directory.join(MANIFEST).exists() {
        message(&format!("error: {MANIFEST} exists: use dunnage update to change an existing set."));
        return Err(Outcome::Usage);
    }
    let mut tree = project(&args.directory)?;
    // What follows from the directory of manage.py is told anew where that is given.
    let given = args.wish.set.iter().rev().find_map(|pair| pair.strip_prefix("project-dir="));
    let found = inspect_with(&tree, &hints(&args.directory, args.project.as_deref().or(given)));
    let choices = choices_from(found.choices.clone(), &args.wish)?;
    let findings = rules::check(&choices, today);
    findings.iter().for_each(report);
    if findings.iter().any(|finding| finding.severity == Severity::Error) {
        message("No plan was made: the choices above conflict.");
        return Err(Outcome::BadChoices);
    }
    let paths = migrate::paths(&choices, today);
    tree.extend(files_below(&args.directory, paths.iter().map(String::as_str))?);
    if let Some(refusal) = migrate::refusal(&tree, &found, &choices, today) {
        message(&format!("error: {refusal}"));
        return Err(Outcome::BadChoices);
    }
    let planned = migrate::migrate(&tree, &found, &choices, today);
    Ok((planned, tree))
}

/// Compares two sides and shows what was found.
pub(crate) fn compare(args: &Compare) -> Outcome {
    let today = args.today.unwrap_or_else(today);
    let (left, right) = match (side(&args.left, today), side(&args.right, today)) {
        (Ok(left), Ok(right)) => (left, right),
        (Err(outcome), _) | (_, Err(outcome)) => return outcome,
    };
    let found = compare_sides(&left, &right, today);
    print(&match args.format {
        Format::Table => found.to_table(),
        Format::Markdown => found.to_markdown(),
        Format::Json => pretty(&found),
    })
}

/// Says that something did not work out.
fn failed(error: &impl std::fmt::Display) -> Outcome {
    message(&format!("error: {error}"));
    Outcome::Io
}

/// A set that is there: its manifest's text, what that says, and every file that matters to `choices`.
struct Present {
    manifest: String,
    record: Record,
    choices: Choices,
    tree: Tree,
}

/// Reads a set, or says why not.
fn present(directory: &Path, set: &[String], today: Date) -> Result<Present, Outcome> {
    let place = directory.join(MANIFEST).display().to_string();
    let manifest = files_below(directory, [MANIFEST])?.remove(MANIFEST).ok_or_else(|| {
        failed(&format!("{place}: no such file, so this is not a set that can be checked or updated"))
    })?;
    let manifest = String::from_utf8(manifest).map_err(|_| failed(&format!("{place}: this is not UTF-8 text")))?;
    let (record, problems) = record::read(&manifest).map_err(|problem| {
        message(&format!("error: {place}: {problem}"));
        Outcome::Usage
    })?;
    let mut problems: Vec<_> = problems.into_iter().map(|problem| (place.clone(), problem)).collect();
    let mut choices = record.choices.clone();
    problems.extend(set_all(&mut choices, set)?);
    tell_problems(&problems)?;
    let paths = update::paths(&record, &choices, today);
    let tree = files_below(directory, paths.iter().map(String::as_str))?;
    Ok(Present { manifest, record, choices, tree })
}

/// Checks a set and says what is not as it should be.
pub(crate) fn check(args: &Check) -> Outcome {
    let today = args.today.unwrap_or_else(today);
    let set = match present(&args.directory, &[], today) {
        Ok(set) => set,
        Err(outcome) => return outcome,
    };
    let found = update::check(&set.record, &set.tree, today);
    let shown = if args.json {
        print(&pretty(&json!({"before": set.record.version, "after": dunnage::VERSION, "files": found})))
    } else {
        let rows = found.iter().map(|row| {
            let states: Vec<String> = row.states.iter().map(|state| state.label().to_string()).collect();
            format!("{}: {}\n", row.path, states.join(", "))
        });
        print(&rows.collect::<String>())
    };
    match shown {
        Outcome::Done if !found.is_empty() => Outcome::Differs,
        Outcome::Done => {
            message("All files are unmodified and up to date.");
            Outcome::Done
        }
        outcome => outcome,
    }
}

/// Shows what an update does, and does it.
pub(crate) fn update(args: &Update) -> Outcome {
    let today = args.today.unwrap_or_else(today);
    let set = match present(&args.directory, &args.set, today) {
        Ok(set) => set,
        Err(outcome) => return outcome,
    };
    let findings = rules::check(&set.choices, today);
    findings.iter().for_each(report);
    if findings.iter().any(|finding| finding.severity == Severity::Error) {
        message("Nothing was written: the choices above conflict.");
        return Outcome::BadChoices;
    }
    let planned = update::update(&set.record, &set.manifest, &set.tree, &set.choices, today);
    let shown = if args.json { pretty(&planned) } else { planned.files.iter().filter_map(line).collect() };
    match print(&shown) {
        Outcome::Done => {}
        outcome => return outcome,
    }
    let write = |row: &Planned| carry_out(&args.directory, &row.file);
    if planned.is_empty() {
        message("Nothing to write.");
    } else if args.dry_run {
        message("Nothing was written: this was a dry run.");
    } else if let Err(error) = planned.files.iter().try_for_each(write) {
        message("The update stopped halfway; fix the cause and run it again.");
        return failed(&error);
    }
    if planned.conflicts() {
        message(
            "There are conflicts: the files contain both versions, between <<<<<<< and >>>>>>>. Resolve them, then \
             update again.",
        );
        return Outcome::Differs;
    }
    Outcome::Done
}

/// A file of an update as a line for a terminal; nothing for one to which nothing happens.
fn line(row: &Planned) -> Option<String> {
    let file = &row.file;
    if row.action == Action::Keep && row.note.is_empty() && !file.is_change() {
        return None;
    }
    let from = file.from.as_ref().map(|from| format!("{from} -> ")).unwrap_or_default();
    let lines = match file.counts() {
        (0, 0) => String::new(),
        (added, removed) => format!("  +{added} −{removed}"),
    };
    let note =
        if row.note.is_empty() { String::new() } else { format!("  ({})", row.note.to_string().trim_end_matches('.')) };
    Some(format!("{:<8}  {from}{}{lines}{note}\n", row.action.id(), file.path))
}

/// Writes or deletes one file.
fn carry_out(directory: &Path, file: &FileChange) -> io::Result<()> {
    let path = directory.join(&file.path);
    let named = |path: &Path, error: io::Error| io::Error::new(error.kind(), format!("{}: {error}", path.display()));
    if file.is_deletion() {
        return fs::remove_file(&path).map_err(|error| named(&path, error));
    }
    let Some(text) = file.written() else {
        return Ok(());
    };
    let written = match (path.exists(), file.executable) {
        // Its permissions are its owner's.
        (true, false) => fs::write(&path, text),
        (_, executable) => write_file(&path, text, if executable { 0o755 } else { 0o644 }),
    };
    written.map_err(|error| named(&path, error))?;
    match file.from.as_ref().map(|from| directory.join(from)) {
        Some(from) => fs::remove_file(&from).map_err(|error| named(&from, error)),
        None => Ok(()),
    }
}

/// Brings the user's requirements into the lists of a set.
pub(crate) fn requirements(args: &Requirements) -> Outcome {
    let choices = match choices(&args.wish) {
        Ok(choices) => choices,
        Err(outcome) => return outcome,
    };
    let mut inputs = Vec::new();
    for path in &args.files {
        let name = path.display().to_string();
        let file = path.file_name().map(|file| file.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
        let kind = file.rsplit_once('.').map_or("", |(_, kind)| kind);
        if ["toml", "lock"].contains(&kind) || file == "pipfile" || file.starts_with("setup.") {
            return failed(&format!(
                "{name}: this is no requirements file. Export one first, with uv export, poetry export, pdm export or \
                 pipenv requirements."
            ));
        }
        let mut bytes = Vec::new();
        let read = fs::File::open(path).and_then(|file| file.take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes));
        if let Err(error) = read {
            return failed(&format!("{name}: {error}"));
        }
        match split::decode(&bytes) {
            Ok(text) => inputs.push(Input { path: name.trim_start_matches("./").replace('\\', "/"), text }),
            Err(error) => return failed(&format!("{name}: {error}")),
        }
    }
    let generated = generate(&choices, today());
    let split = split::split(&inputs, &generated.plan, &generated.files);
    if let Some(directory) = &args.out {
        let mut files = FileSet::default();
        for (path, text) in &split.files {
            let why = generated.files.get(path).map_or("", |file| file.why);
            files.insert(path.clone(), File { text: text.clone(), executable: false, why });
        }
        tell(&split);
        return write_directory(&files, directory, args.force);
    }
    if args.json {
        return print(&pretty(&split));
    }
    tell(&split);
    let mut text = String::new();
    for line in &split.lines {
        let first = line.text.lines().next().unwrap_or_default().trim_end_matches('\\').trim_end();
        let note = if line.note.is_empty() {
            String::new()
        } else {
            format!("  ({})", line.note.to_string().trim_end_matches('.'))
        };
        // Writing into a String does not fail.
        let _ = writeln!(text, "{:<12} {}:{}: {first}{note}", line.fate.id(), line.path, line.number);
    }
    for line in &split.added {
        let _ = writeln!(text, "{:<12} {}: {}  ({})", "added", line.path, line.line, line.why);
    }
    print(&text)
}

/// Says what concerns the whole.
fn tell(split: &Split) {
    if !split.unknown.is_empty() {
        message(&format!("Not known to Dunnage, so installed everywhere: {}.", split.unknown.join(", ")));
    }
    split.notes.iter().for_each(|note| message(&note.to_string()));
}

/// Prints the link of choices.
pub(crate) fn link(args: &Wish) -> Outcome {
    match choices(args) {
        Ok(choices) => {
            let link = format!("#{}", to_link(&choices));
            if let Some(said) = too_long(&link) {
                message(&format!("warning: {said} `dunnage open LINK` prints it."));
            }
            print(&(link + "\n"))
        }
        Err(outcome) => outcome,
    }
}

/// Prints the choices of a link; what could not be read is named, and everything else is printed all the same.
pub(crate) fn open(link: &str) -> Outcome {
    let fragment = link.split_once('#').map_or(link, |(_, fragment)| fragment);
    let (choices, problems) = from_link(fragment);
    for problem in &problems {
        message(&format!("error: {problem}"));
    }
    match print(&to_yaml(&choices)) {
        Outcome::Done if problems.iter().any(|problem| problem.usage) => Outcome::Usage,
        Outcome::Done if !problems.is_empty() => Outcome::BadChoices,
        outcome => outcome,
    }
}
