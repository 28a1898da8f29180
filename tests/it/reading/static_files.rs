//! How static files are stored, and what of the project's storages stays.

use super::{MANAGE, SETTINGS, found, migrated, settings, text, tree, value};
use crate::support::{have, run};

/// Settings, and what they say: how static files are stored, and when they are collected.
#[test]
fn the_storage_of_static_files_is_the_projects_own() {
    let requirements = ("requirements.txt", "Django==5.2.4\n");
    for (more, storage, collected) in [
        ("", "compressed", ""),
        ("STORAGES = {\"default\": {\"BACKEND\": \"storages.backends.s3.S3Storage\"}}\n", "compressed", ""),
        (
            "STORAGES = {\"staticfiles\": {\"BACKEND\": \"django.contrib.staticfiles.storage.StaticFilesStorage\"}}\n",
            "compressed",
            "",
        ),
        (
            "STORAGES = {\"staticfiles\": {\"BACKEND\": \
             \"whitenoise.storage.CompressedManifestStaticFilesStorage\"}}\n",
            "manifest",
            "",
        ),
        ("STORAGES = {\"staticfiles\": {\"BACKEND\": \"shop.storage.Forgiving\"}}\n", "own", ""),
        ("STORAGES = {\"staticfiles\": {\"BACKEND\": \"storages.backends.s3.S3Storage\"}}\n", "own", "start"),
        ("STATICFILES_STORAGE = \"whitenoise.storage.CompressedManifestStaticFilesStorage\"\n", "manifest", ""),
        ("if DEBUG:\n    pass\nelse:\n    STATICFILES_STORAGE = \"shop.storage.Own\"\n", "own", ""),
    ] {
        let found = found(&tree(&[MANAGE, requirements, ("shop/settings.py", &settings(more))]));
        assert_eq!(
            (value(&found, "static-storage"), value(&found, "collectstatic")),
            (storage.into(), collected.into()),
            "{more}"
        );
    }
    // Django 4.2 refuses STORAGES beside the older settings.
    let requirements = ("requirements.txt", "Django==4.2.4\n");
    for more in [
        "STATICFILES_STORAGE = \"whitenoise.storage.CompressedManifestStaticFilesStorage\"\n",
        "DEFAULT_FILE_STORAGE = \"storages.backends.s3.S3Storage\"\n",
    ] {
        let found = found(&tree(&[MANAGE, requirements, ("shop/settings.py", &settings(more))]));
        assert_eq!(value(&found, "static-storage"), "own", "{more}");
    }
}

#[test]
fn a_project_without_static_files_collects_none() {
    let none = SETTINGS.replace(", \"django.contrib.staticfiles\"", "");
    let unknown = none.replace("[\"django", "apps() + [\"django");
    let base = "from .other import *\nINSTALLED_APPS += [\"shop\"]\n";
    for (files, expected) in [
        (vec![("shop/settings.py", none.as_str())], "none"),
        (vec![("shop/settings.py", unknown.as_str())], ""),
        (vec![("shop/settings.py", base)], ""),
        (vec![("shop/settings.py", SETTINGS)], ""),
        (vec![("shop/settings.py", SETTINGS), (".heroku/collectstatic_disabled", "")], "none"),
    ] {
        let found = found(&tree(&[&[MANAGE], &files[..]].concat()));
        assert_eq!(value(&found, "collectstatic"), expected, "{files:?}");
    }
    let plan = migrated(&tree(&[MANAGE, ("shop/settings.py", &none)]));
    for path in ["docker/Dockerfile", "docker/entrypoint.sh", "shop/container.py"] {
        assert!(!text(&plan, path).contains("collectstatic") && !text(&plan, path).contains("STATIC_ROOT"), "{path}");
    }
}

#[test]
fn what_django_compressor_needs_in_advance_is_made() {
    for (more, expected) in [
        ("INSTALLED_APPS += [\"compressor\"]\nCOMPRESS_OFFLINE = True\n", "true"),
        ("INSTALLED_APPS += [\"compressor\"]\n", ""),
        ("INSTALLED_APPS += [\"compressor\"]\nCOMPRESS_OFFLINE = False\n", ""),
        ("COMPRESS_OFFLINE = True\n", ""),
    ] {
        let project = tree(&[MANAGE, ("shop/settings.py", &settings(more))]);
        assert_eq!(value(&found(&project), "compress-offline"), expected, "{more}");
        let plan = migrated(&project);
        let dockerfile = text(&plan, "docker/Dockerfile");
        assert_eq!(dockerfile.contains("&& python manage.py compress --force"), expected == "true", "{dockerfile}");
    }
}

/// The lines at the end of the settings run: uploads stay where the project has them.
#[test]
fn the_other_storages_of_a_project_stay() {
    if !have("python3", "reading::static_files::the_other_storages_of_a_project_stay", "install Python 3") {
        return;
    }
    for (more, expected) in [
        (
            "STORAGES = {\"default\": {\"BACKEND\": \"s3\"}, \"more\": 1, \"staticfiles\": \
             {\"BACKEND\": \"django.contrib.staticfiles.storage.StaticFilesStorage\"}}\n",
            "{'default': {'BACKEND': 's3'}, 'staticfiles': {'BACKEND': 'ours'}, 'more': 1}",
        ),
        ("", "{'default': {'BACKEND': 'files'}, 'staticfiles': {'BACKEND': 'ours'}}"),
    ] {
        let plan = migrated(&tree(&[MANAGE, ("shop/settings.py", &settings(more))]));
        let lines = text(&plan, "shop/settings.py").replace("Path(__file__).resolve().parent.parent", "None");
        let container = "STORAGES = {'default': {'BACKEND': 'files'}, 'staticfiles': {'BACKEND': 'ours'}}\n\
                         def container_middleware(middleware):\n    return middleware\n";
        let program = format!("{}\nprint(STORAGES)\n", lines.replace("from .container import *", container_marker()))
            .replace(container_marker(), &format!("exec({container:?})"));
        let (ok, out, errors) = run("python3", &["-"], &program);
        assert!(ok, "{errors}\n{program}");
        assert_eq!(out.trim(), expected, "{program}");
    }
}

const fn container_marker() -> &'static str {
    "pass_container"
}
