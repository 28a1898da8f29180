#![no_main]

libfuzzer_sys::fuzz_target!(|data: &str| dunnage_fuzz::merge(data));
