//! A scenario: everything that decides a run. Same scenario, same history, to the byte.

mod advice;
mod behaviors;
pub(crate) mod command;
mod line;
mod load;
mod nodes;
mod text;

pub use text::Reading;

use crate::api::{Key, Name, Taint};
use crate::cluster::Propagation;
use crate::release::{Gates, Release};
use crate::time::Time;
use crate::world::World;
use std::rc::Rc;

/// Everything that decides a run.
#[derive(Clone, Debug, PartialEq)]
pub struct Scenario {
    /// The Kubernetes release.
    pub release: Release,
    /// Its feature gates.
    pub gates: Gates,
    /// Decides "random" names and ties.
    pub seed: u64,
    /// Pod timing and faults.
    pub world: World,
    /// What the user does and when, in this order; the first is usually an apply at zero.
    pub interventions: Vec<Timed>,
}

/// An intervention and its moment.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Timed {
    /// It comes before every step that could happen at this time or later.
    pub at: Time,
    /// What is done.
    pub what: Intervention,
}

/// Something that is done from outside.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub enum Intervention {
    /// `kubectl apply` of all documents.
    Apply(Rc<str>),
    /// `kubectl set image`: object, container (`*` for all), image.
    SetImage(Key, Name, Name),
    /// `kubectl apply --server-side --force-conflicts` of all documents.
    ServerSideApply(Rc<str>),
    /// `kubectl scale`.
    Scale(Key, i64),
    /// `kubectl patch`.
    Patch(Key, Patch),
    /// `kubectl rollout pause`.
    Pause(Key),
    /// `kubectl rollout resume`.
    Resume(Key),
    /// `kubectl rollout undo`, to a revision or (0) to the last but one.
    Undo(Key, i64),
    /// `kubectl rollout restart`.
    Restart(Key),
    /// `kubectl delete`.
    Delete(Key, Propagation),
    /// `kubectl delete pod --grace-period=0 --force`.
    ForceDelete(Key),
    /// `kubectl cordon` (`true`) and `kubectl uncordon`.
    Cordon(Key, bool),
    /// `kubectl drain`.
    Drain(Key, DrainFlags),
    /// `kubectl taint nodes`; `true` takes the taint away.
    Taint(Key, Taint, bool),
    /// What happens to a machine.
    Node(Key, NodeMove),
    /// What a kubelet, or the world around it, does to a Pod.
    Pod(Key, PodMove),
}

/// A change in the form of what changes.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Patch {
    /// As it was typed, JSON or YAML.
    pub text: Rc<str>,
    /// Whether items of lists are told apart where they have keys; else it is an RFC 7386 merge patch (`--type=merge`).
    pub strategic: bool,
}

/// What `kubectl drain` may do beyond evicting Pods that have a controller.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct DrainFlags {
    /// Leave Pods of DaemonSets alone instead of giving up.
    pub ignore_daemonsets: bool,
    /// Evict Pods that lose an `emptyDir`.
    pub delete_emptydir_data: bool,
    /// Evict Pods that nobody will replace.
    pub force: bool,
}

/// What happens to a machine by somebody's word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum NodeMove {
    /// Nobody hears of it any more: it has died, or is cut off.
    Lost,
    /// It is heard again, and its containers have gone on running.
    Back,
    /// It is heard again, and its containers are gone.
    Rebooted,
}

/// What happens to one Pod by somebody's word.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub enum PodMove {
    /// It is bound to this node.
    Scheduled(Name),
    /// It runs and is Ready; bound to this node first, if it is not bound yet.
    Ready(Option<Name>),
    /// It runs but is not Ready; bound to this node first, if it is not bound yet.
    NotReady(Option<Name>),
    /// Its container crashes over and over: this many restarts so far.
    CrashLoop(i64),
    /// Its image can't be pulled.
    ImagePullError,
    /// It ends badly for good.
    Fail,
    /// It ends well for good.
    Succeed,
    /// Somebody asks for it through the Eviction API, as `kubectl drain` does; budgets may refuse.
    Evict,
    /// The kubelet finishes its termination.
    Gone,
    /// These labels are merged into its own; `None` removes one.
    Label(Vec<(String, Option<String>)>),
    /// This annotation is set.
    Annotate(String, String),
}

impl Default for Scenario {
    fn default() -> Scenario {
        Scenario {
            release: Release::DEFAULT,
            gates: Gates::default(),
            seed: 1,
            world: World::default(),
            interventions: Vec::new(),
        }
    }
}

impl Scenario {
    /// The scenario of manifests that are applied at the start, with nothing else done.
    pub fn of_manifests(text: &str) -> Scenario {
        let apply = Timed {
            at: Time::ZERO,
            what: Intervention::Apply(text.into()),
        };
        Scenario {
            interventions: vec![apply],
            ..Scenario::default()
        }
    }

    /// Another release with its own gates, but for those that were set by name.
    pub fn set_release(&mut self, release: Release, gates: &[(String, bool)]) {
        self.release = release;
        self.gates = Gates::with(release, gates);
    }
}
