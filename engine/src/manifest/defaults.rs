//! What the server fills in: the simple defaults stand in the field table, those that depend on other fields stand here.
//!
//! As in the server a value goes through its typed form: fields that Go would omit when empty are dropped, quantities
//! become canonical. Values that admission adds to a Pod created directly (tolerations, priority) are added too.

use super::fields::{Field, Struct, Table, Type, table};
use super::quantity;
use crate::value::{Map, Value};

/// In front of a container's name: the annotation that was AppArmor's before it had a field.
pub const APP_ARMOR: &str = "container.apparmor.security.beta.kubernetes.io/";

/// Defaults for a whole object as the server fills them in, in place; for a kind without a table nothing happens.
pub fn default(object: &mut Value) {
    let table = table();
    let Some(structure) = table.kind(object.text("apiVersion"), object.text("kind")) else {
        return;
    };
    if structure.name == "Pod" {
        pod(object.entry("spec"));
        app_armor(object);
    }
    fill(table, structure, object);
    match structure.name {
        "ReplicationController" => replication_controller(object),
        "PersistentVolumeClaim" => data_sources(object.entry("spec")),
        _ => {}
    }
}

/// Drops what the server drops when a feature gate is off: today only `maxUnavailable` of StatefulSets.
pub fn drop_disabled(object: &mut Value, max_unavailable_stateful_set: bool) {
    let is_set = object.get("kind").and_then(Value::as_str) == Some("StatefulSet");
    if is_set && !max_unavailable_stateful_set && object.at(&["spec", "updateStrategy", "rollingUpdate"]).is_some() {
        let rolling_update = object.entry("spec").entry("updateStrategy").entry("rollingUpdate");
        remove(rolling_update, "maxUnavailable");
    }
}

/// What the server makes of an empty struct.
pub fn of_empty(table: &Table, structure: &Struct) -> Value {
    let mut value = Value::Map(Map::new());
    fill(table, structure, &mut value);
    value
}

fn fill(table: &Table, structure: &Struct, value: &mut Value) {
    if !matches!(value, Value::Map(_)) {
        return;
    }
    before(structure.name, value);
    for field in &structure.fields {
        fill_field(table, field, value);
    }
    after(structure.name, value);
    drop_empty(structure, value);
}

fn fill_field(table: &Table, field: &Field, owner: &mut Value) {
    if let Some(default) = field.default {
        let absent = match owner.get(field.name) {
            None => true,
            Some(written) => !field.pointer && is_zero(written),
        };
        if absent {
            *owner.entry(field.name) = literal(&field.kind, default);
        }
    }
    let Value::Map(map) = owner else { return };
    let Some(value) = map.get_mut(field.name) else {
        return;
    };
    fill_value(table, &field.kind, value, false);
}

fn fill_value(table: &Table, kind: &Type, value: &mut Value, in_map: bool) {
    match (kind, &mut *value) {
        (Type::Struct(index), _) => fill(table, table.structure(*index), value),
        (Type::List(item, _), Value::List(items)) if matches!(**item, Type::Struct(_)) => {
            items
                .iter_mut()
                .for_each(|item_value| fill_value(table, item, item_value, false));
        }
        (Type::Map(item, _), Value::Map(members)) if **item == Type::Quantity => {
            members
                .values_mut()
                .for_each(|member| fill_value(table, item, member, true));
        }
        (Type::Quantity, _) => {
            let text = match &*value {
                Value::Int(number) => number.to_string(),
                Value::Float(number) => super::scalar::json_number(*number),
                Value::String(text) => text.clone(),
                _ => return,
            };
            *value = Value::String(quantity::stored(&text, in_map).unwrap_or(text));
        }
        _ => {}
    }
}

/// A default of the table as a value.
fn literal(kind: &Type, text: &str) -> Value {
    match (kind, text.parse::<i64>()) {
        (Type::Int32 | Type::Int64 | Type::IntOrString, Ok(number)) => Value::Int(number),
        (Type::Bool, _) => Value::Bool(text == "true"),
        (Type::Struct(_), _) => Value::Map(Map::new()),
        _ => Value::from(text),
    }
}

/// Defaults that must know what was written, before the table's.
fn before(name: &str, value: &mut Value) {
    match name {
        "DeploymentStrategy" | "DaemonSetUpdateStrategy" if text(value, "type", "RollingUpdate") == "RollingUpdate" => {
            present(value, "rollingUpdate");
        }
        "StatefulSetUpdateStrategy" if text(value, "type", "").is_empty() => {
            present(value, "rollingUpdate");
        }
        "Container" => container(value),
        "PodSpec" => pod_spec(value),
        "Volume" if value.as_map().is_some_and(|map| map.keys().all(|key| key == "name")) => {
            present(value, "emptyDir");
        }
        "HorizontalPodAutoscalerBehavior" => behavior(value),
        "ImageVolumeSource" => pull_policy(value, "reference", "pullPolicy"),
        _ => {}
    }
}

/// Defaults that build on the table's.
fn after(name: &str, value: &mut Value) {
    match name {
        "ServiceSpec" => service(value),
        "StatefulSetSpec" => claim_templates(value),
        "HorizontalPodAutoscalerSpec" if value.get("metrics").is_none_or(|metrics| metrics.items().is_empty()) => {
            let target = map([
                ("type", Value::from("Utilization")),
                ("averageUtilization", Value::Int(80)),
            ]);
            let resource = map([("name", Value::from("cpu")), ("target", target)]);
            *value.entry("metrics") =
                Value::List(vec![map([("type", Value::from("Resource")), ("resource", resource)])]);
        }
        "HorizontalPodAutoscalerSpecV1" => {
            put(value, "targetCPUUtilizationPercentage", Value::Int(80));
        }
        _ => {}
    }
}

fn container(value: &mut Value) {
    pull_policy(value, "image", "imagePullPolicy");
}

/// What moves is pulled always, what stays only once.
fn pull_policy(value: &mut Value, image: &str, policy: &str) {
    let image = text(value, image, "");
    let name = image.rsplit('/').next().unwrap_or_default();
    let is_latest = !image.contains('@') && matches!(name.split_once(':'), None | Some((_, "latest")));
    // The server finds no tag in what is no image reference.
    let always = is_latest && is_reference(&image);
    if text(value, policy, "").is_empty() {
        *value.entry(policy) = Value::from(if always { "Always" } else { "IfNotPresent" });
    }
}

/// `[host[:port]/]path[:tag]`: lower case words joined by single separators.
fn is_reference(image: &str) -> bool {
    let parts: Vec<&str> = image.split('/').collect();
    let is_host = |part: &str| {
        part.contains(['.', ':']) || part == "localhost" || part.bytes().any(|byte| byte.is_ascii_uppercase())
    };
    let has_host = parts.len() > 1 && is_host(parts[0]);
    let path = &parts[usize::from(has_host)..];
    let is_word = |word: &str| {
        let inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"._-".contains(&byte);
        let edge = |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
        let doubled = word.contains("..") || word.contains("___");
        word.bytes().all(inner) && edge(word.bytes().next()) && edge(word.bytes().last()) && !doubled
    };
    let host_fits = !has_host
        || parts[0]
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b".:-[]".contains(&byte));
    host_fits
        && path
            .iter()
            .all(|part| is_word(part.split(':').next().unwrap_or_default()))
}

fn pod_spec(value: &mut Value) {
    // The old name of the field mirrors the new one.
    let account = text(value, "serviceAccountName", "");
    let account = if account.is_empty() {
        text(value, "serviceAccount", "")
    } else {
        account
    };
    if !account.is_empty() {
        *value.entry("serviceAccountName") = Value::from(account.clone());
        *value.entry("serviceAccount") = Value::from(account);
    }
}

fn host_port(port: &mut Value) {
    let host = port.int("hostPort").unwrap_or_default();
    if let (0, Some(number)) = (host, port.get("containerPort").cloned()) {
        *port.entry("hostPort") = number;
    }
}

/// What admission and defaulting add to a Pod that is created directly, and not to templates.
fn pod(spec: &mut Value) {
    put(spec, "enableServiceLinks", Value::Bool(true));
    put(spec, "preemptionPolicy", Value::from("PreemptLowerPriority"));
    put(spec, "priority", Value::Int(0));
    if spec
        .int("terminationGracePeriodSeconds")
        .is_some_and(|seconds| seconds < 0)
    {
        *spec.entry("terminationGracePeriodSeconds") = Value::Int(1);
    }
    for list in ["initContainers", "containers"] {
        each(spec, list, |container| {
            let limits = container
                .at(&["resources", "limits"])
                .and_then(Value::as_map)
                .cloned()
                .unwrap_or_default();
            for (resource, amount) in limits {
                put(container.entry("resources").entry("requests"), &resource, amount);
            }
        });
    }
    if spec.get("hostNetwork").and_then(Value::as_bool) == Some(true) {
        for list in ["initContainers", "containers"] {
            each(spec, list, |container| each(container, "ports", host_port));
        }
    }
    tolerate_node_trouble(spec);
}

/// A Pod's old annotation becomes the field that took its place.
fn app_armor(pod: &mut Value) {
    let annotations = pod.at(&["metadata", "annotations"]).cloned().unwrap_or_default();
    for list in ["initContainers", "containers"] {
        each(pod.entry("spec"), list, |container| {
            let key = format!("{APP_ARMOR}{}", text(container, "name", ""));
            let mut profile = Value::default();
            *profile.entry("type") = Value::from(match annotations.text(&key) {
                "runtime/default" => "RuntimeDefault",
                "unconfined" => "Unconfined",
                other => match other.strip_prefix("localhost/") {
                    Some(path) if !path.is_empty() => {
                        *profile.entry("localhostProfile") = Value::from(path);
                        "Localhost"
                    }
                    _ => return,
                },
            });
            put(container.entry("securityContext"), "appArmorProfile", profile);
        });
    }
}

/// Admission's DefaultTolerationSeconds.
fn tolerate_node_trouble(spec: &mut Value) {
    for key in ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"] {
        let tolerates = |toleration: &Value| {
            let effect = text(toleration, "effect", "");
            let written = text(toleration, "key", "");
            (written == key || written.is_empty()) && (effect == "NoExecute" || effect.is_empty())
        };
        if spec
            .get("tolerations")
            .is_some_and(|list| list.items().iter().any(tolerates))
        {
            continue;
        }
        let toleration = map([
            ("key", Value::from(key)),
            ("operator", Value::from("Exists")),
            ("effect", Value::from("NoExecute")),
            ("tolerationSeconds", Value::Int(300)),
        ]);
        match spec.entry("tolerations") {
            Value::List(list) => list.push(toleration),
            other => *other = Value::List(vec![toleration]),
        }
    }
}

fn replication_controller(object: &mut Value) {
    let labels = object.at(&["spec", "template", "metadata", "labels"]).cloned();
    if let Some(labels) = labels {
        for (owner, key) in [("spec", "selector"), ("metadata", "labels")] {
            let owner = object.entry(owner);
            if owner.get(key).is_none_or(is_zero) {
                *owner.entry(key) = labels.clone();
            }
        }
    }
}

fn service(spec: &mut Value) {
    let kind = text(spec, "type", "");
    each(spec, "ports", |port| {
        let target = port.get("targetPort");
        if target.is_none_or(is_zero) {
            let number = port.get("port").cloned().unwrap_or(Value::Int(0));
            *port.entry("targetPort") = number;
        }
    });
    match spec.text("sessionAffinity") {
        "ClientIP" => put(
            spec.entry("sessionAffinityConfig").entry("clientIP"),
            "timeoutSeconds",
            Value::Int(10800),
        ),
        "None" => remove(spec, "sessionAffinityConfig"),
        _ => {}
    }
    if kind == "ExternalName" {
        return;
    }
    put(spec, "internalTrafficPolicy", Value::from("Cluster"));
    let outside = matches!(kind.as_str(), "NodePort" | "LoadBalancer")
        || spec.get("externalIPs").is_some_and(|list| !list.items().is_empty());
    if outside {
        put(spec, "externalTrafficPolicy", Value::from("Cluster"));
    }
    if kind == "LoadBalancer" {
        put(spec, "allocateLoadBalancerNodePorts", Value::Bool(true));
    }
    let address = spec.get("clusterIP").filter(|address| !is_zero(address)).cloned();
    if let Some(address) = address {
        put(spec, "clusterIPs", Value::List(vec![address]));
    }
    // Addresses that somebody else lists may be of both kinds.
    let is_bare = spec.text("clusterIP") == "None" && spec.get("selector").is_none_or(is_zero);
    let policy = if is_bare { "RequireDualStack" } else { "SingleStack" };
    put(spec, "ipFamilyPolicy", Value::from(policy));
    let mut families = vec![Value::from("IPv4")];
    if is_bare && spec.text("ipFamilyPolicy") != "SingleStack" {
        families.push(Value::from("IPv6"));
    }
    put(spec, "ipFamilies", Value::List(families));
}

/// The old and the new field for what a claim is filled with say the same; what the old one never allowed is dropped.
fn data_sources(spec: &mut Value) {
    let known = |source: &Value| {
        matches!(
            (source.text("kind"), source.text("apiGroup")),
            ("PersistentVolumeClaim", "") | ("VolumeSnapshot", "snapshot.storage.k8s.io")
        )
    };
    let foreign = |source: &Value| !source.text("namespace").is_empty();
    if spec.get("dataSourceRef").is_some_and(foreign) {
        // Behind a gate that is off.
        remove(spec, "dataSourceRef");
    }
    match (spec.get("dataSource").cloned(), spec.get("dataSourceRef").cloned()) {
        (Some(source), None) if known(&source) => *spec.entry("dataSourceRef") = source,
        (Some(_), None) => remove(spec, "dataSource"),
        (None, Some(source)) => *spec.entry("dataSource") = source,
        _ => {}
    }
}

fn claim_templates(spec: &mut Value) {
    each(spec, "volumeClaimTemplates", |claim| {
        put(claim, "apiVersion", Value::from("v1"));
        put(claim, "kind", Value::from("PersistentVolumeClaim"));
        put(claim.entry("status"), "phase", Value::from("Pending"));
    });
}

fn behavior(value: &mut Value) {
    let policy = |kind: &str, amount| {
        map([
            ("type", Value::from(kind)),
            ("value", Value::Int(amount)),
            ("periodSeconds", Value::Int(15)),
        ])
    };
    let up = value.entry("scaleUp");
    put(up, "stabilizationWindowSeconds", Value::Int(0));
    put(
        up,
        "policies",
        Value::List(vec![policy("Pods", 4), policy("Percent", 100)]),
    );
    put(
        value.entry("scaleDown"),
        "policies",
        Value::List(vec![policy("Percent", 100)]),
    );
}

/// Drops the fields that Go omits when empty.
fn drop_empty(structure: &Struct, value: &mut Value) {
    let Value::Map(members) = value else { return };
    members.retain(|key, member| match structure.field(key) {
        None => true,
        Some(_) if *member == Value::Null => false,
        Some(field) => match &field.kind {
            Type::Any | Type::Struct(_) => true,
            Type::List(..) | Type::Map(..) => !is_zero(member),
            _ => field.pointer || field.required || field.default.is_some() || !is_zero(member),
        },
    });
}

/// Go's zero value, in any type.
pub fn is_zero(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Bool(value) => !value,
        Value::Int(number) => *number == 0,
        Value::Float(number) => *number == 0.0,
        Value::String(text) => text.is_empty(),
        Value::List(items) => items.is_empty(),
        Value::Map(members) => members.is_empty(),
    }
}

fn text(value: &Value, key: &str, otherwise: &str) -> String {
    value.get(key).and_then(Value::as_str).unwrap_or(otherwise).to_owned()
}

/// Makes `key` a map unless something is there.
fn present(value: &mut Value, key: &str) {
    put(value, key, Value::Map(Map::new()));
}

/// Sets `key` unless something is there.
fn put(value: &mut Value, key: &str, default: Value) {
    let slot = value.entry(key);
    if *slot == Value::Null {
        *slot = default;
    }
}

fn remove(value: &mut Value, key: &str) {
    if let Value::Map(members) = value {
        members.remove(key);
    }
}

fn each(value: &mut Value, key: &str, mut change: impl FnMut(&mut Value)) {
    if let Value::Map(members) = value
        && let Some(Value::List(items)) = members.get_mut(key)
    {
        items
            .iter_mut()
            .filter(|item| matches!(item, Value::Map(_)))
            .for_each(&mut change);
    }
}

fn map<const N: usize>(members: [(&str, Value); N]) -> Value {
    let mut map = Map::new();
    map.extend(members.map(|(key, value)| (key.to_owned(), value)));
    Value::Map(map)
}
