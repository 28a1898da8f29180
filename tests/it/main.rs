//! Tests of the engine and of the command line, as one binary.
#![allow(clippy::disallowed_methods, reason = "tests read files and start the real readers")]
#![allow(clippy::case_sensitive_file_extension_comparisons, reason = "the paths are our own, in lower case")]

#[path = "../reach/all.rs"]
mod all;
#[path = "../common/cases.rs"]
mod cases;
#[path = "../common/mod.rs"]
mod common;
#[path = "../../fuzz/src/lib.rs"]
#[allow(unreachable_pub, reason = "a crate of its own elsewhere")]
mod fuzzed;
#[allow(dead_code, reason = "a part of the build script")]
#[path = "../../build/options.rs"]
mod options;
#[path = "../common/pairs.rs"]
mod pairs;
#[allow(dead_code, reason = "a part of the build script")]
#[path = "../../build/templates.rs"]
mod templates;

mod cli;
mod codec;
mod compare;
mod compiled;
mod difference;
mod docs;
mod exchange;
mod explain;
mod fuzz;
mod golden;
mod inspect;
mod matrix;
mod messages;
mod migrate;
mod names;
mod next;
mod podman;
mod props;
mod quote;
mod reach;
mod reading;
mod requirements;
mod rules;
mod stack;
mod support;
mod tidy;
mod truths;
mod update;
mod verification;
