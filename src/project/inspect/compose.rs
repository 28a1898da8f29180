//! Compose files of any version: services, with anchors, merges and `extends` resolved.

use std::collections::{BTreeMap, BTreeSet};

use serde_yaml::{Mapping, Value};

use super::Confidence::{Guess, Likely, Stated};
use super::dockerfile::{Images, settings};
use super::{Claims, Confidence, Evidence, Source, commands, servers, text_of};
use crate::catalog::yaml::nested_too_deeply;
use crate::messages::msg;
use crate::project::paths::beside;
use crate::project::update::Tree;

/// How many services one may extend, one through the other.
const MOST_STEPS: usize = 10;
/// How many files are read because others name them.
const MOST_NAMED: usize = 50;

/// The stages that services build, by the paths of their Dockerfiles; those of production where there are several.
pub(super) fn targets(sources: &[Source]) -> BTreeMap<String, String> {
    let mut targets = BTreeMap::new();
    for source in sources {
        let root = parsed(source, &mut Claims::default());
        for service in root.as_ref().and_then(services_of).into_iter().flat_map(Mapping::values) {
            let target = service.get("build").and_then(|build| text(build.get("target")));
            if let (Some(path), Some(target)) = (dockerfile_of(source.path, service), target) {
                targets.entry(path).or_insert(target);
            }
        }
    }
    targets
}

/// The Dockerfile that a service of a compose file is built from.
fn dockerfile_of(compose: &str, service: &Value) -> Option<String> {
    let build = service.get("build")?;
    let context = text(Some(build)).or_else(|| text(build.get("context"))).unwrap_or_default();
    let dockerfile = text(build.get("dockerfile")).unwrap_or_else(|| "Dockerfile".to_owned());
    beside(compose, &format!("{context}/{dockerfile}"))
}

/// Reads every compose file; gives the place of the first one's services. `tree` has the files that they name, `images`
/// the services of others that Dockerfiles of the project build.
pub(super) fn read(sources: &[Source], tree: &Tree, images: &Images, claims: &mut Claims) -> Option<Evidence> {
    let mut first = None;
    let mut files = ExtendedFiles { tree, read: BTreeMap::new(), images };
    for source in sources {
        let Some(root) = parsed(source, claims) else {
            claims.unread = true;
            continue;
        };
        let included = included(&root);
        claims.unread |= included.is_empty() && root.contains_key("include");
        let unread: Vec<String> = included.into_iter().filter(|path| !is_source(sources, source.path, path)).collect();
        if !unread.is_empty() {
            claims.unread = true;
            let line = line_of(source, &["include"]).map(|place| place.line);
            let message = msg!(
                "This includes {0}, which is not read: set by hand what the services there decide.",
                unread.join(", ")
            );
            claims.trouble(source.path, line, message);
        }
        let Some(services) = services_of(&root) else { continue };
        let place = line_of(source, &["services"]).unwrap_or_else(|| source.line(1));
        claim_file(source, &root, services, &mut files, claims);
        first.get_or_insert(place);
    }
    first
}

/// The compose files that a compose file includes, as it names them.
fn included(root: &Mapping) -> Vec<String> {
    let Some(include) = root.get("include") else { return Vec::new() };
    let entries = include.as_sequence().into_iter().flatten();
    entries.flat_map(|entry| entry.get("path").map_or_else(|| list(Some(entry)), |path| list(Some(path)))).collect()
}

/// Whether a path that a compose file names is one of those that are read.
fn is_source(sources: &[Source], compose: &str, path: &str) -> bool {
    beside(compose, path).is_some_and(|path| sources.iter().any(|source| source.path == path))
}

/// The paths that compose files name in `extends` and that are not in the tree, at once or by way of others.
pub(super) fn further(sources: &[Source], tree: &Tree) -> BTreeSet<String> {
    let mut missing = BTreeSet::new();
    let mut claims = Claims::default();
    let images = Images::new();
    let mut files = ExtendedFiles { tree, read: BTreeMap::new(), images: &images };
    let mut open: Vec<(String, Mapping)> = Vec::new();
    for source in sources {
        let root = parsed(source, &mut claims);
        open.extend(root.and_then(|root| services_of(&root).cloned()).map(|found| (source.path.to_owned(), found)));
    }
    while let Some((path, services)) = open.pop() {
        for service in services.values() {
            let Some(Target { file: Some(file), .. }) = target(service) else { continue };
            let Some(file) = beside(&path, &file) else { continue };
            if files.read.contains_key(&file) || files.read.len() + missing.len() >= MOST_NAMED {
                continue;
            }
            if !tree.contains_key(&file) {
                missing.insert(file);
            } else if let Some((_, services)) = files.open(&file, &mut claims) {
                open.push((file, services.clone()));
            }
        }
    }
    missing
}

/// A file as YAML with its merges resolved, or a trouble.
fn parsed(source: &Source, claims: &mut Claims) -> Option<Mapping> {
    if let Some(line) = nested_too_deeply(source.text) {
        claims.trouble(source.path, Some(line), msg!("This is nested too deeply to read."));
        return None;
    }
    let mut value: Value = match serde_yaml::from_str(source.text) {
        Ok(value) => value,
        Err(error) => {
            let line = error.location().map(|location| location.line());
            claims.trouble(source.path, line, msg!("This is not valid YAML: {0}.", error.to_string()));
            return None;
        }
    };
    // What is merged in may itself have something merged in.
    for _ in 0..4 {
        if let Err(error) = value.apply_merge() {
            claims.trouble(source.path, None, msg!("Its merge keys cannot be resolved: {0}.", error.to_string()));
            break;
        }
    }
    match value {
        Value::Mapping(root) => Some(root),
        _ => None,
    }
}

/// The services of a file; version 1 had them at the top.
fn services_of(root: &Mapping) -> Option<&Mapping> {
    if let Some(services) = root.get("services") {
        return services.as_mapping();
    }
    let is_service = |service: &Value| service.get("image").is_some() || service.get("build").is_some();
    root.values().any(is_service).then_some(root)
}

/// Files that others name, read when they are asked for: text and services, or nothing where they have none.
struct ExtendedFiles<'a> {
    tree: &'a Tree,
    read: BTreeMap<String, Option<(String, Mapping)>>,
    images: &'a Images,
}

impl ExtendedFiles<'_> {
    fn open(&mut self, path: &str, claims: &mut Claims) -> Option<&(String, Mapping)> {
        if !self.read.contains_key(path) {
            let found = self.tree.get(path).filter(|_| self.read.len() < MOST_NAMED).and_then(|bytes| {
                let text = match text_of(bytes) {
                    Ok(text) => text,
                    Err((line, message)) => {
                        claims.trouble(path, line, message);
                        return None;
                    }
                };
                let root = parsed(&Source { path, text: &text }, claims)?;
                let services = services_of(&root)?.clone();
                Some((text, services))
            });
            self.read.insert(path.to_owned(), found);
        }
        self.read.get(path)?.as_ref()
    }
}

/// What a service extends.
struct Target {
    /// The file as it is named; `None` for the same one.
    file: Option<String>,
    service: String,
}

fn target(service: &Value) -> Option<Target> {
    match service.get("extends")? {
        Value::String(service) => Some(Target { file: None, service: service.clone() }),
        Value::Mapping(extends) => {
            Some(Target { file: text(extends.get("file")), service: text(extends.get("service"))? })
        }
        _ => None,
    }
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

fn claim_file(source: &Source, root: &Mapping, services: &Mapping, files: &mut ExtendedFiles, claims: &mut Claims) {
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
        let (service, origins) = extended(source, name, service, services, files, claims);
        let files = &*files;
        let at = |key: &str| {
            let (file, name) = origins.get(key).map_or((None, name), |(file, name)| (file.as_deref(), name.as_str()));
            let other = file.and_then(|file| Some((file, files.read.get(file)?.as_ref()?.0.as_str())));
            let (path, text) = other.unwrap_or((source.path, source.text));
            let source = Source { path, text };
            line_of(&source, &["services", name, key])
                .or_else(|| line_of(&source, &[name, key]))
                .unwrap_or_else(|| source.line(1))
        };
        if let Some(image) = text(service.get("image")) {
            image_claims(&image, name, at("image"), sure, claims);
        }
        let dockerfile = dockerfile_of(source.path, &Value::Mapping(service.clone()));
        let other = dockerfile.as_ref().and_then(|path| files.images.get(path));
        if let Some(image) = other {
            image_claims(image, name, at("build"), sure, claims);
        }
        // What a Dockerfile outside of the project builds may be anything.
        let known = |path: &String| files.tree.contains_key(path);
        let has_file = service.get("build").is_some_and(|build| build.get("dockerfile_inline").is_none());
        claims.unread |= has_file && !dockerfile.as_ref().is_some_and(known) && !development;
        let built = service.get("build").is_some() && other.is_none();
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

/// Where the keys of a service come from that are not its own: file, where it is another one, and service.
type Origins = BTreeMap<String, (Option<String>, String)>;

/// A service with what it takes from others, of the same file or of another one of the project.
fn extended(
    source: &Source,
    name: &str,
    service: &Mapping,
    services: &Mapping,
    files: &mut ExtendedFiles,
    claims: &mut Claims,
) -> (Mapping, Origins) {
    let mut merged = service.clone();
    let mut origins = Origins::new();
    let mut path = source.path.to_owned();
    let mut next = target(&Value::Mapping(service.clone()));
    let mut way = vec![(path.clone(), name.to_owned())];
    let place = line_of(source, &["services", name, "extends"]).or_else(|| line_of(source, &[name, "extends"]));
    let line = place.map(|place| place.line);
    while let Some(Target { file, service }) = next {
        if let Some(file) = file {
            let Some(file) = beside(&path, &file) else {
                let message = msg!("“{0}” extends a service in {1}, which is not in the project.", name, file);
                claims.trouble(source.path, line, message);
                break;
            };
            path = file;
        }
        let step = (path.clone(), service.clone());
        if way.contains(&step) || way.len() > MOST_STEPS {
            let is_circle = way.contains(&step);
            way.push(step);
            let shown: Vec<String> = way.iter().map(|(file, service)| format!("{file}:{service}")).collect();
            let way = shown.join(" → ");
            let message = if is_circle {
                msg!("This is a circular reference: {0}.", way)
            } else {
                msg!("This chain of references is too long: {0}.", way)
            };
            claims.trouble(source.path, line, message);
            break;
        }
        way.push(step);
        let (is_here, is_known) = (path == source.path, files.tree.contains_key(&path));
        let found = if is_here { Some(services) } else { files.open(&path, claims).map(|(_, services)| services) };
        let Some(base) = found.and_then(|services| services.get(service.as_str())).and_then(Value::as_mapping) else {
            let message = if is_here || is_known {
                msg!("“{0}” extends “{1}” in {2}, which has no readable service of that name.", name, service, path)
            } else {
                msg!("“{0}” extends “{1}” in {2}, which was not found.", name, service, path)
            };
            claims.trouble(source.path, line, message);
            break;
        };
        for (key, value) in base {
            let Some(word) = key.as_str().filter(|word| *word != "extends") else { continue };
            match merged.get_mut(key) {
                None => {
                    merged.insert(key.clone(), value.clone());
                    let file = (!is_here).then(|| path.clone());
                    origins.insert(word.to_owned(), (file, service.clone()));
                }
                Some(own) => join(word, own, value),
            }
        }
        next = target(&Value::Mapping(base.clone()));
    }
    (merged, origins)
}

/// Adds what the service that is extended says of a key to what is said nearer by.
fn join(key: &str, own: &mut Value, base: &Value) {
    match (own, base) {
        (Value::Mapping(own), Value::Mapping(base)) => {
            for (key, value) in base {
                if !own.contains_key(key) {
                    own.insert(key.clone(), value.clone());
                }
            }
        }
        (Value::Sequence(own), Value::Sequence(base)) if !["command", "entrypoint"].contains(&key) => {
            own.splice(0..0, base.iter().cloned());
        }
        _ => {}
    }
}

/// What an image says.
enum Says {
    /// PostgreSQL, in the version of its tag.
    Postgres,
    /// Redis, in the version of its tag.
    Redis,
    /// An option's value, with at most this confidence.
    Value(&'static str, &'static str, Confidence),
    /// Another database than the options offer, which is none of theirs.
    OtherDatabase,
    /// Something else that is not among the options.
    NotOffered,
}

/// The images that say something, by the last part of their names: that of the official ones, and of those that others
/// build, as postgis/postgis, timescale/timescaledb or bitnami/postgresql.
const IMAGES: &[(&[&str], Says)] = &[
    (
        &[
            "citus",
            "paradedb",
            "pgvector",
            "postgis",
            "postgres",
            "postgresql",
            "postgresql-repmgr",
            "timescaledb",
            "timescaledb-ha",
        ],
        Says::Postgres,
    ),
    (&["redis", "redis-stack", "redis-stack-server"], Says::Redis),
    (&["valkey"], Says::Value("redis", "valkey-8", Stated)),
    (&["nginx", "nginx-unprivileged"], Says::Value("reverse-proxy", "bundled-nginx", Stated)),
    (&["caddy"], Says::Value("reverse-proxy", "external-caddy", Likely)),
    (&["traefik"], Says::Value("reverse-proxy", "external-traefik", Likely)),
    (&["certbot"], Says::Value("tls", "certbot", Stated)),
    (&["flower"], Says::Value("flower", "true", Stated)),
    (
        &["mariadb", "mariadb-galera", "mysql", "mysql-server", "percona", "percona-server", "percona-xtradb-cluster"],
        Says::OtherDatabase,
    ),
    (&["memcached", "mongo", "mongodb", "mongodb-community-server", "rabbitmq"], Says::NotOffered),
];

/// Whether images of a name are services by themselves.
pub(super) fn is_service(name: &str) -> bool {
    IMAGES.iter().any(|(names, _)| names.contains(&name))
}

fn image_claims(image: &str, service: &str, place: Evidence, sure: Confidence, claims: &mut Claims) {
    let image = image.split('@').next().unwrap_or(image);
    let (name, tag) = match image.rsplit_once(':') {
        Some((name, tag)) if !tag.contains('/') => (name, commands::defaulted(tag).unwrap_or(tag)),
        _ => (image, ""),
    };
    let last = name.rsplit('/').next().unwrap_or(name);
    let Some((_, says)) = IMAGES.iter().find(|(names, _)| names.contains(&last)) else { return };
    let major: String = tag.chars().take_while(char::is_ascii_digit).collect();
    match says {
        Says::Postgres => {
            if !service.contains("backup") {
                claims.claim("database", "bundled", sure, place.clone());
            }
            // postgis/postgis:16-3.4, timescale/timescaledb:2.17-pg16
            let major =
                tag.split("pg").nth(1).map_or(major, |rest| rest.chars().take_while(char::is_ascii_digit).collect());
            if major.is_empty() {
                claims.trouble(&place.file, Some(place.line), msg!("The image does not specify a PostgreSQL version."));
            } else {
                claims.claim("postgres", major, sure, place);
            }
        }
        Says::Redis => match major.as_str() {
            "" => claims.claim("redis", "7", Guess, place),
            "7" | "8" => claims.claim("redis", major, sure, place),
            _ => {
                let message = msg!("Redis {0} is not among the options; Redis 7 can use its data.", &major);
                claims.trouble(&place.file, Some(place.line), message);
                claims.claim("redis", "7", Guess, place);
            }
        },
        Says::Value(id, value, most) => claims.claim(id, *value, sure.min(*most), place),
        Says::OtherDatabase | Says::NotOffered => {
            if matches!(says, Says::OtherDatabase) {
                // Neither a PostgreSQL of the set nor one elsewhere.
                claims.open.push("database");
            }
            let message = msg!("The service “{0}” runs {1}, which is not among the options.", service, last);
            claims.trouble(&place.file, Some(place.line), message);
        }
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
        (command, true) if command.split_whitespace().count() == 1 => {
            // A script such as /start-celerybeat.
            let name = command.rsplit('/').next().unwrap_or(command);
            if name.contains("flower") {
                claims.claim("flower", "true", Likely.min(sure), at("command"));
            } else if name.contains("celery") && name.contains("beat") {
                claims.claim("celery", "worker-beat", Likely.min(sure), at("command"));
            } else if name.contains("celery") {
                claims.claim("celery", "worker", Likely.min(sure), at("command"));
            }
        }
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
                if crate::catalog::options::LogLevel::VALUES.iter().any(|level| level.id == value) =>
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
