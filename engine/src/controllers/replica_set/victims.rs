//! Which Pods a scale-down removes (RS-20, RS-21). Upstream: `controller_utils.go › ActivePodsWithRanks.Less`.

use super::super::View;
use crate::api::{Name, Phase, Pod, ReplicaSet, Uid};
use crate::index::Crew;
use crate::ordered::Ordered;
use crate::reason::Victim;
use std::rc::Rc;

/// The annotation that makes a Pod cheaper or dearer to delete.
const DELETION_COST: &str = "controller.kubernetes.io/pod-deletion-cost";

/// What decides, in this order; the smallest goes first. Where upstream falls back on the random UID, a preferred victim
/// goes first: that is how a recorded choice is followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Rank {
    scheduled: bool,
    phase: Phase,
    ready: bool,
    deletion_cost: i64,
    uncrowded: i64,
    ready_age: i32,
    not_preferred: bool,
    few_restarts: (i64, i64),
    age: i32,
    uid: Uid,
}

/// The `surplus` Pods that go, worst first, each with the criterion that told it from the first survivor.
pub(super) fn choose(view: &View<'_>, set: &ReplicaSet, pods: &[Rc<Pod>], surplus: usize) -> Vec<(Rc<Pod>, Victim)> {
    if surplus >= pods.len() {
        return pods.iter().map(|pod| (pod.clone(), Victim::All)).collect();
    }
    let crowd = related_pods_per_node(view, set);
    let mut ranked: Vec<(Rank, &Rc<Pod>)> = pods.iter().map(|pod| (rank(view, pod, &crowd), pod)).collect();
    leave_to_chance(&mut ranked);
    // Only those that go need an order.
    ranked.select_nth_unstable_by(surplus, |(a, _), (b, _)| a.cmp(b));
    let survivor = ranked[surplus].0;
    ranked.truncate(surplus);
    crate::order::sort_by(&mut ranked, |(a, _), (b, _)| a.cmp(b));
    ranked
        .into_iter()
        .map(|(rank, pod)| (pod.clone(), rank.told_from(&survivor)))
        .collect()
}

/// Pods of one age bucket that became ready at different seconds are told apart by chance alone: neither restarts nor the
/// time of creation are looked at any more (RS-21).
fn leave_to_chance(ranked: &mut [(Rank, &Rc<Pod>)]) {
    let second = |pod: &Pod| pod.status.ready_since.map(crate::time::Time::truncated);
    // Of each bucket the second of the first Pod, and whether others have another.
    let mut buckets: Ordered<Rank, (Option<crate::time::Time>, bool)> = Ordered::new();
    for (rank, pod) in &*ranked {
        let (first, is_mixed) = match buckets.get_mut(&rank.bucket()) {
            Some(bucket) => bucket,
            None => {
                buckets.insert(rank.bucket(), (second(pod), false));
                continue;
            }
        };
        *is_mixed |= second(pod) != *first;
    }
    for (rank, _) in ranked {
        if buckets.get(&rank.bucket()).is_some_and(|(_, is_mixed)| *is_mixed) {
            (rank.few_restarts, rank.age) = ((0, 0), 0);
        }
    }
}

fn rank(view: &View<'_>, pod: &Pod, crowd: &Ordered<Option<Name>, i64>) -> Rank {
    let age = |since: crate::time::Time| {
        let age = view.now.since(since.truncated());
        let seconds = i32::try_from(age.0 / 1000).unwrap_or(i32::MAX);
        if view.gates.logarithmic_scale_down {
            age.log2_bucket()
        } else {
            seconds
        }
    };
    Rank {
        scheduled: pod.node_name.is_some(),
        phase: pod.status.phase,
        ready: pod.is_ready(),
        deletion_cost: if view.gates.pod_deletion_cost {
            deletion_cost(pod)
        } else {
            0
        },
        uncrowded: -crowd.get(&pod.node_name).copied().unwrap_or(0),
        ready_age: pod.status.ready_since.map_or(-1, age),
        not_preferred: !view.preferred_victims.contains(&pod.meta.name),
        few_restarts: (-pod.max_restarts(), -sidecar_restarts(pod)),
        age: age(pod.meta.creation_timestamp),
        uid: pod.meta.uid,
    }
}

/// The highest restart count of a sidecar. Upstream: `maxContainerRestarts`.
fn sidecar_restarts(pod: &Pod) -> i64 {
    let containers = pod.template.init_containers.iter().zip(&pod.status.init_containers);
    let sidecars = containers.filter(|(container, _)| container.sidecar);
    sidecars.map(|(_, status)| status.restart_count).max().unwrap_or(0)
}

/// An int32; `+5`, `007` and other odd spellings count as 0 (RS-20), but only the first character is looked at.
fn deletion_cost(pod: &Pod) -> i64 {
    let text = pod.meta.annotation(DELETION_COST).unwrap_or("0");
    let odd = text.starts_with('+') || (text.len() > 1 && text.starts_with('0'));
    if odd {
        0
    } else {
        text.parse::<i32>().map_or(0, i64::from)
    }
}

/// Active Pods per node, of all ReplicaSets with the same owner; a set without an owner looks at none.
/// Upstream: `getPodsRankedByRelatedPodsOnSameNode`.
fn related_pods_per_node(view: &View<'_>, set: &ReplicaSet) -> Ordered<Option<Name>, i64> {
    let mut crowd = Ordered::new();
    let Some(owner) = set.meta.controller() else {
        return crowd;
    };
    for sibling in view.cluster.replica_sets_of(owner.uid) {
        let crew = view.index.crew(sibling.meta.uid);
        for pod in crew.into_iter().flat_map(Crew::pods).filter(|pod| pod.is_active()) {
            match crowd.get_mut(&pod.node_name) {
                Some(number) => *number += 1,
                None => drop(crowd.insert(pod.node_name.clone(), 1)),
            }
        }
    }
    crowd
}

impl Rank {
    /// What comes before restarts and age.
    fn bucket(&self) -> Rank {
        Rank {
            not_preferred: false,
            few_restarts: (0, 0),
            age: 0,
            uid: Uid(0),
            ..*self
        }
    }

    fn told_from(&self, survivor: &Rank) -> Victim {
        match () {
            () if self.scheduled != survivor.scheduled => Victim::NoNode,
            () if self.phase != survivor.phase => Victim::Phase,
            () if self.ready != survivor.ready => Victim::NotReady,
            () if self.deletion_cost != survivor.deletion_cost => Victim::Cost,
            () if self.uncrowded != survivor.uncrowded => Victim::Crowded,
            () if self.ready_age != survivor.ready_age => Victim::ReadyShorter,
            () if self.few_restarts != survivor.few_restarts => Victim::Restarts,
            () if self.age != survivor.age => Victim::Younger,
            () => Victim::Alike,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pod(text: &str) -> Pod {
        let text = format!("apiVersion: v1\nkind: Pod\n{text}\n");
        let object = crate::manifest::read(&text).documents.remove(0).object;
        Pod::from_value(&object.expect("no errors"))
    }

    #[test]
    fn only_the_first_character_of_a_cost_can_be_odd() {
        let quiet = pod("metadata: {name: a}\nspec: {containers: [{name: a, image: a}]}");
        let cost = |text: &str| {
            let mut pod = quiet.clone();
            Rc::make_mut(&mut pod.meta.annotations).insert(DELETION_COST.into(), text.into());
            deletion_cost(&pod)
        };
        for (text, expect) in [
            ("7", 7),
            ("0", 0),
            ("-7", -7),
            ("-007", -7),
            ("007", 0),
            ("+5", 0),
            (" 5", 0),
            ("2147483648", 0),
            ("-2147483648", -2_147_483_648),
        ] {
            assert_eq!(cost(text), expect, "{text:?}");
        }
    }

    #[test]
    fn of_equal_pods_the_one_whose_sidecar_restarted_more_goes() {
        let quiet = pod(
            "metadata: {name: a}\nspec: {initContainers: [{name: once, image: a}, {name: beside, image: a, restartPolicy: \
             Always}], containers: [{name: a, image: a}]}",
        );
        let status = crate::api::ContainerStatus::waiting("");
        let restarted = |once: i64, beside: i64| {
            let mut pod = quiet.clone();
            pod.status.init_containers = [once, beside]
                .map(|restart_count| crate::api::ContainerStatus {
                    restart_count,
                    ..status
                })
                .into();
            Rc::new(pod)
        };
        let cluster = crate::cluster::Cluster::new(1);
        let view = View {
            world: &crate::world::World::default(),
            cluster: &cluster,
            index: &crate::index::Index::default(),
            gates: crate::release::Gates::default(),
            now: crate::time::Time(1000),
            preferred_victims: &[],
        };
        let set = ReplicaSet::from_value(&crate::value::Value::Null);
        let pods = [restarted(9, 1), restarted(0, 2), restarted(9, 0)];
        let chosen = choose(&view, &set, &pods, 1);
        assert_eq!((&chosen[0].0, chosen[0].1), (&pods[1], Victim::Restarts));
    }
}
