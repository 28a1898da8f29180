//! What every set has to do, whatever was chosen.

use serde_json::Value;

use super::{Scenario, Stack, docker, wait_for};

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
    scenario.contains(&page.body, "It runs.");
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
pub(crate) fn is_healthy(stack: &Stack, scenario: &Scenario) {
    for container in stack.containers() {
        let job = container.service() == "migrate";
        let health = container.health();
        scenario.check(job || health == "healthy", || format!("{}: {health:?}", container.service()));
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
    let line = wait_for(10, || of_the_application(&stack.logs("web")));
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
    let count = stack.logs("web").lines().filter(|line| line.contains("mirrored") && line.contains(mark)).count();
    scenario.same(count, 1, || "a line comes once".to_owned());
    if plan.log_json {
        // What was logged since the request came, access log and all.
        let logs = stack.logs("web");
        let since = logs.lines().skip_while(|other| *other != line);
        let odd = since.filter(|line| json(line).is_null()).collect::<Vec<_>>();
        scenario.check(odd.is_empty(), || format!("no JSON: {odd:?}"));
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
        // Docker's init is the first process; an exec of a container that starts as root is root's, this one too.
        let others: Vec<&&str> = lines
            .iter()
            .filter(|line| !(line.ends_with(" 1 0") || plan.dynamic_user && line.ends_with(" 0")))
            .collect();
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
    let orphan = inside("sh -c 'sleep 0.2 & echo $!'; sleep 1");
    let pid = orphan.out.trim().to_owned();
    scenario.check(!pid.is_empty(), || orphan.all());
    let gone = inside(&format!("test ! -e /proc/{pid}"));
    scenario.check(gone.ok, || format!("process {pid} was not reaped"));
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
