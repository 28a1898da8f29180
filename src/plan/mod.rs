//! What follows from the choices: the plan, and what is made from it alone.
//!
//! [`model`] holds the types, [`resolve`] the decisions; the rest are parts of the plan, or read it.

pub mod checklist;
pub mod comparison;
pub mod connect;
pub mod diagram;
pub mod files;
pub mod frontend;
pub mod ignored;
pub mod installation;
pub mod model;
pub mod packages;
pub mod resolve;
pub mod settings;
pub mod stack;
pub mod steps;
