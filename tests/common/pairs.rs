//! Covering arrays: any two values of any two options stand together in at least one row, unless rules exclude it.
#![allow(dead_code, reason = "not every test binary uses everything")]

use std::collections::BTreeSet;

use dunnage::catalog::options::{Choices, OPTIONS, OptionSpec, ValueKind};
use dunnage::catalog::rules::{RULES, Severity};

/// Some values of an option that it takes, its default among them.
pub(crate) fn samples(spec: &OptionSpec) -> Vec<String> {
    match spec.kind {
        ValueKind::Switch | ValueKind::Set(_) => spec.kind.values().into_iter().map(str::to_owned).collect(),
        ValueKind::Number { min, max, auto } => {
            auto.into_iter().map(str::to_owned).chain([min.to_string(), max.to_string()]).collect()
        }
        ValueKind::Text { .. } | ValueKind::List { .. } => {
            let other = match spec.id {
                "project-name" => "shop-2",
                "django-module" => "store_2",
                "settings-module" => "store.conf.live",
                "app-user" => "packer",
                "domain" => "shop.example.org,www.shop.example.org,127.0.0.1",
                "project-dir" => "backend",
                "package-dir" => "backend/src",
                "wsgi-application" => "serving.wsgi:app",
                "asgi-application" => "serving.asgi:app",
                "celery-application" => "serving.queue:app",
                "package-files" => "deps/base.txt deps/live.txt",
                "development-files" => "deps/dev.txt",
                "package-sources" => "libs/billing deps/constraints.txt",
                "packages-dir" => "deps",
                "package-groups" => "live metrics",
                "package-extras" => "postgres",
                "own-packages" => "django psycopg[binary] redis",
                "build-packages" => "libpq-dev pkg-config",
                "system-packages" => "libpq5 gdal-bin",
                "frontend-dir" => "client",
                "frontend-version" => "9.1.0",
                "frontend-files" => "client/.npmrc client/pnpm-lock.yaml libs/ui",
                "frontend-script" => "build:live",
                "frontend-watch" => "dev",
                "frontend-output" => "client/dist assets/built",
                id => panic!("no sample text for {id}"),
            };
            vec![spec.default_wish(), other.to_owned()]
        }
    }
}

/// An option's index and one of its values' index.
pub(crate) type Cell = (usize, usize);

/// The values that each option may take, in the order of the option table.
pub(crate) struct Table {
    pub(crate) values: Vec<Vec<String>>,
}

impl Table {
    /// With the given values per option. An option with one value keeps it in every row.
    pub(crate) fn new(values: impl Fn(&OptionSpec) -> Vec<String>) -> Self {
        Self { values: OPTIONS.iter().map(values).collect() }
    }

    fn choices(&self, row: &[usize]) -> Choices {
        let mut choices = Choices::default();
        for ((spec, values), index) in OPTIONS.iter().zip(&self.values).zip(row) {
            spec.set(&mut choices, &values[*index]).expect("a sample");
        }
        choices
    }

    fn index_of(&self, option: usize, choices: &Choices) -> usize {
        let wish = OPTIONS[option].wish(choices);
        // A fix may name a value that is no sample, such as a number: then the default stands for it.
        self.values[option].iter().position(|value| *value == wish).unwrap_or(0)
    }

    /// The row, changed by the fixes of the rules until none is broken; `None` where that would touch `kept`.
    fn mend(&self, row: &[usize], kept: &[usize]) -> Option<Vec<usize>> {
        let mut row = row.to_vec();
        for _ in 0..20 {
            let choices = self.choices(&row);
            let broken: Vec<_> =
                RULES.iter().filter(|rule| rule.severity == Severity::Error && rule.applies(&choices)).collect();
            if broken.is_empty() {
                return Some(row);
            }
            let position = |id: &str| OPTIONS.iter().position(|spec| spec.id == id).expect("an option");
            let fix = broken.iter().flat_map(|rule| rule.fixes).find(|(_, changes)| {
                changes.iter().all(|(id, value)| {
                    let option = position(id);
                    let fixed = kept.contains(&option) || self.values[option].len() == 1;
                    !fixed || self.values[option][row[option]] == *value
                })
            })?;
            let mut fixed = choices.clone();
            for (id, value) in fix.1 {
                OPTIONS[position(id)].set(&mut fixed, value).expect("a value of the table");
            }
            for (option, index) in row.iter_mut().enumerate() {
                *index = self.index_of(option, &fixed);
            }
        }
        None
    }

    /// A covering array of strength two, and the pairs that rules exclude.
    pub(crate) fn covering_array(&self) -> (Vec<Choices>, Vec<(Cell, Cell)>) {
        let defaults: Vec<usize> =
            (0..OPTIONS.len()).map(|option| self.index_of(option, &Choices::default())).collect();
        let mut open: BTreeSet<(Cell, Cell)> = BTreeSet::new();
        for a in 0..OPTIONS.len() {
            for b in a + 1..OPTIONS.len() {
                for x in 0..self.values[a].len() {
                    for y in 0..self.values[b].len() {
                        open.insert(((a, x), (b, y)));
                    }
                }
            }
        }
        let mut rows = Vec::new();
        let mut excluded = Vec::new();
        while let Some(&((a, x), (b, y))) = open.iter().next() {
            let mut row = defaults.clone();
            row[a] = x;
            row[b] = y;
            let Some(mut row) = self.mend(&row, &[a, b]) else {
                open.remove(&((a, x), (b, y)));
                excluded.push(((a, x), (b, y)));
                continue;
            };
            let mut kept = vec![a, b];
            // Greedily take for every other option the value that covers most of what is still open.
            for option in 0..OPTIONS.len() {
                if kept.contains(&option) {
                    continue;
                }
                let gain = |candidate: &[usize]| pairs_of(candidate).filter(|pair| open.contains(pair)).count();
                let mut best = (gain(&row), row.clone());
                for value in 0..self.values[option].len() {
                    let mut candidate = row.clone();
                    candidate[option] = value;
                    let mut held = kept.clone();
                    held.push(option);
                    if let Some(candidate) = self.mend(&candidate, &held) {
                        let covered = gain(&candidate);
                        if covered > best.0 {
                            best = (covered, candidate);
                        }
                    }
                }
                row = best.1;
                kept.push(option);
            }
            for pair in pairs_of(&row) {
                open.remove(&pair);
            }
            rows.push(self.choices(&row));
        }
        (rows, excluded)
    }
}

fn pairs_of(row: &[usize]) -> impl Iterator<Item = (Cell, Cell)> {
    (0..row.len()).flat_map(move |a| (a + 1..row.len()).map(move |b| ((a, row[a]), (b, row[b]))))
}
