//! A step: one thing that happened, with its reasons. The one interface between the engine and whoever shows it.

use crate::api::{ConditionStatus, ContainerState, ContainerStatus, Key, Kind, Object, Pod};
use crate::cluster::Change;
use crate::reason::{DeploymentReason, Reason, StatefulSetReason};
use crate::time::Time;
use std::fmt;
use std::rc::Rc;

/// Who acts. The order is that of a rollout's causes: the user first, the kubelet last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "named after upstream's components")]
#[derive(serde::Serialize, serde::Deserialize)]
pub enum Actor {
    User,
    Drain,
    DeploymentController,
    ReplicaSetController,
    ReplicationController,
    StatefulSetController,
    DaemonSetController,
    DisruptionController,
    HorizontalPodAutoscaler,
    EndpointSliceController,
    ResourceQuotaController,
    GarbageCollector,
    NodeController,
    TaintEvictionController,
    AttachDetachController,
    PodGarbageCollector,
    VolumeBinder,
    Scheduler,
    Kubelet,
}

impl Actor {
    /// The name that upstream's component gives as an Event's source.
    pub fn name(self) -> &'static str {
        match self {
            Actor::User => "you",
            Actor::Drain => "kubectl drain",
            Actor::DeploymentController => "deployment-controller",
            Actor::ReplicaSetController => "replicaset-controller",
            Actor::ReplicationController => "replication-controller",
            Actor::StatefulSetController => "statefulset-controller",
            Actor::DaemonSetController => "daemonset-controller",
            Actor::DisruptionController => "controllermanager",
            Actor::HorizontalPodAutoscaler => "horizontal-pod-autoscaler",
            Actor::EndpointSliceController => "endpoint-slice-controller",
            Actor::ResourceQuotaController => "resourcequota-controller",
            Actor::GarbageCollector => "garbage-collector",
            Actor::NodeController => "node-controller",
            Actor::TaintEvictionController => "taint-eviction-controller",
            Actor::AttachDetachController => "attachdetach-controller",
            Actor::PodGarbageCollector => "pod-garbage-collector",
            Actor::VolumeBinder => "persistentvolume-controller",
            Actor::Scheduler => "default-scheduler",
            Actor::Kubelet => "kubelet",
        }
    }
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// One thing that happened: one pass of a controller that wrote something, one move of the environment, one request of
/// the user's.
#[derive(Clone, Debug)]
pub struct Step {
    /// When. Every step has a time of its own.
    pub at: Time,
    /// Who acted.
    pub actor: Actor,
    /// For the sake of which object.
    pub subject: Key,
    /// The command line, if the user acted.
    pub command: Option<Rc<str>>,
    /// How many Events had been recorded when it was over: [`History::events_of`](crate::History::events_of).
    pub told: u32,
    /// How many waits had been noted by then: [`History::waits_of`](crate::History::waits_of).
    pub waited: u32,
    /// The writes in their order, each with its reason.
    pub writes: Box<[(Change, Rc<Reason>)]>,
}

impl Step {
    /// Whether it only publishes counts and conditions, and decides nothing.
    pub fn is_report(&self) -> bool {
        self.command.is_none() && self.writes.iter().all(|(_, reason)| reason.is_report())
    }

    /// The changes of objects, in the order in which they were made.
    pub fn changes(&self) -> impl DoubleEndedIterator<Item = &Change> {
        self.writes.iter().map(|(change, _)| change)
    }

    /// The objects that it wrote.
    pub fn touched(&self) -> impl Iterator<Item = &Key> {
        self.changes().map(|change| &change.key)
    }

    /// The write that says most: the first that decides something, else the first.
    pub fn main(&self) -> Option<&(Change, Rc<Reason>)> {
        let weight = |(change, reason): &&(Change, Rc<Reason>)| (reason.is_report(), is_bookkeeping(change));
        self.writes.iter().min_by_key(weight)
    }

    /// What happened, in a few words: `Scaled ReplicaSet web-75675f5897 from 10 to 8`.
    pub fn title(&self) -> String {
        if let Some(command) = &self.command {
            return command.to_string();
        }
        let Some((main, reason)) = self.main() else {
            return String::new();
        };
        let outcome = match &**reason {
            Reason::Deployment(reason) => match **reason {
                DeploymentReason::Complete { .. } => "complete",
                DeploymentReason::DeadlinePassed { .. } => "reported as failed",
                _ => "",
            },
            Reason::StatefulSet(StatefulSetReason::Complete { .. }) => "complete",
            _ => "",
        };
        match outcome {
            "" => self.phrase(&kind_and_deed(main)).0,
            outcome => format!("Rollout of {} {outcome}", spelled(&self.subject)),
        }
    }

    /// All that it did, in words and with the objects concerned: alike writes are told together, statuses left out.
    pub fn deeds(&self) -> Vec<(String, Vec<&Key>)> {
        let mut groups = Vec::new();
        for group in self.changes().map(kind_and_deed) {
            if group.1 != Deed::Status && !groups.contains(&group) {
                groups.push(group);
            }
        }
        groups.iter().map(|group| self.phrase(group)).collect()
    }

    /// The writes that did the same to objects of the same kind, as a phrase, and those objects.
    fn phrase(&self, group: &(Kind, Deed)) -> (String, Vec<&Key>) {
        let alike = self.changes().filter(|change| kind_and_deed(change) == *group);
        let alike: Vec<&Key> = alike.map(|change| &change.key).collect();
        let phrase = match alike[..] {
            [] => String::new(),
            [key] => group.1.about(&spelled(key)),
            [first, ..] => group.1.about(&format!("{} {}s", alike.len(), first.kind.name())),
        };
        (phrase, alike)
    }
}

/// `Deployment web`.
fn spelled(key: &Key) -> String {
    format!("{} {}", key.kind.name(), key.name)
}

/// Writes that only keep the books, or that another write in the same step needs first: revisions' numbers,
/// annotations, statuses, a Pod's claims.
fn is_bookkeeping(change: &Change) -> bool {
    let (kind, deed) = kind_and_deed(change);
    let needed_first = matches!(
        kind,
        Kind::PersistentVolumeClaim | Kind::PersistentVolume | Kind::ControllerRevision
    );
    matches!(deed, Deed::Updated | Deed::Status | Deed::Attached) || (needed_first && deed == Deed::Created)
}

/// What a change was done to, and what was done.
fn kind_and_deed(change: &Change) -> (Kind, Deed) {
    (change.key.kind, Deed::of(change))
}

fn containers(pod: &Pod) -> impl Iterator<Item = &ContainerStatus> {
    pod.status.init_containers.iter().chain(&pod.status.containers)
}

fn restarts(pod: &Pod) -> i64 {
    containers(pod).map(|status| i64::from(status.restart_count)).sum()
}

/// How a container ended that ran before.
fn newly_ended(before: &Pod, after: &Pod) -> Option<&'static str> {
    let mut pairs = containers(before).zip(containers(after));
    pairs.find_map(|(was, is)| match is.state {
        ContainerState::Terminated(ended) if was.is_running() => Some(ended.reason),
        _ => None,
    })
}

fn newly_killed(before: &Pod, after: &Pod) -> bool {
    let mut pairs = containers(before).zip(containers(after));
    pairs.any(|(was, is)| was.memory.kill.is_none() && is.memory.kill.is_some())
}

/// What a change did, for the title.
#[derive(Clone, Debug, PartialEq)]
enum Deed {
    Created,
    CreatedWith(i64),
    Removed,
    Terminating,
    Scaled(i64, i64),
    Ready,
    Unready,
    Ended(&'static str),
    Restarted,
    Killing,
    Scheduled,
    Refused,
    Waiting(&'static str),
    Running,
    Phase(&'static str),
    ClaimWaits,
    Stuck,
    Attached,
    Detached,
    NodeLost,
    NodeHeard,
    Tainted,
    Bound,
    Updated,
    Status,
}

impl Deed {
    fn of(change: &Change) -> Deed {
        match (&change.before, &change.after) {
            (None, Some(Object::ReplicaSet(set))) => Deed::CreatedWith(set.spec.replicas),
            (None, _) => Deed::Created,
            (_, None) => Deed::Removed,
            (Some(before), Some(after)) => Deed::between(before, after),
        }
    }

    fn between(before: &Object, after: &Object) -> Deed {
        if !before.meta().is_terminating() && after.meta().is_terminating() {
            return Deed::Terminating;
        }
        match (before, after) {
            (Object::ReplicaSet(a), Object::ReplicaSet(b)) if a.spec.replicas != b.spec.replicas => {
                Deed::Scaled(a.spec.replicas, b.spec.replicas)
            }
            (Object::Deployment(a), Object::Deployment(b))
                if a.spec.replicas != b.spec.replicas && a.spec.template == b.spec.template =>
            {
                Deed::Scaled(a.spec.replicas, b.spec.replicas)
            }
            (Object::StatefulSet(a), Object::StatefulSet(b))
                if a.spec.replicas != b.spec.replicas && a.spec.template == b.spec.template =>
            {
                Deed::Scaled(a.spec.replicas, b.spec.replicas)
            }
            (Object::Pod(a), Object::Pod(b)) => match () {
                () if a.node_name != b.node_name => Deed::Scheduled,
                () if a.status.trouble.unschedulable != b.status.trouble.unschedulable => Deed::Refused,
                () if a.status.trouble.mounts != b.status.trouble.mounts && b.status.trouble.mounts.is_some() => {
                    Deed::Stuck
                }
                () if restarts(a) < restarts(b) => Deed::Restarted,
                () if !a.is_ready() && b.is_ready() => Deed::Ready,
                () if b.is_finished() && !a.is_finished() => Deed::Phase(b.status.phase.name()),
                () if newly_ended(a, b).is_some() => Deed::Ended(newly_ended(a, b).unwrap_or_default()),
                () if newly_killed(a, b) => Deed::Killing,
                () if a.is_ready() && !b.is_ready() => Deed::Unready,
                () if a.waiting_reason() != b.waiting_reason() => {
                    b.waiting_reason().map_or(Deed::Running, Deed::Waiting)
                }
                () => Deed::Updated,
            },
            (Object::PersistentVolumeClaim(a), Object::PersistentVolumeClaim(b)) if a.waits != b.waits && !b.bound => {
                Deed::ClaimWaits
            }
            (Object::PersistentVolume(a), Object::PersistentVolume(b)) if a.attached != b.attached => {
                match b.attached {
                    Some(_) => Deed::Attached,
                    None => Deed::Detached,
                }
            }
            (Object::Node(a), Object::Node(b)) if a.ready != b.ready => match b.ready {
                ConditionStatus::True => Deed::NodeHeard,
                _ => Deed::NodeLost,
            },
            (Object::Node(a), Object::Node(b)) if a.taints != b.taints => Deed::Tainted,
            (Object::PersistentVolumeClaim(a), Object::PersistentVolumeClaim(b)) if a.bound != b.bound => Deed::Bound,
            (a, b) if a.generation_differs(b) || a.meta().annotations != b.meta().annotations => Deed::Updated,
            (Object::Pod(_) | Object::PersistentVolumeClaim(_) | Object::EndpointSlice(_), _) => Deed::Updated,
            (Object::ControllerRevision(_) | Object::Service(_) | Object::Node(_), _) => Deed::Updated,
            (Object::PersistentVolume(_) | Object::Other(_), _) => Deed::Updated,
            _ => Deed::Status,
        }
    }

    fn about(&self, what: &str) -> String {
        match self {
            Deed::Created => format!("Created {what}"),
            Deed::CreatedWith(1) => format!("Created {what} with 1 replica"),
            Deed::CreatedWith(size) => format!("Created {what} with {size} replicas"),
            Deed::Removed => format!("{what} gone"),
            Deed::Terminating => format!("Deleted {what}: terminating"),
            Deed::Scaled(from, to) => format!("Scaled {what} from {from} to {to}"),
            Deed::Ready => format!("{what} ready"),
            Deed::Unready => format!("{what} no longer ready"),
            Deed::Ended("Completed") => format!("{what}: a container completed"),
            Deed::Ended(reason) => format!("{what}: a container ended: {reason}"),
            Deed::Restarted => format!("{what}: container restarted"),
            Deed::Killing => format!("{what}: container told to stop"),
            Deed::Refused => format!("{what}: no node fits"),
            Deed::Scheduled => format!("{what} scheduled"),
            Deed::Waiting(reason) => format!("{what}: {reason}"),
            Deed::Running => format!("{what} running"),
            Deed::Phase(phase) => format!("{what} {}", phase.to_ascii_lowercase()),
            Deed::ClaimWaits => format!("{what} waits"),
            Deed::Stuck => format!("{what} waits for a volume"),
            Deed::Attached => format!("Attached {what}"),
            Deed::Detached => format!("Detached {what}"),
            Deed::NodeLost => format!("{what} not ready"),
            Deed::NodeHeard => format!("{what} ready"),
            Deed::Tainted => format!("Taints of {what} changed"),
            Deed::Bound => format!("Bound {what}"),
            Deed::Updated => format!("Updated {what}"),
            Deed::Status => format!("Updated the status of {what}"),
        }
    }
}
