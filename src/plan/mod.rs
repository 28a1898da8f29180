//! The plan: everything the templates may read, decided before a single line is written.
//!
//! `resolve` turns wishes into a [`Plan`].
//! It is total: a combination that cannot be had yields a finding and the nearest plan that can,
//! so that the preview never goes blank.
//! Templates hold no decisions of their own; a condition that needs more than one field gets a field here.

pub mod files;
pub mod guide;
pub mod packages;
pub mod stack;
pub mod steps;

use std::sync::OnceLock;

use serde::Serialize;

use crate::catalog::options::{
    BaseImage, BeatScheduler, Celery, Choices, Ci, Collectstatic, Database, DevWorkflow, Engine, Hardening, Installer,
    Kind, LogFormat, Logging, Migrations, OPTIONS, OptionSpec, Postgres, PostgresDriver, Redis, Requirements,
    ReverseProxy, Secrets, Server, Start, StaticFiles, Tls, UserManagement,
};
use crate::catalog::presets::preset;
use crate::catalog::rules::{self, Finding};
use crate::catalog::versions::{Date, Product, VERSIONS, Version, django_support, find};
use files::FILES;

/// What the templates see. THESE FIELDS ARE LOAD-BEARING: each is read by at least one template.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Plan {
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
    /// Package directory that holds the container settings, e.g. `shop/settings`.
    pub settings_dir: String,
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
    /// The base image names its Debian release, so that it does not change under the user.
    pub named_debian: bool,
    /// Django series, e.g. `5.2`.
    pub django: &'static str,
    /// uv installs the packages; pip otherwise.
    pub uv: bool,
    /// Image that the uv binary is copied from, with exact tag.
    pub uv_image: &'static str,
    /// `requirements/{base,production,development}.txt`; one `requirements.txt` otherwise.
    pub requirements_split: bool,
    /// File that the production image installs from.
    pub requirements_production: &'static str,
    /// File that the development image installs from.
    pub requirements_development: &'static str,
    /// PUID/PGID are mapped at start through gosu.
    pub dynamic_user: bool,
    /// User id in the image.
    pub uid: u32,
    /// Group id in the image.
    pub gid: u32,

    // Server
    /// Id of the server option: `gunicorn`, `daphne`, `gunicorn-uvicorn`, `uvicorn`, `hypercorn`, `granian`.
    pub server: &'static str,
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
    /// Seconds that compose waits before it kills the web server; above the graceful timeout.
    pub stop_grace: u32,
    /// Port published on 127.0.0.1 by the web service where no bundled proxy is in front.
    pub port: u32,

    // Data
    /// PostgreSQL runs as a service of the set.
    pub bundled_db: bool,
    /// PostgreSQL major version.
    pub postgres: &'static str,
    /// PostgreSQL image with tag.
    pub postgres_image: String,
    /// Mount point of the PostgreSQL volume (differs from 18 on).
    pub postgres_mount: &'static str,
    /// psycopg 3; psycopg2-binary otherwise.
    pub psycopg3: bool,
    /// psycopg's own connection pool is used (psycopg 3 and Django 5.1 or newer).
    pub db_pool: bool,
    /// A Redis or Valkey service exists.
    pub redis: bool,
    /// Redis or Valkey image with tag; empty without Redis.
    pub redis_image: String,
    /// `redis-server` or `valkey-server`.
    pub redis_server: &'static str,
    /// `redis-cli` or `valkey-cli`.
    pub redis_cli: &'static str,
    /// Uploaded files are kept in a volume.
    pub media: bool,
    /// A backup job (`pg_dump`) in profile `tools`.
    pub backups: bool,

    // Start-up
    /// Migrations run in a one-shot service; else in the entrypoint under an advisory lock.
    pub migrations_job: bool,
    /// Static files are collected when the image is built; else when the container starts.
    pub collectstatic_build: bool,

    // Tasks
    /// A Celery worker exists.
    pub celery: bool,
    /// Celery beat exists.
    pub beat: bool,
    /// Beat keeps its schedule in the database (django-celery-beat).
    pub beat_database: bool,
    /// Flower exists, in profile `monitoring`.
    pub flower: bool,

    // Edge
    /// WhiteNoise serves static files; the bundled nginx otherwise.
    pub whitenoise: bool,
    /// Bundled nginx serves static files from a shared volume.
    pub nginx_static: bool,
    /// Id of the reverse-proxy option.
    pub proxy: &'static str,
    /// nginx runs as a service in profile `production`.
    pub bundled_nginx: bool,
    /// nginx image with tag.
    pub nginx_image: String,
    /// certbot runs in profile `production`.
    pub certbot: bool,
    /// certbot image with tag.
    pub certbot_image: String,

    // Safety
    /// Secrets come from files (compose secrets); from environment variables otherwise.
    pub secrets_files: bool,
    /// Read-only root, no capabilities, limits.
    pub strict: bool,

    // Logging
    /// Id of the logging option: `stdout`, `file`, `switch`.
    pub logging: &'static str,
    /// A log volume is needed (`file`, or `switch` outside container mode never mounts one).
    pub log_volume: bool,
    /// One JSON object per line.
    pub log_json: bool,
    /// Log level in Django's spelling.
    pub log_level: &'static str,

    // Delivery
    /// GitHub Actions workflow is written.
    pub github_actions: bool,
    /// Development reloads through `develop.watch`; through a bind mount otherwise.
    pub watch: bool,

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

/// Resolves wishes into a plan, and says what stands in the way of any of them.
///
/// Total: every value of [`Choices`] has a plan. `today` only decides which versions are reported as ended.
pub fn resolve(choices: &Choices, today: Date) -> (Plan, Vec<Finding>) {
    (of(&rules::effective(choices)), rules::check(choices, today))
}

/// The plan of choices as they take effect, which [`rules::effective`] gives.
pub fn of(effective: &Choices) -> Plan {
    static REFERENCE: OnceLock<Option<Plan>> = OnceLock::new();
    let mut plan = plan(effective);
    let reference = REFERENCE.get_or_init(|| preset("reference").map(|reference| self::plan(&reference.choices)));
    if let Some(reference) = reference {
        plan.comparison = guide::comparison(reference, &plan);
    }
    plan
}

/// The plan of choices in which every wish can be met, without its comparison.
fn plan(choices: &Choices) -> Plan {
    let domains = choices.domain.list();
    let settings = choices.settings();
    let start_new = choices.start == Start::New;
    let split = choices.requirements == Requirements::Split;
    let podman = choices.engine == Engine::Podman;
    let gunicorn = matches!(choices.server, Server::Gunicorn | Server::GunicornUvicorn);
    let bundled_nginx = choices.reverse_proxy == ReverseProxy::BundledNginx;
    let image = |product, series: &str| qualified(podman, tag(product, series));
    let (redis_image, redis_server, redis_cli) = match choices.redis {
        Redis::V7 => (image(Product::Redis, "7"), "redis-server", "redis-cli"),
        Redis::V8 => (image(Product::Redis, "8"), "redis-server", "redis-cli"),
        Redis::Valkey8 => (image(Product::Valkey, "8"), "valkey-server", "valkey-cli"),
        Redis::None => (String::new(), "", ""),
    };
    let workers = choices.workers.map_or(0, |workers| workers.0);
    let mut plan = Plan {
        dunnage_version: crate::VERSION,
        start_new,
        project: choices.project_name.to_string(),
        module: choices.module().to_string(),
        settings_module: settings.to_string(),
        settings_development: if start_new {
            format!("{}.settings.development", choices.module())
        } else {
            settings.to_string()
        },
        settings_dir: settings.directory(),
        user: choices.app_user.to_string(),
        domain: domains.first().cloned().unwrap_or_default(),
        domains,
        podman,
        compose: if podman { "podman compose" } else { "docker compose" },
        engine: choices.engine.id(),
        python: choices.python.id(),
        base_image: qualified(podman, &format!("python:{}-{}", choices.python.id(), choices.base_image.id())),
        named_debian: choices.base_image != BaseImage::Slim,
        django: choices.django.id(),
        uv: choices.installer == Installer::Uv,
        uv_image: tag(Product::Uv, ""),
        requirements_split: split,
        requirements_production: if split { "requirements/production.txt" } else { "requirements.txt" },
        requirements_development: if split { "requirements/development.txt" } else { "requirements.txt" },
        dynamic_user: choices.user_management == UserManagement::Dynamic,
        uid: choices.uid.0,
        gid: choices.gid.0,
        server: choices.server.id(),
        gunicorn,
        asgi: choices.server != Server::Gunicorn,
        websockets: choices.websockets,
        workers_auto: choices.workers.is_none(),
        workers,
        timeout: choices.timeout.0,
        // The server's own graceful timeout, and a little for the engine.
        stop_grace: choices.timeout.0 + 10,
        port: choices.port.0,
        bundled_db: choices.database == Database::Bundled,
        postgres: choices.postgres.id(),
        postgres_image: image(Product::Postgres, choices.postgres.id()),
        postgres_mount: if choices.postgres == Postgres::V18 {
            "/var/lib/postgresql"
        } else {
            "/var/lib/postgresql/data"
        },
        psycopg3: choices.postgres_driver == PostgresDriver::Psycopg,
        db_pool: choices.postgres_driver == PostgresDriver::Psycopg
            && django_support(choices.django.id()).is_some_and(|support| support.pool),
        redis: choices.redis != Redis::None,
        redis_image,
        redis_server,
        redis_cli,
        media: choices.media,
        backups: choices.backups,
        migrations_job: choices.migrations == Migrations::Job,
        collectstatic_build: choices.collectstatic == Collectstatic::Build,
        celery: choices.celery != Celery::None,
        beat: choices.celery == Celery::WorkerBeat,
        beat_database: choices.beat_scheduler == BeatScheduler::Database,
        flower: choices.flower,
        whitenoise: choices.static_files == StaticFiles::Whitenoise,
        nginx_static: choices.static_files == StaticFiles::Nginx,
        proxy: choices.reverse_proxy.id(),
        bundled_nginx,
        nginx_image: image(Product::Nginx, ""),
        certbot: choices.tls == Tls::Certbot,
        certbot_image: image(Product::Certbot, ""),
        secrets_files: choices.secrets == Secrets::Files,
        strict: choices.hardening == Hardening::Strict,
        logging: choices.logging.id(),
        log_volume: choices.logging == Logging::File,
        log_json: choices.log_format == LogFormat::Json,
        log_level: choices.log_level.id(),
        github_actions: choices.ci == Ci::GithubActions,
        watch: choices.dev_workflow == DevWorkflow::Watch,
        packages: Packages::default(),
        files: Vec::new(),
        choices: OPTIONS.iter().map(|spec| choice_note(spec, choices)).collect(),
        comparison: Vec::new(),
        checklist: Vec::new(),
    };
    plan.packages = packages::packages(&plan);
    plan.files = FILES
        .iter()
        .filter(|spec| (spec.when)(&plan))
        .map(|spec| FileNote { path: spec.path(&plan), why: spec.why })
        .collect();
    plan.checklist = guide::checklist(&plan);
    plan
}

/// Image or pin of a series; of the newest where the series is left empty.
fn tag(product: Product, series: &str) -> &'static str {
    let version: Option<&Version> = match series {
        "" => VERSIONS.iter().rfind(|version| version.product == product),
        series => find(product, series),
    };
    version.map_or("", |version| version.tag_or_pin)
}

/// Podman has no default registry, so that an image needs its full name there.
fn qualified(podman: bool, image: &str) -> String {
    match (podman, image.contains('/')) {
        (false, _) => image.to_owned(),
        (true, true) => format!("docker.io/{image}"),
        (true, false) => format!("docker.io/library/{image}"),
    }
}

fn choice_note(spec: &OptionSpec, choices: &Choices) -> ChoiceNote {
    let value = spec.get(choices);
    let help = match spec.kind {
        Kind::Set(values) => values.iter().find(|v| v.id == value).map_or("", |v| v.help),
        _ => "",
    };
    ChoiceNote {
        id: spec.id,
        label: spec.label,
        value: spec.value_label(&value),
        help: if help.is_empty() { spec.help } else { help },
        changed: spec.is_changed(choices),
    }
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
    pub why: &'static str,
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
    pub left: String,
    /// The right side's value; in `CONTAINERS.md` this plan's.
    pub right: String,
    /// What it asks for.
    pub mark: Mark,
    /// What to adapt, or why it differs: a clause to follow the mark, with its full stop; empty where the mark says
    /// it all.
    pub note: String,
}

/// A part of the migration checklist.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ChecklistSection {
    /// Heading.
    pub title: &'static str,
    /// Items in order, Markdown.
    pub items: Vec<String>,
}
