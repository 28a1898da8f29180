//! With which choices a page begins, and the steps that a reload must not cost.

use crate::catalog::codec::{self, Problem};
use crate::catalog::options::Choices;
use crate::page::history::History;

/// What the browser has when a page begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sources<'a> {
    /// The address after `#`.
    pub fragment: &'a str,
    /// The links that the page noted when it was left, a line each, the choices last; only after a reload.
    pub steps: Option<&'a str>,
    /// The link that was stored by the last page of this site.
    pub stored: &'a str,
}

/// Where the choices were found, and what of them could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// The page was reloaded.
    Reload,
    /// The address.
    Link(Vec<Problem>),
    /// The storage, which is empty at a first visit.
    Storage(Vec<Problem>),
}

/// Whether a fragment holds choices, rather than the name of a place in the page.
pub fn is_link(fragment: &str) -> bool {
    fragment.contains('=')
}

/// The choices to begin with: those of a reload, else of the address, else of the storage, else the defaults.
///
/// The address of a reload may be one change behind, because it follows in a pause; so what was noted comes first.
pub fn restore(sources: Sources) -> (Choices, Origin) {
    if let Some(last) = sources.steps.and_then(|steps| steps.lines().last()) {
        return (codec::from_link(last).0, Origin::Reload);
    }
    if is_link(sources.fragment) {
        let (choices, problems) = codec::from_link(sources.fragment);
        return (choices, Origin::Link(problems));
    }
    let (choices, problems) = codec::from_link(sources.stored);
    (choices, Origin::Storage(problems))
}

/// The steps that can be undone and the choices, a link a line, the choices last.
pub fn steps_text(history: &History) -> String {
    let steps = history.past().iter().chain([history.now()]);
    steps.map(codec::to_link).collect::<Vec<_>>().join("\n")
}

/// The steps before these choices, if what was noted belongs to them.
pub fn steps_before(noted: &str, now: &Choices) -> Vec<Choices> {
    let mut steps: Vec<Choices> = noted.lines().map(|link| codec::from_link(link).0).collect();
    if steps.pop().as_ref() == Some(now) { steps } else { Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn python(series: &str) -> Choices {
        let mut choices = Choices::default();
        codec::set(&mut choices, "python", series).expect("a value");
        choices
    }

    #[test]
    fn a_reload_comes_before_the_address_and_that_before_the_storage() {
        let [reloaded, linked, stored] = ["3.11", "3.12", "3.14"].map(python);
        let [steps, fragment, storage] = [&reloaded, &linked, &stored].map(codec::to_link);
        let mut sources = Sources { fragment: &fragment, steps: Some(&steps), stored: &storage };
        assert_eq!(restore(sources), (reloaded, Origin::Reload));
        sources.steps = None;
        assert_eq!(restore(sources), (linked, Origin::Link(Vec::new())));
        sources.fragment = "files";
        assert_eq!(restore(sources), (stored, Origin::Storage(Vec::new())), "a place in the page is no link");
        assert_eq!(restore(Sources::default()), (Choices::default(), Origin::Storage(Vec::new())));
    }

    #[test]
    fn what_cannot_be_read_is_named_with_where_it_stood() {
        let sources = Sources { fragment: "v=1&python=2.7&server=daphne", ..Sources::default() };
        let (choices, origin) = restore(sources);
        assert_eq!(choices.server.id(), "daphne", "the rest is taken");
        let Origin::Link(problems) = origin else { panic!("{origin:?}") };
        assert_eq!(problems.iter().map(|problem| problem.place.to_string()).collect::<Vec<_>>(), ["python"]);
        let stored = Sources { stored: "v=1&uid=many", ..Sources::default() };
        assert!(matches!(restore(stored).1, Origin::Storage(problems) if problems.len() == 1));
    }

    #[test]
    fn steps_are_noted_and_found_again_and_those_of_others_are_not() {
        let mut history = History::new(python("3.11"));
        history.push(python("3.12"));
        history.push(python("3.14"));
        let noted = steps_text(&history);
        assert_eq!(steps_before(&noted, &python("3.14")), [python("3.11"), python("3.12")]);
        assert_eq!(steps_before(&noted, &python("3.13")), []);
        assert_eq!(steps_before("", &Choices::default()), []);
    }
}
