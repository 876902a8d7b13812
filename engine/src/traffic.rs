//! New connections to a Service during a run (spec: SVC): who gets them, and which of them fail, because proxies learn of
//! endpoints a moment later (SVC-14) while Pods stop listening at once (SVC-20), or do not listen yet (SVC-21).
//!
//! Nothing of this is decided by a controller: it follows from a history and the world.

use crate::api::{ContainerState, Endpoint, Kind, Name, Object, Pod, Service, Uid};
use crate::cluster::Change;
use crate::environment::Applications;
use crate::history::History;
use crate::step::Step;
use crate::time::{Duration, Time};
use crate::world::World;
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::rc::Rc;

/// The connections to one Service, from the first that does not fail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Traffic {
    /// The Service's namespace and name.
    pub service: (Name, Name),
    /// One after another; the last lasts.
    pub spans: Vec<Span>,
}

/// A time in which nothing changes for connections.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// Its begin.
    pub from: Time,
    /// Its end.
    pub to: Time,
    /// How many Pods proxies choose from, each with the same probability (SVC-13). None: connections are refused (SVC-12).
    pub targets: usize,
    /// How many of them do not listen.
    pub deaf: usize,
}

impl Span {
    /// How many of a thousand new connections fail.
    pub fn failing(&self) -> u64 {
        match self.targets as u64 {
            0 => 1000,
            all => self.deaf as u64 * 1000 / all,
        }
    }
}

impl Traffic {
    /// The traffic of every Service that has an address of its own.
    pub fn of(history: &Rc<History>) -> Vec<Traffic> {
        let mut watch = Watch::default();
        // Most histories have no Service.
        if history.steps.iter().any(Watch::is_needed) {
            history
                .steps
                .iter()
                .for_each(|step| watch.read(&history.scenario.world, step));
        }
        watch.finish()
    }

    /// All that fails, as the time for which everything would have to fail.
    pub fn lost(&self) -> Duration {
        Duration(
            self.spans
                .iter()
                .map(|span| span.failing() * span.to.since(span.from).0)
                .sum::<u64>()
                / 1000,
        )
    }

    /// What is the case at a moment. `None` before the first connection.
    pub fn at(&self, moment: Time) -> Option<&Span> {
        self.spans.iter().rev().find(|span| span.from <= moment)
    }
}

/// From when until when a Pod listens, as far as its present state tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Ears {
    open: Time,
    shut: Time,
}

const NEVER: Time = Time(u64::MAX);
const DEAF: Ears = Ears {
    open: NEVER,
    shut: NEVER,
};

/// What is known of a Pod.
#[derive(Debug)]
struct Listener {
    ears: Ears,
    listens: bool,
    /// The Services whose proxies know it, and how often.
    known_to: Vec<(usize, i64)>,
}

/// What is known of a Service's endpoints.
#[derive(Debug)]
struct Routes {
    /// Without any, nothing is known of it.
    has_slices: bool,
    /// For each Pod how often it is ready, and how often it is terminating and still serves.
    endpoints: BTreeMap<usize, [i64; 2]>,
    /// The same of all of them.
    sums: [i64; 2],
    /// When proxies learn of the last change.
    learnt: Time,
    /// What they know.
    targets: i64,
    deaf: i64,
    traffic: Traffic,
}

/// What happens at a moment.
#[derive(Debug, Default)]
struct Turn {
    /// Pods that begin or end to listen, or might.
    pods: Vec<usize>,
    /// What the proxies of a Service learn: how much more often they know each Pod.
    learns: Vec<(usize, Vec<(usize, i64)>)>,
}

/// Reads of connections, step by step: looks at those Pods and endpoints only that a step has changed, and at no others until the next
/// one comes.
#[derive(Debug, Default)]
pub struct Watch {
    applications: Applications,
    /// The Services with an address, by their own identity.
    services: BTreeMap<Uid, usize>,
    routes: Vec<Routes>,
    places: BTreeMap<(Name, Name), usize>,
    /// Pods, by namespace and name.
    names: BTreeMap<(Name, Name), usize>,
    pods: Vec<Listener>,
    turns: BTreeMap<Time, Turn>,
    now: Time,
}

impl Watch {
    /// Whether there is traffic from this step on, of which all steps before tell something, too.
    pub fn is_needed(step: &Step) -> bool {
        step.touched().any(|key| key.kind == Kind::Service)
    }

    /// The next step.
    pub fn read(&mut self, world: &World, step: &Step) {
        // What happens by itself until then.
        while let Some(first) = self.turns.first_entry().filter(|first| *first.key() < step.at) {
            let (at, turn) = first.remove_entry();
            self.turn(at, &turn, NEVER);
        }
        self.now = step.at;
        // A step may write a hundred slices of one Service.
        let mut changed: BTreeMap<usize, Vec<(usize, usize, i64)>> = BTreeMap::new();
        for change in step.changes() {
            match change.key.kind {
                Kind::Pod => self.read_pod(world, change),
                Kind::Service => self.read_service(world, change),
                Kind::EndpointSlice => {
                    if let Some(routes) = self.routes_of(change) {
                        self.compare(change, changed.entry(routes).or_default());
                    }
                }
                _ => {}
            }
        }
        for (routes, changes) in changed {
            let changes = self.routes[routes].change(&changes);
            self.tell(world, routes, changes);
        }
    }

    /// What became of connections, up to the last step.
    pub fn finish(mut self) -> Vec<Traffic> {
        let end = self.now;
        while let Some((at, turn)) = self.turns.pop_first() {
            self.turn(at, &turn, end);
        }
        for routes in &mut self.routes {
            if let Some(last) = routes.traffic.spans.last_mut() {
                last.to = end.max(routes.learnt);
            }
        }
        let Watch { places, routes, .. } = self;
        let seen = routes
            .into_iter()
            .map(|routes| routes.has_slices.then_some(routes.traffic));
        let mut seen: Vec<Option<Traffic>> = seen.collect();
        places.into_values().filter_map(|index| seen[index].take()).collect()
    }

    fn read_pod(&mut self, world: &World, change: &Change) {
        if let Some(Object::Pod(pod)) = &change.after {
            self.applications.learn(world, pod);
        }
        let ears = |object: &Option<Object>| match object {
            Some(Object::Pod(pod)) => self.ears(world, pod),
            _ => DEAF,
        };
        let (was, ears) = (ears(&change.before), ears(&change.after));
        if was == ears {
            return;
        }
        let index = self.pod(&change.key.namespace, &change.key.name);
        self.pods[index].ears = ears;
        for at in [self.now, ears.open, ears.shut] {
            if at >= self.now && at < NEVER {
                self.turns.entry(at).or_default().pods.push(index);
            }
        }
    }

    /// An application listens once it has started, until it gets SIGTERM or stops answering.
    fn ears(&self, world: &World, pod: &Pod) -> Ears {
        let mut ears = Ears {
            open: Time::ZERO,
            shut: NEVER,
        };
        for (index, container) in pod.template.containers.iter().enumerate() {
            let behavior = self.applications.behavior(world, pod, container);
            let state = pod.status.containers.get(index).map(|status| status.state);
            let Some(ContainerState::Running { started_at }) = state else {
                return DEAF;
            };
            ears.open = ears.open.max(started_at + behavior.start);
            ears.shut = behavior
                .fails
                .map_or(ears.shut, |fails| ears.shut.min(started_at + fails));
            if let Some(end) = pod.meta.deletion_timestamp {
                let grace = Duration::seconds(pod.meta.deletion_grace_period_seconds.unwrap_or(0));
                ears.shut = ears.shut.min(end - grace + container.pre_stop.min(grace));
            }
        }
        ears
    }

    /// The place of a Pod.
    fn pod(&mut self, namespace: &Name, name: &Name) -> usize {
        let pods = &mut self.pods;
        *self.names.entry((namespace.clone(), name.clone())).or_insert_with(|| {
            pods.push(Listener {
                ears: DEAF,
                listens: false,
                known_to: Vec::new(),
            });
            pods.len() - 1
        })
    }

    fn read_service(&mut self, world: &World, Change { key, before, after }: &Change) {
        match after {
            Some(Object::Service(service)) if proxied(service) => {
                let place = (key.namespace.clone(), key.name.clone());
                let routes = &mut self.routes;
                let index = *self.places.entry(place.clone()).or_insert_with(|| {
                    routes.push(Routes::of(place));
                    routes.len() - 1
                });
                self.services.insert(service.meta.uid, index);
            }
            // It may have other slices than its selector's.
            Some(_) => {}
            // With the Service, its address goes.
            None => {
                let uid = before.as_ref().map(|service| service.meta().uid).unwrap_or_default();
                if let Some(index) = self.services.remove(&uid) {
                    let changes = self.routes[index].clear();
                    self.tell(world, index, changes);
                }
            }
        }
    }

    /// Which Service a slice belongs to, if that has an address.
    fn routes_of(&mut self, Change { before, after, .. }: &Change) -> Option<usize> {
        let meta = after.as_ref().or(before.as_ref())?.meta();
        let owner = meta.controller()?;
        let index = *self.services.get(&owner.uid)?;
        self.routes[index].has_slices = true;
        Some(index)
    }

    /// What has changed of a slice, which is in the order of names: of which Pod, what of it, and by how much.
    fn compare(&mut self, Change { key, before, after }: &Change, changes: &mut Vec<(usize, usize, i64)>) {
        let endpoints = |object| match object {
            &Some(Object::EndpointSlice(ref slice)) => &slice.endpoints[..],
            _ => &[],
        };
        let (mut was, mut is) = (endpoints(before), endpoints(after));
        let mut count = |endpoint: &Endpoint, by| {
            let pod = self.pod(&key.namespace, &endpoint.pod);
            let kinds = [endpoint.ready, endpoint.serving && endpoint.terminating];
            changes.extend((0..2).filter(|kind| kinds[*kind]).map(|kind| (pod, kind, by)));
        };
        loop {
            let order = match (was.first(), is.first()) {
                (None, None) => return,
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (Some(a), Some(b)) => a.pod.cmp(&b.pod),
            };
            let is_same = order == Ordering::Equal && was[0] == is[0];
            if order != Ordering::Greater {
                if !is_same {
                    count(&was[0], -1);
                }
                was = &was[1..];
            }
            if order != Ordering::Less {
                if !is_same {
                    count(&is[0], 1);
                }
                is = &is[1..];
            }
        }
    }

    /// Proxies learn a moment later how much more often a Service has each Pod.
    fn tell(&mut self, world: &World, routes: usize, changes: Vec<(usize, i64)>) {
        if !changes.is_empty() {
            let at = self.now + world.propagation;
            self.routes[routes].learnt = at;
            self.turns.entry(at).or_default().learns.push((routes, changes));
        }
    }

    /// What happens at a moment. After the end, only that counts of which proxies learn by then.
    fn turn(&mut self, at: Time, turn: &Turn, end: Time) {
        // For each Service that is concerned, whether its proxies learn something.
        let mut concerned: BTreeMap<usize, bool> = BTreeMap::new();
        for index in &turn.pods {
            let pod = &mut self.pods[*index];
            let listens = pod.ears.open <= at && at < pod.ears.shut;
            if listens != std::mem::replace(&mut pod.listens, listens) {
                for (routes, times) in &pod.known_to {
                    self.routes[*routes].deaf += if listens { -times } else { *times };
                    concerned.entry(*routes).or_default();
                }
            }
        }
        for (routes, changes) in &turn.learns {
            concerned.insert(*routes, true);
            for (pod, by) in changes {
                let pod = &mut self.pods[*pod];
                match pod.known_to.iter_mut().find(|(known, _)| known == routes) {
                    Some((_, times)) => *times += by,
                    None => pod.known_to.push((*routes, *by)),
                }
                pod.known_to.retain(|(_, times)| *times != 0);
                let routes = &mut self.routes[*routes];
                routes.targets += by;
                routes.deaf += if pod.listens { 0 } else { *by };
            }
        }
        for (routes, learns) in concerned {
            let routes = &mut self.routes[routes];
            let last = end.max(routes.learnt);
            if end == NEVER || at < last || learns {
                routes.put(at, learns);
            }
        }
    }
}

impl Routes {
    fn of(service: (Name, Name)) -> Routes {
        Routes {
            has_slices: false,
            endpoints: BTreeMap::new(),
            sums: [0, 0],
            learnt: Time::ZERO,
            targets: 0,
            deaf: 0,
            traffic: Traffic {
                service,
                spans: Vec::new(),
            },
        }
    }

    /// Takes the changes of endpoints; says how much more often proxies are to choose each Pod. They use the endpoints that are ready,
    /// else those that are terminating and still serve (SVC-11).
    fn change(&mut self, changes: &[(usize, usize, i64)]) -> Vec<(usize, i64)> {
        let was = self.used();
        let mut chosen: BTreeMap<usize, i64> = BTreeMap::new();
        let mut choose = |pod, by| *chosen.entry(pod).or_default() += by;
        let sums = changes.iter().map(|(_, kind, by)| if *kind == 0 { *by } else { 0 });
        let will_be = usize::from(self.sums[0] + sums.sum::<i64>() == 0);
        if was != will_be {
            self.endpoints.iter().for_each(|(pod, times)| choose(*pod, -times[was]));
        }
        for (pod, kind, by) in changes {
            let times = self.endpoints.entry(*pod).or_default();
            times[*kind] += by;
            self.sums[*kind] += by;
            if *times == [0, 0] {
                self.endpoints.remove(pod);
            }
            if was == will_be && *kind == was {
                choose(*pod, *by);
            }
        }
        if was != will_be {
            self.endpoints
                .iter()
                .for_each(|(pod, times)| choose(*pod, times[will_be]));
        }
        chosen.into_iter().filter(|(_, by)| *by != 0).collect()
    }

    fn used(&self) -> usize {
        usize::from(self.sums[0] == 0)
    }

    /// No endpoint is left.
    fn clear(&mut self) -> Vec<(usize, i64)> {
        let used = self.used();
        self.sums = [0, 0];
        let all = std::mem::take(&mut self.endpoints).into_iter();
        all.map(|(pod, times)| (pod, -times[used]))
            .filter(|(_, by)| *by != 0)
            .collect()
    }

    /// From now on it is as it is.
    fn put(&mut self, at: Time, learns: bool) {
        let count = |number: i64| usize::try_from(number).unwrap_or_default();
        let spans = &mut self.traffic.spans;
        let (targets, deaf) = (count(self.targets), count(self.deaf));
        if !learns && spans.last().is_some_and(|last| last.deaf == deaf) {
            return;
        }
        if let Some(before) = spans.last_mut() {
            before.to = at;
        }
        if !spans.is_empty() || deaf < targets {
            spans.push(Span {
                from: at,
                to: at,
                targets,
                deaf,
            });
        }
    }
}

/// Whether there is an address that proxies answer for (SVC-10).
fn proxied(service: &Service) -> bool {
    !service.is_headless() && !service.selector.is_empty()
}
