//! Faults, each put into a stack that runs, and what has to follow.
//!
//! A bound on time that is asserted here is one that the set's own files or `CONTAINERS.md` state.

use std::fs;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::{scope, sleep};
use std::time::{Duration, Instant};

use dunnage::catalog::codec;
use dunnage::catalog::options::Choices;

use crate::harness::{Scenario, Stack, engine, new_project, wait_for};

/// One stack at a time, so that what is measured is not the others' load. `None` where no engine answers.
fn alone(test: &str) -> Option<MutexGuard<'static, ()>> {
    static ONE: Mutex<()> = Mutex::new(());
    engine(&format!("survive::{test}")).then(|| ONE.lock().unwrap_or_else(PoisonError::into_inner))
}

/// A preset as a new project with changes; uv, because it is quick.
fn project(preset: &str, changes: &[(&str, &str)]) -> Choices {
    let mut choices = new_project(preset, &[("installer", "uv")]);
    for (id, value) in changes {
        codec::set(&mut choices, id, value).unwrap_or_else(|problem| panic!("{problem}"));
    }
    choices
}

/// Exit code, standard output and standard error.
fn ended(command: &mut Command) -> (i32, String, String) {
    let output = command.stdin(Stdio::null()).output().expect("docker starts");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code().unwrap_or(-1), text(&output.stdout), text(&output.stderr))
}

/// A new container of a service, without what it depends on.
fn run(stack: &Stack, options: &[&str], service: &str, command: &[&str]) -> (i32, String, String) {
    ended(&mut stack.compose_command(&[&["run", "--rm", "--no-deps", "-T"], options, &[service], command].concat()))
}

/// Seconds since.
fn since(start: Instant) -> f64 {
    start.elapsed().as_secs_f64()
}

/// How often the engine started a service's container anew.
fn restarts(stack: &Stack, service: &str) -> i64 {
    stack.container(service).at("/RestartCount").as_i64().unwrap_or(-1)
}

/// The services that are meant to stay up, as far as they are the application's.
fn roles(stack: &Stack) -> Vec<&'static str> {
    let mut roles = vec!["web"];
    roles.extend(stack.plan.celery.then_some("worker"));
    roles.extend(stack.plan.beat.then_some("beat"));
    roles
}

/// Waits until a path answers with a status; gives the body.
#[track_caller]
fn answers(stack: &Stack, scenario: &Scenario, path: &str, status: u16, seconds: u64) -> String {
    let door = stack.door();
    let found = wait_for(seconds, || {
        let response = door.get(path);
        (response.status == status).then_some(response.body)
    });
    scenario.check(found.is_some(), || format!("no {status} from {path} within {seconds} s\n{}", stack.tail()));
    found.unwrap_or_default()
}

/// Waits until a service's container runs and is healthy.
#[track_caller]
fn healthy(stack: &Stack, scenario: &Scenario, service: &str, seconds: u64) {
    let found = wait_for(seconds, || {
        let container = stack.container(service);
        let running = container.at("/State/Status") == "running";
        (running && container.health() == "healthy").then_some(())
    });
    scenario.check(found.is_some(), || format!("{service} is not healthy after {seconds} s\n{}", stack.tail()));
}

/// A query in the database, with what it gives.
#[track_caller]
fn sql(stack: &Stack, query: &str) -> String {
    let shell = format!("psql -At -U \"$POSTGRES_USER\" -c \"{query}\" \"$POSTGRES_DB\"");
    let output = stack.exec("db", &["sh", "-c", &shell]);
    assert!(output.ok, "{query}\n{}", output.all());
    output.out.trim().to_owned()
}

/// Code that a user would write: a view that takes its time, and says when it begins.
fn add_slow_view(stack: &Stack) {
    stack.append(
        &format!("{}/urls.py", stack.plan.module),
        r#"

def slow(request):
    import logging
    import time

    from django.http import HttpResponse

    logging.getLogger("slow").warning("the slow view begins")
    time.sleep(float(request.GET["seconds"]))
    return HttpResponse("the slow view is done")


urlpatterns.append(path("slow/", slow))
"#,
    );
}

/// Code that a user would write: a task that takes its time and leaves marks in the database, and a WebSocket whose
/// messages go through the channel layer.
fn add_slow_task(stack: &Stack) {
    stack.append(
        &format!("{}/tasks.py", stack.plan.module),
        r#"

def mark(name: str, what: str) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO marks VALUES (%s, %s)", [name, what])


@shared_task
def work(name: str, seconds: float) -> None:
    import time

    mark(name, "begun")
    time.sleep(seconds)
    mark(name, "done")
"#,
    );
    if stack.plan.websockets {
        stack.append(
            &format!("{}/routing.py", stack.plan.module),
            r#"
from channels.generic.websocket import AsyncWebsocketConsumer


class ThroughTheLayer(AsyncWebsocketConsumer):
    async def receive(self, text_data=None, bytes_data=None):
        await self.channel_layer.send(self.channel_name, {"type": "come.back", "text": text_data})

    async def come_back(self, event):
        await self.send(text_data=event["text"])


websocket_urlpatterns.append(path("ws/layer/", ThroughTheLayer.as_asgi()))
"#,
        );
    }
}

fn make_marks(stack: &Stack) {
    sql(stack, "CREATE TABLE marks (name text, what text)");
}

/// Puts tasks into the queue: `work(name, seconds)` each.
#[track_caller]
fn queue(stack: &Stack, tasks: &str) {
    let module = &stack.plan.module;
    stack.python(&format!("from {module}.tasks import work\nfor name, seconds in {tasks}: work.delay(name, seconds)"));
}

/// How many marks of a kind a task has left.
#[track_caller]
fn marks(stack: &Stack, name: &str, what: &str) -> u32 {
    let count = sql(stack, &format!("SELECT count(*) FROM marks WHERE name = '{name}' AND what = '{what}'"));
    count.parse().unwrap_or_else(|_| panic!("{count}"))
}

/// Waits for that many marks.
#[track_caller]
fn marked(stack: &Stack, scenario: &Scenario, name: &str, what: &str, times: u32, seconds: u64) {
    let found = wait_for(seconds, || (marks(stack, name, what) >= times).then_some(()));
    scenario
        .check(found.is_some(), || format!("{name} is not {what} {times} times after {seconds} s\n{}", stack.tail()));
}

// --- 1. the database is late, or never comes -------------------------------------------------------------------------

/// What a database elsewhere does, as a service on the network that the containers reach the world by.
fn add_database_elsewhere(stack: &mut Stack, entrypoint: &str) {
    let plan = &stack.plan;
    let (image, module) = (plan.postgres_image.clone(), plan.module.clone());
    stack.set_env("POSTGRES_HOST", "elsewhere");
    stack.set_env("POSTGRES_SSLMODE", "disable");
    stack.overlay(
        "elsewhere.yml",
        &format!(
            "services:\n  elsewhere:\n    image: {image}\n    entrypoint: {entrypoint}\n    networks: [app]\n    \
             environment:\n      POSTGRES_DB: {module}\n      POSTGRES_USER: {module}\n      \
             POSTGRES_PASSWORD: $POSTGRES_PASSWORD\n"
        ),
    );
}

const LATE: &str = "[sh, -c, sleep 20; exec docker-entrypoint.sh postgres]";

fn postgres_comes_late(database: &str, migrations: &str) {
    let Some(_alone) = alone("postgres_comes_late") else { return };
    let choices = project("minimal", &[("database", database), ("migrations", migrations)]);
    let mut stack = Stack::production(&choices);
    let described = format!("minimal, database={database}, migrations={migrations}");
    let scenario = Scenario::new("survive", "PostgreSQL comes up 20 s late", &described);
    if database == "bundled" {
        stack.overlay("late.yml", &format!("services:\n  db:\n    entrypoint: {LATE}\n"));
    } else {
        add_database_elsewhere(&mut stack, LATE);
    }
    stack.build();
    let start = Instant::now();
    let up = stack.compose(&["up", "--detach", "--wait", "--wait-timeout", "300"]);
    let waited = since(start);
    scenario.check(up.ok, || format!("{}\n{}", up.all(), stack.tail()));
    scenario.check(waited >= 20.0, || format!("up after {waited:.0} s: the database was not late"));
    let health = stack.door().get("/health/");
    scenario.same(health.status, 200, || format!("{}\n{}", health.body, stack.tail()));
    scenario.same(restarts(&stack, "web"), 0, || stack.tail());
    if database == "external" {
        let log = stack.logs(if migrations == "job" { "migrate" } else { "web" });
        scenario.contains(&log, "migrate: no database yet, waiting");
    }
    scenario.done(&format!("waited, and served after {waited:.0} s without a restart"));
}

#[test]
fn bundled_postgres_comes_late_with_a_job() {
    postgres_comes_late("bundled", "job");
}

#[test]
fn bundled_postgres_comes_late_with_the_entrypoint() {
    postgres_comes_late("bundled", "entrypoint");
}

#[test]
fn external_postgres_comes_late_with_a_job() {
    postgres_comes_late("external", "job");
}

#[test]
fn external_postgres_comes_late_with_the_entrypoint() {
    postgres_comes_late("external", "entrypoint");
}

fn bundled_postgres_never_comes(migrations: &str) {
    let Some(_alone) = alone("bundled_postgres_never_comes") else { return };
    let mut stack = Stack::production(&project("minimal", &[("migrations", migrations)]));
    let described = format!("minimal, database=bundled, migrations={migrations}");
    let scenario = Scenario::new("survive", "PostgreSQL never comes up", &described);
    stack.overlay("never.yml", "services:\n  db:\n    entrypoint: [sleep, infinity]\n");
    stack.build();
    let start = Instant::now();
    let up = stack.compose(&["up", "--detach", "--wait", "--wait-timeout", "300"]);
    let waited = since(start);
    scenario.check(!up.ok, || format!("up without a database\n{}", stack.tail()));
    scenario.check(waited < 150.0, || format!("two minutes are stated, it took {waited:.0} s"));
    scenario.contains(&up.err, "dependency failed to start");
    scenario.contains(&up.err, "db-1 is unhealthy");
    let state = stack.container("web").at("/State/Status").clone();
    scenario.check(state == "created", || format!("web is {state}"));
    scenario.done(&format!("`up` ended with an error after {waited:.0} s: the dependency db is unhealthy"));
}

#[test]
fn bundled_postgres_never_comes_with_a_job() {
    bundled_postgres_never_comes("job");
}

#[test]
fn bundled_postgres_never_comes_with_the_entrypoint() {
    bundled_postgres_never_comes("entrypoint");
}

fn external_postgres_never_comes(migrations: &str) {
    let Some(_alone) = alone("external_postgres_never_comes") else { return };
    let stack = Stack::production(&project("minimal", &[("database", "external"), ("migrations", migrations)]));
    let described = format!("minimal, database=external, migrations={migrations}");
    let scenario = Scenario::new("survive", "The database host does not exist", &described);
    stack.set_env("POSTGRES_HOST", "nowhere.invalid");
    stack.build();
    let migrator = if migrations == "job" { "migrate" } else { "web" };
    // Where the container is started over and over, `up` ends when its own time is over.
    let limit = if migrations == "job" { "300" } else { "150" };
    let (single, up, waited) = scope(|scope| {
        let single = scope.spawn(|| {
            let start = Instant::now();
            let (code, _, err) = run(&stack, &[], migrator, &[]);
            (code, err, since(start))
        });
        let start = Instant::now();
        let up = stack.compose(&["up", "--detach", "--wait", "--wait-timeout", limit]);
        (single.join().expect("no panic"), up, since(start))
    });
    let (code, err, took) = single;
    scenario.same(code, 1, || err.clone());
    scenario.check((58.0..120.0).contains(&took), || format!("60 s are stated, it took {took:.0} s"));
    let last = err.lines().rfind(|line| !line.trim().is_empty()).unwrap_or_default();
    scenario.contains(last, "migrate: no database for 60 seconds, giving up: ");
    scenario.contains(last, "nowhere.invalid");
    scenario.check(!up.ok, || format!("up without a database\n{}", stack.tail()));
    scenario.check(waited < 200.0, || format!("up took {waited:.0} s"));
    let logs = stack.logs(migrator);
    scenario.contains(&logs, "migrate: no database for 60 seconds, giving up: ");
    if migrations == "job" {
        scenario.contains(&up.err, "service \"migrate\" didn't complete successfully: exit 1");
        scenario.check(stack.container("web").at("/State/Status") == "created", || stack.tail());
    }
    scenario.done(&format!(
        "the container said why and ended with 1 after {took:.0} s; `up --wait-timeout {limit}` failed after {waited:.0} s"
    ));
}

#[test]
fn external_postgres_never_comes_with_a_job() {
    external_postgres_never_comes("job");
}

#[test]
fn external_postgres_never_comes_with_the_entrypoint() {
    external_postgres_never_comes("entrypoint");
}

fn postgres_freezes(server: &str) {
    let Some(_alone) = alone("postgres_freezes") else { return };
    let stack = Stack::production(&project("minimal", &[("server", server)]));
    let described = format!("minimal, server={server}");
    let scenario = Scenario::new("survive", "PostgreSQL freezes, then goes on", &described);
    stack.build();
    stack.up();
    let door = stack.door();
    scenario.same(door.get("/health/").status, 200, || stack.tail());
    stack.must(&["pause", "db"]);
    let start = Instant::now();
    let frozen = door.get("/health/");
    let asked = since(start);
    scenario.check(frozen.status != 200, || "ready without a database".to_owned());
    scenario.same(door.get("/health/live/").status, 200, || "a frozen database is no reason to restart".to_owned());
    // A job that starts now gives up in the time that is stated.
    let start = Instant::now();
    let (code, _, err) = run(&stack, &[], "migrate", &[]);
    let took = since(start);
    scenario.same(code, 1, || err.clone());
    scenario.check((58.0..120.0).contains(&took), || format!("60 s are stated, it took {took:.0} s"));
    scenario.contains(err.lines().rev().take(4).collect::<String>().as_str(), "no database for 60 seconds, giving up");
    stack.must(&["unpause", "db"]);
    let start = Instant::now();
    answers(&stack, &scenario, "/health/", 200, 60);
    let back = since(start);
    scenario.same(restarts(&stack, "web"), 0, || stack.tail());
    let status = if frozen.status == 0 { "no answer".to_owned() } else { frozen.status.to_string() };
    scenario.done(&format!(
        "readiness: {status} in {asked:.0} s, liveness 200; a new migrate ended with 1 after {took:.0} s; \
         ready again {back:.1} s after the database went on"
    ));
}

#[test]
fn postgres_freezes_under_gunicorn() {
    postgres_freezes("gunicorn");
}

// --- 2. Redis goes away ----------------------------------------------------------------------------------------------

#[test]
fn redis_restarts_under_load() {
    let Some(_alone) = alone("redis_restarts_under_load") else { return };
    let stack = Stack::production(&project("senex", &[]));
    let scenario = Scenario::new("survive", "Redis stops, starts and restarts under load", "senex as a new project");
    stack.set_env("CELERY_VISIBILITY_TIMEOUT", "15");
    add_slow_task(&stack);
    stack.build();
    stack.up();
    make_marks(&stack);
    let door = stack.door();
    let through_the_layer = |text: &str| {
        let socket = door.websocket("/ws/layer/", &format!("https://{}", stack.plan.domain));
        socket.and_then(|mut socket| socket.ask(text))
    };
    scenario.same(through_the_layer("one").as_deref(), Ok("one"), || stack.tail());

    let tasks = 40;
    let over = AtomicBool::new(false);
    let (served, outage, back, recovered) = scope(|scope| {
        // Load: pages that need no Redis have to be served all the time.
        let load: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| {
                    let mut statuses = Vec::new();
                    while !over.load(Ordering::Relaxed) {
                        statuses.push(door.get("/").status);
                        statuses.push(door.get("/health/live/").status);
                    }
                    statuses
                })
            })
            .collect();
        queue(&stack, &format!("[(f'task {{n}}', 0.5) for n in range({tasks})]"));
        stack.must(&["stop", "redis"]);
        let start = Instant::now();
        let body = answers(&stack, &scenario, "/health/", 503, 60);
        scenario.check(body.contains("\"redis\": \"unavailable\"") && body.contains("\"database\": \"ok\""), || body);
        // Long enough for everybody to notice.
        sleep(Duration::from_secs(20));
        let outage = since(start);
        stack.must(&["start", "redis"]);
        let start = Instant::now();
        answers(&stack, &scenario, "/health/", 200, 60);
        let back = since(start);
        let echo = wait_for(60, || (through_the_layer("two").as_deref() == Ok("two")).then_some(()));
        scenario.check(echo.is_some(), || stack.tail());
        for _ in 0..2 {
            stack.must(&["restart", "redis"]);
        }
        let start = Instant::now();
        let all = wait_for(300, || {
            let done = sql(&stack, "SELECT count(DISTINCT name) FROM marks WHERE what = 'done'");
            (done == tasks.to_string()).then_some(())
        });
        let recovered = since(start);
        over.store(true, Ordering::Relaxed);
        scenario.check(all.is_some(), || format!("a task is lost\n{}", stack.tail()));
        let mut served: Vec<u16> = Vec::new();
        for thread in load {
            served.extend(thread.join().expect("no panic"));
        }
        (served, outage, back, recovered)
    });
    let bad: Vec<&u16> = served.iter().filter(|status| **status != 200).collect();
    scenario.check(bad.is_empty(), || format!("{} of {} requests failed: {bad:?}", bad.len(), served.len()));
    answers(&stack, &scenario, "/health/", 200, 60);
    scenario.same(through_the_layer("three").as_deref(), Ok("three"), || stack.tail());
    scenario.same(door.echo("four").as_deref(), Ok("four"), || stack.tail());
    for role in roles(&stack) {
        scenario.same(restarts(&stack, role), 0, || format!("{role} in a crash loop\n{}", stack.tail()));
        healthy(&stack, &scenario, role, 120);
    }
    let add = format!("from {}.tasks import add\nprint(add.delay(2, 3).get(timeout=30))", stack.plan.module);
    scenario.same(stack.python(&add).lines().last(), Some("5"), || stack.tail());
    scenario.done(&format!(
        "{outage:.0} s without Redis: readiness 503 naming it, and 200 again after {back:.1} s; {} other requests all \
         answered; all {tasks} tasks done {recovered:.0} s after two more restarts; no container restarted",
        served.len()
    ));
}

// --- 3. and 6. the server is stopped, and killed ---------------------------------------------------------------------

fn server_is_killed_and_stopped(server: &str) {
    let Some(_alone) = alone("server_is_killed_and_stopped") else { return };
    let websockets = if server == "gunicorn" { "false" } else { "true" };
    let choices = project("websockets", &[("server", server), ("websockets", websockets), ("celery", "none")]);
    let stack = Stack::production(&choices);
    let described = format!("websockets preset, server={server}, websockets={websockets}");
    let scenario = Scenario::new("survive", "The server process is killed with SIGKILL", &described);
    if server != "daphne" {
        stack.set_env("WEB_CONCURRENCY", "2");
    }
    add_slow_view(&stack);
    stack.build();
    stack.up();
    let door = stack.door();
    scenario.same(door.get("/health/").status, 200, || stack.tail());
    kill_main_process(&stack, "web");
    let start = Instant::now();
    let again = wait_for(60, || (restarts(&stack, "web") == 1).then_some(()));
    scenario.check(again.is_some(), || stack.tail());
    answers(&stack, &scenario, "/health/", 200, 90);
    let back = since(start);
    healthy(&stack, &scenario, "web", 90);
    scenario.same(restarts(&stack, "web"), 1, || stack.tail());
    scenario.done(&format!("started again by its restart policy, ready after {back:.1} s"));

    let scenario = Scenario::new("survive", "SIGTERM while requests run", &described);
    // Two threads in each of two processes, and both requests may come to the same process.
    let requests = if server == "gunicorn" { 2 } else { 4 };
    let seconds = 10;
    let mut socket = stack.plan.websockets.then(|| {
        let socket = door.websocket("/ws/echo/", &format!("https://{}", stack.plan.domain));
        socket.unwrap_or_else(|error| panic!("{error}\n{}", stack.tail()))
    });
    if let Some(socket) = &mut socket {
        scenario.same(socket.ask("before").as_deref(), Ok("before"), || stack.tail());
    }
    let before = stack.logs("web").matches("the slow view begins").count();
    let path = format!("/slow/?seconds={seconds}");
    let (responses, took) = scope(|scope| {
        let asking: Vec<_> = (0..requests).map(|_| scope.spawn(|| door.get(&path))).collect();
        let begun = wait_for(seconds - 2, || {
            (stack.logs("web").matches("the slow view begins").count() == before + requests).then_some(())
        });
        scenario.check(begun.is_some(), || format!("not every request has begun\n{}", stack.tail()));
        scenario.check(asking.iter().all(|thread| !thread.is_finished()), || "a request ended too early".to_owned());
        let start = Instant::now();
        stack.must(&["stop", "web"]);
        let took = since(start);
        let responses: Vec<_> = asking.into_iter().map(|thread| thread.join().expect("no panic")).collect();
        (responses, took)
    });
    for response in &responses {
        scenario.same(response.status, 200, || format!("a request that ran: {}\n{}", response.body, stack.tail()));
        scenario.same(&*response.body, "the slow view is done", || stack.tail());
    }
    let code = stack.container("web").at("/State/ExitCode").as_i64();
    scenario.same(code, Some(0), || format!("exit code\n{}", stack.tail()));
    // Threads of the connection pool that are left to the interpreter's end cost five seconds each.
    scenario.check(!stack.logs("web").contains("couldn't stop thread"), || stack.tail());
    let grace = f64::from(stack.plan.stack.service("web").expect("the service").grace);
    scenario.check(took < grace, || format!("stop took {took:.0} s of {grace:.0}"));
    let closed = socket.map(|mut socket| socket.ask("after").err());
    if let Some(closed) = &closed {
        scenario.check(closed.is_some(), || "the WebSocket outlives its server".to_owned());
    }
    // A client is told to come back (1001 "going away" or 1012 "restart") or sees the connection end.
    let farewell = |how: String| match how.split("code: ").nth(1) {
        Some(code) => format!("; the open WebSocket was closed with {}", code.split(',').next().unwrap_or(code)),
        None => "; the open WebSocket was cut off".to_owned(),
    };
    let closed = closed.flatten().map(farewell).unwrap_or_default();
    scenario.done(&format!(
        "all {requests} requests of {seconds} s got their answer; exit code 0 after {took:.1} s of {grace:.0}{closed}"
    ));
}

/// Kills what the container's init has started, as the kernel does when memory runs out.
#[track_caller]
fn kill_main_process(stack: &Stack, service: &str) {
    let killed = stack.exec(service, &["sh", "-c", "kill -9 $(cat /proc/1/task/1/children)"]);
    assert!(killed.ok || killed.all().is_empty(), "{}", killed.all());
}

macro_rules! servers {
    ($($test:ident: $server:literal),*) => {
        $(
            #[test]
            fn $test() {
                server_is_killed_and_stopped($server);
            }
        )*
    };
}
servers! {
    gunicorn_is_killed_and_stopped: "gunicorn",
    daphne_is_killed_and_stopped: "daphne",
    gunicorn_with_uvicorn_is_killed_and_stopped: "gunicorn-uvicorn",
    uvicorn_is_killed_and_stopped: "uvicorn",
    hypercorn_is_killed_and_stopped: "hypercorn",
    granian_is_killed_and_stopped: "granian"
}

// --- 4. two at once on an empty database -----------------------------------------------------------------------------

fn two_replicas_start_at_once(migrations: &str) {
    let Some(_alone) = alone("two_replicas_start_at_once") else { return };
    let choices = project("minimal", &[("migrations", migrations), ("reverse-proxy", "bundled-nginx")]);
    let stack = Stack::production(&choices);
    let described = format!("minimal, bundled nginx, migrations={migrations}");
    let scenario = Scenario::new("survive", "Two web containers start on an empty database", &described);
    stack.set_env("WEB_REPLICAS", "2");
    // A migration that takes long enough for the other container to come along, and fails when it is run twice.
    let migrations_dir = stack.path(&format!("{}/migrations", stack.plan.module));
    fs::create_dir_all(&migrations_dir).expect("writable");
    fs::write(migrations_dir.join("__init__.py"), "").expect("writable");
    let slow = r#"import time

from django.db import migrations


class Migration(migrations.Migration):
    initial = True
    operations = [
        migrations.RunPython(lambda apps, editor: time.sleep(5)),
        migrations.RunSQL("CREATE TABLE only_once (id integer)"),
    ]
"#;
    fs::write(migrations_dir.join("0001_initial.py"), slow).expect("writable");
    stack.build();
    let start = Instant::now();
    stack.up();
    let took = since(start);
    let containers = stack.containers();
    let webs: Vec<_> = containers.iter().filter(|container| container.service() == "web").collect();
    scenario.same(webs.len(), 2, || stack.tail());
    for web in &webs {
        scenario.same(web.health(), "healthy", || stack.tail());
        scenario.same(web.at("/RestartCount").as_i64(), Some(0), || stack.tail());
    }
    let migrator = if migrations == "job" { "migrate" } else { "web" };
    let logs = stack.logs(migrator);
    let applied = format!("Applying {}.0001_initial... OK", stack.plan.module);
    scenario.same(logs.matches(&applied).count(), 1, || logs.clone());
    let waited = logs.matches("No migrations to apply").count();
    scenario.same(waited, usize::from(migrations == "entrypoint"), || logs.clone());
    scenario.same(stack.door().get("/").status, 200, || stack.tail());
    let second = if waited == 1 { "the other waited and found nothing to do" } else { "neither migrates, the job did" };
    scenario.done(&format!("both healthy after {took:.0} s without a restart; migrations ran once, {second}"));
}

#[test]
fn two_replicas_start_at_once_with_a_job() {
    two_replicas_start_at_once("job");
}

#[test]
fn two_replicas_start_at_once_with_the_entrypoint() {
    two_replicas_start_at_once("entrypoint");
}

// --- 5. a worker dies in the middle of a task ------------------------------------------------------------------------

#[test]
fn a_worker_dies_or_stops_in_the_middle_of_a_task() {
    let Some(_alone) = alone("a_worker_dies_or_stops_in_the_middle_of_a_task") else { return };
    let stack = Stack::production(&project("senex", &[]));
    let visibility = 20;
    let described = format!("senex as a new project, CELERY_VISIBILITY_TIMEOUT={visibility}");
    stack.set_env("CELERY_VISIBILITY_TIMEOUT", &visibility.to_string());
    stack.set_env("WORKER_CONCURRENCY", "1");
    add_slow_task(&stack);
    stack.build();
    stack.up();
    make_marks(&stack);

    let scenario = Scenario::new("survive", "A process of the worker is killed in the middle of a task", &described);
    queue(&stack, "[('orphan', 5)]");
    marked(&stack, &scenario, "orphan", "begun", 1, 30);
    let child = "kill -9 $(cat /proc/$(cat /proc/1/task/1/children | tr -d ' ')/task/*/children)";
    let killed = stack.exec("worker", &["sh", "-c", child]);
    scenario.check(killed.ok, || killed.all());
    let start = Instant::now();
    marked(&stack, &scenario, "orphan", "begun", 2, 60);
    let again = since(start);
    marked(&stack, &scenario, "orphan", "done", 1, 60);
    scenario.same(restarts(&stack, "worker"), 0, || "only the process was killed".to_owned());
    scenario.done(&format!("the worker made a new process, and ran the task again after {again:.1} s"));

    let scenario = Scenario::new("survive", "The worker is killed in the middle of a task", &described);
    queue(&stack, "[('killed', 5), ('next', 1)]");
    marked(&stack, &scenario, "killed", "begun", 1, 30);
    stack.must(&["kill", "--signal", "KILL", "worker"]);
    let start = Instant::now();
    let code = stack.container("worker").at("/State/ExitCode").as_i64();
    scenario.same(code, Some(137), || stack.tail());
    stack.must(&["up", "--detach", "--wait", "--wait-timeout", "120", "worker"]);
    marked(&stack, &scenario, "next", "done", 1, 60);
    // The worker looks for such tasks once in 100 seconds.
    marked(&stack, &scenario, "killed", "done", 1, visibility + 130);
    let again = since(start);
    scenario.check(marks(&stack, "killed", "begun") >= 2, || "it was run again".to_owned());
    scenario.done(&format!("the task was given out again and done {again:.0} s after the kill; the next one at once"));

    let scenario = Scenario::new("survive", "The worker is stopped in the middle of a task", &described);
    queue(&stack, "[('short', 8)]");
    marked(&stack, &scenario, "short", "begun", 1, 30);
    let start = Instant::now();
    stack.must(&["stop", "worker"]);
    let short = since(start);
    scenario.same(marks(&stack, "short", "done"), 1, || stack.tail());
    let code = stack.container("worker").at("/State/ExitCode").as_i64();
    scenario.same(code, Some(0), || stack.tail());
    stack.must(&["up", "--detach", "--wait", "--wait-timeout", "120", "worker"]);
    // Longer than a stop may take: it has to go back to the queue, and so begin again at once.
    queue(&stack, "[('long', 70)]");
    marked(&stack, &scenario, "long", "begun", 1, 30);
    let start = Instant::now();
    stack.must(&["stop", "worker"]);
    let long = since(start);
    scenario.same(marks(&stack, "long", "done"), 0, || "the task ended".to_owned());
    let code = stack.container("worker").at("/State/ExitCode").as_i64();
    scenario.same(code, Some(0), || format!("killed after {long:.0} s\n{}", stack.tail()));
    scenario.check(long < 60.0, || format!("50 s are stated, it took {long:.0} s"));
    let start = Instant::now();
    stack.must(&["start", "worker"]);
    marked(&stack, &scenario, "long", "begun", 2, 60);
    let again = since(start);
    marked(&stack, &scenario, "long", "done", 1, 120);
    scenario.done(&format!(
        "a task of 8 s was finished within the stop of {short:.0} s; one of 70 s was given back after {long:.0} s, exit \
         code 0, and begun anew {again:.0} s after the start"
    ));
}

// --- 6. everything is killed -----------------------------------------------------------------------------------------

fn everything_is_killed(hardening: &str) {
    let Some(_alone) = alone("everything_is_killed") else { return };
    let stack = Stack::production(&project("senex", &[("hardening", hardening)]));
    let described = format!("senex as a new project, hardening={hardening}");
    let scenario = Scenario::new("survive", "Worker and beat are killed with SIGKILL", &described);
    stack.build();
    stack.up();
    let mut seconds = Vec::new();
    for role in ["worker", "beat"] {
        kill_main_process(&stack, role);
        let start = Instant::now();
        let again = wait_for(60, || (restarts(&stack, role) == 1).then_some(()));
        scenario.check(again.is_some(), || format!("{role} is not started again\n{}", stack.tail()));
        healthy(&stack, &scenario, role, 120);
        seconds.push(format!("{role} after {:.0} s", since(start)));
        scenario.same(restarts(&stack, role), 1, || format!("{role} fails again\n{}", stack.tail()));
    }
    scenario.done(&format!("started again by their restart policy, healthy again: {}", seconds.join(", ")));

    let scenario = Scenario::new("survive", "Every container is killed at once, as by a power cut", &described);
    stack.must(&["kill", "--signal", "KILL"]);
    let start = Instant::now();
    stack.up();
    let took = since(start);
    scenario.same(stack.door().get("/health/").status, 200, || stack.tail());
    scenario.same(stack.door().echo("back").as_deref(), Ok("back"), || stack.tail());
    let add = format!("from {}.tasks import add\nprint(add.delay(2, 3).get(timeout=30))", stack.plan.module);
    scenario.same(stack.python(&add).lines().last(), Some("5"), || stack.tail());
    for role in roles(&stack) {
        healthy(&stack, &scenario, role, 60);
    }
    scenario.done(&format!("`up` brought the same containers back, all healthy after {took:.0} s"));
}

#[test]
fn everything_is_killed_with_strict_hardening() {
    everything_is_killed("strict");
}

#[test]
fn everything_is_killed_with_basic_hardening() {
    everything_is_killed("basic");
}

// --- 7. nothing can be written, and nobody is at home ----------------------------------------------------------------

#[test]
fn every_role_runs_on_a_read_only_root_file_system() {
    let Some(_alone) = alone("every_role_runs_on_a_read_only_root_file_system") else { return };
    let stack = Stack::production(&project("reference", &[("domain", "example.com")]));
    let scenario = Scenario::new("survive", "The root file system is read-only", "reference as a new project");
    stack.build();
    let profiles = ["--profile", "production", "--profile", "monitoring"];
    stack.must(&[&profiles[..], &["up", "--detach", "--wait", "--wait-timeout", "240"]].concat());
    let containers = stack.containers();
    let mut services = Vec::new();
    for container in &containers {
        let service = container.service();
        let read_only = container.at("/HostConfig/ReadonlyRootfs").as_bool();
        scenario.same(read_only, Some(true), || format!("{service} can write its root"));
        scenario.same(container.at("/RestartCount").as_i64(), Some(0), || format!("{service}\n{}", stack.tail()));
        if container.at("/State/Status") == "exited" {
            scenario.same(container.at("/State/ExitCode").as_i64(), Some(0), || stack.tail());
            continue;
        }
        scenario.same(container.health(), "healthy", || format!("{service}\n{}", stack.tail()));
        let mounts = stack.exec(service, &["cat", "/proc/mounts"]).out;
        let root = mounts.lines().find(|line| line.split(' ').nth(1) == Some("/")).unwrap_or_default();
        scenario.check(root.split(' ').nth(3).is_some_and(|options| options.split(',').any(|o| o == "ro")), || {
            format!("{service}: {root}")
        });
        services.push(service.to_owned());
    }
    for role in ["web", "worker", "beat", "flower", "nginx", "certbot"] {
        scenario.check(services.iter().any(|service| service == role), || format!("no {role}: {services:?}"));
    }
    let writes = stack.logs("web") + &stack.logs("worker") + &stack.logs("beat") + &stack.logs("flower");
    scenario.check(!writes.contains("Read-only file system"), || writes.clone());
    services.sort();
    scenario.done(&format!("{} services run and are healthy on it: {}", services.len(), services.join(", ")));
}

#[test]
fn every_role_runs_as_a_user_without_a_home() {
    let Some(_alone) = alone("every_role_runs_as_a_user_without_a_home") else { return };
    let mut stack = Stack::production(&project("senex", &[("flower", "true")]));
    let scenario =
        Scenario::new("survive", "The user is 12345:12345, who has no home", "senex as a new project, flower");
    let services = ["beat", "flower", "migrate", "web", "worker"];
    let users: Vec<String> = services.iter().map(|name| format!("  {name}:\n    user: '12345:12345'\n")).collect();
    stack.overlay("user.yml", &format!("services:\n{}", users.concat()));
    stack.build();
    stack.must(&["--profile", "monitoring", "up", "--detach", "--wait", "--wait-timeout", "240"]);
    for container in stack.containers().iter().filter(|container| services.contains(&container.service())) {
        let service = container.service();
        scenario.same(container.at("/RestartCount").as_i64(), Some(0), || format!("{service}\n{}", stack.tail()));
        if service == "migrate" {
            scenario.same(container.at("/State/ExitCode").as_i64(), Some(0), || stack.tail());
            continue;
        }
        scenario.same(container.health(), "healthy", || format!("{service}\n{}", stack.tail()));
        let status = stack.exec(service, &["sh", "-c", "cat /proc/$(cat /proc/1/task/1/children | tr -d ' ')/status"]);
        scenario.contains(&status.out, "Uid:\t12345\t");
        scenario.contains(&status.out, "Gid:\t12345\t");
    }
    let named = stack.exec("web", &["id", "-un"]);
    scenario.check(!named.ok, || format!("the user has a name: {}", named.all()));
    scenario.same(stack.door().get("/").status, 200, || stack.tail());
    let add = format!("from {}.tasks import add\nprint(add.delay(2, 3).get(timeout=30))", stack.plan.module);
    scenario.same(stack.python(&add).lines().last(), Some("5"), || stack.tail());
    scenario.contains(&stack.logs("beat"), "/var/lib/celery is not writable for 12345");
    scenario.done(
        "web, worker, beat and flower healthy, migrate ended with 0; beat says that it keeps its schedule in /tmp",
    );
}

// --- 8. it is called in a wrong way ----------------------------------------------------------------------------------

#[test]
fn mistakes_are_named() {
    let Some(_alone) = alone("mistakes_are_named") else { return };
    let stack = Stack::production(&project("senex", &[]));
    let scenario = Scenario::new("survive", "Wrong arguments to the entrypoint", "senex as a new project");
    stack.build();
    let image = stack.image();
    let plain = |arguments: &[&str]| ended(Command::new("docker").args(["run", "--rm"]).args(arguments));
    let wrong: [&[&str]; 6] = [
        &["no-such-command"],
        &["web", "now"],
        &["worker", "1"],
        &["beat", "--help"],
        &["migrate", "fake"],
        &["--help"],
    ];
    for arguments in wrong {
        let (code, out, err) = run(&stack, &[], "web", arguments);
        scenario.same(code, 64, || format!("{arguments:?}: {err}"));
        scenario.contains(&err, "usage: entrypoint web | worker | beat | migrate | COMMAND");
        scenario.check(out.is_empty(), || format!("{arguments:?} prints {out}"));
    }
    // No argument at all, which only another entrypoint than the image's default brings about.
    let (code, _, err) = plain(&["--entrypoint", "entrypoint", &image]);
    scenario.same(code, 64, || err.clone());
    scenario.contains(&err, "usage: entrypoint");
    let (code, out, err) = plain(&[&image, "echo", "a command"]);
    scenario.same((code, out.trim()), (0, "a command"), || err.clone());
    scenario.done("seven wrong calls: usage on standard error, nothing on standard output, exit code 64");

    let scenario = Scenario::new("survive", "A required secret is missing", "senex as a new project");
    let secrets = ["DJANGO_SECRET_KEY", "POSTGRES_PASSWORD"];
    for missing in secrets {
        let given = secrets.iter().filter(|name| **name != missing);
        let given: Vec<String> = given.map(|name| format!("--env={name}=a-value")).collect();
        let given: Vec<&str> = given.iter().map(String::as_str).collect();
        for role in ["web", "worker", "beat", "migrate"] {
            let (code, _, err) = plain(&[&given[..], &[&image, role]].concat());
            scenario.check(code != 0, || format!("{role} runs without {missing}"));
            scenario.contains(&err, &format!("Set the environment variable {missing}"));
        }
        let file = format!("--env={missing}_FILE=/run/secrets/nothing");
        let (code, _, err) = plain(&[&given[..], &[&file, &image, "web"]].concat());
        scenario.check(code != 0, || format!("web runs without the file of {missing}"));
        scenario.contains(&err, &format!("{missing}_FILE: "));
        // Compose itself names it as well.
        let env = fs::read_to_string(stack.path(".env")).expect("readable");
        let without: Vec<&str> = env.lines().filter(|line| !line.starts_with(missing)).collect();
        fs::write(stack.path(".env"), without.join("\n")).expect("writable");
        let config = stack.compose(&["up", "--detach"]);
        fs::write(stack.path(".env"), env).expect("writable");
        scenario.check(!config.ok, || format!("compose starts without {missing}"));
        scenario.contains(&config.err, missing);
        scenario.contains(&config.err, "set it in .env");
    }
    scenario.done("web, worker, beat, migrate and compose itself each name it and start nothing");

    let scenario = Scenario::new("survive", "The secrets are those of .env.example", "senex as a new project");
    fs::copy(stack.path(".env.example"), stack.path(".env")).expect("writable");
    for role in ["web", "worker", "beat", "migrate"] {
        let (code, out, err) = run(&stack, &[], role, &[]);
        scenario.same(code, 78, || format!("{role}: {err}"));
        scenario.contains(&err, "replace every \"change-me\"");
        scenario.check(out.is_empty(), || format!("{role} prints {out}"));
    }
    scenario.done("web, worker, beat and migrate refuse to start with exit code 78");
}
