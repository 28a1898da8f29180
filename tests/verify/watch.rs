//! Development with compose's own watch.

use std::fs;
use std::process::{Child, Stdio};

use dunnage::catalog::codec::set;

use crate::harness::boxes::{project, the_front_end_is_live};
use crate::harness::development::{at_the_keyboard, changes_are_live};
use crate::harness::{Scenario, Stack, engine, new_project, wait_for};

/// `compose up --watch`, which stays in the foreground; ended when dropped.
struct Watch(Child);

/// Starts it, and waits until it looks for changes.
fn watching(stack: &Stack, scenario: &Scenario) -> (Watch, impl Fn() -> String) {
    let log = stack.path("watch.log");
    let output = fs::File::create(&log).expect("writable");
    let errors = output.try_clone().expect("a second handle");
    let mut command = stack.compose_command(&["up", "--watch"]);
    let watch = Watch(command.stdout(Stdio::from(output)).stderr(Stdio::from(errors)).spawn().expect("docker starts"));
    let said = move || fs::read_to_string(&log).unwrap_or_default();
    let watching = wait_for(300, || said().contains("Watch enabled").then_some(()));
    scenario.check(watching.is_some(), &said);
    (watch, said)
}

impl Drop for Watch {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn with_compose_watch_changes_are_live_and_a_requirement_rebuilds() {
    if !engine("watch::with_compose_watch_changes_are_live_and_a_requirement_rebuilds") {
        return;
    }
    let stack = Stack::development(&new_project("new-project", &[("dev-workflow", "watch"), ("installer", "uv")]));
    let scenario =
        Scenario::new("boot", "Development with compose watch", "preset new-project, dev-workflow=watch, uv");
    at_the_keyboard(&stack);
    let (watch, said) = watching(&stack, &scenario);
    changes_are_live(&stack, &scenario);

    stack.append("requirements/base.txt", "isodate==0.7.2\n");
    let rebuilt = wait_for(180, || stack.exec("web", &["python", "-c", "import isodate"]).ok.then_some(()));
    scenario.check(rebuilt.is_some(), &said);
    let door = stack.door().bare().host("localhost");
    let back = wait_for(90, || (door.get("/health/").status == 200).then_some(()));
    scenario.check(back.is_some(), || format!("{}\n{}", said(), stack.tail()));
    drop(watch);
    scenario.done("a saved file is live, a new requirement rebuilds the image");
}

#[test]
fn with_compose_watch_a_front_end_is_live() {
    if !engine("watch::with_compose_watch_a_front_end_is_live") {
        return;
    }
    let project = project("vite");
    let mut choices = project.choices();
    set(&mut choices, "dev-workflow", "watch").expect("an option");
    let stack = Stack::development(&choices);
    project.unpack(&stack);
    let scenario = Scenario::new("boot", "A front end with compose watch", "preset minimal, dev-workflow=watch, npm");
    at_the_keyboard(&stack);
    let (watch, said) = watching(&stack, &scenario);
    the_front_end_is_live(&project, &stack, &scenario);
    stack.append("package.json", "\n");
    let rebuilt = wait_for(180, || said().contains("Rebuilding service(s) [\"frontend\"]").then_some(()));
    scenario.check(rebuilt.is_some(), &said);
    drop(watch);
    scenario.done("a saved source is built and served, a new package rebuilds the image");
}
