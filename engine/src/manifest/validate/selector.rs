//! Label selectors: of workloads, budgets, claims, affinities.

use super::{Check, names, text_of};
use crate::value::Value;

const NEEDS_VALUES: &str = "must be specified when `operator` is 'In' or 'NotIn'";
const NO_VALUES: &str = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'";

impl Check {
    pub(super) fn selector(&mut self, selector: &Value) {
        self.labels("matchLabels", selector.get("matchLabels"));
        let expressions = selector.list("matchExpressions");
        for (index, expression) in expressions.iter().enumerate() {
            self.below(&format!("matchExpressions[{index}]"), |check| {
                check.expression(expression);
            });
        }
    }

    fn expression(&mut self, expression: &Value) {
        let values = expression.list("values");
        let operator = text_of(expression, "operator");
        match operator.as_str().unwrap_or_default() {
            "In" | "NotIn" if values.is_empty() => self.required("values", NEEDS_VALUES),
            "In" | "NotIn" => {}
            "Exists" | "DoesNotExist" if !values.is_empty() => self.forbidden("values", NO_VALUES),
            "Exists" | "DoesNotExist" => {}
            _ => self.invalid("operator", &operator, "not a valid selector operator"),
        }
        self.text_form("key", expression, names::key);
        for (index, value) in values.iter().enumerate() {
            let segment = format!("values[{index}]");
            self.form(&segment, value, names::value);
        }
    }

    /// A requirement on nodes; `Gt` and `Lt` exist only here.
    pub(super) fn node_requirement(&mut self, requirement: &Value) {
        if self.path.contains(".matchFields[") {
            return self.field_requirement(requirement);
        }
        let values = requirement.list("values");
        let operator = text_of(requirement, "operator");
        match operator.as_str().unwrap_or_default() {
            "In" | "NotIn" if values.is_empty() => self.required("values", NEEDS_VALUES),
            "Exists" | "DoesNotExist" if !values.is_empty() => self.forbidden("values", NO_VALUES),
            "Gt" | "Lt" if values.len() != 1 => {
                self.required(
                    "values",
                    "must be specified single value when `operator` is 'Lt' or 'Gt'",
                );
            }
            "In" | "NotIn" | "Exists" | "DoesNotExist" | "Gt" | "Lt" => {}
            _ => self.invalid("operator", &operator, "not a valid selector operator"),
        }
        self.text_form("key", requirement, names::key);
        // A preference that no node can meet is only warned of.
        if !self.path.contains(".preferred") {
            for (index, value) in values.iter().enumerate() {
                self.form(&format!("values[{index}]"), value, names::value);
            }
        }
    }

    /// A requirement on a node's own fields, of which there is one.
    fn field_requirement(&mut self, requirement: &Value) {
        let values = requirement.list("values");
        match requirement.text("operator") {
            "In" | "NotIn" if values.len() == 1 => {}
            "In" | "NotIn" => {
                let detail = "must be only one value when `operator` is 'In' or 'NotIn' for node field selector";
                self.required("values", detail);
            }
            _ => self.invalid(
                "operator",
                &text_of(requirement, "operator"),
                "not a valid selector operator",
            ),
        }
        if requirement.text("key") == "metadata.name" {
            for (index, value) in values.iter().enumerate() {
                self.form(&format!("values[{index}]"), value, names::subdomain);
            }
        } else {
            self.invalid("key", &text_of(requirement, "key"), "not a valid field selector key");
        }
    }

    pub(super) fn weight(&mut self, term: &Value) {
        let weight = term.get("weight").cloned().unwrap_or(Value::Int(0));
        if !weight.as_int().is_some_and(|weight| (1..=100).contains(&weight)) {
            self.invalid("weight", &weight, "must be in the range 1-100");
        }
    }
}

/// Whether a selector is there and the server could not turn it into one that matches labels.
pub fn is_unreadable(selector: Option<&Value>) -> bool {
    let Some(selector) = selector else { return false };
    let mut check = Check {
        table: super::table(),
        path: String::new(),
        out: Vec::new(),
    };
    let is_plain_map = selector
        .as_map()
        .is_some_and(|map| map.values().all(|value| value.as_str().is_some()));
    if !is_plain_map {
        check.selector(selector);
    }
    !check.out.is_empty()
}

/// Whether a label selector selects these labels. An absent selector selects nothing, an empty one everything.
pub fn matches(selector: Option<&Value>, labels: Option<&Value>) -> bool {
    let Some(selector) = selector else { return false };
    let label = |key: &str| labels.and_then(|labels| labels.get(key)).and_then(Value::as_str);
    let mut equal = selector
        .get("matchLabels")
        .and_then(Value::as_map)
        .into_iter()
        .flatten();
    let expressions = selector.list("matchExpressions");
    equal.all(|(key, value)| label(key) == value.as_str())
        && expressions.iter().all(|expression| {
            let values = expression.list("values");
            let found = label(expression.text("key"));
            let is_listed = || found.is_some_and(|found| values.iter().any(|value| value.as_str() == Some(found)));
            match expression.text("operator") {
                "In" => is_listed(),
                "NotIn" => !is_listed(),
                "Exists" => found.is_some(),
                "DoesNotExist" => found.is_none(),
                _ => false,
            }
        })
}
