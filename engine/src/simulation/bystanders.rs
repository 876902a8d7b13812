//! Who is woken besides owners: Services by their Pods, budgets, quotas, and DaemonSets by nodes. They come first: they
//! only look, while an owner's writes take their time.

use crate::api::{Key, Kind, Labels, Object, Pod};
use crate::cluster::Cluster;
use crate::controllers::{daemon_set, disruption};
use crate::event::Note;
use crate::index::Index;
use crate::step::Actor;

/// The controllers that look at Pods they do not own, or at nodes.
pub(super) fn concerned(
    (cluster, index): (&Cluster, &Index),
    key: &Key,
    before: Option<&Object>,
    after: Option<&Object>,
    woken: &mut Vec<(Actor, Key)>,
) {
    match after.or(before) {
        Some(Object::Service(_)) => woken.push((Actor::EndpointSliceController, key.clone())),
        Some(Object::PodDisruptionBudget(_)) => woken.push((Actor::DisruptionController, key.clone())),
        Some(Object::HorizontalPodAutoscaler(_)) => woken.push((Actor::HorizontalPodAutoscaler, key.clone())),
        Some(Object::ResourceQuota(_)) => woken.push((Actor::ResourceQuotaController, key.clone())),
        Some(Object::Node(_)) => node_changed((cluster, index), before, after, woken),
        Some(Object::Pod(pod)) => {
            services(cluster, before, after, woken);
            if let Some(budget) = disruption::budgets_of(cluster, pod).first() {
                let key = Key::new(Kind::PodDisruptionBudget, &budget.meta.namespace, &budget.meta.name);
                woken.push((Actor::DisruptionController, key));
            }
            if before.is_none() || after.is_none() || finished(before) != finished(after) {
                let quotas = cluster.of_kind(Kind::ResourceQuota);
                woken.extend(quotas.map(|quota| (Actor::ResourceQuotaController, quota.key())));
            }
        }
        _ => {}
    }
}

/// What an event handler itself tells: a Pod that several budgets guard wakes only one of them (PDB-08).
/// Upstream: `disruption.go › getPdbForPod`.
pub(super) fn note(cluster: &Cluster, before: Option<&Object>, after: Option<&Object>) -> Option<Note> {
    let Some(Object::Pod(pod)) = after.or(before) else {
        return None;
    };
    let budgets = disruption::budgets_of(cluster, pod);
    let chosen = budgets.first().filter(|_| budgets.len() > 1)?;
    Some(Note::SeveralBudgets(Box::new((
        pod.meta.namespace.clone(),
        pod.meta.name.clone(),
        chosen.meta.name.clone(),
    ))))
}

fn finished(object: Option<&Object>) -> bool {
    matches!(object, Some(Object::Pod(pod)) if pod.is_finished())
}

/// Services that select the Pod as it was or as it is, if anything changed that slices show (SVC-04).
fn services(cluster: &Cluster, before: Option<&Object>, after: Option<&Object>, woken: &mut Vec<(Actor, Key)>) {
    fn shown(pod: &Pod) -> (bool, bool, bool, &Labels) {
        let listed = pod.has_address() && !pod.is_finished();
        (listed, pod.is_ready(), pod.is_terminating(), &pod.meta.labels)
    }
    let mut services = cluster.services().peekable();
    let [before, after] = [before, after].map(|object| object.and_then(Object::pod).map(|pod| &**pod));
    if services.peek().is_none() || before.map(shown) == after.map(shown) {
        return;
    }
    for service in services {
        if before.into_iter().chain(after).any(|pod| service.selects(pod)) {
            let key = Key::new(Kind::Service, &service.meta.namespace, &service.meta.name);
            woken.push((Actor::EndpointSliceController, key));
        }
    }
}

/// A node that comes, or whose labels or taints change, concerns the DaemonSets that lack a Pod there, have one too many,
/// or count one in the wrong place (DS-04). Only bound Pods are looked up, and a node that is gone wakes nobody.
/// Upstream: `daemon_controller.go › syncNodeUpdate`.
fn node_changed(
    (cluster, index): (&Cluster, &Index),
    before: Option<&Object>,
    after: Option<&Object>,
    woken: &mut Vec<(Actor, Key)>,
) {
    let Some(Object::Node(node)) = after else { return };
    if let Some(Object::Node(before)) = before
        && before.meta.labels == node.meta.labels
        && before.taints == node.taints
    {
        return;
    }
    for object in cluster.of_kind(Kind::DaemonSet) {
        let Object::DaemonSet(set) = object else { continue };
        let (should_run, may_stay) = daemon_set::node_should_run(node, set);
        let fleet = index.fleet(set.meta.uid);
        let present = fleet.is_some_and(|fleet| fleet.is_on(&node.meta.name));
        let misplaced = should_run != present && (should_run || !may_stay);
        if misplaced || set.status.number_misscheduled > 0 {
            woken.push((Actor::DaemonSetController, object.key()));
        }
    }
}
