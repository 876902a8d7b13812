//! What Kubernetes' controllers do, as a pure function: `simulate(&Scenario) -> History`.

pub mod manifest;
pub mod value;
