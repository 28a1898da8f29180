//! Differences between texts: unified diffs, as `diff -u` and `git diff` write them.

use diffy::DiffOptions;

/// A unified diff of two texts; empty where they are equal. A side that is `None` does not exist.
///
/// Paths are relative to the project's root and get git's `a/` and `b/`; they hold no line feed.
pub fn unified(old: Option<(&str, &str)>, new: Option<(&str, &str)>) -> String {
    let name = |side: Option<(&str, &str)>, prefix: &str| {
        side.map_or_else(|| "/dev/null".to_owned(), |(path, _)| format!("{prefix}/{path}"))
    };
    let (before, after) = (old.map_or("", |(_, text)| text), new.map_or("", |(_, text)| text));
    if before == after {
        return String::new();
    }
    DiffOptions::new()
        .set_original_filename(name(old, "a"))
        .set_modified_filename(name(new, "b"))
        .create_patch(before, after)
        .to_string()
}

/// Number of lines that a unified diff adds and removes.
pub fn counts(diff: &str) -> (usize, usize) {
    let mut counts = (0, 0);
    for line in diff.lines().skip(2) {
        match line.as_bytes().first() {
            Some(b'+') => counts.0 += 1,
            Some(b'-') => counts.1 += 1,
            _ => {}
        }
    }
    counts
}
