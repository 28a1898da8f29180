//! The lines that connect a project to the set. `CONTAINERS.md` shows them, a migration writes them, and a new project
//! has them.

use crate::plan::model::{Connection, Decisions};
use crate::text::quote::py;

/// What the project's own modules need.
pub fn connection(plan: &Decisions) -> Connection {
    let new = plan.celery && !plan.own_celery;
    // A project without a package has nothing that loads it when Django starts.
    let package = if new && !plan.flat { package() } else { Vec::new() };
    Connection { settings: settings(plan), celery: if new { celery(plan) } else { Vec::new() }, package }
}

fn lines(code: &str) -> Vec<String> {
    code.lines().map(str::to_owned).collect()
}

fn settings(plan: &Decisions) -> Vec<String> {
    let dot = if plan.settings_module.contains('.') { "." } else { "" };
    let mut code = if plan.keeps_storages {
        lines(&format!(
            "_storages = globals().get(\"STORAGES\", {{}})\n\nfrom {dot}container import *  # noqa: E402, F403\n\n"
        ))
    } else {
        lines(&format!("from {dot}container import *  # noqa: F403\n\n"))
    };
    if plan.websockets || plan.beat_database {
        code.push("INSTALLED_APPS = container_apps(INSTALLED_APPS)  # noqa: F405".to_owned());
    }
    code.push("MIDDLEWARE = container_middleware(MIDDLEWARE)  # noqa: F405".to_owned());
    if plan.keeps_storages {
        // The other storages are the project's business: where uploads go, for one.
        code.push(
            "STORAGES = STORAGES | _storages | {\"staticfiles\": STORAGES[\"staticfiles\"]}  # noqa: F405".to_owned(),
        );
    }
    code
}

fn celery(plan: &Decisions) -> Vec<String> {
    lines(&format!(
        r#"import os

from celery import Celery
from celery.signals import setup_logging

os.environ.setdefault("DJANGO_SETTINGS_MODULE", {})

app = Celery({})
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

# A receiver for this signal keeps Celery from replacing the handlers that Django's LOGGING has set up.
setup_logging.connect(lambda **kwargs: None, weak=False)"#,
        py(&plan.settings_module),
        py(&plan.module)
    ))
}

fn package() -> Vec<String> {
    lines("from .celery import app as celery_app\n\n__all__ = [\"celery_app\"]")
}
