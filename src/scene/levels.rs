//! How many Pods of a workload are available, and how many should be, from moment to moment: what the verdict and the report
//! judge by.

use super::curve::{Band, Counts};
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
    let (mut count, mut band) = (0, 0);
    let mut levels = Vec::new();
    loop {
        let next = [
            counts.get(count).map(|(time, _)| *time),
            bands.get(band).map(|(time, _)| *time),
        ];
        let Some(from) = next.into_iter().flatten().min() else {
            return levels;
        };
        while counts.get(count).is_some_and(|(time, _)| *time <= from) {
            count += 1;
        }
        while bands.get(band).is_some_and(|(time, _)| *time <= from) {
            band += 1;
        }
        levels.push(Level {
            from,
            available: count.checked_sub(1).map_or(0, |last| counts[last].1.available),
            desired: band.checked_sub(1).map_or(0, |last| bands[last].1.desired),
        });
    }
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
