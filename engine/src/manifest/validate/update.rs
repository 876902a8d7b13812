//! What may not change: rules for an update of a stored object.

use super::{Check, Invalid, difference, table, validate};
use crate::value::Value;

const SET_FIELDS: [&str; 7] = [
    "replicas",
    "ordinals",
    "template",
    "updateStrategy",
    "revisionHistoryLimit",
    "persistentVolumeClaimRetentionPolicy",
    "minReadySeconds",
];
const SET: &str = "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', \
'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden";
const POD: &str = "pod updates may not change fields other than `spec.containers[*].image`,\
`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing \
tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)";
const CLAIM: &str =
    "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims";

/// Validates an update: the new, defaulted object by itself, and what changed against the stored one.
pub fn validate_update(new: &Value, old: &Value) -> Vec<Invalid> {
    let mut check = Check {
        table: table(),
        path: String::new(),
        out: Vec::new(),
    };
    for key in ["name", "namespace"] {
        let (now, before) = (new.at(&["metadata", key]), old.at(&["metadata", key]));
        if let (Some(now), Some(before)) = (now, before)
            && now != before
        {
            check.invalid(&format!("metadata.{key}"), now, "field is immutable");
        }
    }
    match new.text("kind") {
        "Deployment" | "ReplicaSet" | "DaemonSet" => check.same(new, old, "selector"),
        "StatefulSet" => check.stateful_set_update(new, old),
        "Pod" => check.pod_update(new, old),
        "Service" => check.service_update(new, old),
        "PersistentVolumeClaim" => check.claim_update(new, old),
        _ => {}
    }
    let mut out = validate(new);
    out.extend(check.out);
    out
}

impl Check {
    fn same(&mut self, new: &Value, old: &Value, key: &str) {
        let (now, before) = (new.at(&["spec", key]), old.at(&["spec", key]));
        if now != before {
            self.invalid(
                &format!("spec.{key}"),
                now.unwrap_or(&Value::Null),
                "field is immutable",
            );
        }
    }

    fn stateful_set_update(&mut self, new: &Value, old: &Value) {
        if without(new, &SET_FIELDS) != without(old, &SET_FIELDS) {
            self.forbidden("spec", SET);
        }
    }

    fn pod_update(&mut self, new: &Value, old: &Value) {
        for list in ["containers", "initContainers"] {
            let count = |pod: &Value| pod.at(&["spec", list]).map_or(0, |list| list.items().len());
            if count(new) != count(old) {
                return self.forbidden(&format!("spec.{list}"), "pod updates may not add or remove containers");
            }
        }
        let deadline = |pod: &Value| pod.at(&["spec", "activeDeadlineSeconds"]).cloned();
        match (deadline(old), deadline(new)) {
            (Some(before), Some(now)) if now.as_int() > before.as_int() => {
                let detail = "must be less than or equal to previous value";
                return self.invalid("spec.activeDeadlineSeconds", &now, detail);
            }
            (Some(_), None) => {
                let detail = "must not update from a positive integer to nil value";
                self.invalid("spec.activeDeadlineSeconds", &Value::Null, detail);
            }
            _ => {}
        }
        let tolerations = |pod: &Value| {
            let mut tolerations = pod
                .get("spec")
                .map_or(&[][..], |spec| spec.list("tolerations"))
                .to_vec();
            for toleration in &mut tolerations {
                omit(toleration, &["tolerationSeconds"]);
            }
            tolerations
        };
        let now = tolerations(new);
        if !tolerations(old).iter().all(|toleration| now.contains(toleration)) {
            let detail = "existing toleration can not be modified except its tolerationSeconds";
            self.forbidden("spec.tolerations", detail);
        }
        let before = old.get("spec").map_or(&[][..], |spec| spec.list("schedulingGates"));
        let gates = new.get("spec").map_or(&[][..], |spec| spec.list("schedulingGates"));
        for (index, gate) in gates.iter().enumerate().filter(|(_, gate)| !before.contains(gate)) {
            let detail = format!(
                "only deletion is allowed, but found new scheduling gate '{}'",
                gate.text("name")
            );
            self.forbidden(&format!("spec.schedulingGates[{index}].name"), &detail);
        }
        if rest_of_pod(new, old) != rest_of_pod(old, old) {
            self.forbidden("spec", POD);
        }
    }

    fn service_update(&mut self, new: &Value, old: &Value) {
        let address = |service: &Value| {
            service
                .at(&["spec", "clusterIP"])
                .cloned()
                .filter(|value| !super::is_zero(value))
        };
        let kind = |service: &Value| service.at(&["spec", "type"]).cloned();
        let external = Some(Value::from("ExternalName"));
        // What was never allocated here can't be compared; leaving it out keeps what is stored.
        if let Some(now) = address(new)
            && address(old).is_none_or(|before| before != now)
            && kind(old) != external
        {
            self.invalid("spec.clusterIPs[0]", &Value::List(vec![now]), "may not change once set");
        }
        let balancer = |service: &Value| service.at(&["spec", "loadBalancerClass"]).cloned();
        if [new, old].map(kind) == [(); 2].map(|()| Some(Value::from("LoadBalancer"))) && balancer(new) != balancer(old)
        {
            let class = balancer(new).unwrap_or_default();
            self.invalid("spec.loadBalancerClass", &class, "may not change once set");
        }
    }

    fn claim_update(&mut self, new: &Value, old: &Value) {
        let is_bound = old.at(&["status", "phase"]).and_then(Value::as_str) == Some("Bound");
        let mutable: &[&str] = if is_bound {
            &["resources", "volumeAttributesClassName", "volumeName"]
        } else {
            &["volumeName"]
        };
        if without(new, mutable) != without(old, mutable) {
            let spec = |claim: &Value| claim.get("spec").cloned().unwrap_or_default();
            self.forbidden(
                "spec",
                &format!("{CLAIM}\n{}", difference::of_claims(&spec(old), &spec(new))),
            );
        }
        let mode = |claim: &Value| claim.at(&["spec", "volumeMode"]).cloned();
        if mode(new) != mode(old) {
            // The server leaves out `spec` here.
            self.invalid("volumeMode", &mode(new).unwrap_or_default(), "field is immutable");
        }
    }
}

/// The spec less some fields.
fn without(object: &Value, fields: &[&str]) -> Value {
    let mut spec = object.get("spec").cloned().unwrap_or_default();
    omit(&mut spec, fields);
    spec
}

fn omit(value: &mut Value, fields: &[&str]) {
    if let Value::Map(members) = value {
        members.retain(|key, _| !fields.contains(&key.as_str()));
    }
}

/// A Pod's spec less what an update may change.
fn rest_of_pod(pod: &Value, old: &Value) -> Value {
    let mut spec = without(pod, &["activeDeadlineSeconds", "tolerations", "schedulingGates"]);
    let grace = |pod: &Value| {
        pod.at(&["spec", "terminationGracePeriodSeconds"])
            .and_then(Value::as_int)
    };
    // What was impossible may be mended.
    if grace(old).is_some_and(|seconds| seconds < 0) && (grace(pod) == Some(1) || grace(pod) == grace(old)) {
        omit(&mut spec, &["terminationGracePeriodSeconds"]);
    }
    for list in ["containers", "initContainers"] {
        if let Value::Map(members) = &mut spec
            && let Some(Value::List(items)) = members.get_mut(list)
        {
            items.iter_mut().for_each(|item| omit(item, &["image"]));
        }
    }
    spec
}
