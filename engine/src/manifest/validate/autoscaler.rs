//! HorizontalPodAutoscalers.

use super::{Check, amount_of, is_zero};
use crate::value::Value;

/// Metric types and the field that each fills.
const SOURCES: [(&str, &str); 5] = [
    ("Object", "object"),
    ("Pods", "pods"),
    ("Resource", "resource"),
    ("ContainerResource", "containerResource"),
    ("External", "external"),
];

impl Check {
    pub(super) fn autoscaler(&mut self, spec: &Value) {
        let (least, most) = (spec.get("minReplicas"), spec.get("maxReplicas"));
        let number = |value: Option<&Value>| value.and_then(Value::as_int).unwrap_or_default();
        if let Some(least) = least
            && number(Some(least)) < 1
        {
            self.invalid("minReplicas", least, "must be greater than or equal to 1");
        }
        let shown = most.cloned().unwrap_or(Value::Int(0));
        match number(most) {
            0 => self.required("maxReplicas", "must be set and greater than 0"),
            negative if negative < 0 => self.invalid("maxReplicas", &shown, "must be greater than or equal to 1"),
            _ => {}
        }
        if number(most) < number(least) {
            self.invalid("maxReplicas", &shown, "must be greater than or equal to `minReplicas`");
        }
        self.target(spec.get("scaleTargetRef"));
        self.metrics(spec, number(least) == 0);
        if let Some(percent) = spec.get("targetCPUUtilizationPercentage")
            && number(Some(percent)) < 1
        {
            self.invalid("targetCPUUtilizationPercentage", percent, "must be greater than 0");
        }
    }

    fn target(&mut self, target: Option<&Value>) {
        let Some(target) = target else { return };
        let version = Value::from(target.text("apiVersion"));
        match target.text("apiVersion").matches('/').count() {
            0 if target.text("kind") != "ReplicationController" => {
                self.invalid(
                    "scaleTargetRef.apiVersion",
                    &version,
                    "apiVersion must specify API group",
                );
            }
            0 | 1 => {}
            _ => {
                let detail = format!("unexpected GroupVersion string: {}", target.text("apiVersion"));
                self.invalid("scaleTargetRef.apiVersion", &version, &detail);
            }
        }
    }

    fn metrics(&mut self, spec: &Value, to_zero: bool) {
        let metrics = spec.list("metrics");
        let is_independent =
            |metric: &Value| matches!(metric.get("type").and_then(Value::as_str), Some("Object" | "External"));
        if to_zero && !metrics.iter().any(is_independent) {
            let detail = "must specify at least one Object or External metric to support scaling to zero replicas";
            self.forbidden("metrics", detail);
        }
    }

    pub(super) fn metric(&mut self, metric: &Value) {
        let kind = metric.text("type");
        if kind.is_empty() {
            return self.required("type", "must specify a metric source type");
        }
        let Some((_, wanted)) = SOURCES.iter().find(|(name, _)| *name == kind) else {
            return;
        };
        match metric.get(wanted) {
            None => self.required(wanted, "must populate information for the given metric source"),
            Some(source) => self.below(wanted, |check| check.metric_source(kind, source)),
        }
        if metric.get(wanted).is_some() {
            for (_, other) in SOURCES.iter().filter(|(_, other)| other != wanted) {
                if metric.get(other).is_some() {
                    self.forbidden(other, "must populate the given metric source only");
                }
            }
        }
    }

    fn metric_source(&mut self, kind: &str, source: &Value) {
        let is_given = |path: &[&str]| source.at(path).is_some_and(|value| !is_zero(value));
        match kind {
            "Resource" | "ContainerResource" => {
                if !is_given(&["name"]) {
                    self.required("name", "must specify a resource name");
                }
                if kind == "ContainerResource" && !is_given(&["container"]) {
                    self.required("container", "must specify a container");
                }
                self.one_target(
                    source,
                    &["averageUtilization", "averageValue"],
                    "must set either a target raw value or a target utilization",
                );
                if is_given(&["target", "averageUtilization"]) && is_given(&["target", "averageValue"]) {
                    let detail = "may not set both a target raw value and a target utilization";
                    self.forbidden("target.averageValue", detail);
                }
            }
            _ => {
                if !is_given(&["metric", "name"]) {
                    self.required("metric.name", "must specify a metric name");
                }
                match kind {
                    "Pods" => self.one_target(source, &["averageValue"], "must specify a positive target averageValue"),
                    _ => {
                        let both = is_given(&["target", "value"]) && is_given(&["target", "averageValue"]);
                        let detail = "must set either a target value for metric or a per-pod target";
                        self.one_target(source, &["averageValue", "value"], detail);
                        if both {
                            self.forbidden(
                                "target.value",
                                "may not set both a target value for metric and a per-pod target",
                            );
                        }
                    }
                }
            }
        }
    }

    fn one_target(&mut self, source: &Value, keys: &[&str], detail: &str) {
        let Some(target) = source.get("target") else { return };
        if keys.iter().all(|key| target.get(key).is_none()) {
            self.required(&format!("target.{}", keys[0]), detail);
        }
    }

    pub(super) fn metric_target(&mut self, target: &Value) {
        let kind = target.get("type").cloned().unwrap_or_else(|| Value::from(""));
        if is_zero(&kind) {
            self.required("type", "must specify a metric target type");
        }
        if !matches!(kind.as_str(), Some("Utilization" | "Value" | "AverageValue")) {
            self.invalid("type", &kind, "must be either Utilization, Value, or AverageValue");
        }
        for key in ["value", "averageValue"] {
            if let Some(amount) = target.get(key)
                && amount_of(amount).is_some_and(|amount| amount.sign() <= 0)
            {
                self.invalid(key, amount, "must be positive");
            }
        }
        if let Some(percent) = target.get("averageUtilization")
            && percent.as_int().is_some_and(|percent| percent < 1)
        {
            self.invalid("averageUtilization", percent, "must be greater than 0");
        }
    }

    pub(super) fn scaling_rules(&mut self, rules: &Value) {
        let number = |value: &Value| value.as_int().unwrap_or_default();
        if let Some(window) = rules.get("stabilizationWindowSeconds") {
            if number(window) < 0 {
                self.invalid(
                    "stabilizationWindowSeconds",
                    window,
                    "must be greater than or equal to zero",
                );
            }
            if number(window) > 3600 {
                self.invalid(
                    "stabilizationWindowSeconds",
                    window,
                    "must be less than or equal to 3600",
                );
            }
        }
        let policies = rules.list("policies");
        if policies.is_empty() {
            self.required("policies", "must specify at least one Policy");
        }
        for (index, policy) in policies.iter().enumerate() {
            let value = |key| policy.get(key).cloned().unwrap_or(Value::Int(0));
            self.below(&format!("policies[{index}]"), |check| {
                if policy.get("type").is_none_or(is_zero) {
                    check.unsupported("type", &Value::from(""), &["Percent", "Pods"]);
                }
                for key in ["value", "periodSeconds"] {
                    if number(&value(key)) <= 0 {
                        check.invalid(key, &value(key), "must be greater than zero");
                    }
                }
                if number(&value("periodSeconds")) > 1800 {
                    check.invalid(
                        "periodSeconds",
                        &value("periodSeconds"),
                        "must be less than or equal to 1800",
                    );
                }
            });
        }
    }
}
