//! The page: what a visitor sees of a History.

mod app;

pub use app::App;
