//! What a reader of a manifest is told, and where: one small text per subject.

use super::{Diagnostic, Document, Manifest, Severity, read, to_yaml};

/// Reads `text` and compares the findings, each as `line:column: severity: message`; `...` ends a long message.
fn check(text: &str, expect: &[&str]) {
    let found: Vec<String> = read(text).diagnostics.iter().map(Diagnostic::to_string).collect();
    let fits = |(found, expect): (&String, &&str)| match expect.strip_suffix("...") {
        Some(start) => found.starts_with(start),
        None => found == expect,
    };
    assert!(
        found.len() == expect.len() && found.iter().zip(expect).all(fits),
        "{text}\n{found:#?}"
    );
}

/// Accepts every fix that `text` is offered and compares the outcome.
fn check_fixed(text: &str, expect: &str) {
    let mut edits: Vec<_> = read(text)
        .diagnostics
        .into_iter()
        .filter_map(|found| found.fix)
        .flat_map(|fix| fix.edits)
        .collect();
    edits.sort_by_key(|edit| edit.span.start);
    let mut fixed = text.to_owned();
    for edit in edits.iter().rev() {
        fixed.replace_range(
            edit.span.start.offset as usize..edit.span.end.offset as usize,
            &edit.text,
        );
    }
    assert_eq!(fixed, expect);
}

/// Compares the kinds and names of the documents.
fn check_documents(text: &str, expect: &[&str]) {
    let Manifest { documents, .. } = read(text);
    let names = documents.iter().map(
        |Document {
             kind, namespace, name, ..
         }| format!("{kind} {namespace}/{name}"),
    );
    assert_eq!(names.collect::<Vec<_>>(), expect, "{text}");
}

const DEPLOYMENT: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
      - name: app
        image: nginx
";

#[test]
fn a_good_manifest_says_nothing_and_is_defaulted() {
    check(DEPLOYMENT, &[]);
    let object = read(DEPLOYMENT).documents.remove(0).object.expect("accepted");
    let replicas = object.at(&["spec", "replicas"]).and_then(crate::value::Value::as_int);
    assert_eq!(replicas, Some(1));
}

#[test]
fn what_is_printed_reads_the_same() {
    let object = read(DEPLOYMENT).documents.remove(0).object.expect("accepted");
    let again = read(&to_yaml(&object)).documents.remove(0).object;
    assert_eq!(again, Some(object));
}

#[test]
fn unknown_fields_stand_at_their_key() {
    let text = DEPLOYMENT.replace("spec:\n  selector", "spec:\n  replica: 2\n  selector");
    check(
        &text,
        &["6:3: error: strict decoding error: unknown field \"spec.replica\""],
    );
    check_fixed(&text, &text.replace("replica:", "replicas:"));
}

#[test]
fn wrong_types_stand_at_their_value() {
    let text = DEPLOYMENT.replace("app: web\n    spec", "app: 1.0\n    spec");
    check(
        &text,
        &[
            "12:14: error: json: cannot unmarshal number into Go struct field ObjectMeta.spec.template.metadata.labels of \
             type string",
        ],
    );
    check_fixed(&text, &text.replace("app: 1.0", "app: \"1.0\""));
}

#[test]
fn broken_rules_stand_at_the_offending_value() {
    let text = DEPLOYMENT
        .replace("name: web", "name: Web")
        .replace("spec:\n  selector", "spec:\n  replicas: -1\n  selector");
    check(
        &text,
        &[
            "4:9: error: metadata.name: Invalid value: \"Web\": a lowercase RFC 1123 subdomain must...",
            "6:13: error: spec.replicas: Invalid value: -1: must be greater than or equal to 0",
        ],
    );
}

#[test]
fn missing_fields_stand_at_their_parent() {
    let text = DEPLOYMENT.replace("  selector:\n    matchLabels:\n      app: web\n", "");
    check(
        &text,
        &[
            "5:1: error: spec.selector: Required value",
            "8:7: error: spec.template.metadata.labels: Invalid value: {\"app\":\"web\"}: `selector` does not match template \
             `labels`",
        ],
    );
    check_fixed(&text, DEPLOYMENT);
}

#[test]
fn a_selector_that_misses_the_labels_is_mended() {
    let text = DEPLOYMENT.replace("app: web\n    spec", "app: wbe\n    spec");
    check_fixed(&text, DEPLOYMENT);
}

#[test]
fn a_rollout_that_could_not_move_is_mended() {
    let strategy = |unavailable| {
        format!("{DEPLOYMENT}  strategy:\n    rollingUpdate:\n      maxSurge: 0\n      maxUnavailable: {unavailable}\n")
    };
    check_fixed(&strategy("0%"), &strategy("1"));
}

#[test]
fn several_documents_and_lists_are_read() {
    check_documents(
        "---\n# nothing\n---\napiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: ConfigMap, metadata: {name: a}}\n\
         - apiVersion: v1\n  kind: Secret\n  metadata: {name: b, namespace: team}\n--- # more\n{\"apiVersion\": \"v1\", \
         \"kind\": \"Namespace\", \"metadata\": {\"name\": \"c\"}}\n",
        &["ConfigMap default/a", "Secret team/b", "Namespace default/c"],
    );
}

#[test]
fn a_syntax_error_stays_in_its_document() {
    let text = format!("a: [\n---\n{DEPLOYMENT}---\nb: {{\n");
    check_documents(&text, &["Deployment default/web"]);
    assert_eq!(read(&text).diagnostics.len(), 2);
}

#[test]
fn tabs_are_named() {
    let tab = "error: error converting YAML to JSON: yaml: line 2: found character that cannot start any token...";
    check("a:\n\tb: 1\n", &[&format!("2:2: {tab}")]);
}

#[test]
fn keys_that_stand_twice_are_found() {
    let text = DEPLOYMENT.replace("spec:\n  selector", "spec:\n  replicas: 1\n  replicas: 2\n  selector");
    let message = "strict decoding error: yaml: unmarshal errors: line 7: key \"replicas\" already set in map";
    check(&text, &[&format!("7:3: error: {message}")]);
}

#[test]
fn anchors_and_merge_keys_work() {
    let text = DEPLOYMENT
        .replace("matchLabels:\n      app: web", "matchLabels: &labels\n      app: web")
        .replace(
            "labels:\n        app: web",
            "labels:\n        <<: *labels\n        tier: front",
        );
    check(&text, &[]);
}

#[test]
fn kinds_that_are_not_simulated_are_listed() {
    check(
        "apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n---\napiVersion: example.com/v1\nkind: Thing\nmetadata: {name: b}\n",
        &[
            "2:7: note: Namespace is accepted and not simulated",
            "6:7: note: Thing in example.com/v1 is not simulated",
        ],
    );
}

#[test]
fn kinds_that_do_not_exist_are_errors() {
    check(
        "apiVersion: apps/v1\nkind: Deploymnet\nmetadata: {name: a}\n---\napiVersion: v1\nkind: Deployment\nmetadata: {name: a}\n",
        &[
            "2:7: error: no matches for kind \"Deploymnet\" in version \"apps/v1\"",
            "5:13: error: no matches for kind \"Deployment\" in version \"v1\"",
        ],
    );
    check(
        "kind: Pod\n",
        &["1:1: error: error validating data: apiVersion not set"],
    );
}

#[test]
fn legacy_versions_are_modernised() {
    let old = DEPLOYMENT
        .replace("apps/v1", "extensions/v1beta1")
        .replace("  selector:\n    matchLabels:\n      app: web\n", "");
    check(
        &old,
        &["1:13: note: no matches for kind \"Deployment\" in version \"extensions/v1beta1\"; read as apps/v1..."],
    );
    let document = read(&old).documents.remove(0);
    let number = |path: &[&str]| document.written.at(path).and_then(crate::value::Value::as_int);
    assert_eq!(document.api_version, "apps/v1");
    assert_eq!(
        number(&["spec", "strategy", "rollingUpdate", "maxUnavailable"]),
        Some(1)
    );
    assert_eq!(number(&["spec", "progressDeadlineSeconds"]), Some(i64::from(i32::MAX)));
}

#[test]
fn a_legacy_manifest_is_rewritten_by_its_fix() {
    let old = DEPLOYMENT
        .replace("apps/v1", "apps/v1beta1")
        .replace("  selector:\n    matchLabels:\n      app: web\n", "");
    check_fixed(
        &old,
        &DEPLOYMENT.replace("spec:\n  selector", "spec:\n  revisionHistoryLimit: 2\n  selector"),
    );
}

#[test]
fn hostile_texts_end_in_a_finding() {
    let levels: String = ('a'..'k')
        .map(|c| format!("{c}: &{c} [{}]\n", "*z, ".repeat(9).replace('z', &previous(c))))
        .collect();
    let bomb = format!("z: &z [x]\n{levels}").replace("*`", "*z");
    let deep = (0..500)
        .map(|depth| format!("{}a:\n", " ".repeat(depth)))
        .collect::<String>();
    let long = "x".repeat(3 << 20);
    let keys = "k: v\n".repeat(5000);
    for text in [
        bomb,
        deep,
        long,
        keys,
        "[".repeat(10_000),
        "- ".repeat(10_000),
        "a: &a [*a]".to_owned(),
    ] {
        let Manifest { diagnostics, .. } = read(&text);
        assert!(
            diagnostics.iter().any(|found| found.severity == Severity::Error),
            "{}",
            &text[..text.len().min(80)]
        );
    }
}

fn previous(letter: char) -> String {
    char::from_u32(letter as u32 - 1).unwrap_or('z').to_string()
}

#[test]
fn cut_anywhere_nothing_panics() {
    let text =
        format!("{DEPLOYMENT}        ports: [{{containerPort: 80, name: \"h\\u00e4\"}}]\n---\n{{\"a\": [1, é]}}\n");
    for (end, _) in text.char_indices() {
        let _ = read(&text[..end]);
        let _ = read(&text[end..]);
    }
}

#[test]
fn groups_of_others_have_kinds_of_their_own() {
    check(
        "apiVersion: serving.knative.dev/v1\nkind: Service\nmetadata: {name: a}\n---\napiVersion: apps.kruise.io/v1beta1\nkind: \
         StatefulSet\nmetadata: {name: a}\n",
        &[
            "2:7: note: Service in serving.knative.dev/v1 is not simulated",
            "6:7: note: StatefulSet in apps.kruise.io/v1beta1 is not simulated",
        ],
    );
    check(
        "apiVersion: policy/v1beta1\nkind: PodSecurityPolicy\nmetadata: {name: a}\n---\napiVersion: \
         rbac.authorization.k8s.io/v1beta1\nkind: Role\nmetadata: {name: a}\n",
        &[
            "2:7: error: no matches for kind \"PodSecurityPolicy\" in version \"policy/v1beta1\"",
            "5:13: error: no matches for kind \"Role\" in version \"rbac.authorization.k8s.io/v1beta1\"",
        ],
    );
}

#[test]
fn metrics_of_the_first_beta_are_renamed() {
    let old = "\
apiVersion: autoscaling/v2beta1
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
  maxReplicas: 3
  metrics:
  - type: Resource
    resource:
      name: cpu
      targetAverageUtilization: 60
  - type: Pods
    pods:
      metricName: rps
      targetAverageValue: 1k
";
    let new = old
        .replace("v2beta1", "v2")
        .replace(
            "targetAverageUtilization: 60",
            "target: {type: Utilization, averageUtilization: 60}",
        )
        .replace("metricName: rps", "metric: {name: \"rps\"}")
        .replace(
            "targetAverageValue: 1k",
            "target: {type: AverageValue, averageValue: \"1k\"}",
        );
    check(
        old,
        &["1:13: note: no matches for kind \"HorizontalPodAutoscaler\" in version \"autoscaling/v2beta1\"; read as..."],
    );
    check_fixed(old, &new);
    check(&new, &[]);
    assert_eq!(read(old).documents[0].object, read(&new).documents[0].object);
    let wrong = old.replace("targetAverageUtilization: 60", "targetAverageUtilization: x");
    check(
        &wrong,
        &[
            "1:13: note: ...",
            "11:33: error: json: cannot unmarshal string into Go struct field...",
        ],
    );
    let object = old.replace("  - type: Pods", "  - type: Object\n    object:\n      target: {kind: Service, name: a}\n      metricName: m\n      targetValue: 5\n  - type: Pods");
    assert_eq!(read(&object).diagnostics.len(), 1);
}

#[test]
fn users_and_mounts_of_a_pod() {
    let pod = |context: &str, mount: &str| {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec:\n  volumes: [{{name: v, hostPath: {{path: /v}}}}]\n  containers:\n  \
             - name: a\n    image: b\n    securityContext: {{{context}}}\n    volumeMounts: [{{name: v, mountPath: /v, {mount}}}]\n"
        )
    };
    check(
        &pod("privileged: true, runAsUser: 0", "mountPropagation: Bidirectional"),
        &[],
    );
    let range = "must be between 0 and 2147483647, inclusive";
    check(
        &pod("runAsUser: -1, runAsGroup: 2147483648", "mountPropagation: None"),
        &[
            &format!("9:34: error: spec.containers[0].securityContext.runAsUser: Invalid value: -1: {range}"),
            &format!("9:50: error: spec.containers[0].securityContext.runAsGroup: Invalid value: 2147483648: {range}"),
        ],
    );
    let field = "spec.containers[0].volumeMounts.mountPropagation";
    check(
        &pod("privileged: false", "mountPropagation: Bidirectional"),
        &[&format!(
            "10:5: error: {field}: Forbidden: Bidirectional mount propagation is available only to privileged containers"
        )],
    );
    check(
        &pod("privileged: false", "mountPropagation: Both"),
        &[&format!(
            "10:5: error: {field}: Unsupported value: \"Both\": supported values: \"Bidirectional\", \"HostToContainer\", \"None\""
        )],
    );
}
