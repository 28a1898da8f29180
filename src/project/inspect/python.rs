//! Settings and other Python modules that configure, read by Ruff's parser, which goes on after a syntax error.

use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{self as ast, Expr, Stmt};
use ruff_text_size::Ranged as _;

use super::Confidence::{Guess, Likely, Stated};
use super::dockerfile::settings;
use super::{Claims, Source, servers};
use crate::messages::msg;
use crate::project::python::{Refusal, parsed, statements, text};

pub(super) fn read(source: &Source, claims: &mut Claims) {
    let parsed = match parsed(source.text) {
        Ok(parsed) => parsed,
        Err(Refusal::TooLong(bytes)) => {
            return claims.trouble(source.path, None, msg!("Too large for a module ({0} bytes).", bytes));
        }
        Err(Refusal::TooDeep(line)) => {
            return claims.trouble(source.path, Some(line), msg!("This is nested too deeply to read."));
        }
    };
    if let Some(error) = parsed.errors().first() {
        let place = source.at(usize::from(error.location.start()));
        claims.trouble(source.path, Some(place.line), msg!("This is not valid Python: {0}.", error.error.to_string()));
    }
    let name = source.path.rsplit('/').next().unwrap_or(source.path);
    let mut reader = Reader { source, claims, name, conditions: 0 };
    for stmt in statements(&parsed) {
        reader.visit_stmt(stmt);
    }
    by_place(source, claims);
}

/// What the place of a module says.
fn by_place(source: &Source, claims: &mut Claims) {
    let parts: Vec<&str> = source.path.split('/').collect();
    let Some((file, folders)) = parts.split_last() else { return };
    if let ("health.py" | "wsgi.py", [package]) = (*file, folders) {
        claims.claim("django-module", *package, Guess, source.line(1));
    }
}

struct Reader<'a, 'b> {
    source: &'a Source<'a>,
    claims: &'b mut Claims,
    name: &'a str,
    /// In how many conditions the statement stands.
    conditions: usize,
}

/// The elements of a list, tuple or set.
fn elements(expr: &Expr) -> &[Expr] {
    match expr {
        Expr::List(list) => &list.elts,
        Expr::Tuple(tuple) => &tuple.elts,
        Expr::Set(set) => &set.elts,
        _ => &[],
    }
}

/// What of a number's expression matters: its whole numbers, and the names that it uses.
#[derive(Default)]
struct Number {
    numbers: Vec<u64>,
    names: Vec<String>,
}

impl<'a> Visitor<'a> for Number {
    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::NumberLiteral(ast::ExprNumberLiteral { value: ast::Number::Int(number), .. }) => {
                self.numbers.extend(number.as_u64());
            }
            Expr::StringLiteral(literal) => self.numbers.extend(literal.value.to_str().parse::<u64>().ok()),
            Expr::Name(name) => self.names.push(name.id.to_string()),
            Expr::Attribute(attribute) => self.names.push(attribute.attr.to_string()),
            _ => {}
        }
        walk_expr(self, expr);
    }
}

impl<'a> Visitor<'a> for Reader<'_, '_> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        match stmt {
            Stmt::Assign(assign) => {
                for target in &assign.targets {
                    match target {
                        Expr::Name(name) => self.assigned(name.id.as_str(), &assign.value),
                        // os.environ["DJANGO_SETTINGS_MODULE"] = "shop.settings"
                        Expr::Subscript(item) if text(&item.slice) == Some("DJANGO_SETTINGS_MODULE") => {
                            self.settings(&assign.value);
                        }
                        _ => {}
                    }
                }
            }
            Stmt::AnnAssign(assign) => {
                if let (Expr::Name(name), Some(value)) = (&*assign.target, &assign.value) {
                    self.assigned(name.id.as_str(), value);
                }
            }
            _ => {}
        }
        let is_condition = matches!(stmt, Stmt::If(_) | Stmt::Try(_) | Stmt::Match(_));
        self.conditions += usize::from(is_condition);
        walk_stmt(self, stmt);
        self.conditions -= usize::from(is_condition);
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Call(call) => self.called(call),
            Expr::StringLiteral(_) => self.mentioned(text(expr).unwrap_or_default(), expr),
            Expr::Dict(dict) => self.mapping(dict),
            Expr::Name(name) if self.name == "asgi.py" && name.id.as_str() == "ProtocolTypeRouter" => {
                self.claim("websockets", "true", Likely, expr);
            }
            _ => {}
        }
        walk_expr(self, expr);
    }
}

impl Reader<'_, '_> {
    fn claim(&mut self, id: &'static str, value: &str, sure: super::Confidence, place: &Expr) {
        let sure = if self.source.is_development() { Guess.min(sure) } else { sure };
        let place = self.source.at(usize::from(place.range().start()));
        self.claims.claim(id, value, sure, place);
    }

    /// The settings that a module starts Django with.
    fn settings(&mut self, value: &Expr) {
        let Some(module) = text(value) else { return };
        // Servers and workers run production; manage.py is for the person at the keyboard.
        let sure = if self.name == "manage.py" { Guess } else { Likely };
        let place = self.source.at(usize::from(value.range().start()));
        settings(module, place, sure, self.claims);
    }

    fn assigned(&mut self, name: &str, value: &Expr) {
        let gunicorn = self.name.contains("gunicorn");
        match name {
            // The list of this program's own settings holds host names and nothing else.
            "_DOMAINS" => {
                let hosts: Vec<&str> = elements(value).iter().filter_map(text).collect();
                self.claim("domain", &hosts.join(","), Stated, value);
            }
            "ALLOWED_HOSTS" => {
                // A list, or what holds where the environment says nothing.
                let value = match value {
                    Expr::Call(call) => call
                        .arguments
                        .keywords
                        .iter()
                        .find(|keyword| keyword.arg.as_ref().is_some_and(|name| name.as_str() == "default"))
                        .map_or(value, |keyword| &keyword.value),
                    _ => value,
                };
                let hosts: Vec<&str> = elements(value).iter().filter_map(text).collect();
                let place = self.source.at(usize::from(value.range().start()));
                servers::hosts(hosts, place, if self.source.is_development() { Guess } else { Likely }, self.claims);
            }
            // Its runserver serves WebSockets in development; production runs it as well, or what is started there.
            name if name.ends_with("APPS") && elements(value).iter().any(|app| text(app) == Some("daphne")) => {
                self.claim("server", "daphne", Guess, value);
            }
            "WSGI_APPLICATION" | "ASGI_APPLICATION" => {
                if let Some((module, variable)) = text(value).and_then(|text| text.rsplit_once('.')) {
                    let id = if name == "WSGI_APPLICATION" { "wsgi-application" } else { "asgi-application" };
                    self.claim(id, &format!("{module}:{variable}"), Likely, value);
                }
            }
            "CHANNEL_LAYERS" => self.claim("websockets", "true", Likely, value),
            "MEDIA_ROOT" => self.claim("media", "true", Likely, value),
            "CELERY_BEAT_SCHEDULER" if text(value).is_some_and(|text| text.contains("django_celery_beat")) => {
                self.claim("beat-scheduler", "database", Stated, value);
            }
            "worker_class" if gunicorn => {
                let asgi = text(value).is_some_and(|text| text.contains("vicorn"));
                self.claim("server", if asgi { "gunicorn-uvicorn" } else { "gunicorn" }, Stated, value);
            }
            "workers" | "timeout" if gunicorn => {
                let mut found = Number::default();
                found.visit_expr(value);
                let cpus = found.names.iter().any(|name| name.contains("cpu") || name == "multiprocessing");
                let id = if name == "workers" { "workers" } else { "timeout" };
                match (cpus, &found.numbers[..]) {
                    (true, _) if id == "workers" => self.claim(id, "auto", Stated, value),
                    (false, [.., number]) => self.claim(id, &number.to_string(), Stated, value),
                    _ => {}
                }
            }
            _ => {}
        }
    }

    fn called(&mut self, call: &ast::ExprCall) {
        let arguments = &call.arguments.args;
        let function = match &*call.func {
            Expr::Name(name) => name.id.as_str(),
            Expr::Attribute(attribute) => attribute.attr.as_str(),
            _ => return,
        };
        let (Some(first), second) = (arguments.first().and_then(text), arguments.get(1).and_then(text)) else { return };
        match (first, second) {
            ("DJANGO_SETTINGS_MODULE", Some(_)) if function == "setdefault" => {
                self.settings(&arguments[1]);
            }
            ("DJANGO_LOG_LEVEL" | "LOG_LEVEL", Some(level))
                if crate::catalog::options::LogLevel::VALUES.iter().any(|known| known.id == level) =>
            {
                self.claim("log-level", level, Likely, &arguments[1]);
            }
            ("CONTAINER_MODE", _) => self.claim("logging", "switch", Stated, &arguments[0]),
            _ => {}
        }
    }

    /// What a text in a settings module says by being there.
    fn mentioned(&mut self, text: &str, place: &Expr) {
        match text {
            "whitenoise.middleware.WhiteNoiseMiddleware" => self.claim("static-files", "whitenoise", Stated, place),
            "channels" => self.claim("websockets", "true", Likely, place),
            "django_celery_beat" => self.claim("beat-scheduler", "database", Likely, place),
            // In a condition it is what holds where no other database is given.
            "django.db.backends.sqlite3" if self.conditions > 0 => self.claims.open.push("database"),
            "django.db.backends.sqlite3" if !self.source.is_development() => {
                self.claims.open.push("database");
                let line = self.source.at(usize::from(place.range().start())).line;
                let message = msg!("The database is SQLite; the set uses PostgreSQL, and the data must be migrated.");
                self.claims.trouble(self.source.path, Some(line), message);
            }
            "django.db.backends.mysql" | "django.db.backends.oracle" => {
                let line = self.source.at(usize::from(place.range().start())).line;
                self.claims.trouble(self.source.path, Some(line), msg!("This database is not among the options."));
            }
            _ if text.contains("pythonjsonlogger") => self.claim("log-format", "json", Likely, place),
            _ => {}
        }
    }

    /// Handlers of a logging configuration.
    fn mapping(&mut self, dict: &ast::ExprDict) {
        for item in &dict.items {
            let (Some(key), value) = (item.key.as_ref().and_then(text), &item.value) else { continue };
            let Some(class) = text(value).filter(|_| key == "class") else { continue };
            if class.ends_with("FileHandler") {
                // Where CONTAINER_MODE decides, that is stated more strongly.
                self.claim("logging", "file", Likely, value);
            } else if class.ends_with("StreamHandler") {
                self.claim("logging", "stdout", Guess, value);
            }
        }
    }
}
