//! The step table and the filling in of `.env`.

use std::collections::{BTreeMap, BTreeSet};

use dunnage::Generated;
use dunnage::catalog::options::Choices;
use dunnage::catalog::presets::presets;
use dunnage::exchange::archive;
use dunnage::exchange::env_file::{self, EXAMPLE, EnvEntryKind, LENGTH, entries, filled, quoted, secret};
use dunnage::plan::steps::{STEPS, steps};

use crate::matrix::rows;
use crate::support::{choices, have, rendered, run};

/// Every preset, and a set for any two values of any two options.
fn sets() -> impl Iterator<Item = Generated> {
    let presets = presets().iter().map(|preset| preset.choices.clone());
    presets.chain(rows().iter().cloned()).map(|choices| rendered(&choices))
}

/// The commands that `CONTAINERS.md` gives: the lines of its shell blocks up to production, and what stands as code in
/// the table of production.
fn told(document: &str) -> BTreeSet<String> {
    let mut told = BTreeSet::new();
    let (mut shell, mut table) = (false, false);
    for line in document.lines().take_while(|line| *line != "## Checklist") {
        match line {
            "```sh" => shell = true,
            "```" => shell = false,
            "| task | command |" => table = true,
            "" => table = false,
            _ if shell => {
                told.insert(line.to_owned());
            }
            _ if table && !line.starts_with("|---") => {
                let cell = line.split(" | ").nth(1).expect("a second cell");
                told.extend(cell.split('`').skip(1).step_by(2).map(str::to_owned));
            }
            _ => {}
        }
    }
    told
}

#[test]
fn steps_and_containers_md_give_the_same_commands() {
    for made in sets() {
        let document = &made.files.get("CONTAINERS.md").expect("it is always there").text;
        let steps = steps(&made.plan);
        let told = told(document);
        let mut given = BTreeSet::new();
        for step in &steps {
            let more = step.file.as_ref().map(|path| &made.files.get(path).expect("a file of the set").text);
            for command in &step.commands {
                assert!(!command.contains('\n') && !command.is_empty(), "{}: {command:?}", step.id);
                // The document is in the archive, so it says nothing about unpacking that.
                let known = step.id.starts_with("unpack")
                    || document.contains(command.as_str())
                    || more.is_some_and(|text| text.contains(command.as_str()));
                assert!(known, "{}: {command} stands in no document\n{}", step.id, made.plan.project);
                given.insert(command.clone());
            }
        }
        assert!(told.len() > 8, "the commands of the document are found: {told:?}");
        let missing: Vec<_> = told.difference(&given).collect();
        assert_eq!(missing, Vec::<&String>::new(), "CONTAINERS.md has commands that no step has");
        let ids: BTreeSet<&str> = steps.iter().map(|step| step.id).collect();
        assert_eq!(ids.len(), steps.len(), "an id names one step");
        assert!(steps.windows(2).all(|pair| pair[0].phase <= pair[1].phase), "phases come in order");
    }
}

#[test]
fn every_step_is_asked_for_by_some_set() {
    let asked: BTreeSet<&str> = sets().flat_map(|made| steps(&made.plan)).map(|step| step.id).collect();
    for spec in STEPS {
        assert!(![spec.id, spec.title, spec.why].contains(&""), "{:?} says too little", spec.title);
        assert!(asked.contains(spec.id), "{} is in no set", spec.id);
    }
}

/// Bytes that look random and are the same every time.
fn bytes(seed: &mut u64) -> impl FnMut(&mut [u8]) -> bool + '_ {
    move |bytes| {
        for byte in bytes {
            *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            *byte = (*seed >> 56) as u8;
        }
        true
    }
}

#[test]
fn a_secret_has_no_favourites_and_needs_a_source() {
    let mut seed = 7;
    let mut counts: BTreeMap<char, u32> = BTreeMap::new();
    for _ in 0..2000 {
        let made = secret(bytes(&mut seed)).expect("there are bytes");
        assert_eq!(made.len(), LENGTH);
        for letter in made.chars() {
            assert!(letter.is_ascii_alphanumeric());
            *counts.entry(letter).or_default() += 1;
        }
    }
    // 128,000 letters over 62: some 2,065 each, give or take six standard deviations.
    assert_eq!(counts.len(), 62);
    assert!(counts.values().all(|count| (1790..2340).contains(count)), "{counts:?}");
    assert_eq!(secret(|_| false), None);
    assert_eq!(
        secret(|bytes| {
            bytes.fill(255);
            true
        }),
        None,
        "a source that is stuck ends"
    );
}

/// Reads `.env` as strictly as its readers agree on: plain, or in single quotes.
fn read(text: &str) -> BTreeMap<String, String> {
    let mut values = BTreeMap::new();
    for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let (name, value) = line.split_once('=').expect("a name and a value");
        assert!(name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_'), "{name}");
        let value = if let Some(rest) = value.strip_prefix('\'') {
            let inner = rest.strip_suffix('\'').expect("a quote that ends");
            assert!(!inner.contains(['\'', '\\']), "{line}");
            inner
        } else {
            assert!(!value.contains(['"', '\'', '`', '\\', '$', '#', ' ']), "{line}");
            value
        };
        assert_eq!(values.insert(name.to_owned(), value.to_owned()), None, "{name} stands once");
    }
    values
}

#[test]
fn every_open_value_is_found_and_filled_in() {
    for made in sets() {
        let example = &made.files.get(EXAMPLE).expect("it is always there").text;
        let entries = entries(&made.files);
        let secrets: Vec<&str> = entries
            .iter()
            .filter(|entry| entry.kind == EnvEntryKind::Secret)
            .map(|entry| entry.name.as_str())
            .collect();
        let mut expected = if made.plan.secrets_files {
            vec!["secrets/django_secret_key.txt", "secrets/postgres_password.txt"]
        } else {
            vec!["DJANGO_SECRET_KEY", "POSTGRES_PASSWORD"]
        };
        if made.plan.flower {
            let file = made.plan.secrets_files;
            expected.insert(1, if file { "secrets/flower_basic_auth.txt" } else { "FLOWER_BASIC_AUTH" });
        }
        assert_eq!(secrets, expected);
        let mut values = BTreeMap::new();
        for entry in &entries {
            let value = match entry.kind {
                EnvEntryKind::Secret => entry.example.clone() + &"x".repeat(LENGTH),
                _ => entry.example.clone(),
            };
            assert_eq!(env_file::problem(entry, &value), None, "{}", entry.name);
            if entry.kind == EnvEntryKind::Secret {
                assert!(env_file::problem(entry, &entry.example).is_some(), "{} may not be empty", entry.name);
                assert_eq!(entry.name.to_lowercase().contains("basic_auth"), entry.example == "admin:");
            }
            values.insert(entry.name.clone(), value);
        }
        let env = filled(example, &values).expect("every value can stand there");
        let (before, after) = (read(example), read(&env));
        assert!(before.keys().eq(after.keys()), "no variable comes or goes");
        for (name, value) in &after {
            assert!(!value.contains("change-me"), "{name}");
            assert_eq!(value, &values[name]);
            assert!(before[name].contains("change-me") || before[name] == *value, "{name} is as it was");
        }
        assert_eq!(filled(example, &BTreeMap::new()).as_deref(), Ok(example.as_str()), "nothing else changes");
    }
}

#[test]
fn what_is_typed_is_quoted_or_refused() {
    for (value, expected) in [
        ("", ""),
        ("shop.example", "shop.example"),
        ("ops@shop.example", "ops@shop.example"),
        ("a b", "'a b'"),
        ("pa$$word", "'pa$$word'"),
        ("x#y", "'x#y'"),
        ("été", "'été'"),
        ("${HOME}", "'${HOME}'"),
    ] {
        assert_eq!(quoted(value).as_deref(), Ok(expected), "{value}");
    }
    for value in ["a\nb", "a\rb", "a\0b", "it's", "say \"x\"", "a\\", "`id`", " a", "a "] {
        assert!(quoted(value).is_err(), "{value:?}");
        let values = BTreeMap::from([("A".to_owned(), value.to_owned())]);
        assert_eq!(filled("A=1\n", &values), Err("A".to_owned()));
    }
}

/// A linter of its own, and POSIX shells, read what was filled in.
#[test]
fn other_readers_take_the_filled_env() {
    let test = "next::other_readers_take_the_filled_env";
    let linter =
        std::env::var("HOME").map(|home| format!("{home}/.cache/dunnage/dotenv-linter-4.0.0/bin/dotenv-linter"));
    let linter = linter.unwrap_or_default();
    let linted = have(&linter, test, "scripts/setup.sh linters");
    for preset in presets() {
        let made = rendered(&preset.choices);
        let example = &made.files.get(EXAMPLE).expect("it is always there").text;
        let mut values: BTreeMap<String, String> =
            entries(&made.files).into_iter().map(|entry| (entry.name, "Ab1".repeat(21) + "x")).collect();
        values.insert("DJANGO_ALLOWED_HOSTS".to_owned(), "a b,$c".to_owned());
        let env = filled(example, &values).expect("every value can stand there");
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join(".env");
        std::fs::write(&path, &env).expect("writable");
        let path = path.to_string_lossy().into_owned();
        if linted {
            // Taste, as in scripts/lint/compose.py: paragraphs come before the alphabet, single quotes keep a "$".
            let taste = ["-i", "UnorderedKey", "-i", "QuoteCharacter"];
            let args = [["check", "--plain", &path].as_slice(), &taste].concat();
            let (clean, out, errors) = run(&linter, &args, "");
            assert!(clean, "{}: {out}{errors}", preset.id);
        }
        let (clean, out, errors) = run("sh", &["-c", ". \"$0\" && printf %s \"$DJANGO_ALLOWED_HOSTS\"", &path], "");
        assert!(clean && out == "a b,$c", "{}: {out}{errors}", preset.id);
    }
}

/// A zip with secrets in it keeps others out, by what a reader that is not ours says.
#[test]
fn modes_of_an_archive_are_those_that_were_asked_for() {
    if !have("python3", "next::modes_of_an_archive_are_those_that_were_asked_for", "install python3") {
        return;
    }
    let choices: Choices = choices(&[("secrets", "files")]);
    let mut files = rendered(&choices).files;
    let whole = archive::zip(&files, "shop");
    assert_eq!(archive::zip_as(&files, "shop", |_, file| 0o100_000 | file.mode()), whole, "the same by default");
    let file = |text: &str| dunnage::output::fileset::File { text: text.to_owned(), executable: false, why: "" };
    files.insert("secrets/".to_owned(), file(""));
    files.insert(".env".to_owned(), file("A=1\n"));
    let bytes = archive::zip_as(&files, "shop", |path, file| match path {
        ".env" => 0o100_600,
        "secrets/" => 0o40_700,
        _ => 0o100_000 | file.mode(),
    });
    let path = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(path.path(), bytes).expect("writable");
    let program = "import sys, zipfile\nfor i in zipfile.ZipFile(sys.argv[1]).infolist():\n    \
                   print(oct(i.external_attr >> 16), i.is_dir(), i.filename)\n";
    let (done, out, errors) = run("python3", &["-c", program, &path.path().to_string_lossy()], "");
    assert!(done, "{errors}");
    assert!(out.contains("0o100600 False shop/.env\n"), "{out}");
    assert!(out.contains("0o40700 True shop/secrets/\n"), "{out}");
    assert!(out.contains("0o100755 False shop/docker/entrypoint.sh\n"), "{out}");
}
