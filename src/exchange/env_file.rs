//! Filling in `.env`: what the rendered `.env.example` leaves open, secrets for it, and the file with the values.
//!
//! Pure like the rest of the engine: random bytes come in as an argument.

use std::collections::BTreeMap;

use crate::messages::{Message, msg};
use crate::output::fileset::FileSet;
use crate::text::quote;

/// What the example says of its variables, word for word; the first names the engine.
pub const COMMENTS: &[&str] = &[
    "Image: built under this name unless it already exists, for example after: {0} pull IMAGE_NAME:IMAGE_TAG",
    "Browsers enforce HTTPS for this many seconds; increase it to 31536000 (a year) once HTTPS works everywhere.",
    "Set to \"false\" only to try the production set without HTTPS.",
    "Secrets: the containers refuse to start with these values. Generate each one with: openssl rand -hex 32",
    "Database, and the host port it is published on in development",
    "Number of dumps that the backup service keeps",
    "Seconds until the tasks of a killed worker are redelivered; must exceed the longest task and the longest delay.",
    "\"true\": log to stdout; \"false\": log to files in DJANGO_LOG_DIR",
    "IDs of the user and group that the application runs as and that own its volumes",
    "Empty: twice the number of CPUs available to the container, plus one",
    "Empty: the number of CPUs available to the container",
    "\"true\" uses Let's Encrypt's staging server: generous limits, untrusted certificates.",
    "Production limits. A CPU limit must not exceed the number of CPUs on the host.",
    "Development: your own IDs, so you own the files that containers create (id -u, id -g)",
];

/// The file that is filled in.
pub const EXAMPLE: &str = ".env.example";

/// What the example has in place of a secret.
const PLACEHOLDER: &str = "change-me";

/// Characters of a generated secret. Django wants 50 for its key; letters and digits alone, so that no place of a
/// secret needs quotes: not `.env`, not compose, not a URL, not a shell.
pub const LENGTH: usize = 64;

/// What a value is to whoever fills it in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum EnvEntryKind {
    /// A secret that is generated.
    Secret,
    /// An example, or nothing: only the user knows it.
    Own,
    /// A default that may stay.
    Default,
}

/// A value to fill in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnvEntry {
    /// Name of the variable; of a secret in a file the file's path.
    pub name: String,
    /// What it is to whoever fills it in.
    pub kind: EnvEntryKind,
    /// Value in the example; for a secret what stands before it, such as a user's name with its colon.
    pub example: String,
    /// The comment above the variable.
    pub help: String,
    /// The comment above its paragraph.
    pub section: String,
    /// The secret is a file of its own.
    pub file: bool,
}

impl EnvEntry {
    /// What to say of it: the comment of the variable, else that of its paragraph where it is more than a heading.
    pub fn words(&self) -> Message {
        match &self.help {
            help if !help.is_empty() => said(help),
            _ if self.section.contains(['.', ',', ':']) => said(&self.section),
            _ => Message::default(),
        }
    }
}

/// The comment of the example as a message.
fn said(comment: &str) -> Message {
    let image = |engine: &str| COMMENTS[0].replace("{0}", engine) == comment;
    match COMMENTS.iter().find(|known| **known == comment) {
        Some(known) => (*known).into(),
        None => ["docker", "podman"]
            .into_iter()
            .find(|engine| image(engine))
            .map_or_else(|| Message::raw(comment), |engine| Message::new(COMMENTS[0], vec![engine.into()])),
    }
}

/// Every value of a set that can be filled in, secrets first.
pub fn entries(files: &FileSet) -> Vec<EnvEntry> {
    let example = files.get(EXAMPLE).map_or("", |file| &file.text);
    let mut entries = secret_files(files);
    let (mut section, mut help, mut begins) = (String::new(), String::new(), false);
    for line in example.lines() {
        if line.trim().is_empty() {
            (section, help, begins) = (String::new(), String::new(), true);
        } else if let Some(comment) = line.strip_prefix('#') {
            let text = if begins { &mut section } else { &mut help };
            if !text.is_empty() {
                text.push(' ');
            }
            text.push_str(comment.trim());
            begins = false;
        } else if let Some((name, value)) = line.split_once('=') {
            let value = value.trim_matches('\'');
            let kind = match value {
                _ if value.ends_with(PLACEHOLDER) => EnvEntryKind::Secret,
                _ if value.is_empty() || is_example(value) => EnvEntryKind::Own,
                _ => EnvEntryKind::Default,
            };
            entries.push(EnvEntry {
                name: name.to_owned(),
                kind,
                example: value.strip_suffix(PLACEHOLDER).unwrap_or(value).to_owned(),
                help: std::mem::take(&mut help),
                section: section.clone(),
                file: false,
            });
            begins = false;
        }
    }
    entries.sort_by_key(|entry| entry.kind);
    entries
}

/// Whether a value names a host that is kept for examples (RFC 2606).
pub fn is_example(value: &str) -> bool {
    value.split(['@', ',', '/']).any(|part| {
        let host = part.trim_start_matches('.');
        ["example.com", "example.org", "example.net"]
            .iter()
            .any(|&name| host.strip_suffix(name).is_some_and(|before| before.is_empty() || before.ends_with('.')))
    })
}

/// The secrets that compose reads from files.
fn secret_files(files: &FileSet) -> Vec<EnvEntry> {
    let compose = files.get("docker-compose.yml").map_or("", |file| &file.text);
    let paths = compose.lines().filter_map(|line| line.trim().strip_prefix("file: ./"));
    paths
        .filter(|path| path.starts_with("secrets/"))
        .map(|path| EnvEntry {
            name: path.to_owned(),
            kind: EnvEntryKind::Secret,
            example: (if path.contains("basic_auth") { "admin:" } else { "" }).to_owned(),
            help: String::new(),
            section: String::new(),
            file: true,
        })
        .collect()
}

/// A secret of letters and digits, each as likely as any other. `random` fills bytes and says whether it could.
pub fn secret(mut random: impl FnMut(&mut [u8]) -> bool) -> Option<String> {
    const ALPHABET: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    // The greatest multiple of 62 that a byte reaches: what is above would favour the first letters.
    const FAIR: u8 = 248;
    let mut text = String::with_capacity(LENGTH);
    // Of 128 bytes some 124 are fair; a source that gives none is none.
    for _ in 0..100 {
        let mut bytes = [0; 128];
        if !random(&mut bytes) {
            return None;
        }
        let fair = bytes.iter().filter(|&&byte| byte < FAIR);
        let letters = fair.map(|byte| char::from(ALPHABET[usize::from(byte % 62)]));
        text.extend(letters.take(LENGTH - text.len()));
        if text.len() == LENGTH {
            return Some(text);
        }
    }
    None
}

/// A value as it stands in `.env`, or why it cannot stand there.
///
/// # Errors
/// A sentence on what is wrong.
pub fn quoted(value: &str) -> Result<String, Message> {
    if value.chars().any(char::is_control) {
        return Err(msg!("Values in .env must not contain line breaks or other control characters."));
    }
    if value.contains(['\'', '"', '`', '\\']) {
        return Err(msg!("Programs read quotes and backslashes differently: leave them out."));
    }
    if value.trim() != value {
        return Err(msg!("The value begins or ends with a space."));
    }
    Ok(quote::env(value))
}

/// Why a value cannot be taken for an entry.
pub fn problem(entry: &EnvEntry, value: &str) -> Option<Message> {
    if entry.kind == EnvEntryKind::Secret && value.strip_prefix(&entry.example).unwrap_or(value).is_empty() {
        return Some(msg!("The value is empty: the containers would not start."));
    }
    if entry.kind == EnvEntryKind::Secret && value.contains(PLACEHOLDER) {
        return Some(msg!("The containers refuse to start with change-me."));
    }
    // What compose asks for in any case; an empty value there ends every command.
    if value.is_empty() && is_example(&entry.example) {
        return Some(msg!("A value is required."));
    }
    quoted(value).err()
}

/// The example with values in place of its own.
///
/// # Errors
/// Name of a variable whose value cannot stand there.
pub fn filled(example: &str, values: &BTreeMap<String, String>) -> Result<String, String> {
    let mut text = String::with_capacity(example.len() + 256);
    for line in example.lines() {
        let name = line.split_once('=').map(|(name, _)| name).filter(|name| !name.starts_with('#'));
        match name.and_then(|name| Some((name, values.get(name)?))) {
            Some((name, value)) => {
                text.push_str(name);
                text.push('=');
                text.push_str(&quoted(value).map_err(|_| name.to_owned())?);
            }
            None => text.push_str(line),
        }
        text.push('\n');
    }
    Ok(text)
}
