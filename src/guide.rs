//! What `CONTAINERS.md` says about a plan: how it compares with the reference system, and what is left to do.
//!
//! The thirteen aspects are those of the comparison this program grew out of; the notes are computed from the plan.
//! Notes are plain text, so that every face can show them; checklist items are Markdown.

use crate::plan::{ChecklistSection, ComparisonRow, Plan};
use crate::versions::{django_support, pin, series_key};

/// The reference system (`options_strategy_trader`) and this plan side by side, aspect by aspect.
pub fn comparison(plan: &Plan) -> Vec<ComparisonRow> {
    let row = |aspect, reference, (ours, note): (String, String)| ComparisonRow { aspect, reference, ours, note };
    vec![
        row("Django Version", "5.2.6", django(plan)),
        row("Python Version", "3.11", python(plan)),
        row("Base Image", "python:3.11-slim", base_image(plan)),
        row("ASGI Server", "Not used (WSGI only)", asgi_server(plan)),
        row("WSGI Server", "Gunicorn", wsgi_server(plan)),
        row("Celery", "Yes (5.5.3)", celery(plan)),
        row("PostgreSQL", "postgres:15-alpine", postgres(plan)),
        row("Redis", "redis:7-alpine", redis(plan)),
        row("Static Files", "WhiteNoise", static_files(plan)),
        row("User Management", "Dynamic UID/GID via gosu", user_management(plan)),
        row("Nginx", "Included (production)", nginx(plan)),
        row("SSL/TLS", "Let's Encrypt + Certbot", tls(plan)),
        row("Logging", "Stdout/stderr", logging(plan)),
    ]
}

type Cell = (String, String);

fn cell(ours: impl Into<String>, note: impl Into<String>) -> Cell {
    (ours.into(), note.into())
}

fn django(plan: &Plan) -> Cell {
    let version = pin("django", plan.python, plan.django).unwrap_or(plan.django);
    let note = if plan.django == "5.2" {
        format!("Same series; {version} has the security fixes since 5.2.6.")
    } else if series_key(plan.django) < (5, 2) {
        "Differs: older than the reference and without security fixes; plan the step to 5.2.".to_owned()
    } else {
        format!("Adapt: read the release notes up to {}, and clear the deprecation warnings of 5.2 first.", plan.django)
    };
    cell(version, note)
}

fn python(plan: &Plan) -> Cell {
    let note = if plan.python == "3.11" {
        "Same.".to_owned()
    } else {
        format!("Adapt: the base image, and every package of yours has to be there for {}.", plan.python)
    };
    cell(plan.python, note)
}

fn base_image(plan: &Plan) -> Cell {
    let note = match (plan.python == "3.11", plan.named_debian) {
        (true, false) => "Same.",
        (false, false) => "Adapt: direct replacement, the same variant for another Python.",
        (_, true) => "Adapt: direct replacement; the Debian release is named, so that it does not change by itself.",
    };
    cell(&plan.base_image, note)
}

/// The server as its makers spell it.
fn server_name(plan: &Plan) -> &'static str {
    match plan.server {
        "daphne" => "Daphne",
        "gunicorn-uvicorn" => "Uvicorn workers under Gunicorn",
        "uvicorn" => "Uvicorn",
        "hypercorn" => "Hypercorn",
        "granian" => "Granian",
        _ => "Gunicorn",
    }
}

fn asgi_server(plan: &Plan) -> Cell {
    match (plan.asgi, plan.websockets) {
        (false, _) => cell("Not used (WSGI only)", "Same."),
        (true, true) => cell(
            format!("{} (for WebSockets)", server_name(plan)),
            "Adapt: it is in the production requirements and serves asgi.py; WebSockets need it.",
        ),
        (true, false) => cell(
            server_name(plan),
            "Adapt: it is in the production requirements and serves asgi.py, for asynchronous views.",
        ),
    }
}

fn wsgi_server(plan: &Plan) -> Cell {
    match plan.server {
        "gunicorn" => cell("Gunicorn", "Same; its configuration counts the CPUs of the container, not of the host."),
        "gunicorn-uvicorn" => cell(
            "Gunicorn, as process manager",
            "Reused: the configuration stays, the worker class is Uvicorn's; the sync class would fail with ASGI.",
        ),
        _ => cell(
            "Not used",
            format!("Differs on purpose: {} answers HTTP as well, so one server is enough.", server_name(plan)),
        ),
    }
}

fn celery(plan: &Plan) -> Cell {
    let version = pin("celery", plan.python, plan.django).unwrap_or_default();
    match (plan.celery, plan.beat) {
        (true, true) => cell(
            format!("Yes ({version})"),
            "Same, in a newer release; the redis extra is named, because without it no worker starts.",
        ),
        (true, false) => cell(
            format!("Yes ({version}), without beat"),
            "Adapt: the worker is the same, but nothing sends periodic tasks.",
        ),
        (false, _) => cell("No", "Differs on purpose: no background tasks; the worker can be added later."),
    }
}

fn postgres(plan: &Plan) -> Cell {
    let ours = if plan.bundled_db { plan.postgres_image.clone() } else { format!("External ({})", plan.postgres) };
    let note = match series_key(plan.postgres).cmp(&series_key("15")) {
        _ if !plan.bundled_db => "Differs on purpose: the server is elsewhere, with its own backups and updates.",
        std::cmp::Ordering::Equal => "Same.",
        std::cmp::Ordering::Less => "Differs: older than the reference; data of the reference cannot be taken over.",
        std::cmp::Ordering::Greater if plan.postgres == "18" => {
            "Adapt: newer; data comes over by dump and restore. The volume is mounted one level higher from 18 on."
        }
        std::cmp::Ordering::Greater => "Adapt: newer; data comes over by dump and restore, not by copying the volume.",
    };
    cell(ours, note)
}

fn redis(plan: &Plan) -> Cell {
    if !plan.redis {
        return cell("None", "Differs on purpose: nothing here needs a cache, a broker or a channel layer.");
    }
    let note = match plan.redis_cli {
        "valkey-cli" => "Adapt: direct replacement, the same protocol under a free licence.",
        _ if plan.redis_image.contains("redis:7") => "Same.",
        _ => "Adapt: direct replacement; the clients in the requirements speak to both.",
    };
    cell(&plan.redis_image, note)
}

fn static_files(plan: &Plan) -> Cell {
    if plan.whitenoise {
        cell("WhiteNoise", "Same.")
    } else {
        cell("The bundled nginx", "Adapt: WhiteNoise leaves the requirements, nginx serves a volume that it shares.")
    }
}

fn user_management(plan: &Plan) -> Cell {
    if plan.dynamic_user {
        cell("Dynamic UID/GID via gosu", "Same; the start as root has only the capabilities that this needs.")
    } else {
        cell(
            format!("Static UID {} ({})", plan.uid, plan.user),
            "Simplified on purpose: no container starts as root, and rootless engines map the ids anyway.",
        )
    }
}

fn nginx(plan: &Plan) -> Cell {
    match plan.proxy {
        "bundled-nginx" => cell("Included (production)", "Same."),
        "external-nginx" => {
            cell("Outside, on the host", "Differs on purpose: one service less; deploy/nginx has the site for it.")
        }
        "external-caddy" => cell(
            "Caddy outside, on the host",
            "Differs on purpose: one service less; deploy/caddy has the site for it.",
        ),
        "external-traefik" => {
            cell("Traefik outside", "Differs on purpose: one service less; deploy/traefik has the router for it.")
        }
        _ => cell("None", "Differs on purpose: a platform or load balancer stands in front."),
    }
}

fn tls(plan: &Plan) -> Cell {
    if plan.certbot {
        return cell("Let's Encrypt + Certbot", "Same; until the first certificate is there a self-signed one serves.");
    }
    let who = match plan.proxy {
        "external-nginx" => "External (the host's nginx)",
        "external-caddy" => "External (Caddy)",
        "external-traefik" => "External (Traefik)",
        "bundled-nginx" => "External (in front of nginx)",
        _ => "External (platform or load balancer)",
    };
    cell(who, "Differs on purpose: whoever ends TLS has the certificate; Django trusts its X-Forwarded-Proto.")
}

fn logging(plan: &Plan) -> Cell {
    let format = if plan.log_json { ", JSON lines" } else { "" };
    match plan.logging {
        "file" => cell(
            format!("Stdout and files{format}"),
            "Adapt: a volume holds the files, which are rotated; without it only stdout is left.",
        ),
        "switch" => cell(
            format!("Stdout in containers, files elsewhere{format}"),
            "Adapt: CONTAINER_MODE decides; a log directory that is missing stops nothing.",
        ),
        _ if plan.log_json => cell("Stdout, JSON lines", "Same place; every line is one JSON object."),
        _ => cell("Stdout", "Same."),
    }
}

/// What is left to do by hand, in the order in which to do it; no section is empty.
pub fn checklist(plan: &Plan) -> Vec<ChecklistSection> {
    let mut sections = Vec::new();
    if plan.start_new {
        sections.push(ChecklistSection { title: "Before the first start", items: before_the_start(plan) });
        sections.push(ChecklistSection { title: "After the first start", items: after_the_start(plan) });
        sections.push(ChecklistSection { title: "When your own code comes in", items: own_code(plan) });
    } else {
        sections.push(ChecklistSection { title: "Files to create", items: files_to_create(plan) });
        sections.push(ChecklistSection { title: "Files to update", items: files_to_update(plan) });
        sections.push(ChecklistSection { title: "Code changes", items: code_changes(plan) });
        sections.push(ChecklistSection { title: "Before the first start", items: before_the_start(plan) });
        sections.push(ChecklistSection { title: "After the first start", items: after_the_start(plan) });
    }
    sections
}

fn files_to_create(plan: &Plan) -> Vec<String> {
    plan.files
        .iter()
        .filter(|file| file.path != "CONTAINERS.md")
        .map(|file| format!("`{}`: {}", file.path, file.why))
        .collect()
}

/// Path of the module that holds the production settings.
fn settings_file(plan: &Plan) -> String {
    format!("{}.py", plan.settings_module.replace('.', "/"))
}

fn files_to_update(plan: &Plan) -> Vec<String> {
    let module = &plan.module;
    let mut items = vec![if plan.requirements_split {
        "`requirements.txt`: move your own packages to `requirements/base.txt`, or to `production.txt` and \
         `development.txt` beside it, and delete it"
            .to_owned()
    } else {
        "`requirements.txt`: put your own packages below those that are pinned here".to_owned()
    }];
    let pinned: Vec<String> = plan
        .packages
        .base
        .iter()
        .chain(&plan.packages.production)
        .map(|requirement| format!("`{}`", requirement.line.split(['=', '[']).next().unwrap_or_default()))
        .collect();
    items.push(format!("Requirements of yours for {}: take them out, they are pinned here", pinned.join(", ")));
    items.push(format!(
        "`{}`: end it with the lines of “Connecting the project”, and delete what `container.py` sets now: \
         secrets, database, {}static files, logging, security",
        settings_file(plan),
        match (plan.redis, plan.celery) {
            (true, true) => "cache, Celery, ",
            (true, false) => "cache, ",
            _ => "",
        }
    ));
    if plan.celery {
        items.push(format!(
            "`{module}/celery.py` and `{module}/__init__.py`: compare them with “Connecting the project”; the worker \
             is started with `celery --app {module}`"
        ));
    }
    if plan.websockets {
        items.push(format!(
            "`{module}/asgi.py`: route WebSockets through `AllowedHostsOriginValidator`, as in “Connecting the project”"
        ));
    } else if plan.asgi {
        items.push(format!(
            "`{module}/asgi.py`: has to exist, with `application`; `django-admin startproject` makes it"
        ));
    }
    items.push(if plan.secrets_files {
        "`.gitignore`: add `.env`; `secrets/` has a `.gitignore` of its own".to_owned()
    } else {
        "`.gitignore`: add `.env`".to_owned()
    });
    items
}

fn code_changes(plan: &Plan) -> Vec<String> {
    let mut items = vec![
        "Health: nothing to write, the middleware answers `/health/` and `/health/live/`; delete older views of those \
         names"
            .to_owned(),
        "Read every value that differs between places from an environment variable: no host name, password or path of \
         one machine is left in the code"
            .to_owned(),
    ];
    if plan.psycopg3 {
        items.push(
            "Replace `import psycopg2` in your own code by `psycopg`, and take `psycopg2` out of the requirements; \
             Django itself needs no change"
                .to_owned(),
        );
    }
    items.extend(own_code(plan));
    items
}

fn own_code(plan: &Plan) -> Vec<String> {
    let mut items = Vec::new();
    if plan.strict {
        let media = if plan.media { " or `MEDIA_ROOT`" } else { "" };
        items.push(format!("Write to `/tmp`{media} only: everything else in a container is read-only"));
    }
    items.push(if plan.media {
        "Keep uploads below `MEDIA_ROOT`: that is the volume, all else is gone with the container".to_owned()
    } else {
        "Keep uploads in object storage, or choose `media`: what a container writes is gone with it".to_owned()
    });
    if plan.media && !plan.bundled_nginx {
        items.push(
            "Decide who serves `/media/`: nothing here does in production. Let the proxy read the volume `media-files`, \
             or hand uploads out through a view that checks who may see them"
                .to_owned(),
        );
    }
    if plan.celery {
        items.push(
            "Write tasks so that they bear being run twice: one that a killed worker leaves behind is given out again. \
             Raise `CELERY_VISIBILITY_TIMEOUT` above the longest task if that takes more than an hour"
                .to_owned(),
        );
    }
    if plan.beat_database {
        items.push("Enter the periodic tasks in the admin, under “Periodic tasks”".to_owned());
    }
    if plan.logging == "switch" {
        items.push("Leave opening log files to the logging settings: in a container there are none".to_owned());
    }
    items
}

fn before_the_start(plan: &Plan) -> Vec<String> {
    let mut items = vec![if plan.secrets_files {
        "`cp .env.example .env`, look through it, and make the files that `secrets/README.md` names".to_owned()
    } else {
        "`cp .env.example .env`, and replace every `change-me`".to_owned()
    }];
    if !plan.bundled_db {
        items.push(format!(
            "Set `POSTGRES_HOST` in `.env`, and make the database and its owner on that server (PostgreSQL {} or newer)",
            django_support(plan.django).map_or("", |support| support.postgres_min)
        ));
    }
    if plan.certbot {
        items.push(
            "Let the host names point to this server, open ports 80 and 443, and set `CERTBOT_EMAIL` in `.env`; try it \
             with `CERTBOT_STAGING=true` first"
                .to_owned(),
        );
    }
    if plan.proxy != "bundled-nginx" {
        items.push(match plan.proxy {
            "none" => "Tell the platform in front to set `X-Forwarded-Proto` and to pass `Host` on".to_owned(),
            _ => "Give the proxy the configuration from `deploy/`".to_owned(),
        });
    } else if !plan.certbot {
        items.push("Let whoever ends TLS in front of nginx set `X-Forwarded-Proto` and pass `Host` on".to_owned());
    }
    if !plan.start_new && plan.bundled_db {
        items.push(
            "Bring over the data of an earlier database by dump and restore, before the first users come".to_owned(),
        );
    }
    items
}

fn after_the_start(plan: &Plan) -> Vec<String> {
    let compose = plan.compose;
    let mut items = vec![
        format!("`{compose} ps`: every service is healthy"),
        format!(
            "`{compose} logs {}`: the database was reached, and every migration applied",
            if plan.migrations_job { "migrate" } else { "web" }
        ),
        format!("`{compose} exec web python manage.py check --deploy --fail-level WARNING`: no issues"),
        format!("`{compose} exec web python manage.py createsuperuser`"),
    ];
    if plan.websockets {
        items.push(if plan.start_new {
            "Open the page and send a text through the WebSocket".to_owned()
        } else {
            "Open a page that uses a WebSocket, through the proxy".to_owned()
        });
    }
    if plan.celery {
        items.push(format!("`{compose} exec worker celery --app {} inspect ping`: the worker answers", plan.module));
    }
    if plan.backups {
        items.push("Make a backup and restore it somewhere; run it from cron every night".to_owned());
    }
    items.push(
        "When HTTPS works everywhere below the domain, raise `DJANGO_SECURE_HSTS_SECONDS` to 31536000".to_owned(),
    );
    items
}

#[cfg(test)]
mod tests {
    use crate::options::Choices;
    use crate::plan::{Plan, resolve};
    use crate::presets::{preset, presets};
    use crate::versions::Date;

    fn plan_of(choices: &Choices) -> Plan {
        resolve(choices, Date::new(2026, 11, 23)).0
    }

    #[test]
    fn the_thirteen_aspects_come_in_the_order_of_the_comparison() {
        let aspects: Vec<&str> = plan_of(&Choices::default()).comparison.iter().map(|row| row.aspect).collect();
        assert_eq!(
            aspects,
            [
                "Django Version",
                "Python Version",
                "Base Image",
                "ASGI Server",
                "WSGI Server",
                "Celery",
                "PostgreSQL",
                "Redis",
                "Static Files",
                "User Management",
                "Nginx",
                "SSL/TLS",
                "Logging",
            ]
        );
    }

    #[test]
    fn the_reference_is_the_same_as_itself() {
        for row in plan_of(&preset("reference").expect("a preset").apply(&Choices::default())).comparison {
            assert!(row.note.starts_with("Same"), "{}: {}", row.aspect, row.note);
        }
    }

    #[test]
    fn senex_differs_where_the_comparison_says_so() {
        let same: Vec<&str> = plan_of(&preset("senex").expect("a preset").apply(&Choices::default()))
            .comparison
            .iter()
            .filter(|row| row.note.starts_with("Same"))
            .map(|row| row.aspect)
            .collect();
        assert_eq!(same, ["Django Version", "Celery", "Redis", "Static Files"]);
    }

    #[test]
    fn no_section_of_the_checklist_is_empty_and_no_item_has_two_lines() {
        for preset in presets() {
            let plan = plan_of(&preset.apply(&Choices::default()));
            assert!(!plan.checklist.is_empty());
            for section in plan.checklist {
                assert!(!section.items.is_empty(), "{}: {}", preset.id, section.title);
                for item in section.items {
                    assert!(!item.contains('\n') && !item.is_empty(), "{}: {item}", preset.id);
                }
            }
        }
    }
}
