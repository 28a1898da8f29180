//! The one table of versions: which releases exist, how long they are supported, and what we pin.
//!
//! Options, rules ("ended", "ends in 90 days"), default tags, requirement files and the documentation are all
//! made from it, so a new release is one changed row.
//! Pure data: the date of today is an input of whoever asks.
//!
//! Looked up on 2026-11-23. Where the sources were: `devguide.python.org/versions`,
//! `djangoproject.com/download` (supported versions), `postgresql.org/support/versioning`,
//! `endoflife.date` (Redis, Valkey, nginx, Debian) and `pypi.org` (pins).

use super::date::Date;

/// What a version is a version of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Product {
    /// `CPython`.
    Python,
    /// Django.
    Django,
    /// `PostgreSQL`.
    Postgres,
    /// Redis.
    Redis,
    /// Valkey, the fork of Redis under a free licence.
    Valkey,
    /// The Debian release under the official Python images.
    Debian,
    /// nginx, its stable branch.
    Nginx,
    /// certbot.
    Certbot,
    /// uv.
    Uv,
    /// Node.js, its long-term support series.
    Node,
}

impl Product {
    /// The name as its makers spell it.
    pub const fn name(self) -> &'static str {
        match self {
            Product::Python => "Python",
            Product::Django => "Django",
            Product::Postgres => "PostgreSQL",
            Product::Redis => "Redis",
            Product::Valkey => "Valkey",
            Product::Debian => "Debian",
            Product::Nginx => "nginx",
            Product::Certbot => "Certbot",
            Product::Uv => "uv",
            Product::Node => "Node.js",
        }
    }
}

/// One release series.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Version {
    /// What it is a version of.
    pub product: Product,
    /// Series as the options spell it, e.g. `3.13`, `16`, `bookworm`.
    pub series: &'static str,
    /// First day.
    pub released: Date,
    /// Last day of support; `None` where no end is announced.
    pub ended: Option<Date>,
    /// Last day of full support, where a reduced one (Debian's LTS) goes on until `ended`.
    pub full_until: Option<Date>,
    /// Image with tag, or the exact `PyPI` version for Django.
    pub tag_or_pin: &'static str,
    /// Where the dates come from.
    pub source: &'static str,
}

/// Every series that the options offer, oldest first within a product.
pub const VERSIONS: &[Version] = &[
    // The end of a Python series is announced as a month; its last day is taken.
    version(Product::Python, "3.10", (2021, 10, 4), Some((2026, 10, 31)), "python:3.10", PYTHON),
    version(Product::Python, "3.11", (2022, 10, 24), Some((2027, 10, 31)), "python:3.11", PYTHON),
    version(Product::Python, "3.12", (2023, 10, 2), Some((2028, 10, 31)), "python:3.12", PYTHON),
    version(Product::Python, "3.13", (2024, 10, 7), Some((2029, 10, 31)), "python:3.13", PYTHON),
    version(Product::Python, "3.14", (2025, 10, 7), Some((2030, 10, 31)), "python:3.14", PYTHON),
    version(Product::Python, "3.15", (2026, 10, 1), Some((2031, 10, 31)), "python:3.15", PYTHON),
    version(Product::Django, "4.2", (2023, 4, 3), Some((2026, 4, 7)), "4.2.30", DJANGO),
    version(Product::Django, "5.2", (2025, 4, 2), Some((2028, 4, 30)), "5.2.19", DJANGO),
    version(Product::Django, "6.0", (2025, 12, 3), Some((2027, 4, 30)), "6.0.10", DJANGO),
    version(Product::Django, "6.1", (2026, 8, 5), Some((2027, 12, 31)), "6.1.3", DJANGO),
    version(Product::Postgres, "14", (2021, 9, 30), Some((2026, 11, 12)), "postgres:14-alpine", POSTGRES),
    version(Product::Postgres, "15", (2022, 10, 13), Some((2027, 11, 11)), "postgres:15-alpine", POSTGRES),
    version(Product::Postgres, "16", (2023, 9, 14), Some((2028, 11, 9)), "postgres:16-alpine", POSTGRES),
    version(Product::Postgres, "17", (2024, 9, 26), Some((2029, 11, 8)), "postgres:17-alpine", POSTGRES),
    version(Product::Postgres, "18", (2025, 9, 25), Some((2030, 11, 14)), "postgres:18-alpine", POSTGRES),
    // Of Redis and Valkey, the tag of a major version follows its newest minor one, whose dates stand here:
    // 7.4, 8.10 (no end announced yet) and 8.1.
    version(Product::Redis, "7", (2024, 7, 29), Some((2029, 12, 1)), "redis:7-alpine", "endoflife.date/redis"),
    version(Product::Redis, "8", (2026, 7, 29), None, "redis:8-alpine", "endoflife.date/redis"),
    version(
        Product::Valkey,
        "8",
        (2025, 3, 31),
        Some((2030, 3, 31)),
        "valkey/valkey:8-alpine",
        "valkey.io/topics/releases",
    ),
    Version {
        full_until: Some(Date::new(2026, 7, 11)),
        ..version(Product::Debian, "bookworm", (2023, 6, 10), Some((2028, 6, 30)), "slim-bookworm", DEBIAN)
    },
    Version {
        full_until: Some(Date::new(2028, 8, 9)),
        ..version(Product::Debian, "trixie", (2025, 8, 9), Some((2030, 6, 30)), "slim-trixie", DEBIAN)
    },
    version(Product::Nginx, "1.30", (2026, 4, 14), None, "nginx:1.30-alpine", "nginx.org/en/download.html"),
    version(Product::Certbot, "5.8", (2026, 11, 1), None, "certbot/certbot:v5.8.0", "pypi.org/project/certbot"),
    version(Product::Node, "20", (2023, 4, 18), Some((2026, 4, 30)), "node:20-slim", NODE),
    version(Product::Node, "22", (2024, 4, 24), Some((2027, 4, 30)), "node:22-slim", NODE),
    version(Product::Node, "24", (2025, 5, 6), Some((2028, 4, 30)), "node:24-slim", NODE),
    version(Product::Node, "26", (2026, 4, 22), Some((2029, 4, 30)), "node:26-slim", NODE),
    version(Product::Uv, "0.13", (2026, 11, 1), None, "ghcr.io/astral-sh/uv:0.13.9", "pypi.org/project/uv"),
];

const PYTHON: &str = "devguide.python.org/versions";
const DJANGO: &str = "djangoproject.com/download";
const POSTGRES: &str = "postgresql.org/support/versioning";
const DEBIAN: &str = "wiki.debian.org/LTS";
const NODE: &str = "github.com/nodejs/release";

/// A row with reduced support left out, which only Debian has.
const fn version(
    product: Product,
    series: &'static str,
    released: (u16, u8, u8),
    ended: Option<(u16, u8, u8)>,
    tag_or_pin: &'static str,
    source: &'static str,
) -> Version {
    Version {
        product,
        series,
        released: Date::new(released.0, released.1, released.2),
        ended: match ended {
            Some((year, month, day)) => Some(Date::new(year, month, day)),
            None => None,
        },
        full_until: None,
        tag_or_pin,
        source,
    }
}

/// The row of a series.
pub fn find(product: Product, series: &str) -> Option<&'static Version> {
    VERSIONS.iter().find(|version| version.product == product && version.series == series)
}

/// What a Django series runs with, as its release notes, its wheel's classifiers and
/// `db/backends/postgresql/features.py` say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DjangoSupport {
    /// Django series.
    pub django: &'static str,
    /// Oldest Python; older ones cannot install it (`Requires-Python`).
    pub python_min: &'static str,
    /// Newest Python that the classifiers name; newer ones install it, untested by Django.
    pub python_max: &'static str,
    /// Oldest `PostgreSQL`; older ones are refused when Django connects.
    pub postgres_min: &'static str,
    /// psycopg's connection pool can be switched on in `DATABASES` (since 5.1).
    pub pool: bool,
}

/// One row per Django series that the options offer.
pub const DJANGO_SUPPORT: &[DjangoSupport] = &[
    DjangoSupport { django: "4.2", python_min: "3.8", python_max: "3.12", postgres_min: "12", pool: false },
    DjangoSupport { django: "5.2", python_min: "3.10", python_max: "3.14", postgres_min: "14", pool: true },
    DjangoSupport { django: "6.0", python_min: "3.12", python_max: "3.14", postgres_min: "14", pool: true },
    DjangoSupport { django: "6.1", python_min: "3.12", python_max: "3.15", postgres_min: "15", pool: true },
];

/// What the given Django series runs with.
pub fn django_support(django: &str) -> Option<&'static DjangoSupport> {
    DJANGO_SUPPORT.iter().find(|row| row.django == django)
}

/// A series as numbers, so that 3.9 sorts before 3.10; text that is no number counts as 0.
pub fn series_key(series: &str) -> (u16, u16) {
    let (major, minor) = series.split_once('.').unwrap_or((series, "0"));
    (major.parse().unwrap_or(0), minor.parse().unwrap_or(0))
}

/// One version of a `PyPI` package and where it may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pin {
    /// Normalised name on `PyPI`.
    pub package: &'static str,
    /// The newest version that fits.
    pub version: &'static str,
    /// Oldest Python it installs on.
    pub python_min: &'static str,
    /// Oldest and newest Django series it supports; `None` where it does not care.
    pub django: Option<(&'static str, &'static str)>,
}

/// Every pin; where a package needs several, the newest comes first.
///
/// All of them have wheels for Linux on x86-64 and ARM for every Python from `python_min` to 3.15.
pub const PINS: &[Pin] = &[
    for_django("django", "6.1.3", "3.12", "6.1", "6.1"),
    for_django("django", "6.0.10", "3.12", "6.0", "6.0"),
    for_django("django", "5.2.19", "3.10", "5.2", "5.2"),
    for_django("django", "4.2.30", "3.8", "4.2", "4.2"),
    // Database drivers
    pin_from("psycopg", "3.3.9", "3.10"),
    pin_from("psycopg2-binary", "2.9.13", "3.10"),
    // Servers
    pin_from("gunicorn", "27.0.1", "3.10"),
    pin_from("uvicorn", "0.54.0", "3.10"),
    pin_from("uvicorn-worker", "0.4.0", "3.10"),
    pin_from("uvloop", "0.23.0", "3.10"),
    pin_from("httptools", "0.9.0", "3.10"),
    pin_from("websockets", "17.4", "3.11"),
    pin_from("websockets", "16.1.1", "3.10"),
    pin_from("hypercorn", "0.18.0", "3.10"),
    pin_from("granian", "2.8.7", "3.10"),
    pin_from("daphne", "4.2.3", "3.10"),
    // WebSockets, cache, tasks
    pin_from("channels", "4.3.2", "3.10"),
    pin_from("channels-redis", "4.3.0", "3.10"),
    pin_from("redis", "8.1.0", "3.10"),
    pin_from("celery", "5.7.0", "3.10"),
    // Requires `Django<6.1`: the database scheduler cannot be had on 6.1 yet.
    for_django("django-celery-beat", "2.9.0", "3.10", "4.2", "6.0"),
    pin_from("flower", "2.2.0", "3.10"),
    // Static files, logging
    pin_from("whitenoise", "6.12.0", "3.10"),
    pin_from("python-json-logger", "4.2.0", "3.10"),
    pin_from("concurrent-log-handler", "0.9.31", "3.10"),
    // What installs the packages of a project; each stays in an environment of its own.
    pin_from("poetry", "2.5.1", "3.10"),
    pin_from("pdm", "2.29.4", "3.10"),
    pin_from("pipenv", "2026.10.3", "3.10"),
    // Development
    pin_from("pytest", "9.2.0", "3.10"),
    for_django("pytest-django", "4.14.0", "3.10", "5.2", "6.1"),
    for_django("pytest-django", "4.12.0", "3.10", "4.2", "4.2"),
    pin_from("ruff", "0.17.6", "3.10"),
    pin_from("watchfiles", "1.3.0", "3.10"),
];

const fn pin_from(package: &'static str, version: &'static str, python_min: &'static str) -> Pin {
    Pin { package, version, python_min, django: None }
}

const fn for_django(
    package: &'static str,
    version: &'static str,
    python_min: &'static str,
    oldest: &'static str,
    newest: &'static str,
) -> Pin {
    Pin { package, version, python_min, django: Some((oldest, newest)) }
}

/// The version of a package for a Python and a Django series; `None` where none fits.
pub fn pin(package: &str, python: &str, django: &str) -> Option<&'static str> {
    let fits = |pin: &&Pin| {
        pin.package == package
            && series_key(pin.python_min) <= series_key(python)
            && pin
                .django
                .is_none_or(|(oldest, newest)| (series_key(oldest)..=series_key(newest)).contains(&series_key(django)))
    };
    PINS.iter().find(fits).map(|pin| pin.version)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_over_months_and_leap_years() {
        let check = |from: &str, to: &str, days: i64| {
            let from: Date = from.parse().unwrap();
            let to: Date = to.parse().unwrap();
            assert_eq!(from.days_until(to), days, "{from} to {to}");
            assert_eq!(to.days_until(from), -days, "{to} to {from}");
        };
        check("1970-01-01", "1970-01-01", 0);
        check("2024-02-28", "2024-03-01", 2);
        check("2026-02-28", "2026-03-01", 1);
        check("2026-11-23", "2027-04-30", 158);
        check("1970-01-01", "2026-11-23", 20_780);
    }

    #[test]
    fn dates_read_what_they_write_and_refuse_the_rest() {
        let date = Date::new(2026, 7, 9);
        assert_eq!(date.to_string(), "2026-07-09");
        assert_eq!("2026-07-09".parse(), Ok(date));
        for wrong in
            ["", "2026-7-9", "2026-13-01", "2026-02-29", "2026-00-10", "2026-01-00", "+026-01-01", "2026-01-0é"]
        {
            assert!(wrong.parse::<Date>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn rows_are_plausible() {
        for version in VERSIONS {
            let name = format!("{} {}", version.product.name(), version.series);
            assert_eq!(version.released.to_string().parse(), Ok(version.released), "{name}");
            assert_eq!(find(version.product, version.series), Some(version), "{name} appears once");
            for end in [version.ended, version.full_until].into_iter().flatten() {
                assert!(version.released < end, "{name}");
                assert_eq!(end.to_string().parse(), Ok(end), "{name}");
            }
        }
    }

    #[test]
    fn django_rows_and_pins_agree() {
        for version in VERSIONS.iter().filter(|version| version.product == Product::Django) {
            let support = django_support(version.series).unwrap();
            assert_eq!(pin("django", support.python_max, version.series), Some(version.tag_or_pin));
        }
    }

    #[test]
    fn pins_follow_python_and_django() {
        assert_eq!(pin("websockets", "3.10", "5.2"), Some("16.1.1"));
        assert_eq!(pin("websockets", "3.15", "5.2"), Some("17.4"));
        assert_eq!(pin("django", "3.11", "6.0"), None);
        assert_eq!(pin("django-celery-beat", "3.14", "6.0"), Some("2.9.0"));
        assert_eq!(pin("django-celery-beat", "3.14", "6.1"), None);
        assert_eq!(pin("pytest-django", "3.12", "4.2"), Some("4.12.0"));
        assert_eq!(pin("left-pad", "3.12", "5.2"), None);
    }
}
