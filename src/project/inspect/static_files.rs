//! How static files are stored, and whether any are collected.

use super::Confidence::{Guess, Likely, Stated};
use super::{Claims, Evidence, Source};
use crate::project::settings::{Settings, Storage};
use crate::project::update::Tree;

/// Files that tell a platform to collect no static files.
const DISABLED: &str = ".heroku/collectstatic_disabled";

/// Whether a file says something by being there.
pub(super) fn is_marker(path: &str) -> bool {
    path == DISABLED
}

pub(super) fn read(tree: &Tree, settings: &Settings, claims: &mut Claims) {
    let text = |path: &str| tree.get(path).and_then(|bytes| std::str::from_utf8(bytes).ok());
    for path in tree.keys().filter(|path| path.ends_with("container.py")) {
        let Some(text) = text(path).filter(|text| text.contains("\ndef container_middleware(")) else { continue };
        return of_a_set(&Source { path, text }, claims);
    }
    if let Some(place) = disabled(tree) {
        return claims.claim("collectstatic", "none", Likely, place);
    }
    let evidence = |file: &str, line: usize| text(file).map(|text| Source { path: file, text }.line(line.max(1)));
    let module = settings.modules.iter().max_by_key(|(_, line)| *line > 0);
    let Some(place) = module.and_then(|(file, line)| evidence(file, *line)) else { return };
    if settings.is_without("django.contrib.staticfiles") {
        return claims.claim("collectstatic", "none", Likely, place);
    }
    let compresses = settings.on.iter().any(|name| name == "COMPRESS_OFFLINE");
    if compresses && settings.apps.iter().any(|app| app == "compressor") {
        let line = |(file, _): &(String, usize)| Source { path: file, text: text(file)? }.find("COMPRESS_OFFLINE");
        let place = settings.modules.iter().find_map(line).unwrap_or_else(|| place.clone());
        claims.claim("compress-offline", "true", Likely, place);
    }
    let storage = settings.static_storage.as_ref().or(settings.old_storage.as_ref());
    let own = storage.and_then(|storage| Some((of_storage(storage, claims)?, storage)));
    match own {
        Some((value, storage)) => {
            let Some(place) = evidence(&storage.file, storage.line) else { return };
            let is_remote = ["s3", "boto", "gcloud", "google", "azure", "dropbox", "storages."];
            let backend = storage.backend.to_ascii_lowercase();
            if value == "own" && !storage.is_default && is_remote.iter().any(|word| backend.contains(word)) {
                // The build has no credentials for it.
                claims.claim("collectstatic", "start", Likely, place.clone());
            }
            claims.claim("static-storage", value, Likely, place);
        }
        None => claims.claim("static-storage", "compressed", Guess, place),
    }
}

/// What a storage that the settings name asks for; nothing where it is Django's own default.
fn of_storage(storage: &Storage, claims: &Claims) -> Option<&'static str> {
    // Django 4.2 takes STATICFILES_STORAGE and DEFAULT_FILE_STORAGE, and refuses STORAGES beside them.
    let is_refused = storage.is_old && !claims.made.iter().any(|(id, value, _, _)| *id == "django" && value != "4.2");
    if storage.is_default {
        return is_refused.then_some("own");
    }
    match storage.backend.as_str() {
        _ if is_refused => Some("own"),
        "django.contrib.staticfiles.storage.StaticFilesStorage" => None,
        "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
        | "whitenoise.storage.CompressedManifestStaticFilesStorage" => Some("manifest"),
        "whitenoise.storage.CompressedStaticFilesStorage" => Some("compressed"),
        _ => Some("own"),
    }
}

/// What the settings of a set say.
fn of_a_set(source: &Source, claims: &mut Claims) {
    if let Some(place) = source.find("\n_STATIC_FILES = ") {
        let line = source.line(place.line + 1);
        let value = if line.text.contains("Manifest") { "manifest" } else { "compressed" };
        claims.claim("static-storage", value, Stated, line);
    } else if let Some(place) = source.find("STATIC_ROOT = ") {
        claims.claim("static-storage", "own", Stated, place);
    } else {
        claims.claim("collectstatic", "none", Stated, source.line(1));
    }
}

/// Where the project tells a platform to collect nothing.
fn disabled(tree: &Tree) -> Option<Evidence> {
    if tree.contains_key(DISABLED) {
        return Some(Evidence { file: DISABLED.to_owned(), line: 1, text: String::new() });
    }
    let text = tree.get("app.json").and_then(|bytes| std::str::from_utf8(bytes).ok())?;
    Source { path: "app.json", text }.find("\"DISABLE_COLLECTSTATIC\"")
}
