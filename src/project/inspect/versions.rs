//! Which series of Python and Django a project is for, from what states one and from what only limits it.

use super::Confidence::{Guess, Likely, Stated};
use super::{Claims, Confidence, Evidence, Source};
use crate::catalog::options::{Choices, Django, Python};
use crate::catalog::versions::{DJANGO_SUPPORT, django_support, series_key};
use crate::messages::msg;

/// What limits the series before one is chosen.
#[derive(Debug, Default)]
pub(super) struct Limits {
    /// What `requires-python` and its like admit.
    python: Vec<(String, Evidence)>,
    /// What is said of Django: a version or a range.
    django: Option<(String, Evidence)>,
    /// The newest Python for which a lock has wheels of everything.
    wheels: Option<(String, Evidence)>,
}

impl Limits {
    /// Takes a range of Python.
    pub(super) fn python(&mut self, range: &str, place: Evidence) {
        self.python.push((range.to_owned(), place));
    }

    /// Takes what is said of Django.
    pub(super) fn django(&mut self, version: &str, place: &Evidence) {
        self.django = Some((version.to_owned(), place.clone()));
    }

    /// Takes the newest Python for which there are wheels.
    pub(super) fn wheels(&mut self, newest: String, place: Evidence) {
        self.wheels = Some((newest, place));
    }

    /// Claims what follows, when everything else was said. What is stated stays; a guess keeps within it.
    pub(super) fn settle(&self, claims: &mut Claims) {
        let stated_python =
            claims.best("python").filter(|(_, sure)| *sure >= Likely).map(|(value, _)| value.to_owned());
        let stated_django =
            claims.best("django").filter(|(_, sure)| *sure >= Likely).map(|(value, _)| value.to_owned());
        let django = stated_django.or_else(|| self.series_of_django(stated_python.as_deref(), claims));
        if stated_python.is_some() {
            return;
        }
        let default = Choices::default().python.id();
        let support = django.as_deref().and_then(django_support);
        // Without a lock, nothing says for which versions there are wheels; without a range, nobody asks for a newer one.
        let wheels = self.wheels.as_ref().map_or(default, |(newest, _)| newest);
        let ceiling = if self.python.is_empty() && series_key(default) < series_key(wheels) { default } else { wheels };
        let fits = |series: &str| {
            let key = series_key(series);
            support.is_none_or(|row| (series_key(row.python_min)..=series_key(row.python_max)).contains(&key))
                && self.python.iter().all(|(range, _)| admits(range, series))
        };
        let supported: Vec<&str> = Python::VALUES.iter().map(|value| value.id).filter(|series| fits(series)).collect();
        let below = supported.iter().rev().find(|series| series_key(series) <= series_key(ceiling));
        // What a project requires counts for more than what there are wheels for.
        let Some(series) = below.or(supported.first()) else { return };
        let guess = claims.best("python").map(|(value, _)| value.to_owned());
        if guess.is_some_and(|guess| fits(&guess)) {
            // CI runs it, so it works.
            return;
        }
        let of_django = self.django.iter().filter(|_| support.is_some_and(|row| !fits_python(row.django, default)));
        let of_wheels = self.wheels.iter().filter(|(newest, _)| series == newest && newest != default);
        for (_, place) in self.python.iter().chain(of_wheels).chain(of_django) {
            claims.first("python", series, Guess, place.clone());
        }
    }

    /// The series of Django that a version or a range asks for: the newest that it admits, which is what pip installs.
    fn series_of_django(&self, python: Option<&str>, claims: &mut Claims) -> Option<String> {
        let (range, place) = self.django.as_ref()?;
        let exact = range.strip_prefix("==").filter(|version| !version.contains(','));
        let mut found = DJANGO_SUPPORT.iter().map(|row| row.django).rev().filter(|series| admits(range, series));
        let runs = |series: &&str| match python {
            Some(python) => fits_python(series, python),
            None => Python::VALUES.iter().any(|value| {
                fits_python(series, value.id) && self.python.iter().all(|(range, _)| admits(range, value.id))
            }),
        };
        let (series, sure) = match exact {
            Some(version) => (first_two(version)?, Stated),
            None if range.is_empty() => {
                claims.trouble(&place.file, Some(place.line), msg!("The Django version is not specified here."));
                return None;
            }
            None => match found.clone().find(runs).or_else(|| found.next()) {
                Some(series) => (series.to_owned(), Likely),
                None => (first_two(range.trim_start_matches(|c: char| !c.is_ascii_digit()))?, Likely),
            },
        };
        if django_support(&series).is_some() {
            claims.claim("django", series.clone(), sure, place.clone());
            return Some(series);
        }
        let known: Vec<&str> = Django::VALUES.iter().map(|value| value.id).collect();
        let message = msg!("Django {0} is not among the options; choose from {1}.", series.clone(), known.join(", "));
        claims.trouble(&place.file, Some(place.line), message);
        // The one before it has no interface that this one lacks.
        let mut older = DJANGO_SUPPORT.iter().map(|row| row.django).filter(|row| series_key(row) < series_key(&series));
        let nearest = older.rfind(|row| python.is_none_or(|python| fits_python(row, python)));
        let nearest = nearest.or_else(|| DJANGO_SUPPORT.iter().map(|row| row.django).find(|row| runs(row)))?;
        claims.claim("django", nearest, Guess, place.clone());
        Some(nearest.to_owned())
    }
}

/// Whether a series of Django runs on a Python.
fn fits_python(django: &str, python: &str) -> bool {
    django_support(django)
        .is_some_and(|row| (series_key(row.python_min)..=series_key(row.python_max)).contains(&series_key(python)))
}

/// Major and minor version of a version.
fn first_two(version: &str) -> Option<String> {
    let parts = numbers(version);
    match parts[..] {
        [major, minor, ..] => Some(format!("{major}.{minor}")),
        [major] => Some(format!("{major}.0")),
        [] => None,
    }
}

/// The numbers that a version begins with.
fn numbers(version: &str) -> Vec<u32> {
    let version = version.trim().trim_start_matches('v');
    version
        .split('.')
        .map_while(|part| {
            let digits: &str = &part[..part.find(|c: char| !c.is_ascii_digit()).unwrap_or(part.len())];
            digits.parse().ok()
        })
        .collect()
}

/// Whether a range of versions, as pip, Poetry and PDM write it, has a version of a series.
pub(super) fn admits(range: &str, series: &str) -> bool {
    range.split("||").flat_map(|range| range.split(" or ")).any(|range| {
        range
            .split([',', ' '])
            .scan(String::new(), |operator, part| {
                // “>= 3.10” is one part.
                let part = part.trim();
                if !part.is_empty() && part.chars().all(|c| "<>=!~^".contains(c)) {
                    part.clone_into(operator);
                    return Some(true);
                }
                let whole = std::mem::take(operator) + part;
                Some(whole.is_empty() || one_admits(&whole, series))
            })
            .all(|admits| admits)
    })
}

fn one_admits(part: &str, series: &str) -> bool {
    let end = part.find(|c: char| !"<>=!~^".contains(c)).unwrap_or(part.len());
    let (operator, version) = (&part[..end], numbers(&part[end..]));
    if version.is_empty() {
        return true;
    }
    let (major, minor) = series_key(series);
    let lowest = vec![u32::from(major), u32::from(minor), 0];
    let highest = vec![u32::from(major), u32::from(minor), u32::MAX];
    let at_least = |least: &[u32]| highest.as_slice() >= least;
    let below = |most: &[u32]| {
        // 3.12 is 3.12.0.
        let mut most = most.to_vec();
        while most.len() < 3 {
            most.push(0);
        }
        lowest < most
    };
    // The version with its last part left out and the one before it raised by one.
    let next = |keep: usize| {
        let mut next = version[..keep.clamp(1, version.len())].to_vec();
        if let Some(last) = next.last_mut() {
            *last = last.saturating_add(1);
        }
        next
    };
    match operator {
        ">=" | ">" => at_least(&version),
        "<" => below(&version),
        "<=" => lowest <= version || lowest.starts_with(&version),
        "~=" => at_least(&version) && below(&next(version.len().max(2) - 1)),
        "~" => at_least(&version) && below(&next(version.len().min(2))),
        "^" => at_least(&version) && below(&next(1)),
        // A single version is not the series.
        "!=" => version.len() > 2 || !lowest.starts_with(&version),
        _ => lowest.starts_with(&version[..version.len().min(2)]),
    }
}

/// A version of Python that something states.
pub(super) fn python(version: &str, sure: Confidence, place: Evidence, claims: &mut Claims) {
    let version = version.trim().trim_start_matches("python-").trim_start_matches("cpython-").trim_start_matches("==");
    let Some(series) = first_two(version).filter(|_| numbers(version).len() > 1) else { return };
    if Python::VALUES.iter().any(|value| value.id == series) {
        claims.claim("python", series, sure, place);
    } else if sure > Guess {
        claims.trouble(&place.file, Some(place.line), msg!("Python {0} is not among the options.", series));
    }
}

/// `.python-version` and `runtime.txt`.
pub(super) fn python_version(source: &Source, claims: &mut Claims) {
    let mut lines = source.text.lines().enumerate().map(|(index, line)| (index + 1, line.trim()));
    if let Some((line, version)) = lines.find(|(_, line)| !line.is_empty() && !line.starts_with('#')) {
        python(version, Stated, source.line(line), claims);
    }
}

/// `.tool-versions` of asdf, and `mise.toml`.
pub(super) fn tool_versions(source: &Source, claims: &mut Claims) {
    for (index, line) in source.text.lines().enumerate() {
        let (name, version) = match line.split_once('=') {
            Some((name, version)) => (name.trim(), version.trim()),
            None => line.trim().split_once(char::is_whitespace).unwrap_or_default(),
        };
        if name.trim_matches('"') == "python" {
            // mise takes a list, of which the first is the one that is used.
            let version = version
                .trim_start_matches(['[', '{', ' '])
                .trim_start_matches("version")
                .trim_start_matches([' ', '=']);
            let version = version.trim_matches(|c: char| !c.is_ascii_digit() && c != '.');
            python(version, Stated, source.line(index + 1), claims);
            break;
        }
    }
}

/// What a platform runs: `render.yaml` and `app.yaml`.
pub(super) fn platform(source: &Source, claims: &mut Claims) {
    let mut named = false;
    for (index, line) in source.text.lines().enumerate() {
        let bare = line.trim().trim_start_matches("- ");
        let Some((key, value)) = bare.split_once(':') else { continue };
        let value = value.trim().trim_matches(['"', '\'']);
        match key.trim() {
            "key" => named = value == "PYTHON_VERSION",
            "value" if named => python(value, Likely, source.line(index + 1), claims),
            // python312
            "runtime" => {
                if let Some(minor) = value.strip_prefix("python3").filter(|minor| !minor.is_empty()) {
                    python(&format!("3.{minor}"), Likely, source.line(index + 1), claims);
                }
            }
            _ => {}
        }
    }
}

/// The newest version that a workflow sets up.
pub(super) fn workflow(source: &Source, claims: &mut Claims) {
    let mut newest: Option<(String, usize)> = None;
    let mut inside = false;
    for (index, line) in source.text.lines().enumerate() {
        let bare = line.split(" #").next().unwrap_or_default();
        let listed = inside && bare.trim_start().starts_with("- ");
        let after = bare.find("python-version").or_else(|| bare.find("python_version"));
        inside = listed || after.is_some_and(|at| bare[at..].trim_end().ends_with(':'));
        let text = after.map_or(if listed { bare } else { "" }, |at| &bare[at..]);
        for word in text.split(|c: char| !c.is_ascii_digit() && c != '.') {
            let series = first_two(word).filter(|_| numbers(word).first() == Some(&3) && numbers(word).len() > 1);
            let Some(series) = series.filter(|series| Python::VALUES.iter().any(|value| value.id == *series)) else {
                continue;
            };
            if newest.as_ref().is_none_or(|(known, _)| series_key(known) < series_key(&series)) {
                newest = Some((series, index + 1));
            }
        }
    }
    if let Some((series, line)) = newest {
        claims.claim("python", series, Guess, source.line(line));
    }
}

#[cfg(test)]
mod tests {
    use super::admits;

    #[test]
    fn ranges_are_read_as_their_tools_read_them() {
        for (range, inside, outside) in [
            (">=3.10", &["3.10", "3.14"][..], &[][..]),
            (">= 3.10.4, < 3.12", &["3.10", "3.11"], &["3.12"]),
            (">=3.10,<3.12", &["3.11"], &["3.12", "3.13"]),
            ("<=3.12", &["3.11", "3.12"], &["3.13"]),
            ("~=3.12", &["3.12", "3.14"], &["3.11"]),
            ("~=3.12.1", &["3.12"], &["3.11", "3.13"]),
            ("^3.12", &["3.12", "3.13"], &["3.11"]),
            ("~3.12", &["3.12"], &["3.13"]),
            ("==3.12.*", &["3.12"], &["3.13"]),
            ("3.11.*", &["3.11"], &["3.12"]),
            ("3.11", &["3.11"], &["3.12"]),
            (">=3.10,!=3.12.*", &["3.11", "3.13"], &["3.12"]),
            ("^3.10 || ^4.0", &["3.12"], &[]),
            ("*", &["3.12"], &[]),
            ("", &["3.12"], &[]),
            ("~=4.2", &["4.2"], &["5.2"]),
            (">=4.2,<5", &["4.2"], &["5.2"]),
            ("<5.3,>=5.2", &["5.2"], &["6.0", "4.2"]),
            ("==5.2.4", &["5.2"], &["6.0"]),
        ] {
            for series in inside {
                assert!(admits(range, series), "{range} has {series}");
            }
            for series in outside {
                assert!(!admits(range, series), "{range} has no {series}");
            }
        }
    }
}
