//! `.dockerignore`: what of a project reaches the builder.

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

use dunnage::text::ignore::Ignore;

use super::{MANAGE, migrated, settings, text, tree};
use crate::common::skip;
use crate::support::{choices, rendered};

/// What has to reach the builder, and what may not, of a project with these lines of its own.
fn check(name: &str, files: &[(&str, &str)], reaches: &[&str], stays: &[&str]) {
    let plan = migrated(&tree(files));
    let text = text(&plan, ".dockerignore");
    let ignore = Ignore::read(text);
    for path in reaches {
        assert!(!ignore.leaves_out(path), "{name}: {path} is left out:\n{text}");
    }
    for path in stays {
        assert!(ignore.leaves_out(path), "{name}: {path} reaches the builder:\n{text}");
    }
}

const SECRETS: &[&str] =
    &[".env", "shop/.env", ".env.production", "media/.env", "shop/site.key", "certs/site.pem", "shop/x.pem"];

#[test]
fn applications_that_are_called_like_ignored_folders_reach_the_builder() {
    let shop = settings(
        "INSTALLED_APPS += [\"media\", \"docs.apps.DocsConfig\", \"logs\", \"deploy\"]\n\
         STATICFILES_DIRS = [BASE_DIR / \"dist\"]\n",
    );
    check(
        "named like ignored folders",
        &[
            MANAGE,
            ("shop/settings.py", &shop),
            ("media/__init__.py", ""),
            ("docs/apps.py", ""),
            ("logs/models.py", ""),
            ("deploy/__init__.py", ""),
            ("backups/__init__.py", ""),
            ("secrets/__init__.py", ""),
            ("pyproject.toml", "[project]\nname = \"shop\"\nversion = \"1\"\nreadme = \"README.md\"\n"),
        ],
        &[
            "media/models.py",
            "docs/apps.py",
            "logs/models.py",
            "deploy/x.py",
            "backups/x.py",
            "secrets/x.py",
            "dist/app.js",
            "README.md",
            "shop/settings.py",
            "docker/entrypoint.sh",
        ],
        &["build/x", "env/x", "nginx/x", "CHANGELOG.md", "docker/Dockerfile", "certs/x"],
    );
}

/// A site that shows its change log, and a long description that is read while the project is installed.
#[test]
fn documents_that_code_reads_reach_the_builder() {
    let shop = settings(
        "# not NEWS.md\nCHANGES = (BASE_DIR / \"CHANGELOG.md\").read_text()\nTERMS = \"docs/terms.md\"\nGONE = \"GONE.md\"\n",
    );
    let setup = "from setuptools import setup\nsetup(name=\"shop\", long_description=open('README.md').read())\n";
    let files =
        [MANAGE, ("shop/settings.py", shop.as_str()), ("setup.py", setup), ("shop/tests/settings.py", "X = 'TEST.md'")];
    let asked = dunnage::project::inspect::further(&tree(&files));
    for path in ["CHANGELOG.md", "docs/terms.md", "README.md"] {
        assert!(asked.contains(path), "{path}: {asked:?}");
    }
    let documents = ["CHANGELOG.md", "docs/terms.md", "README.md", "NEWS.md", "TEST.md"].map(|path| (path, "# x\n"));
    check(
        "documents that code reads",
        &[&files[..], &documents].concat(),
        &["CHANGELOG.md", "docs/terms.md", "README.md"],
        &["NEWS.md", "TEST.md", "GONE.md", "x.sql"],
    );
}

#[test]
fn a_package_that_is_called_secrets_does_not_bring_the_secrets_of_the_set() {
    let plan = crate::migrate::planned_for(
        &tree(&[MANAGE, ("shop/settings.py", &settings("")), ("secrets/__init__.py", "")]),
        &super::found(&tree(&[MANAGE])),
        &choices(&[("django-module", "shop"), ("settings-module", "shop.settings"), ("secrets", "files")]),
    );
    let ignore = Ignore::read(text(&plan, ".dockerignore"));
    assert!(!ignore.leaves_out("secrets/models.py"));
    assert!(ignore.leaves_out("secrets/django_secret_key.txt"), "{}", text(&plan, ".dockerignore"));
}

#[test]
fn a_list_of_what_comes_in_gets_what_the_image_needs() {
    check(
        "white list",
        &[MANAGE, ("shop/settings.py", &settings("")), (".dockerignore", "# only this\n*\n!shop\n!README.md\n")],
        &[
            "docker/entrypoint.sh",
            "requirements/base.txt",
            "gunicorn/gunicorn.conf.py",
            "shop/settings.py",
            "shop/static/site.css",
            "manage.py",
            "README.md",
        ],
        &[SECRETS, &["node_modules/x/index.js", "other/x.py", "docker/Dockerfile", "shop/__pycache__/x.pyc"]].concat(),
    );
}

#[test]
fn exceptions_of_the_user_bring_back_no_secret() {
    check(
        "exceptions",
        &[
            MANAGE,
            ("shop/settings.py", &settings("")),
            (".dockerignore", "fixtures\n!.env\n!docs/api\n!**/*.key\nrequirements\n"),
        ],
        &["docs/api/index.md", "requirements/base.txt", "shop/settings.py"],
        &[SECRETS, &["fixtures/x.json", "docs/other.md"]].concat(),
    );
}

#[test]
fn what_stays_out_of_a_plain_set_follows_its_facts() {
    let wish = choices(&[
        ("project-name", "media"),
        ("project-dir", "deploy"),
        ("frontend", "npm"),
        ("frontend-dir", "nginx"),
        ("reverse-proxy", "none"),
    ]);
    let files = rendered(&wish).files;
    let text = &files.get(".dockerignore").expect("a file").text;
    let ignore = Ignore::read(text);
    for path in ["deploy/manage.py", "deploy/media/wsgi.py", "nginx/package.json", "docker/entrypoint.sh"] {
        assert!(!ignore.leaves_out(path), "{path}:\n{text}");
    }
    assert!(ignore.leaves_out("docs/x"));
}

/// Lines of `.dockerignore`, each file with what builders do with it.
const FILES: &[&str] = &[
    "docs\n*.md\n",
    "**/docs\n**/*.key\n",
    "*\n!app\n!docker/entrypoint.sh\n",
    "*\n!app\n**/*.pem\n!app/ca.pem\n",
    "/docs/\n./app/../media\n",
    "**key\n",
    "app/**/x.txt\n",
    "app/**\n!app/deep/**\n",
    "**\n!README.md\n",
    "a?p/x.txt\n[a-c]pp/site.key\n",
    "# app\n #docs\n\nmedia\r\n! media/x.txt \n",
    "**/deep/*\n!**/b\n",
    "app/*/*\n",
    "*.m[cd]\n",
    "\\*.txt\n",
];

const PATHS: &[&str] = &[
    "README.md",
    "app/README.md",
    "app/ca.pem",
    "app/deep/b/x.txt",
    "app/deep/x.txt",
    "app/docs/index.md",
    "app/site.key",
    "app/x.txt",
    "docker/Dockerfile.dev",
    "docker/entrypoint.sh",
    "docs/index.md",
    "media/x.txt",
    "monkey",
    "site.key",
    "x.txt",
];

/// What BuildKit leaves out is what the reader of its rules says.
#[test]
fn the_reader_of_ignored_files_answers_as_buildkit_does() {
    const NAME: &str = "reading::ignored::the_reader_of_ignored_files_answers_as_buildkit_does";
    let engine = Command::new("docker").args(["version", "--format", "{{.Server.Version}}"]).output();
    if !engine.is_ok_and(|output| output.status.success()) {
        skip(NAME, "no Docker Engine answers", "start one, or set DOCKER_HOST");
        return;
    }
    let directory = tempfile::tempdir().expect("a directory");
    let root = directory.path().join("context");
    for path in PATHS {
        fs::create_dir_all(root.join(path).parent().expect("a parent")).expect("writable");
        fs::write(root.join(path), "x").expect("writable");
    }
    // One build for all: a build with a Dockerfile of another name reads the file of ignored paths beside it.
    for (index, text) in FILES.iter().enumerate() {
        let dockerfile = directory.path().join(format!("{index}.Dockerfile"));
        fs::write(&dockerfile, "FROM scratch\nCOPY . /\n").expect("writable");
        fs::write(directory.path().join(format!("{index}.Dockerfile.dockerignore")), text).expect("writable");
        let out = directory.path().join(format!("out{index}"));
        let output = Command::new("docker")
            .args(["build", "--quiet", "--file"])
            .arg(&dockerfile)
            .arg("--output")
            .arg(format!("type=local,dest={}", out.display()))
            .arg(&root)
            .output()
            .expect("docker starts");
        assert!(output.status.success(), "{text:?}: {}", String::from_utf8_lossy(&output.stderr));
        let ignore = Ignore::read(text);
        let expected: BTreeSet<&str> = PATHS.iter().copied().filter(|path| !ignore.leaves_out(path)).collect();
        let built: BTreeSet<&str> = PATHS.iter().copied().filter(|path| out.join(path).exists()).collect();
        assert_eq!(expected, built, "{text:?}");
    }
}
