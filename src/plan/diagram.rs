//! The stack as a diagram for Mermaid: what is drawn, in which order, and what shares a line.

use serde::Serialize;

use crate::plan::stack::{Activation, Service, Stack};

/// A diagram.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Diagram {
    /// The services, from the public door to the data.
    pub nodes: Vec<Node>,
    /// What waits for what.
    pub arrows: Vec<Arrow>,
    /// Services that are in the same networks.
    pub groups: Vec<Group>,
    /// Which services have which volumes.
    pub volumes: Vec<Volumes>,
}

/// A service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Node {
    /// Its name.
    pub name: &'static str,
    /// What is written in it, line by line.
    pub lines: Vec<String>,
    /// It does not always run.
    pub dashed: bool,
}

/// Services that wait for the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Arrow {
    /// Names of those that wait.
    pub from: Vec<&'static str>,
    /// Until what.
    pub label: &'static str,
    /// Names of what is waited for.
    pub to: Vec<&'static str>,
}

/// Services that are in the same networks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Group {
    /// Names it in the diagram.
    pub id: &'static str,
    /// Its title.
    pub title: &'static str,
    /// Names of the services, line by line.
    pub lines: Vec<Vec<&'static str>>,
}

/// Services that have the same volumes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Volumes {
    /// Names of the services, those that write first.
    pub services: Vec<&'static str>,
    /// The volumes, as Mermaid declares them.
    pub volumes: Vec<String>,
}

/// Services from the public door to the data.
const ORDER: [&str; 10] = ["nginx", "certbot", "web", "worker", "beat", "flower", "migrate", "backup", "db", "redis"];

/// Services as they stand in a group: what the others of it use comes first.
const MEMBERS: [&str; 10] = ["db", "web", "worker", "beat", "flower", "nginx", "certbot", "migrate", "backup", "redis"];

/// Volumes; those of a row share a line.
const VOLUMES: [&[&str]; 9] = [
    &["letsencrypt"],
    &["acme-challenge", "certificates"],
    &["static-files"],
    &["media-files"],
    &["log-files"],
    &["beat-schedule"],
    &["postgres-data"],
    &["redis-data"],
    &["backup-files"],
];

/// Services by networks: names of these, an id and a title.
const GROUPS: [(&[&str], &str, &str); 3] = [
    (&["app"], "app", "network app"),
    (&["app", "backend"], "both", "networks app and backend"),
    (&["backend"], "backend", "network backend, internal"),
];

impl Diagram {
    /// The diagram of a stack.
    pub fn of(stack: &Stack) -> Self {
        let services: Vec<&Service> = ORDER.iter().filter_map(|name| stack.service(name)).collect();
        Self {
            nodes: services.iter().map(|service| node(service)).collect(),
            arrows: arrows(&services),
            groups: GROUPS.iter().filter_map(|group| grouped(stack, group)).collect(),
            volumes: VOLUMES.iter().filter_map(|volumes| kept(&services, volumes)).collect(),
        }
    }
}

fn node(service: &Service) -> Node {
    let ports = service.ports.iter().map(|port| {
        let address = port.address.map(|address| [address, ":"].concat()).unwrap_or_default();
        format!("{address}{} → {}", port.host, port.container)
    });
    let lines = [service.name.to_owned(), service.image.reference.clone()].into_iter().chain(ports);
    Node { name: service.name, lines: lines.collect(), dashed: service.activation != Activation::Always }
}

/// Those of a service at the edge by where they begin, all others by where they lead.
fn arrows(services: &[&Service]) -> Vec<Arrow> {
    let (edge, inner): (Vec<&Service>, Vec<&Service>) =
        services.iter().partition(|service| service.activation == Activation::Edge);
    let mut arrows = Vec::new();
    for service in edge {
        if let Some(need) = service.needs.first() {
            let to = service.needs.iter().map(|need| need.service).collect();
            arrows.push(Arrow { from: vec![service.name], label: need.condition.id(), to });
        }
    }
    for target in ORDER {
        let needs: Vec<_> = inner
            .iter()
            .flat_map(|service| service.needs.iter().map(|need| (service.name, need)))
            .filter(|(_, need)| need.service == target)
            .collect();
        if let Some((_, need)) = needs.first() {
            let from = needs.iter().map(|(name, _)| *name).collect();
            arrows.push(Arrow { from, label: need.condition.id(), to: vec![need.service] });
        }
    }
    arrows
}

fn grouped(stack: &Stack, (networks, id, title): &(&[&str], &'static str, &'static str)) -> Option<Group> {
    let members = MEMBERS.iter().filter_map(|name| stack.service(name));
    let members = members.filter(|service| service.networks == *networks).map(|service| service.name);
    let mut lines: Vec<Vec<&'static str>> = Vec::new();
    for name in members {
        // What has nothing to do with the others has a line of its own.
        let alone = name == "redis" || (name == "backup" && *id == "app" && stack.networks.len() > 1);
        match lines.last_mut() {
            Some(line) if !alone => line.push(name),
            _ => lines.push(vec![name]),
        }
    }
    (!lines.is_empty()).then_some(Group { id, title, lines })
}

fn kept(services: &[&Service], volumes: &[&'static str]) -> Option<Volumes> {
    let of = |read_only| {
        let mounts = move |service: &&&Service| {
            let mut mounts = service.mounts.iter();
            mounts.any(|mount| mount.source == volumes[0] && mount.read_only == read_only)
        };
        services.iter().filter(mounts).map(|service| service.name)
    };
    let names: Vec<&'static str> = of(false).chain(of(true)).collect();
    (!names.is_empty()).then(|| {
        let declared = volumes.iter().map(|name| format!("{name}[({name})]"));
        Volumes { services: names, volumes: declared.collect() }
    })
}
