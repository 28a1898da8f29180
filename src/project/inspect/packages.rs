//! Requirements, project files and locks: which packages, in which versions, and for which Python.

use std::collections::BTreeMap;

use super::Confidence::{Guess, Likely, Stated};
use super::locks::wanted;
use super::tools::{self, Files, is_aside, setup};
use super::versions::{self, Limits};
use super::{Claims, Confidence, Evidence, Source};
use crate::catalog::yaml::nested_too_deeply;
use crate::messages::msg;
use crate::project::paths::beside;
use crate::project::requirements::{Entry, entries, normalise, package_of, purpose_of_file};

/// The packages that a project names.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// Normalised names, with the places.
    pub(super) names: BTreeMap<String, Evidence>,
    /// The first file that lists packages.
    pub(super) place: Option<Evidence>,
    /// The first line of what is installed that needs git.
    pub(super) git: Option<Evidence>,
    /// A list includes one that was not read, so that nothing follows from what is not there.
    pub(super) is_part: bool,
}

/// One package as a file names it.
struct Package {
    name: String,
    /// What stands behind the name: `==5.2.3`, `>=5.2,<6`, or a version of a lock file as `==…`.
    version: String,
    place: Evidence,
}

pub(super) fn read(files: &Files, limits: &mut Limits, claims: &mut Claims) -> Known {
    let mut packages = Vec::new();
    let (requirements, projects) = (files.requirements, files.projects);
    for source in files.locks.iter().filter(|source| !is_aside(source.path)) {
        lock(source, &mut packages, claims);
    }
    for source in requirements.iter().filter(|source| !is_aside(source.path)) {
        for (number, line, name) in package_of(source.text) {
            let version =
                line.trim_start().get(..line.trim_start().find(['#', ';']).unwrap_or(line.trim_start().len()));
            let version =
                version.unwrap_or_default().trim_start_matches(|c: char| !"=<>~!".contains(c)).trim().to_owned();
            packages.push(Package { name, version, place: source.line(number) });
        }
    }
    for source in projects.iter().filter(|source| !is_aside(source.path)) {
        project(source, &mut packages, limits, claims);
    }
    for source in files.setups.iter().filter(|source| !is_aside(source.path)) {
        let (rows, range) = setup(source);
        for (text, line) in rows {
            let text = text.split(';').next().unwrap_or_default();
            let Some(found) = wanted(text) else { continue };
            let version = text.trim_start_matches(|c: char| !"=<>~!".contains(c)).trim().to_owned();
            packages.push(Package { name: found.name, version, place: source.line(line) });
        }
        if let Some((range, line)) = range {
            limits.python(&range, source.line(line));
        }
    }
    layout(requirements, claims);
    let own = tools::read(files, limits, claims);
    let is_known = |path: &str| requirements.iter().any(|other| other.path == path);
    let includes = |source: &Source| {
        let entries = entries(source.text).into_iter();
        let mut named = entries.filter_map(|(_, _, entry)| match entry {
            Entry::Include(named) => Some(named),
            _ => None,
        });
        named.any(|name| beside(source.path, &name).is_none_or(|path| !is_known(&path)))
    };
    let mut known = Known { is_part: requirements.iter().any(includes), ..Known::default() };
    for source in requirements.iter().chain(projects) {
        if known.place.is_none() && packages.iter().any(|package| package.place.file == source.path) {
            known.place = Some(source.line(1));
        }
    }
    for package in &packages {
        known.names.entry(package.name.clone()).or_insert_with(|| package.place.clone());
    }
    for (name, place) in own.installed {
        known.names.entry(name).or_insert(place);
    }
    known.git = own.git;
    // A pin says more than the range that it was made of.
    let weight = |package: &&Package| match package.version.as_str() {
        version if version.starts_with("==") => 0,
        "" => 2,
        _ => 1,
    };
    if let Some(django) = packages.iter().filter(|package| package.name == "django").min_by_key(weight) {
        limits.django(&django.version, &django.place);
    }
    consequences(&known, claims);
    known
}

/// One file or one per purpose.
fn layout(requirements: &[Source], claims: &mut Claims) {
    let in_folder = requirements.iter().filter(|source| source.path.starts_with("requirements/")).count();
    let at_root = |source: &&Source| !source.path.contains('/') && source.path.ends_with(".txt");
    let has_purpose = |source: &&Source| purpose_of_file(source.path).is_some();
    if let (Some(source), true) = (requirements.iter().find(|s| s.path.starts_with("requirements/")), in_folder > 1) {
        claims.claim("requirements", "split", Stated, source.line(1));
    } else if let Some(source) = requirements.iter().find(|source| source.path == "requirements.txt") {
        match requirements.iter().filter(at_root).find(has_purpose) {
            Some(other) => claims.claim("requirements", "split", Stated, other.line(1)),
            None => claims.claim("requirements", "single", Stated, source.line(1)),
        }
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
    for package in ["redis", "django-redis", "django-rq", "rq", "django-cacheops", "channels-redis", "arq", "hiredis"] {
        say(package, "redis", "7", Guess);
    }
    say("uvicorn-worker", "server", "gunicorn-uvicorn", Likely);
    // Plain Gunicorn serves no WebSockets.
    if known.names.contains_key("channels") {
        let with_gunicorn = known.names.contains_key("gunicorn");
        say("uvicorn", "server", if with_gunicorn { "gunicorn-uvicorn" } else { "uvicorn" }, Guess);
        say("daphne", "server", "daphne", Guess);
    }
    for server in ["granian", "hypercorn", "gunicorn", "uvicorn", "daphne"] {
        say(server, "server", server, Guess);
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

pub(super) fn parsed(source: &Source, claims: &mut Claims) -> Option<toml::Table> {
    match toml::from_str(source.text) {
        Ok(table) => Some(table),
        Err(error) => {
            let line = error.span().map(|span| source.at(span.start).line);
            claims.trouble(source.path, line, msg!("This is not TOML: {0}.", error.message().trim_end_matches('.')));
            None
        }
    }
}

fn project(source: &Source, packages: &mut Vec<Package>, limits: &mut Limits, claims: &mut Claims) {
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
        limits.python(text, place(source, &["requires-python"]));
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
                limits.python(version, place(source, &["python", version]));
            } else {
                add(name, if version == "*" { "" } else { version });
            }
        }
    }
    for key in ["python_full_version", "python_version"] {
        if let Some(version) = get(&["requires", key]).and_then(toml::Value::as_str) {
            versions::python(version, Stated, place(source, &[key]), claims);
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
