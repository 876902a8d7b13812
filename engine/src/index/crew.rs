//! The Pods of one controller, filed so that a pass reads counts, and looks only at the Pods that something is to be done
//! about.

use super::{Ages, Numbers};
use crate::api::{Key, LabelSelector, Labels, Name, Object, Phase, Pod, Uid};
use crate::time::Time;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::{Bound, RangeBounds};
use std::rc::Rc;

/// The label that names a StatefulSet's Pod itself.
pub const POD_NAME_LABEL: &str = "statefulset.kubernetes.io/pod-name";
/// The label with its number.
pub const POD_INDEX_LABEL: &str = "apps.kubernetes.io/pod-index";

/// Where a Pod is filed: by its number if its controller gives numbers, else by a negative one, that of its creation: those
/// that come together lie together.
pub type Place = (i64, Uid);

/// The Pods of one controller.
#[derive(Clone, Debug, Default)]
pub struct Crew {
    pods: BTreeMap<Place, Rc<Pod>>,
    classes: Vec<Class>,
    /// Those with a number that do not just run, ready and under their own name.
    unsettled: BTreeSet<Place>,
    /// The ready ones, by when they became so.
    ready: BTreeSet<(Time, Place)>,
    numbers: Numbers,
    /// The active ones, by what decides who of them goes first.
    ages: Ages,
    /// Those of a StatefulSet that have none of its names.
    misnamed: usize,
}

/// Pods whose labels are alike, but for those that tell them apart.
#[derive(Clone, Debug)]
struct Class {
    labels: Labels,
    /// How many there are.
    pods: usize,
    /// The numbers of those that have one.
    numbers: BTreeSet<i64>,
    states: [i64; STATES],
}

/// How many states are told apart.
const STATES: usize = 16;

/// What is counted of a Pod.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct State {
    /// Its phase.
    pub phase: Phase,
    /// Whether it is ready.
    pub ready: bool,
    /// Whether it was told to go.
    pub terminating: bool,
}

impl State {
    /// The state of a Pod.
    pub fn of(pod: &Pod) -> State {
        State {
            phase: pod.status.phase,
            ready: pod.is_ready(),
            terminating: pod.is_terminating(),
        }
    }

    fn index(self) -> usize {
        self.phase as usize * 4 + usize::from(self.ready) * 2 + usize::from(self.terminating)
    }

    fn at(index: usize) -> State {
        let phases = [Phase::Pending, Phase::Running, Phase::Succeeded, Phase::Failed];
        State {
            phase: phases[index / 4],
            ready: index & 2 != 0,
            terminating: index & 1 != 0,
        }
    }

    /// Ended for good.
    pub fn is_finished(self) -> bool {
        matches!(self.phase, Phase::Succeeded | Phase::Failed)
    }

    /// Counted by its owner: not finished and not told to go (RS-01).
    pub fn is_active(self) -> bool {
        !self.is_finished() && !self.terminating
    }

    /// Phase Running and Ready, whether or not it has been told to go.
    pub fn is_running_and_ready(self) -> bool {
        self.phase == Phase::Running && self.ready
    }
}

impl Crew {
    /// Keeps up with a change of one of its Pods.
    pub fn change(&mut self, key: &Key, before: Option<&Rc<Pod>>, after: Option<&Rc<Pod>>) {
        let Some(pod) = after.or(before) else { return };
        let number = number(pod);
        let odd = usize::from(is_numbered(pod) && number < 0);
        self.misnamed = self.misnamed + odd * usize::from(after.is_some()) - odd * usize::from(before.is_some());
        self.change_at((number, pod.meta.uid), key, before, after);
    }

    /// Puts in a Pod under a number of the caller's.
    pub fn add(&mut self, number: i64, pod: &Rc<Pod>) {
        let key = Object::Pod(pod.clone()).key();
        self.change_at((number, pod.meta.uid), &key, None, Some(pod));
    }

    fn change_at(&mut self, place: Place, key: &Key, before: Option<&Rc<Pod>>, after: Option<&Rc<Pod>>) {
        let unsettled = |pod: Option<&Rc<Pod>>| pod.is_some_and(|pod| !is_settled(pod));
        match (unsettled(before), unsettled(after)) {
            (false, true) => drop(self.unsettled.insert(place)),
            (true, false) => drop(self.unsettled.remove(&place)),
            _ => {}
        }
        let since = |pod: Option<&Rc<Pod>>| pod.and_then(|pod| pod.status.ready_since);
        let (was, is) = (since(before), since(after));
        if was != is {
            if let Some(was) = was {
                self.ready.remove(&(was, place));
            }
            if let Some(is) = is {
                self.ready.insert((is, place));
            }
        }
        // Of Pods with numbers, the numbers decide.
        let chosen = |pod: &&Rc<Pod>| pod.is_active() && !is_numbered(pod);
        self.ages.change(key, before.filter(chosen), after.filter(chosen));
        match (before, after) {
            (Some(was), Some(is)) if is_same_class(&was.meta.labels, &is.meta.labels) => {
                let class = self.class_of(&was.meta.labels);
                class.states[State::of(was).index()] -= 1;
                class.states[State::of(is).index()] += 1;
            }
            _ => {
                before.into_iter().for_each(|pod| self.leave(place, pod));
                after.into_iter().for_each(|pod| self.join(place, pod));
            }
        }
        match after {
            Some(pod) => drop(self.pods.insert(place, pod.clone())),
            None => drop(self.pods.remove(&place)),
        }
    }

    fn class_of(&mut self, labels: &Labels) -> &mut Class {
        let found = self
            .classes
            .iter()
            .position(|class| is_same_class(&class.labels, labels));
        let index = found.unwrap_or_else(|| {
            self.classes.push(Class {
                labels: labels.clone(),
                pods: 0,
                numbers: BTreeSet::new(),
                states: [0; STATES],
            });
            self.classes.len() - 1
        });
        &mut self.classes[index]
    }

    fn join(&mut self, place: Place, pod: &Pod) {
        let class = self.class_of(&pod.meta.labels);
        class.pods += 1;
        class.states[State::of(pod).index()] += 1;
        if place.0 >= 0 {
            class.numbers.insert(place.0);
            self.numbers.insert(place.0);
        }
    }

    fn leave(&mut self, place: Place, pod: &Pod) {
        let class = self.class_of(&pod.meta.labels);
        class.pods -= 1;
        class.states[State::of(pod).index()] -= 1;
        if place.0 >= 0 {
            class.numbers.remove(&place.0);
            self.numbers.remove(place.0);
        }
        self.classes.retain(|class| class.pods > 0);
    }

    /// How many Pods there are.
    pub fn len(&self) -> usize {
        self.pods.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.pods.is_empty()
    }

    /// The namespace of the Pods, if there are any.
    pub fn namespace(&self) -> Option<&Name> {
        self.pods.values().next().map(|pod| &pod.meta.namespace)
    }

    /// The active Pods, by what decides who of them goes first.
    pub fn ages(&self) -> &Ages {
        &self.ages
    }

    /// The Pods, by number where they have one.
    pub fn pods(&self) -> impl DoubleEndedIterator<Item = &Rc<Pod>> {
        self.pods.values().inspect(|_| super::visits::count())
    }

    /// The Pod of a number.
    pub fn numbered(&self, number: i64) -> Option<&Rc<Pod>> {
        let mut found = self.pods.range(from(number)..);
        found
            .next()
            .filter(|((other, _), _)| *other == number)
            .map(|(_, pod)| pod)
    }

    /// The Pods of these numbers.
    pub fn between(&self, first: i64, end: i64) -> impl DoubleEndedIterator<Item = (i64, &Rc<Pod>)> {
        let all = self.pods.range(span(first, end));
        all.map(|((number, _), pod)| (*number, pod))
            .inspect(|_| super::visits::count())
    }

    /// The numbers that Pods have.
    pub fn numbers(&self) -> &Numbers {
        &self.numbers
    }

    /// The numbers, of these, whose Pods do not just run, ready and under their own name.
    pub fn unsettled(&self, first: i64, end: i64) -> impl DoubleEndedIterator<Item = i64> {
        let all = self.unsettled.range(span(first, end));
        all.map(|(number, _)| *number).inspect(|_| super::visits::count())
    }

    /// The ready Pods that are not available yet, the last to become so first.
    pub fn young(&self, min_ready_seconds: i64, now: Time) -> impl Iterator<Item = (i64, &Rc<Pod>)> {
        let newest = self
            .ready
            .iter()
            .rev()
            .filter_map(|(_, place)| Some((place.0, self.pods.get(place)?)));
        newest
            .take_while(move |(_, pod)| !pod.is_available(min_ready_seconds, now))
            .inspect(|_| super::visits::count())
    }

    /// How many Pods, among those whose labels pass one test, are in a state that passes the other.
    pub fn count(&self, labels: impl Fn(&Labels) -> bool, state: impl Fn(State) -> bool) -> i64 {
        let classes = self.classes.iter().filter(|class| labels(&class.labels));
        let states = classes.flat_map(|class| class.states.iter().enumerate());
        states
            .filter(|(index, _)| state(State::at(*index)))
            .map(|(_, number)| number)
            .sum()
    }

    /// Whether there are Pods whose labels pass a test.
    pub fn any_with(&self, labels: impl Fn(&Labels) -> bool) -> bool {
        self.classes.iter().any(|class| labels(&class.labels))
    }

    /// The numbers, of these, of the Pods whose labels pass a test: the lowest and the highest.
    pub fn ends_with(&self, labels: impl Fn(&Labels) -> bool, first: i64, end: i64) -> Option<(i64, i64)> {
        let classes = self.classes.iter().filter(|class| labels(&class.labels));
        let ends = classes.filter_map(|class| {
            let mut numbers = class.numbers.range(first..end.max(first));
            let lowest = numbers.next()?;
            Some((*lowest, *numbers.next_back().unwrap_or(lowest)))
        });
        ends.reduce(|(low, high), (lowest, highest)| (low.min(lowest), high.max(highest)))
    }

    /// How many Pods, among those whose labels pass a test, have one of these numbers. As much work as there are others.
    pub fn count_between(&self, labels: impl Fn(&Labels) -> bool, first: i64, end: i64) -> i64 {
        if first >= end {
            return 0;
        }
        let classes = self.classes.iter().filter(|class| labels(&class.labels));
        let inside = classes.map(|class| {
            let below = class.numbers.range(..first).count();
            let above = class.numbers.range(end..).count();
            class.numbers.len() - below - above
        });
        i64::try_from(inside.sum::<usize>()).unwrap_or(i64::MAX)
    }

    /// Whether a selector selects all of the Pods, each under a name of its controller's, as far as that can be told
    /// without looking at them.
    pub fn is_regular(&self, selector: &LabelSelector) -> bool {
        let all = || self.classes.iter().all(|class| selector.matches(&class.labels));
        self.misnamed == 0 && !looks_at_identity(selector) && all()
    }

    /// The Pods that a selector selects.
    pub fn matching(&self, selector: &LabelSelector) -> impl Iterator<Item = &Rc<Pod>> {
        let one_by_one = looks_at_identity(selector);
        let are_all = |matching: bool| {
            let mut classes = self.classes.iter();
            !one_by_one && classes.all(|class| selector.matches(&class.labels) == matching)
        };
        let most = if are_all(false) { 0 } else { self.pods.len() };
        let all = are_all(true);
        let pods = self.pods.values().take(most).inspect(|_| super::visits::count());
        pods.filter(move |pod| all || selector.matches(&pod.meta.labels))
    }
}

fn from(number: i64) -> Place {
    (number, Uid(0))
}

fn span(first: i64, end: i64) -> impl RangeBounds<Place> {
    (Bound::Included(from(first)), Bound::Excluded(from(end.max(first))))
}

fn is_numbered(pod: &Pod) -> bool {
    pod.meta.controller().is_some_and(|owner| owner.kind == "StatefulSet")
}

/// The number in the name of a StatefulSet's Pod, written as the controller writes it.
fn number(pod: &Pod) -> i64 {
    let owner = pod.meta.controller().filter(|owner| owner.kind == "StatefulSet");
    let digits = owner.and_then(|owner| pod.meta.name.strip_prefix(&*owner.name)?.strip_prefix('-'));
    let is_plain = |digits: &&str| *digits == "0" || !digits.starts_with(['0', '+', '-']);
    let number = digits.filter(is_plain).and_then(|digits| digits.parse::<i32>().ok());
    number.map_or_else(|| !pod.meta.creation_timestamp.0.cast_signed(), i64::from)
}

fn is_settled(pod: &Pod) -> bool {
    let is_itself = || {
        pod.meta
            .labels
            .get(POD_NAME_LABEL)
            .is_some_and(|label| **label == *pod.meta.name)
    };
    // Nobody asks for those that are all alike.
    !is_numbered(pod) || (pod.is_running_and_ready() && !pod.is_terminating() && is_itself())
}

fn is_identity(label: &str) -> bool {
    matches!(label, POD_NAME_LABEL | POD_INDEX_LABEL)
}

/// Whether labels differ only in what tells the Pods of a set apart.
fn is_same_class(a: &Labels, b: &Labels) -> bool {
    Rc::ptr_eq(a, b) || {
        let shared = |labels: &Labels| labels.iter().filter(|(key, _)| !is_identity(key)).count();
        let is_in_b = |(key, text): (&Name, &Name)| is_identity(key) || b.get(key) == Some(text);
        shared(a) == shared(b) && a.iter().all(is_in_b)
    }
}

/// Whether a selector tells the Pods of one set apart.
pub(super) fn looks_at_identity(selector: &LabelSelector) -> bool {
    let mut keys = selector.match_labels.keys();
    let mut others = selector.match_expressions.iter();
    keys.any(|key| is_identity(key)) || others.any(|requirement| is_identity(&requirement.key))
}
