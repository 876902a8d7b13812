//! Deployments, ReplicaSets, ReplicationControllers, StatefulSets, DaemonSets.

use super::{Check, int_or_percent, selector};
use crate::value::{Map, Value};

impl Check {
    pub(super) fn workload(&mut self, kind: &str, spec: &Value) {
        if kind == "ReplicationControllerSpec" {
            self.plain_selector(spec);
        } else {
            self.workload_selector(kind, spec);
        }
        match kind {
            "DeploymentSpec" => self.deployment(spec),
            "StatefulSetSpec" => self.stateful_set(spec),
            "DaemonSetSpec" => self.daemon_set(spec),
            _ => {}
        }
        if !selector::is_unreadable(spec.get("selector")) {
            self.below("template.spec", |check| {
                check.controlled_pod(kind, spec.at(&["template", "spec"]));
            });
        }
    }

    fn workload_selector(&mut self, kind: &str, spec: &Value) {
        let written = spec.get("selector");
        if let Some(written) = written {
            if selector::is_unreadable(Some(written)) {
                return self.invalid("selector", written, "invalid label selector");
            }
            let parts = ["matchLabels", "matchExpressions"];
            if parts.iter().all(|part| written.get(part).is_none_or(super::is_zero)) {
                let owner = match kind {
                    "StatefulSetSpec" => "statefulset",
                    "DaemonSetSpec" => "daemonset",
                    _ => "deployment",
                };
                return self.invalid("selector", &empty(), &format!("empty selector is invalid for {owner}"));
            }
        }
        let labels = spec.at(&["template", "metadata", "labels"]);
        if !selector::matches(written, labels) {
            self.mismatch(labels);
        }
    }

    /// A ReplicationController's selector is a plain map.
    fn plain_selector(&mut self, spec: &Value) {
        let labels = spec.at(&["template", "metadata", "labels"]);
        let mut wanted = spec.get("selector").and_then(Value::as_map).into_iter().flatten();
        if spec.get("template").is_some()
            && wanted.any(|(key, value)| labels.and_then(|labels| labels.get(key)) != Some(value))
        {
            self.mismatch(labels);
        }
    }

    fn mismatch(&mut self, labels: Option<&Value>) {
        let labels = labels.cloned().unwrap_or_default();
        self.invalid(
            "template.metadata.labels",
            &labels,
            "`selector` does not match template `labels`",
        );
    }

    /// What a controller demands of its Pods.
    fn controlled_pod(&mut self, kind: &str, pod: Option<&Value>) {
        let Some(pod) = pod else { return };
        let policy = pod.get("restartPolicy").cloned().unwrap_or_else(|| Value::from(""));
        if policy.as_str() != Some("Always") {
            self.unsupported("restartPolicy", &policy, &["Always"]);
        }
        if pod.get("activeDeadlineSeconds").is_some() {
            let owner = match kind {
                "DeploymentSpec" => "ReplicaSet",
                other => other.trim_end_matches("Spec"),
            };
            self.forbidden(
                "activeDeadlineSeconds",
                &format!("activeDeadlineSeconds in {owner} is not Supported"),
            );
        }
    }

    fn deployment(&mut self, spec: &Value) {
        if let Some(strategy) = spec.get("strategy") {
            self.below("strategy", |check| check.deployment_strategy(strategy));
        }
        let ready = spec.int("minReadySeconds").unwrap_or_default();
        if let Some(deadline) = spec.get("progressDeadlineSeconds")
            && deadline.as_int().is_some_and(|seconds| seconds <= ready)
        {
            self.invalid(
                "progressDeadlineSeconds",
                deadline,
                "must be greater than minReadySeconds",
            );
        }
    }

    fn deployment_strategy(&mut self, strategy: &Value) {
        let update = strategy.get("rollingUpdate");
        match strategy.text("type") {
            "Recreate" if update.is_some() => {
                self.forbidden(
                    "rollingUpdate",
                    "may not be specified when strategy `type` is 'Recreate'",
                );
            }
            "Recreate" => {}
            "RollingUpdate" => {
                let Some(update) = update else { return };
                let (unavailable, surge) = (update.get("maxUnavailable"), update.get("maxSurge"));
                self.below("rollingUpdate", |check| {
                    check.amount("maxUnavailable", unavailable);
                    check.amount("maxSurge", surge);
                    if let Some(written) = unavailable
                        && int_or_percent(written) == 0
                        && surge.map(int_or_percent) == Some(0)
                    {
                        check.invalid("maxUnavailable", written, "may not be 0 when `maxSurge` is 0");
                    }
                    check.at_most_all("maxUnavailable", unavailable);
                });
            }
            _ => {
                let shown = go_strategy(strategy, &["maxUnavailable", "maxSurge"]);
                let detail = format!("Unsupported value: {shown}: supported values: \"Recreate\", \"RollingUpdate\"");
                self.report("", "FieldValueNotSupported", &detail);
            }
        }
    }

    fn daemon_set(&mut self, spec: &Value) {
        let Some(strategy) = spec.get("updateStrategy") else {
            return;
        };
        self.below("updateStrategy", |check| match strategy.text("type") {
            "OnDelete" => {}
            "RollingUpdate" => {
                if let Some(update) = strategy.get("rollingUpdate") {
                    check.below("rollingUpdate", |check| check.daemon_set_update(update));
                }
            }
            _ => {
                let shown = go_strategy(strategy, &["maxUnavailable", "maxSurge"]);
                let detail = format!("Unsupported value: {shown}: supported values: \"RollingUpdate\", \"OnDelete\"");
                check.report("", "FieldValueNotSupported", &detail);
            }
        });
    }

    fn daemon_set_update(&mut self, update: &Value) {
        let (unavailable, surge) = (update.get("maxUnavailable"), update.get("maxSurge"));
        let is_set = |value: Option<&Value>| value.is_some_and(|value| int_or_percent(value) != 0);
        match (is_set(unavailable), is_set(surge), surge) {
            (true, true, Some(surge)) => {
                self.invalid("maxSurge", surge, "may not be set when maxUnavailable is non-zero");
            }
            (false, false, _) => self.required("maxUnavailable", "cannot be 0 when maxSurge is 0"),
            _ => {}
        }
        for (name, value) in [("maxUnavailable", unavailable), ("maxSurge", surge)] {
            self.amount(name, value);
            self.at_most_all(name, value);
        }
    }

    fn stateful_set(&mut self, spec: &Value) {
        if let Some(policy) = spec.get("podManagementPolicy")
            && !matches!(policy.as_str(), Some("OrderedReady" | "Parallel"))
        {
            self.invalid("podManagementPolicy", policy, "must be 'OrderedReady' or 'Parallel'");
        }
        let Some(strategy) = spec.get("updateStrategy") else {
            return;
        };
        let update = strategy.get("rollingUpdate");
        match strategy.text("type") {
            "RollingUpdate" => {
                // With the gate off the field is gone before the server looks.
                let most = update.and_then(|update| update.get("maxUnavailable"));
                self.below("updateStrategy.rollingUpdate", |check| {
                    check.amount("maxUnavailable", most);
                    if let Some(most) = most.filter(|most| int_or_percent(most) == 0) {
                        check.invalid("maxUnavailable", most, "cannot be 0");
                    }
                    check.at_most_all("maxUnavailable", most);
                });
            }
            "OnDelete" => {
                if let Some(update) = update {
                    let shown = go_update(update, &["partition", "maxUnavailable"]);
                    let detail = format!("Invalid value: {shown}: only allowed for updateStrategy 'RollingUpdate'");
                    self.report("updateStrategy.rollingUpdate", "FieldValueInvalid", &detail);
                }
            }
            _ => {
                let shown = go_strategy(strategy, &["partition", "maxUnavailable"]);
                let detail = format!("Invalid value: {shown}: must be 'RollingUpdate' or 'OnDelete'");
                self.report("updateStrategy", "FieldValueInvalid", &detail);
            }
        }
    }
}

/// A StatefulSet's Pods see the claims made from its templates as volumes, and the server validates them so.
pub fn with_claim_volumes(object: &Value) -> Value {
    let mut object = object.clone();
    let claims = object
        .at(&["spec", "volumeClaimTemplates"])
        .map(Value::items)
        .unwrap_or_default();
    if claims.is_empty() || object.get("kind").and_then(Value::as_str) != Some("StatefulSet") {
        return object;
    }
    let name = |claim: &Value| {
        claim
            .at(&["metadata", "name"])
            .cloned()
            .unwrap_or_else(|| Value::from(""))
    };
    let mut names: Vec<Value> = Vec::new();
    for name in claims.iter().map(name) {
        // The same name twice is accepted: both mean one volume.
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let written = object
        .at(&["spec", "template", "spec", "volumes"])
        .map(Value::items)
        .unwrap_or_default();
    let others = written
        .iter()
        .filter(|volume| volume.get("name").is_none_or(|name| !names.contains(name)));
    let volumes: Vec<Value> = names.iter().map(claim_volume).chain(others.cloned()).collect();
    *object.entry("spec").entry("template").entry("spec").entry("volumes") = Value::List(volumes);
    object
}

fn claim_volume(name: &Value) -> Value {
    let mut volume = Value::default();
    *volume.entry("name") = name.clone();
    *volume.entry("persistentVolumeClaim").entry("claimName") = name.clone();
    volume
}

/// A strategy as Go prints its internal type.
fn go_strategy(strategy: &Value, fields: &[&str]) -> String {
    let kind = super::shown(strategy.get("type").unwrap_or(&Value::Null));
    let update = strategy
        .get("rollingUpdate")
        .map_or_else(|| "null".to_owned(), |update| go_update(update, fields));
    format!("{{\"Type\":{kind},\"RollingUpdate\":{update}}}")
}

fn go_update(update: &Value, fields: &[&str]) -> String {
    let member = |name: &&str| {
        // Only a StatefulSet's maxUnavailable is a pointer there.
        let absent = if fields[0] == "partition" && *name == "maxUnavailable" {
            Value::Null
        } else {
            Value::Int(0)
        };
        let value = super::shown(update.get(name).unwrap_or(&absent));
        format!("\"{}{}\":{value}", name[..1].to_ascii_uppercase(), &name[1..])
    };
    format!("{{{}}}", fields.iter().map(member).collect::<Vec<_>>().join(","))
}

fn empty() -> Value {
    Value::Map(Map::new())
}
