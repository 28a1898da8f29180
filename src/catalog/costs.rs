//! What each option costs, and where that is written: a row per option of the option table, in its order.
//!
//! It stands beside the option table rather than in it, because the page's first load does without: the third module,
//! the command line and the documentation read it. The sources are the documentation of the projects themselves.

/// What choosing costs, and a page to read on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ground {
    /// Id of the option.
    pub option: &'static str,
    /// What is paid for it: time, memory, work, freedom.
    pub cost: &'static str,
    /// Title of the source.
    pub source: &'static str,
    /// Address of the source.
    pub url: &'static str,
}

const fn ground(option: &'static str, cost: &'static str, source: &'static str, url: &'static str) -> Ground {
    Ground { option, cost, source, url }
}

/// The ground of an option.
pub fn ground_of(option: &str) -> Option<&'static Ground> {
    GROUNDS.iter().find(|ground| ground.option == option)
}

/// A row per option.
pub const GROUNDS: &[Ground] = &[
    ground(
        "start",
        "A new project brings some twenty files of Python that are yours to keep up from then on.",
        "Django: Writing your first app",
        "https://docs.djangoproject.com/en/5.2/intro/tutorial01/",
    ),
    ground(
        "project-name",
        "Renaming it later makes Compose start new, empty volumes; the old ones have to be moved by hand.",
        "Docker: Specify a project name",
        "https://docs.docker.com/compose/how-tos/project-name/",
    ),
    ground(
        "django-module",
        "None; it only has to be right, or nothing starts.",
        "Django: Applications and manage.py",
        "https://docs.djangoproject.com/en/5.2/ref/django-admin/",
    ),
    ground(
        "settings-module",
        "None; it only has to be right, or nothing starts.",
        "Django: DJANGO_SETTINGS_MODULE",
        "https://docs.djangoproject.com/en/5.2/topics/settings/#designating-the-settings",
    ),
    ground(
        "app-user",
        "A name that differs from the one in older images leaves their files to a user that no longer has a name.",
        "Docker: USER in a Dockerfile",
        "https://docs.docker.com/build/building/best-practices/#user",
    ),
    ground(
        "domain",
        "A host name that is missing here is answered with status 400.",
        "Django: ALLOWED_HOSTS",
        "https://docs.djangoproject.com/en/5.2/ref/settings/#allowed-hosts",
    ),
    ground(
        "engine",
        "Podman runs without root, and pays with ports below 1024, slower user mappings and fewer Compose features.",
        "Podman: podman-compose",
        "https://docs.podman.io/en/latest/markdown/podman-compose.1.html",
    ),
    ground(
        "python",
        "A newer series may lack wheels of packages with C code, which then have to be built; an older one ends sooner.",
        "Python: Status of Python versions",
        "https://devguide.python.org/versions/",
    ),
    ground(
        "base-image",
        "Plain slim may change the Debian release below you with a rebuild; a named one has to be raised by hand.",
        "Docker Hub: python, image variants",
        "https://hub.docker.com/_/python",
    ),
    ground(
        "django",
        "A series without long-term support asks for an upgrade every eight months.",
        "Django: Supported versions",
        "https://www.djangoproject.com/download/#supported-versions",
    ),
    ground(
        "installer",
        "uv is one more tool to trust and to raise; pip makes a build without a cache slower.",
        "uv: Using uv in Docker",
        "https://docs.astral.sh/uv/guides/integration/docker/",
    ),
    ground(
        "requirements",
        "Split files are three places to look for a pin; a single one brings test tools into production.",
        "pip: Requirements file format",
        "https://pip.pypa.io/en/stable/reference/requirements-file-format/",
    ),
    ground(
        "user-management",
        "Mapped ids need a start as root with a few capabilities; fixed ids may not fit the host's folders.",
        "gosu: Why",
        "https://github.com/tianon/gosu",
    ),
    ground(
        "uid",
        "Files of mounted folders that belong to another id become unreadable until they are given to this one.",
        "Docker: Bind mounts",
        "https://docs.docker.com/engine/storage/bind-mounts/",
    ),
    ground(
        "gid",
        "Files of mounted folders that belong to another group become unreadable until they are given to this one.",
        "Docker: Bind mounts",
        "https://docs.docker.com/engine/storage/bind-mounts/",
    ),
    ground(
        "server",
        "Under ASGI, synchronous views and middleware take turns in a thread each, which is slower than a WSGI worker.",
        "Django: Asynchronous support",
        "https://docs.djangoproject.com/en/5.2/topics/async/#performance",
    ),
    ground(
        "websockets",
        "Every open socket holds a connection and memory in the server, and messages pass through Redis.",
        "Channels: Deploying",
        "https://channels.readthedocs.io/en/stable/deploying.html",
    ),
    ground(
        "workers",
        "Each worker is a whole copy of the application, often 100 MB and more, with its own database connections.",
        "Gunicorn: How many workers?",
        "https://docs.gunicorn.org/en/stable/design.html#how-many-workers",
    ),
    ground(
        "timeout",
        "A long one lets stuck requests hold a worker; a short one breaks off slow uploads and reports.",
        "Gunicorn: timeout",
        "https://docs.gunicorn.org/en/stable/settings.html#timeout",
    ),
    ground(
        "port",
        "None; a port that is taken stops the start with a clear message.",
        "Docker: Publishing ports",
        "https://docs.docker.com/engine/network/#published-ports",
    ),
    ground(
        "database",
        "A bundled one leaves backups, upgrades and fail-over to you; an external one costs money and a network way.",
        "PostgreSQL: Backup and restore",
        "https://www.postgresql.org/docs/current/backup.html",
    ),
    ground(
        "postgres",
        "Changing it over existing data needs pg_upgrade or a dump and restore; the new server refuses the old files.",
        "PostgreSQL: Upgrading a cluster",
        "https://www.postgresql.org/docs/current/upgrading.html",
    ),
    ground(
        "postgres-driver",
        "psycopg 3 asks code that talks to the driver directly for small changes; psycopg2 gets nothing new.",
        "psycopg: Differences from psycopg2",
        "https://www.psycopg.org/psycopg3/docs/basic/from_pg2.html",
    ),
    ground(
        "redis",
        "A service more with its memory; Redis 7.4 and newer have a licence that some companies do not allow.",
        "Valkey: Documentation",
        "https://valkey.io/topics/",
    ),
    ground(
        "media",
        "A volume that has to be backed up, and that ties the application to one host.",
        "Django: MEDIA_ROOT",
        "https://docs.djangoproject.com/en/5.2/ref/settings/#media-root",
    ),
    ground(
        "backups",
        "Disk space for the dumps, and a restore that has to be tried before it is needed.",
        "PostgreSQL: pg_dump",
        "https://www.postgresql.org/docs/current/app-pgdump.html",
    ),
    ground(
        "migrations",
        "A job is a further service in the list; at start, a long migration keeps the web container from answering.",
        "Docker: Control startup order",
        "https://docs.docker.com/compose/how-tos/startup-order/",
    ),
    ground(
        "collectstatic",
        "At build time settings have to load without secrets; at start every container spends the seconds again.",
        "Django: collectstatic",
        "https://docs.djangoproject.com/en/5.2/ref/contrib/staticfiles/#collectstatic",
    ),
    ground(
        "celery",
        "A container more per role, each a whole copy of the application, and Redis as the broker.",
        "Celery: First steps with Django",
        "https://docs.celeryq.dev/en/stable/django/first-steps-with-django.html",
    ),
    ground(
        "beat-scheduler",
        "In the database the schedule is no longer in version control; in the code a change is a deployment.",
        "django-celery-beat",
        "https://django-celery-beat.readthedocs.io/en/latest/",
    ),
    ground(
        "flower",
        "A web page that can steer the workers: one more thing to protect and to update.",
        "Flower: Authentication",
        "https://flower.readthedocs.io/en/latest/auth.html",
    ),
    ground(
        "static-files",
        "WhiteNoise uses the application's time for files; nginx needs a shared volume and a service of its own.",
        "WhiteNoise: Infrequently asked questions",
        "https://whitenoise.readthedocs.io/en/stable/index.html",
    ),
    ground(
        "reverse-proxy",
        "A proxy of the set holds ports 80 and 443 of the host; one outside is yours to configure and renew.",
        "Gunicorn: Deploying behind nginx",
        "https://docs.gunicorn.org/en/stable/deploy.html",
    ),
    ground(
        "tls",
        "certbot needs port 80 reachable from the internet, and counts against the rate limits of Let's Encrypt.",
        "Let's Encrypt: Challenge types",
        "https://letsencrypt.org/docs/challenge-types/",
    ),
    ground(
        "secrets",
        "Files are a directory more to create with the right mode; variables show in docker inspect and crash reports.",
        "Docker: Secrets in Compose",
        "https://docs.docker.com/compose/how-tos/use-secrets/",
    ),
    ground(
        "hardening",
        "Code that writes beside itself fails under a read-only root until it is given a volume or tmpfs.",
        "OWASP: Docker security cheat sheet",
        "https://cheatsheetseries.owasp.org/cheatsheets/Docker_Security_Cheat_Sheet.html",
    ),
    ground(
        "logging",
        "Files need a volume, rotation and a lock between processes, and are not what docker logs shows.",
        "The twelve-factor app: Logs",
        "https://12factor.net/logs",
    ),
    ground(
        "log-format",
        "JSON is hard to read without a tool, and a package more.",
        "Python: Logging cookbook, structured logging",
        "https://docs.python.org/3/howto/logging-cookbook.html#implementing-structured-logging",
    ),
    ground(
        "log-level",
        "DEBUG logs every SQL query, which is slow and can show personal data; ERROR hides what led to an error.",
        "Django: Logging",
        "https://docs.djangoproject.com/en/5.2/topics/logging/",
    ),
    ground(
        "ci",
        "Minutes of build time per push, and a registry that keeps the images.",
        "GitHub: Publishing Docker images",
        "https://docs.github.com/en/actions/tutorials/publish-packages/publish-docker-images",
    ),
    ground(
        "dev-workflow",
        "A bind mount is slow on macOS and Windows; watch copies in one direction only, so that nothing comes back.",
        "Docker: Use Compose Watch",
        "https://docs.docker.com/compose/how-tos/file-watch/",
    ),
];
