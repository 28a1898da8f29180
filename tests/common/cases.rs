//! Small projects with what is to be found in each, from `tests/fixtures/cases.yaml`.
#![allow(dead_code, reason = "not every test binary uses everything")]

use std::collections::BTreeMap;

use dunnage::project::update::Tree;
use serde::Deserialize;

/// A project.
pub(crate) struct Case {
    /// What it shows.
    pub(crate) name: String,
    /// Its files.
    pub(crate) tree: Tree,
    /// What an inspection finds otherwise than in the plain project; empty for what it does not find.
    pub(crate) told: BTreeMap<String, String>,
    /// How each line begins that needs attention.
    pub(crate) said: Vec<String>,
}

#[derive(Deserialize)]
struct Cases {
    plain: BTreeMap<String, String>,
    cases: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    name: String,
    #[serde(default)]
    below: String,
    #[serde(default)]
    without: Vec<String>,
    #[serde(default)]
    files: BTreeMap<String, String>,
    #[serde(default)]
    told: BTreeMap<String, String>,
    #[serde(default)]
    said: Vec<String>,
}

/// All of them; the plain one first.
pub(crate) fn cases() -> Vec<Case> {
    let text = include_str!("../fixtures/cases.yaml");
    let Cases { plain, cases } = serde_yaml::from_str(text).expect("tests/fixtures/cases.yaml");
    let first = Row {
        name: "plain".to_owned(),
        below: String::new(),
        without: Vec::new(),
        files: BTreeMap::new(),
        told: BTreeMap::new(),
        said: Vec::new(),
    };
    [first].into_iter().chain(cases).map(|row| row.case(&plain)).collect()
}

impl Row {
    fn case(self, plain: &BTreeMap<String, String>) -> Case {
        let mut files = BTreeMap::new();
        for (path, text) in plain {
            let moves = !self.below.is_empty() && path != "requirements.txt";
            files.insert(if moves { format!("{}/{path}", self.below) } else { path.clone() }, text.clone());
        }
        for path in &self.without {
            assert!(files.remove(path).is_some(), "{}: there is no {path}", self.name);
        }
        files.extend(self.files);
        let tree = files.into_iter().map(|(path, text)| (path, text.into_bytes())).collect();
        Case { name: self.name, tree, told: self.told, said: self.said }
    }
}
