//! Sets in a real container engine: rendered, filled in as `CONTAINERS.md` says, built, brought up, probed, removed.
//!
//! A test makes a [`Stack`] and a [`Scenario`], and asks the site through its [`Stack::door`].
#![allow(dead_code, unused_imports, reason = "not every test binary uses everything")]

pub(crate) mod boxes;
pub(crate) mod certificates;
pub(crate) mod development;
mod http;
pub(crate) mod probes;
mod scenario;
mod stack;

pub(crate) use http::{Door, Response, WebSocket};
pub(crate) use scenario::Scenario;
pub(crate) use stack::{Container, Output, Stack, docker};

use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use dunnage::catalog::codec;
use dunnage::catalog::date::Date;
use dunnage::catalog::options::Choices;
use dunnage::catalog::presets::preset;

use crate::common::skip;

/// The day that the sets are made on.
pub(crate) const TODAY: Date = Date::new(2026, 11, 23);

/// Whether an engine answers; where none does the test is skipped by name.
pub(crate) fn engine(test: &str) -> bool {
    let answers = Command::new("docker")
        .args(["compose", "ls"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    if !answers {
        skip(test, "no container engine answers", "start Docker Engine with Compose 2, or set DOCKER_HOST");
    }
    answers
}

/// A preset as a project that runs, with changes on top.
pub(crate) fn new_project(preset_id: &str, changes: &[(&str, &str)]) -> Choices {
    let mut choices = preset(preset_id).expect("a preset").choices.clone();
    for (id, value) in [("start", "new")].iter().chain(changes) {
        codec::set(&mut choices, id, value).unwrap_or_else(|problem| panic!("{problem}"));
    }
    choices
}

/// Asks again every half second until the answer is there; `None` when it does not come in time.
pub(crate) fn wait_for<T>(seconds: u64, mut ask: impl FnMut() -> Option<T>) -> Option<T> {
    let end = Instant::now() + Duration::from_secs(seconds);
    loop {
        if let Some(answer) = ask() {
            return Some(answer);
        }
        if Instant::now() > end {
            return None;
        }
        sleep(Duration::from_millis(500));
    }
}
