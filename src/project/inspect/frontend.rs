//! Front ends: package managers, build scripts, and whether what they build is served by Django.

use std::collections::BTreeMap;

use serde_yaml::Value;

use super::Confidence::{Guess, Likely, Stated};
use super::{Claims, Confidence, Evidence, Source};
use crate::catalog::options::Node;
use crate::catalog::yaml::nested_too_deeply;
use crate::messages::msg;
use crate::project::paths::{beside, joined};
use crate::project::settings::Settings;
use crate::project::update::Tree;

/// Names of lock files, and the package manager of each; the first that is there decides.
const LOCKS: [(&str, &str); 6] = [
    ("pnpm-lock.yaml", "pnpm"),
    ("bun.lock", "bun"),
    ("bun.lockb", "bun"),
    ("yarn.lock", "yarn"),
    ("package-lock.json", "npm"),
    ("npm-shrinkwrap.json", "npm"),
];

/// Files that package managers read beside the manifest.
const CONFIGURATION: [&str; 6] =
    [".npmrc", ".yarnrc", ".yarnrc.yml", "pnpm-workspace.yaml", ".pnpmfile.cjs", "bunfig.toml"];

/// Whether a file says something about a front end, by its path.
pub(super) fn is_part(path: &str) -> bool {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let stem = name.split('.').next().unwrap_or_default();
    let is_configuration = ["vite", "webpack"].contains(&stem)
        && name.contains(".config.")
        && [".js", ".ts", ".mjs", ".mts", ".cjs", ".cts"].iter().any(|kind| name.ends_with(kind));
    folder.matches('/').count() < 3
        && (["package.json", "angular.json"].contains(&name)
            || LOCKS.iter().any(|(lock, _)| *lock == name)
            || CONFIGURATION.contains(&name)
            || [".nvmrc", ".node-version", ".tool-versions", "mise.toml", ".mise.toml"].contains(&name)
            || is_configuration)
}

/// A package.json.
struct Manifest<'a> {
    source: Source<'a>,
    /// Its directory; empty for the root.
    folder: &'a str,
    value: Value,
    scripts: BTreeMap<String, String>,
}

impl Manifest<'_> {
    fn text(&self, keys: &[&str]) -> Option<&str> {
        keys.iter().try_fold(&self.value, |value, key| value.get(*key))?.as_str()
    }

    fn at(&self, name: &str) -> String {
        joined(self.folder, name)
    }

    /// Whether it depends on a package, for the build or otherwise.
    fn has(&self, package: &str) -> bool {
        self.dependencies().any(|(name, _)| name == package)
    }

    fn dependencies(&self) -> impl Iterator<Item = (&str, &str)> {
        let groups = ["dependencies", "devDependencies"].into_iter().filter_map(|key| self.value.get(key));
        groups
            .filter_map(Value::as_mapping)
            .flatten()
            .filter_map(|(name, version)| Some((name.as_str()?, version.as_str()?)))
    }

    /// The line of a key, or the first.
    fn line(&self, key: &str) -> Evidence {
        self.source.find(&format!("\"{key}\"")).unwrap_or_else(|| self.source.line(1))
    }

    /// What a script runs, with the scripts that it runs.
    fn commands(&self, script: &str) -> String {
        let mut all = String::new();
        let mut open = vec![script.to_owned()];
        let mut seen = Vec::new();
        while let Some(name) = open.pop() {
            let Some(text) = self.scripts.get(&name).filter(|_| !seen.contains(&name)) else { continue };
            seen.push(name);
            all.push_str(text);
            all.push('\n');
            let words: Vec<&str> = text.split(|c: char| c.is_whitespace() || c == '"' || c == '\'').collect();
            for pair in words.windows(2) {
                if ["run", "yarn", "pnpm", "run-s", "run-p", "-s", "-p"].contains(&pair[0]) {
                    open.push(pair[1].to_owned());
                }
            }
            open.extend(words.iter().filter(|word| word.contains(':')).map(|word| (*word).to_owned()));
        }
        all
    }
}

fn text<'a>(tree: &'a Tree, path: &str) -> Option<&'a str> {
    tree.get(path).and_then(|bytes| std::str::from_utf8(bytes).ok())
}

/// The front ends of a project, the nearest to the root first.
fn manifests<'a>(tree: &'a Tree, claims: &mut Claims) -> Vec<Manifest<'a>> {
    let mut found = Vec::new();
    for path in tree.keys().filter(|path| *path == "package.json" || path.ends_with("/package.json")) {
        let folder = path.trim_end_matches("package.json").trim_end_matches('/');
        let parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
        let elsewhere = ["docs", "doc", "example", "examples", "e2e", "test", "tests", "node_modules"];
        let is_near = parts.len() < 2 || parts.len() < 4 && parts.last() == Some(&"static_src");
        if !is_near || parts.iter().any(|part| elsewhere.contains(part)) {
            continue;
        }
        let Some(text) = text(tree, path) else { continue };
        let source = Source { path, text };
        let text = text.trim_start_matches('\u{feff}');
        let value: Result<Value, String> = match nested_too_deeply(text) {
            Some(_) => Err(String::new()),
            None => serde_yaml::from_str(text).map_err(|error| error.to_string()),
        };
        let value = match value {
            Ok(value) => value,
            Err(error) => {
                claims.trouble(path, None, msg!("This is not valid JSON: {0}.", error));
                continue;
            }
        };
        let scripts = value.get("scripts").and_then(Value::as_mapping).into_iter().flatten();
        let scripts = scripts.filter_map(|(name, text)| Some((name.as_str()?.to_owned(), text.as_str()?.to_owned())));
        found.push(Manifest { source, folder, scripts: scripts.collect(), value });
    }
    found.sort_by_key(|manifest| (manifest.folder.matches('/').count(), manifest.folder.len()));
    found
}

pub(super) fn read(tree: &Tree, settings: &Settings, dockerfiles: &[Source], claims: &mut Claims) {
    let built = stages(dockerfiles);
    let mut taken = false;
    for manifest in manifests(tree, claims) {
        if !manifest.scripts.contains_key("build") {
            continue;
        }
        let place = manifest.line("build");
        let (path, line) = (place.file.clone(), Some(place.line));
        let own = ["Dockerfile", "Containerfile"].iter().any(|name| tree.contains_key(&manifest.at(name)));
        if own && !manifest.folder.is_empty() {
            claims.trouble(
                &path,
                line,
                msg!("This front end has a Dockerfile of its own, so it stays a service of its own."),
            );
            continue;
        }
        let mut outputs = outputs(tree, &manifest, settings, &built);
        outputs.retain(|(path, _, certain)| *certain || feeds(path, settings));
        let Some((_, output_place, _)) = outputs.first().cloned() else {
            claims.trouble(
                &path,
                line,
                msg!(
                    "Nothing says that Django serves what this front end builds, so the image does not build it. If it \
                     does, set “frontend” and “frontend-output”."
                ),
            );
            continue;
        };
        if taken {
            claims.trouble(
                &path,
                line,
                msg!("The image builds one front end, and there is another: build this one in the same script."),
            );
            continue;
        }
        taken = true;
        let outputs: Vec<String> = outputs.into_iter().map(|(path, ..)| path).collect();
        claims.claim("frontend-output", outputs.join(" "), Likely, output_place);
        claims.claim("frontend-dir", manifest.folder, Stated, manifest.source.line(1));
        claims.claim("frontend-script", "build", Stated, place);
        manager(tree, &manifest, claims);
        watch(&manifest, settings, claims);
        node(tree, &manifest, &built, claims);
    }
}

/// What installs the packages, in which version, and the files that it reads.
fn manager(tree: &Tree, manifest: &Manifest, claims: &mut Claims) {
    let lock = LOCKS.iter().find(|(lock, _)| tree.contains_key(&manifest.at(lock)));
    let field = manifest.text(&["packageManager"]).and_then(|text| text.split_once('@'));
    let lock_place = |lock: &str| Evidence { file: manifest.at(lock), line: 1, text: String::new() };
    let (name, place, sure) = match (field, lock) {
        (Some((name, _)), _) => (name, manifest.line("packageManager"), Stated),
        (None, Some((lock, name))) => (*name, lock_place(lock), Stated),
        (None, None) => ("npm", manifest.source.line(1), Likely),
    };
    let lock = LOCKS.iter().find(|(lock, of)| *of == name && tree.contains_key(&manifest.at(lock)));
    if lock.is_none() {
        claims.trouble(
            manifest.source.path,
            Some(1),
            msg!("No lock file pins the packages of this front end: commit the one that {0} writes.", name),
        );
    }
    let locked = lock.and_then(|(lock, _)| text(tree, &manifest.at(lock))).unwrap_or_default();
    let yarnrc = text(tree, &manifest.at(".yarnrc.yml")).unwrap_or_default();
    let yarn_path =
        yarnrc.lines().find_map(|line| line.strip_prefix("yarnPath:")).map(|path| path.trim().trim_matches('"'));
    let version = match (field, name) {
        (Some((_, version)), _) => version.split('+').next().unwrap_or_default().to_owned(),
        // The format of the lock file tells which versions read it.
        (None, "pnpm") => match locked.lines().find_map(|line| line.strip_prefix("lockfileVersion:")) {
            Some(version) if version.trim().trim_matches(['\'', '"']).starts_with("6.") => "8".to_owned(),
            Some(version) if version.trim().trim_matches(['\'', '"']).starts_with("5.") => "7".to_owned(),
            _ => String::new(),
        },
        (None, "yarn") => {
            let format = locked.find("__metadata:").map(|at| &locked[at..]);
            let number = format.and_then(|text| text.lines().find_map(|line| line.trim().strip_prefix("version:")));
            match number.map(str::trim) {
                Some(number) if number.parse::<u32>().is_ok_and(|number| number < 8) => "3".to_owned(),
                Some(_) => "4".to_owned(),
                None => String::new(),
            }
        }
        _ => String::new(),
    };
    let mut files: Vec<String> = lock.iter().map(|(lock, _)| manifest.at(lock)).collect();
    files.extend(CONFIGURATION.iter().map(|name| manifest.at(name)).filter(|path| tree.contains_key(path)));
    files.extend(yarn_path.map(|path| manifest.at(path)));
    if manifest.has("patch-package") {
        files.push(manifest.at("patches"));
    }
    let local = manifest.dependencies().filter_map(|(_, version)| {
        let path = version.strip_prefix("file:").or_else(|| version.strip_prefix("link:"))?;
        beside(manifest.source.path, path)
    });
    files.extend(local);
    if files.is_empty() {
        // The manifest alone, so that nobody expects a lock file.
        files.push(manifest.source.path.to_owned());
    }
    claims.claim("frontend", name, sure, place.clone());
    claims.claim("frontend-version", version, sure, place.clone());
    claims.claim("frontend-files", files.join(" "), sure, place);
}

/// The script that builds again when a file changes.
fn watch(manifest: &Manifest, settings: &Settings, claims: &mut Claims) {
    let serves = settings.texts.iter().any(|(name, _)| name.starts_with("DJANGO_VITE") || name.starts_with("WEBPACK"))
        || settings.apps.iter().any(|app| app == "django_vite" || app == "webpack_loader" || app == "tailwind");
    let watches = |name: &&&str| {
        let text = manifest.commands(name);
        !text.is_empty() && (name.contains("watch") || text.contains("watch") || text.contains(" -w") || serves)
    };
    let names = ["watch", "build:watch", "dev", "start"];
    if let Some(name) = names.iter().find(watches) {
        claims.claim("frontend-watch", *name, Likely, manifest.line(name));
        if let Some(port) = served_on(&manifest.commands(name)) {
            claims.claim("frontend-port", port.to_string(), Likely, manifest.line(name));
        }
    }
}

/// The port that a command of a development server listens on: the stated one, else the server's own.
fn served_on(commands: &str) -> Option<u16> {
    let words: Vec<&str> =
        commands.split([' ', '\n', '=', '"', '\'', ';', '&']).filter(|word| !word.is_empty()).collect();
    let serves = |program: &str, how: &[&str], builds: &[&str]| {
        let at = words.iter().position(|word| *word == program || word.ends_with(&format!("/{program}")))?;
        let given = &words[at + 1..];
        let with = how.is_empty() || given.iter().any(|word| how.contains(word));
        (with && !given.iter().any(|word| builds.contains(word))).then_some(())
    };
    let own = serves("vite", &[], &["build", "preview", "--watch", "-w"])
        .map(|()| 5173)
        .or_else(|| serves("webpack", &["serve", "server"], &[]).map(|()| 8080))
        .or_else(|| serves("webpack-dev-server", &[], &[]).map(|()| 8080))
        .or_else(|| serves("ng", &["serve"], &[]).map(|()| 4200))?;
    let stated =
        words.windows(2).find(|pair| ["--port", "-p"].contains(&pair[0])).and_then(|pair| pair[1].parse().ok());
    Some(stated.unwrap_or(own))
}

/// The stages of Dockerfiles that are made from Node.js: their version, and what of them is copied into other stages.
struct Stage {
    node: Option<(String, Evidence)>,
    /// It has files of the project; one that only fetches something builds none of them.
    has_files: bool,
    /// It runs what runs the scripts of a package.json; one that runs a script of its own builds something else.
    runs_scripts: bool,
    /// What is copied out of it, relative to where it works.
    copied: Vec<(String, Evidence)>,
}

fn stages(dockerfiles: &[Source]) -> Vec<Stage> {
    let mut stages = Vec::new();
    for source in dockerfiles.iter().filter(|source| !source.is_development()) {
        let mut names: BTreeMap<String, (String, Stage)> = BTreeMap::new();
        let mut current = String::new();
        for (index, line) in source.text.lines().enumerate() {
            let words: Vec<&str> = line.split_whitespace().collect();
            let place = || source.line(index + 1);
            match (words.first().map(|word| word.to_ascii_uppercase()).as_deref(), &words[..]) {
                (Some("FROM"), [_, rest @ ..]) => {
                    let image = rest.iter().find(|word| !word.starts_with("--")).copied().unwrap_or_default();
                    let at = rest.iter().position(|word| word.eq_ignore_ascii_case("as"));
                    at.and_then(|at| rest.get(at + 1)).copied().unwrap_or_default().clone_into(&mut current);
                    let tag = image.rsplit('/').next().unwrap_or(image).strip_prefix("node:");
                    let version = tag.map(|tag| tag.chars().take_while(char::is_ascii_digit).collect::<String>());
                    let is_node = tag.is_some() || image.contains("oven/bun");
                    if is_node && !current.is_empty() {
                        let node = version.filter(|version| !version.is_empty()).map(|version| (version, place()));
                        let stage = Stage { node, has_files: false, runs_scripts: false, copied: Vec::new() };
                        names.insert(current.clone(), (String::new(), stage));
                    }
                }
                (Some("WORKDIR"), [_, path, ..]) => {
                    if let Some((workdir, _)) = names.get_mut(&current) {
                        *workdir = if path.starts_with('/') { (*path).to_owned() } else { format!("{workdir}/{path}") };
                    }
                }
                (Some("COPY"), [_, rest @ ..]) => {
                    let from = rest.iter().find_map(|word| word.strip_prefix("--from="));
                    if from.is_none()
                        && let Some((_, stage)) = names.get_mut(&current)
                    {
                        stage.has_files = true;
                    }
                    let Some((workdir, stage)) = from.and_then(|from| names.get_mut(from)) else { continue };
                    let paths: Vec<&str> = rest.iter().filter(|word| !word.starts_with("--")).copied().collect();
                    for path in paths.iter().take(paths.len().saturating_sub(1)) {
                        let inside = path.strip_prefix(&format!("{}/", workdir.trim_end_matches('/'))).unwrap_or(path);
                        if !inside.starts_with('/') && !inside.contains(['*', '$']) && !inside.contains("node_modules")
                        {
                            let inside = inside.trim_start_matches("./").trim_end_matches('/');
                            stage.copied.push((inside.to_owned(), place()));
                        }
                    }
                }
                // A command, or a further line of one.
                (Some(first), _) if !first.starts_with('#') => {
                    if let Some((_, stage)) = names.get_mut(&current) {
                        let names = ["npm", "npx", "pnpm", "pnpx", "yarn", "bun", "bunx", "corepack", "make"];
                        let mut words = line.split(|c: char| !(c.is_ascii_alphanumeric() || "-_./".contains(c)));
                        stage.runs_scripts |= words.any(|word| names.contains(&word));
                    }
                }
                _ => {}
            }
        }
        stages.extend(names.into_values().map(|(_, stage)| stage));
    }
    stages
}

/// Where the build writes: paths from the root, each with what says so and whether Django is known to serve it.
fn outputs(tree: &Tree, manifest: &Manifest, settings: &Settings, built: &[Stage]) -> Vec<(String, Evidence, bool)> {
    let mut copied: Vec<(String, Evidence, bool)> = Vec::new();
    for (path, place) in
        built.iter().filter(|stage| stage.has_files && stage.runs_scripts).flat_map(|stage| &stage.copied)
    {
        // A stage that holds the front end's own directory only names paths in that.
        let within = manifest.folder.is_empty() || path.starts_with(manifest.folder);
        let path = if within { path.clone() } else { manifest.at(path) };
        if !copied.iter().any(|(other, ..)| *other == path) {
            copied.push((path, place.clone(), true));
        }
    }
    if !copied.is_empty() {
        return copied;
    }
    let mut found: Vec<(String, Evidence, bool)> = Vec::new();
    let mut add = |path: &str, place: Evidence| {
        let named = manifest.at(path.trim_start_matches("./"));
        if let Some(path) = beside("x", &named).filter(|path| !found.iter().any(|(other, ..)| other == path)) {
            found.push((path, place, false));
        }
    };
    for kind in ["vite", "webpack"] {
        let start = joined(manifest.folder, &format!("{kind}."));
        let paths = tree.keys().filter(|path| path.starts_with(&start) && path.contains(".config."));
        for path in paths {
            let Some(text) = text(tree, path) else { continue };
            let source = Source { path, text };
            let key = if kind == "vite" { "outDir" } else { "path" };
            let root = if kind == "vite" { value_of(text, "root") } else { None };
            for (offset, value) in values(text, key) {
                let value = match &root {
                    Some((_, root)) if !value.starts_with(root.as_str()) => {
                        format!("{}/{value}", root.trim_end_matches('/'))
                    }
                    _ => value,
                };
                add(&value, source.at(offset));
            }
        }
    }
    // Angular names its output in JSON.
    let angular = manifest.at("angular.json");
    if let Some(text) = text(tree, &angular) {
        let value: serde_yaml::Value = serde_yaml::from_str(text).unwrap_or_default();
        let projects = value.get("projects").and_then(serde_yaml::Value::as_mapping).into_iter().flatten();
        for (_, project) in projects {
            let targets = project.get("architect").or_else(|| project.get("targets"));
            let options = targets.and_then(|targets| targets.get("build")?.get("options")?.get("outputPath"));
            let output = options.and_then(|path| path.as_str().or_else(|| path.get("base")?.as_str()));
            let source = Source { path: &angular, text };
            if let Some((output, place)) = output.zip(source.find("outputPath")) {
                add(output.trim_end_matches('/'), place);
            }
        }
    }
    let commands = manifest.commands("build");
    let words: Vec<&str> = commands.split(|c: char| c.is_whitespace() || c == '=').collect();
    for pair in words.windows(2) {
        let names = ["--outDir", "--outdir", "--out-dir", "--output", "--dist-dir", "-o", "-d", "--output-path"];
        if names.contains(&pair[0]) && pair[1].contains(['/', '.']) {
            add(pair[1].trim_matches(['"', '\'']), manifest.line("build"));
        }
    }
    if let Some(folder) = manifest.folder.strip_suffix("/static_src") {
        // What django-tailwind's template writes.
        if settings.apps.iter().any(|app| app == "tailwind") && found.is_empty() {
            let place = manifest.source.line(1);
            return vec![(format!("{folder}/static/css/dist"), place, true)];
        }
    }
    if found.is_empty() && (commands.contains("vite") || manifest.has("vite")) {
        found.push((manifest.at("dist"), manifest.line("build"), false));
    }
    found
}

/// Whether Django serves what is written there: it is in a directory that `collectstatic` reads, or named by what brings
/// bundles into templates.
fn feeds(path: &str, settings: &Settings) -> bool {
    let within = |inner: &str, outer: &str| {
        inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/') || outer.is_empty())
    };
    let directories = settings.static_dirs.iter().map(|place| place.path.as_str());
    let named =
        settings.texts.iter().filter(|(name, _)| name.starts_with("DJANGO_VITE") || name.starts_with("WEBPACK"));
    let named = named.map(|(_, place)| place.path.as_str()).filter(|named| named.contains('/') || *named == path);
    path.split('/').any(|part| part == "static")
        || directories.clone().any(|directory| within(path, directory) || within(directory, path))
        || named.clone().any(|named| within(named, path))
}

/// The first value of a key in JavaScript.
fn value_of(text: &str, key: &str) -> Option<(usize, String)> {
    values(text, key).into_iter().next()
}

/// The values of a key in JavaScript, as far as they are texts: `outDir: "dist"`, `path: path.resolve(__dirname, "a")`.
fn values(text: &str, key: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices(key) {
        let is_word = !text[..at].ends_with(|c: char| c.is_alphanumeric() || "_.$'\"".contains(c));
        let Some(rest) = text[at + key.len()..].trim_start().strip_prefix(':').filter(|_| is_word) else { continue };
        let rest = rest.trim_start();
        let end = match rest.chars().next() {
            Some(quote @ ('"' | '\'' | '`')) => rest[1..].find(quote).map(|end| end + 2),
            _ => rest.find([')', '\n']),
        };
        let Some(expression) = end.and_then(|end| rest.get(..end)) else { continue };
        let parts: Vec<&str> = expression
            .split(['"', '\'', '`'])
            .enumerate()
            .filter(|(index, _)| index % 2 == 1)
            .map(|(_, part)| part.trim_matches('/'))
            .collect();
        let path = parts.join("/");
        if !path.is_empty() && !path.contains("${") {
            found.push((at, path));
        }
    }
    found
}

/// The series of Node.js.
fn node(tree: &Tree, manifest: &Manifest, built: &[Stage], claims: &mut Claims) {
    let engines = manifest.text(&["engines", "node"]);
    let fits = |series: u32| engines.is_none_or(|range| satisfies(range, series));
    let offered: Vec<u32> = Node::VALUES.iter().filter_map(|value| value.id.parse().ok()).collect();
    let mut wishes: Vec<(u32, Evidence, Confidence)> = Vec::new();
    for name in [".nvmrc", ".node-version", ".tool-versions", "mise.toml", ".mise.toml"] {
        for path in [manifest.at(name), name.to_owned()] {
            let Some(text) = text(tree, &path) else { continue };
            let source = Source { path: &path, text };
            for (index, line) in text.lines().enumerate() {
                let version = if name.starts_with(".n") {
                    Some(line)
                } else {
                    let line = line.trim().trim_start_matches("nodejs").trim_start_matches("node");
                    (line.len() < text.lines().nth(index).unwrap_or_default().trim().len()).then_some(line)
                };
                wishes.extend(version.and_then(series_of).map(|series| (series, source.line(index + 1), Stated)));
            }
        }
    }
    let stages = built.iter().filter_map(|stage| stage.node.as_ref());
    wishes.extend(stages.filter_map(|(version, place)| Some((version.parse().ok()?, place.clone(), Likely))));
    let default = Node::V24.id().parse().unwrap_or_default();
    if let Some((series, place, sure)) = wishes.iter().find(|(series, ..)| fits(*series)) {
        if offered.contains(series) {
            claims.claim("node", series.to_string(), *sure, place.clone());
        } else if let Some(next) = offered.iter().find(|other| *other > series && fits(**other)) {
            let message = msg!("Node.js {0} is not offered; the set builds with {1}.", *series, *next);
            claims.trouble(&place.file, Some(place.line), message);
            claims.claim("node", next.to_string(), Guess, place.clone());
        }
        return;
    }
    if engines.is_some() {
        let place = manifest.line("engines");
        let newest = offered.iter().rev().copied();
        match [default].into_iter().chain(newest).find(|series| fits(*series)) {
            Some(series) => claims.claim("node", series.to_string(), Likely, place),
            None => claims.trouble(
                manifest.source.path,
                Some(place.line),
                msg!(
                    "No Node.js that is offered satisfies “{0}”; the set builds with {1}.",
                    engines.unwrap_or_default(),
                    default
                ),
            ),
        }
    }
}

/// The series that a version file names.
fn series_of(text: &str) -> Option<u32> {
    let text = text.trim().trim_start_matches(|c: char| "=v\"' ".contains(c));
    match text.trim_end_matches('"') {
        "lts/iron" => Some(20),
        "lts/jod" => Some(22),
        "lts/krypton" | "lts/*" | "lts" => Some(24),
        text => text.chars().take_while(char::is_ascii_digit).collect::<String>().parse().ok(),
    }
}

/// Whether some version of a series is in a range as npm reads it.
fn satisfies(range: &str, series: u32) -> bool {
    let major = |text: &str| text.trim_start_matches('v').split('.').next().and_then(|part| part.parse::<u32>().ok());
    range.split("||").any(|alternative| {
        let words = alternative.replace(">= ", ">=").replace("<= ", "<=").replace("> ", ">").replace("< ", "<");
        let words: Vec<&str> = words.split_whitespace().collect();
        if let [from, "-", to] = words[..] {
            return major(from).is_none_or(|from| from <= series) && major(to).is_none_or(|to| series <= to);
        }
        words.iter().all(|word| {
            let number = word.trim_start_matches(|c: char| "<>=^~".contains(c));
            let Some(own) = major(number) else { return true };
            let exact = number.contains('.') && !number.ends_with(".0.0") && !number.ends_with(".0");
            match word.trim_end_matches(number) {
                ">=" => series >= own,
                ">" => series > own || exact && series == own,
                "<=" => series <= own,
                "<" => series < own || exact && series == own,
                _ => series == own,
            }
        })
    })
}
