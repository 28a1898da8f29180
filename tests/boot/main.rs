//! The proof that a set runs: built and brought up in a real container engine, probed, and stopped.
//!
//! It does what `CONTAINERS.md` tells the user to do, with the files as they are rendered.
#![allow(clippy::disallowed_methods, reason = "these tests start a container engine")]

#[path = "../common/mod.rs"]
mod common;
#[path = "../harness/mod.rs"]
mod harness;

mod development;
mod presets;
mod tools;
