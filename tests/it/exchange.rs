//! The set as text: the command that writes it, the text that unpacks it, and the block to read.

use std::io::Write as _;
use std::process::{Command, Stdio};
use std::thread;

use dunnage::catalog::codec;
use dunnage::catalog::date::Date;
use dunnage::catalog::options::{Choices, OPTIONS};
use dunnage::catalog::presets::{preset, presets};
use dunnage::catalog::yaml;
use dunnage::exchange::script::{Packed, choices_file, command, joined, markdown, script};
use dunnage::generate;
use dunnage::output::fileset::{File, FileSet};

use crate::pairs::samples;

/// What a shell hands to the program, for every command.
fn words(commands: &[String]) -> Vec<Vec<String>> {
    let shell = ["dunnage() { for word; do printf '%s\\n' \"$word\"; done; echo; }\n", &commands.join("\n")].concat();
    let mut sh = Command::new("sh").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("sh runs");
    let mut input = sh.stdin.take().expect("an input");
    let writer = thread::spawn(move || input.write_all(shell.as_bytes()));
    let out = sh.wait_with_output().expect("sh ends");
    writer.join().expect("a writer").expect("written");
    assert!(out.status.success());
    let text = String::from_utf8(out.stdout).expect("UTF-8");
    text.trim_end().split("\n\n").map(|words| words.lines().map(str::to_owned).collect()).collect()
}

/// The choices that the words stand for, as the command line reads them.
fn choices_of(words: &[String]) -> Choices {
    let mut choices = Choices::default();
    assert_eq!(words[0], "render");
    for pair in words[1..].chunks(2) {
        match pair[0].as_str() {
            "--preset" => choices = preset(&pair[1]).expect("a preset").apply(&choices),
            "--set" => {
                let (id, value) = pair[1].split_once('=').expect("a pair");
                codec::set(&mut choices, id, value).expect("a value");
            }
            other => assert_eq!(other, "--out"),
        }
    }
    choices
}

#[test]
fn the_command_gives_the_same_choices_through_a_shell() {
    let mut all: Vec<Choices> = presets().iter().map(|preset| preset.choices.clone()).collect();
    for preset in presets() {
        for spec in OPTIONS {
            for value in samples(spec) {
                let mut choices = preset.choices.clone();
                if spec.set(&mut choices, &value).is_ok() {
                    all.push(choices);
                }
            }
        }
    }
    assert!(all.len() > 500, "{}", all.len());
    let commands: Vec<String> = all.iter().map(|choices| joined(&command(choices))).collect();
    for ((choices, words), command) in all.iter().zip(words(&commands)).zip(&commands) {
        assert_eq!(choices_of(&words), *choices, "{command}");
        assert!(command.lines().all(|line| !line.contains(['\t', '\r'])), "{command}");
    }
}

#[test]
fn the_command_is_the_shortest() {
    assert_eq!(command(&Choices::default()), ["dunnage render", "--out my-project"]);
    let mut choices = Choices::default();
    codec::set(&mut choices, "project-name", "shop").expect("a name");
    assert_eq!(joined(&command(&choices)), "dunnage render --set project-name=shop --out shop");
    for preset in presets() {
        let sets = codec::changed(&preset.choices).count();
        let command = command(&preset.choices);
        assert!(command.len() <= 3.max(sets + 2), "{command:?}");
    }
    let senex = command(&preset("senex").expect("a preset").choices);
    assert_eq!(senex[1], "--preset senex");
}

#[test]
fn a_fence_is_longer_than_what_it_holds() {
    let mut files = FileSet::default();
    let file = |text: &str, executable| File { text: text.to_owned(), executable, why: "" };
    files.insert("README.md".to_owned(), file("````sh\nls\n````\n", false));
    files.insert("docker/entrypoint.sh".to_owned(), file("exit", true));
    assert_eq!(
        markdown(&files),
        "## `README.md`\n\n`````markdown\n````sh\nls\n````\n`````\n\n\
         ## `docker/entrypoint.sh` (executable)\n\n```sh\nexit\n```\n"
    );
}

#[test]
fn the_block_holds_every_file_whole() {
    for preset in presets() {
        let files = generate(&preset.choices, Date::new(2026, 11, 23)).files;
        let text = markdown(&files);
        for (path, file) in files.iter() {
            assert!(text.contains(&["## `", path, "`"].concat()) && text.contains(&file.text), "{path}");
        }
    }
}

#[test]
fn a_text_that_unpacks_has_short_lines_and_nothing_that_a_shell_takes_otherwise() {
    let base64 = "QUJD".repeat(100);
    let packed = Packed { root: "my-project", count: 2, base64: &base64, sha256: "00", gzip: true };
    let text = script(packed);
    assert!(text.lines().all(|line| line.len() < 200 && !line.starts_with('#')));
    assert!(!text.contains('!'));
    assert!(text.contains("-xpmzf") && script(Packed { gzip: false, ..packed }).contains("-xpmf"));
    assert_eq!(text.matches("QUJD").count(), 100);
}

#[test]
fn a_choices_file_reads_back() {
    for preset in presets() {
        assert_eq!(yaml::from_yaml(&choices_file(&preset.choices)), (preset.choices.clone(), Vec::new()));
    }
}
