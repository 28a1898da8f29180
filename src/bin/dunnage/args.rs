//! The arguments, as clap reads them.

use std::path::PathBuf;

use clap::{ArgGroup, Parser, Subcommand, ValueEnum};
use dunnage::catalog::date::Date;

/// Container files for a Django project, checked with the real tools.
///
/// Uses the same engine as the wizard in the browser: the same choices produce the same bytes.
#[derive(Debug, Parser)]
#[command(name = "dunnage", version, arg_required_else_help = true, max_term_width = 100)]
#[command(
    after_help = "Exit codes: 0 success; 1 the choices contain an error, check found a difference, or update left a \
                  conflict; 2 usage error; 3 a file that differs would have been overwritten; 4 something could not be \
                  read or written."
)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) verb: Verb,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Write the file set for the given choices
    Render(Render),
    /// Report what an existing project reveals about the options, with evidence
    Inspect(Inspect),
    /// Show what differs between two setups, what to adapt, and why
    Compare(Compare),
    /// Plan the migration of an existing project to the given choices: checklist, diffs, patch
    Migrate(Migrate),
    /// Report files of a set that were edited, are out of date, missing or unexpected; exit 1 if any
    Check(Check),
    /// Update a set and keep manual edits
    Update(Update),
    /// Sort your own requirements into the lists of a set, and account for every line
    Requirements(Requirements),
    /// Print the fragment of the wizard's URL for the given choices
    Link(Wish),
    /// Print the choices of a link as YAML
    Open {
        /// The wizard's URL, or the part after #
        link: String,
    },
    /// List all options with their values and defaults
    Options {
        /// Print JSON, for programs
        #[arg(long)]
        json: bool,
    },
    /// List the presets
    Presets {
        /// Print JSON, for programs
        #[arg(long)]
        json: bool,
    },
    /// Print a completion script for a shell
    Completions {
        /// Shell to complete for
        shell: clap_complete::Shell,
    },
}

/// Write the file set for the given choices.
///
/// Choices start from the defaults; the preset, the file and each --set are then applied, in this order.
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
    /// Date used to decide which versions have reached end of life; defaults to today
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

/// Report what an existing project reveals about the options, with evidence.
///
/// Reads settings, requirements, Dockerfiles, Compose files, server configurations and the like; from environment files
/// it reads only the names, never a value. Writes nothing.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
dunnage inspect .\n  \
dunnage inspect . --yaml >choices.yaml")]
pub(crate) struct Inspect {
    /// Directory of the project
    pub(crate) directory: PathBuf,
    /// Directory of manage.py, relative to the directory; by default the one nearest to it
    #[arg(long, value_name = "DIR")]
    pub(crate) project: Option<String>,
    /// Print JSON, for programs
    #[arg(long)]
    pub(crate) json: bool,
    /// Print only the resulting choices, as YAML
    #[arg(long, conflicts_with = "json")]
    pub(crate) yaml: bool,
}

/// Show what differs between two setups, what to adapt, and why.
///
/// Each side is the ID of a preset, a YAML file with choices, or a project directory, whose files are compared as they
/// are; without a dunnage.yaml, the choices are those that inspect finds. Write ./NAME for a file or directory with the
/// same name as a preset.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
dunnage compare reference senex\n  \
dunnage compare shop single-server --format markdown >comparison.md")]
pub(crate) struct Compare {
    /// The setup to start from
    pub(crate) left: String,
    /// The setup to move to
    pub(crate) right: String,
    /// Output format; markdown and json include the file diffs
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,
    /// Date used to decide which versions have reached end of life; defaults to today
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(crate) today: Option<Date>,
}

/// Plan the migration of an existing project to the given choices: checklist, diffs, patch.
///
/// Choices start from what inspect finds; the preset, the file and each --set are then applied, in this order. Your own
/// files are adapted: requirements are split, and lines are added at the end of the settings. Nothing is written to the
/// project: the checklist goes to standard output, and the patch is for `git apply`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
dunnage migrate . --set celery=worker >MIGRATION.md\n  \
dunnage migrate . --patch - | git apply")]
pub(crate) struct Migrate {
    /// Directory of the project
    pub(crate) directory: PathBuf,
    /// Directory of manage.py, relative to the directory; by default the one nearest to it
    #[arg(long, value_name = "DIR")]
    pub(crate) project: Option<String>,
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
    /// Date used to decide which versions have reached end of life; defaults to today
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(crate) today: Option<Date>,
}

/// Report files of a set that were edited, are out of date, missing or unexpected.
///
/// A set is a directory with a dunnage.yaml. Different line endings do not count as an edit.
#[derive(Debug, clap::Args)]
pub(crate) struct Check {
    /// Directory of the set
    pub(crate) directory: PathBuf,
    /// Print JSON, for programs
    #[arg(long)]
    pub(crate) json: bool,
    /// Date used to decide which versions have reached end of life; defaults to today
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(crate) today: Option<Date>,
}

/// Update a set and keep manual edits.
///
/// Choices start from the dunnage.yaml of the set; each --set is then applied in order. Unedited files are replaced and
/// edits are merged; where both changed the same lines, the file contains both versions between git's conflict markers,
/// and the exit code is 1.
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
    /// Only show what would change
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Print JSON with diffs, for programs
    #[arg(long)]
    pub(crate) json: bool,
    /// Date used to decide which versions have reached end of life; defaults to today
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(crate) today: Option<Date>,
}

/// Sort your own requirements into the lists of a set, and account for every line.
///
/// Pins, extras, markers, hashes, comments and options are kept verbatim. For packages that the set also pins, your
/// line is kept. Without --out, the account is printed and nothing is written.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
dunnage requirements requirements.txt --choices dunnage.yaml\n  \
dunnage requirements requirements.txt requirements-dev.txt --out .")]
pub(crate) struct Requirements {
    /// Your requirements files; a file included with -r is followed if you list it too
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
    /// Print the account and the lists as JSON, for programs
    #[arg(long)]
    pub(crate) json: bool,
}

/// Output format of a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Columns for a terminal
    Table,
    /// Markdown
    Markdown,
    /// JSON with stable keys
    Json,
}
