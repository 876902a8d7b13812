//! A Pod template as `kubectl rollout history --revision` and `describe` show it (spec: CTL-21, CTL-72). Not aligned: one
//! tab between name and value. Upstream: `kubectl/pkg/describe/describe.go › DescribePodTemplate`.

use super::clock::date;
use crate::api::{ContainerState, ContainerStatus};
use crate::value::Value;

/// The whole block.
pub(super) fn pod_template(template: &Value) -> String {
    let mut text = "Pod Template:\n".to_owned();
    let pairs = pairs(template.at(&["metadata", "labels"]), "=");
    lines(&mut text, "  Labels", &pairs, true);
    let pairs = self::pairs(template.at(&["metadata", "annotations"]), ": ");
    lines(&mut text, "  Annotations", &pairs, false);
    if let Some(account) = template.at(&["spec", "serviceAccountName"]).and_then(Value::as_str) {
        text += &format!("  Service Account:\t{account}\n");
    }
    let spec = template.get("spec").unwrap_or(&Value::Null);
    for (title, key) in [("Init Containers", "initContainers"), ("Containers", "containers")] {
        containers(&mut text, title, spec.list(key), None, "  ");
    }
    volumes(&mut text, spec.list("volumes"), "  ");
    spread(&mut text, spec, "  ");
    if let Some(class) = spec.get("priorityClassName").and_then(Value::as_str) {
        text += &format!("  Priority Class Name:\t{class}\n");
    }
    placement(&mut text, spec, "  ");
    text
}

/// What nodes its Pods want, and put up with.
pub(super) fn placement(text: &mut String, spec: &Value, space: &str) {
    let pairs = pairs(spec.get("nodeSelector"), "=");
    lines(text, &format!("{space}Node-Selectors"), &pairs, true);
    let tolerations: Vec<String> = spec.list("tolerations").iter().map(toleration).collect();
    lines(text, &format!("{space}Tolerations"), &tolerations, true);
}

/// Upstream: `describeTopologySpreadConstraints`.
pub(super) fn spread(text: &mut String, spec: &Value, space: &str) {
    let all = spec.list("topologySpreadConstraints").iter().map(|constraint| {
        let selector = constraint.get("labelSelector").map(|selector| {
            let selector = crate::api::LabelSelector::from_value(Some(selector));
            format!(" for selector {selector}")
        });
        format!(
            "{}:{} when max skew {} is exceeded{}",
            word(constraint, "topologyKey"),
            word(constraint, "whenUnsatisfiable"),
            plain(constraint.get("maxSkew")),
            selector.unwrap_or_default()
        )
    });
    let all: Vec<String> = all.collect();
    lines(text, &format!("{space}Topology Spread Constraints"), &all, false);
}

/// Containers below their title; a Pod's with their states.
pub(super) fn containers(
    text: &mut String,
    title: &str,
    all: &[Value],
    states: Option<&[ContainerStatus]>,
    space: &str,
) {
    if !all.is_empty() {
        *text += &format!("{space}{title}:\n");
    }
    let indent = if space.is_empty() { "  " } else { "   " };
    for (index, item) in all.iter().enumerate() {
        container(text, item, states.and_then(|states| states.get(index)), indent);
    }
}

fn items<'a>(value: Option<&'a Value>, key: &str) -> &'a [Value] {
    value.and_then(|value| value.get(key)).map_or(&[][..], Value::items)
}

fn word<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

/// A number or a text as it was written.
fn plain(value: Option<&Value>) -> String {
    match value {
        Some(Value::Int(number)) => number.to_string(),
        Some(Value::Bool(value)) => value.to_string(),
        Some(Value::String(text)) => text.clone(),
        _ => String::new(),
    }
}

pub(super) fn pairs(map: Option<&Value>, sign: &str) -> Vec<String> {
    let map = map.and_then(Value::as_map).into_iter();
    map.flat_map(|map| {
        map.iter()
            .map(|(key, value)| format!("{key}{sign}{}", plain(Some(value))))
    })
    .collect()
}

/// A title, and one line for each item; the further ones start with a tab.
pub(super) fn lines(text: &mut String, title: &str, items: &[String], always: bool) {
    match items {
        [] if always => *text += &format!("{title}:\t<none>\n"),
        [] => {}
        items => *text += &format!("{title}:\t{}\n", items.join("\n\t")),
    }
}

fn container(text: &mut String, container: &Value, state: Option<&ContainerStatus>, indent: &str) {
    let ports = items(Some(container), "ports");
    let list = |key: &str| {
        let shown = ports.iter().map(|port| {
            let number = port.get(key).and_then(Value::as_int).unwrap_or(0);
            let named = match word(port, "name") {
                "" => String::new(),
                name => format!(" ({name})"),
            };
            format!("{number}/{}{named}", plain(port.get("protocol")))
        });
        let shown = shown.collect::<Vec<_>>().join(", ");
        if shown.is_empty() { "<none>".to_owned() } else { shown }
    };
    let plural = if ports.len() > 1 { "s" } else { "" };
    *text += &format!("{indent}{}:\n", word(container, "name"));
    if state.is_some() {
        *text += "    Container ID:\t\n";
    }
    *text += &format!("    Image:\t{}\n", word(container, "image"));
    if state.is_some() {
        *text += "    Image ID:\t\n";
    }
    *text += &format!("    Port{plural}:\t{}\n", list("containerPort"));
    *text += &format!("    Host Port{plural}:\t{}\n", list("hostPort"));
    for (title, key) in [("Command", "command"), ("Args", "args")] {
        let words: Vec<String> = items(Some(container), key)
            .iter()
            .map(|word| plain(Some(word)))
            .collect();
        block(text, title, &words, false);
    }
    if let Some(state) = state {
        states(text, state);
    }
    for (title, key) in [("Limits", "limits"), ("Requests", "requests")] {
        block(text, title, &pairs(container.at(&["resources", key]), ":\t"), false);
    }
    for (title, key) in [
        ("Liveness", "livenessProbe"),
        ("Readiness", "readinessProbe"),
        ("Startup", "startupProbe"),
    ] {
        if let Some(shown) = container.get(key).map(probe) {
            *text += &format!("    {title}:\t{shown}\n");
        }
    }
    let sources: Vec<String> = items(Some(container), "envFrom").iter().map(source).collect();
    block(text, "Environment Variables from", &sources, false);
    let variables: Vec<String> = items(Some(container), "env").iter().map(variable).collect();
    block(text, "Environment", &variables, true);
    block(text, "Mounts", &mounts(container), true);
}

fn source(source: &Value) -> String {
    let (kind, reference) = match source.get("configMapRef") {
        Some(reference) => ("ConfigMap", reference),
        None => ("Secret", source.get("secretRef").unwrap_or(&Value::Null)),
    };
    let prefix = match word(source, "prefix") {
        "" => String::new(),
        prefix => format!(" with prefix '{prefix}'"),
    };
    let optional = optional(reference, "optional");
    format!("{}\t{kind}{prefix}\tOptional: {optional}", word(reference, "name"))
}

fn variable(variable: &Value) -> String {
    let (name, from) = (
        word(variable, "name"),
        variable.get("valueFrom").unwrap_or(&Value::Null),
    );
    for (kind, field) in [("secret", "secretKeyRef"), ("config map", "configMapKeyRef")] {
        if let Some(reference) = from.get(field) {
            let (key, of, optional) = (
                word(reference, "key"),
                word(reference, "name"),
                optional(reference, "optional"),
            );
            return format!("{name}:\t<set to the key '{key}' in {kind} '{of}'>\tOptional: {optional}")
                .replace("in config map", "of config map");
        }
    }
    match (from.get("fieldRef"), from.get("resourceFieldRef")) {
        (Some(field), _) => format!("{name}:\t (v1:{})", word(field, "fieldPath")),
        (_, Some(field)) => format!("{name}:\t ({})", word(field, "resource")),
        _ => format!("{name}:\t{}", word(variable, "value")),
    }
}

/// Upstream: `describeContainerState`.
fn states(text: &mut String, status: &ContainerStatus) {
    let truth = |is: bool| if is { "True" } else { "False" };
    let mut ended = |title: &str, state: ContainerState| match state {
        ContainerState::Running { started_at } => {
            *text += &format!("    {title}:\tRunning\n      Started:\t{}\n", date(started_at));
        }
        ContainerState::Waiting { reason } => {
            *text += &format!("    {title}:\tWaiting\n      Reason:\t{reason}\n");
        }
        ContainerState::Terminated(ended) => {
            let (reason, code, at) = (ended.reason, ended.exit_code, date(ended.at));
            *text += &format!("    {title}:\tTerminated\n      Reason:\t{reason}\n");
            *text += &format!("      Exit Code:\t{code}\n      Finished:\t{at}\n");
        }
    };
    ended("State", status.state);
    status
        .memory
        .last
        .into_iter()
        .for_each(|last| ended("Last State", ContainerState::Terminated(last)));
    *text += &format!(
        "    Ready:\t{}\n    Restart Count:\t{}\n",
        truth(status.ready),
        status.restart_count
    );
}

/// A title with a line below it for each item.
fn block(text: &mut String, title: &str, items: &[String], always: bool) {
    match items {
        [] if always => *text += &format!("    {title}:\t<none>\n"),
        [] => {}
        items => *text += &format!("    {title}:\n      {}\n", items.join("\n      ")),
    }
}

fn mounts(container: &Value) -> Vec<String> {
    let mut mounts: Vec<&Value> = items(Some(container), "volumeMounts").iter().collect();
    crate::order::sort_by_key(&mut mounts, |mount| word(mount, "mountPath"));
    let shown = mounts.into_iter().map(|mount| {
        let read_only = mount.get("readOnly").and_then(Value::as_bool) == Some(true);
        let mut flags = if read_only { "ro" } else { "rw" }.to_owned();
        if let Some(path) = mount.get("subPath").and_then(Value::as_str) {
            flags += &format!(",path=\"{path}\"");
        }
        format!("{} from {} ({flags})", word(mount, "mountPath"), word(mount, "name"))
    });
    shown.collect()
}

/// Upstream: `DescribeProbe`.
fn probe(probe: &Value) -> String {
    let number = |key: &str| plain(probe.get(key));
    let or_zero = |key: &str| probe.get(key).map_or("0".to_owned(), |value| plain(Some(value)));
    let timing = format!(
        "delay={}s timeout={}s period={}s #success={} #failure={}",
        or_zero("initialDelaySeconds"),
        number("timeoutSeconds"),
        number("periodSeconds"),
        number("successThreshold"),
        number("failureThreshold")
    );
    let what = if let Some(exec) = probe.get("exec") {
        let words: Vec<String> = items(Some(exec), "command")
            .iter()
            .map(|word| plain(Some(word)))
            .collect();
        format!("exec [{}]", words.join(" "))
    } else if let Some(get) = probe.get("httpGet") {
        let (scheme, host) = (word(get, "scheme").to_ascii_lowercase(), word(get, "host"));
        format!(
            "http-get {scheme}://{host}:{}{}",
            plain(get.get("port")),
            word(get, "path")
        )
    } else if let Some(tcp) = probe.get("tcpSocket") {
        format!("tcp-socket {}:{}", word(tcp, "host"), plain(tcp.get("port")))
    } else if let Some(grpc) = probe.get("grpc") {
        format!("grpc <pod>:{} {}", plain(grpc.get("port")), word(grpc, "service"))
    } else {
        "unknown".to_owned()
    };
    format!("{what} {timing}")
}

pub(super) fn volumes(text: &mut String, volumes: &[Value], space: &str) {
    if volumes.is_empty() {
        *text += &format!("{space}Volumes:\t<none>\n");
        return;
    }
    *text += &format!("{space}Volumes:\n");
    let indent = if space.is_empty() { "  " } else { "   " };
    for volume in volumes {
        *text += &format!("{indent}{}:\n", word(volume, "name"));
        let (kind, fields): (&str, Vec<(&str, String)>) = if let Some(empty) = volume.get("emptyDir") {
            let limit = empty
                .get("sizeLimit")
                .map_or("<unset>".to_owned(), |limit| plain(Some(limit)));
            let kind = "EmptyDir (a temporary directory that shares a pod's lifetime)";
            (kind, vec![("Medium", plain(empty.get("medium"))), ("SizeLimit", limit)])
        } else if let Some(map) = volume.get("configMap") {
            let kind = "ConfigMap (a volume populated by a ConfigMap)";
            (
                kind,
                vec![
                    ("Name", plain(map.get("name"))),
                    ("Optional", optional(map, "optional")),
                ],
            )
        } else if let Some(secret) = volume.get("secret") {
            let kind = "Secret (a volume populated by a Secret)";
            (
                kind,
                vec![
                    ("SecretName", plain(secret.get("secretName"))),
                    ("Optional", optional(secret, "optional")),
                ],
            )
        } else if let Some(claim) = volume.get("persistentVolumeClaim") {
            let kind = "PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)";
            (
                kind,
                vec![
                    ("ClaimName", plain(claim.get("claimName"))),
                    ("ReadOnly", optional(claim, "readOnly")),
                ],
            )
        } else {
            ("<unknown>", Vec::new())
        };
        *text += &format!("    Type:\t{kind}\n");
        for (name, value) in fields {
            *text += &format!("    {name}:\t{value}\n");
        }
    }
}

fn optional(value: &Value, key: &str) -> String {
    let is_true = value.get(key).and_then(Value::as_bool).unwrap_or(false);
    is_true.to_string()
}

/// Upstream: `printTolerationsMultilineWithIndent`.
fn toleration(toleration: &Value) -> String {
    let (key, value, effect) = (
        word(toleration, "key"),
        word(toleration, "value"),
        word(toleration, "effect"),
    );
    let mut shown = key.to_owned();
    if !value.is_empty() {
        shown += &format!("={value}");
    }
    if !effect.is_empty() {
        shown += &format!(":{effect}");
    }
    if word(toleration, "operator") == "Exists" && value.is_empty() {
        shown += if shown.is_empty() { "op=Exists" } else { " op=Exists" };
    }
    if let Some(seconds) = toleration.get("tolerationSeconds").and_then(Value::as_int) {
        shown += &format!(" for {seconds}s");
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::pod_template;
    use crate::api::PodTemplate;

    #[test]
    fn a_template_reads_as_kubectl_prints_it() {
        let manifest = "
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec:
  containers:
  - name: app
    image: nginx:3.0
    ports: [{containerPort: 80}]
    env: [{name: MODE, value: fast}]
    readinessProbe: {httpGet: {path: /ready, port: 80}, periodSeconds: 5}
    volumeMounts: [{name: data, mountPath: /data}]
  volumes: [{name: data, emptyDir: {}}]
  tolerations: [{key: gpu, operator: Exists, effect: NoSchedule}]
";
        let pod = crate::manifest::read(manifest).documents[0].object.clone();
        let template = PodTemplate::from_value(pod.as_ref()).0;
        let expected = "\
Pod Template:
  Labels:\tapp=web
  Containers:
   app:
    Image:\tnginx:3.0
    Port:\t80/TCP
    Host Port:\t0/TCP
    Readiness:\thttp-get http://:80/ready delay=0s timeout=1s period=5s #success=1 #failure=3
    Environment:
      MODE:\tfast
    Mounts:
      /data from data (rw)
  Volumes:
   data:
    Type:\tEmptyDir (a temporary directory that shares a pod's lifetime)
    Medium:\t
    SizeLimit:\t<unset>
  Node-Selectors:\t<none>
  Tolerations:\tgpu:NoSchedule op=Exists
\tnode.kubernetes.io/not-ready:NoExecute op=Exists for 300s
\tnode.kubernetes.io/unreachable:NoExecute op=Exists for 300s
";
        assert_eq!(pod_template(&template.value), expected);
    }
}
