//! Choices from YAML. The page's first load does without: the parser and its number tables would weigh 27 kB in it.

use serde_yaml::Value;

use crate::catalog::codec::{Problem, set, shown};
use crate::catalog::options::{Choices, ValueKind, option};
use crate::messages::{Message, msg};

/// Largest YAML text that is read, in bytes; a set of choices has about 2 kB, `dunnage.yaml` about 8 kB.
pub const MAX_YAML: usize = 1 << 20;

/// Key of the mapping of facts.
const FACTS: &str = "project";

/// Reads choices from YAML: a mapping of options, or a `dunnage.yaml` with the mapping under `choices`. Facts may be under `project`.
pub fn from_yaml(text: &str) -> (Choices, Vec<Problem>) {
    let mut choices = Choices::default();
    let problems = read_yaml(text, &mut choices);
    (choices, problems)
}

/// Reads choices from YAML onto given ones.
pub fn read_yaml(text: &str, choices: &mut Choices) -> Vec<Problem> {
    let broken = |place: Message, message: Message| vec![Problem { place, message, suggestion: None, usage: true }];
    if text.len() > MAX_YAML {
        return broken(Message::raw("YAML"), msg!("Too large ({0} bytes): the limit is {1}.", text.len(), MAX_YAML));
    }
    if let Some(line) = nested_too_deeply(text) {
        return broken(msg!("line {0}", line), msg!("this is nested too deeply to read."));
    }
    let value: Value = match serde_yaml::from_str(text.trim_start_matches('\u{feff}')) {
        Ok(value) => value,
        Err(error) => {
            let place = error.location().map_or_else(
                || Message::raw("YAML"),
                |location| msg!("line {0}, column {1}", location.line(), location.column()),
            );
            return broken(place, msg!("this is not YAML: {0}.", error.to_string()));
        }
    };
    let mapping = match &value {
        Value::Null => return Vec::new(),
        Value::Mapping(mapping) => mapping,
        _ => {
            return broken(Message::raw("YAML"), msg!("expected a mapping of options to values."));
        }
    };
    let inner = match mapping.get("choices") {
        Some(Value::Mapping(inner)) => inner,
        Some(_) => {
            return broken(Message::raw("choices"), msg!("expected a mapping of options to values."));
        }
        None => mapping,
    };
    let facts = match mapping.get(FACTS) {
        Some(Value::Mapping(facts)) => Some(facts),
        Some(Value::Null) | None => None,
        Some(_) => {
            return broken(Message::raw(FACTS), msg!("expected a mapping of options to values."));
        }
    };
    let mut problems = Vec::new();
    let rows = inner.iter().filter(|(key, _)| key.as_str() != Some(FACTS));
    for (key, value) in rows.chain(facts.into_iter().flatten()) {
        let key = scalar(key).unwrap_or_default();
        let result = match scalar(value).or_else(|| list(&key, value)) {
            Some(text) => set(choices, &key, &text),
            None => Err(Problem {
                place: Message::raw(shown(&key)),
                message: msg!("expected a single value, not a list or mapping."),
                suggestion: None,
                usage: true,
            }),
        };
        if let Err(mut problem) = result {
            if let Some(line) = line_of(text, &key) {
                problem.place = msg!("{0} (line {1})", problem.place, line);
            }
            if matches!(value, Value::Number(number) if number.is_f64()) {
                problem.message =
                    msg!("{0} YAML parsed this as a decimal number: put the value in quotes.", &problem.message);
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
fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::Null => Some(String::new()),
        Value::Bool(value) => Some(value.to_string()),
        Value::Number(value) => Some(value.to_string()),
        Value::String(value) => Some(value.clone()),
        Value::Sequence(_) | Value::Mapping(_) | Value::Tagged(_) => None,
    }
}

/// A YAML list of scalars as the text that an option of that kind reads.
fn list(key: &str, value: &Value) -> Option<String> {
    let takes_lists = option(key).is_some_and(|spec| matches!(spec.kind, ValueKind::List { .. }));
    let Value::Sequence(items) = value else { return None };
    if !takes_lists {
        return None;
    }
    Some(items.iter().map(scalar).collect::<Option<Vec<_>>>()?.join(" "))
}

/// The line that a key stands in, counted from 1.
fn line_of(text: &str, key: &str) -> Option<usize> {
    let starts =
        |line: &str| line.trim_start().strip_prefix(key).is_some_and(|rest| rest.trim_start().starts_with(':'));
    text.lines().position(starts).map(|index| index + 1)
}
