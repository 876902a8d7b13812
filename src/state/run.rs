//! What is on the stage: a scenario that was run, and the cursor in its history.

use crate::scene::difference::Difference;
use rollscope_engine::api::Name;
use rollscope_engine::history::Answer;
use rollscope_engine::release::Release;
use rollscope_engine::scenario::{Intervention, Reading};
use rollscope_engine::step::{Actor, Step};
use rollscope_engine::{Cursor, Engine, History, Scenario};
use std::rc::Rc;

/// A run and where one looks at it.
#[derive(Clone, Debug)]
pub struct Run {
    /// What ran it, and runs what is made of it.
    pub engine: Engine,
    /// The title that the scenario gives itself.
    pub title: Option<String>,
    /// The history and a position in it.
    pub cursor: Cursor,
    /// The gates that the text sets by name; they stay whatever the release.
    gates: Rc<[(String, bool)]>,
}

/// What came of an intervention.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// The command line.
    pub command: String,
    /// Whether it was carried out.
    pub accepted: bool,
    /// What kubectl printed.
    pub text: String,
}

impl Run {
    /// Runs a text that was understood. A refusal of its manifests comes back as the words of the refusal.
    pub fn start(engine: Engine, reading: &Reading) -> Result<Run, String> {
        let history = engine.simulate(&reading.scenario).ok_or("not loaded yet")?;
        let mut run = Run {
            engine,
            title: reading.title.clone(),
            cursor: Cursor::new(Rc::new(history)),
            gates: reading.gates.as_slice().into(),
        };
        if let Some(refused) = run.history().answers.first().filter(|answer| !answer.accepted) {
            return Err(refused.text.trim().to_owned());
        }
        run.cursor.seek(1);
        Ok(run)
    }

    /// The run of a scenario that was made of this one's. Nobody asks for one before the engine is there.
    fn again(&self, scenario: &Scenario) -> Run {
        let history = self.engine.simulate(scenario).map(Rc::new);
        Run {
            cursor: Cursor::new(history.unwrap_or_else(|| self.history().clone())),
            ..self.clone()
        }
    }

    /// The same on another release, at the same time.
    pub fn set_release(&mut self, release: Release) {
        let time = self.cursor.time();
        let is_at_start = self.position() == 0;
        *self = self.again(&self.scenario_on(release));
        if !is_at_start {
            let position = self.history().position_at(time);
            self.cursor.seek(position.max(1));
        }
    }

    fn scenario_on(&self, release: Release) -> Scenario {
        let mut scenario = self.history().scenario.clone();
        scenario.set_release(release, &self.gates);
        scenario
    }

    /// How it differs from the same on the default release; `None` where that is the one.
    pub fn difference(&self) -> Option<Difference> {
        let release = self.history().scenario.release;
        let differs = release.minor != Release::DEFAULT.minor;
        let other = differs.then(|| self.engine.simulate(&self.scenario_on(Release::DEFAULT)));
        Some(Difference::of(self.history(), &other.flatten()?))
    }

    /// Everything that happens in it.
    pub fn history(&self) -> &Rc<History> {
        self.cursor.history()
    }

    /// Where the cursor is.
    pub fn position(&self) -> usize {
        self.cursor.position()
    }

    /// The next position worth a look: the next one at all, or past the steps that only publish counts.
    pub fn next(&self, every_write: bool) -> usize {
        let after = self.position() + 1..=self.history().len();
        let mut worth = after.filter(|&position| every_write || !self.is_quiet(position));
        worth.next().unwrap_or(self.history().len())
    }

    /// The position before this one that is worth a look.
    pub fn previous(&self, every_write: bool) -> usize {
        let before = (0..self.position()).rev();
        let mut worth = before.filter(|&position| every_write || !self.is_quiet(position));
        worth.next().unwrap_or(0)
    }

    fn is_quiet(&self, position: usize) -> bool {
        let step = position
            .checked_sub(1)
            .and_then(|index| self.history().steps.get(index));
        step.is_some_and(|step: &Step| step.actor != Actor::User && step.is_report())
    }

    /// Whether a controller decided something in the step that leads there.
    fn is_decision(&self, position: usize) -> bool {
        let step = position
            .checked_sub(1)
            .and_then(|index| self.history().steps.get(index));
        let around = [Actor::User, Actor::Kubelet, Actor::Scheduler, Actor::VolumeBinder];
        step.is_some_and(|step: &Step| !around.contains(&step.actor) && !step.is_report())
    }

    /// A position that shows what the run is about: in the midst of what the first change sets off, or, where nothing is
    /// changed, the end.
    pub fn telling_position(&self) -> usize {
        let history = self.history();
        match history.answers.get(1) {
            Some(change) => {
                let until = history.answers.get(2).map_or(history.len(), |next| next.position);
                let middle = (change.position + 1).midpoint(until);
                (middle..until)
                    .find(|&position| self.is_decision(position))
                    .unwrap_or(middle)
            }
            None => history.len(),
        }
    }

    /// Does something right after the step at the cursor; what lay ahead is recomputed. `broken` is an image that can't be
    /// pulled in this world. A refusal leaves the run as it was.
    pub fn intervene(&mut self, what: Intervention, broken: Option<Name>) -> Said {
        let (history, position) = (self.history(), self.position());
        let command = what.to_string();
        let moment = history.moment_after(position);
        let earlier = |scenario: &Scenario| scenario.interventions.partition_point(|timed| timed.at <= moment);
        let index = earlier(&history.scenario);
        let mut scenario = history.fork(position, what);
        if let Some(image) = broken {
            let behavior = scenario.world.images.or_default(image.to_string());
            behavior.pullable = false;
        }
        let mut forked = self.again(&scenario);
        let Answer {
            position,
            accepted,
            text,
            ..
        } = forked.history().answers[index].clone();
        if accepted {
            forked.cursor.seek(position + 1);
            *self = forked;
        }
        Said {
            command,
            accepted,
            text,
        }
    }

    /// Takes an intervention back; the first, which brought the manifests, stays.
    pub fn take_back(&mut self, intervention: usize) {
        let mut scenario = self.history().scenario.clone();
        if intervention == 0 || intervention >= scenario.interventions.len() {
            return;
        }
        let time = self.cursor.time().min(scenario.interventions.remove(intervention).at);
        let mut forked = self.again(&scenario);
        let position = forked.history().position_at(time);
        forked.cursor.seek(position.max(1));
        *self = forked;
    }
}
