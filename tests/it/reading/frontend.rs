//! Front ends: what builds them, and where their output goes.

use dunnage::project::inspect::Inspection;

use super::{MANAGE, found, migrated, settings, text, tree, value};

const VITE: &str = r#"{"scripts": {"build": "vite build", "dev": "vite"}, "devDependencies": {"vite": "^6"}}"#;

/// A project with static files in `assets`, and these files on top.
fn project(files: &[(&str, &str)]) -> Inspection {
    let settings = settings("STATICFILES_DIRS = [BASE_DIR / \"assets\"]\n");
    found(&tree(
        &[&[MANAGE, ("shop/settings.py", &settings), ("vite.config.js", "outDir: 'assets/dist'")], files].concat(),
    ))
}

/// Every fact of a front end that was found.
fn facts(found: &Inspection) -> Vec<(&'static str, &str)> {
    let rows = found.inferred.iter().filter(|row| row.option.starts_with("frontend") || row.option == "node");
    rows.map(|row| (row.option, row.value.as_str())).collect()
}

#[test]
fn the_package_manager_and_its_version_follow_the_projects_evidence() {
    let field = |version: &str| VITE.replacen('{', &format!("{{\"packageManager\": \"{version}\", "), 1);
    let (pnpm, yarn) = (field("pnpm@9.1.0+sha256.abc"), field("yarn@4.9.1"));
    for (files, manager, version, list) in [
        (vec![("package-lock.json", "{}")], "npm", "", "package-lock.json"),
        (vec![], "npm", "", "package.json"),
        (vec![("pnpm-lock.yaml", "lockfileVersion: '6.0'\n")], "pnpm", "8", "pnpm-lock.yaml"),
        (vec![("pnpm-lock.yaml", "lockfileVersion: '9.0'\n")], "pnpm", "", "pnpm-lock.yaml"),
        (
            vec![("package.json", pnpm.as_str()), ("pnpm-lock.yaml", ""), (".npmrc", ""), ("package-lock.json", "")],
            "pnpm",
            "9.1.0",
            "pnpm-lock.yaml .npmrc",
        ),
        (vec![("yarn.lock", "# yarn lockfile v1\n")], "yarn", "", "yarn.lock"),
        (vec![("yarn.lock", "__metadata:\n  version: 8\n")], "yarn", "4", "yarn.lock"),
        (
            vec![
                ("package.json", yarn.as_str()),
                ("yarn.lock", "__metadata:\n  version: 8\n"),
                (".yarnrc.yml", "yarnPath: .yarn/releases/yarn-4.9.1.cjs\n"),
            ],
            "yarn",
            "4.9.1",
            "yarn.lock .yarnrc.yml .yarn/releases/yarn-4.9.1.cjs",
        ),
        (vec![("bun.lock", "{}")], "bun", "", "bun.lock"),
    ] {
        let found = project(&[&[("package.json", VITE)], &files[..]].concat());
        let facts = [value(&found, "frontend"), value(&found, "frontend-version"), value(&found, "frontend-files")];
        assert_eq!(facts, [manager, version, list], "{files:?}");
    }
}

#[test]
fn node_is_as_new_as_the_project_allows() {
    let engines = |range: &str| VITE.replacen('{', &format!("{{\"engines\": {{\"node\": \"{range}\"}}, "), 1);
    for (range, files, node) in [
        ("", vec![], ""),
        (">=20", vec![], "24"),
        ("^22.1.0", vec![], "22"),
        ("20.x || 22.x", vec![], "22"),
        (">=20 <23", vec![], "22"),
        ("18 - 20", vec![], "20"),
        ("", vec![(".nvmrc", "v22.3.0\n")], "22"),
        ("", vec![(".nvmrc", "lts/iron\n")], "20"),
        ("", vec![(".node-version", "20\n")], "20"),
        ("", vec![(".tool-versions", "python 3.13.1\nnodejs 22.1.0\n")], "22"),
        ("", vec![("mise.toml", "[tools]\nnode = \"22\"\n")], "22"),
        (">=22", vec![(".nvmrc", "20\n"), (".node-version", "26\n")], "26"),
        ("", vec![(".nvmrc", "18\n")], "20"),
    ] {
        let manifest = if range.is_empty() { VITE.to_owned() } else { engines(range) };
        let files: Vec<(&str, &str)> = [&[("package.json", manifest.as_str())], &files[..]].concat();
        assert_eq!(value(&project(&files), "node"), node, "{range} {files:?}");
    }
}

#[test]
fn a_build_that_django_does_not_serve_is_told_and_not_built() {
    for files in [
        vec![("frontend/package.json", VITE), ("frontend/vite.config.js", "export default {}")],
        vec![("assets/Dockerfile", "FROM node:22\n"), ("assets/package.json", VITE)],
        vec![("package.json", r#"{"scripts": {"test": "jest"}}"#)],
        vec![("docs/package.json", VITE)],
    ] {
        let found = project(&files);
        assert_eq!(facts(&found), [], "{files:?}");
        let told = found.troubles.iter().filter(|trouble| trouble.file.ends_with("package.json")).count();
        assert_eq!(told, usize::from(files.len() == 2), "{files:?}: {:?}", found.troubles);
    }
}

#[test]
fn the_output_is_where_the_configuration_says() {
    let build = |command: &str| format!(r#"{{"scripts": {{"build": "{command}"}}}}"#);
    let (esbuild, tailwind, nested) = (
        build("esbuild src/app.js --outdir=assets/js"),
        build("tailwindcss -i in.css -o assets/site.css --minify"),
        r#"{"scripts": {"build": "npm run build:css", "build:css": "postcss a.css -o shop/static/site.css"}}"#,
    );
    let webpack = "module.exports = {\n  output: { path: path.resolve(__dirname, '../assets', 'bundles') },\n};\n";
    for (files, dir, output) in [
        (vec![("package.json", VITE)], "", "assets/dist"),
        (
            vec![("ui/package.json", VITE), ("ui/vite.config.ts", "build: { outDir: '../assets/ui' }")],
            "ui",
            "assets/ui",
        ),
        (
            vec![("ui/package.json", r#"{"scripts": {"build": "webpack"}}"#), ("ui/webpack.config.js", webpack)],
            "ui",
            "assets/bundles",
        ),
        (vec![("package.json", esbuild.as_str()), ("vite.config.js", "")], "", "assets/js"),
        (vec![("package.json", tailwind.as_str()), ("vite.config.js", "")], "", "assets/site.css"),
        (vec![("package.json", nested), ("vite.config.js", "")], "", "shop/static/site.css"),
    ] {
        let found = project(&files);
        assert_eq!(
            (value(&found, "frontend-dir"), value(&found, "frontend-output")),
            (dir.into(), output.into()),
            "{files:?}"
        );
    }
}

#[test]
fn the_output_of_angular_is_where_its_json_says() {
    let angular =
        r#"{"projects": {"ui": {"architect": {"build": {"options": {"outputPath": "../shop/static/ui/"}}}}}}"#;
    let found = project(&[("ui/package.json", r#"{"scripts": {"build": "ng build"}}"#), ("ui/angular.json", angular)]);
    assert_eq!(
        (value(&found, "frontend-dir"), value(&found, "frontend-output")),
        ("ui".into(), "shop/static/ui".into())
    );
}

/// A stage that only fetches something builds no front end of the project; two Dockerfiles may say the same.
#[test]
fn a_stage_without_the_projects_files_is_no_front_end() {
    let dockerfile = "FROM node:22-alpine AS assets\nWORKDIR /app\nCOPY . .\nRUN npm ci && npm run build\n\
        FROM node:22-alpine AS blocker\nWORKDIR /app\nRUN git clone https://example.org/b . && npm run build\n\
        FROM python:3.13-slim\nCOPY --from=assets /app/static static\nCOPY --from=blocker /app/dist dist\n";
    let found = project(&[
        ("package.json", VITE),
        ("docker/alpine.Dockerfile", dockerfile),
        ("docker/default.Dockerfile", dockerfile),
    ]);
    assert_eq!(value(&found, "frontend-output"), "static");
}

/// A stage that runs a script of its own builds something else, though the script is the project's.
#[test]
fn a_stage_that_runs_no_script_of_the_package_is_no_front_end() {
    let dockerfile = "FROM node:22-alpine AS assets\nWORKDIR /app\nCOPY . .\nRUN npm ci && \\\n    npm run build\n\
        FROM node:22-alpine AS blocker\nWORKDIR /app\nCOPY scripts/fetch.sh .\nRUN apk add curl && \\\n    sh fetch.sh\n\
        FROM python:3.13-slim\nCOPY --from=assets /app/static static\nCOPY --from=blocker /app/blocker.d blocker.d\n";
    let found = project(&[("package.json", VITE), ("Dockerfile", dockerfile)]);
    assert_eq!(value(&found, "frontend-output"), "static");
}

/// The stage of the project's own Dockerfile knows best.
#[test]
fn a_stage_of_the_projects_own_dockerfile_tells_node_and_output() {
    let dockerfile = "FROM node:22-slim AS assets\nWORKDIR /app\nCOPY package.json package-lock.json ./\nRUN npm ci\n\
        COPY . .\nRUN npm run build\n\nFROM python:3.13-slim\nCOPY --from=assets /app/static/dist static/dist\n";
    let found = project(&[("package.json", VITE), ("Dockerfile", dockerfile), ("vite.config.js", "")]);
    assert_eq!((value(&found, "frontend-output"), value(&found, "node")), ("static/dist".into(), "22".into()));
}

#[test]
fn the_theme_of_django_tailwind_is_a_front_end() {
    let settings = settings("TAILWIND_APP_NAME = \"theme\"\nINSTALLED_APPS += [\"tailwind\", \"theme\"]\n");
    let plan = tree(&[
        MANAGE,
        ("shop/settings.py", &settings),
        ("theme/apps.py", ""),
        ("theme/static_src/package-lock.json", "{}"),
        ("theme/static_src/package.json", r#"{"scripts": {"build": "tailwindcss", "dev": "tailwindcss --watch"}}"#),
    ]);
    assert_eq!(
        facts(&found(&plan)),
        [
            ("frontend", "npm"),
            ("frontend-dir", "theme/static_src"),
            ("frontend-files", "theme/static_src/package-lock.json"),
            ("frontend-script", "build"),
            ("frontend-watch", "dev"),
            ("frontend-output", "theme/static/css/dist"),
        ]
    );
    let plan = migrated(&plan);
    let dockerfile = text(&plan, "docker/Dockerfile");
    for line in [
        "WORKDIR /app/theme/static_src",
        "COPY theme/static_src/package.json theme/static_src/package-lock.json ./",
        "    npm ci",
        "RUN npm run build",
        "COPY --from=frontend /app/theme/static/css/dist ./theme/static/css/dist",
    ] {
        assert!(dockerfile.lines().any(|found| found == line), "{line}:\n{dockerfile}");
    }
}

/// What installs the packages, by package manager, version and files.
#[test]
fn packages_are_installed_as_the_lock_file_says() {
    use crate::support::{choices, rendered};
    for (manager, version, files, node, commands) in [
        ("npm", "", "", "24", "npm ci"),
        ("npm", "", "package.json", "24", "npm install"),
        ("npm", "", "npm-shrinkwrap.json", "24", "npm ci"),
        (
            "pnpm",
            "9.1.0",
            "",
            "24",
            "npm install --global pnpm@9.1.0 && pnpm install --store-dir /pnpm/store --frozen-lockfile",
        ),
        ("yarn", "", "", "24", "yarn install --frozen-lockfile"),
        ("yarn", "", "", "26", "npm install --global --force yarn@1 && yarn install --frozen-lockfile"),
        ("yarn", "4.9.1", "", "24", "npm install --global --force @yarnpkg/cli-dist@4.9.1 && yarn install --immutable"),
        (
            "yarn",
            "",
            "yarn.lock .yarnrc.yml",
            "24",
            "npm install --global --force @yarnpkg/cli-dist@4 && yarn install --immutable",
        ),
        ("bun", "", "", "24", "npm install --global bun@1 && bun install --frozen-lockfile"),
    ] {
        let wish =
            choices(&[("frontend", manager), ("frontend-version", version), ("frontend-files", files), ("node", node)]);
        let files = rendered(&wish).files;
        let text = &files.get("docker/Dockerfile").expect("a file").text;
        let stage = text.split(" AS frontend\n").nth(1).expect("a stage");
        let install = stage.split("RUN ").nth(1).expect("an installation");
        let install = install.split("\n\n").next().expect("a command").replace(" \\\n    ", " ");
        let install: Vec<&str> = install.split(' ').filter(|word| !word.starts_with("--mount=")).collect();
        assert_eq!(install.join(" "), commands);
    }
}

#[test]
fn a_watch_script_that_serves_has_its_port() {
    let settings = settings("INSTALLED_APPS += [\"django_vite\"]\nSTATICFILES_DIRS = [BASE_DIR / \"assets\"]\n");
    for (script, port) in [
        ("vite", "5173"),
        ("vite --port 3000", "3000"),
        ("vite dev --port=3000 --open", "3000"),
        ("vite build --watch", ""),
        ("webpack serve --mode development", "8080"),
        ("webpack --watch", ""),
        ("ng serve --watch", "4200"),
        ("tsc --watch", ""),
        ("npm run assets -- --port 3001", "3001"),
    ] {
        let scripts =
            format!("{{\"scripts\": {{\"build\": \"vite build\", \"assets\": \"vite\", \"dev\": \"{script}\"}}}}");
        let project = tree(&[
            MANAGE,
            ("shop/settings.py", &settings),
            ("vite.config.js", "outDir: 'assets/dist'"),
            ("package.json", &scripts),
            ("package-lock.json", "{}"),
        ]);
        let found = found(&project);
        let facts = [value(&found, "frontend-watch"), value(&found, "frontend-port")];
        assert_eq!(facts, ["dev", port], "{script}");
    }
}
