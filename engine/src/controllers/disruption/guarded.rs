//! What a budget needs to know of the Pods that it guards: counts, read from the index.

use super::scale_of;
use crate::api::{LabelSelector, Pod, PodDisruptionBudget, Uid};
use crate::cluster::Cluster;
use crate::controllers::View;
use crate::index::{Matching, State};
use crate::ordered::Ordered;
use std::rc::Rc;

/// How many there should be by their controllers (PDB-04), and whether some Pods have none; or why that can't be told.
type Scale = Result<(i64, bool), Rc<str>>;

/// The Pods that a budget guards, finished and terminating ones included.
pub(super) struct Guarded {
    /// How many there are.
    pub(super) pods: i64,
    /// How many are ready and were not told to go.
    pub(super) healthy: i64,
    /// What their controllers ask for.
    pub(super) scale: Scale,
}

impl Guarded {
    pub(super) fn of(view: &View<'_>, budget: &PodDisruptionBudget) -> Guarded {
        let Some(selector) = &budget.selector else {
            return Guarded {
                pods: 0,
                healthy: 0,
                scale: Ok((0, false)),
            };
        };
        let namespace = &budget.meta.namespace;
        let is_healthy = |state: State| state.ready && !state.terminating;
        match view.index.crews_matching(view.cluster, namespace, selector) {
            Some(matching) => Guarded {
                pods: matching.count(selector, |_| true),
                healthy: matching.count(selector, is_healthy),
                scale: scale(view.cluster, selector, &matching),
            },
            None => {
                let pods = view.index.pods_matching(view.cluster, namespace, selector);
                let healthy = pods.iter().filter(|pod| is_healthy(State::of(pod))).count();
                Guarded {
                    pods: i64::try_from(pods.len()).unwrap_or(i64::MAX),
                    healthy: i64::try_from(healthy).unwrap_or(i64::MAX),
                    scale: sum(view.cluster, &pods),
                }
            }
        }
    }
}

/// One Pod speaks for all that its controller has: the first by name, for an error names it.
fn scale(cluster: &Cluster, selector: &LabelSelector, matching: &Matching<'_>) -> Scale {
    let first = |uid: Uid| {
        let mut pods = cluster.pods_of(uid);
        pods.find(|pod| selector.matches(&pod.meta.labels))
    };
    let mut pods: Vec<&Rc<Pod>> = matching.crews.iter().filter_map(|(uid, _)| first(*uid)).collect();
    pods.extend(&matching.orphans);
    crate::order::sort_by(&mut pods, |a, b| a.meta.name.cmp(&b.meta.name));
    sum(cluster, &pods)
}

/// The sum over the controllers of these Pods, which come by name. Upstream: `getExpectedScale`.
fn sum(cluster: &Cluster, pods: &[&Rc<Pod>]) -> Scale {
    let mut scales: Ordered<Uid, i64> = Ordered::new();
    let mut has_unmanaged = false;
    for pod in pods {
        match pod.meta.controller() {
            None => has_unmanaged = true,
            Some(owner) => match scale_of(cluster, owner, &pod.meta.namespace)? {
                Some((uid, scale)) => {
                    scales.insert(uid, scale);
                }
                None => return Err(format!("found no controllers for pod \"{}\"", pod.meta.name).into()),
            },
        }
    }
    Ok((scales.values().sum(), has_unmanaged))
}
