//! The engine, or instead of it one run that was written down: so that a page can show something before it has the engine.

use crate::history::History;
use crate::record;
use crate::scenario::{Reading, Scenario};
use crate::simulation::{Computation, Progress};
use crate::traffic::Traffic;
use std::rc::Rc;

/// What reads texts and runs scenarios.
#[derive(Clone, Copy, Debug)]
pub struct Engine {
    rehearsal: Rehearsal,
    whole: Option<Whole>,
}

/// A text and its run, written down beforehand.
#[derive(Clone, Copy, Debug)]
pub struct Rehearsal {
    /// The text.
    pub text: &'static str,
    /// What [`record::write`] made of its run.
    pub run: &'static [u8],
}

/// The engine itself.
#[derive(Clone, Copy, Debug)]
pub struct Whole {
    read: fn(&str) -> Reading,
    compute: fn(&Scenario) -> Piecewise,
    traffic: fn(&Rc<History>) -> Vec<Traffic>,
}

impl Whole {
    /// All of it. Code that names this is linked with the whole engine.
    pub const LINKED: Whole = Whole {
        read: Scenario::read,
        compute,
        traffic: Traffic::of,
    };
}

/// A run that is computed when it is asked to go on, by so much work: the history, or how far it has come.
pub type Piecewise = Box<dyn FnMut(usize) -> Result<History, Progress>>;

fn compute(scenario: &Scenario) -> Piecewise {
    let mut computation = Some(Computation::new(scenario));
    Box::new(move |work| {
        let is_whole = computation.as_mut().is_some_and(|computation| computation.go_on(work));
        let whole = computation.take_if(|_| is_whole);
        let progress = || computation.as_ref().map(Computation::progress).unwrap_or_default();
        whole.map(Computation::into_history).ok_or_else(progress)
    })
}

/// Two engines are equal if they can do the same.
impl PartialEq for Engine {
    fn eq(&self, other: &Engine) -> bool {
        (self.is_whole(), self.rehearsal.text) == (other.is_whole(), other.rehearsal.text)
    }
}

impl Engine {
    /// Everything.
    pub const WHOLE: Engine = Engine::of(Whole::LINKED);

    /// Everything, perhaps loaded later.
    pub const fn of(whole: Whole) -> Engine {
        Engine {
            rehearsal: Rehearsal { text: "", run: &[] },
            whole: Some(whole),
        }
    }

    /// One run and nothing else.
    pub const fn first(rehearsal: Rehearsal) -> Engine {
        Engine { rehearsal, whole: None }
    }

    /// Whether it is more than a rehearsal.
    pub fn is_whole(&self) -> bool {
        self.whole.is_some()
    }

    /// What a text asks for. `None` if the engine is needed to tell.
    pub fn read(&self, text: &str) -> Option<Reading> {
        match self.whole {
            Some(whole) => Some((whole.read)(text)),
            None => Some(self.rehearsed().filter(|_| text == self.rehearsal.text)?.0),
        }
    }

    /// Runs a scenario to its end. `None` if the engine is needed for that.
    pub fn simulate(&self, scenario: &Scenario) -> Option<History> {
        self.compute(scenario)?(usize::MAX).ok()
    }

    /// Begins to run a scenario. `None` if the engine is needed for that.
    pub fn compute(&self, scenario: &Scenario) -> Option<Piecewise> {
        if let Some(whole) = self.whole {
            return Some((whole.compute)(scenario));
        }
        let mut told = Some(self.rehearsed().filter(|(reading, _)| reading.scenario == *scenario)?.1);
        Some(Box::new(move |_| told.take().ok_or_else(Progress::default)))
    }

    /// What becomes of connections in a history; nothing while the engine is needed to tell.
    pub fn traffic(&self, history: &Rc<History>) -> Vec<Traffic> {
        self.whole.map_or_else(Vec::new, |whole| (whole.traffic)(history))
    }

    fn rehearsed(&self) -> Option<(Reading, History)> {
        record::read(self.rehearsal.run)
    }
}
