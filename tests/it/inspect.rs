//! Existing projects read: what they say about the options, and that bad input does no harm.

use std::fmt::Write as _;
use std::fs;

use dunnage::catalog::options::{Choices, Facts, OPTIONS, Start};
use dunnage::catalog::presets::presets;
use dunnage::catalog::rules::effective;
use dunnage::output::manifest::MANIFEST;
use dunnage::project::inspect::{Hints, Inspection, further, identity, inspect, inspect_with};
use dunnage::project::update::Tree;
use proptest::prelude::*;

use crate::matrix::rows;
use crate::messages::is_said;
use crate::support::{files_below, rendered, root};

/// A set as a directory has it, laid around an existing project.
fn tree_of(choices: &Choices) -> Tree {
    rendered(choices).files.iter().map(|(path, file)| (path.to_owned(), file.text.clone().into_bytes())).collect()
}

/// Every option whose value came out otherwise.
fn differing(wish: &Choices, found: &Inspection) -> Vec<String> {
    OPTIONS
        .iter()
        .filter(|spec| spec.get(wish) != spec.get(&found.choices))
        .map(|spec| format!("{}: {} instead of {}", spec.id, spec.get(&found.choices), spec.get(wish)))
        .collect()
}

#[test]
fn a_set_that_was_rendered_says_what_it_came_from() {
    for choices in rows().iter().chain(presets().iter().map(|preset| &preset.choices)) {
        let found = inspect(&tree_of(choices));
        assert_eq!(differing(choices, &found), Vec::<String>::new());
        assert_eq!(found.troubles, [], "{}", dunnage::catalog::codec::to_link(choices));
    }
}

/// Without its manifest, a set still tells everything that has a trace in it: the choices that are found render the
/// very files that were read.
#[test]
fn a_set_without_its_manifest_still_tells_its_choices() {
    let mut faults = Vec::new();
    for choices in rows().iter().chain(presets().iter().map(|preset| &preset.choices)) {
        let mut choices = effective(choices);
        choices.start = Start::Existing;
        // Facts are read from the project's own files, and a set has none; but it tells how it stores static files.
        choices.facts = Facts { static_storage: choices.facts.static_storage, ..Facts::default() };
        choices = effective(&choices);
        let mut tree = tree_of(&choices);
        tree.remove(MANIFEST);
        let found = inspect(&tree);
        let again = tree_of(&found.choices);
        // Values of environment files are not read, and CONTAINERS.md lists what has no trace anywhere else.
        let told = |path: &&String| ![MANIFEST, ".env.example", "CONTAINERS.md"].contains(&path.as_str());
        let wrong: Vec<&String> =
            tree.keys().chain(again.keys()).filter(told).filter(|path| tree.get(*path) != again.get(*path)).collect();
        if !wrong.is_empty() {
            faults.push(format!("{:?}\n    {:?}", differing(&choices, &found), wrong));
        }
    }
    assert!(faults.is_empty(), "{} sets:\n{}", faults.len(), faults[..faults.len().min(12)].join("\n"));
}

/// Projects of different habits, each with what it is expected to tell in `NAME.txt` beside it.
#[test]
fn projects_of_different_habits_are_read() {
    let fixtures = root().join("tests/fixtures/projects");
    let update = std::env::var("DUNNAGE_UPDATE").as_deref() == Ok("1");
    let mut names: Vec<String> = fs::read_dir(&fixtures)
        .expect("fixtures")
        .map(|entry| entry.expect("readable"))
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    assert!(names.len() >= 12, "{names:?}");
    let mut faults = Vec::new();
    for name in names {
        let directory = fixtures.join(&name);
        let tree: Tree = files_below(&directory)
            .into_iter()
            .map(|path| (path.clone(), fs::read(directory.join(&path)).expect("readable")))
            .collect();
        let found = inspect_with(&tree, &Hints { folder: name.clone(), project_dir: None }).to_text();
        let expected = fixtures.join(format!("{name}.txt"));
        if update {
            fs::write(&expected, &found).expect("writable");
        }
        let before = fs::read_to_string(&expected).unwrap_or_default();
        if before != found {
            faults.push(format!("{name}:\n{found}"));
        }
        for secret in ["not-to-be-shown", "do-not-show", "hunter2", "sekret"] {
            assert!(!found.contains(secret), "{name} shows {secret}");
        }
    }
    assert!(faults.is_empty(), "DUNNAGE_UPDATE=1 writes them anew:\n{}", faults.join("\n"));
}

/// Bytes of one file as a project.
fn alone(path: &str, bytes: impl Into<Vec<u8>>) -> Inspection {
    inspect(&Tree::from([(path.to_owned(), bytes.into())]))
}

/// What is said of bad input: the file, the line where there is one, and no value that is not there.
fn complains(path: &str, bytes: impl Into<Vec<u8>>, line: Option<usize>, words: &str) {
    let found = alone(path, bytes);
    let trouble = found.troubles.iter().find(|trouble| trouble.message.to_string().contains(words));
    let trouble = trouble.unwrap_or_else(|| panic!("{path}: nothing is said of {words}: {:?}", found.troubles));
    assert_eq!((trouble.file.as_str(), trouble.line), (path, line), "{trouble:?}");
    for trouble in &found.troubles {
        assert!(is_said(&trouble.message), "{}", trouble.message);
    }
}

/// A compose file names others, and what is read of those names others again.
#[test]
fn files_that_are_named_are_asked_for() {
    let directory = root().join("tests/fixtures/projects/compose-extends");
    let mut tree = Tree::new();
    let read = |tree: &mut Tree, path: &str| {
        tree.insert(path.to_owned(), fs::read(directory.join(path)).expect("readable"));
    };
    assert_eq!(further(&tree).len(), 0);
    read(&mut tree, "docker-compose.yml");
    let named = ["deploy/circle.yml", "deploy/common.yml", "deploy/data.yml", "deploy/lost.yml"];
    assert_eq!(further(&tree), named.map(str::to_owned).into(), "and nothing out of the project");
    read(&mut tree, "deploy/circle.yml");
    assert!(further(&tree).contains("deploy/again.yml"));
    read(&mut tree, "deploy/again.yml");
    assert!(!further(&tree).contains("deploy/again.yml"), "a circle ends");
}

#[test]
fn a_long_way_of_services_has_an_end() {
    let mut tree = Tree::new();
    tree.insert(
        "docker-compose.yml".to_owned(),
        b"services:\n  w:\n    extends: {file: f0.yml, service: w}\n".to_vec(),
    );
    for n in 0..500 {
        let text = format!("services:\n  w:\n    extends: {{file: f{}.yml, service: w}}\n", n + 1);
        tree.insert(format!("f{n}.yml"), text.into_bytes());
    }
    let found = inspect(&tree);
    assert_eq!(found.troubles.len(), 1, "{:?}", found.troubles);
    assert_eq!((found.troubles[0].file.as_str(), found.troubles[0].line), ("docker-compose.yml", Some(3)));
    assert!(
        found.troubles[0].message.to_string().starts_with("This chain of references is too long"),
        "{:?}",
        found.troubles
    );
    assert_eq!(further(&tree).len(), 0, "no more than some are looked at");
}

#[test]
fn projects_of_one_name_are_told_apart() {
    let tree = |paths: &[&str]| -> Tree { paths.iter().map(|path| ((*path).to_owned(), Vec::new())).collect() };
    let shop = identity(&tree(&["manage.py", "shop/settings.py", "shop/wsgi.py", "requirements.txt"]));
    assert_eq!(shop.len(), 12);
    assert_eq!(shop, identity(&tree(&["manage.py", "shop/settings.py", "shop/wsgi.py", "docker/Dockerfile"])));
    assert_ne!(shop, identity(&tree(&["manage.py", "blog/settings.py", "blog/wsgi.py", "requirements.txt"])));
}

#[test]
fn bad_input_is_named_with_its_place() {
    complains("docker-compose.yml", "services:\n  web:\n\timage: x\n", Some(3), "not valid YAML");
    complains("docker-compose.yml", "services: [1, 2\n", Some(2), "not valid YAML");
    complains("pyproject.toml", "[project]\nname = \n", Some(2), "not TOML");
    complains("shop/settings.py", "A = 1\ndef (:\n", Some(2), "not valid Python");
    complains("shop/settings.py", [b"A = 1\n\xff\xfe".to_vec(), vec![0]].concat(), Some(2), "not UTF-8");
    complains("shop/settings.py", "A = 1\nB = '\0'\n", Some(2), "binary");
    complains("Dockerfile", "FROM python:latest\n", Some(1), "does not specify a Python series");
    complains("requirements.txt", vec![b'x'; 5 << 20], None, "exceeds");
    complains("Pipfile.lock", "{\n  \"default\": [\n", Some(3), "not JSON");
    complains(".python-version", "2.7.18\n", Some(1), "Python 2.7");
    // What stands after the fault is still read.
    let found = alone("shop/settings.py", "print 'x'\nCHANNEL_LAYERS = {}\n");
    assert!(found.choices.websockets);
}

#[test]
fn input_that_is_made_to_hurt_does_not() {
    // Ten levels of ten aliases each would be ten thousand million values.
    let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..10 {
        let before = vec![format!("*a{}", level - 1); 10].join(", ");
        writeln!(bomb, "a{level}: &a{level} [{before}]").expect("into a text");
    }
    complains("docker-compose.yml", format!("{bomb}services:\n  web: *a9\n"), None, "not valid YAML");
    let many = "  - *x\n".repeat(10_000);
    let found =
        alone("docker-compose.yml", format!("x-a: &x postgres:16\nl:\n{many}services:\n  db:\n    image: *x\n"));
    assert_eq!(found.choices.postgres.id(), "16", "many aliases are no fault: {:?}", found.troubles);
    let deep = "[".repeat(100_000);
    complains("docker-compose.yml", format!("services: {deep}"), Some(1), "nested too deeply");
    complains("Pipfile.lock", deep.clone(), Some(1), "nested too deeply");
    let (_, problems) = dunnage::catalog::yaml::from_yaml(&deep);
    assert!(problems[0].message.to_string().contains("nested too deeply"), "{problems:?}");
    complains("shop/settings.py", format!("A = {deep}"), Some(1), "nested too deeply");
    complains("shop/settings.py", format!("A = {}1", "not ".repeat(100_000)), Some(1), "nested too deeply");
    complains("shop/settings.py", format!("A = {}1", "-".repeat(100_000)), Some(1), "nested too deeply");
    complains("shop/settings.py", format!("A = {}", "lambda: ".repeat(50_000)), Some(1), "nested too deeply");
    complains("shop/settings.py", format!("{}pass\n", "if x:\n ".repeat(3)).repeat(2_000), Some(3), "not valid Python");
    complains("pyproject.toml", format!("a = {deep}"), Some(1), "not TOML");
    let files: Tree = (0..50_000).map(|n| (format!("requirements/r{n}.txt"), b"django==5.2\n".to_vec())).collect();
    let found = inspect(&files);
    assert!(found.troubles[0].message.to_string().contains("More than 2000"), "{:?}", found.troubles);
    assert_eq!(found.choices.django.id(), "5.2");
    // An extends that leads to itself comes to an end.
    alone("compose.yml", "services:\n  a: {extends: b}\n  b: {extends: a}\n");
}

#[test]
fn values_of_environment_files_are_never_read() {
    for path in [".env", ".env.production", ".envs/.local/.django", "deploy/app.env"] {
        let found = alone(path, "SECRET=hush\nexport DJANGO_SETTINGS_MODULE=hush.settings\n# X=hush\n");
        assert_eq!(found.variables, ["DJANGO_SETTINGS_MODULE", "SECRET"], "{path}");
        assert!(!format!("{found:?}").contains("hush"), "{path}");
        assert_eq!(found.inferred, []);
    }
}

/// A value, the lines that say so, and other values with their lines.
type Told = (String, Vec<usize>, Vec<(String, usize)>);

/// What an option came out as, with the places that say so and those that say otherwise.
fn told(found: &Inspection, option: &str) -> Option<Told> {
    let row = found.inferred.iter().find(|row| row.option == option)?;
    let otherwise = row.otherwise.iter().map(|(value, place)| (value.clone(), place.line)).collect();
    Some((row.value.clone(), row.evidence.iter().map(|place| place.line).collect(), otherwise))
}

fn value(text: &str, option: &str) -> Option<String> {
    told(&alone("Dockerfile", text), option).map(|(value, _, _)| value)
}

/// The last stage runs, with those that it starts from; the others are named beside it.
#[test]
fn the_last_stage_of_a_dockerfile_decides() {
    let found = alone(
        "Dockerfile",
        "FROM python:3.12 AS builder\nRUN useradd --uid 1234 maker\nRUN pip install -r requirements.txt\nUSER maker\n\
         ENV DJANGO_SETTINGS_MODULE=shop.settings.build\nCMD [\"daphne\", \"shop.asgi:application\"]\n\
         FROM python:3.13-slim AS base\nUSER root\nENV DJANGO_SETTINGS_MODULE=shop.settings.base\n\
         FROM BASE\nRUN useradd --uid 1500 --create-home shop\n\
         ENV DJANGO_SETTINGS_MODULE=shop.settings.production\nUSER shop\nCMD gunicorn \\\n  --workers 5 \\\n  shop.wsgi\n",
    );
    let told = |option: &str| told(&found, option);
    let own = |value: &str| value.to_owned();
    assert_eq!(told("python"), Some((own("3.13"), vec![7], vec![(own("3.12"), 1)])));
    assert_eq!(told("base-image"), Some((own("slim"), vec![7], vec![])));
    assert_eq!(told("uid"), Some((own("1500"), vec![11], vec![(own("1234"), 2)])));
    assert_eq!(told("app-user").map(|row| row.0), Some(own("shop")));
    assert_eq!(told("user-management").map(|row| row.1), Some(vec![13]));
    assert_eq!(told("settings-module"), Some((own("shop.settings.production"), vec![12], vec![])));
    assert_eq!(told("server"), Some((own("gunicorn"), vec![14], vec![])));
    assert_eq!(told("workers").map(|row| row.0), Some(own("5")));
    assert_eq!(told("installer").map(|row| row.0), Some(own("pip")), "who installs may do so in any stage");
    assert_eq!(found.troubles, [], "the full image only builds");
    // Where the last stage is no image of Python's own, the last of those counts.
    let text = "FROM python:3.12-slim AS a\nFROM python:3.13-slim AS b\nFROM debian:13\nCOPY --from=b /opt /opt\n";
    let found = alone("Dockerfile", text);
    assert_eq!(self::told(&found, "python").map(|row| row.0), Some(own("3.13")));
}

#[test]
fn variables_of_a_dockerfile_have_the_values_that_docker_gives_them() {
    let image =
        |text: &str| value(text, "python").map(|series| (series, value(text, "base-image").unwrap_or_default()));
    let expected = |series: &str, variant: &str| Some((series.to_owned(), variant.to_owned()));
    for from in [
        "$V",
        "${V}",
        "${V:-3.9}",
        "${NONE:-3.13}",
        "${NONE-3.13}",
        "${EMPTY:-3.13}",
        "${NONE:-${V}}",
        "${V:+3.13}",
        "3.${MINOR}",
    ] {
        let text = format!("ARG V=\"3.13\" MINOR=13 EMPTY=\nFROM python:{from}-slim\n");
        assert_eq!(image(&text), expected("3.13", "slim"), "{from}");
    }
    assert_eq!(image("ARG T=-slim\nFROM python:3.13${T}${NONE:+-bookworm}\n"), expected("3.13", "slim"));
    assert_eq!(image("ARG IMAGE=python:3.13-slim\nFROM $IMAGE\n"), expected("3.13", "slim"));
    // A stage knows what was said before the first one only where it asks for it.
    let settings = |text: &str| value(text, "settings-module");
    let asks = "ARG S=shop.settings\nFROM python:3.13-slim\nARG S\nENV DJANGO_SETTINGS_MODULE=$S\n";
    assert_eq!(settings(asks).as_deref(), Some("shop.settings"));
    assert_eq!(settings(&asks.replacen("ARG S\n", "", 1)), None);
    let inherits = "FROM python:3.13-slim AS a\nENV S=shop.settings\nFROM a\nENV A=1 DJANGO_SETTINGS_MODULE=\"${S}\"\n";
    assert_eq!(settings(inherits).as_deref(), Some("shop.settings"));
    assert_eq!(
        settings(&inherits.replace("FROM a\n", "FROM python:3.13-slim\n")),
        None,
        "another stage, other variables"
    );
    assert_eq!(settings(&inherits.replace("\"${S}\"", "'${S}'")), None, "not in single quotes");
    assert_eq!(settings(&inherits.replace("\"${S}\"", "\\${S}")), None, "not when escaped");
    assert_eq!(
        settings("FROM python:3.13-slim\nENV DJANGO_SETTINGS_MODULE shop.settings\n").as_deref(),
        Some("shop.settings")
    );
}

#[test]
fn a_dockerfile_is_read_on_after_what_is_not_known() {
    let text = "FROM python:3.13-slim\nRUN bash <<EOF\nuseradd --uid 1500 shop\nEOF\nINCLUDE other \\\n  # a comment\n  \
                more\nRUN <<'E'\npip install -r requirements.txt\nE\nUSER shop\nCMD [\"gunicorn\", \"shop.wsgi\"]\n";
    let found = alone("Dockerfile", text);
    assert_eq!(value(text, "uid").as_deref(), Some("1500"), "{found:?}");
    assert_eq!(value(text, "installer").as_deref(), Some("pip"), "{found:?}");
    assert_eq!(told(&found, "server").map(|row| (row.0, row.1)), Some(("gunicorn".to_owned(), vec![12])));
    assert_eq!(found.troubles.len(), 1, "{:?}", found.troubles);
    complains("Dockerfile", text, Some(5), "not a valid Dockerfile: unknown instruction 'INCLUDE'");
    complains("Dockerfile", "FROM python:3.13-slim\nRUN <<EOF\nnever ended\n", Some(2), "not a valid Dockerfile");
    complains("Dockerfile", "ARG X=1\n", None, "not a valid Dockerfile");
    complains("Dockerfile", format!("FROM x\n{}", "WHAT\n".repeat(100)), Some(22), "More than 20 places");
    complains("Dockerfile", "FROM x\n".repeat(100), Some(51), "More than 50 stages");
    complains("Dockerfile", "FROM x\n".repeat(100_000), None, "Too large for a Dockerfile");
    // Values that double with every line come to an end.
    let mut bomb = String::from("FROM python:3.13-slim\nARG A0=aaaaaaaaaa\n");
    for level in 1..200 {
        writeln!(bomb, "ARG A{level}=$A{before}$A{before}", before = level - 1).expect("into a text");
    }
    assert_eq!(alone("Dockerfile", bomb).choices.python.id(), "3.13");
}

/// Only a database that the options offer is claimed to be one.
#[test]
fn images_say_what_they_are() {
    let with = |image: &str| alone("docker-compose.yml", format!("services:\n  x:\n    image: {image}\n"));
    for image in [
        "postgres:16",
        "docker.io/library/postgres:16-alpine",
        "postgis/postgis:16-3.4",
        "timescale/timescaledb:2.17.2-pg16",
        "bitnami/postgresql:16.4.0",
        "pgvector/pgvector:pg16",
        "registry.example.org:5000/mirror/postgres:16",
    ] {
        let found = with(image);
        assert_eq!(told(&found, "database").map(|row| row.0).as_deref(), Some("bundled"), "{image}");
        assert_eq!(told(&found, "postgres").map(|row| row.0).as_deref(), Some("16"), "{image}");
        assert_eq!(found.troubles, [], "{image}");
    }
    for image in ["mysql:8", "mariadb:11", "percona/percona-server:8.0", "percona:8", "bitnami/mariadb:11"] {
        let found = with(image);
        assert_eq!(told(&found, "database"), None, "{image} is no PostgreSQL, neither here nor elsewhere");
        assert_eq!(found.troubles.len(), 1, "{image}: {:?}", found.troubles);
        assert!(
            found.troubles[0].message.to_string().ends_with("which is not among the options."),
            "{:?}",
            found.troubles
        );
    }
    for image in ["mongo:7", "memcached:1.6", "minio/minio", "mailhog/mailhog", "rabbitmq:4", "getmeili/meilisearch"] {
        let found = with(image);
        // No service is a database, so that it is elsewhere.
        assert_eq!(told(&found, "database").map(|row| row.0).as_deref(), Some("external"), "{image}");
        let is_told = ["mongo:7", "memcached:1.6", "rabbitmq:4"].contains(&image);
        assert_eq!(found.troubles.len(), usize::from(is_told), "{image}: {:?}", found.troubles);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn junk_is_inspected_without_harm(
        path in proptest::sample::select(vec![
            "Dockerfile", "docker-compose.yml", "shop/settings.py", "requirements.txt", "pyproject.toml", "Procfile",
            "uv.lock", "nginx/a.conf", "Caddyfile", "traefik.yml", "entrypoint.sh", "dunnage.yaml", ".python-version",
            "gunicorn.conf.py", "Pipfile.lock",
        ]),
        words in proptest::collection::vec(proptest::sample::select(vec![
            "FROM", "python:3.12-slim", " ", "\n", "\\\n", "services:", "\n  web:", "\n    image:", "postgres", ":", "16",
            "RUN", "useradd", "--uid", "=", "\"", "'", "{", "}", "[", "]", "(", ")", "gunicorn", "-w", "3", "<<EOF", "ARG",
            "$X", "${X:-1}", "django", "==", "5.2", "server_name", ";", "location", "é", "\u{202e}", "\t", "#", "extends:",
            "<<: *a", "&a", "*a", "CMD", "ALLOWED_HOSTS", "celery", "-A", "x", "Host(`a.b`)", "\r\n", "[project]", "-",
        ]), 0..60),
        bytes in proptest::collection::vec(any::<u8>(), 0..40),
    ) {
        let text = words.concat();
        let found = alone(path, text.clone());
        for row in &found.inferred {
            let place = row.evidence.first().expect("evidence");
            prop_assert_eq!(place.file.as_str(), path);
            prop_assert!(place.line >= 1 && place.line <= text.lines().count().max(1), "{:?}", place);
        }
        alone(path, bytes);
    }
}
