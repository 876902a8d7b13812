//! The scheduler (spec: NODE-01 to NODE-13): nodes that can't run a Pod are left out, and of the rest the emptiest is taken.
//!
//! [`Nodes`] is its cache: what runs where, kept up with every change of a Pod, so that no look at a node goes through all
//! Pods. Which nodes are left out, and what the scheduler says if all are, is in `filters` and `spread`.

mod filters;
mod spread;

pub use filters::place;
pub(super) use filters::tolerates;

use crate::api::{Key, Name, Node, Pod, Resources, Uid, add, subtract};
use crate::cluster::Cluster;
use crate::index::visits;
use crate::ordered::Ordered;
use crate::time::{Duration, Time};
use std::collections::BTreeMap;

/// What runs where, and who waits for a node.
#[derive(Clone, Debug, Default)]
pub struct Nodes {
    loads: Ordered<Name, Load>,
    waiting: Ordered<Key, Waiting>,
    /// The bound Pods that want no others of some kind near them, and where they are.
    repelling: Ordered<Key, Name>,
    /// The nodes that were chosen for Pods whose volumes are still being made there.
    reserved: Ordered<Key, Name>,
}

/// What runs on a node.
#[derive(Clone, Debug, Default)]
struct Load {
    /// The Pods whose requests count: all that are bound and have not finished, those that are going among them (NODE-02).
    pods: BTreeMap<Uid, Key>,
    /// The sum of their requests.
    requested: Resources,
    /// The same for the choice among nodes, where a container without requests counts, too: milli-CPUs and KiB.
    weight: (i64, i64),
    /// How many of them each owner has.
    owners: Ordered<Uid, i64>,
}

/// A Pod that no node took.
#[derive(Clone, Copy, Debug)]
struct Waiting {
    tried: Time,
    attempts: u32,
    /// Whether its next attempt is put down already.
    queued: bool,
}

/// What a Pod without requests counts as in the choice among nodes. Upstream: `scheduler/util › DefaultMilliCPURequest`.
const DEFAULT_WEIGHT: (i64, i64) = (100, 200 * 1024);
/// What a node without a limit is taken to have.
const AMPLE: (i64, i64) = (1_000_000, 4 << 30);

impl Nodes {
    /// Keeps up with a change of a Pod.
    pub fn keep_up(&mut self, key: &Key, before: Option<&Pod>, after: Option<&Pod>) {
        let counted = |pod: &&Pod| pod.node_name.is_some() && !pod.is_finished();
        let (before, after) = (before.filter(counted), after.filter(counted));
        let stays = |(was, is): (&Pod, &Pod)| was.node_name == is.node_name && was.meta.uid == is.meta.uid;
        if !before.zip(after).is_some_and(stays) {
            before.into_iter().for_each(|pod| self.count(key, pod, false));
            after.into_iter().for_each(|pod| self.count(key, pod, true));
        }
    }

    fn count(&mut self, key: &Key, pod: &Pod, comes: bool) {
        let Some(node) = &pod.node_name else { return };
        let load = self.loads.or_default(node.clone());
        let sign = if comes { 1 } else { -1 };
        let weight = weight(pod);
        load.weight = (load.weight.0 + sign * weight.0, load.weight.1 + sign * weight.1);
        *load.owners.or_default(owner(pod)) += sign;
        if comes {
            add(&mut load.requested, &pod.template.requests);
            load.pods.insert(pod.meta.uid, key.clone());
            if spread::repels(pod) {
                self.repelling.insert(key.clone(), node.clone());
            }
        } else {
            subtract(&mut load.requested, &pod.template.requests);
            load.pods.remove(&pod.meta.uid);
            self.repelling.remove(key);
        }
    }

    /// The Pods on a node that have not finished, by name.
    pub fn pods_on(&self, node: &Name) -> impl Iterator<Item = &Key> {
        let mut pods: Vec<&Key> = self.keys_on(node).collect();
        crate::order::sort_by(&mut pods, |a, b| a.cmp(b));
        pods.into_iter()
    }

    fn keys_on(&self, node: &Name) -> impl Iterator<Item = &Key> {
        let load = self.loads.get(node).into_iter();
        load.flat_map(|load| load.pods.values()).inspect(|_| visits::count())
    }

    fn pods<'a>(&'a self, cluster: &'a Cluster, node: &Name) -> impl Iterator<Item = &'a Pod> {
        self.keys_on(node)
            .filter_map(|key| Some(&**cluster.pod(&key.namespace, &key.name)?))
    }

    /// Of nodes that all can run a Pod, the one with the lowest requested share of CPU and memory; then the one with the
    /// fewest Pods of the same owner in its zone, then on itself; then by name.
    pub fn emptiest<'a>(&self, cluster: &Cluster, pod: &Pod, nodes: impl Iterator<Item = &'a Node>) -> Option<Name> {
        let owner = owner(pod);
        let of_owner = |load: Option<&Load>| load.and_then(|load| load.owners.get(&owner)).copied().unwrap_or(0);
        let mut zones: Ordered<&str, i64> = Ordered::new();
        for node in cluster.nodes() {
            *zones.or_default(node.zone()) += of_owner(self.loads.get(&node.meta.name));
        }
        let in_zone = |node: &Node| zones.get(node.zone()).copied().unwrap_or(0);
        let score = |node: &Node| {
            let load = self.loads.get(&node.meta.name);
            (share(node, load), in_zone(node), of_owner(load))
        };
        nodes.min_by_key(|node| score(node)).map(|node| node.meta.name.clone())
    }

    /// Notes that no node took a Pod; it is tried again when something changes, but not before a pause (NODE-04).
    pub fn refused(&mut self, key: &Key, now: Time) {
        let waiting = self.waiting.get(key).map_or(0, |waiting| waiting.attempts);
        let waiting = Waiting {
            tried: now,
            attempts: waiting + 1,
            queued: false,
        };
        self.waiting.insert(key.clone(), waiting);
    }

    /// Notes the node that was chosen for a Pod whose volumes are made first (PVC-11).
    pub fn reserve(&mut self, key: &Key, node: Name, now: Time) {
        self.reserved.insert(key.clone(), node);
        let waiting = Waiting {
            tried: now,
            attempts: 0,
            queued: false,
        };
        self.waiting.insert(key.clone(), waiting);
    }

    /// Forgets a Pod that waits no longer.
    pub fn settled(&mut self, key: &Key) {
        self.waiting.remove(key);
        self.reserved.remove(key);
    }

    /// The Pods that may have a place now, and when each is tried again.
    pub fn wake(&mut self, now: Time) -> Vec<(Key, Time)> {
        let mut woken = Vec::new();
        let keys: Vec<Key> = self.waiting.keys().cloned().collect();
        for key in keys {
            if let Some(waiting) = self.waiting.get_mut(&key).filter(|waiting| !waiting.queued) {
                waiting.queued = true;
                let pause = match waiting.attempts {
                    0 => Duration::ZERO,
                    attempts => Duration::seconds(1 << (attempts - 1).min(4)).min(Duration::seconds(10)),
                };
                woken.push((key, (waiting.tried + pause).max(now)));
            }
        }
        woken
    }

    /// Whether anybody waits.
    pub fn has_waiting(&self) -> bool {
        !self.waiting.is_empty()
    }
}

/// How much of a node is taken.
fn share(node: &Node, load: Option<&Load>) -> i64 {
    const WHOLE: i64 = 1_000_000;
    let (cpu, memory) = load.map_or((0, 0), |load| load.weight);
    let offered = |name: &str, unit: i64, ample: i64| {
        let amount = node.allocatable.get(name).map_or(ample, |amount| amount / unit);
        amount.max(1)
    };
    cpu.saturating_mul(WHOLE) / offered("cpu", 1, AMPLE.0)
        + memory.saturating_mul(WHOLE) / offered("memory", 1024 * 1000, AMPLE.1)
}

/// The owner for whom Pods are spread; a bare Pod is its own.
fn owner(pod: &Pod) -> Uid {
    pod.meta.controller().map_or(pod.meta.uid, |owner| owner.uid)
}

fn weight(pod: &Pod) -> (i64, i64) {
    let containers = i64::try_from(pod.template.containers.len()).unwrap_or(1);
    let requested = |name: &str| pod.template.requests.get(name).copied().filter(|amount| *amount > 0);
    (
        requested("cpu").unwrap_or(DEFAULT_WEIGHT.0 * containers),
        requested("memory").map_or(DEFAULT_WEIGHT.1 * containers, |amount| amount / (1024 * 1000)),
    )
}
