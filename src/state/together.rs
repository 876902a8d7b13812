//! One clock for what is on the stage. While two runs are compared it goes on until both have ended: positions beyond the end
//! of the run on the stage are those of the other one, and the one that has ended stands still.

use super::State;
use super::branches::Second;
use rollscope_engine::time::Time;

impl State {
    /// Where the clock stands: so many steps of the run on the stage and, once that has ended, of the one beside it.
    pub fn position(&self) -> usize {
        self.hand.unwrap_or(self.run.position() + self.beyond())
    }

    /// The last position.
    pub fn len(&self) -> usize {
        self.run.history().len()
            + self
                .second()
                .map_or(0, |second| second.run.history().len() - second.shared)
    }

    /// Whether there is no step.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The time at the position.
    pub fn now(&self) -> Time {
        match (self.second().filter(|second| second.beyond > 0), self.hand) {
            (Some(second), _) => second.run.history().time_at(second.shared + second.beyond),
            (None, Some(hand)) => self.run.history().time_at(hand),
            (None, None) => self.run.cursor.time(),
        }
    }

    pub(super) fn next(&self, every_write: bool) -> usize {
        let end = self.run.history().len();
        match self.second() {
            Some(second) if self.run.position() == end => {
                end + second.run.next_after(second.shared + second.beyond, every_write) - second.shared
            }
            _ => self.run.next_after(self.position(), every_write),
        }
    }

    pub(super) fn previous(&self, every_write: bool) -> usize {
        match self.second().filter(|second| second.beyond > 0) {
            Some(second) => {
                let there = second.run.previous_to(second.shared + second.beyond, every_write);
                self.run.history().len() + there.saturating_sub(second.shared)
            }
            None => self.run.previous_to(self.position(), every_write),
        }
    }

    /// Past the end counts as the end.
    pub(super) fn go_to(&mut self, position: usize) {
        let (end, last) = (self.run.history().len(), self.len());
        if self.held {
            self.hand = Some(position.min(last));
            return;
        }
        self.run.cursor.seek(position.min(end));
        if let Some(second) = &mut self.branches.second {
            second.beyond = position.min(last).saturating_sub(end);
        }
    }

    /// Whether one has moved on from where the cursor is held.
    pub(crate) fn is_ahead(&self) -> bool {
        self.hand.is_some_and(|hand| hand != self.run.position())
    }

    /// Nothing holds the cursor any more: to where one has moved meanwhile.
    pub fn catch_up(&mut self) {
        self.held = false;
        if let Some(position) = self.hand.take() {
            self.go_to(position);
        }
    }

    fn second(&self) -> Option<&Second> {
        self.branches.second.as_ref()
    }

    fn beyond(&self) -> usize {
        self.second().map_or(0, |second| second.beyond)
    }
}
