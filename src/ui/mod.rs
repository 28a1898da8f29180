//! The page around the engine, in Leptos; built for wasm32 only.
//!
//! Three programs share it: the [`wizard`], which is the first load, the `views` and the `project` dialog, which the
//! page fetches on demand.
//! Views are plain functions from what their program knows to a piece of the page. They read derived values and call
//! named methods. They are made of elements of one type, see [`kit::dom`].

pub mod browser;
pub mod kit;
#[cfg(feature = "web-project")]
pub mod project;
#[cfg(feature = "web-views")]
pub mod views;
pub mod wizard;
