//! Which Python packages a plan needs, why, and in which file they stand.
//!
//! `base` holds what the code imports wherever it runs, `production` what only the production image runs,
//! `development` the tools.
//! The driver is in `base` because development runs on PostgreSQL as well.

use crate::catalog::options::{Logging, Server};
use crate::catalog::versions::pin;
use crate::messages::{Message, msg};
use crate::plan::model::{Decisions, Packages, Requirement};

/// The requirements of a plan, in the order they are written.
pub fn packages(plan: &Decisions) -> Packages {
    let line = |package: &str, extras: &str, why: Message| Requirement {
        line: match pin(package, plan.python, plan.django) {
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

    let mut development = vec![
        line("pytest", "", msg!("tests")),
        line("pytest-django", "", msg!("tests")),
        line("ruff", "", msg!("linter and formatter")),
    ];
    if plan.websockets && (plan.requirements_split || plan.server != Server::Daphne) {
        development.push(line("daphne", "", msg!("lets runserver serve WebSockets")));
    }
    if plan.celery {
        development.push(line("watchfiles", "", msg!("restarts the worker when the code changes")));
    }

    Packages { base, production, development }
}
