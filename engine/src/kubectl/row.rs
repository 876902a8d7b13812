//! The rows of `get` in full: every kind's columns with age, and those of `-o wide` (spec: CTL-50 to CTL-63).

use super::clock::ago;
use super::table::{cells, columns, initializing};
use super::{Scope, address};
use crate::api::{
    ConditionStatus, EndpointSlice, Key, Kind, LabelSelector, Name, Node, Object, Other, PersistentVolume,
    PersistentVolumeClaim, Pod, PodTemplate, ResourceQuota, Service,
};
use crate::controllers::deployment::util;
use crate::ordered::Ordered;
use crate::value::Value;

/// The headers after NAME; of them, those that only `-o wide` shows.
pub(super) fn headers(kind: Kind) -> (Vec<&'static str>, &'static [&'static str]) {
    const RUNS: [&str; 3] = ["CONTAINERS", "IMAGES", "SELECTOR"];
    let with_age = |before: &[&'static str]| [before, &["AGE"]].concat();
    match kind {
        Kind::Deployment | Kind::ReplicaSet | Kind::ReplicationController | Kind::DaemonSet => {
            (with_age(columns(kind)), const { &RUNS })
        }
        Kind::StatefulSet => (with_age(columns(kind)), &["CONTAINERS", "IMAGES"]),
        Kind::Pod => {
            let wide = &["IP", "NODE", "NOMINATED NODE", "READINESS GATES"];
            (with_age(columns(kind)), wide)
        }
        Kind::PersistentVolumeClaim => (with_age(columns(kind)), &["VOLUMEMODE"]),
        Kind::PodDisruptionBudget | Kind::HorizontalPodAutoscaler => (with_age(columns(kind)), &[]),
        Kind::ControllerRevision => (vec!["CONTROLLER", "REVISION", "AGE"], &[]),
        Kind::Service => {
            let shown = vec!["TYPE", "CLUSTER-IP", "EXTERNAL-IP", "PORT(S)", "AGE"];
            (shown, &["SELECTOR"])
        }
        Kind::EndpointSlice => (vec!["ADDRESSTYPE", "PORTS", "ENDPOINTS", "AGE"], &[]),
        Kind::ResourceQuota => (vec!["REQUEST", "LIMIT", "AGE"], &[]),
        Kind::Node => {
            let wide = &[
                "INTERNAL-IP",
                "EXTERNAL-IP",
                "OS-IMAGE",
                "KERNEL-VERSION",
                "CONTAINER-RUNTIME",
            ];
            (vec!["STATUS", "ROLES", "AGE", "VERSION"], wide)
        }
        Kind::PersistentVolume => {
            let before = [
                "CAPACITY",
                "ACCESS MODES",
                "RECLAIM POLICY",
                "STATUS",
                "CLAIM",
                "STORAGECLASS",
                "VOLUMEATTRIBUTESCLASS",
                "REASON",
            ];
            (with_age(&before), &["VOLUMEMODE"])
        }
        Kind::StorageClass => {
            let before = [
                "PROVISIONER",
                "RECLAIMPOLICY",
                "VOLUMEBINDINGMODE",
                "ALLOWVOLUMEEXPANSION",
            ];
            (with_age(&before), &[])
        }
        Kind::ConfigMap => (vec!["DATA", "AGE"], &[]),
        Kind::Secret => (vec!["TYPE", "DATA", "AGE"], &[]),
    }
}

/// The cells below the headers.
pub(super) fn row(scope: Scope<'_>, object: &Object) -> (Vec<String>, Vec<String>) {
    let age = ago(object.meta().creation_timestamp, scope.now);
    let mut shown = match object {
        Object::Pod(pod) => pod_cells(scope, pod),
        Object::PersistentVolumeClaim(claim) => claim_cells(scope, claim, cells(object)),
        Object::ControllerRevision(revision) => {
            let owner = revision.meta.controller().map_or("<none>".to_owned(), |owner| {
                let kind = Kind::from_name(owner.kind).map_or(owner.kind.to_owned(), Kind::qualified);
                format!("{}/{}", kind.to_ascii_lowercase(), owner.name)
            });
            vec![owner, revision.revision.to_string()]
        }
        Object::Service(service) => service_cells(service),
        Object::EndpointSlice(slice) => slice_cells(scope, slice),
        Object::ResourceQuota(quota) => quota_cells(quota),
        Object::PersistentVolume(volume) => volume_cells(scope, volume),
        Object::Other(other) => other_cells(other),
        Object::Node(node) => vec![node_status(node), roles(node)],
        object => cells(object),
    };
    shown.push(age);
    if object.kind() == Kind::Node {
        shown.push(format!("v{}", scope.release));
    }
    (shown, wide(object))
}

/// The name as the first column shows it.
pub(super) fn name(object: &Object) -> String {
    let name = &object.meta().name;
    let annotation = object.meta().annotation("storageclass.kubernetes.io/is-default-class");
    match object.kind() {
        Kind::StorageClass if annotation == Some("true") => format!("{name} (default)"),
        _ => name.to_string(),
    }
}

fn wide(object: &Object) -> Vec<String> {
    let runs = |template: &PodTemplate, selector: Option<&LabelSelector>| {
        let list = |texts: Vec<&str>| or_none(texts.join(","));
        let names = list(template.containers.iter().map(|container| &*container.name).collect());
        let images = list(template.containers.iter().map(|container| &*container.image).collect());
        let selector = selector.map(|selector| or_none(selector.to_string()));
        [names, images].into_iter().chain(selector).collect()
    };
    match object {
        Object::Deployment(it) => runs(&it.spec.template, Some(&it.spec.selector)),
        Object::ReplicaSet(it) | Object::ReplicationController(it) => {
            let hash = it.meta.labels.get("pod-template-hash");
            let mut wide: Vec<String> = runs(&it.spec.template, Some(&it.spec.selector));
            // The label that the Deployment adds is kept apart from the selector here.
            if let (Some(hash), Some(selector)) = (hash, wide.last_mut())
                && !selector.contains("pod-template-hash")
            {
                *selector += &format!(",pod-template-hash={hash}");
            }
            wide
        }
        Object::DaemonSet(it) => runs(&it.spec.template, Some(&it.spec.selector)),
        Object::StatefulSet(it) => runs(&it.spec.template, None),
        Object::Pod(pod) => {
            let none = || "<none>".to_owned();
            let node = pod.node_name.as_ref().map_or_else(none, ToString::to_string);
            vec![address::of_pod(pod).unwrap_or_else(none), node, none(), none()]
        }
        Object::PersistentVolumeClaim(_) | Object::PersistentVolume(_) => vec!["Filesystem".to_owned()],
        Object::Service(service) => vec![or_none(pairs(&service.selector))],
        Object::Node(node) => {
            let mut all = vec![address::of_node(&node.meta), "<none>".to_owned()];
            all.resize(5, "<unknown>".to_owned());
            all
        }
        _ => Vec::new(),
    }
}

/// Labels as a column shows them.
pub(super) fn pairs(labels: &Ordered<Name, Name>) -> String {
    let all: Vec<String> = labels.iter().map(|(key, value)| format!("{key}={value}")).collect();
    all.join(",")
}

pub(super) fn or_none(text: String) -> String {
    if text.is_empty() { "<none>".to_owned() } else { text }
}

fn pod_cells(scope: Scope<'_>, pod: &Pod) -> Vec<String> {
    let mut cells = super::table::pod(pod);
    let sidecars = pod.template.init_containers.iter().zip(&pod.status.init_containers);
    let sidecars = sidecars
        .filter(|(container, _)| container.sidecar)
        .map(|(_, status)| status);
    let counted: Vec<_> = match initializing(pod) {
        Some(_) => pod.status.init_containers.iter().collect(),
        None => pod.status.containers.iter().chain(sidecars).collect(),
    };
    let count: i64 = counted.iter().map(|status| i64::from(status.restart_count)).sum();
    let last = counted
        .iter()
        .filter_map(|status| status.memory.last)
        .map(|ended| ended.at)
        .max();
    if let Some(cell) = cells.get_mut(2) {
        *cell = match last {
            Some(at) if count > 0 => format!("{count} ({} ago)", ago(at, scope.now)),
            _ => count.to_string(),
        };
    }
    cells
}

fn claim_cells(scope: Scope<'_>, claim: &PersistentVolumeClaim, mut cells: Vec<String>) -> Vec<String> {
    let bound = claim.bound.then(|| (storage(&claim.spec), modes(&claim.spec)));
    let (capacity, modes) = bound.unwrap_or_default();
    cells[1] = claim.volume.as_ref().map_or_else(String::new, ToString::to_string);
    (cells[2], cells[3], cells[4]) = (capacity, modes, class(scope, claim));
    cells
}

/// The class that it names, or that its volume has.
pub(super) fn class(scope: Scope<'_>, claim: &PersistentVolumeClaim) -> String {
    let named = claim.spec.text("storageClassName");
    let volume = claim.volume.as_ref().and_then(|name| {
        let key = Key::new(Kind::PersistentVolume, &"".into(), name);
        scope.cluster.get(&key)
    });
    match volume {
        Some(Object::PersistentVolume(volume)) if named.is_empty() => volume.class.to_string(),
        _ => named.to_owned(),
    }
}

/// What a claim asks for.
pub(super) fn storage(spec: &Value) -> String {
    let asked = spec.at(&["resources", "requests", "storage"]);
    match asked {
        Some(Value::Int(bytes)) => bytes.to_string(),
        other => other.and_then(Value::as_str).unwrap_or_default().to_owned(),
    }
}

/// Access modes in their short forms.
pub(super) fn modes(spec: &Value) -> String {
    const SHORT: [(&str, &str); 4] = [
        ("ReadWriteOnce", "RWO"),
        ("ReadOnlyMany", "ROX"),
        ("ReadWriteMany", "RWX"),
        ("ReadWriteOncePod", "RWOP"),
    ];
    let given = spec.list("accessModes");
    let has = |mode: &str| given.iter().any(|item| item.as_str() == Some(mode));
    let short: Vec<&str> = SHORT
        .iter()
        .filter(|(mode, _)| has(mode))
        .map(|(_, short)| *short)
        .collect();
    short.join(",")
}

fn service_cells(service: &Service) -> Vec<String> {
    let spec = &service.spec;
    let kind = match spec.text("type") {
        "" => "ClusterIP",
        kind => kind,
    };
    let outside = match kind {
        "LoadBalancer" => "<pending>".to_owned(),
        "ExternalName" => spec.text("externalName").to_owned(),
        _ => "<none>".to_owned(),
    };
    let port = |port: &Value| {
        let (number, protocol) = (port.int("port").unwrap_or(0), protocol(port));
        match port.int("nodePort") {
            Some(node) if node > 0 => format!("{number}:{node}/{protocol}"),
            _ => format!("{number}/{protocol}"),
        }
    };
    let ports: Vec<String> = spec.list("ports").iter().map(port).collect();
    let inside = or_none(address::of_service(service));
    vec![kind.to_owned(), inside, outside, or_none(ports.join(","))]
}

/// A port's protocol.
pub(super) fn protocol(port: &Value) -> &str {
    match port.text("protocol") {
        "" => "TCP",
        protocol => protocol,
    }
}

fn slice_cells(scope: Scope<'_>, slice: &EndpointSlice) -> Vec<String> {
    let unset = |text: String| if text.is_empty() { "<unset>".to_owned() } else { text };
    let ports = slice.ports.items().iter().map(|port| match port.int("port") {
        Some(number) => number.to_string(),
        None => "*".to_owned(),
    });
    let ports: Vec<String> = ports.collect();
    let addresses = slice.endpoints.iter().filter_map(|endpoint| {
        let key = Key::new(Kind::Pod, &slice.meta.namespace, &endpoint.pod);
        match scope.cluster.get(&key)? {
            Object::Pod(pod) => address::of_pod(pod),
            _ => None,
        }
    });
    let mut addresses: Vec<String> = addresses.collect();
    let more = addresses.len().saturating_sub(3);
    addresses.truncate(3);
    let more = if more > 0 {
        format!(" + {more} more...")
    } else {
        String::new()
    };
    let addresses = unset(addresses.join(","));
    vec!["IPv4".to_owned(), unset(ports.join(",")), addresses + &more]
}

fn quota_cells(quota: &ResourceQuota) -> Vec<String> {
    let text = |number: Option<i64>| number.map_or("0".to_owned(), |number| number.to_string());
    let pods = quota
        .hard_pods
        .map(|hard| format!("pods: {}/{hard}", text(quota.used_pods)));
    vec![pods.unwrap_or_default(), String::new()]
}

fn volume_cells(scope: Scope<'_>, volume: &PersistentVolume) -> Vec<String> {
    let (namespace, name, _) = &volume.claim;
    let claim = match scope.cluster.named(Kind::PersistentVolumeClaim, namespace, name) {
        Some(Object::PersistentVolumeClaim(claim)) => Some(claim),
        _ => None,
    };
    let of_claim = |read: fn(&Value) -> String| claim.map_or_else(String::new, |claim| read(&claim.spec));
    vec![
        of_claim(storage),
        of_claim(modes),
        if volume.retain { "Retain" } else { "Delete" }.to_owned(),
        if volume.released { "Released" } else { "Bound" }.to_owned(),
        format!("{namespace}/{name}"),
        volume.class.to_string(),
        "<unset>".to_owned(),
        String::new(),
    ]
}

/// ConfigMap, Secret, StorageClass.
fn other_cells(other: &Other) -> Vec<String> {
    let entries = |key: &str| {
        other
            .value
            .get(key)
            .and_then(Value::as_map)
            .map_or(0, |map| map.iter().count())
    };
    let or = |key: &str, absent: &str| match other.value.text(key) {
        "" => absent.to_owned(),
        text => text.to_owned(),
    };
    match other.kind {
        Kind::ConfigMap => vec![(entries("data") + entries("binaryData")).to_string()],
        Kind::Secret => vec![
            or("type", "Opaque"),
            (entries("data") + entries("stringData")).to_string(),
        ],
        _ => {
            let expands = other.value.get("allowVolumeExpansion").and_then(Value::as_bool) == Some(true);
            vec![
                or("provisioner", ""),
                or("reclaimPolicy", "Delete"),
                or("volumeBindingMode", "Immediate"),
                expands.to_string(),
            ]
        }
    }
}

/// What a node's labels say that it is for.
pub(super) fn roles(node: &Node) -> String {
    let roles = node
        .meta
        .labels
        .keys()
        .filter_map(|key| key.strip_prefix("node-role.kubernetes.io/"));
    or_none(roles.collect::<Vec<_>>().join(","))
}

fn node_status(node: &Node) -> String {
    let ready = match node.ready {
        ConditionStatus::True => "Ready",
        _ => "NotReady",
    };
    let cordoned = if node.unschedulable { ",SchedulingDisabled" } else { "" };
    format!("{ready}{cordoned}")
}

/// The ReplicaSets of a Deployment as `describe` names them: the old ones, oldest first, and the new one.
pub(super) fn replica_sets(scope: Scope<'_>, deployment: &crate::api::Deployment) -> (Vec<String>, Vec<String>) {
    let (mut old, mut new) = (Vec::new(), Vec::new());
    let mut sets: Vec<_> = scope.cluster.replica_sets_of(deployment.meta.uid).collect();
    crate::order::sort_by(&mut sets, |a, b| util::by_creation(a, b));
    for set in sets {
        let text = format!(
            "{} ({}/{} replicas created)",
            set.meta.name, set.status.replicas, set.spec.replicas
        );
        let is_new = new.is_empty() && set.spec.template == deployment.spec.template;
        if is_new { &mut new } else { &mut old }.push(text);
    }
    (old, new)
}
