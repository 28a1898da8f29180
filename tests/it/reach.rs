//! Every reachable text, read by what needs no program of its own; `make verify` gives the same texts to real tools.
//! One test for each group of files, named after it.

use std::collections::BTreeSet;

use dunnage::catalog::codec::to_link;
use dunnage::plan::files::FILES;
use serde_yaml::Value;

use crate::all::{GROUPS, files, reach};
use crate::matrix::shape;
use crate::support::rendered;
use crate::truths;

/// How often the engine is asked for what depends on what, and how many random choices must give nothing new.
const POINTS: usize = 100;
const STRANGERS: usize = 200;

#[test]
fn every_template_is_in_a_group() {
    let grouped: Vec<&str> = GROUPS.iter().flat_map(|group| group.templates.iter().copied()).collect();
    for spec in FILES {
        let times = grouped.iter().filter(|template| **template == spec.template).count();
        assert_eq!(times, 1, "{} is in {times} groups", spec.template);
    }
    assert_eq!(grouped.len(), FILES.len());
    let names: BTreeSet<&str> = GROUPS.iter().map(|group| group.name).collect();
    assert_eq!(names, TESTED.iter().copied().collect(), "each group has a test");
}

fn well_formed(name: &str) {
    let group = GROUPS.iter().find(|group| group.name == name).expect("a group");
    let reach = reach(group, POINTS);
    // What the enumeration has not seen, nobody has checked.
    let mut faults: Vec<String> = reach.unknown(STRANGERS, 77);
    let cross_file = ["compose", "images", "requirements"].contains(&name);
    let mut texts = 0;
    for choices in &reach.rows {
        let link = to_link(choices);
        if cross_file {
            let generated = rendered(choices);
            let own = truths::own_paths(&generated.plan);
            faults.extend(truths::faults(&generated.files, &own).into_iter().map(|fault| format!("{fault} [{link}]")));
        }
        for (path, text) in files(group, choices) {
            texts += 1;
            faults.extend(shape(&path, &text).into_iter().map(|fault| format!("{path} [{link}]: {fault}")));
            if path.ends_with(".yml")
                && let Err(error) = serde_yaml::from_str::<Value>(&text)
            {
                faults.push(format!("{path} [{link}]: {error}"));
            }
        }
    }
    eprintln!("{name}: {} sets, {texts} texts", reach.rows.len());
    assert!(texts > 0);
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults[..faults.len().min(12)].join("\n"));
}

macro_rules! each_group {
    ($($group:ident)+) => {
        const TESTED: &[&str] = &[$(stringify!($group)),+];
        $(
            #[test]
            fn $group() {
                well_formed(stringify!($group));
            }
        )+
    };
}

each_group! { settings compose images scripts nginx proxies requirements project delivery documentation }
