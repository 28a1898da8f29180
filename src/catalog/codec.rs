//! Choices as text and back: the link's fragment, YAML, and `id=value` pairs.
//!
//! Reading never refuses as a whole.
//! What can be read is taken, and each part that cannot becomes a [`Problem`] that says what, where and what to do.

use std::fmt::Write as _;

#[cfg(feature = "yaml")]
use serde_yaml::Value;

use crate::catalog::options::{Choices, Kind, OPTIONS, OptionSpec, nearest, option};
use crate::text::quote;

/// Version of the link format.
pub const LINK_VERSION: &str = "1";

/// Largest YAML text that is read, in bytes; a set of choices has about 2 kB, `dunnage.yaml` about 8 kB.
pub const MAX_YAML: usize = 1 << 20;

/// Something that was not taken, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where: an option id, a key, or a line.
    pub place: String,
    /// What is wrong.
    pub message: String,
    /// What would be right, where that is known.
    pub suggestion: Option<String>,
    /// The key itself is unknown or the text unreadable, rather than the value of a known text option refused.
    pub usage: bool,
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.place, self.message)?;
        match &self.suggestion {
            Some(suggestion) if self.usage => write!(f, " Did you mean “{suggestion}”?"),
            Some(suggestion) => write!(f, " Try “{suggestion}”."),
            None => Ok(()),
        }
    }
}

/// A foreign text made fit for a message: no control characters, not endless.
fn shown(text: &str) -> String {
    let short: String = text.chars().filter(|c| !c.is_control()).take(60).collect();
    if short.len() < text.len() { format!("{short}…") } else { short }
}

/// Sets one option from text.
///
/// # Errors
/// A [`Problem`] that names the nearest id or value.
pub fn set(choices: &mut Choices, id: &str, value: &str) -> Result<(), Problem> {
    let Some(spec) = option(id) else {
        return Err(Problem {
            place: shown(id),
            message: "there is no such option.".to_owned(),
            suggestion: nearest(id, OPTIONS.iter().map(|spec| spec.id)).map(str::to_owned),
            usage: true,
        });
    };
    spec.set(choices, value).map_err(|refusal| Problem {
        place: spec.id.to_owned(),
        message: refusal.reason,
        suggestion: refusal.suggestion,
        usage: !matches!(spec.kind, Kind::Text { .. }),
    })
}

/// The choices as a link's fragment without `#`: a version and what differs from the defaults.
pub fn to_link(choices: &Choices) -> String {
    let mut link = form_urlencoded::Serializer::new(String::new());
    link.append_pair("v", LINK_VERSION);
    for spec in changed(choices) {
        link.append_pair(spec.id, &spec.wish(choices));
    }
    link.finish()
}

/// Reads a link's fragment, with or without `#`.
pub fn from_link(fragment: &str) -> (Choices, Vec<Problem>) {
    let mut choices = Choices::default();
    let mut problems = Vec::new();
    let fragment = fragment.trim_start_matches('#');
    for (key, value) in form_urlencoded::parse(fragment.as_bytes()) {
        if key == "v" {
            if value != LINK_VERSION {
                problems.push(Problem {
                    place: "v".to_owned(),
                    message: format!(
                        "the link is of version {}, this program reads version {LINK_VERSION}; known options were taken.",
                        shown(&value)
                    ),
                    suggestion: None,
                    usage: true,
                });
            }
            continue;
        }
        if let Err(problem) = set(&mut choices, &key, &value) {
            problems.push(problem);
        }
    }
    (choices, problems)
}

/// The options whose wish differs from the default.
pub fn changed(choices: &Choices) -> impl Iterator<Item = &'static OptionSpec> {
    OPTIONS.iter().filter(|spec| spec.is_changed(choices))
}

/// The choices as YAML, an option a line; options that follow another one are left out.
pub fn to_yaml(choices: &Choices) -> String {
    let mut yaml = String::new();
    for spec in OPTIONS {
        let wish = spec.wish(choices);
        let value = match spec.kind {
            Kind::Switch => wish,
            Kind::Number { auto, .. } if auto != Some(wish.as_str()) => wish,
            _ if wish.is_empty() => continue,
            Kind::Number { .. } | Kind::Set(_) | Kind::Text { .. } => quote::yaml(&wish),
        };
        // Writing into a String does not fail.
        let _ = writeln!(yaml, "{}: {value}", spec.id);
    }
    yaml
}

/// Reads choices from YAML: a mapping of options, or a `dunnage.yaml` with the mapping under `choices`.
#[cfg(feature = "yaml")]
pub fn from_yaml(text: &str) -> (Choices, Vec<Problem>) {
    let mut choices = Choices::default();
    let problems = read_yaml(text, &mut choices);
    (choices, problems)
}

/// Reads choices from YAML onto given ones.
#[cfg(feature = "yaml")]
pub fn read_yaml(text: &str, choices: &mut Choices) -> Vec<Problem> {
    let broken = |place: String, message: String| vec![Problem { place, message, suggestion: None, usage: true }];
    if text.len() > MAX_YAML {
        return broken("YAML".to_owned(), format!("{} bytes are too many: at most {MAX_YAML}.", text.len()));
    }
    if let Some(line) = nested_too_deeply(text) {
        return broken(format!("line {line}"), "this is nested too deeply to be read.".to_owned());
    }
    let value: Value = match serde_yaml::from_str(text.trim_start_matches('\u{feff}')) {
        Ok(value) => value,
        Err(error) => {
            let place = error.location().map_or_else(
                || "YAML".to_owned(),
                |location| format!("line {}, column {}", location.line(), location.column()),
            );
            return broken(place, format!("this is not YAML: {error}."));
        }
    };
    let mapping = match &value {
        Value::Null => return Vec::new(),
        Value::Mapping(mapping) => mapping,
        _ => {
            return broken("YAML".to_owned(), "a mapping of options to values is wanted.".to_owned());
        }
    };
    let inner = match mapping.get("choices") {
        Some(Value::Mapping(inner)) => inner,
        Some(_) => {
            return broken("choices".to_owned(), "a mapping of options to values is wanted.".to_owned());
        }
        None => mapping,
    };
    let mut problems = Vec::new();
    for (key, value) in inner {
        let key = scalar(key).unwrap_or_default();
        let result = match scalar(value) {
            Some(text) => set(choices, &key, &text),
            None => Err(Problem {
                place: shown(&key),
                message: "a single value is wanted, not a list or mapping.".to_owned(),
                suggestion: None,
                usage: true,
            }),
        };
        if let Err(mut problem) = result {
            if let Some(line) = line_of(text, &key) {
                problem.place = format!("{} (line {line})", problem.place);
            }
            if matches!(value, Value::Number(number) if number.is_f64()) {
                problem.message.push_str(" YAML read a decimal number: put the value into quotes.");
            }
            problems.push(problem);
        }
    }
    problems
}

/// The first line in which more brackets are open than any sensible file opens, counted from 1.
///
/// Asked before a parser is: the YAML reader needs time by the square of them until it gives up, and other readers
/// need stack.
#[cfg(feature = "yaml")]
pub fn nested_too_deeply(text: &str) -> Option<usize> {
    const DEEPEST: usize = 200;
    let mut open = 0_usize;
    text.lines()
        .position(|line| {
            for byte in line.bytes() {
                match byte {
                    b'(' | b'[' | b'{' => open += 1,
                    b')' | b']' | b'}' => open = open.saturating_sub(1),
                    _ => {}
                }
                if open > DEEPEST {
                    return true;
                }
            }
            false
        })
        .map(|index| index + 1)
}

/// A YAML scalar as the text that an option reads.
#[cfg(feature = "yaml")]
fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::Null => Some(String::new()),
        Value::Bool(value) => Some(value.to_string()),
        Value::Number(value) => Some(value.to_string()),
        Value::String(value) => Some(value.clone()),
        Value::Sequence(_) | Value::Mapping(_) | Value::Tagged(_) => None,
    }
}

/// The line that a key stands in, counted from 1.
#[cfg(feature = "yaml")]
fn line_of(text: &str, key: &str) -> Option<usize> {
    let starts =
        |line: &str| line.trim_start().strip_prefix(key).is_some_and(|rest| rest.trim_start().starts_with(':'));
    text.lines().position(starts).map(|index| index + 1)
}
