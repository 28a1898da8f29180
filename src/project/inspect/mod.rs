//! What an existing project says about the options: each value with its evidence, and what could not be told.
//!
//! Readers look at one kind of file each and make claims; the strongest claim of an option wins, and the others are
//! named where they say otherwise. Bad input is never fatal: it becomes a [`Trouble`] with its place, and everything
//! else is still read. Values of environment files are never read, only names.

#![allow(clippy::case_sensitive_file_extension_comparisons, reason = "names are compared in lower case")]

mod commands;
mod compose;
mod debian;
mod dockerfile;
mod frontend;
mod layout;
mod locks;
mod packages;
mod python;
mod servers;
mod static_files;
mod tools;
mod versions;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde::Serialize;

use super::requirements;
use super::settings::Settings;
use super::update::Tree;
use crate::catalog::options::{Choices, FormStep, OPTIONS, Postgres, option};
use crate::catalog::yaml;
use crate::messages::{Message, msg};
use crate::output::hash::sha256;
use crate::output::manifest::MANIFEST;

pub use layout::Hints;

/// Largest file that is read, in bytes; lock files of large projects have about 1 MB.
pub const MAX_FILE: usize = 4 << 20;

/// Most files that are read of one project; the others of the kinds that are read at all are named.
pub const MAX_FILES: usize = 2_000;

/// How sure a claim is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// It fits, and something else might as well.
    Guess,
    /// It follows by a wide-spread convention.
    Likely,
    /// The project states it.
    Stated,
}

impl Confidence {
    /// The word shown to people and in JSON.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Guess => "guess",
            Self::Likely => "likely",
            Self::Stated => "stated",
        }
    }
}

/// Where something stands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Evidence {
    /// Path of the file.
    pub file: String,
    /// Line, counted from 1.
    pub line: usize,
    /// Text of the line, shortened.
    pub text: String,
}

/// One option that could be told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Inferred {
    /// Option id.
    pub option: &'static str,
    /// Its value.
    pub value: String,
    /// How sure.
    pub confidence: Confidence,
    /// What speaks for it, the strongest first; not empty.
    pub evidence: Vec<Evidence>,
    /// What else the project says, and where.
    pub otherwise: Vec<(String, Evidence)>,
    /// Where each name of a list stands, in the order of the value; empty for what is no list.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<(String, Evidence)>,
}

/// Something that could not be read, or that has no place among the options.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Trouble {
    /// Path of the file.
    pub file: String,
    /// Line, counted from 1; `None` where the whole file is meant.
    pub line: Option<usize>,
    /// What is the matter, a sentence.
    pub message: Message,
}

/// What a project says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Inspection {
    /// Every option that could be told, in the order of the wizard.
    pub inferred: Vec<Inferred>,
    /// Ids of the options that nothing was found about; they keep their defaults.
    pub not_found: Vec<&'static str>,
    /// What could not be read, and what the options do not offer.
    pub troubles: Vec<Trouble>,
    /// Names of the variables in environment files, never their values.
    pub variables: Vec<String>,
    /// Why nothing can be laid around this project, where that is so: one sentence.
    pub refusal: Option<Message>,
    /// The choices that follow.
    #[serde(skip)]
    pub choices: Choices,
}

/// Whether a folder is looked into, by its path; what is built, installed or uploaded, and what
/// is there to test, to document or to show something, says nothing.
pub fn is_entered(folder: &str) -> bool {
    const ELSEWHERE: &[&str] = &[
        ".devcontainer",
        ".direnv",
        ".git",
        ".hg",
        ".mypy_cache",
        ".nox",
        ".pytest_cache",
        ".ruff_cache",
        ".svn",
        ".tox",
        ".venv",
        "__pycache__",
        "build",
        "dist",
        "doc",
        "docs",
        "env",
        "htmlcov",
        "media",
        "migrations",
        "node_modules",
        "site-packages",
        "static",
        "staticfiles",
        "test",
        "test_project",
        "testproject",
        "tests",
        "venv",
        "virtualenv",
    ];
    let is_elsewhere = |part: &str| {
        let beside = ["example", "sample"].iter().any(|word| part.to_ascii_lowercase().starts_with(word));
        beside || ELSEWHERE.contains(&part)
    };
    !folder.split('/').any(is_elsewhere) && folder.matches('/').count() < 6
}

/// Whether a file is one of those that are read, by its path; a face need not read any other.
pub fn is_read(path: &str) -> bool {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    is_entered(folder) && SourceKind::of(path, name).is_some()
}

/// Whether a file says something by being there: a face hands over its path without its text.
pub fn is_listed(path: &str) -> bool {
    path.rsplit_once('/').is_some_and(|(folder, _)| is_entered(folder)) && debian::is_catalog(path)
}

/// Whether a Python file is for development or tests, by its path.
pub(super) fn is_for_development(path: &str) -> bool {
    tools::is_aside(path)
        || Source { path, text: "" }.is_development()
        || path.rsplit('/').next() == Some("conftest.py")
}

/// Whether a file is one of those that container set-ups are made of.
pub fn is_container_file(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    is_read(path)
        && matches!(
            SourceKind::of(path, name),
            Some(
                SourceKind::Dockerfile
                    | SourceKind::Compose
                    | SourceKind::Nginx
                    | SourceKind::Caddy
                    | SourceKind::Traefik
                    | SourceKind::Procfile
            )
        )
}

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum SourceKind {
    Manifest,
    Dockerfile,
    Compose,
    Entrypoint,
    Procfile,
    Python,
    Requirements,
    Project,
    Lock,
    Setup,
    Conda,
    PythonVersion,
    ToolVersions,
    Deployment,
    Nginx,
    Caddy,
    Traefik,
    Workflow,
    Environment,
    /// Lists of Debian packages, and files of other platforms that name some.
    Platform,
    /// What Git does not have.
    Ignored,
    /// Read by the reader of one thing: front ends, and files that say something by being there.
    Marker,
}

impl SourceKind {
    fn of(path: &str, name: &str) -> Option<Self> {
        let lower = name.to_ascii_lowercase();
        let yaml = lower.ends_with(".yml") || lower.ends_with(".yaml");
        let stem = lower.split('.').next().unwrap_or_default();
        Some(match lower.as_str() {
            _ if path == MANIFEST => Self::Manifest,
            _ if path.starts_with(".github/workflows/") && yaml => Self::Workflow,
            ".gitlab-ci.yml" => Self::Workflow,
            _ if static_files::is_marker(path) => Self::Marker,
            "dockerfile" | "containerfile" => Self::Dockerfile,
            _ if (stem == "dockerfile" || stem == "containerfile" || lower.ends_with(".dockerfile")) => {
                Self::Dockerfile
            }
            _ if yaml && ["docker-compose", "compose", "podman-compose"].iter().any(|word| stem.starts_with(word)) => {
                Self::Compose
            }
            _ if yaml && (lower.contains("traefik") || path.contains("traefik/")) => Self::Traefik,
            _ if yaml && path.contains("compose/") && !path.contains("/nginx") => Self::Compose,
            "local.yml" | "production.yml" | "staging.yml" if !path.contains('/') => Self::Compose,
            "procfile" => Self::Procfile,
            _ if lower.ends_with(".sh") || ["entrypoint", "start", "docker-entrypoint"].contains(&lower.as_str()) => {
                Self::Entrypoint
            }
            "aptfile"
            | "apt.txt"
            | "apt-packages.txt"
            | "apt-requirements.txt"
            | "nixpacks.toml"
            | "railpack.json"
            | "project.toml"
            | "app.json"
            | ".buildpacks" => Self::Platform,
            ".gitignore" if !path.contains('/') => Self::Ignored,
            "pyproject.toml" | "pipfile" => Self::Project,
            "uv.lock" | "poetry.lock" | "pipfile.lock" | "pdm.lock" => Self::Lock,
            "setup.py" | "setup.cfg" => Self::Setup,
            "environment.yml" | "environment.yaml" | "pixi.toml" => Self::Conda,
            ".python-version" | "runtime.txt" => Self::PythonVersion,
            ".tool-versions" | "mise.toml" | ".mise.toml" => Self::ToolVersions,
            "caddyfile" => Self::Caddy,
            "app.yaml" | "fly.toml" | "railway.json" | "render.yaml" => Self::Deployment,
            _ if lower.ends_with(".txt") && is_requirements(path, &lower) => Self::Requirements,
            _ if lower.ends_with(".in") && is_requirements(path, &lower) => Self::Requirements,
            _ if (lower.ends_with(".conf") || lower.ends_with(".conf.template"))
                && (path.to_ascii_lowercase().contains("nginx") || path.contains("conf.d/")) =>
            {
                Self::Nginx
            }
            _ if lower == ".env" || lower.starts_with(".env.") || lower.ends_with(".env") => Self::Environment,
            _ if path.contains(".envs/") => Self::Environment,
            _ if lower.ends_with(".py") && is_setting(path, &lower) => Self::Python,
            _ if frontend::is_part(path) => Self::Marker,
            _ => return None,
        })
    }
}

fn is_requirements(path: &str, name: &str) -> bool {
    name.contains("requirement") || path.split('/').rev().nth(1).is_some_and(|folder| folder.starts_with("requirement"))
}

/// Whether a Python file is one that configures.
fn is_setting(path: &str, name: &str) -> bool {
    const NAMES: &[&str] = &[
        "manage.py",
        "wsgi.py",
        "asgi.py",
        "celery.py",
        "celery_app.py",
        "celeryapp.py",
        "celeryconfig.py",
        "routing.py",
        "gunicorn.conf.py",
    ];
    NAMES.contains(&name)
        || name.contains("settings")
        || name.contains("gunicorn")
        || path.split('/').rev().nth(1).is_some_and(|folder| folder == "settings" || folder == "config")
        || name == "container.py"
}

/// A file while it is read.
struct Source<'a> {
    path: &'a str,
    text: &'a str,
}

impl Source<'_> {
    /// The evidence of a line, counted from 1.
    fn line(&self, line: usize) -> Evidence {
        let text = self.text.lines().nth(line.saturating_sub(1)).unwrap_or_default();
        let mut shown: String = text.trim().chars().filter(|c| !c.is_control()).take(120).collect();
        // A password on a command line is nobody's business.
        for secret in ["basic_auth=", "basic-auth=", "basic_auth ", "basic-auth ", "://"] {
            if let Some(at) = shown.find(secret)
                && (secret != "://" || shown[at..].contains('@'))
            {
                shown.truncate(at + secret.len());
                shown.push('…');
            }
        }
        Evidence { file: self.path.to_owned(), line: line.max(1), text: shown }
    }

    /// The evidence of the line that holds the byte of an offset.
    fn at(&self, offset: usize) -> Evidence {
        let before = self.text.get(..offset).unwrap_or(self.text);
        self.line(before.matches('\n').count() + 1)
    }

    /// The first line that holds a text.
    fn find(&self, needle: &str) -> Option<Evidence> {
        self.text.find(needle).map(|offset| self.at(offset))
    }

    /// Whether the file is for development, by its name.
    fn is_development(&self) -> bool {
        let path = self.path.to_ascii_lowercase();
        path.split(|c: char| !c.is_ascii_alphanumeric())
            .any(|word| ["dev", "development", "local", "override", "test", "tests", "ci"].contains(&word))
    }
}

/// Where each name of a list stands: option, value, and the names with their places.
type ListItems = (&'static str, String, Vec<(String, Evidence)>);

/// What the readers have to say, while they read.
#[derive(Default)]
struct Claims {
    made: Vec<(&'static str, String, Confidence, Evidence)>,
    troubles: Vec<Trouble>,
    /// Options that the manifest leaves to what they follow, so that nobody else is asked.
    following: Vec<&'static str>,
    /// Where each name of a list stands, by option and value.
    items: Vec<ListItems>,
    /// Options about which something was found that they do not offer, so that nothing follows from what is not there.
    open: Vec<&'static str>,
    /// Words of the commands that containers and processes start with.
    started: BTreeSet<String>,
    /// What the images copy: source, and target.
    copied: Vec<(String, String)>,
    /// Part of what runs stands in a file that was not read, so that nothing follows from what is not there.
    unread: bool,
}

impl Claims {
    /// Says that an option has a value. A value that the option does not take becomes a trouble instead.
    fn claim(&mut self, id: &'static str, value: impl Into<String>, confidence: Confidence, evidence: Evidence) {
        let value = value.into();
        let Some(spec) = option(id) else { return };
        match spec.set(&mut Choices::default(), &value) {
            Ok(()) if !value.is_empty() => self.made.push((spec.id, value, confidence, evidence)),
            Ok(()) => {}
            Err(refusal) => {
                let message = msg!("{0}: {1}", Message::from(spec.label), refusal.reason);
                self.trouble(&evidence.file, Some(evidence.line), message);
            }
        }
    }

    /// Says what a list has, each name with its place.
    fn claim_list(&mut self, id: &'static str, items: Vec<(String, Evidence)>, confidence: Confidence) {
        let value = items.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(" ");
        for (_, place) in &items {
            self.claim(id, value.clone(), confidence, place.clone());
        }
        self.items.push((id, value, items));
    }

    /// What is claimed of an option with the most confidence.
    fn strongest(&self, id: &str) -> Option<&str> {
        let mine = self.made.iter().filter(|(option, _, _, _)| *option == id);
        // The first among equals.
        mine.rev().max_by_key(|(_, _, confidence, _)| *confidence).map(|(_, value, _, _)| value.as_str())
    }

    fn trouble(&mut self, file: &str, line: Option<usize>, message: Message) {
        self.troubles.push(Trouble { file: file.to_owned(), line, message });
    }

    /// Says that an option has a value, before all that is as sure.
    fn first(&mut self, id: &'static str, value: &str, confidence: Confidence, evidence: Evidence) {
        let before = self.made.len();
        self.claim(id, value, confidence, evidence);
        if self.made.len() > before {
            self.made.rotate_right(1);
        }
    }

    /// The value of an option that counts so far, and how sure it is.
    fn best(&self, id: &str) -> Option<(&str, Confidence)> {
        let mut best: Option<(&str, Confidence)> = None;
        for (option, value, confidence, _) in &self.made {
            if *option == id && best.is_none_or(|(_, sure)| *confidence > sure) {
                best = Some((value, *confidence));
            }
        }
        best
    }

    /// Whether an option was claimed to have a value.
    fn says(&self, id: &str, value: &str) -> bool {
        self.made.iter().any(|(option, claimed, _, _)| *option == id && claimed == value)
    }

    /// Whether anything was claimed of an option with at least this confidence.
    fn has(&self, id: &str, least: Confidence) -> bool {
        self.made.iter().any(|(option, _, confidence, _)| *option == id && *confidence >= least)
    }
}

impl Inspection {
    /// What was found, for a terminal.
    pub fn to_text(&self) -> String {
        // Writing into a String does not fail.
        let mut text = String::new();
        for row in &self.inferred {
            let _ = writeln!(text, "{:<18}{}  ({})", row.option, row.value, row.confidence.id());
            for (name, place) in &row.items {
                let _ = writeln!(text, "    {name}: {}:{}: {}", place.file, place.line, place.text);
            }
            for place in row.evidence.iter().filter(|_| row.items.is_empty()) {
                let _ = writeln!(text, "    {}:{}: {}", place.file, place.line, place.text);
            }
            for (value, place) in &row.otherwise {
                let _ = writeln!(text, "    but {value}: {}:{}: {}", place.file, place.line, place.text);
            }
        }
        if !self.not_found.is_empty() {
            let _ = writeln!(text, "\nNot found, so left at the default: {}.", self.not_found.join(", "));
        }
        if !self.variables.is_empty() {
            let _ = writeln!(text, "\nVariables of environment files: {}.", self.variables.join(", "));
        }
        if !self.troubles.is_empty() {
            text.push_str("\nNeeds attention:\n");
        }
        for trouble in &self.troubles {
            let line = trouble.line.map(|line| format!("{line}: ")).unwrap_or_default();
            let _ = writeln!(
                text,
                "    {}:{}{}",
                trouble.file,
                if line.is_empty() { " " } else { "" },
                line + &trouble.message.to_string()
            );
        }
        text
    }
}

/// Reads a project. Files of other kinds than [`is_read`] says yes to are passed over.
pub fn inspect(tree: &Tree) -> Inspection {
    inspect_with(tree, &Hints::default())
}

/// Reads a project of which something is known that is not in its files.
pub fn inspect_with(tree: &Tree, hints: &Hints) -> Inspection {
    let mut claims = Claims::default();
    let mut texts: Vec<(SourceKind, &str, String)> = Vec::new();
    let named = layout::named_files(tree);
    let wanted = tree.iter().filter(|(path, _)| is_read(path) || named.contains(*path));
    for (index, (path, bytes)) in wanted.enumerate() {
        let name = path.rsplit('/').next().unwrap_or(path);
        let kind = SourceKind::of(path, name).unwrap_or(SourceKind::Python);
        if index >= MAX_FILES {
            claims.trouble(path, None, msg!("More than {0} files of this kind: the rest are not read.", MAX_FILES));
            break;
        }
        if kind == SourceKind::Marker {
            continue;
        }
        match text_of(bytes) {
            Ok(text) => texts.push((kind, path, text)),
            Err((line, message)) => claims.trouble(path, line, message),
        }
    }
    // Lists may include files of any name.
    let mut at = 0;
    while let Some((kind, path, text)) = texts.get(at) {
        let included = if *kind == SourceKind::Requirements { included(path, text) } else { Vec::new() };
        for path in included {
            if let Some((path, bytes)) = tree.get_key_value(&path)
                && texts.len() < MAX_FILES
                && !texts.iter().any(|(_, known, _)| known == path)
                && let Ok(text) = text_of(bytes)
            {
                texts.push((SourceKind::Requirements, path, text));
            }
        }
        at += 1;
    }
    texts.sort_by(|a, b| (a.0, order(a.1), a.1).cmp(&(b.0, order(b.1), b.1)));
    let sources = |kind: SourceKind| {
        texts.iter().filter(move |(other, _, _)| *other == kind).map(|(_, path, text)| Source { path, text })
    };
    let mut variables = Vec::new();
    for source in sources(SourceKind::Manifest) {
        manifest(&source, &mut claims);
    }
    let dockerfiles: Vec<Source> = sources(SourceKind::Dockerfile).collect();
    let composes: Vec<Source> = sources(SourceKind::Compose).collect();
    let (built, images) = dockerfile::read(&dockerfiles, &compose::targets(&composes), &mut claims);
    let compose = compose::read(&composes, tree, &images, &mut claims);
    for source in sources(SourceKind::Procfile) {
        commands::procfile(&source, &mut claims);
    }
    let starts_something = [SourceKind::Dockerfile, SourceKind::Compose, SourceKind::Procfile];
    let by_name = !texts.iter().any(|(kind, _, _)| starts_something.contains(kind));
    commands::scripts(sources(SourceKind::Entrypoint).collect(), by_name, &mut claims);
    for source in sources(SourceKind::Platform).chain(sources(SourceKind::Deployment)) {
        layout::platform(&source, &mut claims);
    }
    for source in sources(SourceKind::Python) {
        python::read(&source, &mut claims);
    }
    let all = |kind: SourceKind| sources(kind).collect::<Vec<_>>();
    let layout = layout::Layout::of(tree, hints, &mut claims);
    let home = layout.project();
    // What states a version comes in the order in which its tools would.
    let (files_of_pyenv, files_of_platforms): (Vec<Source>, Vec<Source>) = sources(SourceKind::PythonVersion)
        .filter(|source| is_above(source.path, home))
        .partition(|source| source.path.ends_with(".python-version"));
    for source in &files_of_pyenv {
        versions::python_version(source, &mut claims);
    }
    for source in sources(SourceKind::ToolVersions).filter(|source| is_above(source.path, home)) {
        versions::tool_versions(&source, &mut claims);
    }
    let mut limits = versions::Limits::default();
    let commands: Vec<Source> =
        [SourceKind::Entrypoint, SourceKind::Procfile, SourceKind::Deployment, SourceKind::Compose]
            .into_iter()
            .flat_map(sources)
            .collect();
    let known = packages::read(
        &tools::Files {
            requirements: &all(SourceKind::Requirements),
            projects: &all(SourceKind::Project),
            locks: &all(SourceKind::Lock),
            setups: &all(SourceKind::Setup),
            environments: &all(SourceKind::Conda),
            dockerfiles: &dockerfiles,
            commands: &commands,
            workflows: &all(SourceKind::Workflow),
            python: &all(SourceKind::Python),
            home,
        },
        &mut limits,
        &mut claims,
    );
    for source in &files_of_platforms {
        versions::python_version(source, &mut claims);
    }
    for source in sources(SourceKind::Deployment) {
        versions::platform(&source, &mut claims);
    }
    for source in sources(SourceKind::Workflow) {
        versions::workflow(&source, &mut claims);
    }
    limits.settle(&mut claims);
    for source in sources(SourceKind::Nginx) {
        servers::nginx(&source, &mut claims);
    }
    for source in sources(SourceKind::Caddy) {
        servers::caddy(&source, &mut claims);
    }
    for source in sources(SourceKind::Traefik) {
        servers::traefik(&source, &mut claims);
    }
    for source in sources(SourceKind::Workflow) {
        // The database of the tests is as old as that of production, or so its authors hope.
        for (at, name) in source.text.match_indices("postgres:") {
            let tag = source.text[at + name.len()..].chars();
            let major: String = tag.take_while(char::is_ascii_digit).collect();
            if Postgres::VALUES.iter().any(|value| value.id == major) {
                claims.claim("postgres", major, Confidence::Guess, source.at(at));
            }
        }
        if source.path.starts_with(".github/") {
            claims.claim("ci", "github-actions", Confidence::Likely, source.line(1));
        } else {
            claims.trouble(
                source.path,
                None,
                msg!("GitLab pipelines are not among the options; yours stays unchanged."),
            );
        }
    }
    for source in sources(SourceKind::Environment) {
        variables.extend(names(source.text));
    }
    let compiled_by = built.iter().find_map(|image| {
        let run = image.runs.iter().find(|run| run.text.contains("compilemessages"))?;
        Some(image.place(run.line, "compilemessages"))
    });
    let ignored: Vec<Source> = sources(SourceKind::Ignored).collect();
    let paths = tree.keys().map(String::as_str).filter(|path| is_listed(path));
    debian::translations(paths, ignored.first(), compiled_by, &mut claims);
    // Behind everything else: it depends on the release and on the Python that were found.
    debian::read(
        &debian::Read {
            dockerfiles: &built,
            platforms: &sources(SourceKind::Platform).collect::<Vec<_>>(),
            requirements: &sources(SourceKind::Requirements).collect::<Vec<_>>(),
            projects: &sources(SourceKind::Project).collect::<Vec<_>>(),
            locks: &sources(SourceKind::Lock).collect::<Vec<_>>(),
            settings: &sources(SourceKind::Python).collect::<Vec<_>>(),
        },
        &mut claims,
    );
    // A list is one claim, so that git joins what was found before.
    if let Some(place) = known.git.clone() {
        let (list, sure) = claims.best("build-packages").unwrap_or(("", Confidence::Likely));
        if !list.split(' ').any(|name| name == "git") {
            let list = format!("{list} git").trim().to_owned();
            claims.first("build-packages", &list, sure, place);
        }
    }
    let settings = Settings::of(tree);
    static_files::read(tree, &settings, &mut claims);
    frontend::read(tree, &settings, &dockerfiles, &mut claims);
    absences(compose.as_ref(), &known, &mut claims);
    let names_django = known.names.contains_key("django");
    let refusal = layout.claim(names_django, hints, &mut claims);
    agree(&mut claims);
    variables.sort();
    variables.dedup();
    Inspection { refusal, ..settle(claims, variables) }
}

/// Whether a file is in a directory or in one above it.
fn is_above(path: &str, directory: &str) -> bool {
    let folder = super::paths::folder_of(path);
    folder.is_empty() || directory == folder || directory.starts_with(&format!("{folder}/"))
}

/// A short hash that tells one project from another of the same name: of the paths of what Django starts from. Those
/// stay what they are while a project is migrated, and no text is in it.
pub fn identity(tree: &Tree) -> String {
    let starts = |path: &&String| {
        let mut parts = path.rsplit('/');
        let (name, folder) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        ["manage.py", "settings.py", "wsgi.py"].contains(&name) || (folder == "settings" && name == "__init__.py")
    };
    let paths: Vec<&str> = tree.keys().filter(starts).map(String::as_str).collect();
    sha256(paths.join("\n")).chars().take(12).collect()
}

/// The paths that what was read of a project names, and that say something about the options as well: compose files
/// whose services others extend, settings modules, applications, and documents that code reads. They are not in `tree`,
/// and may not be there at all; what is read of them may name others, so that a face asks until there is nothing new.
pub fn further(tree: &Tree) -> BTreeSet<String> {
    let is_compose = |path: &str| {
        let name = path.rsplit('/').next().unwrap_or(path);
        is_read(path) && SourceKind::of(path, name) == Some(SourceKind::Compose)
    };
    let texts: Vec<(&str, String)> = (tree.iter())
        .filter(|(path, _)| is_compose(path))
        .filter_map(|(path, bytes)| Some((path.as_str(), text_of(bytes).ok()?)))
        .collect();
    let sources: Vec<Source> = texts.iter().map(|(path, text)| Source { path, text }).collect();
    let mut further = compose::further(&sources, tree);
    for (path, bytes) in tree.iter().filter(|(path, _)| path.ends_with(".txt") || path.ends_with(".in")) {
        let included = text_of(bytes).map(|text| included(path, &text)).unwrap_or_default();
        further.extend(included.into_iter().filter(|path| !tree.contains_key(path)));
    }
    further.extend(layout::further(tree));
    further.extend(super::ignore::named(tree).into_iter().filter(|path| !tree.contains_key(path)));
    further
}

/// The lists that a list includes, from the root of the project.
fn included(path: &str, text: &str) -> Vec<String> {
    let entries = requirements::entries(text).into_iter();
    let named = entries.filter_map(|(_, _, entry)| match entry {
        requirements::Entry::Include(named) if !named.contains("://") => super::paths::beside(path, &named),
        _ => None,
    });
    named.filter(|named| named.ends_with(".txt") || named.ends_with(".in")).collect()
}

/// Production before what is only for development.
fn order(path: &str) -> u8 {
    u8::from(Source { path, text: "" }.is_development())
}

/// The text of a file: UTF-8 with or without a byte order mark, line feeds only.
fn text_of(bytes: &[u8]) -> Result<String, (Option<usize>, Message)> {
    if bytes.len() > MAX_FILE {
        return Err((None, msg!("The file exceeds {0} bytes and is not read.", MAX_FILE)));
    }
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return super::requirements::decode(bytes).map_err(|message| (None, message));
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let before = String::from_utf8_lossy(&bytes[..error.valid_up_to()]);
        (Some(before.matches('\n').count() + 1), msg!("This is not UTF-8 text."))
    })?;
    if let Some(at) = text.find('\0') {
        return Err((Some(text[..at].matches('\n').count() + 1), msg!("This is a binary file.")));
    }
    Ok(text.trim_start_matches('\u{feff}').replace("\r\n", "\n"))
}

/// The choices of a manifest, each with its line.
fn manifest(source: &Source, claims: &mut Claims) {
    let (choices, problems) = yaml::from_yaml(source.text);
    for problem in problems {
        claims.trouble(source.path, None, problem.said());
    }
    let inside = source.text.find("choices:").unwrap_or(0);
    for spec in OPTIONS {
        let wish = spec.wish(&choices);
        if wish.is_empty() {
            claims.following.push(spec.id);
        }
        let line = source.text[inside..].find(&format!("\n  {}:", spec.id)).map(|at| source.at(inside + at + 1));
        if let Some(line) = line {
            claims.claim(spec.id, wish, Confidence::Stated, line);
        }
    }
}

/// Names of the variables that an environment file sets.
fn names(text: &str) -> impl Iterator<Item = String> {
    text.lines().filter_map(|line| {
        let (name, _) = line.trim().trim_start_matches("export ").split_once('=')?;
        let name = name.trim();
        let plain = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        plain.then(|| name.to_owned())
    })
}

/// What follows from something not being there: only where the place in which it would be was read.
fn absences(compose: Option<&Evidence>, known: &packages::Known, claims: &mut Claims) {
    use Confidence::{Guess, Likely};
    // Whoever has tasks or WebSockets has a broker somewhere.
    let needs_redis = claims.says("websockets", "true")
        || claims.made.iter().any(|(id, value, _, _)| *id == "celery" && value != "none");
    if let Some(place) = compose.filter(|_| !claims.unread) {
        for (id, value) in [("database", "external"), ("secrets", "env"), ("redis", "none")] {
            if !(claims.has(id, Guess) || claims.open.contains(&id) || id == "redis" && needs_redis) {
                claims.claim(id, value, Likely, place.clone());
            }
        }
        for (id, value) in [("celery", "none"), ("reverse-proxy", "none"), ("flower", "false")] {
            if !claims.has(id, Guess) {
                claims.claim(id, value, Guess, place.clone());
            }
        }
    }
    let Some(place) = known.place.as_ref().filter(|_| !known.is_part) else { return };
    for (id, value, package) in
        [("celery", "none", "celery"), ("redis", "none", "redis"), ("websockets", "false", "channels")]
    {
        let said = claims.has(id, Guess) || id == "redis" && needs_redis;
        if !said && !known.names.contains_key(package) {
            claims.claim(id, value, Likely, place.clone());
        }
    }
}

/// Has guesses give way where the strongest claims contradict each other.
fn agree(claims: &mut Claims) {
    let best = |claims: &Claims, id: &str| claims.best(id).map(|(value, sure)| (value.to_owned(), sure));
    // A scheduler beside a worker, whichever of the two comes first. Only a manifest states a worker alone.
    if let Some((value, sure)) = best(claims, "celery")
        && value == "worker"
        && sure < Confidence::Stated
    {
        let scheduler =
            |(id, value, least, _): &&(_, String, _, _)| *id == "celery" && value == "worker-beat" && *least >= sure;
        if let Some((_, value, _, place)) = claims.made.iter().find(scheduler).cloned() {
            claims.first("celery", &value, sure, place);
        }
    }
    if best(claims, "websockets").is_some_and(|(value, _)| value == "true")
        && let Some((server, sure)) = best(claims, "server")
        && server == "gunicorn"
    {
        // Another server beside it may serve the WebSockets; else what is started counts for more than a package.
        let other = claims.made.iter().filter(|(id, value, _, _)| *id == "server" && value != "gunicorn");
        let other = other.max_by_key(|(_, _, confidence, _)| *confidence).cloned();
        let router =
            claims.made.iter().find(|(id, value, least, _)| *id == "websockets" && value == "true" && *least >= sure);
        match (other, router) {
            (Some((_, value, other, place)), _) if other >= Confidence::Likely || sure == Confidence::Guess => {
                claims.first("server", &value, other.max(sure), place);
            }
            (_, Some((_, _, _, place))) => {
                let place = place.clone();
                claims.first("server", "gunicorn-uvicorn", sure, place);
            }
            _ => {
                let started = claims
                    .made
                    .iter()
                    .find(|(id, value, least, _)| *id == "server" && *value == server && *least == sure);
                if let Some((_, _, _, place)) = started.cloned() {
                    claims.first("websockets", "false", sure, place);
                }
            }
        }
    }
}

/// The strongest claim of each option, and what follows.
fn settle(claims: Claims, variables: Vec<String>) -> Inspection {
    let mut choices = Choices::default();
    let mut inferred = Vec::new();
    let mut not_found = Vec::new();
    for spec in OPTIONS {
        let mut mine: Vec<_> = claims.made.iter().filter(|(id, _, _, _)| *id == spec.id).collect();
        if claims.following.contains(&spec.id) {
            mine.clear();
        }
        // Stable: among equals the reader that was asked first counts.
        mine.sort_by_key(|(_, _, confidence, _)| std::cmp::Reverse(*confidence));
        let Some((_, value, confidence, _)) = mine.first() else {
            // A plain project has no facts worth a word.
            if spec.step != FormStep::Existing {
                not_found.push(spec.id);
            }
            continue;
        };
        let taken = spec.set(&mut choices, value);
        debug_assert!(taken.is_ok(), "{}={value}", spec.id);
        let items = claims.items.iter().find(|(id, listed, _)| *id == spec.id && listed == value);
        let items = items.map(|(_, _, items)| items.clone()).unwrap_or_default();
        let mut evidence: Vec<Evidence> = Vec::new();
        let mut otherwise: BTreeMap<String, Evidence> = BTreeMap::new();
        for (_, other, _, place) in &mine {
            if other != value {
                otherwise.entry(other.clone()).or_insert_with(|| place.clone());
            } else if !evidence.contains(place) && (evidence.len() < 5 || !items.is_empty()) {
                evidence.push(place.clone());
            }
        }
        inferred.push(Inferred {
            option: spec.id,
            value: value.clone(),
            confidence: *confidence,
            evidence,
            otherwise: otherwise.into_iter().collect(),
            items,
        });
    }
    let mut troubles = claims.troubles;
    troubles.sort_by_cached_key(|trouble| (trouble.file.clone(), trouble.line, trouble.message.to_string()));
    troubles.dedup();
    Inspection { inferred, not_found, troubles, variables, refusal: None, choices }
}
