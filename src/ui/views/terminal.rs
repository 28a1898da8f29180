//! The set for a terminal: the command that writes it, and a text that unpacks it.

use std::sync::Arc;

use leptos::prelude::*;

use super::{ViewsState, bridge};
use crate::catalog::options::Choices;
use crate::catalog::rules::{self, Severity};
use crate::engine::generate;
use crate::exchange::script::{self, Packed};
use crate::exchange::tar;
use crate::messages::{Message, msg};
use crate::output::fileset::FileSet;
use crate::output::hash::sha256;
use crate::page::command::Command;
use crate::ui::browser;
use crate::ui::kit::button::action;
use crate::ui::kit::dom::{El, el, el_class, live, nothing, watch};

/// The files of given choices.
pub(super) fn files_of(choices: &Choices) -> FileSet {
    generate(choices, browser::today()).files
}

/// A set as a text that unpacks it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Text {
    script: String,
    sha256: String,
}

fn text_of(archive: &[u8], root: &str, count: usize, gzip: bool) -> Text {
    let sha256 = sha256(archive);
    let base64 = bridge::base64(archive);
    Text { script: script::script(Packed { root, count, base64: &base64, sha256: &sha256, gzip }), sha256 }
}

/// The view.
pub(super) fn view(state: ViewsState) -> AnyView {
    let files = Memo::new(move |_| Arc::new(state.choices.with(files_of)));
    let command = Memo::new(move |_| script::joined(&state.choices.with(script::command)));
    let text: RwSignal<Text> = RwSignal::default();
    let asked = RwSignal::new(0_u32);
    watch(move || {
        let files = files.get();
        let root = state.choices.with_untracked(|choices| choices.project_name.to_string());
        let number = asked.get_untracked() + 1;
        asked.set(number);
        let archive = tar::pack(&files, &root);
        bridge::gzip(&archive.clone(), move |packed| {
            // Meanwhile the choices may have changed, or the view may be gone.
            if asked.try_get_untracked() == Some(number) {
                text.set(text_of(packed.as_deref().unwrap_or(&archive), &root, files.len(), packed.is_some()));
            }
        });
    });
    let size = move || {
        let length = text.with(|text| text.script.len());
        let count = files.with(|files| files.len());
        if length == 0 {
            return msg!("Packing …");
        }
        msg!("{0} files in {1} kB of text", count, length.div_ceil(1024))
    };
    let hash = el_class("p", "shell__hash")
        .child(el("span").text_live(size))
        .child(el("span").attr("translate", "no").raw("SHA-256"))
        .child(el_class("code", "shell__sum").prop("textContent", move || text.with(|text| text.sha256.clone())));
    el_class("div", "shell")
        .child(
            part(
                msg!("Command that writes this set"),
                msg!("Produces the same files, byte for byte, wherever the Dunnage command line is installed."),
                Copied {
                    name: msg!("Copy command"),
                    said: msg!("The command was copied to the clipboard."),
                    text: move || command.get(),
                },
            )
            .view(live(move || contradiction(state)))
            .child(block("shell-command", msg!("Command"), move || command.get())),
        )
        .child(
            part(
                msg!("A script that unpacks this set"),
                msg!(
                    "Paste it into a terminal on Linux or macOS, in the folder that should contain the project's \
                      folder: bash, zsh or any other POSIX shell works. It downloads nothing. It first verifies its \
                      SHA-256; a damaged or truncated script unpacks nothing, and an existing folder is left \
                      untouched."
                ),
                Copied {
                    name: msg!("Copy script"),
                    said: msg!("The script was copied to the clipboard. Paste it into a terminal."),
                    text: move || text.with(|text| text.script.clone()),
                },
            )
            .child(block("shell-script", msg!("Script that unpacks the set"), move || {
                text.with(|text| text.script.clone())
            }))
            .child(hash)
            .child(el_class("p", "shell__note").text(msg!(
                "The files are in a here-document, because an argument is limited \
                                                      to 128 kB on Linux. Its lines have 76 characters, because some \
                                                      terminals accept at most 1,024 per line."
            ))),
        )
        .child(part(
            msg!("All files as one block"),
            msg!("Markdown with a heading and a code block per file: for an issue, a review or a chat."),
            Copied {
                name: msg!("Copy all files"),
                said: msg!("All files were copied to the clipboard as one Markdown block."),
                text: move || files.with(|files| script::markdown(files)),
            },
        ))
        .done()
}

/// What a button copies, and what is said when it did.
struct Copied<F> {
    name: Message,
    said: Message,
    text: F,
}

/// A heading with what it is about, and a button that copies it.
fn part(heading: Message, about: Message, copy: Copied<impl Fn() -> String + 'static>) -> El {
    let Copied { name, said, text } = copy;
    let button = action(name, "copy", "button--quiet", move || bridge::copy(&text(), said.clone()));
    let head = el_class("div", "shell__head").child(el("h2").text(heading)).child(button);
    el_class("section", "shell__part").child(head).child(el_class("p", "shell__about").text(about))
}

/// A text of the machine's, which scrolls where it is long.
fn block(id: &str, name: Message, text: impl Fn() -> String + Send + Sync + 'static) -> El {
    el_class("pre", "shell__block")
        .attr("id", id)
        .attr("tabindex", "0")
        .attr("role", "region")
        .said("aria-label", name)
        .child(el("code").prop("textContent", text))
}

/// That the command line writes nothing while the choices contradict each other, and where.
fn contradiction(state: ViewsState) -> AnyView {
    let findings = state.choices.with(|choices| rules::check(choices, browser::today()));
    let Some(error) = findings.into_iter().find(|finding| finding.severity == Severity::Error) else {
        return nothing();
    };
    let go = el_class("button", "fix")
        .attr("type", "button")
        .on("click", move |_| bridge::run(&Command::ShowOption(error.option.to_owned())))
        .text(msg!("Go to the option"));
    el_class("div", "finding")
        .attr("data-severity", "error")
        .child(
            el("p")
                .child(el("strong").text(msg!("The command line writes nothing while the choices conflict:")))
                .raw(" ")
                .text(&error.reason),
        )
        .child(go)
        .done()
}
