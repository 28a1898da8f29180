//! Every rule: it speaks when it should, is silent when it should be, and its way out works.

use std::collections::BTreeSet;

use dunnage::catalog::date::Date;
use dunnage::catalog::options::{Choices, OPTIONS, option};
use dunnage::catalog::rules::{Finding, RULES, Severity, check, effective};
use dunnage::catalog::versions::{DJANGO_SUPPORT, series_key};

use crate::support::{TODAY, choices, rendered};

type Pairs = &'static [(&'static str, &'static str)];

/// Rule, choices that break it, and the nearest choices that do not.
const CASES: &[(&str, Pairs, Pairs)] = &[
    ("django-6-needs-python-3.12", &[("django", "6.0"), ("python", "3.11")], &[("django", "6.0"), ("python", "3.12")]),
    ("django-4.2-ends-at-python-3.12", &[("django", "4.2")], &[("django", "4.2"), ("python", "3.12")]),
    ("django-6.1-needs-postgresql-15", &[("django", "6.1"), ("postgres", "14")], &[("django", "6.1")]),
    (
        "database-schedule-needs-django-below-6.1",
        &[("celery", "worker-beat"), ("beat-scheduler", "database"), ("django", "6.1")],
        &[("celery", "worker-beat"), ("beat-scheduler", "database"), ("django", "6.0")],
    ),
    ("python-3.15-is-ahead-of-django", &[("python", "3.15")], &[("python", "3.15"), ("django", "6.1")]),
    (
        "new-project-has-its-own-settings",
        &[("start", "new"), ("settings-module", "shop.production")],
        &[("start", "new"), ("settings-module", "my_project.settings.production")],
    ),
    ("websockets-need-asgi", &[("websockets", "true")], &[("websockets", "true"), ("server", "daphne")]),
    (
        "websockets-need-redis",
        &[("websockets", "true"), ("server", "daphne"), ("redis", "none")],
        &[("websockets", "true"), ("server", "daphne"), ("redis", "valkey-8")],
    ),
    ("celery-needs-redis", &[("celery", "worker"), ("redis", "none")], &[("redis", "none")]),
    ("flower-needs-celery", &[("flower", "true")], &[("flower", "true"), ("celery", "worker")]),
    (
        "database-schedule-needs-beat",
        &[("celery", "worker"), ("beat-scheduler", "database")],
        &[("celery", "worker-beat"), ("beat-scheduler", "database")],
    ),
    (
        "nginx-static-needs-bundled-nginx",
        &[("static-files", "nginx")],
        &[("static-files", "nginx"), ("reverse-proxy", "bundled-nginx")],
    ),
    ("certbot-needs-bundled-nginx", &[("tls", "certbot")], &[("tls", "certbot"), ("reverse-proxy", "bundled-nginx")]),
    ("daphne-is-one-process", &[("server", "daphne"), ("workers", "4")], &[("server", "uvicorn"), ("workers", "4")]),
    (
        "podman-maps-users-itself",
        &[("engine", "podman"), ("user-management", "dynamic")],
        &[("engine", "podman"), ("user-management", "static")],
    ),
    (
        "podman-has-no-watch",
        &[("engine", "podman"), ("dev-workflow", "watch")],
        &[("engine", "docker"), ("dev-workflow", "watch")],
    ),
    ("low-port-needs-root", &[("engine", "podman"), ("port", "80")], &[("engine", "podman"), ("port", "1024")]),
    (
        "dynamic-user-starts-as-root",
        &[("user-management", "dynamic")],
        &[("user-management", "dynamic"), ("engine", "podman")],
    ),
    ("file-logging-needs-a-volume", &[("logging", "file")], &[("logging", "switch")]),
    ("uploads-are-not-served", &[("media", "true")], &[("media", "true"), ("reverse-proxy", "bundled-nginx")]),
    ("psycopg2-is-the-old-driver", &[("postgres-driver", "psycopg2-binary")], &[("postgres-driver", "psycopg")]),
    ("no-proxy-no-tls", &[("reverse-proxy", "none")], &[("reverse-proxy", "external-caddy")]),
];

fn found(choices: &Choices, rule: &str) -> Option<Finding> {
    check(choices, TODAY).into_iter().find(|finding| finding.rule == rule)
}

#[test]
fn every_rule_speaks_and_is_silent_when_it_should() {
    for (rule, bad, good) in CASES {
        assert!(found(&choices(bad), rule).is_some(), "{rule} is silent about {bad:?}");
        assert!(found(&choices(good), rule).is_none(), "{rule} speaks about {good:?}");
    }
}

#[test]
fn every_rule_has_a_case() {
    let cases: BTreeSet<&str> = CASES.iter().map(|case| case.0).collect();
    let rules: BTreeSet<&str> = RULES.iter().map(|rule| rule.id).collect();
    assert_eq!(cases, rules);
    assert_eq!(rules.len(), RULES.len(), "a rule's id stands twice");
}

#[test]
fn every_fix_removes_its_finding() {
    for (rule, bad, _) in CASES {
        let bad = choices(bad);
        let finding = found(&bad, rule).expect("a finding");
        assert!(!finding.fixes.is_empty(), "{rule} has no way out");
        for fix in &finding.fixes {
            assert!(found(&fix.apply(&bad), rule).is_none(), "{rule}: “{}” changes nothing", fix.label);
        }
    }
}

#[test]
fn the_rule_table_names_only_what_exists() {
    for rule in RULES {
        assert!(option(rule.option).is_some(), "{}: option {}", rule.id, rule.option);
        let named = rule.when.iter().flat_map(|when| match when {
            dunnage::catalog::options::When::Is(id, values) | dunnage::catalog::options::When::Not(id, values) => {
                values.iter().map(|value| (*id, *value)).collect::<Vec<_>>()
            }
            dunnage::catalog::options::When::Below(id, limit) => {
                assert!(*limit > 0);
                vec![(*id, "8000")]
            }
            dunnage::catalog::options::When::Own(id) => vec![(*id, "")],
        });
        let fixed = rule.fixes.iter().flat_map(|(_, changes)| changes.iter().copied());
        for (id, value) in named.chain(fixed).chain(rule.fallback) {
            let spec = option(id).unwrap_or_else(|| panic!("{}: no option {id}", rule.id));
            assert!(spec.set(&mut Choices::default(), value).is_ok(), "{}: {id}={value}", rule.id);
        }
    }
}

#[test]
fn a_wish_survives_while_its_effect_is_off_and_returns() {
    let mut wish = choices(&[("flower", "true")]);
    assert!(wish.flower);
    assert!(!rendered(&wish).plan.flower, "Flower without Celery must be off");
    let spec = option("celery").expect("an option");
    spec.set(&mut wish, "worker").expect("a value");
    assert!(rendered(&wish).plan.flower, "Flower must return with Celery");
}

#[test]
fn a_wish_that_is_held_back_says_why_also_when_another_rule_is_behind_it() {
    let wish = choices(&[("flower", "true"), ("celery", "worker"), ("redis", "none")]);
    let effective = effective(&wish);
    let blocked = |id: &str| dunnage::catalog::rules::blocked(option(id).expect("an option"), &wish, &effective);
    let reason = |rule: &str| RULES.iter().find(|row| row.id == rule).map(|row| row.reason);
    let celery = blocked("celery").expect("no Celery without Redis");
    assert_eq!((celery.fallback.as_str(), celery.reason), ("none", reason("celery-needs-redis")));
    let flower = blocked("flower").expect("no Flower without Celery");
    assert_eq!((flower.fallback.as_str(), flower.reason), ("false", reason("flower-needs-celery")));
    assert_eq!(blocked("redis"), None);
    assert_eq!(blocked("django-module"), None);
}

#[test]
fn a_wish_that_the_project_has_no_use_for_is_kept_without_a_word() {
    let wish = choices(&[("packages", "poetry"), ("installer", "uv"), ("requirements", "single")]);
    assert_eq!(check(&wish, TODAY), Vec::new());
    let effective = effective(&wish);
    for id in ["installer", "requirements"] {
        let spec = option(id).expect("an option");
        assert_eq!((spec.is_changed(&wish), spec.is_changed(&effective)), (true, false), "{id}");
    }
    // A wish that a choice leaves nothing to is a choice too many.
    let wish = choices(&[("collectstatic", "none"), ("static-files", "nginx")]);
    assert!(found(&wish, "static-files-does-not-apply").is_some());
    // And so is a fact beside another fact.
    let wish = choices(&[("packages", "set"), ("package-files", "requirements.txt")]);
    assert!(found(&wish, "package-files-does-not-apply").is_some());
}

#[test]
fn the_choices_in_containers_md_are_those_that_decide_something() {
    let listed = |tool: &str| {
        let set = rendered(&choices(&[("packages", tool), ("installer", "uv")]));
        let text = &set.files.get("CONTAINERS.md").expect("a file").text;
        ["installer", "requirements"].map(|id| text.contains(&format!("\n| `{id}` | ")))
    };
    assert_eq!(listed("set"), [true, true]);
    assert_eq!(listed("requirements"), [true, false]);
    for tool in ["uv", "poetry", "pdm", "pipenv", "pyproject", "setup"] {
        assert_eq!(listed(tool), [false, false], "{tool}");
    }
}

#[test]
fn an_error_says_what_holds_instead() {
    for rule in RULES.iter().filter(|rule| rule.severity == Severity::Error) {
        let (id, value) = rule.fallback.unwrap_or_else(|| panic!("{} has no fallback", rule.id));
        let bad = choices(CASES.iter().find(|case| case.0 == rule.id).expect("a case").1);
        let spec = option(id).expect("an option");
        let holds = spec.get(&effective(&bad));
        if value.is_empty() {
            assert_ne!(holds, spec.get(&bad), "{}", rule.id);
        } else {
            assert_eq!(holds, value, "{}", rule.id);
        }
    }
}

#[test]
fn a_version_is_reported_before_and_after_its_end() {
    let old = choices(&[("python", "3.11")]);
    let rules = |today: Date| -> Vec<String> { check(&old, today).into_iter().map(|finding| finding.rule).collect() };
    assert!(!rules(Date::new(2027, 8, 1)).iter().any(|rule| rule.starts_with("python-end")));
    assert!(rules(Date::new(2027, 8, 2)).contains(&"python-ends-soon".to_owned()));
    assert!(rules(Date::new(2027, 10, 31)).contains(&"python-ends-soon".to_owned()));
    assert!(rules(Date::new(2027, 11, 1)).contains(&"python-ended".to_owned()));
    for (id, value) in [("python", "3.10"), ("django", "4.2"), ("postgres", "14")] {
        let mut ended = choices(&[(id, value)]);
        if id == "django" {
            ended = choices(&[(id, value), ("python", "3.12")]);
        }
        let finding = found(&ended, &format!("{id}-ended")).unwrap_or_else(|| panic!("{id} {value} has ended"));
        assert_eq!(finding.severity, Severity::Warning);
        assert_eq!(finding.fixes.len(), 1, "{id} {value} has a successor");
        let fixed = finding.fixes[0].apply(&ended);
        assert!(found(&fixed, &finding.rule).is_none());
        assert!(check(&fixed, TODAY).iter().all(|finding| finding.severity != Severity::Error));
    }
}

#[test]
fn the_rules_say_of_django_what_the_version_table_says() {
    let errors = |pairs: &[(&str, &str)]| {
        check(&choices(pairs), TODAY).iter().any(|finding| finding.severity == Severity::Error)
    };
    for support in DJANGO_SUPPORT {
        for python in option("python").expect("an option").kind.values() {
            let refused = series_key(python) < series_key(support.python_min);
            // An ended series gets no further; a living one is only warned about on a newer Python.
            let beyond = support.django == "4.2" && series_key(python) > series_key(support.python_max);
            let found = errors(&[("django", support.django), ("python", python)]);
            assert_eq!(found, refused || beyond, "Django {} on Python {python}", support.django);
        }
        for postgres in option("postgres").expect("an option").kind.values() {
            let found = errors(&[("django", support.django), ("python", "3.12"), ("postgres", postgres)]);
            let refused = series_key(postgres) < series_key(support.postgres_min);
            assert_eq!(found, refused, "Django {} on PostgreSQL {postgres}", support.django);
        }
    }
}

#[test]
fn the_defaults_have_no_finding() {
    assert_eq!(check(&Choices::default(), TODAY), Vec::new());
}

#[test]
fn option_ids_are_unique_and_stable_words() {
    let mut ids = BTreeSet::new();
    for spec in OPTIONS {
        for id in std::iter::once(&spec.id).chain(spec.aliases) {
            assert!(ids.insert(*id), "{id} stands twice");
            assert!(id.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'), "{id}");
        }
        assert!(spec.help.ends_with('.') && spec.why.ends_with('.'), "{}: help and why are sentences", spec.id);
    }
}
