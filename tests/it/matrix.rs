//! All pairs: any two values of any two options stand together in at least one rendered set, unless a rule
//! excludes them; and each distinct text is read by a real reader.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use dunnage::catalog::codec::to_link;
use dunnage::catalog::options::{Choices, OPTIONS};
use dunnage::catalog::rules::{RULES, Severity};
use serde_yaml::Value;

use crate::pairs::{Cell, Table, samples};
use crate::support::{have, rendered, run};

/// Rows that cover all pairs, and the pairs that rules exclude.
type Array = (Vec<Choices>, Vec<(Cell, Cell)>);

/// The rows of the covering array of all options, which takes long enough to be made once.
pub(crate) fn rows() -> &'static [Choices] {
    &array().0
}

fn array() -> &'static Array {
    static ARRAY: OnceLock<Array> = OnceLock::new();
    ARRAY.get_or_init(|| Table::new(samples).covering_array())
}

#[test]
fn all_pairs_render_and_are_read_by_real_readers() {
    let (rows, excluded) = array();
    assert!(rows.len() >= 36, "{} rows cannot hold six values of one option with six of another", rows.len());
    let table = Table::new(samples);
    for &((a, x), (b, y)) in excluded {
        let pair = [(OPTIONS[a].id, &table.values[a][x]), (OPTIONS[b].id, &table.values[b][y])];
        assert!(contradicts(pair), "{pair:?} stands in no row, and no rule excludes it");
    }

    // Each distinct text once, with choices that give it.
    let mut texts: BTreeMap<(String, String), String> = BTreeMap::new();
    for choices in rows {
        let generated = rendered(choices);
        assert!(generated.findings.iter().all(|finding| finding.severity != Severity::Error), "{}", to_link(choices));
        for (path, file) in generated.files.iter() {
            texts.entry((path.to_owned(), file.text.clone())).or_insert_with(|| to_link(choices));
        }
    }
    eprintln!("all pairs: {} sets, {} distinct texts", rows.len(), texts.len());
    let mut faults = Vec::new();
    for ((path, text), link) in &texts {
        faults.extend(shape(path, text).into_iter().map(|fault| format!("{path} [{link}]: {fault}")));
        if path.ends_with(".yml") || path.ends_with(".yaml") {
            match serde_yaml::from_str::<Value>(text) {
                Ok(value) if value.is_mapping() => {}
                Ok(_) => faults.push(format!("{path} [{link}]: no mapping")),
                Err(error) => faults.push(format!("{path} [{link}]: {error}")),
            }
        }
    }
    faults.extend(python_faults(&texts));
    faults.extend(shell_faults(&texts));
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults[..faults.len().min(20)].join("\n"));
}

/// Whether rules really exclude a pair: there is an option such that whatever its value, some error rule that reads
/// nothing but the three applies.
fn contradicts(pair: [(&str, &String); 2]) -> bool {
    let excluded_with = |third: &str, value: &str| {
        let mut choices = Choices::default();
        let given = [(third, value), (pair[0].0, pair[0].1), (pair[1].0, pair[1].1)];
        for (id, value) in given {
            dunnage::catalog::codec::set(&mut choices, id, value).expect("a value of the table");
        }
        RULES.iter().any(|rule| {
            let reads_no_other = rule.when.iter().all(|when| given.iter().any(|(id, _)| *id == when.option()));
            rule.severity == Severity::Error && reads_no_other && rule.applies(&choices)
        })
    };
    OPTIONS.iter().any(|spec| samples(spec).iter().all(|value| excluded_with(spec.id, value)))
}

/// What is wrong with a text whatever its kind.
pub(crate) fn shape(path: &str, text: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let python = path.ends_with(".py");
    if !text.ends_with('\n') || text.ends_with("\n\n") || text.trim().is_empty() {
        faults.push("not exactly one final newline".to_owned());
    }
    // Caddy's own formatter indents with tabs.
    if text.contains('\r') || (text.contains('\t') && !path.ends_with("Caddyfile")) {
        faults.push("a carriage return or a tab".to_owned());
    }
    let template = path.ends_with(".html");
    let mut heredoc = false;
    for (number, line) in text.lines().enumerate() {
        let number = number + 1;
        if line.ends_with(' ') {
            faults.push(format!("line {number}: trailing space"));
        }
        let foreign = line.replace("${{", "");
        if !template && (foreign.contains("{{") && !path.contains(".github/") || line.contains("{%")) {
            faults.push(format!("line {number}: a template's own syntax: {line}"));
        }
        // Python inside a shell script, where the words below are at home.
        heredoc = (heredoc || line.ends_with("<<'PYTHON'")) && line != "PYTHON";
        let prose = heredoc || path.ends_with(".md") || line.trim_start().starts_with('#') || python || template;
        let words = line.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        if !prose && words.into_iter().any(|word| ["None", "True", "False", "undefined"].contains(&word)) {
            faults.push(format!("line {number}: a value leaked: {line}"));
        }
    }
    if text.contains(if python { "\n\n\n\n" } else { "\n\n\n" }) {
        faults.push("blank lines pile up".to_owned());
    }
    faults
}

fn python_faults(texts: &BTreeMap<(String, String), String>) -> Vec<String> {
    if !have("python3", "matrix::python_faults", "install Python 3") {
        return Vec::new();
    }
    let sources: BTreeMap<String, &String> = texts
        .iter()
        .filter(|((path, _), _)| path.ends_with(".py"))
        .map(|((path, text), link)| (format!("{path} [{link}]"), text))
        .collect();
    assert!(!sources.is_empty());
    let script = "import ast, json, sys\nfor name, text in json.load(sys.stdin).items():\n    try:\n        \
                  ast.parse(text)\n    except SyntaxError as error:\n        print(name, error)\n";
    let (ok, faults, errors) = run("python3", &["-c", script], &serde_json::to_string(&sources).expect("JSON"));
    assert!(ok, "{errors}");
    faults.lines().map(str::to_owned).collect()
}

fn shell_faults(texts: &BTreeMap<(String, String), String>) -> Vec<String> {
    if !have("sh", "matrix::shell_faults", "a POSIX shell") {
        return Vec::new();
    }
    let mut faults = Vec::new();
    for ((path, text), link) in texts.iter().filter(|((path, _), _)| path.ends_with(".sh")) {
        let (ok, _, errors) = run("sh", &["-n"], text);
        if !ok {
            faults.push(format!("{path} [{link}]: {errors}"));
        }
    }
    faults
}
