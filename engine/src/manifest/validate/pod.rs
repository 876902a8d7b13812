//! Pods: containers, ports, environment, probes, resources, scheduling.

use super::super::seen::Seen;
use super::names::{self, Complaints};
use super::{Check, amount_of, is_zero, join};
use crate::value::{Map, Value};

const DELETION_COST: &str = "controller.kubernetes.io/pod-deletion-cost";
const ENV_FIELDS: [&str; 9] = [
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
    "spec.nodeName",
    "spec.serviceAccountName",
    "status.hostIP",
    "status.hostIPs",
    "status.podIP",
    "status.podIPs",
];
const SOURCES: [&str; 5] = [
    "fieldRef",
    "resourceFieldRef",
    "configMapKeyRef",
    "secretKeyRef",
    "fileKeyRef",
];

impl Check {
    /// A Pod created directly, or a template: what is said of the metadata next to a Pod's spec.
    pub(super) fn pod_owner(&mut self, kind: &str, owner: &Value) {
        let annotations = owner.at(&["metadata", "annotations"]);
        if kind == "PodTemplateSpec" {
            // The server leaves out `metadata` in these paths.
            self.labels("labels", owner.at(&["metadata", "labels"]));
            self.annotations("annotations", annotations);
            if owner
                .at(&["spec", "ephemeralContainers"])
                .is_some_and(|list| !is_zero(list))
            {
                self.forbidden(
                    "spec.ephemeralContainers",
                    "ephemeral containers not allowed in pod template",
                );
            }
        } else {
            let containers = owner.at(&["spec", "containers"]).map(Value::items).unwrap_or_default();
            for (index, container) in containers.iter().enumerate() {
                // Only Pods are held to it; a template is accepted and its Pods fail.
                if let Some(image) = container.get("image")
                    && image.as_str().is_some_and(|text| text.trim() != text)
                {
                    let segment = format!("spec.containers[{index}].image");
                    self.invalid(&segment, image, "must not have leading or trailing whitespace");
                }
            }
        }
        if let Some(cost) = annotations.and_then(|annotations| annotations.get(DELETION_COST)) {
            let text = cost.as_str().unwrap_or_default();
            let is_plain = !text.starts_with('+') && (text == "0" || !text.trim_start_matches('-').starts_with('0'));
            if !is_plain || text.parse::<i32>().is_err() {
                let segment = format!("metadata.annotations[{DELETION_COST}]");
                self.invalid(&segment, cost, "must be a 32bit integer");
            }
        }
    }

    pub(super) fn pod_spec(&mut self, spec: &Value) {
        self.container_names(spec);
        self.host_ports(spec);
        let volumes = self.volume_names(spec);
        let grace = spec.int("terminationGracePeriodSeconds").unwrap_or(30);
        for list in ["initContainers", "containers"] {
            for (index, container) in spec.list(list).iter().enumerate() {
                let is_plain_init = list == "initContainers"
                    && container.get("restartPolicy").and_then(Value::as_str) != Some("Always");
                self.below(&format!("{list}[{index}]"), |check| {
                    check.mounts(container, &volumes);
                    check.lifecycle(container, is_plain_init, grace);
                });
            }
        }
        self.labels("nodeSelector", spec.get("nodeSelector"));
        self.spread_pairs(spec);
        if let Some(seconds) = spec.get("activeDeadlineSeconds")
            && !seconds
                .as_int()
                .is_some_and(|seconds| (1..=i64::from(i32::MAX)).contains(&seconds))
        {
            self.invalid(
                "activeDeadlineSeconds",
                seconds,
                "must be between 1 and 2147483647, inclusive",
            );
        }
        let is_host = spec.get("hostNetwork").and_then(Value::as_bool) == Some(true);
        if is_host {
            self.host_network_ports(spec);
        }
        if spec.get("dnsPolicy").and_then(Value::as_str) == Some("None")
            && spec.at(&["dnsConfig", "nameservers"]).is_none_or(is_zero)
        {
            let detail = "must provide at least one DNS nameserver when `dnsPolicy` is None";
            self.required(
                if spec.get("dnsConfig").is_some() {
                    "dnsConfig.nameservers"
                } else {
                    "dnsConfig"
                },
                detail,
            );
        }
        for (index, alias) in spec.list("hostAliases").iter().enumerate() {
            let ip = alias.get("ip").filter(|ip| !is_zero(ip));
            if let Some(ip) = ip {
                self.form(&format!("hostAliases[{index}].ip"), ip, names::address);
            }
        }
    }

    /// Names are unique over init containers and containers; the server reports an init container that repeats either.
    fn container_names(&mut self, spec: &Value) {
        let mut seen = Seen::default();
        for list in ["containers", "initContainers", "ephemeralContainers"] {
            for (index, container) in spec.list(list).iter().enumerate() {
                let Some(name) = container.get("name").filter(|name| !is_zero(name)) else {
                    continue;
                };
                if !seen.is_new(name.as_str().unwrap_or_default(), index) {
                    self.duplicate(&format!("{list}[{index}].name"), name);
                }
            }
        }
    }

    fn host_ports(&mut self, spec: &Value) {
        for list in ["initContainers", "containers"] {
            let mut taken = Seen::default();
            for (segment, port) in ports(spec, list) {
                let number = port.int("hostPort").unwrap_or_default();
                if number == 0 {
                    continue;
                }
                let id = format!("{}/{}/{number}", port.text("protocol"), port.text("hostIP"));
                if !taken.is_new(&id, 0) {
                    self.duplicate(&format!("{segment}.hostPort"), &Value::from(id));
                }
            }
        }
    }

    fn host_network_ports(&mut self, spec: &Value) {
        for list in ["initContainers", "containers"] {
            for (segment, port) in ports(spec, list) {
                if port.get("hostPort") != port.get("containerPort") {
                    let number = port.get("containerPort").cloned().unwrap_or(Value::Int(0));
                    let detail = "must match `hostPort` when `hostNetwork` is true";
                    self.invalid(&format!("{segment}.containerPort"), &number, detail);
                }
            }
        }
    }

    pub(super) fn container(&mut self, container: &Value) {
        let mut names_seen = Seen::default();
        for (index, port) in container.list("ports").iter().enumerate() {
            let Some(name) = port.get("name").filter(|name| !is_zero(name)) else {
                continue;
            };
            let text = name.as_str().unwrap_or_default();
            if names::port(text).is_empty() && !names_seen.is_new(text, index) {
                self.duplicate(&format!("ports[{index}].name"), name);
            }
        }
    }

    pub(super) fn container_port(&mut self, port: &Value) {
        if let Some(name) = port.get("name").filter(|name| !is_zero(name)) {
            self.port("name", Some(name));
        }
        for key in ["containerPort", "hostPort"] {
            self.port(key, port.get(key).filter(|number| !is_zero(number)));
        }
    }

    pub(super) fn variable(&mut self, variable: &Value) {
        if let Some(name) = variable.get("name") {
            self.form("name", name, names::variable);
        }
        let Some(source) = variable.get("valueFrom") else {
            return;
        };
        let given = SOURCES.iter().filter(|key| source.get(key).is_some()).count();
        let nothing = Value::from("");
        if variable.get("value").is_some_and(|value| !is_zero(value)) {
            if given > 0 {
                self.invalid("valueFrom", &nothing, "may not be specified when `value` is not empty");
            }
        } else if given > 1 {
            self.invalid(
                "valueFrom",
                &nothing,
                "may not have more than one field specified at a time",
            );
        }
        if given == 0 {
            let detail = "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`";
            self.invalid("valueFrom", &nothing, detail);
        }
        self.below("valueFrom", |check| {
            if let Some(field) = source.at(&["fieldRef", "fieldPath"]) {
                check.field_path(field);
            }
            for key in ["configMapKeyRef", "secretKeyRef"] {
                let Some(reference) = source.get(key) else { continue };
                let name = reference.get("name").cloned().unwrap_or_else(|| Value::from(""));
                check.form(&format!("{key}.name"), &name, names::subdomain);
                if let Some(entry) = reference.get("key").filter(|entry| !is_zero(entry)) {
                    check.form(&format!("{key}.key"), entry, names::config_key);
                }
            }
        });
    }

    fn field_path(&mut self, field: &Value) {
        let text = field.as_str().unwrap_or_default();
        let is_subscript = ["metadata.labels['", "metadata.annotations['"]
            .iter()
            .any(|start| text.starts_with(start));
        if text.is_empty() || is_subscript && text.ends_with("']") || ENV_FIELDS.contains(&text) {
            return;
        }
        if matches!(
            text,
            "metadata.labels" | "metadata.annotations" | "spec.schedulerName" | "status.phase"
        ) {
            self.unsupported("fieldRef.fieldPath", field, &ENV_FIELDS);
        } else {
            let detail = format!("error converting fieldPath: field label not supported: {text}");
            self.invalid("fieldRef.fieldPath", field, &detail);
        }
    }

    /// Exactly one handler.
    pub(super) fn handlers(&mut self, value: &Value, kinds: &[&str]) {
        let mut given = kinds.iter().filter(|kind| value.get(kind).is_some());
        if given.next().is_none() {
            self.required("", "must specify a handler type");
        }
        for extra in given {
            self.forbidden(extra, "may not specify more than 1 handler type");
        }
        if let Some(seconds) = value.get("terminationGracePeriodSeconds")
            && seconds.as_int().is_some_and(|seconds| seconds <= 0)
        {
            self.invalid("terminationGracePeriodSeconds", seconds, "must be greater than 0");
        }
    }

    /// Probes and hooks of one container: where they are allowed, and what they may say there.
    fn lifecycle(&mut self, container: &Value, is_plain_init: bool, grace: i64) {
        for probe in ["livenessProbe", "readinessProbe", "startupProbe", "lifecycle"] {
            if is_plain_init && container.get(probe).is_some() {
                self.forbidden(probe, "may not be set for init containers without restartPolicy=Always");
            }
        }
        for probe in ["livenessProbe", "startupProbe"] {
            if let Some(threshold) = container.at(&[probe, "successThreshold"])
                && threshold.as_int() != Some(1)
            {
                self.invalid(&format!("{probe}.successThreshold"), threshold, "must be 1");
            }
        }
        if let Some(seconds) = container.at(&["readinessProbe", "terminationGracePeriodSeconds"]) {
            let segment = "readinessProbe.terminationGracePeriodSeconds";
            self.invalid(segment, seconds, "must not be set for readinessProbes");
        }
        for hook in ["postStart", "preStop"] {
            let seconds = container.at(&["lifecycle", hook, "sleep", "seconds"]);
            let number = seconds.and_then(Value::as_int).unwrap_or_default();
            if let Some(seconds) = seconds
                && !(0..=grace).contains(&number)
            {
                let detail = format!("must be non-negative and less than terminationGracePeriodSeconds ({grace})");
                self.invalid(&format!("lifecycle.{hook}.sleep"), seconds, &detail);
            }
        }
    }

    pub(super) fn resources(&mut self, resources: &Value) {
        let empty = Map::new();
        let amounts = |key| resources.get(key).and_then(Value::as_map).unwrap_or(&empty);
        let (limits, requests) = (amounts("limits"), amounts("requests"));
        for (key, list) in [("limits", limits), ("requests", requests)] {
            for (name, amount) in list {
                let segment = format!("{key}[{name}]");
                self.resource_name(&segment, name);
                if amount_of(amount).is_some_and(|amount| amount.sign() < 0) {
                    self.invalid(&segment, amount, "must be greater than or equal to 0");
                }
            }
        }
        for (name, request) in requests {
            // What a node can't hand out twice must be limited to what is requested.
            let is_fixed = name.contains('/') && !name.starts_with("kubernetes.io/") || name.starts_with("hugepages-");
            let Some(limit) = limits.get(name) else {
                if is_fixed {
                    self.required("limits", "Limit must be set for non overcommitable resources");
                }
                continue;
            };
            let order = amount_of(request)
                .zip(amount_of(limit))
                .and_then(|(a, b)| a.partial_cmp(&b));
            let shown = limit.as_str().unwrap_or_default();
            match order {
                Some(order) if is_fixed && order.is_ne() => {
                    self.invalid(
                        "requests",
                        request,
                        &format!("must be equal to {name} limit of {shown}"),
                    );
                }
                Some(order) if !is_fixed && order.is_gt() => {
                    self.invalid(
                        "requests",
                        request,
                        &format!("must be less than or equal to {name} limit of {shown}"),
                    );
                }
                _ => {}
            }
        }
    }

    fn resource_name(&mut self, segment: &str, name: &str) {
        let value = Value::from(name);
        self.complain(segment, &value, names::key(name));
        let is_standard = matches!(name, "cpu" | "memory" | "ephemeral-storage") || name.starts_with("hugepages-");
        if !name.contains('/') && !is_standard {
            let is_known = matches!(name, "storage" | "pods" | "services" | "secrets" | "configmaps");
            if !is_known {
                self.invalid(segment, &value, "must be a standard resource type or fully qualified");
            }
            self.invalid(segment, &value, "must be a standard resource for containers");
        }
    }

    pub(super) fn toleration(&mut self, toleration: &Value) {
        let value = |key| toleration.get(key).cloned().unwrap_or_else(|| Value::from(""));
        let (key, operator) = (toleration.text("key"), toleration.text("operator"));
        if !key.is_empty() {
            self.complain("key", &value("key"), names::key(key));
        } else if operator != "Exists" {
            let detail = "operator must be Exists when `key` is empty, which means \"match all values and all keys\"";
            self.invalid("operator", &value("operator"), detail);
        }
        if toleration.get("tolerationSeconds").is_some() && toleration.text("effect") != "NoExecute" {
            self.invalid(
                "effect",
                &value("effect"),
                "effect must be 'NoExecute' when `tolerationSeconds` is set",
            );
        }
        match operator {
            "" | "Equal" => self.complain("operator", &value("value"), names::value(toleration.text("value"))),
            "Exists" if !toleration.text("value").is_empty() => {
                self.invalid(
                    "operator",
                    &value("value"),
                    "value must be empty when `operator` is 'Exists'",
                );
            }
            "Exists" => {}
            _ => self.unsupported("operator", &value("operator"), &["Equal", "Exists"]),
        }
    }

    pub(super) fn spread(&mut self, constraint: &Value) {
        let skew = constraint.get("maxSkew").cloned().unwrap_or(Value::Int(0));
        if skew.as_int().is_none_or(|skew| skew <= 0) {
            self.invalid("maxSkew", &skew, "must be greater than zero");
        }
        if let Some(domains) = constraint.get("minDomains") {
            if domains.as_int().is_none_or(|domains| domains <= 0) {
                self.invalid("minDomains", domains, "must be greater than zero");
            }
            let when = constraint.text("whenUnsatisfiable");
            if when != "DoNotSchedule" {
                let detail = format!("can only use minDomains if whenUnsatisfiable=DoNotSchedule, not {when}");
                self.invalid("minDomains", domains, &detail);
            }
        }
    }

    fn spread_pairs(&mut self, spec: &Value) {
        let mut seen = Seen::default();
        let constraints = spec.list("topologySpreadConstraints");
        for (index, constraint) in constraints.iter().enumerate() {
            let pair = format!(
                "{{{}, {}}}",
                constraint.text("topologyKey"),
                constraint.text("whenUnsatisfiable")
            );
            if !seen.is_new(&pair, index) {
                let segment = format!("topologySpreadConstraints[{index}].{{topologyKey, whenUnsatisfiable}}");
                self.duplicate(&segment, &Value::from(pair));
            }
        }
    }

    fn mounts(&mut self, container: &Value, volumes: &Seen) {
        let mut paths = Seen::default();
        for (index, mount) in container.list("volumeMounts").iter().enumerate() {
            let value = |key| mount.get(key).cloned().unwrap_or_else(|| Value::from(""));
            let segment = format!("volumeMounts[{index}]");
            if !volumes.contains(mount.text("name")) {
                let detail = format!("Not found: {}", super::shown(&value("name")));
                self.report(&join(&segment, "name"), "FieldValueNotFound", &detail);
            }
            if !paths.is_new(mount.text("mountPath"), index) {
                self.invalid(&join(&segment, "mountPath"), &value("mountPath"), "must be unique");
            }
            for key in ["subPath", "subPathExpr"] {
                // The server leaves out the index here.
                self.complain(&format!("volumeMounts.{key}"), &value(key), local_path(mount.text(key)));
            }
            let kinds = ["Bidirectional", "HostToContainer", "None"];
            let propagation = mount.text("mountPropagation");
            let privileged = container
                .at(&["securityContext", "privileged"])
                .and_then(Value::as_bool);
            if !propagation.is_empty() && !kinds.contains(&propagation) {
                self.unsupported("volumeMounts.mountPropagation", &value("mountPropagation"), &kinds);
            } else if propagation == kinds[0] && privileged != Some(true) {
                let detail = "Bidirectional mount propagation is available only to privileged containers";
                self.forbidden("volumeMounts.mountPropagation", detail);
            }
            if !mount.text("subPath").is_empty() && !mount.text("subPathExpr").is_empty() {
                let detail = "subPathExpr and subPath are mutually exclusive";
                self.invalid(&join(&segment, "subPathExpr"), &value("subPathExpr"), detail);
            }
        }
    }
}

impl Check {
    /// Numbers of users and groups.
    pub(super) fn ids(&mut self, context: &Value) {
        for key in ["runAsUser", "runAsGroup", "fsGroup"] {
            if let Some(id) = context.int(key).filter(|id| i32::try_from(*id).is_err() || *id < 0) {
                self.invalid(key, &Value::Int(id), "must be between 0 and 2147483647, inclusive");
            }
        }
    }
}

/// A path below something: relative, and never upwards.
pub(super) fn local_path(path: &str) -> Complaints {
    let mut out = Vec::new();
    if path.starts_with('/') {
        out.push("must be a relative path".to_owned());
    }
    if path.split('/').any(|part| part == "..") {
        out.push("must not contain '..'".to_owned());
    }
    out
}

/// All ports of a list of containers, with their paths.
fn ports<'a>(spec: &'a Value, list: &'a str) -> impl Iterator<Item = (String, &'a Value)> {
    let containers = spec.list(list);
    containers.iter().enumerate().flat_map(move |(index, container)| {
        let ports = container.list("ports");
        ports
            .iter()
            .enumerate()
            .map(move |(number, port)| (format!("{list}[{index}].ports[{number}]"), port))
    })
}
