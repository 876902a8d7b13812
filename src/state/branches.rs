//! The runs of one text: what an intervention in the past turns aside from stays, and can be gone back to, and any two runs
//! can be seen beside each other. Only what is loaded later changes any of it.

use super::run::Run;
use super::work::Other;
use super::{Effect, State};
use crate::scene::compare::Beside;
use crate::scene::difference::Difference;
use crate::scene::strip::{Strip, label};
use rollscope_engine::History;
use rollscope_engine::api::Key;
use rollscope_engine::release::Release;
use rollscope_engine::time::Time;
use std::rc::Rc;

/// So many runs of a text are kept; with one more, the oldest goes.
pub const MOST: usize = 6;

/// What the run of the text is called that was edited since.
pub const BEFORE_EDIT: &str = "before the edit";

/// The runs of a text, beside that on the stage.
#[derive(Clone, Debug, Default)]
pub struct Branches {
    /// All of them, in the order in which they came; none while there is only one.
    pub kept: Vec<Branch>,
    /// Which of them is on the stage.
    pub current: usize,
    /// The run of the text before it was edited.
    pub former: Option<Run>,
    /// What the run on the stage is compared with.
    pub second: Option<Second>,
    /// Counts the changes of what is compared.
    pub changes: usize,
}

/// A run that is kept.
#[derive(Clone, Debug)]
pub struct Branch {
    /// `original`, or what was done when.
    pub name: Rc<str>,
    /// The run; `None` for that on the stage.
    run: Option<Run>,
}

/// A run that is seen beside that on the stage, always at the same time.
#[derive(Clone, Debug)]
pub struct Second {
    /// What it is called.
    pub name: Rc<str>,
    /// The run, with a cursor of its own.
    pub run: Run,
    /// How many of its steps it has made when the run on the stage ends.
    pub(super) shared: usize,
    /// How many steps beyond that end the clock has gone, which are this run's.
    pub(super) beyond: usize,
    /// How that on the stage differs from it.
    pub difference: Difference,
    /// The strip of both.
    pub strip: Rc<Strip>,
}

/// What one can do with runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// Put another one on the stage, at the same time.
    Switch(usize),
    /// Keep one no longer.
    Close(usize),
    /// Compare with another one.
    Compare(With),
    /// Put what is compared with on the stage, and what is there beside it.
    Swap,
    /// Compare no longer.
    Alone,
}

/// What a run can be compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum With {
    /// A kept run.
    Kept(usize),
    /// The run before the text was edited.
    Former,
    /// The same on another release.
    Release(Release),
}

/// Carries it out.
pub(super) fn act(state: &mut State, act: Act) -> Vec<Effect> {
    state.branches.changes += 1;
    match act {
        Act::Switch(index) => return state.switch(index),
        Act::Close(index) => return state.close(index),
        Act::Compare(With::Kept(index)) => {
            let branch = state.branches.kept.get(index);
            let found = branch.and_then(|branch| Some((branch.name.clone(), branch.run.clone()?)));
            if let Some((name, run)) = found {
                return state.compare(Other::Run(name, Box::new(run)));
            }
        }
        Act::Compare(With::Former) => {
            if let Some(run) = state.branches.former.clone() {
                return state.compare(Other::Run(BEFORE_EDIT.into(), Box::new(run)));
            }
        }
        Act::Compare(With::Release(release)) => return state.compare(Other::Release(release)),
        Act::Swap => return state.swap(),
        Act::Alone => {
            state.branches.second = None;
            state.stay_alone();
        }
    }
    Vec::new()
}

impl State {
    /// What the run on the stage is called.
    pub fn run_name(&self) -> Rc<str> {
        let branch = self.branches.kept.get(self.branches.current);
        branch.map_or_else(|| "this run".into(), |branch| branch.name.clone())
    }

    /// The run on the stage has come from `before`, which is kept.
    pub(super) fn fork(&mut self, before: Run, name: &str) -> Vec<Effect> {
        let branches = &mut self.branches;
        if branches.kept.is_empty() {
            branches.kept.push(Branch {
                name: "original".into(),
                run: None,
            });
        }
        branches.kept[branches.current].run = Some(before);
        let same = |name: &str| branches.kept.iter().any(|branch| *branch.name == *name);
        let mut names = (1..).map(|number| match number {
            1 => name.to_owned(),
            _ => format!("{name} ({number})"),
        });
        let name = names.find(|name| !same(name)).unwrap_or_default();
        branches.keep(name.into(), None);
        branches.current = branches.kept.len() - 1;
        self.compare_anew()
    }

    /// Another text runs, or the same anew: its runs begin with this. That before an edit stays for comparison.
    pub(super) fn begin_anew(&mut self, before: Run) {
        self.work = None;
        let is_edit = !Rc::ptr_eq(before.history(), self.run.history())
            && before.history().scenario != self.run.history().scenario
            && is_of_the_same(before.history(), self.run.history());
        self.branches = Branches {
            former: is_edit.then_some(before),
            changes: self.branches.changes + 1,
            ..Branches::default()
        };
    }

    fn switch(&mut self, index: usize) -> Vec<Effect> {
        let branches = &mut self.branches;
        let Some(run) = branches.kept.get_mut(index).and_then(|branch| branch.run.take()) else {
            return Vec::new();
        };
        let before = std::mem::replace(&mut self.run, run);
        self.run.go_to(before.cursor.time());
        branches.kept[branches.current].run = Some(before);
        branches.current = index;
        (self.playing, self.said, self.tool) = (false, None, None);
        self.compare_anew()
    }

    /// The last one stays.
    fn close(&mut self, index: usize) -> Vec<Effect> {
        let mut effects = Vec::new();
        if self.branches.kept.len() < 2 || index >= self.branches.kept.len() {
            return effects;
        }
        if index == self.branches.current {
            effects = self.switch(if index == 0 { 1 } else { index - 1 });
        }
        let branches = &mut self.branches;
        branches.kept.remove(index);
        branches.current -= usize::from(index < branches.current);
        effects
    }

    /// Puts a run beside that on the stage.
    pub(super) fn put_beside(&mut self, name: Rc<str>, mut run: Run, beside: Beside) {
        run.go_to(self.run.cursor.time());
        self.branches.changes += 1;
        let end = self.run.history().time_at(self.run.history().len());
        self.branches.second = Some(Second {
            difference: beside.difference,
            strip: beside.strip,
            name,
            shared: run.history().position_at(end),
            beyond: 0,
            run,
        });
    }

    /// What one may act on is on the stage. A run that was not kept so far is kept from now on.
    fn swap(&mut self) -> Vec<Effect> {
        let now = self.now();
        let Some(Second { name, run, .. }) = self.branches.second.take() else {
            return Vec::new();
        };
        let own = match (self.branches.kept.is_empty(), &*name) {
            (true, BEFORE_EDIT) => "after the edit".into(),
            (true, _) => format!("Kubernetes {}", self.run.history().scenario.release).into(),
            (false, _) => self.run_name(),
        };
        let branches = &mut self.branches;
        if branches.kept.is_empty() {
            branches.kept.push(Branch {
                name: own.clone(),
                run: None,
            });
        }
        let is_it = |branch: &Branch| {
            let kept = branch.run.as_ref();
            kept.is_some_and(|kept| Rc::ptr_eq(kept.history(), run.history()))
        };
        let index = branches.kept.iter().position(is_it).unwrap_or_else(|| {
            branches.keep(name, Some(run));
            branches.kept.len() - 1
        });
        let before = self.run.clone();
        self.switch(index);
        self.run.go_to(now);
        self.compare(Other::Run(own, Box::new(before)))
    }

    /// The run on the stage is another one now.
    pub(super) fn compare_anew(&mut self) -> Vec<Effect> {
        let second = self.branches.second.take();
        second.map_or_else(Vec::new, |second| {
            self.compare(Other::Run(second.name, Box::new(second.run)))
        })
    }

    /// Both runs are seen at the same time; of two, the one that has ended stands still.
    pub(super) fn keep_in_step(&mut self) {
        if let Some(second) = &mut self.branches.second {
            match (second.beyond, self.run.position()) {
                (0, 0) => drop(second.run.cursor.seek(0)),
                (0, _) => second.run.go_to(self.run.cursor.time()),
                (beyond, _) => drop(second.run.cursor.seek(second.shared + beyond)),
            }
        }
    }
}

impl Branches {
    /// Keeps one more; if they are too many, the oldest goes that is not on the stage.
    fn keep(&mut self, name: Rc<str>, run: Option<Run>) {
        self.kept.push(Branch { name, run });
        if self.kept.len() > MOST {
            let oldest = usize::from(self.kept[0].run.is_none());
            self.kept.remove(oldest);
            self.current -= usize::from(oldest < self.current);
        }
    }
}

impl Run {
    /// To a time; the manifests are there.
    fn go_to(&mut self, time: Time) {
        let position = self.history().position_at(time).max(1);
        self.cursor.seek(position);
    }
}

/// Whether two texts are about a workload of the same name.
pub(super) fn is_of_the_same(a: &History, b: &History) -> bool {
    let applied = |history: &History| -> Vec<Key> {
        let first = history.steps.first();
        first.map_or_else(Vec::new, |step| step.touched().cloned().collect())
    };
    let known = applied(a);
    applied(b).iter().any(|key| known.contains(key))
}

/// What a branch is called: `scale 5 at 00:45`.
pub(super) fn done(history: &History, intervention: usize) -> String {
    let timed = &history.scenario.interventions[intervention];
    format!("{} at {}", label(&timed.what), clock(timed.at))
}

/// `without scale 5 at 00:45`: what one history has done and the other has not.
pub(super) fn not_done(before: &History, after: &History) -> String {
    let (was, is) = (&before.scenario.interventions, &after.scenario.interventions);
    let alike = was.iter().zip(is).take_while(|(a, b)| a == b).count();
    format!("without {}", done(before, alike.min(was.len() - 1)))
}

fn clock(time: Time) -> String {
    format!("{:02}:{:02}", time.seconds() / 60, time.seconds() % 60)
}
