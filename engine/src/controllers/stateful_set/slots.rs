//! The numbers that a pass has to look at, found without looking at the others: what is missing, what does not just run,
//! what is not available yet, and what has an old revision.

use super::{Pass, Slot, labelled_revision, pod_revision};
use crate::api::{Labels, Name};
use crate::index::Crew;
use std::ops::Range;
use std::rc::Rc;

impl Pass<'_> {
    /// The numbers that are wanted.
    pub(super) fn wanted(&self) -> Range<i64> {
        let spec = &self.set.spec;
        spec.start..spec.start + spec.replicas
    }

    /// A wanted number and its Pod, which is built if it is missing.
    pub(super) fn slot(&self, ordinal: i64) -> Slot {
        let stored = self.crew.numbered(ordinal);
        Slot {
            ordinal,
            pod: stored
                .cloned()
                .unwrap_or_else(|| Rc::new(self.new_versioned_pod(ordinal))),
            created: stored.is_some(),
        }
    }

    /// The first wanted number from this one on that may need something, be it a repair.
    pub(super) fn next_to_process(&self, from: i64) -> Option<i64> {
        let range = from..self.wanted().end;
        let claims = self.view.index.claims(self.set.meta.uid).filter(|_| !range.is_empty());
        let odd = claims.and_then(|claims| claims.odd(range.clone()).next());
        odd.into_iter().chain(self.first_irregular(range)).min()
    }

    /// The first of these numbers whose Pod is missing, does not just run, or is not available yet.
    fn first_irregular(&self, range: Range<i64>) -> Option<i64> {
        let missing = self.crew.numbers().missing_from(range.start);
        let missing = Some(missing).filter(|missing| range.contains(missing));
        missing.into_iter().chain(self.first_odd(range)).min()
    }

    /// The same, of those that are there.
    fn first_odd(&self, range: Range<i64>) -> Option<i64> {
        if range.is_empty() {
            return None;
        }
        let unsettled = self.crew.unsettled(range.start, range.end).next();
        let young = self.young.range(range).next().copied();
        unsettled.into_iter().chain(young).min()
    }

    /// The last of these numbers whose Pod is missing, does not just run, is not available yet, or has an old revision.
    pub(super) fn last_to_update(&self, range: Range<i64>) -> Option<i64> {
        if range.is_empty() {
            return None;
        }
        let missing = self.crew.numbers().missing_up_to(range.end - 1);
        let missing = Some(missing).filter(|missing| range.contains(missing));
        let unsettled = self.crew.unsettled(range.start, range.end).next_back();
        let behind = self
            .crew
            .ends_with(|labels| self.is_old(labels), range.start, range.end);
        let young = self.young.range(range).next_back().copied();
        let behind = behind.map(|(_, last)| last);
        [missing, unsettled, young, behind].into_iter().flatten().max()
    }

    fn is_old(&self, labels: &Labels) -> bool {
        labelled_revision(labels) != &*self.revisions.update.meta.name
    }

    pub(super) fn is_behind(&self, slot: &Slot) -> bool {
        pod_revision(&slot.pod) != &*self.revisions.update.meta.name
    }

    /// Of these numbers, those whose Pods would be made at an old revision if they are missing.
    fn made_old(&self, range: &Range<i64>) -> Range<i64> {
        let is_one = self.revisions.current.meta.name == self.revisions.update.meta.name;
        let end = if is_one {
            range.start
        } else {
            self.end_of_current().min(range.end)
        };
        range.start..end.max(range.start)
    }

    /// Whether any of these numbers has an old revision, or will have when it is made.
    pub(super) fn any_behind(&self, range: Range<i64>) -> bool {
        let made = self.made_old(&range);
        made.contains(&self.crew.numbers().missing_from(made.start))
            || self
                .crew
                .ends_with(|labels| self.is_old(labels), range.start, range.end)
                .is_some()
    }

    /// How many of these numbers have an old revision, or will have when they are made.
    pub(super) fn count_behind(&self, range: Range<i64>) -> i64 {
        let made = self.crew.numbers().count_missing(self.made_old(&range));
        made + self
            .crew
            .count_between(|labels| self.is_old(labels), range.start, range.end)
    }

    /// The last of these numbers that have an old revision and were not told to go: no more than so many.
    pub(super) fn last_behind(&self, range: Range<i64>, most: usize) -> Vec<Slot> {
        let mut found = Vec::new();
        let mut end = range.end;
        while found.len() < most {
            let stored = self.crew.ends_with(|labels| self.is_old(labels), range.start, end);
            let made = self.made_old(&(range.start..end));
            let missing = self.crew.numbers().missing_up_to(made.end - 1);
            let missing = Some(missing).filter(|missing| made.contains(missing));
            let Some(ordinal) = stored.map(|(_, last)| last).into_iter().chain(missing).max() else {
                break;
            };
            let slot = self.slot(ordinal);
            if !slot.pod.is_terminating() {
                found.push(slot);
            }
            end = ordinal;
        }
        found
    }

    /// How many wanted Pods are missing; always the number from before this pass.
    pub(super) fn count_missing(&mut self) -> i64 {
        let wanted = self.wanted();
        *self
            .missing
            .get_or_insert_with(|| self.crew.numbers().count_missing(wanted))
    }

    /// How many wanted Pods are missing, not available, or going.
    pub(super) fn count_unavailable(&mut self) -> i64 {
        let wanted = self.wanted();
        let mut unavailable = self.count_missing();
        let mut from = wanted.start;
        while let Some(ordinal) = self.first_odd(from..wanted.end) {
            unavailable += i64::from(self.is_unavailable(&self.slot(ordinal)));
            from = ordinal + 1;
        }
        unavailable
    }

    /// The first that is not available: ascending among the wanted, else the lowest of the others.
    pub(super) fn first_unhealthy(&self) -> Option<Name> {
        let wanted = self.wanted();
        let ranges = [wanted.clone(), 0..wanted.start, wanted.end..i64::from(i32::MAX) + 1];
        for range in ranges {
            let mut from = range.start;
            loop {
                let next = match range == wanted {
                    true => self.first_irregular(from..range.end),
                    false => self.first_odd(from..range.end),
                };
                let Some(ordinal) = next else { break };
                let slot = self.slot(ordinal);
                if self.is_unavailable(&slot) {
                    return Some(slot.pod.meta.name.clone());
                }
                from = ordinal + 1;
            }
        }
        None
    }
}

/// The Pods whose numbers are not wanted, highest first.
pub(super) fn condemned(crew: &Crew, wanted: Range<i64>) -> impl Iterator<Item = Slot> {
    let above = crew.between(wanted.end, i64::MAX).rev();
    let below = crew.between(0, wanted.start).rev();
    above.chain(below).map(|(ordinal, pod)| Slot {
        ordinal,
        pod: pod.clone(),
        created: true,
    })
}
