//! The message catalogue: every word of the page.
//!
//! A message is looked up by its English text, so that English needs no catalogue and costs nothing. Messages come from
//! the tables (options, rules, presets, files, steps), which are their own catalogue, and from [`WORDS`] for everything
//! else. A message with a value in it has `{0}`, `{1}` in its place, and is found by what stands around them.
//! The other languages are `public/locale/*.json`, which `public/locale.js` reads and tests hold to [`catalogue`].

use std::collections::BTreeSet;

use crate::files::FILES;
use crate::options::{Kind, OPTIONS, Step};
use crate::presets::presets;
use crate::rules::RULES;

/// Every message that stands in no table.
pub const WORDS: &[&str] = &[
    // Palette, terminal, more, print.
    "1 option changed",
    "1 result",
    "A choices.yaml for the repository or a colleague; the command line reads it, too. A dunnage.yaml of a set can be opened as well: choose it, or drop it here.",
    "A text that unpacks this set",
    "Action",
    "Actions",
    "All files are on the clipboard, as one Markdown block.",
    "All files as one Markdown block, or the choices and the file that is shown on paper.",
    "All files as one block",
    "Apply",
    "Apply “{0}”",
    "Bookmark",
    "Bookmark “{0}”",
    "Bookmarks",
    "Bookmarks and downloads",
    "Bring your project",
    "Choices",
    "Choices as a file",
    "Choices that you want to come back to. They stay in this browser; a link can be shared.",
    "Close",
    "Command",
    "Compare set-ups",
    "Copy all files",
    "Copy command",
    "Copy file",
    "Copy link",
    "Copy text",
    "Delete",
    "Delete “{0}”",
    "Differences",
    "Download file",
    "Download zip",
    "Downloads",
    "Every set that was downloaded as a zip in this browser, newest first.",
    "File",
    "File with choices",
    "Files",
    "Forget all downloads",
    "Give the bookmark a name first.",
    "Go to the option",
    "It gives the same files, byte for byte, wherever the command line of Dunnage is installed.",
    "It is called “{0}” now.",
    "Language",
    "Markdown with a heading and a fence for each file: for an issue, a review or a chat.",
    "More",
    "Name for these choices",
    "New name of “{0}”",
    "Next steps",
    "Nothing is called “{0}”. Try another word, or a part of it.",
    "Open a file with choices",
    "Open choices",
    "Option",
    "Options",
    "Packing …",
    "Paste it into a terminal on Linux or macOS, in the folder where the project's folder shall be: bash, zsh or any other POSIX shell will do. Nothing is fetched. It is checked by its SHA-256 first; a text that was damaged or cut off unpacks nothing, and a folder that is there stays as it is.",
    "Picture",
    "Preset",
    "Presets",
    "Print",
    "Recent",
    "Redo",
    "Rename",
    "Rename “{0}”",
    "Results",
    "Save choices",
    "Save choices as a file",
    "Save name",
    "Search",
    "Search options, values, files and actions",
    "Set {0} to {1}",
    "Shortcuts",
    "Show only what the last change changed",
    "Start over",
    "Step",
    "Steps",
    "Take along",
    "Terminal",
    "Text that unpacks the set",
    "The browser did not allow that. Select the text and copy it by hand.",
    "The browser did not keep that: its storage is full or forbidden.",
    "The choices of “{0}” are those that you have.",
    "The command is on the clipboard.",
    "The command line writes nothing while choices contradict each other:",
    "The command that writes this set",
    "The files stand in a here-document: an argument could hold no more than 128 kB on Linux. Its lines have 76 characters, because some terminals take no more than 1,024 in one line.",
    "The list of downloads is empty again.",
    "The text is on the clipboard. Paste it into a terminal.",
    "The zip is downloaded. It is not in the list of downloads: the browser's storage is full or forbidden.",
    "Undo",
    "Value",
    "Values",
    "View",
    "Views",
    "What could be read of “{0}” was taken. This was not:",
    "What to look at",
    "changed",
    "choose",
    "close",
    "current",
    "do it",
    "off",
    "on",
    "these choices",
    "{0} files in {1} kB of text",
    "{0} options changed",
    "{0} results",
    "“{0}” holds no choices that can be read. Nothing was changed.",
    "“{0}” is deleted.",
    "“{0}” is kept in this browser.",
    "“{0}” is too large for choices, or could not be read. Nothing was changed.",
];

/// Every message, in English.
pub fn catalogue() -> BTreeSet<&'static str> {
    let mut all: BTreeSet<&'static str> = WORDS.iter().copied().collect();
    for step in Step::ALL {
        all.extend([step.label(), step.intro()]);
    }
    for spec in OPTIONS {
        all.extend([spec.label, spec.help, spec.why]);
        if let Kind::Set(values) = spec.kind {
            all.extend(values.iter().flat_map(|value| [value.label, value.help]));
        }
    }
    for preset in presets() {
        all.extend([preset.title, preset.blurb]);
    }
    for rule in RULES {
        all.insert(rule.reason);
        all.extend(rule.fixes.iter().map(|(label, _)| *label));
    }
    all.extend(FILES.iter().map(|file| file.why));
    all.remove("");
    all
}
