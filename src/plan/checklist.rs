//! What is left to do by hand, computed from the plan. Items are Markdown.

use crate::catalog::versions::django_support;
use crate::plan::model::{ChecklistSection, Plan};

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
    use crate::catalog::options::Choices;
    use crate::catalog::presets::presets;
    use crate::catalog::rules::effective;
    use crate::plan::resolve::plan_of;

    #[test]
    fn no_section_of_the_checklist_is_empty_and_no_item_has_two_lines() {
        for preset in presets() {
            let plan = plan_of(&effective(&preset.apply(&Choices::default())));
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
