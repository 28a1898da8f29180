//! The plan: everything the templates may read, decided before a single line is written.
//!
//! Types only. [`resolve`](super::resolve) decides what stands in them, and rendering reads them.

use std::ops::Deref;

use serde::{Serialize, Serializer};

use crate::catalog::options::{Logging, PackageTool, Postgres, Redis, ReverseProxy, Server, StaticStorage};
use crate::messages::{Message, msg};
use crate::plan::diagram::Diagram;
use crate::plan::settings::SettingGroup;
use crate::plan::stack::Stack;

/// What the templates see: the decisions, whose fields are read as if they were its own, and what was computed from
/// them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Plan {
    /// What was decided.
    #[serde(flatten)]
    pub decisions: Decisions,

    /// Everything that the set runs.
    pub stack: Stack,
    /// The stack as `CONTAINERS.md` draws it.
    pub diagram: Diagram,
    /// What each installation may set.
    pub settings: Vec<SettingGroup>,

    /// What connects the project to the set.
    pub connection: Connection,
    /// What stays out of the build context.
    pub ignored: Vec<IgnoredGroup>,
    /// Python requirements, grouped by the file they go to.
    pub packages: Packages,
    /// Files of the set (all but `dunnage.yaml`'s own hash), for the documentation.
    pub files: Vec<FileNote>,
    /// Every option with the value in effect, for the documentation.
    pub choices: Vec<ChoiceNote>,
    /// The seed's thirteen aspects: reference system against this plan.
    pub comparison: Vec<ComparisonRow>,
    /// What the user still has to do in the project, computed from the choices.
    pub checklist: Vec<ChecklistSection>,
}

impl Deref for Plan {
    type Target = Decisions;

    fn deref(&self) -> &Decisions {
        &self.decisions
    }
}

/// What the choices decide. THESE FIELDS ARE LOAD-BEARING: each is read by at least one template, but for those of the
/// group “Engine only”, which the tables of the engine read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Decisions {
    /// Version of this program, as written into `dunnage.yaml` and `CONTAINERS.md`.
    pub dunnage_version: &'static str,

    // Project
    /// The set contains a runnable project of its own (`start=new`).
    pub start_new: bool,
    /// Slug of the project: compose project name, image name, upstream name.
    pub project: String,
    /// Importable Python package of the project.
    pub module: String,
    /// Dotted path of the production settings.
    pub settings_module: String,
    /// Settings that development uses: `<module>.settings.development` in a new project, else the production ones.
    pub settings_development: String,
    /// Directory that holds the container settings, relative to the repository, e.g. `shop/settings`.
    pub settings_dir: String,
    /// Directory of the project's package, relative to the repository, e.g. `shop` or `src/shop`.
    pub module_dir: String,
    /// Dotted path of the module with the health probes, e.g. `shop.health`.
    pub health: String,
    /// What `celery --app` names, e.g. `shop` or `shop.celery_app`.
    pub celery_application: String,
    /// Directory of manage.py in the image: `/app`, or a directory below it.
    pub workdir: String,
    /// Directory that Python also has to look into; empty where that of manage.py is enough.
    pub python_path: String,
    /// What the server runs, as `module:variable`.
    pub application: String,
    /// The ASGI application as Django's settings name it, e.g. `shop.asgi.application`.
    pub asgi_application: String,
    /// Linux user in the image.
    pub user: String,
    /// Host names, first one canonical.
    pub domains: Vec<String>,
    /// The canonical host name.
    pub domain: String,
    /// Podman rather than Docker.
    pub podman: bool,
    /// Command that drives compose: `docker compose` or `podman compose`.
    pub compose: &'static str,
    /// The engine's command: `docker` or `podman`.
    pub engine: &'static str,

    // Runtime
    /// Python series, e.g. `3.13`.
    pub python: &'static str,
    /// Base image with tag, e.g. `python:3.13-slim-bookworm`.
    pub base_image: String,
    /// Django series, e.g. `5.2`.
    pub django: &'static str,
    /// uv installs the packages; pip otherwise.
    pub uv: bool,
    /// Image that the uv binary is copied from, with exact tag.
    pub uv_image: &'static str,
    /// What installs the project's packages.
    pub packages_tool: PackageTool,
    /// The project installs its own packages, and the set adds what it lacks.
    pub own_packages: bool,
    /// Directory that packages are installed from: `/app`, or a directory below it.
    pub packages_dir: String,
    /// The same directory in the repository: `/`, or a directory below it.
    pub packages_folder: String,
    /// What installs the packages of the production image.
    pub install: Vec<InstallStep>,
    /// What installs the packages of the development image.
    pub install_development: Vec<InstallStep>,
    /// Paths that development rebuilds its image for.
    pub dependency_paths: Vec<String>,
    /// Debian packages for the build, each with a space before it; may be empty.
    pub build_packages: String,
    /// Debian packages that the application needs, each with a space before it; may be empty.
    pub system_packages: String,
    /// `*.po` files are compiled when the image is built.
    pub compile_messages: bool,
    /// django-compressor compresses what the templates use, after the static files are collected.
    pub compress_offline: bool,
    /// What builds the front end.
    pub frontend: FrontendBuild,
    /// `requirements/{base,production,development}.txt`; one `requirements.txt` otherwise.
    pub requirements_split: bool,
    /// PUID/PGID are mapped at start through gosu.
    pub dynamic_user: bool,
    /// User id in the image.
    pub uid: u32,
    /// Group id in the image.
    pub gid: u32,

    // Server
    /// Application server.
    pub server: Server,
    /// Gunicorn is the process manager (`gunicorn` or `gunicorn-uvicorn`), so `gunicorn.conf.py` exists.
    pub gunicorn: bool,
    /// The application is served through ASGI.
    pub asgi: bool,
    /// Django Channels with channels-redis.
    pub websockets: bool,
    /// Number of workers is left to WEB_CONCURRENCY or the CPU limit.
    pub workers_auto: bool,
    /// Fixed number of workers; 0 when automatic.
    pub workers: u32,
    /// Request timeout in seconds.
    pub timeout: u32,
    /// Port published on 127.0.0.1 by the web service where no bundled proxy is in front.
    pub port: u32,

    // Data
    /// PostgreSQL runs as a service of the set.
    pub bundled_db: bool,
    /// PostgreSQL major version.
    pub postgres: Postgres,
    /// PostgreSQL image with tag.
    pub postgres_image: String,
    /// psycopg's own connection pool is used (psycopg 3 and Django 5.1 or newer).
    pub db_pool: bool,
    /// Which of Redis and Valkey, if any.
    pub cache: Redis,
    /// A Redis or Valkey service exists.
    pub redis: bool,
    /// Uploaded files are kept in a volume.
    pub media: bool,
    /// A backup job (`pg_dump`) in profile `tools`.
    pub backups: bool,

    // Start-up
    /// Migrations run in a one-shot service; else in the entrypoint under an advisory lock.
    pub migrations_job: bool,
    /// Static files are collected when the image is built.
    pub collectstatic_build: bool,
    /// Static files are collected when the container starts.
    pub collectstatic_start: bool,
    /// How static files are stored.
    pub static_storage: StaticStorage,
    /// The settings of an existing project keep their storages but for that of the static files.
    pub keeps_storages: bool,

    /// Directories that the application writes to and that belong to its user, each with a space before it; may be empty.
    pub writable: String,

    // Tasks
    /// A Celery worker exists.
    pub celery: bool,
    /// Celery beat exists.
    pub beat: bool,
    /// Beat keeps its schedule in the database (django-celery-beat).
    pub beat_database: bool,
    /// Beat exists, and keeps its schedule in a file of a volume of its own.
    pub beat_file: bool,
    /// Flower exists, in profile `monitoring`.
    pub flower: bool,

    // Edge
    /// WhiteNoise serves static files; the bundled nginx otherwise.
    pub whitenoise: bool,
    /// Bundled nginx serves static files from a shared volume.
    pub nginx_static: bool,
    /// Reverse proxy.
    pub proxy: ReverseProxy,
    /// nginx runs as a service in profile `production`.
    pub bundled_nginx: bool,
    /// certbot runs in profile `production`.
    pub certbot: bool,

    // Safety
    /// Secrets come from files (compose secrets); from environment variables otherwise.
    pub secrets_files: bool,
    /// Read-only root, no capabilities, limits.
    pub strict: bool,

    // Logging
    /// Where log lines go.
    pub logging: Logging,
    /// A log volume is needed (`file`, or `switch` outside container mode never mounts one).
    pub log_volume: bool,
    /// One JSON object per line.
    pub log_json: bool,
    /// Log level in Django's spelling.
    pub log_level: &'static str,

    // Delivery
    /// Development reloads through `develop.watch`; through a bind mount otherwise.
    pub watch: bool,
    /// What `docker compose up` is given for development.
    pub development_up: &'static str,

    /// File of the ASGI application, relative to the repository.
    pub asgi_file: String,
    /// File of the Celery application that the set brings, relative to the repository.
    pub celery_file: String,

    // Engine only
    /// Requirements files of the project that production installs.
    pub package_files: Vec<String>,
    /// File with the set's requirements that the production image installs.
    pub requirements_production: &'static str,
    /// File with the set's requirements that the development image installs.
    pub requirements_development: &'static str,
    /// File of the production settings, relative to the repository, e.g. `shop/settings/production.py`.
    pub settings_file: String,
    /// The project has no package: its settings are a module beside manage.py.
    pub flat: bool,
    /// The project has a Celery application in a place of its own.
    pub own_celery: bool,
    /// The set brings manage.py, because an existing project has none.
    pub adds_manage_py: bool,
    /// What the project installs of the packages that the set needs: names with extras.
    pub provided: Vec<String>,
    /// The base image names its Debian release, so that it does not change under the user.
    pub named_debian: bool,
    /// psycopg 3; psycopg2-binary otherwise.
    pub psycopg3: bool,
    /// GitHub Actions workflow is written.
    pub github_actions: bool,
    /// certbot image with tag.
    pub certbot_image: String,
    /// nginx image with tag.
    pub nginx_image: String,
    /// Redis or Valkey image with tag; empty without Redis.
    pub redis_image: String,
}

/// A step of an installation, which is one instruction of a Dockerfile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct InstallStep {
    /// What is copied into the stage first, where the engine cannot mount it.
    pub copies: Vec<Mounted>,
    /// The lines of the instruction: what is mounted, and the commands; not empty.
    pub lines: Vec<String>,
    /// What it depends on, a sentence.
    pub why: &'static str,
}

/// A part of the build context that a step sees.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Mounted {
    /// Path in the build context.
    pub source: String,
    /// Path in the image.
    pub target: String,
    /// The step may write there; what it writes is not kept.
    pub writable: bool,
}

/// The build of a front end.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct FrontendBuild {
    /// Image that builds it; empty where there is none.
    pub image: String,
    /// Directory of package.json in the build.
    pub workdir: String,
    /// The same directory in the repository: `/`, or a directory below it.
    pub folder: String,
    /// Package manifest, lock and configuration beside it, relative to the repository.
    pub manifests: Vec<String>,
    /// What else the installation reads, at the same place in the build.
    pub others: Vec<Mounted>,
    /// The lines of the instruction that installs the packages.
    pub install: Vec<String>,
    /// The command that builds.
    pub build: String,
    /// The command that rebuilds when a file changes, word by word; empty where there is none.
    pub watch: Vec<String>,
    /// The port that this command serves on; 0 where it only writes files.
    pub port: u32,
    /// Directory of the installed packages in the build.
    pub modules: String,
    /// Volumes of development, one for each of the outputs.
    pub volumes: Vec<OutputVolume>,
    /// Directories in the build that the image takes over, at the same place.
    pub outputs: Vec<String>,
}

/// A volume that holds what a front end's watch script writes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OutputVolume {
    /// Name.
    pub name: String,
    /// Where the containers have it.
    pub target: String,
}

/// Patterns of what stays out of the build context, under a heading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct IgnoredGroup {
    /// Heading.
    pub title: String,
    /// The patterns in order; not empty.
    pub patterns: Vec<String>,
}

/// Lines of the project's own modules that connect it to the set.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Connection {
    /// The last lines of the production settings.
    pub settings: Vec<String>,
    /// The module of the Celery application; empty without Celery.
    pub celery: Vec<String>,
    /// What loads that application, in the package's `__init__.py`; empty without Celery.
    pub package: Vec<String>,
}

/// Requirements by target file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Packages {
    /// Needed wherever the project runs.
    pub base: Vec<Requirement>,
    /// Needed in production only.
    pub production: Vec<Requirement>,
    /// Needed in development only.
    pub development: Vec<Requirement>,
}

/// One requirement line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Requirement {
    /// The line as pip reads it, e.g. `celery[redis]==5.5.3`.
    pub line: String,
    /// Why it is there.
    pub why: Message,
}

/// A generated file and what it is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FileNote {
    /// Path relative to the project's root.
    pub path: String,
    /// One sentence.
    pub why: &'static str,
}

/// An option as it took effect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ChoiceNote {
    /// Option id.
    pub id: &'static str,
    /// Option label.
    pub label: &'static str,
    /// Label or text of the value in effect.
    pub value: String,
    /// What the value means: the value's own help, else the option's.
    pub help: &'static str,
    /// The value differs from the default.
    pub changed: bool,
}

/// What an aspect asks for on the way from one set to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Mark {
    /// Nothing to do.
    #[serde(rename = "Same")]
    Same,
    /// Something has to be changed.
    #[serde(rename = "Adapt")]
    Adapt,
    /// The right side does without, and that is a decision.
    #[serde(rename = "Differs on purpose")]
    OnPurpose,
}

impl Mark {
    /// The words shown to people, also in JSON.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Same => "Same",
            Self::Adapt => "Adapt",
            Self::OnPurpose => "Differs on purpose",
        }
    }
}

/// One row of a comparison.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ComparisonRow {
    /// Aspect, e.g. `Python version`.
    pub aspect: &'static str,
    /// The left side's value; in `CONTAINERS.md` the reference system's.
    pub left: Message,
    /// The right side's value; in `CONTAINERS.md` this plan's.
    pub right: Message,
    /// What it asks for.
    pub mark: Mark,
    /// What to adapt, or why it differs: a clause to follow the mark, with its full stop; empty where the mark says
    /// it all.
    pub note: Message,
}

/// A part of a checklist.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    /// Files of the project that the set replaces.
    FilesReplaced,
    /// Files of the set that are not there yet.
    FilesToCreate,
    /// Files of the project that the set needs a change of.
    FilesToUpdate,
    /// Changes of the project's own code.
    CodeChanges,
    /// What to do before the first start.
    BeforeTheStart,
    /// What to look at after it.
    AfterTheStart,
    /// What code of one's own has to keep to in a new project.
    OwnCode,
}

impl Section {
    /// Heading.
    pub fn label(self) -> Message {
        match self {
            Self::FilesReplaced => msg!("Files replaced by the set"),
            Self::FilesToCreate => msg!("Files to create"),
            Self::FilesToUpdate => msg!("Files to update"),
            Self::CodeChanges => msg!("Code changes"),
            Self::BeforeTheStart => msg!("Before the first start"),
            Self::AfterTheStart => msg!("After the first start"),
            Self::OwnCode => msg!("When you add your own code"),
        }
    }
}

impl Serialize for Section {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.label().serialize(serializer)
    }
}

macro_rules! task_ids {
    ($($(#[$about:meta])* $variant:ident),+ $(,)?) => {
        /// What a task is about, whatever its text says.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum TaskId { $($(#[$about])* $variant),+ }

        impl TaskId {
            /// All of them, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];
        }
    };
}

task_ids! {
    /// Compare a container file that the set replaces, and delete it.
    FileReplaced,
    /// Add what Dependabot's file lacks.
    Dependabot,
    /// Rename a workflow that has the name of the set's.
    WorkflowKept,
    /// Create a file of the set.
    FileToCreate,
    /// Make the packages that the set adds the project's own.
    AddedPackages,
    /// Put the project's own packages where the set's lists are.
    OwnRequirements,
    /// Take out the requirements that the set pins.
    PinnedRequirements,
    /// End the production settings with the lines that connect them.
    Settings,
    /// Compare the Celery application.
    CeleryApplication,
    /// Route WebSockets through the validator of origins.
    WebSocketRouting,
    /// Have an ASGI entry point.
    AsgiApplication,
    /// Keep `.env` out of the repository.
    IgnoredEnv,
    /// Delete older health views.
    Health,
    /// Read what differs between places from the environment.
    Environment,
    /// Replace psycopg2 in the code.
    Psycopg,
    /// Write to the writable directories only.
    WritablePaths,
    /// Keep uploads where they outlive the container.
    Uploads,
    /// Decide who serves uploads.
    MediaServer,
    /// Give static files names with hashes.
    HashedNames,
    /// Write tasks that may run twice.
    RepeatedTasks,
    /// Enter the periodic tasks.
    PeriodicTasks,
    /// Open log files in the settings only.
    LogFiles,
    /// Fill in `.env`.
    EnvFile,
    /// Name the database server.
    DatabaseServer,
    /// Point the host names to the server, for certbot.
    HostNames,
    /// Have the platform in front set the headers.
    PlatformHeaders,
    /// Give the proxy its configuration.
    ProxyConfiguration,
    /// Have what is in front of nginx set the headers.
    NginxHeaders,
    /// Bring over earlier data.
    EarlierData,
    /// See that every service is healthy.
    HealthyServices,
    /// See that the migrations were applied.
    AppliedMigrations,
    /// Run Django's own check.
    DeployCheck,
    /// Create a superuser.
    Superuser,
    /// Send a text through the new project's WebSocket.
    EchoWebSocket,
    /// Open a page that uses a WebSocket.
    OwnWebSocket,
    /// Ask the worker for an answer.
    WorkerAnswer,
    /// Make a backup and restore it.
    Backup,
    /// Raise the time that browsers insist on HTTPS.
    Hsts,
}

/// Something to do by hand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Task {
    /// What it is about.
    #[serde(skip)]
    pub id: TaskId,
    /// What to do, Markdown.
    pub text: Message,
    /// How to tell that it is done, Markdown.
    pub check: Message,
}

/// Tasks under a heading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ChecklistSection {
    /// Heading.
    pub title: Section,
    /// The tasks in order; not empty.
    pub tasks: Vec<Task>,
}
