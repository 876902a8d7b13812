//! New connections to a Service during a run (spec: SVC): who gets them, and which of them fail, because proxies learn of
//! endpoints a moment later (SVC-14) while Pods stop listening at once (SVC-20), or do not listen yet (SVC-21).
//!
//! Nothing of this is decided by a controller: it follows from a history and the world.

use crate::api::{ContainerState, EndpointSlice, Kind, Name, Object, Pod, Service, Uid};
use crate::environment::Applications;
use crate::history::{Cursor, History};
use crate::ordered::Ordered;
use crate::time::{Duration, Time};
use crate::world::World;
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
    /// The Pods that proxies choose from, each with the same probability (SVC-13). None: connections are refused (SVC-12).
    pub targets: Rc<[Name]>,
    /// How many of them do not listen.
    pub deaf: usize,
}

impl Span {
    /// How many of a thousand new connections fail.
    pub fn failing(&self) -> u64 {
        match self.targets.len() as u64 {
            0 => 1000,
            all => self.deaf as u64 * 1000 / all,
        }
    }
}

impl Traffic {
    /// The traffic of every Service that has an address of its own.
    pub fn of(history: &Rc<History>) -> Vec<Traffic> {
        let mut watch = Watch {
            world: &history.scenario.world,
            applications: Applications::default(),
            routes: Ordered::new(),
            pods: Ordered::new(),
        };
        let mut cursor = Cursor::new(history.clone());
        for position in 1..=history.len() {
            cursor.seek(position);
            watch.step(&cursor);
        }
        let end = cursor.time();
        watch
            .routes
            .iter()
            .map(|(service, routes)| watch.traffic(service, routes, end))
            .collect()
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

/// Which endpoints a proxy may use: those that are ready, else those that are terminating and still serve (SVC-11).
fn usable<'a>(slices: impl Iterator<Item = &'a Rc<EndpointSlice>>) -> Rc<[Name]> {
    let endpoints: Vec<_> = slices.flat_map(|slice| &slice.endpoints).collect();
    let names = |wanted: fn(&crate::api::Endpoint) -> bool| -> Rc<[Name]> {
        endpoints
            .iter()
            .filter(|endpoint| wanted(endpoint))
            .map(|endpoint| endpoint.pod.clone())
            .collect()
    };
    let ready = names(|endpoint| endpoint.ready);
    match ready.is_empty() {
        false => ready,
        true => names(|endpoint| endpoint.serving && endpoint.terminating),
    }
}

/// From when until when a Pod listens, as far as its present state tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Ears {
    since: Time,
    open: Time,
    shut: Time,
}

/// Endpoints, and since when.
type Routes = Vec<(Time, Rc<[Name]>)>;

const NEVER: Time = Time(u64::MAX);

struct Watch<'a> {
    world: &'a World,
    applications: Applications,
    /// The endpoints of each Service, and since when.
    routes: Ordered<(Name, Name), Routes>,
    /// What each Pod hears, by namespace.
    pods: Ordered<Name, Heard>,
}

/// What the Pods of a namespace hear, by name.
type Heard = BTreeMap<Name, Vec<Ears>>;

impl Watch<'_> {
    fn step(&mut self, cursor: &Cursor) {
        let (now, cluster) = (cursor.time(), cursor.cluster());
        let Some(step) = cursor.step() else { return };
        // A step may write a hundred slices of one Service.
        let mut seen: Vec<Uid> = Vec::new();
        for key in step.touched() {
            match (key.kind, cluster.get(key)) {
                (Kind::Pod, pod) => {
                    let ears = match pod {
                        Some(Object::Pod(pod)) => {
                            self.applications.learn(self.world, pod);
                            self.ears(pod, now)
                        }
                        _ => Ears {
                            since: now,
                            open: NEVER,
                            shut: NEVER,
                        },
                    };
                    let heard = self.pods.or_default(key.namespace.clone());
                    heard.entry(key.name.clone()).or_default().push(ears);
                }
                // With the Service, its address goes.
                (Kind::Service, None) => {
                    let known = self.routes.get_mut(&(key.namespace.clone(), key.name.clone()));
                    if let Some(routes) = known.filter(|routes| routes.last().is_some_and(|(_, last)| !last.is_empty()))
                    {
                        routes.push((now, Rc::from([])));
                    }
                }
                (Kind::EndpointSlice, Some(slice)) => {
                    let owner = slice.meta().controller().map(|owner| owner.uid);
                    let mut services = cluster.services().filter(|service| proxied(service));
                    if let Some(service) = services.find(|service| Some(service.meta.uid) == owner)
                        && !seen.contains(&service.meta.uid)
                    {
                        seen.push(service.meta.uid);
                        let targets = usable(cluster.slices_of(service.meta.uid));
                        let place = (service.meta.namespace.clone(), service.meta.name.clone());
                        let routes = self.routes.or_default(place);
                        let was = routes.last().map_or(&[][..], |(_, targets)| &**targets);
                        if *was != *targets {
                            routes.push((now, targets));
                        }
                    }
                }
                _ => {}
            }
        }
    }

    /// An application listens once it has started, until it gets SIGTERM or stops answering.
    fn ears(&self, pod: &Pod, now: Time) -> Ears {
        let mut ears = Ears {
            since: now,
            open: now,
            shut: NEVER,
        };
        for (index, container) in pod.template.containers.iter().enumerate() {
            let behavior = self.applications.behavior(self.world, pod, container);
            let state = pod.status.containers.get(index).map(|status| status.state);
            let Some(ContainerState::Running { started_at }) = state else {
                return Ears { open: NEVER, ..ears };
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

    /// One look at everybody when the proxies learn of other endpoints; between that, at those only who turn.
    fn traffic(&self, service: &(Name, Name), routes: &Routes, end: Time) -> Traffic {
        let heard = self.pods.get(&service.0);
        let ears = |pod: &Name| heard.and_then(|heard| heard.get(pod)).map_or(&[][..], Vec::as_slice);
        let mut spans: Vec<Span> = Vec::new();
        let learnt: Vec<Time> = routes.iter().map(|(time, _)| *time + self.world.propagation).collect();
        let end = learnt.last().map_or(end, |last| end.max(*last));
        for (index, (_, targets)) in routes.iter().enumerate() {
            let from = learnt[index];
            let until = learnt.get(index + 1).copied().unwrap_or(end);
            let mut turns: BTreeMap<Time, Vec<&[Ears]>> = BTreeMap::new();
            let mut deaf = 0;
            for pod in targets.iter() {
                let ears = ears(pod);
                deaf += usize::from(!listens(ears, from));
                // The moments at which it begins or ends to listen, or might.
                let all = ears.iter().flat_map(|ears| [ears.since, ears.open, ears.shut]);
                for turn in all.filter(|turn| from < *turn && *turn < until) {
                    turns.entry(turn).or_default().push(ears);
                }
            }
            let mut put = |from: Time, deaf: usize| {
                if let Some(before) = spans.last_mut() {
                    before.to = from;
                }
                if !spans.is_empty() || deaf < targets.len() {
                    spans.push(Span {
                        from,
                        to: until,
                        targets: targets.clone(),
                        deaf,
                    });
                }
            };
            put(from, deaf);
            for (turn, mut pods) in turns {
                pods.dedup_by_key(|ears| ears.as_ptr());
                let before = Time(turn.0 - 1);
                let count = |moment| pods.iter().filter(|ears| !listens(ears, moment)).count();
                let (now, then) = (count(turn), count(before));
                if now != then {
                    deaf = deaf + now - then;
                    put(turn, deaf);
                }
            }
        }
        Traffic {
            service: service.clone(),
            spans,
        }
    }
}

/// Whether a Pod listens at a moment.
fn listens(ears: &[Ears], moment: Time) -> bool {
    let state = ears.iter().rev().find(|ears| ears.since <= moment);
    state.is_some_and(|ears| ears.open <= moment && moment < ears.shut)
}

/// Whether there is an address that proxies answer for (SVC-10).
fn proxied(service: &Service) -> bool {
    !service.is_headless() && !service.selector.is_empty()
}
