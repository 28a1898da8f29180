//! What each option costs, and where that is written: a row per option of the option table, in its order.
//!
//! It stands beside the option table rather than in it, because the page's first load does without: the views module,
//! the command line and the documentation read it. The sources are the documentation of the projects themselves.

/// What an option costs, and a page to read on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    /// Id of the option.
    pub option: &'static str,
    /// What is paid for it: time, memory, work, freedom.
    pub text: &'static str,
    /// Title of the source.
    pub source: &'static str,
    /// Address of the source.
    pub url: &'static str,
}

const fn cost(option: &'static str, text: &'static str, source: &'static str, url: &'static str) -> Cost {
    Cost { option, text, source, url }
}

/// What an option costs.
pub fn cost_of(option: &str) -> Option<&'static Cost> {
    COSTS.iter().find(|cost| cost.option == option)
}

/// A row per option.
pub const COSTS: &[Cost] = &[
    cost(
        "start",
        "A new project means about twenty Python files for you to maintain.",
        "Django: Writing your first app",
        "https://docs.djangoproject.com/en/5.2/intro/tutorial01/",
    ),
    cost(
        "project-name",
        "If you rename it later, Compose starts with new, empty volumes; you have to move the old ones by hand.",
        "Docker: Specify a project name",
        "https://docs.docker.com/compose/how-tos/project-name/",
    ),
    cost(
        "django-module",
        "None, but it has to be correct, or nothing starts.",
        "Django: Applications and manage.py",
        "https://docs.djangoproject.com/en/5.2/ref/django-admin/",
    ),
    cost(
        "settings-module",
        "None, but it has to be correct, or nothing starts.",
        "Django: DJANGO_SETTINGS_MODULE",
        "https://docs.djangoproject.com/en/5.2/topics/settings/#designating-the-settings",
    ),
    cost(
        "app-user",
        "If you rename the user, files created by older images belong to a user without a name.",
        "Docker: USER in a Dockerfile",
        "https://docs.docker.com/build/building/best-practices/#user",
    ),
    cost(
        "domain",
        "Requests for any host name not listed here get a 400 response.",
        "Django: ALLOWED_HOSTS",
        "https://docs.djangoproject.com/en/5.2/ref/settings/#allowed-hosts",
    ),
    cost(
        "engine",
        "Podman runs without root, but ports below 1024 need configuration, user mappings are slower and some Compose \
         features are missing.",
        "Podman: podman-compose",
        "https://docs.podman.io/en/latest/markdown/podman-compose.1.html",
    ),
    cost(
        "python",
        "A new series may lack wheels for packages with C extensions, which then have to be compiled; an old one loses \
         support sooner.",
        "Python: Status of Python versions",
        "https://devguide.python.org/versions/",
    ),
    cost(
        "base-image",
        "With plain slim, a rebuild may move you to a new Debian release; a named release has to be updated by hand.",
        "Docker Hub: python, image variants",
        "https://hub.docker.com/_/python",
    ),
    cost(
        "django",
        "A series without long-term support needs an upgrade every eight months.",
        "Django: Supported versions",
        "https://www.djangoproject.com/download/#supported-versions",
    ),
    cost(
        "installer",
        "uv is one more tool to trust and keep up to date; pip makes builds without a cache slower.",
        "uv: Using uv in Docker",
        "https://docs.astral.sh/uv/guides/integration/docker/",
    ),
    cost(
        "requirements",
        "With split files there are three places to look for a pin; a single file installs test tools in production.",
        "pip: Requirements file format",
        "https://pip.pypa.io/en/stable/reference/requirements-file-format/",
    ),
    cost(
        "user-management",
        "Mapped IDs require starting as root with a few capabilities; fixed IDs may not match the folders on the host.",
        "gosu: Why",
        "https://github.com/tianon/gosu",
    ),
    cost(
        "uid",
        "The application may lose access to files in mounted folders until you change their owner.",
        "Docker: Bind mounts",
        "https://docs.docker.com/engine/storage/bind-mounts/",
    ),
    cost(
        "gid",
        "The application may lose access to files in mounted folders until you change their group.",
        "Docker: Bind mounts",
        "https://docs.docker.com/engine/storage/bind-mounts/",
    ),
    cost(
        "server",
        "Under ASGI, synchronous views and middleware run one at a time in a thread, which is slower than a WSGI \
         worker.",
        "Django: Asynchronous support",
        "https://docs.djangoproject.com/en/5.2/topics/async/#performance",
    ),
    cost(
        "websockets",
        "Every open socket takes a connection and memory on the server, and messages pass through Redis.",
        "Channels: Deploying",
        "https://channels.readthedocs.io/en/stable/deploying.html",
    ),
    cost(
        "workers",
        "Each worker is a full copy of the application, often 100 MB or more, with its own database connections.",
        "Gunicorn: How many workers?",
        "https://docs.gunicorn.org/en/stable/design.html#how-many-workers",
    ),
    cost(
        "timeout",
        "With a long timeout, stuck requests block a worker; a short one aborts slow uploads and reports.",
        "Gunicorn: timeout",
        "https://docs.gunicorn.org/en/stable/settings.html#timeout",
    ),
    cost(
        "port",
        "None; if the port is taken, startup fails with a clear message.",
        "Docker: Publishing ports",
        "https://docs.docker.com/engine/network/#published-ports",
    ),
    cost(
        "database",
        "With a bundled database, backups, upgrades and failover are up to you; an external one costs money and a \
         network round trip.",
        "PostgreSQL: Backup and restore",
        "https://www.postgresql.org/docs/current/backup.html",
    ),
    cost(
        "postgres",
        "With existing data, a change requires pg_upgrade or a dump and restore; the new server refuses to start on \
         the old files.",
        "PostgreSQL: Upgrading a cluster",
        "https://www.postgresql.org/docs/current/upgrading.html",
    ),
    cost(
        "postgres-driver",
        "psycopg 3 requires small changes in code that uses the driver directly; psycopg2 receives no new features.",
        "psycopg: Differences from psycopg2",
        "https://www.psycopg.org/psycopg3/docs/basic/from_pg2.html",
    ),
    cost(
        "redis",
        "One more service and its memory; Redis 7.4 and newer have a license that some companies do not allow.",
        "Valkey: Documentation",
        "https://valkey.io/topics/",
    ),
    cost(
        "media",
        "A volume that needs backups and ties the application to one host.",
        "Django: MEDIA_ROOT",
        "https://docs.djangoproject.com/en/5.2/ref/settings/#media-root",
    ),
    cost(
        "backups",
        "Disk space for the dumps, and a restore procedure to test before you need it.",
        "PostgreSQL: pg_dump",
        "https://www.postgresql.org/docs/current/app-pgdump.html",
    ),
    cost(
        "migrations",
        "A separate job is one more service; at startup, a long migration keeps the web container from serving \
         requests.",
        "Docker: Control startup order",
        "https://docs.docker.com/compose/how-tos/startup-order/",
    ),
    cost(
        "collectstatic",
        "At build time, the settings must load without secrets; at startup, every container repeats the work.",
        "Django: collectstatic",
        "https://docs.djangoproject.com/en/5.2/ref/contrib/staticfiles/#collectstatic",
    ),
    cost(
        "celery",
        "One more container per role, each a full copy of the application, and Redis as the broker.",
        "Celery: First steps with Django",
        "https://docs.celeryq.dev/en/stable/django/first-steps-with-django.html",
    ),
    cost(
        "beat-scheduler",
        "A schedule in the database is not under version control; one in the code needs a deployment for every change.",
        "django-celery-beat",
        "https://django-celery-beat.readthedocs.io/en/latest/",
    ),
    cost(
        "flower",
        "A web page that can control the workers: one more thing to protect and update.",
        "Flower: Authentication",
        "https://flower.readthedocs.io/en/latest/auth.html",
    ),
    cost(
        "static-files",
        "WhiteNoise takes application time to serve files; nginx needs a shared volume and its own service.",
        "WhiteNoise: Infrequently asked questions",
        "https://whitenoise.readthedocs.io/en/stable/index.html",
    ),
    cost(
        "reverse-proxy",
        "A bundled proxy occupies ports 80 and 443 of the host; with an external one, configuration and certificate \
         renewal are up to you.",
        "Gunicorn: Deploying behind nginx",
        "https://docs.gunicorn.org/en/stable/deploy.html",
    ),
    cost(
        "tls",
        "certbot needs port 80 to be reachable from the internet, and its requests count toward Let's Encrypt's rate \
         limits.",
        "Let's Encrypt: Challenge types",
        "https://letsencrypt.org/docs/challenge-types/",
    ),
    cost(
        "secrets",
        "Secret files mean one more directory to create, with the right permissions; variables show up in docker \
         inspect and crash reports.",
        "Docker: Secrets in Compose",
        "https://docs.docker.com/compose/how-tos/use-secrets/",
    ),
    cost(
        "hardening",
        "Code that writes into its own directory fails under a read-only root until you give it a volume or tmpfs.",
        "OWASP: Docker security cheat sheet",
        "https://cheatsheetseries.owasp.org/cheatsheets/Docker_Security_Cheat_Sheet.html",
    ),
    cost(
        "logging",
        "Files need a volume, rotation and a lock between processes, and docker logs does not show them.",
        "The twelve-factor app: Logs",
        "https://12factor.net/logs",
    ),
    cost(
        "log-format",
        "JSON is hard to read without a tool and adds a dependency.",
        "Python: Logging cookbook, structured logging",
        "https://docs.python.org/3/howto/logging-cookbook.html#implementing-structured-logging",
    ),
    cost(
        "log-level",
        "DEBUG logs every SQL query, which is slow and may expose personal data; ERROR hides what led to an error.",
        "Django: Logging",
        "https://docs.djangoproject.com/en/5.2/topics/logging/",
    ),
    cost(
        "ci",
        "CI minutes for every push, and a registry to store the images.",
        "GitHub: Publishing Docker images",
        "https://docs.github.com/en/actions/tutorials/publish-packages/publish-docker-images",
    ),
    cost(
        "dev-workflow",
        "Bind mounts are slow on macOS and Windows; Compose watch copies in one direction only, so files created in \
         the container never reach your working tree.",
        "Docker: Use Compose Watch",
        "https://docs.docker.com/compose/how-tos/file-watch/",
    ),
    cost(
        "project-dir",
        "None, but it has to be correct, or manage.py is not found.",
        "Docker: WORKDIR",
        "https://docs.docker.com/reference/dockerfile/#workdir",
    ),
    cost(
        "package-dir",
        "None, but it has to be correct, or the import of the settings fails.",
        "Python: PYTHONPATH",
        "https://docs.python.org/3/using/cmdline.html#envvar-PYTHONPATH",
    ),
    cost(
        "manage-py",
        "One more file in your repository.",
        "Django: django-admin and manage.py",
        "https://docs.djangoproject.com/en/5.2/ref/django-admin/",
    ),
    cost(
        "wsgi-application",
        "None, but it has to be correct, or the server does not start.",
        "Django: WSGI_APPLICATION",
        "https://docs.djangoproject.com/en/5.2/ref/settings/#wsgi-application",
    ),
    cost(
        "asgi-application",
        "None, but it has to be correct, or the server does not start.",
        "Django: How to deploy with ASGI",
        "https://docs.djangoproject.com/en/5.2/howto/deployment/asgi/",
    ),
    cost(
        "celery-application",
        "None, but it has to be correct, or the worker does not start.",
        "Celery: Application",
        "https://docs.celeryq.dev/en/stable/userguide/application.html",
    ),
    cost(
        "packages",
        "With your own tool, the set's additions are a second, small list that you have to keep compatible.",
        "uv: Using uv in Docker",
        "https://docs.astral.sh/uv/guides/integration/docker/",
    ),
    cost(
        "package-files",
        "A file that is missing here is missing in the image.",
        "pip: Requirements files",
        "https://pip.pypa.io/en/stable/reference/requirements-file-format/",
    ),
    cost(
        "development-files",
        "Development and production can drift apart if the files do not include each other.",
        "pip: Requirements files",
        "https://pip.pypa.io/en/stable/reference/requirements-file-format/",
    ),
    cost(
        "package-sources",
        "Every change of these files installs all packages again.",
        "Docker: RUN --mount=type=bind",
        "https://docs.docker.com/reference/dockerfile/#run---mounttypebind",
    ),
    cost(
        "packages-dir",
        "None, but it has to be correct, or the lock file is not found.",
        "Docker: WORKDIR",
        "https://docs.docker.com/reference/dockerfile/#workdir",
    ),
    cost(
        "package-groups",
        "Each group makes the image larger.",
        "Python packaging: Dependency groups",
        "https://packaging.python.org/en/latest/specifications/dependency-groups/",
    ),
    cost(
        "package-extras",
        "Each extra makes the image larger.",
        "Python packaging: Optional dependencies",
        "https://packaging.python.org/en/latest/specifications/pyproject-toml/#dependencies-optional-dependencies",
    ),
    cost(
        "own-packages",
        "A package that is listed here but not installed is missing at startup.",
        "pip: Constraints files",
        "https://pip.pypa.io/en/stable/user_guide/#constraints-files",
    ),
    cost(
        "install-project",
        "Every code change installs the project again, in a new layer as large as all packages.",
        "uv: Projects, editable installs",
        "https://docs.astral.sh/uv/concepts/projects/config/#editable-mode",
    ),
    cost(
        "build-packages",
        "A longer build; the final image stays the same size.",
        "Docker: Multi-stage builds",
        "https://docs.docker.com/build/building/multi-stage/",
    ),
    cost(
        "system-packages",
        "A larger image, and more packages that need security updates.",
        "Docker: Building best practices, apt-get",
        "https://docs.docker.com/build/building/best-practices/#apt-get",
    ),
    cost(
        "static-storage",
        "Hashed names make a broken reference in a stylesheet fail the build; without hashes, browsers may show old files after a release.",
        "Django: ManifestStaticFilesStorage",
        "https://docs.djangoproject.com/en/5.2/ref/contrib/staticfiles/#manifeststaticfilesstorage",
    ),
    cost(
        "compress-offline",
        "Every template is read when the static files are collected, which takes longer.",
        "Django Compressor: Offline compression",
        "https://django-compressor.readthedocs.io/en/stable/scenarios.html",
    ),
    cost(
        "compile-messages",
        "A build stage with gettext; the final image does not contain it.",
        "Django: compilemessages",
        "https://docs.djangoproject.com/en/5.2/ref/django-admin/#compilemessages",
    ),
    cost(
        "frontend",
        "A build stage with Node.js, which makes the first build longer.",
        "npm: npm ci",
        "https://docs.npmjs.com/cli/commands/npm-ci",
    ),
    cost(
        "frontend-dir",
        "None, but it has to be correct, or package.json is not found.",
        "npm: package.json",
        "https://docs.npmjs.com/cli/configuring-npm/package-json",
    ),
    cost(
        "frontend-version",
        "You raise it yourself, together with the lock file.",
        "pnpm: Compatibility",
        "https://pnpm.io/installation#compatibility",
    ),
    cost(
        "frontend-files",
        "A file that is missing here is missing while the packages are installed.",
        "npm: npm ci",
        "https://docs.npmjs.com/cli/commands/npm-ci",
    ),
    cost(
        "frontend-script",
        "None, but it has to exist, or the image does not build.",
        "npm: npm run",
        "https://docs.npmjs.com/cli/commands/npm-run",
    ),
    cost(
        "frontend-watch",
        "One more container during development.",
        "npm: npm run",
        "https://docs.npmjs.com/cli/commands/npm-run",
    ),
    cost(
        "frontend-port",
        "The port has to be free on your machine.",
        "Vite: Server options",
        "https://vite.dev/config/server-options",
    ),
    cost(
        "frontend-output",
        "A directory that is missing here is missing in the image.",
        "Docker: COPY --from",
        "https://docs.docker.com/reference/dockerfile/#copy---from",
    ),
    cost(
        "node",
        "A new series may not run older build tools; an old one loses support sooner.",
        "Node.js: Releases",
        "https://nodejs.org/en/about/previous-releases",
    ),
];
