//! Presets as projects that run, in full.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use crate::harness::probes::{
    add_decoys, add_mirrors, flower_has_a_password, has_no_way_out, is_built_well, is_hardened, is_healthy,
    logs_where_it_says, rebuilds_little, refuses_missing_secrets, says_what_is_gone, serves, stops,
};
use crate::harness::{Scenario, Stack, certificates, engine, new_project};

/// Everything that a set promises, from the build to the stop; `more` is looked at while it is up.
fn in_full(scenario: &Scenario, stack: &Stack, more: impl FnOnce(&Stack)) {
    add_mirrors(stack);
    add_decoys(stack);
    let start = scenario.seconds();
    stack.build();
    let built = scenario.seconds();
    stack.up();
    let healthy = scenario.seconds() - built;
    is_healthy(stack, scenario);
    serves(stack, scenario);
    logs_where_it_says(stack, scenario);
    if stack.plan.flower {
        flower_has_a_password(stack, scenario);
    }
    is_hardened(stack, scenario);
    has_no_way_out(stack, scenario);
    more(stack);
    let usage = stack.run("web", &[], &["no-such-command"]);
    scenario.check(!usage.ok && usage.all().contains("usage: entrypoint"), || usage.all());
    says_what_is_gone(stack, scenario);
    refuses_missing_secrets(stack, scenario);
    let size = is_built_well(stack, scenario);
    stops(stack, scenario);
    rebuilds_little(stack, scenario);
    scenario.done(&format!("image {size} MB, built in {} s, healthy after {healthy} s", built - start));
}

/// A directory and what is in it.
fn files_below(directory: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(directory).into_iter().flatten().flatten();
    [directory.to_owned()].into_iter().chain(entries.map(|entry| entry.path())).collect()
}

#[test]
fn senex_as_a_new_project_does_all_it_promises() {
    if !engine("presets::senex_as_a_new_project_does_all_it_promises") {
        return;
    }
    let stack = Stack::production(&new_project("senex", &[]));
    let scenario = Scenario::new("boot", "Senex Trader as a new project", "preset senex, start=new");
    in_full(&scenario, &stack, |stack| {
        // Outside of containers this project logs to files, and works without their directory.
        let log = "import django, logging; django.setup(); logging.getLogger('own').warning('in a file')";
        let outside = ["--env", "CONTAINER_MODE=false", "--env", "DJANGO_LOG_DIR=/tmp/logs"];
        let code = format!("{log}\nprint(open('/tmp/logs/django.log').read())");
        let files = stack.run("web", &outside, &["python", "-c", &code]);
        scenario.check(files.ok && files.out.contains("WARNING own: in a file"), || files.all());
        let nowhere = ["--env", "CONTAINER_MODE=false", "--env", "DJANGO_LOG_DIR=/no/such/place"];
        let without = stack.run("web", &nowhere, &["python", "-c", log]);
        scenario.check(without.ok && without.out.contains("WARNING own: in a file"), || without.all());
        scenario.contains(&without.all(), "Logging to standard output only");
    });
}

#[test]
fn the_reference_as_a_new_project_does_all_it_promises() {
    if !engine("presets::the_reference_as_a_new_project_does_all_it_promises") {
        return;
    }
    let mut stack = Stack::production(&new_project("reference", &[]));
    let scenario = Scenario::new("boot", "The reference system as a new project", "preset reference, start=new");
    certificates::stand_in(&mut stack);
    // A folder of this machine that belongs to somebody; the application shall run as another one.
    fs::create_dir(stack.path("schedule")).expect("writable");
    let owner = fs::metadata(stack.path("schedule")).expect("there").uid();
    let wanted = if owner == 0 { (4321, 4322) } else { (owner, owner) };
    stack.set_env("PUID", &wanted.0.to_string());
    stack.set_env("PGID", &wanted.1.to_string());
    stack
        .overlay("docker-compose.folder.yml", "services:\n  beat:\n    volumes:\n      - ./schedule:/var/lib/celery\n");
    in_full(&scenario, &stack, |stack| {
        // How many files the schedule has is Python's affair.
        let files = files_below(&stack.path("schedule"));
        scenario.check(files.len() > 1, || format!("beat keeps its schedule in the folder: {files:?}"));
        for file in files {
            let meta = fs::metadata(&file).expect("there");
            scenario.same((meta.uid(), meta.gid()), wanted, || format!("owner of {}", file.display()));
        }
        let root = stack.run("web", &["--env", "PUID=0"], &["web"]);
        scenario.check(!root.ok && root.all().contains("PUID not 0"), || root.all());
        certificates::come_and_are_renewed(stack, &scenario);
    });
}

#[test]
fn a_new_project_does_all_it_promises() {
    if !engine("presets::a_new_project_does_all_it_promises") {
        return;
    }
    let stack = Stack::production(&new_project("new-project", &[]));
    let scenario = Scenario::new("boot", "A new project", "preset new-project");
    in_full(&scenario, &stack, |_| {});
}

#[test]
fn one_server_with_live_updates_does_all_it_promises() {
    if !engine("presets::one_server_with_live_updates_does_all_it_promises") {
        return;
    }
    let changes = [
        ("server", "uvicorn"),
        ("websockets", "true"),
        ("installer", "uv"),
        ("redis", "valkey-8"),
        ("log-format", "json"),
        ("logging", "file"),
        ("migrations", "entrypoint"),
    ];
    let mut stack = Stack::production(&new_project("single-server", &changes));
    let what = "preset single-server, start=new, server=uvicorn, websockets, uv, Valkey, JSON log files";
    let scenario = Scenario::new("boot", "One server with live updates", what);
    certificates::no_authority(&mut stack);
    in_full(&scenario, &stack, |stack| certificates::do_not_come(stack, &scenario));
}
