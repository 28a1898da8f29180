//! The long proofs in a real container engine, run by `make verify`.
#![allow(clippy::disallowed_methods, reason = "these tests start a container engine")]

#[path = "../common/mod.rs"]
mod common;
#[path = "../common/pairs.rs"]
mod covering;
#[path = "../harness/mod.rs"]
mod harness;
#[path = "../common/cases.rs"]
mod small;

mod cases;
mod pairs;
mod survive;
mod tools;
mod watch;
