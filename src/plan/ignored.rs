//! What stays out of the build context: the patterns of `.dockerignore`, but for those that would hide something that the
//! image needs.

use crate::catalog::options::Server;
use crate::plan::model::{Decisions, IgnoredGroup};
use crate::text::ignore::Rule;

/// The patterns by heading; `secrets` of a set goes where its own files are.
const GROUPS: &[(&str, &[&str])] = &[
    (SECRETS, &["**/.env", "**/.env.*", "**/.envs", "**/*.key", "**/*.pem", "certs", "secrets"]),
    ("Git", &["**/.git", "**/.gitattributes", "**/.gitignore"]),
    ("Python caches", &["**/__pycache__", "**/*.egg-info", "**/*.py[cod]", "build", "dist"]),
    ("Virtual environments", &["**/.venv", "**/venv", "env"]),
    (
        "Django: data and generated files",
        &["*.sql", "**/*.sqlite3", "**/*.sqlite3-*", "backups", "logs", "media", "staticfiles", "**/*.log"],
    ),
    (
        "Docker files, except docker/entrypoint.sh",
        &["compose*.y*ml", "docker-compose*.y*ml", "docker/backup.sh", "docker/Dockerfile*", ".dockerignore"],
    ),
    ("Proxy and certificates", &["certbot", "deploy", "nginx"]),
    ("Documentation", &["docs", "*.md", "dunnage.yaml"]),
    (
        "Testing and static analysis",
        &[
            "**/.coverage",
            "**/.coverage.*",
            "**/.hypothesis",
            "**/.mypy_cache",
            "**/.nox",
            "**/.pytest_cache",
            "**/.ruff_cache",
            "**/.tox",
            "coverage.xml",
            "htmlcov",
        ],
    ),
    ("Continuous integration", &[".github", ".gitlab-ci.yml", ".pre-commit-config.yaml"]),
    ("Frontend tools", &["**/node_modules"]),
    ("Editors", &["**/.idea", "**/.vscode", "**/*.swp", "**/*~"]),
    ("Operating systems", &["**/.DS_Store", "**/Thumbs.db"]),
];

const SECRETS: &str = "Secrets";

/// The patterns that keep secrets out wherever they are, whatever else comes in.
pub const SECRET_PATTERNS: &[&str] = &["**/.env", "**/.env.*", "**/.envs", "**/*.key", "**/*.pem"];

/// The folders at the root that patterns of the set leave out, so that a package of one of these names has to be known.
pub fn folders() -> impl Iterator<Item = &'static str> {
    let patterns = GROUPS.iter().flat_map(|(_, patterns)| *patterns).copied();
    patterns.filter(|pattern| !pattern.contains(['*', '.', '/']))
}

/// What the image needs of the build context, as far as the choices tell: paths of files and directories.
pub fn needed(plan: &Decisions) -> Vec<String> {
    let mut paths = vec!["docker/entrypoint.sh".to_owned(), plan.module_dir.clone(), plan.settings_dir.clone()];
    if plan.server == Server::Daphne {
        paths.push("docker/daphne_server.py".to_owned());
    }
    if plan.gunicorn {
        paths.push("gunicorn/gunicorn.conf.py".to_owned());
    }
    let manage = format!("{}/manage.py", plan.workdir);
    paths.push(manage.trim_start_matches("/app/").to_owned());
    paths.extend(plan.dependency_paths.iter().cloned());
    paths.extend(plan.frontend.manifests.iter().cloned());
    paths.retain(|path| !path.is_empty() && path != ".");
    let mut seen = Vec::new();
    paths.retain(|path| {
        !seen.contains(path) && {
            seen.push(path.clone());
            true
        }
    });
    paths
}

/// The patterns that leave out nothing of what is needed. A folder's name is dropped where it is needed; what a
/// pattern with wildcards hits is brought back at the end. Files with secrets never are.
pub fn groups(plan: &Decisions, secrets: &[&str], needed: &[String]) -> Vec<IgnoredGroup> {
    let mut back: Vec<String> = Vec::new();
    let mut groups = Vec::new();
    for (title, patterns) in GROUPS {
        let mut kept = Vec::new();
        for pattern in *patterns {
            let Some(rule) = Rule::read(pattern) else { continue };
            let hit: Vec<&String> = needed.iter().filter(|path| rule.matches(path)).collect();
            if hit.is_empty() || SECRET_PATTERNS.contains(pattern) {
                kept.push((*pattern).to_owned());
            } else if pattern.contains('*') {
                kept.push((*pattern).to_owned());
                back.extend(hit.into_iter().map(|path| format!("!{path}")));
            } else if *pattern == "secrets" {
                kept.extend(secrets.iter().map(|name| format!("secrets/{name}.txt")));
            }
        }
        let daphne = title.starts_with("Docker files") && plan.server == Server::Daphne;
        let title = if daphne { format!("{title} and docker/daphne_server.py") } else { (*title).to_owned() };
        if !kept.is_empty() {
            groups.push(IgnoredGroup { title, patterns: kept });
        }
    }
    back.sort();
    back.dedup();
    if !back.is_empty() {
        groups.push(IgnoredGroup { title: "Needed by the image".to_owned(), patterns: back });
    }
    groups
}
