//! All pairs of what decides how a set runs: each row is built, brought up, used and stopped.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;

use dunnage::catalog::codec::to_link;
use dunnage::catalog::options::{Choices, OPTIONS, OptionSpec};

use crate::covering::Table;
use crate::harness::probes::{add_mirrors, is_hardened, is_healthy, logs_where_it_says, serves, stops};
use crate::harness::{Scenario, Stack, certificates, docker, engine};

/// The options whose values are combined.
const FACTORS: &[&str] = &[
    "server",
    "celery",
    "websockets",
    "logging",
    "log-format",
    "migrations",
    "collectstatic",
    "static-files",
    "secrets",
    "hardening",
    "user-management",
    "reverse-proxy",
    "tls",
    "postgres-driver",
    "beat-scheduler",
    "media",
];

/// The values of an option: all of a factor's, one of any other's.
fn values(spec: &OptionSpec) -> Vec<String> {
    match spec.id {
        id if FACTORS.contains(&id) => spec.kind.values().into_iter().map(str::to_owned).collect(),
        "start" => vec!["new".to_owned()],
        // Thirty images are built: the quicker installer; the presets have the other one.
        "installer" => vec!["uv".to_owned()],
        _ => vec![spec.default_wish()],
    }
}

/// The factors of a row that are not the default, in words.
fn in_words(choices: &Choices) -> String {
    let changed = OPTIONS.iter().filter(|spec| FACTORS.contains(&spec.id) && spec.is_changed(choices));
    let words: Vec<String> = changed.map(|spec| format!("{}={}", spec.id, spec.wish(choices))).collect();
    if words.is_empty() { "the defaults".to_owned() } else { words.join(" ") }
}

fn boots(number: usize, choices: &Choices) {
    let name = format!("All pairs, row {number}");
    let mut stack = Stack::production(choices);
    let scenario = Scenario::new("boot", &name, &in_words(choices));
    if stack.plan.certbot {
        certificates::stand_in(&mut stack);
    }
    add_mirrors(&stack);
    stack.build();
    let built = scenario.seconds();
    stack.up();
    let healthy = scenario.seconds() - built;
    is_healthy(&stack, &scenario);
    serves(&stack, &scenario);
    logs_where_it_says(&stack, &scenario);
    is_hardened(&stack, &scenario);
    stops(&stack, &scenario);
    let size = docker(&["image", "inspect", "--format", "{{.Size}}", &stack.image()]).out;
    let size = size.trim().parse::<u64>().expect("a size") / 1_000_000;
    scenario.done(&format!("image {size} MB, built in {built} s, healthy after {healthy} s"));
}

/// `DUNNAGE_ROWS=3,17` looks at those rows alone.
#[test]
fn every_pair_of_values_boots_and_serves() {
    if !engine("pairs::every_pair_of_values_boots_and_serves") {
        return;
    }
    let (rows, _) = Table::new(values).covering_array();
    assert!(rows.len() >= 30, "{} rows cannot hold six servers with five proxies", rows.len());
    let wanted = std::env::var("DUNNAGE_ROWS").ok();
    let wanted: Option<Vec<usize>> =
        wanted.map(|list| list.split(',').map(|number| number.parse().expect("a number")).collect());
    let todo = rows.iter().enumerate().map(|(index, choices)| (index + 1, choices));
    let todo: Vec<(usize, &Choices)> =
        todo.filter(|(number, _)| wanted.as_ref().is_none_or(|list| list.contains(number))).collect();
    assert!(!todo.is_empty(), "no such row; there are {}", rows.len());
    let queue = Mutex::new(todo.iter());
    let faults = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(&(number, choices)) = { queue.lock().expect("no panic").next() } {
                    if let Err(panic) = catch_unwind(AssertUnwindSafe(|| boots(number, choices))) {
                        let text = panic.downcast_ref::<String>().cloned().unwrap_or_default();
                        let fault = format!("row {number} [{}]\n{text}", to_link(choices));
                        eprintln!("FAULT {fault}");
                        faults.lock().expect("no panic").push(fault);
                    }
                }
            });
        }
    });
    let faults = faults.into_inner().expect("no panic");
    assert!(faults.is_empty(), "{} of {} rows:\n{}", faults.len(), todo.len(), faults.join("\n\n"));
}
