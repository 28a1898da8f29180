//! Quoting: whatever goes through a filter comes back from the target's own reader as it was.

use dunnage::text::quote;
use serde_yaml::Value;

use crate::names::HOSTILE;
use crate::support::{have, run};

const MORE: &[&str] = &[
    "",
    "plain",
    "a-b_c.d",
    "true",
    "no",
    "Off",
    "null",
    "1",
    "1.5",
    "1e3",
    "0x1f",
    "3.10",
    "- a",
    "a: b",
    "a #b",
    "a:b",
    "[a]",
    "{a}",
    "a, b",
    "=",
    "?",
    "a\r\nb",
    "\\n",
    "''",
    "\"",
    "'",
    "\\",
    "a\\",
    "$$",
    "postgres:17-alpine",
    "/app",
    "日本",
    "\u{1f6a2}",
    "\u{85}",
    "\u{2028}",
    "a  b",
    " a",
    "a ",
    "2026-11-23",
    "12:30:45",
    "0o17",
    "1_000",
    ".5",
    "+1",
    "<<",
    "~x",
    "-",
    "--",
    "---",
    "--appendonly",
    "-s",
    "-1",
    "-.inf",
];

fn texts() -> impl Iterator<Item = &'static str> {
    HOSTILE.iter().chain(MORE).copied()
}

#[test]
fn yaml_reads_back() {
    for text in texts() {
        let quoted = quote::yaml(text);
        for document in [format!("key: {quoted}\n"), format!("- {quoted}\n"), format!("key: [{quoted}, {quoted}]\n")] {
            let value: Value = serde_yaml::from_str(&document).unwrap_or_else(|error| panic!("{document:?}: {error}"));
            let read = value.get("key").or_else(|| value.get(0)).expect("a value");
            let read = read.get(0).unwrap_or(read);
            assert_eq!(read.as_str(), Some(text), "{document:?}");
        }
    }
}

#[test]
fn shell_reads_back() {
    if !have("sh", "quote::shell_reads_back", "a POSIX shell") {
        return;
    }
    for text in texts().filter(|text| !text.contains('\0')) {
        let (ok, read, errors) = run("sh", &["-c", &format!("printf %s {}", quote::sh(text))], "");
        assert!(ok, "{text:?}: {errors}");
        assert_eq!(read, text);
    }
}

#[test]
fn python_reads_back() {
    if !have("python3", "quote::python_reads_back", "install Python 3") {
        return;
    }
    let literals: Vec<String> = texts().map(quote::py).collect();
    let script = format!("import json\nprint(json.dumps([{}]))\n", literals.join(", "));
    let (ok, read, errors) = run("python3", &["-"], &script);
    assert!(ok, "{errors}");
    let read: Vec<String> = serde_json::from_str(&read).expect("JSON");
    assert_eq!(read, texts().map(str::to_owned).collect::<Vec<_>>());
}

#[test]
fn nothing_leaves_its_word() {
    for text in texts() {
        for quoted in [quote::nginx(text), quote::docker(text), quote::env(text)] {
            assert!(!quoted.contains('\n') && !quoted.contains('\r'), "{text:?} became {quoted:?}");
            if quoted.starts_with('"') {
                let inside = quoted[1..quoted.len() - 1].replace("\\\\", "").replace("\\\"", "");
                assert!(!inside.contains('"'), "{text:?} became {quoted:?}");
            }
            let bare = !quoted.starts_with(['"', '\'']);
            assert!(!bare || !quoted.contains([' ', ';', '{', '}', '$', '#']), "{text:?} became {quoted:?}");
        }
        assert!(!quote::nginx(text).contains('$'), "an nginx value must not name a variable");
        let cell = quote::md(text);
        assert_eq!(cell.matches('|').count(), cell.matches("\\|").count(), "{cell:?} would end a table cell");
        assert!(!cell.contains('\n'));
    }
}

#[test]
fn what_is_plain_stays_plain() {
    for text in ["shop", "my-shop", "config.settings.production", "/app/staticfiles"] {
        assert_eq!(quote::yaml(text), text);
        assert_eq!(quote::sh(text), text);
        assert_eq!(quote::nginx(text), text);
        assert_eq!(quote::docker(text), text);
        assert_eq!(quote::env(text), text);
    }
}

#[test]
fn compose_puts_nothing_in() {
    // Compose takes two for one, and leaves what follows alone.
    assert_eq!(quote::compose("$HOSTNAME $(cat x) $$"), "$$HOSTNAME $$(cat x) $$$$");
    assert!(texts().all(|text| quote::compose(text).replace("$$", "$") == text));
}

#[test]
fn yaml_leaves_options_of_a_command_plain() {
    for text in ["--appendonly", "-s"] {
        assert_eq!(quote::yaml(text), text);
    }
    for text in ["-", "--", "---", "-1", "-.inf"] {
        assert_ne!(quote::yaml(text), text);
    }
}
