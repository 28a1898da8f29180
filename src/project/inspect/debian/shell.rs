//! Shell commands of a Dockerfile, as far as they install packages of the distribution.

use std::collections::{BTreeMap, BTreeSet};

/// Which program installs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Manager {
    Apt,
    Apk,
}

/// What a command installs.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Installed {
    /// A package by its name, and whether the same instruction removes it again.
    Package { name: String, manager: Manager, temporary: bool },
    /// A variable, a file or a command in the place of a name.
    Unknown(String),
}

/// Most packages of a script that are read.
const MOST_NAMES: usize = 1_000;

/// The commands of a script as words without their quotes.
fn commands(script: &str) -> Vec<Vec<String>> {
    let mut commands = Vec::new();
    let mut command: Vec<String> = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    // Whether the line so far is blank and carries on the one before.
    let mut continued = false;
    let mut chars = script.chars().peekable();
    while let Some(c) = chars.next() {
        let carries_on = continued;
        continued = carries_on && c.is_whitespace() && c != '\n';
        match (quote, c) {
            (Some(open), c) if open == c => quote = None,
            (Some('"') | None, '\\') => match chars.next() {
                None => {}
                Some('\n') => continued = true,
                Some(next) => word.get_or_insert_default().push(next),
            },
            (None, '"' | '\'') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (None, '#') if word.is_none() => {
                while chars.next_if(|c| *c != '\n').is_some() {}
                // BuildKit takes a comment inside a continued line out, together with its line end.
                if carries_on {
                    chars.next();
                    continued = true;
                }
            }
            // `# this one` is how to comment inside a command; any other output is unknown.
            (None, '`') => {
                let mut inside = String::new();
                for c in chars.by_ref().take_while(|c| *c != '`') {
                    inside.push(c);
                }
                if !inside.trim_start().starts_with('#') {
                    word.get_or_insert_default().extend(["`", inside.trim(), "`"]);
                }
            }
            (None, '\n' | ';' | '&' | '|') => {
                command.extend(word.take());
                commands.push(std::mem::take(&mut command));
            }
            (None, c) if c.is_whitespace() => command.extend(word.take()),
            (_, c) => word.get_or_insert_default().push(c),
        }
    }
    command.extend(word.take());
    commands.push(command);
    commands.retain(|command| !command.is_empty());
    commands
}

/// Options of the package managers that take a value of their own.
const WITH_VALUE: &[&str] = &["-o", "--option", "-c", "--config-file", "-t", "--target-release", "-X", "--repository"];

/// What a script installs, in order.
pub(super) fn installed(script: &str) -> Vec<Installed> {
    let mut found = Vec::new();
    let mut variables: BTreeMap<String, String> = BTreeMap::new();
    let mut removed: Vec<String> = Vec::new();
    // Names that `apk add --virtual` takes together.
    let mut groups: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for command in commands(script) {
        for word in &command {
            if let Some((name, value)) = word.split_once('=')
                && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
                && !name.is_empty()
            {
                variables.insert(name.to_owned(), value.to_owned());
            }
        }
        let program = command.iter().enumerate().find_map(|(at, word)| {
            let manager = match word.rsplit('/').next().unwrap_or(word) {
                "apt-get" | "apt" | "aptitude" | "install_packages" => Manager::Apt,
                "apk" => Manager::Apk,
                _ => return None,
            };
            Some((at, manager))
        });
        let Some((at, manager)) = program else { continue };
        let (action, words, group) = arguments(&command[at..]);
        let names: Vec<String> = words.iter().flat_map(|word| expanded(word, &variables)).take(MOST_NAMES).collect();
        match (manager, action) {
            (Manager::Apt, "install") | (Manager::Apk, "add") => {
                if names.is_empty() && command.iter().any(|word| word == "xargs") {
                    found.push(Installed::Unknown("xargs".to_owned()));
                }
                for word in names.into_iter().take(MOST_NAMES.saturating_sub(found.len())) {
                    let name = bare(&word);
                    let is_name = !name.is_empty() && !name.contains(['$', '(', ')', '/', '<', '>', '`', '{', '*']);
                    if !is_name {
                        // A file for one stage stays there.
                        if name.contains(['$', '(', '`', '*']) || word.ends_with(".deb") || word.ends_with(".apk") {
                            found.push(Installed::Unknown(word));
                        }
                        continue;
                    }
                    if let Some(group) = &group {
                        groups.entry(group.clone()).or_default().push(name.to_owned());
                    }
                    found.push(Installed::Package { name: name.to_owned(), manager, temporary: false });
                }
            }
            (_, "remove" | "purge" | "autoremove" | "autopurge" | "del") => removed.extend(names),
            _ => {}
        }
    }
    let gone: BTreeSet<String> =
        removed.into_iter().flat_map(|name| groups.remove(&name).unwrap_or_else(|| vec![name])).collect();
    for one in &mut found {
        if let Installed::Package { name, temporary, .. } = one {
            *temporary = gone.contains(name);
        }
    }
    found
}

/// What a package manager is to do, the words behind that, and the name of a virtual package.
fn arguments(command: &[String]) -> (&str, Vec<&str>, Option<String>) {
    let mut action = if command[0].ends_with("install_packages") { "install" } else { "" };
    let mut words = Vec::new();
    let mut group = None;
    let mut rest = command[1..].iter();
    while let Some(word) = rest.next() {
        // Where its output goes.
        if word.starts_with(['>', '<']) || word.starts_with("2>") {
            if [">", "<", ">>", "2>"].contains(&word.as_str()) {
                rest.next();
            }
        } else if word == "-t" && action == "add" || word == "--virtual" {
            group = rest.next().cloned();
        } else if let Some(name) = word.strip_prefix("--virtual=") {
            group = Some(name.to_owned());
        } else if WITH_VALUE.contains(&word.as_str()) {
            rest.next();
        } else if word.starts_with('-') {
        } else if action.is_empty() {
            action = word;
        } else {
            words.push(word.as_str());
        }
    }
    (action, words, group)
}

/// The words that a word stands for, where it is a variable of the same script.
fn expanded(word: &str, variables: &BTreeMap<String, String>) -> Vec<String> {
    let name = word.strip_prefix("${").and_then(|rest| rest.strip_suffix('}')).or_else(|| word.strip_prefix('$'));
    match name.and_then(|name| variables.get(name)) {
        Some(value) => value.split_whitespace().map(str::to_owned).collect(),
        None => vec![word.to_owned()],
    }
}

/// A package's name without its version, release or architecture.
pub(super) fn bare(word: &str) -> &str {
    let end = word.find(['=', '~', '>', '<', ':', '@']).unwrap_or(word.len());
    let name = &word[..end];
    // `name/bookworm-backports`, and no path.
    match name.split_once('/') {
        Some((package, release)) if !package.is_empty() && package != "." && !release.contains(['/', '.']) => package,
        _ => name,
    }
}

/// Whether a script adds a source of packages; those of Node.js and PostgreSQL bring nothing that the set takes over.
pub(super) fn adds_sources(script: &str) -> bool {
    const HARMLESS: &[&str] = &["nodesource", "yarnpkg", "apt.postgresql.org", "sources.list.d/debian.sources"];
    let adds = script.contains("sources.list.d/") || script.contains("add-apt-repository");
    adds && !HARMLESS.iter().any(|known| script.contains(known))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(script: &str) -> Vec<String> {
        let name = |one: Installed| match one {
            Installed::Package { name, temporary, .. } => name + if temporary { " (gone)" } else { "" },
            Installed::Unknown(word) => format!("? {word}"),
        };
        installed(script).into_iter().map(name).collect()
    }

    #[test]
    fn commands_install_what_they_name() {
        let cases: &[(&str, &[&str])] = &[
            ("apt-get update && apt-get install -y libpq-dev gcc", &["libpq-dev", "gcc"]),
            ("apt-get -qq -o Dpkg::Use-Pty=0 install --yes 'ffmpeg=7:5*' \"libmagic1\"", &["ffmpeg", "libmagic1"]),
            ("apt install libfoo:arm64 git/bookworm-backports", &["libfoo", "git"]),
            ("apt-get install -t bookworm-backports gdal-bin > /dev/null", &["gdal-bin"]),
            ("sudo DEBIAN_FRONTEND=noninteractive apt-get install -y g++; rm -rf /var/lib/apt/lists/*", &["g++"]),
            ("set -ex; apt-get install -y \\\n  # the driver\n  libpq5 \\\n  libmagic1\n", &["libpq5", "libmagic1"]),
            (
                "BUILD=\"gcc libpq-dev\" && apt-get install -y $BUILD libpq5 && apt-get purge -y --auto-remove ${BUILD}",
                &["gcc (gone)", "libpq-dev (gone)", "libpq5"],
            ),
            (
                "apk add --no-cache --virtual .build-deps gcc postgresql-dev && apk add libpq && apk del .build-deps",
                &["gcc (gone)", "postgresql-dev (gone)", "libpq"],
            ),
            ("apk --update add -t .deps musl-dev 'openssl>3'", &["musl-dev", "openssl"]),
            (
                "apt-get install -y \\\n  libpq5 `# the driver` \\\n  gcc `cat more.txt`\n",
                &["libpq5", "gcc", "? `cat more.txt`"],
            ),
            ("apt-get install -y $(cat apt.txt) $EXTRA ./local.deb", &["? $(cat", "? $EXTRA", "? ./local.deb"]),
            ("xargs apt-get install -y < packages.txt", &["? xargs"]),
            ("pip install gcc && echo apt-get", &[]),
        ];
        for (script, expected) in cases {
            assert_eq!(names(script), *expected, "{script}");
        }
    }
}
