//! Compiles `templates/` (dotfiles included) and the presets into the engine, in a fixed order.
#![allow(clippy::disallowed_methods, reason = "a build script reads and writes files; the engine does not")]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use serde_yaml::Value;

#[path = "build/options.rs"]
mod options;
#[path = "build/templates.rs"]
mod templates;
use options::Options;
use templates::{FIRST_MARK, MARK_COUNT, Parts, compile};

/// What the fields of the plan hold.
const PLAN: &str = "src/plan/model.rs";
/// What the options may be.
const OPTION_TABLE: &str = "src/catalog/options.rs";

/// Files below a directory with the given extension, in order.
fn files(directory: &Path, extension: &str) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut open = vec![directory.to_owned()];
    while let Some(directory) = open.pop() {
        for entry in fs::read_dir(directory)? {
            let path = entry?.path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|found| found == extension) {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

/// The templates, as Rust.
struct Templates {
    /// `&[(name without .j2, fields that it reads, |plan, out| { … }), …]`
    plain: String,
    /// `&[(name without .j2, |plan, out| { … }), …]`, with the marks of [`marked`].
    traced: String,
    /// `|one, other| { … }`: the fields that differ between two plans.
    differing: String,
    /// `&["field", …]`: every field that a template reads, in order.
    fields: String,
}

fn templates(root: &Path, options: &Options) -> io::Result<Templates> {
    let mut compiled = Vec::new();
    // What several templates have in common is a part, and no template of its own.
    let (mut parts, mut sources) = (Parts::new(), Vec::new());
    for path in files(root, "j2")? {
        let name = path.strip_prefix(root).map_err(io::Error::other)?.to_string_lossy().replace('\\', "/");
        let name = name.trim_end_matches(".j2").to_owned();
        // Output has line feeds only, also where the checkout has not.
        let source = fs::read_to_string(&path)?.replace("\r\n", "\n");
        if name.starts_with("parts/") {
            parts.insert(name, source);
        } else {
            sources.push((name, source));
        }
    }
    for (name, source) in sources {
        let compile = |marks| {
            compile(&name, &source, &parts, options, marks).map_err(|what| io::Error::other(format!("{name}: {what}")))
        };
        let (plain, traced) = (compile(false)?, compile(true)?);
        compiled.push((name, plain, traced));
    }
    // A bit for each field that any template reads; those beyond the last bit share it.
    let fields: BTreeSet<&String> = compiled.iter().flat_map(|(_, plain, _)| &plain.reads).collect();
    let bit = |field: &String| 1_u128 << fields.iter().position(|other| *other == field).unwrap_or(127).min(127);
    let mut templates = Templates {
        plain: "&[\n".to_owned(),
        traced: "&[\n".to_owned(),
        differing: String::new(),
        fields: format!("&{:?}", fields.iter().collect::<Vec<_>>()),
    };
    // Writing into a String does not fail.
    for (name, plain, traced) in &compiled {
        let reads = plain.reads.iter().fold(0, |reads, field| reads | bit(field));
        let _ = writeln!(templates.plain, "({name:?}, {reads}, |plan, out| {{\n{}}}),", plain.code);
        let _ = writeln!(templates.traced, "({name:?}, |plan, out| {{\n{}}}),", traced.code);
    }
    templates.plain.push(']');
    templates.traced.push(']');
    templates.differing.push_str("|one, other| {\nlet mut set = 0;\n");
    for field in &fields {
        let _ = writeln!(templates.differing, "if one.{field} != other.{field} {{ set |= {}; }}", bit(field));
    }
    templates.differing.push_str("set\n}");
    Ok(templates)
}

/// `&[Source { id, title, blurb, choices: &[(option, value), …] }, …]`
fn presets(root: &Path) -> io::Result<String> {
    let mut table = String::from("&[\n");
    for path in files(root, "yaml")? {
        let invalid = |what: &str| io::Error::other(format!("{}: {what}", path.display()));
        let preset: Value = serde_yaml::from_str(&fs::read_to_string(&path)?).map_err(|e| invalid(&e.to_string()))?;
        let id = path.file_stem().unwrap_or_default().to_string_lossy();
        let text = |key: &str| preset.get(key).and_then(Value::as_str).ok_or_else(|| invalid(key));
        let choices = preset.get("choices").and_then(Value::as_mapping).ok_or_else(|| invalid("choices"))?;
        let _ = writeln!(
            table,
            "    Source {{ id: {id:?}, title: {:?}, blurb: {:?}, choices: &[",
            text("title")?,
            text("blurb")?
        );
        for (option, value) in choices {
            let value = match value {
                Value::Bool(value) => value.to_string(),
                Value::Number(value) if !value.is_f64() => value.to_string(),
                Value::String(value) => value.clone(),
                _ => return Err(invalid("a value is no text, whole number or switch")),
            };
            let _ = writeln!(table, "        ({:?}, {value:?}),", option.as_str().ok_or_else(|| invalid("a key"))?);
        }
        table.push_str("    ] },\n");
    }
    table.push(']');
    Ok(table)
}

fn main() -> io::Result<()> {
    for input in ["build.rs", "build", "templates", "src/catalog/presets", PLAN, OPTION_TABLE] {
        println!("cargo:rerun-if-changed={input}");
    }
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR").map_err(io::Error::other)?);
    let out = PathBuf::from(env::var("OUT_DIR").map_err(io::Error::other)?);
    let source = |path: &str| fs::read_to_string(root.join(path)).map(|text| text.replace("\r\n", "\n"));
    let options = Options::read(&source(PLAN)?, &source(OPTION_TABLE)?);
    let templates = templates(&root.join("templates"), &options)?;
    fs::write(out.join("templates.rs"), templates.plain)?;
    fs::write(out.join("traced.rs"), templates.traced)?;
    fs::write(out.join("differing.rs"), templates.differing)?;
    fs::write(out.join("fields.rs"), templates.fields)?;
    fs::write(out.join("marks.rs"), format!("({FIRST_MARK}, {MARK_COUNT})"))?;
    fs::write(out.join("presets.rs"), presets(&root.join("src/catalog/presets"))?)
}
