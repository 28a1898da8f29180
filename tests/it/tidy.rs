//! What the repository promises about itself.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use dunnage::output::templates::TEMPLATES;
use dunnage::plan::files::FILES;

use crate::support::{files_below, parts_of, root};

#[test]
fn every_template_is_a_file_of_the_table_and_the_other_way_round() {
    let templates: BTreeSet<&str> = TEMPLATES.iter().map(|(name, ..)| *name).collect();
    let files: BTreeSet<&str> = FILES.iter().map(|spec| spec.template).collect();
    assert_eq!(templates, files);
    assert_eq!(files.len(), FILES.len(), "a template stands twice");
    let (parts, on_disk): (BTreeSet<String>, BTreeSet<String>) = files_below(&root().join("templates"))
        .into_iter()
        .map(|path| path.strip_suffix(".j2").unwrap_or_else(|| panic!("{path} is no template")).to_owned())
        .partition(|name| name.starts_with("parts/"));
    assert_eq!(on_disk, templates.iter().map(|name| (*name).to_owned()).collect());
    // A part is what several templates have in common.
    let mut uses: BTreeMap<String, usize> = parts.into_iter().map(|part| (part, 0)).collect();
    for part in templates.iter().flat_map(|template| parts_of(template)) {
        *uses.get_mut(&part).unwrap_or_else(|| panic!("{part} is no part")) += 1;
    }
    assert!(uses.values().all(|count| *count > 1), "{uses:?}");
}

#[test]
fn every_file_says_what_it_is_for() {
    for spec in FILES {
        assert!(spec.why.ends_with('.') && spec.why.len() > 20, "{}", spec.template);
    }
}

#[test]
fn the_program_knows_no_template_engine() {
    for path in files_below(&root().join("src")).iter().filter(|path| path.ends_with(".rs")) {
        let text = fs::read_to_string(root().join("src").join(path)).expect("readable");
        assert!(!text.contains("minijinja"), "src/{path}");
    }
}

#[test]
fn only_the_faces_lift_the_ban_on_input_and_output() {
    for path in files_below(&root().join("src")).iter().filter(|path| path.ends_with(".rs")) {
        let text = fs::read_to_string(root().join("src").join(path)).expect("readable");
        let face = path.starts_with("bin/") || path.starts_with("ui/") || path == "main.rs";
        assert!(face || !text.contains("disallowed_"), "src/{path} lifts the ban of clippy.toml");
    }
}

/// Who may use whom: a folder of `src`, and the folders that its modules may name. ARCHITECTURE.md has the same table.
const LAYERS: &[(&str, &[&str])] = &[
    ("text", &[]),
    ("messages", &["text"]),
    ("catalog", &["text", "messages"]),
    ("plan", &["text", "messages", "catalog"]),
    ("output", &["text", "messages", "catalog", "plan"]),
    ("exchange", &["text", "messages", "catalog", "plan", "output"]),
    ("page", &["text", "messages", "catalog", "plan", "output", "exchange"]),
    ("project", &["text", "messages", "catalog", "plan", "output", "exchange"]),
    ("ui", &["text", "messages", "catalog", "plan", "output", "exchange", "page", "project"]),
];

/// The top-level modules of the crate that a source file names, by `crate::name` outside of its comments.
fn used_modules(source: &str) -> BTreeSet<&str> {
    let code = source.lines().filter(|line| !line.trim_start().starts_with("//"));
    let names = code.flat_map(|line| line.split("crate::").skip(1)).map(|rest| {
        let end = rest.find(|c: char| !c.is_ascii_lowercase() && c != '_').unwrap_or(rest.len());
        &rest[..end]
    });
    names.filter(|name| !name.is_empty()).collect()
}

#[test]
fn no_folder_uses_one_above_it() {
    let folders: BTreeSet<&str> = LAYERS.iter().map(|(folder, _)| *folder).collect();
    let mut seen = BTreeSet::new();
    let sources = files_below(&root().join("src"));
    for path in sources.iter().filter(|path| path.ends_with(".rs") && !path.starts_with("bin/")) {
        let Some((folder, _)) = path.split_once('/') else { continue };
        let (_, allowed) =
            LAYERS.iter().find(|(name, _)| *name == folder).unwrap_or_else(|| panic!("{folder} has no row"));
        seen.insert(folder);
        let text = fs::read_to_string(root().join("src").join(path)).expect("readable");
        // A module's own tests may start from the whole engine.
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        for used in used_modules(code).into_iter().filter(|used| *used != folder) {
            let engine = used == "engine" && ["page", "project", "ui"].contains(&folder);
            // `msg!` is exported by the crate, as macros are.
            let common = used == "version" || used == "msg" || engine;
            assert!(common || allowed.contains(&used), "src/{path} uses {used}, which {folder} may not");
        }
    }
    assert_eq!(seen, folders);
    assert_eq!(
        used_modules("use crate::plan::model;\n// crate::ui\nlet a = crate::text::quote::md(b);"),
        ["plan", "text"].into()
    );
}

#[test]
fn the_architecture_lists_who_may_use_whom() {
    let architecture = fs::read_to_string(root().join("ARCHITECTURE.md")).expect("readable");
    for (folder, allowed) in LAYERS {
        let uses = if allowed.is_empty() {
            "nothing".to_owned()
        } else {
            allowed.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
        };
        let row = format!("| `src/{folder}/` | {uses} |");
        assert!(architecture.contains(&row), "ARCHITECTURE.md lacks: {row}");
    }
}

#[test]
fn features_decide_which_modules_exist_and_nothing_else() {
    for path in files_below(&root().join("src")).iter().filter(|path| path.ends_with(".rs")) {
        let text = fs::read_to_string(root().join("src").join(path)).expect("readable");
        let lines: Vec<&str> = text.lines().map(str::trim).collect();
        for (number, line) in lines.iter().enumerate() {
            assert!(!line.contains("cfg!(feature"), "src/{path}:{} asks for a feature inside a function", number + 1);
            if line.starts_with("#[cfg(feature") {
                let next = lines.get(number + 1).copied().unwrap_or_default();
                assert!(
                    next.contains("mod ") && next.ends_with(';'),
                    "src/{path}:{}: only a `mod` line may have a feature",
                    number + 1
                );
            }
        }
    }
}

/// The first text between double quotes after a key at the start of a line.
fn stated(path: &str, key: &str) -> String {
    let text = fs::read_to_string(root().join(path)).expect("readable");
    let line = text.lines().find(|line| line.split(" =").next() == Some(key));
    let line = line.unwrap_or_else(|| panic!("{path} has no {key}"));
    line.split('"').nth(1).unwrap_or_else(|| panic!("{path}: {line}")).to_owned()
}

#[test]
fn the_toolchain_is_the_oldest_supported() {
    let oldest = stated("Cargo.toml", "rust-version");
    assert_eq!(stated("rust-toolchain.toml", "channel"), format!("{oldest}.0"));
    let readme = fs::read_to_string(root().join("README.md")).expect("readable");
    assert!(readme.contains(&format!("Rust {oldest} or newer")), "README.md states another version than {oldest}");
    // Clippy takes the version from Cargo.toml; one of its own would only be able to differ.
    let clippy = fs::read_to_string(root().join("clippy.toml")).expect("readable");
    assert!(!clippy.lines().any(|line| line.starts_with("msrv")), "clippy.toml states a version of its own");
}

#[test]
fn the_licenses_are_those_that_cargo_toml_names() {
    assert_eq!(stated("Cargo.toml", "license"), "MIT OR Apache-2.0");
    for (path, words) in [("LICENSE-MIT", "The Dunnage developers"), ("LICENSE-APACHE", "Version 2.0, January 2004")] {
        let text = fs::read_to_string(root().join(path)).expect("readable");
        assert!(text.contains(words), "{path}");
    }
}

/// Phrases that no native writer uses, and British spellings, each with what to write instead.
const CLUMSY: &[(&str, &str)] = &[
    ("ends TLS", "terminates TLS"),
    ("end TLS", "terminate TLS"),
    ("TLS ends", "TLS is terminated"),
    ("does without", "does not need, or leaves out"),
    ("do without", "do not need, or leave out"),
    ("did without", "did not need, or left out"),
    ("for want of", "because there is no"),
    ("another one", "a different one, or name what differs"),
    ("anew", "again, or a verb with re-"),
    ("whoever", "name the actor"),
    ("somebody", "name the actor"),
    ("nobody", "name the actor, or no one"),
    ("everybody", "everyone, or name them"),
    ("is wanted", "is expected"),
    ("are wanted", "are expected"),
    ("a service more", "one more service"),
    ("a package more", "one more package"),
    ("a file more", "one more file"),
    ("a directory more", "one more directory"),
    ("seconds more", "another … seconds"),
    ("one service less", "one fewer service"),
    ("one file less", "one fewer file"),
    ("a volume is no backup", "a volume is not a backup"),
    ("comes along", "is included"),
    ("come along", "are included"),
    ("brings along", "includes"),
    ("brought along", "included"),
    ("take along", "export, or use"),
    ("belong into", "belong in"),
    ("at home with", "suited to"),
    ("in vain", "without success"),
    ("knows no", "does not support"),
    ("bears being", "can be, or is idempotent"),
    ("bear being", "can be, or is idempotent"),
    ("a process of its own", "a separate process"),
    ("a container of its own", "a separate container"),
    ("behaviour", "behavior"),
    ("catalogue", "catalog"),
    ("centre", "center"),
    ("colour", "color"),
    ("colours", "colors"),
    ("licence", "license"),
    ("neighbour", "neighbor"),
    ("organisation", "organization"),
    ("recognise", "recognize"),
    ("recognises", "recognizes"),
    ("spelt", "spelled"),
];

/// Where one of the texts, each with its name, has one of the phrases: name, line, the phrase and what to write instead.
///
/// Words are matched whole and in any case. Code between backticks is not prose, and neither is a line that begins with
/// "BAD": it shows how not to write.
fn clumsy(texts: &[(String, String)], phrases: &[(&str, &str)]) -> Vec<String> {
    let mut found = Vec::new();
    for (name, text) in texts {
        for (number, line) in (1..).zip(text.lines()) {
            if line.trim_start_matches(['-', '*', '/', '#', '|', ' ']).starts_with("BAD") {
                continue;
            }
            let prose: String = line.to_lowercase().split('`').step_by(2).collect::<Vec<_>>().join("`");
            for (phrase, better) in phrases {
                if has_words(&prose, &phrase.to_lowercase()) {
                    found.push(format!("{name}:{number}: “{phrase}”; better: {better}"));
                }
            }
        }
    }
    found
}

/// Whether a text has these words, not as parts of longer ones.
fn has_words(text: &str, words: &str) -> bool {
    let inside = |letter: Option<char>| letter.is_some_and(|letter| letter.is_alphanumeric() || letter == '_');
    text.match_indices(words)
        .any(|(at, _)| !inside(text[..at].chars().next_back()) && !inside(text[at + words.len()..].chars().next()))
}

/// The prose that is written by hand outside of the program: templates and documentation. Pages that are made from the
/// tables or from the record of the verification are as good as their sources.
fn written_by_hand() -> Vec<(String, String)> {
    let mut names: Vec<String> =
        files_below(&root().join("templates")).into_iter().map(|path| format!("templates/{path}")).collect();
    let pages = files_below(&root().join("docs")).into_iter().filter(|path| path.ends_with(".md"));
    names.extend(pages.filter(|path| path != "verification.md").map(|path| format!("docs/{path}")));
    // The comments of compose files and of .env.example are in these two.
    names.extend(["src/plan/settings.rs", "src/plan/stack.rs"].map(str::to_owned));
    names.extend(
        ["README.md", "ARCHITECTURE.md", "CHANGELOG.md", "CONTRIBUTING.md", "STYLE.md"]
            .into_iter()
            .filter(|name| root().join(name).exists())
            .map(str::to_owned),
    );
    let read = |name: String| {
        let text = fs::read_to_string(root().join(&name)).unwrap_or_else(|error| panic!("{name}: {error}"));
        (name, text)
    };
    names.into_iter().map(read).filter(|(_, text)| !text.starts_with("<!-- Made from the tables")).collect()
}

#[test]
fn templates_and_documentation_are_plain_english() {
    let texts = written_by_hand();
    for name in
        ["templates/CONTAINERS.md.j2", "templates/.github/workflows/containers.yml.j2", "docs/hosting.md", "README.md"]
    {
        assert!(texts.iter().any(|(found, _)| found == name), "{name} is not read");
    }
    let found = clumsy(&texts, CLUMSY);
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn every_clumsy_phrase_is_found() {
    let found = |line: &str| clumsy(&[("page.md".to_owned(), line.to_owned())], CLUMSY).len();
    for (phrase, _) in CLUMSY {
        assert!(found(&format!("Nginx, {phrase}.")) > 0, "{phrase}");
        assert!(found(&format!("# {}", phrase.to_uppercase())) > 0, "{phrase}");
        assert_eq!(found(&format!("BAD: Nginx {phrase}.")), 0, "{phrase}");
        assert_eq!(found(&format!("- BAD: Nginx {phrase}.")), 0, "{phrase}");
    }
    assert_eq!(found("`catalogue()` is code, and “discoloured” only contains a phrase."), 0);
}
