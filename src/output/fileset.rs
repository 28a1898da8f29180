//! What the engine hands over: files by path, in order.

use std::collections::BTreeMap;
use std::sync::Arc;

/// One generated file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// The whole text: UTF-8, line feeds only, one final newline.
    pub text: String,
    /// The file is run (mode 0755); otherwise 0644.
    pub executable: bool,
    /// What the file is for, one sentence.
    pub why: &'static str,
}

impl File {
    /// Unix permission bits.
    pub const fn mode(&self) -> u32 {
        if self.executable { 0o755 } else { 0o644 }
    }
}

/// The generated files by path relative to the project's root, `/` between parts.
///
/// Two sets may share files, so that what is the same in both is neither copied nor compared letter by letter.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FileSet {
    files: BTreeMap<String, Arc<File>>,
}

impl FileSet {
    /// Adds a file, or replaces the one of the same path.
    pub fn insert(&mut self, path: String, file: impl Into<Arc<File>>) {
        self.files.insert(path, file.into());
    }

    /// The file of a path.
    pub fn get(&self, path: &str) -> Option<&File> {
        self.files.get(path).map(AsRef::as_ref)
    }

    /// Whether a path has the same file in another set, or no file in both.
    pub fn is_same(&self, path: &str, other: &Self) -> bool {
        self.files.get(path) == other.files.get(path)
    }

    /// Every file, ordered by path.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &File)> {
        self.files.iter().map(|(path, file)| (path.as_str(), file.as_ref()))
    }

    /// Number of files.
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// Whether there is no file.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }
}
