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

    /// The virtual clock as a date: a run starts at midnight of 2026-01-01.
    pub fn date(self) -> String {
        let seconds = self.seconds();
        let (hour, minute, second) = (seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
        // Years of the calendar begin in March here, so that the leap day is a year's last, and repeat after 400 years.
        let days = seconds / 86_400 + 739_922;
        let (era, day) = (days / 146_097, days % 146_097);
        let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
        let day = day - (365 * year + year / 4 - year / 100);
        let month = (5 * day + 2) / 153;
        let day = day - (153 * month + 2) / 5 + 1;
        let year = era * 400 + year + u64::from(month > 9);
        let month = (month + 2) % 12 + 1;
        format!("{year}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
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

    #[test]
    fn the_clock_is_a_date_however_long_a_run_takes() {
        for (days, date) in [
            (0, "2026-01-01T00:00:00Z"),
            (30, "2026-01-31T00:00:00Z"),
            (31, "2026-02-01T00:00:00Z"),
            (59, "2026-03-01T00:00:00Z"),
            (364, "2026-12-31T00:00:00Z"),
            (365, "2027-01-01T00:00:00Z"),
            (789, "2028-02-29T00:00:00Z"),
            (790, "2028-03-01T00:00:00Z"),
        ] {
            assert_eq!(Time(days * 86_400_000).date(), date, "day {days}");
        }
        assert!(!Time(u64::MAX).date().is_empty());
    }
}
