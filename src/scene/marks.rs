//! What the time strip flags beside the interventions: where a rollout is complete, where it exceeds its deadline, and
//! where it waits and nothing more happens.

use super::scale::Scale;
use super::stalls::stalls;
use super::strip::{Flag, Sign, arrange};
use super::table::Table;
use rollscope_engine::api::{Key, Kind, Object, UpdateStrategy};
use rollscope_engine::cluster::Change;
use rollscope_engine::history::History;
use rollscope_engine::order;
use rollscope_engine::step::Step;
use std::rc::Rc;

/// Marks closer to each other than this share one flag.
const NEAR: f64 = 0.012;

/// All that is flagged, from left to right.
pub(super) fn marks(history: &Rc<History>, milestones: Milestones) -> Vec<Mark> {
    let mut found = milestones.all();
    found.extend(stalls(history).into_iter().map(|stall| Mark {
        position: stall.since,
        sign: Sign::Stall,
        who: stall.who.1.name.to_string(),
        what: "stalls",
    }));
    order::sort_by_key(&mut found, |mark| mark.position);
    found
}

/// The flags; those share one that are near to each other.
pub(super) fn flags(marks: &[Mark], scale: &Scale) -> Vec<Flag> {
    let mut flags: Vec<(Flag, Vec<&Mark>)> = Vec::new();
    for mark in marks {
        let place = scale.place(mark.position);
        match flags.last_mut().filter(|(last, _)| place - last.place < NEAR) {
            Some((_, marks)) => marks.push(mark),
            None => flags.push((
                Flag::new(place, mark.position, String::new(), Sign::Complete),
                vec![mark],
            )),
        }
    }
    let mut flags: Vec<Flag> = flags
        .into_iter()
        .map(|(flag, marks)| Flag {
            label: told(&marks),
            sign: if marks.iter().any(|mark| mark.sign == Sign::Stall) {
                Sign::Stall
            } else {
                Sign::Complete
            },
            ..flag
        })
        .collect();
    arrange(&mut flags);
    flags
}

/// Something to be flagged.
#[derive(Clone, PartialEq, Debug)]
pub struct Mark {
    position: usize,
    sign: Sign,
    /// Of whom, where there are several.
    who: String,
    what: &'static str,
}

/// `web, db complete`: whom the same happens to is named together.
fn told(marks: &[&Mark]) -> String {
    let mut groups: Vec<(&str, Vec<&str>)> = Vec::new();
    for mark in marks {
        match groups.iter_mut().find(|(what, _)| *what == mark.what) {
            Some((_, names)) if names.contains(&mark.who.as_str()) => {}
            Some((_, names)) => names.push(&mark.who),
            None => groups.push((mark.what, vec![&mark.who])),
        }
    }
    let group = |(what, names): (&str, Vec<&str>)| format!("{} {what}", names.join(", ")).trim_start().to_owned();
    groups.into_iter().map(group).collect::<Vec<_>>().join(" · ")
}

/// What is known of a workload's rollout while reading.
#[derive(Debug, Default)]
struct Progress {
    /// The generation that was rolled out last.
    complete: i64,
    exceeded: bool,
}

/// What is reached, or not in time, read step by step.
#[derive(Debug, Default)]
pub struct Milestones {
    found: Vec<Mark>,
    known: Table<Key, Progress>,
}

impl Milestones {
    /// Reads the step of this index.
    pub(super) fn read(&mut self, index: usize, step: &Step) {
        for Change { key, after, .. } in step.changes() {
            if !matches!(key.kind, Kind::Deployment | Kind::StatefulSet | Kind::DaemonSet) {
                continue;
            }
            let progress = self.known.entry(key, Progress::default);
            let Some((object, complete)) = after.as_ref().and_then(|object| Some((object, is_complete(object)?)))
            else {
                continue;
            };
            let mark = |sign, what| Mark {
                position: index + 1,
                sign,
                who: key.name.to_string(),
                what,
            };
            let generation = object.meta().generation;
            if complete && progress.complete < generation {
                progress.complete = generation;
                self.found.push(mark(Sign::Complete, "complete"));
            }
            let exceeded = exceeds(object);
            if exceeded && !progress.exceeded {
                self.found.push(mark(Sign::Stall, "exceeds its deadline"));
            }
            progress.exceeded = exceeded;
        }
    }

    /// All of them; who it is needs not be said of the only one.
    fn all(mut self) -> Vec<Mark> {
        if self.known.rows().len() < 2 {
            self.found.iter_mut().for_each(|mark| mark.who.clear());
        }
        self.found
    }
}

/// Whether everybody is up to date and available. `None` for what does not roll out.
fn is_complete(object: &Object) -> Option<bool> {
    let generation = object.meta().generation;
    Some(match object {
        Object::Deployment(deployment) => {
            let status = &deployment.status;
            status.observed_generation >= generation
                && status.updated_replicas >= deployment.spec.replicas
                && status.replicas <= status.updated_replicas
                && status.available_replicas >= status.updated_replicas
        }
        Object::StatefulSet(set) => {
            let (status, desired) = (&set.status, set.spec.replicas);
            let partition = match set.spec.update_strategy {
                UpdateStrategy::RollingUpdate(Some(bounds)) => bounds.partition,
                _ => 0,
            };
            status.seen.observed_generation >= generation
                && status.seen.observed_generation > 0
                && status.available_replicas >= desired
                && status.replicas <= desired
                && status.updated_replicas >= desired - partition
        }
        Object::DaemonSet(set) => {
            let (status, desired) = (&set.status, set.status.desired_number_scheduled);
            status.observed_generation >= generation
                && desired > 0
                && status.updated_number_scheduled >= desired
                && status.number_available >= desired
        }
        _ => return None,
    })
}

fn exceeds(object: &Object) -> bool {
    match object {
        Object::Deployment(deployment) => {
            let condition = deployment.status.condition("Progressing");
            condition.is_some_and(|condition| condition.reason == "ProgressDeadlineExceeded")
        }
        _ => false,
    }
}
