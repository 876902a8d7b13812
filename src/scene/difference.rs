//! Two runs held against each other: what another release, an edit or an intervention changes.

use rollscope_engine::History;
use rollscope_engine::step::Step;
use std::rc::Rc;

/// Steps that only publish counts take time as well: so many milliseconds apart is still the same moment.
const MOMENT: u64 = 100;

/// How a run differs from another.
#[derive(Clone, PartialEq, Debug)]
pub struct Difference {
    /// The position after the first step that differs; `None` where nobody decides anything else.
    pub first: Option<usize>,
    /// In one line.
    pub text: String,
}

impl Difference {
    /// How a history differs from that of another release.
    pub fn of(history: &Rc<History>, other: &Rc<History>) -> Difference {
        let name = format!("1.{}", other.scenario.release.minor);
        Difference::between(history, other, &name)
    }

    /// How a history differs from another one that is called so.
    pub fn between(history: &Rc<History>, other: &Rc<History>, name: &str) -> Difference {
        let mut comparing = Comparing::new(history.clone(), other.clone(), name.into());
        loop {
            if let Some(difference) = comparing.go_on(&mut usize::MAX.clone()) {
                return difference;
            }
        }
    }
}

/// Two histories that are being compared, piece by piece.
#[derive(Debug)]
pub struct Comparing {
    runs: [Decisions; 2],
    name: Rc<str>,
    /// How many decisions are the same from the start on.
    alike: usize,
    /// Whether that is known.
    differs: bool,
    /// How many steps of each have no equal in the other, of how many that were looked at.
    foreign: [(usize, usize); 2],
}

/// The steps of a history that decide something.
#[derive(Debug)]
struct Decisions {
    history: Rc<History>,
    read: usize,
    /// Their indices.
    all: Vec<usize>,
}

impl Decisions {
    fn of(history: Rc<History>) -> Decisions {
        Decisions {
            history,
            read: 0,
            all: Vec::new(),
        }
    }

    fn get(&self, number: usize) -> Option<(usize, &Step)> {
        let index = *self.all.get(number)?;
        Some((index, self.history.steps.get(index)?))
    }

    /// Looks for them in some more steps; tells whether that was all.
    fn read(&mut self, changes: &mut usize) -> bool {
        while let Some(step) = self.history.steps.get(self.read).filter(|_| *changes > 0) {
            if !step.is_report() {
                self.all.push(self.read);
            }
            self.read += 1;
            spend(changes, step);
        }
        self.read == self.history.len()
    }

    /// Whether a step of another history has no equal here.
    fn has_none_like(&self, step: &Step) -> bool {
        let steps = &self.history.steps;
        let start = self
            .all
            .partition_point(|index| steps[*index].at.0 + MOMENT <= step.at.0);
        let near = self.all[start..].iter().map(|index| &steps[*index]);
        let mut near = near.take_while(|other| other.at.0 < step.at.0 + MOMENT);
        !near.any(|other| same(step, other))
    }
}

/// To read a step takes as long as it has changes.
fn spend(changes: &mut usize, step: &Step) {
    *changes = changes.saturating_sub(1 + step.writes.len());
}

impl Comparing {
    /// The first one is compared with the other, which is called so.
    pub fn new(history: Rc<History>, other: Rc<History>, name: Rc<str>) -> Comparing {
        Comparing {
            runs: [Decisions::of(history), Decisions::of(other)],
            name,
            alike: 0,
            differs: false,
            foreign: [(0, 0); 2],
        }
    }

    /// Goes on for about so many changes.
    pub fn go_on(&mut self, changes: &mut usize) -> Option<Difference> {
        if !(self.runs.iter_mut().all(|run| run.read(changes)) && self.count_alike(changes)) {
            return None;
        }
        let [mine, others] = &self.runs;
        let (here, there) = (mine.get(self.alike), others.get(self.alike));
        if here.is_none() && there.is_none() {
            let what = if mine.history.len() == others.history.len() {
                "no step differs"
            } else {
                "only reported counts differ"
            };
            return Some(Difference {
                first: None,
                text: format!("compared with {}: {what}", self.name),
            });
        }
        let ways = [(mine, others), (others, mine)].into_iter().zip(&mut self.foreign);
        for ((run, other), (foreign, looked)) in ways {
            while let Some((_, step)) = run.get(*looked).filter(|_| *changes > 0) {
                *foreign += usize::from(other.has_none_like(step));
                *looked += 1;
                spend(changes, step);
            }
            if *looked < run.all.len() {
                return None;
            }
        }
        let first = here.map_or(mine.history.len(), |(index, _)| index + 1);
        let count = self.foreign[0].0.max(self.foreign[1].0);
        let text = format!(
            "compared with {}: {count} {}, first at step {first} ({}): {}",
            self.name,
            if count == 1 { "step differs" } else { "steps differ" },
            mine.history.time_at(first),
            told(here.map(|(_, step)| step), there.map(|(_, step)| step)),
        );
        Some(Difference {
            first: Some(first),
            text,
        })
    }

    /// Goes on as long as both decide the same; tells whether that is known to the end.
    fn count_alike(&mut self, changes: &mut usize) -> bool {
        let [mine, others] = &self.runs;
        while !self.differs && *changes > 0 {
            match (mine.get(self.alike), others.get(self.alike)) {
                (Some((_, a)), Some((_, b))) if same(a, b) => {
                    self.alike += 1;
                    spend(changes, a);
                }
                _ => self.differs = true,
            }
        }
        self.differs
    }
}

fn same(a: &Step, b: &Step) -> bool {
    a.at.0.abs_diff(b.at.0) < MOMENT && a.actor == b.actor && a.title() == b.title()
}

/// `“Deleted 2 Pods” instead of “Deleted Pod db-2” (STS-44)`.
fn told(here: Option<&Step>, there: Option<&Step>) -> String {
    let quoted = |step: Option<&Step>| step.map_or("nothing more".to_owned(), |step| format!("“{}”", step.title()));
    let rule = here.or(there).and_then(Step::main).map(|(_, reason)| reason.rule().id);
    format!(
        "{} instead of {} ({})",
        quoted(here),
        quoted(there),
        rule.unwrap_or_default()
    )
}
