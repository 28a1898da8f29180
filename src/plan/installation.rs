//! What installs the Python packages into an image, step by step.
//!
//! A step sees only the files that it names, so that a change of the code installs nothing again.

use crate::catalog::names::{Label, Name as _};
use crate::catalog::options::{Choices, Engine, Installer, PackageTool, Requirements};
use crate::catalog::versions::pin;
use crate::plan::model::{InstallStep, Mounted};

/// Requirements of the set in a project that installs its own packages.
pub const ADDED: &str = "requirements/container.txt";

/// The same for development, beside [`ADDED`].
pub const ADDED_DEVELOPMENT: &str = "requirements/container-development.txt";

/// A step before it is decided how it sees the files that it needs.
#[derive(Debug, Clone)]
struct Step {
    caches: Vec<&'static str>,
    mounts: Vec<Mounted>,
    commands: Vec<String>,
    why: &'static str,
}

impl Step {
    /// Podman copies files into the stage, because its builds do not mount them into older versions.
    fn done(self, podman: bool) -> InstallStep {
        let mounts = if podman { &[][..] } else { &self.mounts[..] };
        let lines = lines(&self.caches, mounts, &self.commands);
        InstallStep { copies: if podman { self.mounts } else { Vec::new() }, lines, why: self.why }
    }
}

/// The lines of an instruction: caches, mounts and commands.
pub fn lines(caches: &[&str], mounts: &[Mounted], commands: &[String]) -> Vec<String> {
    let mut lines: Vec<String> = caches.iter().map(|cache| format!("--mount=type=cache,target={cache}")).collect();
    lines.extend(mounts.iter().map(|mounted| {
        let writable = if mounted.writable { ",rw" } else { "" };
        format!("--mount=type=bind,source={},target={}{writable}", mounted.source, mounted.target)
    }));
    let commands = commands.iter().enumerate();
    lines.extend(commands.map(|(at, command)| format!("{}{command}", if at == 0 { "" } else { "&& " })));
    lines
}

/// Which image is built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Image {
    /// The one that production runs.
    Production,
    /// The one that development runs.
    Development,
}

/// Whether uv installs packages.
pub fn uses_uv(choices: &Choices) -> bool {
    match choices.facts.packages {
        PackageTool::Set | PackageTool::Requirements => choices.installer == Installer::Uv,
        PackageTool::Uv | PackageTool::Pyproject => true,
        PackageTool::Poetry | PackageTool::Pdm | PackageTool::Pipenv | PackageTool::Setup => false,
    }
}

/// The steps that install everything; `development` has requirements of its own in the set.
pub fn steps(choices: &Choices, image: Image, development: bool) -> Vec<InstallStep> {
    let uv = uses_uv(choices);
    let mut steps = Vec::new();
    if choices.facts.packages == PackageTool::Set {
        steps.push(set_lists(choices, image, uv));
    } else {
        steps.extend(own(choices, image));
        steps.push(added(uv, image, development));
        if choices.facts.install_project {
            steps.extend(project(choices, image));
        }
    }
    let podman = choices.engine == Engine::Podman;
    steps.into_iter().map(|step| step.done(podman)).collect()
}

/// Paths that an installation reads, in the order in which they are named; development rebuilds when one changes.
pub fn paths(choices: &Choices) -> Vec<String> {
    match (choices.facts.packages, choices.requirements) {
        (PackageTool::Set, Requirements::Split) => vec!["requirements".to_owned()],
        (PackageTool::Set, Requirements::Single) => vec!["requirements.txt".to_owned()],
        (tool, _) => {
            let files = own(choices, Image::Production).into_iter().chain(own(choices, Image::Development));
            let mounted = files.flat_map(|step| step.mounts).map(|mounted| mounted.source);
            let sources = choices.facts.package_sources.iter().map(ToString::to_string);
            // All of the project is mounted there; what decides about the packages is this file.
            let setup = (tool == PackageTool::Setup).then(|| at(choices, "setup.py"));
            let mut paths: Vec<String> = Vec::new();
            for path in setup.into_iter().chain(mounted).chain(sources) {
                if path != "." && !paths.contains(&path) {
                    paths.push(path);
                }
            }
            paths.push("requirements".to_owned());
            paths
        }
    }
}

const PIP_CACHE: &str = "/root/.cache/pip";
const UV_CACHE: &str = "/root/.cache/uv";

fn pip(uv: bool) -> &'static str {
    if uv { "uv pip" } else { "pip" }
}

const fn cache(uv: bool) -> &'static str {
    if uv { UV_CACHE } else { PIP_CACHE }
}

/// The lists that the set writes.
fn set_lists(choices: &Choices, image: Image, uv: bool) -> Step {
    let (folder, list) = match (choices.requirements, image) {
        (Requirements::Split, Image::Production) => ("requirements", "requirements/production.txt"),
        (Requirements::Split, Image::Development) => ("requirements", "requirements/development.txt"),
        (Requirements::Single, _) => ("requirements.txt", "requirements.txt"),
    };
    Step {
        caches: vec![cache(uv)],
        mounts: vec![Mounted { source: folder.to_owned(), target: format!("/tmp/{folder}"), writable: false }],
        commands: vec![format!("{} install --requirement /tmp/{list}", pip(uv))],
        why: "Depends only on the requirements, so a code change does not reinstall packages.",
    }
}

/// A file or directory of the project, where the code will be as well, so that relative paths hold.
fn in_place(path: &str, writable: bool) -> Mounted {
    let target = if path == "." { "/app".to_owned() } else { format!("/app/{path}") };
    Mounted { source: path.to_owned(), target, writable }
}

/// Whether a path is a directory rather than a file, by its name: the files that an installation reads have an ending.
fn is_directory(path: &str) -> bool {
    !path.rsplit('/').next().unwrap_or(path).contains('.')
}

/// A file in the directory that packages are installed from.
fn at(choices: &Choices, name: &str) -> String {
    choices.facts.packages_dir.as_ref().map_or_else(|| name.to_owned(), |dir| format!("{}/{name}", dir.as_str()))
}

/// What the project's own tool does.
fn own(choices: &Choices, image: Image) -> Vec<Step> {
    let facts = &choices.facts;
    let folder = facts.packages_dir.as_ref().map_or("", |dir| dir.as_str());
    let at = |name: &str| at(choices, name);
    let uv = uses_uv(choices);
    let development = image == Image::Development;
    let version = |package: &str| pin(package, choices.python.id(), choices.django.id()).unwrap_or_default();
    let names: Vec<String> = match facts.packages {
        PackageTool::Set => Vec::new(),
        PackageTool::Requirements => lists(choices, image),
        PackageTool::Uv => vec![at("pyproject.toml"), at("uv.lock")],
        PackageTool::Poetry => vec![at("pyproject.toml"), at("poetry.lock")],
        PackageTool::Pdm => vec![at("pyproject.toml"), at("pdm.lock")],
        PackageTool::Pipenv => vec![at("Pipfile"), at("Pipfile.lock")],
        PackageTool::Pyproject => vec![at("pyproject.toml")],
        PackageTool::Setup => vec![".".to_owned()],
    };
    let mut mounts: Vec<Mounted> = Vec::new();
    let sources = facts.package_sources.iter().map(|path| path.as_str().to_owned());
    let manifests = names.into_iter().map(|path| (path == ".", path));
    // Building a local package writes into its directory; what is written is not kept.
    for (writable, path) in manifests.chain(sources.map(|path| (is_directory(&path), path))) {
        if !mounts.iter().any(|mounted| mounted.source == path || mounted.source == ".") {
            mounts.push(in_place(&path, writable));
        }
    }
    let groups: Vec<&str> = facts.package_groups.iter().map(Label::as_str).collect();
    let extras: Vec<&str> = facts.package_extras.iter().map(Label::as_str).collect();
    let each =
        |flag: &str, names: &[&str]| names.iter().map(|name| [" ", flag, " ", name].concat()).collect::<String>();
    let mut steps = Vec::new();
    let (caches, commands) = match facts.packages {
        PackageTool::Set => return Vec::new(),
        PackageTool::Requirements => {
            let up = "../".repeat(if folder.is_empty() { 0 } else { folder.matches('/').count() + 1 });
            let relative = |path: &String| match path.strip_prefix(&format!("{folder}/")) {
                Some(below) if !folder.is_empty() => below.to_owned(),
                _ => format!("{up}{path}"),
            };
            let files: String =
                lists(choices, image).iter().map(|path| [" --requirement ", &relative(path)].concat()).collect();
            (vec![cache(uv)], vec![format!("{} install{files}", pip(uv))])
        }
        PackageTool::Uv => {
            let default = if development { "" } else { " --no-default-groups" };
            let command = format!(
                "uv sync --locked --no-install-project{default}{}{}",
                each("--group", &groups),
                each("--extra", &extras)
            );
            (vec![UV_CACHE], vec![command])
        }
        PackageTool::Pyproject => {
            let command = format!(
                "uv pip install --requirement pyproject.toml{}{}",
                each("--group", &groups),
                each("--extra", &extras)
            );
            (vec![UV_CACHE], vec![command])
        }
        PackageTool::Poetry => {
            steps.push(tool("Poetry", "poetry", version("poetry")));
            let with = if development && groups.is_empty() {
                String::new()
            } else if development {
                format!(" --with {}", groups.join(","))
            } else {
                format!(" --only {}", [&["main"], &groups[..]].concat().join(","))
            };
            let command =
                format!("/opt/poetry/bin/poetry install --no-interaction --no-root{with}{}", each("--extras", &extras));
            (vec!["/root/.cache/pypoetry"], vec![command])
        }
        PackageTool::Pdm => {
            steps.push(tool("PDM", "pdm", version("pdm")));
            let production = if development { "" } else { " --prod" };
            let command = format!(
                "/opt/pdm/bin/pdm install --check --no-self{production}{}",
                each("--group", &[&groups[..], &extras[..]].concat())
            );
            (vec!["/root/.cache/pdm"], vec![command])
        }
        PackageTool::Pipenv => {
            steps.push(tool("Pipenv", "pipenv", version("pipenv")));
            let dev = if development { " --dev" } else { "" };
            (vec!["/root/.cache/pipenv", PIP_CACHE], vec![format!("/opt/pipenv/bin/pipenv install --deploy{dev}")])
        }
        PackageTool::Setup => {
            let extras = if extras.is_empty() { String::new() } else { format!("[{}]", extras.join(",")) };
            (vec![PIP_CACHE], vec![format!("pip install --editable .{extras}").replace(".[", "'.[").replace(']', "]'")])
        }
    };
    steps.push(Step {
        caches,
        mounts,
        commands,
        why: match facts.packages {
            PackageTool::Setup => "The build of the project reads its files, so a code change repeats this step.",
            PackageTool::Pyproject => {
                "Depends only on pyproject.toml. Nothing pins the versions: commit a lock file (uv lock) to pin them."
            }
            _ => "Depends only on these files, so a code change does not reinstall packages.",
        },
    });
    steps
}

/// The requirements files that an image installs.
fn lists(choices: &Choices, image: Image) -> Vec<String> {
    let facts = &choices.facts;
    let own = match image {
        Image::Development if !facts.development_files.is_empty() => &facts.development_files,
        _ => &facts.package_files,
    };
    if own.is_empty() {
        return vec!["requirements.txt".to_owned()];
    }
    own.iter().map(|path| path.as_str().to_owned()).collect()
}

/// A tool in an environment of its own, which the final image does not contain.
fn tool(name: &'static str, package: &str, version: &str) -> Step {
    // This release of PDM allows hishel 2 and fails with it on every command.
    let limits = if package == "pdm" { " 'hishel<2'" } else { "" };
    Step {
        caches: vec![PIP_CACHE],
        mounts: Vec::new(),
        commands: vec![
            format!("python -m venv /opt/{package}"),
            format!("/opt/{package}/bin/pip install {package}=={version}{limits}"),
        ],
        why: match name {
            "Poetry" => "Poetry has an environment of its own, so its packages do not mix with yours.",
            "PDM" => "PDM has an environment of its own, so its packages do not mix with yours.",
            _ => "Pipenv has an environment of its own, so its packages do not mix with yours.",
        },
    }
}

/// What the set needs and the project lacks, in versions that fit what is installed.
fn added(uv: bool, image: Image, development: bool) -> Step {
    let list = if image == Image::Development && development { ADDED_DEVELOPMENT } else { ADDED };
    let constraint = if uv { "--constraints" } else { "--constraint" };
    let pip = pip(uv);
    Step {
        caches: vec![cache(uv)],
        mounts: vec![Mounted {
            source: "requirements".to_owned(),
            target: "/tmp/requirements".to_owned(),
            writable: false,
        }],
        commands: vec![
            format!("{pip} list --format=freeze --exclude-editable >/tmp/installed.txt"),
            format!("{pip} install --requirement /tmp/{list} {constraint} /tmp/installed.txt"),
        ],
        why: "What the set needs in addition; the versions installed above stay as they are.",
    }
}

/// The project itself, which its tool installs so that it is used from where it is.
fn project(choices: &Choices, image: Image) -> Option<Step> {
    let facts = &choices.facts;
    let mut step = own(choices, image).pop()?;
    let command = step.commands.pop()?;
    let command = match facts.packages {
        PackageTool::Uv => command.replace(" --no-install-project", " --inexact"),
        PackageTool::Poetry => command.replace(" --no-root", ""),
        PackageTool::Pdm => command.replace(" --no-self", ""),
        PackageTool::Pyproject => "uv pip install --no-deps --editable .".to_owned(),
        PackageTool::Set | PackageTool::Requirements | PackageTool::Pipenv | PackageTool::Setup => return None,
    };
    step.mounts = vec![in_place(".", true)];
    step.commands = vec![command];
    step.why = "The project itself, as a package that refers to the code in /app.";
    Some(step)
}
