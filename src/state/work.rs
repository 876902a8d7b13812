//! Runs that take longer than a moment: computed, looked over and compared in slices, so that the page stays awake and the user
//! can give up.

use super::run::{Origin, Run, Said, Whole};
use super::{Effect, State, branches, kept};
use crate::scene::compare::{Beside, Pairing};
use crate::scene::difference::Comparing;
use crate::scene::look::Look;
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
/// What is computed as soon as it is asked for, so that small runs are there at once: a few milliseconds.
const AT_ONCE: usize = 200;
/// What is computed before somebody looks at the clock again: about a millisecond.
const SLICE: usize = 50;
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
    /// What is to come beside the run that is on the stage then.
    waits: Option<Other>,
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
    /// The run of this history on another release.
    Release(Release, Rc<History>),
    /// The present run without an intervention at this moment.
    Without(Time),
    /// The run of this history on another release, to be compared with it.
    Compare(Release, Rc<History>),
    /// A run of this name, beside that of this history.
    Beside(Rc<str>, Box<Run>, Rc<History>),
}

/// What a run can be compared with.
#[derive(Debug)]
pub(super) enum Other {
    /// The same on this release.
    Release(Release),
    /// A run of this name.
    Run(Rc<str>, Box<Run>),
}

impl fmt::Debug for Work {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Work({:?}, {:?})", self.progress, self.then)
    }
}

impl Work {
    /// Begins to run a text: it is over already, or it is not.
    pub(super) fn begin(text: &Rc<str>, scenario: &Scenario, origin: Origin) -> Begun {
        let elsewhere = origin
            .on(scenario, Release::DEFAULT)
            .map(|same| Elsewhere::Unknown(Box::new(same)));
        let mut piecewise = compute(scenario, elsewhere, Some(0));
        match piecewise(AT_FIRST) {
            Ok(Done::Whole(whole)) => Begun::Over(Box::new(Run::of(origin, whole))),
            Ok(Done::Beside(_)) => unreachable!("nothing is compared"),
            Err(progress) => Begun::Not(Work {
                progress,
                piecewise,
                then: Then::Start(text.clone(), origin),
                waits: None,
            }),
        }
    }

    /// Whether the run on the stage stays there.
    fn is_comparison(&self) -> bool {
        matches!(self.then, Then::Compare(..) | Then::Beside(..))
    }

    /// What is compared, or is to be compared when it is over.
    fn into_other(self) -> Option<Other> {
        match self.then {
            Then::Compare(release, _) => Some(Other::Release(release)),
            Then::Beside(name, run, _) => Some(Other::Run(name, run)),
            _ => self.waits,
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
    /// Begins to run a scenario. The shortest are done when this returns. It goes before what is being compared, which comes after it.
    pub(super) fn compute(&mut self, scenario: &Scenario, then: Then) -> Vec<Effect> {
        self.playing = false;
        let origin = match &then {
            Then::Start(_, origin) | Then::Open(_, origin) => origin,
            _ => &self.run.origin,
        };
        let elsewhere = origin.on(scenario, Release::DEFAULT).map(|same| {
            let is_known = same == self.run.history().scenario;
            match is_known {
                true => Elsewhere::Known(self.run.history().clone()),
                false => Elsewhere::Unknown(Box::new(same)),
            }
        });
        let needed = match &then {
            Then::Start(..) | Then::Open(..) => Some(0),
            Then::Answer(intervention) => Some(*intervention),
            _ => None,
        };
        let waits = self.work.take().and_then(Work::into_other);
        self.begin(Work {
            progress: Progress::default(),
            piecewise: compute(scenario, elsewhere, needed),
            then,
            waits,
        })
    }

    /// Begins to put another run beside that on the stage; while one is on its way there, that goes before.
    pub(super) fn compare(&mut self, other: Other) -> Vec<Effect> {
        if let Some(work) = self.work.as_mut().filter(|work| !work.is_comparison()) {
            work.waits = Some(other);
            return Vec::new();
        }
        self.work = None;
        let history = self.run.history();
        match other {
            // Nothing stands beside itself.
            Other::Release(release) if release == history.scenario.release => Vec::new(),
            Other::Run(_, run) if Rc::ptr_eq(run.history(), history) => Vec::new(),
            Other::Release(release) => {
                let scenario = self.run.scenario_on(release);
                self.compute(&scenario, Then::Compare(release, history.clone()))
            }
            Other::Run(name, run) => {
                // After another edit it is another one.
                let former = self.branches.former.clone().filter(|_| *name == *branches::BEFORE_EDIT);
                self.pair(name, former.unwrap_or(*run))
            }
        }
    }

    fn pair(&mut self, name: Rc<str>, mut run: Run) -> Vec<Effect> {
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
        self.begin(Work {
            progress: Progress::default(),
            piecewise,
            then: Then::Beside(name, Box::new(run), self.run.history().clone()),
            waits: None,
        })
    }

    /// No run comes beside that on the stage.
    pub(super) fn stay_alone(&mut self) {
        match &mut self.work {
            Some(work) if !work.is_comparison() => work.waits = None,
            _ => self.work = None,
        }
    }

    /// Gives up what is being done, and only that.
    pub(super) fn give_up(&mut self) -> Vec<Effect> {
        let work = self.work.take();
        self.after(work.and_then(|work| work.waits))
    }

    /// What has waited is done now, if it is still about the same.
    fn after(&mut self, waits: Option<Other>) -> Vec<Effect> {
        match waits {
            Some(Other::Run(_, run)) if !branches::is_of_the_same(run.history(), self.run.history()) => Vec::new(),
            Some(other) => self.compare(other),
            None => Vec::new(),
        }
    }

    /// The next slice of what is being computed.
    pub(super) fn go_on(&mut self) -> Vec<Effect> {
        let work = self.work.take();
        work.map_or_else(Vec::new, |work| self.go_on_with(work, SLICE))
    }

    fn begin(&mut self, work: Work) -> Vec<Effect> {
        self.go_on_with(work, AT_ONCE)
    }

    fn go_on_with(&mut self, mut work: Work, slice: usize) -> Vec<Effect> {
        match (work.piecewise)(slice) {
            Ok(Done::Whole(whole)) => {
                self.catch_up();
                let mut effects = self.conclude(work.then, whole);
                effects.extend(self.after(work.waits));
                effects
            }
            Ok(Done::Beside(beside)) => {
                self.catch_up();
                let Then::Beside(name, run, of) = work.then else {
                    return Vec::new();
                };
                // Another one may have come on the stage meanwhile.
                if !Rc::ptr_eq(&of, self.run.history()) {
                    return self.compare(Other::Run(name, run));
                }
                self.put_beside(name, *run, beside);
                Vec::new()
            }
            Err(progress) => {
                work.progress = progress;
                if work.waits.is_some() {
                    work.progress.doing = match progress.doing {
                        "Computing" => "Computing, then comparing",
                        "Drawing" => "Drawing, then comparing",
                        doing => doing,
                    };
                }
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
            // Another one may have come on the stage meanwhile, which is not to be lost.
            Then::Release(release, of) if !Rc::ptr_eq(&of, self.run.history()) => {
                return self.choose_release(release);
            }
            Then::Release(release, _) => {
                self.release = Some(release);
                self.run.replace(whole, self.run.cursor.time());
                return self.compare_anew();
            }
            Then::Without(moment) => {
                let before = self.run.clone();
                self.run.replace(whole, self.run.cursor.time().min(moment));
                return self.go_on_from(before, branches::not_done);
            }
            Then::Compare(release, of) if !Rc::ptr_eq(&of, self.run.history()) => {
                return self.compare(Other::Release(release));
            }
            Then::Compare(release, _) => {
                let mut other = self.run.clone();
                other.replace(whole, self.run.cursor.time());
                return self.compare(Other::Run(format!("Kubernetes {release}").into(), Box::new(other)));
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

/// The same scenario on the default release.
enum Elsewhere {
    /// It was run already.
    Known(Rc<History>),
    /// It was not.
    Unknown(Box<Scenario>),
}

/// Runs a scenario, to be told how it differs from the same on the default release, if that is another; if an intervention that is
/// needed is refused, that is all that one wants to know.
fn compute(scenario: &Scenario, mut elsewhere: Option<Elsewhere>, needed: Option<usize>) -> Piecewise {
    let mut job = Job::Computing(Box::new(Computation::new(scenario)), Making::default());
    Box::new(move |work| {
        let mut changes = work * READ;
        loop {
            match job.go_on(work, &mut changes, &mut elsewhere, needed) {
                Ok(whole) => return Ok(Done::Whole(whole)),
                Err(progress) if changes == 0 => return Err(progress),
                Err(_) => {}
            }
        }
    })
}

impl Job {
    /// Goes on with what is to be done; of changes that may be read, those are taken away that were.
    fn go_on(
        &mut self,
        work: usize,
        changes: &mut usize,
        elsewhere: &mut Option<Elsewhere>,
        needed: Option<usize>,
    ) -> Result<Whole, Progress> {
        let progress;
        *self = match std::mem::replace(self, Job::Over) {
            Job::Computing(mut computation, mut making) => {
                // What is there already is read first: one step may be ten thousand Pods, and to compute and to read that is too
                // much for one slice.
                let is_read = making.read(&computation.scenario().world, computation.steps(), changes);
                let is_whole = is_read && *changes > 0 && computation.go_on(work);
                progress = computed("Computing", &computation);
                spend(changes, is_whole, progress);
                if !is_whole {
                    Job::Computing(computation, making)
                } else {
                    let history = Rc::new(computation.into_history());
                    let answer = needed.and_then(|intervention| history.answers.get(intervention));
                    if answer.is_some_and(|answer| !answer.accepted) {
                        return Ok(Whole::new(history, Look::default()));
                    }
                    Job::Making(history, making)
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
                        match elsewhere.take() {
                            None => return Ok(whole.with(overview)),
                            Some(Elsewhere::Known(other)) => Job::comparing(whole, overview, other),
                            Some(Elsewhere::Unknown(same)) => {
                                Job::Elsewhere(whole, overview, Box::new(Computation::new(&same)))
                            }
                        }
                    }
                }
            }
            Job::Elsewhere(whole, overview, mut computation) => {
                let is_whole = computation.go_on(work);
                progress = computed("Comparing", &computation);
                spend(changes, is_whole, progress);
                match is_whole {
                    true => Job::comparing(whole, overview, Rc::new(computation.into_history())),
                    false => Job::Elsewhere(whole, overview, computation),
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

    /// Begins to compare with the run on the default release.
    fn comparing(whole: Whole, overview: Overview, other: Rc<History>) -> Job {
        let name = format!("1.{}", other.scenario.release.minor);
        let comparing = Comparing::new(whole.history.clone(), other, name.into());
        Job::Comparing(whole, overview, comparing)
    }
}

/// Who has computed reads nothing in the same slice, but where that was all. To put a simulation away takes as long as it was.
fn spend(changes: &mut usize, is_whole: bool, progress: Progress) {
    *changes = if is_whole {
        changes.saturating_sub(progress.steps)
    } else {
        0
    };
}

fn computed(doing: &'static str, computation: &Computation) -> Progress {
    let progress = computation.progress();
    Progress {
        doing,
        steps: progress.steps,
        now: progress.now,
    }
}
