//! How long the engine takes: `cargo bench --bench engine`, or a part of it, `cargo bench --bench engine -- render`.

use std::hint::black_box;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use dunnage::catalog::date::Date;
use dunnage::catalog::options::{Choices, option};
use dunnage::catalog::presets::{preset, presets};
use dunnage::exchange::archive::zip;
use dunnage::generate;
use dunnage::generate_again;
use dunnage::output::explain::{Explained, line, touched};
use dunnage::output::incremental::Memory;
use dunnage::output::render::render;
use dunnage::plan::resolve::resolve;

const TODAY: Date = Date::new(2026, 11, 24);

fn choices() -> Choices {
    preset("reference").expect("a preset").choices.clone()
}

fn changed(id: &str, value: &str) -> Choices {
    let mut changed = choices();
    option(id).expect("an option").set(&mut changed, value).expect("a value");
    changed
}

/// Of a wish to a plan, with the findings.
fn resolving(criterion: &mut Criterion) {
    let choices = choices();
    criterion.bench_function("resolve", |bencher| bencher.iter(|| resolve(black_box(&choices), TODAY)));
}

/// Every file of a set, and its manifest.
fn rendering(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("render");
    for preset in presets() {
        let (plan, _) = resolve(&preset.choices, TODAY);
        group.bench_function(preset.id, |bencher| bencher.iter(|| render(black_box(&plan), &preset.choices)));
    }
    group.finish();
}

/// The archive of a set.
fn packing(criterion: &mut Criterion) {
    let files = generate(&choices(), TODAY).files;
    criterion.bench_function("zip", |bencher| bencher.iter(|| zip(black_box(&files), "my-project")));
}

/// From one edit to the next set: a value that stands in a few files, one that decides over many, and none.
fn editing(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("edit");
    let mut memory = Memory::default();
    generate_again(&mut memory, &choices(), TODAY);
    memory.manifest(&choices());
    for (name, id, value) in [
        ("nothing", "workers", "auto"),
        ("timeout", "timeout", "75"),
        ("celery", "celery", "none"),
        ("project-name", "project-name", "another-one"),
    ] {
        let after = changed(id, value);
        group.bench_function(name, |bencher| {
            bencher.iter_batched_ref(
                || memory.clone(),
                |memory| generate_again(memory, black_box(&after), TODAY),
                BatchSize::SmallInput,
            );
        });
    }
    // The manifest of the last of them, which is only written for who looks at it or takes the whole set.
    let after = changed("project-name", "another-one");
    group.bench_function("manifest", |bencher| {
        bencher.iter_batched_ref(
            || {
                let mut memory = memory.clone();
                generate_again(&mut memory, &after, TODAY);
                memory
            },
            |memory| memory.manifest(black_box(&after)),
            BatchSize::SmallInput,
        );
    });
    group.finish();
}

/// Why a line is there, and what an option touches.
fn explaining(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("explain");
    let choices = choices();
    for path in ["docker-compose.yml", "docker/Dockerfile", "CONTAINERS.md", "dunnage.yaml"] {
        group.bench_function(format!("line of {path}"), |bencher| {
            bencher.iter(|| line(black_box(&choices), path, 40));
        });
    }
    let file = Explained::of(&choices, "docker-compose.yml").expect("a file");
    group.bench_function("line of a file that is known", |bencher| bencher.iter(|| file.line(black_box(40))));
    for id in ["celery", "timeout"] {
        let spec = option(id).expect("an option");
        group.bench_function(format!("touched by {id}"), |bencher| bencher.iter(|| touched(black_box(&choices), spec)));
    }
    group.finish();
}

criterion_group!(engine, resolving, rendering, packing, editing, explaining);
criterion_main!(engine);
