//! What names resolve to inside the cluster (spec: SVC-30 to SVC-34). Addresses are not simulated: an answer names the Pods
//! or the Service whose address it would be.

use crate::api::{Endpoint, Name, Pod, Service};
use crate::cluster::Cluster;
use crate::value::Value;

/// What a name server answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The Service's own, stable address (SVC-30).
    Service(Name),
    /// The addresses of these Pods (SVC-31).
    Pods(Vec<Name>),
    /// The port and target of a named port: `80 web.default.svc.cluster.local`.
    Ports(Vec<String>),
    /// No such name.
    NotFound,
}

const ZONE: &str = "svc.cluster.local";

/// Asks for a name from a namespace: `db`, `db.prod`, `db-0.db`, `_http._tcp.db`, or any of them in full.
pub fn lookup(cluster: &Cluster, namespace: &str, name: &str) -> Answer {
    let name = name.trim_end_matches('.');
    let short = name.strip_suffix(ZONE).and_then(|rest| rest.strip_suffix('.'));
    let short = short.unwrap_or_else(|| name.strip_suffix(".svc").unwrap_or(name));
    let is_full = short.len() < name.len();
    let labels: Vec<&str> = short.split('.').collect();
    let found = match labels.as_slice() {
        [service] if !is_full => of_service(cluster, namespace, service),
        // A Service of another namespace comes before a Pod of this one's, as the search list has it.
        [pod, service] if !is_full => {
            of_pod(cluster, namespace, service, pod).or_else(|| of_service(cluster, service, pod))
        }
        [service, namespace] => of_service(cluster, namespace, service),
        [port, protocol, service] if port.starts_with('_') => of_port(cluster, namespace, service, (port, protocol)),
        [port, protocol, service, namespace] => of_port(cluster, namespace, service, (port, protocol)),
        [pod, service, namespace] => of_pod(cluster, namespace, service, pod),
        _ => None,
    };
    found.unwrap_or(Answer::NotFound)
}

/// The name that a StatefulSet's Pod has of its own (SVC-32), and whether it resolves now. `None` for other Pods.
pub fn name_of(cluster: &Cluster, pod: &Pod) -> Option<(String, bool)> {
    let owner = pod.meta.controller().filter(|owner| owner.kind == "StatefulSet")?;
    let set = cluster.stateful_set(&pod.meta.namespace, &owner.name)?;
    let service = Some(&set.spec.service_name).filter(|name| !name.is_empty())?;
    let name = format!("{}.{service}.{}.{ZONE}", pod.meta.name, pod.meta.namespace);
    let answer = lookup(cluster, &pod.meta.namespace, &name);
    Some((name, answer != Answer::NotFound))
}

fn service<'a>(cluster: &'a Cluster, namespace: &str, name: &str) -> Option<&'a Service> {
    let mut services = cluster.services().map(|service| &**service);
    services.find(|service| *service.meta.namespace == *namespace && *service.meta.name == *name)
}

/// Ready endpoints, or all of them where the Service says so (SVC-33, SVC-34).
pub fn published<'a>(cluster: &'a Cluster, service: &'a Service) -> impl Iterator<Item = &'a Endpoint> {
    let endpoints = cluster.slices_of(service.meta.uid).flat_map(|slice| &slice.endpoints);
    endpoints.filter(|endpoint| is_published(service, endpoint))
}

fn is_published(service: &Service, endpoint: &Endpoint) -> bool {
    endpoint.ready || service.spec.get("publishNotReadyAddresses").and_then(Value::as_bool) == Some(true)
}

fn of_service(cluster: &Cluster, namespace: &str, name: &str) -> Option<Answer> {
    let service = service(cluster, namespace, name)?;
    if !service.is_headless() {
        return Some(Answer::Service(service.meta.name.clone()));
    }
    let pods: Vec<Name> = published(cluster, service)
        .map(|endpoint| endpoint.pod.clone())
        .collect();
    (!pods.is_empty()).then_some(Answer::Pods(pods))
}

/// Only a StatefulSet's Pods have the Service's name as their subdomain (SVC-06).
fn of_pod(cluster: &Cluster, namespace: &str, name: &str, pod: &str) -> Option<Answer> {
    let service = service(cluster, namespace, name).filter(|service| service.is_headless())?;
    let endpoint = published(cluster, service).find(|endpoint| *endpoint.pod == *pod)?;
    let stored = cluster.pod(&service.meta.namespace, &endpoint.pod)?;
    let owner = stored.meta.controller().filter(|owner| owner.kind == "StatefulSet")?;
    let set = cluster.stateful_set(&service.meta.namespace, &owner.name)?;
    (set.spec.service_name == service.meta.name).then(|| Answer::Pods(vec![endpoint.pod.clone()]))
}

/// SRV: named ports only (SVC-30).
fn of_port(cluster: &Cluster, namespace: &str, name: &str, (port, protocol): (&str, &str)) -> Option<Answer> {
    let service = service(cluster, namespace, name)?;
    let is_it = |item: &&Value| {
        let own = item.get("protocol").and_then(Value::as_str).unwrap_or("TCP");
        port.strip_prefix('_') == Some(item.text("name"))
            && protocol.strip_prefix('_') == Some(&*own.to_ascii_lowercase())
    };
    let host = format!("{name}.{namespace}.{ZONE}");
    if !service.is_headless() {
        let number = service.spec.list("ports").iter().find(is_it)?.int("port")?;
        return Some(Answer::Ports(vec![format!("{number} {host}")]));
    }
    // Nothing stands between a client and a Pod, so it is the Pod's own port that counts (SVC-31).
    let mut pods = Vec::new();
    for slice in cluster.slices_of(service.meta.uid) {
        let number = slice.ports.items().iter().find(is_it).and_then(|item| item.int("port"));
        let endpoints = slice
            .endpoints
            .iter()
            .filter(|endpoint| is_published(service, endpoint));
        pods.extend(
            number
                .into_iter()
                .flat_map(|number| endpoints.clone().map(move |endpoint| (endpoint.pod.clone(), number))),
        );
    }
    pods.sort_unstable();
    let pods: Vec<String> = pods
        .into_iter()
        .map(|(pod, number)| format!("{number} {pod}.{host}"))
        .collect();
    (!pods.is_empty()).then_some(Answer::Ports(pods))
}
