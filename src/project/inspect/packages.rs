//! Requirements, project files and locks: which packages, in which versions, and for which Python.

use std::collections::BTreeMap;

use super::Confidence::{Guess, Likely, Stated};
use super::{Claims, Confidence, Evidence, Source};
use crate::catalog::options::{Django, Python};
use crate::catalog::yaml::nested_too_deeply;
use crate::messages::msg;
use crate::project::requirements::{normalise, package_of};

/// The packages that a project names.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// Normalised names, with the places.
    pub(super) names: BTreeMap<String, Evidence>,
    /// The first file that lists packages.
    pub(super) place: Option<Evidence>,
}

/// One package as a file names it.
struct Package {
    name: String,
    /// What stands behind the name: `==5.2.3`, `>=5.2,<6`, or a version of a lock file as `==…`.
    version: String,
    place: Evidence,
}

pub(super) fn read(requirements: &[Source], projects: &[Source], locks: &[Source], claims: &mut Claims) -> Known {
    let mut packages = Vec::new();
    for source in locks {
        lock(source, &mut packages, claims);
    }
    for source in requirements {
        for (number, line, name) in package_of(source.text) {
            let version =
                line.trim_start().get(..line.trim_start().find(['#', ';']).unwrap_or(line.trim_start().len()));
            let version =
                version.unwrap_or_default().trim_start_matches(|c: char| !"=<>~!".contains(c)).trim().to_owned();
            packages.push(Package { name, version, place: source.line(number) });
        }
    }
    for source in projects {
        project(source, &mut packages, claims);
    }
    layout(requirements, claims);
    let mut known = Known::default();
    for source in requirements.iter().chain(projects) {
        if known.place.is_none() && packages.iter().any(|package| package.place.file == source.path) {
            known.place = Some(source.line(1));
        }
    }
    for package in &packages {
        known.names.entry(package.name.clone()).or_insert_with(|| package.place.clone());
    }
    if let Some(django) = packages.iter().find(|package| package.name == "django") {
        series(django, claims);
    }
    consequences(&known, claims);
    known
}

/// One file or one per purpose.
fn layout(requirements: &[Source], claims: &mut Claims) {
    let in_folder = requirements.iter().filter(|source| source.path.starts_with("requirements/")).count();
    if let (Some(source), true) = (requirements.iter().find(|s| s.path.starts_with("requirements/")), in_folder > 1) {
        claims.claim("requirements", "split", Stated, source.line(1));
    } else if let Some(source) = requirements.iter().find(|source| source.path == "requirements.txt") {
        claims.claim("requirements", "single", Stated, source.line(1));
    }
}

/// The series of Django that a pin or a range asks for.
fn series(django: &Package, claims: &mut Claims) {
    let digits = |text: &str| -> Option<String> {
        let mut parts = text.trim().trim_start_matches('v').split('.');
        let (major, minor) = (parts.next()?, parts.next().unwrap_or("0"));
        let whole = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        (whole(major) && whole(minor.trim_end_matches('*')) || minor == "*").then(|| format!("{major}.{minor}"))
    };
    let spec = django.version.as_str();
    let (found, sure) = if let Some(exact) = spec.strip_prefix("==") {
        (digits(exact.trim_end_matches(".*")), Stated)
    } else {
        let lower = spec
            .split(',')
            .find_map(|part| part.trim().strip_prefix(">=").or_else(|| part.trim().strip_prefix("~=")))
            .or_else(|| spec.strip_prefix('^'))
            .or_else(|| spec.strip_prefix('~'));
        (lower.and_then(digits), Likely)
    };
    let Some(found) = found else {
        let message = msg!("The Django version is not specified here.");
        return claims.trouble(&django.place.file, Some(django.place.line), message);
    };
    if Django::VALUES.iter().any(|value| value.id == found) {
        claims.claim("django", found, sure, django.place.clone());
    } else {
        let known: Vec<&str> = Django::VALUES.iter().map(|value| value.id).collect();
        let message = msg!("Django {0} is not among the options; choose from {1}.", found, known.join(", "));
        claims.trouble(&django.place.file, Some(django.place.line), message);
    }
}

/// Whether anything follows from a package; a lock file has hundreds of others.
fn matters(name: &str) -> bool {
    [
        "celery",
        "channels",
        "daphne",
        "django",
        "flower",
        "granian",
        "gunicorn",
        "hypercorn",
        "psycopg",
        "python-json",
        "redis",
        "uvicorn",
        "whitenoise",
    ]
    .iter()
    .any(|start| name.to_ascii_lowercase().starts_with(start))
}

/// What follows from packages.
fn consequences(known: &Known, claims: &mut Claims) {
    let mut say = |package: &str, id: &'static str, value: &str, sure: Confidence| {
        if let Some(place) = known.names.get(package) {
            claims.claim(id, value, sure, place.clone());
        }
    };
    say("psycopg", "postgres-driver", "psycopg", Stated);
    say("psycopg-binary", "postgres-driver", "psycopg", Likely);
    say("psycopg2-binary", "postgres-driver", "psycopg2-binary", Stated);
    say("psycopg2", "postgres-driver", "psycopg2-binary", Likely);
    say("channels", "websockets", "true", Likely);
    say("django-celery-beat", "celery", "worker-beat", Guess);
    say("celery", "celery", "worker", Guess);
    say("django-celery-beat", "beat-scheduler", "database", Likely);
    say("flower", "flower", "true", Guess);
    say("whitenoise", "static-files", "whitenoise", Likely);
    say("python-json-logger", "log-format", "json", Likely);
    say("redis", "redis", "7", Guess);
    say("django-redis", "redis", "7", Guess);
    say("uvicorn-worker", "server", "gunicorn-uvicorn", Likely);
    for server in ["granian", "hypercorn", "gunicorn", "uvicorn", "daphne"] {
        say(server, "server", server, Guess);
    }
}

/// `.python-version` and `runtime.txt`.
pub(super) fn python_version(source: &Source, claims: &mut Claims) {
    for (index, line) in source.text.lines().enumerate() {
        let version = line.trim().trim_start_matches("python-").trim_start_matches("cpython-");
        if version.is_empty() || version.starts_with('#') {
            continue;
        }
        python(version, Stated, source.line(index + 1), claims);
        break;
    }
}

/// A version of Python, or the least of a range.
fn python(spec: &str, sure: Confidence, place: Evidence, claims: &mut Claims) {
    let first = spec.split(',').find(|part| part.contains(['>', '=', '^', '~']) && !part.contains(['<', '!']));
    let exact = first.is_none_or(|part| part.trim().starts_with("==")) && !spec.contains('<');
    let version: String = first
        .unwrap_or(spec)
        .chars()
        .skip_while(|c| !c.is_ascii_digit())
        .take_while(|c| c.is_ascii_digit() || *c == '.')
        .collect();
    let series: Vec<&str> = version.split('.').filter(|part| !part.is_empty()).take(2).collect();
    if series.len() < 2 {
        return;
    }
    let series = series.join(".");
    if Python::VALUES.iter().any(|value| value.id == series) {
        claims.claim("python", series, if exact { sure } else { Guess }, place);
    } else if exact {
        claims.trouble(&place.file, Some(place.line), msg!("Python {0} is not among the options.", series));
    }
}

/// The line of a project file that names something, for evidence.
fn place(source: &Source, words: &[&str]) -> Evidence {
    let line = source.text.lines().position(|line| {
        let lower = line.to_ascii_lowercase();
        words.iter().all(|word| lower.contains(&word.to_ascii_lowercase()))
    });
    source.line(line.map_or(1, |index| index + 1))
}

fn parsed(source: &Source, claims: &mut Claims) -> Option<toml::Table> {
    match toml::from_str(source.text) {
        Ok(table) => Some(table),
        Err(error) => {
            let line = error.span().map(|span| source.at(span.start).line);
            claims.trouble(source.path, line, msg!("This is not TOML: {0}.", error.message().trim_end_matches('.')));
            None
        }
    }
}

fn project(source: &Source, packages: &mut Vec<Package>, claims: &mut Claims) {
    let Some(table) = parsed(source, claims) else { return };
    let mut add = |name: &str, version: &str| {
        let name_as_written = name.split('[').next().unwrap_or(name).trim();
        packages.push(Package {
            name: normalise(name_as_written),
            version: version.trim().to_owned(),
            place: place(source, &[name_as_written]),
        });
    };
    let mut requirement = |text: &str| {
        let text = text.split(';').next().unwrap_or(text);
        let end = text.find(|c: char| "=<>~!@ (".contains(c)).unwrap_or(text.len());
        add(&text[..end], text[end..].trim_matches([' ', '(', ')']));
    };
    let texts = |value: &toml::Value| -> Vec<String> {
        value.as_array().into_iter().flatten().filter_map(|item| item.as_str().map(str::to_owned)).collect()
    };
    let get = |path: &[&str]| {
        path.iter()
            .try_fold(None, |at: Option<&toml::Value>, key| {
                Some(Some(match at {
                    None => table.get(*key)?,
                    Some(value) => value.get(*key)?,
                }))
            })
            .flatten()
    };
    for text in get(&["project", "dependencies"]).map(texts).unwrap_or_default() {
        requirement(&text);
    }
    for group in [&["project", "optional-dependencies"][..], &["dependency-groups"]] {
        for (_, list) in get(group).and_then(toml::Value::as_table).into_iter().flatten() {
            for text in texts(list) {
                requirement(&text);
            }
        }
    }
    if let Some(text) = get(&["project", "requires-python"]).and_then(toml::Value::as_str) {
        python(text, Likely, place(source, &["requires-python"]), claims);
    }
    for path in [&["project", "name"][..], &["tool", "poetry", "name"]] {
        if let Some(name) = get(path).and_then(toml::Value::as_str) {
            let slug = name.to_ascii_lowercase().replace(['_', '.', ' '], "-");
            claims.claim("project-name", slug, Likely, place(source, &["name", name]));
        }
    }
    // Poetry's and Pipenv's tables: a name and a version, or a table with one.
    let mut tables = vec![&["tool", "poetry", "dependencies"][..], &["packages"], &["dev-packages"]];
    tables.push(&["tool", "poetry", "group", "dev", "dependencies"]);
    tables.push(&["tool", "poetry", "dev-dependencies"]);
    for path in tables {
        for (name, value) in get(path).and_then(toml::Value::as_table).into_iter().flatten() {
            let version =
                value.as_str().or_else(|| value.get("version").and_then(toml::Value::as_str)).unwrap_or_default();
            if name == "python" {
                python(version, Likely, place(source, &["python", version]), claims);
            } else {
                add(name, if version == "*" { "" } else { version });
            }
        }
    }
    for key in ["python_full_version", "python_version"] {
        if let Some(version) = get(&["requires", key]).and_then(toml::Value::as_str) {
            python(version, Stated, place(source, &[key]), claims);
        }
    }
    if get(&["tool", "uv"]).is_some() {
        claims.claim("installer", "uv", Likely, place(source, &["[tool.uv"]));
    }
}

/// Names and versions of a lock file; the locks of uv, Poetry and PDM are TOML, that of Pipenv is JSON.
fn lock(source: &Source, packages: &mut Vec<Package>, claims: &mut Claims) {
    if source.path.to_ascii_lowercase().ends_with("pipfile.lock") {
        if let Some(line) = nested_too_deeply(source.text) {
            return claims.trouble(source.path, Some(line), msg!("This is nested too deeply to read."));
        }
        // JSON is YAML.
        let value: serde_yaml::Value = match serde_yaml::from_str(source.text) {
            Ok(value) => value,
            Err(error) => {
                let line = error.location().map(|location| location.line());
                return claims.trouble(source.path, line, msg!("This is not JSON: {0}.", error.to_string()));
            }
        };
        for (name, package) in value.get("default").and_then(serde_yaml::Value::as_mapping).into_iter().flatten() {
            let version = package.get("version").and_then(serde_yaml::Value::as_str);
            let Some(name) = name.as_str().filter(|name| matters(name)) else { continue };
            let place = source.find(&format!("\"{name}\"")).unwrap_or_else(|| source.line(1));
            packages.push(Package { name: normalise(name), version: version.unwrap_or_default().to_owned(), place });
        }
        return;
    }
    let Some(table) = parsed(source, claims) else { return };
    if source.path.ends_with("uv.lock") {
        claims.claim("installer", "uv", Likely, source.line(1));
    }
    for package in table.get("package").and_then(toml::Value::as_array).into_iter().flatten() {
        let text = |key: &str| package.get(key).and_then(toml::Value::as_str);
        if let Some(name) = text("name").filter(|name| matters(name)) {
            let place = source.find(&format!("name = \"{name}\"")).unwrap_or_else(|| source.line(1));
            let version = text("version").map(|version| format!("=={version}")).unwrap_or_default();
            packages.push(Package { name: normalise(name), version, place });
        }
    }
}
