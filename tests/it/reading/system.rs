//! Debian packages and translations.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use dunnage::project::inspect::{Inspection, inspect, is_listed};
use dunnage::project::system_packages::{
    ALPINE, BUILD_TOOLS, BUILDPACKS, LIBRARIES, NEEDS, NIX, OLD, ONLY_BOOKWORM, RENAMED, Release, SETTING_NEEDS,
    Wheels, is_left_out, name_in,
};
use dunnage::project::update::Tree;

use crate::support::rendered;

/// A project's files: path and text.
type Files<'a> = &'a [(&'a str, &'a str)];

fn tree(files: Files) -> Tree {
    files.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect()
}

fn value(found: &Inspection, id: &str) -> String {
    found.inferred.iter().find(|row| row.option == id).map_or_else(String::new, |row| row.value.clone())
}

/// A project, and the packages for its build and in its image.
struct Row<'a> {
    files: Files<'a>,
    build: &'a str,
    run: &'a str,
}

const SLIM: &str = "FROM python:3.13-slim\n";

/// Projects whose packages, settings and own lists say what they need; the image has Debian 13 where nothing is said.
const ROWS: &[Row] = &[
    // A plain project needs nothing.
    Row {
        files: &[("requirements.txt", "Django==5.2.4\npsycopg[binary,pool]==3.2.9\ngunicorn\n")],
        build: "",
        run: "",
    },
    // Drivers of PostgreSQL.
    Row { files: &[("requirements.txt", "psycopg2==2.9.10\n")], build: "libpq-dev", run: "libpq5" },
    Row { files: &[("requirements.txt", "psycopg[c]==3.2.9\n")], build: "libpq-dev", run: "libpq5" },
    Row { files: &[("requirements.txt", "psycopg==3.2.9\n")], build: "", run: "libpq5" },
    Row { files: &[("requirements.txt", "psycopg==3.2.9\npsycopg-binary==3.2.9\n")], build: "", run: "" },
    Row { files: &[("requirements.txt", "Psycopg2_Binary>=2.9\n")], build: "", run: "" },
    // A pin that is older than the wheels of the image's Python is compiled.
    Row {
        files: &[("Dockerfile", "FROM python:3.13-slim\n"), ("requirements.txt", "psycopg2-binary==2.9.9\n")],
        build: "libpq-dev",
        run: "libpq5",
    },
    Row {
        files: &[("Dockerfile", "FROM python:3.12-slim\n"), ("requirements.txt", "psycopg2-binary==2.9.9\n")],
        build: "",
        run: "",
    },
    Row {
        files: &[("Dockerfile", "FROM python:3.14-slim\n"), ("requirements.txt", "lxml<5\nPillow~=10.2\n")],
        build: "libjpeg-dev libxml2-dev libxslt1-dev zlib1g-dev",
        run: "libjpeg62-turbo libxml2 libxslt1.1",
    },
    // The names of the release.
    Row {
        files: &[("requirements.txt", "python-ldap==3.4.4\npython-magic\n")],
        build: "libldap-dev libsasl2-dev",
        run: "libldap2 libmagic1t64 libsasl2-2",
    },
    Row {
        files: &[
            ("Dockerfile", "FROM python:3.13-slim-bookworm\n"),
            ("requirements.txt", "python-ldap==3.4.4\npython-magic\n"),
        ],
        build: "libldap-dev libsasl2-dev",
        run: "libldap-2.5-0 libmagic1 libsasl2-2",
    },
    // Versions that need more than others.
    Row {
        files: &[("requirements.txt", "weasyprint==65.1\n")],
        build: "",
        run: "fonts-dejavu-core libharfbuzz-subset0 libpango-1.0-0 libpangoft2-1.0-0",
    },
    Row {
        files: &[("requirements.txt", "WeasyPrint==52.5\n")],
        build: "",
        run: "fonts-dejavu-core libcairo2 libgdk-pixbuf-2.0-0 libharfbuzz-subset0 libpango-1.0-0 libpangocairo-1.0-0 \
              libpangoft2-1.0-0 shared-mime-info",
    },
    // Settings: applications, engines and URLs; those of development count for nothing, and neither do comments.
    Row {
        files: &[(
            "shop/settings.py",
            "DATABASES = {'default': {'ENGINE': 'django.contrib.gis.db.backends.postgis'}}\n",
        )],
        build: "",
        run: "binutils gdal-bin",
    },
    Row {
        files: &[("shop/settings.py", "INSTALLED_APPS = ['django.contrib.gis']\n")],
        build: "",
        run: "binutils gdal-bin",
    },
    Row {
        files: &[("shop/settings.py", "DATABASES = {'default': env.db(default='spatialite:///db.sqlite3')}\n")],
        build: "",
        run: "binutils gdal-bin libsqlite3-mod-spatialite",
    },
    Row { files: &[("shop/settings.py", "# INSTALLED_APPS = ['django.contrib.gis']\n")], build: "", run: "" },
    Row { files: &[("shop/settings/local.py", "INSTALLED_APPS = ['django.contrib.gis']\n")], build: "", run: "" },
    Row {
        files: &[
            ("shop/settings.py", "DATABASES = {'default': {'ENGINE': 'django.db.backends.mysql'}}\n"),
            ("requirements.txt", "mysqlclient==2.2.7\n"),
        ],
        build: "default-libmysqlclient-dev pkg-config",
        run: "libmariadb3",
    },
    Row {
        files: &[
            ("shop/settings.py", "DATABASES = {'default': {'ENGINE': 'django.db.backends.mysql'}}\n"),
            ("requirements.txt", "PyMySQL==1.1\n"),
        ],
        build: "",
        run: "",
    },
    // What only development installs needs a compiler there, and nothing in the image.
    Row {
        files: &[("requirements.txt", "Django\n"), ("requirements-dev.txt", "psycopg2\npytesseract\nselenium\n")],
        build: "libpq-dev",
        run: "",
    },
    // Sources that are fetched.
    Row { files: &[("requirements.txt", "git+https://example.org/a/b.git@v1#egg=b\n")], build: "git", run: "" },
    Row { files: &[("requirements.txt", "-e git+ssh://git@example.org/b.git#egg=b\n")], build: "git", run: "" },
    Row {
        files: &[("requirements.txt", "b @ git+https://example.org/b.git\n# git+https://x\n")],
        build: "git",
        run: "",
    },
    Row { files: &[("requirements.txt", "b @ hg+https://example.org/b\n")], build: "mercurial", run: "" },
    Row { files: &[("requirements.txt", "# git+https://example.org/b.git\ndigit+1\n")], build: "", run: "" },
    Row { files: &[("requirements.txt", "GitPython==3.1\n")], build: "", run: "git" },
    // What is installed elsewhere only.
    Row { files: &[("requirements.txt", "psycopg2; sys_platform == 'win32'\n")], build: "", run: "" },
    Row { files: &[("requirements.txt", "psycopg2; sys_platform != 'win32'\n")], build: "libpq-dev", run: "libpq5" },
    // Project files.
    Row {
        files: &[(
            "pyproject.toml",
            "[project]\nname = 'shop'\ndependencies = ['psycopg[c]>=3', 'b @ git+https://example.org/b.git']\n\
             [project.optional-dependencies]\nldap = ['python-ldap']\n[dependency-groups]\ndev = ['selenium']\n",
        )],
        build: "git libpq-dev",
        run: "libpq5",
    },
    Row {
        files: &[(
            "pyproject.toml",
            "[tool.poetry.dependencies]\npsycopg = {version = '^3', extras = ['c']}\nb = {git = 'https://example.org/b'}\n\
             python-ldap = {version = '*', optional = true}\n[tool.poetry.group.dev.dependencies]\nselenium = '*'\n",
        )],
        build: "git libpq-dev",
        run: "libpq5",
    },
    Row {
        files: &[("Pipfile", "[packages]\npsycopg2 = '*'\n[dev-packages]\nselenium = '*'\n")],
        build: "libpq-dev",
        run: "libpq5",
    },
    // Locks: what production reaches, with the versions that are installed.
    Row {
        files: &[
            ("pyproject.toml", "[project]\nname = 'shop'\ndependencies = ['report']\n"),
            (
                "uv.lock",
                "[[package]]\nname = 'shop'\nversion = '0'\nsource = { virtual = '.' }\n\
                 dependencies = [{ name = 'report', extra = ['pdf'] }]\n\
                 [package.dev-dependencies]\ndev = [{ name = 'selenium' }]\n\
                 [[package]]\nname = 'report'\nversion = '1'\n[package.optional-dependencies]\npdf = [{ name = 'weasyprint' }]\n\
                 [[package]]\nname = 'weasyprint'\nversion = '65.1'\n[[package]]\nname = 'selenium'\nversion = '4'\n",
            ),
        ],
        build: "",
        run: "fonts-dejavu-core libharfbuzz-subset0 libpango-1.0-0 libpangoft2-1.0-0",
    },
    Row {
        files: &[(
            "poetry.lock",
            "[[package]]\nname = 'pycairo'\nversion = '1.27'\ngroups = ['main']\n\
             [[package]]\nname = 'selenium'\nversion = '4'\ngroups = ['dev']\n\
             [[package]]\nname = 'b'\nversion = '1'\ngroups = ['main']\n[package.source]\ntype = 'git'\nurl = 'https://example.org/b'\n",
        )],
        build: "git libcairo2-dev pkg-config",
        run: "libcairo2",
    },
    Row {
        files: &[(
            "Pipfile.lock",
            r#"{"default": {"psycopg2": {"version": "==2.9.10"}}, "develop": {"selenium": {"version": "==4.1"}}}"#,
        )],
        build: "libpq-dev",
        run: "libpq5",
    },
    // The own Dockerfile: one stage, in which headers stand for the library that the application needs.
    Row {
        files: &[(
            "Dockerfile",
            "FROM python:3.12-slim-bookworm\nRUN apt-get update --yes --quiet && apt-get install --yes --quiet \
             --no-install-recommends build-essential libpq-dev libmariadb-dev libjpeg62-turbo-dev zlib1g-dev libwebp-dev \
             && rm -rf /var/lib/apt/lists/*\nRUN pip install -r requirements.txt\n",
        )],
        build: "libjpeg62-turbo-dev libmariadb-dev libpq-dev libwebp-dev zlib1g-dev",
        run: "libjpeg62-turbo libmariadb3 libpq5 libwebp7 libwebpdemux2 libwebpmux3",
    },
    // Tools of people, what the base image has and what the set brings stay out.
    Row {
        files: &[(
            "Dockerfile",
            "FROM python:3.13-slim\nRUN apt-get install -y ffmpeg libmagic1 gettext vim git curl wget ca-certificates \
             python3-dev postgresql-client-15 nginx supervisor gosu procps\n",
        )],
        build: "",
        run: "ffmpeg libmagic1t64",
    },
    // Stages: what is copied from is for the build; tests and the front end are nothing of either.
    Row {
        files: &[(
            "Dockerfile",
            "FROM node:22 AS assets\nRUN apt-get install -y libvips-dev\n\
             FROM python:3.13-slim AS base\nRUN apt-get install -y libpq5\n\
             FROM base AS builder\nRUN apt-get install -y libpq-dev cmake\nRUN pip wheel -r requirements.txt\n\
             FROM base AS app\nCOPY --from=assets /static /static\nCOPY --from=builder /wheels /wheels\n\
             RUN <<EOF\napt-get update\n# what PDFs need\napt-get install -y --no-install-recommends libpango-1.0-0\nEOF\n\
             FROM app AS test\nRUN apt-get install -y chromium\n",
        )],
        build: "cmake libpq-dev",
        run: "libpango-1.0-0 libpq5",
    },
    Row {
        files: &[(
            "compose/production/postgres/Dockerfile",
            "FROM postgres:16\nRUN apt-get install -y postgresql-plperl\n",
        )],
        build: "",
        run: "",
    },
    Row {
        files: &[("docker/dev/Dockerfile", "FROM python:3.13-slim\nRUN apt-get install -y graphviz\n")],
        build: "",
        run: "",
    },
    // What the same instruction removes again.
    Row {
        files: &[(
            "Dockerfile",
            "FROM python:3.13-slim\nRUN deps='gcc libpq-dev' && apt-get install -y $deps libpq5 && pip install psycopg2 \
             && apt-get purge -y $deps\n",
        )],
        build: "libpq-dev",
        run: "libpq5",
    },
    // Older names, and Alpine's.
    Row {
        files: &[("Dockerfile", "FROM python:3.13-slim\nRUN apt-get install -y libgl1-mesa-glx libmysqlclient-dev\n")],
        build: "default-libmysqlclient-dev",
        run: "libgl1 libmariadb3",
    },
    Row {
        files: &[(
            "Dockerfile",
            "FROM python:3.13-alpine\nRUN apk add --no-cache --virtual .build gcc musl-dev postgresql-dev \
             && apk add --no-cache libpq jpeg-dev bash && pip install psycopg2 && apk del .build\n",
        )],
        build: "libjpeg-dev libpq-dev",
        run: "libjpeg62-turbo libpq5",
    },
    // Lists and other platforms.
    Row {
        files: &[("Aptfile", "# drivers\nlibpq-dev\ngettext\n\n"), ("apt.txt", "ffmpeg=7:*\n")],
        build: "libpq-dev",
        run: "ffmpeg libpq5",
    },
    Row {
        files: &[
            ("nixpacks.toml", "[phases.setup]\naptPkgs = ['...', \"libmagic1\"]\nnixPkgs = [\"...\", \"ffmpeg\"]\n"),
            (
                "railpack.json",
                r#"{"buildAptPackages": ["libpq-dev"], "deploy": {"aptPackages": ["...", "poppler-utils"]}}"#,
            ),
            (
                "project.toml",
                "[com.heroku.buildpacks.deb-packages]\ninstall = [\"libvips42\", { name = \"graphviz\" }]\n",
            ),
        ],
        build: "libpq-dev",
        run: "ffmpeg graphviz libmagic1t64 libvips42t64 poppler-utils",
    },
    Row {
        files: &[(
            "app.json",
            r#"{"buildpacks": [{"url": "https://github.com/heroku/heroku-geo-buildpack"}, {"url": "heroku/python"}]}"#,
        )],
        build: "",
        run: "binutils gdal-bin",
    },
    // The project's list and what is inferred are joined.
    Row {
        files: &[
            (
                "Dockerfile",
                "FROM python:3.12-slim-bookworm\nRUN apt-get install -y gdal-bin libproj-dev binutils gettext\n",
            ),
            ("config/settings/base.py", "ENGINE = {'ENGINE': 'django.contrib.gis.db.backends.postgis'}\n"),
            ("requirements.txt", "weasyprint\npsycopg2\n"),
        ],
        build: "libpq-dev libproj-dev",
        run: "binutils fonts-dejavu-core gdal-bin libharfbuzz-subset0 libpango-1.0-0 libpangoft2-1.0-0 libpq5 libproj25",
    },
];

#[test]
fn debian_packages_follow_from_lists_packages_and_settings() {
    let mut faults = String::new();
    for row in ROWS {
        let found = inspect(&tree(row.files));
        let (build, run) = (value(&found, "build-packages"), value(&found, "system-packages"));
        if (build.as_str(), run.as_str()) != (row.build, row.run) {
            let _ = writeln!(faults, "{:?}\n    build: {build:?}\n    run:   {run:?}", row.files);
        }
    }
    assert!(faults.is_empty(), "{faults}");
}

/// Every distribution of the table that is on its own gets what its row says.
#[test]
fn every_row_of_the_table_is_read() {
    for need in NEEDS.iter().filter(|need| need.before.is_none() && !matches!(need.wheels, Wheels::Since(_))) {
        for name in need.names {
            let files = [("requirements.txt", *name), ("Dockerfile", "FROM python:3.13-slim-bookworm\n")];
            let found = inspect(&tree(&files));
            let all = [value(&found, "build-packages"), value(&found, "system-packages")].join(" ");
            let all: BTreeSet<&str> = all.split_whitespace().collect();
            for wanted in need.build.iter().chain(need.run) {
                assert!(all.contains(wanted), "{name} lacks {wanted}: {all:?}");
            }
        }
    }
}

#[test]
fn every_name_has_its_own_place() {
    let files = [
        (
            "Dockerfile",
            "FROM python:3.13-slim\nRUN apt-get update \\\n    && apt-get install -y \\\n    ffmpeg \\\n    graphviz\n",
        ),
        (
            "requirements.txt",
            "Django\n# The driver.\npsycopg2==2.9.10\npython-magic\npdf2image\npytesseract\nweasyprint\n",
        ),
        ("shop/settings.py", "import os\nINSTALLED_APPS = [\n    'django.contrib.gis',\n]\n"),
    ];
    let found = inspect(&tree(&files));
    let row = found.inferred.iter().find(|row| row.option == "system-packages").expect("found");
    let places: Vec<String> =
        row.items.iter().map(|(name, place)| format!("{name} {}:{}", place.file, place.line)).collect();
    assert_eq!(
        places,
        [
            "binutils shop/settings.py:3",
            "ffmpeg Dockerfile:4",
            "fonts-dejavu-core requirements.txt:7",
            "gdal-bin shop/settings.py:3",
            "graphviz Dockerfile:5",
            "libharfbuzz-subset0 requirements.txt:7",
            "libmagic1t64 requirements.txt:4",
            "libpango-1.0-0 requirements.txt:7",
            "libpangoft2-1.0-0 requirements.txt:7",
            "libpq5 requirements.txt:3",
            "poppler-utils requirements.txt:5",
            "tesseract-ocr requirements.txt:6",
        ]
    );
    // Every place is evidence, however many there are, and what people read has the names.
    assert!(row.items.iter().all(|(_, place)| row.evidence.contains(place)));
    assert!(found.to_text().contains("    libpq5: requirements.txt:3: psycopg2==2.9.10\n"), "{}", found.to_text());
    // The lists are facts of the set.
    let dockerfile = rendered(&found.choices).files.get("docker/Dockerfile").expect("rendered").text.clone();
    assert!(dockerfile.contains("build-essential libpq-dev"), "{dockerfile}");
    assert!(dockerfile.contains(" libpq5 poppler-utils tesseract-ocr"), "{dockerfile}");
}

/// What cannot be installed, or does not suffice, is said with its place.
#[test]
fn what_debian_does_not_have_is_said() {
    let rows: &[(Files, usize, &str)] = &[
        (&[("Dockerfile", "FROM python:3.13-slim\nRUN apt-get install -y $PACKAGES\n")], 2, "“$PACKAGES”"),
        (&[("Dockerfile", "FROM python:3.13-slim\nRUN apt-get install -y $(cat packages.txt)\n")], 2, "“$(cat”"),
        (&[("Dockerfile", "FROM python:3.13-slim\nRUN apt-get install -y ./local.deb\n")], 2, "“./local.deb”"),
        (&[("Dockerfile", "FROM python:3.13-alpine\nRUN apk add exotic-dev\n")], 2, "exotic-dev"),
        (
            &[(
                "Dockerfile",
                "FROM python:3.13-slim\nRUN echo deb x > /etc/apt/sources.list.d/x.list && apt-get install -y xyz\n",
            )],
            2,
            "APT repository",
        ),
        (&[("Dockerfile", "FROM python:3.13-slim\nRUN apt-get install -y locales\n")], 2, "locales-all"),
        (
            &[("Dockerfile", "FROM python:3.13-slim\nRUN apt-get install -y wkhtmltopdf\n")],
            2,
            "Debian 13 has no wkhtmltopdf",
        ),
        (
            &[(
                "Dockerfile",
                "FROM python:3.13-slim\nRUN apt-get update && ACCEPT_EULA=Y apt-get install -y msodbcsql18\n",
            )],
            2,
            "msodbcsql18 comes from",
        ),
        (&[("Aptfile", "ffmpeg\n:repo:deb https://example.org stable main\n")], 2, "from Debian only"),
        (&[("Aptfile", "ffmpeg\nLibFoo\n")], 2, "“LibFoo”"),
        (&[("nixpacks.toml", "[phases.setup]\nnixPkgs = [\"exotic\"]\n")], 2, "exotic"),
        (&[("requirements.txt", "Django\nGDAL==3.6.2\n")], 2, "GDAL==3.10.3"),
        (&[("requirements.txt", "Django\nplaywright==1.50\n")], 2, "playwright install"),
    ];
    for (files, line, words) in rows {
        let found = inspect(&tree(files));
        let said = found.troubles.iter().find(|trouble| trouble.message.to_string().contains(words));
        let said = said.unwrap_or_else(|| panic!("{files:?}: {words} is not in {:?}", found.troubles));
        assert_eq!((said.file.as_str(), said.line), (files[0].0, Some(*line)), "{}", said.message);
    }
    // The version that Debian has needs no word.
    let found = inspect(&tree(&[("requirements.txt", "GDAL==3.10.3\n")]));
    assert_eq!(found.troubles.iter().filter(|trouble| trouble.message.to_string().contains("GDAL")).count(), 0);
}

/// What only Debian 12 has brings its image, unless another one is stated.
#[test]
fn a_package_that_debian_13_lacks_decides_the_image() {
    let found = inspect(&tree(&[("requirements.txt", "pdfkit==1.0\npython-magic\n")]));
    assert_eq!(value(&found, "base-image"), "slim-bookworm");
    assert_eq!(value(&found, "system-packages"), "libmagic1 wkhtmltopdf");
    let files = [("requirements.txt", "pdfkit==1.0\n"), ("Dockerfile", SLIM)];
    let found = inspect(&tree(&files));
    assert_eq!((value(&found, "base-image").as_str(), value(&found, "system-packages").as_str()), ("slim", ""));
    assert!(found.troubles.iter().any(|trouble| trouble.message.to_string().contains("slim-bookworm")));
}

/// What somebody decided about a set stays decided.
#[test]
fn the_manifest_of_a_set_goes_first() {
    let mut choices = crate::support::choices(&[("system-packages", "libpq5 jq")]);
    choices.start = dunnage::catalog::options::Start::Existing;
    let mut project: Tree =
        rendered(&choices).files.iter().map(|(path, file)| (path.to_owned(), file.text.clone().into_bytes())).collect();
    project.insert("shop/settings.py".to_owned(), b"INSTALLED_APPS = ['django.contrib.gis']\n".to_vec());
    assert_eq!(value(&inspect(&project), "system-packages"), "libpq5 jq");
    // Without its manifest, its own Dockerfile says the same, and the rest is inferred.
    project.remove(dunnage::output::manifest::MANIFEST);
    assert_eq!(value(&inspect(&project), "system-packages"), "binutils gdal-bin jq libpq5");
}

#[test]
fn translations_without_compiled_ones_are_compiled() {
    let rows: &[(Files, bool)] = &[
        (&[("locale/de/LC_MESSAGES/django.po", "")], true),
        (&[("locale/de/LC_MESSAGES/django.po", ""), ("locale/de/LC_MESSAGES/django.mo", "")], false),
        (
            &[
                ("shop/locale/de/LC_MESSAGES/django.po", ""),
                ("shop/locale/de/LC_MESSAGES/django.mo", ""),
                ("shop/locale/de/LC_MESSAGES/djangojs.po", ""),
            ],
            true,
        ),
        // Compiled on somebody's machine, and not in the repository.
        (
            &[
                ("locale/de/LC_MESSAGES/django.po", ""),
                ("locale/de/LC_MESSAGES/django.mo", ""),
                (".gitignore", "*.pyc\n*.mo\n"),
            ],
            true,
        ),
        // The project's own build compiles them.
        (
            &[
                ("locale/de/LC_MESSAGES/django.po", ""),
                ("locale/de/LC_MESSAGES/django.mo", ""),
                ("Dockerfile", "FROM python:3.13-slim\nRUN python manage.py compilemessages\n"),
            ],
            true,
        ),
        // Nothing to compile.
        (&[("Dockerfile", "FROM python:3.13-slim\nRUN python manage.py compilemessages\n")], false),
        (&[("docs/locale/de/LC_MESSAGES/django.po", ""), (".gitignore", "*.mo\n")], false),
        (&[("node_modules/x/locale/de/LC_MESSAGES/django.po", "")], false),
    ];
    for (files, expected) in rows {
        let found = inspect(&tree(files));
        assert_eq!(value(&found, "compile-messages") == "true", *expected, "{files:?}");
    }
    // One forgotten catalog among those that are committed compiled is told, and nothing is compiled for it.
    let mut files: Vec<(String, &str)> = ["da", "de", "el", "fr"]
        .iter()
        .flat_map(|language| ["po", "mo"].map(|kind| (format!("locale/{language}/LC_MESSAGES/django.{kind}"), "")))
        .collect();
    files.push(("locale/tr/id/LC_MESSAGES/django.po".to_owned(), ""));
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), *text)).collect();
    let found = inspect(&tree(&files));
    assert_eq!(value(&found, "compile-messages"), "");
    assert!(found.troubles.iter().any(|trouble| trouble.file == "locale/tr/id/LC_MESSAGES/django.po"), "{found:?}");
    // Faces hand over such paths without reading them.
    assert!(is_listed("shop/locale/de/LC_MESSAGES/django.po"));
    assert!(
        !is_listed("shop/locale/de/LC_MESSAGES/notes.txt") && !is_listed(".venv/a/locale/de/LC_MESSAGES/django.po")
    );
}

/// The tables agree with each other.
#[test]
fn the_tables_of_debian_packages_are_consistent() {
    // Names as a reader meets them: none is renamed before it is looked up.
    let current = |name: &str| name_in(Release::Bookworm, name) == Some(name);
    let needs = NEEDS.iter().flat_map(|need| need.build.iter().chain(need.run));
    let settings = SETTING_NEEDS.iter().flat_map(|need| need.build.iter().chain(need.run));
    let others = [ALPINE, NIX, LIBRARIES, BUILDPACKS].into_iter().flatten().flat_map(|(_, names)| names.iter());
    let keys = LIBRARIES.iter().map(|(name, _)| name);
    for name in needs.chain(settings).chain(others).chain(keys).chain(BUILD_TOOLS).chain(ONLY_BOOKWORM) {
        assert!(current(name), "{name} has another name in Debian 12");
    }
    for (old, now) in OLD {
        assert!(current(now) && old != now, "{old}");
    }
    for row in RENAMED {
        assert_ne!(row.bookworm, row.trixie);
        assert_eq!(name_in(Release::Trixie, row.bookworm), Some(row.trixie));
    }
    for need in NEEDS {
        assert!(!need.source.is_empty() && !need.names.is_empty(), "{:?}", need.names);
        assert!(!(need.build.is_empty() && need.run.is_empty()), "{:?} needs nothing", need.names);
        // What a wheel saves is compiled without it.
        assert!(!(need.wheels != Wheels::Every && need.build.is_empty()), "{:?}", need.names);
    }
    // A program that an installation needs is not left out with the tools of people, but for Git, which others ask for.
    for name in BUILD_TOOLS {
        assert!(!is_left_out(name), "{name}");
    }
    for table in [ALPINE, NIX, LIBRARIES] {
        let names: BTreeSet<&str> = table.iter().map(|(name, _)| *name).collect();
        assert_eq!(names.len(), table.len(), "a name stands twice");
    }
}

/// The image installs what its release has, under whichever name a package is known to the user.
#[test]
fn packages_go_by_the_name_of_the_base_images_release() {
    use crate::support::{choices, rendered};
    for (image, curl, ldap) in [
        ("slim", "libcurl4t64", "libldap2"),
        ("slim-trixie", "libcurl4t64", "libldap2"),
        ("slim-bookworm", "libcurl4", "libldap-2.5-0"),
    ] {
        for known in ["libcurl4 libldap2", "libcurl4t64 libldap-2.5-0"] {
            let set = rendered(&choices(&[("base-image", image), ("system-packages", known)]));
            assert_eq!(set.plan.system_packages, format!(" {curl} {ldap}"), "{image}: {known}");
        }
    }
}
