//! Two runs held against each other: what another release, an edit or an intervention changes.

use rollscope_engine::History;
use rollscope_engine::step::Step;

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
    pub fn of(history: &History, other: &History) -> Difference {
        Difference::between(history, other, &format!("1.{}", other.scenario.release.minor))
    }

    /// How a history differs from another one that is called so.
    pub fn between(history: &History, other: &History, name: &str) -> Difference {
        let (mine, others) = (decisions(history), decisions(other));
        let alike = mine.iter().zip(&others).take_while(|(a, b)| same(a.1, b.1)).count();
        let (here, there) = (mine.get(alike), others.get(alike));
        if here.is_none() && there.is_none() {
            let what = if history.len() == other.len() {
                "no step differs"
            } else {
                "only reported counts differ"
            };
            return Difference {
                first: None,
                text: format!("compared with {name}: {what}"),
            };
        }
        let first = here.map_or(history.len(), |(index, _)| index + 1);
        let count = foreign(&mine, &others).max(foreign(&others, &mine));
        let text = format!(
            "compared with {name}: {count} {}, first at step {first} ({}): {}",
            if count == 1 { "step differs" } else { "steps differ" },
            history.time_at(first),
            told(here.map(|(_, step)| *step), there.map(|(_, step)| *step)),
        );
        Difference {
            first: Some(first),
            text,
        }
    }
}

/// The steps that decide something, with their indices.
fn decisions(history: &History) -> Vec<(usize, &Step)> {
    let steps = history.steps.iter().enumerate();
    steps.filter(|(_, step)| !step.is_report()).collect()
}

fn same(a: &Step, b: &Step) -> bool {
    a.at.0.abs_diff(b.at.0) < MOMENT && a.actor == b.actor && a.title() == b.title()
}

/// How many steps have no equal among others.
fn foreign(steps: &[(usize, &Step)], others: &[(usize, &Step)]) -> usize {
    let has_equal = |step: &Step| {
        let start = others.partition_point(|(_, other)| other.at.0 + MOMENT <= step.at.0);
        let near = others[start..].iter();
        let mut near = near.take_while(|(_, other)| other.at.0 < step.at.0 + MOMENT);
        near.any(|(_, other)| same(step, other))
    };
    steps.iter().filter(|(_, step)| !has_equal(step)).count()
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
