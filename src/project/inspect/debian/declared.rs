//! The distributions that a project installs: from requirements, project files and locks, with their extras.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::yaml::nested_too_deeply;
use crate::project::requirements::{normalise, package_of};
use crate::project::system_packages::{NEEDS, SETTING_NEEDS};

use super::super::{Evidence, Source};

/// One distribution as a file names it.
#[derive(Debug, Clone)]
pub(super) struct Distribution {
    /// Normalized name, or `name[extra]`.
    pub(super) name: String,
    pub(super) place: Evidence,
    /// Whether only development installs it.
    pub(super) development: bool,
}

/// Everything that is installed.
#[derive(Debug, Default)]
pub(super) struct Declared {
    all: BTreeMap<String, Distribution>,
    versions: BTreeMap<String, String>,
    /// Programs that fetch sources, such as Git.
    pub(super) programs: BTreeMap<&'static str, Evidence>,
}

/// What stands behind a name: a pin, a range, or nothing.
#[derive(Debug, Clone, Copy)]
pub(super) struct Version<'a>(&'a str);

impl<'a> Version<'a> {
    /// The version of a pin.
    pub(super) fn exact(self) -> Option<&'a str> {
        let version = self.0.trim_start_matches('=').trim();
        let plain = version.starts_with(|c: char| c.is_ascii_digit()) && !version.contains([',', '*', ' ']);
        plain.then_some(version)
    }

    /// Whether only versions below another one fit.
    pub(super) fn is_below(self, limit: &str) -> bool {
        let limit = numbers(limit);
        if let Some(version) = self.exact() {
            return numbers(version) < limit;
        }
        self.0.split(',').map(str::trim).any(|part| {
            if let Some(highest) = part.strip_prefix("<=").or_else(|| part.strip_prefix("==")) {
                numbers(highest.trim_end_matches(".*")) < limit && !highest.is_empty()
            } else if let Some(end) = part.strip_prefix('<') {
                numbers(end) <= limit
            } else if let Some(lowest) = part.strip_prefix('^') {
                numbers(lowest).first().is_some_and(|major| vec![major + 1] <= limit)
            } else if let Some(lowest) = part.strip_prefix("~=").or_else(|| part.strip_prefix('~')) {
                let lowest = numbers(lowest);
                let kept = &lowest[..lowest.len().saturating_sub(1).max(1).min(lowest.len())];
                kept.split_last().is_some_and(|(last, rest)| [rest, &[last + 1]].concat() <= limit)
            } else {
                false
            }
        })
    }
}

/// The numbers of a version, without zeros at the end.
fn numbers(version: &str) -> Vec<u64> {
    let digits = |part: &str| part.chars().take_while(char::is_ascii_digit).collect::<String>().parse().unwrap_or(0);
    let mut numbers: Vec<u64> = version.trim().split('.').map(digits).collect();
    while numbers.last() == Some(&0) {
        numbers.pop();
    }
    numbers
}

impl Declared {
    /// The first of some distributions that is installed, rather one that production installs.
    pub(super) fn find(&self, names: &[&str]) -> Option<&Distribution> {
        let found = || names.iter().filter_map(|name| self.all.get(*name));
        found().find(|one| !one.development).or_else(|| found().next())
    }

    /// What is known of a distribution's version.
    pub(super) fn version(&self, name: &str) -> Version<'_> {
        Version(self.versions.get(name).map_or("", String::as_str))
    }

    /// Takes a distribution with its extras. What production installs counts more, then what was read first.
    fn take(&mut self, name: &str, extras: &[&str], place: &Evidence, development: bool) {
        let names = extras.iter().map(|extra| format!("{name}[{}]", normalise(extra)));
        for name in names.chain([name.to_owned()]) {
            let one = Distribution { name: name.clone(), place: place.clone(), development };
            let known = self.all.entry(name).or_insert_with(|| one.clone());
            if known.development && !development {
                *known = one;
            }
        }
    }

    /// A requirement as PEP 508 has it: name, extras, versions, marker.
    fn requirement(&mut self, text: &str, place: &Evidence, development: bool) {
        let (text, marker) = text.split_once(';').unwrap_or((text, ""));
        let text = text.split(" --hash").next().unwrap_or(text).split(" #").next().unwrap_or(text);
        let elsewhere = ["win32", "Windows", "darwin", "Darwin", "cygwin"];
        if marker.contains("==") && elsewhere.iter().any(|system| marker.contains(system)) {
            return;
        }
        let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || "-_.".contains(c))).unwrap_or(text.len());
        let name = normalise(text[..end].trim());
        if name.is_empty() {
            return;
        }
        let rest = text[end..].trim_start();
        let (extras, version) = match rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            Some((extras, version)) => (extras, version),
            None => ("", rest),
        };
        let extras: Vec<&str> = extras.split(',').map(str::trim).filter(|extra| !extra.is_empty()).collect();
        self.take(&name, &extras, place, development);
        let version = version.trim().trim_matches(['(', ')', '\\']).trim();
        if !version.is_empty() && !version.starts_with('@') {
            self.versions.entry(name).or_insert_with(|| version.to_owned());
        }
        self.fetched(text, place);
    }

    /// The program that an address needs.
    fn fetched(&mut self, text: &str, place: &Evidence) {
        for (scheme, program) in [("git+", "git"), ("hg+", "mercurial"), ("svn+", "subversion")] {
            let starts = |at: usize| !text[..at].ends_with(|c: char| c.is_ascii_alphanumeric());
            if text.find(scheme).is_some_and(|at| starts(at) && text[at..].contains(':')) {
                self.programs.entry(program).or_insert_with(|| place.clone());
            }
        }
    }
}

/// Whether anything follows from a distribution; a lock has hundreds of others.
fn is_known(name: &str) -> bool {
    let names = NEEDS.iter().flat_map(|need| need.names.iter().chain(need.unless));
    let others = SETTING_NEEDS.iter().flat_map(|need| need.unless);
    names.chain(others).any(|known| known.split('[').next() == Some(name))
}

/// Whether a file lists what only development installs, by its name.
fn is_development(source: &Source) -> bool {
    let words = source.path.to_ascii_lowercase();
    let mut words = words.split(|c: char| !c.is_ascii_alphanumeric());
    source.is_development() || words.any(|word| ["docs", "doc", "lint", "testing", "devel", "typing"].contains(&word))
}

/// What requirements, project files and locks name.
pub(super) fn packages(requirements: &[Source], projects: &[Source], locks: &[Source]) -> Declared {
    let mut declared = Declared::default();
    // The versions of a lock are exact; its places are those of a file that nobody writes by hand.
    let mut locked = Declared::default();
    for source in locks {
        lock(source, &mut locked);
    }
    declared.versions.clone_from(&locked.versions);
    for source in requirements {
        let development = is_development(source);
        for (number, line, name) in package_of(source.text) {
            if !is_known(&name) {
                continue;
            }
            let place = source.line(number);
            let end = line.find(|c: char| !(c.is_ascii_alphanumeric() || "-_.".contains(c))).unwrap_or(line.len());
            if normalise(&line[..end]) == name {
                declared.requirement(&line, &place, development);
            } else {
                // By what an address says of itself.
                declared.take(&name, &[], &place, development);
            }
        }
        for (index, line) in source.text.lines().enumerate() {
            if !line.trim_start().starts_with('#') {
                declared.fetched(line, &source.line(index + 1));
            }
        }
    }
    for source in projects {
        project(source, &mut declared);
    }
    for (name, one) in locked.all {
        let known = declared.all.entry(name).or_insert_with(|| one.clone());
        known.development &= one.development;
    }
    for (program, place) in locked.programs {
        declared.programs.entry(program).or_insert(place);
    }
    declared
}

/// The line of a project file that names a distribution.
fn place(source: &Source, name: &str) -> Evidence {
    let lower = name.to_ascii_lowercase();
    let is_part = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    let names_it = |line: &str| {
        let line = line.to_ascii_lowercase();
        line.match_indices(&lower)
            .any(|(at, _)| !line[..at].ends_with(is_part) && !line[at + lower.len()..].starts_with(is_part))
    };
    source.line(source.text.lines().position(names_it).map_or(1, |index| index + 1))
}

fn project(source: &Source, declared: &mut Declared) {
    let Ok(table) = toml::from_str::<toml::Table>(source.text) else { return };
    let value = toml::Value::Table(table);
    let get = |path: &[&str]| path.iter().try_fold(&value, |value, key| value.get(*key));
    let mut list = |value: Option<&toml::Value>, development: bool| {
        for text in value.and_then(toml::Value::as_array).into_iter().flatten().filter_map(toml::Value::as_str) {
            let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || "-_.".contains(c))).unwrap_or(text.len());
            declared.requirement(text, &place(source, &text[..end]), development);
        }
    };
    list(get(&["project", "dependencies"]), false);
    for group in get(&["dependency-groups"]).and_then(toml::Value::as_table).into_iter().flatten() {
        list(Some(group.1), !is_production(group.0));
    }
    let mut tables = vec![
        (&["tool", "poetry", "dependencies"][..], false),
        (&["packages"], false),
        (&["dev-packages"], true),
        (&["tool", "poetry", "dev-dependencies"], true),
        (&["tool", "uv", "sources"], true),
    ];
    let groups = get(&["tool", "poetry", "group"]).and_then(toml::Value::as_table);
    let paths: Vec<([&str; 5], bool)> = (groups.into_iter().flat_map(toml::Table::keys))
        .map(|name| (["tool", "poetry", "group", name.as_str(), "dependencies"], !is_production(name)))
        .collect();
    tables.extend(paths.iter().map(|(path, development)| (&path[..], *development)));
    for (path, development) in tables {
        for (name, value) in get(path).and_then(toml::Value::as_table).into_iter().flatten() {
            let place = place(source, name);
            for program in ["git", "hg", "svn"] {
                if value.get(program).is_some() {
                    declared.fetched(&format!("{program}+:"), &place);
                }
            }
            // Where uv finds it does not say that it is installed.
            if path == ["tool", "uv", "sources"] || value.get("optional").and_then(toml::Value::as_bool) == Some(true) {
                continue;
            }
            let extras: Vec<&str> = (value.get("extras").and_then(toml::Value::as_array).into_iter().flatten())
                .filter_map(toml::Value::as_str)
                .collect();
            let name = normalise(name);
            declared.take(&name, &extras, &place, development);
            let version = value.as_str().or_else(|| value.get("version")?.as_str());
            if let Some(version) = version.filter(|version| *version != "*") {
                declared.versions.entry(name).or_insert_with(|| version.to_owned());
            }
        }
    }
}

/// Whether a group is one that production installs, by its name.
fn is_production(group: &str) -> bool {
    ["main", "default", "prod", "production", "deploy", "server"].contains(&normalise(group).as_str())
}

/// What a lock file installs. That of Pipenv is JSON, the others are TOML.
fn lock(source: &Source, locked: &mut Declared) {
    let name = source.path.rsplit('/').next().unwrap_or(source.path).to_ascii_lowercase();
    if name == "pipfile.lock" {
        if nested_too_deeply(source.text).is_some() {
            return;
        }
        // JSON is YAML.
        let Ok(value) = serde_yaml::from_str::<serde_yaml::Value>(source.text) else { return };
        for (section, development) in [("default", false), ("develop", true)] {
            for (name, package) in value.get(section).and_then(serde_yaml::Value::as_mapping).into_iter().flatten() {
                let Some(name) = name.as_str() else { continue };
                let is_git = package.get("git").is_some() && !locked.programs.contains_key("git");
                if !is_git && !is_known(&normalise(name)) {
                    continue;
                }
                let place = source.find(&format!("\"{name}\"")).unwrap_or_else(|| source.line(1));
                if is_git {
                    locked.fetched("git+:", &place);
                }
                let version = package.get("version").and_then(serde_yaml::Value::as_str);
                one(locked, name, version, &place, development);
            }
        }
        return;
    }
    let Ok(table) = toml::from_str::<toml::Table>(source.text) else { return };
    let packages: Vec<&toml::Value> =
        table.get("package").and_then(toml::Value::as_array).into_iter().flatten().collect();
    let production = if name == "uv.lock" { reached(&packages) } else { None };
    let text = |value: &toml::Value, key: &str| value.get(key).and_then(toml::Value::as_str).map(str::to_owned);
    for package in packages {
        let Some(name) = text(package, "name") else { continue };
        let development = if let Some(production) = &production {
            !production.contains(&name)
        } else {
            let groups = package.get("groups").and_then(toml::Value::as_array);
            let main = |group: &toml::Value| group.as_str().is_some_and(is_production);
            groups.map_or_else(
                || text(package, "category").is_some_and(|category| category == "dev"),
                |groups| !groups.iter().any(main),
            )
        };
        let from = package.get("source");
        let is_git = !locked.programs.contains_key("git")
            && from.is_some_and(|from| from.get("git").is_some() || text(from, "type").as_deref() == Some("git"));
        if !is_git && !is_known(&normalise(&name)) {
            continue;
        }
        let place = source.find(&format!("name = \"{name}\"")).unwrap_or_else(|| source.line(1));
        if is_git {
            locked.fetched("git+:", &place);
        }
        one(locked, &name, text(package, "version").as_deref(), &place, development);
    }
}

fn one(locked: &mut Declared, name: &str, version: Option<&str>, place: &Evidence, development: bool) {
    let name = normalise(name);
    locked.take(&name, &[], place, development);
    if let Some(version) = version {
        locked.versions.entry(name).or_insert_with(|| version.trim_start_matches('=').to_owned());
    }
}

/// What uv installs without groups and extras of the project: what its own packages reach. `None` where the lock names
/// no package of its own.
fn reached(packages: &[&toml::Value]) -> Option<BTreeSet<String>> {
    let is_own = |package: &&&toml::Value| {
        package.get("source").is_some_and(|source| source.get("editable").or_else(|| source.get("virtual")).is_some())
    };
    let mut open: Vec<(String, Vec<String>)> = packages
        .iter()
        .filter(is_own)
        .filter_map(|one| Some((one.get("name")?.as_str()?.to_owned(), Vec::new())))
        .collect();
    if open.is_empty() {
        return None;
    }
    let mut by_name: BTreeMap<&str, Vec<&toml::Value>> = BTreeMap::new();
    for package in packages {
        if let Some(name) = package.get("name").and_then(toml::Value::as_str) {
            by_name.entry(name).or_default().push(package);
        }
    }
    let mut seen = BTreeSet::new();
    let mut found = BTreeSet::new();
    while let Some((name, extras)) = open.pop() {
        if !seen.insert((name.clone(), extras.clone())) {
            continue;
        }
        found.insert(name.clone());
        for package in
            packages.iter().filter(|package| package.get("name").and_then(toml::Value::as_str) == Some(&name))
        {
            let optional = |extra: &String| package.get("optional-dependencies")?.get(extra.as_str());
            let lists = package.get("dependencies").into_iter().chain(extras.iter().filter_map(optional));
            for dependency in lists.filter_map(toml::Value::as_array).flatten() {
                let Some(name) = dependency.get("name").and_then(toml::Value::as_str) else { continue };
                let extras = dependency.get("extra").and_then(toml::Value::as_array).into_iter().flatten();
                let extras = extras.filter_map(toml::Value::as_str).map(str::to_owned).collect();
                open.push((name.to_owned(), extras));
            }
        }
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_by_their_numbers() {
        for (version, limit, expected) in [
            ("==52.5", "53", true),
            ("52.5", "53", true),
            ("==53.0", "53", false),
            ("==53", "53.0", false),
            ("==10.0.0", "9.5", false),
            (">=50", "53", false),
            (">=50,<53", "53", true),
            ("<=52.5", "53", true),
            ("^52.1", "53", true),
            ("^53.1", "53", false),
            ("~=52.1", "53", true),
            ("~=52.1.3", "52.2", true),
            ("~52", "53", true),
            ("==52.*", "53", true),
            ("", "53", false),
        ] {
            assert_eq!(Version(version).is_below(limit), expected, "{version} and {limit}");
        }
    }
}
