//! Holds the engine, state by state, against recordings of the real control plane.
//!
//! A recording is a list of operations, each with the settled state that the real thing left. [`replay`] makes the same
//! operations through the engine's public interface and compares every state; [`run`] does so for a folder of recordings
//! and [`report`] prints what came of it. What is compared, and what is left to chance, is the rules of the format:
//!
//! | file | what it knows |
//! |---|---|
//! | `admission` | manifests, and what the API server answered to them |
//! | `recording` | the files |
//! | `names` | the recordings' names for what has a random name |
//! | `operation` | an operation as an intervention, and the answer to it |
//! | `render` | the engine's cluster in the form of a recorded state |
//! | `events` | events, their repetitions and what a client drops |
//! | `compare` | the differences, field by field |
//! | `state`, `timing` | what is not determined: values, and moments |
//! | `replay` | one recording from start to end |
//! | `run`, `known` | a folder, and what is known to differ |
//! | `report`, `page` | what came of it, for the terminal and for the documentation |

mod admission;
mod compare;
mod events;
mod known;
mod names;
mod operation;
mod page;
mod recording;
mod render;
mod replay;
mod report;
mod run;
mod state;
mod timing;

pub use compare::Difference;
pub use page::page;
pub use recording::{RecordedStep, Recording};
pub use replay::{Failure, Options, rehearse, replay};
pub use report::report;
pub use run::{Outcome, run};
