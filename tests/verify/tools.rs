//! Every package tool and layout: each project is built and started for production and for development.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;

use crate::harness::boxes::{PROJECTS, Project, runs_in_development, runs_in_production};
use crate::harness::engine;

/// `DUNNAGE_PROJECTS=uv,npm` looks at those alone.
#[test]
fn every_package_tool_and_layout_runs() {
    if !engine("tools::every_package_tool_and_layout_runs") {
        return;
    }
    assert!(PROJECTS.len() >= 12, "{} projects", PROJECTS.len());
    let wanted = std::env::var("DUNNAGE_PROJECTS").ok();
    let is_wanted =
        |project: &&Project| wanted.as_ref().is_none_or(|list| list.split(',').any(|name| name == project.name));
    let todo: Vec<&Project> = PROJECTS.iter().filter(is_wanted).collect();
    assert!(!todo.is_empty(), "no such project");
    let queue = Mutex::new(todo.iter());
    let faults = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(project) = { queue.lock().expect("no panic").next() } {
                    for run in [runs_in_production, runs_in_development] {
                        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| run(project))) {
                            let text = panic.downcast_ref::<String>().cloned().unwrap_or_default();
                            eprintln!("FAULT {}\n{text}", project.name);
                            faults.lock().expect("no panic").push(format!("{}\n{text}", project.name));
                        }
                    }
                }
            });
        }
    });
    let faults = faults.into_inner().expect("no panic");
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n\n"));
}
