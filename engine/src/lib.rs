//! What Kubernetes' controllers do, as a pure function: `simulate(&Scenario) -> History`.

pub mod api;
pub mod cluster;
pub mod controllers;
mod environment;
pub mod event;
pub mod history;
mod interventions;
pub mod invariants;
pub mod manifest;
pub mod reason;
pub mod release;
pub mod scenario;
pub mod simulation;
pub mod step;
pub mod time;
pub mod value;
pub mod world;

pub use history::{Cursor, History};
pub use scenario::Scenario;
pub use simulation::{Simulation, simulate};
