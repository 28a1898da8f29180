//! What each fuzz target asserts. `fuzz_targets/` gives these functions to libFuzzer; `tests/it/fuzz.rs` runs them over the
//! seeds, and over mutations of these, in `make test`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use dunnage::catalog::codec;
use dunnage::catalog::date::Date;
use dunnage::catalog::options::Choices;
use dunnage::catalog::presets::preset;
use dunnage::catalog::yaml;
use dunnage::output::hash::sha256;
use dunnage::output::manifest::{Recorded, line_marks, manifest_of};
use dunnage::output::record::read;
use dunnage::project::requirements::{Fate, Input, decode, split};
use dunnage::project::update::{Action, Tree, check, update};
use dunnage::{Generated, generate};

/// Any address gives choices, and the link of those choices gives them again, without a complaint.
pub fn from_link(link: &str) {
    let (choices, _) = codec::from_link(link);
    let (again, problems) = codec::from_link(&codec::to_link(&choices));
    assert_eq!((again, problems.len()), (choices, 0));
}

/// Any YAML gives choices, and the YAML of those choices gives them again, without a complaint.
pub fn read_yaml(text: &str) {
    let mut choices = Choices::default();
    yaml::read_yaml(text, &mut choices);
    let mut again = Choices::default();
    let problems = yaml::read_yaml(&codec::to_yaml(&choices), &mut again);
    assert_eq!((again, problems.len()), (choices, 0));
}

const TODAY: Date = Date::new(2026, 11, 23);

fn is_inside(path: &str) -> bool {
    !path.starts_with('/') && !path.contains('\\') && path.split('/').all(|part| !matches!(part, "" | "." | ".."))
}

/// Any manifest is read or refused; a check and an update of a set that has it name no path outside of the directory.
pub fn record(text: &str) {
    let Ok((record, _)) = read(text) else { return };
    let tree = Tree::from([("docker-compose.yml".to_owned(), b"services: {}\n".to_vec())]);
    for row in check(&record, &tree, TODAY) {
        assert!(is_inside(&row.path), "{:?}", row.path);
    }
    for file in update(&record, text, &tree, &Choices::default(), TODAY).files {
        assert!(is_inside(&file.file.path), "{:?}", file.file.path);
        assert!(file.file.from.as_deref().is_none_or(is_inside), "{:?}", file.file.from);
    }
}

const KINDS: [&str; 20] = [
    "Dockerfile",
    "docker-compose.yml",
    "shop/settings.py",
    "requirements.txt",
    "pyproject.toml",
    "Procfile",
    "uv.lock",
    "nginx/a.conf",
    "Caddyfile",
    "traefik.yml",
    "entrypoint.sh",
    "dunnage.yaml",
    ".python-version",
    "gunicorn.conf.py",
    "Pipfile.lock",
    "poetry.lock",
    "manage.py",
    ".env",
    "Pipfile",
    "shop/asgi.py",
];

/// Any file of a kind that is read gives claims whose evidence is a line of that file. The first byte chooses the kind.
pub fn inspect(data: &[u8]) {
    let Some((kind, bytes)) = data.split_first() else { return };
    let path = KINDS[usize::from(*kind) % KINDS.len()];
    let found = dunnage::project::inspect::inspect(&Tree::from([(path.to_owned(), bytes.to_vec())]));
    let lines = bytes.split(|byte| *byte == b'\n').count();
    for row in &found.inferred {
        let place = row.evidence.first().expect("evidence");
        assert_eq!(place.file, path);
        assert!((1..=lines.max(1)).contains(&place.line), "{place:?} of {lines} lines");
    }
}

static SETS: LazyLock<[Generated; 2]> = LazyLock::new(|| {
    let senex = preset("senex").expect("a preset").choices.clone();
    [Choices::default(), senex].map(|choices| generate(&choices, Date::new(2026, 11, 23)))
});

/// Any requirements are split; the account names lines of the input, in order, and each requirement is in an output.
pub fn requirements(data: &[u8]) {
    let Some((set, bytes)) = data.split_first() else { return };
    let Ok(text) = decode(bytes) else { return };
    let set = &SETS[usize::from(*set) % 2];
    let split = split(&[Input { path: "requirements.txt".to_owned(), text }], &set.plan, &set.files);
    assert!(split.lines.windows(2).all(|two| two[0].number < two[1].number));
    let outputs: String = split.files.values().map(String::as_str).collect();
    for line in &split.lines {
        if line.package.is_some() && line.fate != Fate::Followed {
            assert!(outputs.contains(line.text.trim()), "{line:?} is lost");
        }
    }
}

const MERGED: &str = ".dockerignore";

/// How often a text has each line, whatever its line ends are: a last line `a\r` becomes `a\r\n` when a merge ends it.
fn tally(text: &str) -> BTreeMap<&str, usize> {
    text.split('\n').map(|line| line.trim_end_matches('\r')).filter(|line| !line.is_empty()).fold(
        BTreeMap::new(),
        |mut tally, line| {
            *tally.entry(line).or_default() += 1;
            tally
        },
    )
}

/// An update of a file loses no line that its user added. The input is two texts with a NUL between them: the file as an
/// older version wrote it, and as its user left it.
pub fn merge(data: &str) {
    let Some((before, mine)) = data.split_once('\0') else { return };
    if mine.contains('\0') {
        return;
    }
    let choices = Choices::default();
    let rows = [Recorded { path: MERGED, sha256: sha256(before), marks: line_marks(before) }];
    let manifest = manifest_of(&choices, &rows);
    let (record, problems) = read(&manifest).expect("a manifest");
    assert!(problems.is_empty(), "{problems:?}");
    let tree = Tree::from([(MERGED.to_owned(), mine.as_bytes().to_vec())]);
    let update = update(&record, &manifest, &tree, &choices, Date::new(2026, 11, 23));
    let file = update.files.iter().find(|file| file.file.path == MERGED).expect("its row");
    if let Some(text) = &file.file.after {
        let (known, now) = (tally(before), tally(text));
        for (line, count) in tally(mine).into_iter().filter(|(line, _)| !known.contains_key(line)) {
            assert!(now.get(line).is_some_and(|left| *left >= count), "{line:?} of the user is lost in {text:?}");
        }
    } else {
        assert_ne!(file.action, Action::Delete, "a file of the set is not deleted");
    }
}
