//! Runs that take longer than a moment: computed, looked over and compared in slices, so that the page stays awake and the user
//! can give up.

use super::run::{Origin, Run, Said, Whole};
use super::{Effect, State, branches, kept};
use crate::scene::compare::{Beside, Pairing};
use crate::scene::difference::Comparing;
use crate::scene::making::Making;
use crate::scene::overview::Overview;
use rollscope_engine::History;
use rollscope_engine::release::Release;
use rollscope_engine::scenario::Scenario;
use rollscope_engine::simulation::Computation;
use rollscope_engine::time::Time;
use std::fmt;
use std::rc::Rc;

/// What is computed at a visit's start before anything is shown, in objects written: about a tenth of a second.
const AT_FIRST: usize = 5_000;
/// What is computed before somebody looks at the clock again: a few milliseconds.
const SLICE: usize = 400;
/// How many changes are read in the time in which one is computed.
const READ: usize = 10;

/// What goes on when it is asked to, by so much work: what has come of it, or how far it has come. In a box, so that who only keeps
/// it needs no engine.
type Piecewise = Box<dyn FnMut(usize) -> Result<Done, Progress>>;

/// A run that is being computed.
pub struct Work {
    /// How far it has come.
    pub progress: Progress,
    piecewise: Piecewise,
    then: Then,
}

/// How far a run has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// What is being done.
    pub doing: &'static str,
    /// Its steps so far.
    pub steps: usize,
    /// The simulated time.
    pub now: Time,
}

/// What has come of it.
enum Done {
    Whole(Whole),
    Beside(Beside),
}

/// What becomes of it.
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
    /// A run of this name, beside that of this history.
    Beside(Rc<str>, Box<Run>, Rc<History>),
}

impl fmt::Debug for Work {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Work({:?}, {:?})", self.progress, self.then)
    }
}

impl Work {
    /// Begins to run a text: it is over already, or it is not.
    pub(super) fn begin(text: &Rc<str>, scenario: &Scenario, origin: Origin) -> Begun {
        let mut piecewise = compute(scenario, origin.on(scenario, Release::DEFAULT));
        match piecewise(AT_FIRST) {
            Ok(Done::Whole(whole)) => Begun::Over(Box::new(Run::of(origin, whole))),
            Ok(Done::Beside(_)) => unreachable!("nothing is compared"),
            Err(progress) => Begun::Not(Work {
                progress,
                piecewise,
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
        let origin = match &then {
            Then::Start(_, origin) | Then::Open(_, origin) => origin,
            _ => &self.run.origin,
        };
        let piecewise = compute(scenario, origin.on(scenario, Release::DEFAULT));
        self.go_on_with(Work {
            progress: Progress::default(),
            piecewise,
            then,
        })
    }

    /// Begins to put a run beside that on the stage.
    pub(super) fn compare(&mut self, name: Rc<str>, mut run: Run) -> Vec<Effect> {
        self.playing = false;
        let mut pairing = Pairing::new(
            &name,
            [&mut self.run, &mut run].map(|run| (run.history().clone(), run.overview())),
        );
        let steps = self.run.history().len() + run.history().len();
        let piecewise = Box::new(move |work: usize| {
            let mut changes = work * READ;
            while changes > 0 {
                if let Some(beside) = pairing.go_on(&mut changes) {
                    return Ok(Done::Beside(beside));
                }
            }
            Err(Progress {
                doing: "Comparing",
                steps,
                now: Time::ZERO,
            })
        });
        self.go_on_with(Work {
            progress: Progress::default(),
            piecewise,
            then: Then::Beside(name, Box::new(run), self.run.history().clone()),
        })
    }

    /// No run that is still being compared comes beside that on the stage.
    pub(super) fn stay_alone(&mut self) {
        let is_other = |work: &Work| !matches!(work.then, Then::Beside(..));
        self.work = self.work.take().filter(is_other);
    }

    /// The next slice of what is being computed.
    pub(super) fn go_on(&mut self) -> Vec<Effect> {
        let work = self.work.take();
        work.map_or_else(Vec::new, |work| self.go_on_with(work))
    }

    fn go_on_with(&mut self, mut work: Work) -> Vec<Effect> {
        match (work.piecewise)(SLICE) {
            Ok(Done::Whole(whole)) => self.conclude(work.then, whole),
            Ok(Done::Beside(beside)) => {
                let Then::Beside(name, run, of) = work.then else {
                    return Vec::new();
                };
                // Another one may have come on the stage meanwhile, even this one.
                if Rc::ptr_eq(&of, self.run.history()) {
                    self.put_beside(name, *run, beside);
                } else if !Rc::ptr_eq(run.history(), self.run.history()) {
                    return self.compare(name, *run);
                }
                Vec::new()
            }
            Err(progress) => {
                work.progress = progress;
                self.work = Some(work);
                vec![Effect::GoOn]
            }
        }
    }

    fn conclude(&mut self, then: Then, whole: Whole) -> Vec<Effect> {
        match then {
            Then::Start(text, origin) => match Run::of(origin, whole) {
                Ok(run) => {
                    self.put_on_stage(run);
                    return vec![Effect::Keep(kept::RAN, text)];
                }
                Err(refusal) => self.refuse(Some(refusal)),
            },
            Then::Open(step, origin) => match Run::of(origin, whole) {
                Ok(run) => self.opened(run, step),
                Err(refusal) => self.refuse(Some(refusal)),
            },
            Then::Answer(intervention) => {
                let before = self.run.clone();
                let said: Said = self.run.take_answer(whole, intervention);
                let accepted = said.accepted;
                self.said = Some(said);
                if accepted {
                    self.tool = None;
                    return self.go_on_from(before, |_, after| branches::done(after, intervention));
                }
            }
            Then::Release(release) => {
                self.release = Some(release);
                self.run.replace(whole, self.run.cursor.time());
                return self.compare_anew();
            }
            Then::Without(moment) => {
                let before = self.run.clone();
                self.run.replace(whole, self.run.cursor.time().min(moment));
                return self.go_on_from(before, branches::not_done);
            }
            Then::Compare(release) => {
                let mut other = self.run.clone();
                other.replace(whole, self.run.cursor.time());
                return self.compare(format!("Kubernetes {release}").into(), other);
            }
            Then::Beside(..) => {}
        }
        Vec::new()
    }

    /// What is done turns aside from a run, or goes on where it ended: both stay.
    fn go_on_from(&mut self, before: Run, name: impl FnOnce(&History, &History) -> String) -> Vec<Effect> {
        let name = name(before.history(), self.run.history());
        self.fork(before, &name)
    }
}

/// A run on its way to the stage.
enum Job {
    /// It is computed, and read at the same time.
    Computing(Box<Computation>, Making),
    /// All that happens in it is known.
    Making(Rc<History>, Making),
    /// The same is computed on the default release.
    Elsewhere(Whole, Overview, Box<Computation>),
    /// It is compared with that.
    Comparing(Whole, Overview, Comparing),
    /// It is there.
    Over,
}

/// Runs a scenario and, if there is one, the same on the default release, to be told how that differs.
fn compute(scenario: &Scenario, default: Option<Scenario>) -> Piecewise {
    let mut job = Job::Computing(Box::new(Computation::new(scenario)), Making::default());
    Box::new(move |work| {
        let mut changes = work * READ;
        loop {
            match job.go_on(work, &mut changes, default.as_ref()) {
                Ok(whole) => return Ok(Done::Whole(whole)),
                Err(progress) if changes == 0 => return Err(progress),
                Err(_) => {}
            }
        }
    })
}

impl Job {
    /// Goes on with what is to be done; of changes that may be read, those are taken away that were.
    fn go_on(&mut self, work: usize, changes: &mut usize, default: Option<&Scenario>) -> Result<Whole, Progress> {
        let progress;
        *self = match std::mem::replace(self, Job::Over) {
            Job::Computing(mut computation, mut making) => {
                // What is there already is read first: one step may be ten thousand Pods, and to compute and to read that is too
                // much for one slice.
                let is_read = making.read(&computation.scenario().world, computation.steps(), changes);
                let is_whole = is_read && computation.go_on(work);
                progress = computed("Computing", &computation);
                match is_whole {
                    true => Job::Making(Rc::new(computation.into_history()), making),
                    false => {
                        *changes = 0;
                        Job::Computing(computation, making)
                    }
                }
            }
            Job::Making(history, mut making) => {
                progress = Progress {
                    doing: "Drawing",
                    steps: history.len(),
                    now: history.time_at(history.len()),
                };
                match making.go_on(&history, changes) {
                    None => Job::Making(history, making),
                    Some((look, overview)) => {
                        let whole = Whole::new(history, look);
                        let Some(default) = default else {
                            return Ok(whole.with(overview));
                        };
                        Job::Elsewhere(whole, overview, Box::new(Computation::new(default)))
                    }
                }
            }
            Job::Elsewhere(whole, overview, mut computation) => {
                let is_whole = computation.go_on(work);
                progress = computed("Comparing", &computation);
                match is_whole {
                    true => {
                        let other = Rc::new(computation.into_history());
                        let name = format!("1.{}", other.scenario.release.minor);
                        let comparing = Comparing::new(whole.history.clone(), other, name.into());
                        Job::Comparing(whole, overview, comparing)
                    }
                    false => {
                        *changes = 0;
                        Job::Elsewhere(whole, overview, computation)
                    }
                }
            }
            Job::Comparing(whole, mut overview, mut comparing) => {
                progress = Progress {
                    doing: "Comparing",
                    steps: whole.history.len(),
                    now: whole.history.time_at(whole.history.len()),
                };
                if let Some(difference) = comparing.go_on(changes) {
                    overview.difference = Some(difference);
                    return Ok(whole.with(overview));
                }
                Job::Comparing(whole, overview, comparing)
            }
            Job::Over => unreachable!("what is over was taken away"),
        };
        Err(progress)
    }
}

fn computed(doing: &'static str, computation: &Computation) -> Progress {
    let progress = computation.progress();
    Progress {
        doing,
        steps: progress.steps,
        now: progress.now,
    }
}
