//! The stack as `docker-compose.yml` describes it: services, networks, volumes and secrets, made from the plan.
//!
//! For whoever shows the stack without reading YAML: the page's picture and list. Tests compare it with the compose file
//! of every preset and every all-pairs set. [`crate::page::stack_svg`] draws it.

use crate::plan::model::Plan;

/// Everything that a set runs.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Stack {
    /// The services, by name.
    pub services: Vec<Service>,
    /// The networks, by name.
    pub networks: Vec<Network>,
    /// Names of the volumes, by name.
    pub volumes: Vec<&'static str>,
    /// Names of the secrets, by name.
    pub secrets: Vec<&'static str>,
}

/// A service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    /// Name.
    pub name: &'static str,
    /// Image with tag; of a service that is built, the one that the build makes.
    pub image: String,
    /// The Dockerfile that it is built from; `None` where the image is only fetched.
    pub dockerfile: Option<&'static str>,
    /// The profile that it belongs to; `None` where it always runs.
    pub profile: Option<&'static str>,
    /// Ports that it publishes on the host.
    pub ports: Vec<Port>,
    /// What is mounted into it.
    pub mounts: Vec<Mount>,
    /// Names of the networks that it is in.
    pub networks: Vec<&'static str>,
    /// The services that it waits for.
    pub needs: Vec<Need>,
    /// Names of the secrets that it gets as files.
    pub secrets: Vec<&'static str>,
}

/// A published port.
#[derive(Debug, Clone, PartialEq, Eq)]
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
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mount {
    /// A volume's name, or a path of the set that begins with `./`.
    pub source: &'static str,
    /// Where it is in the container.
    pub target: String,
    /// The container may not write there.
    pub read_only: bool,
}

impl Mount {
    /// It is a volume rather than a file of the set.
    pub fn is_volume(&self) -> bool {
        !self.source.starts_with('.')
    }
}

/// A service that another one waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Need {
    /// Name of the service that is waited for.
    pub service: &'static str,
    /// What is waited for.
    pub condition: Condition,
    /// Whoever waits is started again when the service is.
    pub restart: bool,
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
    /// The word that compose has for it.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Healthy => "service_healthy",
            Self::Completed => "service_completed_successfully",
        }
    }

    /// The word that people read.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Healthy => "healthy",
            Self::Completed => "completed",
        }
    }
}

/// A network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    /// Name.
    pub name: &'static str,
    /// It has no way out.
    pub internal: bool,
}

impl Stack {
    /// The stack of a plan.
    pub fn of(plan: &Plan) -> Self {
        let services = services(plan);
        let has_backend = plan.bundled_db || plan.redis;
        let mut networks = vec![Network { name: "app", internal: false }];
        networks.extend(has_backend.then_some(Network { name: "backend", internal: true }));
        let mounts = services.iter().flat_map(|service| &service.mounts).filter(|mount| mount.is_volume());
        let volumes = sorted(mounts.map(|mount| mount.source));
        let secrets = sorted(services.iter().flat_map(|service| service.secrets.iter().copied()));
        Self { services, networks, volumes, secrets }
    }

    /// The service of a name.
    pub fn service(&self, name: &str) -> Option<&Service> {
        self.services.iter().find(|service| service.name == name)
    }

    /// Names of the services that are new since an earlier stack, or not as they were.
    pub fn changed_since(&self, earlier: &Self) -> Vec<&'static str> {
        let changed = self.services.iter().filter(|service| earlier.service(service.name) != Some(service));
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

fn healthy(service: &'static str) -> Need {
    Need { service, condition: Condition::Healthy, restart: false }
}

fn mount(source: &'static str, target: impl Into<String>) -> Mount {
    Mount { source, target: target.into(), read_only: false }
}

fn read_only(source: &'static str, target: impl Into<String>) -> Mount {
    Mount { read_only: true, ..mount(source, target) }
}

/// Those of the items whose condition holds.
fn some<T>(items: impl IntoIterator<Item = (bool, T)>) -> Vec<T> {
    items.into_iter().filter_map(|(holds, item)| holds.then_some(item)).collect()
}

/// A service that is fetched, always runs and has nothing.
fn fetched(name: &'static str, image: &str) -> Service {
    Service {
        name,
        image: image.to_owned(),
        dockerfile: None,
        profile: None,
        ports: Vec::new(),
        mounts: Vec::new(),
        networks: Vec::new(),
        needs: Vec::new(),
        secrets: Vec::new(),
    }
}

fn services(plan: &Plan) -> Vec<Service> {
    let backend = plan.bundled_db || plan.redis;
    let logs = || mount("log-files", format!("/var/log/{}", plan.project));
    let secret = |name| some([(plan.secrets_files, name)]);
    let django_secrets =
        || some([(plan.secrets_files, "django_secret_key"), (plan.secrets_files, "postgres_password")]);
    let django_needs = || {
        let migrate = Need { service: "migrate", condition: Condition::Completed, restart: false };
        some([(plan.bundled_db, healthy("db")), (plan.migrations_job, migrate), (plan.redis, healthy("redis"))])
    };
    // Without a job, the web service migrates; what needs the tables waits for it.
    let after_migrations = || {
        let mut needs = django_needs();
        needs.extend(some([(!plan.migrations_job, healthy("web"))]));
        needs
    };
    let django = |name| Service {
        dockerfile: Some("docker/Dockerfile"),
        networks: some([(true, "app"), (backend, "backend")]),
        secrets: django_secrets(),
        ..fetched(name, &format!("{}:local", plan.project))
    };
    let port = |address, variable, host, container| Port { address, variable, host, container };
    let here = Some("127.0.0.1");

    some([
        (
            plan.backups,
            Service {
                profile: Some("tools"),
                mounts: vec![
                    mount("backup-files", plan.postgres_mount),
                    read_only("./docker/backup.sh", "/usr/local/bin/backup"),
                ],
                networks: vec![if plan.bundled_db { "backend" } else { "app" }],
                needs: some([(plan.bundled_db, healthy("db"))]),
                secrets: secret("postgres_password"),
                ..fetched("backup", &plan.postgres_image)
            },
        ),
        (
            plan.beat,
            Service {
                mounts: some([
                    (!plan.beat_database, mount("beat-schedule", "/var/lib/celery")),
                    (plan.log_volume, logs()),
                ]),
                needs: after_migrations(),
                ..django("beat")
            },
        ),
        (
            plan.certbot,
            Service {
                profile: Some("production"),
                mounts: vec![
                    mount("acme-challenge", "/var/www/acme"),
                    mount("certificates", "/certificates"),
                    mount("letsencrypt", "/etc/letsencrypt"),
                    read_only("./certbot/certbot.sh", "/usr/local/bin/keep-certificate"),
                ],
                networks: vec!["app"],
                ..fetched("certbot", &plan.certbot_image)
            },
        ),
        (
            plan.bundled_db,
            Service {
                mounts: vec![mount("postgres-data", plan.postgres_mount)],
                networks: vec!["backend"],
                secrets: secret("postgres_password"),
                ..fetched("db", &plan.postgres_image)
            },
        ),
        (
            plan.flower,
            Service {
                profile: Some("monitoring"),
                ports: vec![port(here, "FLOWER_PORT", 5555, 5555)],
                mounts: some([(plan.log_volume, logs())]),
                needs: after_migrations(),
                secrets: sorted(django_secrets().into_iter().chain(secret("flower_basic_auth"))),
                ..django("flower")
            },
        ),
        (
            plan.migrations_job,
            Service {
                mounts: some([(plan.log_volume, logs())]),
                networks: some([(!plan.bundled_db, "app"), (backend, "backend")]),
                needs: some([(plan.bundled_db, healthy("db"))]),
                ..django("migrate")
            },
        ),
        (
            plan.bundled_nginx,
            Service {
                profile: Some("production"),
                ports: some([
                    (true, port(None, "HTTP_PORT", 80, 8080)),
                    (plan.certbot, port(None, "HTTPS_PORT", 443, 8443)),
                ]),
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
                    // Its address may be another one afterwards.
                    (true, Need { restart: plan.podman, ..healthy("web") }),
                ]),
                ..fetched("nginx", &plan.nginx_image)
            },
        ),
        (
            plan.redis,
            Service {
                mounts: vec![mount("redis-data", "/data")],
                networks: vec!["backend"],
                ..fetched("redis", &plan.redis_image)
            },
        ),
        (
            true,
            Service {
                ports: some([(!plan.bundled_nginx, port(here, "WEB_PORT", plan.port, 8000))]),
                mounts: some([
                    (plan.log_volume, logs()),
                    (plan.media, mount("media-files", "/srv/media")),
                    (plan.nginx_static, mount("static-files", "/srv/published")),
                ]),
                needs: django_needs(),
                ..django("web")
            },
        ),
        (
            plan.celery,
            Service {
                mounts: some([(plan.log_volume, logs()), (plan.media, mount("media-files", "/srv/media"))]),
                needs: after_migrations(),
                ..django("worker")
            },
        ),
    ])
}
