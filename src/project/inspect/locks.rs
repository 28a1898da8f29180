//! Lock files: what is installed, with which extras, from where, and for which Python there are wheels.

use std::collections::{BTreeMap, BTreeSet};

use super::{Claims, Evidence, Source};
use crate::catalog::yaml::nested_too_deeply;
use crate::messages::msg;
use crate::project::requirements::normalise;

/// A package that something asks for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Wanted {
    /// Normalised name.
    pub(super) name: String,
    /// Its extras, normalised.
    pub(super) extras: Vec<String>,
}

/// One package of a lock.
#[derive(Debug, Default)]
struct Locked {
    needs: Vec<Wanted>,
    extras: BTreeMap<String, Vec<Wanted>>,
    /// Line of the first line that says that it comes from git.
    git: Option<usize>,
    /// The newest minor version of Python 3 for which there is a wheel; `None` where every one will do.
    newest: Option<u16>,
    /// The groups that the lock counts it to.
    groups: Vec<String>,
}

/// What a lock says.
#[derive(Debug, Default)]
pub(super) struct Lock {
    packages: BTreeMap<String, Locked>,
    /// What the project itself asks for, where the lock says so.
    pub(super) roots: Option<Vec<Wanted>>,
    /// Its groups.
    pub(super) groups: BTreeMap<String, Vec<Wanted>>,
    /// Its extras.
    pub(super) extras: BTreeMap<String, Vec<Wanted>>,
}

/// Name and extras at the beginning of a requirement.
pub(super) fn wanted(text: &str) -> Option<Wanted> {
    let text = text.trim();
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || "-_.".contains(c))).unwrap_or(text.len());
    let name = normalise(&text[..end]);
    if name.trim_matches('-').is_empty() {
        return None;
    }
    let extras = text[end..].trim_start().strip_prefix('[').and_then(|rest| rest.split_once(']'));
    let extras = extras.map_or("", |(extras, _)| extras).split(',').map(str::trim);
    Some(Wanted { name, extras: extras.filter(|extra| !extra.is_empty()).map(normalise).collect() })
}

/// Whether a condition keeps a package from a Linux image.
pub(super) fn elsewhere(marker: &str) -> bool {
    let several = marker.contains(" or ");
    let marker = marker.replace('"', "'").replace(' ', "");
    !several
        && [
            "sys_platform=='win32'",
            "platform_system=='Windows'",
            "sys_platform=='darwin'",
            "os_name=='nt'",
            "platform_system=='Darwin'",
            "sys_platform=='emscripten'",
        ]
        .iter()
        .any(|other| marker.contains(other))
}

fn texts(value: &toml::Value) -> impl Iterator<Item = &str> {
    value.as_array().into_iter().flatten().filter_map(toml::Value::as_str)
}

/// The newest minor version of Python 3 for which one of these files is a wheel for Linux; `None` where any will do.
fn newest_of<'a>(files: impl Iterator<Item = &'a str>) -> Option<u16> {
    let mut newest = None;
    for file in files {
        let file = file.rsplit('/').next().unwrap_or(file);
        let file = file.split(['#', '?']).next().unwrap_or(file);
        let Some(stem) = file.strip_suffix(".whl") else { continue };
        let mut tags = stem.rsplit('-');
        let (Some(platform), Some(abi), Some(python)) = (tags.next(), tags.next(), tags.next()) else { continue };
        if platform != "any" && !platform.contains("linux") {
            continue;
        }
        if abi == "none" || abi.contains("abi3") {
            return None;
        }
        let minors = python.split('.').filter_map(|tag| tag.strip_prefix("cp3")?.parse().ok());
        newest = newest.max(minors.max());
    }
    newest
}

impl Lock {
    /// Reads a lock; a fault becomes a trouble.
    pub(super) fn read(source: &Source, claims: &mut Claims) -> Option<Self> {
        if source.path.to_ascii_lowercase().ends_with("pipfile.lock") {
            return Self::pipenv(source, claims);
        }
        let table = super::packages::parsed(source, claims)?;
        let mut lock = Self::default();
        // Where the tables of packages begin, in the order of the file.
        let mut lines =
            source.text.lines().enumerate().filter(|(_, line)| line.trim() == "[[package]]").map(|(at, _)| at + 1);
        for package in table.get("package").and_then(toml::Value::as_array).into_iter().flatten() {
            let line = lines.next().unwrap_or(1);
            let Some(name) = package.get("name").and_then(toml::Value::as_str).map(normalise) else { continue };
            lock.package(&name, package, line);
        }
        // Poetry's groups and extras of the project are in its own file.
        Some(lock)
    }

    fn package(&mut self, name: &str, package: &toml::Value, line: usize) {
        let source = package.get("source");
        let of_source = |key: &str| source.and_then(|source| source.get(key)).and_then(toml::Value::as_str);
        let is_root = ["virtual", "editable"].iter().any(|key| of_source(key) == Some("."));
        let needs = needs(package.get("dependencies"));
        let tables = |key: &str| -> BTreeMap<String, Vec<Wanted>> {
            let rows = package.get(key).and_then(toml::Value::as_table).into_iter().flatten();
            rows.map(|(name, list)| (normalise(name), self::needs(Some(list)))).collect()
        };
        if is_root {
            self.roots = Some(needs.clone());
            self.groups = tables("dev-dependencies");
            self.extras = tables("optional-dependencies");
        }
        let mut extras = tables("optional-dependencies");
        extras.extend(tables("extras"));
        let is_git = source.is_some_and(|source| source.get("git").is_some())
            || of_source("type") == Some("git")
            || package.get("git").is_some();
        let files = ["wheels", "files"].into_iter().filter_map(|key| package.get(key)?.as_array()).flatten();
        let newest = newest_of(files.filter_map(|file| ["url", "file"].iter().find_map(|key| file.get(key)?.as_str())));
        let mut groups: Vec<String> =
            package.get("groups").map(|list| texts(list).map(str::to_owned).collect()).unwrap_or_default();
        groups.extend(package.get("category").and_then(toml::Value::as_str).map(str::to_owned));
        // A lock may have a package several times: PDM for its extras, uv for conditions.
        let known = self.packages.entry(name.to_owned()).or_default();
        for extra in package.get("extras").filter(|list| list.is_array()).into_iter().flat_map(texts) {
            known.extras.entry(normalise(extra)).or_default().extend(needs.clone());
        }
        if !package.get("extras").is_some_and(toml::Value::is_array) {
            known.needs.extend(needs);
        }
        known.extras.extend(extras);
        known.git = known.git.or_else(|| is_git.then_some(line));
        known.newest = known.newest.max(newest);
        known.groups.extend(groups);
    }

    fn pipenv(source: &Source, claims: &mut Claims) -> Option<Self> {
        if let Some(line) = nested_too_deeply(source.text) {
            claims.trouble(source.path, Some(line), msg!("This is nested too deeply to read."));
            return None;
        }
        // JSON is YAML.
        let value: serde_yaml::Value = match serde_yaml::from_str(source.text) {
            Ok(value) => value,
            Err(error) => {
                let line = error.location().map(|location| location.line());
                claims.trouble(source.path, line, msg!("This is not JSON: {0}.", error.to_string()));
                return None;
            }
        };
        let mut lock = Self::default();
        let mut roots = Vec::new();
        for (name, package) in value.get("default").and_then(serde_yaml::Value::as_mapping).into_iter().flatten() {
            let Some(name) = name.as_str().map(normalise) else { continue };
            let extras = package.get("extras").and_then(serde_yaml::Value::as_sequence).into_iter().flatten();
            let extras = extras.filter_map(serde_yaml::Value::as_str).map(normalise).collect();
            let git = package.get("git").map(|_| source.find("\"git\"").map_or(1, |place| place.line));
            lock.packages.insert(name.clone(), Locked { git, ..Locked::default() });
            let marker = package.get("markers").and_then(serde_yaml::Value::as_str).unwrap_or_default();
            if !elsewhere(marker) {
                roots.push(Wanted { name, extras });
            }
        }
        lock.roots = Some(roots);
        Some(lock)
    }

    /// What is installed for these, with all that they need: names and extras.
    pub(super) fn installed(&self, roots: &[Wanted]) -> BTreeMap<String, BTreeSet<String>> {
        let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let mut open: Vec<Wanted> = roots.to_vec();
        while let Some(Wanted { name, extras }) = open.pop() {
            let Some(package) = self.packages.get(&name) else { continue };
            let known = found.entry(name.clone()).or_insert_with(|| {
                open.extend(package.needs.iter().cloned());
                BTreeSet::new()
            });
            for extra in extras {
                if known.insert(extra.clone()) {
                    open.extend(package.extras.get(&extra).into_iter().flatten().cloned());
                }
            }
        }
        found
    }

    /// Whether the lock has a package.
    pub(super) fn has(&self, name: &str) -> bool {
        self.packages.contains_key(name)
    }

    /// The packages that the lock itself counts to no other group than these.
    pub(super) fn named(&self) -> Vec<Wanted> {
        let is_main = |package: &Locked| {
            package.groups.is_empty()
                || package.groups.iter().any(|group| ["main", "default"].contains(&group.as_str()))
        };
        let names = self.packages.iter().filter(|(_, package)| is_main(package)).map(|(name, _)| name.clone());
        names.map(|name| Wanted { name, extras: Vec::new() }).collect()
    }

    /// The first of these that comes from git, by the line of the lock.
    pub(super) fn git(&self, names: &BTreeMap<String, BTreeSet<String>>, source: &Source) -> Option<Evidence> {
        names.keys().find_map(|name| self.packages.get(name)?.git).map(|line| source.line(line))
    }

    /// The newest minor version of Python 3 for which all of these have wheels, and the package that says so.
    pub(super) fn newest_python(&self, names: &BTreeMap<String, BTreeSet<String>>) -> Option<(u16, &str)> {
        let limits = names.keys().filter_map(|name| {
            let (name, package) = self.packages.get_key_value(name)?;
            Some((package.newest?, name.as_str()))
        });
        limits.min()
    }
}

/// What a package needs: uv has tables with names, Poetry a table by name, PDM requirements.
fn needs(value: Option<&toml::Value>) -> Vec<Wanted> {
    let table = |name: &str, about: &toml::Value| {
        let marker = ["marker", "markers"].iter().find_map(|key| about.get(key)?.as_str()).unwrap_or_default();
        let optional = about.get("optional").and_then(toml::Value::as_bool) == Some(true);
        let extras = ["extra", "extras"].iter().filter_map(|key| about.get(key)).flat_map(texts);
        let extras = extras.map(normalise).collect();
        (!elsewhere(marker) && !optional).then(|| Wanted { name: normalise(name), extras })
    };
    match value {
        Some(toml::Value::Array(list)) => list
            .iter()
            .filter_map(|item| match item {
                toml::Value::String(text) => {
                    let marker = text.split_once(';').map_or("", |(_, marker)| marker);
                    wanted(text).filter(|_| !elsewhere(marker))
                }
                _ => table(item.get("name")?.as_str()?, item),
            })
            .collect(),
        Some(toml::Value::Table(rows)) => rows
            .iter()
            .filter_map(|(name, about)| match about {
                toml::Value::Array(several) => several.first().and_then(|about| table(name, about)),
                about => table(name, about),
            })
            .collect(),
        _ => Vec::new(),
    }
}
