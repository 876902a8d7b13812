//! The EndpointSlice controller (spec: SVC-01 to SVC-05): which Pods get a Service's traffic, and on which ports.
//! Upstream: `pkg/controller/endpointslice`, `staging/src/k8s.io/endpointslice/reconciler.go`.

mod ports;

pub(crate) use ports::Ports;

use super::{Decision, View};
use crate::api::{
    Endpoint, EndpointSlice, Key, Kind, LabelSelector, Labels, Name, Object, ObjectMeta, OwnerReference, Pod, Service,
};
use crate::cluster::{DeleteOptions, Write};
use crate::names::Names;
use crate::ordered::Ordered;
use crate::reason::EndpointReason;
use crate::value::Value;
use std::rc::Rc;

/// The most endpoints that one slice holds.
const MAX_ENDPOINTS: usize = 100;

/// Pods that listen on the same ports, each until a slice takes it.
struct Group {
    ports: Rc<Value>,
    endpoints: Ordered<Name, Option<Endpoint>>,
}

/// What is to be done to the slices of one Service.
#[derive(Default)]
struct Plan {
    create: Vec<EndpointSlice>,
    update: Vec<EndpointSlice>,
    delete: Vec<EndpointSlice>,
}

/// One look at one Service: `syncService`.
pub fn reconcile(view: &View<'_>, key: &Key) -> Decision {
    let mut decision = Decision::default();
    let Some(Object::Service(service)) = view.cluster.get(key) else {
        return decision;
    };
    if service.selector.is_empty() || service.meta.is_terminating() || is_external(service) {
        return decision;
    }
    let stored: Vec<&Rc<EndpointSlice>> = view.cluster.slices_of(service.meta.uid).collect();
    let mut plan = Plan::default();
    if !plan.relist(view, service, &stored) {
        let groups = wanted(view, service, &mut decision);
        let is_wanted = |slice: &EndpointSlice| groups.iter().any(|group| group.ports == slice.ports);
        plan.delete.extend(
            stored
                .iter()
                .filter(|slice| !is_wanted(slice))
                .map(|slice| (***slice).clone()),
        );
        for group in groups {
            let slices = stored.iter().filter(|slice| slice.ports == group.ports);
            plan.fill(service, slices.map(|slice| Rc::clone(slice)).collect(), group);
        }
    }
    plan.keep_one(service, stored.len());
    plan.reuse();
    plan.carry_out(view, &mut decision);
    decision
}

impl Plan {
    /// The same as [`fill`](Self::fill) without looking at all Pods, if that can be done: changes what is not listed as it
    /// should be. Tells whether it was done.
    fn relist(&mut self, view: &View<'_>, service: &Service, stored: &[&Rc<EndpointSlice>]) -> bool {
        let Some(listing) = view.index.listing(service.meta.uid) else {
            return false;
        };
        let ports = match listing.ports(view.cluster.nodes().next().is_some()) {
            Some(Some(ports)) => ports,
            Some(None) => {
                // Nobody is to be listed.
                self.delete.extend(stored.iter().map(|slice| (***slice).clone()));
                return true;
            }
            None => return false,
        };
        let (own, labels) = (|slice: &EndpointSlice| slice.ports == *ports, labels(service));
        let is_simple = |slice: &EndpointSlice| match own(slice) {
            true => slice.meta.labels == labels,
            false => slice.endpoints.is_empty(),
        };
        if !stored.iter().all(|slice| is_simple(slice)) {
            return false;
        }
        let mut rest = Vec::new();
        let mut news: Ordered<&Name, Ordered<&Name, Option<&Endpoint>>> = Ordered::new();
        for (pod, slice, wanted) in listing.astray() {
            match slice {
                Some(slice) => drop(news.or_default(slice).insert(pod, wanted)),
                None => rest.extend(wanted.cloned()),
            }
        }
        let (mut changed, mut unchanged) = (Vec::new(), Vec::new());
        for slice in stored {
            let news = news.get(&slice.meta.name);
            if !own(slice) {
                self.delete.push((***slice).clone());
            } else if let Some(news) = news {
                let mut slice = (***slice).clone();
                let is_left = |endpoint: &Endpoint| !matches!(news.get(&endpoint.pod), Some(None));
                slice.endpoints.retain(is_left);
                for endpoint in &mut slice.endpoints {
                    if let Some(Some(new)) = news.get(&endpoint.pod) {
                        *endpoint = (*new).clone();
                    }
                }
                match slice.endpoints.is_empty() {
                    true => self.delete.push(slice),
                    false => changed.push(slice),
                }
            } else {
                unchanged.push(Rc::clone(slice));
            }
        }
        self.distribute(service, ports, changed, unchanged, rest);
        true
    }

    /// Upstream: `reconcileByPortMapping`.
    fn fill(&mut self, service: &Service, stored: Vec<Rc<EndpointSlice>>, group: Group) {
        let Group { ports, mut endpoints } = group;
        let (mut changed, mut unchanged) = (Vec::new(), Vec::new());
        for before in stored {
            let mut slice = (*before).clone();
            slice.meta.labels = labels(service);
            let mut left = Vec::with_capacity(before.endpoints.len());
            for endpoint in &before.endpoints {
                left.extend(endpoints.get_mut(&endpoint.pod).and_then(Option::take));
            }
            slice.endpoints = left;
            if slice == *before {
                unchanged.push(before);
            } else if slice.endpoints.is_empty() && !before.endpoints.is_empty() {
                self.delete.push(slice);
            } else {
                changed.push(slice);
            }
        }
        let rest: Vec<Endpoint> = endpoints.into_values().flatten().collect();
        self.distribute(service, &ports, changed, unchanged, rest);
    }

    /// Endpoints that no slice lists yet find theirs.
    fn distribute(
        &mut self,
        service: &Service,
        ports: &Rc<Value>,
        mut changed: Vec<EndpointSlice>,
        mut unchanged: Vec<Rc<EndpointSlice>>,
        mut rest: Vec<Endpoint>,
    ) {
        while !rest.is_empty() {
            // Slices that change anyway are filled first, the fullest of them before the others. Then one that has room for all,
            // the one with the least; else there are new ones.
            let any = fullest(changed.iter(), 1);
            let one = fullest(unchanged.iter().map(|slice| &**slice), rest.len());
            let slice = match (any, one.filter(|_| rest.len() < MAX_ENDPOINTS)) {
                (Some(index), _) => &mut changed[index],
                (None, Some(index)) => {
                    let last = changed.len();
                    changed.push((*unchanged.remove(index)).clone());
                    &mut changed[last]
                }
                (None, None) => {
                    let last = self.create.len();
                    self.create.push(new(service, ports));
                    &mut self.create[last]
                }
            };
            let room = MAX_ENDPOINTS.saturating_sub(slice.endpoints.len());
            slice.endpoints.extend(rest.drain(..room.min(rest.len())));
        }
        self.update.append(&mut changed);
    }

    /// Where nothing else would be left, one slice without ports says so.
    fn keep_one(&mut self, service: &Service, stored: usize) {
        if self.delete.len() < stored || !self.create.is_empty() {
            return;
        }
        let none = new(service, &Rc::new(Value::List(Vec::new())));
        let says_so = |slice: &EndpointSlice| {
            slice.ports == none.ports && slice.endpoints.is_empty() && slice.meta.labels == none.meta.labels
        };
        match &self.delete[..] {
            [only] if says_so(only) => self.delete.clear(),
            _ => self.create.push(none),
        }
    }

    /// A slice that would go becomes one that would come. Upstream: `finalize`.
    fn reuse(&mut self) {
        let both = self.delete.len().min(self.create.len());
        for old in self.delete.drain(..both) {
            let Some(mut slice) = self.create.pop() else { return };
            let labels = slice.meta.labels;
            slice.meta = old.meta;
            slice.meta.labels = labels;
            self.update.push(slice);
        }
    }

    fn carry_out(self, view: &View<'_>, decision: &mut Decision) {
        let Plan { create, update, delete } = self;
        let namespace = create
            .first()
            .map(|slice| slice.meta.namespace.clone())
            .unwrap_or_default();
        let mut names = Names::new(view, Kind::EndpointSlice, &namespace);
        for mut slice in create {
            slice.meta.name = names.next(&slice.meta.name);
            let reason = reason(&slice.endpoints);
            decision.write(Write::Create(Object::EndpointSlice(Rc::new(slice))), reason);
        }
        for mut slice in update {
            crate::order::sort_by(&mut slice.endpoints, |a, b| a.pod.cmp(&b.pod));
            let reason = reason(&slice.endpoints);
            decision.write(Write::Update(Object::EndpointSlice(Rc::new(slice))), reason);
        }
        for slice in delete {
            let key = Object::EndpointSlice(Rc::new(slice)).key();
            decision.write(Write::Delete(key, DeleteOptions::default()), reason(&[]));
        }
    }
}

/// The slice with the most endpoints among those with room for so many more.
fn fullest<'a>(slices: impl Iterator<Item = &'a EndpointSlice>, more: usize) -> Option<usize> {
    let mut best = None;
    let mut most = 0;
    for (index, EndpointSlice { endpoints, .. }) in slices.enumerate() {
        let size = endpoints.len() + more;
        if size <= MAX_ENDPOINTS && size > most {
            (best, most) = (Some(index), size);
        }
    }
    best
}

/// A slice without endpoints, and so far with the first half of a name.
fn new(service: &Service, ports: &Rc<Value>) -> EndpointSlice {
    let name = &service.meta.name;
    let mut meta = ObjectMeta::named(&service.meta.namespace, format!("{name}-"));
    meta.labels = labels(service);
    meta.owner_references = vec![OwnerReference {
        kind: Kind::Service.name(),
        name: name.clone(),
        uid: service.meta.uid,
        controller: true,
    }]
    .into();
    EndpointSlice {
        meta,
        ports: ports.clone(),
        endpoints: Vec::new(),
    }
}

/// The Service's own labels and those that name it (SVC-04).
fn labels(service: &Service) -> Labels {
    let mut labels: Labels = service.meta.labels.clone();
    let own = Rc::make_mut(&mut labels);
    own.insert("kubernetes.io/service-name".into(), service.meta.name.clone());
    own.insert(
        "endpointslice.kubernetes.io/managed-by".into(),
        "endpointslice-controller.k8s.io".into(),
    );
    if service.is_headless() {
        own.insert("service.kubernetes.io/headless".into(), Name::default());
    }
    labels
}

/// The endpoints by their ports: everyone that matches, has an address and has not ended. A Pod whose node is not there
/// is left out and looked for again (SVC-01); a world that lists no nodes has any.
fn wanted(view: &View<'_>, service: &Service, decision: &mut Decision) -> Vec<Group> {
    let publishes_all = publishes_all(service);
    let lists_nodes = view.cluster.nodes().next().is_some();
    let is_missing = |pod: &Pod| {
        let key = pod
            .node_name
            .as_ref()
            .map(|node| Key::new(Kind::Node, &"".into(), node));
        lists_nodes && !publishes_all && key.is_some_and(|key| view.cluster.get(&key).is_none())
    };
    let ports = Ports::of(service);
    let mut groups: Vec<Group> = Vec::new();
    let selector = LabelSelector {
        match_labels: service.selector.clone(),
        ..LabelSelector::default()
    };
    for pod in view
        .index
        .pods_matching(view.cluster, &service.meta.namespace, &selector)
    {
        if pod.is_finished() || !pod.has_address() {
            continue;
        }
        let ports = ports.of_pod(pod);
        let index = groups.iter().position(|group| group.ports == ports);
        let index = index.unwrap_or_else(|| {
            let endpoints = Ordered::default();
            groups.push(Group { ports, endpoints });
            groups.len() - 1
        });
        if is_missing(pod) {
            decision.retry = true;
        } else {
            let endpoint = Some(endpoint(pod, publishes_all));
            groups[index].endpoints.insert(pod.meta.name.clone(), endpoint);
        }
    }
    groups
}

/// Whether Pods get traffic before they are ready.
pub(crate) fn publishes_all(service: &Service) -> bool {
    let published = service.spec.get("publishNotReadyAddresses");
    published.and_then(Value::as_bool).unwrap_or(false)
}

/// Upstream: `podToEndpoint` (SVC-02).
pub(crate) fn endpoint(pod: &Pod, publishes_all: bool) -> Endpoint {
    let (serving, terminating) = (pod.is_ready(), pod.is_terminating());
    Endpoint {
        pod: pod.meta.name.clone(),
        ready: publishes_all || (serving && !terminating),
        serving,
        terminating,
    }
}

fn is_external(service: &Service) -> bool {
    service.spec.get("type").and_then(Value::as_str) == Some("ExternalName")
}

fn reason(endpoints: &[Endpoint]) -> EndpointReason {
    let number = |test: &dyn Fn(&Endpoint) -> bool| {
        i64::try_from(endpoints.iter().filter(|endpoint| test(endpoint)).count()).unwrap_or(i64::MAX)
    };
    EndpointReason {
        ready: number(&|endpoint| endpoint.ready),
        unready: number(&|endpoint| !endpoint.ready && !endpoint.terminating),
        terminating: number(&|endpoint| endpoint.terminating),
    }
}
