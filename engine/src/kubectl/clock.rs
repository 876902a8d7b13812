//! The virtual clock as kubectl shows it: dates and ages (spec: CTL-04).

use crate::time::{Duration, Time};

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];
const WEEKDAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];

/// A moment as `describe` writes it: `Thu, 01 Jan 2026 00:00:12 +0000`.
pub(super) fn date(now: Time) -> String {
    let date = now.date();
    let (day, clock) = date.split_once('T').unwrap_or_default();
    let mut parts = day.split('-');
    let (year, month, day) = (parts.next(), parts.next(), parts.next());
    let month = month.and_then(|month| MONTHS.get(month.parse::<usize>().ok()?.checked_sub(1)?));
    // The first day of a run is a Thursday.
    let weekday = usize::try_from(now.seconds() / 86_400 % 7).map_or("", |day| WEEKDAYS[day]);
    format!(
        "{weekday}, {} {} {} {} +0000",
        day.unwrap_or_default(),
        month.unwrap_or(&""),
        year.unwrap_or_default(),
        clock.trim_end_matches('Z')
    )
}

/// How long ago a stored moment is. Stored are whole seconds.
pub(super) fn ago(then: Time, now: Time) -> String {
    age(now.since(then.truncated()))
}

/// A length of time. Upstream: `apimachinery/pkg/util/duration › HumanDuration`.
pub(super) fn age(length: Duration) -> String {
    const HOUR: u64 = 60;
    const DAY: u64 = 24 * HOUR;
    const YEAR: u64 = 365 * DAY;
    let seconds = length.0 / 1000;
    let minutes = seconds / 60;
    let two = |whole: u64, unit: char, rest: u64, small: char| match rest {
        0 => format!("{whole}{unit}"),
        rest => format!("{whole}{unit}{rest}{small}"),
    };
    if seconds < 120 {
        return format!("{seconds}s");
    }
    match minutes {
        0..10 => two(minutes, 'm', seconds % 60, 's'),
        10..180 => format!("{minutes}m"),
        180..480 => two(minutes / HOUR, 'h', minutes % HOUR, 'm'),
        480..2880 => format!("{}h", minutes / HOUR),
        2880..11_520 => two(minutes / DAY, 'd', minutes % DAY / HOUR, 'h'),
        11_520..1_051_200 => format!("{}d", minutes / DAY),
        1_051_200..4_204_800 => two(minutes / YEAR, 'y', minutes % YEAR / DAY, 'd'),
        _ => format!("{}y", minutes / YEAR),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_name_their_day() {
        assert_eq!(date(Time(12_000)), "Thu, 01 Jan 2026 00:00:12 +0000");
        assert_eq!(date(Time(32 * 86_400_000)), "Mon, 02 Feb 2026 00:00:00 +0000");
        assert!(!date(Time(u64::MAX)).is_empty());
    }

    #[test]
    fn ages_have_one_or_two_units() {
        const DAY: u64 = 86_400;
        for (seconds, expect) in [
            (0, "0s"),
            (119, "119s"),
            (120, "2m"),
            (599, "9m59s"),
            (600, "10m"),
            (179 * 60 + 59, "179m"),
            (3 * 3600 + 300, "3h5m"),
            (8 * 3600, "8h"),
            (2 * DAY - 1, "47h"),
            (2 * DAY + 3 * 3600, "2d3h"),
            (8 * DAY, "8d"),
            (730 * DAY - 1, "729d"),
            (731 * DAY, "2y1d"),
            (8 * 365 * DAY, "8y"),
        ] {
            assert_eq!(age(Duration(seconds * 1000 + 999)), expect, "{seconds} s");
        }
    }
}
