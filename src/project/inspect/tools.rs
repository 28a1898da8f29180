//! What installs a project's packages, and from which files: what its own builds do, else the lock, else the lists.

use std::collections::{BTreeMap, BTreeSet};

use ruff_python_ast::{Expr, Stmt};
use ruff_text_size::Ranged as _;

use super::Confidence::{Likely, Stated};
use super::locks::{Lock, Wanted, elsewhere, wanted};
use super::versions::Limits;
use super::{Claims, Confidence, Evidence, Source, dockerfile};
use crate::catalog::names::{Name as _, RelativePath};
use crate::catalog::options::PackageTool;
use crate::messages::msg;
use crate::plan::packages::is_possible;
use crate::project::paths::{beside, file_name, folder_of, joined};
use crate::project::python::{parsed, statements};
use crate::project::requirements::{Entry, Fate, entries, normalise, purpose_of_file};

/// The files that say something about it.
pub(super) struct Files<'a, 'b> {
    pub(super) requirements: &'a [Source<'b>],
    /// `pyproject.toml` and `Pipfile`.
    pub(super) projects: &'a [Source<'b>],
    pub(super) locks: &'a [Source<'b>],
    /// `setup.py` and `setup.cfg`.
    pub(super) setups: &'a [Source<'b>],
    /// Environments of Conda and pixi.
    pub(super) environments: &'a [Source<'b>],
    pub(super) dockerfiles: &'a [Source<'b>],
    /// Scripts, Procfiles and files of platforms, whose commands build or start something.
    pub(super) commands: &'a [Source<'b>],
    pub(super) workflows: &'a [Source<'b>],
    pub(super) python: &'a [Source<'b>],
    /// Where manage.py is.
    pub(super) home: &'a str,
}

/// What was found.
#[derive(Debug, Default)]
pub(super) struct Own {
    /// Everything that production installs, as far as it is named, with a place.
    pub(super) installed: BTreeMap<String, Evidence>,
    /// The first line that needs git.
    pub(super) git: Option<Evidence>,
}

/// How the lists of a set begin.
const LISTS_OF_THE_SET: [&str; 4] = [
    "# Needed in every environment. Let Renovate or Dependabot update the pins.",
    "# Needed only in the production image.",
    "# Tools for development and tests, not installed in the production image.",
    "# What the container files need and the project does not install itself.",
];

/// Whether a list is one that a set brought.
pub(super) fn is_of_the_set(text: &str) -> bool {
    LISTS_OF_THE_SET.iter().any(|start| text.starts_with(start))
}

/// Whether a file is one of examples, tests or documentation, by its folders.
pub(super) fn is_aside(path: &str) -> bool {
    const ASIDE: [&str; 10] =
        [".devcontainer", ".github", "doc", "docs", "example", "examples", "node_modules", "test", "testing", "tests"];
    folder_of(path).split('/').any(|part| ASIDE.contains(&part) || part.starts_with("example"))
}

/// A directory and those above it, the nearest first.
fn upwards(directory: &str) -> Vec<&str> {
    let mut found = vec![directory];
    while let Some(last) = found.last().filter(|last| !last.is_empty()) {
        found.push(folder_of(last));
    }
    found
}

// ---------------------------------------------------------------------------------------------------------------------
// What commands install.

/// One command that installs something.
#[derive(Debug)]
struct Install {
    /// What is run: `uv sync`, `pip install`.
    program: Program,
    /// What is behind it.
    words: Vec<String>,
    place: Evidence,
    /// What it is part of is for development.
    development: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Program {
    Pip,
    Uv,
    Poetry,
    Pdm,
    Pipenv,
}

impl Install {
    /// The values of an option, split at commas and spaces.
    fn values(&self, names: &[&str]) -> Vec<String> {
        let mut found = Vec::new();
        for (index, word) in self.words.iter().enumerate() {
            for name in names {
                let value = match word.strip_prefix(name) {
                    Some("") => self.words.get(index + 1).map(String::as_str),
                    Some(rest) if name.starts_with("--") => rest.strip_prefix('='),
                    other => other,
                };
                found.extend(value.into_iter().flat_map(|value| value.split([',', ' '])).map(str::to_owned));
            }
        }
        found.retain(|value| !value.is_empty());
        found
    }

    fn has(&self, word: &str) -> bool {
        self.words.iter().any(|other| other == word)
    }

    /// The packages that it names itself, in no list.
    fn packages(&self) -> Vec<Wanted> {
        const OF_THE_BUILD: [&str; 18] = [
            "build",
            "cython",
            "flit-core",
            "hatchling",
            "maturin",
            "meson-python",
            "pdm",
            "pip",
            "pip-tools",
            "pipenv",
            "poetry",
            "scikit-build-core",
            "setuptools",
            "setuptools-rust",
            "setuptools-scm",
            "uv",
            "virtualenv",
            "wheel",
        ];
        const WITH_VALUE: [&str; 22] = [
            "--cache-dir",
            "--constraint",
            "--extra-index-url",
            "--find-links",
            "--index-url",
            "--platform",
            "--prefix",
            "--requirement",
            "--root",
            "--target",
            "--timeout",
            "--trusted-host",
            "--wheel-dir",
            "--python",
            "--extra",
            "--group",
            "--only-group",
            "--no-group",
            "--index-strategy",
            "--link-mode",
            "--python-preference",
            "--resolution",
        ];
        // What stands beside a package manager is part of that: a plugin, or a limit for one of its dependencies.
        const MANAGERS: [&str; 4] = ["pdm", "pipenv", "poetry", "uv"];
        let names_manager = |word: &String| wanted(word).is_some_and(|found| MANAGERS.contains(&found.name.as_str()));
        if self.program != Program::Pip || self.words.iter().any(names_manager) {
            return Vec::new();
        }
        let mut found = Vec::new();
        for (index, word) in self.words.iter().enumerate() {
            let before = index.checked_sub(1).and_then(|before| self.words.get(before)).map_or("", String::as_str);
            let is_value = WITH_VALUE.contains(&before) || before.len() == 2 && "crifetwd".contains(&before[1..]);
            let is_path = word.contains('/') || [".txt", ".whl", ".gz", ".toml"].iter().any(|end| word.ends_with(end));
            let is_plain = word.starts_with(|c: char| c.is_ascii_alphabetic()) && !word.contains(['$', '*', '`']);
            if is_value && before.starts_with('-') || is_path || !is_plain {
                continue;
            }
            let known =
                |wanted: &Wanted| OF_THE_BUILD.contains(&wanted.name.as_str()) || wanted.name.starts_with("poetry-");
            found.extend(wanted(word).filter(|wanted| !known(wanted)));
        }
        found
    }

    /// The extras of `pip install .[prod]`; `None` where it installs something else.
    fn own_extras(&self) -> Option<Vec<String>> {
        if self.program != Program::Pip {
            return None;
        }
        self.words.iter().find_map(|word| {
            let (path, extras) = word.split_once('[').unwrap_or((word, ""));
            let own = [".", "./", "/app", "/code", "/src", "/usr/src/app", "/app/", "/code/"].contains(&path);
            let extras = extras.trim_end_matches(']').split(',').filter(|extra| !extra.is_empty());
            own.then(|| extras.map(str::to_owned).collect())
        })
    }
}

/// The words of a command; quotes hold a word together.
fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let (mut word, mut quote, mut open) = (String::new(), None, false);
    for c in text.chars() {
        match (quote, c) {
            (Some(end), c) if c == end => quote = None,
            (None, '"' | '\'') => (quote, open) = (Some(c), true),
            (None, c) if c.is_whitespace() => {
                if open || !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
                open = false;
            }
            (_, c) => word.push(c),
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

/// The commands of a text that install packages.
fn installs(text: &str, place: &Evidence, development: bool, found: &mut Vec<Install>) {
    for part in text.replace("&&", "\n").replace("||", "\n").split(['\n', ';', '|', '(', ')']) {
        let words = words(part);
        let programs: Vec<&str> = words.iter().map(|word| file_name(word)).collect();
        let at = |program: &str| programs.iter().position(|word| *word == program);
        let next = |at: usize| programs.get(at + 1).copied().unwrap_or_default();
        let pip = programs.iter().position(|word| {
            ["pip", "pip3"].contains(word)
                || word.strip_prefix("pip3.").is_some_and(|minor| minor.parse::<u8>().is_ok())
        });
        let (program, from) = if let Some(at) =
            pip.filter(|at| ["install", "wheel", "download", "sync"].contains(&next(*at)))
        {
            (Program::Pip, at + 2)
        } else if let Some(at) = at("pip-sync") {
            (Program::Pip, at + 1)
        } else if let Some(at) = at("uv").filter(|at| ["sync", "export"].contains(&next(*at))) {
            (Program::Uv, at + 2)
        } else if let Some(at) = at("poetry").filter(|at| ["install", "sync", "export"].contains(&next(*at))) {
            (Program::Poetry, at + 2)
        } else if let Some(at) = at("pdm").filter(|at| ["install", "sync", "export"].contains(&next(*at))) {
            (Program::Pdm, at + 2)
        } else if let Some(at) = at("pipenv").filter(|at| ["install", "sync", "requirements"].contains(&next(*at))) {
            (Program::Pipenv, at + 2)
        } else {
            continue;
        };
        // `pipenv install gunicorn` and its like change the project; they do not install it.
        found.push(Install { program, words: words[from..].to_vec(), place: place.clone(), development });
    }
}

/// What the project's own builds install, production first.
fn commands(files: &Files) -> Vec<Install> {
    let mut found = Vec::new();
    for source in files.dockerfiles.iter().filter(|source| !is_aside(source.path)) {
        for run in dockerfile::runs(source) {
            installs(&run.text, &source.line(run.line), source.is_development() || !run.is_production, &mut found);
        }
    }
    for source in files.commands.iter().filter(|source| !is_aside(source.path)) {
        let mut joined = String::new();
        let mut first = 1;
        for (index, line) in source.text.lines().enumerate() {
            if joined.is_empty() {
                first = index + 1;
            }
            let bare = line.trim();
            if bare.starts_with('#') {
                continue;
            }
            joined.push_str(bare.strip_suffix('\\').unwrap_or(bare));
            if bare.ends_with('\\') {
                joined.push(' ');
                continue;
            }
            installs(&joined, &source.line(first), source.is_development(), &mut found);
            joined.clear();
        }
    }
    found.sort_by_key(|install| install.development);
    found
}

/// The list that a command names, by the longest end of its path that is a list of the project.
fn list_of(named: &str, home: &str, lists: &BTreeMap<&str, &Source>) -> Option<String> {
    let parts: Vec<&str> = named.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    (0..parts.len()).find_map(|from| {
        let path = parts[from..].join("/");
        upwards(home)
            .into_iter()
            .rev()
            .map(|directory| joined(directory, &path))
            .find(|path| lists.contains_key(path.as_str()))
    })
}

// ---------------------------------------------------------------------------------------------------------------------
// Requirements files.

/// What lists name, with everything that they include.
#[derive(Debug, Default)]
struct Listed {
    wanted: Vec<(Wanted, Evidence)>,
    /// Files that are included or constrain, in order.
    further: Vec<String>,
    /// Directories and files of the project that are installed, as they are written.
    local: Vec<(String, Evidence)>,
    git: Option<Evidence>,
    seen: BTreeSet<String>,
}

/// Whether pip gets a line of a list with git.
fn needs_git(line: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    line.match_indices("git+").any(|(at, _)| !line[..at].ends_with(is_part))
}

fn follow(path: &str, lists: &BTreeMap<&str, &Source>, listed: &mut Listed, claims: &mut Claims) {
    if !listed.seen.insert(path.to_owned()) {
        return;
    }
    let Some(source) = lists.get(path) else { return };
    for (number, text, entry) in entries(source.text) {
        let place = source.line(number);
        needs_secret(&text, &place, claims);
        let head = text.split(" #").next().unwrap_or_default();
        if needs_git(head) {
            listed.git.get_or_insert_with(|| place.clone());
        }
        match entry {
            Entry::Include(named) | Entry::Constraint(named) if named.contains("://") => {}
            Entry::Include(named) | Entry::Constraint(named) => match beside(path, &named) {
                Some(other) => {
                    let include = text.trim_start().starts_with("-r") || text.trim_start().starts_with("--requirement");
                    if !listed.further.contains(&other) {
                        listed.further.push(other.clone());
                    }
                    if include {
                        follow(&other, lists, listed, claims);
                    }
                }
                None => outside(&named, &place, claims),
            },
            Entry::Local(named) => listed.local.push((named, place)),
            Entry::Option => {}
            Entry::Package => {
                let marker = head.split_once(';').map_or("", |(_, marker)| marker);
                if let Some(wanted) = wanted(head).filter(|_| !elsewhere(marker) && !head.trim_start().starts_with('-'))
                {
                    listed.wanted.push((wanted, place));
                }
            }
        }
    }
}

/// Says that a path leads out of the project.
fn outside(path: &str, place: &Evidence, claims: &mut Claims) {
    let message =
        msg!("“{0}” is outside the project, so the image cannot install it: move it into the repository.", path);
    claims.trouble(&place.file, Some(place.line), message);
}

/// Says that an index asks for a secret, which a build has only where it is given one.
fn needs_secret(text: &str, place: &Evidence, claims: &mut Claims) {
    let variable = text.split_once("${").and_then(|(_, rest)| rest.split_once('}')).map(|(name, _)| name);
    let is_name = |name: &&str| {
        !name.is_empty() && *name != "PROJECT_ROOT" && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    if let Some(name) = variable.filter(is_name) {
        let message = msg!(
            "The installation needs {0} here, which no build has by itself: pass it as a build secret. Add \
             `--mount=type=secret,id={0},env={0}` to the RUN instruction in docker/Dockerfile and `--secret id={0}` to \
             the build.",
            name
        );
        claims.trouble(&place.file, Some(place.line), message);
        return;
    }
    let credentials = text.split("://").skip(1).filter_map(|rest| rest.split(['/', ' ']).next()?.rsplit_once('@'));
    if credentials.into_iter().any(|(user, _)| user.contains(':') && !user.starts_with("git:")) {
        let message = msg!(
            "This address contains a password: take it out of the repository, and pass it as a build secret \
             (`RUN --mount=type=secret` in docker/Dockerfile)."
        );
        claims.trouble(&place.file, Some(place.line), message);
    }
}

/// The lists that production and development install.
struct Lists {
    production: Vec<String>,
    development: Vec<String>,
    place: Evidence,
    sure: Confidence,
}

/// The lists to choose from: those at the root, beside manage.py and between, and in folders there.
fn near<'a>(files: &'a Files) -> Vec<&'a Source<'a>> {
    let places = upwards(files.home);
    let is_near = |source: &&Source| {
        let folder = folder_of(source.path);
        let parent = folder_of(folder);
        !is_aside(source.path)
            && (places.contains(&folder)
                || !folder.is_empty() && places.contains(&parent) && is_folder_of_lists(folder))
    };
    let mut near: Vec<&Source> =
        files.requirements.iter().filter(|source| !is_of_the_set(source.text)).filter(is_near).collect();
    // The nearest to manage.py first.
    let distance = |source: &&Source| {
        let folder = folder_of(source.path);
        let folder = if is_folder_of_lists(folder) { folder_of(folder) } else { folder };
        places.iter().position(|place| *place == folder)
    };
    near.sort_by_key(distance);
    near
}

fn is_folder_of_lists(folder: &str) -> bool {
    file_name(folder).starts_with("req")
}

/// How well a list suits production, by its name: smaller is better.
fn rank(path: &str) -> Option<u8> {
    let stem = file_name(path).to_ascii_lowercase();
    let words: Vec<&str> = stem.split(|c: char| !c.is_ascii_alphanumeric()).collect();
    let has = |known: &[&str]| words.iter().any(|word| known.contains(word));
    if stem.ends_with(".in") || has(&["constraints", "constraint"]) {
        return None;
    }
    match purpose_of_file(path) {
        Some(Fate::Development) => None,
        Some(Fate::Production) => Some(0),
        _ if has(&["live", "heroku"]) => Some(0),
        _ if stem == "requirements.txt" => Some(1),
        _ if has(&["base", "common", "main"]) => Some(2),
        _ => Some(3),
    }
}

/// The file that a list was made of, so that it is a copy of a lock.
fn exported_from(text: &str) -> bool {
    let head: Vec<String> = text
        .lines()
        .take_while(|line| line.trim().is_empty() || line.starts_with('#'))
        .take(12)
        .map(str::to_ascii_lowercase)
        .collect();
    head.iter().any(|line| {
        ["uv export", "poetry export", "pdm export", "pipenv requirements"].iter().any(|word| line.contains(word))
            || line.contains("pyproject.toml") && (line.contains("compile") || line.contains("autogenerated"))
    })
}

fn lists(files: &Files, installs: &[Install]) -> Option<Lists> {
    let by_path: BTreeMap<&str, &Source> = files.requirements.iter().map(|source| (source.path, source)).collect();
    let near = near(files);
    let named = |install: &Install| -> Vec<String> {
        let paths = install.values(&["--requirement", "--requirements", "-r"]);
        let plain = install.words.iter().filter(|word| word.ends_with(".txt") && !word.starts_with('-')).cloned();
        let mut found = Vec::new();
        for path in paths.into_iter().chain(plain) {
            if let Some(list) = list_of(&path, files.home, &by_path).filter(|list| !found.contains(list)) {
                found.push(list);
            }
        }
        found.retain(|list| !is_of_the_set(by_path[list.as_str()].text));
        found
    };
    let mut production: Vec<String> = Vec::new();
    let mut development: Vec<String> = Vec::new();
    let mut stated = None;
    for install in installs.iter().filter(|install| install.program == Program::Pip) {
        for list in named(install) {
            // A build of the tests, for instance.
            let is_development = install.development || purpose_of_file(&list) == Some(Fate::Development);
            let to = if is_development { &mut development } else { &mut production };
            if !is_development && stated.is_none() {
                stated = Some(install.place.clone());
            }
            if !to.contains(&list) {
                to.push(list);
            }
        }
    }
    let django = |lists: &[String]| {
        let mut listed = Listed::default();
        for list in lists {
            follow(list, &by_path, &mut listed, &mut Claims::default());
        }
        listed.wanted.iter().any(|(wanted, _)| brings_django(&wanted.name))
    };
    let sure = if stated.is_some() { Stated } else { Likely };
    if production.is_empty() {
        let best = near.iter().filter_map(|source| Some((rank(source.path)?, *source)));
        let mut best: Vec<(u8, &Source)> = best.collect();
        best.sort_by_key(|(rank, _)| *rank);
        let first = best.iter().find(|(_, source)| django(&[source.path.to_owned()])).or(best.first());
        // Of those that list Django, the one for production comes before the one that it is made of.
        if let Some((_, source)) = first {
            production.push(source.path.to_owned());
            // A list of what production has in addition, beside one that does not include it.
            if let Some((0, extra)) = best.first()
                && extra.path != source.path
                && folder_of(extra.path) == folder_of(source.path)
            {
                production.push(extra.path.to_owned());
            }
        } else {
            let ci = files.workflows.iter().flat_map(|source| {
                let mut found = Vec::new();
                for (index, line) in source.text.lines().enumerate() {
                    installs_of(line, &source.line(index + 1), &mut found);
                }
                found
            });
            for install in ci.filter(|install: &Install| install.program == Program::Pip) {
                production.extend(
                    named(&install).into_iter().filter(|list| purpose_of_file(list) != Some(Fate::Development)),
                );
            }
            production.dedup();
        }
    }
    // What production installs names Django somewhere; a list beside it may have what it leaves out.
    if !production.is_empty() && !django(&production) {
        let folder = folder_of(&production[0]).to_owned();
        let base = near
            .iter()
            .filter(|source| folder_of(source.path) == folder && rank(source.path).is_some_and(|rank| rank > 0));
        if let Some(base) = base.map(|source| source.path.to_owned()).find(|path| django(std::slice::from_ref(path))) {
            production.retain(|list| *list != base);
            production.insert(0, base);
        }
    }
    let first = production.first()?;
    let place = stated.unwrap_or_else(|| {
        by_path
            .get(first.as_str())
            .map_or_else(|| Evidence { file: first.clone(), line: 1, text: String::new() }, |source| source.line(1))
    });
    if development.is_empty() {
        let folder = folder_of(first);
        let beside = near.iter().filter(|source| {
            purpose_of_file(source.path) == Some(Fate::Development)
                && source.path.ends_with(".txt")
                && rank(&source.path.replace(".txt", ".in")).is_none()
        });
        let preferred = |source: &&&Source| {
            let stem = file_name(source.path).to_ascii_lowercase();
            let order =
                ["local", "dev", "development", "test"].iter().position(|word| stem.contains(word)).unwrap_or(9);
            (folder_of(source.path) != folder, order)
        };
        development.extend(beside.min_by_key(preferred).map(|source| source.path.to_owned()));
    }
    if !development.is_empty() && !django(&development) {
        // It adds to what production installs.
        let mut all = production.clone();
        all.extend(development.into_iter().filter(|list| !production.contains(list)));
        development = all;
    }
    Some(Lists { production, development, place, sure })
}

fn installs_of(line: &str, place: &Evidence, found: &mut Vec<Install>) {
    installs(line.trim().trim_start_matches("- ").trim_start_matches("run:"), place, false, found);
}

/// Whether a package is Django or cannot be without it.
fn brings_django(name: &str) -> bool {
    name == "django"
        || name == "wagtail"
        || name == "djangorestframework"
        || name.starts_with("django-")
        || name.starts_with("wagtail-")
}

/// What comes with a package, of those that a set may need.
const BROUGHT: &[(&str, &[&str])] = &[
    ("arq", &["redis"]),
    ("celery[redis]", &["redis"]),
    ("channels-redis", &["channels", "redis"]),
    ("channels[daphne]", &["daphne"]),
    ("django-cacheops", &["redis"]),
    ("django-celery-beat", &["celery"]),
    ("django-celery-results", &["celery"]),
    ("django-redis", &["redis"]),
    ("django-rq", &["redis"]),
    ("dramatiq[redis]", &["redis"]),
    ("flower", &["celery"]),
    ("kombu[redis]", &["redis"]),
    ("rq", &["redis"]),
    ("uvicorn-worker", &["gunicorn", "uvicorn"]),
    ("uvicorn[standard]", &["httptools", "uvloop", "watchfiles", "websockets"]),
];

/// What lists name, with what comes with it.
fn with_brought(listed: &[(Wanted, Evidence)]) -> BTreeMap<String, BTreeSet<String>> {
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (wanted, _) in listed {
        let has = |row: &str| match row.split_once('[') {
            Some((name, extra)) => {
                name == wanted.name && wanted.extras.iter().any(|other| other == extra.trim_end_matches(']'))
            }
            None => row == wanted.name,
        };
        for (_, brought) in BROUGHT.iter().filter(|(row, _)| has(row)) {
            for name in *brought {
                found.entry((*name).to_owned()).or_default();
            }
        }
        if brings_django(&wanted.name) {
            found.entry("django".to_owned()).or_default();
        }
        found.entry(wanted.name.clone()).or_default().extend(wanted.extras.iter().cloned());
    }
    found
}

// ---------------------------------------------------------------------------------------------------------------------
// Project files.

/// What a project file asks for.
#[derive(Debug, Default)]
pub(super) struct Declared {
    pub(super) main: Vec<Wanted>,
    pub(super) extras: BTreeMap<String, Vec<Wanted>>,
    /// With whether the group is one that is installed only where it is asked for.
    pub(super) groups: BTreeMap<String, (bool, Vec<Wanted>)>,
    /// Paths of the project that are installed, as written.
    local: Vec<String>,
    git: Option<String>,
    /// Files that its metadata is made of, where a build has to tell it.
    metadata: Vec<String>,
    /// Members of a workspace of uv, as patterns.
    members: Vec<String>,
    name: String,
    is_package: bool,
    has_entry_points: bool,
    default_groups: Vec<String>,
}

impl Declared {
    /// Reads the tables of `pyproject.toml` or a `Pipfile`.
    pub(super) fn read(table: &toml::Table) -> Self {
        let get = |path: &str| {
            path.split('/')
                .try_fold(None, |at: Option<&toml::Value>, key| {
                    Some(Some(match at {
                        None => table.get(key)?,
                        Some(value) => value.get(key)?,
                    }))
                })
                .flatten()
        };
        let text = |path: &str| get(path).and_then(toml::Value::as_str);
        let list = |path: &str| -> Vec<String> {
            get(path)
                .and_then(toml::Value::as_array)
                .into_iter()
                .flatten()
                .filter_map(|item| item.as_str().map(str::to_owned))
                .collect()
        };
        let mut declared = Self {
            name: normalise(text("project/name").or_else(|| text("tool/poetry/name")).unwrap_or_default()),
            is_package: get("build-system").is_some()
                && get("tool/uv/package").and_then(toml::Value::as_bool) != Some(false)
                && get("tool/poetry/package-mode").and_then(toml::Value::as_bool) != Some(false),
            has_entry_points: get("project/entry-points").is_some() || get("tool/poetry/plugins").is_some(),
            members: list("tool/uv/workspace/members"),
            default_groups: list("tool/uv/default-groups"),
            ..Self::default()
        };
        let mut main = Vec::new();
        for text in list("project/dependencies") {
            main.extend(declared.requirement(&text));
        }
        main.extend(get("tool/poetry/dependencies").map(|rows| declared.rows(rows)).unwrap_or_default());
        main.extend(get("packages").map(|rows| declared.rows(rows)).unwrap_or_default());
        declared.main = main;
        let tables = |path: &str| get(path).and_then(toml::Value::as_table).into_iter().flatten();
        for (name, rows) in tables("project/optional-dependencies") {
            let rows: Vec<Wanted> =
                rows.as_array().into_iter().flatten().filter_map(toml::Value::as_str).filter_map(wanted).collect();
            declared.extras.insert(normalise(name), rows);
        }
        for (name, rows) in tables("tool/poetry/extras") {
            let rows: Vec<Wanted> =
                rows.as_array().into_iter().flatten().filter_map(toml::Value::as_str).filter_map(wanted).collect();
            declared.extras.entry(normalise(name)).or_insert(rows);
        }
        for path in ["dependency-groups", "tool/pdm/dev-dependencies"] {
            for (name, rows) in tables(path) {
                let rows: Vec<Wanted> =
                    rows.as_array().into_iter().flatten().filter_map(toml::Value::as_str).filter_map(wanted).collect();
                declared.groups.insert(name.clone(), (true, rows));
            }
        }
        for (name, group) in tables("tool/poetry/group") {
            let optional = group.get("optional").and_then(toml::Value::as_bool) == Some(true);
            let rows = group.get("dependencies").map(|rows| declared.rows(rows)).unwrap_or_default();
            declared.groups.insert(name.clone(), (optional, rows));
        }
        for (_, about) in tables("tool/uv/sources") {
            let several = about.as_array().cloned().unwrap_or_else(|| vec![about.clone()]);
            for about in several {
                declared.local.extend(about.get("path").and_then(toml::Value::as_str).map(str::to_owned));
                if let Some(url) = about.get("git").and_then(toml::Value::as_str) {
                    declared.git.get_or_insert_with(|| url.to_owned());
                }
            }
        }
        let dynamic = list("project/dynamic");
        if dynamic.iter().any(|field| ["dependencies", "optional-dependencies"].contains(&field.as_str())) {
            declared.metadata(&get);
        }
        declared
    }

    /// The files that a build of the metadata reads.
    fn metadata<'t>(&mut self, get: &impl Fn(&str) -> Option<&'t toml::Value>) {
        let mut add = |value: Option<&toml::Value>| {
            let files = match value {
                Some(toml::Value::String(file)) => vec![file.clone()],
                Some(toml::Value::Array(files)) => {
                    files.iter().filter_map(|file| file.as_str().map(str::to_owned)).collect()
                }
                _ => Vec::new(),
            };
            self.metadata.extend(files);
        };
        add(get("tool/setuptools/dynamic/dependencies/file"));
        for (_, about) in
            get("tool/setuptools/dynamic/optional-dependencies").and_then(toml::Value::as_table).into_iter().flatten()
        {
            add(about.get("file"));
        }
        let readme = get("project/readme");
        add(readme.filter(|value| value.is_str()).or_else(|| readme.and_then(|value| value.get("file"))));
        add(get("project/license").and_then(|license| license.get("file")));
        add(get("tool/hatch/metadata/hooks/requirements_txt/files"));
    }

    fn requirement(&mut self, text: &str) -> Option<Wanted> {
        let (head, marker) = text.split_once(';').unwrap_or((text, ""));
        if let Some((_, url)) = head.split_once('@') {
            let url = url.trim();
            if let Some(path) = url.strip_prefix("file:") {
                let path = path.trim_start_matches("//").replace("${PROJECT_ROOT}/", "");
                self.local.push(path);
            } else if url.starts_with("git+") {
                self.git.get_or_insert_with(|| url.to_owned());
            }
        }
        wanted(head).filter(|_| !elsewhere(marker))
    }

    /// Poetry's and Pipenv's tables: a name and a version, or a table with one.
    fn rows(&mut self, rows: &toml::Value) -> Vec<Wanted> {
        let mut found = Vec::new();
        for (name, about) in rows.as_table().into_iter().flatten().filter(|(name, _)| *name != "python") {
            let about = about.as_array().and_then(|several| several.first()).unwrap_or(about);
            let text = |key: &str| about.get(key).and_then(toml::Value::as_str);
            self.local.extend(text("path").or_else(|| text("file")).map(str::to_owned));
            if let Some(url) = text("git") {
                self.git.get_or_insert_with(|| url.to_owned());
            }
            let optional = about.get("optional").and_then(toml::Value::as_bool) == Some(true);
            let extras = about.get("extras").and_then(toml::Value::as_array).into_iter().flatten();
            let extras = extras.filter_map(toml::Value::as_str).map(normalise).collect();
            if !optional && !elsewhere(text("markers").unwrap_or_default()) {
                found.push(Wanted { name: normalise(name), extras });
            }
        }
        found
    }

    fn is_empty(&self) -> bool {
        self.main.is_empty() && self.metadata.is_empty()
    }
}

/// Requirements with their lines, and the range of Python with its line.
type Setup = (Vec<(String, usize)>, Option<(String, usize)>);

/// What `setup.py` or `setup.cfg` asks for: requirements with their lines, and the range of Python.
pub(super) fn setup(source: &Source) -> Setup {
    if source.path.ends_with(".cfg") {
        return setup_cfg(source);
    }
    let mut found = (Vec::new(), None);
    let Ok(parsed) = parsed(source.text) else { return found };
    let line = |expr: &Expr| source.at(usize::from(expr.range().start())).line;
    let text = |expr: &Expr| match expr {
        Expr::StringLiteral(literal) => Some(literal.value.to_str().to_owned()),
        _ => None,
    };
    let elements = |expr: &Expr| match expr {
        Expr::List(list) => list.elts.clone(),
        Expr::Tuple(tuple) => tuple.elts.clone(),
        _ => Vec::new(),
    };
    let mut variables: BTreeMap<String, Expr> = BTreeMap::new();
    for stmt in statements(&parsed) {
        if let Stmt::Assign(assign) = stmt
            && let [Expr::Name(name)] = &assign.targets[..]
        {
            variables.insert(name.id.to_string(), (*assign.value).clone());
        }
        let Stmt::Expr(stmt) = stmt else { continue };
        let Expr::Call(call) = &*stmt.value else { continue };
        let is_setup = match &*call.func {
            Expr::Name(name) => name.id.as_str() == "setup",
            Expr::Attribute(attribute) => attribute.attr.as_str() == "setup",
            _ => false,
        };
        for keyword in call.arguments.keywords.iter().filter(|_| is_setup) {
            let value = match &keyword.value {
                Expr::Name(name) => variables.get(name.id.as_str()).unwrap_or(&keyword.value),
                value => value,
            };
            match keyword.arg.as_ref().map(ruff_python_ast::Identifier::as_str) {
                Some("install_requires") => {
                    found.0.extend(elements(value).iter().filter_map(|item| Some((text(item)?, line(item)))));
                }
                Some("python_requires") => found.1 = text(value).map(|range| (range, line(value))),
                _ => {}
            }
        }
    }
    found
}

fn setup_cfg(source: &Source) -> Setup {
    let mut found = (Vec::new(), None);
    let (mut section, mut key) = (String::new(), String::new());
    for (index, line) in source.text.lines().enumerate() {
        let bare = line.trim();
        if bare.is_empty() || bare.starts_with(['#', ';']) {
            continue;
        }
        let mut value = bare;
        if let Some(name) = bare.strip_prefix('[') {
            name.trim_end_matches(']').clone_into(&mut section);
            key.clear();
            continue;
        }
        if !line.starts_with(char::is_whitespace)
            && let Some((name, rest)) = bare.split_once('=')
        {
            name.trim().clone_into(&mut key);
            value = rest.trim();
        }
        match (section.as_str(), key.as_str()) {
            ("options", "install_requires") if !value.is_empty() => found.0.push((value.to_owned(), index + 1)),
            ("options", "python_requires") => found.1 = Some((value.to_owned(), index + 1)),
            _ => {}
        }
    }
    found
}

// ---------------------------------------------------------------------------------------------------------------------
// The decision.

/// A project file with its lock.
struct Managed<'a, 'b> {
    tool: PackageTool,
    directory: String,
    project: Option<&'a Source<'b>>,
    lock: Option<&'a Source<'b>>,
}

/// The tools that could install the project, the one in use first.
fn managed<'a, 'b>(files: &Files<'a, 'b>, tables: &BTreeMap<&str, toml::Table>) -> Vec<Managed<'a, 'b>> {
    let mut found: Vec<Managed> = Vec::new();
    for directory in upwards(files.home) {
        let file = |sources: &'a [Source<'b>], name: &str| {
            sources.iter().find(|source| source.path == joined(directory, name))
        };
        let pyproject = file(files.projects, "pyproject.toml");
        let tools = pyproject.and_then(|source| tables.get(source.path)).and_then(|table| table.get("tool"));
        let has = |name: &str| tools.is_some_and(|tools| tools.get(name).is_some());
        let mut locked: Vec<Managed> = Vec::new();
        for (tool, name, table) in [
            (PackageTool::Uv, "uv.lock", "uv"),
            (PackageTool::Poetry, "poetry.lock", "poetry"),
            (PackageTool::Pdm, "pdm.lock", "pdm"),
        ] {
            if let (Some(lock), Some(project)) = (file(files.locks, name), pyproject) {
                let managed =
                    Managed { tool, directory: directory.to_owned(), project: Some(project), lock: Some(lock) };
                // A table of the tool's own says which of several locks is in use.
                if has(table) { locked.insert(0, managed) } else { locked.push(managed) }
            }
        }
        let pipfile = file(files.projects, "Pipfile");
        let pipfile_lock = file(files.locks, "Pipfile.lock");
        if pipfile.is_some() && pipfile_lock.is_some() {
            locked.push(Managed {
                tool: PackageTool::Pipenv,
                directory: directory.to_owned(),
                project: pipfile,
                lock: pipfile_lock,
            });
        }
        found.extend(locked);
    }
    for directory in upwards(files.home) {
        let file = |sources: &'a [Source<'b>], name: &str| {
            sources.iter().find(|source| source.path == joined(directory, name))
        };
        let pyproject = file(files.projects, "pyproject.toml");
        let table = pyproject.and_then(|source| tables.get(source.path));
        let declared = table.map(Declared::read).unwrap_or_default();
        let poetry =
            table.is_some_and(|table| table.get("project").is_none_or(|project| project.get("dependencies").is_none()));
        let mut add = |tool, project| {
            let is_known =
                found.iter().any(|known| known.project.map(|source| source.path) == Some(project_path(project)));
            if !is_known {
                found.push(Managed { tool, directory: directory.to_owned(), project: Some(project), lock: None });
            }
        };
        if let Some(project) = pyproject.filter(|_| !declared.is_empty()) {
            let tool =
                if poetry && declared.metadata.is_empty() { PackageTool::Poetry } else { PackageTool::Pyproject };
            add(tool, project);
        }
        if let Some(project) = file(files.projects, "Pipfile")
            .filter(|source| tables.get(source.path).is_some_and(|table| !Declared::read(table).is_empty()))
        {
            add(PackageTool::Pipenv, project);
        }
        for name in ["setup.py", "setup.cfg"] {
            if let Some(project) = file(files.setups, name).filter(|source| !setup(source).0.is_empty()) {
                add(PackageTool::Setup, project);
            }
        }
    }
    found
}

const fn project_path<'a>(source: &Source<'a>) -> &'a str {
    source.path
}

/// Reads what installs the packages, and claims it.
pub(super) fn read(files: &Files, limits: &mut Limits, claims: &mut Claims) -> Own {
    conda(files, claims);
    let of_the_set = files.requirements.iter().any(|source| {
        is_of_the_set(source.text) && ["requirements.txt", "requirements/base.txt"].contains(&source.path)
    });
    if of_the_set {
        return Own::default();
    }
    let tables: BTreeMap<&str, toml::Table> =
        files.projects.iter().filter_map(|source| Some((source.path, toml::from_str(source.text).ok()?))).collect();
    let installs = commands(files);
    let managed = managed(files, &tables);
    let lists = lists(files, &installs);
    // What production runs, then what is locked, then what is listed.
    let in_use = installs.iter().filter(|install| !install.development).find_map(|install| {
        let tool = match install.program {
            Program::Uv => PackageTool::Uv,
            Program::Poetry => PackageTool::Poetry,
            Program::Pdm => PackageTool::Pdm,
            Program::Pipenv => PackageTool::Pipenv,
            Program::Pip => return None,
        };
        managed.iter().find(|managed| managed.tool == tool).map(|managed| (managed, Some(&install.place)))
    });
    let by_pip = lists.as_ref().is_some_and(|lists| lists.sure == Stated);
    let exported = lists.as_ref().is_some_and(|lists| {
        lists
            .production
            .iter()
            .any(|list| files.requirements.iter().any(|source| source.path == list && exported_from(source.text)))
    });
    let asks_for_django = managed.first().is_some_and(|managed| {
        let declared =
            managed.project.and_then(|source| tables.get(source.path)).map(Declared::read).unwrap_or_default();
        declared.main.iter().any(|wanted| brings_django(&wanted.name))
            || managed.tool == PackageTool::Setup
            || !declared.metadata.is_empty()
    });
    let are_listed = lists.as_ref().is_some_and(|lists| {
        let by_path: BTreeMap<&str, &Source> = files.requirements.iter().map(|source| (source.path, source)).collect();
        let mut listed = Listed::default();
        for list in &lists.production {
            follow(list, &by_path, &mut listed, &mut Claims::default());
        }
        listed.wanted.iter().any(|(wanted, _)| brings_django(&wanted.name) || !asks_for_django)
            || listed.local.iter().any(|(path, _)| !is_dot(path)) && !asks_for_django
    });
    let locked = managed.iter().find(|managed| managed.lock.is_some());
    let chosen = match (in_use, locked) {
        (Some(found), _) => Some(found),
        (None, _) if by_pip => None,
        (None, Some(locked)) if !exported => Some((locked, None)),
        (None, _) if are_listed => None,
        (None, _) => managed.first().map(|managed| (managed, None)),
    };
    let own = match (chosen, lists) {
        (Some((managed, place)), lists) => {
            let of_tool = read_managed(files, managed, place, &tables, &installs, limits, claims);
            let lock = managed.lock.or(managed.project).map_or("", |source| source.path);
            for list in lists.into_iter().flat_map(|lists| lists.production).filter(|list| !of_tool.1.contains(list)) {
                let message = msg!(
                    "The image installs from {0}, not from this file. To use this file instead, set “packages” to \
                     “requirements”.",
                    lock
                );
                claims.trouble(&list, None, message);
            }
            of_tool.0
        }
        (None, Some(lists)) => {
            let own = read_lists(files, &lists, claims);
            for managed in managed.iter().filter(|managed| !exported || managed.lock.is_none()) {
                let path = managed.lock.or(managed.project).map_or("", |source| source.path);
                let message = msg!(
                    "The image installs from {0}, not from this file. To use this file instead, set “packages” to “{1}”.",
                    lists.production.join(", "),
                    managed.tool.id()
                );
                claims.trouble(path, None, message);
            }
            own
        }
        (None, None) => Own::default(),
    };
    for install in installs.iter().filter(|install| !install.development) {
        let packages = install.packages().into_iter().map(|wanted| wanted.name);
        // The set installs the server that it starts.
        let packages = packages.filter(|name| !own.installed.contains_key(name) && !is_server(name));
        let packages: Vec<String> = packages.collect();
        if !packages.is_empty() {
            let message = msg!(
                "This installs {0}, which your lists do not name: add it to them, or the image lacks it.",
                packages.join(", ")
            );
            claims.trouble(&install.place.file, Some(install.place.line), message);
        }
    }
    own
}

fn is_server(name: &str) -> bool {
    ["daphne", "granian", "gunicorn", "hypercorn", "uvicorn", "uvicorn-worker"].contains(&name)
}

fn conda(files: &Files, claims: &mut Claims) {
    for source in files.environments.iter().filter(|source| !is_aside(source.path)) {
        let message = msg!(
            "Conda and pixi are not among the tools: the image is based on the official Python image. List the packages \
             in requirements.txt or pyproject.toml; libraries such as GDAL come from Debian (system-packages)."
        );
        claims.trouble(source.path, None, message);
    }
}

/// Claims paths that an installation reads, each one valid; the others become troubles.
fn claim_paths(id: &'static str, paths: &[String], sure: Confidence, place: &Evidence, claims: &mut Claims) {
    let mut valid: Vec<&str> = Vec::new();
    for path in paths {
        match RelativePath::read(path) {
            Ok(_) if valid.contains(&path.as_str()) => {}
            Ok(_) => valid.push(path),
            Err(refusal) => {
                let message = msg!("“{0}” cannot be in an image as it is: {1} Rename it.", path, refusal.reason);
                claims.trouble(&place.file, Some(place.line), message);
            }
        }
    }
    claims.claim(id, valid.join(" "), sure, place.clone());
}

/// Claims which of the packages that a set may need are there already.
fn claim_own(installed: &BTreeMap<String, BTreeSet<String>>, place: &Evidence, claims: &mut Claims) {
    const EXTRAS: [&str; 4] = ["binary", "c", "pool", "redis"];
    let own = installed.iter().filter(|(name, _)| is_possible(name)).map(|(name, extras)| {
        let extras: Vec<&str> = extras.iter().map(String::as_str).filter(|extra| EXTRAS.contains(extra)).collect();
        if extras.is_empty() { name.clone() } else { format!("{name}[{}]", extras.join(",")) }
    });
    let own: Vec<String> = own.collect();
    claims.claim("own-packages", own.join(" "), Likely, place.clone());
}

fn read_lists(files: &Files, lists: &Lists, claims: &mut Claims) -> Own {
    let by_path: BTreeMap<&str, &Source> = files.requirements.iter().map(|source| (source.path, source)).collect();
    let (place, sure) = (&lists.place, lists.sure);
    claims.claim("packages", PackageTool::Requirements.id(), sure, place.clone());
    claim_paths("package-files", &lists.production, sure, place, claims);
    let development = if lists.development == lists.production { &[][..] } else { &lists.development[..] };
    if let Some(list) = development.last() {
        let place = by_path.get(list.as_str()).map_or_else(|| place.clone(), |source| source.line(1));
        claim_paths("development-files", development, Likely, &place, claims);
    }
    let mut production = Listed::default();
    for list in &lists.production {
        follow(list, &by_path, &mut production, claims);
    }
    let mut all = Listed::default();
    for list in lists.production.iter().chain(development) {
        follow(list, &by_path, &mut all, claims);
    }
    let named: BTreeSet<&String> = lists.production.iter().chain(development).collect();
    let mut sources: Vec<String> = all.further.iter().filter(|path| !named.contains(path)).cloned().collect();
    // What development adds may be among the files of production.
    sources.extend(
        lists
            .production
            .iter()
            .filter(|path| all.further.contains(path) && !development.contains(path) && !development.is_empty())
            .cloned(),
    );
    let (directory, local) = local_paths(files, &all.local, folder_of(&lists.production[0]), claims);
    sources.extend(local);
    if !directory.is_empty() {
        claims.claim("packages-dir", directory, Likely, place.clone());
    }
    let at = all.local.first().map(|(_, place)| place).or(Some(place)).cloned();
    if let Some(at) = at.filter(|_| !sources.is_empty()) {
        claim_paths("package-sources", &sources, Likely, &at, claims);
    }
    let installed = with_brought(&production.wanted);
    let shown = by_path.get(lists.production[0].as_str()).map_or_else(|| place.clone(), |source| source.line(1));
    claim_own(&installed, &shown, claims);
    let mut own = Own { git: production.git.or(all.git), ..Own::default() };
    for name in installed.into_keys() {
        let place = production.wanted.iter().find(|(wanted, _)| wanted.name == name).map_or(&shown, |(_, place)| place);
        own.installed.insert(name, place.clone());
    }
    own
}

/// Whether the project has something that can be installed in a directory.
fn is_package(files: &Files, directory: &str) -> bool {
    let mut all = files.projects.iter().chain(files.setups);
    all.any(|source| folder_of(source.path) == directory && file_name(source.path) != "Pipfile")
}

/// Where paths in lists start, and these paths from the root of the project: pip looks for them from where it runs.
fn local_paths(
    files: &Files,
    local: &[(String, Evidence)],
    beside_lists: &str,
    claims: &mut Claims,
) -> (String, Vec<String>) {
    let resolve = |base: &str, path: &str| beside(&joined(base, "requirements.txt"), path);
    let mut bases: Vec<&str> = vec![""];
    bases.extend(upwards(beside_lists).into_iter().rev().filter(|base| !base.is_empty()));
    bases.extend(upwards(files.home).into_iter().filter(|base| !base.is_empty()));
    let found = bases.into_iter().find(|base| {
        local.iter().any(|(path, _)| {
            resolve(base, path).is_some_and(|path| is_package(files, &path)) || is_dot(path) && is_package(files, base)
        })
    });
    let base = found.unwrap_or_default();
    let mut paths = Vec::new();
    for (path, place) in local {
        if is_dot(path) {
            let message = msg!(
                "This installs the project itself, whose other files are not there yet when packages are installed. \
                 Remove the line: the image runs the code from /app. If it is needed, list the files that the build of \
                 the project reads in package-sources."
            );
            claims.trouble(&place.file, Some(place.line), message);
            let own = ["pyproject.toml", "setup.py", "setup.cfg"].map(|name| joined(base, name));
            let exist = |path: &String| files.projects.iter().chain(files.setups).any(|source| source.path == path);
            paths.extend(own.into_iter().filter(exist));
            continue;
        }
        match resolve(base, path) {
            Some(path) => paths.push(path),
            None => outside(path, place, claims),
        }
    }
    (base.to_owned(), paths)
}

fn is_dot(path: &str) -> bool {
    [".", "./", ""].contains(&path)
}

fn read_managed(
    files: &Files,
    managed: &Managed,
    stated: Option<&Evidence>,
    tables: &BTreeMap<&str, toml::Table>,
    installs: &[Install],
    limits: &mut Limits,
    claims: &mut Claims,
) -> (Own, Vec<String>) {
    let Some(project) = managed.project else { return (Own::default(), Vec::new()) };
    let tool = managed.tool;
    let place = managed.lock.unwrap_or(project).line(1);
    claims.claim(
        "packages",
        tool.id(),
        if stated.is_some() { Stated } else { Likely },
        stated.unwrap_or(&place).clone(),
    );
    if let Some(stated) = stated.filter(|stated| **stated != place) {
        let _ = stated;
        claims.claim("packages", tool.id(), Likely, place.clone());
    }
    if !managed.directory.is_empty() {
        claims.claim("packages-dir", managed.directory.clone(), Likely, place.clone());
    }
    let declared = tables.get(project.path).map(Declared::read).unwrap_or_default();
    without_lock(managed, project, claims);
    indexes(project, tables.get(project.path), claims);
    let mine: Vec<&Install> = installs.iter().filter(|install| !install.development && is_of(install, tool)).collect();
    let (groups, extras) = asked_for(tool, &declared, &mine);
    let at = mine.first().map_or_else(|| place.clone(), |install| install.place.clone());
    let sure = if mine.is_empty() { Likely } else { Stated };
    claims.claim("package-groups", groups.join(" "), sure, at.clone());
    claims.claim("package-extras", extras.join(" "), sure, at);
    let sources = sources(files, managed, project, &declared, claims);
    claim_paths("package-sources", &sources, Likely, &project.line(1), claims);
    install_project(files, &declared, tool, project, &mine, claims);

    let mut roots: Vec<Wanted> = declared.main.clone();
    if tool == PackageTool::Setup {
        roots = setup(project).0.iter().filter_map(|(text, _)| wanted(text)).collect();
    }
    for group in &groups {
        roots.extend(declared.groups.get(group).into_iter().flat_map(|(_, rows)| rows.iter().cloned()));
    }
    for extra in &extras {
        roots.extend(declared.extras.get(&normalise(extra)).into_iter().flatten().cloned());
    }
    let lock = managed.lock.and_then(|source| Some((source, Lock::read(source, &mut Claims::default())?)));
    let mut own = Own::default();
    let installed = if let Some((source, lock)) = &lock {
        for wanted in roots.iter().filter(|wanted| !lock.has(&wanted.name)) {
            let message = msg!(
                "{0} does not contain {1}: update the lock, or the image does not build.",
                source.path,
                &wanted.name
            );
            claims.trouble(project.path, Some(project.find(&wanted.name).map_or(1, |place| place.line)), message);
        }
        // Pipenv's own file names less than its lock.
        if roots.is_empty() || tool == PackageTool::Pipenv {
            roots.extend(lock.roots.clone().unwrap_or_else(|| lock.named()));
        }
        let mut installed = lock.installed(&roots);
        own.git = lock.git(&installed, source);
        // A lock without what needs what, so that nothing says more than the names.
        for name in roots.iter().filter(|wanted| lock.has(&wanted.name)) {
            installed.entry(name.name.clone()).or_default().extend(name.extras.iter().cloned());
        }
        if let Some((newest, package)) = lock.newest_python(&installed) {
            let place = source.find(&format!("name = \"{package}\"")).unwrap_or_else(|| source.line(1));
            limits.wheels(format!("3.{newest}"), place);
        }
        installed
    } else {
        let listed: Vec<(Wanted, Evidence)> = roots.iter().map(|wanted| (wanted.clone(), place.clone())).collect();
        with_brought(&listed)
    };
    if let Some(url) = &declared.git {
        own.git.get_or_insert_with(|| project.find(url).unwrap_or_else(|| project.line(1)));
    }
    claim_own(&installed, &place, claims);
    own.installed = installed.into_keys().map(|name| (name, place.clone())).collect();
    (own, sources)
}

/// Whether a command is one of a tool.
fn is_of(install: &Install, tool: PackageTool) -> bool {
    match tool {
        PackageTool::Uv => install.program == Program::Uv,
        PackageTool::Poetry => install.program == Program::Poetry,
        PackageTool::Pdm => install.program == Program::Pdm,
        PackageTool::Pipenv => install.program == Program::Pipenv,
        PackageTool::Pyproject | PackageTool::Setup => install.own_extras().is_some(),
        PackageTool::Set | PackageTool::Requirements => false,
    }
}

/// Says what is missing where a tool has no lock.
fn without_lock(managed: &Managed, project: &Source, claims: &mut Claims) {
    if managed.lock.is_some() {
        return;
    }
    let message = match managed.tool {
        PackageTool::Poetry => msg!(
            "There is no {0}, which the image installs from: run `{1}` and commit it.",
            "poetry.lock",
            "poetry lock"
        ),
        PackageTool::Pipenv => msg!(
            "There is no {0}, which the image installs from: run `{1}` and commit it.",
            "Pipfile.lock",
            "pipenv lock"
        ),
        _ => return,
    };
    claims.trouble(project.path, None, message);
}

/// Private indexes of uv, Poetry and Pipenv.
fn indexes(project: &Source, table: Option<&toml::Table>, claims: &mut Claims) {
    for (index, line) in project.text.lines().enumerate().filter(|(_, line)| line.trim_start().starts_with("url")) {
        needs_secret(line, &project.line(index + 1), claims);
    }
    let uv = table.and_then(|table| table.get("tool")?.get("uv")?.get("index")?.as_array());
    for index in uv.into_iter().flatten() {
        let always = index.get("authenticate").and_then(toml::Value::as_str) == Some("always");
        if let (true, Some(name)) = (always, index.get("name").and_then(toml::Value::as_str)) {
            let variable = format!("UV_INDEX_{}_PASSWORD", name.to_ascii_uppercase().replace(['-', '.'], "_"));
            let place = project.find(name).unwrap_or_else(|| project.line(1));
            needs_secret(&format!("${{{variable}}}"), &place, claims);
        }
    }
}

/// The groups and extras that production installs: by its own command, else by their names.
fn asked_for(tool: PackageTool, declared: &Declared, installs: &[&Install]) -> (Vec<String>, Vec<String>) {
    let is_production = |name: &str| ["prod", "production", "deploy", "live", "server"].contains(&name);
    let is_development = |name: &str| {
        purpose_of_file(name) == Some(Fate::Development) || ["linting", "typing", "types", "debug"].contains(&name)
    };
    let mut groups: Vec<String> = Vec::new();
    let mut extras: Vec<String> = Vec::new();
    if installs.is_empty() {
        groups.extend(declared.groups.keys().filter(|name| is_production(name)).cloned());
        extras.extend(declared.extras.keys().filter(|name| is_production(name)).cloned());
    }
    for install in installs {
        match tool {
            PackageTool::Uv => {
                groups.extend(install.values(&["--group", "--only-group"]));
                if !install.has("--no-default-groups") {
                    groups.extend(declared.default_groups.iter().filter(|name| !is_development(name)).cloned());
                }
            }
            PackageTool::Poetry => {
                let only = install.values(&["--only"]);
                groups.extend(only.iter().filter(|name| *name != "main").cloned());
                groups.extend(install.values(&["--with"]));
                let without = install.values(&["--without"]);
                let every = only.is_empty() && !install.has("--no-dev");
                let others = declared.groups.iter().filter(|(name, (optional, _))| {
                    every && !optional && !without.contains(name) && !is_development(name)
                });
                groups.extend(others.map(|(name, _)| name.clone()));
            }
            PackageTool::Pdm => {
                let asked = install.values(&["--group", "-G", "--with"]);
                groups.extend(asked.iter().filter(|name| declared.groups.contains_key(*name)).cloned());
                extras.extend(asked);
            }
            _ => {}
        }
        extras.extend(install.values(&["--extra", "--extras", "-E"]));
        extras.extend(install.own_extras().unwrap_or_default());
        if install.has("--all-extras") {
            extras.extend(declared.extras.keys().filter(|name| !is_development(name)).cloned());
        }
    }
    let mut seen = BTreeSet::new();
    groups.retain(|name| declared.groups.contains_key(name) && !is_development(name) && seen.insert(name.clone()));
    seen.clear();
    extras.retain(|name| {
        (declared.extras.contains_key(&normalise(name)) || tool == PackageTool::Setup) && seen.insert(name.clone())
    });
    (groups, extras)
}

/// The files and directories beside the lock that an installation reads, from the root of the project.
fn sources(
    files: &Files,
    managed: &Managed,
    project: &Source,
    declared: &Declared,
    claims: &mut Claims,
) -> Vec<String> {
    let mut paths: Vec<String> = Vec::new();
    if managed.tool == PackageTool::Setup {
        return paths;
    }
    let from = joined(&managed.directory, "pyproject.toml");
    for member in &declared.members {
        let pattern = beside(&from, member).unwrap_or_default();
        let directories = files.projects.iter().map(|source| folder_of(source.path));
        paths.extend(directories.filter(|directory| fits(&pattern, directory)).map(str::to_owned));
    }
    for path in declared.local.iter().chain(&declared.metadata) {
        let place = project.find(path).unwrap_or_else(|| project.line(1));
        match beside(&from, path) {
            Some(path) => paths.push(path),
            None if is_dot(path) => {
                let own = ["pyproject.toml", "setup.py", "setup.cfg"].map(|name| joined(&managed.directory, name));
                paths.extend(own.into_iter().filter(|path| files.setups.iter().any(|source| source.path == path)));
            }
            None => outside(path, &place, claims),
        }
    }
    let mut seen = BTreeSet::new();
    paths.retain(|path| seen.insert(path.clone()));
    paths
}

/// Whether a path fits a pattern of uv's, in which `*` is any name.
fn fits(pattern: &str, path: &str) -> bool {
    let (mut pattern, mut path) = (pattern.split('/'), path.split('/'));
    loop {
        match (pattern.next(), path.next()) {
            (None, None) | (Some("**"), Some(_)) => return true,
            (Some(part), Some(name)) => {
                let fits = match part.split_once('*') {
                    Some((start, end)) => {
                        name.starts_with(start) && name.ends_with(end) && name.len() >= start.len() + end.len()
                    }
                    None => part == name,
                };
                if !fits {
                    return false;
                }
            }
            _ => return false,
        }
    }
}

/// Whether the project has to be installed as a package: its own build does it, or its code asks for its metadata.
fn install_project(
    files: &Files,
    declared: &Declared,
    tool: PackageTool,
    project: &Source,
    installs: &[&Install],
    claims: &mut Claims,
) {
    if !declared.is_package || declared.name.is_empty() || matches!(tool, PackageTool::Setup | PackageTool::Pipenv) {
        return;
    }
    let itself = installs.iter().find(|install| match tool {
        PackageTool::Uv => {
            !install.has("--no-install-project") && installs.iter().any(|other| other.has("--no-install-project"))
        }
        PackageTool::Poetry => !install.has("--no-root") && installs.iter().any(|other| other.has("--no-root")),
        PackageTool::Pdm => !install.has("--no-self") && installs.iter().any(|other| other.has("--no-self")),
        _ => false,
    });
    if let Some(install) = itself {
        claims.claim("install-project", "true", Stated, install.place.clone());
    }
    for source in files.python.iter().filter(|source| !is_aside(source.path)) {
        for word in ["version(\"", "version('", "distribution(\"", "distribution('", "metadata(\"", "metadata('"] {
            let named = source.text.match_indices(word).find(|(at, _)| {
                let rest = &source.text[at + word.len()..];
                rest.split(['"', '\'']).next().is_some_and(|name| normalise(name) == declared.name)
            });
            if let Some((at, _)) = named {
                claims.claim("install-project", "true", Likely, source.at(at));
            }
        }
    }
    if declared.has_entry_points {
        let place = project.find("entry-points").or_else(|| project.find("plugins")).unwrap_or_else(|| project.line(1));
        claims.claim("install-project", "true", Likely, place);
    }
}
