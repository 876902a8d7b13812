//! Services.

use super::super::seen::Seen;
use super::{Check, is_zero, names, shown};
use crate::value::Value;

impl Check {
    pub(super) fn service(&mut self, spec: &Value) {
        let kind = spec.text("type");
        let addresses = spec.list("clusterIPs");
        let is_headless = spec.get("clusterIP").and_then(Value::as_str) == Some("None");
        let ports = spec.list("ports");
        if ports.is_empty() && !is_headless && kind != "ExternalName" {
            self.required("ports", "");
        }
        if is_headless && matches!(kind, "NodePort" | "LoadBalancer") {
            let detail = format!("may not be set to 'None' for {kind} services");
            self.invalid("clusterIPs[0]", &Value::from("None"), &detail);
        }
        if kind == "ExternalName" {
            self.external_name(spec);
        }
        for (index, address) in addresses.iter().enumerate() {
            let text = address.as_str().unwrap_or_default();
            if !matches!(text, "" | "None") {
                self.complain(&format!("clusterIPs[{index}]"), address, names::address(text));
            }
        }
        self.labels("selector", spec.get("selector"));
        self.ports(kind, ports);
        self.affinity(spec);
        self.traffic(kind, spec);
        for (index, address) in spec.list("externalIPs").iter().enumerate() {
            let text = address.as_str().unwrap_or_default();
            self.complain(&format!("externalIPs[{index}]"), address, names::address(text));
        }
    }

    fn external_name(&mut self, spec: &Value) {
        let name = spec.text("externalName");
        let is_given = |key| spec.get(key).is_some_and(|value| !is_zero(value));
        if is_given("clusterIP") || is_given("clusterIPs") {
            self.forbidden("clusterIPs", "may not be set for ExternalName services");
        }
        for key in ["ipFamilies", "ipFamilyPolicy"] {
            if is_given(key) {
                self.forbidden(key, "may not be set for ExternalName services");
            }
        }
        if name.is_empty() {
            self.required("externalName", "");
        } else {
            let value = Value::from(name);
            self.complain("externalName", &value, names::subdomain(name.trim_end_matches('.')));
        }
    }

    fn ports(&mut self, kind: &str, ports: &[Value]) {
        let mut seen_names = Seen::default();
        let mut seen = Seen::default();
        let mut node_ports = Seen::default();
        for (index, port) in ports.iter().enumerate() {
            let number = |key| port.int(key).unwrap_or_default();
            let name = port.text("name");
            self.below(&format!("ports[{index}]"), |check| {
                if name.is_empty() && ports.len() > 1 {
                    check.required("name", "");
                } else if !name.is_empty() {
                    let value = Value::from(name);
                    check.complain("name", &value, names::label(name));
                    if !seen_names.is_new(name, index) {
                        check.duplicate("name", &value);
                    }
                }
                check.port("port", port.get("port"));
                check.port("targetPort", port.get("targetPort"));
                let node_port = number("nodePort");
                if let Some(protocol) = port.get("appProtocol") {
                    check.form("appProtocol", protocol, names::key);
                }
                if node_port != 0 && kind == "ClusterIP" {
                    check.forbidden("nodePort", &format!("may not be used when `type` is '{kind}'"));
                } else if node_port != 0 && kind != "ExternalName" {
                    check.node_port(
                        node_port,
                        !node_ports.is_new(&format!("{} {node_port}", port.text("protocol")), index),
                    );
                }
                if !seen.is_new(&format!("{} {}", port.text("protocol"), number("port")), index) {
                    let shown = [
                        ("Protocol", shown(&Value::from(port.text("protocol")))),
                        ("Port", number("port").to_string()),
                    ];
                    let [(_, protocol), (_, port)] = shown;
                    let detail = format!(
                        "Duplicate value: {{\"Name\":\"\",\"Protocol\":{protocol},\"AppProtocol\":null,\"Port\":{port},\
                         \"TargetPort\":0,\"NodePort\":0}}"
                    );
                    check.report("", "FieldValueDuplicate", &detail);
                }
            });
        }
    }

    fn node_port(&mut self, number: i64, is_taken: bool) {
        let value = Value::Int(number);
        if !(30000..=32767).contains(&number) {
            let detail = "provided port is not in the valid range. The range of valid ports is 30000-32767";
            self.invalid("nodePort", &value, detail);
        } else if is_taken {
            self.duplicate("nodePort", &value);
        }
    }

    fn affinity(&mut self, spec: &Value) {
        let is_client = spec.get("sessionAffinity").and_then(Value::as_str) == Some("ClientIP");
        if let Some(seconds) = spec.at(&["sessionAffinityConfig", "clientIP", "timeoutSeconds"])
            && is_client
            && !seconds.as_int().is_some_and(|seconds| (1..=86400).contains(&seconds))
        {
            let detail = "must be greater than 0 and less than 86400";
            self.invalid("sessionAffinityConfig.clientIP.timeoutSeconds", seconds, detail);
        }
        if !is_client && spec.get("sessionAffinityConfig").is_some() {
            let detail = "must not be set when session affinity is None";
            self.forbidden("sessionAffinityConfig", detail);
        }
    }

    fn traffic(&mut self, kind: &str, spec: &Value) {
        let outside =
            matches!(kind, "NodePort" | "LoadBalancer") || spec.get("externalIPs").is_some_and(|list| !is_zero(list));
        if let Some(policy) = spec.get("externalTrafficPolicy")
            && !outside
        {
            self.invalid(
                "externalTrafficPolicy",
                policy,
                "may only be set for externally-accessible services",
            );
        }
        if spec.int("healthCheckNodePort").is_some_and(|port| port != 0)
            && (kind != "LoadBalancer" || spec.text("externalTrafficPolicy") != "Local")
        {
            let detail = "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'";
            let port = Value::Int(spec.int("healthCheckNodePort").unwrap_or_default());
            self.invalid("healthCheckNodePort", &port, detail);
        }
        let ranges = spec.list("loadBalancerSourceRanges");
        for (index, range) in ranges.iter().enumerate() {
            let segment = format!("LoadBalancerSourceRanges[{index}]");
            self.form(&segment, range, names::network);
        }
        // Spelt as the server spells it.
        let source_ranges = (!ranges.is_empty()).then_some("LoadBalancerSourceRanges");
        let others = ["allocateLoadBalancerNodePorts", "loadBalancerClass"];
        let others = others.into_iter().filter(|key| spec.get(key).is_some());
        for key in source_ranges.into_iter().chain(others) {
            if kind != "LoadBalancer" {
                self.forbidden(key, "may only be used when `type` is 'LoadBalancer'");
            } else if key == "loadBalancerClass" {
                self.text_form(key, spec, names::key);
            }
        }
        if let Some(wish) = spec.get("trafficDistribution") {
            let known = ["PreferClose", "PreferSameZone", "PreferSameNode"];
            if !known.contains(&spec.text("trafficDistribution")) {
                self.unsupported("trafficDistribution", wish, &known);
            }
        }
    }
}
