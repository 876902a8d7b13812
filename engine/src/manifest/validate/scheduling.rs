//! On which nodes a Pod may run: tolerations, spreading, affinity.

use super::super::seen::Seen;
use super::{Check, names, text_of};
use crate::value::Value;

impl Check {
    pub(super) fn toleration(&mut self, toleration: &Value) {
        let value = |key| text_of(toleration, key);
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
        self.label_keys("matchLabelKeys", constraint);
    }

    /// Two constraints of one kind; the server names the earlier.
    pub(super) fn spread_pairs(&mut self, spec: &Value) {
        let constraints = spec.list("topologySpreadConstraints");
        let mut later = Seen::default();
        let mut repeated = Vec::new();
        for (index, constraint) in constraints.iter().enumerate().rev() {
            let (key, when) = (constraint.text("topologyKey"), constraint.text("whenUnsatisfiable"));
            let pair = format!("{{{key}, {when}}}");
            if !later.is_new(&pair, index) {
                repeated.push((index, pair));
            }
        }
        for (index, pair) in repeated.into_iter().rev() {
            let segment = format!("topologySpreadConstraints[{index}].{{topologyKey, whenUnsatisfiable}}");
            self.duplicate(&segment, &Value::from(pair));
        }
    }

    pub(super) fn affinity_term(&mut self, term: &Value) {
        self.text_form("topologyKey", term, names::key);
        for namespace in term.list("namespaces") {
            self.form("namespace", namespace, names::label);
        }
        for list in ["matchLabelKeys", "mismatchLabelKeys"] {
            self.label_keys(list, term);
        }
    }

    /// Keys whose values are taken from the Pod itself; they narrow a selector and can't replace it.
    fn label_keys(&mut self, list: &str, owner: &Value) {
        let keys = owner.list(list);
        if !keys.is_empty() && owner.get("labelSelector").is_none() {
            return self.forbidden(list, "must not be specified when labelSelector is not set");
        }
        for (index, key) in keys.iter().enumerate() {
            self.form(&format!("{list}[{index}]"), key, names::key);
        }
    }
}
