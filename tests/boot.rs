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
    let mut lines: Vec<String> = example
        .lines()
        .map(|line| line.replace("change-me", "a-long-value-for-this-test-0123456789-abcdefghijk"))
        .collect();
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

    let (stopped, log) = stack.compose(&["stop"]);
    assert!(stopped, "{log}");
    let (_, codes) = stack.compose(&["ps", "--all", "--format", "{{.Service}} {{.ExitCode}}"]);
    let services: Vec<&str> = codes.lines().filter(|line| line.contains(' ')).collect();
    assert!(services.len() >= 6, "{codes}");
    assert!(services.iter().all(|line| line.ends_with(" 0")), "every service ends by itself with 0:\n{codes}");
}
