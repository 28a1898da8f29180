//! The message catalogue: every language has every message, and what the page says is a message.
//!
//! `DUNNAGE_UPDATE=1` brings the keys of `public/locale/*.json` up to date: new ones come with an empty text, which
//! fails until it is filled in.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use dunnage::catalog::codec::{from_link, set};
use dunnage::catalog::date::Date;
use dunnage::catalog::options::{Choices, Kind, OPTIONS, option};
use dunnage::catalog::presets::presets;
use dunnage::catalog::rules::check;
use dunnage::catalog::versions::VERSIONS;
use dunnage::catalog::yaml::from_yaml;
use dunnage::exchange::env_file::entries;
use dunnage::messages::WORDS;
use dunnage::messages::catalogue::catalogue;
use dunnage::plan::model::Mark;
use dunnage::plan::resolve::resolve;
use dunnage::project::compare::{Side, compare};
use dunnage::project::inspect::inspect;
use dunnage::project::migrate::CHECKS;
use dunnage::project::update::State;
use proptest::prelude::*;

use crate::migrate::{PROJECTS, planned_for, project};
use crate::names::HOSTILE;
use crate::pairs::samples;
use crate::support::TODAY;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

type Words = BTreeMap<String, String>;

/// Every language but English: its name and its messages.
fn locales() -> Vec<(String, Words)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(Path::new(ROOT).join("public/locale")).expect("locales") {
        let path = entry.expect("an entry").path();
        let read =
            || serde_json::from_str(&fs::read_to_string(&path).expect("a locale")).expect("messages by English text");
        let mut words: Words = read();
        if std::env::var_os("DUNNAGE_UPDATE").is_some() {
            words.retain(|english, _| catalogue().contains(english.as_str()));
            for english in catalogue() {
                words.entry(english.to_owned()).or_default();
            }
            let text = serde_json::to_string_pretty(&words).expect("JSON") + "\n";
            fs::write(&path, text).expect("a locale that can be written");
        }
        found.push((path.file_stem().expect("a name").to_string_lossy().into_owned(), words));
    }
    assert!(!found.is_empty(), "there is a second language");
    found
}

/// The places for values in a message, as `{0}`, `{1}`.
fn places(message: &str) -> Vec<&str> {
    let starts = message.match_indices('{').map(|(at, _)| &message[at..]);
    starts.filter_map(|rest| rest.get(..3)).filter(|place| place.ends_with('}')).collect()
}

/// What stands around the places of a message.
fn own(message: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = message;
    for place in places(message) {
        let (before, after) = rest.split_once(place).expect("the place is in the message");
        parts.push(before);
        rest = after;
    }
    parts.push(rest);
    parts
}

/// The values that a text has between the parts of a message, if it is that message.
fn values<'a>(parts: &[&str], text: &'a str) -> Option<Vec<&'a str>> {
    let (first, rest) = parts.split_first()?;
    let mut left = text.strip_prefix(first)?;
    let mut values = Vec::new();
    for (number, part) in rest.iter().enumerate() {
        let at = if number + 1 == rest.len() { left.strip_suffix(part)?.len() } else { left.find(part)? };
        values.push(&left[..at]);
        left = &left[at + part.len()..];
    }
    Some(values)
}

/// Every message, and what stands around the places of those that have some, in the order in which they are tried.
static MESSAGES: LazyLock<(BTreeSet<&str>, Vec<Vec<&str>>)> = LazyLock::new(|| {
    let mut patterns: Vec<&str> = catalogue().into_iter().filter(|message| !places(message).is_empty()).collect();
    patterns.sort_by_key(|message| std::cmp::Reverse((own(message).concat().encode_utf16().count(), *message)));
    (catalogue(), patterns.into_iter().map(own).collect())
});

/// Whether a text is a message, as `web/locale-say.js` finds it; what is itself a sentence inside it as well.
pub(crate) fn is_said(text: &str) -> bool {
    let text = text.trim();
    let (all, patterns) = &*MESSAGES;
    if all.contains(text) {
        return true;
    }
    let found = patterns.iter().find_map(|parts| Some((parts, values(parts, text)?)));
    found.is_some_and(|(parts, values)| {
        let mut inside = parts.iter().zip(&values).filter(|(before, _)| !before.ends_with('“'));
        inside.all(|(_, value)| !value.ends_with('.') || is_said(value))
    })
}

#[test]
fn every_language_has_every_message_and_no_other() {
    let english = catalogue();
    for (language, words) in locales() {
        let known: BTreeSet<&str> = words.keys().map(String::as_str).collect();
        let missing: Vec<_> = english.difference(&known).collect();
        let stale: Vec<_> = known.difference(&english).collect();
        assert!(missing.is_empty() && stale.is_empty(), "{language}: missing {missing:#?}, stale {stale:#?}");
        for (message, said) in &words {
            assert!(!said.trim().is_empty(), "{language}: {message:?} is empty");
            assert_eq!(said.trim(), said, "{language}: {message:?} has spaces around it");
        }
    }
}

/// What is not in a table stands in the source of what says it, and in the list once.
#[test]
fn every_word_is_listed_once_and_said_somewhere() {
    let mut seen = BTreeSet::new();
    let twice: Vec<_> = WORDS.iter().filter(|message| !seen.insert(**message)).collect();
    assert!(twice.is_empty(), "twice in src/messages/words.rs: {twice:#?}");
    let mut files = Vec::new();
    for folder in ["src", "public", "web", "templates"] {
        sources(&Path::new(ROOT).join(folder), &mut files);
    }
    files.extend(["index.html", "scripts/verification.py"].map(|path| Path::new(ROOT).join(path)));
    let is_list = |path: &Path| path.ends_with("src/messages/words.rs") || path.ends_with("public/locale/de.json");
    let texts = files.iter().filter(|path| !is_list(path)).filter_map(|path| fs::read_to_string(path).ok());
    let said: String = texts.map(|text| plain(&text)).collect();
    let said = said.replace("&nbsp;", " ").split_whitespace().collect::<Vec<_>>().join(" ").replace("\" + \"", "");
    // A part may itself be put together of up to three pieces.
    let is_said = |part: &str| {
        let words: Vec<&str> = part.split_whitespace().collect();
        let (mut from, mut pieces) = (0, 0);
        while from < words.len() {
            let Some(to) = (from + 1..=words.len()).rev().find(|to| said.contains(&words[from..*to].join(" "))) else {
                return false;
            };
            (from, pieces) = (to, pieces + 1);
        }
        pieces <= 3
    };
    let unsaid = |message: &str| {
        let parts = own(message).into_iter().filter(|part| part.chars().any(char::is_alphabetic));
        parts.map(str::to_owned).find(|part| !is_said(part))
    };
    let dead: Vec<_> = WORDS.iter().filter_map(|message| Some((message, unsaid(message)?))).collect();
    assert!(dead.is_empty(), "nothing says these, or not this part: {dead:#?}");
}

/// A source with its literals as they are said: a line that goes on without what joins it, quotes without what escapes.
fn plain(source: &str) -> String {
    let mut text = String::with_capacity(source.len());
    let mut rest = source.chars().peekable();
    while let Some(c) = rest.next() {
        match (c, rest.peek()) {
            ('\\', Some('\n')) => while rest.next_if(|c| c.is_whitespace()).is_some() {},
            ('\\', Some('"')) => {}
            (c, _) => text.push(c),
        }
    }
    text
}

#[test]
fn values_have_the_same_places_in_every_language() {
    for message in catalogue() {
        let numbers: Vec<String> = (0..places(message).len()).map(|number| format!("{{{number}}}")).collect();
        assert_eq!(places(message), numbers, "{message:?}: places are numbered as they come");
        assert_eq!(message.trim(), message, "spaces around a message are no part of it");
        let inner = own(message).len().saturating_sub(2);
        assert!(own(message).iter().skip(1).take(inner).all(|part| !part.is_empty()), "{message:?}: two places touch");
    }
    for (language, words) in locales() {
        for (message, said) in &words {
            let sorted = |text| places(text).into_iter().collect::<BTreeSet<_>>();
            assert_eq!(places(message).len(), places(said).len(), "{language}: {message:?}");
            assert_eq!(sorted(message), sorted(said), "{language}: {message:?}");
        }
    }
}

/// German texts that are the English ones and have a lower-case word all the same: names and what is said in both.
const SAME: &[&str] = &[
    "Caddy on the host",
    "certbot",
    "nginx in the set",
    "pip",
    "psycopg 3",
    "psycopg2-binary",
    "slim",
    "slim-bookworm",
    "slim-trixie",
    "uv",
];

#[test]
fn german_is_german() {
    let words = locales().into_iter().find(|(language, _)| language == "de").expect("German").1;
    let is_lower = |word: &str| word.starts_with(char::is_lowercase);
    for (message, said) in &words {
        let plain = own(message).concat();
        if message == said && plain.split(|c: char| !c.is_alphanumeric()).any(is_lower) {
            assert!(SAME.contains(&message.as_str()), "{message:?} is not translated");
        }
        assert!(!said.contains(['"', '’']) && !said.contains("..."), "{said:?}: „…“ and … are the German signs");
        let quotes = |sign| said.matches(sign).count();
        assert_eq!(quotes('„'), quotes('“'), "{said:?}: a quotation is not closed");
        assert_eq!(message.matches('“').count(), quotes('„'), "{message:?} quotes, {said:?} does not");
    }
}

#[test]
fn what_the_tables_say_is_in_the_catalogue() {
    let today = Date::new(2026, 11, 25);
    let mut tried: Vec<Choices> = presets().iter().map(|preset| preset.choices.clone()).collect();
    for spec in OPTIONS {
        for value in samples(spec) {
            let mut choices = Choices::default();
            spec.set(&mut choices, &value).expect("a sample");
            tried.push(choices);
            // A label with a joint in it would be taken apart where labels are listed.
            if let Kind::Set(_) | Kind::Switch = spec.kind {
                let label = spec.value_label(&value);
                assert!(catalogue().contains(label.as_str()), "{}: {label}", spec.id);
                assert!(![", ", ": "].iter().any(|joint| label.contains(joint)), "{label}");
            }
        }
    }
    for choices in tried {
        let generated = dunnage::generate(&choices, today);
        for (path, file) in generated.files.iter() {
            assert!(catalogue().contains(file.why), "{path}: {}", file.why);
        }
        for finding in generated.findings {
            assert!(is_said(&finding.reason), "{}", finding.reason);
        }
    }
}

/// Whatever is refused or dropped is told by a message.
fn is_told(id: &str, text: &str) {
    if let Err(problem) = set(&mut Choices::default(), id, text) {
        assert!(is_said(&problem.message), "{}", problem.message);
        // An unknown name may look like anything, a sentence as well.
        assert!(option(id).is_none() || is_said(&problem.to_string()), "{problem}");
    }
}

#[test]
fn every_refusal_is_a_message() {
    let more = [
        "",
        "a",
        "My Shop",
        "-a",
        "a--b",
        "class",
        "None",
        "django",
        "2fast",
        "_a",
        "settings",
        "a..b",
        "a.import.b",
        "root",
        "www-data",
        "https://x.example/",
        "-a.example",
        "bücher.example",
        " , ",
        "0",
        "1e9",
        "007",
        "TRUE",
        "dafne",
        "99999999999",
        "*",
        "a,b",
        "os.path",
    ];
    let many = (0..30).map(|number| format!("a{number}.example")).collect::<Vec<_>>().join(",");
    let long = [many, "a".repeat(500), "1".repeat(500), "a.".repeat(200), format!("{}.example", "a".repeat(70))];
    for spec in OPTIONS {
        for text in HOSTILE.iter().chain(&more).map(|text| (*text).to_owned()).chain(long.clone()) {
            is_told(spec.id, &text);
        }
    }
    is_told("serrver", "daphne");
    is_told("", "");
    for link in ["v=9&python=3.99&flowers=true&domain=%ZZ&uid=-1&%%%=&=x&a: b=c", "v=1&Files=1&a, b=c"] {
        let problems = from_link(link).1;
        assert!(!problems.is_empty());
        for problem in problems {
            assert!(is_said(&problem.to_string()), "{problem}");
        }
    }
    let nested = "[".repeat(1000);
    for yaml in [
        "python: 3.10\nserver: [daphne]\npostgress: 16\nuid: ten\n",
        "[1, 2]",
        "choices: 5",
        "python: '3.12'\n\tserver: daphne\n",
        nested.as_str(),
        &"a".repeat(2 << 20),
    ] {
        let problems = from_yaml(yaml).1;
        assert!(!problems.is_empty(), "{yaml}");
        for problem in problems {
            assert!(is_said(&problem.to_string()), "{problem}");
        }
    }
}

proptest! {
    #[test]
    fn a_refusal_of_any_text_is_a_message(text in "\\PC{0,80}|.{0,40}|[a-z._-]{0,60}") {
        for spec in OPTIONS {
            is_told(spec.id, &text);
        }
        is_told(&text, "true");
    }
}

/// Whether a text is a message by itself, and not only a join of others.
fn is_message(text: &str) -> bool {
    let (all, patterns) = &*MESSAGES;
    let worded = patterns.iter().filter(|parts| parts.concat().contains(char::is_alphabetic));
    all.contains(text) || worded.into_iter().any(|parts| values(parts, text).is_some())
}

/// Presets, and the defaults with each value of each option.
fn sides() -> Vec<Choices> {
    let mut sides: Vec<Choices> = presets().iter().map(|preset| preset.choices.clone()).collect();
    for spec in OPTIONS {
        for value in spec.kind.values() {
            let mut choices = Choices::default();
            spec.set(&mut choices, value).expect("a value of the option");
            sides.push(choices);
        }
    }
    sides
}

#[test]
fn what_is_said_of_a_comparison_is_a_message() {
    let side = |name: &str, choices: &Choices| Side { name: name.to_owned(), choices: choices.clone(), files: None };
    let typed = |label: &str| OPTIONS.iter().any(|spec| spec.label == label && matches!(spec.kind, Kind::Text { .. }));
    let mut notes = BTreeSet::new();
    for left in presets().iter().map(|preset| &preset.choices) {
        for right in sides() {
            let found = compare(&side("left", left), &side("right", &right), TODAY);
            for row in &found.aspects {
                assert!(is_message(&row.aspect), "{}", row.aspect);
                assert!(row.note.is_empty() || is_message(&row.note), "{}", row.note);
                notes.insert(row.note.clone());
                // Names and versions have no spaces.
                for value in [&row.left, &row.right].into_iter().filter(|value| value.contains(' ')) {
                    assert!(typed(&row.aspect) || is_message(value), "{}: {value}", row.aspect);
                }
            }
            for because in found.reasons.iter().flat_map(|reason| &reason.because) {
                let mark = [Mark::Adapt, Mark::OnPurpose].map(|mark| [mark.label(), ": "].concat());
                let bare = mark.iter().find_map(|mark| because.strip_prefix(mark.as_str())).unwrap_or(because);
                let kept = bare.strip_prefix("If it were still ").and_then(|rest| rest.split_once(": "));
                let reason = kept.map_or(bare, |(_, reason)| reason);
                assert!(is_message(reason), "{because}");
            }
        }
    }
    assert!(notes.len() > 60, "{} notes", notes.len());
}

/// Whether a task is a message, or nothing but a command.
fn is_task(text: &str) -> bool {
    let command = text.matches('`').count() == 2 && text.starts_with('`') && text.ends_with('`');
    command || is_message(text.trim_end_matches('.'))
}

#[test]
fn what_is_left_to_do_is_a_message() {
    let mut seen = BTreeSet::new();
    for choices in sides() {
        let (plan, _) = resolve(&choices, TODAY);
        for section in plan.checklist.iter().filter(|section| !section.title.starts_with("Files to")) {
            assert!(is_message(section.title), "{}", section.title);
            for item in &section.items {
                assert!(is_task(item), "{item}");
                seen.insert(item.clone());
            }
        }
    }
    assert!(seen.len() > 30, "{} tasks", seen.len());
    for (_, check) in CHECKS {
        assert!(is_message(check), "{check}");
    }
}

#[test]
fn what_a_migration_says_is_a_message() {
    let (mut whys, mut notes, mut troubles) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for name in PROJECTS {
        let tree = project(name);
        let found = inspect(&tree);
        for choices in presets().iter().map(|preset| &preset.choices) {
            let plan = planned_for(&tree, &found, choices);
            for file in &plan.files {
                assert!(is_message(&file.why), "{name}: {}", file.why);
                assert!(is_message(&file.check), "{name}: {}", file.check);
                whys.insert(file.why.clone());
            }
            for task in plan.tasks.iter().flat_map(|section| &section.tasks) {
                assert!(is_message(&task.check), "{name}: {}", task.check);
                assert!(is_task(&task.text), "{name}: {}", task.text);
            }
            for trouble in &plan.troubles {
                assert!(is_said(&trouble.message), "{name}: {}", trouble.message);
                troubles.insert(trouble.message.clone());
            }
            for line in plan.requirements.iter().flat_map(|split| &split.lines).filter(|line| !line.note.is_empty()) {
                assert!(is_message(&line.note), "{name}: {}", line.note);
                notes.insert(line.note.clone());
            }
            for line in plan.requirements.iter().flat_map(|split| &split.added) {
                assert!(is_message(line.why), "{name}: {}", line.why);
            }
            for note in plan.requirements.iter().flat_map(|split| &split.notes) {
                assert!(is_said(note), "{name}: {note}");
            }
        }
    }
    assert!(whys.len() > 25, "{} reasons", whys.len());
    assert!(notes.len() > 15, "{} notes", notes.len());
    assert!(troubles.len() > 15, "{} troubles", troubles.len());
    for state in [State::Edited, State::OutOfDate, State::Missing, State::Extra, State::Conflict] {
        assert!(is_message(state.label()), "{}", state.label());
    }
}

#[test]
fn what_is_said_of_a_variable_is_a_message() {
    let mut seen = BTreeSet::new();
    for choices in sides() {
        for entry in entries(&dunnage::generate(&choices, TODAY).files) {
            assert!(entry.words().is_empty() || is_message(entry.words()), "{}: {}", entry.name, entry.words());
            seen.insert(entry.words().to_owned());
        }
    }
    assert!(seen.len() > 10, "{seen:?}");
}

/// A sentence with the names of its values replaced by their numbers; `None` for what is none.
fn sentence(literal: &str) -> Option<String> {
    let starts = |c: char| c.is_uppercase() || c == '“' || c == '{';
    if !(literal.starts_with(starts) && literal.ends_with('.') && literal.contains(' ')) {
        return None;
    }
    let mut said = String::new();
    let mut rest = literal;
    for number in 0.. {
        let Some((before, after)) = rest.split_once('{') else { break };
        let (_, after) = after.split_once('}')?;
        said.extend([before, "{", &number.to_string(), "}"]);
        rest = after;
    }
    Some(said + rest)
}

/// What a test would have to bring about otherwise, one by one: every sentence in the sources is a message.
#[test]
fn what_meets_a_project_says_only_messages() {
    // What only Markdown has, and reasons that nobody is shown.
    const ELSEWHERE: &[&str] =
        &["Brought up to date.", "New, or changed for the set.", "The same text, moved from {0}."];
    let mut files = Vec::new();
    sources(&Path::new(ROOT).join("src/project"), &mut files);
    let (mut seen, mut missing) = (0, BTreeSet::new());
    for path in files {
        let source = fs::read_to_string(&path).expect("a source");
        let code = source.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
        let code = code.split("#[cfg(test)]").next().unwrap_or_default();
        for (at, _) in code.match_indices('"') {
            if let Some(said) = literal(&code[at..]).and_then(|literal| sentence(&literal)) {
                seen += 1;
                if !is_said(&said) && !ELSEWHERE.contains(&said.as_str()) {
                    missing.insert(said);
                }
            }
        }
    }
    assert!(missing.is_empty(), "not in src/messages/words.rs:\n{missing:#?}");
    assert!(seen > 50, "only {seen} sentences were found");
}

#[test]
fn every_age_of_a_version_is_a_message() {
    let mut reasons = BTreeSet::new();
    for version in VERSIONS {
        for day in [version.ended, version.full_until].into_iter().flatten() {
            for from in [-400, -60, -1, 0, 1, 400] {
                let today = Date::from_days(Date::new(1970, 1, 1).days_until(day) + from);
                for spec in OPTIONS {
                    for value in samples(spec).iter().filter(|value| value.contains(version.series)) {
                        let mut choices = Choices::default();
                        spec.set(&mut choices, value).expect("a sample");
                        for finding in check(&choices, today) {
                            assert!(is_said(&finding.reason), "{}", finding.reason);
                            for fix in &finding.fixes {
                                assert!(is_said(&fix.label), "{}", fix.label);
                            }
                            reasons.insert(finding.reason);
                        }
                    }
                }
            }
        }
    }
    for part in ["ends today", "ends tomorrow", "in 60 days", "reached its end", "left full support"] {
        assert!(reasons.iter().any(|reason| reason.contains(part)), "no version {part}");
    }
}

/// Every Rust file below a directory.
fn sources(directory: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).expect("a directory") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            sources(&path, found);
        } else if path
            .extension()
            .is_some_and(|extension| ["html", "j2", "js", "rs"].iter().any(|kind| extension == *kind))
        {
            found.push(path);
        }
    }
}

/// The string literal that a text begins with; `None` for anything else.
fn literal(text: &str) -> Option<String> {
    let mut said = String::new();
    let mut rest = text.trim_start().strip_prefix('"')?.chars().peekable();
    loop {
        match rest.next()? {
            '"' => return Some(said),
            '\\' => match rest.next()? {
                // A line that goes on, without the spaces that the next one begins with.
                '\n' => while rest.next_if(|c| c.is_whitespace()).is_some() {},
                c => said.push(c),
            },
            c => said.push(c),
        }
    }
}

#[test]
fn what_the_views_say_is_in_the_catalogue() {
    // How the views say something; what follows is the message where it is written out.
    const SAYS: &[&str] = &[
        ".text(",
        "\"title\",",
        "\"aria-label\",",
        "say(",
        "say_undoable(",
        "part(",
        "cell(",
        "said(",
        "action(",
        "plain(",
        "message.set(",
        "problem.set(",
    ];
    let mut files = Vec::new();
    sources(&Path::new(ROOT).join("src/ui"), &mut files);
    let mut seen = 0;
    let mut missing = Vec::new();
    for path in files {
        let source = fs::read_to_string(&path).expect("a source");
        for says in SAYS {
            for (at, _) in source.match_indices(says) {
                if let Some(message) = literal(&source[at + says.len()..]).filter(|message| !message.trim().is_empty())
                {
                    if !is_said(&message) {
                        missing.push(format!("{}: {message:?}", path.display()));
                    }
                    seen += 1;
                }
            }
        }
    }
    assert!(missing.is_empty(), "not in src/messages/words.rs:\n{}", missing.join("\n"));
    assert!(seen > 60, "only {seen} messages were found in the views");
}
