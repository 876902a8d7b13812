//! Timers; each runs while it is held.

pub use gloo_timers::callback::{Interval, Timeout};
