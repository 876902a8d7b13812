//! Why: what the step at the cursor saw, by which rule it acted, what it did, what comes next; and why all others stand
//! still.

use rollscope_engine::api::{Key, Kind, Name, Object, Phase, Pod};
use rollscope_engine::cluster::{Change, Cluster, Waiting};
use rollscope_engine::history::{Cursor, End};
use rollscope_engine::reason::{
    Blocked, DaemonSetReason, DeploymentReason, Reason, Rule, StatefulSetReason, catalogue,
};
use rollscope_engine::step::{Actor, Step};
use rollscope_engine::time::{Duration, Time};
use std::rc::Rc;

/// What comes within this time comes at once.
const MOMENT: Duration = Duration(100);
/// Names are listed up to here; then they are only counted.
const NAMED: usize = 4;

/// The panel beside the stage.
#[derive(Clone, PartialEq, Debug)]
pub struct Why {
    /// Steps before the cursor.
    pub position: usize,
    /// Steps in all.
    pub len: usize,
    /// The step at the cursor; `None` at the start.
    pub step: Option<Told>,
    /// What comes next.
    pub next: Option<Next>,
    /// Why those who would have something to do don't do it.
    pub waits: Vec<Wait>,
}

/// A step, told.
#[derive(Clone, PartialEq, Debug)]
pub struct Told {
    /// Who acted.
    pub actor: &'static str,
    /// What happened, in a few words.
    pub title: String,
    /// What was seen; empty for what the user asked for.
    pub saw: String,
    /// The rule that applied; `None` for what the user asked for.
    pub rule: Option<RuleLine>,
    /// All that was written, in words.
    pub did: Vec<Deed>,
    /// Other rules that applied in the same step, each with what was seen.
    pub also: Vec<(RuleLine, String)>,
    /// What kubectl printed, and whether it was an error.
    pub answer: Option<(String, bool)>,
    /// Commands for workloads whose Pods have read what this step changed, and go on with what they have read.
    pub unmoved: Vec<String>,
}

/// A rule with the numbers put in.
#[derive(Clone, PartialEq, Debug)]
pub struct RuleLine {
    /// Its id.
    pub id: &'static str,
    /// What it says.
    pub sentence: &'static str,
    /// Where upstream has it.
    pub source: &'static str,
    /// Its inequality with the numbers.
    pub formula: Option<String>,
}

/// One kind of write.
#[derive(Clone, PartialEq, Debug)]
pub struct Deed {
    /// In words.
    pub phrase: String,
    /// The objects, where the phrase only counts them.
    pub names: String,
}

/// The step after the cursor.
#[derive(Clone, PartialEq, Debug)]
pub enum Next {
    /// It is known.
    Step {
        /// Time until then.
        within: String,
        /// Who will act.
        actor: &'static str,
        /// What will happen.
        title: String,
    },
    /// Nothing happens by itself any more.
    Rest,
    /// The step limit was reached.
    Limit,
}

/// Why somebody stands still.
#[derive(Clone, PartialEq, Debug)]
pub struct Wait {
    /// `statefulset db`.
    pub who: String,
    /// Whether it is about to look again: what it saw may be over.
    pub is_past: bool,
    /// The rules that hold, each with what was seen.
    pub because: Vec<(RuleLine, String)>,
    /// `moves on at 00:19.0 (step 31)`.
    pub until: String,
    /// The command that the user has to give, if nothing else helps.
    pub command: Option<String>,
}

impl Why {
    /// What there is to say at the cursor.
    pub fn of(cursor: &Cursor) -> Why {
        let history = cursor.history();
        let waiting = cursor.cluster().waiting();
        let waits = waiting
            .iter()
            .map(|(waiter, blocked)| Wait::of(cursor, waiter, blocked));
        Why {
            position: cursor.position(),
            len: history.len(),
            step: cursor.step().map(|step| Told::of(cursor, step)),
            next: next(cursor),
            waits: waits.collect(),
        }
    }
}

/// The next step that decides something, else the next at all.
fn next(cursor: &Cursor) -> Option<Next> {
    let history = cursor.history();
    let ahead = &history.steps[cursor.position()..];
    let step = ahead.iter().find(|step| !step.is_report()).or(ahead.first());
    match (step, history.end) {
        (Some(step), _) => Some(Next::Step {
            within: within(cursor.time(), step.at),
            actor: step.actor.name(),
            title: step.title(),
        }),
        (None, _) if history.is_empty() => None,
        (None, End::Rest) => Some(Next::Rest),
        (None, End::StepLimit(_)) => Some(Next::Limit),
    }
}

fn within(now: Time, then: Time) -> String {
    match then.since(now).0 {
        0..100 => "at once".to_owned(),
        100..60_000 => format!("in {}", then.since(now)),
        _ => format!("at {then}"),
    }
}

impl Told {
    fn of(cursor: &Cursor, step: &Step) -> Told {
        let asked = step.actor == Actor::User;
        let main = step.main().map(|(_, reason)| &**reason).filter(|_| !asked);
        let rule = main.map(RuleLine::of);
        let mut also: Vec<(RuleLine, String)> = Vec::new();
        for (_, reason) in step.writes.iter().filter(|(_, reason)| !asked && !reason.is_report()) {
            let id = reason.rule().id;
            let is_known = rule.as_ref().is_some_and(|rule| rule.id == id);
            if !is_known && also.iter().all(|(other, _)| other.id != id) {
                also.push((RuleLine::of(reason), reason.saw()));
            }
        }
        let index = cursor.position() - 1;
        let history = cursor.history();
        let answer = history.answers.iter().find(|answer| asked && answer.position == index);
        let deeds = step.deeds();
        Told {
            actor: step.actor.name(),
            title: step.title(),
            saw: main.map(Reason::saw).unwrap_or_default(),
            rule,
            did: deeds.iter().map(|(phrase, keys)| Deed::of(phrase, keys)).collect(),
            also,
            answer: answer.map(|answer| (answer.text.clone(), !answer.accepted)),
            unmoved: if asked { unmoved(cursor, step) } else { Vec::new() },
        }
    }
}

/// A changed ConfigMap or Secret rolls nothing: its readers have to be restarted.
fn unmoved(cursor: &Cursor, step: &Step) -> Vec<String> {
    let changed = |(change, _): &(Change, Rc<Reason>)| match change {
        Change {
            key,
            before: Some(Object::Other(before)),
            after: Some(Object::Other(after)),
        } if matches!(key.kind, Kind::ConfigMap | Kind::Secret) && before.value != after.value => Some(key.clone()),
        _ => None,
    };
    let changed: Vec<Key> = step.writes.iter().filter_map(changed).collect();
    let restart = |object: &Object| {
        let (template, selector) = match object {
            Object::Deployment(deployment) => (&deployment.spec.template, &deployment.spec.selector),
            Object::StatefulSet(set) => (&set.spec.template, &set.spec.selector),
            Object::DaemonSet(set) => (&set.spec.template, &set.spec.selector),
            _ => return None,
        };
        let meta = object.meta();
        let reads = |key: &Key| {
            let mut pods = cursor.cluster().pods_matching(&meta.namespace, selector);
            key.namespace == meta.namespace
                && template.reads(key.kind, &key.name)
                && pods.any(|pod| pod.status.phase == Phase::Running)
        };
        let kind = object.kind().name().to_ascii_lowercase();
        changed
            .iter()
            .any(reads)
            .then(|| format!("kubectl rollout restart {kind}/{}", meta.name))
    };
    cursor.cluster().objects().filter_map(restart).collect()
}

impl Deed {
    fn of(phrase: &str, keys: &[&Key]) -> Deed {
        let mut names: Vec<String> = keys.iter().take(NAMED).map(|key| key.name.to_string()).collect();
        if keys.len() > NAMED {
            names.push(format!("{} more", keys.len() - NAMED));
        }
        Deed {
            phrase: phrase.to_owned(),
            names: if keys.len() > 1 {
                names.join(", ")
            } else {
                String::new()
            },
        }
    }
}

impl RuleLine {
    /// The rule of this id, without numbers.
    pub(super) fn named(id: &str) -> RuleLine {
        let Rule { id, sentence, source } = catalogue::rule(id);
        RuleLine {
            id,
            sentence,
            source,
            formula: None,
        }
    }

    fn of(reason: &Reason) -> RuleLine {
        let Rule { id, sentence, source } = reason.rule();
        RuleLine {
            id,
            sentence,
            source,
            formula: reason.formula(),
        }
    }
}

impl Wait {
    fn of(cursor: &Cursor, (actor, key): &(Actor, Key), blocked: &[Blocked]) -> Wait {
        let waiter = (*actor, key.clone());
        // A wait whose numbers change is the same wait; one by other rules is not.
        let ends = |waiting: &Waiting| {
            let after = waiting.after.as_deref().unwrap_or_default();
            waiting.waiter == waiter && !after.iter().map(rule_id).eq(blocked.iter().map(rule_id))
        };
        let history = cursor.history();
        let acts = |index: usize| {
            let step = &history.steps[index];
            let is_act = step.actor == *actor && step.subject == *key && !step.is_report();
            is_act && !is_deadline(step) || history.waits_of(index).iter().any(ends)
        };
        let looks_again = blocked.iter().filter_map(|blocked| blocked.until).min();
        let (until, alone) = outlook(cursor, acts, looks_again);
        let next = (cursor.position()..history.len()).find(|index| acts(*index));
        Wait {
            is_past: alone && next.is_some_and(|index| history.steps[index].at.since(cursor.time()) < MOMENT),
            who: key.to_string().to_ascii_lowercase().replace('/', " "),
            because: blocked
                .iter()
                .map(|blocked| (RuleLine::of(&blocked.reason), blocked.reason.saw()))
                .collect(),
            until,
            command: blocked
                .iter()
                .filter(|_| !alone)
                .find_map(|blocked| command(cursor.cluster(), key, &blocked.reason)),
        }
    }
}

/// When somebody who stands still moves on, in words, and whether without the user.
pub(super) fn outlook(cursor: &Cursor, acts: impl Fn(usize) -> bool, looks_again: Option<Time>) -> (String, bool) {
    let history = cursor.history();
    let position = cursor.position();
    let ahead = &history.steps[position..];
    let moves_on = (position..history.len()).find(|index| acts(*index));
    // What moves on only because the user did something later does not move on by itself.
    let helped = ahead
        .iter()
        .position(|step| step.actor == Actor::User)
        .map(|ahead| position + ahead);
    let alone = moves_on.is_some_and(|index| helped.is_none_or(|helped| index < helped));
    let until = match (looks_again, moves_on) {
        (Some(until), None) => format!("looks again at {until}"),
        // Somebody has acted since; who waits here has not seen it yet.
        (_, Some(index)) if alone && history.steps[index].at.since(cursor.time()) < MOMENT => {
            format!("looks again at once (step {})", index + 1)
        }
        (_, Some(index)) if alone => format!("moves on at {} (step {})", history.steps[index].at, index + 1),
        (_, Some(index)) => format!(
            "moves on at {} (step {}), after your next command",
            history.steps[index].at,
            index + 1
        ),
        (None, None) => "does not move on by itself".to_owned(),
    };
    (until, alone)
}

fn rule_id(blocked: &Blocked) -> &'static str {
    blocked.reason.rule().id
}

/// That a rollout is reported as failed moves nothing.
fn is_deadline(step: &Step) -> bool {
    let is_it = |reason: &DeploymentReason| matches!(reason, DeploymentReason::DeadlinePassed { .. });
    step.main()
        .is_some_and(|(_, reason)| matches!(&**reason, Reason::Deployment(reason) if is_it(reason)))
}

/// Waits for Pods that may never come.
fn is_held_up(reason: &DeploymentReason) -> bool {
    use DeploymentReason as D;
    matches!(
        reason,
        D::NoRoom { .. } | D::FloorReached { .. } | D::AvailableAtFloor { .. } | D::WaitsForAvailable { .. }
    )
}

/// What the user can say to end a wait that does not end by itself.
fn command(cluster: &Cluster, key: &Key, reason: &Reason) -> Option<String> {
    use DaemonSetReason as N;
    use DeploymentReason as D;
    use StatefulSetReason as S;
    let target = format!("{}/{}", key.kind.name().to_ascii_lowercase(), key.name);
    match reason {
        Reason::Deployment(reason) if matches!(**reason, D::Paused) => Some(format!("kubectl rollout resume {target}")),
        Reason::StatefulSet(S::WaitsForReady { pod, broken: true, .. }) => Some(format!("kubectl delete pod {pod}")),
        Reason::Deployment(reason) if is_held_up(reason) && can_undo(cluster, key) => {
            Some(format!("kubectl rollout undo {target}"))
        }
        Reason::StatefulSet(S::WaitsForReady { .. } | S::UpdateWaits { .. })
        | Reason::DaemonSet(N::UnavailableLimit { .. } | N::SurgeLimit { .. })
            if can_undo(cluster, key) =>
        {
            Some(format!("kubectl rollout undo {target}"))
        }
        Reason::StatefulSet(S::OnDelete { .. }) | Reason::DaemonSet(N::OnDelete { .. }) => {
            Some(format!("kubectl delete pod {}", behind(cluster, key)?))
        }
        Reason::StatefulSet(S::Partition { .. }) => Some(format!(
            "kubectl patch {target} -p '{{\"spec\":{{\"updateStrategy\":{{\"rollingUpdate\":{{\"partition\":0}}}}}}}}'"
        )),
        _ => None,
    }
}

/// Whether a workload is on its way from one revision to another, and no lost node holds it up.
pub(super) fn can_undo(cluster: &Cluster, key: &Key) -> bool {
    let is_on_its_way = match cluster.get(key) {
        Some(Object::Deployment(deployment)) => cluster.replica_sets_of(deployment.meta.uid).nth(1).is_some(),
        Some(Object::StatefulSet(set)) => set.status.seen.current_revision != set.status.seen.update_revision,
        Some(Object::DaemonSet(set)) => cluster.revisions_of(set.meta.uid).nth(1).is_some(),
        _ => false,
    };
    is_on_its_way && cluster.nodes().all(|node| node.silent_since.is_none())
}

/// A Pod that does not have its set's newest revision.
fn behind(cluster: &Cluster, key: &Key) -> Option<Name> {
    let uid = cluster.get(key)?.meta().uid;
    let newest = cluster.revisions_of(uid).max_by_key(|revision| revision.revision)?;
    let is_behind = |pod: &&Rc<Pod>| {
        let hash = pod.meta.labels.get("controller-revision-hash");
        pod.is_active() && hash.is_some_and(|hash| !newest.meta.name.ends_with(&**hash))
    };
    Some(cluster.pods_of(uid).find(is_behind)?.meta.name.clone())
}
