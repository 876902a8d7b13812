//! What depends on the cluster and not on the manifest: its administrator's settings, and what else is in it.

use super::tree::Node;
use super::validate::Invalid;
use crate::value::Value;

/// What an administrator decides and a manifest can run into.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// `--allow-privileged` of the API server; on in every usual installation.
    pub allow_privileged: bool,
    /// `--service-cluster-ip-range` (IPv4, `10.96.0.0/16`); `None` takes any address, so that Services printed in
    /// another cluster can be read.
    pub service_addresses: Option<&'static str>,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            allow_privileged: true,
            service_addresses: None,
        }
    }
}

/// The cluster that one text makes: its settings and the classes that the text itself brings.
pub(super) struct Admission<'a> {
    settings: &'a Settings,
    priorities: Vec<(String, i64)>,
    runtimes: Vec<String>,
}

impl<'a> Admission<'a> {
    pub(super) fn new(settings: &'a Settings, documents: &[Node]) -> Self {
        let is_a = |node: &Node, kind: &str| node.get("kind").and_then(Node::as_str) == Some(kind);
        let lists = documents
            .iter()
            .filter_map(|node| node.get("items"))
            .flat_map(Node::items);
        let name = |node: &Node| Some(node.at(&["metadata", "name"])?.as_str()?.to_owned());
        let class = |node: &Node| {
            Some((
                name(node)?,
                node.get("value")
                    .and_then(|value| value.to_value().as_int())
                    .unwrap_or_default(),
            ))
        };
        let built_in = [
            ("system-node-critical", 2_000_001_000),
            ("system-cluster-critical", 2_000_000_000),
        ];
        let built_in = built_in.map(|(name, value)| (name.to_owned(), value));
        let mut priorities = Vec::new();
        priorities.extend(built_in);
        let mut runtimes = Vec::new();
        for node in documents.iter().chain(lists) {
            if is_a(node, "PriorityClass") {
                priorities.extend(class(node));
            } else if is_a(node, "RuntimeClass") {
                runtimes.extend(name(node));
            }
        }
        Admission {
            settings,
            priorities,
            runtimes,
        }
    }

    /// Fills in what the cluster knows: a Pod's priority from its class.
    pub(super) fn complete(&self, object: &mut Value) {
        if let Some(priority) = pods_class(object, "priorityClassName").and_then(|class| self.priority(class)) {
            *object.entry("spec").entry("priority") = Value::Int(priority);
        }
    }

    fn priority(&self, class: &str) -> Option<i64> {
        self.priorities
            .iter()
            .find(|(name, _)| name == class)
            .map(|(_, priority)| *priority)
    }

    /// What this cluster refuses.
    pub(super) fn refusals(&self, object: &Value) -> Vec<Invalid> {
        let mut out = Vec::new();
        let mut forbid = |key: &str, why: String| {
            let name = object.at(&["metadata", "name"]).and_then(Value::as_str);
            out.push(Invalid {
                field: format!("spec.{key}"),
                reason: "Forbidden",
                message: format!("pods \"{}\" is forbidden: {why}", name.unwrap_or_default()),
            });
        };
        if let Some(class) = pods_class(object, "priorityClassName").filter(|class| self.priority(class).is_none()) {
            forbid(
                "priorityClassName",
                format!("no PriorityClass with name {class} was found"),
            );
        }
        let known = |class: &&str| self.runtimes.iter().any(|name| name == class);
        if let Some(class) = pods_class(object, "runtimeClassName").filter(|class| !known(class)) {
            forbid(
                "runtimeClassName",
                format!("pod rejected: RuntimeClass \"{class}\" not found"),
            );
        }
        if !self.settings.allow_privileged {
            let (path, pod) = match object.at(&["spec", "template", "spec"]) {
                Some(pod) => ("spec.template.spec", pod),
                None => ("spec", object.get("spec").unwrap_or(&Value::Null)),
            };
            privileged(path, pod, &mut out);
        }
        let address = object.at(&["spec", "clusterIP"]).and_then(Value::as_str);
        let kind = object.get("kind").and_then(Value::as_str);
        if let (Some("Service"), Some(range), Some(address)) = (kind, self.settings.service_addresses, address) {
            out.extend(outside(range, address));
        }
        if kind == Some("Service") && self.settings.service_addresses.is_some() {
            out.extend(object.get("spec").into_iter().flat_map(second_family));
        }
        out
    }
}

/// The class that a Pod names; templates are accepted whatever they name.
fn pods_class<'a>(object: &'a Value, key: &str) -> Option<&'a str> {
    let class = object.at(&["spec", key])?.as_str()?;
    (object.text("kind") == "Pod" && !class.is_empty()).then_some(class)
}

fn privileged(path: &str, pod: &Value, out: &mut Vec<Invalid>) {
    for list in ["initContainers", "containers"] {
        for (index, container) in pod.list(list).iter().enumerate() {
            if container
                .at(&["securityContext", "privileged"])
                .and_then(Value::as_bool)
                == Some(true)
            {
                let field = format!("{path}.{list}[{index}].securityContext.privileged");
                let message = format!("{field}: Forbidden: disallowed by cluster policy");
                out.push(Invalid {
                    field,
                    reason: "FieldValueForbidden",
                    message,
                });
            }
        }
    }
}

/// What a cluster with IPv4 alone can't give a Service. Addresses that somebody else lists may be of both kinds.
fn second_family(spec: &Value) -> Vec<Invalid> {
    if spec.text("clusterIP") == "None" && spec.get("selector").is_none() {
        return Vec::new();
    }
    let invalid = |field: String, value: &str, detail: &str| Invalid {
        message: format!("{field}: Invalid value: {value:?}: {detail}"),
        field,
        reason: "FieldValueInvalid",
    };
    let families = spec.list("ipFamilies").iter().enumerate();
    let mut out: Vec<Invalid> = families
        .filter(|(_, family)| family.as_str() == Some("IPv6"))
        .map(|(index, _)| {
            invalid(
                format!("spec.ipFamilies[{index}]"),
                "IPv6",
                "not configured on this cluster",
            )
        })
        .collect();
    if spec.text("ipFamilyPolicy") == "RequireDualStack" {
        let detail = "this cluster is not configured for dual-stack services";
        out.push(invalid("spec.ipFamilyPolicy".to_owned(), "RequireDualStack", detail));
    }
    out
}

/// The complaint about an IPv4 address outside the Services' range.
fn outside(range: &str, address: &str) -> Option<Invalid> {
    let bits = |text: &str| text.parse::<core::net::Ipv4Addr>().ok().map(u32::from);
    let (network, length) = range.split_once('/')?;
    let mask = u32::MAX
        .checked_shl(32 - length.parse::<u32>().ok()?.min(32))
        .unwrap_or(0);
    if bits(address)? & mask == bits(network)? & mask {
        return None;
    }
    let message = format!(
        "spec.clusterIPs: Invalid value: [{address:?}]: failed to allocate IP {address}: the provided IP ({address}) is not \
         in the valid range. The range of valid IPs is {range}"
    );
    Some(Invalid {
        field: "spec.clusterIPs".to_owned(),
        reason: "FieldValueInvalid",
        message,
    })
}
