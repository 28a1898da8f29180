//! What the page knows, and what may be done to it.
//!
//! One signal holds the choices with their history; everything that is shown is derived from it, and the file set is
//! derived once per change. Views read derived values and call the methods of [`Wizard`]; they decide nothing.

use std::cell::RefCell;
use std::sync::{Arc, Mutex, PoisonError};

use gloo::timers::callback::Timeout;
use leptos::prelude::*;

use crate::catalog::codec::{self, Problem};
use crate::catalog::date::Date;
use crate::catalog::names::Refusal;
use crate::catalog::options::{Choices, FormStep, OPTIONS, OptionSpec, parts_of};
use crate::catalog::presets::Preset;
use crate::catalog::rules::{self, Finding, Severity};
use crate::engine::generate_again;
use crate::exchange::archive;
use crate::exchange::script;
use crate::messages::{Message, msg, plural};
use crate::output::fileset::{File, FileSet};
use crate::output::incremental::Memory;
use crate::output::manifest::{MANIFEST, manifest_file};
use crate::page::command::Command;
use crate::page::drafts::{Draft, Drafts, is_typed};
use crate::page::evidence::{Evidence, ProjectValue};
use crate::page::history::History;
use crate::page::selection::{FIRST_FILE, Selection};
use crate::page::session::{self, Origin, Sources};
use crate::page::tree::{TreeRow, rows};
use crate::text::lines::changed_lines;
use crate::ui::browser;
use crate::ui::kit::dom::watch;
use crate::ui::kit::language::t;

/// Milliseconds without a change until address and storage follow.
const PAUSE: u32 = 200;

/// Under this name the steps that can be undone are noted.
const STEPS: &str = "steps";

/// Under this name the choices are stored.
const STORED: &str = "choices";

/// Everything that follows from the choices, and the files as they were one change before.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Outcome {
    /// The choices as they take effect.
    pub effective: Choices,
    /// What the rules have to say.
    pub findings: Vec<Finding>,
    /// The files; the manifest's text is the [`Wizard::text`] of its path.
    pub files: FileSet,
    /// The files before the last change; `None` before the first one.
    pub before: Option<FileSet>,
}

impl Outcome {
    fn new(choices: &Choices, today: Date, last: Option<&Self>, memory: &mut Memory) -> Self {
        let generated = generate_again(memory, choices, today);
        let before = last.map(|last| last.files.clone());
        Self { effective: generated.effective, findings: generated.findings, files: generated.files, before }
    }

    /// Whether the last change changed a file, or brought it.
    pub fn is_changed(&self, path: &str) -> bool {
        // The manifest lists every choice and a hash of every file; that it changed is no news.
        path != MANIFEST && self.before.as_ref().is_some_and(|before| !self.files.is_same(path, before))
    }

    /// Which lines of a file the last change changed; none of a file that is new as a whole.
    pub fn changed_lines(&self, path: &str) -> Vec<bool> {
        let before = self.before.as_ref().and_then(|before| before.get(path));
        match (before, self.text(path)) {
            (Some(before), Some(text)) if before.text != *text => changed_lines(&before.text, text),
            _ => Vec::new(),
        }
    }

    fn text(&self, path: &str) -> Option<&String> {
        self.files.get(path).map(|file| &file.text)
    }

    fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|finding| finding.severity == severity).count()
    }

    /// “1 error, 2 warnings”, or nothing.
    pub fn tally(&self) -> Vec<Message> {
        let errors = plural(self.count(Severity::Error), "1 error", "{0} errors");
        let warnings = plural(self.count(Severity::Warning), "1 warning", "{0} warnings");
        errors.into_iter().chain(warnings).collect()
    }
}

/// What a field shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// The wish; empty while the option follows another one.
    pub wish: String,
    /// The value that holds before rules.
    pub value: String,
    /// The wish differs from the default.
    pub changed: bool,
    /// The option means something under these choices; a field is left out where it does not and was not changed.
    pub applies: bool,
    /// The fallback while a rule blocks the wish, and why.
    pub blocked: Option<BlockedNote>,
    /// What the rules have to say beside this option.
    pub findings: Vec<Finding>,
    /// The text in the field, where it is another one than the choices have.
    pub draft: Option<Draft>,
}

impl Reading {
    fn of(spec: &OptionSpec, choices: &Choices, outcome: &Outcome, drafts: &Drafts) -> Self {
        let findings: Vec<Finding> =
            (outcome.findings.iter()).filter(|finding| finding.option == spec.id).cloned().collect();
        // The reason is said once: a finding beside the option may say it already.
        let blocked = rules::blocked(spec, choices, &outcome.effective).map(|blocked| BlockedNote {
            fallback: spec.value_label(&blocked.fallback),
            reason: blocked.reason.filter(|reason| findings.iter().all(|finding| finding.reason.key() != *reason)),
        });
        Self {
            wish: spec.wish(choices),
            value: spec.get(choices),
            changed: spec.is_changed(choices),
            applies: spec.applies(&outcome.effective),
            blocked,
            findings,
            draft: drafts.get(spec.id).cloned(),
        }
    }

    /// The text in the field.
    pub fn text(&self) -> &str {
        self.draft.as_ref().map_or(&self.wish, |draft| &draft.text)
    }

    /// Why the text in the field is not taken.
    pub fn refusal(&self) -> Option<&Refusal> {
        self.draft.as_ref()?.refusal.as_ref()
    }
}

/// What a field says of its blocked wish.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlockedNote {
    /// Label of the value that is used until then.
    pub fallback: Message,
    /// Why, unless a finding beside the option says it already.
    pub reason: Option<&'static str>,
}

/// Everything the page knows; a handful of indices, so it is passed by copy.
#[derive(Debug, Clone, Copy)]
pub struct Wizard {
    history: RwSignal<History>,
    /// What follows from the choices.
    pub outcome: Memo<Arc<Outcome>>,
    manifest: Memo<String>,
    drafts: RwSignal<Drafts>,
    /// What the fields show, in the order of [`OPTIONS`].
    readings: StoredValue<Vec<RwSignal<Reading>>>,
    selection: RwSignal<Selection>,
    /// Number of the step that is in view.
    pub step: RwSignal<usize>,
    /// The pane that is shown where there is room for one: 0 for the options, 1 for the files.
    pub pane: RwSignal<usize>,
    /// What could not be taken from the link or the storage: a sentence, then the parts. Empty when all is well.
    pub notice: RwSignal<Vec<Message>>,
    /// What just happened, shown for a moment.
    pub toast: RwSignal<Toast>,
    /// The tree shows what the last change changed, and nothing else.
    pub only_changed: RwSignal<bool>,
    /// What the project says that was read in the page, as another program found out.
    evidence: RwSignal<Evidence>,
    /// Files that the option in focus has a part in, as another script of the page found out.
    pub touched: RwSignal<Vec<String>>,
    /// Tells once the preview of a change is painted.
    painted: RwSignal<()>,
}

/// What just happened, and what can be done about it from there.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Toast {
    /// A sentence in the page's language; empty for none.
    pub text: String,
    /// What is offered beside it.
    pub offer: Option<ToastOffer>,
}

/// What a message offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ToastOffer {
    /// The last change is taken back.
    Undo,
    /// The choices are downloaded as YAML.
    SaveYaml,
}

/// Signals that follow a list of values, one a value, and change only where their value does.
///
/// With a memo a value, everything that depends on one would be asked after every change whether it is still true, which
/// costs more than the values themselves.
fn follow<T>(painted: RwSignal<()>, values: impl Fn() -> Vec<T> + 'static) -> Vec<RwSignal<T>>
where
    T: PartialEq + Send + Sync + 'static,
{
    let signals: Vec<_> = untrack(&values).into_iter().map(RwSignal::new).collect();
    let followers = signals.clone();
    watch(move || {
        for (signal, value) in followers.iter().zip(read_after_paint(painted, &values)) {
            if signal.with_untracked(|now| *now != value) {
                signal.set(value);
            }
        }
    });
    signals
}

/// A signal that follows whatever `change` reads, once what it has changed at once is painted; one time for all changes
/// until then.
fn follow_painted(change: impl Fn() + 'static) -> RwSignal<()> {
    let painted = RwSignal::new(());
    let waiting = StoredValue::new(false);
    Effect::new(move |before: Option<()>| {
        change();
        if before.is_some() && !waiting.get_value() {
            waiting.set_value(true);
            browser::after_paint(move || {
                waiting.set_value(false);
                painted.set(());
            });
        }
    });
    painted
}

/// Reads something now, and again whenever `painted` tells.
fn read_after_paint<T>(painted: RwSignal<()>, read: impl FnOnce() -> T) -> T {
    painted.track();
    untrack(read)
}

thread_local! {
    /// The choices where a panic finds them without any signal.
    static LAST: RefCell<Choices> = RefCell::default();

    /// Waits for the pause in which [`settle`] is called.
    static PAUSED: RefCell<Option<Timeout>> = const { RefCell::new(None) };
}

/// The choices as they were at the last change.
pub fn last_choices() -> Choices {
    LAST.with(|last| last.try_borrow().map(|choices| choices.clone()).unwrap_or_default())
}

impl Wizard {
    /// Begins with what the address says, else with what was stored, else with the defaults.
    pub fn begin() -> Self {
        let (choices, notice) = restore();
        // A first visit leaves the address as it is.
        if choices != Choices::default() || session::is_link(&browser::fragment()) {
            keep(&choices);
        }
        browser::mark_page("data-link", &codec::to_link(&choices));
        let history = History::with_past(
            choices.clone(),
            session::steps_before(&browser::noted(STEPS).unwrap_or_default(), &choices),
        );
        // A page that is left without a word, as after a crash, must not find what an earlier one noted.
        browser::note(STEPS, None);
        mark_before(&history);
        let history = RwSignal::new(history);
        let today = browser::today();
        // Nobody else has the memory, so that nobody waits for it or leaves it broken.
        let memory = Arc::new(Mutex::new(Memory::default()));
        let again = Arc::clone(&memory);
        let outcome = Memo::new(move |last: Option<&Arc<Outcome>>| {
            let mut memory = memory.lock().unwrap_or_else(PoisonError::into_inner);
            history.with(|history| Arc::new(Outcome::new(history.now(), today, last.map(AsRef::as_ref), &mut memory)))
        });
        // Nothing asks for it unless it is looked at or taken.
        let manifest = Memo::new(move |_| {
            // First what the memory remembers.
            outcome.track();
            let mut memory = again.lock().unwrap_or_else(PoisonError::into_inner);
            history.with(|history| memory.manifest(history.now()))
        });
        let drafts = RwSignal::<Drafts>::default();
        let painted = follow_painted(move || {
            history.track();
            drafts.track();
        });
        let readings = follow(painted, move || {
            let (history, outcome, drafts) = (history.read(), outcome.read(), drafts.read());
            OPTIONS.iter().map(|spec| Reading::of(spec, history.now(), &outcome, &drafts)).collect()
        });
        let wizard = Self {
            history,
            outcome,
            manifest,
            drafts,
            readings: StoredValue::new(readings),
            selection: RwSignal::default(),
            step: RwSignal::new(0),
            pane: RwSignal::new(0),
            notice: RwSignal::new(notice),
            toast: RwSignal::default(),
            only_changed: RwSignal::new(false),
            evidence: RwSignal::default(),
            touched: RwSignal::default(),
            painted,
        };
        wizard.listen();
        wizard
    }

    /// Reads what stands around the preview: it follows a change of the choices when the preview has been painted, so
    /// that what somebody looks at while typing does not wait for the rest of the page.
    pub fn after_paint<T>(self, read: impl FnOnce() -> T) -> T {
        read_after_paint(self.painted, read)
    }

    /// Signals that follow a list of values as [`Self::after_paint`] reads them, one a value.
    pub fn follow<T>(self, values: impl Fn() -> Vec<T> + 'static) -> Vec<RwSignal<T>>
    where
        T: PartialEq + Send + Sync + 'static,
    {
        follow(self.painted, values)
    }

    /// Follows an address that the user changes, and the place that is scrolled to.
    fn listen(self) {
        browser::listen("hashchange", move || {
            let fragment = browser::fragment();
            if session::is_link(&fragment) {
                let (choices, problems) = codec::from_link(&fragment);
                self.drafts.update(Drafts::clear);
                self.notice.set(notice_of_link(&problems));
                if self.change(|history| history.push(choices)) {
                    self.say_undoable(msg!("The choices from the link were applied."));
                }
            }
        });
        browser::listen("storage", move || {
            // Another tab of this page has stored its choices; those of this tab stay in its address.
            let stored = browser::stored(STORED);
            if !stored.is_empty() && stored != self.with_untracked(codec::to_link) {
                self.say(msg!(
                    "Another tab has different choices. Each tab keeps its own; a new tab starts with the most recent \
                     ones."
                ));
            }
        });
        browser::listen("pagehide", move || {
            self.history.with_untracked(note);
            // The address of a page that goes can no longer be changed; should the page come back, the pause goes on.
            if PAUSED.with(|waiting| waiting.borrow().is_some()) {
                store(&codec::to_link(&last_choices()));
            }
        });
        browser::on("wizard-do", move |command| untrack(|| self.run_command(command)));
        browser::listen("scroll", move || {
            let step = browser::reached(FormStep::ALL.iter().map(|step| step.anchor()));
            if step != self.step.get_untracked() {
                self.step.set(step);
            }
        });
    }

    /// The one way in which the choices change. They are kept before anything is drawn, so that a mistake of this
    /// program while drawing does not cost them.
    fn change(self, act: impl FnOnce(&mut History) -> bool) -> bool {
        let mut changed = false;
        self.history.maybe_update(|history| {
            changed = act(history);
            if changed {
                keep(history.now());
                mark_before(history);
            }
            changed
        });
        if changed {
            browser::tell();
        }
        changed
    }

    /// Does what another program or script of the page asks for; what concerns the views is not the wizard's.
    fn run_command(self, command: &str) {
        match command.parse() {
            Ok(Command::Undo) => self.undo(),
            Ok(Command::Redo) => self.redo(),
            Ok(Command::Reset) => self.start_over(),
            Ok(Command::CopyLink) => self.copy_link(),
            Ok(Command::DownloadZip) => self.download_zip(),
            Ok(Command::CopyFile) => self.copy_file(),
            Ok(Command::DownloadFile) => self.download_file(),
            Ok(Command::ToggleOnlyChanged) => self.only_changed.update(|only| *only = !*only),
            Ok(Command::Say(text)) => self.show(text, None),
            Ok(Command::MarkFiles(paths)) => self.touched.set(paths),
            Ok(Command::ShowFile(path)) => {
                self.pane.set(1);
                self.select(&path);
            }
            Ok(Command::ShowOption(id)) => {
                self.pane.set(0);
                browser::after(0, move || browser::reveal(&id));
            }
            Ok(Command::Choose(link)) => {
                self.replace(codec::from_link(&link).0);
                self.say_undoable(msg!("The choices were applied."));
            }
            Ok(Command::ShowEvidence(text)) => self.evidence.set(Evidence::from_text(&text)),
            Ok(Command::ShowView(_) | Command::Explain(_) | Command::ShowCost(_) | Command::Open(_)) => {}
            Err(error) => browser::report(&error.to_string()),
        }
    }

    /// Reads the choices.
    pub fn with<T>(self, read: impl FnOnce(&Choices) -> T) -> T {
        self.history.with(|history| read(history.now()))
    }

    fn with_untracked<T>(self, read: impl FnOnce(&Choices) -> T) -> T {
        self.history.with_untracked(|history| read(history.now()))
    }

    /// Whether there is a step to take back, and one to take again.
    pub fn can(self) -> (bool, bool) {
        self.history.with(|history| (history.can_undo(), history.can_redo()))
    }

    /// What the field of an option shows.
    pub fn reading(self, spec: &OptionSpec) -> RwSignal<Reading> {
        let place = OPTIONS.iter().position(|other| other.id == spec.id).unwrap_or_default();
        self.readings.with_value(|readings| readings[place])
    }

    /// What the project says about an option, if one was read.
    pub fn project_value(self, spec: &OptionSpec) -> Option<ProjectValue> {
        self.evidence.with(|evidence| evidence.get(spec.id).cloned())
    }

    /// How many fields hold a text that is not taken.
    pub fn refused(self) -> usize {
        self.drafts.with(|drafts| drafts.refused().count())
    }

    /// Takes what was chosen or typed. A text that is refused stays in its field, beside the last one that was taken.
    pub fn set(self, spec: &'static OptionSpec, text: &str) {
        let before = self.with(Choices::clone);
        let mut taken = None;
        self.drafts.maybe_update(|drafts| {
            taken = drafts.set(spec, text, &before);
            is_typed(spec)
        });
        if let Some(choices) = taken {
            self.take(spec, choices, is_typed(spec));
        }
    }

    /// Takes choices in which one option has changed, as a step of its own or as part of what is being typed. Returns
    /// whether they are new.
    fn take(self, spec: &'static OptionSpec, choices: Choices, typed: bool) -> bool {
        let before = self.outcome.get_untracked();
        let changed =
            self.change(|history| if typed { history.push_typed(choices, spec.id) } else { history.push(choices) });
        self.say_what_followed(spec, &before.effective);
        changed
    }

    /// Gives an option another value, as a step of its own.
    pub fn choose(self, spec: &'static OptionSpec, value: &str) -> bool {
        let mut choices = self.with_untracked(Choices::clone);
        spec.set(&mut choices, value).is_ok() && self.take(spec, choices, false)
    }

    /// Keeps what is being typed beside a list.
    pub fn type_beside(self, spec: &OptionSpec, text: &str) {
        self.drafts.update(|drafts| drafts.type_beside(spec, text));
    }

    /// Adds what was typed beside a list to it. A text that is refused stays in its field.
    pub fn add_typed(self, spec: &'static OptionSpec) {
        let typed = self.drafts.with_untracked(|drafts| drafts.get(spec.id).map(|draft| draft.text.clone()));
        let Some(text) = typed else { return };
        let before = self.with_untracked(Choices::clone);
        let mut taken = None;
        self.drafts.update(|drafts| taken = drafts.add(spec, &text, &before));
        if let Some(choices) = taken
            && self.take(spec, choices, false)
        {
            self.say(msg!("Added: {0}", text));
        }
    }

    /// Takes an entry out of a list.
    pub fn remove_entry(self, spec: &'static OptionSpec, entry: &str) {
        let list = self.with_untracked(|choices| spec.wish(choices));
        let rest: Vec<&str> = parts_of(&list).into_iter().filter(|other| *other != entry).collect();
        if self.choose(spec, &rest.join(" ")) {
            self.say_undoable(msg!("Removed: {0}", entry));
        }
    }

    /// Names the wishes that a change of an option has put off, or has let hold again.
    fn say_what_followed(self, cause: &OptionSpec, before: &Choices) {
        let after = self.outcome.get_untracked();
        let followed: Vec<Message> = OPTIONS
            .iter()
            .filter(|spec| spec.id != cause.id && self.with_untracked(|choices| !spec.wish(choices).is_empty()))
            .filter(|spec| spec.get(before) != spec.get(&after.effective))
            .map(|spec| msg!("{0}: {1}", Message::from(spec.label), spec.value_label(&spec.get(&after.effective))))
            .collect();
        if !followed.is_empty() {
            self.say_undoable(msg!("It also changes {0}.", followed));
        }
    }

    /// Ends the typing in a field: a text that was taken is now spelled as the choices spell it.
    pub fn leave(self, spec: &OptionSpec) {
        self.drafts.update(|drafts| drafts.leave(spec.id));
    }

    /// Takes whole new choices as one step, and drops the drafts of the fields that they change.
    pub fn replace(self, choices: Choices) {
        self.with_drafts_settled(|history| history.push(choices));
    }

    /// Applies a preset.
    pub fn apply(self, preset: &Preset) {
        self.replace(self.with(|choices| preset.apply(choices)));
        self.say_undoable(msg!("Preset applied: {0}.", Message::from(preset.title)));
    }

    /// Takes the last step back.
    pub fn undo(self) {
        self.with_drafts_settled(History::undo);
    }

    /// Takes again what was taken back.
    pub fn redo(self) {
        self.with_drafts_settled(History::redo);
    }

    fn with_drafts_settled(self, act: impl FnOnce(&mut History) -> bool) {
        let before = self.with(Choices::clone);
        self.change(act);
        self.with(|after| {
            self.drafts.update(|drafts| drafts.settle(&before, after));
        });
    }

    /// Puts an option back to its default.
    pub fn reset(self, spec: &'static OptionSpec) {
        let mut choices = self.with(Choices::clone);
        if spec.set(&mut choices, &spec.default_wish()).is_ok() {
            self.drafts.update(|drafts| drafts.drop(spec.id));
            self.replace(choices);
        }
    }

    /// Back to the defaults, which can be undone.
    pub fn start_over(self) {
        self.drafts.update(Drafts::clear);
        self.notice.set(Vec::new());
        self.select(FIRST_FILE);
        self.replace(Choices::default());
        self.say_undoable(msg!("All options were reset to their defaults."));
    }

    /// Shows a message for a moment.
    pub fn say(self, message: Message) {
        self.show(t(message), None);
    }

    /// Shows a message with Undo beside it, long enough to reach for that.
    pub fn say_undoable(self, message: Message) {
        self.show(t(message), Some(ToastOffer::Undo));
    }

    fn show(self, text: String, offer: Option<ToastOffer>) {
        let toast = Toast { text, offer };
        self.toast.set(toast.clone());
        browser::after(if offer.is_some() { 12_000 } else { 5000 }, move || {
            if self.toast.with_untracked(|now| *now == toast) {
                self.toast.set(Toast::default());
            }
        });
    }

    /// The path that is shown: the chosen file; the one of the same purpose where its name followed a choice; else the
    /// first one.
    pub fn shown(self) -> String {
        self.outcome.with(|outcome| self.selection.with(|selection| selection.shown(&outcome.files)))
    }

    /// Reads a file of the set.
    pub fn file<T>(self, path: &str, read: impl FnOnce(&File) -> T) -> Option<T> {
        self.outcome.with(|outcome| outcome.files.get(path).map(read))
    }

    /// The text of a file of the set; empty for a path that is none.
    pub fn text(self, path: &str) -> String {
        if path == MANIFEST {
            self.manifest.get()
        } else {
            self.file(path, |file| file.text.clone()).unwrap_or_default()
        }
    }

    /// The rows of the tree.
    pub fn rows(self) -> Vec<TreeRow> {
        let only = self.only_changed.get();
        let closed = self.selection.with(|selection| selection.closed().to_vec());
        self.after_paint(|| {
            self.outcome.with(|outcome| {
                let paths = outcome.files.iter().map(|(path, _)| path).filter(|path| !only || outcome.is_changed(path));
                rows(paths, &closed)
            })
        })
    }

    /// The row that the keyboard is on: the one it was moved to while that is there, else the file that is shown.
    pub fn row(self, rows: &[TreeRow], shown: &str) -> String {
        self.selection.with(|selection| selection.row(rows, shown))
    }

    /// Whether a folder of the tree is open.
    pub fn is_open(self, folder: &str) -> bool {
        self.selection.with(|selection| selection.is_open(folder))
    }

    /// Shows a file.
    fn select(self, path: &str) {
        self.move_to(path, false);
    }

    /// Moves to a row of the tree; a file is shown at once.
    pub fn move_to(self, path: &str, folder: bool) {
        self.outcome.with(|outcome| {
            self.selection.update(|selection| selection.move_to(path, folder, &outcome.files));
        });
    }

    /// Shows a file, or opens or closes a folder.
    pub fn open_row(self, path: &str, folder: bool) {
        self.move_to(path, folder);
        if folder {
            self.toggle(path);
        }
    }

    /// Opens a closed folder, or closes an open one.
    pub fn toggle(self, folder: &str) {
        self.selection.update(|selection| selection.toggle(folder));
    }

    /// Scrolls to a step.
    pub fn go(self, step: usize) {
        if let Some(reached) = FormStep::ALL.get(step) {
            browser::scroll_to(reached.anchor());
        }
    }

    /// Brings the first problem into view: a text that is refused, an error, a warning.
    pub fn go_to_problem(self) {
        self.pane.set(0);
        let refused = self.drafts.with_untracked(|drafts| drafts.refused().next());
        let found = self.outcome.with_untracked(|outcome| {
            let worst = outcome.findings.iter().min_by_key(|finding| finding.severity);
            worst.map(|finding| finding.option)
        });
        if let Some(id) = refused.or(found) {
            // On a phone the pane has to be there first.
            browser::after(0, move || browser::reveal(id));
        }
    }

    /// Copies the link of these choices.
    pub fn copy_link(self) {
        let link = browser::link(&self.with(codec::to_link));
        if let Some(said) = codec::too_long(&link) {
            return self.show(t(said), Some(ToastOffer::SaveYaml));
        }
        browser::copy(&link, move |copied| {
            self.say(if copied {
                msg!("The link was copied to the clipboard. It contains your choices and nothing else.")
            } else {
                msg!("The browser blocked the clipboard. The address of this page is the link.")
            });
        });
    }

    /// Downloads the choices as YAML.
    pub fn save_yaml(self) {
        browser::download("choices.yaml", "text/plain;charset=utf-8", self.with(codec::to_yaml).as_bytes());
    }

    /// The command that writes the set, in one line.
    pub fn command(self) -> String {
        self.with(script::command).join(" ")
    }

    /// Copies the command that writes the set.
    pub fn copy_command(self) {
        self.copy(&self.command(), msg!("The command was copied to the clipboard."));
    }

    /// Copies the file that is shown.
    pub fn copy_file(self) {
        let path = self.shown();
        self.copy(&self.text(&path), msg!("{0} was copied to the clipboard.", &path));
    }

    /// Copies a text that can be read on the page, and says so.
    fn copy(self, text: &str, said: Message) {
        browser::copy(text, move |copied| {
            self.say(if copied {
                said.clone()
            } else {
                msg!("The browser blocked the clipboard. Select the text and copy it by hand.")
            });
        });
    }

    /// Downloads the file that is shown.
    pub fn download_file(self) {
        let path = self.shown();
        let name = path.rsplit('/').next().unwrap_or_default();
        browser::download(name, "text/plain;charset=utf-8", self.text(&path).as_bytes());
    }

    /// Downloads the whole set.
    pub fn download_zip(self) {
        let root = self.with(|choices| choices.project_name.to_string());
        let mut files = self.outcome.with(|outcome| outcome.files.clone());
        files.insert(MANIFEST.to_owned(), manifest_file(self.manifest.get()));
        let bytes = archive::zip(&files, &root);
        browser::download(&[root.as_str(), ".zip"].concat(), "application/zip", &bytes);
        // The history of downloads is kept by another script.
        browser::mark_page("data-zip", &self.with(codec::to_link));
        browser::tell();
    }
}

/// Notes the steps that can be undone, so that a reload does not cost them.
fn note(history: &History) {
    browser::note(STEPS, Some(&session::steps_text(history)));
}

/// Keeps the choices where a panic finds them, and soon where they are found again after this page.
fn keep(choices: &Choices) {
    browser::mark_page("data-link", &codec::to_link(choices));
    LAST.with(|last| last.replace(choices.clone()));
    let write = || {
        PAUSED.with(RefCell::take);
        settle();
    };
    PAUSED.with(|waiting| waiting.replace(Some(Timeout::new(PAUSE, write))));
}

/// Brings address and storage up to date.
///
/// Not at every change: a browser takes some milliseconds for a new address, as it asks for the page's icon again, some
/// limit how often it may change, and the storage is another process.
pub fn settle() {
    let link = codec::to_link(&last_choices());
    store(&link);
    browser::set_fragment(&link);
}

fn store(link: &str) {
    // A storage that cannot be used costs the memory of the choices, nothing else: the address has them, too.
    browser::store(STORED, link);
}

/// Says which choices Undo leads to; nothing where it leads nowhere.
fn mark_before(history: &History) {
    browser::mark_page("data-before", &history.past().last().map(codec::to_link).unwrap_or_default());
}

/// The choices to begin with, and what could not be read of them.
fn restore() -> (Choices, Vec<Message>) {
    let (fragment, stored) = (browser::fragment(), browser::stored(STORED));
    let steps = browser::noted(STEPS).filter(|_| browser::is_reload());
    let sources = Sources { fragment: &fragment, steps: steps.as_deref(), stored: &stored };
    let (choices, origin) = session::restore(sources);
    let notice = match origin {
        Origin::Reload => Vec::new(),
        Origin::Link(problems) => notice_of_link(&problems),
        Origin::Storage(problems) => notice(msg!("Some of the choices saved here could not be read:"), &problems),
    };
    (choices, notice)
}

fn notice_of_link(problems: &[Problem]) -> Vec<Message> {
    notice(msg!("The link is damaged. The readable parts were applied; these were dropped:"), problems)
}

fn notice(title: Message, problems: &[Problem]) -> Vec<Message> {
    if problems.is_empty() {
        return Vec::new();
    }
    let mut lines = vec![title];
    lines.extend(problems.iter().map(Problem::said));
    lines
}

/// The options of a step.
pub fn options_of(step: FormStep) -> impl Iterator<Item = &'static OptionSpec> {
    OPTIONS.iter().filter(move |spec| spec.step == step)
}
