//! What the parts of the page ask each other to do: one list, as text and back.
//!
//! The wizard, the programs that are fetched on demand and the scripts share nothing but the page, so a command travels
//! as the text of an event. Only [`Command`] knows how it is spelled.

use std::fmt;
use std::str::FromStr;

use crate::messages::{Message, msg};

/// A view in the pane of the files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum View {
    /// The files themselves.
    Files,
    /// The diagram of the stack.
    Stack,
    /// What to do next.
    Next,
    /// The differences to other choices.
    Diff,
    /// The set as a text for a terminal.
    Terminal,
}

impl View {
    /// Every view, in the order of the tabs.
    pub const ALL: [Self; 5] = [Self::Files, Self::Stack, Self::Next, Self::Diff, Self::Terminal];

    /// The name in `data-view` and in commands.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Files => "files",
            Self::Stack => "stack",
            Self::Next => "next",
            Self::Diff => "diff",
            Self::Terminal => "terminal",
        }
    }

    /// The name shown to people.
    pub fn label(self) -> Message {
        match self {
            Self::Files => msg!("Files"),
            Self::Stack => msg!("Diagram"),
            Self::Next => msg!("Next steps"),
            Self::Diff => msg!("Differences"),
            Self::Terminal => msg!("Terminal"),
        }
    }

    /// The view of an id.
    pub fn of_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|view| view.id() == id)
    }
}

/// A dialog that is fetched on demand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialog {
    /// Bookmarks, downloads and choices as a file.
    Library,
    /// The search.
    Palette,
    /// The list of shortcuts.
    Shortcuts,
}

impl Dialog {
    /// Every dialog.
    pub const ALL: [Self; 3] = [Self::Library, Self::Palette, Self::Shortcuts];

    /// The name in commands.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Library => "library",
            Self::Palette => "palette",
            Self::Shortcuts => "shortcuts",
        }
    }
}

/// Something that the page is asked to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Takes the last change back.
    Undo,
    /// Makes the change again that was taken back.
    Redo,
    /// Resets every option to its default.
    Reset,
    /// Copies the link of the choices.
    CopyLink,
    /// Downloads the whole set.
    DownloadZip,
    /// Copies the file that is shown.
    CopyFile,
    /// Downloads the file that is shown.
    DownloadFile,
    /// Lists only the files that the last change changed, or all of them again.
    ToggleOnlyChanged,
    /// Shows a message for a moment.
    Say(String),
    /// Marks these files in the tree; an empty list takes the marks away.
    MarkFiles(Vec<String>),
    /// Shows a file of the set.
    ShowFile(String),
    /// Scrolls to an option.
    ShowOption(String),
    /// Takes the choices of a link.
    Choose(String),
    /// Shows in the fields what a project says about them, as [`Evidence`](super::evidence::Evidence) spells it.
    ShowEvidence(String),
    /// Shows a view.
    ShowView(View),
    /// Explains a line of the file that is shown, counted from 1.
    Explain(usize),
    /// Shows what an option costs, in its field.
    ShowCost(String),
    /// Opens a dialog.
    Open(Dialog),
}

impl Command {
    /// The first word of the command's text.
    const fn verb(&self) -> &'static str {
        match self {
            Self::Undo => "undo",
            Self::Redo => "redo",
            Self::Reset => "reset",
            Self::CopyLink => "copy-link",
            Self::DownloadZip => "download-zip",
            Self::CopyFile => "copy-file",
            Self::DownloadFile => "download-file",
            Self::ToggleOnlyChanged => "toggle-only-changed",
            Self::Say(_) => "say",
            Self::MarkFiles(_) => "mark-files",
            Self::ShowFile(_) => "show-file",
            Self::ShowOption(_) => "show-option",
            Self::Choose(_) => "choose",
            Self::ShowEvidence(_) => "show-evidence",
            Self::ShowView(_) => "view",
            Self::Explain(_) => "explain",
            Self::ShowCost(_) => "cost",
            Self::Open(_) => "open",
        }
    }
}

impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.verb())?;
        match self {
            Self::Say(text)
            | Self::ShowFile(text)
            | Self::ShowOption(text)
            | Self::Choose(text)
            | Self::ShowEvidence(text)
            | Self::ShowCost(text) => {
                write!(f, " {text}")
            }
            Self::MarkFiles(paths) => write!(f, " {}", paths.join("\n")),
            Self::ShowView(view) => write!(f, " {}", view.id()),
            Self::Explain(line) => write!(f, " {line}"),
            Self::Open(dialog) => write!(f, " {}", dialog.id()),
            _ => Ok(()),
        }
    }
}

/// A text that is no command: a mistake in this program, since nobody else sends any.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoCommand(String);

impl fmt::Display for NoCommand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "“{}” is not a command of this page.", self.0)
    }
}

impl std::error::Error for NoCommand {}

impl FromStr for Command {
    type Err = NoCommand;

    fn from_str(text: &str) -> Result<Self, NoCommand> {
        let (verb, about) = text.split_once(' ').unwrap_or((text, ""));
        let unknown = || NoCommand(text.to_owned());
        let alone = |command: Self| if about.is_empty() { Ok(command) } else { Err(unknown()) };
        let owned = || about.to_owned();
        match verb {
            "undo" => alone(Self::Undo),
            "redo" => alone(Self::Redo),
            "reset" => alone(Self::Reset),
            "copy-link" => alone(Self::CopyLink),
            "download-zip" => alone(Self::DownloadZip),
            "copy-file" => alone(Self::CopyFile),
            "download-file" => alone(Self::DownloadFile),
            "toggle-only-changed" => alone(Self::ToggleOnlyChanged),
            "say" => Ok(Self::Say(owned())),
            "mark-files" => Ok(Self::MarkFiles(about.lines().map(str::to_owned).collect())),
            "show-file" => Ok(Self::ShowFile(owned())),
            "show-option" => Ok(Self::ShowOption(owned())),
            "choose" => Ok(Self::Choose(owned())),
            "show-evidence" => Ok(Self::ShowEvidence(owned())),
            "view" => View::of_id(about).map(Self::ShowView).ok_or_else(unknown),
            // The line that the keyboard is on when none is named.
            "explain" => about.parse::<usize>().map(|line| Self::Explain(line.max(1))).map_err(|_| unknown()),
            "cost" => Ok(Self::ShowCost(owned())),
            "open" => Dialog::ALL.into_iter().find(|dialog| dialog.id() == about).map(Self::Open).ok_or_else(unknown),
            _ => Err(unknown()),
        }
    }
}

/// Where the keys of a shortcut are heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Everywhere but in a dialog; single keys not while typing.
    Page,
    /// In the code that is shown.
    Code,
}

/// A shortcut.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shortcut {
    /// The keys, joined by `+`; `Control` is the command key on a Mac.
    pub keys: &'static str,
    /// Where they are heard.
    pub place: Place,
    /// What they do.
    pub command: Command,
    /// The same in words.
    pub help: Message,
}

/// Every shortcut, in the order in which they are listed.
///
/// The scripts read them from the page, as [`shortcuts_text`] writes them; the list of shortcuts, the buttons and the
/// palette read them from here.
pub fn shortcuts() -> Vec<Shortcut> {
    let of = |keys, command, help| Shortcut { keys, place: Place::Page, command, help };
    let search = msg!("Search options, values, files and actions");
    let mut all = vec![
        of("Control+K", Command::Open(Dialog::Palette), search.clone()),
        of("/", Command::Open(Dialog::Palette), search),
        of("Control+Enter", Command::DownloadZip, msg!("Download zip")),
        of("Control+Z", Command::Undo, msg!("Undo")),
        of("Control+Shift+Z", Command::Redo, msg!("Redo")),
        of("Control+Y", Command::Redo, msg!("Redo")),
        of("L", Command::CopyLink, msg!("Copy link")),
        of("C", Command::ToggleOnlyChanged, msg!("Show only the changes from the last edit")),
    ];
    let views = ["1", "2", "3", "4", "5"].into_iter().zip(View::ALL);
    all.extend(views.map(|(key, view)| of(key, Command::ShowView(view), view.label())));
    all.push(Shortcut {
        place: Place::Code,
        ..of("Enter", Command::Explain(1), msg!("In the code: show why a line is here; then use ↑ and ↓"))
    });
    all.push(of("?", Command::Open(Dialog::Shortcuts), msg!("This list")));
    all
}

/// The keys of a command, for a button or a row that does it; the first where it has several.
pub fn keys_of(command: &Command) -> Option<&'static str> {
    shortcuts().into_iter().find(|shortcut| shortcut.command == *command).map(|shortcut| shortcut.keys)
}

/// The names of keys as a keyboard shows them.
pub fn key_names(keys: &'static str) -> impl Iterator<Item = &'static str> {
    keys.split('+').map(|key| if key == "Control" { "Ctrl" } else { key })
}

/// The shortcuts as the scripts of the page read them: a line each, with the keys, the place and the command.
pub fn shortcuts_text() -> String {
    let place = |place| match place {
        Place::Page => "page",
        Place::Code => "code",
    };
    let lines: Vec<String> =
        shortcuts().iter().map(|of| format!("{} {} {}", of.keys, place(of.place), of.command)).collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn every_command() -> Vec<Command> {
        let text = || "a text with spaces, and “quotes”".to_owned();
        let mut all = vec![
            Command::Undo,
            Command::Redo,
            Command::Reset,
            Command::CopyLink,
            Command::DownloadZip,
            Command::CopyFile,
            Command::DownloadFile,
            Command::ToggleOnlyChanged,
            Command::Say(text()),
            Command::MarkFiles(Vec::new()),
            Command::MarkFiles(vec!["docker/Dockerfile".to_owned(), "a b.txt".to_owned()]),
            Command::ShowFile("docker/Dockerfile".to_owned()),
            Command::ShowOption("python".to_owned()),
            Command::Choose("v=1&python=3.12".to_owned()),
            Command::ShowEvidence("packages\tuv\tlikely\t\tuv.lock:1\npython\t3.12\tstated".to_owned()),
            Command::Explain(12),
            Command::ShowCost("python".to_owned()),
        ];
        all.extend(View::ALL.map(Command::ShowView));
        all.extend(Dialog::ALL.map(Command::Open));
        all
    }

    #[test]
    fn every_command_is_read_as_it_was_written() {
        for command in every_command() {
            assert_eq!(command.to_string().parse(), Ok(command.clone()), "{command}");
        }
    }

    #[test]
    fn what_is_no_command_is_refused_by_name() {
        for text in ["", "undoo", "undo all", "view", "view sideways", "explain", "explain x", "open", "open sesame"] {
            let error = text.parse::<Command>().expect_err(text).to_string();
            assert!(error.contains(text), "{error}");
        }
        assert_eq!("explain 0".parse(), Ok(Command::Explain(1)), "no line is chosen: the first one");
    }

    #[test]
    fn no_two_shortcuts_have_the_same_keys_and_each_leads_somewhere() {
        let all = shortcuts();
        for (number, shortcut) in all.iter().enumerate() {
            assert!(all[..number].iter().all(|other| other.keys != shortcut.keys), "{} twice", shortcut.keys);
        }
        for line in shortcuts_text().lines() {
            let [keys, place, command] = line.splitn(3, ' ').collect::<Vec<_>>()[..] else { panic!("{line}") };
            assert!(!keys.is_empty() && ["page", "code"].contains(&place), "{line}");
            assert!(command.parse::<Command>().is_ok(), "{line}");
        }
        assert_eq!(keys_of(&Command::Redo), Some("Control+Shift+Z"));
        assert_eq!(keys_of(&Command::CopyFile), None);
        assert_eq!(key_names("Control+Shift+Z").collect::<Vec<_>>(), ["Ctrl", "Shift", "Z"]);
    }
}
