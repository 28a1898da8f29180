//! Why a line is there: which choices it depends on, and what it would be under others.
//!
//! Nothing here is written down by hand: every other value of every option is tried, the file is rendered with it, and
//! the two texts are compared. Lines are told apart by the line of the template that they came from, so that one of
//! several equal lines is not taken for another.
//!
//! Of an option with a text or a number, one other value is tried, and stands for all of them. What a rule keeps from
//! taking effect is tried as well: it changes nothing then, or changes another option, and both are said.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::catalog::options::{Choices, OPTIONS, OptionSpec, ValueKind};
use crate::catalog::rules::{self, Blocked};
use crate::messages::Message;
use crate::output::incremental::Memory;
use crate::output::manifest::MANIFEST;
use crate::output::templates::{compiled, differing};
use crate::output::trace::{TracedLine, trace};
use crate::plan::files::FILES;
use crate::plan::model::Plan;
use crate::plan::resolve::plan_of;
use crate::text::lines::common;

/// What a line depends on.
#[derive(Debug, Clone, Default)]
pub struct Explanation {
    /// The options, in the order of the table; empty where no other value of any one option changes the line.
    pub depends: Vec<Dependence>,
}

/// An option that a line depends on.
#[derive(Debug, Clone)]
pub struct Dependence {
    /// The option.
    pub option: &'static OptionSpec,
    /// Its value now, before rules.
    pub value: String,
    /// Label of that value.
    pub label: Message,
    /// The fallback that is used now, if a rule blocks that value.
    pub blocked: Option<Blocked>,
    /// The line holds the value itself: it is a text or a number, and another one would stand in its place.
    pub holds: bool,
    /// Every other value, in the order in which they are offered; for a text or a number one example.
    pub alternatives: Vec<Alternative>,
}

/// Another value of an option, and what it would do to a line.
#[derive(Debug, Clone)]
pub struct Alternative {
    /// The value as [`OptionSpec::set`] takes it; empty where the option would follow another one.
    pub value: String,
    /// Its label.
    pub label: Message,
    /// It is an example: the option takes many texts or numbers.
    pub example: bool,
    /// What becomes of the line.
    pub becomes: Becomes,
    /// The file's other path, where the value moves the file.
    pub path: Option<String>,
    /// The fallback that would be used, where a rule would block this value.
    pub blocked: Option<Blocked>,
    /// Other options that would take another value along with it.
    pub side_effects: Vec<SideEffect>,
}

/// An option whose value in effect changes along with another option, as a rule says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SideEffect {
    /// Id of the option.
    pub option: &'static str,
    /// Label of the value in effect now.
    pub from: Message,
    /// Label of the value that would be in effect.
    pub to: Message,
    /// Why, where a rule would keep the wish off; `None` where the wish would come into effect.
    pub reason: Option<&'static str>,
}

/// What becomes of a line under another value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Becomes {
    /// It stays as it is.
    Same,
    /// It goes, and nothing comes in its place.
    Gone {
        /// The lines that go together, this one among them.
        block: Block,
    },
    /// Something else stands in its place.
    Lines {
        /// The lines that are replaced together, this one among them.
        block: Block,
        /// What stands there instead.
        lines: Vec<String>,
    },
    /// There is no such file.
    FileGone,
}

/// Lines of a file, both ends included, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Block {
    /// First line.
    pub first: usize,
    /// Last line.
    pub last: usize,
}

/// A file and everything that other values would do to it.
///
/// Making it renders the file a hundred times or more; asking it is cheap, so a page keeps it while the file is shown.
#[derive(Debug, Clone)]
pub struct Explained {
    lines: Vec<String>,
    options: Vec<Tried>,
}

/// An option, and what became of the file under its other values.
#[derive(Debug, Clone)]
struct Tried {
    option: &'static OptionSpec,
    value: String,
    blocked: Option<Blocked>,
    outcomes: Vec<TrialOutcome>,
}

/// Another value of an option.
struct Trial {
    value: String,
    example: bool,
    choices: Choices,
    effective: Choices,
}

/// What became of a file.
#[derive(Debug, Clone)]
struct TrialOutcome {
    value: String,
    label: Message,
    example: bool,
    blocked: Option<Blocked>,
    side_effects: Vec<SideEffect>,
    path: Option<String>,
    change: TextChange,
}

#[derive(Debug, Clone)]
enum TextChange {
    /// These lines, counted from 0, are replaced by those; an empty range says where lines are put in.
    Lines(Vec<(Range<usize>, Vec<String>)>),
    FileGone,
}

/// What a line of a file depends on; lines are counted from 1. `None` where the set has no such line.
pub fn line(choices: &Choices, path: &str, line: usize) -> Option<Explanation> {
    Explained::of(choices, path)?.line(line)
}

impl Explained {
    /// The file of a path; `None` where the set has no such file.
    pub fn of(choices: &Choices, path: &str) -> Option<Self> {
        let effective = rules::effective(choices);
        let plan = plan_of(&effective);
        let spec = FILES.iter().find(|spec| (spec.when)(&plan) && spec.path(&plan) == path);
        if spec.is_none() && path != MANIFEST {
            return None;
        }
        let mut memory = Memory::default();
        let lines = match spec {
            Some(spec) => trace(spec, &plan),
            None => manifest(&mut memory, &plan, choices),
        };
        let mut options = Vec::new();
        for option in OPTIONS {
            let mut outcomes = Vec::new();
            for trial in trials(option, choices) {
                let other = plan_of(&trial.effective);
                let (moved, change) = match spec {
                    Some(spec) if !(spec.when)(&other) => (None, TextChange::FileGone),
                    Some(spec) => {
                        let moved = Some(spec.path(&other)).filter(|other| other != path);
                        // What reads nothing that is another one need not be rendered.
                        let changes = if compiled(spec).0 & differing(&plan, &other) != 0 {
                            difference(&lines, &trace(spec, &other))
                        } else {
                            Vec::new()
                        };
                        (moved, TextChange::Lines(changes))
                    }
                    None => {
                        let after = manifest(&mut memory.clone(), &other, &trial.choices);
                        (None, TextChange::Lines(difference(&lines, &after)))
                    }
                };
                outcomes.push(TrialOutcome {
                    label: trial.label(option),
                    blocked: rules::blocked(option, &trial.choices, &trial.effective),
                    side_effects: side_effects(option, &effective, &trial),
                    value: trial.value,
                    example: trial.example,
                    path: moved,
                    change,
                });
            }
            // Options that do nothing to any line are of no interest.
            if outcomes.iter().any(|outcome| outcome.change.is_any()) {
                let blocked = rules::blocked(option, choices, &effective);
                options.push(Tried { option, value: option.get(choices), blocked, outcomes });
            }
        }
        Some(Self { lines: lines.into_iter().map(|line| line.text).collect(), options })
    }

    /// What a line depends on; lines are counted from 1. `None` where there is no such line.
    pub fn line(&self, line: usize) -> Option<Explanation> {
        let index = line.checked_sub(1).filter(|index| *index < self.lines.len())?;
        let depends = self.options.iter().filter(|tried| tried.touches(index));
        Some(Explanation { depends: depends.map(|tried| self.dependence(tried, index)).collect() })
    }

    /// For each line, the ids of the options that it depends on.
    pub fn options(&self) -> Vec<Vec<&'static str>> {
        let of_line =
            |index| self.options.iter().filter(move |tried| tried.touches(index)).map(|tried| tried.option.id);
        (0..self.lines.len()).map(|index| of_line(index).collect()).collect()
    }

    fn dependence(&self, tried: &Tried, index: usize) -> Dependence {
        let alternatives: Vec<Alternative> = tried
            .outcomes
            .iter()
            .map(|outcome| Alternative {
                value: outcome.value.clone(),
                label: outcome.label.clone(),
                example: outcome.example,
                becomes: outcome.change.of_line(index),
                path: outcome.path.clone(),
                blocked: outcome.blocked.clone(),
                side_effects: outcome.side_effects.clone(),
            })
            .collect();
        let before = &self.lines[index];
        let holds = !tried.value.is_empty()
            && before.contains(&tried.value)
            && alternatives.iter().filter(|alternative| alternative.example).any(|other| match &other.becomes {
                Becomes::Lines { lines, .. } => {
                    lines.join("\n").matches(&other.value).count() > before.matches(&other.value).count()
                }
                _ => false,
            });
        Dependence {
            option: tried.option,
            value: tried.value.clone(),
            label: tried.option.value_label(&tried.value),
            blocked: tried.blocked.clone(),
            holds,
            alternatives,
        }
    }
}

impl Tried {
    fn touches(&self, index: usize) -> bool {
        self.outcomes.iter().any(|outcome| outcome.change.of_line(index) != Becomes::Same)
    }
}

impl TextChange {
    /// Whether any line of the file is another one, or none.
    fn is_any(&self) -> bool {
        match self {
            Self::Lines(changes) => changes.iter().any(|(block, _)| !block.is_empty()),
            Self::FileGone => true,
        }
    }

    /// What becomes of a line, counted from 0.
    fn of_line(&self, index: usize) -> Becomes {
        let Self::Lines(changes) = self else { return Becomes::FileGone };
        let Some((block, lines)) = changes.iter().find(|(block, _)| block.contains(&index)) else {
            return Becomes::Same;
        };
        let block = Block { first: block.start + 1, last: block.end };
        if lines.is_empty() { Becomes::Gone { block } } else { Becomes::Lines { block, lines: lines.clone() } }
    }
}

/// Texts and numbers to take as an example of other values: the first one that an option takes and does not have.
const EXAMPLES: &[&str] = &["elsewhere.example", "elsewhere", "other.example", "other"];

/// The other values of an option, as far as it takes them.
fn trials(option: &'static OptionSpec, choices: &Choices) -> Vec<Trial> {
    let now = option.get(choices);
    let mut values: Vec<(String, bool)> = Vec::new();
    match option.kind {
        ValueKind::Switch | ValueKind::Set(_) => {
            values.extend(option.kind.values().into_iter().map(|value| (value.to_owned(), false)));
        }
        ValueKind::Number { min, max, auto } => {
            values.extend(auto.map(|auto| (auto.to_owned(), false)));
            let next = now.parse::<u32>().map_or(min, |number| if number < max { number + 1 } else { min });
            values.push((next.to_string(), true));
        }
        ValueKind::Text { .. } | ValueKind::List { .. } => {
            if option.follows.is_some() && !option.wish(choices).is_empty() {
                values.push((String::new(), false));
            }
            let mut tried = choices.clone();
            let takes = |example: &&&str| option.set(&mut tried, example).is_ok() && option.get(&tried) != now;
            values.extend(EXAMPLES.iter().find(takes).map(|example| ((*example).to_owned(), true)));
        }
    }
    values
        .into_iter()
        .filter(|(value, _)| *value != now)
        .filter_map(|(value, example)| {
            let mut changed = choices.clone();
            option.set(&mut changed, &value).ok()?;
            let effective = rules::effective(&changed);
            Some(Trial { value, example, choices: changed, effective })
        })
        .collect()
}

impl Trial {
    fn label(&self, option: &OptionSpec) -> Message {
        option.value_label(&option.get(&self.choices))
    }
}

/// Options beside the one that is tried whose value in effect changes as well, because a rule says so.
fn side_effects(option: &OptionSpec, effective: &Choices, trial: &Trial) -> Vec<SideEffect> {
    let others = OPTIONS.iter().filter(|other| other.id != option.id);
    others
        .filter_map(|other| {
            let (from, to) = (other.get(effective), other.get(&trial.effective));
            // What follows the option's value is no other wish.
            if from == to || (other.follows.is_some() && other.wish(&trial.choices).is_empty()) {
                return None;
            }
            Some(SideEffect {
                option: other.id,
                from: other.value_label(&from),
                to: other.value_label(&to),
                reason: rules::blocked(other, &trial.choices, &trial.effective).and_then(|blocked| blocked.reason),
            })
        })
        .collect()
}

/// The manifest's lines; for their source, which has no template, stands what they are about.
fn manifest(memory: &mut Memory, plan: &Plan, choices: &Choices) -> Vec<TracedLine> {
    memory.render_unrecorded(plan);
    let text = memory.manifest(choices);
    let (mut section, mut key) = ("", "");
    let lines = text.lines().map(|line| {
        let word = line.trim_start().split(':').next().unwrap_or_default();
        match line.len() - line.trim_start().len() {
            0 => (section, key) = (word, ""),
            2 => key = word,
            _ => {}
        }
        TracedLine { source: number(section, key), item: 0, text: line.to_owned() }
    });
    lines.collect()
}

/// A number for two words (FNV-1a).
fn number(section: &str, key: &str) -> usize {
    let bytes = section.bytes().chain([0]).chain(key.bytes());
    let hash = bytes.fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    hash as usize
}

/// Which lines are replaced by which; the ranges are in order and do not meet lines that stay.
///
/// Lines stay that come from the same line of the template and are equal; between those, lines that are equal; and of
/// what is left between those, lines from the same line of the template replace each other, and the rest as a whole.
fn difference(before: &[TracedLine], after: &[TracedLine]) -> Vec<(Range<usize>, Vec<String>)> {
    let same = |(a, b): &(&TracedLine, &TracedLine)| a == b;
    let head = before.iter().zip(after).take_while(same).count();
    let tail = before[head..].iter().rev().zip(after[head..].iter().rev()).take_while(same).count();
    let whole = Hunk { old: head..before.len() - tail, new: head..after.len() - tail };

    let mut numbers = BTreeMap::new();
    let mut identified = |lines: &[TracedLine]| -> Vec<Identity> {
        lines
            .iter()
            .map(|line| {
                let next = numbers.len();
                Identity { place: (line.source, line.item), text: *numbers.entry(line.text.clone()).or_insert(next) }
            })
            .collect()
    };
    let (old, new) = (identified(before), identified(after));
    // An empty line is equal to every other one, and says nothing about where a text goes on.
    let word = |lines: &[TracedLine], index: usize| !lines[index].text.trim().is_empty();
    let mut changes: Vec<(Range<usize>, Vec<String>)> = Vec::new();
    for hunk in whole.split(|old_index, new_index| old[old_index] == new[new_index]).0 {
        let equal = |a: usize, b: usize| old[a].text == new[b].text && word(before, a);
        for hunk in hunk.split(equal).0 {
            let (left, pairs) = hunk.split(|a, b| old[a].place == new[b].place && old[a].place.0 != 0);
            let pairs = pairs.into_iter().map(|(a, b)| Hunk { old: a..a + 1, new: b..b + 1 });
            for Hunk { old, new } in left.into_iter().chain(pairs) {
                changes.push((old, after[new].iter().map(|line| line.text.clone()).collect()));
            }
        }
    }
    changes.sort_by_key(|(old, _)| (old.start, old.end));
    changes
}

/// A line: the template's line and the loops' items that it came from, and a number for its text.
#[derive(PartialEq, Eq)]
struct Identity {
    place: (usize, u32),
    text: usize,
}

/// Lines that stand at the same place in two texts.
struct Hunk {
    old: Range<usize>,
    new: Range<usize>,
}

impl Hunk {
    /// Pairs of lines that are the same in a sense, in order, and what is left between them.
    fn split(&self, same: impl Fn(usize, usize) -> bool) -> (Vec<Hunk>, Vec<(usize, usize)>) {
        let pairs = common(self.old.len(), self.new.len(), |a, b| same(self.old.start + a, self.new.start + b));
        let pairs: Vec<(usize, usize)> =
            pairs.into_iter().map(|(a, b)| (self.old.start + a, self.new.start + b)).collect();
        let mut left = Vec::new();
        let (mut old, mut new) = (self.old.start, self.new.start);
        for (a, b) in pairs.iter().copied().chain([(self.old.end, self.new.end)]) {
            if a > old || b > new {
                left.push(Hunk { old: old..a, new: new..b });
            }
            (old, new) = (a + 1, b + 1);
        }
        (left, pairs)
    }
}

/// A file that an option touches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TouchedFile {
    /// Its path; of a file that only another value brings, the path that it would have.
    pub path: String,
    /// Whether it is there now, and stays.
    pub presence: Presence,
    /// For each line of the file as it is now, whether another value of the option changes it or takes it away.
    pub lines: Vec<bool>,
    /// After which lines, counted from 1, another value puts lines in; 0 stands for the beginning.
    pub inserts: Vec<usize>,
}

/// Whether a file is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Presence {
    /// Under every value of the option.
    Stays,
    /// Now, and not under every other value.
    Goes,
    /// Not now, and under another value.
    Comes,
}

/// The files and lines that the other values of an option touch, in the order of the paths.
pub fn touched(choices: &Choices, option: &'static OptionSpec) -> Vec<TouchedFile> {
    let effective = rules::effective(choices);
    let plan = plan_of(&effective);
    let mut memory = Memory::default();
    let before: Vec<Option<Vec<TracedLine>>> =
        FILES.iter().map(|spec| (spec.when)(&plan).then(|| trace(spec, &plan))).collect();
    let record = manifest(&mut memory, &plan, choices);

    let mut touched: BTreeMap<String, TouchedFile> = BTreeMap::new();
    let mut touch = |path: String, presence: Presence, count: usize, changes: Vec<(Range<usize>, Vec<String>)>| {
        let new = TouchedFile { path: path.clone(), presence, lines: vec![false; count], inserts: Vec::new() };
        let file = touched.entry(path).or_insert(new);
        file.presence = file.presence.max(presence);
        for (block, _) in changes {
            if block.is_empty() && !file.inserts.contains(&block.start) {
                file.inserts.push(block.start);
            }
            file.lines[block].fill(true);
        }
        file.inserts.sort_unstable();
    };
    for trial in trials(option, choices) {
        let other = plan_of(&trial.effective);
        let changed = differing(&plan, &other);
        for (spec, before) in FILES.iter().zip(&before) {
            match (before, (spec.when)(&other)) {
                (None, false) => {}
                (None, true) => touch(spec.path(&other), Presence::Comes, 0, Vec::new()),
                (Some(before), false) => {
                    let count = before.len();
                    touch(spec.path(&plan), Presence::Goes, count, vec![(0..count, Vec::new())]);
                }
                (Some(before), true) => {
                    let moved = spec.path(&plan) != spec.path(&other);
                    let replaced = if compiled(spec).0 & changed != 0 {
                        difference(before, &trace(spec, &other))
                    } else {
                        Vec::new()
                    };
                    if moved || !replaced.is_empty() {
                        touch(spec.path(&plan), Presence::Stays, before.len(), replaced);
                    }
                }
            }
        }
        let replaced = difference(&record, &manifest(&mut memory.clone(), &other, &trial.choices));
        if !replaced.is_empty() {
            touch(MANIFEST.to_owned(), Presence::Stays, record.len(), replaced);
        }
    }
    touched.into_values().collect()
}
