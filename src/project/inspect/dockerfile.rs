//! Dockerfiles: what the image that they build says.
//!
//! The last stage is what runs, with the stages that it starts from; what other stages say counts less.

use std::collections::BTreeMap;
use std::ops::Range;

use parse_dockerfile::{Command, Instruction, parse_iter};

use super::Confidence::{Guess, Likely, Stated};
use super::{Claims, Confidence, Evidence, Source, commands, compose};
use crate::messages::{Message, msg};

/// Largest Dockerfile that is read, in bytes.
const MAX_DOCKERFILE: usize = 256 << 10;
/// How many places of a file are passed over because they cannot be read.
const MOST_FAULTS: usize = 20;
/// How many stages of a file are read.
const MOST_STAGES: usize = 50;
/// How many variables of a stage are known.
const MOST_VARIABLES: usize = 500;
/// How many bytes longer a text may get by the values of its variables.
const MOST_GROWTH: usize = 1 << 10;
/// Words in the names of stages that production does not run.
const ASIDE: &[&str] = &["ci", "debug", "dev", "development", "docs", "lint", "test", "testing", "tests"];
/// What shows that a stage has Python.
const PYTHON_TOOLS: &[&str] = &["pdm", "pip", "pip3", "pipenv", "poetry", "python", "python3", "uv"];
/// How many defaults may be in one another, as in `${A:-${B:-c}}`.
const MOST_LEVELS: usize = 8;

/// What the image of a Dockerfile is: the image of somebody else that it starts from, where that is a service.
pub(super) type Images = BTreeMap<String, String>;

/// Reads every Dockerfile; `targets` has the stages that compose files build. Gives the services of others that are
/// built here, by the paths of their Dockerfiles: what they say is nothing of the application's.
pub(super) fn read<'a>(
    sources: &[Source<'a>],
    targets: &BTreeMap<String, String>,
    claims: &mut Claims,
) -> (Vec<Built<'a>>, Images) {
    let mut built = Vec::new();
    let mut images = Images::new();
    for source in sources {
        if source.text.len() > MAX_DOCKERFILE {
            let message = msg!("Too large for a Dockerfile ({0} bytes).", source.text.len());
            claims.trouble(source.path, None, message);
            continue;
        }
        let mut known = Claims::default();
        let mut stages = stages(source, &mut known);
        let is_target = |stage: &Stage| {
            let target = targets.get(source.path);
            stage.name.as_ref().zip(target).is_some_and(|(name, target)| name.eq_ignore_ascii_case(target))
        };
        if let Some(target) = stages.iter().position(is_target) {
            stages.truncate(target + 1);
        }
        if let Some(image) = service_of(&stages) {
            images.insert(source.path.to_owned(), image.to_owned());
            continue;
        }
        claims.troubles.append(&mut known.troubles);
        say(&stages, source, claims);
        if !source.is_development() {
            built.extend(image_of(&stages, source));
        }
    }
    (built, images)
}

/// What an image for production is built by.
pub(super) struct Built<'a> {
    source: Source<'a>,
    /// The `RUN` instructions of the stages that lead to what runs, in order.
    pub(super) runs: Vec<Run>,
}

/// A `RUN` instruction.
pub(super) struct Run {
    pub(super) line: usize,
    /// The command, with what is known of its variables.
    pub(super) text: String,
    /// Whether its stage is part of the image that runs; otherwise something is copied from it.
    pub(super) at_run_time: bool,
}

impl Built<'_> {
    /// The line of an instruction in which a word stands; its first line where there is none.
    pub(super) fn place(&self, line: usize, word: &str) -> Evidence {
        let is_part = |c: char| c.is_ascii_alphanumeric() || "+-._".contains(c);
        let has_word = |text: &str| {
            let mut found = text.match_indices(word);
            found.any(|(at, _)| !text[..at].ends_with(is_part) && !text[at + word.len()..].starts_with(is_part))
        };
        let rest = self.source.text.lines().enumerate().skip(line.saturating_sub(1));
        let is_other = |text: &str| text.starts_with("FROM ") || text.starts_with("COPY ");
        let mut rest = rest.take_while(|(_, text)| !is_other(text));
        let found = rest.find(|(_, text)| !text.trim_start().starts_with('#') && has_word(text));
        self.source.line(found.filter(|_| !word.is_empty()).map_or(line, |(index, _)| index + 1))
    }
}

/// The image that production runs, where there is Python in it.
fn image_of<'a>(stages: &[Stage], source: &Source<'a>) -> Option<Built<'a>> {
    // Stages for tests and development may come behind the one that runs.
    let is_aside = |stage: &Stage| {
        let name = stage.name.as_deref().unwrap_or_default().to_ascii_lowercase();
        name.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| ASIDE.contains(&word))
    };
    let last = stages.iter().rposition(|stage| !is_aside(stage)).or(stages.len().checked_sub(1))?;
    let runs = chain(stages, last);
    let mut reached = runs.clone();
    let mut at = 0;
    while let Some(stage) = reached.get(at).copied() {
        at += 1;
        for (_, step) in &stages[stage].steps {
            let StageStep::Copy(text) = step else { continue };
            let from = text.split_whitespace().find_map(|word| word.strip_prefix("--from="));
            let named = |from: &str| {
                let by_name = |one: &Stage| one.name.as_ref().is_some_and(|name| name.eq_ignore_ascii_case(from));
                stages[..stage].iter().rposition(by_name).or_else(|| from.parse().ok().filter(|at| *at < stage))
            };
            let Some(from) = from.and_then(named) else { continue };
            for one in chain(stages, from) {
                if !reached.contains(&one) {
                    reached.push(one);
                }
            }
        }
    }
    let has_python = |stage: usize| {
        let chain = chain(stages, stage);
        let installs = |step: &StageStep| match step {
            StageStep::Run(text) => {
                let mut words = text.split(|c: char| c.is_whitespace() || c == '/');
                words.any(|word| PYTHON_TOOLS.contains(&word))
            }
            _ => false,
        };
        python_of(&stages[chain[0]].image).is_some()
            || chain.iter().any(|one| stages[*one].steps.iter().any(|(_, step)| installs(step)))
    };
    reached.sort_unstable();
    if !reached.iter().any(|stage| has_python(*stage)) {
        return None;
    }
    let mut found = Vec::new();
    for stage in reached.into_iter().filter(|stage| runs.contains(stage) || has_python(*stage)) {
        for (line, step) in &stages[stage].steps {
            if let StageStep::Run(text) = step {
                found.push(Run { line: *line, text: text.clone(), at_run_time: runs.contains(&stage) });
            }
        }
    }
    Some(Built { source: Source { path: source.path, text: source.text }, runs: found })
}

/// The image that what runs starts from, where that is a service of its own or builds something else than Python.
fn service_of(stages: &[Stage]) -> Option<&str> {
    const OTHERS: &[&str] =
        &["bun", "deno", "elasticsearch", "golang", "httpd", "mailpit", "node", "ruby", "rust", "varnish"];
    let last = stages.len().checked_sub(1)?;
    let image = stages[chain(stages, last)[0]].image.as_str();
    let (name, _) = name_and_tag(image);
    let name = name.rsplit('/').next().unwrap_or(name);
    let is_other = OTHERS.contains(&name) || compose::is_service(name);
    // A web server's image may still hold the application, which some stage then installs.
    let python = stages.iter().any(|stage| python_of(&stage.image).is_some());
    // A web server that only serves a front end stands in front of nothing.
    let node = stages.iter().map(|stage| stage.image.as_str()).find(|image| name_and_tag(image).0 == "node");
    (is_other && !python).then_some(node.unwrap_or(image))
}

/// One stage: the image or stage that it starts from, and what it does.
struct Stage {
    line: usize,
    image: String,
    /// The earlier stage that it starts from.
    parent: Option<usize>,
    name: Option<String>,
    steps: Vec<(usize, StageStep)>,
    scope: Scope,
}

/// What an instruction does, as far as it says something.
enum StageStep {
    Run(String),
    Copy(String),
    Set(Vec<(String, String)>),
    User(String),
    Entrypoint(String),
    Command(String),
}

/// The variables of a stage.
#[derive(Clone, Default)]
struct Scope {
    arguments: BTreeMap<String, String>,
    environment: BTreeMap<String, String>,
}

impl Scope {
    fn get(&self, name: &str) -> Option<&str> {
        self.environment.get(name).or_else(|| self.arguments.get(name)).map(String::as_str)
    }

    fn set(of: &mut BTreeMap<String, String>, name: &str, value: String) {
        if of.len() < MOST_VARIABLES || of.contains_key(name) {
            of.insert(name.to_owned(), value);
        }
    }

    /// A word without its quotes, with its variables filled in.
    fn word(&self, text: &str, escape: char) -> String {
        filled(text, self, escape, false, MOST_LEVELS)
    }
}

/// The character that joins lines.
fn escape_of(text: &str) -> char {
    let comments = text.lines().map_while(|line| line.trim().strip_prefix('#'));
    let directives = comments.filter_map(|line| line.split_once('='));
    let mut escapes = directives.filter(|(name, _)| name.trim().eq_ignore_ascii_case("escape"));
    escapes.next().and_then(|(_, value)| value.trim().chars().next()).unwrap_or('\\')
}

/// The stages of a file, with the values of what is known of its variables.
fn stages(source: &Source, claims: &mut Claims) -> Vec<Stage> {
    let (text, documents) = readable(source, claims);
    let escape = escape_of(&text);
    let mut globals = Scope::default();
    let mut stages: Vec<Stage> = Vec::new();
    let (mut line, mut seen) = (1, 0);
    for instruction in parse_iter(&text).into_iter().flatten().map_while(Result::ok) {
        let Some(start) = start_of(&instruction) else { continue };
        line += text[seen..start].matches('\n').count();
        seen = start;
        if let Instruction::From(from) = &instruction {
            if stages.len() == MOST_STAGES {
                let message = msg!("More than {0} stages: the others are not read.", MOST_STAGES);
                claims.trouble(source.path, Some(line), message);
                break;
            }
            let image = globals.word(&from.image.value, escape);
            let named = |stage: &Stage| stage.name.as_ref().is_some_and(|name| name.eq_ignore_ascii_case(&image));
            let parent = stages.iter().rposition(named);
            let environment = parent.map(|parent| stages[parent].scope.environment.clone()).unwrap_or_default();
            stages.push(Stage {
                line,
                image,
                parent,
                name: from.as_.as_ref().map(|(_, name)| name.value.to_string()),
                steps: Vec::new(),
                scope: Scope { arguments: BTreeMap::new(), environment },
            });
            continue;
        }
        if let Instruction::Arg(argument) = &instruction {
            for word in split(&argument.arguments.value, escape) {
                let scope = stages.last().map_or(&globals, |stage| &stage.scope);
                let (name, value) = match word.split_once('=') {
                    Some((name, value)) => (name, Some(scope.word(value, escape))),
                    // In a stage the name alone brings in what was said before the first one.
                    None => (word, globals.get(word).map(str::to_owned)),
                };
                let Some(value) = value else { continue };
                let scope = stages.last_mut().map_or(&mut globals, |stage| &mut stage.scope);
                Scope::set(&mut scope.arguments, name, value);
            }
            continue;
        }
        let Some(stage) = stages.last_mut() else { continue };
        let step = match &instruction {
            Instruction::Run(run) => {
                let mut script = command(&run.arguments, escape);
                let inside = run.here_docs.iter().map(|document| document.value.as_ref());
                for document in inside.chain(documents.get(&start).map(String::as_str)) {
                    script.push('\n');
                    script.push_str(document);
                }
                StageStep::Run(filled(&script, &stage.scope, escape, true, MOST_LEVELS))
            }
            Instruction::Copy(copy) => {
                let raw = &text[start..copy.dest.span.end.max(start)];
                StageStep::Copy(filled(raw, &stage.scope, escape, true, MOST_LEVELS))
            }
            Instruction::Env(env) => {
                let pairs = pairs(&env.arguments.value, &stage.scope, escape);
                for (name, value) in &pairs {
                    Scope::set(&mut stage.scope.environment, name, value.clone());
                }
                StageStep::Set(pairs)
            }
            Instruction::User(user) => StageStep::User(stage.scope.word(user.arguments.value.trim(), escape)),
            Instruction::Entrypoint(entrypoint) => {
                let command = command(&entrypoint.arguments, escape);
                StageStep::Entrypoint(filled(&command, &stage.scope, escape, true, MOST_LEVELS))
            }
            Instruction::Cmd(cmd) => {
                let command = command(&cmd.arguments, escape);
                StageStep::Command(filled(&command, &stage.scope, escape, true, MOST_LEVELS))
            }
            _ => continue,
        };
        stage.steps.push((line, step));
    }
    stages
}

/// Where an instruction starts that is one of those that say something.
fn start_of(instruction: &Instruction) -> Option<usize> {
    let keyword = match instruction {
        Instruction::Arg(arg) => &arg.arg,
        Instruction::Cmd(cmd) => &cmd.cmd,
        Instruction::Copy(copy) => &copy.copy,
        Instruction::Entrypoint(entrypoint) => &entrypoint.entrypoint,
        Instruction::Env(env) => &env.env,
        Instruction::From(from) => &from.from,
        Instruction::Run(run) => &run.run,
        Instruction::User(user) => &user.user,
        _ => return None,
    };
    Some(keyword.span.start)
}

/// A text whose instructions can all be read, each in its place: faults are named and passed over. Here-documents that
/// the parser does not know, because something is before them in their line, are taken out, by the place of their
/// instruction.
fn readable(source: &Source, claims: &mut Claims) -> (String, BTreeMap<usize, String>) {
    let mut text = source.text.to_owned();
    let mut documents = BTreeMap::new();
    for round in 0.. {
        let (line, fault) = match stop(&text, &documents) {
            None => break,
            Some(Stop::Document { run, body }) => {
                documents.insert(run, text[body.clone()].to_owned());
                blank(&mut text, body.clone());
                let line = text[..body.start].matches('\n').count() + 1;
                (line, None)
            }
            Some(Stop::Fault { line, message }) => (line, Some(message)),
        };
        if let Some(message) = &fault {
            let place = (line > 0).then_some(line);
            claims.trouble(source.path, place, msg!("This is not a valid Dockerfile: {0}.", message));
        }
        let lines = lines(&text);
        let Some(at) = line.checked_sub(1).filter(|at| *at < lines.len()) else { break };
        if round == MOST_FAULTS {
            let message = msg!("More than {0} places cannot be read: the rest are skipped.", MOST_FAULTS);
            claims.trouble(source.path, Some(line), message);
            text.truncate(lines[at].start);
            break;
        }
        if fault.is_some() {
            let fault = whole(&text, &lines, at);
            blank(&mut text, fault);
        }
    }
    (text, documents)
}

/// Where the parser cannot go on.
enum Stop {
    Fault { line: usize, message: String },
    Document { run: usize, body: Range<usize> },
}

fn stop(text: &str, documents: &BTreeMap<usize, String>) -> Option<Stop> {
    // Where the instructions end that were read.
    let mut read = 0;
    let fault = |read: usize, error: &parse_dockerfile::Error| {
        let message = format!("{error:#}");
        // A here-document that does not end is found at the end of the file.
        let open = message.starts_with("expected end of here-document").then(|| text[read..].find("<<")).flatten();
        let line = open.map_or(error.line(), |open| text[..read + open].matches('\n').count() + 1);
        Stop::Fault { line, message }
    };
    let instructions = match parse_iter(text) {
        Ok(instructions) => instructions,
        Err(error) => return Some(fault(read, &error)),
    };
    for instruction in instructions {
        let run = match instruction {
            Ok(Instruction::Run(run)) => run,
            Ok(other) => {
                read = start_of(&other).map_or(read, |start| start + 1);
                continue;
            }
            Err(error) => return Some(fault(read, &error)),
        };
        let start = run.run.span.start;
        read = run.here_docs.last().map_or(start + 1, |document| document.span.end);
        if let Command::Shell(shell) = &run.arguments
            && run.here_docs.is_empty()
            && !documents.contains_key(&start)
            && let Some(end) = delimiter(shell.value)
            && let Some(body) = body(text, shell.span.end, end)
        {
            return Some(Stop::Document { run: start, body });
        }
    }
    None
}

/// The word that ends the here-document of a command.
fn delimiter(command: &str) -> Option<&str> {
    let (_, rest) = command.split_once("<<")?;
    let word = rest.strip_prefix('-').unwrap_or(rest).split_whitespace().next()?;
    let word = word.trim_matches(['"', '\'']);
    word.chars().all(|c| c.is_ascii_alphanumeric() || c == '_').then_some(word).filter(|word| !word.is_empty())
}

/// The lines below a command up to the one that ends its here-document, that one included.
fn body(text: &str, end_of_command: usize, delimiter: &str) -> Option<Range<usize>> {
    let start = end_of_command + text[end_of_command..].find('\n')? + 1;
    let mut end = start;
    for line in text[start..].split_inclusive('\n') {
        end += line.len();
        if line.trim() == delimiter {
            return Some(start..end);
        }
    }
    None
}

/// The lines of a text by place, without their line feeds.
fn lines(text: &str) -> Vec<Range<usize>> {
    let mut at = 0;
    let lines = text.split('\n').map(|line| {
        let start = at;
        at += line.len() + 1;
        start..start + line.len()
    });
    lines.collect()
}

/// The lines of the instruction that a line is part of.
fn whole(text: &str, lines: &[Range<usize>], at: usize) -> Range<usize> {
    let escape = escape_of(text);
    let goes_on = |line: usize| text[lines[line].clone()].trim_end().ends_with(escape);
    let is_passed_over = |line: usize| {
        let bare = text[lines[line].clone()].trim_start();
        bare.is_empty() || bare.starts_with('#')
    };
    let mut first = at;
    while let Some(before) = (0..first).rev().find(|line| !is_passed_over(*line)).filter(|line| goes_on(*line)) {
        first = before;
    }
    let mut last = at;
    while last + 1 < lines.len() && (goes_on(last) || last > at && is_passed_over(last)) {
        last += 1;
    }
    lines[first].start..lines[last].end
}

/// Puts spaces in the place of a part, so that everything else keeps its own.
fn blank(text: &mut String, part: Range<usize>) {
    let blank: String = text[part.clone()].bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }).collect();
    text.replace_range(part, &blank);
}

/// A command as one line.
fn command(command: &Command, escape: char) -> String {
    match command {
        Command::Exec(words) => {
            let words: Vec<&str> = words.value.iter().map(|word| word.value.as_ref()).collect();
            words.join(" ")
        }
        Command::Shell(shell) => joined(shell.value, escape),
        _ => String::new(),
    }
}

/// Lines that go on in one another as one, without the comments between them.
fn joined(text: &str, escape: char) -> String {
    let lines = text.lines().map(str::trim).filter(|line| !line.starts_with('#'));
    let lines: Vec<&str> = lines.map(|line| line.strip_suffix(escape).unwrap_or(line).trim_end()).collect();
    lines.join(" ")
}

/// The words of a text, quotes and all; a quoted space ends none.
fn split(text: &str, escape: char) -> Vec<&str> {
    let mut words = Vec::new();
    let (mut start, mut quote, mut escaped) = (None, None, false);
    for (at, c) in text.char_indices() {
        if quote.is_none() && !escaped && c.is_whitespace() {
            words.extend(start.take().map(|start: usize| &text[start..at]));
            continue;
        }
        start.get_or_insert(at);
        match (quote, c) {
            _ if escaped => escaped = false,
            (None | Some('"'), c) if c == escape => escaped = true,
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if open == c => quote = None,
            _ => {}
        }
    }
    words.extend(start.map(|start| &text[start..]));
    words
}

/// Names and values of `ENV`: any number of NAME=value, or NAME value.
fn pairs(text: &str, scope: &Scope, escape: char) -> Vec<(String, String)> {
    let words = split(text, escape);
    if words.first().is_some_and(|word| word.contains('=')) {
        // What is set in the same line is not known in it yet.
        let pairs = words.into_iter().filter_map(|word| word.split_once('='));
        return pairs.map(|(name, value)| (name.to_owned(), scope.word(value, escape))).collect();
    }
    let pair = text.trim().split_once(char::is_whitespace);
    pair.map(|(name, value)| (name.to_owned(), scope.word(value.trim(), escape))).into_iter().collect()
}

/// A text with the values of its variables, as Docker fills them in: `$NAME`, `${NAME}`, and `${NAME:-word}`,
/// `${NAME:+word}` and the same without colons; not in single quotes, not after the character that escapes. A variable
/// of which nothing is known stays as it is.
fn filled(text: &str, scope: &Scope, escape: char, quotes_stay: bool, levels: usize) -> String {
    let most = text.len() + MOST_GROWTH;
    let mut out = String::with_capacity(text.len());
    let mut quote = None;
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let tail = &rest[c.len_utf8()..];
        let mut used = c.len_utf8();
        match c {
            _ if c == escape && quote != Some('\'') => {
                let next = tail.chars().next();
                used += next.map_or(0, char::len_utf8);
                // In double quotes other characters keep it.
                let goes = quote.is_none() || next.is_some_and(|next| next == '"' || next == '$' || next == escape);
                if quotes_stay || !goes {
                    out.push(c);
                }
                out.extend(next);
            }
            '"' | '\'' if quote.is_none_or(|open| open == c) => {
                quote = if quote.is_none() { Some(c) } else { None };
                if quotes_stay {
                    out.push(c);
                }
            }
            '$' if quote != Some('\'') && levels > 0 => match variable(tail) {
                Some((length, name, change)) => {
                    used += length;
                    let word = |word: &str| filled(word, scope, escape, quotes_stay, levels - 1);
                    let known = scope.get(name);
                    let value = match change {
                        None => known.map(str::to_owned),
                        Some((empty_counts, '-', default)) => {
                            let known = known.filter(|value| empty_counts || !value.is_empty());
                            Some(known.map_or_else(|| word(default), str::to_owned))
                        }
                        Some((empty_counts, _, other)) => {
                            let known = known.filter(|value| empty_counts || !value.is_empty());
                            Some(known.map_or_else(String::new, |_| word(other)))
                        }
                    };
                    match value.filter(|value| out.len() + value.len() + tail.len() <= most + length) {
                        Some(value) => out.push_str(&value),
                        None => out.push_str(&rest[..used]),
                    }
                }
                None => out.push(c),
            },
            c => out.push(c),
        }
        rest = &rest[used..];
    }
    out
}

/// How a variable is changed: whether an empty value counts as one, what is done, and the word it is done with.
type Expansion<'a> = (bool, char, &'a str);

/// The variable behind a `$`: how many bytes it takes, its name, and what is done with it.
fn variable(text: &str) -> Option<(usize, &str, Option<Expansion<'_>>)> {
    let length = |text: &str| {
        let end = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(text.len());
        if text.starts_with(|c: char| c.is_ascii_digit()) { 0 } else { end }
    };
    let Some(inner) = text.strip_prefix('{') else {
        let end = length(text);
        return (end > 0).then(|| (end, &text[..end], None));
    };
    let end = length(inner);
    let (name, rest) = inner.split_at(end);
    if name.is_empty() {
        return None;
    }
    if rest.starts_with('}') {
        return Some((end + 2, name, None));
    }
    let (colon, rest) = rest.strip_prefix(':').map_or((0, rest), |rest| (1, rest));
    let change = rest.chars().next().filter(|c| ['-', '+'].contains(c))?;
    let mut open = 1;
    for (at, c) in rest.char_indices() {
        match c {
            '{' => open += 1,
            '}' => open -= 1,
            _ => {}
        }
        if open == 0 {
            return Some((1 + end + colon + at + 1, name, Some((colon == 0, change, &rest[1..at]))));
        }
    }
    None
}

/// The version of Python that a base image has, and which of its variants it is.
fn python_of(image: &str) -> Option<(&str, &str)> {
    let (name, tag) = name_and_tag(image);
    match name.rsplit('/').next().unwrap_or(name) {
        "python" => Some(tag.split_once('-').unwrap_or((tag, ""))),
        // python3.13-bookworm-slim
        "uv" => tag.split("python").nth(1).map(|rest| rest.split_once('-').unwrap_or((rest, ""))),
        _ => None,
    }
}

fn name_and_tag(image: &str) -> (&str, &str) {
    let image = image.split('@').next().unwrap_or(image);
    image.rsplit_once(':').filter(|(_, tag)| !tag.contains('/')).unwrap_or((image, ""))
}

/// A stage and those that it starts from, the first one first.
fn chain(stages: &[Stage], last: usize) -> Vec<usize> {
    let mut chain = vec![last];
    while let Some(parent) = chain.last().and_then(|stage| stages[*stage].parent) {
        chain.push(parent);
    }
    chain.reverse();
    chain
}

/// What the stages say.
fn say(stages: &[Stage], source: &Source, claims: &mut Claims) {
    let development = source.is_development();
    let sure = if development { Guess } else { Stated };
    let Some(last) = stages.len().checked_sub(1) else { return };
    let base_of = |stage: usize| python_of(&stages[chain(stages, stage)[0]].image);
    // Where the last stage is no image of Python's own, the last of those that are has what is copied into it.
    let python = (0..stages.len()).rev().find(|stage| base_of(*stage).is_some());
    let base = chain(stages, python.unwrap_or(last))[0];
    let runs = chain(stages, last);
    let of_base = if python.is_none_or(|python| python == last) { sure } else { sure.min(Likely) };
    let mut user = None;
    let mut gosu = false;
    let mut variables = BTreeMap::new();
    let (mut entrypoint, mut start) = (None, None);
    for (index, stage) in stages.iter().enumerate() {
        let is_run = runs.contains(&index);
        if stage.parent.is_none() {
            let sure = if index == base { of_base } else { Guess };
            image(&stage.image, source, stage.line, (index == base, sure), claims);
        }
        for (line, step) in &stage.steps {
            match step {
                StageStep::Copy(text) if text.contains("--from=") && text.contains("/uv") => {
                    claims.claim("installer", "uv", sure, source.line(*line));
                }
                StageStep::Copy(text) if is_run && claims.copied.len() < MOST_VARIABLES => {
                    let words = text.split_whitespace().skip(1).filter(|word| !word.starts_with("--"));
                    let words: Vec<&str> = words.map(|word| word.trim_matches(['"', '\'', '[', ']', ','])).collect();
                    if let [from, to] = words[..] {
                        claims.copied.push((from.to_owned(), to.to_owned()));
                    }
                }
                StageStep::Run(text) => {
                    run(text, source, *line, development, is_run, claims);
                    let mut words = text.split_whitespace();
                    if is_run && words.any(|word| ["gosu", "su-exec"].contains(&word)) {
                        gosu = true;
                        claims.claim("user-management", "dynamic", sure, source.line(*line));
                    }
                }
                StageStep::Set(pairs) if is_run => {
                    variables.extend(pairs.iter().map(|(name, value)| (name.as_str(), (value.as_str(), *line))));
                }
                StageStep::User(name) if is_run => user = Some((name.as_str(), *line)),
                StageStep::Entrypoint(text) if is_run => entrypoint = Some((text, *line)),
                StageStep::Command(text) if is_run => start = Some((text, *line)),
                StageStep::Copy(_)
                | StageStep::Set(_)
                | StageStep::User(_)
                | StageStep::Entrypoint(_)
                | StageStep::Command(_) => {}
            }
        }
    }
    if let Some((module, line)) = variables.get("DJANGO_SETTINGS_MODULE") {
        settings(module, source.line(*line), sure, claims);
    }
    if let Some((_, line)) = variables.get("CONTAINER_MODE") {
        claims.claim("logging", "switch", sure, source.line(*line));
    }
    if let Some((name, line)) = user {
        let name = name.split(':').next().unwrap_or_default().trim();
        let is_number = name.bytes().all(|b| b.is_ascii_digit());
        if name != "root" && !is_number && !name.starts_with('$') {
            claims.claim("app-user", name, sure.min(Likely), source.line(line));
        }
        if name != "root" && name != "0" && !gosu && !development {
            claims.claim("user-management", "static", Likely, source.line(line));
        }
    }
    for (text, line) in [entrypoint, start].into_iter().flatten().filter(|_| !development) {
        commands::command(text, &source.line(line), Likely, claims);
    }
}

/// What a base image says; only that of what runs has troubles.
fn image(image: &str, source: &Source, line: usize, (counts, sure): (bool, Confidence), claims: &mut Claims) {
    let place = || source.line(line);
    let (name, _) = name_and_tag(image);
    if name.rsplit('/').next() == Some("uv") {
        claims.claim("installer", "uv", if source.is_development() { Guess } else { Stated }, place());
    }
    let Some((version, variant)) = python_of(image) else { return };
    if name.starts_with("docker.io/library/") {
        claims.claim("engine", "podman", Guess, place());
    }
    let mut trouble = |message: Message| {
        if counts {
            claims.trouble(source.path, Some(line), message);
        }
    };
    let series: Vec<&str> = version.split('.').take(2).collect();
    let variant = match variant {
        "slim" => Some("slim"),
        "slim-bookworm" | "bookworm-slim" => Some("slim-bookworm"),
        "slim-trixie" | "trixie-slim" => Some("slim-trixie"),
        "" => {
            trouble(msg!("The full base image is not among the options; slim is the closest."));
            None
        }
        other => {
            let shown: String = other.chars().take(40).collect();
            trouble(msg!("The base image variant {0} is not among the options; slim is the closest.", shown));
            None
        }
    };
    if series.len() == 2 {
        // What is not offered is no trouble in a stage that only builds.
        let series = series.join(".");
        if counts || crate::catalog::options::Python::VALUES.iter().any(|value| value.id == series) {
            claims.claim("python", series, sure, place());
        }
    } else {
        trouble(msg!("“{0}” does not specify a Python series such as 3.13.", image));
    }
    if let Some(variant) = variant {
        claims.claim("base-image", variant, sure, place());
    }
}

/// What a command of the build says. Its users are those of what runs only where it is part of that.
fn run(text: &str, source: &Source, line: usize, development: bool, is_run: bool, claims: &mut Claims) {
    let sure = if development { Guess } else { Stated };
    let of_user = if is_run { sure } else { Guess };
    let words: Vec<&str> = text.split_whitespace().map(|word| word.trim_matches(['"', '\''])).collect();
    let has = |word: &str| words.contains(&word);
    let place = || source.line(line);
    for part in text.replace("&&", "\n").split(['\n', ';']) {
        let words: Vec<&str> = part.split_whitespace().map(|word| word.trim_matches(['"', '\''])).collect();
        let Some(at) = words.iter().position(|word| {
            ["useradd", "adduser", "groupadd", "addgroup"].contains(&word.rsplit('/').next().unwrap_or(word))
        }) else {
            continue;
        };
        let group = words[at].contains("group");
        let number = |names: &[&str]| {
            words.iter().enumerate().find_map(|(index, word)| {
                names.iter().find_map(|name| match word.strip_prefix(name) {
                    Some("") => words.get(index + 1).copied(),
                    Some(rest) => rest.strip_prefix('='),
                    None => None,
                })
            })
        };
        let id = if group { number(&["--gid", "-g"]) } else { number(&["--uid", "-u"]) };
        if let Some(id) = id.filter(|id| !id.is_empty() && id.bytes().all(|b| b.is_ascii_digit())) {
            // Ids of system users are below what the option takes; that is no fault of the project.
            if id.parse::<u32>().is_ok_and(|id| (1000..=60_000).contains(&id)) {
                claims.claim(if group { "gid" } else { "uid" }, id, of_user, source.line(line));
            }
        }
        if !group && let Some(name) = words.last().filter(|name| !name.starts_with(['-', '$'])) {
            claims.claim("app-user", *name, of_user, source.line(line));
        }
    }
    if has("collectstatic") && !development && is_run {
        claims.claim("collectstatic", "build", Stated, place());
    }
    let installs = has("install") || has("sync");
    if installs && has("uv") {
        claims.claim("installer", "uv", sure, place());
    } else if installs
        && words.iter().any(|word| word.ends_with("pip") || word.ends_with("pip3"))
        && words.iter().any(|word| word.starts_with("-r") || word.starts_with("--requirement"))
    {
        claims.claim("installer", "pip", sure.min(Likely), place());
    }
}

/// What a settings module says of itself and of the Django package.
pub(super) fn settings(module: &str, place: Evidence, sure: Confidence, claims: &mut Claims) {
    if module.contains('$') || module.is_empty() {
        return;
    }
    let package = module.split('.').next().unwrap_or(module);
    if package != module && package != "settings" {
        claims.claim("django-module", package, Guess, place.clone());
    }
    claims.claim("settings-module", module, sure, place);
}

/// One command of a build.
pub(super) struct BuildCommand {
    pub(super) line: usize,
    pub(super) text: String,
    /// Whether it is in the stage that production runs or in one that leads to it.
    pub(super) is_production: bool,
}

/// The commands of a build. A list that is copied under another name has its own name in them.
pub(super) fn runs(source: &Source) -> Vec<BuildCommand> {
    if source.text.len() > MAX_DOCKERFILE {
        return Vec::new();
    }
    let stages = stages(source, &mut Claims::default());
    let is_development = |stage: &Stage| {
        let name = stage.name.as_deref().unwrap_or_default().to_ascii_lowercase();
        let mut words = name.split(|c: char| !c.is_ascii_alphanumeric());
        words.any(|word| ["ci", "dev", "development", "lint", "local", "test", "tests", "testing"].contains(&word))
    };
    let Some(last) = stages.iter().rposition(|stage| !is_development(stage)).or(stages.len().checked_sub(1)) else {
        return Vec::new();
    };
    let mut leading = chain(&stages, last);
    let mut at = 0;
    while let Some(stage) = leading.get(at).copied() {
        for (_, step) in &stages[stage].steps {
            let (StageStep::Copy(text) | StageStep::Run(text)) = step else { continue };
            let named = text.split_whitespace().find_map(|word| word.strip_prefix("--from="));
            let other = named.and_then(|name| {
                let by_name = |stage: &Stage| stage.name.as_ref().is_some_and(|other| other.eq_ignore_ascii_case(name));
                stages.iter().position(by_name).or_else(|| name.parse().ok().filter(|index| *index < stages.len()))
            });
            for stage in other.map(|other| chain(&stages, other)).unwrap_or_default() {
                if !leading.contains(&stage) {
                    leading.push(stage);
                }
            }
        }
        at += 1;
    }
    let mut found = Vec::new();
    for (index, stage) in stages.iter().enumerate() {
        let mut renamed: Vec<(String, String)> = Vec::new();
        for (line, step) in &stage.steps {
            match step {
                StageStep::Copy(text) => {
                    let words = text.split_whitespace().skip(1).filter(|word| !word.starts_with("--"));
                    let words: Vec<&str> = words.map(|word| word.trim_matches(['"', '[', ']', ','])).collect();
                    if let [from, to] = words[..]
                        && !to.ends_with(['/', '.'])
                        && from.rsplit('/').next() != to.rsplit('/').next()
                        && from.ends_with(".txt")
                    {
                        renamed.push((to.to_owned(), from.to_owned()));
                    }
                }
                StageStep::Run(text) => {
                    let own = |word: &str| {
                        let name = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
                        let known = renamed.iter().rev().find(|(to, _)| to == word || name(to) == name(word));
                        known.map_or_else(|| word.to_owned(), |(_, from)| from.clone())
                    };
                    let text = if renamed.is_empty() {
                        text.clone()
                    } else {
                        let line = |line: &str| line.split(' ').map(own).collect::<Vec<_>>().join(" ");
                        text.lines().map(line).collect::<Vec<_>>().join("\n")
                    };
                    found.push(BuildCommand { line: *line, text, is_production: leading.contains(&index) });
                }
                _ => {}
            }
        }
    }
    found
}
