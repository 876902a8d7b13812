//! The nodes as one DaemonSet sees them, filed so that a pass looks only at those where something is to be done: nodes that
//! lack their Pod, and nodes that are unlike most. Those that have just the Pod that they should have are counted.

use super::visits;
use crate::api::{DaemonSet, Name, Node, Pod, PodTemplate};
use crate::controllers::daemon_set::{REVISION_LABEL, node_should_run};
use crate::time::Time;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// The nodes of one DaemonSet.
#[derive(Clone, Debug)]
pub struct Fleet {
    /// Where Pods belong is decided by this template.
    set: Rc<DaemonSet>,
    spots: BTreeMap<Name, Spot>,
    /// How many nodes should run a Pod.
    wanted: i64,
    /// The nodes that should and have none.
    lacking: BTreeSet<Name>,
    /// The nodes that should and have one, by what is to be known of it.
    plain: BTreeMap<Plain, BTreeSet<Name>>,
    /// Those of them whose Pod is ready, by when it became so.
    ready: BTreeSet<(Time, Name)>,
    /// All others that have Pods.
    odd: BTreeSet<Name>,
    /// How many Pods each revision has.
    revisions: BTreeMap<Option<Name>, i64>,
}

/// What there is on one node, or under a node's name.
#[derive(Clone, Debug, Default)]
pub struct Spot {
    /// If the node is there: whether a Pod should be started, and whether one may stay.
    pub node: Option<(bool, bool)>,
    /// The Pods that are on it or meant for it (DS-06): scheduled before unscheduled, then oldest, then by name.
    /// Upstream: `podByCreationTimestampAndPhase`.
    pods: Vec<Rc<Pod>>,
}

/// What is to be known of the one Pod of a node that should have one, if it has not ended.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Plain {
    /// Its revision's hash.
    pub revision: Option<Name>,
    /// Whether it is ready.
    pub ready: bool,
    /// Whether it was told to go.
    pub terminating: bool,
}

enum Sort {
    Empty,
    Lacking,
    Plain(Plain, Option<Time>),
    Odd,
}

impl Spot {
    /// Whether a Pod should be started on the node.
    pub fn should_run(&self) -> bool {
        self.node.is_some_and(|(should_run, _)| should_run)
    }

    /// The Pods, without those that ended and are going.
    pub fn pods(&self) -> impl Iterator<Item = &Rc<Pod>> {
        self.pods
            .iter()
            .filter(|pod| !(pod.is_finished() && pod.is_terminating()))
    }

    /// Whether any Pod, whatever became of it, is on the node.
    fn is_taken(&self) -> bool {
        self.pods.iter().any(|pod| pod.node_name.is_some())
    }

    fn sort(&self) -> Sort {
        let mut pods = self.pods();
        match (pods.next(), pods.next()) {
            (None, _) if self.should_run() => Sort::Lacking,
            (None, _) => Sort::Empty,
            (Some(only), None) if self.should_run() && !only.is_finished() => {
                let plain = Plain {
                    revision: revision(only).cloned(),
                    ready: only.is_ready(),
                    terminating: only.is_terminating(),
                };
                Sort::Plain(plain, only.status.ready_since)
            }
            _ => Sort::Odd,
        }
    }
}

fn revision(pod: &Pod) -> Option<&Name> {
    pod.meta.labels.get(REVISION_LABEL)
}

fn age(pod: &Pod) -> (bool, Time, &Name) {
    (
        pod.node_name.is_none(),
        pod.meta.creation_timestamp.truncated(),
        &pod.meta.name,
    )
}

/// The node that a Pod is on or meant for.
fn place(pod: &Pod) -> Name {
    let node = pod.node_name.as_ref().or(pod.target_node.as_deref());
    node.cloned().unwrap_or_default()
}

impl Fleet {
    /// Files all nodes and these Pods.
    pub fn new<'a>(
        set: &Rc<DaemonSet>,
        nodes: impl Iterator<Item = &'a Rc<Node>>,
        pods: impl Iterator<Item = &'a Rc<Pod>>,
    ) -> Fleet {
        let mut fleet = Fleet {
            set: set.clone(),
            spots: BTreeMap::new(),
            wanted: 0,
            lacking: BTreeSet::new(),
            plain: BTreeMap::new(),
            ready: BTreeSet::new(),
            odd: BTreeSet::new(),
            revisions: BTreeMap::new(),
        };
        for node in nodes {
            visits::count();
            fleet.change_node(&node.meta.name, Some(node));
        }
        pods.for_each(|pod| fleet.change_pod(None, Some(pod)));
        fleet
    }

    /// Whether the nodes are filed by this template.
    pub fn is_of(&self, template: &Rc<PodTemplate>) -> bool {
        let own = &self.set.spec.template;
        Rc::ptr_eq(own, template) || own == template
    }

    /// Keeps up with a change of a node.
    pub fn change_node(&mut self, name: &Name, after: Option<&Rc<Node>>) {
        let placement = after.map(|node| node_should_run(node, &self.set));
        let before = self.spots.get(name).and_then(|spot| spot.node);
        if before != placement {
            self.change(name, |spot| spot.node = placement);
        }
    }

    /// Keeps up with a change of one of the Pods.
    pub fn change_pod(&mut self, before: Option<&Rc<Pod>>, after: Option<&Rc<Pod>>) {
        let leave = |spot: &mut Spot, was: &Rc<Pod>| {
            spot.pods
                .retain(|pod| (pod.meta.uid, &pod.meta.name) != (was.meta.uid, &was.meta.name));
        };
        let join = |spot: &mut Spot, is: &Rc<Pod>| {
            spot.pods.push(is.clone());
            crate::order::sort_by(&mut spot.pods, |a, b| age(a).cmp(&age(b)));
        };
        match (before, after) {
            (Some(was), Some(is)) if place(was) == place(is) => self.change(&place(is), |spot| {
                leave(spot, was);
                join(spot, is);
            }),
            _ => {
                before
                    .into_iter()
                    .for_each(|was| self.change(&place(was), |spot| leave(spot, was)));
                after
                    .into_iter()
                    .for_each(|is| self.change(&place(is), |spot| join(spot, is)));
            }
        }
    }

    fn change(&mut self, name: &Name, how: impl FnOnce(&mut Spot)) {
        let mut spot = self.spots.remove(name).unwrap_or_default();
        self.leave(name, &spot);
        how(&mut spot);
        self.join(name, &spot);
        if spot.node.is_some() || !spot.pods.is_empty() {
            self.spots.insert(name.clone(), spot);
        }
    }

    fn leave(&mut self, name: &Name, spot: &Spot) {
        self.wanted -= i64::from(spot.should_run());
        for pod in spot.pods() {
            let revision = revision(pod).cloned();
            if let Some(count) = self.revisions.get_mut(&revision) {
                *count -= 1;
            }
        }
        self.revisions.retain(|_, count| *count > 0);
        match spot.sort() {
            Sort::Empty => {}
            Sort::Lacking => drop(self.lacking.remove(name)),
            Sort::Odd => drop(self.odd.remove(name)),
            Sort::Plain(plain, since) => {
                since.map(|since| self.ready.remove(&(since, name.clone())));
                if let Some(names) = self.plain.get_mut(&plain) {
                    names.remove(name);
                    if names.is_empty() {
                        self.plain.remove(&plain);
                    }
                }
            }
        }
    }

    fn join(&mut self, name: &Name, spot: &Spot) {
        self.wanted += i64::from(spot.should_run());
        for pod in spot.pods() {
            *self.revisions.entry(revision(pod).cloned()).or_default() += 1;
        }
        match spot.sort() {
            Sort::Empty => {}
            Sort::Lacking => drop(self.lacking.insert(name.clone())),
            Sort::Odd => drop(self.odd.insert(name.clone())),
            Sort::Plain(plain, since) => {
                since.map(|since| self.ready.insert((since, name.clone())));
                self.plain.entry(plain).or_default().insert(name.clone());
            }
        }
    }

    /// What there is on a node.
    pub fn spot(&self, name: &Name) -> Option<&Spot> {
        visits::count();
        self.spots.get(name)
    }

    /// Whether a Pod is on the node.
    pub fn is_on(&self, name: &Name) -> bool {
        self.spot(name).is_some_and(Spot::is_taken)
    }

    /// How many nodes should run a Pod.
    pub fn wanted(&self) -> i64 {
        self.wanted
    }

    /// The first nodes that should have a Pod and have none.
    pub fn lacking(&self, most: usize) -> impl Iterator<Item = &Name> {
        self.lacking.iter().take(most)
    }

    /// The nodes, and names of nodes, where there is something else than the one Pod that should be there.
    pub fn odd(&self) -> impl Iterator<Item = &Name> {
        self.odd.iter()
    }

    /// All other nodes that have Pods, by what is to be known of theirs.
    pub fn plain(&self) -> impl Iterator<Item = (&Plain, &BTreeSet<Name>)> {
        self.plain.iter()
    }

    /// Those of them whose Pods are ready and not available yet.
    pub fn young(&self, now: Time, min_ready_seconds: i64) -> impl Iterator<Item = &Name> {
        let is_young = move |name: &&Name| {
            let pod = self.spots.get(*name).and_then(|spot| spot.pods().next());
            pod.is_some_and(|pod| !pod.is_available(min_ready_seconds, now))
        };
        let newest = self.ready.iter().rev().map(|(_, name)| name);
        newest.take_while(is_young).inspect(|_| visits::count())
    }

    /// How many Pods there are that have this revision, and how many that have another.
    pub fn count(&self, hash: &str) -> (i64, i64) {
        let is_it = |revision: &Option<Name>| revision.as_deref() == Some(hash);
        let sum = |it: bool| {
            let counts = self.revisions.iter().filter(|(revision, _)| is_it(revision) == it);
            counts.map(|(_, count)| count).sum()
        };
        (sum(true), sum(false))
    }
}
