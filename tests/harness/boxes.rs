//! Small projects of every package tool and layout, described by facts, as Django projects that run.
//!
//! What is particular about one is in `tests/fixtures/boxes/NAME`, and what all share in `tests/fixtures/boxes/site`.
//! Lock files are those that the tools themselves have written.

use std::fs;
use std::path::Path;

use dunnage::catalog::codec;
use dunnage::catalog::options::Choices;
use dunnage::catalog::presets::preset;

use super::development::at_the_keyboard;
use super::probes::passes_the_engines_checks;
use super::{Door, Scenario, Stack, docker, wait_for};

/// A project, and what the set has to know about it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Project {
    /// Its directory below `tests/fixtures/boxes`.
    pub(crate) name: &'static str,
    /// In a few words.
    pub(crate) about: &'static str,
    /// Its facts, and what else differs from the preset.
    pub(crate) facts: &'static [(&'static str, &'static str)],
    /// What its page shows only if everything is in the image.
    pub(crate) proof: &'static str,
}

/// What the page shows of a package from the index.
const PLAIN: &str = "3 days, 0:00:00";

/// What the page shows of a package that is part of the repository.
const LOCAL: &str = "on the shelf: 3 days, 0:00:00";

/// One for each tool and layout.
pub(crate) const PROJECTS: &[Project] = &[
    Project {
        name: "requirements-lists",
        about: "requirements in a folder, with -r, -c and a local package",
        facts: &[
            ("packages", "requirements"),
            ("package-files", "requirements/production.txt"),
            ("development-files", "requirements/local.txt"),
            ("package-sources", "requirements/base.txt constraints.txt libs/shelf"),
            ("own-packages", "django gunicorn"),
        ],
        proof: LOCAL,
    },
    Project {
        name: "uv",
        about: "uv with a lock, a group, an extra and a workspace",
        facts: &[
            ("packages", "uv"),
            ("package-sources", "libs/shelf"),
            ("package-groups", "production"),
            ("package-extras", "postgres"),
            ("own-packages", "django gunicorn psycopg[binary]"),
        ],
        proof: LOCAL,
    },
    Project {
        name: "poetry",
        about: "Poetry with a group, a local package and the code in src/",
        facts: &[
            ("base-image", "slim-bookworm"),
            ("packages", "poetry"),
            ("package-dir", "src"),
            ("package-sources", "libs/shelf"),
            ("package-groups", "production"),
            ("own-packages", "django gunicorn"),
        ],
        proof: LOCAL,
    },
    Project {
        name: "pdm",
        about: "PDM with an extra",
        facts: &[("packages", "pdm"), ("package-extras", "server"), ("own-packages", "django gunicorn")],
        proof: PLAIN,
    },
    Project {
        name: "pipenv",
        about: "Pipenv with a local package",
        facts: &[("packages", "pipenv"), ("package-sources", "libs/shelf"), ("own-packages", "django")],
        proof: LOCAL,
    },
    Project {
        name: "pyproject",
        about: "pyproject.toml without a lock, installed as a package",
        facts: &[
            ("packages", "pyproject"),
            ("package-sources", "README.md"),
            ("package-extras", "server"),
            ("install-project", "true"),
            ("own-packages", "django gunicorn"),
        ],
        proof: "depot 1.0",
    },
    Project {
        name: "setup",
        about: "setup.py with the code in src/",
        facts: &[
            ("packages", "setup"),
            ("package-sources", "README.md"),
            ("package-dir", "src"),
            ("package-extras", "server"),
            ("own-packages", "django gunicorn"),
        ],
        proof: PLAIN,
    },
    Project {
        name: "backend",
        about: "manage.py and requirements in backend/, Uvicorn workers and uv",
        facts: &[
            ("project-dir", "backend"),
            ("packages", "requirements"),
            ("packages-dir", "backend"),
            ("package-files", "backend/requirements.txt"),
            ("development-files", "backend/requirements-dev.txt"),
            ("package-sources", "backend/requirements.txt"),
            ("own-packages", "django"),
            ("server", "gunicorn-uvicorn"),
            ("installer", "uv"),
        ],
        proof: PLAIN,
    },
    Project {
        name: "django-admin",
        about: "uv without manage.py",
        facts: &[("packages", "uv"), ("manage-py", "false"), ("own-packages", "django")],
        proof: PLAIN,
    },
    Project {
        name: "npm",
        about: "a bundle that npm builds in frontend/",
        facts: &[
            ("packages", "requirements"),
            ("own-packages", "django"),
            ("frontend", "npm"),
            ("frontend-dir", "frontend"),
            ("frontend-output", "frontend/dist"),
        ],
        proof: "front end, ",
    },
    Project {
        name: "vite",
        about: "uv, and Vite at the root",
        facts: &[
            ("packages", "uv"),
            ("own-packages", "django gunicorn whitenoise"),
            ("frontend", "npm"),
            ("frontend-watch", "watch"),
            ("frontend-output", "assets"),
        ],
        proof: "front end, ",
    },
    Project {
        name: "compressor",
        about: "scripts that django-compressor packs in advance",
        facts: &[("packages", "requirements"), ("own-packages", "django"), ("compress-offline", "true")],
        proof: "/static/CACHE/js/output.",
    },
    Project {
        name: "translations",
        about: "translations without compiled ones",
        facts: &[("packages", "requirements"), ("own-packages", "django"), ("compile-messages", "true")],
        proof: "Wareneingang",
    },
    Project {
        name: "compiled-driver",
        about: "psycopg2 from source",
        facts: &[
            ("packages", "requirements"),
            ("own-packages", "django psycopg2"),
            ("postgres-driver", "psycopg2-binary"),
            ("build-packages", "libpq-dev"),
            ("system-packages", "libpq5"),
        ],
        proof: "psycopg2 from source",
    },
];

/// The project of a name.
pub(crate) fn project(name: &str) -> Project {
    *PROJECTS.iter().find(|project| project.name == name).expect("a project")
}

impl Project {
    /// The choices of its set.
    pub(crate) fn choices(&self) -> Choices {
        let mut choices = preset("minimal").expect("a preset").choices.clone();
        let always = [("start", "existing"), ("django-module", "depot"), ("settings-module", "depot.settings")];
        for (id, value) in always.iter().chain(self.facts) {
            codec::set(&mut choices, id, value).unwrap_or_else(|problem| panic!("{}: {problem}", self.name));
        }
        choices
    }

    fn fact(&self, id: &str) -> &str {
        self.facts.iter().find(|(name, _)| *name == id).map_or("", |(_, value)| value)
    }

    /// The project around its set, connected as `CONTAINERS.md` says.
    pub(crate) fn unpack(&self, stack: &Stack) {
        let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/boxes");
        let home = stack.path(self.fact("project-dir"));
        let package = match self.fact("package-dir") {
            "" => home.clone(),
            directory => stack.path(directory),
        };
        if self.fact("manage-py") != "false" {
            copy(&fixtures.join("site/manage.py"), &home.join("manage.py"));
        }
        copy(&fixtures.join("site/depot"), &package.join("depot"));
        copy(&fixtures.join(self.name), stack.root());
        let lines = stack.plan.connection.settings.join("\n");
        stack.append(&stack.plan.settings_file, &format!("\n{lines}\n"));
    }
}

/// A file, or a directory with everything in it; what is there already stays.
fn copy(from: &Path, to: &Path) {
    if from.is_dir() {
        for entry in fs::read_dir(from).expect("readable").flatten() {
            copy(&entry.path(), &to.join(entry.file_name()));
        }
    } else {
        fs::create_dir_all(to.parent().expect("a parent")).expect("writable");
        fs::copy(from, to).unwrap_or_else(|error| panic!("{}: {error}", from.display()));
    }
}

/// The page comes with what only a complete image can show, and so do the static files that it names.
fn serves(project: &Project, door: &Door, stack: &Stack, scenario: &Scenario) {
    let page = door.clone().header("Accept-Language", "de").get("/");
    scenario.same(page.status, 200, || format!("{}\n{}", page.body, stack.tail()));
    let mut seen = page.body.clone();
    let files: Vec<&str> = page.body.split('"').filter(|text| text.starts_with("/static/")).collect();
    scenario.check(files.iter().any(|file| file.contains("/depot/site")), || page.body.clone());
    for file in files {
        let response = door.get(file);
        scenario.same(response.status, 200, || format!("{file}\n{}", stack.tail()));
        seen += &response.body;
    }
    scenario.contains(&seen, project.proof);
    scenario.contains(&seen, "teal");
}

/// Builds the image of production, brings it up, and looks at the site.
pub(crate) fn runs_in_production(project: &Project) {
    let stack = Stack::production(&project.choices());
    project.unpack(&stack);
    let scenario = Scenario::new("boot", &format!("A project with {}", project.about), &in_words(project));
    stack.build();
    let built = scenario.seconds();
    stack.up();
    let healthy = scenario.seconds() - built;
    let door = stack.door();
    let health = door.get("/health/");
    scenario.same(health.status, 200, || format!("{}\n{}", health.body, stack.tail()));
    serves(project, &door, &stack, &scenario);
    let image = stack.image();
    // Nothing of the tool is in the image, and the versions that the project has locked stayed.
    let tools = "for tool in uv poetry pdm pipenv npm gcc; do ! command -v $tool || exit 1; done; ls /opt";
    let left = docker(&["run", "--rm", "--entrypoint", "sh", &image, "-c", tools]);
    scenario.same((left.ok, left.out.trim()), (true, "venv"), || left.all());
    passes_the_engines_checks(&stack, &scenario);
    scenario.done(&format!("built in {built} s, healthy after {healthy} s"));
}

/// Builds the image of development, brings it up with the code of this directory, and changes a line.
pub(crate) fn runs_in_development(project: &Project) {
    let stack = Stack::development(&project.choices());
    project.unpack(&stack);
    let about = format!("Development of a project with {}", project.about);
    let scenario = Scenario::new("boot", &about, &in_words(project));
    at_the_keyboard(&stack);
    stack.must(&["up", "--build", "--detach", "--wait", "--wait-timeout", "180"]);
    let healthy = scenario.seconds();
    let door = stack.door().bare().host("localhost");
    let view = format!("{}/views.py", stack.plan.module_dir);
    let text = fs::read_to_string(stack.path(&view)).expect("readable");
    fs::write(stack.path(&view), text.replace("settings.PROOF", "'changed: ' + settings.PROOF")).expect("writable");
    let live = wait_for(60, || door.get("/").body.contains("changed: ").then_some(()));
    scenario.check(live.is_some(), || format!("{}\n{}", door.get("/").body, stack.tail()));
    if !stack.plan.frontend.watch.is_empty() {
        the_front_end_is_live(project, &stack, &scenario);
    }
    scenario.done(&format!("up after {healthy} s, a saved file is live"));
}

/// What the watch script writes is served, and so is what it writes once a source has changed.
pub(crate) fn the_front_end_is_live(project: &Project, stack: &Stack, scenario: &Scenario) {
    let door = stack.door().bare().host("localhost");
    let served = || {
        let page = door.get("/").body;
        let files = page.split('"').filter(|text| text.starts_with("/static/")).map(|file| door.get(file));
        files.filter(|file| file.status == 200).map(|file| file.body).collect::<String>()
    };
    let built = wait_for(120, || served().contains(project.proof).then_some(()));
    scenario.check(built.is_some(), || format!("{}\n{}", served(), stack.tail()));
    let source = stack.path(project.fact("frontend-dir")).join("src/label.js");
    let text = fs::read_to_string(&source).expect("readable");
    fs::write(&source, text.replace("front end", "new front end")).expect("writable");
    let live = wait_for(120, || served().contains("new front end").then_some(()));
    scenario.check(live.is_some(), || format!("{}\n{}", served(), stack.tail()));
}

/// The facts of a project in words, for the record.
fn in_words(project: &Project) -> String {
    let words: Vec<String> = project.facts.iter().map(|(id, value)| format!("{id}={value}")).collect();
    format!("preset minimal, start=existing, {}", words.join(", "))
}
