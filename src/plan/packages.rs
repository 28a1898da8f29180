//! Which Python packages a plan needs, why, and in which file they stand.
//!
//! `base` holds what the code imports wherever it runs, `production` what only the production image runs,
//! `development` the tools.
//! The driver is in `base` because development runs on PostgreSQL as well.

use crate::catalog::options::{Logging, Server};
use crate::catalog::versions::pin;
use crate::messages::{Message, msg};
use crate::plan::model::{Decisions, Packages, Requirement};

/// Whether a set may need a package or asks whether it is there, by its normalised name.
pub fn is_possible(name: &str) -> bool {
    const NAMES: [&str; 26] = [
        "celery",
        "channels",
        "channels-redis",
        "concurrent-log-handler",
        "daphne",
        "django",
        "django-celery-beat",
        "flower",
        "granian",
        "gunicorn",
        "httptools",
        "hypercorn",
        "psycopg",
        "psycopg-binary",
        "psycopg-c",
        "psycopg-pool",
        "psycopg2",
        "psycopg2-binary",
        "python-json-logger",
        "redis",
        "uvicorn",
        "uvicorn-worker",
        "uvloop",
        "watchfiles",
        "websockets",
        "whitenoise",
    ];
    NAMES.contains(&name)
}

/// The requirements of a plan, in the order they are written.
pub fn packages(plan: &Decisions) -> Packages {
    let line = |package: &str, extras: &str, why: Message| Requirement {
        line: match pin(package, plan.python, plan.django) {
            // A release of Django changes more than its major version tells.
            Some(_) if plan.own_packages && package == "django" => format!("{package}=={}.*", plan.django),
            Some(version) if plan.own_packages => format!("{package}{extras}<{}", next_major(version)),
            Some(version) => format!("{package}{extras}=={version}"),
            None => format!("{package}{extras}"),
        },
        why,
    };
    let uvicorn = matches!(plan.server, Server::Uvicorn | Server::GunicornUvicorn);

    let mut base = vec![line("django", "", msg!("the framework"))];
    base.push(match (plan.psycopg3, plan.db_pool) {
        (true, true) => line("psycopg", "[binary,pool]", msg!("PostgreSQL driver with connection pool")),
        (true, false) => line("psycopg", "[binary]", msg!("PostgreSQL driver")),
        (false, _) => line("psycopg2-binary", "", msg!("PostgreSQL driver")),
    });
    if plan.redis {
        base.push(line("redis", "", msg!("cache and readiness probe")));
    }
    if plan.celery {
        base.push(line(
            "celery",
            "[redis]",
            msg!("background tasks; the extra installs the Redis broker's dependencies"),
        ));
    }
    if plan.beat_database {
        base.push(line("django-celery-beat", "", msg!("schedule in the database, editable in the admin")));
    }
    if plan.websockets {
        base.push(line("channels", "", msg!("WebSockets")));
        base.push(line("channels-redis", "", msg!("channel layer, connects the WebSockets of all processes")));
    }
    if plan.logging != Logging::Stdout {
        base.push(line("concurrent-log-handler", "", msg!("rotates a log file written by several processes")));
    }

    let mut production = Vec::new();
    if plan.gunicorn {
        production.push(line("gunicorn", "", if uvicorn { msg!("process manager") } else { msg!("WSGI server") }));
    }
    match plan.server {
        Server::GunicornUvicorn => production.push(line("uvicorn-worker", "", msg!("Uvicorn workers for Gunicorn"))),
        Server::Daphne => production.push(line("daphne", "", msg!("ASGI server"))),
        Server::Hypercorn => production.push(line("hypercorn", "", msg!("ASGI server"))),
        Server::Granian => production.push(line("granian", "", msg!("ASGI server"))),
        Server::Gunicorn | Server::Uvicorn => {}
    }
    if uvicorn {
        production.push(line("uvicorn", "", msg!("ASGI server")));
        production.push(line("httptools", "", msg!("Uvicorn's fast HTTP parser")));
        production.push(line("uvloop", "", msg!("Uvicorn's fast event loop")));
        if plan.websockets {
            production.push(line("websockets", "", msg!("Uvicorn's WebSocket protocol")));
        }
    }
    if plan.whitenoise {
        production.push(line("whitenoise", "", msg!("serves static files")));
    }
    if plan.flower {
        production.push(line("flower", "", msg!("Celery monitoring; runs from the same image")));
    }
    if plan.log_json {
        production.push(line("python-json-logger", "", msg!("one JSON object per log line")));
    }

    let mut development = Vec::new();
    if !plan.own_packages {
        development.push(line("pytest", "", msg!("tests")));
        development.push(line("pytest-django", "", msg!("tests")));
        development.push(line("ruff", "", msg!("linter and formatter")));
    }
    if plan.websockets && (plan.requirements_split || plan.server != Server::Daphne) {
        development.push(line("daphne", "", msg!("lets runserver serve WebSockets")));
    }
    if plan.celery {
        development.push(line("watchfiles", "", msg!("restarts the worker when the code changes")));
    }

    let mut packages = Packages { base, production, development };
    if plan.own_packages {
        for list in [&mut packages.base, &mut packages.production, &mut packages.development] {
            *list = std::mem::take(list).into_iter().filter_map(|row| lacking(row, &plan.provided)).collect();
        }
    }
    packages
}

/// The first version of the next major series: what is older was made for the same interfaces.
fn next_major(version: &str) -> u32 {
    version.split('.').next().and_then(|major| major.parse::<u32>().ok()).map_or(1, |major| major + 1)
}

/// What of a requirement a project lacks that provides the given ones: all of it, or some of its extras.
fn lacking(row: Requirement, provided: &[String]) -> Option<Requirement> {
    let (name, extras) = parts(&row.line);
    let same = |other: &str| other == name || name == "psycopg2-binary" && other == "psycopg2";
    let Some((_, present)) = provided.iter().map(|line| parts(line)).find(|(other, _)| same(other)) else {
        return Some(row);
    };
    let has = |extra: &str| {
        let separate = format!("{name}-{extra}");
        present.contains(&extra)
            || provided.iter().any(|line| parts(line).0 == separate)
            // The driver is compiled here instead.
            || name == "psycopg" && extra == "binary" && (present.contains(&"c") || provided.iter().any(|line| line == "psycopg-c"))
    };
    let missing: Vec<&str> = extras.into_iter().filter(|extra| !has(extra)).collect();
    (!missing.is_empty()).then(|| Requirement { line: format!("{name}[{}]", missing.join(",")), why: row.why.clone() })
}

/// The name of a requirement, and its extras.
fn parts(line: &str) -> (&str, Vec<&str>) {
    let end = line.find(['=', '<']).unwrap_or(line.len());
    let (name, extras) = line[..end].split_once('[').unwrap_or((&line[..end], ""));
    (name, extras.trim_end_matches(']').split(',').filter(|extra| !extra.is_empty()).collect())
}
