//! The server's rules for a whole, defaulted object.
//!
//! What the field table says (required, not negative, allowed texts, names) is checked while walking it; rules that
//! relate several fields stand in a file per subject and are called for the structs that they are about.

mod autoscaler;
mod claim;
mod container;
mod difference;
mod environment;
mod names;
mod pod;
mod scheduling;
mod security;
mod selector;
mod service;
#[cfg(test)]
mod tests;
mod update;
mod volume;
mod warnings;
mod workload;

pub use update::validate_update;
pub use warnings::warnings;

use super::defaults::is_zero;
use super::fields::{Field, Struct, Table, Type, table};
use super::quantity::Quantity;
use crate::value::Value;
use std::fmt::Write;

/// More findings about one object than this help nobody.
pub const MOST: usize = 1000;

/// One broken rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invalid {
    /// The field path as the API server writes it.
    pub field: String,
    /// The server's reason: `FieldValueInvalid`, `FieldValueRequired`, ...
    pub reason: &'static str,
    /// `{field}: {detail}` in the server's words.
    pub message: String,
}

/// Validates a defaulted object; all broken rules are reported. A kind without a table has no rules.
pub fn validate(object: &Value) -> Vec<Invalid> {
    let table = table();
    let Some(structure) = table.kind(object.text("apiVersion"), object.text("kind")) else {
        return Vec::new();
    };
    let mut check = Check {
        table,
        path: String::new(),
        out: Vec::new(),
    };
    let object = &workload::with_claim_volumes(object);
    check.identity(structure.name, object);
    check.structure(structure, object);
    check.out
}

/// The walk: where it is, and what it found.
struct Check {
    table: &'static Table,
    path: String,
    out: Vec<Invalid>,
}

impl Check {
    fn structure(&mut self, structure: &Struct, value: &Value) {
        for field in &structure.fields {
            // The server does not look at the template of a workload whose selector it can't read.
            if field.name == "template" && selector::is_unreadable(value.get("selector")) {
                continue;
            }
            self.below(field.name, |check| check.field(structure, field, value.get(field.name)));
        }
        match structure.name {
            "PodSpec" => self.pod_spec(value),
            "Pod" | "PodTemplateSpec" => self.pod_owner(structure.name, value),
            "Container" => self.container(value),
            "ContainerPort" => self.container_port(value),
            "EnvVar" => self.variable(value),
            "Probe" => self.handlers(value, &["exec", "httpGet", "tcpSocket", "grpc"]),
            "LifecycleHandler" => self.handlers(value, &["exec", "httpGet", "tcpSocket", "sleep"]),
            "HTTPGetAction" => self.http_get(value),
            "TCPSocketAction" | "GRPCAction" => self.port("port", value.get("port")),
            "EnvFromSource" => self.variables_from(value),
            "ResourceRequirements" => self.resources(value),
            "SecurityContext" => self.security(value),
            "PodSecurityContext" => self.identities(value),
            "SeccompProfile" => self.profile("seccomp", value),
            "AppArmorProfile" => self.profile("AppArmor", value),
            "Toleration" => self.toleration(value),
            "TopologySpreadConstraint" => self.spread(value),
            "PodAffinityTerm" => self.affinity_term(value),
            "PodReadinessGate" => self.text_form("conditionType", value, names::key),
            "Volume" => self.volume(value),
            "LabelSelector" => self.selector(value),
            "NodeSelectorRequirement" => self.node_requirement(value),
            "PreferredSchedulingTerm" | "WeightedPodAffinityTerm" => self.weight(value),
            "DeploymentSpec" | "ReplicaSetSpec" | "StatefulSetSpec" | "DaemonSetSpec" | "ReplicationControllerSpec" => {
                self.workload(structure.name, value);
            }
            "ServiceSpec" => self.service(value),
            "PersistentVolumeClaimSpec" => self.claim(value),
            "PodDisruptionBudgetSpec" => self.budget(value),
            "HorizontalPodAutoscalerSpec" | "HorizontalPodAutoscalerSpecV1" => self.autoscaler(value),
            "HPAScalingRules" => self.scaling_rules(value),
            "MetricSpec" => self.metric(value),
            "MetricTarget" => self.metric_target(value),
            _ => {}
        }
    }

    /// What the table says about one field.
    fn field(&mut self, owner: &Struct, field: &Field, value: Option<&Value>) {
        let empty = match value {
            None => true,
            // A pointer to an empty struct is there.
            Some(Value::Map(_)) if matches!(field.kind, Type::Struct(_)) => false,
            Some(value) => is_zero(value),
        };
        if empty && field.required && !field.has_own_words {
            match &field.kind {
                Type::Enum(index) if !self.table.values(*index).is_empty() => {
                    self.unsupported("", &Value::from(""), self.table.values(*index));
                }
                _ => self.required("", required_detail(owner.name, field.name)),
            }
            return;
        }
        let Some(value) = value else { return };
        if field.not_negative {
            self.not_negative("", value);
        }
        self.value(&field.kind, value);
    }

    fn value(&mut self, kind: &Type, value: &Value) {
        match (kind, value) {
            (Type::Label, Value::String(text)) if !text.is_empty() => self.form("", value, names::label),
            (Type::Subdomain, Value::String(text)) if !text.is_empty() => {
                self.form("", value, names::subdomain);
            }
            (Type::Enum(index), Value::String(text)) => {
                let values = self.table.values(*index);
                if !text.is_empty() && !values.is_empty() && !values.contains(&text.as_str()) {
                    self.unsupported("", value, values);
                }
            }
            (Type::Struct(index), Value::Map(_)) => {
                let table = self.table;
                self.structure(table.structure(*index), value);
            }
            // A list of plain texts is reported as a whole.
            (Type::List(item, _), Value::List(items)) if matches!(**item, Type::Enum(_)) => {
                items.iter().for_each(|value| self.value(item, value));
            }
            (Type::List(item, _), Value::List(items)) => {
                for (index, value) in items.iter().enumerate() {
                    self.below(&format!("[{index}]"), |check| check.value(item, value));
                }
            }
            _ => {}
        }
    }

    /// Runs a check one step down.
    fn below(&mut self, segment: &str, check: impl FnOnce(&mut Check)) {
        let length = self.path.len();
        self.path = join(&self.path, segment);
        check(self);
        self.path.truncate(length);
    }

    /// The items of a list in which something was already found wrong.
    fn wrong_items(&self, list: &str) -> Vec<usize> {
        let path = format!("{}[", join(&self.path, list));
        let index = |found: &Invalid| {
            found
                .field
                .strip_prefix(&path)?
                .split(']')
                .next()?
                .parse::<usize>()
                .ok()
        };
        // In the order of the list, and no more than findings.
        self.out.iter().filter_map(index).collect()
    }

    fn report(&mut self, segment: &str, reason: &'static str, detail: &str) {
        if self.out.len() >= MOST {
            return;
        }
        let field = join(&self.path, segment);
        let message = format!("{field}: {detail}");
        self.out.push(Invalid { field, reason, message });
    }

    fn invalid(&mut self, segment: &str, value: &Value, detail: &str) {
        self.report(
            segment,
            "FieldValueInvalid",
            &format!("Invalid value: {}: {detail}", shown(value)),
        );
    }

    fn complain(&mut self, segment: &str, value: &Value, complaints: names::Complaints) {
        for complaint in complaints {
            self.invalid(segment, value, &complaint);
        }
    }

    /// A member that must be a text of a form, also where it's absent.
    fn text_form(&mut self, key: &str, owner: &Value, complaints: fn(&str) -> names::Complaints) {
        self.form(key, &text_of(owner, key), complaints);
    }

    /// A text that must have a form.
    fn form(&mut self, segment: &str, value: &Value, complaints: fn(&str) -> names::Complaints) {
        self.complain(segment, value, complaints(value.as_str().unwrap_or_default()));
    }

    fn required(&mut self, segment: &str, detail: &str) {
        let colon = if detail.is_empty() { "" } else { ": " };
        self.report(segment, "FieldValueRequired", &format!("Required value{colon}{detail}"));
    }

    fn forbidden(&mut self, segment: &str, detail: &str) {
        self.report(segment, "FieldValueForbidden", &format!("Forbidden: {detail}"));
    }

    fn duplicate(&mut self, segment: &str, value: &Value) {
        self.report(
            segment,
            "FieldValueDuplicate",
            &format!("Duplicate value: {}", shown(value)),
        );
    }

    fn unsupported(&mut self, segment: &str, value: &Value, supported: &[&str]) {
        let supported: Vec<String> = supported.iter().map(|text| format!("{text:?}")).collect();
        let detail = format!(
            "Unsupported value: {}: supported values: {}",
            shown(value),
            supported.join(", ")
        );
        self.report(segment, "FieldValueNotSupported", &detail);
    }

    fn not_negative(&mut self, segment: &str, value: &Value) {
        if value.as_int().is_some_and(|number| number < 0) {
            self.invalid(segment, value, "must be greater than or equal to 0");
        }
    }

    /// A number or percentage that is not negative.
    fn amount(&mut self, segment: &str, value: Option<&Value>) {
        match value {
            Some(value @ Value::String(_)) => self.form(segment, value, names::percent),
            Some(value) => self.not_negative(segment, value),
            None => {}
        }
    }

    /// A percentage of at most 100.
    fn at_most_all(&mut self, segment: &str, value: Option<&Value>) {
        if let Some(value @ Value::String(text)) = value
            && names::percent(text).is_empty()
            && int_or_percent(value) > 100
        {
            self.invalid(segment, value, "must not be greater than 100%");
        }
    }

    /// A port by number or name.
    fn port(&mut self, segment: &str, value: Option<&Value>) {
        match value {
            Some(value @ Value::String(_)) => self.form(segment, value, names::port),
            Some(value @ Value::Int(number)) => self.complain(segment, value, names::port_number(*number)),
            _ => {}
        }
    }

    /// Name, labels and annotations of a whole object.
    fn identity(&mut self, kind: &str, object: &Value) {
        let Some(metadata) = object.get("metadata") else { return };
        self.path = "metadata".to_owned();
        let name = metadata.get("name").filter(|name| !is_zero(name));
        let complaints: fn(&str) -> names::Complaints = match kind {
            "StatefulSet" | "Service" => names::label,
            _ => names::subdomain,
        };
        match name {
            Some(name) => self.form("name", name, complaints),
            None if metadata.get("generateName").is_none() => {
                self.required("name", "name or generateName is required");
            }
            None => {}
        }
        if let Some(namespace) = metadata.get("namespace") {
            self.form("namespace", namespace, names::label);
        }
        self.labels("labels", metadata.get("labels"));
        self.annotations("annotations", metadata.get("annotations"));
        for finalizer in metadata.list("finalizers") {
            self.form("finalizers", finalizer, names::key);
        }
        self.path.clear();
    }

    fn labels(&mut self, segment: &str, labels: Option<&Value>) {
        for (key, value) in labels.and_then(Value::as_map).into_iter().flatten() {
            self.complain(segment, &Value::from(key.as_str()), names::key(key));
            self.form(segment, value, names::value);
        }
    }

    fn annotations(&mut self, segment: &str, annotations: Option<&Value>) {
        let mut size = 0;
        for (key, value) in annotations.and_then(Value::as_map).into_iter().flatten() {
            size += key.len() + value.as_str().map_or(0, str::len);
            self.complain(
                segment,
                &Value::from(key.as_str()),
                names::key(&key.to_ascii_lowercase()),
            );
        }
        if size > 256 << 10 {
            self.report(
                segment,
                "FieldValueTooLong",
                &format!("Too long: may not be more than {} bytes", 256 << 10),
            );
        }
    }
}

/// What the server adds to `Required value` for some fields.
fn required_detail(owner: &str, field: &str) -> &'static str {
    match (owner, field) {
        ("TopologySpreadConstraint" | "PodAffinityTerm", "topologyKey") => "can not be empty",
        ("NodeSelector", "nodeSelectorTerms") => "must have at least one node selector term",
        _ => "",
    }
}

/// A member, or the empty text where it's absent: what Go would show.
fn text_of(owner: &Value, key: &str) -> Value {
    owner.get(key).cloned().unwrap_or_else(|| Value::from(""))
}

/// The number, or the number in front of the percent sign; what can't be read counts as 0, as in the server.
fn int_or_percent(value: &Value) -> i64 {
    match value {
        Value::Int(number) => *number,
        Value::String(text) => text.trim_end_matches('%').parse().unwrap_or_default(),
        _ => 0,
    }
}

fn amount_of(value: &Value) -> Option<Quantity> {
    Quantity::parse(value.as_str()?).ok()
}

fn join(path: &str, segment: &str) -> String {
    match (path, segment) {
        ("", _) => segment.to_owned(),
        (_, "") => path.to_owned(),
        _ if segment.starts_with('[') => format!("{path}{segment}"),
        _ => format!("{path}.{segment}"),
    }
}

/// A value as the server shows it in its messages: JSON, selectors with their labels first.
pub fn shown(value: &Value) -> String {
    let mut out = String::new();
    show(value, &mut out);
    out
}

fn show(value: &Value, out: &mut String) {
    let written = match value {
        Value::Null => write!(out, "null"),
        Value::Bool(value) => write!(out, "{value}"),
        Value::Int(number) => write!(out, "{number}"),
        Value::Float(number) => write!(out, "{}", super::scalar::json_number(*number)),
        Value::String(text) => write!(out, "{text:?}"),
        Value::List(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                out.push_str(if index > 0 { "," } else { "" });
                show(item, out);
            }
            write!(out, "]")
        }
        Value::Map(members) => {
            out.push('{');
            // Go prints a struct's fields in their order; the only one shown here with more than one is the selector.
            let first = members.iter().filter(|(key, _)| key.as_str() == "matchLabels");
            let rest = members.iter().filter(|(key, _)| key.as_str() != "matchLabels");
            for (index, (key, member)) in first.chain(rest).enumerate() {
                let _ = write!(out, "{}{key:?}:", if index > 0 { "," } else { "" });
                show(member, out);
            }
            write!(out, "}}")
        }
    };
    // Writing to a String does not fail.
    let _ = written;
}
