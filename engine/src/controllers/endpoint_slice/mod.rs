//! The EndpointSlice controller (spec: SVC-01 to SVC-04): which Pods get a Service's traffic.
//! Upstream: `pkg/controller/endpointslice`, `staging/src/k8s.io/endpointslice/reconciler.go`.

use super::{Decision, View};
use crate::api::{Endpoint, EndpointSlice, Key, Kind, Labels, Name, Object, ObjectMeta, OwnerReference, Pod, Service};
use crate::cluster::{DeleteOptions, Write};
use crate::ordered::Ordered;
use crate::reason::EndpointReason;
use crate::value::Value;
use std::rc::Rc;

/// The most endpoints that one slice holds.
const MAX_ENDPOINTS: usize = 100;

/// One look at one Service: `syncService`.
pub fn reconcile(view: &View<'_>, key: &Key) -> Decision {
    let mut decision = Decision::default();
    let Some(Object::Service(service)) = view.cluster.get(key) else {
        return decision;
    };
    if service.selector.is_empty() || service.meta.is_terminating() || is_external(service) {
        return decision;
    }
    let mut wanted = wanted(view, service);
    let stored: Vec<&Rc<EndpointSlice>> = view.cluster.slices_of(service.meta.uid).collect();
    let mut slices: Vec<EndpointSlice> = stored.iter().map(|slice| (***slice).clone()).collect();
    for slice in &mut slices {
        slice.meta.labels = labels(service);
        slice.endpoints = slice
            .endpoints
            .iter()
            .filter_map(|endpoint| wanted.get_mut(&endpoint.pod)?.take())
            .collect();
    }
    let changed = |index: usize, slice: &EndpointSlice| slice.endpoints != stored[index].endpoints;
    let mut rest: Vec<Endpoint> = wanted.into_values().flatten().collect();
    let mut ahead = 0;
    let mut order: Vec<usize> = (0..slices.len())
        .filter(|index| !slices[*index].endpoints.is_empty())
        .collect();
    // Slices that change anyway are filled first, the fullest of them before the others; then one that has room for all.
    crate::order::sort_by_key(&mut order, |index| {
        let slice = &slices[*index];
        (!changed(*index, slice), std::cmp::Reverse(slice.endpoints.len()))
    });
    let is_left = !order.is_empty();
    for index in order {
        let slice = &mut slices[index];
        let room = MAX_ENDPOINTS.saturating_sub(slice.endpoints.len());
        if changed(index, slice) || room >= rest.len() {
            slice.endpoints.extend(rest.drain(..room.min(rest.len())));
        }
    }
    // Slices without endpoints are used again or go; one stays in any case.
    let mut needs_one = !is_left;
    for mut slice in slices {
        if slice.endpoints.is_empty() {
            slice.endpoints.extend(rest.drain(..MAX_ENDPOINTS.min(rest.len())));
            if slice.endpoints.is_empty() && !needs_one {
                let key = Object::EndpointSlice(Rc::new(slice)).key();
                decision.write(Write::Delete(key, DeleteOptions::default()), reason(&[]));
                continue;
            }
            needs_one = false;
        }
        crate::order::sort_by(&mut slice.endpoints, |a, b| a.pod.cmp(&b.pod));
        update(view, &slice, &mut decision);
    }
    while !rest.is_empty() || needs_one {
        needs_one = false;
        let endpoints = rest.drain(..MAX_ENDPOINTS.min(rest.len())).collect();
        create(view, service, endpoints, ahead, &mut decision);
        ahead += 1;
    }
    decision
}

/// The Service's own labels and those that name it (SVC-04).
fn labels(service: &Service) -> Labels {
    let mut labels: Labels = service.meta.labels.clone();
    let own = Rc::make_mut(&mut labels);
    own.insert("kubernetes.io/service-name".into(), service.meta.name.to_string());
    own.insert(
        "endpointslice.kubernetes.io/managed-by".into(),
        "endpointslice-controller.k8s.io".into(),
    );
    if service.is_headless() {
        own.insert("service.kubernetes.io/headless".into(), String::new());
    }
    labels
}

/// The endpoints by Pod, each until a slice takes it: everyone that matches, has an address and has not ended.
fn wanted(view: &View<'_>, service: &Service) -> Ordered<Name, Option<Endpoint>> {
    let publishes_all = service
        .spec
        .get("publishNotReadyAddresses")
        .and_then(Value::as_bool)
        .unwrap_or(false);
    let pods = view.cluster.pods_of_service(service);
    let listed = pods.filter(|pod| !pod.is_finished() && pod.has_address());
    listed
        .map(|pod| (pod.meta.name.clone(), Some(endpoint(pod, publishes_all))))
        .collect()
}

/// Upstream: `podToEndpoint` (SVC-02).
fn endpoint(pod: &Pod, publishes_all: bool) -> Endpoint {
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

fn update(view: &View<'_>, slice: &EndpointSlice, decision: &mut Decision) {
    let object = Object::EndpointSlice(Rc::new(slice.clone()));
    if view.cluster.get(&object.key()) != Some(&object) {
        decision.write(Write::Update(object), reason(&slice.endpoints));
    }
}

fn create(view: &View<'_>, service: &Service, endpoints: Vec<Endpoint>, ahead: u64, decision: &mut Decision) {
    let name = &service.meta.name;
    let mut meta = ObjectMeta::named(
        &service.meta.namespace,
        format!("{name}-{}", view.cluster.name_suffix(ahead)),
    );
    meta.labels = labels(service);
    meta.owner_references = vec![OwnerReference {
        kind: Kind::Service.name(),
        name: name.clone(),
        uid: service.meta.uid,
        controller: true,
    }];
    let reason = reason(&endpoints);
    let slice = EndpointSlice { meta, endpoints };
    decision.write(Write::Create(Object::EndpointSlice(Rc::new(slice))), reason);
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
