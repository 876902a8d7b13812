//! What is on the stage: a scenario that was run, and the cursor in its history.

use crate::scene::kept::{Keeps, Kept};
use crate::scene::look::Look;
use crate::scene::making;
use crate::scene::overview::Overview;
use crate::scene::telling;
use rollscope_engine::api::{Key, Name};
use rollscope_engine::history::Answer;
use rollscope_engine::manifest::{Diagnostic, Severity};
use rollscope_engine::moment::Moment;
use rollscope_engine::release::Release;
use rollscope_engine::scenario::{Intervention, Reading, Timed};
use rollscope_engine::step::{Actor, Step};
use rollscope_engine::time::Time;
use rollscope_engine::{Cursor, History, Scenario, record, simulate};
use std::rc::Rc;

/// Of fewer Pods, all are drawn within a frame.
const MYRIAD: usize = 2_500;

/// A run and where one looks at it.
#[derive(Clone, Debug)]
pub struct Run {
    /// The title that the scenario gives itself.
    pub title: Option<String>,
    /// The history and a position in it.
    pub cursor: Cursor,
    /// How the history is drawn.
    pub look: Rc<Look>,
    /// What is drawn and said of the whole of it, once that was made.
    pub overview: Option<Rc<Overview>>,
    /// What was drawn of its crowd last.
    pub(crate) kept: Rc<Kept>,
    /// What its text says beside the scenario.
    pub(super) origin: Origin,
}

/// A history, and what was read of it on the way.
#[derive(Clone, Debug)]
pub(super) struct Whole {
    pub history: Rc<History>,
    look: Rc<Look>,
    overview: Option<Rc<Overview>>,
}

impl Whole {
    pub(super) fn new(history: Rc<History>, look: Look) -> Whole {
        Whole {
            history,
            look: Rc::new(look),
            overview: None,
        }
    }

    pub(super) fn with(mut self, overview: Overview) -> Whole {
        self.overview = Some(Rc::new(overview));
        self
    }

    /// Of which only the look was read.
    fn plain(history: History) -> Whole {
        let look = Look::of(&history);
        Whole::new(Rc::new(history), look)
    }
}

/// What a text says of its run beside the scenario.
#[derive(Clone, Debug, Default)]
pub struct Origin {
    /// The title that the scenario gives itself.
    title: Option<String>,
    /// The gates that it sets by name; they stay whatever the release.
    gates: Rc<[(String, bool)]>,
}

impl Origin {
    /// Of a text that was understood.
    pub fn of(reading: &Reading) -> Origin {
        Origin {
            title: reading.title.clone(),
            gates: reading.gates.as_slice().into(),
        }
    }

    /// Its scenario on a release, if that is another.
    pub(super) fn on(&self, scenario: &Scenario, release: Release) -> Option<Scenario> {
        (scenario.release.minor != release.minor).then(|| {
            let mut scenario = scenario.clone();
            scenario.set_release(release, &self.gates);
            scenario
        })
    }
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
    /// The run of the first example, as it was written down.
    pub fn first(recorded: &[u8]) -> Option<Run> {
        Run::recorded(record::read(recorded).ok()?.run?).ok()
    }

    /// A run that was recorded.
    pub fn recorded(run: record::Run) -> Result<Run, String> {
        let origin = Origin {
            title: run.title,
            gates: Rc::default(),
        };
        Run::of(origin, Whole::plain(run.history))
    }

    /// The run of nothing.
    pub fn empty() -> Run {
        Run::at_start(Origin::default(), Whole::plain(History::begun(Scenario::default())))
    }

    fn at_start(
        origin: Origin,
        Whole {
            history,
            look,
            overview,
        }: Whole,
    ) -> Run {
        Run {
            title: origin.title.clone(),
            look,
            overview,
            kept: Rc::default(),
            cursor: Cursor::new(history),
            origin,
        }
    }

    /// The run of a text that was understood. A refusal of its manifests comes back as the words of the refusal.
    pub(super) fn of(origin: Origin, whole: Whole) -> Result<Run, String> {
        let mut run = Run::at_start(origin, whole);
        if let Some(refused) = run.history().answers.first().filter(|answer| !answer.accepted) {
            return Err(refused.text.trim().to_owned());
        }
        run.cursor.seek(1);
        Ok(run)
    }

    /// The run of a moment, computed to its end, with the cursor at the step. The error says why it can't be run.
    pub fn open(moment: &Moment) -> Result<Run, String> {
        let reading = moment.reading();
        let error = |found: &&Diagnostic| found.severity == Severity::Error;
        if let Some(error) = reading.diagnostics.iter().find(error) {
            return Err(error.to_string());
        }
        let mut run = Run::of(Origin::of(&reading), Whole::plain(simulate(&reading.scenario)))?;
        let step = moment.step.unwrap_or_else(|| run.telling_position());
        run.cursor.seek(step);
        Ok(run)
    }

    /// What is known of the scenario beyond what was recorded of it, if it is one of this run.
    pub fn set_scenario(&mut self, scenario: Scenario) {
        if scenario.interventions.len() == self.history().scenario.interventions.len() {
            let position = self.position();
            let mut history = History::clone(self.history());
            history.scenario = scenario;
            (self.cursor, self.overview) = (Cursor::new(Rc::new(history)), None);
            self.cursor.seek(position);
        }
    }

    /// The moment at the cursor, to be passed on. `None` for a run that did not begin with a text.
    pub fn moment(&self) -> Option<Moment> {
        Moment::of(&self.history().scenario, self.position())
    }

    /// Puts another history of the same text in its place, at about this time.
    pub(super) fn replace(&mut self, whole: Whole, time: Time) {
        let first = self.position().min(1);
        self.put(whole);
        self.cursor.seek(self.history().position_at(time).max(first));
    }

    /// Another history, with the cursor at its start.
    fn put(&mut self, whole: Whole) {
        let before = std::mem::replace(self, Run::at_start(self.origin.clone(), whole));
        self.title = before.title;
    }

    /// The same on another release.
    pub fn scenario_on(&self, release: Release) -> Scenario {
        let mut scenario = self.history().scenario.clone();
        scenario.set_release(release, &self.origin.gates);
        scenario
    }

    /// What is drawn and said of the whole of it, which is kept. If it was not made on the way, all of it is made now, however long
    /// that takes, but for how the run differs from that on the default release: nobody computes another run for it. It needs what is
    /// loaded later.
    pub fn overview(&mut self) -> Rc<Overview> {
        let made = || Rc::new(making::overview(self.history()));
        let overview = self.overview.clone().unwrap_or_else(made);
        self.overview = Some(overview.clone());
        overview
    }

    /// What is kept of a crowd, brought to the cursor; nothing where Pods are told apart one by one. It needs what is loaded
    /// later.
    pub fn brought(&self, chosen: Option<&Key>) -> Option<&dyn Keeps> {
        if !self.look.is_crowded() {
            return None;
        }
        self.kept.bring(&self.cursor, chosen);
        Some(&*self.kept)
    }

    /// Whether so much lies between the cursor and what was drawn of its crowd that it can't be drawn within a frame.
    pub fn is_far(&self) -> bool {
        self.is_myriad() && self.kept.is_far(&self.cursor)
    }

    /// Whether there are so many Pods at some time that to draw them all takes longer than a frame.
    pub fn is_myriad(&self) -> bool {
        self.look.most >= MYRIAD
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
        self.next_after(self.position(), every_write)
    }

    /// The same after another position than that of the cursor.
    pub(super) fn next_after(&self, position: usize, every_write: bool) -> usize {
        let after = position + 1..=self.history().len();
        let mut worth = after.filter(|&position| every_write || !self.is_quiet(position));
        worth.next().unwrap_or(self.history().len())
    }

    /// The position before this one that is worth a look.
    pub fn previous(&self, every_write: bool) -> usize {
        self.previous_to(self.position(), every_write)
    }

    /// The same before another position than that of the cursor.
    pub(super) fn previous_to(&self, position: usize, every_write: bool) -> usize {
        let before = (0..position).rev();
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
    pub fn is_decision(&self, position: usize) -> bool {
        telling::is_decision(self.history(), position)
    }

    /// A position that shows what the run is about.
    pub fn telling_position(&self) -> usize {
        telling::position(self.history())
    }

    /// The scenario in which something is done right after the step at the cursor, and the index of that intervention.
    /// `broken` is an image that can't be pulled in its world.
    pub fn scenario_with(&self, what: Intervention, broken: Option<Name>) -> (Scenario, usize) {
        let (history, position) = (self.history(), self.position());
        let moment = history.moment_after(position);
        let earlier = |timed: &Timed| timed.at <= moment;
        let index = history.scenario.interventions.partition_point(earlier);
        let mut scenario = history.fork(position, what);
        if let Some(image) = broken {
            scenario.world.break_image(&image);
        }
        (scenario, index)
    }

    /// The scenario without an intervention, and the time from which it differs; the first, which brought the manifests,
    /// stays.
    pub fn scenario_without(&self, intervention: usize) -> Option<(Scenario, Time)> {
        let mut scenario = self.history().scenario.clone();
        let can_go = (1..scenario.interventions.len()).contains(&intervention);
        let at = can_go.then(|| scenario.interventions.remove(intervention).at)?;
        Some((scenario, at))
    }

    /// What came of the intervention of this index in another history of this text. A refusal leaves the run as it was.
    pub(super) fn take_answer(&mut self, whole: Whole, intervention: usize) -> Said {
        let history = &whole.history;
        let command = history.scenario.interventions[intervention].what.to_string();
        let Answer {
            position,
            accepted,
            text,
            ..
        } = history.answers[intervention].clone();
        if accepted {
            self.put(whole);
            self.cursor.seek(position + 1);
        }
        Said {
            command,
            accepted,
            text,
        }
    }
}
