//! The server's answer to one mistake at a time, in whole words.

mod pods;

use crate::manifest::{Settings, Severity, read, read_for};
use crate::value::Value;

/// Reads a manifest and compares its errors and warnings, in any order; `...` ends a long message.
fn check(text: &str, expect: &[&str]) {
    let mut found = read(text).diagnostics;
    found.retain(|found| found.severity != Severity::Note);
    let mut found: Vec<&str> = found.iter().map(|found| found.message.as_str()).collect();
    for expect in expect {
        let fits = |found: &&str| match expect.strip_suffix("...") {
            Some(start) => found.starts_with(start),
            None => found == expect,
        };
        let at = found.iter().position(fits);
        found.remove(at.unwrap_or_else(|| panic!("{text}\n{expect}\nis not among {found:#?}")));
    }
    assert!(found.is_empty(), "{text}\n{found:#?}");
}

/// The same for a Pod: members of its spec, and of its only container.
fn check_pod(spec: &str, container: &str, expect: &[&str]) {
    check(&pod("", spec, container), expect);
}

fn pod(annotations: &str, spec: &str, container: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: a, annotations: {{{annotations}}}}}\nspec: {{{spec}, containers: [{{name: c, \
         image: 'i:1', {container}}}]}}\n"
    )
}

/// The same for a template with these annotations and this spec beside its container.
fn check_template(annotations: &str, spec: &str, expect: &[&str]) {
    check(
        &format!(
            "apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {{name: a}}\nspec: {{selector: {{matchLabels: {{a: b}}}}, template: \
             {{metadata: {{labels: {{a: b}}, annotations: {{{annotations}}}}}, spec: {{{spec}, containers: [{{name: c, image: \
             'i:1'}}]}}}}}}\n"
        ),
        expect,
    );
}

fn check_service(spec: &str, expect: &[&str]) {
    check(&service(spec), expect);
}

fn service(spec: &str) -> String {
    format!("apiVersion: v1\nkind: Service\nmetadata: {{name: a}}\nspec: {{{spec}}}\n")
}

fn spec_of(text: &str) -> Value {
    let object = read(text).documents.remove(0).object.expect(text);
    object.get("spec").cloned().unwrap_or_default()
}

#[test]
fn what_templates_are_warned_of() {
    check_template(
        "scheduler.alpha.kubernetes.io/critical-pod: '', seccomp.security.alpha.kubernetes.io/pod: runtime/default, \
         container.apparmor.security.beta.kubernetes.io/c: runtime/default",
        "nodeSelector: {beta.kubernetes.io/os: linux, node-role.kubernetes.io/master: ''}, imagePullSecrets: [{name: x}, {name: x}]",
        &[
            "spec.template.spec.nodeSelector[beta.kubernetes.io/os]: deprecated since v1.14; use \"kubernetes.io/os\" instead",
            "spec.template.spec.nodeSelector[node-role.kubernetes.io/master]: use \"node-role.kubernetes.io/control-plane\" instead",
            "spec.template.metadata.annotations[scheduler.alpha.kubernetes.io/critical-pod]: non-functional in v1.16+; use the \
             \"priorityClassName\" field instead",
            "spec.template.spec.imagePullSecrets[1].name: duplicate name \"x\"",
            "spec.template.metadata.annotations[seccomp.security.alpha.kubernetes.io/pod]: non-functional in v1.27+; use the \
             \"seccompProfile\" field instead",
            "spec.template.metadata.annotations[container.apparmor.security.beta.kubernetes.io/c]: deprecated since v1.30; use the \
             \"appArmorProfile\" field instead",
        ],
    );
    check_template(
        "container.apparmor.security.beta.kubernetes.io/d: yes please",
        "topologySpreadConstraints: [{maxSkew: 1, topologyKey: failure-domain.beta.kubernetes.io/zone, whenUnsatisfiable: \
         ScheduleAnyway}]",
        &[
            "spec.template.annotations[container.apparmor.security.beta.kubernetes.io/d]: Invalid value: \"d\": container not found",
            "spec.template.annotations[container.apparmor.security.beta.kubernetes.io/d]: Invalid value: \"yes please\": invalid \
             AppArmor profile name: \"yes please\"",
        ],
    );
    check_template(
        "",
        "topologySpreadConstraints: [{maxSkew: 1, topologyKey: failure-domain.beta.kubernetes.io/zone, whenUnsatisfiable: \
         ScheduleAnyway}], volumes: [{name: a, storageos: {volumeName: x}}, {name: b, gitRepo: {repository: x}}]",
        &[
            "spec.template.spec.topologySpreadConstraints[0].topologyKey: failure-domain.beta.kubernetes.io/zone is deprecated since \
             v1.17; use \"topology.kubernetes.io/zone\" instead",
            "spec.template.spec.topologySpreadConstraints[0].labelSelector: a null labelSelector results in matching no pod",
            "spec.template.spec.volumes[0].storageOS: deprecated in v1.22, non-functional in v1.25+",
            "spec.template.spec.volumes[1].gitRepo: deprecated in v1.11, and disabled by default in v1.33+",
        ],
    );
    let affinity = "requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: a}]";
    check_template(
        "",
        &format!("affinity: {{podAffinity: {{{affinity}}}}}"),
        &[
            "spec.template.spec.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].labelSelector: a null \
           labelSelector results in matching no pod",
        ],
    );
}

#[test]
fn ports_that_meet() {
    let ports = |init: &str, own: &str, other: &str| {
        pod(
            "",
            &format!("initContainers: [{{name: x, image: 'i:1', {init}}}]"),
            &format!("ports: [{own}]}}, {{name: d, image: 'i:1', ports: [{other}]"),
        )
    };
    let always = "restartPolicy: Always";
    check(
        &ports(
            always,
            "{containerPort: 80, name: http}",
            "{containerPort: 80}, {containerPort: 81, name: http}",
        ),
        &[
            "spec.containers[1].ports[0]: duplicate port definition with spec.containers[0].ports[0]",
            "spec.containers[1].ports[1]: duplicate port name \"http\" with spec.containers[0].ports[0], services and probes that \
             select ports by name will use spec.containers[0].ports[0]",
        ],
    );
    check(
        &ports(
            "tty: false",
            "{containerPort: 80, name: http, hostPort: 1}",
            "{containerPort: 80, name: http}",
        ),
        &["spec.containers[1].ports[0]: overlapping port definition with spec.containers[0].ports[0]"],
    );
    check(
        &ports(
            always,
            "{containerPort: 80, hostPort: 1}",
            "{containerPort: 80, hostPort: 1, hostIP: 1.1.1.1}",
        ),
        &["spec.containers[1].ports[0]: dangerously ambiguous port definition with spec.containers[0].ports[0]"],
    );
    check(
        &ports(always, "{containerPort: 80, hostIP: 1.1.1.1}", ""),
        &[
            "spec.containers[0].ports[0]: hostIP set without hostPort: {Name: HostPort:0 ContainerPort:80 Protocol:TCP \
           HostIP:1.1.1.1}",
        ],
    );
}

#[test]
fn an_old_annotation_of_a_pod_becomes_its_field() {
    let key = "container.apparmor.security.beta.kubernetes.io/c";
    let text = pod(&format!("{key}: localhost/x"), "restartPolicy: Never", "tty: false");
    check(
        &text,
        &[&format!(
            "metadata.annotations[{key}]: deprecated since v1.30; use the \"appArmorProfile\" field instead"
        )],
    );
    let spec = spec_of(&text);
    let profile = spec.list("containers")[0].at(&["securityContext", "appArmorProfile"]);
    assert_eq!(profile.map(|profile| profile.text("localhostProfile")), Some("x"));
}

#[test]
fn services() {
    let port = "ports: [{port: 80}]";
    check_service(
        &format!("{port}, loadBalancerSourceRanges: [10.0.0.0], healthCheckNodePort: 30000, trafficDistribution: Near"),
        &[
            "spec.healthCheckNodePort: Invalid value: 30000: may only be set when `type` is 'LoadBalancer' and \
             `externalTrafficPolicy` is 'Local'",
            "spec.LoadBalancerSourceRanges[0]: Invalid value: \"10.0.0.0\": must be a valid CIDR value, (e.g. 10.9.8.0/24 or \
             2001:db8::/64)",
            "spec.LoadBalancerSourceRanges: Forbidden: may only be used when `type` is 'LoadBalancer'",
            "spec.trafficDistribution: Unsupported value: \"Near\": supported values: \"PreferClose\", \"PreferSameZone\", \
             \"PreferSameNode\"",
        ],
    );
    check_service(
        "type: ExternalName, externalName: a.b, ipFamilyPolicy: SingleStack, ports: [{port: 80, nodePort: 30000}]",
        &["spec.ipFamilyPolicy: Forbidden: may not be set for ExternalName services"],
    );
    check_service(
        &format!("{port}, clusterIP: None, sessionAffinity: ClientIP, externalName: a.b"),
        &[
            "spec.SessionAffinity is ignored for headless services",
            "spec.externalName is ignored when spec.type is not \"ExternalName\"",
        ],
    );
    check_service(
        &format!("{port}, externalIPs: [1.1.1.1]"),
        &["spec.externalIPs is deprecated"],
    );
    check_service(
        &format!("{port}, sessionAffinityConfig: {{clientIP: {{timeoutSeconds: 1}}}}"),
        &[],
    );
    let bare = spec_of(&service(&format!("{port}, clusterIP: None")));
    assert_eq!(bare.text("ipFamilyPolicy"), "RequireDualStack");
    assert_eq!(bare.list("ipFamilies").len(), 2);
}

#[test]
fn services_of_two_families_in_a_cluster_of_one() {
    let settings = Settings {
        service_addresses: Some("10.96.0.0/16"),
        ..Settings::default()
    };
    let said = |spec: &str| {
        let found = read_for(&service(spec), &settings).diagnostics;
        found.into_iter().map(|found| found.message).collect::<Vec<_>>()
    };
    assert_eq!(
        said("ports: [{port: 80}], selector: {a: b}, ipFamilyPolicy: RequireDualStack, ipFamilies: [IPv4, IPv6]"),
        [
            "spec.ipFamilyPolicy: Invalid value: \"RequireDualStack\": this cluster is not configured for dual-stack services",
            "spec.ipFamilies[1]: Invalid value: \"IPv6\": not configured on this cluster",
        ]
    );
    assert_eq!(said("clusterIP: None, ipFamilyPolicy: RequireDualStack"), [""; 0]);
}

#[test]
fn an_old_annotation_of_a_service() {
    let key = "service.kubernetes.io/topology-aware-hints";
    let said = format!("annotation {key} is deprecated, please use service.kubernetes.io/topology-mode instead");
    let text = service("ports: [{port: 80}]").replace("name: a", &format!("name: a, annotations: {{{key}: auto}}"));
    check(&text, &[&said]);
}

#[test]
fn classes_that_the_text_does_not_bring() {
    let of_class = pod("", "runtimeClassName: sandbox", "tty: false");
    check(
        &of_class,
        &["pods \"a\" is forbidden: pod rejected: RuntimeClass \"sandbox\" not found"],
    );
    let class = "---\napiVersion: node.k8s.io/v1\nkind: RuntimeClass\nmetadata: {name: sandbox}\nhandler: s\n";
    check(&(of_class + class), &[]);
    check_template("", "runtimeClassName: sandbox", &[]);
}

#[test]
fn claims_that_are_filled_from_something() {
    let claim = |spec: &str| {
        format!(
            "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {{name: a}}\nspec: {{accessModes: [ReadWriteOnce], resources: \
             {{requests: {{storage: 1Gi}}}}, {spec}}}\n"
        )
    };
    let snapshot = "{kind: VolumeSnapshot, name: s, apiGroup: snapshot.storage.k8s.io}";
    let spec = spec_of(&claim(&format!("dataSource: {snapshot}")));
    assert_eq!(spec.get("dataSourceRef"), spec.get("dataSource"));
    let spec = spec_of(&claim(&format!("dataSourceRef: {snapshot}")));
    assert_eq!(spec.get("dataSourceRef"), spec.get("dataSource"));
    assert_eq!(
        spec_of(&claim("dataSource: {kind: Tape, name: s}")).get("dataSource"),
        None
    );
    let said = "Invalid value: \"Tape\": must be 'PersistentVolumeClaim' when referencing the default apiGroup";
    check(
        &claim("dataSourceRef: {kind: Tape, name: s}"),
        &[
            &format!("spec.dataSource: {said}"),
            &format!("spec.dataSourceRef: {said}"),
        ],
    );
    check(
        &claim("storageClassName: x").replace("1Gi", "100m"),
        &["spec.resources.requests[storage]: fractional byte value \"100m\" is invalid, must be an integer"],
    );
}

#[test]
fn what_may_not_change() {
    let updated = |kind: &dyn Fn(&str) -> String, old: &str, new: &str| {
        let object = |text: &str| read(&kind(text)).documents.remove(0).object.expect(text);
        let broken = super::validate_update(&object(new), &object(old));
        broken.into_iter().map(|broken| broken.message).collect::<Vec<_>>()
    };
    let pods = |spec: &str| pod("", spec, "tty: false");
    for (old, new, said) in [
        (
            "activeDeadlineSeconds: 1",
            "activeDeadlineSeconds: 2",
            "spec.activeDeadlineSeconds: Invalid value: 2: must be less than or equal to previous value",
        ),
        (
            "activeDeadlineSeconds: 1",
            "hostname: ''",
            "spec.activeDeadlineSeconds: Invalid value: null: must not update from a positive integer to nil value",
        ),
        (
            "tolerations: [{key: a, operator: Exists}]",
            "tolerations: [{key: b, operator: Exists}]",
            "spec.tolerations: Forbidden: existing toleration can not be modified except its tolerationSeconds",
        ),
        (
            "schedulingGates: [{name: a}]",
            "schedulingGates: [{name: a}, {name: b}]",
            "spec.schedulingGates[1].name: Forbidden: only deletion is allowed, but found new scheduling gate 'b'",
        ),
    ] {
        assert_eq!(updated(&pods, old, new), [said]);
    }
    let seconds = |seconds| {
        format!("tolerations: [{{key: a, operator: Exists, effect: NoExecute, tolerationSeconds: {seconds}}}]")
    };
    for (old, new) in [
        (seconds(1).as_str(), seconds(2).as_str()),
        ("schedulingGates: [{name: a}]", "hostname: ''"),
        ("hostname: ''", "activeDeadlineSeconds: 5"),
    ] {
        assert_eq!(updated(&pods, old, new), [""; 0]);
    }
    let balanced = |class: &str| {
        service(&format!(
            "type: LoadBalancer, loadBalancerClass: {class}, ports: [{{port: 80}}]"
        ))
    };
    assert_eq!(
        updated(&balanced, "a", "b"),
        ["spec.loadBalancerClass: Invalid value: \"b\": may not change once set"]
    );
}

#[test]
fn zeros_that_mean_something() {
    let set = "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: a}\nspec: {selector: {matchLabels: {a: b}}, ordinals: {}, \
               template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: 'i:1'}]}}, updateStrategy: \
               {rollingUpdate: {maxUnavailable: 0}}}\n";
    check(set, &[]);
    assert_eq!(spec_of(set).at(&["ordinals", "start"]), Some(&Value::Int(0)));
    check(&set.replace("ordinals: {}", "ordinals: {start: 0}"), &[]);
    let mut object = read(set).documents.remove(0).object.expect("accepted");
    assert_eq!(
        super::validate(&object)
            .iter()
            .map(|found| found.message.as_str())
            .collect::<Vec<_>>(),
        ["spec.updateStrategy.rollingUpdate.maxUnavailable: Invalid value: 0: cannot be 0"]
    );
    crate::manifest::drop_disabled(&mut object, false);
    assert_eq!(super::validate(&object), []);
}
