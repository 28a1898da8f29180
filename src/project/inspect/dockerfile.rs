//! Dockerfiles: instructions with their lines, and what they say.
//!
//! The reader is our own: no well-kept crate knows here-documents, and a file that is not understood in one place
//! must still be read in all others.

use std::collections::BTreeMap;

use super::Confidence::{Guess, Likely, Stated};
use super::{Claims, Source, commands};

/// One instruction: its line, its word in capitals, and the rest with its continuations joined.
struct Instruction {
    line: usize,
    word: String,
    rest: String,
}

fn instructions(text: &str) -> Vec<Instruction> {
    let mut found: Vec<Instruction> = Vec::new();
    let escape = text
        .lines()
        .take_while(|line| line.starts_with('#'))
        .find_map(|line| line.trim_start_matches(['#', ' ']).strip_prefix("escape="))
        .and_then(|rest| rest.chars().next())
        .unwrap_or('\\');
    let mut open = false;
    let mut document: Option<String> = None;
    for (index, line) in text.lines().enumerate() {
        let bare = line.trim();
        if let Some(end) = &document {
            if bare == end {
                document = None;
            } else if let Some(last) = found.last_mut() {
                last.rest.push('\n');
                last.rest.push_str(bare);
            }
            continue;
        }
        if bare.starts_with('#') || bare.is_empty() {
            continue;
        }
        let goes_on = bare.ends_with(escape);
        let piece = bare.strip_suffix(escape).unwrap_or(bare).trim_end();
        if let (true, Some(last)) = (open, found.last_mut()) {
            last.rest.push(' ');
            last.rest.push_str(piece);
        } else {
            let (word, rest) = piece.split_once(char::is_whitespace).unwrap_or((piece, ""));
            let word = word.to_ascii_uppercase();
            found.push(Instruction { line: index + 1, word, rest: rest.trim_start().to_owned() });
        }
        open = goes_on;
        if !goes_on
            && let Some(last) = found.last()
            && ["RUN", "COPY"].contains(&last.word.as_str())
            && let Some((_, rest)) = last.rest.split_once("<<")
        {
            let name = rest.trim_start_matches('-').split_whitespace().next().unwrap_or_default();
            let name = name.trim_matches(['"', '\'']);
            let plain = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
            document = plain.then(|| name.to_owned());
        }
    }
    found
}

/// A text with the defaults of build arguments in place of their names.
fn filled(text: &str, arguments: &BTreeMap<String, String>) -> String {
    let mut text = text.to_owned();
    for (name, value) in arguments {
        text = text.replace(&format!("${{{name}}}"), value).replace(&format!("\"${name}\""), value);
        if text.ends_with(&format!("${name}"))
            || text.contains(&format!("${name} "))
            || text.contains(&format!("${name}-"))
        {
            text = text.replace(&format!("${name}"), value);
        }
    }
    text
}

pub(super) fn read(sources: &[Source], claims: &mut Claims) {
    for source in sources {
        one(source, claims);
    }
}

fn one(source: &Source, claims: &mut Claims) {
    let development = source.is_development();
    let sure = if development { Guess } else { Stated };
    let mut arguments = BTreeMap::new();
    let mut python = false;
    let mut user = None;
    let mut gosu = false;
    for instruction in instructions(source.text) {
        let place = source.line(instruction.line);
        let rest = filled(&instruction.rest, &arguments);
        match instruction.word.as_str() {
            "ARG" => {
                if let Some((name, value)) = instruction.rest.split_once('=') {
                    arguments.insert(name.trim().to_owned(), value.trim().trim_matches('"').to_owned());
                }
            }
            "FROM" if !python => {
                let image = rest.split_whitespace().find(|word| !word.starts_with("--")).unwrap_or_default();
                python = from(image, source, instruction.line, sure, claims);
            }
            "COPY" if rest.contains("--from=") && rest.contains("/uv") => {
                claims.claim("installer", "uv", sure, place);
            }
            "RUN" => {
                run(&rest, source, instruction.line, development, claims);
                gosu |= ["gosu", "su-exec"].iter().any(|word| rest.split_whitespace().any(|other| other == *word));
                if gosu {
                    claims.claim("user-management", "dynamic", sure, place);
                }
            }
            "ENV" => environment(&rest, source, instruction.line, sure, claims),
            "USER" => {
                let name = rest.split(':').next().unwrap_or_default().trim();
                user = Some(place.clone()).filter(|_| name != "root" && name != "0");
                if !name.is_empty()
                    && name != "root"
                    && !name.starts_with('$')
                    && !name.bytes().all(|b| b.is_ascii_digit())
                {
                    claims.claim("app-user", name, sure.min(Likely), place);
                }
            }
            "CMD" | "ENTRYPOINT" if !development => {
                commands::command(&rest.replace("\",", "\" "), &place, Likely, claims);
            }
            _ => {}
        }
    }
    if let Some(place) = user.filter(|_| !gosu && !development) {
        claims.claim("user-management", "static", Likely, place);
    }
}

/// What a base image says; whether it is one with Python.
fn from(image: &str, source: &Source, line: usize, sure: super::Confidence, claims: &mut Claims) -> bool {
    let place = || source.line(line);
    let (name, tag) = image.split('@').next().unwrap_or(image).rsplit_once(':').unwrap_or((image, ""));
    let bare = name.rsplit('/').next().unwrap_or(name);
    let (version, variant) = match bare {
        "python" => tag.split_once('-').unwrap_or((tag, "")),
        // python3.13-bookworm-slim
        "uv" => {
            claims.claim("installer", "uv", sure, place());
            let Some(rest) = tag.split("python").nth(1) else { return false };
            rest.split_once('-').unwrap_or((rest, ""))
        }
        _ => return false,
    };
    if name.starts_with("docker.io/library/") {
        claims.claim("engine", "podman", Guess, place());
    }
    let series: Vec<&str> = version.split('.').take(2).collect();
    if series.len() == 2 {
        claims.claim("python", series.join("."), sure, place());
    } else {
        claims.trouble(source.path, Some(line), format!("“{image}” names no Python series such as 3.13."));
    }
    let variant = match variant {
        "slim" => "slim",
        "slim-bookworm" | "bookworm-slim" => "slim-bookworm",
        "slim-trixie" | "trixie-slim" => "slim-trixie",
        other => {
            let shown: String = other.chars().take(40).collect();
            let message = if shown.is_empty() {
                "The full base image is not among the options; slim is the nearest.".to_owned()
            } else {
                format!("The base image's variant {shown} is not among the options; slim is the nearest.")
            };
            claims.trouble(source.path, Some(line), message);
            return true;
        }
    };
    claims.claim("base-image", variant, sure, place());
    true
}

fn run(text: &str, source: &Source, line: usize, development: bool, claims: &mut Claims) {
    let sure = if development { Guess } else { Stated };
    let words: Vec<&str> = text.split_whitespace().map(|word| word.trim_matches(['"', '\''])).collect();
    let has = |word: &str| words.contains(&word);
    let place = || source.line(line);
    for part in text.replace("&&", "\n").split(['\n', ';']) {
        let words: Vec<&str> = part.split_whitespace().map(|word| word.trim_matches(['"', '\''])).collect();
        let Some(at) = words.iter().position(|word| {
            ["useradd", "adduser", "groupadd", "addgroup"].contains(&word.rsplit('/').next().unwrap_or(word))
        }) else {
            continue;
        };
        let group = words[at].contains("group");
        let number = |names: &[&str]| {
            words.iter().enumerate().find_map(|(index, word)| {
                names.iter().find_map(|name| match word.strip_prefix(name) {
                    Some("") => words.get(index + 1).copied(),
                    Some(rest) => rest.strip_prefix('='),
                    None => None,
                })
            })
        };
        let id = if group { number(&["--gid", "-g"]) } else { number(&["--uid", "-u"]) };
        if let Some(id) = id.filter(|id| !id.is_empty() && id.bytes().all(|b| b.is_ascii_digit())) {
            // Ids of system users are below what the option takes; that is no fault of the project.
            if id.parse::<u32>().is_ok_and(|id| (1000..=60_000).contains(&id)) {
                claims.claim(if group { "gid" } else { "uid" }, id, sure, source.line(line));
            }
        }
        if !group && let Some(name) = words.last().filter(|name| !name.starts_with(['-', '$'])) {
            claims.claim("app-user", *name, sure, source.line(line));
        }
    }
    if has("collectstatic") && !development {
        claims.claim("collectstatic", "build", Stated, place());
    }
    let installs = has("install") || has("sync");
    if installs && has("uv") {
        claims.claim("installer", "uv", sure, place());
    } else if installs
        && words.iter().any(|word| word.ends_with("pip") || word.ends_with("pip3"))
        && words.iter().any(|word| word.starts_with("-r") || word.starts_with("--requirement"))
    {
        claims.claim("installer", "pip", sure.min(Likely), place());
    }
}

fn environment(text: &str, source: &Source, line: usize, sure: super::Confidence, claims: &mut Claims) {
    // ENV NAME value, or any number of NAME=value.
    let pairs: Vec<(&str, &str)> = if text.split_whitespace().next().is_some_and(|word| word.contains('=')) {
        text.split_whitespace().filter_map(|word| word.split_once('=')).collect()
    } else {
        text.split_once(char::is_whitespace).into_iter().collect()
    };
    for (name, value) in pairs {
        let value = value.trim().trim_matches(['"', '\'']);
        match name {
            "DJANGO_SETTINGS_MODULE" => settings(value, source.line(line), sure, claims),
            "CONTAINER_MODE" => claims.claim("logging", "switch", sure, source.line(line)),
            _ => {}
        }
    }
}

/// What a settings module says of itself and of the Django package.
pub(super) fn settings(module: &str, place: super::Evidence, sure: super::Confidence, claims: &mut Claims) {
    if module.contains('$') || module.is_empty() {
        return;
    }
    let package = module.split('.').next().unwrap_or(module);
    if package != module && package != "settings" {
        claims.claim("django-module", package, Guess, place.clone());
    }
    claims.claim("settings-module", module, sure, place);
}
