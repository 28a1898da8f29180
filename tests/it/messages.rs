//! Messages and languages: every text that a user can meet is a message, and what users named themselves is none.
//!
//! The messages are collected from the sources: what [`msg!`](dunnage::msg) and `plural` are given, the tables, the
//! page and its scripts. A key of `public/locale/*.json` that nothing says fails; one that a language lacks, or has an
//! empty text for, is said in English, listed here, and fails a release (`DUNNAGE_RELEASE=1`). `DUNNAGE_UPDATE=1` drops
//! the keys that nothing says, and adds those that are missing with an empty text.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::sync::LazyLock;

use dunnage::catalog::codec::{from_link, set};
use dunnage::catalog::costs::COSTS;
use dunnage::catalog::date::Date;
use dunnage::catalog::options::{Choices, FormStep, OPTIONS, ValueKind, option};
use dunnage::catalog::presets::presets;
use dunnage::catalog::rules::{RULES, check};
use dunnage::catalog::versions::VERSIONS;
use dunnage::catalog::yaml::from_yaml;
use dunnage::exchange::env_file::{COMMENTS, entries};
use dunnage::messages::{Arg, Language, Message, places};
use dunnage::output::diff::ChangeKind;
use dunnage::plan::files::FILES;
use dunnage::plan::model::Mark;
use dunnage::plan::resolve::resolve;
use dunnage::plan::steps::{Phase, STEPS};
use dunnage::project::compare::{Side, compare};
use dunnage::project::inspect::{Confidence, inspect};
use dunnage::project::requirements::Fate;
use dunnage::project::update::Action;
use dunnage::project::writes::Act;
use proptest::prelude::*;

use crate::migrate::{PROJECTS, planned_for, project};
use crate::names::HOSTILE;
use crate::pairs::samples;
use crate::support::{TODAY, files_below, root};

type Words = BTreeMap<String, String>;

/// Every Rust source with its path, without the comments and the tests in it.
fn sources() -> Vec<(String, String)> {
    let read = |path: String| {
        let text = fs::read_to_string(root().join("src").join(&path)).expect("a source");
        let code: Vec<&str> = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
        let code = code.join("\n").split("#[cfg(test)]").next().unwrap_or_default().to_owned();
        (path, code)
    };
    files_below(&root().join("src")).into_iter().filter(|path| path.ends_with(".rs")).map(read).collect()
}

/// The string literal that a text begins with, and what follows it; `None` for anything else.
fn literal(text: &str) -> Option<(String, &str)> {
    let text = text.trim_start().strip_prefix('"')?;
    let mut said = String::new();
    let mut rest = text.char_indices().peekable();
    loop {
        match rest.next()? {
            (at, '"') => return Some((said, &text[at + 1..])),
            (_, '\\') => match rest.next()?.1 {
                // A line that goes on, without the spaces that the next one begins with.
                '\n' => while rest.next_if(|(_, c)| c.is_whitespace()).is_some() {},
                c => said.push(c),
            },
            (_, c) => said.push(c),
        }
    }
}

/// Every message that the sources say by `msg!` or `plural`.
fn written() -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for (_, code) in sources() {
        for (at, head) in code.match_indices("msg!(") {
            all.extend(literal(&code[at + head.len()..]).map(|(key, _)| key));
        }
        for (at, head) in code.match_indices("plural(") {
            let Some(start) = code[at + head.len()..].find('"') else { continue };
            let Some((one, rest)) = literal(&code[at + head.len() + start..]) else { continue };
            let Some((more, _)) = literal(rest.trim_start().trim_start_matches(',')) else { continue };
            all.extend([one, more]);
        }
    }
    all
}

/// The messages of a script, as it gives them to `say`, or to `boot.js`'s `fail`, which says them.
fn scripted(code: &str) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for (at, head) in code.match_indices("say(").chain(code.match_indices("fail(")) {
        let Some((mut key, mut rest)) = literal(&code[at + head.len()..]) else { continue };
        while let Some((more, after)) = rest.trim_start().strip_prefix('+').and_then(literal) {
            key.push_str(&more);
            rest = after;
        }
        all.insert(key);
    }
    all
}

/// The scripts of the page.
fn scripts() -> Vec<String> {
    let below = |folder: &str| -> Vec<String> {
        let folder = root().join(folder);
        if !folder.is_dir() {
            return Vec::new();
        }
        let scripts = files_below(&folder).into_iter().filter(|path| path.ends_with(".js"));
        scripts.map(|path| fs::read_to_string(folder.join(path)).expect("a script")).collect()
    };
    let scripts = [below("public"), below("web")].concat();
    assert!(!scripts.is_empty());
    scripts
}

/// What the footer of the page says of a verification that found something, as `scripts/verification.py` writes it.
const FAULTS: &str = "Every part of every file that these choices can produce was checked, in {0} distinct variants, \
                      with {1} tools: {2} issues. {3} sets were built and run, and {4} faults were injected.";

/// What stands in the page's frame, as `locale.js` looks for it: its texts, and the attributes that are read.
fn framed() -> BTreeSet<String> {
    let mut all = BTreeSet::from([FAULTS.to_owned()]);
    for page in ["index.html", "docs/verified.html"] {
        let page = fs::read_to_string(root().join(page)).expect("a page");
        for part in page.split('<').skip(1) {
            let (tag, text) = part.split_once('>').unwrap_or((part, ""));
            let text = text.replace("&nbsp;", " ").split_whitespace().collect::<Vec<_>>().join(" ");
            all.extend([numbered(&text), text]);
            for name in ["title=\"", "aria-label=\""] {
                all.extend(tag.split(name).skip(1).filter_map(|rest| rest.split('"').next()).map(str::to_owned));
            }
        }
    }
    all
}

/// A text with places for its numbers.
fn numbered(text: &str) -> String {
    let mut said = String::new();
    let (mut number, mut inside) = (0, false);
    for c in text.chars() {
        if c.is_ascii_digit() {
            if !inside {
                said.extend(["{", &number.to_string(), "}"]);
                number += 1;
            }
            inside = true;
        } else if !(inside && c == ',') {
            inside = false;
            said.push(c);
        }
    }
    said
}

/// The messages of the tables.
fn tabled() -> BTreeSet<String> {
    let mut all: BTreeSet<&str> = BTreeSet::new();
    for step in FormStep::ALL {
        all.extend([step.label(), step.intro()]);
    }
    for spec in OPTIONS {
        all.extend([spec.label, spec.help, spec.why]);
        all.extend(spec.follows);
        if let ValueKind::Set(values) = spec.kind {
            all.extend(values.iter().flat_map(|value| [value.label, value.help]));
        }
    }
    for preset in presets() {
        all.extend([preset.title, preset.blurb]);
    }
    for rule in RULES {
        all.insert(rule.reason);
        all.extend(rule.fixes.iter().map(|(label, _)| *label));
    }
    all.extend(FILES.iter().map(|file| file.why));
    all.extend(COSTS.iter().map(|cost| cost.text));
    all.extend(COMMENTS);
    all.extend(Phase::ALL.iter().flat_map(|phase| [phase.title(), phase.intro()]));
    all.extend(STEPS.iter().flat_map(|step| [step.title, step.why]));
    // Words that are ids as well.
    all.extend([Mark::Same, Mark::Adapt, Mark::OnPurpose].map(Mark::label));
    all.extend([Confidence::Guess, Confidence::Likely, Confidence::Stated].map(Confidence::id));
    all.extend([Fate::Base, Fate::Production, Fate::Development, Fate::Followed].map(Fate::id));
    all.extend([ChangeKind::Keep, ChangeKind::Edit, ChangeKind::Add, ChangeKind::Remove].map(ChangeKind::id));
    let acts = [Act::Create, Act::Change, Act::Replace, Act::Merge, Act::Conflict, Act::Move, Act::Delete];
    all.extend(acts.map(Act::id));
    let actions = [Action::Keep, Action::Create, Action::Replace, Action::Merge, Action::Conflict];
    all.extend(actions.map(Action::id));
    all.extend([Action::Delete, Action::Leave].map(Action::id));
    let generated = dunnage::generate(&Choices::default(), TODAY);
    all.extend(generated.files.iter().map(|(_, file)| file.why));
    all.extend(generated.plan.comparison.iter().map(|row| row.aspect));
    all.into_iter().filter(|text| !text.is_empty()).map(str::to_owned).collect()
}

/// Every message with words in it, in English.
static CATALOGUE: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
    let mut all = written();
    all.extend(tabled());
    all.extend(scripts().iter().flat_map(|script| scripted(script)));
    all.retain(|key| has_words(key));
    all
});

/// Joins have no words, and are the same in every language.
fn has_words(key: &str) -> bool {
    key.contains(char::is_alphabetic)
}

/// Every language but English: its name and its messages.
fn locales() -> Vec<(String, Words)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(root().join("public/locale")).expect("locales") {
        let path = entry.expect("an entry").path();
        let text = fs::read_to_string(&path).expect("a locale");
        let mut words: Words = serde_json::from_str(&text).expect("messages by English text");
        if std::env::var_os("DUNNAGE_UPDATE").is_some() {
            words.retain(|key, _| is_used(key));
            for key in CATALOGUE.iter() {
                words.entry(key.clone()).or_default();
            }
            let text = serde_json::to_string_pretty(&words).expect("JSON") + "\n";
            fs::write(&path, text).expect("a locale that can be written");
        }
        found.push((path.file_stem().expect("a name").to_string_lossy().into_owned(), words));
    }
    assert!(!found.is_empty(), "there is a second language");
    found
}

#[test]
fn the_page_offers_every_language_and_no_other() {
    let page = fs::read_to_string(root().join("index.html")).expect("a page");
    for (language, _) in locales() {
        let file = format!(" data-{language}=\"locale/{language}.json\"");
        assert!(page.contains(&file), "the button #language of index.html lacks{file}");
    }
    assert_eq!(page.matches("=\"locale/").count(), locales().len());
}

/// Whether anything says a key; a script may have it in a place that this test does not know to be said.
fn is_used(key: &str) -> bool {
    static OTHERS: LazyLock<(BTreeSet<String>, Vec<String>)> = LazyLock::new(|| (framed(), scripts()));
    let (frame, scripts) = &*OTHERS;
    let quoted = serde_json::to_string(key).expect("JSON");
    CATALOGUE.contains(key) || frame.contains(key) || scripts.iter().any(|script| script.contains(&quoted))
}

/// Whether a text is a message, and so are the messages in it. A raw text is none.
pub(crate) fn is_said(message: &Message) -> bool {
    let inner = message.args().iter().all(|arg| match arg {
        Arg::Message(inner) => is_said(inner) || is_raw(inner),
        Arg::List(list) => list.iter().all(|inner| is_said(inner) || is_raw(inner)),
        Arg::Raw(_) | Arg::Number(_) | Arg::Day(_) => true,
    });
    let known = if has_words(message.key()) { CATALOGUE.contains(message.key()) } else { !is_raw(message) };
    known && inner
}

/// Whether a message is nothing but a text that is none.
fn is_raw(message: &Message) -> bool {
    message.key() == "{0}" && matches!(message.args(), [Arg::Raw(_)])
}

/// A language in which every message is marked.
struct Marked;

impl Language for Marked {
    fn find(&self, key: &str) -> Option<String> {
        has_words(key).then(|| format!("⟦{key}⟧"))
    }

    fn number(&self, number: u64) -> String {
        format!("⟦{number}⟧")
    }

    fn day(&self, day: &str) -> String {
        format!("⟦{day}⟧")
    }
}

/// The places for values in a message, as `{0}`, `{1}`.
fn places_of(message: &str) -> BTreeSet<&str> {
    let starts = message.match_indices('{').map(|(at, _)| &message[at..]);
    let places = starts.filter_map(|rest| rest.get(..3));
    places.filter(|place| place.ends_with('}') && place.as_bytes()[1].is_ascii_digit()).collect()
}

#[test]
fn every_key_of_a_language_is_said() {
    for (language, words) in locales() {
        let stale: Vec<_> = words.keys().filter(|key| !is_used(key)).collect();
        assert!(stale.is_empty(), "{language}: nothing says {stale:#?}");
        for (message, said) in &words {
            assert_eq!(said.trim(), said, "{language}: {message:?} has spaces around it");
        }
    }
}

#[test]
fn a_release_has_every_message_in_every_language() {
    for (language, words) in locales() {
        let missing: Vec<_> = CATALOGUE.iter().filter(|key| words.get(*key).is_none_or(String::is_empty)).collect();
        println!("{language}: {} of {} messages are missing: {missing:#?}", missing.len(), CATALOGUE.len());
        let is_release = std::env::var_os("DUNNAGE_RELEASE").is_some_and(|release| release == "1");
        assert!(!is_release || missing.is_empty(), "{language}: missing {missing:#?}");
    }
}

#[test]
fn values_have_the_same_places_in_every_language() {
    for message in CATALOGUE.iter() {
        assert_eq!(message.trim(), message, "spaces around a message are no part of it");
        assert_eq!(places_of(message).len(), places(message), "{message:?}: a number has no place");
    }
    for (language, words) in locales() {
        for (message, said) in words.iter().filter(|(_, said)| !said.is_empty()) {
            assert_eq!(places_of(message), places_of(said), "{language}: {message:?}");
        }
    }
}

/// German texts that are the English ones and have a lower-case word all the same: names and what is said in both.
const SAME: &[&str] = &[
    "Caddy on the host",
    "Node.js",
    "certbot",
    "nginx in the set",
    "npm",
    "pip",
    "pnpm",
    "psycopg 3",
    "psycopg2-binary",
    "pyproject.toml",
    "slim",
    "slim-bookworm",
    "slim-trixie",
    "uv",
];

#[test]
fn german_is_german() {
    let words = locales().into_iter().find(|(language, _)| language == "de").expect("German").1;
    let is_lower = |word: &str| word.starts_with(char::is_lowercase);
    for (message, said) in words.iter().filter(|(_, said)| !said.is_empty()) {
        let plain = places_of(message).into_iter().fold(message.clone(), |text, place| text.replace(place, ""));
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
fn what_the_tables_say_is_in_the_catalog() {
    let today = Date::new(2026, 11, 25);
    let mut tried: Vec<Choices> = presets().iter().map(|preset| preset.choices.clone()).collect();
    for spec in OPTIONS {
        for value in samples(spec) {
            let mut choices = Choices::default();
            spec.set(&mut choices, &value).expect("a sample");
            tried.push(choices);
            let label = spec.value_label(&value);
            let typed = !matches!(spec.kind, ValueKind::Set(_) | ValueKind::Switch);
            let nothing = matches!(spec.kind, ValueKind::List { .. }) && value.is_empty();
            assert_eq!(is_said(&label), !typed || nothing, "{label}");
        }
    }
    for choices in tried {
        let generated = dunnage::generate(&choices, today);
        for (path, file) in generated.files.iter() {
            assert!(CATALOGUE.contains(file.why), "{path}: {}", file.why);
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
        assert!(option(id).is_none() || is_said(&problem.said()), "{problem}");
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
            assert!(is_said(&problem.said()), "{problem}");
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
            assert!(is_said(&problem.said()), "{problem}");
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
    let mut notes = BTreeSet::new();
    for left in presets().iter().map(|preset| &preset.choices) {
        for right in sides() {
            let found = compare(&side("left", left), &side("right", &right), TODAY);
            for row in &found.aspects {
                assert!(CATALOGUE.contains(row.aspect), "{}", row.aspect);
                assert!(row.note.is_empty() || is_said(&row.note), "{}", row.note);
                notes.insert(row.note.to_string());
                for value in [&row.left, &row.right] {
                    // Names, numbers and versions have no spaces.
                    assert!(is_said(value) || !value.to_string().contains(' '), "{}: {value}", row.aspect);
                    // What somebody typed is none, whatever it looks like.
                    let spec = OPTIONS.iter().find(|spec| spec.label == row.aspect);
                    let typed =
                        spec.is_some_and(|spec| matches!(spec.kind, ValueKind::Text { .. } | ValueKind::List { .. }));
                    assert!(!typed || is_raw(value), "{}: {value}", row.aspect);
                }
            }
            for reason in &found.reasons {
                assert!(CATALOGUE.contains(reason.label), "{}", reason.label);
                for because in &reason.because {
                    assert!(is_said(because), "{because}");
                }
            }
        }
    }
    assert!(notes.len() > 60, "{} notes", notes.len());
}

/// Whether a task is a message, or nothing but a command.
fn is_task(message: &Message) -> bool {
    let text = message.to_string();
    let command = text.matches('`').count() == 2 && text.starts_with('`') && text.ends_with('`');
    is_said(message) || is_raw(message) && command
}

#[test]
fn what_is_left_to_do_is_a_message() {
    let mut seen = BTreeSet::new();
    for choices in sides() {
        let (plan, _) = resolve(&choices, TODAY);
        for section in &plan.checklist {
            assert!(is_said(&section.title.label()), "{:?}", section.title);
            for task in &section.tasks {
                assert!(is_task(&task.text), "{}", task.text);
                assert!(is_said(&task.check), "{}", task.check);
                seen.insert(task.text.to_string());
            }
        }
    }
    assert!(seen.len() > 30, "{} tasks", seen.len());
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
                assert!(is_said(&file.why), "{name}: {}", file.why);
                assert!(is_said(&file.check), "{name}: {}", file.check);
                whys.insert(file.why.to_string());
            }
            for task in plan.tasks.iter().flat_map(|section| &section.tasks) {
                assert!(is_said(&task.check), "{name}: {}", task.check);
                assert!(is_task(&task.text), "{name}: {}", task.text);
            }
            for trouble in &plan.troubles {
                assert!(is_said(&trouble.message), "{name}: {}", trouble.message);
                troubles.insert(trouble.message.to_string());
            }
            for line in plan.requirements.iter().flat_map(|split| &split.lines).filter(|line| !line.note.is_empty()) {
                assert!(is_said(&line.note), "{name}: {}", line.note);
                notes.insert(line.note.to_string());
            }
            for line in plan.requirements.iter().flat_map(|split| &split.added) {
                assert!(is_said(&line.why), "{name}: {}", line.why);
            }
            for note in plan.requirements.iter().flat_map(|split| &split.notes) {
                assert!(is_said(note), "{name}: {note}");
            }
        }
    }
    assert!(whys.len() > 25, "{} reasons", whys.len());
    assert!(notes.len() > 15, "{} notes", notes.len());
    assert!(troubles.len() > 15, "{} troubles", troubles.len());
}

#[test]
fn what_is_said_of_a_variable_is_a_message() {
    let mut seen = BTreeSet::new();
    for choices in sides() {
        for entry in entries(&dunnage::generate(&choices, TODAY).files) {
            let words = entry.words();
            assert!(words.is_empty() || is_said(&words), "{}: {words}", entry.name);
            seen.insert(words.to_string());
        }
    }
    assert!(seen.len() > 10, "{seen:?}");
    for comment in COMMENTS {
        let said = |engine: &str| seen.contains(&comment.replace("{0}", engine));
        assert!(said("docker") || said("podman"), "no file has the comment {comment:?}");
    }
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
                            reasons.insert(finding.reason.to_string());
                        }
                    }
                }
            }
        }
    }
    for part in [
        "reaches end of life today",
        "reaches end of life tomorrow",
        "in 60 days",
        "reached end of life",
        "Full support for",
    ] {
        assert!(reasons.iter().any(|reason| reason.contains(part)), "no version {part}");
    }
}

/// A literal that is a sentence.
fn is_sentence(literal: &str) -> bool {
    let starts = |c: char| c.is_uppercase() || c == '“' || c == '{';
    literal.starts_with(starts) && literal.ends_with('.') && literal.contains(' ')
}

/// What a test would have to bring about otherwise, one by one: every sentence in the sources is a message.
#[test]
fn what_meets_a_project_says_only_messages() {
    // What only Markdown has, and reasons that nobody is shown.
    const ELSEWHERE: &[&str] =
        &["Updated.", "New or changed for the set.", "The same text, moved from {}.", "{} build --file {path} ."];
    let (mut seen, mut missing) = (0, BTreeSet::new());
    for (path, code) in sources() {
        if !path.starts_with("project/") && !path.starts_with("ui/") {
            continue;
        }
        for (at, _) in code.match_indices('"') {
            let Some((said, _)) = literal(&code[at..]).filter(|(said, _)| is_sentence(said)) else { continue };
            seen += 1;
            if !CATALOGUE.contains(&said) && !ELSEWHERE.contains(&said.as_str()) {
                missing.insert(format!("{path}: {said}"));
            }
        }
    }
    assert!(missing.is_empty(), "not in msg!:\n{missing:#?}");
    assert!(seen > 100, "only {seen} sentences were found");
}

/// A literal becomes a message without `msg!` as well, where this test and the translators would not find it.
#[test]
fn what_the_views_say_is_written_as_a_message() {
    // How the views say something.
    const SAYS: &[&str] = &[
        ".text(",
        ".said(\"title\",",
        ".said(\"aria-label\",",
        ".say(",
        "say_undoable(",
        "part(",
        "cell(",
        "heading(",
        "warning(",
        "action(",
        "plain(",
        "mark(kind,",
        "Message::from(",
    ];
    let (mut seen, mut bare) = (0, Vec::new());
    for (path, code) in sources().into_iter().filter(|(path, _)| !path.ends_with("messages/mod.rs")) {
        for says in SAYS {
            for (at, _) in code.match_indices(says) {
                let argument = code[at + says.len()..].trim_start();
                seen += usize::from(argument.starts_with("msg!("));
                bare.extend(
                    literal(argument).filter(|(said, _)| has_words(said)).map(|(said, _)| format!("{path}: {said}")),
                );
            }
        }
    }
    assert!(bare.is_empty(), "without msg!:\n{}", bare.join("\n"));
    assert!(seen > 100, "only {seen} messages were found in the views");
}

/// Names and other texts of users that look like messages.
const LIKE_MESSAGES: &[&str] = &["production", "base", "new", "move", "Files", "{0} files", "None", "off"];

#[test]
fn what_a_user_named_is_never_translated() {
    for name in LIKE_MESSAGES {
        for spec in OPTIONS.iter().filter(|spec| matches!(spec.kind, ValueKind::Text { .. } | ValueKind::List { .. })) {
            assert_eq!(spec.value_label(name).render(&Marked), *name, "{}", spec.id);
            // Where it is not taken, it is told as it is.
            if let Err(problem) = set(&mut Choices::default(), spec.id, name) {
                let said = problem.said().render(&Marked);
                let quoted = problem.said().to_string().contains(&format!("“{name}”"));
                assert!(!quoted || said.contains(&format!("“{name}”")), "{said}");
            }
        }
        let side = |choices: &Choices| Side { name: (*name).to_owned(), choices: choices.clone(), files: None };
        let named = sides().into_iter().map(|choices| {
            let mut choices = choices;
            let _ = set(&mut choices, "project-name", name);
            compare(&side(&Choices::default()), &side(&choices), TODAY)
        });
        for found in named {
            assert_eq!((found.left.as_str(), found.right.as_str()), (*name, *name));
            let rows = found.aspects.iter().flat_map(|row| [&row.left, &row.right]);
            assert!(rows.map(|value| value.render(&Marked)).all(|value| !value.contains("⟦{0} files⟧")));
        }
    }
    // A project whose files, services and packages are called like messages.
    let tree = [
        ("production/manage.py", "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'base.new')\n"),
        ("docker-compose.yml", "services:\n  production:\n    extends:\n      file: new.yml\n      service: base\n"),
        ("requirements.txt", "move\nnew\nbase\n"),
    ];
    let tree = tree.map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec())).into();
    let troubles = inspect(&tree).troubles;
    assert!(troubles.iter().any(|trouble| trouble.message.to_string().contains("“production”")), "{troubles:?}");
    for trouble in troubles {
        let said = trouble.message.render(&Marked);
        for name in ["production", "base", "new", "move"] {
            assert!(!said.contains(&format!("⟦{name}⟧")), "{said}");
        }
    }
}
