//! What `CONTAINERS.md` says about a plan: how it compares with the reference system, and what is left to do.
//!
//! The thirteen aspects are those of the comparison this program grew out of; values, marks and notes are computed
//! from two plans, so that any two can be compared.
//! Notes are plain text, so that every face can show them; checklist items are Markdown.

use std::cmp::Ordering;

use crate::catalog::versions::{django_support, pin, series_key};
use crate::plan::{ChecklistSection, ComparisonRow, Mark, Plan};

use Mark::{Adapt, OnPurpose, Same};

/// Two plans side by side, aspect by aspect: what changes on the way from `left` to `right`.
pub fn comparison(left: &Plan, right: &Plan) -> Vec<ComparisonRow> {
    let row = |aspect, value: fn(&Plan) -> String, note: fn(&Plan, &Plan) -> Said| {
        let (of_left, of_right) = (value(left), value(right));
        let (mark, note) = if short(&of_left) == short(&of_right) { said(Same, "") } else { note(left, right) };
        ComparisonRow { aspect, left: of_left, right: of_right, mark, note }
    };
    vec![
        row("Django Version", django, django_note),
        row("Python Version", |plan| plan.python.to_owned(), python_note),
        row("Base Image", |plan| plan.base_image.clone(), base_image_note),
        row("ASGI Server", asgi_server, asgi_note),
        row("WSGI Server", wsgi_server, wsgi_note),
        row("Celery", celery, celery_note),
        row("PostgreSQL", postgres, postgres_note),
        row("Redis", redis, redis_note),
        row("Static Files", static_files, static_note),
        row("User Management", user_management, user_note),
        row("Nginx", nginx, nginx_note),
        row("SSL/TLS", tls, tls_note),
        row("Logging", logging, logging_note),
    ]
}

/// The options that the rows of the comparison cover, row by row; the first of each is the one that it is about.
#[cfg(feature = "project")]
pub const COVERED: [&[&str]; 13] = [
    &["django"],
    &["python"],
    &["base-image"],
    &["server", "websockets"],
    &["server"],
    &["celery"],
    &["postgres", "database"],
    &["redis"],
    &["static-files"],
    &["user-management"],
    &["reverse-proxy"],
    &["tls", "reverse-proxy"],
    &["logging", "log-format"],
];

/// A mark, and what to say beside it; empty where the mark says it all.
type Said = (Mark, String);

/// A note that only another left side than the reference leads to: the page, which compares with nothing else in its
/// first load, does without its text.
fn rarely(note: &'static str) -> &'static str {
    #[cfg(test)]
    tests::RARELY.set(tests::RARELY.get() + 1);
    if cfg!(feature = "project") { note } else { "" }
}

fn said(mark: Mark, note: impl Into<String>) -> Said {
    (mark, note.into())
}

fn django(plan: &Plan) -> String {
    pin("django", plan.python, plan.django).unwrap_or(plan.django).to_owned()
}

fn django_note(left: &Plan, right: &Plan) -> Said {
    match series_key(right.django).cmp(&series_key(left.django)) {
        Ordering::Equal => said(Same, ""),
        Ordering::Less => said(Adapt, format!("older; what came after {} cannot be used.", right.django)),
        Ordering::Greater => said(
            Adapt,
            format!(
                "read the release notes up to {}, and clear the deprecation warnings of {} first.",
                right.django, left.django
            ),
        ),
    }
}

fn python_note(_: &Plan, right: &Plan) -> Said {
    said(Adapt, format!("the base image, and every package of yours has to be there for {}.", right.python))
}

/// An image's name without the registry that Podman wants.
fn short(image: &str) -> &str {
    image.strip_prefix("docker.io/library/").unwrap_or(image)
}

fn base_image_note(left: &Plan, right: &Plan) -> Said {
    let variant = |plan: &Plan| plan.base_image.rsplit_once(plan.python).map(|(_, variant)| variant.to_owned());
    said(
        Adapt,
        match (variant(left) == variant(right), right.named_debian) {
            (true, _) => "direct replacement, the same variant for another Python.",
            (false, true) => "direct replacement; the Debian release is named, so that it does not change by itself.",
            (false, false) => "direct replacement; it follows the newest Debian.",
        },
    )
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

fn asgi_server(plan: &Plan) -> String {
    match (plan.asgi, plan.websockets) {
        (false, _) => "Not used (WSGI only)".to_owned(),
        (true, true) => format!("{} (for WebSockets)", server_name(plan)),
        (true, false) => server_name(plan).to_owned(),
    }
}

fn asgi_note(_: &Plan, right: &Plan) -> Said {
    match (right.asgi, right.websockets) {
        (false, _) => said(OnPurpose, rarely("nothing here needs asgi.py.")),
        (true, true) => said(Adapt, "it is in the production requirements and serves asgi.py; WebSockets need it."),
        (true, false) => {
            said(Adapt, "it is in the production requirements and serves asgi.py, for asynchronous views.")
        }
    }
}

fn wsgi_server(plan: &Plan) -> String {
    match plan.server {
        "gunicorn" => "Gunicorn",
        "gunicorn-uvicorn" => "Gunicorn, as process manager",
        _ => "Not used",
    }
    .to_owned()
}

fn wsgi_note(_: &Plan, right: &Plan) -> Said {
    match right.server {
        "gunicorn" => said(Adapt, rarely("its configuration counts the CPUs of the container, not of the host.")),
        "gunicorn-uvicorn" => said(
            Adapt,
            "Gunicorn's configuration holds, the worker class is Uvicorn's; the sync class would fail with ASGI.",
        ),
        _ => said(OnPurpose, format!("{} answers HTTP as well, so one server is enough.", server_name(right))),
    }
}

fn celery(plan: &Plan) -> String {
    let version = pin("celery", plan.python, plan.django).unwrap_or_default();
    match (plan.celery, plan.beat) {
        (true, true) => format!("Yes ({version})"),
        (true, false) => format!("Yes ({version}), without beat"),
        (false, _) => "No".to_owned(),
    }
}

fn celery_note(left: &Plan, right: &Plan) -> Said {
    match (right.celery, right.beat) {
        (true, true) => said(Adapt, rarely("beat sends periodic tasks, and only one beat may run.")),
        (true, false) if left.celery => said(Adapt, "the worker is the same, but nothing sends periodic tasks."),
        (true, false) => {
            said(Adapt, rarely("the worker runs from the same image, with the redis extra as its broker."))
        }
        (false, _) => said(OnPurpose, "no background tasks; the worker can be added later."),
    }
}

fn postgres(plan: &Plan) -> String {
    if plan.bundled_db { plan.postgres_image.clone() } else { format!("External ({})", plan.postgres) }
}

fn postgres_note(left: &Plan, right: &Plan) -> Said {
    if !right.bundled_db && left.bundled_db {
        return said(OnPurpose, "the server is elsewhere, with its own backups and updates.");
    }
    match series_key(right.postgres).cmp(&series_key(left.postgres)) {
        Ordering::Equal if left.bundled_db == right.bundled_db => said(Same, ""),
        Ordering::Less => said(Adapt, "older; data comes over by a plain dump at best."),
        Ordering::Equal => said(Adapt, rarely("data comes over by dump and restore.")),
        Ordering::Greater if right.postgres == "18" && right.bundled_db => said(
            Adapt,
            "newer; data comes over by dump and restore. The volume is mounted one level higher from 18 on.",
        ),
        Ordering::Greater => said(Adapt, "newer; data comes over by dump and restore, not by copying the volume."),
    }
}

fn redis(plan: &Plan) -> String {
    if plan.redis { plan.redis_image.clone() } else { "None".to_owned() }
}

fn redis_note(left: &Plan, right: &Plan) -> Said {
    match right.redis_cli {
        "" => said(OnPurpose, "nothing here needs a cache, a broker or a channel layer."),
        _ if !left.redis => said(Adapt, rarely("a service joins, and the cache is there.")),
        "valkey-cli" => said(Adapt, "direct replacement, the same protocol under a free licence."),
        _ => said(Adapt, "direct replacement; the clients in the requirements speak to both."),
    }
}

fn static_files(plan: &Plan) -> String {
    (if plan.whitenoise { "WhiteNoise" } else { "The bundled nginx" }).to_owned()
}

fn static_note(_: &Plan, right: &Plan) -> Said {
    if right.whitenoise {
        said(Adapt, rarely("WhiteNoise joins the requirements; no volume is shared with nginx."))
    } else {
        said(Adapt, "WhiteNoise leaves the requirements, nginx serves a volume that it shares.")
    }
}

fn user_management(plan: &Plan) -> String {
    if plan.dynamic_user {
        "Dynamic UID/GID via gosu".to_owned()
    } else {
        format!("Static UID {} ({})", plan.uid, plan.user)
    }
}

fn user_note(left: &Plan, right: &Plan) -> Said {
    match (left.dynamic_user, right.dynamic_user) {
        (true, false) => {
            said(OnPurpose, "simpler: no container starts as root, and rootless engines map the ids anyway.")
        }
        (_, true) => said(Adapt, rarely("the start as root has only the capabilities that mapping the ids needs.")),
        (false, false) => said(Adapt, rarely("the files in volumes have to belong to the new user.")),
    }
}

fn nginx(plan: &Plan) -> String {
    match plan.proxy {
        "bundled-nginx" => "Included (production)",
        "external-nginx" => "Outside, on the host",
        "external-caddy" => "Caddy outside, on the host",
        "external-traefik" => "Traefik outside",
        _ => "None",
    }
    .to_owned()
}

fn nginx_note(left: &Plan, right: &Plan) -> Said {
    let place = right.proxy.strip_prefix("external-");
    match (right.proxy, place) {
        ("bundled-nginx", _) => said(Adapt, rarely("a service joins, in profile production.")),
        (_, Some(place)) if left.bundled_nginx => {
            said(OnPurpose, format!("one service less; deploy/{place} has what the proxy needs."))
        }
        (_, Some(place)) if cfg!(feature = "project") => {
            said(Adapt, format!("deploy/{place} has what the proxy needs."))
        }
        _ => said(OnPurpose, "a platform or load balancer stands in front."),
    }
}

fn tls(plan: &Plan) -> String {
    match (plan.certbot, plan.proxy) {
        (true, _) => "Let's Encrypt + Certbot",
        (_, "external-nginx") => "External (the host's nginx)",
        (_, "external-caddy") => "External (Caddy)",
        (_, "external-traefik") => "External (Traefik)",
        (_, "bundled-nginx") => "External (in front of nginx)",
        _ => "External (platform or load balancer)",
    }
    .to_owned()
}

fn tls_note(left: &Plan, right: &Plan) -> Said {
    match (left.certbot, right.certbot) {
        (_, true) => said(Adapt, rarely("until the first certificate is there a self-signed one serves.")),
        (true, false) => said(OnPurpose, "whoever ends TLS has the certificate; Django trusts its X-Forwarded-Proto."),
        (false, false) => said(Adapt, rarely("the certificate moves; Django trusts X-Forwarded-Proto from there.")),
    }
}

fn logging(plan: &Plan) -> String {
    let format = if plan.log_json { ", JSON lines" } else { "" };
    let place = match plan.logging {
        "file" => "Stdout and files",
        "switch" => "Stdout in containers, files elsewhere",
        _ => "Stdout",
    };
    format!("{place}{format}")
}

fn logging_note(left: &Plan, right: &Plan) -> Said {
    match right.logging {
        place if place == left.logging => said(
            Adapt,
            if right.log_json {
                "the same place; every line is one JSON object."
            } else {
                rarely("the same place; plain text.")
            },
        ),
        "file" => said(Adapt, "a volume holds the files, which are rotated; without it only stdout is left."),
        "switch" => said(Adapt, "CONTAINER_MODE decides; a log directory that is missing stops nothing."),
        _ => said(Adapt, rarely("the engine collects the lines; no log file is opened.")),
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
    use crate::catalog::options::{Choices, OPTIONS};
    use crate::catalog::presets::{preset, presets};
    use crate::catalog::versions::Date;
    use crate::plan::{Mark, Plan, resolve};

    std::thread_local! {
        /// How often a text was asked for that the page does without.
        pub(super) static RARELY: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
    }

    #[test]
    fn the_page_has_every_text_that_the_comparison_with_the_reference_needs() {
        for base in presets() {
            for spec in OPTIONS {
                for value in spec.kind.values().into_iter().chain(["1001", "1"]) {
                    let mut choices = base.choices.clone();
                    if spec.set(&mut choices, value).is_ok() {
                        let before = RARELY.get();
                        plan_of(&choices);
                        assert_eq!(RARELY.get(), before, "{} with {}={value}", base.id, spec.id);
                    }
                }
            }
        }
        // It would be seen.
        let [new, reference] = ["new-project", "reference"].map(|id| plan_of(&preset(id).expect("a preset").choices));
        let before = RARELY.get();
        super::comparison(&new, &reference);
        assert!(RARELY.get() > before);
    }

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
    fn every_preset_is_the_same_as_itself_and_no_two_are() {
        for one in presets() {
            for other in presets() {
                let (left, right) = (plan_of(&one.choices), plan_of(&other.choices));
                let rows = super::comparison(&left, &right);
                for row in &rows {
                    // Notes begin in lower case after the mark, unless with a name.
                    assert!(row.note.is_empty() || row.note.ends_with('.'), "{}: {}", row.aspect, row.note);
                    assert_eq!(row.mark == Mark::Same, row.left == row.right, "{}: {row:?}", row.aspect);
                    assert!(row.mark == Mark::Same || !row.note.is_empty(), "{row:?}");
                }
                assert_eq!(one.id == other.id, rows.iter().all(|row| row.mark == Mark::Same), "{}", one.id);
            }
        }
    }

    #[test]
    fn the_reference_system_is_what_the_seed_says() {
        let reference = plan_of(&preset("reference").expect("a preset").choices);
        let left: Vec<String> = reference.comparison.into_iter().map(|row| row.left).collect();
        assert_eq!(left[1..4], ["3.11", "python:3.11-slim", "Not used (WSGI only)"]);
        assert_eq!(left[4], "Gunicorn");
        assert_eq!(left[6..9], ["postgres:15-alpine", "redis:7-alpine", "WhiteNoise"]);
        assert_eq!(
            left[9..],
            ["Dynamic UID/GID via gosu", "Included (production)", "Let's Encrypt + Certbot", "Stdout"]
        );
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
