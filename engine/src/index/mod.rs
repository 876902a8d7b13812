//! What controllers would else count again and again, kept up with every change: like [`Nodes`](crate::environment), a
//! cache of the run in the making. A history's checkpoints and cursors have none, since nobody decides there.

mod ages;
mod claims;
mod crew;
mod fleet;
mod listing;
mod numbers;
mod taken;
pub mod visits;

pub use ages::{Ages, Alike, Keyed, Level, Spot as AgeSpot};
pub use claims::Claims;
pub use crew::{Crew, POD_INDEX_LABEL, POD_NAME_LABEL, Place, State};
pub use fleet::{Fleet, Plain, Spot};
pub use listing::Listing;
pub use numbers::Numbers;
pub use taken::Taken;

use crate::api::{DaemonSet, EndpointSlice, Key, Kind, LabelSelector, Name, Node, Object, Pod, Uid};
use crate::cluster::Cluster;
use crate::ordered::Ordered;
use std::collections::BTreeMap;
use std::rc::Rc;

/// The indexes that controllers read instead of scanning.
#[derive(Clone, Debug, Default)]
pub struct Index {
    /// The Pods by their controllers.
    crews: BTreeMap<Uid, Crew>,
    nodes: BTreeMap<Name, Rc<Node>>,
    /// The nodes as each DaemonSet sees them.
    fleets: BTreeMap<Uid, Fleet>,
    /// The claims of each StatefulSet that has templates for some.
    claims: BTreeMap<Uid, Claims>,
    /// What each Service lists.
    listings: BTreeMap<Uid, Listing>,
    /// The Pods of each namespace that have not finished.
    unfinished: Ordered<Name, i64>,
    /// The names of all objects that there have been.
    taken: Taken,
}

/// Pods that match a selector, by their controllers.
#[derive(Debug)]
pub struct Matching<'a> {
    /// The crews that have some.
    pub crews: Vec<(Uid, &'a Crew)>,
    /// Those that nobody controls.
    pub orphans: Vec<&'a Rc<Pod>>,
}

impl Matching<'_> {
    /// How many of the Pods whose labels match are in a state that passes the test.
    pub fn count(&self, selector: &LabelSelector, state: impl Fn(State) -> bool) -> i64 {
        let owned = self
            .crews
            .iter()
            .map(|(_, crew)| crew.count(|labels| selector.matches(labels), &state));
        let orphans = self.orphans.iter().filter(|pod| state(State::of(pod))).count();
        owned.sum::<i64>() + i64::try_from(orphans).unwrap_or(i64::MAX)
    }
}

impl Index {
    /// The index of a whole cluster.
    pub fn of(cluster: &Cluster) -> Index {
        let mut index = Index::default();
        cluster
            .objects()
            .for_each(|object| index.keep_up(cluster, &object.key(), None, Some(object)));
        index
    }

    /// Keeps up with a change of an object.
    pub fn keep_up(&mut self, cluster: &Cluster, key: &Key, before: Option<&Object>, after: Option<&Object>) {
        if let (None, Some(object)) = (before, after) {
            self.taken.add(&object.meta().name);
        }
        match after.or(before) {
            Some(Object::Node(node)) => self.keep_up_with_node(&node.meta.name, after),
            Some(Object::Service(service)) => self.keep_up_with_service(cluster, service.meta.uid, after),
            Some(Object::EndpointSlice(slice)) => self.keep_up_with_slice(slice, after.is_some()),
            Some(Object::Pod(_)) => {
                let [was, is] = [before, after].map(|object| object.and_then(Object::pod).map(|pod| &**pod));
                for listing in self.listings.values_mut() {
                    let is_there = |node: &Name| self.nodes.contains_key(node);
                    listing.change_pod(was, is, is_there);
                }
            }
            Some(Object::PersistentVolumeClaim(_)) => {
                self.claims.values_mut().for_each(|claims| claims.change(before, after));
            }
            Some(Object::StatefulSet(set)) => self.keep_up_with_stateful_set(cluster, set.meta.uid, after),
            Some(Object::DaemonSet(set)) => self.keep_up_with_daemon_set(set.meta.uid, after),
            _ => {}
        }
        let (before, after) = (before.and_then(Object::pod), after.and_then(Object::pod));
        if let Some(pod) = before.or(after) {
            let counts = |pod: Option<&Rc<Pod>>| i64::from(pod.is_some_and(|pod| !pod.is_finished()));
            let change = counts(after) - counts(before);
            if change != 0 {
                *self.unfinished.or_default(pod.meta.namespace.clone()) += change;
            }
        }
        let owner = |pod: &Rc<Pod>| pod.meta.controller().map(|owner| owner.uid);
        let (old, new) = (before.and_then(owner), after.and_then(owner));
        if old == new {
            if let Some(uid) = new {
                self.crews.entry(uid).or_default().change(key, before, after);
                if let Some(fleet) = self.fleets.get_mut(&uid) {
                    fleet.change_pod(before, after);
                }
            }
            return;
        }
        if let Some(uid) = old
            && let Some(crew) = self.crews.get_mut(&uid)
        {
            crew.change(key, before, None);
            if crew.is_empty() {
                self.crews.remove(&uid);
            }
        }
        if let Some(uid) = new {
            self.crews.entry(uid).or_default().change(key, None, after);
        }
        for (uid, before, after) in [(old, before, None), (new, None, after)] {
            if let Some(fleet) = uid.and_then(|uid| self.fleets.get_mut(&uid)) {
                fleet.change_pod(before, after);
            }
        }
    }

    fn keep_up_with_node(&mut self, name: &Name, after: Option<&Object>) {
        let node = match after {
            Some(Object::Node(node)) => Some(node),
            _ => None,
        };
        for fleet in self.fleets.values_mut() {
            fleet.change_node(name, node);
        }
        for listing in self.listings.values_mut() {
            listing.change_node(name, node.is_some());
        }
        match node {
            Some(node) => self.nodes.insert(name.clone(), node.clone()),
            None => self.nodes.remove(name),
        };
    }

    /// A Service may select other Pods than before.
    fn keep_up_with_service(&mut self, cluster: &Cluster, uid: Uid, after: Option<&Object>) {
        let Some(Object::Service(service)) = after else {
            self.listings.remove(&uid);
            return;
        };
        let mut listing = Listing::new(service);
        for object in cluster.of_kind(Kind::Pod) {
            listing.change_pod(None, object.pod().map(|pod| &**pod), |node| {
                self.nodes.contains_key(node)
            });
        }
        for slice in cluster.slices_of(uid) {
            listing.change_slice(&slice.meta.name, Some(slice));
        }
        self.listings.insert(uid, listing);
    }

    fn keep_up_with_slice(&mut self, slice: &Rc<EndpointSlice>, is_there: bool) {
        let service = slice.meta.controller().map(|owner| owner.uid);
        if let Some(listing) = service.and_then(|uid| self.listings.get_mut(&uid)) {
            listing.change_slice(&slice.meta.name, is_there.then_some(slice));
        }
    }

    /// What a Service lists.
    pub fn listing(&self, service: Uid) -> Option<&Listing> {
        self.listings.get(&service)
    }

    /// Other templates make other claims, and another policy wants other owners.
    fn keep_up_with_stateful_set(&mut self, cluster: &Cluster, uid: Uid, after: Option<&Object>) {
        let Some(Object::StatefulSet(set)) = after.filter(|set| has_templates(set)) else {
            self.claims.remove(&uid);
            return;
        };
        if !self.claims.get(&uid).is_some_and(|claims| claims.is_of(set)) {
            let mut claims = Claims::new(set);
            for claim in cluster.of_kind(Kind::PersistentVolumeClaim) {
                claims.change(None, Some(claim));
            }
            self.claims.insert(uid, claims);
        }
    }

    /// The claims of a StatefulSet that has templates for some.
    pub fn claims(&self, set: Uid) -> Option<&Claims> {
        self.claims.get(&set)
    }

    /// Another template may belong on other nodes.
    fn keep_up_with_daemon_set(&mut self, uid: Uid, after: Option<&Object>) {
        let Some(Object::DaemonSet(set)) = after else {
            self.fleets.remove(&uid);
            return;
        };
        let is_filed = |fleet: &Fleet| fleet.is_of(&set.spec.template);
        if !self.fleets.get(&uid).is_some_and(is_filed) {
            let pods = self.crews.get(&uid).into_iter().flat_map(Crew::pods);
            let fleet = Fleet::new(set, self.nodes.values(), pods);
            self.fleets.insert(uid, fleet);
        }
    }

    /// The nodes as a DaemonSet sees them.
    pub fn fleet(&self, set: Uid) -> Option<&Fleet> {
        self.fleets.get(&set)
    }

    /// The same with other Pods than those that are stored.
    pub fn fleet_with(&self, set: &Rc<DaemonSet>, pods: &[Rc<Pod>]) -> Fleet {
        Fleet::new(set, self.nodes.values(), pods.iter())
    }

    /// The Pods of a controller, if it has any.
    pub fn crew(&self, controller: Uid) -> Option<&Crew> {
        self.crews.get(&controller)
    }

    /// Whether there may be an object of this name; `false` is certain.
    pub fn may_be_taken(&self, name: &str) -> bool {
        self.taken.may_have(name)
    }

    /// How many Pods of a namespace have not finished.
    pub fn unfinished(&self, namespace: &Name) -> i64 {
        self.unfinished.get(namespace).copied().unwrap_or(0)
    }

    /// The crews of a namespace that have Pods which match a selector, and the Pods without an owner that do. `None`: that can't
    /// be told without looking at each Pod.
    pub fn crews_matching<'a>(
        &'a self,
        cluster: &'a Cluster,
        namespace: &Name,
        selector: &LabelSelector,
    ) -> Option<Matching<'a>> {
        if crew::looks_at_identity(selector) {
            return None;
        }
        let crews = self.crews.iter().filter(|(_, crew)| {
            crew.namespace() == Some(namespace) && crew.any_with(|labels| selector.matches(labels))
        });
        let orphans = cluster.pods_of(Uid(0));
        let orphans = orphans.filter(|pod| pod.meta.namespace == *namespace && selector.matches(&pod.meta.labels));
        Some(Matching {
            crews: crews.map(|(uid, crew)| (*uid, crew)).collect(),
            orphans: orphans.collect(),
        })
    }

    /// Pods of a namespace that match a selector, whoever owns them, by name.
    pub fn pods_matching<'a>(
        &'a self,
        cluster: &'a Cluster,
        namespace: &Name,
        selector: &LabelSelector,
    ) -> Vec<&'a Rc<Pod>> {
        let crews = self.crews.values().filter(|crew| crew.namespace() == Some(namespace));
        let mut pods: Vec<&Rc<Pod>> = crews.flat_map(|crew| crew.matching(selector)).collect();
        let orphans = cluster.pods_of(Uid(0));
        pods.extend(orphans.filter(|pod| pod.meta.namespace == *namespace && selector.matches(&pod.meta.labels)));
        crate::order::sort_by(&mut pods, |a, b| a.meta.name.cmp(&b.meta.name));
        pods
    }
}

fn has_templates(object: &Object) -> bool {
    matches!(object, Object::StatefulSet(set) if !set.spec.volume_claim_templates.is_empty())
}
