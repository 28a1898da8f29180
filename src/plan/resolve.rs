//! From choices to a plan.
//!
//! [`resolve`] turns wishes into a [`Plan`].
//! It is total: a combination that cannot be had yields a finding and the nearest plan that can,
//! so that the preview never goes blank.
//! Templates hold no decisions of their own; a condition that needs more than one field and is in more than one place
//! gets a field in the plan.

use std::sync::OnceLock;

use crate::catalog::date::Date;
use crate::catalog::debian::{Release, in_release};
use crate::catalog::names::{DebianPackage, Name as _};
use crate::catalog::options::{
    BaseImage, BeatScheduler, Celery, Choices, Ci, Collectstatic, Database, DevWorkflow, Engine, FormStep, Hardening,
    List, LogFormat, Logging, Migrations, OPTIONS, OptionSpec, PackageTool, PostgresDriver, Redis, Requirements,
    ReverseProxy, Secrets, Server, Start, StaticFiles, StaticStorage, Tls, UserManagement, ValueKind,
};
use crate::catalog::presets::preset;
use crate::catalog::rules::{self, Finding};
use crate::catalog::versions::{Product, VERSIONS, Version, django_support, find};
use crate::plan::diagram::Diagram;
use crate::plan::files::FILES;
use crate::plan::installation::{self, ADDED, ADDED_DEVELOPMENT, Image};
use crate::plan::model::{ChoiceNote, Decisions, FileNote, Plan};
use crate::plan::stack::Stack;
use crate::plan::{checklist, comparison, connect, frontend, ignored, packages, settings};

/// Resolves wishes into a plan, and says what stands in the way of any of them.
///
/// Total: every value of [`Choices`] has a plan. `today` only decides which versions are reported as ended.
pub fn resolve(choices: &Choices, today: Date) -> (Plan, Vec<Finding>) {
    (plan_of(&rules::effective(choices)), rules::check(choices, today))
}

/// The plan of choices as they take effect, which [`rules::effective`] gives.
pub fn plan_of(effective: &Choices) -> Plan {
    static REFERENCE: OnceLock<Option<Decisions>> = OnceLock::new();
    let reference = REFERENCE.get_or_init(|| preset("reference").map(|reference| decisions(&reference.choices)));
    let decisions = decisions(effective);
    let stack = Stack::of(&decisions);
    let packages = packages::packages(&decisions);
    let files: Vec<FileNote> = FILES
        .iter()
        .filter(|spec| (spec.when)(&decisions))
        .map(|spec| FileNote { path: spec.path(&decisions), why: spec.why })
        .collect();
    Plan {
        diagram: Diagram::of(&stack),
        settings: settings::settings(&decisions, &stack),
        connection: connect::connection(&decisions),
        ignored: ignored::groups(&decisions, &stack.secrets, &ignored::needed(&decisions)),
        choices: OPTIONS
            .iter()
            // Of the facts, a plain project has none worth a word.
            .filter(|spec| spec.applies(effective) && (spec.step != FormStep::Existing || spec.is_changed(effective)))
            .map(|spec| choice_note(spec, effective))
            .collect(),
        comparison: reference.as_ref().map_or_else(Vec::new, |reference| comparison::comparison(reference, &decisions)),
        checklist: checklist::checklist(&decisions, &packages, &files),
        stack,
        packages,
        files,
        decisions,
    }
}

/// What choices decide in which every wish can be met.
fn decisions(choices: &Choices) -> Decisions {
    let domains = choices.domain.list();
    let settings = choices.settings();
    let start_new = choices.start == Start::New;
    let facts = &choices.facts;
    let own = facts.packages != PackageTool::Set;
    let project_dir = facts.project_dir.as_ref().map(ToString::to_string).unwrap_or_default();
    let package_dir = choices.package_dir().map(|dir| dir.to_string()).unwrap_or_default();
    let application = if choices.server == Server::Gunicorn { choices.wsgi() } else { choices.asgi() };
    let collects = choices.collectstatic != Collectstatic::None;
    let split = !own && choices.requirements == Requirements::Split;
    let podman = choices.engine == Engine::Podman;
    let gunicorn = matches!(choices.server, Server::Gunicorn | Server::GunicornUvicorn);
    let bundled_nginx = choices.reverse_proxy == ReverseProxy::BundledNginx;
    let image = |product, series: &str| qualified(podman, tag(product, series));
    let redis_image = match choices.redis {
        Redis::V7 => image(Product::Redis, "7"),
        Redis::V8 => image(Product::Redis, "8"),
        Redis::Valkey8 => image(Product::Valkey, "8"),
        Redis::None => String::new(),
    };
    let workers = choices.workers.map_or(0, |workers| workers.0);
    let dependency_paths = installation::paths(choices);
    let beat_file = choices.celery == Celery::WorkerBeat && choices.beat_scheduler != BeatScheduler::Database;
    Decisions {
        dunnage_version: crate::VERSION,
        start_new,
        project: choices.project_name.to_string(),
        module: choices.module().to_string(),
        settings_module: settings.to_string(),
        settings_file: below(&package_dir, &format!("{}.py", settings.as_str().replace('.', "/"))),
        settings_development: if start_new {
            format!("{}.settings.development", choices.module())
        } else {
            settings.to_string()
        },
        settings_dir: below(&package_dir, &settings.directory()),
        module_dir: if choices.is_flat() {
            package_dir.clone()
        } else {
            below(&package_dir, choices.module().as_str())
        },
        health: if choices.is_flat() { "health".to_owned() } else { format!("{}.health", choices.module()) },
        celery_application: choices.celery_application().map(|found| found.to_string()).unwrap_or_default(),
        asgi_file: choices
            .asgi()
            .map(|found| below(&package_dir, &format!("{}.py", found.module().replace('.', "/"))))
            .unwrap_or_default(),
        celery_file: if choices.is_flat() {
            below(&package_dir, "celery_app.py")
        } else {
            below(&package_dir, &format!("{}/celery.py", choices.module()))
        },
        flat: choices.is_flat(),
        own_celery: facts.celery_application.is_some(),
        workdir: in_image(&project_dir),
        python_path: if package_dir == project_dir { String::new() } else { in_image(&package_dir) },
        application: application.map_or_else(String::new, |found| format!("{}:{}", found.module(), found.variable())),
        asgi_application: choices
            .asgi()
            .map_or_else(String::new, |found| format!("{}.{}", found.module(), found.variable())),
        user: choices.app_user.to_string(),
        domain: domains.first().cloned().unwrap_or_default(),
        domains,
        podman,
        compose: if podman { "podman compose" } else { "docker compose" },
        engine: choices.engine.id(),
        python: choices.python.id(),
        base_image: qualified(podman, &format!("python:{}-{}", choices.python.id(), choices.base_image.id())),
        named_debian: choices.base_image != BaseImage::Slim,
        django: choices.django.id(),
        uv: installation::uses_uv(choices),
        packages_tool: facts.packages,
        package_files: facts.package_files.iter().map(|path| path.as_str().to_owned()).collect(),
        own_packages: own,
        packages_dir: in_image(facts.packages_dir.as_ref().map_or("", |dir| dir.as_str())),
        packages_folder: format!("/{}", facts.packages_dir.as_ref().map_or("", |dir| dir.as_str())),
        install: installation::steps(choices, Image::Production, false),
        install_development: installation::steps(choices, Image::Development, own_development(choices)),
        dependency_paths,
        build_packages: debian(&facts.build_packages, choices.base_image),
        system_packages: debian(&facts.system_packages, choices.base_image),
        compile_messages: facts.compile_messages,
        compress_offline: facts.compress_offline,
        frontend: frontend::build(facts, podman),
        adds_manage_py: !facts.manage_py,
        provided: facts.own_packages.iter().map(|package| package.as_str().to_owned()).collect(),
        uv_image: tag(Product::Uv, ""),
        requirements_split: split,
        requirements_production: match (own, split) {
            (true, _) => ADDED,
            (false, true) => "requirements/production.txt",
            (false, false) => "requirements.txt",
        },
        requirements_development: match (own, split) {
            (true, _) if own_development(choices) => ADDED_DEVELOPMENT,
            (true, _) => ADDED,
            (false, true) => "requirements/development.txt",
            (false, false) => "requirements.txt",
        },
        dynamic_user: choices.user_management == UserManagement::Dynamic,
        uid: choices.uid.0,
        gid: choices.gid.0,
        server: choices.server,
        gunicorn,
        asgi: choices.server != Server::Gunicorn,
        websockets: choices.websockets,
        workers_auto: choices.workers.is_none(),
        workers,
        timeout: choices.timeout.0,
        port: choices.port.0,
        bundled_db: choices.database == Database::Bundled,
        postgres: choices.postgres,
        postgres_image: image(Product::Postgres, choices.postgres.id()),
        psycopg3: choices.postgres_driver == PostgresDriver::Psycopg,
        db_pool: choices.postgres_driver == PostgresDriver::Psycopg
            && django_support(choices.django.id()).is_some_and(|support| support.pool),
        cache: choices.redis,
        redis: choices.redis != Redis::None,
        redis_image,
        media: choices.media,
        backups: choices.backups,
        migrations_job: choices.migrations == Migrations::Job,
        collectstatic_build: choices.collectstatic == Collectstatic::Build,
        collectstatic_start: choices.collectstatic == Collectstatic::Start,
        static_storage: facts.static_storage,
        keeps_storages: !start_new && collects && facts.static_storage != StaticStorage::Own,
        writable: writable(choices, beat_file),
        celery: choices.celery != Celery::None,
        beat: choices.celery == Celery::WorkerBeat,
        beat_database: choices.beat_scheduler == BeatScheduler::Database,
        beat_file,
        flower: choices.flower,
        whitenoise: collects && choices.static_files == StaticFiles::Whitenoise,
        nginx_static: collects && choices.static_files == StaticFiles::Nginx,
        proxy: choices.reverse_proxy,
        bundled_nginx,
        nginx_image: image(Product::Nginx, ""),
        certbot: choices.tls == Tls::Certbot,
        certbot_image: image(Product::Certbot, ""),
        secrets_files: choices.secrets == Secrets::Files,
        strict: choices.hardening == Hardening::Strict,
        logging: choices.logging,
        log_volume: choices.logging == Logging::File,
        log_json: choices.log_format == LogFormat::Json,
        log_level: choices.log_level.id(),
        github_actions: choices.ci == Ci::GithubActions,
        watch: choices.dev_workflow == DevWorkflow::Watch,
        development_up: match choices.dev_workflow {
            DevWorkflow::Watch => "--watch",
            // The packages of the front end are in such a volume, and come from the image that was just built.
            DevWorkflow::BindMount if facts.frontend_watch.is_some() => "--build --renew-anon-volumes",
            DevWorkflow::BindMount => "--build",
        },
    }
}

/// The directories that the application writes to, each with a space before it.
fn writable(choices: &Choices, beat_file: bool) -> String {
    let log = format!(" /var/log/{}", choices.project_name);
    let directories = [
        (choices.media, " /srv/media"),
        (choices.static_files == StaticFiles::Nginx, " /srv/published"),
        (choices.collectstatic == Collectstatic::Start, " /srv/static"),
        (beat_file, " /var/lib/celery"),
        (choices.logging == Logging::File, &log),
    ];
    directories.into_iter().filter(|(wanted, _)| *wanted).map(|(_, directory)| directory).collect()
}

/// A path below a directory of the repository, which may be its root.
fn below(directory: &str, path: &str) -> String {
    match (directory, path) {
        ("", only) | (only, "") => only.to_owned(),
        (directory, path) => format!("{directory}/{path}"),
    }
}

/// Where a directory of the repository is in the image.
fn in_image(directory: &str) -> String {
    below("/app", directory).trim_end_matches('/').to_owned()
}

/// Each of a list with a space before it, as the release of the base image calls it.
fn debian(list: &List<DebianPackage>, base: BaseImage) -> String {
    let release = if base == BaseImage::SlimBookworm { Release::Bookworm } else { Release::Trixie };
    list.iter().map(|package| [" ", in_release(release, package.as_str())].concat()).collect()
}

/// Whether development needs packages of the set that production does not.
fn own_development(choices: &Choices) -> bool {
    choices.celery != Celery::None || choices.websockets
}

/// Image or pin of a series; of the newest where the series is left empty.
fn tag(product: Product, series: &str) -> &'static str {
    let version: Option<&Version> = match series {
        "" => VERSIONS.iter().rfind(|version| version.product == product),
        series => find(product, series),
    };
    version.map_or("", |version| version.tag_or_pin)
}

/// Podman has no default registry, so that an image needs its full name there.
fn qualified(podman: bool, image: &str) -> String {
    match (podman, image.contains('/')) {
        (false, _) => image.to_owned(),
        (true, true) => format!("docker.io/{image}"),
        (true, false) => format!("docker.io/library/{image}"),
    }
}

fn choice_note(spec: &OptionSpec, choices: &Choices) -> ChoiceNote {
    let value = spec.get(choices);
    let help = match spec.kind {
        ValueKind::Set(values) => values.iter().find(|v| v.id == value).map_or("", |v| v.help),
        _ => "",
    };
    ChoiceNote {
        id: spec.id,
        label: spec.label,
        value: spec.value_label(&value).to_string(),
        help: if help.is_empty() { spec.help } else { help },
        changed: spec.is_changed(choices),
    }
}
