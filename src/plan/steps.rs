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

/// What a step has unless its row says otherwise: every set asks for it, it has no commands, and no file says more.
const STEP: StepSpec = StepSpec {
    id: "",
    phase: Phase::Prepare,
    title: "",
    why: "",
    when: |_| true,
    commands: |_| Vec::new(),
    file: |_| None,
};

/// Whether the set has a service of this name.
fn runs(plan: &Plan, service: &str) -> bool {
    plan.stack.service(service).is_some()
}

/// One command of compose.
fn compose(plan: &Plan, rest: &str) -> Vec<String> {
    vec![[plan.compose, " ", rest].concat()]
}

/// The command that starts development.
fn develop(plan: &Plan) -> Vec<String> {
    compose(plan, &["-f docker-compose.yml -f docker-compose.dev.yml up ", plan.development_up].concat())
}

fn migrate_again(plan: &Plan) -> &'static str {
    if runs(plan, "migrate") { "run --rm migrate" } else { "exec web entrypoint migrate" }
}

/// Every step, in order.
pub const STEPS: &[StepSpec] = &[
    StepSpec {
        id: "unpack",
        phase: Phase::Prepare,
        title: "Unpack the set",
        why: "The archive contains one directory, named after the project.",
        when: |plan| plan.start_new,
        commands: |plan| vec![format!("unzip {}.zip", plan.project), format!("cd {}", plan.project)],
        ..STEP
    },
    StepSpec {
        id: "unpack-over",
        phase: Phase::Prepare,
        title: "Unpack the set into your project",
        why: "Run this in the parent directory; if your project directory has a different name, copy the files into \
              it. Commit first, to see what changes.",
        when: |plan| !plan.start_new,
        commands: |plan| vec![format!("unzip {}.zip", plan.project), format!("cd {}", plan.project)],
        ..STEP
    },
    StepSpec {
        id: "connect",
        phase: Phase::Prepare,
        title: "Connect the project",
        why: "Add the lines that this file shows under “Connecting the project” to the end of your production \
              settings.",
        when: |plan| !plan.start_new,
        file: |_| Some("CONTAINERS.md".to_owned()),
        ..STEP
    },
    StepSpec {
        id: "podman-socket",
        phase: Phase::Prepare,
        title: "Start the Podman socket",
        why: "Compose talks to Podman through this socket; Docker Compose 2 must be installed as the podman compose \
              provider.",
        when: |plan| plan.podman,
        commands: |_| vec!["systemctl --user enable --now podman.socket".to_owned()],
        ..STEP
    },
    StepSpec {
        id: "env",
        phase: Phase::Prepare,
        title: "Create .env",
        why: "It contains the values that are specific to this machine, and is kept out of the repository and the \
              image.",
        commands: |_| vec!["cp .env.example .env".to_owned()],
        file: |_| Some(".env.example".to_owned()),
        ..STEP
    },
    StepSpec {
        id: "secrets-env",
        phase: Phase::Prepare,
        title: "Fill in the secrets",
        why: "Replace every change-me with a new value, or use the ready-made .env below.",
        when: |plan| !plan.secrets_files,
        commands: |_| vec!["openssl rand -hex 32".to_owned()],
        ..STEP
    },
    StepSpec {
        id: "secrets-files",
        phase: Phase::Prepare,
        title: "Create the secrets",
        why: "One file per secret keeps them out of environment variables. You can also generate them below.",
        when: |plan| plan.secrets_files,
        commands: |plan| {
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
        file: |_| Some("secrets/README.md".to_owned()),
    },
    StepSpec {
        id: "database",
        phase: Phase::Prepare,
        title: "Create the database on its server",
        why: "POSTGRES_HOST in .env names the server; the database and its owner must exist before the first start.",
        when: |plan| !runs(plan, "db"),
        ..STEP
    },
    StepSpec {
        id: "watch",
        phase: Phase::Develop,
        title: "Build and start, and watch the files",
        why: "Compose copies every saved file into the containers, and rebuilds when the requirements change.",
        when: |plan| plan.watch,
        commands: develop,
        ..STEP
    },
    StepSpec {
        id: "mount",
        phase: Phase::Develop,
        title: "Build and start",
        why: "The containers mount your working tree: Django reloads when you save.",
        when: |plan| !plan.watch,
        commands: develop,
        ..STEP
    },
    StepSpec {
        id: "develop-files",
        phase: Phase::Develop,
        title: "Set the Compose files once",
        why: "In a second terminal; the following commands need the same two files.",
        commands: |_| vec!["export COMPOSE_FILE=docker-compose.yml:docker-compose.dev.yml".to_owned()],
        ..STEP
    },
    StepSpec {
        id: "develop-migrate",
        phase: Phase::Develop,
        title: "Create and apply migrations",
        why: "After every model change.",
        commands: |plan| {
            let apply = if runs(plan, "migrate") { "run --rm migrate" } else { "run --rm web entrypoint migrate" };
            [compose(plan, "exec web python manage.py makemigrations"), compose(plan, apply)].concat()
        },
        ..STEP
    },
    StepSpec {
        id: "develop-messages",
        when: |plan| plan.compile_messages,
        phase: Phase::Develop,
        title: "Compile translations",
        why: "The production image compiles them itself; development uses those of your working tree.",
        commands: |plan| compose(plan, "exec web python manage.py compilemessages"),
        ..STEP
    },
    StepSpec {
        id: "develop-test",
        phase: Phase::Develop,
        title: "Run the tests",
        why: "In the container, against the same database server as the site.",
        commands: |plan| {
            compose(plan, if plan.own_packages { "exec web python manage.py test" } else { "exec web pytest" })
        },
        ..STEP
    },
    StepSpec {
        id: "develop-stop",
        phase: Phase::Develop,
        title: "Stop",
        why: "Removes the containers but keeps the data.",
        commands: |plan| compose(plan, "down"),
        ..STEP
    },
    StepSpec {
        id: "deploy-files",
        phase: Phase::Deploy,
        title: "Set the Compose files once",
        why: "Applies to this shell only; add the same variables to .env to make them permanent.",
        commands: |plan| {
            let edge = plan.stack.services.iter().any(|service| service.activation == Activation::Edge);
            let profile = if edge { [" COMPOSE_PROFILES=", Activation::Edge.id()].concat() } else { String::new() };
            vec![["export COMPOSE_FILE=docker-compose.yml:docker-compose.prod.yml", &profile].concat()]
        },
        ..STEP
    },
    StepSpec {
        id: "certificate",
        phase: Phase::Deploy,
        title: "Point the host names at this server",
        why: "With ports 80 and 443 open and CERTBOT_EMAIL set, certbot obtains the certificate within a minute of \
              startup; try it with CERTBOT_STAGING=true first.",
        when: |plan| runs(plan, "certbot"),
        ..STEP
    },
    StepSpec {
        id: "low-ports",
        phase: Phase::Deploy,
        title: "Allow ports below 1024",
        why: "Rootless Podman cannot publish them: set HTTP_PORT in .env to a higher port and redirect to it, or lower \
              net.ipv4.ip_unprivileged_port_start.",
        when: |plan| plan.podman && runs(plan, "nginx"),
        ..STEP
    },
    StepSpec {
        id: "start-job",
        phase: Phase::Deploy,
        title: "Build and start",
        why: "Repeat this after every code change. Migrations run in a separate job; the command then waits until \
              every service is healthy.",
        when: |plan| runs(plan, "migrate"),
        commands: |plan| compose(plan, "up --build --detach --wait --wait-timeout 300"),
        ..STEP
    },
    StepSpec {
        id: "start-entrypoint",
        phase: Phase::Deploy,
        title: "Build and start",
        why: "Repeat this after every code change. The web container runs the migrations before it serves requests; \
              the command then waits until every service is healthy.",
        when: |plan| !runs(plan, "migrate"),
        commands: |plan| compose(plan, "up --build --detach --wait --wait-timeout 300"),
        ..STEP
    },
    StepSpec {
        id: "health",
        phase: Phase::Deploy,
        title: "Check that everything is healthy",
        why: "/health/ returns 200 as long as all backing services respond; otherwise it names the one that does not.",
        commands: |plan| compose(plan, "ps"),
        ..STEP
    },
    StepSpec {
        id: "superuser",
        phase: Phase::Deploy,
        title: "Create a superuser",
        why: "Prompts for a name and a password for the Django admin.",
        commands: |plan| compose(plan, "exec web python manage.py createsuperuser"),
        ..STEP
    },
    StepSpec {
        id: "check",
        phase: Phase::Deploy,
        title: "Check the settings",
        why: "Django's deployment checklist.",
        commands: |plan| compose(plan, "exec web python manage.py check --deploy"),
        ..STEP
    },
    StepSpec {
        id: "proxy-nginx",
        phase: Phase::Deploy,
        title: "Add the site to nginx on the host",
        why: "nginx terminates TLS with the host's own certificate and forwards all requests.",
        when: |plan| plan.proxy == ReverseProxy::ExternalNginx,
        commands: |plan| {
            let copy = format!("sudo cp deploy/nginx/{}.conf /etc/nginx/conf.d/", plan.project);
            vec![copy + " && sudo nginx -t && sudo systemctl reload nginx"]
        },
        file: |plan| Some(format!("deploy/nginx/{}.conf", plan.project)),
    },
    StepSpec {
        id: "proxy-caddy",
        phase: Phase::Deploy,
        title: "Add the site to Caddy on the host",
        why: "Copy the file to /etc/caddy/Caddyfile or import it there; Caddy obtains the certificate itself.",
        when: |plan| plan.proxy == ReverseProxy::ExternalCaddy,
        commands: |_| vec!["sudo systemctl reload caddy".to_owned()],
        file: |_| Some("deploy/caddy/Caddyfile".to_owned()),
    },
    StepSpec {
        id: "proxy-traefik",
        phase: Phase::Deploy,
        title: "Add the site to Traefik",
        why: "Copy the file into the directory of Traefik's file provider; its first lines list the prerequisites.",
        when: |plan| plan.proxy == ReverseProxy::ExternalTraefik,
        file: |plan| Some(format!("deploy/traefik/{}.yml", plan.project)),
        ..STEP
    },
    StepSpec {
        id: "proxy-other",
        phase: Phase::Deploy,
        title: "Configure the proxy in front",
        why: "It must terminate TLS, set X-Forwarded-Proto and forward Host; Django redirects every request that did \
              not use HTTPS.",
        when: |plan| plan.proxy == ReverseProxy::None || runs(plan, "nginx") && !runs(plan, "certbot"),
        ..STEP
    },
    StepSpec {
        id: "linger",
        phase: Phase::Deploy,
        title: "Keep the services running after logout",
        why: "Otherwise, rootless containers stop when their user's last session ends.",
        when: |plan| plan.podman,
        commands: |_| vec!["loginctl enable-linger".to_owned()],
        ..STEP
    },
    StepSpec {
        id: "workers",
        phase: Phase::Deploy,
        title: "Check that the workers respond",
        why: "Each Celery worker answers with pong.",
        when: |plan| runs(plan, "worker"),
        commands: |plan| compose(plan, &format!("exec worker celery --app {} inspect ping", plan.celery_application)),
        ..STEP
    },
    StepSpec {
        id: "flower",
        phase: Phase::Deploy,
        title: "Monitor the tasks",
        why: "Flower listens on port 5555 of the server's loopback interface; connect through an SSH tunnel.",
        when: |plan| runs(plan, "flower"),
        commands: |plan| compose(plan, &format!("--profile {} up --detach flower", Activation::Monitoring.id())),
        ..STEP
    },
    StepSpec {
        id: "logs",
        phase: Phase::Operate,
        title: "Follow the logs",
        why: "Shows the web containers' output as it is written.",
        commands: |plan| compose(plan, "logs --follow web"),
        ..STEP
    },
    StepSpec {
        id: "migrate",
        phase: Phase::Operate,
        title: "Run migrations separately",
        why: "Rarely needed: every start runs the migrations.",
        commands: |plan| compose(plan, migrate_again(plan)),
        ..STEP
    },
    StepSpec {
        id: "backup",
        phase: Phase::Operate,
        title: "Create a backup and list existing ones",
        why: "Run it from a timer on the host; the volume keeps the most recent ones.",
        when: |plan| runs(plan, "backup"),
        commands: |plan| [compose(plan, "run --rm backup"), compose(plan, "run --rm backup list")].concat(),
        ..STEP
    },
    StepSpec {
        id: "backup-take",
        phase: Phase::Operate,
        title: "Copy a backup out of the volume",
        why: "A backup on the same disk is only half a backup.",
        when: |plan| runs(plan, "backup"),
        commands: |plan| compose(plan, "run --rm -T backup cat NAME >NAME"),
        ..STEP
    },
    StepSpec {
        id: "restore",
        phase: Phase::Operate,
        title: "Restore a backup",
        why: "Works only while nothing else is connected to the database, and replaces the existing data. Start \
              everything again afterward.",
        when: |plan| runs(plan, "backup"),
        commands: |plan| {
            let stop = [
                "stop web",
                if runs(plan, "worker") { " worker" } else { "" },
                if runs(plan, "beat") { " beat" } else { "" },
            ];
            [compose(plan, &stop.concat()), compose(plan, "run --rm backup restore NAME")].concat()
        },
        ..STEP
    },
    StepSpec {
        id: "dump",
        phase: Phase::Operate,
        title: "Dump the database",
        why: "A volume is not a backup: keep the file on a different machine.",
        when: |plan| runs(plan, "db") && !runs(plan, "backup"),
        commands: |plan| {
            let dump = "exec -T db sh -c 'pg_dump --format=custom -U \"$POSTGRES_USER\" \"$POSTGRES_DB\"' >NAME";
            compose(plan, dump)
        },
        ..STEP
    },
    StepSpec {
        id: "stop",
        phase: Phase::Operate,
        title: "Stop and keep the data",
        why: "Removes the containers but keeps the volumes.",
        commands: |plan| compose(plan, "down"),
        ..STEP
    },
];
