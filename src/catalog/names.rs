//! The texts a user may type, as types that cannot hold a harmful value.
//!
//! Every one of these ends up in YAML, shell, Python, nginx and Dockerfiles.
//! The types admit only what is plain in all of them; the renderers quote all the same.

use std::fmt;

use crate::messages::{Message, msg};

/// Why a text is not taken, in words for the person who typed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// What is wrong and what would be right, one or two sentences.
    pub reason: Message,
    /// The nearest text that would be taken, where there is one.
    pub suggestion: Option<String>,
}

impl Refusal {
    /// A refusal without a suggestion.
    pub const fn new(reason: Message) -> Self {
        Self { reason, suggestion: None }
    }

    fn or_try(mut self, suggestion: String) -> Self {
        self.suggestion = (!suggestion.is_empty()).then_some(suggestion);
        self
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.reason)?;
        if let Some(suggestion) = &self.suggestion {
            write!(f, " Try “{suggestion}”.")?;
        }
        Ok(())
    }
}

/// A text with a syntax of its own.
pub trait Name: Sized {
    /// Reads the text.
    ///
    /// # Errors
    /// A [`Refusal`] that says why not, and the nearest right text where there is one.
    fn read(text: &str) -> Result<Self, Refusal>;
    /// The canonical text.
    fn as_str(&self) -> &str;
}

macro_rules! name {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
        pub struct $name(String);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

name! {
    /// Slug of a project: `a-z0-9-`, starts with a letter, ends with a letter or digit, 2 to 40 characters.
    ProjectName
}
name! {
    /// A Python package name that can be imported and shadows nothing, at most 40 characters.
    ModuleName
}
name! {
    /// A dotted Python path, at most 120 characters: `shop.settings.production`, or `settings` at the top.
    ModulePath
}
name! {
    /// A Linux user name as `useradd` takes it, 1 to 32 characters, not one the base image has.
    UserName
}
name! {
    /// One to twenty host names, kept as `a.example,b.example`.
    Domains
}

impl Domains {
    /// The host names in order; the first is the canonical one.
    pub fn list(&self) -> Vec<String> {
        self.0.split(',').map(str::to_owned).collect()
    }
}

/// Quotes a character for a message so that invisible ones are seen.
fn show(c: char) -> Message {
    if c.is_ascii_graphic() {
        msg!("“{0}”", c.to_string())
    } else if c == ' ' {
        msg!("A space")
    } else {
        msg!("The character U+{0}", format!("{:04X}", c as u32))
    }
}

/// The first character that `allowed` does not admit, as a message.
fn stray(text: &str, allowed: impl Fn(char) -> bool, what: &Message) -> Option<Refusal> {
    let (position, c) = text.chars().enumerate().find(|(_, c)| !allowed(*c))?;
    Some(Refusal::new(msg!("{0} at position {1} is not allowed: {2}.", show(c), position + 1, what)))
}

fn too_long(text: &str, max: usize) -> Option<Refusal> {
    let length = text.chars().count();
    (length > max).then(|| Refusal::new(msg!("Too long ({0} characters): use at most {1}.", length, max)))
}

impl Name for ProjectName {
    fn read(text: &str) -> Result<Self, Refusal> {
        let rule = msg!("use lowercase letters a to z, digits and hyphens");
        if text.is_empty() {
            return Err(Refusal::new(msg!("A project needs a name.")));
        }
        if let Some(refusal) = too_long(text, 40) {
            return Err(refusal);
        }
        if let Some(refusal) = stray(text, |c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-', &rule) {
            return Err(refusal.or_try(slug(text)));
        }
        if !text.starts_with(|c: char| c.is_ascii_lowercase()) {
            return Err(Refusal::new(msg!("Must start with a letter.")).or_try(slug(text)));
        }
        if text.ends_with('-') || text.contains("--") {
            return Err(Refusal::new(msg!("Hyphens are only allowed between letters or digits, one at a time."))
                .or_try(slug(text)));
        }
        if text.len() < 2 {
            return Err(Refusal::new(msg!("Too short: use 2 to 40 characters.")));
        }
        Ok(Self(text.to_owned()))
    }

    fn as_str(&self) -> &str {
        &self.0
    }
}

impl ProjectName {
    /// The nearest name to any text, such as that of a folder.
    pub fn near(text: &str) -> Option<Self> {
        let start: String = text.chars().take(40).collect();
        Self::read(&slug(&start)).ok()
    }
}

/// The nearest project name, or nothing.
fn slug(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        let c = c.to_ascii_lowercase();
        if c.is_ascii_lowercase() || (c.is_ascii_digit() && !out.is_empty()) {
            out.push(c);
        } else if !out.is_empty() && !out.ends_with('-') {
            out.push('-');
        }
    }
    let out = out.trim_end_matches('-').to_owned();
    if (2..=40).contains(&out.len()) { out } else { String::new() }
}

/// Python's keywords, hard and soft (3.10 to 3.15).
const KEYWORDS: &[&str] = &[
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "case", "class", "continue", "def",
    "del", "elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "match",
    "nonlocal", "not", "or", "pass", "raise", "return", "try", "type", "while", "with", "yield",
];

/// Top-level names that a project package would shadow: the standard library's public modules
/// (`sys.stdlib_module_names` of Python 3.13), the packages that the set installs,
/// and the directories that the set writes beside the package.
const TAKEN_MODULES: &str = " abc antigravity argparse array ast asyncio atexit base64 bdb binascii bisect builtins \
bz2 cProfile calendar cmath cmd code codecs codeop collections colorsys compileall concurrent configparser contextlib \
contextvars copy copyreg csv ctypes curses dataclasses datetime dbm decimal difflib dis doctest email encodings \
ensurepip enum errno faulthandler fcntl filecmp fileinput fnmatch fractions ftplib functools gc genericpath getopt \
getpass gettext glob graphlib grp gzip hashlib heapq hmac html http idlelib imaplib importlib inspect io ipaddress \
itertools json keyword linecache locale logging lzma mailbox marshal math mimetypes mmap modulefinder msvcrt \
multiprocessing netrc nt ntpath nturl2path numbers opcode operator optparse os pathlib pdb pickle pickletools pkgutil \
platform plistlib poplib posix posixpath pprint profile pstats pty pwd py_compile pyclbr pydoc pydoc_data pyexpat \
queue quopri random re readline reprlib resource rlcompleter runpy sched secrets select selectors shelve shlex shutil \
signal site smtplib socket socketserver sqlite3 sre_compile sre_constants sre_parse ssl stat statistics string \
stringprep struct subprocess symtable sys sysconfig syslog tabnanny tarfile tempfile termios test textwrap this \
threading time timeit tkinter token tokenize tomllib trace traceback tracemalloc tty turtle turtledemo types typing \
unicodedata unittest urllib uuid venv warnings wave weakref webbrowser winreg winsound wsgiref xml xmlrpc zipapp \
zipfile zipimport zlib zoneinfo \
asgiref celery channels channels_redis daphne django django_celery_beat flower granian gunicorn hypercorn kombu pip \
psycopg psycopg2 pytest redis setuptools uvicorn uvicorn_worker uvloop whitenoise \
certbot deploy docker manage media nginx requirements static staticfiles templates tests ";

/// That a name shadows another.
fn taken(name: &str) -> Message {
    msg!("“{0}” is already the name of a Python module, an installed package or a directory of the set.", name)
}

/// Whether a Python package of this name would shadow another.
fn shadows(name: &str) -> bool {
    TAKEN_MODULES.contains(&format!(" {name} "))
}

fn identifier(part: &str) -> Result<(), Refusal> {
    let rule = msg!("a Python name consists of letters a to z, digits and underscores");
    if let Some(refusal) = stray(part, |c| c.is_ascii_alphanumeric() || c == '_', &rule) {
        return Err(refusal);
    }
    if part.starts_with(|c: char| c.is_ascii_digit()) {
        return Err(Refusal::new(msg!("“{0}” starts with a digit: a Python name must start with a letter.", part)));
    }
    if part.starts_with('_') {
        return Err(Refusal::new(msg!("“{0}” starts with an underscore: start with a letter.", part)));
    }
    if KEYWORDS.contains(&part) {
        return Err(Refusal::new(msg!("“{0}” is a Python keyword, so it can't be imported.", part))
            .or_try(format!("{part}_project")));
    }
    Ok(())
}

impl Name for ModuleName {
    fn read(text: &str) -> Result<Self, Refusal> {
        if text.is_empty() {
            return Err(Refusal::new(msg!("The package needs a name.")));
        }
        if let Some(refusal) = too_long(text, 40) {
            return Err(refusal);
        }
        identifier(text).map_err(|refusal| match refusal.suggestion {
            Some(_) => refusal,
            None => refusal.or_try(slug(text).replace('-', "_")),
        })?;
        if shadows(text) {
            return Err(Refusal::new(taken(text)).or_try(format!("{text}_project")));
        }
        Ok(Self(text.to_owned()))
    }

    fn as_str(&self) -> &str {
        &self.0
    }
}

impl ModuleName {
    /// The package name that follows from a project's name: hyphens become underscores.
    pub fn of_project(project: &ProjectName) -> Self {
        let name = project.0.replace('-', "_");
        if KEYWORDS.contains(&name.as_str()) || shadows(&name) {
            return Self(format!("{name}_project"));
        }
        Self(name)
    }
}

impl Name for ModulePath {
    fn read(text: &str) -> Result<Self, Refusal> {
        if text.is_empty() {
            return Err(Refusal::new(msg!("The settings module needs a dotted path.")));
        }
        if let Some(refusal) = too_long(text, 120) {
            return Err(refusal);
        }
        let parts: Vec<&str> = text.split('.').collect();
        if parts.iter().any(|part| part.is_empty()) {
            return Err(Refusal::new(msg!(
                "Two dots in a row, or a dot at the start or end: separate names with single dots."
            )));
        }
        for part in &parts {
            identifier(part)?;
        }
        if shadows(parts[0]) {
            return Err(Refusal::new(taken(parts[0])));
        }
        Ok(Self(text.to_owned()))
    }

    fn as_str(&self) -> &str {
        &self.0
    }
}

impl ModulePath {
    /// The production settings of a package.
    pub fn production_of(module: &ModuleName) -> Self {
        Self(format!("{module}.settings.production"))
    }

    /// Whether the module is in no package.
    pub fn is_top_level(&self) -> bool {
        !self.0.contains('.')
    }

    /// Directory of the module's file, relative to the project's root, e.g. `shop/settings`.
    pub fn directory(&self) -> String {
        let parts: Vec<&str> = self.0.split('.').collect();
        parts[..parts.len() - 1].join("/")
    }
}

/// Users and groups of the Debian base images and of the services beside the application.
const TAKEN_USERS: &[&str] = &[
    "adm",
    "audio",
    "backup",
    "bin",
    "cdrom",
    "crontab",
    "daemon",
    "dialout",
    "dip",
    "disk",
    "fax",
    "floppy",
    "games",
    "gnats",
    "halt",
    "input",
    "irc",
    "kmem",
    "kvm",
    "list",
    "lp",
    "mail",
    "man",
    "messagebus",
    "news",
    "nginx",
    "nobody",
    "nogroup",
    "operator",
    "plugdev",
    "postgres",
    "proxy",
    "redis",
    "render",
    "root",
    "sasl",
    "sgx",
    "shadow",
    "shutdown",
    "src",
    "sshd",
    "staff",
    "sudo",
    "sync",
    "sys",
    "tape",
    "tty",
    "users",
    "utmp",
    "uucp",
    "valkey",
    "video",
    "voice",
    "wheel",
    "www-data",
];

impl Name for UserName {
    fn read(text: &str) -> Result<Self, Refusal> {
        let rule = msg!("use lowercase letters a to z, digits, hyphens and underscores");
        if text.is_empty() {
            return Err(Refusal::new(msg!("The image needs a user to run the application.")));
        }
        if let Some(refusal) = too_long(text, 32) {
            return Err(refusal);
        }
        if let Some(refusal) =
            stray(text, |c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_', &rule)
        {
            return Err(refusal.or_try(slug(text)));
        }
        if !text.starts_with(|c: char| c.is_ascii_lowercase()) {
            return Err(Refusal::new(msg!("Must start with a letter.")).or_try(slug(text)));
        }
        if text == "root" {
            return Err(Refusal::new(msg!(
                "The application must not run as root: an attacker who breaks into it would control the whole \
                 container."
            ))
            .or_try("app".to_owned()));
        }
        if TAKEN_USERS.contains(&text) {
            return Err(Refusal::new(msg!("“{0}” is already a user or group of the base image.", text))
                .or_try(format!("{text}-app")));
        }
        Ok(Self(text.to_owned()))
    }

    fn as_str(&self) -> &str {
        &self.0
    }
}

fn host(text: &str) -> Result<String, Refusal> {
    let rule = msg!("a host name consists of letters a to z, digits, hyphens and dots");
    if !text.is_ascii() {
        return Err(Refusal::new(msg!(
            "“{0}” is not ASCII: write internationalized names in their xn-- form.",
            text.chars().filter(|c| !c.is_control()).take(40).collect::<String>()
        )));
    }
    let name = text.to_ascii_lowercase();
    if name.len() > 253 {
        return Err(Refusal::new(msg!("Too long for a host name ({0} characters): use at most 253.", name.len())));
    }
    if let Some((_, rest)) = name.split_once("://") {
        let bare = rest.split(['/', ':']).next().unwrap_or_default();
        return Err(Refusal::new(msg!("Enter only the host name, without https:// or a path.")).or_try(bare.to_owned()));
    }
    if let Some(refusal) = stray(&name, |c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '.', &rule)
    {
        return Err(refusal);
    }
    for label in name.split('.') {
        if label.is_empty() || label.len() > 63 || label.starts_with('-') || label.ends_with('-') {
            return Err(Refusal::new(msg!(
                "“{0}” is not a valid part of a host name: use 1 to 63 characters, with no hyphen at the start or end.",
                label
            )));
        }
    }
    Ok(name)
}

impl Name for Domains {
    fn read(text: &str) -> Result<Self, Refusal> {
        let mut hosts: Vec<String> = Vec::new();
        for part in text.split([',', ' ']).filter(|part| !part.is_empty()) {
            let name = host(part)?;
            if !hosts.contains(&name) {
                hosts.push(name);
            }
        }
        match hosts.len() {
            0 => Err(Refusal::new(msg!("At least one host name is required; use localhost to try it out."))),
            1..=20 => Ok(Self(hosts.join(","))),
            n => Err(Refusal::new(msg!("Too many host names ({0}): use at most 20.", n))),
        }
    }

    fn as_str(&self) -> &str {
        &self.0
    }
}

name! {
    /// A path inside the project, relative to its root: plain names with `/` between, 1 to 200 characters.
    RelativePath
}
name! {
    /// A Debian package, 2 to 80 characters.
    DebianPackage
}
name! {
    /// A Python distribution by its normalized name, with the extras that are installed, e.g. `psycopg[binary,pool]`.
    Distribution
}
name! {
    /// Where a server finds the application: a module, and its variable where that is not `application`.
    Application
}
name! {
    /// A name in a project file: of a dependency group, an extra or a script, 1 to 60 characters.
    Label
}

/// Refuses text that is empty, too long or has characters other than those allowed.
fn plain(text: &str, max: usize, allowed: impl Fn(char) -> bool, what: &Message) -> Result<(), Refusal> {
    if text.is_empty() {
        return Err(Refusal::new(msg!("A name is required.")));
    }
    match too_long(text, max).or_else(|| stray(text, allowed, what)) {
        Some(refusal) => Err(refusal),
        None => Ok(()),
    }
}

impl Name for RelativePath {
    fn read(text: &str) -> Result<Self, Refusal> {
        let what = msg!("a path has letters, digits, dots, hyphens, underscores and slashes");
        plain(text, 200, |c| c.is_ascii_alphanumeric() || "._-+/".contains(c), &what)?;
        if text.starts_with('/') {
            return Err(Refusal::new(msg!("Use a path relative to the root of the project, without a leading slash.")));
        }
        let text = text.trim_end_matches('/');
        if text.split('/').any(|part| part.is_empty() || part == "." || part == ".." || part.starts_with('-')) {
            return Err(Refusal::new(msg!("A path inside the project has no empty part, no “.” and no “..”.")));
        }
        Ok(Self(text.to_owned()))
    }

    fn as_str(&self) -> &str {
        &self.0
    }
}

impl Name for DebianPackage {
    fn read(text: &str) -> Result<Self, Refusal> {
        let what = msg!("a Debian package has lowercase letters, digits, plus and minus signs and dots");
        plain(text, 80, |c| c.is_ascii_lowercase() || c.is_ascii_digit() || "+-.".contains(c), &what)?;
        if text.len() < 2 || !text.starts_with(|c: char| c.is_ascii_alphanumeric()) {
            return Err(Refusal::new(msg!("A Debian package starts with a letter or digit and has two characters.")));
        }
        Ok(Self(text.to_owned()))
    }

    fn as_str(&self) -> &str {
        &self.0
    }
}

impl Distribution {
    /// The name without extras.
    pub fn name(&self) -> &str {
        self.0.split('[').next().unwrap_or_default()
    }

    /// The extras that are installed.
    pub fn extras(&self) -> impl Iterator<Item = &str> {
        let extras = self.0.split_once('[').map_or("", |(_, extras)| extras.trim_end_matches(']'));
        extras.split(',').filter(|extra| !extra.is_empty())
    }
}

impl Name for Distribution {
    fn read(text: &str) -> Result<Self, Refusal> {
        let what = msg!("a distribution has lowercase letters, digits and hyphens, and its extras in brackets");
        plain(text, 120, |c| c.is_ascii_lowercase() || c.is_ascii_digit() || "-[],".contains(c), &what)?;
        let (name, extras) = match text.split_once('[') {
            Some((name, rest)) => (name, rest.strip_suffix(']')),
            None => (text, Some("a")),
        };
        let word = |word: &str| {
            word.starts_with(|c: char| c.is_ascii_alphanumeric()) && word.ends_with(|c: char| c.is_ascii_alphanumeric())
        };
        let parts = extras.unwrap_or_default().split(',');
        if !word(name) || name.contains([',', ']']) || !parts.into_iter().all(word) {
            return Err(Refusal::new(msg!("Write a distribution like “psycopg” or “psycopg[binary,pool]”.")));
        }
        Ok(Self(text.to_owned()))
    }

    fn as_str(&self) -> &str {
        &self.0
    }
}

impl Application {
    /// The module.
    pub fn module(&self) -> &str {
        self.0.split(':').next().unwrap_or_default()
    }

    /// The variable in it.
    pub fn variable(&self) -> &str {
        self.0.split_once(':').map_or("application", |(_, variable)| variable)
    }
}

impl Name for Application {
    fn read(text: &str) -> Result<Self, Refusal> {
        if let Some(refusal) = too_long(text, 120) {
            return Err(refusal);
        }
        let (module, variable) = text.split_once(':').unwrap_or((text, "application"));
        for part in module.split('.').chain([variable]) {
            if part.is_empty() {
                return Err(Refusal::new(msg!(
                    "Write an application like “config.wsgi” or “config.wsgi:application”."
                )));
            }
            identifier(part).map_err(|refusal| Refusal::new(refusal.reason))?;
        }
        Ok(Self(text.to_owned()))
    }

    fn as_str(&self) -> &str {
        &self.0
    }
}

impl Name for Label {
    fn read(text: &str) -> Result<Self, Refusal> {
        let what = msg!("a name has letters, digits, dots, colons, hyphens and underscores");
        plain(text, 60, |c| c.is_ascii_alphanumeric() || "._:-".contains(c), &what)?;
        if !text.starts_with(|c: char| c.is_ascii_alphanumeric()) {
            return Err(Refusal::new(msg!("Must start with a letter or digit.")));
        }
        Ok(Self(text.to_owned()))
    }

    fn as_str(&self) -> &str {
        &self.0
    }
}
