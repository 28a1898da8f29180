//! The fuzz targets over their seeds, and over mutations of them that are the same in every run. `scripts/fuzz.sh` goes
//! on from there with libFuzzer.

use std::fs;

use crate::fuzzed;
use crate::support::{files_below, root};

/// Mutations of each seed.
const ROUNDS: usize = 20;

/// Numbers that look random and are the same in every run: xorshift by Marsaglia.
struct Random(u64);

impl Random {
    /// A number below `end`, or 0.
    fn below(&mut self, end: usize) -> usize {
        for (left, shift) in [(true, 13), (false, 7), (true, 17)] {
            self.0 ^= if left { self.0 << shift } else { self.0 >> shift };
        }
        usize::try_from(self.0 >> 33).expect("31 bits") % end.max(1)
    }
}

/// A few bytes put in, taken out, doubled or changed.
fn mutated(random: &mut Random, seed: &[u8], other: &[u8]) -> Vec<u8> {
    let mut below = |end: usize| random.below(end);
    let mut bytes = seed.to_vec();
    for _ in 0..=below(6) {
        let start = below(bytes.len() + 1);
        let end = (start + below(12)).min(bytes.len());
        let part: Vec<u8> = match below(4) {
            0 => Vec::new(),
            1 => [&bytes[start..end], &bytes[start..end]].concat(),
            2 => {
                let from = below(other.len() + 1);
                other[from..(from + 1 + below(40)).min(other.len())].to_vec()
            }
            _ => vec![u8::try_from(below(256)).expect("a byte"); 1 + below(3)],
        };
        bytes.splice(start..end, part);
    }
    bytes
}

/// Calls a target with every seed of its directory and its mutations.
fn over_seeds(target: &str, call: impl Fn(&[u8])) {
    let home = root().join("fuzz/seeds").join(target);
    let seeds: Vec<Vec<u8>> =
        files_below(&home).iter().map(|path| fs::read(home.join(path)).expect("readable")).collect();
    assert!(!seeds.is_empty(), "{target} has no seed");
    let mut random = Random(0x2545_F491_4F6C_DD1D);
    for seed in &seeds {
        call(seed);
        for _ in 0..ROUNDS {
            let other = &seeds[random.below(seeds.len())];
            call(&mutated(&mut random, seed, other));
        }
    }
}

#[test]
fn links_come_back() {
    over_seeds("from_link", |data| fuzzed::from_link(&String::from_utf8_lossy(data)));
}

#[test]
fn yaml_comes_back() {
    over_seeds("read_yaml", |data| fuzzed::read_yaml(&String::from_utf8_lossy(data)));
}

#[test]
fn manifests_lead_nowhere_outside() {
    over_seeds("record", |data| fuzzed::record(&String::from_utf8_lossy(data)));
}

#[test]
fn evidence_is_a_line_of_the_file() {
    over_seeds("inspect", fuzzed::inspect);
}

#[test]
fn requirements_are_split_without_a_loss() {
    over_seeds("requirements", fuzzed::requirements);
}

#[test]
fn merges_lose_no_line_of_the_user() {
    over_seeds("merge", |data| fuzzed::merge(&String::from_utf8_lossy(data)));
}

#[test]
fn every_target_has_seeds_a_dictionary_and_a_row() {
    let manifest = fs::read_to_string(root().join("fuzz/Cargo.toml")).expect("readable");
    let targets = files_below(&root().join("fuzz/fuzz_targets"));
    assert_eq!(targets.len(), 6);
    for path in targets {
        let name = path.strip_suffix(".rs").expect("a program");
        assert!(manifest.contains(&format!("path = \"fuzz_targets/{path}\"")), "{path}");
        assert!(root().join(format!("fuzz/dictionaries/{name}.dict")).is_file(), "{name}");
        assert!(root().join("fuzz/seeds").join(name).is_dir(), "{name}");
    }
}
