//! What a project that was read in the page says about the options, and how the form compares it with the choices.
//!
//! The project module tells it once per project, as a text; the form keeps it as long as the page lives, and stores
//! none of it. A field compares its own value with its own row, so that an edit costs nothing in the other fields.

use crate::catalog::options::{Choices, OptionSpec, ValueKind, option, parts_of};
use crate::messages::{Message, msg};

/// Most places that a field names; a list names one per entry instead.
const MOST_PLACES: usize = 3;

/// What the project says about one option.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProjectValue {
    /// Id of the option.
    pub option: &'static str,
    /// The value, as the choices spell it.
    pub value: String,
    /// How sure that is: `stated`, `likely` or `guess`.
    pub confidence: &'static str,
    /// Where it stands, as `file:line`, the strongest first; each with the entry of a list that it speaks for, or
    /// nothing.
    pub places: Vec<(String, String)>,
}

/// What a project says about all options.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Evidence(Vec<ProjectValue>);

/// An entry of a list in the form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListItem {
    /// The entry.
    pub name: String,
    /// Where the project names it.
    pub place: Option<String>,
    /// The project was read, and does not name it.
    pub by_hand: bool,
}

/// What a field says about its project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EvidenceNote {
    /// A sentence.
    pub text: Message,
    /// The value that the project has, if the field has a different one.
    pub instead: Option<String>,
}

/// The words for how sure a value is.
const CONFIDENCES: [&str; 3] = ["stated", "likely", "guess"];

impl Evidence {
    /// What a project says, a row an option.
    pub const fn new(rows: Vec<ProjectValue>) -> Self {
        Self(rows)
    }

    /// Reads what [`Self::to_text`] wrote. Rows of unknown options are left out.
    pub fn from_text(text: &str) -> Self {
        let row = |line: &str| {
            let mut parts = line.split('\t');
            let spec = option(parts.next()?)?;
            let value = parts.next()?.to_owned();
            let sure = parts.next()?;
            let confidence = CONFIDENCES.into_iter().find(|word| *word == sure)?;
            let rest: Vec<&str> = parts.collect();
            let places = rest.chunks_exact(2).map(|pair| (pair[0].to_owned(), pair[1].to_owned())).collect();
            Some(ProjectValue { option: spec.id, value, confidence, places })
        };
        Self(text.lines().filter_map(row).collect())
    }

    /// A line an option, with tabs between its parts.
    pub fn to_text(&self) -> String {
        // A file's name may have any character.
        let clean = |text: &str| text.replace(char::is_control, " ");
        let line = |row: &ProjectValue| {
            let mut parts = vec![row.option.to_owned(), clean(&row.value), row.confidence.to_owned()];
            parts.extend(row.places.iter().flat_map(|(name, place)| [clean(name), clean(place)]));
            parts.join("\t")
        };
        self.0.iter().map(line).collect::<Vec<_>>().join("\n")
    }

    /// What the project says about an option.
    pub fn get(&self, id: &str) -> Option<&ProjectValue> {
        self.0.iter().find(|row| row.option == id)
    }
}

impl ProjectValue {
    fn place_of(&self, name: &str) -> Option<&str> {
        self.places.iter().find(|(entry, _)| entry == name).map(|(_, place)| place.as_str())
    }

    /// What the field of an option says while it has a value.
    pub fn note(&self, spec: &OptionSpec, value: &str) -> EvidenceNote {
        let sure = Message::from(self.confidence);
        let places: Vec<Message> =
            self.places.iter().take(MOST_PLACES).map(|(_, place)| Message::raw(place.clone())).collect();
        if value == self.value {
            let by_entry = self.places.iter().any(|(entry, _)| !entry.is_empty());
            let text = if by_entry || places.is_empty() {
                msg!("From your project ({0}).", sure)
            } else {
                msg!("From your project ({0}): {1}", sure, places)
            };
            return EvidenceNote { text, instead: None };
        }
        let text = if matches!(spec.kind, ValueKind::List { .. }) {
            let here = parts_of(value);
            let missing: Vec<Message> =
                parts_of(&self.value).into_iter().filter(|name| !here.contains(name)).map(Message::raw).collect();
            if missing.is_empty() {
                msg!("Your project has a different list ({0}).", sure)
            } else {
                msg!("Your project also has {0} ({1}).", missing, sure)
            }
        } else {
            msg!("Your project says “{0}” instead ({1}): {2}", spec.value_label(&self.value), sure, places)
        };
        EvidenceNote { text, instead: Some(self.value.clone()) }
    }
}

/// The entries of a list, each with its place in the project.
pub fn list_items(value: &str, found: Option<&ProjectValue>) -> Vec<ListItem> {
    let says = found.map(|row| parts_of(&row.value)).unwrap_or_default();
    let item = |name: &str| ListItem {
        name: name.to_owned(),
        place: found.and_then(|row| row.place_of(name)).map(str::to_owned),
        by_hand: found.is_some() && !says.contains(&name),
    };
    parts_of(value).into_iter().map(item).collect()
}

/// Whether the page takes the choices of a project without being asked: there are none of the user's to lose, and it
/// has not done so before, so that an undo holds.
pub fn is_adopted(now: &Choices, found: &Choices, done_before: bool) -> bool {
    !done_before && *now == Choices::default() && now != found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::codec;

    fn row(id: &str, value: &str, places: &[(&str, &str)]) -> ProjectValue {
        let places = places.iter().map(|(name, place)| ((*name).to_owned(), (*place).to_owned())).collect();
        let option = option(id).expect("an option").id;
        ProjectValue { option, value: value.to_owned(), confidence: "likely", places }
    }

    fn note(row: &ProjectValue, value: &str) -> (String, Option<String>) {
        let note = row.note(option(row.option).expect("an option"), value);
        (note.text.to_string(), note.instead)
    }

    #[test]
    fn what_a_project_says_is_read_as_it_was_written() {
        let evidence = Evidence::new(vec![
            row("packages", "uv", &[("", "uv.lock:1"), ("", "pyproject.toml:3")]),
            row("system-packages", "libpq5 gdal-bin", &[("libpq5", "Dockerfile:4"), ("gdal-bin", "a b/Aptfile:2")]),
            row("package-dir", "src", &[]),
        ]);
        assert_eq!(Evidence::from_text(&evidence.to_text()), evidence);
        assert_eq!(Evidence::from_text(""), Evidence::default());
        // A name that would break the text is shown with spaces; what is no row is left out.
        let odd = Evidence::new(vec![row("packages", "uv", &[("", "a\tb\nc:1")])]);
        assert_eq!(Evidence::from_text(&odd.to_text()).get("packages").expect("a row").places[0].1, "a b c:1");
        assert_eq!(Evidence::from_text("no-option\tx\tlikely\npackages\tuv\tperhaps\npackages"), Evidence::default());
    }

    #[test]
    fn a_field_says_where_its_value_comes_from() {
        let tool = row("packages", "uv", &[("", "uv.lock:1"), ("", "a:2"), ("", "b:3"), ("", "c:4")]);
        assert_eq!(note(&tool, "uv"), ("From your project (likely): uv.lock:1, a:2, b:3".to_owned(), None));
        let list = row("system-packages", "libpq5", &[("libpq5", "Dockerfile:4")]);
        assert_eq!(
            note(&list, "libpq5"),
            ("From your project (likely).".to_owned(), None),
            "the entry names its place"
        );
    }

    #[test]
    fn a_field_that_was_changed_by_hand_says_what_the_project_says() {
        let tool = row("packages", "poetry", &[("", "poetry.lock:1")]);
        let said = "Your project says “Poetry” instead (likely): poetry.lock:1";
        assert_eq!(note(&tool, "set"), (said.to_owned(), Some("poetry".to_owned())));
        let list = row("system-packages", "libpq5 gdal-bin", &[]);
        let instead = Some("libpq5 gdal-bin".to_owned());
        assert_eq!(note(&list, "libpq5 git"), ("Your project also has gdal-bin (likely).".to_owned(), instead.clone()));
        let said = "Your project has a different list (likely).";
        assert_eq!(note(&list, "libpq5 gdal-bin git"), (said.to_owned(), instead));
    }

    #[test]
    fn an_entry_of_a_list_says_whose_it_is() {
        let list = row("system-packages", "libpq5 gdal-bin", &[("libpq5", "Dockerfile:4")]);
        let items = list_items("libpq5 gdal-bin git", Some(&list));
        let shown: Vec<_> =
            items.iter().map(|item| (item.name.as_str(), item.place.as_deref(), item.by_hand)).collect();
        assert_eq!(shown, [("libpq5", Some("Dockerfile:4"), false), ("gdal-bin", None, false), ("git", None, true)]);
        let items = list_items("psycopg[binary,pool] django", None);
        let shown: Vec<_> = items.iter().map(|item| (item.name.as_str(), item.by_hand)).collect();
        assert_eq!(shown, [("psycopg[binary,pool]", false), ("django", false)]);
        assert_eq!(list_items("", Some(&list)), []);
    }

    #[test]
    fn a_projects_choices_are_taken_unasked_only_where_nothing_is_lost() {
        let (untouched, mut touched) = (Choices::default(), Choices::default());
        codec::set(&mut touched, "python", "3.12").expect("a value");
        let mut found = Choices::default();
        codec::set(&mut found, "packages", "uv").expect("a value");
        assert!(is_adopted(&untouched, &found, false));
        assert!(!is_adopted(&touched, &found, false), "that is the user's");
        assert!(!is_adopted(&untouched, &found, true), "it was undone");
        assert!(!is_adopted(&untouched, &untouched, false), "nothing would change");
    }
}
