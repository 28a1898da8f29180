//! Where a project is, and what is no evidence of how it runs.

use dunnage::catalog::codec::set;
use dunnage::output::manifest::MANIFEST;
use dunnage::project::inspect::{Hints, Inspection, further, inspect, inspect_with, is_entered, is_read};
use dunnage::project::migrate::{Migration, MigrationStep, refusal};
use dunnage::project::update::Tree;

use crate::migrate::planned_for;
use crate::support::TODAY;

const REQUIREMENTS: &str = "Django==5.2.4\npsycopg[binary]==3.2.9\ngunicorn==23.0.0\nwhitenoise==6.9.0\n";

/// A module that starts Django.
fn starts(settings: &str) -> String {
    format!("import os\nos.environ.setdefault(\"DJANGO_SETTINGS_MODULE\", \"{settings}\")\nimport django\n")
}

/// Settings of a package.
fn settings(package: &str) -> String {
    format!(
        "INSTALLED_APPS = [\"django.contrib.auth\", \"django.contrib.staticfiles\"]\nMIDDLEWARE = []\nROOT_URLCONF = \"{package}.urls\"\n\
         WSGI_APPLICATION = \"{package}.wsgi.application\"\n\
         DATABASES = {{\"default\": {{\"ENGINE\": \"django.db.backends.postgresql\"}}}}\n"
    )
}

/// A project while it is put together.
#[derive(Clone, Default)]
struct Project(Tree);

impl Project {
    /// What `django-admin startproject` leaves in a directory.
    fn new(root: &str, package: &str) -> Self {
        let starts = starts(&format!("{package}.settings"));
        Self::default()
            .with(&format!("{root}manage.py"), &starts)
            .with(&format!("{root}{package}/__init__.py"), "")
            .with(&format!("{root}{package}/settings.py"), &settings(package))
            .with(&format!("{root}{package}/wsgi.py"), &starts)
            .with(&format!("{root}{package}/asgi.py"), &starts)
            .with("requirements.txt", REQUIREMENTS)
    }

    fn with(mut self, path: &str, text: &str) -> Self {
        self.0.insert(path.to_owned(), text.as_bytes().to_vec());
        self
    }

    fn without(mut self, path: &str) -> Self {
        assert!(self.0.remove(path).is_some(), "{path}");
        self
    }

    /// What a face reads of it, asked again until nothing more is named.
    fn seen(&self) -> Tree {
        let read = |path: &&String| is_read(path) && path.rsplit_once('/').is_none_or(|(folder, _)| is_entered(folder));
        let mut seen: Tree =
            self.0.iter().filter(|(path, _)| read(path)).map(|(p, b)| (p.clone(), b.clone())).collect();
        loop {
            let more: Vec<String> = further(&seen).into_iter().filter(|path| self.0.contains_key(path)).collect();
            if more.is_empty() {
                return seen;
            }
            seen.extend(more.into_iter().map(|path| (path.clone(), self.0[&path].clone())));
        }
    }

    fn found(&self) -> Inspection {
        inspect(&self.seen())
    }

    fn planned(&self) -> Migration {
        let found = self.found();
        planned_for(&self.0, &found, &found.choices)
    }

    /// Why nothing is planned.
    fn refused(&self) -> Option<String> {
        let found = self.found();
        refusal(&self.0, &found, &found.choices, TODAY).map(|refusal| refusal.to_string())
    }
}

/// What was found of an option; empty where nothing was.
fn value<'a>(found: &'a Inspection, id: &str) -> &'a str {
    found.inferred.iter().find(|row| row.option == id).map_or("", |row| &row.value)
}

/// A project, what is found in it, and the paths of the set that lie in its code.
struct Row {
    name: &'static str,
    project: Project,
    found: &'static [(&'static str, &'static str)],
    writes: &'static [&'static str],
}

/// Split settings, of which `config.settings` itself sets nothing.
fn split(wsgi: &str, manage: &str) -> Project {
    Project::default()
        .with("manage.py", &starts(manage))
        .with("config/__init__.py", "")
        .with("config/wsgi.py", &starts(wsgi))
        .with("config/asgi.py", &starts(wsgi))
        .with("config/settings/__init__.py", "")
        .with("config/settings/base.py", &settings("config"))
        .with("config/settings/local.py", "from .base import *\n")
        .with("config/settings/production.py", "from .base import *\nDEBUG = False\n")
        .with("requirements.txt", REQUIREMENTS)
}

fn rows() -> Vec<Row> {
    let flat = starts("settings");
    vec![
        Row {
            name: "a plain project",
            project: Project::new("", "mysite"),
            found: &[
                ("start", "existing"),
                ("settings-module", "mysite.settings"),
                ("django-module", "mysite"),
                ("project-dir", ""),
                ("package-dir", ""),
                ("manage-py", ""),
                ("wsgi-application", ""),
                ("asgi-application", ""),
            ],
            writes: &["mysite/container.py", "mysite/health.py", "mysite/settings.py"],
        },
        Row {
            name: "startproject below the root",
            project: Project::new("mysite/", "mysite"),
            found: &[
                ("project-dir", "mysite"),
                ("settings-module", "mysite.settings"),
                ("django-module", "mysite"),
                ("wsgi-application", ""),
            ],
            writes: &["mysite/mysite/container.py", "mysite/mysite/health.py", "mysite/mysite/settings.py"],
        },
        Row {
            name: "manage.py in src",
            project: Project::new("src/", "mysite"),
            found: &[("project-dir", "src"), ("settings-module", "mysite.settings")],
            writes: &["src/mysite/container.py", "src/mysite/health.py", "src/mysite/settings.py"],
        },
        Row {
            name: "a back end beside a front end, with its requirements in it",
            project: Project::new("backend/", "mysite")
                .without("requirements.txt")
                .with("backend/requirements.txt", REQUIREMENTS)
                .with("frontend/package.json", "{\"name\": \"web\"}"),
            found: &[("project-dir", "backend"), ("settings-module", "mysite.settings")],
            writes: &["backend/mysite/container.py", "backend/mysite/health.py", "backend/mysite/settings.py"],
        },
        Row {
            name: "a Procfile that changes the directory",
            project: Project::new("backend/", "mysite").with(
                "Procfile",
                "web: gunicorn --chdir backend mysite.wsgi --log-file -\nrelease: python backend/manage.py migrate\n",
            ),
            found: &[
                ("project-dir", "backend"),
                ("settings-module", "mysite.settings"),
                ("server", "gunicorn"),
                ("migrations", "job"),
                ("wsgi-application", ""),
            ],
            writes: &["backend/mysite/container.py", "backend/mysite/health.py", "backend/mysite/settings.py"],
        },
        Row {
            name: "a package in src, with manage.py at the root",
            project: Project::new("src/", "mysite").without("src/manage.py").with("manage.py", &starts("mysite.settings")),
            found: &[("project-dir", ""), ("package-dir", "src"), ("settings-module", "mysite.settings")],
            writes: &["src/mysite/container.py", "src/mysite/health.py", "src/mysite/settings.py"],
        },
        Row {
            name: "no manage.py",
            project: Project::new("", "mysite").without("manage.py"),
            found: &[("manage-py", "false"), ("settings-module", "mysite.settings"), ("start", "existing")],
            writes: &["manage.py", "mysite/container.py", "mysite/health.py", "mysite/settings.py"],
        },
        Row {
            name: "no manage.py, and a package in src",
            project: Project::new("src/", "mysite").without("src/manage.py"),
            found: &[("manage-py", "false"), ("package-dir", "src"), ("settings-module", "mysite.settings")],
            writes: &["manage.py", "src/mysite/container.py", "src/mysite/health.py", "src/mysite/settings.py"],
        },
        Row {
            name: "a package of settings that sets nothing itself",
            project: split("config.settings", "config.settings.local"),
            found: &[("settings-module", "config.settings.production"), ("django-module", "config")],
            writes: &["config/health.py", "config/settings/container.py", "config/settings/production.py"],
        },
        Row {
            name: "wsgi.py with local settings beside those of production",
            project: split("config.settings.local", "config.settings.local"),
            found: &[("settings-module", "config.settings.production")],
            writes: &["config/health.py", "config/settings/container.py", "config/settings/production.py"],
        },
        Row {
            name: "settings that a Procfile names",
            project: Project::new("", "mysite")
                .without("mysite/settings.py")
                .with("mysite/settings/__init__.py", "")
                .with("mysite/settings/base.py", &settings("mysite"))
                .with("mysite/settings/dev_settings.py", "from .base import *\n")
                .with("mysite/settings/prod_settings.py", "from .base import *\n")
                .with("mysite/settings/live_settings.py", "from .base import *\n")
                .with("Procfile", "web: DJANGO_SETTINGS_MODULE=mysite.settings.live_settings gunicorn mysite.wsgi\n"),
            found: &[("settings-module", "mysite.settings.live_settings")],
            writes: &["mysite/health.py", "mysite/settings/container.py", "mysite/settings/live_settings.py"],
        },
        Row {
            name: "settings that app.json names",
            project: split("config.settings.local", "config.settings.local")
                .with("config/settings/heroku.py", "from .base import *\n")
                .with("app.json", "{\"env\": {\"DJANGO_SETTINGS_MODULE\": {\"value\": \"config.settings.heroku\"}}}"),
            found: &[("settings-module", "config.settings.heroku")],
            writes: &["config/health.py", "config/settings/container.py", "config/settings/heroku.py"],
        },
        Row {
            name: "settings that render.yaml names",
            project: split("config.settings.local", "config.settings.local")
                .with("config/settings/render.py", "from .base import *\n")
                .with(
                    "render.yaml",
                    "services:\n- type: web\n  envVars:\n  - key: DJANGO_SETTINGS_MODULE\n    value: config.settings.render\n",
                ),
            found: &[("settings-module", "config.settings.render")],
            writes: &["config/health.py", "config/settings/container.py", "config/settings/render.py"],
        },
        Row {
            name: "settings that fly.toml names, in a module of any name",
            project: Project::new("", "mysite")
                .with("mysite/fly.py", "from .settings import *\n")
                .with("fly.toml", "app = \"x\"\n[env]\nDJANGO_SETTINGS_MODULE = \"mysite.fly\"\n"),
            found: &[("settings-module", "mysite.fly")],
            writes: &["mysite/container.py", "mysite/fly.py", "mysite/health.py"],
        },
        Row {
            name: "settings that are set rather than defaulted",
            project: Project::new("", "mysite")
                .with("manage.py", "import os\nos.environ[\"DJANGO_SETTINGS_MODULE\"] = \"mysite.settings\"\n")
                .with("mysite/wsgi.py", "import os\nos.environ[\"DJANGO_SETTINGS_MODULE\"] = \"mysite.settings\"\n"),
            found: &[("settings-module", "mysite.settings")],
            writes: &["mysite/container.py", "mysite/health.py", "mysite/settings.py"],
        },
        Row {
            name: "settings that git ignores, named by manage.py and wsgi.py",
            project: split("config.settings.mine", "config.settings.mine"),
            found: &[("settings-module", "config.settings.production")],
            writes: &["config/health.py", "config/settings/container.py", "config/settings/production.py"],
        },
        Row {
            name: "settings of a container for development",
            project: split("config.settings.local", "config.settings.local")
                .with("config/settings/docker.py", "from .local import *\n")
                .with(
                    "docker-compose.yml",
                    "services:\n  web:\n    image: x\n    environment:\n      DJANGO_SETTINGS_MODULE: config.settings.docker\n",
                ),
            found: &[("settings-module", "config.settings.production")],
            writes: &["config/health.py", "config/settings/container.py", "config/settings/production.py"],
        },
        Row {
            name: "no package at all",
            project: Project::default()
                .with("manage.py", &flat)
                .with("settings.py", &settings("x").replace("x.", ""))
                .with("urls.py", "urlpatterns = []\n")
                .with("wsgi.py", &flat)
                .with("requirements.txt", REQUIREMENTS),
            found: &[("settings-module", "settings"), ("django-module", ""), ("wsgi-application", "")],
            writes: &["container.py", "health.py", "settings.py"],
        },
        Row {
            name: "an example beside the project",
            project: {
                let example = Project::new("example/", "example");
                let mut project = Project::new("", "mysite");
                project.0.extend(example.0);
                project
            },
            found: &[("project-dir", ""), ("settings-module", "mysite.settings"), ("django-module", "mysite")],
            writes: &["mysite/container.py", "mysite/health.py", "mysite/settings.py"],
        },
        Row {
            name: "applications elsewhere than the settings",
            project: Project::new("", "mysite")
                .without("mysite/wsgi.py")
                .without("mysite/asgi.py")
                .with("server/wsgi.py", &starts("mysite.settings"))
                .with("mysite/settings.py", &settings("mysite").replace("mysite.wsgi.application", "server.wsgi.app")),
            found: &[("wsgi-application", "server.wsgi:app"), ("asgi-application", ""), ("django-module", "mysite")],
            writes: &["mysite/container.py", "mysite/health.py", "mysite/settings.py"],
        },
        Row {
            name: "a Celery application that is not in celery.py",
            project: split("config.settings.production", "config.settings.local")
                .with("config/celery_app.py", "from celery import Celery\napp = Celery(\"orders\")\n")
                .with(
                    "docker-compose.yml",
                    "services:\n  worker:\n    image: x\n    build: .\n    command: celery -A config.celery_app worker\n  \
                     redis:\n    image: redis:7\n",
                )
                .with("Dockerfile", "FROM python:3.13-slim\n"),
            found: &[("celery-application", "config.celery_app"), ("celery", "worker")],
            writes: &["config/health.py", "config/settings/container.py", "config/settings/production.py"],
        },
    ]
}

#[test]
fn a_project_is_found_where_it_is() {
    let mut faults = Vec::new();
    for row in rows() {
        let found = row.project.found();
        for (id, expected) in row.found {
            if value(&found, id) != *expected {
                faults.push(format!("{}: {id}={} instead of {expected}", row.name, value(&found, id)));
            }
        }
        if let Some(refusal) = row.project.refused() {
            faults.push(format!("{}: refused: {refusal}", row.name));
        }
        let plan = row.project.planned();
        let outside = ["docker", "requirements", "deploy/", "nginx", "gunicorn", "secrets", "CONTAINERS", "."];
        let mut writes: Vec<&str> = plan
            .files
            .iter()
            .filter(|file| file.step != MigrationStep::Done && file.step != MigrationStep::Delete)
            .map(|file| file.file.path.as_str())
            .filter(|path| *path != MANIFEST && !outside.iter().any(|start| path.starts_with(start)))
            .collect();
        writes.sort_unstable();
        if writes != row.writes {
            faults.push(format!("{}: writes {writes:?}", row.name));
        }
        // Read again with the set around it, it is where it was.
        let mut after = row.project.clone();
        for file in plan.files.iter().filter(|file| file.file.path != MANIFEST) {
            if let Some(text) = file.file.written() {
                after.0.insert(file.file.path.clone(), text.as_bytes().to_vec());
            }
        }
        let again = after.found();
        for id in ["settings-module", "django-module", "project-dir", "package-dir", "celery-application"] {
            if value(&again, id) != value(&found, id) {
                faults.push(format!("{}: {id}={} with the set around it", row.name, value(&again, id)));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn what_is_generated_follows_the_place() {
    let text = |project: &Project, path: &str| {
        let plan = project.planned();
        let file = plan.files.iter().find(|file| file.file.path == path);
        file.and_then(|file| file.file.written()).unwrap_or_else(|| panic!("{path}")).to_owned()
    };
    let flat = rows().into_iter().find(|row| row.name == "no package at all").expect("a row").project;
    assert!(text(&flat, "settings.py").contains("\nfrom container import *"), "no dot where there is no package");
    assert!(text(&flat, "container.py").contains("\"health.health_middleware\""));
    assert!(text(&flat, "docker/Dockerfile").contains("DJANGO_SETTINGS_MODULE=settings"));
    let below = Project::new("mysite/", "mysite");
    assert!(text(&below, "docker/Dockerfile").contains("WORKDIR /app/mysite"));
    assert!(text(&below, "mysite/mysite/container.py").contains("\"mysite.health.health_middleware\""));
    let celery = rows().into_iter().find(|row| row.name.contains("Celery")).expect("a row").project;
    assert!(text(&celery, "docker/entrypoint.sh").contains("celery --app config.celery_app worker"));
    assert!(!text(&celery, "docker/entrypoint.sh").contains("celery --app config worker"));
    // What Django defaults to is not there to be used.
    let bare = Project::new("", "mysite").with("mysite/settings.py", "INSTALLED_APPS = []\nROOT_URLCONF = \"x\"\n");
    let settings = text(&bare, "mysite/settings.py");
    assert!(settings.contains("container_middleware(globals().get(\"MIDDLEWARE\", []))"), "{settings}");
    assert!(bare.planned().troubles.iter().any(|t| t.message.to_string().contains("start from an empty list")));
    // Lines below classes would do nothing.
    let classes = Project::new("", "mysite").with(
        "mysite/settings.py",
        "from configurations import Configuration\nclass Production(Configuration):\n    INSTALLED_APPS = []\n    MIDDLEWARE = []\n",
    );
    let plan = classes.planned();
    assert!(plan.files.iter().all(|file| file.file.path != "mysite/settings.py"));
    assert!(
        plan.troubles.iter().any(|trouble| trouble.message.to_string().contains("are classes")),
        "{:?}",
        plan.troubles
    );
}

#[test]
fn what_is_no_project_is_refused() {
    let not_django = "This is not a Django project";
    let files =
        |files: &[(&str, &str)]| files.iter().fold(Project::default(), |all, (path, text)| all.with(path, text));
    for (project, words) in [
        (Project::default(), not_django),
        (
            files(&[("app.py", "from flask import Flask\n"), ("requirements.txt", "flask==3\ngunicorn==23\n")]),
            not_django,
        ),
        // A trap: something else's manage.py.
        (files(&[("manage.py", "print(1)\n"), ("requirements.txt", "flask\n")]), not_django),
        (files(&[("requirements.txt", "django\n"), ("thing/models.py", "")]), "No settings module was found"),
        (
            files(&[("tests/manage.py", &starts("tests.settings")), ("requirements.txt", "django\n")]),
            "No settings module",
        ),
        (
            files(&[("manage.py", &starts("shop.settings.local")), ("requirements.txt", "django\n")]),
            "None of the settings modules that the project names is in it (shop.settings.local)",
        ),
    ] {
        let refused = project.refused().unwrap_or_default();
        assert!(refused.contains(words), "{refused}");
        assert_eq!(value(&project.found(), "settings-module"), "", "nothing is made up");
    }
    // What somebody wishes has to exist as well.
    let project = Project::new("", "mysite");
    let found = project.found();
    let mut choices = found.choices.clone();
    set(&mut choices, "settings-module", "mysite.other").expect("a value");
    let refused = refusal(&project.0, &found, &choices, TODAY).expect("refused").to_string();
    assert_eq!(
        refused,
        "The settings module “mysite.other” is not in the project: there is no mysite/other.py. Take the choices that were found in the project, or set “settings-module” to one that exists."
    );
    set(&mut choices, "start", "new").expect("a value");
    assert_eq!(refusal(&project.0, &found, &choices, TODAY), None, "a new project brings its own");
}

#[test]
fn several_projects_are_told_and_one_can_be_chosen() {
    let mut project = Project::new("api/", "api_site");
    project.0.extend(Project::new("web/", "web_site").0);
    let found = project.found();
    assert_eq!(value(&found, "project-dir"), "api");
    assert_eq!(value(&found, "settings-module"), "api_site.settings", "nothing of the other one");
    let told = found.troubles.iter().find(|trouble| trouble.message.to_string().contains("project-dir=DIR"));
    assert!(
        told.is_some_and(|trouble| trouble.message.to_string().ends_with("with one of: web.")),
        "{:?}",
        found.troubles
    );
    let hints = Hints { project_dir: Some("web".to_owned()), ..Hints::default() };
    let found = inspect_with(&project.seen(), &hints);
    assert_eq!(value(&found, "project-dir"), "web");
    assert_eq!(value(&found, "settings-module"), "web_site.settings");
    assert_eq!(value(&found, "django-module"), "web_site");
}

#[test]
fn the_name_is_the_projects_own() {
    let name = |project: &Project, folder: &str| {
        let found = inspect_with(&project.seen(), &Hints { folder: folder.to_owned(), project_dir: None });
        let row = found.inferred.iter().find(|row| row.option == "project-name");
        row.map(|row| format!("{} ({})", row.value, row.confidence.id())).unwrap_or_default()
    };
    let project = Project::new("backend/", "mysite");
    assert_eq!(name(&project, "My Shop"), "my-shop (guess)");
    assert_eq!(name(&project, ""), "");
    assert_eq!(name(&project, "42"), "", "no name can be made of it");
    let nested = project.clone().with("libs/shared/pyproject.toml", "[project]\nname = \"shared\"\n");
    assert_eq!(name(&nested, "blog"), "blog (guess)");
    let own = nested.with("backend/pyproject.toml", "[project]\nname = \"backend-of-it\"\n");
    assert_eq!(name(&own, "blog"), "backend-of-it (likely)");
    let compose = own.with("docker-compose.yml", "name: stated\nservices: {}\n");
    assert_eq!(name(&compose, "blog"), "stated (stated)");
}

/// Each project with what must not be said of it.
#[test]
fn what_nothing_runs_is_no_evidence() {
    let plain = || Project::new("", "mysite");
    let dockerfile = |text: &str| plain().with("Dockerfile", text);
    for (name, project, expected) in [
        (
            "a comment in a Procfile",
            plain().with("Procfile", "web: gunicorn mysite.wsgi\n#release: python manage.py migrate\n"),
            &[("migrations", "")][..],
        ),
        (
            "scripts that nothing starts",
            plain()
                .with("bin/deploy.sh", "ssh host \"gunicorn mysite.wsgi --workers 9\"\n")
                .with("scripts/setup-dev.sh", "python manage.py migrate\npython manage.py collectstatic --noinput\n")
                .with("build.sh", "python manage.py collectstatic --no-input\npython manage.py migrate\n"),
            &[("migrations", ""), ("collectstatic", ""), ("workers", "")],
        ),
        (
            "a script that an image starts, under another name, by way of another one",
            plain()
                .with(
                    "Dockerfile",
                    "FROM python:3.13-slim\nCOPY --chmod=755 ./compose/django/begin.sh /begin\nENTRYPOINT [\"/begin\"]\n",
                )
                .with("compose/django/begin.sh", "python manage.py migrate\nexec ./scripts/serve.sh\n")
                .with("scripts/serve.sh", "exec gunicorn mysite.wsgi --workers 3\n"),
            &[("migrations", "entrypoint"), ("workers", "3")],
        ),
        (
            "another stage than the one that is built",
            dockerfile(
                "FROM python:3.13-slim AS web\nRUN useradd shop\nUSER shop\nCMD [\"gunicorn\", \"mysite.wsgi\"]\n\
                 FROM web AS dev-envs\nRUN useradd vscode\nUSER vscode\nCMD [\"daphne\", \"mysite.asgi:application\"]\n",
            )
            .with("compose.yaml", "services:\n  web:\n    build:\n      context: .\n      target: web\n"),
            &[("app-user", "shop"), ("server", "gunicorn")],
        ),
        (
            "the container of an editor, tests and examples",
            plain()
                .with(".devcontainer/Dockerfile", "FROM python:3.10\nRUN useradd vscode\nUSER vscode\n")
                .with("tests/settings/production.py", "from mysite.settings import *\n")
                .with("example/Procfile", "web: daphne example.asgi:application\n")
                .with("docs/requirements.txt", "celery\nchannels\n"),
            &[
                ("app-user", ""),
                ("python", ""),
                ("settings-module", "mysite.settings"),
                ("server", "gunicorn"),
                ("celery", "none"),
                ("websockets", "false"),
            ],
        ),
        (
            "services of others with Dockerfiles of their own",
            dockerfile("FROM python:3.13-slim\nUSER shop\n")
                .with("compose/postgres/Dockerfile", "FROM docker.io/postgres:16\nUSER postgres\n")
                .with("compose/traefik/Dockerfile", "FROM traefik:3.3\n")
                .with(
                    "docker-compose.production.yml",
                    "services:\n  web:\n    build: .\n    command: /start\n  db:\n    build:\n      context: .\n      \
                     dockerfile: ./compose/postgres/Dockerfile\n  traefik:\n    build:\n      context: .\n      \
                     dockerfile: ./compose/traefik/Dockerfile\n    ports: ['0.0.0.0:80:80']\n  flower:\n    build: .\n    \
                     command: /start-flower\n  beat:\n    build: .\n    command: /start-celerybeat\n",
                ),
            &[
                ("app-user", "shop"),
                ("database", "bundled"),
                ("postgres", "16"),
                ("reverse-proxy", "external-traefik"),
                ("port", ""),
                ("flower", "true"),
                ("celery", "worker-beat"),
            ],
        ),
        (
            "routers of Traefik's below compose/",
            plain().with(
                "compose/traefik/traefik.yml",
                "http:\n  routers:\n    web:\n      rule: 'Host(`shop.example.net`) || Host(`www.shop.example.net`)'\n",
            ),
            &[("domain", "shop.example.net,www.shop.example.net"), ("reverse-proxy", "external-traefik")],
        ),
        (
            "a compose file without a database, where that is a file",
            plain()
                .with("mysite/settings.py", &settings("mysite").replace("postgresql", "sqlite3"))
                .with("compose.yaml", "services:\n  web:\n    build: .\n")
                .with("Dockerfile", "FROM python:3.13-slim\n"),
            &[("database", "")],
        ),
        (
            "a compose file that includes another one",
            plain().with("compose.yaml", "include: [data.yaml]\nservices:\n  web:\n    image: shop\n"),
            &[("database", ""), ("reverse-proxy", ""), ("secrets", "")],
        ),
        (
            "a compose file that includes one that is read",
            plain()
                .with("compose.yaml", "include:\n  - path: ./compose.data.yaml\nservices:\n  web:\n    image: shop\n")
                .with("compose.data.yaml", "services:\n  db:\n    image: postgres:17\n"),
            &[("database", "bundled"), ("postgres", "17"), ("reverse-proxy", "none")],
        ),
        (
            "a scheduler after its worker, both by scripts",
            plain().with("Dockerfile", "FROM python:3.13-slim\n").with(
                "compose.yaml",
                "services:\n  worker:\n    build: .\n    command: /start-celeryworker\n  beat:\n    build: .\n    command: \
                 /start-celerybeat\n",
            ),
            &[("celery", "worker-beat")],
        ),
        (
            "an image that is built outside of the project",
            plain().with("compose.yaml", "services:\n  web:\n    image: shop\n  db:\n    build: ../db\n"),
            &[("database", "")],
        ),
        (
            "a list that includes one that is not there",
            plain().with("requirements.txt", "-r private/base.txt\ndjango==5.2.4\n"),
            &[("celery", ""), ("websockets", "")],
        ),
    ] {
        let found = project.found();
        for (id, expected) in expected {
            assert_eq!(value(&found, id), *expected, "{name}: {id}: {:?}", found.troubles);
        }
    }
}

#[test]
fn a_database_of_another_branch_is_not_told() {
    let told = |text: &str| {
        let project = Project::new("", "mysite").with("mysite/settings.py", &[&settings("mysite"), text].concat());
        project.found().troubles.iter().any(|trouble| trouble.message.to_string().contains("SQLite"))
    };
    assert!(told("DATABASES = {'default': {'ENGINE': 'django.db.backends.sqlite3'}}\n"));
    assert!(!told(
        "import dj_database_url\nif 'DATABASE_URL' in os.environ:\n    DATABASES = {'default': dj_database_url.config()}\n\
         else:\n    DATABASES = {'default': {'ENGINE': 'django.db.backends.sqlite3'}}\n"
    ));
}
