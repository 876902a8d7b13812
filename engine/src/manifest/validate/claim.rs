//! PersistentVolumeClaims (on their own and in templates) and PodDisruptionBudgets.

use super::{Check, amount_of, is_zero, names, shown, text_of};
use crate::value::Value;

impl Check {
    pub(super) fn claim(&mut self, spec: &Value) {
        let modes = spec.list("accessModes");
        if modes.is_empty() {
            self.required("accessModes", "at least 1 access mode is required");
        }
        let is_single = |mode: &Value| mode.as_str() == Some("ReadWriteOncePod");
        if modes.iter().any(is_single) && !modes.iter().all(is_single) {
            self.forbidden("accessModes", "may not use ReadWriteOncePod with other access modes");
        }
        match spec.at(&["resources", "requests", "storage"]) {
            None => self.required("resources[storage]", ""),
            Some(size) if amount_of(size).is_some_and(|size| size.sign() <= 0) => {
                self.invalid("resources[storage]", size, "must be greater than zero");
            }
            Some(_) => {}
        }
        for key in ["dataSource", "dataSourceRef"] {
            let Some(source) = spec.get(key) else { continue };
            let (group, kind) = (source.text("apiGroup"), text_of(source, "kind"));
            if !group.is_empty() {
                self.form(&format!("{key}.apiGroup"), &Value::from(group), names::subdomain);
            } else if source.text("kind") != "PersistentVolumeClaim" {
                let detail = "must be 'PersistentVolumeClaim' when referencing the default apiGroup";
                self.invalid(key, &kind, detail);
            }
        }
        for key in ["storageClassName", "volumeAttributesClassName"] {
            if let Some(class) = spec.get(key).filter(|class| !is_zero(class)) {
                self.form(key, class, names::subdomain);
            }
        }
    }

    pub(super) fn budget(&mut self, spec: &Value) {
        let (least, most) = (spec.get("minAvailable"), spec.get("maxUnavailable"));
        if let (Some(least), Some(most)) = (least, most) {
            let part = |key| shown(spec.get(key).unwrap_or(&Value::Null));
            let detail = format!(
                "Invalid value: {{\"MinAvailable\":{},\"Selector\":{},\"MaxUnavailable\":{},\
                 \"UnhealthyPodEvictionPolicy\":{}}}: minAvailable and maxUnavailable cannot be both set",
                shown(least),
                part("selector"),
                shown(most),
                part("unhealthyPodEvictionPolicy")
            );
            self.report("", "FieldValueInvalid", &detail);
        }
        for (key, value) in [("minAvailable", least), ("maxUnavailable", most)] {
            self.amount(key, value);
            self.at_most_all(key, value);
        }
    }
}
