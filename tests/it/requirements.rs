//! The user's own requirements in the lists of a set: nothing lost, nothing added unsaid.

use std::collections::BTreeMap;

use dunnage::catalog::options::Choices;
use dunnage::project::requirements::{Fate, Input, Split, decode, normalise, split};
use proptest::prelude::*;

use crate::support::{choices, rendered};

fn input(path: &str, text: &str) -> Input {
    Input { path: path.to_owned(), text: text.to_owned() }
}

fn split_by(inputs: &[Input], choices: &Choices) -> Split {
    let generated = rendered(choices);
    split(inputs, &generated.plan, &generated.files)
}

fn senex() -> Choices {
    dunnage::catalog::presets::preset("senex").expect("a preset").choices.clone()
}

/// Which line of an input went where.
fn fates(split: &Split) -> Vec<(&str, &str)> {
    split.lines.iter().map(|line| (line.fate.id(), line.text.as_str())).collect()
}

#[test]
fn one_file_becomes_three() {
    let text = "\
# Web
Django==5.2.6
djangorestframework>=3.15,<4  # the API
tastytrade-sdk[async]==1.2.0 ; python_version >= \"3.10\"

# Server
gunicorn==23.0.0
whitenoise
# Tools
pytest-xdist~=3.6
black @ https://example.org/black-25.1.0-py3-none-any.whl
boto3==1.35.0 \\
    --hash=sha256:aaaa \\
    --hash=sha256:bbbb
-e git+https://example.org/ours.git@v1#egg=our_lib
--extra-index-url https://example.org/simple
-c constraints.txt
# the end
";
    let split = split_by(&[input("requirements.txt", text)], &senex());
    assert_eq!(
        fates(&split),
        [
            ("base", "Django==5.2.6"),
            ("base", "djangorestframework>=3.15,<4  # the API"),
            ("base", "tastytrade-sdk[async]==1.2.0 ; python_version >= \"3.10\""),
            ("production", "gunicorn==23.0.0"),
            ("production", "whitenoise"),
            ("development", "pytest-xdist~=3.6"),
            ("development", "black @ https://example.org/black-25.1.0-py3-none-any.whl"),
            ("base", "boto3==1.35.0 \\\n    --hash=sha256:aaaa \\\n    --hash=sha256:bbbb"),
            ("base", "-e git+https://example.org/ours.git@v1#egg=our_lib"),
            ("base", "--extra-index-url https://example.org/simple"),
            ("base", "-c constraints.txt"),
        ]
    );
    let numbers: Vec<usize> = split.lines.iter().map(|line| line.number).collect();
    assert_eq!(numbers, [2, 3, 4, 7, 8, 10, 11, 12, 15, 16, 17]);
    assert_eq!(split.unknown, ["our-lib", "tastytrade-sdk"]);
    assert_eq!(split.lines[0].note.to_string(), "Your line instead of django==5.2.19.");
    let base = &split.files["requirements/base.txt"];
    assert!(base.contains("\n# Yours.\n# Web\nDjango==5.2.6\n"), "{base}");
    assert!(!base.contains("django==5.2.19"), "one line a package: {base}");
    assert!(base.contains("\n-c ../constraints.txt\n"), "pip looks beside the file that names it: {base}");
    assert!(base.ends_with("# the end\n"), "{base}");
    assert!(
        split.files["requirements/production.txt"].ends_with("\n# Yours.\n\n# Server\ngunicorn==23.0.0\nwhitenoise\n")
    );
    assert!(split.files["requirements/development.txt"].contains("\n# Tools\npytest-xdist~=3.6\n"));
    assert!(split.notes.iter().any(|note| note.to_string().contains("hashes")), "{:?}", split.notes);
    assert!(split.notes.iter().any(|note| note.to_string().contains("../constraints.txt")), "{:?}", split.notes);
}

#[test]
fn several_files_keep_their_purpose_and_includes_are_followed() {
    let inputs = [
        input("requirements/base.txt", "django\nsome-thing\n"),
        input("requirements/dev.txt", "-r base.txt\nother-thing\n-r ../more.txt\n"),
        input("requirements/prod.txt", "-r ./base.txt  # all\nsentry-sdk\n"),
    ];
    let split = split_by(&inputs, &senex());
    assert_eq!(
        fates(&split),
        [
            ("base", "django"),
            ("base", "some-thing"),
            ("followed", "-r base.txt"),
            ("development", "other-thing"),
            ("development", "-r ../more.txt"),
            ("followed", "-r ./base.txt  # all"),
            ("production", "sentry-sdk"),
        ]
    );
    assert!(split.files["requirements/development.txt"].ends_with("\n# Yours.\nother-thing\n-r ../more.txt\n"));
}

#[test]
fn what_a_pin_of_the_users_means_is_said() {
    let single = choices(&[("requirements", "single"), ("celery", "worker"), ("django", "6.0")]);
    let split = split_by(&[input("requirements.txt", "Celery==5.4\ndjango==5.2.1\n")], &single);
    assert!(
        split.lines[0].note.to_string().ends_with("It lacks the extra redis, which the set needs."),
        "{}",
        split.lines[0].note
    );
    assert!(split.lines[1].note.to_string().ends_with("The choices specify Django 6.0."), "{}", split.lines[1].note);
    assert_eq!(split.files.keys().collect::<Vec<_>>(), ["requirements.txt"]);
    assert!(split.lines.iter().all(|line| line.fate == Fate::Base));
}

#[test]
fn names_are_told_from_every_kind_of_line() {
    for (line, package) in [
        ("Django", "django"),
        ("  ruamel.yaml>=0.17", "ruamel-yaml"),
        ("Flask_Login[x]==1;python_version<'4'", "flask-login"),
        ("a@https://example.org/a.zip", "a"),
        ("a @ file:///tmp/a.whl", "a"),
        ("https://example.org/dl/some_pkg-1.0-py3-none-any.whl#sha256=ab", "some-pkg"),
        ("git+ssh://git@example.org/x.git#egg=the.name[extra]&subdirectory=a", "the-name"),
        ("-e git+https://example.org/x.git#subdirectory=a&egg=name", "name"),
        ("--editable=./vendor/x.whl", "x"),
        ("vendor/Some_Pkg-2-py3-none-any.whl", "some-pkg"),
    ] {
        let split = split_by(&[input("requirements.txt", line)], &Choices::default());
        let found = split.lines[0].package.as_deref();
        assert_eq!(found, Some(package), "{line}");
    }
    for line in ["-e .", "./vendor/thing", "--pre", "https://example.org/archive/main.zip"] {
        let split = split_by(&[input("requirements.txt", line)], &Choices::default());
        assert_eq!((split.lines[0].package.as_deref(), split.lines[0].fate), (None, Fate::Base), "{line}");
        assert!(split.files["requirements/base.txt"].ends_with(&format!("\n# Yours.\n{line}\n")));
    }
    assert_eq!(normalise("A._-b"), "a-b");
}

#[test]
fn text_is_read_as_windows_and_powershell_write_it() {
    let utf16 = |text: &str| -> Vec<u8> {
        [0xfeff].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
    };
    for bytes in [b"a==1\nb\n".to_vec(), b"\xef\xbb\xbfa==1\r\nb\r\n".to_vec(), utf16("a==1\r\nb\r\n")] {
        assert_eq!(decode(&bytes).as_deref(), Ok("a==1\nb\n"));
    }
    assert_eq!(
        decode(b"a\nb\n\xff\n").expect_err("junk").to_string(),
        "line 3: this is neither UTF-8 nor UTF-16 text."
    );
    assert!(decode(&vec![b'a'; 5 << 20]).expect_err("too much").to_string().starts_with("Too large"));
}

/// A line of a requirements file, its continuations included.
fn line() -> impl Strategy<Value = String> {
    let name = prop_oneof![
        proptest::sample::select(vec![
            "Django",
            "celery",
            "redis",
            "gunicorn",
            "pytest",
            "django-debug-toolbar",
            "daphne",
            "Pillow",
            "psycopg2",
        ])
        .prop_map(str::to_owned),
        "[a-zA-Z][a-zA-Z0-9._-]{0,12}[a-z0-9]",
    ];
    let extras = prop_oneof![Just(String::new()), "\\[[a-z]{1,5}(,[a-z]{1,5})?\\]"];
    let pin = prop_oneof![
        Just(String::new()),
        "==[0-9]\\.[0-9]{1,2}",
        "[~>]=[0-9]\\.[0-9],<[0-9]",
        " @ https://example\\.org/[a-z]{1,8}\\.zip",
    ];
    let marker = prop_oneof![Just(String::new()), Just(" ; python_version < '3.13'".to_owned())];
    let tail = prop_oneof![
        Just(String::new()),
        "  # [ -~]{0,20}[a-z]",
        " \\\\\n    --hash=sha256:[0-9a-f]{8}( \\\\\n    --hash=sha256:[0-9a-f]{8})?",
    ];
    prop_oneof![
        8 => (name, extras, pin, marker, tail).prop_map(|(a, b, c, d, e)| format!("{a}{b}{c}{d}{e}")),
        1 => "-e git\\+https://example\\.org/[a-z]{1,8}#egg=[a-z]{1,8}",
        1 => proptest::sample::select(vec!["-e .", "--pre", "-i https://example.org/simple", "./vendor/x", "-r other.txt"])
            .prop_map(str::to_owned),
    ]
}

fn tally(texts: impl IntoIterator<Item = String>) -> BTreeMap<String, usize> {
    texts.into_iter().fold(BTreeMap::new(), |mut tally, text| {
        *tally.entry(text).or_default() += 1;
        tally
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    /// Every line of the input is in the outputs, as often as it was there; every other line of the outputs is one
    /// that this program says it added, or a heading of its own list.
    #[test]
    fn nothing_is_lost_and_nothing_is_invented(
        blocks in proptest::collection::vec((proptest::option::of("# [ -~]{0,20}[a-z]"), line()), 0..20),
        other in proptest::collection::vec(line(), 0..5),
        file in proptest::sample::select(vec!["requirements-dev.txt", "prod.txt", "requirements/base.txt"]),
        choices in proptest::sample::select(vec![
            senex(), choices(&[("requirements", "single"), ("flower", "true"), ("celery", "worker")]), Choices::default(),
        ]),
    ) {
        let mut text = String::new();
        for (comment, line) in &blocks {
            text.extend(comment.iter().map(|comment| format!("{comment}\n")));
            text.push_str(line);
            text.push('\n');
        }
        let more = other.iter().fold(String::new(), |text, line| text + line + "\n");
        let generated = rendered(&choices);
        let split = split_by(&[input("requirements.txt", &text), input(file, &more)], &choices);

        // The account names each line, in order.
        let given: Vec<&str> = blocks.iter().map(|(_, line)| line).chain(&other).map(|line| line.trim_end()).collect();
        prop_assert_eq!(split.lines.iter().map(|line| line.text.as_str()).collect::<Vec<_>>(), given);

        let ours = |text: &str| split.added.iter().any(|added| text.starts_with(&format!("{}  # ", added.line)));
        let mut outputs = Vec::new();
        let mut said = 0;
        for (path, text) in &split.files {
            let file = &generated.files.get(path).expect("a file of the set").text;
            for line in text.lines().filter(|line| !line.trim().is_empty()) {
                let heading = line == "# Yours." || file.lines().any(|known| known == line) && !ours(line);
                if ours(line) && file.lines().any(|known| known == line) {
                    said += 1;
                } else if !heading {
                    outputs.push(line.to_owned());
                }
            }
        }
        prop_assert_eq!(said, split.added.len(), "as many of ours as the account says");
        for added in &split.added {
            let line = format!("{}  # {}", added.line, added.why);
            let file = &generated.files.get(&added.path).expect("a file of the set").text;
            prop_assert!(file.lines().any(|known| known == line), "{}: {line}", added.path);
        }
        // A path that a file names is spelled from its new place.
        let inputs = text.lines().chain(more.lines()).filter(|line| !line.trim().is_empty()).map(|line| {
            if line == "-r other.txt" { "-r".to_owned() } else { line.to_owned() }
        });
        let outputs = outputs.into_iter().map(|line| {
            if line.starts_with("-r ") && line.ends_with("other.txt") { "-r".to_owned() } else { line }
        });
        prop_assert_eq!(tally(outputs), tally(inputs));
    }

    #[test]
    fn anything_is_read_without_harm(text in "(\\PC|\n|\\\\\n|#|-r |\\[){0,200}", bytes in proptest::collection::vec(any::<u8>(), 0..60)) {
        let split = split_by(&[input("requirements.txt", &text)], &Choices::default());
        prop_assert!(split.lines.iter().all(|line| line.number >= 1));
        let _ = decode(&bytes);
    }
}
