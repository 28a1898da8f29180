//! Docker's rules for what a build context leaves out, as its builder applies them to `.dockerignore`.
//!
//! A line is a pattern that may match anywhere a path leads through; the last line that matches decides, and one that
//! begins with `!` brings back what earlier lines left out. The rules are those of BuildKit (moby/patternmatcher), quirks
//! included: a pattern without `**/` matches from the root only, and `**x` matches every path that ends with `x`.

/// A part of a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    /// One character.
    Is(char),
    /// `?`: any character but the separator.
    One,
    /// `*`: any number of characters but the separator.
    Any,
    /// `**/`: nothing, or anything that ends with a separator.
    Folders,
    /// `**` at the end: anything.
    Rest,
    /// `[a-z]`: one of these ranges, or none of them.
    Class { ranges: Vec<(char, char)>, negated: bool },
}

/// A line of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// The pattern as it is written, without `!`.
    pub pattern: String,
    /// It brings back what it matches.
    pub exception: bool,
    /// The pattern's end, where it matches every path that ends so.
    suffix: Option<String>,
    parts: Vec<Part>,
}

impl Rule {
    /// Reads a line; `None` for an empty line, a comment, or a pattern that no builder takes.
    pub fn read(line: &str) -> Option<Self> {
        if line.starts_with('#') {
            return None;
        }
        let line = line.trim();
        let (exception, pattern) = match line.strip_prefix('!') {
            Some(pattern) => (true, pattern.trim()),
            None => (false, line),
        };
        if pattern.is_empty() {
            return None;
        }
        let cleaned = clean(pattern);
        let rest = cleaned.strip_prefix("**").filter(|rest| !rest.contains(['*', '?', '[', ']', '\\']));
        Some(Self { pattern: pattern.to_owned(), exception, suffix: rest.map(str::to_owned), parts: parts(&cleaned)? })
    }

    /// Whether the pattern matches a path or a folder that it leads through.
    pub fn matches(&self, path: &str) -> bool {
        let separators = path.match_indices('/').map(|(at, _)| &path[..at]);
        separators.chain([path]).any(|part| self.matches_exactly(part))
    }

    fn matches_exactly(&self, path: &str) -> bool {
        if let Some(suffix) = &self.suffix {
            return path.ends_with(suffix) || suffix.strip_prefix('/') == Some(path);
        }
        // The places in the pattern that what was read so far can lead to.
        let mut places = vec![false; self.parts.len() + 1];
        self.enter(0, &mut places);
        for c in path.chars() {
            let mut next = vec![false; places.len()];
            for (at, part) in self.parts.iter().enumerate().filter(|(at, _)| places[*at]) {
                match part {
                    Part::Is(own) if *own == c => self.enter(at + 1, &mut next),
                    Part::One if c != '/' => self.enter(at + 1, &mut next),
                    Part::Any if c != '/' => self.enter(at, &mut next),
                    Part::Rest => self.enter(at, &mut next),
                    // Once entered, it is left after a separator only.
                    Part::Folders => {
                        next[at] = true;
                        if c == '/' {
                            self.enter(at + 1, &mut next);
                        }
                    }
                    Part::Class { ranges, negated } => {
                        if ranges.iter().any(|(from, to)| (*from..=*to).contains(&c)) != *negated {
                            self.enter(at + 1, &mut next);
                        }
                    }
                    Part::Is(_) | Part::One | Part::Any => {}
                }
            }
            places = next;
        }
        places[self.parts.len()]
    }

    /// Marks a place, and those that follow from it because what is there may match nothing.
    fn enter(&self, at: usize, places: &mut [bool]) {
        for (at, part) in self.parts.iter().enumerate().skip(at) {
            places[at] = true;
            if !matches!(part, Part::Any | Part::Rest | Part::Folders) {
                return;
            }
        }
        places[self.parts.len()] = true;
    }
}

/// A path as Go's `filepath.Clean` writes it, relative to the root.
fn clean(pattern: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in pattern.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            ".." if pattern.starts_with('/') => {}
            _ => parts.push(part),
        }
    }
    if parts.is_empty() { ".".to_owned() } else { parts.join("/") }
}

/// The parts of a pattern; `None` where it is malformed.
fn parts(pattern: &str) -> Option<Vec<Part>> {
    let mut parts = Vec::new();
    let mut rest = pattern.chars().peekable();
    while let Some(c) = rest.next() {
        parts.push(match c {
            '*' if rest.next_if_eq(&'*').is_some() => {
                rest.next_if_eq(&'/');
                if rest.peek().is_none() { Part::Rest } else { Part::Folders }
            }
            '*' => Part::Any,
            '?' => Part::One,
            '\\' => Part::Is(rest.next()?),
            '[' => {
                let negated = rest.next_if_eq(&'^').is_some();
                let mut ranges = Vec::new();
                loop {
                    let from = match rest.next()? {
                        ']' if !ranges.is_empty() => break,
                        '\\' => rest.next()?,
                        c => c,
                    };
                    let to = if rest.next_if_eq(&'-').is_some() {
                        match rest.next()? {
                            '\\' => rest.next()?,
                            c => c,
                        }
                    } else {
                        from
                    };
                    ranges.push((from, to));
                }
                Part::Class { ranges, negated }
            }
            c => Part::Is(c),
        });
    }
    Some(parts)
}

/// The rules of a file, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ignore {
    rules: Vec<Rule>,
}

impl Ignore {
    /// Reads a file; lines that are no pattern are passed over.
    pub fn read(text: &str) -> Self {
        Self { rules: text.trim_start_matches('\u{feff}').lines().filter_map(Rule::read).collect() }
    }

    /// The rule that decides about a path; `None` where none matches it.
    pub fn decides(&self, path: &str) -> Option<&Rule> {
        self.rules.iter().rev().find(|rule| rule.matches(path))
    }

    /// Whether a path stays out of the build context.
    pub fn leaves_out(&self, path: &str) -> bool {
        self.decides(path).is_some_and(|rule| !rule.exception)
    }

    /// The rules in order.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }
}

#[cfg(test)]
mod tests {
    use super::Ignore;

    #[test]
    fn the_last_matching_line_decides() {
        for (text, path, out) in [
            ("docs\n", "docs/index.md", true),
            ("docs\n", "app/docs/index.md", false),
            ("**/docs\n", "app/docs/index.md", true),
            ("**/docs\n", "docs", true),
            ("**/docs\n", "mydocs", false),
            ("/docs/\n", "docs/index.md", true),
            ("./docs/../media\n", "media/x", true),
            ("*.md\n", "README.md", true),
            ("*.md\n", "app/README.md", false),
            ("*/*.md\n", "app/README.md", true),
            ("**/*.key\n", "site.key", true),
            ("**/*.key\n", "a/b/site.key", true),
            ("**.key\n", "a/b/site.key", true),
            ("**key\n", "monkey", true),
            ("app/**/x.txt\n", "app/x.txt", true),
            ("app/**/x.txt\n", "app/a/b/x.txt", true),
            ("app/**\n", "app/a", true),
            ("app/**\n", "application", false),
            ("a?c\n", "abc", true),
            ("a?c\n", "a/c", false),
            ("[a-c]x\n", "bx", true),
            ("[^a-c]x\n", "bx", false),
            ("[^a-c]x\n", "dx", true),
            ("\\*x\n", "*x", true),
            ("\\*x\n", "yx", false),
            ("*\n!app\n", "app/models.py", false),
            ("*\n!app\n", "docker/entrypoint.sh", true),
            ("*\n!docker/entrypoint.sh\n", "docker/entrypoint.sh", false),
            ("*\n!app\n**/*.pem\n", "app/x.pem", true),
            ("# media\n #media\n", "media/x", false),
            ("\u{feff}media\n", "media/x", true),
            ("media\r\n", "media/x", true),
            ("!\n[\n", "x", false),
            (".\n", "x", false),
            ("**\n", "a/b", true),
        ] {
            assert_eq!(Ignore::read(text).leaves_out(path), out, "{text:?} {path}");
        }
    }
}
