//! What to do with the set, command by command, and its `.env` with secrets in it.
//!
//! The secrets live in the saved of this module alone: no link, no storage, no log and nothing of the wizard's ever
//! has them. They leave it as a file that the user asks for.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use leptos::prelude::*;

use super::{ViewsState, bridge};
use crate::engine::generate;
use crate::exchange::archive;
use crate::exchange::env_file::{self, EnvEntry, EnvEntryKind};
use crate::messages::{Message, msg};
use crate::output::fileset::{File, FileSet};
use crate::output::hash::sha256;
use crate::page::command::{Command, View};
use crate::plan::steps::{Phase, Step, steps};
use crate::ui::browser;
use crate::ui::kit::button::action;
use crate::ui::kit::dom::{El, el, el_class, live, nothing, watch};

/// What is shown of a set.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Made {
    project: String,
    engine: &'static str,
    steps: Vec<Step>,
    files: FileSet,
}

impl Made {
    /// Where the ticks of these steps of this project are stored.
    fn place(&self) -> String {
        let ids: Vec<&str> = self.steps.iter().map(|step| step.id).collect();
        let hash = sha256(ids.join(" "));
        ["next.", &self.project, ".", &hash[..8]].concat()
    }
}

/// Values by name. A type of its own, so that no message of a fault prints them.
#[derive(Clone, Default, PartialEq, Eq)]
struct Values(BTreeMap<String, String>);

thread_local! {
    /// What was typed and generated, as long as the page is open.
    static VALUES: ArcRwSignal<Values> = ArcRwSignal::default();
}

/// What the view works with.
#[derive(Clone, Copy)]
struct Next {
    made: Memo<Arc<Made>>,
    entries: Memo<Vec<EnvEntry>>,
    values: RwSignal<Values>,
    /// Names of secrets that can be read.
    open: RwSignal<BTreeSet<String>>,
    /// Ids of steps that are done.
    done: RwSignal<BTreeSet<String>>,
}

/// The view.
pub(super) fn view(state: ViewsState) -> AnyView {
    browser::rewind("stage");
    let made = Memo::new(move |_| {
        let made = state.choices.with(|choices| generate(choices, browser::today()));
        Arc::new(Made {
            project: made.plan.project.clone(),
            engine: if made.plan.podman { "Podman" } else { "Docker" },
            steps: steps(&made.plan),
            files: made.files,
        })
    });
    let next = Next {
        made,
        entries: Memo::new(move |_| made.with(|made| env_file::entries(&made.files))),
        values: RwSignal::from(VALUES.with(Clone::clone)),
        open: RwSignal::default(),
        done: RwSignal::default(),
    };
    let place = Memo::new(move |_| made.with(|made| made.place()));
    watch(move || {
        let stored = place.with(|place| browser::stored(place));
        next.done.set(stored.split_whitespace().map(str::to_owned).collect());
    });
    watch(move || {
        for entry in next.entries.get().iter().filter(|entry| entry.kind == EnvEntryKind::Secret) {
            if !next.values.with_untracked(|values| values.0.contains_key(&entry.name)) {
                next.renew(entry);
            }
        }
    });
    // Rebuilt only when the steps are others; a tick changes what is there.
    let list = Memo::new(move |_| made.with(|made| made.steps.clone()));
    el_class("div", "next")
        .child(head(next))
        .view(live(move || {
            let steps = list.get();
            let first = steps.iter().filter(|step| step.phase == Phase::Prepare).count();
            el_class("div", "next__phases")
                .child(phase(next, Phase::Prepare, &steps, 1))
                .child(phases(next, &steps, first))
                .done()
        }))
        .child(form(next))
        .done()
}

/// Every phase but the first.
fn phases(next: Next, steps: &[Step], mut number: usize) -> El {
    let mut all = el_class("div", "next__phases");
    for one in &Phase::ALL[1..] {
        all = all.child(phase(next, *one, steps, number + 1));
        number += steps.iter().filter(|step| step.phase == *one).count();
    }
    all
}

impl Next {
    /// Makes a new secret.
    fn renew(self, entry: &EnvEntry) {
        match env_file::secret(bridge::random) {
            Some(secret) => self.take(entry, entry.example.clone() + &secret),
            None => bridge::say(msg!("This browser provides no random numbers: create the secrets on the server.")),
        }
    }

    fn take(self, entry: &EnvEntry, value: String) {
        self.values.update(|values| {
            values.0.insert(entry.name.clone(), value);
        });
    }

    /// The value of an entry: as typed or generated, else as in the example.
    fn value(self, entry: &EnvEntry) -> String {
        self.values.with(|values| values.0.get(&entry.name).unwrap_or(&entry.example).clone())
    }

    fn problem(self, entry: &EnvEntry) -> Option<Message> {
        env_file::problem(entry, &self.value(entry))
    }

    /// `.env` as it stands now, or nothing where a value has a problem, which is then shown.
    fn env(self) -> Option<String> {
        let entries = self.entries.get_untracked();
        if let Some(entry) = entries.iter().find(|entry| untrack(|| self.problem(entry)).is_some()) {
            bridge::say(msg!("One value is not valid yet; see the message next to it."));
            browser::reveal(&field_id(entry));
            return None;
        }
        let known: BTreeMap<String, String> =
            entries.iter().map(|entry| (entry.name.clone(), untrack(|| self.value(entry)))).collect();
        self.made.with_untracked(|made| {
            let example = made.files.get(env_file::EXAMPLE)?;
            env_file::filled(&example.text, &known).ok()
        })
    }

    fn download_env(self) {
        if let Some(text) = self.env() {
            browser::download(".env", "application/octet-stream", text.as_bytes());
            bridge::say(msg!("Save it as .env next to docker-compose.yml; some browsers drop the dot."));
        }
    }

    /// The whole set with `.env`, and with the secrets that are files.
    fn download_zip(self) {
        let Some(env) = self.env() else { return };
        let (project, mut files) = self.made.with_untracked(|made| (made.project.clone(), made.files.clone()));
        let file = |text: String| File { text, executable: false, why: "" };
        let mut secrets = self.entries.get_untracked();
        secrets.retain(|entry| entry.file);
        for entry in &secrets {
            files.insert("secrets/".to_owned(), file(String::new()));
            files.insert(entry.name.clone(), file(untrack(|| self.value(entry)) + "\n"));
        }
        files.insert(".env".to_owned(), file(env));
        let bytes = archive::zip_as(&files, &project, |path, file| match path {
            ".env" => 0o100_600,
            "secrets/" => 0o40_700,
            // Compose mounts them for users in the containers, which are not the one who unpacks.
            _ if secrets.iter().any(|entry| entry.name == path) => 0o100_444,
            _ => 0o100_000 | file.mode(),
        });
        browser::download(&[project.as_str(), ".zip"].concat(), "application/zip", &bytes);
        bridge::say(msg!("This archive contains your secrets: keep it private, and delete it after unpacking."));
    }

    fn tick(self, id: &'static str, ticked: bool) {
        self.done.update(|done| {
            if ticked {
                done.insert(id.to_owned());
            } else {
                done.remove(id);
            }
        });
        let ids: Vec<String> = self.done.get_untracked().into_iter().collect();
        browser::store(&self.made.with_untracked(|made| made.place()), &ids.join(" "));
    }
}

fn head(next: Next) -> El {
    let counts = move || {
        next.made.with(|made| {
            let done = next.done.with(|done| made.steps.iter().filter(|step| done.contains(step.id)).count());
            (done, made.steps.len())
        })
    };
    let share = move || {
        let (done, all) = counts();
        (done * 100 / all.max(1)).to_string()
    };
    let tally = move || {
        let (done, all) = counts();
        msg!("{0} of {1} done", done, all)
    };
    let title = move || msg!("Next steps with {0}", next.made.with(|made| made.engine));
    el_class("header", "next__head")
        .child(
            el("div").child(el("h2").text_live(title)).child(
                el("p").text(msg!("The steps for your choices, in order. CONTAINERS.md explains every command.")),
            ),
        )
        .child(
            el_class("div", "next__progress")
                .child(el_class("span", "next__tally").attr("role", "status").text_live(tally))
                .child(
                    el("progress").attr("max", "100").said("aria-label", msg!("Completed steps")).prop("value", share),
                ),
        )
}

fn phase(next: Next, phase: Phase, steps: &[Step], first: usize) -> El {
    let items = steps.iter().filter(|step| step.phase == phase);
    let items = items.enumerate().map(|(at, step)| item(next, step, first + at));
    el_class("section", "next__phase")
        .child(el("h3").text(phase.title()))
        .child(el_class("p", "next__intro").text(phase.intro()))
        .child(el_class("ol", "todos").attr("start", &first.to_string()).views(items))
}

fn item(next: Next, step: &Step, number: usize) -> AnyView {
    let id = step.id;
    let is_done = move || next.done.with(|done| done.contains(id));
    let tick = el("input")
        .attr("type", "checkbox")
        .attr("id", &["next-", id].concat())
        .prop_flag("checked", is_done)
        .on("change", move |event| next.tick(id, event_target_checked(&event)));
    let mut content = el_class("div", "todo__content")
        .child(el("label").attr("for", &["next-", id].concat()).text(step.title))
        .child(el_class("p", "todo__why").text(step.why));
    if !step.commands.is_empty() {
        content = content.child(commands(&step.commands));
    }
    if matches!(id, "secrets-env" | "secrets-files") {
        let to = el_class("button", "todo__link")
            .attr("type", "button")
            .on("click", |_| {
                browser::scroll_to("next-secrets");
                browser::focus("next-secrets");
            })
            .text(msg!("Fill in .env here"));
        content = content.child(to);
    }
    if let Some(path) = &step.file {
        let (shown, command) = (path.clone(), Command::ShowFile(path.clone()));
        let to = el_class("button", "todo__link")
            .attr("type", "button")
            .attr("data-file", path)
            .on("click", move |_| {
                bridge::show(View::Files);
                bridge::run(&command);
            })
            .child(el("span").text(msg!("Open")))
            .child(el("code").raw(&shown));
        content = content.child(to);
    }
    el_class("li", "todo")
        .flag("data-done", is_done)
        .child(el_class("span", "todo__number").attr("aria-hidden", "true").raw(&number.to_string()))
        .child(content)
        .child(el_class("span", "todo__tick").child(tick))
        .done()
}

/// Commands with a button that copies them as they are typed.
fn commands(lines: &[String]) -> El {
    let text = lines.join("\n");
    let shown = lines.iter().map(|line| el_class("span", "cmd__line").raw(&[line, "\n"].concat()).done());
    el_class("div", "cmd").child(el("pre").attr("tabindex", "0").child(el("code").views(shown))).child(
        action(msg!("Copy"), "copy", "button--icon cmd__copy", move || {
            bridge::copy(&text, msg!("The command was copied to the clipboard."));
        })
        .said("title", if lines.len() == 1 { msg!("Copy the command") } else { msg!("Copy the commands") }),
    )
}

fn form(next: Next) -> El {
    let of = move |kind: EnvEntryKind| next.entries.get().into_iter().filter(move |entry| entry.kind == kind);
    let fields = move |kind: EnvEntryKind| {
        live(move || {
            let mut last = Message::default();
            let views = of(kind).map(move |entry| {
                let words = entry.words();
                // What stands above a paragraph is said once.
                let said = if words == last { Message::default() } else { words.clone() };
                last = words;
                field(next, &entry, said)
            });
            el_class("div", "fills").views(views).done()
        })
    };
    let again = action(msg!("Regenerate all"), "redo", "button--quiet", move || {
        for entry in next.entries.get_untracked().iter().filter(|entry| entry.kind == EnvEntryKind::Secret) {
            next.renew(entry);
        }
        bridge::say(msg!("All secrets were regenerated."));
    });
    let hosts = move || {
        let example = of(EnvEntryKind::Own).any(|entry| entry.name == "DJANGO_ALLOWED_HOSTS");
        if !example {
            return nothing();
        }
        el_class("p", "fills__note")
            .child(
                el("span")
                    .text(msg!("Host names are an option of the wizard: change them there to update every file.")),
            )
            .child(
                el_class("button", "todo__link")
                    .attr("type", "button")
                    .on("click", |_| bridge::run(&Command::ShowOption("domain".to_owned())))
                    .text(msg!("Set the host names")),
            )
            .done()
    };
    let as_files = move || of(EnvEntryKind::Secret).any(|entry| entry.file);
    let own = move || of(EnvEntryKind::Own).count() == 0;
    el_class("section", "next__secrets")
        .attr("id", "next-secrets")
        .attr("tabindex", "-1")
        .attr("aria-labelledby", "next-secrets-name")
        .child(el("h3").attr("id", "next-secrets-name").text(msg!("Fill in .env")))
        .child(el_class("p", "next__intro").text(msg!(
            "Your browser generates the secrets on this page. They stay in its memory until you download them, and are \
             gone when you close the page."
        )))
        .child(
            el("fieldset")
                .child(el("legend").text(msg!("Secrets")))
                .view(fields(EnvEntryKind::Secret))
                .child(el_class("p", "fills__note").flag("hidden", move || !as_files()).text(msg!(
                    "These are separate files, which Compose mounts. The archive contains them in the right place, \
                     with the required permissions."
                )))
                .child(again),
        )
        .child(
            el("fieldset")
                .flag("hidden", own)
                .child(el("legend").text(msg!("Empty, or an example")))
                .view(live(hosts))
                .view(fields(EnvEntryKind::Own)),
        )
        .child(
            el_class("details", "fills__more")
                .child(el("summary").text(msg!("Other variables, with their defaults")))
                .view(fields(EnvEntryKind::Default)),
        )
        .child(
            el_class("div", "next__ways")
                .child(action(msg!("Download .env"), "file", "button--primary", move || next.download_env()))
                .child(action(msg!("Download zip with .env"), "zip", "button--quiet", move || next.download_zip())),
        )
}

fn field_id(entry: &EnvEntry) -> String {
    ["env-", &entry.name.replace('/', "-")].concat()
}

fn field(next: Next, entry: &EnvEntry, words: Message) -> AnyView {
    let id = field_id(entry);
    let (note, help) = ([&id, "-note"].concat(), [&id, "-help"].concat());
    let secret = entry.kind == EnvEntryKind::Secret;
    let of = |act: fn(Next, &EnvEntry)| {
        let entry = entry.clone();
        move || act(next, &entry)
    };
    let (name, known, asked, typed, invalid) =
        (entry.name.clone(), entry.clone(), entry.clone(), entry.clone(), entry.clone());
    let shown = move || next.open.with(|open| open.contains(&name));
    let visible = shown.clone();
    let input = el_class("input", "input")
        .attr("id", &id)
        .attr("autocomplete", "off")
        .attr("autocapitalize", "off")
        .attr("spellcheck", "false")
        .attr("aria-describedby", &[help.as_str(), " ", &note].concat())
        .attr_live("type", move || Some(if secret && !visible() { "password" } else { "text" }))
        .attr_live("aria-invalid", move || next.problem(&invalid).map(|_| "true"))
        .prop("value", move || next.value(&known))
        .on("input", move |event| next.take(&typed, event_target_value(&event)));
    let mut row = el_class("div", "fill__row").child(input);
    if secret {
        let name = entry.name.clone();
        let toggle = el_class("button", "button button--quiet fill__show")
            .attr("type", "button")
            .said("aria-label", msg!("Show {0}", &entry.name))
            .truth("aria-pressed", shown)
            .on("click", move |_| {
                next.open.update(|open| {
                    if !open.remove(&name) {
                        open.insert(name.clone());
                    }
                });
            })
            .text(msg!("Show"));
        let name = msg!("Regenerate {0}", &entry.name);
        let again =
            action(name, "redo", "button--icon button--quiet", of(Next::renew)).said("title", msg!("Regenerate"));
        row = row.child(toggle).child(again);
    }
    if entry.file {
        let save = |next: Next, entry: &EnvEntry| {
            let name = entry.name.rsplit('/').next().unwrap_or_default();
            let text = untrack(|| next.value(entry)) + "\n";
            browser::download(name, "application/octet-stream", text.as_bytes());
        };
        row = row.child(
            action(msg!("Download {0}", &entry.name), "file", "button--icon button--quiet", of(save))
                .said("title", msg!("Download file")),
        );
    }
    el_class("div", "fill")
        .child(el("label").attr("for", &id).child(el("code").raw(&entry.name)))
        .child(el_class("p", "fill__help").attr("id", &help).text(words))
        .child(row)
        .child(
            el_class("p", "fill__problem")
                .attr("id", &note)
                .text_live(move || next.problem(&asked).unwrap_or_default()),
        )
        .done()
}
