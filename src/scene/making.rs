//! The overview of a long history, made piece by piece while the history is computed, and after that: whoever waits for it can do
//! something else in between, and can give up.

use super::look::Look;
use super::marks::{Mark, Milestones, flags, marks};
use super::overview::Overview;
use super::scale::Scale;
use super::strip::Strip;
use super::tracks::{MOST_LANES, Reader, Tracks};
use super::verdict::Verdict;
use rollscope_engine::History;
use rollscope_engine::step::Step;
use rollscope_engine::traffic::{Traffic, Watch};
use rollscope_engine::world::World;
use std::rc::Rc;

/// The overview of a history, all at once.
pub fn overview(history: &Rc<History>) -> Overview {
    let mut making = Making::default();
    loop {
        if let Some((_, overview)) = making.go_on(history, &mut usize::MAX.clone()) {
            return overview;
        }
    }
}

/// An overview in the making.
#[derive(Debug)]
pub struct Making {
    reader: Reader,
    milestones: Milestones,
    /// How many steps these two have read.
    read: usize,
    /// Reads of connections, from the start on, once there is a Service.
    watch: Option<Watch>,
    watched: usize,
    /// How many changes were looked at in doing so, steps counted as one more.
    looked_at: usize,
    /// What was read, when that is all.
    tracks: Option<Tracks>,
    traffic: Vec<Traffic>,
    strip: Option<Strip>,
    /// How many of its parts are there.
    parts: usize,
    marks: Option<Vec<Mark>>,
    verdict: Option<Verdict>,
    is_judged: bool,
}

impl Default for Making {
    fn default() -> Making {
        Making {
            reader: Reader::new(MOST_LANES),
            milestones: Milestones::default(),
            read: 0,
            watch: None,
            watched: 0,
            looked_at: 0,
            tracks: None,
            traffic: Vec::new(),
            strip: None,
            parts: 0,
            marks: None,
            verdict: None,
            is_judged: false,
        }
    }
}

impl Making {
    /// How much was read so far: changes, and one more for each step.
    pub fn looked_at(&self) -> usize {
        self.looked_at
    }

    /// Reads on in the steps so far, about so many changes; tells whether it has read all of them. A step is read as a whole.
    pub fn read(&mut self, world: &World, steps: &[Step], changes: &mut usize) -> bool {
        while let Some(step) = steps.get(self.read).filter(|_| *changes > 0) {
            self.reader.read(step);
            self.milestones.read(self.read, step);
            if self.watch.is_none() && Watch::is_needed(step) {
                self.watch = Some(Watch::default());
            }
            self.read += 1;
            self.looked_at += 1 + step.writes.len();
            *changes = changes.saturating_sub(1 + step.writes.len());
        }
        if let Some(watch) = &mut self.watch {
            while let Some(step) = steps[..self.read].get(self.watched).filter(|_| *changes > 0) {
                watch.read(world, step);
                self.watched += 1;
                self.looked_at += 1 + step.writes.len();
                *changes = changes.saturating_sub(1 + step.writes.len());
            }
        }
        self.read == steps.len() && (self.watch.is_none() || self.watched == self.read)
    }

    /// Goes on with a history that is whole. One call does one thing: reads some changes, or draws a part of one workload.
    pub fn go_on(&mut self, history: &Rc<History>, changes: &mut usize) -> Option<(Look, Overview)> {
        if !self.read(&history.scenario.world, &history.steps, changes) {
            return None;
        }
        let mut spend = |work: usize| *changes = changes.saturating_sub(work);
        let Some(tracks) = &mut self.tracks else {
            self.tracks = Some(std::mem::replace(&mut self.reader, Reader::new(0)).finish());
            self.traffic = self.watch.take().map_or_else(Vec::new, Watch::finish);
            // It is all that was read, though nobody watches any more.
            self.watched = self.read;
            spend(history.len());
            return None;
        };
        let Some(strip) = &mut self.strip else {
            spend(2 * history.len());
            self.strip = Some(Strip::begun(Scale::of(history), history));
            return None;
        };
        if let Some(changes) = strip.add(tracks, self.parts) {
            spend(2 * changes);
            self.parts += 1;
            return None;
        }
        let Some(marks) = &self.marks else {
            spend(history.len());
            let marks = marks(history, std::mem::take(&mut self.milestones));
            strip.marks = flags(&marks, &strip.scale);
            self.marks = Some(marks);
            return None;
        };
        let Some(verdict) = &mut self.verdict else {
            spend(2 * tracks.whole.changes.len());
            self.verdict = Some(Verdict::begun(history, tracks));
            return None;
        };
        if !self.is_judged {
            spend(2 * tracks.whole.changes.len());
            verdict.finish(tracks);
            self.is_judged = true;
            return None;
        }
        let marks = marks.clone();
        let look = std::mem::take(&mut tracks.look);
        let overview = Overview {
            strip: Rc::new(self.strip.take()?),
            verdict: std::mem::take(verdict),
            traffic: std::mem::take(&mut self.traffic),
            difference: None,
            tracks: self.tracks.take()?,
            marks,
        };
        Some((look, overview))
    }
}
