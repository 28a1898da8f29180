//! Commands: what a script, a Procfile, a compose file or a Dockerfile starts.

use super::Confidence::{Guess, Likely, Stated};
use super::dockerfile::settings;
use super::{Claims, Confidence, Evidence, Source};
use crate::messages::msg;

/// How many words of commands are known.
const MOST_WORDS: usize = 10_000;

/// Reads the scripts that something starts: by an entrypoint, a command or a process, at once or by way of another.
/// Whoever starts what is not known; `by_name` reads those that are entrypoints by their name where nothing else is
/// there.
pub(super) fn scripts(mut sources: Vec<Source>, by_name: bool, claims: &mut Claims) {
    loop {
        let (found, rest): (Vec<Source>, Vec<Source>) = sources.into_iter().partition(|source| {
            let name = source.path.rsplit('/').next().unwrap_or(source.path);
            by_name && name.contains("entrypoint") || is_started(source.path, name, claims)
        });
        if found.is_empty() {
            return;
        }
        for source in &found {
            script(source, claims);
        }
        sources = rest;
    }
}

/// Whether a command names a script, by its own name or by that under which an image copies it.
fn is_started(path: &str, name: &str, claims: &Claims) -> bool {
    claims.started.contains(name)
        || claims.copied.iter().any(|(source, target)| {
            let source = source.trim_start_matches("./").trim_start_matches('/');
            let target = target.rsplit('/').next().unwrap_or(target);
            (path == source || path.ends_with(&format!("/{source}"))) && claims.started.contains(target)
        })
}

/// The commands of a shell script. A line that goes on with a backslash is one.
fn script(source: &Source, claims: &mut Claims) {
    let mut joined = String::new();
    let mut first = 1;
    for (index, line) in source.text.lines().enumerate() {
        if joined.is_empty() {
            first = index + 1;
        }
        let bare = line.trim();
        if joined.is_empty() && bare.starts_with('#') {
            continue;
        }
        joined.push_str(bare.strip_suffix('\\').unwrap_or(bare));
        if bare.ends_with('\\') {
            joined.push(' ');
            continue;
        }
        let development = source.is_development();
        let confidence = if development { Guess } else { Stated };
        command(&joined, &source.line(first), confidence, claims);
        start_up(&joined, &source.line(first), claims);
        if joined.contains("gosu ") || joined.contains("su-exec ") || joined.contains("PUID") {
            claims.claim("user-management", "dynamic", Stated, source.line(first));
        }
        joined.clear();
    }
}

/// What a start script does before it serves.
fn start_up(text: &str, place: &Evidence, claims: &mut Claims) {
    let runs = |what: &str| {
        text.split(['&', ';', '|']).any(|part| {
            let words: Vec<&str> = part.split_whitespace().collect();
            let manage = words.iter().position(|word| word.ends_with("manage.py") || word.ends_with("django-admin"));
            manage.is_some_and(|at| words.get(at + 1) == Some(&what))
        })
    };
    // A script of this program hands “migrate” to a function, and calls it beside the server where there is no job.
    if runs("migrate") || text.trim() == "(migrate)" {
        claims.claim("migrations", "entrypoint", Stated, place.clone());
    }
    if runs("collectstatic") {
        claims.claim("collectstatic", "start", Stated, place.clone());
    }
}

/// The processes of a Procfile.
pub(super) fn procfile(source: &Source, claims: &mut Claims) {
    for (index, line) in source.text.lines().enumerate() {
        let Some((name, text)) = line.split_once(':') else { continue };
        if !name.trim().chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-') {
            continue;
        }
        let place = source.line(index + 1);
        command(text, &place, Likely, claims);
        if name.trim() == "release" && text.contains("migrate") {
            claims.claim("migrations", "job", Likely, place);
        } else {
            start_up(text, &place, claims);
        }
    }
}

/// What one command line says. `confidence` is that of a command that production runs for sure.
pub(super) fn command(text: &str, place: &Evidence, confidence: Confidence, claims: &mut Claims) {
    for word in text.split(|c: char| c.is_whitespace() || "\"'[],;&|()".contains(c)) {
        let name = word.rsplit('/').next().unwrap_or(word);
        if !name.is_empty() && claims.started.len() < MOST_WORDS {
            claims.started.insert(name.to_owned());
        }
        // For this process alone, as a shell does it.
        if let Some(module) = word.strip_prefix("DJANGO_SETTINGS_MODULE=") {
            settings(module, place.clone(), confidence, claims);
        }
    }
    for part in text.replace("&&", "\n").replace("||", "\n").split(['\n', ';', '|']) {
        claim_command(part, place, confidence, claims);
    }
}

/// The words of a command, without quotes and without what stands before the program.
fn words(text: &str) -> Vec<String> {
    let bare: Vec<String> = text
        .split_whitespace()
        .map(|word| word.trim_matches(['"', '\'', '[', ']', ',', '(', ')']).to_owned())
        .filter(|word| !word.is_empty())
        .collect();
    let mut from = 0;
    while let Some(word) = bare.get(from) {
        let is_before = [
            "exec",
            "sh",
            "bash",
            "/bin/sh",
            "/bin/bash",
            "-c",
            "-lc",
            "python",
            "python3",
            "-m",
            "uv",
            "run",
            "poetry",
            "pipenv",
            "newrelic-admin",
            "run-program",
            "tini",
            "--",
            "dumb-init",
            "nohup",
            "time",
            "gosu",
            "su-exec",
            "CMD",
            "ENTRYPOINT",
        ]
        .contains(&word.as_str())
            || word.contains('=') && !word.starts_with('-')
            || from > 0 && ["gosu", "su-exec"].contains(&bare[from - 1].as_str());
        if !is_before {
            break;
        }
        from += 1;
    }
    bare[from.min(bare.len())..].to_vec()
}

/// The value of an option of a command: `--name value`, `--name=value` or `-n value`.
fn value<'a>(words: &'a [String], names: &[&str]) -> Option<&'a str> {
    words.iter().enumerate().find_map(|(index, word)| {
        names.iter().find_map(|name| {
            if word == name {
                return words.get(index + 1).map(String::as_str);
            }
            let rest = word.strip_prefix(name)?;
            if name.starts_with("--") { rest.strip_prefix('=') } else { Some(rest).filter(|rest| !rest.is_empty()) }
        })
    })
}

/// What a shell's `${NAME:-default}` gives where nothing is set; the text itself where it is no variable.
pub(super) fn defaulted(text: &str) -> Option<&str> {
    let text = text.trim_matches('"');
    let Some(inner) = text.strip_prefix("${").and_then(|rest| rest.strip_suffix('}')) else {
        return Some(text).filter(|text| !text.contains('$'));
    };
    inner.split_once(":-").or_else(|| inner.split_once('-')).map(|(_, default)| default).filter(|d| !d.contains('$'))
}

fn claim_command(text: &str, place: &Evidence, confidence: Confidence, claims: &mut Claims) {
    let words = words(text);
    let Some(program) = words.first().map(|word| word.rsplit('/').next().unwrap_or(word)) else { return };
    // The set starts Daphne through a module of its own.
    let program = if program == "daphne_server.py" { "daphne" } else { program };
    let arguments = &words[1..];
    let server = match program {
        "gunicorn" => {
            let worker = value(arguments, &["--worker-class", "-k"]).unwrap_or_default();
            let asgi = worker.contains("vicorn") || arguments.iter().any(|word| word.contains("asgi:"));
            // A configuration file may name the worker class.
            let sure = asgi || value(arguments, &["--config", "-c"]).is_none();
            claims.claim(
                "server",
                if asgi { "gunicorn-uvicorn" } else { "gunicorn" },
                if sure { confidence } else { confidence.min(Likely) },
                place.clone(),
            );
            true
        }
        "daphne" | "uvicorn" | "hypercorn" | "granian" => {
            if arguments.iter().any(|word| word == "--reload") {
                return;
            }
            claims.claim("server", program, confidence, place.clone());
            true
        }
        "celery" => {
            celery(arguments, place, confidence, claims);
            false
        }
        "flower" => {
            claims.claim("flower", "true", confidence, place.clone());
            false
        }
        "waitress-serve" | "uwsgi" => {
            let message = msg!("The server {0} is not among the options; Gunicorn is the closest.", program);
            claims.trouble(&place.file, Some(place.line), message);
            false
        }
        _ => false,
    };
    if !server {
        return;
    }
    for word in arguments {
        if let Some((module, _)) = word.split_once(':')
            && let Some((package, "asgi" | "wsgi")) = module.rsplit_once('.')
            && !package.contains(['/', '$'])
        {
            claims.claim("django-module", package, Likely, place.clone());
        }
        if is_application(word) {
            let asgi = word.contains("asgi") || !program.contains("gunicorn") && !word.contains("wsgi");
            let id = if asgi { "asgi-application" } else { "wsgi-application" };
            claims.claim(id, word, confidence, place.clone());
        }
    }
    let workers = value(arguments, &["--workers", "-w"]).and_then(defaulted);
    if let Some(workers) = workers.filter(|workers| workers.bytes().all(|b| b.is_ascii_digit()) && !workers.is_empty())
    {
        claims.claim("workers", workers, confidence.min(Likely), place.clone());
    }
    let timeouts = [
        "--timeout",
        "-t",
        "--http-timeout",
        "--timeout-graceful-shutdown",
        "--graceful-timeout",
        "--workers-kill-timeout",
    ];
    if let Some(timeout) = value(arguments, &timeouts).and_then(defaulted).filter(|text| *text != "0") {
        claims.claim("timeout", timeout, confidence.min(Likely), place.clone());
    }
}

/// Whether a word of a server's command is what it serves: `shop.wsgi` or `shop.wsgi:application`.
fn is_application(word: &str) -> bool {
    let (module, variable) = word.split_once(':').unwrap_or((word, "application"));
    let is_name = |name: &str| {
        name.starts_with(|c: char| c.is_ascii_alphabetic())
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    let last = module.rsplit('.').next().unwrap_or(module);
    module.split('.').all(is_name) && is_name(variable) && (last.contains("wsgi") || last.contains("asgi"))
}

fn celery(arguments: &[String], place: &Evidence, confidence: Confidence, claims: &mut Claims) {
    if let Some(app) = value(arguments, &["--app", "-A"])
        && let Some(package) = app.split(['.', ':']).next()
        && !package.contains('$')
    {
        claims.claim("django-module", package, Likely, place.clone());
        claims.claim("celery-application", app, confidence, place.clone());
    }
    let has = |word: &str| arguments.iter().any(|other| other == word);
    if has("beat") || has("-B") || has("--beat") {
        claims.claim("celery", "worker-beat", confidence, place.clone());
    } else if has("worker") {
        // Below a beat elsewhere.
        claims.claim("celery", "worker", confidence.min(Likely), place.clone());
    }
    if has("flower") {
        claims.claim("flower", "true", confidence, place.clone());
    }
    if let Some(scheduler) = value(arguments, &["--scheduler", "-S"]) {
        let database = scheduler.contains("django_celery_beat") || scheduler == "django";
        claims.claim("beat-scheduler", if database { "database" } else { "file" }, confidence, place.clone());
    }
}
