//! The command line: the engine's face for scripts and terminals.
//!
//! Data goes to standard output, messages to standard error.
//! Exit codes: 0 done; 1 the choices have an error, or a set is not as it should be; 2 usage; 3 a file that differs would have been overwritten;
//! 4 something could not be read or written.
#![allow(clippy::disallowed_methods, reason = "this face does the input and output that the engine must not do")]

mod args;
mod input;
mod listing;
mod project;
mod render;

use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::{CommandFactory as _, Parser as _};

use args::{Args, Verb};

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Done,
    BadChoices,
    Differs,
    Usage,
    WouldOverwrite,
    Io,
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        Self::from(match outcome {
            Outcome::Done => 0,
            Outcome::BadChoices | Outcome::Differs => 1,
            Outcome::Usage => 2,
            Outcome::WouldOverwrite => 3,
            Outcome::Io => 4,
        })
    }
}

fn main() -> ExitCode {
    let outcome = match Args::parse().verb {
        Verb::Render(args) => render::run(&args),
        Verb::Inspect(args) => project::inspect(&args),
        Verb::Compare(args) => project::compare(&args),
        Verb::Migrate(args) => project::migrate(&args),
        Verb::Check(args) => project::check(&args),
        Verb::Update(args) => project::update(&args),
        Verb::Requirements(args) => project::requirements(&args),
        Verb::Link(args) => project::link(&args),
        Verb::Open { link } => project::open(&link),
        Verb::Options { json } => print(&if json { listing::options_json() } else { listing::options_text() }),
        Verb::Presets { json } => print(&if json { listing::presets_json() } else { listing::presets_text() }),
        Verb::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Args::command(), "dunnage", &mut script);
            print_bytes(&script)
        }
    };
    outcome.into()
}

fn print(text: &str) -> Outcome {
    print_bytes(text.as_bytes())
}

/// Writes data to standard output; a reader that went away early is no failure.
fn print_bytes(bytes: &[u8]) -> Outcome {
    match io::stdout().lock().write_all(bytes).and_then(|()| io::stdout().flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            message(&format!("error: standard output: {error}"));
            Outcome::Io
        }
        _ => Outcome::Done,
    }
}

/// Writes a line to standard error; when even that fails there is nobody left to tell.
fn message(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}
