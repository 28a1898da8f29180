//! The file table: which files exist, when, and what each is for.
//!
//! A template's path is its output's path.
//! Parts of a path that depend on the choices are spelled `_module_`, `_settings_` and `_project_`.

use crate::catalog::options::{ReverseProxy, Server};
use crate::plan::model::Decisions;

/// A file that may be part of a set.
#[derive(Debug, Clone, Copy)]
pub struct FileSpec {
    /// Path of the template below `templates/`, without `.j2`.
    pub template: &'static str,
    /// Whether the plan calls for it.
    pub when: fn(&Decisions) -> bool,
    /// The file is run.
    pub executable: bool,
    /// What it is for, one sentence.
    pub why: &'static str,
}

impl FileSpec {
    /// Path in the set.
    pub fn path(&self, plan: &Decisions) -> String {
        self.template
            .replace("_settings_", &plan.settings_dir)
            .replace("_module_/templates/_module_", &format!("{}/templates/{}", plan.module_dir, plan.module))
            .replace("_module_/static/_module_", &format!("{}/static/{}", plan.module_dir, plan.module))
            .replace("_module_", &plan.module_dir)
            .replace("_project_", &plan.project)
            // Where the project has no package.
            .trim_start_matches('/')
            .to_owned()
    }
}

const fn file(template: &'static str, when: fn(&Decisions) -> bool, why: &'static str) -> FileSpec {
    FileSpec { template, when, executable: false, why }
}

const fn script(template: &'static str, when: fn(&Decisions) -> bool, why: &'static str) -> FileSpec {
    FileSpec { executable: true, ..file(template, when, why) }
}

const fn always(_: &Decisions) -> bool {
    true
}

/// Paths that a file of the table had in earlier versions: now, and then.
pub const RENAMED: &[(&str, &str)] = &[(".github/workflows/containers.yml", ".github/workflows/ci.yml")];

/// Every file that a set may have, in reading order; the manifest `dunnage.yaml` comes on top.
pub const FILES: &[FileSpec] = &[
    file("docker/Dockerfile", always, "Production image with three stages: base, dependencies, runtime."),
    file("docker/Dockerfile.dev", always, "Development image: one stage, development requirements, your own user ID."),
    script(
        "docker/entrypoint.sh",
        always,
        "Starts a container in its role (web, worker, beat, flower, migrate), or runs any other command.",
    ),
    file(
        "docker/daphne_server.py",
        |plan| plan.server == Server::Daphne,
        "Daphne with a graceful shutdown that finishes open requests; Daphne itself drops them.",
    ),
    script(
        "docker/backup.sh",
        |plan| plan.backups,
        "Dumps and restores the database, and lists backups; run by the backup service.",
    ),
    file("docker-compose.yml", always, "All services with their health checks, networks, volumes and hardening."),
    file(
        "docker-compose.dev.yml",
        always,
        "Overrides for development: source code from the host, reloading, ports on 127.0.0.1.",
    ),
    file(
        "docker-compose.prod.yml",
        always,
        "Overrides for production: restart policy, resource limits, log rotation, replicas.",
    ),
    file(
        ".dockerignore",
        always,
        "Keeps secrets, caches and everything the image does not need out of the build context.",
    ),
    file(".env.example", always, "All variables that the Compose files read; copy this file to .env and fill it in."),
    file(".gitattributes", always, "Keeps LF line endings in files that run inside Linux containers."),
    file(
        "gunicorn/gunicorn.conf.py",
        |plan| plan.gunicorn,
        "Gunicorn's settings: workers from the CPU limit, timeouts, logging.",
    ),
    file(
        "nginx/nginx.conf",
        |plan| plan.bundled_nginx,
        "Global settings of the bundled nginx: logging, compression, rate limits.",
    ),
    file(
        "nginx/conf.d/_project_.conf",
        |plan| plan.bundled_nginx,
        "The site: TLS, static files, proxying to the application.",
    ),
    script("nginx/start.sh", |plan| plan.certbot, "Runs nginx and reloads it when the certificate changes."),
    script(
        "certbot/certbot.sh",
        |plan| plan.certbot,
        "Self-signed certificate for the first start, then issuance and renewal.",
    ),
    file(
        "deploy/nginx/_project_.conf",
        |plan| plan.proxy == ReverseProxy::ExternalNginx,
        "Site configuration for nginx on the host.",
    ),
    file(
        "deploy/caddy/Caddyfile",
        |plan| plan.proxy == ReverseProxy::ExternalCaddy,
        "Site configuration for Caddy on the host.",
    ),
    file(
        "deploy/traefik/_project_.yml",
        |plan| plan.proxy == ReverseProxy::ExternalTraefik,
        "Dynamic configuration for Traefik on the host.",
    ),
    file("secrets/README.md", |plan| plan.secrets_files, "Lists the secret files and how to create them."),
    file("secrets/.gitignore", |plan| plan.secrets_files, "Keeps the secret files out of the repository."),
    file(
        ".github/dependabot.yml",
        |plan| plan.github_actions,
        "Lets Dependabot propose updates to the pinned actions, images and packages.",
    ),
    file(
        ".github/workflows/containers.yml",
        |plan| plan.github_actions,
        "Lints, builds and smoke-tests the set; publishes the image with SBOM and provenance.",
    ),
    file("requirements/base.txt", |plan| plan.requirements_split, "Packages that the project needs everywhere."),
    file(
        "requirements/production.txt",
        |plan| plan.requirements_split,
        "Production-only packages: the application server, static files, monitoring.",
    ),
    file("requirements/development.txt", |plan| plan.requirements_split, "Tests, linting and the development server."),
    file("requirements.txt", |plan| !plan.requirements_split && !plan.own_packages, "All packages in one list."),
    file(
        "requirements/container.txt",
        |plan| plan.own_packages,
        "Packages that the container files need and your project does not install itself.",
    ),
    file(
        "requirements/container-development.txt",
        |plan| plan.own_packages && (plan.celery || plan.websockets),
        "The same, for development.",
    ),
    file(
        "_settings_/container.py",
        always,
        "Settings from the environment: database, cache, tasks, logging, security.",
    ),
    file(
        "_module_/health.py",
        always,
        "Liveness and readiness probes, handled before the ALLOWED_HOSTS check and the HTTPS redirect.",
    ),
    file("CONTAINERS.md", always, "How to run the set, the meaning of every choice, the comparison and the checklist."),
    script("manage.py", |plan| plan.start_new || plan.adds_manage_py, "Django's command-line tool."),
    file(
        "_module_/__init__.py",
        |plan| plan.start_new,
        "The project's package; loads the Celery application if there is one.",
    ),
    file("_settings_/__init__.py", |plan| plan.start_new, "Turns the settings into a package."),
    file("_settings_/base.py", |plan| plan.start_new, "Settings shared by all environments."),
    file("_settings_/development.py", |plan| plan.start_new, "Settings for development and tests."),
    file("_settings_/production.py", |plan| plan.start_new, "Production settings: base plus container."),
    file("_module_/urls.py", |plan| plan.start_new, "URL routes of the site."),
    file("_module_/views.py", |plan| plan.start_new, "The view behind the new project's page."),
    file("_module_/wsgi.py", |plan| plan.start_new, "WSGI entry point of the project."),
    file(
        "_module_/asgi.py",
        |plan| plan.start_new,
        "ASGI entry point, with WebSocket routing if WebSockets are enabled.",
    ),
    file(
        "_module_/celery.py",
        |plan| plan.start_new && plan.celery,
        "The Celery application loaded by worker and beat.",
    ),
    file("_module_/tasks.py", |plan| plan.start_new && plan.celery, "A sample task to try the worker with."),
    file("_module_/consumers.py", |plan| plan.start_new && plan.websockets, "A WebSocket that echoes every message."),
    file("_module_/routing.py", |plan| plan.start_new && plan.websockets, "WebSocket URL routes."),
    file("_module_/templates/_module_/home.html", |plan| plan.start_new, "HTML template of the page."),
    file("_module_/static/_module_/site.css", |plan| plan.start_new, "Stylesheet of the page."),
    file(
        "_module_/static/_module_/site.js",
        |plan| plan.start_new,
        "Shows the health of the services and talks to the echo WebSocket.",
    ),
    file("tests/test_health.py", |plan| plan.start_new, "Tests for the health probes."),
    file("tests/test_settings.py", |plan| plan.start_new, "Tests for the container settings."),
    file("tests/test_site.py", |plan| plan.start_new, "Tests for the page itself."),
    file("tests/test_websocket.py", |plan| plan.start_new && plan.websockets, "Test for the echo WebSocket."),
    file("tests/test_tasks.py", |plan| plan.start_new && plan.celery, "Test for the sample task."),
    file("pyproject.toml", |plan| plan.start_new, "Configuration for pytest and Ruff."),
    file(
        ".gitignore",
        |plan| plan.start_new,
        "Keeps secrets, caches and collected static files out of the repository.",
    ),
];
