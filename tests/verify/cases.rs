//! Small projects of every kind after their migration, without containers: `collectstatic` with the environment of the
//! image's build, and the import of what the server serves.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::common::skip;
use crate::small::{Case, cases};

const TEST: &str = "cases::static_files_are_collected_and_the_application_is_imported";

/// What the projects and their sets import.
const PACKAGES: &[&str] = &[
    "Django==5.2.4",
    "celery",
    "channels",
    "channels-redis",
    "daphne",
    "django-compressor",
    "django-health-check<4",
    "django-storages[s3]",
    "django-tailwind",
    "gunicorn",
    "psycopg[binary,pool]",
    "python-decouple",
    "redis",
    "uvicorn",
    "whitenoise",
];

/// Runs a program; its output as text, where it failed.
fn run(program: &mut Command) -> Result<String, String> {
    let Output { status, stdout, stderr } = program.output().map_err(|error| format!("{program:?}: {error}"))?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    if status.success() { Ok(text(&stdout)) } else { Err(format!("{program:?}\n{}{}", text(&stdout), text(&stderr))) }
}

/// The project around its set, as `git apply` leaves it.
fn migrated(case: &Case, root: &Path) -> Result<(), String> {
    for (path, bytes) in &case.tree {
        let path = root.join(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("writable");
        fs::write(path, bytes).expect("writable");
    }
    run(Command::new("git").args(["init", "--quiet"]).current_dir(root))?;
    let patch = root.join(".git/patch");
    let arguments = ["migrate", ".", "--patch", patch.to_str().expect("UTF-8")];
    run(Command::new(env!("CARGO_BIN_EXE_dunnage")).args(arguments).current_dir(root))?;
    run(Command::new("git").args(["apply", ".git/patch"]).current_dir(root)).map(drop)
}

/// A value that an instruction of a Dockerfile sets, e.g. `WORKDIR`, or a variable of `ENV`.
fn set_to<'a>(dockerfile: &'a str, before: &str) -> Option<&'a str> {
    let line = dockerfile.lines().rev().find(|line| line.trim_start().starts_with(before))?;
    Some(line.trim_start().strip_prefix(before)?.trim_end_matches('\\').trim())
}

/// Collects the static files as the image's build does, and imports the application.
fn works(case: &Case, root: &Path, python: &Path) -> Result<(), String> {
    migrated(case, root)?;
    let dockerfile = fs::read_to_string(root.join("docker/Dockerfile")).expect("a Dockerfile");
    let here = |path: &str| root.join(path.trim_start_matches("/app").trim_start_matches('/'));
    let last = dockerfile.rsplit("\nFROM ").next().unwrap_or_default();
    let workdir = here(set_to(last, "WORKDIR ").unwrap_or("/app"));
    let settings = set_to(&dockerfile, "ENV DJANGO_SETTINGS_MODULE=").expect("settings");
    let bin = python.parent().expect("a directory");
    let shell = |line: &str| {
        let mut command = Command::new("sh");
        command.args(["-c", line]).current_dir(&workdir).env("DJANGO_SETTINGS_MODULE", settings);
        command.env("PATH", format!("{}:{}", bin.display(), std::env::var("PATH").unwrap_or_default()));
        // What only the user knows; the set does not pass it on yet.
        command.env("BUCKET", "files");
        command.env("DJANGO_STATIC_ROOT", root.join("collected")).env_remove("PYTHONPATH");
        if let Some(path) = set_to(&dockerfile, "PYTHONPATH=") {
            command.env("PYTHONPATH", here(path));
        }
        command
    };
    let build = dockerfile.split("\nRUN ").find(|text| text.contains("manage.py collectstatic"));
    let build = build.map(|text| text.split("\n\n").next().unwrap_or(text).replace("\\\n", " "));
    if let Some(line) = &build {
        run(&mut shell(line))?;
        let collected = root.join("collected").join("admin/css/base.css");
        if !collected.is_file() {
            return Err(format!("no {}", collected.display()));
        }
    }
    let entrypoint = fs::read_to_string(root.join("docker/entrypoint.sh")).expect("an entrypoint");
    let served = entrypoint.split_whitespace().find(|word| word.contains("sgi") && word.contains(':'));
    let (module, name) = served.and_then(|word| word.split_once(':')).expect("an application");
    let values = build.as_deref().and_then(|line| line.split("python").next()).unwrap_or("DJANGO_SECRET_KEY=x");
    let values = values.trim().trim_start_matches("export ").trim_end_matches("&&");
    run(&mut shell(&format!("{values} python -c 'from {module} import {name}'"))).map(drop)
}

#[test]
fn static_files_are_collected_and_the_application_is_imported() {
    let home = tempfile::tempdir().expect("a directory");
    let venv = home.path().join("venv");
    let python = venv.join("bin/python");
    let made = run(Command::new("python3").args(["-m", "venv"]).arg(&venv))
        .and_then(|_| run(Command::new(&python).args(["-m", "pip", "install", "--quiet"]).args(PACKAGES)));
    if let Err(error) = made {
        return skip(TEST, &error, "install Python 3 with venv, and let it reach PyPI");
    }
    let mut faults = Vec::new();
    for (number, case) in cases().iter().enumerate().filter(|(_, case)| case.name != "Flask") {
        let root: PathBuf = home.path().join(number.to_string());
        fs::create_dir_all(&root).expect("writable");
        if let Err(error) = works(case, &root, &python) {
            faults.push(format!("{}: {error}", case.name));
        }
    }
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n\n"));
}
