//! Which line of a template each line of a file comes from.

use crate::output::render::text;
use crate::output::templates::{MARKS, TRACED};
use crate::plan::files::FileSpec;
use crate::plan::model::Plan;

/// A line of a file, and the number of the template's line that it came from, counted from 1; 0 where the line begins
/// in none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TracedLine {
    /// Line of the template.
    pub source: usize,
    /// The line, without its line feed.
    pub text: String,
}

/// The lines of a file that the plan calls for, each with the line of the template that it came from.
pub fn trace(spec: &FileSpec, plan: &Plan) -> Vec<TracedLine> {
    let template = TRACED.iter().find(|(name, _)| *name == spec.template);
    let text = template.map(|(_, template)| text(*template, plan)).unwrap_or_default();
    let (first_mark, count) = MARKS;
    let mut source = 0;
    let lines = text.lines().map(|line| {
        let mut unmarked = String::with_capacity(line.len());
        let mut first = true;
        for character in line.chars() {
            let number = u32::from(character).wrapping_sub(first_mark);
            if number >= count {
                unmarked.push(character);
            } else if first {
                source = number as usize + 1;
                first = false;
            }
        }
        TracedLine { source, text: unmarked }
    });
    let mut lines: Vec<TracedLine> = lines.collect();
    // What is white once the marks are gone is no end of a file, as in `text`.
    while lines.len() > 1 && lines.last().is_some_and(|line| line.text.trim_end().is_empty()) {
        lines.pop();
    }
    if let Some(last) = lines.last_mut() {
        last.text.truncate(last.text.trim_end().len());
    }
    lines
}
