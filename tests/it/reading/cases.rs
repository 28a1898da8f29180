//! Small projects of every kind: all that is found in them, and that a migration leaves what is theirs alone.

use std::collections::BTreeMap;

use dunnage::catalog::rules::effective;
use dunnage::project::inspect::Inspection;
use dunnage::project::migrate::{paths, refusal};

use super::{found, migrated};
use crate::cases::cases;
use crate::support::TODAY;

/// What was found, by option.
fn told(found: &Inspection) -> BTreeMap<String, String> {
    found.inferred.iter().map(|row| (row.option.to_owned(), row.value.clone())).collect()
}

/// All that is found in each project, no more and no less; what it is called depends on its folder.
#[test]
fn each_project_tells_what_it_is() {
    let all = cases();
    let plain = told(&found(&all[0].tree));
    for (id, value) in [("packages", "requirements"), ("server", "gunicorn"), ("settings-module", "mysite.settings")] {
        assert_eq!(plain.get(id).map(String::as_str), Some(value), "{id}");
    }
    let mut faults = Vec::new();
    for case in &all {
        let seen = found(&case.tree);
        let mut expected = plain.clone();
        for (id, value) in &case.told {
            expected.insert(id.clone(), value.clone());
        }
        expected.retain(|_, value| !value.is_empty());
        let mut now = told(&seen);
        for map in [&mut expected, &mut now] {
            map.remove("project-name");
        }
        for id in expected.keys().chain(now.keys()).collect::<std::collections::BTreeSet<_>>() {
            if expected.get(id) != now.get(id) {
                faults.push(format!("{}: {id} is {:?} instead of {:?}", case.name, now.get(id), expected.get(id)));
            }
        }
        let said: Vec<String> = seen
            .troubles
            .iter()
            .map(|trouble| {
                let line = trouble.line.map(|line| format!(":{line}")).unwrap_or_default();
                format!("{}{line}: {}", trouble.file, trouble.message)
            })
            .collect();
        if said.len() != case.said.len() || !said.iter().zip(&case.said).all(|(said, begins)| said.starts_with(begins))
        {
            faults.push(format!("{}: {said:#?} instead of {:#?}", case.name, case.said));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// A migration changes the settings, the lists of what is ignored, and nothing else that is the project's.
#[test]
fn a_migration_of_each_leaves_what_is_theirs() {
    for case in cases() {
        let seen = found(&case.tree);
        let refused = refusal(&case.tree, &seen, &effective(&seen.choices), TODAY);
        assert_eq!(refused.is_some(), case.name == "Flask", "{}: {refused:?}", case.name);
        if refused.is_some() {
            continue;
        }
        let asked = paths(&effective(&seen.choices), TODAY);
        let odd: Vec<_> = asked.iter().filter(|path| path.starts_with('/') || path.contains("//")).collect();
        assert!(odd.is_empty(), "{}: {odd:?}", case.name);
        let plan = migrated(&case.tree);
        let changed: Vec<&str> = plan
            .files
            .iter()
            .map(|row| row.file.path.as_str())
            .filter(|path| case.tree.contains_key(*path))
            .filter(|path| !is_ours_to_change(path))
            .collect();
        assert_eq!(changed, Vec::<&str>::new(), "{}", case.name);
    }
}

/// Settings are appended to, and a package imports its Celery application; container files and lists of what is ignored are what a migration is about.
fn is_ours_to_change(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    path.contains("settings")
        || name == "__init__.py"
        || name.starts_with("Dockerfile")
        || name.contains("compose")
        || name.starts_with('.')
}
