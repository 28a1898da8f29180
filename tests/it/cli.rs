//! The command line as a process: exit codes, what goes where, and that nothing of the user's is lost.

use std::fs;
use std::process::{Command, Output};

use dunnage::catalog::codec::{to_link, to_yaml};
use dunnage::catalog::options::{Choices, OPTIONS};
use dunnage::catalog::presets::presets;
use dunnage::output::manifest::MANIFEST;
use serde_yaml::Value;

use crate::names::HOSTILE;
use crate::support::{choices, files_below, have, rendered, root, run};

fn dunnage(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_dunnage")).args(args).output().expect("the program starts")
}

fn code(output: &Output) -> i32 {
    output.status.code().expect("an exit code")
}

fn told(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("UTF-8")
}

fn text(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("UTF-8")
}

#[test]
fn render_writes_the_set_with_its_modes() {
    let directory = tempfile::tempdir().expect("a directory");
    let out = directory.path().join("deep/shop");
    let output = dunnage(&["render", "--preset", "senex", "--out", &out.to_string_lossy()]);
    assert_eq!(code(&output), 0, "{}", told(&output));
    assert!(output.stdout.is_empty(), "messages belong on standard error");
    let preset = presets().iter().find(|preset| preset.id == "senex").expect("a preset");
    let expected = rendered(&preset.choices).files;
    assert_eq!(files_below(&out), expected.iter().map(|(path, _)| path.to_owned()).collect::<Vec<_>>());
    for (path, file) in expected.iter() {
        assert_eq!(fs::read_to_string(out.join(path)).expect("written"), file.text, "{path}");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = fs::metadata(out.join(path)).expect("written").permissions().mode() & 0o777;
            assert_eq!(mode, file.mode(), "{path}");
        }
    }
}

#[test]
fn an_edited_file_stops_everything_until_forced() {
    let directory = tempfile::tempdir().expect("a directory");
    let out = directory.path().to_string_lossy().into_owned();
    assert_eq!(code(&dunnage(&["render", "--out", &out])), 0);
    assert_eq!(code(&dunnage(&["render", "--out", &out])), 0, "the same again changes nothing");

    let edited = directory.path().join("docker-compose.yml");
    fs::write(&edited, "mine\n").expect("writable");
    fs::remove_file(directory.path().join(".env.example")).expect("there");
    let output = dunnage(&["render", "--out", &out]);
    assert_eq!(code(&output), 3);
    assert!(told(&output).contains("  docker-compose.yml\n"), "{}", told(&output));
    assert!(!told(&output).contains("Dockerfile"), "files that do not differ are not listed");
    assert_eq!(fs::read_to_string(&edited).expect("there"), "mine\n");
    assert!(!directory.path().join(".env.example").exists(), "nothing is written then");

    assert_eq!(code(&dunnage(&["render", "--out", &out, "--force"])), 0);
    assert_ne!(fs::read_to_string(&edited).expect("there"), "mine\n");
}

#[test]
fn contradictions_write_nothing_and_exit_1() {
    let directory = tempfile::tempdir().expect("a directory");
    let out = directory.path().join("new").to_string_lossy().into_owned();
    let output = dunnage(&["render", "--set", "flower=true", "--out", &out]);
    assert_eq!(code(&output), 1);
    assert!(told(&output).contains("error: flower: "), "{}", told(&output));
    assert!(told(&output).contains("--set celery=worker"), "the way out is shown: {}", told(&output));
    assert!(!directory.path().join("new").exists());
}

#[test]
fn warnings_do_not_stop() {
    let output = dunnage(&["render", "--set", "python=3.10", "--stdout", "docker/Dockerfile", "--today", "2026-11-23"]);
    assert_eq!(code(&output), 0);
    assert!(told(&output).contains("warning: python: "), "{}", told(&output));
    assert!(text(&output).contains("python:3.10-slim"));
    let output = dunnage(&["render", "--set", "python=3.10", "--stdout", "docker/Dockerfile", "--today", "2026-01-01"]);
    assert!(!told(&output).contains("warning"), "{}", told(&output));
}

#[test]
fn refused_names_exit_1_with_the_reason() {
    for id in ["project-name", "django-module", "settings-module", "app-user", "domain"] {
        // A process takes no NUL in an argument, so that this one cannot reach the program.
        for text in HOSTILE.iter().filter(|text| !text.contains('\0')) {
            let output = dunnage(&["render", "--set", &format!("{id}={text}"), "--stdout", "docker-compose.yml"]);
            assert_eq!(code(&output), 1, "{id}={text:?}: {}", told(&output));
            assert!(told(&output).contains(&format!("error: --set: {id}: ")), "{}", told(&output));
            assert!(output.stdout.is_empty());
        }
    }
    assert_eq!(code(&dunnage(&["render", "--set", "app-user=root", "--stdout", "x"])), 1);
    assert_eq!(code(&dunnage(&["render", "--set", "django-module=import", "--stdout", "x"])), 1);
}

#[test]
fn unknown_words_exit_2_and_name_the_nearest() {
    for (args, hint) in [
        (&["render", "--preset", "sennex", "--out", "x"][..], "senex"),
        (&["render", "--set", "postgress=16", "--out", "x"], "postgres"),
        (&["render", "--set", "server=gunicron", "--out", "x"], "gunicorn"),
        (&["render", "--stdout", "docker/Dockerfle"], "docker/Dockerfile"),
        (&["rendr"], "render"),
        (&["render", "--pre", "senex", "--out", "x"], "--preset"),
    ] {
        let output = dunnage(args);
        assert_eq!(code(&output), 2, "{args:?}: {}", told(&output));
        assert!(told(&output).contains(hint), "{args:?}: {}", told(&output));
    }
    for args in [&["render"][..], &["render", "--out", "x", "--zip", "y"], &["render", "--set", "x", "--out", "y"], &[]]
    {
        assert_eq!(code(&dunnage(args)), 2, "{args:?}");
    }
}

#[test]
fn a_choices_file_is_read_and_its_faults_are_named() {
    let directory = tempfile::tempdir().expect("a directory");
    let file = directory.path().join("choices.yaml");
    let path = file.to_string_lossy().into_owned();
    let wish = choices(&[("python", "3.12"), ("celery", "worker")]);
    fs::write(&file, to_yaml(&wish)).expect("writable");
    let output = dunnage(&["render", "--choices", &path, "--set", "flower=true", "--stdout", "docker-compose.yml"]);
    assert_eq!(code(&output), 0, "{}", told(&output));
    let mut expected = wish;
    expected.flower = true;
    assert_eq!(text(&output), rendered(&expected).files.get("docker-compose.yml").expect("a file").text);

    fs::write(&file, "python: '3.12'\nservr: daphne\n").expect("writable");
    let output = dunnage(&["render", "--choices", &path, "--stdout", "docker-compose.yml"]);
    assert_eq!(code(&output), 2);
    assert!(told(&output).contains("servr (line 2)") && told(&output).contains("“server”"), "{}", told(&output));

    fs::write(&file, "app-user: root\n").expect("writable");
    assert_eq!(code(&dunnage(&["render", "--choices", &path, "--stdout", "docker-compose.yml"])), 1);
    fs::write(&file, [0xff, 0xfe, 0x00]).expect("writable");
    let output = dunnage(&["render", "--choices", &path, "--stdout", "docker-compose.yml"]);
    assert_eq!(code(&output), 4);
    assert!(told(&output).contains("not UTF-8"), "{}", told(&output));
    assert_eq!(code(&dunnage(&["render", "--choices", "/nonexistent", "--stdout", "x"])), 4);
}

#[test]
fn the_zip_is_the_same_every_time_and_other_readers_agree() {
    let directory = tempfile::tempdir().expect("a directory");
    let zips: Vec<_> = ["one.zip", "two.zip"].iter().map(|name| directory.path().join(name)).collect();
    for zip in &zips {
        let output = dunnage(&["render", "--preset", "new-project", "--zip", &zip.to_string_lossy()]);
        assert_eq!(code(&output), 0, "{}", told(&output));
    }
    let bytes = fs::read(&zips[0]).expect("written");
    assert_eq!(bytes, fs::read(&zips[1]).expect("written"));
    fs::write(&zips[1], "mine").expect("writable");
    assert_eq!(code(&dunnage(&["render", "--zip", &zips[1].to_string_lossy()])), 3);
    assert_eq!(fs::read(&zips[1]).expect("there"), b"mine");

    if !have("python3", "cli::the_zip_is_the_same_every_time_and_other_readers_agree", "install Python 3") {
        return;
    }
    let script = "import sys, zipfile, stat\nz = zipfile.ZipFile(sys.argv[1])\nassert z.testzip() is None\n\
                  for i in z.infolist():\n    print(oct(i.external_attr >> 16 & 0o777)[2:], i.date_time[0], i.filename)\n";
    let (ok, listed, errors) = run("python3", &["-c", script, &zips[0].to_string_lossy()], "");
    assert!(ok, "{errors}");
    let new = presets().iter().find(|preset| preset.id == "new-project").expect("a preset");
    let expected: Vec<String> = rendered(&new.choices)
        .files
        .iter()
        .map(|(path, file)| format!("{:o} 1980 my-project/{path}", file.mode()))
        .collect();
    assert_eq!(listed.lines().collect::<Vec<_>>(), expected);
    if have("unzip", "cli::unzip_reads_the_zip", "install unzip") {
        let out = directory.path().join("unpacked");
        let (ok, _, errors) = run("unzip", &["-q", &zips[0].to_string_lossy(), "-d", &out.to_string_lossy()], "");
        assert!(ok, "{errors}");
        assert_eq!(files_below(&out).len(), expected.len());
    }
}

#[test]
fn options_and_presets_are_listed_for_people_and_programs() {
    let json: Vec<Value> = serde_yaml::from_str(&text(&dunnage(&["options", "--json"]))).expect("JSON is YAML");
    let ids: Vec<&str> = json.iter().map(|row| row["id"].as_str().expect("an id")).collect();
    assert_eq!(ids, OPTIONS.iter().map(|spec| spec.id).collect::<Vec<_>>());
    for (row, spec) in json.iter().zip(OPTIONS) {
        assert_eq!(row["default"].as_str(), Some(spec.get(&Choices::default()).as_str()));
        assert_eq!(row["label"].as_str(), Some(spec.label));
    }
    let listed = text(&dunnage(&["options"]));
    assert!(OPTIONS.iter().all(|spec| listed.contains(spec.id)));

    let json: Vec<Value> = serde_yaml::from_str(&text(&dunnage(&["presets", "--json"]))).expect("JSON is YAML");
    assert_eq!(json.len(), presets().len());
    for (row, preset) in json.iter().zip(presets()) {
        let pairs: Vec<(&str, &str)> = row["choices"]
            .as_mapping()
            .expect("choices")
            .iter()
            .map(|(id, value)| (id.as_str().expect("an id"), value.as_str().expect("a value")))
            .collect();
        assert_eq!(choices(&pairs), preset.choices, "{}", preset.id);
    }
    assert!(presets().iter().all(|preset| text(&dunnage(&["presets"])).contains(preset.id)));
}

#[test]
fn two_sides_are_compared_in_three_forms() {
    let directory = tempfile::tempdir().expect("a directory");
    let out = directory.path().join("shop").to_string_lossy().into_owned();
    assert_eq!(code(&dunnage(&["render", "--preset", "reference", "--out", &out])), 0);
    let today = ["--today", "2026-11-23"];
    for left in ["reference", &out, &format!("{out}/dunnage.yaml")] {
        let output = dunnage(&[&["compare", left, "senex", "--format", "json"], &today[..]].concat());
        assert_eq!(code(&output), 0, "{}", told(&output));
        let json: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
        assert_eq!((json["left"].as_str(), json["right"].as_str()), (Some(left), Some("senex")));
        assert_eq!(json["aspects"][1]["mark"], "Adapt");
        assert_eq!(json["files"][0]["change"], "change");
        assert!(json["files"][0]["diff"].as_str().expect("a diff").contains("-FROM python:3.11"));
        let table = text(&dunnage(&[&["compare", left, "senex"], &today[..]].concat()));
        assert!(table.contains("User Management  Dynamic UID/GID via gosu"), "{table}");
    }
    let markdown = text(&dunnage(&[&["compare", "reference", "senex", "--format", "markdown"], &today[..]].concat()));
    let golden = fs::read_to_string(root().join("tests/compare/reference-senex.md")).expect("the golden");
    assert!(markdown == golden, "the engine and the command line give different Markdown");
    fs::write(directory.path().join("shop/docker-compose.yml"), "mine\n").expect("writable");
    let table = text(&dunnage(&["compare", &out, "reference"]));
    let row = table.lines().find(|line| line.starts_with("docker-compose.yml")).expect("a row");
    assert!(row.contains("change") && row.ends_with("−1"), "{row}");

    let output = dunnage(&["compare", "refrence", "senex"]);
    assert_eq!(code(&output), 2);
    assert!(told(&output).contains("“reference”"), "{}", told(&output));
    // A project without a manifest is inspected.
    let output = dunnage(&["compare", "tests/fixtures/projects/split-settings", "senex"]);
    assert_eq!(code(&output), 0, "{}", told(&output));
    assert!(text(&output).contains("shop.settings.production"), "{}", text(&output));
}

#[cfg(unix)]
#[test]
fn a_link_out_of_the_directory_is_not_followed() {
    let directory = tempfile::tempdir().expect("a directory");
    let out = directory.path().join("shop");
    assert_eq!(code(&dunnage(&["render", "--out", &out.to_string_lossy()])), 0);
    fs::write(directory.path().join("secret"), "not to be shown\n").expect("writable");
    fs::remove_file(out.join("docker-compose.yml")).expect("there");
    std::os::unix::fs::symlink("../secret", out.join("docker-compose.yml")).expect("a link");
    let output = dunnage(&["compare", &out.to_string_lossy(), "senex", "--format", "markdown"]);
    assert_eq!(code(&output), 4);
    assert!(told(&output).contains("docker-compose.yml: this points outside the directory"), "{}", told(&output));
    assert!(!text(&output).contains("not to be shown"));
}

#[test]
fn a_project_is_inspected_in_three_forms() {
    let project = "tests/fixtures/projects/channels";
    let output = dunnage(&["inspect", project]);
    assert_eq!(code(&output), 0, "{}", told(&output));
    assert_eq!(text(&output), fs::read_to_string(root().join(format!("{project}.txt"))).expect("the expectation"));
    let json: serde_json::Value =
        serde_json::from_slice(&dunnage(&["inspect", project, "--json"]).stdout).expect("JSON");
    let row = json["inferred"].as_array().expect("rows").iter().find(|row| row["option"] == "redis").expect("a row");
    assert_eq!((&row["value"], &row["confidence"]), (&"valkey-8".into(), &"stated".into()));
    assert_eq!((&row["evidence"][0]["file"], &row["evidence"][0]["line"]), (&"compose.yaml".into(), &8.into()));
    let directory = tempfile::tempdir().expect("a directory");
    let choices = directory.path().join("choices.yaml");
    fs::write(&choices, dunnage(&["inspect", project, "--yaml"]).stdout).expect("writable");
    let output = dunnage(&["render", "--choices", &choices.to_string_lossy(), "--stdout", "docker-compose.yml"]);
    assert_eq!(code(&output), 0, "{}", told(&output));
    assert!(text(&output).contains("valkey/valkey:8"), "{}", text(&output));
    assert_eq!(code(&dunnage(&["inspect", "/nonexistent"])), 4);
    #[cfg(unix)]
    {
        fs::write(directory.path().join("requirements.txt"), "django==6.0\n").expect("writable");
        let inside = directory.path().join("project");
        fs::create_dir(&inside).expect("writable");
        std::os::unix::fs::symlink("../requirements.txt", inside.join("requirements.txt")).expect("a link");
        std::os::unix::fs::symlink("..", inside.join("up")).expect("a link");
        let output = dunnage(&["inspect", &inside.to_string_lossy()]);
        assert!(!text(&output).contains("6.0"), "links are not followed: {}", text(&output));
    }
}

#[test]
fn a_migration_is_planned_as_checklist_patch_and_archive() {
    let project = "tests/fixtures/projects/split-settings";
    let set = ["--set", "packages=set", "--set", "redis=7", "--set", "celery=worker-beat"];
    let output = dunnage(&[&["migrate", project], &set[..]].concat());
    assert_eq!(code(&output), 0, "{}", told(&output));
    assert!(text(&output).starts_with("# Migration of split-settings\n"), "{}", text(&output));
    let json: serde_json::Value =
        serde_json::from_slice(&dunnage(&[&["migrate", project, "--json"], &set[..]].concat()).stdout).expect("JSON");
    assert!(json["files"].as_array().expect("files").iter().any(|file| file["step"] == "delete"));
    let patch = text(&dunnage(&[&["migrate", project, "--patch", "-"], &set[..]].concat()));
    assert!(
        patch.contains("diff --git a/docker/entrypoint.sh b/docker/entrypoint.sh\nnew file mode 100755\n"),
        "{patch}"
    );
    let directory = tempfile::tempdir().expect("a directory");
    let zip = directory.path().join("new.zip").to_string_lossy().into_owned();
    let output = dunnage(&[&["migrate", project, "--zip", &zip], &set[..]].concat());
    assert_eq!(code(&output), 0);
    assert!(told(&output).contains("A zip cannot delete"), "{}", told(&output));
    assert!(fs::read(&zip).expect("written").starts_with(b"PK"));
    fs::write(&zip, "mine").expect("writable");
    assert_eq!(code(&dunnage(&[&["migrate", project, "--zip", &zip], &set[..]].concat())), 3);
    assert_eq!(code(&dunnage(&["migrate", project, "--set", "redis=none"])), 1, "celery needs it");
    assert_eq!(code(&dunnage(&["migrate", "tests/golden/senex"])), 2, "that is a set already");
    assert!(!root().join(project).join(MANIFEST).exists(), "nothing is written into the project");
}

#[test]
fn a_set_is_checked_and_updated_in_place() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = |name: &str| directory.path().join(name);
    let out = directory.path().to_string_lossy().into_owned();
    assert_eq!(code(&dunnage(&["render", "--preset", "minimal", "--out", &out])), 0);
    let output = dunnage(&["check", &out]);
    assert_eq!((code(&output), text(&output).as_str()), (0, ""), "{}", told(&output));
    assert_eq!(code(&dunnage(&["update", &out])), 0);

    let compose = fs::read_to_string(path("docker-compose.yml")).expect("written");
    fs::write(path("docker-compose.yml"), format!("# mine\n{compose}")).expect("writable");
    fs::remove_file(path(".dockerignore")).expect("there");
    let output = dunnage(&["check", &out]);
    assert_eq!(
        (code(&output), text(&output).as_str()),
        (1, ".dockerignore: missing\ndocker-compose.yml: edited by hand\n")
    );
    let json: serde_json::Value = serde_json::from_slice(&dunnage(&["check", &out, "--json"]).stdout).expect("JSON");
    assert_eq!(json["files"][1]["states"][0], "edited");

    let before: Vec<_> =
        files_below(directory.path()).iter().map(|name| fs::read(path(name)).expect("there")).collect();
    let set = ["update", &out, "--set", "python=3.14", "--set", "server=daphne"];
    let output = dunnage(&[&set[..], &["--dry-run", "--json"]].concat());
    assert_eq!(code(&output), 0, "{}", told(&output));
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let action = |name: &str| {
        let files = json["files"].as_array().expect("files");
        let row = files.iter().find(|row| row["path"] == name).expect("a row");
        row["action"].as_str().expect("an action").to_owned()
    };
    assert_eq!(action(".dockerignore"), "create");
    assert_eq!(action("docker-compose.yml"), "merge");
    assert_eq!(action("docker/Dockerfile"), "replace");
    assert_eq!(action("gunicorn/gunicorn.conf.py"), "delete");
    let after: Vec<_> = files_below(directory.path()).iter().map(|name| fs::read(path(name)).expect("there")).collect();
    assert!(before == after, "a dry run writes nothing");

    let output = dunnage(&set);
    assert_eq!(code(&output), 0, "{}", told(&output));
    assert!(text(&output).contains("merge     docker-compose.yml"), "{}", text(&output));
    assert!(!path("gunicorn/gunicorn.conf.py").exists());
    assert!(fs::read_to_string(path("docker-compose.yml")).expect("there").starts_with("# mine\n"));
    assert!(fs::read_to_string(path("docker/Dockerfile")).expect("there").contains("python:3.14"));
    let output = dunnage(&["check", &out]);
    assert_eq!(code(&output), 0, "{}", text(&output));

    fs::create_dir_all(path("nginx")).expect("writable");
    fs::write(path("nginx/nginx.conf"), "events {}\n").expect("writable");
    let output = dunnage(&["update", &out, "--set", "reverse-proxy=bundled-nginx"]);
    assert_eq!(code(&output), 1, "{}", told(&output));
    assert!(fs::read_to_string(path("nginx/nginx.conf")).expect("there").contains("events {}\n"));
    let output = dunnage(&["check", &out]);
    assert_eq!((code(&output), text(&output).as_str()), (1, "nginx/nginx.conf: unresolved conflict\n"));

    assert_eq!(code(&dunnage(&["update", &out, "--set", "flower=true"])), 1, "a contradiction");
    assert_eq!(code(&dunnage(&["update", &out, "--set", "flowr=true"])), 2);
    assert_eq!(code(&dunnage(&["update", &out, "--set", "flower"])), 2);
    assert_eq!(code(&dunnage(&["check", &path("nginx").to_string_lossy()])), 4, "no set");
    fs::write(path("dunnage.yaml"), "files:\n\tx: y\n").expect("writable");
    let output = dunnage(&["check", &out]);
    assert_eq!(code(&output), 2);
    assert!(told(&output).contains("line 2"), "{}", told(&output));
}

#[cfg(unix)]
#[test]
fn an_update_writes_nothing_outside_the_directory() {
    let directory = tempfile::tempdir().expect("a directory");
    let out = directory.path().join("shop");
    assert_eq!(code(&dunnage(&["render", "--out", &out.to_string_lossy()])), 0);
    fs::create_dir(directory.path().join("elsewhere")).expect("writable");
    std::os::unix::fs::symlink("../elsewhere", out.join("nginx")).expect("a link");
    let output = dunnage(&["update", &out.to_string_lossy(), "--set", "reverse-proxy=bundled-nginx"]);
    assert_eq!(code(&output), 4);
    assert!(told(&output).contains("points outside the directory"), "{}", told(&output));
    assert_eq!(files_below(&directory.path().join("elsewhere")), Vec::<String>::new());
    assert!(!fs::read_to_string(out.join("dunnage.yaml")).expect("there").contains("bundled-nginx"));
}

#[test]
fn a_link_is_made_and_opened_again() {
    for preset in presets() {
        let link = text(&dunnage(&["link", "--preset", preset.id]));
        assert_eq!(link.trim_end(), format!("#{}", to_link(&preset.choices)));
        for address in [link.trim_end().to_owned(), format!("https://example.org/wizard/{}", link.trim_end())] {
            let output = dunnage(&["open", &address]);
            assert_eq!((code(&output), text(&output)), (0, to_yaml(&preset.choices)), "{}", told(&output));
        }
    }
    assert_eq!(told(&dunnage(&["link", "--preset", "senex"])), "", "a short one is not worth a word");
    let output = dunnage(&["open", "#v=1&python=3.12&servr=daphne"]);
    assert_eq!(code(&output), 2);
    assert!(told(&output).contains("“server”"), "{}", told(&output));
    assert_eq!(text(&output), to_yaml(&choices(&[("python", "3.12")])), "what could be read is kept");
    assert_eq!(code(&dunnage(&["open", "#v=1&app-user=root"])), 1);
    assert_eq!(code(&dunnage(&["link", "--set", "python=2.7"])), 2);
}

#[test]
fn a_link_that_others_may_cut_is_printed_whole_with_a_warning() {
    let names = |prefix: &str| (0..300).map(|n| format!("{prefix}{n:05}")).collect::<Vec<_>>().join(" ");
    let lists = ["own", "build", "system"].map(|kind| (format!("{kind}-packages"), names(kind)));
    let mut args = vec!["link".to_owned(), "--set".to_owned(), "packages=uv".to_owned()];
    args.extend(lists.iter().flat_map(|(id, list)| ["--set".to_owned(), format!("{id}={list}")]));
    let output = dunnage(&args.iter().map(String::as_str).collect::<Vec<_>>());
    let pairs = lists.iter().map(|(id, list)| (id.as_str(), list.as_str()));
    let wish = choices(&pairs.chain([("packages", "uv")]).collect::<Vec<_>>());
    assert_eq!((code(&output), text(&output)), (0, format!("#{}\n", to_link(&wish))));
    let warning = told(&output);
    assert!(warning.starts_with("warning: The link has ") && warning.contains("`dunnage open LINK`"), "{warning}");
    assert_eq!(text(&dunnage(&["open", text(&output).trim_end()])), to_yaml(&wish));
}

#[test]
fn help_and_completions_are_there() {
    let output = dunnage(&["--help"]);
    assert_eq!(code(&output), 0);
    assert!(text(&output).contains("Exit codes"));
    let help = text(&dunnage(&["render", "--help"]));
    for word in ["--preset", "--choices", "--set", "--out", "--zip", "--stdout", "--force", "Examples"] {
        assert!(help.contains(word), "{word}");
    }
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let output = dunnage(&["completions", shell]);
        assert_eq!(code(&output), 0);
        assert!(text(&output).contains("render"), "{shell}");
    }
}
