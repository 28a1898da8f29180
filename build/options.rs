//! What the fields of the plan that hold an option may be compared with, read from the sources of the engine.

use std::collections::BTreeMap;

/// The ids of an option's values, by the field of the plan that holds it.
#[derive(Default)]
pub(crate) struct Options {
    fields: BTreeMap<String, Vec<String>>,
}

impl Options {
    /// Reads the source of the plan (`pub server: Server,`), and that of the option table:
    ///
    /// ```text
    ///     Server {
    ///         Gunicorn "gunicorn" "Gunicorn" "…",
    /// ```
    pub(crate) fn read(plan: &str, table: &str) -> Self {
        let mut sets: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        let mut name = "";
        let rows = table.split("\nsets! {").nth(1).and_then(|rest| rest.split("\n}").next()).unwrap_or_default();
        for line in rows.lines().map(str::trim).filter(|line| !line.starts_with("//")) {
            if let Some(opened) = line.strip_suffix(" {") {
                name = opened;
            } else if let Some(id) = line.split('"').nth(1) {
                sets.entry(name).or_default().push(id.to_owned());
            }
        }
        let fields = plan.lines().filter_map(|line| {
            let (field, kind) = line.trim().strip_prefix("pub ")?.strip_suffix(',')?.split_once(": ")?;
            Some((field.to_owned(), sets.get(kind)?.clone()))
        });
        Self { fields: fields.collect() }
    }

    /// Whether a field holds an option.
    pub(crate) fn has(&self, field: &str) -> bool {
        self.fields.contains_key(field)
    }

    /// Refuses a literal that no value of the field's option is.
    pub(crate) fn check(&self, field: &str, literal: &str) -> Result<(), String> {
        match self.fields.get(field) {
            Some(ids) if !ids.iter().any(|id| id == literal) => {
                Err(format!("{field} is never {literal:?}: it is one of {}", ids.join(", ")))
            }
            _ => Ok(()),
        }
    }
}
