//! The engine's tests from outside: scenario logs, and promises held against random runs.
#![expect(clippy::disallowed_methods, reason = "tests read and bless their files")]

mod advice;
mod applied;
mod autoscaler;
mod behaviors;
mod dns;
mod endpoint_slices;
mod gates;
mod golden;
mod golden_daemon_sets;
mod hostile;
mod kubectl;
mod kubelet;
mod log;
mod memory;
mod moment;
mod names_and_quotas;
#[cfg(debug_assertions)]
mod no_scans;
mod node_loss;
mod properties;
mod questions;
mod random_clusters;
mod rules;
mod runs;
mod scenarios;
mod scheduling;
mod storage;
mod traffic;
