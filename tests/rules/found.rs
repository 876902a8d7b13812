//! The most telling instance of each rule in all runs of examples and scenarios.

use rollscope::examples::{QUESTIONS, TUTORIALS};
use rollscope_engine::reason::Reason;
use rollscope_engine::step::Step;
use rollscope_engine::time::Time;
use rollscope_engine::{Scenario, simulate};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::rc::Rc;

/// The best instance of each rule.
pub struct Found(BTreeMap<&'static str, Instance>);

/// One time when a rule applied.
pub struct Instance {
    /// The run.
    pub run: Rc<Run>,
    /// The number of the step.
    pub step: usize,
    pub at: Time,
    pub saw: String,
    pub formula: Option<String>,
    pub outcome: Outcome,
    is_report: bool,
}

/// What came of it.
pub enum Outcome {
    /// Something was done.
    Did(String),
    /// Somebody waits.
    Waits(String),
}

/// A text that was run.
pub struct Run {
    pub title: String,
    /// Whether it is in the page's menu of examples.
    pub is_in_menu: bool,
}

impl Found {
    /// Runs everything.
    pub fn in_all_runs() -> Found {
        let mut found = Found(BTreeMap::new());
        for example in TUTORIALS.iter().chain(&QUESTIONS) {
            let run = Run {
                title: example.title.to_owned(),
                is_in_menu: true,
            };
            found.look_at(&Path::new("static/examples").join(example.file), run);
        }
        let entries = fs::read_dir("engine/tests/scenarios").expect("scenarios");
        let mut folders: Vec<_> = entries.map(|entry| entry.expect("entry").path()).collect();
        folders.sort();
        for folder in folders {
            let run = Run {
                title: folder.file_name().expect("a name").to_string_lossy().replace('-', " "),
                is_in_menu: false,
            };
            found.look_at(&folder.join("scenario.yaml"), run);
        }
        found
    }

    /// The instance to show.
    pub fn of(&self, id: &str) -> Option<&Instance> {
        self.0.get(id)
    }

    fn look_at(&mut self, path: &Path, mut run: Run) {
        let text = fs::read_to_string(path).expect("a text");
        let reading = Scenario::read(&text);
        assert!(reading.is_runnable(), "{}: {:?}", path.display(), reading.diagnostics);
        if let Some(title) = reading.title.filter(|_| !run.is_in_menu) {
            run.title = title;
        }
        let run = Rc::new(run);
        let history = simulate(&reading.scenario);
        for (index, step) in history.steps.iter().enumerate() {
            let mut offer = |reason: &Reason, outcome| {
                self.offer(
                    reason.rule().id,
                    Instance {
                        run: run.clone(),
                        step: index + 1,
                        at: step.at,
                        saw: reason.saw(),
                        formula: reason.formula(),
                        outcome,
                        is_report: reason.is_report(),
                    },
                );
            };
            for (_, reason) in &step.writes {
                offer(reason, Outcome::Did(done_for(step, reason)));
            }
            for waiting in history.waits_of(index) {
                let who = waiting.waiter.1.to_string().replace('/', " ");
                for blocked in waiting.after.iter().flat_map(|blocked| blocked.iter()) {
                    offer(&blocked.reason, Outcome::Waits(who.clone()));
                }
            }
        }
    }

    fn offer(&mut self, id: &'static str, instance: Instance) {
        let is_better = self.0.get(id).is_none_or(|best| instance.rank() < best.rank());
        if is_better {
            self.0.insert(id, instance);
        }
    }
}

impl Instance {
    /// The lower, the more telling: numbers before words, deeds before reports, what one can open in the page before what
    /// one can't, and then the shorter.
    fn rank(&self) -> impl Ord + use<> {
        let formula = self.formula.as_deref().unwrap_or_default();
        (
            self.formula.is_none(),
            self.is_report,
            Reverse(numbers(formula).min(4)),
            !self.run.is_in_menu,
            matches!(self.outcome, Outcome::Waits(_)),
            Reverse(numbers(&self.saw).min(3)),
            self.saw.len() + formula.len(),
        )
    }
}

/// How many different numbers a text has, zero left out.
fn numbers(text: &str) -> usize {
    let numbers = text.split(|letter: char| !letter.is_ascii_digit());
    let different: BTreeSet<&str> = numbers.filter(|number| !matches!(*number, "" | "0")).collect();
    different.len()
}

/// What a step did for one of its reasons.
fn done_for(step: &Step, reason: &Reason) -> String {
    let alike = step.writes.iter().filter(|(_, other)| **other == *reason);
    let part = Step {
        at: step.at,
        actor: step.actor,
        subject: step.subject.clone(),
        command: step.command.clone(),
        told: 0,
        waited: 0,
        writes: alike.cloned().collect(),
    };
    part.title()
}
