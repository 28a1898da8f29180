//! `dunnage render`.

use std::fs;
use std::io::{self, Read as _};
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use dunnage::codec::{self, Problem};
use dunnage::fileset::FileSet;
use dunnage::options::{Choices, nearest};
use dunnage::presets::{preset, presets};
use dunnage::rules::{Finding, Severity};
use dunnage::versions::Date;
use dunnage::{archive, generate};

use crate::args::Render;
use crate::{Outcome, message, print_bytes};

/// Renders and writes, or says why not.
pub(crate) fn run(args: &Render) -> Outcome {
    let choices = match choices(args) {
        Ok(choices) => choices,
        Err(outcome) => return outcome,
    };
    let generated = match generate(&choices, args.today.unwrap_or_else(today)) {
        Ok(generated) => generated,
        Err(error) => {
            message(&format!("error: {error}"));
            return Outcome::Io;
        }
    };
    for finding in &generated.findings {
        report(finding);
    }
    if generated.findings.iter().any(|finding| finding.severity == Severity::Error) {
        message("Nothing was written: the choices above contradict each other.");
        return Outcome::BadChoices;
    }
    if let Some(path) = &args.stdout {
        return print_one(&generated.files, path);
    }
    if let Some(path) = &args.zip {
        let bytes = archive::zip(&generated.files, &generated.plan.project);
        return if path.as_os_str() == "-" { print_bytes(&bytes) } else { write_zip(path, &bytes, args.force) };
    }
    match &args.out {
        Some(directory) => write_directory(&generated.files, directory, args.force),
        None => Outcome::Usage,
    }
}

/// The choices that the arguments name: defaults, preset, file, then every `--set`.
fn choices(args: &Render) -> Result<Choices, Outcome> {
    let mut choices = Choices::default();
    if let Some(id) = &args.preset {
        let Some(preset) = preset(id) else {
            let ids = || presets().iter().map(|preset| preset.id);
            let hint = nearest(id, ids()).map(|near| format!(" Did you mean “{near}”?")).unwrap_or_default();
            message(&format!(
                "error: --preset {id}: there is no such preset.{hint} There are {}.",
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
        let found = codec::read_yaml(&text, &mut choices);
        problems.extend(found.into_iter().map(|problem| (path.display().to_string(), problem)));
    }
    for pair in &args.set {
        let Some((id, value)) = pair.split_once('=') else {
            message(&format!("error: --set {pair}: an id and a value are wanted, as in --set python=3.13."));
            return Err(Outcome::Usage);
        };
        if let Err(problem) = codec::set(&mut choices, id, value) {
            problems.push(("--set".to_owned(), problem));
        }
    }
    for (place, problem) in &problems {
        message(&format!("error: {place}: {problem}"));
    }
    if problems.is_empty() {
        Ok(choices)
    } else if problems.iter().any(|(_, problem)| problem.usage) {
        Err(Outcome::Usage)
    } else {
        Err(Outcome::BadChoices)
    }
}

/// Reads a file or standard input; never more than a little over the limit of the YAML reader.
fn read(path: &Path) -> io::Result<String> {
    let limit = codec::MAX_YAML as u64 + 1;
    let mut bytes = Vec::new();
    if path.as_os_str() == "-" {
        io::stdin().lock().take(limit).read_to_end(&mut bytes)?;
    } else {
        fs::File::open(path)?.take(limit).read_to_end(&mut bytes)?;
    }
    String::from_utf8(bytes).map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "this is not UTF-8 text"))
}

fn report(finding: &Finding) {
    message(&format!("{}: {}: {}", finding.severity.id(), finding.option, finding.reason));
    for fix in &finding.fixes {
        let sets: Vec<String> = fix.changes.iter().map(|(id, value)| format!("--set {id}={value}")).collect();
        message(&format!("  {}: {}", fix.label, sets.join(" ")));
    }
}

fn print_one(files: &FileSet, path: &str) -> Outcome {
    if let Some(file) = files.get(path) {
        return print_bytes(file.text.as_bytes());
    }
    let paths = || files.iter().map(|(path, _)| path);
    let hint = nearest(path, paths()).map(|near| format!(" Did you mean “{near}”?")).unwrap_or_default();
    message(&format!("error: --stdout {path}: the set has no such file.{hint} It has:"));
    for path in paths() {
        message(&format!("  {path}"));
    }
    Outcome::Usage
}

fn write_zip(path: &Path, bytes: &[u8], force: bool) -> Outcome {
    if !force && fs::read(path).is_ok_and(|present| present != bytes) {
        message(&format!("{}: this file differs; nothing was written. --force overwrites it.", path.display()));
        return Outcome::WouldOverwrite;
    }
    match fs::write(path, bytes) {
        Ok(()) => {
            message(&format!("Wrote {}.", path.display()));
            Outcome::Done
        }
        Err(error) => {
            message(&format!("error: {}: {error}", path.display()));
            Outcome::Io
        }
    }
}

/// Writes the set into a directory: first looks at everything, then writes everything or nothing.
fn write_directory(files: &FileSet, directory: &Path, force: bool) -> Outcome {
    let mut differing = Vec::new();
    for (path, file) in files.iter() {
        match fs::read(directory.join(path)) {
            Ok(present) if present == file.text.as_bytes() => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Ok(_) | Err(_) => differing.push(path),
        }
    }
    if !differing.is_empty() && !force {
        message(&format!("{}: these files differ; nothing was written.", directory.display()));
        for path in &differing {
            message(&format!("  {path}"));
        }
        message("--force overwrites them.");
        return Outcome::WouldOverwrite;
    }
    for (path, file) in files.iter() {
        if let Err(error) = write_file(&directory.join(path), &file.text, file.mode()) {
            message(&format!("error: {}: {error}", directory.join(path).display()));
            return Outcome::Io;
        }
    }
    message(&format!("Wrote {} files to {}. CONTAINERS.md says how to run them.", files.len(), directory.display()));
    Outcome::Done
}

fn write_file(path: &Path, text: &str, mode: u32) -> io::Result<()> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    fs::write(path, text)?;
    set_mode(path, mode)
}

#[cfg(unix)]
fn set_mode(path: &Path, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn set_mode(_path: &Path, _mode: u32) -> io::Result<()> {
    Ok(())
}

/// Today in UTC, by the system's clock.
fn today() -> Date {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    Date::from_days(i64::try_from(seconds / 86_400).unwrap_or(0))
}
