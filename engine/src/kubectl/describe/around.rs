//! `describe` of what stands around workloads: Services, autoscalers, budgets, claims and the rest.

use super::super::clock::{ago, date};
use super::super::row::{class, modes, or_none, pairs, protocol, storage};
use super::super::{Scope, address};
use super::workload::written;
use super::{annotations, head, labels};
use crate::api::{
    HorizontalPodAutoscaler, Key, Kind, MetricSource, MetricSpec, MetricTarget, Object, PersistentVolumeClaim,
    PodDisruptionBudget, PodTemplate, ScalingRules, SelectPolicy, Service, amount_text,
};
use crate::value::Value;

pub(super) fn service(scope: Scope<'_>, service: &Service) -> String {
    let (meta, spec) = (&service.meta, &service.spec);
    let or = |key: &str, absent: &str| match spec.text(key) {
        "" => absent.to_owned(),
        text => text.to_owned(),
    };
    let mut text = head(meta);
    labels(&mut text, "Labels", &meta.labels);
    annotations(&mut text, meta);
    text += &format!("Selector:\t{}\n", or_none(pairs(&service.selector)));
    text += &format!("Type:\t{}\n", or("type", "ClusterIP"));
    let address = address::of_service(service);
    if !address.is_empty() {
        let families: Vec<&str> = spec.list("ipFamilies").iter().filter_map(Value::as_str).collect();
        let families = if families.is_empty() {
            "IPv4".to_owned()
        } else {
            families.join(",")
        };
        text += &format!("IP Family Policy:\t{}\n", or("ipFamilyPolicy", "SingleStack"));
        text += &format!("IP Families:\t{families}\n");
    } else {
        text += "IP Families:\t<none>\n";
    }
    text += &format!("IP:\t{address}\nIPs:\t{}\n", or_none(address.clone()));
    if let Some(name) = spec.get("externalName").and_then(Value::as_str) {
        text += &format!("External Name:\t{name}\n");
    }
    for port in spec.list("ports") {
        ports(&mut text, scope, service, port);
    }
    text += &format!("Session Affinity:\t{}\n", or("sessionAffinity", "None"));
    for (title, key) in [
        ("External Traffic Policy", "externalTrafficPolicy"),
        ("Internal Traffic Policy", "internalTrafficPolicy"),
    ] {
        if let Some(policy) = spec.get(key).and_then(Value::as_str) {
            text += &format!("{title}:\t{policy}\n");
        }
    }
    text
}

fn ports(text: &mut String, scope: Scope<'_>, service: &Service, port: &Value) {
    let plain = |value: Option<&Value>| match value {
        Some(Value::Int(number)) => number.to_string(),
        Some(Value::String(name)) => name.clone(),
        _ => String::new(),
    };
    let (number, protocol) = (plain(port.get("port")), protocol(port));
    let name = match port.text("name") {
        "" => "<unset>",
        name => name,
    };
    let target = port.get("targetPort").or_else(|| port.get("port"));
    *text += &format!("Port:\t{name}\t{number}/{protocol}\n");
    *text += &format!("TargetPort:\t{}/{protocol}\n", plain(target));
    if let Some(node) = port.int("nodePort").filter(|node| *node > 0) {
        *text += &format!("NodePort:\t{name}\t{node}/{protocol}\n");
    }
    *text += &format!("Endpoints:\t{}\n", endpoints(scope, service, port.text("name")));
}

/// The ready ones. Upstream: `formatEndpointSlices`.
fn endpoints(scope: Scope<'_>, service: &Service, port_name: &str) -> String {
    let mut all = Vec::new();
    let mut slices = 0;
    for slice in scope.cluster.slices_of(service.meta.uid) {
        slices += 1;
        for port in slice.ports.items().iter().filter(|port| port.text("name") == port_name) {
            for endpoint in slice.endpoints.iter().filter(|endpoint| endpoint.ready) {
                let key = Key::new(Kind::Pod, &slice.meta.namespace, &endpoint.pod);
                let Some(Object::Pod(pod)) = scope.cluster.get(&key) else {
                    continue;
                };
                let address = address::of_pod(pod).unwrap_or_default();
                all.push(format!("{address}:{}", port.int("port").unwrap_or(0)));
            }
        }
    }
    let more = all.len().saturating_sub(3);
    all.truncate(3);
    match (slices, more) {
        (0, _) => "<none>".to_owned(),
        (_, 0) => all.join(","),
        (_, more) => format!("{} + {more} more...", all.join(",")),
    }
}

pub(super) fn autoscaler(scope: Scope<'_>, autoscaler: &HorizontalPodAutoscaler) -> String {
    let (meta, spec, status) = (&autoscaler.meta, &autoscaler.spec, &autoscaler.status);
    let mut text = head(meta);
    labels(&mut text, "Labels", &meta.labels);
    annotations(&mut text, meta);
    text += &format!("CreationTimestamp:\t{}\n", date(meta.creation_timestamp));
    text += &format!("Reference:\t{}\nMetrics:\t( current / target )\n", autoscaler.target());
    let target = autoscaler.scale_key().and_then(|key| scope.cluster.get(&key));
    let template = target.and_then(template);
    for (index, metric) in spec.metrics.iter().enumerate() {
        let current = status.current_metrics.get(index).copied().flatten();
        text += &self::metric(metric, current, template);
    }
    let (least, most) = (spec.min_replicas, spec.max_replicas);
    text += &format!("Min replicas:\t{least}\nMax replicas:\t{most}\n");
    if let Some(behavior) = &spec.behavior {
        text += "Behavior:\n";
        direction(&mut text, "Scale Up", &behavior.scale_up);
        direction(&mut text, "Scale Down", &behavior.scale_down);
    }
    let kind = autoscaler
        .value
        .get("scaleTargetRef")
        .map_or("", |target| target.text("kind"));
    let (current, desired) = (status.current_replicas, status.desired_replicas);
    text += &format!("{kind} pods:\t{current} current / {desired} desired\n");
    if !status.conditions.is_empty() {
        text += "Conditions:\n  Type\tStatus\tReason\tMessage\n  ----\t------\t------\t-------\n";
    }
    for condition in &status.conditions {
        let (kind, truth, reason) = (condition.r#type, condition.status.name(), condition.reason);
        text += &format!("  {kind}\t{truth}\t{reason}\t{}\n", condition.message);
    }
    text
}

fn template(target: &Object) -> Option<&PodTemplate> {
    match target {
        Object::Deployment(it) => Some(&it.spec.template),
        Object::ReplicaSet(it) | Object::ReplicationController(it) => Some(&it.spec.template),
        Object::StatefulSet(it) => Some(&it.spec.template),
        _ => None,
    }
}

fn metric(metric: &MetricSpec, current: Option<i64>, template: Option<&PodTemplate>) -> String {
    let (name, container) = match &metric.source {
        MetricSource::ContainerResource { name, container } => (name, Some(&**container)),
        _ => (metric.name(), None),
    };
    let subject = match &metric.source {
        MetricSource::Resource(_) => format!("resource {name} on pods"),
        MetricSource::ContainerResource { container, .. } => {
            format!("resource {name} of container \"{container}\" on pods")
        }
        MetricSource::Pods(_) => format!("\"{name}\" on pods"),
        MetricSource::Object { kind, .. } => format!("\"{name}\" on {kind}"),
        MetricSource::External { .. } => format!("\"{name}\""),
    };
    let is_resource = matches!(
        metric.source,
        MetricSource::Resource(_) | MetricSource::ContainerResource { .. }
    );
    let (manner, current, target) = match metric.target {
        MetricTarget::Utilization(percent) => {
            let requested = || {
                let amounts = template?.resources(name, container);
                amounts.iter().map(|amount| amount.request).sum::<Option<i64>>()
            };
            let current = current.map(|share| match requested() {
                Some(requested) => format!("{share}% ({})", amount_text(requested.saturating_mul(share) / 100)),
                None => format!("{share}%"),
            });
            ("  (as a percentage of request)", current, format!("{percent}%"))
        }
        MetricTarget::AverageValue(amount) => {
            let is_named = is_resource || matches!(metric.source, MetricSource::Pods(_));
            let manner = if is_named { "" } else { " (target average value)" };
            (manner, current.map(amount_text), amount_text(amount))
        }
        MetricTarget::Value(amount) => (" (target value)", current.map(amount_text), amount_text(amount)),
    };
    let current = current.unwrap_or_else(|| "<unknown>".to_owned());
    format!("  {subject}{manner}:\t{current} / {target}\n")
}

/// Upstream: `printDirectionBehavior`.
fn direction(text: &mut String, title: &str, rules: &ScalingRules) {
    *text += &format!("  {title}:\n");
    if let Some(window) = rules.stabilization_window_seconds {
        *text += &format!("    Stabilization Window: {window} seconds\n");
    }
    if rules.policies.is_empty() {
        return;
    }
    let select = match rules.select_policy {
        SelectPolicy::Max => "Max",
        SelectPolicy::Min => "Min",
        SelectPolicy::Disabled => "Disabled",
    };
    *text += &format!("    Select Policy: {select}\n    Policies:\n");
    for policy in &rules.policies {
        let kind = if policy.percent { "Percent" } else { "Pods" };
        let (value, period) = (policy.value, policy.period_seconds);
        *text += &format!("      - Type: {kind}\tValue: {value}\tPeriod: {period} seconds\n");
    }
}

pub(super) fn budget(budget: &PodDisruptionBudget) -> String {
    let mut text = head(&budget.meta);
    if let Some(bound) = budget.min_available {
        text += &format!("Min available:\t{}\n", written(bound));
    } else if let Some(bound) = budget.max_unavailable {
        text += &format!("Max unavailable:\t{}\n", written(bound));
    }
    let selector = budget.selector.as_ref();
    let selector = selector.map_or("<unset>".to_owned(), |selector| or_none(selector.to_string()));
    let status = &budget.status;
    text += &format!("Selector:\t{selector}\nStatus:\n");
    for (title, count) in [
        ("Allowed disruptions", status.disruptions_allowed),
        ("Current", status.current_healthy),
        ("Desired", status.desired_healthy),
        ("Total", status.expected_pods),
    ] {
        text += &format!("    {title}:\t{count}\n");
    }
    text
}

pub(super) fn claim(scope: Scope<'_>, claim: &PersistentVolumeClaim) -> String {
    let meta = &claim.meta;
    let mut text = head(meta);
    text += &format!("StorageClass:\t{}\n", class(scope, claim));
    match meta.deletion_timestamp {
        Some(since) => text += &format!("Status:\tTerminating (lasts {})\n", ago(since, scope.now)),
        None => text += &format!("Status:\t{}\n", if claim.bound { "Bound" } else { "Pending" }),
    }
    text += &format!("Volume:\t{}\n", claim.volume.as_deref().unwrap_or_default());
    labels(&mut text, "Labels", &meta.labels);
    annotations(&mut text, meta);
    let finalizers: Vec<&str> = meta.finalizers.iter().map(|name| &**name).collect();
    text += &format!("Finalizers:\t[{}]\n", finalizers.join(" "));
    let (capacity, access) = match claim.bound {
        true => (storage(&claim.spec), modes(&claim.spec)),
        false => (String::new(), String::new()),
    };
    text += &format!("Capacity:\t{capacity}\nAccess Modes:\t{access}\nVolumeMode:\tFilesystem\n");
    let users = scope.cluster.of_kind(Kind::Pod).filter_map(|object| match object {
        Object::Pod(pod) if pod.meta.namespace == meta.namespace => pod
            .claim_names()
            .any(|name| *name == meta.name)
            .then(|| pod.meta.name.to_string()),
        _ => None,
    });
    let users: Vec<String> = users.collect();
    super::lines(&mut text, "Used By", &users, true);
    text
}

/// Kinds of which little is known.
pub(super) fn other(object: &Object) -> String {
    let meta = object.meta();
    let mut text = head(meta);
    labels(&mut text, "Labels", &meta.labels);
    annotations(&mut text, meta);
    let value = object.to_value();
    let members = |key: &str| value.get(key).and_then(Value::as_map).into_iter().flatten();
    match object.kind() {
        Kind::ConfigMap => {
            text += "\nData\n====\n";
            for (key, entry) in members("data") {
                text += &format!("{key}:\n----\n{}\n\n", entry.as_str().unwrap_or_default());
            }
            text += "\nBinaryData\n====\n\n";
        }
        Kind::Secret => {
            let kind = value.text("type");
            text += &format!(
                "\nType:\t{}\n\nData\n====\n",
                if kind.is_empty() { "Opaque" } else { kind }
            );
            for (key, entry) in members("data").chain(members("stringData")) {
                text += &format!("{key}:\t{} bytes\n", entry.as_str().unwrap_or_default().len());
            }
        }
        _ => {}
    }
    text
}
