//! What the actions need to know of a workload, whichever kind it is.

use rollscope_engine::api::{Name, Object, PodTemplate};
use rollscope_engine::cluster::Cluster;
use rollscope_engine::controllers::deployment::util;
use std::rc::Rc;

/// A revision that one can go back to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revision {
    /// Its number.
    pub number: i64,
    /// Its images.
    pub images: Vec<Name>,
}

/// The template of a workload's Pods.
pub fn template(workload: &Object) -> Option<&Rc<PodTemplate>> {
    match workload {
        Object::Deployment(deployment) => Some(&deployment.spec.template),
        Object::StatefulSet(set) => Some(&set.spec.template),
        Object::DaemonSet(set) => Some(&set.spec.template),
        Object::ReplicaSet(set) | Object::ReplicationController(set) => Some(&set.spec.template),
        _ => None,
    }
}

/// Whether it replaces its Pods when its template changes, and keeps revisions to go back to.
pub fn rolls_out(workload: &Object) -> bool {
    !matches!(workload, Object::ReplicaSet(_) | Object::ReplicationController(_))
}

/// Whether rolling out is suspended. `None` for a kind that knows no pause.
pub fn is_paused(workload: &Object) -> Option<bool> {
    match workload {
        Object::Deployment(deployment) => Some(deployment.spec.paused),
        _ => None,
    }
}

/// Revisions other than the present one, newest first.
pub fn earlier_revisions(cluster: &Cluster, workload: &Object) -> Vec<Revision> {
    let Some(present) = template(workload) else {
        return Vec::new();
    };
    let uid = workload.meta().uid;
    let sets = cluster
        .replica_sets_of(uid)
        .map(|set| (util::revision(set), &set.spec.template));
    let stored = cluster
        .revisions_of(uid)
        .map(|revision| (revision.revision, &revision.template));
    let mut found: Vec<Revision> = sets
        .chain(stored)
        .filter(|(_, template)| *template != present)
        .map(|(number, template)| Revision {
            number,
            images: template
                .containers
                .iter()
                .map(|container| container.image.clone())
                .collect(),
        })
        .collect();
    rollscope_engine::order::sort_by_key(&mut found, |revision| std::cmp::Reverse(revision.number));
    found
}

/// An image like this one that nobody has: `nginx:1.9.1` gives `nginx:no-such-tag`.
pub fn missing_image(image: &str) -> Name {
    let name = match image.rsplit_once(':') {
        Some((name, tag)) if !tag.contains('/') => name,
        _ => image,
    };
    format!("{name}:no-such-tag").into()
}
