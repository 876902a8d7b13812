//! Virtual time. A run starts at zero; nothing here knows the real clock.
//!
//! The API stores timestamps in whole seconds, controllers see the present with full precision: [`Time::truncated`]
//! makes the difference explicit, because several rules (minReadySeconds, deadlines, victim ranking) depend on it.

use std::fmt;
use std::ops::{Add, Sub};

/// A moment, in milliseconds since the start of the run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub struct Time(pub u64);

/// A length of time, in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub struct Duration(pub u64);

impl Time {
    /// The start of the run.
    pub const ZERO: Time = Time(0);

    /// The moment as a stored timestamp shows it: whole seconds, cut off.
    pub fn truncated(self) -> Time {
        Time(self.0 / 1000 * 1000)
    }

    /// Time passed since `earlier`; zero if that lies ahead.
    pub fn since(self, earlier: Time) -> Duration {
        Duration(self.0.saturating_sub(earlier.0))
    }

    /// Whole seconds since the start, cut off.
    pub fn seconds(self) -> u64 {
        self.0 / 1000
    }
}

impl Duration {
    /// No time at all.
    pub const ZERO: Duration = Duration(0);

    /// `seconds` whole seconds; a negative number counts as zero.
    pub fn seconds(seconds: i64) -> Duration {
        Duration(u64::try_from(seconds).unwrap_or(0).saturating_mul(1000))
    }

    /// The age bucket in which victims are compared: floor(log2(nanoseconds)), -1 for no age at all.
    /// Upstream: `controller_utils.go › logarithmicRankDiff`.
    pub fn log2_bucket(self) -> i32 {
        let nanoseconds = u128::from(self.0) * 1_000_000;
        nanoseconds.checked_ilog2().map_or(-1, |log| log.cast_signed())
    }
}

impl Add<Duration> for Time {
    type Output = Time;
    fn add(self, length: Duration) -> Time {
        Time(self.0.saturating_add(length.0))
    }
}

impl Add for Duration {
    type Output = Duration;
    fn add(self, other: Duration) -> Duration {
        Duration(self.0.saturating_add(other.0))
    }
}

impl Sub<Duration> for Time {
    type Output = Time;
    fn sub(self, length: Duration) -> Time {
        Time(self.0.saturating_sub(length.0))
    }
}

/// `mm:ss.t`, as the page's clock shows it.
impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tenths = self.0 / 100;
        write!(f, "{:02}:{:02}.{}", tenths / 600, tenths / 10 % 60, tenths % 10)
    }
}

/// Seconds with as many decimals as needed: `5 s`, `0.4 s`.
impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.0 / 1000, self.0 % 1000 / 100) {
            (seconds, 0) => write!(f, "{seconds} s"),
            (seconds, tenth) => write!(f, "{seconds}.{tenth} s"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_have_the_recorded_borders() {
        for (milliseconds, bucket) in [
            (0, -1),
            (1_073, 29),
            (1_074, 30),
            (8_589, 32),
            (8_590, 33),
            (17_180, 34),
        ] {
            assert_eq!(Duration(milliseconds).log2_bucket(), bucket, "{milliseconds} ms");
        }
    }

    #[test]
    fn clock_reads_minutes_seconds_tenths() {
        assert_eq!(Time(74_249).to_string(), "01:14.2");
    }
}
