//! How a front end is built before the static files are collected.

use crate::catalog::names::Name as _;
use crate::catalog::options::{Facts, Frontend};
use crate::catalog::versions::{Product, find};
use crate::plan::installation::lines;
use crate::plan::model::FrontendBuild;

/// The build of a project's front end; without one, all of it is empty.
pub fn build(facts: &Facts, podman: bool) -> FrontendBuild {
    let dir = facts.frontend_dir.as_ref().map_or("", |dir| dir.as_str());
    let at = |path: &str| if dir.is_empty() { path.to_owned() } else { format!("{dir}/{path}") };
    let script = &facts.frontend_script;
    let sentence = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    // The commands are those of each tool's own documentation for continuous integration.
    let (lock, caches, install, run) = match facts.frontend {
        Frontend::None => return FrontendBuild::default(),
        Frontend::Npm => (&["package-lock.json"][..], &["/root/.npm"][..], sentence(&["npm ci"]), "npm run"),
        Frontend::Pnpm => (
            &["pnpm-lock.yaml"][..],
            &["/pnpm/store"][..],
            sentence(&["npm install --global pnpm@10", "pnpm install --frozen-lockfile --store-dir /pnpm/store"]),
            "pnpm run",
        ),
        Frontend::Yarn => (
            &["yarn.lock"][..],
            &["/usr/local/share/.cache/yarn"][..],
            sentence(&["yarn install --frozen-lockfile"]),
            "yarn run",
        ),
        Frontend::Bun => (
            &["bun.lock"][..],
            &["/root/.bun/install/cache"][..],
            sentence(&["npm install --global bun@1", "bun install --frozen-lockfile"]),
            "bun run",
        ),
    };
    let image = find(Product::Node, facts.node.id()).map_or("", |version| version.tag_or_pin);
    FrontendBuild {
        image: if podman { format!("docker.io/library/{image}") } else { image.to_owned() },
        workdir: format!("/app/{dir}").trim_end_matches('/').to_owned(),
        folder: format!("/{dir}"),
        manifests: ["package.json"].iter().chain(lock).map(|name| at(name)).collect(),
        install: lines(caches, &[], &install),
        build: format!("{run} {script}"),
        watch: facts.frontend_watch.as_ref().map(|script| format!("{run} {script}")).unwrap_or_default(),
        outputs: facts.frontend_output.iter().map(ToString::to_string).collect(),
    }
}
