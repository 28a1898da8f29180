//! Existing projects read, kind by kind: small projects, and what is expected of each.

mod packages;
mod place;
mod system;
