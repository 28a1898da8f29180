//! `dunnage compare`, `link` and `open`.

use dunnage::adapt::compare::compare as compare_sides;
use dunnage::codec::{from_link, to_link, to_yaml};

use crate::args::{Compare, Format, Wish};
use crate::input::{choices, side, today};
use crate::listing::pretty;
use crate::{Outcome, message, print};

/// Compares two sides and shows what was found.
pub(crate) fn compare(args: &Compare) -> Outcome {
    let today = args.today.unwrap_or_else(today);
    let (left, right) = match (side(&args.left, today), side(&args.right, today)) {
        (Ok(left), Ok(right)) => (left, right),
        (Err(outcome), _) | (_, Err(outcome)) => return outcome,
    };
    match compare_sides(&left, &right, today) {
        Ok(found) => print(&match args.format {
            Format::Table => found.to_table(),
            Format::Markdown => found.to_markdown(),
            Format::Json => pretty(&found),
        }),
        Err(error) => {
            message(&format!("error: {error}"));
            Outcome::Io
        }
    }
}

/// Prints the link of choices.
pub(crate) fn link(args: &Wish) -> Outcome {
    match choices(args) {
        Ok(choices) => print(&format!("#{}\n", to_link(&choices))),
        Err(outcome) => outcome,
    }
}

/// Prints the choices of a link; what could not be read is named, and everything else is printed all the same.
pub(crate) fn open(link: &str) -> Outcome {
    let fragment = link.split_once('#').map_or(link, |(_, fragment)| fragment);
    let (choices, problems) = from_link(fragment);
    for problem in &problems {
        message(&format!("error: {problem}"));
    }
    match print(&to_yaml(&choices)) {
        Outcome::Done if problems.iter().any(|problem| problem.usage) => Outcome::Usage,
        Outcome::Done if !problems.is_empty() => Outcome::BadChoices,
        outcome => outcome,
    }
}
