//! Every text that the choices can reach, found by asking the engine.
//!
//! A group of files that belong together is rendered at many points; what changes from one point to the next says which
//! options a file depends on, which of their values make no difference and which are only put in (a name, a number, a
//! tag). Then every combination of the rest that no rule forbids is rendered, and each distinct text kept once.
//!
//! Where a file has more combinations than can be checked, its parts are taken instead: a service of a compose file, an
//! instruction of a Dockerfile, a branch of a script. Every distinct text of every part stands in at least one whole
//! file that is checked, and so does every combination of any three values of the options behind the group.

#![allow(dead_code, reason = "the tests need less of it than the program that writes the texts")]

use std::collections::{BTreeMap, BTreeSet};

use dunnage::catalog::date::Date;
use dunnage::catalog::options::{Choices, FormStep, OPTIONS, OptionSpec, ValueKind};
use dunnage::catalog::rules::{RULES, Severity, effective};
use dunnage::output::render::render_some;
use dunnage::plan::files::FILES;
use dunnage::plan::resolve::plan_of;

use crate::pairs::{Cell, samples};

/// The day that the enumeration lives in; it decides no text, only findings about the age of versions.
pub(crate) const TODAY: Date = Date::new(2026, 11, 24);

/// Files that a tool reads together.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Group {
    /// Name of the group.
    pub name: &'static str,
    /// Its templates.
    pub templates: &'static [&'static str],
    /// How many combinations of one part are rendered before the part is split into smaller ones.
    pub limit: usize,
    /// Options of which every combination is taken, whether the texts depend on it or not.
    pub crossed: &'static [&'static str],
    /// The tools need the whole set around the group's files.
    pub whole: bool,
}

const fn group(name: &'static str, limit: usize, templates: &'static [&'static str]) -> Group {
    Group { name, templates, limit, crossed: &[], whole: false }
}

/// Every template is in one of these.
pub(crate) const GROUPS: &[Group] = &[
    group(
        "compose",
        2048,
        &["docker-compose.yml", "docker-compose.dev.yml", "docker-compose.prod.yml", ".env.example"],
    ),
    group("images", 1024, &["docker/Dockerfile", "docker/Dockerfile.dev", ".dockerignore"]),
    group("scripts", 16384, &["docker/entrypoint.sh", "docker/backup.sh", "nginx/start.sh", "certbot/certbot.sh"]),
    group("nginx", 4096, &["nginx/nginx.conf", "nginx/conf.d/_project_.conf"]),
    group("proxies", 4096, &["deploy/nginx/_project_.conf", "deploy/caddy/Caddyfile", "deploy/traefik/_project_.yml"]),
    Group {
        // Whether they can be installed depends on the Python, which their text does not name.
        crossed: &["python", "django", "server", "postgres-driver", "requirements"],
        ..group(
            "requirements",
            4096,
            &[
                "requirements.txt",
                "requirements/base.txt",
                "requirements/production.txt",
                "requirements/development.txt",
                "requirements/container.txt",
                "requirements/container-development.txt",
            ],
        )
    },
    group("settings", 8192, &["_settings_/container.py"]),
    Group {
        whole: true,
        ..group(
            "project",
            4096,
            &[
                "gunicorn/gunicorn.conf.py",
                "docker/daphne_server.py",
                "_module_/health.py",
                "manage.py",
                "_module_/__init__.py",
                "_settings_/__init__.py",
                "_settings_/base.py",
                "_settings_/development.py",
                "_settings_/production.py",
                "_module_/urls.py",
                "_module_/views.py",
                "_module_/wsgi.py",
                "_module_/asgi.py",
                "_module_/celery.py",
                "_module_/tasks.py",
                "_module_/consumers.py",
                "_module_/routing.py",
                "_module_/templates/_module_/home.html",
                "_module_/static/_module_/site.css",
                "_module_/static/_module_/site.js",
                "tests/test_health.py",
                "tests/test_settings.py",
                "tests/test_site.py",
                "tests/test_websocket.py",
                "tests/test_tasks.py",
                "pyproject.toml",
            ],
        )
    },
    group(
        "delivery",
        4096,
        &[
            ".github/dependabot.yml",
            ".github/workflows/containers.yml",
            ".gitattributes",
            ".gitignore",
            "secrets/README.md",
            "secrets/.gitignore",
        ],
    ),
    // Prose, which no tool of its own reads: it rides along with every row of the others.
    group("documentation", 64, &["CONTAINERS.md"]),
];

/// What was found out about a group.
pub(crate) struct Reach {
    /// The group.
    pub group: Group,
    /// Choices whose sets together hold every distinct text of every part and every three values.
    pub rows: Vec<Choices>,
    /// What was found out about each of its templates.
    pub files: Vec<FileReach>,
    /// Combinations of three values that the rows hold.
    pub triples: usize,
    parts: Vec<Part>,
}

/// What was found out about one template.
pub(crate) struct FileReach {
    /// Template, as in the file table.
    pub template: &'static str,
    /// Ids of the options that the file depends on.
    pub options: Vec<&'static str>,
    /// Parts that were taken, 1 when the file is taken whole.
    pub parts: usize,
    /// Whether every combination of those parts was rendered. Prose that nearly every option has a word in is too
    /// varied for that and cannot be split; it stands for itself with any three values.
    pub exhaustive: bool,
    /// Distinct texts of those parts, apart from values that are only put in.
    pub texts: usize,
    /// Distinct whole texts among the rows.
    pub whole: usize,
}

/// Values to try of an option. Numbers and names are such that they can be found again in a text.
pub(crate) fn values(index: usize, spec: &OptionSpec) -> Vec<String> {
    match spec.kind {
        ValueKind::Number { min, max, .. } => {
            let other = u64::from(min) + u64::from(max - min) * ((36 + index as u64) % 100 + 1) / 101;
            vec![spec.default_wish(), other.to_string()]
        }
        _ => samples(spec),
    }
}

/// Whether no rule forbids the choices.
pub(crate) fn clean(choices: &Choices) -> bool {
    !RULES.iter().any(|rule| rule.severity == Severity::Error && rule.applies(choices))
}

/// A small generator of numbers that are the same in every run (xorshift).
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % bound as u64).expect("below a usize")
    }
}

struct Space {
    values: Vec<Vec<String>>,
    random: Random,
}

impl Space {
    fn new(seed: u64) -> Self {
        Self {
            values: OPTIONS.iter().enumerate().map(|(index, spec)| values(index, spec)).collect(),
            random: Random(seed),
        }
    }

    /// Clean choices at random. Every other time for a plain project, as any fact takes some of the choices' effects away.
    fn point(&mut self) -> Choices {
        loop {
            let mut choices = Choices::default();
            let plain = self.random.below(2) == 0;
            for (option, spec) in OPTIONS.iter().enumerate() {
                if plain && spec.step == FormStep::Existing {
                    continue;
                }
                let value = self.random.below(self.values[option].len());
                spec.set(&mut choices, &self.values[option][value]).expect("a sample");
            }
            if let Some(choices) = self.complete(choices, &[], 8) {
                return choices;
            }
        }
    }

    /// The choices, changed until no rule is broken; an option that is `held` only takes the values named there.
    /// `None` where that cannot be.
    fn complete(&self, choices: Choices, held: &[(usize, &[usize])], depth: usize) -> Option<Choices> {
        let Some(broken) = RULES.iter().find(|rule| rule.severity == Severity::Error && rule.applies(&choices)) else {
            return Some(choices);
        };
        if depth == 0 {
            return None;
        }
        for when in broken.when {
            let option = OPTIONS.iter().position(|spec| spec.id == when.option()).expect("an option");
            let allowed = held.iter().find(|(kept, _)| *kept == option).map(|(_, values)| *values);
            for (index, value) in self.values[option].iter().enumerate() {
                if allowed.is_some_and(|values| !values.contains(&index)) {
                    continue;
                }
                let mut changed = choices.clone();
                OPTIONS[option].set(&mut changed, value).expect("a sample");
                if broken.applies(&changed) {
                    continue;
                }
                if let Some(found) = self.complete(changed, held, depth - 1) {
                    return Some(found);
                }
            }
        }
        None
    }
}

/// The group's files of the given choices, by path.
pub(crate) fn files(group: &Group, choices: &Choices) -> Vec<(String, String)> {
    let plan = plan_of(&effective(choices));
    let set = render_some(&plan, |spec| group.templates.contains(&spec.template));
    set.iter().map(|(path, file)| (path.to_owned(), file.text.clone())).collect()
}

/// The group's files of the given choices, by template.
fn texts(group: &Group, choices: &Choices) -> Vec<Option<String>> {
    let plan = plan_of(&effective(choices));
    let set = render_some(&plan, |spec| group.templates.contains(&spec.template));
    group
        .templates
        .iter()
        .map(|template| {
            let spec = FILES.iter().find(|spec| spec.template == *template).expect("a row of the file table");
            set.get(&spec.path(&plan)).map(|file| file.text.clone())
        })
        .collect()
}

/// Indentation at which parts of a file begin, level by level; none for a file that is only taken whole.
fn levels(template: &str) -> &'static [usize] {
    let name = template.rsplit('/').next().unwrap_or(template);
    match name.rsplit('.').next().unwrap_or(name) {
        "yml" => &[0, 2, 4],
        "sh" | "py" | "conf" => &[0, 4],
        "md" => &[],
        _ => &[0],
    }
}

/// The parts of a text at a level, by a path of first words; level 0 is the whole.
fn parts(template: &str, text: &str, level: usize) -> BTreeMap<String, String> {
    let mut found: BTreeMap<String, String> = BTreeMap::new();
    if level == 0 {
        found.insert(String::new(), text.to_owned());
        return found;
    }
    let levels = &levels(template)[..level];
    let mut path: Vec<String> = vec![String::new(); level];
    let mut waiting = String::new();
    let mut current = String::new();
    let mut continued = false;
    for line in text.lines() {
        let trimmed = line.trim_start();
        let indent = line.len() - trimmed.len();
        let comment = trimmed.is_empty() || trimmed.starts_with('#');
        let closing = trimmed.starts_with([')', ']', '}']) || trimmed.starts_with("esac") || trimmed.starts_with("fi");
        let starts = !comment && !closing && !continued && indent <= levels[level - 1] && !trimmed.starts_with("- ");
        if comment && !continued {
            waiting.push_str(line);
            waiting.push('\n');
            // What a file begins with, before an empty line, is about all of it.
            if trimmed.is_empty() && found.is_empty() {
                found.insert(String::new(), std::mem::take(&mut waiting));
            }
            continue;
        }
        continued = line.ends_with('\\');
        if starts {
            let depth = levels.iter().position(|limit| indent <= *limit).expect("at most the last");
            let word = trimmed.split(['=', ':', '(', '{', '&', '"', ' ']).next().unwrap_or_default();
            let second = trimmed.split(' ').nth(1).unwrap_or_default();
            let plain = !second.is_empty() && second.chars().all(|c| c.is_ascii_lowercase() || c == '-');
            let words = match word {
                "RUN" if plain => format!("{word} {second}"),
                // Instructions that come and go are told apart by where they copy to.
                "COPY" => format!("{word} {}", trimmed.rsplit(' ').next().unwrap_or_default()),
                _ => word.to_owned(),
            };
            for step in &mut path[depth..] {
                step.clear();
            }
            path[depth] = words;
            let mut key = path.join("/");
            while found.contains_key(&key) {
                key.push('\'');
            }
            current.clone_from(&key);
            found.insert(key, String::new());
        }
        let part = found.entry(current.clone()).or_default();
        part.push_str(&std::mem::take(&mut waiting));
        part.push_str(line);
        part.push('\n');
    }
    if !waiting.is_empty() {
        found.entry(current).or_default().push_str(&waiting);
    }
    // Whether a blank line comes before a part depends on what comes before it; the whole files show those.
    found.into_iter().map(|(key, text)| (key, text.trim_start_matches('\n').to_owned())).collect()
}

/// What of a text is only put in, under the choices that it has and under others.
fn put_in(from: &Choices, to: &Choices) -> Vec<(String, String)> {
    if from == to {
        return Vec::new();
    }
    let mut pairs: Vec<(String, String)> = OPTIONS
        .iter()
        .map(|spec| (spec.get(from), spec.get(to)))
        .filter(|(from, to)| from != to && !from.is_empty())
        .collect();
    pairs.sort_by_key(|(from, _)| std::cmp::Reverse(from.len()));
    pairs.dedup();
    pairs
}

/// The text as it would be under other choices, if all that differs were values that are only put in.
fn translated(text: &str, pairs: &[(String, String)]) -> String {
    pairs.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
}

/// Which values of an option make a difference to a part: pairs seen to differ in more than being put in, and pairs
/// seen to be put in. Pairs in neither give the same text.
#[derive(Debug, Clone, Default)]
struct Effect {
    differ: BTreeSet<(usize, usize)>,
    put_in: BTreeSet<(usize, usize)>,
}

impl Effect {
    /// Values that are the same to the part, or only put in.
    fn classes(&self, values: usize) -> Vec<Vec<usize>> {
        let mut classes: Vec<Vec<usize>> = Vec::new();
        for value in 0..values {
            let same = |class: &&mut Vec<usize>| {
                class.iter().all(|other| !self.differ.contains(&((*other).min(value), (*other).max(value))))
            };
            match classes.iter_mut().find(same) {
                Some(class) => class.push(value),
                None => classes.push(vec![value]),
            }
        }
        classes
    }
}

/// Template, level and path of a part.
type Key = (usize, usize, String);

/// Part of a file that is enumerated, with the classes of values of every option that matters to it.
struct Part {
    key: Key,
    classes: Vec<(usize, Vec<Vec<usize>>)>,
    /// Options of which some value is put in.
    put_in: BTreeSet<usize>,
    /// Every combination is rendered.
    exhaustive: bool,
    texts: BTreeSet<String>,
}

impl Part {
    fn combinations(&self) -> usize {
        self.classes.iter().map(|(_, classes)| classes.len()).fold(1, usize::saturating_mul)
    }

    /// The part's text under the choices, every value that is only put in replaced by the first of its class.
    fn normal(&self, values: &[Vec<String>], text: Option<&String>, choices: &Choices) -> String {
        let Some(text) = text else { return String::new() };
        let mut first = choices.clone();
        for (option, classes) in self.classes.iter().filter(|(option, _)| self.put_in.contains(option)) {
            let spec = &OPTIONS[*option];
            let now = values[*option].iter().position(|value| *value == spec.wish(choices));
            let class = classes.iter().find(|class| now.is_some_and(|now| class.contains(&now)));
            if let Some(class) = class.filter(|class| class.len() > 1) {
                spec.set(&mut first, &values[*option][class[0]]).expect("a sample");
            }
        }
        translated(text, &put_in(choices, &first))
    }
}

fn product(effects: &BTreeMap<usize, Effect>, values: &[Vec<String>]) -> usize {
    effects.iter().map(|(option, effect)| effect.classes(values[*option].len()).len()).fold(1, usize::saturating_mul)
}

/// Asks the engine for the effect of every option on every part, at `points` random points.
fn effects(group: &Group, space: &mut Space, points: usize) -> BTreeMap<Key, BTreeMap<usize, Effect>> {
    let mut found: BTreeMap<Key, BTreeMap<usize, Effect>> = BTreeMap::new();
    for _ in 0..points {
        let base = space.point();
        let base_texts = texts(group, &base);
        let base_effective = effective(&base);
        for (option, spec) in OPTIONS.iter().enumerate() {
            let mut seen: Vec<(usize, Choices, Vec<Option<String>>)> = Vec::new();
            for (value, text) in space.values[option].iter().enumerate() {
                let mut choices = base.clone();
                spec.set(&mut choices, text).expect("a sample");
                if clean(&choices) {
                    let same = effective(&choices) == base_effective;
                    let rendered = if same { base_texts.clone() } else { texts(group, &choices) };
                    seen.push((value, choices, rendered));
                }
            }
            for template in 0..group.templates.len() {
                if seen.iter().all(|(_, _, texts)| texts[template] == base_texts[template]) {
                    continue;
                }
                for level in 0..=levels(group.templates[template]).len() {
                    let split: Vec<BTreeMap<String, String>> = seen
                        .iter()
                        .map(|(_, _, texts)| {
                            texts[template]
                                .as_ref()
                                .map_or_else(BTreeMap::new, |text| parts(group.templates[template], text, level))
                        })
                        .collect();
                    let keys: BTreeSet<&String> = split.iter().flat_map(BTreeMap::keys).collect();
                    let ways = |a: usize, b: usize| (put_in(&seen[a].1, &seen[b].1), put_in(&seen[b].1, &seen[a].1));
                    let ways: Vec<Vec<_>> =
                        (0..seen.len()).map(|a| (0..seen.len()).map(|b| ways(a, b)).collect()).collect();
                    for key in keys {
                        for (a, (x, _, _)) in seen.iter().enumerate() {
                            for (b, (y, _, _)) in seen.iter().enumerate().skip(a + 1) {
                                let (one, other) = (split[a].get(key), split[b].get(key));
                                if one == other {
                                    continue;
                                }
                                let put_in = one.zip(other).is_some_and(|(one, other)| {
                                    let (there, back) = &ways[a][b];
                                    translated(one, there) == *other && translated(other, back) == *one
                                });
                                let effect =
                                    found.entry((template, level, key.clone())).or_default().entry(option).or_default();
                                let pairs = if put_in { &mut effect.put_in } else { &mut effect.differ };
                                pairs.insert(((*x).min(*y), (*x).max(*y)));
                            }
                        }
                    }
                }
            }
        }
    }
    found
}

/// Finds out everything about a group; `points` says how often the engine is asked for what depends on what.
pub(crate) fn reach(group: &Group, points: usize) -> Reach {
    let mut space = Space::new(0x2545_F491_4F6C_DD1D);
    let effects = effects(group, &mut space, points);
    let mut parts_found = chosen_parts(group, &space, &effects);
    let mut rows = Rows { group: *group, choices: Vec::new(), covered: vec![BTreeSet::new(); parts_found.len()] };

    // The most varied part first: the others' texts mostly come along with it.
    let mut order: Vec<usize> = (0..parts_found.len()).collect();
    order.sort_by_key(|part| std::cmp::Reverse(parts_found[*part].combinations()));
    order.retain(|part| parts_found[*part].exhaustive);
    for part in order {
        enumerate(part, &mut parts_found, &mut rows, &mut space);
    }
    cross(group, &mut rows, &parts_found, &mut space);
    let triples = cover_triples(group, &effects, &mut rows, &parts_found, &mut space);

    for (part, covered) in parts_found.iter_mut().zip(&rows.covered) {
        part.texts.extend(covered.iter().cloned());
    }
    let whole: Vec<BTreeSet<String>> = (0..group.templates.len())
        .map(|template| rows.choices.iter().filter_map(|choices| texts(group, choices)[template].clone()).collect())
        .collect();
    let files = group
        .templates
        .iter()
        .enumerate()
        .map(|(index, template)| {
            let of_file = |part: &&Part| part.key.0 == index;
            FileReach {
                template,
                options: effects
                    .get(&(index, 0, String::new()))
                    .into_iter()
                    .flat_map(BTreeMap::keys)
                    .map(|option| OPTIONS[*option].id)
                    .collect(),
                parts: parts_found.iter().filter(of_file).count().max(1),
                exhaustive: parts_found.iter().filter(of_file).all(|part| part.exhaustive),
                texts: parts_found
                    .iter()
                    .filter(of_file)
                    .map(|part| part.texts.iter().filter(|text| !text.is_empty()).count())
                    .sum(),
                whole: whole[index].len(),
            }
        })
        .collect();
    Reach { group: *group, rows: rows.choices, files, triples, parts: parts_found }
}

/// The largest parts that have no more combinations than the group allows.
fn chosen_parts(group: &Group, space: &Space, effects: &BTreeMap<Key, BTreeMap<usize, Effect>>) -> Vec<Part> {
    let mut chosen = Vec::new();
    for template in 0..group.templates.len() {
        let depth = levels(group.templates[template]).len();
        let mut open: Vec<(usize, String)> = vec![(0, String::new())];
        while let Some((level, path)) = open.pop() {
            let key = (template, level, path);
            let empty = BTreeMap::new();
            let of_part = effects.get(&key).unwrap_or(&empty);
            if product(of_part, &space.values) > group.limit && level < depth {
                let below = |other: &&Key| {
                    other.0 == template
                        && other.1 == level + 1
                        && (level == 0
                            || other.2.starts_with(&format!("{}/", key.2.trim_end_matches('\'')))
                            || other.2 == key.2)
                };
                let mut children: Vec<_> = effects.keys().filter(below).map(|key| (key.1, key.2.clone())).collect();
                children.sort();
                open.extend(children);
                continue;
            }
            let classes =
                of_part.iter().map(|(option, effect)| (*option, effect.classes(space.values[*option].len()))).collect();
            let put_in =
                of_part.iter().filter(|(_, effect)| !effect.put_in.is_empty()).map(|(option, _)| *option).collect();
            let exhaustive = product(of_part, &space.values) <= group.limit.max(1 << 16);
            chosen.push(Part { key, classes, put_in, exhaustive, texts: BTreeSet::new() });
        }
    }
    chosen
}

/// Choices taken so far, and the texts of every part that they hold.
struct Rows {
    group: Group,
    choices: Vec<Choices>,
    covered: Vec<BTreeSet<String>>,
}

impl Rows {
    fn take(&mut self, choices: Choices, parts_found: &[Part], values: &[Vec<String>]) {
        let split = Split::of(&self.group, texts(&self.group, &choices));
        for (part, covered) in parts_found.iter().zip(&mut self.covered) {
            covered.insert(split.text(part, values, &choices));
        }
        self.choices.push(choices);
    }
}

/// The files of a group, each divided at every level.
struct Split {
    parts: Vec<Vec<BTreeMap<String, String>>>,
}

impl Split {
    fn of(group: &Group, texts: Vec<Option<String>>) -> Self {
        let divided = |(template, text): (&&str, Option<String>)| {
            let text = text?;
            Some((0..=levels(template).len()).map(|level| parts(template, &text, level)).collect())
        };
        Self { parts: group.templates.iter().zip(texts).map(|file| divided(file).unwrap_or_default()).collect() }
    }

    fn text(&self, part: &Part, values: &[Vec<String>], choices: &Choices) -> String {
        let (template, level, path) = &part.key;
        part.normal(values, self.parts[*template].get(*level).and_then(|parts| parts.get(path)), choices)
    }
}

/// Renders every combination of the classes of a part, and takes a row for each text that no row holds yet.
fn enumerate(index: usize, parts_found: &mut [Part], rows: &mut Rows, space: &mut Space) {
    let part = &parts_found[index];
    let mut found = BTreeSet::new();
    for number in 0..part.combinations() {
        let mut rest = number;
        let mut choices = space.point();
        let mut held: Vec<(usize, &[usize])> = Vec::new();
        for (option, classes) in &part.classes {
            let class = &classes[rest % classes.len()];
            rest /= classes.len();
            held.push((*option, class));
            // Values that are only put in take turns.
            let value = class[number % class.len()];
            OPTIONS[*option].set(&mut choices, &space.values[*option][value]).expect("a sample");
        }
        let Some(choices) = space.complete(choices, &held, 8) else { continue };
        let text = Split::of(&rows.group, texts(&rows.group, &choices)).text(part, &space.values, &choices);
        let new = !rows.covered[index].contains(&text);
        found.insert(text);
        if new {
            rows.take(choices, parts_found, &space.values);
        }
    }
    parts_found[index].texts = found;
}

/// Takes a row for every combination of the options that the group crosses.
fn cross(group: &Group, rows: &mut Rows, parts_found: &[Part], space: &mut Space) {
    let crossed: Vec<usize> =
        group.crossed.iter().filter_map(|id| OPTIONS.iter().position(|spec| spec.id == *id)).collect();
    assert_eq!(crossed.len(), group.crossed.len(), "options of the table");
    let count = if crossed.is_empty() { 0 } else { crossed.iter().map(|option| space.values[*option].len()).product() };
    for number in 0..count {
        let mut rest = number;
        let mut choices = space.point();
        let mut taken = Vec::new();
        for option in &crossed {
            taken.push((*option, [rest % space.values[*option].len()]));
            rest /= space.values[*option].len();
        }
        for (option, value) in &taken {
            OPTIONS[*option].set(&mut choices, &space.values[*option][value[0]]).expect("a sample");
        }
        let held: Vec<(usize, &[usize])> = taken.iter().map(|(option, value)| (*option, value.as_slice())).collect();
        if let Some(choices) = space.complete(choices, &held, 8) {
            rows.take(choices, parts_found, &space.values);
        }
    }
}

/// Takes rows until any three values of the group's options stand together, as far as the rules allow; counts them.
fn cover_triples(
    group: &Group,
    effects: &BTreeMap<Key, BTreeMap<usize, Effect>>,
    rows: &mut Rows,
    parts_found: &[Part],
    space: &mut Space,
) -> usize {
    let mut of_group: BTreeMap<usize, Effect> = BTreeMap::new();
    for template in 0..group.templates.len() {
        for (option, effect) in effects.get(&(template, 0, String::new())).into_iter().flatten() {
            of_group.entry(*option).or_default().differ.extend(&effect.differ);
        }
    }
    let classes: Vec<(usize, Vec<Vec<usize>>)> = of_group
        .iter()
        .map(|(option, effect)| (*option, effect.classes(space.values[*option].len())))
        .filter(|(_, classes)| classes.len() > 1)
        .collect();
    let cells = |choices: &Choices, space: &Space| -> Vec<Cell> {
        classes
            .iter()
            .filter_map(|(option, classes)| {
                let wish = OPTIONS[*option].wish(choices);
                let value = space.values[*option].iter().position(|value| *value == wish)?;
                Some((*option, classes.iter().position(|class| class.contains(&value))?))
            })
            .collect()
    };
    let mut covered: BTreeSet<[Cell; 3]> = BTreeSet::new();
    let cover = |choices: &Choices, covered: &mut BTreeSet<[Cell; 3]>, space: &Space| {
        let cells = cells(choices, space);
        for a in 0..cells.len() {
            for b in a + 1..cells.len() {
                for c in b + 1..cells.len() {
                    covered.insert([cells[a], cells[b], cells[c]]);
                }
            }
        }
    };
    for choices in &rows.choices {
        cover(choices, &mut covered, space);
    }
    for a in 0..classes.len() {
        for b in a + 1..classes.len() {
            for c in b + 1..classes.len() {
                let three = [&classes[a], &classes[b], &classes[c]];
                for x in 0..three[0].1.len() {
                    for y in 0..three[1].1.len() {
                        for z in 0..three[2].1.len() {
                            let triple = [(three[0].0, x), (three[1].0, y), (three[2].0, z)];
                            if covered.contains(&triple) {
                                continue;
                            }
                            let mut choices = space.point();
                            for ((option, class), (_, classes)) in triple.iter().zip(three) {
                                let value = classes[*class][rows.choices.len() % classes[*class].len()];
                                OPTIONS[*option].set(&mut choices, &space.values[*option][value]).expect("a sample");
                            }
                            let held: Vec<(usize, &[usize])> = triple
                                .iter()
                                .zip(three)
                                .map(|((option, class), (_, classes))| (*option, classes[*class].as_slice()))
                                .collect();
                            if let Some(choices) = space.complete(choices, &held, 8) {
                                cover(&choices, &mut covered, space);
                                rows.take(choices, parts_found, &space.values);
                            }
                        }
                    }
                }
            }
        }
    }
    covered.len()
}

impl Reach {
    /// Parts of random choices whose text the enumeration has not found: there must be none.
    pub(crate) fn unknown(&self, points: usize, seed: u64) -> Vec<String> {
        let mut space = Space::new(seed);
        let mut unknown = Vec::new();
        for _ in 0..points {
            let choices = space.point();
            let split = Split::of(&self.group, texts(&self.group, &choices));
            for part in self.parts.iter().filter(|part| part.exhaustive) {
                let text = split.text(part, &space.values, &choices);
                if !part.texts.contains(&text) {
                    let (template, _, path) = &part.key;
                    unknown.push(format!(
                        "{} {path} [{}]\n{text}",
                        self.group.templates[*template],
                        dunnage::catalog::codec::to_link(&choices)
                    ));
                }
            }
        }
        unknown
    }
}
