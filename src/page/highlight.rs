//! Colours for the preview: a small tokenizer that knows every kind of file that Dunnage writes.
//!
//! It works line by line with little state, by a table of what the languages differ in; it colours, it does not parse.
//! The one promise is that nothing is lost: the pieces put together are the text.

/// What a piece of text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Token {
    /// Everything else.
    Text,
    /// A comment.
    Comment,
    /// A word of the language: an instruction, a directive, a keyword.
    Keyword,
    /// The name of a setting: a YAML key, an environment variable that is set, an attribute.
    Key,
    /// Quoted text, or a block of text.
    String,
    /// A number or a constant.
    Number,
    /// A variable that is read, or a template's tag.
    Variable,
    /// A heading, or the name of what is defined.
    Heading,
}

impl Token {
    /// Class in the page; `None` for plain text.
    const fn class(self) -> Option<&'static str> {
        match self {
            Self::Text => None,
            Self::Comment => Some("c"),
            Self::Keyword => Some("k"),
            Self::Key => Some("a"),
            Self::String => Some("s"),
            Self::Number => Some("n"),
            Self::Variable => Some("v"),
            Self::Heading => Some("h"),
        }
    }
}

/// A kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// No colours.
    Plain,
    /// `Dockerfile` and its like.
    Dockerfile,
    /// YAML, Compose files and workflows among it.
    Yaml,
    /// POSIX shell.
    Shell,
    /// nginx.
    Nginx,
    /// Caddy's own format.
    Caddy,
    /// `NAME=value` lines.
    Env,
    /// pip's requirements.
    Requirements,
    /// Python.
    Python,
    /// Markdown.
    Markdown,
    /// `.gitignore`, `.dockerignore`, `.gitattributes`.
    Patterns,
    /// TOML and INI.
    Toml,
    /// HTML with Django's tags.
    Html,
    /// CSS.
    Css,
    /// JavaScript and JSON.
    Script,
}

/// The kind of a file, by its path; the first line decides for scripts without an ending.
pub fn language(path: &str, text: &str) -> Language {
    let name = path.rsplit('/').next().unwrap_or(path);
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    match ending {
        "yml" | "yaml" => Language::Yaml,
        "sh" => Language::Shell,
        "py" => Language::Python,
        "md" => Language::Markdown,
        "toml" | "ini" | "cfg" => Language::Toml,
        "html" => Language::Html,
        "css" => Language::Css,
        "js" | "json" => Language::Script,
        "conf" => Language::Nginx,
        "gitignore" | "dockerignore" | "gitattributes" => Language::Patterns,
        _ if name.contains("Dockerfile") => Language::Dockerfile,
        _ if name.contains("Caddyfile") => Language::Caddy,
        _ if name.starts_with(".env") => Language::Env,
        "txt" if path.contains("requirements") => Language::Requirements,
        _ if text.starts_with("#!") => Language::Shell,
        _ => Language::Plain,
    }
}

/// What a line begins with.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Head {
    /// Nothing special.
    Nothing,
    /// A word of the language: `FROM`, `proxy_pass`.
    Word,
    /// A name up to `:`, after spaces and `- `.
    Colon,
    /// A name up to `=`.
    Equals,
}

/// What the languages differ in.
struct Grammar {
    comment: &'static str,
    /// Characters that quote.
    quotes: &'static str,
    /// A quote may open in the middle of a word, and stays open over line ends.
    shell_quotes: bool,
    head: Head,
    /// Words with a space around each.
    keywords: &'static str,
    constants: &'static str,
    /// `$NAME` and `${NAME}`.
    variables: bool,
}

const PLAIN: Grammar = Grammar {
    comment: "#",
    quotes: "\"'",
    shell_quotes: false,
    head: Head::Nothing,
    keywords: "",
    constants: "",
    variables: false,
};

const SHELL_WORDS: &str = " if then elif else fi for in do done while until case esac return exit exec export local \
readonly set shift trap unset eval cd test printf echo . : break continue command wait umask ";

const fn grammar(language: Language) -> Grammar {
    match language {
        Language::Dockerfile => Grammar { head: Head::Word, keywords: " AS ", variables: true, ..PLAIN },
        Language::Yaml => {
            Grammar { head: Head::Colon, constants: " true false null yes no ", variables: true, ..PLAIN }
        }
        Language::Shell => Grammar { shell_quotes: true, keywords: SHELL_WORDS, variables: true, ..PLAIN },
        Language::Nginx | Language::Caddy => {
            Grammar { head: Head::Word, constants: " on off default always none ", variables: true, ..PLAIN }
        }
        Language::Env => Grammar { head: Head::Equals, constants: " true false ", variables: true, ..PLAIN },
        Language::Python => Grammar {
            keywords: " and as assert async await break class continue def del elif else except finally for from \
global if import in is lambda nonlocal not or pass raise return try while with yield match case ",
            constants: " True False None self ",
            ..PLAIN
        },
        Language::Toml => Grammar { head: Head::Equals, constants: " true false ", ..PLAIN },
        Language::Script => Grammar {
            comment: "//",
            quotes: "\"'`",
            keywords: " async await const else for function if let new of return var while import export default ",
            constants: " true false null undefined ",
            ..PLAIN
        },
        Language::Plain
        | Language::Requirements
        | Language::Markdown
        | Language::Patterns
        | Language::Html
        | Language::Css => PLAIN,
    }
}

/// What a line leaves open for the next.
#[derive(Default)]
struct Open {
    /// What ends it: a quote, a tag, a fence, a heredoc's word.
    end: String,
    /// A YAML block of text goes on while lines are indented deeper than this.
    block: Option<usize>,
    /// The previous line ended in `\`.
    continued: bool,
}

/// A piece of a line.
pub type Piece<'a> = (Token, &'a str);

/// Cuts one line into pieces, from left to right.
struct Cutter<'a> {
    line: &'a str,
    /// Where the plain text begins that no piece covers yet.
    plain: usize,
    at: usize,
    pieces: Vec<Piece<'a>>,
}

impl<'a> Cutter<'a> {
    const fn new(line: &'a str) -> Self {
        Self { line, plain: 0, at: 0, pieces: Vec::new() }
    }

    fn rest(&self) -> &'a str {
        &self.line[self.at..]
    }

    /// Walks over bytes as plain text.
    fn skip(&mut self, bytes: usize) {
        self.at += bytes;
    }

    /// Takes bytes as one piece.
    fn take(&mut self, token: Token, bytes: usize) {
        if bytes == 0 {
            return;
        }
        let end = self.at + bytes;
        if self.plain < self.at {
            self.pieces.push((Token::Text, &self.line[self.plain..self.at]));
        }
        self.pieces.push((token, &self.line[self.at..end]));
        self.at = end;
        self.plain = end;
    }

    fn finish(mut self) -> Vec<Piece<'a>> {
        self.at = self.line.len();
        if self.plain < self.at {
            self.pieces.push((Token::Text, &self.line[self.plain..]));
        }
        self.pieces
    }

    fn skip_spaces(&mut self) {
        let spaces = self.rest().len() - self.rest().trim_start_matches([' ', '\t']).len();
        self.skip(spaces);
    }

    /// Nothing, a blank or an opening character stands before.
    fn at_start_of_word(&self) -> bool {
        self.line[..self.at].chars().next_back().is_none_or(|c| c.is_whitespace() || "[{(,:=".contains(c))
    }
}

/// Length of the word that a text begins with.
fn word_length(text: &str) -> usize {
    text.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '-')).unwrap_or(text.len())
}

fn is_among(word: &str, words: &str) -> bool {
    words.split(' ').any(|other| !word.is_empty() && other == word)
}

/// Length of the variable that a text begins with: `$NAME`, `${NAME:-x}`, `$$NAME`, `$1`; 0 where there is none.
fn variable_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let dollars = bytes.iter().take_while(|&&byte| byte == b'$').count();
    if dollars == 0 || dollars > 2 {
        return 0;
    }
    match bytes.get(dollars) {
        Some(b'{') => {
            let mut depth = 0;
            for (index, byte) in bytes.iter().enumerate().skip(dollars) {
                match byte {
                    b'{' => depth += 1,
                    b'}' => depth -= 1,
                    _ => {}
                }
                if depth == 0 {
                    return index + 1;
                }
            }
            0
        }
        // GitHub's `${{ … }}` begins with the same two characters and is covered above.
        Some(byte) if byte.is_ascii_alphabetic() || *byte == b'_' => {
            let name = &text[dollars..];
            dollars + name.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(name.len())
        }
        Some(b'@' | b'*' | b'#' | b'?' | b'!' | b'0'..=b'9') => dollars + 1,
        _ => 0,
    }
}

/// A line of text, which is cut into pieces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeLine {
    text: String,
    /// What each piece is, and how many bytes it has.
    pieces: Vec<(Token, usize)>,
}

impl CodeLine {
    /// A line of one plain piece.
    pub fn plain(text: &str) -> Self {
        Self { text: text.to_owned(), pieces: vec![(Token::Text, text.len())] }
    }

    /// The whole text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The pieces from left to right; together they are the text.
    pub fn pieces(&self) -> impl Iterator<Item = Piece<'_>> {
        let mut rest = self.text.as_str();
        self.pieces.iter().map(move |&(token, bytes)| {
            let (piece, after) = rest.split_at(bytes);
            rest = after;
            (token, piece)
        })
    }

    /// The line as HTML: a plain piece as text, any other one as an element with that text alone.
    pub fn html(&self) -> String {
        let mut html = String::new();
        for (token, piece) in self.pieces() {
            if let Some(class) = token.class() {
                html.extend(["<span class=", class, ">"]);
                escape(piece, &mut html);
                html.push_str("</span>");
            } else {
                escape(piece, &mut html);
            }
        }
        html
    }
}

/// Writes a text as HTML.
pub(crate) fn escape(text: &str, html: &mut String) {
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            c => html.push(c),
        }
    }
}

/// The lines of a text, each cut into pieces; a line keeps its line feed.
pub fn lines(path: &str, text: &str) -> Vec<CodeLine> {
    let language = language(path, text);
    let grammar = grammar(language);
    let mut open = Open::default();
    let cut = |line| {
        let mut cutter = Cutter::new(line);
        match language {
            Language::Plain => {}
            Language::Markdown => markdown(&mut cutter, &mut open),
            Language::Html => html(&mut cutter, &mut open),
            Language::Css => css(&mut cutter, &mut open),
            Language::Requirements => requirements(&mut cutter),
            Language::Patterns => patterns(&mut cutter),
            _ => code(&mut cutter, &mut open, language, &grammar),
        }
        let pieces = cutter.finish().into_iter().map(|(token, piece)| (token, piece.len())).collect();
        CodeLine { text: line.to_owned(), pieces }
    };
    text.split_inclusive('\n').map(cut).collect()
}

/// Everything that has comments, quotes and words.
fn code(cutter: &mut Cutter, open: &mut Open, language: Language, grammar: &Grammar) {
    let line = cutter.line;
    let continued = std::mem::replace(&mut open.continued, line.trim_end().ends_with('\\'));
    let indent = line.len() - line.trim_start().len();
    if let Some(deeper_than) = open.block {
        if line.trim().is_empty() || indent > deeper_than {
            quoted(cutter, line.trim_end().len(), grammar);
            return;
        }
        open.block = None;
    }
    if !open.end.is_empty() && !go_on(cutter, open, language, grammar) {
        return;
    }
    cutter.skip_spaces();
    if !(continued || cutter.rest().starts_with(grammar.comment)) {
        head(cutter, open, language, grammar, indent);
    }
    while !cutter.rest().is_empty() {
        step(cutter, open, language, grammar);
    }
}

/// Text that an earlier line left open; whether the line goes on after it.
fn go_on(cutter: &mut Cutter, open: &mut Open, language: Language, grammar: &Grammar) -> bool {
    let line = cutter.line;
    let heredoc = open.end.len() > 1 && language == Language::Shell;
    let found = if heredoc {
        (line.trim() == open.end).then_some(line.len())
    } else {
        line.find(open.end.as_str()).map(|start| start + open.end.len())
    };
    quoted(cutter, found.unwrap_or(line.len()), grammar);
    if found.is_some() {
        open.end.clear();
    }
    found.is_some() && !heredoc
}

/// The first words of a line.
fn head(cutter: &mut Cutter, open: &mut Open, language: Language, grammar: &Grammar, indent: usize) {
    match grammar.head {
        Head::Nothing => {
            let rest = cutter.rest();
            if language == Language::Python && rest.starts_with('@') {
                let length = rest.find('(').unwrap_or(rest.trim_end().len());
                cutter.take(Token::Heading, length);
            }
            // A function of the shell, and a name that is set.
            let name = word_length(rest);
            if language == Language::Shell && name > 0 {
                if rest[name..].starts_with("()") {
                    cutter.take(Token::Heading, name);
                } else if rest[name..].starts_with('=') {
                    cutter.take(Token::Key, name);
                }
            }
        }
        Head::Word => {
            let length = word_length(cutter.rest());
            cutter.take(Token::Keyword, length);
        }
        Head::Equals => {
            let rest = cutter.rest();
            if rest.starts_with('[') {
                cutter.take(Token::Heading, rest.trim_end().len());
            } else if let Some(length) = rest.find('=') {
                cutter.take(Token::Key, rest[..length].trim_end().len());
            }
        }
        Head::Colon => {
            while cutter.rest().starts_with("- ") {
                cutter.skip(2);
                cutter.skip_spaces();
            }
            let rest = cutter.rest();
            let key = rest.find(':').filter(|&end| {
                !rest[..end].contains([' ', '[', '{', '#', '$']) || rest.starts_with('"') && rest[..end].ends_with('"')
            });
            if let Some(length) = key
                && rest[length + 1..].starts_with([' ', '\n'])
            {
                cutter.take(Token::Key, length);
            }
            let ends = rest.trim_end();
            if ends.ends_with([':', ' ']) {
                return;
            }
            let last = ends.rsplit(' ').next().unwrap_or_default();
            if matches!(last, "|" | "|-" | "|+" | ">" | ">-" | ">+") {
                // A list's item holds text that is indented deeper than its dash.
                open.block = Some(indent);
            }
        }
    }
}

/// One piece of a line, or one plain character.
fn step(cutter: &mut Cutter, open: &mut Open, language: Language, grammar: &Grammar) {
    let rest = cutter.rest();
    let Some(first) = rest.chars().next() else { return };
    let starts = cutter.at_start_of_word();
    if starts && rest.starts_with(grammar.comment) {
        return cutter.take(Token::Comment, rest.trim_end().len().max(1));
    }
    if grammar.variables {
        let length = variable_length(rest);
        if length > 0 {
            return cutter.take(Token::Variable, length);
        }
    }
    // A character that the shell takes literally, above all `\"`.
    if first == '\\' {
        let length = rest.chars().take(2).map(char::len_utf8).sum();
        return cutter.skip(length);
    }
    if grammar.quotes.contains(first)
        && (starts || grammar.shell_quotes || matches!(language, Language::Python | Language::Script))
    {
        return quote(cutter, open, language, grammar, first);
    }
    if language == Language::Shell && rest.starts_with("<<") && !rest.starts_with("<<<") {
        let word = rest[2..].trim_start_matches('-').trim_start().trim_start_matches(['"', '\'']);
        word[..word_length(word)].clone_into(&mut open.end);
        return cutter.skip(2);
    }
    if language == Language::Yaml && starts && (first == '&' || first == '*') {
        return cutter.take(Token::Heading, 1 + word_length(&rest[1..]));
    }
    let length = word_length(rest);
    if length == 0 {
        return cutter.skip(first.len_utf8());
    }
    let word = &rest[..length];
    if !starts && grammar.head != Head::Nothing {
        return cutter.skip(length);
    }
    if is_among(word, grammar.keywords) && !rest[length..].starts_with('=') {
        cutter.take(Token::Keyword, length);
        if matches!(word, "def" | "class") {
            cutter.skip_spaces();
            cutter.take(Token::Heading, word_length(cutter.rest()));
        }
        return;
    }
    let constant = is_among(word, grammar.constants) || first.is_ascii_digit();
    if constant {
        // `5s`, `10m`, `0.5`, `127.0.0.1:8000` are one number each.
        let length = rest.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '.'))).unwrap_or(rest.len());
        return cutter.take(Token::Number, length);
    }
    cutter.skip(length);
}

/// A quoted text, to its end or to the end of the line.
fn quote(cutter: &mut Cutter, open: &mut Open, language: Language, grammar: &Grammar, first: char) {
    let rest = cutter.rest();
    let triple = language == Language::Python && (rest.starts_with("\"\"\"") || rest.starts_with("'''"));
    let delimiter = if triple { &rest[..3] } else { &rest[..first.len_utf8()] };
    let mut length = delimiter.len();
    let mut closed = false;
    let mut characters = rest[length..].char_indices();
    let base = length;
    while let Some((index, c)) = characters.next() {
        if c == '\\' && (first != '\'' || language == Language::Python) {
            characters.next();
        } else if rest[base + index..].starts_with(delimiter) {
            length = base + index + delimiter.len();
            closed = true;
            break;
        }
    }
    if !closed {
        length = rest.len();
        if triple || grammar.shell_quotes || first == '`' {
            delimiter.clone_into(&mut open.end);
        }
    }
    let read = if first == '\'' && grammar.shell_quotes { &PLAIN } else { grammar };
    quoted(cutter, cutter.at + length, read);
}

/// A string up to a byte of the line, with the variables in it.
fn quoted(cutter: &mut Cutter, end: usize, grammar: &Grammar) {
    let mut begin = cutter.at;
    let mut at = cutter.at;
    while at < end {
        let length = if grammar.variables { variable_length(&cutter.line[at..end]) } else { 0 };
        if length > 0 {
            cutter.take(Token::String, at - begin);
            cutter.take(Token::Variable, length);
            at += length;
            begin = at;
        } else {
            at += cutter.line[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    cutter.take(Token::String, end - begin);
}

fn requirements(cutter: &mut Cutter) {
    let rest = cutter.rest();
    let text = rest.find(" #").unwrap_or(rest.len());
    if rest.starts_with('#') {
        cutter.take(Token::Comment, rest.trim_end().len());
    } else if rest.starts_with('-') {
        cutter.take(Token::Keyword, rest.find([' ', '\n']).unwrap_or(rest.len()));
    } else {
        cutter.take(Token::Key, rest.find(['=', '<', '>', '~', '!', ';', '[', ' ', '\n']).unwrap_or(rest.len()));
        let name = cutter.at;
        let version = rest[..text].get(name..).and_then(|rest| rest.find(|c: char| c.is_ascii_digit()));
        if let Some(version) = version.map(|at| name + at) {
            cutter.skip(version - name);
            cutter.take(Token::Number, rest[version..text].find([';', ' ', '\n']).unwrap_or(text - version));
        }
    }
    if cutter.at < text {
        cutter.skip(text - cutter.at);
    }
    if !cutter.rest().trim().is_empty() && cutter.rest().starts_with(" #") {
        cutter.take(Token::Comment, cutter.rest().trim_end().len());
    }
}

fn patterns(cutter: &mut Cutter) {
    let rest = cutter.rest();
    if rest.starts_with('#') {
        cutter.take(Token::Comment, rest.trim_end().len());
    } else if rest.starts_with('!') {
        cutter.take(Token::Keyword, 1);
    } else if let Some(attribute) = rest.find(' ') {
        cutter.skip(attribute);
        cutter.take(Token::Key, rest[attribute..].trim_end().len());
    }
}

fn markdown(cutter: &mut Cutter, open: &mut Open) {
    let line = cutter.line;
    let text = line.trim();
    if text.starts_with("```") {
        if open.end.is_empty() {
            "```".clone_into(&mut open.end);
        } else {
            open.end.clear();
        }
        return cutter.take(Token::Comment, line.trim_end().len());
    }
    if !open.end.is_empty() {
        return cutter.take(Token::String, line.trim_end().len());
    }
    if text.starts_with('#') {
        return cutter.take(Token::Heading, line.trim_end().len());
    }
    cutter.skip_spaces();
    for mark in ["- [ ] ", "- [x] ", "- ", "* ", "> "] {
        if cutter.rest().starts_with(mark) {
            cutter.take(Token::Keyword, mark.len() - 1);
            break;
        }
    }
    while let Some(first) = cutter.rest().chars().next() {
        let rest = cutter.rest();
        let pair = |open: &str, close: &str| {
            rest.strip_prefix(open).and_then(|inner| inner.find(close)).map(|end| open.len() + end + close.len())
        };
        if let Some(length) = pair("`", "`") {
            cutter.take(Token::String, length);
        } else if let Some(length) = pair("**", "**") {
            cutter.take(Token::Heading, length);
        } else if let Some(length) = pair("](", ")") {
            cutter.take(Token::Variable, length);
        } else if let Some(length) = pair("<!--", "-->") {
            cutter.take(Token::Comment, length);
        } else if first == '|' {
            cutter.take(Token::Comment, 1);
        } else {
            cutter.skip(first.len_utf8());
        }
    }
}

fn html(cutter: &mut Cutter, open: &mut Open) {
    while let Some(first) = cutter.rest().chars().next() {
        let rest = cutter.rest();
        if !open.end.is_empty() {
            // A comment goes on; inside a tag only its end and its attributes matter.
            let comment = open.end == "-->";
            if let Some(end) = rest.find(open.end.as_str()).filter(|&end| comment || end == 0) {
                let length = end + open.end.len();
                cutter.take(if comment { Token::Comment } else { Token::Keyword }, length);
                open.end.clear();
            } else if comment {
                cutter.take(Token::Comment, rest.len());
            } else if first == '"' {
                let length = rest[1..].find('"').map_or(rest.len(), |end| end + 2);
                cutter.take(Token::String, length);
            } else {
                let length = word_length(rest);
                cutter.take(Token::Key, length);
                if length == 0 && !tag(cutter) {
                    cutter.skip(first.len_utf8());
                }
            }
        } else if rest.starts_with("<!--") {
            "-->".clone_into(&mut open.end);
            cutter.take(Token::Comment, 4);
        } else if first == '<' {
            let name = rest[1..].trim_start_matches(['/', '!']);
            let length = rest.len() - name.len() + word_length(name);
            ">".clone_into(&mut open.end);
            cutter.take(Token::Keyword, length);
        } else if !tag(cutter) {
            cutter.skip(first.len_utf8());
        }
    }
}

/// A tag of Django's template language, if one begins here.
fn tag(cutter: &mut Cutter) -> bool {
    let rest = cutter.rest();
    for (open, close) in [("{%", "%}"), ("{{", "}}"), ("{#", "#}")] {
        if rest.starts_with(open)
            && let Some(end) = rest.find(close)
        {
            let token = if open == "{#" { Token::Comment } else { Token::Variable };
            cutter.take(token, end + 2);
            return true;
        }
    }
    false
}

fn css(cutter: &mut Cutter, open: &mut Open) {
    while let Some(first) = cutter.rest().chars().next() {
        let rest = cutter.rest();
        if rest.starts_with("/*") || open.end == "*/" {
            let end = rest.find("*/").map(|end| end + 2);
            open.end.clear();
            if end.is_none() {
                "*/".clone_into(&mut open.end);
            }
            cutter.take(Token::Comment, end.unwrap_or(rest.len()));
        } else if first == '@' {
            cutter.take(Token::Keyword, 1 + word_length(&rest[1..]));
        } else if first == '"' {
            let length = rest[1..].find('"').map_or(rest.len(), |end| end + 2);
            cutter.take(Token::String, length);
        } else {
            let length = word_length(rest);
            let after = rest[length..].trim_start();
            if length > 0 && after.starts_with(':') && rest.trim_end().ends_with(';') {
                cutter.take(Token::Key, length);
            } else if first.is_ascii_digit() && cutter.at_start_of_word() {
                cutter.take(Token::Number, length);
            } else {
                cutter.skip(length.max(first.len_utf8()));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::date::Date;
    use crate::catalog::options::Choices;
    use crate::catalog::presets::presets;

    /// Draws the pieces as `class⟨text⟩`, plain text as it is.
    fn draw(path: &str, text: &str) -> String {
        let mut out = String::new();
        for (token, piece) in lines(path, text).iter().flat_map(CodeLine::pieces) {
            match token.class() {
                Some(class) => {
                    out.push_str(class);
                    out.push('⟨');
                    out.push_str(piece);
                    out.push('⟩');
                }
                None => out.push_str(piece),
            }
        }
        out
    }

    fn check(path: &str, text: &str, expected: &str) {
        assert_eq!(draw(path, text), expected, "{path}");
    }

    #[test]
    fn dockerfile() {
        check(
            "docker/Dockerfile",
            "# syntax=docker/dockerfile:1\nFROM python:${PYTHON} AS base\nRUN apt-get update \\\n    && echo \"$HOME\"\nCOPY --chown=1000:1000 . /app\n",
            "c⟨# syntax=docker/dockerfile:1⟩\nk⟨FROM⟩ python:v⟨${PYTHON}⟩ k⟨AS⟩ base\nk⟨RUN⟩ apt-get update \\\n    && echo s⟨\"⟩v⟨$HOME⟩s⟨\"⟩\nk⟨COPY⟩ --chown=n⟨1000⟩:n⟨1000⟩ . /app\n",
        );
    }

    #[test]
    fn yaml() {
        check(
            "docker-compose.yml",
            "x-base: &base\n  image: \"a:${TAG:-latest}\" # pinned\n  <<: *base\n  ports:\n    - 127.0.0.1:8000:8000\n    - test: [\"CMD\", 'x']\n  init: true\n  command: >-\n    run ${ME}\n\n    more: text\n  next: it's\n",
            "a⟨x-base⟩: h⟨&base⟩\n  a⟨image⟩: s⟨\"a:⟩v⟨${TAG:-latest}⟩s⟨\"⟩ c⟨# pinned⟩\n  a⟨<<⟩: h⟨*base⟩\n  a⟨ports⟩:\n    - n⟨127.0.0.1⟩:n⟨8000⟩:n⟨8000⟩\n    - a⟨test⟩: [s⟨\"CMD\"⟩, s⟨'x'⟩]\n  a⟨init⟩: n⟨true⟩\n  a⟨command⟩: >-\ns⟨    run ⟩v⟨${ME}⟩\n\ns⟨    more: text⟩\n  a⟨next⟩: it's\n",
        );
    }

    #[test]
    fn shell_without_an_ending() {
        check(
            "docker/entrypoint",
            "#!/bin/sh\nset -eu\n# note\nwait_for() {\n  if [ \"${1:-x}\" = 'a$b' ]; then\n    echo \"it's $NAME#1\"\n  fi\n}\nNAME=$1\ncat <<EOF\ntext if\nEOF\nexec \"$@\"\n",
            "c⟨#!/bin/sh⟩\nk⟨set⟩ -eu\nc⟨# note⟩\nh⟨wait_for⟩() {\n  k⟨if⟩ [ s⟨\"⟩v⟨${1:-x}⟩s⟨\"⟩ = s⟨'a$b'⟩ ]; k⟨then⟩\n    k⟨echo⟩ s⟨\"it's ⟩v⟨$NAME⟩s⟨#1\"⟩\n  k⟨fi⟩\n}\na⟨NAME⟩=v⟨$1⟩\ncat <<EOF\ns⟨text if\n⟩s⟨EOF\n⟩k⟨exec⟩ s⟨\"⟩v⟨$@⟩s⟨\"⟩\n",
        );
    }

    #[test]
    fn nginx_and_caddy() {
        check(
            "deploy/nginx/shop.conf",
            "server {\n    listen 443 ssl;\n    proxy_set_header Host $host; # as asked\n    add_header X \"a; b\" always;\n}\n",
            "k⟨server⟩ {\n    k⟨listen⟩ n⟨443⟩ ssl;\n    k⟨proxy_set_header⟩ Host v⟨$host⟩; c⟨# as asked⟩\n    k⟨add_header⟩ X s⟨\"a; b\"⟩ n⟨always⟩;\n}\n",
        );
        check(
            "deploy/caddy/Caddyfile",
            "example.com {\n\treverse_proxy 127.0.0.1:8000\n}\n",
            "k⟨example⟩.com {\n\tk⟨reverse_proxy⟩ n⟨127.0.0.1⟩:n⟨8000⟩\n}\n",
        );
    }

    #[test]
    fn environment_and_requirements() {
        check(
            ".env.example",
            "# Secrets\nDEBUG=false\nKEY='a b'\nURL=redis://x:6379\n#OFF=1\n",
            "c⟨# Secrets⟩\na⟨DEBUG⟩=n⟨false⟩\na⟨KEY⟩=s⟨'a b'⟩\na⟨URL⟩=redis://x:n⟨6379⟩\nc⟨#OFF=1⟩\n",
        );
        check(
            "requirements/base.txt",
            "-r base.txt\ndjango==5.2.19  # LTS\nuvicorn[standard]==0.54.0\npsycopg2-binary==2.9.13; python_version < '3.14'\n",
            "k⟨-r⟩ base.txt\na⟨django⟩==n⟨5.2.19⟩ c⟨ # LTS⟩\na⟨uvicorn⟩[standard]==n⟨0.54.0⟩\na⟨psycopg2-binary⟩==n⟨2.9.13⟩; python_version < '3.14'\n",
        );
    }

    #[test]
    fn python() {
        check(
            "shop/health.py",
            "\"\"\"Docs.\n\nMore.\"\"\"\nfrom os import environ\n\n@cache\ndef ready(x: int = 1) -> bool:\n    # why\n    return environ.get('A\\'') is None or f\"{x}\"\nclass Shop:\n    pass\n",
            "s⟨\"\"\"Docs.\n⟩s⟨\n⟩s⟨More.\"\"\"⟩\nk⟨from⟩ os k⟨import⟩ environ\n\nh⟨@cache⟩\nk⟨def⟩ h⟨ready⟩(x: int = n⟨1⟩) -> bool:\n    c⟨# why⟩\n    k⟨return⟩ environ.get(s⟨'A\\''⟩) k⟨is⟩ n⟨None⟩ k⟨or⟩ fs⟨\"{x}\"⟩\nk⟨class⟩ h⟨Shop⟩:\n    k⟨pass⟩\n",
        );
    }

    #[test]
    fn markdown() {
        check(
            "CONTAINERS.md",
            "# Title\n\n- [ ] run `make` **now** [here](a.md)\n\n```sh\nls # x\n```\n| a | b |\n",
            "h⟨# Title⟩\n\nk⟨- [ ]⟩ run s⟨`make`⟩ h⟨**now**⟩ [herev⟨](a.md)⟩\n\nc⟨```sh⟩\ns⟨ls # x⟩\nc⟨```⟩\nc⟨|⟩ a c⟨|⟩ b c⟨|⟩\n",
        );
    }

    #[test]
    fn the_rest() {
        check(".dockerignore", "# Git\n.git\n!README.md\n**/*.pyc\n", "c⟨# Git⟩\n.git\nk⟨!⟩README.md\n**/*.pyc\n");
        check(".gitattributes", "*.sh text eol=lf\n", "*.sha⟨ text eol=lf⟩\n");
        check("pyproject.toml", "[tool.ruff]\nline-length = 100\n", "h⟨[tool.ruff]⟩\na⟨line-length⟩ = n⟨100⟩\n");
        check(
            "shop/templates/index.html",
            "<!doctype html>\n<a class=\"x\" href=\"{{ url }}\">{% block a %}</a> <!-- n\nm --> x\n",
            "k⟨<!doctype⟩ a⟨html⟩k⟨>⟩\nk⟨<a⟩ a⟨class⟩=s⟨\"x\"⟩ a⟨href⟩=s⟨\"{{ url }}\"⟩k⟨>⟩v⟨{% block a %}⟩k⟨</a⟩k⟨>⟩ c⟨<!--⟩c⟨ n\n⟩c⟨m -->⟩ x\n",
        );
        check("a.css", "/* x\n*/\nbody {\n  margin: 0;\n}\n", "c⟨/* x\n⟩c⟨*/⟩\nbody {\n  a⟨margin⟩: n⟨0⟩;\n}\n");
        check("a.js", "// x\nconst a = \"b\";\n", "c⟨// x⟩\nk⟨const⟩ a = s⟨\"b\"⟩;\n");
    }

    #[test]
    fn no_text_is_lost_and_markup_is_escaped() {
        let today = Date::new(2026, 11, 23);
        let sets = presets().iter().map(|preset| preset.choices.clone());
        for choices in sets.chain([Choices::default()]) {
            let generated = crate::generate(&choices, today);
            for (path, file) in generated.files.iter() {
                let text: String =
                    lines(path, &file.text).iter().flat_map(CodeLine::pieces).map(|(_, piece)| piece).collect();
                assert_eq!(text, file.text, "{path}");
                assert_ne!(language(path, &file.text), Language::Plain, "{path} has no colours");
            }
        }
        let html: Vec<String> = lines("a", "<b> & c\nd").iter().map(CodeLine::html).collect();
        assert_eq!(html, ["&lt;b&gt; &amp; c\n", "d"]);
    }

    #[test]
    fn odd_texts_do_no_harm() {
        let odd = "é\"ü\n'''\n${\n$\n<<\n<!--\n{%\n`\n\\\n\\é\n[x\n-\n- \n: \n&\n*\n@\n😀=😀\n=\n#";
        for name in [
            "Dockerfile",
            "a.yml",
            "a.sh",
            "a.conf",
            "Caddyfile",
            ".env",
            "requirements.txt",
            "a.py",
            "a.md",
            ".gitignore",
            "a.toml",
            "a.html",
            "a.css",
            "a.js",
            "a",
        ] {
            let text: String = lines(name, odd).iter().flat_map(CodeLine::pieces).map(|(_, piece)| piece).collect();
            assert_eq!(text, odd, "{name}");
        }
    }
}
