//! Prints the tables of Debian packages as JSON, for `scripts/check_system_packages.py`.

use std::collections::BTreeSet;

use dunnage::project::system_packages::{
    ALPINE, BUILD_TOOLS, BUILDPACKS, CHECKED, LIBRARIES, NEEDS, NIX, OLD, ONLY_BOOKWORM, RENAMED, Release,
    SETTING_NEEDS, Wheels, name_in,
};
use serde_json::{Value, json};

fn main() {
    let needs = NEEDS.iter().flat_map(|need| need.build.iter().chain(need.run));
    let settings = SETTING_NEEDS.iter().flat_map(|need| need.build.iter().chain(need.run));
    let others = [ALPINE, NIX, LIBRARIES, BUILDPACKS].into_iter().flatten().flat_map(|(_, names)| names.iter());
    let keys = LIBRARIES.iter().map(|(name, _)| name).chain(OLD.iter().map(|(_, now)| now)).chain(BUILD_TOOLS);
    let renamed = RENAMED.iter().map(|row| &row.bookworm);
    let names: BTreeSet<&str> =
        needs.chain(settings).chain(others).chain(keys).chain(renamed).chain(ONLY_BOOKWORM).copied().collect();
    let in_release = |release: Release| names.iter().filter_map(|name| name_in(release, name)).collect::<BTreeSet<_>>();
    let libraries = |release: Release| {
        let row = |(headers, libraries): &(&str, &[&str])| {
            let libraries: Vec<_> = libraries.iter().filter_map(|name| name_in(release, name)).collect();
            (name_in(release, headers).unwrap_or(headers).to_owned(), json!(libraries))
        };
        Value::Object(LIBRARIES.iter().map(row).collect())
    };
    let distributions: Vec<Value> = (NEEDS.iter())
        .flat_map(|need| need.names.iter().map(move |name| (need, name.split('[').next().unwrap_or(name))))
        .map(|(need, name)| {
            let (wheels, since) = match need.wheels {
                Wheels::Every => ("every", &[][..]),
                Wheels::Never => ("never", &[][..]),
                Wheels::Since(since) => ("since", since),
            };
            // An extra is a distribution of its own, or the row is about it anyway.
            let wheels =
                if need.names.iter().any(|other| other.starts_with(&format!("{name}["))) { "extra" } else { wheels };
            json!({ "name": name, "wheels": wheels, "since": since })
        })
        .collect();
    let table = json!({
        "checked": CHECKED,
        "releases": {
            "bookworm": {
                "names": in_release(Release::Bookworm),
                "gone": [],
                "libraries": libraries(Release::Bookworm),
            },
            "trixie": {
                "names": in_release(Release::Trixie),
                "gone": RENAMED.iter().map(|row| row.bookworm).chain(ONLY_BOOKWORM.iter().copied()).collect::<Vec<_>>(),
                "libraries": libraries(Release::Trixie),
            },
        },
        "distributions": distributions,
    });
    println!("{table:#}");
}
