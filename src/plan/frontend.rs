//! How a front end is built before the static files are collected.

use crate::catalog::names::Name as _;
use crate::catalog::options::{Facts, Frontend, Node};
use crate::catalog::versions::{Product, find};
use crate::plan::installation::lines;
use crate::plan::model::{FrontendBuild, Mounted, OutputVolume};

/// The build of a project's front end; without one, all of it is empty.
pub fn build(facts: &Facts, podman: bool) -> FrontendBuild {
    let dir = facts.frontend_dir.as_ref().map_or("", |dir| dir.as_str());
    let at = |path: &str| if dir.is_empty() { path.to_owned() } else { format!("{dir}/{path}") };
    let script = &facts.frontend_script;
    let version = facts.frontend_version.as_ref().map_or("", |version| version.as_str());
    let lock = match facts.frontend {
        Frontend::None => return FrontendBuild::default(),
        Frontend::Npm => "package-lock.json",
        Frontend::Pnpm => "pnpm-lock.yaml",
        Frontend::Yarn => "yarn.lock",
        Frontend::Bun => "bun.lock",
    };
    let mut files: Vec<String> = facts.frontend_files.iter().map(ToString::to_string).collect();
    if files.is_empty() {
        files.push(at(lock));
    }
    let has = |name: &str| files.iter().any(|file| *file == at(name));
    let locked = has(lock) || has("npm-shrinkwrap.json") || has("bun.lockb");
    // Yarn 2 and later are another program, with another configuration and another cache.
    let berry = has(".yarnrc.yml") || version.split('.').next().is_some_and(|major| !["", "0", "1"].contains(&major));
    let get = |package: &str, default: &str| {
        format!("npm install --global {package}@{}", if version.is_empty() { default } else { version })
    };
    let frozen = |command: &str, flag: &str| if locked { format!("{command} {flag}") } else { command.to_owned() };
    // The commands are those of each tool's own documentation for continuous integration.
    let (cache, install, run) = match facts.frontend {
        Frontend::None => return FrontendBuild::default(),
        Frontend::Npm => ("/root/.npm", vec![if locked { "npm ci" } else { "npm install" }.to_owned()], "npm run"),
        Frontend::Pnpm => (
            "/pnpm/store",
            vec![get("pnpm", "10"), frozen("pnpm install --store-dir /pnpm/store", "--frozen-lockfile")],
            "pnpm run",
        ),
        Frontend::Yarn if berry => (
            "/root/.yarn/berry/cache",
            // The image may have Yarn 1, whose command this one replaces.
            vec![get("--force @yarnpkg/cli-dist", "4"), frozen("yarn install", "--immutable")],
            "yarn run",
        ),
        Frontend::Yarn => {
            let mut install = vec![frozen("yarn install", "--frozen-lockfile")];
            // Later images do not bring it.
            if facts.node == Node::V26 {
                install.insert(0, "npm install --global --force yarn@1".to_owned());
            }
            ("/usr/local/share/.cache/yarn", install, "yarn run")
        }
        Frontend::Bun => {
            ("/root/.bun/install/cache", vec![get("bun", "1"), frozen("bun install", "--frozen-lockfile")], "bun run")
        }
    };
    let image = find(Product::Node, facts.node.id()).map_or("", |version| version.tag_or_pin);
    let mut manifests = vec![at("package.json")];
    let mut others = Vec::new();
    for file in files {
        let is_beside = file.rsplit_once('/').map_or("", |(folder, _)| folder) == dir;
        let is_file = file.rsplit('/').next().is_some_and(|name| name.contains('.'));
        if is_beside && is_file {
            if !manifests.contains(&file) {
                manifests.push(file);
            }
        } else {
            others.push(Mounted { target: format!("/app/{file}"), source: file, writable: false });
        }
    }
    let mut watch = Vec::new();
    if let Some(script) = &facts.frontend_watch {
        watch.extend(run.split(' ').chain([script.as_str()]).map(str::to_owned));
        if facts.frontend_port.0 > 0 {
            // A container's own localhost cannot be published.
            let separator = (facts.frontend == Frontend::Npm).then_some("--");
            watch.extend(separator.into_iter().chain(["--host", "0.0.0.0"]).map(str::to_owned));
        }
    }
    FrontendBuild {
        image: if podman { format!("docker.io/library/{image}") } else { image.to_owned() },
        workdir: format!("/app/{dir}").trim_end_matches('/').to_owned(),
        folder: format!("/{dir}"),
        manifests,
        others,
        install: lines(&[cache], &[], &install),
        build: format!("{run} {script}"),
        watch,
        port: facts.frontend_port.0,
        modules: format!("/app/{}", at("node_modules")),
        volumes: (1..)
            .zip(facts.frontend_output.iter())
            .map(|(n, path)| OutputVolume { name: format!("frontend-{n}"), target: format!("/app/{path}") })
            .collect(),
        outputs: facts.frontend_output.iter().map(ToString::to_string).collect(),
    }
}
