//! The active Pods of one controller, ordered by what decides who of them goes first (RS-20, RS-21): where a scale-down has to
//! choose, it looks at the few that come first, however many became ready one by one.

use super::visits;
use crate::api::{Key, Name, Phase, Pod, Uid};
use crate::time::Time;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::rc::Rc;

/// Pods that nothing but their identities tells apart when some of them are to go, by those, each with its key.
pub type Alike = BTreeMap<Uid, Keyed>;
/// A Pod with its key, which knows where the Pod is stored.
pub type Keyed = (Key, Rc<Pod>);
/// What decides first: whether a Pod is bound, its phase, whether it is ready, and its deletion cost.
pub type Level = (bool, Phase, bool, i64);
/// What decides last among Pods that became ready in the same second: restarts, and the second of the creation.
type Rest = ((i64, i64), Time);

/// Where the Pods are that are alike, by the lowest of their identities.
type Stretch = BTreeMap<Uid, (Time, Rest)>;

/// The active Pods.
#[derive(Clone, Debug, Default)]
pub struct Ages {
    spots: BTreeMap<(Level, Option<Name>), Spot>,
    nodes: BTreeMap<Option<Name>, i64>,
}

/// Those on one node, of one level.
#[derive(Clone, Debug, Default)]
pub struct Spot {
    /// By the second in which they became ready.
    seconds: BTreeMap<Option<Time>, BTreeMap<Rest, Alike>>,
    /// The ready ones by the stretch of time in which they became so. Stretches of each length in [`SHIFTS`] follow one another
    /// without a gap, so that any time is put together from a few of them.
    stretches: BTreeMap<(u32, u64), Stretch>,
}

/// How long stretches are: two to this power of seconds.
const SHIFTS: [u32; 3] = [15, 10, 5];

fn level(pod: &Pod) -> Level {
    (
        pod.node_name.is_some(),
        pod.status.phase,
        pod.is_ready(),
        pod.deletion_cost(),
    )
}

fn second(pod: &Pod) -> Option<Time> {
    pod.status.ready_since.map(Time::truncated)
}

fn rest(pod: &Pod) -> Rest {
    let restarts = (pod.max_restarts(), pod.sidecar_restarts());
    (restarts, pod.meta.creation_timestamp.truncated())
}

impl Ages {
    /// Keeps up with a change of an active Pod, or of one that becomes active or ceases to be.
    pub fn change(&mut self, key: &Key, before: Option<&Rc<Pod>>, after: Option<&Rc<Pod>>) {
        let order = |pod: &Rc<Pod>| (level(pod), second(pod), rest(pod));
        let (was, is) = (before.map(order), after.map(order));
        let moves = before.map(|pod| &pod.node_name) != after.map(|pod| &pod.node_name);
        if (moves || was != is)
            && let (Some(pod), Some((level, second, rest))) = (before, was)
        {
            self.leave(pod, level, second, rest);
        }
        if let (Some(pod), Some((level, second, rest))) = (after, is) {
            self.join((key, pod), level, second, rest);
        }
    }

    fn join(&mut self, (key, pod): (&Key, &Rc<Pod>), level: Level, second: Option<Time>, rest: Rest) {
        let spot = self.spots.entry((level, pod.node_name.clone())).or_default();
        let others = spot.seconds.entry(second).or_default().entry(rest).or_default();
        let lowest = first(others);
        if others.insert(pod.meta.uid, (key.clone(), pod.clone())).is_some() {
            return;
        }
        if lowest.is_none_or(|lowest| pod.meta.uid < lowest) {
            spot.leads(second, rest, lowest, Some(pod.meta.uid));
        }
        *self.nodes.entry(pod.node_name.clone()).or_default() += 1;
    }

    fn leave(&mut self, pod: &Pod, level: Level, second: Option<Time>, rest: Rest) {
        let uid = pod.meta.uid;
        let key = (level, pod.node_name.clone());
        let Some(spot) = self.spots.get_mut(&key) else { return };
        let mut ends = (None, None);
        remove(&mut spot.seconds, &second, BTreeMap::is_empty, |groups| {
            remove(groups, &rest, BTreeMap::is_empty, |others| {
                let before = first(others);
                others.remove(&uid);
                ends = (before, first(others));
            });
        });
        if ends.0 != ends.1 {
            spot.leads(second, rest, ends.0, ends.1);
        }
        if spot.seconds.is_empty() {
            self.spots.remove(&key);
        }
        remove(&mut self.nodes, &key.1, |number| *number == 0, |number| *number -= 1);
    }

    /// How many there are.
    pub fn count(&self) -> i64 {
        self.nodes.values().sum()
    }

    /// How many there are on a node.
    pub fn on_node(&self, node: &Option<Name>) -> i64 {
        self.nodes.get(node).copied().unwrap_or(0)
    }

    /// All levels, each node by itself.
    pub fn spots(&self) -> impl Iterator<Item = (&Level, &Option<Name>, &Spot)> {
        let spots = self.spots.iter();
        spots
            .map(|((level, node), spot)| (level, node, spot))
            .inspect(|_| visits::count())
    }

    /// All, those together that are alike.
    pub fn alike(&self) -> impl Iterator<Item = &Alike> {
        let seconds = self.spots.values().flat_map(|spot| spot.seconds.values());
        seconds.flat_map(BTreeMap::values).inspect(|_| visits::count())
    }
}

/// The lowest identity.
fn first(alike: &Alike) -> Option<Uid> {
    alike.keys().next().copied()
}

/// The stretches that a moment is in.
fn stretches(moment: Time) -> impl Iterator<Item = (u32, u64)> {
    SHIFTS.into_iter().map(move |shift| (shift, (moment.0 / 1000) >> shift))
}

/// Changes a value, and removes it if nothing is left of it.
fn remove<K: Ord, V>(map: &mut BTreeMap<K, V>, key: &K, is_empty: impl Fn(&V) -> bool, change: impl FnOnce(&mut V)) {
    if let Some(value) = map.get_mut(key) {
        change(value);
        if is_empty(value) {
            map.remove(key);
        }
    }
}

impl Spot {
    /// Another identity is the lowest of those that became ready in a second.
    fn leads(&mut self, second: Option<Time>, rest: Rest, before: Option<Uid>, after: Option<Uid>) {
        let Some(second) = second else { return };
        for stretch in stretches(second) {
            let groups = self.stretches.entry(stretch).or_default();
            if let Some(uid) = before {
                groups.remove(&uid);
            }
            if let Some(uid) = after {
                groups.insert(uid, (second, rest));
            }
            if groups.is_empty() {
                self.stretches.remove(&stretch);
            }
        }
    }

    /// The last second up to `latest` in which some became ready; those that are not ready have none, which comes last.
    pub fn newest(&self, latest: Option<Time>) -> Option<Option<Time>> {
        self.seconds.range(..=latest).next_back().map(|(second, _)| *second)
    }

    /// The first second from `earliest` on in which some became ready.
    pub fn oldest(&self, earliest: Option<Time>) -> Option<Option<Time>> {
        self.seconds.range(earliest..).next().map(|(second, _)| *second)
    }

    /// Those that became ready in a second, those together that are alike.
    pub fn of(&self, second: Option<Time>) -> impl Iterator<Item = &Alike> {
        let groups = self.seconds.get(&second).into_iter().flat_map(BTreeMap::values);
        groups.inspect(|_| visits::count())
    }

    /// Of those that became ready in this time, those with the lowest identities: so many of each stretch.
    pub fn lowest(&self, earliest: Time, latest: Time, most: usize) -> Vec<&Keyed> {
        let (mut at, end) = (earliest.0.div_ceil(1000), latest.0 / 1000);
        let mut found = Vec::new();
        while at <= end {
            let fits = |shift: &u32| at.trailing_zeros() >= *shift && at + (1 << shift) - 1 <= end;
            let Some(shift) = SHIFTS.into_iter().find(fits) else {
                let groups = self.of(Some(Time(at * 1000)));
                found.extend(groups.flat_map(|group| group.values().take(most)));
                at += 1;
                continue;
            };
            let stretch = self.stretches.get(&(shift, at >> shift)).into_iter().flatten();
            found.extend(self.merged(stretch.take(most)).take(most));
            at += 1 << shift;
        }
        found
    }

    /// The Pods of several groups, by their identities.
    fn merged<'a>(
        &'a self,
        groups: impl Iterator<Item = (&'a Uid, &'a (Time, Rest))>,
    ) -> impl Iterator<Item = &'a Keyed> {
        let group = |(_, (second, rest)): (_, &(Time, Rest))| self.seconds.get(&Some(*second))?.get(rest);
        let mut rows: Vec<_> = groups.filter_map(group).map(BTreeMap::iter).collect();
        let mut heads: BinaryHeap<_> = rows
            .iter()
            .enumerate()
            .filter_map(|(index, row)| Some(Reverse((*row.clone().next()?.0, index))))
            .collect();
        std::iter::from_fn(move || {
            let Reverse((_, index)) = heads.pop()?;
            visits::count();
            let (_, pod) = rows[index].next()?;
            let next = rows[index].clone().next();
            heads.extend(next.map(|(uid, _)| Reverse((*uid, index))));
            Some(pod)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::Object;
    use crate::value::Value;

    /// Whatever stretches a time is put together from, the Pods found are those that are in it.
    #[test]
    fn any_time_is_put_together_from_stretches() {
        let mut ages = Ages::default();
        let template = Pod::from_value(&Value::Null);
        let mut ready = Vec::new();
        let mut random: u64 = 11;
        for uid in 0..400 {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let mut pod = template.clone();
            pod.meta.uid = Uid(random >> 7);
            pod.status.ready_since = Some(Time((random >> 33) % 90_000_000 / (1 + uid % 50)));
            let pod = Rc::new(pod);
            let key = Object::Pod(pod.clone()).key();
            ages.change(&key, None, Some(&pod));
            if uid % 3 == 0 {
                ages.change(&key, Some(&pod), None);
            } else {
                ready.push((pod.meta.uid, second(&pod).unwrap_or_default()));
            }
        }
        ready.sort_unstable();
        assert_eq!(ages.count(), ready.len() as i64);
        let (_, _, spot) = ages.spots().next().expect("one level on one node");
        for (from, to) in [
            (0, 90_000),
            (17, 18),
            (16, 4_096),
            (1_000, 70_001),
            (300, 299),
            (65_536, 80_000),
        ] {
            let (from, to) = (Time(from * 1000), Time(to * 1000));
            let inside = ready.iter().filter(|(_, second)| (from..=to).contains(second));
            let expect: Vec<Uid> = inside.map(|(uid, _)| *uid).take(3).collect();
            let mut found: Vec<Uid> = spot.lowest(from, to, 3).iter().map(|(_, pod)| pod.meta.uid).collect();
            found.sort_unstable();
            found.truncate(3);
            assert_eq!(found, expect, "{from:?} {to:?}");
        }
    }
}
