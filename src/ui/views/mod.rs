//! The views module: what explains, searches, draws, compares and remembers.
//!
//! It is fetched when somebody first asks for one of its views (`web/shortcuts.js`). It has an engine of its own and
//! shares nothing with the first module but the page: there it reads the choices and the path of the file that is
//! shown, and there it says what the wizard should do ([`bridge`]). Its views fill places that `index.html` holds
//! ready: beside the files (`#stage`), below the code (`#explain`), and in dialogs.

mod bridge;
mod costs;
mod dialog;
mod diff;
mod explain;
mod library;
mod next;
mod palette;
mod saved;
mod shortcuts;
mod stack;
mod terminal;

use leptos::prelude::*;
use saved::SavedLists;

use crate::catalog::codec;
use crate::catalog::options::Choices;
use crate::page::command::{Command, Dialog, View};
use crate::ui::browser;
use crate::ui::kit::dom::{live, nothing};

/// What the module knows: what the wizard says of itself, and what it was asked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct ViewsState {
    /// The choices of the wizard.
    pub(super) choices: RwSignal<Choices>,
    /// Path of the file that the wizard shows.
    pub(super) file: RwSignal<String>,
    /// The view that is shown instead of the files.
    pub(super) view: RwSignal<View>,
    /// The dialog that is open.
    pub(super) dialog: RwSignal<Option<Dialog>>,
    /// The line that is explained, counted from 1; 0 for none.
    pub(super) line: RwSignal<usize>,
    /// Bookmarks and downloads.
    pub(super) saved: SavedLists,
}

impl ViewsState {
    fn begin() -> Self {
        let state = Self {
            choices: RwSignal::default(),
            file: RwSignal::default(),
            view: RwSignal::new(View::Files),
            dialog: RwSignal::default(),
            line: RwSignal::default(),
            saved: SavedLists::begin(),
        };
        state.read();
        browser::on("wizard", move |_| state.read());
        browser::on("views-do", move |command| state.run_command(command));
        state
    }

    /// Reads what the wizard says of itself; only what is new is news.
    fn read(self) {
        let choices = codec::from_link(&bridge::marked("data-link")).0;
        if self.choices.with_untracked(|now| *now != choices) {
            self.choices.set(choices);
        }
        let file = bridge::marked("data-file");
        if self.file.with_untracked(|now| *now != file) {
            self.line.set(0);
            self.file.set(file);
        }
    }

    /// Does what the page asks for; what is left is the wizard's.
    fn run_command(self, command: &str) {
        match command.parse() {
            Ok(Command::ShowView(view)) => self.view.set(view),
            Ok(Command::Explain(line)) => self.line.set(line),
            Ok(Command::ShowCost(option)) => costs::show(&option),
            Ok(Command::Open(dialog)) => self.dialog.set(Some(dialog)),
            Ok(_) => {}
            Err(error) => browser::report(&error.to_string()),
        }
    }
}

/// Starts the module.
pub fn run() {
    std::panic::set_hook(Box::new(|info| bridge::crash(&info.to_string())));
    // The first mount brings the runtime that the signals need.
    mount("dialogs", || {
        let state = ViewsState::begin();
        mount("explain", move || explain::view(state));
        mount("stage", move || live(move || stage(state)));
        live(move || dialogs(state))
    });
}

fn mount(id: &str, view: impl FnOnce() -> AnyView + 'static) {
    if let Some(place) = browser::place(id) {
        leptos::mount::mount_to(place, view).forget();
    }
}

/// The view beside the files.
fn stage(state: ViewsState) -> AnyView {
    match state.view.get() {
        View::Stack => stack::view(state),
        View::Terminal => terminal::view(state),
        View::Next => next::view(state),
        View::Diff => diff::view(state),
        View::Files => nothing(),
    }
}

/// The dialog that is open.
fn dialogs(state: ViewsState) -> AnyView {
    match state.dialog.get() {
        Some(Dialog::Library) => library::view(state),
        Some(Dialog::Palette) => palette::view(state),
        Some(Dialog::Shortcuts) => shortcuts::view(state),
        None => nothing(),
    }
}
