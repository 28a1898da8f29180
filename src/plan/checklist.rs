//! What is left to do by hand, computed from the plan. Items are Markdown.

use crate::catalog::versions::django_support;
use crate::messages::{Message, msg};
use crate::plan::model::{ChecklistSection, Plan};

/// What is left to do by hand, in the order in which to do it; no section is empty.
pub fn checklist(plan: &Plan) -> Vec<ChecklistSection> {
    let mut sections = Vec::new();
    if plan.start_new {
        sections.push(ChecklistSection { title: msg!("Before the first start"), items: before_the_start(plan) });
        sections.push(ChecklistSection { title: msg!("After the first start"), items: after_the_start(plan) });
        sections.push(ChecklistSection { title: msg!("When your own code comes in"), items: own_code(plan) });
    } else {
        sections.push(ChecklistSection { title: msg!("Files to create"), items: files_to_create(plan) });
        sections.push(ChecklistSection { title: msg!("Files to update"), items: files_to_update(plan) });
        sections.push(ChecklistSection { title: msg!("Code changes"), items: code_changes(plan) });
        sections.push(ChecklistSection { title: msg!("Before the first start"), items: before_the_start(plan) });
        sections.push(ChecklistSection { title: msg!("After the first start"), items: after_the_start(plan) });
    }
    sections
}

fn files_to_create(plan: &Plan) -> Vec<Message> {
    plan.files
        .iter()
        .filter(|file| file.path != "CONTAINERS.md")
        .map(|file| msg!("`{0}`: {1}", &file.path, Message::from(file.why)))
        .collect()
}

/// Path of the module that holds the production settings.
fn settings_file(plan: &Plan) -> String {
    format!("{}.py", plan.settings_module.replace('.', "/"))
}

fn files_to_update(plan: &Plan) -> Vec<Message> {
    let module = &plan.module;
    let mut items = vec![if plan.requirements_split {
        msg!(
            "`requirements.txt`: move your own packages to `requirements/base.txt`, or to `production.txt` and \
         `development.txt` beside it, and delete it"
        )
    } else {
        msg!("`requirements.txt`: put your own packages below those that are pinned here")
    }];
    let pinned: Vec<String> = plan
        .packages
        .base
        .iter()
        .chain(&plan.packages.production)
        .map(|requirement| format!("`{}`", requirement.line.split(['=', '[']).next().unwrap_or_default()))
        .collect();
    items.push(msg!("Requirements of yours for {0}: take them out, they are pinned here", pinned.join(", ")));
    items.push(msg!(
        "`{0}`: end it with the lines of “Connecting the project”, and delete what `container.py` sets now: \
         secrets, database, {1}static files, logging, security",
        settings_file(plan),
        match (plan.redis, plan.celery) {
            (true, true) => "cache, Celery, ",
            (true, false) => "cache, ",
            _ => "",
        }
    ));
    if plan.celery {
        items.push(msg!(
            "`{0}/celery.py` and `{0}/__init__.py`: compare them with “Connecting the project”; the worker \
             is started with `celery --app {0}`",
            module
        ));
    }
    if plan.websockets {
        items.push(msg!(
            "`{0}/asgi.py`: route WebSockets through `AllowedHostsOriginValidator`, as in “Connecting the project”",
            module
        ));
    } else if plan.asgi {
        items.push(msg!(
            "`{0}/asgi.py`: has to exist, with `application`; `django-admin startproject` makes it",
            module
        ));
    }
    items.push(if plan.secrets_files {
        msg!("`.gitignore`: add `.env`; `secrets/` has a `.gitignore` of its own")
    } else {
        msg!("`.gitignore`: add `.env`")
    });
    items
}

fn code_changes(plan: &Plan) -> Vec<Message> {
    let mut items = vec![
        msg!(
            "Health: nothing to write, the middleware answers `/health/` and `/health/live/`; delete older views of those \
         names"
        ),
        msg!(
            "Read every value that differs between places from an environment variable: no host name, password or path of \
         one machine is left in the code"
        ),
    ];
    if plan.psycopg3 {
        items.push(msg!(
            "Replace `import psycopg2` in your own code by `psycopg`, and take `psycopg2` out of the requirements; \
             Django itself needs no change"
        ));
    }
    items.extend(own_code(plan));
    items
}

fn own_code(plan: &Plan) -> Vec<Message> {
    let mut items = Vec::new();
    if plan.strict {
        items.push(if plan.media {
            msg!("Write to `/tmp` or `MEDIA_ROOT` only: everything else in a container is read-only")
        } else {
            msg!("Write to `/tmp` only: everything else in a container is read-only")
        });
    }
    items.push(if plan.media {
        msg!("Keep uploads below `MEDIA_ROOT`: that is the volume, all else is gone with the container")
    } else {
        msg!("Keep uploads in object storage, or choose `media`: what a container writes is gone with it")
    });
    if plan.media && !plan.bundled_nginx {
        items.push(
            msg!("Decide who serves `/media/`: nothing here does in production. Let the proxy read the volume `media-files`, \
             or hand uploads out through a view that checks who may see them"),
        );
    }
    if plan.celery {
        items.push(msg!(
            "Write tasks so that they bear being run twice: one that a killed worker leaves behind is given out again. \
             Raise `CELERY_VISIBILITY_TIMEOUT` above the longest task if that takes more than an hour"
        ));
    }
    if plan.beat_database {
        items.push(msg!("Enter the periodic tasks in the admin, under “Periodic tasks”"));
    }
    if plan.logging == "switch" {
        items.push(msg!("Leave opening log files to the logging settings: in a container there are none"));
    }
    items
}

fn before_the_start(plan: &Plan) -> Vec<Message> {
    let mut items = vec![if plan.secrets_files {
        msg!("`cp .env.example .env`, look through it, and make the files that `secrets/README.md` names")
    } else {
        msg!("`cp .env.example .env`, and replace every `change-me`")
    }];
    if !plan.bundled_db {
        items.push(msg!(
            "Set `POSTGRES_HOST` in `.env`, and make the database and its owner on that server (PostgreSQL {0} or newer)",
            django_support(plan.django).map_or("", |support| support.postgres_min)
        ));
    }
    if plan.certbot {
        items.push(msg!(
            "Let the host names point to this server, open ports 80 and 443, and set `CERTBOT_EMAIL` in `.env`; try it \
             with `CERTBOT_STAGING=true` first"
        ));
    }
    if plan.proxy != "bundled-nginx" {
        items.push(if plan.proxy == "none" {
            msg!("Tell the platform in front to set `X-Forwarded-Proto` and to pass `Host` on")
        } else {
            msg!("Give the proxy the configuration from `deploy/`")
        });
    } else if !plan.certbot {
        items.push(msg!("Let whoever ends TLS in front of nginx set `X-Forwarded-Proto` and pass `Host` on"));
    }
    if !plan.start_new && plan.bundled_db {
        items.push(msg!("Bring over the data of an earlier database by dump and restore, before the first users come"));
    }
    items
}

fn after_the_start(plan: &Plan) -> Vec<Message> {
    let compose = plan.compose;
    let mut items = vec![
        msg!("`{0} ps`: every service is healthy", compose),
        msg!(
            "`{0} logs {1}`: the database was reached, and every migration applied",
            compose,
            if plan.migrations_job { "migrate" } else { "web" }
        ),
        msg!("`{0} exec web python manage.py check --deploy --fail-level WARNING`: no issues", compose),
        Message::raw(format!("`{compose} exec web python manage.py createsuperuser`")),
    ];
    if plan.websockets {
        items.push(if plan.start_new {
            msg!("Open the page and send a text through the WebSocket")
        } else {
            msg!("Open a page that uses a WebSocket, through the proxy")
        });
    }
    if plan.celery {
        items.push(msg!("`{0} exec worker celery --app {1} inspect ping`: the worker answers", compose, &plan.module));
    }
    if plan.backups {
        items.push(msg!("Make a backup and restore it somewhere; run it from cron every night"));
    }
    items.push(msg!("When HTTPS works everywhere below the domain, raise `DJANGO_SECURE_HSTS_SECONDS` to 31536000"));
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
                    let item = item.to_string();
                    assert!(!item.contains('\n') && !item.is_empty(), "{}: {item}", preset.id);
                }
            }
        }
    }
}
