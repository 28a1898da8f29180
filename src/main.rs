//! The wizard's entry point in the browser.

fn main() {}
