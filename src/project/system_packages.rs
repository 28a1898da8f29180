//! Which Debian packages a Python distribution, a setting or a buildpack needs, and what Debian calls them.
//!
//! Pure data, checked on the day of [`CHECKED`] against the package lists of both releases and the files on PyPI;
//! `scripts/check_system_packages.py` asks both again. A name is that of Debian 12 (bookworm); [`RENAMED`] has the name
//! of Debian 13 (trixie) where it differs.

/// When the tables were last compared with Debian and PyPI.
pub const CHECKED: &str = "2026-11-27";

use crate::catalog::debian::in_release;
pub use crate::catalog::debian::{RENAMED, Release};

/// Whether PyPI has what can be installed without compiling.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wheels {
    /// Pure Python, or wheels for every Python that is offered.
    Every,
    /// None for Linux: it is always compiled.
    Never,
    /// The first version with a Linux wheel, by Python series; older ones are compiled, and need at run time what
    /// [`LIBRARIES`] has for the headers. Empty where there is none yet.
    Since(&'static [(&'static str, &'static str)]),
}

/// What distributions need.
#[derive(Debug)]
pub struct Need {
    /// Normalized names; `name[extra]` means the distribution with that extra.
    pub names: &'static [&'static str],
    /// Where one of these is installed as well, nothing is needed.
    pub unless: &'static [&'static str],
    /// Only versions below this one.
    pub before: Option<&'static str>,
    /// Whether it is compiled, and `build` needed.
    pub wheels: Wheels,
    /// Debian packages for the installation.
    pub build: &'static [&'static str],
    /// Debian packages for the running application.
    pub run: &'static [&'static str],
    /// Where this comes from.
    pub source: &'static str,
}

/// What a text in the settings needs: an application, a database engine or the scheme of a database URL.
#[derive(Debug)]
pub struct SettingNeed {
    /// The texts.
    pub texts: &'static [&'static str],
    /// Where one of these distributions is installed, nothing is needed.
    pub unless: &'static [&'static str],
    /// Debian packages for the installation.
    pub build: &'static [&'static str],
    /// Debian packages for the running application.
    pub run: &'static [&'static str],
    /// Where this comes from.
    pub source: &'static str,
}

/// A plain row, to be completed.
const NEED: Need =
    Need { names: &[], unless: &[], before: None, wheels: Wheels::Every, build: &[], run: &[], source: "" };

/// GDAL with GEOS and PROJ, and what `ctypes` needs to find them.
const GIS: &[&str] = &["binutils", "gdal-bin"];

const POSTGRES_BUILD: &[&str] = &["libpq-dev"];
const MYSQL_BUILD: &[&str] = &["default-libmysqlclient-dev", "pkg-config"];

/// What distributions need.
pub const NEEDS: &[Need] = &[
    Need {
        names: &["psycopg2", "psycopg-c", "psycopg[c]"],
        wheels: Wheels::Never,
        build: POSTGRES_BUILD,
        run: &["libpq5"],
        source: "https://www.psycopg.org/docs/install.html",
        ..NEED
    },
    Need {
        names: &["psycopg"],
        unless: &["psycopg-binary", "psycopg[binary]"],
        run: &["libpq5"],
        source: "https://www.psycopg.org/psycopg3/docs/basic/install.html",
        ..NEED
    },
    Need {
        names: &["psycopg2-binary"],
        wheels: Wheels::Since(&[("3.12", "2.9.9"), ("3.13", "2.9.10"), ("3.14", "2.9.11"), ("3.15", "2.9.13")]),
        build: POSTGRES_BUILD,
        source: "https://www.psycopg.org/docs/install.html",
        ..NEED
    },
    Need {
        names: &["mysqlclient"],
        wheels: Wheels::Never,
        build: MYSQL_BUILD,
        run: &["libmariadb3"],
        source: "https://github.com/PyMySQL/mysqlclient#linux",
        ..NEED
    },
    Need {
        names: &["gdal"],
        wheels: Wheels::Never,
        build: &["libgdal-dev"],
        run: &["gdal-bin"],
        source: "https://pypi.org/project/GDAL/",
        ..NEED
    },
    Need {
        names: &["fiona"],
        wheels: Wheels::Since(&[("3.12", "1.9.5"), ("3.13", "1.10.0"), ("3.14", ""), ("3.15", "")]),
        build: &["libgdal-dev"],
        source: "https://fiona.readthedocs.io/en/stable/README.html#installation",
        ..NEED
    },
    Need {
        names: &["djangorestframework-gis"],
        run: GIS,
        source: "https://docs.djangoproject.com/en/stable/ref/contrib/gis/install/geolibs/",
        ..NEED
    },
    Need {
        names: &["weasyprint", "django-weasyprint"],
        run: &["fonts-dejavu-core", "libharfbuzz-subset0", "libpango-1.0-0", "libpangoft2-1.0-0"],
        source: "https://doc.courtbouillon.org/weasyprint/stable/first_steps.html",
        ..NEED
    },
    Need {
        names: &["weasyprint"],
        before: Some("53"),
        run: &["libcairo2", "libgdk-pixbuf-2.0-0", "libpangocairo-1.0-0", "shared-mime-info"],
        source: "https://doc.courtbouillon.org/weasyprint/v52.5/install.html",
        ..NEED
    },
    Need {
        names: &["cairocffi", "cairosvg"],
        run: &["libcairo2"],
        source: "https://cairosvg.org/documentation/",
        ..NEED
    },
    Need {
        names: &["pycairo"],
        wheels: Wheels::Never,
        build: &["libcairo2-dev", "pkg-config"],
        run: &["libcairo2"],
        source: "https://pycairo.readthedocs.io/en/latest/getting_started.html",
        ..NEED
    },
    // They install pycairo.
    Need {
        names: &["rlpycairo", "xhtml2pdf"],
        build: &["libcairo2-dev", "pkg-config"],
        run: &["libcairo2"],
        source: "https://xhtml2pdf.readthedocs.io/en/latest/quickstart.html",
        ..NEED
    },
    Need {
        names: &["python-ldap"],
        wheels: Wheels::Never,
        build: &["libldap-dev", "libsasl2-dev"],
        run: &["libldap-2.5-0", "libsasl2-2"],
        source: "https://www.python-ldap.org/en/latest/installing.html",
        ..NEED
    },
    // It installs python-ldap.
    Need {
        names: &["django-auth-ldap"],
        build: &["libldap-dev", "libsasl2-dev"],
        run: &["libldap-2.5-0", "libsasl2-2"],
        source: "https://django-auth-ldap.readthedocs.io/en/latest/install.html",
        ..NEED
    },
    Need {
        names: &["gssapi"],
        wheels: Wheels::Never,
        build: &["libkrb5-dev"],
        run: &["libgssapi-krb5-2"],
        source: "https://github.com/pythongssapi/python-gssapi#installation",
        ..NEED
    },
    Need {
        names: &["pylibmc"],
        wheels: Wheels::Never,
        build: &["libmemcached-dev", "zlib1g-dev"],
        run: &["libmemcached11"],
        source: "https://sendapatch.se/projects/pylibmc/install.html",
        ..NEED
    },
    Need {
        names: &["pyicu"],
        wheels: Wheels::Never,
        build: &["libicu-dev", "pkg-config"],
        run: &["libicu72"],
        source: "https://gitlab.pyicu.org/main/pyicu#installing-pyicu",
        ..NEED
    },
    Need {
        names: &["pdftotext"],
        wheels: Wheels::Never,
        build: &["libpoppler-cpp-dev", "pkg-config"],
        run: &["libpoppler-cpp0v5"],
        source: "https://pypi.org/project/pdftotext/",
        ..NEED
    },
    Need {
        names: &["pyaudio"],
        wheels: Wheels::Never,
        build: &["portaudio19-dev"],
        run: &["libportaudio2"],
        source: "https://people.csail.mit.edu/hubert/pyaudio/",
        ..NEED
    },
    Need {
        names: &["pycups"],
        wheels: Wheels::Never,
        build: &["libcups2-dev"],
        run: &["libcups2"],
        source: "https://github.com/OpenPrinting/pycups",
        ..NEED
    },
    Need {
        names: &["dbus-python"],
        wheels: Wheels::Never,
        build: &["libdbus-1-dev", "libglib2.0-dev", "pkg-config"],
        run: &["libdbus-1-3", "libglib2.0-0"],
        source: "https://dbus.freedesktop.org/doc/dbus-python/",
        ..NEED
    },
    Need {
        names: &["dlib"],
        wheels: Wheels::Never,
        build: &["cmake"],
        source: "https://pypi.org/project/dlib/",
        ..NEED
    },
    // It installs dlib.
    Need {
        names: &["face-recognition"],
        build: &["cmake"],
        source: "https://face-recognition.readthedocs.io/en/latest/installation.html",
        ..NEED
    },
    Need {
        names: &["pillow"],
        wheels: Wheels::Since(&[("3.12", "10.0.0"), ("3.13", "10.4.0"), ("3.14", "11.3.0"), ("3.15", "12.3.0")]),
        build: &["libjpeg-dev", "zlib1g-dev"],
        source: "https://pillow.readthedocs.io/en/stable/installation/building-from-source.html",
        ..NEED
    },
    Need {
        names: &["lxml"],
        wheels: Wheels::Since(&[("3.12", "4.9.3"), ("3.13", "5.3.0"), ("3.14", "6.0.1"), ("3.15", "6.1.2")]),
        build: &["libxml2-dev", "libxslt1-dev"],
        source: "https://lxml.de/installation.html",
        ..NEED
    },
    Need {
        names: &["cffi"],
        wheels: Wheels::Since(&[("3.12", "1.16.0"), ("3.13", "1.17.0"), ("3.14", "2.0.0"), ("3.15", "2.1.0")]),
        build: &["libffi-dev"],
        source: "https://cffi.readthedocs.io/en/stable/installation.html",
        ..NEED
    },
    Need {
        names: &["pycurl"],
        wheels: Wheels::Since(&[("3.12", "7.45.3"), ("3.13", "7.45.4"), ("3.14", "7.45.7"), ("3.15", "7.48.0")]),
        build: &["libcurl4-openssl-dev", "libssl-dev"],
        source: "http://pycurl.io/docs/latest/install.html",
        ..NEED
    },
    Need {
        names: &["xmlsec"],
        wheels: Wheels::Since(&[("3.12", "1.3.14"), ("3.13", "1.3.16"), ("3.14", "1.3.17"), ("3.15", "")]),
        build: &["libxmlsec1-dev", "pkg-config"],
        source: "https://xmlsec.readthedocs.io/en/stable/install.html",
        ..NEED
    },
    Need {
        names: &["python-magic"],
        run: &["libmagic1"],
        source: "https://github.com/ahupp/python-magic#installation",
        ..NEED
    },
    Need {
        names: &["pdf2image"],
        run: &["poppler-utils"],
        source: "https://pdf2image.readthedocs.io/en/latest/installation.html",
        ..NEED
    },
    Need {
        names: &["ffmpeg-python", "pydub", "yt-dlp"],
        run: &["ffmpeg"],
        source: "https://github.com/jiaaro/pydub#dependencies",
        ..NEED
    },
    Need {
        names: &["pytesseract"],
        run: &["tesseract-ocr"],
        source: "https://github.com/madmaze/pytesseract#installation",
        ..NEED
    },
    Need {
        names: &["ocrmypdf"],
        run: &["ghostscript", "tesseract-ocr"],
        source: "https://ocrmypdf.readthedocs.io/en/latest/installation.html",
        ..NEED
    },
    Need {
        names: &["camelot-py", "ghostscript"],
        run: &["ghostscript"],
        source: "https://camelot-py.readthedocs.io/en/master/user/install-deps.html",
        ..NEED
    },
    Need { names: &["pyzbar"], run: &["libzbar0"], source: "https://pypi.org/project/pyzbar/", ..NEED },
    Need { names: &["pylibdmtx"], run: &["libdmtx0b"], source: "https://pypi.org/project/pylibdmtx/", ..NEED },
    Need {
        names: &["wand"],
        run: &["libmagickwand-6.q16-6"],
        source: "https://docs.wand-py.org/en/latest/guide/install.html",
        ..NEED
    },
    Need {
        names: &["pyvips"],
        unless: &["pyvips-binary", "pyvips[binary]"],
        wheels: Wheels::Never,
        build: &["libvips-dev", "pkg-config"],
        run: &["libvips42"],
        source: "https://pypi.org/project/pyvips/",
        ..NEED
    },
    Need {
        names: &["opencv-contrib-python", "opencv-python"],
        run: &["libgl1", "libglib2.0-0", "libice6", "libsm6", "libx11-6", "libxcb1", "libxext6"],
        source: "libraries that the wheel needs and does not contain",
        ..NEED
    },
    Need {
        names: &["django-mssql-backend", "mssql-django", "pyodbc"],
        run: &["libodbc2", "tdsodbc"],
        source: "libraries that the wheel needs and does not contain",
        ..NEED
    },
    Need {
        names: &["djangosaml2", "pysaml2"],
        run: &["xmlsec1"],
        source: "https://pysaml2.readthedocs.io/en/latest/install.html",
        ..NEED
    },
    Need {
        names: &["graphviz", "pydot", "pygraphviz"],
        run: &["graphviz"],
        source: "https://graphviz.readthedocs.io/en/stable/#installation",
        ..NEED
    },
    Need {
        names: &["playwright"],
        run: &[
            "libasound2",
            "libatk-bridge2.0-0",
            "libatk1.0-0",
            "libatspi2.0-0",
            "libcairo2",
            "libcups2",
            "libdbus-1-3",
            "libdrm2",
            "libgbm1",
            "libglib2.0-0",
            "libnspr4",
            "libnss3",
            "libpango-1.0-0",
            "libx11-6",
            "libxcb1",
            "libxcomposite1",
            "libxdamage1",
            "libxext6",
            "libxfixes3",
            "libxkbcommon0",
            "libxrandr2",
        ],
        source: "https://playwright.dev/python/docs/browsers#install-system-dependencies",
        ..NEED
    },
    Need {
        names: &["selenium"],
        run: &["chromium", "chromium-driver"],
        source: "https://www.selenium.dev/documentation/webdriver/browsers/chrome/",
        ..NEED
    },
    Need {
        names: &["django-wkhtmltopdf", "imgkit", "pdfkit"],
        run: &["wkhtmltopdf"],
        source: "https://pypi.org/project/pdfkit/",
        ..NEED
    },
    Need {
        names: &["pypandoc"],
        unless: &["pypandoc-binary"],
        run: &["pandoc"],
        source: "https://pypi.org/project/pypandoc/",
        ..NEED
    },
    Need {
        names: &["unoconv", "unoserver"],
        run: &["libreoffice-writer"],
        source: "https://github.com/unoconv/unoserver#installation",
        ..NEED
    },
    Need {
        names: &["jpype1", "language-tool-python", "pyspark", "tabula-py", "tika"],
        run: &["default-jre-headless"],
        source: "https://tabula-py.readthedocs.io/en/latest/getting_started.html#requirements",
        ..NEED
    },
    Need {
        names: &["sounddevice"],
        run: &["libportaudio2"],
        source: "https://python-sounddevice.readthedocs.io/en/latest/installation.html",
        ..NEED
    },
    Need {
        names: &["pyenchant"],
        run: &["libenchant-2-2"],
        source: "https://pyenchant.github.io/pyenchant/install.html",
        ..NEED
    },
    Need {
        names: &["pyexiftool"],
        run: &["libimage-exiftool-perl"],
        source: "https://pypi.org/project/PyExifTool/",
        ..NEED
    },
    Need {
        names: &["gitpython"],
        run: &["git"],
        source: "https://gitpython.readthedocs.io/en/stable/intro.html#requirements",
        ..NEED
    },
    Need {
        names: &["django-dbbackup"],
        unless: &["mysqlclient", "pymysql"],
        run: &["postgresql-client"],
        source: "https://archmonger.github.io/django-dbbackup/latest/databases/",
        ..NEED
    },
];

/// What texts in the settings need.
pub const SETTING_NEEDS: &[SettingNeed] = &[
    SettingNeed {
        texts: &[
            "django.contrib.gis",
            "django.contrib.gis.db.backends.mysql",
            "django.contrib.gis.db.backends.oracle",
            "django.contrib.gis.db.backends.postgis",
            "django.contrib.gis.db.backends.spatialite",
            "mysqlgis:",
            "postgis:",
            "spatialite:",
        ],
        unless: &[],
        build: &[],
        run: GIS,
        source: "https://docs.djangoproject.com/en/stable/ref/contrib/gis/install/geolibs/",
    },
    SettingNeed {
        texts: &["django.contrib.gis.db.backends.spatialite", "spatialite:"],
        unless: &[],
        build: &[],
        run: &["libsqlite3-mod-spatialite"],
        source: "https://docs.djangoproject.com/en/stable/ref/contrib/gis/install/spatialite/",
    },
    SettingNeed {
        texts: &["django.contrib.gis.db.backends.mysql", "django.db.backends.mysql", "mysql:", "mysqlgis:"],
        unless: &["mysql-connector-python", "mysqlclient", "pymysql"],
        build: MYSQL_BUILD,
        run: &["libmariadb3"],
        source: "https://docs.djangoproject.com/en/stable/ref/databases/#mysql-db-api-drivers",
    },
];

/// What the buildpacks of other platforms bring, by a part of their address.
pub const BUILDPACKS: &[(&str, &[&str])] = &[
    ("buildpack-ffmpeg", &["ffmpeg"]),
    ("buildpack-tesseract", &["tesseract-ocr"]),
    ("geo-buildpack", GIS),
    ("wkhtmltopdf", &["wkhtmltopdf"]),
];

/// Names of older releases and other distributions, and what both releases have for them.
pub const OLD: &[(&str, &str)] = &[
    ("libatlas-base-dev", "libopenblas-dev"),
    ("libfreetype6-dev", "libfreetype-dev"),
    ("libgdal20", "libgdal32"),
    ("libgdal28", "libgdal32"),
    ("libgdk-pixbuf2.0-0", "libgdk-pixbuf-2.0-0"),
    ("libgl1-mesa-glx", "libgl1"),
    ("libicu63", "libicu72"),
    ("libicu67", "libicu72"),
    ("libjpeg8-dev", "libjpeg-dev"),
    ("libldap-2.4-2", "libldap-2.5-0"),
    ("libldap2-dev", "libldap-dev"),
    ("libmariadbclient-dev", "libmariadb-dev"),
    ("libmysqlclient-dev", "default-libmysqlclient-dev"),
    ("libncurses5-dev", "libncurses-dev"),
    ("libodbc1", "libodbc2"),
    ("libpcre3-dev", "libpcre2-dev"),
    ("libtiff5", "libtiff6"),
    ("libtiff5-dev", "libtiff-dev"),
    ("libwebp6", "libwebp7"),
    ("libxslt-dev", "libxslt1-dev"),
    ("mysql-client", "default-mysql-client"),
    ("pkgconf", "pkg-config"),
    ("python3-gdal", "gdal-bin"),
    ("ttf-dejavu", "fonts-dejavu-core"),
];

/// Packages that Debian 12 has and Debian 13 has nothing for.
pub const ONLY_BOOKWORM: &[&str] = &["libgconf-2-4", "wkhtmltopdf"];

/// What a package with headers installs that a running application needs as well; empty where the base image has it.
pub const LIBRARIES: &[(&str, &[&str])] = &[
    ("default-libmysqlclient-dev", &["libmariadb3"]),
    ("freetds-dev", &["libsybdb5"]),
    ("libbz2-dev", &[]),
    ("libcairo2-dev", &["libcairo2"]),
    ("libcups2-dev", &["libcups2"]),
    ("libcurl4-openssl-dev", &["libcurl4"]),
    ("libdbus-1-dev", &["libdbus-1-3"]),
    ("libenchant-2-dev", &["libenchant-2-2"]),
    ("libexpat1-dev", &[]),
    ("libffi-dev", &[]),
    ("libfreetype-dev", &["libfreetype6"]),
    ("libfribidi-dev", &["libfribidi0"]),
    ("libgdal-dev", &["libgdal32"]),
    ("libgdk-pixbuf-2.0-dev", &["libgdk-pixbuf-2.0-0"]),
    ("libgeos-dev", &["libgeos-c1v5"]),
    ("libglib2.0-dev", &["libglib2.0-0"]),
    ("libgmp-dev", &["libgmp10"]),
    ("libgraphviz-dev", &["libcdt5", "libcgraph6", "libgvc6"]),
    ("libharfbuzz-dev", &["libharfbuzz0b"]),
    ("libheif-dev", &["libheif1"]),
    ("libicu-dev", &["libicu72"]),
    ("libjpeg-dev", &["libjpeg62-turbo"]),
    ("libjpeg62-turbo-dev", &["libjpeg62-turbo"]),
    ("libkrb5-dev", &["libgssapi-krb5-2"]),
    ("liblapack-dev", &["liblapack3"]),
    ("liblcms2-dev", &["liblcms2-2"]),
    ("libldap-dev", &["libldap-2.5-0"]),
    ("liblzma-dev", &[]),
    ("libmagic-dev", &["libmagic1"]),
    ("libmagickwand-dev", &["libmagickwand-6.q16-6"]),
    ("libmariadb-dev", &["libmariadb3"]),
    ("libmariadb-dev-compat", &["libmariadb3"]),
    ("libmaxminddb-dev", &["libmaxminddb0"]),
    ("libmemcached-dev", &["libmemcached11"]),
    ("libncurses-dev", &[]),
    ("libopenblas-dev", &["libopenblas0"]),
    ("libopenjp2-7-dev", &["libopenjp2-7"]),
    ("libpango1.0-dev", &["libpango-1.0-0", "libpangocairo-1.0-0", "libpangoft2-1.0-0"]),
    ("libpcre2-dev", &["libpcre2-8-0"]),
    ("libpoppler-cpp-dev", &["libpoppler-cpp0v5"]),
    ("libpq-dev", &["libpq5"]),
    ("libproj-dev", &["libproj25"]),
    ("libraqm-dev", &["libraqm0"]),
    ("librdkafka-dev", &["librdkafka1"]),
    ("libreadline-dev", &[]),
    ("libsasl2-dev", &["libsasl2-2"]),
    ("libsnappy-dev", &["libsnappy1v5"]),
    ("libsndfile1-dev", &["libsndfile1"]),
    ("libsodium-dev", &["libsodium23"]),
    ("libspatialindex-dev", &["libspatialindex6"]),
    ("libsqlite3-dev", &[]),
    ("libssl-dev", &[]),
    ("libtesseract-dev", &["libtesseract5"]),
    ("libtidy-dev", &["libtidy5deb1"]),
    ("libtiff-dev", &["libtiff6"]),
    ("libvips-dev", &["libvips42"]),
    ("libwebp-dev", &["libwebp7", "libwebpdemux2", "libwebpmux3"]),
    ("libxml2-dev", &["libxml2"]),
    ("libxmlsec1-dev", &["libxmlsec1", "libxmlsec1-openssl"]),
    ("libxslt1-dev", &["libxslt1.1"]),
    ("libyaml-dev", &["libyaml-0-2"]),
    ("libzmq3-dev", &["libzmq5"]),
    ("portaudio19-dev", &["libportaudio2"]),
    ("unixodbc-dev", &["libodbc2"]),
    ("uuid-dev", &[]),
    ("zlib1g-dev", &[]),
];

/// Programs that only an installation runs.
pub const BUILD_TOOLS: &[&str] = &[
    "autoconf",
    "automake",
    "bison",
    "cargo",
    "cmake",
    "flex",
    "gfortran",
    "libtool",
    "meson",
    "mercurial",
    "ninja-build",
    "pkg-config",
    "rustc",
    "subversion",
    "swig",
];

/// What is never carried over: the base image or the set has it, or only people use it. A name that ends in `*` stands
/// for all that start with it.
pub const LEFT_OUT: &[&str] = &[
    // The base image has it.
    "apt-utils",
    "base-files",
    "bash",
    "ca-certificates",
    "coreutils",
    "libbz2-1.0",
    "libexpat1",
    "libffi8",
    "liblzma5",
    "libncursesw6",
    "libreadline8",
    "libsqlite3-0",
    "libssl3",
    "libssl3t64",
    "netbase",
    "passwd",
    "python",
    "python-*",
    "python2*",
    "python3",
    "python3-dev",
    "python3-distutils",
    "python3-pip",
    "python3-setuptools",
    "python3-venv",
    "python3-virtualenv",
    "python3-wheel",
    "python3.*",
    "sed",
    "tar",
    "tzdata",
    "util-linux",
    "virtualenv",
    "zlib1g",
    // The set has it.
    "build-essential",
    "certbot",
    "clang",
    "cpp",
    "default-mysql-client",
    "dpkg-dev",
    "dumb-init",
    "g++*",
    "gcc*",
    "gettext",
    "gosu",
    "libc-dev",
    "libc6-dev",
    "linux-libc-dev",
    "make",
    "mariadb-client",
    "musl-dev",
    "nginx*",
    "postgresql-client*",
    "redis",
    "redis-server",
    "redis-tools",
    "supervisor",
    "tini",
    // The front end has an image of its own.
    "nodejs",
    "npm",
    "yarn",
    // Only the commands of the old image used it: downloads, further sources, waiting for the database.
    "apt-transport-https",
    "curl",
    "dirmngr",
    "git",
    "git-core",
    "gnupg*",
    "gpg",
    "locales",
    "lsb-release",
    "netcat*",
    "software-properties-common",
    "wait-for-it",
    "wget",
    // People use it.
    "bash-completion",
    "dnsutils",
    "emacs*",
    "gdb",
    "htop",
    "inetutils-ping",
    "iproute2",
    "iputils-ping",
    "less",
    "lsof",
    "man-db",
    "mc",
    "nano",
    "net-tools",
    "openssh-client",
    "openssh-server",
    "procps",
    "rsync",
    "screen",
    "strace",
    "sudo",
    "telnet",
    "tmux",
    "tree",
    "vim*",
    "zsh",
];

/// Well-known packages of other repositories. A name that ends in `*` stands for all that start with it.
pub const FOREIGN: &[&str] = &[
    "azure-cli",
    "containerd.io",
    "datadog-agent",
    "docker-ce*",
    "doppler",
    "gcsfuse",
    "google-chrome*",
    "google-cloud*",
    "msodbcsql*",
    "mssql-tools*",
    "newrelic*",
    "temurin*",
];

/// Packages of Alpine Linux, and those of Debian. Empty where nothing is needed.
pub const ALPINE: &[(&str, &[&str])] = &[
    ("alpine-sdk", &[]),
    ("bash", &[]),
    ("build-base", &[]),
    ("cairo", &["libcairo2"]),
    ("cairo-dev", &["libcairo2-dev"]),
    ("cargo", &["cargo"]),
    ("chromium", &["chromium"]),
    ("chromium-chromedriver", &["chromium-driver"]),
    ("cmake", &["cmake"]),
    ("coreutils", &[]),
    ("curl-dev", &["libcurl4-openssl-dev"]),
    ("cyrus-sasl-dev", &["libsasl2-dev"]),
    ("envsubst", &["gettext-base"]),
    ("ffmpeg", &["ffmpeg"]),
    ("font-noto-cjk", &["fonts-noto-cjk"]),
    ("fontconfig", &["fontconfig"]),
    ("freetds-dev", &["freetds-dev"]),
    ("freetype", &["libfreetype6"]),
    ("freetype-dev", &["libfreetype-dev"]),
    ("fribidi-dev", &["libfribidi-dev"]),
    ("g++", &[]),
    ("gcc", &[]),
    ("gdal", &["gdal-bin"]),
    ("gdal-dev", &["libgdal-dev"]),
    ("gdal-tools", &["gdal-bin"]),
    ("gdk-pixbuf", &["libgdk-pixbuf-2.0-0"]),
    ("gdk-pixbuf-dev", &["libgdk-pixbuf-2.0-dev"]),
    ("geos", &["libgeos-c1v5"]),
    ("geos-dev", &["libgeos-dev"]),
    ("gettext", &["gettext"]),
    ("gettext-dev", &["gettext"]),
    ("ghostscript", &["ghostscript"]),
    ("git", &["git"]),
    ("glib", &["libglib2.0-0"]),
    ("graphviz", &["graphviz"]),
    ("harfbuzz-dev", &["libharfbuzz-dev"]),
    ("icu", &["libicu72"]),
    ("icu-dev", &["libicu-dev"]),
    ("icu-libs", &["libicu72"]),
    ("imagemagick", &["imagemagick"]),
    ("imagemagick-dev", &["libmagickwand-dev"]),
    ("jpeg-dev", &["libjpeg-dev"]),
    ("lcms2-dev", &["liblcms2-dev"]),
    ("libc-dev", &[]),
    ("libc6-compat", &[]),
    ("libcrypto3", &[]),
    ("libffi", &[]),
    ("libffi-dev", &["libffi-dev"]),
    ("libgcc", &[]),
    ("libheif", &["libheif1"]),
    ("libjpeg", &["libjpeg62-turbo"]),
    ("libjpeg-turbo", &["libjpeg62-turbo"]),
    ("libjpeg-turbo-dev", &["libjpeg-dev"]),
    ("libldap", &["libldap-2.5-0"]),
    ("libmagic", &["libmagic1"]),
    ("libmemcached", &["libmemcached11"]),
    ("libmemcached-dev", &["libmemcached-dev"]),
    ("libpq", &["libpq5"]),
    ("libpq-dev", &["libpq-dev"]),
    ("libsasl", &["libsasl2-2"]),
    ("libssl3", &[]),
    ("libstdc++", &[]),
    ("libwebp", &["libwebp7"]),
    ("libwebp-dev", &["libwebp-dev"]),
    ("libxml2", &["libxml2"]),
    ("libxml2-dev", &["libxml2-dev"]),
    ("libxslt", &["libxslt1.1"]),
    ("libxslt-dev", &["libxslt1-dev"]),
    ("linux-headers", &[]),
    ("mailcap", &["media-types"]),
    ("make", &[]),
    ("mariadb-connector-c", &["libmariadb3"]),
    ("mariadb-connector-c-dev", &["default-libmysqlclient-dev"]),
    ("mariadb-dev", &["default-libmysqlclient-dev"]),
    ("musl-dev", &[]),
    ("musl-locales", &[]),
    ("nss", &["libnss3"]),
    ("openjpeg-dev", &["libopenjp2-7-dev"]),
    ("openldap", &["libldap-2.5-0"]),
    ("openldap-dev", &["libldap-dev"]),
    ("openssl", &[]),
    ("openssl-dev", &["libssl-dev"]),
    ("pango", &["libpango-1.0-0", "libpangocairo-1.0-0", "libpangoft2-1.0-0"]),
    ("pango-dev", &["libpango1.0-dev"]),
    ("pcre2", &["libpcre2-8-0"]),
    ("pcre2-dev", &["libpcre2-dev"]),
    ("pkgconf", &["pkg-config"]),
    ("pkgconfig", &["pkg-config"]),
    ("poppler-utils", &["poppler-utils"]),
    ("postgresql-dev", &["libpq-dev"]),
    ("postgresql-libs", &["libpq5"]),
    ("proj", &["libproj25"]),
    ("proj-dev", &["libproj-dev"]),
    ("rust", &["rustc"]),
    ("shared-mime-info", &["shared-mime-info"]),
    ("sqlite", &[]),
    ("sqlite-dev", &["libsqlite3-dev"]),
    ("sqlite-libs", &[]),
    ("su-exec", &[]),
    ("swig", &["swig"]),
    ("tcl-dev", &[]),
    ("tesseract-ocr", &["tesseract-ocr"]),
    ("tiff-dev", &["libtiff-dev"]),
    ("tini", &["tini"]),
    ("tk-dev", &[]),
    ("ttf-dejavu", &["fonts-dejavu-core"]),
    ("ttf-freefont", &["fonts-freefont-ttf"]),
    ("ttf-liberation", &["fonts-liberation"]),
    ("unixodbc", &["libodbc2"]),
    ("unixodbc-dev", &["unixodbc-dev"]),
    ("vips", &["libvips42"]),
    ("vips-dev", &["libvips-dev"]),
    ("xmlsec", &["xmlsec1"]),
    ("xmlsec-dev", &["libxmlsec1-dev"]),
    ("yaml-dev", &["libyaml-dev"]),
    ("zlib", &[]),
    ("zlib-dev", &["zlib1g-dev"]),
];

/// Packages of Nix that go by another name in Debian.
pub const NIX: &[(&str, &[&str])] = &[
    ("chromium", &["chromium"]),
    ("ffmpeg", &["ffmpeg"]),
    ("ffmpeg-full", &["ffmpeg"]),
    ("gcc", &[]),
    ("gdal", &["gdal-bin"]),
    ("gettext", &["gettext"]),
    ("ghostscript", &["ghostscript"]),
    ("git", &["git"]),
    ("graphviz", &["graphviz"]),
    ("imagemagick", &["imagemagick"]),
    ("libmysqlclient", &["default-libmysqlclient-dev"]),
    ("nodejs", &[]),
    ("pandoc", &["pandoc"]),
    ("poppler_utils", &["poppler-utils"]),
    ("postgresql", &["libpq-dev"]),
    ("tesseract", &["tesseract-ocr"]),
    ("wkhtmltopdf", &["wkhtmltopdf"]),
];

/// What the buildpacks and lists of a release call a package, by any of its names; `None` where the release has none.
pub fn name_in(release: Release, name: &str) -> Option<&str> {
    let name = OLD.iter().find(|(old, _)| *old == name).map_or(name, |(_, now)| now);
    if release == Release::Trixie && ONLY_BOOKWORM.contains(&name) {
        return None;
    }
    Some(in_release(release, name))
}

/// Whether a package is never carried over.
pub fn is_left_out(name: &str) -> bool {
    is_in(LEFT_OUT, name)
}

/// Whether a package is known to come from somewhere other than Debian.
pub fn is_foreign(name: &str) -> bool {
    is_in(FOREIGN, name)
}

fn is_in(names: &[&str], name: &str) -> bool {
    names.iter().any(|known| known.strip_suffix('*').map_or(*known == name, |start| name.starts_with(start)))
}
