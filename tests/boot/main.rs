//! The proof that a set runs: built and brought up in a real container engine, probed, and stopped.
//!
//! It does what `CONTAINERS.md` tells the user to do, with the files as they are rendered.
#![allow(clippy::disallowed_methods, reason = "these tests start a container engine")]

#[path = "../common/mod.rs"]
mod common;
#[path = "../harness/mod.rs"]
mod harness;

use harness::probes::{add_mirrors, has_no_way_out, is_hardened, is_healthy, logs_where_it_says, serves, stops};
use harness::{Scenario, Stack, engine, new_project};

#[test]
fn senex_as_a_new_project_builds_starts_and_answers() {
    if !engine("boot::senex_as_a_new_project_builds_starts_and_answers") {
        return;
    }
    let scenario = Scenario::new("boot", "Senex Trader as a new project", "preset senex, start=new");
    let stack = Stack::production(&new_project("senex", &[]));
    add_mirrors(&stack);
    stack.build();
    let built = scenario.seconds();
    stack.up();
    let healthy = scenario.seconds() - built;
    is_healthy(&stack, &scenario);
    serves(&stack, &scenario);
    logs_where_it_says(&stack, &scenario);
    is_hardened(&stack, &scenario);
    has_no_way_out(&stack, &scenario);
    let usage = stack.run("web", &[], &["no-such-command"]);
    scenario.check(!usage.ok && usage.all().contains("usage: entrypoint"), || usage.all());
    stops(&stack, &scenario);
    scenario.done(&format!("built in {built} s, healthy after {healthy} s"));
}
