//! `dunnage render`.

use std::fs;
use std::io;
use std::path::Path;

use dunnage::catalog::options::nearest;
use dunnage::catalog::rules::{Finding, Severity};
use dunnage::exchange::archive;
use dunnage::generate;
use dunnage::output::fileset::FileSet;

use crate::args::Render;
use crate::input::{choices, today};
use crate::{Outcome, message, print_bytes};

/// Renders and writes, or says why not.
pub(crate) fn run(args: &Render) -> Outcome {
    let choices = match choices(&args.wish) {
        Ok(choices) => choices,
        Err(outcome) => return outcome,
    };
    let generated = generate(&choices, args.today.unwrap_or_else(today));
    for finding in &generated.findings {
        report(finding);
    }
    if generated.findings.iter().any(|finding| finding.severity == Severity::Error) {
        message("Nothing was written: the choices above conflict.");
        return Outcome::BadChoices;
    }
    if let Some(path) = &args.stdout {
        return print_one(&generated.files, path);
    }
    if let Some(path) = &args.zip {
        let bytes = archive::zip(&generated.files, &generated.plan.project);
        return if path.as_os_str() == "-" { print_bytes(&bytes) } else { write_one(path, &bytes, args.force) };
    }
    match &args.out {
        Some(directory) => write_directory(&generated.files, directory, args.force),
        None => Outcome::Usage,
    }
}

pub(crate) fn report(finding: &Finding) {
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
    message(&format!("error: --stdout {path}: the set has no such file.{hint} Available:"));
    for path in paths() {
        message(&format!("  {path}"));
    }
    Outcome::Usage
}

pub(crate) fn write_one(path: &Path, bytes: &[u8], force: bool) -> Outcome {
    if !force && fs::read(path).is_ok_and(|present| present != bytes) {
        message(&format!("{}: this file differs; nothing was written. Use --force to overwrite it.", path.display()));
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
pub(crate) fn write_directory(files: &FileSet, directory: &Path, force: bool) -> Outcome {
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
        message("Use --force to overwrite them.");
        return Outcome::WouldOverwrite;
    }
    for (path, file) in files.iter() {
        if let Err(error) = write_file(&directory.join(path), &file.text, file.mode()) {
            message(&format!("error: {}: {error}", directory.join(path).display()));
            return Outcome::Io;
        }
    }
    let more = if files.get("CONTAINERS.md").is_some() { " CONTAINERS.md explains how to run them." } else { "" };
    message(&format!("Wrote {} files to {}.{more}", files.len(), directory.display()));
    Outcome::Done
}

pub(crate) fn write_file(path: &Path, text: &str, mode: u32) -> io::Result<()> {
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
