//! The engine's cluster in the form of a recorded state: one JSON object per object, and printed table rows.

use crate::names::{Names, target_node};
use rollscope_engine::api::{
    Deployment, Endpoint, EndpointSlice, Key, Kind, Object, ObjectMeta, Pod, PodDisruptionBudget, PodTemplate,
    ReplicaSet, StatefulSet,
};
use rollscope_engine::cluster::Cluster;
use rollscope_engine::kubectl;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// The labels that controllers add and that recordings leave out.
const SYSTEM_LABELS: [&str; 6] = [
    "pod-template-hash",
    "controller-revision-hash",
    "pod-template-generation",
    "statefulset.kubernetes.io/pod-name",
    "apps.kubernetes.io/pod-index",
    "controller.kubernetes.io/hash",
];

/// The whole state, by `Kind/alias`.
pub fn state(cluster: &Cluster, names: &Names) -> BTreeMap<String, Value> {
    let objects = cluster.objects().filter_map(|object| {
        let mut members = members(object, names)?;
        let meta = object.meta();
        if meta.is_terminating() {
            members.insert("deleting".into(), true.into());
            if !meta.finalizers.is_empty() {
                members.insert(
                    "finalizers".into(),
                    meta.finalizers.iter().map(|name| &**name).collect(),
                );
            }
        }
        Some((names.path(&object.key()), Value::Object(members)))
    });
    objects.collect()
}

/// The printed rows of the kinds that were recorded, by `Kind/alias`.
pub fn rows(cluster: &Cluster, names: &Names, kinds: &BTreeSet<String>) -> BTreeMap<String, Value> {
    let kinds = Kind::ALL.into_iter().filter(|kind| kinds.contains(kind.name()));
    let objects = kinds.flat_map(|kind| cluster.of_kind(kind));
    objects
        .map(|object| (names.path(&object.key()), kubectl::cells(object).into()))
        .collect()
}

fn members(object: &Object, names: &Names) -> Option<Map<String, Value>> {
    let value = match object {
        Object::Deployment(deployment) => self::deployment(deployment, names),
        Object::ReplicaSet(set) => replica_set(set, names),
        Object::StatefulSet(set) => stateful_set(set, names),
        Object::ControllerRevision(revision) => {
            json!({ "owner": owner(&revision.meta, names), "revision": revision.revision })
        }
        Object::Pod(pod) => self::pod(pod, names),
        Object::PersistentVolumeClaim(claim) => {
            let owners = claim.meta.owner_references.iter();
            let owners: Vec<String> = owners.map(|owner| format!("{}/{}", owner.kind, owner.name)).collect();
            json!({ "owners": owners, "phase": if claim.bound { "Bound" } else { "Pending" } })
        }
        Object::ReplicationController(controller) => json!({
            "replicas": controller.spec.replicas,
            "status": status(&controller.status.to_value(), &controller.meta, names).0,
        }),
        Object::DaemonSet(set) => json!({
            "generation": set.meta.generation,
            "observedGeneration": set.status.observed_generation,
            "images": images(&set.spec.template),
            "status": status(&set.status.to_value(), &set.meta, names).0,
        }),
        Object::PodDisruptionBudget(budget) => self::budget(budget, names),
        Object::ResourceQuota(quota) => json!({ "status": to_json(&quota.status()) }),
        Object::EndpointSlice(slice) => endpoints(slice, names),
        Object::HorizontalPodAutoscaler(_) | Object::Service(_) | Object::Node(_) => return None,
        Object::PersistentVolume(_) | Object::Other(_) => return None,
    };
    match value {
        Value::Object(members) => Some(members),
        _ => None,
    }
}

fn deployment(deployment: &Deployment, names: &Names) -> Value {
    let meta = &deployment.meta;
    let (status, conditions) = status(&deployment.status.to_value(), meta, names);
    json!({
        "generation": meta.generation,
        "observedGeneration": deployment.status.observed_generation,
        "replicas": deployment.spec.replicas,
        "paused": deployment.spec.paused,
        "revision": meta.annotation("deployment.kubernetes.io/revision"),
        "images": images(&deployment.spec.template),
        "status": status,
        "conditions": conditions,
    })
}

fn replica_set(set: &ReplicaSet, names: &Names) -> Value {
    let (status, conditions) = status(&set.status.to_value(), &set.meta, names);
    let mut members = json!({
        "owner": owner(&set.meta, names),
        "replicas": set.spec.replicas,
        "images": images(&set.spec.template),
        "status": status,
    });
    for (member, annotation) in [
        ("revision", "revision"),
        ("revisionHistory", "revision-history"),
        ("desired", "desired-replicas"),
        ("max", "max-replicas"),
    ] {
        if let Some(text) = set.meta.annotation(&format!("deployment.kubernetes.io/{annotation}")) {
            members[member] = text.into();
        }
    }
    if conditions != json!([]) {
        members["conditions"] = conditions;
    }
    members
}

fn stateful_set(set: &StatefulSet, names: &Names) -> Value {
    json!({
        "generation": set.meta.generation,
        "observedGeneration": set.status.seen.observed_generation,
        "replicas": set.spec.replicas,
        "updateStrategy": to_json(&set.spec.update_strategy.to_value()),
        "images": images(&set.spec.template),
        "status": status(&set.status.to_value(), &set.meta, names).0,
    })
}

fn pod(pod: &Pod, names: &Names) -> Value {
    let birth = names.birth(pod.meta.uid);
    let mut labels: BTreeMap<&str, &str> = pod.meta.labels.iter().map(|(key, text)| (&**key, &**text)).collect();
    labels.retain(|key, _| !SYSTEM_LABELS.contains(key));
    let mut members = json!({
        "owner": owner(&pod.meta, names),
        "rev": names.revision_of(pod),
        "images": images(&pod.template),
        "phase": pod.status.phase.name(),
        "ready": pod.is_ready(),
        "terminating": pod.is_terminating(),
        "node": pod.node_name.as_deref(),
        "createdStep": birth.step,
        "labels": labels,
    });
    let restarts: i64 = pod
        .status
        .containers
        .iter()
        .map(|status| i64::from(status.restart_count))
        .sum();
    let optional = [
        (
            "index",
            pod.meta
                .labels
                .get("apps.kubernetes.io/pod-index")
                .and_then(|text| text.parse::<i64>().ok())
                .into(),
        ),
        ("incarnation", birth.is_named.then_some(birth.incarnation).into()),
        ("restarts", (restarts > 0).then_some(restarts).into()),
        ("waiting", pod.waiting_reason().into()),
        ("disruptionTarget", pod.status.trouble.disruption_target.into()),
        (
            "deletionCost",
            pod.meta.annotation("controller.kubernetes.io/pod-deletion-cost").into(),
        ),
        ("targetNode", target_node(&Object::Pod(pod.clone().into())).into()),
    ];
    for (member, value) in optional {
        let value: Value = value;
        if !value.is_null() {
            members[member] = value;
        }
    }
    if !pod.claims.is_empty() {
        members["pvcs"] = pod.claims.iter().map(|claim| &**claim).collect();
    }
    members
}

fn budget(budget: &PodDisruptionBudget, names: &Names) -> Value {
    let (status, conditions) = status(&budget.status.to_value(), &budget.meta, names);
    let mut members = json!({ "status": status, "conditions": conditions });
    if !budget.status.disrupted_pods.is_empty() {
        let pods = budget.status.disrupted_pods.keys();
        let pods = pods.map(|pod| {
            names
                .alias(&Key::new(Kind::Pod, &budget.meta.namespace, pod))
                .to_owned()
        });
        members["disruptedPods"] = pods.collect();
    }
    members
}

fn endpoints(slice: &EndpointSlice, names: &Names) -> Value {
    let row = |endpoint: &Endpoint| {
        let pod = names
            .alias(&Key::new(Kind::Pod, &slice.meta.namespace, &endpoint.pod))
            .to_owned();
        (pod, endpoint.ready, endpoint.serving, endpoint.terminating)
    };
    let mut rows: Vec<_> = slice.endpoints.iter().map(row).collect();
    rows.sort();
    json!({ "endpoints": rows })
}

fn owner(meta: &ObjectMeta, names: &Names) -> Value {
    let Some(owner) = meta.controller() else {
        return Value::Null;
    };
    let key = Kind::from_name(owner.kind).map(|kind| Key::new(kind, &meta.namespace, &owner.name));
    key.map_or_else(|| format!("{}/{}", owner.kind, owner.name), |key| names.path(&key))
        .into()
}

fn images(template: &PodTemplate) -> Vec<&str> {
    template.containers.iter().map(|container| &*container.image).collect()
}

/// The counters without what is listed elsewhere, and the conditions by type; names replaced.
fn status(status: &rollscope_engine::value::Value, meta: &ObjectMeta, names: &Names) -> (Value, Value) {
    let about = Key::new(Kind::Deployment, &meta.namespace, &meta.name);
    let mut status = translated(to_json(status), names, &about);
    let mut conditions = Vec::new();
    if let Value::Object(members) = &mut status {
        members.remove("observedGeneration");
        if let Some(Value::Array(list)) = members.remove("conditions") {
            conditions = list;
        }
    }
    conditions.sort_by_key(|condition| condition["type"].as_str().map(str::to_owned));
    (status, conditions.into())
}

fn translated(value: Value, names: &Names, about: &Key) -> Value {
    match value {
        Value::String(text) => names.translate(&text, about).into(),
        Value::Array(items) => items.into_iter().map(|item| translated(item, names, about)).collect(),
        Value::Object(members) => members
            .into_iter()
            .map(|(key, value)| (key, translated(value, names, about)))
            .collect(),
        other => other,
    }
}

fn to_json(value: &rollscope_engine::value::Value) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}
