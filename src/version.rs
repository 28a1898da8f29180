//! The version of this program.

/// Version of this program, as the outputs state it.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
