//! The verdict: a whole run in one line.

use super::levels;
use super::pod::Form;
use super::tracks::{MOST_LANES, Tracks};
use rollscope_engine::api::{Key, Kind, Object};
use rollscope_engine::history::{Cursor, End, History};
use rollscope_engine::reason::{Blocked, DaemonSetReason, DeploymentReason, Reason, StatefulSetReason};
use rollscope_engine::step::Actor;
use std::rc::Rc;

/// How a run went.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Verdict {
    /// How it ended.
    pub outcome: Outcome,
    /// In one line.
    pub text: String,
}

/// How a run ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Outcome {
    /// Nothing has been run.
    #[default]
    Nothing,
    /// Everybody got what was asked for.
    Completes,
    /// Somebody waits for the user, as the user said.
    Waits,
    /// Somebody waits for what never comes.
    Stalls,
    /// The step limit came first.
    CutOff,
}

impl Verdict {
    /// The verdict on a history.
    pub fn of(history: &Rc<History>) -> Verdict {
        Verdict::with(history, &Tracks::of(history, MOST_LANES))
    }

    pub(super) fn with(history: &Rc<History>, tracks: &Tracks) -> Verdict {
        let mut verdict = Verdict::begun(history, tracks);
        verdict.finish(tracks);
        verdict
    }

    /// How it ended.
    pub(super) fn begun(history: &Rc<History>, tracks: &Tracks) -> Verdict {
        if history.is_empty() {
            return Verdict::default();
        }
        if let End::StepLimit(limit) = history.end {
            return Verdict {
                outcome: Outcome::CutOff,
                text: format!("cut off after {limit} steps"),
            };
        }
        let (outcome, text) = outcome(history, tracks);
        Verdict { outcome, text }
    }

    /// How its workloads fared until then.
    pub(super) fn finish(&mut self, tracks: &Tracks) {
        if !matches!(self.outcome, Outcome::Nothing | Outcome::CutOff) {
            for part in low_and_peak(tracks) {
                self.text = format!("{} · {part}", self.text);
            }
        }
    }
}

fn outcome(history: &Rc<History>, tracks: &Tracks) -> (Outcome, String) {
    let mut cursor = Cursor::new(history.clone());
    let waiting = cursor.seek(history.len()).waiting();
    let mut all = waiting
        .iter()
        .flat_map(|(waiter, blocked)| blocked.iter().map(move |blocked| (waiter, blocked)));
    let first = all.clone().next();
    if let Some((waiter, blocked)) = all.find(|(_, blocked)| !is_wanted(blocked)) {
        let step = waits_since(history, history.len(), waiter);
        return (
            Outcome::Stalls,
            format!("stalls at step {step}: {}", without_stop(&blocked.reason.saw())),
        );
    }
    if let Some((_, blocked)) = first {
        return (Outcome::Waits, wanted(&blocked.reason));
    }
    let stuck = stuck(&cursor);
    if stuck > 0 {
        return (Outcome::Stalls, format!("ends with {} that can’t run", pods(stuck)));
    }
    let end = tracks.completed_at().unwrap_or(history.time_at(history.len()));
    (
        Outcome::Completes,
        format!("completes at {:02}:{:02}", end.seconds() / 60, end.seconds() % 60),
    )
}

/// The text goes on after it.
pub(super) fn without_stop(sentence: &str) -> String {
    sentence.trim_end_matches('.').to_owned()
}

/// Pods that do not run, though nobody waits for them.
fn stuck(cursor: &Cursor) -> i64 {
    let of_kind = cursor.cluster().of_kind(Kind::Pod);
    let stuck = of_kind.filter(|object| match object {
        Object::Pod(pod) => matches!(Form::of(pod, 0, cursor.time()), Form::Broken | Form::Pending),
        _ => false,
    });
    super::deployment::count(stuck.count())
}

fn pods(count: i64) -> String {
    match count {
        1 => "1 Pod".to_owned(),
        _ => format!("{count} Pods"),
    }
}

/// A wait that the user asked for, in a few words.
pub(super) fn wanted(reason: &Reason) -> String {
    match reason {
        Reason::Deployment(reason) if matches!(**reason, DeploymentReason::Paused) => "paused".to_owned(),
        Reason::StatefulSet(StatefulSetReason::Partition { boundary, behind }) => {
            format!("held by the partition: {} below {boundary} kept", pods(*behind))
        }
        Reason::StatefulSet(StatefulSetReason::OnDelete { behind })
        | Reason::DaemonSet(DaemonSetReason::OnDelete { behind }) => {
            format!("{} updated when you delete them", pods(*behind))
        }
        reason => without_stop(&reason.saw()),
    }
}

/// Waits that the user asked for.
pub(super) fn is_wanted(blocked: &Blocked) -> bool {
    match &blocked.reason {
        Reason::Deployment(reason) => matches!(**reason, DeploymentReason::Paused),
        Reason::StatefulSet(StatefulSetReason::Partition { .. } | StatefulSetReason::OnDelete { .. })
        | Reason::DaemonSet(DaemonSetReason::OnDelete { .. }) => true,
        _ => false,
    }
}

/// The number of the step, of the first `end`, since which somebody waits with nothing changing about it.
pub(super) fn waits_since(history: &History, end: usize, who: &(Actor, Key)) -> usize {
    let began = |index: &usize| history.waits_of(*index).iter().any(|waiting| waiting.waiter == *who);
    (0..end).rev().find(began).map_or(end, |index| index + 1)
}

/// How low the workload got that got lowest after it had been up, and the most Pods there were of all of them.
fn low_and_peak(tracks: &Tracks) -> Vec<String> {
    let workloads = tracks.workloads.iter().filter(|(key, _)| key.kind != Kind::Pod);
    let mut lows: Vec<(&Key, i64, i64)> = Vec::new();
    for (key, sums) in workloads.clone() {
        let levels = levels::levels(&sums.counts(), &sums.bands);
        lows.extend(levels::since_up(&levels).map(|since| {
            let worst = levels::worst(since);
            (key, worst.available, worst.desired)
        }));
    }
    let mut parts = Vec::new();
    parts.extend(lowest(&lows, workloads.clone().count()));
    if workloads.count() == 0 {
        return parts;
    }
    let (peak, total) = tracks.whole.most();
    let how = if peak > total { " with terminating" } else { "" };
    parts.push(format!("peak {}{how}", pods(peak)));
    parts
}

/// `web: never below 2 of 3 available`. Of several workloads, that of which the largest share is missing is named; where all
/// are alike, none.
fn lowest(lows: &[(&Key, i64, i64)], workloads: usize) -> Option<String> {
    // Shares of two are compared without fractions.
    let lower = |a: &(_, i64, i64), b: &(_, i64, i64)| a.1 * b.2.max(1) < b.1 * a.2.max(1);
    let (key, available, desired) = lows.iter().copied().reduce(|worst, low| match lower(&low, &worst) {
        true => low,
        false => worst,
    })?;
    let alike = lows.len() == workloads && lows.iter().all(|low| (low.1, low.2) == (available, desired));
    let whose = match (workloads, alike) {
        (1, _) => String::new(),
        (_, true) => "each ".to_owned(),
        _ => format!("{}: ", key.name),
    };
    let how = if available == 0 { "at worst" } else { "never below" };
    Some(format!("{whose}{how} {available} of {desired} available"))
}
