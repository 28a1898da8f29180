//! Writes sets for the tools that check them: `sets pairs DIR` or `sets all DIR`.
//!
//! `pairs` gives every preset and the sets that hold any two values of any two options, each in a directory of its own.
//! `all` gives every reachable text: `DIR/<group>/<number>/` holds one group's files of one row of choices, and `DIR/index.json` says what was found out
//! about every file and which template each path comes from. `scripts/verify.py` reads both.
#![allow(clippy::disallowed_methods, reason = "a program of the tests, which writes files")]

mod all;
#[path = "../common/pairs.rs"]
mod pairs;

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use dunnage::catalog::codec::to_link;
use dunnage::catalog::presets::presets;
use dunnage::output::fileset::File;
use dunnage::output::render::render;
use dunnage::plan::files::FILES;
use dunnage::plan::resolve::resolve;
use serde_json::{Value, json};

use pairs::{Table, samples};

/// How often the engine is asked for what depends on what, and how many random choices must give nothing new.
const POINTS: usize = 400;
const STRANGERS: usize = 2000;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["pairs", directory] => write_pairs(Path::new(directory)),
        ["all", directory] => write_all(Path::new(directory)),
        _ => panic!("usage: sets pairs|all DIR"),
    }
}

fn write(directory: &Path, path: &str, file: &File) {
    let target = directory.join(path);
    fs::create_dir_all(target.parent().expect("a parent")).expect("writable");
    fs::write(&target, &file.text).expect("writable");
    fs::set_permissions(&target, Permissions::from_mode(file.mode())).expect("writable");
}

fn write_pairs(directory: &Path) {
    let presets = presets().iter().map(|preset| (preset.id.to_owned(), preset.choices.clone()));
    let (rows, _) = Table::new(samples).covering_array();
    let rows = (0..).zip(rows).map(|(number, choices)| (format!("pairs-{number:02}"), choices));
    for (name, choices) in presets.chain(rows) {
        let (plan, _) = resolve(&choices, all::TODAY);
        for (path, file) in render(&plan, &choices).iter() {
            write(&directory.join(&name), path, file);
        }
    }
}

fn write_all(directory: &Path) {
    let mut groups = Vec::new();
    for group in all::GROUPS {
        let reach = all::reach(group, POINTS);
        let unknown = reach.unknown(STRANGERS, 0x9E37_79B9_7F4A_7C15);
        assert!(unknown.is_empty(), "{} texts were not enumerated, such as {}", unknown.len(), unknown[0]);
        let sets: Vec<Value> = reach
            .rows
            .iter()
            .enumerate()
            .map(|(number, choices)| {
                let name = format!("{}-{number:05}", group.name);
                let (plan, _) = resolve(choices, all::TODAY);
                let set = render(&plan, choices);
                let mut paths = serde_json::Map::new();
                for spec in FILES {
                    let path = spec.path(&plan);
                    if let Some(file) =
                        set.get(&path).filter(|_| group.whole || group.templates.contains(&spec.template))
                    {
                        write(&directory.join(group.name).join(&name), &path, file);
                        if group.templates.contains(&spec.template) {
                            paths.insert(path, spec.template.into());
                        }
                    }
                }
                json!({
                    "name": name,
                    "link": to_link(choices),
                    "python": plan.python,
                    "django": plan.django,
                    "hardening": if plan.strict { "strict" } else { "basic" },
                    "module": plan.module,
                    "settings": plan.settings_module,
                    "paths": paths,
                })
            })
            .collect();
        eprintln!("{}: {} sets", group.name, sets.len());
        let files: Vec<Value> = reach
            .files
            .iter()
            .map(|file| {
                json!({
                    "template": file.template,
                    "options": file.options,
                    "parts": file.parts,
                    "exhaustive": file.exhaustive,
                    "texts": file.texts,
                    "whole": file.whole,
                })
            })
            .collect();
        groups.push(json!({
            "group": group.name,
            "triples": reach.triples,
            "strangers": STRANGERS,
            "files": files,
            "sets": sets,
        }));
    }
    let text = serde_json::to_string_pretty(&json!({ "groups": groups })).expect("JSON");
    fs::write(directory.join("index.json"), text + "\n").expect("writable");
}
