//! The arguments, as clap reads them.

use std::path::PathBuf;

use clap::{ArgGroup, Parser, Subcommand, ValueEnum};
use dunnage::catalog::date::Date;

/// Container files for a Django project, checked with the real tools.
///
/// The same engine as the wizard in the browser: the same choices give the same bytes.
#[derive(Debug, Parser)]
#[command(name = "dunnage", version, arg_required_else_help = true, max_term_width = 100)]
#[command(
    after_help = "Exit codes: 0 done; 1 the choices have an error, check found a difference, or update left a conflict; 2 usage; 3 a file that differs would have \
been overwritten; 4 something could not be read or written."
)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) verb: Verb,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Write the file set of given choices
    Render(Render),
    /// Say what an existing project tells about the options, with evidence
    Inspect(Inspect),
    /// Show what differs between two set-ups, what it asks for, and why
    Compare(Compare),
    /// Plan the way from an existing project to given choices: checklist, diffs, patch
    Migrate(Migrate),
    /// Say what of a set was edited, is out of date, missing or extra; exit 1 if anything
    Check(Check),
    /// Bring a set up to date, and keep what was edited by hand
    Update(Update),
    /// Bring your own requirements into the lists of a set, and account for every line
    Requirements(Requirements),
    /// Print the fragment of the wizard's address for given choices
    Link(Wish),
    /// Print the choices of a link as YAML
    Open {
        /// The wizard's address, or the part of it after #
        link: String,
    },
    /// List every option with its values and default
    Options {
        /// As JSON, for programs
        #[arg(long)]
        json: bool,
    },
    /// List the presets
    Presets {
        /// As JSON, for programs
        #[arg(long)]
        json: bool,
    },
    /// Print a completion script for a shell
    Completions {
        /// Shell to complete for
        shell: clap_complete::Shell,
    },
}

/// Write the file set of given choices.
///
/// Choices are the defaults, then the preset, then the file, then each --set in order.
#[derive(Debug, clap::Args)]
#[command(group = ArgGroup::new("target").required(true).args(["out", "zip", "stdout"]))]
#[command(after_help = "Examples:\n  \
dunnage render --preset new-project --set project-name=shop --out shop\n  \
dunnage render --choices dunnage.yaml --set postgres=18 --zip shop.zip\n  \
dunnage render --preset senex --stdout docker-compose.yml")]
pub(crate) struct Render {
    #[command(flatten)]
    pub(crate) wish: Wish,
    /// Write the files into this directory
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Write a zip archive; - writes it to standard output
    #[arg(long, value_name = "FILE")]
    pub(crate) zip: Option<PathBuf>,
    /// Print one file of the set, by its path in the set
    #[arg(long, value_name = "PATH")]
    pub(crate) stdout: Option<String>,
    /// Overwrite files that differ
    #[arg(long)]
    pub(crate) force: bool,
    /// Date that decides which versions count as ended; today if left out
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(crate) today: Option<Date>,
}

/// The choices that a verb starts from.
#[derive(Debug, clap::Args)]
pub(crate) struct Wish {
    /// Preset to start from; `dunnage presets` lists them
    #[arg(long, value_name = "ID")]
    pub(crate) preset: Option<String>,
    /// YAML file with choices, such as the dunnage.yaml of an earlier set; - reads standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) choices: Option<PathBuf>,
    /// One choice; may be repeated. `dunnage options` lists them
    #[arg(long, value_name = "ID=VALUE")]
    pub(crate) set: Vec<String>,
}

/// Say what an existing project tells about the options, with evidence.
///
/// Settings, requirements, Dockerfiles, compose files, server configurations and the like are read; of environment
/// files only the names, never a value. Nothing is written.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
dunnage inspect .\n  \
dunnage inspect . --yaml >choices.yaml")]
pub(crate) struct Inspect {
    /// Directory of the project
    pub(crate) directory: PathBuf,
    /// As JSON, for programs
    #[arg(long)]
    pub(crate) json: bool,
    /// Only the choices that follow, as YAML
    #[arg(long, conflicts_with = "json")]
    pub(crate) yaml: bool,
}

/// Show what differs between two set-ups, what it asks for, and why.
///
/// A side is the id of a preset, a YAML file with choices, or the directory of a project, whose files are compared as
/// they are; where there is no dunnage.yaml, its choices are what inspect finds. Write ./NAME for a file or directory that is called like a preset.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
dunnage compare reference senex\n  \
dunnage compare shop single-server --format markdown >comparison.md")]
pub(crate) struct Compare {
    /// Where one comes from
    pub(crate) left: String,
    /// Where one goes
    pub(crate) right: String,
    /// How it is shown; markdown and json have the diffs of the files as well
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,
    /// Date that decides which versions count as ended; today if left out
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(crate) today: Option<Date>,
}

/// Plan the way from an existing project to given choices: checklist, diffs, patch.
///
/// The choices are what inspect finds, then the preset, then the file, then each --set in order. Your own files are
/// adapted: requirements are split, settings get lines at their end. Nothing is written into the project: the
/// checklist goes to standard output, and the patch is for `git apply`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
dunnage migrate . --set celery=worker >MIGRATION.md\n  \
dunnage migrate . --patch - | git apply")]
pub(crate) struct Migrate {
    /// Directory of the project
    pub(crate) directory: PathBuf,
    #[command(flatten)]
    pub(crate) wish: Wish,
    /// Print everything as JSON, for programs
    #[arg(long)]
    pub(crate) json: bool,
    /// Write a patch for `git apply` instead of the checklist; - writes it to standard output
    #[arg(long, value_name = "FILE", conflicts_with = "json")]
    pub(crate) patch: Option<PathBuf>,
    /// Write a zip archive of the new and changed files instead; - writes it to standard output
    #[arg(long, value_name = "FILE", conflicts_with_all = ["json", "patch"])]
    pub(crate) zip: Option<PathBuf>,
    /// Overwrite a patch or archive that differs
    #[arg(long)]
    pub(crate) force: bool,
    /// Date that decides which versions count as ended; today if left out
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(crate) today: Option<Date>,
}

/// Say what of a set was edited, is out of date, missing or extra.
///
/// The set is a directory with a dunnage.yaml. Line ends do not count as an edit.
#[derive(Debug, clap::Args)]
pub(crate) struct Check {
    /// Directory of the set
    pub(crate) directory: PathBuf,
    /// As JSON, for programs
    #[arg(long)]
    pub(crate) json: bool,
    /// Date that decides which versions count as ended; today if left out
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(crate) today: Option<Date>,
}

/// Bring a set up to date, and keep what was edited by hand.
///
/// The choices are those of its dunnage.yaml, then each --set in order. What nobody edited is replaced; edits are
/// merged; where both changed the same lines, both stand in the file between git's markers, and the exit code is 1.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
dunnage update shop --set postgres=18 --dry-run\n  \
dunnage update shop")]
pub(crate) struct Update {
    /// Directory of the set
    pub(crate) directory: PathBuf,
    /// One choice; may be repeated. `dunnage options` lists them
    #[arg(long, value_name = "ID=VALUE")]
    pub(crate) set: Vec<String>,
    /// Only show what would be done
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Show it as JSON, with diffs, for programs
    #[arg(long)]
    pub(crate) json: bool,
    /// Date that decides which versions count as ended; today if left out
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(crate) today: Option<Date>,
}

/// Bring your own requirements into the lists of a set, and account for every line.
///
/// Pins, extras, markers, hashes, comments and options are kept word for word. A package that the set pins as well
/// keeps your line. Without --out the account is printed, and nothing is written.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
dunnage requirements requirements.txt --choices dunnage.yaml\n  \
dunnage requirements requirements.txt requirements-dev.txt --out .")]
pub(crate) struct Requirements {
    /// Your requirements files; a file that another one includes with -r is followed if it is given
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) wish: Wish,
    /// Write the lists into this directory
    #[arg(long, value_name = "DIR", conflicts_with = "json")]
    pub(crate) out: Option<PathBuf>,
    /// Overwrite files that differ
    #[arg(long, requires = "out")]
    pub(crate) force: bool,
    /// Print account and lists as JSON, for programs
    #[arg(long)]
    pub(crate) json: bool,
}

/// How a comparison is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Columns for a terminal
    Table,
    /// Markdown
    Markdown,
    /// JSON with stable keys
    Json,
}
