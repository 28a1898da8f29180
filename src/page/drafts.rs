//! Texts that stand in fields but not in the choices: refused, or spelled otherwise.

use crate::catalog::names::Refusal;
use crate::catalog::options::{Choices, OptionSpec, ValueKind, option};

/// A text as it stands in its field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// Id of the option.
    pub option: &'static str,
    /// What was typed.
    pub text: String,
    /// Why it is not taken; `None` for a text that was taken but is spelled otherwise in the choices.
    pub refusal: Option<Refusal>,
}

/// The drafts of all fields, at most one a field.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Drafts {
    drafts: Vec<Draft>,
}

impl Drafts {
    /// The draft of an option.
    pub fn get(&self, option: &str) -> Option<&Draft> {
        self.drafts.iter().find(|draft| draft.option == option)
    }

    /// Takes what was chosen or typed: the new choices, or `None` where the text is refused and stays a draft.
    pub fn set(&mut self, spec: &OptionSpec, text: &str, choices: &Choices) -> Option<Choices> {
        let mut changed = choices.clone();
        let refusal = spec.set(&mut changed, text).err();
        let taken = refusal.is_none();
        if is_typed(spec) {
            self.drop(spec.id);
            if !taken || spec.wish(&changed) != text {
                self.keep(spec, text, refusal);
            }
        }
        taken.then_some(changed)
    }

    /// Keeps what is being typed beside a list, which has no part in it before it is added.
    pub fn type_beside(&mut self, spec: &OptionSpec, text: &str) {
        self.drop(spec.id);
        if !text.is_empty() {
            self.keep(spec, text, None);
        }
    }

    /// Adds what was typed to a list: the new choices, or `None` where an entry is refused and the text stays a draft.
    pub fn add(&mut self, spec: &OptionSpec, text: &str, choices: &Choices) -> Option<Choices> {
        let mut changed = choices.clone();
        self.drop(spec.id);
        match spec.set(&mut changed, &[&spec.wish(choices), " ", text].concat()) {
            Ok(()) => Some(changed),
            Err(refusal) => {
                self.keep(spec, text, Some(refusal));
                None
            }
        }
    }

    fn keep(&mut self, spec: &OptionSpec, text: &str, refusal: Option<Refusal>) {
        self.drafts.push(Draft { option: spec.id, text: text.to_owned(), refusal });
    }

    /// Ends the typing in a field: a text that was taken is now spelled as the choices spell it.
    pub fn leave(&mut self, option: &str) {
        self.drafts.retain(|draft| draft.option != option || draft.refusal.is_some());
    }

    /// Drops the draft of an option.
    pub fn drop(&mut self, option: &str) {
        self.drafts.retain(|draft| draft.option != option);
    }

    /// Drops the drafts of the options whose wish a change of the choices has changed.
    pub fn settle(&mut self, before: &Choices, after: &Choices) {
        self.drafts.retain(|draft| option(draft.option).is_some_and(|spec| spec.wish(before) == spec.wish(after)));
    }

    /// Drops all drafts.
    pub fn clear(&mut self) {
        self.drafts.clear();
    }

    /// The options whose text is refused, in the order in which they were typed.
    pub fn refused(&self) -> impl Iterator<Item = &'static str> {
        self.drafts.iter().filter(|draft| draft.refusal.is_some()).map(|draft| draft.option)
    }
}

/// Whether an option's value is typed rather than chosen.
pub const fn is_typed(spec: &OptionSpec) -> bool {
    matches!(spec.kind, ValueKind::Text { .. } | ValueKind::List { .. } | ValueKind::Number { .. })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spec(id: &str) -> &'static OptionSpec {
        option(id).expect("an option")
    }

    #[test]
    fn a_refused_text_stays_in_its_field_and_the_choices_stay_as_they_were() {
        let (mut drafts, choices) = (Drafts::default(), Choices::default());
        assert_eq!(drafts.set(spec("project-name"), "My Shop!", &choices), None);
        let draft = drafts.get("project-name").expect("a draft");
        assert_eq!((draft.text.as_str(), draft.refusal.is_some()), ("My Shop!", true));
        drafts.leave("project-name");
        assert_eq!(drafts.refused().collect::<Vec<_>>(), ["project-name"], "leaving the field does not lose it");
        // A text that is taken ends it.
        let taken = drafts.set(spec("project-name"), "shop", &choices).expect("a name");
        assert_eq!((drafts.get("project-name"), taken.project_name.to_string()), (None, "shop".to_owned()));
    }

    #[test]
    fn a_text_that_is_spelled_otherwise_stays_until_the_field_is_left() {
        let mut drafts = Drafts::default();
        let taken = drafts.set(spec("domain"), "Shop.Example.com", &Choices::default()).expect("a name");
        assert_eq!(spec("domain").wish(&taken), "shop.example.com");
        let draft = drafts.get("domain").map(|draft| (draft.text.as_str(), draft.refusal.clone()));
        assert_eq!(draft, Some(("Shop.Example.com", None)));
        drafts.leave("domain");
        assert_eq!(drafts, Drafts::default());
    }

    #[test]
    fn a_list_takes_what_is_added_and_keeps_the_rest() {
        let (mut drafts, mut choices) = (Drafts::default(), Choices::default());
        let packages = spec("system-packages");
        drafts.type_beside(packages, "libpq5");
        assert_eq!(packages.wish(&choices), "", "it is not added yet");
        for (text, all) in
            [("libpq5", "libpq5"), ("gdal-bin git", "libpq5 gdal-bin git"), ("git", "libpq5 gdal-bin git")]
        {
            choices = drafts.add(packages, text, &choices).expect("names");
            assert_eq!((packages.wish(&choices).as_str(), drafts.get("system-packages")), (all, None));
        }
        // The message is the one that the engine has for the entry alone.
        let refusal = packages.set(&mut Choices::default(), "No Such!").expect_err("no name");
        assert_eq!(drafts.add(packages, "No Such!", &choices), None);
        assert_eq!(drafts.get("system-packages").and_then(|draft| draft.refusal.clone()), Some(refusal));
        assert_eq!(drafts.refused().collect::<Vec<_>>(), ["system-packages"]);
        drafts.type_beside(packages, "no-such");
        assert_eq!(drafts.refused().count(), 0, "it is being put right");
        drafts.type_beside(packages, "");
        assert_eq!(drafts, Drafts::default());
    }

    #[test]
    fn what_is_chosen_leaves_no_draft() {
        let mut drafts = Drafts::default();
        assert!(drafts.set(spec("python"), "3.12", &Choices::default()).is_some());
        assert_eq!(drafts.set(spec("python"), "2.7", &Choices::default()), None);
        assert_eq!(drafts, Drafts::default());
    }

    #[test]
    fn a_change_from_elsewhere_drops_the_drafts_of_what_it_changes() {
        let (mut drafts, before) = (Drafts::default(), Choices::default());
        drafts.set(spec("project-name"), "My Shop!", &before);
        drafts.set(spec("uid"), "root", &before);
        let mut after = before.clone();
        spec("uid").set(&mut after, "1234").expect("a number");
        drafts.settle(&before, &after);
        assert_eq!(drafts.refused().collect::<Vec<_>>(), ["project-name"]);
        drafts.clear();
        assert_eq!(drafts, Drafts::default());
    }
}
