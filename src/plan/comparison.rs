//! How two plans compare, aspect by aspect.
//!
//! The thirteen aspects are those of the comparison this program grew out of; values, marks and notes are computed
//! from two plans, so that any two can be compared. Notes are plain text, so that every face can show them.

use std::cmp::Ordering;

use crate::catalog::options::{Logging, Postgres, Redis, ReverseProxy, Server};
use crate::catalog::versions::{pin, series_key};
use crate::messages::{Message, msg};
use crate::plan::model::{ComparisonRow, Decisions, Mark};

use Mark::{Adapt, OnPurpose, Same};

/// Two plans side by side, aspect by aspect: what changes on the way from `left` to `right`.
pub fn comparison(left: &Decisions, right: &Decisions) -> Vec<ComparisonRow> {
    let row = |aspect, value: fn(&Decisions) -> Message, note: fn(&Decisions, &Decisions) -> Note| {
        let (of_left, of_right) = (value(left), value(right));
        let (mark, note) = if short(&of_left) == short(&of_right) { same() } else { note(left, right) };
        ComparisonRow { aspect, left: of_left, right: of_right, mark, note }
    };
    vec![
        row("Django Version", django, django_note),
        row("Python Version", |plan| Message::raw(plan.python), python_note),
        row("Base Image", |plan| Message::raw(plan.base_image.clone()), base_image_note),
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
type Note = (Mark, Message);

const fn note(mark: Mark, note: Message) -> Note {
    (mark, note)
}

fn same() -> Note {
    (Same, Message::default())
}

fn django(plan: &Decisions) -> Message {
    Message::raw(pin("django", plan.python, plan.django).unwrap_or(plan.django))
}

fn django_note(left: &Decisions, right: &Decisions) -> Note {
    match series_key(right.django).cmp(&series_key(left.django)) {
        Ordering::Equal => same(),
        Ordering::Less => note(Adapt, msg!("older; features added after {0} are not available.", right.django)),
        Ordering::Greater => note(
            Adapt,
            msg!(
                "read the release notes up to {0}, and fix the deprecation warnings of {1} first.",
                right.django,
                left.django
            ),
        ),
    }
}

fn python_note(_: &Decisions, right: &Decisions) -> Note {
    note(Adapt, msg!("change the base image; all your packages must support Python {0}.", right.python))
}

/// An image's name without the registry that Podman wants.
fn short(value: &Message) -> String {
    let value = value.to_string();
    value.strip_prefix("docker.io/library/").map_or(value.clone(), str::to_owned)
}

fn base_image_note(left: &Decisions, right: &Decisions) -> Note {
    let variant = |plan: &Decisions| plan.base_image.rsplit_once(plan.python).map(|(_, variant)| variant.to_owned());
    note(
        Adapt,
        match (variant(left) == variant(right), right.named_debian) {
            (true, _) => msg!("drop-in replacement: the same variant for a different Python version."),
            (false, true) => {
                msg!("drop-in replacement; it names the Debian release, so the release never changes by itself.")
            }
            (false, false) => msg!("drop-in replacement; it follows the newest Debian release."),
        },
    )
}

/// The server as its makers spell it.
fn server_name(plan: &Decisions) -> Message {
    match plan.server {
        Server::Gunicorn => msg!("Gunicorn"),
        Server::Daphne => msg!("Daphne"),
        Server::GunicornUvicorn => msg!("Uvicorn workers under Gunicorn"),
        Server::Uvicorn => msg!("Uvicorn"),
        Server::Hypercorn => msg!("Hypercorn"),
        Server::Granian => msg!("Granian"),
    }
}

fn asgi_server(plan: &Decisions) -> Message {
    match (plan.asgi, plan.websockets) {
        (false, _) => msg!("Not used (WSGI only)"),
        (true, true) => msg!("{0} (for WebSockets)", server_name(plan)),
        (true, false) => server_name(plan),
    }
}

fn asgi_note(_: &Decisions, right: &Decisions) -> Note {
    match (right.asgi, right.websockets) {
        (false, _) => note(OnPurpose, msg!("nothing in the set needs asgi.py.")),
        (true, true) => {
            note(Adapt, msg!("it is in the production requirements and serves asgi.py, as WebSockets require."))
        }
        (true, false) => {
            note(Adapt, msg!("it is in the production requirements and serves asgi.py, for asynchronous views."))
        }
    }
}

fn wsgi_server(plan: &Decisions) -> Message {
    match plan.server {
        Server::Gunicorn => msg!("Gunicorn"),
        Server::GunicornUvicorn => msg!("Gunicorn, as process manager"),
        Server::Daphne | Server::Uvicorn | Server::Hypercorn | Server::Granian => msg!("Not used"),
    }
}

fn wsgi_note(_: &Decisions, right: &Decisions) -> Note {
    match right.server {
        Server::Gunicorn => note(Adapt, msg!("its configuration counts the CPUs of the container, not of the host.")),
        Server::GunicornUvicorn => note(
            Adapt,
            msg!(
                "Gunicorn's configuration still applies, but with Uvicorn's worker class; the sync class would fail \
                  with ASGI."
            ),
        ),
        Server::Daphne | Server::Uvicorn | Server::Hypercorn | Server::Granian => {
            note(OnPurpose, msg!("{0} serves plain HTTP too, so one server is enough.", server_name(right)))
        }
    }
}

fn celery(plan: &Decisions) -> Message {
    let version = pin("celery", plan.python, plan.django).unwrap_or_default();
    match (plan.celery, plan.beat) {
        (true, true) => msg!("Yes ({0})", version),
        (true, false) => msg!("Yes ({0}), without beat", version),
        (false, _) => msg!("No"),
    }
}

fn celery_note(left: &Decisions, right: &Decisions) -> Note {
    match (right.celery, right.beat) {
        (true, true) => note(Adapt, msg!("beat sends periodic tasks; only one beat may run.")),
        (true, false) if left.celery => note(Adapt, msg!("the worker is the same, but nothing sends periodic tasks.")),
        (true, false) => note(
            Adapt,
            msg!("the worker runs from the same image and uses Redis as its broker, through the redis extra."),
        ),
        (false, _) => note(OnPurpose, msg!("no background tasks; you can add the worker later.")),
    }
}

fn postgres(plan: &Decisions) -> Message {
    if plan.bundled_db { Message::raw(plan.postgres_image.clone()) } else { msg!("External ({0})", plan.postgres.id()) }
}

fn postgres_note(left: &Decisions, right: &Decisions) -> Note {
    if !right.bundled_db && left.bundled_db {
        return note(OnPurpose, msg!("the server is external, with its own backups and updates."));
    }
    match right.postgres.cmp(&left.postgres) {
        Ordering::Equal if left.bundled_db == right.bundled_db => same(),
        Ordering::Less => note(Adapt, msg!("older; the data can be moved only with a plain SQL dump, if at all.")),
        Ordering::Equal => note(Adapt, msg!("move the data by dump and restore.")),
        Ordering::Greater if right.postgres == Postgres::V18 && right.bundled_db => note(
            Adapt,
            msg!("newer; move the data by dump and restore. From 18 on, the volume is mounted one level higher."),
        ),
        Ordering::Greater => note(Adapt, msg!("newer; move the data by dump and restore, not by copying the volume.")),
    }
}

fn redis(plan: &Decisions) -> Message {
    if plan.redis { Message::raw(plan.redis_image.clone()) } else { msg!("None") }
}

fn redis_note(left: &Decisions, right: &Decisions) -> Note {
    match right.cache {
        Redis::None => note(OnPurpose, msg!("nothing in the set needs a cache, a broker or a channel layer.")),
        _ if !left.redis => note(Adapt, msg!("adds a service, which also provides the cache.")),
        Redis::Valkey8 => note(Adapt, msg!("drop-in replacement: the same protocol under a free license.")),
        Redis::V7 | Redis::V8 => {
            note(Adapt, msg!("drop-in replacement; the clients in the requirements support both."))
        }
    }
}

fn static_files(plan: &Decisions) -> Message {
    match (plan.whitenoise, plan.nginx_static) {
        (true, _) => msg!("WhiteNoise"),
        (_, true) => msg!("Bundled nginx"),
        (false, false) => msg!("None"),
    }
}

fn static_note(_: &Decisions, right: &Decisions) -> Note {
    if !right.whitenoise && !right.nginx_static {
        note(OnPurpose, msg!("no static files are collected."))
    } else if right.whitenoise {
        note(Adapt, msg!("adds WhiteNoise to the requirements; no volume is shared with nginx."))
    } else {
        note(Adapt, msg!("removes WhiteNoise from the requirements; nginx serves the files from a shared volume."))
    }
}

fn user_management(plan: &Decisions) -> Message {
    if plan.dynamic_user {
        msg!("Dynamic UID/GID via gosu")
    } else {
        msg!("Static UID {0} ({1})", plan.uid.to_string(), &plan.user)
    }
}

fn user_note(left: &Decisions, right: &Decisions) -> Note {
    match (left.dynamic_user, right.dynamic_user) {
        (true, false) => {
            note(OnPurpose, msg!("simpler: no container starts as root, and rootless engines map the IDs anyway."))
        }
        (_, true) => {
            note(Adapt, msg!("the container starts as root, with only the capabilities needed to map the IDs."))
        }
        (false, false) => note(Adapt, msg!("the files in volumes must belong to the new user.")),
    }
}

fn nginx(plan: &Decisions) -> Message {
    match plan.proxy {
        ReverseProxy::BundledNginx => msg!("Included (production)"),
        ReverseProxy::ExternalNginx => msg!("Outside, on the host"),
        ReverseProxy::ExternalCaddy => msg!("Caddy outside, on the host"),
        ReverseProxy::ExternalTraefik => msg!("Traefik outside"),
        ReverseProxy::None => msg!("None"),
    }
}

fn nginx_note(left: &Decisions, right: &Decisions) -> Note {
    let place = match right.proxy {
        ReverseProxy::BundledNginx => return note(Adapt, msg!("adds a service in the production profile.")),
        ReverseProxy::None => return note(OnPurpose, msg!("a platform or load balancer sits in front.")),
        ReverseProxy::ExternalNginx => "deploy/nginx",
        ReverseProxy::ExternalCaddy => "deploy/caddy",
        ReverseProxy::ExternalTraefik => "deploy/traefik",
    };
    if left.bundled_nginx {
        note(OnPurpose, msg!("one fewer service; {0} contains the proxy configuration.", place))
    } else {
        note(Adapt, msg!("{0} contains the proxy configuration.", place))
    }
}

fn tls(plan: &Decisions) -> Message {
    match (plan.certbot, plan.proxy) {
        (true, _) => msg!("Let's Encrypt + Certbot"),
        (false, ReverseProxy::ExternalNginx) => msg!("External ({0})", msg!("the host's nginx")),
        (false, ReverseProxy::ExternalCaddy) => msg!("External ({0})", "Caddy"),
        (false, ReverseProxy::ExternalTraefik) => msg!("External ({0})", "Traefik"),
        (false, ReverseProxy::BundledNginx) => msg!("External ({0})", msg!("in front of nginx")),
        (false, ReverseProxy::None) => msg!("External ({0})", msg!("platform or load balancer")),
    }
}

fn tls_note(left: &Decisions, right: &Decisions) -> Note {
    match (left.certbot, right.certbot) {
        (_, true) => note(Adapt, msg!("a self-signed certificate is used until the first one is issued.")),
        (true, false) => note(
            OnPurpose,
            msg!(
                "the certificate is kept where TLS is terminated; Django trusts the X-Forwarded-Proto \
                                  header set there."
            ),
        ),
        (false, false) => {
            note(Adapt, msg!("the certificate moves to the proxy; Django trusts the proxy's X-Forwarded-Proto header."))
        }
    }
}

fn logging(plan: &Decisions) -> Message {
    let place = match plan.logging {
        Logging::File => msg!("Stdout and files"),
        Logging::Switch => msg!("Stdout in containers, files elsewhere"),
        Logging::Stdout => msg!("Stdout"),
    };
    if plan.log_json { msg!("{0}, JSON lines", place) } else { place }
}

fn logging_note(left: &Decisions, right: &Decisions) -> Note {
    match right.logging {
        place if place == left.logging => note(
            Adapt,
            if right.log_json {
                msg!("the same destination; every line is one JSON object.")
            } else {
                msg!("the same destination; plain text.")
            },
        ),
        Logging::File => {
            note(Adapt, msg!("a volume stores the files, which are rotated; without it, only stdout is available."))
        }
        Logging::Switch => {
            note(Adapt, msg!("CONTAINER_MODE decides where logs go; a missing log directory is not an error."))
        }
        Logging::Stdout => note(Adapt, msg!("the container engine collects the output; no log file is opened.")),
    }
}

#[cfg(test)]
mod tests {
    use crate::catalog::date::Date;
    use crate::catalog::options::Choices;
    use crate::catalog::presets::{preset, presets};
    use crate::plan::model::{Mark, Plan};
    use crate::plan::resolve::resolve;

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
                    assert!(row.note.is_empty() || row.note.to_string().ends_with('.'), "{}: {}", row.aspect, row.note);
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
        let left: Vec<String> = reference.comparison.into_iter().map(|row| row.left.to_string()).collect();
        assert_eq!(left[1..4], ["3.11", "python:3.11-slim", "Not used (WSGI only)"]);
        assert_eq!(left[4], "Gunicorn");
        assert_eq!(left[6..9], ["postgres:15-alpine", "redis:7-alpine", "WhiteNoise"]);
        assert_eq!(
            left[9..],
            ["Dynamic UID/GID via gosu", "Included (production)", "Let's Encrypt + Certbot", "Stdout"]
        );
    }
}
