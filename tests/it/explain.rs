//! Why a line is there: every claim is confirmed by whole sets that are rendered with the other values.

use std::collections::{BTreeMap, BTreeSet};

use dunnage::catalog::codec::to_link;
use dunnage::catalog::options::{Choices, OPTIONS, ValueKind, option};
use dunnage::catalog::presets::{preset, presets};
use dunnage::output::explain::{Becomes, Dependence, Explained, Explanation, Presence, line, touched};
use dunnage::output::manifest::MANIFEST;
use dunnage::output::render::render;
use dunnage::output::trace::trace;
use dunnage::plan::files::FILES;
use dunnage::plan::resolve::resolve;
use proptest::prelude::*;

use crate::matrix::rows;
use crate::props::any_choices;
use crate::support::{TODAY, choices, rendered, template_with_parts};

/// Sets by option and other value, rendered once for all lines of all files.
struct Others(BTreeMap<(&'static str, String), Choices>);

impl Others {
    /// Every other value of the options that have a list of them.
    fn of(now: &Choices) -> Self {
        let mut others = BTreeMap::new();
        for spec in OPTIONS.iter().filter(|spec| matches!(spec.kind, ValueKind::Switch | ValueKind::Set(_))) {
            for value in spec.kind.values().into_iter().filter(|value| *value != spec.get(now)) {
                let mut other = now.clone();
                spec.set(&mut other, value).expect("a value of the table");
                others.insert((spec.id, value.to_owned()), other);
            }
        }
        Self(others)
    }
}

/// Path of the same file in the set of other choices, if that has it.
fn moved(path: &str, now: &Choices, other: &Choices) -> Option<String> {
    let (plan, _) = resolve(now, TODAY);
    let (other, _) = resolve(other, TODAY);
    match FILES.iter().find(|spec| (spec.when)(&plan) && spec.path(&plan) == path) {
        Some(spec) => (spec.when)(&other).then(|| spec.path(&other)),
        None => Some(path.to_owned()),
    }
}

/// What is claimed of all lines of a file for one value, against the text that really is rendered.
fn faults_of_value(before: &[&str], claims: &[Becomes], after: Option<&str>) -> Option<String> {
    let Some(after) = after else {
        return claims.iter().any(|claim| *claim != Becomes::FileGone).then(|| "the file goes".to_owned());
    };
    let after: Vec<&str> = after.lines().collect();
    let mut at = 0;
    let mut find = |line: &str| {
        let found = after[at..].iter().position(|other| *other == line);
        at += found.map_or(0, |found| found + 1);
        found.is_some()
    };
    for (index, claim) in claims.iter().enumerate() {
        let number = index + 1;
        match claim {
            Becomes::FileGone => return Some("the file stays".to_owned()),
            Becomes::Same if !find(before[index]) => return Some(format!("line {number} does not stay")),
            Becomes::Same => {}
            Becomes::Gone { block } | Becomes::Lines { block, .. } => {
                if !(block.first..=block.last).contains(&number) || block.last > before.len() {
                    return Some(format!("line {number} is not in its own block"));
                }
                let block_lines = &before[block.first - 1..block.last];
                if let Becomes::Lines { lines, .. } = claim {
                    let stays = |line: &&&str| !line.trim().is_empty() && lines.iter().any(|other| other == **line);
                    if let Some(line) = block_lines.iter().find(stays) {
                        return Some(format!("“{line}” of line {number}'s block stays"));
                    }
                    if block.first == number && !lines.iter().all(|line| find(line)) {
                        return Some(format!("what stands in place of line {number} is not there"));
                    }
                }
                if claims[block.first - 1] != *claim {
                    return Some(format!("line {number} is in a block that its first line knows nothing of"));
                }
            }
        }
    }
    None
}

/// What is wrong with the explanations of all lines of a file.
fn faults(now: &Choices, path: &str, text: &str, explanations: &[Explanation]) -> Vec<String> {
    let before: Vec<&str> = text.lines().collect();
    let mut others = Others::of(now).0;
    let mut claims: BTreeMap<(&'static str, String), Vec<Becomes>> =
        others.keys().map(|key| (key.clone(), vec![Becomes::Same; before.len()])).collect();
    for (index, explanation) in explanations.iter().enumerate() {
        for dependence in &explanation.depends {
            for alternative in &dependence.alternatives {
                let key = (dependence.option.id, alternative.value.clone());
                others.entry(key.clone()).or_insert_with(|| {
                    let mut other = now.clone();
                    dependence.option.set(&mut other, &alternative.value).expect("a value that the option takes");
                    other
                });
                claims.entry(key).or_insert_with(|| vec![Becomes::Same; before.len()])[index] =
                    alternative.becomes.clone();
            }
        }
    }
    let mut faults = Vec::new();
    for (key, claims) in &claims {
        let other = &others[key];
        let set = rendered(other).files;
        let after = moved(path, now, other).and_then(|path| set.get(&path).map(|file| file.text.clone()));
        if let Some(fault) = faults_of_value(&before, claims, after.as_deref()) {
            faults.push(format!("{path} under {}={}: {fault} [{}]", key.0, key.1, to_link(now)));
        }
        if claims.iter().any(|claim| *claim != Becomes::Same) && after.as_deref() == Some(text) {
            faults.push(format!("{path} under {}={}: nothing changes [{}]", key.0, key.1, to_link(now)));
        }
    }
    faults
}

fn explanations(now: &Choices, path: &str) -> Vec<Explanation> {
    let file = Explained::of(now, path).unwrap_or_else(|| panic!("no {path}"));
    (1..).map_while(|number| file.line(number)).collect()
}

#[test]
fn every_claim_is_confirmed_by_rendering() {
    let presets = presets().iter().map(|preset| &preset.choices);
    let mut seen = BTreeSet::new();
    let mut faulty = Vec::new();
    for (number, now) in presets.chain(rows().iter().step_by(9)).enumerate() {
        for (index, (path, file)) in rendered(now).files.iter().enumerate() {
            // Each set gives other files; all of them come up, and those with the most in them each time.
            let large = ["docker-compose.yml", "CONTAINERS.md", "docker/Dockerfile"].contains(&path);
            if !large && (index + number) % 5 != 0 {
                continue;
            }
            let explanations = explanations(now, path);
            assert_eq!(explanations.len(), file.text.lines().count(), "{path}");
            faulty.extend(faults(now, path, &file.text, &explanations));
            seen.insert(path.to_owned());
        }
    }
    assert!(seen.len() > 30, "{} paths", seen.len());
    assert!(faulty.is_empty(), "{} faults:\n{}", faulty.len(), faulty[..faulty.len().min(12)].join("\n"));
}

#[test]
fn a_wrong_claim_is_noticed() {
    let now = &preset("reference").expect("a preset").choices;
    let path = "docker-compose.yml";
    let text = &rendered(now).files.get(path).expect("the file").text.clone();
    let right = explanations(now, path);
    assert_eq!(faults(now, path, text, &right), Vec::<String>::new());
    // A dependence that is left out, and one that is not there.
    let worker = text.lines().position(|line| line == "  worker:").expect("the line");
    let mut wrong = right.clone();
    wrong[worker].depends.retain(|dependence| dependence.option.id != "celery");
    assert!(!faults(now, path, text, &wrong).is_empty());
    let mut wrong = right.clone();
    let name = text.lines().position(|line| line == "services:").expect("the line");
    let mut false_one = right[worker].depends[0].clone();
    for alternative in &mut false_one.alternatives {
        alternative.becomes = Becomes::Lines {
            block: dunnage::output::explain::Block { first: name + 1, last: name + 1 },
            lines: vec!["nothing".to_owned()],
        };
    }
    wrong[name].depends.push(false_one);
    assert!(!faults(now, path, text, &wrong).is_empty());
}

#[test]
fn lines_know_their_place_in_the_template() {
    let presets = presets().iter().map(|preset| &preset.choices);
    for now in presets.chain(rows()) {
        let (plan, _) = resolve(now, TODAY);
        let files = render(&plan, now);
        let mut count = 1;
        for spec in FILES.iter().filter(|spec| (spec.when)(&plan)) {
            let lines = trace(spec, &plan);
            let text = lines.iter().fold(String::new(), |text, line| text + &line.text + "\n");
            assert_eq!(text, files.get(&spec.path(&plan)).expect("the file").text, "{}", spec.template);
            // A line of the template without a tag comes out as it stands there.
            let template = template_with_parts(spec.template);
            let template: Vec<&str> = template.lines().collect();
            for line in lines.iter().filter(|line| line.source > 0 && !template[line.source - 1].contains('{')) {
                assert_eq!(line.text, template[line.source - 1].trim_end(), "{} line {}", spec.template, line.source);
            }
            count += 1;
        }
        assert_eq!(count, files.len());
    }
}

/// The explanation of the first line that begins like this.
fn of_line(now: &Choices, path: &str, start: &str) -> Explanation {
    let files = rendered(now).files;
    let text = &files.get(path).unwrap_or_else(|| panic!("no {path}")).text;
    let number = text.lines().position(|line| line.starts_with(start)).unwrap_or_else(|| panic!("no {start}"));
    line(now, path, number + 1).expect("a line")
}

fn ids(explanation: &Explanation) -> Vec<&'static str> {
    explanation.depends.iter().map(|dependence| dependence.option.id).collect()
}

fn on<'a>(explanation: &'a Explanation, id: &str) -> &'a Dependence {
    explanation.depends.iter().find(|dependence| dependence.option.id == id).unwrap_or_else(|| panic!("not on {id}"))
}

#[test]
fn known_lines_depend_on_what_they_should() {
    let now = Choices::default();
    // Without a condition.
    assert_eq!(ids(&of_line(&now, "docker-compose.yml", "services:")), Vec::<&str>::new());
    assert_eq!(ids(&of_line(&now, "docker-compose.yml", "    - no-new-privileges")), Vec::<&str>::new());
    // A name that is put in.
    let name = of_line(&now, "docker-compose.yml", "name: my-project");
    assert_eq!(ids(&name), ["project-name"]);
    let name = on(&name, "project-name");
    assert!(name.holds && name.alternatives[0].example);
    assert!(matches!(&name.alternatives[0].becomes, Becomes::Lines { lines, .. } if lines == &["name: elsewhere"]));
    // The user of the image.
    let user = of_line(&now, "docker/Dockerfile", "USER ");
    assert_eq!(ids(&user), ["uid", "gid"]);
    assert!(on(&user, "uid").holds && on(&user, "gid").holds);
    let entry = of_line(&choices(&[("user-management", "dynamic")]), "docker-compose.yml", "  user: \"0:0\"");
    assert_eq!(ids(&entry), ["user-management"]);
    // A service and what it needs.
    let now = choices(&[("celery", "worker")]);
    let worker = of_line(&now, "docker-compose.yml", "  worker:");
    assert_eq!(ids(&worker), ["redis", "celery"]);
    let celery = on(&worker, "celery");
    assert_eq!((celery.value.as_str(), celery.label.key()), ("worker", "Worker"));
    let values: Vec<&str> = celery.alternatives.iter().map(|other| other.value.as_str()).collect();
    assert_eq!(values, ["none", "worker-beat"]);
    assert!(matches!(celery.alternatives[0].becomes, Becomes::Gone { block } if block.last > block.first + 10));
    assert_eq!(celery.alternatives[1].becomes, Becomes::Same);
    // Without Redis, Celery is kept off: said with the rule's reason.
    let none = on(&worker, "redis").alternatives.iter().find(|other| other.value == "none").expect("none");
    assert!(matches!(none.becomes, Becomes::Gone { .. }));
    assert_eq!(
        (none.side_effects.len(), none.side_effects[0].option, none.side_effects[0].to.key()),
        (1, "celery", "None")
    );
    assert!(none.side_effects[0].reason.is_some_and(|reason| reason.contains("broker")));
    // A file that only some choices bring depends on them in every line.
    let now = choices(&[("reverse-proxy", "bundled-nginx")]);
    let nginx = of_line(&now, "nginx/nginx.conf", "worker_processes");
    assert!(on(&nginx, "reverse-proxy").alternatives.iter().all(|other| other.becomes == Becomes::FileGone));
}

#[test]
fn what_a_rule_keeps_off_is_no_dependence() {
    // Celery cannot run, so that no value of it brings a worker; Redis does.
    let now = choices(&[("redis", "none")]);
    for (path, file) in rendered(&now).files.iter().filter(|(path, _)| *path != MANIFEST) {
        for number in 1..=file.text.lines().count() {
            let found = line(&now, path, number).expect("a line");
            assert!(!ids(&found).contains(&"celery"), "{path}:{number}");
            if number > 3 {
                break;
            }
        }
        let file = Explained::of(&now, path).expect("a file");
        assert!(file.options().iter().all(|ids| !ids.contains(&"celery")), "{path}");
    }
    // The manifest holds the wish all the same, and says that it has no effect.
    let celery = of_line(&now, MANIFEST, "  celery: none");
    let worker = on(&celery, "celery").alternatives.iter().find(|other| other.value == "worker").expect("worker");
    assert!(matches!(&worker.becomes, Becomes::Lines { lines, .. } if lines == &["  celery: worker"]));
    assert_eq!(worker.blocked.as_ref().map(|blocked| blocked.fallback.as_str()), Some("none"));
    // A wish that is kept off now comes into effect with what it lacks.
    let now = choices(&[("redis", "none"), ("celery", "worker")]);
    let redis = of_line(&now, "docker-compose.yml", "      # Readiness: also checks the database.");
    let seven = &on(&redis, "redis").alternatives[0];
    assert_eq!(
        (seven.value.as_str(), seven.side_effects[0].option, seven.side_effects[0].reason),
        ("7", "celery", None)
    );
}

#[test]
fn the_manifest_knows_its_options_and_files() {
    let now = &preset("reference").expect("a preset").choices;
    let hash = of_line(now, MANIFEST, "  docker-compose.yml: \"");
    assert!(["celery", "redis", "project-name"].iter().all(|id| ids(&hash).contains(id)));
    assert!(!ids(&hash).contains(&"django"), "nothing in the compose file tells the Django");
    assert_eq!(ids(&of_line(now, MANIFEST, "  workers: ")), ["workers"]);
    assert_eq!(ids(&of_line(now, MANIFEST, "choices:")), Vec::<&str>::new());
}

#[test]
fn a_line_that_is_not_there_is_not_explained() {
    let now = Choices::default();
    assert!(line(&now, "docker-compose.yml", 0).is_none());
    assert!(line(&now, "docker-compose.yml", 10_000).is_none());
    assert!(line(&now, "nginx/nginx.conf", 1).is_none());
}

#[test]
fn an_option_touches_the_lines_that_depend_on_it() {
    for id in ["reference", "minimal", "new-project"] {
        let now = &preset(id).expect("a preset").choices;
        let files = rendered(now).files;
        let of_lines: BTreeMap<&str, Vec<Vec<&str>>> =
            files.iter().map(|(path, _)| (path, Explained::of(now, path).expect("a file").options())).collect();
        for spec in OPTIONS {
            let touched = touched(now, spec);
            for (path, options) in &of_lines {
                let expected: Vec<bool> = options.iter().map(|ids| ids.contains(&spec.id)).collect();
                let found = touched.iter().find(|file| file.path == *path);
                match found {
                    Some(file) => assert_eq!(file.lines, expected, "{path} {}", spec.id),
                    None => assert!(!expected.contains(&true), "{path} {}", spec.id),
                }
            }
            for file in touched {
                assert_eq!(files.get(&file.path).is_none(), file.presence == Presence::Comes, "{}", file.path);
                assert!(file.inserts.iter().all(|after| *after <= file.lines.len()));
            }
        }
    }
}

#[test]
fn files_that_come_and_go_are_named() {
    let now = Choices::default();
    let files = touched(&now, option("reverse-proxy").expect("an option"));
    let presence = |path: &str| files.iter().find(|file| file.path == path).map(|file| file.presence);
    assert_eq!(presence("nginx/nginx.conf"), Some(Presence::Comes));
    assert_eq!(presence("deploy/nginx/my-project.conf"), Some(Presence::Goes));
    assert_eq!(presence("docker-compose.yml"), Some(Presence::Stays));
    assert_eq!(presence("docker/Dockerfile"), None);
    let compose = files.iter().find(|file| file.path == "docker-compose.yml").expect("touched");
    assert!(!compose.inserts.is_empty(), "the nginx service is put in");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_line_of_any_file_is_explained_truly(now in any_choices(), at in any::<prop::sample::Index>()) {
        let files = rendered(&now).files;
        let (path, file) = files.iter().nth(at.index(files.len())).expect("a file");
        prop_assert_eq!(faults(&now, path, &file.text, &explanations(&now, path)), Vec::<String>::new());
    }
}
