//! The rule table: which wishes do not go together, why, and the way out.
//!
//! A rule is data with its reason and its fixes attached.
//! `resolve`, the form, the command line, the documentation and the all-pairs tests read the same table.
//! A rule never blanks anything: it yields a [`Finding`], and where the wish cannot be met it names
//! a fallback ([`Rule::fallback`]); the wish itself stays and returns when the obstacle goes.

use crate::catalog::date::Date;
use crate::catalog::options::{Choices, FormStep, OPTIONS, OptionSpec, When, option};
use crate::catalog::versions::{Product, VERSIONS, Version};
use crate::messages::{Message, msg};

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// A wish that cannot be met; something else holds until it is fixed.
    Error,
    /// It works, and there is a good reason to choose otherwise.
    Warning,
    /// Worth knowing.
    Note,
}

impl Severity {
    /// The word shown to people and in JSON.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

/// A way out, as a button in the page and as `--set` on the command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// What it does, as a button says it.
    pub label: Message,
    /// Option ids and the values they take.
    pub changes: Vec<(&'static str, String)>,
}

impl Fix {
    /// The choices after the fix.
    pub fn apply(&self, choices: &Choices) -> Choices {
        let mut fixed = choices.clone();
        for (id, value) in &self.changes {
            if let Some(spec) = option(id) {
                // A fix names values of the table, so that a refusal here is a mistake that a test catches.
                let taken = spec.set(&mut fixed, value);
                debug_assert!(taken.is_ok(), "{id}={value}");
            }
        }
        fixed
    }
}

/// A row of the rule table.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// Stable id, shown in JSON.
    pub id: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// Option beside which the finding is shown.
    pub option: &'static str,
    /// All of these hold.
    pub when: &'static [When],
    /// Why, in one or two sentences.
    pub reason: &'static str,
    /// Ways out: button label and changes; the first is the recommended one.
    pub fixes: &'static [(&'static str, &'static [(&'static str, &'static str)])],
    /// The option and value that are used while the wish cannot be met.
    pub fallback: Option<(&'static str, &'static str)>,
}

/// What a rule has to say about given choices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Id of the rule.
    pub rule: String,
    /// How much it matters.
    pub severity: Severity,
    /// Option beside which it is shown.
    pub option: &'static str,
    /// Why.
    pub reason: Message,
    /// Ways out; each removes the finding.
    pub fixes: Vec<Fix>,
}

use Severity::{Error, Note, Warning};
use When::{Below, Is, Not, Own};

/// Every rule between options. Rules about the age of a version follow from the version table instead.
pub const RULES: &[Rule] = &[
    Rule {
        id: "django-6-needs-python-3.12",
        severity: Error,
        option: "django",
        when: &[Is("django", &["6.0", "6.1"]), Is("python", &["3.10", "3.11"])],
        reason: "Django 6 requires Python 3.12 or newer; until you choose one, Django 5.2 is pinned.",
        fixes: &[("Use Python 3.13", &[("python", "3.13")]), ("Use Django 5.2 LTS", &[("django", "5.2")])],
        fallback: Some(("django", "5.2")),
    },
    Rule {
        id: "django-4.2-ends-at-python-3.12",
        severity: Error,
        option: "django",
        when: &[Is("django", &["4.2"]), Is("python", &["3.13", "3.14", "3.15"])],
        reason: "Django 4.2 supports Python up to 3.12; until you change one of them, Python 3.12 is used.",
        fixes: &[
            ("Use Django 5.2 LTS", &[("django", "5.2"), ("python", "3.13")]),
            ("Use Python 3.12", &[("python", "3.12")]),
        ],
        fallback: Some(("python", "3.12")),
    },
    Rule {
        id: "django-6.1-needs-postgresql-15",
        severity: Error,
        option: "postgres",
        when: &[Is("django", &["6.1"]), Is("postgres", &["14"])],
        reason: "Django 6.1 refuses to connect to PostgreSQL 14; until you change one of them, PostgreSQL 15 is used.",
        fixes: &[("Use PostgreSQL 17", &[("postgres", "17")]), ("Use Django 5.2 LTS", &[("django", "5.2")])],
        fallback: Some(("postgres", "15")),
    },
    Rule {
        id: "database-schedule-needs-django-below-6.1",
        severity: Error,
        option: "beat-scheduler",
        when: &[Is("beat-scheduler", &["database"]), Is("django", &["6.1"])],
        reason: "django-celery-beat does not support Django 6.1 yet; until it does, the schedule stays in the code.",
        fixes: &[
            ("Keep the schedule in the code", &[("beat-scheduler", "file")]),
            ("Use Django 5.2 LTS", &[("django", "5.2")]),
        ],
        fallback: Some(("beat-scheduler", "file")),
    },
    Rule {
        id: "python-3.15-is-ahead-of-django",
        severity: Warning,
        option: "python",
        when: &[Is("python", &["3.15"]), Is("django", &["5.2", "6.0"])],
        reason: "This Django series installs on Python 3.15 but is tested only up to 3.14; Django 6.1 is tested with \
                 3.15.",
        fixes: &[("Use Python 3.14", &[("python", "3.14")]), ("Use Django 6.1", &[("django", "6.1")])],
        fallback: None,
    },
    Rule {
        id: "new-project-has-its-own-settings",
        severity: Error,
        option: "settings-module",
        when: &[Is("start", &["new"]), Own("settings-module")],
        reason: "A new project comes with its own settings module, so the path cannot be changed.",
        fixes: &[
            ("Use the package's settings", &[("settings-module", "")]),
            ("Use an existing project", &[("start", "existing")]),
        ],
        fallback: Some(("settings-module", "")),
    },
    Rule {
        id: "websockets-need-asgi",
        severity: Error,
        option: "websockets",
        when: &[Is("websockets", &["true"]), Is("server", &["gunicorn"])],
        reason: "Plain Gunicorn serves WSGI, which does not support WebSockets; they stay off until you choose an ASGI \
                 server.",
        fixes: &[
            ("Use Daphne", &[("server", "daphne")]),
            ("Use Gunicorn + Uvicorn", &[("server", "gunicorn-uvicorn")]),
            ("Turn WebSockets off", &[("websockets", "false")]),
        ],
        fallback: Some(("websockets", "false")),
    },
    Rule {
        id: "websockets-need-redis",
        severity: Error,
        option: "websockets",
        when: &[Is("websockets", &["true"]), Is("redis", &["none"])],
        reason: "Channels passes messages between processes through Redis; without it, WebSockets stay off.",
        fixes: &[("Add Redis 7", &[("redis", "7")]), ("Turn WebSockets off", &[("websockets", "false")])],
        fallback: Some(("websockets", "false")),
    },
    Rule {
        id: "celery-needs-redis",
        severity: Error,
        option: "celery",
        when: &[Not("celery", &["none"]), Is("redis", &["none"])],
        reason: "Celery needs Redis as its broker; without it, no worker runs.",
        fixes: &[("Add Redis 7", &[("redis", "7")]), ("Turn Celery off", &[("celery", "none")])],
        fallback: Some(("celery", "none")),
    },
    Rule {
        id: "flower-needs-celery",
        severity: Error,
        option: "flower",
        when: &[Is("flower", &["true"]), Is("celery", &["none"])],
        reason: "Flower monitors Celery workers, and this set has none; it stays off until you add one.",
        fixes: &[("Add a Celery worker", &[("celery", "worker")]), ("Turn Flower off", &[("flower", "false")])],
        fallback: Some(("flower", "false")),
    },
    Rule {
        id: "database-schedule-needs-beat",
        severity: Error,
        option: "beat-scheduler",
        when: &[Is("beat-scheduler", &["database"]), Not("celery", &["worker-beat"])],
        reason: "Only beat reads a schedule in the database, and this set does not run beat; until it does, the \
                 schedule stays in the code.",
        fixes: &[
            ("Add beat", &[("celery", "worker-beat")]),
            ("Keep the schedule in the code", &[("beat-scheduler", "file")]),
        ],
        fallback: Some(("beat-scheduler", "file")),
    },
    Rule {
        id: "nginx-static-needs-bundled-nginx",
        severity: Error,
        option: "static-files",
        when: &[Is("static-files", &["nginx"]), Not("reverse-proxy", &["bundled-nginx"])],
        reason: "Only the bundled nginx can read the volume that holds the static files; until you bundle it, \
                 WhiteNoise serves them.",
        fixes: &[
            ("Bundle nginx", &[("reverse-proxy", "bundled-nginx")]),
            ("Use WhiteNoise", &[("static-files", "whitenoise")]),
        ],
        fallback: Some(("static-files", "whitenoise")),
    },
    Rule {
        id: "certbot-needs-bundled-nginx",
        severity: Error,
        option: "tls",
        when: &[Is("tls", &["certbot"]), Not("reverse-proxy", &["bundled-nginx"])],
        reason: "certbot answers the challenge through the bundled nginx; without it, TLS is terminated outside the \
                 set.",
        fixes: &[
            ("Bundle nginx", &[("reverse-proxy", "bundled-nginx")]),
            ("Terminate TLS outside", &[("tls", "external")]),
        ],
        fallback: Some(("tls", "external")),
    },
    Rule {
        id: "daphne-is-one-process",
        severity: Warning,
        option: "workers",
        when: &[Not("workers", &["auto"]), Is("server", &["daphne"])],
        reason: "Daphne runs as a single process, so setting a number of workers has no effect. Scale with replicas \
                 instead.",
        fixes: &[
            ("Use Gunicorn + Uvicorn", &[("server", "gunicorn-uvicorn")]),
            ("Set to auto", &[("workers", "auto")]),
        ],
        fallback: Some(("workers", "auto")),
    },
    Rule {
        id: "podman-maps-users-itself",
        severity: Warning,
        option: "user-management",
        when: &[Is("user-management", &["dynamic"]), Is("engine", &["podman"])],
        reason: "Rootless Podman maps user IDs itself; PUID and PGID only add a startup phase as root.",
        fixes: &[("Use fixed IDs", &[("user-management", "static")])],
        fallback: None,
    },
    Rule {
        id: "podman-has-no-watch",
        severity: Warning,
        option: "dev-workflow",
        when: &[Is("dev-workflow", &["watch"]), Is("engine", &["podman"])],
        reason: "Not every podman compose provider supports “watch”; a bind mount works with all of them.",
        fixes: &[("Use a bind mount", &[("dev-workflow", "bind-mount")])],
        fallback: None,
    },
    Rule {
        id: "low-port-needs-root",
        severity: Warning,
        option: "port",
        when: &[Below("port", 1024), Is("engine", &["podman"])],
        reason: "Rootless Podman cannot open ports below 1024 unless the host allows it.",
        fixes: &[("Use port 8000", &[("port", "8000")])],
        fallback: None,
    },
    Rule {
        id: "dynamic-user-starts-as-root",
        severity: Note,
        option: "user-management",
        when: &[Is("user-management", &["dynamic"]), Is("engine", &["docker"])],
        reason: "To map PUID and PGID, the container starts as root with a few capabilities, then drops those \
                 privileges right away.",
        fixes: &[("Use fixed IDs", &[("user-management", "static")])],
        fallback: None,
    },
    Rule {
        id: "file-logging-needs-a-volume",
        severity: Note,
        option: "logging",
        when: &[Is("logging", &["file"])],
        reason: "Log files need a writable volume, which is added; all services write to one file, rotated under a \
                 lock.",
        fixes: &[("Log to standard output", &[("logging", "stdout")])],
        fallback: None,
    },
    Rule {
        id: "uploads-are-not-served",
        severity: Note,
        option: "media",
        when: &[Is("media", &["true"]), Not("reverse-proxy", &["bundled-nginx"])],
        reason: "The volume stores uploads, but nothing in this set serves /media/; your proxy or a view must do it.",
        fixes: &[("Bundle nginx", &[("reverse-proxy", "bundled-nginx")]), ("Turn uploads off", &[("media", "false")])],
        fallback: None,
    },
    Rule {
        id: "psycopg2-is-the-old-driver",
        severity: Note,
        option: "postgres-driver",
        when: &[Is("postgres-driver", &["psycopg2-binary"])],
        reason: "psycopg2 only receives fixes; Django recommends psycopg 3, which includes a connection pool.",
        fixes: &[("Use psycopg 3", &[("postgres-driver", "psycopg")])],
        fallback: None,
    },
    Rule {
        id: "no-proxy-no-tls",
        severity: Note,
        option: "reverse-proxy",
        when: &[Is("reverse-proxy", &["none"])],
        reason: "Nothing in this set terminates TLS: your platform must do that and send X-Forwarded-Proto.",
        fixes: &[("Use nginx on the host", &[("reverse-proxy", "external-nginx")])],
        fallback: None,
    },
];

/// Days before the end of support from which a version is warned about.
pub const WARN_DAYS: i64 = 90;

/// Everything the tables have to say about the choices, in the order of the options.
///
/// `today` decides which versions have ended; it is an input, so that the same call gives the same answer.
pub fn check(choices: &Choices, today: Date) -> Vec<Finding> {
    let mut findings: Vec<Finding> = RULES.iter().filter(|rule| rule.applies(choices)).map(Rule::finding).collect();
    findings.extend(OPTIONS.iter().filter_map(|spec| idle(spec, choices)));
    findings.extend(VERSIONS.iter().filter_map(|version| age(version, choices, today)));
    // In the order of the options, and of severity beside each. There are few, so that a walk per option is cheap.
    let mut ordered = Vec::with_capacity(findings.len());
    for spec in OPTIONS {
        for severity in [Error, Warning, Note] {
            ordered.extend(findings.iter().filter(|f| f.option == spec.id && f.severity == severity).cloned());
        }
    }
    ordered
}

impl Rule {
    /// Whether every condition holds.
    pub fn applies(&self, choices: &Choices) -> bool {
        self.when.iter().all(|condition| condition.holds(choices))
    }

    fn finding(&self) -> Finding {
        let changes = |changes: &[(&'static str, &'static str)]| {
            changes.iter().map(|(id, value)| (*id, (*value).to_owned())).collect()
        };
        Finding {
            rule: self.id.to_owned(),
            severity: self.severity,
            option: self.option,
            reason: self.reason.into(),
            fixes: self
                .fixes
                .iter()
                .map(|(label, pairs)| Fix { label: (*label).into(), changes: changes(pairs) })
                .collect(),
        }
    }
}

/// The choices as they take effect: each wish that a rule turns off replaced by its fallback.
pub fn effective(choices: &Choices) -> Choices {
    let mut effective = choices.clone();
    drop_what_does_not_apply(&mut effective);
    // Each rule moves one option to a value that its own condition no longer matches; no two rules move the
    // same option back and forth, so that one pass per rule is enough to come to rest.
    for _ in RULES {
        let before = effective.clone();
        for rule in RULES.iter().filter(|rule| rule.applies(&before)) {
            if let Some((id, value)) = rule.fallback
                && let Some(spec) = option(id)
            {
                let taken = spec.set(&mut effective, value);
                debug_assert!(taken.is_ok(), "{id}={value}");
            }
        }
        drop_what_does_not_apply(&mut effective);
        if effective == before {
            break;
        }
    }
    effective
}

/// Gives each option that means nothing under these choices its default.
fn drop_what_does_not_apply(choices: &mut Choices) {
    for spec in OPTIONS {
        if !spec.when.is_empty() && !spec.applies(choices) {
            let taken = spec.set(choices, &spec.default_wish());
            debug_assert!(taken.is_ok(), "the default of {}", spec.id);
        }
    }
}

/// A wish that a rule blocks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blocked {
    /// The value that is used until then.
    pub fallback: String,
    /// Why, by the rule that keeps the wish off.
    pub reason: Option<&'static str>,
}

/// Whether the wish of an option is blocked, and by what; `effective` is what [`effective()`] makes of the choices.
pub fn blocked(spec: &OptionSpec, choices: &Choices, effective: &Choices) -> Option<Blocked> {
    let wish = spec.get(choices);
    let fallback = spec.get(effective);
    // An option that follows another one moves with it; that is not a blocked wish.
    if wish == fallback || (spec.follows.is_some() && spec.wish(choices).is_empty()) {
        return None;
    }
    // The rule may apply only because of what another rule turned off: so it is asked with everything as it takes
    // effect, and this one wish put back.
    let mut tried = effective.clone();
    let taken = spec.set(&mut tried, &wish);
    debug_assert!(taken.is_ok(), "{}={wish}", spec.id);
    let rule = RULES
        .iter()
        .filter(|rule| rule.fallback.is_some_and(|(id, _)| id == spec.id))
        .find(|rule| rule.applies(choices) || rule.applies(&tried));
    Some(Blocked { fallback, reason: rule.map(|rule| rule.reason) })
}

/// The finding for a wish that means nothing under the other choices. What a project is needs none: it is nobody's
/// choice, and the wish is there for when it changes.
fn idle(spec: &OptionSpec, choices: &Choices) -> Option<Finding> {
    let is_fact = |spec: &OptionSpec| spec.step == FormStep::Existing;
    let by_choice = |condition: &When| {
        !condition.holds(choices) && (is_fact(spec) || option(condition.option()).is_some_and(|of| !is_fact(of)))
    };
    (spec.is_changed(choices) && spec.when.iter().any(by_choice)).then(|| Finding {
        rule: format!("{}-does-not-apply", spec.id),
        severity: Severity::Note,
        option: spec.id,
        reason: msg!("The other choices leave nothing for this to change."),
        fixes: vec![Fix {
            label: msg!("Reset {0}", Message::from(spec.label)),
            changes: vec![(spec.id, spec.default_wish())],
        }],
    })
}

/// The option and value that a version stands for; `None` for versions that nobody chooses.
fn chosen_by(version: &Version) -> Option<(&'static str, String)> {
    let series = version.series;
    match version.product {
        Product::Python => Some(("python", series.to_owned())),
        Product::Django => Some(("django", series.to_owned())),
        Product::Postgres => Some(("postgres", series.to_owned())),
        Product::Redis => Some(("redis", series.to_owned())),
        Product::Valkey => Some(("redis", format!("valkey-{series}"))),
        Product::Debian => Some(("base-image", format!("slim-{series}"))),
        Product::Node => Some(("node", series.to_owned())),
        Product::Nginx | Product::Certbot | Product::Uv => None,
    }
}

/// The finding for a chosen version that has ended or ends soon.
fn age(version: &Version, choices: &Choices, today: Date) -> Option<Finding> {
    let (id, value) = chosen_by(version)?;
    let spec = option(id)?;
    if spec.get(choices) != value || !spec.applies(choices) {
        return None;
    }
    let end = version.ended?;
    let left = today.days_until(end);
    let name = format!("{} {}", version.product.name(), version.series);
    if left > WARN_DAYS {
        // Full support may be over while a reduced one goes on.
        let full_until = version.full_until.filter(|full_until| *full_until < today)?;
        return Some(Finding {
            rule: format!("{id}-reduced-support"),
            severity: Severity::Note,
            option: spec.id,
            reason: msg!(
                "Full support for {0} ended on {1}; it receives security fixes until {2}.",
                name,
                full_until,
                end
            ),
            fixes: successor(version, spec, choices, today).into_iter().collect(),
        });
    }
    let reason = match left {
        ..0 => msg!("{0} reached end of life on {1} and receives no more security fixes.", name, end),
        0 => msg!("{0} reaches end of life today; it receives no security fixes after that.", name),
        1 => msg!("{0} reaches end of life tomorrow; it receives no security fixes after that.", name),
        _ => msg!(
            "{0} reaches end of life on {1}, in {2} days; it receives no security fixes after that.",
            name,
            end,
            left.unsigned_abs()
        ),
    };
    Some(Finding {
        rule: format!("{id}-{}", if left < 0 { "ended" } else { "ends-soon" }),
        severity: Severity::Warning,
        option: spec.id,
        reason,
        fixes: successor(version, spec, choices, today).into_iter().collect(),
    })
}

/// The nearest newer version that is supported for longer and brings no new error with it.
fn successor(version: &Version, spec: &OptionSpec, choices: &Choices, today: Date) -> Option<Fix> {
    let errors =
        |choices: &Choices| RULES.iter().filter(|rule| rule.severity == Error && rule.applies(choices)).count();
    VERSIONS
        .iter()
        .filter(|other| other.product == version.product && other.released > version.released)
        .filter(|other| other.full_until.or(other.ended).is_none_or(|end| today.days_until(end) > WARN_DAYS))
        .find_map(|other| {
            let (_, value) = chosen_by(other)?;
            let fix =
                Fix { label: msg!("Use {0} {1}", other.product.name(), other.series), changes: vec![(spec.id, value)] };
            (errors(&fix.apply(choices)) <= errors(choices)).then_some(fix)
        })
}
