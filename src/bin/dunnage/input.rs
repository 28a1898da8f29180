//! What comes in: choices, files, directories, and the date.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, Read as _};
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use dunnage::catalog::codec::{self, Problem};
use dunnage::catalog::date::Date;
use dunnage::catalog::options::{Choices, nearest};
use dunnage::catalog::presets::{preset, presets};
use dunnage::catalog::yaml;
use dunnage::generate;
use dunnage::output::manifest::MANIFEST;
use dunnage::project::compare::Side;
use dunnage::project::inspect::{self, Hints, inspect_with, is_entered, is_listed, is_read};
use dunnage::project::update::Tree;

use crate::args::Wish;
use crate::{Outcome, message};

/// Largest file of a project that is read, in bytes; what a set holds is far smaller.
const MAX_FILE: u64 = 4 << 20;

/// The choices that the arguments name: defaults, preset, file, then every `--set`.
pub(crate) fn choices(args: &Wish) -> Result<Choices, Outcome> {
    choices_from(Choices::default(), args)
}

/// The choices that the arguments name on top of given ones.
pub(crate) fn choices_from(mut choices: Choices, args: &Wish) -> Result<Choices, Outcome> {
    if let Some(id) = &args.preset {
        let Some(preset) = preset(id) else {
            let ids = || presets().iter().map(|preset| preset.id);
            let hint = nearest(id, ids()).map(|near| format!(" Did you mean “{near}”?")).unwrap_or_default();
            message(&format!(
                "error: --preset {id}: no such preset.{hint} Available: {}.",
                ids().collect::<Vec<_>>().join(", ")
            ));
            return Err(Outcome::Usage);
        };
        choices = preset.apply(&choices);
    }
    let mut problems: Vec<(String, Problem)> = Vec::new();
    if let Some(path) = &args.choices {
        let text = read(path).map_err(|error| {
            message(&format!("error: {}: {error}", path.display()));
            Outcome::Io
        })?;
        let found = yaml::read_yaml(&text, &mut choices);
        problems.extend(found.into_iter().map(|problem| (path.display().to_string(), problem)));
    }
    problems.extend(set_all(&mut choices, &args.set)?);
    tell_problems(&problems)?;
    Ok(choices)
}

/// Sets every `id=value`; gives what was refused, with its place.
pub(crate) fn set_all(choices: &mut Choices, pairs: &[String]) -> Result<Vec<(String, Problem)>, Outcome> {
    let mut problems = Vec::new();
    for pair in pairs {
        let Some((id, value)) = pair.split_once('=') else {
            message(&format!("error: --set {pair}: expected ID=VALUE, as in --set python=3.13."));
            return Err(Outcome::Usage);
        };
        if let Err(problem) = codec::set(choices, id, value) {
            problems.push(("--set".to_owned(), problem));
        }
    }
    Ok(problems)
}

/// Names every problem; with one there is no going on.
pub(crate) fn tell_problems(problems: &[(String, Problem)]) -> Result<(), Outcome> {
    for (place, problem) in problems {
        message(&format!("error: {place}: {problem}"));
    }
    match problems {
        [] => Ok(()),
        _ if problems.iter().any(|(_, problem)| problem.usage) => Err(Outcome::Usage),
        _ => Err(Outcome::BadChoices),
    }
}

/// Reads a file or standard input; never more than a little over the limit of the YAML reader.
fn read(path: &Path) -> io::Result<String> {
    let limit = yaml::MAX_YAML as u64 + 1;
    let mut bytes = Vec::new();
    if path.as_os_str() == "-" {
        io::stdin().lock().take(limit).read_to_end(&mut bytes)?;
    } else {
        fs::File::open(path)?.take(limit).read_to_end(&mut bytes)?;
    }
    String::from_utf8(bytes).map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "this is not UTF-8 text"))
}

/// A side of a comparison: a preset, a file with choices, or a directory with a manifest.
pub(crate) fn side(name: &str, today: Date) -> Result<Side, Outcome> {
    if let Some(preset) = preset(name) {
        return Ok(Side { name: name.to_owned(), choices: preset.choices.clone(), files: None });
    }
    let path = Path::new(name);
    if !path.exists() {
        let hint = nearest(name, presets().iter().map(|preset| preset.id));
        let hint = hint.map(|near| format!(" Did you mean the preset “{near}”?")).unwrap_or_default();
        message(&format!("error: {name}: no such preset, file or directory.{hint}"));
        return Err(Outcome::Usage);
    }
    if !path.is_dir() {
        let choices = choices(&Wish { preset: None, choices: Some(path.to_owned()), set: Vec::new() })?;
        return Ok(Side { name: name.to_owned(), choices, files: None });
    }
    let manifest = path.join(MANIFEST);
    let choices = if manifest.exists() {
        choices(&Wish { preset: None, choices: Some(manifest), set: Vec::new() })?
    } else {
        inspect_with(&project(path)?, &hints(path, None)).choices
    };
    let rendered = generate(&choices, today);
    let files = files_below(path, rendered.files.iter().map(|(path, _)| path))?;
    Ok(Side { name: name.to_owned(), choices, files: Some(files) })
}

/// What is known of a project beside its files: the name of its directory, and where manage.py is.
pub(crate) fn hints(directory: &Path, project_dir: Option<&str>) -> Hints {
    let folder = directory.canonicalize().ok().and_then(|path| Some(path.file_name()?.to_str()?.to_owned()));
    let project_dir = project_dir.map(|path| path.trim_start_matches("./").trim_end_matches('/'));
    let project_dir = project_dir.map(|path| if path == "." { String::new() } else { path.to_owned() });
    Hints { folder: folder.unwrap_or_default(), project_dir }
}

/// Every file of a project that says something about the options. Links are not followed.
pub(crate) fn project(directory: &Path) -> Result<Tree, Outcome> {
    let mut tree = Tree::new();
    // They say something by being there.
    let mut listed = Vec::new();
    let mut open = vec![String::new()];
    while let Some(folder) = open.pop() {
        let place = directory.join(&folder);
        let entries = match fs::read_dir(&place) {
            Ok(entries) => entries,
            // Somebody else's folder in the project says nothing.
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied && !folder.is_empty() => continue,
            Err(error) => {
                message(&format!("error: {}: {error}", place.display()));
                return Err(Outcome::Io);
            }
        };
        for entry in entries.flatten() {
            let (Some(name), Ok(kind)) = (entry.file_name().to_str().map(str::to_owned), entry.file_type()) else {
                continue;
            };
            let path = if folder.is_empty() { name } else { format!("{folder}/{name}") };
            if kind.is_dir() && is_entered(&path) {
                open.push(path);
            } else if kind.is_file() && is_listed(&path) {
                listed.push(path);
            } else if kind.is_file() && is_read(&path) && tree.len() <= inspect::MAX_FILES {
                let mut bytes = Vec::new();
                // One byte more than is read says that there is too much.
                let limit = inspect::MAX_FILE as u64 + 1;
                if let Err(error) =
                    fs::File::open(entry.path()).and_then(|file| file.take(limit).read_to_end(&mut bytes))
                {
                    message(&format!("{}: {error}; left out.", entry.path().display()));
                    continue;
                }
                tree.insert(path, bytes);
            }
        }
    }
    // What is read may name other files, and those others again.
    let mut asked = BTreeSet::new();
    loop {
        let named: Vec<String> =
            inspect::further(&tree).into_iter().filter(|path| asked.insert(path.clone())).collect();
        if named.is_empty() {
            tree.extend(listed.into_iter().map(|path| (path, Vec::new())));
            return Ok(tree);
        }
        for path in named {
            match file_below(directory, &path) {
                Ok(found) => tree.extend(found.map(|bytes| (path, bytes))),
                Err(error) => message(&format!("{}: {error}; left out.", directory.join(&path).display())),
            }
        }
    }
}

/// Those of the files that are there. A file that leads out of the directory, or is larger than any of ours, is an
/// error: nothing is done half.
pub(crate) fn files_below<'a>(
    directory: &Path,
    paths: impl IntoIterator<Item = &'a str>,
) -> Result<BTreeMap<String, Vec<u8>>, Outcome> {
    let mut files = BTreeMap::new();
    for path in paths {
        match file_below(directory, path) {
            Ok(None) => {}
            Ok(Some(bytes)) => {
                files.insert(path.to_owned(), bytes);
            }
            Err(error) => {
                message(&format!("error: {}: {error}", directory.join(path).display()));
                return Err(Outcome::Io);
            }
        }
    }
    Ok(files)
}

fn file_below(directory: &Path, path: &str) -> io::Result<Option<Vec<u8>>> {
    let full = directory.join(path);
    // Where it is not there yet, the nearest directory that is: a new file would land below that.
    let nearest = full.ancestors().find(|place| place.symlink_metadata().is_ok()).unwrap_or(directory);
    if !nearest.canonicalize()?.starts_with(directory.canonicalize()?) {
        return Err(io::Error::other("this points outside the directory and is left alone"));
    }
    if nearest != full {
        return Ok(None);
    }
    let real = full.canonicalize()?;
    let mut bytes = Vec::new();
    fs::File::open(real)?.take(MAX_FILE + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_FILE {
        return Err(io::Error::other(format!("it exceeds {MAX_FILE} bytes, so Dunnage did not write it")));
    }
    Ok(Some(bytes))
}

/// Today in UTC, by the system's clock.
pub(crate) fn today() -> Date {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    Date::from_days(i64::try_from(seconds / 86_400).unwrap_or(0))
}
