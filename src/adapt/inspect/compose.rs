//! Compose files of any version: services, with anchors, merges and `extends` resolved.

use serde_yaml::{Mapping, Value};

use super::Confidence::{Guess, Likely, Stated};
use super::dockerfile::settings;
use super::{Claims, Confidence, Evidence, Source, commands, servers};
use crate::codec::nested_too_deeply;

/// Reads every compose file; gives the place of the first one's services.
pub(super) fn read(sources: &[Source], claims: &mut Claims) -> Option<Evidence> {
    let mut first = None;
    for source in sources {
        if let Some(line) = nested_too_deeply(source.text) {
            claims.trouble(source.path, Some(line), "This is nested too deeply to be read.");
            continue;
        }
        let mut value: Value = match serde_yaml::from_str(source.text) {
            Ok(value) => value,
            Err(error) => {
                let line = error.location().map(|location| location.line());
                claims.trouble(source.path, line, format!("This is not YAML that can be read: {error}."));
                continue;
            }
        };
        // What is merged in may itself have something merged in.
        for _ in 0..4 {
            if let Err(error) = value.apply_merge() {
                claims.trouble(source.path, None, format!("Its merges cannot be resolved: {error}."));
                break;
            }
        }
        let Some(root) = value.as_mapping() else { continue };
        // Version 1 had the services at the top.
        let services = match root.get("services") {
            Some(services) => services.as_mapping(),
            None if root.values().any(|service| service.get("image").is_some() || service.get("build").is_some()) => {
                Some(root)
            }
            None => continue,
        };
        let Some(services) = services else { continue };
        let place = line_of(source, &["services"]).unwrap_or_else(|| source.line(1));
        one(source, root, services, claims);
        first.get_or_insert(place);
    }
    first
}

/// The line of a key by its path; that of the longest part of it that stands in the file as it is.
fn line_of(source: &Source, path: &[&str]) -> Option<Evidence> {
    let mut found = None;
    let mut depth = 0;
    let mut indent: Option<usize> = None;
    for (index, line) in source.text.lines().enumerate() {
        let bare = line.trim_start();
        if bare.is_empty() || bare.starts_with('#') {
            continue;
        }
        let here = line.len() - bare.len();
        if indent.is_some_and(|indent| here <= indent) {
            break;
        }
        let key = bare.split(':').next().unwrap_or_default().trim_matches(['"', '\'']);
        if bare.contains(':') && key == path[depth] && (depth > 0 || here == 0) {
            found = Some(source.line(index + 1));
            depth += 1;
            indent = Some(here);
            if depth == path.len() {
                break;
            }
        }
    }
    found
}

fn text(value: Option<&Value>) -> Option<String> {
    match value? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(value) => Some(value.to_string()),
        _ => None,
    }
}

/// Texts of a list; a single text counts as a list of one.
fn list(value: Option<&Value>) -> Vec<String> {
    match value {
        Some(Value::Sequence(items)) => items.iter().filter_map(|item| text(Some(item))).collect(),
        Some(value) => text(Some(value)).into_iter().collect(),
        None => Vec::new(),
    }
}

/// Names and values that stand in a mapping or in a list of `NAME=value`.
fn pairs(value: Option<&Value>) -> Vec<(String, String)> {
    match value {
        Some(Value::Mapping(mapping)) => mapping
            .iter()
            .filter_map(|(name, value)| Some((name.as_str()?.to_owned(), text(Some(value)).unwrap_or_default())))
            .collect(),
        Some(Value::Sequence(_)) => list(value)
            .into_iter()
            .map(|pair| {
                pair.split_once('=').map_or((pair.clone(), String::new()), |(a, b)| (a.to_owned(), b.to_owned()))
            })
            .collect(),
        _ => Vec::new(),
    }
}

fn one(source: &Source, root: &Mapping, services: &Mapping, claims: &mut Claims) {
    let development = source.is_development();
    let sure = if development { Guess } else { Stated };
    if !development && let Some(name) = text(root.get("name")).as_deref().and_then(commands::defaulted) {
        let place = line_of(source, &["name"]).unwrap_or_else(|| source.line(1));
        claims.claim("project-name", name, Stated, place);
    }
    if root.get("secrets").and_then(Value::as_mapping).is_some_and(|secrets| !secrets.is_empty()) {
        let place = line_of(source, &["secrets"]).unwrap_or_else(|| source.line(1));
        claims.claim("secrets", "files", Stated, place);
    }
    let mut strict = None;
    let mut careful = None;
    for (name, service) in services {
        let (Some(name), Some(service)) = (name.as_str(), service.as_mapping()) else { continue };
        let service = extended(service, services);
        let at = |key: &str| {
            line_of(source, &["services", name, key])
                .or_else(|| line_of(source, &[name, key]))
                .unwrap_or_else(|| source.line(1))
        };
        if let Some(image) = text(service.get("image")) {
            image_claims(&image, name, at("image"), sure, claims);
        }
        let built = service.get("build").is_some();
        if built && !development {
            if service.get("read_only").and_then(Value::as_bool) == Some(true) {
                strict.get_or_insert(at("read_only"));
            } else if list(service.get("security_opt")).iter().any(|option| option.contains("no-new-privileges")) {
                careful.get_or_insert(at("security_opt"));
            }
        }
        service_claims(name, &service, built, &at, development, claims);
        for label in pairs(service.get("labels")) {
            if label.0.starts_with("traefik.") {
                claims.claim("reverse-proxy", "external-traefik", sure.min(Likely), at("labels"));
                if label.0.ends_with(".rule") {
                    servers::hosts(servers::rule_hosts(&label.1), at("labels"), sure, claims);
                }
            }
        }
    }
    match (strict, careful) {
        (Some(place), _) => claims.claim("hardening", "strict", Likely, place),
        (None, Some(place)) => claims.claim("hardening", "basic", Likely, place),
        (None, None) => {}
    }
}

/// A service with what it takes from another one of the same file.
fn extended(service: &Mapping, services: &Mapping) -> Mapping {
    let mut merged = service.clone();
    let mut from = service.get("extends").cloned();
    for _ in 0..10 {
        let name = match &from {
            Some(Value::String(name)) => name.clone(),
            Some(Value::Mapping(extends)) if extends.get("file").is_none() => {
                text(extends.get("service")).unwrap_or_default()
            }
            _ => break,
        };
        let Some(base) = services.get(name.as_str()).and_then(Value::as_mapping) else { break };
        for (key, value) in base {
            if !merged.contains_key(key) {
                merged.insert(key.clone(), value.clone());
            }
        }
        from = base.get("extends").cloned();
    }
    merged
}

fn image_claims(image: &str, service: &str, place: Evidence, sure: Confidence, claims: &mut Claims) {
    let image = image.split('@').next().unwrap_or(image);
    let (name, tag) = match image.rsplit_once(':') {
        Some((name, tag)) if !tag.contains('/') => (name, commands::defaulted(tag).unwrap_or(tag)),
        _ => (image, ""),
    };
    if name.starts_with("docker.io/library/") {
        claims.claim("engine", "podman", Guess, place.clone());
    }
    let major: String = tag.chars().take_while(char::is_ascii_digit).collect();
    match name.rsplit('/').next().unwrap_or(name) {
        "postgres" | "postgresql" | "postgis" | "pgvector" | "timescaledb" | "timescaledb-ha" => {
            if !service.contains("backup") {
                claims.claim("database", "bundled", sure, place.clone());
            }
            // postgis/postgis:16-3.4, timescale/timescaledb:2.17-pg16
            let major =
                tag.split("pg").nth(1).map_or(major, |rest| rest.chars().take_while(char::is_ascii_digit).collect());
            if major.is_empty() {
                claims.trouble(&place.file, Some(place.line), "The image names no version of PostgreSQL.");
            } else {
                claims.claim("postgres", major, sure, place);
            }
        }
        "redis" | "redis-stack" | "redis-stack-server" => match major.as_str() {
            "" => claims.claim("redis", "7", Guess, place),
            "7" | "8" => claims.claim("redis", major, sure, place),
            _ => {
                let message = format!("Redis {major} is not among the options; 7 takes its data over.");
                claims.trouble(&place.file, Some(place.line), message);
                claims.claim("redis", "7", Guess, place);
            }
        },
        "valkey" => claims.claim("redis", "valkey-8", sure, place),
        "nginx" | "nginx-unprivileged" => claims.claim("reverse-proxy", "bundled-nginx", sure, place),
        "caddy" => claims.claim("reverse-proxy", "external-caddy", Likely.min(sure), place),
        "traefik" => claims.claim("reverse-proxy", "external-traefik", Likely.min(sure), place),
        "certbot" => claims.claim("tls", "certbot", sure, place),
        "flower" => claims.claim("flower", "true", sure, place),
        other if ["mysql", "mariadb", "mongo", "rabbitmq", "memcached"].contains(&other) => {
            let message = format!("The service “{service}” runs {other}, which is not among the options.");
            if other.starts_with('m') && other != "memcached" {
                // Not this one, but one beside the application.
                claims.claim("database", "bundled", Guess, place.clone());
            }
            claims.trouble(&place.file, Some(place.line), message);
        }
        _ => {}
    }
}

fn service_claims(
    name: &str,
    service: &Mapping,
    built: bool,
    at: &dyn Fn(&str) -> Evidence,
    development: bool,
    claims: &mut Claims,
) {
    let sure = if development { Guess } else { Stated };
    let command = match service.get("command") {
        Some(Value::Sequence(_)) => list(service.get("command")).join(" "),
        other => text(other).unwrap_or_default(),
    };
    let entrypoint = list(service.get("entrypoint")).join(" ");
    let reloads = command.contains("--reload") || command.contains("watchfiles") || command.contains("watchmedo");
    if !command.contains("runserver") && !reloads {
        commands::command(&command, &at("command"), sure, claims);
        commands::command(&entrypoint, &at("entrypoint"), sure, claims);
    }
    let ours = service.get("image").is_none() || built;
    match (command.as_str(), ours) {
        ("worker", true) => claims.claim("celery", "worker", Likely.min(sure), at("command")),
        ("beat", true) => claims.claim("celery", "worker-beat", sure, at("command")),
        ("flower", true) => claims.claim("flower", "true", sure, at("command")),
        _ => {}
    }
    let migrates = command == "migrate"
        || command.contains("manage.py migrate")
            && !["gunicorn", "uvicorn", "daphne", "runserver", "hypercorn", "granian"]
                .iter()
                .any(|server| command.contains(server));
    if migrates && !development {
        claims.claim("migrations", "job", sure, at("command"));
    } else if command.contains("manage.py migrate") && !development {
        claims.claim("migrations", "entrypoint", sure, at("command"));
    }
    if command.contains("collectstatic") && !development {
        claims.claim("collectstatic", "start", sure, at("command"));
    }
    if name.contains("backup") || command.contains("pg_dump") {
        claims.claim("backups", "true", sure.min(Likely), at("command"));
    }
    environment(service, at, sure, claims);
    let web = built && service.get("ports").is_some() && !command.contains("flower");
    for port in list(service.get("ports")).iter().filter(|_| web) {
        // Host and container, with or without an address before them; a default in ${NAME:-default} holds colons too.
        let plain = port.replace(":-", "\u{1}");
        let parts: Vec<&str> = plain.split(':').collect();
        if let [.., host, inside] = &parts[..]
            && inside.split('/').next().is_some_and(|inside| ["80", "8000", "8080", "5000"].contains(&inside))
            && let Some(host) = commands::defaulted(&host.replace('\u{1}', ":-"))
            && host.bytes().all(|b| b.is_ascii_digit())
        {
            claims.claim("port", host, sure.min(Likely), at("ports"));
        }
    }
    for volume in list(service.get("volumes")) {
        let parts: Vec<&str> = volume.split(':').collect();
        let target = parts.get(1).copied().unwrap_or_default();
        if built && target.trim_end_matches('/').ends_with("media") {
            claims.claim("media", "true", sure.min(Likely), at("volumes"));
        }
        if built && development && (parts[0] == "." || parts[0] == "./") {
            claims.claim("dev-workflow", "bind-mount", Likely, at("volumes"));
        }
    }
    if service.get("develop").and_then(|develop| develop.get("watch")).is_some() {
        claims.claim("dev-workflow", "watch", Stated, at("develop"));
    }
}

fn environment(service: &Mapping, at: &dyn Fn(&str) -> Evidence, sure: Confidence, claims: &mut Claims) {
    for (name, value) in pairs(service.get("environment")) {
        let place = || at("environment");
        let value = commands::defaulted(&value).unwrap_or_default();
        match name.as_str() {
            "DJANGO_SETTINGS_MODULE" => settings(value, place(), sure, claims),
            "CONTAINER_MODE" => claims.claim("logging", "switch", sure, place()),
            "DJANGO_LOG_DIR" => claims.claim("logging", "file", sure.min(Likely), place()),
            "DJANGO_LOG_LEVEL" | "LOG_LEVEL"
                if crate::options::LogLevel::VALUES.iter().any(|level| level.id == value) =>
            {
                claims.claim("log-level", value, sure, place());
            }
            "PUID" | "PGID" => {
                claims.claim("user-management", "dynamic", sure, place());
                if !value.is_empty() {
                    claims.claim(if name == "PUID" { "uid" } else { "gid" }, value, sure, place());
                }
            }
            "WEB_CONCURRENCY" if value.bytes().all(|b| b.is_ascii_digit()) && !value.is_empty() => {
                claims.claim("workers", value, sure, place());
            }
            "WEB_TIMEOUT" | "GUNICORN_TIMEOUT" if value.bytes().all(|b| b.is_ascii_digit()) && !value.is_empty() => {
                claims.claim("timeout", value, sure, place());
            }
            _ => {}
        }
    }
}
