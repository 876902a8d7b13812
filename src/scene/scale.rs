//! The scale of the time strip: virtual time, but every step has a width, so that each can be reached, and long idle
//! waits are cut short, so that they don't squash the rest.

use rollscope_engine::History;
use rollscope_engine::order;
use rollscope_engine::time::{Duration, Time};

/// What a step is wide, in milliseconds, where there is room.
const STEP: f64 = 150.0;
/// No wait shorter than this is cut.
const SHORTEST_CUT: f64 = 10_000.0;
/// What is nearer to each other than this is drawn as one: it is a small part of a pixel.
pub(super) const FINEST: f64 = 1.0 / 32_768.0;
/// Intervals between labels, in seconds.
const INTERVALS: [u64; 10] = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600];

/// Places between 0 and 1.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Scale {
    /// The place of each position.
    places: Vec<f64>,
    times: Vec<Time>,
    /// Where each position is among the times, if these are of two histories.
    own: Vec<usize>,
    /// Waits that were cut.
    pub breaks: Vec<Break>,
    /// Labels of the time axis.
    pub ticks: Vec<Tick>,
}

/// A wait that is drawn shorter than it is.
#[derive(Clone, PartialEq, Debug)]
pub struct Break {
    /// Its middle.
    pub place: f64,
    /// How long it is: `9 min 55 s`.
    pub label: String,
}

/// A label of the time axis.
#[derive(Clone, PartialEq, Debug)]
pub struct Tick {
    /// Where.
    pub place: f64,
    /// `01:10`.
    pub label: String,
}

impl Scale {
    pub(super) fn of(history: &History) -> Scale {
        Scale::over(times_of(history))
    }

    /// The scale of two histories beside each other; positions are the first one's and, beyond its end, the other one's.
    pub(super) fn of_both(history: &History, other: &History) -> Scale {
        let mut times = times_of(history);
        times.extend(times_of(other));
        order::sort_by_key(&mut times, |time| *time);
        times.dedup();
        let mut own = times_of(history);
        let end = own.last().copied().unwrap_or_default();
        own.extend(times_of(other).into_iter().filter(|time| *time > end));
        let own = own.iter().map(|own| times.partition_point(|time| time < own)).collect();
        Scale {
            own,
            ..Scale::over(times)
        }
    }

    fn over(times: Vec<Time>) -> Scale {
        let waits: Vec<f64> = times.windows(2).map(|pair| length(pair[1].since(pair[0]))).collect();
        let cut = longest_wait(&waits);
        let shown: f64 = waits.iter().map(|wait| shorten(*wait, cut)).sum();
        let steps = as_float(waits.len()).max(1.0);
        let step = STEP.min(shown * 0.5 / steps).max(0.001);
        let whole = shown + step * steps;
        let mut places = vec![0.0];
        let mut breaks = Vec::new();
        for (wait, pair) in waits.iter().zip(times.windows(2)) {
            let from = places.last().copied().unwrap_or(0.0);
            let to = from + (step + shorten(*wait, cut)) / whole;
            if shorten(*wait, cut) < *wait {
                breaks.push(Break {
                    place: f64::midpoint(from, to),
                    label: in_words(pair[1].since(pair[0])),
                });
            }
            places.push(to);
        }
        let mut scale = Scale {
            places,
            times,
            breaks,
            ticks: Vec::new(),
            own: Vec::new(),
        };
        scale.ticks = scale.make_ticks(shown);
        scale
    }

    /// The last position.
    pub(super) fn last(&self) -> usize {
        if self.own.is_empty() {
            self.places.len()
        } else {
            self.own.len()
        }
        .saturating_sub(1)
    }

    /// Where a position is.
    pub fn place(&self, position: usize) -> f64 {
        let last = self.places.last().copied().unwrap_or(0.0);
        let index = self.own.get(position).copied().unwrap_or(position);
        self.places.get(index).copied().unwrap_or(last)
    }

    /// Where a moment is.
    pub fn place_of(&self, time: Time) -> f64 {
        self.place_before(time, self.times.partition_point(|other| *other <= time))
    }

    /// Where a moment is that comes before the time of this index, and not before the one before.
    fn place_before(&self, time: Time, after: usize) -> f64 {
        let Some(before) = after.checked_sub(1) else {
            return 0.0;
        };
        let (Some(from), Some(to)) = (self.times.get(before), self.times.get(after)) else {
            return self.places[before];
        };
        let share = length(time.since(*from)) / length(to.since(*from));
        self.places[before] + share * (self.places[after] - self.places[before])
    }

    /// For moments one after the other.
    pub(super) fn places(&self) -> Places<'_> {
        Places { scale: self, after: 0 }
    }

    /// Values whenever they change, where that is; of those that nobody could tell apart the last.
    pub(super) fn placed<T: Copy>(&self, values: &[(Time, T)]) -> Vec<(f64, T)> {
        let mut places = self.places();
        let mut placed: Vec<(f64, T)> = Vec::new();
        let mut drawn = f64::MIN;
        for (time, value) in values {
            let place = places.of(*time);
            match placed.last_mut() {
                Some(last) if place - drawn < FINEST => last.1 = *value,
                _ => {
                    placed.push((place, *value));
                    drawn = place;
                }
            }
        }
        placed
    }

    /// The moment of a place.
    pub fn moment_at(&self, place: f64) -> Time {
        let after = self.places.partition_point(|other| *other <= place);
        let Some(before) = after.checked_sub(1) else {
            return Time::ZERO;
        };
        let (Some(from), Some(to)) = (self.times.get(before), self.times.get(after)) else {
            return self.times.get(before).copied().unwrap_or_default();
        };
        let share = (place - self.places[before]) / (self.places[after] - self.places[before]);
        Time(from.0 + whole(share * length(to.since(*from))))
    }

    /// The position that is nearest to a place.
    pub fn position_at(&self, place: f64) -> usize {
        let positions = if self.own.is_empty() {
            self.places.len()
        } else {
            self.own.len()
        };
        let after = match self.own.is_empty() {
            true => self.places.partition_point(|other| *other < place),
            false => self.own.partition_point(|index| self.places[*index] < place),
        };
        let Some(before) = after.checked_sub(1) else {
            return 0;
        };
        let is_nearer = place - self.place(before) < self.place(after) - place;
        if is_nearer || after >= positions { before } else { after }
    }

    /// Whole times, as many as can be read.
    fn make_ticks(&self, shown: f64) -> Vec<Tick> {
        let end = self.times.last().copied().unwrap_or_default();
        let interval = INTERVALS
            .into_iter()
            .find(|interval| Duration(interval * 14_000) >= Duration(whole(shown)))
            .unwrap_or(600)
            .max(end.seconds() / 400);
        let mut ticks: Vec<Tick> = Vec::new();
        for number in 0..=end.seconds() / interval {
            let time = Time(number * interval * 1000);
            let place = self.place_of(time);
            if ticks.last().is_none_or(|last| place - last.place > 0.075) && !self.is_in_break(time) {
                ticks.push(Tick {
                    place,
                    label: format!("{:02}:{:02}", time.seconds() / 60, time.seconds() % 60),
                });
            }
        }
        ticks
    }

    fn is_in_break(&self, time: Time) -> bool {
        let place = self.place_of(time);
        self.breaks.iter().any(|cut| (cut.place - place).abs() < 0.045)
    }
}

/// Where moments are, one after the other: each is looked for from the one before on.
pub(super) struct Places<'a> {
    scale: &'a Scale,
    after: usize,
}

impl Places<'_> {
    /// Where the next one is.
    pub(super) fn of(&mut self, time: Time) -> f64 {
        let times = &self.scale.times;
        while times.get(self.after).is_some_and(|other| *other <= time) {
            self.after += 1;
        }
        self.scale.place_before(time, self.after)
    }
}

fn times_of(history: &History) -> Vec<Time> {
    (0..=history.len()).map(|position| history.time_at(position)).collect()
}

/// A wait that is only a little too long is left as it is.
fn shorten(wait: f64, cut: f64) -> f64 {
    if wait > 2.0 * cut { cut } else { wait }
}

/// Waits are cut where one is far longer than most.
fn longest_wait(waits: &[f64]) -> f64 {
    let shorter = |than: f64| waits.iter().filter(|wait| (500.0..than).contains(*wait)).count();
    let half = shorter(f64::INFINITY) / 2;
    // The one in the middle, found without sorting: waits are whole milliseconds. A short one makes no difference.
    let (mut low, mut high) = (whole(SHORTEST_CUT / 3.0), 1 << 32);
    if half == shorter(f64::INFINITY) || shorter(length(Duration(low + 1))) > half {
        return SHORTEST_CUT;
    }
    while low + 1 < high {
        let middle = u64::midpoint(low, high);
        match shorter(length(Duration(middle))) > half {
            true => high = middle,
            false => low = middle,
        }
    }
    length(Duration(low)) * 3.0
}

fn in_words(wait: Duration) -> String {
    let seconds = wait.0 / 1000;
    match (seconds / 60, seconds % 60) {
        (0, seconds) => format!("{seconds} s"),
        (minutes, 0) => format!("{minutes} min"),
        (minutes, seconds) => format!("{minutes} min {seconds} s"),
    }
}

#[expect(clippy::cast_precision_loss, reason = "a drawing needs no more than 52 bits")]
fn length(duration: Duration) -> f64 {
    duration.0 as f64
}

#[expect(clippy::cast_precision_loss, reason = "a drawing needs no more than 52 bits")]
pub(super) fn as_float(count: usize) -> f64 {
    count as f64
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a sum of waits, which are whole and not negative"
)]
fn whole(milliseconds: f64) -> u64 {
    milliseconds as u64
}
