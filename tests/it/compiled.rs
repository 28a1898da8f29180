//! What `build.rs` makes of the templates writes what the template engine itself would write.

use std::collections::BTreeSet;
use std::fs;

use dunnage::catalog::codec::to_link;
use dunnage::catalog::options::{Choices, OPTIONS};
use dunnage::catalog::presets::presets;
use dunnage::output::templates::{FIELDS, compiled};
use dunnage::plan::files::FILES;
use dunnage::plan::resolve::resolve;
use dunnage::text::quote;
use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Serde, Value};
use minijinja::{AutoEscape, Environment, UndefinedBehavior};

use crate::matrix::rows;
use crate::options::Options;
use crate::support::{TODAY, choices, parts_of, rendered, root, template};
use crate::templates::{self, Parts};

/// The fields of the plan are what templates read, and what the engine alone reads, which the plan names as such.
#[test]
fn every_field_of_the_plan_is_read_by_a_template() {
    const ENGINE_ONLY: [&str; 14] = [
        "adds_manage_py",
        "certbot_image",
        "flat",
        "github_actions",
        "named_debian",
        "nginx_image",
        "own_celery",
        "package_files",
        "provided",
        "psycopg3",
        "redis_image",
        "requirements_development",
        "requirements_production",
        "settings_file",
    ];
    let plan = serde_json::to_value(&rendered(&Choices::default()).plan).expect("JSON");
    let mut fields: Vec<&str> = plan.as_object().expect("fields").keys().map(String::as_str).collect();
    fields.sort_unstable();
    let unread: Vec<&str> = fields.iter().copied().filter(|field| !FIELDS.contains(field)).collect();
    assert_eq!(unread, ENGINE_ONLY, "no template reads these");
    assert!(FIELDS.iter().all(|field| fields.contains(field)), "{FIELDS:?}");
    // The plan says which those are.
    let source = fs::read_to_string(root().join("src/plan/model.rs")).expect("a source");
    let group = source.split("// Engine only").nth(1).and_then(|rest| rest.split("\n\n").next()).expect("a group");
    let named: Vec<&str> =
        group.lines().filter_map(|line| line.trim().strip_prefix("pub ")?.split(':').next()).collect();
    assert_eq!(named.into_iter().collect::<BTreeSet<_>>(), ENGINE_ONLY.into());
}

/// A value that an option does not have, and one that it has.
#[test]
fn a_template_that_compares_an_option_with_what_it_never_is_does_not_compile() {
    let source = |path: &str| fs::read_to_string(root().join(path)).expect("a source");
    let options = Options::read(&source("src/plan/model.rs"), &source("src/catalog/options.rs"));
    let problem = |template: &str| templates::compile("test", template, &Parts::new(), &options, false).err();
    for wrong in [
        "{% if server == \"dahpne\" %}x{% endif %}",
        "{{ \"x\" if server != \"dahpne\" else \"y\" }}",
        "{% set x = media and server in [\"daphne\", \"dahpne\"] %}{{ \"x\" if x else \"y\" }}",
        "{% set x = \"a\" ~ (\"b\" if server == \"dahpne\" else \"\") %}{{ x }}",
    ] {
        let said = problem(wrong).expect(wrong);
        assert_eq!(
            said,
            "server is never \"dahpne\": it is one of gunicorn, daphne, gunicorn-uvicorn, uvicorn, hypercorn, granian",
            "{wrong}"
        );
        assert_eq!(problem(&wrong.replace("dahpne", "daphne")), None, "{wrong}");
    }
    for spec in OPTIONS {
        let field = match spec.id {
            "reverse-proxy" => "proxy",
            "redis" => "cache",
            id => id,
        };
        let holds = ["server", "postgres", "cache", "proxy", "logging"].contains(&field);
        assert_eq!(options.has(field), holds, "{field}");
        for value in spec.kind.values().into_iter().filter(|_| holds) {
            assert_eq!(options.check(field, value), Ok(()), "{field}");
        }
    }
}

type Filter = fn(&str) -> String;

/// The template engine with the settings that the templates are written for.
fn engine() -> Environment<'static> {
    let mut engine = Environment::new();
    let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).keep_trailing_newline(true).build();
    engine.set_syntax(syntax.expect("a syntax"));
    engine.set_undefined_behavior(UndefinedBehavior::Strict);
    engine.set_auto_escape_callback(|_| AutoEscape::None);
    let filters: [(&str, Filter); 8] = [
        ("yaml", quote::yaml),
        ("compose", quote::compose),
        ("sh", quote::sh),
        ("py", quote::py),
        ("nginx", quote::nginx),
        ("docker", quote::docker),
        ("env", quote::env),
        ("md", quote::md),
    ];
    for (name, filter) in filters {
        engine.add_filter(name, move |text: &str| filter(text));
    }
    engine.add_filter("join", |list: Vec<String>, separator: &str| list.join(separator));
    for spec in FILES {
        for name in [spec.template.to_owned()].into_iter().chain(parts_of(spec.template)) {
            let source = template(&name);
            engine.add_template_owned(name, source).unwrap_or_else(|error| panic!("{error:#}"));
        }
    }
    engine
}

#[test]
fn compiled_templates_write_what_the_engine_writes() {
    let engine = engine();
    let presets = presets().iter().map(|preset| preset.choices.clone());
    // Names that need quoting, and several domains.
    let named = choices(&[("project-name", "on"), ("domain", "a.example,b.example,on")]);
    let all: Vec<Choices> = presets.chain(rows().iter().cloned()).chain([Choices::default(), named]).collect();
    for choices in &all {
        let (plan, _) = resolve(choices, TODAY);
        let context = Value::from(Serde(&plan));
        // Every template, also those of files that the plan does without.
        for spec in FILES {
            let template = engine.get_template(spec.template).expect("was added");
            let expected = template.render(&context).unwrap_or_else(|error| panic!("{}: {error:#}", spec.template));
            let mut text = String::new();
            compiled(spec).1(&plan, &mut text);
            assert!(text == expected, "{} of {}", spec.template, to_link(choices));
        }
    }
}
