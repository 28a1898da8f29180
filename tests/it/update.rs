//! Sets that were written earlier: checked, and brought up to date without losing an edit.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

use dunnage::catalog::options::Choices;
use dunnage::catalog::presets::presets;
use dunnage::output::hash::sha256;
use dunnage::output::manifest::{MANIFEST, Recorded, line_marks, manifest_of};
use dunnage::output::record::{Record, read};
use dunnage::project::update::{Action, Checked, Planned, State, Tree, Update, check, update};
use dunnage::project::writes::{Write, leftovers, of_update};
use proptest::prelude::*;

use crate::matrix::rows;
use crate::support::{TODAY, choices, files_below, have, rendered};

/// A set as a directory has it.
fn tree_of(choices: &Choices) -> Tree {
    rendered(choices).files.iter().map(|(path, file)| (path.to_owned(), file.text.clone().into_bytes())).collect()
}

fn text_of<'a>(tree: &'a Tree, path: &str) -> &'a str {
    std::str::from_utf8(&tree[path]).expect("text")
}

fn record_of(tree: &Tree) -> Record {
    let (record, problems) = read(text_of(tree, MANIFEST)).expect("a manifest");
    assert_eq!(problems, []);
    record
}

fn planned(tree: &Tree, choices: &Choices) -> Update {
    update(&record_of(tree), text_of(tree, MANIFEST), tree, choices, TODAY)
}

fn checked(tree: &Tree) -> Vec<Checked> {
    check(&record_of(tree), tree, TODAY)
}

/// Carries an update out, as a face does.
fn carry_out(tree: &mut Tree, update: &Update) {
    for row in &update.files {
        let file = &row.file;
        if row.action == Action::Delete {
            tree.remove(&file.path).expect("there");
        }
        if let Some(text) = file.written() {
            tree.insert(file.path.clone(), text.to_owned().into_bytes());
            if let Some(from) = &file.from {
                tree.remove(from).expect("there");
            }
        }
    }
}

/// Carries one write out, as the wizard does: it finds what the plan found.
fn write_one(tree: &mut Tree, write: &Write) {
    let file = &write.file;
    for (path, found) in &write.found {
        assert_eq!(tree.get(path), found.as_ref(), "{path}");
    }
    if file.is_deletion() || file.from.is_some() {
        tree.remove(file.from.as_ref().unwrap_or(&file.path)).expect("there");
    }
    if let Some(text) = file.written() {
        tree.insert(file.path.clone(), text.to_owned().into_bytes());
    }
}

fn row<'a>(update: &'a Update, path: &str) -> &'a Planned {
    update.files.iter().find(|row| row.file.path == path).unwrap_or_else(|| panic!("no {path}"))
}

/// The set as an older program would have written it: some of its texts changed, and its manifest to match.
fn older(tree: &Tree, choices: &Choices, change: impl Fn(&str, &str) -> String) -> Tree {
    let mut older: Tree = tree
        .iter()
        .filter(|(path, _)| *path != MANIFEST)
        .map(|(path, _)| (path.clone(), change(path, text_of(tree, path)).into_bytes()))
        .collect();
    let rows: Vec<Recorded> = older
        .keys()
        .map(|path| (path, text_of(&older, path)))
        .map(|(path, text)| Recorded { path, sha256: sha256(text), marks: line_marks(text) })
        .collect();
    let manifest = manifest_of(choices, &rows).replace(dunnage::VERSION, "0.0.9");
    older.insert(MANIFEST.to_owned(), manifest.into_bytes());
    older
}

fn edit(tree: &mut Tree, path: &str, change: impl Fn(&str) -> String) {
    let text = change(text_of(tree, path));
    tree.insert(path.to_owned(), text.into_bytes());
}

#[test]
fn unchanged_choices_change_nothing() {
    for choices in rows().iter().chain(presets().iter().map(|preset| &preset.choices)) {
        let tree = tree_of(choices);
        assert_eq!(checked(&tree), []);
        let update = planned(&tree, choices);
        assert!(update.is_empty() && !update.conflicts());
        assert!(update.files.iter().all(|file| file.action == Action::Keep && file.file.diff().is_empty()));
        assert_eq!(update.files.len(), tree.len());
    }
}

#[test]
fn an_unedited_set_becomes_what_the_new_choices_render() {
    for pair in rows().windows(2) {
        let mut tree = tree_of(&pair[0]);
        let update = planned(&tree, &pair[1]);
        assert!(!update.conflicts());
        let mut other = tree.clone();
        carry_out(&mut tree, &update);
        assert!(tree == tree_of(&pair[1]), "{}", dunnage::catalog::codec::to_link(&pair[1]));
        assert_eq!(checked(&tree), []);
        // Write by write it comes to the same.
        for write in of_update(&update, &other.clone()) {
            write_one(&mut other, &write);
        }
        assert!(other == tree, "{}", dunnage::catalog::codec::to_link(&pair[1]));
    }
}

/// The set of a version in which the workflow was called `ci.yml`.
fn with_the_old_workflow() -> (Tree, Choices) {
    let choices = choices(&[("ci", "github-actions")]);
    let mut tree = tree_of(&choices);
    let workflow = tree.remove(".github/workflows/containers.yml").expect("there");
    tree.insert(".github/workflows/ci.yml".to_owned(), workflow);
    (older(&tree, &choices, |_, text| text.to_owned()), choices)
}

#[test]
fn a_workflow_of_the_old_name_moves_to_the_new_one() {
    let (mut tree, choices) = with_the_old_workflow();
    let update = planned(&tree, &choices);
    carry_out(&mut tree, &update);
    assert!(tree == tree_of(&choices));
}

#[test]
fn edits_of_a_workflow_of_the_old_name_move_along() {
    let (mut tree, choices) = with_the_old_workflow();
    edit(&mut tree, ".github/workflows/ci.yml", |text| format!("{text}# mine\n"));
    let update = planned(&tree, &choices);
    carry_out(&mut tree, &update);
    assert!(text_of(&tree, ".github/workflows/containers.yml").ends_with("# mine\n"));
    assert!(!tree.contains_key(".github/workflows/ci.yml"));
}

#[test]
fn an_update_leaves_workflows_alone_that_it_did_not_write() {
    let mut tree = tree_of(&choices(&[]));
    let wish = choices(&[("ci", "github-actions")]);
    let theirs = [".github/workflows/containers.yml", ".github/workflows/ci.yml", ".github/dependabot.yml"];
    for path in theirs {
        tree.insert(path.to_owned(), b"name: mine\n".to_vec());
    }
    let update = planned(&tree, &wish);
    carry_out(&mut tree, &update);
    for path in theirs {
        assert_eq!(text_of(&tree, path), "name: mine\n", "{path}");
    }
    assert_eq!(checked(&tree), []);
}

#[test]
fn check_names_everything_that_is_not_as_it_was_written() {
    let choices = choices(&[("gid", "1001")]);
    let current = tree_of(&choices);
    let mut tree =
        older(
            &current,
            &choices,
            |path, text| {
                if path == "docker/Dockerfile" { format!("# old\n{text}") } else { text.to_owned() }
            },
        );
    assert_eq!(
        checked(&tree),
        [
            Checked { path: "docker/Dockerfile".to_owned(), states: vec![State::OutOfDate] },
            Checked { path: MANIFEST.to_owned(), states: vec![State::OutOfDate] },
        ]
    );
    edit(&mut tree, "docker/Dockerfile", |text| format!("{text}# mine\n"));
    edit(&mut tree, ".env.example", |text| format!("{text}MINE=1\n"));
    edit(&mut tree, "docker-compose.yml", |text| format!("<<<<<<< ours\n{text}=======\n>>>>>>> theirs\n"));
    tree.remove(".dockerignore");
    let manifest = text_of(&tree, MANIFEST).replace("server: gunicorn", "server: daphne");
    tree.insert(MANIFEST.to_owned(), manifest.into_bytes());
    let found: BTreeMap<String, Vec<State>> = checked(&tree).into_iter().map(|row| (row.path, row.states)).collect();
    assert_eq!(found[".dockerignore"], [State::Missing]);
    assert_eq!(found[".env.example"], [State::Edited, State::OutOfDate], "the choices in the manifest were changed");
    assert_eq!(found["docker/Dockerfile"], [State::Edited, State::OutOfDate]);
    assert!(found["docker-compose.yml"].contains(&State::Conflict));
    assert_eq!(found["gunicorn/gunicorn.conf.py"], [State::Extra]);
    assert!(!found.contains_key(".gitattributes"), "nothing is said of what is all right");
}

#[test]
fn what_both_changed_in_different_places_is_merged() {
    let choices = Choices::default();
    let current = tree_of(&choices);
    // The older program wrote another line at the end; meanwhile somebody put a line at the top and took one out.
    let path = "docker-compose.yml";
    let mut tree = older(&current, &choices, |_, text| format!("{text}# what older versions wrote\n"));
    let gone = text_of(&current, path).lines().nth(2).expect("a line").to_owned();
    edit(&mut tree, path, |text| format!("# mine\n{}", text.replacen(&format!("{gone}\n"), "", 1)));
    let update = planned(&tree, &choices);
    assert_eq!(row(&update, path).action, Action::Merge);
    assert_eq!(row(&update, "docker/Dockerfile").action, Action::Replace);
    carry_out(&mut tree, &update);
    let expected = format!("# mine\n{}", text_of(&current, path).replacen(&format!("{gone}\n"), "", 1));
    assert_eq!(text_of(&tree, path), expected);
    assert_eq!(text_of(&tree, "docker/Dockerfile"), text_of(&current, "docker/Dockerfile"));
    assert_eq!(checked(&tree), [], "the edit was taken up");
    // The next update still knows what is the user's.
    let again = planned(&tree, &choices);
    assert!(again.is_empty());
    assert_eq!(row(&again, path).note.to_string(), "Edited by hand; the update leaves it as it is.");
    let without = dunnage::project::update::update(
        &record_of(&tree),
        text_of(&tree, MANIFEST),
        &tree,
        &crate::support::choices(&[("postgres", "18")]),
        TODAY,
    );
    let text = row(&without, path).file.written().expect("a new text");
    assert!(text.starts_with("# mine\n") && text.contains("postgres:18") && !text.contains("<<<<<<<"), "{text}");
}

#[test]
fn what_both_changed_in_the_same_place_is_marked() {
    let choices = Choices::default();
    let path = ".dockerignore";
    let current = tree_of(&choices);
    let mut tree = older(&current, &choices, |_, text| text.replacen("**/.env\n", "**/.environment\n", 1));
    edit(&mut tree, path, |text| text.replacen("**/.environment\n", "**/.my-env\n", 1));
    let update = planned(&tree, &choices);
    assert_eq!(row(&update, path).action, Action::Conflict);
    assert!(update.conflicts());
    carry_out(&mut tree, &update);
    let text = text_of(&tree, path);
    assert!(text.contains("<<<<<<< ours\n**/.my-env\n=======\n**/.env\n>>>>>>> theirs\n"), "{text}");
    assert_eq!(checked(&tree), [Checked { path: path.to_owned(), states: vec![State::Conflict] }]);
    // Nothing touches it before it is resolved.
    let again = planned(&tree, &crate::support::choices(&[("celery", "worker")]));
    assert_eq!((row(&again, path).action, row(&again, path).file.written()), (Action::Conflict, None));
    edit(&mut tree, path, |text| {
        text.replace("<<<<<<< ours\n", "").replace("=======\n", "").replace(">>>>>>> theirs\n", "")
    });
    assert_eq!(checked(&tree), [Checked { path: path.to_owned(), states: vec![State::Edited] }]);
    let resolved = planned(&tree, &choices);
    carry_out(&mut tree, &resolved);
    assert_eq!(checked(&tree), []);
}

#[test]
fn files_that_leave_the_set_are_deleted_unless_they_were_edited() {
    let mut tree = tree_of(&Choices::default());
    let daphne = choices(&[("server", "daphne")]);
    let update = planned(&tree, &daphne);
    assert_eq!(row(&update, "gunicorn/gunicorn.conf.py").action, Action::Delete);
    edit(&mut tree, "gunicorn/gunicorn.conf.py", |text| format!("{text}# mine\n"));
    let update = planned(&tree, &daphne);
    assert_eq!(row(&update, "gunicorn/gunicorn.conf.py").action, Action::Leave);
    carry_out(&mut tree, &update);
    assert!(text_of(&tree, "gunicorn/gunicorn.conf.py").ends_with("# mine\n"));
    assert_eq!(checked(&tree), [], "it is nobody's business any more");
}

#[test]
fn a_file_that_was_there_before_is_not_overwritten() {
    let mut tree = tree_of(&Choices::default());
    tree.insert("nginx/nginx.conf".to_owned(), b"events {}\n".to_vec());
    let bundled = choices(&[("reverse-proxy", "bundled-nginx")]);
    let update = planned(&tree, &bundled);
    let row = row(&update, "nginx/nginx.conf");
    assert_eq!(row.action, Action::Conflict);
    let text = row.file.written().expect("a text");
    assert!(text.contains("events {}\n") && text.contains("worker_connections"), "{text}");
    // The same text by chance is no conflict.
    let same = rendered(&bundled).files.get("nginx/nginx.conf").expect("there").text.clone();
    tree.insert("nginx/nginx.conf".to_owned(), same.into_bytes());
    assert!(!planned(&tree, &bundled).conflicts());
}

#[test]
fn edits_follow_a_file_to_its_new_path() {
    let before = choices(&[("django-module", "shop")]);
    let mut tree = tree_of(&before);
    edit(&mut tree, "shop/settings/container.py", |text| format!("{text}\nMINE = True\n"));
    let update = planned(&tree, &choices(&[("django-module", "store")]));
    let moved = row(&update, "store/settings/container.py");
    assert_eq!(moved.file.from.as_deref(), Some("shop/settings/container.py"));
    carry_out(&mut tree, &update);
    assert!(text_of(&tree, "store/settings/container.py").ends_with("\nMINE = True\n"));
    assert!(tree.keys().all(|path| !path.starts_with("shop/")), "{:?}", tree.keys());
    assert_eq!(checked(&tree), []);
}

#[test]
fn an_update_that_stops_half_way_can_be_made_again() {
    let (before, now) = (choices(&[("project-name", "shop")]), choices(&[("project-name", "quay"), ("gid", "1001")]));
    let mut start = tree_of(&before);
    edit(&mut start, "docker/Dockerfile", |text| format!("{text}# mine\n"));
    let update = planned(&start, &now);
    let writes = of_update(&update, &start);
    assert_eq!(writes.last().map(|write| write.file.path.as_str()), Some(MANIFEST), "the manifest is the last");
    assert!(writes.iter().any(|write| write.file.from.is_some()), "something moves");
    let gone = leftovers(&writes);
    assert!(gone.iter().all(|path| start.contains_key(*path)) && !gone.is_empty(), "{gone:?}");
    let mut whole = start.clone();
    carry_out(&mut whole, &update);
    assert!(gone.iter().all(|path| !whole.contains_key(*path)), "{gone:?}");
    for stop in 0..writes.len() {
        let mut tree = start.clone();
        writes[..stop].iter().for_each(|write| write_one(&mut tree, write));
        let again = planned(&tree, &now);
        carry_out(&mut tree, &again);
        assert!(
            tree == whole,
            "after {stop} writes: {:?}",
            again.files.iter().map(|row| (&row.file.path, row.action)).collect::<Vec<_>>()
        );
    }
}

#[test]
fn windows_line_ends_are_no_edit_and_stay() {
    let current = tree_of(&Choices::default());
    let mut tree = current.clone();
    for path in current.keys() {
        edit(&mut tree, path, |text| text.replace('\n', "\r\n"));
    }
    assert_eq!(checked(&tree), []);
    assert!(planned(&tree, &Choices::default()).is_empty());
    edit(&mut tree, "docker/Dockerfile", |text| format!("# mine\r\n{text}"));
    let update = planned(&tree, &choices(&[("python", "3.14")]));
    assert_eq!(row(&update, "docker/Dockerfile").action, Action::Merge);
    let text = row(&update, "docker/Dockerfile").file.written().expect("a text");
    assert!(text.starts_with("# mine\r\n") && text.contains("python:3.14"));
    assert_eq!(text.matches('\n').count(), text.matches("\r\n").count());
}

#[test]
fn junk_is_left_alone() {
    let mut tree = tree_of(&Choices::default());
    tree.insert("docker/Dockerfile".to_owned(), vec![0xff, 0xfe, 0, 0x80]);
    let update = planned(&tree, &choices(&[("python", "3.14")]));
    assert_eq!(
        (row(&update, "docker/Dockerfile").action, row(&update, "docker/Dockerfile").file.written()),
        (Action::Leave, None)
    );
    assert!(checked(&tree).iter().any(|row| row.path == "docker/Dockerfile" && row.states.contains(&State::Edited)));
}

#[test]
fn comments_in_the_manifest_stay() {
    let mut tree = tree_of(&Choices::default());
    edit(&mut tree, MANIFEST, |text| text.replace("choices:\n", "choices:\n  # postgres 18 after the summer\n"));
    assert!(planned(&tree, &Choices::default()).is_empty());
    let update = planned(&tree, &choices(&[("postgres", "18")]));
    carry_out(&mut tree, &update);
    assert!(text_of(&tree, MANIFEST).contains("\n# postgres 18 after the summer\n"));
    assert_eq!(checked(&tree), []);
}

#[test]
fn a_manifest_without_marks_is_enough_while_this_program_gives_the_same() {
    let choices = Choices::default();
    let mut tree = tree_of(&choices);
    edit(&mut tree, MANIFEST, |text| text[..text.find("# A mark per").expect("marks")].to_owned());
    assert_eq!(checked(&tree).len(), 1, "only the manifest itself is out of date");
    edit(&mut tree, "docker/Dockerfile", |text| format!("# mine\n{text}"));
    let update = planned(&tree, &choices);
    assert_eq!(row(&update, "docker/Dockerfile").action, Action::Keep);
    let update = planned(&tree, &crate::support::choices(&[("python", "3.14")]));
    // What was generated then is unknown, so that both texts stand there.
    assert_eq!(row(&update, "docker/Dockerfile").action, Action::Conflict);
    carry_out(&mut tree, &update);
    assert!(text_of(&tree, "docker/Dockerfile").contains("# mine\n"));
}

#[test]
fn a_manifest_of_somebody_else_is_refused_or_named() {
    for (text, place) in [
        ("a: [", "line 2"),
        ("\tpython: 3.13\n", "line 1"),
        ("python: '3.13'\n", "files"),
        ("files: []\n", "files"),
        ("", "files"),
    ] {
        let problem = read(text).expect_err(text);
        assert!(problem.place.to_string().contains(place), "{text:?}: {problem}");
    }
    for path in ["../up", "/etc/passwd", "a/../../b", "a//b", "C:\\x", "./a", "", "a\\..\\b"] {
        let text = format!("choices: {{}}\nfiles:\n  {}: \"00\"\n  kept: \"00\"\n", dunnage::text::quote::yaml(path));
        let (record, problems) = read(&text).expect("a manifest");
        assert_eq!(record.files.keys().collect::<Vec<_>>(), ["kept"], "{path}");
        assert_eq!(problems.len(), 1, "{path}");
    }
}

/// Something that somebody does to a text.
#[derive(Debug, Clone)]
enum Edit {
    Insert(usize, String),
    Delete(usize),
    Replace(usize, String),
}

fn edited(text: &str, edits: &[Edit]) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    for edit in edits {
        let at = |index: &usize| index % lines.len().max(1);
        match edit {
            Edit::Insert(index, line) => lines.insert(at(index), line.clone()),
            Edit::Delete(_) | Edit::Replace(_, _) if lines.is_empty() => {}
            Edit::Delete(index) => {
                lines.remove(at(index));
            }
            Edit::Replace(index, line) => {
                let index = at(index);
                lines[index].clone_from(line);
            }
        }
    }
    lines.iter().fold(String::new(), |text, line| text + line + "\n")
}

fn edits(word: &'static str) -> impl Strategy<Value = Vec<Edit>> {
    let line = move || (0..6_u8).prop_map(move |n| format!("# {word} {n}"));
    let edit = prop_oneof![
        (any::<usize>(), line()).prop_map(|(index, line)| Edit::Insert(index, line)),
        any::<usize>().prop_map(Edit::Delete),
        (any::<usize>(), line()).prop_map(|(index, line)| Edit::Replace(index, line)),
    ];
    proptest::collection::vec(edit, 0..6)
}

/// How often each line occurs.
fn tally(text: &str) -> BTreeMap<&str, usize> {
    text.lines().fold(BTreeMap::new(), |mut tally, line| {
        *tally.entry(line).or_default() += 1;
        tally
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever an older program wrote, somebody edited since, and the new choices ask for: every line that was put
    /// in is there afterwards, what is in conflict is marked, and everything else checks clean.
    #[test]
    fn no_edit_is_lost(
        before in 0..rows().len(),
        after in 0..rows().len(),
        then in edits("then"),
        since in edits("mine"),
        end in prop_oneof![Just("\n"), Just("\r\n")],
    ) {
        let (before, after) = (&rows()[before], &rows()[after]);
        let mut tree = older(&tree_of(before), before, |_, text| edited(text, &then));
        let paths: Vec<String> = tree.keys().filter(|path| *path != MANIFEST).cloned().collect();
        for path in &paths {
            edit(&mut tree, path, |text| edited(text, &since).replace('\n', end));
        }
        let mine = tree.clone();
        let update = planned(&tree, after);
        carry_out(&mut tree, &update);
        for path in &paths {
            let new = update.files.iter().map(|row| &row.file).find(|file| file.from.as_ref() == Some(path));
            let new = new.map_or(path, |file| &file.path);
            let Some(now) = tree.get(new).map(|_| tally(text_of(&tree, new))) else {
                let file = row(&update, path);
                prop_assert_eq!(file.action, Action::Delete, "{}", path);
                prop_assert!(!text_of(&mine, path).contains("# mine"), "{} was edited and is gone", path);
                continue;
            };
            for (line, count) in tally(text_of(&mine, path)).into_iter().filter(|(line, _)| line.starts_with("# mine")) {
                prop_assert!(now.get(line).is_some_and(|left| *left >= count), "{}: {} of {}", path, line, count);
            }
        }
        for row in checked(&tree) {
            let action = update.files.iter().find(|other| other.file.path == row.path).map(|other| other.action);
            prop_assert_eq!((&row.states[..], action), (&[State::Conflict][..], Some(Action::Conflict)), "{}", row.path);
        }
        for file in update.files.iter().filter(|file| file.action == Action::Conflict) {
            prop_assert!(checked(&tree).iter().any(|row| row.path == file.file.path), "{} is not marked", file.file.path);
        }
    }

    /// Marks are as good as the text itself: a merge that knows only them gives what one with the real text gives.
    #[test]
    fn marks_merge_like_the_text_itself(then in edits("then"), since in edits("mine"), again in edits("then")) {
        let choices = Choices::default();
        let path = "docker-compose.yml";
        let current = tree_of(&choices);
        let old = |text: &str| edited(&edited(text, &then), &again);
        let mut tree = older(&current, &choices, |_, text| old(text));
        edit(&mut tree, path, |text| edited(text, &since));
        let (base, ours, theirs) = (old(text_of(&current, path)), text_of(&tree, path), text_of(&current, path));
        let mut options = diffy::MergeOptions::new();
        options.set_conflict_style(diffy::ConflictStyle::Merge);
        let expected = options.merge(&base, ours, theirs).unwrap_or_else(|conflict| conflict);
        let update = planned(&tree, &choices);
        let found = row(&update, path).file.written().unwrap_or(ours).to_owned();
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn any_manifest_is_read_without_harm(text in "\\PC{0,300}", path in "\\PC{0,20}") {
        let _ = read(&text);
        let _ = read(&format!("files: {{ {path:?}: x }}\nlines: {{ {path:?}: {text:?} }}\n"));
    }
}

#[test]
fn git_applies_an_update_as_a_patch() {
    let git = |directory: &Path, args: &[&str]| {
        let done = Command::new("git").args(args).current_dir(directory).output().expect("git starts");
        let errors = String::from_utf8_lossy(&done.stderr);
        assert!(done.status.success() && errors.is_empty(), "{args:?}: {errors}");
    };
    if !have("git", "update::git_applies_an_update_as_a_patch", "install git") {
        return;
    }
    let before = choices(&[("celery", "worker"), ("server", "gunicorn"), ("django-module", "shop")]);
    // Files are created, changed, deleted, and moved with and without another change.
    for after in [
        choices(&[("celery", "none"), ("server", "daphne"), ("django-module", "store")]),
        choices(&[
            ("celery", "worker-beat"),
            ("server", "gunicorn"),
            ("django-module", "shop"),
            ("ci", "github-actions"),
        ]),
        choices(&[("celery", "worker"), ("server", "gunicorn"), ("django-module", "store")]),
        // A script goes.
        choices(&[("celery", "worker"), ("django-module", "shop"), ("database", "external"), ("backups", "false")]),
    ] {
        let mut tree = tree_of(&before);
        edit(&mut tree, ".dockerignore", |text| format!("{text}mine\n"));
        edit(&mut tree, "docker-compose.dev.yml", |text| text.replace('\n', "\r\n"));
        let directory = tempfile::tempdir().expect("a directory");
        let files = rendered(&before).files;
        for (path, bytes) in &tree {
            let target = directory.path().join(path);
            fs::create_dir_all(target.parent().expect("a parent")).expect("writable");
            fs::write(&target, bytes).expect("writable");
            let mode = files.get(path).expect("a file of the set").mode();
            fs::set_permissions(&target, fs::Permissions::from_mode(mode)).expect("writable");
        }
        let update = planned(&tree, &after);
        let patch = tempfile::NamedTempFile::new().expect("a file");
        fs::write(patch.path(), update.to_patch()).expect("writable");
        git(directory.path(), &["init", "--quiet"]);
        git(directory.path(), &["apply", "--whitespace=nowarn", &patch.path().to_string_lossy()]);
        let written = update.to_files();
        carry_out(&mut tree, &update);
        let there: Vec<String> =
            files_below(directory.path()).into_iter().filter(|path| !path.starts_with(".git/")).collect();
        assert_eq!(there, tree.keys().cloned().collect::<Vec<_>>());
        for (path, bytes) in &tree {
            assert!(fs::read(directory.path().join(path)).expect("readable") == *bytes, "{path}");
        }
        for (path, file) in written.iter() {
            assert_eq!(file.text, text_of(&tree, path));
            let mode = fs::metadata(directory.path().join(path)).expect("there").permissions().mode();
            assert_eq!(mode & 0o111 != 0, file.executable, "{path}");
        }
    }
}
