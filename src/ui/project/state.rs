//! What this module knows: the project, the wizard's choices, and what follows from both.

use std::collections::BTreeSet;
use std::sync::Arc;

use leptos::prelude::{Update as _, *};
use wasm_bindgen::JsValue;

use crate::catalog::codec::{from_link, to_link};
use crate::catalog::options::Choices;
use crate::catalog::presets::{preset, presets};
use crate::catalog::rules::{self, Severity};
use crate::exchange::archive;
use crate::messages::{Message, msg};
use crate::output::fileset::FileSet;
use crate::output::manifest::MANIFEST;
use crate::output::record::{self, Record};
use crate::page::evidence::is_adopted;
use crate::project::compare::{Comparison, Side, compare};
use crate::project::inspect::{self, Hints, Inspection, inspect_with, is_entered, is_listed, is_read};
use crate::project::migrate::{self, Migration, migrate};
use crate::project::update::{self, Checked, Tree, Update, check, update};
use crate::project::writes::{self, Write};
use crate::ui::browser;
use crate::ui::kit::language::t;
use crate::ui::project::bridge;

/// A tab: what the script calls it, and its name.
type View = (&'static str, fn() -> Message);

/// The tabs.
pub(super) const VIEWS: [View; 4] = [
    ("Project", || msg!("Project")),
    ("Migrate", || msg!("Migrate")),
    ("Compare", || msg!("Compare")),
    ("Update", || msg!("Update")),
];

/// Side of a comparison: the choices in the wizard.
pub(super) const CURRENT: &str = "current";
/// Side of a comparison: the project.
pub(super) const PROJECT: &str = "project";

/// A project that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Project {
    /// Name of its folder or archive.
    pub name: String,
    /// The files that were read.
    pub tree: Tree,
    /// What they say.
    pub found: Inspection,
    /// What the reading itself met, in the page's language.
    pub notes: Vec<String>,
    /// It is one file that was pasted, so there is nothing else to be read of it.
    pub pasted: bool,
    /// Git keeps what its files were.
    pub has_history: bool,
    /// Name of its checklist in the browser's storage.
    pub list: String,
}

impl Project {
    fn new(name: String, tree: Tree, notes: Vec<String>, pasted: bool, has_history: bool) -> Self {
        let hints = Hints { folder: if pasted { String::new() } else { name.clone() }, project_dir: None };
        let found = inspect_with(&tree, &hints);
        let list = [name.as_str(), ".", &inspect::identity(&tree)].concat();
        Self { name, tree, found, notes, pasted, has_history, list }
    }

    /// Text of the manifest, where this is a set of ours.
    fn manifest(&self) -> Option<String> {
        self.tree.get(MANIFEST).map(|bytes| String::from_utf8_lossy(bytes).into_owned())
    }

    /// The manifest, read.
    pub(super) fn record(&self) -> Option<Result<(String, Record), Message>> {
        let text = self.manifest()?;
        Some(match record::read(&text) {
            Ok((record, _)) => Ok((text, record)),
            Err(problem) => Err(msg!("{0}: {1}", MANIFEST, problem.said())),
        })
    }
}

/// What comes out where something is asked that may have no answer.
pub(super) type Answer<T> = Result<Arc<T>, Lack>;

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Lack {
    /// No project was brought.
    Project,
    /// The project has a manifest already, so it is updated rather than migrated.
    IsSet,
    /// The project has no manifest, so it is migrated rather than updated.
    IsNoSet,
    /// Something else, a sentence.
    Other(Message),
}

/// A plan on its way into the folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Writing {
    /// Number of the tab that it belongs to.
    pub view: usize,
    /// Name of the folder.
    pub folder: String,
    /// What is written, in order; computed on what was in the folder when the user was asked.
    pub writes: Vec<Write>,
    /// What came of it; `None` while the user is asked.
    pub account: Option<Account>,
}

/// What became of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Account {
    /// Paths that were written, moved or deleted.
    pub written: Vec<String>,
    /// Paths that had changed since the plan, so that they were left alone.
    pub changed: Vec<String>,
    /// What did not work, each a sentence that begins with the path.
    pub failed: Vec<String>,
    /// What a check of the folder says now; `None` where there is no set in it, or it could not be read again.
    pub check: Option<Vec<Checked>>,
}

/// Everything this module knows; a handful of indices, so it is passed by copy.
#[derive(Debug, Clone, Copy)]
pub(super) struct ProjectState {
    /// Number of the tab.
    pub view: RwSignal<usize>,
    /// The project.
    pub project: RwSignal<Option<Arc<Project>>>,
    /// The choices in the wizard.
    pub choices: RwSignal<Choices>,
    /// What the reading is at; empty while nothing is read.
    pub progress: RwSignal<String>,
    /// Why nothing could be read; empty when all is well.
    pub problem: RwSignal<String>,
    /// What just happened.
    pub message: RwSignal<String>,
    /// Whether the folder that is being read has a repository in it.
    pub repository: RwSignal<bool>,
    /// What is ticked on this project's checklist.
    pub ticked: RwSignal<BTreeSet<String>>,
    /// The project whose choices were taken last; empty for none.
    adopted: StoredValue<String>,
    /// What is being written into the folder.
    pub writing: RwSignal<Option<Arc<Writing>>>,
    /// The two sides that are compared.
    pub sides: RwSignal<(String, String)>,
    /// Whether an update goes to the set's own choices, rather than to the wizard's.
    pub own: RwSignal<bool>,
    /// The way from the project to the wizard's choices.
    pub migration: Memo<Answer<Migration>>,
    /// The two sides, compared.
    pub comparison: Memo<Answer<Comparison>>,
    /// The update of the project.
    pub update: Memo<Answer<Update>>,
}

impl ProjectState {
    /// Begins without a project, and offers the script what it calls.
    pub(super) fn begin() -> Self {
        let project = RwSignal::<Option<Arc<Project>>>::default();
        let choices = RwSignal::new(from_link(&browser::fragment()).0);
        let sides = RwSignal::new(("reference".to_owned(), CURRENT.to_owned()));
        let own = RwSignal::new(true);
        let today = browser::today();
        let migration = Memo::new(move |_| {
            let project = project.get().ok_or(Lack::Project)?;
            if project.tree.contains_key(MANIFEST) {
                return Err(Lack::IsSet);
            }
            choices.with(|choices| {
                agree(choices)?;
                if let Some(refusal) = migrate::refusal(&project.tree, &project.found, choices, today) {
                    return Err(Lack::Other(refusal));
                }
                Ok(Arc::new(migrate(&project.tree, &project.found, choices, today)))
            })
        });
        let side = move |id: &str| -> Result<Side, Lack> {
            Ok(match (id, preset(id)) {
                (_, Some(preset)) => {
                    Side { name: preset.title.to_owned(), choices: preset.choices.clone(), files: None }
                }
                (PROJECT, _) => {
                    let project = project.get().ok_or(Lack::Project)?;
                    let choices = match project.record() {
                        Some(Ok((_, record))) => record.choices,
                        _ => project.found.choices.clone(),
                    };
                    Side { name: project.name.clone(), choices, files: Some(project.tree.clone()) }
                }
                _ => Side { name: "Your choices".to_owned(), choices: choices.get(), files: None },
            })
        };
        let comparison = Memo::new(move |_| {
            let (left, right) = sides.get();
            Ok(Arc::new(compare(&side(&left)?, &side(&right)?, today)))
        });
        let update = Memo::new(move |_| {
            let project = project.get().ok_or(Lack::Project)?;
            let (manifest, record) = project.record().ok_or(Lack::IsNoSet)?.map_err(Lack::Other)?;
            let wanted = if own.get() { record.choices.clone() } else { choices.get() };
            agree(&wanted)?;
            Ok(Arc::new(update(&record, &manifest, &project.tree, &wanted, today)))
        });
        let project_state = Self {
            view: RwSignal::new(0),
            project,
            choices,
            progress: RwSignal::default(),
            problem: RwSignal::default(),
            message: RwSignal::default(),
            repository: RwSignal::default(),
            ticked: RwSignal::default(),
            adopted: StoredValue::default(),
            writing: RwSignal::default(),
            sides,
            own,
            migration,
            comparison,
            update,
        };
        project_state.offer();
        project_state
    }

    /// What the script that reads files calls.
    fn offer(self) {
        let text = |value: &JsValue| value.as_string().unwrap_or_default();
        bridge::offer("isRead", move |[path, ..]| is_read(&text(&path)).into());
        bridge::offer("isListed", move |[path, ..]| is_listed(&text(&path)).into());
        bridge::offer("isEntered", move |[path, ..]| {
            let path = text(&path);
            if path == ".git" || path.ends_with("/.git") {
                self.repository.set(true);
            }
            is_entered(&path).into()
        });
        bridge::offer("progress", move |[said, ..]| {
            self.progress.set(text(&said));
            JsValue::UNDEFINED
        });
        bridge::offer("fail", move |[said, ..]| {
            self.progress.set(String::new());
            self.repository.set(false);
            self.problem.set(text(&said));
            JsValue::UNDEFINED
        });
        bridge::offer("take", move |[name, files, notes]| {
            self.take(text(&name), bridge::files(&files), bridge::texts(&notes), false);
            bridge::list(self.needs())
        });
        bridge::offer("more", move |[files, ..]| {
            self.more(bridge::files(&files));
            bridge::list(self.needs())
        });
        bridge::offer("say", move |[said, ..]| {
            self.message.set(text(&said));
            JsValue::UNDEFINED
        });
        bridge::offer("plan", move |[view, folder, ..]| self.plan(&text(&view), text(&folder)).into());
        bridge::offer("writes", move |_| {
            let writing = self.writing.get_untracked();
            bridge::writes(writing.as_ref().map_or(&[], |writing| &writing.writes))
        });
        bridge::offer("forget", move |_| {
            self.writing.set(None);
            JsValue::UNDEFINED
        });
        bridge::offer("written", move |[is_read, account, ..]| {
            let [written, changed, failed] = bridge::three(&account).map(|list| bridge::texts(&list));
            self.account(is_read.is_truthy(), written, changed, failed);
            JsValue::UNDEFINED
        });
        bridge::offer("opened", move |[view, ..]| {
            self.choices.set(from_link(&browser::fragment()).0);
            self.message.set(String::new());
            // The choices may be others now, and with them the plan.
            self.writing.update(|writing| *writing = writing.take().filter(|writing| writing.account.is_some()));
            if let Some(view) = VIEWS.iter().position(|(name, _)| *name == text(&view)) {
                self.view.set(view);
            }
            bridge::list(self.needs())
        });
    }

    /// Takes a project that was read.
    pub(super) fn take(self, name: String, tree: Tree, notes: Vec<String>, pasted: bool) {
        self.progress.set(String::new());
        self.message.set(String::new());
        if tree.is_empty() {
            let said = t(msg!(
                "Dunnage found nothing to read in it: no manage.py, settings, requirements, Dockerfile, Compose file, \
                 Procfile or server configuration."
            ));
            self.problem.set(std::iter::once(said).chain(notes).collect::<Vec<_>>().join(" "));
            return;
        }
        self.problem.set(String::new());
        if pasted {
            self.writing.set(None);
        }
        let project = Project::new(name, tree, notes, pasted, self.repository.get_untracked());
        self.repository.set(false);
        self.ticked.set(bridge::ticks(&project.list).into_iter().collect());
        self.sides.set((PROJECT.to_owned(), CURRENT.to_owned()));
        bridge::show_evidence(&project.found);
        self.project.set(Some(Arc::new(project)));
    }

    /// Takes further files of the project, which these choices would write to.
    fn more(self, files: Tree) {
        if !files.is_empty() {
            self.project.update(|project| {
                if let Some(known) = project {
                    let mut tree = known.tree.clone();
                    tree.extend(files);
                    let (name, notes) = (known.name.clone(), known.notes.clone());
                    let more = Project::new(name, tree, notes, false, known.has_history);
                    bridge::show_evidence(&more.found);
                    *project = Some(Arc::new(Project { list: known.list.clone(), ..more }));
                }
            });
        }
    }

    /// Paths that matter to an inspection, a migration or an update and are not read yet, whether they are there or
    /// not.
    fn needs(self) -> BTreeSet<String> {
        let today = browser::today();
        self.project.with_untracked(|project| {
            let Some(project) = project.as_ref().filter(|project| !project.pasted) else { return BTreeSet::new() };
            let current = self.choices.get_untracked();
            let mut paths = inspect::further(&project.tree);
            for choices in [&project.found.choices, &current] {
                paths.extend(migrate::paths(choices, today));
            }
            if let Some(Ok((_, record))) = project.record() {
                for choices in [&record.choices, &current] {
                    paths.extend(update::paths(&record, choices, today));
                }
            }
            paths.retain(|path| !project.tree.contains_key(path));
            paths
        })
    }

    /// Asks whether what a tab plans for the project is to be written into the folder it was read from. The answer
    /// is whether there is anything to ask.
    fn plan(self, view: &str, folder: String) -> bool {
        let Some(project) = self.project.get_untracked() else { return false };
        let view = VIEWS.iter().position(|(name, _)| *name == view).unwrap_or_default();
        // Where there is no plan, the tab says why.
        let writes = if view == 1 {
            self.migration.get_untracked().map(|planned| {
                let planned = Migration::clone(&planned);
                let planned = if project.has_history { planned } else { planned.with_copies(&project.tree) };
                writes::of_migration(&planned, &project.tree)
            })
        } else {
            self.update.get_untracked().map(|planned| writes::of_update(&planned, &project.tree))
        };
        let Ok(writes) = writes else { return false };
        if writes.is_empty() {
            self.message.set(t(msg!("Nothing needs to be written to the folder.")));
            return false;
        }
        self.message.set(String::new());
        self.writing.set(Some(Arc::new(Writing { view, folder, writes, account: None })));
        true
    }

    /// Takes the account of what was written, after the folder was read again, unless that did not work.
    fn account(self, is_read: bool, written: Vec<String>, changed: Vec<String>, failed: Vec<String>) {
        let Some(asked) = self.writing.get_untracked() else { return };
        let project = self.project.get_untracked().filter(|_| is_read && !written.is_empty());
        let check = project.and_then(|project| {
            let (_, record) = project.record()?.ok()?;
            Some(check(&record, &project.tree, browser::today()))
        });
        let account = Some(Account { written, changed, failed, check });
        let (folder, writes) = (asked.folder.clone(), asked.writes.clone());
        self.writing.set(Some(Arc::new(Writing { view: asked.view, folder, writes, account })));
    }

    /// Shows a tab from a button that goes away with the present one: the focus goes to the tab.
    pub(super) fn go(self, view: usize) {
        self.view.set(view);
        browser::focus(crate::ui::project::tab_id(view));
    }

    /// Gives the wizard the choices that the project tells.
    pub(super) fn apply(self) {
        let Some(project) = self.project.get_untracked() else { return };
        self.adopted.set_value(project.list.clone());
        bridge::choose(&to_link(&project.found.choices));
        self.choices.set(project.found.choices.clone());
        self.message.set(t(msg!("The wizard now uses these choices. Undo restores your previous ones.")));
    }

    /// Takes the project's choices for a migration where the wizard has none of the user's, once per project.
    pub(super) fn adopt(self) {
        let project = self.project.get_untracked().filter(|project| project.record().is_none());
        let Some(project) = project else { return };
        let done = self.adopted.with_value(|list| *list == project.list);
        let takes = self.choices.with_untracked(|now| is_adopted(now, &project.found.choices, done));
        if takes && self.can_migrate(&project.found.choices) {
            self.apply();
            self.message.set(t(msg!(
                "The wizard was still at its defaults, so it now uses your project's choices. Undo restores the \
                 defaults."
            )));
        }
    }

    /// Whether the project can be migrated with these choices.
    fn can_migrate(self, choices: &Choices) -> bool {
        self.project.with_untracked(|project| {
            let refuses = |project: &Arc<Project>| {
                migrate::refusal(&project.tree, &project.found, choices, browser::today()).is_some()
            };
            project.as_ref().is_some_and(|project| !refuses(project))
        })
    }

    /// Whether the project's own choices lead somewhere, where the wizard's do not.
    pub(super) fn is_helped(self) -> bool {
        let found = self.project.with(|project| project.as_ref().map(|project| project.found.choices.clone()));
        !self.is_applied() && found.is_some_and(|found| self.can_migrate(&found))
    }

    /// Whether the wizard has the choices that the project tells.
    pub(super) fn is_applied(self) -> bool {
        let project = self.project.get();
        project.is_none_or(|project| self.choices.with(|choices| *choices == project.found.choices))
    }

    /// Ticks a task, or takes its tick off.
    pub(super) fn tick(self, task: &str, done: bool) {
        self.ticked.update(|ticked| {
            if done {
                ticked.insert(task.to_owned());
            } else {
                ticked.remove(task);
            }
        });
        let ticked: Vec<String> = self.ticked.get_untracked().into_iter().collect();
        if let Some(project) = self.project.get_untracked() {
            bridge::keep_ticks(&project.list, &ticked);
        }
    }

    /// What can stand on a side of a comparison: id and name.
    pub(super) fn choosable(self) -> Vec<(&'static str, Message)> {
        let mut sides = vec![(CURRENT, msg!("Your choices in the wizard"))];
        sides.extend(self.project.get().map(|project| (PROJECT, msg!("Your project: “{0}”", &project.name))));
        sides.extend(presets().iter().map(|preset| (preset.id, msg!("Preset: {0}", Message::from(preset.title)))));
        sides
    }
}

/// Whether choices can be generated from as they are.
fn agree(choices: &Choices) -> Result<(), Lack> {
    let found = rules::check(choices, browser::today());
    let errors = found.into_iter().filter(|finding| finding.severity == Severity::Error).map(|finding| finding.reason);
    let errors = errors.reduce(|before, next| msg!("{0} {1}", before, next));
    errors.map_or(Ok(()), |errors| {
        let lead = msg!("The choices conflict, so there is no plan:");
        Err(Lack::Other(msg!("{0} {1}", lead, errors)))
    })
}

/// Hands over a zip of files below a folder.
pub(super) fn download_zip(files: &FileSet, root: &str, name: &str) {
    browser::download(name, "application/zip", &archive::zip(files, root));
}

/// Hands over a text.
pub(super) fn download_text(text: &str, name: &str) {
    browser::download(name, "text/plain;charset=utf-8", text.as_bytes());
}
