//! Differences between sets: patches that git takes, and lines as they are shown.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use dunnage::Generated;
use dunnage::catalog::presets::presets;
use dunnage::output::diff::{Change, FileRow, files, parts, to_patch};

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
        let patch = to_patch(&differing(old, new));
        let file = tempfile::NamedTempFile::new().expect("a file");
        fs::write(file.path(), &patch).expect("writable");
        let applied = git(directory.path(), &["apply", "--whitespace=nowarn", &file.path().to_string_lossy()]);
        assert!(applied.status.success(), "{}\n{patch}", String::from_utf8_lossy(&applied.stderr));
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

/// The lines that are shown are those of both texts, with their numbers.
#[test]
fn shown_lines_are_those_of_both_texts() {
    for pair in rows().windows(2) {
        let (old, new) = (rendered(&pair[0]), rendered(&pair[1]));
        for row in differing(&old, &new).iter().filter(|row| row.change != Change::Keep) {
            let text = |made: &Generated, path: &str| made.files.get(path).map_or("", |file| &file.text).to_owned();
            let before = text(&old, row.from.as_ref().unwrap_or(&row.path));
            let after = text(&new, &row.path);
            let (before, after): (Vec<&str>, Vec<&str>) = (before.lines().collect(), after.lines().collect());
            let (mut come, mut gone) = (0, 0);
            for line in parts(&row.diff).iter().flat_map(|part| &part.lines) {
                let shown: String = line.pieces.iter().map(|(text, _)| text.as_str()).collect();
                if let Some(number) = line.old {
                    assert_eq!(shown, before[number - 1], "{}", row.path);
                }
                if let Some(number) = line.new {
                    assert_eq!(shown, after[number - 1], "{}", row.path);
                }
                come += usize::from(line.old.is_none());
                gone += usize::from(line.new.is_none());
            }
            assert_eq!((come, gone), (row.added, row.removed), "{}", row.path);
            assert!(row.diff.is_empty() || come + gone > 0, "{}", row.path);
        }
    }
}

fn marked(old: &str, new: &str) -> Vec<String> {
    let row = FileRow::new(Some(("a", old)), Some(("a", new)), "", false).expect("a file");
    let lines = parts(&row.diff).into_iter().flat_map(|part| part.lines);
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
