//! The stack: everything that a set runs, as data. It is made from the plan's other decisions, and what describes the
//! stack is made from it: the compose files, the diagram in `CONTAINERS.md`, and the page's picture and list.
//!
//! Nothing here is a word of compose alone, so that other targets can be written from the same facts. Variables, secrets
//! and what is waited for that all processes of the application have in common are in [`Application`], once.
//! Tests compare every fact with the compose files of every preset and every all-pairs set.

use std::borrow::Cow;

use serde::{Serialize, Serializer};

use crate::catalog::options::{Logging, Postgres, Redis, Server};
use crate::messages::{Message, msg};
use crate::plan::model::Decisions;

/// Everything that a set runs.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Stack {
    /// What every service is held to.
    pub confinement: Confinement,
    /// What the services that run the project's own code have in common.
    pub application: Application,
    /// The services, by name.
    pub services: Vec<Service>,
    /// The networks, by name.
    pub networks: Vec<Network>,
    /// Names of the volumes, by name.
    pub volumes: Vec<&'static str>,
    /// Names of the secrets that are files, by name.
    pub secrets: Vec<&'static str>,
}

/// What every service is held to. None of them can gain privileges.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Confinement {
    /// No capability but those that a service names.
    pub no_capabilities: bool,
    /// The image's own files cannot be written.
    pub read_only: bool,
    /// Paths in memory that every service may write.
    pub scratch: Vec<Scratch>,
}

/// What the services that run the project's own code have in common.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Application {
    /// The Dockerfile that its image is built from.
    pub dockerfile: &'static str,
    /// User that the container starts as; empty for the image's own.
    pub user: &'static str,
    /// Capabilities that it keeps.
    pub capabilities: Vec<&'static str>,
    /// Variables of every process, by name.
    pub environment: Vec<Variable>,
    /// Names of the secrets that every process gets as files.
    pub secrets: Vec<&'static str>,
    /// What every process waits for, but the one that migrates.
    pub needs: Vec<Need>,
}

/// A service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Service {
    /// Name.
    pub name: &'static str,
    /// What it is for, where its name does not say it; a sentence or two, or empty.
    pub about: &'static str,
    /// It runs the project's own code, and has what [`Application`] names beside what is named here.
    pub application: bool,
    /// The image.
    pub image: Image,
    /// The Dockerfile that it is built from; `None` where the image is only fetched.
    pub dockerfile: Option<&'static str>,
    /// What the container runs instead of the image's own entry point; empty for that.
    pub entrypoint: Vec<&'static str>,
    /// What the entry point is given; empty for what the image gives it.
    pub command: Vec<&'static str>,
    /// When it runs.
    pub activation: Activation,
    /// It does one thing and ends; every other service runs until it is stopped.
    pub once: bool,
    /// Variables of its own, by name.
    pub environment: Vec<Variable>,
    /// Ports that it publishes on the host.
    pub ports: Vec<Port>,
    /// Its ports are public, on every address of the host.
    pub public: bool,
    /// What is mounted into it.
    pub mounts: Vec<Mount>,
    /// Paths in memory that it may write, those of [`Confinement`] among them.
    pub scratch: Vec<Scratch>,
    /// Names of the networks that it is in.
    pub networks: Vec<&'static str>,
    /// The services that it waits for.
    pub needs: Vec<Need>,
    /// All that [`Application`] waits for is among its needs.
    pub waits_as_application: bool,
    /// Names of the secrets that it gets as files.
    pub secrets: Vec<&'static str>,
    /// How its health is checked; empty where it is not.
    pub probes: Vec<Probe>,
    /// User that the container starts as; empty for the image's own or the application's.
    pub user: &'static str,
    /// Capabilities of its own that it keeps.
    pub capabilities: Vec<&'static str>,
    /// Why it keeps them; a sentence, or empty.
    pub capabilities_why: &'static str,
    /// Shared memory in megabytes; 0 for the engine's default.
    pub shared_memory: u32,
    /// Seconds that it has to end in; 0 for the engine's default.
    pub grace: u32,
    /// What it does in that time; a sentence, or empty.
    pub grace_why: &'static str,
    /// What it may use in production.
    pub limits: Limits,
    /// Variable that sets how many of it run in production; empty where one is all there may be.
    pub replicas: &'static str,
    /// What is otherwise in development.
    pub development: Development,
}

/// What is otherwise in development, where the code of a working tree runs.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Development {
    /// Ports that it publishes beside its others.
    pub ports: Vec<Port>,
    /// Networks that it is in beside its others.
    pub networks: Vec<&'static str>,
    /// What the entry point is given instead; empty where that stays.
    pub command: Vec<String>,
    /// It notices by itself when code has changed.
    pub reloads: bool,
    /// It has to be started again when code has changed.
    pub restarts: bool,
}

/// An image.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Image {
    /// As the set's engine takes it, e.g. `postgres:17.6`; of an image that is built, what the build makes.
    pub reference: String,
    /// With its registry, e.g. `docker.io/library/postgres:17.6`; the same for an image that is built.
    pub qualified: String,
}

/// When a service runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Activation {
    /// Always.
    #[serde(rename = "")]
    Always,
    /// In production, between the internet and the site.
    #[serde(rename = "production")]
    Edge,
    /// When the operator monitors the site.
    #[serde(rename = "monitoring")]
    Monitoring,
    /// When the operator runs it.
    #[serde(rename = "tools")]
    Tools,
}

impl Activation {
    /// Name of the group of services that run together; empty for those that always run.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Always => "",
            Self::Edge => "production",
            Self::Monitoring => "monitoring",
            Self::Tools => "tools",
        }
    }

    /// The group's name, if the service is in one.
    pub fn group(self) -> Option<&'static str> {
        Some(self.id()).filter(|id| !id.is_empty())
    }
}

/// A variable of a container.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Variable {
    /// Name in the container; of a secret the name without `_FILE`.
    pub name: &'static str,
    /// The setting of the installation that it is taken from; empty where `value` is what it always is.
    pub setting: &'static str,
    /// Its value; with a setting, the default.
    pub value: Cow<'static, str>,
    /// The setting has to be made.
    pub required: bool,
    /// The secret that it is; empty for what may be known.
    pub secret: &'static str,
    /// Its value as words with spaces between, where it is a list.
    pub words: Vec<String>,
}

/// A published port.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Port {
    /// Address of the host that it is bound to; every address where there is none.
    pub address: Option<&'static str>,
    /// Variable that sets another port of the host.
    pub variable: &'static str,
    /// Port of the host unless the variable is set.
    pub host: u32,
    /// Port of the container.
    pub container: u32,
}

/// Something that is mounted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Mount {
    /// A volume's name, or a path of the set that begins with `./`.
    pub source: &'static str,
    /// Where it is in the container.
    pub target: String,
    /// The container may not write there.
    pub read_only: bool,
    /// It is a file or directory of the set rather than a volume.
    pub file: bool,
    /// Why it is there; a sentence, or empty.
    pub why: &'static str,
}

/// A path in memory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Scratch {
    /// Where it is in the container.
    pub path: &'static str,
    /// It belongs to the application's user.
    pub owned: bool,
}

/// A dependency of a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Need {
    /// Name of the service that is waited for.
    pub service: &'static str,
    /// What is waited for.
    pub condition: Condition,
    /// The waiting service restarts when this one does.
    pub restart: bool,
    /// It is one of the needs of [`Application`].
    pub of_application: bool,
}

/// What a service waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Condition {
    /// The service is healthy.
    Healthy,
    /// The service has ended well.
    Completed,
}

impl Condition {
    /// The word in templates and diagrams.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Healthy => "healthy",
            Self::Completed => "completed",
        }
    }

    /// The word that people read.
    pub fn label(self) -> Message {
        match self {
            Self::Healthy => msg!("healthy"),
            Self::Completed => msg!("completed"),
        }
    }
}

/// As its id.
impl Serialize for Condition {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.id())
    }
}

/// How a service's health is asked for: over HTTP, or by one of two forms of a command.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Probe {
    /// Port that is asked over HTTP; 0 where a command asks.
    pub port: u32,
    /// Path that is asked over HTTP.
    pub path: &'static str,
    /// The command, word by word.
    pub exec: Vec<&'static str>,
    /// The command as a line for a shell.
    pub shell: String,
    /// The answer is no as well when a service that it needs does not answer.
    pub dependencies: bool,
    /// Why it is asked like this; a sentence, or empty.
    pub why: &'static str,
    /// Seconds between two questions.
    pub interval: u32,
    /// Seconds that an answer may take.
    pub timeout: u32,
    /// Failures in a row that make it unhealthy.
    pub retries: u32,
    /// Seconds after the start in which a failure is none.
    pub start_period: u32,
    /// Seconds between two questions in that time.
    pub start_interval: u32,
}

/// What a service may use.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Limits {
    /// CPUs, or parts of one.
    pub cpus: Limit,
    /// Memory, with `M` or `G`.
    pub memory: Limit,
    /// Processes and threads.
    pub pids: u32,
}

/// A limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Limit {
    /// The setting that it is taken from; empty where `value` is what it always is.
    pub setting: &'static str,
    /// The limit unless the setting is made.
    pub value: &'static str,
}

/// A network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Network {
    /// Name.
    pub name: &'static str,
    /// It has no way out.
    pub internal: bool,
}

impl Service {
    /// What the picture and the list show of it.
    fn shown(&self) -> impl PartialEq {
        let Self { image, dockerfile, activation, ports, mounts, networks, needs, secrets, .. } = self.clone();
        (image, dockerfile, activation, ports, mounts, networks, needs, secrets)
    }
}

impl Stack {
    /// The stack of a plan's other decisions.
    pub fn of(plan: &Decisions) -> Self {
        let confinement = confinement(plan);
        let application = application(plan);
        let services = services(plan, &application, &confinement);
        let mut networks = vec![Network { name: "app", internal: false }];
        networks.extend(has_backend(plan).then_some(Network { name: "backend", internal: true }));
        let mounts = services.iter().flat_map(|service| &service.mounts).filter(|mount| !mount.file);
        let volumes = sorted(mounts.map(|mount| mount.source));
        let secrets = sorted(services.iter().flat_map(|service| service.secrets.iter().copied()));
        Self { confinement, application, services, networks, volumes, secrets }
    }

    /// The service of a name.
    pub fn service(&self, name: &str) -> Option<&Service> {
        self.services.iter().find(|service| service.name == name)
    }

    /// Names of the services that are new since an earlier stack, or are shown in another way.
    pub fn changed_since(&self, earlier: &Self) -> Vec<&'static str> {
        let same = |service: &Service, earlier: &Service| service.shown() == earlier.shown();
        let changed = self
            .services
            .iter()
            .filter(|service| !earlier.service(service.name).is_some_and(|earlier| same(service, earlier)));
        changed.map(|service| service.name).collect()
    }
}

/// The lines of a service in the text of a compose file, both ends included, counted from 1.
pub fn lines_of(compose: &str, service: &str) -> Option<(usize, usize)> {
    let lines: Vec<&str> = compose.lines().collect();
    let services = lines.iter().position(|line| *line == "services:")?;
    let key = format!("  {service}:");
    let first = services + lines[services..].iter().position(|line| *line == key)?;
    // A service goes on as long as its lines are indented deeper than its name, or are empty between such lines.
    let inside = |line: &&str| line.starts_with("   ") || line.is_empty();
    let count = lines[first + 1..].iter().take_while(|line| inside(line)).count();
    let last = (first..=first + count).rev().find(|index| !lines[*index].is_empty())?;
    Some((first + 1, last + 1))
}

fn sorted(names: impl Iterator<Item = &'static str>) -> Vec<&'static str> {
    let mut names: Vec<_> = names.collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// Those of the items whose condition holds.
fn some<T>(items: impl IntoIterator<Item = (bool, T)>) -> Vec<T> {
    items.into_iter().filter_map(|(holds, item)| holds.then_some(item)).collect()
}

/// There is a network without a way out, for the services that keep data.
fn has_backend(plan: &Decisions) -> bool {
    plan.bundled_db || plan.redis
}

fn healthy(service: &'static str) -> Need {
    Need { service, condition: Condition::Healthy, restart: false, of_application: false }
}

fn mount(source: &'static str, target: impl Into<String>) -> Mount {
    Mount { source, target: target.into(), read_only: false, file: source.starts_with('.'), why: "" }
}

fn read_only(source: &'static str, target: impl Into<String>) -> Mount {
    Mount { read_only: true, ..mount(source, target) }
}

fn scratch(path: &'static str) -> Scratch {
    Scratch { path, owned: false }
}

/// A variable that is always the same.
fn fixed(name: &'static str, value: impl Into<Cow<'static, str>>) -> Variable {
    Variable { name, value: value.into(), ..Variable::default() }
}

/// A variable that a setting of another name may change.
fn set_by(setting: &'static str, name: &'static str, value: impl Into<Cow<'static, str>>) -> Variable {
    Variable { setting, ..fixed(name, value) }
}

/// A variable that the setting of its name may change.
fn setting(name: &'static str, value: impl Into<Cow<'static, str>>) -> Variable {
    set_by(name, name, value)
}

/// A variable that the setting has to make.
fn required(setting: &'static str, name: &'static str) -> Variable {
    Variable { required: true, ..set_by(setting, name, "") }
}

/// A variable that is a secret.
fn secret(secret: &'static str, setting: &'static str, name: &'static str) -> Variable {
    Variable { secret, ..required(setting, name) }
}

/// Directory of the image that PostgreSQL's volume is mounted at; the user `postgres` owns it.
fn postgres_directory(plan: &Decisions) -> &'static str {
    if plan.postgres == Postgres::V18 { "/var/lib/postgresql" } else { "/var/lib/postgresql/data" }
}

/// The variable that says where the database is, under a program's own name for it.
fn database_host(plan: &Decisions, host: &'static str) -> Variable {
    if plan.bundled_db { fixed(host, "db") } else { required("POSTGRES_HOST", host) }
}

impl Image {
    /// Of an image that is fetched.
    fn fetched(reference: &str) -> Self {
        let qualified = match (reference.starts_with("docker.io/"), reference.contains('/')) {
            (true, _) => reference.to_owned(),
            (false, true) => format!("docker.io/{reference}"),
            (false, false) => format!("docker.io/library/{reference}"),
        };
        Self { reference: reference.to_owned(), qualified }
    }

    /// Of an image that is built.
    fn built(reference: String) -> Self {
        Self { qualified: reference.clone(), reference }
    }
}

impl Limits {
    const fn fixed(cpus: &'static str, memory: &'static str) -> Self {
        Self { cpus: Limit { setting: "", value: cpus }, memory: Limit { setting: "", value: memory }, pids: 50 }
    }

    /// Of a service that may need much: 1 CPU and 1 GB unless the settings say otherwise.
    const fn set_by(cpus: &'static str, memory: &'static str) -> Self {
        Self { cpus: Limit { setting: cpus, value: "1" }, memory: Limit { setting: memory, value: "1G" }, pids: 200 }
    }
}

fn confinement(plan: &Decisions) -> Confinement {
    Confinement {
        no_capabilities: plan.strict,
        read_only: plan.strict,
        scratch: some([(plan.strict, scratch("/tmp"))]),
    }
}

fn application(plan: &Decisions) -> Application {
    let of_application = |need| Need { of_application: true, ..need };
    let migrate = Need { condition: Condition::Completed, ..healthy("migrate") };
    Application {
        dockerfile: "docker/Dockerfile",
        user: if plan.dynamic_user { "0:0" } else { "" },
        capabilities: if plan.dynamic_user && plan.strict {
            vec!["CHOWN", "KILL", "SETGID", "SETUID"]
        } else {
            Vec::new()
        },
        environment: application_environment(plan),
        secrets: some([(plan.secrets_files, "django_secret_key"), (plan.secrets_files, "postgres_password")]),
        needs: some([
            (plan.bundled_db, of_application(healthy("db"))),
            (plan.migrations_job, of_application(migrate)),
            (plan.redis, of_application(healthy("redis"))),
        ]),
    }
}

fn application_environment(plan: &Decisions) -> Vec<Variable> {
    some([
        (plan.celery, setting("CELERY_VISIBILITY_TIMEOUT", "3600")),
        (plan.logging == Logging::Switch, setting("CONTAINER_MODE", "true")),
        (true, setting("DJANGO_ALLOWED_HOSTS", "")),
        (true, setting("DJANGO_CSRF_TRUSTED_ORIGINS", "")),
        (plan.log_volume, fixed("DJANGO_LOG_DIR", format!("/var/log/{}", plan.project))),
        (true, setting("DJANGO_LOG_LEVEL", plan.log_level)),
        (true, secret("django_secret_key", "DJANGO_SECRET_KEY", "DJANGO_SECRET_KEY")),
        (true, setting("DJANGO_SECURE_HSTS_INCLUDE_SUBDOMAINS", "true")),
        (true, setting("DJANGO_SECURE_HSTS_PRELOAD", "true")),
        (true, setting("DJANGO_SECURE_HSTS_SECONDS", "3600")),
        (true, setting("DJANGO_SECURE_SSL_REDIRECT", "true")),
        (plan.dynamic_user, setting("PGID", plan.gid.to_string())),
        (true, setting("POSTGRES_DB", plan.module.clone())),
        (true, database_host(plan, "POSTGRES_HOST")),
        (true, secret("postgres_password", "POSTGRES_PASSWORD", "POSTGRES_PASSWORD")),
        (plan.db_pool, setting("POSTGRES_POOL_SIZE", "8")),
        (!plan.bundled_db, setting("POSTGRES_PORT", "5432")),
        (!plan.bundled_db, setting("POSTGRES_SSLMODE", "require")),
        (true, setting("POSTGRES_USER", plan.module.clone())),
        (plan.dynamic_user, setting("PUID", plan.uid.to_string())),
        (plan.redis, fixed("REDIS_URL", "redis://redis:6379")),
    ])
}

/// Makes a service.
type Make<'a> = fn(&Builder<'a>) -> Service;

/// What the services of a plan are made with.
struct Builder<'a> {
    plan: &'a Decisions,
    application: &'a Application,
    confinement: &'a Confinement,
}

fn services<'a>(plan: &'a Decisions, application: &'a Application, confinement: &'a Confinement) -> Vec<Service> {
    let builder = Builder { plan, application, confinement };
    let services: [(bool, Make<'a>); 10] = [
        (plan.backups, Builder::backup),
        (plan.beat, Builder::beat),
        (plan.certbot, Builder::certbot),
        (plan.bundled_db, Builder::db),
        (plan.flower, Builder::flower),
        (plan.migrations_job, Builder::migrate),
        (plan.bundled_nginx, Builder::nginx),
        (plan.redis, Builder::redis),
        (true, Builder::web),
        (plan.celery, Builder::worker),
    ];
    some(services).into_iter().map(|make| make(&builder)).collect()
}

impl Builder<'_> {
    /// A service that always runs and has nothing of its own.
    fn service(&self, name: &'static str, image: Image) -> Service {
        Service {
            name,
            about: "",
            application: false,
            image,
            dockerfile: None,
            entrypoint: Vec::new(),
            command: Vec::new(),
            activation: Activation::Always,
            once: false,
            environment: Vec::new(),
            ports: Vec::new(),
            public: false,
            mounts: Vec::new(),
            scratch: self.confinement.scratch.clone(),
            networks: Vec::new(),
            needs: Vec::new(),
            waits_as_application: false,
            secrets: Vec::new(),
            probes: Vec::new(),
            user: "",
            capabilities: Vec::new(),
            capabilities_why: "",
            shared_memory: 0,
            grace: 0,
            grace_why: "",
            limits: Limits::fixed("0.5", "256M"),
            replicas: "",
            development: Development::default(),
        }
    }

    /// A service that is fetched.
    fn fetched(&self, name: &'static str, image: &str) -> Service {
        self.service(name, Image::fetched(image))
    }

    /// A service that runs the project's own code, in the role of its name, once the tables are there.
    fn process(&self, name: &'static str) -> Service {
        let mut needs = self.application.needs.clone();
        // Without a job, the web service migrates; what needs the tables waits for it.
        needs.extend((!self.plan.migrations_job).then(|| healthy("web")));
        Service {
            application: true,
            dockerfile: Some(self.application.dockerfile),
            command: vec![name],
            mounts: self.logs(),
            networks: some([(true, "app"), (has_backend(self.plan), "backend")]),
            needs,
            waits_as_application: true,
            secrets: self.application.secrets.clone(),
            ..self.service(name, Image::built(format!("{}:local", self.plan.project)))
        }
    }

    fn logs(&self) -> Vec<Mount> {
        some([(self.plan.log_volume, mount("log-files", format!("/var/log/{}", self.plan.project)))])
    }

    /// More paths in memory, where only those can be written that are named.
    fn more_scratch(&self, more: &[Scratch]) -> Vec<Scratch> {
        let mut all = self.confinement.scratch.clone();
        if self.confinement.read_only {
            all.extend_from_slice(more);
            all.sort_by_key(|scratch| scratch.path);
        }
        all
    }

    /// Where static files are collected when a container starts.
    fn collected(&self) -> Vec<Scratch> {
        let collects = self.plan.collectstatic_start;
        self.more_scratch(&some([(collects, Scratch { path: "/srv/static", owned: true })]))
    }

    fn backup(&self) -> Service {
        let plan = self.plan;
        Service {
            entrypoint: vec!["backup"],
            command: vec!["dump"],
            activation: Activation::Tools,
            once: true,
            environment: some([
                (true, fixed("BACKUP_DIR", postgres_directory(plan))),
                (true, setting("BACKUP_KEEP", "14")),
                (true, set_by("POSTGRES_DB", "PGDATABASE", plan.module.clone())),
                (true, database_host(plan, "PGHOST")),
                (true, secret("postgres_password", "POSTGRES_PASSWORD", "PGPASSWORD")),
                (!plan.bundled_db, set_by("POSTGRES_PORT", "PGPORT", "5432")),
                (!plan.bundled_db, set_by("POSTGRES_SSLMODE", "PGSSLMODE", "require")),
                (true, set_by("POSTGRES_USER", "PGUSER", plan.module.clone())),
            ]),
            mounts: vec![
                Mount {
                    why: "In the image this directory belongs to postgres, so the volume does too: no root needed.",
                    ..mount("backup-files", postgres_directory(plan))
                },
                read_only("./docker/backup.sh", "/usr/local/bin/backup"),
            ],
            networks: vec![if plan.bundled_db { "backend" } else { "app" }],
            needs: some([(plan.bundled_db, healthy("db"))]),
            secrets: some([(plan.secrets_files, "postgres_password")]),
            user: "postgres",
            limits: Limits::fixed("1", "256M"),
            ..self.fetched("backup", &plan.postgres_image)
        }
    }

    fn beat(&self) -> Service {
        let mut mounts = some([(!self.plan.beat_database, mount("beat-schedule", "/var/lib/celery"))]);
        mounts.extend(self.logs());
        Service {
            about: "The scheduler. Run only one: a second would send every task twice.",
            mounts,
            probes: vec![Probe {
                shell: "test -d /proc/$(cat /tmp/celerybeat.pid)".to_owned(),
                why: "Not \"kill -0\": that needs permission to signal a different user's process.",
                interval: 30,
                timeout: 5,
                retries: 3,
                start_period: 60,
                start_interval: 2,
                ..Probe::default()
            }],
            development: Development { restarts: true, ..Development::default() },
            ..self.process("beat")
        }
    }

    fn certbot(&self) -> Service {
        let plan = self.plan;
        Service {
            about: "Obtains and renews the site's certificate; until it has one, nginx uses a self-signed certificate.",
            entrypoint: vec!["/bin/sh", "/usr/local/bin/keep-certificate"],
            activation: Activation::Edge,
            environment: vec![
                Variable { words: plan.domains.clone(), ..fixed("CERTBOT_DOMAINS", "") },
                required("CERTBOT_EMAIL", "CERTBOT_EMAIL"),
                setting("CERTBOT_STAGING", "false"),
            ],
            mounts: vec![
                mount("acme-challenge", "/var/www/acme"),
                mount("certificates", "/certificates"),
                mount("letsencrypt", "/etc/letsencrypt"),
                read_only("./certbot/certbot.sh", "/usr/local/bin/keep-certificate"),
            ],
            scratch: self.more_scratch(&[scratch("/var/lib/letsencrypt"), scratch("/var/log/letsencrypt")]),
            networks: vec!["app"],
            probes: vec![Probe {
                exec: vec!["test", "-s", "/certificates/fullchain.pem"],
                interval: 30,
                timeout: 5,
                retries: 3,
                start_period: 30,
                start_interval: 1,
                ..Probe::default()
            }],
            capabilities: some([(plan.strict, "CHOWN")]),
            capabilities_why: "To give the private key to nginx, which runs as a different user.",
            ..self.fetched("certbot", &plan.certbot_image)
        }
    }

    fn db(&self) -> Service {
        let plan = self.plan;
        Service {
            environment: vec![
                setting("POSTGRES_DB", plan.module.clone()),
                secret("postgres_password", "POSTGRES_PASSWORD", "POSTGRES_PASSWORD"),
                setting("POSTGRES_USER", plan.module.clone()),
            ],
            mounts: vec![mount("postgres-data", postgres_directory(plan))],
            scratch: self.more_scratch(&[scratch("/var/run/postgresql")]),
            networks: vec!["backend"],
            secrets: some([(plan.secrets_files, "postgres_password")]),
            probes: vec![Probe {
                shell: "pg_isready --host=127.0.0.1 --username=\"$POSTGRES_USER\" --dbname=\"$POSTGRES_DB\"".to_owned(),
                why: "Over TCP: the temporary server that initializes the database listens only on the socket.",
                interval: 10,
                timeout: 5,
                retries: 5,
                start_period: 60,
                start_interval: 1,
                ..Probe::default()
            }],
            user: if plan.strict { "postgres" } else { "" },
            shared_memory: 128,
            grace: 60,
            limits: Limits::set_by("DB_CPUS", "DB_MEMORY"),
            development: Development {
                ports: vec![local_port("POSTGRES_PORT", 5432, 5432)],
                networks: vec!["app"],
                ..Development::default()
            },
            ..self.fetched("db", &plan.postgres_image)
        }
    }

    fn flower(&self) -> Service {
        let more = some([(self.plan.secrets_files, "flower_basic_auth")]);
        Service {
            activation: Activation::Monitoring,
            environment: vec![secret("flower_basic_auth", "FLOWER_BASIC_AUTH", "FLOWER_BASIC_AUTH")],
            ports: vec![local_port("FLOWER_PORT", 5555, 5555)],
            secrets: sorted(self.application.secrets.iter().copied().chain(more)),
            probes: vec![Probe {
                port: 5555,
                path: "/healthcheck",
                interval: 30,
                timeout: 5,
                retries: 3,
                start_period: 60,
                start_interval: 2,
                ..Probe::default()
            }],
            ..self.process("flower")
        }
    }

    fn migrate(&self) -> Service {
        let plan = self.plan;
        Service {
            about: "Runs once, before the services that need its tables, then exits.",
            once: true,
            networks: some([(!plan.bundled_db, "app"), (has_backend(plan), "backend")]),
            needs: some([(plan.bundled_db, healthy("db"))]),
            waits_as_application: false,
            limits: Limits::fixed("1", "512M"),
            ..self.process("migrate")
        }
    }

    fn nginx(&self) -> Service {
        let plan = self.plan;
        let open = |variable, host, container| Port { address: None, variable, host, container };
        Service {
            command: if plan.certbot { vec!["/bin/sh", "/usr/local/bin/start-nginx"] } else { Vec::new() },
            activation: Activation::Edge,
            ports: some([(true, open("HTTP_PORT", 80, 8080)), (plan.certbot, open("HTTPS_PORT", 443, 8443))]),
            public: true,
            mounts: some([
                (plan.certbot, read_only("acme-challenge", "/var/www/acme")),
                (plan.certbot, read_only("certificates", "/etc/nginx/certificates")),
                (plan.media, read_only("media-files", "/srv/media")),
                (true, read_only("./nginx/conf.d", "/etc/nginx/conf.d")),
                (true, read_only("./nginx/nginx.conf", "/etc/nginx/nginx.conf")),
                (plan.certbot, read_only("./nginx/start.sh", "/usr/local/bin/start-nginx")),
                (plan.nginx_static, read_only("static-files", "/srv/static")),
            ]),
            networks: vec!["app"],
            needs: some([
                (plan.certbot, healthy("certbot")),
                // Its address may have changed after a restart.
                (true, Need { restart: plan.podman, ..healthy("web") }),
            ]),
            probes: vec![Probe {
                port: 8080,
                path: "/nginx-health",
                interval: 15,
                timeout: 5,
                retries: 3,
                start_period: 30,
                start_interval: 1,
                ..Probe::default()
            }],
            user: "101:101",
            grace: 40,
            limits: Limits::fixed("1", "128M"),
            ..self.fetched("nginx", &plan.nginx_image)
        }
    }

    fn redis(&self) -> Service {
        let plan = self.plan;
        let (user, server, cli) = match plan.cache {
            Redis::Valkey8 => ("valkey", "valkey-server", "valkey-cli"),
            Redis::V7 | Redis::V8 | Redis::None => ("redis", "redis-server", "redis-cli"),
        };
        Service {
            command: vec![server, "--appendonly", "yes"],
            mounts: vec![mount("redis-data", "/data")],
            networks: vec!["backend"],
            probes: vec![Probe {
                shell: format!("{cli} ping | grep -q PONG"),
                interval: 10,
                timeout: 5,
                retries: 5,
                start_period: 30,
                start_interval: 1,
                ..Probe::default()
            }],
            user: if plan.strict { user } else { "" },
            grace: 30,
            limits: Limits {
                cpus: Limit { setting: "", value: "1" },
                memory: Limit { setting: "REDIS_MEMORY", value: "256M" },
                pids: 50,
            },
            ..self.fetched("redis", &plan.redis_image)
        }
    }

    fn web(&self) -> Service {
        let plan = self.plan;
        let workers = if plan.workers_auto { String::new() } else { plan.workers.to_string() };
        let mut mounts = self.logs();
        mounts.extend(some([
            (plan.media, mount("media-files", "/srv/media")),
            (plan.nginx_static, mount("static-files", "/srv/published")),
        ]));
        Service {
            environment: some([
                (plan.server != Server::Daphne, setting("WEB_CONCURRENCY", workers)),
                (true, setting("WEB_TIMEOUT", plan.timeout.to_string())),
            ]),
            ports: some([(!plan.bundled_nginx, local_port("WEB_PORT", plan.port, 8000))]),
            mounts,
            scratch: self.collected(),
            needs: self.application.needs.clone(),
            probes: vec![Probe {
                port: 8000,
                path: "/health/",
                dependencies: true,
                interval: 15,
                timeout: 5,
                retries: 3,
                start_period: if plan.migrations_job { 60 } else { 300 },
                start_interval: 2,
                ..Probe::default()
            }],
            // The server's own graceful timeout, and a little for the engine.
            grace: plan.timeout + 10,
            limits: Limits::set_by("WEB_CPUS", "WEB_MEMORY"),
            replicas: if plan.bundled_nginx { "WEB_REPLICAS" } else { "" },
            development: Development {
                ports: some([(plan.bundled_nginx, local_port("WEB_PORT", plan.port, 8000))]),
                command: words(if plan.migrations_job {
                    &["python", "manage.py", "runserver", "0.0.0.0:8000"]
                } else {
                    &["sh", "-c", "entrypoint migrate && exec python manage.py runserver 0.0.0.0:8000"]
                }),
                reloads: true,
                ..Development::default()
            },
            ..self.process("web")
        }
    }

    fn worker(&self) -> Service {
        let plan = self.plan;
        let mut mounts = self.logs();
        mounts.extend(some([(plan.media, mount("media-files", "/srv/media"))]));
        Service {
            environment: vec![setting("WORKER_CONCURRENCY", "")],
            mounts,
            scratch: self.collected(),
            probes: vec![Probe {
                shell: format!(
                    "celery --app {} inspect ping --destination \"celery@$HOSTNAME\" --timeout 10",
                    plan.celery_application
                ),
                interval: 60,
                timeout: 30,
                retries: 3,
                start_period: 60,
                start_interval: 5,
                ..Probe::default()
            }],
            grace: 60,
            grace_why: "Tasks have 50 seconds to finish; then container.py returns them to the queue.",
            limits: Limits::set_by("WORKER_CPUS", "WORKER_MEMORY"),
            replicas: "WORKER_REPLICAS",
            development: Development {
                // Without copies of what is saved, the worker has to look for changes itself.
                command: if plan.watch {
                    Vec::new()
                } else {
                    let app = &plan.celery_application;
                    let celery = format!("celery --app {app} worker --loglevel INFO --concurrency 2");
                    words(&["watchfiles", "--filter", "python", &celery, "/app"])
                },
                restarts: true,
                ..Development::default()
            },
            ..self.process("worker")
        }
    }
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

/// A port that only the host itself reaches.
fn local_port(variable: &'static str, host: u32, container: u32) -> Port {
    Port { address: Some("127.0.0.1"), variable, host, container }
}
