//! A scenario run piece by piece, for who can't wait for the whole: the page stays awake, and can give up.

use super::Simulation;
use crate::history::{Answer, History};
use crate::scenario::Scenario;
use crate::step::Step;
use crate::time::Time;

/// A scenario on its way to a [`History`].
#[derive(Clone, Debug)]
pub struct Computation {
    scenario: Scenario,
    simulation: Simulation,
    /// How many of the scenario's interventions were carried out.
    done: usize,
}

/// How far a computation has come. Nobody knows how far it has to go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Steps so far.
    pub steps: usize,
    /// The simulated time.
    pub now: Time,
}

impl Computation {
    /// Nothing has happened yet.
    pub fn new(scenario: &Scenario) -> Computation {
        Computation {
            scenario: scenario.clone(),
            simulation: Simulation::new(scenario),
            done: 0,
        }
    }

    /// Lets things happen until about so many objects were looked at or written; tells whether that was all.
    pub fn go_on(&mut self, work: usize) -> bool {
        let mut left = work;
        loop {
            let next = self.scenario.interventions.get(self.done);
            let is_under_way = match next {
                Some(timed) => self.simulation.is_due_before(timed.at),
                None => self.simulation.is_under_way(),
            };
            match (is_under_way, next) {
                (true, _) if left == 0 => return false,
                (true, _) => left = left.saturating_sub(self.advance()),
                (false, Some(_)) => self.intervene(),
                (false, None) => return true,
            }
        }
    }

    /// How far it has come.
    pub fn progress(&self) -> Progress {
        Progress {
            steps: self.simulation.steps.len(),
            now: self.simulation.now,
        }
    }

    /// What is simulated.
    pub fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    /// The steps so far.
    pub fn steps(&self) -> &[Step] {
        &self.simulation.steps
    }

    /// What has happened; the whole run once [`go_on`](Self::go_on) says so.
    pub fn into_history(self) -> History {
        self.simulation.into_history(self.scenario)
    }

    /// One item of the agenda; returns how much work it was.
    fn advance(&mut self) -> usize {
        let before = self.simulation.steps.len();
        self.simulation.advance();
        let new = self.simulation.steps.get(before..).unwrap_or_default();
        1 + new.iter().map(|step| step.writes.len()).sum::<usize>()
    }

    fn intervene(&mut self) {
        let timed = &self.scenario.interventions[self.done];
        let position = self.simulation.steps.len();
        let (accepted, text) = self.simulation.intervene(timed.at, &timed.what);
        self.simulation.answers.push(Answer {
            intervention: self.done,
            position,
            accepted,
            text,
        });
        self.done += 1;
    }
}
