//! What the settings of a project say in whole values: applications, directories and storages. They are read in the
//! order of their paths, those for development not at all.

use std::collections::BTreeMap;

use ruff_python_ast::{Expr, Number, Operator, Stmt};
use ruff_text_size::Ranged as _;

use super::paths::resolved;
use super::python::{parsed, statements, text, top_level};
use super::update::Tree;

/// A directory of the repository that a setting names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    /// Relative to the root of the repository.
    pub path: String,
    /// The module that names it.
    pub file: String,
    /// Its line there, counted from 1.
    pub line: usize,
}

/// What a storage of static files is set to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Storage {
    /// Dotted path of the class; empty where it is computed.
    pub backend: String,
    /// The module that sets it.
    pub file: String,
    /// Its line there, counted from 1.
    pub line: usize,
    /// It stands in a setting of Django 4.2 and before.
    pub is_old: bool,
    /// It is for uploads, and static files are stored as usual.
    pub is_default: bool,
}

/// What the settings say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Settings {
    /// The modules that were read, and where each sets the applications.
    pub modules: Vec<(String, usize)>,
    /// What INSTALLED_APPS and the lists that it is made of name.
    pub apps: Vec<String>,
    /// INSTALLED_APPS is set as a whole.
    pub apps_set: bool,
    /// Some of the applications are computed, or come from where nothing was read.
    pub apps_unknown: bool,
    /// STATICFILES_DIRS.
    pub static_dirs: Vec<Place>,
    /// DIRS of TEMPLATES.
    pub template_dirs: Vec<Place>,
    /// LOCALE_PATHS.
    pub locale_dirs: Vec<Place>,
    /// What stores the static files.
    pub static_storage: Option<Storage>,
    /// DEFAULT_FILE_STORAGE, which Django 4.2 does not take beside STORAGES.
    pub old_storage: Option<Storage>,
    /// Texts by the name of the setting that they are in, with their places: of what the front end is about.
    pub texts: Vec<(String, Place)>,
    /// Names that are set to `True`.
    pub on: Vec<String>,
    /// Some module names django.contrib.staticfiles, wherever that is.
    pub mentions_static: bool,
}

/// Whether a file is a module of settings that production may use.
pub(super) fn is_settings(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    let name = lower.rsplit('/').next().unwrap_or(&lower);
    let folder = lower.rsplit('/').nth(1).unwrap_or_default();
    let development = lower.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| {
        ["dev", "development", "local", "test", "tests", "testing", "ci", "example", "examples"].contains(&word)
    });
    name.rsplit_once('.').is_some_and(|(_, kind)| kind == "py")
        && (name.contains("settings") || folder.contains("settings") || folder == "config" && name != "urls.py")
        && name != "container.py"
        && !development
}

impl Settings {
    /// Whether an application is not installed, as far as can be told without running anything: INSTALLED_APPS is in
    /// whole lists, and nothing else was read that names it.
    pub(super) fn is_without(&self, app: &str) -> bool {
        let names = |installed: &String| installed == app || installed.starts_with(&format!("{app}."));
        self.apps_set && !self.apps_unknown && !self.mentions_static && !self.apps.iter().any(names)
    }

    /// Reads the settings of a project.
    pub(super) fn of(tree: &Tree) -> Self {
        let mut settings = Self::default();
        let modules: Vec<(&String, &str)> = tree
            .iter()
            .filter(|(path, _)| is_settings(path))
            .filter_map(|(path, bytes)| Some((path, std::str::from_utf8(bytes).ok()?)))
            .collect();
        let mut values = BTreeMap::new();
        // What one module imports from another is known however they are ordered.
        for _ in 0..2 {
            for (path, text) in &modules {
                Module { file: path, text, values: &mut values, settings: None }.read();
            }
        }
        for (path, text) in &modules {
            settings.mentions_static |= text.contains("django.contrib.staticfiles");
            Module { file: path, text, values: &mut values, settings: Some(&mut settings) }.read();
        }
        settings
    }
}

/// A module while it is read.
struct Module<'a> {
    file: &'a str,
    text: &'a str,
    /// Directories by the name of the variable, relative to the root.
    values: &'a mut BTreeMap<String, String>,
    settings: Option<&'a mut Settings>,
}

impl Module<'_> {
    fn read(&mut self) {
        let Ok(parsed) = parsed(self.text) else { return };
        let mut apps = None;
        for stmt in top_level(statements(&parsed)) {
            let (target, value, adds) = match stmt {
                Stmt::Assign(assign) => match &assign.targets[..] {
                    [Expr::Name(name)] => (name.id.as_str(), &*assign.value, false),
                    _ => continue,
                },
                Stmt::AnnAssign(assign) => match (&*assign.target, &assign.value) {
                    (Expr::Name(name), Some(value)) => (name.id.as_str(), &**value, false),
                    _ => continue,
                },
                Stmt::AugAssign(assign) => match &*assign.target {
                    Expr::Name(name) => (name.id.as_str(), &*assign.value, true),
                    _ => continue,
                },
                _ => continue,
            };
            if let Some(path) = self.path(value) {
                self.values.insert(target.to_owned(), path);
            }
            if target == "INSTALLED_APPS" && apps.is_none() {
                apps = Some(self.place(value, String::new()).line);
            }
            self.setting(target, value, adds);
        }
        let file = self.file.to_owned();
        if let Some(settings) = &mut self.settings {
            settings.modules.push((file, apps.unwrap_or(0)));
        }
    }

    fn place(&self, at: &Expr, path: String) -> Place {
        let before = self.text.get(..usize::from(at.range().start())).unwrap_or_default();
        Place { path, file: self.file.to_owned(), line: before.matches('\n').count() + 1 }
    }

    fn places(&self, value: &Expr) -> Vec<Place> {
        elements(value)
            .iter()
            .filter_map(|item| {
                // A directory with a prefix, as STATICFILES_DIRS takes it.
                let item = match item {
                    Expr::Tuple(tuple) => tuple.elts.last()?,
                    item => item,
                };
                Some(self.place(item, self.path(item)?))
            })
            .collect()
    }

    fn setting(&mut self, name: &str, value: &Expr, adds: bool) {
        if self.settings.is_none() {
            return;
        }
        let found = self.places(value);
        let templates: Vec<Place> =
            elements(value).iter().filter_map(|item| entry(item, "DIRS")).flat_map(|dirs| self.places(dirs)).collect();
        let storage = |expr: &Expr, backend: Option<&str>| Storage {
            backend: backend.unwrap_or_default().to_owned(),
            file: self.file.to_owned(),
            line: self.place(expr, String::new()).line,
            is_old: name != "STORAGES",
            is_default: name == "DEFAULT_FILE_STORAGE",
        };
        let static_storage = match name {
            "STATICFILES_STORAGE" => Some(storage(value, text(value))),
            "STORAGES" => {
                entry(value, "staticfiles").map(|entry_of| storage(entry_of, entry(entry_of, "BACKEND").and_then(text)))
            }
            _ => None,
        };
        let old_storage = (name == "DEFAULT_FILE_STORAGE").then(|| storage(value, text(value)));
        let mut apps = (Vec::new(), false);
        if name.ends_with("APPS") {
            strings(value, &mut apps);
        }
        let mut texts = Vec::new();
        if ["DJANGO_VITE", "WEBPACK_LOADER", "TAILWIND", "COMPRESS"].iter().any(|word| name.starts_with(word)) {
            self.texts(value, &mut texts);
        }
        let on = matches!(value, Expr::BooleanLiteral(literal) if literal.value);
        let Some(settings) = &mut self.settings else { return };
        settings.texts.extend(texts.into_iter().map(|place| (name.to_owned(), place)));
        settings.static_storage = static_storage.or(settings.static_storage.take());
        settings.old_storage = old_storage.or(settings.old_storage.take());
        settings.apps.extend(apps.0);
        settings.apps_set |= name == "INSTALLED_APPS" && !adds;
        settings.apps_unknown |= name == "INSTALLED_APPS" && apps.1;
        match name {
            "STATICFILES_DIRS" => settings.static_dirs.extend(found),
            "LOCALE_PATHS" => settings.locale_dirs.extend(found),
            "TEMPLATES" => settings.template_dirs.extend(templates),
            _ if on => settings.on.push(name.to_owned()),
            _ => {}
        }
    }

    /// Every path and text in a value.
    fn texts(&self, value: &Expr, found: &mut Vec<Place>) {
        if let Some(path) = self.path(value).or_else(|| text(value).map(str::to_owned)) {
            found.push(self.place(value, path));
        } else if let Expr::Dict(dict) = value {
            for item in &dict.items {
                self.texts(&item.value, found);
            }
        } else {
            for item in elements(value) {
                self.texts(item, found);
            }
        }
    }

    /// The directory or file that an expression means, relative to the root of the repository.
    fn path(&self, expr: &Expr) -> Option<String> {
        let folder = |path: String| path.rsplit_once('/').map_or(String::new(), |(folder, _)| folder.to_owned());
        match expr {
            Expr::Name(name) if name.id.as_str() == "__file__" => Some(self.file.to_owned()),
            Expr::Name(name) => self.values.get(name.id.as_str()).cloned(),
            Expr::Attribute(attribute) if attribute.attr.as_str() == "parent" => {
                self.path(&attribute.value).map(folder)
            }
            Expr::Subscript(subscript) => match (&*subscript.value, &*subscript.slice) {
                (Expr::Attribute(attribute), Expr::NumberLiteral(number)) if attribute.attr.as_str() == "parents" => {
                    let mut path = self.path(&attribute.value)?;
                    for _ in 0..=int(&number.value)? {
                        path = folder(path);
                    }
                    Some(path)
                }
                _ => None,
            },
            Expr::BinOp(operation) => match (operation.op, &*operation.right) {
                (Operator::Div, right) => resolved(&self.path(&operation.left)?, text(right)?),
                // environ.Path(__file__) - 2
                (Operator::Sub, Expr::NumberLiteral(number)) => {
                    let mut path = self.path(&operation.left)?;
                    for _ in 0..int(&number.value)? {
                        path = folder(path);
                    }
                    Some(path)
                }
                _ => None,
            },
            Expr::Call(call) => {
                let arguments = &call.arguments.args;
                let (name, on) = match &*call.func {
                    Expr::Name(name) => (name.id.as_str(), None),
                    Expr::Attribute(attribute) => (attribute.attr.as_str(), Some(&*attribute.value)),
                    _ => return None,
                };
                let texts = |from: usize| arguments.iter().skip(from).map(text).collect::<Option<Vec<_>>>();
                match (name, arguments.first()) {
                    ("resolve" | "absolute" | "as_posix" | "expanduser", _) if on.is_some() => self.path(on?),
                    ("str" | "Path" | "PurePath" | "abspath" | "realpath" | "normpath" | "fspath", Some(first)) => {
                        self.path(first)
                    }
                    ("dirname", Some(first)) => self.path(first).map(folder),
                    ("join", Some(first)) => {
                        texts(1)?.into_iter().try_fold(self.path(first)?, |path, part| resolved(&path, part))
                    }
                    ("joinpath" | "path", Some(_)) => {
                        texts(0)?.into_iter().try_fold(self.path(on?)?, |path, part| resolved(&path, part))
                    }
                    // APPS_DIR("static"), as django-environ has it.
                    (name, Some(_)) if on.is_none() && self.values.contains_key(name) => texts(0)?
                        .into_iter()
                        .try_fold(self.values.get(name)?.clone(), |path, part| resolved(&path, part)),
                    _ => None,
                }
            }
            _ => None,
        }
    }
}

fn int(number: &Number) -> Option<u64> {
    match number {
        Number::Int(int) => int.as_u64().filter(|int| *int < 20),
        _ => None,
    }
}

/// The elements of a list or tuple.
fn elements(expr: &Expr) -> &[Expr] {
    match expr {
        Expr::List(list) => &list.elts,
        Expr::Tuple(tuple) => &tuple.elts,
        _ => &[],
    }
}

/// The value of a key of a literal mapping.
fn entry<'a>(expr: &'a Expr, key: &str) -> Option<&'a Expr> {
    let Expr::Dict(dict) = expr else { return None };
    let mut items = dict.items.iter();
    items.find(|item| item.key.as_ref().and_then(text) == Some(key)).map(|item| &item.value)
}

/// The texts of a list or a sum of lists, and whether anything in it is something else than a list of this name.
fn strings(expr: &Expr, found: &mut (Vec<String>, bool)) {
    match expr {
        Expr::List(_) | Expr::Tuple(_) => {
            for item in elements(expr) {
                match item {
                    Expr::Starred(starred) => strings(&starred.value, found),
                    item => match text(item) {
                        Some(text) => found.0.push(text.to_owned()),
                        None => found.1 = true,
                    },
                }
            }
        }
        Expr::BinOp(operation) if operation.op == Operator::Add => {
            strings(&operation.left, found);
            strings(&operation.right, found);
        }
        Expr::Name(name) if name.id.as_str().ends_with("APPS") => {}
        _ => found.1 = true,
    }
}
