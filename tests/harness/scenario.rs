//! What a scenario has checked and seen, for whoever wants a record of it.

use std::cell::Cell;
use std::fmt::Debug;
use std::fs;
use std::io::Write as _;
use std::time::Instant;

/// Counts checks, and notes the result as one line of JSON in the file that `DUNNAGE_RESULTS` names.
pub(crate) struct Scenario {
    part: &'static str,
    name: String,
    choices: String,
    checks: Cell<usize>,
    started: Instant,
}

impl Scenario {
    /// `part` is `boot` or `survive`; `choices` says in a few words what was chosen.
    pub(crate) fn new(part: &'static str, name: &str, choices: &str) -> Self {
        let started = Instant::now();
        Self { part, name: name.to_owned(), choices: choices.to_owned(), checks: Cell::new(0), started }
    }

    /// One check; a failed one ends the test with what `why` says.
    #[track_caller]
    pub(crate) fn check(&self, holds: bool, why: impl FnOnce() -> String) {
        assert!(holds, "{}: {}", self.name, why());
        self.checks.set(self.checks.get() + 1);
    }

    /// One check that two values are the same.
    #[track_caller]
    #[allow(clippy::needless_pass_by_value, reason = "shorter where it is called")]
    pub(crate) fn same<T: PartialEq + Debug>(&self, seen: T, expected: T, what: impl FnOnce() -> String) {
        self.check(seen == expected, || format!("{}: {seen:?} instead of {expected:?}", what()));
    }

    /// One check that a text contains another.
    #[track_caller]
    pub(crate) fn contains(&self, text: &str, part: &str) {
        self.check(text.contains(part), || format!("no {part:?} in:\n{text}"));
    }

    /// Seconds since the start.
    pub(crate) fn seconds(&self) -> u64 {
        self.started.elapsed().as_secs()
    }

    /// Everything held; `observed` is one short sentence for people.
    pub(crate) fn done(&self, observed: &str) {
        let line = serde_json::json!({
            "part": self.part,
            "name": self.name,
            "choices": self.choices,
            "checks": self.checks.get(),
            "observed": observed,
            "seconds": self.seconds(),
        });
        eprintln!("{line}");
        if let Ok(path) = std::env::var("DUNNAGE_RESULTS") {
            let mut file = fs::OpenOptions::new().create(true).append(true).open(path).expect("the file of results");
            file.write_all(format!("{line}\n").as_bytes()).expect("the file of results");
        }
    }
}
