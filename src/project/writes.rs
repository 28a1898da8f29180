//! What a plan does to a directory, write by write, for a face that carries it out itself.
//!
//! Each write says what the plan took to be there, so that a file that has changed since is never overwritten. The
//! order is one in which it may stop half way: what comes in first, what goes after it, the manifest last, because
//! only then does everything stand as it says.

use super::migrate::{Migration, MigrationStep};
use super::update::{Action, Tree, Update};
use crate::messages::Message;
use crate::output::diff::FileChange;
use crate::output::manifest::MANIFEST;

/// What a write does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Act {
    /// It makes a file that is not there.
    Create,
    /// It adapts a file of the project's own.
    Change,
    /// It puts a new text in the place of one that nobody edited.
    Replace,
    /// It brings both texts together.
    Merge,
    /// It puts both texts into the file, between markers.
    Conflict,
    /// It moves a file, text and all.
    Move,
    /// It deletes a file.
    Delete,
}

impl Act {
    /// The word shown to people.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Change => "change",
            Self::Replace => "replace",
            Self::Merge => "merge",
            Self::Conflict => "conflict",
            Self::Move => "move",
            Self::Delete => "delete",
        }
    }
}

/// One file that is written, moved or deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Write {
    /// The file as it is and as it will be.
    pub file: FileChange,
    /// What happens.
    pub act: Act,
    /// What its user should know; may be empty.
    pub note: Message,
    /// What the plan found at every path that this touches; `None` where nothing was.
    pub found: Vec<(String, Option<Vec<u8>>)>,
}

impl Write {
    fn new(file: &FileChange, act: Act, note: &Message, tree: &Tree) -> Self {
        let paths = [Some(&file.path), file.from.as_ref()];
        let found = paths.into_iter().flatten().map(|path| (path.clone(), tree.get(path).cloned())).collect();
        Self { file: file.clone(), act, note: note.clone(), found }
    }
}

fn ordered(mut writes: Vec<Write>) -> Vec<Write> {
    writes.sort_by_key(|write| (write.file.path == MANIFEST, write.file.is_deletion()));
    writes
}

/// The writes of an update that was planned on `tree`.
pub fn of_update(planned: &Update, tree: &Tree) -> Vec<Write> {
    let writes = planned.files.iter().filter(|row| row.file.is_change()).map(|row| {
        let act = match row.action {
            Action::Create => Act::Create,
            Action::Replace => Act::Replace,
            Action::Merge => Act::Merge,
            Action::Conflict => Act::Conflict,
            Action::Delete => Act::Delete,
            // What stays as it is and is written all the same is in another place.
            Action::Keep | Action::Leave => Act::Move,
        };
        Write::new(&row.file, act, &row.note, tree)
    });
    ordered(writes.collect())
}

/// The writes of a migration that was planned on `tree`.
pub fn of_migration(planned: &Migration, tree: &Tree) -> Vec<Write> {
    let writes = planned.files.iter().filter(|row| row.file.is_change()).map(|row| {
        let act = match row.step {
            MigrationStep::Create => Act::Create,
            MigrationStep::Delete => Act::Delete,
            MigrationStep::Change | MigrationStep::Done => Act::Change,
        };
        Write::new(&row.file, act, &row.why, tree)
    });
    ordered(writes.collect())
}

/// The paths that are to be deleted by hand where only the files that are written are taken, as in a zip.
pub fn leftovers(writes: &[Write]) -> Vec<&str> {
    let files = writes.iter().map(|write| &write.file);
    let gone = files.filter(|file| file.is_deletion() || file.from.is_some());
    gone.map(|file| file.from.as_deref().unwrap_or(&file.path)).collect()
}
