//! Development: a change of the code is live, and files made in a container belong to the person at the keyboard.

use std::fs;
use std::os::unix::fs::MetadataExt as _;

use crate::harness::development::{at_the_keyboard, changes_are_live};
use crate::harness::{Scenario, Stack, engine, new_project};

#[test]
fn with_a_bind_mount_changes_are_live_and_files_belong_to_the_user() {
    if !engine("development::with_a_bind_mount_changes_are_live_and_files_belong_to_the_user") {
        return;
    }
    let stack = Stack::development(&new_project("new-project", &[]));
    let scenario = Scenario::new("boot", "Development with a bind mount", "preset new-project");
    let ids = at_the_keyboard(&stack);
    stack.must(&["up", "--build", "--detach", "--wait", "--wait-timeout", "180"]);
    let healthy = scenario.seconds();
    changes_are_live(&stack, &scenario);
    let door = stack.door().bare().host("localhost");
    let echo = door.websocket("/ws/echo/", "http://localhost").and_then(|mut socket| socket.ask("packed tight"));
    scenario.same(echo.as_deref(), Ok("packed tight"), || stack.tail());

    let made = stack.exec("web", &["python", "manage.py", "startapp", "crates"]);
    scenario.check(made.ok, || made.all());
    for file in ["crates", "crates/models.py", "crates/migrations/__init__.py"] {
        let meta = fs::metadata(stack.path(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
        scenario.same((meta.uid(), meta.gid()), ids, || format!("owner of {file}"));
    }
    let tests = stack.exec("web", &["pytest", "-q", "-p", "no:cacheprovider"]);
    scenario.check(tests.ok && tests.out.contains("passed"), || tests.all());
    scenario.done(&format!("up after {healthy} s, a saved file is live, new files are the user's"));
}
