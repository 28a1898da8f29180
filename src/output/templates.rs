//! The templates, compiled: `build.rs` makes a function of each, and the compiler sees to it that they name nothing but
//! fields of the plan.

use std::ops::Range;

use crate::catalog::options::Postgres;
use crate::messages::Message;
use crate::plan::diagram::{Arrow, Group, Node, Volumes};
use crate::plan::files::{FILES, FileSpec};
use crate::plan::model::{
    ChecklistSection, ChoiceNote, ComparisonRow, FileNote, IgnoredGroup, InstallStep, Mark, Mounted, OutputVolume,
    Plan, Requirement, Section, Task,
};
use crate::plan::settings::{Setting, SettingGroup};
use crate::plan::stack::{Activation, Condition, Mount, Need, Network, Port, Probe, Scratch, Service, Variable};
use crate::text::quote;

/// A compiled template: appends its text.
pub type Template = fn(&Plan, &mut String);

/// Fields of the plan, a bit for each; those beyond the last bit share it.
pub type FieldSet = u128;

/// Every template: name without `.j2`, the fields that it reads, and what it was compiled to. Written by `build.rs`.
#[allow(clippy::all, clippy::pedantic, unused_parens, unused_variables, reason = "compiled, not written")]
pub const TEMPLATES: &[(&str, FieldSet, Template)] = include!(concat!(env!("OUT_DIR"), "/templates.rs"));

/// The fields that differ between two plans, as far as any template reads them. Written by `build.rs`.
#[allow(clippy::all, clippy::pedantic, reason = "compiled, not written")]
const DIFFERING: fn(&Plan, &Plan) -> FieldSet = include!(concat!(env!("OUT_DIR"), "/differing.rs"));

/// Every field of the plan that any template reads, in order. Written by `build.rs`.
pub const FIELDS: &[&str] = include!(concat!(env!("OUT_DIR"), "/fields.rs"));

/// Every template with an invisible character at the beginning of each line, which tells the line. Written by
/// `build.rs`; only what explains lines reads it.
#[allow(clippy::all, clippy::pedantic, unused_parens, unused_variables, reason = "compiled, not written")]
pub(super) const TRACED: &[(&str, Template)] = include!(concat!(env!("OUT_DIR"), "/traced.rs"));

/// The first of the characters that mark lines, and how many there are.
#[allow(clippy::unreadable_literal, reason = "compiled, not written")]
pub(super) const MARKS: (u32, u32) = include!(concat!(env!("OUT_DIR"), "/marks.rs"));

/// The characters that mark where an item of a loop begins; the one after them marks where it ends.
pub(super) const ITEM_MARKS: Range<u32> = 0x10_0000..0x10_FFFD;

/// What a row of the file table is rendered with: the fields that its template reads, and the template.
///
/// By the row's place in [`FILES`]. A row without a template is no valid constant, so it stops the build.
const COMPILED: [(FieldSet, Template); FILES.len()] = {
    let mut compiled = [(0, TEMPLATES[0].2); FILES.len()];
    let mut row = 0;
    while row < FILES.len() {
        compiled[row] = find(FILES[row].template);
        row += 1;
    }
    compiled
};

/// The fields that the template of a file reads, and the template.
pub const fn compiled(spec: &FileSpec) -> (FieldSet, Template) {
    find(spec.template)
}

/// The template of a name.
const fn find(name: &str) -> (FieldSet, Template) {
    let mut at = 0;
    while at < TEMPLATES.len() {
        let (found, reads, template) = TEMPLATES[at];
        if same(found.as_bytes(), name.as_bytes()) {
            return (reads, template);
        }
        at += 1;
    }
    panic!("a row of the file table has no template")
}

/// Equality that constants can be made with.
const fn same(one: &[u8], other: &[u8]) -> bool {
    if one.len() != other.len() {
        return false;
    }
    let mut at = 0;
    while at < one.len() {
        if one[at] != other[at] {
            return false;
        }
        at += 1;
    }
    true
}

/// The rows of the file table that the plan calls for, each with its place in the table, the fields that its template
/// reads, and the template.
pub fn called_for(plan: &Plan) -> impl Iterator<Item = (usize, &'static FileSpec, FieldSet, Template)> {
    let rows = FILES.iter().zip(COMPILED).enumerate().filter(|(_, (spec, _))| (spec.when)(plan));
    rows.map(|(index, (spec, (reads, template)))| (index, spec, reads, template))
}

/// The fields that differ between two plans. A file whose template reads none of them is the same.
pub fn differing(one: &Plan, other: &Plan) -> FieldSet {
    DIFFERING(one, other)
}

// What the compiled templates are made of. These are functions of their own, and stay such, because there are some
// thousand calls of them.

/// Appends a text.
#[inline(never)]
fn put(out: &mut String, text: &str) {
    out.push_str(text);
}

/// Puts what was appended since `start` through a quoting filter.
#[inline(never)]
fn quoted(out: &mut String, start: usize, quote: fn(&str) -> String) {
    let quoted = quote(&out[start..]);
    out.truncate(start);
    out.push_str(&quoted);
}

/// Appends texts with something between them.
#[inline(never)]
fn join(out: &mut String, texts: &[impl AsRef<str>], separator: &str) {
    for (index, text) in texts.iter().enumerate() {
        if index > 0 {
            out.push_str(separator);
        }
        out.push_str(text.as_ref());
    }
}

/// A value that templates write.
trait Write {
    fn write(&self, out: &mut String);
}

impl Write for str {
    fn write(&self, out: &mut String) {
        put(out, self);
    }
}

impl Write for u32 {
    #[inline(never)]
    fn write(&self, out: &mut String) {
        put(out, &self.to_string());
    }
}

impl Write for Message {
    fn write(&self, out: &mut String) {
        out.push_str(&self.to_string());
    }
}

impl Write for Mark {
    fn write(&self, out: &mut String) {
        put(out, self.label());
    }
}

impl Write for Postgres {
    fn write(&self, out: &mut String) {
        put(out, self.id());
    }
}

impl Write for Section {
    fn write(&self, out: &mut String) {
        self.label().write(out);
    }
}

impl Write for Activation {
    fn write(&self, out: &mut String) {
        put(out, self.id());
    }
}

impl Write for Condition {
    fn write(&self, out: &mut String) {
        put(out, self.id());
    }
}

impl Write for Option<&str> {
    fn write(&self, out: &mut String) {
        put(out, self.unwrap_or_default());
    }
}

/// Templates compare with the id.
impl PartialEq<&str> for Condition {
    fn eq(&self, word: &&str) -> bool {
        self.id() == *word
    }
}

/// A value that templates ask about.
trait Holds {
    fn holds(&self) -> bool;
}

impl Holds for bool {
    fn holds(&self) -> bool {
        *self
    }
}

impl Holds for Message {
    fn holds(&self) -> bool {
        !self.is_empty()
    }
}

impl Holds for str {
    fn holds(&self) -> bool {
        !self.is_empty()
    }
}

impl Holds for u32 {
    fn holds(&self) -> bool {
        *self != 0
    }
}

impl Holds for Activation {
    fn holds(&self) -> bool {
        *self != Self::Always
    }
}

impl<T> Holds for Option<T> {
    fn holds(&self) -> bool {
        self.is_some()
    }
}

impl<T> Holds for [T] {
    fn holds(&self) -> bool {
        !self.is_empty()
    }
}

/// What a loop is at; where its lines are marked, they tell which one they came from.
trait Item {
    /// What it is called among the others; empty where its lines are known by their text.
    #[allow(clippy::unnecessary_literal_bound, reason = "keys of other items belong to them")]
    fn key(&self) -> &str {
        ""
    }
}

impl Item for str {}
impl Item for Arrow {}
impl Item for ChecklistSection {}
impl Item for ChoiceNote {}
impl Item for ComparisonRow {}
impl Item for FileNote {}
impl Item for IgnoredGroup {}
impl Item for InstallStep {}
impl Item for Probe {}
impl Item for Requirement {}
impl Item for SettingGroup {}
impl Item for Volumes {}
impl<T> Item for [T] {}

impl Item for Task {
    fn key(&self) -> &str {
        self.text.key()
    }
}

macro_rules! items {
    ($($item:ty: $key:ident),* $(,)?) => {
        $(impl Item for $item {
            fn key(&self) -> &str {
                &self.$key
            }
        })*
    };
}

items!(Group: id, Mount: target, Mounted: target, Need: service, Network: name, Node: name, OutputVolume: name, Port: variable, Scratch: path, Service: name, Setting: name, Variable: name);

/// Marks that what follows came from an item of a loop.
#[inline(never)]
fn enter(out: &mut String, key: &str) {
    let hash = key.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    out.extend(char::from_u32(ITEM_MARKS.start + hash % (ITEM_MARKS.end - ITEM_MARKS.start)));
}

/// Marks that what came from an item ends.
#[inline(never)]
fn leave(out: &mut String) {
    out.extend(char::from_u32(ITEM_MARKS.end));
}
