//! Where a run is worth a look: in the midst of what it is about.

use rollscope_engine::History;
use rollscope_engine::step::{Actor, Step};

/// A position that shows what the run is about: in the midst of what the first change sets off, or, where nothing is
/// changed, the end.
pub fn position(history: &History) -> usize {
    let Some(change) = history.answers.get(1) else {
        return history.len();
    };
    let until = history.answers.get(2).map_or(history.len(), |next| next.position);
    let middle = (change.position + 1).midpoint(until);
    let mut candidates = middle..until;
    candidates
        .find(|&position| is_decision(history, position))
        .unwrap_or(middle)
}

/// Whether a controller decided something in the step that leads there.
pub fn is_decision(history: &History, position: usize) -> bool {
    let step = position.checked_sub(1).and_then(|index| history.steps.get(index));
    let around = [Actor::User, Actor::Kubelet, Actor::Scheduler, Actor::VolumeBinder];
    step.is_some_and(|step: &Step| !around.contains(&step.actor) && !step.is_report())
}
