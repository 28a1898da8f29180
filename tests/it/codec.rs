//! Links and YAML: what goes out comes back, and what is damaged is named.

use dunnage::catalog::codec::{LONGEST_LINK, from_link, set, to_link, to_yaml, too_long};
use dunnage::catalog::options::{Choices, OPTIONS};
use dunnage::catalog::yaml::from_yaml;

use crate::pairs::samples;
use crate::support::choices;

#[test]
fn every_value_of_every_option_survives_link_and_yaml() {
    for spec in OPTIONS {
        for value in samples(spec) {
            let mut wish = Choices::default();
            spec.set(&mut wish, &value).unwrap_or_else(|refusal| panic!("{}={value}: {refusal}", spec.id));
            assert_eq!(from_link(&to_link(&wish)), (wish.clone(), vec![]), "{}={value}", spec.id);
            assert_eq!(from_yaml(&to_yaml(&wish)), (wish.clone(), vec![]), "{}={value}", spec.id);
        }
    }
}

#[test]
fn a_link_holds_only_what_differs() {
    assert_eq!(to_link(&Choices::default()), "v=1");
    assert_eq!(to_link(&choices(&[("python", "3.12"), ("websockets", "true")])), "v=1&python=3.12&websockets=true");
    assert_eq!(from_link("#v=1&websockets=false").0, Choices::default(), "an explicit default is taken");
}

#[test]
fn a_long_link_carries_everything_and_says_that_it_is_long() {
    let names = |prefix: &str| (0..300).map(|n| format!("{prefix}-{n}")).collect::<Vec<_>>().join(" ");
    let wish = choices(&[
        ("packages", "uv"),
        ("own-packages", &names("package")),
        ("build-packages", &names("library")),
        ("system-packages", &names("program")),
    ]);
    let link = to_link(&wish);
    assert!(link.len() > LONGEST_LINK, "{}", link.len());
    assert_eq!(from_link(&link), (wish.clone(), vec![]), "nothing is cut");
    assert_eq!(from_yaml(&to_yaml(&wish)), (wish, vec![]));
    let said = too_long(&link).expect("it is too long").to_string();
    assert!(said.contains(&link.len().to_string()) && said.contains("8000") && said.contains("YAML"), "{said}");
    assert_eq!(too_long(&link[..LONGEST_LINK]), None);
    assert!(too_long(&link[..=LONGEST_LINK]).is_some());
}

#[test]
fn a_damaged_link_opens_with_what_can_be_read() {
    let (read, problems) =
        from_link("#v=1&python=3.12&serrver=daphne&server=dafne&domain=%ff%fe&&=&websockets&app-user=root&uid=1e9");
    assert_eq!(read, choices(&[("python", "3.12")]));
    let places: Vec<String> = problems.iter().map(|problem| problem.place.to_string()).collect();
    assert_eq!(places, ["serrver", "server", "domain", "", "websockets", "app-user", "uid"]);
    assert_eq!(problems[0].suggestion.as_deref(), Some("server"));
    assert_eq!(problems[1].suggestion.as_deref(), Some("daphne"));
}

#[test]
fn a_newer_link_says_so_and_is_read() {
    let (read, problems) = from_link("#v=9&python=3.12&teleport=yes");
    assert_eq!(read, choices(&[("python", "3.12")]));
    assert_eq!(problems.len(), 2);
    assert!(problems[0].message.to_string().contains("version 9"), "{}", problems[0]);
}

#[test]
fn yaml_names_the_line_and_the_nearest_key() {
    let (read, problems) = from_yaml("python: \"3.12\"\npostgress: 16\nserver: [daphne]\nuid: ten\n");
    assert_eq!(read, choices(&[("python", "3.12")]));
    let told: Vec<String> = problems.iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "postgress (line 2): there is no such option. Did you mean “postgres”?",
            "server (line 3): expected a single value, not a list or mapping.",
            "uid (line 4): Must be a whole number from 1000 to 60000.",
        ]
    );
}

#[test]
fn yaml_that_lost_a_zero_says_quotes() {
    let (_, problems) = from_yaml("python: 3.10\n");
    assert!(problems[0].message.to_string().contains("put the value in quotes"), "{}", problems[0]);
}

#[test]
fn broken_yaml_says_where() {
    let (read, problems) = from_yaml("python: '3.12'\n\tserver: daphne\n");
    assert_eq!(read, Choices::default());
    assert!(problems[0].place.to_string().starts_with("line 2"), "{}", problems[0]);
    for text in ["[1, 2]", "just text", "choices: 5"] {
        assert_eq!(from_yaml(text).1.len(), 1, "{text}");
    }
    assert_eq!(from_yaml(""), (Choices::default(), vec![]));
}

#[test]
fn yaml_bombs_are_refused() {
    let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..12 {
        let inside = vec![format!("*a{}", level - 1); 10].join(", ");
        bomb = format!("{bomb}a{level}: &a{level} [{inside}]\n");
    }
    assert!(!from_yaml(&bomb).1.is_empty());
    assert!(!from_yaml(&"a".repeat(2 << 20)).1.is_empty());
    assert!(!from_yaml(&"[".repeat(100_000)).1.is_empty());
}

#[test]
fn the_manifest_reads_as_choices() {
    let wish = choices(&[("python", "3.12"), ("server", "daphne"), ("websockets", "true")]);
    let files = crate::support::rendered(&wish).files;
    let manifest = files.get("dunnage.yaml").expect("a manifest");
    assert_eq!(from_yaml(&manifest.text), (wish, vec![]));
}

#[test]
fn set_takes_no_half_value() {
    let mut wish = Choices::default();
    assert!(set(&mut wish, "uid", "1000; rm").is_err());
    assert!(set(&mut wish, "workers", "007").is_err());
    assert!(set(&mut wish, "websockets", "TRUE").is_err());
    assert_eq!(wish, Choices::default());
}
