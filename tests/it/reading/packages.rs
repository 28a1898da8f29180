//! Which tool installs a project's packages, from which files, and for which Python.

use std::fmt::Write as _;

use dunnage::catalog::codec::set;
use dunnage::catalog::options::option;
use dunnage::catalog::rules::{Severity, check, effective};
use dunnage::plan::model::TaskId;
use dunnage::project::inspect::inspect;
use dunnage::project::migrate::{Migration, MigrationStep};
use dunnage::project::update::Tree;

use crate::messages::is_said;
use crate::migrate::planned_for;
use crate::support::TODAY;

/// A small Django project at the root with these files beside it.
fn tree(files: &[(&str, &str)]) -> Tree {
    let own = [
        ("manage.py", MANAGE),
        ("shop/__init__.py", ""),
        ("shop/settings.py", "MIDDLEWARE = []\nINSTALLED_APPS = ['django.contrib.staticfiles']\n"),
        ("shop/wsgi.py", "os.environ.setdefault(\"DJANGO_SETTINGS_MODULE\", \"shop.settings\")\n"),
    ];
    let elsewhere = files.iter().any(|(path, _)| path.ends_with("/manage.py"));
    let own = own.iter().filter(|_| !elsewhere);
    own.chain(files).map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect()
}

/// One project.
struct Row {
    name: &'static str,
    files: &'static [(&'static str, &'static str)],
    /// What it says; an option with an empty value is not told.
    says: &'static [(&'static str, &'static str)],
    /// A part of each trouble, with its place.
    troubles: &'static [(&'static str, &'static str)],
}

const MANAGE: &str = "os.environ.setdefault(\"DJANGO_SETTINGS_MODULE\", \"shop.settings\")\n";

const LIST: &str = "Django==5.2.4\npsycopg[binary]==3.2.9\ngunicorn==23.0.0\nwhitenoise==6.9.0\n";
const OWN: &str = "django gunicorn psycopg[binary] whitenoise";

const PYPROJECT: &str = r#"[project]
name = "shop"
version = "0.1"
requires-python = ">=3.12"
readme = "README.md"
dependencies = ["django>=5.2,<5.3", "django-ninja>=1.4", "psycopg[binary]>=3.2", "gunicorn>=23"]
[dependency-groups]
dev = ["pytest>=8", "watchfiles"]
"#;

/// As uv writes it: the project itself, what it needs, and the wheels.
const UV_LOCK: &str = r#"version = 1
requires-python = ">=3.12"

[[package]]
name = "django"
version = "5.2.4"
source = { registry = "https://packages.example.org/simple" }

[[package]]
name = "django-ninja"
version = "1.4.3"
source = { registry = "https://packages.example.org/simple" }
dependencies = [{ name = "django" }]

[[package]]
name = "gunicorn"
version = "23.0.0"
source = { registry = "https://packages.example.org/simple" }

[[package]]
name = "psycopg"
version = "3.2.9"
source = { registry = "https://packages.example.org/simple" }

[package.optional-dependencies]
binary = [{ name = "psycopg-binary" }]

[[package]]
name = "psycopg-binary"
version = "3.2.9"
source = { registry = "https://packages.example.org/simple" }
wheels = [
    { url = "https://packages.example.org/psycopg_binary-3.2.9-cp312-cp312-manylinux_2_17_x86_64.whl" },
    { url = "https://packages.example.org/psycopg_binary-3.2.9-cp313-cp313-manylinux_2_17_x86_64.whl" },
    { url = "https://packages.example.org/psycopg_binary-3.2.9-cp314-cp314-win_amd64.whl" },
]

[[package]]
name = "pytest"
version = "8.3.0"
source = { registry = "https://packages.example.org/simple" }

[[package]]
name = "shop"
version = "0.1"
source = { virtual = "." }
dependencies = [
    { name = "django" },
    { name = "django-ninja" },
    { name = "gunicorn" },
    { name = "psycopg", extra = ["binary"] },
]

[package.dev-dependencies]
dev = [{ name = "pytest" }, { name = "watchfiles" }]

[[package]]
name = "watchfiles"
version = "1.1.0"
source = { registry = "https://packages.example.org/simple" }
"#;

const ROWS: &[Row] = &[
    Row {
        name: "one list at the root",
        files: &[("requirements.txt", LIST)],
        says: &[
            ("packages", "requirements"),
            ("package-files", "requirements.txt"),
            ("development-files", ""),
            ("package-sources", ""),
            ("packages-dir", ""),
            ("own-packages", OWN),
            ("requirements", "single"),
            ("python", ""),
        ],
        troubles: &[],
    },
    Row {
        name: "a project below the root, its list at the root",
        files: &[
            ("src/manage.py", MANAGE),
            ("src/shop/settings.py", "MIDDLEWARE = []\nINSTALLED_APPS = ['django.contrib.staticfiles']\n"),
            ("requirements.txt", LIST),
        ],
        says: &[("packages", "requirements"), ("package-files", "requirements.txt"), ("own-packages", OWN)],
        troubles: &[],
    },
    Row {
        name: "a list beside manage.py, and another project's beside it",
        files: &[
            ("backend/manage.py", MANAGE),
            ("backend/shop/settings.py", "MIDDLEWARE = []\nINSTALLED_APPS = ['django.contrib.staticfiles']\n"),
            ("backend/requirements.txt", LIST),
            ("docs/requirements.txt", "sphinx\n"),
        ],
        says: &[("package-files", "backend/requirements.txt"), ("own-packages", OWN), ("packages-dir", "")],
        troubles: &[],
    },
    Row {
        name: "a list of what the pinned one was made of",
        files: &[("requirements.txt", LIST), ("base_requirements.txt", "# The framework\nDjango==5.2.*\n")],
        says: &[("package-files", "requirements.txt")],
        troubles: &[],
    },
    Row {
        name: "options of uv with values, and what only builds",
        files: &[
            ("requirements.txt", LIST),
            (
                "Dockerfile",
                "FROM python:3.12-slim\nRUN pip install setuptools-rust && uv pip install --python-preference system \\\n  --index-strategy unsafe-best-match -r requirements.txt\nCMD gunicorn shop.wsgi\n",
            ),
        ],
        says: &[("package-files", "requirements.txt")],
        troubles: &[],
    },
    Row {
        name: "uv",
        files: &[("pyproject.toml", PYPROJECT), ("uv.lock", UV_LOCK), ("README.md", "x")],
        says: &[
            ("packages", "uv"),
            ("package-files", ""),
            // It is installed without being built.
            ("package-sources", ""),
            ("own-packages", "django gunicorn psycopg[binary] psycopg-binary"),
            ("install-project", ""),
            ("django", "5.2"),
            ("python", "3.13"),
        ],
        troubles: &[],
    },
    Row {
        name: "a lock that lacks what the project asks for",
        files: &[
            ("pyproject.toml", "[project]\nname = \"shop\"\ndependencies = [\"django\", \"left-pad\"]\n"),
            ("uv.lock", "version = 1\n[[package]]\nname = \"django\"\nversion = \"5.2.4\"\n"),
        ],
        says: &[("packages", "uv"), ("own-packages", "django")],
        troubles: &[("pyproject.toml:3", "uv.lock does not contain left-pad")],
    },
    Row {
        name: "uv with a group and an extra of production, as its Dockerfile says",
        files: &[
            (
                "pyproject.toml",
                "[project]\nname = \"shop\"\ndependencies = [\"django\"]\n[project.optional-dependencies]\npg = \
                 [\"psycopg[c,pool]\"]\ns3 = []\n[dependency-groups]\nserver = [\"granian\"]\ndev = [\"pytest\"]\n",
            ),
            (
                "uv.lock",
                "version = 1\n[[package]]\nname = \"django\"\nversion = \"5.2.4\"\n[[package]]\nname = \
                 \"psycopg\"\nversion = \"3.2.9\"\n[[package]]\nname = \"granian\"\nversion = \"2.0\"\n",
            ),
            (
                "Dockerfile",
                "FROM python:3.13-slim AS build\nRUN uv sync --locked --no-dev --group server \\\n    --extra pg\nFROM \
                 build AS dev\nRUN uv sync --all-extras\n",
            ),
        ],
        says: &[
            ("packages", "uv"),
            ("package-groups", "server"),
            ("package-extras", "pg"),
            ("own-packages", "django granian psycopg[c,pool]"),
        ],
        troubles: &[],
    },
    Row {
        name: "a workspace of uv, with a package from a path",
        files: &[
            (
                "pyproject.toml",
                "[project]\nname = \"shop\"\ndependencies = [\"django\", \"cart\", \
                 \"tools\"]\n[tool.uv.workspace]\nmembers = [\"packages/*\"]\n[tool.uv.sources]\ncart = { workspace = \
                 true }\ntools = { path = \"vendor/tools\" }\n",
            ),
            ("packages/cart/pyproject.toml", "[project]\nname = \"cart\"\n"),
            ("vendor/tools/pyproject.toml", "[project]\nname = \"tools\"\n"),
            (
                "uv.lock",
                "version = 1\n[[package]]\nname = \"cart\"\n[[package]]\nname = \"django\"\nversion = \
                 \"5.2.4\"\n[[package]]\nname = \"tools\"\n",
            ),
        ],
        says: &[("packages", "uv"), ("package-sources", "packages/cart vendor/tools")],
        troubles: &[],
    },
    Row {
        name: "Poetry",
        files: &[
            (
                "pyproject.toml",
                "[tool.poetry]\nname = \"shop\"\npackage-mode = false\n[tool.poetry.dependencies]\npython = \
                 \"^3.12\"\ndjango = \"^5.2\"\npsycopg = { version = \"^3.2\", extras = [\"binary\"] \
                 }\n[tool.poetry.group.prod.dependencies]\ngunicorn = \"*\"\n[tool.poetry.group.test.dependencies]\npytest = \
                 \"^8\"\n",
            ),
            (
                "poetry.lock",
                "[[package]]\nname = \"django\"\nversion = \"5.2.4\"\nfiles = []\n\n[[package]]\nname = \
                 \"gunicorn\"\nversion = \"23.0.0\"\nfiles = []\n\n[[package]]\nname = \"psycopg\"\nversion = \
                 \"3.2.9\"\nfiles = []\n[package.extras]\nbinary = [\"psycopg-binary (==3.2.9)\"]\n\n[[package]]\nname = \
                 \"psycopg-binary\"\nversion = \"3.2.9\"\nfiles = [{ file = \
                 \"psycopg_binary-3.2.9-cp312-cp312-manylinux_2_17_x86_64.whl\" }]\n\n[[package]]\nname = \
                 \"pytest\"\nversion = \"8.3.0\"\nfiles = []\n",
            ),
        ],
        says: &[
            ("packages", "poetry"),
            ("package-groups", "prod"),
            ("own-packages", "django gunicorn psycopg[binary] psycopg-binary"),
            // There is no wheel for a newer one.
            ("python", "3.12"),
        ],
        troubles: &[],
    },
    Row {
        name: "Poetry without a lock",
        files: &[("pyproject.toml", "[tool.poetry.dependencies]\npython = \"^3.11\"\ndjango = \"~5.2\"\n")],
        says: &[("packages", "poetry"), ("django", "5.2"), ("python", "3.13")],
        troubles: &[("pyproject.toml", "run `poetry lock` and commit it")],
    },
    Row {
        name: "PDM",
        files: &[
            (
                "pyproject.toml",
                "[project]\nname = \"shop\"\nrequires-python = \">=3.11,<3.14\"\ndependencies = [\"django>=5.2,<6\", \
                 \"psycopg[pool]\"]\n[tool.pdm]\ndistribution = false\n[tool.pdm.dev-dependencies]\ntest = [\"pytest\"]\n",
            ),
            (
                "pdm.lock",
                "[[package]]\nname = \"django\"\nversion = \"5.2.4\"\ndependencies = [\"asgiref<4,>=3.8\"]\n\n[[package]]\nname = \
                 \"psycopg\"\nversion = \"3.2.9\"\n\n[[package]]\nname = \"psycopg\"\nversion = \"3.2.9\"\nextras = \
                 [\"pool\"]\ndependencies = [\"psycopg-pool\", \"psycopg==3.2.9\"]\n\n[[package]]\nname = \
                 \"psycopg-pool\"\nversion = \"3.2.6\"\n",
            ),
        ],
        says: &[("packages", "pdm"), ("own-packages", "django psycopg[pool] psycopg-pool"), ("python", "3.13")],
        troubles: &[],
    },
    Row {
        name: "Pipenv",
        files: &[
            (
                "Pipfile",
                "[packages]\ndjango = \"~=5.2\"\npsycopg = { extras = [\"binary\"], version = \"*\" \
                 }\n[dev-packages]\npytest = \"*\"\n[requires]\npython_version = \"3.12\"\n",
            ),
            (
                "Pipfile.lock",
                r#"{
 "default": {
  "django": { "version": "==5.2.4" },
  "psycopg": { "extras": ["binary"], "version": "==3.2.9" }
 },
 "develop": {}
}"#,
            ),
        ],
        says: &[("packages", "pipenv"), ("own-packages", "django psycopg[binary]"), ("python", "3.12")],
        troubles: &[],
    },
    Row {
        name: "a project file without a lock",
        files: &[("pyproject.toml", PYPROJECT), ("README.md", "x")],
        says: &[("packages", "pyproject"), ("own-packages", "django gunicorn psycopg[binary]"), ("python", "3.13")],
        troubles: &[],
    },
    Row {
        name: "a project file that leaves its dependencies to a list",
        files: &[
            (
                "pyproject.toml",
                "[project]\nname = \"shop\"\nreadme = \"README.md\"\ndynamic = \
                 [\"dependencies\"]\n[tool.setuptools.dynamic]\ndependencies = { file = [\"requirements.in\"] }\n",
            ),
            ("requirements.in", "django~=5.2\n"),
        ],
        says: &[("packages", "pyproject"), ("package-sources", "requirements.in README.md")],
        troubles: &[],
    },
    Row {
        name: "setup.py",
        files: &[(
            "setup.py",
            "from setuptools import find_packages, setup\n\nNEEDS = [\"Django>=5.2,<5.3\", \
             \"psycopg[binary]\"]\nsetup(name=\"shop\", packages=find_packages(), python_requires=\">=3.12\", \
             install_requires=NEEDS)\n",
        )],
        says: &[
            ("packages", "setup"),
            ("own-packages", "django psycopg[binary]"),
            ("django", "5.2"),
            ("python", "3.13"),
        ],
        troubles: &[],
    },
    Row {
        name: "setup.cfg",
        files: &[
            ("setup.py", "from setuptools import setup\nsetup()\n"),
            (
                "setup.cfg",
                "[options]\npython_requires = >=3.10\ninstall_requires =\n    # the framework\n    django>=4.2,<5\n    \
                 gunicorn\n[flake8]\nmax-line-length = 100\n",
            ),
        ],
        says: &[("packages", "setup"), ("own-packages", "django gunicorn"), ("django", "4.2"), ("python", "3.12")],
        troubles: &[],
    },
    Row {
        name: "Conda",
        files: &[("environment.yml", "dependencies:\n  - python=3.12\n  - django=5.2\n")],
        says: &[("packages", "")],
        troubles: &[("environment.yml", "Conda and pixi are not among the tools")],
    },
    Row {
        name: "a folder of lists",
        files: &[
            ("requirements/base.txt", "Django==5.2.4\npsycopg[binary]\ndjango-ninja\n"),
            ("requirements/local.txt", "-r base.txt\nmy-dev-tool\n"),
            ("requirements/prod.txt", "-r base.txt\ngunicorn\n"),
        ],
        says: &[
            ("package-files", "requirements/prod.txt"),
            ("development-files", "requirements/local.txt"),
            ("package-sources", "requirements/base.txt"),
            ("own-packages", "django gunicorn psycopg[binary]"),
        ],
        troubles: &[],
    },
    Row {
        name: "a list of what production has in addition",
        files: &[
            ("requirements/base.txt", "Django==5.2.4\n"),
            ("requirements/production.txt", "gunicorn\n"),
            ("requirements/dev.txt", "pytest\n"),
        ],
        says: &[
            ("package-files", "requirements/base.txt requirements/production.txt"),
            ("development-files", "requirements/base.txt requirements/production.txt requirements/dev.txt"),
            ("own-packages", "django gunicorn"),
        ],
        troubles: &[],
    },
    Row {
        name: "a list that the Dockerfile installs, under another name",
        files: &[
            ("requirements/production.txt", "django==5.2.4\n"),
            ("requirements/image.txt", "django==5.2.4\ngunicorn\n"),
            (
                "Dockerfile",
                "FROM python:3.12-slim AS build\nCOPY requirements/image.txt /tmp/list.txt\nRUN pip install \
                 --no-cache-dir -r /tmp/list.txt\nFROM python:3.12-slim\nCOPY --from=build /venv /venv\n",
            ),
            ("Dockerfile.dev", "FROM python:3.12-slim\nRUN pip install -r requirements/production.txt\n"),
        ],
        says: &[
            ("package-files", "requirements/image.txt"),
            ("development-files", "requirements/production.txt"),
            ("own-packages", "django gunicorn"),
            ("python", "3.12"),
        ],
        troubles: &[],
    },
    Row {
        name: "packages that only the Dockerfile names",
        files: &[
            ("requirements.txt", "django==5.2.4\n"),
            (
                "Dockerfile",
                "FROM python:3.12-slim\nRUN pip install --upgrade pip && pip wheel --wheel-dir /wheels apprise \
                 \"psycopg[c]\" django -r requirements.txt\n",
            ),
        ],
        says: &[("package-files", "requirements.txt"), ("own-packages", "django")],
        troubles: &[("Dockerfile:2", "This installs apprise, psycopg, which your lists do not name")],
    },
    Row {
        name: "a list by the value of a build argument",
        files: &[
            ("requirements/base.txt", "django==5.2.4\n"),
            ("requirements/production.txt", "-r base.txt\ngunicorn\n"),
            ("requirements/local.txt", "-r base.txt\nwerkzeug\n"),
            (
                "compose/production/django/Dockerfile",
                "FROM python:3.13-slim AS build\nARG BUILD_ENVIRONMENT=production\nCOPY ./requirements .\nRUN pip wheel \
                 --wheel-dir /wheels -r ${BUILD_ENVIRONMENT}.txt\nFROM python:3.13-slim\nCOPY --from=build /wheels \
                 /wheels\nRUN pip install --no-index --find-links=/wheels /wheels/*\n",
            ),
            (
                "compose/local/django/Dockerfile",
                "FROM python:3.13-slim\nARG BUILD_ENVIRONMENT=local\nCOPY ./requirements .\nRUN pip install -r \
                 ${BUILD_ENVIRONMENT}.txt\n",
            ),
        ],
        says: &[
            ("package-files", "requirements/production.txt"),
            ("development-files", "requirements/local.txt"),
            ("package-sources", "requirements/base.txt"),
        ],
        troubles: &[],
    },
    Row {
        name: "a list that is made of another",
        files: &[
            (
                "requirements.txt",
                "#\n# pip-compile\n#\ndjango==5.2.4 \\\n    --hash=sha256:aaaa\nasgiref==3.8.1 \\\n    \
                 --hash=sha256:cccc\n",
            ),
            ("requirements.in", "django>=5.2\n"),
        ],
        says: &[("package-files", "requirements.txt"), ("package-sources", ""), ("own-packages", "django")],
        troubles: &[],
    },
    Row {
        name: "a lock and a list: the lock is in use",
        files: &[("pyproject.toml", PYPROJECT), ("uv.lock", UV_LOCK), ("requirements.txt", LIST)],
        says: &[("packages", "uv"), ("package-files", "")],
        troubles: &[("requirements.txt", "The image installs from uv.lock, not from this file.")],
    },
    Row {
        name: "a lock and a list that was exported from it",
        files: &[
            ("pyproject.toml", PYPROJECT),
            ("uv.lock", UV_LOCK),
            (
                "requirements.txt",
                "# This file was autogenerated by uv via the following command:\n#    uv export -o \
                 requirements.txt\ndjango==5.2.4\n",
            ),
        ],
        says: &[("packages", "requirements"), ("package-files", "requirements.txt")],
        troubles: &[],
    },
    Row {
        name: "a lock and a list, and the Dockerfile installs the list",
        files: &[
            ("pyproject.toml", PYPROJECT),
            ("uv.lock", UV_LOCK),
            ("requirements.txt", LIST),
            ("Dockerfile", "FROM python:3.12-slim\nCOPY requirements.txt .\nRUN pip install -r requirements.txt\n"),
        ],
        says: &[("packages", "requirements"), ("package-files", "requirements.txt")],
        troubles: &[("uv.lock", "The image installs from requirements.txt, not from this file.")],
    },
    Row {
        name: "two locks: the one with a table of its tool",
        files: &[
            (
                "pyproject.toml",
                "[project]\nname = \"shop\"\ndependencies = [\"django\"]\n[tool.poetry]\npackage-mode = false\n",
            ),
            ("uv.lock", "version = 1\n"),
            ("poetry.lock", "[[package]]\nname = \"django\"\nversion = \"5.2.4\"\n"),
        ],
        says: &[("packages", "poetry")],
        troubles: &[],
    },
    Row {
        name: "a local package and a line from git",
        files: &[
            ("requirements.txt", "Django==5.2.4\n-e ./libs/foo\ngit+https://github.com/a/b.git@main#egg=b\n"),
            ("libs/foo/pyproject.toml", "[project]\nname=\"foo\"\n"),
        ],
        says: &[
            ("packages", "requirements"),
            ("package-sources", "libs/foo"),
            ("packages-dir", ""),
            ("build-packages", "git"),
        ],
        troubles: &[],
    },
    Row {
        name: "constraints, a local package, git, and an index with a token",
        files: &[
            ("requirements/constraints.txt", "numpy<2\n"),
            (
                "requirements/base.txt",
                "-c constraints.txt\n--extra-index-url https://${TOKEN}@packages.example.org/simple\ndjango==5.2.4\n-e \
                 libs/shared\nours @ git+https://example.org/ours.git@v1\n",
            ),
            ("requirements/production.txt", "-r base.txt\ngunicorn\n"),
            ("requirements/local.txt", "-r base.txt\npytest\n"),
            ("libs/shared/pyproject.toml", "[project]\nname = \"shared\"\n"),
        ],
        says: &[
            ("package-files", "requirements/production.txt"),
            ("development-files", "requirements/local.txt"),
            ("package-sources", "requirements/base.txt requirements/constraints.txt libs/shared"),
            ("own-packages", "django gunicorn"),
            ("build-packages", "git"),
        ],
        troubles: &[("requirements/base.txt:2", "pass it as a build secret")],
    },
    Row {
        name: "a local package beside a list that is not at the root",
        files: &[
            ("backend/manage.py", MANAGE),
            ("backend/requirements.txt", "django==5.2.4\n./libs/foo\n"),
            ("backend/libs/foo/setup.py", "setup(name='foo')\n"),
        ],
        says: &[
            ("package-files", "backend/requirements.txt"),
            ("packages-dir", "backend"),
            ("package-sources", "backend/libs/foo"),
        ],
        troubles: &[],
    },
    Row {
        name: "paths that no image can have",
        files: &[("requirements.txt", "django==5.2.4\n-r ../shared.txt\n./my libs\n-e .\n"), ("setup.py", "setup()\n")],
        says: &[("packages", "requirements"), ("package-sources", "setup.py")],
        troubles: &[
            ("requirements.txt:2", "is outside the project"),
            ("requirements.txt:3", "cannot be in an image as it is"),
            ("requirements.txt:4", "This installs the project itself"),
        ],
    },
    Row {
        name: "lists of other names, where one includes them",
        files: &[("requirements.txt", "-r deps/web.txt\n"), ("deps/web.txt", "django==5.2.4\ngunicorn\n")],
        says: &[
            ("package-files", "requirements.txt"),
            ("package-sources", "deps/web.txt"),
            ("own-packages", "django gunicorn"),
        ],
        troubles: &[],
    },
    Row {
        name: "a list that only installs the project",
        files: &[("requirements.txt", "-e .\n"), ("pyproject.toml", PYPROJECT)],
        says: &[("packages", "pyproject"), ("own-packages", "django gunicorn psycopg[binary]")],
        troubles: &[("requirements.txt", "The image installs from pyproject.toml, not from this file.")],
    },
    Row {
        name: "a list beside one for development",
        files: &[
            ("requirements.txt", "django==5.2.4\n"),
            ("requirements-dev.txt", "-r requirements.txt\nblack\nselenium\n"),
        ],
        says: &[
            ("package-files", "requirements.txt"),
            ("development-files", "requirements-dev.txt"),
            ("requirements", "split"),
            ("own-packages", "django"),
        ],
        troubles: &[],
    },
    Row {
        name: "packages that bring others",
        files: &[("requirements.txt", "wagtail==6.3\ncelery[redis]==5.4\nuvicorn[standard]\ndjango-rq\n")],
        says: &[("own-packages", "celery[redis] django httptools redis uvicorn uvloop watchfiles websockets")],
        troubles: &[],
    },
    Row {
        name: "Python: .python-version before all but the Dockerfile",
        files: &[
            ("requirements.txt", LIST),
            (".tool-versions", "python 3.13.1\nnodejs 22.1.0\n"),
            (".python-version", "3.12\n"),
            ("runtime.txt", "python-3.11.9\n"),
            (
                "pyproject.toml",
                "[project]\nname = \"shop\"\nrequires-python = \">=3.10\"\ndependencies = [\"django\"]\n",
            ),
        ],
        says: &[("python", "3.12"), ("packages", "requirements")],
        troubles: &[("pyproject.toml", "The image installs from requirements.txt, not from this file.")],
    },
    Row {
        name: "Python: .tool-versions",
        files: &[("requirements.txt", LIST), (".tool-versions", "python 3.12.4\npoetry 1.8\n")],
        says: &[("python", "3.12")],
        troubles: &[],
    },
    Row {
        name: "Python: mise.toml before runtime.txt",
        files: &[
            ("requirements.txt", LIST),
            ("mise.toml", "[tools]\npython = { version = \"3.12.1\" }\nnode = \"22\"\n"),
            ("runtime.txt", "python-3.11.9\n"),
        ],
        says: &[("python", "3.12")],
        troubles: &[],
    },
    Row {
        name: "Python: one that is not offered",
        files: &[("requirements.txt", LIST), ("runtime.txt", "python-3.9.18\n")],
        says: &[("python", "")],
        troubles: &[("runtime.txt:1", "Python 3.9 is not among the options.")],
    },
    Row {
        name: "Python: the newest inside a range",
        files: &[
            ("requirements.txt", LIST),
            ("pyproject.toml", "[project]\nname = \"shop\"\nrequires-python = \">=3.10,<3.12\"\n"),
        ],
        says: &[("python", "3.11")],
        troubles: &[],
    },
    Row {
        name: "Python: a lower bound is not the version",
        files: &[
            ("requirements.txt", LIST),
            ("pyproject.toml", "[project]\nname = \"shop\"\nrequires-python = \">=3.10\"\n"),
        ],
        says: &[("python", "3.13")],
        troubles: &[],
    },
    Row {
        name: "Python: only newer ones than the default",
        files: &[
            ("requirements.txt", LIST),
            ("pyproject.toml", "[project]\nname = \"shop\"\nrequires-python = \">=3.14\"\n"),
        ],
        says: &[("python", "3.14")],
        troubles: &[],
    },
    Row {
        name: "Python: several lines",
        files: &[("requirements.txt", LIST), (".python-version", "3.12.7\n3.11.9\n")],
        says: &[("python", "3.12")],
        troubles: &[],
    },
    Row {
        name: "Python: what CI runs, the newest of a matrix",
        files: &[
            ("requirements.txt", LIST),
            (
                ".github/workflows/ci.yml",
                "jobs:\n  t:\n    strategy:\n      matrix:\n        python-version:\n          - \"3.10\"\n          - \
                 \"3.11\"\n    steps:\n    - uses: actions/setup-python@v5\n      with: {python-version: ${{ matrix.v }}}\n",
            ),
        ],
        says: &[("python", "3.11")],
        troubles: &[],
    },
    Row {
        name: "Python: a platform",
        files: &[
            ("requirements.txt", LIST),
            ("render.yaml", "services:\n  - envVars:\n      - key: PYTHON_VERSION\n        value: 3.12.8\n"),
        ],
        says: &[("python", "3.12")],
        troubles: &[],
    },
    Row {
        name: "Django without a version",
        files: &[("requirements.txt", "django\npsycopg2-binary\n")],
        says: &[("django", ""), ("python", ""), ("own-packages", "django psycopg2-binary")],
        troubles: &[("requirements.txt:1", "The Django version is not specified here.")],
    },
    Row {
        name: "Django: the newest that a range admits and Python runs",
        files: &[("requirements.txt", "django>=4.2\n"), (".python-version", "3.11\n")],
        says: &[("django", "5.2"), ("python", "3.11")],
        troubles: &[],
    },
    Row {
        name: "Django 4.2 and no word on Python",
        files: &[("requirements.txt", "Django==4.2.16\npsycopg2-binary==2.9.9\ngunicorn==21.2\n")],
        says: &[("django", "4.2"), ("python", "3.12")],
        troubles: &[],
    },
    Row {
        name: "a Django that is not offered counts as the one before it",
        files: &[("requirements.txt", "Django==5.1.4\n")],
        says: &[("django", "4.2"), ("python", "3.12")],
        troubles: &[("requirements.txt:1", "Django 5.1 is not among the options")],
    },
    Row {
        name: "channels and every server: the one in INSTALLED_APPS",
        files: &[
            ("requirements.txt", "Django==5.2.4\ngunicorn\nchannels==4.2\nchannels-redis==4.2\ndaphne==4.1\nuvicorn\n"),
            ("shop/settings.py", "MIDDLEWARE = []\nINSTALLED_APPS = [\n    \"daphne\",\n    \"channels\",\n]\n"),
        ],
        says: &[("websockets", "true"), ("server", "daphne")],
        troubles: &[],
    },
    Row {
        name: "channels and Gunicorn with Uvicorn",
        files: &[("requirements.txt", "Django==5.2.4\ngunicorn\nchannels\nchannels-redis\nuvicorn\n")],
        says: &[("websockets", "true"), ("server", "gunicorn-uvicorn")],
        troubles: &[],
    },
    Row {
        name: "channels as a package, and a Procfile that serves WSGI",
        files: &[
            ("requirements.txt", "Django==5.2.4\ngunicorn\nchannels\n"),
            ("Procfile", "web: gunicorn shop.wsgi\n"),
        ],
        says: &[("server", "gunicorn-uvicorn"), ("websockets", "true")],
        troubles: &[],
    },
];

#[test]
fn projects_say_what_installs_their_packages() {
    let mut faults = String::new();
    for row in ROWS {
        let found = inspect(&tree(row.files));
        for (id, expected) in row.says {
            assert!(option(id).is_some(), "no option {id}");
            let told = found.inferred.iter().find(|told| told.option == *id);
            let value = told.map_or("", |told| told.value.as_str());
            if value != *expected {
                // Writing into a String does not fail.
                let _ = writeln!(faults, "{}: {id}: {value:?} instead of {expected:?}", row.name);
            }
        }
        let places: Vec<(String, String)> = found
            .troubles
            .iter()
            .map(|trouble| {
                assert!(is_said(&trouble.message), "{}", trouble.message);
                let line = trouble.line.map(|line| format!(":{line}")).unwrap_or_default();
                (format!("{}{line}", trouble.file), trouble.message.to_string())
            })
            .collect();
        for (place, words) in row.troubles {
            if !places.iter().any(|(file, message)| file == place && message.contains(words)) {
                let _ = writeln!(faults, "{}: nothing is said of {words:?} at {place}: {places:?}", row.name);
            }
        }
        if places.len() != row.troubles.len() {
            let _ = writeln!(faults, "{}: {places:?}", row.name);
        }
        // No plan refuses itself.
        let refused: Vec<_> =
            check(&found.choices, TODAY).into_iter().filter(|finding| finding.severity == Severity::Error).collect();
        if !refused.is_empty() {
            let _ = writeln!(faults, "{}: {refused:?}", row.name);
        }
    }
    assert!(faults.is_empty(), "{faults}");
}

/// A migration to what the project says, with a choice or two on top.
fn migrated(files: &[(&str, &str)], pairs: &[(&str, &str)]) -> Migration {
    let tree = tree(files);
    let found = inspect(&tree);
    let mut choices = effective(&found.choices);
    for (id, value) in pairs {
        set(&mut choices, id, value).expect("a value");
    }
    planned_for(&tree, &found, &choices)
}

fn text<'a>(plan: &'a Migration, path: &str) -> &'a str {
    let row = plan.files.iter().find(|row| row.file.path == path).unwrap_or_else(|| panic!("no {path}"));
    row.file.after.as_deref().unwrap_or_default()
}

/// The lines of a list without their comments.
fn lines<'a>(plan: &'a Migration, path: &str) -> Vec<&'a str> {
    let lines = text(plan, path).lines().map(|line| line.split("  #").next().unwrap_or(line));
    lines.filter(|line| !line.is_empty() && !line.starts_with('#')).collect()
}

/// The set adds what a project lacks, and says how the project's own tool takes it in.
#[test]
fn what_a_project_lacks_is_added_beside_its_own_lists() {
    for row in ROWS.iter().filter(|row| row.says.iter().any(|(id, value)| *id == "packages" && !value.is_empty())) {
        let before = tree(row.files);
        let plan = migrated(row.files, &[]);
        assert_eq!(plan.requirements, None, "{}", row.name);
        for file in &plan.files {
            assert_ne!(file.step, MigrationStep::Delete, "{}: {}", row.name, file.file.path);
            let is_theirs = before.contains_key(&file.file.path) && file.step != MigrationStep::Done;
            assert!(!is_theirs || file.file.path.ends_with(".py"), "{}: {} is changed", row.name, file.file.path);
        }
        let tasks: Vec<TaskId> = plan.tasks.iter().flat_map(|section| &section.tasks).map(|task| task.id).collect();
        assert!(!tasks.contains(&TaskId::OwnRequirements) && !tasks.contains(&TaskId::PinnedRequirements));
        assert_eq!(
            tasks.contains(&TaskId::AddedPackages),
            !lines(&plan, "requirements/container.txt").is_empty(),
            "{}",
            row.name
        );
    }
    let said = |plan: &Migration| {
        let tasks = plan.tasks.iter().flat_map(|section| &section.tasks);
        tasks.filter(|task| task.id == TaskId::AddedPackages).map(|task| task.text.to_string()).collect::<String>()
    };
    // The pool is an extra that psycopg lacks there.
    let plan = migrated(&[("requirements.txt", LIST)], &[("redis", "none")]);
    assert_eq!(lines(&plan, "requirements/container.txt"), ["psycopg[pool]"]);
    assert!(said(&plan).ends_with("add `psycopg[pool]` to `requirements.txt`"), "{}", said(&plan));
    let plan = migrated(&[("pyproject.toml", PYPROJECT), ("uv.lock", UV_LOCK)], &[("redis", "none")]);
    assert_eq!(lines(&plan, "requirements/container.txt"), ["psycopg[pool]", "whitenoise<7"]);
    assert!(said(&plan).contains("`uv add 'psycopg[pool]' 'whitenoise<7'`"), "{}", said(&plan));
    // What another package brings is not added again, and no driver comes twice.
    let plan = migrated(
        &[("requirements.txt", "django==5.2.4\ncelery[redis]==5.4\ngunicorn\nwhitenoise\npsycopg2==2.9.9\n")],
        &[("celery", "worker"), ("redis", "7")],
    );
    assert_eq!(lines(&plan, "requirements/container.txt"), Vec::<&str>::new());
    assert_eq!(said(&plan), "");
    // Without Django in the lists, its series is what the choices say.
    let plan = migrated(&[("requirements.txt", "gunicorn\n")], &[]);
    assert!(lines(&plan, "requirements/container.txt").contains(&"django==5.2.*"));
}

/// Splitting is a wish; it loses nothing and takes nothing from production that production imports.
#[test]
fn lists_are_split_where_that_is_wished() {
    let files = &[
        ("requirements.txt", "django==5.2.4\nfaker==30.0\ndjango-debug-toolbar\nblack\npsycopg2==2.9.9\n-c pins.txt\n"),
        ("requirements-dev.txt", "pytest\n"),
        (
            "shop/settings.py",
            "import faker\nMIDDLEWARE = []\nINSTALLED_APPS = ['debug_toolbar', 'django.contrib.staticfiles']\n",
        ),
    ];
    let plan = migrated(files, &[("packages", "set")]);
    let base = lines(&plan, "requirements/base.txt");
    assert!(base.contains(&"faker==30.0") && base.contains(&"django-debug-toolbar"), "{base:?}");
    assert!(
        base.contains(&"psycopg2==2.9.9") && !base.iter().any(|line| line.starts_with("psycopg2-binary")),
        "{base:?}"
    );
    let development = lines(&plan, "requirements/development.txt");
    assert!(development.contains(&"black") && development.contains(&"pytest"), "{development:?}");
    let split = plan.requirements.as_ref().expect("an account");
    let faker = split.lines.iter().find(|line| line.text.starts_with("faker")).expect("its line");
    assert_eq!(faker.note.to_string(), "Your code imports faker, so production installs it as well.");

    // Constraints install nothing, so they stay what and where they are.
    let files = &[
        ("requirements/base.txt", "-c constraints.txt\ndjango==5.2.4\n"),
        ("requirements/constraints.txt", "numpy<2\n"),
    ];
    let plan = migrated(files, &[("packages", "set")]);
    assert!(!plan.files.iter().any(|row| row.file.path.ends_with("constraints.txt")));
    assert!(lines(&plan, "requirements/base.txt").contains(&"-c constraints.txt"));

    // What is in no list is named.
    let plan = migrated(&[("pyproject.toml", PYPROJECT), ("uv.lock", UV_LOCK)], &[("packages", "set")]);
    let trouble = plan.troubles.iter().find(|trouble| trouble.file == "uv.lock").expect("a trouble");
    assert!(trouble.message.to_string().contains("set “packages” to “uv”"), "{}", trouble.message);
}
