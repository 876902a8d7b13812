//! A history as plain data, for programs that are not written in Rust: [`history::Document`], its JSON Schema and its TypeScript.
//!
//! `src/main.rs` puts this into the hands of JavaScript; `cargo xtask package` makes an npm package of both.

pub mod asking;
pub mod finding;
pub mod history;
pub mod moment;
#[cfg(test)]
mod schema;
