//! Runs that take longer than a moment: computed in slices, so that the page stays awake and the user can give up.

use super::run::{Origin, Run, Said};
use super::{Effect, State, branches, kept};
use rollscope_engine::History;
use rollscope_engine::release::Release;
use rollscope_engine::scenario::Scenario;
use rollscope_engine::simulation::{Computation, Progress};
use rollscope_engine::time::Time;
use std::fmt;
use std::rc::Rc;

/// What is computed at a visit's start before anything is shown, in objects written: about a tenth of a second.
const AT_FIRST: usize = 5_000;
/// What is computed before somebody looks at the clock again: a few milliseconds.
const SLICE: usize = 500;

/// A run that is computed when it is asked to go on, by so much work: the history, or how far it has come. In a box, so that
/// who only keeps it needs no engine.
type Piecewise = Box<dyn FnMut(usize) -> Result<History, Progress>>;

/// A run that is being computed.
pub struct Work {
    /// How far it has come.
    pub progress: Progress,
    computing: Piecewise,
    then: Then,
}

/// What becomes of the history.
#[derive(Debug)]
pub(super) enum Then {
    /// The text's run from the start.
    Start(Rc<str>, Origin),
    /// The run of a moment that was opened, at this step.
    Open(Option<usize>, Origin),
    /// The present run, but for an intervention of this index.
    Answer(usize),
    /// The present run on another release.
    Release(Release),
    /// The present run without an intervention at this moment.
    Without(Time),
    /// The present run on another release, to be compared with it.
    Compare(Release),
}

impl fmt::Debug for Work {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Work({:?}, {:?})", self.progress, self.then)
    }
}

impl Work {
    /// Begins to run a text: it is over already, or it is not.
    pub(super) fn begin(text: &Rc<str>, scenario: &Scenario, origin: Origin) -> Begun {
        let mut computing = compute(scenario);
        match computing(AT_FIRST) {
            Ok(history) => Begun::Over(Box::new(Run::of(origin, history))),
            Err(progress) => Begun::Not(Work {
                progress,
                computing,
                then: Then::Start(text.clone(), origin),
            }),
        }
    }
}

/// How far one came at once.
pub(super) enum Begun {
    /// To the end, or to a refusal.
    Over(Box<Result<Run, String>>),
    /// Not so far.
    Not(Work),
}

impl State {
    /// Begins to run a scenario. The shortest are done when this returns.
    pub(super) fn compute(&mut self, scenario: &Scenario, then: Then) -> Vec<Effect> {
        self.playing = false;
        self.go_on_with(Work {
            progress: Progress::default(),
            computing: compute(scenario),
            then,
        })
    }

    /// The next slice of what is being computed.
    pub(super) fn go_on(&mut self) -> Vec<Effect> {
        let work = self.work.take();
        work.map_or_else(Vec::new, |work| self.go_on_with(work))
    }

    fn go_on_with(&mut self, mut work: Work) -> Vec<Effect> {
        match (work.computing)(SLICE) {
            Ok(history) => self.conclude(work.then, history),
            Err(progress) => {
                work.progress = progress;
                self.work = Some(work);
                vec![Effect::GoOn]
            }
        }
    }

    fn conclude(&mut self, then: Then, history: History) -> Vec<Effect> {
        match then {
            Then::Start(text, origin) => match Run::of(origin, history) {
                Ok(run) => {
                    self.put_on_stage(run);
                    return vec![Effect::Keep(kept::RAN, text)];
                }
                Err(refusal) => self.refuse(Some(refusal)),
            },
            Then::Open(step, origin) => match Run::of(origin, history) {
                Ok(run) => self.opened(run, step),
                Err(refusal) => self.refuse(Some(refusal)),
            },
            Then::Answer(intervention) => {
                let before = self.run.clone();
                let said: Said = self.run.take_answer(history, intervention);
                if said.accepted {
                    self.tool = None;
                    self.go_on_from(before, |_, after| branches::done(after, intervention));
                }
                self.said = Some(said);
            }
            Then::Release(release) => {
                self.release = Some(release);
                self.run.replace(history, self.run.cursor.time());
                self.compare_anew();
            }
            Then::Without(moment) => {
                let before = self.run.clone();
                self.run.replace(history, self.run.cursor.time().min(moment));
                self.go_on_from(before, branches::not_done);
            }
            Then::Compare(release) => {
                let mut other = self.run.clone();
                other.replace(history, self.run.cursor.time());
                self.compare(format!("Kubernetes {release}").into(), other);
            }
        }
        Vec::new()
    }
}

impl State {
    /// What is done turns aside from a run, or goes on where it ended: both stay.
    fn go_on_from(&mut self, before: Run, name: impl FnOnce(&History, &History) -> String) {
        let name = name(before.history(), self.run.history());
        self.fork(before, &name);
    }
}

fn compute(scenario: &Scenario) -> Piecewise {
    let mut computation = Some(Computation::new(scenario));
    Box::new(move |work| {
        let is_whole = computation.as_mut().is_some_and(|computation| computation.go_on(work));
        let whole = computation.take_if(|_| is_whole);
        let progress = || computation.as_ref().map(Computation::progress).unwrap_or_default();
        whole.map(Computation::into_history).ok_or_else(progress)
    })
}
