//! A set on disk and its containers.

use std::collections::BTreeMap;
use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex};

use dunnage::Generated;
use dunnage::catalog::options::{Choices, option};
use dunnage::generate;
use dunnage::plan::model::Plan;
use serde_json::Value;

use super::TODAY;
use super::http::Door;

/// As long as what `openssl rand -hex 32` gives, which the set asks for; it guards nothing.
pub(crate) const SECRET: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

/// Stacks that may exist at once in one test binary; the tests beyond wait.
const AT_ONCE: usize = 2;
static RUNNING: (Mutex<usize>, Condvar) = (Mutex::new(0), Condvar::new());

/// What a command said.
#[derive(Debug, Clone)]
pub(crate) struct Output {
    /// Whether it ended with 0.
    pub(crate) ok: bool,
    /// Standard output.
    pub(crate) out: String,
    /// Standard error.
    pub(crate) err: String,
}

impl Output {
    /// Both streams, as a terminal would show them.
    pub(crate) fn all(&self) -> String {
        format!("{}{}", self.out, self.err)
    }
}

fn run(command: &mut Command) -> Output {
    let output = command.stdin(Stdio::null()).output().expect("docker starts");
    Output {
        ok: output.status.success(),
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// Runs the engine's own program.
pub(crate) fn docker(args: &[&str]) -> Output {
    run(Command::new("docker").args(args))
}

/// A container as `docker inspect` shows it.
#[derive(Debug, Clone)]
pub(crate) struct Container(pub(crate) Value);

impl Container {
    /// A value by its path, e.g. `/State/ExitCode`.
    pub(crate) fn at(&self, pointer: &str) -> &Value {
        self.0.pointer(pointer).unwrap_or(&Value::Null)
    }

    /// Name of its service.
    pub(crate) fn service(&self) -> &str {
        self.at("/Config/Labels/com.docker.compose.service").as_str().unwrap_or_default()
    }

    /// Its id.
    pub(crate) fn id(&self) -> &str {
        self.at("/Id").as_str().expect("an id")
    }

    /// `healthy`, `unhealthy` or `starting`; nothing for a service without a check.
    pub(crate) fn health(&self) -> &str {
        self.at("/State/Health/Status").as_str().unwrap_or_default()
    }

    /// What the last run of its health check said.
    pub(crate) fn last_check(&self) -> String {
        let log = self.at("/State/Health/Log").as_array().and_then(|log| log.last()).cloned();
        log.map(|entry| entry.to_string()).unwrap_or_default()
    }
}

/// A rendered set in a directory of its own, with `.env` (and secrets) filled in, and free ports.
///
/// Compose sees the files and profiles that `CONTAINERS.md` tells the user to name. Dropping it removes containers,
/// volumes, networks and images, unless `DUNNAGE_KEEP` is set.
pub(crate) struct Stack {
    directory: tempfile::TempDir,
    /// What the templates saw.
    pub(crate) plan: Plan,
    /// Published ports by the name of their variable, e.g. `WEB_PORT`.
    pub(crate) ports: BTreeMap<&'static str, u16>,
    files: Vec<String>,
    profiles: Vec<String>,
}

impl Stack {
    /// For production. The project gets a name of its own, so that a real one on this engine is left alone.
    pub(crate) fn production(choices: &Choices) -> Self {
        let mut stack = Self::new(choices, "docker-compose.prod.yml");
        if stack.plan.bundled_nginx {
            stack.profiles.push("production".to_owned());
        }
        stack
    }

    /// For development.
    pub(crate) fn development(choices: &Choices) -> Self {
        Self::new(choices, "docker-compose.dev.yml")
    }

    fn new(choices: &Choices, second: &str) -> Self {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        // The user's own texts stay as chosen; only the project's name is another one.
        let mut choices = choices.clone();
        let module = option("django-module").expect("an option");
        let chosen = module.get(&choices);
        module.set(&mut choices, &chosen).expect("a module");
        let name = format!("dunnage-boot-{}-{number}", std::process::id());
        option("project-name").expect("an option").set(&mut choices, &name).expect("a name");

        let (count, free) = &RUNNING;
        let mut running = free.wait_while(count.lock().expect("no panic"), |n| *n >= AT_ONCE).expect("no panic");
        *running += 1;
        drop(running);

        let directory = tempfile::Builder::new().prefix("dunnage-boot-").tempdir().expect("a directory");
        let Generated { plan, files, .. } = generate(&choices, TODAY);
        for (path, file) in files.iter() {
            let target = directory.path().join(path);
            fs::create_dir_all(target.parent().expect("a parent")).expect("writable");
            fs::write(&target, &file.text).expect("writable");
        }
        let names = ["WEB_PORT", "HTTP_PORT", "HTTPS_PORT", "FLOWER_PORT", "POSTGRES_PORT"];
        let ports = names.into_iter().zip(free_ports(names.len())).collect();
        let files = vec!["docker-compose.yml".to_owned(), second.to_owned()];
        let stack = Self { directory, plan, ports, files, profiles: Vec::new() };
        stack.fill_in();
        stack
    }

    /// `.env` from `.env.example`, and the secrets that are files, as `CONTAINERS.md` says.
    fn fill_in(&self) {
        let example = fs::read_to_string(self.path(".env.example")).expect("an example");
        fs::write(self.path(".env"), example.replace("change-me", SECRET)).expect("writable");
        for (name, port) in &self.ports {
            // In the containers the database is always at 5432; only development publishes it.
            if *name != "POSTGRES_PORT" || self.files[1].contains("dev") {
                self.set_env(name, &port.to_string());
            }
        }
        if self.plan.secrets_files {
            let mut secrets = vec![("django_secret_key", SECRET.to_owned()), ("postgres_password", SECRET.to_owned())];
            if self.plan.flower {
                secrets.push(("flower_basic_auth", format!("admin:{SECRET}")));
            }
            for (name, value) in secrets {
                fs::write(self.path(&format!("secrets/{name}.txt")), value + "\n").expect("writable");
            }
        }
    }

    /// Name of the compose project.
    pub(crate) fn name(&self) -> &str {
        &self.plan.project
    }

    /// A file of the set.
    pub(crate) fn path(&self, file: &str) -> PathBuf {
        self.directory.path().join(file)
    }

    /// The directory of the set.
    pub(crate) fn root(&self) -> &Path {
        self.directory.path()
    }

    /// The image that the set builds for production.
    pub(crate) fn image(&self) -> String {
        format!("{}:local", self.name())
    }

    /// Sets a variable in `.env`, in the place of the line that is there.
    pub(crate) fn set_env(&self, name: &str, value: &str) {
        self.unset_env(name);
        self.append(".env", &format!("{name}={value}\n"));
    }

    /// Writes a file into the set's directory; `program` makes it executable.
    pub(crate) fn write(&self, file: &str, text: &str, program: bool) {
        let path = self.path(file);
        fs::create_dir_all(path.parent().expect("a parent")).expect("writable");
        fs::write(&path, text).expect("writable");
        if program {
            fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("its own file");
        }
    }

    /// Adds lines to a file of the set, as its owner would.
    #[track_caller]
    pub(crate) fn append(&self, file: &str, text: &str) {
        let old = fs::read_to_string(self.path(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
        fs::write(self.path(file), old + text).expect("writable");
    }

    /// The ids that the application has to run as.
    pub(crate) fn user(&self) -> (u32, u32) {
        let id = |name: &str, otherwise: u32| {
            let own = self.env(name).filter(|_| self.plan.dynamic_user);
            own.and_then(|id| id.parse().ok()).unwrap_or(otherwise)
        };
        (id("PUID", self.plan.uid), id("PGID", self.plan.gid))
    }

    /// A variable of `.env`.
    pub(crate) fn env(&self, name: &str) -> Option<String> {
        let text = fs::read_to_string(self.path(".env")).expect("readable");
        text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('=').map(str::to_owned))
    }

    /// Takes a variable out of `.env`.
    pub(crate) fn unset_env(&self, name: &str) {
        let text = fs::read_to_string(self.path(".env")).expect("readable");
        let start = format!("{name}=");
        let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with(&start)).collect();
        fs::write(self.path(".env"), lines.join("\n") + "\n").expect("writable");
    }

    /// Takes one more compose file, on top of the set's own.
    pub(crate) fn overlay(&mut self, name: &str, text: &str) {
        fs::write(self.path(name), text).expect("writable");
        self.files.push(name.to_owned());
    }

    /// A compose command in the set's directory, ready to run.
    pub(crate) fn compose_command(&self, args: &[&str]) -> Command {
        let mut command = Command::new("docker");
        command
            .arg("compose")
            .args(args)
            .current_dir(self.root())
            .env("COMPOSE_FILE", self.files.join(":"))
            .env("COMPOSE_PATH_SEPARATOR", ":")
            .env("COMPOSE_PROFILES", self.profiles.join(","))
            .stdin(Stdio::null());
        command
    }

    /// Runs a compose command.
    pub(crate) fn compose(&self, args: &[&str]) -> Output {
        run(&mut self.compose_command(args))
    }

    /// Runs a compose command that has to succeed.
    #[track_caller]
    pub(crate) fn must(&self, args: &[&str]) -> Output {
        let output = self.compose(args);
        assert!(output.ok, "compose {args:?} failed:\n{}\n{}", output.all(), self.tail());
        output
    }

    /// Builds the images.
    #[track_caller]
    pub(crate) fn build(&self) -> Output {
        self.must(&["build"])
    }

    /// Brings everything up, and waits until every service is healthy by its own check.
    #[track_caller]
    pub(crate) fn up(&self) -> Output {
        self.must(&["up", "--detach", "--wait", "--wait-timeout", "180"])
    }

    /// Runs a command in a service that is up.
    pub(crate) fn exec(&self, service: &str, command: &[&str]) -> Output {
        self.compose(&[&["exec", "-T", service], command].concat())
    }

    /// Runs Python code in `web`, with Django set up; it has to succeed, and what it prints is returned.
    #[track_caller]
    pub(crate) fn python(&self, code: &str) -> String {
        let output = self.exec("web", &["python", "-c", &format!("import django; django.setup()\n{code}")]);
        assert!(output.ok, "{code}\n{}\n{}", output.all(), self.tail());
        output.out.trim().to_owned()
    }

    /// Runs a command in a new container of a service, without what it depends on.
    pub(crate) fn run(&self, service: &str, options: &[&str], command: &[&str]) -> Output {
        self.compose(&[&["run", "--rm", "--no-deps", "-T"], options, &[service], command].concat())
    }

    /// What a service has logged.
    pub(crate) fn logs(&self, service: &str) -> String {
        self.compose(&["logs", "--no-color", "--no-log-prefix", service]).all()
    }

    /// The end of everybody's log and the state of the containers, for messages.
    pub(crate) fn tail(&self) -> String {
        let checks: Vec<String> = self
            .containers()
            .iter()
            .filter(|container| !matches!(container.health(), "" | "healthy"))
            .map(|container| format!("{}: {}", container.service(), container.last_check()))
            .collect();
        let ps = self.compose(&["ps", "--all"]).all();
        format!("{}\n{ps}\n{}", self.compose(&["logs", "--no-color", "--tail", "40"]).all(), checks.join("\n"))
    }

    /// Every container of the project, also those that have ended.
    pub(crate) fn containers(&self) -> Vec<Container> {
        let ids = self.compose(&["ps", "--all", "--quiet"]).out;
        let ids: Vec<&str> = ids.split_whitespace().collect();
        if ids.is_empty() {
            return Vec::new();
        }
        let shown: Vec<Value> =
            serde_json::from_str(&docker(&[&["inspect"], &ids[..]].concat()).out).unwrap_or_default();
        shown.into_iter().map(Container).collect()
    }

    /// The first container of a service.
    #[track_caller]
    pub(crate) fn container(&self, service: &str) -> Container {
        let found = self.containers().into_iter().find(|container| container.service() == service);
        found.unwrap_or_else(|| panic!("no container of {service}\n{}", self.tail()))
    }

    /// Stops every service; gives the exit codes by service.
    #[track_caller]
    pub(crate) fn stop(&self) -> Vec<(String, i64)> {
        self.must(&["stop"]);
        let code = |container: &Container| container.at("/State/ExitCode").as_i64().unwrap_or(-1);
        self.containers().iter().map(|container| (container.service().to_owned(), code(container))).collect()
    }

    /// The public door, as a browser comes in: through the bundled nginx, or where a proxy in front would ask.
    pub(crate) fn door(&self) -> Door {
        let port = match (self.plan.bundled_nginx, self.plan.certbot) {
            _ if self.files[1].contains("dev") => "WEB_PORT",
            (true, true) => "HTTPS_PORT",
            (true, false) => "HTTP_PORT",
            (false, _) => "WEB_PORT",
        };
        let door = Door::new(self.ports[port], &self.plan.domain);
        if port == "HTTPS_PORT" { door.with_tls() } else { door.header("X-Forwarded-Proto", "https") }
    }
}

impl Drop for Stack {
    fn drop(&mut self) {
        if std::env::var_os("DUNNAGE_KEEP").is_none() {
            self.profiles = vec!["*".to_owned()];
            self.compose(&["down", "--volumes", "--remove-orphans", "--timeout", "5"]);
            docker(&["image", "rm", "--force", &self.image(), &format!("{}:dev", self.name())]);
            // What a later build of the same project has taken the name from.
            for project in [self.name().to_owned(), format!("{}-dev", self.name())] {
                let label = format!("label=com.docker.compose.project={project}");
                docker(&["image", "prune", "--force", "--filter", &label]);
            }
        }
        let (count, free) = &RUNNING;
        if let Ok(mut running) = count.lock() {
            *running -= 1;
            free.notify_one();
        }
    }
}

/// Ports that nobody uses; all are held until the last is found, so that no two are the same.
fn free_ports(count: usize) -> Vec<u16> {
    let held: Vec<TcpListener> =
        (0..count).map(|_| TcpListener::bind(("127.0.0.1", 0)).expect("a free port")).collect();
    held.iter().map(|listener| listener.local_addr().expect("an address").port()).collect()
}
