//! What every test binary needs: a test whose real part is missing is skipped by name, never silently.

use std::fs;
use std::io::Write as _;

/// Notes that a test cannot run here, and how to change that. `scripts/test.sh` counts what the file in
/// `DUNNAGE_SKIPS` lists; with `CI=true` nothing may be skipped, and this panics.
pub(crate) fn skip(test: &str, missing: &str, how: &str) {
    assert!(std::env::var("CI").as_deref() != Ok("true"), "{test}: {missing}. {how}");
    let line = format!("{test}\t{missing}: {how}\n");
    eprint!("skipped: {line}");
    if let Ok(path) = std::env::var("DUNNAGE_SKIPS") {
        let mut file = fs::OpenOptions::new().create(true).append(true).open(path).expect("the list of skips");
        file.write_all(line.as_bytes()).expect("the list of skips");
    }
}
