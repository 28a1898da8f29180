//! Debian packages: those that the project's own files install, and those that its packages and settings need.
//!
//! Both are joined: a list of the project's own never replaces what was inferred. What the base image or the set has
//! anyway is left out. Every name keeps its own place as evidence.

mod declared;
mod shell;

use std::collections::BTreeMap;

use ruff_python_ast::Expr;
use ruff_python_ast::visitor::{Visitor, walk_expr};
use ruff_text_size::Ranged as _;

use self::declared::Declared;
use self::shell::{Installed, Manager};
use super::Confidence::{Likely, Stated};
use super::dockerfile::Built;
use super::{Claims, Confidence, Evidence, Source};
use crate::catalog::names::{DebianPackage, Name as _};
use crate::catalog::options::{BaseImage, Choices};
use crate::messages::msg;
use crate::project::python::{parsed, statements};
use crate::project::system_packages::{
    ALPINE, BUILD_TOOLS, BUILDPACKS, LIBRARIES, NEEDS, NIX, Need, Release, SETTING_NEEDS, Wheels, is_foreign,
    is_left_out, name_in,
};

/// What the reader looks at.
pub(super) struct Read<'a> {
    pub(super) dockerfiles: &'a [Built<'a>],
    /// Lists of Debian packages and files of other platforms.
    pub(super) platforms: &'a [Source<'a>],
    pub(super) requirements: &'a [Source<'a>],
    pub(super) projects: &'a [Source<'a>],
    pub(super) locks: &'a [Source<'a>],
    pub(super) settings: &'a [Source<'a>],
}

/// Where a package is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum When {
    Build,
    Run,
}

/// The names that were found, each with the first place that speaks for it.
struct Lists {
    release: Release,
    build: BTreeMap<String, (Confidence, Evidence)>,
    run: BTreeMap<String, (Confidence, Evidence)>,
}

impl Lists {
    fn add(&mut self, name: &str, when: When, sure: Confidence, place: &Evidence, claims: &mut Claims) {
        let Some(name) = name_in(self.release, name) else {
            let message = msg!("Debian 13 has no {0}: choose the base image slim-bookworm, or replace it.", name);
            return claims.trouble(&place.file, Some(place.line), message);
        };
        let list = match when {
            When::Build => &mut self.build,
            When::Run => &mut self.run,
        };
        list.entry(name.to_owned()).or_insert_with(|| (sure, place.clone()));
    }

    /// A name as a list of the project's own has it. What has headers is for the build, and its library for the
    /// application.
    fn own(&mut self, name: &str, when: When, place: &Evidence, claims: &mut Claims) {
        if name == "locales" {
            let message = msg!(
                "The set generates no locales: add locales-all to the Debian packages if the code calls setlocale."
            );
            claims.trouble(&place.file, Some(place.line), message);
        }
        if is_foreign(name) {
            let message = msg!(
                "{0} comes from an APT repository outside of Debian: add both to docker/Dockerfile by hand.",
                name
            );
            return claims.trouble(&place.file, Some(place.line), message);
        }
        // By any of its names.
        let known = name_in(Release::Bookworm, name).unwrap_or(name);
        if is_left_out(known) || is_left_out(name) {
            return;
        }
        if when == When::Build {
            return self.add(name, When::Build, Stated, place, claims);
        }
        if BUILD_TOOLS.contains(&known) {
            self.add(name, When::Build, Stated, place, claims);
        } else if !known.ends_with("-dev") {
            self.add(name, When::Run, Stated, place, claims);
        } else {
            self.add(name, When::Build, Stated, place, claims);
            match libraries(known) {
                Some(libraries) => {
                    for library in libraries {
                        self.add(library, When::Run, Stated, place, claims);
                    }
                }
                // Which library is in it is not known, so the application keeps the whole.
                None => self.add(name, When::Run, Stated, place, claims),
            }
        }
    }
}

/// What a package with headers installs that the application needs.
fn libraries(headers: &str) -> Option<&'static [&'static str]> {
    LIBRARIES.iter().find(|(name, _)| *name == headers).map(|(_, libraries)| *libraries)
}

pub(super) fn read(read: &Read, claims: &mut Claims) {
    let declared = declared::packages(read.requirements, read.projects, read.locks);
    let mut lists = Lists { release: release(claims), build: BTreeMap::new(), run: BTreeMap::new() };
    if let Some(place) = needs_bookworm(&declared).filter(|_| lists.release == Release::Trixie)
        && !claims.has("base-image", Stated)
    {
        claims.claim("base-image", BaseImage::SlimBookworm.id(), Likely, place);
        lists.release = Release::Bookworm;
    }
    for built in read.dockerfiles {
        dockerfile(built, read.platforms, &mut lists, claims);
    }
    for source in read.platforms {
        platform(source, &mut lists, claims);
    }
    needs(&declared, &mut lists, claims);
    for source in read.settings.iter().filter(|source| !source.is_development()) {
        settings(source, &declared, &mut lists, claims);
    }
    // The build starts from the image that has them.
    lists.build.retain(|name, _| !lists.run.contains_key(name));
    for (id, list) in [("build-packages", lists.build), ("system-packages", lists.run)] {
        let sure = list.values().map(|(sure, _)| *sure).min().unwrap_or(Stated);
        claims.claim_list(id, list.into_iter().map(|(name, (_, place))| (name, place)).collect(), sure);
    }
}

/// The release of the image that is built.
fn release(claims: &Claims) -> Release {
    match claims.strongest("base-image") {
        Some(image) if image == BaseImage::SlimBookworm.id() => Release::Bookworm,
        _ => Release::Trixie,
    }
}

/// What only Debian 12 has, and is needed.
fn needs_bookworm(declared: &Declared) -> Option<Evidence> {
    let rows = NEEDS.iter().filter(|need| need.run.iter().any(|name| name_in(Release::Trixie, name).is_none()));
    rows.filter_map(|need| declared.find(need.names)).find(|found| !found.development).map(|found| found.place.clone())
}

/// What the installed distributions need.
fn needs(declared: &Declared, lists: &mut Lists, claims: &mut Claims) {
    let python = claims.strongest("python").map_or_else(|| Choices::default().python.id().to_owned(), str::to_owned);
    for need in NEEDS.iter().filter(|need| declared.find(need.unless).is_none()) {
        let Some(found) = declared.find(need.names) else { continue };
        let version = declared.version(&found.name);
        if need.before.is_some_and(|limit| !version.is_below(limit)) {
            continue;
        }
        let compiled = match need.wheels {
            // What only installs something that is compiled.
            Wheels::Every | Wheels::Never => true,
            Wheels::Since(first) => match first.iter().find(|(series, _)| *series == python) {
                Some((_, "")) => true,
                Some((_, first)) => version.is_below(first),
                None => false,
            },
        };
        if compiled {
            for name in need.build {
                lists.add(name, When::Build, Likely, &found.place, claims);
            }
        }
        // Development installs it with the compilers, and has what these need.
        if found.development {
            continue;
        }
        for name in need.run {
            lists.add(name, When::Run, Likely, &found.place, claims);
        }
        if compiled && matches!(need.wheels, Wheels::Since(_)) {
            for name in need.build.iter().filter_map(|name| libraries(name)).flatten() {
                lists.add(name, When::Run, Likely, &found.place, claims);
            }
        }
        told(need, declared, lists.release, claims);
    }
    for (program, place) in &declared.programs {
        lists.add(program, When::Build, Likely, place, claims);
    }
}

/// What Debian packages alone do not do.
fn told(need: &Need, declared: &Declared, release: Release, claims: &mut Claims) {
    let Some(found) = declared.find(need.names) else { return };
    match found.name.as_str() {
        "playwright" => {
            let message = msg!(
                "The image has the libraries of Playwright's browser, not the browser: add “RUN playwright install \
                 --only-shell” to the Dockerfile."
            );
            claims.trouble(&found.place.file, Some(found.place.line), message);
        }
        "gdal" => {
            let here = match release {
                Release::Bookworm => "3.6.2",
                Release::Trixie => "3.10.3",
            };
            if declared.version("gdal").exact().is_some_and(|version| version != here) {
                let message = msg!("GDAL is compiled against Debian's libgdal: pin GDAL=={0}, which matches it.", here);
                claims.trouble(&found.place.file, Some(found.place.line), message);
            }
        }
        _ => {}
    }
}

/// What texts in a settings module need.
fn settings(source: &Source, declared: &Declared, lists: &mut Lists, claims: &mut Claims) {
    struct Texts<'a>(Vec<(&'a str, usize)>);
    impl<'a> Visitor<'a> for Texts<'a> {
        fn visit_expr(&mut self, expr: &'a Expr) {
            if let Expr::StringLiteral(literal) = expr {
                self.0.push((literal.value.to_str(), usize::from(expr.range().start())));
            }
            walk_expr(self, expr);
        }
    }
    let Ok(parsed) = parsed(source.text) else { return };
    let mut texts = Texts(Vec::new());
    texts.visit_body(statements(&parsed));
    for need in SETTING_NEEDS.iter().filter(|need| declared.find(need.unless).is_none()) {
        // A scheme stands for every URL that starts with it.
        let is_it = |text: &str| {
            need.texts.iter().any(|known| match known.strip_suffix(':') {
                Some(scheme) => text.strip_prefix(scheme).is_some_and(|rest| rest.starts_with("://")),
                None => text == *known,
            })
        };
        let Some((_, at)) = texts.0.iter().find(|(text, _)| is_it(text)) else { continue };
        let place = source.at(*at);
        for name in need.build {
            lists.add(name, When::Build, Likely, &place, claims);
        }
        for name in need.run {
            lists.add(name, When::Run, Likely, &place, claims);
        }
    }
}

/// What the stages of a Dockerfile install that lead to what runs.
fn dockerfile(built: &Built, platforms: &[Source], lists: &mut Lists, claims: &mut Claims) {
    let listed: Vec<&str> = platforms.iter().filter_map(|source| source.path.rsplit('/').next()).collect();
    for step in &built.runs {
        let place = |word: &str| built.place(step.line, word);
        let here = place("");
        let installed = shell::installed(&step.text);
        let is_told = |one: &Installed| matches!(one, Installed::Package { name, .. } if is_foreign(name));
        if shell::adds_sources(&step.text) && !installed.iter().any(is_told) {
            let message = msg!(
                "This adds an APT repository, which the set does not: packages that Debian itself does not have \
                 cannot be installed."
            );
            claims.trouble(&here.file, Some(here.line), message);
        }
        for found in installed {
            let (name, manager, temporary) = match found {
                Installed::Package { name, manager, temporary } => (name, manager, temporary),
                // The names of a list that is read itself.
                Installed::Unknown(_) if listed.iter().any(|list| step.text.contains(list)) => continue,
                Installed::Unknown(word) => {
                    let message = msg!(
                        "“{0}” names no Debian package, so nothing is installed for it: add what it stands for to \
                         the Debian packages.",
                        word
                    );
                    claims.trouble(&here.file, Some(here.line), message);
                    continue;
                }
            };
            let when = if step.at_run_time && !temporary { When::Run } else { When::Build };
            let place = place(&name);
            match manager {
                Manager::Apt => one(&name, when, &place, lists, claims),
                Manager::Apk => match alpine(&name) {
                    Some(names) => names.iter().for_each(|name| lists.own(name, when, &place, claims)),
                    None if is_left_out(&name) => {}
                    None => claims.trouble(
                        &place.file,
                        Some(place.line),
                        msg!("The Alpine package {0} has no known counterpart in Debian: add it by hand.", name),
                    ),
                },
            }
        }
    }
}

/// What Debian has for a package of Alpine.
fn alpine(name: &str) -> Option<&'static [&'static str]> {
    ALPINE.iter().find(|(known, _)| *known == name).map(|(_, names)| *names)
}

/// A name that somebody wrote down.
fn one(name: &str, when: When, place: &Evidence, lists: &mut Lists, claims: &mut Claims) {
    match DebianPackage::read(name) {
        Ok(_) => lists.own(name, when, place, claims),
        Err(refusal) => {
            let message = msg!("“{0}” is no Debian package: {1}", name, refusal.reason);
            claims.trouble(&place.file, Some(place.line), message);
        }
    }
}

/// Lists of packages, and the files of other platforms.
fn platform(source: &Source, lists: &mut Lists, claims: &mut Claims) {
    let name = source.path.rsplit('/').next().unwrap_or(source.path).to_ascii_lowercase();
    match name.as_str() {
        "nixpacks.toml" | "project.toml" => {
            // That it is no TOML is the matter of whoever reads the rest of it.
            let Ok(table) = toml::from_str::<toml::Table>(source.text) else { return };
            let value = toml::Value::Table(table);
            if name == "project.toml" {
                let path = ["com", "heroku", "buildpacks", "deb-packages", "install"];
                names(source, at(&value, &path), When::Run, lists, claims);
                return;
            }
            for phase in value.get("phases").and_then(toml::Value::as_table).into_iter().flat_map(toml::Table::values) {
                names(source, phase.get("aptPkgs"), When::Run, lists, claims);
                nix(source, phase.get("nixPkgs"), lists, claims);
            }
        }
        "railpack.json" | "app.json" => {
            if crate::catalog::yaml::nested_too_deeply(source.text).is_some() {
                return;
            }
            // JSON is YAML, and what is read of it has the same shape in TOML.
            let Ok(value) = serde_yaml::from_str::<toml::Value>(source.text) else { return };
            if name == "railpack.json" {
                names(source, value.get("buildAptPackages"), When::Build, lists, claims);
                names(source, at(&value, &["deploy", "aptPackages"]), When::Run, lists, claims);
                return;
            }
            let buildpacks = value.get("buildpacks").and_then(toml::Value::as_array).into_iter().flatten();
            for url in buildpacks.filter_map(|one| one.get("url")?.as_str()) {
                buildpack(url, source.find(url), lists, claims);
            }
        }
        ".buildpacks" => {
            for (index, line) in source.text.lines().enumerate() {
                buildpack(line, Some(source.line(index + 1)), lists, claims);
            }
        }
        _ => {
            for (index, line) in source.text.lines().enumerate() {
                // Heroku's Aptfile also names sources and files.
                let line = line.split('#').next().unwrap_or_default().trim();
                let place = source.line(index + 1);
                if line.starts_with(":repo:") || line.contains("://") {
                    let message = msg!("The set installs from Debian only: {0} is left out.", line);
                    claims.trouble(&place.file, Some(place.line), message);
                    continue;
                }
                for word in line.split_whitespace() {
                    one(shell::bare(word), When::Run, &place, lists, claims);
                }
            }
        }
    }
}

fn at<'a>(value: &'a toml::Value, path: &[&str]) -> Option<&'a toml::Value> {
    path.iter().try_fold(value, |value, key| value.get(*key))
}

/// A list of names in a file of another platform; “...” stands for what that would install anyway.
fn names(source: &Source, list: Option<&toml::Value>, when: When, lists: &mut Lists, claims: &mut Claims) {
    for item in list.and_then(toml::Value::as_array).into_iter().flatten() {
        let name = item.as_str().or_else(|| item.get("name")?.as_str());
        let Some(name) = name.filter(|name| *name != "...") else { continue };
        let place = source.find(&format!("\"{name}\"")).unwrap_or_else(|| source.line(1));
        one(shell::bare(name), when, &place, lists, claims);
    }
}

fn nix(source: &Source, list: Option<&toml::Value>, lists: &mut Lists, claims: &mut Claims) {
    for name in list.and_then(toml::Value::as_array).into_iter().flatten().filter_map(toml::Value::as_str) {
        let place = source.find(&format!("\"{name}\"")).unwrap_or_else(|| source.line(1));
        match NIX.iter().find(|(known, _)| *known == name) {
            Some((_, names)) => names.iter().for_each(|name| lists.own(name, When::Run, &place, claims)),
            None if name == "..." || name.starts_with("python") || is_left_out(name) => {}
            None => {
                let message = msg!("The Nix package {0} has no known counterpart in Debian: add it by hand.", name);
                claims.trouble(&place.file, Some(place.line), message);
            }
        }
    }
}

fn buildpack(url: &str, place: Option<Evidence>, lists: &mut Lists, claims: &mut Claims) {
    let Some(place) = place else { return };
    for (_, names) in BUILDPACKS.iter().filter(|(part, _)| url.contains(part)) {
        names.iter().for_each(|name| lists.add(name, When::Run, Stated, &place, claims));
    }
}

/// Translations that are compiled nowhere: paths of a project, and where its own build compiles them.
pub(super) fn translations<'a>(
    paths: impl Iterator<Item = &'a str>,
    ignored: Option<&Source>,
    compiled_by: Option<Evidence>,
    claims: &mut Claims,
) {
    let catalogs: std::collections::BTreeSet<&str> = paths.filter(|path| is_catalog(path)).collect();
    let sources: Vec<(&str, &str)> =
        catalogs.iter().filter_map(|path| Some((*path, path.strip_suffix(".po")?))).collect();
    if sources.is_empty() {
        return;
    }
    let mut missing = sources.iter().filter(|(_, stem)| !catalogs.contains(format!("{stem}.mo").as_str()));
    let count = missing.clone().count();
    // Whoever commits what was compiled may have forgotten one, and does not need what an image cannot do without.
    let is_forgotten = count > 0 && count * 4 <= sources.len() && compiled_by.is_none();
    let missing = missing.next();
    let is_ignored = |line: &str| ["*.mo", "**/*.mo"].contains(&line.trim().trim_start_matches('/'));
    let ignored =
        ignored.and_then(|source| source.text.lines().position(is_ignored).map(|index| source.line(index + 1)));
    // A catalog that Git does not have is on the machine of whoever compiled it, and nowhere else.
    let missing = missing.map(|(path, _)| Evidence { file: (*path).to_owned(), line: 1, text: "*.po".to_owned() });
    if let Some(place) = compiled_by {
        claims.claim("compile-messages", "true", Stated, place);
    }
    if let Some(place) = missing.as_ref().filter(|_| is_forgotten && ignored.is_none()) {
        let message = msg!("The other catalogs come compiled, and this one does not: compile and commit it.");
        claims.trouble(&place.file, None, message);
    } else if let Some(place) = missing.or(ignored) {
        claims.claim("compile-messages", "true", Likely, place);
    }
}

/// Whether a path is a catalog of Django's: its source or what is compiled from it.
pub(super) fn is_catalog(path: &str) -> bool {
    let mut parts = path.rsplit('/');
    let name = parts.next().unwrap_or(path);
    parts.next() == Some("LC_MESSAGES")
        && ["django.po", "django.mo", "djangojs.po", "djangojs.mo"].contains(&name)
        && !path.split('/').any(|part| ["docs", "doc", "tests", "test", "examples", "example"].contains(&part))
}
