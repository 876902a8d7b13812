//! How many Pods of a workload there are, from moment to moment, and how many there should be: kept up with each change, so
//! that nobody has to go through all Pods again.

use super::curve::{Band, Counts, band, reported};
use super::pod::Form;
use rollscope_engine::api::Object;
use rollscope_engine::time::Time;

/// A workload's numbers over time.
#[derive(Debug, Default)]
pub(super) struct Sums {
    /// By how much each of them changes, in the order of time.
    pub changes: Vec<Change>,
    /// When the last Pod went, or the history's end; what is still there then does not vanish with it.
    pub ends: Time,
    /// The bounds whenever one of them changes.
    pub bands: Vec<(Time, Band)>,
    /// How many the status reports as updated, whenever that changes.
    pub updated: Vec<(Time, i64)>,
}

/// There are so many more Pods of a state.
#[derive(Clone, Copy, Debug)]
pub(super) struct Change {
    pub at: Time,
    pub form: Form,
    pub hue: u8,
    pub by: i32,
}

impl Sums {
    /// Counts some more from a moment on, which may be yet to come.
    pub(super) fn add(&mut self, at: Time, form: Form, hue: u8, by: i32) {
        // Nearly always it is the last moment so far.
        let mut after = self.changes.len();
        if self.changes.last().is_some_and(|last| last.at > at) {
            after = self.changes.partition_point(|change| change.at <= at);
        }
        let mut known = self.changes[..after].iter_mut().rev();
        let mut same = known.by_ref().take_while(|change| change.at == at);
        match same.find(|change| (change.form, change.hue) == (form, hue)) {
            Some(change) => change.by += by,
            None => self.changes.insert(after, Change { at, form, hue, by }),
        }
    }

    /// The workload itself has changed.
    pub(super) fn read(&mut self, object: Option<&Object>, at: Time) {
        let band = band(object);
        if let Some(band) = band.filter(|band| self.bands.last().is_none_or(|(_, last)| last != band)) {
            self.bands.push((at, band));
        }
        let updated = object.and_then(reported);
        if let Some(updated) = updated.filter(|updated| self.updated.last().is_none_or(|(_, last)| last != updated)) {
            self.updated.push((at, updated));
        }
    }

    /// What changes before the end.
    pub(super) fn before_end(&self) -> impl Iterator<Item = &Change> {
        self.changes
            .iter()
            .take_while(|change| change.at < self.ends)
            .filter(|change| change.by != 0)
    }

    /// The most Pods that are there at a time, and the most that are counted.
    pub(super) fn most(&self) -> (i64, i64) {
        let (mut present, mut total, mut most) = (0, 0, (0, 0));
        let mut now = Time::ZERO;
        for Change { at, form, by, .. } in self.before_end() {
            if *at > now {
                most = (present.max(most.0), total.max(most.1));
                now = *at;
            }
            present += i64::from(*by);
            total += if form.is_counted() { i64::from(*by) } else { 0 };
        }
        (present.max(most.0), total.max(most.1))
    }

    /// The counts whenever one of them changes.
    pub(super) fn counts(&self) -> Vec<(Time, Counts)> {
        let mut now = Counts::default();
        let mut sums: Vec<(Time, Counts)> = Vec::with_capacity(self.changes.len());
        for Change { at, form, by, .. } in self.before_end() {
            let by = i64::from(*by);
            now.present += by;
            now.total += if form.is_counted() { by } else { 0 };
            now.available += if *form == Form::Available { by } else { 0 };
            match sums.last_mut() {
                Some(last) if last.0 == *at => last.1 = now,
                _ => sums.push((*at, now)),
            }
        }
        sums.dedup_by_key(|(_, counts)| *counts);
        sums
    }
}
