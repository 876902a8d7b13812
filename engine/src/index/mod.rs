//! What controllers would else count again and again, kept up with every change: like [`Nodes`](crate::environment), a
//! cache of the run in the making. A history's checkpoints and cursors have none, since nobody decides there.

mod crew;
mod numbers;
pub mod visits;

pub use crew::{Crew, POD_INDEX_LABEL, POD_NAME_LABEL, Place, State};
pub use numbers::Numbers;

use crate::api::{LabelSelector, Name, Object, Pod, Uid};
use crate::cluster::Cluster;
use crate::ordered::Ordered;
use std::collections::BTreeMap;
use std::rc::Rc;

/// The indexes that controllers read instead of scanning.
#[derive(Clone, Debug, Default)]
pub struct Index {
    /// The Pods by their controllers.
    crews: BTreeMap<Uid, Crew>,
    /// The Pods of each namespace that have not finished.
    unfinished: Ordered<Name, i64>,
    /// Claims that have an owner.
    owned_claims: usize,
}

impl Index {
    /// The index of a whole cluster.
    pub fn of(cluster: &Cluster) -> Index {
        let mut index = Index::default();
        cluster.objects().for_each(|object| index.keep_up(None, Some(object)));
        index
    }

    /// Keeps up with a change of an object.
    pub fn keep_up(&mut self, before: Option<&Object>, after: Option<&Object>) {
        if let Some(Object::PersistentVolumeClaim(_)) = before.or(after) {
            let is_owned =
                |object: Option<&Object>| object.is_some_and(|object| !object.meta().owner_references.is_empty());
            self.owned_claims -= usize::from(is_owned(before));
            self.owned_claims += usize::from(is_owned(after));
        }
        let (before, after) = (pod(before), pod(after));
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
                self.crews.entry(uid).or_default().change(before, after);
            }
            return;
        }
        if let Some(uid) = old
            && let Some(crew) = self.crews.get_mut(&uid)
        {
            crew.change(before, None);
            if crew.is_empty() {
                self.crews.remove(&uid);
            }
        }
        if let Some(uid) = new {
            self.crews.entry(uid).or_default().change(None, after);
        }
    }

    /// The Pods of a controller, if it has any.
    pub fn crew(&self, controller: Uid) -> Option<&Crew> {
        self.crews.get(&controller)
    }

    /// How many Pods of a namespace have not finished.
    pub fn unfinished(&self, namespace: &Name) -> i64 {
        self.unfinished.get(namespace).copied().unwrap_or(0)
    }

    /// Whether any claim has an owner.
    pub fn has_owned_claims(&self) -> bool {
        self.owned_claims > 0
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

fn pod(object: Option<&Object>) -> Option<&Rc<Pod>> {
    match object {
        Some(Object::Pod(pod)) => Some(pod),
        _ => None,
    }
}
