//! Scenes: a cursor or a whole history, turned into plain structs that say what is to be seen. No Yew in here, so that
//! every scene can be tested as data, and the same scene can be drawn in more than one way.
//!
//! [`stage`], [`why`], [`stuck`], [`idle`], [`kubectl`] are of a moment; [`strip`], [`verdict`], [`report`] are of a whole
//! history and computed once; [`difference`] is of two; [`share`] is what is pasted
//! elsewhere.

pub mod blocks;
pub mod compare;
pub mod crowd;
pub mod curve;
mod daemon_set;
pub mod density;
pub mod deployment;
pub mod difference;
pub mod hue;
pub mod idle;
pub mod kept;
pub mod kubectl;
mod levels;
pub mod limit;
pub mod look;
pub mod making;
pub mod marks;
pub mod nodes;
pub mod overview;
pub mod partition;
pub mod pod;
pub mod pod_panel;
pub mod report;
pub mod scale;
pub mod service;
pub mod share;
pub mod slots;
pub mod stage;
mod stalls;
mod stateful_set;
pub mod strip;
pub mod stuck;
mod sums;
mod table;
pub mod telling;
mod tracks;
pub mod verdict;
pub mod why;
pub mod window;
