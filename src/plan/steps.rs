//! The step table: what to do with a set, command by command, in order.
//!
//! `CONTAINERS.md` says the same in its own order; the tests hold the two together, command by command, both ways.

use crate::catalog::options::ReverseProxy;
use crate::plan::model::Plan;
use crate::plan::stack::Activation;

/// A part of the way from the download to a site that runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// From the archive to a directory that is ready.
    Prepare,
    /// On the developer's machine.
    Develop,
    /// On the server, once.
    Deploy,
    /// On the server, from then on.
    Operate,
}

impl Phase {
    /// Every phase, in order.
    pub const ALL: [Self; 4] = [Self::Prepare, Self::Develop, Self::Deploy, Self::Operate];

    /// Heading.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Prepare => "Prepare the files",
            Self::Develop => "Develop",
            Self::Deploy => "Deploy to production",
            Self::Operate => "Operate",
        }
    }

    /// Where and when, one sentence.
    pub const fn intro(self) -> &'static str {
        match self {
            Self::Prepare => "Once on every machine that runs the set.",
            Self::Develop => "On your own machine, with automatic reloading.",
            Self::Deploy => "On the server, all in the same shell.",
            Self::Operate => "On the server, whenever you need it.",
        }
    }
}

/// A step that a set may ask for.
#[derive(Debug, Clone, Copy)]
pub struct StepSpec {
    /// Names the step among all others.
    pub id: &'static str,
    /// Part of the way that it belongs to.
    pub phase: Phase,
    /// What to do, in a few words.
    pub title: &'static str,
    /// Why, and what follows; one line.
    pub why: &'static str,
    /// Whether the plan asks for it.
    pub when: fn(&Plan) -> bool,
    /// Commands, in order; none for what is done elsewhere.
    pub commands: fn(&Plan) -> Vec<String>,
    /// The file that says more.
    pub file: fn(&Plan) -> Option<String>,
}

/// A step of one set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Names the step among all others.
    pub id: &'static str,
    /// Part of the way that it belongs to.
    pub phase: Phase,
    /// What to do, in a few words.
    pub title: &'static str,
    /// Why, and what follows; one line.
    pub why: &'static str,
    /// Commands, in order.
    pub commands: Vec<String>,
    /// Path of the file that says more.
    pub file: Option<String>,
}

/// The steps of a plan, in order.
pub fn steps(plan: &Plan) -> Vec<Step> {
    let wanted = STEPS.iter().filter(|spec| (spec.when)(plan));
    wanted
        .map(|spec| Step {
            id: spec.id,
            phase: spec.phase,
            title: spec.title,
            why: spec.why,
            commands: (spec.commands)(plan),
            file: (spec.file)(plan),
        })
        .collect()
}

const fn step(
    id: &'static str,
    phase: Phase,
    title: &'static str,
    why: &'static str,
    when: fn(&Plan) -> bool,
    commands: fn(&Plan) -> Vec<String>,
) -> StepSpec {
    StepSpec { id, phase, title, why, when, commands, file: |_| None }
}

const fn always(_: &Plan) -> bool {
    true
}

const fn nothing(_: &Plan) -> Vec<String> {
    Vec::new()
}

/// Whether the set has a service of this name.
fn runs(plan: &Plan, service: &str) -> bool {
    plan.stack.service(service).is_some()
}

/// One command of compose.
fn compose(plan: &Plan, rest: &str) -> Vec<String> {
    vec![[plan.compose, " ", rest].concat()]
}

fn migrate_anew(plan: &Plan) -> &'static str {
    if runs(plan, "migrate") { "run --rm migrate" } else { "exec web entrypoint migrate" }
}

/// Every step, in order.
pub const STEPS: &[StepSpec] = &[
    step(
        "unpack",
        Phase::Prepare,
        "Unpack the set",
        "The archive contains one directory, named after the project.",
        |plan| plan.start_new,
        |plan| vec![format!("unzip {}.zip", plan.project), format!("cd {}", plan.project)],
    ),
    step(
        "unpack-over",
        Phase::Prepare,
        "Unpack the set into your project",
        "Run this in the parent directory; if your project directory has a different name, copy the files into it. \
         Commit first, to see what changes.",
        |plan| !plan.start_new,
        |plan| vec![format!("unzip {}.zip", plan.project), format!("cd {}", plan.project)],
    ),
    StepSpec {
        file: |_| Some("CONTAINERS.md".to_owned()),
        ..step(
            "connect",
            Phase::Prepare,
            "Connect the project",
            "Add the lines that this file shows under “Connecting the project” to the end of your production settings.",
            |plan| !plan.start_new,
            nothing,
        )
    },
    step(
        "podman-socket",
        Phase::Prepare,
        "Start the Podman socket",
        "Compose talks to Podman through this socket; Docker Compose 2 must be installed as the podman compose \
         provider.",
        |plan| plan.podman,
        |_| vec!["systemctl --user enable --now podman.socket".to_owned()],
    ),
    StepSpec {
        file: |_| Some(".env.example".to_owned()),
        ..step(
            "env",
            Phase::Prepare,
            "Create .env",
            "It contains the values that are specific to this machine, and is kept out of the repository and the \
             image.",
            always,
            |_| vec!["cp .env.example .env".to_owned()],
        )
    },
    step(
        "secrets-env",
        Phase::Prepare,
        "Fill in the secrets",
        "Replace every change-me with a new value, or use the ready-made .env below.",
        |plan| !plan.secrets_files,
        |_| vec!["openssl rand -hex 32".to_owned()],
    ),
    StepSpec {
        file: |_| Some("secrets/README.md".to_owned()),
        ..step(
            "secrets-files",
            Phase::Prepare,
            "Create the secrets",
            "One file per secret keeps them out of environment variables. You can also generate them below.",
            |plan| plan.secrets_files,
            |plan| {
                let mut lines = vec![
                    "openssl rand -hex 32 >secrets/django_secret_key.txt",
                    "openssl rand -hex 32 >secrets/postgres_password.txt",
                ];
                if runs(plan, "flower") {
                    lines.push("printf 'admin:%s\\n' \"$(openssl rand -hex 16)\" >secrets/flower_basic_auth.txt");
                }
                lines.extend(["chmod 0700 secrets", "chmod 0444 secrets/*.txt"]);
                lines.into_iter().map(str::to_owned).collect()
            },
        )
    },
    step(
        "database",
        Phase::Prepare,
        "Create the database on its server",
        "POSTGRES_HOST in .env names the server; the database and its owner must exist before the first start.",
        |plan| !runs(plan, "db"),
        nothing,
    ),
    step(
        "watch",
        Phase::Develop,
        "Build and start, and watch the files",
        "Compose copies every saved file into the containers, and rebuilds when the requirements change.",
        |plan| plan.watch,
        |plan| compose(plan, "-f docker-compose.yml -f docker-compose.dev.yml up --watch"),
    ),
    step(
        "mount",
        Phase::Develop,
        "Build and start",
        "The containers mount your working tree: Django reloads when you save.",
        |plan| !plan.watch,
        |plan| compose(plan, "-f docker-compose.yml -f docker-compose.dev.yml up --build"),
    ),
    step(
        "develop-files",
        Phase::Develop,
        "Set the Compose files once",
        "In a second terminal; the following commands need the same two files.",
        always,
        |_| vec!["export COMPOSE_FILE=docker-compose.yml:docker-compose.dev.yml".to_owned()],
    ),
    step(
        "develop-migrate",
        Phase::Develop,
        "Create and apply migrations",
        "After every model change.",
        always,
        |plan| {
            let apply = if runs(plan, "migrate") { "run --rm migrate" } else { "run --rm web entrypoint migrate" };
            [compose(plan, "exec web python manage.py makemigrations"), compose(plan, apply)].concat()
        },
    ),
    step(
        "develop-test",
        Phase::Develop,
        "Run the tests",
        "In the container, against the same database server as the site.",
        always,
        |plan| compose(plan, "exec web pytest"),
    ),
    step("develop-stop", Phase::Develop, "Stop", "Removes the containers but keeps the data.", always, |plan| {
        compose(plan, "down")
    }),
    step(
        "deploy-files",
        Phase::Deploy,
        "Set the Compose files once",
        "Applies to this shell only; add the same variables to .env to make them permanent.",
        always,
        |plan| {
            let edge = plan.stack.services.iter().any(|service| service.activation == Activation::Edge);
            let profile = if edge { [" COMPOSE_PROFILES=", Activation::Edge.id()].concat() } else { String::new() };
            vec![["export COMPOSE_FILE=docker-compose.yml:docker-compose.prod.yml", &profile].concat()]
        },
    ),
    step(
        "certificate",
        Phase::Deploy,
        "Point the host names at this server",
        "With ports 80 and 443 open and CERTBOT_EMAIL set, certbot obtains the certificate within a minute of startup; \
         try it with CERTBOT_STAGING=true first.",
        |plan| runs(plan, "certbot"),
        nothing,
    ),
    step(
        "low-ports",
        Phase::Deploy,
        "Allow ports below 1024",
        "Rootless Podman cannot publish them: set HTTP_PORT in .env to a higher port and redirect to it, or lower \
         net.ipv4.ip_unprivileged_port_start.",
        |plan| plan.podman && runs(plan, "nginx"),
        nothing,
    ),
    step(
        "start-job",
        Phase::Deploy,
        "Build and start",
        "Repeat this after every code change. Migrations run in a separate job; the command then waits until every \
         service is healthy.",
        |plan| runs(plan, "migrate"),
        |plan| compose(plan, "up --build --detach --wait --wait-timeout 300"),
    ),
    step(
        "start-entrypoint",
        Phase::Deploy,
        "Build and start",
        "Repeat this after every code change. The web container runs the migrations before it serves requests; the \
         command then waits until every service is healthy.",
        |plan| !runs(plan, "migrate"),
        |plan| compose(plan, "up --build --detach --wait --wait-timeout 300"),
    ),
    step(
        "health",
        Phase::Deploy,
        "Check that everything is healthy",
        "/health/ returns 200 as long as all backing services respond; otherwise it names the one that does not.",
        always,
        |plan| compose(plan, "ps"),
    ),
    step(
        "superuser",
        Phase::Deploy,
        "Create a superuser",
        "Prompts for a name and a password for the Django admin.",
        always,
        |plan| compose(plan, "exec web python manage.py createsuperuser"),
    ),
    step("check", Phase::Deploy, "Check the settings", "Django's deployment checklist.", always, |plan| {
        compose(plan, "exec web python manage.py check --deploy")
    }),
    StepSpec {
        file: |plan| Some(format!("deploy/nginx/{}.conf", plan.project)),
        ..step(
            "proxy-nginx",
            Phase::Deploy,
            "Add the site to nginx on the host",
            "nginx terminates TLS with the host's own certificate and forwards all requests.",
            |plan| plan.proxy == ReverseProxy::ExternalNginx,
            |plan| {
                let copy = format!("sudo cp deploy/nginx/{}.conf /etc/nginx/conf.d/", plan.project);
                vec![copy + " && sudo nginx -t && sudo systemctl reload nginx"]
            },
        )
    },
    StepSpec {
        file: |_| Some("deploy/caddy/Caddyfile".to_owned()),
        ..step(
            "proxy-caddy",
            Phase::Deploy,
            "Add the site to Caddy on the host",
            "Copy the file to /etc/caddy/Caddyfile or import it there; Caddy obtains the certificate itself.",
            |plan| plan.proxy == ReverseProxy::ExternalCaddy,
            |_| vec!["sudo systemctl reload caddy".to_owned()],
        )
    },
    StepSpec {
        file: |plan| Some(format!("deploy/traefik/{}.yml", plan.project)),
        ..step(
            "proxy-traefik",
            Phase::Deploy,
            "Add the site to Traefik",
            "Copy the file into the directory of Traefik's file provider; its first lines list the prerequisites.",
            |plan| plan.proxy == ReverseProxy::ExternalTraefik,
            nothing,
        )
    },
    step(
        "proxy-other",
        Phase::Deploy,
        "Configure the proxy in front",
        "It must terminate TLS, set X-Forwarded-Proto and forward Host; Django redirects every request that did not \
         use HTTPS.",
        |plan| plan.proxy == ReverseProxy::None || runs(plan, "nginx") && !runs(plan, "certbot"),
        nothing,
    ),
    step(
        "linger",
        Phase::Deploy,
        "Keep the services running after logout",
        "Otherwise, rootless containers stop when their user's last session ends.",
        |plan| plan.podman,
        |_| vec!["loginctl enable-linger".to_owned()],
    ),
    step(
        "workers",
        Phase::Deploy,
        "Check that the workers respond",
        "Each Celery worker answers with pong.",
        |plan| runs(plan, "worker"),
        |plan| compose(plan, &format!("exec worker celery --app {} inspect ping", plan.module)),
    ),
    step(
        "flower",
        Phase::Deploy,
        "Monitor the tasks",
        "Flower listens on port 5555 of the server's loopback interface; connect through an SSH tunnel.",
        |plan| runs(plan, "flower"),
        |plan| compose(plan, &format!("--profile {} up --detach flower", Activation::Monitoring.id())),
    ),
    step(
        "logs",
        Phase::Operate,
        "Follow the logs",
        "Shows the web containers' output as it is written.",
        always,
        |plan| compose(plan, "logs --follow web"),
    ),
    step(
        "migrate",
        Phase::Operate,
        "Run migrations separately",
        "Rarely needed: every start runs the migrations.",
        always,
        |plan| compose(plan, migrate_anew(plan)),
    ),
    step(
        "backup",
        Phase::Operate,
        "Create a backup and list existing ones",
        "Run it from a timer on the host; the volume keeps the most recent ones.",
        |plan| runs(plan, "backup"),
        |plan| [compose(plan, "run --rm backup"), compose(plan, "run --rm backup list")].concat(),
    ),
    step(
        "backup-take",
        Phase::Operate,
        "Copy a backup out of the volume",
        "A backup on the same disk is only half a backup.",
        |plan| runs(plan, "backup"),
        |plan| compose(plan, "run --rm -T backup cat NAME >NAME"),
    ),
    step(
        "restore",
        Phase::Operate,
        "Restore a backup",
        "Works only while nothing else is connected to the database, and replaces the existing data. Start everything \
         again afterward.",
        |plan| runs(plan, "backup"),
        |plan| {
            let stop = [
                "stop web",
                if runs(plan, "worker") { " worker" } else { "" },
                if runs(plan, "beat") { " beat" } else { "" },
            ];
            [compose(plan, &stop.concat()), compose(plan, "run --rm backup restore NAME")].concat()
        },
    ),
    step(
        "dump",
        Phase::Operate,
        "Dump the database",
        "A volume is not a backup: keep the file on a different machine.",
        |plan| runs(plan, "db") && !runs(plan, "backup"),
        |plan| {
            let dump = "exec -T db sh -c 'pg_dump --format=custom -U \"$POSTGRES_USER\" \"$POSTGRES_DB\"' >NAME";
            compose(plan, dump)
        },
    ),
    step(
        "stop",
        Phase::Operate,
        "Stop and keep the data",
        "Removes the containers but keeps the volumes.",
        always,
        |plan| compose(plan, "down"),
    ),
];
