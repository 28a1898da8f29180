//! Writes every reachable text to a directory, for the tools that check them: `reachable DIR`.
//!
//! `DIR/<group>/<number>/` holds one group's files of one row of choices, and `DIR/index.json` says what was found out
//! about every file and which template each path comes from. `scripts/verify.py` reads both.
#![allow(clippy::disallowed_methods, reason = "a program of the tests, which writes files")]

mod all;

use std::fs;
use std::path::PathBuf;

use dunnage::codec::to_link;
use dunnage::files::FILES;
use dunnage::plan::resolve;
use dunnage::render::render;
use serde_json::{Value, json};

/// How often the engine is asked for what depends on what, and how many random choices must give nothing new.
const POINTS: usize = 400;
const STRANGERS: usize = 2000;

fn main() {
    let directory = PathBuf::from(std::env::args().nth(1).expect("usage: reachable DIR"));
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
                let set = render(&plan, choices).expect("every template renders");
                let mut paths = serde_json::Map::new();
                for spec in FILES {
                    let path = spec.path(&plan);
                    if let Some(file) =
                        set.get(&path).filter(|_| group.whole || group.templates.contains(&spec.template))
                    {
                        let target = directory.join(group.name).join(&name).join(&path);
                        fs::create_dir_all(target.parent().expect("a parent")).expect("writable");
                        fs::write(&target, &file.text).expect("writable");
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
