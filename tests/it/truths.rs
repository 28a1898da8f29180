//! Truths across the files of a set: what one file names, another has. Held for every set of the all-pairs array.

use std::collections::BTreeSet;

use dunnage::catalog::codec::to_link;
use dunnage::output::fileset::FileSet;
use dunnage::plan::model::Plan;
use serde_yaml::Value;

use crate::matrix::rows;
use crate::support::rendered;

const COMPOSE: [&str; 3] = ["docker-compose.yml", "docker-compose.dev.yml", "docker-compose.prod.yml"];

fn text<'a>(files: &'a FileSet, path: &str) -> &'a str {
    files.get(path).map_or_else(|| panic!("no {path}"), |file| &file.text)
}

pub(crate) fn compose(files: &FileSet, path: &str) -> Value {
    let mut value: Value = serde_yaml::from_str(text(files, path)).unwrap_or_else(|error| panic!("{path}: {error}"));
    value.apply_merge().unwrap_or_else(|error| panic!("{path}: {error}"));
    value
}

/// Keys of a mapping, or items of a list of words; nothing for anything else.
pub(crate) fn names(value: Option<&Value>) -> BTreeSet<String> {
    match value {
        Some(Value::Mapping(mapping)) => mapping.keys().filter_map(Value::as_str).map(str::to_owned).collect(),
        Some(Value::Sequence(items)) => items.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => BTreeSet::new(),
    }
}

/// Variables that compose puts in: `${NAME}`, `${NAME:-…}`, `${NAME:?…}`, but not `$$NAME`, and not in comments.
fn variables(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for line in text.lines().filter(|line| !line.trim_start().starts_with('#')) {
        let line = line.replace("$$", "");
        for part in line.split("${").skip(1) {
            let end = part.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(part.len());
            found.insert(part[..end].to_owned());
        }
    }
    found
}

/// Variables of `.env.example`, those that are commented out among them.
fn offered(text: &str) -> BTreeSet<String> {
    text.lines()
        .map(|line| line.trim_start_matches(['#', ' ']))
        .filter_map(|line| line.split_once('='))
        .map(|(name, _)| name)
        .filter(|name| {
            !name.is_empty() && name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
        })
        .map(str::to_owned)
        .collect()
}

/// Paths of the project's own files that a plan names, because its facts do.
pub(crate) fn own_paths(plan: &Plan) -> Vec<String> {
    let others = plan.frontend.others.iter().map(|mounted| &mounted.source);
    plan.dependency_paths.iter().chain(&plan.frontend.manifests).chain(others).cloned().collect()
}

/// What one file of a set names and no other has, nor is it among the project's own.
pub(crate) fn faults(files: &FileSet, of_project: &[String]) -> Vec<String> {
    let mut faults = Vec::new();
    let documents = COMPOSE.map(|path| (path, compose(files, path)));
    let base = &documents[0].1;
    let services = names(base.get("services"));

    // Variables: what compose reads is offered, and nothing else is.
    let read: BTreeSet<String> = COMPOSE.iter().flat_map(|path| variables(text(files, path))).collect();
    let offered = offered(text(files, ".env.example"));
    faults.extend(read.difference(&offered).map(|name| format!("{name} is read by compose and not in .env.example")));
    // Compose reads these two itself.
    let own = ["COMPOSE_FILE", "COMPOSE_PROFILES"].map(str::to_owned).into();
    faults.extend(
        (offered.difference(&read).cloned().collect::<BTreeSet<_>>().difference(&own))
            .map(|name| format!("{name} is in .env.example and read by no compose file")),
    );

    for (path, document) in &documents {
        // A service that says where it is built is a whole one, of development alone.
        let is_whole = |name: &String| document["services"][name.as_str()]["build"].get("context").is_some();
        let (own, unknown): (BTreeSet<String>, BTreeSet<String>) =
            names(document.get("services")).difference(&services).cloned().partition(is_whole);
        if !unknown.is_empty() {
            let unknown: Vec<_> = unknown.into_iter().collect();
            faults.push(format!("{path} overrides {unknown:?}, which the base does not have"));
        }
        let services: BTreeSet<String> = services.union(&own).cloned().collect();
        for (name, service) in document.get("services").and_then(Value::as_mapping).into_iter().flatten() {
            let name = name.as_str().unwrap_or_default();
            let here = format!("{path}: {name}");
            for needed in names(service.get("depends_on")).difference(&services) {
                faults.push(format!("{here} depends on {needed}, which does not exist"));
            }
            for key in ["networks", "secrets"] {
                for named in names(service.get(key)).difference(&names(base.get(key))) {
                    faults.push(format!("{here}: {key}: {named} is not declared"));
                }
            }
            for volume in names(service.get("volumes")) {
                let source = volume.split(':').next().unwrap_or_default();
                if let Some(file) = source.strip_prefix("./") {
                    let there = files.iter().any(|(path, _)| path == file || path.starts_with(&format!("{file}/")));
                    if !there {
                        faults.push(format!("{here} mounts {source}, which is not in the set"));
                    }
                } else if source != "." && !source.starts_with('/') {
                    let declared = [base, document].iter().any(|yaml| names(yaml.get("volumes")).contains(source));
                    if !declared {
                        faults.push(format!("{here}: the volume {source} is not declared"));
                    }
                }
            }
            if let Some(file) = service.get("build").and_then(|build| build.get("dockerfile")).and_then(Value::as_str)
                && files.get(file).is_none()
            {
                faults.push(format!("{here} is built from {file}, which is not in the set"));
            }
        }
    }
    for kind in ["networks", "volumes", "secrets"] {
        let used: BTreeSet<String> = documents
            .iter()
            .flat_map(|(_, document)| {
                let services = document.get("services").and_then(Value::as_mapping).cloned().unwrap_or_default();
                services.values().flat_map(|service| names(service.get(kind))).collect::<Vec<_>>()
            })
            .map(|name| name.split(':').next().unwrap_or_default().to_owned())
            .collect();
        for unused in names(base.get(kind)).difference(&used) {
            faults.push(format!("{kind}: {unused} is declared and used by no service"));
        }
    }

    // What the application is given is read somewhere: by settings, entrypoint, server configuration or probe.
    let readers: String = files
        .iter()
        .filter(|(path, _)| path.ends_with(".py") || path.ends_with(".sh"))
        .map(|(_, file)| file.text.as_str())
        .collect();
    let environment = base.get("x-django-environment");
    assert!(environment.is_some_and(Value::is_mapping), "the application's environment has another name now");
    for name in names(environment) {
        // A secret's file is read by the function that reads the secret.
        if !readers.contains(name.trim_end_matches("_FILE")) {
            faults.push(format!("{name} is given to the application and read by no file"));
        }
    }

    // What the Dockerfiles copy is there.
    for path in ["docker/Dockerfile", "docker/Dockerfile.dev"] {
        for line in text(files, path).lines().filter(|line| line.starts_with("COPY ") && !line.contains("--from=")) {
            let words: Vec<&str> = line.split(' ').skip(1).filter(|word| !word.starts_with("--")).collect();
            for source in &words[..words.len() - 1] {
                let there = *source == "."
                    || of_project.iter().any(|path| path == source)
                    || files.iter().any(|(path, _)| path == *source || path.starts_with(&format!("{source}/")));
                if !there {
                    faults.push(format!("{path} copies {source}, which is not in the set"));
                }
            }
        }
    }
    faults
}

#[test]
fn what_one_file_names_another_has() {
    let mut found = Vec::new();
    for choices in rows() {
        let generated = rendered(choices);
        let own = own_paths(&generated.plan);
        found.extend(faults(&generated.files, &own).into_iter().map(|fault| format!("{fault} [{}]", to_link(choices))));
    }
    assert!(found.is_empty(), "{} faults:\n{}", found.len(), found[..found.len().min(12)].join("\n"));
}

#[test]
fn each_of_these_truths_can_fail() {
    let sound = rendered(&crate::support::choices(&[
        ("celery", "worker"),
        ("reverse-proxy", "bundled-nginx"),
        ("secrets", "files"),
    ]))
    .files;
    assert_eq!(faults(&sound, &[]), Vec::<String>::new());
    let broken = |path: &str, from: &str, to: &str| {
        let mut files = FileSet::default();
        for (name, file) in sound.iter() {
            let mut file = file.clone();
            if name == path {
                assert!(file.text.contains(from), "{path} has no {from:?}");
                file.text = file.text.replace(from, to);
            }
            files.insert(name.to_owned(), file);
        }
        faults(&files, &[]).join("\n")
    };
    for (path, from, to, said) in [
        (".env.example", "POSTGRES_DB=", "POSTGRES_DP=", "POSTGRES_DB is read by compose"),
        (".env.example", "POSTGRES_DB=", "POSTGRES_DP=", "POSTGRES_DP is in .env.example"),
        (COMPOSE[0], "\n  redis:\n    image", "\n  redys:\n    image", "depends on redis"),
        (COMPOSE[0], "\n  backend:\n    internal", "\n  backent:\n    internal", "networks: backend is not declared"),
        (COMPOSE[0], "\n  postgres-data:", "\n  postgres-date:", "postgres-date is declared and used by no service"),
        (
            COMPOSE[0],
            "\n  postgres_password:\n    file",
            "\n  postgres_pass:\n    file",
            "postgres_password is not declared",
        ),
        (COMPOSE[0], "./nginx/nginx.conf:", "./nginx/ngin.conf:", "mounts ./nginx/ngin.conf"),
        (COMPOSE[0], "DJANGO_LOG_LEVEL:", "DJANGO_LOGLEVEL:", "DJANGO_LOGLEVEL is given to the application"),
        (COMPOSE[1], "\n  worker:", "\n  werker:", "overrides [\"werker\"]"),
        ("docker/Dockerfile", "docker/entrypoint.sh", "docker/enter.sh", "copies docker/enter.sh"),
    ] {
        let found = broken(path, from, to);
        assert!(found.contains(said), "{path}: {from:?} → {to:?} gives:\n{found}");
    }
}
