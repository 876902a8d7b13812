//! The stage: every workload at the cursor, as it is drawn.

use super::blocks::Blocks;
use super::deployment::{DeploymentScene, ReplicaSetRow};
use super::kept::Keeps;
use super::limit;
use super::look::Look;
use super::pod::{Context, Seen, Tile};
use super::service::{ServiceLine, lines};
use super::slots::{self, Slots};
use super::table::Table;
use rollscope_engine::Cursor;
use rollscope_engine::api::{Key, Kind, Object, Pod, Uid};
use rollscope_engine::cluster::{Change, Cluster};
use rollscope_engine::step::Step;
use rollscope_engine::time::Time;
use rollscope_engine::traffic::Traffic;
use std::cell::OnceCell;
use std::fmt;
use std::rc::Rc;

/// Everything on the stage.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Stage {
    /// The workloads, in the order of their kinds and names.
    pub workloads: Vec<Workload>,
    /// Services behind which no workload's Pods are.
    pub services: Vec<ServiceLine>,
    /// What stands around the workloads, a line each.
    pub limits: Vec<String>,
    /// How many Pods there are; many of them are drawn smaller.
    pub pods: usize,
    /// The most Pods that there are at a time, where those are too many to be told apart one by one.
    pub crowd: Option<usize>,
}

/// One workload.
#[derive(Clone, PartialEq, Debug)]
pub struct Workload {
    /// What it is.
    pub key: Key,
    /// How it is drawn.
    pub body: Body,
    /// The Services that send traffic to it.
    pub services: Vec<ServiceLine>,
}

/// How a workload is drawn.
#[derive(Clone, PartialEq, Debug)]
pub enum Body {
    /// Rows between bounds.
    Deployment(Rc<DeploymentScene>),
    /// Slots: a StatefulSet's by number, a DaemonSet's by node.
    Slots(Rc<Slots>),
    /// One row: a ReplicaSet without a Deployment, or a ReplicationController.
    ReplicaSet(Rc<ReplicaSetRow>),
    /// Pods without an owner.
    Pods(Blocks<Tile>),
}

/// The cluster at the cursor and what is needed to draw it.
pub struct Scope<'a> {
    pub(super) cluster: &'a Cluster,
    pub(super) now: Time,
    pub(super) look: &'a Look,
    /// The Pod whose panel is open.
    pub(super) chosen: Option<Uid>,
    /// What the step at the cursor wrote, but for Pods.
    touched: Table<&'a Key, ()>,
    /// The Pods among them that still are there. Numbers are found faster than names.
    pub(super) touched_pods: Table<Uid, ()>,
    /// The Pods by their controllers; those without one are under 0. To know them takes a look at all.
    roster: OnceCell<Roster>,
    /// That step.
    step: Option<&'a Step>,
    more: Option<More>,
    /// What was drawn before.
    pub(super) kept: Option<&'a dyn Keeps>,
}

type Roster = Table<Uid, Vec<Seen>>;

impl fmt::Debug for Scope<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Scope({})", self.now)
    }
}

/// What is not needed before the engine is there, and comes with it.
#[derive(Clone, Copy, Debug)]
pub struct More {
    /// Makes slots of a workload that has them.
    slots: fn(&Scope<'_>, &Object) -> Option<Slots>,
    /// The lines of what stands around the workloads.
    limits: fn(&Cluster) -> Vec<String>,
}

impl More {
    /// All of it.
    pub const ALL: More = More {
        slots: slots::of,
        limits: limit::lines,
    };
}

impl Stage {
    /// The stage at the cursor.
    pub fn of(cursor: &Cursor) -> Stage {
        Stage::with(cursor, &Look::of(cursor.history()), None, Some(More::ALL), None)
    }

    /// The same with the Pod whose panel is open; without `more`, workloads that have slots are left out, and what stands around. What is `kept` of
    /// another moment, and was brought to this one, is not made anew.
    pub fn with(
        cursor: &Cursor,
        look: &Look,
        chosen: Option<&Key>,
        more: Option<More>,
        kept: Option<&dyn Keeps>,
    ) -> Stage {
        let objects = || cursor.step().into_iter().flat_map(|step| step.writes.iter());
        let pods = objects().filter_map(|(change, _)| match change {
            Change {
                after: Some(Object::Pod(pod)),
                ..
            } => Some((pod.meta.uid, ())),
            _ => None,
        });
        let touched = cursor.step().into_iter().flat_map(|step| step.touched());
        let touched = touched.filter(|key| key.kind != Kind::Pod);
        let chosen = chosen.and_then(|key| cursor.cluster().get(key));
        let scope = Scope {
            cluster: cursor.cluster(),
            now: cursor.time(),
            chosen: chosen.map(|object| object.meta().uid),
            look,
            touched: Table::of(touched.map(|key| (key, ())).collect()),
            step: cursor.step(),
            touched_pods: Table::of(pods.collect()),
            roster: OnceCell::new(),
            more,
            kept,
        };
        let mut stage = Stage {
            workloads: scope.workloads(),
            services: Vec::new(),
            limits: more.map_or_else(Vec::new, |more| (more.limits)(scope.cluster)),
            pods: kept.map_or_else(
                || scope.roster().rows().iter().map(|(_, pods)| pods.len()).sum(),
                Keeps::pods,
            ),
            crowd: look.is_crowded().then_some(look.most),
        };
        for (home, line) in lines(&scope) {
            let workload = stage
                .workloads
                .iter_mut()
                .find(|workload| home.as_ref() == Some(&workload.key));
            match workload {
                Some(workload) => workload.services.push(line),
                None => stage.services.push(line),
            }
        }
        stage
    }

    /// Adds what becomes of connections at this moment.
    pub fn with_traffic(mut self, traffic: &[Traffic], now: Time) -> Stage {
        let of_workloads = self.workloads.iter_mut().flat_map(|workload| &mut workload.services);
        for line in of_workloads.chain(&mut self.services) {
            let is_its = |traffic: &&Traffic| traffic.service.0 == line.namespace && *traffic.service.1 == *line.name;
            if let Some(traffic) = traffic.iter().find(is_its) {
                line.tell(traffic, now);
            }
        }
        self
    }

    /// Whether there is nothing to be seen yet.
    pub fn is_empty(&self) -> bool {
        self.workloads.is_empty() && self.services.is_empty() && self.limits.is_empty()
    }
}

/// In one go: asking for those of each owner would find each by its name.
fn roster(cluster: &Cluster) -> Roster {
    let mut roster = Table::default();
    for (_, pod) in cluster.pods() {
        let seen = Seen::of(pod);
        roster.entry(&seen.owner, Vec::new).push(seen);
    }
    roster
}

/// Who has a Pod; 0 for nobody.
pub(super) fn owner(pod: &Pod) -> Uid {
    pod.meta.controller().map_or(Uid(0), |owner| owner.uid)
}

impl Scope<'_> {
    /// The Pods of a controller, by name.
    pub(super) fn pods_of(&self, owner: Uid) -> &[Seen] {
        self.roster().get(&owner).map_or(&[], Vec::as_slice)
    }

    fn roster(&self) -> &Roster {
        self.roster.get_or_init(|| roster(self.cluster))
    }

    /// Whether the step at the cursor wrote it.
    pub(super) fn is_touched(&self, key: &Key) -> bool {
        self.touched.get(&key).is_some()
    }

    /// The size of a ReplicaSet before the step at the cursor, if that wrote it; of one that it created, 0.
    pub(super) fn size_before(&self, set: &Key) -> Option<i64> {
        let change = self.step?.changes().find(|change| change.key == *set)?;
        Some(match &change.before {
            Some(Object::ReplicaSet(before) | Object::ReplicationController(before)) => before.spec.replicas,
            _ => 0,
        })
    }

    fn workloads(&self) -> Vec<Workload> {
        let owned = self
            .cluster
            .of_kinds(Kind::Deployment, Kind::DaemonSet)
            .filter_map(|object| {
                Some(Workload {
                    key: object.key(),
                    body: self.body(object)?,
                    services: Vec::new(),
                })
            });
        owned.chain(self.bare_pods()).collect()
    }

    fn body(&self, object: &Object) -> Option<Body> {
        match object {
            Object::Deployment(deployment) => Some(Body::Deployment(Rc::new(DeploymentScene::of(self, deployment)))),
            Object::ReplicaSet(set) | Object::ReplicationController(set) if set.meta.controller().is_none() => {
                Some(Body::ReplicaSet(Rc::new(ReplicaSetRow::of(self, object.kind(), set))))
            }
            _ => Some(Body::Slots(Rc::new((self.more?.slots)(self, object)?))),
        }
    }

    /// Pods that nobody owns make one group, under the key of the first.
    fn bare_pods(&self) -> Option<Workload> {
        let context = Context {
            now: self.now,
            min_ready_seconds: 0,
            hue: 0,
            revision: 0,
        };
        let pods = self.cluster.pods_of(Uid(0));
        let tiles = Blocks::of(pods.map(|pod| self.tile(Seen::of(pod), context)));
        let key = tiles.get(0)?.who.key();
        Some(Workload {
            key,
            body: Body::Pods(tiles),
            services: Vec::new(),
        })
    }
}
