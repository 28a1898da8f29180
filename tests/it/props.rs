//! Properties over choices at large.

use dunnage::catalog::codec::{from_link, to_link, to_yaml};
use dunnage::catalog::options::{Choices, OPTIONS, OptionSpec, ValueKind};
use dunnage::catalog::presets::presets;
use dunnage::catalog::rules::{check, effective};
use dunnage::catalog::yaml::from_yaml;
use dunnage::generate_again;
use dunnage::output::fileset::FileSet;
use dunnage::output::incremental::Memory;
use dunnage::output::manifest::{MANIFEST, manifest_file};
use dunnage::plan::resolve::resolve;
use proptest::prelude::*;

use crate::support::{TODAY, rendered};

fn value(spec: &'static OptionSpec) -> BoxedStrategy<String> {
    match spec.kind {
        ValueKind::Switch | ValueKind::Set(_) => {
            proptest::sample::select(spec.kind.values()).prop_map(str::to_owned).boxed()
        }
        ValueKind::Number { min, max, auto } => {
            let number = (min..=max).prop_map(|number| number.to_string());
            match auto {
                Some(auto) => prop_oneof![Just(auto.to_owned()), number].boxed(),
                None => number.boxed(),
            }
        }
        ValueKind::Text { .. } => match spec.id {
            "project-name" => "[a-z][a-z0-9]{0,8}(-[a-z0-9]{1,8}){0,2}".boxed(),
            "django-module" => prop_oneof![Just(String::new()), "[a-z][a-z0-9_]{2,12}"].boxed(),
            "settings-module" => {
                prop_oneof![Just(String::new()), "[a-z][a-z0-9_]{2,8}(\\.[a-z][a-z0-9_]{2,8}){1,3}"].boxed()
            }
            "app-user" => "[a-z][a-z0-9_-]{2,12}".boxed(),
            "domain" => "[a-z0-9]{1,10}(\\.[a-z]{2,6}){1,2}(,[a-z]{1,8}\\.example){0,2}".boxed(),
            "project-dir" | "package-dir" | "packages-dir" | "frontend-dir" => {
                prop_oneof![Just(String::new()), "[a-z][a-z0-9_.-]{0,8}(/[a-z0-9]{1,8}){0,2}"].boxed()
            }
            "wsgi-application" | "asgi-application" | "celery-application" => {
                prop_oneof![Just(String::new()), "[a-z][a-z0-9_]{2,8}(\\.[a-z][a-z0-9_]{2,8}){0,3}(:[a-z]{2,8})?"]
                    .boxed()
            }
            "frontend-script" => "[a-z][a-z0-9:_-]{0,12}".boxed(),
            "frontend-version" => prop_oneof![Just(String::new()), "[0-9]{1,2}(\\.[0-9]{1,2}){0,2}"].boxed(),
            "frontend-watch" => prop_oneof![Just(String::new()), "[a-z][a-z0-9:_-]{0,12}"].boxed(),
            id => panic!("no strategy for {id}"),
        },
        ValueKind::List { .. } => match spec.id {
            "own-packages" => "([a-z][a-z0-9]{1,8}(-[a-z0-9]{1,5})?(\\[[a-z]{1,6}(,[a-z]{1,6})?\\])?[ ,]){0,4}".boxed(),
            "build-packages" | "system-packages" => "([a-z][a-z0-9+.-]{1,12} ){0,4}".boxed(),
            "package-groups" | "package-extras" => "([a-z][a-z0-9_.-]{0,8} ){0,3}".boxed(),
            _ => "([a-z][a-z0-9_-]{0,8}(/[a-z0-9.]{1,3}[a-z]{1,5}){0,2} ){0,3}".boxed(),
        },
    }
}

/// Any choices; a text that a rule of its own refuses leaves the default.
pub(crate) fn any_choices() -> impl Strategy<Value = Choices> {
    OPTIONS.iter().map(value).collect::<Vec<_>>().prop_map(|values| {
        let mut choices = Choices::default();
        for (spec, value) in OPTIONS.iter().zip(values) {
            let _ = spec.set(&mut choices, &value);
        }
        choices
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn link_and_yaml_bring_any_choices_back(choices in any_choices()) {
        prop_assert_eq!(from_link(&to_link(&choices)), (choices.clone(), vec![]));
        prop_assert_eq!(from_yaml(&to_yaml(&choices)), (choices, vec![]));
    }

    #[test]
    fn resolve_is_idempotent(choices in any_choices()) {
        let once = effective(&choices);
        prop_assert_eq!(effective(&once), once.clone());
        prop_assert_eq!(resolve(&once, TODAY).0, resolve(&choices, TODAY).0);
        let errors: Vec<_> = check(&once, TODAY)
            .into_iter()
            .filter(|finding| finding.severity == dunnage::catalog::rules::Severity::Error)
            .collect();
        prop_assert_eq!(errors, vec![], "what holds contradicts nothing");
    }

    #[test]
    fn any_choices_render_and_the_same_give_the_same_bytes(choices in any_choices()) {
        let files = rendered(&choices).files;
        let zip = dunnage::exchange::archive::zip(&files, "root");
        prop_assert_eq!(dunnage::exchange::archive::zip(&rendered(&choices).files, "root"), zip);
    }

    #[test]
    fn what_is_kept_from_the_last_rendering_is_what_would_be_rendered(
        walk in proptest::collection::vec((any_choices(), 0..OPTIONS.len()), 1..4),
    ) {
        // From anything to anything, and by single steps.
        let mut memory = Memory::default();
        let mut asked = false;
        let mut last = Choices::default();
        for (other, option) in walk {
            let mut step = last.clone();
            OPTIONS[option].set(&mut step, &OPTIONS[option].wish(&other)).expect("it was a wish");
            for choices in [step, other] {
                let mut again = generate_again(&mut memory, &choices, TODAY);
                let whole = rendered(&choices);
                // Every other time nobody asks for the manifest.
                asked = !asked;
                if asked {
                    again.files.insert(MANIFEST.to_owned(), manifest_file(memory.manifest(&choices)));
                    prop_assert_eq!(&again, &whole, "{}", to_link(&choices));
                }
                let others = |files: &FileSet| {
                    let others = files.iter().filter(|(path, _)| *path != MANIFEST);
                    others.map(|(path, file)| (path.to_owned(), file.clone())).collect::<Vec<_>>()
                };
                prop_assert_eq!(others(&again.files), others(&whole.files), "{}", to_link(&choices));
                last = choices;
            }
        }
    }

    #[test]
    fn every_fix_removes_its_finding(choices in any_choices()) {
        for finding in check(&choices, TODAY) {
            for fix in &finding.fixes {
                let left = check(&fix.apply(&choices), TODAY);
                prop_assert!(
                    left.iter().all(|other| other.rule != finding.rule),
                    "{}: “{}” changes nothing", finding.rule, fix.label
                );
            }
        }
    }

    #[test]
    fn fixing_comes_to_an_end(choices in any_choices()) {
        let mut choices = choices;
        for _ in 0..40 {
            let Some(fix) = check(&choices, TODAY).into_iter().find_map(|finding| finding.fixes.into_iter().next())
            else { return Ok(()) };
            choices = fix.apply(&choices);
        }
        prop_assert!(false, "still not clean: {}", to_link(&choices));
    }

    #[test]
    fn presets_are_idempotent(choices in any_choices()) {
        for preset in presets() {
            let once = preset.apply(&choices);
            prop_assert!(preset.is_lit(&once));
            prop_assert_eq!(preset.apply(&once), once);
        }
    }

    #[test]
    fn junk_is_read_without_harm(junk in "\\PC{0,200}", bytes in proptest::collection::vec(any::<char>(), 0..100)) {
        let text: String = bytes.into_iter().collect();
        for text in [junk.as_str(), text.as_str()] {
            let _ = from_link(text);
            let _ = from_yaml(text);
        }
    }
}
