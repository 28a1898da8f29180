//! Paths that files of a project name.

use crate::output::record::is_inside;

/// The path that a file means by another one, relative to the project's root; `None` where it leads out of the project.
pub(super) fn beside(path: &str, named: &str) -> Option<String> {
    if named.starts_with('/') {
        return None;
    }
    let mut parts: Vec<&str> = path.split('/').collect();
    parts.pop();
    for part in named.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/")).filter(|path| is_inside(path))
}
