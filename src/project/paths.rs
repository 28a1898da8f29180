//! Paths that files of a project name.

use crate::output::record::is_inside;

/// The path that a file means by another one, relative to the project's root; `None` where it leads out of the project.
pub(super) fn beside(path: &str, named: &str) -> Option<String> {
    resolved(folder_of(path), named).filter(|path| is_inside(path))
}

/// A path that is named in a folder, without `.` and `..`; `None` where it is absolute or leads out of the project.
pub(super) fn resolved(folder: &str, named: &str) -> Option<String> {
    if named.starts_with('/') {
        return None;
    }
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in named.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// The folder of a file; empty for the root.
pub(super) fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// The last part of a path.
pub(super) fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// A path in a folder, which is empty for the root.
pub(super) fn joined(folder: &str, path: &str) -> String {
    if folder.is_empty() { path.to_owned() } else { format!("{folder}/{path}") }
}
