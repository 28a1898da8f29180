//! From a project as it is to these choices: what to create, change and delete, as a checklist and as a patch.
//!
//! The user's own files are adapted, not replaced, wherever something of theirs is worth keeping: requirements are
//! split, settings get lines at their end, lists of patterns and variables keep what they have.
#![allow(clippy::case_sensitive_file_extension_comparisons, reason = "the paths are of kinds that were told before")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde::{Serialize, Serializer};

use super::ignore;
use super::inspect::{self, Inspection, Trouble};
use super::paths::joined;
use super::python;
use super::requirements::{self, Input, Split};
use super::update::Tree;
use crate::catalog::date::Date;
use crate::catalog::options::{Choices, Start};
use crate::engine::generate;
use crate::messages::{Message, msg};
use crate::output::diff::{FileChange, Version, to_patch};
use crate::output::fileset::{File, FileSet};
use crate::output::hash::sha256;
use crate::output::manifest::{MANIFEST, Recorded, line_marks, manifest_of};
use crate::plan::checklist::{self, file_check};
use crate::plan::model::{ChecklistSection, Plan, Section, Task};
use crate::text::quote::md;

/// What a migration does to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum MigrationStep {
    /// It is not there yet.
    Create,
    /// It is there and becomes another one.
    Change,
    /// What it held is elsewhere now.
    Delete,
    /// It is there just as it should be.
    Done,
}

/// One file of a migration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MigratedFile {
    /// The project's own file, and the file as it will be.
    pub file: FileChange,
    /// What happens to it.
    pub step: MigrationStep,
    /// What the file is for, or what changes in it, one sentence.
    pub why: Message,
    /// How to tell that it is done, Markdown.
    pub check: Message,
}

impl Serialize for MigratedFile {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Shown<'a> {
            path: &'a str,
            step: MigrationStep,
            why: &'a Message,
            check: &'a Message,
            added: usize,
            removed: usize,
            diff: &'a str,
        }
        let file = &self.file;
        let (added, removed) = file.counts();
        Shown {
            path: &file.path,
            step: self.step,
            why: &self.why,
            check: &self.check,
            added,
            removed,
            diff: file.diff(),
        }
        .serialize(serializer)
    }
}

/// A migration, planned and not yet carried out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Migration {
    /// Slug of the project.
    pub project: String,
    /// The files in the order of their paths, the manifest last.
    pub files: Vec<MigratedFile>,
    /// What is left to do by hand.
    pub tasks: Vec<ChecklistSection>,
    /// What became of each of the user's requirements; `None` where the project has none that could be read.
    pub requirements: Option<Split>,
    /// What could not be read, and what the options do not offer.
    pub troubles: Vec<Trouble>,
}

/// Plans a migration. `tree` holds the files that [`inspect::is_read`] and [`paths`] name; `found` is what an
/// inspection of them says.
pub fn migrate(tree: &Tree, found: &Inspection, choices: &Choices, today: Date) -> Migration {
    let generated = generate(choices, today);
    let plan = &generated.plan;
    let mut troubles = found.troubles.clone();
    // Lists that the project's own tool installs stay as they are.
    let inputs = if plan.own_packages { Vec::new() } else { inputs(tree, &mut troubles) };
    let imported = if inputs.is_empty() { BTreeSet::new() } else { imported(tree) };
    let split = (!inputs.is_empty()).then(|| requirements::split_for(&inputs, plan, &generated.files, &imported));
    troubles.extend(left_out(found, plan));
    let mut files = BTreeMap::new();
    let mut written = Vec::new();
    for (path, file) in generated.files.iter().filter(|(path, _)| *path != MANIFEST) {
        let present = text_of(tree, path);
        if present.is_none() && tree.contains_key(path) {
            troubles.push(no_text(path));
            continue;
        }
        // Workflows and Dependabot's file belong to whoever wrote them.
        if path.starts_with(".github/") && present.as_ref().is_some_and(|present| *present != file.text) {
            continue;
        }
        let text = match (split.as_ref().and_then(|split| split.files.get(path)), &present) {
            (Some(text), _) => text.clone(),
            (None, present) if path == ignore::PATH => {
                let (text, said) = ignore::merged(tree, plan, present.as_deref());
                troubles.extend(said.into_iter().map(|message| Trouble { file: path.to_owned(), line: None, message }));
                text
            }
            (None, Some(present)) => adapted(path, present, &file.text),
            (None, None) => file.text.clone(),
        };
        written.push((path, sha256(&text), line_marks(&file.text)));
        let row = touched(path, present.as_deref(), &text, file.why.into(), file_check(path, plan), file.executable);
        files.insert(path.to_owned(), row);
    }
    troubles.extend(unconnected(tree, plan));
    for (path, text, why) in connected(tree, plan) {
        // What the lines at the end use has to be there above them, or come from where everything is imported.
        for name in ["MIDDLEWARE", "INSTALLED_APPS"].into_iter().filter(|_| path.ends_with(".py")) {
            let message = if text.contains(&format!("(globals().get(\"{name}\", []))")) {
                msg!("{0} is not set here, so the lines at the end start from an empty list.", name)
            } else if python::uses_unset(&text, name, "container") {
                msg!("{0} is not set here, but the lines at the end use it.", name)
            } else {
                continue;
            };
            troubles.push(Trouble { file: path.clone(), line: None, message });
        }
        let row = touched(&path, text_of(tree, &path).as_deref(), &text, why, file_check(&path, plan), false);
        files.insert(path, row);
    }
    for input in inputs.iter().filter(|input| generated.files.get(&input.path).is_none()) {
        let Some(text) = text_of(tree, &input.path) else {
            troubles.push(no_text(&input.path));
            continue;
        };
        // Nobody runs a list of requirements.
        let before = Version { path: &input.path, text: &text, executable: false };
        let Some(file) = FileChange::new(Some(before), None) else { continue };
        let row = MigratedFile {
            file,
            step: MigrationStep::Delete,
            why: msg!("The set's requirements files contain every line of this file; see “Your requirements”."),
            check: msg!("the image builds without it"),
        };
        files.insert(input.path.clone(), row);
    }
    let rows: Vec<Recorded> =
        written.into_iter().map(|(path, sha256, marks)| Recorded { path, sha256, marks }).collect();
    let manifest = manifest_of(choices, &rows);
    let why = msg!("The choices and what was written, so a later update can tell your edits from its own.");
    let check = file_check(MANIFEST, plan);
    let manifest = touched(MANIFEST, text_of(tree, MANIFEST).as_deref(), &manifest, why, check, false);
    let mut files: Vec<MigratedFile> = files.into_values().collect();
    files.push(manifest);
    let tasks = tasks(tree, plan, &generated.files);
    Migration { project: plan.project.clone(), files, tasks, requirements: split, troubles }
}

/// The paths that a migration to these choices looks at, beyond what an inspection reads.
pub fn paths(choices: &Choices, today: Date) -> BTreeSet<String> {
    let generated = generate(choices, today);
    let mut paths: BTreeSet<String> = generated.files.iter().map(|(path, _)| path.to_owned()).collect();
    let plan = &generated.plan;
    paths.extend([".gitignore".to_owned(), joined(&plan.module_dir, "__init__.py"), plan.celery_file.clone()]);
    paths.insert(plan.asgi_file.clone());
    paths.extend(settings_files(plan));
    paths.extend(ignore::asked(plan));
    paths.insert("pyproject.toml".to_owned());
    paths
}

/// A file that a patch cannot touch.
fn no_text(path: &str) -> Trouble {
    let message = msg!("This is not UTF-8 text, so a patch cannot change it: move it aside by hand.");
    Trouble { file: path.to_owned(), line: None, message }
}

/// The project's own text of a path; `None` where there is none or it is no text.
fn text_of(tree: &Tree, path: &str) -> Option<String> {
    tree.get(path).and_then(|bytes| String::from_utf8(bytes.clone()).ok())
}

/// What of the project's packages is in no list of a set that has lists of its own.
fn left_out(found: &Inspection, plan: &Plan) -> Option<Trouble> {
    let told = found.inferred.iter().find(|row| row.option == "packages")?;
    let is_list = ["set", "requirements"].contains(&told.value.as_str());
    if plan.own_packages || plan.start_new || is_list {
        return None;
    }
    let place = told.evidence.first()?;
    let message = msg!(
        "The packages in this file are not in the lists of the set: set “packages” to “{0}”, or export them to \
         requirements.txt first.",
        told.value.clone()
    );
    Some(Trouble { file: place.file.clone(), line: None, message })
}

/// The modules that code imports which production runs, by their first name, and the applications that settings list.
fn imported(tree: &Tree) -> BTreeSet<String> {
    let production = tree.iter().filter(|(path, _)| path.ends_with(".py") && !inspect::is_for_development(path));
    production.filter_map(|(path, _)| text_of(tree, path)).flat_map(|text| python::imported(&text)).collect()
}

/// The requirements files of a project.
fn inputs(tree: &Tree, troubles: &mut Vec<Trouble>) -> Vec<Input> {
    let mut inputs = Vec::new();
    for (path, bytes) in tree.iter().filter(|(path, _)| inspect::is_read(path) && path.ends_with(".txt")) {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let top = folder.is_empty() || folder == "requirements";
        if !top || path == "runtime.txt" {
            continue;
        }
        match requirements::decode(bytes) {
            Ok(text) => inputs.push(Input { path: path.clone(), text }),
            Err(message) => troubles.push(Trouble { file: path.clone(), line: None, message }),
        }
    }
    // Constraints are not installed, so they stay where they are.
    let constraints: BTreeSet<String> = inputs.iter().flat_map(requirements::constraints).collect();
    inputs.retain(|input| !constraints.contains(&input.path));
    // What another file includes comes before it.
    inputs.sort_by_key(|input| (!input.path.contains("base"), input.path.clone()));
    inputs
}

/// A file that both have: what of the user's is kept.
fn adapted(path: &str, present: &str, generated: &str) -> String {
    let have: BTreeSet<&str> = generated.lines().map(str::trim).collect();
    match path {
        ".gitattributes" => {
            let own: Vec<&str> = present
                .lines()
                .map(str::trim)
                .filter(|line| !line.is_empty() && !line.starts_with('#') && !have.contains(line))
                .collect();
            if own.is_empty() { generated.to_owned() } else { format!("{generated}\n# Yours\n{}\n", own.join("\n")) }
        }
        ".env.example" => {
            let name = |line: &str| line.split_once('=').map(|(name, _)| name.trim().to_owned());
            let known: BTreeSet<String> = present.lines().filter_map(name).collect();
            let new: Vec<&str> = generated
                .lines()
                .filter(|line| !line.starts_with('#') && name(line).is_some_and(|name| !known.contains(&name)))
                .collect();
            let end = if present.is_empty() || present.ends_with('\n') { "" } else { "\n" };
            if new.is_empty() {
                present.to_owned()
            } else {
                format!("{present}{end}\n# Also read by the container files\n{}\n", new.join("\n"))
            }
        }
        _ => generated.to_owned(),
    }
}

/// Whether a file of the set is a script or a configuration in a place where a project may have its own.
fn is_script(path: &str) -> bool {
    path.ends_with(".sh") || path.ends_with("gunicorn.conf.py") || path.ends_with(".conf")
}

/// Lines as a text that ends with a line end.
fn code(lines: &[String]) -> String {
    lines.iter().flat_map(|line| [line.as_str(), "\n"]).collect()
}

/// A text with lines at its end, after an empty one, with the line ends that it has.
fn appended(text: &str, lines: &str) -> String {
    let crlf = text.contains("\r\n");
    let lines = if crlf { lines.replace('\n', "\r\n") } else { lines.to_owned() };
    let end = if crlf { "\r\n" } else { "\n" };
    let gap = match text {
        "" => "",
        text if text.ends_with('\n') => end,
        _ => &[end, end].concat(),
    };
    format!("{text}{gap}{lines}")
}

/// The files that the settings may be.
fn settings_files(plan: &Plan) -> [String; 2] {
    let settings = plan.settings_file.trim_end_matches(".py");
    [format!("{settings}.py"), format!("{settings}/__init__.py")]
}

/// Why the settings are not connected to the set, where they are not.
fn unconnected(tree: &Tree, plan: &Plan) -> Option<Trouble> {
    let unreadable = |path: &&String| tree.contains_key(*path) && text_of(tree, path).is_none();
    if let Some(file) = settings_files(plan).iter().find(unreadable) {
        let message = msg!(
            "These settings are not UTF-8 text, so nothing is appended: add the lines that CONTAINERS.md names to their \
             end by hand."
        );
        return Some(Trouble { file: file.clone(), line: None, message });
    }
    let classes = |path: &&String| text_of(tree, path).is_some_and(|text| python::has_class_settings(&text));
    let file = settings_files(plan).iter().find(classes)?.clone();
    let message = msg!(
        "These settings are classes, as those of django-configurations, so nothing is appended: use the values of \
         container.py in the class that production runs with."
    );
    Some(Trouble { file, line: None, message })
}

/// Why no migration is planned: the project is none of Django's, or the settings that were chosen are not in it.
pub fn refusal(tree: &Tree, found: &Inspection, choices: &Choices, today: Date) -> Option<Message> {
    if choices.start == Start::New {
        return None;
    }
    let plan = generate(choices, today).plan;
    let exists = settings_files(&plan).iter().any(|path| tree.contains_key(path));
    match &found.refusal {
        _ if exists => None,
        Some(refusal) => Some(refusal.clone()),
        None => Some(msg!(
            "The settings module “{0}” is not in the project: there is no {1}. Take the choices that were found in the \
             project, or set “settings-module” to one that exists.",
            &plan.settings_module,
            &plan.settings_file
        )),
    }
}

/// Settings with the lines of the set at their end. What these use and nothing above sets has Django's own default there.
fn adapted_settings(text: &str, lines: &str) -> String {
    let mut lines = lines.to_owned();
    for name in ["MIDDLEWARE", "INSTALLED_APPS"] {
        if python::uses_unset(&appended(text, &lines), name, "container") && !python::uses_unset(text, name, "") {
            lines = lines.replace(&format!("({name})"), &format!("(globals().get(\"{name}\", []))"));
        }
    }
    appended(text, &lines)
}

/// The project's own modules with what connects them to the set: path, new text, and why.
fn connected(tree: &Tree, plan: &Plan) -> Vec<(String, String, Message)> {
    let connection = &plan.connection;
    let mut rows = Vec::new();
    let lines = code(&connection.settings);
    let [module, package] = settings_files(plan);
    for (path, lines) in [(module, lines.clone()), (package, lines.replace("from .container", "from ..container"))] {
        if let Some(text) = text_of(tree, &path).filter(|text| !python::has_class_settings(text)) {
            let done = python::calls(&text, "container_middleware");
            let new = if done { text } else { adapted_settings(&text, &lines) };
            rows.push((
                path,
                new,
                msg!("Ends with the container settings; you can remove what they set from the lines above."),
            ));
        }
    }
    if plan.celery && !plan.start_new && !plan.own_celery {
        let path = plan.celery_file.clone();
        if text_of(tree, &path).is_none() {
            rows.push((path, code(&connection.celery), msg!("The Celery application loaded by the worker.")));
        }
        if !plan.flat {
            let path = joined(&plan.module_dir, "__init__.py");
            let text = text_of(tree, &path).unwrap_or_default();
            let done = python::imports(&text, &plan.module, "celery");
            let new = if done { text } else { appended(&text, &code(&connection.package)) };
            rows.push((path, new, msg!("Loads the Celery application when Django starts.")));
        }
    }
    let ignored = text_of(tree, ".gitignore").unwrap_or_default();
    let is_ignored = |line: &str| [".env", "/.env", "**/.env", ".env*", "*.env"].contains(&line.trim());
    let new = if ignored.lines().any(is_ignored) { ignored } else { appended(&ignored, ".env\n") };
    rows.push((".gitignore".to_owned(), new, msg!("Keeps .env out of the repository.")));
    rows
}

fn touched(
    path: &str,
    present: Option<&str>,
    text: &str,
    why: Message,
    check: Message,
    executable: bool,
) -> MigratedFile {
    // How the project's own file is run is its user's business.
    let version = |text| Version { path, text, executable };
    let before = present.map(version);
    let file = FileChange::new(before, Some(version(text))).unwrap_or_else(|| FileChange::untouched(path, None));
    let step = match present {
        None => MigrationStep::Create,
        Some(present) if present == text => MigrationStep::Done,
        Some(_) => MigrationStep::Change,
    };
    MigratedFile { file, step, why, check }
}

/// What is left to do by hand: the checklist's tasks, and what this project has beside the set.
fn tasks(tree: &Tree, plan: &Plan, files: &FileSet) -> Vec<ChecklistSection> {
    let mut sections = Vec::new();
    let replaced = tree.keys().filter(|path| inspect::is_container_file(path) && files.get(path).is_none());
    let replaced: Vec<Task> = replaced.map(|path| checklist::file_replaced(path, plan)).collect();
    if !replaced.is_empty() {
        sections.push(ChecklistSection { title: Section::FilesReplaced, tasks: replaced });
    }
    let theirs: Vec<Task> = files
        .iter()
        .filter(|(path, _)| path.starts_with(".github/"))
        .filter_map(|(path, file)| {
            let present = text_of(tree, path).filter(|present| *present != file.text)?;
            if path.ends_with("dependabot.yml") {
                let lines = updates_lacking(&present, &file.text);
                (!lines.is_empty()).then(|| checklist::dependabot(path, &lines))
            } else {
                Some(checklist::workflow_kept(path))
            }
        })
        .collect();
    if !theirs.is_empty() {
        sections.push(ChecklistSection { title: Section::FilesToUpdate, tasks: theirs });
    }
    // What the files need is above, computed from the project itself.
    let by_file = [Section::FilesToCreate, Section::FilesToUpdate];
    sections.extend(plan.checklist.iter().filter(|section| !by_file.contains(&section.title)).cloned());
    let asgi = plan.asgi_file.as_str();
    let has_router = text_of(tree, asgi).is_some_and(|text| python::calls(&text, "AllowedHostsOriginValidator"));
    if let Some(section) = sections.iter_mut().find(|section| section.title == Section::CodeChanges)
        && plan.websockets
        && !has_router
    {
        let text = msg!(
            "`{0}`: route WebSockets through `AllowedHostsOriginValidator`, as shown under “Connecting the project” in \
             `CONTAINERS.md`",
            asgi
        );
        section.tasks.insert(0, checklist::websocket_routing(text));
    }
    sections
}

/// The entries of Dependabot's file that the set brings and another lacks, each in one line.
fn updates_lacking(present: &str, generated: &str) -> Vec<String> {
    use serde_yaml::Value;
    let entries = |text: &str| -> Vec<(String, Vec<String>)> {
        let value: Value = serde_yaml::from_str(text).unwrap_or_default();
        let updates = value.get("updates").and_then(Value::as_sequence).cloned().unwrap_or_default();
        updates
            .iter()
            .map(|entry| {
                let said = |key: &str| entry.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
                let many = entry.get("directories").and_then(Value::as_sequence).into_iter().flatten();
                let many = many.filter_map(Value::as_str).map(str::to_owned);
                let places = many.chain([said("directory")]).filter(|place| !place.is_empty());
                (said("package-ecosystem"), places.map(|place| place.trim_end_matches('/').to_owned()).collect())
            })
            .collect()
    };
    let have = entries(present);
    let is_there = |kind: &str, place: &String| have.iter().any(|(own, places)| own == kind && places.contains(place));
    entries(generated)
        .iter()
        .flat_map(|(kind, places)| places.iter().map(move |place| (kind, place)))
        .filter(|(kind, place)| !is_there(kind, place))
        .map(|(kind, place)| {
            let place = if place.is_empty() { "/" } else { place };
            format!("- {{package-ecosystem: {kind}, directory: {place}, schedule: {{interval: weekly}}}}")
        })
        .collect()
}

impl Migration {
    /// Adds a copy of each container file that the set replaces, for a project whose history does not have it:
    /// `docker-compose.yml.before` beside `docker-compose.yml`.
    #[must_use]
    pub fn with_copies(mut self, tree: &Tree) -> Self {
        let changed = self.files.iter().filter(|row| row.step == MigrationStep::Change);
        let replaced = changed.filter(|row| inspect::is_container_file(&row.file.path) || is_script(&row.file.path));
        let copies: Vec<MigratedFile> = replaced
            .filter_map(|row| {
                let path = format!("{}.before", row.file.path);
                let text = text_of(tree, &row.file.path).filter(|_| !tree.contains_key(&path))?;
                let why = msg!("Your earlier `{0}`; delete it when you have taken over what you need.", &row.file.path);
                let check = msg!("`{0}` succeeds, and the set runs", format!("test ! -e {path}"));
                Some(touched(&path, None, &text, why, check, false))
            })
            .collect();
        let end = self.files.len().saturating_sub(1);
        self.files.splice(end..end, copies);
        self
    }

    /// Everything that is created, changed or deleted, as one patch that `git apply` takes.
    pub fn to_patch(&self) -> String {
        to_patch(self.files.iter().map(|row| &row.file))
    }

    /// The files that are new or changed, whole.
    pub fn to_files(&self) -> FileSet {
        let mut files = FileSet::default();
        for row in &self.files {
            if let Some(text) = row.file.written() {
                let why = "New or changed for the set.";
                let file = File { text: text.to_owned(), executable: row.file.executable, why };
                files.insert(row.file.path.clone(), file);
            }
        }
        files
    }

    /// The checklist with the account of the requirements and every diff, as Markdown.
    pub fn to_markdown(&self) -> String {
        let mut text = format!("# Migration of {}\n", md(&self.project));
        for (title, step) in [
            ("Files to create", MigrationStep::Create),
            ("Files to change", MigrationStep::Change),
            ("Files to delete", MigrationStep::Delete),
            ("Files that need no change", MigrationStep::Done),
        ] {
            let rows: Vec<&MigratedFile> = self.files.iter().filter(|file| file.step == step).collect();
            if rows.is_empty() {
                continue;
            }
            let _ = write!(text, "\n## {title}\n\n");
            for row in rows {
                let tick = if step == MigrationStep::Done { 'x' } else { ' ' };
                let (added, removed) = row.file.counts();
                let lines =
                    if step == MigrationStep::Change { format!(" (+{added} −{removed})") } else { String::new() };
                let (path, why) = (&row.file.path, md(&row.why.to_string()));
                let _ = writeln!(text, "- [{tick}] `{path}`{lines}: {why} Done when {}.", row.check);
            }
        }
        for section in &self.tasks {
            let _ = write!(text, "\n## {}\n\n", section.title.label());
            for task in &section.tasks {
                let _ =
                    writeln!(text, "- [ ] {}. Done when {}.", task.text.to_string().trim_end_matches('.'), task.check);
            }
        }
        if !self.troubles.is_empty() {
            text.push_str("\n## Needs attention\n\n");
            for trouble in &self.troubles {
                let line = trouble.line.map(|line| format!(":{line}")).unwrap_or_default();
                let _ = writeln!(text, "- [ ] `{}{line}`: {}", trouble.file, md(&trouble.message.to_string()));
            }
        }
        if let Some(split) = &self.requirements {
            text.push_str("\n## Your requirements\n\n| from | line | to | note |\n|---|---|---|---|\n");
            for line in &split.lines {
                let first = line.text.lines().next().unwrap_or_default().trim_end_matches('\\').trim();
                let _ = writeln!(
                    text,
                    "| `{}:{}` | {} | {} | {} |",
                    line.path,
                    line.number,
                    md(first),
                    line.fate.id(),
                    md(&line.note.to_string())
                );
            }
            for added in &split.added {
                let _ = writeln!(
                    text,
                    "| Dunnage | {} | `{}` | {} |",
                    md(&added.line),
                    added.path,
                    md(&added.why.to_string())
                );
            }
            if !split.unknown.is_empty() {
                let _ = writeln!(
                    text,
                    "\nNot known to Dunnage, so installed everywhere: {}.",
                    md(&split.unknown.join(", "))
                );
            }
            for note in &split.notes {
                let _ = writeln!(text, "\n{}", md(&note.to_string()));
            }
        }
        let changed: Vec<&MigratedFile> = self.files.iter().filter(|file| file.step == MigrationStep::Change).collect();
        if !changed.is_empty() {
            text.push_str("\n## The changes\n");
        }
        for row in changed {
            let (path, diff) = (&row.file.path, row.file.diff());
            let fence = super::compare::fence(diff);
            let end = if diff.ends_with('\n') { "" } else { "\n" };
            let _ = write!(text, "\n### `{path}`\n\n{fence}diff\n{diff}{end}{fence}\n");
        }
        text
    }
}
