//! Where a project is: the directory of manage.py, the package, the settings, and what serves it.
//!
//! The other readers say what files name; here it is held against the files that exist. What is named and does not
//! exist is told, and never becomes a choice.

use std::collections::{BTreeMap, BTreeSet};

use serde_yaml::Value;

use super::Confidence::{Guess, Likely, Stated};
use super::dockerfile::settings;
use super::{Claims, Confidence, Evidence, Source, SourceKind, is_entered, is_read, text_of};
use crate::catalog::names::{Name as _, ProjectName};
use crate::catalog::yaml::nested_too_deeply;
use crate::messages::{Message, msg};
use crate::output::manifest::MANIFEST;
use crate::project::paths::{file_name, folder_of, joined};
use crate::project::python::{Substance, calls, star_imports, substance};
use crate::project::update::Tree;

/// How many paths are asked for because a file names a module.
const MOST_NAMED: usize = 200;

/// What is known of a project and not in its files.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hints {
    /// Name of its folder or archive; empty where it has none.
    pub folder: String,
    /// Directory of manage.py as its user says; `None` where that is to be found.
    pub project_dir: Option<String>,
}

/// A module and the file that it is in.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Module {
    /// Dotted path.
    path: String,
    /// Directory that Python finds it in; empty for the root.
    root: String,
    file: String,
}

/// A settings module that may be the one of production.
struct Candidate {
    module: Module,
    rank: Rank,
    sure: Confidence,
    place: Evidence,
}

/// How well a settings module fits production; the least is the best.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Rank {
    purpose: Purpose,
    origin: Origin,
    /// Number of folders above it, where nothing else decides.
    depth: usize,
}

/// What settings are for, by their name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Purpose {
    Production,
    Staging,
    Development,
}

/// What speaks for settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Origin {
    /// A file names them that says how the project is run.
    Deployment,
    /// They are called production.
    NamedProduction,
    /// Something with production in it.
    LikeProduction,
    /// wsgi.py or asgi.py names them.
    Server,
    /// Another module names them.
    OtherModule,
    /// manage.py names them.
    Manage,
    /// They are called settings.
    NamedSettings,
    /// They are in a folder of settings.
    InSettings,
}

/// The project's name: of its own pyproject.toml, never that of one inside it; else that of its folder.
fn name(layout: &Layout, hints: &Hints, claims: &mut Claims) {
    let is_own = |file: &str| {
        let folder = folder_of(file);
        let named = ["pyproject.toml", "Pipfile"].iter().any(|name| file.ends_with(name));
        !named || folder.is_empty() || folder == layout.project || folder == layout.package
    };
    claims.made.retain(|(id, _, _, place)| *id != "project-name" || is_own(&place.file));
    if claims.has("project-name", Guess) || claims.following.contains(&"project-name") {
        return;
    }
    if let Some(name) = ProjectName::near(&hints.folder) {
        let text = hints.folder.chars().filter(|c| !c.is_control()).take(120).collect();
        let place = Evidence { file: ".".to_owned(), line: 1, text };
        claims.claim("project-name", name.as_str(), Guess, place);
    }
}

/// What is there of a project's own code.
pub(super) struct Layout<'a> {
    tree: &'a Tree,
    /// Directory of manage.py; the root where there is none.
    project: String,
    /// Directory of the Django package.
    package: String,
    /// manage.py, where it is there.
    manage: Option<String>,
    /// Settings that may be those of production, the best first.
    candidates: Vec<Candidate>,
    /// What was named and does not exist.
    lost: Vec<(String, Origin, Evidence)>,
    /// Whether there is a module for a server.
    has_server: bool,
}

impl<'a> Layout<'a> {
    /// Finds the project by what the other readers say of its settings.
    pub(super) fn of(tree: &'a Tree, hints: &Hints, claims: &mut Claims) -> Self {
        let named: Vec<(String, Confidence, Evidence)> = (claims.made.iter())
            .filter(|(id, _, _, place)| *id == "settings-module" && place.file != MANIFEST)
            .map(|(_, value, sure, place)| (value.clone(), *sure, place.clone()))
            .collect();
        let manage = manage_py(tree, &named, hints, claims);
        let given = hints.project_dir.clone();
        let project = given.or_else(|| manage.as_deref().map(|path| folder_of(path).to_owned())).unwrap_or_default();
        let mut layout = Self {
            tree,
            package: project.clone(),
            project,
            manage,
            candidates: Vec::new(),
            lost: Vec::new(),
            has_server: false,
        };
        let wide = layout.manage.is_none() && hints.project_dir.is_none();
        for (path, sure, place) in named {
            // What another project in the same repository starts with is its own.
            let python = place.file.ends_with(".py");
            if python && !wide && !below(&place.file, &layout.project) {
                continue;
            }
            let origin = origin(&place.file);
            match layout.find(&path) {
                Some(module) => {
                    if substance(&text(tree, &module.file)) == Substance::Nothing {
                        continue;
                    }
                    let development = Source { path: &place.file, text: "" }.is_development();
                    let purpose = if development && origin == Origin::Deployment {
                        Purpose::Development
                    } else {
                        purpose_of(tree, &module)
                    };
                    let depth = depth(&module.file);
                    layout.candidates.push(Candidate { module, rank: Rank { purpose, origin, depth }, sure, place });
                }
                None => layout.lost.push((path, origin, place)),
            }
        }
        layout.discover(wide);
        layout.candidates.sort_by(|a, b| (a.rank, &a.place).cmp(&(b.rank, &b.place)));
        if let Some(best) = layout.candidates.first() {
            layout.package.clone_from(&best.module.root);
        }
        layout.has_server =
            (tree.keys()).any(|path| is_in(path, &layout.project) && ["wsgi.py", "asgi.py"].contains(&file_name(path)));
        layout
    }

    /// Directory of manage.py; empty for the root.
    pub(super) fn project(&self) -> &str {
        &self.project
    }

    /// Settles the place of the project and what depends on it. Gives the reason why nothing can be laid around it.
    pub(super) fn claim(&self, names_django: bool, hints: &Hints, claims: &mut Claims) -> Option<Message> {
        name(self, hints, claims);
        if !self.has_code() {
            // Nothing of the project's own code is here, as where one file was pasted or a set lies alone.
            claims.made.retain(|(id, _, _, place)| {
                place.file == MANIFEST || !["wsgi-application", "asgi-application"].contains(id)
            });
            let is_set = claims.made.iter().any(|(_, _, _, place)| place.file == MANIFEST);
            return if names_django {
                (!is_set).then(|| {
                    msg!(
                        "No settings module was found: Dunnage looked for manage.py, wsgi.py, asgi.py and settings that \
                         are not below tests, docs or examples. If yours is elsewhere, name it with --set settings-module."
                    )
                })
            } else {
                (!is_set).then(|| {
                    msg!(
                        "This is not a Django project: there is no manage.py, no settings, WSGI or ASGI module, and no \
                         list of dependencies that names Django."
                    )
                })
            };
        }
        self.claim_place(claims);
        let refusal = self.claim_settings(claims);
        self.claim_applications(claims);
        refusal
    }

    /// Whether anything of a Django project is there.
    fn has_code(&self) -> bool {
        self.manage.is_some() || !self.candidates.is_empty() || self.has_server
    }

    /// The directories in which a module is looked for, the nearest first.
    fn roots(&self) -> Vec<String> {
        let mut roots = vec![self.project.clone(), joined(&self.project, "src"), String::new(), "src".to_owned()];
        let mut seen = BTreeSet::new();
        roots.retain(|root| seen.insert(root.clone()));
        roots
    }

    /// The file of a module, wherever in the project Python may find it.
    fn find(&self, module: &str) -> Option<Module> {
        let [file, package] = files_of(module);
        let found = |root: String, file: String| Module { path: module.to_owned(), root, file };
        for root in self.roots() {
            for name in [&file, &package] {
                let path = joined(&root, name);
                if self.tree.contains_key(&path) {
                    return Some(found(root, path));
                }
            }
        }
        // A directory that the project adds to Python's path; a module without a package could be anywhere.
        if !module.contains('.') {
            return None;
        }
        let mut others: Vec<(&str, &String)> = (self.tree.keys())
            .filter(|path| is_in(path, &self.project))
            .filter_map(|path| {
                let root = path.strip_suffix(&file).or_else(|| path.strip_suffix(&package))?;
                Some((root.strip_suffix('/')?, path))
            })
            .collect();
        others.sort_by_key(|(root, path)| (depth(path), *root));
        others.first().map(|(root, path)| found((*root).to_owned(), (*path).clone()))
    }

    /// Adds the settings that nothing names.
    fn discover(&mut self, wide: bool) {
        let named = self.candidates.iter().min_by_key(|candidate| candidate.rank);
        let root_of = |path: &str| match named {
            Some(candidate) if below(path, &candidate.module.root) => Some(candidate.module.root.clone()),
            _ => {
                let source = joined(&self.project, "src");
                // A directory without a package in it is not what Python starts from.
                let inside = below(path, &source) && !self.tree.contains_key(&joined(&source, "__init__.py"));
                Some(if inside { source } else { self.project.clone() })
            }
        };
        let mut found = Vec::new();
        for path in self.tree.keys().filter(|path| path.ends_with(".py") && is_in(path, &self.project)) {
            let Some(origin) = kind_of_settings(path) else { continue };
            let Some(root) = root_of(path) else { continue };
            // Without manage.py, the directory above the package is where Python starts.
            let root = if wide && named.is_none() { start_of(path, self.tree) } else { root };
            let inside = path.strip_prefix(&root).unwrap_or(path).trim_start_matches('/');
            let module = inside.trim_end_matches(".py").trim_end_matches("/__init__").replace('/', ".");
            if module.is_empty() || substance(&text(self.tree, path)) != Substance::Whole {
                continue;
            }
            let module = Module { path: module, root, file: path.clone() };
            let purpose = purpose_of(self.tree, &module);
            let origin = if purpose == Purpose::Production { origin } else { origin.max(Origin::NamedSettings) };
            let place = Source { path, text: &text(self.tree, path) }.line(1);
            let rank = Rank { purpose, origin, depth: depth(path) };
            found.push(Candidate { module, rank, sure: Likely, place });
        }
        self.candidates.extend(found);
    }

    /// Where manage.py and the package are.
    fn claim_place(&self, claims: &mut Claims) {
        let place = match (&self.manage, self.candidates.first()) {
            (Some(path), _) => Evidence { file: path.clone(), line: 1, text: "manage.py".to_owned() },
            (None, Some(best)) => best.place.clone(),
            (None, None) => return,
        };
        claims.claim("start", "existing", Likely, place.clone());
        if self.manage.is_none() {
            claims.claim("manage-py", "false", Likely, place.clone());
        }
        claims.claim("project-dir", &*self.project, Likely, place.clone());
        if self.package == self.project {
            return;
        }
        if self.package.is_empty() {
            // The option for the package follows that of manage.py, so that the root cannot be said.
            let message = msg!(
                "The Django package is at the root, but manage.py is in {0}: move manage.py to the root.",
                &self.project
            );
            return claims.trouble(&place.file, None, message);
        }
        let best = self.candidates.first().map_or(place, |best| best.place.clone());
        claims.claim("package-dir", &*self.package, Likely, best);
    }

    /// Which settings production runs with; gives the reason where there are none.
    fn claim_settings(&self, claims: &mut Claims) -> Option<Message> {
        let fixed = |claims: &Claims, id: &'static str| {
            claims.following.contains(&id)
                || claims.made.iter().any(|(other, _, _, place)| *other == id && place.file == MANIFEST)
        };
        if fixed(claims, "settings-module") {
            return None;
        }
        for (module, _, place) in self.lost.iter().filter(|(_, origin, _)| *origin < Origin::Manage) {
            let message = msg!("The settings module “{0}” is not in the project.", module);
            claims.trouble(&place.file, Some(place.line), message);
        }
        claims.made.retain(|(id, _, _, _)| *id != "settings-module");
        let Some(best) = self.candidates.first() else {
            claims.open.push("settings-module");
            let mut names: Vec<&str> = self.lost.iter().map(|(module, _, _)| module.as_str()).collect();
            names.sort_unstable();
            names.dedup();
            return Some(if names.is_empty() {
                msg!(
                    "No settings module was found: nothing names one, and there is no settings.py and no folder of \
                     settings. Name yours with --set settings-module."
                )
            } else {
                msg!(
                    "None of the settings modules that the project names is in it ({0}): add one of them, or name \
                     another with --set settings-module.",
                    names.join(", ")
                )
            });
        };
        let same = |candidate: &&Candidate| candidate.module == best.module;
        let sure = self.candidates.iter().filter(same).map(|candidate| candidate.sure).max().unwrap_or(Likely);
        for candidate in &self.candidates {
            let is_best = same(&candidate);
            // What is only there, and named by nothing, is no other opinion.
            if !is_best && candidate.rank.origin >= Origin::NamedSettings || candidate.module.root != best.module.root {
                continue;
            }
            let sure = if is_best { sure } else { Guess };
            claims.claim("settings-module", &*candidate.module.path, sure, candidate.place.clone());
        }
        let package = best.module.path.split_once('.').map(|(package, _)| package);
        if !fixed(claims, "django-module") {
            claims.made.retain(|(id, _, _, _)| *id != "django-module");
            if let Some(package) = package {
                claims.claim("django-module", package, sure, best.place.clone());
            }
        }
        None
    }

    /// What a server runs, where it is not where it follows from the package.
    fn claim_applications(&self, claims: &mut Claims) {
        let best = self.candidates.first();
        let package = if let Some(best) = best {
            best.module.path.split_once('.').map(|(package, _)| package.to_owned())
        } else {
            let named = claims.made.iter().filter(|(id, _, _, _)| *id == "django-module");
            named.max_by_key(|(_, _, sure, _)| *sure).map(|(_, package, _, _)| package.clone())
        };
        let package = package.as_deref().unwrap_or_default();
        for (id, name) in [("wsgi-application", "wsgi"), ("asgi-application", "asgi")] {
            let is_fixed = |(other, _, _, place): &(&'static str, String, Confidence, Evidence)| {
                *other == id && place.file == MANIFEST
            };
            if claims.following.contains(&id) || claims.made.iter().any(is_fixed) {
                continue;
            }
            let mut named: Vec<(Confidence, u8, String, Evidence)> = Vec::new();
            claims.made.retain(|(other, value, sure, place)| {
                if *other == id {
                    named.push((*sure, u8::from(place.file.ends_with(".py")), value.clone(), place.clone()));
                }
                *other != id
            });
            // What is started counts before what the settings say.
            named.sort_by_key(|a| (a.1, std::cmp::Reverse(a.0)));
            let usual = if package.is_empty() { name.to_owned() } else { format!("{package}.{name}") };
            let exists = |value: &str| {
                let module = value.split(':').next().unwrap_or(value);
                self.find(module).is_some_and(|module| module.root == self.package)
            };
            let chosen = named.into_iter().find(|(_, _, value, _)| exists(value)).or_else(|| {
                // The file itself, the nearest first.
                let mut files: Vec<&String> = (self.tree.keys())
                    .filter(|path| below(path, &self.package) && file_name(path) == format!("{name}.py"))
                    .filter(|path| is_entered(folder_of(path)))
                    .collect();
                let usual = joined(&self.package, &files_of(&usual)[0]);
                files.sort_by_key(|path| (**path != usual, depth(path)));
                let path = *files.first()?;
                let inside = path.strip_prefix(&self.package).unwrap_or(path).trim_start_matches('/');
                let module = inside.trim_end_matches(".py").replace('/', ".");
                Some((Likely, 0, module, Evidence { file: path.clone(), line: 1, text: format!("{name}.py") }))
            });
            let Some((sure, _, value, place)) = chosen else { continue };
            let value = value.trim_end_matches(":application").to_owned();
            if value != usual {
                claims.claim(id, value, sure, place);
            }
        }
        self.claim_celery(package, claims);
    }

    /// The Celery application, where `celery --app PACKAGE` would find another one or none.
    fn claim_celery(&self, package: &str, claims: &mut Claims) {
        let is_fixed = |(id, _, _, place): &(&'static str, String, Confidence, Evidence)| {
            *id == "celery-application" && place.file == MANIFEST
        };
        if claims.following.contains(&"celery-application") || claims.made.iter().any(is_fixed) {
            return;
        }
        let mut named = Vec::new();
        claims.made.retain(|(id, value, sure, place)| {
            if *id == "celery-application" {
                named.push((std::cmp::Reverse(*sure), value.clone(), place.clone()));
            }
            *id != "celery-application"
        });
        named.sort();
        if named.is_empty() {
            // A module that says what it is by its name; Celery itself looks for PACKAGE.celery alone.
            let is_it = |path: &&String| {
                below(path, &self.package)
                    && is_entered(folder_of(path))
                    && ["celery_app.py", "celeryapp.py"].contains(&file_name(path))
                    && calls(&text(self.tree, path), "Celery")
            };
            if let Some(path) = self.tree.keys().filter(is_it).min_by_key(|path| depth(path)) {
                let inside = path.strip_prefix(&self.package).unwrap_or(path).trim_start_matches('/');
                let module = inside.trim_end_matches(".py").replace('/', ".");
                let place = Source { path, text: &text(self.tree, path) }.line(1);
                named.push((std::cmp::Reverse(Likely), module, place));
            }
        }
        let usual = if package.is_empty() { "celery_app".to_owned() } else { package.to_owned() };
        for (sure, value, place) in named {
            let module = value.split(':').next().unwrap_or(&value).to_owned();
            // A package has its application in PACKAGE.celery.
            let inside = [module.clone(), format!("{module}.celery")];
            let Some(found) = inside.iter().find_map(|module| self.find(module)) else { continue };
            let is_usual = value == usual || found.path == format!("{usual}.celery") && !value.contains(':');
            if found.root == self.package {
                if !is_usual {
                    claims.claim("celery-application", value, sure.0, place);
                }
                return;
            }
        }
    }
}

/// manage.py: the one nearest to the root whose settings exist. Others are told.
fn manage_py(
    tree: &Tree,
    named: &[(String, Confidence, Evidence)],
    hints: &Hints,
    claims: &mut Claims,
) -> Option<String> {
    let mut found: Vec<(bool, usize, &String)> = Vec::new();
    for path in tree.keys().filter(|path| file_name(path) == "manage.py" && is_entered(folder_of(path))) {
        let text = text(tree, path);
        if !text.contains("django") && !text.contains("DJANGO") {
            continue;
        }
        let folder = folder_of(path);
        let is_there = |module: &str| {
            let files = files_of(module);
            tree.keys().any(|path| {
                is_in(path, folder) && files.iter().any(|file| *path == *file || path.ends_with(&format!("/{file}")))
            })
        };
        let own = named.iter().filter(|(_, _, place)| place.file == *path).any(|(module, _, _)| is_there(module));
        let other = || tree.keys().any(|path| is_in(path, folder) && kind_of_settings(path).is_some());
        found.push((!(own || other()), depth(path), path));
    }
    found.sort();
    if let Some(directory) = &hints.project_dir {
        let path = joined(directory, "manage.py");
        return found.iter().map(|(_, _, found)| (*found).clone()).find(|found| *found == path);
    }
    let is_lone = |other: &&(bool, usize, &String)| {
        // Where one has settings, those without are none.
        found.first().is_some_and(|best| !best.0 && !other.0)
    };
    let several: Vec<&str> = found.iter().filter(is_lone).map(|(_, _, path)| path.as_str()).collect();
    let best = found.first().map(|(_, _, path)| (*path).clone());
    if let (Some(best), [_, others @ ..]) = (&best, &several[..])
        && !others.is_empty()
    {
        let directories: Vec<String> = others
            .iter()
            .map(|path| folder_of(path))
            .map(|folder| if folder.is_empty() { ".".to_owned() } else { folder.to_owned() })
            .collect();
        let message = msg!(
            "Several directories have a manage.py with settings; this one is used. For another, use --set \
             project-dir=DIR with one of: {0}.",
            directories.join(", ")
        );
        claims.trouble(best, None, message);
    }
    best
}

/// What may hold settings, by its path.
fn kind_of_settings(path: &str) -> Option<Origin> {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let stem = name.strip_suffix(".py")?;
    if !is_entered(folder) || stem == "container" {
        return None;
    }
    let folder = folder.rsplit('/').next().unwrap_or(folder);
    let words: Vec<&str> = stem.split(['_', '-']).collect();
    let is_folder = ["settings", "config", "conf", "configs"].contains(&folder);
    let production = words.iter().any(|word| ["prod", "production", "prd"].contains(word));
    match stem {
        "manage" | "wsgi" | "asgi" | "urls" | "celery" | "celery_app" => None,
        "settings" => Some(Origin::NamedSettings),
        "__init__" => (folder == "settings").then_some(Origin::NamedSettings),
        "production" | "prod" | "prd" if is_folder => Some(Origin::NamedProduction),
        _ if production && (is_folder || words.contains(&"settings")) => Some(Origin::LikeProduction),
        _ if folder == "settings" || words.contains(&"settings") => Some(Origin::InSettings),
        _ => None,
    }
}

/// What settings are for: those that start from settings for development are for development, whatever their name.
fn purpose_of(tree: &Tree, module: &Module) -> Purpose {
    let starts = star_imports(&text(tree, &module.file));
    let from = starts.iter().map(|name| purpose(name)).max().unwrap_or(Purpose::Production);
    purpose(&module.path).max(from)
}

/// What settings are for, by their name.
fn purpose(module: &str) -> Purpose {
    const DEVELOPMENT: &[&str] = &[
        "ci",
        "debug",
        "dev",
        "devel",
        "develop",
        "development",
        "e2e",
        "example",
        "local",
        "sample",
        "template",
        "test",
        "testing",
        "tests",
    ];
    let own = module.split_once('.').map_or(module, |(_, own)| own);
    let words = || own.split(['.', '_']).map(str::to_ascii_lowercase);
    if words().any(|word| DEVELOPMENT.contains(&word.as_str())) {
        Purpose::Development
    } else if words().any(|word| word == "staging" || word == "stage") {
        Purpose::Staging
    } else {
        Purpose::Production
    }
}

/// What a file is that names settings.
fn origin(file: &str) -> Origin {
    match file_name(file) {
        "wsgi.py" | "asgi.py" => Origin::Server,
        "manage.py" => Origin::Manage,
        name if name.ends_with(".py") => Origin::OtherModule,
        _ => Origin::Deployment,
    }
}

/// The directory above the outermost package that a module is in, as far as it can be told.
fn start_of(path: &str, tree: &Tree) -> String {
    let folder = folder_of(path);
    // Without its __init__.py being read, the first folder is the package, but for those that only hold code.
    let first = folder.split('/').next().unwrap_or_default();
    let holds = ["src", "app", "backend", "server", "project", "django", "web", "api"].contains(&first);
    let has_init = tree.contains_key(&joined(first, "__init__.py")) || tree.contains_key(&joined(first, "wsgi.py"));
    let inside = folder.len() > first.len() && !folder[first.len()..].trim_start_matches('/').is_empty();
    let only_settings = folder.strip_prefix(first).is_some_and(|rest| rest == "/settings");
    if holds && inside && !has_init && !only_settings { first.to_owned() } else { String::new() }
}

/// The settings that another platform's file gives the project.
pub(super) fn platform(source: &Source, claims: &mut Claims) {
    if nested_too_deeply(source.text).is_some() {
        return;
    }
    let value: Option<Value> = if source.path.ends_with(".toml") {
        toml::from_str::<toml::Table>(source.text).ok().and_then(|table| serde_yaml::to_value(table).ok())
    } else {
        // JSON is YAML.
        serde_yaml::from_str(source.text).ok()
    };
    let Some(value) = value else { return };
    let place = source.find("DJANGO_SETTINGS_MODULE").unwrap_or_else(|| source.line(1));
    let mut open = vec![&value];
    while let Some(value) = open.pop() {
        match value {
            Value::Sequence(items) => open.extend(items),
            Value::Mapping(mapping) => {
                let named = mapping.get("DJANGO_SETTINGS_MODULE");
                let named = named.and_then(|named| named.as_str().or_else(|| named.get("value")?.as_str()));
                let is_pair = mapping.get("key").and_then(Value::as_str) == Some("DJANGO_SETTINGS_MODULE");
                let paired = mapping.get("value").and_then(Value::as_str).filter(|_| is_pair);
                for module in named.into_iter().chain(paired) {
                    settings(module, place.clone(), Stated, claims);
                }
                open.extend(mapping.values());
            }
            _ => {}
        }
    }
}

/// The files of modules that what was read names, whether they are there or not.
pub(super) fn further(tree: &Tree) -> BTreeSet<String> {
    let mut paths = BTreeSet::new();
    for modules in named(tree).into_values() {
        paths.extend(modules);
    }
    paths.into_iter().filter(|path| !tree.contains_key(path)).take(MOST_NAMED).collect()
}

/// Those files that are there, and hold settings or what serves the project, though their names do not say so.
pub(super) fn named_files(tree: &Tree) -> BTreeSet<String> {
    named(tree).into_values().flatten().filter(|path| tree.contains_key(path)).collect()
}

/// The modules that are named as settings or applications, each with the paths that it may have.
fn named(tree: &Tree) -> BTreeMap<String, BTreeSet<String>> {
    const WORDS: [&str; 3] = ["DJANGO_SETTINGS_MODULE", "WSGI_APPLICATION", "ASGI_APPLICATION"];
    let mut modules: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let managed: Vec<&str> = (tree.keys())
        .filter(|path| file_name(path) == "manage.py" && is_entered(folder_of(path)))
        .map(|path| folder_of(path))
        .collect();
    for (path, bytes) in tree.iter().filter(|(path, _)| is_read(path)) {
        let kind = SourceKind::of(path, file_name(path));
        // Of environment files only names are read.
        if matches!(
            kind,
            None | Some(SourceKind::Environment | SourceKind::Manifest | SourceKind::Lock | SourceKind::Requirements)
        ) {
            continue;
        }
        let Ok(text) = text_of(bytes) else { continue };
        for word in WORDS {
            for (at, _) in text.match_indices(word) {
                let rest = text[at + word.len()..].lines().next().unwrap_or_default();
                let rest = rest.trim_start_matches(|c: char| !c.is_ascii_alphabetic());
                let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '.').unwrap_or(rest.len());
                let mut module = rest[..end].trim_matches('.');
                if word != WORDS[0] {
                    module = module.rsplit_once('.').map_or("", |(module, _)| module);
                }
                if module.is_empty() || modules.len() >= MOST_NAMED {
                    continue;
                }
                let entry = modules.entry(module.to_owned()).or_default();
                for root in managed.iter().copied().chain([""]) {
                    for root in [root.to_owned(), joined(root, "src")] {
                        entry.extend(files_of(module).map(|file| joined(&root, &file)));
                    }
                }
            }
        }
    }
    modules
}

fn text(tree: &Tree, path: &str) -> String {
    // A module in another encoding is there all the same, and the names in it are ASCII.
    let read = |bytes: &Vec<u8>| text_of(bytes).unwrap_or_else(|_| String::from_utf8_lossy(bytes).into_owned());
    tree.get(path).map(read).unwrap_or_default()
}

/// The two files that a module may be.
fn files_of(module: &str) -> [String; 2] {
    let path = module.replace('.', "/");
    [format!("{path}.py"), format!("{path}/__init__.py")]
}

fn depth(path: &str) -> usize {
    path.matches('/').count()
}

/// Whether a path is below a folder.
fn below(path: &str, folder: &str) -> bool {
    folder.is_empty() || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

/// Whether a path is one of a project's own, below its directory.
fn is_in(path: &str, folder: &str) -> bool {
    below(path, folder) && is_entered(folder_of(path))
}
