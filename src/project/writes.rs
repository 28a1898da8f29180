//! What a plan does to a directory, write by write, for a face that carries it out itself.
//!
//! Each write says what the plan took to be there, so that a file that has changed since is never overwritten. The
//! order is one in which it may stop half way: what comes in first, what goes after it, the manifest last, because
//! only then does everything stand as it says.

use super::migrate::{Migration, Step};
use super::update::{Action, Tree, Update};
use crate::output::manifest::MANIFEST;

/// One file that is written, moved or deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Write {
    /// Path relative to the root of the project.
    pub path: String,
    /// Where it is now, where it moves.
    pub from: Option<String>,
    /// What happens, a word shown to people.
    pub kind: &'static str,
    /// What its user should know; may be empty.
    pub note: String,
    /// Lines that come in.
    pub added: usize,
    /// Lines that go.
    pub removed: usize,
    /// Unified diff from the file as it is to the file as it will be.
    pub diff: String,
    /// The whole text as it will be; `None` for a file that goes.
    pub text: Option<String>,
    /// The file is run (mode 0755).
    pub executable: bool,
    /// What the plan found at every path that this touches; `None` where nothing was.
    pub before: Vec<(String, Option<Vec<u8>>)>,
}

impl Write {
    /// Whether both texts come to stand in the file.
    pub fn is_conflict(&self) -> bool {
        self.kind == Action::Conflict.id()
    }
}

fn found(tree: &Tree, paths: [Option<&String>; 2]) -> Vec<(String, Option<Vec<u8>>)> {
    paths.into_iter().flatten().map(|path| (path.clone(), tree.get(path).cloned())).collect()
}

fn ordered(mut writes: Vec<Write>) -> Vec<Write> {
    writes.sort_by_key(|write| (write.path == MANIFEST, write.text.is_none()));
    writes
}

/// The writes of an update that was planned on `tree`.
pub fn of_update(planned: &Update, tree: &Tree) -> Vec<Write> {
    let acts = planned.files.iter().filter(|file| file.text.is_some() || file.action == Action::Delete);
    let writes = acts.map(|file| Write {
        path: file.path.clone(),
        from: file.from.clone(),
        kind: if file.action == Action::Keep { "move" } else { file.action.id() },
        note: file.note.to_owned(),
        added: file.added,
        removed: file.removed,
        diff: file.diff.clone(),
        text: file.text.clone(),
        executable: file.executable,
        before: found(tree, [Some(&file.path), file.from.as_ref()]),
    });
    ordered(writes.collect())
}

/// The writes of a migration that was planned on `tree`.
pub fn of_migration(planned: &Migration, tree: &Tree) -> Vec<Write> {
    let acts = planned.files.iter().filter(|file| file.step != Step::Done);
    let writes = acts.map(|file| Write {
        path: file.path.clone(),
        from: None,
        kind: match file.step {
            Step::Create => "create",
            Step::Delete => "delete",
            Step::Change | Step::Done => "change",
        },
        note: file.why.clone(),
        added: file.added,
        removed: file.removed,
        diff: file.diff.clone(),
        text: file.text.clone(),
        executable: file.executable,
        before: found(tree, [Some(&file.path), None]),
    });
    ordered(writes.collect())
}

/// The paths that are to be deleted by hand where only the files that are written are taken, as in a zip.
pub fn leftovers(writes: &[Write]) -> Vec<&str> {
    let gone = |write: &'_ Write| write.text.is_none() || write.from.is_some();
    writes.iter().filter(|write| gone(write)).map(|write| write.from.as_deref().unwrap_or(&write.path)).collect()
}
