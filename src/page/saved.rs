//! What the browser keeps for the user, bookmarks and downloads, and how it is stored: an entry a line, newest first,
//! with the time, the link and the name, which may be empty.

/// Most entries that a list keeps.
pub const MOST: usize = 100;

/// Longest name of a bookmark, in characters.
pub const LONGEST_NAME: usize = 60;

/// Something that is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saved {
    /// When, in the form of ISO 8601.
    pub at: String,
    /// The choices, as a link has them.
    pub link: String,
    /// The user's name for it; empty for a download.
    pub name: String,
}

/// Reads a stored list; a line that is no entry is left out.
pub fn read(stored: &str) -> Vec<Saved> {
    let entry = |line: &str| {
        let mut parts = line.splitn(3, ' ');
        let (at, link) = (parts.next()?, parts.next()?);
        let name = parts.next().unwrap_or_default();
        link.starts_with("v=").then(|| Saved { at: at.to_owned(), link: link.to_owned(), name: name.to_owned() })
    };
    stored.lines().filter_map(entry).take(MOST).collect()
}

/// A list as it is stored; what exceeds [`MOST`] entries is forgotten.
pub fn write(entries: &[Saved]) -> String {
    let lines: Vec<String> = entries
        .iter()
        .take(MOST)
        .map(|entry| [entry.at.as_str(), " ", &entry.link, " ", &entry.name].concat())
        .collect();
    lines.join("\n")
}

/// Adds an entry at the top. A bookmark of the same name is replaced; a download never is.
pub fn add(entries: &mut Vec<Saved>, entry: Saved) {
    if !entry.name.is_empty() {
        entries.retain(|other| other.name != entry.name);
    }
    entries.insert(0, entry);
}

/// A name as it is kept: one line, no spaces around it, at most [`LONGEST_NAME`] characters.
pub fn clean_name(typed: &str) -> String {
    let words: Vec<&str> =
        typed.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty()).collect();
    words.join(" ").chars().take(LONGEST_NAME).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn saved(at: &str, name: &str) -> Saved {
        Saved { at: at.to_owned(), link: "v=1&python=3.12".to_owned(), name: name.to_owned() }
    }

    #[test]
    fn a_list_is_read_as_it_was_written() {
        let list =
            vec![saved("2026-11-27T04:00:00.000Z", "two words, and “quotes”"), saved("2026-11-26T04:00:00Z", "")];
        assert_eq!(read(&write(&list)), list);
        assert_eq!(read(""), []);
    }

    #[test]
    fn lines_of_others_are_left_out() {
        assert_eq!(
            read("\nhello\n2026 v=1 shop\n2026 javascript:alert(1) x\n"),
            [Saved { at: "2026".to_owned(), link: "v=1".to_owned(), name: "shop".to_owned() }]
        );
    }

    #[test]
    fn a_list_does_not_grow_without_end() {
        let list: Vec<Saved> = (0..2 * MOST).map(|number| saved(&number.to_string(), "")).collect();
        let kept = read(&write(&list));
        assert_eq!((kept.len(), kept[0].at.as_str()), (MOST, "0"), "the newest stay");
        let long = (0..2 * MOST).map(|_| "2026 v=1 \n").collect::<String>();
        assert_eq!(read(&long).len(), MOST);
    }

    #[test]
    fn a_bookmark_replaces_the_one_of_its_name_and_a_download_none() {
        let mut list = vec![saved("1", "shop"), saved("1", "blog")];
        add(&mut list, saved("2", "blog"));
        assert_eq!(list, [saved("2", "blog"), saved("1", "shop")]);
        let mut downloads = vec![saved("1", "")];
        add(&mut downloads, saved("2", ""));
        assert_eq!(downloads, [saved("2", ""), saved("1", "")]);
    }

    #[test]
    fn a_name_is_one_line_of_bounded_length() {
        assert_eq!(clean_name("  two\n\twords\u{7} "), "two words");
        assert_eq!(clean_name(&"ä".repeat(200)).chars().count(), LONGEST_NAME);
        assert_eq!(clean_name(" \n "), "");
    }
}
