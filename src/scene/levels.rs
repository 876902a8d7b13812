//! How many Pods of a workload are available, and how many should be, from moment to moment: what the verdict and the report
//! judge by.

use super::curve::{Band, Counts};
use rollscope_engine::order;
use rollscope_engine::time::Time;

/// How many there are and should be, from a moment on.
pub(super) struct Level {
    pub from: Time,
    pub available: i64,
    pub desired: i64,
}

impl Level {
    /// How many are missing.
    pub fn short(&self) -> i64 {
        (self.desired - self.available).max(0)
    }
}

/// A level for each moment at which one of the numbers changes.
pub(super) fn levels(counts: &[(Time, Counts)], bands: &[(Time, Band)]) -> Vec<Level> {
    let mut times: Vec<Time> = counts.iter().map(|(time, _)| *time).collect();
    times.extend(bands.iter().map(|(time, _)| *time));
    order::sort_by_key(&mut times, |time| *time);
    times.dedup();
    let level = |from| Level {
        from,
        available: before(counts, from).map_or(0, |counts| counts.available),
        desired: before(bands, from).map_or(0, |band| band.desired),
    };
    times.into_iter().map(level).collect()
}

/// What holds at a moment, of what holds from its time on.
fn before<T>(values: &[(Time, T)], moment: Time) -> Option<&T> {
    let after = values.partition_point(|(time, _)| *time <= moment);
    Some(&values[after.checked_sub(1)?].1)
}

/// From when all that were wanted were available for the first time. `None` if they never were.
pub(super) fn since_up(levels: &[Level]) -> Option<&[Level]> {
    let is_up = |level: &Level| level.available > 0 && level.short() == 0;
    Some(&levels[levels.iter().position(is_up)?..])
}

/// Where the most are missing; of equally bad moments the first.
pub(super) fn worst(levels: &[Level]) -> &Level {
    let worse = |worst, level| {
        if Level::short(level) > Level::short(worst) {
            level
        } else {
            worst
        }
    };
    levels.iter().fold(&levels[0], worse)
}
