//! The settings of a deployment. The stack decides which settings exist and what their defaults are; their order and
//! their comments are written here.

use std::borrow::Cow;

use serde::Serialize;

use crate::plan::model::Decisions;
use crate::plan::stack::{Limit, Stack, Variable};

/// Settings that belong together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SettingGroup {
    /// What they are about: a few words or sentences.
    pub title: String,
    /// The settings.
    pub settings: Vec<Setting>,
}

/// A setting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Setting {
    /// Name of the variable.
    pub name: &'static str,
    /// Its value to begin with: the one that it has unless it is set, or an example where it has to be.
    pub value: String,
    /// What to know about it; a sentence, or empty.
    pub about: &'static str,
}

/// The settings of a plan, whose stack is there.
pub fn settings(plan: &Decisions, stack: &Stack) -> Vec<SettingGroup> {
    let mut known = read_by(stack);
    known.extend([
        ("HOST_GID", plan.gid.to_string().into()),
        ("HOST_UID", plan.uid.to_string().into()),
        ("IMAGE_NAME", plan.project.as_str().into()),
        ("IMAGE_TAG", "local".into()),
        // Development publishes the site here, even where nginx publishes it in production.
        ("WEB_PORT", plan.port.to_string().into()),
    ]);
    known.extend((plan.frontend.port > 0).then(|| ("FRONTEND_PORT", plan.frontend.port.to_string().into())));
    known.extend(plan.bundled_db.then(|| ("POSTGRES_PORT", "5432".into())));
    groups(plan)
        .into_iter()
        .filter_map(|(title, rows)| {
            let rows = rows.iter().filter_map(|(name, about)| {
                let (_, default) = known.iter().find(|(known, _)| known == name)?;
                let value = example(plan, name).unwrap_or_else(|| Some(default.clone().into_owned()))?;
                let about = if *name == "WEB_CONCURRENCY" && !plan.workers_auto { "" } else { *about };
                Some(Setting { name, value, about })
            });
            let settings: Vec<Setting> = rows.collect();
            (!settings.is_empty()).then_some(SettingGroup { title, settings })
        })
        .collect()
}

/// The settings that a stack reads, each with its default.
fn read_by(stack: &Stack) -> Vec<(&'static str, Cow<'_, str>)> {
    let mut read: Vec<(&'static str, Cow<'_, str>)> = Vec::new();
    let services = || stack.services.iter();
    let variables = stack.application.environment.iter().chain(services().flat_map(|service| &service.environment));
    // A secret is a setting only where it is no file.
    let is_file = |variable: &Variable| stack.secrets.contains(&variable.secret);
    read.extend(
        variables.filter(|variable| !is_file(variable)).map(|variable| (variable.setting, (&*variable.value).into())),
    );
    let ports = services().flat_map(|service| &service.ports);
    read.extend(ports.map(|port| (port.variable, port.host.to_string().into())));
    let limits = services().flat_map(|service| [service.limits.cpus, service.limits.memory]);
    read.extend(limits.map(|Limit { setting, value }| (setting, value.into())));
    read.extend(services().map(|service| (service.replicas, "1".into())));
    read.retain(|(setting, _)| !setting.is_empty());
    read
}

/// What stands in place of a setting's default: what this project needs, or an example of what only the user knows.
/// Within, `None` where nothing can be said, so that the setting is left out.
#[allow(clippy::option_option, reason = "no example is not the same as an example that cannot be given")]
fn example(plan: &Decisions, name: &str) -> Option<Option<String>> {
    Some(match name {
        "CERTBOT_EMAIL" => (!plan.domain.is_empty()).then(|| format!("admin@{}", plan.domain)),
        "DJANGO_ALLOWED_HOSTS" => Some(plan.domains.join(",")),
        "DJANGO_CSRF_TRUSTED_ORIGINS" => Some(format!("https://{}", plan.domains.join(",https://"))),
        "DJANGO_SECRET_KEY" | "POSTGRES_PASSWORD" => Some("change-me".to_owned()),
        "FLOWER_BASIC_AUTH" => Some("admin:change-me".to_owned()),
        "POSTGRES_HOST" => Some("db.example.com".to_owned()),
        _ => return None,
    })
}

type Row = (&'static str, &'static str);

/// Every setting that there may be, in order, with what is said of it.
fn groups(plan: &Decisions) -> [(String, &'static [Row]); 9] {
    let development = if plan.bundled_db { ", and the host port it is published on in development" } else { "" };
    [
        (
            "Site".to_owned(),
            &[
                ("DJANGO_ALLOWED_HOSTS", ""),
                ("DJANGO_CSRF_TRUSTED_ORIGINS", ""),
                ("DJANGO_SECURE_HSTS_INCLUDE_SUBDOMAINS", ""),
                ("DJANGO_SECURE_HSTS_PRELOAD", ""),
                (
                    "DJANGO_SECURE_HSTS_SECONDS",
                    "Browsers enforce HTTPS for this many seconds; increase it to 31536000 (a year) once HTTPS works everywhere.",
                ),
                ("DJANGO_SECURE_SSL_REDIRECT", "Set to \"false\" only to try the production set without HTTPS."),
            ],
        ),
        (
            "Secrets: the containers refuse to start with these values. Generate each one with: openssl rand -hex 32"
                .to_owned(),
            &[("DJANGO_SECRET_KEY", ""), ("FLOWER_BASIC_AUTH", ""), ("POSTGRES_PASSWORD", "")],
        ),
        (
            format!("Database{development}"),
            &[
                ("BACKUP_KEEP", "Number of dumps that the backup service keeps"),
                ("POSTGRES_DB", ""),
                ("POSTGRES_HOST", ""),
                ("POSTGRES_POOL_SIZE", ""),
                ("POSTGRES_PORT", ""),
                ("POSTGRES_SSLMODE", ""),
                ("POSTGRES_USER", ""),
            ],
        ),
        (
            "Processes".to_owned(),
            &[
                (
                    "CELERY_VISIBILITY_TIMEOUT",
                    "Seconds until the tasks of a killed worker are redelivered; must exceed the longest task and the longest delay.",
                ),
                ("CONTAINER_MODE", "\"true\": log to stdout; \"false\": log to files in DJANGO_LOG_DIR"),
                ("DJANGO_LOG_LEVEL", ""),
                ("PGID", "IDs of the user and group that the application runs as and that own its volumes"),
                ("PUID", ""),
                ("WEB_CONCURRENCY", "Empty: twice the number of CPUs available to the container, plus one"),
                ("WEB_TIMEOUT", ""),
                ("WORKER_CONCURRENCY", "Empty: the number of CPUs available to the container"),
            ],
        ),
        (
            "Published ports".to_owned(),
            &[("FLOWER_PORT", ""), ("FRONTEND_PORT", ""), ("HTTPS_PORT", ""), ("HTTP_PORT", ""), ("WEB_PORT", "")],
        ),
        (
            "Certificate".to_owned(),
            &[
                ("CERTBOT_EMAIL", ""),
                (
                    "CERTBOT_STAGING",
                    "\"true\" uses Let's Encrypt's staging server: generous limits, untrusted certificates.",
                ),
            ],
        ),
        (
            format!(
                "Image: built under this name unless it already exists, for example after: {} pull IMAGE_NAME:IMAGE_TAG",
                plan.engine
            ),
            &[("IMAGE_NAME", ""), ("IMAGE_TAG", "")],
        ),
        (
            "Production limits. A CPU limit must not exceed the number of CPUs on the host.".to_owned(),
            &[
                ("DB_CPUS", ""),
                ("DB_MEMORY", ""),
                ("REDIS_MEMORY", ""),
                ("WEB_CPUS", ""),
                ("WEB_MEMORY", ""),
                ("WEB_REPLICAS", ""),
                ("WORKER_CPUS", ""),
                ("WORKER_MEMORY", ""),
                ("WORKER_REPLICAS", ""),
            ],
        ),
        (
            "Development: your own IDs, so you own the files that containers create (id -u, id -g)".to_owned(),
            &[("HOST_GID", ""), ("HOST_UID", "")],
        ),
    ]
}
