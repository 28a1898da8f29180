//! What is left to do by hand, computed from the plan: each task with how to tell that it is done. Both are Markdown.
//!
//! `CONTAINERS.md` shows the tasks, a migration the tasks and their checks.

use crate::catalog::options::{Logging, PackageTool, ReverseProxy, StaticStorage};
use crate::catalog::versions::django_support;
use crate::messages::{Message, msg};
use crate::plan::model::{ChecklistSection, Decisions, FileNote, Packages, Section, Task, TaskId};

/// What is left to do by hand, in the order in which to do it; no section is empty.
pub fn checklist(plan: &Decisions, packages: &Packages, files: &[FileNote]) -> Vec<ChecklistSection> {
    let section = |title, tasks| ChecklistSection { title, tasks };
    if plan.start_new {
        vec![
            section(Section::BeforeTheStart, before_the_start(plan)),
            section(Section::AfterTheStart, after_the_start(plan)),
            section(Section::OwnCode, own_code(plan)),
        ]
    } else {
        vec![
            section(Section::FilesToCreate, files_to_create(plan, files)),
            section(Section::FilesToUpdate, files_to_update(plan, packages)),
            section(Section::CodeChanges, code_changes(plan, packages)),
            section(Section::BeforeTheStart, before_the_start(plan)),
            section(Section::AfterTheStart, after_the_start(plan)),
        ]
    }
}

const fn task(id: TaskId, text: Message, check: Message) -> Task {
    Task { id, text, check }
}

/// How to tell that a file is in place.
pub fn file_check(path: &str, plan: &Decisions) -> Message {
    let compose = plan.compose;
    let kind = path.rsplit_once('.').map_or("", |(_, kind)| kind);
    match path {
        "docker-compose.yml" => msg!("`{0}` reports nothing", format!("{compose} config --quiet")),
        "docker-compose.dev.yml" | "docker-compose.prod.yml" => {
            msg!("`{0}` reports nothing", format!("{compose} -f docker-compose.yml -f {path} config --quiet"))
        }
        "docker/Dockerfile" | "docker/Dockerfile.dev" => {
            msg!("`{0}` succeeds", format!("{} build --file {path} .", plan.engine))
        }
        ".gitignore" => msg!("`git check-ignore .env` prints `.env`"),
        ".env.example" => {
            msg!(
                "after `cp .env.example .env`, with `.env` filled in, `{0}` reports nothing",
                format!("{compose} config --quiet")
            )
        }
        "nginx/nginx.conf" => msg!("`nginx -t` in the nginx container reports that the syntax is ok"),
        _ if path.starts_with("requirements") => {
            msg!("`{0}` succeeds", format!("pip install --dry-run --requirement {path}"))
        }
        _ if kind == "sh" => msg!("`{0}` reports nothing", format!("sh -n {path}")),
        _ if kind == "py" => msg!("`{0}` reports nothing", format!("python -m py_compile {path}")),
        _ => msg!("`dunnage check .` does not list `{0}`", path),
    }
}

/// A container file of the project that the set replaces.
pub fn file_replaced(path: &str, plan: &Decisions) -> Task {
    task(
        TaskId::FileReplaced,
        msg!("`{0}`: compare it with its replacement in the set, carry over your own parts, then delete it", path),
        match path {
            // Compose reads these first, and docker-compose.yml not at all beside them.
            "compose.yaml" | "compose.yml" => {
                msg!("`{0}` lists the services of `docker-compose.yml`", format!("{} config", plan.compose))
            }
            _ => msg!("`{0}` succeeds, and the set runs", format!("test ! -e {path}")),
        },
    )
}

/// What Dependabot's file of the project lacks; the set leaves that file alone.
pub fn dependabot(path: &str, lines: &[String]) -> Task {
    let lines: Vec<String> = lines.iter().map(|line| format!("`{line}`")).collect();
    task(
        TaskId::Dependabot,
        msg!("`{0}`: it stays as it is; to get updates for the set, add under `updates` {1}", path, lines.join(", ")),
        msg!("Dependabot's log names these directories"),
    )
}

/// A workflow of the project that has the name of the set's.
pub fn workflow_kept(path: &str) -> Task {
    task(
        TaskId::WorkflowKept,
        msg!("`{0}`: this workflow of yours stays; rename it if you want the one of the set", path),
        msg!("`dunnage update .` writes `{0}`", path),
    )
}

/// WebSockets that do not go through the validator of origins yet.
pub fn websocket_routing(text: Message) -> Task {
    task(
        TaskId::WebSocketRouting,
        text,
        msg!("a WebSocket from a different origin is rejected; one from the site connects"),
    )
}

fn files_to_create(plan: &Decisions, files: &[FileNote]) -> Vec<Task> {
    files
        .iter()
        .filter(|file| file.path != "CONTAINERS.md")
        .map(|file| {
            let text = msg!("`{0}`: {1}", &file.path, Message::from(file.why));
            task(TaskId::FileToCreate, text, file_check(&file.path, plan))
        })
        .collect()
}

fn requirements_to_update(plan: &Decisions, packages: &Packages) -> Vec<Task> {
    let own = task(
        TaskId::OwnRequirements,
        if plan.requirements_split {
            msg!(
                "`requirements.txt`: move your own packages to `requirements/base.txt`, or to `production.txt` or \
                 `development.txt` next to it, then delete the file"
            )
        } else {
            msg!("`requirements.txt`: add your own packages below the pinned ones")
        },
        file_check(plan.requirements_development, plan),
    );
    let pinned: Vec<String> = packages
        .base
        .iter()
        .chain(&packages.production)
        .map(|requirement| format!("`{}`", requirement.line.split(['=', '[']).next().unwrap_or_default()))
        .collect();
    let pinned = task(
        TaskId::PinnedRequirements,
        msg!("Requirements of yours for {0}: take them out, they are pinned here", pinned.join(", ")),
        file_check(plan.requirements_production, plan),
    );
    vec![own, pinned]
}

/// The packages that the set adds to those of the project, as a command of the project's own tool.
fn added_packages(plan: &Decisions, packages: &Packages) -> Option<Task> {
    let added = packages.base.iter().chain(&packages.production).map(|requirement| requirement.line.as_str());
    // Quoted for a shell, which would take a bracket or `<` for something else.
    let quoted = |line: &str| format!("'{line}'");
    let lines: Vec<String> = added.map(quoted).collect();
    if !plan.own_packages || lines.is_empty() {
        return None;
    }
    let all = lines.join(" ");
    let listed = || {
        packages
            .base
            .iter()
            .chain(&packages.production)
            .map(|row| format!("`{}`", row.line))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let text = match plan.packages_tool {
        PackageTool::Uv => msg!("Make the packages that the set adds your own: `{0}`", format!("uv add {all}")),
        PackageTool::Poetry => msg!("Make the packages that the set adds your own: `{0}`", format!("poetry add {all}")),
        PackageTool::Pdm => msg!("Make the packages that the set adds your own: `{0}`", format!("pdm add {all}")),
        PackageTool::Pipenv => {
            msg!("Make the packages that the set adds your own: `{0}`", format!("pipenv install {all}"))
        }
        PackageTool::Pyproject => {
            msg!("Make the packages that the set adds your own: add {0} to {1}", listed(), "`pyproject.toml`")
        }
        PackageTool::Setup => {
            msg!("Make the packages that the set adds your own: add {0} to {1}", listed(), "`install_requires`")
        }
        PackageTool::Requirements | PackageTool::Set => {
            let file = plan.package_files.first().map_or("requirements.txt", String::as_str);
            msg!("Make the packages that the set adds your own: add {0} to {1}", listed(), format!("`{file}`"))
        }
    };
    let check = msg!(
        "`{0}` lists none of them after `own-packages` in `dunnage.yaml` names them and `dunnage update .` has run",
        plan.requirements_production
    );
    Some(task(TaskId::AddedPackages, text, check))
}

fn files_to_update(plan: &Decisions, packages: &Packages) -> Vec<Task> {
    let directory = &plan.module_dir;
    // A project that installs its own packages keeps its lists as they are.
    let mut tasks = if plan.own_packages { Vec::new() } else { requirements_to_update(plan, packages) };
    let settings = &plan.settings_file;
    tasks.push(task(
        TaskId::Settings,
        msg!(
            "`{0}`: end it with the lines of “Connecting the project”, and delete what `container.py` sets now: \
             secrets, database, {1}static files, logging, security",
            settings,
            match (plan.redis, plan.celery) {
                (true, true) => "cache, Celery, ",
                (true, false) => "cache, ",
                _ => "",
            }
        ),
        file_check(settings, plan),
    ));
    if plan.celery && !plan.own_celery && !plan.flat {
        tasks.push(task(
            TaskId::CeleryApplication,
            msg!(
                "`{0}/celery.py` and `{0}/__init__.py`: compare them with “Connecting the project”; the worker \
                 is started with `celery --app {1}`",
                directory,
                &plan.celery_application
            ),
            file_check(&plan.celery_file, plan),
        ));
    }
    if plan.websockets {
        tasks.push(websocket_routing(msg!(
            "`{0}`: route WebSockets through `AllowedHostsOriginValidator`, as in “Connecting the project”",
            &plan.asgi_file
        )));
    } else if plan.asgi {
        tasks.push(task(
            TaskId::AsgiApplication,
            msg!("`{0}`: has to exist, with `application`; `django-admin startproject` makes it", &plan.asgi_file),
            file_check(&plan.asgi_file, plan),
        ));
    }
    tasks.push(task(
        TaskId::IgnoredEnv,
        if plan.secrets_files {
            msg!("`.gitignore`: add `.env`; `secrets/` has its own `.gitignore`")
        } else {
            msg!("`.gitignore`: add `.env`")
        },
        file_check(".gitignore", plan),
    ));
    tasks
}

fn code_changes(plan: &Decisions, packages: &Packages) -> Vec<Task> {
    let mut tasks = vec![
        task(
            TaskId::Health,
            msg!(
                "Health checks: nothing to write. The middleware responds at `/health/` and `/health/live/`; delete \
                 any existing views at those paths"
            ),
            msg!("`curl --fail http://127.0.0.1:8000/health/` succeeds while the site is running"),
        ),
        task(
            TaskId::Environment,
            msg!(
                "Read every value that differs between environments from an environment variable: leave no host name, \
                 password or machine-specific path in the code"
            ),
            msg!("the site starts on another machine when nothing but `.env` is changed"),
        ),
    ];
    if plan.psycopg3 {
        tasks.push(task(
            TaskId::Psycopg,
            msg!(
                "Replace `import psycopg2` with `psycopg` in your own code, and remove `psycopg2` from the \
                 requirements; Django itself needs no change"
            ),
            msg!("`git grep -n psycopg2` finds nothing"),
        ));
    }
    tasks.extend(own_code(plan));
    tasks.extend(added_packages(plan, packages));
    tasks
}

fn own_code(plan: &Decisions) -> Vec<Task> {
    let mut tasks = Vec::new();
    if plan.strict {
        tasks.push(task(
            TaskId::WritablePaths,
            if plan.media {
                msg!("Write to `/tmp` or `MEDIA_ROOT` only: everything else in the container is read-only")
            } else {
                msg!("Write to `/tmp` only: everything else in the container is read-only")
            },
            msg!("no log line contains “Read-only file system”"),
        ));
    }
    tasks.push(task(
        TaskId::Uploads,
        if plan.media {
            msg!(
                "Keep uploads under `MEDIA_ROOT`: it is a volume; files written anywhere else are lost with the \
                 container"
            )
        } else {
            msg!(
                "Keep uploads in object storage, or turn on the `media` option: files written inside a container are \
                 lost with it"
            )
        },
        msg!("an uploaded file is still there after the containers are recreated"),
    ));
    if plan.media && !plan.bundled_nginx {
        tasks.push(task(
            TaskId::MediaServer,
            msg!(
                "Decide what serves `/media/` in production: nothing in the set does. Let the proxy read the volume \
                 `media-files`, or serve uploads from a view that checks permissions"
            ),
            msg!("an uploaded file can be opened through the proxy"),
        ));
    }
    if !plan.start_new
        && plan.static_storage == StaticStorage::Compressed
        && (plan.collectstatic_build || plan.collectstatic_start)
    {
        tasks.push(task(
            TaskId::HashedNames,
            msg!(
                "Static files keep their names, so browsers ask for them again. With hashes in the names they keep \
                 them: every file that a stylesheet refers to has to exist, then set `static-storage` to `manifest`"
            ),
            msg!("`collectstatic` succeeds with `static-storage: manifest`"),
        ));
    }
    if plan.celery {
        tasks.push(task(
            TaskId::RepeatedTasks,
            msg!(
                "Make tasks idempotent: a task left by a killed worker is delivered again. Set \
                 `CELERY_VISIBILITY_TIMEOUT` above your longest task if that takes more than an hour"
            ),
            msg!("running a task twice leaves the same data"),
        ));
    }
    if plan.beat_database {
        tasks.push(task(
            TaskId::PeriodicTasks,
            msg!("Add the periodic tasks in the admin, under “Periodic tasks”"),
            msg!("beat's log lists them"),
        ));
    }
    if plan.logging == Logging::Switch {
        tasks.push(task(
            TaskId::LogFiles,
            msg!("Open log files only through the logging settings: containers have no log files"),
            msg!("`git grep -n FileHandler` finds matches only in the settings"),
        ));
    }
    tasks
}

fn before_the_start(plan: &Decisions) -> Vec<Task> {
    let mut tasks = vec![task(
        TaskId::EnvFile,
        if plan.secrets_files {
            msg!("`cp .env.example .env`, review it, and create the files listed in `secrets/README.md`")
        } else {
            msg!("`cp .env.example .env`, and replace every `change-me`")
        },
        msg!("no `change-me` is left in `.env`"),
    )];
    if !plan.bundled_db {
        tasks.push(task(
            TaskId::DatabaseServer,
            msg!(
                "Set `POSTGRES_HOST` in `.env`, and create the database and its owner on that server (PostgreSQL {0} or \
                 newer)",
                django_support(plan.django).map_or("", |support| support.postgres_min)
            ),
            msg!("`/health/` returns 200"),
        ));
    }
    if plan.certbot {
        tasks.push(task(
            TaskId::HostNames,
            msg!(
                "Point the host names at this server, open ports 80 and 443, and set `CERTBOT_EMAIL` in `.env`; try it \
                 with `CERTBOT_STAGING=true` first"
            ),
            msg!("`/health/` responds over HTTPS"),
        ));
    }
    match plan.proxy {
        ReverseProxy::BundledNginx if plan.certbot => {}
        ReverseProxy::BundledNginx => tasks.push(task(
            TaskId::NginxHeaders,
            msg!("Configure whatever terminates TLS in front of nginx to set `X-Forwarded-Proto` and forward `Host`"),
            msg!("the site responds over HTTPS without a redirect loop"),
        )),
        ReverseProxy::None => tasks.push(task(
            TaskId::PlatformHeaders,
            msg!("Configure the platform in front to set `X-Forwarded-Proto` and forward `Host`"),
            msg!("the site responds over HTTPS without a redirect loop"),
        )),
        ReverseProxy::ExternalNginx | ReverseProxy::ExternalCaddy | ReverseProxy::ExternalTraefik => tasks.push(task(
            TaskId::ProxyConfiguration,
            msg!("Configure the proxy with the files in `deploy/`"),
            msg!("the site responds at its host name over HTTPS"),
        )),
    }
    if !plan.start_new && plan.bundled_db {
        tasks.push(task(
            TaskId::EarlierData,
            msg!("Migrate existing data (dump and restore) before going live"),
            msg!("the admin shows the data"),
        ));
    }
    tasks
}

fn after_the_start(plan: &Decisions) -> Vec<Task> {
    let compose = plan.compose;
    // What to see is in the text itself.
    let seen = |id, text| task(id, text, msg!("the output matches"));
    let healthy = || msg!("`{0} ps` shows every service as healthy", compose);
    let mut tasks = vec![
        seen(TaskId::HealthyServices, msg!("`{0} ps`: every service is healthy", compose)),
        seen(
            TaskId::AppliedMigrations,
            msg!(
                "`{0} logs {1}`: the database is reachable, and every migration is applied",
                compose,
                if plan.migrations_job { "migrate" } else { "web" }
            ),
        ),
        seen(
            TaskId::DeployCheck,
            msg!("`{0} exec web python manage.py check --deploy --fail-level WARNING`: no issues", compose),
        ),
        task(
            TaskId::Superuser,
            Message::raw(format!("`{compose} exec web python manage.py createsuperuser`")),
            healthy(),
        ),
    ];
    if plan.websockets {
        tasks.push(if plan.start_new {
            task(TaskId::EchoWebSocket, msg!("Open the page and send a message through the WebSocket"), healthy())
        } else {
            task(
                TaskId::OwnWebSocket,
                msg!("Through the proxy, open a page that uses a WebSocket"),
                msg!("the browser reports status 101 for the connection"),
            )
        });
    }
    if plan.celery {
        tasks.push(seen(
            TaskId::WorkerAnswer,
            msg!(
                "`{0} exec worker celery --app {1} inspect ping`: the worker responds",
                compose,
                &plan.celery_application
            ),
        ));
    }
    if plan.backups {
        tasks.push(task(
            TaskId::Backup,
            msg!("Create a backup and test restoring it elsewhere; schedule a nightly backup with cron"),
            msg!("the restored database has the same tables"),
        ));
    }
    tasks.push(task(
        TaskId::Hsts,
        msg!("When HTTPS works for the domain and all subdomains, set `DJANGO_SECURE_HSTS_SECONDS` to 31536000"),
        msg!("the header `Strict-Transport-Security` contains `max-age=31536000`"),
    ));
    tasks
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use crate::catalog::options::{Choices, OPTIONS};
    use crate::catalog::presets::presets;
    use crate::catalog::rules::effective;
    use crate::plan::model::{Plan, TaskId};
    use crate::plan::resolve::plan_of;

    #[test]
    fn no_section_of_the_checklist_is_empty_and_no_item_has_two_lines() {
        for preset in presets() {
            let plan = plan_of(&effective(&preset.apply(&Choices::default())));
            assert!(!plan.checklist.is_empty());
            for section in plan.checklist {
                assert!(!section.tasks.is_empty(), "{}: {:?}", preset.id, section.title);
                for item in section.tasks.iter().flat_map(|task| [&task.text, &task.check]) {
                    let item = item.to_string();
                    assert!(!item.contains('\n') && !item.is_empty(), "{}: {item}", preset.id);
                }
            }
        }
    }

    /// The plans of the presets, and of each with each value of each option.
    fn plans() -> Vec<Plan> {
        let mut all = Vec::new();
        for preset in presets() {
            let choices = preset.apply(&Choices::default());
            for spec in OPTIONS {
                for value in spec.kind.values() {
                    let mut choices = choices.clone();
                    spec.set(&mut choices, value).expect("a value of the option");
                    all.push(plan_of(&effective(&choices)));
                }
            }
        }
        all
    }

    #[test]
    fn every_task_is_reached_and_no_other_task_has_its_check() {
        let mut checks: BTreeMap<TaskId, BTreeSet<String>> = BTreeMap::new();
        for plan in plans() {
            for task in plan.checklist.iter().flat_map(|section| &section.tasks) {
                let check = task.check.to_string().replace(plan.compose, "compose");
                checks.entry(task.id).or_default().insert(check);
            }
            let replaced =
                ["compose.yaml", "Dockerfile"].map(|path| super::file_replaced(path, &plan).check.to_string());
            checks.entry(TaskId::FileReplaced).or_default().extend(replaced);
            // These depend on files of the project that a plan does not know.
            for task in [super::dependabot("a", &[]), super::workflow_kept("a")] {
                checks.entry(task.id).or_default().insert(task.check.to_string());
            }
        }
        let missing: Vec<&TaskId> = TaskId::ALL.iter().filter(|id| !checks.contains_key(id)).collect();
        assert!(missing.is_empty(), "no plan leads to {missing:?}");
        let mut owners: BTreeMap<&str, Vec<TaskId>> = BTreeMap::new();
        for (id, check) in checks.iter().flat_map(|(id, checks)| checks.iter().map(|check| (*id, check.as_str()))) {
            // How to tell that a file is in place is the same whatever happens to it.
            let is_of_a_file = matches!(
                id,
                TaskId::FileToCreate
                    | TaskId::OwnRequirements
                    | TaskId::PinnedRequirements
                    | TaskId::Settings
                    | TaskId::CeleryApplication
                    | TaskId::AsgiApplication
                    | TaskId::IgnoredEnv
            );
            if !is_of_a_file {
                owners.entry(check).or_default().push(id);
            }
        }
        let shared: Vec<(&str, Vec<TaskId>)> = owners.into_iter().filter(|(_, ids)| ids.len() > 1).collect();
        assert_eq!(
            shared,
            [
                ("`compose ps` shows every service as healthy", vec![TaskId::Superuser, TaskId::EchoWebSocket]),
                (
                    "the output matches",
                    vec![TaskId::HealthyServices, TaskId::AppliedMigrations, TaskId::DeployCheck, TaskId::WorkerAnswer]
                ),
                (
                    "the site responds over HTTPS without a redirect loop",
                    vec![TaskId::PlatformHeaders, TaskId::NginxHeaders]
                ),
            ]
        );
    }
}
