//! Choices as text and back: the link's fragment, YAML, and `id=value` pairs.
//!
//! Reading never refuses as a whole.
//! What can be read is taken, and each part that cannot becomes a [`Problem`] that says what, where and what to do.

use std::fmt::Write as _;

use crate::catalog::options::{Choices, FormStep, OPTIONS, OptionSpec, ValueKind, nearest, option, parts_of};
use crate::messages::{Message, msg};
use crate::text::quote;

/// Version of the link format.
pub const LINK_VERSION: &str = "1";

/// Most characters of a link that browsers, servers, mail and chat programs can be trusted to pass on whole.
pub const LONGEST_LINK: usize = 8000;

/// Something that was not taken, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where: an option id, a key, or a line.
    pub place: Message,
    /// What is wrong.
    pub message: Message,
    /// What would be right, where that is known.
    pub suggestion: Option<String>,
    /// The key itself is unknown or the text unreadable, rather than the value of a known text option refused.
    pub usage: bool,
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.said())
    }
}

impl Problem {
    /// The whole of it: where, what, and what would be right.
    pub fn said(&self) -> Message {
        let what = msg!("{0}: {1}", &self.place, &self.message);
        match &self.suggestion {
            Some(suggestion) if self.usage => msg!("{0} Did you mean “{1}”?", what, suggestion),
            Some(suggestion) => msg!("{0} Try “{1}”.", what, suggestion),
            None => what,
        }
    }
}

/// A foreign text made fit for a message: no control characters, not endless.
pub(super) fn shown(text: &str) -> String {
    let short: String = text.chars().filter(|c| !c.is_control()).take(60).collect();
    if short.len() < text.len() { format!("{short}…") } else { short }
}

/// Sets one option from text.
///
/// # Errors
/// A [`Problem`] that names the nearest id or value.
pub fn set(choices: &mut Choices, id: &str, value: &str) -> Result<(), Problem> {
    let Some(spec) = option(id) else {
        return Err(Problem {
            place: Message::raw(shown(id)),
            message: msg!("there is no such option."),
            suggestion: nearest(id, OPTIONS.iter().map(|spec| spec.id)).map(str::to_owned),
            usage: true,
        });
    };
    spec.set(choices, value).map_err(|refusal| Problem {
        place: Message::raw(spec.id),
        message: refusal.reason,
        suggestion: refusal.suggestion,
        usage: !matches!(spec.kind, ValueKind::Text { .. } | ValueKind::List { .. }),
    })
}

/// The choices as a link's fragment without `#`: a version and what differs from the defaults.
pub fn to_link(choices: &Choices) -> String {
    let mut link = form_urlencoded::Serializer::new(String::new());
    link.append_pair("v", LINK_VERSION);
    for spec in changed(choices) {
        link.append_pair(spec.id, &spec.wish(choices));
    }
    link.finish()
}

/// What to say about a link that others may cut; a link itself always carries everything.
pub fn too_long(link: &str) -> Option<Message> {
    let length = link.chars().count();
    (length > LONGEST_LINK).then(|| {
        msg!(
            "The link has {0} characters, and browsers, servers and chat programs may cut it after {1}: pass the \
             choices on as YAML instead.",
            length,
            LONGEST_LINK
        )
    })
}

/// Reads a link's fragment, with or without `#`.
pub fn from_link(fragment: &str) -> (Choices, Vec<Problem>) {
    let mut choices = Choices::default();
    let mut problems = Vec::new();
    let fragment = fragment.trim_start_matches('#');
    for (key, value) in form_urlencoded::parse(fragment.as_bytes()) {
        if key == "v" {
            if value != LINK_VERSION {
                problems.push(Problem {
                    place: Message::raw("v"),
                    message: msg!(
                        "the link has version {0}, this program reads version {1}; known options were applied.",
                        shown(&value),
                        LINK_VERSION
                    ),
                    suggestion: None,
                    usage: true,
                });
            }
            continue;
        }
        if let Err(problem) = set(&mut choices, &key, &value) {
            problems.push(problem);
        }
    }
    (choices, problems)
}

/// The options whose wish differs from the default.
pub fn changed(choices: &Choices) -> impl Iterator<Item = &'static OptionSpec> {
    OPTIONS.iter().filter(|spec| spec.is_changed(choices))
}

/// The choices as YAML, an option a line, with the facts that were found or stated under `project`; options that follow
/// another one are left out.
pub fn to_yaml(choices: &Choices) -> String {
    let mut yaml = options_to_yaml(choices);
    let facts = facts_to_yaml(choices);
    if !facts.is_empty() {
        yaml.push_str("project:\n");
        for line in facts.lines() {
            // Writing into a String does not fail.
            let _ = writeln!(yaml, "  {line}");
        }
    }
    yaml
}

/// The options as YAML, without the facts.
pub fn options_to_yaml(choices: &Choices) -> String {
    lines_of(choices, OPTIONS.iter().filter(|spec| spec.step != FormStep::Existing))
}

/// The facts that differ from those of a plain project, as YAML; may be empty.
pub fn facts_to_yaml(choices: &Choices) -> String {
    lines_of(choices, changed(choices).filter(|spec| spec.step == FormStep::Existing))
}

fn lines_of(choices: &Choices, specs: impl Iterator<Item = &'static OptionSpec>) -> String {
    let mut yaml = String::new();
    for spec in specs {
        let wish = spec.wish(choices);
        let value = match spec.kind {
            ValueKind::Switch => wish,
            ValueKind::Number { auto, .. } if auto != Some(wish.as_str()) => wish,
            ValueKind::List { .. } => {
                let items: Vec<String> = parts_of(&wish).into_iter().map(quote::yaml).collect();
                ["[", &items.join(", "), "]"].concat()
            }
            _ if wish.is_empty() => continue,
            ValueKind::Number { .. } | ValueKind::Set(_) | ValueKind::Text { .. } => quote::yaml(&wish),
        };
        // Writing into a String does not fail.
        let _ = writeln!(yaml, "{}: {value}", spec.id);
    }
    yaml
}
