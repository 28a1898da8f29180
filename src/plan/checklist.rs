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
        sections.push(ChecklistSection { title: msg!("When you add your own code"), items: own_code(plan) });
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
            "`requirements.txt`: move your own packages to `requirements/base.txt`, or to `production.txt` or \
             `development.txt` next to it, then delete the file"
        )
    } else {
        msg!("`requirements.txt`: add your own packages below the pinned ones")
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
        msg!("`.gitignore`: add `.env`; `secrets/` has its own `.gitignore`")
    } else {
        msg!("`.gitignore`: add `.env`")
    });
    items
}

fn code_changes(plan: &Plan) -> Vec<Message> {
    let mut items = vec![
        msg!(
            "Health checks: nothing to write. The middleware responds at `/health/` and `/health/live/`; delete any \
             existing views at those paths"
        ),
        msg!(
            "Read every value that differs between environments from an environment variable: leave no host name, \
             password or machine-specific path in the code"
        ),
    ];
    if plan.psycopg3 {
        items.push(msg!(
            "Replace `import psycopg2` with `psycopg` in your own code, and remove `psycopg2` from the requirements; \
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
            msg!("Write to `/tmp` or `MEDIA_ROOT` only: everything else in the container is read-only")
        } else {
            msg!("Write to `/tmp` only: everything else in the container is read-only")
        });
    }
    items.push(if plan.media {
        msg!("Keep uploads under `MEDIA_ROOT`: it is a volume; files written anywhere else are lost with the container")
    } else {
        msg!(
            "Keep uploads in object storage, or turn on the `media` option: files written inside a container are lost \
              with it"
        )
    });
    if plan.media && !plan.bundled_nginx {
        items.push(msg!(
            "Decide what serves `/media/` in production: nothing in the set does. Let the proxy read the volume \
             `media-files`, or serve uploads from a view that checks permissions"
        ));
    }
    if plan.celery {
        items.push(msg!(
            "Make tasks idempotent: a task left by a killed worker is delivered again. Set `CELERY_VISIBILITY_TIMEOUT` \
             above your longest task if that takes more than an hour"
        ));
    }
    if plan.beat_database {
        items.push(msg!("Add the periodic tasks in the admin, under “Periodic tasks”"));
    }
    if plan.logging == "switch" {
        items.push(msg!("Open log files only through the logging settings: containers have no log files"));
    }
    items
}

fn before_the_start(plan: &Plan) -> Vec<Message> {
    let mut items = vec![if plan.secrets_files {
        msg!("`cp .env.example .env`, review it, and create the files listed in `secrets/README.md`")
    } else {
        msg!("`cp .env.example .env`, and replace every `change-me`")
    }];
    if !plan.bundled_db {
        items.push(msg!(
            "Set `POSTGRES_HOST` in `.env`, and create the database and its owner on that server (PostgreSQL {0} or \
             newer)",
            django_support(plan.django).map_or("", |support| support.postgres_min)
        ));
    }
    if plan.certbot {
        items.push(msg!(
            "Point the host names at this server, open ports 80 and 443, and set `CERTBOT_EMAIL` in `.env`; try it \
             with `CERTBOT_STAGING=true` first"
        ));
    }
    if plan.proxy != "bundled-nginx" {
        items.push(if plan.proxy == "none" {
            msg!("Configure the platform in front to set `X-Forwarded-Proto` and forward `Host`")
        } else {
            msg!("Configure the proxy with the files in `deploy/`")
        });
    } else if !plan.certbot {
        items.push(msg!(
            "Configure whatever terminates TLS in front of nginx to set `X-Forwarded-Proto` and forward `Host`"
        ));
    }
    if !plan.start_new && plan.bundled_db {
        items.push(msg!("Migrate existing data (dump and restore) before going live"));
    }
    items
}

fn after_the_start(plan: &Plan) -> Vec<Message> {
    let compose = plan.compose;
    let mut items = vec![
        msg!("`{0} ps`: every service is healthy", compose),
        msg!(
            "`{0} logs {1}`: the database is reachable, and every migration is applied",
            compose,
            if plan.migrations_job { "migrate" } else { "web" }
        ),
        msg!("`{0} exec web python manage.py check --deploy --fail-level WARNING`: no issues", compose),
        Message::raw(format!("`{compose} exec web python manage.py createsuperuser`")),
    ];
    if plan.websockets {
        items.push(if plan.start_new {
            msg!("Open the page and send a message through the WebSocket")
        } else {
            msg!("Through the proxy, open a page that uses a WebSocket")
        });
    }
    if plan.celery {
        items.push(msg!("`{0} exec worker celery --app {1} inspect ping`: the worker responds", compose, &plan.module));
    }
    if plan.backups {
        items.push(msg!("Create a backup and test restoring it elsewhere; schedule a nightly backup with cron"));
    }
    items
        .push(msg!("When HTTPS works for the domain and all subdomains, set `DJANGO_SECURE_HSTS_SECONDS` to 31536000"));
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
