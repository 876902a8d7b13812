//! Containers: what they mount, and how much they may use.

use super::super::seen::Seen;
use super::pod::local_path;
use super::{Check, amount_of, join, names, text_of};
use crate::value::{Map, Value};

impl Check {
    pub(super) fn mounts(&mut self, container: &Value, volumes: &Seen) {
        let mut paths = Seen::default();
        for (index, mount) in container.list("volumeMounts").iter().enumerate() {
            let value = |key| text_of(mount, key);
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
            self.recursively_read_only(mount);
            if !mount.text("subPath").is_empty() && !mount.text("subPathExpr").is_empty() {
                let detail = "subPathExpr and subPath are mutually exclusive";
                self.invalid(&join(&segment, "subPathExpr"), &value("subPathExpr"), detail);
            }
        }
    }

    fn recursively_read_only(&mut self, mount: &Value) {
        // The server leaves out the index here too.
        let segment = "volumeMounts.recursiveReadOnly";
        let wanted = text_of(mount, "recursiveReadOnly");
        match wanted.as_str().unwrap_or_default() {
            "" | "Disabled" => {}
            "Enabled" | "IfPossible" => {
                if mount.get("readOnly").and_then(Value::as_bool) != Some(true) {
                    self.forbidden(segment, "may only be specified when readOnly is true");
                }
                if !matches!(mount.text("mountPropagation"), "" | "None") {
                    let detail = "may only be specified when mountPropagation is None or not specified";
                    self.forbidden(segment, detail);
                }
            }
            _ => self.unsupported(segment, &wanted, &["Disabled", "Enabled", "IfPossible"]),
        }
    }

    /// Volumes that a container sees as block devices: only claims can be.
    pub(super) fn devices(&mut self, container: &Value, spec: &Value, volumes: &Seen) {
        let mut mounted = Seen::default();
        for (index, mount) in container.list("volumeMounts").iter().enumerate() {
            mounted.is_new(&format!("name {}", mount.text("name")), index);
            mounted.is_new(&format!("devicePath {}", mount.text("mountPath")), index);
        }
        let mut seen = Seen::default();
        for (index, device) in container.list("volumeDevices").iter().enumerate() {
            let (name, path) = (text_of(device, "name"), text_of(device, "devicePath"));
            let is_mounted = |key: &str| mounted.contains(&format!("{key} {}", device.text(key)));
            self.below(&format!("volumeDevices[{index}]"), |check| {
                let is_claim = |volume: &Value| {
                    ["persistentVolumeClaim", "ephemeral"]
                        .iter()
                        .any(|source| volume.get(source).is_some())
                };
                match volumes
                    .get(device.text("name"))
                    .and_then(|number| spec.list("volumes").get(number))
                {
                    Some(volume) if !is_claim(volume) => {
                        let detail =
                            "can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode";
                        check.invalid("name", &name, detail);
                    }
                    Some(_) => {}
                    None => check.report(
                        "name",
                        "FieldValueNotFound",
                        &format!("Not found: {}", super::shown(&name)),
                    ),
                }
                for (key, value) in [("name", &name), ("devicePath", &path)] {
                    if !seen.is_new(&format!("{key} {}", device.text(key)), index) {
                        check.invalid(key, value, "must be unique");
                    }
                }
                if device.text("devicePath").split('/').any(|part| part == "..") {
                    check.invalid("devicePath", &path, "can not contain backsteps ('..')");
                }
                if is_mounted("name") {
                    check.invalid("name", &name, "must not already exist in volumeMounts");
                }
                if is_mounted("devicePath") {
                    check.invalid("devicePath", &path, "must not already exist as a path in volumeMounts");
                }
            });
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
                let Some(number) = amount_of(amount) else { continue };
                if number.sign() < 0 {
                    self.invalid(&segment, amount, "must be greater than or equal to 0");
                }
                if is_extended(name) && !number.is_whole() {
                    self.invalid(&segment, amount, "must be an integer");
                }
                if let Some(page) = name.strip_prefix("hugepages-").map(Value::from)
                    && !amount_of(&page).is_some_and(|page| number.is_multiple_of(&page))
                {
                    let shown = amount.as_str().unwrap_or_default();
                    let detail = format!("{shown} is not positive integer multiple of {name}");
                    self.invalid(&segment, amount, &detail);
                }
            }
        }
        let has = |name: &str| limits.get(name).or(requests.get(name)).is_some();
        let mut names = limits.keys().chain(requests.keys());
        if names.any(|name| name.starts_with("hugepages-")) && !has("cpu") && !has("memory") {
            self.forbidden("", "HugePages require cpu or memory");
        }
        for (name, request) in requests {
            // What a node can't hand out twice must be limited to what is requested.
            let is_fixed = is_extended(name) || name.starts_with("hugepages-");
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
}

/// A resource that a device plugin brings: it can't be shared or cut.
fn is_extended(name: &str) -> bool {
    name.contains('/') && !name.contains("kubernetes.io/")
}
