//! ConfigMaps and Secrets that Pods refer to: without them a volume is not mounted, or a container not created.
//! Upstream: `pkg/kubelet/kubelet_pods.go › makeEnvironmentVariables`.

use crate::api::{Container, Kind, Name, Object, Pod};
use crate::cluster::Cluster;
use crate::value::Value;

fn is_optional(reference: &Value) -> bool {
    reference.get("optional").and_then(Value::as_bool) == Some(true)
}

/// What is missing of the object that a reference names: itself, or the key.
fn missing(cluster: &Cluster, namespace: &Name, kind: Kind, name: &str, reference: &Value) -> Option<String> {
    if is_optional(reference) || name.is_empty() {
        return None;
    }
    let key = reference.get("key").and_then(Value::as_str);
    let Some(Object::Other(object)) = cluster.named(kind, namespace, name) else {
        return Some(format!("{} \"{name}\" not found", kind.name().to_ascii_lowercase()));
    };
    let has = |key: &str| {
        ["data", "stringData", "binaryData"]
            .iter()
            .any(|part| object.value.at(&[part, key]).is_some())
    };
    let absent = key.filter(|key| !has(key))?;
    Some(format!(
        "couldn't find key {absent} in {} {namespace}/{name}",
        kind.name()
    ))
}

/// What a container's environment lacks; it can't be created before that is there.
pub fn missing_environment(cluster: &Cluster, pod: &Pod, container: &Container) -> Option<String> {
    let references = &pod.template.needs().references;
    let mut its = references.iter().filter(|(name, ..)| **name == *container.name);
    its.find_map(|(_, kind, reference)| missing(cluster, &pod.meta.namespace, *kind, reference.text("name"), reference))
}

/// What keeps a Pod's volumes from being mounted.
pub fn missing_volume(cluster: &Cluster, pod: &Pod) -> Option<String> {
    pod.template.needs().volumes.iter().find_map(|volume| {
        let projected = volume.at(&["projected", "sources"]).map_or(&[][..], Value::items);
        let why = std::iter::once(volume).chain(projected).find_map(|source| {
            let parts = [
                (Kind::ConfigMap, "configMap", "name"),
                (Kind::Secret, "secret", "secretName"),
            ];
            parts.into_iter().find_map(|(kind, part, name)| {
                let reference = source.get(part)?;
                let named = match reference.text(name) {
                    "" => reference.text("name"),
                    name => name,
                };
                missing(cluster, &pod.meta.namespace, kind, named, reference)
            })
        })?;
        Some(format!(
            "MountVolume.SetUp failed for volume \"{}\" : {why}",
            volume.text("name")
        ))
    })
}

/// Whether all that its volumes refer to is there.
pub fn mounted(cluster: &Cluster, pod: &Pod) -> bool {
    missing_volume(cluster, pod).is_none()
}
