//! Which line of a template each line of a file comes from.

use crate::output::render::text;
use crate::output::templates::{ITEM_MARKS, MARKS, TRACED};
use crate::plan::files::FileSpec;
use crate::plan::model::Plan;

/// A line of a file, and the number of the template's line that it came from, counted from 1; 0 where the line begins
/// in none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TracedLine {
    /// Line of the template.
    pub source: usize,
    /// Which items of the template's loops it came from, as a number; 0 where it is in no loop.
    pub item: u32,
    /// The line, without its line feed.
    pub text: String,
}

/// The lines of a file that the plan calls for, each with the line of the template that it came from.
pub fn trace(spec: &FileSpec, plan: &Plan) -> Vec<TracedLine> {
    let template = TRACED.iter().find(|(name, _)| *name == spec.template);
    let text = template.map(|(_, template)| text(*template, plan)).unwrap_or_default();
    let (first_mark, count) = MARKS;
    let (mut source, mut item) = (0, 0);
    // For each loop that the text is in, what `item` was outside.
    let mut outside = Vec::new();
    let mut within = 0_u32;
    let lines = text.lines().map(|line| {
        let mut unmarked = String::with_capacity(line.len());
        let mut first = true;
        for character in line.chars() {
            let code = u32::from(character);
            let number = code.wrapping_sub(first_mark);
            if ITEM_MARKS.contains(&code) {
                outside.push(within);
                within = within.wrapping_mul(31).wrapping_add(code);
            } else if code == ITEM_MARKS.end {
                within = outside.pop().unwrap_or_default();
            } else if number >= count {
                unmarked.push(character);
            } else if first {
                source = number as usize + 1;
                item = within;
                first = false;
            }
        }
        TracedLine { source, item, text: unmarked }
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
