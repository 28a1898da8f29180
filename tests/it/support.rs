//! What several tests need.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use dunnage::Generated;
use dunnage::catalog::codec;
use dunnage::catalog::date::Date;
use dunnage::catalog::options::Choices;
use dunnage::generate;

use crate::common::skip;

/// The day that tests live in, so that versions end for them when they should.
pub(crate) const TODAY: Date = Date::new(2026, 11, 23);

/// Choices from `id=value` pairs on top of the defaults.
pub(crate) fn choices(pairs: &[(&str, &str)]) -> Choices {
    let mut choices = Choices::default();
    for (id, value) in pairs {
        codec::set(&mut choices, id, value).unwrap_or_else(|problem| panic!("{problem}"));
    }
    choices
}

/// Renders as of [`TODAY`].
pub(crate) fn rendered(choices: &Choices) -> Generated {
    generate(choices, TODAY)
}

/// The project's root.
pub(crate) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every file below a directory, as paths relative to it, in order.
pub(crate) fn files_below(directory: &Path) -> Vec<String> {
    fn collect(base: &Path, directory: &Path, found: &mut Vec<String>) {
        for entry in fs::read_dir(directory).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                collect(base, &path, found);
            } else {
                let relative = path.strip_prefix(base).expect("below its base");
                found.push(relative.to_string_lossy().replace('\\', "/"));
            }
        }
    }
    let mut found = Vec::new();
    collect(directory, directory, &mut found);
    found.sort();
    found
}

/// Whether a program starts. Where it does not, the calling test is skipped by name.
pub(crate) fn have(program: &str, test: &str, how: &str) -> bool {
    let starts = Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok();
    if !starts {
        skip(test, &format!("{program} is missing"), how);
    }
    starts
}

/// Runs a program with a text on standard input; gives its exit status, output and messages.
pub(crate) fn run(program: &str, args: &[&str], input: &str) -> (bool, String, String) {
    let mut child = Command::new(program)
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{program}: {error}"));
    let mut stdin = child.stdin.take().expect("piped");
    let input = input.to_owned();
    // A thread, so that neither side waits for the other on a full pipe.
    let writer = std::thread::spawn(move || stdin.write_all(input.as_bytes()));
    let output = child.wait_with_output().expect("its output");
    let _ = writer.join();
    (
        output.status.success(),
        String::from_utf8_lossy(&output.stdout).into_owned(),
        String::from_utf8_lossy(&output.stderr).into_owned(),
    )
}

/// The source of a template or of a part of one.
pub(crate) fn template(name: &str) -> String {
    let path = root().join("templates").join(format!("{name}.j2"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Names of the parts that a template includes, in order, each once.
pub(crate) fn parts_of(name: &str) -> Vec<String> {
    let source = template(name);
    let mut parts = Vec::new();
    for part in source.split("{% include \"").skip(1).filter_map(|rest| rest.split('"').next()) {
        if !parts.iter().any(|known| known == part) {
            parts.push(part.to_owned());
        }
    }
    parts
}

/// The source of a template, with those of the parts that it includes behind it.
pub(crate) fn template_with_parts(name: &str) -> String {
    parts_of(name).iter().fold(template(name), |text, part| text + &template(part))
}
