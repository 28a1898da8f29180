//! Quoting for every target, as plain functions; the templates reach them as filters of the same names.
//!
//! A value that is plain in the target stays plain, so that the output reads well.
//! The accepted alphabets are narrow on purpose: what is not surely plain is quoted.

use std::fmt::Write as _;

fn all(text: &str, extra: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || extra.contains(c))
}

/// A double-quoted literal with C-like escapes, as YAML, JSON and Python all read it.
fn double_quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if (c as u32) < 0x20 || (0x7f..0xa0).contains(&(c as u32)) => {
                let _ = write!(out, "\\x{:02x}", c as u32);
            }
            '\u{2028}' | '\u{2029}' | '\u{feff}' => {
                let _ = write!(out, "\\u{:04x}", c as u32);
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// A YAML scalar that reads back as this very string.
pub fn yaml(text: &str) -> String {
    // Plain only when it starts like a word and no YAML 1.1 or 1.2 reader takes it for something else.
    // A dash or two before it make no list.
    let start = text.strip_prefix("--").or(text.strip_prefix('-')).unwrap_or(text);
    let word = start.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/')
        && all(text, "-_./")
        && !text.ends_with(['.', '-']);
    let lower = text.to_ascii_lowercase();
    let special = ["true", "false", "yes", "no", "on", "off", "null", "y", "n"].contains(&lower.as_str());
    if word && !special { text.to_owned() } else { double_quoted(text) }
}

/// A text in a compose file, where a `$` would begin a variable.
pub fn compose(text: &str) -> String {
    text.replace('$', "$$")
}

/// A word of a POSIX shell.
pub fn sh(text: &str) -> String {
    if all(text, "-_./:@%+,") { text.to_owned() } else { format!("'{}'", text.replace('\'', r"'\''")) }
}

/// A Python string literal, always quoted.
pub fn py(text: &str) -> String {
    double_quoted(text)
}

/// A word of an nginx configuration.
pub fn nginx(text: &str) -> String {
    if all(text, "-_./:") {
        return text.to_owned();
    }
    // nginx has no escape for `$` in a value that may hold variables, so it is taken out.
    let safe: String = text.chars().filter(|c| *c != '$' && !c.is_control()).collect();
    format!("\"{}\"", safe.replace('\\', "\\\\").replace('"', "\\\""))
}

/// A value in a Dockerfile's ENV, ARG, LABEL or path.
pub fn docker(text: &str) -> String {
    if all(text, "-_./:@") {
        return text.to_owned();
    }
    let mut out = String::from("\"");
    for c in text.chars().filter(|c| !c.is_control()) {
        if matches!(c, '"' | '\\' | '$' | '`') {
            out.push('\\');
        }
        out.push(c);
    }
    out.push('"');
    out
}

/// A value in a `.env` file as compose reads it.
pub fn env(text: &str) -> String {
    if all(text, "-_./:@,") {
        return text.to_owned();
    }
    if text.is_empty() {
        return String::new();
    }
    let safe: String = text.chars().filter(|c| !c.is_control()).collect();
    // Single quotes keep `$` as it is; a value with a single quote takes double ones.
    if safe.contains('\'') {
        let mut out = String::from("\"");
        for c in safe.chars() {
            if matches!(c, '"' | '\\' | '$') {
                out.push('\\');
            }
            out.push(c);
        }
        out.push('"');
        out
    } else {
        format!("'{safe}'")
    }
}

/// Inline text in Markdown, inside a table cell as well.
pub fn md(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    // Most of a text is taken over as a whole.
    let mut plain = 0;
    for (at, c) in text.char_indices() {
        let special = matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '#');
        if special || c.is_control() {
            out.push_str(&text[plain..at]);
            plain = at + if special { 0 } else { c.len_utf8() };
            out.push(if special { '\\' } else { ' ' });
        }
    }
    out.push_str(&text[plain..]);
    out
}
