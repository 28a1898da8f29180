//! What every set has to do, whatever was chosen.

use std::collections::BTreeMap;

use data_encoding::BASE64;
use serde_json::Value;

use super::stack::{Container, SECRET};
use super::{Door, Scenario, Stack, docker, wait_for};

/// Lines that a user would write: views and a consumer that tell what the application sees, and a quick beat.
///
/// To be called before the image is built.
pub(crate) fn add_mirrors(stack: &Stack) {
    let module = &stack.plan.module;
    stack.append(
        &format!("{module}/urls.py"),
        r#"
import logging

from django.http import JsonResponse


def mirror(request):
    logging.getLogger("mirror").warning("mirrored %s", request.GET.get("mark", ""))
    seen = {"host": request.get_host(), "secure": request.is_secure(), "url": request.build_absolute_uri("/")}
    return JsonResponse({**seen, "forwarded_for": request.headers.get("X-Forwarded-For")})


urlpatterns.append(path("mirror/", mirror))
"#,
    );
    if stack.plan.websockets {
        stack.append(
            &format!("{module}/routing.py"),
            r#"
import json

from channels.generic.websocket import AsyncWebsocketConsumer


class Mirror(AsyncWebsocketConsumer):
    async def receive(self, text_data=None, bytes_data=None):
        headers = {name.decode(): value.decode() for name, value in self.scope["headers"]}
        await self.send(json.dumps({"host": headers.get("host"), "proto": headers.get("x-forwarded-proto")}))


websocket_urlpatterns.append(path("ws/mirror/", Mirror.as_asgi()))
"#,
        );
    }
    if stack.plan.beat {
        let settings = format!("{}/base.py", stack.plan.settings_dir);
        let task = format!("{module}.tasks.add");
        stack.append(
            &settings,
            &format!(
                "\nCELERY_BEAT_SCHEDULE = {{\n    **globals().get(\"CELERY_BEAT_SCHEDULE\", {{}}),\n    \
                 \"tick\": {{\"task\": \"{task}\", \"schedule\": 2.0, \"args\": [40, 2]}},\n}}\n"
            ),
        );
    }
}

/// What lies about in a working copy, and may not get into the image.
const DECOYS: &[&str] = &[
    ".DS_Store",
    ".coverage",
    ".env.production",
    ".envs/production",
    ".git/config",
    ".github/workflows/own.yml",
    ".idea/workspace.xml",
    ".mypy_cache/x",
    ".pytest_cache/x",
    ".venv/bin/x",
    ".vscode/settings.json",
    "README.md",
    "certs/site.pem",
    "db.sqlite3",
    "dump.sql",
    "htmlcov/index.html",
    "logs/django.log",
    "media/upload.txt",
    "node_modules/x/index.js",
    "secrets/token.txt",
    "site.key",
    "staticfiles/x.css",
];

/// Puts files into the project that `.dockerignore` should keep out. To be called before the image is built.
pub(crate) fn add_decoys(stack: &Stack) {
    for decoy in DECOYS {
        stack.write(decoy, "not for the image\n", false);
    }
    stack.write(&format!("{}/templates/kept.html", stack.plan.module), "for the image\n", false);
}

/// The engine's own checks find nothing in the Dockerfiles.
pub(crate) fn passes_the_engines_checks(stack: &Stack, scenario: &Scenario) {
    let root = stack.root().to_str().expect("UTF-8");
    for file in ["docker/Dockerfile", "docker/Dockerfile.dev"] {
        let path = stack.path(file);
        let checked = docker(&["build", "--check", "--file", path.to_str().expect("UTF-8"), root]);
        let clean = checked.ok && checked.all().contains("no warnings found");
        scenario.check(clean, || format!("{file}: {}", checked.all()));
    }
}

/// The Dockerfiles pass the engine's own checks, and the image holds the code and nothing that should have stayed out.
///
/// Gives the image's size in MB.
pub(crate) fn is_built_well(stack: &Stack, scenario: &Scenario) -> u64 {
    passes_the_engines_checks(stack, scenario);
    let image = stack.image();
    let list = docker(&["run", "--rm", "--entrypoint", "find", &image, "/app", "-type", "f"]).out;
    let files: Vec<&str> = list.lines().filter_map(|line| line.strip_prefix("/app/")).collect();
    for needed in ["manage.py", &format!("{}/templates/kept.html", stack.plan.module)] {
        scenario.check(files.contains(&needed), || format!("no {needed} in the image: {list}"));
    }
    let own = [".env", ".dockerignore", "CONTAINERS.md", "docker-compose.yml", "docker/Dockerfile", "dunnage.yaml"];
    for decoy in DECOYS.iter().chain(&own) {
        scenario.check(!files.contains(decoy), || format!("{decoy} is in the image"));
    }
    let size = docker(&["image", "inspect", "--format", "{{.Size}}", &image]).out;
    let size: u64 = size.trim().parse().expect("a size");
    // The image of a Django project with everything; a compiler alone would be 200 MB more.
    scenario.check(size < 700_000_000, || format!("{size} bytes"));
    size / 1_000_000
}

/// Whether the step with this text in it came from the cache, as a build log tells.
fn cached(log: &str, text: &str) -> Option<bool> {
    let step = log.lines().find(|line| line.starts_with('#') && line.contains("] RUN") && line.contains(text))?;
    let number = step.split(' ').next()?;
    Some(log.lines().any(|line| line == format!("{number} CACHED")))
}

/// A changed line keeps the installed packages, a new requirement keeps what apt has installed.
///
/// To be called last: it changes the project.
pub(crate) fn rebuilds_little(stack: &Stack, scenario: &Scenario) {
    let plan = &stack.plan;
    let image = stack.image();
    let build = || stack.must(&["--progress", "plain", "build", "web"]).all();
    let in_the_image = |code: &str| docker(&["run", "--rm", "--entrypoint", "python", &image, "-c", code]);
    stack.append(&format!("{}/views.py", plan.module), "\nCHANGED = True\n");
    let log = build();
    scenario.same(cached(&log, "pip install"), Some(true), || format!("a changed line installs anew:\n{log}"));
    let changed = in_the_image(&format!("assert 'CHANGED' in open('{}/views.py').read()", plan.module));
    scenario.check(changed.ok, || changed.all());

    let list = if plan.requirements_split { "requirements/base.txt" } else { "requirements.txt" };
    stack.append(list, "isodate==0.7.2\n");
    let log = build();
    scenario.same(cached(&log, "build-essential"), Some(true), || format!("apt runs again:\n{log}"));
    let there = in_the_image("import isodate");
    scenario.check(there.ok, || there.all());
}

/// `/health/` names what is gone, `/health/live/` needs nobody, and everything is found again.
pub(crate) fn says_what_is_gone(stack: &Stack, scenario: &Scenario) {
    let door = stack.door();
    let parts = [("redis", "redis", stack.plan.redis), ("db", "database", stack.plan.bundled_db)];
    for (service, check, _) in parts.iter().filter(|(_, _, there)| *there) {
        stack.must(&["stop", service]);
        let health = door.get("/health/");
        scenario.same(health.status, 503, || format!("without {service}: {}", health.body));
        let checks = json(&health.body)["checks"].clone();
        scenario.same(checks[check].as_str(), Some("unavailable"), || health.body.clone());
        let others = checks.as_object().expect("checks").iter().filter(|(name, _)| name != check);
        scenario.check(others.clone().all(|(_, state)| state == "ok"), || health.body.clone());
        let live = door.get("/health/live/");
        scenario.same(live.status, 200, || format!("without {service}: {}", live.body));
        stack.must(&["start", service]);
        let back = wait_for(60, || (door.get("/health/").status == 200).then_some(()));
        scenario.check(back.is_some(), || format!("{service} is not found again\n{}", stack.tail()));
    }
}

/// A secret that is missing, empty or the example's stops the start with a message that names it.
pub(crate) fn refuses_missing_secrets(stack: &Stack, scenario: &Scenario) {
    let compose = std::fs::read_to_string(stack.path("docker-compose.yml")).expect("readable");
    let required: Vec<&str> =
        compose.split("${").filter_map(|part| part.split_once(":?")).map(|(name, _)| name).collect();
    for name in required.iter().filter(|name| !name.contains('}')) {
        let value = stack.env(name).unwrap_or_else(|| panic!("{name} is not in .env.example"));
        stack.unset_env(name);
        let up = stack.compose(&["up", "--detach"]);
        scenario.check(!up.ok && up.all().contains(name), || format!("without {name}: {}", up.all()));
        stack.set_env(name, &value);
    }
    let image = stack.image();
    let nothing = docker(&["run", "--rm", &image, "web"]);
    scenario.check(!nothing.ok && nothing.all().contains("DJANGO_SECRET_KEY"), || nothing.all());
    let no_password = docker(&["run", "--rm", "--env", "DJANGO_SECRET_KEY=a-secret", &image, "web"]);
    scenario.check(!no_password.ok && no_password.all().contains("POSTGRES_PASSWORD"), || no_password.all());
    if !stack.plan.secrets_files {
        let example = stack.run("web", &["--env", "DJANGO_SECRET_KEY=change-me"], &["web"]);
        scenario.check(!example.ok && example.all().contains("example secrets"), || example.all());
    }
}

/// Flower asks for the password, and takes the one that was set.
pub(crate) fn flower_has_a_password(stack: &Stack, scenario: &Scenario) {
    stack.must(&["--profile", "monitoring", "up", "--detach", "--wait", "flower"]);
    let door = Door::new(stack.ports["FLOWER_PORT"], "localhost");
    scenario.same(door.get("/").status, 401, || "Flower without a password".to_owned());
    let wrong = door.clone().header("Authorization", &basic("admin:wrong"));
    scenario.same(wrong.get("/").status, 401, || "Flower with a wrong password".to_owned());
    let right = door.header("Authorization", &basic(&format!("admin:{SECRET}"))).get("/");
    scenario.same(right.status, 200, || right.body.clone());
    scenario.contains(&right.body, "Flower");
}

fn basic(login: &str) -> String {
    format!("Basic {}", BASE64.encode(login.as_bytes()))
}

/// Probes, page, static files, WebSocket, task, beat, and Django's own checks.
pub(crate) fn serves(stack: &Stack, scenario: &Scenario) {
    let plan = &stack.plan;
    let door = stack.door();
    let context = |what: &str| format!("{what}\n{}", stack.tail());

    // Of a service that has no name for the outside, as a load balancer asks.
    if !plan.bundled_nginx {
        for path in ["/health/", "/health/live/"] {
            let response = door.clone().bare().host("10.0.0.7").get(path);
            scenario.same(response.status, 200, || context(&format!("{path} without any header: {}", response.body)));
        }
    }
    let health = door.get("/health/");
    scenario.same(health.status, 200, || context(&health.body));
    let checks = json(&health.body)["checks"].clone();
    scenario.same(checks["database"].as_str(), Some("ok"), || health.body.clone());
    scenario.same(checks["redis"].as_str(), plan.redis.then_some("ok"), || health.body.clone());

    let page = door.get("/");
    scenario.same(page.status, 200, || context(&page.body));
    scenario.contains(&page.body, "It works!");
    let strict = page.header("Strict-Transport-Security");
    scenario.check(strict.starts_with("max-age=3600"), || format!("HSTS is {strict:?}"));
    if !plan.certbot {
        let insecure = door.clone().bare().get("/");
        scenario.same(insecure.status, 301, || "plain HTTP is sent to HTTPS".to_owned());
        scenario.same(insecure.header("Location"), &format!("https://{}/", plan.domain), || "Location".to_owned());
    }
    let foreign = door.clone().host("evil.example").get("/").status;
    let refused = if plan.bundled_nginx { 0 } else { 400 };
    scenario.same(foreign, refused, || "a foreign host is refused".to_owned());

    // A static file as the page names it, with a hash in its name.
    let name = page.body.split('"').find(|part| part.starts_with("/static/"));
    let name = name.unwrap_or_else(|| panic!("no style sheet in {}", page.body));
    let file = door.get(name);
    scenario.same(file.status, 200, || context(name));
    scenario.contains(&file.body, "color-scheme");
    let cache = file.header("Cache-Control");
    let age = cache.split(&[',', ' '][..]).find_map(|part| part.strip_prefix("max-age="));
    let age: u64 = age.and_then(|age| age.parse().ok()).unwrap_or(0);
    scenario.check(age >= 31_536_000 && cache.contains("immutable"), || format!("{name}: Cache-Control {cache:?}"));
    let served_by_nginx = file.header("Server").starts_with("nginx");
    scenario.same(served_by_nginx, plan.bundled_nginx, || format!("Server is {:?}", file.header("Server")));

    let seen = json(&door.get("/mirror/").body);
    scenario.same(seen["host"].as_str(), Some(&*plan.domain), || format!("{seen}"));
    scenario.same(seen["secure"].as_bool(), Some(true), || format!("{seen}"));
    scenario.same(seen["url"].as_str(), Some(&*format!("https://{}/", plan.domain)), || format!("{seen}"));

    if plan.websockets {
        let echo = door.echo("packed tight");
        scenario.same(echo.as_deref(), Ok("packed tight"), || context("the echo"));
        let mirror = door.websocket("/ws/mirror/", &format!("https://{}", plan.domain));
        let seen = mirror.and_then(|mut socket| socket.ask("")).unwrap_or_else(|error| panic!("{error}"));
        let seen = json(&seen);
        scenario.same(seen["host"].as_str(), Some(&*plan.domain), || format!("a WebSocket's {seen}"));
        scenario.same(seen["proto"].as_str(), Some("https"), || format!("a WebSocket's {seen}"));
        let foreign = door.websocket("/ws/echo/", "https://evil.example").err();
        scenario.check(foreign.is_some(), || "a WebSocket of a foreign page is refused".to_owned());
    }
    if plan.celery {
        let module = &plan.module;
        let code = format!("from {module}.tasks import add\nprint(add.delay(2, 3).get(timeout=30))");
        scenario.same(stack.python(&code).lines().last(), Some("5"), || context("a task"));
    }
    if plan.beat {
        let tick = wait_for(30, || stack.logs("worker").contains("succeeded in").then_some(()));
        scenario.check(tick.is_some(), || context("beat sends a task every two seconds"));
        let ticks = wait_for(30, || stack.logs("beat").contains("Sending due task tick").then_some(()));
        scenario.check(ticks.is_some(), || context("beat says so"));
    }
    let checked = stack.exec("web", &["python", "manage.py", "check", "--deploy", "--fail-level", "WARNING"]);
    scenario.check(checked.ok, || checked.all());
    let unchanged = stack.exec("web", &["python", "manage.py", "makemigrations", "--check", "--dry-run"]);
    scenario.check(unchanged.ok, || unchanged.all());
}

/// Every service is up and healthy by its own check, and ran into no memory limit.
///
/// On a busy machine a check may run into its own timeout, so each service has the time of a few checks to be healthy.
pub(crate) fn is_healthy(stack: &Stack, scenario: &Scenario) {
    let has_state = |container: &Container| container.service() == "migrate" || container.health() == "healthy";
    let _ = wait_for(180, || stack.containers().iter().all(has_state).then_some(()));
    for container in stack.containers() {
        scenario.check(has_state(&container), || {
            format!("{}: {:?}, {}", container.service(), container.health(), container.last_check())
        });
        let killed = container.at("/State/OOMKilled").as_bool();
        scenario.same(killed, Some(false), || format!("{} out of memory", container.service()));
    }
}

/// Log lines go where the mode says, in the format it says, and only there.
pub(crate) fn logs_where_it_says(stack: &Stack, scenario: &Scenario) {
    let plan = &stack.plan;
    let mark = "a-line-to-look-for";
    stack.door().get(&format!("/mirror/?mark={mark}"));
    let of_the_application =
        |text: &str| text.lines().find(|line| line.contains("mirrored") && line.contains(mark)).map(str::to_owned);
    let web = stack.container("web");
    let standard_output = || docker(&["logs", web.id()]).out;
    let line = wait_for(10, || of_the_application(&standard_output()));
    let line = line.unwrap_or_else(|| panic!("nothing on standard output\n{}", stack.tail()));
    let well_formed = |line: &str| {
        if plan.log_json {
            let value = json(line);
            value["level"] == "WARNING" && value["logger"] == "mirror" && value["message"] == format!("mirrored {mark}")
        } else {
            line.starts_with("20") && line.ends_with(&format!(" WARNING mirror: mirrored {mark}"))
        }
    };
    scenario.check(well_formed(&line), || format!("not the format: {line}"));
    let count = docker(&["logs", web.id()])
        .all()
        .lines()
        .filter(|line| line.contains("mirrored") && line.contains(mark))
        .count();
    scenario.same(count, 1, || "a line comes once".to_owned());
    if plan.log_json {
        // What was logged since the request came, access log and all.
        let logs = standard_output();
        let since = logs.lines().skip_while(|other| *other != line);
        let odd = since.filter(|line| json(line).is_null()).collect::<Vec<_>>();
        scenario.check(odd.is_empty(), || format!("no JSON: {odd:?}"));
    }
    if plan.log_json && plan.celery {
        let logs = stack.logs("worker");
        let last = logs.lines().last().unwrap_or_default();
        scenario.check(!json(last).is_null(), || format!("the worker's log is no JSON: {last}"));
    }
    let directory = format!("/var/log/{}", plan.project);
    let list = format!("find {directory} -type f 2>/dev/null");
    let files = stack.exec("web", &["sh", "-c", &list]).out;
    if plan.log_volume {
        let text = stack.exec("web", &["cat", &format!("{directory}/django.log")]).out;
        let line = of_the_application(&text);
        scenario.check(line.as_deref().is_some_and(well_formed), || format!("{files}: {line:?}"));
    } else {
        scenario.check(files.trim().is_empty(), || format!("log files: {files}"));
    }
}

/// What `hardening` claims, seen from inside and from the engine.
pub(crate) fn is_hardened(stack: &Stack, scenario: &Scenario) {
    let plan = &stack.plan;
    let (uid, gid) = stack.user();
    for container in stack.containers() {
        let service = container.service();
        let options = container.at("/HostConfig/SecurityOpt").to_string();
        scenario.check(options.contains("no-new-privileges:true"), || format!("{service}: {options}"));
        for limit in ["Memory", "NanoCpus", "PidsLimit"] {
            let value = container.at(&format!("/HostConfig/{limit}")).as_i64().unwrap_or(0);
            scenario.check(value > 0, || format!("{service} has no {limit}"));
        }
        if plan.strict {
            let read_only = container.at("/HostConfig/ReadonlyRootfs").as_bool();
            scenario.same(read_only, Some(true), || format!("{service}: read-only root"));
            let dropped = container.at("/HostConfig/CapDrop").to_string();
            scenario.same(&*dropped, "[\"ALL\"]", || format!("{service}: capabilities"));
        }
    }
    // The processes themselves, whatever user an exec would get.
    let mut services = vec!["web"];
    services.extend(plan.celery.then_some("worker"));
    services.extend(plan.beat.then_some("beat"));
    for service in services {
        let processes = stack.exec(
            service,
            &[
                "python",
                "-c",
                "import glob, re\nfor path in glob.glob('/proc/[0-9]*/status'):\n    try: text = open(path).read()\n    \
                 except OSError: continue\n    value = lambda name: re.search(rf'^{name}:\\t(.*)$', text, re.M)[1]\n    \
                 print(value('Name'), value('Uid').split()[0], value('Gid').split()[0], value('CapEff'), value('NoNewPrivs'), \
                 value('Pid'), value('PPid'))",
            ],
        );
        let own = format!("{uid} {gid} {:016x} 1", 0);
        let lines: Vec<&str> = processes.out.lines().collect();
        // Docker's init is the first process. This look is an exec, and so is a health check that happens to run: until
        // the engine has handed it over, it is root's, and in a container that starts as root it stays so.
        let ids = |line: &str| {
            let mut words = line.rsplit(' ');
            let (parent, id) = (words.next()?, words.next()?);
            Some((id.to_owned(), parent.to_owned()))
        };
        let parents: BTreeMap<String, String> = lines.iter().filter_map(|line| ids(line)).collect();
        let by_exec = |line: &str| {
            let Some((mut id, _)) = ids(line) else { return false };
            while let Some(parent) = parents.get(&id).filter(|parent| *parent != "0") {
                id.clone_from(parent);
            }
            id != "1"
        };
        let others: Vec<&&str> = lines.iter().filter(|line| !(line.ends_with(" 1 0") || by_exec(line))).collect();
        scenario.check(!others.is_empty(), || processes.all());
        scenario
            .check(others.iter().all(|line| line.contains(&own)), || format!("{service}, not {own}:\n{processes:?}"));
    }
    let user = format!("{uid}:{gid}");
    let inside = |code: &str| stack.compose(&["exec", "-T", "--user", &user, "web", "sh", "-c", code]);
    for path in ["/app/manage.py", "/opt/venv/bin/python", "/usr/local/bin/entrypoint", "/root-file"] {
        let written = inside(&format!("echo >>{path}"));
        scenario.check(!written.ok, || format!("{path} can be written"));
    }
    let written = inside("echo >/tmp/file");
    scenario.check(written.ok, || written.all());
    // An orphan ends and is waited for, so that no zombie stays.
    let orphan = inside("sh -c 'sleep 0.2 & echo $!'");
    let pid = orphan.out.trim().to_owned();
    scenario.check(!pid.is_empty(), || orphan.all());
    let gone = wait_for(30, || inside(&format!("test ! -e /proc/{pid}")).ok.then_some(()));
    scenario.check(gone.is_some(), || format!("process {pid} was not reaped"));
}

/// Who is on the internal network alone reaches nobody outside of it.
pub(crate) fn has_no_way_out(stack: &Stack, scenario: &Scenario) {
    let web = stack.container("web");
    let network = |name: &str| format!("{}_{name}", stack.name());
    let address = web.at(&format!("/NetworkSettings/Networks/{}/IPAddress", network("app")));
    let address = address.as_str().unwrap_or_else(|| panic!("no address: {web:?}")).to_owned();
    let code = format!("import socket; socket.create_connection(('{address}', 8000), timeout=3)");
    let from = |name: &str| {
        let network = network(name);
        let image = stack.image();
        docker(&["run", "--rm", "--network", &network, "--entrypoint", "python", &image, "-c", &code])
    };
    let app = from("app");
    scenario.check(app.ok, || format!("from the same network: {}", app.all()));
    let backend = from("backend");
    scenario.check(!backend.ok, || "the internal network has a way out".to_owned());
}

/// Everything stops by itself, with 0, before its time is up.
pub(crate) fn stops(stack: &Stack, scenario: &Scenario) {
    for (service, code) in stack.stop() {
        scenario.same(code, 0, || format!("exit code of {service}\n{}", stack.tail()));
    }
}

/// A text as JSON; null where it is none.
pub(crate) fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or(Value::Null)
}
