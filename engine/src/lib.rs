//! What Kubernetes' controllers do, as a pure function: `simulate(&Scenario) -> History`.

pub mod api;
pub mod cluster;
pub mod controllers;
pub mod event;
pub mod manifest;
pub mod reason;
pub mod release;
pub mod step;
pub mod time;
pub mod value;
