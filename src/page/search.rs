//! How well a text fits what somebody types to find it.

/// A text that can be found, in lower case.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Haystack {
    titles: Vec<String>,
    more: Vec<String>,
}

impl Haystack {
    /// The names of a thing, in every language that it may be called in, and what else is said of it.
    pub fn new<'a>(titles: impl IntoIterator<Item = &'a str>, more: impl IntoIterator<Item = &'a str>) -> Self {
        let mut titles: Vec<String> = titles.into_iter().map(str::to_lowercase).collect();
        titles.dedup();
        Self { titles, more: more.into_iter().map(str::to_lowercase).collect() }
    }

    /// How well it fits; `None` unless every word of the query is found. The beginning of a word in a name is better
    /// than its middle, that is better than letters in between, and a name is better than what else is said.
    pub fn score(&self, query: &str) -> Option<u32> {
        let query = query.trim().to_lowercase();
        let mut sum = 0;
        let mut words = 0;
        for word in query.split_whitespace() {
            let in_title = self.titles.iter().filter_map(|title| in_title(title, word)).max();
            let in_more = self.more.iter().filter_map(|more| in_more(more, word)).max();
            sum += in_title.max(in_more)?;
            words += 1;
        }
        let whole = self.titles.iter().map(|title| match title.strip_prefix(query.as_str()) {
            Some("") => 60,
            Some(_) => 20,
            None => 0,
        });
        Some(sum / words.max(1) + whole.max().unwrap_or_default())
    }
}

fn in_title(title: &str, word: &str) -> Option<u32> {
    match starts(title, word) {
        Some(0) => Some(100),
        Some(_) => Some(85),
        None if title.contains(word) => Some(50),
        None => is_spread(title, word).then_some(20),
    }
}

fn in_more(more: &str, word: &str) -> Option<u32> {
    match starts(more, word) {
        Some(_) => Some(40),
        None => (word.len() > 2 && more.contains(word)).then_some(15),
    }
}

/// Where a word of the text begins with this.
fn starts(text: &str, word: &str) -> Option<usize> {
    let begins = |at: usize| !text[..at].ends_with(char::is_alphanumeric);
    text.match_indices(word).map(|(at, _)| at).find(|at| begins(*at))
}

/// Whether the letters stand in the text in this order, close to each other, from the beginning of a word on.
fn is_spread(text: &str, word: &str) -> bool {
    let room = word.len() * 2 + 2;
    word.len() > 2
        && text.char_indices().any(|(at, _)| {
            let mut rest = text[at..].chars().take(room);
            !text[..at].ends_with(char::is_alphanumeric)
                && text[at..].chars().next() == word.chars().next()
                && word.chars().all(|letter| rest.any(|other| other == letter))
        })
}

#[cfg(test)]
mod tests {
    use super::Haystack;

    fn score(title: &str, query: &str) -> Option<u32> {
        Haystack::new([title], ["What runs the migrations before the first request."]).score(query)
    }

    #[test]
    fn a_prefix_is_better_than_a_middle_and_that_is_better_than_letters_in_between() {
        let ranked: Vec<u32> = ["Python version", "The Python", "Cpython", "Pay the on"]
            .map(|title| score(title, "python").unwrap_or(0))
            .into();
        assert!(ranked.is_sorted_by(|a, b| a > b), "{ranked:?}");
        assert_eq!(score("Python version", "python"), Some(120));
        assert!(score("Python", "python") > score("Python version", "python"));
    }

    #[test]
    fn every_word_is_wanted_and_their_order_is_not() {
        assert!(score("Set Python version to 3.13", "3.13 python").is_some());
        assert!(score("Set Python version to 3.13", "python 3.14").is_none());
        assert!(score("Set Python version to 3.13", "").is_some());
    }

    #[test]
    fn what_else_is_said_is_searched_as_well() {
        assert!(score("Start", "migrations") < score("Migrations", "migrations"));
        assert!(score("Start", "migrations").is_some());
        assert!(score("Start", "mgrtns").is_none());
    }

    #[test]
    fn letters_in_between_are_not_found_all_over_a_text() {
        assert!(score("PostgreSQL version", "pgsq").is_some());
        assert!(score("Python version, where it begins with something", "pwbs").is_none());
        assert!(score("ÄÖÜ über", "übr").is_some());
    }
}
