//! Which Pods a scale-down removes (RS-20, RS-21). Upstream: `controller_utils.go › ActivePodsWithRanks.Less`.

use super::super::View;
use crate::api::{Key, Name, Phase, Pod, ReplicaSet};
use crate::index::{AgeSpot, Ages, Crew, Keyed, Level};
use crate::ordered::Ordered;
use crate::reason::Victim;
use crate::time::Time;
use std::collections::BTreeMap;

/// What decides, in this order; the smallest goes first, and then chance: the UID. Where upstream falls back on that, a
/// preferred victim goes first: that is how a recorded choice is followed.
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
}

/// The `surplus` Pods that go, worst first, each with the criterion that told it from the first survivor.
pub(super) fn choose(view: &View<'_>, set: &ReplicaSet, pods: &Crew, surplus: usize) -> Vec<(Key, Victim)> {
    if i64::try_from(surplus).is_ok_and(|surplus| surplus >= pods.ages().count()) {
        let mut all: Vec<&Key> = pods
            .ages()
            .alike()
            .flat_map(BTreeMap::values)
            .map(|(key, _)| key)
            .collect();
        crate::order::sort_by(&mut all, |a, b| a.cmp(b));
        return all.into_iter().map(|key| (key.clone(), Victim::All)).collect();
    }
    let mut ranked = ranked(view, set, pods, surplus + 1);
    let survivor = ranked.pop().map(|(rank, _)| rank);
    let told = |(rank, (key, _)): (Rank, &Keyed)| {
        let victim = survivor.map_or(Victim::All, |survivor| rank.told_from(&survivor));
        (key.clone(), victim)
    };
    ranked.into_iter().map(told).collect()
}

/// Pods of one rank.
type Group<'a> = (Rank, Vec<&'a Keyed>);

/// The so many Pods that would go first, in this order.
fn ranked<'a>(view: &View<'_>, set: &ReplicaSet, pods: &'a Crew, most: usize) -> Vec<(Rank, &'a Keyed)> {
    let siblings: Vec<&Crew> = siblings(view, set);
    let crowd = |node: &Option<Name>| siblings.iter().map(|crew| crew.ages().on_node(node)).sum();
    // Of Pods that are alike the first few will do, unless some of them are preferred.
    let mut groups = if view.preferred_victims.is_empty() {
        first_groups(view, pods.ages(), &crowd, most)
    } else {
        let pods = pods.ages().alike().flat_map(BTreeMap::values);
        let mut groups = pods
            .map(|pod| (rank(view, &pod.1, &crowd), vec![pod]))
            .collect::<Vec<_>>();
        leave_to_chance(&mut groups);
        groups
    };
    crate::order::sort_by(&mut groups, |(a, _), (b, _)| a.cmp(b));
    let mut ranked = Vec::new();
    for tied in groups.chunk_by(|(a, _), (b, _)| a == b) {
        let mut pods: Vec<&Keyed> = tied.iter().flat_map(|(_, pods)| pods).copied().collect();
        crate::order::sort_by(&mut pods, |(_, a), (_, b)| a.meta.uid.cmp(&b.meta.uid));
        let rank = tied[0].0;
        ranked.extend(pods.into_iter().take(most - ranked.len()).map(|pod| (rank, pod)));
        if ranked.len() == most {
            break;
        }
    }
    ranked
}

/// Groups that have so many Pods together: those of whole age buckets, the first ones.
fn first_groups<'a>(
    view: &View<'_>,
    ages: &'a Ages,
    crowd: &dyn Fn(&Option<Name>) -> i64,
    most: usize,
) -> Vec<Group<'a>> {
    let mut spots: Vec<((Level, i64), &AgeSpot)> = Vec::new();
    for (level, node, spot) in ages.spots() {
        let (scheduled, phase, ready, cost) = *level;
        let cost = if view.gates.pod_deletion_cost { cost } else { 0 };
        spots.push((((scheduled, phase, ready, cost), -crowd(node)), spot));
    }
    crate::order::sort_by(&mut spots, |(a, _), (b, _)| a.cmp(b));
    let mut groups = Vec::new();
    for tied in spots.chunk_by(|(a, _), (b, _)| a == b) {
        let mut latest = Some(Time(u64::MAX));
        while let Some(newest) = tied.iter().filter_map(|(_, spot)| spot.newest(latest)).max() {
            let earliest = newest.map(|newest| start_of_bucket(view, newest));
            let oldest = tied.iter().filter_map(|(_, spot)| spot.oldest(earliest)).min();
            for (_, spot) in tied {
                match (earliest, newest) {
                    (Some(earliest), Some(newest)) if oldest != Some(Some(newest)) => {
                        let pods = spot.lowest(earliest, newest, most);
                        groups.extend(
                            pods.into_iter()
                                .map(|pod| (rank(view, &pod.1, crowd).bucket(), vec![pod])),
                        );
                    }
                    _ => groups.extend(spot.of(newest).filter_map(|alike| {
                        let pods: Vec<&Keyed> = alike.values().take(most).collect();
                        Some((rank(view, &pods.first()?.1, crowd), pods))
                    })),
                }
            }
            if groups.iter().map(|(_, pods)| pods.len()).sum::<usize>() >= most {
                return groups;
            }
            let Some(before) = earliest.and_then(|earliest| earliest.0.checked_sub(1)) else {
                break;
            };
            latest = Some(Time(before));
        }
    }
    groups
}

/// The earliest moment whose age is in the same bucket.
fn start_of_bucket(view: &View<'_>, second: Time) -> Time {
    if !view.gates.logarithmic_scale_down {
        return second;
    }
    let bucket = view.now.since(second).log2_bucket();
    let end = u32::try_from(bucket + 1).map_or(1, |shift| 1_u128 << shift.min(120));
    let oldest = u64::try_from((end - 1) / 1_000_000).unwrap_or(u64::MAX);
    Time(view.now.0.saturating_sub(oldest))
}

/// Pods of one age bucket that became ready at different seconds are told apart by chance alone: neither restarts nor the
/// time of creation are looked at any more (RS-21).
fn leave_to_chance(groups: &mut [Group<'_>]) {
    let second = |pods: &[&Keyed]| pods.first().map(|(_, pod)| pod.status.ready_since.map(Time::truncated));
    // Of each bucket the second of the first Pod, and whether others have another.
    let mut buckets: Ordered<Rank, (Option<Option<Time>>, bool)> = Ordered::new();
    for (rank, pods) in &*groups {
        match buckets.get_mut(&rank.bucket()) {
            Some((first, is_mixed)) => *is_mixed |= second(pods) != *first,
            None => drop(buckets.insert(rank.bucket(), (second(pods), false))),
        }
    }
    for (rank, _) in groups {
        if buckets.get(&rank.bucket()).is_some_and(|(_, is_mixed)| *is_mixed) {
            (rank.few_restarts, rank.age) = ((0, 0), 0);
        }
    }
}

fn rank(view: &View<'_>, pod: &Pod, crowd: &dyn Fn(&Option<Name>) -> i64) -> Rank {
    let age = |since: Time| {
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
            pod.deletion_cost()
        } else {
            0
        },
        uncrowded: -crowd(&pod.node_name),
        ready_age: pod.status.ready_since.map_or(-1, age),
        not_preferred: !view.preferred_victims.contains(&pod.meta.name),
        few_restarts: (-pod.max_restarts(), -pod.sidecar_restarts()),
        age: age(pod.meta.creation_timestamp),
    }
}

/// All ReplicaSets with the same owner, whose active Pods crowd a node together; a set without an owner looks at none.
/// Upstream: `getPodsRankedByRelatedPodsOnSameNode`.
fn siblings<'a>(view: &View<'a>, set: &ReplicaSet) -> Vec<&'a Crew> {
    let Some(owner) = set.meta.controller() else {
        return Vec::new();
    };
    let siblings = view.cluster.replica_sets_of(owner.uid);
    siblings
        .filter_map(|sibling| view.index.crew(sibling.meta.uid))
        .collect()
}

impl Rank {
    /// What comes before restarts and age.
    fn bucket(&self) -> Rank {
        Rank {
            not_preferred: false,
            few_restarts: (0, 0),
            age: 0,
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
    use crate::api::Uid;
    use std::rc::Rc;

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
            Rc::make_mut(&mut pod.meta.annotations)
                .insert("controller.kubernetes.io/pod-deletion-cost".into(), text.into());
            pod.deletion_cost()
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
        let restarted = |name: &str, once: i32, beside: i32| {
            let mut pod = quiet.clone();
            pod.meta.name = name.into();
            pod.meta.uid = Uid(u64::from((once * 8 + beside).cast_unsigned()));
            pod.status.init_containers = [once, beside]
                .map(|restart_count| crate::api::ContainerStatus {
                    restart_count,
                    ..status.clone()
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
            now: Time(1000),
            preferred_victims: &[],
        };
        let set = ReplicaSet::from_value(&crate::value::Value::Null);
        let pods = [restarted("a", 9, 1), restarted("b", 0, 2), restarted("c", 9, 0)];
        let mut crew = Crew::default();
        pods.iter().for_each(|pod| crew.add(-1, pod));
        let chosen = choose(&view, &set, &crew, 1);
        assert_eq!((&*chosen[0].0.name, chosen[0].1), ("b", Victim::Restarts));
    }
}
