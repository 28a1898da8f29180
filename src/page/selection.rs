//! What is looked at in the tree of files.

use crate::output::fileset::FileSet;
use crate::page::tree::TreeRow;

/// The file that is shown at first, and whenever the chosen one no longer exists.
pub const FIRST_FILE: &str = "docker-compose.yml";

/// The file that is shown, the row that the keyboard is on, and the folders that are closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selection {
    /// Path of the file that the user chose.
    path: String,
    /// What that file is for: found again by it when its name follows a choice.
    why: &'static str,
    /// Row that the keyboard is on.
    row: String,
    /// Folders that are closed.
    closed: Vec<String>,
}

impl Default for Selection {
    fn default() -> Self {
        Self { path: FIRST_FILE.to_owned(), why: "", row: String::new(), closed: Vec::new() }
    }
}

impl Selection {
    /// The path that is shown: the chosen file; the one of the same purpose where its name followed a choice; else the
    /// first one.
    pub fn shown(&self, files: &FileSet) -> String {
        let heir = || files.iter().find(|(_, file)| file.why == self.why);
        match files.get(&self.path) {
            Some(_) => self.path.clone(),
            None => heir().map_or(FIRST_FILE, |(path, _)| path).to_owned(),
        }
    }

    /// The row that the keyboard is on: the one it was moved to while that exists, else the file that is shown.
    pub fn row(&self, rows: &[TreeRow], shown: &str) -> String {
        let there = rows.iter().any(|row| row.path == self.row);
        if there { self.row.clone() } else { shown.to_owned() }
    }

    /// Moves the keyboard to a row; a file is shown at once.
    pub fn move_to(&mut self, path: &str, folder: bool, files: &FileSet) {
        path.clone_into(&mut self.row);
        if !folder {
            path.clone_into(&mut self.path);
            self.why = files.get(path).map(|file| file.why).unwrap_or_default();
        }
    }

    /// The folders that are closed.
    pub fn closed(&self) -> &[String] {
        &self.closed
    }

    /// Whether a folder is open.
    pub fn is_open(&self, folder: &str) -> bool {
        self.closed.iter().all(|path| path != folder)
    }

    /// Opens a closed folder, or closes an open one.
    pub fn toggle(&mut self, folder: &str) {
        let before = self.closed.len();
        self.closed.retain(|path| path != folder);
        if self.closed.len() == before {
            self.closed.push(folder.to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::codec::set;
    use crate::catalog::date::Date;
    use crate::catalog::options::Choices;
    use crate::engine::generate;
    use crate::page::tree::rows;

    fn files(changes: &[(&str, &str)]) -> FileSet {
        let mut choices = Choices::default();
        for (id, value) in changes {
            set(&mut choices, id, value).expect("a value");
        }
        generate(&choices, Date::new(2026, 11, 23)).files
    }

    #[test]
    fn the_first_file_is_shown_until_another_is_chosen() {
        let set = files(&[]);
        let mut selection = Selection::default();
        assert_eq!(selection.shown(&set), FIRST_FILE);
        selection.move_to("docker/Dockerfile", false, &set);
        assert_eq!(selection.shown(&set), "docker/Dockerfile");
        // A folder is a row, and no file.
        selection.move_to("docker", true, &set);
        let rows = rows(set.iter().map(|(path, _)| path), selection.closed());
        let shown = selection.shown(&set);
        assert_eq!((shown.as_str(), selection.row(&rows, &shown).as_str()), ("docker/Dockerfile", "docker"));
    }

    #[test]
    fn a_file_is_found_again_when_its_name_follows_a_choice() {
        let before = files(&[("django-module", "shop")]);
        let mut selection = Selection::default();
        selection.move_to("shop/health.py", false, &before);
        assert_eq!(selection.shown(&files(&[("django-module", "store")])), "store/health.py");
    }

    #[test]
    fn a_file_that_is_gone_gives_way_to_the_first_and_comes_back() {
        let with = files(&[("server", "gunicorn")]);
        let without = files(&[("server", "daphne")]);
        let mut selection = Selection::default();
        selection.move_to("gunicorn/gunicorn.conf.py", false, &with);
        assert_eq!(selection.shown(&without), FIRST_FILE);
        assert_eq!(selection.shown(&with), "gunicorn/gunicorn.conf.py");
        let rows = rows(without.iter().map(|(path, _)| path), selection.closed());
        assert_eq!(selection.row(&rows, FIRST_FILE), FIRST_FILE);
    }

    #[test]
    fn folders_close_and_open() {
        let mut selection = Selection::default();
        assert!(selection.is_open("docker"));
        selection.toggle("docker");
        assert!(!selection.is_open("docker") && selection.is_open("nginx"));
        assert_eq!(selection.closed(), ["docker"]);
        selection.toggle("docker");
        assert!(selection.is_open("docker"));
    }
}
