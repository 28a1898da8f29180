//! From existing projects to a set: the checklist, and a patch that git takes.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use dunnage::catalog::options::Choices;
use dunnage::catalog::rules::effective;
use dunnage::output::manifest::MANIFEST;
use dunnage::output::record::read;
use dunnage::plan::model::Section;
use dunnage::project::inspect::{Inspection, further, identity, inspect, is_read};
use dunnage::project::migrate::{Migration, MigrationStep, migrate, paths};
use dunnage::project::update::{Action, Planned, Tree, check, update};
use dunnage::project::writes::of_migration;

use crate::support::{TODAY, files_below, have, root};

pub(crate) const PROJECTS: [&str; 14] = [
    "bad-input",
    "channels",
    "compose-extends",
    "compose-v1-caddy",
    "compose-v2-links",
    "config-layout",
    "pipenv",
    "poetry",
    "procfile-only",
    "psycopg2",
    "single-settings",
    "split-settings",
    "traefik-labels",
    "uv",
];

/// Every file of a directory.
fn tree_of(directory: &Path) -> Tree {
    files_below(directory)
        .into_iter()
        .filter(|path| !path.starts_with(".git/"))
        .map(|path| (path.clone(), fs::read(directory.join(&path)).expect("readable")))
        .collect()
}

/// A migration to what the project tells itself, with a choice or two on top.
fn planned(tree: &Tree, pairs: &[(&str, &str)]) -> (Migration, Choices) {
    let found = inspect(tree);
    let mut choices = found.choices.clone();
    for (id, value) in pairs {
        dunnage::catalog::codec::set(&mut choices, id, value).expect("a value");
    }
    let choices = effective(&choices);
    (planned_for(tree, &found, &choices), choices)
}

/// A migration to these choices, on the files that a face would read.
pub(crate) fn planned_for(tree: &Tree, found: &Inspection, choices: &Choices) -> Migration {
    let wanted = paths(choices, TODAY);
    let files = |is_wanted: &dyn Fn(&str) -> bool| -> Tree {
        tree.iter().filter(|(path, _)| is_wanted(path)).map(|(path, bytes)| (path.clone(), bytes.clone())).collect()
    };
    let mut seen = files(&|path| is_read(path) || wanted.contains(path));
    // What is read names further files.
    loop {
        let named = further(&seen);
        let found = files(&|path| named.contains(path) && !seen.contains_key(path));
        if found.is_empty() {
            break;
        }
        seen.extend(found);
    }
    migrate(&seen, found, choices, TODAY)
}

pub(crate) fn project(name: &str) -> Tree {
    tree_of(&root().join("tests/fixtures/projects").join(name))
}

fn git(directory: &Path, args: &[&str]) -> Output {
    Command::new("git").args(args).current_dir(directory).output().expect("git starts")
}

#[test]
fn git_applies_the_patch_and_the_project_is_what_was_planned() {
    if !have("git", "migrate::git_applies_the_patch_and_the_project_is_what_was_planned", "install git") {
        return;
    }
    // With the project's own lists as they are, and split.
    for (name, packages) in PROJECTS.into_iter().flat_map(|name| [(name, None), (name, Some(("packages", "set")))]) {
        let directory = tempfile::tempdir().expect("a directory");
        let before = project(name);
        for (path, bytes) in &before {
            let target = directory.path().join(path);
            fs::create_dir_all(target.parent().expect("a parent")).expect("writable");
            fs::write(target, bytes).expect("writable");
        }
        let pairs = [Some(("celery", "worker")), Some(("redis", "7")), packages];
        let (plan, choices) = planned(&before, &pairs.into_iter().flatten().collect::<Vec<_>>());
        // Outside of the project, so that it is none of its files.
        let patch = tempfile::NamedTempFile::new().expect("a file");
        fs::write(patch.path(), plan.to_patch()).expect("writable");
        assert!(git(directory.path(), &["init", "--quiet"]).status.success());
        let applied = git(directory.path(), &["apply", "--whitespace=nowarn", &patch.path().to_string_lossy()]);
        let errors = String::from_utf8_lossy(&applied.stderr);
        assert!(applied.status.success() && errors.is_empty(), "{name}: {errors}");

        let after = tree_of(directory.path());
        let mut expected = before.clone();
        for file in &plan.files {
            match &file.file.after {
                Some(text) => expected.insert(file.file.path.clone(), text.clone().into_bytes()),
                None => expected.remove(&file.file.path),
            };
        }
        // Write by write it comes to the same.
        let mut other = before.clone();
        for write in of_migration(&plan, &before) {
            for (path, found) in &write.found {
                assert_eq!(other.get(path), found.as_ref(), "{path}");
            }
            match write.file.written() {
                Some(text) => other.insert(write.file.path.clone(), text.to_owned().into_bytes()),
                None => other.remove(&write.file.path),
            };
        }
        assert!(other == after, "{name}: the writes come to something else");
        assert_eq!(identity(&after), identity(&before), "{name}: the ticks would be lost");
        assert_eq!(after.keys().collect::<Vec<_>>(), expected.keys().collect::<Vec<_>>(), "{name}");
        assert!(after == expected, "{name}: another text than planned");

        // The set that is there now checks clean, and a later update knows the user's lines.
        let manifest = std::str::from_utf8(&after[MANIFEST]).expect("text");
        let (record, problems) = read(manifest).expect("a manifest");
        assert_eq!(problems, []);
        // What is no text is named, and nothing else.
        let named = |path: &str| plan.troubles.iter().any(|trouble| trouble.file == path);
        let left = check(&record, &after, TODAY);
        assert!(left.iter().all(|row| named(&row.path)), "{name}: {left:?}");
        assert_eq!(
            left.len(),
            if name == "bad-input" { 1 + usize::from(packages.is_some()) } else { 0 },
            "{name}: {left:?}"
        );
        let later = update(&record, manifest, &after, &choices, TODAY);
        let kept = |file: &&Planned| file.action != Action::Keep && !named(&file.file.path);
        assert_eq!(later.files.iter().filter(kept).count(), 0, "{name}");
    }
}

/// The modules that are changed or come in are still Python.
#[test]
fn settings_are_adapted_and_still_python() {
    if !have("python3", "migrate::settings_are_adapted_and_still_python", "install Python 3") {
        return;
    }
    for name in PROJECTS.iter().filter(|name| **name != "bad-input") {
        let before = project(name);
        let (plan, _) = planned(&before, &[("celery", "worker"), ("redis", "7")]);
        for row in plan.files.iter().filter(|row| row.file.path.ends_with(".py")) {
            let file = &row.file;
            let text = file.after.as_ref().expect("a text");
            let (ok, _, errors) =
                crate::support::run("python3", &["-c", "import ast, sys; ast.parse(sys.stdin.read())"], text);
            assert!(ok, "{name}: {}: {errors}", file.path);
            if row.step == MigrationStep::Change && !file.path.contains("gunicorn") {
                let own = std::str::from_utf8(&before[&file.path]).expect("text");
                assert!(text.starts_with(own), "{name}: {} was replaced", file.path);
            }
        }
    }
}

#[test]
fn what_is_the_users_is_kept_and_what_is_done_is_ticked() {
    let mut tree = project("split-settings");
    tree.insert(".dockerignore".to_owned(), b"# mine\n/fixtures\n.git\n".to_vec());
    tree.insert(".gitignore".to_owned(), b"*.pyc\r\n".to_vec());
    tree.insert(".env.example".to_owned(), b"DJANGO_SECRET_KEY=\nSTRIPE_KEY=".to_vec());
    let (plan, _) = planned(&tree, &[("packages", "set"), ("celery", "worker-beat"), ("redis", "7")]);
    let file = |path: &str| plan.files.iter().find(|row| row.file.path == path).unwrap_or_else(|| panic!("no {path}"));
    let text = |path: &str| file(path).file.after.as_deref().expect("a text");
    assert!(text(".dockerignore").ends_with("\n# Yours\n/fixtures\n.git\n"), "{}", text(".dockerignore"));
    assert_eq!(text(".gitignore"), "*.pyc\r\n\r\n.env\r\n");
    assert!(text(".env.example").starts_with("DJANGO_SECRET_KEY=\nSTRIPE_KEY=\n\n# Also read by the container files"));
    assert_eq!(text(".env.example").matches("DJANGO_SECRET_KEY=").count(), 1);
    let settings = file("shop/settings/production.py");
    assert_eq!((settings.step, settings.file.counts().1), (MigrationStep::Change, 0));
    assert!(text("shop/settings/production.py").contains("\nfrom .container import *"));
    assert!(text("shop/settings/production.py").contains("\nINSTALLED_APPS = container_apps(INSTALLED_APPS)"));
    assert!(text("shop/celery.py").contains("Celery(\"shop\")"));
    assert!(text("shop/__init__.py").contains("celery_app"));
    assert_eq!(file("requirements/dev.txt").step, MigrationStep::Delete);
    assert!(text("requirements/base.txt").contains("\n# Yours.\ndjango==5.2.6\npsycopg[binary]==3.2.9\n"));
    assert!(text("requirements/development.txt").contains("\npytest-django==4.11.1\n"));
    let markdown = plan.to_markdown();
    assert!(markdown.contains("- [ ] `docker/Dockerfile`: Production image"), "{markdown}");
    assert!(markdown.contains("Done when `git check-ignore .env` prints `.env`."), "{markdown}");
    assert!(markdown.contains("| `requirements/base.txt:1` | django==5.2.6 | base |"), "{markdown}");
    assert!(markdown.contains("+from .container import *"), "{markdown}");

    // A settings package connects one level up; what is there already is ticked.
    let mut tree = Tree::new();
    tree.insert("manage.py".to_owned(), b"os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n".to_vec());
    tree.insert("shop/settings/__init__.py".to_owned(), b"MIDDLEWARE = []\n".to_vec());
    tree.insert(".gitignore".to_owned(), b".env\n".to_vec());
    let (plan, choices) = planned(&tree, &[]);
    let package = plan.files.iter().find(|row| row.file.path == "shop/settings/__init__.py").expect("a change");
    assert!(package.file.after.as_deref().expect("a text").contains("\nfrom ..container import *"));
    assert_eq!(choices.settings().to_string(), "shop.settings");
    assert!(plan.to_markdown().contains("- [x] `.gitignore`"));
    assert_eq!(plan.troubles, []);
    tree.insert("shop/settings/__init__.py".to_owned(), b"DEBUG = False\n".to_vec());
    let trouble = &planned(&tree, &[]).0.troubles[0];
    assert!(trouble.message.to_string().starts_with("MIDDLEWARE is not set here"), "{trouble:?}");
    tree.insert("shop/settings/__init__.py".to_owned(), b"from .base import *\n".to_vec());
    assert_eq!(planned(&tree, &[]).0.troubles, []);
    assert!(!plan.to_patch().contains("b/.gitignore\n"));
}

/// A migration of a project of these files, with Celery.
fn with_celery(files: &[(&str, &str)]) -> Migration {
    let mut tree = Tree::new();
    tree.insert("manage.py".to_owned(), b"os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n".to_vec());
    tree.insert("shop/settings.py".to_owned(), b"MIDDLEWARE = []\nINSTALLED_APPS = []\n".to_vec());
    tree.extend(files.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())));
    planned(&tree, &[("celery", "worker-beat"), ("beat-scheduler", "database"), ("redis", "7")]).0
}

fn step_of(plan: &Migration, path: &str) -> MigrationStep {
    plan.files.iter().find(|row| row.file.path == path).unwrap_or_else(|| panic!("no {path}")).step
}

/// What is done is told by what a module does, not by a word in it.
#[test]
fn a_word_in_a_comment_or_a_text_ticks_nothing() {
    for (text, step) in [
        ("# celery is started by systemd\n", MigrationStep::Change),
        ("QUEUE = 'from .celery import app'\n", MigrationStep::Change),
        ("from .other import celery\n", MigrationStep::Change),
        ("from celery import shared_task\n", MigrationStep::Change),
        ("from .celery import app as celery_app\n", MigrationStep::Done),
        ("from . import celery\n", MigrationStep::Done),
        ("from shop.celery import app\n", MigrationStep::Done),
        ("import shop.celery\n", MigrationStep::Done),
        ("try:\n    from .celery import app\nexcept ImportError:\n    pass\n", MigrationStep::Done),
    ] {
        let plan = with_celery(&[("shop/__init__.py", text)]);
        assert_eq!(step_of(&plan, "shop/__init__.py"), step, "{text}");
    }
    for (text, step) in [
        (
            "MIDDLEWARE = []\nINSTALLED_APPS = []\n# container_middleware(MIDDLEWARE) comes later\n",
            MigrationStep::Change,
        ),
        ("from .container import *\nMIDDLEWARE = container_middleware([])\n", MigrationStep::Done),
    ] {
        let plan = with_celery(&[("shop/settings.py", text)]);
        assert_eq!(step_of(&plan, "shop/settings.py"), step, "{text}");
    }
    let router = |text: &str| {
        let plan = planned(
            &Tree::from([
                (
                    "manage.py".to_owned(),
                    b"os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n".to_vec(),
                ),
                ("shop/asgi.py".to_owned(), text.as_bytes().to_vec()),
            ]),
            &[("websockets", "true"), ("redis", "7"), ("server", "daphne")],
        )
        .0;
        let sections = plan.tasks.iter().filter(|section| section.title == Section::CodeChanges);
        sections.flat_map(|section| &section.tasks).any(|task| task.text.to_string().starts_with("`shop/asgi.py`"))
    };
    assert!(router("# AllowedHostsOriginValidator is missing here\n"));
    assert!(!router("application = AllowedHostsOriginValidator(URLRouter([]))\n"));
}

/// What the lines at the end of the settings use is set above them, whatever way that is.
#[test]
fn settings_that_lack_a_name_are_told() {
    let lacks = |text: &str| {
        let plan = with_celery(&[("shop/settings.py", text)]);
        let names = plan.troubles.iter().filter(|trouble| trouble.message.to_string().contains("is not set here"));
        names
            .map(|trouble| trouble.message.to_string().split(' ').next().expect("a name").to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(lacks("DEBUG = False\n"), ["MIDDLEWARE", "INSTALLED_APPS"]);
    assert_eq!(
        lacks("DEBUG = False\n# MIDDLEWARE and INSTALLED_APPS are set elsewhere\n"),
        ["MIDDLEWARE", "INSTALLED_APPS"]
    );
    assert_eq!(lacks("print(MIDDLEWARE)\nMIDDLEWARE = []\nINSTALLED_APPS = []\n"), ["MIDDLEWARE"]);
    assert_eq!(lacks("def f():\n    MIDDLEWARE = []\nINSTALLED_APPS: list[str] = []\n"), ["MIDDLEWARE"]);
    for text in [
        "from .base import *\n",
        "from .base import MIDDLEWARE, INSTALLED_APPS\n",
        "import base\nMIDDLEWARE = base.MIDDLEWARE\nINSTALLED_APPS = base.INSTALLED_APPS\n",
        "if True:\n    MIDDLEWARE, INSTALLED_APPS = [], []\n",
    ] {
        assert_eq!(lacks(text), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn the_old_container_files_are_named() {
    let (plan, _) = planned(&project("channels"), &[]);
    let section = plan.tasks.first().expect("a section");
    assert_eq!(section.title, Section::FilesReplaced);
    assert!(section.tasks[0].text.to_string().starts_with("`compose.yaml`"), "{:?}", section.tasks);
    assert!(section.tasks[0].check.to_string().contains("config"), "compose reads that one first");
    for section in &plan.tasks {
        assert!(!section.tasks.is_empty());
        assert!(section.tasks.iter().all(|task| !task.check.is_empty() && !task.text.to_string().contains('\n')));
    }
    // Every file says how to tell that it is done.
    assert!(plan.files.iter().all(|file| !file.check.is_empty() && !file.why.is_empty()));
}

/// Workflows and Dependabot's file belong to whoever wrote them: what the set would add is a task.
#[test]
fn workflows_and_dependabot_files_stay_as_they_are() {
    let mut tree = project("single-settings");
    let theirs = "version: 2\nupdates:\n  - package-ecosystem: github-actions\n    directory: /\n";
    tree.insert(".github/dependabot.yml".to_owned(), theirs.as_bytes().to_vec());
    tree.insert(".github/workflows/ci.yml".to_owned(), b"name: mine\n".to_vec());
    tree.insert(".github/workflows/containers.yml".to_owned(), b"name: also mine\n".to_vec());
    let (plan, _) = planned(&tree, &[("ci", "github-actions")]);
    assert!(plan.files.iter().all(|row| !row.file.path.starts_with(".github/")));
    let tasks: Vec<String> =
        plan.tasks.iter().flat_map(|section| &section.tasks).map(|task| task.text.to_string()).collect();
    let of = |path: &str| tasks.iter().find(|text| text.starts_with(&format!("`{path}`"))).cloned().unwrap_or_default();
    let dependabot = of(".github/dependabot.yml");
    assert!(dependabot.contains("{package-ecosystem: docker, directory: /docker,"), "{dependabot}");
    assert!(!dependabot.contains("github-actions"), "{dependabot}");
    assert!(!of(".github/workflows/containers.yml").is_empty(), "{tasks:?}");
    assert!(of(".github/workflows/ci.yml").is_empty(), "{tasks:?}");
}

/// Where no history has it, a container file that becomes another one is kept beside it.
#[test]
fn a_replaced_container_file_is_kept_where_git_has_no_copy() {
    let mut tree = project("single-settings");
    tree.insert("docker-compose.yml".to_owned(), b"services: {web: {build: .}}\n".to_vec());
    let (plan, _) = planned(&tree, &[]);
    let paths = |plan: &Migration| plan.files.iter().map(|row| row.file.path.clone()).collect::<Vec<_>>();
    assert!(paths(&plan).iter().all(|path| !path.ends_with(".before")));
    let plan = plan.with_copies(&tree);
    let copy = plan.files.iter().find(|row| row.file.path == "docker-compose.yml.before").expect("a copy");
    assert_eq!(copy.file.after.as_deref(), Some("services: {web: {build: .}}\n"));
    assert_eq!(paths(&plan).last().map(String::as_str), Some(MANIFEST));
    assert!(!paths(&plan).contains(&"gunicorn/gunicorn.conf.py.before".to_owned()));
}
