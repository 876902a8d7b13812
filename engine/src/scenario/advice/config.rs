//! ConfigMaps and Secrets that nothing in the text brings: the Pods will wait for them.

use super::{Accepted, Advisor, POD};
use crate::api::PodTemplate;
use crate::value::Value;

impl Advisor<'_> {
    pub(super) fn config(&mut self, it: &Accepted<'_>, template: &PodTemplate) {
        let spec = template.value.get("spec").unwrap_or(&Value::Null);
        let mut wanted = Vec::new();
        for (index, volume) in spec.list("volumes").iter().enumerate() {
            let place = format!("{POD}.volumes[{index}]");
            want(&mut wanted, &place, "ConfigMap", volume.get("configMap"), "name");
            want(&mut wanted, &place, "Secret", volume.get("secret"), "secretName");
        }
        for (index, container) in spec.list("containers").iter().enumerate() {
            let place = format!("{POD}.containers[{index}]");
            for (number, source) in container.list("envFrom").iter().enumerate() {
                let place = format!("{place}.envFrom[{number}]");
                want(&mut wanted, &place, "ConfigMap", source.get("configMapRef"), "name");
                want(&mut wanted, &place, "Secret", source.get("secretRef"), "name");
            }
            for (number, variable) in container.list("env").iter().enumerate() {
                let place = format!("{place}.env[{number}]");
                let from = |part: &str| variable.at(&["valueFrom", part]);
                want(&mut wanted, &place, "ConfigMap", from("configMapKeyRef"), "name");
                want(&mut wanted, &place, "Secret", from("secretKeyRef"), "name");
            }
        }
        let mut told: Vec<(&str, String)> = Vec::new();
        for (place, kind, name) in wanted {
            let brings =
                |other: &&Accepted<'_>| other.document.kind == kind && other.document.name == name && other.is_near(it);
            if self.objects.iter().any(|other| brings(&other)) || told.contains(&(kind, name.clone())) {
                continue;
            }
            let rule = (
                "PVC-41",
                "Containers start only when all volumes are mounted, and all they refer to is there.",
            );
            self.warn(
                it,
                &place,
                rule,
                format!("no {kind} {name} in this text: its Pods wait until there is one"),
            );
            told.push((kind, name));
        }
    }
}

/// Notes a reference that is not optional.
fn want(
    wanted: &mut Vec<(String, &'static str, String)>,
    place: &str,
    kind: &'static str,
    reference: Option<&Value>,
    name: &str,
) {
    let Some(reference) = reference else { return };
    let named = reference.text(name);
    let is_optional = reference.get("optional").and_then(Value::as_bool) == Some(true);
    if !named.is_empty() && !is_optional {
        wanted.push((place.to_owned(), kind, named.to_owned()));
    }
}
