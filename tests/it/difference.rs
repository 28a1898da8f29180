//! Differences between sets: patches that git takes, and lines as they are shown.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use dunnage::Generated;
use dunnage::catalog::presets::presets;
use dunnage::output::diff::{ChangeKind, FileChange, FileRow, Version, files, parts, to_patch};

use crate::matrix::rows;
use crate::support::{choices, files_below, have, rendered};

fn differing(old: &Generated, new: &Generated) -> Vec<FileRow> {
    let text = |made: &Generated, path: &str| made.files.get(path).map(|file| file.text.clone());
    files((&old.plan, &|path| text(old, path)), (&new.plan, &|path| text(new, path)))
}

fn git(directory: &Path, args: &[&str]) -> Output {
    Command::new("git").args(args).current_dir(directory).output().expect("git starts")
}

fn executable(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    fs::metadata(path).expect("there").permissions().mode() & 0o111 != 0
}

fn write(directory: &Path, made: &Generated) {
    use std::os::unix::fs::PermissionsExt as _;
    for (path, file) in made.files.iter().filter(|(path, _)| *path != "dunnage.yaml") {
        let target = directory.join(path);
        fs::create_dir_all(target.parent().expect("a parent")).expect("writable");
        fs::write(&target, &file.text).expect("writable");
        fs::set_permissions(&target, fs::Permissions::from_mode(file.mode())).expect("writable");
    }
}

/// The patch from one set to another makes the second of the first, modes included.
#[test]
fn git_applies_the_patch_from_any_set_to_another() {
    if !have("git", "difference::git_applies_the_patch_from_any_set_to_another", "install git") {
        return;
    }
    let mut pairs: Vec<(Generated, Generated)> = Vec::new();
    for (left, right) in presets().iter().zip(presets().iter().cycle().skip(1)) {
        pairs.push((rendered(&left.choices), rendered(&right.choices)));
    }
    // Other names move files; a set of its own brings many and takes them away again.
    let named = rendered(&choices(&[("project-name", "quay"), ("start", "new")]));
    pairs.push((rendered(&choices(&[])), named.clone()));
    pairs.push((named, rendered(&choices(&[("project-name", "harbour")]))));
    for pair in rows().windows(2).step_by(5) {
        pairs.push((rendered(&pair[0]), rendered(&pair[1])));
    }
    for (old, new) in &pairs {
        let directory = tempfile::tempdir().expect("a directory");
        write(directory.path(), old);
        assert!(git(directory.path(), &["init", "--quiet"]).status.success());
        let rows = differing(old, new);
        let patch = to_patch(rows.iter().map(|row| &row.file));
        let file = tempfile::NamedTempFile::new().expect("a file");
        fs::write(file.path(), &patch).expect("writable");
        let applied = git(directory.path(), &["apply", "--whitespace=nowarn", &file.path().to_string_lossy()]);
        let errors = String::from_utf8_lossy(&applied.stderr);
        assert!(applied.status.success() && errors.is_empty(), "{errors}\n{patch}");
        let mut found = files_below(directory.path());
        found.retain(|path| !path.starts_with(".git/"));
        let expected: Vec<&str> =
            new.files.iter().map(|(path, _)| path).filter(|path| *path != "dunnage.yaml").collect();
        assert_eq!(found, expected);
        for (path, file) in new.files.iter().filter(|(path, _)| *path != "dunnage.yaml") {
            let target = directory.path().join(path);
            assert_eq!(fs::read_to_string(&target).expect("there"), file.text, "{path}");
            assert_eq!(executable(&target), file.executable, "{path}");
        }
    }
}

/// Path, text, and whether the file is run.
type Row = (&'static str, &'static str, bool);

/// Every kind of change, with names and modes that need care, as one patch.
#[test]
fn git_applies_any_change_of_names_and_modes_without_a_word() {
    use std::os::unix::fs::PermissionsExt as _;
    if !have("git", "difference::git_applies_any_change_of_names_and_modes_without_a_word", "install git") {
        return;
    }
    let changes: [(Option<Row>, Option<Row>); 13] = [
        (None, Some(("new.sh", "#!/bin/sh\n", true))),
        (None, Some(("empty", "", false))),
        (Some(("gone.sh", "#!/bin/sh\n", true)), None),
        (Some(("gone.txt", "x", false)), None),
        (Some(("nothing", "", false)), None),
        (Some(("plain", "a\nb\n", false)), Some(("plain", "a\nc\n", false))),
        (Some(("on", "a\n", false)), Some(("on", "a\n", true))),
        (Some(("off.sh", "a\n", true)), Some(("off.sh", "b\n", false))),
        (Some(("old.sh", "a\n", true)), Some(("folder/new.sh", "a\n", true))),
        (Some(("other", "a\nb\nc\nd\n", false)), Some(("folder/other.sh", "a\nb\nc\ne\n", true))),
        (Some(("same", "s\n", false)), Some(("same", "s\n", false))),
        (Some(("my list ü.txt", "a\n", false)), None),
        (Some(("a \"quoted\" \\ name", "a\n", false)), Some(("a\ttab", "b\n", false))),
    ];
    let directory = tempfile::tempdir().expect("a directory");
    for (path, text, executable) in changes.iter().filter_map(|(before, _)| *before) {
        let target = directory.path().join(path);
        fs::write(&target, text).expect("writable");
        let mode = if executable { 0o755 } else { 0o644 };
        fs::set_permissions(&target, fs::Permissions::from_mode(mode)).expect("writable");
    }
    let version = |row: Option<Row>| row.map(|(path, text, executable)| Version { path, text, executable });
    let files: Vec<FileChange> =
        changes.iter().filter_map(|(before, after)| FileChange::new(version(*before), version(*after))).collect();
    let patch = to_patch(&files);
    assert!(!patch.contains("same\n"), "{patch}");
    let place = tempfile::NamedTempFile::new().expect("a file");
    fs::write(place.path(), &patch).expect("writable");
    assert!(git(directory.path(), &["init", "--quiet"]).status.success());
    let applied = git(directory.path(), &["apply", "--whitespace=nowarn", &place.path().to_string_lossy()]);
    let errors = String::from_utf8_lossy(&applied.stderr);
    assert!(applied.status.success() && errors.is_empty(), "{errors}\n{patch}");
    let mut found = files_below(directory.path());
    found.retain(|path| !path.starts_with(".git/"));
    let mut expected: Vec<&str> = changes.iter().filter_map(|(_, after)| after.map(|(path, _, _)| path)).collect();
    expected.sort_unstable();
    assert_eq!(found, expected);
    for (path, text, mode) in changes.iter().filter_map(|(_, after)| *after) {
        let target = directory.path().join(path);
        assert_eq!(fs::read_to_string(&target).expect("there"), text, "{path}");
        assert_eq!(executable(&target), mode, "{path}");
    }
}

/// The lines that are shown are those of both texts, with their numbers.
#[test]
fn shown_lines_are_those_of_both_texts() {
    for pair in rows().windows(2) {
        let (old, new) = (rendered(&pair[0]), rendered(&pair[1]));
        for row in differing(&old, &new).iter().filter(|row| row.change != ChangeKind::Keep) {
            let text = |made: &Generated, path: &str| made.files.get(path).map_or("", |file| &file.text).to_owned();
            let before = text(&old, row.file.from.as_ref().unwrap_or(&row.file.path));
            let after = text(&new, &row.file.path);
            let (before, after): (Vec<&str>, Vec<&str>) = (before.lines().collect(), after.lines().collect());
            let (mut come, mut gone) = (0, 0);
            for line in parts(row.file.diff()).iter().flat_map(|part| &part.lines) {
                let shown: String = line.pieces.iter().map(|(text, _)| text.as_str()).collect();
                if let Some(number) = line.old {
                    assert_eq!(shown, before[number - 1], "{}", row.file.path);
                }
                if let Some(number) = line.new {
                    assert_eq!(shown, after[number - 1], "{}", row.file.path);
                }
                come += usize::from(line.old.is_none());
                gone += usize::from(line.new.is_none());
            }
            assert_eq!((come, gone), row.file.counts(), "{}", row.file.path);
            assert!(row.file.diff().is_empty() || come + gone > 0, "{}", row.file.path);
        }
    }
}

fn marked(old: &str, new: &str) -> Vec<String> {
    let version = |text| Some(Version { path: "a", text, executable: false });
    let file = FileChange::new(version(old), version(new)).expect("a file");
    let lines = parts(file.diff()).into_iter().flat_map(|part| part.lines);
    let show = |(text, differs): &(String, bool)| if *differs { format!("[{text}]") } else { text.clone() };
    lines.map(|line| line.pieces.iter().map(show).collect()).collect()
}

#[test]
fn words_that_differ_are_marked_and_nothing_else() {
    assert_eq!(marked("a\nport: 8000\nz\n", "a\nport: 9000\nz\n"), ["a", "port: [8000]", "port: [9000]", "z"]);
    assert_eq!(
        marked("image: postgres:16\n", "image: postgres:17\n"),
        ["image: postgres:[16]", "image: postgres:[17]"]
    );
    assert_eq!(marked("with x\n", "with x, and y\n"), ["with x", "with x[, and y]"]);
    // What has nothing in common is another line, not a changed one.
    assert_eq!(marked("alpha beta\n", "{}\n"), ["alpha beta", "{}"]);
    assert_eq!(marked("été 1\n", "été 2\n"), ["été [1]", "été [2]"]);
}
