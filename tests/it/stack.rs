//! The stack that is shown is the one that the compose file describes.

use std::cell::RefCell;
use std::collections::BTreeSet;

use dunnage::Generated;
use dunnage::catalog::codec::to_link;
use dunnage::catalog::options::Choices;
use dunnage::catalog::presets::{preset, presets};
use dunnage::messages::Message;
use dunnage::page::stack_svg::{Area, Layout, Look, layout, svg};
use dunnage::plan::stack::{
    Activation, Condition, Development, Limit, Mount, Port, Probe, Scratch, Service, Stack, Variable, lines_of,
};
use serde_yaml::Value;

use crate::matrix::rows;
use crate::messages::is_said;
use crate::support::{choices, have, rendered, run};
use crate::truths::{compose, names};

/// Every preset and every all-pairs set.
fn sets() -> impl Iterator<Item = &'static Choices> {
    presets().iter().map(|preset| &preset.choices).chain(rows())
}

fn text_of(generated: &Generated, path: &str) -> String {
    generated.files.get(path).map_or_else(|| panic!("no {path}"), |file| file.text.clone())
}

/// What compose puts in for `${NAME:-default}` while no variable is set.
fn defaults(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        let (inner, after) = after.split_once('}').expect("closed");
        out.push_str(before);
        out.push_str(inner.split_once(":-").map_or("", |(_, default)| default));
        rest = after;
    }
    out + rest
}

fn list(value: Option<&Value>) -> Vec<String> {
    value
        .and_then(Value::as_sequence)
        .into_iter()
        .flatten()
        .map(|item| item.as_str().expect("a text").to_owned())
        .collect()
}

/// The word that compose has for what is waited for.
const fn word_of(condition: Condition) -> &'static str {
    match condition {
        Condition::Healthy => "service_healthy",
        Condition::Completed => "service_completed_successfully",
    }
}

/// A port as compose writes it.
fn published(port: &Port) -> String {
    let address = port.address.map(|address| format!("{address}:")).unwrap_or_default();
    format!("{address}${{{}:-{}}}:{}", port.variable, port.host, port.container)
}

/// A value as text, whatever its type.
fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Bool(value) => value.to_string(),
        Value::Number(number) => number.to_string(),
        other => panic!("{other:?} is no single value"),
    }
}

/// A setting as compose writes it.
fn set_by(setting: &str, value: &str) -> String {
    if setting.is_empty() { value.to_owned() } else { format!("${{{setting}:-{value}}}") }
}

/// A variable as the environment of a compose file has it.
fn written(variable: &Variable, secrets_files: bool) -> String {
    let Variable { name, setting, value, required, secret, words } = variable;
    match () {
        () if !secret.is_empty() && secrets_files => format!("{name}_FILE=/run/secrets/{secret}"),
        () if *required => format!("{name}=${{{setting}:?set it in .env}}"),
        () if !words.is_empty() => format!("{name}={}", words.join(" ")),
        () => format!("{name}={}", set_by(setting, value)),
    }
}

/// The command that asks for a service's health, as compose has it after a read: a line, or words.
fn asked(probe: &Probe, python: bool) -> Vec<String> {
    let url = format!("http://127.0.0.1:{}{}", probe.port, probe.path);
    let words = |words: &[&str]| ["CMD"].iter().chain(words).map(|word| (*word).to_owned()).collect();
    match () {
        () if probe.port > 0 && python => {
            let line = format!("from urllib.request import urlopen; urlopen(\"{url}\", timeout=4)");
            words(&["python", "-c", &line])
        }
        () if probe.port > 0 => vec![format!("wget --quiet --output-document=/dev/null {url}")],
        () if !probe.exec.is_empty() => words(&probe.exec),
        () => vec![probe.shell.replace('$', "$$")],
    }
}

/// What is otherwise in development: what differs from what the compose file for it says.
fn faults_of_developing(stack: &Stack, generated: &Generated) -> Vec<String> {
    let yaml = compose(&generated.files, "docker-compose.dev.yml");
    let mut faults = Vec::new();
    for service in &stack.services {
        let theirs = yaml["services"].get(service.name);
        let of = |key: &str| list(theirs.and_then(|theirs| theirs.get(key)));
        let (development, name) = (&service.development, service.name);
        let changes = *development != Development::default();
        if theirs.is_some() != (service.application || changes) {
            faults.push(format!("{name}: is {:?} in development", theirs.is_some()));
        }
        let ports: Vec<String> = development.ports.iter().map(published).collect();
        let networks: Vec<String> = development.networks.iter().map(|name| (*name).to_owned()).collect();
        for (key, ours) in [("ports", &ports), ("networks", &networks), ("command", &development.command)] {
            if *ours != of(key) {
                faults.push(format!("{name}: {key} in development: {ours:?}, but {:?}", of(key)));
            }
        }
        let steps = theirs.and_then(|theirs| theirs.get("develop")).and_then(|develop| develop.get("watch"));
        let steps = steps.and_then(Value::as_sequence).into_iter().flatten();
        let mut actions: Vec<String> = steps.map(|step| plain(&step["action"])).collect();
        // One for each path.
        actions.dedup();
        let ours: &[&str] = match development {
            _ if !generated.plan.watch => &[],
            Development { reloads: true, .. } => &["rebuild", "sync"],
            Development { restarts: true, .. } => &["rebuild", "sync+restart"],
            _ => &[],
        };
        if ours != actions {
            faults.push(format!("{name}: {ours:?} in development, but {actions:?}"));
        }
    }
    faults
}

/// How a service runs: what differs from what the compose files say of it.
fn faults_of_running(stack: &Stack, generated: &Generated) -> Vec<String> {
    let files = ["docker-compose.yml", "docker-compose.prod.yml"].map(|path| {
        let mut yaml = compose(&generated.files, path);
        // What is merged merges something itself.
        yaml.apply_merge().expect("merged");
        yaml
    });
    let [base, production] = &files;
    let mut faults = Vec::new();
    for service in &stack.services {
        let (theirs, limited) = (&base["services"][service.name], &production["services"][service.name]);
        let mut same = |what: &str, mut ours: Vec<String>, theirs: Vec<String>| {
            ours.retain(|text| !text.is_empty());
            if ours != theirs {
                faults.push(format!("{}: {what}: {ours:?}, but {theirs:?} in the compose file", service.name));
            }
        };
        let one = |value: Option<&Value>| value.map(plain).into_iter().collect::<Vec<_>>();
        let owned = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        let seconds = |number: u32| if number == 0 { String::new() } else { format!("{number}s") };
        let shared = stack.application.environment.iter().filter(|_| service.application);
        let all = shared.chain(&service.environment);
        let ours: BTreeSet<String> = all.map(|variable| written(variable, generated.plan.secrets_files)).collect();
        let environment = theirs.get("environment").and_then(Value::as_mapping).into_iter().flatten();
        let environment: BTreeSet<String> =
            environment.map(|(name, value)| format!("{}={}", plain(name), plain(value).trim_end())).collect();
        same("environment", ours.into_iter().collect(), environment.into_iter().collect());
        same("command", owned(&service.command), list(theirs.get("command")));
        same("entrypoint", owned(&service.entrypoint), list(theirs.get("entrypoint")));
        same("restart", owned(&[if service.once { "no" } else { "" }]), one(theirs.get("restart")));
        let user = if service.application { stack.application.user } else { service.user };
        same("user", owned(&[user]), one(theirs.get("user")));
        let capabilities = if service.application { &stack.application.capabilities } else { &service.capabilities };
        same("cap_add", owned(capabilities), list(theirs.get("cap_add")));
        let dropped = if stack.confinement.no_capabilities { "ALL" } else { "" };
        same("cap_drop", owned(&[dropped]), list(theirs.get("cap_drop")));
        let read_only = if stack.confinement.read_only { "true" } else { "" };
        same("read_only", owned(&[read_only]), one(theirs.get("read_only")));
        same("security_opt", owned(&["no-new-privileges:true"]), list(theirs.get("security_opt")));
        let (uid, gid) = (generated.plan.uid, generated.plan.gid);
        let scratch = service.scratch.iter().map(|scratch| {
            let ids = if scratch.owned { format!(":gid={gid},uid={uid}") } else { String::new() };
            format!("{}{ids}", scratch.path)
        });
        same("tmpfs", scratch.collect(), list(theirs.get("tmpfs")));
        let memory = if service.shared_memory == 0 { String::new() } else { format!("{}mb", service.shared_memory) };
        same("shm_size", vec![memory], one(theirs.get("shm_size")));
        same("stop_grace_period", vec![seconds(service.grace)], one(theirs.get("stop_grace_period")));
        let health = theirs.get("healthcheck");
        let ours = service.probes.iter().flat_map(|probe| {
            let start_interval = if generated.plan.podman { 0 } else { probe.start_interval };
            let times = [probe.interval, probe.timeout, probe.start_period, start_interval];
            let rest = times.map(seconds).into_iter().chain([probe.retries.to_string()]);
            asked(probe, service.application).into_iter().chain(rest)
        });
        let test = health.and_then(|health| health.get("test"));
        let mut found =
            test.map_or_else(Vec::new, |test| if test.is_string() { vec![plain(test)] } else { list(Some(test)) });
        for key in ["interval", "timeout", "start_period", "start_interval", "retries"] {
            found.extend(one(health.and_then(|health| health.get(key))));
        }
        same("healthcheck", ours.collect(), found);
        let limits = &limited["deploy"]["resources"]["limits"];
        let limit = |limit: &Limit| set_by(limit.setting, limit.value);
        let ours = vec![limit(&service.limits.cpus), limit(&service.limits.memory), service.limits.pids.to_string()];
        same("limits", ours, ["cpus", "memory", "pids"].iter().flat_map(|key| one(limits.get(*key))).collect());
        let replicas = if service.replicas.is_empty() { String::new() } else { set_by(service.replicas, "1") };
        same("replicas", vec![replicas], one(limited["deploy"].get("replicas")));
        let after = if service.once { "no" } else { "unless-stopped" };
        same("restart in production", owned(&[after]), one(limited.get("restart")));
    }
    faults
}

fn faults(stack: &Stack, generated: &Generated) -> Vec<String> {
    let yaml = compose(&generated.files, "docker-compose.yml");
    let mut faults = Vec::new();
    let mut same = |what: String, ours: Vec<String>, theirs: Vec<String>| {
        if ours != theirs {
            faults.push(format!("{what}: {ours:?}, but {theirs:?} in the compose file"));
        }
    };
    let keys = |key: &str| names(yaml.get(key)).into_iter().collect::<Vec<_>>();
    let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    same("services".into(), stack.services.iter().map(|service| service.name.to_owned()).collect(), keys("services"));
    same("volumes".into(), owned(&stack.volumes), keys("volumes"));
    same("secrets".into(), owned(&stack.secrets), keys("secrets"));
    same("networks".into(), stack.networks.iter().map(|network| network.name.to_owned()).collect(), keys("networks"));
    for network in &stack.networks {
        let internal = yaml["networks"][network.name].get("internal").and_then(Value::as_bool) == Some(true);
        same(network.name.into(), vec![network.internal.to_string()], vec![internal.to_string()]);
    }
    for service in &stack.services {
        let theirs = &yaml["services"][service.name];
        let mut same = |what: &str, ours: Vec<String>, theirs: Vec<String>| {
            same(format!("{}: {what}", service.name), ours, theirs);
        };
        let text = |value: Option<&Value>| value.and_then(Value::as_str).map(defaults).into_iter().collect();
        same("image", vec![service.image.reference.clone()], text(theirs.get("image")));
        let dockerfile = theirs.get("build").and_then(|build| build.get("dockerfile"));
        same("build", owned(service.dockerfile.as_slice()), text(dockerfile));
        same("profiles", owned(service.activation.group().as_slice()), list(theirs.get("profiles")));
        same("networks", owned(&service.networks), list(theirs.get("networks")));
        same("secrets", owned(&service.secrets), list(theirs.get("secrets")));
        same("ports", service.ports.iter().map(published).collect(), list(theirs.get("ports")));
        let mounts = service.mounts.iter().map(|mount| {
            let mode = if mount.read_only { ":ro" } else { "" };
            format!("{}:{}{mode}", mount.source, mount.target)
        });
        // Podman's label for SELinux says nothing about the stack.
        let theirs_mounts = list(theirs.get("volumes")).iter().map(|mount| mount.replace(",Z", "")).collect();
        same("volumes", mounts.collect(), theirs_mounts);
        let ours: BTreeSet<String> = service
            .needs
            .iter()
            .map(|need| format!("{} {} {}", need.service, word_of(need.condition), need.restart))
            .collect();
        let theirs: BTreeSet<String> = theirs
            .get("depends_on")
            .and_then(Value::as_mapping)
            .into_iter()
            .flatten()
            .map(|(name, need)| {
                let condition = need["condition"].as_str().expect("a condition");
                let restart = need.get("restart").and_then(Value::as_bool) == Some(true);
                format!("{} {condition} {restart}", name.as_str().expect("a name"))
            })
            .collect();
        same("depends_on", ours.into_iter().collect(), theirs.into_iter().collect());
    }
    faults.extend(faults_of_running(stack, generated));
    faults.extend(faults_of_developing(stack, generated));
    faults
}

#[test]
fn the_stack_is_that_of_the_compose_file() {
    for choices in sets() {
        let generated = rendered(choices);
        let found = faults(&generated.plan.stack, &generated);
        assert!(found.is_empty(), "{}\n{}", to_link(choices), found.join("\n"));
    }
}

#[test]
fn a_stack_that_is_not_that_of_the_compose_file_is_noticed() {
    let generated = rendered(&preset("reference").expect("a preset").choices);
    let right = generated.plan.stack.clone();
    let wrong = |change: fn(&mut Stack)| {
        let mut stack = right.clone();
        change(&mut stack);
        faults(&stack, &generated).len()
    };
    assert_eq!(wrong(|_| ()), 0);
    let service = |stack: &mut Stack| stack.services.pop().expect("a service");
    assert_eq!(wrong(|stack| stack.services.truncate(stack.services.len() - 1)), 1);
    assert_eq!(wrong(|stack| stack.networks[1].internal = false), 1);
    assert_eq!(wrong(|stack| stack.volumes.clear()), 1);
    let changes: [fn(&mut Service); 24] = [
        |service| service.image.reference.push('x'),
        |service| service.dockerfile = None,
        |service| service.activation = Activation::Tools,
        |service| service.needs.clear(),
        |service| service.networks.clear(),
        |service| service.ports.push(Port { address: None, variable: "X", host: 1, container: 1 }),
        |service| {
            service.mounts.push(Mount { source: "x", target: "/x".to_owned(), read_only: true, file: false, why: "" });
        },
        |service| service.secrets.push("x"),
        |service| service.environment.clear(),
        |service| service.environment.push(Variable { name: "X", ..Variable::default() }),
        |service| service.environment[0].value = "x".into(),
        |service| service.environment[0].required = true,
        |service| service.command.clear(),
        |service| service.entrypoint.push("x"),
        |service| service.scratch.push(Scratch { path: "/x", owned: false }),
        |service| service.probes.clear(),
        |service| service.probes[0].interval += 1,
        |service| service.probes[0].shell.push('x'),
        |service| service.shared_memory += 1,
        |service| service.grace += 1,
        |service| service.limits.pids += 1,
        |service| service.replicas = "",
        |service| service.development.command.push("x".to_owned()),
        |service| service.development.networks.push("x"),
    ];
    for change in changes {
        let mut stack = right.clone();
        let mut last = service(&mut stack);
        change(&mut last);
        stack.services.push(last);
        assert_eq!(faults(&stack, &generated).len(), 1);
    }
}

#[test]
fn the_lines_of_a_service_are_found() {
    for choices in sets() {
        let generated = rendered(choices);
        let text = text_of(&generated, "docker-compose.yml");
        let lines: Vec<&str> = text.lines().collect();
        for service in &generated.plan.stack.services {
            let (first, last) = lines_of(&text, service.name).expect("its lines");
            let alone = format!("{}\nservices:\n{}\n", common_part(&text), lines[first - 1..last].join("\n"));
            let yaml: Value = serde_yaml::from_str(&alone).unwrap_or_else(|error| panic!("{error}\n{alone}"));
            let whole: Value = serde_yaml::from_str(&text).expect("YAML");
            assert_eq!(yaml["services"][service.name], whole["services"][service.name], "{}", service.name);
            assert!(!lines[last - 1].is_empty());
        }
        assert_eq!(lines_of(&text, "nobody"), None);
    }
}

/// The lines before the services, which the services refer to.
fn common_part(text: &str) -> &str {
    text.split_once("\nname:").expect("a name").0
}

#[test]
fn changed_services_are_named() {
    let stack = |pairs: &[(&str, &str)]| rendered(&choices(pairs)).plan.stack;
    let before = stack(&[]);
    assert_eq!(before.changed_since(&before), Vec::<&str>::new());
    assert_eq!(stack(&[("celery", "worker")]).changed_since(&before), ["worker"]);
    assert_eq!(stack(&[("port", "9000")]).changed_since(&before), ["web"]);
    assert_eq!(stack(&[("reverse-proxy", "bundled-nginx")]).changed_since(&before), ["nginx", "web"]);
}

/// A diagram's parts: nodes with their texts and whether they are dashed, arrows with what they say, lines to volumes,
/// and members of each group.
#[derive(Default, Debug)]
struct Diagram {
    nodes: BTreeSet<(String, String, bool)>,
    arrows: BTreeSet<(String, String, String)>,
    volumes: BTreeSet<(String, String)>,
    groups: BTreeSet<(String, String)>,
}

fn diagram(text: &str) -> Diagram {
    let (_, rest) = text.split_once("```mermaid\nflowchart TB\n").expect("a diagram");
    let (body, _) = rest.split_once("```").expect("its end");
    let mut diagram = Diagram::default();
    let mut group = None;
    let owned = |text: &str| text.split(" & ").map(str::to_owned).collect::<Vec<_>>();
    for line in body.lines().map(str::trim) {
        if let Some((from, rest)) = line.split_once(" -->|") {
            let (said, to) = rest.split_once("| ").expect("a label");
            for from in owned(from) {
                diagram.arrows.extend(owned(to).into_iter().map(|to| (from.clone(), to, said.to_owned())));
            }
        } else if let Some((from, volumes)) = line.split_once(" --- ") {
            for from in owned(from) {
                for volume in owned(volumes) {
                    let (id, label) = volume.split_once("[(").expect("a volume");
                    assert_eq!(label, format!("{id})]"));
                    diagram.volumes.insert((from.clone(), id.to_owned()));
                }
            }
        } else if let Some(name) = line.strip_prefix("subgraph ") {
            group = Some(name.split_once("[\"").expect("a title").1.trim_end_matches("\"]").to_owned());
        } else if line == "end" {
            group = None;
        } else if let Some(group) = &group {
            diagram.groups.extend(owned(line).into_iter().map(|member| (group.clone(), member)));
        } else if let Some((id, label)) = line.split_once("[\"") {
            let (label, class) = label.split_once("\"]").expect("an end");
            diagram.nodes.insert((id.to_owned(), label.to_owned(), class == ":::profile"));
        } else {
            assert_eq!(line, "classDef profile stroke-dasharray:6 4");
        }
    }
    diagram
}

#[test]
fn the_diagram_in_the_documentation_shows_the_stack() {
    for choices in sets() {
        let generated = rendered(choices);
        let stack = generated.plan.stack.clone();
        let diagram = diagram(&text_of(&generated, "CONTAINERS.md"));
        let link = to_link(choices);
        let mut expected = Diagram::default();
        for service in &stack.services {
            let ports = service.ports.iter().map(|port| {
                let address = port.address.map(|address| format!("{address}:")).unwrap_or_default();
                format!("<br/>{address}{} → {}", port.host, port.container)
            });
            let label = format!("{}<br/>{}{}", service.name, service.image.reference, ports.collect::<String>());
            expected.nodes.insert((service.name.to_owned(), label, service.activation.group().is_some()));
            for need in &service.needs {
                let said = need.condition.label().to_string();
                expected.arrows.insert((service.name.to_owned(), need.service.to_owned(), said));
            }
            for mount in service.mounts.iter().filter(|mount| !mount.file) {
                expected.volumes.insert((service.name.to_owned(), mount.source.to_owned()));
            }
            let group = match service.networks.as_slice() {
                ["app"] => "network app",
                ["backend"] => "network backend, internal",
                ["app", "backend"] => "networks app and backend",
                other => panic!("{other:?}"),
            };
            expected.groups.insert((group.to_owned(), service.name.to_owned()));
        }
        assert_eq!(diagram.nodes, expected.nodes, "{link}");
        assert_eq!(diagram.arrows, expected.arrows, "{link}");
        assert_eq!(diagram.volumes, expected.volumes, "{link}");
        assert_eq!(diagram.groups, expected.groups, "{link}");
    }
}

type Point = (f64, f64);

/// Whether two rectangles have a point in common, edges included.
fn meet(a: &Area, b: &Area) -> bool {
    a.x <= b.x + b.width && b.x <= a.x + a.width && a.y <= b.y + b.height && b.y <= a.y + a.height
}

/// What is wrong with where things stand.
fn misplaced(stack: &Stack, layout: &Layout) -> Vec<String> {
    let mut faults = Vec::new();
    let whole = Area { x: 0.0, y: 0.0, width: layout.width, height: layout.height };
    let inside =
        |a: &Area, b: &Area| a.x > b.x && a.y > b.y && a.x + a.width < b.x + b.width && a.y + a.height < b.y + b.height;
    for (index, found) in layout.boxes.iter().enumerate() {
        for other in &layout.boxes[..index] {
            if meet(&found.area, &other.area) {
                faults.push(format!("{} and {} meet", found.service, other.service));
            }
        }
        let service = stack.service(found.service).expect("a service");
        for (network, area) in stack.networks.iter().zip(&layout.networks) {
            let member = service.networks.contains(&network.name);
            if if member { !inside(&found.area, area) } else { meet(&found.area, area) } {
                faults.push(format!("{} and the network {}", found.service, network.name));
            }
        }
        for row in &found.rows {
            // A line is as wide as its characters are said to be, and begins after the icon.
            if 17.0 + f64::from(u32::try_from(row.text.to_string().chars().count()).expect("short")) * 6.6
                > found.area.width - 28.0
            {
                faults.push(format!("{}: “{}” is too long", found.service, row.text));
            }
        }
        let rows = f64::from(u32::try_from(found.rows.len()).expect("few"));
        if 30.0 + rows * 18.0 > found.area.height {
            faults.push(format!("{} is too low", found.service));
        }
    }
    for area in &layout.networks {
        if !inside(area, &whole) {
            faults.push("a network leaves the picture".to_owned());
        }
    }
    let area = |name: &str| layout.boxes.iter().find(|found| found.service == name).expect("a box").area;
    let mut wanted: Vec<(&str, &str)> = Vec::new();
    for service in &stack.services {
        wanted.extend(service.needs.iter().map(|need| (service.name, need.service)));
    }
    let mut drawn: Vec<(&str, &str)> = layout.arrows.iter().map(|arrow| (arrow.from, arrow.to)).collect();
    wanted.sort_unstable();
    drawn.sort_unstable();
    if wanted != drawn {
        faults.push(format!("arrows {drawn:?} instead of {wanted:?}"));
    }
    // Segments by what they lead to; two that lie on each other have to lead to the same.
    let mut segments: Vec<(&str, Point, Point)> = Vec::new();
    for arrow in &layout.arrows {
        let (from, to) = (area(arrow.from), area(arrow.to));
        let on = |(x, y): Point, box_: &Area, edge: f64| {
            x > box_.x + 5.0 && x < box_.x + box_.width - 5.0 && (y - edge).abs() < 0.01
        };
        let (first, last) = (arrow.points[0], *arrow.points.last().expect("points"));
        if !on(first, &from, from.y + from.height) || !on(last, &to, to.y) {
            faults.push(format!("{} to {} does not end at its boxes", arrow.from, arrow.to));
        }
        for pair in arrow.points.windows(2) {
            let (a, b) = (pair[0], pair[1]);
            if (a.0 - b.0).abs() > 0.01 && (a.1 - b.1).abs() > 0.01 {
                faults.push(format!("{} to {} is askew", arrow.from, arrow.to));
            }
            segments.push((arrow.to, a, b));
            // Nothing goes through a box: a segment is a thin rectangle, but for its ends at its own boxes.
            let thin = Area {
                x: a.0.min(b.0),
                y: a.1.min(b.1) + 0.1,
                width: (a.0 - b.0).abs(),
                height: ((a.1 - b.1).abs() - 0.2).max(0.0),
            };
            for found in &layout.boxes {
                if meet(&thin, &found.area) {
                    faults.push(format!("{} to {} goes through {}", arrow.from, arrow.to, found.service));
                }
            }
        }
    }
    for (index, (to, a, b)) in segments.iter().enumerate() {
        for (other_to, c, d) in &segments[..index] {
            let along =
                |low: f64, high: f64, other_low: f64, other_high: f64| low.max(other_low) + 1.0 < high.min(other_high);
            let upright = (a.0 - b.0).abs() < 0.01 && (c.0 - d.0).abs() < 0.01 && (a.0 - c.0).abs() < 2.0;
            let level = (a.1 - b.1).abs() < 0.01 && (c.1 - d.1).abs() < 0.01 && (a.1 - c.1).abs() < 2.0;
            let meets = upright && along(a.1.min(b.1), a.1.max(b.1), c.1.min(d.1), c.1.max(d.1))
                || level && along(a.0.min(b.0), a.0.max(b.0), c.0.min(d.0), c.0.max(d.0));
            if to != other_to && meets {
                faults.push(format!("arrows to {to} and {other_to} lie on each other at {a:?}"));
            }
        }
    }
    faults
}

#[test]
fn nothing_in_the_picture_is_in_the_way() {
    for choices in sets() {
        let stack = rendered(choices).plan.stack;
        let found = misplaced(&stack, &layout(&stack));
        assert!(found.is_empty(), "{}\n{}", to_link(choices), found.join("\n"));
    }
}

#[test]
fn a_picture_with_something_in_the_way_is_noticed() {
    let stack = rendered(&preset("reference").expect("a preset").choices).plan.stack;
    let right = layout(&stack);
    let wrong = |change: fn(&mut Layout)| {
        let mut layout = right.clone();
        change(&mut layout);
        !misplaced(&stack, &layout).is_empty()
    };
    assert!(!wrong(|_| ()));
    assert!(wrong(|layout| layout.boxes[0].area = layout.boxes[1].area));
    assert!(wrong(|layout| layout.boxes[0].area.height = 10.0));
    assert!(wrong(|layout| layout.networks[0].width -= 200.0));
    assert!(wrong(|layout| layout.arrows[0].points[0].1 += 4.0));
    assert!(wrong(|layout| layout.arrows.truncate(2)));
    assert!(wrong(|layout| layout.boxes[0].rows[0].text = Message::raw("a".repeat(40))));
    assert!(wrong(|layout| {
        let points = layout.arrows[1].points.clone();
        let other = layout.arrows.iter_mut().find(|arrow| arrow.points.last() != points.last()).expect("another");
        other.points = points;
    }));
}

#[test]
fn every_word_of_the_picture_is_a_message() {
    let asked = RefCell::new(BTreeSet::new());
    let say = |word: Message| {
        let text = word.to_string();
        if word.key() != "{0}" {
            assert!(is_said(&word), "{word}");
            asked.borrow_mut().insert(word.key().to_owned());
        }
        ["⟦", &text, "⟧"].concat()
    };
    for choices in sets() {
        let stack = rendered(choices).plan.stack;
        let look = Look { standalone: true, changed: &[], title: "shop", say: &say };
        let text = svg(&stack, &look);
        for condition in [Condition::Healthy, Condition::Completed] {
            assert!(!text.contains(&format!(">{}<", condition.label())), "{} is not said", condition.label());
        }
    }
    let asked = asked.into_inner();
    for word in ["image", "internal", "waits for", "1 secret", "healthy", "completed"] {
        assert!(asked.contains(word), "said by nobody: {word}");
    }
}

#[test]
fn the_picture_is_well_formed_and_the_same_every_time() {
    for id in ["minimal", "reference", "senex"] {
        let stack = rendered(&preset(id).expect("a preset").choices).plan.stack;
        for standalone in [true, false] {
            let look = Look {
                standalone,
                changed: &["web"],
                title: "A <title> & more",
                say: &|word: Message| word.to_string(),
            };
            let text = svg(&stack, &look);
            assert_eq!(text, svg(&stack, &look));
            let text = text.replace("<svg ", "<svg xmlns:x=\"x\" ");
            let python = "import sys, xml.dom.minidom; xml.dom.minidom.parseString(sys.stdin.read())";
            if have("python3", "stack::the_picture_is_well_formed", "install Python") {
                let (good, _, message) = run("python3", &["-c", python], &text);
                assert!(good, "{message}");
            }
            assert_eq!(text.contains("<style>"), standalone);
            // A policy without inline styles lets the page show it.
            assert!(!text.contains(" style="));
            for service in &stack.services {
                assert!(text.contains(&format!("data-service=\"{}\"", service.name)));
            }
            assert_eq!(text.matches("stack-changed\"").count(), 1);
        }
    }
}
