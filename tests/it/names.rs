//! Typed texts: what would break a target is refused, with a reason and, where there is one, a better text.

use dunnage::catalog::codec::set;
use dunnage::catalog::options::{Choices, OPTIONS, ValueKind};

/// Texts that no text option may take.
pub(crate) const HOSTILE: &[&str] = &[
    "a; rm -rf /",
    "x\n",
    "x\ny",
    "\"$(id)\"",
    "${HOME}",
    "$HOME",
    "{{ 7*7 }}",
    "{% raw %}",
    "`id`",
    "a'b",
    "a\"b",
    "a\\b",
    "a b;c",
    "a#b",
    "a&b",
    "a|b",
    "a>b",
    "../../etc",
    "/etc/passwd",
    "раура",
    "ａｐｐ",
    "a\u{200b}b",
    "a\u{202e}b",
    "a\0b",
    "a\tb",
    "é",
    "~",
    "*",
    "!x",
    "-x",
    "%s",
    "@x",
    "<b>",
    "\u{feff}a",
];

#[test]
fn hostile_texts_are_refused_everywhere() {
    for spec in OPTIONS.iter().filter(|spec| matches!(spec.kind, ValueKind::Text { .. } | ValueKind::List { .. })) {
        for text in HOSTILE.iter().copied().map(str::to_owned).chain(["a".repeat(5000), "1".repeat(500)]) {
            let mut choices = Choices::default();
            let Err(problem) = set(&mut choices, spec.id, &text) else { panic!("{} took {text:?}", spec.id) };
            let message = problem.message.to_string();
            assert!(message.len() > 10 && message.len() < 300, "{}: {message}", spec.id);
            assert!(!message.chars().any(char::is_control), "{message:?}");
            assert_eq!(choices, Choices::default());
        }
    }
}

#[test]
fn a_suggestion_is_taken() {
    for spec in OPTIONS.iter().filter(|spec| matches!(spec.kind, ValueKind::Text { .. } | ValueKind::List { .. })) {
        for text in
            HOSTILE.iter().chain(&["My Shop", "class", "django", "root", "https://shop.example.com/x", "settings"])
        {
            if let Err(refusal) = spec.set(&mut Choices::default(), text)
                && let Some(suggestion) = refusal.suggestion
            {
                let taken = spec.set(&mut Choices::default(), &suggestion);
                assert!(taken.is_ok(), "{}: {text:?} suggests {suggestion:?}: {taken:?}", spec.id);
            }
        }
    }
}

#[test]
fn reasons_name_the_fault() {
    let refused = |id: &str, text: &str| set(&mut Choices::default(), id, text).expect_err("refused").to_string();
    assert!(refused("project-name", "").contains("needs a name"));
    assert!(refused("project-name", "a").contains("Too short"));
    assert!(refused("project-name", "My Shop").contains("Try “my-shop”"));
    assert!(refused("project-name", &"a".repeat(500)).contains("500 characters"));
    assert!(refused("django-module", "class").contains("keyword"));
    assert!(refused("django-module", "match").contains("keyword"));
    assert!(refused("django-module", "django").contains("already"));
    assert!(refused("django-module", "2fast").contains("digit"));
    assert!(refused("settings-module", "django").contains("already"));
    assert!(refused("settings-module", "a..b").contains("dots"));
    assert!(refused("settings-module", "a.import.b").contains("keyword"));
    assert!(refused("app-user", "root").contains("must not run as root"));
    assert!(refused("app-user", "www-data").contains("already"));
    assert!(refused("domain", "https://x.example/").contains("Try “x.example”"));
    assert!(refused("domain", "-a.example").contains("hyphen"));
    assert!(refused("domain", "bücher.example").contains("xn--"));
    assert!(refused("domain", " , ").contains("At least one"));
}

#[test]
fn the_package_follows_the_project_and_is_always_a_name() {
    for (project, module) in
        [("shop", "shop"), ("my-shop", "my_shop"), ("django", "django_project"), ("class", "class_project")]
    {
        let mut choices = Choices::default();
        set(&mut choices, "project-name", project).expect("a project");
        assert_eq!(choices.module().to_string(), module);
        set(&mut choices, "django-module", module).expect("what follows is itself a name");
        assert_eq!(choices.settings().to_string(), format!("{module}.settings.production"));
    }
}
