//! Development: what the person at the keyboard expects of a stack, however the code gets into it.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, chown};
use std::path::Path;

use super::{Scenario, Stack, wait_for};

/// Everything below a directory becomes somebody else's.
fn give(path: &Path, uid: u32, gid: u32) {
    chown(path, Some(uid), Some(gid)).expect("root may");
    for entry in fs::read_dir(path).into_iter().flatten().flatten() {
        if entry.path().is_dir() {
            give(&entry.path(), uid, gid);
        } else {
            chown(entry.path(), Some(uid), Some(gid)).expect("root may");
        }
    }
}

/// The set's directory belongs to the person at the keyboard, who is never root here; `.env` knows the ids.
pub(crate) fn at_the_keyboard(stack: &Stack) -> (u32, u32) {
    let meta = fs::metadata(stack.root()).expect("there");
    let mut ids = (meta.uid(), meta.gid());
    if ids.0 == 0 {
        ids = (4321, 4322);
        give(stack.root(), ids.0, ids.1);
    }
    stack.set_env("HOST_UID", &ids.0.to_string());
    stack.set_env("HOST_GID", &ids.1.to_string());
    ids
}

/// A changed view is seen without anybody doing anything, and so is a changed task.
pub(crate) fn changes_are_live(stack: &Stack, scenario: &Scenario) {
    let module = &stack.plan.module;
    let door = stack.door().bare().host("localhost");
    let page = wait_for(180, || Some(door.get("/")).filter(|page| page.status == 200));
    scenario.check(page.is_some(), || stack.tail());
    let view = format!("{module}/templates/{module}/home.html");
    let text = fs::read_to_string(stack.path(&view)).expect("readable");
    fs::write(stack.path(&view), text.replace("It works!", "It changed.")).expect("writable");
    let code = format!("{module}/views.py");
    let text = fs::read_to_string(stack.path(&code)).expect("readable");
    fs::write(stack.path(&code), text.replace("django.get_version()", "'another version'")).expect("writable");
    let live = wait_for(180, || {
        let page = door.get("/").body;
        (page.contains("It changed.") && page.contains("another version")).then_some(())
    });
    scenario.check(live.is_some(), || format!("{}\n{}", door.get("/").body, stack.tail()));

    stack.append(&format!("{module}/tasks.py"), "\n\n@shared_task\ndef late() -> str:\n    return \"a new task\"\n");
    let ask = format!("from {module}.tasks import late\nprint(late.delay().get(timeout=5))");
    let done = wait_for(180, || {
        let answer = stack.exec("web", &["python", "-c", &format!("import django; django.setup()\n{ask}")]);
        (answer.ok && answer.out.trim() == "a new task").then_some(())
    });
    scenario.check(done.is_some(), || format!("the worker does not know the new task\n{}", stack.tail()));
}
