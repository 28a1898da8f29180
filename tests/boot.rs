//! The proof that a set runs: built and brought up in a real container engine, probed, and stopped.
//!
//! It does what `CONTAINERS.md` tells the user to do, with the files as they are rendered.
#![allow(clippy::disallowed_methods, reason = "this test starts a container engine")]

mod common;

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use dunnage::generate;
use dunnage::options::{Choices, Start, option};
use dunnage::presets::preset;
use dunnage::versions::Date;

use common::skip;

/// A set on disk with its containers; they are gone when it is dropped.
struct Stack {
    directory: tempfile::TempDir,
    image: String,
}

impl Stack {
    /// Writes the set and the `.env` that `.env.example` asks for.
    fn new(choices: &Choices, port: u16) -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        let generated = generate(choices, Date::new(2026, 11, 23)).expect("a set");
        for (path, file) in generated.files.iter() {
            let target = directory.path().join(path);
            fs::create_dir_all(target.parent().expect("a parent")).expect("writable");
            fs::write(&target, &file.text).expect("writable");
        }
        let example = fs::read_to_string(directory.path().join(".env.example")).expect("an example");
        fs::write(directory.path().join(".env"), filled_in(&example, port)).expect("writable");
        Self { directory, image: format!("{}:local", choices.project_name) }
    }

    fn path(&self) -> &Path {
        self.directory.path()
    }

    fn compose(&self, args: &[&str]) -> (bool, String) {
        let output = Command::new("docker")
            .args(["compose", "-f", "docker-compose.yml", "-f", "docker-compose.prod.yml"])
            .args(args)
            .current_dir(self.path())
            .stdin(Stdio::null())
            .output()
            .expect("docker starts");
        let text = [output.stdout, output.stderr].concat();
        (output.status.success(), String::from_utf8_lossy(&text).into_owned())
    }
}

impl Drop for Stack {
    fn drop(&mut self) {
        self.compose(&["down", "--volumes", "--remove-orphans", "--rmi", "local", "--timeout", "5"]);
        let _ = Command::new("docker").args(["image", "rm", "--force", &self.image]).output();
    }
}

/// `.env` from `.env.example`: what says `change-me` gets a value, and the port is a free one.
fn filled_in(example: &str, port: u16) -> String {
    // As long as what `openssl rand -hex 32` gives, which the example asks for; it guards nothing.
    let secret = "0123456789abcdef".repeat(4);
    let mut lines: Vec<String> = example.lines().map(|line| line.replace("change-me", &secret)).collect();
    lines.retain(|line| !line.starts_with("WEB_PORT="));
    lines.push(format!("WEB_PORT={port}"));
    lines.join("\n") + "\n"
}

/// Whether an engine answers; where none does the test is skipped by name.
fn engine(test: &str) -> bool {
    let answers = Command::new("docker")
        .args(["compose", "ls"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    if !answers {
        skip(test, "no container engine answers", "start Docker Engine with Compose 2, or set DOCKER_HOST");
    }
    answers
}

/// Status and whole response of a request to a published port.
fn get(port: u16, path: &str, headers: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("the published port");
    stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a timeout");
    write!(stream, "GET {path} HTTP/1.1\r\n{headers}Connection: close\r\n\r\n").expect("a request");
    let mut response = Vec::new();
    stream.read_to_end(&mut response).expect("a response");
    let response = String::from_utf8_lossy(&response).into_owned();
    let status = response.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
    (status, response)
}

/// Sends a text over a WebSocket and gives what comes back; RFC 6455 with one short frame each way.
fn echo(port: u16, path: &str, text: &str) -> String {
    assert!(text.len() < 126, "a short frame has its length in seven bits");
    let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("the published port");
    stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a timeout");
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nHost: example.com\r\nOrigin: https://example.com\r\nX-Forwarded-Proto: https\r\n\
         Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
    .expect("a request");
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).expect("the server's handshake");
        head.push(byte[0]);
    }
    let head = String::from_utf8_lossy(&head);
    assert!(head.starts_with("HTTP/1.1 101"), "{head}");
    assert!(head.contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="), "the accept key of the RFC's own example: {head}");

    // A final text frame, masked as a client's has to be.
    let mask = [1, 2, 3, 4];
    let mut frame = vec![0x81, 0x80 | u8::try_from(text.len()).expect("short")];
    frame.extend(mask);
    frame.extend(text.bytes().zip(mask.into_iter().cycle()).map(|(byte, mask)| byte ^ mask));
    stream.write_all(&frame).expect("a frame");
    let mut start = [0; 2];
    stream.read_exact(&mut start).expect("the frame that comes back");
    assert_eq!(start[0], 0x81, "a final text frame");
    let mut payload = vec![0; usize::from(start[1])];
    stream.read_exact(&mut payload).expect("its payload");
    String::from_utf8(payload).expect("UTF-8")
}

fn free_port() -> u16 {
    TcpListener::bind(("127.0.0.1", 0)).and_then(|listener| listener.local_addr()).expect("a free port").port()
}

#[test]
fn senex_as_a_new_project_builds_starts_and_answers() {
    if !engine("boot::senex_as_a_new_project_builds_starts_and_answers") {
        return;
    }
    let mut choices = preset("senex").expect("a preset").choices.clone();
    choices.start = Start::New;
    // A name of its own, so that a real project of this name on the same engine is left alone.
    let name = format!("dunnage-boot-{}", std::process::id());
    option("project-name").expect("an option").set(&mut choices, &name).expect("a name");
    let port = free_port();
    let stack = Stack::new(&choices, port);

    let (built, log) = stack.compose(&["build"]);
    assert!(built, "build failed:\n{log}");
    let (up, log) = stack.compose(&["up", "--detach", "--wait", "--wait-timeout", "300"]);
    let logs = || stack.compose(&["logs", "--no-color", "--tail", "60"]).1;
    assert!(up, "up --wait failed:\n{log}\n{}", logs());

    // As a proxy on the same host would ask, and as a plain probe without any header.
    let proxied = "Host: example.com\r\nX-Forwarded-Proto: https\r\n";
    let (status, body) = get(port, "/health/", "Host: localhost\r\n");
    assert_eq!(status, 200, "{body}\n{}", logs());
    let (status, body) = get(port, "/health/live/", "Host: localhost\r\n");
    assert_eq!(status, 200, "{body}\n{}", logs());
    let (status, body) = get(port, "/", proxied);
    assert_eq!(status, 200, "{body}\n{}", logs());
    let (status, _) = get(port, "/", "Host: example.com\r\n");
    assert_eq!(status, 301, "plain HTTP is sent to HTTPS");
    let (status, _) = get(port, "/", "Host: evil.example\r\nX-Forwarded-Proto: https\r\n");
    assert_eq!(status, 400, "a foreign host is refused");

    assert_eq!(echo(port, "/ws/echo/", "packed tight"), "packed tight");

    let inside = |command: &[&str]| stack.compose(&[&["exec", "-T", "web"], command].concat());
    let (clean, log) = inside(&["python", "manage.py", "check", "--deploy", "--fail-level", "WARNING"]);
    assert!(clean, "{log}");
    let (unchanged, log) = inside(&["python", "manage.py", "makemigrations", "--check", "--dry-run"]);
    assert!(unchanged, "{log}");
    let task =
        "import django; django.setup()\nfrom senextrader.tasks import add\nprint(add.delay(2, 3).get(timeout=30))";
    let (done, log) = inside(&["python", "-c", task]);
    assert!(done && log.trim().ends_with('5'), "a task goes to the worker and comes back: {log}");

    // What `hardening: strict` claims, seen from inside.
    let (_, ids) = inside(&["sh", "-c", "id -u && id -g"]);
    assert_eq!(ids.split_whitespace().collect::<Vec<_>>(), ["1000", "1000"]);
    let (_, status) = inside(&["cat", "/proc/self/status"]);
    assert!(status.contains("CapEff:\t0000000000000000"), "no capabilities: {status}");
    assert!(status.contains("NoNewPrivs:\t1"), "no new privileges: {status}");
    for path in ["/app/manage.py", "/opt/venv/bin/python", "/usr/local/bin/entrypoint", "/root-file"] {
        let (written, _) = inside(&["sh", "-c", &format!("echo >>{path}")]);
        assert!(!written, "{path} can be written");
    }
    let (written, log) = inside(&["sh", "-c", "echo >/tmp/file"]);
    assert!(written, "/tmp is there to write to: {log}");
    let (usage, log) = stack.compose(&["run", "--rm", "--no-deps", "-T", "web", "no-such-command"]);
    assert!(!usage && log.contains("usage: entrypoint"), "{log}");

    let (stopped, log) = stack.compose(&["stop"]);
    assert!(stopped, "{log}");
    let (_, codes) = stack.compose(&["ps", "--all", "--format", "{{.Service}} {{.ExitCode}}"]);
    let services: Vec<&str> = codes.lines().filter(|line| line.contains(' ')).collect();
    assert!(services.len() >= 6, "{codes}");
    assert!(services.iter().all(|line| line.ends_with(" 0")), "every service ends by itself with 0:\n{codes}");
}
