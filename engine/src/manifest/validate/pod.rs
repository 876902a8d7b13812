//! Pods: what relates their parts, ports, probes and hooks.

use super::super::defaults::APP_ARMOR;
use super::super::seen::Seen;
use super::names::{self, Complaints};
use super::{Check, is_zero, text_of};
use crate::value::Value;

const DELETION_COST: &str = "controller.kubernetes.io/pod-deletion-cost";
/// The lists of containers in the order in which the server visits them.
pub(super) const CONTAINERS: [&str; 3] = ["initContainers", "containers", "ephemeralContainers"];
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
            if owner
                .at(&["spec", "ephemeralContainers"])
                .is_some_and(|list| !is_zero(list))
            {
                self.forbidden("spec.ephemeralContainers", "cannot be set on create");
            }
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
        let path = if kind == "PodTemplateSpec" { "" } else { "metadata." };
        if let Some(cost) = annotations.and_then(|annotations| annotations.get(DELETION_COST)) {
            let text = cost.as_str().unwrap_or_default();
            let is_plain = !text.starts_with('+') && (text == "0" || !text.trim_start_matches('-').starts_with('0'));
            if !is_plain || text.parse::<i32>().is_err() {
                let segment = format!("{path}annotations[{DELETION_COST}]");
                self.invalid(&segment, cost, "must be a 32bit integer");
            }
        }
        let mut names = Seen::default();
        let containers = CONTAINERS
            .iter()
            .flat_map(|list| owner.get("spec").map_or(&[][..], |spec| spec.list(list)));
        for (index, container) in containers.enumerate() {
            names.is_new(container.text("name"), index);
        }
        for (key, profile) in annotations.and_then(Value::as_map).into_iter().flatten() {
            let Some(name) = key.strip_prefix(APP_ARMOR) else {
                continue;
            };
            let segment = format!("{path}annotations[{key}]");
            if !names.contains(name) {
                self.invalid(&segment, &Value::from(name), "container not found");
            }
            let text = profile.as_str().unwrap_or_default();
            if !matches!(text, "" | "runtime/default" | "unconfined") && !text.starts_with("localhost/") {
                self.invalid(&segment, profile, &format!("invalid AppArmor profile name: {text:?}"));
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
                    check.devices(container, spec, &volumes);
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
        self.name_resolution(spec);
        let mut gates = Seen::default();
        for (index, gate) in spec.list("schedulingGates").iter().enumerate() {
            let (segment, name) = (format!("schedulingGates[{index}]"), text_of(gate, "name"));
            self.form(&segment, &name, names::key);
            if !gates.is_new(gate.text("name"), index) {
                self.duplicate(&segment, &name);
            }
        }
        let is_true = |path: &[&str]| spec.at(path).and_then(Value::as_bool) == Some(true);
        if is_true(&["hostPID"]) && is_true(&["shareProcessNamespace"]) {
            let detail = "ShareProcessNamespace and HostPID cannot both be enabled";
            self.invalid("securityContext.shareProcessNamespace", &Value::Bool(true), detail);
        }
    }

    /// Names that the Pod resolves by itself, and by which servers.
    fn name_resolution(&mut self, spec: &Value) {
        let config = spec.get("dnsConfig");
        let servers = config.map_or(&[][..], |config| config.list("nameservers"));
        match config {
            None if spec.text("dnsPolicy") == "None" => {
                self.required("dnsConfig", "must provide `dnsConfig` when `dnsPolicy` is None");
            }
            Some(_) if spec.text("dnsPolicy") == "None" && servers.is_empty() => {
                let detail = "must provide at least one DNS nameserver when `dnsPolicy` is None";
                self.required("dnsConfig.nameservers", detail);
            }
            _ => {}
        }
        if servers.len() > 3 {
            let list = Value::List(servers.to_vec());
            self.invalid("dnsConfig.nameservers", &list, "must not have more than 3 nameservers");
        }
        for (index, server) in servers.iter().enumerate() {
            self.form(&format!("dnsConfig.nameservers[{index}]"), server, names::address);
        }
        let options = config.map_or(&[][..], |config| config.list("options"));
        for (index, option) in options.iter().enumerate() {
            if option.text("name").is_empty() {
                self.required(&format!("dnsConfig.options[{index}]"), "must not be empty");
            }
        }
        for (index, alias) in spec.list("hostAliases").iter().enumerate() {
            self.form(
                &format!("hostAliases[{index}].ip"),
                &text_of(alias, "ip"),
                names::address,
            );
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

    /// Containers share the node's ports. Init containers run one by one, and the server names the first for all.
    fn host_ports(&mut self, spec: &Value) {
        for container in spec.list("initContainers") {
            self.host_ports_of("initContainers", std::slice::from_ref(container));
        }
        self.host_ports_of("containers", spec.list("containers"));
    }

    fn host_ports_of(&mut self, list: &str, containers: &[Value]) {
        let mut taken = Seen::default();
        for (segment, port) in ports(list, containers) {
            let number = port.int("hostPort").unwrap_or_default();
            let id = format!("{}/{}/{number}", port.text("protocol"), port.text("hostIP"));
            if number != 0 && !taken.is_new(&id, 0) {
                self.duplicate(&format!("{segment}.hostPort"), &Value::from(id));
            }
        }
    }

    /// On the node's network a port is the node's. A template may leave it out; its Pods are filled in.
    fn host_network_ports(&mut self, spec: &Value) {
        for (segment, port) in ports("containers", spec.list("containers")) {
            let number = port.int("hostPort").unwrap_or_default();
            if number != 0 && Some(number) != port.int("containerPort") {
                let detail = "must match `containerPort` when `hostNetwork` is true";
                self.invalid(&format!("{segment}.hostPort"), &Value::Int(number), detail);
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

    pub(super) fn http_get(&mut self, action: &Value) {
        self.port("port", action.get("port"));
        for header in action.list("httpHeaders") {
            // The server leaves out the index here.
            self.form("httpHeaders", &text_of(header, "name"), names::header);
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
fn ports<'a>(list: &'a str, containers: &'a [Value]) -> impl Iterator<Item = (String, &'a Value)> {
    containers.iter().enumerate().flat_map(move |(index, container)| {
        let ports = container.list("ports").iter().enumerate();
        ports.map(move |(number, port)| (format!("{list}[{index}].ports[{number}]"), port))
    })
}
