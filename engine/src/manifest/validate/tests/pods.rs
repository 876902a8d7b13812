//! Mistakes in Pods.

use super::{check_pod, pod, spec_of};
use crate::value::Value;

#[test]
fn privileges_that_contradict_each_other() {
    let context = |members: &str| format!("securityContext: {{{members}}}");
    let shown = |capabilities: &str, privileged: &str| {
        format!(
            "spec.containers[0].securityContext: Invalid value: {{\"Capabilities\":{capabilities},\"Privileged\":{privileged},\
             \"SELinuxOptions\":null,\"WindowsOptions\":null,\"RunAsUser\":null,\"RunAsGroup\":null,\"RunAsNonRoot\":null,\
             \"ReadOnlyRootFilesystem\":null,\"AllowPrivilegeEscalation\":false,\"ProcMount\":null,\"SeccompProfile\":null,\
             \"AppArmorProfile\":null}}: cannot set `allowPrivilegeEscalation` to false and "
        )
    };
    check_pod(
        "restartPolicy: Never",
        &context("privileged: true, allowPrivilegeEscalation: false"),
        &[&(shown("null", "true") + "`privileged` to true")],
    );
    check_pod(
        "restartPolicy: Never",
        &context("allowPrivilegeEscalation: false, capabilities: {add: [CAP_SYS_ADMIN]}"),
        &[&(shown("{\"Add\":[\"CAP_SYS_ADMIN\"],\"Drop\":null}", "null") + "`capabilities.Add` CAP_SYS_ADMIN")],
    );
    check_pod(
        "securityContext: {supplementalGroups: [-1], seccompProfile: {type: Localhost}}",
        &context("procMount: Bare, seccompProfile: {type: RuntimeDefault, localhostProfile: x}, appArmorProfile: {}"),
        &[
            "spec.containers[0].securityContext.appArmorProfile.type: Required value: type is required when appArmorProfile is set",
            "spec.containers[0].securityContext.seccompProfile.localhostProfile: Invalid value: \
             {\"Type\":\"RuntimeDefault\",\"LocalhostProfile\":\"x\"}: can only be set when seccomp type is Localhost",
            "spec.containers[0].securityContext.procMount: Unsupported value: \"Bare\": supported values: \"Default\", \"Unmasked\"",
            "spec.securityContext.seccompProfile.localhostProfile: Required value: must be set when seccomp type is Localhost",
            "spec.securityContext.supplementalGroups[0]: Invalid value: -1: must be between 0 and 2147483647, inclusive",
        ],
    );
}

#[test]
fn probes_and_hooks() {
    let field = "spec.containers[0].livenessProbe.httpGet.httpHeaders";
    let form = "a valid HTTP header must consist of alphanumeric characters or '-' (e.g. 'X-Header-Name', regex used for \
                validation is '[-A-Za-z0-9]+')";
    check_pod(
        "restartPolicy: Never",
        "livenessProbe: {httpGet: {port: 80, httpHeaders: [{name: X-A, value: ''}, {name: X_B, value: x}, {value: v}]}}",
        &[
            &format!("{field}: Invalid value: \"X_B\": {form}"),
            &format!("{field}: Invalid value: \"\": {form}"),
        ],
    );
    check_pod(
        "restartPolicy: Never",
        "lifecycle: {preStop: {sleep: {seconds: 0}}}, readinessProbe: {grpc: {port: 0}}",
        &["spec.containers[0].readinessProbe.grpc.port: Invalid value: 0: must be between 1 and 65535, inclusive"],
    );
}

#[test]
fn gates_of_a_pod() {
    let form = "name part must consist of alphanumeric characters...";
    check_pod(
        "readinessGates: [{conditionType: example.com/ok}, {conditionType: 'not ok'}, {}]",
        "tty: false",
        &[
            &format!("spec.readinessGates[1].conditionType: Invalid value: \"not ok\": {form}"),
            "spec.readinessGates[2].conditionType: Invalid value: \"\": name part must be non-empty",
            &format!("spec.readinessGates[2].conditionType: Invalid value: \"\": {form}"),
        ],
    );
    check_pod(
        "schedulingGates: [{name: a/b}, {name: a/b}, {name: '-'}], hostPID: true, shareProcessNamespace: true",
        "tty: false",
        &[
            "spec.schedulingGates[1]: Duplicate value: \"a/b\"",
            &format!("spec.schedulingGates[2]: Invalid value: \"-\": {form}"),
            "spec.securityContext.shareProcessNamespace: Invalid value: true: ShareProcessNamespace and HostPID cannot both be \
             enabled",
        ],
    );
    check_pod(
        "ephemeralContainers: [{name: d, image: 'i:1'}]",
        "tty: false",
        &["spec.ephemeralContainers: Forbidden: cannot be set on create"],
    );
}

#[test]
fn names_that_a_pod_resolves() {
    check_pod(
        "dnsPolicy: None",
        "tty: false",
        &["spec.dnsConfig: Required value: must provide `dnsConfig` when `dnsPolicy` is None"],
    );
    check_pod(
        "dnsConfig: {nameservers: [1.1.1.1, 1.1.1.2, 1.1.1.3, dns], options: [{value: '1'}]}",
        "tty: false",
        &[
            "spec.dnsConfig.nameservers: Invalid value: [\"1.1.1.1\",\"1.1.1.2\",\"1.1.1.3\",\"dns\"]: must not have more than 3 \
             nameservers",
            "spec.dnsConfig.nameservers[3]: Invalid value: \"dns\": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)",
            "spec.dnsConfig.options[0]: Required value: must not be empty",
        ],
    );
    check_pod(
        "hostAliases: [{hostnames: [A]}, {ip: 1.1.1.1}, {ip: 1.1.1.1}]",
        "tty: false",
        &[
            "spec.hostAliases[0].hostnames[0]: Invalid value: \"A\": a lowercase RFC 1123 subdomain...",
            "spec.hostAliases[0].ip: Invalid value: \"\": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)",
        ],
    );
}

#[test]
fn ports_of_the_node() {
    check_pod(
        "hostNetwork: true",
        "ports: [{containerPort: 80, hostPort: 81}, {containerPort: 90}]",
        &[
            "spec.containers[0].ports[0].hostPort: Invalid value: 81: must match `containerPort` when `hostNetwork` is true",
        ],
    );
    let port = |text: &str| {
        let spec = spec_of(text);
        let pod = spec.at(&["template", "spec"]).unwrap_or(&spec);
        pod.list("containers")[0].list("ports")[0].int("hostPort")
    };
    let text = pod("", "hostNetwork: true", "ports: [{containerPort: 80}]");
    assert_eq!(port(&text), Some(80));
    let template = text
        .replace("v1\nkind: Pod", "apps/v1\nkind: DaemonSet")
        .replace(
            "spec: {",
            "spec: {selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {",
        )
        .replace("}]}\n", "}]}}}\n");
    assert_eq!(port(&template), None);
    // Init containers run one by one.
    check_pod(
        "initContainers: [{name: u, image: 'i:1', ports: [{containerPort: 1, hostPort: 1}]}, {name: v, image: 'i:1', ports: \
         [{containerPort: 2, hostPort: 1}]}]",
        "ports: [{containerPort: 3, hostPort: 1}, {containerPort: 4, hostPort: 1}]",
        &["spec.containers[0].ports[1].hostPort: Duplicate value: \"TCP//1\""],
    );
}

#[test]
fn where_a_pod_may_run() {
    let required = "requiredDuringSchedulingIgnoredDuringExecution";
    let preferred = "preferredDuringSchedulingIgnoredDuringExecution";
    let nodes = |strength: &str, terms: &str| format!("affinity: {{nodeAffinity: {{{strength}: {terms}}}}}");
    let field = format!("spec.affinity.nodeAffinity.{required}.nodeSelectorTerms[0]");
    check_pod(
        &nodes(
            required,
            "{nodeSelectorTerms: [{matchExpressions: [{key: a, values: [b]}, {operator: In, key: b, values: ['x y']}], matchFields: \
             [{key: name, operator: In}]}]}",
        ),
        "tty: false",
        &[
            &format!("{field}.matchExpressions[0].operator: Invalid value: \"\": not a valid selector operator"),
            &format!("{field}.matchExpressions[1].values[0]: Invalid value: \"x y\": a valid label must be..."),
            &format!(
                "{field}.matchFields[0].values: Required value: must be only one value when `operator` is 'In' or 'NotIn' for node \
                 field selector"
            ),
            &format!("{field}.matchFields[0].key: Invalid value: \"name\": not a valid field selector key"),
        ],
    );
    check_pod(
        &nodes(
            preferred,
            "[{weight: 1, preference: {matchExpressions: [{key: beta.kubernetes.io/os, operator: In, values: ['x y']}]}}]",
        ),
        "tty: false",
        &[
            &format!(
                "spec.affinity.nodeAffinity.{preferred}[0].preference.matchExpressions[0].key: beta.kubernetes.io/os is deprecated \
                 since v1.14; use \"kubernetes.io/os\" instead"
            ),
            &format!(
                "spec.affinity.nodeAffinity.{preferred}[0].preference.matchExpressions[0].values[0]: x y is invalid, a valid..."
            ),
        ],
    );
    let field = format!("spec.affinity.podAntiAffinity.{preferred}[0]");
    check_pod(
        &format!("affinity: {{podAntiAffinity: {{{preferred}: [{{podAffinityTerm: {{matchLabelKeys: [x]}}}}]}}}}"),
        "tty: false",
        &[
            &format!("{field}.podAffinityTerm.topologyKey: Required value: can not be empty"),
            &format!("{field}.podAffinityTerm.topologyKey: Invalid value: \"\": name part must be non-empty"),
            &format!("{field}.podAffinityTerm.topologyKey: Invalid value: \"\": name part must consist..."),
            &format!(
                "{field}.podAffinityTerm.matchLabelKeys: Forbidden: must not be specified when labelSelector is not set"
            ),
            &format!("{field}.weight: Invalid value: 0: must be in the range 1-100"),
        ],
    );
    let constraint = "{maxSkew: 1, topologyKey: z, whenUnsatisfiable: DoNotSchedule, labelSelector: {}}";
    check_pod(
        &format!("topologySpreadConstraints: [{constraint}, {constraint}]"),
        "tty: false",
        &[
            "spec.topologySpreadConstraints[0].{topologyKey, whenUnsatisfiable}: Duplicate value: \"{z, DoNotSchedule}\"",
        ],
    );
}

#[test]
fn variables_from_elsewhere() {
    let field = "spec.containers[0]";
    check_pod(
        "restartPolicy: Never",
        "envFrom: [{prefix: 'a='}, {configMapRef: {}}, {secretRef: {name: S}}]",
        &[
            &format!("{field}.envFrom[0].prefix: Invalid value: \"a=\": a valid environment variable name..."),
            &format!("{field}.envFrom: Invalid value: \"\": must specify one of: `configMapRef` or `secretRef`"),
            &format!("{field}.envFrom[1].configMapRef.name: Required value"),
            &format!("{field}.envFrom[2].secretRef.name: Invalid value: \"S\": a lowercase RFC 1123 subdomain..."),
        ],
    );
    let env = |source: &str| format!("env: [{{name: A, valueFrom: {{{source}}}}}]");
    let source = format!("{field}.env[0].valueFrom");
    for (written, said) in [
        (
            "fieldRef: {fieldPath: \"metadata.labels['x y']\"}",
            "fieldRef: Invalid value: \"x y\": name part must consist...",
        ),
        (
            "fieldRef: {fieldPath: \"spec.x['y']\"}",
            "fieldRef.fieldPath: Invalid value: \"spec.x['y']\": error converting fieldPath: field label does not support \
             subscript: spec.x['y']",
        ),
        (
            "resourceFieldRef: {resource: limits.gpu}",
            "resourceFieldRef.resource: Unsupported value: \"limits.gpu\": supported values: \"limits.cpu\", \
             \"limits.ephemeral-storage\", \"limits.memory\", \"requests.cpu\", \"requests.ephemeral-storage\", \
             \"requests.memory\"",
        ),
        (
            "resourceFieldRef: {resource: limits.cpu, divisor: 1k}",
            "resourceFieldRef.divisor: Invalid value: \"limits.cpu\": only divisor's values 1m and 1 are supported with the cpu \
             resource",
        ),
    ] {
        check_pod("restartPolicy: Never", &env(written), &[&format!("{source}.{said}")]);
    }
    check_pod(
        "restartPolicy: Never",
        &env("resourceFieldRef: {resource: limits.memory, divisor: 1Mi}"),
        &[],
    );
}

#[test]
fn resources_of_other_kinds() {
    let field = "spec.containers[0].resources";
    let resources = |limits: &str| format!("resources: {{limits: {{{limits}}}}}");
    check_pod(
        "tty: x",
        "tty: false",
        &["strict decoding error: unknown field \"spec.tty\""],
    );
    check_pod(
        "restartPolicy: Never",
        &resources("nvidia.com/gpu: 500m, alpha.kubernetes.io/nvidia-gpu: 1"),
        &[
            &format!("{field}.limits[nvidia.com/gpu]: Invalid value: \"500m\": must be an integer"),
            &format!("{field}.requests[nvidia.com/gpu]: Invalid value: \"500m\": must be an integer"),
        ],
    );
    check_pod(
        "restartPolicy: Never",
        &resources("hugepages-2Mi: 3Mi"),
        &[
            &format!(
                "{field}.limits[hugepages-2Mi]: Invalid value: \"3Mi\": 3Mi is not positive integer multiple of hugepages-2Mi"
            ),
            &format!(
                "{field}.requests[hugepages-2Mi]: Invalid value: \"3Mi\": 3Mi is not positive integer multiple of hugepages-2Mi"
            ),
            &format!("{field}: Forbidden: HugePages require cpu or memory"),
        ],
    );
    check_pod(
        "restartPolicy: Never",
        &resources("hugepages-2Mi: 4Mi, memory: 1Gi"),
        &[],
    );
}

#[test]
fn volumes_of_many_kinds() {
    let volume = |source: &str| format!("volumes: [{{name: v, {source}}}]");
    for (source, said) in [
        (
            "downwardAPI: {items: [{path: a}]}",
            "downwardAPI: Required value: one of fieldRef and resourceFieldRef is required",
        ),
        (
            "downwardAPI: {items: [{path: a, fieldRef: {fieldPath: spec.nodeName}}]}",
            "downwardAPI.fieldRef.fieldPath: Unsupported value: \"spec.nodeName\": supported values: \"metadata.annotations\", \
             \"metadata.labels\", \"metadata.name\", \"metadata.namespace\", \"metadata.uid\"",
        ),
        (
            "downwardAPI: {items: [{path: a, resourceFieldRef: {resource: limits.cpu}}]}",
            "downwardAPI.resourceFieldRef.containerName: Required value",
        ),
        (
            "gcePersistentDisk: {fsType: ext4}",
            "persistentDisk.pdName: Required value",
        ),
        (
            "gitRepo: {repository: r, directory: /x}",
            "gitRepo.directory: Invalid value: \"/x\": must be a relative path",
        ),
        (
            "iscsi: {targetPortal: p, iqn: x}",
            "iscsi.iqn: Invalid value: \"x\": must be valid format starting with iqn, eui, or naa",
        ),
        (
            "azureDisk: {diskName: d, diskURI: x, kind: Managed}",
            "azureDisk.diskURI: Unsupported value: \"x\": supported values: \
             \"/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}\"",
        ),
        (
            "csi: {driver: a_b}",
            "csi.driver: Invalid value: \"a_b\": a lowercase RFC 1123 subdomain...",
        ),
        (
            "cinder: {volumeID: x, secretRef: {}}",
            "cinder.secretRef.name: Required value",
        ),
        (
            "projected: {sources: [{serviceAccountToken: {}}]}",
            "projected.path: Required value",
        ),
        (
            "projected: {sources: [{secret: {name: s, items: [{key: a, path: b}]}}, {configMap: {name: c, items: [{key: a, path: \
             b}]}}]}",
            "projected: Invalid value: \"c\": conflicting duplicate paths",
        ),
        (
            "ephemeral: {volumeClaimTemplate: {metadata: {name: x}, spec: {accessModes: [ReadWriteOnce], resources: {requests: \
             {storage: 1Gi}}}}}",
            "ephemeral.volumeClaimTemplate.metadata.name: Forbidden: cannot be set",
        ),
        (
            "emptyDir: {}, cephfs: {monitors: [a]}",
            "cephFS: Forbidden: may not specify more than 1 volume type",
        ),
    ] {
        check_pod(&volume(source), "tty: false", &[&format!("spec.volumes[0].{said}")]);
    }
    let field = "spec.containers[0].volumeDevices";
    check_pod(
        "volumes: [{name: v}, {name: w, persistentVolumeClaim: {claimName: c}}]",
        "volumeMounts: [{name: v, mountPath: /v, recursiveReadOnly: Enabled}], volumeDevices: [{name: v, devicePath: /d}, {name: w, \
         devicePath: /v}, {name: w, devicePath: ../x}, {name: u, devicePath: /u}]",
        &[
            "spec.containers[0].volumeMounts.recursiveReadOnly: Forbidden: may only be specified when readOnly is true",
            &format!(
                "{field}[0].name: Invalid value: \"v\": can only use volume source type of PersistentVolumeClaim or Ephemeral for \
                 block mode"
            ),
            &format!("{field}[0].name: Invalid value: \"v\": must not already exist in volumeMounts"),
            &format!("{field}[1].devicePath: Invalid value: \"/v\": must not already exist as a path in volumeMounts"),
            &format!("{field}[2].name: Invalid value: \"w\": must be unique"),
            &format!("{field}[2].devicePath: Invalid value: \"../x\": can not contain backsteps ('..')"),
            &format!("{field}[3].name: Not found: \"u\""),
        ],
    );
    let image = spec_of(&pod(
        "",
        "volumes: [{name: v, image: {reference: 'i:2'}}]",
        "tty: false",
    ));
    assert_eq!(
        image.list("volumes")[0].at(&["image", "pullPolicy"]),
        Some(&Value::from("IfNotPresent"))
    );
}
