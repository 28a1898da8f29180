//! `.dockerignore` of a project and of the set in one, by what the patterns mean: everything that the image needs reaches
//! the builder, and no secret does.

use std::collections::BTreeSet;

use super::paths::{joined, resolved};
use super::settings::Settings;
use super::update::Tree;
use super::{inspect, python};
use crate::messages::{Message, msg};
use crate::output::render::render_some;
use crate::plan::ignored::{self, SECRET_PATTERNS, groups};
use crate::plan::model::Plan;
use crate::text::ignore::{Ignore, Rule};

/// Path of the file.
pub(super) const PATH: &str = ".dockerignore";

/// Something that the image needs of the build context.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Needed {
    /// The file or directory that brings it back where it is left out.
    path: String,
    /// A file that is there, or would be.
    probe: String,
}

impl Needed {
    fn file(path: &str) -> Self {
        Self { path: path.to_owned(), probe: path.to_owned() }
    }

    fn directory(path: &str, inside: &str) -> Self {
        Self { path: path.to_owned(), probe: format!("{path}/{inside}") }
    }
}

/// The paths whose presence tells whether a folder that the set leaves out is a package of the project.
pub(super) fn asked(plan: &Plan) -> impl Iterator<Item = String> {
    let bases = bases(plan);
    ignored::folders()
        .flat_map(|folder| MODULES.map(|module| [folder, "/", module].concat()))
        .flat_map(move |path| bases.clone().into_iter().map(move |base| joined(&base, &path)))
}

/// Modules that make a folder a Python package.
const MODULES: [&str; 3] = ["__init__.py", "apps.py", "models.py"];

/// The directories that Python finds packages of the project in.
fn bases(plan: &Plan) -> BTreeSet<String> {
    let path = |image: &str| image.trim_start_matches("/app").trim_start_matches('/').to_owned();
    [String::new(), path(&plan.workdir), path(&plan.python_path)].into()
}

/// What the image needs, as far as the project and the choices tell.
fn needed(tree: &Tree, plan: &Plan) -> BTreeSet<Needed> {
    let settings = Settings::of(tree);
    let mut needed = BTreeSet::new();
    let directories = [&plan.module_dir, &plan.settings_dir];
    for path in ignored::needed(plan) {
        if directories.contains(&&path) {
            needed.insert(Needed::directory(&path, "__init__.py"));
        } else if path.rsplit('/').next().is_some_and(|name| name.contains('.')) {
            // What is neither there nor written is not needed.
            if tree.contains_key(&path) || plan.files.iter().any(|file| file.path == path) {
                needed.insert(Needed::file(&path));
            }
        } else {
            needed.insert(Needed::directory(&path, "x.txt"));
        }
    }
    let bases = bases(plan);
    let mut packages: BTreeSet<String> = BTreeSet::new();
    for base in &bases {
        packages.extend(settings.apps.iter().map(|app| joined(base, &app.replace('.', "/"))));
        packages.extend(ignored::folders().map(|folder| joined(base, folder)));
    }
    for package in packages {
        // “shop.apps.ShopConfig” names a class in a module of the package.
        let mut path = package.as_str();
        while !path.is_empty() && !bases.contains(path) {
            let found = MODULES.iter().find(|module| tree.contains_key(&format!("{path}/{module}")));
            if let Some(module) = found {
                needed.insert(Needed::directory(path, module));
            }
            path = path.rsplit_once('/').map_or("", |(above, _)| above);
        }
    }
    for folder in settings.static_dirs.iter().chain(&settings.template_dirs).chain(&settings.locale_dirs) {
        // What the front end builds comes out of its stage.
        if !folder.path.is_empty() && !plan.frontend.outputs.iter().any(|output| is_within(&folder.path, output)) {
            needed.insert(Needed::directory(&folder.path, "x/x.txt"));
        }
    }
    needed.extend(readme(tree).iter().map(|path| Needed::file(path)));
    needed.extend(named(tree).iter().filter(|path| tree.contains_key(*path)).map(|path| Needed::file(path)));
    needed
}

/// Whether a path is a directory or in it.
fn is_within(path: &str, directory: &str) -> bool {
    path.strip_prefix(directory).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The files of kinds that the set leaves out that code of the project names: a change log that the site shows, a long
/// description that setup.py reads. They may not be there.
#[allow(clippy::case_sensitive_file_extension_comparisons, reason = "Python looks for names in lower case")]
pub(super) fn named(tree: &Tree) -> BTreeSet<String> {
    let code = tree.iter().filter(|(path, _)| path.ends_with(".py") && !inspect::is_for_development(path));
    let texts = code.filter_map(|(_, bytes)| std::str::from_utf8(bytes).ok());
    let named = texts.flat_map(|text| python::texts_ending(text, &[".md", ".sql"]));
    named
        .filter_map(|path| resolved("", path.trim_start_matches('/')))
        .filter(|path| !path.contains(['*', ' ']))
        .collect()
}

/// The files that the project's own pyproject.toml describes it with: building the project reads them.
fn readme(tree: &Tree) -> Vec<String> {
    let text = tree.get("pyproject.toml").and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or_default();
    let Ok(table) = text.parse::<toml::Table>() else { return Vec::new() };
    let project = table.get("project");
    let poetry = table.get("tool").and_then(|tool| tool.get("poetry"));
    let mut named = Vec::new();
    for value in [project, poetry].into_iter().flatten() {
        for key in ["readme", "license"] {
            let value = value.get(key);
            let file = value.and_then(|value| value.get("file")).or(value.filter(|_| key == "readme"));
            named.extend(file.and_then(toml::Value::as_str).map(str::to_owned));
        }
    }
    named.retain(|path| crate::output::record::is_inside(path));
    named
}

/// The set's file without what would hide something of the project, with the user's own lines; and what is left to say.
pub(super) fn merged(tree: &Tree, plan: &Plan, present: Option<&str>) -> (String, Vec<Message>) {
    let needed = needed(tree, plan);
    let all: Vec<String> = needed.iter().map(|needed| needed.probe.clone()).collect();
    let mut changed = plan.clone();
    changed.ignored = groups(plan, &plan.stack.secrets, &all);
    // A pattern with wildcards hides files of a directory here and there; what is brought back is what was named.
    let ours = render_some(&changed, |spec| spec.template == PATH);
    let ours = ours.get(PATH).map(|file| file.text.clone()).unwrap_or_default();
    let have: BTreeSet<&str> = ours.lines().map(str::trim).collect();
    let own: Vec<&str> = present
        .unwrap_or_default()
        .trim_start_matches('\u{feff}')
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(str::trim)
        .filter(|line| !line.is_empty() && !have.contains(line))
        .collect();
    let theirs = own.join("\n");
    let mut text = if own.is_empty() {
        ours.clone()
    } else if Ignore::read(&theirs).leaves_out("any.thing") {
        // A list of what comes in: what stays out of that follows it.
        format!("# Yours\n{theirs}\n\n{ours}")
    } else {
        format!("{ours}\n# Yours\n{theirs}\n")
    };
    let rules: Vec<Rule> = own.iter().filter_map(|line| Rule::read(line)).collect();
    let mut back: Vec<String> = Vec::new();
    let reads = |text: &str, back: &[String]| Ignore::read(&format!("{text}{}\n", back.join("\n")));
    let wanted = needed.iter().map(|needed| (needed.path.clone(), needed.probe.clone()));
    let exceptions = rules.iter().filter(|rule| rule.exception && !rule.pattern.contains(['*', '?', '[']));
    let theirs = exceptions.map(|rule| rule.pattern.trim_matches('/').to_owned()).filter(|path| !is_secret(path));
    for (path, probe) in wanted.chain(theirs.map(|path| (path.clone(), path))) {
        let line = format!("!{path}");
        if reads(&text, &back).leaves_out(&probe) && !back.contains(&line) && !is_secret(&probe) {
            back.push(line);
        }
    }
    if !back.is_empty() {
        text = format!("{text}\n# Needed by the image\n{}\n", back.join("\n"));
    }
    // Whatever was brought back, secrets stay out.
    let places: BTreeSet<String> = Ignore::read(&text)
        .rules()
        .iter()
        .filter(|rule| rule.exception)
        .map(|rule| rule.pattern.trim_matches('/').trim_end_matches("/**").trim_end_matches("/*").to_owned())
        .chain([String::new()])
        .collect();
    if leaks(&text, &places) {
        text = format!("{text}\n# Secrets stay out\n{}\n", SECRET_PATTERNS.join("\n"));
    }
    let ignore = Ignore::read(&text);
    let lost = needed.iter().filter(|needed| ignore.leaves_out(&needed.probe));
    let said = lost.map(|needed| {
        let pattern = ignore.decides(&needed.probe).map(|rule| rule.pattern.clone()).unwrap_or_default();
        msg!("“{0}” keeps {1} out of the image, and the image needs it.", pattern, &needed.path)
    });
    let said = said.collect();
    (text, said)
}

/// Whether a path is one that must not reach the builder.
fn is_secret(path: &str) -> bool {
    SECRET_PATTERNS.iter().filter_map(|pattern| Rule::read(pattern)).any(|rule| rule.matches(path))
}

/// Whether secrets in one of these directories would reach the builder.
fn leaks(text: &str, places: &BTreeSet<String>) -> bool {
    let ignore = Ignore::read(text);
    let names = [".env", ".env.production", ".envs/production", "x.key", "x.pem"];
    places.iter().any(|place| names.iter().any(|name| !ignore.leaves_out(&joined(place, name))))
}
