//! What `make verify` left: the record, and the pages made from it.
//!
//! The record may lag behind the templates, because a run takes hours; the pages then name each file that was added or
//! changed since. `DUNNAGE_UPDATE=1` makes the pages again, and `DUNNAGE_RELEASE=1` demands a record that lacks nothing.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use dunnage::plan::files::FILES;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::support::{have, root, run, template_with_parts};

/// The record and the pages made from it, below a directory.
struct Verified {
    record: Value,
    markdown: String,
    page: String,
    footer: String,
}

impl Verified {
    fn read(home: &Path) -> Self {
        let read = |path: &str| fs::read_to_string(home.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
        Self {
            record: serde_json::from_str(&read("docs/verification.json")).expect("JSON"),
            markdown: read("docs/verification.md"),
            page: read("public/verification.html"),
            footer: read("docs/verified.html"),
        }
    }

    /// What the record lacks, file by file, and what the pages do not say of it.
    fn problems(&self, release: bool) -> Vec<String> {
        let mut problems = Vec::new();
        let files = self.record["texts"]["files"].as_array().expect("files");
        let recorded: BTreeMap<&str, &str> = files
            .iter()
            .map(|file| (file["template"].as_str().expect("a template"), file["source"].as_str().unwrap_or_default()))
            .collect();
        let mut newer = 0;
        for spec in FILES {
            let template = spec.template;
            let source = template_with_parts(template);
            let state = match recorded.get(template) {
                Some(checked) if **checked == format!("{:x}", Sha256::digest(source)) => continue,
                Some(_) => "changed",
                None => "added",
            };
            newer += 1;
            if release {
                problems.push(format!("{template} was {state} since: run `make verify`"));
            }
            let said = format!("not verified since it was {state}");
            if !self.markdown.contains(&format!("| `{template}` | {said} |")) {
                problems.push(format!("docs/verification.md does not say that {template} is {said}"));
            }
            if !self.page.contains(&format!("<code>{template}</code></th><td>{said}</td>")) {
                problems.push(format!("public/verification.html does not say that {template} is {said}"));
            }
        }
        let said = [&self.markdown, &self.page].map(|page| page.matches("not verified since it was").count());
        if said != [newer; 2] {
            problems.push(format!("the pages name {said:?} files that are newer than the record, and {newer} are"));
        }
        let since = format!("<span>Files added or changed since: {newer}.</span>");
        if self.footer.contains("added or changed since") != (newer > 0) || newer > 0 && !self.footer.contains(&since) {
            problems.push(format!("docs/verified.html does not say that {newer} files are newer than the record"));
        }
        for template in recorded.keys().filter(|template| FILES.iter().all(|spec| spec.template != **template)) {
            problems.push(format!("{template} is no longer a file of the table"));
        }
        problems
    }
}

/// Makes the pages below `home` from the record there; false where Python is missing.
fn make_pages(home: &Path, test: &str) -> bool {
    if !have("python3", test, "install Python 3.10 or newer") {
        return false;
    }
    let nothing_new = tempfile::tempdir().expect("a directory");
    let path = |path: &Path| path.to_str().expect("UTF-8").to_owned();
    let script = path(&root().join("scripts/verification.py"));
    let record = path(&home.join("docs/verification.json"));
    let (ok, out, errors) = run("python3", &[&script, &path(nothing_new.path()), &record, &path(home)], "");
    assert!(ok, "{out}{errors}");
    true
}

#[test]
fn the_record_is_shown_with_what_it_lacks() {
    if std::env::var("DUNNAGE_UPDATE").as_deref() == Ok("1") {
        make_pages(&root(), "verification::the_record_is_shown_with_what_it_lacks");
    }
    let release = std::env::var("DUNNAGE_RELEASE").as_deref() == Ok("1");
    let verified = Verified::read(&root());
    let problems = verified.problems(release);
    assert!(problems.is_empty(), "DUNNAGE_UPDATE=1 cargo test verification makes the pages again: {problems:#?}");

    let files = verified.record["texts"]["files"].as_array().expect("files");
    for file in files {
        let template = file["template"].as_str().expect("a template");
        assert!(verified.markdown.contains(&format!("| `{template}` |")), "{template} is not in docs/verification.md");
        assert!(verified.page.contains(&format!("<code>{template}</code>")), "{template} is not in the page");
        for finding in file["findings"].as_array().expect("findings") {
            let level = finding["level"].as_str().expect("a level");
            assert!(["info", "style"].contains(&level), "{template}: {finding}");
            assert!(finding["reason"].as_str().is_some_and(|reason| !reason.is_empty()), "{template}: {finding}");
        }
    }
    let texts: u64 = files.iter().filter_map(|file| file["checked"].as_u64()).sum();
    let spelled = texts.to_string();
    let spelled = format!("{},{}", &spelled[..spelled.len() - 3], &spelled[spelled.len() - 3..]);
    assert!(texts > 10_000 && verified.footer.contains(&format!("{spelled} distinct variants")), "{texts}");
    for part in ["boot", "survive"] {
        let rows = verified.record[part]["rows"].as_array().expect("rows");
        assert!(rows.len() > 20, "{part}");
        for row in rows {
            assert!(row["checks"].as_u64().is_some_and(|checks| checks > 0), "{row}");
            assert!(row["observed"].as_str().is_some_and(|seen| !seen.is_empty()), "{row}");
        }
        assert!(verified.footer.contains(&rows.len().to_string()), "{part}: {}", verified.footer);
    }
}

#[test]
fn a_file_that_is_newer_than_the_record_may_land_and_stops_a_release() {
    let home = tempfile::tempdir().expect("a directory");
    for directory in ["docs", "public"] {
        fs::create_dir(home.path().join(directory)).expect("writable");
    }
    let write = |record: &Value| {
        let text = serde_json::to_string(record).expect("JSON");
        fs::write(home.path().join("docs/verification.json"), text).expect("writable");
        make_pages(home.path(), "verification::a_file_that_is_newer_than_the_record_may_land_and_stops_a_release")
    };

    // A record of today's templates, whatever the one of the checkout lacks.
    let mut record = Verified::read(&root()).record;
    let entry = record["texts"]["files"][0].clone();
    let whole: Vec<Value> = FILES
        .iter()
        .map(|spec| {
            let source = template_with_parts(spec.template);
            let mut entry = entry.clone();
            entry["template"] = spec.template.into();
            entry["source"] = format!("{:x}", Sha256::digest(source)).into();
            entry
        })
        .collect();
    record["texts"]["files"] = whole.clone().into();
    if !write(&record) {
        return;
    }
    let current = Verified::read(home.path());
    assert_eq!(current.problems(true), Vec::<String>::new());

    let mut files = whole;
    let added = files.remove(0);
    files[0]["source"] = "0".repeat(64).into();
    files.push(added.clone());
    files.last_mut().expect("it")["template"] = "gone.txt".into();
    record["texts"]["files"] = files.into();
    assert!(write(&record));
    let behind = Verified::read(home.path());
    assert_eq!(behind.problems(false), Vec::<String>::new());
    let (added, changed) = (FILES[0].template, FILES[1].template);
    assert_eq!(
        behind.problems(true),
        [
            format!("{added} was added since: run `make verify`"),
            format!("{changed} was changed since: run `make verify`")
        ]
    );
    assert!(!behind.page.contains("gone.txt"), "what is no longer made is no longer shown");
    // Pages that keep silent about it are found.
    let silent = Verified { record: behind.record.clone(), ..current };
    assert_eq!(silent.problems(false).len(), 6, "{:#?}", silent.problems(false));
}
