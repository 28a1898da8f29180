//! The option table: every choice the wizard offers, written once.
//!
//! The form, the command line, the documentation, the link codec and the tests all read [`OPTIONS`].
//! An option's id is a public interface: a renamed id keeps its old name in `aliases`.
//!
//! Every option speaks text through [`OptionSpec::get`] and [`OptionSpec::set`], so that a face needs no
//! code per option; [`Choices`] itself is typed, so that the engine needs no text.

use std::sync::LazyLock;

use serde::{Serialize, Serializer};

use crate::catalog::names::{
    Application, DebianPackage, Distribution, Domains, Label, ModuleName, ModulePath, Name, ProjectName, Refusal,
    RelativePath, UserName,
};
use crate::messages::{Message, msg};

/// A step of the wizard; the options of a step stand together everywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FormStep {
    /// Names and places.
    Project,
    /// Python, base image, packages, user.
    Runtime,
    /// What answers HTTP.
    Server,
    /// Database, cache, uploads.
    Data,
    /// What happens before the first request.
    StartUp,
    /// Celery and its company.
    Tasks,
    /// What stands in front.
    Edge,
    /// Secrets and hardening.
    Safety,
    /// Where log lines go.
    Logging,
    /// Continuous integration and development.
    Delivery,
    /// What an existing project is, whatever is wished: [`Facts`].
    Existing,
}

impl FormStep {
    /// All steps in order.
    pub const ALL: [Self; 11] = [
        Self::Project,
        Self::Runtime,
        Self::Server,
        Self::Data,
        Self::StartUp,
        Self::Tasks,
        Self::Edge,
        Self::Safety,
        Self::Logging,
        Self::Delivery,
        Self::Existing,
    ];

    /// Heading of the step.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Project => "Project",
            Self::Runtime => "Runtime",
            Self::Server => "Server",
            Self::Data => "Data",
            Self::StartUp => "Startup",
            Self::Tasks => "Tasks",
            Self::Edge => "Edge",
            Self::Safety => "Security",
            Self::Logging => "Logging",
            Self::Delivery => "Delivery",
            Self::Existing => "Your project",
        }
    }

    /// One line on what the step decides.
    pub const fn intro(self) -> &'static str {
        match self {
            Self::Project => "What it is called and where it lives.",
            Self::Runtime => "Python, the base image, and the user it runs as.",
            Self::Server => "What serves HTTP inside the container.",
            Self::Data => "Database, cache and uploaded files.",
            Self::StartUp => "What happens before the first request.",
            Self::Tasks => "Background work with Celery.",
            Self::Edge => "Static files, the reverse proxy and HTTPS.",
            Self::Safety => "Secrets, and what the containers are allowed to do.",
            Self::Logging => "Where logs go, and what they look like.",
            Self::Delivery => "Continuous integration and local development.",
            Self::Existing => "What your project is made of: read from its files, and yours to correct.",
        }
    }

    /// Anchor of the step's section in the page.
    pub const fn anchor(self) -> &'static str {
        match self {
            Self::Project => "step-project",
            Self::Runtime => "step-runtime",
            Self::Server => "step-server",
            Self::Data => "step-data",
            Self::StartUp => "step-start-up",
            Self::Tasks => "step-tasks",
            Self::Edge => "step-edge",
            Self::Safety => "step-safety",
            Self::Logging => "step-logging",
            Self::Delivery => "step-delivery",
            Self::Existing => "step-existing",
        }
    }
}

/// One value of a set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ValueSpec {
    /// Id as in links, files and `--set`.
    pub id: &'static str,
    /// Short label.
    pub label: &'static str,
    /// What choosing it means, one line; empty where the label says it.
    pub help: &'static str,
}

/// What kind of value an option takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValueKind {
    /// `true` or `false`.
    Switch,
    /// One of a set.
    Set(&'static [ValueSpec]),
    /// A whole number between two bounds, inclusive.
    Number {
        /// Smallest value.
        min: u32,
        /// Largest value.
        max: u32,
        /// The word that leaves the number to the program, if there is one.
        auto: Option<&'static str>,
    },
    /// A text with a syntax of its own.
    Text {
        /// Largest number of characters.
        max: u32,
    },
    /// Any number of texts with a syntax of their own, with spaces between.
    List {
        /// Largest number of characters of all of them.
        max: u32,
    },
}

impl ValueKind {
    /// Values of a set; `false` and `true` for a switch; nothing for open kinds.
    pub fn values(self) -> Vec<&'static str> {
        match self {
            Self::Switch => vec!["false", "true"],
            Self::Set(values) => values.iter().map(|value| value.id).collect(),
            Self::Number { .. } | Self::Text { .. } | Self::List { .. } => Vec::new(),
        }
    }
}

/// A condition on one option.
#[derive(Debug, Clone, Copy)]
pub enum When {
    /// The option has one of these values.
    Is(&'static str, &'static [&'static str]),
    /// The option has none of these values.
    Not(&'static str, &'static [&'static str]),
    /// The option's number is smaller.
    Below(&'static str, u32),
    /// The option is set to something else than what follows from other options.
    Own(&'static str),
}

impl When {
    /// Id of the option that the condition reads.
    pub const fn option(self) -> &'static str {
        match self {
            Self::Is(id, _) | Self::Not(id, _) | Self::Below(id, _) | Self::Own(id) => id,
        }
    }

    /// Whether the condition holds.
    pub fn holds(self, choices: &Choices) -> bool {
        let Some(spec) = option(self.option()) else {
            return false;
        };
        let value = spec.get(choices);
        match self {
            Self::Is(_, values) => values.contains(&value.as_str()),
            Self::Not(_, values) => !values.contains(&value.as_str()),
            Self::Below(_, limit) => value.parse::<u32>().is_ok_and(|number| number < limit),
            Self::Own(_) => {
                let mut following = choices.clone();
                spec.set(&mut following, "").is_ok() && spec.get(&following) != value
            }
        }
    }
}

/// One option: a row of the table.
#[derive(Debug, Clone, Copy)]
pub struct OptionSpec {
    /// Id: DOM id, YAML key, link key, `--set` name.
    pub id: &'static str,
    /// Earlier ids that still parse.
    pub aliases: &'static [&'static str],
    /// Step it belongs to.
    pub step: FormStep,
    /// Accessible name of its control.
    pub label: &'static str,
    /// One line on what it is.
    pub help: &'static str,
    /// Why somebody would change it.
    pub why: &'static str,
    /// Kind of value.
    pub kind: ValueKind,
    /// Where an unset value comes from, in words; `None` where the option has a default of its own.
    pub follows: Option<&'static str>,
    /// The option means something only where all of these hold; elsewhere it is not shown and has its default.
    pub when: &'static [When],
    /// The wish as text; empty while an option follows another.
    wish: fn(&Choices) -> String,
    /// The value that holds, before rules.
    get: fn(&Choices) -> String,
    set: fn(&mut Choices, &str) -> Result<(), Refusal>,
}

impl OptionSpec {
    /// The wish as text; empty while the option follows another one.
    pub fn wish(&self, choices: &Choices) -> String {
        (self.wish)(choices)
    }

    /// The value that holds before rules: the wish, or what follows from other options.
    pub fn get(&self, choices: &Choices) -> String {
        (self.get)(choices)
    }

    /// Takes a text as the new wish, or says why not and leaves the choices alone.
    ///
    /// # Errors
    /// A [`Refusal`] with the reason, and the nearest right text where there is one.
    pub fn set(&self, choices: &mut Choices, text: &str) -> Result<(), Refusal> {
        (self.set)(choices, text)
    }

    /// Whether the option means anything under these choices.
    pub fn applies(&self, choices: &Choices) -> bool {
        self.when.iter().all(|condition| condition.holds(choices))
    }

    /// The default wish as text.
    pub fn default_wish(&self) -> String {
        self.wish(&DEFAULTS)
    }

    /// Whether the wish differs from the default.
    pub fn is_changed(&self, choices: &Choices) -> bool {
        self.wish(choices) != self.default_wish()
    }

    /// The label of a value, or the text itself for open kinds, which is never translated.
    pub fn value_label(&self, text: &str) -> Message {
        match self.kind {
            ValueKind::Switch if text == "true" => msg!("on"),
            ValueKind::Switch => msg!("off"),
            ValueKind::Set(values) => {
                let value = values.iter().find(|value| value.id == text);
                value.map_or_else(|| Message::raw(text), |value| value.label.into())
            }
            ValueKind::List { .. } if text.is_empty() => msg!("none"),
            ValueKind::Number { .. } | ValueKind::Text { .. } | ValueKind::List { .. } => Message::raw(text),
        }
    }
}

/// The option of an id or one of its earlier ids.
pub fn option(id: &str) -> Option<&'static OptionSpec> {
    OPTIONS.iter().find(|spec| spec.id == id || spec.aliases.contains(&id))
}

/// The known word nearest to a mistyped one, if any is near.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word: String = word.chars().take(60).collect();
    known
        .into_iter()
        .map(|candidate| (strsim::levenshtein(&word, candidate), candidate))
        .filter(|(distance, candidate)| *distance <= 1 + candidate.len() / 3)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// A value that an option can hold.
trait Wish: Sized {
    const KIND: ValueKind;
    fn from_text(text: &str) -> Result<Self, Refusal>;
    fn to_text(&self) -> String;
}

impl Wish for bool {
    const KIND: ValueKind = ValueKind::Switch;

    fn from_text(text: &str) -> Result<Self, Refusal> {
        match text {
            "true" => Ok(true),
            "false" => Ok(false),
            _ => Err(Refusal::new(msg!("Must be true or false."))),
        }
    }

    fn to_text(&self) -> String {
        self.to_string()
    }
}

/// A whole number between two bounds, inclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounded<const MIN: u32, const MAX: u32>(pub u32);

fn number(text: &str, min: u32, max: u32) -> Result<u32, Refusal> {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    match text.parse::<u32>() {
        Ok(n) if digits && (min..=max).contains(&n) && n.to_string() == text => Ok(n),
        _ => Err(Refusal::new(msg!("Must be a whole number from {0} to {1}.", min, max))),
    }
}

impl<const MIN: u32, const MAX: u32> Wish for Bounded<MIN, MAX> {
    const KIND: ValueKind = ValueKind::Number { min: MIN, max: MAX, auto: None };

    fn from_text(text: &str) -> Result<Self, Refusal> {
        number(text, MIN, MAX).map(Self)
    }

    fn to_text(&self) -> String {
        self.0.to_string()
    }
}

/// A number of workers, or `None` for automatic.
pub type Workers = Option<Bounded<1, 64>>;

impl Wish for Workers {
    const KIND: ValueKind = ValueKind::Number { min: 1, max: 64, auto: Some("auto") };

    fn from_text(text: &str) -> Result<Self, Refusal> {
        if text == "auto" {
            return Ok(None);
        }
        number(text, 1, 64)
            .map(|n| Some(Bounded(n)))
            .map_err(|_| Refusal::new(msg!("Must be “auto” or a whole number from 1 to 64.")))
    }

    fn to_text(&self) -> String {
        self.map_or_else(|| "auto".to_owned(), |n| n.to_text())
    }
}

/// Reads a name; a suggestion that would itself be refused is not made.
fn read_name<N: Name>(text: &str) -> Result<N, Refusal> {
    N::read(text).map_err(|mut refusal| {
        refusal.suggestion = refusal.suggestion.filter(|suggestion| N::read(suggestion).is_ok());
        refusal
    })
}

macro_rules! text_wish {
    ($($name:ident max $max:literal),*) => {$(
        impl Wish for $name {
            const KIND: ValueKind = ValueKind::Text { max: $max };

            fn from_text(text: &str) -> Result<Self, Refusal> {
                read_name(text)
            }

            fn to_text(&self) -> String {
                self.as_str().to_owned()
            }
        }

        impl Wish for Option<$name> {
            const KIND: ValueKind = ValueKind::Text { max: $max };

            fn from_text(text: &str) -> Result<Self, Refusal> {
                if text.is_empty() { Ok(None) } else { read_name(text).map(Some) }
            }

            fn to_text(&self) -> String {
                self.as_ref().map(|name| name.as_str().to_owned()).unwrap_or_default()
            }
        }
    )*};
}
text_wish!(
    ProjectName max 40, ModuleName max 40, ModulePath max 120, UserName max 32, Domains max 2000, RelativePath max 200,
    Application max 120, Label max 60
);

/// Texts of one kind in order, none of them twice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List<T>(Vec<T>);

impl<T> Default for List<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> List<T> {
    /// The texts in order.
    pub fn iter(&self) -> std::slice::Iter<'_, T> {
        self.0.iter()
    }

    /// Whether there are none.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<'a, T> IntoIterator for &'a List<T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// Most characters of a list.
const LONGEST_LIST: usize = 4000;

/// The parts of a list, which spaces or commas outside of brackets divide.
pub fn parts_of(text: &str) -> Vec<&str> {
    let mut inside = false;
    let divides = |c: char| {
        match c {
            '[' => inside = true,
            ']' => inside = false,
            _ => {}
        }
        !inside && (c == ',' || c == ' ')
    };
    text.split(divides).filter(|part| !part.is_empty()).collect()
}

impl<T: Name + PartialEq> Wish for List<T> {
    const KIND: ValueKind = ValueKind::List { max: 4000 };

    fn from_text(text: &str) -> Result<Self, Refusal> {
        let length = text.chars().count();
        if length > LONGEST_LIST {
            return Err(Refusal::new(msg!("Too long ({0} characters): use at most {1}.", length, LONGEST_LIST)));
        }
        let mut list = Vec::new();
        for part in parts_of(text) {
            let item = read_name(part).map_err(|refusal: Refusal| Refusal::new(refusal.reason))?;
            if !list.contains(&item) {
                list.push(item);
            }
        }
        Ok(Self(list))
    }

    fn to_text(&self) -> String {
        self.0.iter().map(Name::as_str).collect::<Vec<_>>().join(" ")
    }
}

macro_rules! sets {
    ($($(#[$doc:meta])* $name:ident { $($variant:ident $id:literal $label:literal $help:literal),+ $(,)? })+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        #[allow(missing_docs, reason = "the label and help beside each variant document it")]
        pub enum $name { $($variant),+ }

        impl $name {
            /// All values in the order they are offered.
            pub const VALUES: &'static [ValueSpec] =
                &[$(ValueSpec { id: $id, label: $label, help: $help }),+];

            /// Id as in links, files and `--set`.
            pub const fn id(self) -> &'static str {
                match self { $(Self::$variant => $id),+ }
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.id())
            }
        }

        impl Wish for $name {
            const KIND: ValueKind = ValueKind::Set(Self::VALUES);

            fn from_text(text: &str) -> Result<Self, Refusal> {
                match text {
                    $($id => Ok(Self::$variant),)+
                    _ => Err(not_a_value(text, Self::VALUES)),
                }
            }

            fn to_text(&self) -> String {
                self.id().to_owned()
            }
        }
    )+};
}

fn not_a_value(text: &str, values: &[ValueSpec]) -> Refusal {
    let shown: String = text.chars().filter(|c| !c.is_control()).take(40).collect();
    let ids: Vec<&str> = values.iter().map(|value| value.id).collect();
    Refusal {
        reason: msg!("“{0}” is not one of {1}.", shown, ids.join(", ")),
        suggestion: nearest(text, ids).map(str::to_owned),
    }
}

sets! {
    /// Whether the set is laid around an existing project or brings one.
    Start {
        Existing "existing" "An existing project" "Writes the container files and leaves your code alone.",
        New "new" "A new project" "Also writes a small, working Django project.",
    }
    /// Container engine.
    Engine {
        Docker "docker" "Docker" "Docker Engine or Docker Desktop with Compose 2.",
        Podman "podman" "Podman" "Rootless Podman 5 with podman compose.",
    }
    /// Python series.
    Python {
        V3_10 "3.10" "3.10" "",
        V3_11 "3.11" "3.11" "",
        V3_12 "3.12" "3.12" "",
        V3_13 "3.13" "3.13" "",
        V3_14 "3.14" "3.14" "",
        V3_15 "3.15" "3.15" "",
    }
    /// Variant of the official Python image.
    BaseImage {
        Slim "slim" "slim" "Follows the newest Debian release the image is built on.",
        SlimBookworm "slim-bookworm" "slim-bookworm" "Stays on Debian 12.",
        SlimTrixie "slim-trixie" "slim-trixie" "Stays on Debian 13.",
    }
    /// Django series.
    Django {
        V4_2 "4.2" "4.2" "",
        V5_2 "5.2" "5.2 LTS" "",
        V6_0 "6.0" "6.0" "",
        V6_1 "6.1" "6.1" "",
    }
    /// What installs the packages into the image.
    Installer {
        Pip "pip" "pip" "Included with Python.",
        Uv "uv" "uv" "Resolves and installs many times faster; present only during the build.",
    }
    /// Layout of the requirements.
    Requirements {
        Split "split" "requirements/ by purpose" "base, production and development; the production image contains no \
                                                  test tools.",
        Single "single" "One requirements.txt" "One list for everything; the image installs all of it.",
    }
    /// How the image's user gets its ids.
    UserManagement {
        Static "static" "Fixed IDs" "The container never runs as root.",
        Dynamic "dynamic" "PUID and PGID at startup" "Starts as root, maps the IDs, then drops privileges with gosu.",
    }
    /// Application server.
    Server {
        Gunicorn "gunicorn" "Gunicorn" "WSGI. The standard choice for a synchronous project.",
        Daphne "daphne" "Daphne" "ASGI. From the Channels project; one process.",
        GunicornUvicorn "gunicorn-uvicorn" "Gunicorn + Uvicorn" "ASGI. Gunicorn's process manager with Uvicorn workers.",
        Uvicorn "uvicorn" "Uvicorn" "ASGI. Uvicorn with its own worker processes.",
        Hypercorn "hypercorn" "Hypercorn" "ASGI. HTTP/1.1 and HTTP/2 behind a proxy.",
        Granian "granian" "Granian" "ASGI. A server written in Rust.",
    }
    /// PostgreSQL major version.
    Postgres {
        V14 "14" "14" "",
        V15 "15" "15" "",
        V16 "16" "16" "",
        V17 "17" "17" "",
        V18 "18" "18" "",
    }
    /// Where the database runs.
    Database {
        Bundled "bundled" "In the set" "PostgreSQL runs next to the application and keeps its data in a volume.",
        External "external" "External" "A managed or shared server; the set only connects to it.",
    }
    /// PostgreSQL driver.
    PostgresDriver {
        Psycopg "psycopg" "psycopg 3" "The current driver, with a connection pool.",
        Psycopg2Binary "psycopg2-binary" "psycopg2-binary" "The previous driver, still used by many projects.",
    }
    /// Cache, message broker and channel layer.
    Redis {
        V7 "7" "Redis 7" "",
        V8 "8" "Redis 8" "",
        Valkey8 "valkey-8" "Valkey 8" "The open-source fork of Redis 7.2, with the same protocol.",
        None "none" "None" "No cache service, and therefore no Celery and no WebSockets.",
    }
    /// When migrations run.
    Migrations {
        Job "job" "Separate job" "A one-shot service; web, worker and beat wait for it.",
        Entrypoint "entrypoint" "When the web container starts" "Under a PostgreSQL advisory lock, to prevent races \
                                                                 between replicas.",
    }
    /// When static files are collected.
    Collectstatic {
        Build "build" "When the image is built" "Containers start faster, and all serve the same files.",
        Start "start" "When the container starts" "For static files that depend on the environment.",
        None "none" "Never" "For projects without django.contrib.staticfiles.",
    }
    /// Background tasks.
    Celery {
        None "none" "None" "No background tasks.",
        Worker "worker" "Worker" "Tasks run outside the request cycle.",
        WorkerBeat "worker-beat" "Worker and beat" "Adds periodic tasks.",
    }
    /// Where beat keeps its schedule.
    BeatScheduler {
        File "file" "In the code" "The schedule is in the settings; beat records the last runs in a file.",
        Database "database" "In the database" "django-celery-beat: editable in the Django admin.",
    }
    /// Who serves static files.
    StaticFiles {
        Whitenoise "whitenoise" "WhiteNoise" "The application serves them itself, compressed and with far-future cache \
                                              headers.",
        Nginx "nginx" "Bundled nginx" "nginx serves them from a shared volume.",
    }
    /// Reverse proxy.
    ReverseProxy {
        ExternalNginx "external-nginx" "nginx on the host" "Includes a minimal, documented server block for your own \
                                                            nginx.",
        BundledNginx "bundled-nginx" "nginx in the set" "A service in the production profile.",
        ExternalCaddy "external-caddy" "Caddy on the host" "Includes a Caddyfile; Caddy obtains the certificates itself.",
        ExternalTraefik "external-traefik" "Traefik" "Router and service for an existing Traefik.",
        None "none" "None" "Left to a platform or load balancer.",
    }
    /// Who ends TLS.
    Tls {
        External "external" "Outside the set" "The proxy, load balancer or platform holds the certificate.",
        Certbot "certbot" "certbot" "Let's Encrypt with the HTTP-01 challenge (webroot), renewed by a service in the \
                                     production profile.",
    }
    /// How secrets reach the containers.
    Secrets {
        Env "env" "Environment variables" "From .env, which is kept out of the image and the repository.",
        Files "files" "Files" "Compose secrets, mounted under /run/secrets and read through *_FILE variables.",
    }
    /// How much the containers may do.
    Hardening {
        Strict "strict" "Strict" "Read-only root file system, no capabilities, no new privileges, resource limits.",
        Basic "basic" "Basic" "Resource limits and no new privileges; the root file system stays writable.",
    }
    /// Where log lines go.
    Logging {
        Stdout "stdout" "Standard output" "The container engine collects and rotates the logs.",
        File "file" "Files and standard output" "Logs also go to rotated files in /var/log, on a volume.",
        Switch "switch" "Set by CONTAINER_MODE" "Standard output in a container, files elsewhere.",
    }
    /// Shape of a log line.
    LogFormat {
        Plain "plain" "Plain text" "Easy for people to read.",
        Json "json" "JSON" "One object per line, for a log collector.",
    }
    /// Least level that is logged.
    LogLevel {
        Debug "DEBUG" "DEBUG" "",
        Info "INFO" "INFO" "",
        Warning "WARNING" "WARNING" "",
        Error "ERROR" "ERROR" "",
        Critical "CRITICAL" "CRITICAL" "",
    }
    /// Continuous integration.
    Ci {
        None "none" "None" "No workflow.",
        GithubActions "github-actions" "GitHub Actions" "Lint, build and smoke test, then an image with an SBOM and \
                                                         provenance.",
    }
    /// What installs the project's packages.
    PackageTool {
        Set "set" "The set's lists" "Dunnage writes the requirements, and yours move into them.",
        Requirements "requirements" "Your requirements files" "pip or uv installs your files as they are.",
        Uv "uv" "uv" "uv sync installs what uv.lock says.",
        Poetry "poetry" "Poetry" "poetry install installs what poetry.lock says.",
        Pdm "pdm" "PDM" "pdm install installs what pdm.lock says.",
        Pipenv "pipenv" "Pipenv" "pipenv install --deploy installs what Pipfile.lock says.",
        Pyproject "pyproject" "pyproject.toml" "uv resolves the dependencies of pyproject.toml; no lock file pins them.",
        Setup "setup" "setup.py or setup.cfg" "pip builds the project and installs it with its dependencies.",
    }
    /// How static files are stored by `collectstatic`.
    StaticStorage {
        Manifest "manifest" "Compressed, with hashes" "Names get a hash of the content, so browsers keep them forever.",
        Compressed "compressed" "Compressed" "Names stay; for files that refer to others that do not exist.",
        Own "own" "Your own" "STORAGES of your settings stays as it is.",
    }
    /// What builds the front end.
    Frontend {
        None "none" "None" "No build step.",
        Npm "npm" "npm" "npm ci installs what package-lock.json says.",
        Pnpm "pnpm" "pnpm" "pnpm installs what pnpm-lock.yaml says.",
        Yarn "yarn" "Yarn" "Yarn installs what yarn.lock says.",
        Bun "bun" "Bun" "Bun installs what bun.lock says.",
    }
    /// Node.js series.
    Node {
        V20 "20" "20" "",
        V22 "22" "22 LTS" "",
        V24 "24" "24 LTS" "",
        V26 "26" "26 LTS" "",
    }
    /// How a change of the source reaches the running container.
    DevWorkflow {
        BindMount "bind-mount" "Bind mount" "The working tree is mounted; saved changes take effect immediately.",
        Watch "watch" "Compose watch" "Compose copies changed files into the container and rebuilds when requirements \
                                       change.",
    }
}

/// What every option is without a wish, made once.
static DEFAULTS: LazyLock<Choices> = LazyLock::new(Choices::default);

macro_rules! options {
    (@follows) => { None };
    (@follows $follows:literal) => { Some($follows) };
    (@get ($($place:tt)+)) => { Wish::to_text(&$($place)+) };
    (@get ($($place:tt)+) $choices:ident $derive:ident) => { $choices.$derive().to_text() };
    (@spec $choices:ident ($($place:tt)+)
        $id:literal $type:ty, $step:ident $label:literal $help:literal $why:literal
        ($($follows:literal $derive:ident)?) [$($when:expr),*]
    ) => {
        OptionSpec {
            id: $id,
            aliases: &[],
            step: FormStep::$step,
            label: $label,
            help: $help,
            why: $why,
            kind: <$type as Wish>::KIND,
            follows: options!(@follows $($follows)?),
            when: &[$($when),*],
            wish: |$choices| Wish::to_text(&$($place)+),
            get: |$choices| options!(@get ($($place)+) $($choices $derive)?),
            set: |$choices, text| {
                $($place)+ = Wish::from_text(text)?;
                Ok(())
            },
        }
    };
    (
        choices {$(
            $field:ident: $type:ty = $default:expr,
            $id:literal in $step:ident, $label:literal,
            help $help:literal,
            why $why:literal
            $(, follows $follows:literal through $derive:ident)?
            $(, when $($when:expr),+)?;
        )+}
        facts {$(
            $fact:ident: $fact_type:ty = $fact_default:expr,
            $fact_id:literal, $fact_label:literal,
            help $fact_help:literal,
            why $fact_why:literal
            $(, follows $fact_follows:literal through $fact_derive:ident)?
            $(, when $($fact_when:expr),+)?;
        )+}
    ) => {
        /// What the user wishes, and what the project is. Rules may keep a wish from taking effect; they never change
        /// it.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct Choices {
            $(#[doc = $help] pub $field: $type,)+
            /// What an existing project is, whatever is wished.
            pub facts: Facts,
        }

        impl Default for Choices {
            fn default() -> Self {
                Self { $($field: $default,)+ facts: Facts::default() }
            }
        }

        /// What an existing project is: where it lives and what it is built from. Facts are read from its files and may
        /// be corrected by hand; the default is a plain project, with manage.py at its root.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct Facts {
            $(#[doc = $fact_help] pub $fact: $fact_type,)+
        }

        impl Default for Facts {
            fn default() -> Self {
                Self { $($fact: $fact_default,)+ }
            }
        }

        /// The option table, in the order of the wizard; the facts are the rows of [`FormStep::Existing`].
        pub const OPTIONS: &[OptionSpec] = &[
            $(options!(@spec choices (choices.$field)
                $id $type, $step $label $help $why ($($follows $derive)?) [$($($when),+)?]),)+
            $(options!(@spec choices (choices.facts.$fact)
                $fact_id $fact_type, Existing $fact_label $fact_help $fact_why
                ($($fact_follows $fact_derive)?) [EXISTING $(, $($fact_when),+)?]),)+
        ];
    };
}

/// Facts are those of an existing project.
const EXISTING: When = When::Is("start", &["existing"]);

/// Something of the project's own installs the packages.
const OWN_PACKAGES: When = When::Not("packages", &["set"]);

/// There is a front end to build.
const HAS_FRONTEND: When = When::Not("frontend", &["none"]);

options! {
choices {
    start: Start = Start::Existing,
    "start" in Project, "Starting point",
    help "Whether to add the files to your project or to start a new one with them.",
    why "A new project is the quickest way to see everything run; in an existing one your code stays untouched.";

    project_name: ProjectName = ProjectName::read("my-project").unwrap_or_else(|_| unreachable!()),
    "project-name" in Project, "Project name",
    help "Name of the Compose project, the image and the upstream: a-z, 0-9 and hyphens.",
    why "Two projects with the same name on one host would share containers, networks and volumes.";

    django_module: Option<ModuleName> = None,
    "django-module" in Project, "Django package",
    help "The Python package that contains settings, urls and wsgi.",
    why "Must match the package that your manage.py imports.",
    follows "the project name" through module;

    settings_module: Option<ModulePath> = None,
    "settings-module" in Project, "Settings module",
    help "Dotted path to the production settings module.",
    why "Change it if your production settings are not in settings/production.py.",
    follows "the Django package" through settings;

    app_user: UserName = UserName::read("app").unwrap_or_else(|_| unreachable!()),
    "app-user" in Project, "Linux user",
    help "The user that the application runs as inside the image.",
    why "A descriptive name makes the processes easy to spot on the host.";

    domain: Domains = Domains::read("example.com").unwrap_or_else(|_| unreachable!()),
    "domain" in Project, "Host names",
    help "Host names of the site, used for the proxy, ALLOWED_HOSTS and CSRF_TRUSTED_ORIGINS. Separate several with \
          commas.",
    why "Django rejects requests for any other host, and the proxy needs the names for its certificate.";

    engine: Engine = Engine::Docker,
    "engine" in Project, "Container engine",
    help "Builds the images and runs the containers.",
    why "Podman runs without a daemon and without root; only a few lines differ.";

    python: Python = Python::V3_13,
    "python" in Runtime, "Python",
    help "Version of the official Python image.",
    why "A newer version is faster and supported for longer; your packages may require an older one.";

    base_image: BaseImage = BaseImage::Slim,
    "base-image" in Runtime, "Base image",
    help "Variant of the official Python image.",
    why "A named Debian release never changes under you; plain slim follows the newest.";

    django: Django = Django::V5_2,
    "django" in Runtime, "Django",
    help "Release series pinned in the requirements.",
    why "5.2 has long-term support; 6.x has the newest features and shorter support.";

    installer: Installer = Installer::Pip,
    "installer" in Runtime, "Installer",
    help "Installs the packages into the image.",
    why "uv makes builds without a cache noticeably faster.",
    when When::Is("packages", &["set", "requirements"]);

    requirements: Requirements = Requirements::Split,
    "requirements" in Runtime, "Requirements",
    help "One file, or one per purpose.",
    why "Split files keep test tools out of the production image.",
    when When::Is("packages", &["set"]);

    user_management: UserManagement = UserManagement::Static,
    "user-management" in Runtime, "User management",
    help "Whether the IDs of the Linux user are fixed in the image or mapped at startup.",
    why "Mapped IDs suit hosts where different users own the mounted folders; fixed IDs are simpler and safer.";

    uid: Bounded<1000, 60000> = Bounded(1000),
    "uid" in Runtime, "User ID",
    help "Numeric ID of the Linux user.",
    why "Must match the owner of the files in mounted folders on the host.";

    gid: Bounded<1000, 60000> = Bounded(1000),
    "gid" in Runtime, "Group ID",
    help "Numeric ID of the user's group.",
    why "Must match the group of the files in mounted folders on the host.";

    server: Server = Server::Gunicorn,
    "server" in Server, "Application server",
    help "Runs the Django application inside the container.",
    why "WebSockets and asynchronous views need an ASGI server; WSGI is the right choice for everything else.";

    websockets: bool = false,
    "websockets" in Server, "WebSockets",
    help "Django Channels, with Redis as the channel layer.",
    why "Live updates, chat, and streams that the server initiates.";

    workers: Workers = None,
    "workers" in Server, "Worker processes",
    help "auto uses WEB_CONCURRENCY if set, otherwise 2 × the available CPUs + 1.",
    why "A fixed number makes memory use predictable.";

    timeout: Bounded<1, 3600> = Bounded(60),
    "timeout" in Server, "Request timeout",
    help "Seconds before the server and the proxy abort a request.",
    why "Long reports and uploads need more; a short timeout frees stuck workers sooner.";

    port: Bounded<1, 65535> = Bounded(8000),
    "port" in Server, "Published port",
    help "Host port, on 127.0.0.1, where the application is published when the set has no proxy.",
    why "Change it if another project on the same host already uses port 8000.";

    database: Database = Database::Bundled,
    "database" in Data, "Database",
    help "Where PostgreSQL runs.",
    why "A managed database includes backups and failover.";

    postgres: Postgres = Postgres::V17,
    "postgres" in Data, "PostgreSQL",
    help "Major version of the server and the client tools.",
    why "Must match existing data: a new major version requires migrating the volume.";

    postgres_driver: PostgresDriver = PostgresDriver::Psycopg,
    "postgres-driver" in Data, "PostgreSQL driver",
    help "The Python package that connects to PostgreSQL.",
    why "Keep psycopg2 only as long as another package depends on it.";

    redis: Redis = Redis::V7,
    "redis" in Data, "Redis",
    help "Cache, Celery broker and channel layer.",
    why "Valkey keeps the open-source license; choose none for a project without a cache or tasks.";

    media: bool = false,
    "media" in Data, "Uploaded files",
    help "A volume for MEDIA_ROOT, writable by the application.",
    why "User uploads must outlive the container, unless they go to object storage.";

    backups: bool = false,
    "backups" in Data, "Database backups",
    help "A pg_dump job in the tools profile, with restore instructions.",
    why "A volume is not a backup.";

    migrations: Migrations = Migrations::Job,
    "migrations" in StartUp, "Migrations",
    help "Where manage.py migrate runs.",
    why "A separate job fails visibly and runs once; the entrypoint needs no extra service.";

    collectstatic: Collectstatic = Collectstatic::Build,
    "collectstatic" in StartUp, "Static files",
    help "When collectstatic runs.",
    why "At build time: fast, read-only startup. At startup: the files can depend on the environment.";

    celery: Celery = Celery::None,
    "celery" in Tasks, "Celery",
    help "Background and periodic tasks.",
    why "Sending mail, building reports and calling other systems should not block a request.";

    beat_scheduler: BeatScheduler = BeatScheduler::File,
    "beat-scheduler" in Tasks, "Beat schedule",
    help "Where the schedule of periodic tasks is stored.",
    why "A schedule in the database can be changed without a deployment.";

    flower: bool = false,
    "flower" in Tasks, "Flower",
    help "Celery monitoring behind a password, in the monitoring profile.",
    why "Start it only when you need to look at the workers.";

    static_files: StaticFiles = StaticFiles::Whitenoise,
    "static-files" in Edge, "Static file server",
    help "Serves the static files.",
    why "WhiteNoise needs no extra service; nginx takes the load off Python.",
    when When::Not("collectstatic", &["none"]);

    reverse_proxy: ReverseProxy = ReverseProxy::ExternalNginx,
    "reverse-proxy" in Edge, "Reverse proxy",
    help "Sits between the internet and the application.",
    why "It terminates TLS, rate-limits requests and buffers slow clients.";

    tls: Tls = Tls::External,
    "tls" in Edge, "TLS certificates",
    help "Who obtains and renews the certificate.",
    why "A single server with no other proxy can get its certificate from Let's Encrypt.";

    secrets: Secrets = Secrets::Env,
    "secrets" in Safety, "Secrets",
    help "How passwords and keys reach the containers.",
    why "Files do not appear in docker inspect, crash reports or child processes.";

    hardening: Hardening = Hardening::Strict,
    "hardening" in Safety, "Hardening",
    help "What the containers are allowed to do.",
    why "Choose basic if your code writes into its own directory and you can't change that yet.";

    logging: Logging = Logging::Stdout,
    "logging" in Logging, "Logging",
    help "Where logs go.",
    why "Use files on hosts where somebody reads them; containers normally log to standard output.";

    log_format: LogFormat = LogFormat::Plain,
    "log-format" in Logging, "Log format",
    help "Format of each log line.",
    why "Log collectors expect JSON.";

    log_level: LogLevel = LogLevel::Info,
    "log-level" in Logging, "Log level",
    help "Default for DJANGO_LOG_LEVEL: the lowest level that is logged.",
    why "DEBUG while investigating, WARNING where you pay per log line.";

    ci: Ci = Ci::None,
    "ci" in Delivery, "Continuous integration",
    help "A workflow that lints, builds, tests and publishes the image.",
    why "Every image has started at least once before you deploy it.";

    dev_workflow: DevWorkflow = DevWorkflow::BindMount,
    "dev-workflow" in Delivery, "Development",
    help "How source changes reach the running container.",
    why "Compose watch is faster where mounts are slow, as on macOS and Windows.";
}
facts {
    project_dir: Option<RelativePath> = None,
    "project-dir", "Directory of manage.py",
    help "Where manage.py is, relative to the root of the repository. Empty if it is at the root.",
    why "The image runs the project from this directory; the container files stay at the root.";

    package_dir: Option<RelativePath> = None,
    "package-dir", "Directory of the Django package",
    help "The directory that contains the Django package, if manage.py is elsewhere.",
    why "Source layouts keep the code in src/; the image adds that directory to PYTHONPATH.",
    follows "the directory of manage.py" through package_dir;

    manage_py: bool = true,
    "manage-py", "manage.py exists",
    help "Turn this off for a project that only uses django-admin: the set then contains a manage.py.",
    why "Every command of the set runs manage.py.";

    wsgi: Option<Application> = None,
    "wsgi-application", "WSGI application",
    help "Module that contains the WSGI application, with “:name” if its variable is not named application.",
    why "Must match WSGI_APPLICATION, or the server does not start.",
    follows "the Django package" through wsgi;

    asgi: Option<Application> = None,
    "asgi-application", "ASGI application",
    help "Module that contains the ASGI application, with “:name” if its variable is not named application.",
    why "Must match ASGI_APPLICATION, or the server does not start.",
    follows "the Django package" through asgi;

    celery_application: Option<Application> = None,
    "celery-application", "Celery application",
    help "Module that contains the Celery application, as in celery --app.",
    why "Must match your code: Celery looks for PACKAGE.celery first, and that may be a different application.",
    follows "the Django package" through celery_application,
    when When::Not("celery", &["none"]);

    packages: PackageTool = PackageTool::Set,
    "packages", "Packages",
    help "What installs your project's packages into the image.",
    why "Your own lock file keeps the versions that you have tested.";

    package_files: List<RelativePath> = List::default(),
    "package-files", "Production requirements",
    help "Requirements files that production installs, in order.",
    why "Projects often have a file for each environment; the image installs only these.",
    when When::Is("packages", &["requirements"]);

    development_files: List<RelativePath> = List::default(),
    "development-files", "Development requirements",
    help "Requirements files that development installs instead; empty for the same as production.",
    why "Tests and tools belong in the development image only.",
    when When::Is("packages", &["requirements"]);

    package_sources: List<RelativePath> = List::default(),
    "package-sources", "Files that the installation reads",
    help "Further files and directories that the installation reads: included lists, constraints, local packages.",
    why "The image installs packages before it copies your code, so the installation sees only what is named here.",
    when OWN_PACKAGES;

    packages_dir: Option<RelativePath> = None,
    "packages-dir", "Directory of the lock file",
    help "Where packages are installed from: the directory of pyproject.toml, the lock file or the requirements. \
          Empty if that is the root.",
    why "Relative paths in these files start there.",
    when OWN_PACKAGES;

    package_groups: List<Label> = List::default(),
    "package-groups", "Dependency groups",
    help "Dependency groups that production installs in addition to the main one.",
    why "Some projects keep the application server in a group such as “production”.",
    when When::Is("packages", &["uv", "poetry", "pdm", "pyproject"]);

    package_extras: List<Label> = List::default(),
    "package-extras", "Extras",
    help "Optional dependencies of the project that production installs.",
    why "Some projects keep the database driver in an extra.",
    when When::Is("packages", &["uv", "poetry", "pdm", "pyproject", "setup"]);

    own_packages: List<Distribution> = List::default(),
    "own-packages", "Packages that you install",
    help "Packages of the set that your project already installs, with their extras.",
    why "The set adds only what is missing, and never a second version.",
    when OWN_PACKAGES;

    install_project: bool = false,
    "install-project", "Install the project itself",
    help "Also installs the project as a package, after its code is copied.",
    why "Needed if it uses its own metadata or entry points; most Django projects do not.",
    when When::Is("packages", &["uv", "poetry", "pdm", "pyproject"]);

    build_packages: List<DebianPackage> = List::default(),
    "build-packages", "Debian packages for the build",
    help "Debian packages that only the installation needs: headers and compilers.",
    why "Packages without a wheel are compiled; the final image does not contain the compilers.";

    system_packages: List<DebianPackage> = List::default(),
    "system-packages", "Debian packages in the image",
    help "Debian packages that the running application needs: libraries and programs.",
    why "GeoDjango needs GDAL and WeasyPrint needs Pango; without them the first import fails.";

    static_storage: StaticStorage = StaticStorage::Manifest,
    "static-storage", "Static file storage",
    help "How collectstatic stores the files.",
    why "Hashed names need every file that a stylesheet refers to; collectstatic fails if one is missing.",
    when When::Not("collectstatic", &["none"]);

    compress_offline: bool = false,
    "compress-offline", "Compress offline",
    help "Runs django-compressor after the static files are collected.",
    why "With COMPRESS_OFFLINE, a page fails if its scripts and styles were not compressed in advance.",
    when When::Not("collectstatic", &["none"]);

    compile_messages: bool = false,
    "compile-messages", "Compile translations",
    help "Compiles *.po files when the image is built.",
    why "Repositories often contain only the *.po files; without the compiled *.mo files nothing is translated.";

    frontend: Frontend = Frontend::None,
    "frontend", "Front end",
    help "Package manager that builds the front end before the static files are collected.",
    why "Its output is served by Django but is not in the repository.";

    frontend_dir: Option<RelativePath> = None,
    "frontend-dir", "Directory of the front end",
    help "The directory that contains package.json. Empty if it is at the root.",
    why "The lock file in it decides which packages are installed.",
    when HAS_FRONTEND;

    frontend_version: Option<Label> = None,
    "frontend-version", "Version of the package manager",
    help "Version of pnpm, Yarn or Bun that the build installs; empty for the current one.",
    why "Another major version may refuse your lock file. Yarn 2 and later install by other rules than Yarn 1.",
    when When::Is("frontend", &["pnpm", "yarn", "bun"]);

    frontend_files: List<RelativePath> = List::default(),
    "frontend-files", "Files that the package manager reads",
    help "Lock file, configuration and local packages; empty for the lock file next to package.json.",
    why "Packages are installed before your code is copied, so the installation sees only what is named here.",
    when HAS_FRONTEND;

    frontend_script: Label = Label::read("build").unwrap_or_else(|_| unreachable!()),
    "frontend-script", "Build script",
    help "The script in package.json that builds the front end.",
    why "Most projects call it “build”.",
    when HAS_FRONTEND;

    frontend_watch: Option<Label> = None,
    "frontend-watch", "Watch script",
    help "The script in package.json that rebuilds the front end during development; empty for none.",
    why "Development gets a service that runs it.",
    when HAS_FRONTEND;

    frontend_port: Bounded<0, 65535> = Bounded(0),
    "frontend-port", "Port of the watch script",
    help "The port that the watch script serves on, as Vite's development server does; 0 if it only writes files.",
    why "The browser then fetches scripts and hot updates from this port of your machine.",
    when When::Own("frontend-watch");

    frontend_output: List<RelativePath> = List::default(),
    "frontend-output", "Output of the front end",
    help "Directories that the build writes, relative to the root of the repository.",
    why "The image copies them to the same place, where collectstatic finds them.",
    when HAS_FRONTEND;

    node: Node = Node::V24,
    "node", "Node.js",
    help "Version of the official Node.js image that builds the front end.",
    why "Your front end may require an older one.",
    when HAS_FRONTEND;
}
}

impl Choices {
    /// The Django package: as wished, else as it follows from the project's name.
    pub fn module(&self) -> ModuleName {
        self.django_module.clone().unwrap_or_else(|| ModuleName::of_project(&self.project_name))
    }

    /// The directory of the Django package: as stated, else that of manage.py.
    pub fn package_dir(&self) -> Option<RelativePath> {
        self.facts.package_dir.clone().or_else(|| self.facts.project_dir.clone())
    }

    fn in_package(&self, module: &str) -> Option<Application> {
        let path = if self.is_flat() { module.to_owned() } else { format!("{}.{module}", self.module()) };
        Application::read(&path).ok()
    }

    /// The WSGI application: as stated, else in the Django package.
    pub fn wsgi(&self) -> Option<Application> {
        self.facts.wsgi.clone().or_else(|| self.in_package("wsgi"))
    }

    /// The ASGI application: as stated, else in the Django package.
    pub fn asgi(&self) -> Option<Application> {
        self.facts.asgi.clone().or_else(|| self.in_package("asgi"))
    }

    /// The Celery application: as stated, else what Celery finds in the Django package.
    pub fn celery_application(&self) -> Option<Application> {
        let found = if self.is_flat() { "celery_app".to_owned() } else { self.module().to_string() };
        self.facts.celery_application.clone().or_else(|| Application::read(&found).ok())
    }

    /// Whether the project has no package: its settings are a module beside manage.py.
    pub fn is_flat(&self) -> bool {
        self.django_module.is_none() && self.settings_module.as_ref().is_some_and(ModulePath::is_top_level)
    }

    /// The production settings: as wished, else in the Django package.
    pub fn settings(&self) -> ModulePath {
        self.settings_module.clone().unwrap_or_else(|| ModulePath::production_of(&self.module()))
    }
}
