//! What becomes of the Pods of a node that is lost, and when (spec: NODE-20 to NODE-29): the node controller notices and
//! taints, the taint manager deletes, the garbage collector removes what nobody will ever confirm.
//!
//! Three controllers of upstream's, told apart by the step's actor. [`Watch`] is what they remember between their looks.
//! Upstream: `pkg/controller/nodelifecycle`, `pkg/controller/tainteviction`, `pkg/controller/podgc`.

use super::scheduler::{Nodes, tolerates};
use super::storage::StorageDue;
use crate::api::{
    ConditionStatus, Key, Kind, NOT_READY, Name, Node, OUT_OF_SERVICE, Object, Phase, Pod, Taint, Toleration,
    UNREACHABLE,
};
use crate::cluster::{Cluster, DeleteOptions, Write};
use crate::event::Note;
use crate::ordered::Ordered;
use crate::reason::EnvironmentReason as Why;
use crate::step::Actor;
use crate::time::{Duration, Time};
use std::rc::Rc;

/// Silence for longer than this is noticed.
const GRACE: Duration = Duration(50_000);
/// How often the node controller looks.
const LOOKS: u64 = 5_000;
/// How often the garbage collector looks.
const COLLECTS: u64 = 20_000;
/// How long a node must have been gone before its Pods are.
const QUARANTINE: Duration = Duration(40_000);
/// In each zone one node in this time gets the taint that evicts.
const EVICTION_PAUSE: Duration = Duration(10_000);

/// What is due for a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NodeDue {
    /// Its silence is noticed.
    Silence,
    /// It is heard again.
    Heard,
    /// It gets the taint that evicts.
    NoExecute,
    /// Pods have tolerated its taints for long enough.
    Evict,
    /// The garbage collector looks at its Pods.
    Collect,
}

/// What the controllers remember.
#[derive(Clone, Debug, Default)]
pub struct Watch {
    /// Since when a Pod has been on a node with taints that evict, and until when it tolerates them.
    timers: Ordered<Key, Timer>,
    /// When each zone's next node may get the taint that evicts.
    zones: Ordered<String, Time>,
    /// Since when a node has been gone.
    gone: Ordered<Name, Time>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Timer {
    since: Time,
    due: Time,
}

/// What one look comes to.
#[derive(Debug)]
pub struct Look {
    /// Who looked.
    pub actor: Actor,
    /// What is written.
    pub writes: Vec<(Write, Why)>,
    /// What is told, and about which object.
    pub notes: Vec<(Key, Note)>,
    /// What is due later, and when.
    pub later: Vec<(Time, NodeDue, Name)>,
    /// What is due later for claims, volumes and Pods.
    pub storage: Vec<(Time, StorageDue, Key)>,
}

/// What the controllers see.
#[derive(Clone, Copy, Debug)]
pub struct Scope<'a> {
    /// What is stored.
    pub cluster: &'a Cluster,
    /// What runs where.
    pub nodes: &'a Nodes,
    /// The present.
    pub now: Time,
}

impl<'a> Scope<'a> {
    pub(super) fn pods_on(self, node: &'a Name) -> impl Iterator<Item = &'a Rc<Pod>> {
        let keys = self.nodes.pods_on(node);
        keys.filter_map(move |key| self.cluster.pod(&key.namespace, &key.name))
    }
}

impl Look {
    pub(super) fn of(actor: Actor) -> Look {
        Look {
            actor,
            writes: Vec::new(),
            notes: Vec::new(),
            later: Vec::new(),
            storage: Vec::new(),
        }
    }
}

/// The first moment of a beat at or after this one.
fn next_beat(beat: u64, moment: Time) -> Time {
    Time(moment.0.div_ceil(beat) * beat)
}

/// What follows from a change of a node: whose timers begin or end, and what is due when.
pub fn node_changed(watch: &mut Watch, scope: Scope<'_>, before: Option<&Node>, after: Option<&Node>) -> Look {
    let mut look = Look::of(Actor::TaintEvictionController);
    let Some(name) = after.or(before).map(|node| node.meta.name.clone()) else {
        return look;
    };
    let silence = |node: Option<&Node>| node.and_then(|node| node.silent_since);
    match (silence(before), silence(after)) {
        (None, Some(since)) => {
            let noticed = next_beat(LOOKS, since + GRACE + Duration(1));
            look.later.push((noticed, NodeDue::Silence, name.clone()));
        }
        (Some(_), None) if after.is_some() => look.later.push((scope.now, NodeDue::Heard, name.clone())),
        _ => {}
    }
    match after {
        Some(_) => drop(watch.gone.remove(&name)),
        None => {
            watch.gone.insert(name.clone(), scope.now);
            let due = next_beat(COLLECTS, scope.now + QUARANTINE);
            look.later.push((due, NodeDue::Collect, name.clone()));
        }
    }
    let taints = |node: Option<&Node>| node.map(|node| node.taints.clone()).unwrap_or_default();
    if let Some(node) = after.filter(|_| taints(before) != taints(after)) {
        for pod in scope.pods_on(&name) {
            set_timer(watch, scope, node, pod, &mut look);
        }
        if is_out_of_service(node) {
            look.later
                .push((next_beat(COLLECTS, scope.now), NodeDue::Collect, name.clone()));
        }
    }
    look
}

/// What follows from a change of a Pod: it came to a node, was told to go, or is gone.
pub fn pod_changed(watch: &mut Watch, scope: Scope<'_>, before: Option<&Pod>, after: Option<&Pod>) -> Look {
    let mut look = Look::of(Actor::TaintEvictionController);
    let bound = |pod: Option<&Pod>| pod.and_then(|pod| pod.node_name.clone());
    let Some(pod) = after else {
        if let Some(pod) = before {
            watch.timers.remove(&key(pod));
        }
        return look;
    };
    let Some(name) = &pod.node_name else { return look };
    let Some(node) = scope.cluster.node(name) else {
        if bound(before) != bound(after) {
            watch.gone.or_default(name.clone());
            let due = next_beat(COLLECTS, scope.now + QUARANTINE);
            look.later.push((due, NodeDue::Collect, name.clone()));
        }
        return look;
    };
    if bound(before) != bound(after) && !node.taints.is_empty() {
        set_timer(watch, scope, node, pod, &mut look);
    }
    let was_going = before.is_some_and(Pod::is_terminating);
    if pod.is_terminating() && !was_going && is_out_of_service(node) {
        look.later
            .push((next_beat(COLLECTS, scope.now), NodeDue::Collect, name.clone()));
    }
    look
}

fn key(pod: &Pod) -> Key {
    Key::new(Kind::Pod, &pod.meta.namespace, &pod.meta.name)
}

/// Begins, moves or ends a Pod's timer according to its node's taints (NODE-25).
fn set_timer(watch: &mut Watch, scope: Scope<'_>, node: &Node, pod: &Pod, look: &mut Look) {
    let key = key(pod);
    let timer = watch.timers.get(&key).copied();
    let since = timer.map_or(scope.now, |timer| timer.since);
    match tolerated_for(scope.cluster, node, pod) {
        Some(time) => {
            let due = (since + time).max(scope.now);
            watch.timers.insert(key, Timer { since, due });
            look.later.push((due, NodeDue::Evict, node.meta.name.clone()));
        }
        None if timer.is_some() => {
            watch.timers.remove(&key);
            let name = format!("{}/{}", pod.meta.namespace, pod.meta.name);
            look.notes.push((key, Note::EvictionCancelled(name.into())));
        }
        None => {}
    }
}

/// For how long a Pod tolerates the taints of a node that evict; `None`: for ever, or there are none.
fn tolerated_for(cluster: &Cluster, node: &Node, pod: &Pod) -> Option<Duration> {
    let mut least: Option<Duration> = None;
    for taint in node.taints.iter().filter(|taint| taint.effect == "NoExecute") {
        let own = pod
            .template
            .needs()
            .tolerations
            .iter()
            .filter(|toleration| toleration.tolerates(taint));
        let own: Vec<&Toleration> = own.collect();
        let seconds = match (own.is_empty(), tolerates(cluster, pod, taint)) {
            (true, true) => continue,
            // Every Pod tolerates a broken node for 300 seconds, unless it says otherwise (NODE-24).
            (true, false) if matches!(taint.key.as_str(), NOT_READY | UNREACHABLE) => Some(300),
            (true, false) => Some(0),
            (false, _) => own.iter().filter_map(|toleration| toleration.seconds).min(),
        };
        if let Some(time) = seconds.map(Duration::seconds) {
            least = Some(least.map_or(time, |least| least.min(time)));
        }
    }
    least
}

fn is_out_of_service(node: &Node) -> bool {
    node.taints.iter().any(|taint| taint.key == OUT_OF_SERVICE) && node.ready != ConditionStatus::True
}

/// What is due for a node now.
pub fn look(watch: &mut Watch, scope: Scope<'_>, due: NodeDue, name: &Name) -> Look {
    let node = scope.cluster.node(name);
    match (due, node) {
        (NodeDue::Silence, Some(node)) => silence(scope, node),
        (NodeDue::Heard, Some(node)) => heard(scope, node),
        (NodeDue::NoExecute, Some(node)) => no_execute(watch, scope, node),
        (NodeDue::Evict, Some(node)) => evict(watch, scope, node),
        (NodeDue::Collect, _) => collect(watch, scope, name),
        _ => Look::of(Actor::NodeController),
    }
}

fn updated(node: &Node) -> Write {
    Write::Update(Object::Node(Rc::new(node.clone())))
}

/// Nobody has heard of the node for too long: its Pods are not ready, and no new ones come (NODE-20 to NODE-22).
fn silence(scope: Scope<'_>, node: &Rc<Node>) -> Look {
    let mut look = Look::of(Actor::NodeController);
    let Some(since) = node.silent_since.filter(|since| *since + GRACE <= scope.now) else {
        return look;
    };
    if node.ready != ConditionStatus::True {
        return look;
    }
    let mut lost = (**node).clone();
    lost.ready = ConditionStatus::Unknown;
    lost.taints.push(Taint::new(UNREACHABLE, "NoSchedule"));
    let silent_for = scope.now.since(since);
    look.writes.push((updated(&lost), Why::NodeLost { silent_for }));
    look.notes.push((Object::Node(node.clone()).key(), Note::NodeNotReady));
    for pod in scope.pods_on(&node.meta.name).filter(|pod| pod.is_ready()) {
        let mut unready = (**pod).clone();
        unready.status.ready_since = None;
        let write = Write::UpdateStatus(Object::Pod(Rc::new(unready)));
        let node = node.meta.name.clone();
        look.writes.push((write, Why::NodeOfPodLost { node }));
        look.notes.push((key(pod), Note::NodeNotReady));
    }
    if all_lost(scope, Some(node)) {
        // If all nodes are silent, it is rather the control plane that does not hear.
        let others = scope.cluster.nodes().filter(|other| other.meta.name != node.meta.name);
        for other in others.filter(|other| other.has_taint(UNREACHABLE, "NoExecute")) {
            let mut spared = (**other).clone();
            spared.taints.retain(|taint| !is_eviction(taint));
            look.writes.push((updated(&spared), Why::AllLost));
        }
    } else {
        look.later.push((scope.now, NodeDue::NoExecute, node.meta.name.clone()));
    }
    look
}

fn is_eviction(taint: &Taint) -> bool {
    taint.key == UNREACHABLE && taint.effect == "NoExecute"
}

/// Whether no node is ready, this one not counted.
fn all_lost(scope: Scope<'_>, but: Option<&Node>) -> bool {
    let is_but = |node: &Node| but.is_some_and(|but| but.meta.name == node.meta.name);
    scope
        .cluster
        .nodes()
        .all(|node| is_but(node) || node.ready != ConditionStatus::True)
}

/// Whether most nodes of a zone are lost, so that the fault is not the nodes' (NODE-29).
fn is_disrupted(scope: Scope<'_>, zone: &str) -> bool {
    let (mut lost, mut all) = (0, 0);
    for node in scope.cluster.nodes().filter(|node| node.zone() == zone) {
        all += 1;
        lost += u64::from(node.ready != ConditionStatus::True);
    }
    lost > 2 && lost * 100 >= all * 55
}

/// The taint that evicts comes to one node of a zone at a time.
fn no_execute(watch: &mut Watch, scope: Scope<'_>, node: &Rc<Node>) -> Look {
    let mut look = Look::of(Actor::NodeController);
    if node.ready == ConditionStatus::True || node.has_taint(UNREACHABLE, "NoExecute") {
        return look;
    }
    if all_lost(scope, None) || is_disrupted(scope, node.zone()) {
        return look;
    }
    let next = watch.zones.or_default(node.zone().to_owned());
    if *next > scope.now {
        look.later.push((*next, NodeDue::NoExecute, node.meta.name.clone()));
        return look;
    }
    *next = scope.now + EVICTION_PAUSE;
    let mut tainted = (**node).clone();
    tainted.taints.push(Taint::new(UNREACHABLE, "NoExecute"));
    look.writes.push((updated(&tainted), Why::NodeTainted));
    look
}

/// The node is back: Pods may come, and those that are there stay (POD-91).
fn heard(scope: Scope<'_>, node: &Rc<Node>) -> Look {
    let mut look = Look::of(Actor::NodeController);
    if node.silent_since.is_some() || node.ready == ConditionStatus::True {
        return look;
    }
    let mut back = (**node).clone();
    back.ready = ConditionStatus::True;
    back.taints
        .retain(|taint| taint.key != UNREACHABLE && taint.key != NOT_READY);
    look.writes.push((updated(&back), Why::NodeHeard));
    look.notes.push((Object::Node(node.clone()).key(), Note::NodeReady));
    // What was held back while too many were lost goes on.
    for other in scope.cluster.nodes() {
        if other.ready != ConditionStatus::True && other.meta.name != node.meta.name {
            look.later
                .push((scope.now, NodeDue::NoExecute, other.meta.name.clone()));
        }
    }
    look
}

/// Pods whose time is over are deleted; no budget is asked (NODE-25).
fn evict(watch: &mut Watch, scope: Scope<'_>, node: &Rc<Node>) -> Look {
    let mut look = Look::of(Actor::TaintEvictionController);
    for pod in scope.pods_on(&node.meta.name).filter(|pod| !pod.is_terminating()) {
        let key = key(pod);
        let Some(timer) = watch.timers.get(&key).copied().filter(|timer| timer.due <= scope.now) else {
            continue;
        };
        let why = || Why::TaintEviction {
            node: node.meta.name.clone(),
            tolerated: timer.due.since(timer.since),
        };
        let mut doomed = (**pod).clone();
        doomed.status.trouble.disruption_target = Some("DeletionByTaintManager");
        look.writes
            .push((Write::UpdateStatus(Object::Pod(Rc::new(doomed))), why()));
        look.writes
            .push((Write::Delete(key.clone(), DeleteOptions::default()), why()));
        let name = format!("{}/{}", pod.meta.namespace, pod.meta.name);
        look.notes.push((key.clone(), Note::TaintEviction(name.into())));
        watch.timers.remove(&key);
    }
    look
}

/// Pods whose kubelet will never confirm their end: their node is gone (NODE-26), or out of service (NODE-27).
fn collect(watch: &mut Watch, scope: Scope<'_>, name: &Name) -> Look {
    let mut look = Look::of(Actor::PodGarbageCollector);
    let node = scope.cluster.node(name);
    let gone = watch
        .gone
        .get(name)
        .copied()
        .filter(|since| *since + QUARANTINE <= scope.now);
    for pod in scope.pods_on(name) {
        let why = match node {
            None if gone.is_some() => Why::NodeGone { node: name.clone() },
            Some(node) if is_out_of_service(node) && pod.is_terminating() => Why::OutOfService { node: name.clone() },
            _ => continue,
        };
        if node.is_none() {
            let mut failed = (**pod).clone();
            failed.status.trouble.disruption_target = Some("DeletionByPodGC");
            failed.status.phase = Phase::Failed;
            failed.status.ready_since = None;
            look.writes
                .push((Write::UpdateStatus(Object::Pod(Rc::new(failed))), why.clone()));
        }
        let options = DeleteOptions {
            grace_period_seconds: Some(0),
            ..DeleteOptions::default()
        };
        look.writes.push((Write::Delete(key(pod), options), why));
    }
    look
}
