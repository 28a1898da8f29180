//! Undo and redo over whole sets of choices.
//!
//! A set of choices is small, so a step of history is simply all of it: no edit needs an inverse.

use crate::catalog::options::Choices;

/// Steps that are kept; older ones are forgotten.
const DEPTH: usize = 200;

/// The choices as they are, as they were, and as they had been before going back.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct History {
    now: Choices,
    past: Vec<Choices>,
    future: Vec<Choices>,
    /// The option that is being typed into, so that a word is one step rather than one per letter.
    typing: Option<&'static str>,
}

impl History {
    /// A history that begins here.
    pub fn new(now: Choices) -> Self {
        Self { now, ..Self::default() }
    }

    /// A history with what came before; more than is kept is left out.
    pub fn with_past(now: Choices, mut past: Vec<Choices>) -> Self {
        past.drain(..past.len().saturating_sub(DEPTH));
        Self { now, past, ..Self::default() }
    }

    /// The choices as they were, the oldest first.
    pub fn past(&self) -> &[Choices] {
        &self.past
    }

    /// The choices as they are.
    pub const fn now(&self) -> &Choices {
        &self.now
    }

    /// Takes new choices as one step, and says whether they are new.
    pub fn push(&mut self, choices: Choices) -> bool {
        self.record(choices, None)
    }

    /// Takes choices that follow from typing into one field; what is typed without a pause elsewhere is one step.
    pub fn push_typed(&mut self, choices: Choices, option: &'static str) -> bool {
        self.record(choices, Some(option))
    }

    fn record(&mut self, choices: Choices, typing: Option<&'static str>) -> bool {
        if choices == self.now {
            return false;
        }
        let before = std::mem::replace(&mut self.now, choices);
        if typing.is_none() || typing != self.typing {
            self.past.push(before);
            if self.past.len() > DEPTH {
                self.past.remove(0);
            }
        }
        self.typing = typing;
        self.future.clear();
        true
    }

    /// Whether there is a step to take back.
    pub const fn can_undo(&self) -> bool {
        !self.past.is_empty()
    }

    /// Whether there is a step to take again.
    pub const fn can_redo(&self) -> bool {
        !self.future.is_empty()
    }

    /// Takes the last step back, if there is one.
    pub fn undo(&mut self) -> bool {
        let Some(before) = self.past.pop() else { return false };
        self.future.push(std::mem::replace(&mut self.now, before));
        self.typing = None;
        true
    }

    /// Takes again what was taken back, if anything was.
    pub fn redo(&mut self) -> bool {
        let Some(after) = self.future.pop() else { return false };
        self.past.push(std::mem::replace(&mut self.now, after));
        self.typing = None;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::codec;

    fn with(id: &str, value: &str) -> Choices {
        let mut choices = Choices::default();
        codec::set(&mut choices, id, value).unwrap();
        choices
    }

    #[test]
    fn steps_are_taken_back_and_again() {
        let mut history = History::default();
        history.push(with("python", "3.12"));
        history.push(with("python", "3.14"));
        history.undo();
        assert_eq!(history.now(), &with("python", "3.12"));
        history.undo();
        assert_eq!(history.now(), &Choices::default());
        assert!(!history.can_undo());
        history.undo();
        assert_eq!(history.now(), &Choices::default(), "there is nothing before the beginning");
        history.redo();
        history.redo();
        assert_eq!(history.now(), &with("python", "3.14"));
        assert!(!history.can_redo());
    }

    #[test]
    fn a_new_step_forgets_what_was_taken_back() {
        let mut history = History::default();
        history.push(with("python", "3.12"));
        history.undo();
        history.push(with("python", "3.14"));
        assert!(!history.can_redo());
    }

    #[test]
    fn typing_a_word_is_one_step() {
        let mut history = History::default();
        for name in ["sh", "sho", "shop"] {
            history.push_typed(with("project-name", name), "project-name");
        }
        history.undo();
        assert_eq!(history.now(), &Choices::default());
        history.redo();
        history.push_typed(with("project-name", "shops"), "project-name");
        history.undo();
        assert_eq!(history.now(), &with("project-name", "shop"), "typing after a redo is a new step");
    }

    #[test]
    fn the_same_choices_are_no_step() {
        let mut history = History::default();
        history.push(Choices::default());
        assert!(!history.can_undo());
    }

    #[test]
    fn old_steps_are_forgotten() {
        let mut history = History::default();
        for port in 0..(DEPTH + 50) {
            history.push(with("port", &(8001 + port).to_string()));
        }
        assert_eq!(history.past.len(), DEPTH);
    }
}
