#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| dunnage_fuzz::requirements(data));
