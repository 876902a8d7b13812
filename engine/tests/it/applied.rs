//! The same manifest sent in different ways (ADM-119), and what a later manifest leaves out.

use rollscope_engine::api::{Key, Kind, Object};
use rollscope_engine::scenario::{Intervention, Scenario, Timed};
use rollscope_engine::time::Time;
use rollscope_engine::value::Value;
use rollscope_engine::{Cursor, simulate};
use std::rc::Rc;

fn workload(kind: &str, members: &str) -> String {
    format!(
        "apiVersion: apps/v1\nkind: {kind}\nmetadata: {{name: web}}\nspec:\n{members}  selector: {{matchLabels: {{app: \
         web}}}}\n  template:\n    metadata: {{labels: {{app: web}}}}\n    spec: {{containers: [{{name: app, image: nginx}}]}}\n"
    )
}

/// Applies the first text, does the rest, and compares the last answer.
fn check(kind: &str, first: &str, then: Vec<Intervention>, answer: &str) -> Value {
    let mut scenario = Scenario::of_manifests(first);
    let timed = then.into_iter().zip(1..).map(|(what, second)| Timed {
        at: Time(second * 30_000),
        what,
    });
    scenario.interventions.extend(timed);
    let history = simulate(&scenario);
    let last = history.answers.last().expect("an answer");
    assert!(last.text.contains(answer), "{}", last.text);
    let mut cursor = Cursor::new(Rc::new(history));
    cursor.seek(usize::MAX);
    let kind = Kind::from_name(kind).expect("a kind");
    let object = cursor.cluster().get(&Key::new(kind, &"default".into(), &"web".into()));
    object.map(Object::to_value).unwrap_or_default()
}

fn by_client(text: &str) -> Intervention {
    Intervention::Apply(text.into())
}

fn by_server(text: &str) -> Intervention {
    Intervention::ServerSideApply(text.into())
}

#[test]
fn recreate_over_stored_defaults() {
    let old = workload("Deployment", "");
    let new = workload("Deployment", "  strategy: {type: Recreate}\n");
    let object = check("Deployment", &old, vec![by_client(&new)], "configured");
    assert_eq!(object.at(&["spec", "strategy", "rollingUpdate"]), None);
    let refused = "spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'";
    check("Deployment", &old, vec![by_server(&new)], refused);
}

#[test]
fn recreate_over_what_the_manifest_said() {
    let old = workload(
        "Deployment",
        "  strategy: {rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}\n",
    );
    let new = workload("Deployment", "  strategy: {type: Recreate}\n");
    check("Deployment", &old, vec![by_client(&new)], "configured");
    check("Deployment", &old, vec![by_server(&new)], "configured");
}

#[test]
fn on_delete_over_stored_defaults() {
    let old = workload("StatefulSet", "");
    let new = workload("StatefulSet", "  updateStrategy: {type: OnDelete}\n");
    let refused = "{\"Partition\":0,\"MaxUnavailable\":null}: only allowed for updateStrategy 'RollingUpdate'";
    check("StatefulSet", &old, vec![by_client(&new)], refused);
    check("StatefulSet", &old, vec![by_server(&new)], refused);
}

/// Server-side apply knows that the number is somebody else's by now; `kubectl apply` only knows what it sent last.
#[test]
fn a_number_that_the_manifest_no_longer_names() {
    let (old, new) = (workload("Deployment", "  replicas: 3\n"), workload("Deployment", ""));
    let scale = || "kubectl scale deployment/web --replicas=5".parse().expect("a command");
    let replicas = |object: &Value| object.at(&["spec", "replicas"]).and_then(Value::as_int);
    let object = check("Deployment", &old, vec![scale(), by_client(&new)], "configured");
    assert_eq!(replicas(&object), Some(1));
    let object = check("Deployment", &old, vec![scale(), by_server(&new)], "unchanged");
    assert_eq!(replicas(&object), Some(5));
    let object = check("Deployment", &new, vec![scale(), by_client(&new)], "unchanged");
    assert_eq!(replicas(&object), Some(5));
}

#[test]
fn a_volume_of_another_type() {
    let with = |source: &str| {
        let volumes = format!("spec: {{volumes: [{{name: data, {source}}}], containers");
        workload("Deployment", "").replace("spec: {containers", &volumes)
    };
    let object = check(
        "Deployment",
        &with("emptyDir: {}"),
        vec![by_client(&with("hostPath: {path: /x}"))],
        "configured",
    );
    let volumes = object
        .at(&["spec", "template", "spec"])
        .map(|pod| pod.list("volumes").to_vec())
        .unwrap_or_default();
    assert!(volumes[0].get("hostPath").is_some() && volumes[0].get("emptyDir").is_none());
    // Nothing named at first: the server made it an emptyDir.
    check(
        "Deployment",
        &with("emptyDir:"),
        vec![by_client(&with("hostPath: {path: /x}"))],
        "configured",
    );
}

#[test]
fn patches_merge_say_what_they_did_and_are_refused_where_they_do_not_fit() {
    let patch = |line: &str| -> Intervention {
        let line = format!("kubectl patch statefulset/web {line}");
        line.parse().expect("a command")
    };
    let partition = r#"-p '{"spec":{"updateStrategy":{"rollingUpdate":{"partition":2}}}}'"#;
    let set = workload("StatefulSet", "  serviceName: web\n");
    let at = ["spec", "updateStrategy", "rollingUpdate", "partition"];
    let object = check(
        "StatefulSet",
        &set,
        vec![patch(partition)],
        "statefulset.apps/web patched",
    );
    assert_eq!(object.at(&at), Some(&2.into()));
    let twice = vec![patch(partition), patch(partition)];
    check("StatefulSet", &set, twice, "statefulset.apps/web patched (no change)");
    // A merge patch replaces lists, a strategic one knows containers by their names.
    let containers = |image: &str, kind: &str| {
        let list = format!("[{{name: app, image: '\"'{image}'\"', args: [a]}}]").replace("'\"'", "");
        patch(&format!(
            "{kind}-p '{{spec: {{template: {{spec: {{containers: {list}}}}}}}}}'"
        ))
    };
    let first = ["spec", "template", "spec", "containers"];
    for (kind, policy) in [("", "IfNotPresent"), ("--type=merge ", "Always")] {
        let tuned = "{spec: {template: {spec: {containers: [{name: app, imagePullPolicy: IfNotPresent}]}}}}";
        let acts = vec![patch(&format!("-p '{tuned}'")), containers("nginx", kind)];
        let object = check("StatefulSet", &set, acts, "patched");
        assert_eq!(
            object.at(&first).expect("containers").items()[0].text("imagePullPolicy"),
            policy
        );
    }
    let wrong = "The request is invalid: patch: json: cannot unmarshal string into Go struct field";
    check("StatefulSet", &set, vec![patch("-p '{spec: {replicas: many}}'")], wrong);
    check(
        "StatefulSet",
        &set,
        vec![patch("-p '{spec: {replica: 1}}'")],
        "unknown field \"spec.replica\"",
    );
    check(
        "StatefulSet",
        &set,
        vec![patch("-p '{spec: {serviceName: other}}'")],
        "Forbidden",
    );
    check(
        "StatefulSet",
        &set,
        vec![patch("-p '['")],
        "error: unable to parse \"[\"",
    );
    check("StatefulSet", &set, vec![patch("-p '{$patch: delete}'")], "$patch");
}
